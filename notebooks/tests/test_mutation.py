"""All chapters run in this process with something changed, and compared with what they publish otherwise.

Proof by mutation: a number changed in data/ is caught by the data checks or changes what a chapter says, shows or records.

`.ci/run` walks SAMPLE numeric cells only: the tables take turns, the cell of each picked by a hash of its place, so that
the walk is the same every time. `make mutate` walks every one (about half an hour), or those of the tables in MUTATE=.
Chapters run in this process, with the printing of pages captured and charts kept as specs: what nbval would compare, without
kernels. Chapters that read results of others (00) read those of the references, so a cell reaches them through the tables
they load themselves; what moves another chapter's results is caught there.
"""

import ast
import csv
import functools
import hashlib
import importlib
import inspect
import json
import math
import os
import pkgutil
import random
from functools import cache

import numpy as np
import pandas as pd
import pytest

from reporting import configuration, page
from tests.chapters import NAMES, NOTEBOOKS, ROOT, run_here
from trial import load, methods, numbers_read, words

WALK = os.environ.get("MUTATE", "")
SAMPLE = 20  # cells walked by `.ci/run`


class Differs(Exception):
    """An output that is not the one of the unchanged data."""


class Capture:
    """Takes the place of the notebook; with a baseline it stops at the first output that differs."""

    def __init__(self, baseline=None):
        self.outputs, self.baseline = [], baseline

    def __call__(self, data, **_):
        text = json.dumps(data, sort_keys=True, default=str)
        place = len(self.outputs)
        if self.baseline is not None and (place >= len(self.baseline) or self.baseline[place] != text):
            raise Differs
        self.outputs.append(text)


def ran(name, monkeypatch, baseline=None, check=False):
    """What a chapter publishes, run in this process from the data in REPORT_DATA."""
    capture = Capture(baseline)
    run_here(name, capture, monkeypatch, check=check)
    return capture.outputs


def numeric_cells():
    """(table, row, column) of every filled cell that holds a number, row counted from 0 below the header."""
    found = []
    for table, described in load.tables().items():
        with (ROOT / "data" / f"{table}.csv").open(encoding="utf-8-sig", newline="") as file:
            for number, row in enumerate(csv.DictReader(file)):
                found += [
                    (table, number, name)
                    for name, field in described.columns.items()
                    if field["type"] in ("integer", "number") and row[name]
                ]
    return found


@cache
def named(cell):
    """The row of a cell by the columns that name it, which stays when rows are added."""
    table, number, _ = cell
    with (ROOT / "data" / f"{table}.csv").open(encoding="utf-8-sig", newline="") as file:
        row = list(csv.DictReader(file))[number]
    return " ".join(row[column] for column in load.tables()[table].key)


def sampled(cells):
    """Tables in turns, each turn the cell of a table with the next smallest hash of its place."""

    def place(cell):
        return hashlib.sha256(repr(cell).encode()).hexdigest()

    turns = {}
    for cell in sorted(cells, key=place):
        turns.setdefault(cell[0], []).append(cell)
    ranked = [(turn, place(cell), cell) for each in turns.values() for turn, cell in enumerate(each)]
    return [cell for _, _, cell in sorted(ranked)[:SAMPLE]]


def changed(text):
    """Another number of the same shape, a tenth away.

    >>> changed("12"), changed("0"), changed("-0.50")
    ('13', '1', '-0.55')
    """
    if "." not in text:
        return str(int(text) + 1) if abs(int(text)) < 10 else str(round(int(text) * 1.1))
    places = len(text.split(".")[1])
    value = float(text)
    return (
        f"{value * 1.1 if value else 0.1:.{places}f}" if f"{value * 1.1:.{places}f}" != text else f"{value * 1.1:.9g}"
    )


@pytest.fixture
def copy(copied_data):
    baselines()  # before anything is changed
    return copied_data


@cache
def baselines():
    """Of each chapter: what it publishes from the unchanged data, and the files it reads for it."""
    patch, content, found = pytest.MonkeyPatch(), load._content, {}
    patch.delenv("REPORT_DATA", raising=False)
    try:
        for name in NAMES:
            seen = set()

            def noted(file, seen=seen):
                seen.add(file)
                return content(file)

            patch.setattr(load, "_content", noted)
            found[name] = (ran(name, patch, check=True), seen)
    finally:
        patch.undo()
    return found


