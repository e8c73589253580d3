"""Texts, lists and mappings of a short YAML file, each with its line, and what they may mean; Unfit says what is wrong.

Every value is the text that was written, as in the files of parameters: `010`, `no` and `2023-02-30` are texts here.
"""

import difflib
import re
from collections.abc import Callable
from typing import NamedTuple

import yaml

NOT_READ = "not read"  # then the value is None, and nothing is worked out from it
MOST_LETTERS, DEEPEST = 20_000, 5
LONGEST = 300  # letters of a text
MOST_PEOPLE, MOST_ROWS = 1000, 40
NUMBER = r"[-+]?(\d{1,12}(\.\d{0,12})?|\.\d{1,12})([eE]\+?1?\d)?"  # 5e13, as doses of genes and cells are written
DASHES = re.compile("^[\N{MINUS SIGN}\N{EN DASH}]")  # before a number that was copied from a page
HINTS = {  # by what the parser says
    r"found character '\\t'": "; write blanks instead of tabs",
    r"mapping values|but got ':'": "; after a key stands a colon and a blank, and a text that holds them needs quotes",
}


class Unfit(Exception):
    """What is wrong with a value, as a sentence without its end; `line` counts from 1."""

    def __init__(self, message, line):
        super().__init__(message)
        self.line = line


class Text(str):
    """A text with the line it stands on; so are the two below."""


class Many(list):
    """A list."""


class Named(dict):
    """A mapping."""

    def refuse(self, broken, message, key=None):
        """Unfit with such a sentence where something is broken, on the line of the key, else of the mapping."""
        if broken:
            raise Unfit(message, getattr(self.get(key), "line", self.line))


def at(value, line):
    value.line = line
    return value


def parsed(text):
    """Texts, lists and mappings from YAML, each with its line; Unfit where it is anything else."""
    if len(text) > MOST_LETTERS:
        raise Unfit(f"the file has {len(text):,} letters, and {MOST_LETTERS:,} are the most that are read", 1)
    found, depth = [], 0
    try:
        for event in yaml.parse(text, Loader=yaml.SafeLoader):
            line = event.start_mark.line + 1
            if getattr(event, "anchor", None) or getattr(event, "tag", None):
                raise Unfit("uses &, * or !, which are not read here; write each value out", line)
            depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
            if depth > DEEPEST:
                raise Unfit("is nested deeper than any key of such a file", line)
            if isinstance(event, yaml.NodeEvent | yaml.CollectionEndEvent):
                found.append(event)
    except yaml.reader.ReaderError as error:
        raise Unfit("holds a character that no text has", text[: error.position].count("\n") + 1) from None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        hint = next((hint for sign, hint in HINTS.items() if re.search(sign, str(error))), "")
        raise Unfit(f"cannot be read as YAML{hint}", mark.line + 1 if mark else 1) from None
    if not found:
        raise Unfit("the file is empty; it needs at least a title and doses", 1)
    events = iter(found)
    made = _built(text, events, next(events))
    if next(events, None) is not None:
        raise Unfit("holds more than one document (a line ---)", 1)
    return made


def _built(source, events, event):
    # At most DEEPEST calls deep.
    line = event.start_mark.line + 1
    if isinstance(event, yaml.ScalarEvent):
        value = " ".join(event.value.split())
        return at(Text(NOT_READ if value.lower() == NOT_READ else value), line)
    if isinstance(event, yaml.SequenceStartEvent):
        made = at(Many(), line)
        while not isinstance(item := next(events), yaml.SequenceEndEvent):
            made.append(_built(source, events, item))
        return made
    made, before = at(Named(), line), None
    while not isinstance(key := next(events), yaml.MappingEndEvent):
        line = key.start_mark.line + 1
        if not isinstance(key, yaml.ScalarEvent):
            raise Unfit("has a list or a mapping where a name should stand", line)
        value = _built(source, events, next(events))
        if not source[key.end_mark.index :].lstrip().startswith(":") and isinstance(made.get(before), Text):
            made[before] = at(Text(f"{made[before]}, {key.value}"), made[before].line)  # a comma within a text
            continue
        if key.value in made:
            raise Unfit(f"{shown(key.value)} is given twice; give it once", line)
        before = key.value
        made[before] = value
    return made


