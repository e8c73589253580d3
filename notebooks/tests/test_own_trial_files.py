"""Files of somebody's own trial: every number read from them is the right one, or refused in words. Cases that people met."""

import json
from datetime import date
from pathlib import Path

import openpyxl
import pandas as pd
import pyreadstat
import pytest

from tests.test_own_trial import read, reader, said, write
from trial import load
from trial.own_trial import changes, event_counts, files_text
from trial.own_trial.adam import formats, visits

CASES = Path(__file__).parent / "own_trial_cases"
LOW_HIGH = ["USUBJID,TRT01A,DOSE01A,SAFFL", *(f"P{n},{'low,10' if n <= 3 else 'high,20'},Y" for n in range(1, 7))]


def case(name, **options):
    return read(str(CASES / name), **options)


@pytest.fixture
def given(tmp_path):
    return reader(tmp_path, LOW_HIGH)


def means(trial, kind="biomarker"):
    """(parameter, visit, cohort) to (people, mean change), of everyone too."""
    found = trial.measures[(trial.measures.place > 0) & trial.measures.change.notna()]
    both = pd.concat([found, found.assign(cohort="all")])
    made = both[both.kind == kind].groupby(["parameter", "visit", "cohort"]).change.agg(["size", "mean"])
    return {key: (int(n), round(mean, 6)) for key, (n, mean) in zip(made.index, made.to_numpy(), strict=True)}


def at(trial, kind="biomarker", wanted=""):
    found = visits.analysis_visits(trial, kind, wanted)
    return dict(zip(found.parameter, found.visit, strict=True))


def measured(*rows, head="USUBJID,PARAMCD,PARAM,AVISIT,AVISITN,AVAL,BASE,ABLFL", people=6):
    """Rows for each person, where {n} is the number of the person."""
    return [head, *(row.format(n=n, p=f"P{n}") for n in range(1, people + 1) for row in rows)]


BASE = "{p},ALT,ALT (U/L),Baseline,0,20,20,Y"


# --- what is missing is missing ---------------------------------------------------------------------------------------


def test_na_as_r_writes_it_is_no_answer():
    trial = case("na_text")
    assert len(trial.events) == 3 and not trial.emergent, "a flag that is NA everywhere is no flag"
    assert trial.events.term.tolist() == ["not recorded", "Headache", "Headache"]
    assert trial.events[["related", "fatal", "withdrawn"]].isna().all(axis=None)
    assert trial.events.serious.isna().tolist() == [True, False, False]
    assert said(trial)["events without a treatment-emergent flag, so all are counted"] == 3
    told = " ".join(files_text._had(trial, event_counts.publishable(trial, 0.95, 1)[0], "serious", 0.95))
    assert "Of one event it is not recorded whether it was serious, so more people may have had one." in told


GAPS = ["", "NA", "N/A", "NaN", ".", "NULL", "null", "#N/A", " . ", ".A"]


def test_every_way_to_write_nothing_means_nothing(given):
    people, rows, events = ["USUBJID,TRT01A"], measured(people=0), ["USUBJID,AEDECOD,AEBODSYS,AESEV"]
    for n, gap in enumerate(GAPS):
        with pytest.raises(load.DataError, match="a person without a cohort"):
            given(adsl=["USUBJID,TRT01A,SAFFL", "P1,a,Y", f"P2,{gap},Y"])
        people, events = [*people, f"P{n},a"], [*events, f"P{n},{gap},{gap},{gap}"]
        rows += [f"P{n},ALT,ALT,Base,0,20,20,Y", f"P{n},ALT,ALT,W1,1,21,{gap},{gap}", f"P{n},ALT,{gap},{gap},2,99,1,"]
    trial = given(adsl=people, adlb=rows, adae=events)
    assert set(trial.measures.visit) == {"Base", "W1"} and set(trial.measures.parameter) == {"ALT"}
    assert means(trial)["ALT", "W1", "all"] == (10, 1.0) and trial.events.grade.isna().all()
    assert len(trial.events) == 10 and trial.events[["term", "system_organ_class"]].eq("not recorded").all(axis=None)


def test_na_among_codes_is_sodium_and_said(given):
    rows = measured("{p},NA,Sodium,Base,0,140,140,Y", "{p},NA,Sodium,W1,1,141,140,", "{p},K,Potassium,W1,1,5,4,")
    trial = given(adlb=rows)
    assert set(trial.measures.code) == {"NA", "K"}
    assert said(trial)["records with the code NA, taken for a measure (such as sodium) as other codes stand beside it"] == 12  # fmt: skip
    alone = given(adlb=measured("{p},NA,NA,W1,1,141,140,"))
    assert alone.measures is None


# --- who is who -------------------------------------------------------------------------------------------------------


def test_a_file_whose_people_are_all_unknown_is_refused_with_an_example_of_each():
    with pytest.raises(load.DataError) as caught:
        case("id_mismatch")
    assert "adae has 101, adsl has 0101" in str(caught.value) and "zeros, case or blanks" in str(caught.value)


@pytest.mark.parametrize("written", ["p{n}", "P 0{n}", "P00{n}", "Q{n}"])
@pytest.mark.parametrize("name", ["adae", "adlb"])
def test_identifiers_that_never_meet_are_fatal_in_any_file(given, written, name):
    heads = {"adae": "USUBJID,AEDECOD", "adlb": "USUBJID,PARAMCD,AVISIT,AVAL,BASE"}
    rest = {"adae": "A", "adlb": "X,W1,2,1"}[name]
    rows = [heads[name], *(f"{written.format(n=n)},{rest}" for n in (1, 2))]
    with pytest.raises(load.DataError, match=f"nobody in the file {name} is in the file adsl"):
        given(**{name: rows})


def test_some_that_do_not_meet_are_said_in_the_short_answer(given):
    rows = ["USUBJID,AEDECOD", "P1,A", "Q1,B", ",C"]
    trial = given(adae=rows)
    assert len(trial.events) == 1 and len(trial.alarms) == 2
    assert any("not in the list of people" in alarm and "too low" in alarm for alarm in trial.alarms)
    assert not any("Q1" in alarm for alarm in trial.alarms), "no identifier"


@pytest.mark.parametrize("other", ["LOW", "Low ", "lo w", "low\u00a0"])
def test_cohorts_that_differ_only_in_case_or_blanks_are_refused(tmp_path, other):
    folder = write(tmp_path, adsl=["USUBJID,TRT01A", "P1,low", f'P2,"{other}"', "P3,high"])
    if other.strip() == "low":
        assert read(folder).cohorts == ["high", "low"], "blanks at the end are no part of a name"
    else:
        with pytest.raises(load.DataError, match="differ only in case or blanks") as caught:
            read(folder)
        assert "'low'" in str(caught.value) and repr(other.strip()) in str(caught.value)


