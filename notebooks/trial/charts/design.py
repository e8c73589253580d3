"""Drawings of the dose escalation: the ladder of doses, the earliest calendar, what the rule lets through."""

import altair as alt
import pandas as pd

from trial import words
from trial.charts import marks, theme

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
    title = theme.title(_ladder_title(cohorts), _ladder_subtitle(cohorts, sister_doses, width), width)
    if sister_doses is None:
        chart = _ladder(rungs, width).properties(title=title)
    else:
        wide = width >= 500
        ladder = _ladder(rungs, 326 if wide else width)
        others = _sisters(rungs, sister_doses, width - 350 if wide else width, weight)
        chart = (alt.hconcat if wide else alt.vconcat)(ladder, others, spacing=24, title=title).resolve_scale(
            color="independent", fill="independent"
        )
    steps = words.listed([f"{row.cohort} {row.per_kg} ({row.in_all})" for row in rungs.itertuples()])
    aside = "" if sister_doses is None else " In grey, the totals other trials gave."
    return theme.finish(
        chart, f"Ladder of doses on a logarithmic scale, one figure a person: {steps}. Reported.{aside}"
    )


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
    where = "Right" if width >= 500 else "Below"
    return [first] if sister_doses is None else [first, f"{where}, grey: total cells given in other trials, and where."]


def _ladder(rungs, width):
    height, bar = 262, width - 140
    ends = [rungs.total.min() * 0.74, rungs.total.max() * 1.35]
    scale = alt.Scale(type="log", domain=ends, range=[height, 0], nice=False)

    def y(field):
        return alt.Y(f"{field}:Q", scale=scale, axis=None)

    x, gap = marks.across([0, width], 0, width), min(34, (bar - 70) / rungs.people.max())
    rungs = rungs.assign(
        at=8,
        start=26,
        end=bar,
        after=bar + 10,
        low=rungs.total * (1 - rungs.share),
        high=rungs.total * (1 + rungs.share),
    )
    people = pd.DataFrame(
        [
            {"cohort": row.cohort, "total": row.total, "at": (26 + bar) / 2 + (place - (row.people - 1) / 2) * gap}
            for row in rungs.itertuples()
            for place in range(row.people)
        ]
    )
    layers = [
        alt.Chart(rungs[["start", "end", "low", "high"]])
        .mark_rect(color=theme.RULE, opacity=0.5, aria=False)
        .encode(x=x("start"), x2=alt.X2("end:Q"), y=y("low"), y2=alt.Y2("high:Q")),
        marks.rule(rungs, x("start"), y("total"), x2="end", color=theme.COMPARATOR),
        marks.dots(
            people,
            x("at"),
            y("total"),
            shape=theme.PERSON,
            size=min(gap, 28) ** 2,
            edge=theme.PAPER,
            hues=marks.hues(list(rungs.cohort)),
            field="cohort",
        ),
        marks.label(rungs, "cohort", x("at"), y("total"), bold=True, size=15, align="center"),
        marks.label(rungs, "per_kg", x("after"), y("total"), dy=-9, bold=True),
        marks.label(rungs, "in_all", x("after"), y("total"), dy=9, color=theme.MUTED),
    ]
    return alt.layer(*layers, width=width, height=height)


def _sisters(rungs, sister_doses, width, weight):
    # One row a trial on one scale of total cells; this trial first, in its hues.
    given = pd.concat(
        [
            pd.DataFrame({"name": f"This trial, at {weight} kg", "total": rungs.total, "cohort": rungs.cohort}),
            pd.DataFrame(
                {
                    "name": [
                        f"{trial}: {route}" for trial, route in zip(sister_doses.trial, sister_doses.route, strict=True)
                    ],
                    "total": sister_doses.dose_million_cells_total,
                    "cohort": "other",
                }
            ),
        ],
        ignore_index=True,
    )
    names, step = list(dict.fromkeys(given.name)), 44
    height = step * len(names) + 6
    given["row"] = [step * names.index(name) + 31 for name in given.name]
    given["above"] = given.row - 20
    span = given.groupby(["name", "row"], sort=False).total.agg(["min", "max"]).reset_index()
    span["least"], span["most"] = ([_three_digits(end) for end in span[side]] for side in ("min", "max"))
    x = marks.across(
        [given.total.min() * 0.4, given.total.max() * 2.6],
        2,
        width - 2,
        log=True,
        title="Total cells given, in millions (log scale)",
        values=[1, 10, 100],
    )
    y, ink = marks.down(height), {**marks.hues(list(rungs.cohort)), "other": theme.COMPARATOR}
    return alt.layer(
        marks.rule(span, x("min"), y("row"), x2="max", color=theme.COMPARATOR),
        marks.dots(given, x("total"), y("row"), hues=ink, field="cohort", edge=theme.PAPER),
        marks.label(span, "least", x("min"), y("row"), align="right", dx=-9, color=theme.MUTED),
        marks.label(span, "most", x("max"), y("row"), dx=9, color=theme.MUTED),
        marks.label(given.drop_duplicates("name"), "name", alt.XValue(2), y("above")),
        width=width,
        height=height,
    )


