"""Tests of change: exact ones by hand, approximations by a second road, refusals in words."""

from itertools import combinations, permutations
from math import comb, sqrt

import numpy as np
import pytest
from scipy import stats
from statsmodels.formula.api import ols

from tests.inputs import refused
from tests.test_own_trial import PEOPLE, VALUES, write
from trial.methods import change_tests, exact_tests
from trial.own_trial import changes
from trial.own_trial.adam import files, visits


def of_other(trial, visit=""):
    """Everything about the change of the other measures, at one visit."""
    return changes.of_kind_tested(trial, "biomarker", visits.analysis_visits(trial, "biomarker", visit), 0.05, 0.95)


@pytest.fixture
def trial(tmp_path):
    return files.read(write(tmp_path, adsl=PEOPLE, advs=VALUES), 2023, cohort_order=["low", "high"])


def test_exact_tests_have_the_values_worked_out_by_hand(trial):
    tests = of_other(trial).tests.set_index("test")
    assert tests.p_value.drop("dose").to_dict() == {"signed rank": 2 / 64, "ordered cohorts": 0.1, "last cohort": 0.1}
    assert tests.smallest_p.drop("dose").to_dict() == {
        "signed rank": 2 / 64,
        "ordered cohorts": 0.1,
        "last cohort": 0.1,
    }
    assert tests.why_not["dose"] == "No numeric dose is recorded." and np.isnan(tests.p_value["dose"])
    assert tests.statistic["last cohort"] == 3.0, "5 less 2"


test_what_cannot_be_tested_says_why = refused(
    change_tests,
    """
    signed_rank([0, 0]) -> Nobody's value changed
    jonckheere([[1, 2], []]) -> one cohort
    jonckheere([[1], [1]]) -> All changes are equal
    last_against_rest([[1, 2]]) -> nothing to compare
    last_against_rest([[1], [1]]) -> All changes are equal
    spearman([1, 1], [1, 2]) -> the same dose
    spearman([1, 2], [1, 1]) -> All changes are equal
    signed_rank([1, 2, nan, 3]) -> must be a finite number
    signed_rank([*range(1, 80), inf]) -> must be a finite number
    jonckheere([[1, nan], [2, 3]]) -> must be a finite number
    last_against_rest([[1, 2], [3, inf]]) -> must be a finite number
    spearman([1, 2, 4], [1, 2, nan]) -> must be a finite number
    spearman([1, inf, 4], [1, 2, 3]) -> must be a finite number
    """,
)


def numbers(seed, size, digits):
    return np.round(np.random.default_rng(seed).normal(0.2, 1, size), digits)


@pytest.mark.parametrize("digits", [1, 6])
def test_large_signed_rank_agrees_with_scipy(digits):
    values = numbers(1, 200, digits)
    made = change_tests.signed_rank(values)
    road = stats.wilcoxon(values[values != 0], correction=False, method="asymptotic")
    assert made[3] == change_tests.NORMAL and made[2] is None
    assert made[1] == pytest.approx(road.pvalue, rel=1e-9)


def test_three_against_many_on_skewed_values_is_dealt_not_approximated():
    """One value far out: it is in the last group in 3 of 103 dealings, so about 6 of 100 two-sided; the normal says 0."""
    rest, last = np.round(np.random.default_rng(3).exponential(1, 100), 3), [0.4, 0.9, 60.0]
    _, p, smallest, method = change_tests.last_against_rest([rest, last])
    pooled = np.concatenate([last, rest])
    normal = (np.mean(last) - rest.mean()) / sqrt(pooled.var(ddof=1) * (1 / 3 + 1 / 100))
    assert method == change_tests.DRAWN and smallest is None and 2 * stats.norm.sf(normal) < 1e-7
    above = sum(sum(some) >= sum(last) - 1e-9 for some in combinations(pooled, 3)) / comb(103, 3)
    assert p == pytest.approx(2 * above, rel=0.1) and p > 0.02


@pytest.mark.parametrize(("people", "seed"), [(13, 1), (20, 2), (30, 3)])
def test_rank_correlation_beyond_twelve_people_is_precise(people, seed):
    """Against 400,000 orders of scipy's own; the normal approximation was twice too timid in the tail."""
    doses = np.repeat([1, 2, 4, 8], 8)[:people]
    changes = numbers(seed, people, 2) + np.repeat([0, 0.6, 1.1, 1.7], 8)[:people]
    rho, p, _, method = change_tests.spearman(doses, changes)
    ranks, others = stats.rankdata(doses), stats.rankdata(changes)
    orders = np.random.default_rng(99).permuted(np.tile(others, (100_000, 1)), axis=1) @ ranks
    seen = 2 * min((orders >= ranks @ others - 1e-9).mean(), (orders <= ranks @ others + 1e-9).mean())
    assert method == change_tests.DRAWN and rho == pytest.approx(stats.spearmanr(doses, changes).statistic)
    assert p == pytest.approx(seen, abs=max(4 * sqrt(p / 100_000), 2e-4))