# --- which people -----------------------------------------------------------------------------------------------------


def test_screen_failures_leave_every_denominator():
    trial = case("screen_failure_cohort")
    assert trial.people.cohort.value_counts().to_dict() == {"low": 2, "high": 1}
    assert said(trial)["people called screen failures or not treated, left out"] == 3
    assert said(trial)["people taken as treated: there is no flag of the safety population (SAFFL)"] == 3


def test_people_without_a_first_day_were_not_treated_unless_nobody_of_the_cohort_has_one(given):
    adsl = ["USUBJID,TRT01A,TRTSDT", "P1,drug,2020-01-01", "P2,drug,", "P3,watched,", "P4,watched,", "P5,,"]
    trial = given(adsl=adsl)
    assert trial.people.cohort.value_counts().to_dict() == {"watched": 2, "drug": 1}
    assert said(trial)["people without a first day of treatment (TRTSDT), left out"] == 2


POPULATIONS = [
    "USUBJID,TRT01P,TRT01A,SAFFL,ITTFL,PPROTFL",
    "P1,drug,drug,Y,Y,Y",
    "P2,drug,placebo,Y,Y,N",
    "P3,placebo,placebo,Y,Y,Y",
    "P4,placebo,placebo,N,Y,N",
    "P5,Screen Failure,Screen Failure,N,N,N",
]


def test_harm_by_the_treatment_received_and_change_against_control_by_the_planned_one(tmp_path):
    folder = write(tmp_path, adsl=POPULATIONS)
    trial = read(folder)
    assert trial.control == "placebo" and trial.populations == {"harm": "SAFFL", "change": "ITTFL"}
    assert trial.people.cohort.value_counts().to_dict() == {"placebo": 2, "drug": 1}
    assert trial.compared.cohort.value_counts().to_dict() == {"placebo": 2, "drug": 2}
    chosen = read(folder, population="pprotfl")
    assert len(chosen.people) == len(chosen.compared) == 2
    with pytest.raises(load.DataError, match="no filled flag EFFFL; there are SAFFL, ITTFL, PPROTFL"):
        read(folder, population="EFFFL")


def test_dlt_evaluable_people_are_told_apart(given):
    trial = given(adsl=["USUBJID,TRT01A,SAFFL,DLTEVLFL", "P1,a,Y,Y", "P2,a,Y,"])
    assert sorted(trial.people.dlt_evaluable) == [False, True]


@pytest.mark.parametrize(
    ("names", "wanted", "control"),
    [
        (["Placebo", "Drug"], "", "Placebo"),
        (["Sham procedure", "Cells"], "", "Sham procedure"),
        (["Control-release 5 mg", "Controlled 10 mg"], "", ""),
        (["Placebo", "Low + placebo"], "", "Placebo"),
        (["Standard care", "Drug"], "Standard care", "Standard care"),
        (["Placebo"], "", ""),
    ],
)
def test_a_control_is_called_so_or_named(given, tmp_path, names, wanted, control):
    adsl = ["USUBJID,TRT01A", *(f"P{n},{name}" for n, name in enumerate(names))]
    assert given(adsl=adsl, control=wanted).control == control
    with pytest.raises(load.DataError, match="control: no cohort is called X"):
        read(str(tmp_path), control="X")


@pytest.mark.parametrize("last", ["Y,Y", "Y,N", "N,Y"])
def test_a_control_in_which_nobody_is_left_is_none(tmp_path, last):
    adsl = ["USUBJID,TRT01A,SAFFL,ITTFL", "P1,Drug,Y,Y", "P2,Drug,Y,Y", f"P3,Placebo,{last}"]
    folder = write(tmp_path, adsl=adsl)
    trial = read(folder)
    assert trial.control == ("Placebo" if last == "Y,Y" else "")
    if last != "Y,Y":
        assert trial.arms == trial.cohorts and "Nobody in the cohort Placebo is left" in trial.alarms[0]
        with pytest.raises(load.DataError, match="control: nobody in the cohort Placebo is left"):
            read(folder, control="Placebo")


# --- which record -----------------------------------------------------------------------------------------------------


def test_an_average_in_the_file_stands_for_its_replicates():
    trial = case("average_rows")
    assert means(trial)["QT (ms)", "Week 2", "all"] == (6, 3.0)
    assert said(trial, "adeg")["records set aside beside an average of the same person, parameter and visit"] == 18


def test_replicates_without_an_average_count_as_their_mean(given):
    rows = measured(BASE, *(f"{{p}},ALT,ALT (U/L),Week 2,2,{value},20," for value in (21, 21.5, 24.5)))
    trial = given(adlb=rows)
    assert means(trial)["ALT (U/L)", "Week 2", "all"] == (6, round(67 / 3 - 20, 6))
    assert said(trial, "adlb")["replicates of one person, parameter and visit, of which the mean counts"] == 18


def test_time_points_and_types_of_baseline_are_measures_of_their_own(given):
    trial = case("timepoints")
    assert set(trial.measures.parameter) == {"SBP (mmHg), LYING", "SBP (mmHg), STANDING"}
    assert means(trial)["SBP (mmHg), LYING", "Week 2", "all"] == (5, 1.0), "one person has no value lying"
    assert means(trial)["SBP (mmHg), STANDING", "Week 2", "all"] == (6, 11.0)
    head = "USUBJID,PARAMCD,AVISIT,AVISITN,AVAL,BASE,ABLFL,BASETYPE,ATPT"
    rows = measured("{p},A,W1,1,9,5,,run-in,x", "{p},A,W1,1,9,8,,double-blind,x", head=head)
    found = means(given(adlb=rows))
    assert {key[0]: value for key, value in found.items() if key[2] == "all"} == {"A, run-in": (6, 4.0), "A, double-blind": (6, 1.0)}  # fmt: skip


def test_categories_and_periods_under_one_code_are_measures_of_their_own(given):
    head = "USUBJID,PARAMCD,PARAM,AVISIT,AVISITN,AVAL,BASE,PARCAT1,APERIOD"
    rows = measured("{p},G,Glucose,Week 2,2,6,5,BLOOD,", "{p},G,Glucose,Week 2,2,60,50,URINE,", "{p},A,A,Week 2,2,11,10,,1", "{p},A,A,Week 2,2,21,10,,2", "{p},B,B,Week 2,2,3,1,,1", "{p},B,B,Week 4,4,4,1,,2", head=head)  # fmt: skip
    found = means(given(adlb=rows))
    assert {key[:2]: mean for key, (n, mean) in found.items() if key[2] == "all"} == {
        ("Glucose, BLOOD", "Week 2"): 1,
        ("Glucose, URINE", "Week 2"): 10,
        ("A, period 1", "Week 2"): 1,
        ("A, period 2", "Week 2"): 11,
        ("B", "Week 2"): 2,
        ("B", "Week 4"): 3,
    }, "periods tell apart only what stands at one visit"


