"""One dose set against others: how often luck alone parts them so, what such groups can show, and the next trial from its spread."""

import sys
from functools import partial
from math import comb, isclose, sqrt
from typing import NamedTuple

import pandas as pd
from scipy.special import ndtr
from scipy.stats import chi2, t

from trial import words
from trial.methods import exact_tests, planning, small_trials
from trial.own_trial.counts_file import START

MOST_NAMED = 6  # groups that are named one by one
DIFFERENCE = ("gap", "low", "high", "errors", "p_value")
EFFECTS = (0.5, 1.0, 1.5, 2.0)  # true differences to try, in standard deviations between people


BEYOND = "beyond ten million"
TINY = sys.float_info.min  # no chance is nothing, though a computer may hold none so small


class Spread(NamedTuple):
    """A standard deviation between people, with its chi-square limits (None where the people behind it are not known);
    ours: of this trial, not borrowed."""

    sd: float
    lower: float | None = None
    upper: float | None = None
    freedom: int | None = None
    of: str = ""
    ours: bool = False


def _others(trial, claim):
    """The names of what a dose is set against; all others where the source does not say against whom."""
    return claim.against if isinstance(claim.against, tuple) else [n for n in trial.groups if n != claim.better_in]


def group_sizes(trial, claim):
    """People measured at the dose said to be better, and at what it is set against (0: its own start; None: not known)."""
    known = dict(zip(trial.groups, claim.people, strict=True))
    if claim.against == START:
        return known[claim.better_in], 0
    others = [known[name] for name in _others(trial, claim)]
    return known[claim.better_in], None if None in others else sum(others)


def claim_name(trial, claim):
    """What a claim is about, with its week where another claim is about the same at another."""
    weeks = {other.weeks for other in trial.claims if other.outcome == claim.outcome}
    return measured(claim.outcome, claim.weeks) if len(weeks) > 1 else claim.outcome


def comparator(trial, claim):
    """What a dose is set against, in words."""
    if claim.against == START:
        return "its own start"
    others = _others(trial, claim)
    listed = words.listed(others) if len(others) <= MOST_NAMED else words.in_words(len(others))
    return listed if len(others) == 1 or isinstance(claim.against, tuple) else f"all others ({listed})"


def best_of_all(trial, claim):
    """How often luck alone makes this dose the best of three or more (None where its mean is known not to be outermost); people
    on a bell curve, which matters for unequal groups."""
    known = dict(zip(trial.groups, claim.people, strict=True))
    if claim.against == START or len(known) < 3 or None in known.values():
        return None
    if claim.mean and None not in claim.mean and outermost(trial, claim) != [claim.better_in]:
        return None
    mine = known.pop(claim.better_in)
    return planning.chance_top_leads([*known.values(), mine], 0, 1)


def smallest_p(people, others, sides_):
    """The smallest p an exact test can give: of two groups dealt anew, or (others 0) of signs.

    >>> smallest_p(3, 9, "one") == 1 / 220, smallest_p(3, 9, "two") == 2 / 220, smallest_p(3, 0, "two"), smallest_p(1, 1, "two")
    (True, True, 0.25, 1.0)
    """
    if not others:
        return exact_tests.smallest_p_signed_rank(people, sides_)
    return min(1.0, max(TINY, (1 if sides_ == "one" else 2) / comb(people + others, people)))


def _pairs(trial, claim, values):
    """Such a value at the better dose and the mean, weighted by people, of what it is set against; None each where not read."""
    known = dict(zip(trial.groups, values, strict=True)) if values else {}
    mine = known.get(claim.better_in)
    if claim.against == START:
        return mine, 0.0
    people, others = dict(zip(trial.groups, claim.people, strict=True)), _others(trial, claim)
    rest = [(known.get(name), people[name] if len(others) > 1 else 1) for name in others]
    if any(None in pair for pair in rest):
        return mine, None
    return mine, sum(value * n for value, n in rest) / sum(n for _, n in rest)


def gap(trial, claim):
    """The mean at the dose less that of what it is set against; None where one was not read."""
    mine, theirs = _pairs(trial, claim, claim.mean)
    if None in (mine, theirs):
        return None
    return 0.0 if isclose(mine, theirs, rel_tol=1e-9) else mine - theirs  # else the dust of binary numbers


