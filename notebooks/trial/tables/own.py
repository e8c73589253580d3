"""Tables of chapter 07: a reader's own trial, or the simulated example, in words. Nobody is named but by cohort and number."""

import re

import pandas as pd

from trial import change_tests, intervals, own, words

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


def own_trial_said(trial):
    """What the trial is called in a sentence: the simulated one says so.

    >>> from types import SimpleNamespace
    >>> own_trial_said(SimpleNamespace(simulated=True)), own_trial_said(SimpleNamespace(simulated=False))
    ('the simulated trial', 'your trial')
    """
    return "the simulated trial" if trial.simulated else "your trial"


def own_kinds(trial):
    """The kind of number of everything counted in the files."""
    return "simulated" if trial.simulated else "derived"


def _brief(value):
    return words.plain(value, digits=3)


def _said_visit(visit):
    # A name from a file goes into a sentence, where stars and brackets would be read as layout.
    return re.sub(r"[^\w .,%/+-]+", " ", visit).strip()


def _how_many(count):
    return words.in_words(count) if count else "none"


def _folks(trial):
    return "simulated people" if trial.simulated else "people"


def _name(cohort):
    return EVERYONE if cohort == own.TOTAL else cohort


def _heads(trial):
    sizes = trial.people.cohort.value_counts(sort=False)
    return {cohort: f"{cohort} (n = {sizes[cohort]})" for cohort in trial.cohorts} | {
        own.TOTAL: f"{EVERYONE} (n = {len(trial.people)})"
    }


def _count(row, smallest, events=True):
    if row.hidden:
        return f"fewer than {words.number(smallest)}" if row.cohort != own.TOTAL else "not shown"
    if pd.isna(row.people):
        return own.NOT_RECORDED
    said = f"{words.number(row.people)} ({words.percent(row.people / row.denominator)})"
    return f"{said} [{words.number(row.events)}]" if events else said


def _at_least(count, smallest):
    return f"fewer than {words.number(smallest)}" if 0 < count < smallest else words.number(count)


def own_files(trial):
    """What was read, in words: people, cohorts, events, measurements."""
    people = trial.people
    sizes = [f"{cohort}: {words.number(n)}" for cohort, n in people.cohort.value_counts(sort=False).items()]
    rows = {"People": words.number(len(people)), "Cohorts, in the order used": "; ".join(sizes)}
    doses = people.groupby("cohort", sort=False).dose.mean()
    rows["Dose, mean of the cohort"] = (
        "; ".join(f"{c}: {_brief(d)}" for c, d in doses.items()) if doses.notna().all() else own.NOT_RECORDED
    )
    rows["Person-years at risk"] = (
        words.significant(people.days.sum() / own.DAYS_PER_YEAR, 3) if people.days.notna().any() else own.NOT_RECORDED
    )
    rows["Events counted"] = "no file of events" if trial.events is None else words.number(len(trial.events))
    for kind, name in (("imaging", "Imaging measures"), ("biomarker", "Other measures")):
        found = own.of_kind(trial, kind)
        rows[name] = words.number(found.code.nunique()) if len(found) else "none"
    return pd.DataFrame(rows.items(), columns=["What", "In the files"])


def own_warnings_in_words(trial, smallest):
    """Every warning: file, what is amiss, how many; one row that says so where there is none."""
    rows = [
        (words.sentence(warning), file, _at_least(count, smallest))
        for file, warning, count in trial.warnings.itertuples(index=False, name=None)
    ]
    none = [("Nothing that these checks look for", "all", "0")]
    return pd.DataFrame(rows or none, columns=["What to check", "File", "How many"])


def own_overview_in_words(trial, shown, smallest):
    """The overview of events: "people (share) [events]" by cohort, and events for which it is not recorded."""
    return pd.DataFrame(
        [
            {
                "People with": SAID[what],
                **{_heads(trial)[row.cohort]: _count(row, smallest) for row in part.itertuples()},
                "Events not judged": _at_least(part.not_recorded[part.cohort == own.TOTAL].iloc[0], smallest),
            }
            for what, part in shown.groupby("what", sort=False)
        ]
    )