def calendar(table, width, recorded):
    """The earliest calendar the rules allow, one line a person, with the recorded dates as rules through all.

    `table`: person, cohort, injection_day, end_of_follow_up_day (days after the first injection). `recorded`: day (days
    after the recorded start), label; in order of time, the recorded end last.
    """
    wide, step = width >= 500, 20
    cohorts = list(dict.fromkeys(table.cohort))
    lines = pd.DataFrame(
        {
            "cohort": list(table.cohort),
            "start": table.injection_day / DAYS_PER_MONTH,
            "end": table.end_of_follow_up_day / DAYS_PER_MONTH,
        }
    )
    lines["row"] = [step * (place + 0.8) + 8 * cohorts.index(name) for place, name in enumerate(lines.cohort)]
    names = lines.groupby("cohort", sort=False).row.mean().reset_index()
    names["name"] = [f"Cohort {name}" if wide else name for name in names.cohort]
    months, height = recorded.day / DAYS_PER_MONTH, lines.row.max() + step * 0.8
    told, earliest, last = months.iloc[-1], lines.end.max(), lines.start.max()
    longest = max(told, earliest)
    dates = pd.DataFrame({"month": list(months), "top": 0.0})
    dates["side"] = ["left" if month < longest / 2 else "right" for month in months]
    dates["label"] = [
        marks.folded(f"{words.sentence(text)} (month {words.number(month)})", 70 if wide else 48)
        for text, month in zip(recorded.label, months, strict=True)
    ]
    # A date's rule ends at its words; the earliest stands lowest, so that no rule crosses words.
    dates = pd.concat([dates[dates.side == "right"], dates[dates.side == "left"].iloc[::-1]], ignore_index=True)
    gap = 22 + 14 * max(label.count("\n") for label in dates.label)
    dates["row"] = [height + 14 + gap * place for place in range(len(dates))]
    height = dates.row.max() + gap / 2
    x = marks.across(
        [0, longest],
        76 if wide else 28,
        width - 10,
        title="Months after the first injection",
        values=list(range(0, int(longest) + 1, 6 if wide else 12)),
    )
    y, ink = marks.down(height), marks.hues(cohorts)
    layers = [
        marks.rule(dates, x("month"), y("row"), y2="top", color=theme.COMPARATOR, dash=(3, 3)),
        marks.rule(lines, x("start"), y("row"), x2="end", width=5, hues=ink, field="cohort"),
        marks.dots(
            lines, x("start"), y("row"), shape=theme.PERSON, size=340, hues=ink, field="cohort", edge=theme.PAPER
        ),
        marks.label(names, "name", alt.XValue(2), y("row"), bold=True),
        *[
            marks.label(
                dates[dates.side == side],
                "label",
                x("month"),
                y("row"),
                align=side,
                dx=6 if side == "left" else -6,
                color=theme.MUTED,
            )
            for side in ("left", "right")
            if side in set(dates.side)
        ],
    ]
    allowed = words.number(earliest)
    if told > earliest * 1.1:
        finding = f"The rules allow {allowed} months; by the recorded dates it took {words.number(told)}"
    elif told < earliest * 0.95:
        finding = f"The recorded end, month {words.number(told)}, is sooner than the {allowed} months the rules ask for"
    else:
        finding = f"The recorded dates are close to the {allowed} months the rules allow"
    subtitle = (
        "One line = one person, from injection to end of follow-up, as early as the rules allow: worked out from "
        "the registry's waiting times. Dashed: recorded dates."
    )
    return theme.finish(
        marks.plot(layers, width, height, theme.title(finding, subtitle, width)),
        f"Calendar of {len(lines)} people, one line each, in months after the first injection: by the rules the last "
        f"injection could come in month {words.number(last)}, the last visit in month {allowed}; the last recorded date is month "
        f"{words.number(told)}. Worked out from the registry's waiting times.",
    )


