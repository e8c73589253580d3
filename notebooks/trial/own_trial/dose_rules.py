"""What the rule of a small trial lets through at its planned sizes, exactly, from a file of counts."""

from functools import partial

import numpy as np
import pandas as pd
from scipy.optimize import brentq
from scipy.stats import binom

from trial import design, words
from trial.methods import escalation, model_designs
from trial.own_trial import count_tables
from trial.own_trial.counts_file import READINGS

TARGET, GROUP = 0.3, 3  # where the file names none: the habit of the field
MOST_IN_A_MODEL, MOST_GROUPS = 24, 12  # people and groups for which every course of BOIN or the CRM is followed
TOGETHER = "all doses"  # in place of the name of one
SELDOM, HALF = 0.05, 0.5  # chances to pass at which a rate of harm is named


def curves(table, doses):
    """The assumed curves of the table dlt_curves over any number of doses, as `design.named_curves`.

    In between the doses of the table a rate is read off a straight line; a single dose has the rate of the highest, and
    curves that differ below it only are one.
    """
    known = design.named_curves(table, {})
    rows = [
        (row.curve, row.name_in_words, place, rate)
        for row in known.itertuples()
        for place, rate in enumerate(_stretched(row.rates, doses))
    ]
    made = design.named_curves(pd.DataFrame(rows, columns=["curve", "name_in_words", "dose_level", "rate"]), {})
    return made[~made["rates"].map(tuple).duplicated()].reset_index(drop=True) if doses == 1 else made


def _stretched(rates, doses):
    last = len(rates) - 1
    return np.interp(np.linspace(0, last, doses) if doses > 1 else [last], range(last + 1), rates).tolist()


def sizes(trial):
    """People per dose as planned, else as treated; None where neither is known."""
    return list(trial.planned) or (None if None in trial.sizes else trial.sizes)


