"""Exact tests against brute force, published tables and scipy; floors by hand."""

from collections import Counter
from fractions import Fraction
from itertools import combinations, permutations, product
from math import comb, factorial

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from tests.inputs import refused
from trial.methods import exact_tests as et

small = settings(derandomize=True, database=None, deadline=None, max_examples=30)
values = st.integers(-4, 4)
sides = st.sampled_from(["upper", "lower", "two"])


def p_of(distribution, observed, sides):
    """P-value from a list of equally likely values, counted one by one."""
    upper, lower = (np.array(distribution) >= observed).sum(), (np.array(distribution) <= observed).sum()
    tails = {"upper": upper, "lower": lower, "two": min(len(distribution), 2 * min(upper, lower))}
    return tails[sides] / len(distribution)


def split(order, sizes):
    """The values in this order, cut into groups of these sizes."""
    ends = np.cumsum(sizes)
    return [list(order[end - size : end]) for size, end in zip(sizes, ends, strict=True)]


# Floors and luck


@small
@given(st.integers(1, 20), st.integers(1, 99))
def test_bonferroni_panel_is_the_largest(n, hundredths):
    alpha = Fraction(hundredths, 100)
    floor, panel = min(Fraction(1), Fraction(2, 2**n)), et.largest_bonferroni_panel(n, hundredths / 100)
    assert floor > alpha / (panel + 1) and (panel == 0 or floor <= alpha / panel)


def test_luck():
    assert et.probability_top_better_than_rest(3, 3) == 0.5
    wins = [sum(chosen) / 2 > (15 - sum(chosen)) / 3 for chosen in combinations(range(1, 6), 2)]
    assert et.probability_top_better_than_rest(2, 3) == sum(wins) / 10 == 0.4


# Jonckheere-Terpstra