def _short(share):
    return words.percent(share).replace("less than ", "<").replace("more than ", ">")


def passing(table, width):
    """Under each named truth, the chance that the rule passes the top dose and the chance that nobody is harmed.

    `table`: curve, name_in_words, rates_in_words, p_top_dose_passed, p_no_dlt_in_12 (shares).
    """
    wide = width >= 500
    step, top = (46, 30) if wide else (72, 44)
    rows = pd.DataFrame(
        {
            "name": [words.sentence(name) for name in table.name_in_words],
            "rates": list(table.rates_in_words),
            "passed": 100 * table.p_top_dose_passed,
            "unharmed": 100 * table.p_no_dlt_in_12,
            "passed_label": [_short(share) for share in table.p_top_dose_passed],
            "unharmed_label": [_short(share) for share in table.p_no_dlt_in_12],
        }
    )
    middle = step * 0.5 if wide else step * 0.76
    rows["row"] = [top + step * place + middle for place in range(len(rows))]
    rows["name_row"], rows["rates_row"] = (rows.row - 8, rows.row + 9) if wide else (rows.row - 40, rows.row - 23)
    key = pd.DataFrame(
        {"word": ["twelve treated, nobody harmed", "top dose passed"], "row": [10, 10] if wide else [8, 26]}
    )
    height = top + step * len(rows)
    x = marks.across(
        [0, 100],
        346 if wide else 52,
        width - (44 if wide else 50),
        title="Chance, % of trials run by this rule",
        values=[0, 25, 50, 75, 100],
    )
    y, at = marks.down(height), [8, 220] if wide else [8, 8]
    grid = pd.DataFrame({"at": [0, 25, 50, 75, 100], "top": top, "foot": height})
    layers = [
        *([marks.rule(grid, x("at"), y("top"), y2="foot")] if wide else []),
        marks.rule(rows, x("unharmed"), y("row"), x2="passed", color=theme.COMPARATOR, width=2),
        marks.dots(rows, x("passed"), y("row"), color=theme.COHORT["D"], size=200, edge=theme.PAPER),
        marks.dots(rows, x("unharmed"), y("row"), shape="diamond", color=theme.CAUTION, size=110, edge=theme.PAPER),
        marks.label(rows, "passed_label", x("passed"), y("row"), dx=11),
        marks.label(rows, "unharmed_label", x("unharmed"), y("row"), align="right", dx=-11),
        marks.label(rows, "name", alt.XValue(2), y("name_row"), bold=True),
        marks.label(rows, "rates", alt.XValue(2), y("rates_row"), color=theme.MUTED),
    ]
    for place, (shape, color) in enumerate((("diamond", theme.CAUTION), ("circle", theme.COHORT["D"]))):
        layers += [
            marks.dots(key.iloc[[place]], alt.XValue(at[place]), y("row"), shape=shape, color=color, size=130),
            marks.label(key.iloc[[place]], "word", alt.XValue(at[place] + 12), y("row"), color=theme.MUTED),
        ]
    usual = [share >= 0.5 for share in table.p_no_dlt_in_12]
    if all(usual):
        finding = "What happened would be usual in each of these cases"
    elif any(usual):
        finding = "What happened is usual only if harm is rare at every dose"
    else:
        finding = "What happened would be unusual in each of these cases"
    subtitle = (
        "Circle = the rule passes the top dose; diamond = twelve are treated and nobody has a dose-limiting "
        "harm. Worked out from assumed rates of harm, from the lowest dose to the highest."
    )
    order = table.sort_values("p_no_dlt_in_12", kind="stable", ascending=False)
    most, least = order.iloc[0], order.iloc[-1]
    return theme.finish(
        marks.plot(layers, width, height, theme.title(finding, subtitle, width)),
        f"Dumbbells for {words.in_words(len(rows))} assumed truths; the chance that twelve pass unharmed falls from "
        f"{words.percent(most.p_no_dlt_in_12)} ({most.name_in_words}) to {words.percent(least.p_no_dlt_in_12)} "
        f"({least.name_in_words}); the top dose is passed in {words.percent(most.p_top_dose_passed)} and "
        f"{words.percent(least.p_top_dose_passed)}. Worked out.",
    )


