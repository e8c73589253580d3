"""Many runs, on this machine or on others, into one table: a row a run, results as columns."""

import contextlib
import math
import os
import re
import sqlite3
import zlib
from array import array

import numpy
import pandas

from reporting import (
    build,
    configuration,
    csv_cells,
    disk_cache,
    engine,
    execute,
    places,
    provenance,
    publish,
    readable,
    records,
    sample,
    stamps,
    sweep_page,
)
from reporting.configuration import UserError
from reporting.sweep_page import plain

KEPT = "rows.sqlite"
HOPELESS = 20  # runs that fail before any is done: then so will the others


class Kept:
    """The results of runs that are done, as text, in one file beside the table: a stopped sweep goes on from there.

    A run is found by what its results hang on: parameters, chapters and `known`, the fingerprint of what computes them.
    """

    def __init__(self, folder, known):
        self.place, self.known = folder / KEPT, stamps.digest({**known, "commit": ""})
        folder.mkdir(parents=True, exist_ok=True)
        try:
            self._open()
        except sqlite3.DatabaseError:  # cut short or changed: all of it is made again
            self.place.unlink()
            self._open()

    def _open(self):
        self.base = sqlite3.connect(self.place)
        self.base.execute("PRAGMA synchronous = OFF")  # a power cut may cost what is kept, a crash does not
        with self.base:
            self.base.execute("CREATE TABLE IF NOT EXISTS runs (stamp TEXT PRIMARY KEY, rows BLOB)")
        known = () if disk_cache.ignored() else self.base.execute("SELECT stamp FROM runs")
        self.stamps = {stamp for (stamp,) in known}

    def _stamp(self, asked):
        return stamps.digest([asked.values, asked.chapters, self.known])

    def has(self, asked):
        """Whether the rows of a Request are there; with FORCE=1 none is until it is added."""
        return self._stamp(asked) in self.stamps

    def add(self, asked, rows):
        """Keeps the rows of a Request (text); UserError where the disk is full."""
        stamp = self._stamp(asked)
        try:
            with self.base:
                self.base.execute("INSERT OR REPLACE INTO runs VALUES (?, ?)", (stamp, zlib.compress(rows.encode())))
        except sqlite3.OperationalError as error:
            raise UserError(
                f"{self.place} cannot be written ({error}); what was done before is kept. Make room (make clean removes what "
                "can be made again), and the same command goes on from there."
            ) from None
        self.stamps.add(stamp)

    def texts(self, runs):
        """What each of the runs is called, and its rows as they were given."""
        for asked in runs:
            (found,) = self.base.execute("SELECT rows FROM runs WHERE stamp = ?", (self._stamp(asked),)).fetchone()
            yield asked.called, zlib.decompress(found).decode()


def has_pages(asked, known_inputs):
    """Whether the pages of a run, made with just these parameters, chapters and inputs, stand whole in its folder."""
    folder = places.REPORTS / "runs" / asked.name
    crate = provenance.read(folder)
    if crate is None or crate["parameters"] != asked.values or crate["inputs"] != known_inputs:
        return False
    names = {f"{name}.ipynb" for name in asked.chapters} | {"results.csv", "index.html"}
    return names <= set(crate["files"]) and all((folder / name).is_file() for name in crate["files"])


def run_all(sweep, kept, known, say=print, where="", pages=False):
    """Every run of a Sweep that is not done yet; returns (Request, error or None) in order. A failed run stops no other."""
    inputs, errors = stamps.inputs(), {}
    waiting = [asked for asked in sweep.runs if not (kept.has(asked) and (not pages or has_pages(asked, inputs)))]
    if before := len(sweep.runs) - len(waiting):
        say(f"  {before:,} done before, kept")
    with (
        publish.temporary_folder() as workspace,
        contextlib.closing(engine.run_each(waiting, where, known, workspace, pages)) as outcomes,
    ):
        for number, (asked, outcome) in enumerate(outcomes, start=1):
            say(f"[{before + number:,}/{len(sweep.runs):,}] {asked.called}")
            if outcome.error is None:
                publish_pages(outcome.pages, workspace / "pages", places.REPORTS / "runs" / asked.name)
                kept.add(asked, outcome.rows)
                continue
            errors[asked.name] = outcome.error
            say("  failed: " + outcome.error.replace("\n", "\n  "))
            if len(errors) == number == min(HOPELESS, len(waiting)) and not before:
                raise execute.ChapterError(f"All of the first {number} runs failed, the last so: {outcome.error}")
    return [(asked, errors.get(asked.name)) for asked in sweep.runs]


def publish_pages(pages, folder, target):
    """Pages (path to bytes) into a folder in place of what is there, by way of another; nothing where there are none."""
    for name, content in pages.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    if pages:
        publish.publish(folder, target)


# --- the table --------------------------------------------------------------------------------------------------------


def gathered(texts):
    """The results of runs, each a name and the text of its results.csv: a frame with run, chapter, name, value, lower, upper, unit, method.

    Words are categories, so that ten thousand runs of four hundred results fit into a quarter of a gigabyte.
    """
    words = {column: {} for column in ("run", *records.COLUMNS) if column not in records.NUMBERS}
    codes, numbers = {column: array("i") for column in words}, {column: array("d") for column in records.NUMBERS}
    for run, text in texts:
        head, *rows = csv_cells.lines(text)
        for line in rows:
            row = dict(zip(head, line, strict=True), run=run)
            for column, known in words.items():
                codes[column].append(known.setdefault(row[column], len(known)))
            for column, found in numbers.items():
                found.append(float(row[column]) if row[column] else math.nan)
    made = {
        column: pandas.Categorical.from_codes(
            numpy.frombuffer(codes[column], "i") if codes[column] else [], [csv_cells.unescaped(word) for word in known]
        )
        for column, known in words.items()
    }
    made |= {column: numpy.frombuffer(found, "d") if found else [] for column, found in numbers.items()}
    return pandas.DataFrame(made)


