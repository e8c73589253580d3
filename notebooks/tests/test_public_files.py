"""Other people's files: what stood in public files of real trials, each kind in a small invented folder."""

import pandas as pd
import pytest

from tests.test_own_trial import read, said, write
from trial import load
from trial.own_trial import changes, comparisons, counts_file, counts_text, dose_rules, event_counts, files_text
from trial.own_trial.adam import visits
from trial.own_trial.files_as_counts import in_short, of_files

ADSL = ["USUBJID,TRT01A", *(f"P{n},{'drug' if n % 2 else 'placebo'}" for n in range(1, 9))]
SCORES = [f"P{n},SC,{visit},{n + at * (2 + n % 2)}" for n in range(1, 9) for at, visit in enumerate(("Pre", "Post"))]


def people(*rows, head="USUBJID,TRT01A"):
    return [head, *rows]


def short(trial):
    """The short answer as the chapter says it."""
    at = {kind: visits.analysis_visits(trial, kind) for kind in ("imaging", "biomarker")}
    kinds = [changes.of_kind_tested(trial, kind, visit, 0.05, 0.95) for kind, visit in at.items()]
    by = of_files(trial, "your trial", "A", kinds, 1)
    panels = {"imaging": kinds[0].panel, "other": kinds[1].panel}
    overview = event_counts.publishable(trial, 0.95, 1)[0]
    doses = in_short(by, comparisons.claims(by, 0.95))
    return files_text.answer(trial, overview, kinds[0].tests, panels, 0.95, 0.05, "", doses)


# --- how a file is written --------------------------------------------------------------------------------------------


def test_a_unit_in_brackets_is_no_part_of_the_name_of_a_column(tmp_path):
    rows = ["USUBJID,PARAMCD,AVISIT,AVAL (U/L),BASE [U/L]", *(f"P{n},ALT,Week 1,3,1" for n in range(1, 9))]
    trial = read(write(tmp_path, adsl=[f"{ADSL[0]},AGE (years)", *(f"{row},50" for row in ADSL[1:])], adlb=rows))
    assert trial.measures.change.eq(2).all() and trial.baseline.measure.unique().tolist() == ["Age"]


@pytest.mark.parametrize(("label", "nobody"), [("Subject", 1), ("Unique Subject Identifier", 1), ("P0", 0)])
def test_a_row_of_labels_under_the_head_is_nobody(tmp_path, label, nobody):
    trial = read(write(tmp_path, adsl=[ADSL[0], f"{label},Treatment", *ADSL[1:]]))
    assert len(trial.people) == 9 - nobody
    assert said(trial).get("rows of labels under the head, which are nobody", 0) == nobody
    letters = read(write(tmp_path / "b", adsl=people("Ann,a", "Bob,b", "Cy,b")))
    assert len(letters.people) == 3, "where no identifier has a digit, the first row is somebody"


@pytest.mark.parametrize(
    ("rows", "why"),
    [
        (["List of people", "", *ADSL], "a line stands above the header, which seems to be row 3"),
        (people("P1,a,b", head="USUBJID,TRT01A,TRT01A"), "two columns have the same name, TRT01A"),
        (
            people("1,a,b", head="SUBJID,ARM,SEX"),
            "USUBJID, which names each person; it has SUBJID, ARM, of which one may",
        ),
        (people("1,a", head="USUBJID,ARM"), "names the cohort; it has ARM, of which one may have to be renamed"),
        (
            [*ADSL, "P9,", "P10,"],
            "has 2 people without a cohort .TRT01A is empty.; a flag SAFFL that says N leaves out",
        ),
    ],
)
def test_a_refusal_says_where_and_what_would_be_right(tmp_path, rows, why):
    with pytest.raises(load.DataError, match=why):
        read(write(tmp_path, adsl=rows))


def test_without_a_list_of_people_the_files_there_are_named(tmp_path):
    with pytest.raises(load.DataError, match=r"no file adsl.* The folder has ae and dm; what a file.*data/README.md"):
        read(write(tmp_path, dm=ADSL, ae=["USUBJID,AETERM", "P1,Rash"]))


