"""From a drawing to a figure: its finding, what its marks mean, the same in words, the common look."""

import json

import altair as alt

from trial.charts import theme


def figure(chart, finding, subtitle, alt_text, width, controls=()):
    """The chart under its title, for a page `width` pixels wide.

    `finding`: one sentence; or, by the options of the first control, one for each, and the title follows the
    reader's choice (printed for one option it would be false for another). `subtitle`: one part or a list of parts, each
    on lines of its own. `controls`: parameters that the reader can set.
    """
    if controls:
        chart = chart.add_params(*controls)
    # Set, not asked of the chart's methods: each of those would copy all layers first.
    chart.description, chart.config, chart.padding = alt_text, theme.LOOK, 2
    chart.title = theme.title(finding if isinstance(finding, str) else "", subtitle, width)
    if not isinstance(finding, str):
        chart.title.text = _following(finding, controls[0].name, width)
    return chart


def radio(name, label, options, shown):
    """A parameter with one native button an option, at first on `shown`."""
    bind = alt.binding_radio(options=list(options), labels=[f"{option} " for option in options], name=f"{label} ")
    return alt.param(name=name, value=shown, bind=bind)


def _following(findings, name, width):
    broken = (f"{json.dumps(str(key))}: {json.dumps(theme.lines(text, width))}" for key, text in findings.items())
    return alt.ExprRef(f"({{{', '.join(broken)}}})[{name}]")
