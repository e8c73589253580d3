"""Sizes, records and comparisons of chapters 05 and 06, against printed or hand-derived values."""

import math

import pandas as pd
import pytest
from statsmodels.stats.power import NormalIndPower, TTestIndPower

from trial import load, planning, tables, words
from trial.tables import planning as made

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
    return load.sample_sizes()


BELIEFS = ([0, 0.25], [0.215, 0.25], [0.43, 0.568])
PACE = tables.recorded_pace(load.cohorts(), load.design_rules().set_index("rule"), 91)


@pytest.fixture
def controlled():
    return load.controlled_trials()


def chosen(**changed):
    return tables.designs(
        {**PLANNED, **changed}, load.controlled_trials(), load.sample_sizes(), load.progression(), BELIEFS, PACE, 96
    ).set_index("design")


# How many people


def test_sizes_at_the_defaults_agree_with_statsmodels():
    formulas = tables.sizes_by_formula({"all": 0.292, "excess": 0.217}, 0.498, 0.05, 0.8, 0.1)
    for column, difference in {"all": 0.292, "excess": 0.217}.items():
        by_z = NormalIndPower().solve_power(difference / 0.498, alpha=0.05, power=0.8)
        by_t = TTestIndPower().solve_power(difference / 0.498, alpha=0.05, power=0.8)
        assert list(formulas[column].iloc[:2]) == [
            words.number(planning.rounded_up(by_z)),
            words.number(planning.rounded_up(by_t)),
        ]
    assert list(formulas["all"]) == ["46", "47", "35", "35", "69 with cells, 35 without", "52"]


def test_the_spreads_are_those_printed_or_follow_from_a_standard_error(published):
    spreads = tables.published_spreads(load.atrophy(), published).set_index("source")
    assert spreads.loc["msstat2014", ["loss", "sd", "people"]].tolist() == [0.584, 0.498, 70]
    assert spreads.sd["spain2017"] == pytest.approx(0.10 * 24**0.5)
    assert spreads.sd["vdelskamp2010"] == pytest.approx(0.061 * 135**0.5)
    assert spreads.how["spain2017"].startswith("assumed") and spreads.years["vdelskamp2010"] == 0.5


def test_every_source_has_a_size_on_both_bases(published):
    sizes = tables.sizes_by_source(
        tables.published_spreads(load.atrophy(), published), published, -0.15, 0.5, 0.05, 0.8
    )
    sizes = sizes.set_index("Source")
    assert sizes.loc["msstat2014", ["Per group, all loss", "Per group, loss in excess"]].tolist() == ["46", "83"]
    # six months: 0.33 - 0.15 / 2, half of it, SD 0.709; 15.6978 * 0.709^2 / 0.1275^2 = 485.1
    assert sizes.loc["vdelskamp2010", ["Per group, all loss", "Per group, loss in excess"]].tolist() == ["290", "486"]
    # ratio 1.70, half of it: 15.6978 / 0.85^2 = 21.7
    assert sizes.loc["ppms_power2010", "Per group, all loss"] == "22"


def test_a_loss_below_that_of_ageing_has_no_size(published):
    sizes = tables.sizes_by_source(
        tables.published_spreads(load.atrophy(), published), published, -0.55, 0.5, 0.05, 0.8
    )
    assert sizes.set_index("Source").loc["destefano2016", "Per group, loss in excess"] == made.NO_EXCESS


def test_size_over_the_interval_of_the_mean():
    reach = tables.size_over_interval(0.584, 0.498, 70, 0.5, 0.05, 0.8, 0.95)
    assert (reach.fewest, reach.most) == (32, 72)
    assert tables.size_over_interval(0.1, 0.498, 10, 0.5, 0.05, 0.8, 0.95).most is None


