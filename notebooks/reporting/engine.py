"""Where the runs of a sweep are done: in processes of this machine, or by dask.distributed, here or on other machines.

A run gives back its results as text and, where they are wanted, its pages as bytes: nothing hangs on a disk that is shared.
"""

import contextlib
import os
import platform
import re
import tempfile
import threading
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, wait
from pathlib import Path
from typing import NamedTuple

from reporting import build, configuration, disk_cache, execute, provenance, records, stamps
from reporting.configuration import UserError
from reporting.plain_yaml import shown

ADDRESS = re.compile(r"(tcp|tls)://[^\s:/]+:[0-9]{1,5}")
DIED = "The worker died before the run was done (killed, or out of memory), and so did the next one.\nNothing of it was written."
_one_at_a_time = threading.Lock()  # what a chapter reads of its process's environment is one run's


class Done(NamedTuple):
    """What came of a run: its results as the text of results.csv, its pages (path to bytes), or what went wrong in words."""

    rows: str = ""
    pages: dict = {}
    error: str | None = None


def engine_asked(environment=os.environ):
    """ENGINE as it was typed, "" for the processes of this machine; UserError where it is none."""
    typed = environment.get("ENGINE", "").strip()
    if typed and typed != "local" and not ADDRESS.fullmatch(typed):
        raise UserError(
            f"ENGINE: {shown(typed)} is no engine; write ENGINE=local or the address of a scheduler, ENGINE=tcp://host:port."
        )
    return typed


def run(asked, known, pages=False):
    """A run of a sweep, in the process an executor gave it; Differs where that is not at `known` (a fingerprint), before or after."""
    here = platform.node() or "a worker"
    with _one_at_a_time, tempfile.TemporaryDirectory(prefix="run-") as folder:
        provenance.refuse_another(known, here)
        try:
            done = (_with_pages if pages else _without_pages)(asked, Path(folder))
        except UserError as fault:
            done = Done(error=str(fault))
        provenance.refuse_another(known, here)  # it may have been edited meanwhile
    return done


def _with_pages(asked, folder):
    made = build.write_pages(asked, folder, stamps.inputs(), lambda text: None, workers=0)
    pages = {str(path.relative_to(made)): path.read_bytes() for path in made.rglob("*") if path.is_file()}
    return Done(pages["results.csv"].decode(), pages)


def _without_pages(asked, folder):
    names, quiet = configuration.needed(asked.chapters), lambda text: None
    notebooks = execute.execute_all(names, asked.values, folder, quiet, workers=0, bare=True)
    disk_cache.prune({"bare": disk_cache.SHELVES["bare"]})
    return Done(records.text(records.of_notebooks({name: notebooks[name] for name in asked.chapters})))


# --- the executors ----------------------------------------------------------------------------------------------------


@contextlib.contextmanager
def executor(engine, known, workspace):
    """An executor for `run`, and how many runs it is given at once."""
    if engine:
        try:
            from reporting import cluster
        except ImportError:
            raise UserError(
                f"ENGINE={engine} needs dask.distributed, which is not installed; run make engine."
            ) from None
        with cluster.executor(engine, known, workspace) as pool:
            yield pool, cluster.AT_ONCE
    else:
        with execute.pool(workspace) as pool:
            yield pool, execute.WORKERS


def run_each(runs, engine, known, workspace, pages=False):
    """Every Request of `runs` with its Done, in the order they are done.

    Where a process of the pool dies, those that were at work go again, each alone: the one whose process dies then has failed.
    """
    waiting, suspects = list(reversed(runs)), []
    while waiting or suspects:
        alone = not waiting
        batch, running = [suspects.pop()] if alone else waiting, {}
        with executor(engine, known, workspace) as (pool, at_once):
            try:
                while batch or running:
                    while batch and len(running) < at_once:
                        running[pool.submit(run, batch[-1], known, pages)] = batch[-1]
                        batch.pop()
                    for future in wait(running, return_when=FIRST_COMPLETED).done:
                        done = _outcome(future)
                        yield running.pop(future), done
            except BrokenExecutor:
                left = [*running.values()]
                suspects += [] if alone else left
                yield from ((asked, Done(error=DIED)) for asked in left if alone)


def _outcome(future):
    try:
        return future.result()
    except Exception as fault:
        if type(fault).__name__ != "KilledWorker":  # the engine's word for what it has given to worker after worker
            raise
        return Done(error=DIED)
