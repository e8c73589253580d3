"""Simulated trials and panels: chances against theory, and their pictures."""

from math import sqrt

import numpy as np
import pytest

from tests import drawing
from trial import biomarkers
from trial.charts import biomarkers as draw_biomarkers
from trial.charts import imaging as draw_imaging
from trial.imaging import brain_volume
from trial.methods import exact_tests, planning, simulate

SIZES = [3, 3, 3, 3]


def test_the_largest_advantage_finds_the_panel_as_often_as_integrated():
    """Of twelve panels, one ahead: without effect a guess, and by simulation (no two values tie)."""
    error, ahead = sqrt(1 / 3 + 1 / 9), 0.584 * 0.5 / 0.498
    assert planning.chance_top_leads([1] * 12, 0, error) == pytest.approx(1 / 12)
    advantages = np.random.default_rng(4).standard_normal((100_000, 12)) * error
    advantages[:, 0] += ahead
    seen = (advantages.argmax(axis=1) == 0).mean()
    assert planning.chance_top_leads([1] * 12, ahead, error) == pytest.approx(seen, abs=0.006)


def test_the_chance_to_lead_is_a_chance_at_every_edge():
    for people in ([3, 3, 3, 3], [1, 10_000], [10_000, 1], [1, 1, 500]):
        for ahead in (-50, 0, 1, 50):
            assert 0 <= planning.chance_top_leads(people, ahead, 1) <= 1
        others = len(people) - 1
        assert others > 1 or planning.chance_top_leads(people, 0, 1) == pytest.approx(0.5)
    for people in ([0, 3, 1, 1], [3, 0], [2.5, 3]):
        with pytest.raises(ValueError, match="people in a cohort"):
            planning.chance_top_leads(people, 1, 1)


def test_a_line_up_has_one_panel_with_an_effect_and_its_seed_decides():
    made = simulate.brain_line_up(SIZES, 0.584, 0.498, 0.5, 12, 2023)
    assert made.groupby("panel").works.first().sum() == 1 and len(made) == 144
    assert made.equals(simulate.brain_line_up(SIZES, 0.584, 0.498, 0.5, 12, 2023))
    told = brain_volume.brain_line_up_numbers(made, 0.584, 0.498, 0.5, 2023)
    assert len(told) == 13 and "seed 2023" in told.iloc[-1, 1]


def test_corrections_by_hand_and_in_the_order_given():
    # of 0.0125, 0.04 and 0.03, Holm asks 0.05/3, then 0.05/2; Benjamini-Hochberg asks the largest for 0.05 only
    passed = {key: exact_tests.found([0.04, 0.0125, 0.03], key, 0.05).tolist() for key in exact_tests.CORRECTIONS}
    assert passed == {"none": [True] * 3, "holm": [False, True, False], "bh": [True] * 3, "by": [False] * 3}


def test_a_panel_in_which_nothing_rises_is_called_raised_as_often_as_alpha_says():
    raised = [
        ((made.p_value <= 0.05) & (made.change > 0)).mean()
        for seed in range(300)
        for made in [simulate.fluid_panel(50, 12, 0.2, 0, 1.0, seed)]
    ]
    assert np.mean(raised) == pytest.approx(0.025, abs=0.006)


def test_pictures_of_simulated_trials_say_so():
    line_up = simulate.brain_line_up(SIZES, 0.584, 0.498, 0.5, 12, 1)
    panel = biomarkers.two_panels(20, 12, 0.2, 0.9, 1)
    for draw, table, options in (
        (draw_imaging.find_the_trial, line_up, {}),
        (draw_biomarkers.volcano, panel, {"alpha": 0.05}),
    ):
        wide, _ = drawing.check(draw, table, **options)
        assert "simulated" in " ".join(drawing.title(wide)).lower()
        assert "simulated" in wide.to_dict()["description"].lower()
    answer = int(line_up[line_up.works].panel.iloc[0])
    spec = str(draw_imaging.find_the_trial(line_up, 640).to_dict()["description"])
    assert f"panel {answer}" not in spec
