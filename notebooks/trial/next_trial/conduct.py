"""Chapter 05: what to compare, on which outcome; what hints were worth; how long a trial takes, and how to watch for harm."""

from functools import partial
from math import isfinite
from types import SimpleNamespace
from typing import NamedTuple

import pandas as pd

from trial import words
from trial.design import earliest_calendar, recorded_dates
from trial.methods import intervals, planning, stopping

DAYS_PER_MONTH = 365.25 / 12
LONGEST_YEARS = 30
ONE_DIGIT = partial(words.number, digits=1)


class Told(float):
    """A number in a sentence of data/: "{x}" as short as it can be told, "{x:2}" with two decimals.

    >>> "{x} or {x:2}".format(x=Told(-0.5))
    '−0.5 or −0.50'
    """

    def __format__(self, digits):
        return words.number(float(self), int(digits)) if digits else words.plain(float(self))


def filled(judged, columns, **values):
    """Judgements of data/ whose sentences hold names in braces, with the numbers they stand for in their places.

    Raises ValueError with the sentence where a name stands for nothing.
    """

    def told(text):
        try:
            return text.format(**values)
        except (LookupError, AttributeError, ValueError) as error:
            raise ValueError(f'"{text}" has a name in braces that stands for no number here ({error}).') from None

    return judged.assign(**{column: [told(text) for text in judged[column]] for column in columns})


def named_results(table, name, kinds, method="{how}"):
    """Named results, one for each row of a table and each of `kinds` ({column: (unit, how)}) that is a finite number.

    `name` may hold {column}, `method` {how}, and both any column of the table in braces.
    """
    rows = [
        (f"next_trial.{name.format(column=column, **row)}", row[column], unit, method.format(how=how, **row))
        for row in table.to_dict("records")
        for column, (unit, how) in kinds.items()
        if isfinite(row[column])
    ]
    return pd.DataFrame(rows, columns=["name", "value", "unit", "method"])


# What to compare

COMPARISONS = {"Comparison": "comparison", "What it answers": "answers", "What it leaves open": "leaves_open"}
OUTCOMES = {"Outcome": "outcome", "Can it still move?": "moves", "Why we think so": "why", "Source": "source"}


def outcomes_that_move(judged, participants):
    """Outcomes and whether they can still change at an EDSS of 6.5 and above: the table, numbers filled in."""
    step = participants[participants["measure"].str.startswith("EDSS rise")]["value"].iloc[0]
    hands = participants[participants["trial"] == "ORATORIO-HAND"]["upper"].iloc[0]
    return filled(judged, ["why"], step=Told(step), hands=Told(hands))


# What hints were worth

HINTS = {
    "What": ("what", words.sentence),
    "The early sign": ("early_sign", words.sentence),
    "What a larger or controlled trial found": ("larger_trial", words.sentence),
    "Borne out?": ("borne_out", words.sentence),
    "Source": "cited",
}


def _first_row(controlled, trial):
    return controlled[controlled["trial"] == trial].iloc[0]


def msstat_reduction(controlled):
    """Share of the yearly loss that MS-STAT prevented: its adjusted difference over the loss on placebo.

    >>> from trial import load
    >>> round(msstat_reduction(load.table("controlled_trials")), 3)
    0.435
    """
    row = _first_row(controlled, "MS-STAT")
    return float(abs(row.effect) / row.comparator_value)


def siponimod_reduction(controlled):
    """Share by which siponimod lowered the risk of confirmed progression (EXPAND).

    >>> from trial import load
    >>> siponimod_reduction(load.table("controlled_trials"))
    0.21
    """
    return float(_first_row(controlled, "EXPAND").effect) / 100


def early_hints(judged, controlled, findings):
    """The record, both directions, all we read: the table early_hints with the numbers of the trials filled in.

    Its sentences name a row of controlled_trials.csv or sister_findings.csv as "{TRIAL.column}" (the first of that trial)
    or "{TRIAL, OUTCOME.column}".
    """
    trials = controlled.assign(people=controlled["people_treatment"] + controlled["people_comparator"])
    rows = {}
    for row in [*trials.rename(columns={"outcome": "finding"}).to_dict("records"), *findings.to_dict("records")]:
        told = {column: Told(value) if isinstance(value, float) else value for column, value in row.items()}
        for name in (row["trial"], f"{row['trial']}, {row['finding']}"):
            rows.setdefault(name, SimpleNamespace(**told))
    acid, smart = _first_row(controlled, "Lipoic acid"), controlled[controlled["trial"] == "MS-SMART"]
    numbers = {
        "lost_with": -acid.treatment_value,
        "lost_without": -acid.comparator_value,
        "least": smart["effect"].min(),
        "most": smart["effect"].max(),
        "lower": smart["lower"].min(),
        "upper": smart["upper"].max(),
    }
    rows |= {name: Told(value) for name, value in numbers.items()}
    slower = words.percent(msstat_reduction(controlled))
    return filled(judged, ["early_sign", "larger_trial"], slower=slower, **rows)


