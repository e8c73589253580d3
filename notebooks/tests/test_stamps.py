"""Nothing is run or written that did not change, and nothing that did is missed."""

import contextlib
import json
import re
import subprocess
import sys
import threading
from concurrent.futures import Future
from pathlib import Path

import jupytext
import nbformat
import pytest

from reporting import (
    accept,
    build,
    configuration,
    disk_cache,
    execute,
    html,
    kernels,
    places,
    provenance,
    request,
    site,
    stamps,
)
from reporting.__main__ import main
from reporting.request import Request
from tests.chapters import NAMES, NOTEBOOKS, ROOT
from tests.test_run import write_chapter


@pytest.fixture
def tree(tmp_path, monkeypatch):
    """A checkout of two chapters, one of which imports a module that imports another, with a report built from it."""
    files = {
        "notebooks/01_a.py": "from own import first\n",
        "notebooks/02_b.py": "import other\n",
        "notebooks/own/__init__.py": "",
        "notebooks/own/first.py": "def late():\n    from . import second\n",
        "notebooks/own/first.toml": "",
        "notebooks/own/second.py": "",
        "notebooks/other.py": "",
        "notebooks/reporting/execute.py": "",
        "notebooks/reporting/kernels.py": "",
        "notebooks/reporting/results_only.py": "",
        "notebooks/trial/x.py": "",
        "notebooks/trial/x.toml": "",
        "notebooks/pyproject.toml": '[tool.reporting]\ndata = "../data"\n',
        "data/rows.csv": "a\n1\n",
        "reports/template/page.html.j2": "",
        "reports/changes.csv": "",
        "reports/index.html": "a page",
        "requirements.txt": "",
        ".requirements.lock": "",
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    for module, name, place in ((stamps, "ROOT", "."), (stamps, "NOTEBOOKS", "notebooks"), (places, "CACHE", ".cache")):
        monkeypatch.setattr(module, name, tmp_path / place)
    for name in stamps.RERUN:
        monkeypatch.delenv(name, raising=False)
    stamps.note_build({"index.html": stamps.sha256(tmp_path / "reports" / "index.html")}, stamps.inputs(), {})
    return tmp_path


def test_an_untouched_report_is_up_to_date(tree, monkeypatch, capsys):
    assert stamps.up_to_date({})
    monkeypatch.setitem(sys.modules, "reporting.commands", None)  # nothing else may be needed
    assert main("report") == 0
    assert capsys.readouterr().out.startswith("Up to date: ")


@pytest.mark.parametrize(
    "name",
    [
        "reports/index.html", "notebooks/01_a.py", "notebooks/trial/x.py", "notebooks/trial/x.toml", "notebooks/reporting/execute.py", "data/rows.csv",
        "data/new.csv", "notebooks/pyproject.toml", "reports/template/page.html.j2", "reports/changes.csv",
        "requirements.txt", ".requirements.lock", "notebooks/03_c.py",
    ],
)  # fmt: skip
def test_any_edit_is_seen(tree, name):
    (tree / name).write_text((tree / name).read_text() + "\n" if (tree / name).exists() else "a\n2\n")
    assert not stamps.up_to_date({})


def test_a_deleted_page_and_a_spoilt_stamp_are_seen(tree):
    page, text = tree / "reports" / "index.html", "a page"
    page.unlink()
    assert not stamps.up_to_date({})
    page.write_text(text)
    assert stamps.up_to_date({})
    stamp = tree / ".cache" / "report.json"
    stamp.write_bytes(stamp.read_bytes().replace(b"index.html", b"iNdex.html"))
    assert not stamps.up_to_date({})
    stamp.unlink()
    assert not stamps.up_to_date({}), "a fresh clone has no stamps"
    for rubbish in ("[]", "{}", "null", '{"pages": {}, "known": ""}', '{"pages": 3}'):
        disk_cache.write(stamp, rubbish)
        assert not stamps.up_to_date({})


@pytest.mark.parametrize(
    "environment",
    [{"SET": "seed=7"}, {"CHAPTER": "01_a"}, {"RUN": "mine"}, {"PARAMETERS": "x.yaml"}, {"KERNEL": "plain"}],
    ids=lambda environment: next(iter(environment)),
)
def test_what_asks_for_something_else_is_not_up_to_date(tree, environment):
    assert not stamps.up_to_date(environment)


@pytest.mark.parametrize("name", ["FORCE", "CI"])
def test_force_and_continuous_integration_ignore_all_that_is_kept(tree, monkeypatch, name):
    monkeypatch.setenv(name, "true")
    assert not stamps.up_to_date({}) and disk_cache.read(tree / ".cache" / "report.json") is None
    monkeypatch.setenv(name, "0")
    assert stamps.up_to_date({})


def test_an_edit_during_the_build_leaves_no_stamp(tree):
    then = stamps.inputs()
    (tree / ".cache" / "report.json").unlink()
    (tree / "data" / "rows.csv").write_text("a\n2\n")
    stamps.note_build({"index.html": "x"}, then, {})
    assert not (tree / ".cache" / "report.json").exists()


# --- one chapter ------------------------------------------------------------------------------------------------------


def of_both(tree, environment=None, values=None, results=""):
    scripts = [tree / "notebooks" / name for name in ("01_a.py", "02_b.py")]
    return [stamps.of_chapter(script, values or {}, environment or {}, results) for script in scripts]


@pytest.mark.parametrize(
    ("name", "first", "second"),
    [
        ("notebooks/01_a.py", True, False),
        ("notebooks/own/__init__.py", True, False),
        ("notebooks/own/first.py", True, False),
        ("notebooks/own/first.toml", True, False),
        ("notebooks/own/second.py", True, False),
        ("notebooks/other.py", False, True),
        ("notebooks/trial/x.py", False, False),
        ("notebooks/reporting/execute.py", True, True),
        ("data/rows.csv", True, True),
        (".requirements.lock", True, True),
        ("reports/template/page.html.j2", False, False),
    ],
)
def test_a_change_reaches_those_who_use_it(tree, name, first, second):
    before = of_both(tree)
    (tree / name).write_text((tree / name).read_text() + "# changed\n")
    assert [old != new for old, new in zip(before, of_both(tree), strict=True)] == [first, second]


def test_values_results_and_kernels_are_part_of_a_stamp(tree):
    others = [of_both(tree, values={"seed": 7}), of_both(tree, results="x"), of_both(tree, {"KERNEL": "plain"})]
    assert len({stamp[0] for stamp in [of_both(tree), *others]}) == 4


def test_no_module_that_a_chapter_imports_is_missed():
    # The project's modules are forgotten between two chapters, so that each is seen to import its own.
    told = """
import ast, json, sys
found = {}
for path in sys.argv[1:]:
    for name in [name for name in sys.modules if name.split(".")[0] in ("trial", "reporting")]:
        del sys.modules[name]
    tree = ast.parse(open(path).read())
    exec(compile(ast.Module([node for node in tree.body if isinstance(node, ast.ImportFrom)], []), path, "exec"), {})
    found[path] = [getattr(module, "__file__", None) for module in sys.modules.values()]
print(json.dumps(found))
"""
    scripts = [NOTEBOOKS / f"{name}.py" for name in NAMES]
    done = subprocess.run(
        [sys.executable, "-c", told, *map(str, scripts)], cwd=NOTEBOOKS, capture_output=True, text=True, check=True
    )
    for script, files in json.loads(done.stdout).items():
        really = {path for path in files if path and path.startswith(f"{NOTEBOOKS}/")}
        assert len(really) > 9 and really <= {str(path) for path in stamps.imported_files(Path(script))}


def test_all_imports_are_written_so_that_they_can_be_read():
    for path in [
        *(NOTEBOOKS / "trial").rglob("*.py"),
        NOTEBOOKS / "reporting" / "page.py",
        *NOTEBOOKS.glob("[0-9]*.py"),
    ]:
        assert "import_module" not in path.read_text() and "__import__" not in path.read_text(), path


# --- a build ----------------------------------------------------------------------------------------------------------


class Pool:
    """Runs a chapter at once, and remembers which."""

    def __init__(self):
        self.ran = []

    def submit(self, _, name, values, results_file, bare):
        self.ran.append(name)
        done, notebook = Future(), jupytext.read(places.NOTEBOOKS / f"{name}.py")
        source = execute.translate_parameters("python3", "python", values, "Parameters")
        injected = nbformat.v4.new_code_cell(source, metadata={"tags": ["injected-parameters"]})
        notebook.cells.insert(1, injected)
        for cell in notebook.cells:
            cell.setdefault("outputs", [])
        said = nbformat.v4.new_output("stream", text=results_file.read_text() if results_file else str(values["seed"]))
        notebook.cells[-1].outputs = [said]
        if "record" in notebook.cells[-1].source:
            row = {"name": "x", "value": float(notebook.cells[-1].source.split("=")[1])}
            data = {execute.records.MIME: {"results": [execute.records.checked({**row, "unit": "", "method": ""})]}}
            notebook.cells[-1].outputs.append(nbformat.v4.new_output("display_data", data=data))
        done.set_result((execute.cleaned(notebook), 0.0))
        return done


@pytest.fixture
def small_report(tmp_path, monkeypatch):
    """A report of three chapters, the last of which reads the results of the others; a pool that remembers what it ran."""
    for name, place in {"NOTEBOOKS": ".", "CACHE": ".cache", "REPORTS": "reports"}.items():
        monkeypatch.setattr(places, name, tmp_path / place)
    last = configuration.read()["last"][0]
    names = [last, "01_a", "02_b"]
    monkeypatch.setattr(configuration, "chapters", lambda: names)
    monkeypatch.setattr(build, "check", lambda *runs: None)
    monkeypatch.setattr(html, "write_shared", lambda pages: None)
    monkeypatch.setattr(site.Site, "add", lambda site, name, notebook: site.bodies.update({name: notebook}))
    monkeypatch.setattr(
        site.Site, "finish", lambda site, _: (site.folder / "all").write_text(json.dumps(site.bodies, sort_keys=True))
    )
    monkeypatch.setattr(provenance, "write", lambda *_, **__: None)
    pool = Pool()
    monkeypatch.setattr(execute, "pool", lambda *_: contextlib.nullcontext(pool))
    for name in names:
        write_chapter(tmp_path, name, "record = 1" if name == "01_a" else "seed")

    def rebuild(given=(), name=None):
        pool.ran.clear()
        build.report(Request(request.resolve(dict(given)), tuple(names), name), say=lambda text: None)
        return sorted(pool.ran), (tmp_path / "reports" / ("runs/" + name if name else "") / "all").read_text()

    return rebuild, last


def test_no_chapter_reads_what_stands_apart(small_report, tmp_path, monkeypatch):
    rebuild, last = small_report
    monkeypatch.setitem(configuration.read(), "apart", ["01_a"])
    rebuild()
    write_chapter(tmp_path, "01_a", "record = 2")
    assert rebuild()[0] == ["01_a"] and configuration.needed([last]) == [last, "02_b"]


def test_one_changed_chapter_runs_alone_and_the_last_one_when_a_result_moved(small_report, tmp_path, monkeypatch):
    rebuild, last = small_report
    everything = sorted([last, "01_a", "02_b"])
    ran, first = rebuild()
    assert ran == everything
    assert rebuild() == ([], first), "nothing runs, and the outcome is the same"
    write_chapter(tmp_path, "02_b", "seed", "seed")
    assert rebuild()[0] == ["02_b"]
    write_chapter(tmp_path, "01_a", "record = 2")
    ran, moved = rebuild()
    assert ran == sorted([last, "01_a"]) and moved != first
    for name in ("FORCE", "CI"):
        monkeypatch.setenv(name, "1")
        assert rebuild() == (everything, moved)
        monkeypatch.delenv(name)


def test_a_page_is_made_as_soon_as_its_chapter_is_done_and_the_last_chapter_waits_for_no_page(
    small_report, tmp_path, monkeypatch
):
    _, last = small_report
    events, held = [], []

    class Slow(Pool):
        def submit(self, *arguments):
            events.append(f"start {arguments[1]}")
            done = super().submit(*arguments)
            if arguments[1] != "02_b":
                return done
            held.append((Future(), done.result()))
            return held[0][0]

    def ready(name, _):
        events.append(f"page {name}")
        if name == "01_a":  # had the page of 01_a to wait for 02_b, 02_b would never end
            held[0][0].set_result(held[0][1])

    late = threading.Timer(20, lambda: held[0][0].cancel() or held[0][0].set_exception(TimeoutError("no page")))
    late.start()
    monkeypatch.setattr(execute, "pool", lambda *_: contextlib.nullcontext(Slow()))
    execute.execute_all(["01_a", "02_b", last], request.resolve({}), tmp_path, lambda text: None, ready=ready)
    late.cancel()
    assert events == ["start 01_a", "start 02_b", "page 01_a", f"start {last}", "page 02_b", f"page {last}"]


def test_all_that_read_results_start_together_once_the_others_are_done(small_report, tmp_path, monkeypatch):
    late, given = configuration.read()["last"], []
    assert len(late) > 1

    class Noting(Pool):
        def submit(self, *arguments):
            given.append((arguments[1], arguments[3].read_text() if arguments[3] else ""))
            return super().submit(*arguments)

    for name in late:
        write_chapter(tmp_path, name, "seed")
    monkeypatch.setattr(execute, "pool", lambda *_: contextlib.nullcontext(Noting()))
    found = execute.execute_all([*late, "01_a", "02_b"], request.resolve({}), tmp_path, lambda text: None)
    assert list(found) == configuration.reading_order(["01_a", "02_b", *late])
    assert [name for name, results in given if not results] == ["01_a", "02_b"]
    assert [name for name, _ in given[2:]] == late and all("01_a,x,1" in results for _, results in given[2:])


def test_what_stands_apart_is_outside_of_next(tmp_path, monkeypatch):
    """The last chapter of the story leads back to the front page, and so does the one that stands apart, once."""
    monkeypatch.setattr(places, "CACHE", tmp_path)
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell("# What?")])
    titles = {name: "What?" for name in configuration.chapters()}
    turns = {}
    for name in titles:
        made = html.page(name, notebook, titles, {}, "")
        turns[name] = re.findall(r'<a rel="(?:prev|next)" href="(\w+)\.html">', made)
    *story, apart = titles
    assert [apart] == configuration.read()["apart"] and turns[apart] == ["index"]
    chain = ["index", *story[1:], "index"]  # the first chapter is the front page, and nothing comes before it
    assert turns[story[0]] == [chain[1]]
    assert [turns[name] for name in story[1:]] == [[chain[i - 1], chain[i + 1]] for i in range(1, len(story))]


