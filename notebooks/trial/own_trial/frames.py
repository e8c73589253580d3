"""Frames of chapter 07, a reader's own trial or the simulated example, and how they read. Nobody is named but by cohort and number."""

import re
from functools import partial

import pandas as pd

from trial import words
from trial.methods import intervals
from trial.own_trial import changes, trial_data

MOST_ROWS = 12  # rows of a table of measures that stand open; the rest waits behind a click
OFTEN = 0.05  # share of a cohort from which on an event stands in the first table
MOST_PEOPLE = 60  # people up to whom each is drawn
MOST_PANELS = 4
EVERYONE = "Everyone"
NOT_SHOWN = "not shown"
TERM = ["system_organ_class", "term"]
MEASURE = ["code", "parameter", "visit"]
SAID = {
    "any event": "Any event",
    "related": "Related to the treatment",
    "serious": "Serious",
    "serious and related": "Serious and related",
    "severe": "Severe or worse",
    "fatal": "Fatal",
    "led to withdrawal": "Led to withdrawal",
    "died": "Died, by the list of people",
}


def kinds(trial):
    """The kind of number of everything counted in the trial_data."""
    return "simulated" if trial.simulated else "derived"


def _mean(value, decimals):
    return words.number(value, int(decimals))


def _between(lower, upper, decimals):
    return words.between(lower, upper, partial(words.number, digits=int(decimals)))


def _with_limits(mean, lower, upper, decimals):
    return _mean(mean, decimals) if pd.isna(lower) else f"{_mean(mean, decimals)} ({_between(lower, upper, decimals)})"


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
    return wide(table, keys, "cohort", list(dict.fromkeys(trial.with_total([*trial.cohorts, *trial.arms]))))


def _name(cohort):
    return EVERYONE if cohort == trial_data.TOTAL else cohort


def _sized(name, size):
    """A cohort with its number of people, once where its name says it already.

    >>> _sized("10 units", 3), _sized("Drug X (N=12)", 12), _sized("Drug X (N=12)", 11)
    ('10 units (n = 3)', 'Drug X (N=12)', 'Drug X (N=12) (n = 11)')
    """
    return name if re.search(rf"[(] *n *= *{size} *[)]$", name, flags=re.I) else f"{name} (n = {size})"


def counted(denominator, people, events=None):
    """ "people (share) [events]"; events only where they may be told."""
    count = f"{words.number(people)} ({words.percent(people / denominator)})"
    return count if events is None or pd.isna(events) else f"{count} [{words.number(events)}]"


def _count(hidden, people, denominator, events=None):
    if hidden:
        return NOT_SHOWN
    return trial_data.NOT_RECORDED if pd.isna(people) else counted(denominator, people, events)


def count_columns(trial, fields=("hidden", "people", "denominator", "events")):
    """A column a cohort, of counts after `privacy.hide`: "people (share) [events]"."""
    return cohort_columns(trial, fields, _count)


def cohort_columns(trial, fields, form, *otherwise, of=None):
    """A column a cohort, each of these fields in this form; its head says how many people there are, but not with `of`: which
    cohorts, where they are not those of the people whose harm is counted, or their size stands in the cells."""
    heads = {_sized(_name(cohort), size): cohort for cohort, size in trial.sizes.items()}
    heads = heads if of is None else {_name(cohort): cohort for cohort in trial.with_total(of)}
    seen = sorted(
        heads.items(), key=lambda head: head[1] != trial_data.TOTAL
    )  # everyone first, so that a phone shows it
    return {head: (tuple((field, cohort) for field in fields), form, *otherwise) for head, cohort in seen}


def _in_hundred(share):
    value = words.whole(100 * share)
    return f"+{words.number(value)}" if value > 0 else words.number(value)


def _more(more, lower, upper):
    return f"{_in_hundred(more)} ({words.between(lower, upper, _in_hundred)})"


def difference_columns(trial):
    """A column an arm, of people with an event in 100 more than on control, with limits."""
    arms = [cohort for cohort in trial.cohorts if trial.control and cohort != trial.control]
    fields = ("more", "more_lower", "more_upper")
    return {f"{arm} less {trial.control}, in 100": (tuple((field, arm) for field in fields), _more, "not known") for arm in arms}  # fmt: skip


