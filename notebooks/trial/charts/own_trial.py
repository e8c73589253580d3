"""Drawings of chapter 07: a reader's own trial, or the simulated example; people are a cohort and a running number."""

import json
from math import log10

import altair as alt
import pandas as pd

from trial import words
from trial.charts import curves, marks, panels, theme, units
from trial.charts.figure import figure

SORTS = {"other": theme.COMPARATOR, "severe": theme.INK, "serious": theme.CAUTION}


# Numbers of any size on a scale: in full below a million.
NUMBER = "abs(datum.value) < 1e6 ? format(datum.value, ',.10~g') : format(datum.value, '.3~s')"


LETTERS = 24  # of a name that stands on a drawing


def _short(name, letters=LETTERS):
    return name if len(name) <= letters else f"{name[: letters - 1]}…"


def _of(simulated):
    return "Simulated" if simulated else "From the files given"


def _in(simulated):
    return "In this simulated trial, " if simulated else ""


def _shown(number):
    return words.plain(number, digits=3)


def timeline(table, width, simulated, emergent):
    """When events began, one line a person under the name of the cohort, one square an event.

    `table`: cohort, number, day, sort (serious, severe or other), one row a dated event; people without one have no day.
    """
    people = table[["cohort", "number"]].drop_duplicates()
    people = pd.concat([part.sort_values("number") for _, part in people.groupby("cohort", sort=False)])
    people, heads, height = units.lines(people.reset_index(drop=True))
    heads["name"], people["name"] = [_short(cohort) for cohort in heads.cohort], people.number.astype(str)
    dated = table[table.day.notna()].merge(people, on=["cohort", "number"])
    low, high = (min(0.0, dated.day.min()), max(1.0, dated.day.max())) if len(dated) else (0.0, 1.0)
    left, right = theme.LETTER_ROOM * people["name"].str.len().max() + 2 * theme.GAP, width - theme.EDGE
    x, y = (
        marks.across([low, high], left + theme.GAP, right - theme.GAP, title="day of the trial", tickCount=5),
        marks.down(height),
    )
    layers = [
        marks.level(people, y("row"), left, right),
        *[
            marks.dots(
                part, x("day"), y("row"), shape="square", color=SORTS[sort], edge=theme.PAPER, size=theme.SMALL_DOT
            )
            for sort, part in dated.groupby("sort")
        ],
        marks.label(people, "name", alt.XValue(left - theme.GAP), y("row"), align="right", color=theme.MUTED),
        marks.label(heads, "name", alt.XValue(0), y("row"), bold=True),
    ]
    with_event = dated.groupby(["cohort", "number"]).ngroups
    serious = dated[dated.sort == "serious"].groupby(["cohort", "number"]).ngroups
    had = (
        f"{words.count_of(with_event, len(people))} people had an event with a known day, "
        f"{words.in_words(serious) if serious else 'none'} a serious one"
    )
    which = "events that began or got worse under treatment" if emergent else "all events"
    subtitle = f"One square = one event; one line = one person of the cohort named above it; {which}. {_of(simulated)}."
    told = (
        f"Timeline, one square an event and one line a person, by cohort, from day {_shown(low)} to {_shown(high)}. "
        f"{words.sentence(had)}. {_of(simulated)}."
    )
    chart = units.keyed(SORTS, width, alt.layer(*layers, width=width, height=height))
    return figure(chart, words.sentence(_in(simulated) + had), subtitle, told, width)


def _reach(values):
    low, high = min(0.0, values.min()), max(0.0, values.max())
    room = (high - low) * 0.06 or 1.0
    return low - room, high + room