def caught_by(cell, folder, monkeypatch):
    """What notices that a cell has changed: "data checks", a chapter, or None; the copy is put right again."""
    table, number, column = cell
    path = folder / f"{table}.csv"
    before = path.read_bytes()
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    rows[number][column] = changed(rows[number][column])
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0].keys(), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    try:
        load.check_all()
        for name, (baseline, files) in baselines().items():
            if path.name in files:
                try:
                    outputs = ran(name, monkeypatch, baseline)
                except Exception:  # a chapter that breaks is a failed build, and a failed build is noticed
                    return name
                if len(outputs) != len(baseline):
                    return name
    except load.DataError:
        return "data checks"
    finally:
        path.write_bytes(before)
    return None


def no_table(asked, known):
    """What is wrong with MUTATE, in a sentence; None where each of its words is a table, or all of it is "all"."""
    for word in asked.split() if asked != "all" else ():
        if word not in known:
            return f"MUTATE: {word} is no table with numbers to change; the nearest is {configuration.nearest(word, known, 0)}."


def test_a_table_that_is_none_is_told_before_any_is_walked():
    known = {"cohorts", "atrophy"}
    assert [no_table(asked, known) for asked in ("", "all", "cohorts atrophy")] == [None] * 3
    assert (
        no_table("cohorts atropy", known)
        == "MUTATE: atropy is no table with numbers to change; the nearest is atrophy."
    )


@pytest.mark.apart
def test_a_changed_number_is_caught(copy, monkeypatch):
    cells = numeric_cells()
    if fault := no_table(WALK, {cell[0] for cell in cells}):
        pytest.fail(fault, pytrace=False)
    cells = sampled(cells) if not WALK else [cell for cell in cells if WALK == "all" or cell[0] in WALK.split()]
    uncaught = []
    for cell in cells:
        found = caught_by(cell, copy, monkeypatch)
        if WALK:
            print(*cell[:1], named(cell), cell[2], "->", found, flush=True)
        if found is None:
            uncaught.append((cell[0], named(cell), cell[2]))
    assert not uncaught, f"{len(uncaught)} of {len(cells)} changed numbers were noticed by nothing: {uncaught}"