DERIVED = measured(
    BASE + ",",
    "{p},ALT,ALT (U/L),Week 2,2,25,20,,",
    "{p},ALT,ALT (U/L),Week 4,4,25,20,,LOCF",
    "{p},ALT,ALT (U/L),POST-BASELINE MAXIMUM,,40,20,,MAXIMUM",
    head="USUBJID,PARAMCD,PARAM,AVISIT,AVISITN,AVAL,BASE,ABLFL,DTYPE",
)


def test_derived_records_count_only_where_they_are_asked_for(tmp_path):
    folder = write(tmp_path, adsl=LOW_HIGH, adlb=DERIVED)
    trial = read(folder)
    assert {key[1] for key in means(trial)} == {"Week 2"}
    assert said(trial)["derived records (LOCF), left out; derived_records names those that count"] == 6
    more = read(folder, derived_records=["locf", "MAXIMUM"])
    assert means(more)["ALT (U/L)", "Week 4", "all"] == (6, 5.0)
    assert at(more) == {"ALT (U/L)": "Week 2"}, "a derived visit is never the default"
    with pytest.raises(load.DataError, match="derived_records: no measurement has the word WOCF in DTYPE; there are LOCF, MAXIMUM"):  # fmt: skip
        read(folder, derived_records=["WOCF"])


def test_a_flag_never_takes_the_only_record_of_a_visit():
    trial = case("anl01_worst")
    assert means(trial)["ALT (U/L)", "Week 4", "all"] == (6, round(32 / 6, 6)), "two of 12, four of 2"
    assert [count for warning, count in said(trial, "adlb").items() if "without ANL01FL" in warning] == [12]
    forced = case("anl01_worst", analysis_flag="ANL01FL")
    assert means(forced)["ALT (U/L)", "Week 4", "all"] == (2, 12.0)
    with pytest.raises(load.DataError, match="analysis_flag: no file of measurements has a filled column ANL09FL"):
        case("anl01_worst", analysis_flag="ANL09FL")


def test_a_flag_picks_one_of_several(given):
    head = "USUBJID,PARAMCD,AVISIT,AVISITN,AVAL,BASE,ADY,ANL01FL,ANL02FL"
    rows = measured("{p},A,W2,2,21,20,13,,Y", "{p},A,W2,2,23,20,15,Y,Y", "{p},A,W4,4,25,20,28,,", head=head)
    trial = given(adlb=rows)
    assert said(trial)["records set aside beside one with ANL01FL of the same person, parameter and visit"] == 6
    assert means(trial) == {
        ("A", visit, cohort): (n, mean)
        for visit, mean in (("W2", 3.0), ("W4", 5.0))
        for cohort, n in (("low", 3), ("high", 3), ("all", 6))
    }


def test_of_two_days_the_nearer_to_the_target_or_none(given):
    head = "USUBJID,PARAMCD,AVISIT,AVISITN,AVAL,BASE,ADY,AWTARGET"
    rows = measured("{p},A,W2,2,21,20,10,15", "{p},A,W2,2,23,20,14,15", "{p},A,W4,4,25,20,28,29", head=head)
    assert means(given(adlb=rows))["A", "W2", "all"] == (6, 3.0)
    rows = [row.rsplit(",", 1)[0] for row in rows]
    trial = given(adlb=rows)
    assert {key[1] for key in means(trial)} == {"W4"}
    assert said(trial)["records of several days at one visit, and no target day says which counts, left out: A at W2"] == 12  # fmt: skip


# --- which visit ------------------------------------------------------------------------------------------------------


def test_a_baseline_at_an_unscheduled_visit_empties_nothing():
    trial = case("baseline_at_unscheduled")
    assert means(trial)["ALT (U/L)", "Week 4", "all"] == (6, 3.5)
    assert means(trial)["ALT (U/L)", "Week 8", "all"] == (6, 7.0)
    assert at(trial) == {"ALT (U/L)": "Week 8"}


def test_an_unscheduled_visit_is_never_the_default():
    trial = case("first_visit_is_unscheduled")
    assert at(trial) == {"ALT (U/L)": "Week 2"}
    assert means(trial)["ALT (U/L)", "Week 2", "all"] == (6, 3.5)
    assert means(trial)["ALT (U/L)", "Unscheduled 1.1", "all"] == (1, 15.0), "but it is shown"


def test_each_measure_at_its_own_last_visit():
    trial = case("half_visit")
    assert at(trial) == {"ALT (U/L)": "Week 2", "Biopsy score": "Month 6"}
    assert means(trial)["Biopsy score", "Month 6", "all"] == (6, -3.5)


def test_the_last_visit_that_half_of_each_cohort_reached(tmp_path):
    later = [f"P{n},ALT,ALT (U/L),Week 8,8,30,20," for n in (1, 2, 3, 4)]
    rows = measured(BASE, "{p},ALT,ALT (U/L),Week 2,2,22,20,", "{p},ALT,ALT (U/L),Week 4,4,23,20,")
    folder = write(tmp_path, adsl=LOW_HIGH, adlb=[*rows, *later])
    assert at(read(folder)) == {"ALT (U/L)": "Week 4"}, "one of three of the high cohort is less than half"
    assert at(read(folder), wanted="Week 8") == {"ALT (U/L)": "Week 8"}


def test_what_is_not_tested_has_a_reason(given):
    rows = measured(BASE, "{p},ALT,ALT (U/L),Unscheduled 3,3,22,20,", "{p},B,B,Week 2,2,3,,")
    found = visits.analysis_visits(given(adlb=rows), "biomarker").set_index("code").why_not
    assert found["ALT"] == "No planned visit after baseline has a place that is known."
    assert found["B"] == "No value after baseline has a baseline to be set against."


