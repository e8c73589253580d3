"""Counts in somebody's own trial: people and events by sort, term, severity and time, and what is handed to other programs."""

import pandas as pd

from trial.methods import differences, intervals
from trial.own_trial import privacy, trial_data
from trial.own_trial.count_tables import snake
from trial.own_trial.trial_data import DAYS_PER_YEAR, NOT_RECORDED, SEVERITY, TOTAL

OVERVIEW = {
    "any event": (),
    "related": ("related",),
    "serious": ("serious",),
    "serious and related": ("serious", "related"),
    "severe": ("severe",),
    "fatal": ("fatal",),
    "led to withdrawal": ("withdrawn",),
}
DIED = "died"  # by the list of people, from whatever cause and whenever


def publishable(trial, confidence, smallest):
    """The overview, the worst severities (None where nothing was graded) and the events by term as they may be shown; without a
    file of events None each, but for an overview of deaths where the list of people names any."""
    whole, events = overview(trial, confidence), trial.events is not None
    if whole.empty:
        return None, None, None
    made = privacy.hide(
        trial, smallest, whole, worst_severity(trial) if events else None, event_table(trial) if events else None
    )
    exact = against_control(trial, made[0], ["what"], confidence, differences.exact_difference)
    keys, by_score = ["system_organ_class", "term"], differences.miettinen_nurminen
    terms = against_control(trial, made[2], keys, confidence, by_score) if events else None
    graded = events and (trial.events.empty or trial.events.grade.notna().any())
    return exact, made[1] if graded else None, terms


def overview(trial, confidence):
    """People and events of each sort by cohort and in all; a row per sort and cohort.

    Columns: what, cohort, people, events, denominator, not_recorded (events of the cohort for which it is not known), lower
    and upper (exact two-sided limits of the share of people). All but denominator and not_recorded are None where nothing
    at all was recorded of that sort. A last row, DIED, where the list of people names deaths.
    """
    events, parts, rows = trial.events, {}, []
    for what, flags in OVERVIEW.items() if events is not None else ():
        flagged = events[list(flags)]
        happened = events[flagged.eq(True).all(axis=1)]
        unknown = events[
            flagged.isna().any(axis=1) & ~flagged.eq(False).any(axis=1)
        ]  # one flag that says no settles the matter
        recorded = events.empty or flagged.notna().any().all()
        parts[what] = (happened.drop_duplicates("person"), happened, unknown, recorded)
    dead = trial.people[trial.people.died.eq(True)]
    if len(dead):
        parts[DIED] = (dead, None, dead.head(0), True)
    for what, (ill, happened, unknown, recorded) in parts.items():
        people, gaps = trial.count(ill), trial.count(unknown)
        many = dict.fromkeys(people) if happened is None else trial.count(happened)
        for cohort, size in trial.sizes.items():
            limits = intervals.clopper_pearson(people[cohort], size, confidence)
            known = (people[cohort], many[cohort], limits.lower, limits.upper) if recorded else (None,) * 4
            rows.append((what, cohort, *known[:2], size, gaps[cohort], *known[2:]))
    columns = ["what", "cohort", "people", "events", "denominator", "not_recorded", "lower", "upper"]
    return pd.DataFrame(rows, columns=columns).astype(
        {"people": "Int64", "events": "Int64", "lower": float, "upper": float}
    )


def event_table(trial):
    """People and events by class, term and cohort (and in all): zeros kept, people once a row, most people in all first.

    A row with an empty term is the whole class. Columns: cohort, system_organ_class, term, people, events, denominator.
    """
    keys = ["system_organ_class", "term"]
    both = pd.concat([trial.events, trial.events.assign(cohort=TOTAL)])
    both = pd.concat([both, both.assign(term="")])
    counted = both.groupby([*keys, "cohort"]).person.agg(people="nunique", events="size").reset_index()
    everyone = counted[counted.cohort == TOTAL].set_index(keys)[["people", "events"]].T.to_dict("list")

    def rank(key):  # classes by how many people had an event in them, then terms within the class; ties by name
        (group, term), (people, events) = key, everyone[key]
        most, most_events = everyone[group, ""]
        return -most, -most_events, group, term != "", -people, -events, term

    place = {key: at for at, key in enumerate(sorted(everyone, key=rank))}
    rows = trial_data.crossed(counted, keys, trial.sizes, {"people": 0, "events": 0})
    rows = rows.astype({"people": int, "events": int})
    rows["denominator"] = rows.cohort.map(trial.sizes)
    at = [place[key] for key in rows[keys].itertuples(index=False, name=None)]
    rows = rows.assign(at=at).sort_values("at", kind="stable", ignore_index=True)
    return rows[["cohort", *keys, "people", "events", "denominator"]]


def frequent(terms, share):
    """The keys (class, term) of terms that at least such a share of some cohort had, those of most people first."""
    single = terms[(terms.term != "") & terms.people.notna()]
    often = single[single.people >= share * single.denominator]
    order = single.groupby(["system_organ_class", "term"]).people.max().rename("most")
    made = often[["system_organ_class", "term"]].drop_duplicates().merge(order.reset_index())
    return made.sort_values(["most", "term"], ascending=[False, True], ignore_index=True)[
        ["system_organ_class", "term"]
    ]