def outermost(trial, claim):
    """The groups whose mean is the highest of three or more, or the lowest where the dose lies below what it is set against;
    none where a mean was not read, or the two are level."""
    apart = gap(trial, claim)
    if claim.against == START or len(trial.groups) < 3 or not apart or None in claim.mean:
        return []
    end = (max if apart > 0 else min)(claim.mean)
    return [name for name, mean in zip(trial.groups, claim.mean, strict=True) if mean == end]


def spread(trial, claim, confidence):
    """The spread between people: of all printed ones together, else a borrowed one; None where neither was read.

    Doses whose spread was not read are taken to vary as much.
    """
    printed = [(sd, n) for sd, n in zip(claim.sd, claim.people, strict=False) if sd is not None]
    known = [(sd, n) for sd, n in printed if n]
    of = f"measured in {trial.title}" if trial.files else "printed for this trial"
    if known:
        freedom = sum(n - 1 for _, n in known)
        sd = sqrt(sum(sd**2 * (n - 1) for sd, n in known) / freedom)
    elif printed:
        return Spread(sqrt(sum(sd**2 for sd, _ in printed) / len(printed)), of=of, ours=True)
    elif claim.borrowed:
        sd, of = claim.borrowed.sd, f"borrowed from {claim.borrowed.of}"
        freedom = claim.borrowed.people - 1 if claim.borrowed.people else None
    else:
        return None
    tail = (1 - confidence) / 2
    ends = [sd * sqrt(freedom / chi2.ppf(1 - side, freedom)) for side in (tail, 1 - tail)] if freedom else (None, None)
    return Spread(sd, *ends, freedom, of, bool(known))


def claims(trial, confidence):
    """A row a claim: outcome, weeks, name (`claim_name`), said, better, against (words), people, others, luck, best (`best_of_all`), furthest (words;
    its mean is end), least_one and least_two (smallest p, one- and two-sided), here and there (means), uneven (how many times the widest
    printed spread is the narrowest; None: none was), `difference`, and to how many decimals that is told."""
    rows = []
    for claim in (one for one in trial.claims if one.better_in):
        people, others = group_sizes(trial, claim)
        known, ends = None not in (people, others), outermost(trial, claim)
        here, there = _pairs(trial, claim, claim.mean)
        row = {
            "outcome": claim.outcome,
            "weeks": claim.weeks,
            "name": claim_name(trial, claim),
            "said": claim.said,
            "unit": claim.unit,
            "better": claim.better_in,
            "against": comparator(trial, claim),
            "against_read": claim.against is not None or len(trial.groups) == 2,
            "people": people,
            "others": others,
            "luck": 0.5,
            "best": best_of_all(trial, claim),
            "furthest": words.listed(ends) if ends else "",
            "end": dict(zip(trial.groups, claim.mean, strict=True))[ends[0]] if ends else None,
            "least_one": smallest_p(people, others, "one") if known else None,
            "least_two": smallest_p(people, others, "two") if known else None,
            "here": here,
            "there": there,
            "uneven": max(known_sds) / min(known_sds) if (known_sds := [sd for sd in claim.sd if sd]) else None,
        }
        apart = difference(trial, claim, confidence)
        rows.append(row | apart | {"decimals": _depth(claim.mean, apart["gap"], apart["low"], apart["high"])})
    made = pd.DataFrame(rows, columns=[*rows[0]] if rows else ["outcome"])
    numbers = made.columns.intersection(
        ["weeks", "best", "end", "least_one", "least_two", "here", "there", "uneven", *DIFFERENCE]
    )
    return made.astype(dict.fromkeys(numbers, float))


def difference(trial, claim, confidence):
    """The gap with its limits low and high, errors (its size in standard errors) and p_value: a t test, two-sided, with the
    spread of all groups together. Only from a spread of this trial; of files the people themselves are tested, further down."""
    apart, (people, others), found = gap(trial, claim), group_sizes(trial, claim), spread(trial, claim, confidence)
    made = dict.fromkeys(DIFFERENCE) | {"gap": apart}
    if not found or not found.ours or None in (found.freedom, apart, people, others):
        return made
    error = found.sd * sqrt(1 / people + (1 / others if others else 0))
    reach, errors = error * t.ppf((1 + confidence) / 2, found.freedom), abs(apart) / error
    made |= {"low": apart - reach, "high": apart + reach}
    if not trial.files:
        made |= {"errors": errors, "p_value": max(TINY, float(2 * t.sf(errors, found.freedom)))}
    return made


