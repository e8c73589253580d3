"""Somebody's own trial, the whole way: a 3+3 trial whose replay, tables and lists were written by hand, and what small numbers hide."""

import io
import re
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from reporting import mime, page, records, tables, workbook
from tests.chapters import run_here
from tests.test_own_trial import everything, handed_out, read, said, write
from trial import load
from trial.own_trial import changes, dlt_replay, frames, standard_tables
from trial.own_trial.adam import visits

CASE = str(Path(__file__).parent / "own_trial_cases" / "three_plus_three")


@pytest.fixture(scope="module")
def trial():
    return read(CASE)


def steps(trial, reading="A"):
    found = dlt_replay.replay(trial, reading)
    return list(zip(found.cohort, found.people, found.dlts, found.decision, found.apart, strict=True))


# --- the dose ---------------------------------------------------------------------------------------------------------


def test_each_decision_is_replayed_as_by_hand(trial):
    # low: none of three. middle: the second of the first three, so three more; ID-24 is not evaluable, and of the six that
    # are one had it. high: two of three.
    assert steps(trial) == [
        ("low", 3, 0, "up", False),
        ("middle", 3, 1, "more", False),
        ("middle", 6, 1, "up", False),
        ("high", 3, 2, "excessive", False),
    ]
    assert dlt_replay.limit(trial, dlt_replay.replay(trial, "A"), "A") == ("middle", "high")
    table = dlt_replay.by_dose(trial, 0.95)
    assert table[["cohort", "treated", "people", "unknown", "dlts"]].values.tolist() == [
        ["low", 3, 3, 0, 0],
        ["middle", 7, 6, 0, 1],
        ["high", 3, 3, 0, 2],
    ]
    assert table.upper[0] == pytest.approx(1 - 0.025 ** (1 / 3)), "none of three, by hand"
    in_short = dlt_replay.short(trial, dlt_replay.replay(trial, "A"), table, "A")
    assert in_short == (
        "Harm that limits the dose struck none of 3 at low, 1 of 6 at middle and 2 of 3 at high. "
        "By a 3+3 rule the maximum tolerated dose is middle."
    )
    told = dlt_replay.said(trial, dlt_replay.replay(trial, "A"), "A", 1)
    assert "By it the maximum tolerated dose is middle." in told and "went another way" not in told
    # BOIN at 0.3: middle 1 of 6, high 2 of 3; rates (0.05/3.1, 1.05/6.1, 2.05/3.1) are 0.016, 0.172, 0.661: middle is nearest.
    assert dlt_replay.recommended(trial) == {"BOIN": "middle", "CRM": "high"}


@pytest.mark.parametrize(
    ("reading", "high", "dose"),
    [("A", "excessive", "middle"), ("B", "more", None), ("C", "excessive", "middle"), ("K", "excessive", "middle")],
)
def test_readings_differ_where_the_rule_does(trial, reading, high, dose):
    found = dlt_replay.replay(trial, reading)
    assert found.decision.iloc[-1] == high, "reading B fills the group before anybody judges it"
    assert dlt_replay.limit(trial, found, reading)[0] == dose


def of(tmp_path, *harmed, sizes=(3, 3), dates=True, **options):
    """A trial of so many people a dose, of whom those named (dose, place) had limiting harm."""
    rows = [
        f"P{dose}{n},d{dose},{dose},Y,{f'2024-0{dose}-{n:02d}' if dates else ''},{'Y' if (dose, n) in harmed else 'N'}"
        for dose, size in enumerate(sizes, 1)
        for n in range(1, size + 1)
    ]
    return read(write(tmp_path, adsl=["USUBJID,TRT01A,DOSE01A,SAFFL,TRTSDT,DLTFL", *rows]), **options)


def limit(trial, reading="A"):
    return dlt_replay.limit(trial, dlt_replay.replay(trial, reading), reading)


def test_where_a_rule_ends(tmp_path):
    assert limit(of(tmp_path)) == ("not reached", "d2")
    assert limit(of(tmp_path), "K") == (None, "d2"), "the textbook rule wants six at the highest dose"
    assert limit(of(tmp_path, (1, 1), (1, 2))) == ("none", "d1")
    assert limit(of(tmp_path, (1, 1))) == (None, "d1"), "three more were never treated"
    assert limit(of(tmp_path, (2, 1), (2, 2)), "K") == (None, "d1"), "only three at the dose below"
    assert limit(of(tmp_path, (2, 1), (2, 2), sizes=(6, 3)), "K") == ("d1", "d2")
    assert limit(of(tmp_path, sizes=(3, 9))) == (None, "d2"), "the rule looks no further than six people"


