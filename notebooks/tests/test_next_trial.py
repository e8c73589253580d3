"""Chapter 05: sizes, records and comparisons against printed or hand-derived values, and its drawings."""

import math

import pandas as pd
import pytest
from statsmodels.stats.power import NormalIndPower, TTestIndPower

from tests import drawing
from trial import load, next_trial, words
from trial.charts import next_trial as draw
from trial.methods import assurance, planning

PLANNED = {
    "atrophy_mean": -0.584,
    "atrophy_sd": 0.498,
    "healthy_atrophy": -0.15,
    "effect": 0.5,
    "alpha": 0.05,
    "power": 0.8,
    "dropout": 0.1,
    "lesions_per_year": 0.5,
    "confidence": 0.95,
}


@pytest.fixture
def published():
    return load.table("sample_sizes")


BELIEFS = ([0, 0.25], [0.215, 0.25], [0.43, 0.568])


PACE = next_trial.recorded_pace(load.table("cohorts"), load.table("design_rules").set_index("rule"), 91)


@pytest.fixture
def controlled():
    return load.table("controlled_trials")


def chosen(**changed):
    return next_trial.designs(
        {**PLANNED, **changed},
        load.table("controlled_trials"),
        load.table("sample_sizes"),
        load.table("progression"),
        BELIEFS,
        PACE,
        96,
    ).set_index("design")


# How many people


def test_sizes_at_the_defaults_agree_with_statsmodels():
    formulas = next_trial.sizes_by_formula({"all": 0.292, "excess": 0.217}, 0.498, 0.05, 0.8, 0.1)
    for column, difference in {"all": 0.292, "excess": 0.217}.items():
        by_z = NormalIndPower().solve_power(difference / 0.498, alpha=0.05, power=0.8)
        by_t = TTestIndPower().solve_power(difference / 0.498, alpha=0.05, power=0.8)
        assert list(formulas[column].iloc[:2]) == [
            words.number(planning.rounded_up(by_z)),
            words.number(planning.rounded_up(by_t)),
        ]
    assert list(formulas["all"]) == ["46", "47", "35", "35", "69 with cells, 35 without", "52"]


def test_the_spreads_are_those_printed_or_follow_from_a_standard_error(published):
    spreads = next_trial.published_spreads(load.table("atrophy"), published).set_index("source")
    assert spreads.loc["msstat2014", ["loss", "sd", "people"]].tolist() == [0.584, 0.498, 70]
    assert spreads.sd["spain2017"] == pytest.approx(0.10 * 24**0.5)
    assert spreads.sd["vdelskamp2010"] == pytest.approx(0.061 * 135**0.5)
    assert spreads.how["spain2017"].startswith("assumed") and spreads.years["vdelskamp2010"] == 0.5


def test_every_source_has_a_size_on_both_bases(published):
    sizes = next_trial.sizes_by_source(
        next_trial.published_spreads(load.table("atrophy"), published), published, -0.15, 0.5, 0.05, 0.8
    )
    sizes = sizes.set_index("Source")
    assert sizes.loc["msstat2014", ["Per group, all loss", "Per group, loss in excess"]].tolist() == ["46", "83"]
    # six months: 0.33 - 0.15 / 2, half of it, SD 0.709; 15.6978 * 0.709^2 / 0.1275^2 = 485.1
    assert sizes.loc["vdelskamp2010", ["Per group, all loss", "Per group, loss in excess"]].tolist() == ["290", "486"]
    # ratio 1.70, half of it: 15.6978 / 0.85^2 = 21.7
    assert sizes.loc["ppms_power2010", "Per group, all loss"] == "22"


def test_a_loss_below_that_of_ageing_has_no_size(published):
    sizes = next_trial.sizes_by_source(
        next_trial.published_spreads(load.table("atrophy"), published), published, -0.55, 0.5, 0.05, 0.8
    )
    assert sizes.set_index("Source").loc["destefano2016", "Per group, loss in excess"] == next_trial.NO_EXCESS


def test_size_over_the_interval_of_the_mean():
    reach = next_trial.size_over_interval(0.584, 0.498, 70, 0.5, 0.05, 0.8, 0.95)
    assert (reach.fewest, reach.most) == (32, 72)
    assert next_trial.size_over_interval(0.1, 0.498, 10, 0.5, 0.05, 0.8, 0.95).most is None


def test_half_the_effect_takes_four_times_the_people():
    needed = (
        next_trial.people_needed(-0.584, 0.498, -0.15, 0.05, 0.8, [0.25, 0.5])
        .set_index(["basis", "effect"])
        .people_per_arm
    )
    assert set(needed.index.get_level_values("basis")) == {"of all loss", "of the loss beyond healthy ageing"}
    for basis in {"of all loss", "of the loss beyond healthy ageing"}:
        assert needed[basis, 0.25] / needed[basis, 0.5] == pytest.approx(4, rel=0.03)
    assert needed["of all loss", 0.5] == 46 and needed["of the loss beyond healthy ageing", 0.5] == 83
    assert list(
        next_trial.people_needed_in_words(needed.rename("people_per_arm").reset_index())["Share prevented"]
    ) == [
        "25%",
        "50%",
    ]


