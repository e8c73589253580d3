"""Intervals against published tables, hand calculations and independent implementations."""

from fractions import Fraction
from inspect import signature
from math import comb, inf, log

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binom, binomtest, poisson
from statsmodels.stats.proportion import proportion_confint

from tests.inputs import refused, refuses
from trial.methods import intervals

small = settings(derandomize=True, database=None, deadline=None, max_examples=60)
counts = st.integers(1, 60).flatmap(lambda people: st.tuples(st.integers(0, people), st.just(people)))
confidences = st.sampled_from([0.5, 0.8, 0.9, 0.95, 0.99])


def clopper_pearson(*given):
    return (made := intervals.clopper_pearson(*given)).lower, made.upper


METHODS = {"Clopper-Pearson": clopper_pearson} | intervals.NAMED


@pytest.mark.parametrize(
    ("count", "people", "lower", "upper"),
    [(81, 263, 0.2544, 0.3658), (15, 148, 0.0601, 0.1581), (0, 20, 0.0, 0.1391), (1, 29, 0.0017, 0.1585)],
)
def test_newcombe_table(count, people, lower, upper):
    """Newcombe (1998), table I, prints these of mid-P to four decimals; others have a library to agree with."""
    assert METHODS["mid-P"](count, people, 0.95) == pytest.approx((lower, upper), abs=5e-5)


@small
@given(counts, confidences)
def test_against_scipy_and_statsmodels(of, confidence):
    count, people = of
    theirs = {
        "Clopper-Pearson": binomtest(count, people).proportion_ci(confidence, "exact"),
        "Wilson": proportion_confint(count, people, 1 - confidence, "wilson"),
        "Jeffreys, equal-tailed": proportion_confint(count, people, 1 - confidence, "jeffreys"),
    }
    for name, limits in theirs.items():
        assert METHODS[name](count, people, confidence) == pytest.approx(tuple(limits), abs=1e-9)
    for sides, against in (("upper", "less"), ("lower", "greater")):
        limits = binomtest(count, people, alternative=against).proportion_ci(confidence, "exact")
        assert clopper_pearson(count, people, confidence, sides) == pytest.approx(tuple(limits), abs=1e-9)
    theirs = np.clip(proportion_confint(count, people, 1 - confidence, "agresti_coull"), 0, 1)
    assert np.clip(METHODS["Agresti-Coull"](count, people, confidence), 0, 1) == pytest.approx(theirs, abs=1e-9)


def test_agresti_coull_is_kept_below_zero():
    # by hand: 1.920729 of 15.841459 is 0.121247, less 1.959964 sqrt(0.121247 x 0.878753 / 15.841459)
    assert METHODS["Agresti-Coull"](0, 12, 0.95)[0] == pytest.approx(-0.03949, abs=5e-6)


@small
@given(counts, confidences)
def test_counting_the_others_mirrors_the_interval(of, confidence):
    count, people = of
    for name, method in METHODS.items():
        (lower, upper), others = method(count, people, confidence), method(people - count, people, confidence)
        assert (upper, lower) == pytest.approx([1 - limit for limit in others], abs=1e-9), name
        assert lower < upper


@small
@given(counts, confidences)
def test_mid_p_limits_solve_their_tails_within_the_exact_ones(of, confidence):
    count, people = of
    exact, middle = (METHODS[name](count, people, confidence) for name in ("Clopper-Pearson", "mid-P"))
    if count < people:
        below = binom.cdf(count - 1, people, middle[1]) + binom.pmf(count, people, middle[1]) / 2
        assert below == pytest.approx((1 - confidence) / 2, abs=1e-9)
    assert exact[0] <= middle[0] and middle[1] <= exact[1]


def test_jeffreys_conventions_differ_only_at_the_ends():
    for count, ends in ((0, (0, None)), (12, (None, 1)), (5, (None, None))):
        tailed, cut = (METHODS[f"Jeffreys, {kind}"](count, 12, 0.95) for kind in ("equal-tailed", "ends at 0 and 1"))
        assert cut == tuple(limit if end is None else end for limit, end in zip(tailed, ends, strict=True))


def test_twelve_people():
    """Nobody among the trial's own, by hand; a uniform prior leaves Beta(1, 13)."""
    assert clopper_pearson(0, 12, 0.95) == pytest.approx((0, 1 - 0.025 ** (1 / 12)), abs=1e-12)
    assert METHODS["posterior, prior Beta(1, 1)"](0, 12, 0.95)[1] == pytest.approx(1 - 0.025 ** (1 / 13), abs=1e-12)