def test_below_the_lowest_dose_is_none_to_step_down_to(tmp_path):
    trial = of(tmp_path, (1, 1), (1, 2), (2, 1), (2, 2))
    says = dlt_replay.replay(trial, "K").says.tolist()
    assert says == ["too much: no dose is left", "too much: one dose down"]


def test_many_doses_are_told_together(tmp_path):
    one = of(tmp_path, (7, 1), sizes=(3,) * 7)
    told = dlt_replay.short(one, dlt_replay.replay(one, "A"), dlt_replay.by_dose(one, 0.95), "A")
    assert told.startswith("Harm that limits the dose struck 1 of 21 people over seven doses.")


def test_what_went_another_way_is_said(tmp_path):
    found = dlt_replay.replay(of(tmp_path, (1, 1), (1, 2)), "A")
    assert found.apart.tolist() == [True, False], "the dose above was given all the same"
    assert found.done.tolist() == ["the next dose", "no higher dose"]
    one = of(tmp_path, (1, 1), (1, 2))
    assert "After one look the trial went another way than this rule." in dlt_replay.said(one, found, "A", 1)


def test_without_first_days_only_what_follows_from_the_counts_is_replayed(tmp_path):
    assert steps(of(tmp_path, (1, 5), sizes=(6, 3), dates=False)) == [
        ("d1", 6, 1, "up", False),
        ("d2", 3, 0, "up", False),
    ]
    assert steps(of(tmp_path, sizes=(6, 3), dates=False))[:2] == [("d1", 3, 0, "up", True), ("d1", 6, 0, "up", False)]
    assert steps(of(tmp_path, (1, 5), sizes=(6, 3)))[0] == ("d1", 3, 0, "up", True)


def test_people_of_one_first_day_stand_in_no_order(tmp_path):
    rows = [f"P{n},a,1,2024-01-0{1 if n < 3 else 2},{'Y' if n == 4 else 'N'}" for n in range(1, 7)]
    one = read(write(tmp_path, adsl=["USUBJID,TRT01A,DOSE01A,TRTSDT,DLTFL", *rows]))
    assert steps(one) == [("a", 6, 1, "up", False)], "the third and the fourth came on one day, and differ"


# --- what says which harm limits the dose -----------------------------------------------------------------------------


def test_named_events_within_a_window_limit_the_dose(tmp_path):
    adsl = ["USUBJID,TRT01A,DOSE01A", *(f"P{n},a,1" for n in range(1, 5))]
    adae = ["USUBJID,AEDECOD,ASTDY", "P1,Sepsis,28", "P2,SEPSIS,29", "P3,Rash,3", "P4,sepsis,-1"]
    folder = write(tmp_path, adsl=adsl, adae=adae)
    assert read(folder, dlt_terms=["Sepsis"]).people.dlt.sum() == 1, "day 28 is inside, 29 and the day before are not"
    assert read(folder, dlt_terms=["Sepsis"], dlt_window_days=29).people.dlt.sum() == 2
    none = read(folder, dlt_terms=["Seps"])
    assert none.people.dlt.eq(False).all() and any("No event is called seps" in alarm for alarm in none.alarms)
    nothing = read(folder)
    assert not nothing.dlt_by and dlt_replay.by_dose(nothing, 0.95).empty
    assert "no flag (DLTFL)" in dlt_replay.said(nothing, dlt_replay.replay(nothing, "A"), "A", 1)
    with pytest.raises(load.DataError, match="dlt_terms: there is no file adae"):
        read(write(tmp_path / "b", adsl=adsl), dlt_terms=["Sepsis"])


@pytest.mark.parametrize(("flag", "who"), [("AEDLT", "DLTEFL"), ("DLTYN", "DLTPOPFL"), ("DLT", "DLTEVLFL")])
def test_flags_of_another_name_limit_the_dose_and_are_told(tmp_path, flag, who):
    adsl = [f"USUBJID,TRT01A,DOSE01A,{who}", "P1,a,1,Y", "P2,a,1,N", "P3,b,2,Y"]
    trial = read(write(tmp_path, adsl=adsl, adae=[f"USUBJID,AEDECOD,{flag}", "P1,X,Y", "P1,Y,Y", "P3,X,N"]))
    assert dlt_replay.by_dose(trial, 0.95)[["people", "dlts"]].values.tolist() == [[1, 1], [1, 0]]
    assert f"the flag {flag}, taken for DLTFL" in said(trial, "adae")