def own_intervals_in_words(trial, shown, confidence):
    """Exact interval of each share in the overview, by cohort: "k of n: lower to upper"."""

    def cell(row):
        if row.hidden:
            return "not shown"
        if pd.isna(row.people):
            return own.NOT_RECORDED
        limits = intervals.clopper_pearson(int(row.people), int(row.denominator), confidence)
        return f"{words.count_of(int(row.people), int(row.denominator))}: {words.between(limits.lower, limits.upper)}"

    return pd.DataFrame(
        [
            {"People with": SAID[what], **{_name(row.cohort): cell(row) for row in part.itertuples()}}
            for what, part in shown.groupby("what", sort=False)
        ]
    )


def own_terms_in_words(trial, shown, smallest):
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


def own_terms_left(shown):
    """How many rows own_terms_in_words leaves out."""
    return max(0, shown[["system_organ_class", "term"]].drop_duplicates().shape[0] - MOST_ROWS)


def own_severity_in_words(trial, shown, smallest):
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


def own_rates_in_words(trial, confidence, smallest):
    """Events per person-year with the exact Poisson interval, by cohort; no rows where no days at risk are recorded."""
    rows = []
    for row in own.rates(trial).itertuples():
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


def own_share(shown, what):
    """How many of everyone had something, in words: "two of 12", "none of 12", "not recorded"."""
    row = shown[(shown.what == what) & (shown.cohort == own.TOTAL)].iloc[0]
    if row.hidden:
        return f"some (number not shown) of {words.number(row.denominator)}"
    if pd.isna(row.people):
        return f"{own.NOT_RECORDED} for any of {words.number(row.denominator)}"
    return words.count_of(int(row.people), int(row.denominator))


def own_limits(shown, what, confidence):
    """The exact interval that goes with own_share, in words; "" where there is none."""
    row = shown[(shown.what == what) & (shown.cohort == own.TOTAL)].iloc[0]
    if row.hidden or pd.isna(row.people):
        return ""
    limits = intervals.clopper_pearson(int(row.people), int(row.denominator), confidence)
    return f" (exact {words.plain(100 * confidence, 6)}% limits: {words.between(limits.lower, limits.upper)})"


def own_people_drawn(trial, smallest):
    """ "" where people may be drawn one by one, else the reason why not."""
    if smallest > 1:
        return f"People are not drawn one by one, because counts below {words.number(smallest)} are not to be shown."
    if len(trial.people) > MOST_PEOPLE:
        return f"With {words.number(len(trial.people))} people, single ones can no longer be told apart in a drawing; the tables hold them together."
    return ""


def own_timeline(trial):
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


def own_lines(trial, kind):
    """Changes of each person over the visits, for drawing: parameter, visit, place, cohort, number, change.

    The first MOST_PANELS parameters by code; the baseline is 0.
    """
    found = own.of_kind(trial, kind)
    codes = sorted(found.code[(found.place > 0) & found.change.notna()].unique())[:MOST_PANELS]
    found = found[found.code.isin(codes) & found.change.notna()]
    found = found[(found.place > 0) | found.baseline]
    made = found.assign(number=found.person.map(trial.people.set_index("person").number)).sort_values(
        ["code", "cohort", "number", "place"]
    )
    return made[["parameter", "visit", "place", "cohort", "number", "change"]].reset_index(drop=True)


def own_values(trial, kind, visit, codes=None):
    """Changes at one visit, a row per person, for drawing: parameter, cohort, number, change; MOST_PANELS parameters.

    The first of `codes` (default: by name); cohorts in their order.
    """
    found, order = own.changes(trial, kind, visit), {cohort: at for at, cohort in enumerate(trial.cohorts)}
    kept = (sorted(found.code.unique()) if codes is None else list(codes))[:MOST_PANELS]
    found = found[found.code.isin(kept)]
    place = found.code.map(kept.index) * len(order) + found.cohort.map(order)
    found = found.assign(place=place).sort_values(["place", "person"])
    return found.assign(number=found.person.map(trial.people.set_index("person").number))[
        ["parameter", "cohort", "number", "change"]
    ]


