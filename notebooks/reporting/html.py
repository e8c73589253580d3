"""Executed notebooks to pages: the template, the contents, the numbers of figures, the front page, what stands beside it."""

import base64
import hashlib
import html
import json
import re
import shutil
from functools import cache
from importlib.metadata import version
from pathlib import Path

import jinja2
import nbconvert
import nbformat
from nbconvert.filters.highlight import Highlight2HTML
from traitlets.config import Config

from reporting import configuration, depth, drawings, records, request, stamps, store, tables, terms

TEMPLATES = configuration.ROOT / "reports" / "template"
SHARED = ("report.css", "report.js", "play.js", "bench.js")  # written beside the pages as they stand in the template folder
SPECS = "application/vnd.vegalite."
FRONT_PAGE, TERMS_PAGE, REPRODUCE_PAGE = "index.html", "terms.html", "reproduce.html"
WORDS_PER_MINUTE = 220
FOLDER = configuration.ROOT / ".cache" / "pages"
MOST = 400  # pages kept; about 100 MB


class _Exporter(nbconvert.HTMLExporter):
    """HTMLExporter without its last step, which parses the whole page to describe pictures that ours describe themselves.

    That step takes longer than all others together, and writes the names of SVG small.
    """

    def from_notebook_node(self, nb, resources=None, **kw):
        self.register_filter("highlight_code", Highlight2HTML(pygments_lexer="ipython3", parent=self))
        return nbconvert.TemplateExporter.from_notebook_node(self, nb, self._init_resources(resources), **kw)


@cache
def _exporter():
    made = _Exporter(
        config=Config({"HTMLExporter": {"exclude_anchor_links": True}}),
        extra_template_basedirs=[str(TEMPLATES.parent)],
        template_name=TEMPLATES.name,
    )
    made.template_file = "page.html.j2"
    return made


@cache
def _template(name):
    loader = jinja2.FileSystemLoader(TEMPLATES)
    made = jinja2.Environment(loader=loader, autoescape=True, trim_blocks=True, lstrip_blocks=True)
    made.globals |= {"address": address, "report": configuration.read()["title"], "versions": versions}
    return made.get_template(name)


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


def outputs_of(notebook, tag):
    """The Markdown that cells with a tag have said, in order."""
    return [
        output["data"]["text/markdown"]
        for cell in notebook["cells"]
        if tag in cell.get("metadata", {}).get("tags", [])
        for output in cell.get("outputs", [])
        if "text/markdown" in output.get("data", {})
    ]


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
    said = "\n\n".join(outputs_of(notebook, "answer"))
    return [" ".join(part.split()) for part in re.split(r"\n\s*\n", without_links(said)) if part.strip()]


def first_sentence(notebook):
    """What stands for a chapter elsewhere: the first sentence of its short answer, as Markdown without links."""
    answer = short_answer(notebook)
    return re.split(r"(?<=[.?!])\s+(?=[A-Z“])", answer[0])[0] if answer else ""


