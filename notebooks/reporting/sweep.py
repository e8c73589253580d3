"""Many runs, two at a time, into one table: a row a run, results as columns, small charts."""

import json
import os
from concurrent.futures import as_completed
from html import escape

import altair
import pandas

from reporting import (
    build,
    cells,
    configuration,
    drawings,
    execute,
    html,
    places,
    provenance,
    publish,
    records,
    request,
    stamps,
)
from reporting.configuration import UserError

COLUMNS = 8  # results on the page where nobody chose; the table as CSV always holds all that were chosen
PANELS = 12
# Colours of the report's style sheet, which knows a dark partner for each.
INK, MUTED, RULE, LINES = "#22211f", "#66625a", "#d9d4c8", ["#1f5a77", "#22211f", "#6f6b63", "#4f95af", "#0b3d55"]


def is_done(asked, known_inputs):
    """Whether a run with just these parameters, chapters and inputs stands whole in its folder."""
    folder = places.REPORTS / "runs" / asked.name
    said = provenance.read(folder)
    if said is None or said["parameters"] != asked.values or said["inputs"] != known_inputs:
        return False
    names = {f"{name}.ipynb" for name in asked.chapters} | {"results.csv", "index.html"}
    return names <= set(said["files"]) and all((folder / name).is_file() for name in said["files"])


def run_all(sweep, say=print):
    """Every run of a Sweep that is not done yet; returns (Request, error or None) in order. A failed run stops no other.

    The first goes alone, two chapters at a time: what it shares with the others is kept then. The others go in pairs, one chapter
    at a time each, so that no core waits for a run's last chapter; where they are odd in number, a second one goes alone too.
    """
    known_inputs, waiting, errors = stamps.inputs(), [], {}

    def head(asked):
        say(f"[{sweep.runs.index(asked) + 1}/{len(sweep.runs)}] {asked.name.split('/')[1]}")

    for asked in sweep.runs:
        if is_done(asked, known_inputs):
            head(asked)
            say("  done before, kept")
        else:
            waiting.append(asked)
    alone = 1 + (len(waiting) - 1) % 2
    for asked in waiting[:alone]:
        head(asked)
        errors[asked.name] = _build(asked, say, execute.WORKERS)
    with publish.workshop() as workspace, execute.pool(workspace) as builds:
        running = {builds.submit(_build_and_tell, asked): asked for asked in waiting[alone:]}
        for done in as_completed(running):
            head(running[done])
            errors[running[done].name], told = done.result()
            for line in told:
                say(line)
    return [(asked, errors.get(asked.name)) for asked in sweep.runs]


def _build(asked, say, workers):
    # What went wrong in words, None where nothing did.
    try:
        build.build(asked, say, workers)
    except (execute.ChapterError, UserError) as fault:
        say("  failed: " + str(fault).replace("\n", "\n  "))
        return str(fault)
    return None


def _build_and_tell(asked):
    # In a process of its own, whose words are said when it is done: two that speak at once are hard to follow.
    told = []
    try:
        return _build(asked, told.append, 1), told
    except KeyboardInterrupt:  # the sweep was stopped, and the executor would give this process its next run
        os._exit(130)


# --- the table --------------------------------------------------------------------------------------------------------


def gathered(outcomes):
    """The results of all runs: a frame with run, name, value, lower, upper, unit, method."""
    frames = []
    for asked, error in outcomes:
        if error is None:
            frame = records.read(places.REPORTS / "runs" / asked.name / "results.csv").reset_index()
            frames.append(frame.assign(run=asked.name.split("/")[1]))
    return pandas.concat(frames, ignore_index=True) if frames else pandas.DataFrame(columns=["run", *records.COLUMNS])


