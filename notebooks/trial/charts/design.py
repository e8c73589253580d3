"""Drawings of the dose escalation: the ladder of doses, the earliest calendar, what the rule lets through."""

import altair as alt
import pandas as pd

from trial import words
from trial.charts import curves, marks, panels, theme, units
from trial.charts.figure import figure
from trial.charts.rows import beside, dot, line, rows

DAYS_PER_MONTH = 365.25 / 12


DARK = (theme.COHORT["C"], theme.COHORT["D"])  # hues that carry pale letters


def dose_ladder(cohorts, width, body_weight_kg, sister_doses=None):
    """The doses as rungs on a logarithmic scale with the people on each; beside or below, the totals of sister trials.

    `cohorts`: cohort, dose_million_cells_per_kg, tolerance_percent, people_treated, lowest dose first. `sister_doses`:
    trial, route, dose_million_cells_total.
    """
    weight = words.plain(body_weight_kg)
    rungs = pd.DataFrame(
        {
            "cohort": cohorts.cohort,
            "people": cohorts.people_treated,
            "share": cohorts.tolerance_percent / 100,
            "total": cohorts.dose_million_cells_per_kg * body_weight_kg,
            "per_kg": [f"{words.plain(dose)} million per kg" for dose in cohorts.dose_million_cells_per_kg],
        }
    )
    rungs["in_all"] = [f"{_three_digits(total)} million at {weight} kg" for total in rungs.total]
    chart = _ladder(rungs, width)
    if sister_doses is not None:
        beside, half = theme.wide(width), (width - theme.STEP) / 2
        ladder, others = (
            (_ladder(rungs, half), _sisters(rungs, sister_doses, half, weight))
            if beside
            else (chart, _sisters(rungs, sister_doses, width, weight))
        )
        chart = (alt.hconcat if beside else alt.vconcat)(ladder, others, spacing=theme.STEP)
        chart = chart.resolve_scale(color="independent", fill="independent")
    steps = words.listed([f"{row.cohort} {row.per_kg} ({row.in_all})" for row in rungs.itertuples()])
    aside = "" if sister_doses is None else " In grey, the totals other trials gave."
    told = f"Ladder of doses on a logarithmic scale, one figure a person: {steps}. Reported.{aside}"
    return figure(chart, _ladder_title(cohorts), _ladder_subtitle(cohorts, sister_doses, width), told, width)


def _three_digits(amount):
    return words.plain(amount, digits=3)


def _ladder_title(cohorts):
    doses, people = list(cohorts.dose_million_cells_per_kg), set(cohorts.people_treated)
    ratios = [after / before for before, after in zip(doses, doses[1:], strict=False)]
    if ratios and all(1.9 <= ratio <= 2.1 for ratio in ratios):
        finding = "Each step doubled the dose"
    elif ratios and max(ratios) - min(ratios) < 0.1:
        finding = f"Each step raised the dose {words.plain(ratios[0], 1)}-fold"
    else:
        finding = f"From the lowest to the highest, the dose rose {words.plain(doses[-1] / doses[0], 1)}-fold"
    return f"{finding}, {words.in_words(people.pop())} people at a time" if len(people) == 1 else finding


def _ladder_subtitle(cohorts, sister_doses, width):
    reach = words.plain(cohorts.tolerance_percent.max())
    first = (
        f"One figure = one person; band = the {reach}% by which a dose may differ. Reported in the registry; "
        "totals are worked out. The top rung is the highest tried, not a limit found."
    )
    where = "Right" if theme.wide(width) else "Below"
    return [first] if sister_doses is None else [first, f"{where}, grey: total cells given in other trials, and where."]


