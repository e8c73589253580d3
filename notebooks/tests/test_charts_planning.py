"""The drawing of chapter 05: its rules, its title by rule, and the numbers it carries."""

import pytest

from tests import drawing
from trial import charts, tables

ASKED = {"effect": 0.5, "power": 0.8, "alpha": 0.05, "origin": "Loss and spread: one trial."}


@pytest.fixture
def needed():
    return tables.people_needed(-0.584, 0.498, -0.15, 0.05, 0.8, tables.effects_around(0.5))


def test_people_needed_carries_both_lines_and_marks_the_effect(needed):
    for chart in drawing.check(charts.people_needed, needed, **ASKED):
        # (1.959964 + 0.841621)^2 x 2 x (0.498 / 0.292)^2 = 45.7 and, over 0.217, 82.7; rounded up.
        assert {"46", "83", "50% prevented"} <= set(drawing.texts(chart))
        drawn = [
            row["people_per_arm"] for row in drawing.rows(chart) if set(row) == {"share", "people_per_arm", "basis"}
        ]
        assert set(needed.people_per_arm) <= set(drawn) and "46 (of all loss)" in chart.to_dict()["description"]


@pytest.mark.parametrize(
    ("bases", "finding"),
    [
        (2, "To see 50% less loss takes 46 people a group, or 83 if ageing itself cannot be slowed"),
        (1, "To see 50% less loss takes 46 people a group"),
    ],
)
def test_titles_of_people_needed(needed, bases, finding):
    kept = needed[needed.basis.isin(needed.basis.unique()[:bases])]
    assert [drawing.title(chart)[0] for chart in drawing.check(charts.people_needed, kept, **ASKED)] == [finding] * 2


def test_people_needed_refuses_an_effect_that_is_not_drawn(needed):
    with pytest.raises(ValueError, match="effect 0.33 is not among the shares drawn"):
        charts.people_needed(needed, 640, effect=0.33, power=0.8, alpha=0.05, origin="")


@pytest.mark.parametrize("effect", [0.05, 0.2, 0.6, 0.9, 1.0])
def test_people_needed_fits_wherever_the_effect_lies(effect):
    table = tables.people_needed(-0.584, 0.498, -0.15, 0.05, 0.8, tables.effects_around(effect))
    drawing.check(charts.people_needed, table, **ASKED | {"effect": effect})


def test_numbers_stand_above_the_highest_line_and_below_the_other(needed):
    chart = charts.people_needed(needed, 640, **ASKED).to_dict()
    numbers = [layer for layer in chart["layer"] if layer["mark"].get("fontWeight") == "bold"]
    at = {row["text"]: layer["mark"]["dy"] for layer in numbers for row in chart["datasets"][layer["data"]["name"]]}
    assert at["83"] < 0 < at["46"]


# What more people can buy

BELIEFS = ([0, 0.25], [0.215, 0.25], [0.43, 0.568])


def success(beliefs, effect=0.5, dropout=0.1):
    believed = tables.beliefs_in_effect(*beliefs, 46, -0.584, 0.498, 0.05, 0.2)
    return {
        "table": tables.success_curves(believed, -0.584, 0.498, 0.05, effect, 46),
        "believed": believed,
        "grid": tables.success_grid(believed, -0.584, 0.498, 0.05, effect, 52, dropout),
        "per_arm": 46,
        "enrolled": 52,
        "effect": effect,
        "dropout": dropout,
        "alpha": 0.05,
        "origin": "Loss and spread: one trial.",
    }


def test_more_people_shows_beliefs_ceilings_and_the_chosen_size():
    for chart in drawing.check(charts.more_people, **success(BELIEFS)):
        words = " ".join(drawing.texts(chart))
        assert "Loss and spread: one trial." in drawing.title(chart)[1]
        assert "at most 50%" in words and "at most 81%" in words and "at most 78%" in words
        assert (
            "80 of 100 trials succeed if 50% is prevented" in words and "13 of 100 under the sceptical belief" in words
        )
        dots = [row for row in drawing.rows(chart) if set(row) == {"share", "row"}]
        assert len(dots) == 150
        assert [param["name"] for param in chart.to_dict()["params"]] == ["hoped_effect", "own_spread", "own_dropout"]


@pytest.mark.parametrize(
    ("beliefs", "finding"),
    [
        (BELIEFS, "More people cannot buy certainty about an effect that may not exist"),
        (([0.5, 0.1], [0.5, 0.15], [0.9, 0.2]), "Whoever is sure of an effect can buy success with people"),
    ],
)
def test_titles_of_more_people(beliefs, finding):
    assert [drawing.title(chart)[0] for chart in drawing.check(charts.more_people, **success(beliefs))] == [finding] * 2


@pytest.mark.parametrize(
    ("beliefs", "effect", "dropout"),
    [
        (BELIEFS, 0.33, 0.17),
        (([0, 0.001], [0.2, 0.001], [3, 4]), 1.0, 0.0),
        (([-1, 0.2], [-0.5, 0.3], [0, 9]), 0.05, 0.9),
    ],
)
def test_more_people_fits_wherever_the_parameters_lie(beliefs, effect, dropout):
    drawing.check(charts.more_people, **success(beliefs, effect, dropout))
