"""Chapter 03 in numbers, each against a value worked out by hand or printed in a source, and its drawings."""

from math import comb, exp, inf, log, sqrt

import numpy as np
import pandas as pd
import pytest

from tests import drawing
from trial import imaging, load
from trial.charts import imaging as draw
from trial.methods import planning

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
    made = imaging.normal_cutoffs(load.table("atrophy"), load.table("atrophy_cutoffs"))
    assert [round(value, 2) for value in made.cutoff] == [-0.52, -0.46, -0.4]
    assert (made.sensitivity - made.printed_sensitivity).abs().max() < 0.015


def test_the_trial_itself_has_no_number_in_the_forest():
    table = imaging.atrophy_in_words(load.table("atrophy"))
    assert table["% lost a year"].iloc[-1] == "less; no number in what we read"


def test_less_than_whom_without_and_with_effect():
    nothing = imaging.less_than_whom(THREES, 0.584, 0.498, 1e-12)
    assert nothing.no_effect.tolist() == [1, 0.5, 0.25]
    assert nothing.effect.to_numpy() == pytest.approx([1, 0.5, 0.25])
    some = imaging.less_than_whom(THREES, 0.584, 0.498, 0.5)
    assert some.most_odds.tolist() == [1, 2, 4]
    assert (some.odds <= some.most_odds).all()
    # two groups of one: the chance that one of two normals is larger, Phi(shift / sqrt 2)
    assert planning.chance_top_leads([1, 1], 1, 1) == pytest.approx(imaging.chance_top_beats_rest(1, 1, 1, 1))


def test_best_of_four_agrees_with_a_seeded_simulation():
    draws = np.random.default_rng(1).normal(size=(200_000, 4)) * 0.498 / sqrt(3)
    draws[:, 3] += 0.292
    often = (draws.argmax(axis=1) == 3).mean()
    assert planning.chance_top_leads([3] * 4, 0.292, 0.498) == pytest.approx(often, abs=0.004)


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


@pytest.fixture(scope="module")
def atrophy():
    return load.table("atrophy")


def findings(draw, table, **options):
    return [drawing.title(chart)[0] for chart in drawing.check(draw, table, **options)]


def test_three_worlds_draw_fifty_dots_a_world_and_model(counts):
    for chart in drawing.check(draw.three_worlds, counts, seen=6):
        dots = pd.DataFrame([row for row in drawing.rows(chart) if set(row) == {"count", "row", "model"}])
        assert dots.groupby("model").size().tolist() == [150] * 3
        assert {"exactly 6: 15 of 100 trials", "exactly 6: 18 of 100 trials"} <= set(drawing.texts(chart))
        assert "15 of 100 if they halve new lesions" in chart.to_dict()["description"]
        parameter = chart.to_dict()["params"][0]
        assert (parameter["name"], parameter["value"]) == ("bunching", "spread by chance")


@pytest.mark.parametrize(
    ("seen", "finding"),
    [
        (6, "Six of twelve fits cells that do nothing and cells that halve new lesions"),
        (11, "Eleven of twelve fits only cells that double new lesions"),
        (0, "None of twelve fits none of these worlds"),
    ],
)
def test_titles_of_three_worlds(counts, seen, finding):
    assert findings(draw.three_worlds, counts, seen=seen, choice=False) == [finding] * 2


def test_a_count_may_fit_all_three_worlds():
    loose = imaging.new_lesion_counts(0.5, 0.2, YEARS, 12)
    said = findings(draw.three_worlds, loose, seen=5, shown=loose.model.iloc[-1], choice=False)
    assert (
        said == ["Five of twelve fits all of these: cells that do nothing, halve new lesions or double new lesions"] * 2
    )


def test_title_of_three_worlds_follows_the_reader(counts):
    title = drawing.title(draw.three_worlds(counts, 640, seen=6))[0]
    assert title.endswith("[bunching]") and all(model in title for model in counts.model.unique())


def test_new_lesion_count_shows_every_chance(counts):
    same = counts[counts.factor == 1]
    for chart in drawing.check(draw.new_lesion_count, same, seen=6):
        assert {"18", "22", "6 of 12, the count of this trial", "on average 7.2 of 12"} <= set(drawing.texts(chart))


@pytest.mark.parametrize(
    ("seen", "finding"),
    [
        (6, "Without any effect, six of twelve would be no surprise"),
        (0, "Without any effect, none of twelve would be a surprise"),
        (3, "Without any effect, three of twelve surprises only under some of these assumptions"),
    ],
)
def test_titles_of_new_lesion_count(counts, seen, finding):
    assert findings(draw.new_lesion_count, counts[counts.factor == 1], seen=seen) == [finding] * 2


def test_how_fast_gives_this_trial_a_bracket_and_no_point(atrophy):
    for chart in drawing.check(draw.how_fast, atrophy):
        assert {"[", "]", "less; no number read", "0.58", "0.65"} <= set(drawing.texts(chart))
        points = [row for row in drawing.rows(chart) if set(row) == {"loss", "row"}]
        assert len(points) == atrophy.loss_percent_per_year.notna().sum() == len(atrophy) - 1
        # MS-STAT placebo by hand: 0.584 +/- 1.96 x 0.498 / sqrt(70) = 0.467 to 0.701
        assert any(
            row.get("low") == pytest.approx(0.4673, abs=1e-4) and row["high"] == pytest.approx(0.7007, abs=1e-4)
            for row in drawing.rows(chart)
            if "low" in row
        )


