"""Sweeps: which runs they are, that one failure stops no other, that a restart goes on, and the table at the end."""

import contextlib
import csv
import io
import json
import os
import re
import signal
import subprocess
import sys
from collections import Counter

import pandas
import pytest

import reporting
from reporting import (
    build,
    configuration,
    disk_cache,
    engine,
    execute,
    html,
    page,
    places,
    provenance,
    records,
    request,
    results_only,
    stamps,
    sweep,
    sweep_page,
)
from reporting.configuration import UserError
from tests.browsing import published
from tests.chapters import NAMES, reference, script
from tests.test_faults import alive, children, linux
from tests.test_run import write_chapter


def asked(**environment):
    return request.read_sweep({"CALLED_FROM": str(configuration.ROOT), **environment})


def test_the_product_of_values():
    found = asked(SET="confidence=0.8,0.95 reading=A,K", CHAPTER="02_safety")
    assert [(r.values["confidence"], r.values["reading"]) for r in found.runs] == [
        (0.8, "A"), (0.8, "K"), (0.95, "A"), (0.95, "K"),
    ]  # fmt: skip
    assert found.varied == ("confidence", "reading") and all(r.chapters == ("02_safety",) for r in found.runs)
    assert [r.called for r in found.runs][2:] == ["defaults", "reading_k"]


def test_a_value_given_twice_is_run_once():
    assert len(asked(SET="confidence=0.9,0.90,0.8").runs) == 2


def test_all_scenarios_are_documented_and_change_something():
    found = asked(SCENARIOS="all")
    files = sorted(configuration.SCENARIOS.glob("*.yaml"))
    assert len(files) >= 4 and [r.called for r in found.runs] == [path.stem for path in files]
    assert all(r.changed for r in found.runs)
    for path in files:
        first = path.read_text(encoding="utf-8").splitlines()
        assert first[0].startswith("# ") and any(line.startswith("# Look at:") for line in first)


@pytest.mark.parametrize(
    ("environment", "sentence"),
    [
        ({}, "Nothing to sweep over"),
        ({"SET": "confidence=0.9"}, "Nothing to sweep over"),
        ({"SCENARIOS": "scepti"}, "the nearest is sceptic"),
        ({"SCENARIOS": "zzz"}, "there are active_lesions"),
        ({"SET": "confidense=0.8,0.9"}, "the nearest is confidence"),
        ({"SET": "confidence=0.8,1.9"}, "at most 0.999, but 1.9 was given"),
        (
            {
                "SET": " ".join(
                    f"{name}={','.join(map(str, range(1, 101)))}" for name in ("seed", "bench_people", "n_analytes")
                )
            },
            "more than 100,000 runs",
        ),
        ({"SET": "seed=1,2 seed=3,4"}, "seed is given twice"),
        ({"SET": "confidence=0.8,"}, "but nothing was given"),
    ],
)
def test_what_cannot_be_swept(environment, sentence):
    with pytest.raises(UserError) as caught:
        asked(**environment)
    assert sentence in str(caught.value) and "\n" not in str(caught.value)


# Named as in the reference, which says before anything runs what RESULTS may ask for.
ROWS = "chapter,name,value,lower,upper,unit,method\n02_safety,safety.any_serious,{:.12g},0,{},share,exact\n02_safety,safety.events_total,2,,,people,exact\n"


@pytest.fixture
def quick(tmp_path, monkeypatch):
    """Runs that give results without a chapter; those at confidence 0.8 fail until told otherwise."""
    monkeypatch.setattr(execute, "pool", lambda *_: contextlib.nullcontext(execute.Here()))
    monkeypatch.setattr(places, "REPORTS", tmp_path / "reports")
    monkeypatch.setattr(places, "CACHE", tmp_path / ".cache")
    monkeypatch.setattr(build, "check", lambda *values: None)
    built, failing = [], {0.8}

    def pretended(asked, known, pages=False):
        confidence = asked.values["confidence"]
        built.append(confidence)
        if confidence in failing:
            return engine.Done(error="02_safety failed in cell 3:\nValueError: <no>")
        rows = ROWS.format(1 - confidence, confidence)
        made = {"results.csv": rows.encode(), "index.html": b"{}", "02_safety.ipynb": b"{}", "tables/a.csv": b"a"}
        if pages:
            record = provenance.crate(asked.values, list(made), stamps.inputs(), provenance.now(), provenance.now())
            made[provenance.FILE] = record.encode()
        return engine.Done(rows, made if pages else {})

    monkeypatch.setattr(engine, "run", pretended)
    return tmp_path, built, failing


