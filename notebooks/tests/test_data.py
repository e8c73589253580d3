"""The data against datapackage.json, their arithmetic by another road, and what a broken file says."""

import csv
import json
import re
from pathlib import Path

import pytest

from tests.chapters import NAMES, ROOT, cells
from trial import load

DATA = ROOT / "data"
FILES = sorted(path.stem for path in DATA.glob("*.csv"))
PACKAGE = json.loads((DATA / "datapackage.json").read_text(encoding="utf-8"))
TABLES = {table["name"]: table for table in PACKAGE["resources"] if table.get("type") == "table"}
COLUMNS = {name: {field["name"]: field for field in table["schema"]["fields"]} for name, table in TABLES.items()}
SHARED = ("kind", "source", "locator")  # the last three columns of every table
WORDS = {"string": "text", "integer": "whole number", "number": "number", "boolean": "true or false"}
README = DATA / "README.md"
BEGIN, END = "<!-- tables: written from datapackage.json -->", "<!-- end of tables -->"


def rows(name):
    with open(DATA / f"{name}.csv", encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


KEYS = re.findall(r"^@\w+\{([^,]+),", (DATA / "references.bib").read_text(encoding="utf-8"), flags=re.M)


def limits_in_words(field):
    """What a column may hold, for a reader.

    >>> limits_in_words({"type": "number", "constraints": {"minimum": 0, "maximum": 100}})
    '0 to 100'
    """
    limits = field.get("constraints", {})
    if "keyOf" in field:
        return {"references": "a key of references.bib", "chapters": "a chapter"}[field["keyOf"]]
    if field["type"] == "boolean":
        return "true, false"
    if "minimum" in limits:
        return f"{limits['minimum']} to {limits['maximum']}" if "maximum" in limits else f"{limits['minimum']} or more"
    return f"{limits['maximum']} or less" if "maximum" in limits else ", ".join(limits.get("enum", []))


def lines_of_columns(fields):
    """The table of README.md for some columns."""
    yield from ("", "| column | type | empty | unit | allowed | meaning |", "|---|---|---|---|---|---|")
    for field in fields:
        empty = "no" if field.get("constraints", {}).get("required") else "yes"
        parts = (WORDS[field["type"]], empty, field.get("unit", ""), limits_in_words(field), field["description"])
        yield f"| `{field['name']}` | {' | '.join(parts)} |"
    yield ""


def files_of_the_readme():
    """The part of README.md that says of every file what stands in its columns."""
    fields = next(iter(COLUMNS.values()))
    lines = [BEGIN, "", "Every row of every table ends with the same three columns:"]
    lines += lines_of_columns(fields[name] for name in SHARED)
    for name, table in TABLES.items():
        key = ", ".join(f"`{column}`" for column in load.tables()[name].key)
        lines += [f"### {table['path']}", "", f"{table['description']} A row is named by: {key}."]
        lines += lines_of_columns(field for column, field in COLUMNS[name].items() if column not in SHARED)
    return "\n".join([*lines, END])


def test_the_readme_says_what_the_data_package_says(request):
    before, rest = README.read_text(encoding="utf-8").split(BEGIN)
    wanted = before + files_of_the_readme() + rest.split(END)[1]
    if request.config.getoption("--update"):
        README.write_text(wanted, encoding="utf-8")
    assert README.read_text(encoding="utf-8") == wanted, "write it again: pytest tests/test_data.py --update"


# What the load hears of Data Package and Table Schema: another word would be left unheard.
FIELD = {"name", "type", "unit", "description", "keyOf", "trueValues", "falseValues", "constraints"}
CONSTRAINTS = {"required", "enum", "minimum", "maximum", "pattern"}
SCHEMA = {"primaryKey", "uniqueKeys", "foreignKeys", "fields"}


def test_the_data_package_says_nothing_that_is_not_heard():
    assert sorted(TABLES) == FILES and all(table["path"] == f"{name}.csv" for name, table in TABLES.items())
    for name, table in TABLES.items():
        schema, columns = table["schema"], COLUMNS[name]
        assert set(schema) <= SCHEMA and len(columns) == len(schema["fields"]) and tuple(columns)[-3:] == SHARED
        assert [columns[column] for column in SHARED] == [COLUMNS["cohorts"][column] for column in SHARED]
        for field in columns.values():
            assert set(field) <= FIELD and set(field.get("constraints", {})) <= CONSTRAINTS, (name, field)
            assert field["description"] and field.get("keyOf", "references") in ("references", "chapters")
            said = [field.get(word) for word in ("trueValues", "falseValues")]
            assert said == ([["true"], ["false"]] if field["type"] == "boolean" else [None, None]), (name, field)
        pointers = schema.get("foreignKeys", [])
        assert all(len(key["fields"]) == len(key["reference"]["fields"]) == 1 for key in pointers)
        needed = [*schema.get("primaryKey", []), *(key["fields"][0] for key in pointers)]
        assert all(columns[column]["constraints"]["required"] for column in needed), name


@pytest.mark.parametrize("name", FILES)
def test_tables_are_the_files(name):
    table = load.table(name)
    assert list(table.columns) == list(rows(name)[0]) and len(table) == len(rows(name))
    assert list(table.index) == list(range(len(table)))
    for column, field in COLUMNS[name].items():
        whole = "int64" if field.get("constraints", {}).get("required") else "Int64"
        kinds = {"string": "str", "integer": whole, "number": "float64", "boolean": "bool"}
        assert str(table[column].dtype) == kinds[field["type"]], column


def test_a_table_that_does_not_exist_is_named():
    with pytest.raises(KeyError, match="adverse_event is no table of data/datapackage.json"):
        load.table("adverse_event")


def test_every_source_is_an_entry_with_a_title_and_a_place_and_every_entry_is_used():
    columns = [
        (name, column)
        for name in FILES
        for column, field in COLUMNS[name].items()
        if field.get("keyOf") == "references"
    ]
    used = {row[column] for name, column in columns for row in rows(name)}
    assert used == set(KEYS) and len(KEYS) == len(set(KEYS)) and load.source_keys() == KEYS
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


def test_printed_totals_are_what_the_rows_add_up_to():
    column = {"window": "window_days", "causality": "causality", "serious": "serious"}
    printed = rows("adverse_event_totals")
    assert len(printed) == 45
    for row in printed:
        wanted = {column[row["dimension"]]: row["level"]} if row["dimension"] != "all" else {}
        cohort = {"cohort": row["cohort"]} if row["cohort"] != "all" else {}
        assert total(**wanted, **cohort) == int(row["events"]), row


def test_the_forty_four_events():
    """The numbers that the report's first sentences rest on; the printed totals hold the rest."""
    assert [total(cohort=cohort) for cohort in "ABCD"] == [14, 16, 9, 5] and len(rows("adverse_events")) == 88
    assert total(window_days="0-14", causality="definitely probably possibly") == total(window_days="0-14") == 10
    assert total(serious="true") == total(serious="true", cohort="B", causality="not", window_days="15-672") == 1


def test_shares_that_were_turned_into_counts():
    for row in rows("controlled_trials"):
        for number, share in ((9, "33"), (10, "37")):
            if row["outcome"] == "share with EDSS-Plus improved":
                assert round(100 * number / 27) == int(share)
                assert share in (row["treatment_value"], row["comparator_value"])
    failure = [row for row in rows("controlled_trials") if row["outcome"] == "treatment failure at 6 months"]
    assert [row["treatment_value"] for row in failure] == [f"{100 * 2 / 30:.1f}", f"{100 * 3 / 31:.1f}"]
    assert {row["comparator_value"] for row in failure} == {f"{100 * 13 / 31:.1f}"}


def test_people_measured_at_each_dose():
    """Of six people scanned, only two at the low dose and four at the high one give the mean that is printed for all."""
    groups = {(row["trial"], row["dose"]): row for row in rows("dose_groups") if row["unit"] == "percent"}
    low, high = (float(groups["Kyoto trial", dose]["value"]) for dose in ("low", "high"))
    fits = [few for few in range(1, 6) if round((few * low + (6 - few) * high) / 6, 1) == 44.7]
    assert fits == [int(groups["Kyoto trial", "low"]["people"])] == [2]
    assert groups["Kyoto trial", "high"]["people"] == "4"


def test_curves_are_assumed_and_never_fall():
    curves = {row["curve"]: [] for row in rows("dlt_curves")}
    for row in rows("dlt_curves"):
        curves[row["curve"]].append(float(row["rate"]))
        assert row["kind"] == "assumed"
    assert all(rates == sorted(rates) for rates in curves.values())


def test_who_speaks_a_claim_stands_in_its_name():
    assert {row["speaker"] for row in rows("claims")} == {"news", "abstract"}
    assert all(row["claim_id"].startswith(f"{row['speaker']}_") for row in rows("claims"))


@pytest.mark.parametrize("chapter", NAMES)
def test_gaps_name_a_heading_of_the_chapter(chapter):
    headings = re.findall(r"^##+ (.+?)\s*$", "\n".join(cells(chapter, "markdown")), flags=re.M)
    wanted = {row["would_change_section"] for row in rows("not_read") if row["would_change_chapter"] == chapter}
    assert wanted <= set(headings)


def test_what_we_have_not_read_is_called_so_and_keys_of_a_fact_base_stay_out():
    banned = r"not (been )?(public|published|reported|available|disclosed)\b|\bF\d{3}\b"
    for path in filter(Path.is_file, DATA.rglob("*")):
        text = path.read_text(encoding="utf-8").replace("never that it is not published", "")
        assert not re.search(banned, text), path.name
    assert all(row["probably_in"].startswith("probably ") for row in rows("not_read"))


EVENT = "Headache,headache,around_the_injection,0-14,A,2,probably,false"
# file, a piece of it, what takes its place, what is then said
BREAKS = [
    ("cohorts.csv", "B,1.4,10,3", "B,1.4,10,three",
     'data/cohorts.csv, row 3, column people_treated: "three" is not a whole number; write digits only.'),
    ("cohorts.csv", "B,1.4,10", 'B,"1,4",10',
     'data/cohorts.csv, row 3, column dose_million_cells_per_kg: "1,4" is not a number; write digits, as in 0.7.'),
    ("adverse_events.csv", EVENT, EVENT.replace(",2,", ",-2,"),
     'data/adverse_events.csv, row 2, column events: "-2" is below 0.'),
    ("adverse_events.csv", EVENT, EVENT.replace(",2,", ",,"),
     "data/adverse_events.csv, row 2, column events: the field is empty and must be filled in."),
    ("adverse_events.csv", EVENT, EVENT.replace("probably", "perhaps"),
     'data/adverse_events.csv, row 2, column causality: "perhaps" is none of definitely, probably, possibly, '),
    ("adverse_events.csv", EVENT, EVENT.replace("false", "no"),
     'data/adverse_events.csv, row 2, column serious: "no" is neither true nor false; write one of the two.'),
    ("adverse_events.csv", EVENT, EVENT.replace(",2,", ",3,"),
     "data/adverse_event_totals.csv, row 2, column events: 14 is the printed total for cohort A, but the rows of "
     "data/adverse_events.csv add up to 15; one of the two files is wrong."),
    ("adverse_event_totals.csv", "all,all,all,44", "all,all,all,45",
     "data/adverse_event_totals.csv, row 6, column events: 45 is the printed total for all cohorts, but "),
    ("adverse_event_totals.csv", "causality,unlikely,B,10", "causality,unlikely,B,9",
     "column events: 9 is the printed total for cohort B, causality unlikely, but "),
    ("adverse_event_totals.csv", "window,0-14,all,10", "window,0-14,all,11",
     "column events: 11 is the printed total for all cohorts, window 0-14, but "),
    ("adverse_event_totals.csv", "serious,true,D,0", "window,15-672,A,8", "column dimension: another row has the "),
    ("adverse_event_totals.csv", "serious,true,D,0", "serious,definitely,D,0", "column level: serious true needs "),
    ("adverse_event_totals.csv", "14,31.8", "14,32.8", "row 2, column percent_printed: 32.8 is not the share of "),
    ("adverse_events.csv", EVENT, EVENT.replace("probably", "possibly"),
     "row 2, column causality: Headache in days 0-14 has different values of causality; "),
    ("adverse_events.csv", EVENT, EVENT.replace(",A,", ",B,"),
     "row 3, column term: another row has the same term (Headache), window_days (0-14), cohort (B)."),
    ("cohorts.csv", "genchi2023", "genchi2032",
     'data/cohorts.csv, row 2, column source: "genchi2032" is not a key of data/references.bib; '),
    ("conflicts.csv", "06_context", "06_contexts",
     'column chapter: "06_contexts" is no chapter; there are 00_summary, 01_design, '),
    ("cohorts.csv", "reported", "seen", 'row 2, column kind: "seen" is none of reported, derived, assumed.'),
    ("cohorts.csv", "locator\n", "locator,remark\n", "row 2: 7 fields stand under 8 column names; "),
    ("cohorts.csv", "A,0.7,10,3,", "A,0.7,10,3,,", "row 2: 8 fields stand under 7 column names; "),
    ("cohorts.csv", "A,0.7", '"A,0.7', "data/cohorts.csv, row "),
    ("prevalence.csv", "309.2,308.1,310.1", "309.2,310.1,308.1", "column lower: 310.1 is above 308.1 in column upper."),
    ("safety_outcomes.csv", "1,12,96", "13,12,96", "row 3, column people_with: 13 is above 12 in column people."),
    ("safety_outcomes.csv", "1,12,96", "2,12,96", "row 3, column people_with: 2 people do not fit 1 such events "),
    ("safety_outcomes.csv", "1,12,96", "1,11,96", "row 3, column people: 11 differs from the people enrolled in "),
    ("cohorts.csv", "B,1.4,10,3", "B,1.4,10,4",
     "data/cohorts.csv, column people_treated: the cohorts add up to 13, but data/design_rules.csv says that 12 "),
    ("dose_steps.csv", "B,3,0", "B,4,0", "row 3, column people: 4 differs from the people treated in cohort B "),
    ("cohorts.csv", "C,2.8", "C,1.2", "row 4, column dose_million_cells_per_kg: 1.2 does not rise above the "),
    ("design_rules.csv", "follow_up_weeks", "weeks_followed", "the rule follow_up_weeks needs a row with a value."),
    ("dlt_curves.csv", "A,1,0.02", "A,1,1.02", 'row 2, column rate: "1.02" is above 1.'),
    ("dlt_curves.csv", "A,1,0.02", "A,2,0.02", "row 2, column dose_level: 2 is not the place of cohort A "),
    ("sister_doses.csv", "hNSC-SPMS", "hNSC", 'row 2, column trial: "hNSC" is not a trial of '),
    ("attribution.csv", "Headache", "Headaches", "row 2, column term: Headaches is not a term of "),
    ("attribution.csv", "Flu,infection", "Flu,other", "column group: other is not the group of Flu in "),
    ("atrophy.csv", "untreated,0.592", "untreated,0.692", "column loss_percent_per_year: 0.692 does not follow "),
    ("references.bib", "@article{genchi2023,", "@misc{spare,\n  title = {Spare},\n}\n\n@article{genchi2023,",
     "data/references.bib, entry spare: no row of any table cites it; cite it or remove it."),
    ("timeline.csv", "\n20", "\nMay 20", 'column date: "May 20'),
    ("timeline.csv", "2020-05-20", "2020-05-32", "column date: 2020-05-32 is no day of the calendar."),
    ("timeline.csv", "2020-05-20", "2020-13", "column date: 2020-13 is no day of the calendar."),
    ("cohorts.csv", "B,1.4,10,3", "B,1.4,10,３", 'row 3, column people_treated: "３" is not a whole number; '),
    ("cohorts.csv", "B,1.4", f"B,{'9' * 400}", 'row 3, column dose_million_cells_per_kg: "9999999999999'),
    ("cohorts.csv", "B,1.4", 'B,"1.4\n"', 'column dose_million_cells_per_kg: "1.4\N{REPLACEMENT CHARACTER}" is not a number; '),
    ("datapackage.json", '"resources": [', '"resources": ', "the file is not valid JSON (Expecting "),
    ("datapackage.json", '"resources": [', '"tables": [',
     "data/datapackage.json: the file is not a Data Package of tables (KeyError('resources'))."),
    ("datapackage.json", '"primaryKey": ["term", "window_days", "cohort"]', '"primaryKey": ["terms"]',
     "(KeyError('adverse_events: terms'))."),
    ("datapackage.json", '"resource": "sister_trials"', '"resource": "brother_trials"',
     "(KeyError('sister_doses: brother_trials'))."),
    ("datapackage.json", '"type": "integer"', '"type": "year"',
     "data/datapackage.json, table adverse_events, column events: the type year is none of string, integer, "),
    ("datapackage.json", '"maximum": 1000', '"maximum": 5',
     'data/cohorts.csv, row 5, column dose_million_cells_per_kg: "5.7" is above 5.'),
    ("datapackage.json", '"primaryKey": ["term", "window_days", "cohort"]', '"primaryKey": ["term", "window_days"]',
     "row 3, column term: another row has the same term (Headache), window_days (0-14)."),
    ("references.bib", "@article{harris2021,", "@article{harris2024,", "data/references.bib: the file is not "),
]  # fmt: skip


@pytest.mark.parametrize(("name", "old", "new", "says"), BREAKS, ids=[says for *_, says in BREAKS])
def test_a_broken_file_is_one_clear_sentence(copied_data, name, old, new, says):
    text = (copied_data / name).read_text(encoding="utf-8")
    assert old in text, f"{name} no longer holds {old!r}"
    (copied_data / name).write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(load.DataError) as caught:
        load.check_all()
    assert says in str(caught.value) and "\n" not in str(caught.value) and str(caught.value).endswith(".")


def longer(text):
    return "\n".join(f"{line},{extra}" for line, extra in zip(text.splitlines(), ("remark", "x"), strict=True))


MISSING = "the file is missing; put it back."
# file, what becomes of it (None: it goes), what is then said
SPOILT = [
    ("late_harm.csv", longer, "row 1, column remark: the column is not known; the columns are event, who, "),
    ("cohorts.csv", lambda text: text.replace("tolerance_percent", "cohort", 1), "row 1, column cohort: the column stands there twice."),
    ("cohorts.csv", lambda text: re.sub(r"^((?:[^,]*,){3})[^,]*,", r"\1", text, flags=re.M),
     "row 1, column people_treated: the column is missing; the columns are "),
    ("cohorts.csv", lambda _: "", "row 1, column cohort: the column is missing"),
    ("cohorts.csv", lambda text: text.replace(",", ";"), "row 1: semicolons or tabs part the columns; save the file with commas."),
    ("cohorts.csv", lambda text: text.replace("\n", ",\n"), "row 1, column without a name: the column is not known; "),
    ("cohorts.csv", lambda _: b"\xff\xfe\x00", "the file is not UTF-8 text (invalid start byte); save it as UTF-8."),
    ("cohorts.csv", lambda text: text.splitlines()[0], "the file holds no rows."),
    *((name, None, MISSING) for name in ("cohorts.csv", "references.bib", "adverse_event_totals.csv", "datapackage.json")),
    ("more.csv", lambda _: "a\n1\n", "no table of this name is known; describe it in data/datapackage.json or remove the file."),
]  # fmt: skip


@pytest.mark.parametrize(("name", "change", "says"), SPOILT, ids=[f"{name}: {says}" for name, _, says in SPOILT])
def test_a_file_spoilt_as_a_whole_is_named(copied_data, name, change, says):
    path = copied_data / name
    made = change(path.read_text(encoding="utf-8") if path.exists() else "") if change else path.unlink()
    if made is not None:
        path.write_bytes(made if isinstance(made, bytes) else made.encode())
    with pytest.raises(load.DataError) as caught:
        load.check_all()
    assert str(caught.value).startswith(f"data/{name}") and says in str(caught.value)


def test_files_saved_by_a_spreadsheet_are_read(copied_data):
    path = copied_data / "cohorts.csv"
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n") + b"\r\n")  # and a blank line
    assert load.table("cohorts")["people_treated"].sum() == 12


def test_the_data_pass_their_own_checks():
    assert load.check_all() is None
