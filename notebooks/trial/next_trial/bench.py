"""Chapter 05: one answer for any two- or three-group trial on brain volume, and the sentence of the bench that tells it.

`designs` asks the same `chance` and `level`; bench.js says the same sentence in the browser from what `held` gives it.
"""

from math import sqrt
from typing import NamedTuple

from scipy.stats import norm

from trial import parameters, words
from trial.methods import assurance, intervals, planning
from trial.methods.intervals import number, one_of, whole_number
from trial.next_trial import scans, sizes

OF = {"all": "all loss", "excess": "the loss beyond healthy ageing"}
GROUPS = 2, 3
SPREADS = {"msstat2014": "MS-STAT", "spain2017": "the lipoic acid trial", "vdelskamp2010": "a study of unselected RRMS"}
SHARED_OUT = {1: "shared out evenly", 2: "two with cells for one without", 3: "three with cells for one without"}
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


class Known(NamedTuple):
    """What is known of people without the cells, in % a year: mean loss, healthy loss, spread seen over so many years in so many
    people, and which part of the variance of one year's change is error of the scans."""

    loss: float
    healthy: float
    sd: float
    years: float
    people: int
    scan_part: float

    def spread(self, years, sd):
        """The spread sd of the yearly change if it is seen over so many years: the scans' part of its variance falls with their square."""
        true, scan = 1 - self.scan_part, self.scan_part
        ratio = (true + scan / number("years", years, above=0) ** 2) / (true + scan / self.years**2)
        return sd * sqrt(ratio)


class Answer(NamedTuple):
    """Chance of success, and at both limits of the spread (the wider one first); people to the end with cells and in the group
    they are compared with; people enrolled in all and with cells; the largest rate of a harm that fits nobody harmed."""

    chance: float
    lowest: float
    highest: float
    cells: int
    control: int
    enrolled: int
    enrolled_cells: int
    excluded: float


def _groups(people, groups, allocation):
    """People enrolled with cells, and in each other group: groups x people in all, so many with cells for each one without."""
    every = whole_number("people", people, at_least=2) * whole_number("groups", groups, *GROUPS)
    cells = every * number("allocation", allocation, above=0) / (allocation + groups - 1)
    control = int((every - cells) / (groups - 1) + 1e-9)
    return every - control * (groups - 1), control


def level(groups, alpha):
    """Two-sided level of the comparison told: where a third group brings a second comparison, each has half."""
    return alpha / (groups - 1)


def chance(per_arm, sd, loss, effect, belief, alpha):
    """Chance of success with so many people per arm: at exactly this effect, or averaged over a belief (mean, SD)."""
    if belief is None:
        return planning.power_z(per_arm, loss * effect, sd, alpha).in_favour
    return assurance.assurance(*belief, per_arm, sd, loss, alpha)


def answered(settings, known, beliefs, alpha, confidence):
    """What the trial of these Settings is worth, as an Answer.

    In: Known by the names of SPREADS; beliefs in the share prevented (mean, SD) by the names of BELIEFS (none: exactly
    `effect` is prevented); two-sided alpha; confidence of the limits of the spread and of harm. One group has the cells,
    one is compared with them (a third one halves the level). Success: the cells are ahead in a normal test of two means,
    spread known. Harm: one-sided, nobody harmed among all who get cells.
    """
    people, groups, lost, years, effect, of, spread, allocation, belief = settings
    cells, control = _groups(people, groups, allocation)
    share = 1 - number("loss", lost, at_least=0, below=1)
    stay = [int(enrolled * share + 1e-9) for enrolled in (cells, control)]
    seen = known[spread]
    loss = seen.loss - (seen.healthy if one_of("of", of, tuple(OF)) == "excess" else 0)
    ends = assurance.sd_limits(seen.sd, seen.people, confidence)
    spreads = [seen.spread(years, sd) for sd in (seen.sd, *ends)]
    chances = [0.0, 0.0, 0.0]
    if min(stay) > 0:
        even = 2 / (1 / stay[0] + 1 / stay[1])  # people per arm of an even trial that sees as much
        chances = [chance(even, sd, loss, effect, beliefs.get(belief), level(groups, alpha)) for sd in spreads]
    excluded = intervals.clopper_pearson(0, cells, confidence, "upper").upper
    return Answer(chances[0], chances[2], chances[1], *stay, cells + control * (groups - 1), cells, excluded)


def parameter(name):
    """The parameter behind a setting."""
    return name if name == "effect" else f"bench_{name}"


def known_by_spread(spreads, planned, published):
    """What is known without the cells, by source of the spread: Known each.

    In: sizes.published_spreads, the chapter's parameters by name, load.table("sample_sizes"). The mean losses and the scans' part
    are the same in all; where the years of a study were not read, they are those of MS-STAT (assumed).
    """
    part, loss, healthy = scans.scan_part(published, 1), -planned["atrophy_mean"], -planned["healthy_atrophy"]
    made = {}
    for source, row in spreads.set_index("source").loc[list(SPREADS)].iterrows():
        sd = planned["atrophy_sd"] if source == "msstat2014" else row.sd / row.years
        years = row.years if row.years < 1 else scans.TRIAL_YEARS
        made[source] = Known(loss, healthy, sd, years, int(row.people), part)
    return made


def options(chosen):
    """What stands for each choice, by setting: {key: words}; `chosen`: whether a reader chose loss or spread."""
    spreads = {source: f"in {name}" for source, name in SPREADS.items()}
    groups = {number: words.in_words(number) for number in GROUPS}
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
    texts = dict(zip(Settings._fields, shown(settings), strict=True)) | {
        name: choices[getattr(settings, name)] for name, choices in options(chosen).items()
    }
    texts["people"] = words.number(settings.people)
    return f"{SENTENCE} {ANSWER}".format(
        **texts,
        chance=words.in_hundred(made.chance),
        between=sizes.span(words.in_hundred(made.lowest), words.in_hundred(made.highest)),
        instead="" if settings.belief == "certain" else INSTEAD.format(effect=texts["effect"]),
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
        "limits": {str(groups): float(norm.isf(level(groups, planned["alpha"]) / 2)) for groups in GROUPS},
        "harm": 1 - confidence,
        "level": words.level(confidence),
        "beliefs": {name: list(pair) for name, pair in beliefs.items()},
        "given": "".join(f" {name}={value}".replace(", ", ",") for name, value in given.items()),
    }
