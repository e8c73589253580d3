"""A trial told by its counts: what is read and refused, what is worked out, and that odd trials read well."""

import re
from itertools import product
from math import comb, prod

import numpy as np
import pandas as pd
import pytest
from scipy.integrate import quad
from scipy.stats import norm

from reporting import configuration, depth, other_runs, records, request, tables
from tests import random_trials
from tests.chapters import ROOT, run_here
from trial import load, words
from trial.methods import escalation
from trial.own_trial import comparisons, count_tables, counts_file, counts_text, dose_rules, yaml_values
from trial.own_trial.adam import files

NAME = "07_own_trial"
README = (ROOT / "data" / "README.md").read_text(encoding="utf-8")
SHIPPED = sorted((ROOT / "data" / "other_trials").glob("*.yaml"))
STEMS = """
title: STEMS as counts
doses: [{name: A, people: 3}, {name: B, people: 3}, {name: C, people: 3}, {name: D, people: 3}]
rule: 3+3 A
outcomes:
  - {name: any serious, weeks: 96, people_with: 1}
  - {name: related serious, weeks: 96, people_with: [0, 0, 0, 0], decides: yes}
claims:
  - {outcome: brain shrinkage, weeks: 96, better_in: D, against: rest}
  - {outcome: brain shrinkage, weeks: 96, better_in: D, against: C}
"""


def issue():
    """The file that data/README.md shows."""
    return re.search(r"^```yaml\n(.*?)```$", README, flags=re.M | re.S)[1]


def doses(*people):
    """The head of a file: doses a, b and on, of so many people."""
    each = ", ".join(f"{{name: {name}, people: {n}}}" for name, n in zip("abcdefgh", people, strict=False))
    return f"title: x\ndoses: [{each}]\n"


def trial(text):
    return counts_file.of_text(text)


def everything(one, confidence=0.95, alpha=0.05, power=0.8):
    """All that the chapter says of a trial: sentences, and tables as they are read."""
    found, claimed = count_tables.outcomes(one, confidence), comparisons.claims(one, confidence)
    lets = dose_rules.characteristics(one, dose_rules.curves(load.table("dlt_curves"), len(one.doses)))
    elsewhere, happened = count_tables.expected(one, confidence), count_tables.events(one, confidence)
    real, sizes = comparisons.effects(claimed, alpha), comparisons.next_trials(one, alpha, power, confidence)
    said = [
        counts_text.answer(one, found, claimed, confidence),
        counts_text.counted_said(one, found, elsewhere, confidence),
        counts_text.rule_said(one, lets) if one.rule else "",
        counts_text.claims_said(one, claimed, alpha),
        counts_text.effects_said(one, real, alpha) if len(real) else "",
        counts_text.next_said(one, sizes, alpha, power, confidence) if len(sizes) else "",
        counts_text.exclude_said(one, confidence),
        counts_text.not_read_list(one),
        "" if one.files else counts_text.lede(one, found),
    ]
    heads = [
        (lets, dose_rules.columns(one) if lets is not None else None),
        (dose_rules.passing(one), dose_rules.PASSING),
        (dose_rules.decisions(one), dose_rules.DECISIONS),
        (found, count_tables.limit_columns(confidence)),
        (happened, count_tables.event_columns(confidence)),
        (elsewhere, count_tables.EXPECTED),
        (claimed, comparisons.claim_columns(one)),
        (real, comparisons.effect_columns(alpha)),
        (sizes, comparisons.next_columns(sizes, confidence)),
        (count_tables.exclude(one, confidence), count_tables.exclude_columns(one)),
    ]
    made = [tables.formatted(frame, columns) for frame, columns in heads if frame is not None and len(frame)]
    made += [count_tables.by_dose(one, found, confidence)] if len(found) else []
    dose_rules.results(one, lets), comparisons.results(one, claimed), count_tables.results(one, found)
    return said, made


# --- what is read, and what is refused --------------------------------------------------------------------------------


def test_the_file_of_the_dictionary_is_read():
    found = trial(issue())
    assert found.limits[0].counts == "people with two or more serious events related to surgery, cells or drugs"
    assert found.sizes == [5, 7] and found.planned == () and found.planned_in_all is None
    assert [outcome.people_with for outcome in found.outcomes] == [(1, 1), (0, 0), (None, None)]
    assert found.claims[0].mean == (-8.3, -21.9) and found.claims[0].sd == (None, 7.8)


