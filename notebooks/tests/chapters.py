"""What several tests ask of the chapters: scripts, references, their cells and sentences."""

import ast
import json
import os
from functools import cache, partial, wraps
from pathlib import Path
from types import SimpleNamespace

import altair as alt
import jupytext

from reporting import configuration, drawings, html, page
from trial.next_trial import tornado

NOTEBOOKS = Path(__file__).resolve().parents[1]
ROOT = NOTEBOOKS.parent
NAMES = configuration.chapters()
FRONT = configuration.read()["front"]
BESIDE = (html.TERMS_PAGE, html.REPRODUCE_PAGE)  # pages that are no chapter
PAGES = [*map(html.address, NAMES), *BESIDE]


def page_of(name):
    """A chapter's page as it lies in reports/."""
    return (ROOT / "reports" / html.address(name)).read_text(encoding="utf-8")


def files():
    """The checkout's files, as paths in it: all but those in the folders that .gitignore names."""
    ignored = {".git"} | {line.rstrip("/") for line in (ROOT / ".gitignore").read_text(encoding="utf-8").splitlines()}
    for folder, inside, names in os.walk(ROOT):
        place = Path(folder).relative_to(ROOT)
        inside[:] = [name for name in inside if not ignored & {name, str(place / name)}]
        yield from (place / name for name in names)


@cache
def script(name):
    """A chapter as jupytext reads it from its script."""
    return jupytext.read(NOTEBOOKS / f"{name}.py")


@cache
def reference(name):
    """A chapter's executed pair, as plain JSON."""
    return json.loads((NOTEBOOKS / f"{name}.ipynb").read_text(encoding="utf-8"))


def cells(name, kind, tag=None):
    """Sources of a chapter's cells of one kind (and one tag)."""
    return [
        cell.source
        for cell in script(name).cells
        if cell.cell_type == kind and (tag is None or tag in cell.metadata.get("tags", []))
    ]


def texts_in(source):
    """The constant parts of all texts in a piece of code that a reader will see: f-strings and strings with a space."""
    tree = ast.parse(source)
    inside = {id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in ast.walk(node)}
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            yield "".join(part.value for part in node.values if isinstance(part, ast.Constant))
        elif (
            isinstance(node, ast.Constant)
            and isinstance(node.value, str)
            and id(node) not in inside
            and " " in node.value
        ):
            yield node.value


@cache
def compiled(name):
    """The code cells of a chapter, each with whether it holds the parameters."""
    found = [cell for cell in script(name).cells if cell.cell_type == "code"]
    tagged = ["parameters" in cell.metadata.get("tags", []) for cell in found]
    return [(compile(cell.source, f"{name}.py", "exec"), tag) for cell, tag in zip(found, tagged, strict=True)]


KINDS = {
    "layer": alt.LayerChart,
    "hconcat": alt.HConcatChart,
    "vconcat": alt.VConcatChart,
    "facet": alt.FacetChart,
    "mark": alt.Chart,
}


def valid(spec):
    """The spec of a chart if the schema of Vega-Lite allows it; the report itself does not ask, for want of time."""
    kind = next(KINDS[key] for key in KINDS if key in spec)
    kind.validate({key: value for key, value in spec.items() if key not in ("datasets", "$schema")})
    return spec


NO_DRAWING = '<svg width="1" height="1" viewBox="0 0 1 1"></svg>'


FEW_POINTS = 64  # of the box of assumptions


def run_here(name, publish, monkeypatch, values=None, whole=False, check=False):
    """Runs a chapter in this process, each output given to `publish`; drawings are not made, charts stay specs.

    `values` take the place of the defaults of those parameters that the chapter has. Unless `whole`, each chart is laid out
    at one width only, and the box of assumptions holds few points. `check`: specs must be valid (a quarter of the time).
    """
    variables = {}
    with monkeypatch.context() as patch:
        patch.setattr(page, "publish_display_data", publish)
        patch.setattr(drawings, "slim_svg", lambda spec: NO_DRAWING if not check or valid(spec) else None)
        if not whole:
            patch.setattr(page, "chart", partial(_chart_at_one_width, page.chart))
            patch.setattr(tornado, "POINTS", FEW_POINTS)
        patch.setattr(page, "_about", [])
        patch.setattr(page, "_kept", [])
        patch.setattr(page, "_cited", set())
        patch.delenv("REPORT_RESULTS", raising=False)
        for code, parameters in compiled(name):
            exec(code, variables)
            if parameters:
                variables.update({key: value for key, value in (values or {}).items() if key in variables})


def _chart_at_one_width(chart, draw, *given, **options):
    made = []

    @wraps(draw)
    def drawn_once(frame, width, **more):
        if not made:
            made.append(SimpleNamespace(to_dict=cache(draw(frame, width, **more).to_dict)))
        return made[0]

    return chart(drawn_once, *given, **options)