@small
@given(st.integers(0, 200), st.floats(0.1, 50), confidences)
def test_poisson_limits_solve_their_tails(events, exposure, confidence):
    interval = intervals.poisson_exact(events, exposure, confidence)
    tail = (1 - confidence) / 2
    assert poisson.cdf(events, interval.upper * exposure) == pytest.approx(tail, abs=1e-9)
    if events:
        assert poisson.sf(events - 1, interval.lower * exposure) == pytest.approx(tail, abs=1e-9)
    wider = intervals.poisson_overdispersed(events, exposure, 2.5, confidence)
    assert wider.lower <= interval.lower and wider.upper > interval.upper


def test_overdispersed_counts_bunches():
    """44 events in bunches of four are eleven bunches (exact Poisson), each worth four events."""
    bunched, single = intervals.poisson_overdispersed(44, 22, 4, 0.95), intervals.poisson_exact(11, 22, 0.95)
    assert (bunched.lower, bunched.upper) == pytest.approx((4 * single.lower, 4 * single.upper), rel=1e-12)
    assert bunched.estimate == 2 and "4 times" in bunched.method


def test_interval_table_names_every_method():
    table = intervals.interval_table(0, 12, 0.95)
    rules = {"rule of three": 0.25, "rule of three, any confidence": log(20) / 12}
    assert {*METHODS, *rules} == {*table.method} and len(table) == 10 and not table.isna().any(axis=None)
    assert table.set_index("method").upper[list(rules)].tolist() == pytest.approx(list(rules.values()), abs=1e-12)
    assert "rule of three" not in intervals.interval_table(0, 12, 0.9).method.tolist(), "it belongs to 0.95 alone"
    assert len(intervals.interval_table(1, 12, 0.95)) == 8


@small
@given(st.integers(1, 500), confidences)
def test_the_upper_limit_and_people_to_exclude_are_inverse(people, confidence):
    rate = clopper_pearson(0, people, confidence, "upper")[1]
    assert intervals.probability_none([0, rate, 1], people) == pytest.approx([1, 1 - confidence, 0], abs=1e-12)
    assert (
        intervals.people_to_exclude(rate * 1.0001, confidence)
        <= people
        < intervals.people_to_exclude(rate * 0.9999, confidence)
    )


@small
@given(st.integers(1, 999), st.integers(1, 999))
def test_people_to_exclude_against_fractions(rate, confidence):
    rate, confidence = Fraction(rate, 1000), Fraction(confidence, 1000)
    people, none = 1, 1 - rate
    while none > 1 - confidence:
        people, none = people + 1, none * (1 - rate)
    assert intervals.people_to_exclude(float(rate), float(confidence)) == people


@pytest.mark.parametrize(
    ("rate", "confidence", "people"),
    [
        (0.05, 0.95, 59),
        (0.01, 0.95, 299),
        (0.001, 0.95, 2995),
        (0.5, 0.75, 2),
        (0.1, 0.19, 2),
        (0.1, 0.271, 3),
        (0.9, 0.99, 2),
        (0.5, 0.1, 1),
        (1, 0.95, 1),
    ],
)
def test_people_to_exclude_at_exact_boundaries(rate, confidence, people):
    assert intervals.people_to_exclude(rate, confidence) == people
    assert intervals.people_to_exclude(np.float64(rate), confidence) == people


@small
@given(st.integers(0, 1000), st.integers(1, 30))
def test_hundred_trials_add_up(rate, people):
    shares = intervals.hundred_trials(rate / 1000, people)
    assert shares.sum() == 100 and (shares >= 0).all() and len(shares) == people + 1
    assert (abs(shares - 100 * intervals.count_distribution(rate / 1000, people)) < 1).all()


def test_hundred_trials_by_hand():
    """One person in ten, twelve people: 28.2, 37.7, 23.0, 8.5, 2.1 ... of a hundred; added up 28.2, 65.9, 88.9, 97.4, 99.6."""
    assert intervals.hundred_trials(0.02, 12)[0] == round(100 * 0.98**12) == 78, "as the same share by itself"
    assert intervals.hundred_trials(0.1, 12).tolist() == [28, 38, 23, 8, 3, 0, 0, 0, 0, 0, 0, 0, 0]
    assert intervals.hundred_trials(0.5, 1).tolist() == [50, 50]
    # added up 12.5, 50, 87.5, 100: halves go up
    assert intervals.hundred_trials(0.5, 3).tolist() == [13, 37, 38, 12]


def test_count_distribution_by_hand():
    exact = [float(comb(12, k) * Fraction(1, 4) ** k * Fraction(3, 4) ** (12 - k)) for k in range(13)]
    assert intervals.count_distribution(0.25, 12) == pytest.approx(exact, rel=1e-12)