def test_every_key_stands_in_the_dictionary():
    text = README.split("## A trial told by its counts")[1].split("## A trial of your own")[0]
    keys = {key.rstrip("*") for _, known in counts_file.KINDS.values() for key in known}
    assert keys <= set(re.findall(r"`(\w+)`", text)) and set(counts_file.RULES) <= set(
        re.findall(r"`([^`\n]+)`", text.split("```")[2])
    )


BASE = "title: x\ndoses: [{name: low, people: 3}, {name: high, people: 4}]\n"
REFUSED = [
    ("", "line 1: the file is empty"),
    ("title: x\n", "the file has no doses"),
    ("title: [x\n", "cannot be read as YAML"),
    (BASE + "titel: y\n", 'line 3: "titel" is no key of the file; the nearest is title'),
    (BASE + "title: y\n", 'line 3: "title" is given twice'),
    (BASE + "sources: &a [b]\n", "line 3: uses &, * or !"),
    (BASE + "rule: 3+3\n", '"3+3" is no rule that is known here; the nearest is 3+3'),
    (BASE + "rule: limits\n", "rule: limits and a list called limits belong together"),
    (BASE + "limits: [{counts: deaths, at_most: 1}]\n", "rule: limits and a list called limits belong together"),
    (BASE + "outcomes:\n  - {name: harm, people_with: [1, 5]}\n", 'line 4: "harm" counts 5 people at the dose high, which 4 had'),
    (BASE + "outcomes:\n  - {name: harm, people_with: 8}\n", '"harm" counts 8 people in all, but 7 people were treated'),
    (BASE + "outcomes:\n  - {name: harm, people_with: [1, 1], in_all: 3}\n", "add up to 2 over the doses, but in_all is 3"),
    (BASE + "outcomes:\n  - {name: harm, people_with: [1, not read], in_all: 0}\n", "but the doses alone count 1"),
    (BASE + "outcomes:\n  - {name: harm, people_with: [1, 1], events: 1}\n", "counts 1 events in 2 people"),
    (BASE + "outcomes:\n  - {name: harm, people_with: [1, not read], events: 0}\n", "counts 0 events in 1 people"),
    (BASE + "outcomes:\n  - {name: harm, people_with: [1]}\n", "must be a list of 2, one a dose"),
    (BASE + "outcomes:\n  - {name: harm, people_with: [one, 0]}\n", 'must be a whole number from 0 to 1,000, or not read, but "one"'),
    (BASE + "outcomes:\n  - {name: harm, weeks: long}\n", 'line 4: weeks of "harm" must be a number above 0'),
    (BASE + "outcomes: many\n", "outcomes must be a list"),
    (BASE + "outcomes:\n  - {name: harm, decides: maybe}\n", "decides must be yes or no"),
    (BASE + "outcomes:\n  - {name: harm, compare: {people_with: 5, people: 4, of: others}}\n", "compare counts 5 people"),
    (BASE + "claims:\n  - {outcome: score, better_in: top}\n", 'names the dose "top", but there are low and high'),
    (BASE + "claims:\n  - {outcome: score, better_in: high, against: high}\n", "sets a dose against itself"),
    (BASE + "claims:\n  - {outcome: score, better_in: high, people: [3, 5]}\n", "has 5 people measured at the dose high, which 4 had"),
    (BASE + "claims:\n  - {outcome: score, better_in: high, sd: [1, 0]}\n", "sd of the claim"),
    (BASE + "claims:\n  - {better_in: high}\n", "a claim has no outcome"),
    (BASE + "planned_people: [3]\n", "planned_people must be a list of 2"),
    ("title: x\ndoses: [{name: a, people: 3}, {name: a, people: 3}]\n", "doses must be 1 to 12"),
    ("title: x\ndoses: [{name: a, people: 0}]\n", "people of dose a must be a whole number from 1"),
    ("title: x\ndoses: [{name: b, amount: 2, people: 3}, {name: a, amount: 1, people: 3}]\n", "doses must stand lowest first"),
    ("title: x\ndoses: [{name: a, people: 3}]\nclaims: [{outcome: s, better_in: a}]\n", "compares doses, but there is one"),
    ("title: x\ndoses: [{name: rest, people: 3}]\n", 'cannot be called "rest"'),
    ("title: not read\ndoses: [{name: a, people: 3}]\n", "title must be there"),
    ("title: '***'\ndoses: [{name: a, people: 3}]\n", 'title must hold a letter or a digit, but "***"'),
    ("title: x\ndoses: [{name: all, people: 3}]\n", 'cannot be called "all"'),
    ("title: x\ndoses: [{name: sham, people: 3}, {name: cells, people: 3}]\n", 'line 2: "sham" is no dose; set what was seen'),
    ("title: x\ndoses:\n\t- {name: a, people: 3}\n", "line 3: cannot be read as YAML; write blanks instead of tabs"),
    ("title: Cells: a trial\n", "line 1: cannot be read as YAML; after a key stands a colon and a blank"),
    (BASE + "rule: boin\n", '"boin" is no rule that is known here; the nearest is BOIN'),
    (BASE + "rule: BOIN\ntarget: 0.8\n", 'line 4: target must be a number above 0.05 and of at most 0.7, or not read, but "0.8"'),
    (BASE + "rule: CRM\ntarget: 0.05\n", "target must be a number above 0.05"),
    (BASE + "outcomes:\n  - {name: harm, weeks: 4}\n  - {name: harm, weeks: 4.0}\n", 'line 5: "harm" is counted twice'),
    (BASE + "claims:\n  - {outcome: score, better_in: high, people: [0, 4]}\n", 'from 1 to 1,000, or not read, but "0" was given'),
    (BASE + "claims:\n  - {outcome: score, better_in: high, people: [1, 4], sd: [2, 2]}\n", "has an sd at the dose low, of one person"),
    (BASE + "claims:\n  - {outcome: score, better_in: high, borrowed: {SD: 2, people: 3, of: x}}\n", "the nearest is sd"),
    ("x" * 20_001, "letters"),
    ("[" * 7 + "]" * 7, "is nested deeper"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "said"), REFUSED)
