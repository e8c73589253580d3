"""The falling trend when people differ: against brute force, against simulation, against the multinomial."""

from itertools import product
from math import inf

import numpy as np
import pytest
from scipy.special import gammaln

from trial.methods import clustering, exact_tests, simulate

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
    for sides in ("lower", "two"):
        multinomial = exact_tests.rank_count_test(COUNTS, sides, 0.05).p_value
        assert clustering.rank_count_p(COUNTS, PEOPLE, 1e7, sides) == pytest.approx(multinomial, rel=1e-4)
        assert clustering.rank_count_p(COUNTS, PEOPLE, inf, sides) == multinomial


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


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (lambda: clustering.rank_count_p([1, 2], [3, 3], 0, "lower"), "weight is 0"),
        (lambda: clustering.rank_count_p([1, -2], [3, 3], 1, "lower"), "-2"),
        (lambda: clustering.rank_count_p([1, 2], [3], 1, "lower"), "each needs its people"),
        (lambda: clustering.rank_count_p([1, 2], [3, 3], 1, "upper"), "sides"),
        (lambda: clustering.rank_count_p([1, 2], [3, 2], inf, "lower"), "one size only"),
        (lambda: clustering.weight_at_level([1, 2], [3, 3], 1), "alpha is 1"),
        (lambda: clustering.chance_steepest([1, 2], [3, 3], 1, 1), "panels"),
    ],
)
def test_bad_input_is_one_sentence(call, sentence):
    with pytest.raises(ValueError, match=sentence):
        call()


def test_the_brute_force_meets_a_hand_count():
    # two events, two people, weight one: every split alike
    assert by_hand([1, 1], 2, 1.0) == pytest.approx({2: 1 / 3, 3: 1 / 3, 4: 1 / 3})