def test_the_end_of_treatment_that_copies_other_visits_is_derived(given):
    head = "USUBJID,PARAMCD,AVISIT,AVISITN,AVAL,BASE,ABLFL,ADY"
    rows = [head]
    for n, last in enumerate((2, 4, 4, 4, 4, 2), 1):
        rows += [f"P{n},A,Baseline,0,20,20,Y,1"]
        rows += [f"P{n},A,Week {week},{week},{20 + week},20,,{7 * week}" for week in (2, 4) if week <= last]
        rows += [f"P{n},A,End of Treatment,99,{20 + last},20,,{7 * last}"]
    trial = given(adlb=rows)
    assert at(trial) == {"A": "Week 4"}
    assert means(trial)["A", "End of Treatment", "all"][0] == 6, "but it is shown"


@pytest.mark.parametrize(("before", "start", "after"), [("-7", "1", "15"), ("2020-01-01", "2020-01-08", "2020-01-22")])
def test_a_record_of_a_day_before_the_baseline_is_no_change_whatever_its_number(given, before, start, after):
    head = f"USUBJID,PARAMCD,AVISIT,AVISITN,AVAL,BASE,ABLFL,{'ADY' if start == '1' else 'ADT'}"
    rows = measured(f"{{p}},A,Unscheduled 1.1,1.1,30,20,,{before}", f"{{p}},A,Baseline,0,20,20,Y,{start}", f"{{p}},A,Week 2,2,21,20,,{after}", head=head)  # fmt: skip
    assert {key[1] for key in means(given(adlb=rows))} == {"Week 2"}


@pytest.mark.parametrize(
    ("head", "early", "late", "known"),
    [
        ("AVISIT,AVISITN", "Zeta,2", "Alpha,4", True),
        ("AVISIT,ADY", "Zeta,15", "Alpha,29", True),
        ("AVISIT", "Week 9", "Week 10", True),
        ("AVISIT", "Day 15", "Month 3", True),
        ("AVISIT", "W2", "D29", True),
        ("AVISIT", "Cycle 1 Day 15", "Cycle 10 Day 1", True),
        ("AVISIT", "Cycle 2 Day 1", "Cycle 10 Day 1", True),
        ("AVISIT", "Week 4", "Cycle 1", False),
        ("AVISIT", "Visit B", "Follow-up", False),
    ],
)
def test_visits_stand_by_number_then_day_then_the_number_in_their_name_or_in_no_order(given, head, early, late, known):
    rest = {"AVISIT,AVISITN": ",0", "AVISIT,ADY": ",1", "AVISIT": ""}[head]
    rows = measured(f"{{p}},A,20,20,Y,Baseline{rest}", f"{{p}},A,24,20,,{late}", f"{{p}},A,22,20,,{early}", head=f"USUBJID,PARAMCD,AVAL,BASE,ABLFL,{head}")  # fmt: skip
    trial = given(adlb=rows)
    names = (early.split(",")[0], late.split(",")[0])
    assert at(trial) == {"A": names[1] if known else ""}
    assert {key[1] for key in means(trial)} == set(names), "all are shown"
    assert at(trial, wanted=names[0]) == {"A": names[0]}, "and can be asked for"
    assert known != any("whose order is not known" in warning for warning in said(trial))


def test_a_baseline_by_its_name_where_nothing_is_flagged(given):
    rows = measured("{p},A,A,Baseline,0,20,,", "{p},A,A,Week 2,2,2{n},,")
    trial = given(adlb=rows)
    assert means(trial) == {("A", "Week 2", "all"): (6, 3.5), ("A", "Week 2", "low"): (3, 2.0), ("A", "Week 2", "high"): (3, 5.0)}  # fmt: skip
    assert [count for warning, count in said(trial).items() if "because their visit is called so" in warning] == [6]
    rows = measured("{p},A,A,Baseline,0,20,20,", "{p},A,A,Week 2,2,22,20,")
    assert {key[1] for key in means(given(adlb=rows))} == {"Week 2"}, "no change at the start"


# --- which order ------------------------------------------------------------------------------------------------------


def test_the_order_of_the_file_is_no_order_of_dose():
    trial = case("order_as_found")
    assert not trial.order_known and trial.control == "Placebo"
    ordered = case("order_as_found", cohort_order=["Placebo", "Low dose", "High dose"])
    assert ordered.order_known and ordered.cohorts == ["Placebo", "Low dose", "High dose"]


@pytest.mark.parametrize(
    ("head", "rows", "order", "known"),
    [
        ("DOSE01A", ["b,20", "a,10"], "ab", True),
        ("DOSE01A", ["b,20", "a,10", "c,5"], "cab", True),
        ("DOSE01A,DOS01AU", ["a,10,mg", "b,20,mg"], "ab", True),
        ("DOSE01A,DOS01AU", ["a,10,mg", "b,0.02,g"], "ab", False),
        ("DOSE01A,DOSEU", ["a,10,mg", "b,20,mg/kg"], "ab", False),
        ("DOSE01A", ["a,10", "b,10"], "ab", False),
        ("DOSE01A", ["a,10", "a,30", "b,20"], "ab", False),
        ("DOSE01A", ["a,low", "b,high"], "ab", False),
        ("TRT01AN", ["b,1", "a,2"], "ba", False),
        ("AGE", ["10,", "9,"], ["9", "10"], False),
    ],
)
def test_an_order_of_dose_is_one_of_numbers_in_one_unit(given, tmp_path, head, rows, order, known):
    adsl = [f"USUBJID,TRT01A,{head}", *(f"P{n},{row}" for n, row in enumerate(rows))]
    trial = given(adsl=adsl)
    assert trial.order_known == known and trial.cohorts == list(order)
    wanted = list(order)[::-1]
    assert (made := read(str(tmp_path), cohort_order=wanted)).order_known and made.cohorts == wanted


# --- events and deaths ------------------------------------------------------------------------------------------------


def test_terms_as_reported_where_none_is_coded():
    trial = case("aeterm_only")
    assert trial.events.term.tolist() == ["headache", "stroke"]
    assert said(trial)["events with terms as reported (AETERM), for want of coded ones (AEDECOD)"] == 2
    trial = case("aedecod_blank")
    assert trial.events.term.tolist() == ["Headache", "stroke", "fall"]
    assert said(trial)["events with terms as reported (AETERM), for want of coded ones (AEDECOD)"] == 2


def test_groups_from_the_other_column_where_none_is_coded(given):
    rows = ["USUBJID,AEDECOD,AEBODSYS,AESOC", "P1,A,Skin,Skin disorders", "P2,B,,Nerves"]
    assert given(adae=rows).events.system_organ_class.tolist() == ["Skin", "Nerves"]