def _ladder(rungs, width):
    ends = [rungs.total.min() * 0.74, rungs.total.max() * 1.35]
    letters = rungs.in_all.str.len().max() + 1
    on = curves.plane(width, [0, 1], ends, None, height=theme.LADDER, labels=2, names=letters, log="y", levels=[])
    rungs = rungs.assign(zero=0, one=1, low=rungs.total * (1 - rungs.share), high=rungs.total * (1 + rungs.share))
    gap = min(theme.FIGURE / (on.right - on.left), 0.9 / rungs.people.max())
    people = rungs.loc[rungs.index.repeat(rungs.people)]
    place = people.groupby(level=0).cumcount()
    people = people.assign(at=0.5 + (place - (people.people - 1) / 2) * gap).reset_index(drop=True)
    hues, beside, total = marks.hues(list(rungs.cohort)), alt.XValue(on.right + theme.GAP), on.y("total")
    layers = [
        marks.box(rungs, on.x("zero"), on.y("low"), "one", "high", opacity=0.5),
        marks.rule(rungs, on.x("zero"), total, x2="one", color=theme.COMPARATOR),
        marks.dots(
            people,
            on.x("at"),
            total,
            shape=theme.PERSON,
            size=0.7 * theme.FIGURE**2,
            edge=theme.PAPER,
            hues=hues,
            field="cohort",
        ),
        marks.label(rungs, "cohort", alt.XValue(theme.GAP), total, bold=True, size=theme.HEAD_LETTER, align="center"),
        marks.label(rungs, "per_kg", beside, total, dy=-theme.GAP, bold=True),
        marks.label(rungs, "in_all", beside, total, dy=theme.GAP, color=theme.MUTED),
    ]
    return curves.drawn(layers, on)


def _sisters(rungs, sister_doses, width, weight):
    # One row a trial on one scale of total cells; this trial first, in its hues.
    own = pd.DataFrame({"name": f"This trial, at {weight} kg", "total": rungs.total, "cohort": rungs.cohort})
    others = pd.DataFrame(
        {
            "name": [f"{row.trial}: {row.route}" for row in sister_doses.itertuples()],
            "total": sister_doses.dose_million_cells_total,
            "cohort": "other",
        }
    )
    given = pd.concat([own, others], ignore_index=True)
    span = given.groupby("name", sort=False).total.agg(["min", "max"]).reset_index()
    span["least"], span["most"] = ([_three_digits(end) for end in span[side]] for side in ("min", "max"))
    ends = [given.total.min() * 0.4, given.total.max() * 2.6]
    title = "Total cells given, in millions (log scale)"
    on = panels.stack(width, list(span.name), ends, title, tall=theme.MARK_ROOM, log=True, values=[1, 10, 100])
    given, span = (rows.assign(row=rows.name.map(on.feet) - on.tall / 2) for rows in (given, span))
    ink = {**marks.hues(list(rungs.cohort)), "other": theme.COMPARATOR}
    layers = [
        marks.rule(span, on.x("min"), on.y("row"), x2="max", color=theme.COMPARATOR),
        marks.dots(given, on.x("total"), on.y("row"), hues=ink, field="cohort", edge=theme.PAPER),
        marks.label(span, "least", on.x("min"), on.y("row"), align="right", dx=-theme.GAP, color=theme.MUTED),
        marks.label(span, "most", on.x("max"), on.y("row"), dx=theme.GAP, color=theme.MUTED),
        panels.head(span, "name", "name", on),
    ]
    return panels.drawn(layers, on)


def calendar(table, width, recorded):
    """The earliest calendar the rules allow, one line a person, with the recorded dates as rules through all.

    `table`: person, cohort, injection_day, end_of_follow_up_day (days after the first injection). `recorded`: day (days
    after the recorded start), label; in order of time, the recorded end last.
    """
    people = table[["cohort"]].assign(
        start=table.injection_day / DAYS_PER_MONTH, end=table.end_of_follow_up_day / DAYS_PER_MONTH
    )
    dates = pd.DataFrame({"month": recorded.day / DAYS_PER_MONTH, "text": recorded.label})
    told, earliest, last = dates.month.iloc[-1], people.end.max(), people.start.max()
    subtitle = (
        "One line = one person, from injection to end of follow-up, as early as the rules allow: worked out from "
        "the registry's waiting times. Dashed: recorded dates."
    )
    alternative = (
        f"Calendar of {len(people)} people, one line each, in months after the first injection: by the rules the last "
        f"injection could come in month {words.number(last)}, the last visit in month {words.number(earliest)}; the last recorded date is "
        f"month {words.number(told)}. Worked out from the registry's waiting times."
    )
    return figure(_months(people, dates, width), _how_long(told, earliest), subtitle, alternative, width)


