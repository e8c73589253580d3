"""Dose-limiting harm (DLTs) in somebody's own trial, dose by dose, and what a rule for the dose makes of it."""

import pandas as pd

from trial import words
from trial.methods import escalation, intervals, model_designs
from trial.own_trial.dose_rules import TARGET, rule_says
from trial.own_trial.trial_data import escaped, paragraph

GROUP, FILLED = 3, 6
MOST_SAID = 6  # doses that the short answer names one by one


def dosed(trial):
    """The cohorts that had a dose, lowest first: all but the control."""
    return [cohort for cohort in trial.cohorts if cohort != trial.control]


def ordered(trial):
    """Whether the order of these cohorts is one of dose."""
    return trial.order_known or len(dosed(trial)) == 1


def _counted(trial, cohort):
    """The people who count for dose-limiting harm at one dose: all but those flagged otherwise."""
    people = trial.people[trial.people.cohort == cohort]
    return people[~people.dlt_evaluable.eq(False)]


def by_dose(trial, confidence):
    """Dose-limiting harm by dose, a row a dose: cohort, treated, people (who count), unknown (of these, not recorded), dlts, lower
    and upper (exact, two-sided; empty, as dlts, where of somebody it is not known). No rows where nothing says it."""
    rows = []
    for cohort in dosed(trial) if trial.dlt_by else ():
        part = _counted(trial, cohort)
        harmed, unknown = int(part.dlt.eq(True).sum()), int(part.dlt.isna().sum())
        known = bool(len(part)) and not unknown
        limits = intervals.clopper_pearson(harmed, len(part), confidence) if known else None
        numbers = (harmed, limits.lower, limits.upper) if known else (None, None, None)
        rows.append((cohort, int((trial.people.cohort == cohort).sum()), len(part), unknown, *numbers))
    made = pd.DataFrame(rows, columns=["cohort", "treated", "people", "unknown", "dlts", "lower", "upper"])
    return made.astype({"dlts": "Int64", "lower": float, "upper": float})


def _looks(part, reading):
    """After how many people at one dose how many were harmed, as far as the files tell: who came first only first days say."""
    people, harmed = len(part), int(part.dlt.eq(True).sum())
    wanted = range(1, min(people, FILLED) + 1) if reading == "C" else (GROUP, FILLED)
    looks, queue = [], part.sort_values("treated")
    days, dlts = queue.treated.tolist(), queue.dlt.eq(True).tolist()
    for look in [look for look in wanted if look < people]:
        if harmed in (0, people):
            looks.append((look, harmed and look))
        elif queue.treated.notna().all():
            # People of one first day stand in no order; it matters where the look falls among them and their harm differs.
            same = {dlt for day, dlt in zip(days, dlts, strict=True) if day == days[look - 1]}
            if days[look - 1] != days[look] or len(same) == 1:
                looks.append((look, sum(dlts[:look])))
    return [*looks, (people, harmed)]


def _decided(trial, table):
    """Whether decisions can be followed: an order of dose is known, and everybody's harm at each dose (`by_dose`)."""
    return ordered(trial) and len(table) > 0 and not table.unknown.any() and table.people.all()


def replay(trial, reading):
    """Each decision of the 3+3 rule, dose by dose: cohort, people (so far), dlts, decision, says, done, apart (not as the rule says).

    Empty where the order of doses is not known, nothing says which harm limits the dose, or somebody's is not known.
    """
    rows = []
    for cohort in dosed(trial) if _decided(trial, by_dose(trial, 0.95)) else ():
        part, first, last = _counted(trial, cohort), *(cohort == dosed(trial)[end] for end in (0, -1))
        for people, harmed in _looks(part, reading):
            more = len(part) - people
            made = escalation.decision(reading, people, harmed, last)
            done = "no higher dose" if last else "the next dose"
            if more:
                done = f"{words.things(more, 'more person', 'more people')} at this dose"
            apart = {
                "up": bool(more) and reading != "K",
                "more": not more,
                "excessive": bool(more) or (not last and reading != "K"),
            }
            says = rule_says(reading, people, harmed, last, first)
            rows.append((cohort, people, harmed, made, says, done, apart.get(made, False)))
    return pd.DataFrame(rows, columns=["cohort", "people", "dlts", "decision", "says", "done", "apart"])


def limit(trial, steps, reading):
    """The dose the rule ends at, by what was made of all people at each dose: the maximum tolerated dose, "not reached", "none"
    (the lowest dose is too much), or None where the rule has not decided; and at which dose that shows."""
    final = steps.groupby("cohort", sort=False)[["people", "decision"]].last()
    before = None
    for cohort, row in final.iterrows():
        if row.decision == "excessive":
            filled = before is None or reading != "K" or final.people[before] == FILLED
            return (before or "none", cohort) if filled else (None, before)
        if row.decision != "up":
            return None, cohort
        before = cohort
    return ("not reached", before) if before else (None, None)


