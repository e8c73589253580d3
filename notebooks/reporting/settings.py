"""What this report is (pyproject.toml) and what a user asked for (the environment), each checked before anything runs."""

import difflib
import importlib
import os
import re
import shlex
import tomllib
from dataclasses import dataclass
from pathlib import Path

import yaml
from pydantic import ValidationError

NOTEBOOKS = Path(__file__).resolve().parents[1]
ROOT = NOTEBOOKS.parent
RUN_NAME = re.compile(r"[a-z0-9_-]+")


class UserError(Exception):
    """Something the person at the keyboard can mend: printed as one sentence, exit status 2."""


def configuration():
    """The table [tool.reporting] of pyproject.toml."""
    return tomllib.loads((NOTEBOOKS / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["reporting"]


def load_object(path):
    """The object behind "package.module:name", as the configuration spells it."""
    module, name = path.split(":")
    return getattr(importlib.import_module(module), name)


def schema():
    """The pydantic model that holds all parameters."""
    return load_object(configuration()["parameters"])


def chapters():
    """Names of all chapters, in reading order."""
    return sorted(path.stem for path in NOTEBOOKS.glob("[0-9][0-9]_*.py"))


def nearest(word, known):
    """The known word that `word` most resembles, or None.

    >>> nearest("confidense", ["seed", "confidence"])
    'confidence'
    """
    return next(iter(difflib.get_close_matches(word, known, n=1, cutoff=0.5)), None)


# --- the range of a parameter, in words -------------------------------------------------------------------------------


def kind_of(field):
    """The type of a parameter in plain words."""
    if getattr(field.annotation, "__args__", None) and not isinstance(field.annotation, type):
        return "one of " + ", ".join(str(choice) for choice in field.annotation.__args__)
    return {int: "a whole number", float: "a number", str: "a text", bool: "true or false"}.get(
        field.annotation, "a list" if "list" in str(field.annotation) else "a mapping"
    )


def range_of(field):
    """The limits of a parameter in plain words, "" where there are none."""
    words = {"gt": "above", "ge": "at least", "lt": "below", "le": "at most"}
    found = [
        f"{word} {getattr(limit, sign):,}"
        for limit in field.metadata
        for sign, word in words.items()
        if hasattr(limit, sign)
    ]
    return " and ".join(found)


def _complaint(error, model):
    """One sentence for the first thing a ValidationError has to say."""
    fault = error.errors()[0]
    name = str(fault["loc"][0]) if fault["loc"] else ""
    given = fault.get("input")
    shown = f'"{given}"' if isinstance(given, str) else repr(given)
    if fault["type"] == "extra_forbidden":
        close = nearest(name, list(model.model_fields))
        hint = f"the nearest is {close}" if close else "nothing is called like that"
        return f"{name} is not a parameter; {hint} (make parameters lists them all)."
    if not name:
        return str(fault["msg"]).removeprefix("Value error, ") + "."
    field = model.model_fields[name]
    limits = range_of(field)
    place = "".join(f" ({part})" for part in fault["loc"][1:])
    reason = f": {fault['msg'].removeprefix('Value error, ')}" if fault["type"] == "value_error" else ""
    return f"{name}{place} must be {kind_of(field)}{' ' + limits if limits else ''}, but {shown} was given{reason}."


# --- what the user asked for ------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Request:
    """One build: the full resolved set of parameters, those that differ from the defaults, chapters and a name."""

    values: dict
    changed: dict
    chapters: tuple
    name: str | None  # None: the report itself; else a folder in reports/runs/


def _from_file(path):
    try:
        given = yaml.safe_load(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise UserError(f"PARAMETERS: there is no file {path}; paths are relative to where make was called.") from None
    except (OSError, UnicodeDecodeError) as error:
        raise UserError(f"PARAMETERS: {path} cannot be read ({error}).") from None
    except yaml.YAMLError as error:
        line = f", line {error.problem_mark.line + 1}" if getattr(error, "problem_mark", None) else ""
        raise UserError(f"PARAMETERS: {path}{line} is not YAML; write one `name: value` a line.") from None
    names = re.findall(r"^(\w+)\s*:", path.read_text(encoding="utf-8"), flags=re.M)
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice:
        raise UserError(f"PARAMETERS: {path} gives {twice} twice; give it once.")
    if given is None:
        raise UserError(f"PARAMETERS: {path} is empty; write one `name: value` a line, or leave PARAMETERS out.")
    if not isinstance(given, dict):
        raise UserError(f"PARAMETERS: {path} holds a {type(given).__name__}; write one `name: value` a line.")
    return {str(name): value for name, value in given.items()}


def _from_set(text):
    try:
        parts = shlex.split(text)
    except ValueError as error:
        raise UserError(f'SET: the quotes do not match up ({error}); write SET="name=value name=value".') from None
    given = {}
    for part in parts:
        name, equals, value = part.partition("=")
        if not equals or not name:
            raise UserError(f'SET: "{part}" is not name=value; write SET="confidence=0.9 seed=7".')
        if name in given:
            raise UserError(f"SET: {name} is given twice; give it once.")
        try:
            given[name] = yaml.safe_load(value)
        except yaml.YAMLError:
            raise UserError(f'SET: the value "{value}" of {name} cannot be read; write SET="name=value".') from None
    return given


def _numbers(given, model):
    # YAML reads 1e-5 as a text and JSON-like users write 1 for 1.0: a text that is a number becomes one where a number
    # is wanted; everything else is left for the schema to judge.
    for name, value in given.items():
        field = model.model_fields.get(name)
        if field is not None and field.annotation is float and isinstance(value, str):
            try:
                yield name, float(value) if re.fullmatch(r"[-+]?[\d.]+[eE][-+]?\d+", value) else value
            except ValueError:
                yield name, value
        else:
            yield name, value


def resolve(given):
    """The full checked set of parameters as a dict, from the given ones and the defaults; UserError in one sentence."""
    model = schema()
    try:
        return model(**dict(_numbers(given, model))).model_dump()
    except ValidationError as error:
        raise UserError(_complaint(error, model)) from None


def derived_name(changed, chosen):
    """A folder name from the chapter chosen and the values changed.

    >>> derived_name({"confidence": 0.9, "seed": 7}, ["02_safety"])
    '02_safety-confidence_0-9-seed_7'
    """
    parts = [*chosen, *(f"{name}_{value}" for name, value in sorted(changed.items()))]
    return re.sub(r"[^a-z0-9_-]+", "-", "-".join(parts).lower()).strip("-")[:120]


def request(environment=os.environ):
    """The build asked for by SET, PARAMETERS, CHAPTER and RUN, checked whole before anything starts."""
    called_from = Path(environment.get("CALLED_FROM") or ROOT)
    given = _from_file(called_from / environment["PARAMETERS"]) if environment.get("PARAMETERS") else {}
    given |= _from_set(environment.get("SET", ""))
    values, defaults = resolve(given), resolve({})
    changed = {name: value for name, value in values.items() if value != defaults[name]}
    known = chapters()
    chosen = environment.get("CHAPTER", "").removesuffix(".py").removesuffix(".ipynb").split()
    for name in chosen:
        if name not in known:
            close = nearest(name, known) or known[0]
            raise UserError(f"CHAPTER: there is no chapter {name}; the nearest is {close} (of {', '.join(known)}).")
    name = environment.get("RUN", "")
    if name and not RUN_NAME.fullmatch(name):
        raise UserError(f'RUN: "{name}" is not a folder name; use small letters, digits, - and _ only.')
    if not name and (changed or chosen):
        name = derived_name(changed, chosen)
    return Request(values, changed, tuple(chosen) or tuple(known), name or None)


def table_of_parameters(declared):
    """Rows (name, type, default, range, unit, meaning, chapters); `declared` maps a parameter to its chapters."""
    return [
        (
            name,
            kind_of(field),
            field.default,
            range_of(field),
            (field.json_schema_extra or {}).get("unit", ""),
            field.description,
            ", ".join(declared.get(name, [])),
        )
        for name, field in schema().model_fields.items()
    ]
