"""What no source can tell: how far each assumption could plausibly lie, and sets of parameters drawn from those ranges."""

from functools import partial

import pandas as pd

from trial import load, words
from trial.methods import sensitivity
from trial.parameters import Parameters

PARTS = {"mean": 0, "sd": 1}  # of a belief: the places of its two numbers


def _field_and_place(name):
    """The parameter that an assumption is of, and for a belief the place of the number."""
    parameter, _, part = name.partition(".")
    return parameter, PARTS[part] if part else None


def value(parameters, name):
    """What a set of parameters says of an assumption.

    >>> value({"effect": 0.5, "prior_neutral": [0.2, 0.25]}, "prior_neutral.sd")
    0.25
    """
    parameter, place = _field_and_place(name)
    return parameters[parameter] if place is None else parameters[parameter][place]


DEFAULTS = {name: field.default for name, field in Parameters.model_fields.items()}
SHORT = partial(words.plain, digits=3)  # the ends are worked out further than a reader needs them
RANGES = {
    "Assumption": ("in_words", words.sentence),
    "From": ("low", SHORT),
    "To": ("high", SHORT),
    "In this report": ("default", SHORT),
    "Why so far and no further": ("reason", words.sentence),
    "Source": "source",
}


def ranges():
    """The table assumptions by name, with the column default. DataError where a range cannot be one."""
    made = load.table("assumptions").set_index("parameter", drop=False)
    for line, row in enumerate(made.itertuples(), start=2):
        place = f"data/assumptions.csv, row {line}"
        try:
            here = float(value(DEFAULTS, row.parameter))
        except (KeyError, TypeError, ValueError):
            raise load.DataError(f"{place}, column parameter: {row.parameter} is no parameter with a number.") from None
        if not row.low <= here <= row.high or row.low == row.high:
            why = f"{row.low:g} to {row.high:g} is no range around the default of {row.parameter}, {here:g}"
            raise load.DataError(f"{place}, column low: {why}.")
        if row.scale == "log" and row.low <= 0:
            raise load.DataError(f"{place}, column scale: a range from {row.low:g} has no logarithms; write linear.")
    return made.assign(default=[value(DEFAULTS, name) for name in made.index])


def applied(drawn):
    """Parameters, as a rerun takes them, from values by name of assumption; where a belief has one number it keeps the other.

    >>> applied({"effect": 0.123456789, "n_analytes": 49.6, "prior_neutral.sd": 0.4})
    {'effect': 0.123457, 'n_analytes': 50, 'prior_neutral': [0.215, 0.4]}
    """
    made = {}
    for name, number in drawn.items():
        parameter, place = _field_and_place(name)
        field = Parameters.model_fields[parameter]
        number = float(f"{number:.6g}")
        if place is None:
            made[parameter] = round(number) if field.annotation is int else number
        else:
            made.setdefault(parameter, list(field.default))[place] = number
    return made


def sets(names, count, seed):
    """So many sets drawn from the ranges of these parameters by a seeded Latin hypercube: values by name of assumption.

    Out: a table, one row a set, one column an assumption; `applied` makes parameters of a row.
    """
    made = ranges()
    made = made[[_field_and_place(row)[0] in names for row in made.index]]
    if made.empty:
        return pd.DataFrame(index=range(count))
    shares = sensitivity.latin_hypercube(count, len(made), seed)
    return pd.DataFrame(sensitivity.spread_out(shares, made), columns=made.index).rename_axis(columns=None)


rank_correlation = sensitivity.rank_correlation