# How long it takes


class Pace(NamedTuple):
    """How long twelve people took by the recorded dates, and how long the waits of the rules require."""

    people: int
    recorded_days: int
    rule_days: int

    @property
    def recorded_months(self):
        """Months from the recorded start to the last injection, if the recorded end is the last visit."""
        return self.recorded_days / DAYS_PER_MONTH


def recorded_pace(cohorts, rules, cohort_gap_days):
    """Days for all injections: by the recorded dates less the follow-up, and by the rules.

    >>> from trial import load
    >>> recorded_pace(load.table("cohorts"), load.table("design_rules").set_index("rule"), 91)
    Pace(people=12, recorded_days=852, rule_days=385)
    """
    ended = int(recorded_dates(rules)["day"].iloc[-1])
    return Pace(
        int(cohorts["people_treated"].sum()),
        ended - 7 * int(rules.value.follow_up_weeks),
        int(earliest_calendar(cohorts, rules, cohort_gap_days)["injection_day"].max()),
    )


def years_in_words(value, unit=" years"):
    """Years as words, with a bound beyond which no number means anything.

    >>> years_in_words(9.14), years_in_words(1785213.3), years_in_words(9.14, unit="")
    ('9.1 years', 'longer than any trial could run', '9.1')
    """
    return "longer than any trial could run" if value > LONGEST_YEARS else words.number(value, 1) + unit


YEARS = partial(years_in_words, unit="")

TIME_TO_ENROL = {
    "Centres": ("centres", words.number),
    "Years to enrol, recorded pace": ("enrol_years", YEARS),
    "Years to the last visit": ("finish_years", YEARS),
    "Years to enrol, waits of the rules only": ("enrol_years_waits", YEARS),
    "Years to the last visit, waits only": ("finish_years_waits", YEARS),
}


def time_to_enrol(people, pace, follow_up_weeks, centres=(1, 5, 10, 20)):
    """Years with so many centres, each at the pace of this trial as recorded, and by its waits alone.

    Out: centres, enrol_years, finish_years (to the last visit), and both with "_waits".
    """
    made = pd.DataFrame({"centres": centres})
    for name, days in (("", pace.recorded_days), ("_waits", pace.rule_days)):
        made[f"enrol_years{name}"] = people / pace.people * (days / DAYS_PER_MONTH) / made["centres"] / 12
        made[f"finish_years{name}"] = made[f"enrol_years{name}"] + 7 * follow_up_weeks / 365.25
    return made


# Harm, and donors


def harm_columns(dropout):
    """How `harm_to_exclude` reads."""
    return {
        "Harm that strikes": ("rate", words.one_in),
        "People with cells, none harmed": ("people", words.number),
        f"To enrol, if {words.percent(dropout)} leave": ("people_enrolled", words.number),
        "Chance that the trial sees at least one": ("p_seen", words.in_hundred),
        "Is the trial on brain volume large enough?": ("enough", {True: "yes", False: "no"}.get),
    }


def harm_to_exclude(rates, treated, confidence, dropout):
    """People with cells, none harmed, who exclude a rate of harm, and whether a trial with so many treated is enough.

    Out: rate, people, people_enrolled (before dropout), p_seen (that the trial sees at least one harmed), enough.
    """
    made = pd.DataFrame({"rate": rates})
    made["people"], made["people_enrolled"] = (
        [planning.people_to_exclude_harm(rate, confidence, leave) for rate in rates] for leave in (0, dropout)
    )
    made["p_seen"] = [1 - intervals.probability_none(rate, treated) for rate in rates]
    return made.assign(enough=treated >= made["people"])


ALIKE = (0.01, 0.05, 0.1)  # shares of the spread that lie between donors; assumed
DONORS = {"Donors behind the cells": ("donors", words.in_words)} | {
    f"if {words.percent(share)} of the spread is between donors (assumed)": (f"counts_for_{share}", words.number)
    for share in ALIKE
}


