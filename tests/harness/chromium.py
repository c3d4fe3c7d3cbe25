"""A real browser on a served app: what it refuses, overflows or cannot reach is a finding."""

import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright
from werkzeug.serving import make_server

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
WATCH = """
window.refused = [];
document.addEventListener("securitypolicyviolation",
  (e) => window.refused.push(`${e.violatedDirective} ${e.blockedURI}`));
"""
# What a finger cannot hit: lower than 44 px, unless the whole card is its target.
SMALL = """
() => [...document.querySelectorAll("a, button, input, select, textarea, summary")]
  .filter((e) => e.checkVisibility())
  .filter((e) => !e.matches("[type=checkbox], [type=radio], p a:not([class])"))
  .filter((e) => getComputedStyle(e, "::after").position !== "absolute")
  .map((e) => [e, e.getBoundingClientRect().height])
  .filter(([e, height]) => height > 1 && height < 43.5)
  .map(([e, height]) => `${e.tagName} ${e.className} ${height}: ${e.textContent.trim()}`)
"""


@contextmanager
def served(app) -> Iterator[str]:
    """The app on a free port of this machine; yields its address."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://localhost:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@contextmanager
def chromium() -> Iterator[Browser]:
    """One browser; open a context of its own for each test."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=ARGUMENTS
        )
        yield browser
        browser.close()


def opened(browser: Browser, address: str, *, width: int = 390, scripts: bool = True) -> Page:
    """A page that notes what the content security policy refuses."""
    context = browser.new_context(
        viewport={"width": width, "height": 844}, locale="vi-VN", java_script_enabled=scripts
    )
    page = context.new_page()
    page.add_init_script(WATCH)
    page.goto(address, wait_until="networkidle")
    return page


def findings(page: Page) -> list[str]:
    """Everything wrong with the page as it stands: axe, policy, width, small targets."""
    axe = Axe().run(page, options={"resultTypes": ["violations"], "runOnly": RULES})
    found = [f"{v['id']}: {v['nodes'][0]['html'][:120]}" for v in axe.response["violations"]]
    found += [f"refused: {one}" for one in page.evaluate("window.refused")]
    wide = page.evaluate("document.documentElement.scrollWidth")
    if wide > page.viewport_size["width"]:
        found.append(f"the page is {wide} px wide")
    return found + page.evaluate(SMALL)


def keep_screenshot(page: Page, folder: Path, name: str) -> Path:
    """A picture of the whole page, for a person to look at."""
    path = folder / f"{name}.png"
    page.screenshot(path=path, full_page=True)
    return path
