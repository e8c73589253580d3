"""Exact tests for a handful of people, and how small a p-value such tests can ever give.

Every distribution is counted in whole numbers, ties included; nothing is approximated. Sides are "upper" (large values
of the statistic speak against luck), "lower" (small ones), or "two": twice the smaller of the two, at most 1.
"""

from collections import Counter
from fractions import Fraction
from functools import lru_cache
from itertools import accumulate, pairwise, product
from math import factorial, lcm, prod
from typing import NamedTuple

import numpy as np
from scipy.stats import rankdata
from statsmodels.stats.multitest import multipletests

from trial.methods.intervals import SIDES, number, one_of, whole_number

SPEARMAN_LIMIT = 12
ARRANGEMENT_LIMIT = 3_000_000
STATE_LIMIT = 100_000  # partly filled groups an ordered test with ties counts out
PAIR_LIMIT = 20_000  # pairs an ordered test counts out: two groups of about 140, in seconds


class ExactTest(NamedTuple):
    """What an exact test says: its statistic, its p-value, and the smallest p-value that these data could have given at all."""

    statistic: float
    p_value: float
    smallest_p: float


def _decimal(value):
    """The fraction a number is written as, so that 0.3 and 0.1 + 0.2 differ as written and 0.1 is a tenth."""
    return Fraction(repr(float(value)))


def sample(name, values, at_least=1):
    """The values as floats; ValueError unless there are enough and all are finite."""
    numbers = [number(name, value) for value in values]
    whole_number(f"the number of {name}", len(numbers), at_least=at_least)
    return numbers


def _integers(values):
    """The values times their common denominator: whole numbers with the same order, ties and sums."""
    fractions = [_decimal(value) for value in values]
    scale = lcm(*(fraction.denominator for fraction in fractions))
    return [int(fraction * scale) for fraction in fractions], scale


def _doubled_midranks(values):
    """Twice the midrank of each value: whole numbers, ties sharing the mean of their ranks."""
    return (2 * rankdata(values)).astype(int).tolist()


def checked_sizes(sizes):
    """The sizes of groups as a tuple; ValueError unless there is one or more, each a whole number of at least 1."""
    checked = tuple(whole_number("group size", size, at_least=1) for size in sizes)
    whole_number("the number of groups", len(checked), at_least=1)
    return checked


def exact_test(counts, observed, scale, sides):
    """ExactTest from the null distribution {value: equally likely arrangements}; values are statistic * scale."""
    one_of("sides", sides, SIDES)
    support = sorted(counts)
    total = sum(counts.values())
    lower = list(accumulate(counts[value] for value in support))
    upper = [total - below + counts[value] for below, value in zip(lower, support, strict=True)]
    two = [min(total, 2 * min(pair)) for pair in zip(lower, upper, strict=True)]
    tails = {"lower": lower, "upper": upper, "two": two}[sides]
    return ExactTest(float(Fraction(observed) / scale), tails[support.index(observed)] / total, min(tails) / total)


# Floors: how small a p-value can be


def arrangements(sizes):
    """Number of ways to deal people into groups of these sizes: the multinomial coefficient.

    By hand: 12! / (3! 3! 3! 3!).

    >>> arrangements([3, 3, 3, 3]), arrangements([3, 9])
    (369600, 220)
    """
    sizes = checked_sizes(sizes)
    return factorial(sum(sizes)) // prod(factorial(size) for size in sizes)


def _floor(total, sides):
    one_of("sides", sides, ("one", "two"))
    return float(min(Fraction(1), Fraction(1 if sides == "one" else 2, total)))


def smallest_p_jonckheere(sizes, sides):
    """Smallest p-value a test for an ordered trend over groups of these sizes can give (Jonckheere, 1954).

    >>> smallest_p_jonckheere([3, 3, 3, 3], "one") == 1 / 369600
    True
    """
    return _floor(arrangements(sizes), sides)


def smallest_p_signed_rank(n, sides):
    """Smallest p-value a signed-rank test of n pairs can give: one arrangement of signs in 2^n (Wilcoxon, 1945).

    >>> smallest_p_signed_rank(3, "two"), smallest_p_signed_rank(12, "two"), smallest_p_signed_rank(1, "two")
    (0.25, 0.00048828125, 1.0)
    """
    return _floor(2 ** whole_number("n", n, at_least=1), sides)


def largest_bonferroni_panel(n, alpha):
    """Most analytes among which one can still pass Bonferroni in a two-sided signed-rank test of n people.

    The largest m with 2 / 2^n at most alpha / m, 0 if there is none; alpha is taken as the decimal it is written as.
    By hand: 0.05 * 2^12 / 2 = 102.4.

    >>> largest_bonferroni_panel(12, 0.05), largest_bonferroni_panel(3, 0.05), largest_bonferroni_panel(4, 0.25)
    (102, 0, 2)
    """
    smallest = min(Fraction(1), Fraction(2, 2 ** whole_number("n", n, at_least=1)))
    return int(_decimal(number("alpha", alpha, above=0, below=1)) / smallest)


# What luck alone does


