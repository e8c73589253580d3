"""Pages published whole or not at all: one build at a time, in a folder of its own, then moved to where it is read."""

import contextlib
import errno
import fcntl
import os
import shutil
import tempfile
from pathlib import Path

from reporting import disk_cache, html, places, provenance
from reporting.configuration import UserError


@contextlib.contextmanager
def locked():
    """One build at a time in a checkout; UserError where another one is at work. The lock ends with its process."""
    try:
        places.CACHE.mkdir(exist_ok=True)
        lock = (places.CACHE / "build.lock").open("a+", encoding="utf-8")
    except OSError as error:
        raise UserError(
            f"{places.CACHE} cannot be written ({error.strerror}); the build needs it for its lock."
        ) from None
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
        for left in places.CACHE.glob("build-*"):  # by a build that was killed: nobody else can be at work now
            shutil.rmtree(left, ignore_errors=True)
        disk_cache.prune()
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
    files = [f"{name}.{kind}" for name in names for kind in ("html", "ipynb")]
    others = (html.FRONT_PAGE, html.TERMS_PAGE, html.REPRODUCE_PAGE, "results.csv", "charts.js", provenance.FILE)
    for name in [*files, *html.SHARED, *others]:
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
def temporary_folder():
    """A folder for what is being made, gone when the block ends."""
    try:
        places.CACHE.mkdir(exist_ok=True)
        folder = tempfile.mkdtemp(prefix="build-", dir=places.CACHE)
    except OSError as error:
        raise UserError(
            f"{places.CACHE} cannot be written ({error.strerror}); the build needs it for unfinished pages."
        ) from None
    try:
        yield Path(folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _put_back(done):
    """Puts old files back where new ones may stand; returns those that cannot be."""
    lost = []
    for place, _ in done:  # all new ones go first: on a full disk there is room for the old ones then
        with contextlib.suppress(OSError):
            place.unlink(missing_ok=True)
    for place, old in done:
        try:
            if old.exists():
                shutil.copy2(old, place)
        except OSError:
            lost.append(place)
    return lost


def publish(source, target):
    """All files of `source` into `target`, or none of them: what was there is put back when one cannot be written."""
    backup, done = source.with_name(source.name + "-before"), []
    try:
        target.mkdir(parents=True, exist_ok=True)
        backup.mkdir()
        # The record of where it all comes from goes last: while it is there, everything it speaks of is.
        files = [path for path in source.rglob("*") if path.is_file()]
        for path in sorted(files, key=lambda path: (path.name == provenance.FILE, str(path.relative_to(source)))):
            place, old = (folder / path.relative_to(source) for folder in (target, backup))
            for folder in (place.parent, old.parent):
                folder.mkdir(parents=True, exist_ok=True)
            if place.is_dir():
                raise IsADirectoryError(21, "a folder is in the way", str(place))
            if place.exists():
                shutil.copy2(place, old)
            done.append((place, old))
            shutil.move(path, place)  # which copies where reports/ is on another disk
    except BaseException as error:
        lost = _put_back(done)
        if isinstance(error, OSError):
            where = error.filename2 or error.filename or target
            kept = f"{lost[0]} could not be put back" if lost else "the pages there are as they were"
            raise UserError(f"{where} cannot be written ({error.strerror}); {kept}.") from None
        raise
    finally:
        shutil.rmtree(backup, ignore_errors=True)


@contextlib.contextmanager
def pages(target):
    """A folder for pages that are no chapters, with what they share in it; published in `target` once the block has ended."""
    with temporary_folder() as workspace:
        made = workspace / "pages"
        made.mkdir()
        html.write_shared(made, html.ALONE)
        yield made
        publish(made, target)