def chosen(frame, wanted):
    """Names of the results in `wanted` (names or beginnings of names, by spaces or commas; "" takes all)."""
    names = list(dict.fromkeys(frame["name"]))
    found = []
    for word in wanted.replace(",", " ").split():
        matching = [name for name in names if name.startswith(word)]
        if not matching:
            close = configuration.nearest(word, names)
            raise UserError(f"RESULTS: no result starts with {word}{f'; the nearest is {close}' if close else ''}.")
        found += matching
    return list(dict.fromkeys(found)) if wanted.strip() else names


def moving(frame, names):
    """Those of the names whose value or limits differ between the runs."""
    parts = frame[frame["name"].isin(names)].groupby("name")[records.NUMBERS]
    several = parts.nunique(dropna=False).max(axis=1)
    return [name for name in names if several[name] > 1]


def table_text(outcomes, varied, frame, names):
    """The table as CSV: run, status, the parameters that vary, then value, lower and upper of each result."""
    keyed = {(row["run"], row["name"]): row for row in frame.to_dict("records")}
    limited = {row["name"] for row in keyed.values() if row["lower"] == row["lower"]}
    columns = [(name, part) for name in names for part in (records.NUMBERS if name in limited else ["value"])]
    heads = [name if part == "value" else f"{name}.{part}" for name, part in columns]
    lines = [["run", "status", *varied, *heads]]
    for asked, error in outcomes:
        own = asked.name.split("/")[1]
        numbers = [keyed[own, name][part] if (own, name) in keyed else None for name, part in columns]
        shown = ["" if number is None or number != number else f"{number:.12g}" for number in numbers]
        status = "done" if error is None else "failed: " + " ".join(error.split())
        lines.append([own, status, *(_plain(asked.values[name]) for name in varied), *shown])
    return cells.text(lines)


def _plain(value):
    return value if isinstance(value, str) else json.dumps(value)


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


def panel_rows(outcomes, varied, axis, frame, name):
    """The rows of one small chart: x, value, lower, upper and the other parameters that vary, in words."""
    keyed = frame[frame["name"] == name].set_index("run")
    others = [parameter for parameter in varied if parameter != axis]
    rows = []
    for asked, error in outcomes:
        own = asked.name.split("/")[1]
        if error is None and own in keyed.index:
            limits = {part: keyed.loc[own, part] for part in records.NUMBERS}
            series = ", ".join(f"{parameter} {_plain(asked.values[parameter])}" for parameter in others)
            rows.append({"x": asked.values[axis] if axis else own, **limits, "series": series if axis else ""})
    return pandas.DataFrame(rows)


def panel(rows, axis, name):
    """One result over the swept parameter (or over the runs, where none is a number): an Altair chart, 300 px wide."""
    several = rows["series"].nunique() > 1
    colour = (
        altair.Color(
            "series:N", title=None, scale=altair.Scale(range=LINES), legend=altair.Legend(orient="bottom", columns=1)
        )
        if several
        else altair.value(LINES[0])
    )
    number = altair.Scale(zero=False, nice=True)
    if axis:
        x = altair.X("x:Q", title=axis, scale=number, axis=altair.Axis(tickCount=4, grid=False))
        y = altair.Y("value:Q", title=None, scale=number, axis=altair.Axis(tickCount=4))
        base = altair.Chart(rows).encode(x=x, color=colour)
        marks = base.mark_line(strokeWidth=1.5).encode(y=y) + base.mark_point(filled=True, size=40, opacity=1).encode(
            y=y
        )
        limits = base.mark_rule(strokeWidth=1.5).encode(y=altair.Y("lower:Q", title=None, scale=number), y2="upper:Q")
        height = 150
    else:
        y = altair.Y("x:N", title=None, sort=None, axis=altair.Axis(labelLimit=150))
        base = altair.Chart(rows).encode(y=y, color=colour)
        x = altair.X("value:Q", title=None, scale=number, axis=altair.Axis(tickCount=3))
        marks = base.mark_point(filled=True, size=50, opacity=1).encode(x=x)
        limits = base.mark_rule(strokeWidth=1.5).encode(x=altair.X("lower:Q", title=None, scale=number), x2="upper:Q")
        height = altair.Step(24)
    has_limits = rows["lower"].notna().any()
    chart = altair.layer(limits, marks) if has_limits else altair.layer(marks)
    return (
        chart.properties(width=230 if axis else 150, height=height, description=described(rows, axis, name))
        .configure(font="Liberation Sans", background="transparent", padding=4)
        .configure_view(stroke=None)
        .configure_axis(
            labelFontSize=12, titleFontSize=12, titleFontWeight="normal", labelColor=MUTED, titleColor=MUTED,
            gridColor=RULE, domainColor=RULE, tickColor=RULE,
        )
        .configure_legend(labelFontSize=12, labelColor=INK, labelLimit=280)
    )  # fmt: skip