def swept(say=lambda text: None, **environment):
    given = {"SET": "confidence=0.8,0.9,0.99", "CHAPTER": "02_safety", "RUN": "try", **environment}
    return sweep.sweep(asked(**given), given, say=say)


def test_a_failed_run_is_reported_and_a_restart_goes_on(quick):
    _, built, failing = quick
    said = []
    folder, failed = swept(said.append)
    assert sorted(built) == [0.8, 0.9, 0.99] and failed == 1
    assert "  failed: 02_safety failed in cell 3:\n  ValueError: <no>" in said
    rows = list(csv.DictReader(io.StringIO((folder / "table.csv").read_text())))
    assert [row["status"].split(":")[0] for row in rows] == ["failed", "done", "done"]
    assert (
        rows[1]["safety.any_serious"] == "0.1"
        and rows[1]["safety.any_serious.upper"] == "0.9"
        and rows[0]["safety.any_serious"] == ""
    )
    shown = (folder / "index.html").read_text()
    assert "ValueError: &lt;no&gt;" in shown and shown.count("<svg") == 1, (
        "safety.events_total does not move, so it has no panel"
    )
    assert "/index.html" not in shown, "no run has pages"
    built.clear(), failing.clear()
    assert swept()[1] == 0 and built == [0.8], "only what was not done runs again"
    built.clear()
    (folder / sweep.KEPT).write_bytes(b"spoilt" * 999)
    assert swept()[1] == 0 and len(built) == 3, "what was kept cannot be trusted"


def test_pages_are_made_where_they_are_wanted_and_made_again_where_they_are_gone(quick):
    _, built, failing = quick
    failing.clear()
    swept()
    built.clear()
    folder, _ = swept(PAGES="1")
    assert len(built) == 3 and (folder / "confidence_0-9" / "tables" / "a.csv").read_text() == "a"
    assert '<a href="confidence_0-99/index.html">' in (folder / "index.html").read_text()
    built.clear()
    (folder / "confidence_0-9" / "results.csv").unlink()
    (folder / "confidence_0-99" / provenance.FILE).write_text("{")
    swept(PAGES="1")
    assert sorted(built) == [0.9, 0.99]


def test_where_every_run_fails_the_first_ones_say_so(quick):
    _, built, failing = quick
    failing |= {number / 100 for number in range(50, 99)}
    with pytest.raises(
        execute.ChapterError, match=r"All of the first 20 runs failed, the last so: 02_safety failed in cell 3"
    ):
        swept(SET="confidence=" + ",".join(f"0.{number}" for number in range(50, 99)))
    assert len(built) == 20


def test_a_full_disk_at_the_driver_is_told_and_what_was_done_stays(quick):
    quick[2].clear()
    kept = sweep.Kept(quick[0], {"commit": ""})
    one, other = asked(SET="confidence=0.8,0.9").runs
    kept.add(one, "rows")
    kept.base.execute(f"PRAGMA max_page_count = {kept.base.execute('PRAGMA page_count').fetchone()[0]}")
    with pytest.raises(
        UserError, match=r"rows.sqlite cannot be written \(database or disk is full\); what was done"
    ) as caught:
        kept.add(other, os.urandom(9999).hex())
    assert "\n" not in str(caught.value)
    again = sweep.Kept(quick[0], {"commit": "another of the same files"})
    assert [again.has(asked) for asked in (one, other)] == [True, False]
    assert list(again.texts([one])) == [(one.called, "rows")]


def test_a_table_of_many_runs_goes_on_on_further_pages_and_its_charts_are_bands(quick):
    quick[2].clear()
    folder, _ = swept(SET=f"confidence=0.8,0.9,0.99 seed={','.join(map(str, range(100)))}")
    files = sorted(folder.glob("*.html"), key=lambda path: path.stat().st_mtime)
    texts = {path.name: path.read_text() for path in files}
    assert (
        sorted(texts) == ["index.html", "runs-2.html", "runs-3.html", "runs-4.html"][: len(texts)] and len(texts) == 3
    )
    runs = Counter(re.findall(r'<th scope="row">([^<]+)</th>', "".join(texts.values())))
    assert len(runs) == 300 and set(runs.values()) == {1}, "each run stands in one place"
    assert (
        'href="runs-2.html" rel="next"' in texts["index.html"]
        and 'href="index.html" rel="prev"' in texts["runs-2.html"]
    )
    assert "nine tenths" in texts["index.html"] and "<svg" not in texts["runs-2.html"]
    assert all(len(text) < 400_000 for text in texts.values())
    assert len((folder / "table.csv").read_text().splitlines()) == 301


