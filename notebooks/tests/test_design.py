"""Drawings of chapter 01: rules for every figure, the values that are drawn, and each branch of each title."""

import pandas as pd
import pytest

from tests import drawing
from trial import design, load
from trial.charts import design as draw
from trial.methods import planning


@pytest.fixture(scope="module")
def curves():
    return design.named_curves(load.table("dlt_curves"), {})


@pytest.fixture(scope="module")
def names():
    return design.curve_words(load.table("dlt_curves"), {})


def finding(chart):
    text = chart.to_dict()["title"]["text"]
    return text if isinstance(text, str) else " ".join(text)


def test_ladder_shows_every_dose_and_person(curves):
    cohorts = load.table("cohorts")
    drawing.check(
        draw.dose_ladder, cohorts, body_weight_kg=70.0, sister_doses=design.sister_doses(load.table("sister_doses"))
    )
    for width in (340, 640):
        made = draw.dose_ladder(cohorts, width, body_weight_kg=70.0)
        text = drawing.svg(made)
        assert all(f"{dose} million per kg" in text for dose in ("0.7", "1.4", "2.8", "5.7"))
        assert "399 million at 70 kg" in text


@pytest.mark.parametrize(
    ("doses", "begins"),
    [
        ([0.7, 1.4, 2.8, 5.7], "Each step doubled the dose, three people"),
        ([1, 3, 9, 27], "Each step raised the dose 3-fold"),
        ([1, 2, 9, 10], "From the lowest to the highest, the dose rose 10-fold"),
    ],
)
def test_ladder_title_follows_the_steps(doses, begins):
    cohorts = load.table("cohorts").assign(dose_million_cells_per_kg=doses)
    assert finding(draw.dose_ladder(cohorts, 640, body_weight_kg=70.0)).startswith(begins)


def test_calendar_draws_every_person_and_recorded_date():
    rules = load.table("design_rules").set_index("rule")
    table = design.earliest_calendar(load.table("cohorts"), rules, 91)
    drawing.check(draw.calendar, table, recorded=design.recorded_dates(rules))
    assert len(table) == 12 and table.injection_day.max() == 385
    by_hand = [0, 14, 28, 119, 133, 147, 238, 252, 266, 357, 371, 385]
    assert table.injection_day.tolist() == by_hand
    assert planning.earliest_calendar(3, 4, 14, 91, 672).injection_day.tolist() == by_hand


def test_passing_draws_both_chances_of_every_curve(curves, names):
    table = design.passing(curves, names, "A")
    drawing.check(draw.passing, table)
    text = drawing.svg(draw.passing(table, 640))
    assert "78%" in text and "98%" in text and "0.2%" in text


def test_mtd_shares_add_up(curves, names):
    table = design.mtd_distribution(curves, names, "A")
    drawing.check(draw.mtd_distribution, table)
    assert table.groupby("curve").probability.sum().tolist() == pytest.approx([1] * 5)


@pytest.mark.parametrize(("share", "says"), [(0.9, "mostly ends at the highest"), (0.1, "In none of these cases")])
def test_mtd_title_follows_the_shares(curves, names, share, says):
    table = design.mtd_distribution({"flat_2": [share / 10] * 4}, names, "A")
    last = table.dose_label == "top dose passed"
    table.loc[last, "probability"] = share
    assert says in finding(draw.mtd_distribution(table, 640))


def test_flat_rate_moves_within_its_grid():
    table = design.flat_rates("A", 40)
    drawing.check(draw.flat_rate, table)
    chart = draw.flat_rate(table, 640).to_dict()
    slider = next(parameter for parameter in chart["params"] if parameter["name"] == "flat_rate")
    assert (slider["value"], slider["bind"]["min"], slider["bind"]["max"], slider["bind"]["step"]) == (10, 1, 40, 1)
    assert len(table) == 40
    # (0.9^3 + 3 x 0.1 x 0.9^2 x 0.9^3)^4 by hand
    assert table.p_top_dose_passed.iloc[9] == pytest.approx((0.9**3 + 3 * 0.1 * 0.9**2 * 0.9**3) ** 4)
    assert table.p_no_dlt_in_12.iloc[9] == pytest.approx(0.9**12)


def test_flat_rate_title_follows_the_table():
    table = design.flat_rates("A", 40)
    assert "Harm in 13% at every dose still passes" in finding(draw.flat_rate(table, 640))
    assert "Even the mildest" in finding(draw.flat_rate(table[table.rate > 20].reset_index(drop=True), 640, shown=30))


def test_readings_agree_where_they_must(curves, names):
    shares = {reading: design.passing(curves, names, reading).p_top_dose_passed.tolist() for reading in "ABC"}
    assert shares["A"] == pytest.approx(shares["B"]) and shares["A"] == pytest.approx(shares["C"])


def test_beliefs_name_five_priors():
    table = design.beliefs([3] * 4, 1 / 3)
    assert len(table) == 5 and isinstance(table, pd.DataFrame)
    # Uniform by itself: Beta(1, 4), P(rate > 1/3) = (2/3)^4 = 0.1975
    assert table.iloc[0]["The same, after"] == "20%"


@pytest.mark.parametrize(
    ("end", "says"),
    [
        (1522, "The rules allow 35 months; by the recorded dates it took 50"),
        (1080, "The recorded dates are close to the 35 months the rules allow"),
        (600, "The recorded end, month 20, is sooner than the 35 months the rules ask for"),
    ],
)
def test_calendar_title_follows_the_recorded_end(end, says):
    table = design.earliest_calendar(load.table("cohorts"), load.table("design_rules").set_index("rule"), 91)
    recorded = pd.DataFrame({"day": [0, end], "label": ["start", "end"]})
    assert finding(draw.calendar(table, 640, recorded=recorded)) == says


def test_mtd_title_names_a_mixed_picture(curves, names):
    assert "depends on how frequent harm is" in finding(
        draw.mtd_distribution(design.mtd_distribution(curves, names, "A"), 640)
    )
