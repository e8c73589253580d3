"""A browser for checks, and a page in it that remembers what it asked for and what it complained of."""

import contextlib
from pathlib import Path

import axe_playwright_python
import pytest
from playwright.sync_api import sync_playwright

from reporting import share

NEEDED = pytest.mark.skipif(share.browser() is None, reason="no chromium on PATH (on Debian: apt-get install chromium)")
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")


@contextlib.contextmanager
def launched():
    """A chromium without a window that asks for nothing by itself."""
    with sync_playwright() as playwright:
        made = playwright.chromium.launch(
            executable_path=share.browser(),
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--hide-scrollbars"],
        )
        yield made
        made.close()


class Seen:
    """A page that is open, with every request and every complaint so far."""

    def __init__(self, context, address):
        self.requests, self.complaints = [], []
        self.page = context.new_page()
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.page.on("console", lambda said: said.type in ("error", "warning") and self.complaints.append(said.text))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.goto(address)

    def look(self, width, theme):
        self.page.set_viewport_size({"width": width, "height": 900})
        self.page.emulate_media(color_scheme=theme)
        return self.page

    def strangers(self, folder):
        """Requests to anything but the files beside the page (and what the page holds itself)."""
        near = folder.resolve().as_uri() + "/"
        return [url for url in self.requests if not url.startswith((near, "blob:"))]
