"""Drawings of chapter 04: which molecules moved in which study, and how small a p-value so few people can give."""

from math import log10

import pandas as pd

from trial import words
from trial.charts import marks, panels, theme
from trial.charts.figure import figure

SHAPES = {"up": "triangle-up", "down": "triangle-down", "changed": "diamond"}


HUES = {"up": theme.INK, "down": theme.INK, "changed": theme.COMPARATOR}


SAID = {"up": "rose", "down": "fell", "changed": "changed, way not read", "unchanged": "did not change"}


OURS, BLANK = "This trial", "none\nnamed\nin what\nwe read"


def directions(table, width):
    """Which molecules moved in which study, one mark an analyte and study, beside an empty column for this trial.

    `table`: analyte, trial, direction (up, down, changed, unchanged), analytes in the order to draw.
    """
    wide = width >= 500
    analytes, columns = list(dict.fromkeys(table.analyte)), [OURS, *sorted(dict.fromkeys(table.trial), key=str.lower)]
    left, step, top = (130, 26, 40) if wide else (92, 26, 70)
    room, height = (width - 2 - left) / len(columns), top + 26 * len(analytes)
    heads = pd.DataFrame(
        {
            "name": [marks.folded(name, max(int(room / 6.6), 8)) for name in columns],
            "at": [left + room * (place + 0.5) for place in range(len(columns))],
        }
    )
    heads["row"] = [top - 20.0 - 15 * name.count("\n") for name in heads.name]
    names = pd.DataFrame({"name": analytes, "row": [top + step * (place + 0.5) for place in range(len(analytes))]})
    names["line"], names["start"], names["stop"] = names.row + step / 2, 2.0, left - 4.0
    names["again"], names["end"] = left + room, width - 2.0
    ours = pd.DataFrame({"at": [left, left + room], "row": top - 4.0, "end": float(height)})
    blank = pd.DataFrame({"name": [BLANK], "at": [left + room / 2], "row": [(top + height) / 2 - 22]})
    cells = pd.DataFrame(
        {
            "at": table.trial.map(dict(zip(columns, heads["at"], strict=True))),
            "row": table.analyte.map(names.set_index("name").row),
            "direction": table.direction,
        }
    )
    cells["start"], cells["end"] = cells["at"] - 8, cells["at"] + 8
    x, y = marks.across([0, width], 0, width), marks.down(height)
    still = cells[cells.direction == "unchanged"]
    layers = [
        marks.rule(names, x("start"), y("line"), x2="stop"),
        marks.rule(names, x("again"), y("line"), x2="end"),
        marks.rule(ours, x("at"), y("row"), y2="end", color=theme.COMPARATOR, dash=(4, 4)),
        marks.label(blank, "name", x("at"), y("row"), align="center", color=theme.MUTED),
        *[
            marks.dots(part, x("at"), y("row"), shape=SHAPES[way], color=HUES[way], size=130)
            for way, part in cells[cells.direction != "unchanged"].groupby("direction")
        ],
        *([marks.rule(still, x("start"), y("row"), x2="end", color=theme.COMPARATOR, width=2)] if len(still) else []),
        marks.label(names, "name", x("start"), y("row"), bold=True),
        marks.label(heads, "name", x("at"), y("row"), align="center", color=theme.MUTED),
    ]
    moved = table[table.direction != "unchanged"]
    studies = moved.groupby("analyte", sort=False).trial.nunique()
    again = list(studies.index[studies > 1])
    ways = moved[moved.direction != "changed"].groupby("analyte").direction.nunique()
    split = [name for name in again if ways.get(name, 0) > 1]
    if split:
        finding = f"Other studies do not agree on which way {words.listed(split)} moved"
    elif again:
        finding = (
            f"{words.sentence(words.in_words(len(again)))} of {len(analytes)} molecules moved in more than one "
            f"study: {words.listed(again)}"
        )
    else:
        finding = "No molecule moved in more than one of these studies"
    subtitle = (
        "Triangle up = rose, triangle down = fell, diamond = changed but we did not read which way, bar = did "
        "not change. Reported, directions only; the spinal fluid study shares people with phase II."
    )
    said = "; ".join(
        f"{name} {', '.join(f'{SAID[r.direction]} ({r.trial})' for r in part.itertuples())}"
        for name, part in moved[moved.analyte.isin(again)].groupby("analyte", sort=False)
    )
    return theme.finish(
        marks.plot(layers, width, height, theme.title(finding, subtitle, width)),
        f"Grid of {len(analytes)} molecules by {words.in_words(len(columns) - 1)} other studies, one mark a direction; "
        f"the column of this trial is empty. {said or 'No molecule moved in two'}. Reported.",
    )


