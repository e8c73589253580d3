"""Drawings of chapter 04: which molecules moved in which study, and how small a p-value so few people can give."""

import altair as alt
import pandas as pd

from trial import words
from trial.charts import curves, marks, panels, theme, units
from trial.charts.figure import figure

WAYS = {  # shape, colour and word of each
    "up": ("triangle-up", theme.INK, "rose"),
    "down": ("triangle-down", theme.INK, "fell"),
    "changed": ("diamond", theme.COMPARATOR, "changed, way not read"),
    "unchanged": ("M-1,-0.15L1,-0.15L1,0.15L-1,0.15Z", theme.COMPARATOR, "did not change"),
}
OURS, BLANK = "STEMS", "none\nnamed"


def directions(table, width):
    """Which molecules moved in which study, one mark an analyte and study, beside an empty column for this trial.

    `table`: analyte, trial, people_of (whose fluid), direction (up, down, changed, unchanged), analytes as drawn.
    """
    analytes, studies = list(dict.fromkeys(table.analyte)), sorted(dict.fromkeys(table.trial), key=str.lower)
    subtitle = (
        "Triangle up = rose, triangle down = fell, diamond = changed, which way was not read, bar = did not change. "
        "Reported, directions only; the spinal fluid study took in people of phase II, and others."
    )
    moved = table[table.direction != "unchanged"]
    groups = moved.groupby("analyte", sort=False).people_of.nunique()
    again = list(groups.index[groups > 1])
    said = "; ".join(
        f"{name} {', '.join(f'{WAYS[row.direction][2]} ({row.trial})' for row in part.itertuples())}"
        for name, part in moved[moved.analyte.isin(again)].groupby("analyte", sort=False)
    )
    alt_text = (
        f"Grid of {len(analytes)} molecules by {words.in_words(len(studies))} other studies, one mark a direction; "
        f"the column of this trial is empty. {said or 'No molecule moved in two trials'}. Reported."
    )
    return figure(
        _grid(table, width, analytes, [OURS, *studies]), _moved(moved, again, len(analytes)), subtitle, alt_text, width
    )


def _grid(table, width, analytes, studies):
    """A row a molecule and a column a study, in pixels; the first word that studies share stands over them once."""
    left = theme.BOLD_ROOM * max(map(len, analytes))
    step = (width - left) / len(studies)
    heads = pd.DataFrame({"study": studies, "start": left + step * pd.RangeIndex(len(studies))})
    heads = heads.assign(at=heads.start + step / 2, end=heads.start + step, first=heads.study.str.split().str[0])
    shared, letters = heads["first"].duplicated(keep=False), max(int((step - theme.GAP) / theme.BOLD_ROOM), 6)
    own = heads.study.where(~shared, heads.study.str.split().str[1:].str.join(" "))
    heads["text"] = [marks.folded(text, letters) for text in own]
    over = heads[shared].groupby("first").agg(start=("start", "min"), end=("end", "max")).reset_index()
    over = over.assign(start=over.start + theme.GAP, at=(over.start + over.end) / 2, end=over.end - theme.GAP)
    top = theme.LINE * (2 + heads.text.str.count("\n").max()) + 2 * theme.GAP
    rows = pd.DataFrame({"analyte": analytes, "row": top + theme.ROW * (pd.RangeIndex(len(analytes)) + 0.5)})
    rows["above"] = rows.row - theme.ROW / 2
    height = top + theme.ROW * len(analytes)
    x, y = units.canvas(width, height)
    ours = pd.DataFrame({"edge": [left, left + step], "at": left + step / 2, "text": BLANK})
    drawn = table.assign(
        at=table.trial.map(heads.set_index("study")["at"]), row=table.analyte.map(rows.set_index("analyte").row)
    )
    layers = [
        *[marks.level(rows, y("above"), *ends) for ends in ((1, left), (left + step, width - 2))],
        marks.rule(ours, x("edge"), alt.YValue(top), color=theme.COMPARATOR, dash=theme.DASH).encode(
            y2=alt.Y2Value(height)
        ),
        marks.label(ours[:1], "text", x("at"), alt.YValue((top + height) / 2), align="center", color=theme.MUTED),
        marks.label(rows, "analyte", alt.XValue(0), y("row"), bold=True),
        marks.label(over, "first", x("at"), alt.YValue(0), align="center", baseline="line-top", color=theme.MUTED),
        marks.rule(over, x("start"), alt.YValue(theme.LINE + theme.GAP / 2), x2="end", color=theme.MUTED),
        marks.label(
            heads,
            "text",
            x("at"),
            alt.YValue(theme.LINE + theme.GAP),
            align="center",
            baseline="line-top",
            color=theme.MUTED,
        ),
    ]
    for way, part in drawn.groupby("direction", sort=False):
        shape, hue, _ = WAYS[way]
        layers.append(marks.dots(part, x("at"), y("row"), color=hue, shape=shape))
    return alt.layer(*layers, width=width - 1, height=height)


def _moved(moved, again, many):
    ways = moved[moved.direction != "changed"].groupby("analyte").direction.nunique()
    split = [name for name in again if ways.get(name, 0) > 1]
    if split:
        return f"Other studies do not agree on which way {words.listed(split)} moved"
    if again:
        return (
            f"{words.sentence(words.in_words(len(again)))} of {many} molecules moved in more than one trial: "
            f"{words.listed(again)}"
        )
    return "No molecule moved in two trials"


