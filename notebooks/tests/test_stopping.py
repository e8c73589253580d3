"""Rules of stopping by every possible order, by the posterior, and by the bivariate normal."""

from itertools import pairwise, product
from math import sqrt

import numpy as np
import pytest
from scipy.stats import beta, multivariate_normal, norm

from trial.methods import planning, stopping


@pytest.mark.parametrize("rate", [0, 0.1, 0.35, 1])
def test_run_in_by_every_possible_order(rate):
    counts = stopping.stopping_counts(8, 0.1, 0.9, 2)
    stop = people = 0.0
    for order in product((0, 1), repeat=8):
        chance = np.prod([rate if harmed else 1 - rate for harmed in order])
        at = next((n for n in range(1, 9) if sum(order[:n]) >= counts[n - 1]), None)
        stop, people = stop + chance * (at is not None), people + chance * (at or 8)
    found = stopping.run_in(rate, counts)
    assert (found.p_stop, found.expected_people) == pytest.approx((stop, people), abs=1e-12)
    assert found.expected_harmed == pytest.approx(rate * people, abs=1e-12)


def test_stopping_counts_by_the_posterior():
    counts = stopping.stopping_counts(20, 0.1, 0.9, 2)
    for seen, limit in enumerate(counts, start=1):
        if limit <= seen:
            assert beta.sf(0.1, 0.2 + limit, 1.8 + seen - limit) >= 0.9
        if limit > 0:
            assert beta.sf(0.1, 0.2 + limit - 1, 1.8 + seen - limit + 1) < 0.9
    assert all(later >= earlier for earlier, later in pairwise(counts))


def test_a_rule_for_thousands_by_trials_that_were_simulated():
    """The counts of 8,000 people took more than a minute."""
    counts = stopping.stopping_counts(8000, 0.1, 0.9, 2)
    harmed = (np.random.default_rng(2).random((2000, 8000)) < 0.1).cumsum(axis=1)
    stops = harmed >= counts
    found = stopping.run_in(0.1, counts)
    assert found.p_stop == pytest.approx(stops.any(axis=1).mean(), abs=0.04)  # four standard errors
    people = np.where(stops.any(axis=1), stops.argmax(axis=1) + 1, 8000)
    assert found.expected_people == pytest.approx(people.mean(), abs=4 * people.std() / np.sqrt(2000))


@pytest.mark.parametrize(
    ("difference", "share", "bound"), [(0, 0.5, 0), (0.292, 0.5, 0), (0.1, 0.3, 0.5), (0.2, 0.8, -1)]
)
def test_early_look_by_the_bivariate_normal(difference, share, bound):
    look = stopping.futility_look(46, difference, 0.498, 0.05, share, bound)
    shift = difference / (0.498 * sqrt(2 / 46))
    both = multivariate_normal([0, 0], [[1, sqrt(share)], [sqrt(share), 1]])
    # P(Z1 > bound, Z2 > limit), both signs turned
    expected = both.cdf([shift * sqrt(share) - bound, shift - norm.isf(0.025)])
    assert look.power == pytest.approx(expected, abs=1e-6)
    assert look.power + look.power_lost == pytest.approx(
        planning.power_z(46, difference, 0.498, 0.05).in_favour, abs=1e-12
    )
    assert look.expected_people == pytest.approx(
        46 * (1 - (1 - share) * norm.cdf(bound - shift * sqrt(share))), rel=1e-12
    )


def test_an_early_look_without_a_bound_costs_nothing():
    look = stopping.futility_look(46, 0.2, 0.498, 0.05, 0.5, -30)
    assert look.p_stop < 1e-200 and look.power_lost == pytest.approx(0, abs=1e-10)
    assert stopping.futility_look(46, 0.2, 0.498, 0.05, 0.5, 40).power == 0


def test_the_bound_of_a_predictive_power_by_trials_that_were_simulated():
    """From a flat prior: given the z value at the look, the final one is drawn around what it foretells."""
    draw, share = np.random.default_rng(5), 0.4
    for least in (0.1, 0.2, 0.6):
        z = stopping.bound_of_predictive_power(least, share, 0.05)
        drift = draw.normal(z / sqrt(share), 1 / sqrt(share), 200_000)
        last = sqrt(share) * z + (1 - share) * drift + sqrt(1 - share) * draw.normal(size=200_000)
        assert (last > norm.isf(0.025)).mean() == pytest.approx(least, abs=0.005)