def test_two_shares_by_hand():
    assert planning.people_per_arm_shares(0.5, 0.25, 0.05, 0.8) == 55
    assert planning.people_per_arm_shares(0.25, 0.5, 0.05, 0.8) == 55
    with pytest.raises(ValueError, match="difference is 0.0"):
        planning.people_per_arm_shares(0.3, 0.3, 0.05, 0.8)
    with pytest.raises(ValueError, match="share"):
        planning.people_per_arm_shares(1.2, 0.3, 0.05, 0.8)


def test_van_den_elskamp_is_met_over_the_rounding_of_its_inputs(published):
    check = next_trial.van_den_elskamp(published)
    assert (check.computed, check.lowest, check.highest, check.published) == (290, 277, 304, 283)
    assert check.lowest <= check.published <= check.highest


def test_published_sizes_are_carried_by_the_square_of_the_effect(published):
    same = next_trial.published_sizes(published, 0.5, 0.05, 0.8).set_index("Study")
    assert same["Carried"]["Altmann 2009: SPMS, SIENA, 2 years"] == "32"
    assert same["Carried"]["Anderson 2007: RRMS, SIENA, 2 years"] == "45"  # 123 (0.3 / 0.5)^2 = 44.3
    assert same["Recomputed"]["van den Elskamp 2010: RRMS, PBVC, 0.5 years"] == "290 (277 to 304)"
    assert (same["Recomputed"] == "").sum() == len(same) - 1
    quarter = next_trial.published_sizes(published, 0.25, 0.05, 0.8).set_index("Study")
    assert quarter["Carried"]["Altmann 2009: SPMS, SIENA, 2 years"] == "128"


# What hints were worth


def test_the_record_goes_both_ways(controlled):
    record = next_trial.early_hints(controlled, load.table("sister_findings"))
    verdicts = record["Borne out?"].str.lower()
    assert verdicts.str.startswith("no").sum() >= 3 and verdicts.str.startswith("yes").sum() >= 1
    stat = record[record["What"].str.startswith("Simvastatin")].iloc[0]
    assert "43%" in stat["The early sign"] and "964 people" in stat.iloc[2] and "1.13 (0.91 to 1.39)" in stat.iloc[2]
    cells = record[record["What"].str.startswith("Cells (MSC-NP)")].iloc[0]
    assert "4 of 6" in cells["The early sign"] and "33%" in cells.iloc[2] and "37%" in cells.iloc[2]
    assert "7 of 18" in cells["The early sign"] and "5 of these 7 not fully so" in cells["The early sign"]
    assert cells["Borne out?"].startswith("No") and stat["Borne out?"] == "No"
    assert set(";".join(record["Source"]).replace(" ", "").split(";")) <= set(load.source_keys())


def test_the_top_dose_leads_more_often_the_more_it_does():
    chances = [planning.chance_top_leads([3] * 4, shift, 1) for shift in (-1, 0, 1, 9)]
    assert chances == sorted(chances) and chances[1] == pytest.approx(0.25) and chances[3] == pytest.approx(1)
    # two cohorts of two, by hand: the difference of their means has variance 1, so Phi(1)
    assert planning.chance_top_leads([2, 2], 1, 1) == pytest.approx(0.841345, abs=1e-6)


# How long, watching for harm, donors


def test_the_recorded_pace():
    rules = load.table("design_rules").set_index("rule")
    pace = next_trial.recorded_pace(load.table("cohorts"), rules, 91)
    # 31 May 2017 to 31 July 2021 is 1522 days; less 96 weeks
    assert (pace.people, pace.recorded_days, pace.rule_days) == (12, 1522 - 672, 385)
    assert round(pace.recorded_months) == 28
    assert next_trial.recorded_pace(load.table("cohorts"), rules, 0).rule_days == 4 * 28
    one, ten = next_trial.time_to_enrol(12, pace, 96, centres=(1, 10)).iloc
    assert one["Years to enrol, recorded pace"] == "2.3" and ten["Years to enrol, recorded pace"] == "0.2"


def test_harm_to_exclude_says_whether_the_trial_is_large_enough():
    table = next_trial.harm_to_exclude([0.1, 0.05], 46, 0.95, 0.1)
    assert table.iloc[:, 1].tolist() == ["29", "59"] and table.iloc[:, 2].tolist() == ["33", "66"]
    assert table.iloc[:, -1].tolist() == ["yes", "no"]