def own_summary_in_words(trial, summary, visit):
    """Change at one visit by parameter and cohort: people, mean, SD, median, range."""

    def shown(value):
        return "" if value is None or pd.isna(value) else _brief(value)

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
                else words.between(row.minimum, row.maximum, _brief),
            }
        )
    return pd.DataFrame(rows).head(2 * MOST_ROWS)


def own_tests_in_words(tests, alpha):
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
                "Question": change_tests.TESTS[row.test],
                "People": words.number(row.people),
                "p-value": "" if pd.isna(row.p_value) else words.probability(row.p_value),
                "Smallest possible": "" if pd.isna(row.smallest_p) else words.probability(row.smallest_p),
                "Note": said,
            }
        )
    return pd.DataFrame(rows).head(2 * MOST_ROWS)


def own_tests_by_measure(tests, alpha):
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


def own_means_by_cohort(trial, summary, visit):
    """Mean change at one visit, one row a measure: "mean (people)" by cohort."""

    def cell(row):
        return "not shown" if pd.isna(row.n) else f"{_brief(row.mean)} ({words.number(row.n)})"

    rows = []
    for (_, parameter), part in summary[summary.visit == visit].groupby(["code", "parameter"], sort=False):
        made = {_name(row.cohort): cell(row) for row in part.itertuples()}
        rows.append(
            {"Measure": parameter, **{_name(c): made.get(_name(c), "nobody") for c in [*trial.cohorts, own.TOTAL]}}
        )
    return pd.DataFrame(rows).head(MOST_ROWS)


def own_panel_in_words(panel):
    """The panel: mean change, in SDs too, p-value, and which corrections it passes."""
    passed = {"none": "uncorrected", "bh": "Benjamini-Hochberg", "holm": "Holm"}
    rows = [
        {
            "Measure": row.parameter,
            "People": words.number(row.people),
            "Mean change": _brief(row.mean),
            "In SDs": "" if pd.isna(row.sds) else words.number(row.sds, 2),
            "p-value": words.probability(row.p_value),
            "Passes": ", ".join(name for key, name in passed.items() if getattr(row, key)) or "nothing",
        }
        for row in panel.itertuples()
    ]
    return pd.DataFrame(rows).head(MOST_ROWS)


def own_without_one_in_words(table):
    """How mean and p-value move when each person is left out in turn."""
    rows = [
        {
            "Measure": row.parameter,
            "People": words.number(row.people),
            "Mean change": _brief(row.mean),
            "Mean without one person": words.between(row.lowest_mean, row.highest_mean, _brief),
            "p-value": words.probability(row.p_value),
            "p-value without one person": words.between(row.lowest_p, row.highest_p, words.probability),
            "Hangs on one person": "yes" if row.changes_sign or row.crosses else "no",
        }
        for row in table.itertuples()
    ]
    return pd.DataFrame(rows).head(MOST_ROWS)


# --- sentences --------------------------------------------------------------------------------------------------------


def own_which(trial):
    """Which events are counted, for captions."""
    return (
        "events that began or got worse under treatment" if trial.emergent else "all events, before and under treatment"
    )


def own_answer(trial, shown, scans, panel, confidence, alpha):
    """The short answer: people, serious events with their limits, what changed, and what none of it can mean."""
    people, cohorts = len(trial.people), len(trial.cohorts)
    first = (
        f"These are numbers of a simulated trial: {words.things(people, 'person', 'people')} in {words.things(cohorts, 'cohort')}.\n"
        "It stands here until you name files of your own."
        if trial.simulated
        else f"The files hold {words.things(people, 'person', 'people')} in {words.things(cohorts, 'cohort')}."
    )
    of = _folks(trial)
    if shown is None:
        events = "No file of events could be read, so nothing is said about harm."
    else:
        events = f"{words.sentence(own_share(shown, 'any event'))} {of} had an event{own_limits(shown, 'any event', confidence)}.\n"
        serious = own_share(shown, "serious")
        if serious.startswith(own.NOT_RECORDED):
            events += f"Whether any was serious is not recorded in {own_trial_said(trial)}."
        else:
            events += f"{words.sentence(serious)} {of} had a serious one{own_limits(shown, 'serious', confidence)}."
    return f"{first}\n{events}\n{_changed(trial, scans, panel, alpha)}\n\n{_cannot(trial)}"


