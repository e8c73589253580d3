"""Drawings of chapter 07: a reader's own trial, or the simulated example; people are a cohort and a running number."""

import json
from math import log10

import altair as alt
import pandas as pd

from trial import words
from trial.charts import curves, marks, panels, theme, units
from trial.charts.figure import figure
from trial.charts.rows import dot, line, margin, rows, upright

SORTS = {"other": theme.COMPARATOR, "severe": theme.INK, "serious": theme.SEEN}


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
    folk = "person" if len(people) == 1 else "people"
    had = (
        f"{words.count_of(with_event, len(people))} {folk} had an event with a known day, "
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


MOST_PEOPLE = 60  # people up to whom each is drawn; beyond, quantiles


def _many(table):
    return len(table[["cohort", "number"]].drop_duplicates()) > MOST_PEOPLE


def _rose(part):
    """In how many people of each cohort a change is above zero, in words; of many cohorts the lowest and highest share."""
    groups = [
        (cohort, int((inside > 0).sum()), len(inside)) for cohort, inside in part.groupby("cohort", sort=False).change
    ]
    if len(part) == 1:
        return "in the one person" if groups[0][1] else "in nobody"
    if len(groups) == 1:
        return f"in {words.count_of(*groups[0][1:])} people"
    if len(groups) <= 3:
        return words.listed([f"in {words.count_of(up, size)} ({_short(cohort)})" for cohort, up, size in groups])
    shares = [up / size for _, up, size in groups]
    return f"in {words.between(min(shares), max(shares))} of a cohort"


def lines(table, width, cohorts, simulated):
    """Change from baseline over the visits, one panel a measure, one line a person in the colour of the cohort.

    Of more than MOST_PEOPLE people: the median of each cohort, and where its middle half lies. `table`: parameter, visit,
    place (0 = baseline), cohort, number, change; `cohorts`: all of the trial, in order.
    """
    hues, many = marks.hues(cohorts), _many(table)
    chart = _panels(table, lambda part: _over_visits(part, width, hues, many))
    first = table[table.parameter == table.parameter.iloc[0]]
    measure = _short(first.parameter.iloc[0])
    rose = f"rose {_rose(first[first.place == first.place.max()])} by the last visit drawn"
    what = "Line = median of the cohort, uprights = its middle half" if many else "One line = one person"
    colour = "in the colour of the cohort"
    subtitle = f"{what}, {colour}; change from each person's baseline. {_of(simulated)}."
    told = (
        f"Line chart, {what[0].lower()}{what[1:]}, {colour}, change from baseline over the visits, "
        f"{words.things(table.parameter.nunique(), 'measure')}. {words.sentence(measure)} {rose}. {_of(simulated)}."
    )
    chart = units.keyed({_short(cohort): hue for cohort, hue in hues.items()}, width, chart)
    return figure(chart, words.sentence(f"{_in(simulated)}{measure} {rose}"), subtitle, told, width)


def _panels(table, drawn):
    """One panel a measure, each under its name."""
    charts = []
    for parameter, part in table.groupby("parameter", sort=False):
        chart = drawn(part)
        chart.title = theme.heading(_short(parameter))
        charts.append(chart)
    return alt.vconcat(*charts, spacing=theme.ROW_GAP)


def _quantiles(part, keys):
    """The median of the changes of each group, with the ends of their middle half and of their middle four fifths."""
    made = part.groupby(keys, sort=False).change.quantile([0.1, 0.25, 0.5, 0.75, 0.9]).unstack()
    return made.set_axis(["tenth", "quarter", "change", "three_quarters", "nine_tenths"], axis=1).reset_index()


def _over_visits(part, width, hues, many):
    part = _quantiles(part, ["parameter", "visit", "place", "cohort"]).assign(number="") if many else part
    ends = _reach(pd.concat([part[name] for name in ("change", "quarter", "three_quarters") if name in part]))
    order = part.place.rank(method="dense").astype(int) - 1
    names = {place: _short(str(visit), theme.FEW_LETTERS) for place, visit in zip(order, part.visit, strict=True)}
    beside = (
        part.cohort.map({cohort: 0.05 * (at - (len(hues) - 1) / 2) for at, cohort in enumerate(hues)}) if many else 0
    )
    people = part.assign(order=order + beside, person=part.cohort.astype(str) + " " + part.number.astype(str))
    on = curves.plane(
        width,
        [min(0, people.order.min()), max(people.order.max(), 1)],
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
    layers[1].data = people[["order", "change", "cohort", "person"]]
    if many:
        layers += [marks.rule(people, on.x("order"), on.y("quarter"), y2="three_quarters", **paint)]
    return curves.drawn(layers, on)


def values(table, width, cohorts, simulated):
    """Change at one visit, every person a dot in the row of the cohort, the mean a line; one panel a measure.

    Of more than MOST_PEOPLE people: the middle half and the middle four fifths of each cohort. `table`: parameter, visit,
    cohort, number, change; `cohorts`: all of the trial, in order; one without people keeps its row.
    """
    hues, many = marks.hues(cohorts), _many(table)
    chart = _panels(table, lambda part: _by_cohort(part, width, hues, many))
    first = table[table.parameter == table.parameter.iloc[0]]
    by_cohort, measure = first.groupby("cohort", sort=False).change, _in(simulated) + _short(first.parameter.iloc[0])
    mean, decimals = by_cohort.mean(), words.decimals(first.change)
    least, most = (words.number(value, decimals) for value in (mean.min(), mean.max()))
    if len(mean) < 2:
        finding = f"{measure} changed by {least} on average, in one cohort"
    else:
        apart = by_cohort.min().max() > by_cohort.max().min()
        overlap = "some cohorts do not overlap" if apart else "all cohorts overlap"
        finding = f"{measure}: mean change from {least} to {most} by cohort, {overlap}"
    visit = table.visit.iloc[0] if table.visit.nunique() == 1 else "the visit of each measure"
    mark = "Thick = middle half of the cohort, thin = middle four fifths" if many else "One dot = one person"
    subtitle = f"{mark}; line = mean of the cohort; change from baseline at {visit}; the number is of people. {_of(simulated)}."
    said = ", ".join(f"{_short(cohort)} {words.number(value, decimals)}" for cohort, value in list(mean.items())[:4])
    told = (
        f"Chart by cohort, {mark[0].lower()}{mark[1:]}, change from baseline, {words.things(table.parameter.nunique(), 'measure')}. "
        f"Means of the first: {said}. {_of(simulated)}."
    )
    return figure(chart, words.sentence(finding), subtitle, told, width)


def _by_cohort(part, width, hues, many):
    spread = _quantiles(part, ["cohort"]).set_index("cohort")
    low, high = _reach(spread[["tenth", "nine_tenths"]].stack() if many else part.change)
    rows = pd.DataFrame({"cohort": list(hues), "zero": 0.0}).set_index("cohort", drop=False)
    rows["row"] = [theme.GROUP * (place + 0.5) + theme.GAP for place in range(len(rows))]
    rows["name_row"] = rows.row - theme.LINE - theme.GAP
    rows["top"], rows["foot"] = rows.row - theme.TICK, rows.row + theme.TICK  # beside the dots, not through the names
    groups = part.groupby("cohort").change
    rows["name"] = [
        f"{_short(name)}: {words.number(number)}"
        for name, number in groups.size().reindex(rows.index, fill_value=0).items()
    ]
    rows["mean"] = groups.mean()
    rows = rows.join(spread.drop(columns="change"))
    x = marks.across([low, high], theme.EDGE, width - theme.EDGE, title="", tickCount=5, labelExpr=NUMBER)
    y, paint = marks.down(theme.GROUP * len(rows)), {"hues": hues, "field": "cohort"}
    if many:
        known = rows.dropna()
        drawn = [marks.rule(known, x("tenth"), y("row"), x2="nine_tenths", **paint), marks.rule(known, x("quarter"), y("row"), x2="three_quarters", width=theme.BAND, **paint)]  # fmt: skip
    else:  # dots that would cover each other stand above and below
        near = part.assign(spot=((part.change - low) / (high - low) * width / (1.5 * theme.GAP)).round())
        shift = panels.piled(near, ["cohort", "spot"]).place.map(lambda place: (0, -1, 1)[place % 3])
        people = part[["cohort", "change"]].assign(row=part.cohort.map(rows.row) + theme.GAP * shift)
        drawn = [marks.dots(people, x("change"), y("row"), edge=theme.PAPER, size=theme.SMALL_DOT, **paint)]
    layers = [
        marks.rule(rows, x("zero"), y("top"), y2="foot", color=theme.MUTED),
        *drawn,
        marks.rule(rows.dropna(), x("mean"), y("top"), y2="foot", color=theme.SEEN, width=theme.THICK),
        marks.label(rows, "name", alt.XValue(0), y("name_row"), color=theme.MUTED),
    ]
    return alt.layer(*layers, width=width - 1, height=theme.GROUP * len(rows))


def volcano(table, width, alpha, control, simulated):
    """Mean change of each measure in SDs (with a control the difference from it) against its p-value, those that pass filled.

    `table`: parameter, cohort, sds, p_value, holm, bh; measures without a spread are left out.
    """
    table = table[table.sds.notna()]
    points = table[["p_value"]].assign(
        panel="", change=table.sds, name=_named(table), stands_out=["yes" if passes else "no" for passes in table.bh]
    )
    what = f"difference from {_short(control)}" if control else "mean change"
    chart = panels.volcano(points, alpha, width - 1, theme.TALL, title=f"{what}, in standard deviations of the change")
    one = "comparison" if control else "measure"
    passes, loose, level = int(table.bh.sum()), int((table.p_value <= alpha).sum()), words.plain(alpha)
    if len(table) == 1:
        finding = f"{_in(simulated)}the one {one} has a p-value {'of at most' if loose else 'above'} {level}"
    else:
        finding = f"{_in(simulated)}{loose} of {words.number(len(table))} {one}s at or below {level} one by one, {passes} after correction for looking at all"
    more, less = ("more than there", "less") if control else ("rose", "fell")
    subtitle = f"One dot = one {one}; right = {more}, left = {less}; higher up = smaller p-value; filled = passes Benjamini-Hochberg. {_of(simulated)}."
    told = (
        f"Scatter plot of {words.things(len(table), one)}, {what} in standard deviations against p-value. "
        f"At or below {level}: {loose} uncorrected, {passes} after correction. {_of(simulated)}."
    )
    return figure(chart, words.sentence(finding), subtitle, told, width)


def _named(table):
    """The names of measures that pass a correction, as far as they stand a line of text apart; the others are empty."""
    up = [-log10(max(p, 1e-300)) for p in table.p_value]
    apart, named = theme.LINE / theme.TALL * max([2, *up]), {}
    for place in sorted(range(len(table)), key=lambda place: -up[place]):
        if table.bh.iloc[place] and all(abs(up[place] - up[other]) >= apart for other in named):
            named[place] = _short(table.parameter.iloc[place])
    return [named.get(place, "") for place in range(len(table))]


def leaves_open(table, width, trial, confidence):
    """People with each outcome at each dose, with what so many leave open (exact limits), of a trial told by its counts.

    `table`: outcome, dose, people_with, people, lower, upper (shares); `trial`: what it is called.
    """
    entries = pd.DataFrame(
        {
            "head": [_short(words.sentence(name), 72 if theme.wide(width) else 36) for name in table.outcome],
            "name": ["all doses" if dose == "all" else _short(dose) for dose in table.dose],
            "low": 100 * table.lower,
            "share": 100 * table.people_with / table.people,
            "high": 100 * table.upper,
            "text": [f"{some} of {people}" for some, people in zip(table.people_with, table.people, strict=True)],
        }
    )
    forest = (upright(), line("low", "high", theme.COMPARATOR), dot("share", theme.SEEN), margin())
    drawing = rows(entries, forest, width, [0, 100], "People with it, %", grid=True, values=[0, 25, 50, 75, 100])
    level = words.level(confidence)
    subtitle = f"{trial}. Dot = share counted; line = what so few people leave open (exact, two-sided {level})."
    told = (
        f"Forest for {trial}: {words.things(len(table), 'line')}, people with an outcome in %, with exact limits (two-sided {level}). "
        f"Counts {int(table.people_with.min())} to {int(table.people_with.max())}; upper limits {words.percent(table.upper.min())} to "
        f"{words.percent(table.upper.max())}. Reported, limits worked out."
    )
    return figure(drawing, _how_open(table), subtitle, told, width)


def _how_open(table):
    """The finding: nobody had it and much stays open, or how far apart the limits are.

    >>> _how_open(pd.DataFrame({"people_with": [0], "people": [3], "lower": [0.0], "upper": [0.7]}))
    'Nobody had it, and so few people leave up to 70% open'
    >>> _how_open(pd.DataFrame({"people_with": [1, 9], "people": [9, 9], "lower": [0.1, 0.6], "upper": [0.5, 1.0]}))
    'Counts of so few people leave limits at least 40 points wide'
    """
    if not table.people_with.any():
        return f"Nobody had it, and so few people leave up to {words.percent(table.upper.max())} open"
    return f"Counts of so few people leave limits at least {words.number(100 * (table.upper - table.lower).min())} points wide"