def groups(trial):
    """People in each group of BOIN or the CRM in turn; None where the number is not known, or more than can be followed."""
    people = trial.planned_in_all or trial.people
    size = trial.group_size or GROUP
    if people is None or people > MOST_IN_A_MODEL or people > size * MOST_GROUPS:
        return None
    return [size] * (people // size) + [people % size] * bool(people % size)


def characteristics(trial, curves):
    """The curves with what the rule does under each; None where it cannot be worked out.

    More columns, 3+3: as in chapter 01 (design.characteristics). BOIN, CRM: p_top (the highest dose is named in the end),
    p_no_dose, expected_patients, expected_dlts. limits, fixed groups: p_pass_2_a_dose and the like (such a limit kept
    everywhere), p_low and p_high (all of them), expected_dlts.
    """
    if trial.rule in READINGS:
        return design.characteristics(curves, READINGS[trial.rule])
    makers = {"BOIN": _by_model, "CRM": _by_model, "limits": _by_limits, "fixed groups": _by_limits}
    maker = makers.get(trial.rule)
    rows = [maker(trial, rates) for rates in curves["rates"]] if maker else [None]
    if None in rows:
        return None
    return curves.join(pd.DataFrame(rows))


def _by_model(trial, rates):
    planned = groups(trial)
    if planned is None:
        return None
    rule = model_designs.designs_compared_here(trial.target or TARGET, len(rates))[trial.rule]
    found = model_designs.design_characteristics(rule, rates, planned)
    return {
        "p_top": float(found.p_mtd[-1]),
        "p_no_dose": float(found.p_mtd[0]),
        "expected_patients": found.expected_patients,
        "expected_dlts": found.expected_dlts,
    }


def limit_counts(trial):
    """The limits that differ, each with how many there are of it: {(most people with the event, "dose" or "trial"): count}.

    Fixed groups pass while nobody is harmed.
    """
    if trial.rule == "fixed groups":
        return {(0, "dose"): 1}
    kinds = [(limit.at_most, limit.per) for limit in trial.limits if limit.at_most is not None]
    return {kind: kinds.count(kind) for kind in dict.fromkeys(kinds)}


def _by_limits(trial, rates):
    people, kinds = sizes(trial), limit_counts(trial)
    if people is None or not kinds:
        return None
    chances = {kind: _kept(people, rates, *kind) for kind in kinds}
    broken = sum(many * (1 - chances[kind]) for kind, many in kinds.items())
    return {f"p_pass_{most}_a_{per}": chance for (most, per), chance in chances.items()} | {
        "p_low": max(0.0, 1 - broken) if sum(kinds.values()) > 1 else min(chances.values()),
        "p_high": min(chances.values()),
        "expected_dlts": float(np.dot(people, rates)),
    }


def _kept(people, rates, most, per):
    """Chance that a limit is kept: at every dose, or over all doses together."""
    if per == "trial":
        return _in_all(people, rates, most)
    return float(np.prod([binom.cdf(most, n, rate) for n, rate in zip(people, rates, strict=True)]))


def _in_all(people, rates, most):
    # The number harmed over all doses: a sum of binomials, by convolution.
    spread = np.ones(1)
    for n, rate in zip(people, rates, strict=True):
        spread = np.convolve(spread, binom.pmf(range(n + 1), n, rate))
    return float(spread[: most + 1].sum())


# --- what passing did not prove ---------------------------------------------------------------------------------------


def _passes_of_six(rate):
    return (1 - rate) ** 3 * (1 + 3 * rate * (1 - rate) ** 2)


def _rate_at(chance_of_passing, chance):
    """The true rate of harm at which a dose passes with such a chance; None where it passes whatever the rate."""
    if chance_of_passing(1.0) > chance:
        return None
    return float(brentq(lambda rate: chance_of_passing(rate) - chance, 0, 1, xtol=1e-12))


def _takes(trial):
    """What passing takes, a row a group of people: its name, people (as treated, else as planned), and the most who may be harmed."""
    people, rows = sizes(trial) if None in trial.sizes else trial.sizes, []
    if people is None or trial.rule in (None, "CRM", *READINGS):  # the CRM judges a dose by all the others too
        return []
    doses = list(zip(trial.names, people, strict=True))
    if trial.rule == "BOIN":
        return [(name, n, int(boundaries(trial)[0] * n + 1e-9)) for name, n in doses]
    for most, per in limit_counts(trial):
        rows += [(name, n, most) for name, n in (doses if per == "dose" else [(TOGETHER, sum(people))])]
    return rows


def unusual_groups(trial):
    """The doses whose people are no group of the trial's 3+3 rule."""
    looked = range(1, 7) if READINGS[trial.rule] == "C" else (3, 6)
    return [dose for dose in trial.doses if dose.people and dose.people not in looked]


def passing(trial):
    """What each dose may still hold when it passed: dose, seen (what passing takes), half and seldom (true rates of harm at
    which it passes half the time, and one time in twenty; None: at any rate). Empty where the rule or the sizes are not known.
    A 3+3 rule judges each dose alike; of groups that it does not have, what nobody harmed in them leaves open."""
    takes = [
        (
            name,
            f"{f'at most {words.in_words(most)}' if most else 'none'} of {words.number(n)}",
            partial(_kept_at, n, most),
        )
        for name, n, most in _takes(trial)
    ]
    if trial.rule in READINGS:
        takes = [("each dose", "none of three, or one of six", _passes_of_six)] + [
            (one.name, f"none of {words.number(one.people)}, no group of this rule", partial(_kept_at, one.people, 0))
            for one in unusual_groups(trial)
        ]
    rows = [(name, seen, *(_rate_at(passes, chance) for chance in (HALF, SELDOM))) for name, seen, passes in takes]
    return pd.DataFrame(rows, columns=["dose", "seen", "half", "seldom"]).astype({"half": float, "seldom": float})


def _kept_at(people, most, rate):
    return float(binom.cdf(most, people, rate))


UP = ("up to the next dose", "the highest dose passed, no limit was reached")


def rule_says(reading, people, harmed, last, first=False):
    """What the 3+3 rule makes of so many harmed at one dose, in words; last, first: at the highest dose, at the lowest."""
    made = escalation.decision(reading, people, harmed, last)
    if made == "more":
        more = "one more person" if reading == "C" else "three more people"
        return f"{more} at {'the highest' if last and not harmed else 'this'} dose"
    if made == "excessive":
        down = "no dose is left" if first else "one dose down"
        return f"too much: {down if reading == 'K' else 'the dose is left'}"
    return UP[last] if made else f"the rule looks after three and after six people, not after {words.in_words(people)}"


def _next(trial, dose, people, harmed):
    """What the rule makes of so many harmed at one dose (from 1), in words."""
    last = dose == len(trial.doses)
    if trial.rule in READINGS:
        return rule_says(READINGS[trial.rule], people, harmed, last, dose == 1)
    up = UP[last]
    if trial.rule == "BOIN":
        rule = model_designs.designs_compared_here(trial.target or TARGET, len(trial.doses))["BOIN"]
        if harmed / people <= rule.lower_limit:
            return up
        return "down, or no dose" if harmed / people >= rule.upper_limit else "stay at this dose"
    return ""


def decisions(trial):
    """What the rule makes of what was seen: dose (TOGETHER: all), outcome, weeks, people_with, people, then; empty where it is not known.

    For 3+3 and BOIN of the outcome that decides, for limits of each outcome that is called as a limit is.
    """
    rows = []
    for outcome in trial.outcomes:
        for place, (dose, harmed) in enumerate(zip(trial.doses, outcome.people_with, strict=True), 1):
            if None in (harmed, dose.people):
                continue
            thens = [_next(trial, place, dose.people, harmed)] if outcome.decides else []
            thens += _within(trial, outcome, harmed, "dose")
            rows += [(dose.name, outcome.name, outcome.weeks, harmed, dose.people, then) for then in thens if then]
        if None not in (outcome.in_all, trial.people):
            common = (TOGETHER, outcome.name, outcome.weeks, outcome.in_all, trial.people)
            rows += [(*common, then) for then in _within(trial, outcome, outcome.in_all, "trial")]
    return pd.DataFrame(rows, columns=["dose", "outcome", "weeks", "people_with", "people", "then"])


def _within(trial, outcome, harmed, per):
    return [
        f"{'within' if harmed <= limit.at_most else 'above'} the limit of {words.number(limit.at_most)}"
        for limit in trial.limits
        if limit.counts == outcome.name and limit.per == per and limit.at_most is not None
    ]


# --- how it reads -----------------------------------------------------------------------------------------------------


def _chances(low, high):
    same = words.in_hundred(low) == words.in_hundred(high) or high < 0.005
    return words.in_hundred(high) if same else f"{words.number(100 * low)} to {words.in_hundred(high)}"


def columns(trial):
    """How `characteristics` reads."""
    if trial.rule in READINGS:
        return design.CHARACTERISTICS
    heads = design.ASSUMED | {"Rates, lowest dose first": "rates_in_words"}
    if trial.rule in ("BOIN", "CRM"):
        return heads | {
            "Highest dose named": ("p_top", words.in_hundred),
            "No dose left": ("p_no_dose", words.in_hundred),
            "People, on average": ("expected_patients", words.one_decimal),
            "Harmed, on average": ("expected_dlts", words.one_decimal),
        }
    kinds = limit_counts(trial)
    for (most, per), many in kinds.items():
        whom = "nobody" if not most else f"at most {words.in_words(most)}"
        head = words.sentence(f"{whom} a {per}" if trial.rule == "limits" else "nobody harmed")
        heads[f"{head}, each of {words.in_words(many)} limits" if many > 1 else head] = (
            f"p_pass_{most}_a_{per}",
            words.in_hundred,
        )
    if sum(kinds.values()) > 1:
        heads["All limits kept"] = (("p_low", "p_high"), _chances)
    return heads | {"Harmed, on average": ("expected_dlts", words.one_decimal)}


PASSING = {
    "Dose": "dose",
    "What passing takes": "seen",
    "Passes half the time, where harm strikes": ("half", words.percent, "anyone, at any rate"),
    "Passes one time in twenty, where harm strikes": ("seldom", words.percent, "anyone, at any rate"),
}
DECISIONS = {
    "Dose": "dose",
    "What was counted": (("outcome", "weeks"), count_tables.outcome_label),
    "People": (("people_with", "people"), words.count_of),
    "What the rule makes of it": "then",
}


def results(trial, found):
    """Named results of the rule, from `characteristics`."""
    if found is None:
        return pd.DataFrame(columns=["name", "value", "unit", "method"])
    made = design.design_results(found, READINGS.get(trial.rule, trial.rule))
    names = made.name.str.replace("design.", "own_trial.").str.replace("in_12__", f"in_{3 * len(trial.doses)}__")
    if trial.rule not in READINGS:
        made = made.assign(method=f"exact, {trial.rule}")
    return made.assign(name=names)


def boundaries(trial):
    """BOIN's two limits for the observed share of people harmed at a dose."""
    rule = model_designs.designs_compared_here(trial.target or TARGET, len(trial.doses))["BOIN"]
    return rule.lower_limit, rule.upper_limit


READING_SAID = {
    "A": "look after three, stop at two or more",
    "B": "any such harm fills the group to six",
    "C": "one by one, leave the dose at the second",
    "K": "the textbook rule, which steps down again",
}
