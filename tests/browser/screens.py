"""A browser window as a person sees it: every page it stops at is checked, and photographed for who will look."""

import re
from pathlib import Path

from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, ViewportSize

PHONE: ViewportSize = {"width": 360, "height": 740}
DESK: ViewportSize = {"width": 1280, "height": 900}
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--disable-quic",
)
REFUSED_PAGE = re.compile(r"the server responded with a status of (403|404|409|422)")
"""The browser reports a page that says no as an error of the network; it is the page that was asked for."""


class Screen:
    """One person at one device."""

    def __init__(self, browser: Browser, url: str, photos: Path | None, *, phone: bool, script: bool = True) -> None:
        self._photos = photos
        self._axe = Axe()
        self._phone = phone
        self._script = script
        self.errors: list[str] = []
        self.context: BrowserContext = browser.new_context(
            base_url=url,
            viewport=PHONE if phone else DESK,
            has_touch=phone,
            is_mobile=phone,
            locale="zh-CN",
            timezone_id="Asia/Shanghai",
            java_script_enabled=script,
            accept_downloads=True,
        )
        self.page: Page = self.context.new_page()
        self.page.set_default_timeout(15_000)
        self.page.on("console", self._note)
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))

    def _note(self, message: ConsoleMessage) -> None:
        if message.type == "error" and not REFUSED_PAGE.search(message.text):
            self.errors.append(message.text)

    def look(self, name: str) -> None:
        """The page as it stands: no error, no barrier, nothing wider than the screen."""
        page = self.page
        if self._photos is not None:
            size = "phone" if self._phone else "desk"
            page.screenshot(path=self._photos / f"{name}-{size}.png", full_page=True)
        assert self.errors == [], f"{name}: {self.errors}"
        if not self._script:
            return
        found = self._axe.run(page).response["violations"]
        told = [f"{each['id']}: {[node['target'] for node in each['nodes']]}" for each in found]
        assert told == [], f"{name}: {told}"
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 0, f"{name} is {wide} px wider than the screen"

    def goto(self, path: str, name: str = "") -> None:
        self.page.goto(path)
        if name:
            self.look(name)

    def press(self, label: str, name: str = "") -> None:
        """A button or link that begins with this word, or else has it somewhere, and leads to another page."""
        page = self.page
        begins, has = (
            page.get_by_role("button", name=words).or_(page.get_by_role("link", name=words))
            for words in (re.compile(rf"^\s*{re.escape(label)}"), label)
        )
        with page.expect_navigation():
            (begins if begins.count() else has).first.click()
        if name:
            self.look(name)

    def pick(self, words: str = "", name: str = "") -> None:
        """The first line of a list that has these words."""
        with self.page.expect_navigation():
            self.page.locator("[data-list] a", has_text=words).first.click()
        if name:
            self.look(name)

    def key(self, key: str, name: str = "") -> None:
        """A key that leads to another page."""
        with self.page.expect_navigation():
            self.page.keyboard.press(key)
        if name:
            self.look(name)

    def fill(self, label: str, text: str) -> None:
        self.page.get_by_label(label).first.fill(text)

    def choose(self, label: str) -> None:
        self.page.get_by_label(label).and_(self.page.locator("input")).first.check()

    def reads(self, words: str) -> bool:
        return words in self.page.locator("main").inner_text()

    def until(self, words: str, seconds: float = 20.0) -> None:
        """Looks again until the page says so, as people do."""
        end = self.page.evaluate("performance.timeOrigin + performance.now()") + seconds * 1000
        while not self.reads(words):
            assert self.page.evaluate("performance.timeOrigin + performance.now()") < end, self.text()
            self.page.wait_for_timeout(250)
            self.page.reload()

    def text(self) -> str:
        return self.page.locator("main").inner_text()

    def sign_in(self, name: str) -> None:
        self.page.goto("/sign-in")
        self.press(name)

    def close(self) -> None:
        self.context.close()