def overview_columns(trial, table):
    """The overview of events by cohort, and in how many events it is not recorded."""
    columns = {"People with": ("what", SAID.get)} | count_columns(trial)
    unknown = (tuple(("not_recorded", cohort) for cohort in trial.reported), lambda *counts: words.number(sum(counts)))
    return without_empty(columns | {"Events not judged": unknown}, table)


def _interval(hidden, people, denominator, lower, upper):
    if hidden:
        return NOT_SHOWN
    if pd.isna(people):
        return trial_data.NOT_RECORDED
    return f"{words.count_of(people, denominator)}: {words.between(lower, upper)}"


def interval_columns(trial):
    """The same shares with their exact intervals, "k of n: lower to upper", and how many more than on control."""
    fields = ("hidden", "people", "denominator", "lower", "upper")
    columns = cohort_columns(trial, fields, _interval, of=trial.cohorts)
    return {"People with": ("what", SAID.get)} | columns | difference_columns(trial)


def term_columns(trial, grouped):
    """Events by name; `grouped`: under rows that hold a whole group, else with the group where `frequent` leaves it."""
    inside = {"Event": (tuple(TERM), lambda group, term: f"\N{EM SPACE}{words.sentence(term)}" if term else f"{words.sentence(group)}: any")}  # fmt: skip
    # The term leads: a cell whose first value is empty stays empty.
    alone = {"Event": ((TERM[1], TERM[0]), lambda term, group: words.sentence(f"{term} ({group})" if group else term))}
    return (inside if grouped else alone) | count_columns(trial) | difference_columns(trial)


def severity_columns(trial):
    """People by the worst severity they had."""
    counted = count_columns(trial, ("hidden", "people", "denominator"))
    return {"Worst severity": ("severity", words.sentence)} | counted


def frequent(by_term, often):
    """The rows of the table of terms that are often enough, by how many people had them (`event_counts.frequent`).

    The group is left to terms that stand in more than one: all others are under theirs in the table of all events.
    """
    place = {key: at for at, key in enumerate(often.itertuples(index=False, name=None))}
    at = pd.Series(list(zip(by_term[TERM[0]], by_term[TERM[1]], strict=True)), index=by_term.index).map(place)
    made = by_term[at.notna()].loc[at.dropna().sort_values().index]
    return made.assign(**{TERM[0]: made[TERM[0]].where(made[TERM[1]].duplicated(keep=False), "")})


def mean_columns(trial):
    """Mean change, one row a measure and visit: "mean (limits)" by cohort, people in square brackets, and from what baseline."""

    def cell(hidden, mean, lower, upper, decimals, n, start):
        if hidden:
            return NOT_SHOWN
        many = "" if pd.isna(n) else " (one person)" if n == 1 else f" [{words.number(n)}]"
        began = "" if pd.isna(start) else f" from {_mean(start, decimals)}"
        return _with_limits(mean, lower, upper, decimals) + many + began

    fields = ("hidden", "mean", "lower", "upper", "decimals", "n", "start")
    return {"Measure": "parameter", "Visit": "visit"} | cohort_columns(trial, fields, cell, "nobody", of=trial.arms)


# --- other tables -----------------------------------------------------------------------------------------------------


def what_was_read(trial, smallest):
    """What was read, in words: people, cohorts, events, measurements."""
    people = trial.people
    sizes = [f"{cohort}: {words.number(n)}" for cohort, n in people.cohort.value_counts(sort=False).items()]
    doses = people.groupby("cohort", sort=False).dose.mean()
    each = (f"{cohort}: {words.plain(dose, digits=3)}" for cohort, dose in doses.items())  # used where all are known
    years = people.days.sum() / trial_data.DAYS_PER_YEAR
    rows = {
        "People": words.number(len(people)),
        "Cohorts, in the order used" if trial.order_known else "Cohorts, in no order of dose": "; ".join(sizes),
        "For comparison": trial.control or "nobody",
        "Dose, mean of the cohort": "; ".join(each) if doses.notna().all() else None,
        "Person-years at risk": words.three_digits(years) if people.days.notna().any() else None,
        "Events counted": "no file of events" if trial.events is None else words.number(len(trial.events)),
    }
    if smallest > 1:
        rows |= {"Person-years at risk": NOT_SHOWN, "Events counted": NOT_SHOWN}
    for kind, name in (("imaging", "Imaging measures"), ("biomarker", "Other measures")):
        measures = trial_data.of_kind(trial, kind).code.nunique()
        rows[name] = words.number(measures) if measures else "none"
    return pd.DataFrame(rows.items(), columns=["What", "In the files"]).fillna(trial_data.NOT_RECORDED)


