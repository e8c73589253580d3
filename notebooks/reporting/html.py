"""Executed notebooks to pages: the template, the contents, the numbers of figures, links, and the frame around them."""

import base64
import hashlib
import html
import re
import shutil
from collections import Counter
from datetime import date
from functools import cache
from importlib.metadata import version
from itertools import pairwise
from pathlib import Path

import jinja2
from nbconvert.filters import Highlight2HTML
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath

from reporting import configuration, depth, drawings, mime, tables, terms

TEMPLATES = configuration.ROOT / "reports" / "template"
# Written beside the pages as they stand in the template folder: the style, then scripts in the order they run.
SHARED = ("report.css", "report.js", "play.js", "bench.js")
ALONE = SHARED[:2]  # what a page of another kind than a chapter needs
FRONT_PAGE, TERMS_PAGE, REPRODUCE_PAGE = "index.html", "terms.html", "reproduce.html"
CELLS = "page.html.j2"  # the one template whose values are HTML already
WORDS_PER_MINUTE = 220


def _code(source):
    # The highlighter marks every comma; only what report.css colours keeps its mark.
    marked = Highlight2HTML(pygments_lexer="ipython3")(source)
    return re.sub(r'<span class="(?!(?:c1|k|kn|ow|s1|s2|sa|mi|mf)")[a-z0-9]+">([^<]*)</span>', r"\1", marked)


def _markdown(text):
    # With HTML in it as it is; headings get their links from `_parts`.
    return MarkdownWithMath(IPythonRenderer(escape=False, exclude_anchor_links=True)).render(text)


@cache
def template(name):
    loader = jinja2.FileSystemLoader(TEMPLATES)
    made = jinja2.Environment(loader=loader, autoescape=name != CELLS, trim_blocks=True, lstrip_blocks=True)
    made.filters |= {"markdown": _markdown, "code": _code}
    made.globals |= {"address": address, "report": configuration.read()["title"], "versions": versions}
    made.globals["words"] = configuration.science("words")
    return made.get_template(name)


def body_of(notebook):
    """The cells of an executed notebook as HTML, its figures and tables not yet counted."""
    return template(CELLS).render(cells=notebook["cells"], figure=mime.FIGURE)


def address(name):
    """The file of a chapter's page; the chapter that is the front page is found where every folder is entered.

    >>> address("00_summary"), address("02_safety")
    ('index.html', '02_safety.html')
    """
    return FRONT_PAGE if name == configuration.read()["front"] else f"{name}.html"


def slug(heading):
    """An anchor from a heading.

    >>> slug("None seen is not none possible")
    'none-seen-is-not-none-possible'
    """
    return re.sub(r"[^a-z0-9]+", "-", html.unescape(re.sub(r"<[^>]+>", "", heading)).lower()).strip("-")


def without_links(markdown):
    """Markdown without its citations and links, for lifting a sentence onto another page.

    >>> without_links("None of 12 was seen ([A 2020](#ref-a)). See [there](x.html).")
    'None of 12 was seen. See there.'
    """
    text = re.sub(r"\s*\((?:\[[^\]]*\]\(#ref-[^)]*\)(?:;\s*)?)+\)", "", markdown)
    return re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", text)


def question(notebook):
    """The title of a chapter: its first heading."""
    found = re.search(r"^# (.+)$", notebook["cells"][0]["source"], flags=re.M)
    return found.group(1).strip() if found else ""


def short_answer(notebook):
    """What the chapter answers, without citations: the paragraphs of its cell tagged `answer`."""
    answer = "\n\n".join(mime.of_notebook(notebook, mime.MARKDOWN, "answer"))
    return [" ".join(part.split()) for part in re.split(r"\n\s*\n", without_links(answer)) if part.strip()]


def first_sentence(notebook):
    """What stands for a chapter elsewhere: the first sentence of its short answer, as Markdown without links."""
    answer = short_answer(notebook)
    return re.split(r"(?<=[.?!])\s+(?=[A-Z“])", answer[0])[0] if answer else ""


def _numbered(body, number):
    """Figures and tables counted within the chapter; a link whose text is "Figure" or "Table" gets its number."""
    names, counts = {}, Counter()

    def counted(found):
        kind = "Table" if found[2] == "table" else "Figure"
        counts[kind] += 1
        names[found[3]] = f"{kind} {number}.{counts[kind]}"
        return f'{found[1]}<span class="number">{names[found[3]]}</span>'

    opening = r'<figure class="(chart|table)[^"]*" id="([^"]+)">'
    body = re.sub(rf'({opening}.*?)<span class="number" data-kind="\w+"></span>', counted, body, flags=re.S)
    return re.sub(
        r'<a href="#((?:figure|table)-[^"]+)">(?:Figure|Table)</a>',
        lambda found: f'<a href="#{found[1]}">{names.get(found[1], "the figure")}</a>',
        body,
    )


