"""Chapters through papermill: checked first, run two at a time, published whole or not at all."""

import contextlib
import copy
import errno
import fcntl
import functools
import hashlib
import json
import logging
import os
import re
import shutil
import signal
import sys
import tempfile
import time
import warnings
from concurrent.futures import FIRST_COMPLETED, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from datetime import date
from multiprocessing import get_context
from pathlib import Path

import nbformat
import papermill
from jupyter_client.kernelspec import NoSuchKernel
from nbclient.exceptions import CellTimeoutError
from papermill.exceptions import PapermillExecutionError
from papermill.translators import translate_parameters

from reporting import (
    cells,
    configuration,
    drawings,
    html,
    plain_yaml,
    provenance,
    readable,
    records,
    request,
    stamps,
    store,
)
from reporting.configuration import NOTEBOOKS, ROOT, UserError
from reporting.processes import die_with

REPORTS, CACHE = ROOT / "reports", ROOT / ".cache"
WORKERS = 2
CHAPTER_SECONDS = 600
KERNELSPEC = "forked"  # whose provisioner starts ordinary kernels where none can be forked
# A busy machine may start a kernel or bring a cell's last message late: neither says that a chapter takes too long.
START_SECONDS, MESSAGE_SECONDS = 300, 120
MOST_KEPT = 400  # executed chapters; about 200 MB
CHANGES = ["accepted_on", "why", "chapter", "name", "old", "new"]


class ChapterError(Exception):
    """A cell of a chapter failed: chapter, cell and error in two lines."""


# --- one chapter ------------------------------------------------------------------------------------------------------


def _failure(name, error):
    notebook = configuration.notebook(name, NOTEBOOKS)
    # Papermill put the injected cell behind the tagged one, so cells after it count one more than in the script.
    index = error.cell_index
    tagged = next((i for i, cell in enumerate(notebook.cells) if "parameters" in cell.metadata.get("tags", [])), -1)
    index -= 1 if 0 <= tagged < index else 0
    first = next((line for line in error.source.splitlines() if line.strip()), "")
    return f"{name} failed in cell {index + 1}, which starts `{first[:90]}`:\n{error.ename}: {error.evalue}".rstrip()


def execute(name, values, results_file=None):
    """One chapter run by papermill with the full set of parameters: the executed notebook, cleaned, and the seconds."""
    os.environ.pop("REPORT_RESULTS", None)
    if results_file:
        os.environ["REPORT_RESULTS"] = str(results_file)
    started = time.monotonic()
    logging.getLogger("papermill").setLevel(logging.ERROR)  # it warns of every parameter a chapter does not use
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            notebook = papermill.execute_notebook(
                copy.deepcopy(configuration.notebook(name, NOTEBOOKS)),
                None,
                parameters=values,
                kernel_name=KERNELSPEC,
                cwd=str(NOTEBOOKS),
                progress_bar=False,
                execution_timeout=CHAPTER_SECONDS,
                start_timeout=START_SECONDS,
                iopub_timeout=MESSAGE_SECONDS,
                log_output=False,
            )
        except PapermillExecutionError as error:
            raise ChapterError(_failure(name, error)) from None
        except RuntimeError as error:  # nbclient has no name of its own for a kernel that ends before it first answers
            what = "did not start in time" if "respond in" in str(error) else "died before the chapter was done"
            raise ChapterError(
                f"The kernel of {name} {what} (killed, or out of memory).\n"
                "Nothing was written; run the same command again."
            ) from None
        except (NoSuchKernel, FileNotFoundError):
            raise ChapterError(
                f"There is no kernel {KERNELSPEC} to run {name} with, or it cannot be started.\n"
                "Nothing was written; make clean, then the same command, sets it up anew."
            ) from None
        except CellTimeoutError as error:
            if "IOPub" in str(error):  # nbclient has one class for both, and only words to tell them apart
                raise ChapterError(
                    f"A cell of {name} was done, but its output did not arrive within {MESSAGE_SECONDS} s: the machine is too busy.\n"
                    "Nothing was written; run the same command again."
                ) from None
            raise ChapterError(
                f"{name} has a cell that ran longer than {CHAPTER_SECONDS} s, so it was stopped.\n"
                "Nothing was written; ask for less (n_simulations, for one), or raise CHAPTER_SECONDS."
            ) from None
    return cleaned(notebook), time.monotonic() - started


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


