"""The falling trend when people differ: against brute force, against simulation, against the multinomial."""

from itertools import product
from math import inf

import numpy as np
import pytest
from scipy.special import gammaln

from tests.inputs import refused, refuses
from trial.methods import clustering

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


@pytest.mark.parametrize(("weight", "close"), [(1e7, 1e-4), *((weight, 1e-6) for weight in (1e9, 1e12, 1e100, 1e300))])
def test_a_large_weight_is_the_multinomial(weight, close):
    for people, side in product((PEOPLE, [2, 3, 3, 4]), ("lower", "two")):
        multinomial = clustering.rank_count_p(COUNTS, people, inf, side)
        assert clustering.rank_count_p(COUNTS, people, weight, side) == pytest.approx(multinomial, rel=close)


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
    rank_count_p([1, 2], [3, 3], 0, "lower") -> weight is 0
    rank_count_p([1, -2], [3, 3], 1, "lower") -> events in a cohort is -2
    rank_count_p([0, 0], [3, 3], inf, "lower") -> events is 0
    rank_count_p([4], [3], inf, "lower") -> the number of cohorts is 1, but must be a whole number of at
    rank_count_p([1, 2], [3], 1, "lower") -> each needs its people
    rank_count_p([1, 2], [3, 3], 1, "upper") -> sides is 'upper', but must be one of lower, two
    rank_count_p([10**9, 1], [3, 3], 1, "lower") -> events is 1000000001, but must be a whole number from 1 to 2000
    rank_count_chances([3, 3], 10**9, inf) -> events is 1000000000, but must be a whole number from 1 to 2000
    weight_at_level([1, 2], [3, 3], 1) -> alpha is 1
    chance_steepest([1, 2], [3, 3], 1, 1) -> panels
    """,
)


SMALL = {"counts": [2, 1], "people_per_cohort": [3, 3]}


@pytest.mark.parametrize(
    ("function", "good"),
    [
        (clustering.rank_count_chances, {"people_per_cohort": [3, 3], "events": 4, "weight": 1}),
        (clustering.rank_count_p, SMALL | {"weight": 1, "sides": "lower"}),
        (clustering.weight_at_level, SMALL | {"alpha": 0.05}),
        (clustering.chance_steepest, SMALL | {"weight": 1, "panels": 12}),
    ],
)
def test_what_is_no_number_is_refused(function, good):
    refuses(function, endless=("weight",), **good)


def test_the_brute_force_meets_a_hand_count():
    # two events, two people, weight one: every split alike
    assert by_hand([1, 1], 2, 1.0) == pytest.approx({2: 1 / 3, 3: 1 / 3, 4: 1 / 3})


@pytest.mark.parametrize(
    ("people", "events"), [([1, 1], 5), ([3, 3, 3], 4), ([2, 2, 2, 2], 4), ([5, 7], 3), ([2, 4, 6], 4)]
)
def test_events_that_fall_one_by_one_against_enumeration(people, events):
    shares = np.array(people) // np.gcd.reduce(people)
    falls = product(np.repeat(range(1, len(people) + 1), shares).tolist(), repeat=events)
    counted = np.bincount([sum(fall) for fall in falls], minlength=len(people) * events + 1)
    chances = clustering.rank_count_chances(people, events, inf)
    assert chances == pytest.approx(counted / counted.sum(), rel=1e-12)
    counts = [events - 1, *[0] * (len(people) - 2), 1]
    at = events - 1 + len(people)
    lower, upper = counted[: at + 1].sum() / counted.sum(), counted[at:].sum() / counted.sum()
    for sides, expected in (("lower", lower), ("two", min(1, 2 * min(lower, upper)))):
        assert clustering.rank_count_p(counts, people, inf, sides) == pytest.approx(expected, rel=1e-12)
