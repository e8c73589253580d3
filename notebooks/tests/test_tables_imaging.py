"""Chapters 03 and 04 in numbers: each against a value worked out by hand or printed in a source."""

from math import comb, exp, inf, log, sqrt

import numpy as np
import pytest

from trial import load, tables
from trial.tables import biomarkers, imaging

YEARS = 96 * 7 / 365.25
THREES = [3, 3, 3, 3]


@pytest.fixture
def counts():
    return imaging.new_lesion_counts(0.5, 1.0, YEARS, 12)


def test_distributions_add_up_and_have_the_shares_of_the_formulas(counts):
    assert len(counts) == 3 * 3 * 13
    assert counts.groupby(["model", "world"]).probability.sum().to_numpy() == pytest.approx(np.ones(9))
    shares = counts[counts.factor == 1].groupby("dispersion_k").share.first()
    mean = 0.5 * YEARS
    assert shares[inf] == pytest.approx(1 - exp(-mean))
    assert shares[1.0] == pytest.approx(mean / (1 + mean))
    assert shares[0.5] == pytest.approx(1 - 1 / sqrt(1 + 2 * mean))


def test_chance_of_exactly_six_by_hand(counts):
    chances = imaging.chances_of_count(counts, 6).set_index(["dispersion_k", "factor"])
    share = exp(-0.25 * YEARS)
    assert chances.probability[inf, 0.5] == pytest.approx(924 * (share * (1 - share)) ** 6)
    # the figures drafted for the readers: 15 and 18 of 100 under Poisson, 22 of 100 for doubling at k = 0.5
    assert [round(100 * chances.probability[key]) for key in [(inf, 0.5), (inf, 1), (0.5, 2)]] == [15, 18, 22]
    assert (chances.likelihood.xs(1, level="factor") == 1).all()


def test_likelihood_is_the_ratio_of_chances_and_survives_any_rate(counts):
    chances = imaging.chances_of_count(counts, 6).set_index(["dispersion_k", "factor"])
    for key, row in chances.iterrows():
        assert row.likelihood == pytest.approx(row.probability / chances.probability[key[0], 1])
    extreme = imaging.chances_of_count(imaging.new_lesion_counts(50, 1000, YEARS, 12), 6)
    assert np.isfinite(extreme.likelihood).all() and "towards a halving" in imaging.leaning(extreme)


@pytest.mark.parametrize(
    ("rate", "k", "leans"),
    [
        (0.5, 1, "leans neither"),
        (0.5, 0.1, "leans neither"),
        (5, 1, "leans towards a halving of new lesions in two of three"),
        (0.05, 1, "leans against a halving of new lesions in three of three and towards a doubling"),
    ],
)
def test_the_count_leans_by_rule(rate, k, leans):
    chances = imaging.chances_of_count(imaging.new_lesion_counts(rate, k, YEARS, 12), 6)
    assert imaging.leaning(chances).startswith(leans)


def test_expected_without_treatment_counts_the_seen_value_in_both_tails(counts):
    table = imaging.expected_without_treatment(counts, 6, 12)
    assert table["Of 12, on average"].iloc[0] == "7.2"
    same = counts[(counts.dispersion_k == inf) & (counts.factor == 1)].set_index("count").probability
    assert table["6 or fewer"].iloc[0] == f"{100 * same.loc[:6].sum():.0f} of 100"
    assert table["6 or more"].iloc[0] == f"{100 * same.loc[6:].sum():.0f} of 100"


def test_trial_of_one_person_cannot_show_help():
    one = imaging.new_lesion_counts(0.5, 1.0, YEARS, 1)
    shown = imaging.chance_to_show_help(one, 0.05)
    assert set(shown.limit) == {-1} and set(shown.chance) == {0}


def test_chance_to_show_help_by_hand(counts):
    def below(share, most):
        return sum(comb(12, k) * share**k * (1 - share) ** (12 - k) for k in range(most + 1))

    mean = 0.5 * YEARS
    same, halved = [1 - exp(-mean), mean / (1 + mean)], [1 - exp(-mean / 2), mean / 2 / (1 + mean / 2)]
    made = imaging.chance_to_show_help(counts, 0.05).itertuples()
    for row, without, help_given in zip(made, same, halved, strict=False):
        assert below(without, row.limit) <= 0.025 < below(without, row.limit + 1)
        assert row.chance == pytest.approx(below(help_given, row.limit))


def test_rates_that_fit_lead_back_to_the_exact_limits():
    rates = imaging.rates_that_fit(6, 12, 0.95, 0.5, 1.0, YEARS)
    assert rates.lower.iloc[0] == pytest.approx(-log(1 - 0.2109) / YEARS, rel=1e-3)
    for row in rates.itertuples():
        assert imaging.share_with_new_lesion(row.lower * YEARS, row.dispersion_k) == pytest.approx(0.21094, abs=1e-5)
        assert imaging.share_with_new_lesion(row.upper * YEARS, row.dispersion_k) == pytest.approx(0.78906, abs=1e-5)