# --- many chapters ----------------------------------------------------------------------------------------------------


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


def _stamp(name, values, results):
    # A chapter knows only the parameters it declares: the references, which nbval runs, are given no others.
    declared = {key: values[key] for key in configuration.declared_parameters(name, NOTEBOOKS) if key in values}
    return stamps.of_chapter(NOTEBOOKS / f"{name}.py", declared, os.environ, results)


def _kept(stamp, values):
    """The executed chapter with that stamp as a run with these values gives it, None where none is kept."""
    text = store.read(CACHE / "chapters" / f"{stamp}.ipynb")
    if text is None:
        return None
    notebook = nbformat.reads(text, as_version=4)
    for cell in notebook.cells:  # the injected cell names all parameters, those the chapter does not know included
        if "injected-parameters" in cell.metadata.get("tags", []):
            cell.source = translate_parameters("python3", "python", values, "Parameters")
    return cleaned(notebook)


def execute_all(names, values, workspace, report=print, fresh=False, under_way=None, ready=None, workers=WORKERS):
    """Chapters by name, `workers` at a time; the last one of the report waits for the results of the others.

    A chapter that ran before with everything it depends on as it is now is not run again, unless `fresh`. While chapters run,
    this process calls `ready(name, notebook)` for each that is done, and `under_way()` when none is left to be started.
    Returns executed notebooks in reading order. The first failure stops the build with its two lines.
    """
    last = configuration.read()["last"]
    # Long ones first, so that the two workers end at about the same time; how long is not known, but scripts have a size.
    first = sorted((name for name in names if name != last), key=lambda name: -_size(name))
    waiting, running, finished, untold = [*first, *(name for name in names if name == last)], {}, {}, []

    def start(name, results=""):
        stamp = _stamp(name, values, results)
        known = None if fresh else _kept(stamp, values)
        if known is not None:
            note(name, known, "up to date")
        else:
            results_file = Path(workspace) / "results-so-far.csv" if name == last else None
            if results_file:
                results_file.write_text(results, encoding="utf-8")
            running[chapters.submit(execute, name, values, results_file)] = (name, stamp, results)

    def end(done):
        (name, stamp, results), (notebook, seconds) = running.pop(done), done.result()
        if _stamp(name, values, results) == stamp:  # else something was edited while it ran
            store.write(CACHE / "chapters" / f"{stamp}.ipynb", nbformat.writes(notebook))
        note(name, notebook, f"{seconds:5.1f} s")

    def note(name, notebook, took):
        finished[name] = notebook
        untold.append(name)
        report(f"  {name:<18} {took}")

    with pool(workspace, workers) as chapters:
        while waiting and waiting[0] != last:
            start(waiting.pop(0))
        while waiting or running or untold:
            for done in wait(running, 0 if untold else None, FIRST_COMPLETED).done:
                end(done)
            if waiting and not running:  # before a page is made of what it waited for
                rows = [row for name in sorted(finished) for row in records.of_notebook(name, finished[name])]
                start(waiting.pop(), records.text(rows))
            if under_way and not waiting:
                under_way()
                under_way = None
            elif untold:
                name = untold.pop(0)
                if ready:
                    ready(name, finished[name])
    return {name: finished[name] for name in sorted(finished)}


def _size(name):
    return (NOTEBOOKS / f"{name}.py").stat().st_size


def start_method():
    """How workers are started: forked on Linux, spawned elsewhere, where a fork is not safe once libraries have threads."""
    return "fork" if sys.platform == "linux" else "spawn"


