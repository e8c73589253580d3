"""Drawings of the dose escalation: the ladder of doses, the earliest calendar, what the rule lets through."""

import altair as alt
import pandas as pd

from trial import words
from trial.charts import marks, panels, theme, units
from trial.charts.figure import figure
from trial.charts.rows import dumbbell, rows

DAYS_PER_MONTH = 365.25 / 12


def dose_ladder(cohorts, width, body_weight_kg):
    """One bar a dose, as long as the dose is high, and a figure for each person who got it.

    `cohorts`: cohort, dose_million_cells_per_kg, tolerance_percent, people_treated, lowest dose first.
    """
    weight, doses = words.plain(body_weight_kg), cohorts.dose_million_cells_per_kg
    rungs = cohorts[["cohort", "people_treated"]].assign(zero=0.0, dose=doses)
    rungs["per_kg"] = [f"{row.cohort}: {words.plain(row.dose)} million per kg" for row in rungs.itertuples()]
    rungs["in_all"] = [f"{words.plain(dose * body_weight_kg, digits=3)} million at {weight} kg" for dose in doses]
    steps = words.listed([f"{row.per_kg} ({row.in_all})" for row in rungs.itertuples()])
    alt_text = f"Bars from zero, one a dose, one figure a person: {steps}. Doses reported, totals worked out."
    subtitle = (
        "One figure = one person; length = cells per kilogram, from zero. The highest dose is the highest tried, not a limit "
        "found. Doses reported, totals worked out."
    )
    return figure(_rungs(rungs, width), _ladder_title(cohorts), subtitle, alt_text, width)


def _rungs(rungs, width):
    needed = rungs.people_treated.max() * theme.STEP / theme.LETTER_ROOM
    on = panels.stack(width, list(rungs.cohort), [0, rungs.dose.max()], None, tall=theme.SLAB, labels=needed)
    rungs["foot"] = rungs.cohort.map(on.feet)
    rungs["upper"], rungs["row"] = rungs.foot - on.tall, rungs.foot - on.tall / 2
    people = panels.piled(rungs.loc[rungs.index.repeat(rungs.people_treated)], "cohort")
    # Left of zero, so that their places too are measured in cells.
    people["at"] = -(people.place + 1) * theme.STEP * rungs.dose.max() / (on.right - on.left)
    hued = {"hues": marks.hues(list(rungs.cohort)), "field": "cohort"}
    size = theme.STEP**2
    layers = [
        marks.box(rungs, on.x("zero"), on.y("upper"), "dose", "foot", **hued),
        marks.dots(people, on.x("at"), on.y("row"), shape=theme.PERSON, size=size, edge=theme.PAPER, **hued),
        panels.head(rungs, "per_kg", "cohort", on, bold=True),
        marks.label(
            rungs.assign(row=rungs.upper - on.head),
            "in_all",
            alt.XValue(on.right),
            on.y("row"),
            align="right",
            color=theme.MUTED,
            baseline="line-top",
        ),
    ]
    return panels.drawn(layers, on)


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
    alt_text = (
        f"Calendar of {len(people)} people, one line each, in months after the first injection: by the rules the last "
        f"injection could come in month {words.number(last)}, the last visit in month {words.number(earliest)}; the last recorded date is "
        f"month {words.number(told)}. Worked out from the registry's waiting times."
    )
    return figure(_months(people, dates, width), _how_long(told, earliest), subtitle, alt_text, width)


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
    nobody, passed = ("diamond", theme.COMPARATOR), ("circle", theme.INK)
    drawn = dumbbell(("no_dlt", *nobody, theme.SMALL_DOT), ("passed", *passed, theme.DOT))
    key = (
        (*nobody, f"{words.in_words(people)} are treated, nobody has a DLT"),
        (*passed, "the rule passes the top dose"),
    )
    title = "Chance, % of trials run by this rule"
    drawing = rows(entries, [drawn], width, [0, 100], title, key=key, grid=True, values=theme.QUARTERS)
    subtitle = "DLT = dose-limiting harm. Worked out from assumed rates, named from the lowest dose to the highest."
    order = table.sort_values("p_no_dlt_in_12", kind="stable", ascending=False)
    most, least = order.iloc[0], order.iloc[-1]
    alt_text = (
        f"Dumbbells for {words.in_words(len(table))} assumed truths; the chance of no DLT in {words.in_words(people)} falls from "
        f"{words.percent(most.p_no_dlt_in_12)} ({most.name_in_words}) to {words.percent(least.p_no_dlt_in_12)} "
        f"({least.name_in_words}); the top dose is passed in {words.percent(most.p_top_dose_passed)} and "
        f"{words.percent(least.p_top_dose_passed)}. Worked out."
    )
    return figure(drawing, _usual(table.p_no_dlt_in_12, people), subtitle, alt_text, width)


def _usual(chances, people):
    """
    >>> _usual([0.9, 0.1], 12), _usual([0.4], 12)
    ('No DLT in twelve, as we infer, is likely in one of two assumed cases', 'No DLT in twelve, as we infer, is likely in no case assumed here')
    """
    usual, cases = sum(chance >= 0.5 for chance in chances), words.things(len(chances), "assumed case")
    where = f"{words.in_words(usual)} of {cases}" if usual else "no case assumed here"
    return f"No DLT in {words.in_words(people)}, as we infer, is likely in {where}"
