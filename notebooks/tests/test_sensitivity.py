"""What a result hangs on: indices with known values, limits by a second road, ranks by another library, cubes in equal parts."""

from math import nan, pi

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from trial.methods import sensitivity


def box(low, high, scale="linear", names="abc"):
    return pd.DataFrame({"low": low, "high": high, "scale": scale}, list(names)[: len(low)])


@pytest.fixture(scope="module")
def ishigami():
    """Ishigami and Homma (1990) with a = 7 and b = 0.1: indices known by integration (Sobol and Levitan, 1999)."""
    cube = box([-pi] * 3, [pi] * 3)
    return sensitivity.shares_of_variance(
        lambda v: np.sin(v["a"]) + 7 * np.sin(v["b"]) ** 2 + 0.1 * v["c"] ** 4 * np.sin(v["a"]), cube, 1024, 2023, 0.95
    )


def test_known_indices_of_ishigami(ishigami):
    assert ishigami.alone.tolist() == pytest.approx([0.3139, 0.4424, 0.0], abs=0.03)
    assert ishigami.total.tolist() == pytest.approx([0.5576, 0.4424, 0.2437], abs=0.03)
    for name, known in (("alone", [0.3139, 0.4424, 0.0]), ("total", [0.5576, 0.4424, 0.2437])):
        low, high = ishigami[f"{name}_low"], ishigami[f"{name}_high"]
        assert (low - 0.01 <= known).all() and (known <= high + 0.01).all() and (high - low < 0.25).all()


def test_limits_are_those_of_another_bootstrap(ishigami):
    cube = stats.sobol_indices(
        func=lambda x: np.sin(x[0]) + 7 * np.sin(x[1]) ** 2 + 0.1 * x[2] ** 4 * np.sin(x[0]),
        n=1024, dists=[stats.uniform(-pi, 2 * pi)] * 3, rng=np.random.default_rng(5),
    )  # fmt: skip
    other = cube.bootstrap(n_resamples=200)
    for name, found in (("alone", other.first_order), ("total", other.total_order)):
        width = found.confidence_interval.high - found.confidence_interval.low
        ours = ishigami[f"{name}_high"] - ishigami[f"{name}_low"]
        assert (ours[:2] / width[:2]).between(0.6, 1.6).all()


def test_the_same_seed_gives_the_same_shares():
    one, again, other = (
        sensitivity.shares_of_variance(lambda v: v["a"] * v["b"], box([1, 1], [2, 5]), 64, seed, 0.9)
        for seed in (1, 1, 2)
    )
    pd.testing.assert_frame_equal(one, again)
    assert not one.equals(other)


def test_what_never_moves_has_no_variance_to_share():
    made = sensitivity.shares_of_variance(lambda v: 3.0, box([0, 0], [1, 1]), 64, 1, 0.95)
    assert (made.drop(columns="input") == 0).all(axis=None)


def test_logarithms_are_spread_evenly_and_ends_are_met():
    ends = sensitivity.spread_out([[0.0, 0.0], [1.0, 1.0]], box([0, 1], [8, 100], ["linear", "log"]))
    assert ends.tolist() == [[0, 1], [8, pytest.approx(100)]]


def test_a_cube_has_one_point_in_each_part():
    drawn = sensitivity.latin_hypercube(50, 3, 7)
    assert (np.sort(np.floor(drawn * 50), axis=0) == np.arange(50)[:, None]).all()
    assert (drawn == sensitivity.latin_hypercube(50, 3, 7)).all() and drawn.min() >= 0 and drawn.max() < 1
    with pytest.raises(ValueError, match="count is 0"):
        sensitivity.latin_hypercube(0, 3, 7)


def test_one_at_a_time_moves_nothing_else():
    held, seen = {"a": 1, "b": 5}, []

    def result(values):
        seen.append(values)
        return values["a"] - values["b"]

    made = sensitivity.one_at_a_time(result, box([0, 4], [3, 9]), held)
    assert made.values.tolist() == [["b", 4, 9, -3, -4, -8, -8, -3], ["a", 0, 3, -5, -4, -2, -5, -2]]
    assert [[name for name in held if np.ndim(values[name])] for values in seen] == [["a"], ["b"]]


def test_ranks_as_another_library_and_a_bootstrap_have_them():
    generator = np.random.default_rng(3)
    first = generator.normal(size=300)
    second = np.exp(first + generator.normal(size=300))
    made = sensitivity.rank_correlation(first, second, 0.95)
    assert made.estimate == pytest.approx(stats.spearmanr(first, second).statistic)
    drawn = generator.integers(0, 300, (1000, 300))
    again = np.quantile([stats.spearmanr(first[row], second[row]).statistic for row in drawn[:300]], [0.025, 0.975])
    assert [made.lower, made.upper] == pytest.approx(again, abs=0.03)


@pytest.mark.parametrize(("second", "found"), [([1, 1, 1, 1, 1], nan), ([2, 4, 6, 8, 10], 1), ([5, 4, 3, 2, 1], -1)])
def test_ranks_at_their_ends(second, found):
    made = sensitivity.rank_correlation([1, 2, 3, 4, 5], second, 0.95)
    assert made.estimate == pytest.approx(found, nan_ok=True) and made.lower <= made.upper
