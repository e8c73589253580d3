"""Pieces shared by the drawings: a canvas laid out in pixels, labels, human figures, hues of ordered cohorts.

Rows are placed in pixels from the top, so that words can stand beside their marks on a page and above them on a phone.
"""

import re

import altair as alt

from trial.charts import theme


def down(height):
    """Vertical positions in pixels from the top of a plot so tall, as a function from a column to a channel."""
    scale = alt.Scale(domain=[0, height], range=[0, height], nice=False, zero=False)
    return lambda field: alt.Y(f"{field}:Q", axis=None, scale=scale)


def across(domain, left, right, title=None, log=False, **axis):
    """Horizontal positions: `domain` between the pixels `left` and `right`, as a function from a column to a channel.

    Without a title there is no axis.
    """
    kind = {"type": "log"} if log else {"zero": False}
    scale = alt.Scale(domain=domain, range=[left, right], nice=False, **kind)
    usual = {"grid": False, "tickSize": 4, "labelFlush": False, "format": ",.10~g"}
    look = alt.Axis(title=title, **{**usual, **axis}) if title is not None else None
    return lambda field: alt.X(f"{field}:Q", scale=scale, axis=look)


def _marked(kind, table, channels, look, hues=None, field=None, paint="color"):
    """One layer, with no more of the table than its channels read; a `field` paints it, by `hues` or itself a colour."""
    channels |= {paint: painted(field, hues)} if field else {}
    read = (getattr(channel, "shorthand", None) for channel in channels.values())
    columns = dict.fromkeys(name[:-2] for name in read if isinstance(name, str))
    return getattr(alt.Chart(table[list(columns)]), f"mark_{kind}")(aria=False, **look).encode(**channels)


def label(
    table, field, x, y, align="left", color=theme.INK, dx=0, dy=0, bold=False, size=theme.LETTER, baseline="middle"
):
    """Words from the column `field`; a line break in the text breaks the line."""
    look = {"align": align, "baseline": baseline, "color": color, "dx": dx, "dy": dy, "fontSize": size}
    look |= {"lineBreak": "\n", "lineHeight": theme.LINE, "fontWeight": "bold" if bold else "normal"}
    return _marked("text", table, {"x": x, "y": y, "text": alt.Text(f"{field}:N")}, look)


def rule(table, x, y, x2=None, y2=None, color=theme.RULE, width=1, dash=(1, 0), hues=None, field=None):
    """Straight lines from (x, y) to (x2, y2), in one colour or in the hue of `field`."""
    ends = {name: kind(f"{end}:Q") for name, kind, end in (("x2", alt.X2, x2), ("y2", alt.Y2, y2)) if end}
    look = {"color": color, "strokeWidth": width, "strokeDash": list(dash)}
    return _marked("rule", table, {"x": x, "y": y, **ends}, look, hues, field)


def level(table, y, start, stop, **look):
    """Lines from one pixel to another, at the height of each row."""
    return rule(table, alt.XValue(start), y, **look).encode(x2=alt.X2Value(stop))


def dots(table, x, y, color=theme.INK, shape="circle", size=theme.DOT, edge=None, thick=1.2, hues=None, field=None):
    """Filled marks of one shape, in one colour or in the hue of `field`, with an edge if one is named."""
    look = {"shape": shape, "size": size, "filled": True, "opacity": 1, "strokeWidth": thick if edge else 0}
    paint = "fill" if edge else "color"
    channels = {"x": x, "y": y, paint: (alt.FillValue if edge else alt.ColorValue)(color)}
    return _marked("point", table, channels, {**look, "stroke": edge}, hues, field, paint)


def line(table, x, y, color=theme.INK, width=2.5, dash=(1, 0), smooth=False, hues=None, field=None):
    """A line through the rows of a table, or one for each value of `field`, in one colour or in its hue."""
    look = {"color": color, "strokeWidth": width, "strokeDash": list(dash)}
    look |= {"interpolate": "monotone"} if smooth else {}
    detail = {"detail": alt.Detail(f"{field}:N")} if field and not hues else {}
    return _marked("line", table, {"x": x, "y": y, **detail}, look, hues, field if hues else None)


def box(table, x, y, x2, y2, color=theme.RULE, opacity=1, edge=None, hues=None, field=None):
    """Rectangles from (x, y) to (x2, y2), in one colour or in the hue of `field`."""
    channels = {"x": x, "y": y, "x2": alt.X2(f"{x2}:Q"), "y2": alt.Y2(f"{y2}:Q")}
    return _marked("rect", table, channels, {"color": color, "opacity": opacity, "stroke": edge}, hues, field)


def where(test, draw, table, *places, **look):
    """What `draw` makes of those rows that pass a test, which may ask what the reader has set.

    `test`: an expression of Vega; columns it reads as `datum.name` are kept.
    """
    made = draw(table, *places, **look)
    made.data = made.data.assign(**{name: table[name] for name in re.findall(r"datum\.(\w+)", test)})
    return made.transform_filter(test)


def painted(field, hues=None):
    """The colour of each value of `field` (itself a colour unless `hues` are given); no legend: drawings name their parts."""
    if hues is None:
        return alt.Color(f"{field}:N", scale=None)
    return alt.Color(f"{field}:N", scale=alt.Scale(domain=list(hues), range=list(hues.values())), legend=None)


def hues(cohorts):
    """The hue of each cohort by its place, from pale (lowest dose) to dark (highest).

    >>> list(hues("ABCD").values()) == list(theme.COHORT.values())
    True
    """
    steps, last = list(theme.COHORT.values()), max(len(cohorts) - 1, 1)
    return {name: steps[round(place * (len(steps) - 1) / last)] for place, name in enumerate(cohorts)}


def folded(text, letters):
    """Text broken into lines of so many letters.

    >>> folded("into the spinal cord", 12)
    'into the\\nspinal cord'
    """
    return "\n".join(theme.even(text, letters))
