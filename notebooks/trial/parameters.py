"""The one schema of the parameters: every number a sceptic may change, with its type, range, unit and meaning."""

import re
from typing import Annotated, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

# Where a default that comes from data stands: a table of data/, the row in which these columns hold these values, and a
# column; the default is that cell (over another column of its row, for a list its first entry), times a factor, plus a number, rounded.
# Where a second row stands in `to`, the default lies on the straight line between both, by their column `along`, `at` a third cell.
# A test holds default and cells together.
PLACEBO = {"table": "atrophy", "row": {"group": "SPMS, placebo (MS-STAT)"}}
MEAN_AGE = {"table": "trial_participants", "row": {"trial": "MS-STAT", "measure": "mean age"}, "column": "value"}
HEALTHY = {
    "table": "atrophy",
    "row": {"group": "Healthy people at 45"},
    "to": {"group": "Healthy people at 55"},
    "along": "age",
    "at": MEAN_AGE,
}
UNTREATED = {"table": "lesions", "row": {"group": "INFORMS, placebo", "measure": "new_or_enlarging_t2_per_year"}}
WAITING = {"table": "design_rules", "row": {"rule": "months_between_cohorts"}}
EXPAND = {"table": "progression", "row": {"trial": "EXPAND"}, "column": "value", "times": 0.01}
ORATORIO = {"trial": "ORATORIO", "outcome": "12-week confirmed progression"}
LOWER_RISK = {"table": "controlled_trials", "column": "effect", "times": -0.01, "plus": 1}
SAVING = {"table": "sample_sizes", "row": {"source": "altmann2009", "measure": "SIENA"}}
SLOWED = {"table": "controlled_trials", "row": {"trial": "MS-STAT"}, "column": "effect", "over": "comparator_value"}


def _parameter(default, meaning, unit, within=(), source=None, formerly=None, **limits):
    """A field; `within`: the least and the most that it may be."""
    extra = {"unit": unit, "source": source, "formerly": formerly}
    limits |= zip(("ge", "le"), within, strict=False)
    return Field(default, description=meaning, json_schema_extra=extra, **limits)


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


Belief = Annotated[list[float], BeforeValidator(_mean_and_sd)]
Names = Annotated[list[str], BeforeValidator(_names)]
Curves = Annotated[dict[str, list[float]], BeforeValidator(_named_rates)]
RATIO = 0.3, 0.98  # no drug has done better; closer to one it takes more people than there are
WORSE = 0.05, 0.95  # with fewer nothing can be counted; beyond, nearly all do


