"""Powers of the tests that are named: against brute force, other libraries and published tables, never a normal formula."""

from itertools import combinations, product
from math import sqrt

import numpy as np
import pytest
from scipy import stats
from statsmodels.stats.power import TTestPower

from tests.inputs import refused
from trial.methods import exact_tests, planning, small_trials

SIZES, DOSES, HALF = [3, 3, 3, 3], [0.7, 1.4, 2.8, 5.7], 0.584 * 0.5 / 0.498


TRIPLES = np.array([[person in group for group in combinations(range(12), 3)] for person in range(12)], float)


def people(many, seed, size=12):
    return np.random.default_rng(seed).standard_normal((many, size))


# --- two samples a person ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("size", "change", "alpha"), [(12, 0.81, 0.05), (12, 1.19, 0.001), (5, 0.4, 0.1), (3, 9, 0.05)]
)
def test_paired_t_against_statsmodels(size, change, alpha):
    theirs = TTestPower().power(change, size, alpha / 2, alternative="larger")
    assert small_trials.power_paired_t(size, change, alpha) == pytest.approx(theirs, abs=1e-9)


@pytest.mark.parametrize(("size", "change"), [(4, 0.7), (6, 1.2)])
def test_signed_rank_against_every_sign_pattern_drawn(size, change):
    """The chance of every rank sum, against draws ranked one by one."""
    drawn = people(200_000, 3, size) + change
    ranks = stats.rankdata(np.abs(drawn), axis=1)
    sums = np.rint((ranks * (drawn > 0)).sum(axis=1)).astype(int)
    seen = np.bincount(sums, minlength=size * (size + 1) // 2 + 1) / len(drawn)
    assert small_trials._rank_sums(size, change) == pytest.approx(seen, abs=0.005)


def test_signed_rank_without_change_is_the_exact_test_itself():
    """By the signs one by one: 2^n arrangements, each alike."""
    for size, alpha in ((5, 0.1), (8, 0.05)):
        ranks = np.arange(1, size + 1)
        found = [exact_tests.signed_rank(ranks * signs, "two") for signs in product((-1, 1), repeat=size)]
        passes = sum(test.p_value <= alpha and test.statistic > ranks.sum() / 2 for test in found)
        assert small_trials.power_signed_rank(size, 0, alpha) * 2**size == pytest.approx(passes, abs=0.01) and passes


def test_the_normal_formula_is_not_used_where_few_people_are():
    """A hostile referee's values: 0.81 SD, said to be found 80 of 100 times by twelve people, is found 72 or 68 times."""
    assert [round(chance(12, 0.81, 0.05), 2) for chance in small_trials.PAIRED.values()] == [0.72, 0.68]
    needed = [
        small_trials.change_found(test, 12, alpha, 0.8) for alpha in (0.05, 0.001) for test in small_trials.PAIRED
    ]
    assert needed == pytest.approx([0.8887, 0.9352, 1.5834, 1.7523], abs=2e-4)
    assert np.isnan(small_trials.change_found("signed rank", 3, 0.05, 0.8)), "three people never reach 0.05"


# --- many molecules ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("correlation", "size"), [(0.2, 12), (0.6, 12), (0.95, 5)])
def test_false_increases_of_t_tests_against_simulation(correlation, size):
    generator, counts = np.random.default_rng(8), []
    for _ in range(10):
        own = generator.standard_normal((2000, size, 50))
        made = sqrt(correlation) * generator.standard_normal((2000, size, 1)) + sqrt(1 - correlation) * own
        values = made.mean(axis=1) / made.std(axis=1, ddof=1) * sqrt(size)
        counts.append((values > stats.t.isf(0.025, size - 1)).sum(axis=1))
    counts = np.concatenate(counts)
    for at_least in (1, 3):
        exact = small_trials.chance_of_false_increases(50, 0.05, correlation, at_least, size)
        assert exact == pytest.approx((counts >= at_least).mean(), abs=0.012)


def test_false_increases_of_one_molecule_are_half_of_alpha():
    for correlation in (0, 0.3, 0.95):
        assert small_trials.chance_of_false_increases(1, 0.05, correlation, 1, 12) == pytest.approx(0.025, abs=1e-4)


# --- the highest dose against all others, and the order of doses ------------------------------------------------------


def passes_by_permutation(rows):
    """Whether the last three of twelve are among the 5 of 220 most extreme triples, on either side."""
    sums, own = rows @ TRIPLES, rows[:, -3:].sum(axis=1)[:, None]
    return np.minimum((sums >= own - 1e-9).sum(axis=1), (sums <= own + 1e-9).sum(axis=1)) <= 5


def passes_one_by_one(rows, test, alpha):
    for row in rows:
        values = [round(float(value), 6) for value in row]
        if test == "permutation":
            yield exact_tests.two_group_permutation(values[-3:], values[:-3], "two").p_value <= alpha
        else:
            groups = [values[start : start + 3] for start in range(0, 12, 3)]
            yield exact_tests.jonckheere(groups, "two").p_value <= alpha


@pytest.mark.parametrize("test", small_trials.ENDS)
@pytest.mark.parametrize("alpha", [0.05, 0.2])
def test_a_test_passes_exactly_beyond_the_ends_found(test, alpha):
    """Shifting the last dose by what its ends say turns the exact test, one by one, from not passing to passing."""
    rows = people(12, 5)
    lower, upper = small_trials._ends(test, rows, SIZES, np.zeros(4), alpha)
    rows[:, -3:] += (rows[:, :-3].mean(axis=1) - rows[:, -3:].mean(axis=1))[:, None]
    for end, way in ((lower, -1), (upper, 1)):
        for step in (-1e-3, 1e-3):
            moved = rows.copy()
            moved[:, -3:] += np.where(np.isfinite(end), end + way * step, 0)[:, None]
            expected = np.isfinite(end) & (step > 0)
            assert list(passes_one_by_one(moved[np.isfinite(end)], test, alpha)) == expected[np.isfinite(end)].tolist()


def test_the_error_told_covers_what_other_seeds_say():
    """Another seed's value lies within four standard errors of the difference; the truth, by 2^19 points, is 0.11374."""
    for seed in range(6):
        found = small_trials.overstatement(SIZES, HALF, 0.05, 2000, seed)["power"]
        assert abs(found.value - 0.11374) < 5 * found.error < 0.006


@pytest.mark.parametrize(
    ("test", "world", "effect", "chance"),
    [  # a second road, Runge-Kutta over all 256 states of four threes; without effect the size of the exact tests
        ("jonckheere", "top", 2 * HALF, 0.14481),
        ("jonckheere", "dose", 2 * HALF, 0.21405),
        ("jonckheere", "steps", 2 * HALF, 0.13384),
        ("jonckheere", "top", 0, 0.0367),
        ("permutation", "top", 0, 10 / 220),
    ],
)
def test_power_by_the_order_in_which_people_are_placed(test, world, effect, chance):
    shares = small_trials.shares_of_effect(world, DOSES)
    (found,) = small_trials.power_over_effects(test, SIZES, shares, [effect], 0.05, 10_000, 2023)
    assert found.value == pytest.approx(chance, abs=4 * found.error + 1e-4) and found.error < 0.001


def test_slope_against_the_t_test_of_two_groups_and_simulation():
    for effect in (0.3, 1.0):
        theirs = planning.power_t(6, effect, 1, 0.05).either_way
        assert small_trials.power_slope([6, 6], [1, 5], [0, effect], 0.05) == pytest.approx(theirs, abs=1e-9)
    scores = np.repeat(np.log(DOSES), 3)
    rows = people(20_000, 4) + np.repeat([0, 0, 0, 3.0], 3)
    scores, rows = scores - scores.mean(), rows - rows.mean(axis=1)[:, None]
    r = rows @ scores / np.sqrt((rows**2).sum(axis=1) * (scores @ scores))
    seen = (np.abs(r * np.sqrt(10 / (1 - r**2))) > stats.t.isf(0.025, 10)).mean()
    assert small_trials.power_slope(SIZES, np.log(DOSES), [0, 0, 0, 3.0], 0.05) == pytest.approx(seen, abs=0.012)


def test_overstatement_against_simulation():
    rows = people(40_000, 9)
    rows[:, -3:] += HALF
    reached = passes_by_permutation(rows)
    ratio = (rows[reached, -3:].mean(axis=1) - rows[reached, :-3].mean(axis=1)) / HALF
    made = small_trials.overstatement(SIZES, HALF, 0.05, 4000, 1)
    assert made["power"].value == pytest.approx(reached.mean(), abs=0.005)
    assert made["type_m"].value == pytest.approx(np.abs(ratio).mean(), abs=0.05)
    assert made["type_s"].value == pytest.approx((ratio < 0).mean(), abs=0.008)
    large = small_trials.overstatement(SIZES, 8.0, 0.05, 500, 1)
    assert large["power"].value > 0.99 and large["type_m"].value == pytest.approx(1, abs=0.02)


def test_where_no_arrangement_passes_nothing_is_told():
    made = small_trials.overstatement([1, 1], 1.0, 0.05, 100, 1)
    assert made["power"].value == 0 and np.isnan(made["type_m"].value) and np.isnan(made["type_s"].value)
    (found,) = small_trials.power_over_effects("jonckheere", [2, 2], [0, 1], [5.0], 0.05, 100, 1)
    assert found == (0.0, 0.0)


def test_a_dose_picked_after_looking_against_simulation():
    """Each dose in turn among the 220 ways; 4 x 5 of 220, and the named one 5 of 220."""
    rows = people(20_000, 2)
    sums, some = rows @ TRIPLES, np.zeros(len(rows), bool)
    for start in range(0, 12, 3):
        some |= (sums >= rows[:, start : start + 3].sum(axis=1)[:, None] - 1e-9).sum(axis=1) <= 5
    assert small_trials.chance_some_dose_passes(SIZES, 0.05) == pytest.approx(some.mean(), abs=0.008)
    assert (
        small_trials.chance_some_dose_passes([5, 7], 0.05) == 2 * 19 / 792
        and small_trials.most_extreme(792, 0.05) == 19
    )


@pytest.mark.parametrize("sizes", [[5, 7], [3, 3, 4, 5]])
def test_other_sizes_keep_their_level_and_find_a_large_effect(sizes):
    shares = [0] * (len(sizes) - 1) + [1]
    for test in small_trials.ENDS:
        nothing, large = small_trials.power_over_effects(test, sizes, shares, [0.0, 12.0], 0.05, 500, 3)
        assert nothing.value <= 0.051 and large.value > (0.95 if test == "permutation" else nothing.value)


test_impossible_input = refused(
    small_trials,
    """
    power_paired_t(1, 1, 0.05) -> people is 1
    power_signed_rank(12, nan, 0.05) -> change is nan
    change_found('sign', 12, 0.05, 0.8) -> test is 'sign'
    change_found('t test', 12, 0.05, 0.05) -> power is 0.05
    chance_of_false_increases(50, 0.05, 1.0, 1, 12) -> correlation is 1
    shares_of_effect('other', DOSES) -> world
    shares_of_effect('top', [2, 1]) -> rising
    overstatement(SIZES, 0, 0.05, 100, 1) -> the effect is 0
    overstatement([30, 30], 1, 0.05, 100, 1) -> the number of arrangements
    power_slope([3, 3], [1, 1], [0, 1], 0.05) -> spread of the scores
    chance_some_dose_passes([3, 0], 0.05) -> group size is 0
    most_extreme(220, 1) -> alpha is 1
    """,
    SIZES=SIZES,
    DOSES=DOSES,
)
