"""Trials sized by events, against an R package, integration, and trials that were simulated."""

from math import exp, log, sqrt

import numpy as np
import pytest
from scipy.integrate import quad

from tests.inputs import refused
from trial.methods import events, planning
from trial.methods.events import Course

WHOLE = Course(0.05, 2.0, 1.84)


def test_sizes_that_rpact_gives():
    """R 4.2.2, rpact 3.3.4, getSampleSizeSurvival(..., typeOfComputation = "Schoenfeld"), as the comments say."""
    # lambda2 = .2, lambda1 = .1, accrualTime = c(0, .5), followUpTime = 1.5, dropout hazard .1, one-sided .025, beta .1
    made = events.size_by_events(0.2, 0.5, Course(0.1, 0.5, 1.5), 0.05, 0.9)
    assert made.events == pytest.approx(87.4793, abs=5e-5)
    assert 2 * made.events / (made.seen_control + made.seen_treated) == pytest.approx(417.1285, abs=5e-4)
    # lambda2 = -log(1-.48)/(96*7/365.25), hazardRatio = .79, accrualTime = c(0, 2), followUpTime = 96*7/365.25,
    # dropoutRate .05 by dropoutTime 1, two-sided .05, beta .2
    rate, years = events.yearly_rate(0.48, 96 * 7 / 365.25), 96 * 7 / 365.25
    made = events.size_by_events(rate, 0.79, Course(events.yearly_rate(0.05, 1), 2, years), 0.05, 0.8)
    assert made.events == pytest.approx(565.0230986, abs=5e-7)
    assert 2 * made.events / (made.seen_control + made.seen_treated) == pytest.approx(1026.3051346, abs=5e-7)


@pytest.mark.parametrize("delay", [0, 0.3, 1.9, 3.0])
@pytest.mark.parametrize("enrolling", [0, 0.5, 2.0])
def test_shares_seen_by_integration(delay, enrolling):
    rate, leaving, followed, ratio = 0.35, 0.1, 1.84, 0.6

    def by(end, late):
        def density(time):
            hazard = rate * (ratio if time > delay else 1)
            survived = rate * min(time, delay) + rate * ratio * max(time - delay, 0) + leaving * time
            return hazard * exp(-survived) * (late == (time > delay))

        return quad(density, 0, end, points=[min(delay, end)], epsabs=1e-12)[0]

    for late, ours in enumerate(events.share_seen(rate, Course(leaving, enrolling, followed), ratio, delay)):
        if enrolling:
            ends = followed, followed + enrolling
            middle = [min(max(delay, ends[0]), ends[1])]
            theirs = quad(lambda end, late=late: by(end, bool(late)), *ends, points=middle, epsabs=1e-10)[0] / enrolling
        else:
            theirs = by(followed, bool(late))
        # without a delay all counts as after it
        assert ours == pytest.approx(theirs, abs=1e-8)


def simulated_power(people, rate, ratio, course, delay, trials=400):
    """Share of simulated trials in which the log-rank test finds the treated group ahead; its error is at most 0.025."""
    draw, won, treated = np.random.default_rng(7), 0, np.repeat([0, 1], people)
    for _ in range(trials):
        load = draw.exponential(1, 2 * people) / rate
        times = np.where((treated == 1) & (load > delay), delay + (load - delay) / ratio, load)
        ends = course.followed + draw.uniform(0, 1, 2 * people) * course.enrolling
        ends = np.minimum(ends, draw.exponential(1 / course.leaving, 2 * people) if course.leaving else np.inf)
        seen, out = times <= ends, np.minimum(times, ends)
        order = np.argsort(out)
        at_risk, share = 2 * people - np.arange(2 * people), treated[order][::-1].cumsum()[::-1]
        share, hit = share / at_risk, seen[order]
        score, spread = (treated[order] - share)[hit].sum(), (share * (1 - share))[hit].sum()
        won += score / sqrt(spread) < -1.959964
    return won / trials


@pytest.mark.parametrize(("worse", "ratio"), [(0.48, 0.5), (0.32, 0.79)])
def test_power_of_the_events_expected_is_that_of_trials_that_were_simulated(worse, ratio):
    people = planning.people_per_arm_logrank(worse, ratio, 0.05, 0.8)
    found = simulated_power(people, -log(1 - worse), ratio, Course(0, 0, 1), 0)
    assert found == pytest.approx(0.8, abs=0.06)  # three standard errors


@pytest.mark.parametrize("delay", [0, 0.5])
def test_power_of_trials_that_were_simulated(delay):
    made = events.size_by_events(0.355, 0.6, WHOLE, 0.05, 0.8, delay)
    assert simulated_power(made.people_per_arm, 0.355, 0.6, WHOLE, delay) == pytest.approx(0.8, abs=0.06)
    if delay:  # what is sized without the delay misses too often
        naive = events.size_by_events(0.355, 0.6, WHOLE, 0.05, 0.8)
        assert simulated_power(naive.people_per_arm, 0.355, 0.6, WHOLE, delay) < 0.74


def test_what_makes_a_trial_by_events_larger():
    sizes = [
        events.size_by_events(0.355, 0.79, Course(leaving, enrolling, 1.84), 0.05, 0.8, delay).people_per_arm
        for leaving, enrolling, delay in ((0, 2, 0), (0, 0, 0), (0.1, 0, 0), (0.1, 0, 0.25), (0.1, 0, 0.5))
    ]
    assert sizes == sorted(sizes) and len(set(sizes)) == 5
    # nobody leaves, all enrolled at once: as by the share that has it at the end
    share = 1 - exp(-0.355 * 1.84)
    assert sizes[1] == planning.people_per_arm_logrank(share, 0.79, 0.05, 0.8)
    assert events.yearly_rate(share, 1.84) == pytest.approx(0.355, rel=1e-12) == -log(1 - share) / 1.84


test_impossible_input = refused(
    events,
    """
    size_by_events(0, 0.5, WHOLE, 0.05, 0.8) -> rate is 0, but must be a number above 0
    size_by_events(0.3, 1, WHOLE, 0.05, 0.8) -> hazard_ratio is 1, but must be
    size_by_events(0.3, 0.5, Course(0, 0, 2), 0.05, 0.8, 2) -> delay is 2, but must be less
    size_by_events(0.3, 0.5, Course(-1, 0, 2), 0.05, 0.8) -> leaving.* is -1, but must be
    yearly_rate(1, 2) -> share is 1, but must be
    """,
    WHOLE=WHOLE,
)
