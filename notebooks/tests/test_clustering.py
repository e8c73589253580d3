"""The falling trend when people differ: against brute force, against simulation, against the multinomial."""

from collections import Counter
from itertools import product
from math import inf

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from scipy.special import gammaln

from tests.inputs import refused, refuses
from tests.test_exact_tests import p_of, sides, small
from trial.methods import clustering, simulate

COUNTS, PEOPLE = [14, 16, 9, 5], [3, 3, 3, 3]


def by_hand(people, events, weight):
    """Every way to place the events on the people, each with its Dirichlet-multinomial chance."""
    persons = [cohort for cohort, size in enumerate(people, start=1) for _ in range(size)]
    found = {}
    for placed in product(range(events + 1), repeat=len(persons)):
        if sum(placed) == events:
            log = sum(gammaln(n + weight) - gammaln(weight) - gammaln(n + 1) for n in placed)
            value = sum(cohort * n for cohort, n in zip(persons, placed, strict=True))
            found[value] = found.get(value, 0) + np.exp(log)
    total = sum(found.values())
    return {value: chance / total for value, chance in found.items()}


@pytest.mark.parametrize(("people", "weight"), [([1, 1], 0.5), ([2, 1], 1.7), ([1, 2, 2], 3.0)])
def test_chances_agree_with_placing_every_event(people, weight):
    chances = clustering.rank_count_chances(people, 4, weight)
    expected = by_hand(people, 4, weight)
    assert chances.sum() == pytest.approx(1, abs=1e-12)
    for value, chance in expected.items():
        assert chances[value] == pytest.approx(chance, rel=1e-10)
    assert chances[[value for value in range(len(chances)) if value not in expected]].sum() < 1e-15


def test_a_large_weight_is_the_multinomial():
    for side in ("lower", "two"):
        multinomial = clustering.rank_count_test(COUNTS, PEOPLE, side).p_value
        assert clustering.rank_count_p(COUNTS, PEOPLE, 1e7, side) == pytest.approx(multinomial, rel=1e-4)
        assert clustering.rank_count_p(COUNTS, PEOPLE, inf, side) == multinomial


@pytest.mark.parametrize("weight", [1e9, 1e12, 1e15, 1e100, 1e300])
def test_the_largest_weights_are_the_multinomial_too(weight):
    for people in (PEOPLE, [2, 3, 3, 4]):
        multinomial = clustering.rank_count_test(COUNTS, people, "lower").p_value
        assert clustering.rank_count_p(COUNTS, people, weight, "lower") == pytest.approx(multinomial, rel=1e-6)


@pytest.mark.parametrize("weight", [0.5, 1.0, 4.0])
def test_p_values_agree_with_simulated_panels(weight):
    panels = simulate.event_panels(44, PEOPLE, weight, 100_000, 7)
    share = (panels @ [1, 2, 3, 4] <= 14 + 32 + 27 + 20).mean()
    assert clustering.rank_count_p(COUNTS, PEOPLE, weight, "lower") == pytest.approx(share, abs=5 * 0.0013)


def test_the_weight_at_which_the_level_is_passed():
    weight = clustering.weight_at_level(COUNTS, PEOPLE, 0.05)
    assert clustering.rank_count_p(COUNTS, PEOPLE, weight, "lower") == pytest.approx(0.05, abs=1e-9)
    assert 4 < weight < 5
    assert clustering.weight_at_level([5, 16, 9, 14], PEOPLE, 0.05) is None


def test_the_steepest_of_a_line_up():
    one = clustering.rank_count_p(COUNTS, PEOPLE, 1.0, "lower")
    assert clustering.chance_steepest(COUNTS, PEOPLE, 1.0, 12) == pytest.approx((1 - one) ** 11)