def test_drawn_tests_hold_what_counted_ones_say(monkeypatch):
    """The same small trials, counted and dealt; one seed says one thing."""
    groups = [[1, 2, 2], [2, 3, 5], [1, 3, 3, 4], [4, 6, 7]]
    doses, pooled = np.repeat([1, 2, 4, 8], [3, 3, 4, 3])[:12], np.concatenate(groups)[:12]
    runs = [
        lambda: change_tests.jonckheere(groups),
        lambda: change_tests.last_against_rest(groups),
        lambda: change_tests.spearman(doses, pooled),
    ]
    counted = [run() for run in runs]
    monkeypatch.setattr(change_tests, "MOST_STATES", 0)
    monkeypatch.setattr(change_tests, "MOST_ARRANGEMENTS", 0)
    monkeypatch.setattr(exact_tests, "SPEARMAN_LIMIT", 0)
    for exact, run in zip(counted, runs, strict=True):
        dealt = run()
        assert exact[3] == change_tests.EXACT and dealt[3] == change_tests.DRAWN and dealt[0] == pytest.approx(exact[0])
        assert dealt[1] == pytest.approx(exact[1], abs=0.004) and dealt == run()


@pytest.mark.parametrize("digits", [0, 1, 6])
def test_large_trend_over_two_groups_is_the_mann_whitney_test(digits):
    first, second = numbers(2, 80, digits), numbers(3, 70, digits)
    made = change_tests.jonckheere([first, second])
    road = stats.mannwhitneyu(second, first, use_continuity=True, method="asymptotic")
    assert made[3] == change_tests.NORMAL
    assert made[0] == road.statistic and made[1] == pytest.approx(road.pvalue, rel=1e-9)


@pytest.mark.parametrize("groups", [[[1, 2, 2], [2, 3], [1, 3, 3, 4]], [[5, 1, 7], [2, 8], [3, 9, 4]]])
def test_the_normal_trend_has_the_mean_and_spread_of_the_exact_one(groups, monkeypatch):
    pooled = sorted(value for group in groups for value in group)
    ties = [pooled.count(value) for value in sorted(set(pooled))]
    exact = exact_tests._jonckheere_tied([len(group) for group in groups], ties)
    ways, doubled = np.array(list(exact.values()), dtype=float), np.array(list(exact), dtype=float)
    mean = (ways @ doubled) / ways.sum() / 2
    spread = sqrt((ways @ (doubled / 2 - mean) ** 2) / ways.sum())
    monkeypatch.setattr(change_tests, "MOST_STATES", 0)
    monkeypatch.setattr(change_tests, "MOST_ORDERED", 0)
    statistic, p, floor, method = change_tests.jonckheere(groups)
    assert method == change_tests.NORMAL and floor is None
    assert p == pytest.approx(min(1, 2 * stats.norm.sf((abs(statistic - mean) - 0.5) / spread)), rel=1e-9)


def test_the_normal_permutation_test_has_the_spread_of_all_arrangements(monkeypatch):
    last, rest = [3.0, 4.5, 7.0], [1.0, 2.0, 2.5, 6.0, 0.5]
    pooled = last + rest
    every = [np.mean(some) - (sum(pooled) - sum(some)) / 5 for some in combinations(pooled, 3)]
    monkeypatch.setattr(change_tests, "MOST_ARRANGEMENTS", 0)
    monkeypatch.setattr(change_tests, "MOST_DRAWN", 0)
    difference, p, _, method = change_tests.last_against_rest([rest, last])
    assert method == change_tests.NORMAL
    assert p == pytest.approx(2 * stats.norm.sf(abs(difference) / np.std(every)), rel=1e-9)


def test_the_normal_rank_correlation_has_the_spread_of_all_orders(monkeypatch):
    every = [np.corrcoef([1, 2, 3, 4, 5], order)[0, 1] for order in permutations([1, 2, 2, 4, 5])]
    assert np.std(every) == pytest.approx(1 / sqrt(4)), "1 / (n - 1), with ties too"
    monkeypatch.setattr(change_tests, "MOST_DRAWN", 0)
    doses, changes = np.repeat([1, 2, 4], 20), numbers(5, 60, 1)
    rho, p, _, method = change_tests.spearman(doses, changes)
    road = stats.spearmanr(doses, changes)
    assert method == change_tests.NORMAL and rho == pytest.approx(road.statistic)
    assert p == pytest.approx(road.pvalue, abs=0.005)