def test_what_is_amiss_is_said_in_one_sentence(tmp_path, monkeypatch, text, said):
    (tmp_path / "mine.yaml").write_text(text, encoding="utf-8")
    monkeypatch.setenv("CALLED_FROM", str(tmp_path))
    with pytest.raises(load.DataError) as error:
        counts_file.read("mine.yaml")
    message = str(error.value)
    assert message.startswith("own_trial: mine.yaml, line ") and said in message
    assert message.endswith(".") and "\n" not in message and ".." not in message


def test_a_parameter_for_files_is_refused_for_counts():
    values = request.resolve({"own_trial": "data/other_trials/expdite.yaml"})
    files.check(values)
    for name, value in (("control", "sham"), ("smallest_cell", 5), ("imaging_visit", "Week 4")):
        with pytest.raises(load.DataError, match=f"own_trial: {name} is for files of people"):
            files.check({**values, name: value})
    with pytest.raises(load.DataError, match="there is no file nowhere.yaml"):
        files.check({**values, "own_trial": "nowhere.yaml"})


def test_nobody_at_all_is_nobody_at_each_dose():
    found = trial(
        BASE + "outcomes:\n  - {name: a, people_with: 0}\n  - {name: b, events: 0}\n  - {name: c, events: 2}\n"
    )
    assert [one.people_with for one in found.outcomes] == [(0, 0), (0, 0), (None, None)]
    assert found.outcomes[2].in_all is None, "events are not people"


# --- what is worked out -----------------------------------------------------------------------------------------------


def recorded(publish):
    return {row["name"]: row for data in publish for row in data.get(records.MIME, {}).get("results", [])}


