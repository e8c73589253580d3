"""Chapter 05: the sentence of the bench at any settings, and what a browser needs to say it at others (bench.js)."""

from typing import NamedTuple

from scipy.stats import norm

from trial import parameters, words
from trial.methods import assurance
from trial.next_trial import bench, scans

OF = {"all": bench.ALL, "excess": bench.EXCESS}
SPREADS = {"msstat2014": "MS-STAT", "spain2017": "the lipoic acid trial", "vdelskamp2010": "a study of unselected RRMS"}
SHARED_OUT = {
    1: "shared out evenly",
    2: "two with cells for one without",
    3: "three with cells for one without",
}
BELIEFS = {
    "certain": "if that is so",
    "sceptical": "as a sceptic sees it",
    "neutral": "as somebody neutral sees it",
    "optimistic": "as an optimist sees it",
    "enthusiastic": "by the widest belief below",
}
SENTENCE = (
    "{people} people enrolled for each of {groups} groups, {allocation}, {loss}% lost over {years} years, the cells "
    "preventing {effect}% of {of}, spread as {spread}: {belief}, such a trial succeeds"
)
ANSWER = (
    "{chance} times (worked out){instead}. Over what the {behind} people behind the spread leave open, it is "
    "{between} (chi squared, two-sided {level}). If none of the {cells} who get cells has related serious harm, it "
    "excludes more than 1 in {harm} (exact, one-sided {level})."
)
INSTEAD = ": that belief replaces the {effect}%"
LABELS = {
    "people": "People enrolled for each group",
    "groups": "Groups",
    "allocation": "How people are shared out",
    "loss": "Per cent lost",
    "years": "Years",
    "effect": "Per cent prevented",
    "of": "Of which loss",
    "spread": "Spread between people",
    "belief": "How sure the effect is",
}


class Settings(NamedTuple):
    """What a reader may move, in the order of a link: shares and years as parameters have them, the rest by its key."""

    people: int
    groups: int
    loss: float
    years: float
    effect: float
    of: str
    spread: str
    allocation: int
    belief: str


def parameter(name):
    """The parameter behind a setting."""
    return name if name == "effect" else f"bench_{name}"


def known_by_spread(spreads, planned, published):
    """What is known without the cells, by source of the spread: bench.Known each.

    In: sizes.published_spreads, the chapter's parameters by name, load.table("sample_sizes"). The mean losses and the scans' part
    are the same in all; where the years of a study were not read, they are those of MS-STAT (assumed).
    """
    part, loss, healthy = scans.scan_part(1, published), -planned["atrophy_mean"], -planned["healthy_atrophy"]
    made = {}
    for source, row in spreads.set_index("source").loc[list(SPREADS)].iterrows():
        sd = planned["atrophy_sd"] if source == "msstat2014" else row.sd / row.years
        years = row.years if row.years < 1 else scans.TRIAL_YEARS
        made[source] = bench.Known(loss, healthy, sd, years, int(row.people), part)
    return made


def answered(settings, known, beliefs, alpha, confidence):
    """bench.Answer at these settings; `beliefs`: (mean, SD) by the names of BELIEFS."""
    people, groups, lost, years, effect, of, spread, allocation, belief = settings
    given = known[spread], allocation, beliefs.get(belief), alpha, confidence
    return bench.answered(people, groups, lost, years, effect, OF[of], *given)


def options(chosen):
    """What stands for each choice, by setting: {key: words}; `chosen`: whether a reader chose loss or spread."""
    spreads = {source: f"in {name}" for source, name in SPREADS.items()}
    groups = {number: words.in_words(number) for number in range(bench.ENDS[0], bench.ENDS[1] + 1)}
    spreads |= {"msstat2014": "assumed here"} if chosen else {}
    return {"groups": groups, "allocation": SHARED_OUT, "of": OF, "spread": spreads, "belief": BELIEFS}


def shown(settings):
    """The settings as they stand in the fields: shares per cent."""
    times = {"loss": 100, "effect": 100}
    return [
        value if isinstance(value, str) else words.plain(value * times.get(name, 1)).replace(",", "")
        for name, value in settings._asdict().items()
    ]


def sentence(settings, made, known, confidence, chosen):
    """The whole sentence at these settings, with its answer as from `answered`; said by bench.js in the same words."""
    told = dict(zip(Settings._fields, shown(settings), strict=True)) | {
        name: choices[getattr(settings, name)] for name, choices in options(chosen).items()
    }
    told["people"] = words.number(settings.people)
    low, high = words.in_hundred(made.lowest), words.in_hundred(made.highest)
    return f"{SENTENCE} {ANSWER}".format(
        **told,
        chance=words.in_hundred(made.chance),
        between=high if low == high else f"{low.replace(' of 100', '')} to {high}",
        instead="" if settings.belief == "certain" else INSTEAD.format(effect=told["effect"]),
        behind=words.number(known[settings.spread].people),
        cells=words.number(made.enrolled_cells),
        harm=words.number(int(1 / made.excluded + 1e-9)),
        level=words.level(confidence),
    )


def _field(name, choices):
    """One field for the browser: its label, parameter, and limits (numbers, as shown) or choices."""
    made = {"name": name, "label": LABELS[name], "set": parameter(name)}
    if choices:
        return made | {"choices": [[str(key), said] for key, said in choices.items()]}
    field = parameters.Parameters.model_fields[parameter(name)]
    least, most = parameters.limits(field)
    times = 100 if name in ("loss", "effect") else 1
    whole = field.annotation is int
    return made | {"least": round(least * times, 9), "most": round(most * times, 9), "whole": whole, "times": times}


def held(settings, known, beliefs, planned, chosen):
    """What bench.js needs: words, fields, settings at the start, and the numbers that its few formulas take."""
    confidence, choices = planned["confidence"], options(chosen)
    given = parameters.differing(**{name: value for name, value in planned.items() if name != "effect"})
    spreads = {}
    for source, each in known.items():
        ends = assurance.sd_limits(each.sd, each.people, confidence)
        spreads[source] = {"sd": [each.sd, *ends], "years": each.years, "people": words.number(each.people)}
    first = known["msstat2014"]
    return {
        "sentence": SENTENCE,
        "answer": ANSWER,
        "instead": INSTEAD,
        "fields": [_field(name, choices.get(name)) for name in Settings._fields],
        "start": shown(settings),
        "spreads": spreads,
        "scan": first.scan_part,
        "loss": {"all": first.loss, "excess": first.loss - first.healthy},
        "limits": {str(groups): float(norm.isf(bench.level(groups, planned["alpha"]) / 2)) for groups in bench.ENDS},
        "harm": 1 - confidence,
        "level": words.level(confidence),
        "beliefs": {name: list(pair) for name, pair in beliefs.items()},
        "given": "".join(f" {name}={value}".replace(", ", ",") for name, value in given.items()),
    }