@pytest.mark.parametrize("name", ["LOW", "lo w"])
def test_a_treatment_in_other_capitals_is_no_other_treatment(given, name):
    rows = ["USUBJID,AEDECOD,TRTA", f"P1,A,{name}", "P4,B,high"]
    values = measured("{p},A,W1,2,1,", head="USUBJID,PARAMCD,AVISIT,AVAL,BASE,TRTA")
    trial = given(adae=rows, adlb=[values[0], values[1] + name])
    assert len(trial.events) == 2 and len(trial.measures) == 1


@pytest.mark.parametrize(("treated", "told"), [("", True), ("low", False)])
def test_periods_that_do_not_say_what_was_given_are_told(given, treated, told):
    rows = ["USUBJID,AEDECOD,APERIOD,TRTA", f"P1,A,1,{treated}", f"P2,B,2,{treated}"]
    trial = given(adae=rows)
    assert any("several periods" in alarm for alarm in trial.alarms) == told


def test_events_under_another_treatment_are_refused(given, tmp_path):
    with pytest.raises(load.DataError, match="TRT02A differs from TRT01A.*cross-over"):
        case("crossover")
    rows = ["USUBJID,AEDECOD,TRTA", "P1,A,low", "P2,B,high"]
    with pytest.raises(load.DataError, match="1 of 2 events in the file adae came under another treatment"):
        given(adae=rows)
    rows = measured("{p},A,W1,2,1,high", head="USUBJID,PARAMCD,AVISIT,AVAL,BASE,TRTA")
    (tmp_path / "adae.csv").unlink()
    with pytest.raises(load.DataError, match="3 of 6 records in the file adlb stand under another treatment"):
        given(adlb=rows)
    same = ["USUBJID,TRT01A,TRT02A", "P1,a,a", "P2,b,"]
    assert len(read(write(tmp_path / "same", adsl=same)).people) == 2, "the same treatment twice is one"


COHORTS = ["low"] * 3 + ["high"] * 3


def listed(head, *rows):
    """A list of six people, three a cohort, with more columns; of one row given for all, {n} is the number of the person."""
    rows = rows * 6 if len(rows) == 1 else rows
    return [f"USUBJID,TRT01A,{head}", *(f"P{n},{cohort},{row.format(n=n)}" for n, (cohort, row) in enumerate(zip(COHORTS, rows, strict=True), 1))]  # fmt: skip


@pytest.mark.parametrize("reason", ["Death due to progressive disease", "Deceased", "Adverse event leading to death"])
def test_a_death_in_words_is_a_death_and_none_without(given, reason):
    others = [",Withdrawal by subject"] * 5
    trial = given(adsl=listed("DTHFL,DCSREAS", f",{reason}", *others))
    assert trial.people.died.eq(True).sum() == 1


@pytest.mark.parametrize(("cause", "died"), [("NOT APPLICABLE", 0), ("-", 0), ("Sepsis", 1)])
def test_a_cause_of_death_is_a_death_unless_it_says_there_is_none(given, cause, died):
    rows = [cause, *["NOT APPLICABLE"] * 5]
    assert given(adsl=listed("DTHCAUS", *rows)).people.died.eq(True).sum() == died


@pytest.mark.parametrize("rows", [[], ["P1,A,N,2024-01-09"]])
def test_a_file_of_events_in_which_none_is_left_says_that_nobody_had_one(given, rows):
    heads = {"adae": ["USUBJID,AEDECOD,TRTEMFL,ASTDT", *rows], "adlb": ["USUBJID,PARAMCD,AVISIT,AVAL,ADT"]}
    trial = given(adsl=listed("TRTSDT", "2024-01-10"), **heads)
    assert trial.events.empty and trial.measures is None
    assert event_counts.overview(trial, 0.95).people.eq(0).all()


def test_a_row_that_says_there_was_no_event_is_none(given):
    rows = [
        "USUBJID,AEDECOD,AETERM",
        "P1,,Headache",
        "P2,,None",
        "P3,,NO ADVERSE EVENTS",
        "P4,,No AE",
        "P5,Nausea,none",
    ]
    trial = given(adae=rows)
    assert trial.events.term.tolist() == ["Headache", "Nausea"]
    assert said(trial)["rows that say there was no event (such as NONE), which are none"] == 3


@pytest.mark.parametrize(
    ("written", "known"),
    [("2024-01-{n:02d}", True), ("{n:02d}JAN2024", True), ("{n}.1.2024", True), ("2024-01-{n:02d}T08:30", True), ("202401{n:02d}", True), ("0{n}/01/2024", False), ("2024-01", False)],
)  # fmt: skip
def test_days_are_read_as_programs_write_them_and_told_where_they_are_not(given, written, known):
    rows = [f"{written},{written.format(n=n + 4) if n == 1 else ''}" for n in range(1, 7)]
    rows = [row.format(n=n) for n, row in enumerate(rows, 1)]
    adae = ["USUBJID,AEDECOD,ASTDT", *(f"P{n},A,{written.format(n=n + 1)}" for n in (1, 2))]
    adlb = ["USUBJID,PARAMCD,AVISIT,AVAL,ABLFL,ADT", *(f"P{n},A,{visit},{value},{flag},{written.format(n=n + at)}" for n in (1, 4) for visit, value, flag, at in (("X", 5, "Y", 0), ("Late", 8, "", 3), ("Early", 6, "", 2)))]  # fmt: skip
    trial = given(adsl=listed("TRTSDT,DTHDT", *rows), adae=adae, adlb=adlb)
    assert sorted(trial.people.treated.dropna()) == (list(range(1, 7)) if known else [])
    assert trial.people.death_day.dropna().tolist() == ([5] if known else [])
    assert trial.events.day.dropna().tolist() == ([2, 2] if known else []), "the first day is day 1"
    assert at(trial) == {"A": "Late" if known else ""}
    told = [count for warning, count in said(trial, "adsl").items() if "no full date" in warning]
    assert told == ([] if known else [6, 1])


def test_days_of_sas_and_of_a_spreadsheet_count_from_one_day(given):
    rows = [f"{23376 + n},{23380 + n if n == 1 else ''}" for n in range(1, 7)]
    trial = given(adsl=listed("TRTSDT,DTHDT", *rows))
    assert sorted(trial.people.treated) == list(range(1, 7)) and trial.people.death_day.dropna().tolist() == [5]


def test_the_day_before_the_first_treatment_is_day_minus_one(given):
    rows = ["USUBJID,AEDECOD,ASTDT,AESTDTC,ASTDY", "P1,A,2024-01-09,,", "P2,A,,2024-01-10T08:00,", "P4,A,2024-01-12,,9"]
    trial = given(adsl=listed("TRTSDT", "2024-01-10"), adae=rows, dlt_terms=["A"], dlt_window_days=8)
    assert trial.events.day.tolist() == [-1, 1, 9], "what is recorded counts"
    assert trial.people.dlt.sum() == 1