@pytest.mark.parametrize("sizes", [[1, 1, 1, 1], [3, 3], [2, 2, 2], [1, 4, 2]])
def test_jonckheere_distribution_against_enumeration(sizes):
    counted = Counter(et.jonckheere_statistic(split(order, sizes)) for order in permutations(range(sum(sizes))))
    share = factorial(sum(sizes)) // et.arrangements(sizes)
    assert et.jonckheere_distribution(sizes) == {value: ways // share for value, ways in counted.items()}


def test_the_statistic_of_many_people_takes_no_table_of_all_pairs():
    """25,000 against 25,000 took 5 GB; the same sum by ranks (Mann and Whitney, 1947)."""
    first, second = np.arange(25_000.0), np.arange(25_000.0) + 0.5
    second[:1000] = first[:1000]
    ranks = stats.rankdata(np.concatenate([first, second]))
    assert et.jonckheere_statistic([first, second]) == ranks[25_000:].sum() - 25_000 * 25_001 / 2


def test_mann_whitney_table():
    """Two groups are Mann and Whitney's U (1947, table I, n = 8): P(U <= 13) = .025 for 8 and 8."""
    counts = et.jonckheere_distribution([8, 8])
    below = sum(ways for value, ways in counts.items() if value <= 13) / comb(16, 8)
    assert round(below, 3) == 0.025
    ours = et.jonckheere([[1, 2, 5, 9], [3, 4, 7, 8, 10]], "upper").p_value
    theirs = stats.mannwhitneyu([3, 4, 7, 8, 10], [1, 2, 5, 9], alternative="greater", method="exact").pvalue
    assert ours == pytest.approx(theirs, rel=1e-12)


def test_hollander_and_wolfe_example():
    """Knowledge of performance (Hollander and Wolfe, 1973, example 6.2): J = 79, normal p .0231."""
    groups = [[40, 35, 38, 43, 44, 41], [38, 40, 47, 44, 40, 42], [48, 40, 45, 43, 46, 44]]
    test = et.jonckheere(groups, "upper")
    assert test.statistic == 79
    assert test.p_value == pytest.approx(0.0231, abs=0.003)


@small
@given(st.lists(st.lists(values, min_size=1, max_size=3), min_size=2, max_size=3), sides)
def test_jonckheere_against_enumeration(groups, sides):
    sizes = [len(group) for group in groups]
    if sum(sizes) > 7:
        groups, sizes = groups[:2], sizes[:2]
    pooled = [value for group in groups for value in group]
    shuffled = et.jonckheere_statistics(np.array(list(permutations(pooled))), sizes)
    test = et.jonckheere(groups, sides)
    assert test.statistic == shuffled[0], "as pair by pair"
    assert test.p_value == pytest.approx(p_of(shuffled, test.statistic, sides), rel=1e-12)
    assert test.smallest_p == pytest.approx(min(p_of(shuffled, value, sides) for value in set(shuffled)), rel=1e-12)


# The other tests


@small
@given(st.lists(values, min_size=1, max_size=4), st.lists(values, min_size=1, max_size=4), sides)
def test_two_group_permutation_against_enumeration(first, second, sides):
    tenths = [value / 10 for value in first + second]
    chosen = combinations(range(len(tenths)), len(first))
    sums = [sum((first + second)[at] for at in picks) for picks in chosen]
    test = et.two_group_permutation(tenths[: len(first)], tenths[len(first) :], sides)
    assert test.p_value == p_of(sums, sum(first), sides)
    assert test.smallest_p == min(p_of(sums, value, sides) for value in set(sums))
    assert test.statistic == pytest.approx(np.mean(first) / 10 - np.mean(second) / 10, abs=1e-12)


@pytest.mark.parametrize(("n", "rank_sum", "p"), [(5, 0, 0.0312), (8, 3, 0.0195), (10, 8, 0.0244), (12, 13, 0.0212)])
def test_wilcoxon_table(n, rank_sum, p):
    """Lower tails of the signed-rank distribution (Wilcoxon, Katti and Wilcox, 1970)."""
    positive, left = set(), rank_sum
    for rank in range(n, 0, -1):
        if rank <= left:
            positive.add(rank)
            left -= rank
    differences = [rank if rank in positive else -rank for rank in range(1, n + 1)]
    assert et.signed_rank(differences, "lower").p_value == pytest.approx(p, abs=6e-5)


@small
@given(st.lists(values, min_size=1, max_size=9).filter(any), sides)
def test_signed_rank_against_enumeration(differences, sides):
    kept = [value for value in differences if value]
    ranks = stats.rankdata(np.abs(kept))
    sums = [ranks @ signs for signs in product((0, 1), repeat=len(kept))]
    test = et.signed_rank(differences, sides)
    assert test.statistic == sum(ranks[np.array(kept) > 0])
    assert test.p_value == p_of(sums, test.statistic, sides)
    mirror = {"upper": "lower", "lower": "upper", "two": "two"}
    assert test.p_value == et.signed_rank([-value for value in differences], mirror[sides]).p_value


def test_spearman_of_four_and_table_of_twelve():
    """Kendall (1948): sums of squared rank differences of four; Zar (1972): rho of 0.587 is 5% two-sided at twelve."""
    counts = et._pairing_distribution([1, 2, 3, 4], [1, 2, 3, 4])
    assert [int(counts[30 - step]) for step in range(11)] == [1, 3, 1, 4, 2, 2, 2, 4, 1, 3, 1]
    counts = et._pairing_distribution(range(1, 13), range(1, 13))
    at_least = {d: sum(int(n) for n in counts[650 - d // 2 :]) / factorial(12) for d in (118, 120)}
    assert counts.sum() == factorial(12)
    assert pytest.approx(0.587, abs=5e-4) == 1 - 6 * 118 / (12 * 143)
    assert at_least[118] <= 0.025 < at_least[120]


@small
@given(st.lists(st.tuples(values, values), min_size=3, max_size=6), sides)
def test_spearman_against_enumeration(pairs, sides):
    first, second = [pair[0] for pair in pairs], [pair[1] for pair in pairs]
    if len(set(first)) == 1 or len(set(second)) == 1:
        return
    ranks, others = 2 * stats.rankdata(first), 2 * stats.rankdata(second)
    sums = [ranks @ order for order in permutations(others)]
    test = et.spearman(first, second, sides)
    assert test.p_value == pytest.approx(p_of(sums, ranks @ others, sides), rel=1e-12)
    assert test.statistic == pytest.approx(stats.spearmanr(first, second).statistic, abs=1e-12)


def test_corrections_by_hand_and_in_the_order_given():
    # of 0.0125, 0.04 and 0.03, Holm asks 0.05/3, then 0.05/2; Benjamini-Hochberg asks the largest for 0.05 only
    passed = {key: et.which_pass([0.04, 0.0125, 0.03], key, 0.05).tolist() for key in et.CORRECTIONS}
    assert passed == {"none": [True] * 3, "holm": [False, True, False], "bh": [True] * 3, "by": [False] * 3}


test_impossible_input = refused(
    et,
    """
    arrangements([3, 0]) -> group size is 0, but must be a whole number of at least 1
    arrangements([]) -> the number of groups is 0
    arrangements([3, 2.5]) -> group size is 2.5, but must be a whole number
    smallest_p_signed_rank(3, 'upper') -> sides is 'upper', but must be one of one, two
    smallest_p_signed_rank(0, 'two') -> n is 0, but must be a whole number of at least 1
    largest_bonferroni_panel(12, 1) -> alpha is 1, but must be a number above 0 and below 1
    expected_false_increases(-1, 0.05) -> n_analytes is -1
    jonckheere([[1, 2]], 'upper') -> the number of groups is 1
    jonckheere([[1, nan], [2]], 'upper') -> values is nan, but must be a finite number
    jonckheere([[1], []], 'upper') -> the number of values is 0
    signed_rank([1, nan], 'two') -> differences is nan
    two_group_permutation([1, nan], [2], 'two') -> values is nan
    spearman([1, 2, 3], [1, nan, 2], 'two') -> values is nan
    which_pass([0.5, 1.2], 'holm', 0.05) -> a p-value is 1.2, but must be a number of at least 0 and at most 1
    which_pass([0.5, -0.1], 'none', 0.05) -> a p-value is -0.1
    which_pass([0.1], 'sidak', 0.05) -> correction
    which_pass([nan], 'bh', 0.05) -> p-values is nan
    jonckheere_distribution([25000, 25000]) -> pairs of people in two groups is 625000000
    jonckheere([[1] * 20] * 5, 'two') -> ways to fill the groups, with ties, is 4084101
    signed_rank([0, 0], 'upper') -> the number of differences that are not zero is 0
    spearman([1, 2], [1, 2, 3], 'upper') -> 2 values are paired with 3
    spearman([1, 1], [1, 2], 'upper') -> All values are 1.0
    spearman(range(13), range(13), 'two') -> the number of pairs is 13, but must be .* from 0 to 12
    two_group_permutation(range(20), range(20), 'two') -> the number of arrangements is 137846528820
    """,
)
