"""A browser for checks, and a page in it that remembers what it asked for and tells what is amiss.

Where no browser is installed every check that is NEEDED is skipped, and the end of the run says so.
"""

import contextlib
from pathlib import Path

import axe_playwright_python
import nbformat
import pytest
from playwright.sync_api import sync_playwright

from reporting import html, page, share

NEEDED = pytest.mark.skipif(share.browser() is None, reason="no chromium on PATH (on Debian: apt-get install chromium)")
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")
SURVEY = (Path(__file__).parent / "survey.js").read_text(encoding="utf-8")
# Whatever the colours, axe leaves the letters of drawings undecided (survey.js decides them): empty, they cost it no time.
RUN_AXE = """async ([within, rules]) => {
  const held = [...document.querySelectorAll('.drawing svg')].map(svg => [svg, [...svg.childNodes]]);
  held.forEach(([svg]) => svg.replaceChildren());
  const options = { resultTypes: ['violations'], preload: false, runOnly: { type: 'tag', values: rules } };
  const found = await axe.run(within, options);
  held.forEach(([svg, parts]) => svg.replaceChildren(...parts));
  return found.violations.flatMap(fault => fault.nodes.map(node => [fault.id, node.html.slice(0, 120)]));
}"""


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


@contextlib.contextmanager
def published():
    """A list of what the page is given to publish while the block lasts."""
    said = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(page, "publish_display_data", said.append)
        yield said


def code_cell(bundle):
    return nbformat.v4.new_code_cell("made = 1", outputs=[nbformat.v4.new_output("display_data", data=bundle)])


def made_report(folder, cells):
    """The folder, with a report of one chapter in it: 00_made.html and what lies beside it; its prose are the texts among `cells`."""
    notebook = nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_markdown_cell(cell) if isinstance(cell, str) else cell for cell in cells]
    )
    text = html.page("00_made", notebook, {"00_made": "Made"}, {}, "")
    (folder / "00_made.html").write_text(text, encoding="utf-8")
    html.write_shared(folder)
    return folder


def violations(shown, within="html"):
    """What axe finds on an open page against WCAG 2.2 AA and good practice, each with its element."""
    if not shown.evaluate("!!window.axe"):
        shown.evaluate(AXE)
    return shown.evaluate(RUN_AXE, [within, RULES])


class Seen:
    """A page that is open, with every request and every complaint so far."""

    def __init__(self, context, address):
        self.requests, self.complaints, self.near = [], [], address.rpartition("/")[0] + "/"
        self.page = context.new_page()
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.page.on("console", lambda said: said.type in ("error", "warning") and self.complaints.append(said.text))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.goto(address)

    def look(self, width, theme):
        self.page.set_viewport_size({"width": width, "height": 900})
        self.page.emulate_media(color_scheme=theme)
        return self.page

    def survey(self, width, theme):
        """What our own rules find at a width in a theme: [what, where]; see survey.js."""
        if not self.look(width, theme).evaluate("!!window.survey"):
            self.page.wait_for_function("document.documentElement.classList.contains('whole')")
            self.page.evaluate(SURVEY)
        return self.page.evaluate("survey()")

    def strangers(self):
        """Requests to anything but the files beside the page (and what the page holds itself)."""
        return [url for url in self.requests if not url.startswith((self.near, "blob:"))]