def without_empty(columns, table):
    """The columns whose (first) field holds something: what small numbers keep back is empty in the table."""
    empty = {field for field in table if table[field].isna().all()} if len(table) else set()

    def first(what):
        fields = what[0] if isinstance(what, tuple) else what
        return fields[0] if isinstance(fields, tuple) else fields

    return {head: what for head, what in columns.items() if first(what) not in empty}


def warnings(trial):
    """Every warning: file, warning, count; one row that says so where there is none."""
    none = pd.DataFrame([("all", "nothing that these checks look for", 0)], columns=trial.warnings.columns)
    return trial.warnings if len(trial.warnings) else none


WARNINGS = {"What to check": ("warning", words.sentence), "File": "file", "How many": ("count", words.number)}


def _passed(*passed):
    names = ("uncorrected", "Benjamini-Hochberg", "Holm")
    return ", ".join(name for name, passes in zip(names, passed, strict=True) if passes) or "nothing"


RATES = {
    "Cohort": ("cohort", _name),
    "People": ("people", words.number, NOT_SHOWN),
    "Person-years": ("years", words.three_digits, NOT_SHOWN),
    "Events": ("events", words.number, NOT_SHOWN),
    "Events a year": ("per_year", words.significant, NOT_SHOWN),
    "Interval": (("lower", "upper"), partial(words.between, form=words.significant), NOT_SHOWN),
}


def summary_columns(table):
    """The change of a measure by cohort: means and limits to one depth."""
    columns = {
        "Measure": "parameter",
        "Cohort": ("cohort", _name),
        "Mean change (limits)": (("mean", "lower", "upper", "decimals"), _with_limits, NOT_SHOWN),
        "Visit": "visit",
        "People": ("n", words.number),
        "Mean at baseline": (("start", "decimals"), _mean, trial_data.NOT_RECORDED),
        "SD": (
            ("mean", "sd", "decimals"),
            lambda _, sd, decimals: "one person" if pd.isna(sd) else _mean(sd, decimals),
        ),
        "Median": (("median", "decimals"), _mean),
        "Lowest to highest": (("minimum", "maximum", "decimals"), _between),
    }
    return without_empty(columns, table)


def panel_columns(trial, table):
    """The panel: change, or with a control the difference from it."""
    mean = "Less control" if trial.control else "Mean change"
    return without_empty(
        {
            "Measure": "parameter",
            **({"Cohort": ("cohort", _name)} if trial.control else {}),
            mean: (("mean", "decimals"), _mean),
            "p-value": ("p_value", words.probability),
            "Visit": "visit",
            "People": ("people", words.number),
            "In SDs": ("sds", partial(words.number, digits=2)),
            "Passes": (("none", "bh", "holm"), _passed),
        },
        table,
    )


WITHOUT_ONE = {
    "Measure": "parameter",
    "Cohort": ("cohort", _name),
    "People": ("people", words.number),
    "Mean": (("mean", "decimals"), _mean),
    "Mean without one person": (("lowest_mean", "highest_mean", "decimals"), _between),
    "p-value": ("p_value", words.probability),
    "p-value without one person": (("lowest_p", "highest_p"), partial(words.between, form=words.probability)),
    "Hangs on one person": ("hangs", lambda hangs: "yes" if hangs else "no"),
}


def tests_made(tests):
    """The tests without those over an order of cohorts that is not known, which a sentence tells of."""
    return tests[tests.why_not != changes.NO_ORDER]


def test_columns(tests, alpha):
    """The tests: question, p-value, the smallest p-value that so many people can give, and what follows from that."""
    depth = tests.groupby("code").decimals.first().to_dict()

    def note(_, why_not, smallest_p, method):
        if why_not:
            return why_not
        if smallest_p <= alpha or pd.isna(smallest_p):
            return method
        return f"cannot reach {words.plain(alpha)} with so few people, whatever the change"

    def limits(estimate, code, lower, upper):
        return _with_limits(estimate, lower, upper, depth[code])

    columns = {
        "Measure": "parameter",
        "Visit": "visit",
        "Question": ("test", changes.TESTS.get),
        "Cohort": ("cohort", _name),
        "People": ("people", words.number),
        "Mean change or difference (limits)": (("estimate", "code", "lower", "upper"), limits),
        "p-value": ("p_value", words.probability),
        "Smallest possible": ("smallest_p", words.probability),
        "Note": (("test", "why_not", "smallest_p", "method"), note),
    }
    return without_empty(columns, tests)


