"""Drawings of chapter 07: a reader's own trial, or the simulated example; people are a cohort and a running number."""

import json

import altair as alt
import pandas as pd

from trial import words
from trial.charts import curves, marks, panels, theme, units
from trial.charts.figure import figure
from trial.charts.rows import dot, line, margin, rows, upright

SORTS = {
    "other": {"shape": "square", "size": theme.SMALL_DOT, "color": theme.PAPER, "edge": theme.INK},
    "severe": {"shape": "square", "size": theme.SMALL_DOT},
    "serious": {"shape": "diamond"},
}

# Numbers of any size on a scale: in full below a million.
NUMBER = "abs(datum.value) < 1e6 ? format(datum.value, ',.10~g') : format(datum.value, '.3~s')"


LETTERS, LINE_LETTERS = 24, 44  # of a name among words, of one that has a line of a phone to itself
TITLE = 80  # letters at most


def _short(name, letters=LETTERS):
    """A name of so many letters: of a longer one the two ends, since doses of one drug begin alike."""
    half = letters // 2
    return name if len(name) <= letters else f"{name[: half - 1].rstrip()}…{name[half - letters :].lstrip()}"


def _of(simulated):
    return "Simulated" if simulated else "From the files given"


def _finding(simulated, rest, name=""):
    """The title: what was found, of something with a name; the name gives way to the rest."""
    lead = "Simulated: " if simulated else ""
    said = f"{_short(name, TITLE - len(lead) - len(rest) - 1)} {rest}" if name else rest
    return f"{lead}{said if simulated else words.sentence(said)}"


def _shown(number):
    return words.plain(number, digits=3)


def timeline(table, width, simulated, emergent):
    """When events began, one line a person under the name of the cohort, one mark an event.

    `table`: cohort, number, day, sort (serious, severe or other), one row a dated event; people without one have no day.
    """
    people = table[["cohort", "number"]].drop_duplicates()
    people = pd.concat([part.sort_values("number") for _, part in people.groupby("cohort", sort=False)])
    people, heads, height = units.lines(people.reset_index(drop=True))
    heads["name"], people["name"] = [_short(cohort, LINE_LETTERS) for cohort in heads.cohort], people.number.astype(str)
    dated = table[table.day.notna()].merge(people, on=["cohort", "number"])
    low, high = (min(0.0, dated.day.min()), max(1.0, dated.day.max())) if len(dated) else (0.0, 1.0)
    left, right = theme.LETTER_ROOM * people["name"].str.len().max() + 2 * theme.GAP, width - theme.EDGE
    x = marks.across([low, high], left + theme.GAP, right - theme.GAP, title="Day of the trial", tickCount=5)
    y = marks.down(height)
    layers = [
        marks.level(people, y("row"), left, right),
        *[
            marks.dots(dated[dated.sort == sort], x("day"), y("row"), **{"edge": theme.PAPER, **look})
            for sort, look in SORTS.items()
            if (dated.sort == sort).any()
        ],
        marks.label(people, "name", alt.XValue(left - theme.GAP), y("row"), align="right", color=theme.MUTED),
        marks.label(heads, "name", alt.XValue(0), y("row"), bold=True),
    ]
    with_event = dated.groupby(["cohort", "number"]).ngroups
    serious = dated[dated.sort == "serious"].groupby(["cohort", "number"]).ngroups
    folk = "person" if len(people) == 1 else "people"
    had = (
        f"{words.count_of(with_event, len(people))} {folk} had a dated event, "
        f"{words.in_words(serious) if serious else 'none'} a serious one"
    )
    which = "events that began or got worse under treatment" if emergent else "all events"
    subtitle = f"One mark = one event; one line = one person of the cohort named above it; {which}. {_of(simulated)}."
    alt_text = (
        f"Timeline, one mark an event and one line a person, by cohort, from day {_shown(low)} to {_shown(high)}. "
        f"{words.sentence(had)}. {_of(simulated)}."
    )
    chart = units.keyed(SORTS, width, alt.layer(*layers, width=width, height=height))
    return figure(chart, _finding(simulated, had), subtitle, alt_text, width)


def _reach(values):
    low, high = min(0.0, values.min()), max(0.0, values.max())
    room = (high - low) * 0.06 or 1.0
    return low - room, high + room


MOST_PEOPLE = 60  # people up to whom each is drawn; beyond, quantiles


def _many(table):
    return len(table[["cohort", "number"]].drop_duplicates()) > MOST_PEOPLE