def test_columns_that_mean_nothing_here_are_told(tmp_path):
    trial = read(write(tmp_path, adsl=[f",{ADSL[0]},GENDER,BLEED", *(f"{at},{row},1,2" for at, row in enumerate(ADSL[1:]))]))  # fmt: skip
    assert said(trial, "adsl")["columns that mean nothing here and were not read: GENDER, BLEED"] == 2
    assert trial.baseline.empty, "bleeding is no value at the start, though it begins in BL"
    assert read(write(tmp_path / "b", adsl=people("P1,a,21", head="USUBJID,TRT01A,BLBMI"))).baseline.number.tolist() == [21]  # fmt: skip


# --- days -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("starts", "dates", "days", "why"),
    [
        (
            ("2020-01-01", "2020-01-01"),
            ("43833", "43834"),
            (None, None),
            "is a number",
        ),  # a spreadsheet counts from 1900
        (("43831", "43831"), ("43833", "43834"), (3, 4), ""),
        (("05/01/2020", "05/20/2020"), ("05/03/2020", "05/21/2020"), (3, 2), ""),
        (("01/05/2020", "20/05/2020"), ("03/05/2020", "21/05/2020"), (3, 2), ""),
        (("01/05/2020", "02/05/2020"), ("03/05/2020", "04/05/2020"), (None, None), ""),
    ],
)
def test_a_day_is_worked_out_only_where_both_dates_can_be_read_in_one_way(tmp_path, starts, dates, days, why):
    adsl = people(*(f"P{n},a,{day}" for n, day in enumerate(starts)), head="USUBJID,TRT01A,TRTSDT")
    trial = read(write(tmp_path, adsl=adsl, adae=["USUBJID,AEDECOD,ASTDT", *(f"P{n},Rash,{day}" for n, day in enumerate(dates))]))  # fmt: skip
    assert [None if pd.isna(day) else day for day in trial.events.sort_values("day").day] == sorted(
        days, key=lambda day: day or 0
    )
    assert any(why in warning for warning in said(trial)) or not why


# --- who --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["0_placebo", "PLACEBO_ARM", "2: sham"])
def test_a_control_with_a_code_before_it_is_one_and_where_none_is_called_so_it_is_told(tmp_path, name):
    hint = "cohorts that are also counted together, as none is called placebo, sham, control or vehicle; the parameter control names one"  # fmt: skip
    trial = read(write(tmp_path, adsl=people(f"P1,{name}", "P2,1_drug")))
    assert trial.control == name and hint not in said(trial)
    assert said(read(write(tmp_path / "b", adsl=people("P1,0", "P2,1"))))[hint] == 2


def test_people_who_were_never_drawn_need_no_cohort(tmp_path):
    adsl = people("P1,a,Y", "P2,b,Y", "P3,,N", "P4,,N", head="USUBJID,TRT01A,ITTFL")
    trial = read(write(tmp_path, adsl=adsl))
    assert len(trial.people) == 2
    assert said(trial)["people without a treatment who were not randomised (ITTFL), left out"] == 2


@pytest.mark.parametrize(
    ("head", "rows", "dead", "alarm"),
    [
        ("DTHFL,DTHDY", ("1,30", "0,400", "1,20"), 2, "gives a day of death for people of whom it says"),
        ("DTHDY", ("30", "400", "20"), 3, "gives everybody a day of death, and no flag"),
        ("DTHDY", ("30", "", "20"), 2, ""),
        ("DTHFL,DTHDY", ("Y,30", ",400", "Y,20"), 3, ""),
    ],
)
def test_a_day_of_last_contact_is_no_death(tmp_path, head, rows, dead, alarm):
    adsl = people(*(f"P{n},a,{row}" for n, row in enumerate(rows)), head=f"USUBJID,TRT01A,{head}")
    trial = read(write(tmp_path, adsl=adsl))
    assert trial.people.died.eq(True).sum() == dead
    assert len(trial.alarms) == bool(alarm) and (not alarm or alarm in trial.alarms[0])


