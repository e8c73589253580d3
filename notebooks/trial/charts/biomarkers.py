"""Drawings of chapter 04: which molecules moved in which study, and how small a p-value so few people can give."""

import altair as alt
import pandas as pd

from trial import words
from trial.charts import curves, marks, panels, theme
from trial.charts.figure import figure

WAYS = {  # shape, colour and word of each
    "up": ("triangle-up", theme.INK, "rose"),
    "down": ("triangle-down", theme.INK, "fell"),
    "changed": ("diamond", theme.COMPARATOR, "changed, way not read"),
    "unchanged": ("M-1,-0.15L1,-0.15L1,0.15L-1,0.15Z", theme.COMPARATOR, "did not change"),
}
OURS, BLANK = "This trial", "none\nnamed\nin what\nwe read"


def directions(table, width):
    """Which molecules moved in which study, one mark an analyte and study, beside an empty column for this trial.

    `table`: analyte, trial, people_of (whose fluid), direction (up, down, changed, unchanged), analytes as drawn.
    """
    analytes, studies = list(dict.fromkeys(table.analyte)), sorted(dict.fromkeys(table.trial), key=str.lower)
    subtitle = (
        "Triangle up = rose, triangle down = fell, diamond = changed but we did not read which way, bar = did "
        "not change. Reported, directions only; the spinal fluid study shares people with phase II."
    )
    moved = table[table.direction != "unchanged"]
    again = _again(moved)
    said = "; ".join(
        f"{name} {', '.join(f'{WAYS[row.direction][2]} ({row.trial})' for row in part.itertuples())}"
        for name, part in moved[moved.analyte.isin(again)].groupby("analyte", sort=False)
    )
    told = (
        f"Grid of {len(analytes)} molecules by {words.in_words(len(studies))} other studies, one mark a direction; "
        f"the column of this trial is empty. {said or 'No molecule moved in two groups of people'}. Reported."
    )
    return figure(
        _grid(table, width, analytes, [OURS, *studies]), _moved(moved, again, len(analytes)), subtitle, told, width
    )


def _grid(table, width, analytes, columns):
    left = theme.BOLD_ROOM * max(map(len, analytes))
    letters = max(int((width - left) / len(columns) / theme.BOLD_ROOM), 8)
    heads = {name: marks.folded(name, letters) for name in columns}
    deepest = 1 + max(head.count("\n") for head in heads.values())
    above = alt.Axis(
        title=None,
        orient="top",
        domain=False,
        ticks=False,
        labelAngle=0,
        labelExpr="split(datum.label, '\\n')",
        labelBaseline="line-top",
        labelLineHeight=theme.LINE,
        labelPadding=theme.LINE * deepest + theme.GAP,
    )
    between = alt.Axis(title=None, domain=False, ticks=False, labels=False, grid=True, tickBand="extent")
    x = alt.X("study:N", axis=above, scale=alt.Scale(domain=list(heads.values()), range=[left, width]))
    y = alt.Y("analyte:N", axis=between, scale=alt.Scale(domain=analytes))
    shapes = alt.Scale(domain=list(WAYS), range=[shape for shape, _, _ in WAYS.values()])
    hues = {way: hue for way, (_, hue, _) in WAYS.items()}
    height = theme.ROW * len(analytes)
    blank = alt.YValue((height - theme.LINE * BLANK.count("\n")) / 2)
    ours = pd.DataFrame({"study": [heads[OURS]], "text": [BLANK]})
    layers = [
        alt.Chart(ours[["study"]])
        .mark_rect(fill=theme.PAPER, stroke=theme.COMPARATOR, strokeDash=[4, 4], aria=False)
        .encode(x=x),
        marks.label(ours, "text", x, blank, align="center", color=theme.MUTED),
        marks.label(pd.DataFrame({"analyte": analytes}), "analyte", alt.XValue(0), y, bold=True),
        alt.Chart(table[["analyte", "direction"]].assign(study=table.trial.map(heads)))
        .mark_point(filled=True, opacity=1, size=theme.DOT, aria=False)
        .encode(
            x=x,
            y=y,
            shape=alt.Shape("direction:N", scale=shapes, legend=None),
            color=marks.painted("direction", hues),
        ),
    ]
    return alt.layer(*layers, width=width, height=height)


def _again(moved):
    groups = moved.groupby("analyte", sort=False).people_of.nunique()
    return list(groups.index[groups > 1])


def _moved(moved, again, many):
    ways = moved[moved.direction != "changed"].groupby("analyte").direction.nunique()
    split = [name for name in again if ways.get(name, 0) > 1]
    if split:
        return f"Other studies do not agree on which way {words.listed(split)} moved"
    if again:
        return (
            f"{words.sentence(words.in_words(len(again)))} of {many} molecules moved in more than one "
            f"group of people: {words.listed(again)}"
        )
    return "No molecule moved in more than one group of people"


