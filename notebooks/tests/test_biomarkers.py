"""Chapter 04 in numbers, each against a value worked out by hand or printed in a source, and its drawings."""

import pandas as pd
import pytest
from statsmodels.stats.power import TTestIndPower

from tests import drawing
from trial import biomarkers, load
from trial.charts import biomarkers as draw
from trial.charts import theme


@pytest.fixture
def moved():
    return biomarkers.directions(load.table("biomarkers"))


def test_no_head_of_a_column_is_wider_than_its_column(moved):
    """At 360 px the names of the MSC-NP studies ran into each other."""
    for width in (theme.WIDE, theme.NARROW):
        rows = drawing.rows(draw.directions(moved, width))
        heads = sorted(
            (row["at"], row["text"]) for row in rows if set(row) == {"at", "text"} and row["text"] != draw.BLANK
        )
        step = heads[1][0] - heads[0][0]
        assert len(heads) == 1 + moved.trial.nunique()
        assert theme.BOLD_ROOM * max(len(line) for _, text in heads for line in text.split("\n")) < step


def test_volcanoes_name_both_scales():
    for alpha in (0.05, 0.001):
        for chart in drawing.check(
            draw.volcano, biomarkers.two_panels(20, 12, 0.2, 2.0, 1), alpha=alpha, called=[0, 2], molecules=20
        ):
            texts = drawing.texts(chart)
            assert texts.count(f"p = {alpha}") == 2 and "Mean change, in SDs of the change" in texts
            assert any(text in texts for text in ("0.001", "0.0001", "0.00001")), "p-values further up are named too"


@pytest.mark.parametrize(
    ("ways", "finding"),
    [
        ([("a", "X", "up"), ("a", "Y", "down")], "Other studies do not agree on which way a moved"),
        (
            [("a", "X", "up"), ("a", "Y", "changed"), ("b", "X", "up")],
            "One of 2 molecules moved in more than one trial: a",
        ),
        ([("a", "X", "up"), ("b", "Y", "up")], "No molecule moved in two trials"),
        ([("a", "X", "up"), ("a", "Y", "unchanged")], "No molecule moved in two trials"),
    ],
)
def test_titles_of_directions(ways, finding):
    table = pd.DataFrame(ways, columns=["analyte", "trial", "direction"]).assign(people_of=lambda rows: rows.trial)
    assert drawing.title(draw.directions(table, theme.NARROW))[0] == finding


def test_a_study_of_people_of_a_trial_is_no_second_trial_in_the_title(moved):
    """MMP9 stands in two studies, but one is in part of the other's people; CCL2 stands in phase I too."""
    assert drawing.title(draw.directions(moved, 640))[0].endswith("in more than one trial: CCL2")
    alone = moved[moved.analyte == "MMP9"]
    assert drawing.title(draw.directions(alone, 640))[0] == "No molecule moved in two trials"


def test_tables_use_the_tests_they_name():
    """A referee's values for twelve people: 78, 51 and 19 of 100 by t, 74, 47 and 17 by ranks; 64, 26 and 12 an arm by t."""
    made = biomarkers.returns_by_correlation(biomarkers.returns([0.5, 1, 1.5], [0.5, 0.7, 0.9]), 12, 0.05)
    assert [round(100 * power) for power in made["t test"]] == [78, 51, 19]
    assert [round(100 * power) for power in made["signed rank"]] == [74, 47, 17]
    sizes = biomarkers.controlled_sizes([0.5, 0.8, 1.2], 0.05, 0.8, 50)
    assert sizes.named.tolist() == [64, 26, 12]
    for people, difference in zip(sizes.in_panel, sizes.difference, strict=True):
        found = [TTestIndPower().power(difference, n, 0.001) for n in (people - 1, people)]
        assert found[0] < 0.8 <= found[1]


def test_directions_leave_this_trial_and_blood_out_and_keep_all_others():
    file = load.table("biomarkers")
    moved = biomarkers.directions(file)
    assert len(moved) == len(file) - file.trial.str.startswith("STEMS").sum() - (file.fluid == "blood").sum()
    assert set(biomarkers.named_again(moved, "trial")) == {"CCL2", "MMP9"}
    assert biomarkers.named_again(moved, "people_of") == ["CCL2"]
    assert set(file.shares_people_with) - {""} <= set(file.trial), (
        "who shares people shares them with a trial of the table"
    )