@contextlib.contextmanager
def pool(workspace, workers=WORKERS):
    """An executor of that many processes, which start with the first work they are given; a failure stops those at work."""
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
            process.join(5)
        if isinstance(error, BrokenProcessPool):
            raise ChapterError(
                "A worker died before its work was done (killed, or out of memory).\n"
                "Nothing of it was written; run the same command again."
            ) from None
        raise


@contextlib.contextmanager
def locked():
    """One build at a time in a checkout; UserError where another one is at work. The lock ends with its process."""
    try:
        CACHE.mkdir(exist_ok=True)
        lock = (CACHE / "build.lock").open("a+", encoding="utf-8")
    except OSError as error:
        raise UserError(f"{CACHE} cannot be written ({error.strerror}); the build needs it for its lock.") from None
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            lock.seek(0)
            owner = lock.read().strip() or "a process that has not said its number"
            raise UserError(
                f"Another build is at work in this checkout ({owner}); wait until it is done, then run this again."
            ) from None
        lock.truncate(0)
        lock.write(f"process {os.getpid()}, since {provenance.now()}")
        lock.flush()
        for left in CACHE.glob("build-*"):  # by a build that was killed: nobody else can be at work now
            shutil.rmtree(left, ignore_errors=True)
        drawings.prune()
        html.prune()
        store.prune(CACHE / "chapters", MOST_KEPT)
        yield


@contextlib.contextmanager
def full_disk_in_words():
    """Turns "no space left" into a sentence; what was published before is untouched."""
    try:
        yield
    except OSError as error:
        if error.errno not in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
            raise
        where = f" at {error.filename}" if error.filename else ""
        raise UserError(
            f"The disk is full{where} ({error.strerror}); the pages and references are as they were. "
            "Make room (make clean removes what can be made again), then run this again."
        ) from None


def check_target(target, names):
    """UserError where something is in the way of the pages, before any chapter runs."""
    for place in reversed([target, *target.parents]):
        if place.exists() and not place.is_dir():
            raise UserError(f"{place} is a file, but the pages need a folder there; move it away.")
    files = [f"{name}.html" for name in names] + [f"{name}.ipynb" for name in names]
    for name in [*files, *html.SHARED, "index.html", "results.csv", "charts.js", provenance.FILE]:
        if (target / name).is_dir():
            raise UserError(f"{target / name} is a folder, but a page needs that name; move it away.")
    check_writable(target, target / "tables")


def check_writable(*places):
    """UserError where a file or folder cannot be written; for one that is not there yet the nearest folder above it is tried."""
    for there in places:
        try:
            there = next(path for path in [there, *there.parents] if path.exists())
            if there.is_dir():
                tempfile.TemporaryFile(dir=there).close()
            else:
                there.open("ab").close()
        except OSError as error:
            raise UserError(
                f"{there} cannot be written ({error.strerror}), so nothing was run: the outcome belongs there."
            ) from None


