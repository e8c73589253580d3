"""What chapter 07 says of a reader's own trial, or of the simulated example."""

import pandas as pd

from trial import words
from trial.methods import change_tests, intervals
from trial.own_trial import changes, frames, trial_data
from trial.own_trial.adam.visits import analysis_visits as tested_at
from trial.own_trial.event_counts import DIED
from trial.own_trial.trial_data import escaped

MOST_NAMED = 6  # measures that a sentence names


def trial_said(trial):
    """What the trial is called in a sentence: the simulated one says so.

    >>> from types import SimpleNamespace
    >>> trial_said(SimpleNamespace(simulated=True)), trial_said(SimpleNamespace(simulated=False))
    ('the simulated trial', 'your trial')
    """
    return "the simulated trial" if trial.simulated else "your trial"


def _how_many(count):
    return words.in_words(count) if count else "none"


def _named(names):
    """Names as in a sentence, the first few of many."""
    names = [escaped(name) for name in dict.fromkeys(names)]
    more = len(names) - MOST_NAMED
    return words.listed(names if more <= 0 else [*names[:MOST_NAMED], words.things(more, "other")])


def _folks(trial, count=2):
    """People as the trial has them, one or several."""
    return ("simulated " if trial.simulated else "") + ("person" if count == 1 else "people")


def which_events(trial):
    """Which events are counted, for captions."""
    return "events that began or got worse under treatment" if trial.emergent else "all events, whenever they began"


# --- the short answer -------------------------------------------------------------------------------------------------


def answer(trial, shown, scans, panels, confidence, alpha, limiting="", on_doses=()):
    """The short answer: people, what may make the numbers wrong, events with their limits, what changed, what none of it means.

    shown: the overview (None: no events); scans: the tests of imaging; panels: of both kinds, by name; limiting: a sentence
    on harm that limits the dose; on_doses: what a rule for it lets through, and what luck would say of one.
    """
    size = f"{words.things(len(trial.people), 'person', 'people')} in {words.things(len(trial.cohorts), 'cohort')}"
    lines = [f"These are numbers of a simulated trial: {size}.", "It stands here until you name files of your own."]
    lines = lines if trial.simulated else [f"The files hold {size}."]
    if trial.control:
        lines.append(f"The cohort {escaped(trial.control)} is there for comparison, and is counted by itself.")
    lines += trial.alarms
    if trial.events is None:
        harm = [] if shown is None else [*_had(trial, shown, DIED, confidence)]
        silence = (
            "of harm only what the list of people holds is told" if harm or limiting else "nothing is said about harm"
        )
        harm = [f"No file of events could be read, so {silence}.", *harm]
    else:
        harm = [line for what in ("any event", "serious", DIED) for line in _had(trial, shown, what, confidence)]
    harm += [limiting] * bool(limiting)
    changed = [line for name, panel in panels.items() for line in _changed(trial, name, panel, alpha)]
    changed += _shrunk(trial, scans)
    if not changed:
        why = [tested_at(trial, kind).why_not for kind in ("imaging", "biomarker")]
        changed = ["No change from baseline could be tested.", *dict.fromkeys(filter(None, pd.concat(why)))]
    doubt = ["Nothing in it is about real people.", "It only shows what the chapter does."] if trial.simulated else []
    doubt += ["What changed under a treatment did not for that reason change because of it."]
    return "\n\n".join("\n".join(part) for part in (lines, harm, changed, on_doses, doubt) if part)


HAD = {"any event": "had an event", "serious": "had a serious event", DIED: "died, by the list of people"}
HAD_NOT = {"any event": "had no event", "serious": "had no serious event", DIED: "is alive, by the list of people"}


def _had(trial, shown, what, confidence):
    """Each cohort's share (or everyone's) with limits, and with a control how many more than there."""
    rows = shown[(shown.what == what) & shown.cohort.isin(trial.reported)]
    if len(rows) and rows.people.isna().all() and not rows.hidden.any():
        yield f"Whether any event was {what} is not recorded in {trial_said(trial)}."
        return
    for row in rows.itertuples():
        inside = f" in the cohort {escaped(row.cohort)}" if trial.control else ""
        share = words.sentence(frames.share_in_words(shown, what, row.cohort))
        limits = frames.limits_in_words(shown, what, confidence, row.cohort)
        if row.denominator == 1 and not row.hidden:
            yield f"The one {_folks(trial, 1)}{inside} {(HAD if row.people else HAD_NOT)[what]}; the share of such people{limits}."
        else:
            yield f"{share} {_folks(trial)}{inside} {HAD[what]}{limits}."
    gaps = int(rows.not_recorded.fillna(0).sum())
    if gaps:
        yield f"Of {words.things(gaps, 'event')} it is not recorded whether {'it was' if gaps == 1 else 'they were'} {what}, so more people may have had one."
    for row in rows.itertuples() if trial.control else ():
        more = frames.more_in_words(shown, what, confidence, row.cohort) if row.cohort != trial.control else None
        if more:
            many, than, limits = more
            yield f"Of 100 people, {many} in the cohort {escaped(row.cohort)} {than} in the cohort {escaped(trial.control)} {HAD[what]}: {limits}."