def test_de_stefano_cutoffs_from_two_normal_curves():
    made = imaging.normal_cutoffs(load.atrophy(), load.atrophy_cutoffs())
    assert [round(value, 2) for value in made.cutoff] == [-0.52, -0.46, -0.4]
    assert (made.sensitivity - made.printed_sensitivity).abs().max() < 0.015


def test_the_trial_itself_has_no_number_in_the_forest():
    table = imaging.atrophy_in_words(load.atrophy())
    assert table["% lost a year"].iloc[-1] == "less; no number in what we read"


def test_less_than_whom_without_and_with_effect():
    nothing = imaging.less_than_whom(THREES, 0.584, 0.498, 1e-12)
    assert nothing.no_effect.tolist() == [1, 0.5, 0.25]
    assert nothing.effect.to_numpy() == pytest.approx([1, 0.5, 0.25])
    some = imaging.less_than_whom(THREES, 0.584, 0.498, 0.5)
    assert some.most_odds.tolist() == [1, 2, 4]
    assert (some.odds <= some.most_odds).all()
    # two groups of one: the chance that one of two normals is larger, Phi(shift / sqrt 2)
    assert imaging.chance_top_is_best(1, 1, 1, 2) == pytest.approx(imaging.chance_top_beats_rest(1, 1, 1, 1))


def test_best_of_four_agrees_with_a_seeded_simulation():
    draws = np.random.default_rng(1).normal(size=(200_000, 4)) * 0.498 / sqrt(3)
    draws[:, 3] += 0.292
    often = (draws.argmax(axis=1) == 3).mean()
    assert imaging.chance_top_is_best(0.292, 0.498, 3, 4) == pytest.approx(often, abs=0.004)


def test_luck_and_floors_by_hand():
    assert imaging.luck(THREES).probability.tolist() == pytest.approx([1, 1 / 2, 1 / 4, 1 / 24])
    floors = imaging.smallest_p_values(THREES)
    assert floors.one_sided.tolist() == pytest.approx([1 / 220, 1 / 20, 1 / 369600], rel=1e-12)
    assert floors.two_sided.tolist() == pytest.approx([2 / 220, 2 / 20, 2 / 369600], rel=1e-12)
    assert floors.picked.iloc[0] == pytest.approx(4 / 220)
    assert imaging.smallest_p_in_words(floors, 0.05).iloc[:, -1].tolist() == ["yes", "no", "yes"]


def test_what_three_can_show_by_hand():
    made = imaging.what_three_can_show(THREES, 0.584, 0.498, 0.95)
    assert made.half_width.iloc[0] == pytest.approx(1.959964 * 0.498 * sqrt(1 / 3 + 1 / 9), abs=1e-6)
    assert made.share_of_loss.iloc[0] == pytest.approx(made.half_width.iloc[0] / 0.584)


@pytest.mark.parametrize(
    ("ratio", "said"),
    [
        (1, "about as likely if a as if b"),
        (1.5, "1.5 times as likely if a as if b"),
        (0.5, "2.0 times as likely if b as if a"),
        (5e9, "more than 1,000 times as likely if a as if b"),
        (0.67, "about as likely if a as if b"),
    ],
)
def test_likelihood_in_words(ratio, said):
    assert imaging.likelihood_in_words(ratio, "a", "b") == said


def test_panels_and_false_increases_by_hand():
    panels = tables.panels([3, 6, 12], 0.05)
    assert panels.largest_panel.tolist() == [0, 1, 102]
    assert panels.smallest_p.tolist() == [0.25, 2 / 64, 2 / 4096]
    assert tables.chance_of_false_increase(50, 0.05) == pytest.approx(1 - 0.975**50)


def test_paired_comparison_and_controlled_sizes():
    change = tables.smallest_change_likely_seen(12, 0.05, 0.8)
    assert tables.chance_seen(change, 12, 0.05) == pytest.approx(0.8)
    sizes = tables.controlled_sizes([0.5], 0.05, 0.8, 50)
    assert sizes.named.tolist() == [63]  # 2 (1.959964 + 0.841621)^2 / 0.25 = 62.8
    assert sizes.in_panel.tolist() == [137]  # 2 (3.290527 + 0.841621)^2 / 0.25 = 136.6


def test_return_to_usual_is_none_for_a_perfect_repeat():
    assert biomarkers.return_to_usual(2, 1) == 0
    assert tables.returns([1], [0.5]).change_sds.tolist() == pytest.approx([0.5 / sqrt(0.75)])


def test_directions_leave_this_trial_out_and_keep_all_others():
    file = load.biomarkers()
    assert len(tables.directions(file)) == len(file) - 2
    assert set(tables.told_by_more_than_one(file).analyte) == {"CCL2", "MMP9"}
