"""What was counted in a small trial told by counts: people with an event, how many each number leaves open, what was expected."""

import re
from functools import partial

import pandas as pd
from scipy.stats import binom

from trial import words
from trial.methods import intervals
from trial.own_trial.trial_data import DAYS_PER_YEAR, TOTAL

RATES = (0.1, 0.05, 0.02, 0.01)  # of harm that a trial might want to exclude

MOST_LINES = 24  # of a picture


def outcomes(trial, confidence):
    """People with each outcome by dose and in all, a row each where both numbers were read.

    Columns: place (of the outcome in the file, from 0), outcome, weeks, dose (TOTAL: all), people_with, people, lower, upper
    (exact two-sided limits of the share), everyone (whether the row is of all people; of one dose it is).
    """
    rows = []
    for place, outcome in enumerate(trial.outcomes):
        counted = zip(
            [*trial.names, TOTAL], [*outcome.people_with, outcome.in_all], [*trial.sizes, trial.people], strict=True
        )
        for dose, some, people in counted:
            if None in (some, people) or (dose == TOTAL and len(trial.doses) == 1):
                continue
            limits = intervals.clopper_pearson(some, people, confidence)
            everyone = dose == TOTAL or len(trial.doses) == 1
            rows.append((place, outcome.name, outcome.weeks, dose, some, people, limits.lower, limits.upper, everyone))
    columns = ["place", "outcome", "weeks", "dose", "people_with", "people", "lower", "upper", "everyone"]
    return pd.DataFrame(rows, columns=columns).astype(
        {"weeks": float, "lower": float, "upper": float, "everyone": bool}
    )


def totals(found):
    """The rows of `outcomes` for everyone."""
    return found[found.everyone]


def for_picture(found):
    """The rows of `outcomes` that a picture has room for: all, else those for everyone, the first of many."""
    return found if len(found) <= MOST_LINES else totals(found).head(MOST_LINES)


def events(trial, confidence):
    """Outcomes counted in events: outcome, weeks, events, people_with (None: not read), people, and per person-year with exact
    Poisson limits where people and weeks were read (everyone taken to be followed for all of them)."""
    rows = []
    for outcome in (one for one in trial.outcomes if one.events is not None):
        rate = (None, None, None)
        if trial.people and outcome.weeks:
            years = trial.people * outcome.weeks * 7 / DAYS_PER_YEAR
            limits = intervals.poisson_exact(outcome.events, years, confidence)
            rate = (outcome.events / years, limits.lower, limits.upper)
        rows.append((outcome.name, outcome.weeks, outcome.events, outcome.in_all, trial.people, *rate))
    columns = ["outcome", "weeks", "events", "people_with", "people", "per_year", "lower", "upper"]
    return pd.DataFrame(rows, columns=columns).astype(dict.fromkeys(["weeks", *columns[3:]], float))


def _over(share, weeks_there, weeks_here):
    """A share with an event over other weeks, at a constant rate."""
    return 1 - (1 - share) ** (weeks_here / weeks_there) if weeks_there and weeks_here else share


def expected(trial, confidence):
    """What a rate from elsewhere would have given, a row an outcome that names one.

    Columns: outcome, weeks, seen, people, of, there, of_people, share (over the same weeks at a constant rate), expected,
    low, high (people, by the exact limits of that rate), p_as_few and p_as_many (chance of at most, of at least, so many seen),
    few_within and many_within (the same at the lower, and at the upper, of these limits).
    """
    rows = []
    for outcome in trial.outcomes:
        known = outcome.compare
        if known is None or outcome.in_all is None or trial.people is None:
            continue
        there = intervals.clopper_pearson(known.people_with, known.people, confidence)
        share, low, high = (
            _over(value, known.weeks, outcome.weeks) for value in (there.estimate, there.lower, there.upper)
        )
        n, seen = trial.people, outcome.in_all
        few, many = binom.cdf(seen, n, [share, low]), binom.sf(seen - 1, n, [share, high])
        numbers = (share, n * share, n * low, n * high, few[0], many[0], few[1], many[1])
        rows.append((outcome.name, outcome.weeks, seen, n, known.of, known.people_with, known.people, *numbers))
    columns = ["outcome", "weeks", "seen", "people", "of", "there", "of_people", "share", "expected", "low", "high"]
    return pd.DataFrame(rows, columns=[*columns, "p_as_few", "p_as_many", "few_within", "many_within"]).astype(
        {"weeks": float}
    )