def shown_as_read():
    """The tables that chapters show whole, by their calls of load.keyed."""
    calls = [
        node
        for name in NAMES
        for node in ast.walk(ast.parse((NOTEBOOKS / f"{name}.py").read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "keyed"
    ]
    return sorted({argument.value for call in calls for argument in call.args})


def test_every_number_of_the_tables_shown_whole_shows_its_change():
    """Without running chapters: what they show of such a row is made from the row alone."""
    shown, cells, walked = shown_as_read(), numeric_cells(), 0
    assert len(shown) > 10
    for table in shown:
        ((keys, frame),) = load.keyed(table)
        for _, number, column in [cell for cell in cells if cell[0] == table]:
            row = frame.iloc[[number]]
            if row["source"].iloc[0] == "this_report":
                continue  # nothing that was read, so not in such a table
            other = row.assign(**{column: float(changed(f"{row[column].iloc[0]:.10g}"))})
            before, after = (numbers_read.numbers([(keys, one)]).to_dict("records") for one in (row, other))
            assert before != after, f"{table}, row {number}, {column}"
            walked += 1
    assert walked > 400


@pytest.mark.apart
def test_the_walk_can_fail(copy, monkeypatch):
    def unchanged(text):
        return text

    monkeypatch.setitem(globals(), "changed", unchanged)
    cell = sampled(numeric_cells())[0]
    assert caught_by(cell, copy, monkeypatch) is None, f"an unchanged number must not be caught: {cell}"


# --- another processor ------------------------------------------------------------------------------------------------

# The last digits of floats are a processor's own, so they may change no byte of what the chapters publish. They run again
# with every float moved by two units in the last place that the science returns or that comes to a door (`words`,
# `page.chart` with its frames and its specs, `page.table`, `page.record`, `page.hand_out`), up or down by a coin.
# `.ci/run` builds the report twice besides, once with numpy's wide instructions off.

# All of trial.methods but simulate, whose numbers come from a seed.
SCIENCE = tuple(
    importlib.import_module(f"trial.methods.{found.name}")
    for found in pkgutil.iter_modules(methods.__path__)
    if found.name != "simulate"
)
# Exact on every processor: what a reader typed, handed back, what was just rounded, and a count of halves.
GIVEN = {"number", "whole_number", "sample", "rounded", "jonckheere_statistic"}


def moved(thing, coin):
    """The same thing with every float in it two units in the last place away; 0 and what is no number stay."""
    if isinstance(thing, float):
        if not math.isfinite(thing) or thing == 0:
            return thing
        end = math.inf if coin(thing) else -math.inf
        return math.nextafter(math.nextafter(thing, end), end)
    if isinstance(thing, dict):
        return {key: moved(value, coin) for key, value in thing.items()}
    if isinstance(thing, tuple) and hasattr(thing, "_fields"):
        return type(thing)(*(moved(value, coin) for value in thing))
    if isinstance(thing, list | tuple):
        return type(thing)(moved(value, coin) for value in thing)
    if isinstance(thing, np.ndarray) and thing.dtype.kind == "f":
        return np.array([moved(value, coin) for value in thing.tolist()])
    if isinstance(thing, pd.DataFrame):
        made = thing.copy()
        for place in range(thing.shape[1]):
            made.isetitem(place, moved(thing.iloc[:, place], coin))
        return made
    if isinstance(thing, pd.Series) and thing.dtype.kind in "fO":
        return thing.map(lambda value: moved(value, coin)).astype(thing.dtype)
    return thing


def seeded(seed):
    """A coin: True or False at each call, the same in each run."""
    draws = random.Random(seed)
    return lambda value: draws.random() < 0.5


def by_value(value):
    """A coin that falls the same way whenever it is thrown for the same number, as another processor's arithmetic does."""
    return hashlib.sha256(float(value).hex().encode()).digest()[0] % 2 == 0


class Moved:
    """A chart whose spec comes out with moved numbers."""

    def __init__(self, chart, coin):
        self.chart, self.coin = chart, coin

    def to_dict(self, **options):
        return moved(self.chart.to_dict(**options), self.coin)


def at_the_doors(monkeypatch, coin):
    """Moves every float on its way through a door, from here on."""

    def through(function):
        def call(*given, columns=None, **named):  # heads name columns, some by a number that a reader chose
            named = moved(named, coin) | ({"columns": columns} if columns else {})
            return function(*moved(given, coin), **named)

        return call

    for name, function in inspect.getmembers(words, inspect.isfunction):
        if function.__module__ == words.__name__ and not name.startswith("_"):
            monkeypatch.setattr(words, name, through(function))
    for name in ("table", "record", "record_table", "hand_out"):
        monkeypatch.setattr(page, name, through(getattr(page, name)))
    chart = page.chart

    def charted(draw, frame, *given, columns=None, **named):
        def drawn(*frames, **options):
            return Moved(draw(*frames, **options), coin)

        drawn.__name__ = draw.__name__
        return chart(drawn, moved(frame, coin), *given, columns=columns, **moved(named, coin))

    monkeypatch.setattr(page, "chart", charted)


def differing(before, after):
    """What differs between two lists of outputs: the first place and both texts around it, for each output."""
    found = [f"{len(before)} and {len(after)} outputs"] if len(before) != len(after) else []
    for old, new in zip(before, after, strict=False):
        if old != new:
            first = next(place for place in range(min(len(old), len(new))) if old[place] != new[place])
            part = slice(max(first - 60, 0), first + 40)
            found.append(f"{old[part]!r} became {new[part]!r}")
    return found


def in_the_arithmetic(monkeypatch):
    """Moves every float that a function of the science returns, from here on."""

    def result(function):
        return functools.wraps(function)(lambda *given, **named: moved(function(*given, **named), by_value))

    for module in SCIENCE:
        for name, function in inspect.getmembers(module, inspect.isfunction):
            if function.__module__ == module.__name__ and not name.startswith("_") and name not in GIVEN:
                monkeypatch.setattr(module, name, result(function))


@pytest.mark.parametrize("name", NAMES)
def test_the_last_digits_of_floats_change_no_byte(name, monkeypatch):
    before, _ = baselines()[name]
    in_the_arithmetic(monkeypatch)
    at_the_doors(monkeypatch, seeded(18))
    found = differing(before, ran(name, monkeypatch))
    assert not found, f"{len(found)} of {len(before)} outputs hang on last digits:\n" + "\n".join(found)