def test_donors():
    assert planning.effective_people(46, 1, 0) == 46
    assert planning.effective_people(46, 46, 0.3) == pytest.approx(46)
    assert list(next_trial.donors(46).iloc[0]) == ["one", "32", "14", "8"]
    with pytest.raises(ValueError, match="alike"):
        planning.effective_people(46, 1, 1)


# Designs


def test_designs_at_the_defaults():
    table = chosen()
    assert len(table) >= 6 and table.leans_on.str.len().min() > 10
    assert table.people_per_arm["Two groups, all loss"] == 46 and table.people_enrolled["Two groups, all loss"] == 104
    assert table.people_per_arm["Two groups, loss in excess"] == 83
    # three groups at half the level: 2 (2.2414 + 0.8416)^2 0.498^2 / 0.292^2 = 55.3; 56 / 0.9 is 63 after rounding up
    assert table.loc["Three groups, with sham alone", ["people_per_arm", "people_enrolled"]].tolist() == [56, 3 * 63]
    # 0.48 and 0.48 * 0.79: 7.8489 (0.2496 + 0.2354) / 0.1008^2 = 374.7
    assert table.people_per_arm["Two groups, effect as in EXPAND"] == 375
    assert table.people_per_arm["Two groups, spinal cord"] == 546
    assert table.people_per_arm["One group, harm"] == 59


def test_designs_follow_their_parameters():
    base, changed = chosen(), chosen(effect=0.25, dropout=0.0)
    assert changed.people_per_arm["Two groups, all loss"] == 183  # 4 * 45.66
    assert changed.people_enrolled["Two groups, all loss"] == 366
    assert (
        changed.people_per_arm["Two groups, effect as in EXPAND"]
        == base.people_per_arm["Two groups, effect as in EXPAND"]
    )
    assert next_trial.designs_in_words(changed.reset_index()).shape == (len(changed), 8)


def test_designs_carry_duration_and_chances():
    table = chosen()
    row = table.loc["Two groups, all loss"]
    assert row[list(next_trial.BELIEFS)].tolist() == pytest.approx([0.12798, 0.33172, 0.55446], abs=5e-6)
    # 104 people at 12 in 850 days, ten centres, and 96 weeks
    assert row.years == pytest.approx(104 / 12 * 850 / 365.25 / 10 + 672 / 365.25, rel=1e-9)
    cord = table.loc["Two groups, spinal cord"]
    assert all(0 < cord[name] < row[name] + 0.05 for name in next_trial.BELIEFS)
    # half of the new spots prevented: shares 1 - exp(-0.92) and 1 - exp(-0.46)
    size = table.people_per_arm["Two groups, new spots"]
    shares = [1 - math.exp(-0.5 * 672 / 365.25 * part) for part in (1, 0.5)]
    assert (
        size == planning.people_per_arm_fisher(*shares, 0.05, 0.8) > planning.people_per_arm_shares(*shares, 0.05, 0.8)
    )
    records = next_trial.design_records(table.reset_index()).set_index("name")
    assert (
        records.value["next_trial.design_progression__people_per_arm"]
        == table.people_per_arm["Two groups, getting worse"]
    )
    assert not records.value.isna().any() and "next_trial.design_harm__neutral" not in records.index


def test_designs_where_everyone_has_a_new_spot():
    words_of = next_trial.designs_in_words(chosen(lesions_per_year=50.0).reset_index()).set_index("Design")
    assert words_of.loc["Two groups, new spots"].iloc[2] == "no size up to 300 was found"


def test_beliefs_at_the_defaults():
    table = next_trial.beliefs_in_effect(*BELIEFS, 46, -0.584, 0.498, 0.05, 0.2).set_index("belief")
    assert table.assurance.tolist() == pytest.approx([0.12798, 0.33172, 0.55446], abs=5e-6)
    assert table.ceiling.tolist() == pytest.approx([0.5, 0.805, 0.775], abs=5e-4)
    assert table.more_than_total["enthusiastic"] == pytest.approx(0.158, abs=5e-4)
    both = table.useless_given_success * table.assurance
    assert both.to_numpy() == pytest.approx(table.success_and_useless.to_numpy())
    records = next_trial.belief_records(table.reset_index(), 0.2).set_index("name")
    assert records.value["next_trial.assurance_neutral"] == table.assurance["neutral"]
    hopeless = next_trial.beliefs_in_effect([-0.5, 0.1], *BELIEFS[1:], 46, -0.584, 0.498, 0.05, 0.2)
    assert pd.isna(hopeless.people_for_ceiling[0])
    assert "more than any trial could have" in next_trial.beliefs_in_effect_in_words(hopeless, 46, 0.2).iloc[0].tolist()


