"""Sizes, power and assurance against published values, statsmodels and quadrature; the calendar by hand."""

from math import sqrt

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import norm
from statsmodels.stats.power import NormalIndPower, TTestIndPower
from statsmodels.stats.rates import power_negbin_ratio_2indep

from tests.inputs import refused
from trial.methods import planning

small = settings(derandomize=True, database=None, deadline=None, max_examples=50)


def test_published_sizes():
    """Cohen (1988) prints 64, 26, 393."""
    assert [planning.people_per_arm_t(effect, 1, 0.05, 0.8) for effect in (0.5, 0.8, 0.2)] == [64, 26, 394]
    assert planning.people_per_arm_t_unrounded(0.2, 1, 0.05, 0.8) == pytest.approx(393.4, abs=0.05)


@small
@given(st.floats(0.05, 2), st.sampled_from([0.01, 0.05, 0.1]), st.floats(0.5, 0.95), st.sampled_from([0.5, 1, 2, 3]))
def test_sizes_against_statsmodels(effect, alpha, power, ratio):
    ours = planning.people_per_arm_t_unrounded(effect, 1, alpha, power)
    assert TTestIndPower().power(effect, ours, alpha) == pytest.approx(power, abs=1e-9)
    simple = planning.people_per_arm_z_unrounded(effect, 1, alpha, power, ratio)
    there = planning.power_t(2 + simple, effect, 1, alpha, ratio)
    assert there.either_way == pytest.approx(TTestIndPower().power(effect, 2 + simple, alpha, ratio), abs=1e-9)
    assert there.in_favour <= there.either_way
    in_favour = norm.cdf(effect * sqrt(simple * ratio / (1 + ratio)) - norm.isf(alpha / 2))
    assert in_favour == pytest.approx(power, abs=1e-9)


@small
@given(st.floats(0.1, 3), st.floats(0.1, 3), st.floats(0.5, 0.99))
def test_z_size_reaches_its_power(difference, sd, power):
    """The formula neglects wins in the wrong direction; what is left in favour is the power asked for."""
    people = planning.people_per_arm_z_unrounded(difference, sd, 0.05, power)
    reached = planning.power_z(people, difference, sd, 0.05)
    assert reached.in_favour == pytest.approx(power, abs=1e-9)
    assert reached.either_way == pytest.approx(
        NormalIndPower().power(difference / sd, people, 0.05, 1, "two-sided"), abs=1e-9
    )
    assert planning.people_per_arm_z(-difference, sd, 0.05, power) == planning.people_per_arm_z(
        difference, sd, 0.05, power
    )


def test_power_z_mirrors():
    ahead, behind = planning.power_z(20, 0.4, 1, 0.05), planning.power_z(20, -0.4, 1, 0.05)
    assert behind.either_way == pytest.approx(ahead.either_way, abs=1e-15)
    assert ahead.in_favour + behind.in_favour == pytest.approx(ahead.either_way, abs=1e-15)


def test_unequal_arms():
    """Two to one costs an eighth more people in all: 1.5 n and 2 x 0.75 n against 2 n, by hand (n + n/2 = 3/4 x 2)."""
    equal = planning.people_per_arm_z_unrounded(1, 2, 0.05, 0.8)
    first = planning.people_per_arm_z_unrounded(1, 2, 0.05, 0.8, ratio=2)
    assert 3 * first == pytest.approx(2 * equal * 9 / 8, rel=1e-12)
    assert planning.arms(first, 2) == (48, 95)


def test_arrays_are_sized_one_by_one_and_what_is_too_large_has_no_size():
    differences = np.array([0.292, 0.217, 1e-6])
    found = planning.people_per_arm_z(differences, np.array([0.498, 0.5, 0.498]), 0.05, 0.8)
    assert found.tolist() == [46, planning.people_per_arm_z(0.217, 0.5, 0.05, 0.8), np.inf]
    with pytest.raises(ValueError, match="sd is -1.0, but must be a number above 0"):
        planning.people_per_arm_z(differences, np.array([1.0, -1.0, 2.0]), 0.05, 0.8)


def test_baseline_and_dropout():
    assert planning.ancova_factor(0) == 1 and planning.ancova_factor(-0.6) == pytest.approx(0.64, abs=1e-12)
    # to the computer 1 / (1 - 0.9) is a little more than 10
    assert planning.with_dropout(1, 0.9) == 10 and planning.with_dropout(46, 0) == 46


# Shares, scans


