"""The house: six entries, rooms named for chapters, imports that run one way, sizes, a lock that matches, targets that are named."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from tests.chapters import NOTEBOOKS, ROOT, files

ENTRIES = {"README.md", "Makefile", "requirements.txt", "data", "notebooks", "reports"}
TARGETS = "report check test lab parameters accept compare sweep engine mutate extremes share benchmark clean"
CHAPTERS = sorted(NOTEBOOKS.glob("[0-9]*.py"))
# Modules of trial/ that belong to no single chapter, and those of trial/charts/ that all drawings use.
APART = {"answers", "assumptions", "load", "numbers_read", "parameters", "words"}
SHARED = {"curves", "figure", "marks", "panels", "rows", "theme", "units"}


def modules(folder):
    return sorted((NOTEBOOKS / folder).rglob("*.py"))


def text_of(path):
    return path.read_text(encoding="utf-8")


def each(*paths):
    return pytest.mark.parametrize("path", paths, ids=lambda path: "-".join(path.relative_to(NOTEBOOKS).parts))


def test_top_level_has_six_entries_and_dot_files():
    top = {path.parts[0] for path in files()}
    assert {name for name in top if not name.startswith(".")} == ENTRIES


# --- rooms ------------------------------------------------------------------------------------------------------------


def room(path):
    return path.stem.split("_", 1)[1]


def draws(path):
    return "page.chart(" in text_of(path)


def rooms_amiss(rooms, drawing, found):
    """Names that a folder lacks or holds too many. `found`: folder to the names in it.

    A chapter has its four, 02_safety.py, trial/safety.py (or a package), tests/test_safety.py, trial/charts/safety.py if
    it draws, and there is no more.
    """
    wrong = found["trial"] ^ (rooms | APART | {"methods", "charts"})
    wrong |= found["trial/charts"] ^ (drawing | SHARED)
    return wrong | ({f"test_{name}" for name in rooms | found["trial/methods"]} - found["tests"])


def test_each_chapter_has_its_four():
    def stems(folder):
        return {path.stem for path in (NOTEBOOKS / folder).iterdir() if not path.name.startswith("_")}

    rooms, drawing = set(map(room, CHAPTERS)), {room(path) for path in CHAPTERS if draws(path)}
    found = {folder: stems(folder) for folder in ("trial", "trial/charts", "trial/methods", "tests")}
    assert rooms - drawing == {"claims"} and room(CHAPTERS[0]) == "summary"
    assert not rooms_amiss(rooms, drawing, found)
    for folder, name in (
        ("trial", "safety"),
        ("trial/charts", "safety"),
        ("tests", "test_safety"),
        ("tests", "test_pooling"),
    ):
        assert rooms_amiss(rooms, drawing, found | {folder: found[folder] - {name}}) == {name}
    for folder in ("trial", "trial/charts"):
        assert rooms_amiss(rooms, drawing, found | {folder: found[folder] | {"harm"}}) == {"harm"}


@each(*CHAPTERS)
def test_a_chapter_draws_under_one_name(path):
    """Its own charts are `draw`, those it borrows `draw_` and the room they come from."""
    own, *borrowed = re.findall(r"^from trial\.charts import (.+)$", text_of(path), flags=re.M) or [None]
    assert own == (f"{room(path)} as draw" if draws(path) else None)
    assert all(re.fullmatch(r"(\w+) as draw_\1", line) for line in borrowed)


def test_only_load_knows_data_paths():
    for path in [*modules("trial"), *CHAPTERS]:
        assert path.stem == "load" or not re.search(r"\bread_csv\b|\.csv[\"']", text_of(path)), path


# --- arrows -----------------------------------------------------------------------------------------------------------

PAGES = ("reporting", "tests", "IPython", "jupyter", "jupytext", "papermill", "nbconvert", "nbformat")
ROOMS = ("", ".methods", ".charts", ".imaging", ".next_trial", ".own_trial", ".own_trial.adam", ".claims")
PACKAGES = {f"trial{part}" for part in ROOMS}
MAY = {  # of trial; its other modules may all but its charts
    "trial.words": (),
    "trial.methods": ("trial.methods", "trial.words"),
    "trial.charts": ("trial.words", *(f"trial.charts.{name}" for name in SHARED)),
}


def imported(source):
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or ""
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def starts(name, *packages):
    return any(name == package or name.startswith(package + ".") for package in packages)


def against_the_arrows(place, source):
    """What a module, named by its dotted place, imports although the arrows run the other way.

    Chapters -> trial, reporting.page; trial's modules -> methods, words; its charts -> words and the shared layouts.
    """
    names = set(imported(source))
    trial = {
        name for name in names if starts(name, "trial") and name not in PACKAGES
    }  # packages themselves hold nothing
    if not starts(place, "trial", "reporting"):
        return {name for name in names if not starts(name, "trial", "reporting.page") and name != "reporting"}
    if starts(place, "reporting"):  # the printing knows nothing of medicine
        return {name for name in names if starts(name, "trial", "tests", *(["IPython"] * (place != "reporting.page")))}
    wrong = {name for name in names if starts(name, *PAGES)}  # the science knows nothing of notebooks and pages
    for of, may in MAY.items():
        if starts(place, of):
            return wrong | {name for name in trial if not starts(name, *may)}
    return wrong | {name for name in trial if starts(name, "trial.charts")}


@each(*CHAPTERS, *modules("trial"), *modules("reporting"))
def test_arrows_run_one_way(path):
    place = ".".join(path.relative_to(NOTEBOOKS).with_suffix("").parts).removesuffix(".__init__")
    assert not against_the_arrows(place, text_of(path))


@pytest.mark.parametrize(
    ("place", "line", "stray"),
    [
        ("02_safety", "import pandas", "pandas"),
        ("02_safety", "from reporting import html", "reporting.html"),
        ("trial.safety", "from reporting import page", "reporting"),
        ("trial.safety", "import nbformat.v4", "nbformat.v4"),
        ("trial.safety", "from trial.charts import safety", "trial.charts.safety"),
        ("trial.words", "from trial import load", "trial.load"),
        ("trial.methods.pooling", "from trial import load", "trial.load"),
        ("trial.charts.safety", "from trial import load", "trial.load"),
        ("trial.charts.safety", "from trial.charts import imaging", "trial.charts.imaging"),
        ("reporting.html", "from trial import words", "trial.words"),
        ("reporting.html", "import IPython", "IPython"),
    ],
)
def test_an_arrow_that_runs_back_is_noticed(place, line, stray):
    assert stray in against_the_arrows(place, f"def late():\n    {line}")
    assert not against_the_arrows(place, "from trial import words" if place[0] == "0" else "import math")


def defined(tree):
    """The names a module makes itself at its top level: functions, classes, values."""
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            yield node.name
        elif not isinstance(node, ast.Import | ast.ImportFrom):
            yield from (n.id for n in ast.walk(node) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store))


def borrowed_twice(source, made):
    """Names of trial that a source takes from a module that only imported them; `made`: module to the names it defines."""
    tree, known, wrong = ast.parse(source), {}, []
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and starts(node.module or "", "trial"):
            for alias in node.names:
                if (full := f"{node.module}.{alias.name}") in made:
                    known[alias.asname or alias.name] = full
                elif alias.name not in made.get(node.module, ()):
                    wrong.append(full)
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in known:
            module = known[node.value.id]
            if node.attr not in made[module] and f"{module}.{node.attr}" not in made:
                wrong.append(f"{module}.{node.attr}")
    return wrong


def test_nothing_is_exported_twice():
    trees = {path: ast.parse(text_of(path)) for path in modules("trial")}
    for path, tree in trees.items():
        assert path.stem != "__init__" or all(isinstance(node, ast.Expr) for node in tree.body), path
    made = {
        ".".join(path.relative_to(NOTEBOOKS).with_suffix("").parts).removesuffix(".__init__"): set(defined(tree))
        for path, tree in trees.items()
    }
    caught = {"trial.a": {"x"}, "trial.b": {"y"}}
    assert borrowed_twice("from trial import a\nfrom trial.b import x\na.x, a.y", caught) == ["trial.b.x", "trial.a.y"]
    for path in [*trees, *CHAPTERS]:
        assert not borrowed_twice(text_of(path), made), path


# --- sizes and ways of writing ----------------------------------------------------------------------------------------


def too_long(source, function=50, module=450):
    """The names of functions with more lines, and "" for a module that has too many and does not say why in its first line."""
    nodes = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    found = [node.name for node in nodes if node.end_lineno - node.lineno >= function]
    return found + [""] * (source.count("\n") > module and f"longer than {module}" not in source.partition("\n")[0])


@each(*modules("trial"), *modules("reporting"))
def test_no_function_is_longer_than_fifty_lines_and_no_module_than_450(path):
    assert not too_long(text_of(path))


def test_what_is_too_long_is_noticed():
    source = '"""A module."""\ndef a():\n    b = 1\n    return b\n\nasync def c():\n    return 1\n'
    assert too_long(source, 2, 9) == ["a"] and too_long(source, 3, 6) == [""]
    assert too_long(source.replace("A module.", "A module longer than 6 lines."), 3, 6) == []


# What draws a whole resample at each call; called trial by trial it takes minutes where one matrix product takes no time.
RESAMPLING = r"permutation_test|bootstrap|monte_carlo_test|permutation|permuted|shuffle|choice|resample"
LOOPS = (ast.For, ast.While, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)


def resampled_in_a_loop(source):
    """Lines on which a resampling routine is called inside a loop or a comprehension."""
    loops = [node for node in ast.walk(ast.parse(source)) if isinstance(node, LOOPS)]
    calls = [node for loop in loops for node in ast.walk(loop) if isinstance(node, ast.Call)]
    called = [(call.lineno, getattr(call.func, "attr", getattr(call.func, "id", ""))) for call in calls]
    return {line for line, name in called if re.fullmatch(RESAMPLING, name)}


def test_no_resampling_in_a_python_loop():
    looped = "a = [rng.permutation(x) for _ in range(9)]\nwhile b:\n    permutation_test(x, f)"
    assert resampled_in_a_loop(looped) == {1, 3}
    assert not resampled_in_a_loop("rng.permuted(x, axis=1)\n[f(x) for x in y]")
    for path in [*modules("trial"), *CHAPTERS]:
        assert not resampled_in_a_loop(text_of(path)), path


def test_no_path_of_a_machine():
    for name in files():
        path = ROOT / name
        if path.suffix in {".js", ".lock"} or not path.is_file() or path == Path(__file__):
            continue
        text = path.read_text(encoding="utf-8", errors="replace")
        assert not re.search(r"(?<![\w.])/(home|root|work|Users)/\w", text), name


def test_code_is_written_one_way():
    for command in (["check", "-q"], ["format", "--check", "-q"]):
        done = subprocess.run(
            [sys.executable, "-m", "ruff", *command, "."], cwd=NOTEBOOKS, capture_output=True, text=True
        )
        assert done.returncode == 0, done.stdout + done.stderr


# --- make and the lock ------------------------------------------------------------------------------------------------


def test_make_prints_its_targets_with_one_line_each():
    done = subprocess.run(["make", "--no-print-directory"], cwd=ROOT, capture_output=True, text=True, check=True)
    names = [re.match(r"make (\w+) +\S", line)[1] for line in done.stdout.splitlines()]
    assert " ".join(names) == TARGETS
    assert names == re.findall(r"^([a-z]+):", text_of(ROOT / "Makefile"), flags=re.M)


def test_user_text_never_reaches_a_recipe():
    text = text_of(ROOT / "Makefile")
    named = re.findall(r"^override (\w+) := \$\(value \1\)$", text, flags=re.M)
    assert {"SET", "WHY", "PYTHON"} <= set(named) and len(named) == text.count("override")
    recipes = "\n".join(line for line in text.splitlines() if line.startswith("\t"))
    assert not re.search(rf"\$[({{]({'|'.join(named)})[)}}]", recipes)


@pytest.mark.apart  # where no engine is installed the run itself shows it
def test_without_an_engine_everything_else_is_collected():
    code = "import sys, pytest; sys.modules['dask'] = sys.modules['distributed'] = None; sys.exit(pytest.main(sys.argv[1:]))"
    asked = ["-q", "--collect-only", "--doctest-modules", "-p", "no:xdist", "reporting"]
    done = subprocess.run(
        [sys.executable, "-c", code, *asked], cwd=NOTEBOOKS, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0 and "reporting/request.py" in done.stdout, done.stdout[-2000:]


def test_the_lock_holds_what_is_asked_for():
    lock = text_of(ROOT / ".requirements.lock")
    locked = dict(re.findall(r"^([A-Za-z0-9_.-]+)==(\S+)", lock, flags=re.M))
    for line in text_of(ROOT / "requirements.txt").splitlines():
        text = line.split("#")[0].strip()
        if text:
            wanted = Requirement(text)
            pins = list(wanted.specifier)
            assert len(pins) == 1 and pins[0].operator == "==", f"{text} is not pinned"
            name = re.sub(r"[-_.]+", "-", wanted.name).lower()
            assert locked.get(name) == pins[0].version, f"{text}: run the line at the head of requirements.txt"
    assert "lark" not in locked, "by way of jsonschema it would build 38 parsers at every start, three seconds of it"
    blocks = re.split(r"\n(?=\S)", lock.strip())
    assert all("--hash=sha256:" in block for block in blocks if "==" in block)
