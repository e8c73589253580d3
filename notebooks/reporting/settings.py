"""What this report is (pyproject.toml) and what a user asked for (the environment), each checked before anything runs."""

import ast
import difflib
import importlib
import os
import re
import shlex
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml
from pydantic import ValidationError

NOTEBOOKS = Path(__file__).resolve().parents[1]
ROOT = NOTEBOOKS.parent
SCENARIOS = NOTEBOOKS / "scenarios"
MOST_RUNS = 100
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


def glossary():
    """The table of terms: columns term, also_called (joined by "; "), meaning."""
    return load_object(configuration()["glossary"])()


def chapters():
    """Names of all chapters, in reading order."""
    return sorted(path.stem for path in NOTEBOOKS.glob("[0-9][0-9]_*.py"))


def notebook(chapter, folder=NOTEBOOKS):
    """A chapter as jupytext reads it from its script; shared between callers, so whoever changes it takes a copy."""
    return _parsed((folder / f"{chapter}.py").read_text(encoding="utf-8"))


@cache
def _parsed(script):
    import jupytext  # here: most of what this module does must be quick

    return jupytext.reads(script, fmt="py:percent")


def declared_parameters(chapter, folder=NOTEBOOKS):
    """Names assigned in the cell of a chapter that is tagged `parameters`."""
    return [
        node.target.id
        for cell in notebook(chapter, folder).cells
        if "parameters" in cell.metadata.get("tags", [])
        for node in ast.parse(cell.source).body
        if isinstance(node, ast.AnnAssign)
    ]


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
    if fault["type"] == "value_error" and isinstance(
        given, dict
    ):  # the rule for a mapping says by itself what is wrong
        return f"{name}: {fault['msg'].removeprefix('Value error, ')}."
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
    if path.is_dir():
        raise UserError(f"PARAMETERS: {path} is a folder; name a file with one `name: value` a line.")
    try:
        given = yaml.safe_load(path.read_text(encoding="utf-8"))
    except UnicodeDecodeError:
        raise UserError(f"PARAMETERS: {path} is not a text file; write one `name: value` a line.") from None
    except FileNotFoundError:
        raise UserError(f"PARAMETERS: there is no file {path}; paths are relative to where make was called.") from None
    except (OSError, ValueError) as error:
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


def _chapters_asked(environment):
    known = chapters()
    chosen = environment.get("CHAPTER", "").removesuffix(".py").removesuffix(".ipynb").split()
    for name in chosen:
        if name not in known:
            close = nearest(name, known)
            hint = f"the nearest is {close} (of {', '.join(known)})" if close else f"there are {', '.join(known)}"
            raise UserError(f"CHAPTER: there is no chapter {name}; {hint}.")
    return tuple(chosen)


def request(environment=os.environ):
    """The build asked for by SET, PARAMETERS, CHAPTER and RUN, checked whole before anything starts."""
    given = _file_asked(environment)
    given |= _from_set(environment.get("SET", ""))
    values, changed = _resolved(given)
    chosen, name = _chapters_asked(environment), run_asked(environment)
    if not name and (changed or chosen):
        name = derived_name(changed, chosen)
    return Request(values, changed, chosen or tuple(chapters()), name or None)


def _file_asked(environment):
    called_from = Path(environment.get("CALLED_FROM") or ROOT)
    return _from_file(called_from / environment["PARAMETERS"]) if environment.get("PARAMETERS") else {}


def _resolved(given):
    values, defaults = resolve(given), resolve({})
    return values, {name: value for name, value in values.items() if value != defaults[name]}


def run_asked(environment):
    """The name in RUN, "" where there is none; UserError where it cannot name a folder."""
    name = environment.get("RUN", "")
    if name and not RUN_NAME.fullmatch(name):
        raise UserError(f'RUN: "{name}" is not a folder name; use small letters, digits, - and _ only.')
    return name


# --- many builds at once ----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Sweep:
    """Many builds: a name, the Requests in order, and the names of the parameters that differ between them."""

    name: str
    runs: tuple
    varied: tuple