def _changed(trial, scans, panel, alpha):
    what = "measures of the simulated trial" if trial.simulated else "measures"
    parts = []
    for name, tests in (("imaging", scans[scans.test == "signed rank"]), ("other", panel)):
        made = tests[tests.p_value.notna()]
        if len(made):
            passed, which = int((made.p_value <= alpha).sum()), f"{words.number(len(made))} {name} {what}"
            count = (
                f"{words.number(passed)} of {which}"
                if len(made) > 1
                else f"{_how_many(passed)} of one {name} measure of {own_trial_said(trial)}"
            )
            parts.append(f"{count} changed from the start (p at most {words.plain(alpha)})")
            if name == "other":
                left = _how_many(int(panel.holm.sum()))
                parts.append(
                    f"corrected for their number (Holm): {left}{', in this simulated trial' if trial.simulated else ''}"
                )
    said = ".\n".join(words.sentence(part) for part in parts)
    return f"{said}." if parts else "No change from baseline could be tested."


def _cannot(trial):
    doubt = "Nothing in it is about real people. It only shows what the chapter does." if trial.simulated else ""
    return f"{doubt} What changed under a treatment did not for that reason change because of it.".strip()


def own_safety_said(trial, shown, confidence):
    """What the overview says, and how much not seeing an event can rule out."""
    if shown is None:
        return f"No file of events could be read for {own_trial_said(trial)}, so this chapter says nothing about harm; that is not the same as no harm."
    people = len(trial.people)
    most = intervals.largest_rate_compatible_with_none(people, confidence)
    seen = {what: own_share(shown, what).startswith("none of") for what in own.OVERVIEW}
    gaps = shown[shown.cohort == own.TOTAL].set_index("what").not_recorded > 0
    none = [SAID[what].lower() for what in own.OVERVIEW if seen[what] and not gaps[what]]
    doubtful = [SAID[what].lower() for what in own.OVERVIEW if seen[what] and gaps[what]]
    unknown = [SAID[what].lower() for what in own.OVERVIEW if own_share(shown, what).startswith(own.NOT_RECORDED)]
    serious, related = own_share(shown, "serious"), own_share(shown, "serious and related")
    if serious.startswith(own.NOT_RECORDED):
        lines = [f"Which events were serious is not recorded in {own_trial_said(trial)}."]
    elif related.startswith(own.NOT_RECORDED):
        lines = [
            f"In {own_trial_said(trial)}, {serious} people had a serious event; whether one was put down to the treatment is not recorded."
        ]
    else:
        lines = [
            f"In {own_trial_said(trial)}, {serious} people had a serious event and {related} one that was also put down to the treatment."
        ]
    if none:
        lines.append(
            f"An event that none of {words.number(people)} {_folks(trial)} had could still strike up to {words.percent(most)} of such {_folks(trial)} "
            f"(exact, one-sided {words.plain(100 * confidence, 6)}%); that holds here for: {', '.join(none)}."
        )
    if doubtful:
        lines.append(
            f"None was seen, but some events were not judged in this respect, so it may not be none: {', '.join(doubtful)}."
        )
    if unknown:
        lines.append(f"Not recorded at all, and so not counted as none: {', '.join(unknown)}.")
    if len(trial.cohorts) > 1:
        lines.append(
            "Cohorts are set side by side for orientation only: comparing them is exploratory, and nothing here controls for what else differs between them."
        )
    return "\n".join(lines)


def own_terms_note(shown):
    """What the table of terms leaves out."""
    left = own_terms_left(shown)
    return (
        f"{words.things(left, 'row')} with fewer people stand in the table own_events.csv of a rerun." if left else ""
    )


