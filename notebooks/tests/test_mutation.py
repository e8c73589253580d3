"""Proof by mutation: a number changed in data/ is caught by the data checks or changes what a chapter says, shows or records.

`make test` walks SAMPLE numeric cells only: the tables take turns, the cell of each picked by a hash of its place, so that
the walk is the same every time. `make mutate` walks every one (about half an hour), or those of the tables in MUTATE=.
Chapters run in this process, with the printing of pages captured and charts kept as specs: what nbval would compare, without
kernels. Chapters that read results of others (00) read those of the references, so a cell reaches them through the tables
they load themselves; what moves another chapter's results is caught there.
"""

import ast
import csv
import hashlib
import json
import os
import shutil
from functools import cache

import pytest

from reporting import records
from tests.chapters import NAMES, NOTEBOOKS, ROOT, run_here
from trial import load, summary

WALK = os.environ.get("MUTATE", "")
SAMPLE = 20  # cells walked by `make test`


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


def ran(name, monkeypatch, baseline=None):
    """What a chapter publishes, run in this process from the data in REPORT_DATA."""
    capture = Capture(baseline)
    run_here(name, capture, monkeypatch, check=baseline is None)
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
def copy(tmp_path, monkeypatch):
    """A copy of data/ that the chapters read in its place."""
    baselines()  # before anything is changed
    folder = shutil.copytree(ROOT / "data", tmp_path / "data")
    monkeypatch.setenv("REPORT_DATA", str(folder))
    return folder


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
            found[name] = (ran(name, patch), seen)
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


def test_a_changed_number_is_caught(copy, monkeypatch):
    cells = numeric_cells()
    cells = sampled(cells) if not WALK else [cell for cell in cells if WALK == "all" or cell[0] in WALK.split()]
    assert cells, f"MUTATE={WALK} names no table"
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
    shown, walked = shown_as_read(), 0
    assert len(shown) > 10
    for table in shown:
        ((keys, frame),) = load.keyed(table)
        for _, number, column in [cell for cell in numeric_cells() if cell[0] == table]:
            row = frame.iloc[[number]]
            other = row.assign(**{column: float(changed(f"{row[column].iloc[0]:.10g}"))})
            before, after = (summary.as_read([(keys, one)]).to_dict("records") for one in (row, other))
            assert before != after, f"{table}, row {number}, {column}"
            walked += 1
    assert walked > 400


def test_the_walk_can_fail(copy, monkeypatch):
    def unchanged(text):
        return text

    monkeypatch.setitem(globals(), "changed", unchanged)
    for cell in sampled(numeric_cells())[:4]:
        assert caught_by(cell, copy, monkeypatch) is None, f"an unchanged number must not be caught: {cell}"


def test_every_result_is_within_tolerance_of_the_reference():
    for name in NAMES:
        reference = json.loads((NOTEBOOKS / f"{name}.ipynb").read_text(encoding="utf-8"))
        kept = {row["name"]: row for row in records.of_notebook(name, reference)}
        outputs = [json.loads(text) for text in baselines()[name][0]]
        fresh = {
            row["name"]: {"chapter": name, **row}
            for data in outputs
            for row in data.get(records.MIME, {}).get("results", [])
        }
        assert set(fresh) == set(kept)
        assert [key for key in kept if records.beyond_tolerance(kept[key], fresh[key])] == []
