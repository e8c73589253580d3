"""Frames of chapter 07, a reader's own trial or the simulated example, and how they read. Nobody is named but by cohort and number."""

from functools import partial

import pandas as pd

from trial import words
from trial.own_trial import changes, layout

MOST_ROWS = 40  # rows a page shows of a long table; the file beside it holds all
MOST_PEOPLE = 60  # people up to whom each is drawn
MOST_PANELS = 4
EVERYONE = "Everyone"
TERM = ["system_organ_class", "term"]
MEASURE = ["code", "parameter"]
SAID = {
    "any event": "Any event",
    "related": "Related to the treatment",
    "serious": "Serious",
    "serious and related": "Serious and related",
    "severe": "Severe or worse",
    "fatal": "Fatal",
    "led to withdrawal": "Led to withdrawal",
}


def kinds(trial):
    """The kind of number of everything counted in the files."""
    return "simulated" if trial.simulated else "derived"


def brief(value):
    """A number to three significant digits, as it is written in tables and sentences."""
    return words.plain(value, digits=3)


def brief_between(lower, upper):
    """Two such numbers as "a to b"."""
    return words.between(lower, upper, brief)


# --- tables with a column a cohort ------------------------------------------------------------------------------------


def wide(table, keys, by, every):
    """One row a value of the keys, in their order; every other column once for each of `every` value of `by`.

    Columns are pairs: (column, value of `by`), and (key, "") for the keys.
    """
    made = table.set_index([*keys, by]).unstack(by, sort=False)
    columns = pd.MultiIndex.from_product([made.columns.unique(0), every])
    return made.reindex(columns=columns).reset_index()


def by_cohort(trial, table, keys):
    """A table with a row a cohort as one with a column a cohort."""
    return wide(table, keys, "cohort", [*trial.cohorts, layout.TOTAL])


def _names(trial):
    return {cohort: cohort for cohort in trial.cohorts} | {layout.TOTAL: EVERYONE}


def _name(cohort):
    return EVERYONE if cohort == layout.TOTAL else cohort


def _at_least(smallest, count):
    return f"fewer than {words.number(smallest)}" if 0 < count < smallest else words.number(count)


def _count(cohort, smallest, hidden, people, denominator, events=None):
    if hidden:
        return f"fewer than {words.number(smallest)}" if cohort != layout.TOTAL else "not shown"
    if pd.isna(people):
        return layout.NOT_RECORDED
    said = f"{words.number(people)} ({words.percent(people / denominator)})"
    return said if events is None else f"{said} [{words.number(events)}]"


def count_columns(trial, smallest, fields=("hidden", "people", "denominator", "events")):
    """A column a cohort, of counts after `hide`: "people (share) [events]"."""
    sizes = trial.people.cohort.value_counts(sort=False).to_dict() | {layout.TOTAL: len(trial.people)}
    return {
        f"{name} (n = {sizes[cohort]})": (tuple((field, cohort) for field in fields), partial(_count, cohort, smallest))
        for cohort, name in _names(trial).items()
    }


def overview_columns(trial, smallest):
    """The overview of events by cohort, and in how many events it is not recorded."""
    unknown = {"Events not judged": ((("not_recorded", layout.TOTAL),), partial(_at_least, smallest))}
    return {"People with": ("what", SAID.get)} | count_columns(trial, smallest) | unknown


def _interval(hidden, people, denominator, lower, upper):
    if hidden:
        return "not shown"
    if pd.isna(people):
        return layout.NOT_RECORDED
    return f"{words.count_of(people, denominator)}: {words.between(lower, upper)}"


def interval_columns(trial):
    """The same shares with their exact intervals: "k of n: lower to upper"."""
    fields = ("hidden", "people", "denominator", "lower", "upper")
    return {"People with": ("what", SAID.get)} | {
        name: (tuple((field, cohort) for field in fields), _interval) for cohort, name in _names(trial).items()
    }


def term_columns(trial, smallest):
    """Events by class and term; a row without a term is the whole class."""
    event = (tuple(TERM), lambda group, term: words.sentence(term) if term else f"{words.sentence(group)} (all)")
    return {"Event": event, "Group": "system_organ_class"} | count_columns(trial, smallest)


def severity_columns(trial, smallest):
    """People by the worst severity they had."""
    counted = count_columns(trial, smallest, ("hidden", "people", "denominator"))
    return {"Worst severity": ("severity", words.sentence)} | counted


