"""Walking the site as its people do: signed in by hand, every page met is held to the rules."""

import gettext
import os
import unicodedata
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Error, Locator, Page

from app.catalogue.actions import load_catalogue
from app.demo.cast import PASSWORD, email_of, enter_staff
from app.infra.i18n import catalogue
from app.infra.transaction import scoped, transaction
from app.kernel.clock import now, today
from app.places.actions import load_places
from app.programmes.actions import load_coming_programmes
from tests.harness.chromium import findings, keep_screenshot, opened

SECONDS = 30
MOST_TABS = 150


def enter_people() -> None:
    """Places, kinds, drives and the demo's staff: all that follows is done by hand."""
    with scoped({"*"}), transaction() as session:
        load_places(session)
        load_catalogue(session)
        load_coming_programmes(session, today=today())
        enter_staff(session, now=now())


class Walker:
    """One person with a browser, a mouse or a finger. Every page come to is looked at.

    found: what is wrong, by path. Words are given as the templates give them, in Vietnamese,
    and looked for in the walker's own language.
    """

    def __init__(
        self, browser: Browser, home: str, *, width: int = 390, language: str = "vi", **how: Any
    ) -> None:
        """A visitor on the first page. how: scripts=False for a browser without them."""
        self.home, self.language = home, language
        self.scripts = how.get("scripts", True)
        self.page: Page = opened(browser, f"{home}/language/{language}", width=width, **how)
        self.page.set_default_timeout(SECONDS * 1000)
        self.found: dict[str, list[str]] = {}
        self.looks = 0
        self._words: gettext.NullTranslations = catalogue(language)

    @property
    def path(self) -> str:
        """Where the walker is, without what stands behind a question mark."""
        return self.page.url.removeprefix(self.home).partition("?")[0]

    def word(self, words: str) -> str:
        """A sentence of ours in the walker's language."""
        return self._words.gettext(words)

    def look(self) -> None:
        """Note what is wrong with this page: axe, policy, width, small targets, language."""
        self.looks += 1
        if self.scripts:
            # A link in running text may be as low as its line.
            faults = [one for one in self._findings() if not one.startswith("A nc-link")]
        else:
            faults = []
        if self.page.locator("html").get_attribute("lang") != self.language:
            faults.append("in the other language")
        if faults:
            self.found[self.path] = faults
        if folder := os.environ.get("SCREENSHOTS"):
            name = f"{self.language}-{id(self) % 997:03d}-{self.looks:02d}"
            keep_screenshot(self.page, Path(folder), f"{name}{self.path.replace('/', '-')}"[:60])

    def _findings(self) -> list[str]:
        """What is wrong with the page, or with the one that took its place while it was read.

        Such as a run's, which shows its result by itself as soon as there is one.
        """
        try:
            return findings(self.page)
        except Error as error:
            if "context was destroyed" not in str(error):
                raise
            self.page.wait_for_load_state("load")
            return findings(self.page)

    def go(self, path: str) -> None:
        """Type an address."""
        answer = self.page.goto(self.home + path, wait_until="load")
        self.look()
        if answer is None or not answer.ok:
            self.found[path] = ["did not answer"]

    def press(self, target: str | Locator) -> None:
        """Press a button or follow a link, and look at the page that follows."""
        control = self.control(target)
        with self.page.expect_navigation(timeout=SECONDS * 1000):
            self._touch(control)
        self.look()

    def press_sure(self, words: str) -> None:
        """Press a button that asks once more, and say yes; without scripts it does not ask."""
        if not self.scripts:
            self.press(words)
            return
        self._touch(self.control(words))
        self.look()
        self.press(self.page.locator("dialog[open] button").first)

    def tick(self, target: Locator) -> None:
        """Choose a box or a button of several."""
        target.check()

    def write(self, name: str, words: str) -> None:
        """Type into a field, over what stands there."""
        self.page.locator(f"main [name={name}]").first.fill(words)

    def control(self, target: str | Locator) -> Locator:
        """The first button or link of the page's own part with these words."""
        if not isinstance(target, str):
            return target
        main, words = self.page.locator("main"), self.word(target)
        button, link = (main.get_by_role(role, name=words) for role in ("button", "link"))
        return button.or_(link).first

    def says(self, words: str) -> bool:
        """Whether the words stand on the page, in the walker's language."""
        return self.word(words) in self.text

    @property
    def text(self) -> str:
        """All words of the page's own part, single spaces between them."""
        shown = self.page.locator("main").inner_text()
        return unicodedata.normalize("NFC", " ".join(shown.split()))

    def link_to(self, start: str) -> Locator:
        """The first link of the page's own part to an address that starts so."""
        return self.page.locator(f"main a[href^='{start}']").first

    def sign_in(self, key: str) -> "Walker":
        """Sign in as one of the demo's people, by typing."""
        self.go("/sign-in")
        self.write("name", email_of(key))
        self.write("password", PASSWORD)
        self.press(self.page.locator("main form button[type=submit]").first)
        return self

    def _touch(self, control: Locator) -> None:
        control.click()


class KeyboardWalker(Walker):
    """One who has a keyboard only: everything is come to by Tab, and is seen to have the focus."""

    def tick(self, target: Locator) -> None:
        """Choose a box by the space bar."""
        self._come_to(target)
        self.page.keyboard.press("Space")

    def _touch(self, control: Locator) -> None:
        self._come_to(control)
        self.page.keyboard.press("Enter")

    def _come_to(self, control: Locator) -> None:
        wanted = control.element_handle()
        for _turn in range(MOST_TABS):
            if wanted.evaluate("(e) => e === document.activeElement"):
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f"the keyboard does not come to {wanted.inner_text()!r}")