@pytest.mark.parametrize(
    "values", ["confidence=0.8,0.9,0.99", f"confidence=0.8,0.9 seed={','.join(map(str, range(60)))}"]
)
def test_no_number_of_a_page_is_in_scientific_notation(quick, monkeypatch, values):
    """Neither in the table nor in a chart and what is told of it, be it of a millionth or of a million million."""
    quick[2].clear()
    monkeypatch.setattr(sys.modules[__name__], "ROWS", ROWS.replace("12g},0,{}", "12g}e-5,1e-9,{}e13"))
    folder, _ = swept(SET=values)
    told = re.sub(r"<(?:path|g|use|clipPath|rect|svg)\b[^>]*>", "", (folder / "index.html").read_text())
    assert "less than 0.000001 to more than 1,000,000,000,000" in told and "<text" in told
    assert not re.findall(r"[^<>;]*\b\d[.\d]*e[-+]?\d+[^<>;]*", told)


def test_series_are_told_apart_by_their_order_in_the_colours_of_the_style_sheet():
    """No module of the printing names a colour: the style sheet does, or the science for its own pictures."""
    for path in sorted((configuration.NOTEBOOKS / "reporting").glob("*.py")):
        assert not re.findall(r"#[0-9a-f]{6}\b", path.read_text(encoding="utf-8")), path.name
    assert len(sweep_page.DASHES) == len(sweep_page.SHAPES) == 5
    assert set(html.colours()) >= {"paper", "ink", "muted", "rule"}


@pytest.mark.parametrize("name", NAMES)
def test_what_a_run_without_pages_keeps_of_a_chapter_has_all_its_results(name, monkeypatch):
    """`results_only.reduced`, in this process; the results in the reference are those of a run with pages."""
    for part in ("_about", "_kept", "_cited"):
        monkeypatch.setattr(page, part, type(getattr(page, part))())
    kept, variables = results_only.reduced(script(name)), {}
    with published() as said:
        for cell in kept.cells if kept else ():
            if cell.cell_type == "code":
                exec(compile(cell.source, name, "exec"), variables)
    found = [{"chapter": name, **row} for bundle in said for row in bundle.get(records.MIME, {}).get("results", ())]
    assert found == records.of_notebook(name, reference(name))
    assert not [bundle for bundle in said if page.FIGURE in bundle], "and nothing that only a page needs"


@pytest.fixture
def tiny(checkout):
    """A run of one small chapter."""
    write_chapter(checkout, "01_a", "from reporting import page", "page.record('a.b', 2 * seed)", "page.say('x')")
    return request.Request(request.resolve({"seed": 7}), ("01_a",), "try/one")


def test_a_run_without_pages_is_kept(tiny, monkeypatch):
    found = engine.run(tiny, provenance.fingerprint())
    assert found.error is None and not found.pages and "01_a,a.b,14,,,," in found.rows
    monkeypatch.setattr(execute, "execute", lambda *_, **__: pytest.fail("it is kept"))
    assert engine.run(tiny, provenance.fingerprint()) == found


def test_a_run_with_pages_gives_them_as_bytes(tiny, checkout):
    found = engine.run(tiny, provenance.fingerprint(), pages=True)
    assert found.error is None and found.pages["results.csv"].decode() == found.rows
    assert {"index.html", "01_a.html", "01_a.ipynb", provenance.FILE} <= set(found.pages)
    sweep.publish_pages(found.pages, checkout / "made", checkout / "reports" / "runs" / tiny.name)
    known = stamps.inputs()
    assert sweep.has_pages(tiny, known) and not sweep.has_pages(tiny, {**known, "data/cohorts.csv": "x"})


def test_what_differs_is_named(monkeypatch):
    known = {"Python": "3.11.7", "numpy": "2.4.6", "commit": "abc", "data/a.csv": "1", "data/b.csv": "2"}
    cases = (
        ({"numpy": "2.4.5"}, r"x has another numpy \(2.4.5, not 2.4.6\) than the sweep"),
        ({"data/a.csv": "3", "data/b.csv": ""}, "x has another data/a.csv and 1 more than"),
        ({"commit": "abd"}, r"x has another commit \(abd, not abc\) than"),
    )
    for other, said in cases:
        with monkeypatch.context() as patch, pytest.raises(provenance.Differs, match=said):
            patch.setattr(provenance, "fingerprint", lambda other=other: {**known, **other})
            provenance.refuse_another(known, "x")
    with monkeypatch.context() as patch:  # one that knows no commit is held by its files
        patch.setattr(provenance, "fingerprint", lambda: {**known, "commit": ""})
        provenance.refuse_another(known, "x")
    with pytest.raises(provenance.Differs, match="has another data/cohorts.csv than"):
        engine.run(request.read({}), {**provenance.fingerprint(), "data/cohorts.csv": ""})