@pytest.mark.parametrize(
    ("arms", "control"),
    [
        ([("Saline", 0), ("Low", 5), ("High", 10)], "Saline"),
        ([("PBO", ""), ("Low", 5), ("High", 10)], "PBO"),
        ([("Saline", 0), ("Nothing", 0), ("High", 10)], ""),
        ([("Low", 0), ("High", 0)], ""),
    ],
)
def test_a_dose_of_nothing_is_a_comparison_whatever_it_is_called(given, arms, control):
    adsl = ["USUBJID,TRT01A,DOSE01A", *(f"P{n},{name},{dose}" for n, (name, dose) in enumerate(arms * 2))]
    trial = given(adsl=adsl)
    assert trial.control == control
    assert any("whose dose is 0" in warning for warning in said(trial)) == (control == "Saline")


def test_an_arm_that_nobody_had_is_named(given):
    adsl = ["USUBJID,TRT01P,TRT01A,SAFFL", "P1,low,low,Y", "P2,mid,,N", "P3,high,high,Y"]
    told = said(given(adsl=adsl))
    assert told["arms that people were planned for, and nobody who counts was treated in: mid"] == 1


def test_a_death_that_no_event_accounts_for_is_said():
    trial = case("death_in_adsl")
    assert trial.people.died.eq(True).sum() == 1
    assert said(trial)["deaths in adsl that no fatal event accounts for"] == 1
    assert any("deaths" in alarm for alarm in trial.alarms)


def test_deaths_stand_without_a_file_of_events(given):
    adsl = ["USUBJID,TRT01A,DTHFL,TRTSDT,DTHDT", "P1,a,Y,2020-01-01,2020-01-10", "P2,a,,2020-01-01,"]
    trial = given(adsl=adsl)
    assert trial.people.set_index(trial.people.died.eq(True)).death_day[True] == 10
    assert "deaths in adsl that no fatal event accounts for" not in said(trial), "there is none that could"
    shown, *others = event_counts.publishable(trial, 0.95, 1)
    assert others == [None, None] and shown[["what", "cohort", "people"]].values.tolist() == [["died", "a", 1], ["died", "all", 1]]  # fmt: skip
    answer = files_text.answer(trial, shown, pd.DataFrame(columns=changes.COLUMNS), {}, 0.95, 0.05)
    assert (
        "of harm only what the list of people holds is told" in answer
        and "1 of 2 people died, by the list of people: " in answer
    )
    assert "By the list of people one person died (on day 10)." in files_text.safety_said(trial, shown, 0.95)
    assert event_counts.publishable(given(adsl=adsl[:1] + adsl[2:]), 0.95, 1) == (None, None, None), "nobody died"


def test_names_that_differ_only_in_capitals_or_blanks_are_one(given):
    rows = ["USUBJID,AETERM", "P1,Headache", "P2,HEADACHE", "P4,headache ", "P5,Headache"]
    values = measured("{p},ALT,ALT,Base,0,20,20,Y", "{p},ALT,ALT,Week 2,2,21,20,")
    values[-1] = values[-1].replace("ALT,ALT,Week 2", "Alt,ALT,WEEK  2")
    trial = given(adae=rows, adlb=values)
    assert trial.events.term.tolist() == ["Headache"] * 4
    assert means(trial)["ALT", "Week 2", "all"] == (6, 1.0)
    assert said(trial)["records whose visit name is written with other capitals or blanks elsewhere, taken as one"] == 1


def test_a_baseline_that_is_not_the_one_in_base_is_told(given):
    rows = measured("{p},ALT,ALT,Base,0,20,25,Y", "{p},ALT,ALT,Week 2,2,26,25,")
    trial = given(adlb=rows)
    assert means(trial)["ALT", "Week 2", "all"] == (6, 1.0)
    assert said(trial)["baselines (ABLFL) whose value is not the one in BASE; the one in BASE counts"] == 6


def test_events_in_a_file_of_another_name_are_said_in_the_short_answer(given):
    trial = given(ae=["USUBJID,AETERM", "P1,A"])
    assert trial.events is None and trial.alarms == ("The file ae looks like one of events, but events are only read from a file called adae.",)  # fmt: skip


# --- which files ------------------------------------------------------------------------------------------------------

SMALL = {
    "adsl": pd.DataFrame({
        "USUBJID": [f"P{n}" for n in range(1, 7)], "TRT01A": COHORTS, "DOSE01A": [0.5] * 3 + [1.5] * 3,
        "TRTSDT": [date(2024, 1, n) for n in range(1, 7)], "DTHDT": [date(2024, 1, 12), *[None] * 5], "AGE": [50.5, *[float("nan")] * 5],
    }),
    "adlb": pd.DataFrame({"USUBJID": [f"P{n}" for n in range(1, 7)], "PARAMCD": "A", "PARAM": "µg of a", "AVISIT": "Week 2", "AVAL": [20.5 + n for n in range(1, 7)], "BASE": 20.5}),
}  # fmt: skip


def as_csv(separator, decimal, encoding):
    def made(path, frame):
        frame.to_csv(
            path.with_suffix(".csv"), sep=separator, decimal=decimal, encoding=encoding, index=False, quoting=0
        )

    return made


def as_xpt(version):
    def made(path, frame):
        texts = {c: object for c in frame if not pd.api.types.is_numeric_dtype(frame[c])}
        plain = frame.assign(**({"PARAM": "ug of a"} if "PARAM" in frame and version == 5 else {})).astype(texts)
        pyreadstat.write_xport(plain, str(path.with_suffix(".xpt")), table_name=path.stem.upper(), file_format_version=version)  # fmt: skip

    return made


def as_excel(path, frame):
    frame.to_excel(path.with_suffix(".xlsx"), index=False, engine="openpyxl")


def as_json(version):
    def made(path, frame):
        rows = json.loads(frame.to_json(orient="values", date_format="iso"))
        columns = [{"itemOID": f"IT.{c}", "OID": f"IT.{c}", "name": c, "label": c, "dataType": "string"} for c in frame]
        if version == "1.0":
            number = {"OID": "ITEMGROUPDATASEQ", "name": "ITEMGROUPDATASEQ", "label": "", "type": "integer"}
            data = {"records": len(rows), "items": [number, *columns], "itemData": [[at, *row] for at, row in enumerate(rows, 1)]}  # fmt: skip
            about = {"datasetJSONVersion": "1.0.0", "clinicalData": {"itemGroupData": {"IG": data}}}
        else:
            about = {"datasetJSONVersion": "1.1.0", "columns": columns, "rows": rows}
        if version == "ndjson":
            lines = [json.dumps({key: value for key, value in about.items() if key != "rows"}), *map(json.dumps, rows)]
            path.with_suffix(".ndjson").write_text("\n".join(lines), encoding="utf-8")
        else:
            path.with_suffix(".json").write_text(json.dumps(about), encoding="utf-8")

    return made


