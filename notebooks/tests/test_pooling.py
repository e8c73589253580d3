"""Pooled trials: against the conjugate limit, against weighted simulation, and what spread does to a limit."""

import numpy as np
import pytest
from scipy.integrate import dblquad
from scipy.special import betaln
from scipy.stats import beta

from tests.inputs import refused, refuses
from trial.methods import pooling

PEOPLE = [12, 15, 6, 18, 11, 6]
ALIKE, ANY = pooling.SPREADS.values()


def test_without_spread_it_is_one_large_trial():
    for counts in ([0] * 6, [1, 0, 0, 2, 0, 0]):
        limits = pooling.pooled_limits(counts, PEOPLE, (1, 1e4), 0.95)
        one = beta.ppf(0.95, 1 + sum(counts), 1 + sum(PEOPLE) - sum(counts))
        assert limits.average == pytest.approx(one, rel=2e-3)
        assert limits.another_trial == pytest.approx(one, rel=2e-2)


@pytest.mark.parametrize("spread", [ALIKE, ANY])
def test_limits_agree_with_weighted_simulation(spread):
    generator = np.random.default_rng(11)
    mean, likeness = generator.random(400_000), generator.beta(*spread, 400_000)
    total = (1 - likeness) / likeness
    a, b = mean * total, (1 - mean) * total
    weight = np.exp(sum(betaln(a, b + size) - betaln(a, b) for size in PEOPLE))
    limits = pooling.pooled_limits([0] * 6, PEOPLE, spread, 0.95)
    for draws, limit in ((mean, limits.average), (generator.beta(a, np.maximum(b, 1e-300)), limits.another_trial)):
        below = weight[np.nan_to_num(draws) <= limit].sum() / weight.sum()
        assert below == pytest.approx(0.95, abs=0.01)


def test_more_spread_and_less_trials_promise_less():
    whole, fewer = (pooling.pooled_limits([0] * n, PEOPLE[:n], ALIKE, 0.95) for n in (6, 5))
    assert whole.average < fewer.average and whole.average < whole.another_trial
    assert whole.average < pooling.pooled_limits([0] * 6, PEOPLE, ANY, 0.95).average


@pytest.mark.parametrize(
    ("people", "spread", "limit"),
    [
        # recomputed from the distribution itself: 80 nodes and a line between two of them gave 0.0640 for the third
        ([12, 15], ALIKE, 0.1393),
        ([12, 15], ANY, 0.5056),
        ([12, 15, 18, 11, 6], ALIKE, 0.0634),
        ([12, 15, 51], ALIKE, 0.0716),
        ([12, 15, 51], ANY, 0.3929),
    ],
)
def test_the_average_is_a_quadrature_of_its_own(people, spread, limit):
    """Against adaptive integration over both unknowns."""
    found = pooling.pooled_limits([0] * len(people), people, spread, 0.95).average
    assert found == pytest.approx(limit, abs=5e-5)

    def below(rate):
        def chance(likeness, mean):
            total = (1 - likeness) / likeness
            a, b = mean * total, (1 - mean) * total
            return beta.pdf(likeness, *spread) * np.exp(sum(betaln(a, b + size) - betaln(a, b) for size in people))

        return dblquad(chance, 0, rate, 1e-12, 1 - 1e-12, epsabs=1e-7, epsrel=1e-5)[0]

    if spread is ALIKE and len(people) == 2:  # the others take a minute
        assert below(found) / below(1 - 1e-9) == pytest.approx(0.95, abs=1e-4)


test_impossible_input = refused(
    pooling,
    """
    pooled_limits([0], [12, 3], ALIKE, 0.95) -> each trial needs one
    pooled_limits([13], [12], ALIKE, 0.95) -> 13
    pooled_limits([0], [12], ALIKE, 1.0) -> confidence is 1
    pooled_limits([0], [12], (0, 1), 0.95) -> prior parameter is 0
    pooled_limits([], [], ALIKE, 0.95) -> 0 counts
    pooled_limits([0], [12], (1, 1, 1), 0.95) -> prior parameters is 3
    """,
    ALIKE=ALIKE,
)


def test_what_is_no_number_is_refused():
    good = {"counts": [0, 0], "people": [12, 15], "spread": list(ALIKE), "confidence": 0.95}
    refuses(pooling.pooled_limits, **good)


def test_limits_lie_at_an_end_where_trials_may_be_all_or_nothing():
    sure = pooling.pooled_limits([0] * 6, [15, 6, 18, 11, 6, 12], (1, 1), 0.999)
    assert sure.another_trial == 1 and 0 < sure.average < 1
    assert pooling.pooled_limits([0] * 6, [15, 6, 18, 11, 6, 12], (1, 1), 0.2).another_trial < 1e-3