def test_a_run_of_one_chapter_opens_on_that_chapter(tmp_path, monkeypatch):
    """Its index leads there; what links to chapters that were not run is plain words; a run says on each page what it is."""
    monkeypatch.setattr(places, "CACHE", tmp_path)
    front, one, other = configuration.read()["front"], "02_safety", "03_imaging"
    told = (
        f"# What?\n\n[one]({other}.html#a-place), [two]({front}.html), [three]({one}.html#here), [four](https://a.org)"
    )
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell(told)])
    made = site.Site(tmp_path, {one: "What?"}, {"seed": 7}, {"seed": 7}, [])
    made.add(one, notebook)
    made.finish({one: notebook})
    text, index = ((tmp_path / name).read_text() for name in (f"{one}.html", "index.html"))
    assert f'content="0; url={one}.html"' in index and "location.replace(" in index
    assert f'one, two, <a href="{one}.html#here">three</a>, <a href="https://a.org">four</a>' in text
    for name in (f"{one}.html", "reproduce.html", "terms.html"):
        assert "A rerun, not the report." in (tmp_path / name).read_text(), name
    made = site.Site(tmp_path, {front: "What?", one: "Who?"}, {"seed": 7}, {}, [])
    for name in (front, one):
        made.add(name, notebook)
    made.finish({front: notebook, one: notebook})
    assert '<a href="index.html">two</a>' in (tmp_path / f"{one}.html").read_text()
    assert "<h1>What?</h1>" in (tmp_path / "index.html").read_text()
    assert 'content="0; url=index.html"' in (tmp_path / f"{front}.html").read_text()


