"""How soon the pages in reports/ show their charts and let them move, in a browser without a window; asserts nothing.

Run from notebooks/: python -m benchmarks.pages
"""

import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

from reporting import share

VISIBLE, INTERACTIVE = 200, 1500  # goals, milliseconds
TIMES = 5
FIRST_PAINT = "performance.getEntriesByName('first-contentful-paint')[0]?.startTime"
ALIVE = """async () => {
  const offer = [...document.querySelectorAll('figure.moves .offer')].find(one => one.offsetParent);
  const drawing = [...offer.parentElement.querySelectorAll('.drawing')].find(one => one.offsetParent);
  const start = performance.now();
  offer.click();
  while (drawing.dataset.live !== 'yes') await new Promise(done => setTimeout(done, 2));
  return performance.now() - start;
}"""


def milliseconds(browser, address):
    """First sight of a page and, where a chart moves, from the click to the moving chart; a fresh browser profile."""
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    page = context.new_page()
    page.goto(address)
    while (seen := page.evaluate(FIRST_PAINT)) is None:  # the policy of the page forbids to wait by a text in the page
        page.wait_for_timeout(5)
    alive = page.evaluate(ALIVE) if page.locator("figure.moves").count() else None
    context.close()
    return seen, alive


def main():
    """Print one line a page: median time to visible and to interactive, with the goals."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=share.browser(), args=["--no-sandbox", "--disable-gpu"])
        with tempfile.TemporaryDirectory() as folder:  # what the browser itself takes
            bare = Path(folder) / "one-word.html"
            bare.write_text("<!DOCTYPE html><title>x</title><p>word", encoding="utf-8")
            seen = sorted(milliseconds(browser, bare.as_uri())[0] for _ in range(TIMES))[TIMES // 2]
            print(f"{'one word':<16} visible {seen:4.0f} ms")
        for path in sorted(share.PAGES.glob("*.html")):
            seen, alive = zip(*(milliseconds(browser, path.as_uri()) for _ in range(TIMES)), strict=True)
            moves = (
                f"{sorted(alive)[TIMES // 2]:5.0f} ms (goal {INTERACTIVE})" if None not in alive else "nothing moves"
            )
            print(f"{path.stem:<16} visible {sorted(seen)[TIMES // 2]:4.0f} ms (goal {VISIBLE}), interactive {moves}")
        browser.close()


if __name__ == "__main__":
    main()
