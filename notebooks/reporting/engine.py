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
from importlib import metadata
from pathlib import Path
from typing import NamedTuple

from reporting import build, configuration, execute, provenance, records, stamps, store
from reporting.configuration import UserError
from reporting.plain_yaml import shown

ADDRESS = re.compile(r"(tcp|tls)://[^\s:/]+:[0-9]{1,5}")
DIED = "The worker died before the run was done (killed, or out of memory), and so did the next one.\nNothing of it was written."
VERSIONS = ("Python", "numpy", "commit")
_one_at_a_time = threading.Lock()  # what a chapter reads of its process's environment is one run's


class Done(NamedTuple):
    """What came of a run: its results as the text of results.csv, its pages (path to bytes), or what went wrong in words."""

    rows: str = ""
    pages: dict = {}
    error: str | None = None


class Differs(UserError):
    """A worker is not what the sweep was begun with: says what differs, in one sentence."""


def asked(environment=os.environ):
    """ENGINE as it was typed, "" for the processes of this machine; UserError where it is none."""
    typed = environment.get("ENGINE", "").strip()
    if typed and typed != "local" and not ADDRESS.fullmatch(typed):
        raise UserError(
            f"ENGINE: {shown(typed)} is no engine; write ENGINE=local or the address of a scheduler, ENGINE=tcp://host:port."
        )
    return typed


def fingerprint():
    """What results hang on besides parameters, name to text: every input by its hash, the commit, Python and numpy."""
    versions = {"Python": platform.python_version(), "numpy": metadata.version("numpy")}
    return {**versions, "commit": provenance.commit().removesuffix(" + edits"), **stamps.inputs()}


def difference(known, found, where):
    """What a worker has else than the sweep, in one sentence; None where nothing. A commit counts where both know theirs."""
    names = [name for name in {**known, **found} if known.get(name) != found.get(name)]
    names = [name for name in names if name != "commit" or (known["commit"] and found["commit"])]
    if not names:
        return None
    name, more = names[0], f" and {len(names) - 1} more" if len(names) > 1 else ""
    each = f" ({found[name][:10]}, not {known[name][:10]})" if name in VERSIONS else ""
    return (
        f"{where} has another {name}{each}{more} than the sweep was begun with, so its results would be others; "
        "where it was edited meanwhile run this again, else bring both to the same commit (and make report, make engine there) first."
    )


def run(asked, known, pages=False):
    """A run of a sweep, in the process an executor gave it; Differs where that is not at `known` (a fingerprint), before or after."""
    with _one_at_a_time, tempfile.TemporaryDirectory(prefix="run-") as folder:
        _compare(known)
        try:
            done = (_with_pages if pages else _without_pages)(asked, Path(folder))
        except UserError as fault:
            done = Done(error=str(fault))
        _compare(known)  # it may have been edited meanwhile
    return done


def _compare(known):
    told = difference(known, fingerprint(), platform.node() or "a worker")
    if told:
        raise Differs(told)


def _with_pages(asked, folder):
    made = build.made(asked, folder, stamps.inputs(), lambda text: None, workers=0)
    pages = {str(path.relative_to(made)): path.read_bytes() for path in made.rglob("*") if path.is_file()}
    return Done(pages["results.csv"].decode(), pages)


def _without_pages(asked, folder):
    names, said = configuration.needed(asked.chapters), lambda text: None
    notebooks = execute.execute_all(names, asked.values, folder, said, workers=0, bare=True)
    store.prune({"bare": store.SHELVES["bare"]})
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


def each(runs, engine, known, workspace, pages=False):
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