def _months(people, dates, width):
    """People under their cohorts; below them the words of each date, at which a line through all ends."""
    people, heads, height = units.lines(people)
    longest = max(dates.month.max(), people.end.max())
    dates = dates.assign(top=0.0, early=dates.month < longest / 2)
    dates["label"] = [
        units.fitting(f"{words.sentence(row.text)} (month {words.number(row.month)})", (1 - theme.SIDE) * width)
        for row in dates.itertuples()
    ]
    # The earliest stands lowest, so that no line crosses words.
    dates = pd.concat([dates[~dates.early], dates[dates.early].iloc[::-1]], ignore_index=True)
    step = theme.STEP + theme.LINE * dates.label.str.count("\n").max()
    dates["row"] = height + step * (dates.index + 0.5)
    heads["name"] = [f"Cohort {name}" for name in heads.cohort]
    left = theme.BOLD_ROOM * heads["name"].str.len().max() + 2 * theme.GAP
    ticks = list(range(0, int(longest) + 1, 6 if theme.wide(width) else 12))
    x = marks.across([0, longest], left, width - theme.EDGE, title="Months after the first injection", values=ticks)
    y = marks.down(height + step * len(dates))
    hued = {"hues": marks.hues(list(heads.cohort)), "field": "cohort"}
    layers = [
        marks.rule(dates, x("month"), y("row"), y2="top", color=theme.COMPARATOR, dash=theme.DASH),
        marks.rule(people, x("start"), y("row"), x2="end", width=theme.GAP / 2, **hued),
        marks.dots(people, x("start"), y("row"), shape=theme.PERSON, size=theme.STEP**2, edge=theme.PAPER, **hued),
        marks.label(heads, "name", alt.XValue(0), y("row"), bold=True, dy=theme.STEP),
        *[
            marks.label(part, "label", x("month"), y("row"), align=align, dx=sign * theme.GAP, color=theme.MUTED)
            for early, align, sign in ((True, "left", 1), (False, "right", -1))
            if len(part := dates[dates.early == early])
        ],
    ]
    return alt.layer(*layers, width=width, height=height + step * len(dates))


def _how_long(told, earliest):
    allowed = words.number(earliest)
    if told > earliest * 1.1:
        return f"The rules allow {allowed} months; by the recorded dates it took {words.number(told)}"
    if told < earliest * 0.95:
        return f"The recorded end, month {words.number(told)}, is sooner than the {allowed} months the rules ask for"
    return f"The recorded dates are close to the {allowed} months the rules allow"