def test_the_trial_of_the_report_entered_as_counts_gives_its_numbers(tmp_path, monkeypatch):
    (tmp_path / "stems.yaml").write_text(STEMS, encoding="utf-8")
    monkeypatch.setenv("CALLED_FROM", str(tmp_path))
    said = []
    run_here(NAME, lambda data, **_: said.append(data), monkeypatch, {"own_trial": "stems.yaml"})
    found, known = recorded(said), records.of_references(configuration.NOTEBOOKS)
    pairs = {
        name: name.replace("design.", "own_trial.") for name in known.index if re.match(r"design\.(p_|expected_)", name)
    }
    pairs |= {name: name.replace("imaging.", "own_trial.") for name in known.index if name.startswith("imaging.min_p_")}
    pairs |= {f"safety.{name}": f"own_trial.share.{name}" for name in ("any_serious", "related_serious")}
    assert len(pairs) > 40
    for theirs, ours in pairs.items():
        for column in ("value", "lower", "upper"):
            wanted = known.loc[theirs, column]
            assert wanted != wanted or f"{found[ours][column]:.9g}" == f"{wanted:.9g}", (theirs, column)
    assert all(name.startswith("own_trial.") for name in found)


def by_hand(sizes, rates, kept):
    """The chance of an event about the number harmed at each dose, over every outcome, by enumeration."""
    return sum(
        prod(comb(n, k) * r**k * (1 - r) ** (n - k) for n, k, r in zip(sizes, harmed, rates, strict=True))
        for harmed in product(*(range(n + 1) for n in sizes))
        if kept(harmed)
    )


def test_limits_are_exact_each_and_bounded_together():
    one = trial(
        f"{doses(5, 7)}rule: limits\n"
        "limits: [{counts: p, at_most: 2}, {counts: q, at_most: 2}, {counts: r, at_most: 3, per: trial}]\n"
    )
    rates = [0.1, 0.3]
    found = dose_rules.characteristics(one, pd.DataFrame({"curve": ["c"], "rates": [rates]})).iloc[0]
    per_dose = by_hand((5, 7), rates, lambda harmed: max(harmed) <= 2)
    in_all = by_hand((5, 7), rates, lambda harmed: sum(harmed) <= 3)
    assert found.p_pass_2_a_dose == pytest.approx(per_dose, abs=1e-12)
    assert found.p_pass_3_a_trial == pytest.approx(in_all, abs=1e-12)
    assert found.p_high == pytest.approx(min(per_dose, in_all), abs=1e-12)
    assert found.p_low == pytest.approx(max(0, 2 * per_dose + in_all - 2), abs=1e-12)
    # three limits on one and the same harm reach the upper bound, harms that never meet the lower one
    passing = dose_rules.passing(one).set_index(["dose", "seen"])
    half = passing.half[("b", "at most two of 7")]
    assert by_hand((7,), (half,), lambda harmed: harmed[0] <= 2) == pytest.approx(0.5, abs=1e-9)


def test_boin_decides_as_published():
    """Liu and Yuan (2015), target 30%: of six up to one harmed to go up, from three on to go down."""
    one = trial(f"{doses(6, 3)}rule: BOIN\n")
    then = [dose_rules._next(one, 1, 6, harmed) for harmed in range(7)]
    ways = [next(way for way in ("up", "stay", "down") if said.startswith(way)) for said in then]
    assert ways == ["up"] * 2 + ["stay"] + ["down"] * 4


@pytest.mark.parametrize("reading", escalation.READINGS)
def test_three_and_three_decides_as_its_table(reading):
    one = trial(f"{doses(3, 3, 3)}rule: 3+3 {reading}\n")
    then = {(n, k): dose_rules._next(one, 2, n, k) for n in (3, 6) for k in range(n + 1)}
    assert then[3, 0].startswith("up") and then[6, 1].startswith("up")
    assert then[3, 1].startswith("one more" if reading == "C" else "three more"), "reading C goes one by one"
    assert then[6, 2].startswith("too much") and then[3, 3].startswith("three more" if reading == "B" else "too much")
    assert ("one dose down" in then[6, 3]) == (reading == "K") == ("no dose is left" in dose_rules._next(one, 1, 6, 3))
    assert "not after four" in dose_rules._next(one, 1, 4, 0)
    found = dose_rules.passing(one)
    rate = found.seldom[0]
    passed = escalation.operating_characteristics([rate], "A").p_top_dose_passed
    assert passed == pytest.approx(0.05, abs=1e-9), "the same chance, by the enumeration of chapter 01"


