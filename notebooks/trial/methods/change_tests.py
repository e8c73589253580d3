"""Tests of a change from baseline in a small trial: exact where that can be counted out, else by a named approximation.

Large trials get the normal approximation of the same statistic under the same null distribution, ties included.
"""

from math import prod, sqrt

import numpy as np
from scipy.stats import norm, rankdata

from trial.methods import exact_tests

EXACT, NORMAL = "exact", "normal approximation"
MOST_SIGNED = 60  # people up to whom signs are counted out
MOST_ARRANGEMENTS = 100_000  # ways to deal people into two groups
MOST_STATES = 2_000  # partly filled groups in an ordered test with ties
MOST_ORDERED = 60  # people in an ordered test without ties


def rounded(values):
    """Values to twelve digits: what was subtracted carries the dust of binary numbers, which would break ties."""
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
        test = exact_tests.two_group_permutation(rounded(last), rounded(rest), "two", alpha)
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
