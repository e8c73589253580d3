"""From files to checked tables: the only module that knows where the data are.

`data/datapackage.json` (a Frictionless Data Package) says of every table which columns it has and what they may hold;
`table("adverse_events")` gives one, checked. A file that is not as described raises `DataError`: one sentence with
file, row (the line of the file, the header being row 1), column, and what is wrong.
The environment variable REPORT_DATA points to another folder with the same files.
"""

import csv
import json
import os
import re
from functools import cache, partial
from pathlib import Path
from typing import NamedTuple

import pandas as pd
import pandera.pandas as pa
from pybtex.database import parse_string
from pybtex.exceptions import PybtexError

from trial import words

WEEKS_PER_YEAR = 52.18
RELATED = ("definitely", "probably", "possibly")
DESCRIBED_IN = "datapackage.json"


class DataError(Exception):
    """A file of `data/` is not as it should be; the message is one sentence for whoever edited it."""


class Table(NamedTuple):
    """What datapackage.json says of one table."""

    path: str
    columns: dict  # name of a column to its field: type, unit, description, constraints
    key: list  # the columns that name a row
    points_to: list  # (column, another table, the column there that must hold its value)
    key_of: dict  # column: whether it names an entry of the "references" or one of the "chapters"


# type of Table Schema: (type in a frame, the same where fields may be empty, its written form, what is said of others)
TYPES = {
    "string": ("str", "str", "", ""),
    "integer": ("int64", "Int64", r"-?[0-9]{1,12}", "is not a whole number; write digits only"),
    "number": ("float64", "float64", r"-?[0-9]{1,12}(\.[0-9]+)?", "is not a number; write digits, as in 0.7"),
    "boolean": ("bool", "bool", "true|false", "is neither true nor false; write one of the two"),
}


def _folder():
    return Path(os.environ.get("REPORT_DATA") or Path(__file__).resolve().parents[2] / "data")


def _where(name, row=None, column=None):
    parts = [f"data/{name}", *([f"row {row}"] if row else [])]
    return ", ".join([*parts, *([f"column {_shown(column) or 'without a name'}"] if column is not None else [])])


def _shown(text, longest=80):
    """A text as it may stand in a sentence: short, on one line, each letter seen."""
    text = "".join(letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in str(text))
    return text if len(text) <= longest else f"{text[:longest]}..."


def _content(name):
    try:
        return (_folder() / name).read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise DataError(f"{_where(name)}: the file is missing; put it back.") from None
    except OSError as error:
        raise DataError(f"{_where(name)}: the file cannot be read ({error.strerror}).") from None
    except UnicodeDecodeError as error:
        raise DataError(f"{_where(name)}: the file is not UTF-8 text ({error.reason}); save it as UTF-8.") from None


def tables():
    """Every table of the data, in the order of datapackage.json: {name: Table}."""
    return _described(_content(DESCRIBED_IN))


@cache
def _described(content):
    try:
        resources = json.loads(content)["resources"]
        found = {resource["name"]: _table(resource) for resource in resources if resource.get("type") == "table"}
        for name, described in found.items():
            names = {*described.columns, *found}
            unknown = {*described.key, *(word for pointer in described.points_to for word in pointer[:2])} - names
            if unknown:
                raise KeyError(f"{name}: {min(unknown)}")
        return found
    except ValueError as error:
        raise DataError(f"{_where(DESCRIBED_IN)}: the file is not valid JSON ({error}).") from None
    except (AttributeError, IndexError, KeyError, TypeError) as error:
        raise DataError(f"{_where(DESCRIBED_IN)}: the file is not a Data Package of tables ({error!r}).") from None


def _table(resource):
    schema = resource["schema"]
    columns = {field["name"]: field for field in schema["fields"]}
    for name, field in columns.items():
        if field["type"] not in TYPES:
            place = f"{_where(DESCRIBED_IN)}, table {resource['name']}, column {name}"
            raise DataError(f"{place}: the type {field['type']} is none of {', '.join(TYPES)}.")
    key = schema["primaryKey"] if "primaryKey" in schema else schema["uniqueKeys"][0]
    points_to = [
        (key["fields"][0], key["reference"]["resource"], key["reference"]["fields"][0])
        for key in schema.get("foreignKeys", [])
    ]
    key_of = {name: field["keyOf"] for name, field in columns.items() if "keyOf" in field}
    return Table(resource["path"], columns, key, points_to, key_of)


