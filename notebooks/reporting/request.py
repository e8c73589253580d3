"""What a user asked for in SET, PARAMETERS, CHAPTER, RUN and SCENARIOS: checked whole before anything starts."""

import hashlib
import math
import os
import re
import shlex
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Literal, get_args, get_origin

from pydantic import ValidationError

from reporting import configuration, plain_yaml, stamps
from reporting.configuration import UserError, nearest
from reporting.plain_yaml import shown

MOST_RUNS = 100_000
LEAST_SETS = 10  # of fewer nothing can be said
LONGEST_COUNT = 12  # digits of a number that is read at all
RUN_NAME = re.compile(r"(?!accepted$)[a-z0-9][a-z0-9_-]*")
LONGEST_NAME = 120  # letters of a run's folder


# --- the range of a parameter, in words -------------------------------------------------------------------------------


def kind_of(field):
    """The type of a parameter in plain words."""
    if get_origin(field.annotation) is Literal:
        return "one of " + ", ".join(str(choice) for choice in get_args(field.annotation))
    return {int: "a whole number", float: "a number", str: "a text", bool: "true or false"}.get(
        field.annotation, "a list" if "list" in str(field.annotation).split("[")[0] else "a mapping"
    )


def range_of(field):
    """The limits of a parameter in plain words, "" where there are none."""
    words = {"gt": "above", "ge": "at least", "lt": "below", "le": "at most"}
    found = [
        f"{word} {_digits(getattr(limit, sign))}"
        for limit in field.metadata
        for sign, word in words.items()
        if hasattr(limit, sign)
    ]
    return " and ".join(found)


def _digits(value):
    return f"{value:,.10f}".rstrip("0").rstrip(".")


def _complaint(error, model, written):
    """One sentence for the first thing a ValidationError has to say about what was `written`."""
    fault = error.errors()[0]
    name = str(fault["loc"][0]) if fault["loc"] else ""
    reason = fault["msg"].removeprefix("Value error, ")
    if fault["type"] == "extra_forbidden":
        for new, field in model.model_fields.items():
            if (field.json_schema_extra or {}).get("formerly") == name:
                return f"{name} is called {new} now; write {new} instead."
        close = nearest(name, list(model.model_fields))
        hint = f"the nearest is {close}" if close else "nothing is called like that"
        return f"{shown(name, quoted=False)} is not a parameter; {hint} (make parameters lists them all)."
    if not name:
        return f"{reason}."
    field = model.model_fields[name]
    given = fault.get("input")
    if fault["type"] == "value_error" and isinstance(
        given, dict
    ):  # the rule for a mapping says by itself what is wrong
        return f"{name}: {reason}."
    limits = range_of(field)
    if counted := {"string_too_long": "letters", "too_long": "entries"}.get(fault["type"]):
        limits = f"of at most {field.metadata[0].max_length:,} {counted}"
    # As it was typed: 0.00001, not what a program makes of it.
    typed = written.get(name)
    number = isinstance(given, int | float) and not isinstance(given, bool)
    as_typed = isinstance(typed, str) and not (number and not math.isfinite(given))
    what = shown(typed, quoted=not number) if as_typed else shown(given)
    reason = f": {reason}" if fault["type"] == "value_error" else ""
    return f"{name} must be {kind_of(field)}{' ' + limits if limits else ''}, but {what} was given{reason}."


# --- what a text means ------------------------------------------------------------------------------------------------

WHOLE = re.compile(r"[-+]?[0-9][0-9_]{0,30}")
NUMBER = re.compile(r"[-+]?(?:[0-9][0-9_]{0,30}\.?[0-9]{0,40}|\.[0-9]{1,40})(?:[eE][-+]?[0-9]{1,4})?")
NO_NUMBER = {".nan": math.nan, ".inf": math.inf, "-.inf": -math.inf}  # as YAML writes them; the schema refuses them
YES_OR_NO = {"true": True, "yes": True, "on": True, "false": False, "no": False, "off": False}


def typed_value(value, wanted):
    """What a text, or a list or mapping of texts, means where `wanted` is the type; itself where it means nothing such."""
    inner = get_args(wanted)
    if isinstance(value, list) and inner and get_origin(wanted) is list:
        return [typed_value(part, inner[0]) for part in value]
    if isinstance(value, dict) and inner and get_origin(wanted) is dict:
        return {name: typed_value(part, inner[1]) for name, part in value.items()}
    if not isinstance(value, str):
        return value
    if wanted is bool:
        return YES_OR_NO.get(value.lower(), value)
    if wanted not in (int, float):
        return value
    if WHOLE.fullmatch(value):
        return int(value)
    if NUMBER.fullmatch(value) and math.isfinite(number := float(value)):
        return number
    return NO_NUMBER.get(value.lower(), value)


