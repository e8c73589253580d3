"""Sweeps on an engine: a scheduler and two workers as processes of this machine, in copies of the checkout with one small chapter."""

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from reporting import build, configuration, csv_cells, places, request, stamps, sweep
from reporting.configuration import UserError
from tests.chapters import ROOT
from tests.test_faults import alive, wait_for
from tests.test_run import write_chapter

distributed = pytest.importorskip("distributed", reason="dask.distributed is not installed (make engine)")
from reporting import cluster  # noqa: E402

pytestmark = [pytest.mark.engine, pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")]
NEEDED = (
    "notebooks/reporting",
    "notebooks/trial",
    "notebooks/pyproject.toml",
    "data",
    "reports/template",
    ".requirements.lock",
)
CHAPTER = (
    "import time\nfrom reporting import page",
    "page.record('a.begun', open(f'begun-{seed}', 'a').write('x'))",
    "page.record('a.waited', time.sleep(n_analytes - 50) or 1 / (seed - 13))",
    "page.chart(no, such, 'thing')",
)


def copy(folder):
    """What a run needs of the checkout, with one chapter that waits, and fails at one seed."""
    for name in NEEDED:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(ROOT / name, folder / name)
    write_chapter(folder / "notebooks", "01_a", *CHAPTER)
    script = folder / "notebooks" / "01_a.py"
    script.write_text(script.read_text().replace("# a number", "\nn_analytes: int = 50", 1))
    return folder


class Engine:
    """A scheduler and what is started for it, each process in a copy of the checkout."""

    def __init__(self, folder):
        self.folder, self.started = folder, []
        told = self.start(
            "scheduler", folder, "--port", "0", "--no-dashboard", "--host", "127.0.0.1", stderr=subprocess.PIPE
        )
        self.scheduler = told
        line = next(line for line in told.stderr if b"Scheduler at" in line)
        self.address = line.split()[-1].decode()
        threading.Thread(target=told.stderr.read, daemon=True).start()

    def start(self, kind, folder, *words, stderr=subprocess.DEVNULL):
        command = [sys.executable, "-m", f"distributed.cli.dask_{kind}", *words]
        known = {**os.environ, "PYTHONPATH": str(folder / "notebooks"), "DASK_DISTRIBUTED__COMM__TIMEOUTS__TCP": "300s"}
        process = subprocess.Popen(command, cwd=folder, env=known, stdout=subprocess.DEVNULL, stderr=stderr)
        self.started.append(process)
        return process

    def worker(self, folder):
        words = ("--nthreads", "1", "--no-dashboard", "--local-directory", str(self.folder / "scratch"))
        return self.start("worker", folder, self.address, *words)

    def end(self):
        """Ends all that was started."""
        for process in self.started:
            process.send_signal(signal.SIGTERM)
        for process in self.started:
            process.wait(120)

    def workers(self, number):
        """Process numbers of the workers, once there are so many."""
        with distributed.Client(self.address, timeout=120, set_as_default=False) as client:
            client.wait_for_workers(number, 300)
            return list(client.run(os.getpid).values())

    def processes(self, words=b""):
        """Processes of this engine that are alive, with these words in their command; not python's own, which ends with the tests."""
        found = []
        for place in Path("/proc").glob("[0-9]*"):
            with contextlib.suppress(OSError):
                if b"resource_tracker" in (place / "cmdline").read_bytes():
                    continue
                if (
                    str(self.folder).encode() in (place / "environ").read_bytes()
                    and words in (place / "cmdline").read_bytes()
                ):
                    found += [place.name] * alive(place.name)
        return found


@pytest.fixture(scope="module")
def there(tmp_path_factory):
    """An engine whose two workers are at what the sweeps of this file are at; nothing of it is left in the end."""
    made = Engine(copy(tmp_path_factory.mktemp("engine")))
    for _ in range(2):
        made.worker(made.folder)
    yield made
    made.end()
    wait_for(lambda: not made.processes(), 60)


@pytest.fixture(autouse=True)
def here(there, tmp_path, monkeypatch):
    """This process is at what the workers are at; tables and what is kept have folders of their own."""
    for module in (places, stamps, configuration):
        monkeypatch.setattr(module, "ROOT", there.folder)
        monkeypatch.setattr(module, "NOTEBOOKS", there.folder / "notebooks")
    monkeypatch.setattr(places, "REPORTS", tmp_path / "reports")
    monkeypatch.setattr(places, "CACHE", tmp_path / ".cache")
    monkeypatch.setattr(build, "check", lambda *values: None)
    monkeypatch.setenv("PYTHONPATH", str(there.folder / "notebooks"))


def swept(text, where, run="try", said=None):
    """The rows of table.csv, each a list of cells: run, status, what varies, results."""
    asked = request.read_sweep({"SET": text, "RUN": run})
    folder, _ = sweep.sweep(asked, {"ENGINE": where}, ([] if said is None else said).append)
    return list(csv_cells.lines((folder / "table.csv").read_text()))[1:]


def begun(there, *seeds):
    """Waits until runs at these seeds have begun."""
    wait_for(lambda: all((there.folder / "notebooks" / f"begun-{seed}").exists() for seed in seeds), 300)


def beside(work):
    """Something done while a sweep is at work, in a thread."""
    thread = threading.Thread(target=work)
    thread.start()
    return thread


def test_one_set_of_twenty_fails_and_the_rows_are_those_of_the_pool(there):
    text, said = "seed=" + ",".join(str(seed) for seed in range(1, 21)), []
    there.workers(2)
    found = swept(text, there.address, said=said)
    failed = [row for row in found if row[1] != "done"]
    assert len(found) == 20 and [row[0] for row in failed] == ["seed_13"]
    assert any(
        line.startswith("  failed: 01_a failed in cell 4, which starts `page.record('a.waited'")
        and "\n  ZeroDivisionError: " in line
        for line in said
    )
    assert not there.processes(b"kernels.main()"), "no kernel and none of their servers is left at work"
    assert swept("seed=" + ",".join(str(seed) for seed in (3, 13, 20)), "", "pool") == [found[2], found[12], found[19]]


def test_a_worker_killed_in_mid_run_is_started_again_and_its_run_is_done(there):
    first, second = there.workers(2)
    thread = beside(lambda: (begun(there, 31, 32), os.kill(first, signal.SIGKILL)))
    found = swept("seed=31,32 n_analytes=52", there.address)
    thread.join()
    assert len(found) == 2 and all(row[1] == "done" for row in found)
    assert first not in there.workers(2)


def test_a_worker_at_something_else_is_refused_in_one_sentence(there, tmp_path):
    other = copy(tmp_path / "other")
    (other / "notebooks" / "trial" / "words.py").write_text((ROOT / "notebooks/trial/words.py").read_text() + "\n")
    worker = there.worker(other)
    there.workers(3)
    with pytest.raises(
        UserError, match=r"^The worker tcp://\S+ has another notebooks/trial/words.py than the sweep was begun with"
    ) as caught:
        swept("seed=1,2", there.address)
    assert "\n" not in str(caught.value)
    worker.send_signal(signal.SIGTERM)
    worker.wait(30)


def test_an_engine_of_this_machine_needs_no_address(there, monkeypatch):
    monkeypatch.syspath_prepend(there.folder / "notebooks")  # its processes look where this one does
    assert [row[:2] for row in swept("seed=41,42", "local")] == [["seed_41", "done"], ["seed_42", "done"]]


@pytest.mark.parametrize("address", ["tcp://127.0.0.1:9", "tcp://no.such.host.invalid:8786"])
def test_an_address_where_nobody_listens(monkeypatch, address):
    monkeypatch.setattr(cluster, "PATIENCE", 1)
    with pytest.raises(UserError, match=f"^ENGINE={address}: no scheduler answers there") as caught:
        swept("seed=1,2", address)
    assert "\n" not in str(caught.value)


def test_a_scheduler_without_a_worker_is_told(there, monkeypatch):
    monkeypatch.setattr(cluster, "PATIENCE", 3)
    scheduler = Engine(there.folder)
    try:
        with pytest.raises(UserError) as caught:
            swept("seed=1,2", scheduler.address)
    finally:
        scheduler.end()
    where = scheduler.address
    assert str(caught.value) == f"{where} has no worker; start one there (dask worker {where}), then run this again."


def test_a_scheduler_that_is_lost_is_told_and_the_sweep_goes_on_elsewhere(there):
    there.workers(2)
    text = "seed=51,52,53,54 n_analytes=51"
    thread = beside(lambda: (begun(there, 53), there.scheduler.kill()))
    with pytest.raises(UserError, match=r"^The scheduler tcp://\S+ is lost") as caught:
        swept(text, there.address)
    thread.join()
    assert "the same command goes on from there" in str(caught.value) and "\n" not in str(caught.value)
    for path in (there.folder / "notebooks").glob("begun-*"):
        path.unlink()
    assert all(row[1] == "done" for row in swept(text, ""))
    again = {path.name for path in (there.folder / "notebooks").glob("begun-*")}
    assert again and len(again) < 4, "what was done before is not done again"
