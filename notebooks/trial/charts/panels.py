"""Several plots of one kind: panels one below the other over one scale, and numbered ones beside each other."""

from math import ceil, log10
from typing import NamedTuple

import altair as alt
import pandas as pd

from trial import words
from trial.charts import curves, marks, theme


class Stack(NamedTuple):
    """Panels over one scale: from a column to a channel (`x`; `y` in pixels), and places in pixels; `feet` by panel."""

    x: object
    y: object
    left: float
    right: float
    height: float
    tall: float
    head: float
    feet: dict

    def plane(self, panel):
        """One panel, its values from 0 to 1."""
        foot = self.feet[panel]
        return curves.Plane(
            self.x, self.y, None, lambda share: foot - self.tall * share, self.left, self.right, foot - self.tall, foot
        )


def stack(width, panels, across, title, tall=theme.PANEL, lines=1, above=0, labels=0, names=0, **axis):
    """Panels `tall` pixels high, each under so many `lines` of text, all of them under `above` lines.

    `labels` and `names`: letters left and right of the plots.
    """
    left = theme.LETTER_ROOM * (labels + 1) + theme.GAP
    right = width - max(theme.LETTER_ROOM * names + theme.GAP, theme.EDGE)
    head, first = theme.LINE * lines + theme.GAP, theme.LINE * above
    feet = {panel: first + (head + tall) * (place + 1) + theme.ROW_GAP * place for place, panel in enumerate(panels)}
    height = max(feet.values()) + theme.GAP / 2
    x = marks.across(across, left, right, title=title, **axis)
    return Stack(x, marks.down(height), left, right, height, tall, head, feet)


def drawn(layers, on):
    """The layers on their panels; words may stand right of them."""
    return alt.layer(*layers, width=on.right, height=on.height)


def head(table, text, panel, on, line=0, **look):
    """Words over each panel, in the first line or in a later one."""
    rows = table.assign(row=table[panel].map(on.feet) - on.tall - on.head + theme.LINE * line)
    return marks.label(rows, text, alt.XValue(0), on.y("row"), baseline="line-top", **look)


def levels(on, texts):
    """A line through every panel at each level (0: its ground, 1: its top), with what it is called left of it."""
    rows = pd.DataFrame(
        [{"row": on.plane(panel).row(level), "text": text} for panel in on.feet for level, text in texts.items()]
    )
    line = marks.level(rows, on.y("row"), on.left, on.right)
    edge = alt.XValue(on.left - theme.GAP)
    return [line, marks.label(rows, "text", edge, on.y("row"), align="right", color=theme.MUTED)]


def upright(value, on, color=theme.INK):
    """A line through each panel at one value of the scale, not through the words over it."""
    rows = pd.DataFrame({"at": value, "foot": list(on.feet.values())}).assign(top=lambda row: row.foot - on.tall)
    return marks.rule(rows, on.x("at"), on.y("top"), y2="foot", color=color, dash=theme.DASH)


def pointed(value, text, on, share, color=theme.INK):
    """Words over all panels at one value of the scale; near an edge they run towards the middle."""
    align = "left" if share < 0.3 else "right" if share > 0.7 else "center"
    row = pd.DataFrame({"at": [value], "text": [text]})
    place = alt.YValue(min(on.feet.values()) - on.tall - on.head)
    return marks.label(
        row, "text", on.x("at"), place, align=align, baseline="line-bottom", dy=-theme.GAP / 2, color=color
    )


def piled(table, by):
    """The same rows with `place`, their number among those that stand on one spot, from the ground up."""
    return table.assign(place=table.groupby(by, sort=False).cumcount())


def dots(table, at, panel, on, pitch=theme.PITCH, **look):
    """Piled rows as dots that touch."""
    rows = table.assign(row=table[panel].map(on.feet) - pitch * (table.place + 0.5))
    return marks.dots(rows, on.x(at), on.y("row"), size=(pitch - 1) ** 2, **look)


def numbered(chart, x, y, width):
    """A line-up: one small plot for each `panel`, without scales, numbered and on one scale; `x` holds steps, `y` numbers."""
    columns = 4 if theme.wide(width) else 3
    bare = alt.Axis(title=None, labels=False, ticks=False, grid=False, domainColor=theme.MUTED)
    room = (width - 2 * theme.EDGE * (columns - 1)) / columns
    zero = chart.mark.type == "bar"
    placed = chart.encode(
        x=alt.X(f"{x}:O", axis=bare),
        y=alt.Y(
            f"{y}:Q",
            axis=None if zero else bare,
            scale=alt.Scale(zero=zero, nice=False, padding=0 if zero else theme.GAP),
        ),
    )
    return beside(placed.properties(width=room, height=theme.SMALL), columns, spacing=2 * theme.EDGE)


