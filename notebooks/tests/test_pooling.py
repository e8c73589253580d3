"""Pooled trials: against the conjugate limit, against weighted simulation, and what spread does to a limit."""

import numpy as np
import pytest
from scipy.special import betaln
from scipy.stats import beta

from trial import load, safety
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


def test_the_table_pools_like_with_like_only():
    sisters = load.table("sister_trials")
    pooled = safety.pooled_harm(sisters, 0, 12, 0.95)
    left_out = safety.not_pooled(sisters)["trial"]
    assert pooled.left_out.iloc[0] == "" and "This trial" in set(pooled.left_out)
    assert not set(left_out) & set(pooled.left_out) and len(left_out) + len(pooled) - 2 == len(sisters)
    assert "Fetal cells in ALS, Italy" in set(left_out)
    assert (pooled.average_0.iloc[1:] > pooled.average_0.iloc[0]).all()
    assert pooled.people.iloc[0] == 68


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (lambda: pooling.pooled_limits([0], [12, 3], ALIKE, 0.95), "each trial needs one"),
        (lambda: pooling.pooled_limits([13], [12], ALIKE, 0.95), "13"),
        (lambda: pooling.pooled_limits([0], [12], ALIKE, 1.0), "confidence is 1"),
        (lambda: pooling.pooled_limits([0], [12], (0, 1), 0.95), "prior parameter is 0"),
        (lambda: pooling.pooled_limits([], [], ALIKE, 0.95), "0 counts"),
    ],
)
def test_bad_input_is_one_sentence(call, sentence):
    with pytest.raises(ValueError, match=sentence):
        call()


def test_limits_lie_at_an_end_where_trials_may_be_all_or_nothing():
    sure = pooling.pooled_limits([0] * 6, [15, 6, 18, 11, 6, 12], (1, 1), 0.999)
    assert sure.another_trial == 1 and 0 < sure.average < 1
    assert pooling.pooled_limits([0] * 6, [15, 6, 18, 11, 6, 12], (1, 1), 0.2).another_trial < 1e-3
