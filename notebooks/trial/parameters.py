"""The one schema of the parameters: every number a sceptic may change, with its type, range, unit and meaning."""

import re
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

DOSES = 4
BUILT_IN_CURVES = ("flat_2", "flat_10", "rising", "steep", "toxic")  # data/dlt_curves.csv; a test holds them together


# Where a default that comes from data stands: a table of data/, the row in which these columns hold these values, and a
# column; the default is that cell (over another column of its row, for a list its first entry), times a factor, rounded.
# A test holds default and cell together.
PLACEBO = {"table": "atrophy", "row": {"group": "SPMS, placebo (MS-STAT)"}}
HEALTHY = {"table": "atrophy", "row": {"group": "Healthy people at 45"}}
UNTREATED = {"table": "lesions", "row": {"group": "INFORMS, placebo", "measure": "new_or_enlarging_t2_per_year"}}
WAITING = {"table": "design_rules", "row": {"rule": "months_between_cohorts"}}
SLOWED = {"table": "controlled_trials", "row": {"trial": "MS-STAT"}, "column": "effect", "over": "comparator_value"}


def _parameter(default, meaning, unit, source=None, **limits):
    return Field(default, description=meaning, json_schema_extra={"unit": unit, "source": source}, **limits)


class Parameters(BaseModel):
    """All parameters of the report with their defaults; an instance is a full, checked set."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, allow_inf_nan=False)

    confidence: float = _parameter(0.95, "coverage of every interval", "share", gt=0, lt=1)
    seed: int = _parameter(2023, "seed of every simulation", "whole number", ge=0)
    body_weight_kg: float = _parameter(70.0, "body weight for total cells", "kg", ge=30, le=200)
    cohort_gap_days: int = _parameter(
        91,
        "last injection of a cohort to first of the next",
        "days",
        source={**WAITING, "column": "value", "times": 365.25 / 12, "digits": 0},
        ge=0,
        le=3650,
    )
    reading: Literal["A", "B", "C", "K"] = _parameter(
        "A", "how the registry's silence on two DLTs among the first three is read; K is the textbook rule", "letter"
    )
    dlt_curves: dict = _parameter(
        {}, "extra assumed curves: snake_case name to four DLT rates, lowest dose first", "rates in 0 to 1"
    )
    lesions_per_year: float = _parameter(
        0.5,
        "new or enlarging T2 lesions, untreated, mean per person",
        "per year",
        source={**UNTREATED, "column": "value"},
        gt=0,
        le=50,
    )
    lesion_dispersion: float = _parameter(
        1.0, "how alike people are in new lesions: size k of a negative binomial", "k", gt=0, le=1000
    )
    atrophy_mean: float = _parameter(
        -0.584,
        "yearly brain volume change, untreated (negative is loss)",
        "% per year",
        source={**PLACEBO, "column": "loss_percent_per_year", "times": -1},
        ge=-10,
        lt=0,
    )
    atrophy_sd: float = _parameter(
        0.498, "SD between people of that yearly change", "% per year", source={**PLACEBO, "column": "sd"}, gt=0, le=10
    )
    healthy_atrophy: float = _parameter(
        -0.15,
        "yearly brain volume change of healthy ageing at 45",
        "% per year",
        source={**HEALTHY, "column": "loss_percent_per_year", "times": -1},
        ge=-10,
        le=0,
    )
    effect: float = _parameter(0.5, "share of the yearly loss prevented", "share", gt=0, le=1)
    alpha: float = _parameter(0.05, "two-sided level of a test", "share", gt=0, lt=1)
    power: float = _parameter(0.8, "chance to find the effect if it is there; above alpha", "share", gt=0, lt=1)
    dropout: float = _parameter(0.1, "share of people lost before the end", "share", ge=0, lt=1)
    useless_effect: float = _parameter(
        0.2, "share prevented at or below which a success would be of no use (assumed)", "share", ge=0, lt=1
    )
    prior_sceptical: list = _parameter(
        [0.0, 0.25], "a sceptic's belief in the share prevented: mean and SD of a normal curve", "mean, SD"
    )
    prior_neutral: list = _parameter(
        [0.215, 0.25], "a neutral belief, at half of what MS-STAT saw: mean and SD of a normal curve", "mean, SD"
    )
    prior_enthusiastic: list = _parameter(
        [0.43, 0.568],
        "a belief at what MS-STAT saw, as wide as 3 against 9 people leave it: mean and SD",
        "mean, SD",
        source={**SLOWED, "times": -1, "digits": 2},
    )
    n_analytes: int = _parameter(50, "molecules measured in one spinal-fluid panel", "molecules", ge=1, le=1_000_000)
    analyte_correlation: float = _parameter(
        0.2, "correlation of any two of these molecules in one person", "correlation", ge=0, lt=1
    )
    n_simulations: int = _parameter(
        10_000, "simulated trials behind each simulated share", "trials", ge=100, le=1_000_000
    )
    participants: str = _parameter(
        "",
        "folder with the files of a trial of your own (CDISC ADaM), relative to where make was called; "
        "empty: the simulated example",
        "folder",
    )
    cohort_order: list = _parameter(
        [], "cohorts of your own trial, lowest first; empty: by dose, else as found", "names"
    )
    imaging_parameters: list = _parameter(
        [], "imaging measures of your own trial, by PARAMCD; empty: all in files called admri or the like", "codes"
    )
    biomarker_parameters: list = _parameter(
        [], "other measures of your own trial, by PARAMCD; empty: all that are not imaging", "codes"
    )
    imaging_visit: str = _parameter("", "visit (AVISIT) for imaging; empty: the last", "name")
    biomarker_visit: str = _parameter("", "visit (AVISIT) for the others; empty: the first after baseline", "name")
    treatment_emergent_only: bool = _parameter(
        True, "whether only events that began, or got worse, under treatment are counted", "true or false"
    )
    related_terms: list = _parameter(
        [], "words of AEREL that mean related; empty: related, possible, probable, definite and the like", "words"
    )
    smallest_cell: int = _parameter(
        1, "counts of people in your own trial below this, and above none, are not shown", "people", ge=1, le=1000
    )

    @field_validator("prior_sceptical", "prior_neutral", "prior_enthusiastic")
    @classmethod
    def _mean_and_sd(cls, belief: list) -> list:
        if not all(isinstance(part, int | float) and not isinstance(part, bool) and abs(part) <= 10 for part in belief):
            raise ValueError("both must be numbers from -10 to 10")
        if len(belief) != 2:
            raise ValueError(f"a belief is a list of two numbers, mean and SD, and this list has {len(belief)}")
        if not belief[1] > 0:
            raise ValueError("the second number, the SD, must be above 0")
        return belief

    @field_validator("cohort_order", "imaging_parameters", "biomarker_parameters", "related_terms")
    @classmethod
    def _names(cls, names: list) -> list:
        if not all(isinstance(name, str | int | float) and not isinstance(name, bool) for name in names):
            raise ValueError("each entry must be a name; put a name such as yes or no in quotation marks")
        return [str(name) for name in names]

    @field_validator("dlt_curves")
    @classmethod
    def _named_rates(cls, curves: dict) -> dict:
        for name, rates in curves.items():
            if not re.fullmatch(r"[a-z][a-z0-9_]*", str(name)):
                raise ValueError(f"the curve name {name!r} is not snake_case")
            if name in BUILT_IN_CURVES:
                raise ValueError(f"the report has a curve {name} of its own; give yours another name")
            if not isinstance(rates, list) or len(rates) != DOSES:
                given = f"{len(rates)} were given" if isinstance(rates, list) else f"{rates!r} was given"
                raise ValueError(
                    f"the curve {name} needs a list of {DOSES} rates, one a dose, as in "
                    f"{name}: [0.05, 0.1, 0.2, 0.4], but {given}"
                )
            if not all(
                isinstance(rate, int | float) and not isinstance(rate, bool) and 0 <= rate <= 1 for rate in rates
            ):
                raise ValueError(f"the rates of the curve {name} must be numbers from 0 to 1")
        return curves

    @model_validator(mode="after")
    def _power_above_alpha(self) -> Self:
        if self.power <= self.alpha:
            raise ValueError(f"power must be above alpha; power is {self.power} and alpha is {self.alpha}")
        if self.healthy_atrophy <= self.atrophy_mean:
            raise ValueError(
                "healthy_atrophy must be a smaller loss than atrophy_mean (closer to 0); "
                f"healthy_atrophy is {self.healthy_atrophy} and atrophy_mean is {self.atrophy_mean}"
            )
        return self


def chosen(**values):
    """Whether somebody chose any of these values: it is not the default of its parameter.

    >>> chosen(atrophy_mean=-0.584, atrophy_sd=0.498), chosen(atrophy_mean=-0.584, atrophy_sd=0.6)
    (False, True)
    """
    return any(value != Parameters.model_fields[name].default for name, value in values.items())
