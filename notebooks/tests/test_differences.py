"""Differences of two shares: published examples, a likelihood maximised by brute force, and how often the exact limits are wrong."""

from itertools import product

import numpy as np
import pytest
from scipy.optimize import minimize_scalar
from scipy.stats import barnard_exact, binom, norm

from trial.methods import differences

NEWCOMBE = {  # Statistics in Medicine 1998, table II, method 6
    (56, 70, 48, 80): (0.0528, 0.3382),
    (9, 10, 3, 10): (0.1700, 0.8406),
    (6, 7, 2, 7): (0.0342, 0.8534),
    (5, 56, 0, 29): (-0.0326, 0.1933),
    (0, 10, 0, 20): (-0.1658, 0.2844),
    (0, 10, 0, 10): (-0.2879, 0.2879),
    (10, 10, 0, 20): (0.7156, 1.0),
}


@pytest.mark.parametrize(("table", "limits"), NEWCOMBE.items())
def test_score_interval_as_published(table, limits):
    made = differences.miettinen_nurminen(*table, 0.95)
    assert (made.lower, made.upper) == pytest.approx(limits, abs=6e-5)


def test_score_interval_ends_where_brute_force_finds_the_critical_score():
    generator = np.random.default_rng(1)
    for _ in range(60):
        n, m = (int(size) for size in generator.integers(1, 90, 2))
        a, b = int(generator.integers(0, n + 1)), int(generator.integers(0, m + 1))
        made = differences.miettinen_nurminen(a, n, b, m, 0.95)
        for limit, side in ((made.lower, 1), (made.upper, -1)):
            if abs(limit) < 1:
                low, high = max(0, -limit), min(1, 1 - limit)

                def unlikely(p, at=limit, a=a, n=n, b=b, m=m):
                    return -(binom.logpmf(a, n, min(max(p + at, 0), 1)) + binom.logpmf(b, m, p))

                p = minimize_scalar(unlikely, bounds=(low, high), method="bounded", options={"xatol": 1e-12}).x
                variance = ((p + limit) * (1 - p - limit) / n + p * (1 - p) / m) * (n + m) / (n + m - 1)
                assert (a / n - b / m - limit) / variance**0.5 == pytest.approx(side * norm.isf(0.025), abs=1e-3)


def test_exact_interval_as_another_library_has_it():
    made = differences.exact_difference(24, 61, 10, 35, 0.95)
    assert (made.lower, made.upper) == pytest.approx((-0.0992, 0.2949), abs=2e-4), "R's exact2x2, from SAS"
    for a, n, b, m in [(7, 12, 1, 10), (3, 6, 0, 6), (9, 9, 4, 8), (20, 30, 11, 28)]:
        other = barnard_exact([[a, b], [n - a, m - b]], alternative="greater", pooled=True, n=128)
        assert differences.tail(a, n, b, m, 0.0) == pytest.approx(other.pvalue, rel=1e-3), "at no difference: Barnard"


def test_exact_limits_are_wrong_no_more_often_than_they_say():
    n, m, confidence = 5, 4, 0.9
    tables = list(product(range(n + 1), range(m + 1)))
    made = [differences.exact_difference(a, n, b, m, confidence) for a, b in tables]
    first, second = np.meshgrid(np.linspace(0, 1, 21), np.linspace(0, 1, 21))
    low = high = 0
    for (a, b), found in zip(tables, made, strict=True):
        chance = binom.pmf(a, n, first) * binom.pmf(b, m, second)
        low = low + chance * (found.lower > first - second + 1e-9)
        high = high + chance * (found.upper < first - second - 1e-9)
    assert max(low.max(), high.max()) <= (1 - confidence) / 2 + 1e-9


def test_turned_round_the_limits_turn_round_and_many_people_get_the_named_approximation():
    one, other = differences.exact_difference(3, 9, 1, 7, 0.95), differences.exact_difference(1, 7, 3, 9, 0.95)
    assert (one.lower, one.upper) == pytest.approx((-other.upper, -other.lower), abs=1e-9)
    assert one.method == "exact unconditional"
    assert differences.exact_difference(3, 300, 1, 300, 0.95).method == "Miettinen-Nurminen"
    with pytest.raises(ValueError, match="from 0 to 3"):
        differences.exact_difference(4, 3, 1, 3, 0.95)
