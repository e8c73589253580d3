"""The house: six entries, imports that run one way, a lock that matches, targets that are named."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from reporting import provenance
from tests.chapters import NOTEBOOKS, ROOT

ENTRIES = {"README.md", "Makefile", "requirements.txt", "data", "notebooks", "reports"}
TARGETS = [
    "report",
    "check",
    "test",
    "lab",
    "parameters",
    "accept",
    "compare",
    "sweep",
    "engine",
    "mutate",
    "extremes",
    "share",
    "benchmark",
    "clean",
]


def imported(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or ""
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def modules(folder):
    return sorted((NOTEBOOKS / folder).rglob("*.py"))


def starts(name, *packages):
    return any(name == package or name.startswith(package + ".") for package in packages)


def test_top_level_has_six_entries_and_dot_files():
    top = {name.split("/")[0] for name in provenance.files()}
    assert {name for name in top if not name.startswith(".")} == ENTRIES


@pytest.mark.parametrize("path", modules("trial"), ids=lambda path: path.stem)
def test_the_science_knows_nothing_of_notebooks_and_pages(path):
    wrong = [
        name
        for name in imported(path)
        if starts(name, "reporting", "tests", "IPython", "jupyter", "jupytext", "papermill", "nbconvert", "nbformat")
    ]
    assert not wrong


@pytest.mark.parametrize("path", modules("reporting"), ids=lambda path: path.stem)
def test_the_printing_knows_nothing_of_medicine(path):
    assert not [name for name in imported(path) if starts(name, "trial", "tests")]
    assert path.stem == "page" or not [name for name in imported(path) if starts(name, "IPython")]


@pytest.mark.parametrize("path", sorted(NOTEBOOKS.glob("[0-9]*.py")), ids=lambda path: path.stem)
def test_chapters_import_the_science_and_the_page_only(path):
    allowed = ("trial", "reporting.page")
    assert not [name for name in imported(path) if not starts(name, *allowed) and name != "reporting"]


def chapters():
    return sorted(NOTEBOOKS.glob("[0-9]*.py"))


def room(path):
    return path.stem.split("_", 1)[1]


APART = {"answers", "assumptions", "load", "parameters", "words"}  # modules of trial/ that belong to no single chapter
SHARED = {
    "curves",
    "figure",
    "marks",
    "panels",
    "rows",
    "theme",
    "units",
}  # modules of trial/charts/ that all drawings use


def stems(folder):
    return {path.stem for path in (NOTEBOOKS / folder).iterdir() if not path.name.startswith("_")}


def test_each_chapter_has_its_four():
    """02_safety.py, trial/safety.py (or a package), tests/test_safety.py, trial/charts/safety.py if it draws; no more."""
    rooms = {room(path) for path in chapters()}
    drawing = {room(path) for path in chapters() if "page.chart(" in path.read_text(encoding="utf-8")}
    assert rooms - drawing == {"claims"}
    assert stems("trial") == rooms | APART | {"methods", "charts"}
    assert stems("trial/charts") == drawing | SHARED
    assert {f"test_{name}" for name in rooms} <= stems("tests")
    assert {f"test_{path.stem}" for path in modules("trial/methods") if path.stem != "__init__"} <= stems("tests")


def of_trial(path):
    """What a module imports of trial, by dotted name; the packages themselves, which hold nothing, left out."""
    return [name for name in imported(path) if starts(name, "trial") and name not in PACKAGES]


PACKAGES = {
    "trial",
    "trial.methods",
    "trial.charts",
    "trial.imaging",
    "trial.next_trial",
    "trial.own_trial",
    "trial.claims",
}


def test_arrows_run_one_way():
    assert not of_trial(NOTEBOOKS / "trial" / "words.py")
    for path in modules("trial/methods"):
        assert not [name for name in of_trial(path) if not starts(name, "trial.methods", "trial.words")], path
    for path in modules("trial/charts"):
        allowed = ("trial.words", *(f"trial.charts.{name}" for name in SHARED))
        assert not [name for name in of_trial(path) if not starts(name, *allowed)], path
    for path in modules("trial"):
        if "charts" not in path.parts:
            assert not [name for name in of_trial(path) if starts(name, "trial.charts")], path


@pytest.mark.parametrize("path", chapters(), ids=lambda path: path.stem)
def test_a_chapter_draws_under_one_name(path):
    """Its own charts are `draw`, those it borrows `draw_` and the room they come from."""
    lines = re.findall(r"^from trial\.charts import (.+)$", path.read_text(encoding="utf-8"), flags=re.M)
    own, *borrowed = lines or [None]
    assert own == (f"{room(path)} as draw" if "page.chart(" in path.read_text(encoding="utf-8") else None)
    assert all(re.fullmatch(r"(\w+) as draw_\1", line) for line in borrowed)


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
    trees = {path: ast.parse(path.read_text(encoding="utf-8")) for path in modules("trial")}
    for path, tree in trees.items():
        assert path.stem != "__init__" or all(isinstance(node, ast.Expr) for node in tree.body), path
    made = {
        ".".join(path.relative_to(NOTEBOOKS).with_suffix("").parts).removesuffix(".__init__"): set(defined(tree))
        for path, tree in trees.items()
    }
    caught = {"trial.a": {"x"}, "trial.b": {"y"}}
    assert borrowed_twice("from trial import a\nfrom trial.b import x\na.x, a.y", caught) == ["trial.b.x", "trial.a.y"]
    for path in [*trees, *chapters()]:
        assert not borrowed_twice(path.read_text(encoding="utf-8"), made), path


def test_only_load_knows_data_paths():
    for path in [*modules("trial"), *NOTEBOOKS.glob("[0-9]*.py")]:
        if path.stem != "load":
            assert not re.search(r"\bread_csv\b|\.csv[\"']", path.read_text(encoding="utf-8")), path


def test_make_prints_its_targets_with_one_line_each():
    shown = subprocess.run(
        ["make", "--no-print-directory"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.splitlines()
    names = [re.match(r"make (\w+) +\S", line)[1] for line in shown]
    assert names and set(names) <= set(TARGETS)
    defined = re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), flags=re.M)
    assert names == defined


def test_user_text_never_reaches_a_recipe():
    text = (ROOT / "Makefile").read_text()
    recipes = "\n".join(line for line in text.splitlines() if line.startswith("\t"))
    assert not re.search(
        r"\$[({](SET|PARAMETERS|RUN|CHAPTER|WHY|SCENARIOS|RESULTS|A|B|MUTATE|FORCE|KERNEL|PYTHON)[)}]", recipes
    )


def test_dollar_and_backticks_do_nothing(tmp_path):
    trap = tmp_path / "trap"
    for text in (
        f"x=`touch {trap}`",
        f"x=$(touch {trap})",
        f"x=$(shell touch {trap})",
        f"x=$(eval $(shell touch {trap}))",
    ):
        done = subprocess.run(["make", "report", f"SET={text}"], cwd=ROOT, capture_output=True, text=True, check=False)
        assert done.returncode == 2 and "Traceback" not in done.stderr
        assert not trap.exists()


def test_the_lock_holds_what_is_asked_for():
    lock = (ROOT / ".requirements.lock").read_text()
    locked = dict(re.findall(r"^([A-Za-z0-9_.-]+)==(\S+)", lock, flags=re.M))
    for line in (ROOT / "requirements.txt").read_text().splitlines():
        text = line.split("#")[0].strip()
        if text:
            wanted = Requirement(text)
            pins = list(wanted.specifier)
            assert len(pins) == 1 and pins[0].operator == "==", f"{text} is not pinned"
            name = re.sub(r"[-_.]+", "-", wanted.name).lower()
            assert locked.get(name) == pins[0].version, f"{text}: run the line at the head of requirements.txt"
    blocks = re.split(r"\n(?=\S)", lock.strip())
    assert all("--hash=sha256:" in block for block in blocks if "==" in block)


# What draws a whole resample at each call; called trial by trial it takes minutes where one matrix product takes no time.
RESAMPLING = {
    "permutation_test",
    "bootstrap",
    "monte_carlo_test",
    "permutation",
    "permuted",
    "shuffle",
    "choice",
    "resample",
}
LOOPS = (ast.For, ast.While, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)


def resampled_in_a_loop(source):
    """Lines on which a resampling routine is called inside a loop or a comprehension."""
    loops = [node for node in ast.walk(ast.parse(source)) if isinstance(node, LOOPS)]
    calls = [node for loop in loops for node in ast.walk(loop) if isinstance(node, ast.Call)]
    return sorted(
        {call.lineno for call in calls if getattr(call.func, "attr", getattr(call.func, "id", "")) in RESAMPLING}
    )


def test_no_resampling_in_a_python_loop():
    assert resampled_in_a_loop("a = [rng.permutation(x) for _ in range(9)]\nwhile b:\n    permutation_test(x, f)") == [
        1,
        3,
    ]
    assert resampled_in_a_loop("rng.permuted(x, axis=1)\n[f(x) for x in y]") == []
    for path in [*modules("trial"), *NOTEBOOKS.glob("[0-9]*.py")]:
        assert not resampled_in_a_loop(path.read_text(encoding="utf-8")), path


def test_no_path_of_a_machine():
    for name in provenance.files():
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


def longer_than(most, source):
    """Names of the functions in a piece of code that have more lines."""
    functions = [
        node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]
    return [node.name for node in functions if node.end_lineno - node.lineno + 1 > most]


def test_no_function_is_longer_than_fifty_lines():
    assert longer_than(2, "def a():\n    b = 1\n    return b\n\ndef c():\n    return 1\n") == ["a"]
    found = {
        str(path): longer_than(50, path.read_text(encoding="utf-8")) for path in modules("trial") + modules("reporting")
    }
    assert not {path: names for path, names in found.items() if names}


def test_no_module_is_longer_than_450_lines():
    """Longer than a reader keeps in mind is two modules; what must be longer says why in its first line."""
    texts = {str(path): path.read_text(encoding="utf-8") for path in modules("trial") + modules("reporting")}
    long = {path: text.partition("\n")[0] for path, text in texts.items() if text.count("\n") > 450}
    assert not [path for path, first in long.items() if "longer than 450" not in first]
