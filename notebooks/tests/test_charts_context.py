"""The drawings of chapter 06: their rules, their titles by rule, and the numbers they carry."""

import pytest

from tests import drawing
from trial import charts, load, tables


@pytest.fixture
def worse():
    return tables.progression_shares(load.progression(), load.trial_participants())


@pytest.fixture
def counts():
    return tables.people_living_with_ms(load.prevalence())


def test_progression_draws_every_group_from_zero(worse):
    for chart in drawing.check(charts.progression, worse):
        drawn = [row["share"] for row in drawing.rows(chart) if set(row) == {"share", "row"}]
        assert drawn == pytest.approx(list(100 * worse.share))
        assert {"56.8%", "48%", "38.5%", *worse.trial} <= set(drawing.texts(chart))
        told = " ".join(drawing.texts(chart)).replace("\n", " ")
        assert "63% with EDSS 6.0 to 6.5 at the start" in told and "EDSS up to" not in told
        assert "from 32% (EXPAND) to 57% (Interferon beta-1b trial)" in chart.to_dict()["description"]


@pytest.mark.parametrize(
    ("lowest", "highest", "finding"),
    [
        (0.32, 0.568, "On placebo, 32% to 57% of people got measurably worse"),
        (0.5, 0.7, "On placebo, most people got measurably worse in each of these trials"),
        (0.2, 0.5, "On placebo, most people did not get measurably worse in any of these trials"),
    ],
)
def test_titles_of_progression(worse, lowest, highest, finding):
    table = worse.iloc[:2].assign(share=[highest, lowest])
    assert [drawing.title(chart)[0] for chart in drawing.check(charts.progression, table)] == [finding] * 2


def test_prevalence_draws_every_source(counts):
    for chart in drawing.check(charts.prevalence, counts):
        assert {"1.0 million", "0.73 million", "0.40 million", "2.8 million"} <= set(drawing.texts(chart))
        assert "United States, 2012: 0.40 million" in chart.to_dict()["description"]


@pytest.mark.parametrize(
    ("values", "finding"),
    [
        ([1000000, 727344, 400000], "For the United States sources differ 2.5-fold: they count different people"),
        ([1000000, 900000, 800000], "For the United States sources agree within 25%"),
        ([1000000], "How many people live with MS, by source"),
    ],
)
def test_titles_of_prevalence(counts, values, finding):
    table = counts.iloc[: len(values)].assign(value=values)
    assert [drawing.title(chart)[0] for chart in drawing.check(charts.prevalence, table)] == [finding] * 2
