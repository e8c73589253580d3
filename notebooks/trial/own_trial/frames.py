"""Tables of chapter 07: a reader's own trial, or the simulated example, in words. Nobody is named but by cohort and number."""

import pandas as pd

from trial import words
from trial.methods import change_tests, intervals
from trial.own_trial import changes, counts, files

MOST_ROWS = 40  # rows a page shows of a long table; the file beside it holds all
MOST_PEOPLE = 60  # people up to whom each is drawn
MOST_PANELS = 4
EVERYONE = "Everyone"
HEADS = {
    "signed rank": "Any change",
    "ordered cohorts": "Over the cohorts",
    "last cohort": "Last cohort",
    "dose": "With dose",
}
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


def _name(cohort):
    return EVERYONE if cohort == files.TOTAL else cohort


def _heads(trial):
    sizes = trial.people.cohort.value_counts(sort=False)
    return {cohort: f"{cohort} (n = {sizes[cohort]})" for cohort in trial.cohorts} | {
        files.TOTAL: f"{EVERYONE} (n = {len(trial.people)})"
    }


def _count(row, smallest, events=True):
    if row.hidden:
        return f"fewer than {words.number(smallest)}" if row.cohort != files.TOTAL else "not shown"
    if pd.isna(row.people):
        return files.NOT_RECORDED
    said = f"{words.number(row.people)} ({words.percent(row.people / row.denominator)})"
    return f"{said} [{words.number(row.events)}]" if events else said


def _at_least(count, smallest):
    return f"fewer than {words.number(smallest)}" if 0 < count < smallest else words.number(count)


def what_was_read(trial):
    """What was read, in words: people, cohorts, events, measurements."""
    people = trial.people
    sizes = [f"{cohort}: {words.number(n)}" for cohort, n in people.cohort.value_counts(sort=False).items()]
    rows = {"People": words.number(len(people)), "Cohorts, in the order used": "; ".join(sizes)}
    doses = people.groupby("cohort", sort=False).dose.mean()
    rows["Dose, mean of the cohort"] = (
        "; ".join(f"{c}: {brief(d)}" for c, d in doses.items()) if doses.notna().all() else files.NOT_RECORDED
    )
    rows["Person-years at risk"] = (
        words.significant(people.days.sum() / files.DAYS_PER_YEAR, 3)
        if people.days.notna().any()
        else files.NOT_RECORDED
    )
    rows["Events counted"] = "no file of events" if trial.events is None else words.number(len(trial.events))
    for kind, name in (("imaging", "Imaging measures"), ("biomarker", "Other measures")):
        found = files.of_kind(trial, kind)
        rows[name] = words.number(found.code.nunique()) if len(found) else "none"
    return pd.DataFrame(rows.items(), columns=["What", "In the files"])


def warnings_in_words(trial, smallest):
    """Every warning: file, what is amiss, how many; one row that says so where there is none."""
    rows = [
        (words.sentence(warning), file, _at_least(count, smallest))
        for file, warning, count in trial.warnings.itertuples(index=False, name=None)
    ]
    none = [("Nothing that these checks look for", "all", "0")]
    return pd.DataFrame(rows or none, columns=["What to check", "File", "How many"])


def overview_in_words(trial, shown, smallest):
    """The overview of events: "people (share) [events]" by cohort, and events for which it is not recorded."""
    return pd.DataFrame(
        [
            {
                "People with": SAID[what],
                **{_heads(trial)[row.cohort]: _count(row, smallest) for row in part.itertuples()},
                "Events not judged": _at_least(part.not_recorded[part.cohort == files.TOTAL].iloc[0], smallest),
            }
            for what, part in shown.groupby("what", sort=False)
        ]
    )


def intervals_in_words(trial, shown, confidence):
    """Exact interval of each share in the overview, by cohort: "k of n: lower to upper"."""

    def cell(row):
        if row.hidden:
            return "not shown"
        if pd.isna(row.people):
            return files.NOT_RECORDED
        limits = intervals.clopper_pearson(int(row.people), int(row.denominator), confidence)
        return f"{words.count_of(int(row.people), int(row.denominator))}: {words.between(limits.lower, limits.upper)}"

    return pd.DataFrame(
        [
            {"People with": SAID[what], **{_name(row.cohort): cell(row) for row in part.itertuples()}}
            for what, part in shown.groupby("what", sort=False)
        ]
    )


def terms_in_words(trial, shown, smallest):
    """Events by class and term, most people first, the first MOST_ROWS rows: "people (share) [events]" by cohort."""
    heads, keys = _heads(trial), ["system_organ_class", "term"]
    first = shown[keys].drop_duplicates().head(MOST_ROWS)
    rows = [
        {
            "Event": f"{words.sentence(group)} (all)" if term == "" else words.sentence(term),
            "Group": group,
            **{heads[row.cohort]: _count(row, smallest) for row in part.itertuples()},
        }
        for (group, term), part in shown.merge(first, on=keys).groupby(keys, sort=False)
    ]
    return pd.DataFrame(rows)


