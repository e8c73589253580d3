"""What a drawing holds: its picture, its width, the sizes of its letters, its colours, its words, its numbers."""

import re
from functools import cache
from json import dumps, loads

from altair.utils.schemapi import debug_mode

from reporting import drawings
from trial.charts import theme

_specs = {}  # of the charts asked about last; each is checked against its schema once


def spec_of(chart):
    """The spec of a chart, checked against the schema of Vega-Lite; not to be changed."""
    if id(chart) not in _specs:
        if len(_specs) > 20:
            _specs.clear()
        _specs[id(chart)] = (chart, chart.to_dict())  # with the chart, so that no other can take its id
    return _specs[id(chart)][1]


@cache
def _drawn(spec):
    return drawings.svg(loads(spec))


def svg(chart):
    """The picture as a page shows it."""
    return _drawn(dumps(spec_of(chart), sort_keys=True))


def viewbox_width(chart):
    """Width of the picture in pixels, all words included."""
    return float(re.search(r'viewBox="\S+ \S+ (\S+) \S+"', svg(chart))[1])


def font_sizes(picture):
    """Sizes of all letters in pixels."""
    return {float(size) for size in re.findall(r'font-size="([\d.]+)', picture)}


def colours(picture):
    """Every fill and line colour in a picture, without those that paint nothing."""
    found = re.findall(r'(?:fill|stroke|color|stop-color)="([^"]+)"', picture)
    return {colour.lower() for colour in found} - {"none", "transparent"}


def colours_used(chart):
    """The same of a chart."""
    return colours(svg(chart))


def theme_colours():
    """The colours a drawing may use, as the style sheet knows them."""
    named = [value for name, value in vars(theme).items() if name.isupper() and isinstance(value, str)]
    return {value.lower() for value in [*named, *theme.COHORT.values()] if value.startswith("#")}


def texts(chart):
    """All words in the picture, one string a line of text."""
    return re.findall(r">([^<>]*[^<>\s][^<>]*)</(?:text|tspan)>", svg(chart).replace("&amp;", "&"))


def title(chart):
    """The finding and the subtitle, each as one line; of a finding that follows a choice, its expression."""
    made = spec_of(chart)["title"]
    parts = (made["text"]["expr"] if isinstance(made["text"], dict) else made["text"], made["subtitle"])
    return tuple(" ".join([part] if isinstance(part, str) else part) for part in parts)


def rows(chart):
    """Every row of data in the spec, of all layers together."""
    made = spec_of(chart)
    return [row for rows in made.get("datasets", {}).values() for row in rows]


def marks_of(part):
    """All marks in a spec, nested ones included."""
    if isinstance(part, list):
        return [mark for each in part for mark in marks_of(each)]
    if not isinstance(part, dict):
        return []
    own = [part["mark"] if isinstance(part["mark"], dict) else {"type": part["mark"]}] if "mark" in part else []
    inner = (value for key, value in part.items() if key not in ("datasets", "config"))
    return own + [mark for value in inner for mark in marks_of(value)]


def keeps_the_rules(spec, picture):
    """The rules for every figure: letters of 12 px and more, theme colours, silent marks, alt text, names of our own."""
    assert min(font_sizes(picture)) >= 12
    assert colours(picture) <= theme_colours(), colours(picture) - theme_colours()
    assert all(mark.get("aria") is False for mark in marks_of(spec))
    assert spec["description"] and len(spec["description"].split()) <= 60
    assert spec["title"]["text"] and spec["title"]["subtitle"]
    assert all(not param["name"].startswith("param") for param in spec.get("params", []))


def check(draw, table, **options):
    """The wide and the narrow chart of a table; each fits its width and keeps the rules, and both say the same."""
    widths = (theme.WIDE, theme.NARROW)
    with debug_mode(False):  # as the page does it: altair would check each part of a chart, and then the whole
        made = [draw(table, width, **options) for width in widths]
    for chart, width in zip(made, widths, strict=True):
        assert viewbox_width(chart) <= width + 4, f"{viewbox_width(chart)} px wide, asked for {width}"
        keeps_the_rules(spec_of(chart), svg(chart))
    assert spec_of(made[0])["description"] == spec_of(made[1])["description"]
    return made