def beside(chart, columns, order=alt.Undefined, spacing=theme.STEP):
    """The chart for each `panel` of its table, under the name of the panel."""
    look = {"labelAnchor": "start", "labelFontWeight": "bold", "labelPadding": theme.GAP, "labelLimit": 0}
    facet = alt.Facet("panel:O", sort=order, header=alt.Header(title=None, **look))
    made = chart.facet(facet=facet, columns=columns, spacing=spacing)
    return made.resolve_axis(x="independent", y="independent")


def volcano(table, alpha, room, height, title):
    """Changes against p-values in a plot `room` pixels wide, smaller ones higher up, with a line at `alpha`.

    `table`: change, p_value, stands_out (yes: filled), name ("" for most; left off where it has no room), panel; `title`
    names the scale of change.
    """
    limit = -log10(alpha)
    rows = table[["panel", "name", "change", "stands_out"]].assign(up=[-log10(max(p, 1e-300)) for p in table.p_value])
    reach, high = 1.08 * max([1, *rows.change.abs()]), 1.06 * max([limit, *rows.up])
    rows["side"] = _sides(room * (rows.change / reach + 1) / 2, height * (1 - rows.up / high), rows.name, room)
    zero = alt.condition("datum.value == 0", alt.value(1), alt.value(0))
    x = alt.X(
        "change:Q",
        scale=alt.Scale(domain=[-reach, reach], nice=False),
        axis=alt.Axis(title=title, ticks=False, tickCount=5, gridOpacity=zero, grid=True, labelFlush=theme.EDGE),
    )
    said = {
        "labelExpr": f"abs(datum.value - {limit}) < 1e-9 ? 'p = {words.plain(alpha)}' : format(pow(10, -datum.value), '.3~g')",
        "labelAlign": "left",
        "labelOffset": -theme.GAP,
    }
    at_limit = alt.condition(f"datum.value == {limit}", alt.value(1), alt.value(0))
    line = {"gridColor": theme.INK, "gridDash": list(theme.DASH), "gridOpacity": at_limit}
    far = range(ceil(limit + 0.5), int(high) + 1, max(1, int(high / 4)))
    look = {"titleAngle": 0, "titleAnchor": "end", "titleAlign": "left", "titleBaseline": "bottom"}
    look |= {"titleX": 0, "titleY": 0, "ticks": False, "domain": False, "labelPadding": 0}
    axis = alt.Axis(title="P-value", values=[limit, *far], **look, **said, **line)
    base = alt.Chart(rows).encode(x=x, y=alt.Y("up:Q", scale=alt.Scale(domain=[0, high], nice=False), axis=axis))
    paint = marks.painted("stands_out", {"yes": theme.INK, "no": theme.PAPER})
    points = base.mark_point(
        filled=True, size=theme.SMALL_DOT, opacity=1, stroke=theme.INK, strokeWidth=1.2, aria=False
    )
    named = [
        base.transform_filter(f"datum.side == {shift}")
        .mark_text(align=align, dx=shift * theme.GAP, baseline="middle", aria=False)
        .encode(text="name:N")
        for align, shift in (("right", -1), ("left", 1))
        if (rows.side == shift).any()
    ]
    return alt.layer(points.encode(fill=paint), *named).properties(width=room, height=height)


def _sides(across, down, names, room):
    """Where each name stands beside its dot (pixels): 1 right of it, -1 left, 0 nowhere; over no dot, name or scale.

    >>> _sides([80, 100, 100, 20], [9, 9, 60, 60], ["one", "two", "", "in the scale"], 300)
    [-1, 1, 0, 0]
    """
    sides, taken = [], [(x - theme.GAP, x + theme.GAP, y) for x, y in zip(across, down, strict=True)]
    for x, y, name in zip(across, down, names, strict=True):
        sides.append(0)
        for side in (1, -1) if name else ():
            ends = sorted([x + side * theme.GAP, x + side * (theme.GAP + theme.LETTER_ROOM * len(name))])
            free = all(ends[1] <= low or ends[0] >= high or abs(y - at) >= theme.LINE for low, high, at in taken)
            if not sides[-1] and free and ends[0] >= theme.GROUP and ends[1] <= room:
                sides[-1] = side
                taken.append((*ends, y))
    return sides
