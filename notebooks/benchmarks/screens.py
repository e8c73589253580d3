"""How many screens of a phone each page takes, all that is open of it, in a browser without a window; asserts nothing.

Run from notebooks/: python -m benchmarks.screens [FOLDER OF EARLIER PAGES]   (to get one: git worktree add FOLDER COMMIT)
"""

import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

from reporting import share

WIDTH, HEIGHT = 360, 780  # px
MOST = 170  # screens, goal for the front page and the chapters together
PAGES = ("index.html", "[0-9][0-9]_*.html")
HEIGHTS = """() => {
  document.documentElement.classList.add('whole');
  const page = document.documentElement.scrollHeight;
  document.querySelectorAll('details.depth').forEach(one => one.open = true);
  return [page, document.documentElement.scrollHeight];
}"""


def screens(browser, folder):
    """Page name to (screens as it opens, screens with its depth open), as shares of a phone's height."""
    context = browser.new_context(viewport={"width": WIDTH, "height": HEIGHT}, reduced_motion="reduce")
    page, found = context.new_page(), {}
    for path in (path for pattern in PAGES for path in sorted(folder.glob(pattern))):
        if 'http-equiv="refresh"' in path.read_text(encoding="utf-8"):
            continue  # it only leads on to a page that is counted
        page.goto(path.resolve().as_uri())
        found[path.stem] = tuple(height / HEIGHT for height in page.evaluate(HEIGHTS))
    context.close()
    return found


def main(earlier=None):
    """Prints one line a page and their sum: screens now and with depth open, before each what earlier pages took."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=share.browser(), args=["--no-sandbox", "--disable-gpu", "--hide-scrollbars"]
        )
        before, now = screens(browser, Path(earlier)) if earlier else {}, screens(browser, share.PAGES)
        browser.close()
    rows = {name: (before.get(name, (0, 0))[0], *now.get(name, (0, 0))) for name in [*now, *(before.keys() - now)]}
    rows["all"] = tuple(map(sum, zip(*rows.values(), strict=True)))
    print(f"{'screens of ' + str(WIDTH) + ' x ' + str(HEIGHT):<22}{'before':>8}{'now':>8}{'all open':>10}")
    for name, (old, shown, whole) in rows.items():
        print(f"{name:<22}{format(old, '.1f') if before else '-':>8}{shown:>8.1f}{whole:>10.1f}")
    print(f"goal: at most {MOST} in all")


if __name__ == "__main__":
    main(*sys.argv[1:])