def test_luck_with_unequal_groups_by_another_road():
    one = trial(f"{doses(3, 6, 2)}claims: [{{outcome: s, better_in: c, against: rest}}]\n")
    row = comparisons.claims(one, 0.95).iloc[0]

    def density(x):
        return norm.pdf(x, scale=2**-0.5) * norm.cdf(x, scale=3**-0.5) * norm.cdf(x, scale=6**-0.5)

    assert row.best == pytest.approx(quad(density, -9, 9)[0], abs=1e-9) and row.best > 1 / 3
    assert row.least_one == 1 / comb(11, 2)


@pytest.mark.parametrize(
    ("mean", "named"),
    [
        ("", True),
        (", mean: [1, 2, 5]", True),
        (", mean: [1, 2, -5]", True),
        (", mean: [1, 9, 6]", False),
        (", mean: [1, 9, 5]", False),
    ],
)
def test_best_of_all_is_said_of_the_outermost_dose_alone(mean, named):
    one = trial(f"{doses(3, 3, 3)}claims: [{{outcome: s, better_in: c, against: rest{mean}}}]\n")
    row = comparisons.claims(one, 0.95).iloc[0]
    assert (row.best == row.best) == ("makes it the best of three" in counts_text.short_claim(one, row)) == named


def test_the_spread_and_its_limits_by_simulation():
    one = trial(issue())
    found = comparisons.spread(one, one.claims[0], 0.95)
    assert (found.sd, found.freedom) == (7.8, 6)
    draws = np.random.default_rng(7).standard_normal((200_000, 7)).std(axis=1, ddof=1)
    # where the true spread is the upper limit, one in forty samples of seven has one as small as was seen
    assert np.mean(draws <= 7.8 / found.upper) == pytest.approx(0.025, abs=0.002)
    assert np.mean(draws >= 7.8 / found.lower) == pytest.approx(0.025, abs=0.002)


# --- how it reads -----------------------------------------------------------------------------------------------------

ODD = re.compile(
    r"\bnan\b|\bNone\b(?! of| seen)|\binf\b|<NA>|  |\.\.|\b1 people|\bone people|0 of 0|\(\)|dose dose|\b1 weeks|(?:below|most) less|\d\.\d{6}"
)


def accepted(seed):
    """The odd trial of a seed, None where it is refused in words."""
    try:
        return trial(random_trials.text(seed))
    except yaml_values.Unfit as fault:
        assert str(fault) and fault.line


ODD_TRIALS = {seed: one for seed in range(40) if (one := accepted(seed))}


@pytest.mark.parametrize("seed", ODD_TRIALS)
def test_odd_trials_are_told_in_words(seed):
    said, made = everything(ODD_TRIALS[seed])
    text = "\n".join([*said, *(frame.to_csv() for frame in made)]).replace(",None of ", ",none of ")
    assert not ODD.search(text), ODD.search(text)
    assert all(frame.columns.is_unique for frame in made)
    apart = [cell for frame in made for head in frame if head.startswith("Difference") for cell in frame[head]]
    assert all(len({len(decimals) for decimals in re.findall(r"\d+(\.\d+)?", cell)}) <= 1 for cell in apart), apart
    for part in filter(None, said):
        assert part.endswith((".", "“harm”", "”")) or "- " in part, part


def test_most_odd_trials_run():
    assert len(ODD_TRIALS) >= 30


@pytest.mark.parametrize("seed", [0, 16, 27])
def test_odd_trials_make_a_chapter(tmp_path, monkeypatch, seed):
    (tmp_path / "odd.yml").write_text(random_trials.text(seed), encoding="utf-8")
    monkeypatch.setenv("CALLED_FROM", str(tmp_path))
    said = []
    run_here(NAME, lambda data, **_: said.append(data), monkeypatch, {"own_trial": "odd.yml"}, check=True)
    assert sum("text/html" in data for data in said) >= 2