def test_an_outcome_that_is_an_event_is_sized_by_events():
    assert planning.people_per_arm_logrank(0.393, 0.76, 0.05, 0.8) == 589
    # what a ratio of shares would ask for misses such an effect nearly every other time
    few = planning.people_per_arm_shares(0.48, 0.48 * 0.79, 0.05, 0.8)
    assert few == 375 and planning.power_logrank(few, 0.48, 0.79, 0.05) == pytest.approx(0.573, abs=5e-4)
    assert planning.people_per_arm_logrank(0.48, 0.79, 0.05, 0.8) > 1.7 * few


@pytest.mark.parametrize("dispersion", [0.5, 1, 1000])
def test_power_by_a_ratio_of_counts_is_that_of_trials_that_were_simulated(dispersion):
    people, mean, ratio = planning.people_per_arm_rates(0.92, 0.5, dispersion, 0.05, 0.8), 0.92, 0.5
    draw = np.random.default_rng(6)
    means = [
        draw.negative_binomial(dispersion, dispersion / (dispersion + each), (4000, people)).mean(axis=1)
        for each in (mean, mean * ratio)
    ]
    error = np.sqrt((1 / means[0] + 1 / means[1] + 2 / dispersion) / people)
    won = (np.log(means[1] / means[0]) / error < -1.959964).mean()
    assert won == pytest.approx(0.8, abs=0.035)
    assert planning.power_rates(people, mean, ratio, dispersion, 0.05) >= 0.8


def test_new_lesions_are_counted_and_not_cut_into_yes_and_no():
    mean = 0.5 * 672 / 365.25
    # 7.8489 (1 / 0.91992 + 1 / 0.45996 + 2) / ln(2)^2 = 85.95 at k = 1
    assert [planning.people_per_arm_rates(mean, 0.5, k, 0.05, 0.8) for k in (1e9, 1, 0.5)] == [54, 86, 119]
    most = planning.power_rates(86, mean, np.array([0.0, 1e-9, planning.LEAST_RATIO]), 1, 0.05)
    assert len(set(most.tolist())) == 1 and most[0] > 0.99, "more than total prevention is no reason to see less"


def test_slope_spread_is_that_of_least_squares():
    times = np.array([0, 0.5, 1, 2])
    design = np.column_stack([np.ones(4), times])
    error = 0.3 * sqrt(np.linalg.inv(design.T @ design)[1, 1])
    assert planning.slope_sd(0.4, 0.3, times) == pytest.approx(sqrt(0.4**2 + error**2), rel=1e-12)
    assert planning.slope_sd(0.4, 0, times) == 0.4


def test_the_spread_is_split_as_a_published_saving_says():
    # b^2 + e^2 / 2 = 0.56 (b^2 + 2 e^2) and b^2 + e^2 / 2 = 0.498^2, by hand: e^2 = 0.44 / 0.62 b^2
    people, scan = planning.split_of_spread(0.498, 2, 0.44, 1, 2)
    assert (scan / people) ** 2 == pytest.approx(0.44 / 0.62) and people**2 + scan**2 / 2 == pytest.approx(0.498**2)
    sizes = [
        planning.people_per_arm_z_unrounded(0.292, planning.slope_sd(people, scan, [0, y]), 0.05, 0.8) for y in (1, 2)
    ]
    assert sizes[1] / sizes[0] == pytest.approx(0.56) and sizes[1] == pytest.approx(45.66, abs=0.005)
    assert planning.split_of_spread(0.5, 2, 0, 1, 2) == (0.5, 0)


@pytest.mark.parametrize(("mean", "ratio", "k"), [(0.92, 0.5, 1), (0.92, 0.8, 0.5), (2, 0.6, 1000)])
def test_sizes_of_counts_against_statsmodels(mean, ratio, k):
    people = planning.people_per_arm_rates(mean, ratio, k, 0.05, 0.8)
    theirs = [
        power_negbin_ratio_2indep(mean * ratio, mean, size, dispersion=1 / k, alpha=0.05, method_var="alt").power
        for size in (people - 1, people)
    ]
    assert theirs[0] < 0.8 <= theirs[1]
    assert planning.power_rates(people, mean, ratio, k, 0.05) == pytest.approx(theirs[1], abs=1e-6)


# Time


