"""Executed notebooks to pages: the template, the contents, the numbers of figures, the index."""

import base64
import hashlib
import html
import re
import shutil
from functools import cache
from importlib.metadata import version
from pathlib import Path

import jinja2
import nbconvert
from nbconvert.filters.highlight import Highlight2HTML
from traitlets.config import Config

from reporting import configuration, depth, drawings, records, request, stamps, store, tables, terms

TEMPLATES = configuration.ROOT / "reports" / "template"
SHARED = ("report.css", "report.js", "play.js")  # written beside the pages as they stand in the template folder
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
    return jinja2.Environment(loader=loader, autoescape=True, trim_blocks=True, lstrip_blocks=True).get_template(name)


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


def _terms(titles):
    # A chapter that runs alone has no list of terms beside it, so it has no links to one.
    return terms.glossary() if configuration.read()["glossary_in"] in titles else []


def _explained(body, name, titles):
    home = configuration.read()["glossary_in"]
    if name == home:
        body = terms.anchored(body, _terms(titles))
    return terms.linked(body, _terms(titles), "" if name == home else f"{home}.html")


def page(name, notebook, titles, changed, edition):
    """One chapter as HTML; `titles` maps every chapter of this build to its question. Kept by what goes into it."""
    story = [None, *(other for other in titles if other not in configuration.read()["apart"]), None]
    place = story.index(name) if name in story else 0
    context = {
        "name": name,
        "title": titles[name],
        "report": configuration.read()["title"],
        "titles": titles,
        "changed": differences(changed),
        "before": story[place - 1] if place else None,
        "after": story[place + 1] if place else None,
        "versions": versions(),
        "edition": edition,
        "number": int(name[:2]),
    }
    # All that a page could come from but the other chapters: the terms it explains are read from data, by the science.
    scripts = {f"notebooks/{chapter}.py" for chapter in configuration.chapters()}
    made_by = {path: digest for path, digest in stamps.inputs().items() if path not in scripts}
    key = stamps.digest([context, list(titles), notebook, made_by])
    kept = FOLDER / f"{key}.html"
    text = store.read(kept)
    if text is None:
        body = _plain_code(_exporter().from_notebook_node(depth.marked(notebook))[0])
        body, contents = _parts(_numbered(body, int(name[:2])))
        body = _explained(tables.offered(depth.folded(body)), name, titles)
        head = running_head(f"{name[:2]} {titles[name]}")
        context |= {"head": head, "head_allowed": allowed(head)}
        context |= {"body": body, "contents": contents, "minutes": reading_minutes(body)}
        text = _template("frame.html.j2").render(context)
        store.write(kept, text)
    return text


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


def index(notebooks, bodies, values, changed, log):
    """The front page: question, answer, chapters, parameters, packages, changes."""
    front, apart = configuration.read()["front"], configuration.read()["apart"]
    answer = short_answer(notebooks[front]) if front in notebooks else []
    rows = [
        {
            "name": name,
            "question": question(notebook),
            "answer": markdown_inline(short_answer(notebook)[0]) if short_answer(notebook) else "",
            "minutes": reading_minutes(re.search(r'<main id="main">(.*)</main>', bodies[name], flags=re.S)[1]),
            "number": int(name[:2]),
            "apart": name in apart,
        }
        for name, notebook in notebooks.items()
    ]
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
    made = _template("index.html.j2").render(
        title=configuration.read()["title"],
        answer=[markdown_inline(part) for part in answer],
        rows=rows,
        figures=_figures(bodies),
        parameters=parameters,
        changed=differences(changed),
        versions=versions(),
        log=log,
        edition=edition(log),
        names={row["name"] for row in rows},
        titles={row["name"]: row["question"] for row in rows},
        answers={row["name"]: row["answer"] for row in rows},
    )
    return _explained(tables.offered(made), "index", notebooks)


def _figures(bodies):
    """Every figure of the pages: href, number, caption."""
    figure = r'<figure class="chart[^"]*" id="([^"]+)">.*?<span class="number">([^<]+)</span>\s*(.*?)(?: <span class="kinds">.*?)?</figcaption>'
    return [
        {"href": f"{name}.html#{key}", "number": number, "caption": html.unescape(caption)}
        for name, body in bodies.items()
        for key, number, caption in re.findall(figure, body, flags=re.S)
    ]


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
        if name in self.titles:
            self.bodies[name] = page(name, notebook, self.titles, self.changed, edition(self.log))
            (self.folder / f"{name}.html").write_text(self.bodies[name], encoding="utf-8")

    def finish(self, notebooks):
        """Writes results.csv and the index, from the executed chapters by name."""
        rows = [row for name, notebook in notebooks.items() for row in records.of_notebook(name, notebook)]
        (self.folder / "results.csv").write_text(records.text(rows), encoding="utf-8")
        text = index(notebooks, {name: self.bodies[name] for name in notebooks}, self.values, self.changed, self.log)
        (self.folder / "index.html").write_text(text, encoding="utf-8")
