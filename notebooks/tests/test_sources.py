"""Defaults that come from a source: the schema names the cell of data/ they stand in, and both are held together."""

import ast
import csv
import math
from statistics import NormalDist

import pandas as pd
import pytest

from reporting import page, request
from tests.chapters import NAMES, ROOT, cells, run_here
from trial import load, parameters

FIELDS = parameters.Parameters.model_fields
SOURCES = {name: source for name, field in FIELDS.items() if (source := field.json_schema_extra["source"])}
# Habits, assumptions and wishes of ours: no cell of data/ holds them. A new parameter joins these, or names its cell.
OURS = {
    "confidence", "seed", "body_weight_kg", "reading", "dlt_curves", "lesion_dispersion", "effect", "alpha", "power",
    "dropout", "useless_effect", "prior_sceptical", "prior_neutral", "prior_optimistic", "n_analytes", "analyte_correlation",
    "n_simulations", "own_trial", "cohort_order", "imaging_parameters", "biomarker_parameters", "imaging_visit",
    "biomarker_visit", "treatment_emergent_only", "related_terms", "smallest_cell", "control", "population",
    "analysis_flag", "derived_records", "dlt_terms", "dlt_window_days", "bench_people", "bench_groups", "bench_loss",
    "bench_years", "effect_delay_weeks", "loss_correlation", "donor_likeness", "bench_of", "bench_spread", "bench_allocation", "bench_belief",
}  # fmt: skip


def cell(place, row, folder):
    """The number in one cell of a source (over another column of its row), or ValueError; `row` is "row" or "to"."""
    with (folder / f"{place['table']}.csv").open(encoding="utf-8", newline="") as file:
        wanted = place[row].items()
        rows = [line for line in csv.DictReader(file) if all(line[column] == text for column, text in wanted)]
    where = f"data/{place['table']}.csv, the row of {' and '.join(place[row].values())}, column {place['column']}"
    if len(rows) != 1:
        raise ValueError(f"{where}: {len(rows)} rows are called so")
    return where, float(rows[0][place["column"]]) / float(rows[0][place["over"]] if "over" in place else 1)


def parted(name, folder=ROOT / "data"):
    """A sentence that names a default and its cells where the two are not the same, else ""."""
    source, default = SOURCES[name], FIELDS[name].default
    try:
        where, there = cell(source, "row", folder)
        if "to" in source:  # on the straight line between two rows
            upto, far = cell(source, "to", folder)
            at, along = cell(source["at"], "row", folder)[1], source | {"column": source["along"]}
            start, end = (cell(along, row, folder)[1] for row in ("row", "to"))
            where, there = f"{where}, and {upto}", there + (far - there) * (at - start) / (end - start)
    except ValueError as error:
        return f"{name}: {error}"
    there = round(there * source.get("times", 1) + source.get("plus", 0), source.get("digits", 9))
    here = default[0] if isinstance(default, list) else default
    return "" if here == there else f"the default of {name} is {here}, but {where} makes it {there}"


# Every cell that a default rests on: the parameter, the cell's place, and which of its rows.
CELLS = [
    (name, place, row)
    for name, source in SOURCES.items()
    for place, row in ((source, "row"), (source, "to"), (source.get("at", {}), "row"))
    if row in place
]


@pytest.mark.parametrize("name", SOURCES)
def test_a_default_is_what_its_cell_says(name):
    assert not parted(name)


@pytest.mark.parametrize(("name", "place", "row"), CELLS)
def test_both_are_named_where_they_part(name, place, row, copied_data):
    path = copied_data / f"{place['table']}.csv"
    sheet = pd.read_csv(path, dtype=str, keep_default_na=False)
    at = (sheet[list(place[row])] == pd.Series(place[row])).all(axis=1)
    sheet.loc[at, place["column"]] = (sheet.loc[at, place["column"]].astype(float) * 1.1).round(6).astype(str)
    sheet.to_csv(path, index=False)
    said = parted(name, copied_data)
    assert said.startswith(f"the default of {name} is ") and f"data/{SOURCES[name]['table']}.csv" in said
    path.write_text(path.read_text(encoding="utf-8").replace(list(place[row].values())[-1], "x"), encoding="utf-8")
    assert "0 rows are called so" in parted(name, copied_data)


def test_healthy_ageing_is_that_of_the_age_of_the_people_it_is_compared_with():
    assert FIELDS["healthy_atrophy"].default == pytest.approx(-(0.15 + 0.30) / 2), "halfway from 45 to 55"
    assert SOURCES["healthy_atrophy"]["at"]["row"]["trial"] in SOURCES["atrophy_mean"]["row"]["group"]