def test_calendar_by_hand():
    calendar = planning.earliest_calendar(dict.fromkeys("ABCD", 3), 14, 91, 672)
    assert calendar.injection_day.tolist() == [0, 14, 28, 119, 133, 147, 238, 252, 266, 357, 371, 385]
    assert "".join(calendar.cohort) == "AAABBBCCCDDD" and calendar.person.tolist() == list(range(1, 13))
    assert (calendar.last_visit_day - calendar.injection_day == 672).all()
    assert planning.earliest_calendar({"A": 1, "B": 1}, 14, 0, 0).injection_day.tolist() == [0, 0]
    unequal = planning.earliest_calendar({"low": 2, "high": 3}, 10, 100, 365)
    assert unequal.injection_day.tolist() == [0, 10, 110, 120, 130]


test_impossible_input = refused(
    planning,
    """
    people_per_arm_z(0, 1, 0.05, 0.8) -> difference is 0.0, but no size of trial
    people_per_arm_z(1, 0, 0.05, 0.8) -> sd is 0, but must be a number above 0
    people_per_arm_z(1, -1, 0.05, 0.8) -> sd is -1, but must be a number above 0
    people_per_arm_z(nan, 1, 0.05, 0.8) -> difference is nan, but must be a finite number
    people_per_arm_z(inf, 1, 0.05, 0.8) -> difference is inf, but must be a finite number
    people_per_arm_z(1, 1, 0.05, 0.05) -> power is 0.05, but must be a number above 0.05 and below 1
    people_per_arm_t(1, 1, 0.05, 1) -> power is 1, but must be a number above 0.05 and below 1
    people_per_arm_t(1, 1, 0, 0.8) -> alpha is 0, but must be a number above 0 and below 1
    people_per_arm_z(1, 1, 0.05, 0.8, 0) -> ratio is 0, but must be a number above 0
    people_per_arm_z(1e-05, 1, 0.05, 0.8) -> would need 1.57e.11 people per arm
    loss_prevented(-0.584, 0) -> effect is 0, but must be a number above 0 and at most 1
    loss_prevented(0.584, 0.5) -> atrophy_mean is 0.584, but must be a number below 0
    excess_loss_prevented(-0.1, -0.15, 0.5) -> atrophy_mean is -0.1, but must be a number below -0.15
    excess_loss_prevented(-0.5, 0.15, 0.5) -> healthy_atrophy is 0.15, but must be a number at most 0
    slope_sd(0.4, 0.3, [1, 1]) -> needs scans at two times
    split_of_spread(0.5, 2, 0.8, 1, 2) -> what is left of the people
    with_dropout(46, 1) -> dropout is 1, but must be a number of at least 0 and below 1
    ancova_factor(1) -> correlation is 1, but must be a number above -1 and below 1
    power_z(0, 1, 1, 0.05) -> n is 0, but must be a number above 0
    power_t(1, 1, 1, 0.05) -> people is 1, but must be a number above 1
    events_logrank(1, 0.05, 0.8) -> hazard_ratio is 1, but must be a number above 0 and below 1
    people_per_arm_logrank(0, 0.5, 0.05, 0.8) -> control is 0, but must be a number above 0
    people_per_arm_rates(1, 0.05, 1, 0.05, 0.8) -> rate ratio is 0.05, but must be a number of
    people_per_arm_rates(0, 0.5, 1, 0.05, 0.8) -> mean is 0, but must be a number above 0
    people_per_arm_rates(1, 0.5, 0, 0.05, 0.8) -> dispersion_k is 0, but must be a number above 0
    effective_people(46, 0, 0.1) -> donors is 0, but must be a whole number from 1 to 46
    effective_people(46, -1, 0.1) -> donors is -1, but must be a whole number from 1 to 46
    effective_people(46, 47, 0.1) -> donors is 47, but must be a whole number from 1 to 46
    effective_people(46, 1, 1) -> alike is 1, but must be a number of at least 0 and below 1
    people_per_arm_shares(1.2, 0.3, 0.05, 0.8) -> share is 1.2, but must be a number of at least 0
    effective_people(-46, 1, 0.1) -> people is -46, but must be a whole number of at least 1
    earliest_calendar({'A': 0}, 14, 91, 672) -> people in a cohort is 0
    earliest_calendar({}, 14, 91, 672) -> the number of cohorts is 0
    earliest_calendar({'A': 3}, 14, -1, 672) -> gap_between_cohorts_days is -1
    """,
)


def test_sizes_do_not_depend_on_the_unit():
    assert planning.people_per_arm_t(0.292, 0.498, 0.05, 0.8) == planning.people_per_arm_t(2.92, 4.98, 0.05, 0.8) == 47
    assert np.isfinite(planning.people_per_arm_t_unrounded(30, 1, 0.05, 0.8))
