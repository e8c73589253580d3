"""Chapter 05: watching for harm, looking early, and what so many people without harm exclude."""

from functools import partial

import pandas as pd

from trial import words
from trial.methods import intervals, stopping

ONE_DIGIT = partial(words.number, digits=1)

# What nobody harmed excludes

WITH_CELLS = (50, 100, 300)  # people, beside those of this trial and of a group of the next
SEEN_RATES = (0.01, 0.02, 0.05)


def _at_most_one_in(rate):
    """A rate that the limit excludes, as 1 in a whole number: never a smaller one than the limit."""
    return f"{words.percent(rate)}, 1 in {words.number(int(1 / rate + 1e-9))}"


HARM = {
    "People with cells, none harmed": ("people", words.number),
    "This excludes more than": ("excluded", _at_most_one_in),
} | {
    f"Chance to see one, if it strikes {words.one_in(rate)}": (f"seen_{rate}", words.in_hundred) for rate in SEEN_RATES
}


def excluded(people, confidence):
    """What so many people with cells exclude if nobody comes to a harm, exact and one-sided: people, excluded, seen_RATE.

    Fifty and a hundred, by hand: 1 - 0.05^(1/50) and 1 - 0.05^(1/100).
    """
    made = pd.DataFrame({"people": sorted(set(people))})
    made["excluded"] = [intervals.clopper_pearson(0, n, confidence, "upper").upper for n in made["people"]]
    for rate in SEEN_RATES:
        made[f"seen_{rate}"] = [1 - intervals.probability_none(rate, n) for n in made["people"]]
    return made


# A rule that stops for harm

RUN_IN_PEOPLE, TOLERABLE, SURE, PRIOR_PEOPLE = 20, 0.1, 0.9, 2  # assumed: a rule a sceptic may replace
HARM_COUNTED = "serious harm that judges who do not know the group put down to the cells or the puncture"
TRUE_RATES = (0.01, 0.05, 0.1, 0.2, 0.3, 0.4)


def rule_columns(first, all_):
    """How `run_in` reads for two groups of people, the first so many and all with cells."""
    heads = {"If such harm truly strikes": ("rate", words.percent)}
    for people, end in ((first, ""), (all_, "_whole")):
        heads |= {
            f"Stopped among {words.in_words(people)}": (f"p_stop{end}", words.in_hundred),
            f"Harmed of {words.in_words(people)}, on average": (f"expected_harmed{end}", ONE_DIGIT),
        }
    return heads


def run_in_rule(people):
    """The stopping rule among the first so many: people harmed, and the first people among whom so many stop it."""
    counts = stopping.stopping_counts(people, TOLERABLE, SURE, PRIOR_PEOPLE)
    reached = {limit: seen for seen, limit in enumerate(counts, start=1) if limit <= seen}
    return pd.DataFrame({"harmed": list(reached), "among_at_most": list(reached.values())}), counts


def run_in(counts):
    """Exact characteristics of the rule by true rate: rate, percent (the same), p_stop, expected_people, expected_harmed."""
    rows = [{"rate": rate, "percent": 100 * rate, **stopping.run_in(rate, counts)._asdict()} for rate in TRUE_RATES]
    return pd.DataFrame(rows)


def false_alarms(counts, rate=TOLERABLE):
    """Chance that the rule stops a trial in which the rate is just the tolerable one, or another that is no fault of the cells."""
    return stopping.run_in(rate, counts).p_stop


def first_and_all(first, whole):
    """The characteristics of two boundaries side by side, those of the second with "_whole"."""
    return run_in(first).merge(run_in(whole), on=["rate", "percent"], suffixes=("", "_whole"))


def rule_in_words(rule):
    """The rule as words: so many of the first so many people.

    >>> rule_in_words(run_in_rule(RUN_IN_PEOPLE)[0])
    'two of the first five, three of the first eleven, four of the first 18 or five of the first 20 people'
    """
    parts = [
        f"{words.in_words(row.harmed)} of the first {words.in_words(row.among_at_most)}" for row in rule.itertuples()
    ]
    return f"{words.listed(parts)} people".replace(" and ", " or ")


def run_in_note():
    """What the stopping rule assumes, for the note under its table."""
    return (
        f"Counted: {HARM_COUNTED}. Assumed: it stops where a rate above {words.percent(TOLERABLE)} has a posterior probability of {words.percent(SURE)} or more, "
        f"under a beta prior whose mean is that rate and whose weight is that of {words.in_words(PRIOR_PEOPLE)} people. Harmed: until it stops or all are treated."
    )


# One early look

LOOK_SHARE = 0.5  # assumed: half of the people seen
LEAST_CHANCES = (0.1, 0.2)  # assumed: predictive power below which the trial ends, for two of three rules
TRUTHS = ("nothing", "useless", "effect")

LOOK = {
    "It ends if": ("rule", words.sentence),
    "If the cells truly prevent": ("effect", lambda effect: words.percent(effect) if effect else "nothing"),
    "Stopped early": ("p_stop", words.in_hundred),
    "Success in the end": ("power", words.in_hundred),
    "Success lost by looking": ("power_lost", lambda lost: percentage_points(abs(lost))),
    "People a group, on average": ("expected_people", ONE_DIGIT),
}


def percentage_points(difference):
    """A difference of two shares, in per cent each.

    >>> percentage_points(0.0031), percentage_points(0.01), percentage_points(0.0001)
    ('0.3 percentage points', '1 percentage point', 'less than 0.1 percentage points')
    """
    points = words.percent(difference).removesuffix("%")
    return f"{points} percentage point{'' if points == '1' else 's'}"


def early_look(effects, per_arm, atrophy_mean, sd, alpha):
    """One early look by rule and by true effect (shares prevented, one for each of TRUTHS).

    Rules: the treated group is not ahead, or the predictive power (no prior knowledge) is at most one of LEAST_CHANCES. Out:
    slug, rule, truth, effect, p_stop, power, power_lost, expected_people (per arm).
    """
    rules = [("", "the treated group is not ahead", 0.0)]
    for least in LEAST_CHANCES:
        rule = f"success would come at most {words.in_hundred(least)} times, by what is seen so far"
        rules.append((f"__pp{100 * least:g}", rule, stopping.bound_of_predictive_power(least, LOOK_SHARE, alpha)))
    return pd.DataFrame(
        {
            "slug": slug,
            "rule": rule,
            "truth": truth,
            "effect": effect,
            **stopping.futility_look(per_arm, abs(atrophy_mean) * effect, sd, alpha, LOOK_SHARE, bound)._asdict(),
        }
        for slug, rule, bound in rules
        for truth, effect in zip(TRUTHS, effects, strict=True)
    )


def look_note():
    """What the early look assumes, for the note under its table."""
    return (
        f"Assumed: one look when {words.percent(LOOK_SHARE)} of the people have finished; "
        "the final test (normal, two-sided) stays as it was. Predictive power: no prior knowledge of the effect. The z values of the look and of the end are integrated over numerically."
    )
