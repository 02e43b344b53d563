"""People who use the page itself, in a browser: what they click, type and see."""

import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, ConsoleMessage, Locator, Page, expect, sync_playwright

from e2e.waiting import DEADLINE_SECONDS

REPOSITORY = Path(__file__).parent.parent
AXE = REPOSITORY / "ui" / "node_modules" / "axe-core" / "axe.min.js"

# A page under test asks nobody else for anything.
QUIET = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)

PHONE = {"width": 390, "height": 844}
DESK = {"width": 1280, "height": 860}

PASSWORD = "Correct-horse-7"
LOCAL_CODE = "123456"
"""The code that the local user pool sends to everyone."""

_NOT_SERIOUS = {"minor", "moderate"}
_AXE_RUN = """() => axe.run().then(({violations}) => violations.map(({id, impact, nodes}) =>
    ({id, impact, where: nodes.map(node => node.target.join(' ')).join(', ')})))"""


def chromium() -> str | None:
    """Return the path of a Chromium, or None if this machine has none."""
    named = os.environ.get("CHROMIUM")
    names = (named,) if named else ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
    return next((path for name in names if (path := shutil.which(name))), None)


@contextmanager
def browser(executable: str) -> Iterator[Browser]:
    """Run a browser."""
    expect.set_options(timeout=DEADLINE_SECONDS * 1_000)
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=executable, args=list(QUIET))
        yield running
        running.close()


@dataclass
class Visitor:
    """Someone in front of the page.

    Parameters
    ----------
    page
        Their tab.
    name, handle
        Of their profile.
    words
        The page's words in their language, by what they mean.
    complaints
        What the browser complained of: errors of scripts, and what the security policy refused.
    """

    page: Page
    name: str
    handle: str
    words: dict[str, str]
    complaints: list[str] = field(default_factory=list)

    def join(self, url: str) -> None:
        """Make an account and a profile."""
        page, words = self.page, self.words
        page.goto(url)
        page.get_by_role("button", name=words["sign up"]).click()
        page.get_by_label(words["email"]).fill(f"{self.handle}@example.com")
        page.get_by_label(words["password"]).fill(PASSWORD)
        self.is_accessible("sign-up")
        page.get_by_role("button", name=words["sign up"]).click()
        code, handle = page.get_by_label(words["code"]), page.get_by_label(words["handle"])
        expect(code.or_(handle)).to_be_visible()
        if code.is_visible():  # Pools that confirm by themselves ask for none.
            code.fill(LOCAL_CODE)
            page.get_by_role("button", name=words["confirm"]).click()
        handle.fill(self.handle)
        page.get_by_label(words["name"], exact=True).fill(self.name)
        self.is_accessible("first profile")
        page.get_by_role("button", name=words["begin"]).click()
        expect(page.get_by_text(words["live"], exact=True)).to_be_visible()

    def go(self, place: str) -> None:
        """Go to a place of the main navigation."""
        self.place(place).click()

    def place(self, place: str) -> Locator:
        """Return a link of the main navigation, with what is new there."""
        return self.page.get_by_role("navigation", name=self.words["main"]).get_by_role(
            "link", name=self.words[place]
        )

    def post_of(self, other: "Visitor") -> Locator:
        """Return the posts of someone that are on the screen."""
        return self.page.get_by_role("article").filter(has_text=f"@{other.handle}")

    def says(self, text: str) -> None:
        """Send a message in the open conversation."""
        self.page.get_by_label(self.words["write"]).fill(text)
        self.page.keyboard.press("Enter")

    def hears(self, text: str) -> None:
        """Wait until the open conversation shows a message."""
        expect(self.page.get_by_role("log").get_by_text(text, exact=True)).to_be_visible()

    def mark(self) -> None:
        """Leave something that a reload would wipe away."""
        self.page.evaluate("window.hidokiMark = true")

    def has_not_reloaded(self) -> bool:
        """Tell whether the page is still the one that was marked."""
        return bool(self.page.evaluate("window.hidokiMark === true"))

    def is_accessible(self, screen: str) -> None:
        """Check the screen by axe: nothing serious may be wrong with it."""
        if not AXE.exists():
            raise AssertionError("axe-core is missing: run `npm ci` in ui/")
        self.page.evaluate(AXE.read_text())
        # Colours are judged as they are at rest, not while they fade in.
        self.page.evaluate("Promise.all(document.getAnimations().map(a => a.finished.catch(() => 0)))")
        found: list[dict[str, Any]] = self.page.evaluate(_AXE_RUN)
        serious = [violation for violation in found if violation["impact"] not in _NOT_SERIOUS]
        assert not serious, f"{screen}, as {self.name} sees it: {serious}"

    def shoot(self, name: str) -> None:
        """Keep a picture of the screen, if `HIDOKI_SCREENSHOTS` names a folder for it."""
        folder = os.environ.get("HIDOKI_SCREENSHOTS")
        if folder:
            self.page.evaluate("document.fonts.ready")
            self.page.screenshot(path=Path(folder) / f"{name}.png", animations="disabled")


def visit(running: Browser, name: str, language: str, words: dict[str, str], **options: Any) -> Visitor:
    """Open a tab of one's own: nothing is shared with the other visitors."""
    page = running.new_context(locale=language, **options).new_page()
    visitor = Visitor(page, name, f"{name.lower()}_{secrets.token_hex(4)}", words)

    def listen(message: ConsoleMessage) -> None:
        if message.type == "error" and "Content Security Policy" in message.text:
            visitor.complaints.append(message.text)

    page.on("console", listen)
    page.on("pageerror", lambda error: visitor.complaints.append(str(error)))
    return visitor
