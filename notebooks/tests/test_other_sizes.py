"""Methods on trials of another shape than ours, 5 + 7 people in two doses and 15 in four, held against enumeration or by hand."""

from itertools import combinations, permutations, product
from math import inf, prod

import numpy as np
import pytest
from scipy import stats

from tests.test_escalation import played
from tests.test_model_designs import courses
from trial import load, parameters
from trial.methods import (
    change_tests,
    clustering,
    escalation,
    exact_tests,
    model_designs,
    planning,
    posterior,
    simulate,
    small_trials,
)

TWO, FOUR = [5, 7], [3, 3, 4, 5]
TRIALS = pytest.mark.parametrize("people", [TWO, FOUR], ids=["5 + 7", "15 in four"])
RATES = {2: [0.1, 0.35], 4: [0.05, 0.1, 0.25, 0.4]}


def values(people, seed=3):
    return np.random.default_rng(seed).normal(size=sum(people)).round(6)


def split(trial, people):
    return [part.tolist() for part in np.split(np.asarray(trial), np.cumsum(people)[:-1])]


# --- rules of escalation ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("reading", escalation.READINGS)
@pytest.mark.parametrize("doses", [2, 4])
def test_escalation_against_every_course_played(doses, reading):
    found, courses = escalation.operating_characteristics(RATES[doses], reading), list(played(RATES[doses], reading))
    for mtd in range(doses + 1):
        assert found.p_mtd[mtd] == pytest.approx(sum(chance for end, _, chance, *_ in courses if end == mtd), abs=1e-12)
    assert found.p_no_dlt_in_first_pass == pytest.approx(prod(1 - rate for rate in RATES[doses]) ** 3)


@TRIALS
@pytest.mark.parametrize("name", ["BOIN", "CRM"])
def test_model_designs_with_groups_of_other_sizes(people, name):
    rates = RATES[len(people)]
    design = model_designs.designs_compared_here(0.3, len(rates))[name]
    found, expected = model_designs.design_characteristics(design, rates, people), np.zeros(len(rates) + 1)
    for chance, named, *_ in courses(design, rates, people):
        expected[named] += chance
    assert found.p_mtd == pytest.approx(expected, abs=1e-12) and found.expected_patients <= sum(people) + 1e-9
    compared = model_designs.compared_designs({"rates": rates}, 0.3, people, "A").set_index("design")
    assert compared.p_right[name] == pytest.approx(expected[compared.right_dose[name]], abs=1e-12)


@TRIALS
def test_beliefs_after_nobody_was_harmed(people):
    """By hand, uniform: (2/3)^(n + 1) at each dose; ordered uniforms have the highest rate of all below a third together."""
    found = posterior.beliefs_after_no_harm(people, 1 / 3).set_index(["prior", "dose"]).posterior_above
    for dose, size in enumerate(people, start=1):
        assert found["uniform, each dose by itself", dose] == pytest.approx((2 / 3) ** (size + 1))
    draws = np.sort(np.random.default_rng(1).random((400_000, len(people))), axis=1)
    weights = np.prod((1 - draws) ** people, axis=1)
    for dose in range(1, len(people) + 1):
        above = (weights * (draws[:, dose - 1] > 1 / 3)).sum() / weights.sum()
        assert found["ordered uniforms", dose] == pytest.approx(above, abs=0.01)


# --- events and changes -----------------------------------------------------------------------------------------------


@TRIALS
@pytest.mark.parametrize("sides", ["lower", "two"])
def test_events_over_unequal_cohorts_against_every_fall(people, sides):
    """Every way in which four events can fall on the people, each alike."""
    counts = [3, 1] if len(people) == 2 else [2, 1, 1, 0]
    ranks = np.repeat(np.arange(1, len(people) + 1), people)
    sums = np.array([sum(fall) for fall in product(ranks.tolist(), repeat=4)])
    seen = sum(rank * count for rank, count in enumerate(counts, start=1))
    lower, upper = (sums <= seen).mean(), (sums >= seen).mean()
    expected = lower if sides == "lower" else min(1, 2 * min(lower, upper))
    assert clustering.rank_count_p(counts, people, inf, sides) == pytest.approx(expected, abs=1e-12)
    assert clustering.rank_count_p(counts, people, 1e7, sides) == pytest.approx(expected, rel=1e-4)


@TRIALS
def test_bunched_events_over_unequal_cohorts_against_every_share(people):
    """Weight one: the counts of the people are all equally likely given their sum (Bose and Einstein)."""
    events, ranks = 3, np.repeat(np.arange(1, len(people) + 1), people)
    stars = np.array([np.diff([-1, *bars, events + len(ranks) - 1]) - 1 for bars in combinations(range(events + len(ranks) - 1), len(ranks) - 1)])  # fmt: skip
    counted = np.bincount(stars @ ranks, minlength=len(people) * events + 1) / len(stars)
    assert clustering.rank_count_chances(people, events, 1) == pytest.approx(counted, abs=1e-12)
    made = simulate.event_panels(events, people, 1.0, 20_000, 5) @ np.arange(1, len(people) + 1)
    assert np.bincount(made, minlength=len(counted)) / 20_000 == pytest.approx(counted, abs=0.015)