# --- in sentences -----------------------------------------------------------------------------------------------------


def _row(shown, what, cohort):
    return shown[(shown.what == what) & (shown.cohort == cohort)].iloc[0]


def share_in_words(shown, what, cohort=trial_data.TOTAL):
    """How many of a cohort had something, in words: "two of 12", "none of 12", "not recorded"."""
    row = _row(shown, what, cohort)
    if row.hidden:
        return f"some number (not shown) of {words.number(row.denominator)}"
    if pd.isna(row.people):
        return f"{trial_data.NOT_RECORDED} for any of {words.number(row.denominator)}"
    return words.count_of(int(row.people), int(row.denominator))


def limits_in_words(shown, what, confidence, cohort=trial_data.TOTAL):
    """The exact interval that goes with share, in words; "" where there is none."""
    row = _row(shown, what, cohort)
    if pd.isna(row.lower):
        return ""
    interval = intervals.Interval(None, row.lower, row.upper, confidence, "Clopper-Pearson", "two")
    return f": {words.limits(interval)}"


def more_in_words(shown, what, confidence, arm):
    """How many more people of 100 than on control, with limits: ("5 fewer", "than", limits); None where it is not known."""
    row = _row(shown, what, arm)
    if pd.isna(row.more):
        return None
    interval = intervals.Interval(row.more, row.more_lower, row.more_upper, confidence, "exact unconditional", "two")
    many, limits = words.whole(100 * row.more), words.limits(interval, _in_hundred)
    return (f"{words.number(abs(many))} {'more' if many > 0 else 'fewer'}", "than", limits) if many else ("as many", "as", limits)  # fmt: skip


def people_drawn(trial, smallest):
    """ "" where people may be drawn one by one, else the reason why not."""
    if smallest > 1:
        return f"People are not drawn one by one, because counts below {words.number(smallest)} are not to be shown."
    if len(trial.people) > MOST_PEOPLE:
        return f"With {words.number(len(trial.people))} people, single ones can no longer be told apart in a drawing; quantiles and the tables hold them together."
    return ""


# --- for drawing ------------------------------------------------------------------------------------------------------


def timeline(trial):
    """A row per person and dated event: cohort, number, day, sort (serious, severe or other).

    People without a dated event have one row without a day.
    """
    events = trial.events[trial.events.day.notna()].assign(sort="other")
    events["sort"] = events.sort.mask(events.severe.eq(True), "severe").mask(events.serious.eq(True), "serious")
    people = trial.people[["cohort", "person", "number"]]
    return people.merge(events[["person", "day", "sort"]], how="left", on="person").drop(columns="person")


def lines(trial, kind):
    """Changes of each person over the planned visits: parameter, visit, place, cohort, number, change.

    The first MOST_PANELS parameters by code; the baseline is 0.
    """
    found = trial_data.of_kind(trial, kind)
    found = found[found.change.notna() & (found.scheduled.astype(bool) | found.baseline)]
    codes = sorted(found.code[found.place > 0].unique())[:MOST_PANELS]
    found = found[found.code.isin(codes) & ((found.place > 0) | found.baseline)]
    numbers = found.person.map(trial.compared.set_index("person").number)
    made = found.assign(number=numbers).sort_values(["code", "cohort", "number", "place"])
    return made[["parameter", "visit", "place", "cohort", "number", "change"]].reset_index(drop=True)


def values(trial, found, codes=None):
    """Changes of measures at their visits, a row per person: parameter, visit, cohort, number, change; MOST_PANELS parameters.

    found: `changes.at_visit`. The first of `codes` (default: by name); cohorts in their order.
    """
    order = {cohort: at for at, cohort in enumerate(trial.arms)}
    kept = (sorted(found.code.unique()) if codes is None else list(dict.fromkeys(codes)))[:MOST_PANELS]
    found = found[found.code.isin(kept)]
    place = found.code.map(kept.index) * len(order) + found.cohort.map(order)
    number = found.person.map(trial.compared.set_index("person").number)
    found = found.assign(place=place, number=number).sort_values(["place", "person"])
    return found[["parameter", "visit", "cohort", "number", "change"]]
