"""Sweeps: which runs they are, that one failure stops no other, that a restart goes on, and the table at the end."""

import contextlib
import csv
import dataclasses
import io
import json
import signal
import subprocess
import sys
from concurrent.futures import Future

import pytest

from reporting import build, configuration, execute, places, provenance, request, stamps, sweep
from reporting.configuration import UserError
from tests.test_faults import alive, children, linux, wait_for


def asked(**environment):
    return request.read_sweep({"CALLED_FROM": str(configuration.ROOT), **environment})


def test_the_product_of_values():
    found = asked(SET="confidence=0.8,0.95 reading=A,K", CHAPTER="02_safety")
    assert [(r.values["confidence"], r.values["reading"]) for r in found.runs] == [
        (0.8, "A"), (0.8, "K"), (0.95, "A"), (0.95, "K"),
    ]  # fmt: skip
    assert found.varied == ("confidence", "reading") and all(r.chapters == ("02_safety",) for r in found.runs)
    assert [r.name.split("/")[1] for r in found.runs][2:] == ["defaults", "reading_k"]


def test_commas_inside_brackets_do_not_separate():
    found = asked(SET="dlt_curves='{a: [0, 0, 0.1, 0.2]}','{b: [0, 0, 0.1, 0.4]}'")
    assert [list(r.values["dlt_curves"]) for r in found.runs] == [["a"], ["b"]]
    assert len({r.name for r in found.runs}) == 2


def test_a_value_given_twice_is_run_once():
    assert len(asked(SET="confidence=0.9,0.90,0.8").runs) == 2


def test_all_scenarios_are_documented_and_change_something():
    found = asked(SCENARIOS="all")
    files = sorted(configuration.SCENARIOS.glob("*.yaml"))
    assert len(files) >= 4 and [r.name.split("/")[1] for r in found.runs] == [path.stem for path in files]
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
        ({"SET": "seed=" + ",".join(str(number) for number in range(101))}, "more than 100 runs"),
        ({"SET": "seed=1,2 seed=3,4"}, "seed is given twice"),
        ({"SET": "confidence=0.8,"}, "but nothing was given"),
    ],
)
def test_what_cannot_be_swept(environment, sentence):
    with pytest.raises(UserError) as caught:
        asked(**environment)
    assert sentence in str(caught.value) and "\n" not in str(caught.value)


class Here:
    """An executor that does its work at once, in this process."""

    def submit(self, work, *given):
        done = Future()
        done.set_result(work(*given))
        return done


@pytest.fixture
def quick(tmp_path, monkeypatch):
    """Builds that write a result without running a chapter; those at confidence 0.8 fail until told otherwise."""
    monkeypatch.setattr(execute, "pool", lambda *_: contextlib.nullcontext(Here()))
    monkeypatch.setattr(places, "REPORTS", tmp_path / "reports")
    monkeypatch.setattr(places, "CACHE", tmp_path / ".cache")
    monkeypatch.setattr(build, "check", lambda *values: None)
    built, failing = [], {0.8}

    def pretended(asked, say, workers):
        confidence = asked.values["confidence"]
        built.append(confidence)
        if confidence in failing:
            raise execute.ChapterError("02_safety failed in cell 3:\nValueError: <no>")
        folder = places.REPORTS / "runs" / asked.name
        folder.mkdir(parents=True)
        rows = f"02_safety,safety.x,{1 - confidence:.12g},0,{confidence},share,exact\n02_safety,safety.y,2,,,people,exact\n"
        (folder / "results.csv").write_text("chapter,name,value,lower,upper,unit,method\n" + rows)
        for name in ("index.html", "02_safety.ipynb"):
            (folder / name).write_text("{}")
        provenance.write(folder, asked.values, stamps.inputs(), provenance.now(), provenance.now())

    monkeypatch.setattr(build, "build", pretended)
    return tmp_path, built, failing


def swept(**environment):
    given = {"SET": "confidence=0.8,0.9,0.99", "CHAPTER": "02_safety", "RUN": "try", **environment}
    return sweep.sweep({"CALLED_FROM": str(configuration.ROOT), **given}, say=lambda text: None)


def test_a_failed_run_is_reported_and_a_restart_goes_on(quick):
    _, built, failing = quick
    folder, failed = swept()
    assert sorted(built) == [0.8, 0.9, 0.99] and failed == 1
    rows = list(csv.DictReader(io.StringIO((folder / "table.csv").read_text())))
    assert [row["status"].split(":")[0] for row in rows] == ["failed", "done", "done"]
    assert rows[1]["safety.x"] == "0.1" and rows[1]["safety.x.upper"] == "0.9" and rows[0]["safety.x"] == ""
    page = (folder / "index.html").read_text()
    assert "ValueError: &lt;no&gt;" in page and page.count("<svg") == 1, "safety.y does not move, so it has no panel"
    built.clear(), failing.clear()
    assert swept()[1] == 0 and built == [0.8], "only what was not done runs again"
    built.clear()
    (folder / "confidence_0-9" / "results.csv").unlink()
    (folder / "confidence_0-99" / provenance.FILE).write_text("{")
    for name in ("confidence_0-9", "confidence_0-99"):
        assert not sweep.is_done(next(r for r in asked(SET="confidence=0.9,0.99", CHAPTER="02_safety", RUN="try").runs
                                      if r.name.endswith(name)), stamps.inputs())  # fmt: skip


