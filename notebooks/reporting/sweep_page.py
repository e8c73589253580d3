"""The page of a sweep: its table in parts of a hundred rows, and a small chart a result, of dots or, where runs are many, of bands."""

import json
from html import escape

import altair
import numpy
import pandas

from reporting import configuration, drawings, html, records

COLUMNS = 8  # results on the page where nobody chose; the table as CSV always holds all that were chosen
PANELS = 12
ROWS, CELLS = 100, 3000  # at most so many on one page, of a table that goes on on the next
DOTS = 100  # runs that are shown one by one
BINS = 20
FEW = 20  # failures named at the head of a table in parts
QUANTILES = {"p5": 0.05, "p25": 0.25, "p50": 0.5, "p75": 0.75, "p95": 0.95}
# Series are told apart by their order, in ink alone.
DASHES = [[1, 0], [6, 3], [2, 2], [9, 3, 2, 3], [14, 5]]
SHAPES = ["circle", "square", "triangle-up", "diamond", "cross"]


def plain(value):
    """The value of a parameter as a reader would type it."""
    return value if isinstance(value, str) else json.dumps(value)


def short(value):
    """A number of a run as a reader gets it."""
    return configuration.science("words").short(value, 4)


def _shown(value, lower, upper):
    if value != value:
        return ""
    limits = f" ({configuration.science('words').between(lower, upper, short)})" if lower == lower else ""
    return short(value) + limits


def moving(parts, names):
    """Those of the names whose value or limits differ between the runs; `parts` maps value, lower and upper to frames of `sweep.wide`."""
    several = {name for table in parts.values() for name in names if table[name].nunique(dropna=False) > 1}
    return [name for name in names if name in several]


# --- the charts -------------------------------------------------------------------------------------------------------


def axis_of(sweep):
    """The parameter that charts run along: the first that varies and is a number in every run, else None."""
    return next(
        (
            name
            for name in sweep.varied
            if all(isinstance(asked.values[name], int | float) for asked in sweep.runs)
            and not any(isinstance(asked.values[name], bool) for asked in sweep.runs)
        ),
        None,
    )


def panel_rows(runs, varied, axis, parts, name):
    """The rows of one small chart: x, value, lower, upper and the other parameters that vary, in words; runs without the result are left out."""
    others = [parameter for parameter in varied if parameter != axis]
    there = {asked.called: asked for asked in runs}
    made = pandas.DataFrame({part: table[name] for part, table in parts.items()}).dropna(subset=["value"])
    series = [
        ", ".join(f"{other} {plain(there[run].values[other])}" for other in others) if axis else ""
        for run in made.index
    ]
    return made.assign(x=[there[run].values[axis] if axis else run for run in made.index], series=series)


def panel(rows, axis, name):
    """One result over the swept parameter (or over the runs, where none is a number): an Altair chart, 300 px wide."""
    chart, summary = (_dots if len(rows) <= DOTS else _bands if axis else _bars)(rows, axis)
    ink, muted, rule = (html.colours()[name] for name in ("ink", "muted", "rule"))
    over = f"over {axis}" if axis else "over the runs"
    return (
        chart.properties(description=f"{name} {over}: {summary}.")
        .configure(font="Liberation Sans", background="transparent", padding=4)
        .configure_view(stroke=None)
        .configure_axis(
            labelFontSize=12, titleFontSize=12, titleFontWeight="normal", labelColor=muted, titleColor=muted,
            gridColor=rule, domainColor=rule, tickColor=rule,
        )
        .configure_legend(labelFontSize=12, labelColor=ink, labelLimit=280)
    )  # fmt: skip


def _ink():
    return altair.value(html.colours()["ink"])


NUMBER = altair.Scale(zero=False, nice=True)


def _axes(axis):
    x = altair.X("x:Q", title=axis, scale=NUMBER, axis=altair.Axis(tickCount=4, grid=False))
    return x, {"title": None, "scale": NUMBER, "axis": altair.Axis(tickCount=4 if axis else 3)}


def _dots(rows, axis):
    """Few runs, each a dot with its limits: over the parameter, joined where they differ in it alone, or one below the other."""
    along, look = _axes(axis)
    along = along if axis else altair.Y("x:N", title=None, sort=None, axis=altair.Axis(labelLimit=150))
    value, other = (altair.Y, "y2") if axis else (altair.X, "x2")
    base = altair.Chart(rows).encode(along, color=_ink())
    legend = altair.Legend(orient="bottom", columns=1)
    dash = altair.StrokeDash("series:N", sort=None, scale=altair.Scale(range=DASHES), legend=None)
    shape = altair.Shape("series:N", title=None, sort=None, scale=altair.Scale(range=SHAPES), legend=legend)
    several = rows["series"].nunique() > 1
    points = base.mark_point(filled=True, size=45, opacity=1).encode(value("value:Q", **look), *[shape] * several)
    lines = base.mark_line(strokeWidth=1.5).encode(value("value:Q", **look), *[dash] * several)
    limits = base.mark_rule(strokeWidth=1.5).encode(value("lower:Q", **look), **{other: "upper:Q"})
    marks = [*[limits] * bool(rows["lower"].notna().any()), *[lines] * bool(axis), points]
    size = {"width": 230, "height": 150} if axis else {"width": 150, "height": altair.Step(24)}
    each = (f"{row.x}{f' ({row.series})' if row.series else ''}: {short(row.value)}" for row in rows.itertuples())
    return altair.layer(*marks).properties(**size), "; ".join(each)