def _parts(body):
    """Parts, each from a heading to the next; returns the body and the contents as (anchor, heading) pairs."""
    contents = []

    def anchored(found):
        anchor = slug(found[2])
        contents.append((anchor, re.sub(r"<[^>]+>", "", found[2])))
        return f'<h2 id="{anchor}">{found[2]} <a class="permalink" href="#{anchor}" aria-label="Link to this section">#</a></h2>'

    body = re.sub(r"<h2([^>]*)>(.*?)</h2>", anchored, body, flags=re.S)
    # From one heading to the next, or to where a chapter itself begins or ends a section.
    pieces = re.split(r"(?=<h2 id=|<section\b|</section>)", body)
    parts = [f'<div class="part">\n{piece.strip()}\n</div>\n' if piece.startswith("<h2") else piece for piece in pieces]
    return "".join(parts), contents


def reading_minutes(body):
    """Minutes to read what stands open on a page, at least one."""
    return max(1, round(len(depth.visible_text(body).split()) / WORDS_PER_MINUTE))


def _linked(body, titles):
    """Links between chapters: to the page each has, or plain words where this build has none; terms lead to their meaning."""

    def link(found):
        return f'<a href="{address(found[1])}{found[2]}">{found[3]}</a>' if found[1] in titles else found[3]

    body = re.sub(r'<a href="(\d\d_\w+)\.html((?:#[^"]*)?)">(.*?)</a>', link, body, flags=re.S)
    return terms.linked(body, terms.glossary(), TERMS_PAGE)


APOSTROPHE = re.compile(r"(?<=\w)(?:'|&#x27;|&#39;)(?=\w)|(?<=s)(?:'|&#x27;|&#39;)(?=[\s,.;:)])")


def with_curled_apostrophes(page):
    """A page whose apostrophes are those of print, in pictures and names of things too; code, scripts and addresses as they are.

    >>> with_curled_apostrophes('<a title="a&#x27;s">The trials&#x27; own, the trial&#x27;s</a> <code>it&#x27;s</code>')
    '<a title="a’s">The trials’ own, the trial’s</a> <code>it&#x27;s</code>'
    """
    read = r'(?<=\s)(?:title|aria-label)="[^"]*"|(?<=>)[^<]+'
    return re.sub(rf"<(script|style|pre|code)\b.*?</\1>|{read}", _curled, page, flags=re.S)


def _curled(found):
    return found[0] if found[1] else APOSTROPHE.sub("’", found[0])


def without_breaks(body):
    """HTML in which no line breaks within a value (p = 0.03, 1 in 20, 88 kg), a day, a name (MS-STAT2, p-value), a test named by a
    letter, or between "of" or "in" and a number in a table.

    >>> without_breaks('<a href="n = 3">A9-DPC</a> by a t test, n = 3 <code>k = 1</code>, 1 in 5')
    '<a href="n = 3"><span class="one">A9-DPC</span></a> by a t\xa0test, n\xa0=\xa03 <code>k = 1</code>, 1\xa0in\xa05'
    >>> without_breaks('<th scope="col">Drug X (N = 12), in 100</th><td>none of 32: 0%</td> in 100')
    '<th scope="col">Drug X (N\xa0=\xa012), in\xa0100</th><td>none of\xa032: 0%</td> in 100'
    """
    cells = r'(?:(?<=<td>)|(?<=scope="col">))[^<]+'
    body = re.sub(cells, lambda cell: re.sub(r"\b(of|in) (?=\d)", "\\1\xa0", cell[0]), body)

    def kept(found):
        if found[0].startswith("<"):
            return found[0]
        text = re.sub(r"\b([a-zA-Z]) ([=≤]) (?=[\d−])", "\\1\xa0\\2\xa0", found[0]).replace(" t test", " t\xa0test")
        text = re.sub(r"\b1 in (?=\d)", "1\xa0in\xa0", re.sub(r"(?<=\d) (?=(?:kg|mL|pg)\b)", "\xa0", text))
        return re.sub(
            r"\b(?:p-values?|\d{4}-\d\d(?:-\d\d)?|(?=[\w-]{4,10}(?![\w-]))[A-Za-z]*[A-Z]\d?-[A-Z][A-Z\d]*)\b",
            r'<span class="one">\g<0></span>',
            text,
        )

    return re.sub(r"<(script|style|pre|code|svg)\b.*?</\1>|<[^>]*>|[^<]+", kept, body, flags=re.S)


