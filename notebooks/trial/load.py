"""From files to checked tables: the only module that knows where the data are.

Every table of `data/` has one function here, named as the file. A file that is not as `data/README.md` says raises
`DataError`: one sentence with file, row (the line of the file, the header being row 1), column, and what is wrong.
The environment variable REPORT_DATA points to another folder with the same files.
"""

import csv
import os
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pandas as pd
import pandera.pandas as pa
from pybtex.database import parse_string
from pybtex.exceptions import PybtexError

WEEKS_PER_YEAR = 52.18
CHAPTERS = ("00_summary", "01_design", "02_safety", "03_imaging", "04_biomarkers", "05_next_trial", "06_context")
COHORTS = ("A", "B", "C", "D")
GROUPS = ("around_the_injection", "infection", "blood_value", "other")
WINDOWS = ("0-14", "15-672")
CAUSALITIES = ("definitely", "probably", "possibly", "unlikely", "not")
RELATED = CAUSALITIES[:3]
POPULATIONS = ("healthy", "rrms", "spms", "ppms", "mixed")
CAUSES = ("puncture", "anti_rejection_drugs", "everyday_life", "ms", "stopped_drugs")


class DataError(Exception):
    """A file of `data/` is not as it should be; the message is one sentence for whoever edited it."""


class Column(NamedTuple):
    """What a field may hold: its type, its written form, then its limits."""

    kind: str
    written: pa.Column
    typed: pa.Column


def _column(kind, empty, form, form_error, *checks):
    filled = [] if empty else [pa.Check(lambda text: text.str.strip() != "", error="is empty and must be filled in")]
    shaped = [pa.Check.str_matches(rf"^(?:{form})?$", error=form_error)] if form else []
    return Column(kind, pa.Column(str, [*filled, *shaped]), pa.Column(kind, list(checks), nullable=empty))


def _limits(lower, upper):
    below = [] if lower is None else [pa.Check.ge(lower, error=f"is below {lower}")]
    return [*below, *([] if upper is None else [pa.Check.le(upper, error=f"is above {upper}")])]


def text(*allowed, empty=False):
    """A column of text, free or one of the `allowed` values."""
    one_of = [pa.Check.isin([*allowed, *([""] if empty else [])], error=f"is none of {', '.join(allowed)}")]
    return _column("str", empty, "", "", *(one_of if allowed else []))


def whole(lower=0, upper=None, empty=False):
    """A column of whole numbers within limits."""
    return _column(
        "Int64" if empty else "int64",
        empty,
        r"-?\d{1,12}",
        "is not a whole number; write digits only",
        *_limits(lower, upper),
    )


def real(lower=None, upper=None, empty=False):
    """A column of numbers within limits."""
    return _column(
        "float64",
        empty,
        r"-?\d+(?:\.\d+)?",
        "is not a number; write digits with a point, such as 0.7",
        *_limits(lower, upper),
    )


def flag():
    """A column of true and false."""
    return _column("bool", False, "true|false", "is neither true nor false; write one of the two")


FREE, MAYBE, SHARE = text(), text(empty=True), real(0, 100, empty=True)
COUNT, NUMBER, POSITIVE = whole(empty=True), real(empty=True), real(0, empty=True)
SOURCED = {"kind": text("reported", "derived", "assumed"), "source": FREE, "locator": FREE}
COHORT, CHAPTER, POPULATION = text(*COHORTS), text(*CHAPTERS), text(*POPULATIONS)
ROUTES = text(
    "intrathecal", "intracerebroventricular", "intracerebral", "intraspinal", "several", "not in what we read"
)
LIMITS = {"value": NUMBER, "lower": NUMBER, "upper": NUMBER}