def test_small_and_large_meet_where_they_change_over():
    values = numbers(7, change_tests.MOST_SIGNED, 6)
    exact = change_tests.signed_rank(values)
    assert exact[3] == change_tests.EXACT
    assert exact[1] == pytest.approx(stats.wilcoxon(values, correction=False, method="asymptotic").pvalue, abs=0.005)


def test_dust_of_binary_numbers_breaks_no_tie(tmp_path):
    rows = [
        "USUBJID,PARAMCD,AVISIT,AVAL,BASE",
        *(f"ID-{n},A,W1,{base}.3,{base}.1" for n, base in enumerate((1, 2, 3, 4, 50, 600), 1)),
    ]
    found = files.read(write(tmp_path, adsl=PEOPLE, advs=rows), 1, cohort_order=["low", "high"])
    assert of_other(found).tests.set_index("test").why_not["last cohort"] == "All changes are equal.", "each is 0.2"


def test_panel_and_leaving_one_out_by_hand(trial):
    made = of_other(trial)
    row = made.panel.iloc[0]
    assert row["mean"] == 3.5 and row.sds == pytest.approx(3.5 / sqrt(3.5)) and row.none and row.holm and row.bh
    row = changes.without_one(trial, made.panel, made.found, 0.05).iloc[0]
    assert (row.lowest_mean, row.highest_mean) == (3.0, 4.0)
    assert row.lowest_p == row.highest_p == 2 / 32 and row.p_value == 2 / 64
    assert row.hangs, "2 in 32 is above 0.05"


def test_nothing_hangs_on_one_person_where_nothing_was_found(tmp_path):
    values = [*VALUES[:4], *(f"ID-{n},BV,Week 24,24,{10 - n},10," for n in range(4, 7))]
    made = of_other(files.read(write(tmp_path, adsl=PEOPLE, advs=values), 2023))
    assert made.panel.p_value.iloc[0] > 0.05
    assert changes.without_one(None, made.panel, made.found, 0.05).empty


def against_control(folder):
    """A trial of five on placebo, who rose, and five on the drug, who fell."""
    people = ["USUBJID,TRT01A", *(f"ID-{n},{'Placebo' if n <= 5 else 'Drug'}" for n in range(1, 11))]
    rows = [f"ID-{n},BV,Week 24,24,{100 + 3 * n % 7 + (n if n <= 5 else -n)},{100 + 3 * n % 7}," for n in range(1, 11)]
    return files.read(write(folder, adsl=people, advs=[VALUES[0], *rows]), 1)


def test_a_control_arm_is_compared_with_and_never_pooled(tmp_path):
    trial = against_control(tmp_path)
    made = of_other(trial)
    assert trial.control == "Placebo" and set(made.summary.cohort) == {"Placebo", "Drug"}
    rows = made.tests[made.tests.p_value.notna()].set_index(["test", "cohort"])
    assert set(rows.index) == {("signed rank", "Placebo"), ("signed rank", "Drug"), ("ancova", "Drug"), ("permutation", "Drug")}  # fmt: skip
    assert rows.p_value["permutation", "Drug"] == pytest.approx(2 / 252), "the most extreme of 252 ways"
    assert rows.estimate["permutation", "Drug"] == -8 - 3
    assert rows.p_value["signed rank", "Drug"] == rows.p_value["signed rank", "Placebo"] == 2 / 32
    frame = made.found.assign(drug=made.found.cohort == "Drug")
    fit = ols("change ~ drug + start", frame).fit()
    assert rows.estimate["ancova", "Drug"] == pytest.approx(fit.params["drug[T.True]"])
    assert [rows.lower["ancova", "Drug"], rows.upper["ancova", "Drug"]] == pytest.approx(fit.conf_int().loc["drug[T.True]"].tolist())  # fmt: skip
    assert made.panel[["cohort", "mean"]].values.tolist() == [["Drug", -11.0]]
    left = changes.without_one(trial, made.panel, made.found, 0.05).iloc[0]
    assert left.highest_p == pytest.approx(2 / 126) and not left.hangs


def test_no_change_is_the_wrong_yardstick_for_a_brain(tmp_path):
    rows = [VALUES[0], *(row.replace(",BV,", ",PBVC,") for row in VALUES[1:])]
    trial = files.read(write(tmp_path, adsl=PEOPLE, admri=rows), 1)
    made = changes.of_kind_tested(trial, "imaging", visits.analysis_visits(trial, "imaging"), 0.05, 0.95)
    row = made.tests.set_index("test").loc["signed rank"]
    assert row.why_not == changes.WRONG_YARDSTICK and np.isnan(row.p_value) and row.estimate == 3.5
    assert [row.lower, row.upper] == pytest.approx(stats.t.interval(0.95, 5, 3.5, np.std(range(6), ddof=1) / sqrt(6)))