def described(rows, axis, name):
    """What a panel shows, for whoever cannot see it: each point in words."""
    points = "; ".join(
        f"{row.x}{f' ({row.series})' if row.series else ''}: {row.value:.4g}" for row in rows.itertuples()
    )
    return f"{name} over {axis or 'the runs'}: {points}."


# --- the page ---------------------------------------------------------------------------------------------------------


def _shown(row):
    if row is None:
        return ""
    limits = f" ({row['lower']:.4g} to {row['upper']:.4g})" if row["lower"] == row["lower"] else ""
    return f"{row['value']:.4g}{limits}".replace("-", "−")


def page_text(sweep, outcomes, frame, names, wanted):
    """The page of a sweep: table, small charts and what failed."""
    moved = moving(frame, names)
    columns = names if wanted.strip() else moved[:COLUMNS]
    axis = axis_of(sweep)
    keyed = {(row["run"], row["name"]): row for row in frame.to_dict("records")}
    rows = [
        {
            "run": asked.name.split("/")[1],
            "error": error,
            "parameters": [_plain(asked.values[name]) for name in sweep.varied],
            "cells": [_shown(keyed.get((asked.name.split("/")[1], name))) for name in columns],
        }
        for asked, error in outcomes
    ]
    panels = []
    for name in [name for name in columns if name in moved][:PANELS]:
        points = panel_rows(outcomes, sweep.varied, axis, frame, name)
        spec = panel(points, axis, name).to_dict()
        panels.append({"name": name, "svg": drawings.light(spec), "alt": escape(spec["description"], quote=True)})
    return html.template("sweep.html.j2").render(
        title=f"Sweep {sweep.name}",
        report=configuration.read()["title"],
        varied=sweep.varied,
        columns=columns,
        rows=rows,
        panels=panels,
        axis=axis,
        more=len(moved) - len([name for name in columns if name in moved]),
        still=len(names) - len(moved),
        failed=sum(error is not None for _, error in outcomes),
    )


def sweep(environment=os.environ, say=print):
    """Runs what was asked for and writes one table; returns the folder and how many runs failed."""
    asked = request.read_sweep(environment)
    wanted = environment.get("RESULTS", "")
    target = places.REPORTS / "runs" / asked.name
    with publish.locked(), publish.full_disk_in_words():
        if provenance.read(target) is not None:
            raise UserError(f"reports/runs/{asked.name} holds a single run; name the sweep with RUN=.")
        publish.check_target(target, [])
        build.check(*(one.values for one in asked.runs))
        say(f"{len(asked.runs)} runs in reports/runs/{asked.name}:")
        outcomes = run_all(asked, say)
        frame = gathered(outcomes)
        names = chosen(frame, wanted) if len(frame) else []
        with publish.workshop() as workspace:
            pages = workspace / "pages"
            pages.mkdir()
            for name in html.SHARED:
                (pages / name).write_bytes((html.TEMPLATES / name).read_bytes())
            (pages / "table.csv").write_text(table_text(outcomes, asked.varied, frame, names), encoding="utf-8")
            (pages / "index.html").write_text(page_text(asked, outcomes, frame, names, wanted), encoding="utf-8")
            publish.publish(pages, target)
    return target, sum(error is not None for _, error in outcomes)