def donors(people, numbers=(1, 2, 4, 8)):
    """How many people an arm of this size counts for (counts_for_SHARE), by donors and by how alike a donor's cells act."""
    counts = {f"counts_for_{share}": [planning.effective_people(people, n, share) for n in numbers] for share in ALIKE}
    return pd.DataFrame({"donors": numbers} | counts)


# Watching, and looking early

RUN_IN_PEOPLE, TOLERABLE, SURE, PRIOR_PEOPLE = 20, 0.1, 0.9, 2  # assumed: a rule a sceptic may replace
TRUE_RATES = (0.01, 0.05, 0.1, 0.2, 0.3, 0.4)
LOOK_SHARE, LOOK_BOUND = 0.5, 0.0  # assumed: half of the people seen, stop unless the cells are ahead

RUN_IN = {
    "If such harm truly strikes": ("rate", words.percent),
    "The run-in is stopped": ("p_stop", words.in_hundred),
    "People treated, on average": ("expected_people", ONE_DIGIT),
    "People harmed, on average": ("expected_harmed", ONE_DIGIT),
}
LOOK = {
    "If the cells truly prevent": ("effect", lambda effect: words.percent(effect) if effect else "nothing"),
    "Stopped early": ("p_stop", words.in_hundred),
    "Success in the end": ("power", words.in_hundred),
    "Success lost by looking": ("power_lost", lambda lost: words.percent(abs(lost))),
    "People a group, on average": ("expected_people", ONE_DIGIT),
}


def run_in_rule():
    """The stopping rule of the safety run-in: people harmed, and the first people among whom so many stop it."""
    counts = stopping.stopping_counts(RUN_IN_PEOPLE, TOLERABLE, SURE, PRIOR_PEOPLE)
    reached = {limit: seen for seen, limit in enumerate(counts, start=1) if limit <= seen}
    return pd.DataFrame({"harmed": list(reached), "among_at_most": list(reached.values())}), counts


def run_in(counts):
    """Exact characteristics of the rule by true rate: rate, p_stop, expected_people, expected_harmed."""
    return pd.DataFrame([{"rate": rate, **stopping.run_in(rate, counts)._asdict()} for rate in TRUE_RATES])


def early_look(effects, per_arm, atrophy_mean, sd, alpha):
    """One early look by true effect (shares prevented): effect, p_stop, power, power_lost, expected_people (per arm)."""
    looks = [
        stopping.futility_look(per_arm, abs(atrophy_mean) * effect, sd, alpha, LOOK_SHARE, LOOK_BOUND)
        for effect in effects
    ]
    return pd.DataFrame(looks).assign(effect=effects)


def rule_in_words(rule):
    """The rule as words: so many of the first so many people.

    >>> rule_in_words(run_in_rule()[0])
    'two of the first five, three of the first eleven, four of the first 18 or five of the first 20 people'
    """
    parts = [
        f"{words.in_words(row.harmed)} of the first {words.in_words(row.among_at_most)}" for row in rule.itertuples()
    ]
    return f"{words.listed(parts)} people".replace(" and ", " or ")


def run_in_note():
    """What the stopping rule assumes, for the note under its table."""
    return (
        f"Assumed: it stops where a rate above {words.percent(TOLERABLE)} has a posterior probability of {words.percent(SURE)} or more, "
        f"under a beta prior whose mean is that rate and whose weight is that of {words.in_words(PRIOR_PEOPLE)} people."
    )


def look_note():
    """What the early look assumes, for the note under its table."""
    return (
        f"Assumed: when {words.percent(LOOK_SHARE)} of the people have finished, the trial stops unless the treated group is ahead; "
        "the final test stays as it was. Two normal z values, integrated numerically."
    )


def watching_records(counts, looks):
    """The run-in and the early look as named results."""
    exact = "exact, stated stopping rule (assumed)"
    integrated = "quadrature; bivariate normal, half of the people, bound 0 (assumed)"
    run_kinds = {"p_stop": ("probability", exact), "expected_people": ("people", exact)}
    look_kinds = {column: ("probability", integrated) for column in ("p_stop", "power_lost")}
    look_kinds |= {"expected_people": ("people per arm", integrated)}
    runs = run_in(counts).assign(percent=lambda made: 100 * made["rate"])
    looks = looks.assign(truth=["nothing", "useless", "effect"])
    return pd.concat(
        [
            named_results(runs, "run_in_{column}__{percent:g}pct", run_kinds),
            named_results(looks, "look_{column}__{truth}", look_kinds),
        ]
    )