def test_what_is_not_recorded_is_no_no(tmp_path):
    adsl = ["USUBJID,TRT01A,DOSE01A", "P1,a,1", "P2,a,1", "P3,a,1"]
    adae = ["USUBJID,AEDECOD,ASTDY", "P1,Sepsis,", "P2,Sepsis,3"]
    one = read(write(tmp_path, adsl=adsl, adae=adae), dlt_terms=["Sepsis"])
    table = dlt_replay.by_dose(one, 0.95)
    assert table.unknown.tolist() == [1] and table.dlts.isna().all()
    assert dlt_replay.replay(one, "A").empty and dlt_replay.recommended(one) == {}
    assert "of one person it is not recorded" in dlt_replay.said(one, dlt_replay.replay(one, "A"), "A", 1)
    gap = ["USUBJID,TRT01A,DOSE01A,DLTFL", "P1,a,1,N", "P2,a,1,", "P3,a,1,Y"]
    assert dlt_replay.by_dose(read(write(tmp_path / "g", adsl=gap)), 0.95).unknown.tolist() == [1]
    only_yes = ["USUBJID,TRT01A,DOSE01A,DLTFL", "P1,a,1,", "P2,a,1,", "P3,a,1,Y"]
    assert dlt_replay.by_dose(read(write(tmp_path / "y", adsl=only_yes)), 0.95).dlts.tolist() == [1]


def test_flags_that_disagree_are_told_and_a_yes_counts(tmp_path):
    adsl = ["USUBJID,TRT01A,DOSE01A,DLTFL,DLTEVLFL", "P1,a,1,N,Y", "P2,a,1,Y,N", "P3,a,1,N,Y"]
    adae = ["USUBJID,AEDECOD,DLTFL", "P1,Sepsis,Y", "P3,Rash,N"]
    one = read(write(tmp_path, adsl=adsl, adae=adae), dlt_terms=["Rash"])
    assert dlt_replay.by_dose(one, 0.95)[["people", "dlts"]].values.tolist() == [[3, 2]]
    assert said(one)["people whose dose-limiting harm is another in adsl than in adae; a yes counts"] == 2
    assert any("dlt_terms is not used" in alarm for alarm in one.alarms)


def test_limiting_events_that_are_not_counted_are_said(tmp_path):
    adsl = ["USUBJID,TRT01A,DOSE01A,EOSSTT,DCSREAS", "P1,a,1,COMPLETED,DEATH", "P2,a,1,COMPLETED,"]
    adae = ["USUBJID,AEDECOD,ASTDY,TRTEMFL,DLTFL", "P1,Sepsis,3,N,Y", "P2,Rash,3,Y,N"]
    one = read(write(tmp_path, adsl=adsl, adae=adae))
    assert any("not flagged as treatment-emergent" in alarm for alarm in one.alarms)
    assert said(one)["people who completed the study (EOSSTT) and have a reason for leaving it; both are listed"] == 1


def test_a_control_has_no_dose_and_an_unknown_order_is_not_replayed(tmp_path):
    rows = ["P1,Placebo,,N", "P2,one,,N", "P3,two,,N"]
    one = read(write(tmp_path, adsl=["USUBJID,TRT01A,DOSE01A,DLTFL", *rows]))
    assert dlt_replay.dosed(one) == ["one", "two"] and len(dlt_replay.by_dose(one, 0.95)) == 2
    steps = dlt_replay.replay(one, "A")
    assert steps.empty and "no order of the cohorts" in dlt_replay.said(one, steps, "A", 1)


# --- the standard tables ----------------------------------------------------------------------------------------------


def test_how_people_began_and_ended_by_hand(trial):
    start = standard_tables.at_start(trial).set_index(["measure", "level", "cohort"])
    age = start.loc[("Age", "", "low"), ["n", "mean", "sd", "median", "minimum", "maximum"]]
    assert age.tolist() == [3, 50, 10, 50, 40, 60]
    assert start.loc[("EDSSBL", "", "high"), ["n", "mean"]].tolist() == [2, 6.0], "one value is missing"
    assert said(trial)["values of EDSSBL that are missing or no number, left out of the table of the start"] == 1
    assert start.people[("Sex", "female", "middle")] == 4 and start.people[("Sex", "female", "all")] == 8
    ended = standard_tables.disposition(trial).set_index(["sort", "what", "cohort"]).people
    assert ended["ended", "completed", "all"] == 10 and ended["ended", "discontinued", "middle"] == 2
    assert ended["why", "adverse event", "middle"] == 1 and ended["died", "", "high"] == 1
    by_cohort = frames.by_cohort(trial, standard_tables.at_start(trial), ["measure", "level"])
    shown = tables.formatted(by_cohort, standard_tables.start_columns(trial)).set_index("At the start")
    assert shown.loc["Age", "low (n = 3)"] == "50.0 (SD 10.0); 50, 40 to 60 [3]"


