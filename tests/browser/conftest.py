import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.browser.screens import FLAGS, Screen
from tests.support.postgres import Database
from tests.support.served import Served, served

CHROMIUM = "/usr/bin/chromium"

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
        opened = player.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        yield opened
        opened.close()


@pytest.fixture(scope="session")
def photos(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the screens are kept; LOUNGE_PHOTOS names another folder, to look at them."""
    folder = Path(os.environ.get("LOUNGE_PHOTOS") or tmp_path_factory.mktemp("photos"))
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@pytest.fixture
def opened(browser: Browser, desk: Served, photos: Path) -> Iterator[Open]:
    """Opens a window at the desk's address: `opened(phone=True)`."""
    screens: list[Screen] = []

    def open_screen(*, phone: bool, script: bool = True) -> Screen:
        screens.append(Screen(browser, desk.url, photos, phone=phone, script=script))
        return screens[-1]

    yield open_screen
    for screen in screens:
        screen.close()