# --- what the user asked for ------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Request:
    """One build: the full resolved set of parameters, chapters and a name."""

    values: dict
    chapters: tuple
    name: str | None  # None: the report itself; else a folder in reports/runs/

    @property
    def changed(self):
        """Those of the parameters that differ from the defaults."""
        return {name: value for name, value in self.values.items() if value != defaults()[name]}

    @property
    def called(self):
        """What a run is called within its sweep."""
        return self.name.split("/")[1]


def _from_file(path):
    try:
        given = plain_yaml.read(path.read_text(encoding="utf-8-sig"))
    except UnicodeDecodeError:
        raise UserError(f"PARAMETERS: {path} is not a text file; write one `name: value` a line.") from None
    except FileNotFoundError:
        raise UserError(f"PARAMETERS: there is no file {path}; paths are relative to where make was called.") from None
    except IsADirectoryError:
        raise UserError(f"PARAMETERS: {path} is a folder; name a file with one `name: value` a line.") from None
    except OSError as error:
        raise UserError(
            f"PARAMETERS: {shown(str(path), False, plain_yaml.LONGEST_PATH)} cannot be read ({error.strerror})."
        ) from None
    except plain_yaml.Unreadable as fault:
        line = f", line {fault.line}," if fault.line else ""
        hint = "" if ";" in str(fault) else "; write one `name: value` a line"
        raise UserError(f"PARAMETERS: {path}{line} {fault}{hint}.") from None
    if not given:
        raise UserError(f"PARAMETERS: {path} is empty; write one `name: value` a line, or leave PARAMETERS out.")
    if not isinstance(given, dict):
        kind = "list" if isinstance(given, list) else "text"
        raise UserError(f"PARAMETERS: {path} holds a {kind}; write one `name: value` a line.")
    return given


def _parts(text, hint):
    """The name, the equals sign and the value of each part of SET."""
    try:
        parts = shlex.split(text)
    except ValueError as error:
        raise UserError(f'SET: the quotes do not match up ({str(error).lower()}); write SET="{hint}".') from None
    return [part.partition("=") for part in parts]


def _from_set(text):
    given = {}
    for name, equals, value in _parts(text, "name=value name=value"):
        if not equals or not name:
            raise UserError(
                f'SET: {shown(name + equals + value)} is not name=value; write SET="confidence=0.9 seed=7".'
            )
        if name in given:
            raise UserError(f"SET: {shown(name, quoted=False)} is given twice; give it once.")
        given[name] = _value(name, value)
    return given


def _value(name, text):
    field = configuration.schema().model_fields.get(name)
    one = field is not None and get_origin(field.annotation) not in (list, dict)
    if one and text.isprintable() and not text.strip().startswith(tuple("[]{}\"'&*!|>%@`")):
        return text.strip()  # as it stands: a visit may be called "Day 4: before" or "Visit #2"
    try:
        return plain_yaml.read(text)
    except plain_yaml.Unreadable as fault:
        why = "" if str(fault) == "is not YAML" else f": it {fault}"
        raise UserError(
            f'SET: the value {shown(text)} of {shown(name, quoted=False)} cannot be read{why}; write SET="name=value", a value with blanks in single quotes.'
        ) from None


def resolve(given):
    """The full checked set of parameters as a dict, from the given ones and the defaults; UserError in one sentence."""
    model = configuration.schema()
    fields = model.model_fields
    meant = {
        name: typed_value(value, fields[name].annotation) if name in fields else value for name, value in given.items()
    }
    try:
        return model(**meant).model_dump()
    except ValidationError as error:
        raise UserError(_complaint(error, model, given)) from None


def derived_name(changed, chosen):
    """A folder name from the chapter chosen and the values changed; what letters of a folder cannot tell ends in a hash.

    >>> derived_name({"confidence": 0.9, "seed": 7}, ["02_safety"])
    '02_safety-confidence_0-9-seed_7'
    >>> derived_name({"own_trial": "a/b"}, []) == derived_name({"own_trial": "a-b"}, [])
    False
    """
    parts = [*chosen, *(f"{name}_{value}" for name, value in sorted(changed.items()))]
    whole = re.sub(r"[^a-z0-9_-]+", "-", "-".join(parts).lower()).strip("-")
    unique = len(whole) <= LONGEST_NAME and all(_told_by_letters(*item) for item in changed.items())
    digest = hashlib.sha256(repr((chosen, sorted(changed.items()))).encode("utf-8", "surrogatepass")).hexdigest()[:6]
    return whole if unique else f"{whole[: LONGEST_NAME - 7].rstrip('-')}-{digest}"