def smallest_p(table, width, alpha, n_analytes):
    """The smallest p-value a signed-rank test can give, by people with two samples, beside the levels one needs.

    `table`: people, smallest_p (two-sided), from one person upwards; at least three rows.
    """
    levels, most = [alpha, alpha / n_analytes][: min(n_analytes, 2)], int(table.people.max())
    few, all_of_them = table.smallest_p.iloc[2], table.smallest_p.iloc[-1]
    subtitle = (
        "Dot = the smallest p-value so many people can give, if the molecule rises in each of them (signed "
        "rank, two-sided); filled = small enough for one molecule. Worked out; the size of the "
        "panel is assumed."
    )
    among = "" if n_analytes == 1 else f", {words.probability(levels[-1])} for one among {words.number(n_analytes)}"
    told = (
        f"Dots by number of people with two samples: the smallest two-sided p-value falls from "
        f"{words.probability(few)} for three people to {words.probability(all_of_them)} for "
        f"{words.in_words(most)}; the level is {words.plain(alpha)} for one molecule{among}. "
        f"Worked out; panel size assumed."
    )
    named = ", named before" if theme.wide(width) else ""
    said = [
        f"{words.plain(alpha)}: one molecule{named}",
        f"{words.probability(levels[-1])}: one among {words.number(n_analytes)}",
    ][: len(levels)]
    lines = pd.DataFrame({"start": 0.5, "end": most + 0.5, "level": levels, "text": said})
    drawing = _falling(table[["people", "smallest_p"]], lines, width)
    return figure(drawing, _from_luck(few, all_of_them, most, alpha, n_analytes), subtitle, told, width)


def _falling(table, lines, width):
    """A dot a number of people, filled where it is at or below the first line."""
    points = table.assign(
        text=table.smallest_p.map(words.probability),
        hue=[theme.INK if p <= lines.level[0] else theme.PAPER for p in table.smallest_p],
    )
    lowest, across = min(points.smallest_p.min(), lines.level.min()), [lines.start[0], lines.end[0]]
    look = {"height": theme.LOW, "labels": 0, "levels": [], "names": points.text.str.len().max(), "log": "y"}
    on = curves.plane(width, across, [lowest / 2, 2], "People with two samples", values=points.people.tolist(), **look)
    # Words that a line would run through stand above their dot, where there is room.
    struck = points.smallest_p.map(lambda p: any(level / 1.4 < p < level * 1.4 for level in lines.level))
    layers = [
        marks.rule(lines, on.x("start"), on.y("level"), x2="end", color=theme.SEEN, dash=theme.DASH),
        marks.label(lines, "text", on.x("start"), on.y("level"), dy=1.5 * theme.GAP, color=theme.SEEN),
        marks.dots(points, on.x("people"), on.y("smallest_p"), edge=theme.INK, field="hue"),
        *[
            marks.label(part, "text", on.x("people"), on.y("smallest_p"), dx=theme.GAP, dy=-theme.GAP if up else 0)
            for up, part in points.groupby(struck)
            if not up or theme.wide(width)
        ],
    ]
    return curves.drawn(layers, on)


def _from_luck(few, all_of_them, most, alpha, n_analytes):
    """
    >>> _from_luck(0.25, 0.00049, 12, 0.05, 50)
    'By ranks, three people could not tell any rise from luck; twelve could, even in one of 50 molecules'
    >>> _from_luck(0.25, 0.00049, 12, 0.05, 500)
    'By ranks, three people could not tell any rise from luck; twelve could, but not in one of 500 molecules'
    >>> _from_luck(0.25, 0.00049, 12, 0.0001, 1)
    'At this level neither three nor twelve people could tell a rise from luck by ranks'
    >>> _from_luck(0.25, 0.00049, 12, 0.3, 1)
    'At this level even three people could tell a rise from luck'
    """
    panel = f"one of {words.number(n_analytes)} molecules"
    if few <= alpha:
        return "At this level even three people could tell a rise from luck"
    if all_of_them > alpha:
        return f"At this level neither three nor {words.in_words(most)} people could tell a rise from luck by ranks"
    if all_of_them <= alpha / n_analytes:
        return (
            f"By ranks, three people could not tell any rise from luck; {words.in_words(most)} could, even in {panel}"
        )
    return f"By ranks, three people could not tell any rise from luck; {words.in_words(most)} could, but not in {panel}"


def volcano(table, width, alpha):
    """Two simulated panels of molecules: mean change across, smaller p-values higher up; dark = truly rises.

    `table`: world (two), molecule, rises, change (SDs of the change), p_value.
    """
    worlds = list(dict.fromkeys(table.world))
    called = (table[(table.p_value <= alpha) & (table.change > 0)].groupby("world").size()).reindex(
        worlds, fill_value=0
    )
    names = {world: f"{world}: {words.number(called[world])} called raised" for world in worlds}
    points = table[["change", "p_value"]].assign(
        panel=table.world.map(names), name="", stands_out=["yes" if rises else "no" for rises in table.rises]
    )
    columns = 2 if theme.wide(width) else 1
    one = panels.volcano(points, alpha, (width - theme.STEP * (columns - 1)) / columns, theme.PANEL + theme.FIGURE)
    chart = panels.beside(one, columns, list(names.values()))
    nothing, something = (int(called[world]) for world in worlds)
    raised = words.things(nothing, "molecule") if nothing else "no molecule"
    finding = f"Called raised in a simulated panel in which nothing changes: {raised}"
    subtitle = (
        "One dot = one simulated molecule; right = rose, left = fell; higher up = smaller p-value, uncorrected; dark = truly "
        "rises. No value is of this trial; size of the panel, correlation and rise are assumed."
    )
    told = (
        f"Two scatter plots of simulated molecules, mean change against p-value. {worlds[0]}: {words.number(nothing)} called raised "
        f"at {words.plain(alpha)}, uncorrected. {worlds[1]}: {words.number(something)}. Simulated, assumed model."
    )
    return figure(chart, finding, subtitle, told, width)