def test_the_grid_holds_the_printed_picture_and_stretches_size():
    table = next_trial.beliefs_in_effect(*BELIEFS, 46, -0.584, 0.498, 0.05, 0.2)
    grid = next_trial.success_grid(table, -0.584, 0.498, 0.05, 0.33, 52, 0.17)
    assert len(grid) <= 1500 and not grid.isna().any().any()
    own = grid[(grid.effect == 33) & (grid.spread == 100) & (grid.dropout == 17)].iloc[0]
    assert own.equivalent == 43 and own.neutral == pytest.approx(
        assurance.assurance(0.215, 0.25, 43, 0.498, 0.584, 0.05)
    )
    double = grid[(grid.effect == 50) & (grid.spread == 200) & (grid.dropout == 0)].iloc[0]
    assert double.equivalent == 13
    assert double.hoped == pytest.approx(planning.power_z(13, 0.292, 0.498, 0.05).in_favour)


def test_the_run_in_and_the_look_in_words():
    rule, counts = next_trial.run_in_rule()
    assert len(counts) == next_trial.RUN_IN_PEOPLE and rule.harmed.is_monotonic_increasing
    shown = next_trial.run_in(counts)
    assert shown.p_stop.is_monotonic_increasing and shown.expected_people.is_monotonic_decreasing
    looks = next_trial.early_look([0, 0.2, 0.5], 46, -0.584, 0.498, 0.05)
    assert looks.p_stop.is_monotonic_decreasing and (looks.power_lost >= 0).all()
    assert next_trial.early_look_in_words(looks).iloc[0, 0] == "nothing"
    assert next_trial.watching_records(counts, looks).name.is_unique


ASKED = {"effect": 0.5, "power": 0.8, "alpha": 0.05, "origin": "Loss and spread: one trial."}


@pytest.fixture
def needed():
    return next_trial.people_needed(-0.584, 0.498, -0.15, 0.05, 0.8, next_trial.effects_around(0.5))


def test_people_needed_carries_both_lines_and_marks_the_effect(needed):
    for chart in drawing.check(draw.people_needed, needed, **ASKED):
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
    assert [drawing.title(chart)[0] for chart in drawing.check(draw.people_needed, kept, **ASKED)] == [finding] * 2


def test_people_needed_refuses_an_effect_that_is_not_drawn(needed):
    with pytest.raises(ValueError, match="effect 0.33 is not among the shares drawn"):
        draw.people_needed(needed, 640, effect=0.33, power=0.8, alpha=0.05, origin="")


@pytest.mark.parametrize("effect", [0.05, 0.2, 0.6, 0.9, 1.0])
def test_people_needed_fits_wherever_the_effect_lies(effect):
    table = next_trial.people_needed(-0.584, 0.498, -0.15, 0.05, 0.8, next_trial.effects_around(effect))
    drawing.check(draw.people_needed, table, **ASKED | {"effect": effect})


def test_numbers_stand_above_the_highest_line_and_below_the_other(needed):
    chart = draw.people_needed(needed, 640, **ASKED).to_dict()
    numbers = [layer for layer in chart["layer"] if layer["mark"].get("fontWeight") == "bold"]
    at = {row["text"]: layer["mark"]["dy"] for layer in numbers for row in chart["datasets"][layer["data"]["name"]]}
    assert at["83"] < 0 < at["46"]


# What more people can buy


def success(beliefs, effect=0.5, dropout=0.1):
    believed = next_trial.beliefs_in_effect(*beliefs, 46, -0.584, 0.498, 0.05, 0.2)
    return {
        "table": next_trial.success_curves(believed, -0.584, 0.498, 0.05, effect, 46),
        "believed": believed,
        "grid": next_trial.success_grid(believed, -0.584, 0.498, 0.05, effect, 52, dropout),
        "per_arm": 46,
        "enrolled": 52,
        "effect": effect,
        "dropout": dropout,
        "alpha": 0.05,
        "origin": "Loss and spread: one trial.",
    }


def test_more_people_shows_beliefs_ceilings_and_the_chosen_size():
    for chart in drawing.check(draw.more_people, **success(BELIEFS)):
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
    assert [drawing.title(chart)[0] for chart in drawing.check(draw.more_people, **success(beliefs))] == [finding] * 2


@pytest.mark.parametrize(
    ("beliefs", "effect", "dropout"),
    [
        (BELIEFS, 0.33, 0.17),
        (([0, 0.001], [0.2, 0.001], [3, 4]), 1.0, 0.0),
        (([-1, 0.2], [-0.5, 0.3], [0, 9]), 0.05, 0.9),
    ],
)
def test_more_people_fits_wherever_the_parameters_lie(beliefs, effect, dropout):
    drawing.check(draw.more_people, **success(beliefs, effect, dropout))