def _told_by_letters(name, value):
    field = configuration.schema().model_fields.get(name)
    free = isinstance(value, str) and (field is None or get_origin(field.annotation) is not Literal)
    return bool(re.fullmatch(r"[a-z0-9_]+", value)) if free else not isinstance(value, list | dict)


def _chapters_asked(environment):
    known = configuration.chapters()
    chosen = environment.get("CHAPTER", "").replace(",", " ").split()
    chosen = [name.removesuffix(".py").removesuffix(".ipynb") for name in chosen]
    for name in chosen:
        if name not in known:
            # "2" and "02" are how a reader calls a chapter
            close = next((one for one in known if one.startswith(f"{name:0>2}_")), None) or nearest(name, known)
            raise UserError(f"CHAPTER: there is no chapter {shown(name, quoted=False)}; {_hint(close, known)}.")
    return tuple(dict.fromkeys(chosen))


def _hint(close, known):
    known = ", ".join(known)
    return f"the nearest is {close} (of {known})" if close else f"there are {known}"


def refuse_misspelt(command, environment=os.environ):
    """UserError where make was given what would pass unheard: a name that the command does not take, a parameter, a strange kernel."""
    for name in stamps.unknown_variables(environment, command):
        if name in configuration.schema().model_fields:
            raise UserError(f'{name} is a parameter, which make takes in SET; write SET="{name}=...".')
        if name in stamps.RERUN + stamps.OTHERS:
            known, others = stamps.TAKES[command], [make for make, names in stamps.TAKES.items() if name in names]
            but = f" but {', '.join(known)}" if known else ""
            there = f"; make {' and make '.join(others)} take{'s' * (len(others) == 1)} it" if others else ""
            raise UserError(f"make {command} takes no {name}{but}{there}.")
        if close := nearest(name.upper(), stamps.RERUN + stamps.OTHERS, 0.8):
            raise UserError(f"{name} is nothing that make knows; write {close}=... instead.")
    if (kernel := environment.get("KERNEL", "")) not in ("", "plain", "forked"):
        raise UserError(f"KERNEL: {shown(kernel)} is no kernel; write KERNEL=plain, or leave KERNEL out.")


def read(environment=os.environ):
    """The build asked for by SET, PARAMETERS, CHAPTER and RUN, checked whole before anything starts."""
    values = resolve(_file_asked(environment) | _from_set(environment.get("SET", "")))
    chosen, name = _chapters_asked(environment), run_asked(environment)
    asked = Request(values, chosen or tuple(configuration.chapters()), name or None)
    unnamed = not name and (asked.changed or chosen)
    return replace(asked, name=derived_name(asked.changed, chosen)) if unnamed else asked


def _file_asked(environment):
    called_from = Path(environment.get("CALLED_FROM") or configuration.ROOT)
    return _from_file(called_from / environment["PARAMETERS"]) if environment.get("PARAMETERS") else {}


@cache
def defaults():
    """The full set of parameters where nobody asked for another."""
    return resolve({})


def run_asked(environment):
    """The name in RUN, "" where there is none; UserError where it cannot name a folder."""
    name = environment.get("RUN", "")
    if name and not RUN_NAME.fullmatch(name):
        raise UserError(
            f"RUN: {shown(name)} cannot name a run; use small letters, digits, - and _ only, a letter or digit first."
        )
    if len(name) > LONGEST_NAME:
        raise UserError(f"RUN: {shown(name)} is too long for a folder name; use at most {LONGEST_NAME} letters.")
    return name


# --- many builds at once ----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Sweep:
    """Many builds: a name, the Requests in order, and the names of the parameters that differ between them."""

    name: str
    runs: tuple
    varied: tuple
    sampled: tuple = ()  # assumptions drawn at once from their ranges, see reporting.sample; empty: none is


def split_values(text):
    """The values between the commas that stand outside brackets and quotes.

    >>> split_values("0.8,0.9"), split_values("[0, 0.25],[0.2, 0.1]"), split_values("{a: [0, 1, 1, 1]}")
    (['0.8', '0.9'], ['[0, 0.25]', '[0.2, 0.1]'], ['{a: [0, 1, 1, 1]}'])
    """
    whole = r"""\{[^{}]*\}|\[[^\[\]]*\]|\([^()]*\)|"[^"]*"|'[^']*'"""
    return [part.strip() for part in re.findall(rf"(?:^|,)((?:{whole}|[^,])*)", text)]


def _scenarios_asked(text):
    known = sorted(path.stem for path in configuration.SCENARIOS.glob("*.yaml"))
    wanted = known if text.strip() == "all" else text.replace(",", " ").split()
    for name in wanted:
        if name not in known:
            close = nearest(name, known)
            hint = _hint(close, known) + ("" if close else ", or all")
            raise UserError(f"SCENARIOS: there is no scenario {shown(name, quoted=False)}; {hint}.")
    return list(dict.fromkeys(wanted))