# file: (columns that name a row and occur once, all columns but the three at the end)
TABLES = {
    "adverse_events": (
        "term window_days cohort",
        {
            "term": FREE,
            "plain_term": FREE,
            "group": text(*GROUPS),
            "window_days": text(*WINDOWS),
            "cohort": COHORT,
            "events": whole(),
            "causality": text(*CAUSALITIES),
            "serious": flag(),
        },
    ),
    "adverse_event_totals": (
        "dimension level cohort",
        {
            "dimension": text("all", "window", "causality", "serious"),
            "level": text("all", *WINDOWS, *CAUSALITIES, "true"),
            "cohort": text(*COHORTS, "all"),
            "events": whole(),
            "percent_printed": SHARE,
        },
    ),
    "cohorts": (
        "cohort",
        {
            "cohort": COHORT,
            "dose_million_cells_per_kg": real(0.01, 1000),
            "tolerance_percent": real(0, 100),
            "people_treated": whole(1),
        },
    ),
    "dose_steps": ("cohort", {"cohort": COHORT, "people": whole(1), "people_with_dlt": whole(), "basis": FREE}),
    "design_rules": ("rule", {"rule": FREE, "meaning": FREE, **LIMITS, "unit": MAYBE, "text": MAYBE}),
    "dlt_curves": (
        "curve cohort",
        {"curve": FREE, "name_in_words": FREE, "cohort": COHORT, "dose_level": whole(1, 4), "rate": real(0, 1)},
    ),
    "claims": (
        "claim_id",
        {
            "claim_id": FREE,
            "speaker": text("news", "abstract"),
            "claim": FREE,
            "about": text(
                "design",
                "safety",
                "serious_events",
                "benefit",
                "new_lesions",
                "atrophy",
                "biomarkers",
                "next_step",
                "prevalence",
                "context",
            ),
            "chapter": CHAPTER,
        },
    ),
    "claim_facts": ("claim_id fact", {"claim_id": FREE, "fact": FREE, **LIMITS, "text": MAYBE}),
    "safety_outcomes": (
        "outcome",
        {
            "outcome": text("related_serious", "any_serious", "new_lesion"),
            "in_words": FREE,
            "people_with": whole(),
            "people": whole(1),
            "window_weeks": whole(1),
            "basis": FREE,
        },
    ),
    "serious_event_comparison": (
        "trial arm",
        {
            "trial": FREE,
            "arm": FREE,
            "people_with": whole(),
            "people": whole(1),
            "weeks": whole(1),
            "population": FREE,
            "basis": FREE,
        },
    ),
    "serious_event_statements": (
        "speaker",
        {"speaker": FREE, "where": FREE, "statement": FREE, "serious_events": COUNT, "related_to_cells": COUNT},
    ),
    "attribution": (
        "term",
        {
            "term": FREE,
            "group": text(*GROUPS),
            "other_cause": text(*CAUSES),
            "also": text(*CAUSES, empty=True),
            "basis": FREE,
        },
    ),
    "severity_grades": ("grade", {"grade": whole(1, 5), "name": FREE, "meaning": FREE}),
    "seriousness_criteria": ("criterion", {"criterion": FREE, "meaning": FREE}),
    "headache_after_puncture": (
        "outcome needle",
        {
            "outcome": text("any_headache", "post_dural_puncture_headache"),
            "in_words": FREE,
            "needle": text("atraumatic", "traumatic"),
            "per_1000": real(0, 1000),
            "lower": POSITIVE,
            "upper": POSITIVE,
            "relative_risk": POSITIVE,
            "relative_risk_lower": POSITIVE,
            "relative_risk_upper": POSITIVE,
            "people": whole(1),
        },
    ),
    "late_harm": (
        "event",
        {
            "event": FREE,
            "who": FREE,
            "disease": FREE,
            "cells": FREE,
            "route": FREE,
            "years_after": real(0),
            "people": whole(1),
            "where": FREE,
            "note": MAYBE,
        },
    ),
    "lesions": (
        "group measure",
        {
            "group": FREE,
            "population": POPULATION,
            "measure": text(
                "new_or_enlarging_t2_per_year",
                "gadolinium_at_baseline",
                "t2_volume_growth",
                "t2_volume_at_baseline",
                "t2_volume_change",
                "share_with_new_lesion",
            ),
            "in_words": FREE,
            "value": real(),
            "unit": FREE,
            "people": COUNT,
            "weeks": COUNT,
            "note": MAYBE,
        },
    ),
    "atrophy": (
        "group",
        {
            "group": FREE,
            "population": POPULATION,
            "arm": text("untreated", "treated", "healthy", "not_said", "dose_D"),
            "loss_percent_per_year": real(-5, 5, empty=True),
            "sd": POSITIVE,
            "se": POSITIVE,
            "lower": NUMBER,
            "upper": NUMBER,
            "upper_percentile_95": NUMBER,
            "people": COUNT,
            "age": POSITIVE,
            "measure": FREE,
            "weeks": COUNT,
            "value_printed": NUMBER,
            "conversion": FREE,
        },
    ),
    "atrophy_cutoffs": (
        "measure cutoff_percent_per_year",
        {
            "measure": FREE,
            "cutoff_percent_per_year": real(-5, 0),
            "chosen_for": FREE,
            "specificity_percent": real(0, 100),
            "sensitivity_percent": real(0, 100),
            "observed_specificity_percent": SHARE,
            "observed_sensitivity_percent": SHARE,
            "people": COUNT,
            "note": MAYBE,
        },
    ),
    "atrophy_context": ("finding", {"finding": FREE, **LIMITS, "unit": FREE, "people": COUNT, "note": MAYBE}),
    "biomarkers": (
        "trial analyte",
        {
            "trial": FREE,
            "analyte": FREE,
            "in_words": FREE,
            "direction": text("up", "down", "changed", "unchanged"),
            "time_months": POSITIVE,
            "people_sampled": COUNT,
            "note": MAYBE,
        },
    ),
    "sister_trials": (
        "trial",
        {
            "trial": FREE,
            "registry_or_key": MAYBE,
            "in_words": FREE,
            "disease": FREE,
            "cells": FREE,
            "route": ROUTES,
            "people_planned": COUNT,
            "people_treated": COUNT,
            "people_followed": COUNT,
            "follow_up_months": POSITIVE,
            "endpoint": FREE,
            "endpoint_class": text("related_serious", "related_severe", "broader", "other"),
            "events_people": COUNT,
            "doses_million_cells": MAYBE,
            "note": MAYBE,
        },
    ),
    "sister_doses": (
        "trial dose_million_cells_total",
        {"trial": FREE, "dose_million_cells_total": real(0.001), "people": COUNT, "route": ROUTES},
    ),
    "sister_findings": (
        "trial finding",
        {
            "trial": FREE,
            "about": text("people", "design", "donor", "safety", "disability", "imaging"),
            "finding": FREE,
            **LIMITS,
            "unit": MAYBE,
            "people_with": COUNT,
            "people": COUNT,
            "note": MAYBE,
        },
    ),
    "controlled_trials": (
        "trial treatment outcome",
        {
            "year": whole(2000, 2100),
            "trial": FREE,
            "cells": flag(),
            "population": FREE,
            "treatment": FREE,
            "comparator": FREE,
            "people_treatment": COUNT,
            "people_comparator": COUNT,
            "duration": MAYBE,
            "outcome": FREE,
            "treatment_value": NUMBER,
            "treatment_sd": POSITIVE,
            "comparator_value": NUMBER,
            "comparator_sd": POSITIVE,
            "value_unit": MAYBE,
            "effect": NUMBER,
            "effect_measure": MAYBE,
            "lower": NUMBER,
            "upper": NUMBER,
            "p_value": MAYBE,
            "met": text("yes", "no", "na"),
            "note": MAYBE,
        },
    ),
    "progression": (
        "trial arm outcome",
        {
            "trial": FREE,
            "arm": FREE,
            "population": POPULATION,
            "outcome": FREE,
            "value": real(),
            "lower": NUMBER,
            "upper": NUMBER,
            "unit": FREE,
            "people_with": COUNT,
            "people": COUNT,
            "weeks": COUNT,
            "edss_ceiling": real(0, 10, empty=True),
            "note": MAYBE,
        },
    ),
    "trial_participants": (
        "trial measure",
        {
            "trial": FREE,
            "population": POPULATION,
            "measure": FREE,
            **LIMITS,
            "unit": FREE,
            "people_with": COUNT,
            "people": COUNT,
            "note": MAYBE,
        },
    ),
    "sample_sizes": (
        "study population measure",
        {
            "study": FREE,
            "population": POPULATION,
            "measure": FREE,
            "what": text("published_size", "signal_ratio", "planned_trial"),
            "trial_years": POSITIVE,
            "effect_percent": SHARE,
            "power_percent": SHARE,
            "people_per_arm": COUNT,
            "people_total": COUNT,
            "people_behind": COUNT,
            "change_mean_percent": NUMBER,
            "change_se_percent": POSITIVE,
            "mean_to_sd_ratio": POSITIVE,
            "saving_over_one_year_percent": SHARE,
            "note": MAYBE,
        },
    ),
    "prevalence": (
        "place year measure",
        {
            "place": MAYBE,
            "year": COUNT,
            "measure": text(
                "people_living_with_ms",
                "people_per_100000",
                "women_per_100000",
                "men_per_100000",
                "women_per_man",
                "age_at_diagnosis",
                "years_to_secondary_progression",
                "share_relapsing_at_onset",
                "share_primary_progressive",
            ),
            "value": POSITIVE,
            "lower": POSITIVE,
            "upper": POSITIVE,
            "unit": FREE,
            "note": MAYBE,
        },
    ),
    "timeline": ("date event", {"date": FREE, "about": text("stems", "other_trial", "harm", "rule"), "event": FREE}),
    "conflicts": (
        "about",
        {
            "about": FREE,
            "chapter": CHAPTER,
            "source_a": FREE,
            "says_a": FREE,
            "source_b": FREE,
            "says_b": FREE,
            "note": MAYBE,
        },
    ),
    "checklist": (
        "checklist item",
        {
            "item": FREE,
            "checklist": text("report", "abstract"),
            "asks": FREE,
            "answered_where": FREE,
            "in_what_we_read": text("yes", "partly", "no"),
        },
    ),
    "guidelines": ("guideline", {"guideline": FREE, "about": FREE, "value": real(), "unit": FREE, "note": MAYBE}),
    "methods": ("method", {"method": FREE, "in_words": FREE, **LIMITS, "unit": MAYBE, "note": MAYBE}),
    "not_read": (
        "item",
        {
            "item": FREE,
            "question": FREE,
            "probably_in": FREE,
            "would_change_chapter": CHAPTER,
            "would_change_section": FREE,
        },
    ),
    "glossary": ("term", {"term": FREE, "meaning": FREE, "also_called": MAYBE}),
}


