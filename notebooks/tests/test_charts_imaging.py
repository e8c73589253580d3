"""The drawings of chapter 03: their rules, their titles by rule, and the numbers they carry."""

import pandas as pd
import pytest

from tests import drawing
from trial import charts, load, tables

YEARS = 96 * 7 / 365.25


@pytest.fixture(scope="module")
def counts():
    return tables.new_lesion_counts(0.5, 1.0, YEARS, 12)


@pytest.fixture(scope="module")
def atrophy():
    return load.atrophy()


def findings(draw, table, **options):
    return [drawing.title(chart)[0] for chart in drawing.check(draw, table, **options)]


def test_three_worlds_draw_fifty_dots_a_world_and_model(counts):
    for chart in drawing.check(charts.three_worlds, counts, seen=6):
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
    assert findings(charts.three_worlds, counts, seen=seen, choice=False) == [finding] * 2


def test_a_count_may_fit_all_three_worlds():
    loose = tables.new_lesion_counts(0.5, 0.2, YEARS, 12)
    said = findings(charts.three_worlds, loose, seen=5, shown=loose.model.iloc[-1], choice=False)
    assert (
        said == ["Five of twelve fits all of these: cells that do nothing, halve new lesions or double new lesions"] * 2
    )


def test_title_of_three_worlds_follows_the_reader(counts):
    title = drawing.title(charts.three_worlds(counts, 640, seen=6))[0]
    assert title.endswith("[bunching]") and all(model in title for model in counts.model.unique())


def test_new_lesion_count_shows_every_chance(counts):
    same = counts[counts.factor == 1]
    for chart in drawing.check(charts.new_lesion_count, same, seen=6):
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
    assert findings(charts.new_lesion_count, counts[counts.factor == 1], seen=seen) == [finding] * 2


def test_how_fast_gives_this_trial_a_bracket_and_no_point(atrophy):
    for chart in drawing.check(charts.how_fast, atrophy):
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
    assert findings(charts.how_fast, table) == [finding] * 2


def test_luck_carries_the_four_chances():
    for chart in drawing.check(charts.luck, tables.luck([3] * 4)):
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
    assert findings(charts.luck, tables.luck([3] * 4).assign(probability=chances)) == [finding] * 2


def test_cutoffs_carry_every_line(atrophy):
    made = tables.normal_cutoffs(atrophy, load.atrophy_cutoffs())
    wide, narrow = drawing.check(charts.cutoffs, made, atrophy=atrophy)
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
    made = tables.normal_cutoffs(atrophy, load.atrophy_cutoffs()).assign(sensitivity=caught)
    assert findings(charts.cutoffs, made, atrophy=atrophy) == [finding] * 2


def test_lesions_chosen_hold_every_position_of_their_sliders():
    table = tables.chosen_lesions(0.5, 1.0, YEARS, 12, 6)
    wide, _ = drawing.check(charts.lesions_chosen, table, seen=6, rate=0.5, bunching=1.0)
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
    table = tables.chosen_lesions(0.5, 1.0, YEARS, 12, 6)
    for bunching, k in ((0, float("inf")), (1, 1.0), (2, 0.5)):
        own = table[(table.rate == 0.5) & (table.bunching == bunching)].set_index("count").probability
        printed = counts[(counts.factor == 1) & (counts.dispersion_k == k)].set_index("count").probability
        assert own.to_numpy() == pytest.approx(printed.to_numpy(), abs=1e-12)
    assert (table.groupby(["rate", "bunching"]).probability.sum() - 1).abs().max() < 1e-12


def test_title_of_lesions_chosen_where_no_rate_fits():
    table = tables.chosen_lesions(0.01, 1.0, YEARS, 12, 12)
    (title, *_) = findings(charts.lesions_chosen, table, seen=12, rate=0.01, bunching=1.0)
    assert title == "If lesions fall by chance, no untreated rate tried makes twelve of twelve usual"
