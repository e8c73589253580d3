"""Another processor: the last digits of floats are its own, so they may change no byte of what the chapters publish.

All chapters run twice in this process, drawings left out: as they are, and with every float moved by two units in the last
place that the science returns or that comes to a door (`words`, `page.chart` with its frames and its specs, `page.table`,
`page.record`, `page.hand_out`), up or down by a coin. `.ci/run` builds the report twice instead, once with numpy's wide
instructions off.
"""

import functools
import hashlib
import importlib
import inspect
import json
import math
import pkgutil
import random

import numpy as np
import pandas as pd
import pytest

from reporting import page
from tests.chapters import NAMES, run_here
from trial import methods, words

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


def published(name, monkeypatch):
    """Everything a chapter publishes, as text, in order."""
    made = []
    run_here(name, lambda data, **_: made.append(json.dumps(data, sort_keys=True)), monkeypatch, check=False)
    return made


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
    before = published(name, monkeypatch)
    in_the_arithmetic(monkeypatch)
    at_the_doors(monkeypatch, seeded(18))
    found = differing(before, published(name, monkeypatch))
    assert not found, f"{len(found)} of {len(before)} outputs hang on last digits:\n" + "\n".join(found)