@contextlib.contextmanager
def workshop():
    try:
        CACHE.mkdir(exist_ok=True)
        folder = tempfile.mkdtemp(prefix="build-", dir=CACHE)
    except OSError as error:
        raise UserError(
            f"{CACHE} cannot be written ({error.strerror}); the build needs it for unfinished pages."
        ) from None
    try:
        yield Path(folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def publish(source, target):
    """All files of `source` into `target`, or none of them: what was there is put back when one cannot be written."""
    backup, done = source.with_name(source.name + "-before"), []
    try:
        target.mkdir(parents=True, exist_ok=True)
        backup.mkdir()
        # The record of where it all comes from goes last: while it is there, everything it speaks of is.
        files = [path for path in source.rglob("*") if path.is_file()]
        for path in sorted(files, key=lambda path: (path.name == provenance.FILE, str(path.relative_to(source)))):
            place = target / path.relative_to(source)
            (backup / path.relative_to(source)).parent.mkdir(parents=True, exist_ok=True)
            place.parent.mkdir(parents=True, exist_ok=True)
            if place.is_dir():
                raise IsADirectoryError(21, "a folder is in the way", str(place))
            existed = place.exists()
            if existed:
                shutil.copy2(place, backup / path.relative_to(source))
            done.append((place, backup / path.relative_to(source) if existed else None))
            os.replace(path, place)
    except BaseException as error:
        for place, old in reversed(done):
            with contextlib.suppress(OSError):
                if old is not None:
                    shutil.copy2(old, place)
                elif place.exists():
                    place.unlink()
        if isinstance(error, OSError):
            where = error.filename or target
            raise UserError(
                f"{where} cannot be written ({error.strerror}); the pages there are as they were."
            ) from None
        raise
    finally:
        shutil.rmtree(backup, ignore_errors=True)


def check(*runs):
    """Data, and the files that the values of each run name, checked before any kernel starts; UserError in one sentence."""
    said = configuration.read()
    readable.check()
    try:
        configuration.load_object(said["check_data"])()
        for values in runs:
            configuration.load_object(said["check_values"])(values)
    except configuration.load_object(said["data_error"]) as error:
        raise UserError(str(error)) from None
    except OSError as error:  # a folder that may not be listed, a name that is too long
        place = plain_yaml.shown(str(error.filename), False, plain_yaml.LONGEST_PATH)
        raise UserError(f"{place} cannot be read ({error.strerror}).") from None


def log_of_changes():
    """One entry per accepted edition: date, reason and how many results moved."""
    path = REPORTS / "changes.csv"
    if not path.exists():
        return []
    entries = {}
    for row in cells.rows(path):
        entry = entries.setdefault((row["accepted_on"], row["why"]), [0, 0])
        entry[0 if row["old"] else 1] += bool(row["name"])
    return [
        {"accepted_on": day, "why": why, "moved": _moved_in_words(*counts)} for (day, why), counts in entries.items()
    ]


def _moved_in_words(moved, new):
    parts = [f"{new} new result{'s' if new != 1 else ''}"] * bool(new)
    parts += [f"{moved} moved"] * bool(moved)
    return ", ".join(parts) or "no result moved"


def report(asked, say=print):
    """The build of a Request: runs its chapters and publishes their pages; returns the folder written."""
    with locked(), full_disk_in_words():
        check(asked.values)
        return build(asked, say)


def build(asked, say=print, workers=WORKERS):
    """What `report` does, for whoever holds the lock and has checked the data."""
    target = REPORTS / "runs" / asked.name if asked.name else REPORTS
    check_target(target, asked.chapters)
    started, known_inputs = provenance.now(), stamps.inputs()
    names = list(asked.chapters)
    last = configuration.read()["last"]
    if last in names and len(names) < len(configuration.chapters()):
        say(f"{last} reads the results of the other chapters, so they run too.")
        names = configuration.chapters()
    say(f"{len(names)} chapter{'s' if len(names) > 1 else ''}, {min(workers, len(names))} at a time:")
    with workshop() as workspace:
        pages = workspace / "pages"
        pages.mkdir()
        titles = {name: html.question(configuration.notebook(name, NOTEBOOKS)) for name in sorted(asked.chapters)}
        site = html.Site(pages, titles, asked.values, asked.changed, [] if asked.name else log_of_changes())
        shared = functools.partial(html.write_shared, pages)
        notebooks = execute_all(names, asked.values, workspace, say, under_way=shared, ready=site.add, workers=workers)
        notebooks = {name: notebooks[name] for name in titles}
        site.finish(notebooks)
        if asked.name:  # the report itself has its notebooks already: the references
            for name, notebook in notebooks.items():
                nbformat.write(notebook, pages / f"{name}.ipynb")
                records.write_tables(pages, notebook)
            provenance.write(pages, asked.values, known_inputs, started, provenance.now())
        else:
            provenance.write(pages, asked.values, stamps.sources(), references=stamps.references())
        written = {str(path.relative_to(pages)): stamps.sha256(path) for path in pages.rglob("*") if path.is_file()}
        publish(pages, target)
        if not asked.name:
            stamps.keep(written, known_inputs, os.environ, CACHE / "report.json")
    return target


# --- references -------------------------------------------------------------------------------------------------------


def _edited_references():
    """References that would be lost: neither did `accept` write them here, nor does a repository hold them as they are."""
    accepted = CACHE / "accepted.json"
    known = json.loads(accepted.read_text()) if accepted.exists() else {}
    digests = {path.name: stamps.sha256(path) for path in sorted(NOTEBOOKS.glob("[0-9]*.ipynb"))}
    unknown = [name for name, digest in digests.items() if known.get(name) != digest]
    held = provenance.tracked(unknown, NOTEBOOKS) if unknown else set()
    return [name for name in unknown if name not in held]


def _check_references():
    edited = _edited_references()
    if edited and provenance.in_repository():
        raise UserError(
            f"{', '.join(edited)} has uncommitted edits that this would overwrite; commit or undo them first."
        )
    if edited and not store.ignored(("FORCE",)):
        raise UserError(
            f"This would overwrite {', '.join(edited)}, and without a git repository nothing tells whether somebody edited "
            "them; put a copy elsewhere if so, then add FORCE=1 to the command."
        )


def accept(why, say=print):
    """Runs every chapter at defaults and makes the outcome the reference; returns the results that moved."""
    if not why.strip():
        raise UserError('WHY is missing: say in a few words what changed, as in make accept WHY="new interval".')
    _check_references()
    with locked(), full_disk_in_words():
        check_writable(NOTEBOOKS, REPORTS, REPORTS / "changes.csv", ROOT / "README.md")
        check()
        return _accept(why, say)


def _accept(why, say):
    say("Running every chapter at its defaults:")
    old = []
    for path in sorted(NOTEBOOKS.glob("[0-9]*.ipynb")):
        old += records.of_notebook(path.stem, readable.notebook(path))
    with workshop() as workspace:
        notebooks = execute_all(configuration.chapters(), request.resolve({}), workspace, say, fresh=True)
        staged = workspace / "references"
        staged.mkdir()
        for name, notebook in notebooks.items():
            nbformat.write(as_reference(notebook), staged / f"{name}.ipynb")
        new = [row for name, notebook in notebooks.items() for row in records.of_notebook(name, notebook)]
        publish(staged, NOTEBOOKS)
    CACHE.joinpath("accepted.json").write_text(
        json.dumps({f"{name}.ipynb": stamps.sha256(NOTEBOOKS / f"{name}.ipynb") for name in notebooks}),
        encoding="utf-8",
    )
    moved = records.moved(old, new)
    _append_changes(why.strip(), moved)
    write_readme_answer(notebooks[configuration.read()["last"]])
    return moved


def _append_changes(why, moved):
    path = REPORTS / "changes.csv"
    head = [] if path.exists() else [CHANGES]
    day = date.today().isoformat()
    entries = [[day, " ".join(why.split()), *row] for row in moved or [("", "", "", "")]]
    with path.open("a", encoding="utf-8", newline="") as file:
        file.write(cells.text([*head, *entries]))


MARKERS = ("<!-- answer: written by make accept -->", "<!-- end of answer -->")


def readme_answer(notebook):
    """The answer of the report's last chapter as it stands between the markers of the README."""
    return "\n\n".join(html.short_answer(notebook))


def write_readme_answer(notebook):
    """Puts the answer between the markers of the README."""
    path = ROOT / "README.md"
    text = path.read_text(encoding="utf-8")
    start, end = MARKERS
    if start not in text or end not in text:
        raise UserError(f"README.md has lost its markers {start} and {end}; put them back around the answer.")
    made = re.sub(
        f"{re.escape(start)}.*?{re.escape(end)}",
        lambda _: f"{start}\n{readme_answer(notebook)}\n{end}",
        text,
        flags=re.S,
    )
    path.write_text(made, encoding="utf-8")
