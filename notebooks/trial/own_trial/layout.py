"""What the files of somebody's own trial mean: the words of the standard, and the trial as it is analysed."""

import re
from dataclasses import dataclass
from functools import wraps

import numpy as np
import pandas as pd

NOT_RECORDED = "not recorded"
TOTAL = "all"  # the cohort of everyone
SIMULATED = "SIMULATED"  # what STUDYID says in the example that ships
IMAGING_FILES = ("admri", "adim", "adnv", "adxi")  # how files of scans are usually called
DAYS_PER_YEAR = 365.25

YES, NO = {"Y", "YES", "1", "1.0", "TRUE"}, {"N", "NO", "0", "0.0", "FALSE"}
SEVERITY = {1: "mild", 2: "moderate", 3: "severe", 4: "life-threatening", 5: "fatal"}


@dataclass(frozen=True)
class OwnTrial:
    """A trial as it is analysed, without identifiers.

    people (whose harm is counted, under the treatment received): cohort, person (1..n), number (within the cohort), dose,
    days (at risk), died (True, False or missing), death_day, dlt_evaluable, dlt (as died), treated (place in the order of
    first treatments, equal on one day), ended (EOSSTT in words), reason (why, in words). compared (whose change is looked at; where
    there is a control, those randomised, under the treatment planned): cohort, person, number, dose.
    events (None: no file): cohort, person, system_organ_class, term, day, grade (1 to 5), flags True, False or missing
    where not recorded. measures (None: no file), of the people compared: kind (imaging or biomarker), code, parameter,
    visit, place (order of visits, 0 = baseline), scheduled (a visit that was planned), person, cohort, value, start (the
    value at baseline), change, baseline, from_range, to_range (where the value at baseline, and this one, stand by the
    normal range). baseline: what the list of people holds of the start: person, cohort, measure, number (missing: none), text.
    dlt_by: what says which harm limits the dose, in words; "" where nothing does.
    """

    people: pd.DataFrame
    compared: pd.DataFrame
    events: pd.DataFrame | None
    measures: pd.DataFrame | None
    warnings: pd.DataFrame  # file, warning, count
    alarms: tuple  # sentences on what may make a number wrong: the short answer must say them
    simulated: bool
    emergent: bool  # events are those that began, or got worse, under treatment
    order_known: bool  # cohorts stand in an order of dose; else no test may lean on their order
    control: str  # the cohort that the others are compared with; "" where there is none
    populations: dict  # "harm" and "change": the flag of adsl, "" where none was there
    baseline: pd.DataFrame | None = None
    dlt_by: str = ""

    @property
    def cohorts(self):
        return list(dict.fromkeys(self.people.cohort))

    @property
    def sizes(self):
        """People by cohort, and in all (TOTAL) unless one cohort is there for comparison: arms are never pooled."""
        sizes = {cohort: int(n) for cohort, n in self.people.cohort.value_counts(sort=False).items()}
        return sizes if self.control else sizes | {TOTAL: len(self.people)}

    @property
    def arms(self):
        """The cohorts of the people compared."""
        return list(dict.fromkeys(self.compared.cohort))

    @property
    def told(self):
        """Of which cohorts a sentence tells: each by itself where one is there for comparison, else everyone together."""
        return self.cohorts if self.control else [TOTAL]

    def and_all(self, cohorts):
        """These cohorts, or the rows of a frame and again as those of everyone (TOTAL), unless one is there for comparison."""
        if isinstance(cohorts, pd.DataFrame):
            return cohorts if self.control else pd.concat([cohorts, cohorts.assign(cohort=TOTAL)], ignore_index=True)
        return [*cohorts, *([] if self.control else [TOTAL])]

    def count(self, rows):
        """How many rows of a frame are of each cohort, and of everyone, as in `sizes`."""
        found = rows.cohort.value_counts()
        return {cohort: int(found.sum() if cohort == TOTAL else found.get(cohort, 0)) for cohort in self.sizes}