def _folder():
    return Path(os.environ.get("REPORT_DATA") or Path(__file__).resolve().parents[2] / "data")


def _where(name, row=None, column=None):
    return ", ".join([f"data/{name}", *([f"row {row}"] if row else []), *([f"column {column}"] if column else [])])


def _content(name):
    try:
        return (_folder() / name).read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise DataError(f"{_where(name)}: the file is missing; put it back.") from None
    except (OSError, UnicodeDecodeError) as error:
        raise DataError(f"{_where(name)}: the file cannot be read as UTF-8 text ({error}).") from None


def _fields(name, content):
    """The file as a frame of text; the index is the line of the file."""
    lines = csv.reader(content.splitlines(keepends=True), strict=True)
    try:
        rows = {lines.line_num: row for row in lines}  # noqa: B035 - the reader counts on
    except csv.Error as error:
        raise DataError(f"{_where(name, lines.line_num)}: the line is not valid CSV ({error}).") from None
    header = rows.pop(1, [])
    for number, row in rows.items():
        if len(row) != len(header):
            raise DataError(
                f"{_where(name, number)}: {len(row)} fields stand under {len(header)} column names; "
                "a text with a comma needs quotation marks."
            )
    if header and not rows:
        raise DataError(f"{_where(name)}: the file holds no rows.")
    return pd.DataFrame(rows.values(), columns=header, index=list(rows), dtype=str)