def _products(text):
    """SET with several values a name: all combinations, each a dict, in the order given."""
    found = [{}]
    for name, equals, values in _parts(text, "name=value,value"):
        each = [_from_set(shlex.quote(f"{name}{equals}{value}")) for value in split_values(values)]
        if name in found[0]:
            raise UserError(
                f"SET: {shown(name, quoted=False)} is given twice; give it once, its values separated by commas."
            )
        if len(found) * len(each) > MOST_RUNS:
            raise UserError(f"SET asks for more than {MOST_RUNS:,} runs; give fewer values.")
        found = [{**done, **more} for done in found for more in each]
    return found


def sample_asked(environment):
    """How many sets SAMPLE asks for, 0 where it asks for none; UserError where it is no such number."""
    typed = environment.get("SAMPLE", "").strip()
    if not typed:
        return 0
    count = int(typed) if typed.isascii() and typed.isdigit() and len(typed) <= LONGEST_COUNT else 0
    if not LEAST_SETS <= count <= MOST_RUNS:
        raise UserError(
            f"SAMPLE: {shown(typed, quoted=False)} is no number of sets; write a whole number from {LEAST_SETS} to {MOST_RUNS:,}, "
            "such as SAMPLE=1000."
        )
    if environment.get("SCENARIOS", "").strip():
        raise UserError(
            "SAMPLE draws its own sets, so SCENARIOS says nothing beside it; write PARAMETERS=notebooks/scenarios/NAME.yaml to "
            "draw them around one scenario."
        )
    return count


def read_sweep(environment=os.environ):
    """The runs asked for by SCENARIOS, SET, PARAMETERS, CHAPTER and RUN, each checked before the first one starts."""
    scenarios = _scenarios_asked(environment.get("SCENARIOS", ""))
    products = _products(environment.get("SET", ""))
    if not scenarios and len(products) < 2:
        raise UserError(
            'Nothing to sweep over; write SCENARIOS=all, several values as in SET="confidence=0.8,0.9", or SAMPLE=1000.'
        )
    if max(1, len(scenarios)) * len(products) > MOST_RUNS:
        raise UserError(f"This asks for more than {MOST_RUNS:,} runs; give fewer values or scenarios.")
    asked = _file_asked(environment)
    bases = {name: {**_from_file(configuration.SCENARIOS / f"{name}.yaml"), **asked} for name in scenarios} or {
        "": asked
    }
    chosen, swept = _chapters_asked(environment), sorted(set().union(*products))
    name = run_asked(environment) or derived_name(
        {}, ["sweep", *chosen, *([environment["SCENARIOS"]] if scenarios else []), *swept]
    )
    runs, seen = {}, set()
    for label, base in bases.items():
        for product in products:
            one = Request(resolve({**base, **product}), chosen or tuple(configuration.chapters()), None)
            own = {key: one.values[key] for key in swept} if scenarios else one.changed
            run = "-".join(filter(None, (label, derived_name(own, [])))) or "defaults"
            if (same := repr(one.values)) not in seen:
                seen.add(same)
                run = run if run not in runs else f"{run}-{len(runs) + 1}"
                runs[run] = replace(one, name=f"{name}/{run}")
    varied = [key for key in defaults() if len({repr(run.values[key]) for run in runs.values()}) > 1]
    return Sweep(name, tuple(runs.values()), tuple(varied))


def _from_data(field):
    source = (field.json_schema_extra or {}).get("source")
    if not source:
        return ""
    rows = (", ".join(source[row].values()) for row in ("row", "to") if row in source)
    return f"; from data/{source['table']}.csv, {' and '.join(rows)}"


def _plausible(name, ranges):
    """How far a parameter could plausibly lie, and why, in words; "" where nobody says."""
    words = configuration.science("words")
    rows = ranges[[row.partition(".")[0] == name for row in ranges.index]].itertuples()
    parts = {row.Index.partition(".")[2]: row for row in rows}
    ends = [
        f"{'SD ' if part == 'sd' else f'{part} ' if part else ''}from {words.between(row.low, row.high, words.short)}: {row.reason}"
        for part, row in parts.items()
    ]
    return f"; plausible {'; '.join(ends)}" if ends else ""


def table_of_parameters(declared):
    """Rows (name, type, default, range, unit, meaning, chapters); `declared` maps a parameter to its chapters."""
    ranges = configuration.ranges()
    return [
        (
            name,
            kind_of(field),
            field.default,
            range_of(field),
            (field.json_schema_extra or {}).get("unit", ""),
            field.description + _from_data(field) + _plausible(name, ranges),
            ", ".join(declared.get(name, [])),
        )
        for name, field in configuration.schema().model_fields.items()
    ]