def _moved(changes, one, many, how=""):
    """Which way most of so many changes went, in words.

    >>> [_moved(pd.Series(changes), "person", "people") for changes in ([1, -1, 0.1], [-1, -2, 0.1], [0, 0], [-1])]
    ['rose in 2 of 3 people', 'fell in 2 of 3 people', 'changed in none of 2 people', 'fell in the one person']
    """
    up, down = int(changes.gt(0).sum()), int(changes.lt(0).sum())
    way = ("rose" if up >= down else "fell") if up or down else "changed"
    if len(changes) == 1:
        return f"{'did not change' if way == 'changed' else way}{how} in the one {one}"
    return f"{way}{how} in {words.count_of(max(up, down), len(changes))} {many}"


def lines(table, width, cohorts, simulated):
    """Change from baseline over the visits, one panel a measure, one line a person in the colour of the cohort.

    Of more than MOST_PEOPLE people: the median of each cohort, and where its middle half lies. `table`: parameter, visit,
    place (0 = baseline), cohort, number, change; `cohorts`: all of the trial, in order.
    """
    hues, many = marks.hues(cohorts), _many(table)
    chart = _panels(table, lambda part: _over_visits(part, width, hues, many))
    first = table[table.parameter == table.parameter.iloc[0]]
    measure = first.parameter.iloc[0]
    rose = f"{_moved(first[first.place == first.place.max()].change, 'person', 'people')} by the last visit"
    what = "Line = median of the cohort, uprights = its middle half" if many else "One line = one person"
    colour = "in the colour of the cohort"
    subtitle = f"{what}, {colour}; change from each person's baseline. {_of(simulated)}."
    alt_text = (
        f"Line chart, {what[0].lower()}{what[1:]}, {colour}, change from baseline over the visits, "
        f"{words.things(table.parameter.nunique(), 'measure')}. {words.sentence(_short(measure))} {rose}. {_of(simulated)}."
    )
    chart = units.keyed(_key(hues), width, chart)
    return figure(chart, _finding(simulated, rose, measure), subtitle, alt_text, width)