def probability_top_better_than_rest(people_top, people_rest):
    """Probability that one group has the better mean rank than the rest, when all are exchangeable and do not tie.

    One half wherever the two mean ranks cannot be equal, else less, since equal is not better (Mann and Whitney, 1947).
    For means instead of ranks it is one half only where the values spread symmetrically.

    Three against nine: 27 pairs, an odd number, so no draw. One against two: three places, the middle one is a draw.

    >>> probability_top_better_than_rest(3, 9), round(probability_top_better_than_rest(1, 2), 6)
    (0.5, 0.333333)
    """
    sizes = checked_sizes([people_top, people_rest])
    draws = jonckheere_distribution(sizes).get(Fraction(prod(sizes), 2), 0)
    return float((1 - Fraction(draws, arrangements(sizes))) / 2)


def expected_false_increases(n_analytes, alpha):
    """Expected number of analytes found increased, two-sided at alpha, when none changes: n_analytes * alpha / 2.

    Correlation between analytes does not change it. By hand: 50 * 0.05 / 2.

    >>> expected_false_increases(50, 0.05)
    1.25
    """
    return whole_number("n_analytes", n_analytes, at_least=1) * number("alpha", alpha, above=0, below=1) / 2


# Tests


def jonckheere_statistic(groups):
    """Jonckheere's J: pairs in which the person of the later group has the larger value, ties counting one half."""
    groups, doubled = [np.sort(sample("values", group)) for group in groups], 0
    for at, second in enumerate(groups):
        for first in groups[:at]:
            doubled += sum(int(np.searchsorted(first, second, side).sum()) for side in ("left", "right"))
    return doubled / 2


def jonckheere_statistics(rows, sizes):
    """J of each row of values, in which groups of these sizes stand side by side, as an array."""
    starts, found = np.cumsum([0, *sizes]), np.zeros(len(rows))
    for start, stop in zip(starts[1:-1], starts[2:], strict=True):
        for person in range(start, stop):
            found += (np.sign(rows[:, person : person + 1] - rows[:, :start]) + 1).sum(axis=1) / 2
    return found


def jonckheere_distribution(sizes):
    """Exact null distribution of Jonckheere's J without ties: {value: arrangements} (Harding, 1984).

    The product of Mann-Whitney counts, each the Gaussian binomial coefficient of a group and all those before it.
    """
    sizes = checked_sizes(sizes)
    pairs = (sum(sizes) ** 2 - sum(size**2 for size in sizes)) // 2
    whole_number("the number of pairs of people in two groups", pairs, at_most=PAIR_LIMIT)
    counts = [1]
    for before, size in zip(list(accumulate(sizes))[:-1], sizes[1:], strict=True):
        length = len(counts) + before * size
        counts = counts + [0] * (length - len(counts))
        for step in range(1, size + 1):
            for at in range(length - 1, before + step - 1, -1):
                counts[at] -= counts[at - before - step]
            for at in range(step, length):
                counts[at] += counts[at - step]
    return dict(enumerate(counts))


def _jonckheere_tied(sizes, ties):
    """Exact distribution of 2 J given how many people share each value, smallest value first: {2 J: arrangements}."""
    states = {(0,) * len(sizes): Counter({0: 1})}
    for tied in ties:
        following = {}
        for placed, counts in states.items():
            free = [range(min(tied, size - used) + 1) for size, used in zip(sizes, placed, strict=True)]
            for added in product(*free):
                if sum(added) != tied:
                    continue
                ways = factorial(tied) // prod(factorial(people) for people in added)
                # a newcomer beats all placed in earlier groups (2 each) and halves with those tied to it there (1 each)
                gain = sum(added[group] * (2 * sum(placed[:group]) + sum(added[:group])) for group in range(len(sizes)))
                state = tuple(used + new for used, new in zip(placed, added, strict=True))
                into = following.setdefault(state, Counter())
                for value, count in counts.items():
                    into[value + gain] += count * ways
        states = following
    return dict(states[tuple(sizes)])


def jonckheere(groups, sides):
    """Exact Jonckheere-Terpstra test for a trend over ordered groups (Terpstra, 1952; Jonckheere, 1954).

    In: one sequence of values per group, in order; sides ("upper": values grow from group to group).
    Out: ExactTest; ties enter exactly, each half a pair, given the tie pattern seen.
    """
    groups = [sample("values", group) for group in groups]
    sizes = [len(group) for group in groups]
    whole_number("the number of groups", len(sizes), at_least=2)
    pooled = sorted(value for group in groups for value in group)
    if all(first < second for first, second in pairwise(pooled)):
        counts = {2 * value: ways for value, ways in jonckheere_distribution(sizes).items()}
    else:
        states = prod(size + 1 for size in sizes)
        whole_number("the number of ways to fill the groups, with ties,", states, at_most=STATE_LIMIT)
        counts = _jonckheere_tied(sizes, list(Counter(pooled).values()))
    observed = int(2 * jonckheere_statistic(groups))
    return exact_test(counts, observed, 2, sides)