def of_kind(trial, kind):
    """The measurements of one kind ("imaging" or "biomarker"); an empty frame where there are none."""
    columns = ["code", "parameter", "visit", "person", "value", "start", "change", "baseline", "place", "scheduled"]
    empty = pd.DataFrame(columns=[*columns, "cohort", "kind"])
    return empty if trial.measures is None else trial.measures[trial.measures.kind == kind]


def column(frame, name):
    """A column as text, empty where it is not there."""
    return frame[name] if name in frame else pd.Series("", index=frame.index)


def yes(frame, name):
    """Where a column of flags says yes."""
    return column(frame, name).str.upper().isin(YES)


def flag(texts):
    """True, False or missing for the words of a flag. A gap is a no only where nothing but yes is ever written."""
    said = texts.str.upper()
    found = pd.Series(None, index=texts.index, dtype=object).mask(said.isin(YES), True).mask(said.isin(NO), False)
    only_yes = said[said != ""].isin(YES).all() and (said != "").any()
    return found.mask((said == "") & only_yes, False)


def first_filled(frame, *names):
    """The first of these columns that holds anything, "" where none does."""
    return next((name for name in names if name in frame and (frame[name] != "").any()), "")


def bare(name):
    """A name without capitals and blanks."""
    return re.sub(r"\s+", "", name).casefold()


SIGNS = str.maketrans(
    {"*": "\N{ASTERISK OPERATOR}", "`": "'", "\\": "\N{SET MINUS}", "~": "\N{TILDE OPERATOR}", "|": "/"}
)


def plain(name):
    """A text from a file as it may stand in a sentence: what Markdown would read as layout is set in signs that look alike.

    >>> plain("grade >3* [a](b)"), plain("_ANC_ <0.5"), plain("https://example.org/a_b")
    ('grade >3∗ [a] (b)', 'ANC <0.5', 'https://example.org/a_b')
    """
    return " ".join(re.sub(r"(?<!\w)_+|_+(?!\w)", " ", str(name).translate(SIGNS).replace("](", "] (")).split())


def spelled_alike(names):
    """Names with one spelling for those that differ only in case or blanks (the most frequent), and how many were changed.

    >>> spelled_alike(pd.Series(["Week 4", "WEEK  4", "Week 4", "Week 8"]))[0].tolist()
    ['Week 4', 'Week 4', 'Week 4', 'Week 8']
    """
    keys = {name: bare(name) for name in names.unique()}
    if len(set(keys.values())) == len(keys):
        return names, 0
    often = names.value_counts()
    chosen = {}
    for name in sorted(keys, key=lambda name: (-often[name], name)):
        chosen.setdefault(keys[name], name)
    made = names.map({name: chosen[key] for name, key in keys.items()})
    return made, int((made != names).sum())


def crossed(found, keys, cohorts, **gaps):
    """A row for each of the keys of a table and each cohort; what was not found is filled as `gaps` says."""
    full = found[keys].drop_duplicates().merge(pd.DataFrame({"cohort": list(cohorts)}), how="cross")
    return full.merge(found, how="left", on=[*keys, "cohort"]).fillna(gaps)


def number(texts):
    """Numbers, missing where a text is none or not finite."""
    found = pd.to_numeric(texts, errors="coerce").astype(float)
    return found.where(np.isfinite(found))


DATES = {  # how a day is written, with or without a time behind it
    "%Y-%m-%d": r"\d{4}-\d\d?-\d\d?",
    "%d%b%Y": r"\d\d?[A-Z]{3}\d{4}",
    "%d.%m.%Y": r"\d\d?\.\d\d?\.\d{4}",
    "%Y%m%d": r"(?:19|20)\d{6}",
}


ONE_WAY = {r"^(\d\d?)[ -]([A-Z]{3})[A-Z]*[ -](\d{4})": r"\1\2\3", r"^(\d{4})/(\d\d?)/(\d\d?)": r"\1-\2-\3"}
WRITTEN = pd.Timestamp("1900-01-01")  # the first day that is taken for a written one
COUNTED = pd.Timestamp("1680-01-01")  # from which numbers count, so that they end before it


