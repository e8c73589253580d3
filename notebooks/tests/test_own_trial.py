"""Somebody's own trial: what is counted, what is warned of, what is refused, and that no identifier leaves."""

import json
import re

import nbformat
import numpy as np
import pandas as pd
import pytest

from reporting import build, page, records, request, tables
from reporting.configuration import UserError
from tests import drawing
from tests.chapters import NOTEBOOKS
from tests.test_pictures import TITLE, TONES
from trial import load
from trial.charts import own_trial as draw
from trial.charts import theme
from trial.own_trial import changes, event_counts, example, frames
from trial.own_trial.adam import files, visits

NAME = "07_own_trial"


def write(folder, **tables):
    folder.mkdir(exist_ok=True)
    for name, rows in tables.items():
        (folder / f"{name}.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    return str(folder)


def read(folder, **options):
    return files.read(folder, 2023, **options)


PEOPLE = ["USUBJID,TRT01A", *(f"ID-{n},{'low' if n <= 3 else 'high'}" for n in range(1, 7))]


VALUES = [
    "USUBJID,PARAMCD,AVISIT,AVISITN,AVAL,BASE,ABLFL",
    *(f"ID-{n},BV,Week 24,24,{10 + n},10," for n in range(1, 7)),
]


EVENTS = [
    "USUBJID,AEBODSYS,AEDECOD,AESER,AEOUT,ASTDY",
    "ID-1,Nerves,Headache,N,,1",
    "ID-1,Nerves,Headache,N,,5",
    "ID-4,Nerves,Headache,N,FATAL,2",
    "ID-9,Skin,Rash,N,,3",
]


def reader(folder, people):
    """From files by name, and options of `files.read`, to the trial; of these people unless another list is given."""

    def give(adsl=people, **more):
        tables = {name: more.pop(name) for name in [*more] if name.startswith(("ad", "ae"))}
        return read(write(folder, adsl=adsl, **tables), **more)

    return give


@pytest.fixture
def given(tmp_path):
    return reader(tmp_path, PEOPLE)


def known(flags):
    return [None if pd.isna(flag) else flag for flag in flags]


def said(trial, file=None):
    rows = trial.warnings if file is None else trial.warnings[trial.warnings.file == file]
    return dict(zip(rows.warning, rows["count"], strict=True))


# --- counts -----------------------------------------------------------------------------------------------------------


def test_people_once_a_row_and_events_each(given):
    trial = given(adae=EVENTS)
    rows = event_counts.event_table(trial)
    assert rows[rows.term == "Headache"].values.tolist() == [
        ["high", "Nerves", "Headache", 1, 1, 3],
        ["low", "Nerves", "Headache", 1, 2, 3],
        ["all", "Nerves", "Headache", 2, 3, 6],
    ]
    assert said(trial)["events of people who are not in adsl, left out"] == 1
    assert said(trial)["fatal events not flagged serious"] == 1
    assert said(trial)["people without any event, counted in every denominator"] == 4


def test_rows_by_people_then_events_then_name_and_zeros_stay(given):
    rows = ["USUBJID,AEBODSYS,AEDECOD", "ID-1,Skin,Rash", "ID-2,Skin,Itch", "ID-4,Nerves,Ache", "ID-4,Nerves,Ache"]
    made = event_counts.event_table(given(adae=rows))
    assert list(dict.fromkeys(zip(made.system_organ_class, made.term, strict=True))) == [
        ("Skin", ""),
        ("Skin", "Itch"),
        ("Skin", "Rash"),
        ("Nerves", ""),
        ("Nerves", "Ache"),
    ]
    assert made[(made.term == "Ache") & (made.cohort == "low")][
        ["people", "events", "denominator"]
    ].values.tolist() == [[0, 0, 3]]


def test_not_recorded_is_never_a_no(given):
    shown = event_counts.overview(given(adae=EVENTS), 0.95)
    everyone = shown[shown.cohort == "all"].set_index("what")
    assert pd.isna(everyone.people["related"]) and pd.isna(everyone.people["led to withdrawal"])
    assert everyone.people["serious"] == 0 and everyone.people["fatal"] == 1
    assert everyone.not_recorded["fatal"] == 2, "an outcome that is empty"
    assert everyone.people["any event"] == 2 and everyone.events["any event"] == 3


@pytest.mark.parametrize(
    "column, words, flag, expected",
    [
        ("AEREL", ["Possible", "Not related", "perhaps", ""], "related", [True, False, None, None]),
        ("AESEV", ["severe", "mild", "terrible", ""], "severe", [True, False, None, None]),
        ("AETOXGR", ["3", "Grade 2", "x", "5"], "severe", [True, False, None, True]),
        ("AEOUT", ["FATAL", "RECOVERED/RESOLVED", "UNKNOWN", ""], "fatal", [True, False, None, None]),
        ("AEACN", ["DRUG WITHDRAWN", "DOSE REDUCED", "something", ""], "withdrawn", [True, False, None, None]),
        ("AESER", ["Y", "no", "maybe", ""], "serious", [True, False, None, None]),
    ],
)
def test_a_word_that_is_not_known_is_not_taken_for_a_no(given, column, words, flag, expected):
    rows = [f"USUBJID,AEDECOD,{column}", *(f"ID-{n},A{n},{word}" for n, word in enumerate(words, 1))]
    trial = given(adae=rows)
    assert known(trial.events[flag]) == expected
    unknown = [count for text, count in said(trial, "adae").items() if "it is not recorded whether" in text]
    assert sum(value is None for value in expected) in unknown


def test_related_terms_replace_the_usual_words(given):
    rows = ["USUBJID,AEDECOD,AEREL", "ID-1,A,Possible", "ID-2,B,Zusammenhang", "ID-3,C,None", "ID-4,D,odd"]
    trial = given(adae=rows, related_terms=["zusammenhang"])
    assert known(trial.events.related) == [False, True, False, None]


def test_treatment_emergent_or_all_events(tmp_path):
    rows = ["USUBJID,AEDECOD,TRTEMFL", "ID-1,A,Y", "ID-2,B,", "ID-3,C,"]
    folder = write(tmp_path, adsl=PEOPLE, adae=rows)
    some, every = read(folder), read(folder, treatment_emergent_only=False)
    assert len(some.events) == 1 and some.emergent and len(every.events) == 3 and not every.emergent
    assert said(some)["events not flagged as treatment-emergent, left out"] == 2
    (tmp_path / "adae.csv").write_text("USUBJID,AEDECOD,TRTEMFL\nID-1,A,Y\nID-2,B,\nID-3,C,N\nID-4,D,what\n")
    some = read(folder)
    assert set(some.events.term) == {"A", "B", "D"}, (
        "beside a written no, an empty flag is a gap, and so is a strange word"
    )
    assert said(some)["events for which TRTEMFL says neither yes nor no, counted as treatment-emergent"] == 2
    (tmp_path / "adae.csv").write_text("USUBJID,AEDECOD\nID-1,A\n")
    assert not read(folder).emergent, "without a flag the title must not claim one"


def test_rates_leave_out_people_without_days(given):
    people = ["USUBJID,TRT01A,TRTDURD", "ID-1,low,365.25", "ID-2,low,730.5", "ID-3,low,", "ID-4,high,-3"]
    trial = given(adsl=people, adae=EVENTS)
    made = event_counts.rates(trial, 0.95)
    assert made[["cohort", "people", "years", "events"]].values.tolist() == [["low", 2, 3.0, 2], ["all", 2, 3.0, 2]]
    assert made.per_year.tolist() == [2 / 3] * 2
    assert event_counts.rates(trial, 0.95, smallest=3)[["events", "per_year", "lower"]].isna().all(axis=None)


# --- people -----------------------------------------------------------------------------------------------------------


def test_running_numbers_follow_neither_file_nor_identifier(tmp_path):
    people = [f"ID-{n:02d},one" for n in range(1, 21)]
    rows = ["USUBJID,AEDECOD,ASTDY", *(f"ID-{n:02d},A,{n}" for n in range(1, 21))]
    trial = read(write(tmp_path / "a", adsl=["USUBJID,TRT01A", *people], adae=rows))
    turned = read(write(tmp_path / "b", adsl=["USUBJID,TRT01A", *people[::-1]], adae=rows))
    numbers = trial.events.sort_values("day").person.tolist()
    assert numbers == turned.events.sort_values("day").person.tolist(), "the order of the file does not matter"
    assert abs(np.corrcoef(numbers, range(20))[0, 1]) < 0.6
    other = files.read(str(tmp_path / "a"), 7).events.sort_values("day").person.tolist()
    assert other != numbers, "another seed deals other numbers"


@pytest.mark.parametrize(
    "given, sentence",
    [
        ({"adae": EVENTS}, "no file adsl"),
        ({"adsl": [*PEOPLE, "ID-1,high"]}, "names a person twice"),
        ({"adsl": ["USUBJID,AGE", "ID-1,40"]}, "names the cohort"),
        ({"adsl": ["TRT01A", "a"]}, "no filled column USUBJID"),
        ({"adsl": [*PEOPLE, "ID-7,"]}, "without a cohort"),
        ({"adsl": [*PEOPLE, "ID-7,all"]}, "a cohort is called all"),
        ({"adsl": ["USUBJID,TRT01A,SAFFL", "ID-1,a,N"]}, "nobody in the safety population"),
        ({"adsl": ['USUBJID,"TRT01A', "a"]}, "adsl cannot be read"),
        ({}, "nothing in the folder can be read"),
    ],
)
def test_what_cannot_be_analysed_is_refused_in_one_sentence(tmp_path, given, sentence):
    with pytest.raises(load.DataError, match=sentence) as caught:
        read(write(tmp_path, **given))
    message = str(caught.value)
    assert "\n" not in message and message.endswith(".") and "ID-" not in message


@pytest.mark.parametrize(
    "given, sentence",
    [
        ({"cohort_order": ["a"]}, "cohort_order must name each cohort once"),
        ({"imaging_parameters": ["XX"]}, "imaging_parameters: no file holds the parameter XX"),
        ({"biomarker_parameters": ["MOL1"], "imaging_parameters": ["MOL1"]}, "both name MOL1"),
        ({"imaging_visit": "Never"}, "imaging_visit: no such visit, Never"),
    ],
)
def test_parameters_that_do_not_fit_the_files_are_refused(given, sentence):
    with pytest.raises(load.DataError, match=sentence):
        files.check(request.resolve(given))


def test_a_build_is_refused_before_it_starts():
    with pytest.raises(UserError, match="there is no folder nowhere"):
        build.check(request.resolve({"own_trial": "nowhere"}))


# --- measurements -----------------------------------------------------------------------------------------------------


def test_measurements_with_everything_wrong_are_warned_of(given):
    wrong = [
        *VALUES,
        VALUES[1],  # a duplicated row
        "ID-9,BV,Week 24,24,1,1,",  # nobody known
        "ID-2,BV,,24,1,1,",  # no visit
        "ID-3,BV,Week 24,24,15,10,",  # a second record
        "ID-1,BV,Week 48,48,5,,",  # no baseline
        "ID-2,BV,Week 48,48,x,1,",  # no number
    ]
    trial = given(advs=wrong)
    assert sorted(said(trial, "advs").values()) == [1, 1, 1, 1, 1, 2] and len(said(trial, "advs")) == 6
    assert sorted(changed(trial, visit="Week 24")) == [1, 2, 4, 4, 5, 6]


def test_two_units_or_two_names_leave_a_measure_out(given):
    rows = ["USUBJID,PARAMCD,PARAM,AVISIT,AVAL,BASE,AVALU", "ID-1,A,a,W1,2,1,mL", "ID-2,A,a,W1,2,1,L", "ID-1,B,b,W1,2,1,g", "ID-2,B,bb,W1,2,1,g", "ID-1,C,c,W1,2,1,g"]  # fmt: skip
    trial = given(advs=rows)
    assert set(trial.measures.code) == {"C"}
    assert said(trial)["parameters whose unit or name differs between records, left out: a, b"] == 2


def changed(trial, kind="biomarker", visit=""):
    return changes.at_visit(trial, kind, visits.analysis_visits(trial, kind, visit)).change.tolist()


def test_the_change_of_the_file_counts_and_a_contradiction_is_told(given):
    rows = ["USUBJID,PARAMCD,AVISIT,AVAL,BASE,CHG", "ID-1,A,W1,12,10,2", "ID-4,A,W1,12,10,5", "ID-3,A,W1,-1.5,,-1.5"]
    trial = given(advs=rows)
    assert sorted(changed(trial)) == [-1.5, 2.0, 5.0]
    assert said(trial)["changes that are not value minus baseline; the change in the file counts"] == 1


def test_visits_stand_in_order_and_those_before_baseline_are_no_change(given):
    header = "USUBJID,PARAMCD,AVISIT,AVISITN,AVAL,ABLFL"
    rows = [f"ID-{n},A,{visit},{number},{number},{flag}" for n in (1, 4) for visit, number, flag in (("W9", 9, ""), ("Screening", -1, ""), ("Base", 0, "Y"), ("W2", 2, ""))]  # fmt: skip
    trial = given(admri=[header, *rows], adlb=[header, *[row.replace(",A,", ",B,") for row in rows]])  # fmt: skip
    for kind in ("imaging", "biomarker"):
        assert visits.analysis_visits(trial, kind).visit.tolist() == ["W9"]
        assert visits.analysis_visits(trial, kind, "W2").visit.tolist() == ["W2"]
        with pytest.raises(load.DataError, match="no such visit, Screening; there are W2, W9|no such visit, Screening"):
            visits.analysis_visits(trial, kind, "Screening")
    assert set(changed(trial, "imaging")) == {9.0}


def test_kinds_by_file_name_or_by_parameter(tmp_path):
    rows = ["USUBJID,PARAMCD,AVISIT,AVAL,BASE", "ID-1,A,W1,2,1", "ID-1,B,W1,2,1"]
    folder = write(tmp_path, adsl=PEOPLE, adlb=rows)
    assert set(read(folder).measures.kind) == {"biomarker"}
    trial = read(folder, imaging_parameters=["A"])
    assert dict(zip(trial.measures.code, trial.measures.kind, strict=True)) == {"A": "imaging", "B": "biomarker"}


def test_two_measures_of_one_name_stay_two(given):
    rows = ["USUBJID,PARAMCD,PARAM,AVISIT,AVAL,BASE", "ID-1,A,Same,W1,2,1", "ID-1,B,Same,W1,2,1", "ID-1,C,Other,W1,2,1"]
    trial = given(adlb=rows)
    assert trial.measures.parameter.tolist() == ["Same (A)", "Same (B)", "Other"]


def test_summary_by_hand(given):
    trial = given(advs=VALUES)
    rows = changes.change_summary(trial, "biomarker", 0.95).set_index("cohort")
    assert rows.loc["low", ["n", "mean", "sd", "median", "minimum", "maximum"]].tolist() == [3, 2, 1, 2, 1, 3]
    assert rows.loc["all", "mean"] == 3.5


# --- the example that ships -------------------------------------------------------------------------------------------


def test_the_example_is_what_the_function_writes(tmp_path):
    load.write_own_trial(example.example_trial(example.EXAMPLE_SEED), tmp_path)
    kept = NOTEBOOKS.parent / "data" / "example_trial"
    assert sorted(path.name for path in kept.iterdir()) == sorted(path.name for path in tmp_path.iterdir())
    for path in kept.iterdir():
        assert path.read_bytes() == (tmp_path / path.name).read_bytes(), path.name
        assert "SIMULATED" in path.read_text(encoding="utf-8")


def test_only_a_trial_that_says_so_is_called_simulated(given):
    assert read("").simulated
    assert not given().simulated


# --- the chapter ------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def published():
    """What the chapter publishes at its defaults, as the reference holds it: nbval checks that a run gives the same."""
    reference = nbformat.read(NOTEBOOKS / f"{NAME}.ipynb", as_version=4)
    return [output.data for cell in reference.cells for output in cell.get("outputs", [])]


def everything(outputs):
    parts = [part for output in outputs for part in output.values()]
    return "\n".join(part if isinstance(part, str) else json.dumps(part) for part in parts)


def handed_out(outputs):
    return {name: text for output in outputs for name, text in output.get(records.TABLE_MIME, {}).items()}


def test_the_example_is_called_simulated_wherever_it_speaks(published):
    figures = [output[page.FIGURE] for output in published if page.FIGURE in output]
    shown = [output[page.HTML] for output in published if "<figure" in output.get(page.HTML, "")]
    assert len(figures) >= 4 and len(shown) >= 8
    for text in [*figures, *shown]:
        caption = text.split("<figcaption>")[1].split("</figcaption>")[0]
        assert "simulated" in caption, caption
    for output in published:
        if page.FIGURE in output:
            assert "imulated" in output[page.PLAIN], "the alternative text"
            assert "imulated" in str(output[page.VEGA_LITE]["title"]), "the title of the drawing"
    assert {row["method"].split(";")[0] for output in published for row in output.get(records.MIME, {}).get("results", [])} == {"simulated example"}  # fmt: skip
    assert "SIM-" not in everything(published), "no identifier, even a simulated one"


def test_a_rerun_writes_the_tables_beside_its_pages(tmp_path):
    from reporting import publish

    notebook = {"cells": [{"outputs": [{"data": {records.TABLE_MIME: {"own_x": "a\n1\n"}}}]}]}
    (tmp_path / "new").mkdir()
    records.write_tables(tmp_path / "new", notebook)
    publish.publish(tmp_path / "new", tmp_path / "reports")
    assert (tmp_path / "reports" / "tables" / "own_x.csv").read_text() == "a\n1\n"


def test_exact_intervals_stand_beside_the_counts(given):
    trial = given(adae=EVENTS)
    shown, _, _ = event_counts.publishable(trial, 0.95, 1)
    text = tables.formatted(frames.by_cohort(trial, shown, ["what"]), frames.interval_columns(trial)).set_index(
        "People with"
    )
    assert text.loc["Serious", "Everyone"] == "none of 6: 0% to 46%", "1 - 0.025^(1/6), by hand"
    assert text.loc["Related to the treatment", "Everyone"] == "not recorded"


def test_the_layout_shown_in_the_dictionary_can_be_read(given):
    text = (NOTEBOOKS.parent / "data" / "README.md").read_text(encoding="utf-8").split("## A trial of your own")[1]
    blocks = re.findall(r"^```\n(USUBJID.*?)```$", text, flags=re.M | re.S)
    assert [block.count("\n") for block in blocks] == [4, 4, 4], "a header and three rows each"
    trial = given(**{name: block.splitlines() for name, block in zip(("adsl", "adae", "admri"), blocks, strict=True)})  # fmt: skip
    assert trial.cohorts == ["low", "high"] and len(trial.events) == 3 and trial.emergent
    assert sorted(changed(trial, "imaging")) == [-6.4, -1.2]
    assert set(trial.warnings.warning) == {
        "cohorts with one person",
        "people without any event, counted in every denominator",
    }


LONG = "a name of a cohort that is far too long to stand on a drawing"


def drawn(draw_it, table, **options):
    """Both widths, held to what holds for pictures of any trial, simulated or not: this one was not seen."""
    for simulated in (True, False):
        made = drawing.check(draw_it, table, simulated=simulated, **options)
        for chart in made:
            title, subtitle = drawing.title(chart)
            assert len(title) <= TITLE and title.startswith("Simulated: ") == simulated, title
            assert ("Simulated." in subtitle) == simulated and not re.search(TONES, f"{title} {subtitle}", flags=re.I)
            assert theme.SEEN.lower() not in drawing.colours_used(chart)
            named = re.findall(r'"title": "(.)', json.dumps(drawing.spec_of(chart)))
            assert not [letter for letter in named if letter.islower()], "names of axes begin with a capital"
    return made


def timeline(*rows):
    return pd.DataFrame(rows, columns=["cohort", "number", "day", "sort"])


@pytest.mark.parametrize(
    ("rows", "finding"),
    [
        (
            [("a", 1, 3, "serious"), ("b", 1, 9, "other")],
            "2 of 2 people had a dated event, one a serious one",
        ),
        (
            [("a", 1, 3, "other"), ("b", 1, None, None)],
            "1 of 2 people had a dated event, none a serious one",
        ),
        ([("a", 1, None, None)], "None of 1 person had a dated event, none a serious one"),
        (
            [(LONG, 1, -400, "severe"), (LONG, 2, 4000, "other")],
            "2 of 2 people had a dated event, none a serious one",
        ),
    ],
)
def test_timeline(rows, finding):
    made = drawn(draw.timeline, timeline(*rows), emergent=True)
    assert [drawing.title(chart)[0] for chart in made] == [finding] * 2
    assert "all events" in drawing.title(draw.timeline(timeline(*rows), 640, True, emergent=False))[1]


def test_timeline_places_each_event_on_the_line_of_its_person():
    (chart, _) = drawing.check(draw.timeline, timeline(("a", 1, 0, "other"), ("a", 2, 10, "serious"), ("a", 2, 5, "other")), simulated=True, emergent=True)  # fmt: skip
    marks = [row for row in drawing.rows(chart) if set(row) == {"day", "row"}]
    assert sorted(marks, key=lambda row: row["day"])[0]["row"] < max(row["row"] for row in marks)
    assert {"other", "severe", "serious", "Day of the trial"} <= set(drawing.texts(chart))


def lines(parameters=1, cohorts=("a", "b"), change=1.0):
    return pd.DataFrame(
        [
            {"parameter": f"{LONG} {p}", "visit": f"Week {place}" if place else "Baseline", "place": place, "cohort": cohort, "number": n, "change": place * change * (1 - 2 * (n == 2))}
            for p in range(parameters)
            for cohort in cohorts
            for n in (1, 2)
            for place in (0, 1, 2)
        ]
    )  # fmt: skip


@pytest.mark.parametrize(
    "table",
    [
        lines(),
        lines(4, [f"cohort {n}" for n in range(12)]),
        lines(1, ("one",), 1e-6),
        lines(1, ("one",), 0.0),
        lines(1, (LONG,), 1e7),
    ],
)
def test_lines_fit_whatever_the_files_hold(table):
    wide, _ = drawn(draw.lines, table, cohorts=list(dict.fromkeys(table.cohort)))
    assert {"Baseline", "Week 2"} <= set(drawing.texts(wide))


def test_beyond_sixty_people_quantiles_take_the_place_of_people():
    many = pd.DataFrame({"parameter": "m", "visit": "Week 2", "place": 1, "cohort": ["a", "b"] * 40, "number": [n // 2 for n in range(80)], "change": [float(n % 11) for n in range(80)]})  # fmt: skip
    for draw_it in (draw.lines, draw.values):
        for chart in drawn(draw_it, many, cohorts=["a", "b"]):
            assert "middle half" in drawing.title(chart)[1] and len(drawing.rows(chart)) < 40, "nobody alone"


def test_lines_count_which_way_most_went():
    table = lines().assign(parameter="m")
    assert drawing.title(draw.lines(table, 640, ["a", "b"], False))[0] == "M rose in 2 of 4 people by the last visit"
    wide = draw.lines(table.assign(parameter=LONG + LONG, change=-table.place), 640, ["a", "b"], True)
    assert drawing.title(wide)[0].endswith(" fell in 4 of 4 people by the last visit"), (
        "the name gives way, not the finding"
    )


def test_cohorts_that_share_a_hue_share_their_words_in_the_key():
    cohorts = [f"{name} {LONG} {name}" for name in range(1, 9)]
    words = drawing.texts(drawn(draw.lines, lines(1, cohorts), cohorts=cohorts)[0])
    assert len([text for text in words if re.fullmatch(r"(\d) .*… ?.*\d to \d .*… ?.*\d", text)]) == 4


@pytest.mark.parametrize(
    ("rows", "finding"),
    [
        ([("a", 1, 1.0), ("a", 2, 3.0)], "M rose on average in the one cohort"),
        ([("a", 1, 1.0), ("b", 1, -3.0)], "M rose on average in 1 of 2 cohorts"),
        ([("a", 1, 1.0), ("a", 2, -4.0), ("b", 1, -3.0)], "M fell on average in 2 of 2 cohorts"),
        ([("a", 1, 0.1), ("a", 2, 0.2), ("a", 3, -0.3)], "M did not change on average in the one cohort"),
    ],
)
def test_values(rows, finding):
    table = pd.DataFrame(rows, columns=["cohort", "number", "change"]).assign(parameter="m", visit="Week 24")
    made = drawn(draw.values, table, cohorts=["a", "b", "c"])
    assert [drawing.title(chart)[0] for chart in made] == [finding] * 2
    people = [row for row in drawing.rows(made[0]) if set(row) == {"change", "row", "cohort"}]
    assert len(people) == len(table), "every person is a dot"
    assert "c: 0" in drawing.texts(made[0]), "a cohort without people keeps its row, and the others their colours"


def panel(*rows):
    return pd.DataFrame(rows, columns=["parameter", "sds", "p_value", "holm", "bh"])


@pytest.mark.parametrize(
    ("table", "finding"),
    [
        (panel(("a", 1.2, 0.001, True, True), (LONG, -0.1, 0.9, False, False)), "Judged alone, 1 of 2 measures passes; judged together, 1"),
        (panel(("a", 0.0, 1.0, False, False)), "The one measure does not pass"),
        (panel(("a", 0.0, 1.0, False, False), ("b", 0.1, 0.9, False, False)), "Judged alone, none of 2 measures passes"),
        (panel(("a", 1.0, 0.04, False, False), ("b", 0.1, 0.9, False, False)), "Judged alone, 1 of 2 measures passes; judged together, none"),
        (panel((LONG, 9.0, 1e-12, True, True), (LONG + "!", -9.0, 1e-12, True, True)), "Judged alone, 2 of 2 measures pass; judged together, 2"),
    ],
)  # fmt: skip
def test_volcano(table, finding):
    made = drawn(draw.volcano, table, alpha=0.05, control="")
    assert [drawing.title(chart)[0] for chart in made] == [finding] * 2
    assert {"p = 0.05", "P-value", "Mean change, in SDs"} <= set(drawing.texts(made[0]))


def test_no_name_of_a_volcano_stands_on_a_dot():
    close = panel(
        *[(f"measure {n}", 0.01 * n - 0.5, 1e-4, True, True) for n in range(90)], ("alone", 0.9, 1e-6, True, True)
    )
    texts = drawing.texts(drawn(draw.volcano, close, alpha=0.05, control=LONG)[0])
    assert "alone" in texts and not any(text.startswith("measure 4") for text in texts), (
        "names without room are left off"
    )
