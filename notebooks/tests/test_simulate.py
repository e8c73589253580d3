"""Simulated panels and trials: totals kept, seeds obeyed, moments and chances against theory, and their pictures."""

from math import sqrt

import numpy as np
import pytest
from scipy.stats import norm

from tests import drawing
from tests.inputs import refused
from trial import biomarkers
from trial.charts import biomarkers as draw_biomarkers
from trial.charts import imaging as draw_imaging
from trial.charts import safety as draw_safety
from trial.imaging import brain_volume
from trial.methods import planning, simulate

SIZES, COUNTS = [3, 3, 3, 3], {"A": 14, "B": 16, "C": 9, "D": 5}
OTHERS = [5, 7], [3, 3, 4, 5]  # trials of another shape


def test_every_panel_has_all_events_and_the_seed_decides():
    panels = simulate.event_panels(44, SIZES, 1.0, 50, 7)
    assert panels.shape == (50, 4) and (panels.sum(axis=1) == 44).all() and (panels >= 0).all()
    assert (panels == simulate.event_panels(44, SIZES, 1.0, 50, 7)).all()
    assert (panels != simulate.event_panels(44, SIZES, 1.0, 50, 8)).any()


@pytest.mark.parametrize("people", [SIZES, *OTHERS])
def test_mean_and_variance_are_those_of_the_dirichlet_multinomial(people):
    panels, share = simulate.event_panels(44, people, 1.0, 40_000, 1), np.array(people) / sum(people)
    # A cohort of three of twelve with weight 1 each is beta-binomial(44, 3, 9): n p = 11, n p q (n + 12) / (12 + 1) = 35.5.
    assert panels.mean(axis=0) == pytest.approx(44 * share, rel=0.01)
    spread = 44 * share * (1 - share) * (44 + sum(people)) / (1 + sum(people))
    assert panels.var(axis=0) == pytest.approx(spread, rel=0.03)


def test_without_bunching_it_is_the_multinomial():
    panels = simulate.event_panels(44, [3, 3, 3, 3], 1e9, 40_000, 1)
    assert panels[:, 0].var() == pytest.approx(44 * 0.25 * 0.75, rel=0.03)


def test_the_line_up_holds_the_reported_panel_once():
    table = simulate.line_up(COUNTS, SIZES, 1.0, 12, 2023)
    real = table[table.reported]
    assert table.panel.nunique() == 12 and real.panel.nunique() == 1
    assert dict(zip(real.cohort, real.events, strict=True)) == COUNTS
    assert real.slope.iloc[0] == 14 + 2 * 16 + 3 * 9 + 4 * 5


def test_the_place_of_the_reported_panel_moves_with_the_seed():
    places = {
        int(simulate.line_up({"A": 1, "B": 2}, [3, 3], 1.0, 12, seed).query("reported").panel.iloc[0])
        for seed in range(60)
    }
    assert len(places) > 8


@pytest.mark.parametrize("people", [[1] * 12, *OTHERS])
def test_the_largest_advantage_finds_the_panel_as_often_as_integrated(people):
    """Of twelve panels, or of unequal cohorts, the last ahead: by simulation (no two values tie)."""
    error, ahead = sqrt(1 / 3 + 1 / 9), 0.584 * 0.5 / 0.498
    advantages = np.random.default_rng(4).standard_normal((100_000, len(people))) * error / np.sqrt(people)
    advantages[:, -1] += ahead
    seen = (advantages.argmax(axis=1) == len(people) - 1).mean()
    assert planning.chance_top_leads(people, ahead, error) == pytest.approx(seen, abs=0.006)
    assert planning.chance_top_leads([1] * 12, 0, error) == pytest.approx(1 / 12), "without effect a guess"


def test_the_chance_to_lead_is_a_chance_at_every_edge():
    for people in ([3, 3, 3, 3], [1, 10_000], [10_000, 1], [1, 1, 500]):
        for ahead in (-50, 0, 0.1, 1, 50):
            found = planning.chance_top_leads(people, ahead, 1)
            alone = norm.cdf(ahead / sqrt(sum(1 / size for size in people)))  # where there is one other
            assert 0 <= found <= 1 and (len(people) > 2 or found == pytest.approx(alone, abs=1e-12))
    for people in ([0, 3, 1, 1], [3, 0], [2.5, 3]):
        with pytest.raises(ValueError, match="people in a cohort"):
            planning.chance_top_leads(people, 1, 1)


def test_a_line_up_has_one_panel_with_an_effect_and_its_seed_decides():
    made = simulate.brain_line_up(SIZES, 0.584, 0.498, 0.5, 12, 2023)
    assert made.groupby("panel").works.first().sum() == 1 and len(made) == 144
    assert made.equals(simulate.brain_line_up(SIZES, 0.584, 0.498, 0.5, 12, 2023))
    unequal = simulate.brain_line_up([5, 7], 0.6, 0.5, 0.5, 5, 1).query("panel == 1")
    assert unequal.groupby("dose").size().tolist() == [5, 7]
    told = brain_volume.brain_line_up_numbers(made, 0.584, 0.498, 0.5, 2023)
    assert len(told) == 13 and "seed 2023" in told.iloc[-1, 1]


def test_a_panel_in_which_nothing_rises_is_called_raised_as_often_as_alpha_says():
    raised = [
        ((made.p_value <= 0.05) & (made.change > 0)).mean()
        for seed in range(300)
        for made in [simulate.fluid_panel(50, 12, 0.2, 0, 1.0, seed)]
    ]
    assert np.mean(raised) == pytest.approx(0.025, abs=0.006)


def test_pictures_of_simulated_trials_say_so_and_do_not_give_the_answer_away():
    events = simulate.line_up(COUNTS, SIZES, 1.0, 12, 2023)
    brains = simulate.brain_line_up(SIZES, 0.584, 0.498, 0.5, 12, 1)
    for draw, table, options in (
        (draw_safety.line_up, events, {}),
        (draw_imaging.find_the_trial, brains, {}),
        (
            draw_biomarkers.volcano,
            biomarkers.two_panels(20, 12, 0.2, 0.9, 1),
            {"alpha": 0.05, "called": [0, 1], "molecules": 20},
        ),
    ):
        spec = drawing.check(draw, table, **options)[0].to_dict()
        assert "simulated" in str(spec["title"]).lower() and "simulated" in spec["description"].lower()
        assert not {"reported", "works"} & {key for rows in spec["datasets"].values() for row in rows for key in row}
    answer = int(brains[brains.works].panel.iloc[0])
    assert f"panel {answer}" not in draw_imaging.find_the_trial(brains, 640).to_dict()["description"]


test_impossible_input = refused(
    simulate,
    """
    event_panels(-1, [3, 3], 1.0, 5, 1) -> events is -1
    event_panels(44, [3, 3], 0, 5, 1) -> dispersion is 0
    event_panels(44, [3, 3], nan, 5, 1) -> dispersion is nan
    event_panels(44, [3, 3], 1.0, 0, 1) -> panels is 0
    event_panels(44, [3, 3], 1.0, 5, -1) -> seed is -1
    brain_line_up([3, 3], 0.5, 0, 0.5, 12, 1) -> sd is 0
    fluid_panel(5, 12, 1.0, 0, 1.0, 1) -> correlation is 1
    """,
)
