"""Chapters through papermill: one with all its parameters, or many at a time, each cleaned of what differs between two runs."""

import contextlib
import copy
import hashlib
import logging
import os
import signal
import sys
import tempfile
import time
import warnings
from concurrent.futures import FIRST_COMPLETED, Executor, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context
from pathlib import Path

import nbformat
import papermill
from jupyter_client.kernelspec import NoSuchKernel
from nbclient.exceptions import CellTimeoutError
from papermill.exceptions import PapermillExecutionError
from papermill.translators import translate_parameters

from reporting import configuration, disk_cache, places, records, stamps
from reporting.configuration import ChapterError
from reporting.processes import die_with
from reporting.results_only import reduced

WORKERS = 2
CHAPTER_SECONDS = 600
KERNELSPEC = "forked"  # whose provisioner starts ordinary kernels where none can be forked
# A busy machine may start a kernel or bring a cell's last message late: neither says that a chapter takes too long.
START_SECONDS, MESSAGE_SECONDS = 300, 120


def _failure(name, error):
    notebook = configuration.notebook(name)
    # Papermill put the injected cell behind the tagged one, so cells after it count one more than in the script.
    index = error.cell_index
    tagged = next((i for i, cell in enumerate(notebook.cells) if "parameters" in cell.metadata.get("tags", [])), -1)
    index -= 1 if 0 <= tagged < index else 0
    first = next((line for line in error.source.splitlines() if line.strip()), "")
    return f"{name} failed in cell {index + 1}, which starts `{first[:90]}`:\n{error.ename}: {error.evalue}".rstrip()


def execute(name, values, results_file=None, bare=False):
    """One chapter run by papermill with the full set of parameters: the executed notebook, cleaned, and the seconds.

    `bare`: only what its results come from, see `reporting.bare`; nothing at all where it has none.
    """
    os.environ.pop("REPORT_RESULTS", None)
    if results_file:
        os.environ["REPORT_RESULTS"] = str(results_file)
    started, script = time.monotonic(), configuration.notebook(name)
    notebook = reduced(script) if bare else copy.deepcopy(script)
    if notebook is None:
        return nbformat.v4.new_notebook(), 0.0
    logging.getLogger("papermill").setLevel(logging.ERROR)  # it warns of every parameter a chapter does not use
    with warnings.catch_warnings(), _failures_in_words(name):
        warnings.simplefilter("ignore")
        notebook = papermill.execute_notebook(
            notebook,
            None,
            parameters=values,
            kernel_name=KERNELSPEC,
            cwd=str(places.NOTEBOOKS),
            progress_bar=False,
            execution_timeout=CHAPTER_SECONDS,
            start_timeout=START_SECONDS,
            iopub_timeout=MESSAGE_SECONDS,
            log_output=False,
        )
    return cleaned(notebook), time.monotonic() - started


@contextlib.contextmanager
def _failures_in_words(name):
    again = "Nothing was written; run the same command again."
    try:
        yield
        return
    except PapermillExecutionError as error:
        message = _failure(name, error)
    except RuntimeError as error:  # nbclient has no name of its own for a kernel that ends before it first answers
        what = "did not start in time" if "respond in" in str(error) else "died before the chapter was done"
        message = f"The kernel of {name} {what} (killed, or out of memory).\n{again}"
    except (NoSuchKernel, FileNotFoundError):
        message = (
            f"There is no kernel {KERNELSPEC} to run {name} with, or it cannot be started.\n"
            "Nothing was written; make clean, then the same command, sets it up anew."
        )
    except CellTimeoutError as error:
        # nbclient has one class for both, and only words to tell them apart
        message = (
            f"A cell of {name} was done, but its output did not arrive within {MESSAGE_SECONDS} s: the machine is too busy.\n{again}"
            if "IOPub" in str(error)
            else f"{name} has a cell that ran longer than {CHAPTER_SECONDS} s, so it was stopped.\n"
            "Nothing was written; ask for less (n_simulations, for one), or raise CHAPTER_SECONDS."
        )
    raise ChapterError(message)


def cleaned(notebook):
    """The notebook without anything that differs between two runs: times, random ids, versions, paths."""
    seen = {}
    for cell in notebook.cells:
        tags = list(cell.metadata.get("tags", []))
        cell.metadata = nbformat.from_dict({"tags": tags} if tags else {})
        digest = hashlib.sha256(f"{cell.cell_type}\n{cell.source}".encode()).hexdigest()[:12]
        seen[digest] = seen.get(digest, 0) + 1
        cell.id = f"{digest}-{seen[digest]}"
        for output in cell.get("outputs", []):
            if "metadata" in output:
                output.metadata = nbformat.from_dict({})
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    for count, cell in enumerate(code, start=1):
        cell.execution_count = count
        for output in cell.outputs:
            if "execution_count" in output:
                output.execution_count = count
    notebook.metadata = nbformat.from_dict(
        {
            "kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"},
            "language_info": {"file_extension": ".py", "name": "python", "pygments_lexer": "ipython3"},
            "jupytext": {
                "formats": "ipynb,py:percent",
                "notebook_metadata_filter": "kernelspec,jupytext,-jupytext.text_representation.jupytext_version",
                "cell_metadata_filter": "tags,-all",
            },
        }
    )
    notebook.nbformat, notebook.nbformat_minor = 4, 5
    return notebook


def as_reference(notebook):
    """The executed notebook as it is kept: without the injected cell, counts 1..n."""
    kept = nbformat.from_dict(notebook)
    kept.cells = [cell for cell in kept.cells if "injected-parameters" not in cell.metadata.get("tags", [])]
    return cleaned(kept)