def test_events_by_sort_and_the_list_by_hand(trial):
    found = standard_tables.by_sort(trial)
    everyone = found[(found.cohort == "all") & (found.term != "")].set_index(["sort", "term"])
    assert everyone.people.to_dict() == {
        ("serious", "Neutropenia"): 1,
        ("serious", "Sepsis"): 1,
        ("related", "Neutropenia"): 3,
        ("related", "Headache"): 1,
        ("related", "Sepsis"): 1,
        ("severe", "Neutropenia"): 2,
        ("severe", "Sepsis"): 1,
        ("withdrawn", "Neutropenia"): 1,
    }
    listed = standard_tables.listing(trial)
    assert listed[["why", "cohort", "term", "day"]].fillna(0).values.tolist() == [
        ["death", "high", "Sepsis", 20],
        ["serious event", "middle", "Neutropenia", 9],
        ["serious event", "high", "Sepsis", 20],
        ["event that led to withdrawal", "middle", "Neutropenia", 9],
        *[["left early", "middle", term, 0] for term in listed.term[4:6]],
        ["left early", "high", "death", 0],
    ]
    text = tables.formatted(listed, standard_tables.LISTING)
    assert text.iloc[0].tolist()[2:] == ["Sepsis", "20", "5", "yes"] and text.iloc[-1].tolist()[3:] == ["", "", ""]
    assert set(listed.term[4:6]) == {"adverse event", "withdrawal by subject"}


def test_shifts_and_the_baseline_beside_the_change_by_hand(trial):
    tested = changes.of_kind_tested(trial, "biomarker", visits.analysis_visits(trial, "biomarker", ""), 0.05, 0.95)
    found = standard_tables.shifts(trial, [tested]).set_index(["before", "after", "cohort"]).people
    assert found["normal", "low", "all"] == 4 and found["normal", "low", "low"] == 1
    assert (
        found["low", "low", "low"] == 1
        and found["normal", "high", "high"] == 1
        and found["normal", "normal", "middle"] == 6
    )
    summary = tested.summary.set_index("cohort")
    assert summary.start["low"] == 4 and summary["mean"]["low"] == pytest.approx(-4 / 3), "5, 6, 1 and then 6, 1, 1"


def test_replicates_on_both_sides_of_a_range_stand_nowhere(tmp_path):
    rows = ["P1,N,Baseline,0,5,5,Y,NORMAL,1", "P1,N,Week 1,1,5,5,,NORMAL,8", "P1,N,Week 1,1,1,5,,LOW,8"]
    one = read(
        write(
            tmp_path,
            adsl=["USUBJID,TRT01A", "P1,a"],
            adlb=["USUBJID,PARAMCD,AVISIT,AVISITN,AVAL,BASE,ABLFL,ANRIND,ADY", *rows],
        )
    )
    assert one.measures[one.measures.place > 0].to_range.tolist() == [""]
    assert one.measures.from_range.tolist() == ["normal", "normal"], "from the person's own baseline"


def test_files_that_hold_none_of_it_say_so(tmp_path):
    bare = read(write(tmp_path, adsl=["USUBJID,TRT01A", "P1,a", "P2,b"], adae=["USUBJID,AEDECOD", "P1,Rash"]))
    found = standard_tables.rows(bare)
    assert all(table.empty for table in found.values())
    told = standard_tables.absent(bare, found, 1)
    for word in (
        "at the start",
        "how the study ended",
        "which events were serious",
        "which led to withdrawal",
        "normal range",
    ):
        assert word in told
    assert standard_tables.absent(bare, {}, 5).strip().startswith("Because small numbers")


# --- the page, and what is taken away ---------------------------------------------------------------------------------


def published(monkeypatch, **given):
    outputs = []
    run_here("07_own_trial", outputs.append, monkeypatch, {"own_trial": CASE, **given})
    return outputs


def shown(outputs):
    return set(re.findall(r'id="table-([a-z-]+)"', "\n".join(out[page.HTML] for out in outputs if page.HTML in out)))


def kept(outputs):
    notebook = {"cells": [{"outputs": [{"data": out} for out in outputs]}]}
    return notebook, openpyxl.load_workbook(io.BytesIO(workbook.of_sheets(mime.of_notebook(notebook, workbook.MIME))))


NEW = {"dlt", "replay", "start", "ended", "by-sort", "listing", "shifts", "luck", "real", "next"}


