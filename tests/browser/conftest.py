import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.browser.screens import FLAGS, Screen
from tests.support.postgres import Database
from tests.support.served import Served, served

CHROMIUMS = ("/usr/bin/chromium-headless-shell", "/usr/bin/chromium")
"""The shell has the same engine and no window around it, which would cost more than most pages."""

Open = Callable[..., Screen]


@pytest.fixture(scope="module")
def desk(database: Database, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The whole desk, as `lounge up` runs it."""
    with served(database, tmp_path_factory.mktemp("home")) as running:
        yield running


@pytest.fixture(scope="module")
def browser(desk: Served) -> Iterator[Browser]:
    """Closed before the desk: playwright holds the main thread's event loop, which the database's own end needs."""
    with sync_playwright() as player:
        opened = player.chromium.launch(executable_path=_chromium(), args=list(FLAGS))
        yield opened
        opened.close()


def _chromium() -> str:
    found = [path for path in CHROMIUMS if Path(path).exists()]
    if not found:
        pytest.fail(f"The pages are driven in Debian's chromium-headless-shell or chromium: {CHROMIUMS}", pytrace=False)
    return found[0]


@pytest.fixture(scope="session")
def photos() -> Path | None:
    """The folder LOUNGE_PHOTOS names keeps every screen, for people to look at; without it none is taken."""
    named = os.environ.get("LOUNGE_PHOTOS")
    if not named:
        return None
    folder = Path(named)
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@pytest.fixture
def opened(browser: Browser, desk: Served, photos: Path | None) -> Iterator[Open]:
    """Opens a window at the desk's address: `opened(phone=True)`."""
    screens: list[Screen] = []

    def open_screen(*, phone: bool, script: bool = True) -> Screen:
        screens.append(Screen(browser, desk.url, photos, phone=phone, script=script))
        return screens[-1]

    yield open_screen
    for screen in screens:
        screen.close()
