"""A small trial from one short file of counts (YAML): its schema, and one sentence for whatever is amiss in it.

Every key, with its meaning, stands in data/README.md. What is "not read" is None here, and nothing is worked out from it.
"""

import os
from dataclasses import dataclass
from functools import partial

from trial import load, parameters, words
from trial.own_trial import count_tables, yaml_values
from trial.own_trial.adam import people
from trial.own_trial.trial_data import TOTAL
from trial.own_trial.yaml_values import PerDose, Unfit

ENDINGS = (".yaml", ".yml")
MOST_DOSES = 12
READINGS = {"3+3 A": "A", "3+3 B": "B", "3+3 C": "C", "3+3 K": "K"}
RULES = (*READINGS, "BOIN", "CRM", "limits", "fixed groups")
REST, START = "rest", "start"  # what a dose may be set against besides other doses


@dataclass(frozen=True)
class Dose:
    name: str
    people: int | None
    amount: float | None = None
    unit: str = ""


@dataclass(frozen=True)
class Limit:
    """A limit of a safety rule: at most so many people with what it counts, at each dose or in all."""

    counts: str
    at_most: int | None
    per: str = "dose"


@dataclass(frozen=True)
class Compared:
    """A rate elsewhere: so many of so many people over so many weeks."""

    people_with: int
    people: int
    of: str
    weeks: float | None = None
    source: str = ""


@dataclass(frozen=True)
class Outcome:
    """What was counted. `people_with`: per dose, each None where it was not read; `in_all`: None where nobody could say."""

    name: str
    people_with: tuple
    in_all: int | None
    weeks: float | None = None
    events: int | None = None
    decides: bool = False
    compare: Compared | None = None
    source: str = ""


@dataclass(frozen=True)
class Borrowed:
    """A spread between people from elsewhere."""

    sd: float
    people: int | None
    of: str
    source: str = ""


@dataclass(frozen=True)
class Claim:
    """One dose said to have done better ("": none, only the spread counts). `against`: names of doses, REST, START, or None; the
    rest as in the file."""

    outcome: str
    better_in: str
    against: object = None
    weeks: float | None = None
    mean: tuple = ()
    sd: tuple = ()
    people: tuple = ()
    unit: str = ""
    said: str = ""
    borrowed: Borrowed | None = None
    source: str = ""


@dataclass(frozen=True)
class Counts:
    """A trial as its file of counts tells it; doses from the lowest to the highest."""

    title: str
    doses: tuple
    sources: tuple = ()
    planned: tuple = ()  # people per dose; () where it was not read
    planned_in_all: int | None = None
    rule: str | None = None
    limits: tuple = ()
    target: float | None = None
    group_size: int | None = None
    outcomes: tuple = ()
    claims: tuple = ()
    arms: tuple = ()  # groups that claims are about, where a control is one of them
    files: bool = False  # made of files, person by person (`asked`)
    dosed: bool = True  # what sets the groups apart is known to be the dose

    @property
    def names(self):
        return [dose.name for dose in self.doses]

    @property
    def groups(self):
        """What the people, means and spreads of a claim are of."""
        return list(self.arms) or self.names

    @property
    def sizes(self):
        """People treated per dose, None where it was not read."""
        return [dose.people for dose in self.doses]

    @property
    def people(self):
        """People treated in all, None where a dose lacks them."""
        return None if None in self.sizes else sum(self.sizes)


# --- the schema -------------------------------------------------------------------------------------------------------


def _compared(value, what):
    if value == yaml_values.NOT_READ:
        return None
    found = _read(value, "compare")
    if None in (found["people"], found["people_with"]):
        return None
    with_it, people_there = found["people_with"], found["people"]
    value.refuse(with_it > people_there, f"compare counts {with_it} people with the event of {people_there}")
    return Compared(**found)


def _borrowed(value, what):
    found = None if value == yaml_values.NOT_READ else _read(value, "borrowed")
    return Borrowed(**found) if found and found["sd"] else None