def test_at_least_one():
    for mean, k, share in ((0.92, inf, 1 - np.exp(-0.92)), (0.92, 1, 0.92 / 1.92), (0.92, 1e9, 1 - np.exp(-0.92))):
        assert intervals.at_least_one_negative_binomial(mean, k) == pytest.approx(share, abs=1e-8)
    assert intervals.at_least_one_negative_binomial([0, log(4)], inf) == pytest.approx([0, 0.75])
    assert intervals.at_least_one_negative_binomial([0, 3], 1) == pytest.approx([0, 0.75])
    assert isinstance(intervals.at_least_one_negative_binomial(1, 1), float)


test_impossible_input = refused(
    intervals,
    """
    clopper_pearson(13, 12, 0.95) -> people with an event is 13, but must be a whole number from 0 to 12
    clopper_pearson(-1, 12, 0.95) -> people with an event is -1, but must be a whole number from 0 to 12
    clopper_pearson(1.5, 12, 0.95) -> people with an event is 1.5, but must be a whole number
    clopper_pearson(True, 12, 0.95) -> people with an event is True, but must be a whole number
    interval_table(nan, 12, 0.95) -> people with an event is nan
    interval_table(1, inf, 0.95) -> people is inf, but must be a whole number
    interval_table(0, 0, 0.95) -> people is 0, but must be a whole number of at least 1
    clopper_pearson(0, 12, 1.5) -> confidence is 1.5, but must be a number above 0 and below 1
    clopper_pearson(0, 12, 95) -> confidence is 95, but must be a number above 0 and below 1
    interval_table(0, 12, nan) -> confidence is nan
    interval_table(0, 12, "0.95") -> confidence is 0.95, but must be a number
    clopper_pearson(0, 12, 0.95, "both") -> sides is 'both', but must be one of two, upper, lower
    poisson_exact(-1, 1, 0.95) -> events is -1, but must be a whole number of at least 0
    poisson_exact(1, 0, 0.95) -> exposure is 0, but must be a number above 0
    poisson_overdispersed(1, 1, 0.5, 0.95) -> dispersion is 0.5, but must be .* of at least 1
    probability_none([0.1, 1.1], 12) -> rate is 1.1, but must be .* of at least 0 and at most 1
    people_to_exclude(0, 0.95) -> rate is 0, but must be a number above 0 and at most 1
    at_least_one_negative_binomial(-0.1, inf) -> mean is -0.1, but must be a number of at least 0
    at_least_one_negative_binomial(1, 0) -> dispersion_k is 0, but must be a number above 0
    most_odds_can_rise(0) -> probability_under_luck is 0, but must be a number above 0
    """,
)


GOOD = {"count": 1, "people": 12, "confidence": 0.95, "sides": "two", "events": 3, "exposure": 2.0, "dispersion": 2}
GOOD |= {"rate": 0.1, "share": 0.5, "mean": 1, "dispersion_k": 1, "probability_under_luck": 0.25}
CHECKED = [
    "clopper_pearson", "poisson_exact", "poisson_overdispersed", "interval_table", "probability_none", "people_to_exclude",
    "count_distribution", "hundred_trials", "at_least_one_negative_binomial", "log_none", "mean_with_at_least_one",
    "most_odds_can_rise",
]  # fmt: skip


@pytest.mark.parametrize("name", CHECKED)
def test_what_is_no_number_is_refused(name):
    function = getattr(intervals, name)
    refuses(function, endless=("dispersion_k",), **{each: GOOD[each] for each in signature(function).parameters})


def test_people_to_exclude_a_rate_near_nothing():
    """-ln(0.05) / rate for a small rate: 2.9957e300, where 1 - rate is 1 to a computer."""
    assert intervals.people_to_exclude(1e-300, 0.95) == pytest.approx(2.995732e300, rel=1e-6)
    assert intervals.people_to_exclude(0.01, 0.95, sides="two") == 368 and 0.99**368 < 0.025 < 0.99**367


def test_only_the_exact_interval_holds_its_confidence_at_every_share():
    """Just beside each limit, where coverage is lowest: what is said of mid-P for twelve people."""
    worst = {}
    for name in ("mid-P", "Clopper-Pearson"):
        found = [METHODS[name](count, 12, 0.95) for count in range(13)]
        ends = np.array([end + step for one in found for end in one for step in (-1e-9, 1e-9)])
        ends = ends[(ends > 0) & (ends < 1)]
        inside = np.array([(lower <= ends) & (ends <= upper) for lower, upper in found])
        worst[name] = (inside * binom.pmf(np.arange(13)[:, None], 12, ends)).sum(axis=0).min()
    assert worst["mid-P"] == pytest.approx(0.919, abs=0.0005) and worst["Clopper-Pearson"] >= 0.95