def _checked(name, schema, frame):
    """The frame if it fits the schema; else the first failure as one sentence."""
    try:
        return schema.validate(frame, lazy=True)
    except pa.errors.SchemaErrors as errors:
        first = errors.failure_cases.iloc[0]
        columns = f"the columns are {', '.join(schema.columns)}"
        if first["check"] == "column_in_dataframe":
            message = f"{_where(name, 1, first['failure_case'])}: the column is missing; {columns}."
        elif first["check"] == "column_in_schema":
            message = f"{_where(name, 1, first['failure_case'])}: the column is not known; {columns}."
        else:
            value = f'"{first["failure_case"]}"' if str(first["failure_case"]).strip() else "the field"
            message = f"{_where(name, int(first['index']), first['column'])}: {value} {first['check']}."
        raise DataError(message) from None


def _typed(series, kind):
    if kind == "bool":
        return series == "true"
    return series if kind == "str" else pd.to_numeric(series.where(series != "", None)).astype(kind)


def _refuse(name, frame, wrong, column, sentence):
    """Raise for the first row (a line of the file) where `wrong` holds; the sentence may name its columns in braces."""
    wrong = wrong.fillna(False).astype(bool)
    if wrong.any():
        row = frame.index[wrong][0]
        raise DataError(f"{_where(name, row, column)}: {sentence.format(**frame.loc[row])}.")


