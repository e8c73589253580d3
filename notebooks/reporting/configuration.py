"""What this report is: pyproject.toml, its chapters, the schema of its parameters, and where things lie."""

import ast
import difflib
import importlib
import tomllib
from functools import cache

from reporting import places
from reporting.places import NOTEBOOKS, ROOT

SCENARIOS = NOTEBOOKS / "scenarios"


class UserError(Exception):
    """Something the person at the keyboard can mend: printed as one sentence, with an exit status."""

    status = 2


class ChapterError(UserError):
    """A cell of a chapter failed (chapter, cell and error in two lines), or runs of a sweep did."""

    status = 1


def read():
    """The table [tool.reporting] of pyproject.toml; UserError where it cannot be read."""
    try:
        return _settings((NOTEBOOKS / "pyproject.toml").read_text(encoding="utf-8"))
    except ValueError as error:
        raise UserError(f"notebooks/pyproject.toml cannot be read: {error}.") from None
    except KeyError:
        raise UserError("notebooks/pyproject.toml has no table [tool.reporting]; bring it back.") from None


@cache
def _settings(text):
    return tomllib.loads(text)["tool"]["reporting"]


def science(name):
    """What pyproject.toml names of the science under that key: a module, or an object in one ("package.module:name")."""
    module, _, of_it = read()[name].partition(":")
    found = importlib.import_module(module)
    return getattr(found, of_it) if of_it else found


def schema():
    """The pydantic model that holds all parameters."""
    return science("parameters")


def ranges():
    """The ranges of what is assumed, as a table by name; UserError where the data do not hold them as they should."""
    try:
        return science("assumptions").ranges()
    except science("data_error") as error:
        raise UserError(str(error)) from None


def reading_order(names):
    """The names in the order of their numbers, those that stand apart at the end.

    >>> reading_order(["07_own_trial", "08_claims", "00_summary"])
    ['00_summary', '08_claims', '07_own_trial']
    """
    apart = read()["apart"]
    return sorted(names, key=lambda name: (name in apart, name))


def chapters():
    """Names of all chapters, in reading order."""
    return reading_order(path.stem for path in NOTEBOOKS.glob("[0-9][0-9]_*.py"))


def needed(names):
    """The chapters that must run for these: where one of them reads the results of others, all but those that stand apart.

    >>> "07_own_trial" in needed(["08_claims"]), "00_summary" in needed(["08_claims"]), needed(["02_safety"])
    (False, False, ['02_safety'])
    """
    settings = read()
    if not set(names) & set(settings["last"]):
        return list(names)
    return [name for name in chapters() if name in names or name not in (*settings["last"], *settings["apart"])]


def others():
    """Runs of a chapter that are published beside the report: name of the page to chapter and what one parameter is given."""
    other = read()["others"]
    paths = sorted(path for path in ROOT.glob(other["files"]) if path.is_file())
    given = {path.stem: {other["parameter"]: path.relative_to(ROOT).as_posix()} for path in paths}
    return {f"{other['folder']}/{name}": (other["chapter"], values) for name, values in given.items()}


def notebook(chapter):
    """A chapter as jupytext reads it from its script; shared between callers, so whoever changes it takes a copy."""
    return _parsed((places.NOTEBOOKS / f"{chapter}.py").read_text(encoding="utf-8"))


@cache
def _parsed(script):
    import jupytext  # here: most of what this module does must be quick

    return jupytext.reads(script, fmt="py:percent")


def declared_parameters(chapter):
    """Names assigned in the cell of a chapter that is tagged `parameters`; SyntaxError with the line of the script."""
    script = places.NOTEBOOKS / f"{chapter}.py"
    ast.parse(script.read_bytes(), script.name)
    return [
        node.target.id
        for cell in notebook(chapter).cells
        if "parameters" in cell.metadata.get("tags", [])
        for node in ast.parse(cell.source).body
        if isinstance(node, ast.AnnAssign)
    ]


def nearest(word, known, cutoff=0.5):
    """The known word that `word` most resembles, or None.

    >>> nearest("confidense", ["seed", "confidence"])
    'confidence'
    """
    return next(iter(difflib.get_close_matches(word, known, n=1, cutoff=cutoff)), None)