def own_time_said(trial, not_drawn):
    """What the timeline and the rates can and cannot say."""
    if trial.events is None:
        return "Without a file of events there is nothing to place in time."
    if trial.events.empty:
        return f"No event is in the files of {own_trial_said(trial)}, so there is nothing to place in time."
    dated = int(trial.events.day.notna().sum())
    lines = [
        f"{words.sentence(words.number(dated))} of {words.things(len(trial.events), 'event')} in {own_trial_said(trial)} {'has' if dated == 1 else 'have'} a known first day."
    ]
    if not_drawn:
        lines.append(not_drawn)
    if not trial.people.days.notna().any():
        lines.append("Days at risk are not recorded, so no rate per year is worked out.")
    lines.append("Events of one person hang together, so the number of events says less than the number of people.")
    return "\n".join(lines)


def own_tests_note():
    """How the tests are made."""
    return (
        "All two-sided, uncorrected: signed rank; Jonckheere-Terpstra over the cohorts in order; permutation of means, last cohort "
        "against all others; Spearman with dose. Exact unless the note names an approximation."
    )


def own_tests_said(trial, tests, kind, visit, alpha):
    """What the tests of one kind say, and which could not be made."""
    name = own_trial_said(trial)
    if not visit:
        return (
            f"No {kind} measure with a change from baseline is in the files of {name}, so there is nothing to compare."
        )
    made = tests[tests.p_value.notna()]
    if made.empty:
        return f"No {kind} measure of {name} could be tested at the visit {_said_visit(visit)}; the table says why, where there is one."
    blind = made[made.smallest_p > alpha]
    lines = [
        f"At the visit {_said_visit(visit)} of {name}, {words.number(int((made.p_value <= alpha).sum()))} of {words.number(len(made))} tests in the table reached {words.plain(alpha)}, uncorrected and two-sided."
    ]
    if len(blind):
        lines.append(
            f"{words.sentence(words.things(len(blind), 'test'))} could not have reached it with so few people, whatever the change: there, a large p-value says nothing at all."
        )
    approximate = made[made.method != change_tests.EXACT]
    if len(approximate):
        lines.append(
            f"{words.sentence(words.things(len(approximate), 'test'))} lean on a normal approximation, because there are too many people to count out every order."
        )
    lines.append(
        "Comparisons between cohorts are exploratory: chance, calendar time and who was in which cohort can look like dose."
    )
    return "\n".join(lines)


def own_panel_said(trial, panel, tests, visit, alpha):
    """What the panel says as a whole, beside what luck would give."""
    first = own_tests_said(trial, tests, "other", visit, alpha)
    if panel.empty:
        return first
    passed = int(panel.none.sum())
    return (
        f"If nothing changed in any of the {words.things(len(panel), 'measure')}, about {words.significant(alpha * len(panel))} would be expected to pass {words.plain(alpha)} by luck, and in {own_trial_said(trial)} "
        f"{_how_many(passed)} did; {_how_many(int(panel.bh.sum()))} would pass Benjamini-Hochberg and {_how_many(int(panel.holm.sum()))} Holm.\n{first}"
    )


def own_without_one(trial, visits, alpha):
    """change_tests.without_one of both kinds, each at its visit."""
    return pd.concat(
        [change_tests.without_one(trial, kind, visit, alpha) for kind, visit in visits.items()], ignore_index=True
    )


def own_without_one_said(trial, table, smallest):
    """Which measures hang on one person."""
    if smallest > 1:
        return "Leaving out single people would show their values, so it is not done where small counts are not to be shown."
    if table.empty:
        return f"In {own_trial_said(trial)} no measure has a number of people for which this can be asked: at least three, and not so many that one cannot matter much."
    hangs = table[table.changes_sign.astype(bool) | table.crosses.astype(bool)]
    return (
        f"In {own_trial_said(trial)}, {_how_many(len(hangs))} of {words.things(len(table), 'measure')} would change direction, or cross the level, if one person had not been there.\n"
        "A result that hangs on one person is not wrong, but it is that person's result."
    )


def own_both(scans, fluids):
    """The tests of both kinds in one frame."""
    return pd.concat([scans, fluids], ignore_index=True)