def exclude(trial, confidence):
    """How many people without an event exclude a rate of it, beside this trial: rate, needed, p_none (chance that so many as
    were treated here see none at that rate; empty where they are not known)."""
    rows = []
    for rate in RATES:
        none = float(intervals.probability_none(rate, trial.people)) if trial.people else None
        rows.append((rate, intervals.people_to_exclude(rate, confidence), none))
    return pd.DataFrame(rows, columns=["rate", "needed", "p_none"]).astype({"p_none": float})


def not_read(trial):
    """What the file calls not read, or leaves out, in words."""
    if trial.rule is None or trial.files:
        yield "the rule by which the dose was raised"
    if trial.planned_in_all is None:
        yield "how many people were planned"
    if trial.files:
        yield "whether doses were dealt by chance, and who knew which dose they had: no column that is read here says so"
    yield from (f"how many people had {the_dose(dose.name)}" for dose in trial.doses if dose.people is None)
    if unknown := [the_dose(dose.name) for dose in trial.doses if dose.amount is None and not trial.files]:
        which = words.listed(unknown) if len(unknown) < len(trial.doses) else "each dose"
        yield f"how much was given at {which}"
    for limit in trial.limits:
        if limit.at_most is None:
            yield f"how many people with “{limit.counts}” the rule let pass"
    for outcome in trial.outcomes:
        if outcome.in_all is None:
            yield f"how many people had “{outcome.name}”"
        elif None in outcome.people_with and len(trial.doses) > 1:
            yield f"at which dose people had “{outcome.name}”"
        if outcome.weeks is None:
            yield f"over how many weeks “{outcome.name}” was counted"
    for claim in () if trial.files else trial.claims:
        if claim.against is None:
            yield f"less or more than whom, for “{claim.outcome}”"
        if not claim.mean or None in claim.mean:
            yield f"a size of the difference in “{claim.outcome}”"
        unknown = [dose.name for dose, sd in zip(trial.doses, claim.sd, strict=False) if sd is None]
        if not claim.sd or len(unknown) == len(trial.doses):
            yield f"how much people differed in “{claim.outcome}”"
        elif unknown:
            yield f"how much people differed in “{claim.outcome}” at {words.listed(map(the_dose, unknown))}"


# --- how it reads -----------------------------------------------------------------------------------------------------


def dose_label(dose):
    """A dose with its amount, where that is not its name.

    >>> from trial.own_trial.counts_file import Dose
    >>> dose_label(Dose("low", 5, 0.9, "million cells")), dose_label(Dose("A", None)), dose_label(Dose("5 mg", 3, 5.0, "mg"))
    ('low (0.9 million cells)', 'A', '5 mg')
    """
    amount = f"{words.plain(dose.amount)} {dose.unit}".strip() if dose.amount else dose.name
    return dose.name if amount == dose.name else f"{dose.name} ({amount})"


def the_dose(name):
    """A dose by its name in a sentence.

    >>> the_dose("high"), the_dose("dose 2")
    ('the dose high', 'dose 2')
    """
    return name if "dose" in name.lower() else f"the dose {name}"


def weeks_label(weeks):
    """So many weeks.

    >>> weeks_label(1), weeks_label(0.5)
    ('1 week', '0.5 weeks')
    """
    return f"{words.plain(weeks)} week{'' if weeks == 1 else 's'}"