WRITERS = {
    "comma": as_csv(",", ".", "utf-8"),
    "UTF-8 with its mark": as_csv(",", ".", "utf-8-sig"),
    "semicolon and decimal comma": as_csv(";", ",", "utf-8"),
    "comma and quoted decimal comma": as_csv(",", ",", "utf-8"),
    "tab": as_csv("\t", ".", "utf-8"),
    "bar": as_csv("|", ".", "utf-8"),
    "UTF-16": as_csv("\t", ".", "utf-16"),
    "UTF-16 without its mark": as_csv(",", ".", "utf-16-le"),
    "Latin-1": as_csv(",", ".", "latin-1"),
    "XPT 5": as_xpt(5),
    "XPT 8": as_xpt(8),
    "Excel": as_excel,
    "Dataset-JSON 1.0": as_json("1.0"),
    "Dataset-JSON 1.1": as_json("1.1"),
    "Dataset-NDJSON": as_json("ndjson"),
}


@pytest.mark.parametrize("kind", WRITERS)
def test_every_kind_of_file_says_the_same(tmp_path, kind):
    for name, frame in SMALL.items():
        WRITERS[kind](tmp_path / name, frame)
    trial = read(str(tmp_path))
    assert trial.order_known and trial.people.dose.tolist() == [0.5] * 3 + [1.5] * 3
    assert sorted(trial.people.treated) == list(range(1, 7)) and trial.people.death_day.dropna().tolist() == [12]
    assert trial.baseline.number.dropna().tolist() == [50.5], "a gap is no number"
    assert sorted(trial.measures.change) == [1, 2, 3, 4, 5, 6] and set(trial.measures.start) == {20.5}
    assert set(trial.measures.parameter) == ({"ug of a"} if kind == "XPT 5" else {"µg of a"})


def test_a_data_set_of_sas_is_read():
    trial = case("sas7bdat")  # written with the C library ReadStat, which is also what reads it
    assert sorted(trial.people.dose.fillna(0)) == [0, 0.5, 0.5, 1.5]  # fmt: skip
    assert trial.cohorts == ["low", "high"] and trial.people.died.eq(True).sum() == 1, "by the date of death"


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        (["1,234", "2,345"], None),
        (["1,234", "20,5"], [1.234, 20.5]),
        (["1,234", "20.5"], [1234, 20.5]),
        (["1,234", "0,123"], [1.234, 0.123]),
        (["1,234,567", "1,234"], [1234567, 1234]),
        (["1.234,5", "20,5"], [1234.5, 20.5]),
        (["20,5", "20.5"], None),
        (["20,5", "1.234"], None),
        (["1.234", "2.345"], [1.234, 2.345]),
        (["1,2345", "2"], [1.2345, 2]),
        (["-1,5", "2"], [-1.5, 2]),
    ],
)
def test_a_comma_that_may_be_read_in_two_ways_is_refused(given, written, meant):
    rows = ["USUBJID,PARAMCD,AVISIT,AVAL,BASE", *(f'P{n},A,W1,"{value}",0' for n, value in enumerate(written, 1))]
    trial = given(adlb=rows)
    if meant:
        assert trial.measures.sort_values("person").value.tolist() == meant or sorted(trial.measures.value) == sorted(
            meant
        )
    else:
        assert trial.measures is None
        assert any("The file adlb was not read" in alarm and "comma" in alarm for alarm in trial.alarms)


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (
            b"USUBJID,TRT01A\nP1,a\nP2,b,c\n",
            "row 3 has 3 fields and the header 2; a number with a decimal comma needs quotes",
        ),
        (b"USUBJID,TRT01A\nP1\n", "row 2 has 1 fields and the header 2"),
        (b"USUBJID,TRT01A,TRT01A\nP1,a,b\n", "two columns have the same name"),
        (b"USUBJID,TRT01A\nP1,a\0\n", "row 2 holds a NUL byte"),
        (b'USUBJID,TRT01A\nP1,"a\n', "no text in columns"),
        (b"", "it is empty"),
        (b"\n\n", "it is empty"),
    ],
)
def test_a_table_of_text_that_is_none_is_refused_with_its_row(tmp_path, content, why):
    (tmp_path / "adsl.csv").write_bytes(content)
    with pytest.raises(load.DataError) as caught:
        read(str(tmp_path))
    assert why in str(caught.value) and str(caught.value).endswith(").")


def test_row_numbers_of_r_and_a_first_line_of_excel_are_no_trouble(tmp_path):
    (tmp_path / "adsl.csv").write_text('"","USUBJID","TRT01A"\n"1","P1","a"\n"2","P2","b"\n')
    assert read(str(tmp_path)).cohorts == ["a", "b"]
    (tmp_path / "adsl.csv").write_text("USUBJID,TRT01A\nUnique Subject Identifier,Actual Treatment\nP1,a\nP2,b\n")
    assert read(str(tmp_path)).cohorts == ["a", "b"], "labels are no person"
    (tmp_path / "adsl.csv").write_text("sep=;\nUSUBJID;TRT01A\nP1;a\nP2;b\n")
    assert read(str(tmp_path)).cohorts == ["a", "b"]


def test_what_lies_there_unread_is_named():
    trial = case("sas7bdat_ignored")
    assert trial.events is None and trial.measures is None
    assert [alarm.split(" was not read")[0] for alarm in trial.alarms] == ["The file adae", "The file adlb"]


def test_files_of_other_kinds_are_named_and_those_of_events_in_the_short_answer(tmp_path):
    folder = write(tmp_path, adsl=LOW_HIGH)
    for name in ("adae.parquet", "notes.docx", ".DS_Store", "~$adsl.xlsx"):
        (tmp_path / name).write_bytes(b"x")
    (tmp_path / "old").mkdir()
    trial = read(folder)
    assert set(trial.warnings.file) == {"adae.parquet", "notes.docx", "old"}
    assert len(trial.alarms) == 1 and "The file adae was not read" in trial.alarms[0]
    (tmp_path / "adsl.csv").rename(tmp_path / "adsl.rds")
    with pytest.raises(load.DataError, match="the file adsl cannot be read .a file of this kind is not read"):
        read(folder)