@cache
def _keys(bibliography):
    try:
        return tuple(parse_string(bibliography, "bibtex").entries)
    except PybtexError as error:
        raise DataError(f"data/references.bib: the file is not valid BibTeX ({error}).") from None


def source_keys():
    """Keys of all entries in references.bib, in the order of the file.

    >>> source_keys()[0]
    'genchi2023'
    """
    return list(_keys(_content("references.bib")))


ORDERED = [
    ("lower", "upper"),
    ("lower", "value"),
    ("value", "upper"),
    ("lower", "effect"),
    ("effect", "upper"),
    ("lower", "per_1000"),
    ("per_1000", "upper"),
    ("relative_risk_lower", "relative_risk"),
    ("relative_risk", "relative_risk_upper"),
    ("people_with", "people"),
    ("people_with_dlt", "people"),
    ("events_people", "people_followed"),
    ("people_followed", "people_treated"),
    ("loss_percent_per_year", "upper_percentile_95"),
]


@cache
def _parsed(table, content):
    name, (key, columns) = f"{table}.csv", TABLES[table]
    columns, key = {**columns, **SOURCED}, key.split()
    frame = _fields(name, content)
    if frame.columns.has_duplicates:
        twice = frame.columns[frame.columns.duplicated()][0]
        raise DataError(f"{_where(name, 1, twice)}: the column stands there twice.")
    written = pa.DataFrameSchema({column: parts.written for column, parts in columns.items()}, strict=True)
    typed = pa.DataFrameSchema({column: parts.typed for column, parts in columns.items()})
    frame = _checked(name, written, frame)[list(columns)]
    frame = _checked(
        name, typed, frame.assign(**{column: _typed(frame[column], parts.kind) for column, parts in columns.items()})
    )
    for below, above in ORDERED:
        if {below, above} <= set(frame):
            _refuse(
                name, frame, frame[below] > frame[above], below, f"{{{below}}} is above {{{above}}} in column {above}"
            )
    _refuse(
        name,
        frame,
        frame.duplicated(key),
        key[0],
        "another row has the same " + ", ".join(f"{column} ({{{column}}})" for column in key),
    )
    return frame


def _lines(table):
    """One checked table; the index is the line of the file."""
    name = f"{table}.csv"
    frame = _parsed(table, _content(name)).copy()
    for column in [column for column in ("source", "source_a", "source_b") if column in frame]:
        _refuse(
            name,
            frame,
            ~frame[column].isin(source_keys()),
            column,
            f'"{{{column}}}" is not a key of data/references.bib; add the entry or correct the key',
        )
    return frame


def _read(table):
    return _lines(table).reset_index(drop=True)


