"""Sets drawn from the ranges of what is assumed: the runs of a sweep, and the page that says what moves and with what."""

import pandas
from scipy.stats import beta

from reporting import configuration, html, places, records, request
from reporting.configuration import UserError

ROWS = 40  # results on the page where nobody chose
TOP = 3  # assumptions that are named beside a result
PART = 0.8  # of a range: only what is confined to less is named as shared
LEVEL = 0.95
VERDICT = "one of: "  # the unit of a result that is a place among words


def requested_sets(environment):
    """The sets that SAMPLE asks for as the runs of a request.Sweep.

    What SET and PARAMETERS give stays as it is in every set; of all other assumptions those are drawn that the chapters use.
    """
    count, base = request.sample_asked(environment), request.read(environment)
    names = used(base.chapters) - set(base.changed)
    configuration.ranges()  # says what is wrong with them, where something is
    drawn = configuration.science("assumptions").sets(names, count, base.values["seed"])
    if drawn.empty:
        use = f"{' and '.join(base.chapters)} {'use' if base.chapters[1:] else 'uses'}"
        raise UserError(f"SAMPLE: {use} no assumption that has a range and is not given.")
    parts = [*(base.chapters if environment.get("CHAPTER", "").strip() else []), *base.changed]
    name = request.run_asked(environment) or request.derived_name({}, ["sample", str(count), *parts])
    given, wide, runs = base.changed, max(4, len(str(count))), []
    for place, row in enumerate(drawn.to_dict("records"), start=1):
        values = request.resolve({**configuration.science("assumptions").applied(row), **given})
        runs.append(request.Request(values, base.chapters, f"{name}/sample-{place:0{wide}}"))
    varied = [key for key in request.defaults() if key in {column.partition(".")[0] for column in drawn}]
    return request.Sweep(name, tuple(runs), tuple(varied), tuple(drawn.columns))


def used(chapters):
    """The parameters that chapters declare, those of all others too where one reads their results."""
    every = configuration.needed(chapters)
    return {parameter for chapter in every for parameter in configuration.declared_parameters(chapter)}


# --- what the sets say ------------------------------------------------------------------------------------------------


def inputs(sweep, runs):
    """The values of the assumptions drawn, a row each of the `runs` (names), a column an assumption."""
    named = {asked.called: asked.values for asked in sweep.runs}
    rows = [[configuration.science("assumptions").value(named[run], name) for name in sweep.sampled] for run in runs]
    return pandas.DataFrame(rows, index=runs, columns=list(sweep.sampled))


def movements(drawn, values):
    """How far each result moves: name to its quantiles, and the assumptions whose ranks go with it most, with limits.

    In: `inputs`; a row a run and a column a result. Only results that move, and were found in ten runs or more. Named are
    correlations whose limits at a level corrected for the number of assumptions (Bonferroni) leave out 0.
    """
    correlation, sure = configuration.science("assumptions").rank_correlation, 1 - (1 - LEVEL) / len(drawn.columns)
    found = {}
    for name in values:
        known, ranked = values[name].dropna(), []
        if len(known) < request.LEAST_SETS or known.nunique() < 2:
            continue
        for column, given in drawn.loc[known.index].items():
            surely = correlation(given, known, sure)
            if surely.lower > 0 or surely.upper < 0:  # the others may be chance
                ranked.append((column, correlation(given, known, LEVEL)))
        ranked.sort(key=lambda each: -abs(each[1].estimate))
        low, middle, high = known.quantile([0.025, 0.5, 0.975])
        ends = {"low": low, "middle": middle, "high": high, "least": known.min(), "most": known.max()}
        found[name] = {**ends, "ranked": ranked[:TOP]}
    return found


def common_ranges(drawn, there):
    """What the sets `there` (a mask) share: assumptions that lie in a part of their range, the narrowest first, as (name, low, high).

    So narrow a part is named as chance alone gives less than once in twenty over all assumptions (the reach of so many values
    that are spread evenly has a beta distribution), and no part of four fifths of the range or more, which would be trivial.
    """
    found, many = [], int(there.sum())
    if many < 2:
        return found
    narrow = min(PART, beta.ppf((1 - LEVEL) / len(drawn.columns), many - 1, 2))
    for name in drawn:
        ranks, inside = drawn[name].rank(pct=True), drawn.loc[there, name]
        reach = ranks[there].max() - ranks[there].min()
        if reach < narrow:
            found.append((reach, name, inside.min(), inside.max()))
    return [each[1:] for each in sorted(found)][:TOP]


def verdicts(drawn, values, known_as, report):
    """How each verdict falls: a row a verdict with name, usual (words), and for each other one its words, sets and what they share.

    `known_as`: name to unit and method; `report`: name to value as in the report, where that is known; else the commonest verdict of
    the sets is usual, and `reported` is False.
    """
    rows = []
    for name in values:
        unit, method = known_as[name]
        if not unit.startswith(VERDICT):
            continue
        words, known = unit.removeprefix(VERDICT).split("; "), values[name].dropna()
        counts = known.value_counts()
        usual = report.get(name, counts.idxmax())
        verdict = {"name": name, "method": method, "usual": words[int(usual) - 1], "reported": name in report}
        others = {words[int(place) - 1]: known == place for place in counts.index if place != usual}
        found = [
            {"words": other, "sets": int(there.sum()), "shared": common_ranges(drawn.loc[known.index], there)}
            for other, there in others.items()
        ]
        rows.append({**verdict, "sets": len(known), "others": found})
    return rows


# --- the page ---------------------------------------------------------------------------------------------------------


def _of_the_report(sweep):
    """The results of the report itself by name, where the sets are drawn around its defaults; else none."""
    held = [name for name in request.defaults() if name not in sweep.varied]
    if any(sweep.runs[0].values[name] != request.defaults()[name] for name in held):
        return {}
    place = places.REPORTS / "results.csv"
    return records.read(place)["value"].to_dict() if place.is_file() else {}


def texts(sweep, outcomes, values, known_as, wanted):
    """The page of a sample: file to text.

    In: a Sweep with `sampled`, its (Request, error or None), a frame with a row a run and a column a result, name to unit and
    method of each result, and what RESULTS asked for.
    """
    drawn, reported, ranges = inputs(sweep, values.index), _of_the_report(sweep), configuration.ranges()
    units = {name: unit for name, (unit, _) in known_as.items()}
    numbers = [name for name in values if not units[name].startswith(VERDICT)]
    moved, judged = list(movements(drawn, values[numbers]).items()), verdicts(drawn, values, known_as, reported)
    shown = moved[: None if wanted.strip() else ROWS]
    failures = [(asked.called, error) for asked, error in outcomes if error is not None]
    page = html.template("sample.html.j2").render(
        title=f"Sample {sweep.name}",
        runs=len(outcomes),
        failures=failures[:ROWS],
        failed=len(failures),
        ranges=ranges[ranges.index.isin(sweep.sampled)],
        chapters=sweep.runs[0].chapters,
        rows=shown,
        units=units,
        reported=reported,
        more=len(moved) - len(shown),
        still=len(numbers) - len(moved),
        changing=[row for row in judged if row["others"]],
        settled=[row for row in judged if not row["others"]],
    )
    return {"index.html": page}