test_impossible_input = refused(
    clustering,
    """
    rank_count_test([1, -1], [3, 3], 'lower') -> events in a cohort is -1
    rank_count_test([0, 0], [3, 3], 'lower') -> the number of events is 0
    rank_count_test([4], [3], 'lower') -> the number of cohorts is 1, but must be a whole number of at
    rank_count_test([4, 2], [3], 'lower') -> each needs its people
    rank_count_test([4, 2], [3, 3], 'less') -> sides is 'less', but must be one of two, upper, lower
    rank_count_p([1, 2], [3, 3], 0, 'lower') -> weight is 0
    rank_count_p([1, -2], [3, 3], 1, 'lower') -> -2
    rank_count_p([1, 2], [3], 1, 'lower') -> each needs its people
    rank_count_p([1, 2], [3, 3], 1, 'upper') -> sides
    weight_at_level([1, 2], [3, 3], 1) -> alpha is 1
    chance_steepest([1, 2], [3, 3], 1, 1) -> panels
    """,
)


SMALL = {"counts": [2, 1], "people_per_cohort": [3, 3]}


@pytest.mark.parametrize(
    ("function", "good"),
    [
        (clustering.rank_count_distribution, {"people_per_cohort": [3, 3], "events": 4}),
        (clustering.rank_count_test, SMALL | {"sides": "lower"}),
        (clustering.rank_count_chances, {"people_per_cohort": [3, 3], "events": 4, "weight": 1}),
        (clustering.rank_count_p, SMALL | {"weight": 1, "sides": "lower"}),
        (clustering.weight_at_level, SMALL | {"alpha": 0.05}),
        (clustering.chance_steepest, SMALL | {"weight": 1, "panels": 12}),
    ],
)
def test_what_is_no_number_is_refused(function, good):
    endless = () if function is clustering.rank_count_chances else ("weight",)
    refuses(function, endless=endless, **good)


def test_more_events_than_can_be_summed_are_refused():
    for call in (
        lambda: clustering.rank_count_distribution([3, 3], 10**9),
        lambda: clustering.rank_count_p([10**9, 1], [3, 3], 1, "lower"),
    ):
        with pytest.raises(ValueError, match="events is 100000000[01], but must be a whole number from [01] to 2000"):
            call()


def test_the_brute_force_meets_a_hand_count():
    # two events, two people, weight one: every split alike
    assert by_hand([1, 1], 2, 1.0) == pytest.approx({2: 1 / 3, 3: 1 / 3, 4: 1 / 3})


# Events by cohort


@pytest.mark.parametrize(
    ("people", "events"), [([1, 1], 5), ([3, 3, 3], 4), ([2, 2, 2, 2], 4), ([5, 7], 3), ([2, 4, 6], 4)]
)
def test_rank_count_distribution_against_enumeration(people, events):
    shares = np.array(people) // np.gcd.reduce(people)
    counted = Counter(
        sum(fall) for fall in product(np.repeat(range(1, len(people) + 1), shares).tolist(), repeat=events)
    )
    assert clustering.rank_count_distribution(people, events) == counted


@small
@given(st.lists(st.integers(0, 3), min_size=2, max_size=4).filter(lambda counts: 0 < sum(counts) <= 6), sides)
def test_rank_count_test(counts, sides):
    observed = sum(rank * count for rank, count in enumerate(counts, start=1))
    falls = [sum(fall) for fall in product(range(1, len(counts) + 1), repeat=sum(counts))]
    people = [3] * len(counts)
    test = clustering.rank_count_test(counts, people, sides)
    assert test.p_value == p_of(falls, observed, sides) and test.statistic == observed
    mirror = {"upper": "lower", "lower": "upper", "two": "two"}
    assert test.p_value == clustering.rank_count_test(counts[::-1], people, mirror[sides]).p_value


def test_events_of_the_trial():
    """14, 16, 9, 5: the normal approximation (mean 110, variance 44 x 5/4) with continuity correction is close."""
    test = clustering.rank_count_test([14, 16, 9, 5], [3, 3, 3, 3], "lower")
    assert test.statistic == 14 + 32 + 27 + 20
    assert test.p_value == pytest.approx(stats.norm.cdf((93.5 - 110) / 55**0.5), abs=5e-4)
    assert clustering.rank_count_test([14, 16, 9, 5], [3, 3, 3, 3], "two").p_value == 2 * test.p_value
    coefficients = np.array([1], dtype=object)
    for _ in range(44):
        coefficients = np.convolve(coefficients, np.array([1, 1, 1, 1], dtype=object))
    assert test.p_value == sum(coefficients[: 93 - 44 + 1]) / 4**44
