"""Simulated trials and panels: vectorised tests against the exact ones, chances against theory, and their pictures."""

import numpy as np
import pytest

from tests import drawing
from trial import biomarkers
from trial.charts import biomarkers as draw_biomarkers
from trial.charts import imaging as draw_imaging
from trial.imaging import brain_volume
from trial.methods import exact_tests, simulate

SIZES, DOSES = [3, 3, 3, 3], [0.7, 1.4, 2.8, 5.7]


def trials(many, people=12):
    return np.random.default_rng(5).standard_normal((many, people))


@pytest.mark.parametrize("sides", ["upper", "lower", "two"])
def test_many_trials_at_once_agree_with_one_by_one(sides):
    made = trials(25)
    permuted = simulate.permutation_p_values(made, 3, sides)
    ordered = simulate.jonckheere_p_values(made, SIZES, sides)
    for row, by_mean, by_rank in zip(made, permuted, ordered, strict=True):
        values = [round(float(value), 6) for value in row]
        groups = [values[start : start + 3] for start in range(0, 12, 3)]
        one = exact_tests.two_group_permutation(values[:3], values[3:], sides, 0.05).p_value
        assert by_mean == pytest.approx(one, abs=1e-12)
        assert by_rank == pytest.approx(exact_tests.jonckheere(groups, sides, 0.05).p_value, abs=1e-12)


def test_without_effect_the_tests_reach_their_exact_size():
    made = simulate.power_of_tests(SIZES, DOSES, [0.0], 0.05, 20_000, 3)
    sizes = made[made.world == "top"].set_index("test").power
    # 10 of 220 arrangements, five a side, have twice the smaller tail at most 0.05
    assert sizes["permutation"] == pytest.approx(10 / 220, abs=0.006)
    assert sizes["slope"] == pytest.approx(0.05, abs=0.006)
    assert sizes["jonckheere"] <= 0.05 + 0.006
    assert (made.error > 0).all() and (made.error < 0.002).all()


def test_power_grows_and_overstatement_shrinks_with_the_effect():
    small, large = (simulate.top_against_rest(SIZES, size, 0.05, 4000, 1) for size in (0.5, 4.0))
    assert small["power"][0] < large["power"][0] and small["type_m"][0] > large["type_m"][0] > 0.9
    assert small["type_s"][0] > large["type_s"][0] == 0
    assert large["power"][0] > 0.95


def test_picking_the_dose_after_looking_adds_false_findings():
    found = simulate.false_finding_if_picked(SIZES, 0.05, 20_000, 2)
    # named beforehand and in favour: 5 of 220 arrangements; at most one dose can hold a given extreme place
    assert found["named"][0] == pytest.approx(5 / 220, abs=0.004)
    assert found["named"][0] < found["picked"][0] <= 4 * 5 / 220 + 0.006


def test_line_ups_without_effect_are_guesses():
    share, error = simulate.line_ups_solved(SIZES, 0.0, 12, 20_000, 4)
    assert share == pytest.approx(1 / 12, abs=4 * error)
    assert simulate.line_ups_solved(SIZES, 8.0, 12, 500, 4)[0] > 0.99


def test_a_line_up_has_one_panel_with_an_effect_and_its_seed_decides():
    made = simulate.brain_line_up(SIZES, 0.584, 0.498, 0.5, 12, 2023)
    assert made.groupby("panel").works.first().sum() == 1 and len(made) == 144
    assert made.equals(simulate.brain_line_up(SIZES, 0.584, 0.498, 0.5, 12, 2023))
    told = brain_volume.brain_line_up_numbers(made, 0.584, 0.498, 0.5, 2023)
    assert len(told) == 13 and "seed 2023" in told.iloc[-1, 1]


@pytest.mark.parametrize(("correlation", "at_least"), [(0.0, 1), (0.2, 1), (0.2, 3), (0.6, 2)])
def test_false_increases_agree_with_simulation(correlation, at_least):
    generator = np.random.default_rng(8)
    shared = generator.standard_normal((40_000, 1))
    values = np.sqrt(correlation) * shared + np.sqrt(1 - correlation) * generator.standard_normal((40_000, 50))
    share = ((values > 1.959964).sum(axis=1) >= at_least).mean()
    exact = exact_tests.chance_of_false_increases(50, 0.05, correlation, at_least)
    assert exact == pytest.approx(share, abs=0.012)


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


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (lambda: simulate.shares_of_effect("other", DOSES), "world"),
        (lambda: simulate.shares_of_effect("top", [2, 1]), "rising"),
        (lambda: simulate.top_against_rest(SIZES, 0, 0.05, 100, 1), "the effect is 0"),
        (lambda: simulate.power_of_tests(SIZES, DOSES, [1.0], 1.0, 100, 1), "alpha is 1"),
        (lambda: simulate.false_finding_if_picked([3, 0], 0.05, 100, 1), "people at a dose is 0"),
        (lambda: simulate.brain_line_up(SIZES, 0.5, 0, 0.5, 12, 1), "sd is 0"),
        (lambda: simulate.fluid_panel(5, 12, 1.0, 0, 1.0, 1), "correlation is 1"),
        (lambda: simulate.jonckheere_p_values([[1.0, 1.0, 2.0, 3.0]], [2, 2], "upper"), "tie"),
        (lambda: exact_tests.chance_of_false_increases(50, 0.05, 1.0, 1), "correlation is 1"),
        (lambda: exact_tests.found([0.1], "sidak", 0.05), "correction"),
    ],
)
def test_bad_input_is_one_sentence(call, sentence):
    with pytest.raises(ValueError, match=sentence):
        call()


def test_pictures_of_simulated_trials_say_so():
    powers = brain_volume.power_by_effect(SIZES, DOSES, 0.584, 0.498, 0.05, 100, 1)
    line_up = simulate.brain_line_up(SIZES, 0.584, 0.498, 0.5, 12, 1)
    panel = biomarkers.two_panels(20, 12, 0.2, 0.9, 1)
    for draw, table, options in (
        (draw_imaging.few_people, powers, {"effect": 0.5}),
        (draw_imaging.find_the_trial, line_up, {}),
        (draw_biomarkers.volcano, panel, {"alpha": 0.05}),
    ):
        wide, _ = drawing.check(draw, table, **options)
        assert "simulated" in " ".join(drawing.title(wide)).lower()
        assert "simulated" in wide.to_dict()["description"].lower()
    answer = int(line_up[line_up.works].panel.iloc[0])
    spec = str(draw_imaging.find_the_trial(line_up, 640).to_dict()["description"])
    assert f"panel {answer}" not in spec


@pytest.mark.parametrize(
    ("power", "finding"),
    [(0.33, "at most 33 of 100"), (0.6, "60 of 100 simulated trials at best"), (0.9, "in 90 of 100")],
)
def test_the_title_of_few_people_follows_the_table(power, finding):
    table = brain_volume.power_by_effect(SIZES, DOSES, 0.584, 0.498, 0.05, 100, 1)
    table["power"] = table.effect * power
    assert finding in drawing.title(draw_imaging.few_people(table, 640, 0.5))[0]