def test_half_the_effect_takes_four_times_the_people():
    needed = (
        tables.people_needed(-0.584, 0.498, -0.15, 0.05, 0.8, [0.25, 0.5]).set_index(["basis", "effect"]).people_per_arm
    )
    assert set(needed.index.get_level_values("basis")) == {"of all loss", "of the loss beyond healthy ageing"}
    for basis in {"of all loss", "of the loss beyond healthy ageing"}:
        assert needed[basis, 0.25] / needed[basis, 0.5] == pytest.approx(4, rel=0.03)
    assert needed["of all loss", 0.5] == 46 and needed["of the loss beyond healthy ageing", 0.5] == 83
    assert list(tables.people_needed_in_words(needed.rename("people_per_arm").reset_index())["Share prevented"]) == [
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
    check = tables.van_den_elskamp(published)
    assert (check.computed, check.lowest, check.highest, check.published) == (290, 277, 304, 283)
    assert check.lowest <= check.published <= check.highest


def test_published_sizes_are_carried_by_the_square_of_the_effect(published):
    same = tables.published_sizes(published, 0.5, 0.05, 0.8).set_index("Study")
    assert same["Carried"]["Altmann 2009: SPMS, SIENA, 2 years"] == "32"
    assert same["Carried"]["Anderson 2007: RRMS, SIENA, 2 years"] == "45"  # 123 (0.3 / 0.5)^2 = 44.3
    assert same["Recomputed"]["van den Elskamp 2010: RRMS, PBVC, 0.5 years"] == "290 (277 to 304)"
    assert (same["Recomputed"] == "").sum() == len(same) - 1
    quarter = tables.published_sizes(published, 0.25, 0.05, 0.8).set_index("Study")
    assert quarter["Carried"]["Altmann 2009: SPMS, SIENA, 2 years"] == "128"


# What hints were worth


def test_the_record_goes_both_ways(controlled):
    record = tables.early_hints(controlled, load.sister_findings())
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
    chances = [planning.chance_top_leads(4, 3, shift, 1) for shift in (-1, 0, 1, 9)]
    assert chances == sorted(chances) and chances[1] == pytest.approx(0.25) and chances[3] == pytest.approx(1)
    # two cohorts of two, by hand: the difference of their means has variance 1, so Phi(1)
    assert planning.chance_top_leads(2, 2, 1, 1) == pytest.approx(0.841345, abs=1e-6)


# How long, watching for harm, donors


def test_the_recorded_pace():
    rules = load.design_rules().set_index("rule")
    pace = tables.recorded_pace(load.cohorts(), rules, 91)
    # 31 May 2017 to 31 July 2021 is 1522 days; less 96 weeks
    assert (pace.people, pace.recorded_days, pace.rule_days) == (12, 1522 - 672, 385)
    assert round(pace.recorded_months) == 28
    assert tables.recorded_pace(load.cohorts(), rules, 0).rule_days == 4 * 28
    one, ten = tables.time_to_enrol(12, pace, 96, centres=(1, 10)).iloc
    assert one["Years to enrol, recorded pace"] == "2.3" and ten["Years to enrol, recorded pace"] == "0.2"


def test_harm_to_exclude_says_whether_the_trial_is_large_enough():
    table = tables.harm_to_exclude([0.1, 0.05], 46, 0.95, 0.1)
    assert table.iloc[:, 1].tolist() == ["29", "59"] and table.iloc[:, 2].tolist() == ["33", "66"]
    assert table.iloc[:, -1].tolist() == ["yes", "no"]


def test_donors():
    assert planning.effective_people(46, 1, 0) == 46
    assert planning.effective_people(46, 46, 0.3) == pytest.approx(46)
    assert list(tables.donors(46).iloc[0]) == ["one", "32", "14", "8"]
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
    assert tables.designs_in_words(changed.reset_index()).shape == (len(changed), 8)


def test_designs_carry_duration_and_chances():
    table = chosen()
    row = table.loc["Two groups, all loss"]
    assert row[list(made.BELIEFS)].tolist() == pytest.approx([0.12798, 0.33172, 0.55446], abs=5e-6)
    # 104 people at 12 in 850 days, ten centres, and 96 weeks
    assert row.years == pytest.approx(104 / 12 * 850 / 365.25 / 10 + 672 / 365.25, rel=1e-9)
    cord = table.loc["Two groups, spinal cord"]
    assert all(0 < cord[name] < row[name] + 0.05 for name in made.BELIEFS)
    # half of the new spots prevented: shares 1 - exp(-0.92) and 1 - exp(-0.46)
    size = table.people_per_arm["Two groups, new spots"]
    shares = [1 - math.exp(-0.5 * 672 / 365.25 * part) for part in (1, 0.5)]
    assert (
        size == planning.people_per_arm_fisher(*shares, 0.05, 0.8) > planning.people_per_arm_shares(*shares, 0.05, 0.8)
    )
    records = made.design_records(table.reset_index()).set_index("name")
    assert (
        records.value["next_trial.design_progression__people_per_arm"]
        == table.people_per_arm["Two groups, getting worse"]
    )
    assert not records.value.isna().any() and "next_trial.design_harm__neutral" not in records.index


def test_designs_where_everyone_has_a_new_spot():
    words_of = made.designs_in_words(chosen(lesions_per_year=50.0).reset_index()).set_index("Design")
    assert words_of.loc["Two groups, new spots"].iloc[2] == "no size up to 300 was found"


def test_beliefs_at_the_defaults():
    table = made.beliefs_in_effect(*BELIEFS, 46, -0.584, 0.498, 0.05, 0.2).set_index("belief")
    assert table.assurance.tolist() == pytest.approx([0.12798, 0.33172, 0.55446], abs=5e-6)
    assert table.ceiling.tolist() == pytest.approx([0.5, 0.805, 0.775], abs=5e-4)
    assert table.more_than_total["enthusiastic"] == pytest.approx(0.158, abs=5e-4)
    both = table.useless_given_success * table.assurance
    assert both.to_numpy() == pytest.approx(table.success_and_useless.to_numpy())
    records = made.belief_records(table.reset_index(), 0.2).set_index("name")
    assert records.value["next_trial.assurance_neutral"] == table.assurance["neutral"]
    hopeless = made.beliefs_in_effect([-0.5, 0.1], *BELIEFS[1:], 46, -0.584, 0.498, 0.05, 0.2)
    assert pd.isna(hopeless.people_for_ceiling[0])
    assert "more than any trial could have" in made.beliefs_in_effect_in_words(hopeless, 46, 0.2).iloc[0].tolist()


def test_the_grid_holds_the_printed_picture_and_stretches_size():
    table = made.beliefs_in_effect(*BELIEFS, 46, -0.584, 0.498, 0.05, 0.2)
    grid = made.success_grid(table, -0.584, 0.498, 0.05, 0.33, 52, 0.17)
    assert len(grid) <= 1500 and not grid.isna().any().any()
    own = grid[(grid.effect == 33) & (grid.spread == 100) & (grid.dropout == 17)].iloc[0]
    assert own.equivalent == 43 and own.neutral == pytest.approx(
        planning.assurance(0.215, 0.25, 43, 0.498, 0.584, 0.05)
    )
    double = grid[(grid.effect == 50) & (grid.spread == 200) & (grid.dropout == 0)].iloc[0]
    assert double.equivalent == 13
    assert double.hoped == pytest.approx(planning.power_z(13, 0.292, 0.498, 0.05).in_favour)


def test_the_run_in_and_the_look_in_words():
    rule, counts = made.run_in_rule()
    assert len(counts) == made.RUN_IN_PEOPLE and rule.harmed.is_monotonic_increasing
    shown = made.run_in(counts)
    assert shown.p_stop.is_monotonic_increasing and shown.expected_people.is_monotonic_decreasing
    looks = made.early_look([0, 0.2, 0.5], 46, -0.584, 0.498, 0.05)
    assert looks.p_stop.is_monotonic_decreasing and (looks.power_lost >= 0).all()
    assert made.early_look_in_words(looks).iloc[0, 0] == "nothing"
    assert made.watching_records(counts, looks).name.is_unique


# Context


def test_who_got_worse_on_placebo():
    lowest, highest = tables.share_worse_untreated(load.progression())
    assert (lowest, highest) == (0.32, 0.568)
    shares = tables.progression_shares(load.progression(), load.trial_participants())
    assert shares.share.is_monotonic_decreasing and shares.set_index("trial").affected["ASCEND"].startswith(
        "63% with EDSS"
    )
    assert (shares.affected != "").sum() == 2


def test_who_got_better(controlled):
    better = tables.improved(controlled, load.sister_findings(), 0.95).set_index("trial")
    assert better.counted.iloc[1].endswith("(in 5 of these 7 not fully kept)")
    assert better.people_with.tolist() == [4, 7, 9, 10] and better.people.tolist() == [6, 18, 27, 27]
    assert (better.lower < better.people_with / better.people).all() and (
        better.upper > better.people_with / better.people
    ).all()


def test_severe_events_are_shown_and_not_added_to_serious_ones():
    table = tables.related_serious(load.sister_trials(), load.safety_outcomes(), 0.95)
    assert table.people.tolist() == [12, 15, 6, 27] and not table.people_with.any()
    assert table.upper.iloc[-1] == pytest.approx(1 - 0.025 ** (1 / 27))
    assert "mazzini2015" not in table.source.iloc[-1] and "severe" in table.counted.iloc[2]
    assert table.pooled.tolist() == [False, False, False, True] and table.this_trial.tolist() == [
        True,
        False,
        False,
        False,
    ]


def test_nothing_missing_prints_as_nan(controlled):
    for table in (
        tables.controlled_trials(controlled),
        tables.sister_trials(load.sister_trials()),
        tables.prevalence(load.prevalence()),
        tables.who_was_let_in(load.trial_participants()),
        tables.natural_history(load.progression(), load.trial_participants()),
        tables.years_to_a_wheelchair(load.progression()),
        tables.timeline_in_words(load.timeline()),
    ):
        assert not table.map(lambda text: pd.isna(text) or "nan" in str(text).split()).to_numpy().any()


def test_conflicts_of_a_chapter_are_all_shown():
    shown = tables.disagreements(load.conflicts(), "06_context")
    assert len(shown) == (load.conflicts().chapter == "06_context").sum() >= 3