def allowed(table, column):
    """The values that a column may hold, as datapackage.json lists them."""
    return tables()[table].columns[column]["constraints"]["enum"]


def _column(field):
    """What a field must be: (checks of its text, checks of its value, type in a frame)."""
    limits = field.get("constraints", {})
    filled = limits.get("required", False)
    kept, kept_with_gaps, form, form_error = TYPES[field["type"]]
    written, valued = [], []
    if filled:
        written.append(pa.Check(lambda text: text.str.strip() != "", error="is empty and must be filled in"))
    if form:
        written.append(pa.Check.str_matches(rf"^(?:{form})?\Z", error=form_error))
    if "pattern" in limits:
        wanted = f"is not as the column asks: {field['description']}"
        written.append(pa.Check.str_matches(rf"^(?:{limits['pattern']})?\Z", error=wanted))
    if "enum" in limits:
        values = limits["enum"]
        valued.append(pa.Check.isin([*values, *([] if filled else [""])], error=f"is none of {', '.join(values)}"))
    if "minimum" in limits:
        valued.append(pa.Check.ge(limits["minimum"], error=f"is below {limits['minimum']}"))
    if "maximum" in limits:
        valued.append(pa.Check.le(limits["maximum"], error=f"is above {limits['maximum']}"))
    return written, valued, kept if filled else kept_with_gaps


def _fields(name, content):
    """The file as a frame of text; the index is the line of the file."""
    lines = csv.reader(content.splitlines(keepends=True), strict=True)
    try:
        rows = {lines.line_num: row for row in lines if row}  # noqa: B035 - the reader counts on
    except csv.Error as error:
        raise DataError(f"{_where(name, lines.line_num)}: the line is not valid CSV ({error}).") from None
    header = rows.pop(1, [])
    if len(header) == 1 and re.search("[;\t]", header[0]):
        raise DataError(f"{_where(name, 1)}: semicolons or tabs part the columns; save the file with commas.")
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
        wrong = {"column_in_dataframe": "missing", "column_in_schema": "not known"}.get(first["check"])
        if wrong:
            place, columns = _where(name, 1, first["failure_case"]), ", ".join(schema.columns)
            message = f"{place}: the column is {wrong}; the columns are {columns}."
        else:
            value = f'"{_shown(first["failure_case"])}"' if str(first["failure_case"]).strip() else "the field"
            message = f"{_where(name, int(first['index']), first['column'])}: {value} {first['check']}."
        raise DataError(message) from None


def _converted(series, kind):
    if kind == "bool":
        return series == "true"
    return series if kind == "str" else pd.to_numeric(series.where(series != "", None)).astype(kind)


def _refuse(path, frame, wrong, column, sentence):
    """Raise for the first row (a line of the file) where `wrong` holds; the sentence may name its columns in braces."""
    wrong = wrong.fillna(False).astype(bool)
    if wrong.any():
        row = frame.index[wrong][0]
        raise DataError(f"{_where(path, row, column)}: {sentence.format(**frame.loc[row])}.")


@cache
def _keys(bibliography):
    try:
        return tuple(parse_string(bibliography, "bibtex").entries)
    except PybtexError as error:
        raise DataError(f"data/references.bib: the file is not valid BibTeX ({error}).") from None


def source_keys():
    """Keys of all entries in references.bib, in the order of the file."""
    return list(_keys(_content("references.bib")))


def chapters():
    """Names of the chapters beside this package, by their numbers."""
    return sorted(path.stem for path in Path(__file__).resolve().parents[1].glob("[0-9][0-9]_*.py"))


# column: those that are never above it
NEVER_ABOVE = {
    "upper": ("lower", "value", "effect", "per_1000"),
    "value": ("lower",),
    "effect": ("lower",),
    "per_1000": ("lower",),
    "relative_risk": ("relative_risk_lower",),
    "relative_risk_upper": ("relative_risk",),
    "people": ("people_with", "people_with_dlt"),
    "people_followed": ("events_people",),
    "people_treated": ("people_followed",),
    "upper_percentile_95": ("loss_percent_per_year",),
}