def _adds_up():
    """The adverse events against the printed totals."""
    name, events = "adverse_events.csv", _lines("adverse_events")
    rows = events.groupby(["term", "window_days"])
    _refuse(
        name,
        events,
        rows["cohort"].transform("count") != len(COHORTS),
        "cohort",
        "{term} in days {window_days} needs one row for each of the cohorts A to D, zeros included",
    )
    for column in ("plain_term", "group", "causality", "serious"):
        _refuse(
            name,
            events,
            rows[column].transform("nunique") > 1,
            column,
            f"{{term}} in days {{window_days}} has different values of {column}; the four cohorts share one",
        )
    name, totals = "adverse_event_totals.csv", _lines("adverse_event_totals")
    column_of = {"window": "window_days", "causality": "causality", "serious": "serious"}
    for row, total in totals.iterrows():
        chosen = events if total["cohort"] == "all" else events[events["cohort"] == total["cohort"]]
        if total["dimension"] != "all":
            chosen = chosen[chosen[column_of[total["dimension"]]].astype(str).str.lower() == total["level"]]
        if chosen["events"].sum() != total["events"]:
            level = "" if total["dimension"] == "all" else f", {total['dimension']} {total['level']}"
            cohort = "all cohorts" if total["cohort"] == "all" else f"cohort {total['cohort']}"
            raise DataError(
                f"{_where(name, row, 'events')}: {total['events']} is the printed total for {cohort}{level}"
                f", but the rows of data/adverse_events.csv add up to {chosen['events'].sum()}; one of the "
                "two files is wrong."
            )
    for dimension, levels in {"all": ["all"], "window": WINDOWS, "causality": CAUSALITIES, "serious": ["true"]}.items():
        for level in levels:
            found = totals[(totals["dimension"] == dimension) & (totals["level"] == level)]
            if len(found) != len(COHORTS) + 1:
                raise DataError(
                    f"{_where(name, column='level')}: {dimension} {level} needs a total for each of the "
                    f"cohorts A to D and one for all, but {len(found)} are there."
                )
    share = 100 * totals["events"] / events["events"].sum()
    _refuse(
        name,
        totals,
        (share - totals["percent_printed"]).abs() > 0.06,
        "percent_printed",
        "{percent_printed} is not the share of {events} in all events",
    )
    return events.reset_index(drop=True)


def _fit_together():
    """What one file says about another."""
    events, people, steps = _lines("adverse_events"), _lines("cohorts"), _lines("dose_steps")
    rules, outcomes = _lines("design_rules").set_index("rule")["value"], _lines("safety_outcomes")
    treated = people.set_index("cohort")["people_treated"]
    for rule in ("people_enrolled", "cohort_size", "extended_cohort_size", "follow_up_weeks"):
        if rule not in rules or pd.isna(rules[rule]):
            raise DataError(f"data/design_rules.csv: the rule {rule} needs a row with a value.")
    if treated.sum() != rules["people_enrolled"]:
        raise DataError(
            f"data/cohorts.csv, column people_treated: the cohorts add up to {treated.sum()}, but "
            f"data/design_rules.csv says that {rules['people_enrolled']:.0f} were enrolled."
        )
    _refuse(
        "dose_steps.csv",
        steps,
        steps["people"] != steps["cohort"].map(treated),
        "people",
        "{people} differs from the people treated in cohort {cohort} in data/cohorts.csv",
    )
    for name, frame in (("cohorts.csv", people), ("dose_steps.csv", steps)):
        if list(frame["cohort"]) != list(COHORTS):
            raise DataError(f"{_where(name, column='cohort')}: the rows must be A, B, C and D, in this order.")
    _refuse(
        "cohorts.csv",
        people,
        people["dose_million_cells_per_kg"].diff() <= 0,
        "dose_million_cells_per_kg",
        "{dose_million_cells_per_kg} does not rise above the cohort before",
    )
    _refuse(
        "safety_outcomes.csv",
        outcomes,
        outcomes["people"] != rules["people_enrolled"],
        "people",
        "{people} differs from the people enrolled in data/design_rules.csv",
    )
    serious = events[events["serious"]]
    counts = {
        "any_serious": serious["events"].sum(),
        "related_serious": serious.loc[serious["causality"].isin(RELATED), "events"].sum(),
    }
    for outcome, count in counts.items():
        people_with = outcomes["people_with"].where(outcomes["outcome"] == outcome)
        _refuse(
            "safety_outcomes.csv",
            outcomes,
            (people_with > count) | ((people_with == 0) & (count > 0)),
            "people_with",
            f"{{people_with}} people do not fit {count} such events in data/adverse_events.csv",
        )
    known = events.drop_duplicates("term").set_index("term")["group"]
    causes = _lines("attribution")
    _refuse(
        "attribution.csv",
        causes,
        ~causes["term"].isin(known.index),
        "term",
        "{term} is not a term of data/adverse_events.csv",
    )
    _refuse(
        "attribution.csv",
        causes,
        causes["group"] != causes["term"].map(known),
        "group",
        "{group} is not the group of {term} in data/adverse_events.csv",
    )
    for term in known.index.difference(causes["term"]):
        raise DataError(f"data/attribution.csv: the term {term} of data/adverse_events.csv has no row.")
    trials = _lines("sister_trials")["trial"]
    for table in ("sister_doses", "sister_findings"):
        frame = _lines(table)
        _refuse(
            f"{table}.csv",
            frame,
            ~frame["trial"].isin(trials),
            "trial",
            '"{trial}" is not a trial of data/sister_trials.csv',
        )
    stated = _lines("claim_facts")
    _refuse(
        "claim_facts.csv",
        stated,
        ~stated["claim_id"].isin(_lines("claims")["claim_id"]),
        "claim_id",
        '"{claim_id}" is not a claim of data/claims.csv',
    )
    curves = _lines("dlt_curves")
    _refuse(
        "dlt_curves.csv",
        curves,
        curves.groupby("curve")["rate"].transform("count") != len(COHORTS),
        "curve",
        "{curve} needs one rate for each of the four doses",
    )
    _refuse(
        "dlt_curves.csv",
        curves,
        curves["dose_level"] != curves["cohort"].map(COHORTS.index) + 1,
        "dose_level",
        "{dose_level} is not the place of cohort {cohort} among A to D",
    )