def mean_columns(trial):
    """Mean change, one row a measure: "mean (people)" by cohort."""

    def cell(hidden, n, mean):
        return "not shown" if hidden else f"{brief(mean)} ({words.number(n)})"

    fields = ("hidden", "n", "mean")
    return {"Measure": "parameter"} | {
        name: (tuple((field, cohort) for field in fields), cell, "nobody") for cohort, name in _names(trial).items()
    }


# --- other tables -----------------------------------------------------------------------------------------------------


def what_was_read(trial):
    """What was read, in words: people, cohorts, events, measurements."""
    people = trial.people
    sizes = [f"{cohort}: {words.number(n)}" for cohort, n in people.cohort.value_counts(sort=False).items()]
    doses = people.groupby("cohort", sort=False).dose.mean()
    known, years = doses.notna().all(), people.days.sum() / layout.DAYS_PER_YEAR
    rows = {
        "People": words.number(len(people)),
        "Cohorts, in the order used": "; ".join(sizes),
        "Dose, mean of the cohort": "; ".join(f"{c}: {brief(d)}" for c, d in doses.items()) if known else None,
        "Person-years at risk": words.three_digits(years) if people.days.notna().any() else None,
        "Events counted": "no file of events" if trial.events is None else words.number(len(trial.events)),
    }
    for kind, name in (("imaging", "Imaging measures"), ("biomarker", "Other measures")):
        measures = layout.of_kind(trial, kind).code.nunique()
        rows[name] = words.number(measures) if measures else "none"
    return pd.DataFrame(rows.items(), columns=["What", "In the files"]).fillna(layout.NOT_RECORDED)


def warnings(trial):
    """Every warning: file, warning, count; one row that says so where there is none."""
    none = pd.DataFrame([("all", "nothing that these checks look for", 0)], columns=trial.warnings.columns)
    return trial.warnings if len(trial.warnings) else none


def warning_columns(smallest):
    """How a warning reads."""
    many = ("count", partial(_at_least, smallest))
    return {"What to check": ("warning", words.sentence), "File": "file", "How many": many}


def _passed(*passed):
    names = ("uncorrected", "Benjamini-Hochberg", "Holm")
    return ", ".join(name for name, passes in zip(names, passed, strict=True) if passes) or "nothing"


RATES = {
    "Cohort": ("cohort", _name),
    "People": ("people", words.number),
    "Person-years": ("years", words.three_digits),
    "Events": ("events", words.number, "not shown"),
    "Events a year": ("per_year", words.significant, "not shown"),
    "Interval": (("lower", "upper"), partial(words.between, form=words.significant), "not shown"),
}
SUMMARY = {
    "Measure": "parameter",
    "Cohort": ("cohort", _name),
    "People": ("n", words.number, "not shown"),
    "Mean change": ("mean", brief),
    "SD": (("n", "sd"), lambda n, sd: "one person" if n == 1 else brief(sd)),
    "Median": ("median", brief),
    "Lowest to highest": (("minimum", "maximum"), brief_between),
}
PANEL = {
    "Measure": "parameter",
    "People": ("people", words.number),
    "Mean change": ("mean", brief),
    "In SDs": ("sds", partial(words.number, digits=2)),
    "p-value": ("p_value", words.probability),
    "Passes": (("none", "bh", "holm"), _passed),
}
WITHOUT_ONE = {
    "Measure": "parameter",
    "People": ("people", words.number),
    "Mean change": ("mean", brief),
    "Mean without one person": (("lowest_mean", "highest_mean"), brief_between),
    "p-value": ("p_value", words.probability),
    "p-value without one person": (("lowest_p", "highest_p"), partial(words.between, form=words.probability)),
    "Hangs on one person": (("changes_sign", "crosses"), lambda *either: "yes" if any(either) else "no"),
}


def test_columns(alpha):
    """The tests: question, p-value, the smallest p-value that so many people can give, and what follows from that."""

    def note(_, why_not, smallest_p, method):
        if why_not:
            return why_not
        if smallest_p <= alpha or pd.isna(smallest_p):
            return method
        return f"cannot reach {words.plain(alpha)} with so few people, whatever the change"

    return {
        "Measure": "parameter",
        "Question": ("test", changes.TESTS.get),
        "People": ("people", words.number),
        "p-value": ("p_value", words.probability),
        "Smallest possible": ("smallest_p", words.probability),
        "Note": (("people", "why_not", "smallest_p", "method"), note),
    }