@cache
def _parsed(name, content, described, known):
    """One checked table; the index is the line of the file. `known`: the values of each kind that a column may be key of."""
    path, columns, key, _, key_of = _described(described)[name]
    frame = _fields(path, content)
    if frame.columns.has_duplicates:
        twice = frame.columns[frame.columns.duplicated()][0]
        raise DataError(f"{_where(path, 1, twice)}: the column stands there twice.")
    checks = {column: _column(field) for column, field in columns.items()}
    written = {column: pa.Column(checks=text) for column, (text, _, _) in checks.items()}
    valued = {column: pa.Column(checks=value, nullable=True) for column, (_, value, _) in checks.items() if value}
    frame = _checked(path, pa.DataFrameSchema(written, strict=True), frame)[list(columns)]
    frame = frame.assign(**{column: _converted(frame[column], kind) for column, (_, _, kind) in checks.items()})
    frame = _checked(path, pa.DataFrameSchema(valued), frame)
    for above in [column for column in NEVER_ABOVE if column in frame]:
        for below in [column for column in NEVER_ABOVE[above] if column in frame]:
            says = f"{{{below}}} is above {{{above}}} in column {above}"
            _refuse(path, frame, frame[below] > frame[above], below, says)
    named = ", ".join(f"{column} ({{{column}}})" for column in key)
    _refuse(path, frame, frame.duplicated(key), key[0], f"another row has the same {named}")
    wrong = {
        "references": "is not a key of data/references.bib; add the entry or correct the key",
        "chapters": f"is no chapter; there are {', '.join(chapters())}",
    }
    dates = [one for one, field in columns.items() if r"\d{4}" in field.get("constraints", {}).get("pattern", "")]
    for column in dates:
        days = pd.to_datetime(frame[column].where(frame[column] != ""), format="ISO8601", errors="coerce")
        _refuse(path, frame, (frame[column] != "") & days.isna(), column, f"{{{column}}} is no day of the calendar")
    for column, of in key_of.items():
        _refuse(path, frame, ~frame[column].isin(dict(known)[of]), column, f'"{{{column}}}" {wrong[of]}')
    return frame


def _lines(name):
    """A copy of one checked table; what was read before is not checked again."""
    described = _content(DESCRIBED_IN)
    known = ("references", _keys(_content("references.bib"))), ("chapters", tuple(chapters()))
    return _parsed(name, _content(_described(described)[name].path), described, known).copy()


def _from_to(cohorts):
    return f"{cohorts[0]} to {cohorts[-1]}"


def _adds_up():
    """The adverse events against the printed totals."""
    path, events = "adverse_events.csv", _lines("adverse_events")
    rows, cohorts = events.groupby(["term", "window_days"]), allowed("adverse_events", "cohort")
    for_each = f"{{term}} in days {{window_days}} needs one row for each of {_from_to(cohorts)}, zeros included"
    _refuse(path, events, rows["cohort"].transform("count") != len(cohorts), "cohort", for_each)
    for column in ("plain_term", "group", "causality", "serious"):
        differs = f"{{term}} in days {{window_days}} has different values of {column}; all cohorts share one"
        _refuse(path, events, rows[column].transform("nunique") > 1, column, differs)
    path, totals = "adverse_event_totals.csv", _lines("adverse_event_totals")
    both = totals.join(_sums(events), on=["dimension", "level", "cohort"]).fillna({"added": 0})
    both["which"] = ("cohort " + both["cohort"]).replace("cohort all", "all cohorts")
    both["which"] += (", " + both["dimension"] + " " + both["level"]).where(both["dimension"] != "all", "")
    says = "{events} is the printed total for {which}, but the rows of data/adverse_events.csv add up to {added:.0f}"
    _refuse(path, both, both["events"] != both["added"], "events", f"{says}; one of the two files is wrong")
    levels = {"all": ["all"], "window": allowed("adverse_events", "window_days")}
    levels |= {"causality": allowed("adverse_events", "causality"), "serious": ["true"]}
    found = totals.groupby(["dimension", "level"]).size()
    for dimension, level in ((one, level) for one, names in levels.items() for level in names):
        rows = found.get((dimension, level), 0)
        if rows != len(cohorts) + 1:
            needs = f"needs a total for each of the cohorts {_from_to(cohorts)} and one for all"
            raise DataError(f"{_where(path, column='level')}: {dimension} {level} {needs}, but {rows} are there.")
    wrong = (100 * totals["events"] / events["events"].sum() - totals["percent_printed"]).abs() > 0.06
    _refuse(path, totals, wrong, "percent_printed", "{percent_printed} is not the share of {events} in all events")