THREE = doses(4, 5, 6)
UNKNOWN = THREE.replace("people: 5", "people: not read")
ONE = "title: x\ndoses: [{name: only, people: 6}]\n"
ELSEWHERE = "outcomes: [{{name: h, people_with: {}, compare: {{people_with: {}, people: {}, of: others}}}}]\n"
CLAIM = "claims: [{{outcome: s, better_in: c, {}}}]\n"
TOLD = {
    "counts at some doses": (UNKNOWN + "outcomes: [{name: h, people_with: [1, 0, 2]}]\n", "“H” was counted in 1 of 4 at the dose a and 2 of 6 at the dose c; of all", "3 of"),
    "people of nobody knows how many": (UNKNOWN + "outcomes: [{name: h, weeks: 1, people_with: 2}]\n", "“H” was counted in two people within 1 week; of how many was not read", "No number of people"),
    "two horizons": (BASE + "outcomes: [{name: h, weeks: 52, people_with: [0, 1]}, {name: h, weeks: 104, people_with: [0, 3]}]\n", "“H” was counted in 3 of 7 people within 104 weeks", ""),
    "two horizons of a claim": (THREE + "claims: [{outcome: s, weeks: 4, better_in: c, against: a}, {outcome: s, weeks: 8, better_in: c, against: a}]\n", "“s, week 4” and “s, week 8”", ""),
    "a rate of none of five": (BASE + ELSEWHERE.format(1, 0, 5), "that rate is known from five people only, and at its limits luck could give it too", "seldom"),
    "a rate that is well known": (BASE + ELSEWHERE.format(5, 10, 1000), "seldom give if the people were alike, even at the limits", "could give it too"),
    "fixed groups": (BASE + "rule: fixed groups\nplanned_people: [9, 9]\n", "Seven people had one of two doses: three at low and four at high. Planned were 18", "lets every dose through"),
    "fixed groups as treated": (BASE + "rule: fixed groups\nplanned_people: [9, 9]\n", "where harm truly strikes 21 of 100 people", "none of 9"),
    "a limit of the whole trial": (BASE + "rule: limits\nlimits: [{counts: h, at_most: 1, per: trial}]\noutcomes: [{name: h, people_with: [1, 1]}]\n", "all doses,H,2 of 7,above the limit of 1", "within"),
    "two limits of one harm": (BASE + "rule: limits\nlimits: [{counts: h, at_most: 1}, {counts: h, at_most: 1, per: trial}]\noutcomes: [{name: h, people_with: [1, 1]}]\n", "high,H,1 of 4,within the limit of 1", ""),
    "a limit not read": (BASE + "rule: limits\nlimits: [{counts: h, at_most: not read}]\n", "How many people with “h” the rule let pass", "planned for"),
    "no end of BOIN upwards": (ONE + "rule: BOIN\n", "a dose would pass", "upwards"),
    "no group of a 3+3": (THREE + "rule: 3+3 A\n", "Such a rule has no group of four or five, so", ""),
    "a change from the start": (ONE + "claims: [{outcome: s, better_in: only, against: start, mean: [-4], sd: [2]}]\n", "The printed mean change of “s” is −4: 4.9 standard errors", "as large as printed here"),
    "a spread of nobody knows whom": (UNKNOWN + CLAIM.format("against: b, mean: [not read, 1, 2], sd: [not read, 3, not read]"), "The spread is printed for this trial.", "no spread"),
    "a borrowed spread beside one": (UNKNOWN + CLAIM.format("against: a, mean: [1, 2, 3], sd: [not read, 3, not read], borrowed: {sd: 1, people: 9, of: others}"), "are 2 apart, and the people", "standard errors"),
    "one other of unknown size": (UNKNOWN + CLAIM.format("against: b, mean: [not read, 1, 3]"), "are 2 apart, and no spread", "so no more"),
    "spreads that differ": (THREE + CLAIM.format("against: a, mean: [1, 2, 9], sd: [1, 5, 10]"), "The widest printed spread is 10 times the narrowest", ""),
    "a p that is not small": (THREE + CLAIM.format("against: a, mean: [1, 2, 2], sd: [5, 5, 5]"), "standard errors, p = ", "A small p"),
    "a p beyond numbers": (THREE + CLAIM.format("against: a, mean: [1, 2, 999999], sd: [5, not read, not read]"), "standard errors, p less than 0.0001", "p = "),
    "claims alike": (BASE + "claims: [{outcome: s, better_in: high}, {outcome: t, better_in: high}]\n", "for “s” and “t”: the least is 0.057", ""),
    "what signs mean": (BASE + "outcomes: [{name: \"ANC <0.5 or grade >3*\", people_with: [1, 1]}]\n", "“ANC <0.5 or grade >3\N{ASTERISK OPERATOR}”", ""),
    "full stops": (BASE + "claims: [{outcome: s., better_in: high, said: It was better.}]\n", "Of “s” the source says: It was better.", ".."),
    "a minus from a page": (THREE + CLAIM.format("against: a, mean: [\N{MINUS SIGN}1, 2, \N{EN DASH}3]"), "“s” are 2 apart", ""),
    "a dose called by its amount": (BASE.replace("low,", "5 mg, amount: 5, unit: mg,"), "three at 5 mg and four", ""),
    "not read in capitals": (BASE.replace("people: 3", "people: Not read"), "not read how many at low", ""),
    "how long was not read": (BASE + "outcomes: [{name: h, people_with: [1, 1]}]\n", "- Over how many weeks “h” was counted", "left out"),
    "how much was not read": (BASE, "- How much was given at each dose", "this table"),
}  # fmt: skip