def _stop_quietly(*_):
    raise KeyboardInterrupt


def _start_worker(log_file, parent):
    # A worker is stopped by the driver, and its kernel ends with it; what kernels grumble about goes into a log.
    die_with(parent)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    # Connection files of kernels live in the workspace, so that they go with it however a build ends.
    connections = Path(log_file).parent / "kernels"
    connections.mkdir(exist_ok=True)
    os.environ["TMPDIR"] = os.environ["JUPYTER_RUNTIME_DIR"] = tempfile.tempdir = str(connections)
    log = os.open(log_file, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    os.dup2(log, 1)
    os.dup2(log, 2)


def stamp_of(name, values, results):
    """What the outcome of a chapter hangs on, see `stamps.of_chapter`."""
    # A chapter knows only the parameters it declares: the references, which nbval runs, are given no others.
    declared = {key: values[key] for key in configuration.declared_parameters(name) if key in values}
    return stamps.of_chapter(places.NOTEBOOKS / f"{name}.py", declared, os.environ, results)


def _kept(place, values):
    """The executed chapter of that place as a run with these values gives it, None where none is kept."""
    text = disk_cache.read(place)
    if text is None:
        return None
    notebook = nbformat.reads(text, as_version=4)
    for cell in notebook.cells:  # the injected cell names all parameters, those the chapter does not know included
        if "injected-parameters" in cell.metadata.get("tags", []):
            cell.source = translate_parameters("python3", "python", values, "Parameters")
    return cleaned(notebook)


def execute_all(
    names, values, workspace, report=print, fresh=False, ready=lambda *_: None, workers=WORKERS, also=(), bare=False
):
    """Chapters by name, `workers` at a time (0: in this process, one by one); those that read the results of the others wait for them.

    A chapter that ran before with everything it depends on as it is now is not run again, unless `fresh`. While chapters run,
    this process calls `ready(name, notebook)` for each that is done.
    `also`: more runs, by a name of their own, each a chapter and its values; nobody reads their results. Returns executed
    notebooks in reading order, then those. The first failure stops the build with its two lines.
    """
    (early, waiting), runs = order(names), {name: (name, values) for name in names} | dict(also)
    running, finished, untold = {}, {}, []
    shelf = places.CACHE / ("bare" if bare else "chapters")

    def start(name, results=""):
        stamp = stamp_of(*runs[name], results)
        known = None if fresh else _kept(shelf / f"{stamp}.ipynb", runs[name][1])
        if known is not None:
            return note(name, known, "up to date")
        if results_file := Path(workspace) / "results-so-far.csv" if results else None:
            results_file.write_text(results, encoding="utf-8")
        running[chapters.submit(execute, *runs[name], results_file, bare)] = (name, stamp, results)

    def end(done):
        (name, stamp, results), (notebook, seconds) = running.pop(done), done.result()
        if stamp_of(*runs[name], results) == stamp:  # else something was edited while it ran
            disk_cache.write(shelf / f"{stamp}.ipynb", nbformat.writes(notebook))
        note(name, notebook, f"{seconds:5.1f} s")

    def note(name, notebook, took):
        finished[name] = notebook
        untold.append(name)
        report(f"  {name:<18} {took}")

    with pool(workspace, workers) as chapters:
        for name in [*early, *dict(also)]:
            start(name)
        while waiting or running or untold:
            for done in wait(running, 0 if untold else None, FIRST_COMPLETED).done:
                end(done)
            if waiting and not running:  # before a page is made of what it waited for
                apart = configuration.read()["apart"]
                read = (name for name in sorted(names) if name in finished and name not in apart)
                rows = [row for name in read for row in records.of_notebook(name, finished[name])]
                while waiting:
                    start(waiting.pop(0), records.text(rows))
            if untold:
                ready(untold[0], finished[untold.pop(0)])
    return {name: finished[name] for name in [*configuration.reading_order(names), *dict(also)]}


def order(names):
    """The chapters that can start at once, and those that read the results of the others."""
    last = configuration.read()["last"]
    # Long ones first, so that the two workers end at about the same time; how long is not known, but scripts have a size.
    sizes = {name: (places.NOTEBOOKS / f"{name}.py").stat().st_size for name in names if name not in last}
    return sorted(sizes, key=lambda name: -sizes[name]), [name for name in names if name in last]


def start_method():
    """How workers are started: forked on Linux, spawned elsewhere, where a fork is not safe once libraries have threads."""
    return "fork" if sys.platform == "linux" else "spawn"


class Here(Executor):
    """Does its work at once, in this process."""

    def submit(self, work, *given):
        done = Future()
        try:
            done.set_result(work(*given))
        except Exception as error:
            done.set_exception(error)
        return done


@contextlib.contextmanager
def pool(workspace, workers=WORKERS):
    """An executor of that many processes, which start with the first work they are given; a failure stops those at work."""
    if not workers:
        yield Here()
        return
    signal.signal(signal.SIGTERM, _stop_quietly)
    about_workers = (str(Path(workspace) / "kernels.log"), os.getpid())
    executor = ProcessPoolExecutor(workers, get_context(start_method()), _start_worker, about_workers)
    try:
        yield executor
        executor.shutdown()
    except BaseException as error:
        processes = list((executor._processes or {}).values())
        executor.shutdown(wait=False, cancel_futures=True)
        for process in processes:  # their kernels end with them
            process.terminate()
        for process in processes:
            process.join(10)
        if isinstance(error, BrokenProcessPool):
            raise ChapterError(
                "A worker died before its work was done (killed, or out of memory).\n"
                "Nothing of it was written; run the same command again."
            ) from None
        raise