def wide(frame, part="value"):
    """One part (value, lower, upper) of every result: a row a run, a column a result, NaN where a run has no such result."""
    runs, names = frame["run"].cat, frame["name"].cat
    made = numpy.full((len(runs.categories), len(names.categories)), math.nan)
    made[runs.codes, names.codes] = frame[part]
    return pandas.DataFrame(made, runs.categories, names.categories)


def chosen(names, wanted):
    """Those of the names that `wanted` asks for (names or beginnings of names, by spaces or commas; "" takes all)."""
    found = []
    for word in wanted.replace(",", " ").split():
        matching = [name for name in names if name.startswith(word)]
        if not matching:
            close = configuration.nearest(word, names, 0)
            raise UserError(f"RESULTS: no result starts with {word}{f'; the nearest is {close}' if close else ''}.")
        found += matching
    return list(dict.fromkeys(found)) if wanted.strip() else names


def foreseen(asked, wanted):
    """UserError, before anything runs, where RESULTS names what no accepted result of the chapters begins with, or where the
    chapters use nothing of what the runs differ in.

    Only a run can tell of names that end in a value ("__..."), that an edited script holds, or that another trial gives.
    """
    chapters, paths = asked.runs[0].chapters, {path.stem: path for path in places.NOTEBOOKS.glob("*.ipynb")}
    accepted = records.of_notebooks({name: readable.notebook(paths[name]) for name in chapters if name in paths})
    found = [row["name"] for row in accepted]
    others = {row["name"].partition(".")[0] for row in accepted if row["chapter"] in configuration.read()["apart"]}
    scripts = "".join((places.NOTEBOOKS / f"{name}.py").read_text(encoding="utf-8") for name in chapters)
    for word in wanted.replace(",", " ").split():
        stem, valued, _ = word.partition("__")
        by_value = valued and any(name.startswith(f"{stem}__") for name in found)
        edited = re.search(rf'"(?=\w*\.){re.escape(word)}', scripts)
        if not (by_value or edited or word.partition(".")[0] in others):
            chosen(found, word)
    if not set(asked.varied) & sample.used(chapters):
        every = f"{' and '.join(chapters)} use{'s' * (len(chapters) == 1)}"
        raise UserError(f"{every} none of {', '.join(asked.varied)}, so all these runs would be the same.")


def write_table(place, outcomes, varied, parts, names):
    """The table as CSV: run, status, the parameters that vary, then value, lower and upper of each result."""
    columns = [
        (name, part)
        for name in names
        for part in records.NUMBERS
        if part == "value" or parts["lower"][name].notna().any()
    ]
    heads = [name if part == "value" else f"{name}.{part}" for name, part in columns]
    numbers = numpy.column_stack([parts[part][name] for name, part in columns]) if columns else numpy.empty((0, 0))
    at = {run: place for place, run in enumerate(parts["value"].index)}
    with place.open("w", encoding="utf-8", newline="") as file:
        file.write(csv_cells.text([["run", "status", *varied, *heads]]))
        for asked, error in outcomes:
            found = numbers[at[asked.called]] if asked.called in at else [math.nan] * len(columns)
            shown = ["" if number != number else f"{number:.12g}" for number in found]
            status = "done" if error is None else "failed: " + " ".join(error.split())
            given = [plain(asked.values[name]) for name in varied]
            file.write(csv_cells.text([[asked.called, status, *given, *shown]]))


# --- all of it --------------------------------------------------------------------------------------------------------


def sweep(asked, environment=os.environ, say=print):
    """Does the runs of a Sweep and writes one table; returns the folder and how many runs failed."""
    where = engine.engine_asked(environment)
    wanted, pages = environment.get("RESULTS", ""), disk_cache.yes("PAGES", environment)
    target = places.REPORTS / "runs" / asked.name
    foreseen(asked, wanted)
    with publish.locked(), publish.full_disk_in_words():
        if provenance.read(target) is not None:
            raise UserError(f"reports/runs/{asked.name} holds a single run; name the sweep with RUN=.")
        publish.check_target(target, [])
        build.check(*(one.values for one in asked.runs))
        say(f"{len(asked.runs):,} runs in reports/runs/{asked.name}:")
        known = provenance.fingerprint()
        kept = Kept(target, known)
        outcomes = run_all(asked, kept, known, say, where, pages)
        frame = gathered(kept.texts(one for one, error in outcomes if error is None))
        write(asked, outcomes, frame, wanted, pages, target)
    return target, sum(error is not None for _, error in outcomes)


def write(asked, outcomes, frame, wanted, pages, target):
    """Publishes the table and the pages of a sweep that has run; `frame` as `gathered` makes it."""
    parts = {part: wide(frame, part) for part in records.NUMBERS}
    names = chosen(list(parts["value"]), wanted)
    if asked.sampled:
        named = frame.drop_duplicates("name")
        known_as = {
            row.name: (str(row.unit), str(row.method))
            for row in named[["name", "unit", "method"]].itertuples(index=False)
        }
        texts = sample.texts(asked, outcomes, parts["value"][names], known_as, wanted)
    else:
        texts = sweep_page.texts(asked, outcomes, parts, names, wanted, pages)
    with publish.pages(target) as made:
        write_table(made / "table.csv", outcomes, asked.varied, parts, names)
        for name, text in texts.items():
            (made / name).write_text(text, encoding="utf-8")
