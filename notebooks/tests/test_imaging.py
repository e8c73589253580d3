"""Chapter 03 in numbers, each against a value worked out by hand or printed in a source, and its drawings."""

import json
from math import comb, exp, inf, log, sqrt
from statistics import NormalDist

import numpy as np
import pytest

from reporting import tables
from tests import drawing
from trial import load
from trial.charts import imaging as draw
from trial.imaging import brain_volume, new_lesions
from trial.methods import intervals

YEARS = 96 * 7 / 365.25
THREES = [3, 3, 3, 3]


@pytest.fixture(scope="module")
def counts():
    return new_lesions.new_lesion_counts(0.5, 1.0, YEARS, 12)


@pytest.fixture(scope="module")
def atrophy():
    return load.table("atrophy")


# New lesions


def test_distributions_add_up_and_have_the_shares_of_the_formulas(counts):
    assert len(counts) == 3 * 3 * 13
    assert counts.groupby(["model", "world"]).probability.sum().to_numpy() == pytest.approx(np.ones(9))
    shares = counts[counts.factor == 1].groupby("dispersion_k").share.first()
    mean = 0.5 * YEARS
    assert shares[inf] == pytest.approx(1 - exp(-mean))
    assert shares[1.0] == pytest.approx(mean / (1 + mean))
    assert shares[0.5] == pytest.approx(1 - 1 / sqrt(1 + 2 * mean))
    assert counts.model.iloc[0] == "bunched in some people (k = 1)", "the model of every chapter comes first"
    for _, same in counts.groupby(["model", "world"]):
        assert [same.at_most.iloc[6], same.at_least.iloc[6]] == pytest.approx(
            [same.probability.iloc[:7].sum(), same.probability.iloc[6:].sum()]
        )


def test_chance_of_exactly_six_by_hand(counts):
    chances = new_lesions.chances_of_count(counts, 6).set_index(["dispersion_k", "factor"])
    share = exp(-0.25 * YEARS)
    assert chances.probability[inf, 0.5] == pytest.approx(924 * (share * (1 - share)) ** 6)
    # the figures drafted for the readers: 15 and 18 of 100 under Poisson, 22 of 100 for doubling at k = 0.5
    assert [round(100 * chances.probability[key]) for key in [(inf, 0.5), (inf, 1), (0.5, 2)]] == [15, 18, 22]
    wide = new_lesions.chance_of_seen(counts, 6)
    assert wide.model.tolist() == counts.model.unique().tolist()
    assert wide[list(new_lesions.WORLDS)].to_numpy().ravel() == pytest.approx(chances.probability.to_numpy())
    for key, row in chances.iterrows():
        assert row.likelihood == pytest.approx(row.probability / chances.probability[key[0], 1])


def test_a_likelihood_survives_any_rate():
    extreme = new_lesions.chances_of_count(new_lesions.new_lesion_counts(50, 1000, YEARS, 12), 6)
    assert np.isfinite(extreme.likelihood).all() and "more than 1,000 to 1 for" in new_lesions.weights(
        extreme, "halve new lesions"
    )


def test_the_weight_of_the_count_is_told_under_every_model(counts):
    """By hand, Poisson: p = 1 - exp(-mean), halved and doubled, (p (1 - p))^6 beside no effect."""
    chances, mean = new_lesions.chances_of_count(counts, 6), 0.5 * YEARS
    free = {factor: exp(-factor * mean) for factor in (1, 2)}
    against = ((1 - free[1]) * free[1] / (1 - free[2]) / free[2]) ** 6
    assert round(against) == 33
    assert new_lesions.weights(chances, "double new lesions") == (
        "1.7 to 1 against if lesions bunch as assumed (k = 1), 33 to 1 against if they fall by chance and about 1 to 1 if "
        "they bunch twice as much"
    )
    assert new_lesions.weights(chances, "halve new lesions").startswith("2.4 to 1 against if lesions bunch")
    fewer = new_lesions.chances_of_count(counts, 1)
    assert " to 1 for if they fall by chance" in new_lesions.weights(fewer, "halve new lesions")


def test_trial_of_one_person_cannot_show_help():
    one = new_lesions.new_lesion_counts(0.5, 1.0, YEARS, 1)
    shown = new_lesions.chance_to_show_help(one, 0.05)
    assert set(shown.limit) == {-1} and set(shown.chance) == {0}


def test_chance_to_show_help_by_hand(counts):
    def below(share, most):
        return sum(comb(12, k) * share**k * (1 - share) ** (12 - k) for k in range(most + 1))

    mean = 0.5 * YEARS
    same, halved = [mean / (1 + mean), 1 - exp(-mean)], [mean / 2 / (1 + mean / 2), 1 - exp(-mean / 2)]
    made = new_lesions.chance_to_show_help(counts, 0.05).itertuples()
    for row, without, help_given in zip(made, same, halved, strict=False):
        assert below(without, row.limit) <= 0.025 < below(without, row.limit + 1)
        assert row.chance == pytest.approx(below(help_given, row.limit))


def test_rates_that_fit_lead_back_to_the_exact_limits():
    rates = new_lesions.rates_that_fit(6, 12, 0.95, 0.5, 1.0, YEARS)
    assert rates.lower.iloc[1] == pytest.approx(-log(1 - 0.2109) / YEARS, rel=1e-3)
    for row in rates.itertuples():
        ends = [
            intervals.at_least_one_negative_binomial(end * YEARS, row.dispersion_k) for end in (row.lower, row.upper)
        ]
        assert ends == pytest.approx([0.21094, 0.78906], abs=1e-5)
        assert row.upper_factor == pytest.approx(row.upper / 0.5)