text, needed, texts, rows = yaml_values.text, yaml_values.needed_text, yaml_values.texts, yaml_values.rows
count, some = yaml_values.whole, partial(yaml_values.whole, at_least=1)
above_none = partial(yaml_values.number, above=0)
per = partial(yaml_values.choice, of=("dose", "trial"), otherwise="dose")
decides = partial(yaml_values.choice, of=("yes", "no"), otherwise="no")
many, weeks = partial(yaml_values.whole, at_most=1_000_000), partial(yaml_values.number, above=0, at_most=5000)
# What each mapping may hold: what it is called where a number of it is amiss, and how each key is read; those with a star are
# needed.
KINDS = {
    "the file": (
        "",
        {"title*": needed, "sources": texts, "doses*": rows, "planned_people": PerDose(some, or_all=True)}
        # what BOIN and the CRM, as they are used here, are made for
        | {"rule": text, "limits": rows, "target": partial(yaml_values.number, above=0.05, at_most=0.7)}
        | {"group_size": partial(some, at_most=20), "outcomes": rows, "claims": rows},
    ),
    "a dose": ("dose {name}", {"name*": needed, "amount": above_none, "unit": text, "people*": some}),
    "a limit": ('the limit "{counts}"', {"counts*": needed, "at_most*": yaml_values.whole, "per": per}),
    "an outcome": (
        '"{name}"',
        {"name*": needed, "weeks": weeks, "people_with": PerDose(count, or_all=True), "in_all": count}
        | {"events": many, "decides": decides, "compare": _compared, "source": text},
    ),
    "compare": (
        "compare",
        {"people_with*": many, "people*": partial(many, at_least=1), "of*": needed, "weeks": weeks, "source": text},
    ),
    "a claim": (
        'the claim on "{outcome}"',
        {"outcome*": needed, "weeks": weeks, "better_in*": needed, "against": texts}
        | {"mean": PerDose(yaml_values.number), "sd": PerDose(above_none), "people": PerDose(some)}
        | {"unit": text, "said": text, "borrowed": _borrowed, "source": text},
    ),
    "borrowed": (
        "borrowed",
        {"sd*": above_none, "people*": partial(yaml_values.whole, at_least=2), "of*": needed, "source": text},
    ),
}


def _read(given, kind, doses=()):
    """The values of a mapping by key, each as its kind has it; Unfit where a key or a value is none, or is missing."""
    called, keys = KINDS[kind]
    known = {key.rstrip("*"): reader for key, reader in keys.items()}
    starred = [key.rstrip("*") for key in keys if key.endswith("*")]
    if not isinstance(given, dict):
        raise Unfit(
            f"{kind} must be a mapping with {words.listed(starred)}, but {yaml_values.shown(given)} was given",
            given.line,
        )
    for key in given:
        if key not in known:
            close = yaml_values.nearest(key, known)
            hint = f"the nearest is {close}" if close else f"there are {words.listed(known)}"
            given.refuse(True, f"{yaml_values.shown(key)} is no key of {kind}; {hint}", key)
    for key in starred:
        given.refuse(key not in given, f"{kind} has no {key}; it is needed")
    found = {}
    for key, reader in known.items():
        value = given.get(key, yaml_values.at(yaml_values.Text(yaml_values.NOT_READ), given.line))
        labelled = called and reader not in (text, needed, texts, per, decides)
        what = f"{key} of {called.format(**found)}" if labelled else key
        found[key] = reader(value, what, *[len(doses)] * isinstance(reader, PerDose))
    return found


# --- the parts of a file ----------------------------------------------------------------------------------------------


def _dose(given):
    found = _read(given, "a dose")
    taken = found["name"] in (REST, START, TOTAL)
    given.refuse(taken, f'a dose cannot be called "{found["name"]}", which means something else here')
    return Dose(**found)


def _outcome(given, doses):
    found = _read(given, "an outcome", doses)
    what, people_with, in_all, events = f'"{found["name"]}"', found["people_with"], found["in_all"], found["events"]
    if not isinstance(people_with, tuple):  # a single number is of all people together
        apart = None not in (people_with, in_all) and people_with != in_all
        given.refuse(apart, f"people_with of {what} is {people_with} and in_all is {in_all}; they must be the same")
        in_all, people_with = people_with if in_all is None else in_all, ()
    people_with = people_with or (None,) * len(doses)
    for dose, count in zip(doses, people_with, strict=True):
        more = None not in (count, dose.people) and count > dose.people
        given.refuse(
            more,
            f"{what} counts {count} people at {count_tables.the_dose(dose.name)}, which {dose.people} had",
            "people_with",
        )
    added = None if None in people_with else sum(people_with)
    apart = None not in (added, in_all) and added != in_all
    given.refuse(apart, f"the people with {what} add up to {added} over the doses, but in_all is {in_all}")
    in_all = in_all if added is None else added
    least = sum(count or 0 for count in people_with)
    treated = None if any(dose.people is None for dose in doses) else sum(dose.people for dose in doses)
    if in_all is not None:
        given.refuse(in_all < least, f"{what} counts {in_all} people in all, but the doses alone count {least}")
        more = treated is not None and in_all > treated
        given.refuse(more, f"{what} counts {in_all} people in all, but {treated} people were treated")
    wrong = events is not None and (events < max(least, in_all or 0) or events > 0 == in_all)
    given.refuse(wrong, f"{what} counts {events} events in {in_all or least} people, which do not add up", "events")
    if in_all == 0 or (in_all is None and events == 0):  # nobody at all is nobody at each dose
        in_all, people_with = 0, (0,) * len(doses)
    made = found | {"people_with": people_with, "in_all": in_all, "decides": found["decides"] == "yes"}
    return Outcome(**made)