def test_a_workbook_with_a_sheet_a_table(tmp_path):
    with pd.ExcelWriter(tmp_path / "trial.xlsx", engine="openpyxl") as book:
        for name, frame in SMALL.items():
            frame.to_excel(book, sheet_name=name.upper(), index=False)
    assert sorted(read(str(tmp_path)).measures.change) == [1, 2, 3, 4, 5, 6]
    openpyxl.Workbook().save(tmp_path / "adae.xlsx")
    assert "it is empty" in read(str(tmp_path)).alarms[0]


def test_broken_files_of_every_kind_are_told_in_words(given, tmp_path):
    for ending in formats.READ:
        (tmp_path / f"ad{ending}.{ending}").write_bytes(b"\x01\x02 nonsense, and more of it\n" * 40)
    trial = given(advs=["USUBJID,PARAMCD,AVISIT,AVAL,BASE", "P1,A,W1,6,5"])
    assert len(trial.measures) == 1, "what can be read is"
    broken = {row.file for row in trial.warnings.itertuples() if "cannot be read" in row.warning or "left out" in row.warning}  # fmt: skip
    assert broken == {f"ad{ending}" for ending in formats.READ}


def test_a_file_that_may_not_be_read_is_told_without_its_path(tmp_path, monkeypatch):
    folder = write(tmp_path, adsl=LOW_HIGH, adlb=["USUBJID"])
    known = Path.read_bytes

    def refused(path):
        if path.stem == "adlb":
            raise PermissionError(13, "Permission denied", str(path))
        return known(path)

    monkeypatch.setattr(Path, "read_bytes", refused)  # tests may run as root, whom no file refuses
    assert read(folder).alarms == ("The file adlb was not read (Permission denied), so nothing here rests on it.",)


def test_letters_of_windows_in_files_of_sas(tmp_path):
    frame = pd.DataFrame({"USUBJID": ["P1", "P2"], "TRT01A": ["Kaffee", "Caf\N{LATIN SMALL LETTER E WITH ACUTE}"]})
    pyreadstat.write_xport(frame.astype(object), str(tmp_path / "adsl.xpt"), file_format_version=8)
    content = (tmp_path / "adsl.xpt").read_bytes()
    (tmp_path / "adsl.xpt").write_bytes(content.replace("\N{LATIN SMALL LETTER E WITH ACUTE}".encode(), b"\xe9 "))
    assert read(str(tmp_path)).cohorts == ["Caf\N{LATIN SMALL LETTER E WITH ACUTE}", "Kaffee"]


def test_whole_rows_that_repeat_count_once_though_they_differ_in_no_column_that_is_read(given):
    rows = ["USUBJID,AEDECOD,AESEQ", "P1,A,1", "P1,A,2", "P1,A,2"]
    trial = given(adae=rows)
    assert len(trial.events) == 2 and said(trial, "adae")["duplicated rows, counted once"] == 1


def test_values_below_the_limit_count_as_half_of_it():
    trial = case("text_aval")
    assert means(trial)["NfL (pg/mL)", "Week 4", "low"] == (3, -5.5), "half of 5, less 8"
    assert means(trial)["NfL (pg/mL)", "Week 4", "high"] == (3, 1.0)
    assert said(trial)["values below what can be measured (such as <5), taken as half of that limit"] == 3


@pytest.mark.parametrize(
    ("aval", "avalc", "value"),
    [("<5", "", 2.5), ("", "< 0.5", 0.25), ("", "<=4", 2), ("4.9", "<5", 4.9), ("", ">200", 200), ("", "negative", None), ("", "<1,234", None)],
)  # fmt: skip
def test_a_limit_stands_in_either_column(given, aval, avalc, value):
    rows = ["USUBJID,PARAMCD,AVISIT,AVAL,AVALC,BASE", f'P1,A,W1,"{aval}","{avalc}",0', "P4,A,W1,7,7,0"]
    trial = given(adlb=rows)
    assert sorted(trial.measures.value) == sorted([7.0] if value is None else [7.0, value])


@pytest.mark.parametrize("word", ["BLQ", "<LLOQ", "BLOQ", "< LOD", "Not detected", "ND"])
def test_values_below_a_limit_that_is_not_said_are_counted_as_the_lowest(given, word):
    rows = ["USUBJID,PARAMCD,AVISIT,AVAL,AVALC,BASE", f"P1,A,W1,,{word},9", "P4,A,W1,7,7,9"]
    warnings = said(given(adlb=rows), "adlb")
    assert [count for warning, count in warnings.items() if "the lowest are missing" in warning] == [1]


def test_the_standard_unit_counts_wherever_it_stands_and_capitals_make_no_other(given):
    head = "USUBJID,PARAMCD,PARAM,AVISIT,AVAL,BASE,LBORRESU,LBSTRESU"
    rows = [head, "P1,G,Glucose,W1,6,5,mg/dL,mmol/L", "P2,G,glucose,W1,6,5,mmol/L,mmol/L", "P4,G,Glucose,W1,6,5,mg/dL,MMOL/l"]  # fmt: skip
    assert means(given(adlb=rows))["Glucose", "W1", "all"] == (3, 1)


def test_a_value_that_programs_write_for_a_missing_one_is_told(given):
    for others, told in (([7, 8], True), ([7, -8], False)):
        rows = ["USUBJID,PARAMCD,AVISIT,AVAL,BASE", *(f"P{n},A,W1,{value},5" for n, value in enumerate([*others, -99], 1))]  # fmt: skip
        assert any("-99" in alarm for alarm in given(adlb=rows).alarms) == told


def test_people_lost_with_a_second_file_of_a_measure_are_told(tmp_path):
    head = "USUBJID,PARAMCD,AVISIT,AVAL,BASE"
    for person, told in (("P4", True), ("P1", False)):
        folder = write(tmp_path, adsl=LOW_HIGH, adlb=[head, "P1,A,W1,6,5"], adlc=[head, f"{person},A,W1,6,5"])
        assert any("several files" in alarm for alarm in read(folder).alarms) == told


def test_units_from_any_column_and_a_gap_is_no_unit(given):
    head = "USUBJID,PARAMCD,AVISIT,AVAL,BASE,LBSTRESU"
    rows = [head, "P1,A,W1,2,1,mg", "P2,A,W1,3,1,g", "P1,B,W1,2,1,mg", "P2,B,W1,2,1,NA", "P4,B,W1,2,1,mg"]
    trial = given(adlb=rows)
    assert set(trial.measures.code) == {"B"} and len(trial.measures) == 3
    assert said(trial)["parameters whose unit or name differs between records, left out: A"] == 1