def _changed(trial, name, panel, alpha):
    """How many measures of one kind changed, or changed otherwise than on control, and how many after correction."""
    trial_name, level, control = trial_said(trial), words.plain(alpha), escaped(trial.control)
    if len(panel) == 1:
        row = panel.iloc[0]
        how = f"in the cohort {escaped(row.cohort)}, set against {control}" if control else "on average"
        test = "permutation" if control else "signed rank"
        yield (
            f"The one {name} measure of {trial_name} that could be tested, {escaped(row.parameter)}, changed by {words.number(row['mean'], int(row.decimals))} {how}: "
            f"p-value {words.probability(row.p_value)} ({test}, two-sided{_of_whom(trial, row)})."
        )
    elif len(panel):
        passed, many = int((panel.p_value <= alpha).sum()), words.in_words(len(panel))
        what = f"comparisons of {name} measures with {control}" if control else f"{name} measures"
        did = "reached a p-value of" if control else "changed from the start, with a p-value of"
        yield f"{words.sentence(_how_many(passed))} of {many} {what} of {trial_name} {did} {level} or less (two-sided)."
        yield f"Corrected for looking at {many} (Holm), {_how_many(int(panel.holm.sum()))} would be left{' in this simulated trial' if trial.simulated else ''}."
    apart = panel[panel.adjusted_p.notna() & ((panel.adjusted_p <= alpha) != (panel.p_value <= alpha))]
    if len(apart):
        whose = "" if len(panel) == 1 else f" of {_how_many(len(apart))} of them"
        value = f"{words.probability(apart.adjusted_p.iloc[0])}, " if len(apart) == 1 else ""
        yield f"With the value at the start taken in (analysis of covariance), the p-value{whose} is {value}on the other side of {level}: what is found hangs on the test."


def _of_whom(trial, row):
    """How many people were measured, where not all of those who are compared were."""
    whole = int(trial.compared.cohort.isin([row.cohort, trial.control]).sum()) if trial.control else len(trial.compared)
    return f", {words.count_of(int(row.people), whole)} people" if row.people < whole else ""


def _shrunk(trial, scans):
    """The mean change of measures for which no change is the wrong yardstick."""
    for row in scans[scans.why_not == changes.WRONG_YARDSTICK].itertuples():
        inside = f" in the cohort {escaped(row.cohort)}" if trial.control else ""
        mean = words.number(row.estimate, int(row.decimals))
        yield f"{escaped(row.parameter)} of {trial_said(trial)} changed by {mean} on average{inside}; that is not set against no change, as brains lose volume with age and disease alone."


# --- events -----------------------------------------------------------------------------------------------------------


def _groups(trial, shown, holds):
    """Sorts of events, each with the cohorts for which it holds, in words: by cohort only where there is a control."""
    for what in dict.fromkeys(shown.what):
        rows = shown[(shown.what == what) & shown.cohort.isin(trial.reported)]
        inside = [row.cohort for row in rows.itertuples() if holds(row)]
        if inside:
            where = f" in {_named(inside)}" if len(inside) < len(trial.reported) else ""
            yield f"{frames.SAID[what].lower()}{where}"


@trial_data.paragraph
def safety_said(trial, shown, confidence):
    """What the overview says, and how much not seeing an event can rule out."""
    if trial.events is None:
        yield f"No file of events could be read for {trial_said(trial)}, so this chapter says nothing about harm; that is not the same as no harm."
        yield from () if shown is None else _deaths(trial, shown)
        return
    for cohort in trial.reported:
        size = int(shown.denominator[shown.cohort == cohort].iloc[0])
        serious, related = (frames.share_in_words(shown, what, cohort) for what in ("serious", "serious and related"))
        where = f"In the cohort {escaped(cohort)} of" if trial.control else "In"
        where = f"{where} {trial_said(trial)}"
        if serious.startswith(trial_data.NOT_RECORDED):
            yield f"{where}, it is not recorded which events were serious."
        elif size == 1:
            yield f"{where}, the one {_folks(trial, 1)} had {'no' if serious.startswith('none') else 'a'} serious event."
        elif related.startswith(trial_data.NOT_RECORDED):
            yield f"{where}, {serious} {_folks(trial)} had a serious event; whether one was put down to the treatment is not recorded."
        else:
            yield f"{where}, {serious} {_folks(trial)} had a serious event and {related} one that was also put down to the treatment."
    dead = (shown.what == DIED).any()  # then nobody may read that death was not seen

    def nobody(row):
        return pd.notna(row.people) and row.people == 0

    none = list(_groups(trial, shown, lambda row: nobody(row) and not row.gaps and not (dead and row.what == "fatal")))
    if none:
        fewest = int(shown.denominator[shown.cohort.isin(trial.reported)].min())
        top = intervals.clopper_pearson(0, fewest, confidence, sides="upper")
        many = "nobody had" if fewest == 1 else f"none of {words.number(fewest)} {_folks(trial)} had"
        yield f"An event that {many} could still strike {words.limits(top).replace('at most', 'up to', 1)} of such {_folks(trial)}; that holds here for: {', '.join(none)}."
    doubtful = list(_groups(trial, shown, lambda row: nobody(row) and row.gaps))
    if doubtful:
        yield f"None was seen, but some events were not judged in this respect, so it may not be none: {', '.join(doubtful)}."
    unknown = list(_groups(trial, shown, lambda row: pd.isna(row.people) and not row.hidden))
    if unknown:
        yield f"Not recorded at all, and so not counted as none: {', '.join(unknown)}."
    yield from _deaths(trial, shown)
    if len(trial.cohorts) > 1 and not trial.control:
        yield "Cohorts are set side by side for orientation only: comparing them is exploratory, and nothing here controls for what else differs between them."


