"""Chapter 05: what to compare, on which outcome and in which order; what hints were worth; how long a trial takes; donors."""

from functools import partial
from math import isfinite, log
from types import SimpleNamespace
from typing import NamedTuple

import pandas as pd
from scipy.stats import norm

from trial import load, words
from trial.design import earliest_calendar, recorded_dates
from trial.methods import intervals, planning

DAYS_PER_MONTH = 365.25 / 12
LONGEST_YEARS = 100


def as_printed(row, upper=None):
    """The two-sided 95% limits of an effect as a source prints them: an Interval, from a row of controlled_trials.csv.

    `upper`: another upper limit, from another source.
    """
    return intervals.Interval(row.effect, row.lower, row.upper if upper is None else upper, 0.95, "as printed", "two")


class Braced(float):
    """A number in a sentence of data/: "{x}" as short as it can be told, "{x:2}" with two decimals.

    >>> "{x} or {x:2}".format(x=Braced(-0.5))
    '−0.5 or −0.50'
    """

    def __format__(self, digits):
        return words.number(float(self), int(digits)) if digits else words.plain(float(self))


def with_numbers(judged, columns, **values):
    """Judgements of data/ whose sentences hold names in braces, with the numbers they stand for in their places.

    Raises ValueError with the sentence where a name stands for nothing.
    """

    def with_numbers_in(text):
        try:
            return text.format(**values)
        except (LookupError, AttributeError, ValueError) as error:
            raise ValueError(f'"{text}" has a name in braces that stands for no number here ({error}).') from None

    return judged.assign(**{column: [with_numbers_in(text) for text in judged[column]] for column in columns})


def named_results(**tables):
    """Named results of tables, by the rows of named_results.csv for each: one for each row of a table that has a finite number.

    `tables`: frames, or lists of rows, by what named_results.csv calls them; its names and methods hold columns of theirs in braces.
    Raises KeyError with the name of a table that has no row there.
    """
    named, rows = dict(list(load.table("named_results").fillna("").groupby("table"))), []
    for table, frame in tables.items():
        asked = named[table].to_dict("records")
        rows += [
            (
                f"next_trial.{each['name'].format(**row)}",
                *(row.get(each[part]) for part in ("column", "lower_column", "upper_column")),
                each["unit"],
                each["method"].format(**row),
            )
            for row in pd.DataFrame(frame).to_dict("records")
            for each in asked
            if isfinite(row[each["column"]])
        ]
    return pd.DataFrame(rows, columns=["name", "value", "lower", "upper", "unit", "method"])


# What to compare

COMPARISONS = {"Comparison": "comparison", "What it answers": "answers", "What it leaves open": "leaves_open"}
PRECEDENTS = {
    "Comparison": "comparison",
    "Who did so, in what we read": ("precedents", words.sentence),
    "Source": "cited",
}
ESTIMANDS = {
    "answers": "What it answers for a patient",
    "population": "Who",
    "treatment": "Compared",
    "outcome": "Measured",
    "summary": "Summary",
    "missing": "What is missing",
    "blinding": "Kept from knowing",
}
EVENTS = {
    "What happens": ("event", words.sentence),
    "Brain volume": ("brain_volume", words.sentence),
    "Getting worse": ("disability", words.sentence),
    "New spots": ("spots", words.sentence),
    "Why": "why",
}
OUTCOMES = {"Outcome": "outcome", "Can it still move?": "moves", "Why we think so": "why", "Source": "source"}


def outcomes_that_move(judged, participants, controlled):
    """Outcomes and whether they can still change at an EDSS of 6.5 and above: the table, numbers filled in."""
    step = participants[participants["measure"].str.startswith("EDSS rise")]["value"].iloc[0]
    hands = participants[participants["trial"] == "ORATORIO-HAND"]["upper"].iloc[0]
    walk = controlled[controlled["outcome"].str.contains("25-foot")].iloc[0]
    return with_numbers(judged, ["why"], step=Braced(step), hands=Braced(hands), walk=walk)


def estimands(judged):
    """The questions of the table estimands side by side, a row for each part of an estimand: ready-made text."""
    asked = judged[list(ESTIMANDS)].map(words.sentence).T.set_axis(judged["estimand"].map(words.sentence), axis=1)
    asked.insert(0, "Question", list(ESTIMANDS.values()))
    return asked.rename_axis(columns=None).reset_index(drop=True)


