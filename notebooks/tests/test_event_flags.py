"""What was judged of events in somebody's own trial: words to yes, no or not recorded, one severity, small cohorts, hidden numbers."""

import re

import pandas as pd
import pytest

from reporting import page, records
from tests.chapters import run_here
from tests.test_own_trial import PEOPLE, known, read, said, write
from tests.test_own_trial_files import case
from trial import load
from trial.own_trial import changes, event_counts, frames


def events(folder, header, *rows, people=PEOPLE, **options):
    named = [f"ID-{n % 6 + 1},T{n},{row}" for n, row in enumerate(rows)]
    return read(write(folder, adsl=people, adae=[f"USUBJID,AEDECOD,{header}", *named]), **options)


def test_codes_of_cause_are_not_recorded_until_they_are_explained(tmp_path):
    trial = events(tmp_path, "AEREL", "1", "1", "4")
    assert known(trial.events.related) == [None] * 3
    assert any("given as codes (AEREL)" in alarm for alarm in trial.alarms), "in the short answer"
    assert known(events(tmp_path, "AEREL", "1", "1", "4", related_terms=["4"]).events.related) == [False, False, True]


def test_words_of_cause_in_any_case_and_those_not_understood_are_listed(tmp_path):
    yes = ["POSSIBLY RELATED", "Related", "probably_related", "SUSPECTED", "REASONABLE  POSSIBILITY"]
    no = ["DOUBTFUL", "NOT SUSPECTED", "NO REASONABLE POSSIBILITY", "UNLIKELY RELATED", "Not Related", "unlikely"]
    trial = events(tmp_path, "AEREL", *yes, *no, "NOT ASSESSABLE", "perhaps")
    assert known(trial.events.related) == [True] * 5 + [False] * 6 + [None] * 2
    listed = [text for text in said(trial, "adae") if "AEREL that are not understood" in text]
    assert len(listed) == 1 and "NOT ASSESSABLE" in listed[0] and "perhaps" in listed[0]


def test_words_of_leaving_the_treatment(tmp_path):
    yes = ["TREATMENT DISCONTINUED", "PERMANENTLY WITHDRAWN", "Drug withdrawn"]
    trial = events(tmp_path, "AEACN", *yes, "DOSE REDUCED", "STUDY DRUG DISCONTINUED", "DOSE DELAYED", "DRUG WITHDRAWN TEMPORARILY")  # fmt: skip
    assert known(trial.events.withdrawn) == [True] * 3 + [False] + [None] * 3
    assert said(trial, "adae")["events with words in AEACN that are not understood, so not recorded: STUDY DRUG DISCONTINUED, DOSE DELAYED, DRUG WITHDRAWN TEMPORARILY"] == 3  # fmt: skip


def test_other_numbers_make_a_flag_of_0_and_1_a_code(tmp_path):
    assert known(events(tmp_path, "AESER", "1", "0").events.serious) == [True, False]
    assert known(events(tmp_path, "AESER", "1", "2", "N").events.serious) == [None, None, False]


def test_the_worst_of_severity_grade_and_outcome_counts_in_every_table(tmp_path):
    rows = ("SEVERE,3,RECOVERED/RESOLVED,", "MILD,,,", ",,FATAL,", "SEVERE,5,FATAL,", "SEVERE,4,RECOVERED/RESOLVED,", "MODERATE,,,Y")  # fmt: skip
    trial = events(tmp_path, "AESEV,AETOXGR,AEOUT,AESDTH", *rows)
    assert trial.events.grade.tolist() == [3, 1, 5, 5, 4, 5]
    worst = event_counts.worst_severity(trial)
    table = worst[worst.cohort == "all"].set_index("severity").people
    assert table[["mild", "severe", "life-threatening", "fatal"]].tolist() == [1, 1, 1, 3]
    overview = event_counts.overview(trial, 0.95)
    shares = overview[overview.cohort == "all"].set_index("what").people
    assert shares["fatal"] == table["fatal"]
    assert shares["severe"] == table[["severe", "life-threatening", "fatal"]].sum()
    assert said(trial)["events whose severity (AESEV), grade (AETOXGR) and outcome do not agree; the worst counts"] == 3


def test_an_event_that_nobody_graded_is_not_recorded(tmp_path):
    rows = ["USUBJID,AEDECOD,AESEV", "ID-1,A,MILD", "ID-1,B,", "ID-2,A,SEVERE", "ID-2,B,", "ID-4,A,", "ID-5,A,MILD"]
    worst = event_counts.worst_severity(read(write(tmp_path, adsl=PEOPLE, adae=rows)))
    table = worst[worst.cohort == "all"].set_index("severity").people
    assert table[["no event", "mild", "severe", "not recorded"]].tolist() == [2, 1, 1, 2]