def _deaths(trial, shown):
    """Deaths by the list of people beside fatal events, with their days where those may be told."""
    if not (shown.what == DIED).any() or shown.hidden.any():
        return
    dead = trial.people[trial.people.died.eq(True)]
    days = [f"day {words.number(day)}" for day in sorted(dead.death_day.dropna())]
    when = f" (on {words.listed(days)})" if 0 < len(days) <= MOST_NAMED else ""
    beside = ""
    if trial.events is not None:
        fatal = trial.events[trial.events.fatal.eq(True)].person.nunique()
        beside = f"; by the events {words.things(fatal, 'person', 'people') if fatal else 'nobody'} had a fatal one"
    yield f"By the list of people {words.things(len(dead), 'person', 'people')} died{when}{beside}."


SEVERITY = "Somebody with an event that nobody graded counts as not recorded, unless another of the events was severe or worse."


def hidden_note(smallest):
    """What is not shown where small numbers are not to be shown."""
    few = words.number(smallest)
    return (
        f"Not shown: fewer than {few} people, or a number from which such a number would follow; and all numbers of events."
        if smallest > 1
        else ""
    )


def intervals_note(trial, confidence):
    """How the intervals of shares, and of differences from control, are made."""
    level = f"two-sided {words.level(confidence)}"
    less = (
        f" Differences from {trial.control} are of people in 100, with exact unconditional limits, {level}."
        if trial.control
        else ""
    )
    return f"Clopper-Pearson, {level}: how often such people might have the event, if they are like those of the trial.{less}"


def means_note(confidence):
    """How the limits of means are made."""
    return f"Limits: Student's, two-sided {words.level(confidence)}."


def panel_note(trial):
    """How the p-values of the panel are made and corrected."""
    made = f"Permutation of the means, an arm against {trial.control}" if trial.control else "Signed rank"
    return f"{made}, two-sided. Holm guards against any false finding, Benjamini-Hochberg keeps down the share of false ones among those found."


def rows_said(trial, often, by_term, confidence):
    """What stands in the first table of events, and how its differences are made."""
    less = (
        f" Differences are of people in 100, with Miettinen-Nurminen limits, two-sided {words.level(confidence)}."
        if trial.control
        else ""
    )
    whole = int((by_term.term != "").sum())
    count = words.count_of(len(often), whole) if len(often) < whole else "all of them"
    return f"Terms that at least {words.percent(frames.OFTEN)} of some cohort had, most people first ({count}).{less}"


@trial_data.paragraph
def time_said(trial, not_drawn, smallest):
    """What the timeline and the rates can and cannot say."""
    if trial.events is None:
        yield "Without a file of events there is nothing to place in time."
        return
    if trial.events.empty:
        yield f"No event is in the files of {trial_said(trial)}, so there is nothing to place in time."
        return
    dated, whole = int(trial.events.day.notna().sum()), len(trial.events)
    if smallest == 1:
        has = "has" if dated == 1 or whole == 1 else "have"
        many = (
            f"The one event of {trial_said(trial)}"
            if whole == 1
            else f"{words.sentence(_how_many(dated))} of {words.in_words(whole)} events in {trial_said(trial)}"
        )
        yield f"{many} {has} {'no' if whole == 1 and not dated else 'a'} known first day."
    if not_drawn:
        yield not_drawn
    if not trial.people.days.notna().any():
        yield "Days at risk are not recorded, so no rate per year is worked out."
    yield "Events of one person hang together, so the number of events says less than the number of people."


