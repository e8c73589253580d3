"""Numbers at the doors: nothing that is written may hang on the last digits of a float, which are the processor's.

Every number first settles on twelve significant digits, then is rounded in decimals, halves away from zero. Rounded at
once, an exact probability such as 0.5^k, which lies halfway, would go up on one processor and down on another.
"""

import hashlib
import json
import math
import re
from decimal import ROUND_HALF_UP, Context, Decimal
from numbers import Integral

import pandas

SETTLED = 12  # significant digits that all processors agree on
CHART = 7  # significant digits of a number in a chart: a ten-millionth of its width
LITERAL = re.compile(r"\d+\.\d{8,}(?:e[-+]?\d+)?")  # a float written into an expression by a computation
FINE = re.compile(r"\d+\.\d{3,}(?:e[-+]?\d+)?|\d+(?:\.\d+)?e[-+]\d+")  # a length finer than a hundredth of a pixel


def _settled(value):
    exact = Decimal(f"{value:.{SETTLED}g}")
    # A share a little below one is not one; what sums up to one but for the last digits is.
    return Decimal(f"{value:.14f}") if exact == 1 and value < 1 - 1e-14 else exact


def rounded(value, digits=None):
    """A float with so many significant digits (none named: only settled); whole numbers and what is no number stay.

    >>> rounded(0.12499999999999997, 2), rounded(0.125, 2), rounded(2 / 3, 9), rounded(123456789.0, 2), rounded(10**20, 9)
    (0.13, 0.13, 0.666666667, 123456789.0, 100000000000000000000)
    """
    if isinstance(value, Integral) or not math.isfinite(value) or value == int(value):
        return value
    exact = _settled(value)
    return float(exact if digits is None else Context(digits, ROUND_HALF_UP).plus(exact))


def to_place(value, place):
    """A number to the decimal place 10^place.

    >>> to_place(0.08819999999999999, -3), to_place(2693.5, 0)
    (0.088, 2694.0)
    """
    exact = Decimal(f"{value:.{SETTLED}g}")
    return float(exact.quantize(Decimal(1).scaleb(place), context=Context(prec=400, rounding=ROUND_HALF_UP)))


def two_digits_of(error):
    """The decimal place of the second significant digit of a standard error (above 0): as far as its value can be told.

    >>> two_digits_of(0.00284), two_digits_of(0.09999999999999999), two_digits_of(31)
    (-4, -2, 0)
    """
    return Context(2, ROUND_HALF_UP).plus(Decimal(f"{error:.{SETTLED}g}")).adjusted() - 1


def in_all(thing, digits=None):
    """The same frame, series, dict, list or tuple with every float in it rounded; anything else as it is."""
    if isinstance(thing, float):
        return rounded(thing, digits)
    if isinstance(thing, dict):
        return {key: in_all(value, digits) for key, value in thing.items()}
    if isinstance(thing, tuple) and hasattr(thing, "_fields"):
        return type(thing)(*(in_all(value, digits) for value in thing))
    if isinstance(thing, list | tuple):
        return type(thing)(in_all(value, digits) for value in thing)
    if isinstance(thing, pandas.DataFrame):
        made = thing.copy()
        for place in range(thing.shape[1]):
            made.isetitem(place, in_all(thing.iloc[:, place], digits))
        return made
    if isinstance(thing, pandas.Series) and thing.dtype.kind in "fO":
        return thing.map(lambda value: in_all(value, digits)).astype(thing.dtype)
    return thing


def of_spec(spec):
    """A Vega-Lite spec with its numbers as a chart needs them, and each dataset named by a hash of its rounded rows."""
    names, datasets = {}, {}
    for old, rows in spec.get("datasets", {}).items():
        rows = in_all(rows, CHART)
        names[old] = "data-" + hashlib.sha256(json.dumps(rows, sort_keys=True).encode()).hexdigest()[:32]
        datasets[names[old]] = rows

    def written(part):
        if isinstance(part, dict):
            return {key: written(value) for key, value in part.items()}
        if isinstance(part, list | tuple):
            return [written(value) for value in part]
        if isinstance(part, str):
            return names.get(part) or LITERAL.sub(lambda found: repr(rounded(float(found[0]), CHART)), part)
        return rounded(part, CHART) if isinstance(part, float) else part

    made = written({key: value for key, value in spec.items() if key != "datasets"})
    return made | ({"datasets": datasets} if datasets else {})


def of_drawing(svg):
    """An SVG whose tags place things to a hundredth of a pixel; its words keep all their digits."""

    def hundredths(found):
        # Six decimals first: a half is told from what lies a breath below it.
        return f"{to_place(to_place(float(found[0]), -6), -2):.2f}".rstrip("0").rstrip(".")

    return re.sub(r"<[^>]+>", lambda tag: FINE.sub(hundredths, tag[0]), svg)