def split_values(text):
    """The values between the commas that stand outside brackets and quotes.

    >>> split_values("0.8,0.9"), split_values("[0, 0.25],[0.2, 0.1]"), split_values("{a: [0, 1, 1, 1]}")
    (['0.8', '0.9'], ['[0, 0.25]', '[0.2, 0.1]'], ['{a: [0, 1, 1, 1]}'])
    """
    parts, depth, quote = [""], 0, ""
    for letter in text:
        if letter == "," and not depth and not quote:
            parts.append("")
            continue
        if quote:
            quote = "" if letter == quote else quote
        elif letter in "\"'":
            quote = letter
        depth += (letter in "[{(") - (letter in "]})")
        parts[-1] += letter
    return [part.strip() for part in parts]


def _scenarios_asked(text):
    known = sorted(path.stem for path in SCENARIOS.glob("*.yaml"))
    wanted = known if text.strip() == "all" else text.replace(",", " ").split()
    for name in wanted:
        if name not in known:
            close = nearest(name, known)
            hint = (
                f"the nearest is {close} (of {', '.join(known)})" if close else f"there are {', '.join(known)}, or all"
            )
            raise UserError(f"SCENARIOS: there is no scenario {name}; {hint}.")
    return list(dict.fromkeys(wanted))


def _products(text):
    """SET with several values a name: all combinations, each a dict, in the order given."""
    try:
        parts = shlex.split(text)
    except ValueError as error:
        raise UserError(f'SET: the quotes do not match up ({error}); write SET="name=value,value".') from None
    found = [{}]
    for part in parts:
        name, equals, values = part.partition("=")
        each = [_from_set(shlex.quote(f"{name}{equals}{value}")) for value in split_values(values)]
        if name in found[0]:
            raise UserError(f"SET: {name} is given twice; give it once, its values separated by commas.")
        if len(found) * len(each) > MOST_RUNS:
            raise UserError(f"SET asks for more than {MOST_RUNS} runs; give fewer values.")
        found = [{**done, **more} for done in found for more in each]
    return found


def sweep(environment=os.environ):
    """The runs asked for by SCENARIOS, SET, PARAMETERS, CHAPTER and RUN, each checked before the first one starts."""
    scenarios = _scenarios_asked(environment.get("SCENARIOS", ""))
    products = _products(environment.get("SET", ""))
    if not scenarios and len(products) < 2:
        raise UserError('Nothing to sweep over; write SCENARIOS=all, or several values as in SET="confidence=0.8,0.9".')
    if max(1, len(scenarios)) * len(products) > MOST_RUNS:
        raise UserError(f"This asks for more than {MOST_RUNS} runs; give fewer values or scenarios.")
    asked = _file_asked(environment)
    bases = {name: {**_from_file(SCENARIOS / f"{name}.yaml"), **asked} for name in scenarios} or {"": asked}
    chosen, swept = _chapters_asked(environment), sorted(set().union(*products))
    name = run_asked(environment) or derived_name(
        {}, ["sweep", *chosen, *([environment["SCENARIOS"]] if scenarios else []), *swept]
    )
    runs = {}
    for label, base in bases.items():
        for product in products:
            values, changed = _resolved({**base, **product})
            own = {key: values[key] for key in swept} if scenarios else changed
            run = "-".join(part for part in (label, derived_name(own, [])) if part) or "defaults"
            same = any(other.values == values for other in runs.values())
            if not same:
                run = run if run not in runs else f"{run}-{len(runs) + 1}"
                runs[run] = Request(values, changed, chosen or tuple(chapters()), f"{name}/{run}")
    varied = [key for key in resolve({}) if len({repr(run.values[key]) for run in runs.values()}) > 1]
    return Sweep(name, tuple(runs.values()), tuple(varied))


def _from_data(field):
    source = (field.json_schema_extra or {}).get("source")
    return f"; from data/{source['table']}.csv, {', '.join(source['row'].values())}" if source else ""


def table_of_parameters(declared):
    """Rows (name, type, default, range, unit, meaning, chapters); `declared` maps a parameter to its chapters."""
    return [
        (
            name,
            kind_of(field),
            field.default,
            range_of(field),
            (field.json_schema_extra or {}).get("unit", ""),
            field.description + _from_data(field),
            ", ".join(declared.get(name, [])),
        )
        for name, field in schema().model_fields.items()
    ]