def tests_by_measure(tests):
    """The tests with a row a measure, once a test."""
    return wide(tests, MEASURE, "test", list(changes.TESTS))


def _test_in_short(_, why_not, p_value, smallest_p):
    if why_not:
        return why_not.rstrip(".")
    best = "approximate" if pd.isna(smallest_p) else f"at best {words.probability(smallest_p)}"
    return f"{words.probability(p_value)} ({best})"


TESTS_BY_MEASURE = {"Measure": "parameter"} | {
    head: (tuple((field, test) for field in ("people", "why_not", "p_value", "smallest_p")), _test_in_short)
    for test, head in {
        "signed rank": "Any change",
        "ordered cohorts": "Over the cohorts",
        "last cohort": "Last cohort",
        "dose": "With dose",
    }.items()
}


# --- in sentences -----------------------------------------------------------------------------------------------------


def _of_everyone(shown, what):
    return shown[(shown.what == what) & (shown.cohort == layout.TOTAL)].iloc[0]


def share(shown, what):
    """How many of everyone had something, in words: "two of 12", "none of 12", "not recorded"."""
    row = _of_everyone(shown, what)
    if row.hidden:
        return f"some (number not shown) of {words.number(row.denominator)}"
    if pd.isna(row.people):
        return f"{layout.NOT_RECORDED} for any of {words.number(row.denominator)}"
    return words.count_of(int(row.people), int(row.denominator))


def limits(shown, what, confidence):
    """The exact interval that goes with share, in words; "" where there is none."""
    row = _of_everyone(shown, what)
    if pd.isna(row.lower):
        return ""
    return f" (exact {words.plain(100 * confidence, 6)}% limits: {words.between(row.lower, row.upper)})"


def people_drawn(trial, smallest):
    """ "" where people may be drawn one by one, else the reason why not."""
    if smallest > 1:
        return f"People are not drawn one by one, because counts below {words.number(smallest)} are not to be shown."
    if len(trial.people) > MOST_PEOPLE:
        return f"With {words.number(len(trial.people))} people, single ones can no longer be told apart in a drawing; the tables hold them together."
    return ""


# --- for drawing ------------------------------------------------------------------------------------------------------


def _numbers(trial, persons):
    return persons.map(trial.compared.set_index("person").number)


def timeline(trial):
    """A row per person and dated event: cohort, number, day, sort (serious, severe or other).

    People without a dated event have one row without a day.
    """
    events = trial.events[trial.events.day.notna()].assign(sort="other")
    events["sort"] = events.sort.mask(events.severe.eq(True), "severe").mask(events.serious.eq(True), "serious")
    people = trial.people[["cohort", "person", "number"]]
    return people.merge(events[["person", "day", "sort"]], how="left", on="person").drop(columns="person")


def lines(trial, kind):
    """Changes of each person over the visits: parameter, visit, place, cohort, number, change.

    The first MOST_PANELS parameters by code; the baseline is 0.
    """
    found = layout.of_kind(trial, kind)
    found = found[found.change.notna() & (found.scheduled | found.baseline)]
    codes = sorted(found.code[found.place > 0].unique())[:MOST_PANELS]
    found = found[found.code.isin(codes) & ((found.place > 0) | found.baseline)]
    made = found.assign(number=_numbers(trial, found.person)).sort_values(["code", "cohort", "number", "place"])
    return made[["parameter", "visit", "place", "cohort", "number", "change"]].reset_index(drop=True)


def values(trial, kind, visits, codes=None):
    """Changes of measures, each at its visit, a row per person: parameter, cohort, number, change; MOST_PANELS parameters.

    The first of `codes` (default: by name); cohorts in their order.
    """
    found, order = changes.at_visit(trial, kind, visits), {cohort: at for at, cohort in enumerate(trial.arms)}
    kept = (sorted(found.code.unique()) if codes is None else list(codes))[:MOST_PANELS]
    found = found[found.code.isin(kept)]
    place = found.code.map(kept.index) * len(order) + found.cohort.map(order)
    found = found.assign(place=place, number=_numbers(trial, found.person)).sort_values(["place", "person"])
    return found[["parameter", "cohort", "number", "change"]]