def mtd_distribution(table, width):
    """Under each named truth, how often the rule ends at which dose, as one stacked bar.

    `table`: curve, name_in_words, dose_label (none first, then the doses upwards, the same in each curve), probability.
    """
    wide = width >= 500
    doses, curves = list(dict.fromkeys(table.dose_label)), list(dict.fromkeys(table.curve))
    step, left, top = (36, 312, 26) if wide else (50, 6, 26)
    parts = table[["curve", "dose_label", "probability"]].reset_index(drop=True)
    parts["end"] = 100 * parts.groupby("curve", sort=False).probability.cumsum()
    parts["start"], parts["middle"] = parts.end - 100 * parts.probability, parts.end - 50 * parts.probability
    parts["row"] = [top + step * (curves.index(name) + (0.5 if wide else 0.7)) for name in parts.curve]
    parts["upper"], parts["lower"] = parts.row - 12, parts.row + 12
    parts["text"] = [_short(share) if share >= (0.1) else "" for share in parts.probability]
    ink = {doses[0]: theme.NO_EFFECT, **marks.hues(doses[1:])}
    parts["dark"] = [ink[dose] in DARK for dose in parts.dose_label]
    height = top + step * len(curves)
    x = marks.across([0, 100], left, width - 14, title="Trials run by this rule, %", values=[0, 25, 50, 75, 100])
    y, names = marks.down(height), table.drop_duplicates("curve")[["name_in_words"]]
    names = names.assign(
        name=[words.sentence(name) for name in names.name_in_words],
        row=[top + step * (place + 0.5) - (0 if wide else 17) for place in range(len(names))],
    )
    key = pd.DataFrame({"dose": doses, "row": 10})
    key["word"] = doses if wide else [dose.replace("dose ", "") for dose in doses]
    at = [2 + sum(6.3 * len(word) + 24 for word in key.word[:place]) + 6 for place in range(len(doses))]
    layers = [
        alt.Chart(parts[["start", "end", "upper", "lower", "dose_label"]])
        .mark_rect(
            stroke=theme.PAPER,
            strokeWidth=1,
            aria=False,
        )
        .encode(
            x=x("start"), x2=alt.X2("end:Q"), y=y("upper"), y2=alt.Y2("lower:Q"), color=marks.painted("dose_label", ink)
        ),
        *[
            marks.label(
                parts[parts.dark == dark],
                "text",
                x("middle"),
                y("row"),
                align="center",
                color=theme.PAPER if dark else theme.INK,
            )
            for dark in (False, True)
        ],
        marks.label(names, "name", alt.XValue(2), y("row"), bold=True),
    ]
    for place in range(len(doses)):
        layers += [
            marks.dots(
                key.iloc[[place]], alt.XValue(at[place]), y("row"), shape="square", size=130, hues=ink, field="dose"
            ),
            marks.label(key.iloc[[place]], "word", alt.XValue(at[place] + 10), y("row")),
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
    return theme.finish(
        marks.plot(layers, width, height, theme.title(finding, subtitle, width)),
        f"Stacked bars for {words.in_words(len(curves))} assumed truths: shares of trials ending at each dose. "
        f"The highest is reached in {words.percent(most.probability)} ({most.name_in_words}) to {words.percent(least.probability)} "
        f"({least.name_in_words}). Worked out.",
    )


def flat_rate(table, width, shown=10):
    """One rate of harm at every dose: the chance to pass the top dose and that nobody is harmed, with a reader's rate.

    `table`: rate (whole per cent, rising), p_top_dose_passed, p_no_dlt_in_12 (shares), expected_patients. `shown`: the rate
    in the printed picture.
    """
    wide, height, inner = width >= 500, 270 if width >= 500 else 330, width - 44
    rows = pd.DataFrame(
        {"rate": table.rate, "passed": 100 * table.p_top_dose_passed, "unharmed": 100 * table.p_no_dlt_in_12}
    )
    rows["readings"] = [
        f"Harm in {row.rate}% at every dose (assumed):\n{words.in_hundred(row.p_top_dose_passed)} trials pass the top dose,\n"
        f"{words.in_hundred(row.p_no_dlt_in_12)} treat twelve and harm nobody;\n{words.number(row.expected_patients, 1)} people on average"
        for row in table.itertuples()
    ]
    chosen = marks.slider("flat_rate", "Harm at every dose, %", table.rate.tolist(), shown)
    x = marks.across(
        [0, float(table.rate.max())], 0, inner - 12, title="People harmed at every dose, % (assumed)", tickCount=5
    )
    up = alt.Y(
        "passed:Q",
        scale=alt.Scale(domain=[0, 100], range=[height, 0 if wide else 84]),
        axis=alt.Axis(title=None, values=[0, 25, 50, 75, 100], format="d", labelExpr="datum.label + '%'"),
    )
    y = {"passed": up, "unharmed": up.copy(deep=True)}
    y["unharmed"].shorthand = "unharmed:Q"
    now = "datum.rate == flat_rate"
    above = rows[rows.rate == rows.rate.iloc[len(rows) * 2 // 5]].assign(word="top dose passed")
    below = rows[rows.rate == rows.rate.iloc[len(rows) * 3 // 16]].assign(word="nobody harmed")
    layers = [
        *[
            alt.Chart(rows[["rate", part]])
            .mark_line(color=color, strokeWidth=2.2, aria=False)
            .encode(x=x("rate"), y=y[part])
            for part, color in (("passed", theme.COHORT["D"]), ("unharmed", theme.CAUTION))
        ],
        alt.Chart(rows[["rate"]])
        .mark_rule(color=theme.MUTED, strokeDash=[3, 3], aria=False)
        .encode(x=x("rate"), y=alt.YValue(0 if wide else 76), y2=alt.Y2Value(height))
        .transform_filter(now),
        *[
            alt.Chart(rows[["rate", part]])
            .mark_point(shape=shape, filled=True, opacity=1, size=130, color=color, aria=False)
            .encode(x=x("rate"), y=y[part])
            .transform_filter(now)
            for part, shape, color in (("passed", "circle", theme.COHORT["D"]), ("unharmed", "diamond", theme.CAUTION))
        ],
        alt.Chart(rows[["rate", "readings"]])
        .mark_text(
            align="left",
            baseline="top",
            fontSize=12,
            lineBreak="\n",
            lineHeight=16,
            color=theme.INK,
            aria=False,
        )
        .encode(x=alt.XValue(inner - 262 if wide else 0), y=alt.YValue(8 if wide else 0), text=alt.Text("readings:N"))
        .transform_filter(now),
        marks.label(above, "word", x("rate"), y["passed"], color=theme.COHORT["D"], dx=10, dy=-12) if wide else None,
        marks.label(below, "word", x("rate"), y["unharmed"], color=theme.CAUTION, align="right", dx=-10, dy=14)
        if wide
        else None,
    ]
    half = table[table.p_top_dose_passed >= 0.5].rate.max()
    finding = (
        f"Harm in {words.plain(half)}% at every dose still passes half of the time"
        if half == half
        else "Even the mildest harm here stops more than half of the trials"
    )
    subtitle = (
        "Blue = chance that the rule passes the top dose; orange = chance that twelve are treated and nobody is harmed. "
        "Worked out exactly from an assumed rate."
    )
    at = table[table.rate == shown].iloc[0]
    return theme.finish(
        marks.plot(
            [layer for layer in layers if layer is not None], inner, height, theme.title(finding, subtitle, width)
        ).add_params(chosen),
        f"Two falling curves against the rate of harm at every dose, {table.rate.min()} to {table.rate.max()}%. At {shown}% the top "
        f"dose is passed in {words.percent(at.p_top_dose_passed)}, nobody harmed in {words.percent(at.p_no_dlt_in_12)}. Worked out from "
        "an assumed rate.",
    )