# A sweep in a folder of its own. Its second and third run wait until both have begun; where told so, until they are stopped.
SWEEP = """
import signal, sys, time
from pathlib import Path
from reporting import build, configuration, execute, places, publish, request, sweep

signal.signal(signal.SIGINT, signal.default_int_handler)  # where make runs in the background it is ignored
folder, ends = Path(sys.argv[1]), sys.argv[2] == "ends"
places.REPORTS, places.CACHE = folder / "reports", folder / ".cache"

def pretended(asked, say, workers):
    say(f"begun with {workers}")
    begun = folder / f"begun-{asked.values['confidence']}"
    begun.touch()
    while workers == 1 and len(list(folder.glob("begun-*"))) < 3:
        time.sleep(0.01)
    if workers == 1 and not ends:
        with publish.workshop() as workspace, execute.pool(workspace, 1) as chapters:
            waits = chapters.submit(time.sleep, 60)
            begun.write_text(str(*chapters._processes))
            waits.result()
    if asked.values["confidence"] == 0.9:
        raise execute.ChapterError("no")

build.build = pretended
try:
    with publish.locked():
        outcomes = sweep.run_all(request.read_sweep({"SET": sys.argv[3], "CHAPTER": "02_safety"}), print)
    print([error for _, error in outcomes])
except KeyboardInterrupt:
    sys.exit(130)
"""


def swept_apart(folder, *words):
    command = [sys.executable, "-c", SWEEP, str(folder), *words]
    return subprocess.Popen(command, cwd=configuration.NOTEBOOKS, stdout=subprocess.PIPE, text=True)


def test_runs_after_the_first_go_two_at_a_time_and_speak_one_after_another(tmp_path):
    said = swept_apart(tmp_path, "ends", "confidence=0.8,0.9,0.99").communicate(timeout=60)[0].splitlines()
    assert said[:2] == ["[1/3] confidence_0-8", "begun with 2"] and said[-1] == "[None, 'no', None]"
    second = said.index("[2/3] confidence_0-9")
    assert said[second : second + 3] == ["[2/3] confidence_0-9", "begun with 1", "  failed: no"]
    assert said[said.index("[3/3] confidence_0-99") + 1] == "begun with 1"


@pytest.mark.parametrize(("runs", "together"), [(1, 0), (2, 0), (3, 2), (4, 2), (5, 4)])
def test_no_run_is_left_without_another_beside_it(quick, monkeypatch, runs, together):
    workers = []
    monkeypatch.setattr(build, "build", lambda asked, say, given: workers.append(given))
    found = asked(SET="seed=" + ",".join(str(number) for number in range(5)), CHAPTER="02_safety")
    sweep.run_all(dataclasses.replace(found, runs=found.runs[:runs]), say=lambda text: None)
    assert sorted(workers) == [1] * together + [execute.WORKERS] * (runs - together)


@linux
@pytest.mark.parametrize(("how", "status"), [(signal.SIGINT, 130), (signal.SIGKILL, -signal.SIGKILL)])
def test_a_stopped_sweep_leaves_no_run_at_work(tmp_path, how, status):
    driver = swept_apart(tmp_path, "never", "confidence=0.8,0.9,0.99,0.7,0.6")
    waiting = wait_for(lambda: [*map(int, two)] if len(two := words_of(tmp_path)) == 2 else None, 60)
    runs = children(driver.pid)
    assert len(runs) == 2 and all(alive(process) for process in [*runs, *waiting])
    driver.send_signal(how)
    assert driver.wait(20) == status
    wait_for(lambda: not any(alive(process) for process in [*runs, *waiting]), 10)
    assert len(list(tmp_path.glob("begun-*"))) == 3, "and none was begun afterwards"
    left = [path.name for path in (tmp_path / ".cache").glob("build-*")]
    assert not left or how == signal.SIGKILL


def words_of(folder):
    return [word for path in folder.glob("begun-*") for word in path.read_text().split()]


def test_a_changed_input_runs_everything_again(quick, monkeypatch):
    _, _, failing = quick
    failing.clear()
    swept()
    known = stamps.inputs()
    one = asked(SET="confidence=0.8,0.9", CHAPTER="02_safety", RUN="try").runs[0]
    assert sweep.is_done(one, known) and not sweep.is_done(one, {**known, "data/cohorts.csv": "changed"})


def test_results_are_chosen_by_name_or_beginning(quick):
    quick[2].clear()
    folder, _ = swept(RESULTS="safety.y")
    head = (folder / "table.csv").read_text().splitlines()[0]
    assert head == "run,status,confidence,safety.y"
    with pytest.raises(UserError, match=r"no result starts with safty; the nearest is safety"):
        swept(RESULTS="safty")


def test_a_sweep_never_replaces_a_run(quick):
    folder = places.REPORTS / "runs" / "try"
    folder.mkdir(parents=True)
    provenance.write(folder, request.resolve({}), {}, "x", "x")
    with pytest.raises(UserError, match="holds a single run"):
        swept()


def test_panels_show_every_run_of_a_product(quick):
    quick[2].clear()
    found = asked(SET="confidence=0.8,0.9 seed=1,2", CHAPTER="02_safety", RUN="try")
    outcomes = sweep.run_all(found, say=lambda text: None)
    frame = sweep.gathered(outcomes)
    rows = sweep.panel_rows(outcomes, found.varied, "confidence", frame, "safety.x")
    assert len(rows) == 4 and set(rows["series"]) == {"seed 1", "seed 2"}
    spec = json.dumps(sweep.panel(rows, "confidence", "safety.x").to_dict())
    assert '"lower"' in spec and "safety.x over confidence: 0.8 (seed 1): 0.2" in spec