def against_control(trial, table, keys, confidence, method):
    """The table with the difference of shares from control in the rows of the other arms: more, more_lower, more_upper.

    method: of `trial.methods.differences`. Empty where a count is. Without a control: as it is.
    """
    if not trial.control:
        return table
    control = table[table.cohort == trial.control].set_index(keys)
    found, known = [], {}
    for row in table.itertuples():
        key = tuple(getattr(row, name) for name in keys)
        other = control.loc[key if len(keys) > 1 else key[0]]
        given = (row.people, row.denominator, other.people, other.denominator)
        if row.cohort == trial.control or pd.isna(row.people) or pd.isna(other.people):
            found.append((None, None, None))
            continue
        given = tuple(int(number) for number in given)
        if given not in known:
            made = method(*given, confidence)
            known[given] = (made.estimate, made.lower, made.upper)
        found.append(known[given])
    columns = ["more", "more_lower", "more_upper"]
    return table.assign(**pd.DataFrame(found, columns=columns, index=table.index).astype(float))


def worst_severity(trial):
    """People by the worst severity of their events and cohort: cohort, severity, people, denominator; zeros kept.

    Someone with an event that nobody graded is in "not recorded" unless another was severe or worse, someone without events
    in "no event".
    """
    by_person = trial.events.groupby("person").grade
    worst, graded = by_person.max(), by_person.count() == by_person.size()
    worst = trial.people.person.map(worst.where(graded | (worst >= 3)).map(SEVERITY).fillna(NOT_RECORDED))
    worst = worst.astype(object).fillna("no event")
    rows = []
    for name in ("no event", *SEVERITY.values(), NOT_RECORDED):
        people = trial.count(trial.people[worst == name])
        rows += [(cohort, name, people[cohort], size) for cohort, size in trial.sizes.items()]
    return pd.DataFrame(rows, columns=["cohort", "severity", "people", "denominator"])


def rates(trial, confidence, smallest=1):
    """Events per person-year by cohort and in all, of the people whose days at risk are known; empty where none are.

    Columns: cohort, people, years, events, per_year, lower and upper (exact Poisson, two-sided); empty where too few people
    had an event, or too few have days or have none, and where such a number would follow.
    """
    known, rows = trial.people[trial.people.days.notna()], []
    for cohort, size in trial.sizes.items():
        part = known[(known.cohort == cohort) | (cohort == TOTAL)]
        if len(part):
            mine = trial.events[trial.events.person.isin(part.person)]
            events, years, ill = len(mine), float(part.days.sum()) / DAYS_PER_YEAR, mine.person.nunique()
            limits = intervals.poisson_exact(events, years, confidence)
            fewest = min([n for n in (len(part), size - len(part), ill) if n] or [0])
            rows.append((cohort, len(part), years, events, events / years, limits.lower, limits.upper, fewest))
    columns = ["cohort", "people", "years", "events", "per_year", "lower", "upper"]
    made = pd.DataFrame(rows, columns=[*columns, "fewest"])
    if len(made) and smallest > 1:
        hidden = privacy.few(made.assign(block=0), "events", ["block"], smallest, "fewest")
        made[columns[1:]] = made[columns[1:]].astype(object).mask(hidden, None)
    return made[columns]


# --- what a chapter hands on ------------------------------------------------------------------------------------------


def results(trial, shown, tests):
    """Named results for reports/results.csv: counts of people with exact intervals, and every p-value that was made.

    In: OwnTrial, its overview after `hide` (None: no events), the tests of both kinds.
    """
    counted = {"people": len(trial.people), "cohorts": len(trial.cohorts), "warnings": len(trial.warnings)}
    rows = [(f"own.{name}", value, None, None, name, "counted") for name, value in counted.items()]
    if shown is not None:
        kept = shown[shown.people.notna() & (bool(trial.control) | (shown.cohort == TOTAL))]
        for row in kept.itertuples():
            name, share = _of(snake(row.what), row.cohort), row.people / row.denominator
            rows.append(
                (f"own.share.{name}", share, row.lower, row.upper, "share of people", "Clopper-Pearson, two-sided")
            )
            if trial.control and pd.notna(row.more):
                limits = (row.more, row.more_lower, row.more_upper)
                rows.append((f"own.difference.{name}", *limits, "share of people", "exact unconditional, two-sided"))
    for row in tests[tests.p_value.notna()].itertuples():
        name, method = f"own.p.{snake(row.code)}.{snake(row.test)}", f"{row.test}, {row.method}, two-sided"
        rows.append((_of(name, row.cohort), row.p_value, None, None, "p-value", method))
    return with_origin(trial, pd.DataFrame(rows, columns=["name", "value", "lower", "upper", "unit", "method"]))


def with_origin(trial, made):
    """Named results whose methods say first that they are of the simulated example, or of files; those of counts (trial None) as they are."""
    if trial is None or made.empty:
        return made
    kind = "simulated example" if trial.simulated else "from the files given"
    return made.assign(method=f"{kind}; " + made.method)


def _of(name, cohort):
    return name if cohort == TOTAL else f"{name}.{snake(cohort)}"


def hand_out(table):
    """A frame for other programs: without what only the page needs."""
    return table.drop(columns=["hidden", "decimals", "gaps"], errors="ignore").astype(object)