@pytest.mark.parametrize("case", TOLD)
def test_what_is_told_of_odd_counts(case):
    text, there, absent = TOLD[case]
    said, made = everything(trial(text))
    text = "\n".join([*said, *(frame.to_csv(index=False) for frame in made)])
    assert there in text, text
    assert not absent or absent not in text
    assert not ODD.search(text.replace(",None of ", ",none of ")), text


def test_no_chance_is_nothing_and_no_two_results_share_a_name():
    one = trial(
        f"{doses(1000, 1000, 1000)}"
        "outcomes: [{name: 頭痛, people_with: 0}, {name: 発熱, people_with: 3}]\n"
        "claims: [{outcome: s, better_in: c, against: rest}, {outcome: t, better_in: c, against: a, people: [not read, 1, 5]}]\n"
    )
    claimed = comparisons.claims(one, 0.95)
    assert 0 < claimed.least_two[0] < 1e-300 and "below" not in counts_text.short_claim(one, claimed.iloc[0])
    found = comparisons.results(one, claimed)
    assert found.value.min() > 0 and "own_trial.min_p_1000_v_2000" in set(found.name)
    shares = count_tables.results(one, count_tables.outcomes(one, 0.95))
    assert shares.name.tolist() == ["own_trial.share.unnamed", "own_trial.share.unnamed__2"]


@pytest.mark.parametrize(("rule", "target"), [*product(("BOIN", "CRM"), (0.0501, 0.7))])
def test_every_target_that_is_taken_can_be_aimed_at(rule, target):
    one = trial(f"{doses(3, 3)}rule: {rule}\ntarget: {target}\n")
    found = dose_rules.characteristics(one, dose_rules.curves(load.table("dlt_curves"), 2))
    assert found.p_top.between(0, 1).all()


def test_where_the_counts_were_read_keeps_its_address():
    one = trial(BASE + 'sources: ["https://example.org/news_of_2024/cells_a", not_a_key]\n')
    assert "https://example.org/news_of_2024/cells_a" in counts_text.sources_said([], counts_text.split_sources(one)[1])


# --- the trials that ship ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_shipped_trials_name_sources_that_are_known(path):
    one = trial(path.read_text(encoding="utf-8"))
    keys, texts = counts_text.split_sources(one)
    assert keys and not texts
    said, _ = everything(one)
    assert counts_text.title(one) in said[0] and "not of STEMS" in said[0]


def test_shipped_trials_agree_with_the_tables_of_the_report():
    """The same facts stand in dose_groups.csv and sister_trials.csv: two transcriptions, one number."""
    rows, known = load.table("dose_groups"), load.table("sister_trials").set_index("trial")
    for stem, name in (("expdite", "exPDite"), ("a9_dpc", "A9-DPC"), ("kyoto", "Kyoto trial")):
        one = trial((ROOT / "data" / "other_trials" / f"{stem}.yaml").read_text(encoding="utf-8"))
        assert one.people == known.people_treated[name]
        for claim in one.claims:
            for place, dose in enumerate(one.names):
                mine = rows[(rows.trial == name) & (rows.dose == dose)].set_index("measure")
                measure = [text for text in mine.index if text.split(" ")[0] == claim.outcome.split(" ")[0]][0]
                assert claim.people[place] == mine.people[measure]
                for column, values in (("value", claim.mean), ("sd", claim.sd)):
                    theirs = mine[column][measure]
                    assert (theirs if theirs == theirs else None) == (values[place] if values else None), (stem, column)