def lines(table, width, cohorts, simulated):
    """Change from baseline over the visits, one panel a measure, one line a person in the colour of the cohort.

    `table`: parameter, visit, place (0 = baseline), cohort, number, change; `cohorts`: all of the trial, in order.
    """
    hues = marks.hues(cohorts)
    chart = _panels(table, lambda part: _over_visits(part, width, hues))
    first = table[table.parameter == table.parameter.iloc[0]]
    last, measure = first.change[first.place == first.place.max()], _short(first.parameter.iloc[0])
    down, up = words.number((last < 0).sum()), words.number((last > 0).sum())
    finding = f"{_in(simulated)}{measure} fell in {down} and rose in {up} of {words.number(len(last))} by the last visit drawn"
    subtitle = (
        f"One line = one person, in the colour of the cohort; change from that person's baseline. {_of(simulated)}."
    )
    told = (
        f"Line chart, one line a person, change from baseline over the visits, {words.things(table.parameter.nunique(), 'measure')}. "
        f"{words.sentence(measure)}: fell in {down}, rose in {up} by the last visit. {_of(simulated)}."
    )
    chart = units.keyed({_short(cohort): hue for cohort, hue in hues.items()}, width, chart)
    return figure(chart, words.sentence(finding), subtitle, told, width)


def _panels(table, drawn):
    """One panel a measure, each under its name."""
    charts = []
    for parameter, part in table.groupby("parameter", sort=False):
        chart = drawn(part)
        chart.title = theme.heading(_short(parameter))
        charts.append(chart)
    return alt.vconcat(*charts, spacing=theme.ROW_GAP)


def _over_visits(part, width, hues):
    ends, order = _reach(part.change), part.place.rank(method="dense").astype(int) - 1
    names = {place: _short(str(visit), theme.FEW_LETTERS) for place, visit in zip(order, part.visit, strict=True)}
    people = part[["cohort", "change"]].assign(
        order=order, person=part.cohort.astype(str) + " " + part.number.astype(str)
    )
    on = curves.plane(
        width,
        [0, max(order.max(), 1)],
        ends,
        "",
        height=theme.PANEL,
        labels=2 + max(len(_shown(end)) for end in ends),
        names=theme.FEW_LETTERS / 2,
        levels=4,
        level=NUMBER,
        values=sorted(names),
        labelExpr=f"{json.dumps(names)}[datum.value]",
        labelOverlap="greedy",
        labelSeparation=theme.GAP,
    )
    paint = {"hues": hues, "field": "cohort"}
    zero = pd.DataFrame({"change": [0.0]})
    layers = [
        marks.level(zero, on.y("change"), on.left, on.right, color=theme.MUTED),
        marks.line(people, on.x("order"), on.y("change"), width=2, **paint).encode(detail="person:N"),
        marks.dots(people, on.x("order"), on.y("change"), size=theme.SPECK, **paint),
    ]
    layers[1].data = people
    return curves.drawn(layers, on)


def values(table, width, cohorts, visit, simulated):
    """Change at one visit, every person a dot in the row of the cohort, the mean a line; one panel a measure.

    `table`: parameter, cohort, number, change; `cohorts`: all of the trial, in order; one without people keeps its row.
    """
    hues = marks.hues(cohorts)
    chart = _panels(table, lambda part: _by_cohort(part, width, hues))
    first = table[table.parameter == table.parameter.iloc[0]]
    by_cohort, measure = first.groupby("cohort", sort=False).change, _in(simulated) + _short(first.parameter.iloc[0])
    mean = by_cohort.mean()
    if len(mean) < 2:
        finding = f"{measure} changed by {_shown(first.change.mean())} on average, in one cohort"
    else:
        apart = by_cohort.min().max() > by_cohort.max().min()
        finding = (
            f"{measure}: mean change from {_shown(mean.min())} to {_shown(mean.max())} by cohort, "
            f"{'some cohorts do not overlap' if apart else 'all cohorts overlap'}"
        )
    subtitle = f"One dot = one person; line = mean of the cohort; change from baseline at {visit}; the number is of people. {_of(simulated)}."
    said = ", ".join(f"{_short(cohort)} {_shown(value)}" for cohort, value in list(mean.items())[:4])
    told = (
        f"Dot chart, one dot a person, change from baseline by cohort, {words.things(table.parameter.nunique(), 'measure')}. "
        f"Means of the first: {said}. {_of(simulated)}."
    )
    return figure(chart, words.sentence(finding), subtitle, told, width)