def shown(value):
    text = "a list" if isinstance(value, list) else "a mapping" if isinstance(value, dict) else f'"{value}"'
    return text if len(text) <= 80 else f'{text[:70]}..."'


def nearest(word, known):
    """Which of several known words was meant, as a reader is told; "" where none is near.

    >>> nearest("SD", ["of", "sd"]), nearest("boin", ["BOIN", "CRM"]), nearest("x", ["sd"])
    ('sd', 'BOIN', '')
    """
    alike = {name.lower(): name for name in known}
    return "".join(alike[name] for name in difflib.get_close_matches(word.lower(), alike, n=1, cutoff=0.5))


# --- what a value may be ----------------------------------------------------------------------------------------------


def text(value, what):
    """A text, without the full stop that a sentence has of its own; "" where it was not read."""
    if not isinstance(value, str) or not value or len(value) > LONGEST or not value.isprintable():
        raise Unfit(f"{what} must be a text of at most {LONGEST} letters, but {shown(value)} was given", value.line)
    return "" if value == NOT_READ else value.rstrip(" .。")


def needed_text(value, what):
    """A text that must be there, and says something."""
    found = text(value, what)
    if value == NOT_READ:
        raise Unfit(f"{what} must be there; without it the trial cannot be told from others", value.line)
    if not any(letter.isalnum() for letter in found):
        raise Unfit(f"{what} must hold a letter or a digit, but {shown(value)} was given", value.line)
    return found


def texts(value, what):
    """Several texts, or one; () where they were not read."""
    several = value if isinstance(value, list) else [value] * (value != NOT_READ)
    return tuple(needed_text(part, what) for part in several)


def choice(value, what, of, otherwise):
    """One of these words, `otherwise` where it was not read."""
    found = text(value, what) or otherwise
    if found not in of:
        raise Unfit(f"{what} must be {' or '.join(of)}, but {shown(value)} was given", value.line)
    return found


def number(value, what, above=None, at_most=None):
    if value == NOT_READ:
        return None
    plain = DASHES.sub("-", value) if isinstance(value, str) else ""
    made = float(plain) if re.fullmatch(NUMBER, plain) else None
    if made is None or (above is not None and made <= above) or (at_most is not None and made > at_most):
        limits = [f"{how} {limit:,}" for how, limit in (("above", above), ("of at most", at_most)) if limit is not None]
        wanted = f"a number {' and '.join(limits)}".strip()
        raise Unfit(f"{what} must be {wanted}, or {NOT_READ}, but {shown(value)} was given", value.line)
    return made


def whole(value, what, at_least=0, at_most=MOST_PEOPLE):
    if value == NOT_READ:
        return None
    if not isinstance(value, str) or not re.fullmatch(r"\d{1,9}", value) or not at_least <= int(value) <= at_most:
        wanted = f"a whole number from {at_least} to {at_most:,}"
        raise Unfit(f"{what} must be {wanted}, or {NOT_READ}, but {shown(value)} was given", value.line)
    return int(value)


class PerDose(NamedTuple):
    """Reads a list with one entry a dose, () where it was not read; with `or_all` also a single value, of all together."""

    read: Callable
    or_all: bool = False

    def __call__(self, value, what, doses):
        if self.or_all and not isinstance(value, list):
            return self.read(value, what)
        if value == NOT_READ:
            return ()
        if not isinstance(value, list) or len(value) != doses:
            given = f"a list of {len(value)}" if isinstance(value, list) else shown(value)
            raise Unfit(
                f"{what} must be a list of {doses}, one a dose, or {NOT_READ}, but {given} was given", value.line
            )
        return tuple(self.read(part, what) for part in value)


def rows(value, what):
    """The mappings of a list, none where it was not read."""
    if value == NOT_READ:
        return []
    if not isinstance(value, list) or not all(isinstance(row, dict) for row in value) or len(value) > MOST_ROWS:
        raise Unfit(f"{what} must be a list of at most {MOST_ROWS} mappings, as in data/README.md", value.line)
    return value