def outcome_label(name, weeks):
    """What was counted, over how long."""
    return f"{words.sentence(name)}, {weeks_label(weeks)}" if weeks == weeks and weeks else words.sentence(name)


def _limits(confidence):
    return f"Leaves open ({words.level(confidence)}, exact, two-sided)"


def by_dose(trial, found, confidence):
    """`outcomes` a row an outcome: people with it at each dose, and in all with what that leaves open; ready-made text."""
    rows = []
    for _, part in found.groupby("place"):
        by_name = part.set_index("dose")
        row = {"What was counted": outcome_label(part.outcome.iloc[0], part.weeks.iloc[0])}
        for dose in trial.doses:
            size = "" if dose.people is None else f", of {words.number(dose.people)}"
            known = dose.name in by_name.index
            row[f"{words.sentence(dose.name)}{size}"] = (
                words.number(by_name.people_with[dose.name]) if known else "not read"
            )
        key = TOTAL if TOTAL in by_name.index else dose.name if len(trial.doses) == 1 else None
        if len(trial.doses) > 1:
            row["In all"] = words.count_of(by_name.people_with[key], by_name.people[key]) if key else "not read"
        row[_limits(confidence)] = words.between(by_name.lower[key], by_name.upper[key]) if key else ""
        rows.append(row)
    return pd.DataFrame(rows)


def limit_columns(confidence):
    """How `outcomes` reads, every dose by itself."""
    return {
        "What was counted": (("outcome", "weeks"), outcome_label),
        "Dose": ("dose", lambda dose: "all doses" if dose == TOTAL else dose),
        "People": (("people_with", "people"), words.count_of),
        _limits(confidence): (("lower", "upper"), words.between),
    }


def event_columns(confidence):
    """How `events` reads."""
    rate = partial(words.significant, digits=2)
    return {
        "What was counted": (("outcome", "weeks"), outcome_label),
        "Events": ("events", words.number),
        "In people": ("people_with", words.number, "not read"),
        "Per person-year": ("per_year", rate, "not known"),
        _limits(confidence): (("lower", "upper"), lambda low, high: words.between(low, high, rate)),
    }


EXPECTED = {
    "What was counted": (("outcome", "weeks"), outcome_label),
    "Seen here": (("seen", "people"), words.count_of),
    "Elsewhere": (("there", "of_people", "of"), lambda some, people, of: f"{words.count_of(some, people)} ({of})"),
    "Expected here": (
        ("expected", "low", "high"),
        lambda n, low, high: f"{words.one_decimal(n)} ({words.between(low, high, words.one_decimal)})",
    ),
    "As few, by luck": ("p_as_few", words.in_hundred),
    "As many, by luck": ("p_as_many", words.in_hundred),
}


def exclude_columns(trial):
    """How `exclude` reads."""
    heads = {"Harm that strikes": ("rate", words.one_in), "Is excluded by so many without it": ("needed", words.number)}
    if trial.people:
        heads[f"None of {words.number(trial.people)}, were it true"] = ("p_none", words.in_hundred)
    return heads


def results(trial, found):
    """Named results: share of people with each outcome, with exact limits; a name that is taken bears its place in the file."""
    rows = {}
    for row in totals(found).itertuples():
        name = f"own_trial.share.{snake(row.outcome)}"
        name = f"{name}__{row.place + 1}" if name in rows else name
        rows[name] = (name, row.people_with / row.people, row.lower, row.upper)
    made = pd.DataFrame(rows.values(), columns=["name", "value", "lower", "upper"])
    return made.assign(unit="share of people", method="Clopper-Pearson, two-sided")


def snake(text):
    """A name for a result.

    >>> snake("Serious event, any cause")
    'serious_event_any_cause'
    """
    return re.sub(r"[^a-z0-9]+", "_", text.lower()).strip("_") or "unnamed"