def _bands(rows, axis):
    """Many runs over a parameter: the median as a line, half of the runs and nine tenths of them as bands."""
    few = rows["x"].nunique() <= BINS
    bins = rows["x"] if few else pandas.cut(rows["x"], BINS).map(lambda bin: bin.mid).astype(float)
    found = rows.groupby(bins)["value"].quantile(list(QUANTILES.values())).unstack()
    found = found.set_axis(list(QUANTILES), axis=1).rename_axis("x").reset_index()
    x, look = _axes(axis)
    base = altair.Chart(found).encode(x=x, color=_ink())
    bands = [
        base.mark_area(opacity=opacity).encode(y=altair.Y(f"{low}:Q", **look), y2=f"{high}:Q")
        for low, high, opacity in (("p5", "p95", 0.2), ("p25", "p75", 0.35))
    ]
    middle = base.mark_line(strokeWidth=2).encode(y=altair.Y("p50:Q", **look))
    summary = "; ".join(f"about {short(row.x)} {_shown(row.p50, row.p5, row.p95)}" for row in found.itertuples())
    chart = altair.layer(*bands, middle).properties(width=230, height=150)
    return chart, f"medians and where nine tenths lie: {summary}"


def _bars(rows, _):
    """Many runs where no parameter is a number: how many have which value."""
    counts, ends = numpy.histogram(rows["value"], BINS)
    found = pandas.DataFrame({"from": ends[:-1], "to": ends[1:], "runs": counts})
    x = altair.X("from:Q", title=None, scale=NUMBER, axis=altair.Axis(tickCount=4, grid=False))
    bars = (
        altair.Chart(found)
        .mark_bar()
        .encode(color=_ink(), x=x, x2="to:Q", y=altair.Y("runs:Q", title="runs"), y2=altair.datum(0))
    )
    low, middle, high = map(short, rows["value"].quantile([0.05, 0.5, 0.95]))
    return bars.properties(width=230, height=150), f"median {middle}, nine tenths between {low} and {high}"


# --- the page ---------------------------------------------------------------------------------------------------------


def _rows(varied, outcomes, parts, columns, pages):
    for asked, error in outcomes:
        there = error is None and asked.called in parts["value"].index
        yield {
            "run": asked.called,
            "error": error,
            "linked": pages and error is None,
            "parameters": [plain(asked.values[name]) for name in varied],
            "cells": [_shown(*(parts[part].at[asked.called, name] for part in records.NUMBERS)) for name in columns]
            if there
            else [],
        }


def texts(sweep, outcomes, parts, names, wanted, pages=False):
    """The pages of a sweep, file to text: index.html with the charts and the first rows of the table, and its further parts."""
    moved = moving(parts, names)
    columns = names if wanted.strip() else moved[:COLUMNS]
    axis, shown = axis_of(sweep), [name for name in columns if name in moved]
    panels = []
    for name in shown[:PANELS]:
        spec = panel(panel_rows(sweep.runs, sweep.varied, axis, parts, name), axis, name).to_dict()
        panels.append({"name": name, "svg": drawings.slim_svg(spec), "alt": escape(spec["description"], quote=True)})
    a_page = max(10, min(ROWS, CELLS // (1 + len(columns) + len(sweep.varied))))
    cut = [outcomes[start : start + a_page] for start in range(0, len(outcomes), a_page)]
    files = ["index.html", *(f"runs-{number}.html" for number in range(2, len(cut) + 1))]
    failures = [(asked.called, error) for asked, error in outcomes if error is not None]
    common = {
        "title": f"Sweep {sweep.name}",
        "runs": len(outcomes),
        "varied": sweep.varied,
        "columns": columns,
        "axis": axis,
        "dots": len(outcomes) <= DOTS,
        "more": len(moved) - len(shown),
        "still": len(names) - len(moved),
        "failed": len(failures),
        "failures": failures[:FEW] if len(cut) > 1 else [],
        "files": files,
        "a_page": a_page,
        "pages": pages,
    }
    template = html.template("sweep.html.j2")
    return {
        file: template.render(
            common, rows=[*_rows(sweep.varied, some, parts, columns, pages)], part=part, panels=[] if part else panels
        )
        for part, (file, some) in enumerate(zip(files, cut, strict=True))
    }