def smallest_p(table, width, alpha, n_analytes):
    """The smallest p-value a signed-rank test can give, by people with two samples, beside the levels one needs.

    `table`: people, smallest_p (two-sided), from one person upwards; at least three rows.
    """
    height, right, most = 210, width - 66, int(table.people.max())
    levels = [alpha] if n_analytes == 1 else [alpha, alpha / n_analytes]
    lowest = min(table.smallest_p.min(), *levels)
    lines = pd.DataFrame({"start": 0.5, "end": most + 0.5, "level": levels})
    lines["text"] = [
        f"{words.plain(alpha)}: one molecule{', named before' if width >= 500 else ''}",
        f"{words.probability(levels[-1])}: one among {words.number(n_analytes)}",
    ][: len(levels)]
    points = table[["people", "smallest_p"]].assign(
        enough=table.smallest_p <= alpha, text=[words.probability(p) for p in table.smallest_p]
    )
    for frame, column in ((lines, "level"), (points, "smallest_p")):
        frame["row"] = [12 + (height - 32) * log10(p) / log10(lowest) for p in frame[column]]
    near = points.row.map(lambda row: (lines.row - row).abs().min() < 7)
    if width < 500:
        points["text"] = points.text.where(~near, "")
    x = marks.across([0.5, most + 0.5], 8, right, title="People with two samples", values=list(range(1, most + 1)))
    y = marks.down(height)
    layers = [
        marks.rule(lines, x("start"), y("row"), x2="end", color=theme.CAUTION, dash=(5, 4)),
        marks.label(lines, "text", x("start"), y("row"), dx=2, dy=11, color=theme.CAUTION),
        *[
            marks.dots(part, x("people"), y("row"), color=theme.INK if enough else theme.PAPER, edge=theme.INK)
            for enough, part in points.groupby("enough")
        ],
        *[
            marks.label(part, "text", x("people"), y("row"), dx=9, dy=-9 if close else -1)
            for close, part in points.groupby(near)
        ],
    ]
    few, all_of_them = table.iloc[2], table.iloc[-1]
    panel = f"one of {words.number(n_analytes)} molecules"
    if few.smallest_p <= alpha:
        finding = "At this level even three people could tell a rise from luck"
    elif all_of_them.smallest_p > alpha:
        finding = f"At this level neither three nor {words.in_words(most)} people could tell a rise from luck"
    elif all_of_them.smallest_p <= levels[-1]:
        finding = f"Three people could not tell any rise from luck; {words.in_words(most)} could, even in {panel}"
    else:
        finding = f"Three people could not tell any rise from luck; {words.in_words(most)} could, but not in {panel}"
    subtitle = (
        "Dot = the smallest p-value so many people can give, if the molecule rises in each of them (signed "
        "rank, two-sided); filled = small enough for one molecule. Worked out; the size of the "
        "panel is assumed."
    )
    among = "" if n_analytes == 1 else f", {words.probability(levels[-1])} for one among {words.number(n_analytes)}"
    return theme.finish(
        marks.plot(layers, width, height, theme.title(finding, subtitle, width)),
        f"Dots by number of people with two samples: the smallest two-sided p-value falls from "
        f"{words.probability(few.smallest_p)} for three people to {words.probability(all_of_them.smallest_p)} for "
        f"{words.in_words(most)}; the level is {words.plain(alpha)} for one molecule{among}. "
        f"Worked out; panel size assumed.",
    )


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
    if nothing:
        luck = words.things(nothing, "molecule")
        finding = f"In a simulated panel in which nothing changes, {luck} would still be called raised"
    else:
        finding = "In this simulated panel in which nothing changes, no molecule is called raised"
    subtitle = (
        "One dot = one simulated molecule; right = rose, left = fell; higher up = smaller p-value, uncorrected; dark = truly "
        "rises. No value is of this trial; size of the panel, correlation and rise are assumed."
    )
    told = (
        f"Two scatter plots of simulated molecules, mean change against p-value. {worlds[0]}: {words.number(nothing)} called raised "
        f"at {words.plain(alpha)}, uncorrected. {worlds[1]}: {words.number(something)}. Simulated, assumed model."
    )
    return figure(chart, finding, subtitle, told, width)