# Brain volume


def test_de_stefano_cutoffs_from_two_normal_curves(atrophy):
    made = brain_volume.normal_cutoffs(atrophy, load.table("atrophy_cutoffs"))
    assert [round(value, 2) for value in made.cutoff] == [-0.52, -0.46, -0.4]
    assert (made.sensitivity - made.printed_sensitivity).abs().max() < 0.015


def test_less_than_whom_without_and_with_effect():
    nothing = brain_volume.less_than_whom(THREES, 0.584, 0.498, 1e-12)
    assert nothing.no_effect.tolist() == pytest.approx([1, 1 / 2, 1 / 4, 1 / 24])
    assert nothing.effect.to_numpy() == pytest.approx([1, 1 / 2, 1 / 4, 1 / 24])
    some = brain_volume.less_than_whom(THREES, 0.584, 0.498, 0.5)
    assert some.most_odds.to_numpy() == pytest.approx([1, 2, 4, 24])
    assert (some.odds <= some.most_odds).all()
    # two means apart by their standard error: Phi(loss prevented / (sd sqrt(1/3 + 1/9)))
    assert some.effect[1] == pytest.approx(NormalDist().cdf(0.292 / (0.498 * sqrt(1 / 3 + 1 / 9))), rel=1e-9)


def test_a_perfect_order_is_no_stronger_hint_than_the_first_place_if_only_the_highest_dose_works():
    """The others then stand in any order: the chance of each falls by the same share, with and without an effect."""
    for effect in (0.2, 0.5, 1.0):
        best, ordered = brain_volume.less_than_whom(THREES, 0.584, 0.498, effect).odds.iloc[2:]
        assert ordered == pytest.approx(best)


def test_whose_people_a_group_has_is_not_told_as_more_than_was_read():
    """Ages of one study share its people; of the three with the highest dose the type of MS was not read."""
    groups = brain_volume.spread_worked_out(load.table("atrophy"))
    shown = tables.formatted(groups, brain_volume.ATROPHY).set_index("Group")
    assert set(shown.People[[f"Healthy people at {age}" for age in (45, 55, 65, 75)]]) == {"117 in the study"}
    assert shown.People["SPMS, placebo (MS-STAT)"] == "70" and "not in what we read" in shown.Who.iloc[-1]


def test_best_of_four_and_perfect_order_agree_with_a_seeded_simulation():
    draws = np.random.default_rng(1).normal(size=(200_000, 4)) * 0.498 / sqrt(3)
    draws[:, 3] += 0.292
    often, ordered = (draws.argmax(axis=1) == 3).mean(), (np.diff(draws, axis=1) > 0).all(axis=1).mean()
    made = brain_volume.less_than_whom(THREES, 0.584, 0.498, 0.5).effect
    assert made.iloc[2:].tolist() == pytest.approx([often, ordered], abs=0.004)


def test_what_three_can_show_by_hand():
    made = brain_volume.what_three_can_show(THREES, 0.584, 0.498, 0.95)
    # Student's table: 2.228 at ten degrees of freedom, 2.776 at four
    assert made.half_width.iloc[0] == pytest.approx(2.228 * 0.498 * sqrt(1 / 3 + 1 / 9), abs=1e-4)
    assert made.half_width.iloc[1] == pytest.approx(2.776 * 0.498 * sqrt(2 / 3), abs=3e-4)
    assert made.share_of_loss.iloc[0] == pytest.approx(made.half_width.iloc[0] / 0.584)


def test_powers_a_referee_worked_out():
    """28, 22 and 16 where the lowest dose does nothing; 18, 13 and 11 where each dose has its step (statements, B14)."""
    made = brain_volume.power_by_test(THREES, [0.7, 1.4, 2.8, 5.7], 0.584 / 0.498, 0.05, 10_000, 1)
    for world, expected in {"dose": (15.3, 27.8, 21.4), "steps": (10.6, 17.7, 13.4)}.items():
        assert (100 * made[f"power, {world}"]).tolist() == pytest.approx(expected, abs=0.35)
    shown = tables.formatted(made, brain_volume.POWER)
    assert shown.iloc[:, -1].tolist() == ["11 of 100", "18 of 100", "13 of 100"]
    assert brain_volume.most_power(made)[0] == made.filter(like="power").max(axis=None) == made.loc[0, "power, top"]


# Drawings


@pytest.mark.parametrize(
    ("k", "seen", "finding"),
    [
        (1000, 11, "only cells that double new lesions"),
        (1000, 0, "none of these worlds"),
        (1000, 6, "cells that halve or do not change new lesions"),
        (1000, 9, "cells that do not change or double new lesions"),
        (0.2, 5, "cells that halve, do not change or double new lesions"),
    ],
)
def test_titles_of_three_worlds(k, seen, finding):
    table = new_lesions.new_lesion_counts(0.5, k, YEARS, 12)
    for width in (640, 310):
        choices = json.loads(
            drawing.title(draw.three_worlds(table, width, seen=seen))[0].removesuffix("[bunching]")[1:-1]
        )
        assert " ".join(choices[table.model.iloc[-1 if k < 1 else 0]]).endswith(f" of twelve fits {finding}")
