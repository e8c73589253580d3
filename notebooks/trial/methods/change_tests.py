"""Tests of a change from baseline in a small trial: exact where that can be counted out, else by a method that is named.

Beyond, the same null distribution, ties included, is drawn from (so many random dealings of the people, twice the smaller
tail), and only where even that is too much approximated by a normal curve. A value that is no number is an error.
"""

from math import prod, sqrt
from typing import NamedTuple

import numpy as np
from scipy.stats import norm, rankdata

from trial.methods import exact_tests

EXACT, DRAWN, NORMAL = "exact", "random dealings", "normal approximation"
MOST_SIGNED = 60  # people up to whom signs are counted out
MOST_ARRANGEMENTS = 100_000  # ways to deal people into two groups
MOST_STATES = 2_000  # partly filled groups in an ordered test with ties
MOST_ORDERED = 60  # people in an ordered test; beyond, its normal curve is good to two digits
MOST_DRAWN = 5_000  # people who are dealt at random
NUMBERS_DRAWN = 4_000_000  # random numbers a test may use: dealings times people
MOST_DEALINGS = 200_000


class ChangeTest(NamedTuple):
    """A two-sided test; smallest_p: the smallest p-value that these data could have given, None where that is not counted out."""

    statistic: float
    p_value: float
    smallest_p: float | None
    method: str


def rounded(values):
    """Values to twelve digits: what was subtracted carries the dust of binary numbers, which would break ties."""
    return [float(f"{value:.12g}") for value in values]


def _two_sided(z):
    return float(min(1.0, 2 * norm.sf(abs(z))))


def _checked(groups):
    """The groups that are not empty, as arrays; ValueError for a value that is no finite number."""
    return [np.array(exact_tests.sample("values", group)) for group in groups if len(group)]


def _drawn(values, statistic, seed):
    """Twice the smaller tail among random orders of the values, the order seen being one of them (Phipson and Smyth, 2010).

    `statistic`: from orders (rows) to numbers. Equal but for the last digits counts as equal.
    """
    dealings = min(MOST_DEALINGS, NUMBERS_DRAWN // len(values)) - 1
    made = statistic(np.random.default_rng(seed).permuted(np.tile(values, (dealings, 1)), axis=1))
    seen = statistic(values[None])[0]
    dust = 1e-9 * (1 + abs(seen))
    extreme = 1 + min((made <= seen + dust).sum(), (made >= seen - dust).sum())
    return float(min(1.0, 2 * extreme / (dealings + 1)))


def signed_rank(changes):
    """Signed-rank test of changes, as ChangeTest; zeros left out.

    Normal approximation beyond MOST_SIGNED people: the rank sum has mean sum(r) / 2 and variance sum(r^2) / 4.
    """
    kept = np.array([value for value in exact_tests.sample("changes", changes, at_least=0) if value != 0])
    if not len(kept):
        raise ValueError("Nobody's value changed.")
    if len(kept) <= MOST_SIGNED:
        return ChangeTest(*exact_tests.signed_rank(kept, "two"), EXACT)
    ranks = rankdata(abs(kept))
    statistic = ranks[kept > 0].sum()
    z = (statistic - ranks.sum() / 2) / sqrt((ranks**2).sum() / 4)
    return ChangeTest(statistic, _two_sided(z), None, NORMAL)


def jonckheere(groups, seed=0):
    """Jonckheere-Terpstra test over ordered groups, as ChangeTest.

    The normal curve, beyond MOST_ORDERED people, is corrected for continuity and has the variance with ties of Hollander
    and Wolfe (1999, 6.19).
    """
    groups = _checked(groups)
    if len(groups) < 2:
        raise ValueError("There is one cohort with this value, so there is no order to test.")
    pooled = np.concatenate(groups)
    sizes, ties = [len(group) for group in groups], np.unique(pooled, return_counts=True)[1]
    if len(ties) == 1:
        raise ValueError("All changes are equal.")
    tied = (ties > 1).any()
    if prod(size + 1 for size in sizes) <= MOST_STATES if tied else len(pooled) <= MOST_ORDERED:
        return ChangeTest(*exact_tests.jonckheere(groups, "two"), EXACT)
    statistic, n = exact_tests.jonckheere_statistic(groups), len(pooled)
    if n <= MOST_ORDERED:
        p = _drawn(pooled, lambda orders: exact_tests.jonckheere_statistics(orders, sizes), seed)
        return ChangeTest(statistic, p, None, DRAWN)
    s, t = np.array(sizes, dtype=float), ties.astype(float)
    mean = (n**2 - (s**2).sum()) / 4
    variance = (n * (n - 1) * (2 * n + 5) - (s * (s - 1) * (2 * s + 5)).sum() - (t * (t - 1) * (2 * t + 5)).sum()) / 72
    variance += (s * (s - 1) * (s - 2)).sum() * (t * (t - 1) * (t - 2)).sum() / (36 * n * (n - 1) * (n - 2))
    variance += (s * (s - 1)).sum() * (t * (t - 1)).sum() / (8 * n * (n - 1))
    return ChangeTest(statistic, _two_sided(max(abs(statistic - mean) - 0.5, 0) / sqrt(variance)), None, NORMAL)


def last_against_rest(groups, seed=0):
    """Permutation test of the mean of the last group less that of all others, as ChangeTest.

    The normal curve, beyond MOST_DRAWN people, has the variance of the difference over all permutations (Pitman, 1937).
    """
    groups = _checked(groups)
    if len(groups) < 2:
        raise ValueError("There is one cohort with this value, so there is nothing to compare it with.")
    last, rest = groups[-1], np.concatenate(groups[:-1])
    pooled = np.concatenate([last, rest])
    if (pooled == pooled[0]).all():
        raise ValueError("All changes are equal.")
    difference = float(last.mean() - rest.mean())
    if exact_tests.arrangements([len(last), len(rest)]) <= MOST_ARRANGEMENTS:
        test = exact_tests.two_group_permutation(rounded(last), rounded(rest), "two")
        return ChangeTest(difference, test.p_value, test.smallest_p, EXACT)
    if len(pooled) <= MOST_DRAWN:
        p = _drawn(pooled - pooled.mean(), lambda orders: orders[:, : len(last)].sum(axis=1), seed)
        return ChangeTest(difference, p, None, DRAWN)
    spread = pooled.var(ddof=1) * (1 / len(last) + 1 / len(rest))
    return ChangeTest(difference, _two_sided(difference / sqrt(spread)), None, NORMAL)


def spearman(doses, changes, seed=0):
    """Spearman's rank correlation of dose and change, as ChangeTest.

    The normal curve, beyond MOST_DRAWN people, has the variance 1 / (n - 1) that rho has over all orders, ties or not.
    """
    doses, changes = _checked([doses, changes]) if len(doses) else ([], [])
    if len(set(doses)) < 2:
        raise ValueError("Everyone with this value had the same dose.")
    if len(set(changes)) < 2:
        raise ValueError("All changes are equal.")
    if len(doses) <= exact_tests.SPEARMAN_LIMIT:
        return ChangeTest(*exact_tests.spearman(doses, changes, "two"), EXACT)
    ranks, others = rankdata(doses), rankdata(changes)
    rho = float(np.corrcoef(ranks, others)[0, 1])
    if len(doses) <= MOST_DRAWN:
        centred = ranks - ranks.mean()
        return ChangeTest(rho, _drawn(others, lambda orders: orders @ centred, seed), None, DRAWN)
    return ChangeTest(rho, _two_sided(rho * sqrt(len(doses) - 1)), None, NORMAL)