def passing(table, width, people):
    """Under each named truth, the chance that the rule passes the top dose and the chance that nobody has a DLT.

    `table`: curve, name_in_words, rates_in_words, p_top_dose_passed, p_no_dlt_in_12 (shares). `people`: how many those are.
    """
    entries = pd.DataFrame(
        {
            "name": table.name_in_words.map(words.sentence),
            "note": table.rates_in_words,
            "passed": 100 * table.p_top_dose_passed,
            "no_dlt": 100 * table.p_no_dlt_in_12,
            "text": table.p_top_dose_passed.map(words.short_percent),
            "lead": table.p_no_dlt_in_12.map(words.short_percent),
        }
    )
    dumbbell = (
        line("no_dlt", "passed", theme.COMPARATOR),
        dot("passed", theme.COHORT["D"]),
        dot("no_dlt", theme.SEEN, "diamond", theme.SMALL_DOT),
        beside("passed", bold=False),
        beside("no_dlt", "lead", left=True, bold=False),
    )
    key = [
        ("diamond", theme.SEEN, f"{words.in_words(people)} treated, no DLT"),
        ("circle", theme.COHORT["D"], "top dose passed"),
    ]
    title, values = "Chance, % of trials run by this rule", [0, 25, 50, 75, 100]
    drawing = rows(entries, dumbbell, width, [0, 100], title, key, grid=True, values=values)
    subtitle = (
        f"Circle = the rule passes the top dose; diamond = {words.in_words(people)} are treated and nobody has a DLT (dose-limiting "
        "harm). Worked out from assumed rates, from the lowest dose to the highest."
    )
    order = table.sort_values("p_no_dlt_in_12", kind="stable", ascending=False)
    most, least = order.iloc[0], order.iloc[-1]
    told = (
        f"Dumbbells for {words.in_words(len(table))} assumed truths; the chance of no DLT in {words.in_words(people)} falls from "
        f"{words.percent(most.p_no_dlt_in_12)} ({most.name_in_words}) to {words.percent(least.p_no_dlt_in_12)} "
        f"({least.name_in_words}); the top dose is passed in {words.percent(most.p_top_dose_passed)} and "
        f"{words.percent(least.p_top_dose_passed)}. Worked out."
    )
    return figure(drawing, _usual(table.p_no_dlt_in_12, people), subtitle, told, width)


def _usual(chances, people):
    """
    >>> _usual([0.9, 0.1], 12), _usual([0.4], 12)
    ('No DLT in twelve, as we infer, is likely in one of two assumed cases', 'No DLT in twelve, as we infer, is likely in no case assumed here')
    """
    usual, cases = sum(chance >= 0.5 for chance in chances), words.things(len(chances), "assumed case")
    where = f"{words.in_words(usual)} of {cases}" if usual else "no case assumed here"
    return f"No DLT in {words.in_words(people)}, as we infer, is likely in {where}"


def mtd_distribution(table, width):
    """Under each named truth, how often the rule ends at which dose, as one stacked bar.

    `table`: curve, name_in_words, dose_label (none first, then the doses upwards, the same in each curve), probability.
    """
    doses, names = list(dict.fromkeys(table.dose_label)), table.drop_duplicates("curve")[["curve", "name_in_words"]]
    title = "Trials run by this rule, %"
    on = panels.stack(width, list(names.curve), [0, 100], title, tall=theme.SLAB, values=theme.QUARTERS)
    ink = {doses[0]: theme.NO_EFFECT, **marks.hues(doses[1:])}
    parts = table[["curve", "dose_label"]].assign(
        end=100 * table.groupby("curve", sort=False).probability.cumsum(),
        foot=table.curve.map(on.feet),
        text=[words.short_percent(share) if share >= 0.1 else "" for share in table.probability],
        dark=[ink[dose] in DARK for dose in table.dose_label],
    )
    parts["start"], parts["middle"] = parts.end - 100 * table.probability, parts.end - 50 * table.probability
    parts["upper"], parts["row"] = parts.foot - on.tall, parts.foot - on.tall / 2
    names["name"] = [words.sentence(name) for name in names.name_in_words]
    layers = [
        marks.box(parts, on.x("start"), on.y("upper"), "end", "foot", edge=theme.PAPER, hues=ink, field="dose_label"),
        *[
            marks.label(
                part, "text", on.x("middle"), on.y("row"), align="center", color=theme.PAPER if dark else theme.INK
            )
            for dark, part in parts.groupby("dark")
        ],
        panels.head(names, "name", "curve", on, bold=True),
    ]
    ends = table.drop_duplicates("curve", keep="last")
    usual = [share >= 0.5 for share in ends.probability]
    if all(usual):
        finding = "In each of these cases the rule mostly ends at the highest dose"
    elif any(usual):
        finding = "How high the rule ends depends on how frequent harm is"
    else:
        finding = "In none of these cases does the rule mostly end at the highest dose"
    subtitle = (
        "Length = share of trials in which the rule ends at that dose; at the highest, no limit was reached. "
        "Worked out exactly from assumed rates of harm."
    )
    most, least = ends.loc[ends.probability.idxmax()], ends.loc[ends.probability.idxmin()]
    told = (
        f"Stacked bars for {words.in_words(len(names))} assumed truths: shares of trials ending at each dose. "
        f"The highest is reached in {words.percent(most.probability)} ({most.name_in_words}) to {words.percent(least.probability)} "
        f"({least.name_in_words}). Worked out."
    )
    return figure(units.keyed(ink, width, panels.drawn(layers, on)), finding, subtitle, told, width)


