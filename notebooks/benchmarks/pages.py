"""How soon the pages in reports/ show their charts and let them move, in a browser without a window; asserts nothing.

Run from notebooks/: python -m benchmarks.pages
"""

import tempfile
from pathlib import Path
from statistics import median

from playwright.sync_api import sync_playwright

from reporting import share

VISIBLE, INTERACTIVE = 200, 1500  # goals, milliseconds
TIMES = 5
FIRST_PAINT = "performance.getEntriesByName('first-contentful-paint')[0]?.startTime"
ALIVE = """async () => {
  const controls = [...document.querySelectorAll('figure.moves .controls')].find(one => one.offsetParent);
  const start = performance.now();
  controls.querySelector('input').dispatchEvent(new Event('input', { bubbles: true }));
  while (!controls.querySelector('.heard').textContent) await new Promise(done => setTimeout(done, 2));
  return performance.now() - start;
}"""


def _seen(page, address):
    page.goto(address)
    while (seen := page.evaluate(FIRST_PAINT)) is None:  # the policy of the page forbids to wait by a text in the page
        page.wait_for_timeout(5)
    return seen


def milliseconds(browser, address):
    """First sight of a page in a browser profile that has shown nothing yet, and in one that has; from the first touch to the moving
    chart, None where nothing moves."""
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    page = context.new_page()
    first = _seen(page, address)
    alive = page.evaluate(ALIVE) if page.locator("figure.moves").count() else None
    page.goto("about:blank")
    again = _seen(page, address)
    context.close()
    return first, again, alive


def main():
    """Print one line a page: median times to visible, at first and when shown again, and to interactive, with the goals."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=share.browser(), args=["--no-sandbox", "--disable-gpu"])
        with tempfile.TemporaryDirectory() as folder:  # what the browser itself takes
            bare = Path(folder) / "one-word.html"
            bare.write_text("<!DOCTYPE html><title>x</title><p>word", encoding="utf-8")
            first, again, _ = zip(*(milliseconds(browser, bare.as_uri()) for _ in range(TIMES)), strict=True)
            print(f"{'one word':<16} visible {median(first):4.0f} ms, then {median(again):4.0f} ms")
        for path in sorted(share.PAGES.glob("*.html")):
            first, again, alive = zip(*(milliseconds(browser, path.as_uri()) for _ in range(TIMES)), strict=True)
            moves = f"{median(alive):5.0f} ms (goal {INTERACTIVE})" if None not in alive else "nothing moves"
            seen = f"visible {median(first):4.0f} ms, then {median(again):4.0f} ms (goal {VISIBLE})"
            print(f"{path.stem:<16} {seen}, interactive {moves}")
        browser.close()


if __name__ == "__main__":
    main()
