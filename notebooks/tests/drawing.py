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


def font_sizes(chart):
    """Sizes of all letters in pixels."""
    return {float(size) for size in re.findall(r'font-size="([\d.]+)', svg(chart))}


def colours_used(chart):
    """Every fill and line colour in the picture, without those that paint nothing."""
    found = re.findall(r'(?:fill|stroke|color|stop-color)="([^"]+)"', svg(chart))
    return {colour.lower() for colour in found} - {"none", "transparent"}


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


def marks(chart):
    """Types of all marks in the spec, nested ones included."""

    def walk(part):
        if isinstance(part, dict):
            if "mark" in part:
                yield part["mark"] if isinstance(part["mark"], dict) else {"type": part["mark"]}
            for value in part.values():
                yield from walk(value)
        elif isinstance(part, list):
            for value in part:
                yield from walk(value)

    return list(walk({key: value for key, value in spec_of(chart).items() if key not in ("datasets", "config")}))


def check(draw, table, **options):
    """The rules for every figure: both widths fit, letters of 12 px and more, theme colours, silent marks, alt text.

    Out: the wide and the narrow chart.
    """
    # As the page does it: altair would check each part of a chart, and then the whole.
    with debug_mode(False):
        made, again = ([draw(table, width, **options) for width in (theme.WIDE, theme.NARROW)] for _ in range(2))
    for chart, width in zip(made, (theme.WIDE, theme.NARROW), strict=True):
        spec = spec_of(chart)
        assert viewbox_width(chart) <= width + 4, f"{viewbox_width(chart)} px wide, asked for {width}"
        assert min(font_sizes(chart)) >= 12
        assert colours_used(chart) <= theme_colours(), colours_used(chart) - theme_colours()
        assert all(mark.get("aria") is False for mark in marks(chart))
        assert spec["description"] and len(spec["description"].split()) <= 60
        assert spec["title"]["text"] and spec["title"]["subtitle"]
        assert all(not param["name"].startswith("param") for param in spec.get("params", []))
    assert [spec_of(chart) for chart in made] == [chart.to_dict(validate=False) for chart in again]
    assert spec_of(made[0])["description"] == spec_of(made[1])["description"]
    return made