def flat_rate(table, width, people, shown=10):
    """One rate of harm at every dose: the chance to pass the top dose and that nobody has a DLT, with a reader's rate.

    `table`: rate (whole per cent, rising), p_top_dose_passed, p_no_dlt_in_12 (shares), expected_patients. `people`: how many
    those of the first pass are. `shown`: the rate in the printed picture.
    """
    half = table[table.p_top_dose_passed >= 0.5].rate.max()
    finding = (
        f"Harm in {words.plain(half)}% at every dose still passes half of the time"
        if half == half
        else "Even the mildest harm here stops more than half of the trials"
    )
    subtitle = (
        "Blue = chance that the rule passes the top dose; orange = chance that "
        f"{words.in_words(people)} are treated without a DLT. Worked out exactly from an assumed rate."
    )
    at = table[table.rate == shown].iloc[0]
    told = (
        f"Two falling curves against the rate of harm at every dose, {table.rate.min()} to {table.rate.max()}%. At {shown}% the top "
        f"dose is passed in {words.percent(at.p_top_dose_passed)}, no DLT in {words.percent(at.p_no_dlt_in_12)}. Worked out from "
        "an assumed rate."
    )
    chosen = [marks.slider("flat_rate", "Harm at every dose, %", table.rate.tolist(), shown)]
    return figure(_two_chances(table, width, people), finding, subtitle, told, width, controls=chosen)


def _two_chances(table, width, people):
    rows = table[["rate"]].assign(passed=100 * table.p_top_dose_passed, no_dlt=100 * table.p_no_dlt_in_12)
    rows["reading"] = [
        f"Harm in {row.rate}% at every dose (assumed):\n{words.in_hundred(row.p_top_dose_passed)} trials pass the top dose,\n"
        f"{words.in_hundred(row.p_no_dlt_in_12)} treat {words.in_words(people)} without a DLT;\n{words.number(row.expected_patients, 1)} people on average"
        for row in table.itertuples()
    ]
    title, lines = "People with a DLT at every dose, % (assumed)", rows.reading.iloc[0].count("\n") + 1
    on = curves.plane(width, [0, float(table.rate.max())], [0, 100], title, above=lines, tickCount=5)
    now, x = "datum.rate == flat_rate", on.x("rate")
    layers = [
        marks.where(now, curves.upright, rows, "rate", on, color=theme.MUTED),
        marks.where(now, curves.over, rows, "reading", on),
    ]
    for field, shape, color, name, along in (
        ("passed", "circle", theme.COHORT["D"], "top dose passed", 2 / 5),
        ("no_dlt", "diamond", theme.SEEN, "no DLT", 1 / 5),
    ):
        named, y = rows.iloc[[int(len(rows) * along)]].assign(name=name), on.y(field)
        layers += [
            marks.line(rows, x, y, color=color),
            marks.where(now, marks.dots, rows, x, y, shape=shape, size=theme.DOT, color=color),
            *([curves.beside(named, "name", x, y, above=field == "passed", color=color)] if theme.wide(width) else []),
        ]
    return curves.drawn(layers, on)