def test_a_word_that_no_event_has_is_refused_with_those_there_are(tmp_path):
    with pytest.raises(load.DataError, match=r"no event has the word PROBABLY in AEREL; there are PROBABLE, NONE\."):
        events(tmp_path, "AEREL", "PROBABLE", "NONE", related_terms=["PROBABLY"])
    rows = ["USUBJID,AEDECOD,AEREL,TRTEMFL", "ID-1,A,MAYBE,N", "ID-2,A,NONE,Y"]
    trial = read(write(tmp_path, adsl=PEOPLE, adae=rows), related_terms=["maybe"])
    assert known(trial.events.related) == [False], "a word of an event that is left out is in the file all the same"


def titration(folder):
    """Eight cohorts, five of them of one person."""
    doses = [1, 2, 4, 8, 16, 32, 32, 32, 64, 64]
    people = ["USUBJID,TRT01A,DOSE01A", *(f"ID-{n},{dose} mg,{dose}" for n, dose in enumerate(doses))]
    rows = [f"ID-{n},ANC,Day 8,8,{5 - 0.1 * n:.1f},5," for n in range(len(doses))]
    return read(write(folder, adsl=people, adlb=["USUBJID,PARAMCD,AVISIT,AVISITN,AVAL,BASE,ABLFL", *rows]))


def test_a_cohort_of_one_has_no_mean_as_if_it_were_a_group(tmp_path):
    from reporting import tables

    trial = titration(tmp_path)
    summary = changes.change_summary(trial, "biomarker", 0.95)
    assert summary[summary.n == 1][["lower", "upper", "sd"]].isna().all(axis=None)
    columns = frames.mean_columns(trial)
    text = tables.formatted(frames.by_cohort(trial, summary, frames.MEASURE), columns).iloc[0]
    assert text["1 mg"] == "0.00 (one person) from 5.00", "the mean at baseline last"
    assert text["32 mg"].endswith("[3] from 5.00") and " to " in text["32 mg"]


def test_one_person_of_another_cohort_is_not_shown_by_difference(tmp_path, monkeypatch):
    people = ["USUBJID,TRT01A", *(f"ID-{n},{'A' if n < 7 else 'B'}" for n in range(1, 8))]
    values = [f"ID-{n},ALT,Week 4,4,{20 + (n if n < 7 else 55)},20," for n in range(1, 8)]
    happened = [*(f"ID-{n},Headache,N" for n in range(1, 8)), "ID-7,Seizure,Y"]
    write(tmp_path, adsl=people, adae=["USUBJID,AEDECOD,AESER", *happened], adlb=["USUBJID,PARAMCD,AVISIT,AVISITN,AVAL,BASE,ABLFL", *values])  # fmt: skip
    outputs = []
    run_here("07_own_trial", outputs.append, monkeypatch, {"own_trial": str(tmp_path), "smallest_cell": 5})
    made = {name: text for output in outputs for name, text in output.get(records.TABLE_MIME, {}).items()}
    change = pd.read_csv(pd.io.common.StringIO(made["own_change"]))
    assert set(change.cohort) == {"A and B", "all"} and change["mean"].round(6).nunique() == 1, "A alone is nowhere"
    assert change[["n", "minimum", "maximum"]].isna().all(axis=None)
    text = "\n".join(output.get(kind, "") for output in outputs for kind in (page.MARKDOWN, page.HTML, page.PLAIN))
    assert not re.search(r"\b3\.5\b|\b55\b|\b51\.5\b|(?<!\d)1 \(14%\)|1 of 7", text)
    assert "not shown" in text


def test_what_most_people_had_stands_first_and_nothing_is_cut():
    """Forty of fifty were dizzy; two groups of single reactions filled the table before."""
    trial = case("terms_cut")
    terms = event_counts.publishable(trial, 0.95, 1)[2]
    every = frames.by_cohort(trial, terms, frames.TERM)
    often = frames.frequent(every, event_counts.frequent(terms, frames.OFTEN))
    assert often[frames.TERM[1]].tolist() == ["Dizziness"]
    assert terms[(terms.term == "Dizziness") & (terms.cohort == "all")].people.tolist() == [40]
    assert set(every[frames.TERM[1]]) - {""} == set(trial.events.term), "the whole table holds every term"
    assert often[frames.TERM[0]].tolist() == [""], "its group is said there, once"
    twice = pd.DataFrame([("Skin", "Rash"), ("Nerves", "Rash"), ("Skin", "Itch")], columns=frames.TERM)
    assert frames.frequent(twice, twice)[frames.TERM[0]].tolist() == ["Skin", "Nerves", ""], (
        "but of one name in two groups"
    )
