"""What pages depend on, by content: whether anything changed since they were built, and which chapters it reaches.

Standard library only: the answer must be there before anything slow is imported.
"""

import ast
import hashlib
import json
import platform
import re
import sys
import tomllib
from functools import cache

from reporting import disk_cache, places
from reporting.places import NOTEBOOKS, ROOT

# What make can be given a value for: by whoever wants a rerun, and for all else.
RERUN = ("SET", "PARAMETERS", "CHAPTER", "RUN")
OTHERS = ("WHY", "SCENARIOS", "SAMPLE", "RESULTS", "ENGINE", "PAGES", "A", "B", "MUTATE", "FORCE", "KERNEL", "PYTHON")
# What a command takes of these, besides the last three, which all do.
TAKES = {
    "report": RERUN,
    "accept": ("WHY",),
    "parameters": (),
    "compare": ("A", "B"),
    "sweep": (*RERUN, "SCENARIOS", "SAMPLE", "RESULTS", "ENGINE", "PAGES"),
    "share": (),
}


def sha256(path):
    """The SHA-256 of a file, in hexadecimal."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def digest(thing):
    """The SHA-256 of anything that JSON can write, in hexadecimal."""
    return hashlib.sha256(json.dumps(thing, sort_keys=True).encode()).hexdigest()


def data(root=None):
    """The files of the folder of data that pyproject.toml names, in this checkout or in another folder with its files."""
    notebooks = (root or ROOT) / "notebooks"
    settings = tomllib.loads((notebooks / "pyproject.toml").read_text(encoding="utf-8"))
    folder = (notebooks / settings["tool"]["reporting"]["data"]).resolve()
    return sorted(path for path in folder.rglob("*") if path.is_file())


def hashed(paths, root):
    """The SHA-256 of those of the paths that are files, by their path in a folder."""
    return {str(path.relative_to(root)): sha256(path) for path in sorted(paths) if path.is_file()}


def files(root):
    """Every file a page depends on, in a checkout: data, chapters, modules, template, settings, lock."""
    notebooks = root / "notebooks"
    found = [
        *data(root),
        *notebooks.glob("[0-9][0-9]_*.py"),
        *(path for kind in ("trial/**/*.py", "reporting/*.py", "trial/*.toml") for path in notebooks.glob(kind)),
        *(root / "reports" / "template").rglob("*"),
        notebooks / "pyproject.toml",
        root / ".requirements.lock",
    ]
    return [path for path in found if path.is_file()]


def inputs(root=None):
    """The `files` of a checkout, by their path in it."""
    return hashed(files(root or ROOT), root or ROOT)


def sources():
    """The files of data, by their path in the checkout."""
    return hashed(data(), ROOT)


def references(root=None):
    """The accepted notebooks, by their path in the checkout."""
    return hashed(((root or ROOT) / "notebooks").glob("[0-9][0-9]_*.ipynb"), root or ROOT)


def surroundings(environment):
    """What pages and chapters depend on besides files: the interpreter, the machine's kind, the kernels asked for."""
    return [sys.version, platform.machine(), environment.get("KERNEL") == "plain"]


# --- the report as a whole --------------------------------------------------------------------------------------------


def _known(environment):
    # Besides the inputs: the log of editions and the list of packages, which pages show, and what the record names.
    more = [path for path in (ROOT / "reports" / "changes.csv", ROOT / "requirements.txt") if path.exists()]
    return digest([inputs(), references(), [sha256(path) for path in more], surroundings(environment)])


def unknown_variables(environment, command):
    """The names that make was given a value for and that the command does not take."""
    # A blank within a value stands behind a backslash.
    given = re.findall(r"(?:^|(?<!\\)\s)(\w+)=", environment.get("MAKEFLAGS", ""))
    return [name for name in given if name not in (*TAKES[command], *OTHERS[-3:])]


def up_to_date(environment):
    """Whether reports/ holds just what the last build wrote, from just what is there now."""
    asked = any(environment.get(name) for name in RERUN)
    if asked or disk_cache.ignored() or unknown_variables(environment, "report"):
        return False
    try:
        stamp = json.loads(disk_cache.read(places.CACHE / "report.json") or "{}")
        pages = stamp["pages"]
        return (
            bool(pages)
            and all(sha256(ROOT / "reports" / name) == known for name, known in pages.items())
            and stamp["known"] == _known(environment)
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return False


def note_build(pages, inputs_then, environment):
    """Notes the pages of a build, name to SHA-256; nothing is noted where an input changed while it was at work."""
    if inputs() == inputs_then:
        disk_cache.write(places.CACHE / "report.json", json.dumps({"pages": pages, "known": _known(environment)}))


# --- one chapter ------------------------------------------------------------------------------------------------------


def _file_of(module, folder):
    base = folder.joinpath(*module.split("."))
    return next((path for path in (base / "__init__.py", base.with_suffix(".py")) if path.is_file()), None)


@cache
def _imported(source, own):
    # By content, so that an edit while a command runs is seen.
    found = []
    for node in ast.walk(ast.parse(source, "/".join(own))):
        if isinstance(node, ast.Import):
            found += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            above = own[: len(own) - node.level] if node.level else ()
            module = ".".join([*above, *(node.module.split(".") if node.module else [])])
            found += [module, *(f"{module}.{alias.name}" for alias in node.names)]
    return found


def imported_files(script):
    """The project's files that running a chapter can run: what it imports anywhere, what that imports, and so on."""
    folder, found, known, waiting = script.parent, set(), set(), [script]
    while waiting:
        path = waiting.pop()
        # Importing a.b.c runs a and a.b as well.
        named = {
            module.rsplit(".", up)[0]
            for module in _imported(path.read_bytes(), path.relative_to(folder).parts)
            for up in range(module.count(".") + 1)
        }
        for module in named - known:
            file = _file_of(module, folder)
            if file and file not in found:
                found |= {file, *file.parent.glob(f"{file.stem}.toml")}  # what a module reads stands beside it
                waiting.append(file)
        known |= named
    return found


def of_chapter(script, values, environment, results=""):
    """The stamp of an executed chapter: script, parameters, data, modules it reaches, lock, interpreter, results it reads."""
    names = ("pyproject.toml", "reporting/execute.py", "reporting/kernels.py", "reporting/results_only.py")
    runner = [NOTEBOOKS / name for name in names]
    files = {*imported_files(script), *data(), *runner, script, ROOT / ".requirements.lock"}
    known = [[str(path), sha256(path)] for path in sorted(files)]
    return digest([script.name, known, values, results, surroundings(environment)])