# --- changes ----------------------------------------------------------------------------------------------------------


def tests_note(trial, confidence):
    """How the tests are made."""
    limits = f"Limits are two-sided {words.level(confidence)}: Student's"
    if trial.control:
        return (
            "All tests two-sided, uncorrected: signed rank within each arm; permutation of means, and analysis of covariance with the "
            f"baseline, against {trial.control}. Exact unless the note names an approximation. {limits}."
        )
    order = "Jonckheere-Terpstra over the cohorts in order; permutation of means, last cohort against all others; Spearman with dose"
    made = f"signed rank; {order}" if trial.order_known else "signed rank; no test leans on an order of cohorts, as none by dose is known"  # fmt: skip
    return f"All tests two-sided, uncorrected: {made}. Exact unless the note names an approximation. {limits}."


@trial_data.paragraph
def tests_said(trial, tests, kind, visits, alpha):
    """What the tests of one kind say, and which measures or tests could not be made. visits: `visits.analysis_visits`."""
    name, level = trial_said(trial), words.plain(alpha)
    made = tests[tests.p_value.notna() & ((tests.test != "signed rank") | (not trial.control))]
    if visits.empty:
        yield f"No {kind} measure is in the files of {name}, so there is nothing to compare."
        return
    without = visits[visits.visit == ""]
    for why, part in without.groupby("why_not", sort=False):
        yield f"Not tested: {_named(part.parameter)}. {why}"
    many = words.things(len(made), "test")
    if len(made) == 1:
        yield f"The one test {'against control ' if trial.control else ''}that could be made of {kind} measures of {name} has the p-value {words.probability(made.p_value.iloc[0])}, two-sided."
    elif len(made):
        yield f"{words.sentence(_how_many(int((made.p_value <= alpha).sum())))} of {many} {'against control ' if trial.control else ''}of {kind} measures of {name} reached {level}, uncorrected and two-sided."
    elif len(visits) > len(without):
        yield f"No {kind} measure of {name} could be tested; the table says why, where there is one."
    blind = made[made.smallest_p > alpha]
    if len(blind):
        yield f"{words.sentence(words.things(len(blind), 'test'))} could not have reached it with so few people, whatever the change: there, a large p-value says nothing at all."
    found = {
        change_tests.DRAWN: "by dealing the people anew at random many thousand times",
        change_tests.NORMAL: "by a normal approximation",
    }
    for method, how in found.items():
        if many := int((made.method == method).sum()):
            yield f"{words.sentence(words.things(many, 'p-value'))} {'is' if many == 1 else 'are'} found {how}, because there are too many people to count out every order."
    if trial.control:
        yield "Whether an arm changed from its start says nothing about its treatment; the comparison with control does, if chance decided who was in which."
    elif len(made) and len(trial.arms) > 1:
        yield "Comparisons between cohorts are exploratory: chance, calendar time and who was in which cohort can look like dose."


def panel_said(trial, panel, tests, visits, alpha):
    """What the panel says as a whole, beside what luck would give."""
    first = tests_said(trial, tests, "other", visits, alpha)
    if len(panel) < 2:
        return first
    beside = f"no measure changed otherwise than on {escaped(trial.control)}"
    what = f"If {beside if trial.control else 'nothing changed'}"
    many = f"{words.number(len(panel))} {'comparisons' if trial.control else 'measures'}"
    return (
        f"{what}, luck alone would bring at most {words.significant(alpha * len(panel))} of {many} to {words.plain(alpha)} or below, on average, and in {trial_said(trial)} "
        f"{_how_many(int(panel.none.sum()))} came there; {_how_many(int(panel.bh.sum()))} would pass Benjamini-Hochberg and {_how_many(int(panel.holm.sum()))} Holm.\n{first}"
    )


def without_one_said(trial, panels, table, smallest, alpha):
    """Which findings (of the panels of both kinds) hang on one person."""
    name, level = trial_said(trial), words.plain(alpha)
    if smallest > 1:
        return "Leaving out single people would show their values, so it is not done where small counts are not to be shown."
    if not sum(int((panel.p_value <= alpha).sum()) for panel in panels):
        return f"In {name} no p-value of a panel is {level} or less, so there is no finding of it that could hang on one person."
    if table.empty:
        return f"In {name} no finding rests on a number of people for which this can be asked: at least three, and not so many that one cannot matter much."
    hangs, many = int(table.hangs.astype(bool).sum()), len(table)
    first = f"{_how_many(hangs)} of {words.in_words(many)} findings {'do' if hangs > 1 else 'does'}"
    if many == 1:
        first = f"the one finding asked about {'does' if hangs else 'does not'}"
    return (
        f"A finding hangs on one person if, without that person, it would point the other way or have a p-value above {level}: in {name} {first}.\n"
        "A result that hangs on one person is not wrong, but it is that person's result."
    )
