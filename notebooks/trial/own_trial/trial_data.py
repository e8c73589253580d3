"""The trial as it is analysed, what its files were read into: people, events and measures without identifiers."""

import re
from dataclasses import dataclass
from functools import wraps

import pandas as pd

NOT_RECORDED = "not recorded"
TOTAL = "all"  # the cohort of everyone
DAYS_PER_YEAR = 365.25
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
    def reported(self):
        """The cohorts that sentences report: each by itself where one is there for comparison, else everyone together."""
        return self.cohorts if self.control else [TOTAL]

    def with_total(self, cohorts):
        """These cohorts, and everyone together (TOTAL) unless one is there for comparison."""
        return [*cohorts, *([] if self.control else [TOTAL])]

    def with_total_rows(self, frame):
        """The rows of a frame, and unless one is there for comparison again as those of everyone (TOTAL)."""
        return frame if self.control else pd.concat([frame, frame.assign(cohort=TOTAL)], ignore_index=True)

    def count(self, rows):
        """How many rows of a frame are of each cohort, and of everyone, as in `sizes`."""
        found = rows.cohort.value_counts()
        return {cohort: int(found.sum() if cohort == TOTAL else found.get(cohort, 0)) for cohort in self.sizes}


def of_kind(trial, kind):
    """The measurements of one kind ("imaging" or "biomarker"); an empty frame where there are none."""
    columns = ["code", "parameter", "visit", "person", "value", "start", "change", "baseline", "place", "scheduled"]
    empty = pd.DataFrame(columns=[*columns, "cohort", "kind"])
    return empty if trial.measures is None else trial.measures[trial.measures.kind == kind]


def crossed(found, keys, cohorts, gaps):
    """A row for each of the keys of a table and each cohort; what was not found is filled as `gaps` says."""
    full = found[keys].drop_duplicates().merge(pd.DataFrame({"cohort": list(cohorts)}), how="cross")
    return full.merge(found, how="left", on=[*keys, "cohort"]).fillna(gaps)


SIGNS = str.maketrans(
    {"*": "\N{ASTERISK OPERATOR}", "`": "'", "\\": "\N{SET MINUS}", "~": "\N{TILDE OPERATOR}", "|": "/"}
)


def escaped(name):
    """A text from a file as it may stand in a sentence: what Markdown would read as layout is set in signs that look alike.

    >>> escaped("grade >3* [a](b)"), escaped("_ANC_ <0.5"), escaped("https://example.org/a_b")
    ('grade >3∗ [a] (b)', 'ANC <0.5', 'https://example.org/a_b')
    """
    return " ".join(re.sub(r"(?<!\w)_+|_+(?!\w)", " ", str(name).translate(SIGNS).replace("](", "] (")).split())


def paragraph(sentences):
    """A function that yields sentences, as one that gives them as a text with a line each."""

    @wraps(sentences)
    def joined(*given, **named):
        return "\n".join(sentences(*given, **named))

    return joined
