"""A small trial from one short file of counts (YAML): its schema, and one sentence for whatever is amiss in it.

Every key, with its meaning, stands in data/README.md. What is "not read" is None here, and nothing is worked out from it.
"""

import difflib
import os
from dataclasses import dataclass

from trial import load, parameters, words
from trial.own_trial import written

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


# By what they are of; those with a star are needed.
KEYS = {
    "the file": "title* sources doses* planned_people rule limits target group_size outcomes claims",
    "a dose": "name* amount unit people*",
    "a limit": "counts* at_most* per",
    "an outcome": "name* weeks people_with in_all events decides compare source",
    "compare": "people_with* people* of* weeks source",
    "a claim": "outcome* weeks better_in* against mean sd people unit said borrowed source",
    "borrowed": "sd* people of* source",
}


class _Mapping:
    """A mapping held to its keys, whose values are asked for by key; what is not there was not read."""

    def __init__(self, given, what):
        known = {key.rstrip("*"): key.endswith("*") for key in KEYS[what].split()}
        needed = [key for key, wanted in known.items() if wanted]
        if not isinstance(given, dict):
            raise written.Unfit(
                f"{what} must be a mapping with {words.listed(needed)}, but {written.shown(given)} was given",
                given.line,
            )
        for key in given:
            if key not in known:
                close = difflib.get_close_matches(key, known, n=1, cutoff=0.5)
                hint = f"the nearest is {close[0]}" if close else f"there are {words.listed(known)}"
                line = getattr(given[key], "line", given.line)
                raise written.Unfit(f"{written.shown(key)} is no key of {what}; {hint}", line)
        for key in needed:
            if key not in given:
                raise written.Unfit(f"{what} has no {key}; it is needed", given.line)
        self.given, self.line = given, given.line

    def __call__(self, key, read, *limits, what="", **more):
        value = self.given.get(key, written.at(written.Text(written.NOT_READ), self.line))
        return read(value, f"{key} of {what}" if what else key, *limits, **more)

    def line_of(self, key):
        return getattr(self.given.get(key), "line", self.line)


# --- the parts of a file ----------------------------------------------------------------------------------------------


def _dose(given):
    row = _Mapping(given, "a dose")
    name = row("name", written.needed_text)
    if name in (REST, START, written.NOT_READ):
        raise written.Unfit(f'a dose cannot be called "{name}", which means something else here', row.line)
    people = row("people", written.whole, what=f"dose {name}", at_least=1)
    return Dose(
        name, people, row("amount", written.number, what=f"dose {name}", above=0), row("unit", written.text) or ""
    )


def _limit(given):
    row = _Mapping(given, "a limit")
    per = row("per", written.text) or "dose"
    if per not in ("dose", "trial"):
        raise written.Unfit(f"per must be dose or trial, but {written.shown(per)} was given", row.line_of("per"))
    counts = row("counts", written.needed_text)
    return Limit(counts, row("at_most", written.whole, what=f'the limit "{counts}"'), per)


def _people_with(row, given, what, doses):
    """People with an outcome per dose, and in all; each None where it was not read, Unfit where they cannot be."""
    in_all, people_with = row("in_all", written.whole, what=what), ()
    if isinstance(given.get("people_with"), list):
        people_with = row("people_with", written.per_dose, len(doses), written.whole, what=what)
    else:  # a single number is of all people together
        alone = row("people_with", written.whole, what=what)
        if None not in (alone, in_all) and alone != in_all:
            raise written.Unfit(
                f"people_with of {what} is {alone} and in_all is {in_all}; they must be the same", row.line
            )
        in_all = in_all if alone is None else alone
    people_with = people_with or (None,) * len(doses)
    for dose, count in zip(doses, people_with, strict=True):
        if None not in (count, dose.people) and count > dose.people:
            raise written.Unfit(
                f"{what} counts {count} people at dose {dose.name}, which {dose.people} had", row.line_of("people_with")
            )
    added = None if None in people_with else sum(people_with)
    if None not in (added, in_all) and added != in_all:
        raise written.Unfit(
            f"the people with {what} add up to {added} over the doses, but in_all is {in_all}", row.line
        )
    return people_with, in_all if added is None else added


def _add_up(row, what, people_with, in_all, events, doses):
    least = sum(count or 0 for count in people_with)
    treated = None if any(dose.people is None for dose in doses) else sum(dose.people for dose in doses)
    if in_all is not None and (in_all < least or (treated is not None and in_all > treated)):
        of = f"{treated} people were treated" if in_all >= least else f"the doses alone count {least}"
        raise written.Unfit(f"{what} counts {in_all} people in all, but {of}", row.line)
    if events is not None and (events < max(least, in_all or 0) or events > 0 == in_all):
        raise written.Unfit(
            f"{what} counts {events} events in {in_all or least} people, which do not add up", row.line_of("events")
        )


def _outcome(given, doses):
    row = _Mapping(given, "an outcome")
    name = row("name", written.needed_text)
    what = f'"{name}"'
    people_with, in_all = _people_with(row, given, what, doses)
    events = row("events", written.whole, what=what, at_most=1_000_000)
    _add_up(row, what, people_with, in_all, events, doses)
    if in_all == 0 or (in_all is None and events == 0):  # nobody at all is nobody at each dose
        in_all, people_with = 0, (0,) * len(doses)
    decides = row("decides", written.text) or "no"
    if decides not in ("yes", "no"):
        raise written.Unfit(
            f"decides must be yes or no, but {written.shown(decides)} was given", row.line_of("decides")
        )
    weeks = row("weeks", written.number, what=what, above=0, at_most=5000)
    compare, source = row("compare", _compared), row("source", written.text) or ""
    return Outcome(name, people_with, in_all, weeks, events, decides == "yes", compare, source)