@pytest.mark.parametrize(
    ("spread", "finding"),
    [
        (0.5, "People differ far more than trial averages do"),
        (0.2, "People differ more than trial averages do"),
        (0.05, "Trial averages differ as much as people do"),
        (None, "How much people differ is not known for any of these groups"),
    ],
)
def test_titles_of_how_fast(atrophy, spread, finding):
    table = atrophy.assign(sd=pd.Series([spread] * len(atrophy), dtype=float).where(atrophy.sd.notna()))
    assert findings(draw.how_fast, table) == [finding] * 2


def test_luck_carries_the_four_chances():
    for chart in drawing.check(draw.luck, imaging.luck([3] * 4)):
        drawn = [row["chance"] for row in drawing.rows(chart) if set(row) == {"chance", "row"}]
        assert drawn == pytest.approx([100, 50, 25, 100 / 24])


@pytest.mark.parametrize(
    ("chances", "finding"),
    [
        ([1, 0.5, 0.25, 0.04], "Luck alone would write three of these four headlines at least one time in four"),
        ([1, 0.5, 0.25, 0.3], "Luck alone would write each of these headlines at least one time in four"),
        ([0.1, 0.2, 0.2, 0.04], "Luck alone would write none of these headlines as often as one time in four"),
    ],
)
def test_titles_of_luck(chances, finding):
    assert findings(draw.luck, imaging.luck([3] * 4).assign(probability=chances)) == [finding] * 2


def test_cutoffs_carry_every_line(atrophy):
    made = imaging.normal_cutoffs(atrophy, load.table("atrophy_cutoffs"))
    wide, narrow = drawing.check(draw.cutoffs, made, atrophy=atrophy)
    assert "0.52: 95 of 100 healthy people lose less" in drawing.texts(wide)
    assert {"0.40", "0.46", "0.52", "more: 49 of 100 with MS"} <= set(drawing.texts(narrow))
    assert "0.52 (49 of 100)" in wide.to_dict()["description"]


@pytest.mark.parametrize(
    ("caught", "finding"),
    [
        (0.49, "A line that 95 of 100 healthy people stay below is passed by only 49 of 100 with MS"),
        (0.9, "A line that 95 of 100 healthy people stay below is passed by 90 of 100 with MS"),
    ],
)
def test_titles_of_cutoffs(atrophy, caught, finding):
    made = imaging.normal_cutoffs(atrophy, load.table("atrophy_cutoffs")).assign(sensitivity=caught)
    assert findings(draw.cutoffs, made, atrophy=atrophy) == [finding] * 2


def test_lesions_chosen_hold_every_position_of_their_sliders():
    table = imaging.chosen_lesions(0.5, 1.0, YEARS, 12, 6)
    wide, _ = drawing.check(draw.lesions_chosen, table, seen=6, rate=0.5, bunching=1.0)
    rate, bunching = wide.to_dict()["params"]
    assert (rate["value"], rate["bind"]["min"], rate["bind"]["step"]) == (0.5, 0.1, 0.1)
    assert rate["bind"]["max"] == pytest.approx(1.2)
    assert [bunching["bind"][end] for end in ("min", "max", "step")] == [0, 3, 0.5] and bunching["value"] == 1
    readings = [row for row in drawing.rows(wide) if "reading" in row]
    assert len(readings) == 12 * 7
    (printed,) = [row["reading"] for row in readings if (row["rate_step"], row["step"]) == (4, 2)]
    assert printed == "6 of 12: 22 of 100 trials\n6 or fewer: 67 of 100\n6 or more: 56 of 100"
    assert drawing.title(wide)[0] == (
        "If lesions fall by chance, untreated rates of 0.2 to 0.8 a year make six of twelve no surprise"
    )


def test_chosen_lesions_are_those_of_the_printed_models(counts):
    table = imaging.chosen_lesions(0.5, 1.0, YEARS, 12, 6)
    for bunching, k in ((0, float("inf")), (1, 1.0), (2, 0.5)):
        own = table[(table.rate == 0.5) & (table.bunching == bunching)].set_index("count").probability
        printed = counts[(counts.factor == 1) & (counts.dispersion_k == k)].set_index("count").probability
        assert own.to_numpy() == pytest.approx(printed.to_numpy(), abs=1e-12)
    assert (table.groupby(["rate", "bunching"]).probability.sum() - 1).abs().max() < 1e-12


def test_title_of_lesions_chosen_where_no_rate_fits():
    table = imaging.chosen_lesions(0.01, 1.0, YEARS, 12, 12)
    (title, *_) = findings(draw.lesions_chosen, table, seen=12, rate=0.01, bunching=1.0)
    assert title == "If lesions fall by chance, no untreated rate tried makes twelve of twelve usual"