def _converts():
    """Yearly losses against the printed values they were worked out from."""
    rates = _lines("atrophy")
    loss, printed = rates["loss_percent_per_year"], rates["value_printed"]
    a_year = (printed.abs() / rates["weeks"].astype(float) * WEEKS_PER_YEAR).round(3)
    yearly = a_year.where(rates["weeks"].notna(), printed.abs())
    _refuse(
        "atrophy.csv",
        rates,
        (loss - yearly).abs() > 1e-9,
        "loss_percent_per_year",
        "{loss_percent_per_year} does not follow from the printed {value_printed}",
    )


def check_all():
    """Read every file of the folder and hold them to each other.

    Raises DataError at the first thing that is wrong.
    """
    cited = set()
    for table in TABLES:
        frame = _lines(table)
        cited |= {key for column in ("source", "source_a", "source_b") if column in frame for key in frame[column]}
    for path in sorted(_folder().glob("*.csv")):
        if path.stem not in TABLES:
            raise DataError(
                f"data/{path.name}: no table of this name is known; describe it in trial/load.py or remove the file."
            )
    for key in source_keys():
        if key not in cited:
            raise DataError(f"data/references.bib, entry {key}: no row of any table cites it; cite it or remove it.")
    _adds_up()
    _fit_together()
    _converts()


def keyed(*tables):
    """Some tables by name, each with the columns that name its rows: a list of (columns, frame)."""
    return [(TABLES[table][0].split(), _read(table)) for table in tables]


def adverse_events():
    """The paper's complete table of adverse events, one row per printed row and cohort.

    Source: Genchi et al. 2023, Table 2. 88 rows: 22 printed rows (term and window) times four cohorts, zeros kept.
    Columns: events (events, not people), window_days (days after the injection), causality as the investigators judged
    it for the cells, serious, group (ours). Raises DataError also where the rows miss the printed totals.

    >>> table = adverse_events()
    >>> len(table), int(table["events"].sum())
    (88, 44)
    """
    return _adds_up()


def adverse_event_totals():
    """Printed totals of the adverse events: 45 rows, by dimension, level and cohort; events, not people."""
    return _read("adverse_event_totals")


def cohorts():
    """The four cohorts A to D: dose in million cells per kg of body weight, its tolerance in per cent, people treated.

    Source: Genchi et al. 2023, Table 2 (header), and the registry.

    >>> cohorts()["dose_million_cells_per_kg"].tolist()
    [0.7, 1.4, 2.8, 5.7]
    """
    return _read("cohorts")


def dose_steps():
    """People and people with a DLT in each cohort: zero of three, our inference, its reason in `basis`."""
    return _read("dose_steps")


def design_rules():
    """Rules and dates of the trial from registry and abstract: value, limits and unit, or text.

    >>> design_rules().set_index("rule").loc[["cohort_size", "follow_up_weeks"], "value"].tolist()
    [3.0, 96.0]
    """
    return _read("design_rules")


def dlt_curves():
    """Assumed rates of a DLT at the four doses, by named curve; shares from 0 to 1.

    >>> dlt_curves().query("curve == 'steep'")["rate"].tolist()
    [0.05, 0.15, 0.35, 0.6]
    """
    return _read("dlt_curves")


def claims():
    """Every claim of the news item and of the abstract in our words, with the chapter that weighs it."""
    return _read("claims")