def two_group_permutation(first, second, sides):
    """Exact permutation test of mean(first) - mean(second) (Fisher, 1935; Pitman, 1937).

    In: two sequences of values, sides ("upper": the first has the larger mean).
    Out: ExactTest, ties exact: values count as the decimals they are written as.
    """
    first, second = sample("values", first), sample("values", second)
    ways = arrangements([len(first), len(second)])
    whole_number("the number of arrangements", ways, at_most=ARRANGEMENT_LIMIT)
    values, scale = _integers(first + second)
    sums = [Counter({0: 1})] + [Counter() for _ in first]
    for value in values:
        for chosen in range(len(first), 0, -1):
            for total, count in sums[chosen - 1].items():
                sums[chosen][total + value] += count
    people, everyone = len(values), sum(values)
    distribution = {people * total - len(first) * everyone: count for total, count in sums[-1].items()}
    observed = people * sum(values[: len(first)]) - len(first) * everyone
    unit = scale * len(first) * len(second)
    return exact_test(distribution, observed, unit, sides)


def signed_rank(differences, sides):
    """Exact signed-rank test of paired differences, midranks for ties, zeros left out (Wilcoxon, 1945).

    In: one difference per person, sides ("upper": increases).
    Out: ExactTest; the statistic is the rank sum of the increases.
    """
    kept = [value for value in sample("differences", differences) if value != 0]
    whole_number("the number of differences that are not zero", len(kept), at_least=1)
    ranks = _doubled_midranks([abs(value) for value in kept])
    counts = Counter({0: 1})
    for rank in ranks:
        counts = counts + Counter({value + rank: count for value, count in counts.items()})
    observed = sum(rank for rank, value in zip(ranks, kept, strict=True) if value > 0)
    return exact_test(counts, observed, 2, sides)


def _pairing_distribution(first, second):
    """Number of orders p that give each sum(first[i] * second[p(i)]), as an array indexed by that sum."""
    length = sum(a * b for a, b in zip(sorted(first), sorted(second), strict=True)) + 1
    layer = {0: np.zeros(length, dtype=np.int64)}
    layer[0][0] = 1
    for rank in first:
        following = {}
        for used, counts in layer.items():
            for at, other in enumerate(second):
                if not used >> at & 1:
                    into = following.setdefault(used | 1 << at, np.zeros(length, dtype=np.int64))
                    into[rank * other :] += counts[: length - rank * other]
        layer = following
    return layer[(1 << len(second)) - 1]


_pairings_once = lru_cache(maxsize=16)(_pairing_distribution)  # many measures of the same people share their ranks


def spearman(first, second, sides):
    """Exact test of Spearman's rank correlation over all n! orders, midranks for ties, for n up to 12 (Spearman, 1904).

    In: two sequences of equal length, sides ("upper": they rise together). Out: ExactTest; the statistic is rho.
    """
    first, second = sample("values", first, at_least=2), sample("values", second, at_least=2)
    if len(first) != len(second):
        raise ValueError(f"{len(first)} values are paired with {len(second)}, but each value needs one partner.")
    people = whole_number("the number of pairs", len(first), at_most=SPEARMAN_LIMIT)
    for values in (first, second):
        if len(set(values)) == 1:
            raise ValueError(f"All values are {values[0]}, but a rank correlation needs two that differ.")
    # midranks less one half, doubled: whole numbers from 1 on, which keeps the arrays short
    ranks = [[rank - 1 for rank in _doubled_midranks(values)] for values in (first, second)]
    counts = _pairings_once(*(tuple(sorted(some)) for some in ranks))
    observed = sum(a * b for a, b in zip(*ranks, strict=True))
    ways = {int(value): int(counts[value]) for value in np.flatnonzero(counts)}
    test = exact_test(ways, observed, 1, sides)
    spread = prod(people * sum(rank**2 for rank in some) - sum(some) ** 2 for some in ranks) ** 0.5
    rho = (people * observed - sum(ranks[0]) * sum(ranks[1])) / spread
    return test._replace(statistic=rho)


# Many p-values at once

CORRECTIONS = {"none": "none", "holm": "Holm", "bh": "Benjamini-Hochberg", "by": "Benjamini-Yekutieli"}


def which_pass(p_values, correction, alpha):
    """Which of many p-values pass at alpha: none (each by itself), holm (1979), bh (Benjamini and Hochberg, 1995) or by
    (Benjamini and Yekutieli, 2001).

    In: p-values; Out: array of true and false in their order. The fifteen of Benjamini and Hochberg (1995): BH passes four.

    >>> fifteen = [.0001, .0004, .0019, .0095, .0201, .0278, .0298, .0344, .0459, .3240, .4262, .5719, .6528, .7590, 1]
    >>> [int(which_pass(fifteen, correction, 0.05).sum()) for correction in ("none", "holm", "bh", "by")]
    [9, 3, 4, 3]
    """
    one_of("correction", correction, tuple(CORRECTIONS))
    alpha = number("alpha", alpha, above=0, below=1)
    values = np.array([number("a p-value", value, at_least=0, at_most=1) for value in sample("p-values", p_values)])
    if correction == "none":
        return values <= alpha
    return multipletests(values, alpha, "holm" if correction == "holm" else f"fdr_{correction}")[0]