def test_numbers_of_the_shipped_trials_by_hand():
    one = trial((ROOT / "data" / "other_trials" / "expdite.yaml").read_text(encoding="utf-8"))
    row = comparisons.claims(one, 0.95).iloc[0]
    assert row.gap == pytest.approx(-13.6) and row.errors == pytest.approx(13.6 / (7.8 * (1 / 5 + 1 / 7) ** 0.5))
    assert row.least_two == 2 / comb(12, 5)
    # Six degrees of freedom: the table of t gives 2.446912 for 95%.
    reach = 2.446912 * 7.8 * (1 / 5 + 1 / 7) ** 0.5
    assert (row.low, row.high) == pytest.approx((-13.6 - reach, -13.6 + reach))
    sizes = comparisons.next_trials(one, 0.05, 0.8, 0.95)
    assert sizes.looked_for.tolist()[0] == "as large as printed here" and sizes.difference[0] == pytest.approx(-13.6)
    apart = tables.formatted(comparisons.claims(one, 0.95), comparisons.claim_columns(one))[
        "Difference of means (limits)"
    ][0]
    assert words.between(row.low, row.high, lambda end: words.number(end, int(row.decimals))) in apart
    kyoto = trial((ROOT / "data" / "other_trials" / "kyoto.yaml").read_text(encoding="utf-8"))
    assert comparisons.claims(kyoto, 0.95).least_one[0] == 1 / comb(6, 2)
    assert abs(2 * 7 + 4 * 63.5 - 6 * 44.7) < 0.5, "the split of the six who were scanned"


# --- beside the report ------------------------------------------------------------------------------------------------


def test_other_trials_are_runs_of_one_chapter():
    found = configuration.others()
    assert set(found) == {f"other_trials/{path.stem}" for path in SHIPPED}
    assert all(chapter == NAME and (ROOT / values["own_trial"]).is_file() for chapter, values in found.values())


def test_each_page_beside_the_report_begins_with_what_is_particular_to_it():
    ledes = [counts_text.lede(one, count_tables.outcomes(one, 0.95)) for one in map(trial, map(text_of, SHIPPED))]
    firsts = [line for lede in ledes for line in lede.splitlines()[:-1]]  # a rule may be unread in several
    assert len(set(firsts)) == len(firsts) >= 6 and len(set(ledes)) == len(SHIPPED)
    expdite = dict(zip((path.stem for path in SHIPPED), ledes, strict=True))["expdite"]
    assert expdite == (
        "Twelve people had one of two doses; of three outcomes counted in all of them two were seen in nobody.\n"
        "The dose high is said to have done better in one measure; means were read, and how much people differ.\n"
        "The rule for the dose was four limits on how many people may be harmed."
    )


def text_of(path):
    return path.read_text(encoding="utf-8")


def cell(kind, source, **more):
    return {"cell_type": kind, "source": source, "metadata": {}, **more}


def test_sections_that_do_not_apply_are_left_off():
    cells = [
        cell("markdown", "# Title"),
        cell("code", "import x", outputs=[]),
        cell("markdown", "## Said"),
        cell("code", "say()", outputs=[{}]),
        cell("markdown", "## Silent"),
        cell("code", "if no: say()", outputs=[]),
        cell("markdown", "## Kept for a file"),
        cell("code", "keep()", outputs=[{"data": {"x": "y"}}]),
        cell("markdown", "## Words alone"),
    ]
    kept = depth.without_empty_sections({"cells": cells})["cells"]
    assert [one["source"] for one in kept] == ["# Title", "import x", "## Said", "say()", "## Words alone"]


def test_a_page_beside_the_report_bears_another_name():
    said = cell("code", "say()", outputs=[{"data": {"text/markdown": "**Trial & co**\n\nOf it."}}])
    said["metadata"] = {"tags": ["title"]}
    cells = [cell("markdown", "# What?\n\nText."), said, cell("markdown", "## On")]
    made, called = other_runs.under_own_title({"cells": cells})
    assert called == "Trial & co" and [one["source"] for one in made["cells"]] == ["# Trial & co\n\nOf it.", "## On"]
    assert other_runs.links_one_folder_up('<script src="report.js"></script>') == '<script src="../report.js"></script>'