def test_the_workbook_holds_the_tables_of_the_page_as_numbers(monkeypatch, trial):
    outputs = published(monkeypatch)
    assert shown(outputs) >= NEW
    assert "ID-" not in str(outputs), "no identifier"
    notebook, book = kept(outputs)
    raw = workbook.of_sheets(mime.of_notebook(notebook, workbook.MIME))
    assert raw == workbook.of_sheets(mime.of_notebook(notebook, workbook.MIME)) and b"2026" not in raw[:200]
    assert set(book.sheetnames) == {"Contents", "consort-define", *(name[:31] for name in shown(outputs))}
    assert len(book["Contents"]["A"]) == len(book.sheetnames), "a line a sheet, and heads"
    rows = list(book["dlt"].iter_rows(values_only=True))
    at = rows.index(next(row for row in rows if row[0] == "Dose"))
    assert [row[0] for row in rows[1:4]] == ["Method", "Population", "Source"] and rows[3][1] == "adsl and adae"
    assert "SAFFL" in rows[2][1] and "(13)" in rows[2][1]
    assert [row[:4] for row in rows[at + 1 :]] == [("low", 3, 3, 0), ("middle", 7, 6, 1), ("high", 3, 3, 2)]
    limits = dlt_replay.by_dose(trial, 0.95)
    assert [row[5] for row in rows[at + 1 :]] == pytest.approx(limits.upper.tolist(), rel=1e-8)
    start = {row[0]: row for row in book["start"].iter_rows(values_only=True)}
    heads = start["At the start"]
    assert start["Age"][heads.index("low (n = 3): mean")] == 50 and isinstance(
        start["Age"][heads.index("low (n = 3): mean")], int
    )
    consort = [row for row in book["consort-define"].iter_rows(values_only=True) if row[0] == "Report"]
    assert len(consort) == 7 and [row[3] for row in consort if row[1] == "2a.2"] == ["not read"]
    assert "low: 3, middle: 7 and high: 3" in str([*book["consort-define"].iter_rows(values_only=True)])


def test_a_rerun_writes_the_workbook_and_texts_stay_texts(tmp_path):
    sheet = workbook.sheet(
        "x: [y]", "=1+1", pd.DataFrame({"a": ["=2+2"], "n": [1.5]}), None, {"Method": "\x07bell"}, True
    )
    workbook.write(tmp_path / "tables" / "a.xlsx", {"cells": [{"outputs": [{"data": {workbook.MIME: sheet}}] * 2}]})
    book = openpyxl.load_workbook(tmp_path / "tables" / "a.xlsx")
    assert len(book.sheetnames) == 3 and len(set(book.sheetnames)) == 3
    page_ = book[book.sheetnames[1]]
    assert page_["A1"].value == "=1+1" and page_["A1"].data_type == "s" and page_["B2"].value == "bell"
    assert page_["A5"].data_type == "s" and page_["B5"].value == 1.5
    assert str(book.properties.created).startswith("1980")
    workbook.write(tmp_path / "none.xlsx", {"cells": []})
    assert not (tmp_path / "none.xlsx").exists()


def test_small_numbers_hide_every_list_and_the_replay(monkeypatch):
    outputs = published(monkeypatch, smallest_cell=3)
    assert not NEW & shown(outputs)
    _, book = kept(outputs)
    assert not NEW & set(book.sheetnames)
    assert "not shown" in everything(outputs), "and no picture of people"
    assert not any(name in everything(outputs) for name in ("own-timeline", "own-values", "own-lines"))
    for name in ("own_events", "own_overview"):
        table = pd.read_csv(io.StringIO(handed_out(outputs)[name]))
        assert not table.people.between(1, 2).any(), name
    text = "\n".join(out.get(page.MARKDOWN, "") for out in outputs)
    assert "no decision is replayed, because small numbers are not to be shown" in text
    assert "lists of single events" in text
    assert not any(
        row["name"].startswith("own.dlt") for out in outputs for row in out.get(records.MIME, {}).get("results", [])
    )
    # What the workbook holds is what the page shows: of events by term nothing below three but none.
    for row in book["terms"].iter_rows(min_row=7, values_only=True):
        assert not any(re.match(r"[12] \(", str(value)) for value in row), row


def test_counts_are_taken_away_too(monkeypatch):
    counts = str(Path(__file__).parents[2] / "data" / "other_trials" / "expdite.yaml")
    outputs = published(monkeypatch, own_trial=counts)
    _, book = kept(outputs)
    assert {"counted", "consort-define"} <= set(book.sheetnames)
    answers = [row[3] for row in book["consort-define"].iter_rows(values_only=True) if row[1] == "title"]
    assert answers and answers[0].startswith("the title of the file: exPDite")