def _sums(events):
    """What the adverse events add up to, by dimension, level and cohort as in the printed totals."""
    each = pd.concat([events, events.assign(cohort="all")]).rename(columns={"window_days": "window"})
    each = each.assign(all="all", serious=each["serious"].map({True: "true", False: "false"}))
    long = each.melt(["cohort", "events"], ["all", "window", "causality", "serious"], "dimension", "level")
    return long.groupby(["dimension", "level", "cohort"])["events"].sum().rename("added")


def _people_fit():
    """The people of the cohorts, of the steps and of the outcomes against the trial's rules and its events."""
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
    differs = "{people} differs from the people treated in cohort {cohort} in data/cohorts.csv"
    _refuse("dose_steps.csv", steps, steps["people"] != steps["cohort"].map(treated), "people", differs)
    for path, frame in (("cohorts.csv", people), ("dose_steps.csv", steps)):
        if list(frame["cohort"]) != allowed("cohorts", "cohort"):
            named = words.listed(allowed("cohorts", "cohort"))
            raise DataError(f"{_where(path, column='cohort')}: the rows must be {named}, in this order.")
    dose = "dose_million_cells_per_kg"
    _refuse("cohorts.csv", people, people[dose].diff() <= 0, dose, f"{{{dose}}} does not rise above the cohort before")
    differs = "{people} differs from the people enrolled in data/design_rules.csv"
    _refuse("safety_outcomes.csv", outcomes, outcomes["people"] != rules["people_enrolled"], "people", differs)
    serious = events[events["serious"]]
    related = serious[serious["causality"].isin(RELATED)]
    for outcome, count in {"any_serious": serious["events"].sum(), "related_serious": related["events"].sum()}.items():
        people_with = outcomes["people_with"].where(outcomes["outcome"] == outcome)
        wrong = (people_with > count) | ((people_with == 0) & (count > 0))
        unfit = f"{{people_with}} people do not fit {count} such events in data/adverse_events.csv"
        _refuse("safety_outcomes.csv", outcomes, wrong, "people_with", unfit)


def _answers_fit():
    """Answers to what was not in what we read: each with its place in the article and a day."""
    path, sheet, parts = "not_read.csv", _lines("not_read"), ["answer", "answer_locator", "answer_read_on"]
    for column in parts:
        alone = (sheet[column] == "") & (sheet[parts] != "").any(axis="columns")
        _refuse(path, sheet, alone, column, f"the answer to {{key}} needs all three: {', '.join(parts)}")
    several = "the answer to {key} has more than one sentence; join them by a comma or a semicolon, or keep one"
    _refuse(path, sheet, sheet["answer"].map(words.sentences) > 1, "answer", several)


def _causes_fit():
    """One other cause for every term of the adverse events, under the same group."""
    known = _lines("adverse_events").drop_duplicates("term").set_index("term")["group"]
    path, causes = "attribution.csv", _lines("attribution")
    unknown = "{term} is not a term of data/adverse_events.csv"
    _refuse(path, causes, ~causes["term"].isin(known.index), "term", unknown)
    differs = "{group} is not the group of {term} in data/adverse_events.csv"
    _refuse(path, causes, causes["group"] != causes["term"].map(known), "group", differs)
    for term in known.index.difference(causes["term"]):
        raise DataError(f"data/attribution.csv: the term {term} of data/adverse_events.csv has no row.")


