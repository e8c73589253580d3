"""Assurance against scipy's integration, its limits, and the fewest people by search."""

from math import sqrt

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.special import ndtr
from scipy.stats import norm

from tests.inputs import refused
from trial.methods import assurance, planning

BELIEFS = {"sceptical": (0, 0.25), "neutral": (0.215, 0.25), "optimistic": (0.5, 0.15), "wide": (0.43, 0.568)}


@pytest.mark.parametrize("belief", BELIEFS.values(), ids=BELIEFS)
@pytest.mark.parametrize("people", [2, 46, 1000, 100_000])
def test_assurance_closed_form_and_quadrature_agree(belief, people):
    error = 0.498 * sqrt(2 / people) / 0.584
    curve = assurance.assurance_by_quadrature(lambda share: ndtr(share / error - norm.isf(0.025)), *belief)
    closed = assurance.assurance(*belief, people, 0.498, 0.584, 0.05)
    assert closed == pytest.approx(curve, abs=1e-8)
    assert 0 < closed < assurance.assurance_ceiling(*belief)
    useless = assurance.success_and_useless(*belief, people, 0.498, 0.584, 0.05, 0.1)
    assert 0 < useless < closed
    assert assurance.success_and_useless(*belief, people, 0.498, 0.584, 0.05, 20) == pytest.approx(closed, abs=1e-8)


def test_assurance_limits():
    """A belief without width gives the power at its mean; a trial without error gives the ceiling."""
    power = planning.power_z(46, 0.584 * 0.5, 0.498, 0.05).in_favour
    assert assurance.assurance(0.5, 1e-9, 46, 0.498, 0.584, 0.05) == pytest.approx(power, abs=1e-8)
    ceiling = assurance.assurance_ceiling(0.215, 0.25)
    assert ceiling == pytest.approx(norm.cdf(0.86), abs=1e-12)
    assert assurance.assurance(0.215, 0.25, 1e12, 0.498, 0.584, 0.05) == pytest.approx(ceiling, abs=1e-5)
    assert assurance.success_and_useless(0.5, 0.01, 46, 0.498, 0.584, 0.05, 0) == 0


@pytest.mark.parametrize("belief", BELIEFS.values(), ids=BELIEFS)
def test_people_for_assurance_is_the_fewest(belief):
    people = assurance.people_for_assurance(0.95, *belief, 0.498, 0.584, 0.05)
    goal = 0.95 * assurance.assurance_ceiling(*belief)
    reached = [assurance.assurance(*belief, size, 0.498, 0.584, 0.05) for size in (people - 1, people)]
    assert reached[0] < goal <= reached[1]


@pytest.mark.parametrize("belief", BELIEFS.values(), ids=BELIEFS)
def test_assurance_of_events_by_scipy(belief):
    def power(spared):
        ratio = np.maximum(1 - np.asarray(spared), 0.001)
        events = 87 * (0.48 + 1 - 0.52**ratio)
        return ndtr(-np.log(ratio) * np.sqrt(events) / 2 - norm.isf(0.025))

    ends = belief[0] - 9 * belief[1], belief[0] + 9 * belief[1]
    whole = quad(
        lambda spared: power(spared) * norm.pdf(spared, *belief), *ends, points=[0, 1], epsabs=1e-11, limit=400
    )
    ours = assurance.assurance_by_quadrature(
        lambda spared: planning.power_logrank(87, 0.48, np.maximum(1 - spared, 0.001), 0.05), *belief
    )
    assert ours == pytest.approx(whole[0], abs=1e-6)


def test_what_seventy_people_leave_open_by_trials_that_were_simulated():
    """Spread from its chi squared, mean around the one seen, belief, then a trial: how many succeed."""
    draw, number = np.random.default_rng(3), 400_000
    spread = 0.498 * np.sqrt(69 / draw.chisquare(69, number))
    loss = draw.normal(0.584, spread / sqrt(70))
    for belief in BELIEFS.values():
        z = draw.normal(belief[0], belief[1], number) * loss / (spread * sqrt(2 / 46)) + draw.normal(size=number)
        ours = assurance.assurance_spread(*belief, 46, 0.498, 0.584, 0.05, 70)
        assert ours == pytest.approx((z > norm.isf(0.025)).mean(), abs=0.003)  # four standard errors
    z = 0.5 * loss / (spread * sqrt(2 / 46)) + draw.normal(size=number)
    power = assurance.expected_power(46, 0.5, 0.498, 0.584, 0.05, 70)
    assert power == pytest.approx((z > norm.isf(0.025)).mean(), abs=0.003)


def test_sizes_that_carry_the_spread_are_larger():
    # the limits of a spread seen in 70 people, by hand: 0.498 sqrt(69 / 93.856) and 0.498 sqrt(69 / 47.924)
    assert assurance.sd_limits(0.498, 70, 0.95) == pytest.approx((0.4270, 0.5976), abs=5e-5)
    assert assurance.people_for_expected_power(0.8, 0.5, 0.498, 0.584, 0.05, 70) == 48
    # where few people leave even the sign of the loss open, more people do not bring every power
    assert assurance.people_for_expected_power(0.9999, 0.5, 1, 0.2, 0.05, 5) == np.inf


test_impossible_input = refused(
    assurance,
    """
    assurance(0, 0, 46, 1, 1, 0.05) -> prior_sd is 0, but must be a number above 0
    assurance(0, 1, 46, 1, 0, 0.05) -> loss is 0, but must be a number above 0
    people_for_assurance(1, 0, 1, 1, 1, 0.05) -> share_of_ceiling is 1, but must be
    people_for_assurance(0.9, -0.1, 1, 1, 1, 0.05) -> prior_mean is -0.1, but must be
    people_for_assurance(0.99999999, 0, 0.01, 9, 0.1, 0.05) -> people per arm, but sizes are given up to
    """,
)