def by_trial(*tables):
    """Rows for the braces of a sentence: "{TRIAL.column}" is the first row of a trial, "{TRIAL, FINDING.column}" that of a finding.

    Tables: with the columns trial (or study) and finding (or outcome), `people` added where two groups are counted.
    """
    rows = {}
    for table in tables:
        named = table.rename(columns={"study": "trial", "outcome": "finding", "measure": "finding"})
        if "people_comparator" in named:
            named = named.assign(people=named["people_treatment"] + named["people_comparator"])
        for row in named.to_dict("records"):
            numbers = {column: Braced(value) if isinstance(value, float) else value for column, value in row.items()}
            for name in (row["trial"], f"{row['trial']}, {row['finding']}"):
                rows.setdefault(name, SimpleNamespace(**numbers))
    return rows


def precedents(judged, controlled, published):
    """Comparisons with the trials that made them, their people filled in."""
    return with_numbers(judged, ["precedents"], **by_trial(controlled, published))


ORDERS = {
    "Order": ("order", words.sentence),
    "People per group": ("people_per_arm", words.number),
    "Both found": ("both", words.in_hundred),
    "What it means": "means",
}


def orders(judged, difference, sd, alpha, power):
    """What a second main outcome costs, if it is as easy to find as brain volume and independent of it (assumed).

    Out: the table test_orders with people_per_arm and both (chance that both are found). By hand: 0.8^2 = 0.64; 0.8^(1/2) each
    for both.
    """
    size = partial(planning.people_per_arm_z, difference, sd)
    one = size(alpha, power)
    people = {"one": one, "order": one, "split": size(alpha / 2, power), "both": size(alpha, power**0.5)}
    both = {"order": power**2, "split": power**2, "both": power}
    return judged.assign(people_per_arm=judged["slug"].map(people), both=judged["slug"].map(both))


CHECKS = {
    "Sum": ("in_words", words.sentence),
    "Value": ("value", words.plain),
    "Held against": ("note", words.sentence),
    "Where": "where",
}


def checks(methods):
    """What each size was checked against, from the table methods: its rows check_..., with the file of tests (where)."""
    made = methods[methods["method"].str.startswith("check_")]
    return made.assign(where=[text.rpartition("/")[2] for text in made["locator"]])


# What hints were worth

LIMITS_PRINTED = "two-sided 95% limits as printed"
HINTS = {
    "What": ("what", words.sentence),
    "The early sign": ("early_sign", words.sentence),
    "What a larger or controlled trial found": ("larger_trial", words.sentence),
    "Borne out, or better than its comparison group?": ("borne_out", words.sentence),
    "Source": "cited",
}


def first_of(table, trial, outcome=""):
    """The first row of a trial whose outcome is named so."""
    return table[(table["trial"] == trial) & table["outcome"].str.contains(outcome, regex=False)].iloc[0]


def msstat_reduction(controlled):
    """Share of the yearly loss that MS-STAT prevented: its adjusted difference over the loss on placebo."""
    row = first_of(controlled, "MS-STAT")
    return float(abs(row.effect) / row.comparator_value)


def hazard_ratio(controlled, trial, outcome="progression"):
    """Hazard ratio of an outcome that a trial found, as printed; a risk lower by so many per cent is read as a hazard."""
    row = first_of(controlled, trial, outcome)
    return float(row.effect) if row.effect_measure == "hazard ratio" else round(1 - float(row.effect) / 100, 6)


def p_value_of_limits(limits):
    """Two-sided p-value of a ratio from its two-sided limits, by the normal curve of its logarithm (Altman and Bland, 2011).

    Limits 1.96 standard errors of 0.1 to either side of one such error, by hand: a z value of 1, so 0.317.

    >>> from math import exp
    >>> ratio = intervals.Interval(exp(0.1), exp(-0.095996), exp(0.295996), 0.95, "by hand", "two")
    >>> round(p_value_of_limits(ratio), 3)
    0.317
    """
    error = log(limits.upper / limits.lower) / (2 * norm.isf((1 - limits.confidence) / 2))
    return float(2 * norm.sf(abs(log(limits.estimate)) / error))