def wrapped_page(name, title, body, titles, changed, edition, **context):
    """A page around its body: head, menu of chapters, contents, foot."""
    numbered = f"{name[:2]} {title}" if name in titles and address(name) != FRONT_PAGE else title
    head = running_head(f"{numbered} · {edition}" if edition else numbered)
    fields = configuration.schema().model_fields
    rerun = [(parameter, value, fields[parameter].default) for parameter, value in sorted(changed.items())]
    given = {"front": configuration.read()["front"], "changed": rerun, "edition": edition}
    given |= {"name": name, "title": title, "titles": titles, "head": head, "head_allowed": csp_hash(head)}
    return with_curled_apostrophes(template("frame.html.j2").render(body=without_breaks(body), **given, **context))


def page(name, notebook, titles, changed, edition, called=""):
    """One chapter as HTML; `titles` maps every chapter of this build to its question.

    `called`: the heading of a page that shows the chapter for something else than the report, in a folder of its own.
    """
    body, contents = _parts(_numbered(body_of(depth.mark_folds(depth.without_empty_sections(notebook))), int(name[:2])))
    body = _linked(tables.with_column_switch(depth.make_folds(body)), titles)
    description = html.unescape(re.sub(r"<[^>]+>", "", _markdown(first_sentence(notebook)))).strip()
    around = {"number": int(name[:2]), "minutes": reading_minutes(body), "description": description}
    following = dict(pairwise(other for other in titles if other not in configuration.read()["apart"]))
    around |= {"before": {one: other for other, one in following.items()}.get(name), "after": following.get(name)}
    other = configuration.read().get("others", {})
    mine = name == other.get("chapter") and other.get("parameter") in changed
    around |= {"contents": contents, "of_another": bool(called) or mine}
    return wrapped_page(name, called or titles[name], body, titles, changed, edition, **around)


def csp_hash(text):
    """What a page's policy must name so that a script or style written into it is used: its digest.

    >>> csp_hash("")
    "'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='"
    """
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def running_head(text, article=""):
    """A style that prints a text at the head of each page; of those pages only that one article takes, where one is named.

    >>> running_head('Was "half" < all?')
    '@page { @top-left { content: "Was \\\\"half\\\\" \\\\3c  all?" } }'
    """
    escaped = re.sub(r'[\\"]', r"\\\g<0>", text).replace("<", "\\3c ").replace("\n", " ")
    name = f"chapter-{article}" if article else ""
    kept = f' [id="{article}"] {{ page: {name} }}' if article else ""
    return f'@page {name}{" " * bool(name)}{{ @top-left {{ content: "{escaped}" }} }}{kept}'


@cache
def versions():
    """Name and version of the packages this report names in requirements.txt."""
    named = (configuration.ROOT / "requirements.txt").read_text()
    return [(name, version(name)) for name in re.findall(r"^([\w.-]+)==", named, flags=re.M) if name != "uv"]


def edition(log):
    """The accepted edition these pages show, "" for a rerun.

    >>> edition([{"accepted_on": "2026-11-26"}])
    'Edition 1 of 26 November 2026'
    """
    if not log:
        return ""
    day = date.fromisoformat(log[-1]["accepted_on"])
    return f"Edition {len(log)} of {day.day} {day:%B %Y}"


def main_of(text):
    """What a page holds between its head and its foot."""
    return re.search(r'<main id="main">(.*)</main>', text, flags=re.S)[1]


@cache
def colours():
    """Colours of a light page by name, as the style sheet has them: it knows a dark partner for each."""
    root = re.search(r":root \{(.*?)\}", (TEMPLATES / SHARED[0]).read_text(encoding="utf-8"), flags=re.S)[1]
    return dict(re.findall(r"--(\w+): (#\w{6});", root))


@cache
def _charts_script():
    # Wrapped, so that its thousands of short names cannot meet those of the page.
    return f"(() => {{{drawings.bundle('window.vegaEmbed = vegaEmbed;')}}})();\n"


def write_shared(folder, names=SHARED):
    """The style sheet and scripts that all pages of a folder share; of a page without live charts those of ALONE will do."""
    for name in names:
        shutil.copyfile(TEMPLATES / name, Path(folder) / name)
    if names == SHARED:
        (Path(folder) / "charts.js").write_text(_charts_script(), encoding="utf-8")
