"""Simulated panels: totals kept, seeds obeyed, and the moments of the negative multinomial."""

import pytest

from tests import drawing
from tests.inputs import refused
from trial.charts import safety as draw
from trial.methods import simulate


def test_every_panel_has_all_events_and_the_seed_decides():
    panels = simulate.event_panels(44, [3, 3, 3, 3], 1.0, 50, 7)
    assert panels.shape == (50, 4) and (panels.sum(axis=1) == 44).all() and (panels >= 0).all()
    assert (panels == simulate.event_panels(44, [3, 3, 3, 3], 1.0, 50, 7)).all()
    assert (panels != simulate.event_panels(44, [3, 3, 3, 3], 1.0, 50, 8)).any()


def test_mean_and_variance_are_those_of_the_dirichlet_multinomial():
    panels = simulate.event_panels(44, [3, 3, 3, 3], 1.0, 40_000, 1)
    # A cohort of three with weight 1 each is beta-binomial(44, 3, 9): n p = 11, n p q (n + 12) / (12 + 1) = 35.5.
    assert panels.mean(axis=0) == pytest.approx([11] * 4, rel=0.01)
    assert panels[:, 0].var() == pytest.approx(44 * 0.25 * 0.75 * 56 / 13, rel=0.03)


def test_without_bunching_it_is_the_multinomial():
    panels = simulate.event_panels(44, [3, 3, 3, 3], 1e9, 40_000, 1)
    assert panels[:, 0].var() == pytest.approx(44 * 0.25 * 0.75, rel=0.03)


def test_the_line_up_holds_the_reported_panel_once():
    counts = {"A": 14, "B": 16, "C": 9, "D": 5}
    table = simulate.line_up(counts, [3] * 4, 1.0, 12, 2023)
    real = table[table.reported]
    assert table.panel.nunique() == 12 and real.panel.nunique() == 1
    assert dict(zip(real.cohort, real.events, strict=True)) == counts
    assert real.slope.iloc[0] == 14 + 2 * 16 + 3 * 9 + 4 * 5


def test_the_place_of_the_reported_panel_moves_with_the_seed():
    places = {
        int(simulate.line_up({"A": 1, "B": 2}, [3, 3], 1.0, 12, seed).query("reported").panel.iloc[0])
        for seed in range(60)
    }
    assert len(places) > 8


def test_the_picture_does_not_give_the_answer_away():
    table = simulate.line_up({"A": 14, "B": 16, "C": 9, "D": 5}, [3] * 4, 1.0, 12, 2023)
    wide, narrow = drawing.check(draw.line_up, table)
    assert "simulated" in str(wide.to_dict()["title"]) and "simulated" in wide.to_dict()["description"]
    assert "reported" not in {key for rows in wide.to_dict()["datasets"].values() for row in rows for key in row}


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