def terms_left(shown):
    """How many rows terms_in_words leaves out."""
    return max(0, shown[["system_organ_class", "term"]].drop_duplicates().shape[0] - MOST_ROWS)


def severity_in_words(trial, shown, smallest):
    """People by the worst severity they had, by cohort; zeros kept."""
    return pd.DataFrame(
        [
            {
                "Worst severity": words.sentence(name),
                **{_heads(trial)[row.cohort]: _count(row, smallest, events=False) for row in part.itertuples()},
            }
            for name, part in shown.groupby("severity", sort=False)
        ]
    )


def rates_in_words(trial, confidence, smallest):
    """Events per person-year with the exact Poisson interval, by cohort; no rows where no days at risk are recorded."""
    rows = []
    for row in counts.rates(trial).itertuples():
        hidden = smallest > 1 and (row.people < smallest or 0 < row.events < smallest)
        limits = intervals.poisson_exact(row.events, row.years, confidence)
        rows.append(
            {
                "Cohort": _name(row.cohort),
                "People": words.number(row.people),
                "Person-years": words.significant(row.years, 3),
                "Events": "not shown" if hidden else words.number(row.events),
                "Events a year": "not shown" if hidden else words.significant(row.events / row.years),
                "Interval": "not shown" if hidden else words.between(limits.lower, limits.upper, words.significant),
            }
        )
    return pd.DataFrame(rows)


def share(shown, what):
    """How many of everyone had something, in words: "two of 12", "none of 12", "not recorded"."""
    row = shown[(shown.what == what) & (shown.cohort == files.TOTAL)].iloc[0]
    if row.hidden:
        return f"some (number not shown) of {words.number(row.denominator)}"
    if pd.isna(row.people):
        return f"{files.NOT_RECORDED} for any of {words.number(row.denominator)}"
    return words.count_of(int(row.people), int(row.denominator))


def limits(shown, what, confidence):
    """The exact interval that goes with share, in words; "" where there is none."""
    row = shown[(shown.what == what) & (shown.cohort == files.TOTAL)].iloc[0]
    if row.hidden or pd.isna(row.people):
        return ""
    limits = intervals.clopper_pearson(int(row.people), int(row.denominator), confidence)
    return f" (exact {words.plain(100 * confidence, 6)}% limits: {words.between(limits.lower, limits.upper)})"


def people_drawn(trial, smallest):
    """ "" where people may be drawn one by one, else the reason why not."""
    if smallest > 1:
        return f"People are not drawn one by one, because counts below {words.number(smallest)} are not to be shown."
    if len(trial.people) > MOST_PEOPLE:
        return f"With {words.number(len(trial.people))} people, single ones can no longer be told apart in a drawing; the tables hold them together."
    return ""


def timeline(trial):
    """A row per person and dated event, for drawing: cohort, number, day, sort (serious, severe or other).

    People without a dated event have one row without a day.
    """
    events = trial.events[trial.events.day.notna()]
    sort = (
        pd.Series("other", index=events.index)
        .mask(events.severe.eq(True), "severe")
        .mask(events.serious.eq(True), "serious")
    )
    made = trial.people[["cohort", "person", "number"]].merge(
        events.assign(sort=sort)[["person", "day", "sort"]], how="left", on="person"
    )
    return made.drop(columns="person")


def lines(trial, kind):
    """Changes of each person over the visits, for drawing: parameter, visit, place, cohort, number, change.

    The first MOST_PANELS parameters by code; the baseline is 0.
    """
    found = files.of_kind(trial, kind)
    codes = sorted(found.code[(found.place > 0) & found.change.notna()].unique())[:MOST_PANELS]
    found = found[found.code.isin(codes) & found.change.notna()]
    found = found[(found.place > 0) | found.baseline]
    made = found.assign(number=found.person.map(trial.people.set_index("person").number)).sort_values(
        ["code", "cohort", "number", "place"]
    )
    return made[["parameter", "visit", "place", "cohort", "number", "change"]].reset_index(drop=True)


def values(trial, kind, visit, codes=None):
    """Changes at one visit, a row per person, for drawing: parameter, cohort, number, change; MOST_PANELS parameters.

    The first of `codes` (default: by name); cohorts in their order.
    """
    found, order = changes.at_visit(trial, kind, visit), {cohort: at for at, cohort in enumerate(trial.cohorts)}
    kept = (sorted(found.code.unique()) if codes is None else list(codes))[:MOST_PANELS]
    found = found[found.code.isin(kept)]
    place = found.code.map(kept.index) * len(order) + found.cohort.map(order)
    found = found.assign(place=place).sort_values(["place", "person"])
    return found.assign(number=found.person.map(trial.people.set_index("person").number))[
        ["parameter", "cohort", "number", "change"]
    ]


