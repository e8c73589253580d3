"""Lines over a scale of numbers: a plane with its levels, marked readings, and names where a line leaves room."""

from math import log10
from typing import NamedTuple

import altair as alt

from trial.charts import marks, theme


class Plane(NamedTuple):
    """A plot: from a column to a channel (`x`, `y`), from a value to a pixel (`at`, `row`), and its edges in pixels."""

    x: object
    y: object
    at: object
    row: object
    left: float
    right: float
    top: float
    foot: float


def plane(
    width,
    across,
    up,
    title,
    height=theme.TALL,
    labels=4,
    names=0,
    above=0,
    log="",
    levels=theme.QUARTERS,
    level="datum.value + '%'",
    **axis,
):
    """A plane for lines, `across` and `up` being the ends of its scales.

    `labels`: letters of the longest level, left of the plot; `names`: letters right of it; `above`: lines of text over
    it; `log`: "x", "y" or "xy"; `levels`: values with a horizontal line, or about how many, read as the
    expression `level` says.
    """
    left = theme.LETTER_ROOM * (labels + 1) + theme.GAP
    right, top = width - max(theme.LETTER_ROOM * names + theme.GAP, theme.EDGE), above * theme.LINE + theme.GAP
    foot = top + height
    scale = alt.Scale(domain=up, range=[foot, top], nice=False, **({"type": "log"} if "y" in log else {"zero": False}))
    look = {"grid": True, "domain": False, "tickSize": 0, "labelPadding": 0, "offset": theme.GAP - left}
    look |= {"tickCount": levels} if isinstance(levels, int) else {"values": levels}
    side = alt.Axis(title=None, labelExpr=level, **look)
    return Plane(
        marks.across(across, left, right, title=title, log="x" in log, **axis),
        lambda field: alt.Y(f"{field}:Q", scale=scale, axis=side),
        _placed(across, left, right, "x" in log),
        _placed(up, foot, top, "y" in log),
        left,
        right,
        top,
        foot,
    )


def _placed(ends, start, stop, log):
    low, high = (log10(end) if log else end for end in ends)
    return lambda value: start + (stop - start) * ((log10(value) if log else value) - low) / (high - low)


def drawn(layers, on):
    """The layers on their plane; words may stand right of it."""
    return alt.layer(*layers, width=on.right, height=on.foot)


def upright(table, at, on, color=theme.INK):
    """A line from top to foot at each value of a column."""
    ends = {"y": alt.YValue(on.top), "y2": alt.Y2Value(on.foot)}
    chart = alt.Chart(table[[at]]).mark_rule(
        color=color, strokeDash=list(theme.DASH), strokeWidth=1, clip=True, aria=False
    )
    return chart.encode(x=on.x(at), **ends)


def beside(table, text, x, y, above=True, **look):
    """Words right above a point or left below it: where a falling line leaves room."""
    shift, align = (1, "left") if above else (-1, "right")
    place = {"align": align, "dx": shift * theme.GAP, "dy": -shift * theme.GAP / 2}
    return marks.label(table, text, x, y, **{**place, "baseline": "line-bottom" if above else "line-top", **look})


def letters(width):
    """How many letters a line of words may have beside the lines it names."""
    return int(theme.SIDE * width / theme.LETTER_ROOM)


def over(table, text, on):
    """Words of several lines above the plane, such as a reading that follows a slider."""
    return marks.label(table, text, alt.XValue(on.left), alt.YValue(0), baseline="line-top")


def ends(table, value, on, hues, field):
    """The `text` of each line right of its end at `value`, in its colour, each below the one before it."""
    ordered = table.sort_values(value, ascending=False, kind="stable")
    spots, deep = [], [theme.LINE * (text.count("\n") + 1) for text in ordered.text]
    for place, row in enumerate(map(on.row, ordered[value])):
        spots.append(max(row, spots[-1] + deep[place - 1]) if spots else row)
    beyond = max(0, spots[-1] + deep[-1] - theme.LINE - on.foot)
    return [
        marks.label(
            ordered.iloc[[place]],
            "text",
            alt.XValue(on.right + theme.GAP),
            alt.YValue(spot - beyond),
            color=hues[ordered[field].iloc[place]],
        )
        for place, spot in enumerate(spots)
    ]