def _by_cohort(part, width, hues):
    low, high = _reach(part.change)
    rows = pd.DataFrame({"cohort": list(hues), "zero": 0.0}).set_index("cohort", drop=False)
    rows["row"] = [theme.GROUP * (place + 0.5) + theme.GAP for place in range(len(rows))]
    rows["name_row"] = rows.row - theme.LINE - theme.GAP
    rows["top"], rows["foot"] = rows.row - theme.TICK, rows.row + theme.TICK  # beside the dots, not through the names
    groups = part.groupby("cohort").change
    rows["name"] = [
        f"{_short(name)}: {words.number(many)}"
        for name, many in groups.size().reindex(rows.index, fill_value=0).items()
    ]
    rows["mean"] = groups.mean()
    # Dots that would cover each other stand above and below.
    near = part.assign(spot=((part.change - low) / (high - low) * width / (1.5 * theme.GAP)).round())
    shift = panels.piled(near, ["cohort", "spot"]).place.map(lambda place: (0, -1, 1)[place % 3])
    people = part[["cohort", "change"]].assign(row=part.cohort.map(rows.row) + theme.GAP * shift)
    x = marks.across([low, high], theme.EDGE, width - theme.EDGE, title="", tickCount=5, labelExpr=NUMBER)
    y = marks.down(theme.GROUP * len(rows))
    layers = [
        marks.rule(rows, x("zero"), y("top"), y2="foot", color=theme.MUTED),
        marks.dots(people, x("change"), y("row"), hues=hues, field="cohort", edge=theme.PAPER, size=theme.SMALL_DOT),
        marks.rule(rows.dropna(), x("mean"), y("top"), y2="foot", color=theme.CAUTION, width=theme.THICK),
        marks.label(rows, "name", alt.XValue(0), y("name_row"), color=theme.MUTED),
    ]
    return alt.layer(*layers, width=width - 1, height=theme.GROUP * len(rows))


def volcano(table, width, alpha, simulated):
    """Mean change of each measure in SDs against its p-value, one dot a measure, those that pass a correction dark.

    `table`: parameter, sds, p_value, holm, bh; measures without a spread are left out.
    """
    table = table[table.sds.notna()]
    points = table[["p_value"]].assign(
        panel="", change=table.sds, name=_named(table), stands_out=["yes" if passes else "no" for passes in table.bh]
    )
    title = "mean change, in standard deviations of the change"
    chart = panels.volcano(points, alpha, width - 1, theme.TALL, title=title)
    passes, loose = words.number(int(table.bh.sum())), words.number(int((table.p_value <= alpha).sum()))
    finding = words.sentence(
        f"{_in(simulated)}{loose} of {words.number(len(table))} measures moved beyond {words.plain(alpha)} one by one, "
        f"{passes} after correction for looking at all"
    )
    subtitle = f"One dot = one measure; right = rose, left = fell; higher up = smaller p-value; dark = passes Benjamini-Hochberg. {_of(simulated)}."
    told = (
        f"Scatter plot of {words.things(len(table), 'measure')}, mean change in standard deviations against p-value. "
        f"{words.sentence(loose)} at or below {words.plain(alpha)} uncorrected, {passes} after correction. {_of(simulated)}."
    )
    return figure(chart, finding, subtitle, told, width)


def _named(table):
    """The names of measures that pass a correction, as far as they stand a line of text apart; the others are empty."""
    up = [-log10(max(p, 1e-300)) for p in table.p_value]
    apart, named = theme.LINE / theme.TALL * max([2, *up]), {}
    for place in sorted(range(len(table)), key=lambda place: -up[place]):
        if table.bh.iloc[place] and all(abs(up[place] - up[other]) >= apart for other in named):
            named[place] = _short(table.parameter.iloc[place])
    return [named.get(place, "") for place in range(len(table))]