def dates(texts):
    """Days as dates, missing where a text is no full day that can be read in one way only (02/03/2024 can be in two, unless
    another of these texts, such as 02/13/2024, shows which number is the month).

    Numbers count days (of SAS, R and spreadsheets, each from a day of its own) or seconds from a day that all of them share, so
    only their distance says anything: they stand before the year 1900, where `study_day` sets them against no written day.

    >>> dates(pd.Series(["2024-03-02T08:30", "02MAR2024", "2.3.2024", "20240302", "2024-03", "2024"])).dt.strftime("%d %b").tolist()
    ['02 Mar', '02 Mar', '02 Mar', '02 Mar', nan, nan]
    >>> dates(pd.Series(["02/03/2024", "02/13/2024"])).dt.strftime("%d %b").tolist(), dates(pd.Series(["02/03/2024"])).tolist()
    (['03 Feb', '13 Feb'], [NaT])
    """
    said = texts.str.upper().replace(ONE_WAY, regex=True)
    made = pd.Series(pd.NaT, index=texts.index, dtype="datetime64[ns]")
    if said.eq("").all():  # as of most columns: none is there
        return made
    beyond = said.str.extract(r"^(\d\d?)/(\d\d?)/\d{4}").astype(float).gt(12).any()  # 12 months
    slashed = {"%d/%m/%Y" if beyond[0] else "%m/%d/%Y": r"\d\d?/\d\d?/\d{4}"} if beyond[0] != beyond[1] else {}
    for form, pattern in (DATES | slashed).items():
        found = said.str.extract(rf"^({pattern})(?![\d.-])", expand=False)
        made = made.fillna(pd.to_datetime(found, format=form, errors="coerce").astype("datetime64[ns]"))
    days = number(said)
    days = days.mask(days >= 1e8, days // 86400)
    counted = pd.to_timedelta(days.where(days.between(10_000, 80_000)), unit="D")
    return made.fillna(COUNTED + counted)


def dated(frame, *names):
    """The date of each row, of the first of these columns that holds one, and in which rows something stands that is none."""
    made, filled = dates(column(frame, "")), pd.Series(False, index=frame.index)
    for name in names:
        made, filled = made.fillna(dates(column(frame, name))), filled | (column(frame, name) != "")
    return made, made.isna() & filled


def study_day(date, start):
    """Days of a trial: that of the first treatment is day 1, the one before it day -1."""
    start = pd.to_datetime(start)
    gone = (date - start).dt.days
    return (gone + (gone >= 0)).mask(apart(date, start))


def apart(date, start):
    """Where a day is written and the other one a number (`dates`), so that nobody knows how far apart they are."""
    return date.notna() & start.notna() & ((date < WRITTEN) != (start < WRITTEN))


def natural(name):
    """A name for sorting, its numbers as numbers.

    >>> sorted(["Week 10", "Week 9", "baseline"], key=natural)
    ['baseline', 'Week 9', 'Week 10']
    """
    return [(int(part), "") if part.isdigit() else (0, part.casefold()) for part in re.split(r"(\d+)", name)]


def enumerated(names):
    """Names in a row, the first dozen of many.

    >>> enumerated(["a", "b", "a"])
    'a, b'
    """
    names = list(dict.fromkeys(names))
    return f"{', '.join(names[:12])}{' and others' if len(names) > 12 else ''}"


def paragraph(sentences):
    """A function that yields sentences, as one that gives them as a text with a line each."""

    @wraps(sentences)
    def joined(*given, **named):
        return "\n".join(sentences(*given, **named))

    return joined


class Notes:
    """Warnings as they come up: file, what is amiss, how many; and alarms, for the short answer."""

    def __init__(self):
        self.rows, self.alarms = [], []

    def of(self, file):
        """What takes down a warning of this file: what is amiss, how many (0: nothing is), and perhaps an alarm."""

        def note(warning, count, alarm=""):
            if int(count):
                self.rows.append((file, warning, int(count)))
                self.alarms += [alarm] * bool(alarm)

        return note