def _claim(given, doses):
    found, names = _read(given, "a claim", doses), [dose.name for dose in doses]
    what, better, named = f'the claim on "{found["outcome"]}"', found["better_in"], found["against"]
    for name in [better, *(name for name in named if name not in (REST, START))]:
        there = words.listed(names)
        given.refuse(name not in names, f"{what} names the dose {yaml_values.shown(name)}, but there are {there}")
    twice = better in named or len(set(named)) < len(named) or (len(named) > 1 and {REST, START} & set(named))
    given.refuse(twice, f"{what} sets a dose against itself, or names one twice")
    alone = len(doses) == 1 and named != (START,)
    given.refuse(alone, f"{what} compares doses, but there is one; against: {START} sets it against its own start")
    measured = found["people"] or tuple(dose.people for dose in doses)
    for dose, n, sd in zip(doses, measured, found["sd"] or (None,) * len(doses), strict=True):
        more = None not in (n, dose.people) and n > dose.people
        given.refuse(
            more, f"{what} has {n} people measured at {count_tables.the_dose(dose.name)}, which {dose.people} had"
        )
        spread = n == 1 and sd is not None
        given.refuse(
            spread, f"{what} has an sd at {count_tables.the_dose(dose.name)}, of one person; a spread is of two or more"
        )
    against = named[0] if named in ((REST,), (START,)) else named or None
    return Claim(**found | {"against": against, "people": measured})


def of_text(source):
    """A trial from the text of its file, as Counts; Unfit with what is wrong and the line."""
    given = yaml_values.parsed(source)
    found = _read(given, "the file", given.get("doses", ()) if isinstance(given, dict) else ())
    doses = tuple(_dose(dose) for dose in found["doses"])
    names, amounts = [dose.name for dose in doses], [dose.amount for dose in doses if dose.amount is not None]
    wrong = not 1 <= len(doses) <= MOST_DOSES or len(set(names)) < len(names)
    given.refuse(wrong, f"doses must be 1 to {MOST_DOSES}, lowest first, each with a name of its own", "doses")
    wrong = len({dose.unit for dose in doses}) == 1 and sorted(amounts) != amounts
    given.refuse(wrong, "doses must stand lowest first, but an amount is smaller than the one before", "doses")
    control = people.control_of(names, "", lambda *_: None)
    without = "set what was seen without the treatment against an outcome, by compare"
    given.refuse(control, f'"{control}" is no dose; {without}', "doses")
    rule, every = found["rule"] or None, ", ".join(RULES)
    close = yaml_values.nearest(rule or "", RULES)
    hint = f"the nearest is {close} (of {every})" if close else f"there are {every}"
    given.refuse(rule not in (None, *RULES), f'"{rule}" is no rule that is known here; {hint}', "rule")
    apart = (rule == "limits") != bool(found["limits"])
    given.refuse(apart, "rule: limits and a list called limits belong together; one of them is missing", "rule")
    planned = found["planned_people"]
    each = planned if isinstance(planned, tuple) and None not in planned else ()
    outcomes = tuple(_outcome(outcome, doses) for outcome in found["outcomes"])
    for place, (row, one) in enumerate(zip(found["outcomes"], outcomes, strict=True)):
        twice = any((one.name, one.weeks) == (other.name, other.weeks) for other in outcomes[:place])
        row.refuse(twice, f'"{one.name}" is counted twice; give weeks that differ, or count it once')
    made = {key: found[key] for key in ("title", "sources", "target", "group_size")}
    return Counts(
        doses=doses,
        planned=each,
        planned_in_all=sum(each) or (None if isinstance(planned, tuple) else planned),
        rule=rule,
        limits=tuple(Limit(**_read(limit, "a limit")) for limit in found["limits"]),
        outcomes=outcomes,
        claims=tuple(_claim(claim, doses) for claim in found["claims"]),
        **made,
    )


def named(own_trial):
    """Whether the parameter names a file of counts and no folder.

    >>> named("mine.yaml"), named("folder"), named("")
    (True, False, False)
    """
    return str(own_trial).lower().endswith(ENDINGS)


def read(own_trial):
    """The trial of a file of counts; DataError with one sentence that names file and line where it is not as it should be."""
    path = load.own_counts(own_trial)
    if not path.is_file():
        raise load.DataError(f"own_trial: there is no file {own_trial} with the counts of a trial.")
    try:
        return of_text(path.read_text(encoding="utf-8-sig"))
    except Unfit as fault:
        raise load.DataError(f"own_trial: {path.name}, line {fault.line}: {fault}.") from None
    except UnicodeDecodeError:
        raise load.DataError(f"own_trial: {path.name} is no text in UTF-8.") from None
    except OSError as error:
        raise load.DataError(f"own_trial: {os.fspath(own_trial)} cannot be read ({error.strerror}).") from None


def check(values, of_files):
    """DataError where the file cannot be read, or where a parameter was chosen that only files of people know."""
    for name in of_files:
        if parameters.chosen(**{name: values[name]}):
            raise load.DataError(
                f"own_trial: {name} is for files of people, and a file of counts has none; leave it out."
            )
    read(values["own_trial"])