def real_effects(people, others, alpha):
    """What a true difference would have shown: effect (SDs between people), p_better (the better mean), p_found (a t test at
    alpha, two-sided, in favour; None where so few people allow none)."""
    rows = []
    for effect in EFFECTS:
        error = sqrt(1 / people + (1 / others if others else 0))
        if others:
            few, many = sorted((people, others))
            found = planning.power_t(many, effect, 1, alpha, few / many).in_favour if many > 1 else None
        else:
            found = small_trials.power_paired_t(people, effect, alpha) if people > 1 else None
        rows.append((effect, float(ndtr(effect / error)), found))
    return pd.DataFrame(rows, columns=["effect", "p_better", "p_found"]).astype(float)


def effects(claimed, alpha):
    """`real_effects` for each pair of group sizes that a claim has: people and others before it."""
    sizes = claimed[["people", "others"]].dropna().drop_duplicates() if len(claimed) else claimed
    made = [
        real_effects(int(row.people), int(row.others), alpha).assign(people=int(row.people), others=int(row.others))
        for row in sizes.itertuples()
    ]
    return pd.concat(made, ignore_index=True) if made else pd.DataFrame(columns=["effect"])


def _per_arm(difference, sd, alpha, power):
    try:
        return planning.people_per_arm_t(difference, sd, alpha, power)
    except ValueError:  # more than LARGEST_ARM, or so few that no test has its degrees of freedom
        return None


def next_trials(trial, alpha, power, confidence):
    """People per arm of a randomised comparison, a row a claim and a difference to find.

    Columns: outcome, unit, sd (1 where none was read, and then of is ""), low and high (its limits), freedom, of,
    apart with its limits apart_low and apart_high (the difference that was seen), looked_for (words), difference, arm, arm_low
    and arm_high (at that spread and its limits; empty beyond what is worked out). Of files none is as large as was seen.
    """
    rows = []
    for claim in trial.claims:
        found = spread(trial, claim, confidence) or Spread(1.0)
        seen = [
            difference(trial, claim, confidence)[name] if claim.better_in else None for name in ("gap", "low", "high")
        ]
        wanted = {"half the spread between people": found.sd / 2, "a quarter of it": found.sd / 4}
        if found.of and seen[0] and claim.against != START and not trial.files:  # no start is an arm
            wanted = {"as large as printed here": seen[0], "half of that": seen[0] / 2} | wanted
        ends = (found.sd, found.lower, found.upper)
        for looked_for, size in wanted.items():
            arms = (end and _per_arm(abs(size), end, alpha, power) for end in ends)
            common = (claim_name(trial, claim), claim.unit, *found[:5], *seen)  # its spread up to what it is of
            rows.append((*common, looked_for, size if found.of else None, *arms))
    numbers = ["apart", "apart_low", "apart_high", "difference", "arm", "arm_low", "arm_high"]
    columns = ["outcome", "unit", "sd", "low", "high", "freedom", "of", *numbers[:3], "looked_for", *numbers[3:]]
    numbers += ["sd", "low", "high", "freedom"]
    return pd.DataFrame(rows, columns=columns).astype(dict.fromkeys(numbers, float)).drop_duplicates(ignore_index=True)


# --- how it reads -----------------------------------------------------------------------------------------------------


def _groups(people, others):
    return " and ".join(words.number(n) if n == n else "not read" for n in (people, others) if n)


def claim_columns(trial):
    """How `claims` reads."""
    apart = {"Difference of means (limits)": (("gap", "low", "high", "unit", "decimals"), _apart, "not known")}
    apart = apart if any(claim.mean for claim in trial.claims) else {}
    heads = {"What was measured": (("outcome", "weeks"), lambda *when: words.sentence(measured(*when)))}
    heads |= apart if trial.files else {}  # second, so that a phone shows it: the dose is the same in every row
    heads |= {
        ("At the dose" if trial.dosed else "In the group") if trial.files else "Better at": "better",
        "Set against": (("against", "against_read"), lambda whom, read: whom if read else f"not read; taken: {whom}"),
        "People": (("people", "others"), _groups, "not read"),
    }
    heads |= {} if trial.files else apart
    heads["By luck alone"] = ("luck", words.in_hundred)
    if len(trial.groups) > 2:
        heads["Outermost of all, by luck" if trial.files else "Best of all, by luck"] = (
            ("better", "best", "furthest"),
            _best,
        )
    return heads | {
        "Least p, one-sided": ("least_one", words.probability, "not known"),
        "Least p, two-sided": ("least_two", words.probability, "not known"),
    }