def claim_facts():
    """What a claim states as a number, limits or a fixed text, under the name of the fact it can be held to.

    >>> claim_facts().query("claim_id == 'news_10'")["fact"].tolist()
    ['doses', 'injections_per_person']
    """
    return _read("claim_facts")


def safety_outcomes():
    """People with each outcome of twelve: none with a related serious event, one with any, half with a new lesion.

    >>> safety_outcomes()["people_with"].tolist()
    [0, 1, 6]
    """
    return _read("safety_outcomes")


def serious_event_comparison():
    """People with a serious event of any cause here and in two other trials in progressive MS."""
    return _read("serious_event_comparison")


def serious_event_statements():
    """What the paper's table, its abstract and the news item say about serious events."""
    return _read("serious_event_statements")


def attribution():
    """What else could cause each term of the adverse-event table: our judgement, one row per term."""
    return _read("attribution")


def severity_grades():
    """The five grades of severity (CTCAE)."""
    return _read("severity_grades")


def seriousness_criteria():
    """What makes an event serious, as glossaries state it."""
    return _read("seriousness_criteria")


def headache_after_puncture():
    """Headache after a lumbar puncture alone, per 1,000, by kind of needle; limits are 95% intervals."""
    return _read("headache_after_puncture")


def late_harm():
    """The tumour found four years after other fetal cells, in a child treated elsewhere."""
    return _read("late_harm")


def lesions():
    """Lesions on MRI: an untreated stand-in (PPMS), two arms of ORATORIO, and half of the people here."""
    return _read("lesions")


def atrophy():
    """Published yearly rates of brain volume loss by group; per cent per year, positive is loss.

    `sd` is the spread between people, `se` how well the mean is known; the last row is this trial's highest dose, for
    which what we read gives a direction and no number. Totals over 96 weeks are worked out per year.

    >>> atrophy().set_index("group").loc["PPMS, placebo (ORATORIO)", "loss_percent_per_year"].item()
    0.592
    """
    return _read("atrophy")


def atrophy_cutoffs():
    """Cut-offs between healthy and pathological yearly change of brain volume; all columns in per cent."""
    return _read("atrophy_cutoffs")


def atrophy_context():
    """Ranges from reviews and sizes of the largest studies of brain volume change."""
    return _read("atrophy_context")


def biomarkers():
    """Directions of change in the spinal fluid by trial and molecule; months after the first injection where known."""
    return _read("biomarkers")


def sister_trials():
    """Other cell trials: who, which cells, by which route, how many people, and harm by each trial's own definition."""
    return _read("sister_trials")


def sister_doses():
    """Total doses of other cell trials in million cells."""
    return _read("sister_doses")


def sister_findings():
    """What other cell trials report of their people, design and outcomes; direction only where no value stands."""
    return _read("sister_findings")


def controlled_trials():
    """Trials with a control group in progressive MS: outcome by arm, effect with limits, and whether it was met."""
    return _read("controlled_trials")


def progression():
    """Progression in control arms and cohorts of progressive MS."""
    return _read("progression")


def trial_participants():
    """Whom the trials let in and how affected they were."""
    return _read("trial_participants")


def sample_sizes():
    """Published and planned trial sizes for outcomes on MRI, with what they were computed from."""
    return _read("sample_sizes")


def prevalence():
    """How many people live with MS, and who, by source."""
    return _read("prevalence")


def timeline():
    """Dated events of this trial and of others; dates as YYYY, YYYY-MM or YYYY-MM-DD."""
    return _read("timeline")


def conflicts():
    """Where two sources say different things."""
    return _read("conflicts")


def checklist():
    """Items of CONSORT-DEFINE that we saw, and whether what we read answers them."""
    return _read("checklist")


def guidelines():
    """Size and date of the guidelines for early trials."""
    return _read("guidelines")


def methods():
    """Facts about statistical methods that a page quotes."""
    return _read("methods")


def not_read():
    """What the paper may say and we have not read, where it probably stands, and which section it would change."""
    return _read("not_read")


def glossary():
    """Terms a reader may not know, each in one plain sentence; other names in `also_called`, joined by ";".

    >>> glossary().set_index("term").loc["DLT", "also_called"]
    'dose-limiting toxicity'
    """
    return _read("glossary")