def test_changes_over_two_unequal_cohorts_against_every_arrangement():
    trial = values(TWO)
    groups, chosen = split(trial, TWO), [list(some) for some in combinations(range(12), 7)]
    assert exact_tests.arrangements(TWO) == len(chosen) == 792
    means = np.array([trial[some].mean() - np.delete(trial, some).mean() for some in chosen])
    seen = np.mean(groups[1]) - np.mean(groups[0])
    expected = min(1, 2 * min((means >= seen - 1e-9).mean(), (means <= seen + 1e-9).mean()))
    difference, p, _, method = change_tests.last_against_rest(groups)
    assert (difference, p) == pytest.approx((seen, expected)) and method == change_tests.EXACT
    pairs = np.array([(trial[some][:, None] > np.delete(trial, some)).sum() for some in chosen])
    j, p, smallest, _ = change_tests.jonckheere(groups)
    expected = min(1, 2 * min((pairs >= j).mean(), (pairs <= j).mean()))
    assert p == pytest.approx(expected) and smallest == 2 / 792


def test_changes_over_four_unequal_cohorts():
    """Too many arrangements to list twice: J against the convolution of Mann-Whitney counts, the last against scipy."""
    trial = values(FOUR)
    groups = split(trial, FOUR)
    j, p, smallest, method = change_tests.jonckheere(groups)
    assert j == sum(b > a for i, one in enumerate(groups) for other in groups[i + 1 :] for a in one for b in other)
    assert method == change_tests.EXACT and smallest == 2 / exact_tests.arrangements(FOUR)
    shuffled = np.random.default_rng(8).permuted(np.tile(trial, (40_000, 1)), axis=1)
    ends_at = np.cumsum(FOUR)
    stat = np.zeros(len(shuffled), dtype=int)
    for start, end in zip(ends_at[:-1], ends_at[1:], strict=True):
        for person in range(start, end):
            stat += (shuffled[:, [person]] > shuffled[:, :start]).sum(axis=1)
    assert p == pytest.approx(min(1, 2 * min((stat >= j).mean(), (stat <= j).mean())), abs=0.015)
    _, p, _, _ = change_tests.last_against_rest(groups)
    mean = lambda a, b, axis: a.mean(axis=axis) - b.mean(axis=axis)  # noqa: E731
    sides = [stats.permutation_test((groups[3], np.concatenate(groups[:3])), mean, vectorized=True, n_resamples=np.inf, alternative=side).pvalue for side in ("less", "greater")]  # fmt: skip
    assert p == pytest.approx(min(1, 2 * min(sides)))


def test_dose_need_not_be_per_kg_nor_rise_evenly():
    doses, changes = [1, 1, 50, 50, 900], [0.3, 0.1, 0.2, 0.5, 0.4]
    rho = stats.spearmanr(doses, changes).statistic
    all_orders = [stats.spearmanr(doses, order).statistic for order in permutations(changes)]
    expected = min(1, 2 * min(np.mean(np.array(all_orders) >= rho - 1e-9), np.mean(np.array(all_orders) <= rho + 1e-9)))
    assert change_tests.spearman(doses, changes)[:2] == pytest.approx((rho, expected))


# --- simulations and planning -----------------------------------------------------------------------------------------


@TRIALS
def test_line_ups_of_other_trials(people):
    lined_up = simulate.brain_line_up(people, 0.6, 0.5, 0.5, 5, 1)
    assert lined_up[lined_up.panel == 1].groupby("dose").size().tolist() == people


def test_picking_the_better_of_two_unequal_doses():
    """Of two doses, one is best whenever the other is worst: every two-sided finding counts, 38 of 792 arrangements."""
    assert small_trials.chance_some_dose_passes(TWO, 0.05) == 38 / 792
    assert small_trials.chance_some_dose_passes(FOUR, 0.05) < 0.1


def test_the_top_dose_leads_by_hand_and_by_simulation():
    """Two cohorts: the difference of their means has variance 1/5 + 1/7."""
    by_hand = stats.norm.cdf(0.5 / (1 / 5 + 1 / 7) ** 0.5)
    assert planning.chance_top_leads(TWO, 0.5, 1) == pytest.approx(by_hand, abs=1e-9)
    means = np.random.default_rng(1).normal(size=(200_000, 4)) / np.sqrt(FOUR) + [0, 0, 0, 0.5]
    assert planning.chance_top_leads(FOUR, 0.5, 1) == pytest.approx((means.argmax(axis=1) == 3).mean(), abs=0.004)


def test_the_calendar_of_unequal_cohorts_by_hand():
    calendar = planning.earliest_calendar({"low": 5, "high": 7}, 10, 100, 365)
    assert calendar.injection_day.tolist() == [0, 10, 20, 30, 40, 140, 150, 160, 170, 180, 190, 200]
    assert calendar.cohort.tolist() == ["low"] * 5 + ["high"] * 7


# --- parameters -------------------------------------------------------------------------------------------------------


def test_a_curve_has_as_many_rates_as_the_data_have_doses(monkeypatch):
    monkeypatch.setattr(load, "allowed", lambda table, column: ["low", "high"])
    assert parameters.Parameters(dlt_curves={"mine": [0.1, 0.2]}).dlt_curves == {"mine": [0.1, 0.2]}
    with pytest.raises(ValueError, match=r"a list of 2 rates, one a dose, as in mine: \[0.05, 0.1\], but 4 were given"):
        parameters.Parameters(dlt_curves={"mine": [0.1, 0.2, 0.3, 0.4]})