def early_hints(judged, controlled, findings):
    """The record, both directions, all we read: the table early_hints with the numbers of the trials filled in.

    Its sentences name a row of controlled_trials.csv or sister_findings.csv as "{TRIAL.column}" (the first of that trial)
    or "{TRIAL, OUTCOME.column}".
    """
    acid, smart = first_of(controlled, "Lipoic acid"), controlled[controlled["trial"] == "MS-SMART"]
    numbers = {
        "lost_with": -acid.treatment_value,
        "lost_without": -acid.comparator_value,
        "least": smart["effect"].min(),
        "most": smart["effect"].max(),
        "lower": smart["lower"].min(),
        "upper": smart["upper"].max(),
    }
    rows = by_trial(controlled, findings) | {name: Braced(value) for name, value in numbers.items()}
    slower = words.percent(msstat_reduction(controlled))
    return with_numbers(judged, ["early_sign", "larger_trial"], slower=slower, **rows)


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
    """Days for all injections: by the recorded dates less the follow-up, and by the rules."""
    ended = int(recorded_dates(rules)["day"].iloc[-1])
    return Pace(
        int(cohorts["people_treated"].sum()),
        ended - 7 * int(rules.value.follow_up_weeks),
        int(earliest_calendar(cohorts, rules, cohort_gap_days)["injection_day"].max()),
    )


def years_in_words(value, unit=" years"):
    """Years as words, to a bound beyond which no number means anything.

    >>> years_in_words(9.14), years_in_words(1785213.3), years_in_words(9.14, unit="")
    ('9.1 years', 'more than 100 years', '9.1')
    """
    return (f"more than {LONGEST_YEARS}" if value > LONGEST_YEARS else words.number(value, 1)) + unit


YEARS = partial(years_in_words, unit="")

TIME_TO_ENROL = {
    "Centres": ("centres", words.number),
    "Years to enrol, recorded pace": ("enrol_years", YEARS),
    "Years to the last visit": ("finish_years", YEARS),
    "Treated before half have finished": ("treated_by_half", words.percent),
    "Years to enrol, waits of the rules only": ("enrol_years_waits", YEARS),
    "Years to the last visit, waits only": ("finish_years_waits", YEARS),
}


def time_to_enrol(people, pace, follow_up_weeks, centres=(1, 5, 10, 20)):
    """Years with so many centres, each at the pace of this trial as recorded, and by its waits alone.

    Out: centres, enrol_years, finish_years (to the last visit), both with "_waits", and treated_by_half: the share of all who
    have been treated when half have finished, at the recorded pace.
    """
    made = pd.DataFrame({"centres": centres})
    for name, days in (("", pace.recorded_days), ("_waits", pace.rule_days)):
        made[f"enrol_years{name}"] = people / pace.people * (days / DAYS_PER_MONTH) / made["centres"] / 12
        made[f"finish_years{name}"] = made[f"enrol_years{name}"] + 7 * follow_up_weeks / 365.25
    made["treated_by_half"] = (0.5 + 7 * follow_up_weeks / 365.25 / made["enrol_years"]).clip(upper=1)
    return made


# Donors


def _alike(likeness):
    """Parts of the spread between donors that are shown: the assumed one, a fifth of it and twice as much."""
    return sorted(round(likeness * times, 9) for times in (0.2, 1, 2) if likeness * times < 1)


def donors_columns(likeness):
    """How `donors` reads."""
    return {"Donors behind the cells": ("donors", words.in_words)} | {
        f"if {words.percent(share)} of the spread is between donors (assumed)": (f"counts_for_{share}", words.number)
        for share in _alike(likeness)
    }


def donors(people, likeness, numbers=(2, 4, 8, 16)):
    """How many people an arm of this size counts for (counts_for_SHARE), by donors and by how alike a donor's cells act.

    From two donors on: with one, nothing in the trial tells what lies between donors. At most as many as people.
    """
    numbers = [n for n in numbers if n <= people]
    counts = {
        f"counts_for_{share}": [planning.effective_people(people, n, share) for n in numbers]
        for share in _alike(likeness)
    }
    return pd.DataFrame({"donors": numbers} | counts)