def test_every_parameter_is_ours_or_names_its_cell():
    assert set(SOURCES) | OURS == set(FIELDS) and not set(SOURCES) & OURS


def test_beliefs_and_doses_follow_from_what_they_are_called_after():
    sceptical, neutral, optimistic, enthusiastic = (
        FIELDS[f"prior_{name}"].default for name in ("sceptical", "neutral", "optimistic", "enthusiastic")
    )
    assert optimistic[0] == FIELDS["effect"].default, "somebody who expects what the next trial hopes for"
    certain = [NormalDist(*belief).cdf(0) for belief in (sceptical, neutral, optimistic)]
    assert certain == sorted(certain, reverse=True), "an optimist believes more in some effect than the others"
    assert neutral == [enthusiastic[0] / 2, sceptical[1]], "half of what MS-STAT saw, as narrow as the sceptic's"
    spread = FIELDS["atrophy_sd"].default * math.sqrt(1 / 3 + 1 / 9) / abs(FIELDS["atrophy_mean"].default)
    assert enthusiastic[1] == round(spread, 3), "as wide as three against nine people leave it"


def test_make_parameters_names_the_table_and_the_row():
    meanings = {row[0]: row[5] for row in request.table_of_parameters({})}
    assert "; from data/atrophy.csv, SPMS, placebo (MS-STAT)" in meanings["atrophy_sd"]
    assert "data/atrophy.csv, Healthy people at 45 and Healthy people at 55" in meanings["healthy_atrophy"]
    assert not [name for name in OURS if "data/" in meanings[name]]


# --- changed means changed against the default ------------------------------------------------------------------------


def compared(name):
    """Parameters with a source that a chapter compares for being the same as something."""
    found = set()
    for source in cells(name, "code"):
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, ast.Compare) and any(isinstance(sign, ast.Eq | ast.NotEq) for sign in node.ops):
                found |= {part.id for part in ast.walk(node) if isinstance(part, ast.Name)} & set(SOURCES)
    return found


@pytest.mark.parametrize("name", NAMES)
def test_no_chapter_takes_data_for_the_default(name):
    assert not compared(name), "parameters.chosen says whether somebody chose it"


class Spoken(Exception):
    """The paragraph that was looked for, found."""


def said(name, monkeypatch, mark, **values):
    """The first paragraph with these words in it, of a chapter that is run as far as there."""

    def publish(data, **_):
        if mark in data.get(page.MARKDOWN, ""):
            raise Spoken(data[page.MARKDOWN])

    monkeypatch.setattr(page, "chart", lambda *_, **__: None)  # a picture takes longest, and none is asked for
    with pytest.raises(Spoken) as found:
        run_here(name, publish, monkeypatch, values)
    return str(found.value)


@pytest.mark.parametrize(
    ("chapter", "mark", "by_default", "when_chosen", "table", "old", "new", "values"),
    [
        ("05_next_trial", "from person to person", "seen in another trial", "that is assumed",
         "atrophy", "untreated,0.584,", "untreated,0.6,", {"atrophy_mean": -0.6}),
        ("05_next_trial", "from person to person", "seen in another trial", "that is assumed",
         "atrophy", "untreated,0.584,0.498,", "untreated,0.584,0.5,", {"atrophy_sd": 0.5}),
        ("05_next_trial", "The last belief", "as wide as three against nine", "one that a reader chose",
         "atrophy", "untreated,0.584,0.498,", "untreated,0.584,0.5,", {"prior_enthusiastic": [0.4, 0.5]}),
        ("03_imaging", "The rate used here", "It is borrowed from", "It departs from that of",
         "lesions", "person and year,0.5,", "person and year,0.6,", {"lesions_per_year": 0.6}),
    ],
)  # fmt: skip
def test_corrected_data_are_nobodys_choice(
    chapter, mark, by_default, when_chosen, table, old, new, values, copied_data, monkeypatch
):
    text = (copied_data / f"{table}.csv").read_text(encoding="utf-8")
    assert old in text
    (copied_data / f"{table}.csv").write_text(text.replace(old, new, 1), encoding="utf-8")
    corrected = said(chapter, monkeypatch, mark)
    assert by_default in corrected and when_chosen not in corrected
    assert when_chosen in said(chapter, monkeypatch, mark, **values), "also where the choice is what the data say now"


def test_the_spread_named_is_that_of_the_defaults():
    from trial.next_trial import sizes

    first = sizes.published_spreads(load.table("atrophy"), load.table("sample_sizes")).iloc[0]
    assert first.group == SOURCES["atrophy_mean"]["row"]["group"] == SOURCES["atrophy_sd"]["row"]["group"]
