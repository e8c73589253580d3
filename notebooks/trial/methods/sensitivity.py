"""What a result hangs on: one assumption at a time, shares of variance over a whole box of them, ranks over drawn sets.

A box is a table by name of input with low, high and scale ("linear": values spread evenly; "log": evenly by their
logarithms); inputs are independent. A range is no forecast, so neither are shares or ranks over a box.
"""

from math import atanh, inf, isnan, sqrt, tanh

import numpy as np
import pandas as pd
from scipy.stats import norm, qmc, sobol_indices, spearmanr, uniform

from trial.methods.intervals import Interval, number, whole_number

RESAMPLES = 200  # behind the limits of an index


def spread_out(shares, box):
    """Shares in [0, 1], one column an input of the box, as values between its ends.

    >>> box = pd.DataFrame({"low": [0, 1], "high": [10, 100], "scale": ["linear", "log"]})
    >>> spread_out(np.array([[0.5, 0.5]]), box).round(9).tolist()
    [[5.0, 10.0]]
    """
    shares, low, high = np.asarray(shares, float), box["low"].to_numpy(float), box["high"].to_numpy(float)
    logs = (box["scale"] == "log").to_numpy()
    safe_low, safe_high = np.where(logs, low, 1.0), np.where(logs, high, 1.0)
    return np.where(logs, safe_low * (safe_high / safe_low) ** shares, low + shares * (high - low))


def latin_hypercube(count, inputs, seed):
    """So many points in the unit cube: of each input, one value in each of `count` equal parts (McKay and others, 1979).

    >>> np.sort((latin_hypercube(4, 2, 1) * 4).astype(int), axis=0).tolist()
    [[0, 0], [1, 1], [2, 2], [3, 3]]
    """
    count, inputs = whole_number("count", count, at_least=1), whole_number("inputs", inputs, at_least=1)
    return qmc.LatinHypercube(inputs, rng=np.random.default_rng(seed)).random(count)


def one_at_a_time(result, box, held):
    """A result with each input of the box at either end, all others as `held` (values by name): a row an input.

    In: a function of a mapping of values, of which one is an array. Out: input, low, high, at_low, as_held, at_high, least and
    most, the widest first by the ratio of both (by their difference where one is not above 0).

    >>> box = pd.DataFrame({"low": [1, 1], "high": [2, 4], "scale": "linear"}, ["a", "b"])
    >>> one_at_a_time(lambda v: v["a"] * v["b"], box, {"a": 1, "b": 2})[["input", "least", "most"]].values.tolist()
    [['b', 1.0, 4.0], ['a', 2.0, 4.0]]
    """
    rows = []
    for name, low, high in box[["low", "high"]].itertuples():
        made = result({**held, name: np.array([low, held[name], high], float)})
        rows.append((name, low, high, *made))
    made = pd.DataFrame(rows, columns=["input", "low", "high", "at_low", "as_held", "at_high"])
    ends = made[["at_low", "as_held", "at_high"]]
    made = made.assign(least=ends.min(axis=1), most=ends.max(axis=1))
    above = (made["least"] > 0).all()
    reach = made["most"] / made["least"] if above else made["most"] - made["least"]
    return made.loc[reach.sort_values(ascending=False, kind="stable").index].reset_index(drop=True)


def shares_of_variance(result, box, points, seed, confidence):
    """First-order and total Sobol indices of a result over the box (Saltelli and others, 2010), with bootstrap limits.

    In: a function of a mapping of arrays; points, a power of two; seed; confidence of the percentile limits. Out, a row an
    input: input, alone, alone_low, alone_high (the share of the variance that goes if it alone is known), total, total_low,
    total_high (the share that stays if it alone is unknown). A result that never moves has no variance, and indices of 0.

    Two inputs added, the one twice as wide, by hand: 1/5 and 4/5 of the variance.

    >>> box = pd.DataFrame({"low": 0, "high": [1, 2], "scale": "linear"}, ["a", "b"])
    >>> shares_of_variance(lambda v: v["a"] + v["b"], box, 256, 1, 0.95)[["alone", "total"]].round(2).values.tolist()
    [[0.2, 0.2], [0.8, 0.8]]
    """
    names, seen = list(box.index), []

    def at(shares):
        values = dict(zip(names, spread_out(shares.T, box).T, strict=True))
        seen.append(np.zeros(shares.shape[1]) + result(values))
        return seen[-1][None]

    generator = np.random.default_rng(seed)
    found = sobol_indices(func=at, n=points, dists=[uniform()] * len(names), rng=generator)
    limits = _limits(seen[0], seen[1], seen[2].reshape(points, len(names)).T, generator, confidence)
    columns = {}
    for name, values, (low, high) in zip(
        ("alone", "total"), (found.first_order, found.total_order), limits, strict=True
    ):
        columns |= {name: np.ravel(values), f"{name}_low": low, f"{name}_high": high}
    return pd.DataFrame({"input": names} | columns)


def _limits(first, second, mixed, generator, confidence):
    """Percentile limits of both indices in [0, 1], the points drawn anew; scipy's own bootstrap takes no seed."""
    middle = np.mean([first, second])
    first, second, mixed = first - middle, second - middle, mixed - middle
    drawn = generator.integers(0, len(first), (RESAMPLES, len(first)))
    variance = np.var(np.hstack([first[drawn], second[drawn]]), axis=1)
    gains = (second * (mixed - first), (first - mixed) ** 2 / 2)
    shares = [np.stack([gain[drawn].mean(axis=1) for gain in every]) for every in gains]
    variance = np.where(variance > 0, variance, inf)
    tails = (1 - confidence) / 2, (1 + confidence) / 2
    return [np.quantile(share / variance, tails, axis=1).clip(0, 1) for share in shares]


def rank_correlation(first, second, confidence):
    """Spearman's rank correlation with two-sided limits on Fisher's scale (Bonett and Wright, 2000), as an Interval.

    Where one of them never moves there is no correlation: nan, with no limits.
    By hand: five pairs, two neighbours swapped: 1 - 6 x 2 / 120.

    >>> made = rank_correlation([1, 2, 3, 4, 5], [1, 2, 4, 3, 5], 0.95)
    >>> round(made.estimate, 3), round(made.lower, 3), round(made.upper, 3)
    (0.9, -0.169, 0.996)
    """
    confidence = number("confidence", confidence, above=0, below=1)
    first, second = np.asarray(first, float), np.asarray(second, float)
    moves = len(first) > 3 and np.ptp(first) > 0 and np.ptp(second) > 0
    found = float(spearmanr(first, second).statistic) if moves else float("nan")
    if isnan(found):
        return Interval(found, -inf, inf, confidence, "Spearman", "two")
    if abs(found) > 1 - 1e-12:
        return Interval(round(found), round(found), round(found), confidence, "Spearman", "two")
    half = norm.isf((1 - confidence) / 2) * sqrt((1 + found**2 / 2) / (len(first) - 3))
    low, high = (tanh(atanh(found) + sign * half) for sign in (-1, 1))
    return Interval(found, low, high, confidence, "Spearman, Bonett and Wright", "two")