def test_a_chapter_that_ran_for_another_has_no_page(tmp_path, monkeypatch):
    monkeypatch.setattr(html, "page", lambda name, *_: f"page of {name}")
    made = site.Site(tmp_path, {"00_x": "What?"}, {}, {}, [])
    made.add("00_x", {})
    made.add("01_a", {})
    assert [path.name for path in tmp_path.iterdir()] == ["00_x.html"]


def test_a_spoilt_entry_is_run_again(small_report, tmp_path):
    rebuild, _ = small_report
    first = rebuild()[1]
    for entry in (tmp_path / ".cache" / "chapters").iterdir():
        entry.write_bytes(entry.read_bytes()[:-9])
    ran, again = rebuild()
    assert len(ran) == 3 and again == first


def test_a_parameter_reaches_the_chapters_that_declare_it_and_is_named_by_all(small_report):
    rebuild, last = small_report
    _, first = rebuild()
    ran, other = rebuild({"effect": 0.25}, "mine")
    assert ran == [], "no chapter declares it"
    assert first.count("effect = 0.5") == other.count("effect = 0.25") > 2
    assert rebuild({"seed": 7}, "mine")[0] == sorted([last, "01_a", "02_b"])


def test_accept_runs_every_chapter(small_report, tmp_path, monkeypatch):
    rebuild, last = small_report
    rebuild()
    seen = []
    monkeypatch.setattr(accept, "_edited_references", lambda: [])
    monkeypatch.setattr(execute, "execute_all", lambda *_, fresh: seen.append(fresh) or {})
    with contextlib.suppress(KeyError):
        accept.accept("a reason", say=lambda text: None)
    assert seen == [True]


def test_what_is_kept_is_not_committed():
    assert ".cache/" in (ROOT / ".gitignore").read_text().splitlines()
    assert kernels.NOTEBOOKS == stamps.NOTEBOOKS == NOTEBOOKS