def three_digits(value):
    """A mean or a difference as it is told."""
    return words.plain(value, decimals=14, digits=3)


def side_by_side(*means):
    """Means as they are told beside each other: with as many decimals, where three digits allow it.

    >>> side_by_side(5.4, 7.09), side_by_side(7, 63.5), side_by_side(1234.5, 0.00012)
    (['5.40', '7.09'], ['7.0', '63.5'], ['1,230', '0.00012'])
    """
    most = max(len(three_digits(mean).partition(".")[2]) for mean in means)
    return [min(words.significant(mean, 3), words.number(mean, most), key=len) for mean in means]


def of_difference(unit):
    """The unit of a difference between two values in a unit: per cent differ by percentage points."""
    return "percentage points" if unit in ("percent", "per cent", "%") else unit


def _apart(apart, low, high, unit, decimals):
    told = partial(words.number, digits=decimals)
    limits = f" ({words.between(low, high, told)})" if low == low else ""
    return f"{told(apart)}{limits} {of_difference(unit)}".rstrip()


def _depth(means, *ends):
    """To how many decimals a difference of means and its limits are told: three digits of the widest, not more than the means have."""
    means, ends = ([value for value in values if value is not None] for values in (means, ends))
    return min(words.decimals(means), words.decimals([max(map(abs, ends))])) if ends else 0


def _best(_, chance, furthest_):
    if chance == chance:
        return words.in_hundred(chance)
    return f"that was {furthest_}" if furthest_ else "not known"


def measured(outcome, weeks=None):
    """What was measured, and when."""
    return f"{outcome}, week {words.plain(weeks)}" if weeks == weeks and weeks else outcome


def effect_columns(alpha):
    """How `effects` reads."""
    return {
        "True difference, in spreads between people (assumed)": ("effect", words.plain),
        "People": (("people", "others"), _groups),
        "Shows the true direction": ("p_better", words.in_hundred),
        f"p at most {words.plain(alpha)}": ("p_found", words.in_hundred, "no test possible"),
    }


def _difference(looked_for, difference, unit):
    if difference != difference:
        return words.sentence(looked_for)
    return f"{words.sentence(looked_for)}: {three_digits(difference)} {of_difference(unit)}".rstrip()


def next_columns(table, confidence):
    """How `next_trials` reads; limits only where a spread has them."""
    heads = {
        "What is measured": ("outcome", words.sentence),
        "A difference to find": (("looked_for", "difference", "unit"), _difference),
        "People in each arm": ("arm", words.number, BEYOND),
    }
    if (table.of != "").any():
        heads["Spread between people (limits)"] = (("difference", "sd", "low", "high", "unit"), _spread, "not known")
    if table.arm_low.notna().any():
        heads[f"By the spread's {words.level(confidence)} limits"] = (
            ("low", "arm_low", "arm_high"),
            _span,
            "not known",
        )
    return heads


def _spread(_, sd, low, high, unit):
    return _apart(sd, low, high, unit, words.decimals([high if high == high else sd]))


def _span(_, low, high):
    ends = [words.number(end) if end == end else BEYOND for end in (low, high)]
    return ends[0] if ends[0] == BEYOND else " to ".join(ends)


def results(trial, table):
    """Named results of the claims: the smallest p of each pair of group sizes, of a trend over all doses, and of the gap."""
    rows = {}
    for row in table.itertuples() if len(trial.claims) else ():
        if row.least_one == row.least_one:
            sizes = f"{row.people:.0f}_v_{row.others:.0f}" if row.others else f"{row.people:.0f}_paired"
            how = "exact permutation" if row.others else "exact signed rank"
            rows[f"own_trial.min_p_{sizes}"] = (row.least_one, "p-value", f"{how}, one-sided")
            rows[f"own_trial.min_p_{sizes}_two_sided"] = (row.least_two, "p-value", f"{how}, two-sided")
        if row.p_value == row.p_value:
            name = f"own_trial.p_gap__{len(rows)}"
            rows[name] = (row.p_value, "p-value", f"t test of printed means, two-sided: {row.outcome}")
    if len(table) and len(trial.groups) == len(trial.doses) > 2 and trial.people:
        smallest = max(TINY, exact_tests.smallest_p_jonckheere(trial.sizes, "one"))
        rows["own_trial.min_p_jonckheere"] = (smallest, "p-value", "exact Jonckheere-Terpstra, one-sided")
    return pd.DataFrame([(name, *row) for name, row in rows.items()], columns=["name", "value", "unit", "method"])
