"""The one schema of the parameters, which stand in parameters.toml: default, range, unit and meaning of each."""

import re
import tomllib
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, create_model, model_validator


def _as_written(value):
    """What stands where a list of rates should, as a user would write it."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{name}: {part}" for name, part in value.items())[:40] + "}"
    return str(value)[:40]


def _curves_of_the_data():
    """The names of the curves that the data hold, and how many doses a curve needs."""
    from trial import load  # late: tables take a second to import, and most runs give no curve

    try:
        return set(load.table("dlt_curves")["curve"]), len(load.allowed("cohorts", "cohort"))
    except load.DataError as error:
        raise ValueError(str(error).removesuffix(".")) from None


def _is_number(value):
    return isinstance(value, int | float) and not isinstance(value, bool)


def _mean_and_sd(belief):
    if not isinstance(belief, list):
        return belief  # the type's own sentence says what is wanted
    if len(belief) != 2:
        raise ValueError(f"a belief is a list of two numbers, mean and SD, and this list has {len(belief)}")
    if not all(map(_is_number, belief)):
        raise ValueError("both must be numbers")
    if not abs(belief[0]) <= 1:
        raise ValueError("the first number, the mean, must be from -1 (twice the loss) to 1 (no loss at all)")
    if not 0.01 <= belief[1] <= 2:
        raise ValueError("the second number, the SD, must be from 0.01 (all but certain) to 2 (no idea)")
    return belief


def _names(names):
    if not isinstance(names, list):
        return names
    if not all(isinstance(name, str) or _is_number(name) for name in names):
        raise ValueError("each entry must be a name; put a name such as yes or no in quotation marks")
    return [str(name) for name in names]


def _named_rates(curves):
    if not isinstance(curves, dict):
        return curves
    built_in, doses = _curves_of_the_data() if curves else (set(), 0)
    for name, rates in curves.items():
        if not re.fullmatch(r"[a-z][a-z0-9_]*", str(name)):
            raise ValueError(f"the curve name {str(name)[:40]} is not snake_case")
        if name in built_in:
            raise ValueError(f"the report has a curve {name} of its own; give yours another name")
        if not isinstance(rates, list) or len(rates) != doses:
            given = f"{len(rates)} were given" if isinstance(rates, list) else f"{_as_written(rates)} was given"
            raise ValueError(
                f"the curve {name} needs a list of {doses} rates, one a dose, as in "
                f"{name}: {[min(0.05 * 2**dose, 1) for dose in range(doses)]}, but {given}"
            )
        if not all(_is_number(rate) and 0 <= rate <= 1 for rate in rates):
            raise ValueError(f"the rates of the curve {name} must be numbers from 0 to 1")
    return curves


KINDS = {
    "belief": Annotated[list[float], BeforeValidator(_mean_and_sd)],
    "names": Annotated[list[str], BeforeValidator(_names)],
    "curves": Annotated[dict[str, list[float]], BeforeValidator(_named_rates)],
}


class _Set(BaseModel):
    """What holds for a set of parameters as a whole."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, allow_inf_nan=False)

    @model_validator(mode="after")
    def _losses_that_can_be_told_apart(self) -> Self:
        if self.healthy_atrophy <= self.atrophy_mean:
            raise ValueError(
                "healthy_atrophy must be a smaller loss than atrophy_mean (closer to 0); "
                f"healthy_atrophy is {self.healthy_atrophy:g} and atrophy_mean is {self.atrophy_mean:g}"
            )
        if self.healthy_atrophy < 0.75 * self.atrophy_mean:
            raise ValueError(
                "healthy_atrophy must be at most three quarters of atrophy_mean, so that something is left to prevent; "
                f"healthy_atrophy is {self.healthy_atrophy:g} and atrophy_mean is {self.atrophy_mean:g}"
            )
        # With less spread, one person a group would do; with more, it would take millions.
        if not 0.2 <= -self.atrophy_mean / self.atrophy_sd <= 5 / 3:
            raise ValueError(
                "atrophy_sd must be from three fifths of the loss in atrophy_mean to 5 times that loss; "
                f"atrophy_sd is {self.atrophy_sd:g} and atrophy_mean is {self.atrophy_mean:g}"
            )
        return self


def _written():
    """What parameters.toml holds; SyntaxError, which is told in one sentence, where that is not TOML."""
    place = Path(__file__).with_suffix(".toml")
    try:
        return tomllib.loads(place.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise SyntaxError(f"no TOML: {error}", (str(place), None, None, None)) from None


def _field(default, unit, meaning, kind="", choices=(), within=(), letters=None, **extra):
    """A row of parameters.toml as a field: its type, and what else pydantic is to know of it."""
    limits = dict(zip(("ge", "le"), within, strict=False)) | ({"max_length": letters} if letters else {})
    about = {"unit": unit, "formerly": None, **extra}
    of_type = KINDS[kind] if kind else Literal[tuple(choices)] if choices else type(default)
    return of_type, Field(default, description=meaning, json_schema_extra=about, **limits)


WRITTEN = _written()
Parameters = create_model(
    "Parameters",
    __base__=_Set,
    __doc__="All parameters of the report with their defaults; an instance is a full, checked set.",
    **{name: _field(**row, source=WRITTEN["sources"].get(name)) for name, row in WRITTEN["parameters"].items()},
)


def differing(**values):
    """Those of the values that are not the default of their parameter.

    >>> differing(atrophy_mean=-0.584, atrophy_sd=0.6)
    {'atrophy_sd': 0.6}
    """
    return {name: value for name, value in values.items() if value != Parameters.model_fields[name].default}


def in_place(tables, **values):
    """The tables of data/ (name to frame) with the values that somebody chose in the cells that the defaults come from.

    >>> import pandas
    >>> read = {"progression": pandas.DataFrame({"trial": ["EXPAND", "ASCEND"], "value": [32.0, 48.0]})}
    >>> in_place(read, worse_spms=0.4, worse_composite=0.48)["progression"].value.tolist()
    [40.0, 48.0]
    """
    made = dict(tables)
    for name, value in differing(**values).items():
        source = Parameters.model_fields[name].json_schema_extra["source"]
        frame = made[source["table"]].copy()
        here = (frame[list(source["row"])] == list(source["row"].values())).all(axis=1)
        frame.loc[here, source["column"]] = round((value - source.get("plus", 0)) / source.get("times", 1), 9)
        made[source["table"]] = frame
    return made


def limits(field):
    """The smallest and the largest number that a field of Parameters may be.

    >>> limits(Parameters.model_fields["power"])
    (0.5, 0.999)
    """
    found = {sign: getattr(limit, sign) for limit in field.metadata for sign in ("ge", "le") if hasattr(limit, sign)}
    return found["ge"], found["le"]


def chosen(**values):
    """Whether somebody chose any of these values: it is not the default of its parameter.

    >>> chosen(atrophy_mean=-0.584, atrophy_sd=0.498), chosen(atrophy_mean=-0.584, atrophy_sd=0.6)
    (False, True)
    """
    return bool(differing(**values))