def _key(hues):
    """How each cohort is drawn, by its name; neighbours that share a hue by the names of the first and the last."""
    sharing = [(hue, [name for name in hues if hues[name] == hue]) for hue in dict.fromkeys(hues.values())]
    ends = [(hue, dict.fromkeys([names[0], names[-1]])) for hue, names in sharing]
    return {
        " to ".join(_short(name, LINE_LETTERS // len(pair) - 2) for name in pair): {"color": hue, "shape": "square"}
        for hue, pair in ends
    }


def _panels(table, drawn):
    """One panel a measure, each under its name."""
    charts = []
    for parameter, part in table.groupby("parameter", sort=False):
        chart = drawn(part)
        chart.title = theme.heading(_short(parameter, LINE_LETTERS))
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
    mean, decimals = first.groupby("cohort", sort=False).change.mean(), words.decimals(first.change)
    finding = _finding(
        simulated, _moved(mean.round(decimals), "cohort", "cohorts", " on average"), first.parameter.iloc[0]
    )
    visit = table.visit.iloc[0] if table.visit.nunique() == 1 else "the visit of each measure"
    mark = "Thick = middle half of the cohort, thin = middle four fifths" if many else "One dot = one person"
    subtitle = f"{mark}; line = mean of the cohort; change from baseline at {visit}; the number is of people. {_of(simulated)}."
    said = ", ".join(f"{_short(cohort)} {words.number(value, decimals)}" for cohort, value in list(mean.items())[:4])
    alt_text = (
        f"Chart by cohort, {mark[0].lower()}{mark[1:]}, change from baseline, {words.things(table.parameter.nunique(), 'measure')}. "
        f"Means of the first: {said}. {_of(simulated)}."
    )
    return figure(chart, finding, subtitle, alt_text, width)


def _by_cohort(part, width, hues, many):
    spread = _quantiles(part, ["cohort"]).set_index("cohort")
    low, high = _reach(spread[["tenth", "nine_tenths"]].stack() if many else part.change)
    rows = pd.DataFrame({"cohort": list(hues), "zero": 0.0}).set_index("cohort", drop=False)
    rows["row"] = [theme.GROUP * (place + 0.5) + theme.GAP for place in range(len(rows))]
    rows["name_row"] = rows.row - theme.LINE - theme.GAP
    deep = theme.BAND if many else theme.TICK  # beyond what it crosses, not through the names
    rows["top"], rows["foot"] = rows.row - deep, rows.row + deep
    groups = part.groupby("cohort").change
    rows["name"] = [
        f"{_short(name, LINE_LETTERS)}: {words.number(number)}"
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
        marks.rule(rows.dropna(), x("mean"), y("top"), y2="foot", color=theme.INK, width=theme.THICK),
        marks.label(rows, "name", alt.XValue(0), y("name_row"), color=theme.MUTED),
    ]
    return alt.layer(*layers, width=width - 1, height=theme.GROUP * len(rows))


def volcano(table, width, alpha, control, simulated):
    """Mean change of each measure in SDs (with a control the difference from it) against its p-value; filled: those that pass.

    `table`: parameter, cohort, sds, p_value, holm, bh; measures without a spread are left out.
    """
    table = table[table.sds.notna()]
    points = table[["p_value"]].assign(
        panel="",
        change=table.sds,
        name=table.parameter.map(_short).where(table.p_value <= alpha, ""),
        stands_out=["yes" if passes else "no" for passes in table.bh],
    )
    what = f"Difference from {_short(control)}" if control else "Mean change"
    chart = panels.volcano(points, alpha, width - 1, theme.TALL, title=f"{what}, in SDs")
    one, level = "comparison" if control else "measure", words.plain(alpha)
    passes, loose = int(table.bh.sum()), int((table.p_value <= alpha).sum())
    finding = _finding(simulated, _passing(passes, loose, len(table), one))
    more, less = ("more than there", "less") if control else ("rose", "fell")
    subtitle = (
        f"One dot = one {one}; right = {more}, left = {less}; higher up = smaller p-value; passes = at most {level}; "
        f"filled = passes judged together (Benjamini-Hochberg). {_of(simulated)}."
    )
    alt_text = (
        f"Scatter plot of {words.things(len(table), one)}, {what[0].lower()}{what[1:]} in standard deviations against p-value. "
        f"At or below {level}: {loose} uncorrected, {passes} after correction. {_of(simulated)}."
    )
    return figure(chart, finding, subtitle, alt_text, width)


def _passing(passes, loose, many, one):
    """How many pass, each judged alone and all judged together, in words.

    >>> _passing(2, 4, 40, "measure"), _passing(1, 1, 1, "measure")
    ('judged alone, 4 of 40 measures pass; judged together, 2', 'the one measure passes')
    """
    if many == 1:
        return f"the one {one} {'passes' if loose else 'does not pass'}"
    alone = f"judged alone, {words.count_of(loose, many)} {one}s pass{'es' * (loose < 2)}"
    return f"{alone}; judged together, {words.number(passes) if passes else 'none'}" if loose else alone


def leaves_open(table, width, trial, confidence):
    """People with each outcome at each dose, with what so many leave open (exact limits), of a trial told by its counts.

    `table`: outcome, dose, people_with, people, lower, upper (shares); `trial`: what it is called.
    """
    entries = pd.DataFrame(
        {
            "head": [_short(words.sentence(name), 72) for name in table.outcome],
            "name": ["all doses" if dose == "all" else _short(dose) for dose in table.dose],
            "low": 100 * table.lower,
            "share": 100 * table.people_with / table.people,
            "high": 100 * table.upper,
            "text": [f"{some} of {people}" for some, people in zip(table.people_with, table.people, strict=True)],
        }
    )
    forest = (upright(), line("low", "high", theme.COMPARATOR), dot("share"), margin())
    drawing = rows(entries, forest, width, [0, 100], "People with it, %", grid=True, values=[0, 25, 50, 75, 100])
    level = words.level(confidence)
    subtitle = f"{trial}. Dot = share counted; line = what so few people leave open (exact, two-sided {level})."
    alt_text = (
        f"Forest for {trial}: {words.things(len(table), 'line')}, people with an outcome in %, with exact limits (two-sided {level}). "
        f"Counts {int(table.people_with.min())} to {int(table.people_with.max())}; upper limits {words.percent(table.upper.min())} to "
        f"{words.percent(table.upper.max())}. Reported, limits worked out."
    )
    return figure(drawing, _how_open(table), subtitle, alt_text, width)


def _how_open(table):
    """The finding: nobody had it and much stays open, or how far apart the limits are.

    >>> _how_open(pd.DataFrame({"people_with": [0], "people": [3], "lower": [0.0], "upper": [0.7]}))
    'Nobody had it, and so few people leave up to 70% open'
    >>> _how_open(pd.DataFrame({"people_with": [1, 9], "people": [9, 9], "lower": [0.1, 0.6], "upper": [0.5, 1.0]}))
    'Counts of so few people leave limits at least 40 points wide'
    >>> _how_open(pd.DataFrame({"people_with": [1, 9], "people": [9, 900], "lower": [0.1, 0.005], "upper": [0.5, 0.01]}))
    'Such counts leave limits up to 40 points wide'
    """
    if not table.people_with.any():
        return f"Nobody had it, and so few people leave up to {words.percent(table.upper.max())} open"
    wide = 100 * (table.upper - table.lower)
    if wide.min() < 10:  # not so few
        return f"Such counts leave limits up to {words.number(wide.max())} points wide"
    return f"Counts of so few people leave limits at least {words.number(wide.min())} points wide"