def test_deaths_are_set_against_events_only_where_there_are_some(tmp_path):
    adsl = people("P1,a,Y", "P2,a,", head="USUBJID,TRT01A,DTHFL")
    assert not read(write(tmp_path, adsl=adsl)).alarms
    assert "no fatal event accounts for" in read(write(tmp_path, adae=["USUBJID,AEDECOD", "P1,Rash"])).alarms[0]


# --- events and measures ----------------------------------------------------------------------------------------------


def test_rows_that_cannot_be_told_from_repeats_are_told(tmp_path):
    rows = ["USUBJID,AEDECOD,ASTDY", "P1,Rash,", "P1,Rash,", "P2,Rash,"]
    assert "alike in every column" in read(write(tmp_path, adsl=ADSL, adae=rows)).alarms[0]
    assert not read(write(tmp_path, adae=[*rows, "P2,Rash,3", "P2,Rash,3"])).alarms


@pytest.mark.parametrize(("serious", "told_of"), [("N", True), ("Y", False), ("", False)])
def test_a_fatal_event_flagged_as_not_serious_is_in_the_short_answer(tmp_path, serious, told_of):
    trial = read(
        write(tmp_path, adsl=ADSL, adae=["USUBJID,AEDECOD,AESER,AEOUT", f"P1,Stroke,{serious},FATAL", "P2,Rash,N,"])
    )
    assert ("some fatal events are flagged as not serious" in short(trial)) == told_of


@pytest.mark.parametrize(
    ("name", "rows", "alarm"),
    [
        ("status", ["USUBJID,PARAMCD,AVISIT,AVAL", "P1,ST,Week 1,poor", "P2,ST,Week 1,good"], True),
        ("addv", ["USUBJID,PARAMCD,AVAL", "P1,DV,1", "P2,DV,0"], True),
        ("adlb", ["USUBJID,PARAMCD,AVISIT,RESULT", "P1,ALT,Week 1,3"], True),
        ("admh", ["USUBJID,MHTERM", "P1,Asthma"], False),
    ],
)
def test_a_file_of_measures_of_which_nothing_counts_is_in_the_short_answer(tmp_path, name, rows, alarm):
    trial = read(write(tmp_path, adsl=ADSL, **{name: rows}))
    assert trial.measures is None
    assert (f"Nothing of the file {name} could be used" in " ".join(trial.alarms)) == alarm


@pytest.mark.parametrize(
    ("names", "last"),
    [
        (("Pre", "Post"), "Post"),
        (("0", "2", "10"), "10"),
        (("Week 0", "Week 2", "Week 10"), "Week 10"),
        (("Month 0", "10 days", "2 months", "1 year"), "1 year"),
        (("Before", "30 min", "90 minutes", "4 hours", "2 d"), "2 d"),
    ],
)
def test_visits_called_by_a_time_in_any_way_stand_in_order_after_the_start(tmp_path, names, last):
    rows = [
        "USUBJID,PARAMCD,AVISIT,AVAL",
        *(f"P{n},SC,{name},{n + at}" for n in range(1, 9) for at, name in enumerate(names)),
    ]
    trial = read(write(tmp_path, adsl=ADSL, adqs=rows))
    after = trial.measures[trial.measures.place > 0].sort_values("place")
    assert after.visit.unique().tolist() == list(names[1:]) and after.change.notna().all()
    assert visits.analysis_visits(trial, "biomarker").visit.tolist() == [last]


# --- what is said -----------------------------------------------------------------------------------------------------


def test_an_arm_without_a_dose_is_a_group_and_who_was_not_measured_is_told(tmp_path):
    told_ = short(read(write(tmp_path, adsl=ADSL, adqs=["USUBJID,PARAMCD,AVISIT,AVAL", *SCORES[:-1]])))
    assert "in the group drug" in told_ and "at the dose" not in told_ and "7 of 8 people" in told_
    dosed = [f"{ADSL[0]},DOSE01A", *(f"{row},{5 * (n % 2)}" for n, row in enumerate(ADSL[1:], 1))]
    told_ = short(read(write(tmp_path, adsl=dosed, adqs=["USUBJID,PARAMCD,AVISIT,AVAL", *SCORES])))
    assert "at the dose drug" in told_ and "of 8 people" not in told_


