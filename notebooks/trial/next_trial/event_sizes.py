"""Chapter 05: getting worse, counted by events: yearly rates without treatment, and sizes under what can happen on the way."""

from typing import NamedTuple

import pandas as pd

from trial import words
from trial.methods import events, intervals

WEEKS_A_YEAR = 365.25 / 7
ENROLLING = 2.0  # years to enrol everyone evenly; assumed
CONFIRMED_WEEKS = (12, 24)  # after which ORATORIO confirmed that a change had stayed


def years_of(weeks):
    """Weeks as years."""
    return weeks / WEEKS_A_YEAR


def control_rates(progression, confidence):
    """Control groups of which share, people and time were read: the yearly rate at which they got worse, with limits.

    In: load.table("progression"). Out: trial, population, outcome, note, share, people, weeks, rate, lower, upper (per
    year), source. The limits are exact for the count nearest to the printed share, carried over by a constant hazard.
    ASCEND, by hand: -ln(0.52) / 1.8398 = 0.355.
    """
    read = progression["people"].notna() & progression["weeks"].notna()
    made = progression[(progression["unit"] == "percent") & read].reset_index(drop=True)
    made["share"] = made["value"] / 100
    counted = [words.whole(share * people) for share, people in zip(made["share"], made["people"], strict=True)]
    limits = [intervals.clopper_pearson(*pair, confidence) for pair in zip(counted, made["people"], strict=True)]
    ends = {"lower": [found.lower for found in limits], "upper": [found.upper for found in limits]}
    for name, shares in {"rate": made["share"], **ends}.items():
        made[name] = [events.yearly_rate(*pair) for pair in zip(shares, years_of(made["weeks"]), strict=True)]
    columns = ["trial", "population", "outcome", "note", "share", "people", "weeks", "rate", "lower", "upper", "source"]
    return made[columns]


def _group(trial, population, people):
    return f"{trial}, {population.upper()}, {words.number(people)} people"


def _rate(rate, *ends):
    return f"{words.number(rate, 2)} ({words.between(*ends, lambda end: words.number(end, 2))})"


RATES = {
    "Control group": (("trial", "population", "people"), _group),
    "What was counted": ("outcome", words.sentence),
    "Got worse": ("share", words.percent),
    "Rate a year (two-sided limits)": (("rate", "lower", "upper"), _rate),
    "People per group at the rate": ("people_per_arm", words.number),
    "and at its limits": (("at_upper", "at_lower"), lambda *ends: words.between(*ends, words.number)),
    "Source": "source",
}


class Plan(NamedTuple):
    """A trial by events: hazard ratio, two-sided alpha, power, share lost over the weeks that each person is followed."""

    hazard_ratio: float
    alpha: float
    power: float
    dropout: float
    weeks: float

    def sized(self, rate, enrolling=0.0, delay_weeks=0.0, unconfirmed_weeks=0.0, dropout=None):
        """The size at a yearly control rate, as events.Sized: with everyone enrolled at once or over years; a change in the last
        weeks is not yet confirmed and does not count."""
        lost = self.dropout if dropout is None else dropout
        followed = years_of(self.weeks)
        course = events.Course(events.yearly_rate(lost, followed), enrolling, followed - years_of(unconfirmed_weeks))
        return events.size_by_events(rate, self.hazard_ratio, course, self.alpha, self.power, years_of(delay_weeks))


def sizes_by_rate(rates, plan):
    """People per arm to enrol at each control rate and at both its limits: the rates with people_per_arm, at_lower, at_upper."""
    found = {
        name: [plan.sized(rate).people_per_arm for rate in rates[column]]
        for name, column in (("people_per_arm", "rate"), ("at_lower", "lower"), ("at_upper", "upper"))
    }
    return rates.assign(**found)


def counted_until_gone(share, plan):
    """People per arm to enrol where so great a share of the control group gets worse in the plan's weeks; who leaves counts until then."""
    return plan.sized(events.yearly_rate(share, years_of(plan.weeks))).people_per_arm


STEPS = {
    "What the trial meets": ("step", words.sentence),
    "People who get worse and are seen, without the cells": ("seen_control", words.percent),
    "Events needed": ("events", words.number),
    "To enrol in each group": ("people_per_arm", words.number),
}


def steps(rate, plan, delay_weeks):
    """One size step by step: what each thing that happens on the way adds, a late effect of so many weeks too. Out: slug, step, seen_control, events, people_per_arm."""
    late, weeks = CONFIRMED_WEEKS[-1], words.number(plan.weeks)
    acting = {"unconfirmed_weeks": late, "delay_weeks": delay_weeks}
    unseen = f"and what is not confirmed {late} weeks later does not count"
    after = f"{weeks} weeks after the last of {words.plain(ENROLLING)} years of enrolling (assumed)"
    made = [
        ("none", f"everyone is followed for {weeks} weeks, nobody leaves", plan.sized(rate, dropout=0)),
        ("loss", f"{words.percent(plan.dropout)} leave on the way", plan.sized(rate)),
        ("confirmed", unseen, plan.sized(rate, unconfirmed_weeks=late)),
        ("late", f"and the cells act only after {delay_weeks} weeks (assumed)", plan.sized(rate, **acting)),
        ("longer", f"the same, but everyone is followed until {after}", plan.sized(rate, ENROLLING, **acting)),
    ]
    return pd.DataFrame([{"slug": slug, "step": step, **size._asdict()} for slug, step, size in made])
