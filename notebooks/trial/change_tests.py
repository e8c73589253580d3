"""Tests of a change from baseline in a small trial: exact where that can be counted out, else by a named approximation.

Large trials get the normal approximation of the same statistic under the same null distribution, ties included.
"""

from math import prod, sqrt

import numpy as np
import pandas as pd
from scipy.stats import norm, rankdata

from trial import exact_tests, own

EXACT, NORMAL = "exact", "normal approximation"
MOST_SIGNED = 60  # people up to whom signs are counted out
MOST_ARRANGEMENTS = 100_000  # ways to deal people into two groups
MOST_STATES = 2_000  # partly filled groups in an ordered test with ties
MOST_ORDERED = 60  # people in an ordered test without ties
MOST_LEFT_OUT = 60  # people up to whom each is left out in turn
TESTS = {
    "signed rank": "Did people change at all?",
    "ordered cohorts": "Does the change grow, or shrink, from cohort to cohort?",
    "last cohort": "Does the last cohort differ from the others?",
    "dose": "Does the change go with the dose?",
}
COLUMNS = ["code", "parameter", "test", "people", "statistic", "p_value", "smallest_p", "method", "why_not"]


def _rounded(values):
    # Twelve digits: what was subtracted carries the dust of binary numbers, which would break ties.
    return [float(f"{value:.12g}") for value in values]


def _two_sided(z):
    return float(min(1.0, 2 * norm.sf(abs(z))))


def signed_rank(changes, alpha):
    """Signed-rank test of changes, two-sided: (statistic, p, smallest p or None, method); zeros left out.

    Normal approximation beyond MOST_SIGNED people: the rank sum has mean sum(r) / 2 and variance sum(r^2) / 4.
    """
    kept = np.array([value for value in changes if value != 0], dtype=float)
    if not len(kept):
        raise ValueError("Nobody's value changed.")
    if len(kept) <= MOST_SIGNED:
        test = exact_tests.signed_rank(kept, "two", alpha)
        return test.statistic, test.p_value, test.smallest_p, EXACT
    ranks = rankdata(abs(kept))
    statistic = ranks[kept > 0].sum()
    return statistic, _two_sided((statistic - ranks.sum() / 2) / sqrt((ranks**2).sum() / 4)), None, NORMAL


def jonckheere(groups, alpha):
    """Jonckheere-Terpstra test over ordered groups, two-sided: (statistic, p, smallest p or None, method).

    The normal approximation has the variance with ties of Hollander and Wolfe (1999, 6.19).
    """
    groups = [np.asarray(group, dtype=float) for group in groups if len(group)]
    if len(groups) < 2:
        raise ValueError("There is one cohort with this value, so there is no order to test.")
    pooled = np.concatenate(groups)
    sizes, ties = [len(group) for group in groups], np.unique(pooled, return_counts=True)[1]
    if len(ties) == 1:
        raise ValueError("All changes are equal.")
    tied = (ties > 1).any()
    if prod(size + 1 for size in sizes) <= MOST_STATES if tied else len(pooled) <= MOST_ORDERED:
        test = exact_tests.jonckheere(groups, "two", alpha)
        return test.statistic, test.p_value, test.smallest_p, EXACT
    statistic, n = exact_tests.jonckheere_statistic(groups), len(pooled)
    s, t = np.array(sizes, dtype=float), ties.astype(float)
    mean = (n**2 - (s**2).sum()) / 4
    variance = (n * (n - 1) * (2 * n + 5) - (s * (s - 1) * (2 * s + 5)).sum() - (t * (t - 1) * (2 * t + 5)).sum()) / 72
    variance += (s * (s - 1) * (s - 2)).sum() * (t * (t - 1) * (t - 2)).sum() / (36 * n * (n - 1) * (n - 2))
    variance += (s * (s - 1)).sum() * (t * (t - 1)).sum() / (8 * n * (n - 1))
    return statistic, _two_sided((statistic - mean) / sqrt(variance)), None, NORMAL


def last_against_rest(groups, alpha):
    """Permutation test of the mean of the last group against all others, two-sided: (difference, p, smallest p, method).

    The normal approximation has the variance of the difference over all permutations (Pitman, 1937).
    """
    groups = [np.asarray(group, dtype=float) for group in groups if len(group)]
    if len(groups) < 2:
        raise ValueError("There is one cohort with this value, so there is nothing to compare it with.")
    last, rest = groups[-1], np.concatenate(groups[:-1])
    pooled = np.concatenate([last, rest])
    if (pooled == pooled[0]).all():
        raise ValueError("All changes are equal.")
    if exact_tests.arrangements([len(last), len(rest)]) <= MOST_ARRANGEMENTS:
        test = exact_tests.two_group_permutation(_rounded(last), _rounded(rest), "two", alpha)
        return float(last.mean() - rest.mean()), test.p_value, test.smallest_p, EXACT
    difference = float(last.mean() - rest.mean())
    spread = pooled.var(ddof=1) * (1 / len(last) + 1 / len(rest))
    return difference, _two_sided(difference / sqrt(spread)), None, NORMAL