@pytest.mark.parametrize("typed", ["lcoal", "tcp://host", "host:8786", "http://host:80", "tcp://a b:1"])
def test_an_engine_that_is_none(quick, typed):
    with pytest.raises(UserError, match=f'^ENGINE: "{typed}" is no engine; write ENGINE=local or .*host:port.$'):
        swept(ENGINE=typed)


def test_an_engine_that_is_not_installed(quick, monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    monkeypatch.delitem(sys.modules, "reporting.cluster", raising=False)
    monkeypatch.delattr(reporting, "cluster", raising=False)
    with pytest.raises(
        UserError, match="^ENGINE=local needs dask.distributed, which is not installed; run make engine.$"
    ):
        swept(ENGINE="local")


# A sweep in a folder of its own. Where its runs wait, each tells its process by a pipe, which stays open as long as that lives;
# where one dies, another is at work at that moment.
SWEEP = """
import os, signal, sys, time
from pathlib import Path
from reporting import engine, places, publish, request, sweep

signal.signal(signal.SIGINT, signal.default_int_handler)  # where make runs in the background it is ignored
folder, how = Path(sys.argv[1]), sys.argv[2]
places.REPORTS, places.CACHE = folder / "reports", folder / ".cache"
pipe, opened = folder / "pipe", []

def pretended(asked, known, pages):
    confidence = asked.values["confidence"]
    if how == "dies" and confidence in (0.8, 0.9):
        if not (folder / f"begun-{confidence}").exists():
            (folder / f"begun-{confidence}").touch()
            open(pipe, "w" if confidence == 0.8 else "r").close()  # which waits for the other one
        if confidence == 0.9:
            os.kill(os.getpid(), signal.SIGKILL)
    if how == "waits":
        opened.append(open(pipe, "w", buffering=1))
        print(os.getpid(), file=opened[-1])
        time.sleep(60)
        print("not stopped", file=opened[-1])
    return engine.Done("rows")

engine.run = pretended
try:
    with publish.locked():
        runs = request.read_sweep({"SET": sys.argv[3], "CHAPTER": "02_safety"})
        outcomes = sweep.run_all(runs, sweep.Kept(folder, {}), {}, print)
    print([error for _, error in outcomes])
except KeyboardInterrupt:
    sys.exit(130)
"""


def swept_apart(folder, *words):
    os.mkfifo(folder / "pipe")
    command = [sys.executable, "-c", SWEEP, str(folder), *words]
    return subprocess.Popen(command, cwd=configuration.NOTEBOOKS, stdout=subprocess.PIPE, text=True)


def test_a_process_that_dies_fails_its_run_alone(tmp_path):
    said = swept_apart(tmp_path, "dies", "confidence=0.8,0.9,0.99").communicate(timeout=60)[0].splitlines()
    assert "[3/3] confidence_0-9" in said, "the others are done before it goes again, alone"
    assert said[-1] == str([None, engine.DIED, None])


@linux
@pytest.mark.parametrize(("how", "status"), [(signal.SIGINT, 130), (signal.SIGKILL, -signal.SIGKILL)])
def test_a_stopped_sweep_leaves_no_run_at_work(tmp_path, how, status):
    driver = swept_apart(tmp_path, "waits", "confidence=0.8,0.9,0.99,0.7,0.6")
    with open(tmp_path / "pipe") as pipe:
        begun = [int(pipe.readline()) for _ in range(2)]
        assert sorted(children(driver.pid)) == sorted(begun) and all(map(alive, begun))
        driver.send_signal(how)
        assert driver.wait(20) == status
        assert pipe.read() == "", "it ends with both processes, and none was begun afterwards"
    left = [path.name for path in (tmp_path / ".cache").glob("build-*")]
    assert not left or how == signal.SIGKILL


def test_a_changed_input_runs_everything_again(quick):
    kept = sweep.Kept(quick[0], {"commit": "a", "data/cohorts.csv": "1"})
    one = asked(SET="confidence=0.8,0.9", CHAPTER="02_safety", RUN="try").runs[0]
    kept.add(one, "rows")
    assert kept.has(one) and not sweep.Kept(quick[0], {"commit": "a", "data/cohorts.csv": "2"}).has(one)


def test_results_are_chosen_by_name_or_beginning(quick):
    quick[2].clear()
    folder, _ = swept(RESULTS="safety.events_total")
    head = (folder / "table.csv").read_text().splitlines()[0]
    assert head == "run,status,confidence,safety.events_total"


@pytest.mark.parametrize(
    ("environment", "said"),
    [
        ({"RESULTS": "safty"}, r"RESULTS: no result starts with safty; the nearest is safety\."),
        ({"RESULTS": "safety.events_total nonsense"}, r"RESULTS: no result starts with nonsense; the nearest is \w+\."),
        ({"RESULTS": "design"}, r"RESULTS: no result starts with design; the nearest is safety\."),
        ({"RESULTS": "safety__x"}, r"RESULTS: no result starts with safety__x; the nearest is safety\."),
        (
            {"CHAPTER": "01_design", "SET": "effect=0.2,0.3"},
            "01_design uses none of effect, so all these runs would be the same",
        ),
    ],
)
def test_what_no_run_can_give_is_told_before_anything_runs(quick, monkeypatch, environment, said):
    monkeypatch.setattr(execute, "pool", lambda *_: pytest.fail("something ran"))
    with pytest.raises(UserError, match=said) as told:
        swept(**environment)
    assert "\n" not in str(told.value) and not places.REPORTS.exists()


@pytest.mark.parametrize(
    ("chapter", "word"),
    [
        ("01_design 02_safety", "design.p_mtd_0__of_a_reader safety.events"),  # as dlt_curves may name one
        ("07_own_trial", "own.p.il6"),  # a measure in files of one's own
    ],
)
def test_names_that_only_a_run_can_know_are_left_to_it(chapter, word):
    sweep.foreseen(asked(SET="confidence=0.8,0.9", CHAPTER=chapter), word)


def test_a_script_that_was_edited_since_says_itself_what_it_records(checkout):
    write_chapter(checkout, "02_safety", 'page.record("a.new", confidence)')
    sweep.foreseen(asked(SET="confidence=0.8,0.9", CHAPTER="02_safety"), "a.n")
    with pytest.raises(UserError, match="no result starts with b.new"):
        sweep.foreseen(asked(SET="confidence=0.8,0.9", CHAPTER="02_safety"), "b.new")


@pytest.mark.parametrize(
    ("word", "means"), [("1", True), ("yes", True), ("0", False), ("no", False), ("False", False), ("", False)]
)
def test_a_word_that_says_no_is_one(word, means):
    assert disk_cache.yes("PAGES", {"PAGES": word}) is means and not disk_cache.yes("PAGES", {})


def test_a_sweep_never_replaces_a_run(quick):
    folder = places.REPORTS / "runs" / "try"
    folder.mkdir(parents=True)
    provenance.write(folder, request.resolve({}), {}, "x", "x")
    with pytest.raises(UserError, match="holds a single run"):
        swept()


def test_panels_show_every_run_of_a_product(quick):
    quick[2].clear()
    found = asked(SET="confidence=0.8,0.9 seed=1,2", CHAPTER="02_safety", RUN="try")
    kept = sweep.Kept(quick[0], {})
    sweep.run_all(found, kept, {}, say=lambda text: None)
    frame = sweep.gathered(kept.texts(found.runs))
    parts = {part: sweep.wide(frame, part) for part in records.NUMBERS}
    rows = sweep_page.panel_rows(found.runs, found.varied, "confidence", parts, "safety.any_serious")
    assert len(rows) == 4 and set(rows["series"]) == {"seed 1", "seed 2"}
    spec = json.dumps(sweep_page.panel(rows, "confidence", "safety.any_serious").to_dict())
    assert '"lower"' in spec and "safety.any_serious over confidence: 0.8 (seed 1): 0.2" in spec
    many = pandas.DataFrame({"value": range(sweep_page.DOTS + 1)})
    bars = sweep_page.panel(many, None, "safety.any_serious").to_dict()
    assert bars["encoding"]["y2"] == {"datum": 0}, "a bar stands on the ground"
    colours = set(re.findall(r"#[0-9a-f]{6}", spec + json.dumps(bars)))
    assert colours == {html.colours()[name] for name in ("ink", "muted", "rule")}