def recommended(trial):
    """The dose that BOIN and the CRM name from what was counted, or None for no dose; empty where it is not known, or not worked out."""
    table = by_dose(trial, 0.95)
    if not _decided(trial, table) or len(table) > escalation.MOST_DOSES:
        return {}
    people, dlts = (tuple(int(n) for n in table[name]) for name in ("people", "dlts"))
    rules = model_designs.designs_compared_here(TARGET, len(table))
    named = {name: rule.recommended(people, dlts) for name, rule in rules.items()}
    return {name: table.cohort[dose - 1] if dose else None for name, dose in named.items()}


# --- how it reads -----------------------------------------------------------------------------------------------------

BY_DOSE = {
    "Dose": "cohort",
    "Treated": ("treated", words.number),
    "Count for it": ("people", words.number),
    "Had it": ("dlts", words.number, "not known"),
    "Leaves open": (("lower", "upper"), words.between, "not known"),
}
REPLAY = {
    "Dose": "cohort",
    "Had it so far": (("dlts", "people"), words.count_of),
    "What the rule says": "says",
    "What came next": "done",
}


@paragraph
def said(trial, steps, reading, smallest):
    """What the rule comes to, or why it is not replayed."""
    if not trial.dlt_by:
        yield "The files do not say which harm limits the dose: there is no flag (DLTFL), and dlt_terms names no event. So no decision about a dose is replayed, and nothing is said of what a rule lets through."
        return
    if smallest > 1:
        yield "Dose-limiting harm is not told dose by dose, and no decision is replayed, because small numbers are not to be shown."
        return
    yield f"Harm that limits the dose{' in the simulated trial' if trial.simulated else ''}: {escaped(trial.dlt_by)}."
    if trial.people.dlt_evaluable.isna().all():
        yield "Who counts for it the files do not say (DLTEVLFL), so everybody treated does."
    if steps.empty:
        yield f"No decision is replayed: {_why_not(trial)}."
        return
    yield f"The files do not hold the rule of the trial; this is what a 3+3 rule (reading {reading}) makes of it."
    ends = limit(trial, steps, reading)
    yield _limit_said(*ends)
    if steps.apart.any():
        yield f"After {words.things(int(steps.apart.sum()), 'look')} the trial went another way than this rule."
    if ends[0] == "not reached":
        yield "That no limit was reached does not say that there is none."
    doses = [
        f"{'the ' * (name == 'CRM')}{name} names {'no dose' if dose is None else escaped(dose)}"
        for name, dose in recommended(trial).items()
    ]
    if doses:
        yield f"From the same counts, aiming at harm in {words.percent(TARGET)} of people (assumed), {words.listed(doses)}: what a rule names, and no advice."


def short(trial, steps, table, reading):
    """What the short answer says of it, in one or two sentences; "" where nothing says which harm limits the dose.

    steps: `replay`; table: `by_dose`; both None where small numbers are not to be shown.
    """
    if table is None or table.empty or table.dlts.isna().any():
        return ""
    each = words.listed(f"{_struck(row.dlts, row.people)} at {escaped(row.cohort)}" for row in table.itertuples())
    if len(table) > MOST_SAID:
        each = f"{words.count_of(int(table.dlts.sum()), int(table.people.sum()))} people over {words.things(len(table), 'dose')}"
    inside = "In the simulated trial, harm" if trial.simulated else "Harm"
    verdict = (
        f" {_limit_said(*limit(trial, steps, reading)).replace('By it', 'By a 3+3 rule', 1)}" if len(steps) else ""
    )
    return f"{inside} that limits the dose struck {each}.{verdict}"


def _struck(count, people):
    # A share of one person is no share.
    if people == 1:
        return "the one person" if count else "not the one person"
    return words.count_of(count, people)


def _why_not(trial):
    table = by_dose(trial, 0.95)
    if table.unknown.any():
        return f"of {words.things(int(table.unknown.sum()), 'person', 'people')} it is not recorded whether they had such harm"
    if not table.people.all():
        return "at one dose nobody counts for it"
    return "no order of the cohorts by dose is known (cohort_order gives one)"


def _limit_said(dose, at):
    if dose is None:
        return f"By it no maximum tolerated dose is settled: at {escaped(at)} the rule has not come to its end."
    if dose == "not reached":
        return "By it the maximum tolerated dose was not reached."
    if dose == "none":
        return f"By it already {escaped(at)}, the lowest dose, is too much, so there is no maximum tolerated dose."
    return f"By it the maximum tolerated dose is {escaped(dose)}."


def results(trial, table):
    """Named results: the share of people with dose-limiting harm at each dose, with exact limits. table: `by_dose`, or None."""
    rows = [
        (f"own.dlt.{place}", row.dlts / row.people, row.lower, row.upper)
        for place, row in enumerate(() if table is None else table.itertuples(), 1)
        if pd.notna(row.dlts)
    ]
    made = pd.DataFrame(rows, columns=["name", "value", "lower", "upper"])
    return made.assign(unit="share of people", method="Clopper-Pearson, two-sided")