def test_two_tests_on_either_side_of_the_level_are_both_told(tmp_path):
    start, noise = (10, 20, 90, 80, 40, 30, 60, 70), (1, -1, 2, 0, -2, 1, 0, -1)  # who starts high falls most
    end = [0.2 * at + 10 * (n % 2) + more for n, (at, more) in enumerate(zip(start, noise, strict=True), 1)]
    rows = [f"P{n},SC,{visit},{of[n - 1]}" for n in range(1, 9) for visit, of in (("Pre", start), ("Post", end))]
    trial = read(write(tmp_path, adsl=ADSL, adqs=["USUBJID,PARAMCD,AVISIT,AVAL", *rows]))
    panel = changes.of_kind_tested(trial, "biomarker", visits.analysis_visits(trial, "biomarker"), 0.05, 0.95).panel
    assert panel.adjusted_p.iloc[0] < 0.01 and panel.p_value.iloc[0] > 0.3
    for alpha, apart in ((0.05, True), (0.95, False), (1e-9, False)):
        told_ = " ".join(files_text._changed(trial, "other", panel, alpha))
        assert ("what is found hangs on the test" in told_) == apart


def test_the_short_answer_says_why_no_change_could_be_tested(tmp_path):
    head, bare = "USUBJID,PARAMCD,AVISIT,AVAL", "No change from baseline could be tested."
    without = [head, *(f"P{n},SC,Visit {at},{n}" for n in range(1, 9) for at in (1, 2))]
    for rows, why in ((without, "has a baseline to be set against"), ([head, *SCORES, *(f"P{n},SC,{at},1" for n in range(1, 9) for at in ("Later", "Late"))], "a place that is known")):  # fmt: skip
        told_ = short(read(write(tmp_path, adsl=ADSL, adqs=rows)))
        assert bare in told_ and why in told_.partition(bare)[2].splitlines()[1]


def test_where_nothing_was_graded_there_is_no_table_of_severity(tmp_path):
    rows = ["USUBJID,AEDECOD,AESEV", "P1,Rash,", "P2,Rash,"]
    write(tmp_path, adsl=ADSL)
    graded = ((rows, False), ([*rows, "P3,Rash,MILD"], True), (rows[:1], True))  # no event is known to be none
    for found, there in graded:
        assert (event_counts.publishable(read(write(tmp_path, adae=found)), 0.95, 1)[1] is not None) == there


def test_events_without_a_flag_are_not_said_to_come_before_treatment(tmp_path):
    trial = read(write(tmp_path, adsl=ADSL, adae=["USUBJID,AEDECOD", "P1,Rash"]))
    assert files_text.which_events(trial) == "all events, whenever they began"


# --- counts -----------------------------------------------------------------------------------------------------------


def counted(tmp_path, doses, *lines):
    path = tmp_path / "counts.yaml"
    path.write_text("\n".join(["title: A trial", f"doses: [{', '.join(doses)}]", *lines]) + "\n", encoding="utf-8")
    return counts_file.read(str(path))


def test_doses_of_genes_and_cells_are_written_with_an_exponent(tmp_path):
    trial = counted(
        tmp_path, ["{name: low, amount: 5e10, unit: vg, people: 3}", "{name: high, amount: 1.5E+13, people: 3}"]
    )
    assert [dose.amount for dose in trial.doses] == [5e10, 1.5e13]


def test_sizes_that_no_rule_has_stand_in_order_and_equal_rates_are_said_once(tmp_path):
    doses = [f"{{name: d{n}, people: {n}}}" for n in (8, 5, 3)]
    trial = counted(tmp_path, doses, "rule: 3+3 A")
    assert "no group of five or eight" in counts_text.rule_said(trial, dose_rules.characteristics(trial, dose_rules.curves(load.table("dlt_curves"), 3)))  # fmt: skip
    for rule, size, rates in (("fixed groups", 3, "2% at each"), ("CRM", 2, "2% at each"), ("fixed groups", 1, "2%")):
        trial = counted(tmp_path, doses[1 : size + 1] if size < 3 else doses, f"rule: {rule}")
        found = dose_rules.characteristics(trial, dose_rules.curves(load.table("dlt_curves"), size))
        assert found.rates_in_words.iloc[0] == rates