def _keys_fit():
    """The foreign keys of datapackage.json."""
    for name, described in tables().items():
        for column, other, target in described.points_to:
            frame, path = _lines(name), tables()[other].path
            unknown = f'"{{{column}}}" is not a {target.removesuffix("_id")} of data/{path}'
            _refuse(described.path, frame, ~frame[column].isin(_lines(other)[target]), column, unknown)


def _curves_fit():
    """An assumed rate for each of the doses, each at its place."""
    path, curves, cohorts = "dlt_curves.csv", _lines("dlt_curves"), allowed("cohorts", "cohort")
    of_each = curves.groupby("curve")["rate"].transform("count")
    needs = f"{{curve}} needs one rate for each of the {words.in_words(len(cohorts))} doses"
    _refuse(path, curves, of_each != len(cohorts), "curve", needs)
    out_of_place = curves["dose_level"] != curves["cohort"].map(cohorts.index) + 1
    says = f"{{dose_level}} is not the place of cohort {{cohort}} among {_from_to(cohorts)}"
    _refuse(path, curves, out_of_place, "dose_level", says)


def _converts():
    """Yearly losses against the printed values they were worked out from."""
    rates = _lines("atrophy")
    loss, printed = rates["loss_percent_per_year"], rates["value_printed"]
    a_year = (printed.abs() / rates["weeks"].astype(float) * WEEKS_PER_YEAR).round(3)
    yearly = a_year.where(rates["weeks"].notna(), printed.abs())
    unfit = "{loss_percent_per_year} does not follow from the printed {value_printed}"
    _refuse("atrophy.csv", rates, (loss - yearly).abs() > 1e-9, "loss_percent_per_year", unfit)


def check_all():
    """Read every file of the folder and hold them to each other; DataError at the first thing that is wrong."""
    known = {described.path for described in tables().values()}
    for name in sorted({path.name for path in _folder().glob("*.csv")} - known):
        raise DataError(
            f"data/{name}: no table of this name is known; describe it in data/{DESCRIBED_IN} or remove the file."
        )
    cited = {key for name, one in tables().items() for column in one.key_of for key in _lines(name)[column]}
    for key in source_keys():
        if key not in cited:
            raise DataError(f"data/references.bib, entry {key}: no row of any table cites it; cite it or remove it.")
    for check in (_adds_up, _people_fit, _answers_fit, _causes_fit, _keys_fit, _curves_fit, _converts):
        check()


def table(name):
    """A checked table of `data/`; its columns, their types, units and meanings stand in datapackage.json and README.

    The adverse events are also held to the printed totals. Raises DataError where the file is not as described,
    KeyError where no table has this name.

    >>> events = table("adverse_events")
    >>> len(events), int(events["events"].sum())
    (88, 44)
    """
    if name not in tables():
        raise KeyError(f"{name} is no table of data/{DESCRIBED_IN}.")
    if name == "adverse_events":
        _adds_up()
    return _lines(name).reset_index(drop=True)


def keyed(*names):
    """Some tables by name, each with the columns that name its rows: a list of (columns, frame)."""
    return [(tables()[name].key, table(name)) for name in names]


glossary = partial(table, "glossary")  # by the name that the configuration of the printing calls


def own_counts(name):
    """The path of a trial's file of counts, from where make was called; data/other_trials/ is this checkout's from anywhere."""
    shipped = Path(name).parts[:2] == ("data", "other_trials")
    return (_folder().parent if shipped else Path(os.environ.get("CALLED_FROM") or ".")) / name


def own_trial(folder):
    """The files in the folder of somebody's own trial, from where make was called; "": the simulated example; or DataError."""
    place = Path(os.environ.get("CALLED_FROM") or ".") / folder if folder else _folder() / "example_trial"
    if not place.is_dir():
        raise DataError(f"own_trial: there is no folder {folder or 'data/example_trial'} with the files of a trial.")
    return sorted(path for path in place.iterdir() if not path.name.startswith((".", "~$")))


def write_own_trial(frames, folder=None):
    """Writes {name: frame} as CSV files into `folder` (default: data/example_trial), one newline a row."""
    place = Path(folder) if folder else _folder() / "example_trial"
    place.mkdir(parents=True, exist_ok=True)
    for name, frame in frames.items():
        frame.to_csv(place / f"{name}.csv", index=False, lineterminator="\n")