def _numbered(body, number):
    """Figures and tables counted within the chapter; a link whose text is "Figure" or "Table" gets its number."""
    names, counts = {}, {"Figure": 0, "Table": 0}

    def label(found):
        kind = found["kind"].capitalize().replace("Chart", "Figure")
        counts[kind] += 1
        names[found["id"]] = f"{kind} {number}.{counts[kind]}"
        return f"{found[0]}"

    for found in re.finditer(r'<figure class="(?P<kind>chart|table)[^"]*" id="(?P<id>[^"]+)">', body):
        label(found)
    parts = re.split(r'(<figure class="(?:chart|table)[^"]*" id="[^"]+">)', body)
    for place in range(1, len(parts), 2):
        key = re.search(r'id="([^"]+)"', parts[place])[1]
        parts[place + 1] = re.sub(
            r'<span class="number" data-kind="\w+"></span>',
            f'<span class="number">{names[key]}</span>',
            parts[place + 1],
            count=1,
        )
    return re.sub(
        r'<a href="#((?:figure|table)-[^"]+)">(?:Figure|Table)</a>',
        lambda found: f'<a href="#{found[1]}">{names.get(found[1], "the figure")}</a>',
        "".join(parts),
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
    return max(1, round(len(depth.in_sight(body).split()) / WORDS_PER_MINUTE))


def differences(changed):
    """The parameters that are not at their defaults, as (name, value, default)."""
    fields = configuration.schema().model_fields
    return [(name, value, fields[name].default) for name, value in sorted(changed.items())]


SHOWN_IN_CODE = "c1|sd|k|kn|ow|s1|s2|sa|mi|mf"  # what report.css colours


def _plain_code(body):
    # The highlighter marks every comma; only what has a colour keeps its mark.
    return re.sub(rf'<span class="(?!(?:{SHOWN_IN_CODE})")[a-z0-9]+">([^<]*)</span>', r"\1", body)


def _linked(body, titles):
    """Links between chapters: to the page each has, or plain words where this build has none; terms lead to their meaning."""

    def link(found):
        return f'<a href="{address(found[1])}{found[2]}">{found[3]}</a>' if found[1] in titles else found[3]

    body = re.sub(r'<a href="(\d\d_\w+)\.html((?:#[^"]*)?)">(.*?)</a>', link, body, flags=re.S)
    return terms.linked(body, terms.glossary(), TERMS_PAGE)


def _framed(name, title, body, titles, changed, edition, **context):
    """A page around its body: head, menu of chapters, contents, foot."""
    head = running_head(f"{name[:2]} {title}" if name in titles else title)
    given = {"front": configuration.read()["front"], "changed": differences(changed), "edition": edition}
    given |= {"name": name, "title": title, "titles": titles, "head": head, "head_allowed": allowed(head)}
    return _template("frame.html.j2").render(body=body, **given, **context)


def page(name, notebook, titles, changed, edition, called=""):
    """One chapter as HTML; `titles` maps every chapter of this build to its question. Kept by what goes into it.

    `called`: the heading of a page that shows the chapter for something else than the report, in a folder of its own.
    """
    story = [None, *(other for other in titles if other not in configuration.read()["apart"]), None]
    place = story.index(name) if name in story else 0
    # All that a page could come from but the other chapters: the terms it explains are read from data, by the science.
    scripts = {f"notebooks/{chapter}.py" for chapter in configuration.chapters()}
    made_by = {path: digest for path, digest in stamps.inputs().items() if path not in scripts}
    title = called or titles[name]
    said = [name, title, titles, changed, versions(), edition]
    kept = FOLDER / f"{stamps.digest([said, list(titles), notebook, made_by])}.html"
    text = store.read(kept)
    if text is None:
        notebook = _without(notebook, "title") if called else notebook
        body = _plain_code(_exporter().from_notebook_node(depth.marked(depth.applying(notebook)))[0])
        body, contents = _parts(_numbered(body, int(name[:2])))
        body = _linked(tables.offered(depth.folded(body)), titles)
        if called:
            body = re.sub(
                r"(<h1[^>]*>).*?(</h1>)", lambda found: found[1] + html.escape(called) + found[2], body, count=1
            )
        description = html.unescape(re.sub(r"<[^>]+>", "", markdown_inline(first_sentence(notebook))))
        around = {"before": story[place - 1] if place else None, "after": story[place + 1] if place else None}
        around |= {
            "number": int(name[:2]),
            "minutes": reading_minutes(body),
            "description": description,
            "called": called,
        }
        text = _framed(name, title, body, titles, changed, edition, contents=contents, **around)
        text = _from_below(text) if called else text
        store.write(kept, text)
    return text


def _without(notebook, tag):
    kept = [cell for cell in notebook["cells"] if tag not in cell["metadata"].get("tags", [])]
    return nbformat.from_dict({**notebook, "cells": kept})


def _from_below(text):
    """A page whose links to what lies beside it lead one folder up."""
    return re.sub(r'(<[a-z][^<>]* (?:href|src)=")(?![#/]|[a-z]+:)', r"\1../", text)


def allowed(text):
    """What a page's policy must name so that a script or style written into it is used: its digest.

    >>> allowed("")
    "'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='"
    """
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def running_head(text, article=""):
    """A style that prints a text at the head of each page; of those pages only that one article takes, where one is named.

    >>> running_head('Was "half" < all?')
    '@page { @top-left { content: "Was \\\\"half\\\\" \\\\3c  all?" } }'
    """
    said = re.sub(r'[\\"]', r"\\\g<0>", text).replace("<", "\\3c ").replace("\n", " ")
    name = f"chapter-{article}" if article else ""
    kept = f' [id="{article}"] {{ page: {name} }}' if article else ""
    return f'@page {name}{" " * bool(name)}{{ @top-left {{ content: "{said}" }} }}{kept}'


def prune():
    """Removes the kept pages used longest ago."""
    store.prune(FOLDER, MOST)


@cache
def versions():
    """Name and version of the packages this report names in requirements.txt."""
    named = re.findall(
        r"^([A-Za-z0-9_.-]+)==([^\s;#]+)", (configuration.ROOT / "requirements.txt").read_text(), flags=re.M
    )
    return [(name, version(name)) for name, _ in named if name not in ("uv",)]


def edition(log):
    """The accepted edition these pages show, "" for a rerun."""
    return f"Edition {len(log)} of {log[-1]['accepted_on']}" if log else ""


def markdown_inline(text):
    """One paragraph of Markdown as HTML without its <p>."""
    made = nbconvert.filters.markdown2html(text).strip()
    return re.sub(r"^<p>(.*)</p>$", r"\1", made, flags=re.S)


def _sections(body):
    return re.findall(r'<section class="part" id="([^"]+)">\s*<h2>(.*?)</h2>', body)


def front_page(text, notebooks, bodies, log):
    """The page of the front chapter with what only the others know: each with its picture, its answer, its minutes."""
    apart = configuration.read()["apart"]
    rows = [
        {
            "name": name,
            "question": question(notebook),
            "answer": markdown_inline(first_sentence(notebook)),
            "minutes": reading_minutes(main_of(bodies[name])),
            "picture": small_picture(bodies[name], f"p{name[:2]}"),
            "apart": name in apart,
        }
        for name, notebook in notebooks.items()
        if name != configuration.read()["front"]
    ]
    text = text.replace("<!-- chapters -->", _template("chapters.html.j2").render(rows=rows))
    return text.replace("<!-- edition -->", f"<p>How up to date: {edition(log)}.</p>" if log else "")


def main_of(text):
    """What a page holds between its head and its foot."""
    return re.search(r'<main id="main">(.*)</main>', text, flags=re.S)[1]


LIGHT = 14_000  # bytes of a picture that stands for a chapter


def small_picture(body, mark):
    """The shapes of a page's first drawing that is light enough, without its words, "" where there is none; its ids begin with `mark`.

    >>> drawn = '<svg font-family="x" width="9" height="90" viewBox="0 0 9 90"><g transform="translate(2,40)"><text>a</text><path/></g></svg>'
    >>> small_picture(f'<div class="drawing narrow">{drawn}</div>', "p")
    '<svg aria-hidden="true" viewBox="0 36 9 54" preserveAspectRatio="xMidYMin slice"><g transform="translate(2,40)"><path/></g></svg>'
    """
    for drawn in re.findall(r'<div class="drawing narrow".*?(<svg\b.*?</svg>)', body, flags=re.S):
        opening, inside = re.match(r"(<svg[^>]*>)(.*)", drawn, flags=re.S).groups()
        inside = re.sub(r"<text\b.*?</text>", "", inside, flags=re.S)
        inside = re.sub(r'\b(id="|url\(#|href="#)', rf"\g<1>{mark}-", inside)
        wide, high = map(float, re.search(r'viewBox="0 0 (\S+) (\S+)"', opening).groups())
        top = float((re.search(r'transform="translate\([^,)]+,([\d.]+)\)', inside) or [0, 4])[1]) - 4
        if len(inside) < LIGHT and re.search(r"<(path|use|rect|circle)\b", inside):
            box = f'viewBox="0 {top:g} {wide:g} {high - top:g}" preserveAspectRatio="xMidYMin slice"'
            return f'<svg aria-hidden="true" {box}>{inside}'
    return ""


def reproduce_page(notebooks, bodies, titles, values, changed, log):
    """What it takes to make the report again, and what it is made of: parameters, packages, changes, figures."""
    fields = configuration.schema().model_fields
    parameters = [
        {
            "name": name,
            "value": value,
            "unit": (fields[name].json_schema_extra or {}).get("unit", ""),
            "meaning": fields[name].description,
            "range": request.range_of(fields[name]),
            "changed": name in changed,
        }
        for name, value in values.items()
    ]
    figures = [figure for name, notebook in notebooks.items() for figure in figures_of(name, notebook, bodies[name])]
    made = {"parameters": parameters, "figures": figures, "log": log, "edition": edition(log)}
    body = tables.offered(_template("reproduce.html.j2").render(made))
    return _framed("reproduce", "Reproduce this report", body, titles, changed, edition(log), contents=_sections(body))


def terms_page(titles, changed, log):
    """Every term that the pages explain, in one sentence."""
    rows = [{"id": terms.anchor(names[0]), "names": names, "meaning": meaning} for names, meaning in terms.glossary()]
    body = _template("terms.html.j2").render(rows=rows)
    return _framed("terms", "Terms in one sentence", body, titles, changed, edition(log), contents=_sections(body))


def forwarder(target, title):
    """A page that leads on to another, and to the same place on it; terms have moved to a page of their own."""
    script = f'location.replace((location.hash.startsWith("#term-") ? "{TERMS_PAGE}" : "{target}") + location.hash);'
    given = {"target": target, "title": title, "script": script, "allowed": allowed(script)}
    return _template("forward.html.j2").render(given)


def figures_of(name, notebook, body):
    """The figures of a chapter: href, number, and what each finds, by the title of its drawing."""
    found = re.findall(
        r'<figure class="chart[^"]*" id="([^"]+)">.*?<span class="number">([^<]+)</span>', body, flags=re.S
    )
    drawn = [output["data"] for cell in notebook["cells"] for output in cell.get("outputs", []) if "data" in output]
    findings = [finding(spec) for data in drawn for key, spec in data.items() if key.startswith(SPECS)]
    return [
        {"href": f"{address(name)}#{key}", "number": number, "finding": said}
        for (key, number), said in zip(found, findings, strict=True)
    ]


def finding(spec):
    """The title of a drawing as one line; where it follows a choice, that of the choice it is printed with.

    >>> chosen = {"expr": '({"5": ["If five,", "none"], "9": ["If nine"]})[one_in]'}
    >>> finding({"title": {"text": chosen}, "params": [{"name": "one_in", "value": 5}]})
    'If five, none'
    """
    text = spec["title"]["text"]
    if isinstance(text, dict):
        choices, name = re.fullmatch(r"\((.*)\)\[(\w+)\]", text["expr"], flags=re.S).groups()
        shown = next(param["value"] for param in spec["params"] if param["name"] == name)
        text = json.loads(choices)[str(shown)]
    return text if isinstance(text, str) else " ".join(text)


@cache
def _charts_script():
    # Wrapped, so that its thousands of short names cannot meet those of the page.
    return f"(() => {{{drawings.bundle('window.vegaEmbed = vegaEmbed;')}}})();\n"


def write_shared(folder):
    """The style sheet and scripts that all pages of a folder share."""
    for name in SHARED:
        shutil.copyfile(TEMPLATES / name, Path(folder) / name)
    (Path(folder) / "charts.js").write_text(_charts_script(), encoding="utf-8")


class Site:
    """The pages of one build, each written into an empty folder as soon as its chapter is done."""

    def __init__(self, folder, titles, values, changed, log):
        """`titles` maps every chapter that gets a page to its question, in reading order; `log` lists the editions."""
        self.folder, self.titles, self.values, self.changed, self.log = Path(folder), titles, values, changed, log
        self.bodies = {}

    def add(self, name, notebook):
        """Writes the page of an executed chapter; of one that ran only for another's sake there is none."""
        if name in configuration.others():
            self._add_other(name, notebook)
        if name in self.titles:
            self.bodies[name] = page(name, notebook, self.titles, self.changed, edition(self.log))
            if address(name) != FRONT_PAGE:
                self._write(f"{name}.html", self.bodies[name])

    def _add_other(self, name, notebook):
        chapter, place = configuration.others()[name][0], self.folder / f"{name}.html"
        called = " ".join(outputs_of(notebook, "title")).strip("* ")
        place.parent.mkdir(exist_ok=True)
        text = page(chapter, notebook, self.titles, {}, edition(self.log), called)
        place.write_text(text, encoding="utf-8")

    def finish_others(self, notebooks):
        """Writes results.csv of the runs in a folder of their own."""
        rows = [row for name, notebook in notebooks.items() for row in records.of_notebook(Path(name).name, notebook)]
        if rows:
            (self.folder / Path(next(iter(notebooks))).parent / "results.csv").write_text(records.text(rows), "utf-8")

    def finish(self, notebooks):
        """Writes results.csv, the front page (or what leads on to the first chapter) and what stands beside, from the executed chapters."""
        rows = [row for name, notebook in notebooks.items() for row in records.of_notebook(name, notebook)]
        self._write("results.csv", records.text(rows))
        bodies, front = {name: self.bodies[name] for name in notebooks}, configuration.read()["front"]
        if front in bodies:
            self._write(FRONT_PAGE, front_page(bodies[front], notebooks, bodies, self.log))
            self._write(f"{front}.html", forwarder(FRONT_PAGE, self.titles[front]))
        else:
            first = next(iter(bodies))
            self._write(FRONT_PAGE, forwarder(f"{first}.html", self.titles[first]))
        made = (notebooks, bodies, self.titles, self.values, self.changed, self.log)
        self._write(REPRODUCE_PAGE, reproduce_page(*made))
        self._write(TERMS_PAGE, terms_page(self.titles, self.changed, self.log))

    def _write(self, name, text):
        (self.folder / name).write_text(text, encoding="utf-8")