def summary_in_words(trial, summary, visit):
    """Change at one visit by parameter and cohort: people, mean, SD, median, range."""

    def shown(value):
        return "" if value is None or pd.isna(value) else brief(value)

    rows = []
    for row in summary[summary.visit == visit].itertuples():
        rows.append(
            {
                "Measure": row.parameter,
                "Cohort": _name(row.cohort),
                "People": "not shown" if pd.isna(row.n) else words.number(row.n),
                "Mean change": shown(row.mean),
                "SD": shown(row.sd) or ("one person" if row.n == 1 else ""),
                "Median": shown(row.median),
                "Lowest to highest": ""
                if row.minimum is None or pd.isna(row.minimum)
                else words.between(row.minimum, row.maximum, brief),
            }
        )
    return pd.DataFrame(rows).head(2 * MOST_ROWS)


def tests_in_words(tests, alpha):
    """The tests: question, p-value, the smallest p-value that so many people can give, and what follows from that."""
    rows = []
    for row in tests.itertuples():
        if pd.isna(row.p_value):
            said = row.why_not
        elif pd.notna(row.smallest_p) and row.smallest_p > alpha:
            said = f"cannot reach {words.plain(alpha)} with so few people, whatever the change"
        else:
            said = "exact" if row.method == change_tests.EXACT else row.method
        rows.append(
            {
                "Measure": row.parameter,
                "Question": changes.TESTS[row.test],
                "People": words.number(row.people),
                "p-value": "" if pd.isna(row.p_value) else words.probability(row.p_value),
                "Smallest possible": "" if pd.isna(row.smallest_p) else words.probability(row.smallest_p),
                "Note": said,
            }
        )
    return pd.DataFrame(rows).head(2 * MOST_ROWS)


def tests_by_measure(tests, alpha):
    """The tests, one row a measure: "p (at best the smallest possible p)" in each cell, or why there is none."""

    def cell(row):
        if pd.isna(row.p_value):
            return row.why_not.rstrip(".")
        best = "approximate" if pd.isna(row.smallest_p) else f"at best {words.probability(row.smallest_p)}"
        return f"{words.probability(row.p_value)} ({best})"

    rows = [
        {"Measure": parameter, **{HEADS[row.test]: cell(row) for row in part.itertuples()}}
        for (_, parameter), part in tests.groupby(["code", "parameter"], sort=False)
    ]
    return pd.DataFrame(rows).head(MOST_ROWS)


def means_by_cohort(trial, summary, visit):
    """Mean change at one visit, one row a measure: "mean (people)" by cohort."""

    def cell(row):
        return "not shown" if pd.isna(row.n) else f"{brief(row.mean)} ({words.number(row.n)})"

    rows = []
    for (_, parameter), part in summary[summary.visit == visit].groupby(["code", "parameter"], sort=False):
        made = {_name(row.cohort): cell(row) for row in part.itertuples()}
        rows.append(
            {"Measure": parameter, **{_name(c): made.get(_name(c), "nobody") for c in [*trial.cohorts, files.TOTAL]}}
        )
    return pd.DataFrame(rows).head(MOST_ROWS)


def panel_in_words(panel):
    """The panel: mean change, in SDs too, p-value, and which corrections it passes."""
    passed = {"none": "uncorrected", "bh": "Benjamini-Hochberg", "holm": "Holm"}
    rows = [
        {
            "Measure": row.parameter,
            "People": words.number(row.people),
            "Mean change": brief(row.mean),
            "In SDs": "" if pd.isna(row.sds) else words.number(row.sds, 2),
            "p-value": words.probability(row.p_value),
            "Passes": ", ".join(name for key, name in passed.items() if getattr(row, key)) or "nothing",
        }
        for row in panel.itertuples()
    ]
    return pd.DataFrame(rows).head(MOST_ROWS)


def without_one_in_words(table):
    """How mean and p-value move when each person is left out in turn."""
    rows = [
        {
            "Measure": row.parameter,
            "People": words.number(row.people),
            "Mean change": brief(row.mean),
            "Mean without one person": words.between(row.lowest_mean, row.highest_mean, brief),
            "p-value": words.probability(row.p_value),
            "p-value without one person": words.between(row.lowest_p, row.highest_p, words.probability),
            "Hangs on one person": "yes" if row.changes_sign or row.crosses else "no",
        }
        for row in table.itertuples()
    ]
    return pd.DataFrame(rows).head(MOST_ROWS)


def without_one(trial, visits, alpha):
    """changes.without_one of both kinds, each at its visit."""
    return pd.concat(
        [changes.without_one(trial, kind, visit, alpha) for kind, visit in visits.items()], ignore_index=True
    )