class Parameters(BaseModel):
    """All parameters of the report with their defaults; an instance is a full, checked set."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, allow_inf_nan=False)

    # Behind each limit stands why it is there: what lies beyond makes no sense, or cannot be told in words a reader bears.
    confidence: float = _parameter(
        0.95, "coverage of every interval", "share", (0.5, 0.999)
    )  # below, more wrong than right; above, twelve people exclude nothing
    seed: int = _parameter(
        2023, "seed of every simulation", "whole number", (0, 2**32 - 1)
    )  # what a generator takes in 32 bits
    body_weight_kg: float = _parameter(70.0, "body weight for total cells", "kg", (30, 200))  # of adults
    cohort_gap_days: int = _parameter(
        91,
        "last injection of a cohort to first of the next",
        "days",
        (0, 3650),
        source={**WAITING, "column": "value", "times": 365.25 / 12, "digits": 0},
    )  # at most ten years
    reading: Literal["A", "B", "C", "K"] = _parameter(
        "A", "how the registry's silence on two DLTs among the first three is read; K is the textbook rule", "letter"
    )
    dlt_curves: Curves = _parameter(
        {}, "extra assumed curves: snake_case name to four DLT rates, lowest dose first", "rates in 0 to 1"
    )
    lesions_per_year: float = _parameter(
        0.5,
        "new or enlarging T2 lesions, untreated, mean per person",
        "per year",
        (0.01, 10),
        source={**UNTREATED, "column": "value"},
    )  # one in a hundred years; beyond ten nobody is without one, and counting people says nothing
    lesion_dispersion: float = _parameter(
        1.0, "how alike people are in new lesions: size k of a negative binomial", "k", (0.5, 1000)
    )  # below, what fits twelve people runs to thousands of lesions a year; at 1,000 they fall by chance alone
    atrophy_mean: float = _parameter(
        -0.584,
        "yearly brain volume change, untreated (negative is loss)",
        "% per year",
        (-5, -0.05),
        source={**PLACEBO, "column": "loss_percent_per_year", "times": -1},
    )  # about a tenth of what MS-STAT measured, to ten times that
    atrophy_sd: float = _parameter(
        0.498, "SD between people of that yearly change", "% per year", (0.05, 5), source={**PLACEBO, "column": "sd"}
    )  # the same tenth, to ten times; see also the rule at the end
    healthy_atrophy: float = _parameter(
        -0.225,
        "yearly brain volume change of healthy ageing at 50, about the mean age in MS-STAT: between two published means",
        "% per year",
        (-3, 0),
        source={**HEALTHY, "column": "loss_percent_per_year", "times": -1},
    )  # no gain, and less loss than with the disease
    effect: float = _parameter(
        0.5, "share of the yearly loss prevented", "share", (0.1, 1)
    )  # for less, a trial would need more people than any has had
    alpha: float = _parameter(
        0.05, "two-sided level of a test", "share", (0.0001, 0.2)
    )  # one false alarm in 10,000 to one in five
    power: float = _parameter(
        0.8, "chance to find the effect if it is there", "share", (0.5, 0.999)
    )  # below, a trial is rather missing than finding
    dropout: float = _parameter(
        0.1, "share of people lost before the end", "share", (0, 0.8)
    )  # of five people one must stay
    useless_effect: float = _parameter(
        0.2, "share prevented at or below which a success would be of no use (assumed)", "share", (0, 0.9)
    )  # if nine tenths were useless, nothing could be of use
    prior_sceptical: Belief = _parameter(
        [0.0, 0.25], "a sceptic's belief in the share prevented: mean and SD of a normal curve", "mean, SD"
    )
    prior_neutral: Belief = _parameter(
        [0.215, 0.25], "a neutral belief, at half of what MS-STAT saw: mean and SD of a normal curve", "mean, SD"
    )
    prior_enthusiastic: Belief = _parameter(
        [0.43, 0.568],
        "a belief centred on what MS-STAT saw, as wide as 3 against 9 people leave it: mean and SD",
        "mean, SD",
        source={**SLOWED, "times": -1, "digits": 2},
    )
    prior_optimistic: Belief = _parameter(
        [0.5, 0.15],
        "an optimist's belief, who expects what the next trial hopes for: mean and SD of a normal curve",
        "mean, SD",
    )
    hazard_ratio_spms: float = _parameter(
        0.79,
        "ratio of hazards of getting worse under a drug that slows it in SPMS: the lower risk of EXPAND, read as such a ratio",
        "ratio",
        RATIO,
        source={**LOWER_RISK, "row": {"trial": "EXPAND"}},
    )
    hazard_ratio_ppms: float = _parameter(
        0.76,
        "the same in PPMS",
        "ratio",
        RATIO,
        source={"table": "controlled_trials", "row": ORATORIO, "column": "effect"},
    )
    hazard_ratio_hands: float = _parameter(
        0.7,
        "the same on a composite that counts the hands",
        "ratio",
        RATIO,
        source={**LOWER_RISK, "row": {"trial": "ORATORIO-HAND"}},
    )
    worse_spms: float = _parameter(
        0.32, "share of untreated people with SPMS who get worse during a trial", "share", WORSE, source=EXPAND
    )
    worse_ppms: float = _parameter(
        0.393, "the same of people with PPMS", "share", WORSE, source={**EXPAND, "row": ORATORIO}
    )
    worse_composite: float = _parameter(
        0.48,
        "share of untreated people who get worse on a composite in 96 weeks",
        "share",
        WORSE,
        source={**EXPAND, "row": {"trial": "ASCEND"}},
    )
    scan_saving: float = _parameter(
        0.44,
        "share of the people that a second year of follow-up saves, all of it put down to the error of scans",
        "share",
        (0.1, 0.72),
        source={**SAVING, "column": "saving_over_one_year_percent", "times": 0.01},
    )  # with less, scans have next to no error; at three quarters they are all error
    effect_delay_weeks: int = _parameter(
        26, "weeks until cells could act, where they act late", "weeks", (1, 52)
    )  # later, a trial of two years is over before it has begun
    loss_correlation: float = _parameter(
        0.5, "correlation of the yearly loss with a value known before the trial", "correlation", (0, 0.95)
    )  # beyond, the loss is known before the trial
    donor_likeness: float = _parameter(
        0.05, "share of the spread in effect that lies between donors", "share", (0.01, 0.5)
    )  # with more, people hardly count
    bench_people: int = _parameter(
        52, "people enrolled for each group, in the sentence that weighs one design", "people", (10, 5000)
    )  # with fewer no harm is excluded worth the name; more than any trial in progressive MS has had
    bench_groups: int = _parameter(
        2, "groups in that sentence: one with cells, and one or two without", "groups", (2, 3)
    )  # with more, other questions are asked than whether the cells help
    bench_loss: float = _parameter(
        0.1, "share of its people lost before the end", "share", (0, 0.8)
    )  # of five people one must stay
    bench_years: float = _parameter(
        2.0, "years for which its people are followed", "years", (0.5, 10)
    )  # the shortest study of a spread; beyond ten nobody waits
    bench_of: Literal["all", "excess"] = _parameter(
        "all", "the loss of which `effect` is prevented: all, or what is beyond healthy ageing (excess)", "word"
    )
    bench_spread: Literal["msstat2014", "spain2017", "vdelskamp2010"] = _parameter(
        "msstat2014", "source of its spread between people; the first is that of atrophy_sd", "source"
    )
    bench_allocation: int = _parameter(
        1, "people with cells for each one in another group", "people", (1, 3)
    )  # with more, the other group says too little
    bench_belief: Literal["certain", "sceptical", "neutral", "optimistic", "enthusiastic"] = _parameter(
        "certain", "whether `effect` is taken as certain there, or one of the beliefs takes its place", "word"
    )
    n_analytes: int = _parameter(
        50, "molecules measured in one spinal-fluid panel", "molecules", (1, 1_000_000)
    )  # no panel measures more
    analyte_correlation: float = _parameter(
        0.2, "correlation of any two of these molecules in one person", "correlation", (0, 0.95)
    )  # beyond, they are one molecule
    n_simulations: int = _parameter(
        10_000, "random points behind each chance that is averaged over them", "points", (100, 100_000)
    )  # fewer say little; more change no printed digit
    own_trial: str = _parameter(
        "",
        "folder with the files of a trial of your own (CDISC ADaM), or a .yaml file of its counts, relative to where "
        "make was called; empty: the simulated example",
        "folder or file",
        formerly="participants",
        max_length=1000,
    )
    cohort_order: Names = _parameter(
        [], "cohorts of your own trial, lowest dose first; empty: by dose, where it is known", "names"
    )
    control: str = _parameter(
        "",
        "cohort of your own trial that had no treatment; empty: the one called placebo, sham, control or vehicle",
        "name",
        max_length=200,
    )
    population: str = _parameter(
        "",
        "flag of adsl that says who counts; empty: SAFFL for harm, ITTFL or FASFL for change against control",
        "column",
        max_length=40,
    )
    analysis_flag: str = _parameter(
        "",
        "flag (such as ANL01FL) without which no measurement counts; empty: flags only choose between several",
        "column",
        max_length=40,
    )
    derived_records: Names = _parameter(
        [], "derived measurements that count, by DTYPE, such as LOCF; empty: averages only", "words"
    )
    imaging_parameters: Names = _parameter(
        [], "imaging measures of your own trial, by PARAMCD; empty: all in files called admri or the like", "codes"
    )
    biomarker_parameters: Names = _parameter(
        [], "other measures of your own trial, by PARAMCD; empty: all that are not imaging", "codes"
    )
    imaging_visit: str = _parameter(
        "",
        "visit (AVISIT) for imaging; empty: the last planned one that half of each cohort reached",
        "name",
        max_length=200,
    )  # AVISIT has at most 200 letters
    biomarker_visit: str = _parameter(
        "", "visit (AVISIT) for the others; empty: as for imaging", "name", max_length=200
    )
    treatment_emergent_only: bool = _parameter(
        True, "whether only events that began, or got worse, under treatment are counted", "true or false"
    )
    related_terms: Names = _parameter(
        [], "words of AEREL that mean related; empty: related, possible, probable, definite and the like", "words"
    )
    dlt_terms: Names = _parameter(
        [], "names of events (AEDECOD, AETERM) that limit the dose; empty: those that DLTFL flags, if any", "words"
    )
    dlt_window_days: int = _parameter(
        28, "last day after the first treatment on which such a named event limits the dose", "days", (1, 3650)
    )  # at most ten years
    smallest_cell: int = _parameter(
        1, "counts of people in your own trial below this, and above none, are not shown", "people", (1, 1000)
    )

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
