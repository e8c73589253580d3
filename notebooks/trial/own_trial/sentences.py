"""What chapter 07 says of a reader's own trial, or of the simulated example."""

import re

from trial import words
from trial.methods import change_tests, intervals
from trial.own_trial import counts, frames, layout


def trial_said(trial):
    """What the trial is called in a sentence: the simulated one says so.

    >>> from types import SimpleNamespace
    >>> trial_said(SimpleNamespace(simulated=True)), trial_said(SimpleNamespace(simulated=False))
    ('the simulated trial', 'your trial')
    """
    return "the simulated trial" if trial.simulated else "your trial"


def _said_visit(visit):
    # A name from a file goes into a sentence, where stars and brackets would be read as layout.
    return re.sub(r"[^\w .,%/+-]+", " ", visit).strip()


def _how_many(count):
    return words.in_words(count) if count else "none"


def _folks(trial):
    return "simulated people" if trial.simulated else "people"


def which_events(trial):
    """Which events are counted, for captions."""
    return (
        "events that began or got worse under treatment" if trial.emergent else "all events, before and under treatment"
    )


def answer(trial, shown, scans, panel, confidence, alpha):
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
        events = f"{words.sentence(frames.share(shown, 'any event'))} {of} had an event{frames.limits(shown, 'any event', confidence)}.\n"
        serious = frames.share(shown, "serious")
        if serious.startswith(layout.NOT_RECORDED):
            events += f"Whether any was serious is not recorded in {trial_said(trial)}."
        else:
            events += f"{words.sentence(serious)} {of} had a serious one{frames.limits(shown, 'serious', confidence)}."
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
                else f"{_how_many(passed)} of one {name} measure of {trial_said(trial)}"
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


def safety_said(trial, shown, confidence):
    """What the overview says, and how much not seeing an event can rule out."""
    if shown is None:
        return f"No file of events could be read for {trial_said(trial)}, so this chapter says nothing about harm; that is not the same as no harm."
    people = len(trial.people)
    most = intervals.largest_rate_compatible_with_none(people, confidence)
    seen = {what: frames.share(shown, what).startswith("none of") for what in counts.OVERVIEW}
    gaps = shown[shown.cohort == layout.TOTAL].set_index("what").not_recorded > 0
    none = [frames.SAID[what].lower() for what in counts.OVERVIEW if seen[what] and not gaps[what]]
    doubtful = [frames.SAID[what].lower() for what in counts.OVERVIEW if seen[what] and gaps[what]]
    unknown = [
        frames.SAID[what].lower()
        for what in counts.OVERVIEW
        if frames.share(shown, what).startswith(layout.NOT_RECORDED)
    ]
    serious, related = frames.share(shown, "serious"), frames.share(shown, "serious and related")
    if serious.startswith(layout.NOT_RECORDED):
        lines = [f"Which events were serious is not recorded in {trial_said(trial)}."]
    elif related.startswith(layout.NOT_RECORDED):
        lines = [
            f"In {trial_said(trial)}, {serious} people had a serious event; whether one was put down to the treatment is not recorded."
        ]
    else:
        lines = [
            f"In {trial_said(trial)}, {serious} people had a serious event and {related} one that was also put down to the treatment."
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


def terms_note(terms):
    """What the table of terms leaves out."""
    left = max(0, len(terms) - frames.MOST_ROWS)
    return (
        f"{words.things(left, 'row')} with fewer people stand in the table own_events.csv of a rerun." if left else ""
    )


def time_said(trial, not_drawn):
    """What the timeline and the rates can and cannot say."""
    if trial.events is None:
        return "Without a file of events there is nothing to place in time."
    if trial.events.empty:
        return f"No event is in the files of {trial_said(trial)}, so there is nothing to place in time."
    dated = int(trial.events.day.notna().sum())
    lines = [
        f"{words.sentence(words.number(dated))} of {words.things(len(trial.events), 'event')} in {trial_said(trial)} {'has' if dated == 1 else 'have'} a known first day."
    ]
    if not_drawn:
        lines.append(not_drawn)
    if not trial.people.days.notna().any():
        lines.append("Days at risk are not recorded, so no rate per year is worked out.")
    lines.append("Events of one person hang together, so the number of events says less than the number of people.")
    return "\n".join(lines)


def tests_note():
    """How the tests are made."""
    return (
        "All two-sided, uncorrected: signed rank; Jonckheere-Terpstra over the cohorts in order; permutation of means, last cohort "
        "against all others; Spearman with dose. Exact unless the note names an approximation."
    )


def tests_said(trial, tests, kind, visit, alpha):
    """What the tests of one kind say, and which could not be made."""
    name = trial_said(trial)
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


def panel_said(trial, panel, tests, visit, alpha):
    """What the panel says as a whole, beside what luck would give."""
    first = tests_said(trial, tests, "other", visit, alpha)
    if panel.empty:
        return first
    passed = int(panel.none.sum())
    return (
        f"If nothing changed in any of the {words.things(len(panel), 'measure')}, about {words.significant(alpha * len(panel))} would be expected to pass {words.plain(alpha)} by luck, and in {trial_said(trial)} "
        f"{_how_many(passed)} did; {_how_many(int(panel.bh.sum()))} would pass Benjamini-Hochberg and {_how_many(int(panel.holm.sum()))} Holm.\n{first}"
    )


def without_one_said(trial, table, smallest):
    """Which measures hang on one person."""
    if smallest > 1:
        return "Leaving out single people would show their values, so it is not done where small counts are not to be shown."
    if table.empty:
        return f"In {trial_said(trial)} no measure has a number of people for which this can be asked: at least three, and not so many that one cannot matter much."
    hangs = table[table.changes_sign.astype(bool) | table.crosses.astype(bool)]
    return (
        f"In {trial_said(trial)}, {_how_many(len(hangs))} of {words.things(len(table), 'measure')} would change direction, or cross the level, if one person had not been there.\n"
        "A result that hangs on one person is not wrong, but it is that person's result."
    )
