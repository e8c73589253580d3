"""The whole report for an e-mail: one HTML file that needs nothing beside it, and two tagged PDFs printed from it."""

import re
import shutil
from html import unescape
from pathlib import Path

from reporting import configuration, html, publish
from reporting.configuration import UserError

PAGES = configuration.ROOT / "reports"
TARGET = PAGES / "share"
NAMES = ("report.html", "report-short.pdf", "report.pdf")
_TAG = re.compile(r"""<[a-zA-Z](?:[^<>"']|"[^"]*"|'[^']*')*>""")


def browser():
    """The first chromium on PATH, or None."""
    return next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)


def with_own_ids(body, name, pages):
    """A page's HTML with its ids made its own, and its links to `pages` turned into links within one file.

    >>> with_own_ids('<h2 id="a"><a href="#a">x</a> <a href="01_b.html#c">y</a> <a href="01_b.html">z</a></h2>', "00_a", {"01_b"})
    '<h2 id="00_a-a"><a href="#00_a-a">x</a> <a href="#01_b-c">y</a> <a href="#01_b">z</a></h2>'
    >>> with_own_ids('<svg><use href="#s"></use><path clip-path="url(#c)"></path></svg>', "00_a", ())
    '<svg><use href="#00_a-s"></use><path clip-path="url(#00_a-c)"></path></svg>'
    """

    def address(found):
        page, mark, anchor = found[1].partition("#")
        stem = page.removesuffix(".html") or name
        if page and (not page.endswith(".html") or stem not in pages):
            return found[0]
        return f' href="#{stem}{"-" * bool(mark)}{anchor}"'

    def tag(found):
        text = re.sub(r' id="([^"]+)"', rf' id="{name}-\1"', found[0])
        text = text.replace("url(#", f"url(#{name}-")
        return re.sub(r' href="([^"]+)"', address, text)

    return _TAG.sub(tag, body)


def one_page(folder):
    """All pages of a folder as one HTML text, scripts and styles inside, each allowed by its own digest."""
    found = configuration.reading_order(path.stem for path in folder.glob("[0-9][0-9]_*.html"))
    names = [html.FRONT_PAGE, *map(html.address, found), html.TERMS_PAGE, html.REPRODUCE_PAGE]
    texts = {Path(name).stem: (folder / name).read_text(encoding="utf-8") for name in dict.fromkeys(names)}
    # What lies beside the pages is not in this file: such a link becomes plain words.
    beside = re.compile(r'<a href="[^"#:]+(?:\.csv|/[^"#:]+\.html)">(.*?)</a>', flags=re.S)
    texts = {name: beside.sub(r"\1", text) for name, text in texts.items()}

    def part(pattern, name):
        inside = re.search(pattern, texts[name], flags=re.S)
        return inside[1] if inside else ""

    chapters = [
        {
            "name": name,
            "title": re.sub(r"<[^>]+>", "", part(r"<h1[^>]*>(.*?)</h1>", name)),
            "body": with_own_ids(html.main_of(text), name, texts),
            "contents": with_own_ids(part(r'<nav class="contents".*?(<ol>.*?</ol>)', name), name, texts),
        }
        for name, text in texts.items()
    ]
    titles = {chapter["name"]: unescape(chapter["title"]) for chapter in chapters}
    heads = [f"{name[:2]} {title}" if name in found else title for name, title in titles.items()]
    kept = [html.running_head(*pair) for pair in list(zip(heads, titles, strict=True))[1:]]
    read = {name: (folder / name).read_text(encoding="utf-8") for name in (*html.SHARED, "charts.js")}
    style = "\n".join([read[html.SHARED[0]], html.running_head(configuration.read()["title"]), *kept])
    scripts = [
        re.sub(r"</(?=script)|<!--", lambda found: found[0].replace("<", r"\x3c"), read[name])
        for name in ("charts.js", *html.SHARED[1:])
    ]
    return html.template("share.html.j2").render(
        title=configuration.read()["title"],
        titles={name: title for name, title in titles.items() if name in found},
        chapters=chapters,
        style=style,
        scripts=scripts,
        script_digests=" ".join(map(html.csp_hash, scripts)),
        style_digest=html.csp_hash(style),
        rerun=part(r'(<aside class="rerun".*?</aside>)', "index"),
        footer=with_own_ids(part(r'(<footer class="site">.*?</footer>)', "index"), "index", texts),
    )


def unfold(page, whole):
    """Opens what an open page is to show on paper: answers to questions, and if `whole` depth and numbers as well."""
    folds = "main details" if whole else "main details.reveal"
    page.eval_on_selector_all(folds, "all => all.forEach(one => one.setAttribute('open', ''))")


def print_pdf(chromium, source, target, whole=True):
    """The HTML file printed by a chromium that playwright has started: tagged, with an outline; all of it, or what stands open."""
    page = chromium.new_page(color_scheme="light")
    page.goto(source.resolve().as_uri())
    unfold(page, whole)
    page.pdf(path=target, format="A4", prefer_css_page_size=True, print_background=True, tagged=True, outline=True)
    page.close()


def why_not_printed(folder):
    """Prints both PDFs beside the single file of a folder; "" when that is done, else why it could not be."""
    from playwright.sync_api import Error, sync_playwright

    single, *printed = (folder / name for name in NAMES)
    if not browser():
        return "there is no chromium on PATH (on Debian: apt-get install chromium)"
    try:
        with sync_playwright() as playwright:
            chromium = playwright.chromium.launch(executable_path=browser(), args=["--no-sandbox", "--disable-gpu"])
            for target in printed:
                print_pdf(chromium, single, target, whole=target.name == NAMES[-1])
            chromium.close()
    except Error as error:
        for target in printed:
            target.unlink(missing_ok=True)
        return f"{browser()} did not print them ({error.message.partition(chr(10))[0]})"
    return ""


def share(folder=PAGES, target=TARGET):
    """Writes report.html, report-short.pdf and report.pdf from the pages as they stand, returns their paths.

    UserError where there are no pages, or no chromium that prints them; PDFs of older pages are gone then.
    """
    publish.check_writable(target)
    with publish.full_disk_in_words(), publish.temporary_folder() as workspace:
        made = workspace / "share"
        made.mkdir()
        try:
            (made / NAMES[0]).write_text(one_page(folder), encoding="utf-8")
        except FileNotFoundError as error:
            raise UserError(f"{error.filename} is missing, and so is what to share; run make report first.") from None
        why_not = why_not_printed(made)
        publish.publish(made, target)
    single, *printed = (target / name for name in NAMES)
    if why_not:
        older = [path.unlink() for path in printed if path.exists()]
        gone = ", and the PDFs of older pages were removed" if older else ""
        raise UserError(f"Only {single} was written{gone}: {why_not}.")
    return [single, *printed]