def _compared(given, what):
    if given == written.NOT_READ:
        return None
    row = _Mapping(given, "compare")
    people = row("people", written.whole, what="compare", at_least=1, at_most=1_000_000)
    some = row("people_with", written.whole, what="compare", at_most=1_000_000)
    if None in (people, some):
        return None
    if some > people:
        raise written.Unfit(f"compare counts {some} people with the event of {people}", row.line)
    return Compared(
        some,
        people,
        row("of", written.needed_text),
        row("weeks", written.number, above=0),
        row("source", written.text) or "",
    )


def _borrowed(given, what):
    if given == written.NOT_READ:
        return None
    row = _Mapping(given, "borrowed")
    sd = row("sd", written.number, what="borrowed", above=0)
    if sd is None:
        return None
    people = row("people", written.whole, what="borrowed", at_least=2)
    return Borrowed(sd, people, row("of", written.needed_text), row("source", written.text) or "")


def _claim(given, doses):
    row, names = _Mapping(given, "a claim"), [dose.name for dose in doses]
    what = f'the claim on "{row("outcome", written.needed_text)}"'
    better = row("better_in", written.needed_text)
    against = given.get("against", written.Text(written.NOT_READ))
    named = [
        written.needed_text(part, "against")
        for part in (against if isinstance(against, list) else [against] * (against != written.NOT_READ))
    ]
    for name in [better, *(name for name in named if name not in (REST, START))]:
        if name not in names:
            raise written.Unfit(
                f"{what} names the dose {written.shown(name)}, but there are {words.listed(names)}", row.line
            )
    if better in named or len(set(named)) < len(named) or (len(named) > 1 and {REST, START} & set(named)):
        raise written.Unfit(f"{what} sets a dose against itself, or names one twice", row.line)
    if len(doses) == 1 and named != [START]:
        raise written.Unfit(
            f"{what} compares doses, but there is one; against: {START} sets it against its own start", row.line
        )
    against = None if not named else named[0] if named[0] in (REST, START) else tuple(named)
    people = row("people", written.per_dose, len(doses), written.whole, what=what)
    for dose, measured in zip(doses, people, strict=False):
        if None not in (measured, dose.people) and measured > dose.people:
            raise written.Unfit(
                f"{what} has {measured} people measured at dose {dose.name}, which {dose.people} had", row.line
            )
    return Claim(
        row("outcome", written.needed_text),
        better,
        against,
        row("weeks", written.number, what=what, above=0, at_most=5000),
        row("mean", written.per_dose, len(doses), written.number, what=what),
        row("sd", written.per_dose, len(doses), lambda value, name: written.number(value, name, above=0), what=what),
        people or tuple(dose.people for dose in doses),
        row("unit", written.text) or "",
        row("said", written.text) or "",
        row("borrowed", _borrowed),
        row("source", written.text) or "",
    )


def _planned(value, doses):
    """People planned per dose and in all; a single number is of all doses together."""
    if isinstance(value, list):
        planned = written.per_dose(
            value, "planned_people", len(doses), lambda part, what: written.whole(part, what, at_least=1)
        )
        return ((), None) if None in planned else (planned, sum(planned))
    return (), written.whole(value, "planned_people", at_least=1)


def of_text(text):
    """A trial from the text of its file, as Counts; written.Unfit with what is wrong and the line."""
    row = _Mapping(written.parsed(text), "the file")
    doses = tuple(_dose(dose) for dose in row("doses", written.rows))
    names = [dose.name for dose in doses]
    if not 1 <= len(doses) <= MOST_DOSES or len(set(names)) < len(names):
        raise written.Unfit(
            f"doses must be 1 to {MOST_DOSES}, lowest first, each with a name of its own", row.line_of("doses")
        )
    amounts = [dose.amount for dose in doses if dose.amount is not None]
    if len({dose.unit for dose in doses}) == 1 and sorted(amounts) != amounts:
        raise written.Unfit(
            "doses must stand lowest first, but an amount is smaller than the one before", row.line_of("doses")
        )
    rule = row("rule", written.text)
    if rule is not None and rule not in RULES:
        close = difflib.get_close_matches(rule, RULES, n=1, cutoff=0.3)
        hint = f"the nearest is {close[0]} (of {', '.join(RULES)})" if close else f"there are {', '.join(RULES)}"
        raise written.Unfit(f"{written.shown(rule)} is no rule that is known here; {hint}", row.line_of("rule"))
    limits = tuple(_limit(limit) for limit in row("limits", written.rows))
    if (rule == "limits") != bool(limits):
        raise written.Unfit(
            "rule: limits and a list called limits belong together; one of them is missing", row.line_of("rule")
        )
    sources = row.given.get("sources", written.Many())
    sources = [] if sources == written.NOT_READ else sources if isinstance(sources, list) else [sources]
    planned, in_all = _planned(row.given.get("planned_people", written.Text(written.NOT_READ)), doses)
    return Counts(
        row("title", written.needed_text),
        doses,
        tuple(written.needed_text(source, "sources") for source in sources),
        planned,
        in_all,
        rule,
        limits,
        row("target", written.number, above=0, at_most=0.9),
        row("group_size", written.whole, at_least=1, at_most=20),
        tuple(_outcome(outcome, doses) for outcome in row("outcomes", written.rows)),
        tuple(_claim(claim, doses) for claim in row("claims", written.rows)),
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
    except written.Unfit as fault:
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
