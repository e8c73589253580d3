"""What a team can take away from chapter 07: what each table rests on, and a start for the checklist of its report."""

from trial import words
from trial.own_trial import count_tables, counts_text, dlt_replay
from trial.own_trial.counts_file import READINGS

EVENTS = ("overview", "intervals", "frequent", "terms", "severity", "rates", "by-sort")
PEOPLE = ("start", "ended")
CHANGE = ("imaging-summary", "imaging-tests", "panel", "other-summary", "other-tests", "without-one", "shifts")
ASKED = ("luck", "real", "next")
UNREAD = "not read"


def rests_on(trial):
    """What each table rests on, as `page.keep_tables` takes it: population and source, by the name of the table."""
    harm, change = (_population(trial, which) for which in ("harm", "change"))
    made = {"": {"Population": harm, "Source": "adsl and all other files read"}}
    made |= {name: {"Population": harm, "Source": "adsl"} for name in PEOPLE}
    made |= {name: {"Population": harm, "Source": "adsl and adae"} for name in (*EVENTS, "dlt", "replay", "listing")}
    return made | {
        name: {"Population": change, "Source": "adsl and the files of measurements"} for name in (*CHANGE, *ASKED)
    }


def _population(trial, which):
    flag, people = trial.populations[which], trial.compared if which == "change" and trial.control else trial.people
    by = "planned" if which == "change" and trial.control else "received"
    who = f"people with {flag} Y" if flag else "everybody not known to be untreated"
    return f"{who} ({words.number(len(people))}), by the treatment {by}"


def rests_on_counts(trial, name):
    """The same for a trial told by its counts, in the file of this name."""
    people = "everybody treated" if trial.people is None else f"everybody treated ({words.number(trial.people)})"
    return {"": {"Population": people, "Source": name}}


def checklist(items, trial, numbers):
    """A start for the reporting checklist: checklist, item, asks, answer ("not read" where files or counts do not say), filled.

    items: the table checklist of data/; trial: OwnTrial or None, else numbers: a file of counts.
    """
    known = _of_counts(numbers) if numbers else _of_files(trial)
    made = items[["checklist", "item", "asks"]].copy()
    made["answer"] = [known.get((row.checklist, row.item), "") for row in made.itertuples()]
    made["filled"] = made.answer != ""
    return made.assign(answer=made.answer.mask(~made.filled, UNREAD))


def _of_files(trial):
    sizes = trial.people.cohort.value_counts(sort=False)
    groups = words.listed(f"{cohort}: {words.number(sizes[cohort])}" for cohort in trial.cohorts)
    order = ", lowest dose first" if dlt_replay.ordered(trial) and not trial.control else ""
    known = {
        ("report", "3a.1"): f"{words.things(len(sizes), 'group')}{order}; the rule for the dose is {UNREAD}",
        ("abstract", "trial design"): f"{words.things(len(sizes), 'group')}{order}; the rule for the dose is {UNREAD}",
        ("abstract", "interventions"): f"{words.listed(trial.cohorts)}",
        ("abstract", "numbers allocated"): f"counted under the treatment received: {groups}",
    }
    if trial.dlt_by:
        known["abstract", "outcome"] = f"dose-limiting harm: {trial.dlt_by}"
    return known


def _of_counts(numbers):
    each = words.listed(
        f"{dose.name}: {UNREAD if dose.people is None else words.number(dose.people)}" for dose in numbers.doses
    )
    amounts = words.listed(count_tables.dose_label(dose) for dose in numbers.doses)
    known = {
        ("abstract", "title"): f"the title of the file: {numbers.title}",
        ("abstract", "interventions"): amounts,
        ("abstract", "numbers allocated"): f"treated: {each}",
    }
    if numbers.rule:
        groups = f"{words.things(len(numbers.doses), 'dose')}; the rule: {counts_text.rule(numbers)}"
        known |= {("report", "3a.1"): groups, ("abstract", "trial design"): groups}
    if numbers.rule in READINGS or numbers.rule == "BOIN":
        known["report", "3a.2"] = (
            "what the rule makes of what was counted stands in the sheet decisions; a drawing is not there"
        )
    if numbers.outcomes:
        known["abstract", "outcome"] = (
            f"counted here, which of them is the main one is {UNREAD}: {words.listed(one.name for one in numbers.outcomes)}"
        )
    return known


CHECKLIST = {
    "Checklist": ("checklist", words.sentence),
    "Item": "item",
    "It asks to": ("asks", words.sentence),
    "A start, from what was read": "answer",
}
CHECKLIST_CAPTION = "A start for the reporting checklist of an early dose-finding trial (CONSORT-DEFINE), for its authors to go on with."
CHECKLIST_NOTE = "Only these items of the checklist were seen in its source; all others were not read. Where it says not read, the files or counts do not answer it."
