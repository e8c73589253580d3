"""The data against their dictionary, their arithmetic by another road, and what a broken file says."""

import csv
import re
import shutil
from collections import Counter
from pathlib import Path

import pytest

from trial import load

DATA = Path(load.__file__).resolve().parents[2] / "data"
FILES = sorted(path.stem for path in DATA.glob("*.csv"))
READERS = {"text": str, "whole number": int, "number": float, "true or false": {"true": 1, "false": 0}.__getitem__}


def rows(name):
    with open(DATA / f"{name}.csv", encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def dictionary():
    """File to its columns as data/README.md describes them; those that every file shares stand under the name ''."""
    tables, name = {"": {}}, ""
    for line in (DATA / "README.md").read_text(encoding="utf-8").splitlines():
        if heading := re.fullmatch(r"### (\w+)\.csv", line):
            name = heading[1]
            tables[name] = {}
        elif line.startswith("| `"):
            column, *parts = [part.strip(" `") for part in line.strip("|").split("|")]
            tables[name][column] = dict(zip(("type", "empty", "unit", "allowed", "meaning"), parts, strict=True))
    return tables


DICTIONARY = dictionary()
KEYS = re.findall(r"^@\w+\{([^,]+),", (DATA / "references.bib").read_text(encoding="utf-8"), flags=re.M)


@pytest.fixture
def broken(tmp_path, monkeypatch):
    """A copy of the data in which a piece of a file can be replaced; returns what the checks then say."""
    folder = shutil.copytree(DATA, tmp_path / "data")
    monkeypatch.setenv("REPORT_DATA", str(folder))

    def replace(name, old, new, read=load.check_all):
        path = folder / name
        text = path.read_text(encoding="utf-8")
        assert old in text, f"{name} no longer holds {old!r}"
        path.write_text(text.replace(old, new, 1), encoding="utf-8")
        with pytest.raises(load.DataError) as caught:
            read()
        message = str(caught.value)
        assert "\n" not in message and message.endswith(".")
        return message

    replace.folder = folder
    return replace


def test_every_file_is_described_and_every_table_has_a_function():
    assert FILES == sorted(load.TABLES) == sorted(set(DICTIONARY) - {""})
    assert all(callable(getattr(load, name)) and getattr(load, name).__doc__ for name in FILES)


@pytest.mark.parametrize("name", FILES)
def test_files_are_as_the_dictionary_says(name):
    columns = {**DICTIONARY[name], **DICTIONARY[""]}
    table = rows(name)
    assert list(table[0]) == list(columns)
    for column, says in columns.items():
        assert says["meaning"] and says["empty"] in ("yes", "no")
        values = [row[column] for row in table]
        assert says["empty"] == "yes" or all(value.strip() for value in values), column
        found = [READERS[says["type"]](value) for value in values if value]
        low = re.fullmatch(r"(-?[\d.]+) (?:or more|to (-?[\d.]+))", says["allowed"])
        if low:
            assert all(float(low[1]) <= value <= float(low[2] or "inf") for value in found), column
        elif says["type"] == "text" and says["allowed"] and column != "source":
            assert set(found) <= set(says["allowed"].split(", ")), column


@pytest.mark.parametrize("name", FILES)
def test_functions_return_the_file(name):
    table = getattr(load, name)()
    assert list(table.columns) == list(rows(name)[0]) and len(table) == len(rows(name))
    assert list(table.index) == list(range(len(table)))
    types = {"text": "str", "number": "float64", "true or false": "bool"}
    for column, says in {**DICTIONARY[name], **DICTIONARY[""]}.items():
        whole = "Int64" if says["empty"] == "yes" else "int64"
        assert str(table[column].dtype) == types.get(says["type"], whole), column


def test_every_source_is_an_entry_and_every_entry_is_used():
    used = {
        row[column]
        for name in FILES
        for row in rows(name)
        for column in ("source", "source_a", "source_b")
        if column in row
    }
    assert used == set(KEYS) and len(KEYS) == len(set(KEYS)) and load.source_keys() == KEYS


def test_entries_have_a_title_and_a_place():
    entries = re.split(r"\n(?=@)", (DATA / "references.bib").read_text(encoding="utf-8"))[1:]
    assert len(entries) == len(KEYS)
    for entry in entries:
        assert re.search(r"^  title = \{\S", entry, flags=re.M)
        assert re.search(r"^  (doi|url|note|journal) = \{\S", entry, flags=re.M)


def total(**wanted):
    return sum(
        int(row["events"])
        for row in rows("adverse_events")
        if all(row[column] in values.split() for column, values in wanted.items())
    )


def test_adverse_events_add_up():
    table = rows("adverse_events")
    assert len(table) == 88 and len({(row["term"], row["window_days"]) for row in table}) == 22 and total() == 44
    assert [total(cohort=cohort) for cohort in "ABCD"] == [14, 16, 9, 5]
    assert [total(window_days=window) for window in ("0-14", "15-672")] == [10, 34]
    assert [total(window_days="0-14", cohort=cohort) for cohort in "ABCD"] == [6, 1, 3, 0]
    assert [total(window_days="15-672", cohort=cohort) for cohort in "ABCD"] == [8, 15, 6, 5]
    by_cause = {
        "definitely": [0, 0, 0, 0],
        "probably": [4, 0, 2, 0],
        "possibly": [2, 1, 1, 0],
        "unlikely": [7, 10, 5, 4],
        "not": [1, 5, 1, 1],
    }
    for cause, counts in by_cause.items():
        assert [total(causality=cause, cohort=cohort) for cohort in "ABCD"] == counts
    assert [total(causality=cause) for cause in by_cause] == [0, 6, 4, 26, 8]
    assert total(serious="true") == total(serious="true", cohort="B", causality="not", window_days="15-672") == 1


def test_printed_totals_are_what_the_rows_add_up_to():
    column = {"window": "window_days", "causality": "causality", "serious": "serious"}
    printed = rows("adverse_event_totals")
    assert len(printed) == 45
    for row in printed:
        wanted = {column[row["dimension"]]: row["level"]} if row["dimension"] != "all" else {}
        cohort = {"cohort": row["cohort"]} if row["cohort"] != "all" else {}
        assert total(**wanted, **cohort) == int(row["events"]), row


def test_causality_and_timing_coincide():
    assert total(window_days="0-14", causality="definitely probably possibly") == total(window_days="0-14") == 10


def test_sixteen_events_were_infections():
    counts = Counter()
    for row in rows("adverse_events"):
        counts[row["term"]] += int(row["events"]) if row["group"] == "infection" else 0
    assert +counts == Counter(
        {
            "Upper respiratory tract infection": 10,
            "Urinary tract infection": 3,
            "Skin infection": 1,
            "Flu": 1,
            "Herpes labialis": 1,
        }
    )


def test_twelve_people_in_four_cohorts():
    assert [int(row["people_treated"]) for row in rows("cohorts")] == [3, 3, 3, 3]
    assert [(row["outcome"], row["people_with"], row["people"], row["kind"]) for row in rows("safety_outcomes")] == [
        ("related_serious", "0", "12", "reported"),
        ("any_serious", "1", "12", "reported"),
        ("new_lesion", "6", "12", "derived"),
    ]


def test_shares_that_were_turned_into_counts():
    for row in rows("controlled_trials"):
        for number, share in ((9, "33"), (10, "37")):
            if row["outcome"] == "share with EDSS-Plus improved":
                assert round(100 * number / 27) == int(share)
                assert share in (row["treatment_value"], row["comparator_value"])
    failure = [row for row in rows("controlled_trials") if row["outcome"] == "treatment failure at 6 months"]
    assert [row["treatment_value"] for row in failure] == [f"{100 * 2 / 30:.1f}", f"{100 * 3 / 31:.1f}"]
    assert {row["comparator_value"] for row in failure} == {f"{100 * 13 / 31:.1f}"}


def test_yearly_loss_from_a_total_over_96_weeks():
    rates = {row["group"]: row for row in rows("atrophy")}
    for group, printed in {"PPMS, placebo (ORATORIO)": -1.09, "PPMS, ocrelizumab (ORATORIO)": -0.90}.items():
        row = rates[group]
        assert float(row["value_printed"]) == printed and row["kind"] == "derived"
        assert float(row["loss_percent_per_year"]) == round(-printed / 96 * 52.18, 3)
    assert rows("atrophy")[-1]["arm"] == "dose_D" and rows("atrophy")[-1]["loss_percent_per_year"] == ""


def test_curves_are_assumed_and_never_fall():
    for name in {row["curve"] for row in rows("dlt_curves")}:
        curve = [row for row in rows("dlt_curves") if row["curve"] == name]
        rates = [float(row["rate"]) for row in curve]
        assert rates == sorted(rates) and {row["kind"] for row in curve} == {"assumed"}


def test_claims_and_gaps_point_to_a_chapter():
    for name, column in (("claims", "chapter"), ("not_read", "would_change_chapter"), ("conflicts", "chapter")):
        assert {row[column] for row in rows(name)} <= set(load.CHAPTERS)
    assert {row["speaker"] for row in rows("claims")} == {"news", "abstract"}
    assert all(row["claim_id"].startswith(f"{row['speaker']}_") for row in rows("claims"))


@pytest.mark.parametrize("chapter", load.CHAPTERS)
def test_gaps_name_a_heading_of_the_chapter(chapter):
    path = Path(load.__file__).resolve().parents[1] / f"{chapter}.py"
    headings = set(re.findall(r"^# ##+ (.+?)\s*$", path.read_text(encoding="utf-8"), flags=re.M))
    wanted = {row["would_change_section"] for row in rows("not_read") if row["would_change_chapter"] == chapter}
    assert wanted <= headings


def test_what_we_have_not_read_is_called_so():
    banned = r"not (been )?(public|published|reported|available|disclosed)\b"
    for path in filter(Path.is_file, DATA.rglob("*")):
        text = path.read_text(encoding="utf-8").replace("never that it is not published", "")
        assert not re.search(banned, text), path.name
    assert all(row["probably_in"].startswith("probably ") for row in rows("not_read"))


def test_keys_of_a_fact_base_stay_out():
    assert not [
        path
        for path in DATA.rglob("*")
        if path.is_file() and re.search(r"\bF\d{3}\b", path.read_text(encoding="utf-8"))
    ]


EVENT = "Headache,headache,around_the_injection,0-14,A,2,probably,false"
BREAKS = {
    "text in a number": (
        "cohorts.csv",
        "B,1.4,10,3",
        "B,1.4,10,three",
        'data/cohorts.csv, row 3, column people_treated: "three" is not a whole number; write digits only.',
    ),
    "decimal comma": (
        "cohorts.csv",
        "B,1.4,10",
        'B,"1,4",10',
        'data/cohorts.csv, row 3, column dose_million_cells_per_kg: "1,4" is not a number; write digits with a ',
    ),
    "negative count": (
        "adverse_events.csv",
        EVENT,
        EVENT.replace(",2,", ",-2,"),
        'data/adverse_events.csv, row 2, column events: "-2" is below 0.',
    ),
    "empty count": (
        "adverse_events.csv",
        EVENT,
        EVENT.replace(",2,", ",,"),
        "data/adverse_events.csv, row 2, column events: the field is empty and must be filled in.",
    ),
    "unknown cause": (
        "adverse_events.csv",
        EVENT,
        EVENT.replace("probably", "perhaps"),
        'data/adverse_events.csv, row 2, column causality: "perhaps" is none of definitely, probably, possibly, ',
    ),
    "no for false": (
        "adverse_events.csv",
        EVENT,
        EVENT.replace("false", "no"),
        'data/adverse_events.csv, row 2, column serious: "no" is neither true nor false; write one of the two.',
    ),
    "events off by one": (
        "adverse_events.csv",
        EVENT,
        EVENT.replace(",2,", ",3,"),
        "data/adverse_event_totals.csv, row 2, column events: 14 is the printed total for cohort A, but the rows of "
        "data/adverse_events.csv add up to 15; one of the two files is wrong.",
    ),
    "total off by one": (
        "adverse_event_totals.csv",
        "all,all,all,44",
        "all,all,all,45",
        "data/adverse_event_totals.csv, row 6, column events: 45 is the printed total for all cohorts, but ",
    ),
    "total of a cause": (
        "adverse_event_totals.csv",
        "causality,unlikely,B,10",
        "causality,unlikely,B,9",
        "column events: 9 is the printed total for cohort B, causality unlikely, but ",
    ),
    "total of a window": (
        "adverse_event_totals.csv",
        "window,0-14,all,10",
        "window,0-14,all,11",
        "column events: 11 is the printed total for all cohorts, window 0-14, but ",
    ),
    "total missing": (
        "adverse_event_totals.csv",
        "serious,true,D,0",
        "window,15-672,A,8",
        "column dimension: another row has the ",
    ),
    "total of nothing": (
        "adverse_event_totals.csv",
        "serious,true,D,0",
        "serious,definitely,D,0",
        "column level: serious true needs ",
    ),
    "share": (
        "adverse_event_totals.csv",
        "14,31.8",
        "14,32.8",
        "row 2, column percent_printed: 32.8 is not the share of ",
    ),
    "row split over causes": (
        "adverse_events.csv",
        EVENT,
        EVENT.replace("probably", "possibly"),
        "row 2, column causality: Headache in days 0-14 has different values of causality; ",
    ),
    "cohort twice": (
        "adverse_events.csv",
        EVENT,
        EVENT.replace(",A,", ",B,"),
        "row 3, column term: another row has the same term (Headache), window_days (0-14), cohort (B).",
    ),
    "unknown source": (
        "cohorts.csv",
        "genchi2023",
        "genchi2032",
        'data/cohorts.csv, row 2, column source: "genchi2032" is not a key of data/references.bib; ',
    ),
    "unknown kind": (
        "cohorts.csv",
        "reported",
        "seen",
        'row 2, column kind: "seen" is none of reported, derived, assumed.',
    ),
    "one name too many": (
        "cohorts.csv",
        "locator\n",
        "locator,remark\n",
        "row 2: 7 fields stand under 8 column names; ",
    ),
    "unquoted comma": ("cohorts.csv", "A,0.7,10,3,", "A,0.7,10,3,,", "row 2: 8 fields stand under 7 column names; "),
    "open quotation": ("cohorts.csv", "A,0.7", '"A,0.7', "data/cohorts.csv, row "),
    "limits swapped": (
        "prevalence.csv",
        "309.2,308.1,310.1",
        "309.2,310.1,308.1",
        "column lower: 310.1 is above 308.1 in column upper.",
    ),
    "more than all": (
        "safety_outcomes.csv",
        "1,12,96",
        "13,12,96",
        "row 3, column people_with: 13 is above 12 in column people.",
    ),
    "serious people": (
        "safety_outcomes.csv",
        "1,12,96",
        "2,12,96",
        "row 3, column people_with: 2 people do not fit 1 such events ",
    ),
    "another denominator": (
        "safety_outcomes.csv",
        "1,12,96",
        "1,11,96",
        "row 3, column people: 11 differs from the people enrolled in ",
    ),
    "thirteen treated": (
        "cohorts.csv",
        "B,1.4,10,3",
        "B,1.4,10,4",
        "data/cohorts.csv, column people_treated: the cohorts add up to 13, but data/design_rules.csv says that 12 ",
    ),
    "thirteen at the steps": (
        "dose_steps.csv",
        "B,3,0",
        "B,4,0",
        "row 3, column people: 4 differs from the people treated in cohort B ",
    ),
    "dose that falls": (
        "cohorts.csv",
        "C,2.8",
        "C,1.2",
        "row 4, column dose_million_cells_per_kg: 1.2 does not rise above the ",
    ),
    "rule gone": (
        "design_rules.csv",
        "follow_up_weeks",
        "weeks_followed",
        "the rule follow_up_weeks needs a row with a value.",
    ),
    "rate above one": ("dlt_curves.csv", "A,1,0.02", "A,1,1.02", 'row 2, column rate: "1.02" is above 1.'),
    "level out of place": (
        "dlt_curves.csv",
        "A,1,0.02",
        "A,2,0.02",
        "row 2, column dose_level: 2 is not the place of cohort A ",
    ),
    "unknown trial": ("sister_doses.csv", "hNSC-SPMS", "hNSC", 'row 2, column trial: "hNSC" is not a trial of '),
    "unknown term": ("attribution.csv", "Headache", "Headaches", "row 2, column term: Headaches is not a term of "),
    "wrong group": ("attribution.csv", "Flu,infection", "Flu,other", "column group: other is not the group of Flu in "),
    "wrong conversion": (
        "atrophy.csv",
        "untreated,0.592",
        "untreated,0.692",
        "column loss_percent_per_year: 0.692 does not follow ",
    ),
    "entry unused": (
        "references.bib",
        "@article{genchi2023,",
        "@misc{spare,\n  title = {Spare},\n}\n\n@article{genchi2023,",
        "data/references.bib, entry spare: no row of any table cites it; cite it or remove it.",
    ),
    "entry twice": (
        "references.bib",
        "@article{harris2021,",
        "@article{harris2024,",
        "data/references.bib: the file is not ",
    ),
}


@pytest.mark.parametrize("case", BREAKS)
def test_a_broken_file_is_one_clear_sentence(broken, case):
    name, old, new, says = BREAKS[case]
    assert says in broken(name, old, new)


def test_a_column_too_many(broken):
    path = broken.folder / "late_harm.csv"
    lines = path.read_text(encoding="utf-8").splitlines()
    longer = [f"{line},{extra}" for line, extra in zip(lines, ("remark", "x"), strict=True)]
    path.write_text("\n".join(longer), encoding="utf-8")
    assert "data/late_harm.csv, row 1, column remark: the column is not known; the columns are event, who, " in broken(
        "late_harm.csv", "remark", "remark", load.late_harm
    )


def test_a_column_that_stands_twice(broken):
    assert broken("cohorts.csv", "tolerance_percent", "cohort", load.cohorts) == (
        "data/cohorts.csv, row 1, column cohort: the column stands there twice."
    )


def test_a_column_that_is_missing_is_named(broken):
    path = broken.folder / "cohorts.csv"
    text = "\n".join(",".join(line.split(",")[:3] + line.split(",")[4:]) for line in path.read_text().splitlines())
    path.write_text(text)
    message = broken("cohorts.csv", "cohort", "cohort", load.cohorts)
    assert message.startswith("data/cohorts.csv, row 1, column people_treated: the column is missing; the columns are ")


@pytest.mark.parametrize("name", ["cohorts.csv", "references.bib", "adverse_event_totals.csv"])
def test_a_missing_file(broken, name):
    (broken.folder / name).unlink()
    with pytest.raises(load.DataError, match=rf"^data/{name}: the file is missing; put it back\.$"):
        load.check_all()


@pytest.mark.parametrize(
    "content, says",
    [
        (b"", "the column is missing"),
        (b"\xff\xfe\x00", "cannot be read as UTF-8 text"),
        ((DATA / "cohorts.csv").read_bytes().splitlines(keepends=True)[0], "the file holds no rows"),
    ],
)
def test_a_file_without_rows_or_text(broken, content, says):
    (broken.folder / "cohorts.csv").write_bytes(content)
    with pytest.raises(load.DataError, match=rf"^data/cohorts\.csv.*{says}"):
        load.cohorts()


def test_a_file_that_no_table_knows(broken):
    (broken.folder / "more.csv").write_text("a\n1\n")
    with pytest.raises(load.DataError, match=r"^data/more\.csv: no table of this name"):
        load.check_all()


def test_files_saved_by_a_spreadsheet_are_read(broken):
    path = broken.folder / "cohorts.csv"
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n"))
    assert load.cohorts()["people_treated"].sum() == 12


def test_the_data_pass_their_own_checks():
    assert load.check_all() is None