def spearman(doses, changes, alpha):
    """Spearman's rank correlation of dose and change, two-sided: (rho, p, smallest p or None, method).

    The normal approximation has the variance 1 / (n - 1) that rho has over all orders, ties or not.
    """
    doses, changes = np.asarray(doses, dtype=float), np.asarray(changes, dtype=float)
    if len(set(doses)) < 2:
        raise ValueError("Everyone with this value had the same dose.")
    if len(set(changes)) < 2:
        raise ValueError("All changes are equal.")
    if len(doses) <= exact_tests.SPEARMAN_LIMIT:
        test = exact_tests.spearman(doses, changes, "two", alpha)
        return test.statistic, test.p_value, test.smallest_p, EXACT
    rho = float(np.corrcoef(rankdata(doses), rankdata(changes))[0, 1])
    return rho, _two_sided(rho * sqrt(len(doses) - 1)), None, NORMAL


def all_tests(trial, kind, visit, alpha):
    """Every test of TESTS for every parameter of one kind at one visit, a row each (COLUMNS).

    Where a test cannot be made, p_value is None and why_not says why. trial: OwnTrial; kind: imaging or biomarker.
    """
    found, rows = own.changes(trial, kind, visit), []
    doses = trial.people.set_index("person").dose
    for (code, parameter), part in found.groupby(["code", "parameter"], sort=True):
        values = pd.Series(_rounded(part.change), index=part.index)
        groups = [values[part.cohort == cohort].tolist() for cohort in trial.cohorts]
        with_dose = part.person.map(doses).notna()
        dosed = (part.person.map(doses)[with_dose].tolist(), values[with_dose].tolist())
        runs = {
            "signed rank": (len(part), lambda v=values: signed_rank(v, alpha)),
            "ordered cohorts": (len(part), lambda g=groups: jonckheere(g, alpha)),
            "last cohort": (len(part), lambda g=groups: last_against_rest(g, alpha)),
            "dose": (len(dosed[0]), lambda d=dosed: spearman(*d, alpha)),
        }
        for name, (people, run) in runs.items():
            row = {"code": code, "parameter": parameter, "test": name, "people": people, "why_not": ""}
            try:
                if name == "last cohort" and not groups[-1]:
                    raise ValueError("Nobody in the last cohort has this value.")
                if name == "dose" and not people:
                    raise ValueError("No numeric dose is recorded.")
                made = dict(zip(("statistic", "p_value", "smallest_p", "method"), run(), strict=True))
            except ValueError as error:
                made = {"statistic": None, "p_value": None, "smallest_p": None, "method": "", "why_not": str(error)}
            rows.append({**row, **made})
    made = pd.DataFrame(rows, columns=COLUMNS)
    return made.astype({"statistic": float, "p_value": float, "smallest_p": float})


def panel(tests, changes, alpha):
    """The signed-rank tests of a panel: code, parameter, people, mean, sds, p_value, none, holm, bh (true where it passes).

    sds is the mean change in SDs of the change, None for one person or no spread. Most extreme first.
    """
    made = tests[(tests.test == "signed rank") & tests.p_value.notna()].copy()
    change = changes.groupby("code").change
    made["mean"] = made.code.map(change.mean())
    made["sds"] = made["mean"] / made.code.map(change.std()).replace(0, np.nan)
    for correction in ("none", "holm", "bh"):
        made[correction] = exact_tests.found(made.p_value.tolist(), correction, alpha) if len(made) else False
    columns = ["code", "parameter", "people", "mean", "sds", "p_value", "none", "holm", "bh"]
    return made.sort_values(["p_value", "code"], ignore_index=True)[columns]


def without_one(trial, kind, visit, alpha):
    """How mean change and signed-rank p move when each person is left out in turn: one row per parameter.

    Columns: code, parameter, people, mean, lowest_mean, highest_mean, p_value, lowest_p, highest_p, changes_sign,
    crosses (p stands on both sides of alpha). Parameters with fewer than three people or more than MOST_LEFT_OUT are not
    in it.
    """
    rows = []
    for (code, parameter), part in own.changes(trial, kind, visit).groupby(["code", "parameter"], sort=True):
        values = _rounded(part.change)
        if not 3 <= len(values) <= MOST_LEFT_OUT or len([value for value in values if value]) < 2:
            continue
        left = [values[:at] + values[at + 1 :] for at in range(len(values))]
        means = [float(np.mean(some)) for some in left]
        p_values = [signed_rank(some, alpha)[1] for some in left]
        p = signed_rank(values, alpha)[1]
        rows.append(
            {
                "code": code,
                "parameter": parameter,
                "people": len(values),
                "mean": float(np.mean(values)),
                "lowest_mean": min(means),
                "highest_mean": max(means),
                "p_value": p,
                "lowest_p": min(p_values),
                "highest_p": max(p_values),
                "changes_sign": min(means) < 0 < max(means),
                "crosses": min(*p_values, p) <= alpha < max(*p_values, p),
            }
        )
    columns = ["code", "parameter", "people", "mean", "lowest_mean", "highest_mean", "p_value", "lowest_p", "highest_p"]
    return pd.DataFrame(rows, columns=[*columns, "changes_sign", "crosses"])