def smallest_p(table, width, alpha):
    """The smallest p-value a signed-rank test can give, by people with two samples, beside the level of one test.

    `table`: people, smallest_p (two-sided), from one person upwards; at least three rows.
    """
    most, few, all_of_them = int(table.people.max()), table.smallest_p.iloc[2], table.smallest_p.iloc[-1]
    subtitle = (
        "Dot = the smallest p-value so many people can give, if the molecule rises in each of them; filled = small enough "
        "for one molecule named beforehand. Worked out (exact signed-rank test)."
    )
    alt_text = (
        f"Dots by number of people with two samples: the smallest two-sided p-value falls from {words.probability(few)} for "
        f"three people to {words.probability(all_of_them)} for {words.in_words(most)}; the level is {words.plain(alpha)}. "
        "Worked out."
    )
    points = table.assign(
        text=table.smallest_p.map(words.probability),
        hue=[theme.INK if p <= alpha else theme.PAPER for p in table.smallest_p],
    )
    lowest, room = min(all_of_them, alpha), points.text.str.len().max()
    look = {"height": theme.LOW, "labels": len("0.0001"), "names": room, "above": 1, "log": "y", "level": "datum.label"}
    levels = [level for level in (1, 0.1, 0.01, 0.001, 0.0001) if level >= lowest / 2]
    ends, across = [lowest / 2, 2], [0.5, most + 0.5]
    on = curves.plane(
        width, across, ends, "People with two samples", values=points.people.tolist(), levels=levels, **look
    )
    line = pd.DataFrame(
        {"start": across[:1], "end": across[1:], "level": [alpha], "text": [f"level {words.plain(alpha)}"]}
    )
    # Words that the level would run through stand left of their dot.
    struck = points.smallest_p.between(alpha, 1.4 * alpha)
    sides = {False: {"dx": theme.GAP}, True: {"dx": -theme.GAP, "dy": -2, "align": "right"}}
    layers = [
        curves.over(pd.DataFrame({"text": ["Smallest p-value, two-sided"]}), "text", on),
        marks.rule(line, on.x("start"), on.y("level"), x2="end", color=theme.INK, dash=theme.DASH),
        marks.label(line, "text", on.x("start"), on.y("level"), dx=theme.GAP / 2, dy=theme.GAP),
        marks.dots(points, on.x("people"), on.y("smallest_p"), edge=theme.INK, field="hue", size=theme.SMALL_DOT),
        *[
            marks.label(part, "text", on.x("people"), on.y("smallest_p"), **sides[crossed])
            for crossed, part in points.groupby(struck)
        ],
    ]
    return figure(curves.drawn(layers, on), _from_luck(few, all_of_them, most, alpha), subtitle, alt_text, width)


def _from_luck(few, all_of_them, most, alpha):
    """
    >>> _from_luck(0.25, 0.00049, 12, 0.05)
    'By ranks, twelve people could tell a rise from luck; three could not'
    >>> _from_luck(0.25, 0.00049, 12, 0.0001)
    'At this level neither three nor twelve people could tell a rise from luck'
    >>> _from_luck(0.25, 0.00049, 12, 0.3)
    'At this level even three people could tell a rise from luck'
    """
    if few <= alpha:
        return "At this level even three people could tell a rise from luck"
    if all_of_them > alpha:
        return f"At this level neither three nor {words.in_words(most)} people could tell a rise from luck"
    return f"By ranks, {words.in_words(most)} people could tell a rise from luck; three could not"


def volcano(table, width, alpha):
    """Two simulated panels of molecules: mean change across, smaller p-values higher up; filled = truly rises.

    `table`: world (two), molecule, rises, change (SDs of the change), p_value.
    """
    worlds = list(dict.fromkeys(table.world))
    raised = table[(table.p_value <= alpha) & (table.change > 0)].groupby("world").size()
    called = [int(raised.get(world, 0)) for world in worlds]
    names = {world: f"{world}: {words.number(many)} called raised" for world, many in zip(worlds, called, strict=True)}
    points = table[["change", "p_value"]].assign(
        panel=table.world.map(names), name="", stands_out=["yes" if rises else "no" for rises in table.rises]
    )
    columns = 2 if theme.wide(width) else 1
    room = (width - theme.STEP * (columns - 1)) / columns
    one = panels.volcano(points, alpha, room, theme.PANEL + theme.FIGURE, title="Mean change, in SDs of the change")
    finding = f"Called raised where nothing changes (simulated): {words.things(called[0], 'molecule')}"
    subtitle = (
        "One dot = one simulated molecule; right = rose, left = fell; higher up = smaller p-value, uncorrected; filled = "
        "truly rises. No value is of this trial; size of the panel, correlation and rise are assumed."
    )
    alt_text = (
        f"Two scatter plots of simulated molecules, mean change against p-value. {worlds[0]}: {words.number(called[0])} called "
        f"raised at {words.plain(alpha)}, uncorrected. {worlds[1]}: {words.number(called[1])}. Simulated, assumed model."
    )
    return figure(panels.beside(one, columns, list(names.values())), finding, subtitle, alt_text, width)
