"""A trial of files is asked what one of counts is: one road, and every odd folder of files reads well."""

import random
import re

import numpy as np
import pandas as pd
import pytest

from reporting import tables
from tests.test_counts_file import ODD, everything
from tests.test_counts_file import trial as of_counts
from tests.test_own_trial import PEOPLE, read, write
from trial import load, words
from trial.own_trial import changes, comparisons, count_tables, counts_text, dose_rules, files_as_counts, frames
from trial.own_trial.adam import visits

CHANGES = {"low": [1.5, -2.25, 0.5], "middle": [3, 4.5, 2.25], "high": [8, 2.5, 6.25, 4]}


def of_files(folder, changed, doses=True, dlt=True, measure="Score", control="", **options):
    """A trial of these changes a cohort (None: not measured), each person's from the same start, and nobody harmed."""
    people, values = [], []
    for place, (cohort, moved) in enumerate(changed.items(), 1):
        for change in moved:
            name = f"ID-{len(people) + 1}"
            people.append(f"{name},{cohort},{cohort},{place if doses else ''},Y,Y,{'N' if dlt else ''}")
            values.append(f"{name},M,{measure},Baseline,0,50,Y")
            if change is not None:
                values.append(f"{name},M,{measure},Week 24,24,{50 + change},")
    adsl = ["USUBJID,TRT01A,TRT01P,DOSE01A,SAFFL,ITTFL,DLTFL", *people]
    return read(
        write(folder, adsl=adsl, adlb=["USUBJID,PARAMCD,PARAM,AVISIT,AVISITN,AVAL,ABLFL", *values]),
        control=control,
        **options,
    )


def ask(trial, smallest=1, wanted=""):
    """The trial as counts, and the changes behind them."""
    at = {kind: visits.analysis_visits(trial, kind, asked) for kind, asked in (("imaging", ""), ("biomarker", wanted))}
    kinds = [changes.of_kind_tested(trial, kind, visit, 0.05, 0.95) for kind, visit in at.items()]
    return files_as_counts.of_files(trial, "your trial", "A", kinds, smallest), kinds


PRINTED = ["as large as printed here", "half of that"]


def differing(here, there, sd, freedom):
    """Limits of a difference of means, by the quantile of t that a table gives (95%, 7 degrees of freedom: 2.364624)."""
    assert freedom == 7
    reach = 2.364624 * sd * np.sqrt(1 / len(here) + 1 / len(there))
    return np.mean(here) - np.mean(there) - reach, np.mean(here) - np.mean(there) + reach


def alike(one, other):
    words_of_it = ["of", "looked_for", "errors", "p_value", "outcome", "name"]
    pd.testing.assert_frame_equal(
        *(table.drop(columns=words_of_it, errors="ignore") for table in (one, other)), rtol=1e-6
    )


def test_files_and_counts_of_one_trial_say_the_same(tmp_path):
    mine, _ = ask(of_files(tmp_path, CHANGES))
    mean, sd = (
        [float(f"{how(moved):.8g}") for moved in CHANGES.values()]
        for how in (np.mean, lambda moved: np.std(moved, ddof=1))
    )
    doses = ", ".join(f"{{name: {name}, people: {len(moved)}}}" for name, moved in CHANGES.items())
    by_hand = of_counts(
        f"title: by hand\ndoses: [{doses}]\nrule: 3+3 A\nclaims:\n"
        f"  - {{outcome: Score, better_in: high, against: rest, mean: {mean}, sd: {sd}}}\n"
    )
    curves = dose_rules.curves(load.table("dlt_curves"), 3)
    alike(dose_rules.characteristics(mine, curves), dose_rules.characteristics(by_hand, curves))
    claimed = [comparisons.claims(one, 0.95) for one in (mine, by_hand)]
    alike(*claimed)
    alike(*(comparisons.effects(claims, 0.05) for claims in claimed))
    ours, theirs = (comparisons.next_trials(one, 0.05, 0.8, 0.95) for one in (mine, by_hand))
    alike(ours, theirs[~theirs.looked_for.isin(PRINTED)].reset_index(drop=True))
    alike(count_tables.exclude(mine, 0.95), count_tables.exclude(by_hand, 0.95))
    # By hand: 5.1875 less the mean of six others (9.5 / 6); 26.75 of squares with 7 degrees of freedom.
    row = ours.iloc[0]
    low, high = differing(CHANGES["high"], [*CHANGES["low"], *CHANGES["middle"]], row.sd, 7)
    squares = sum(((np.array(moved) - np.mean(moved)) ** 2).sum() for moved in CHANGES.values())
    assert (row.apart, row.sd, row.freedom) == pytest.approx((5.1875 - 9.5 / 6, np.sqrt(squares / 7), 7))
    assert (row.apart_low, row.apart_high) == pytest.approx((low, high))
    assert row.difference == pytest.approx(row.sd / 2), "nothing is planned on what was seen in so few"
    assert row.of == "measured in your trial"
    # A group that no 3+3 rule has: none of four leaves open what (1 - rate)^4 does.
    assert dose_rules.passing(mine).dose.tolist() == ["each dose", "high"]
    assert dose_rules.passing(mine).half[1] == pytest.approx(1 - 0.5**0.25)


def test_all_means_of_a_measure_are_told_to_as_many_decimals(tmp_path):
    """Of whole numbers that lie far apart as well as of small ones."""
    rows = ["USUBJID,PARAMCD,AVISIT,AVISITN,AVAL,BASE"]
    for code, base, moved in (
        ("ALP", 300, (-204, -4, 150, 9, -91, 116)),
        ("ALB", 40, (-3.51, 0.2, -0.25, 1, 0.75, 2.04)),
    ):
        rows += [f"ID-{n},{code},Week 24,24,{base + by},{base}" for n, by in enumerate(moved, start=1)]
    named = [row.replace("low", "Drug X (N=3)").replace("high", "RESULT (n = 4)") for row in PEOPLE]
    one = read(write(tmp_path, adsl=named, adlb=rows))
    summary = changes.change_summary(one, "biomarker", 0.95)
    made = tables.formatted(summary, frames.summary_columns(summary))
    for head in ("Mean change (limits)", "Mean at baseline", "SD", "Median"):
        for measure, cells in made.groupby(summary.code)[head]:
            told = re.findall(r"\d+(\.\d+)?", " ".join(cells))
            assert len({len(decimals) for decimals in told}) == 1, (measure, cells.tolist())
    assert list(frames.severity_columns(one))[1:] == ["Everyone (n = 6)", "Drug X (N=3)", "RESULT (n = 4) (n = 3)"]


LESS = {"low": [9, 8, 11], "middle": [12, 10, 14], "high": [-1, 0.5, 1, -2.5]}


def test_a_smaller_rise_at_the_dose_is_no_size_to_plan_on(tmp_path):
    """The difference keeps its sign and has limits; no row of files, and no sentence, plans on what was seen."""
    one, _ = ask(of_files(tmp_path, LESS))
    sizes, claimed = comparisons.next_trials(one, 0.05, 0.8, 0.95), comparisons.claims(one, 0.95)
    assert claimed.gap[0] == pytest.approx(-0.5 - 64 / 6)
    assert claimed.low[0] < claimed.gap[0] < claimed.high[0] and claimed.high[0] < 0
    assert sizes.looked_for.tolist() == ["half the spread between people", "a quarter of it"]
    said = counts_text.next_said(one, sizes, 0.05, 0.8, 0.95)
    limits = words.between(claimed.low[0], claimed.high[0], lambda v: words.number(v, int(claimed.decimals[0])))
    assert limits in tables.formatted(claimed, comparisons.claim_columns(one))["Difference of means (limits)"][0]
    assert "pooled t, two-sided 95%" in counts_text.luck_note(one, 0.95)
    spreads = tables.formatted(sizes, comparisons.next_columns(sizes, 0.95))["Spread between people (limits)"]
    assert words.between(sizes.low[0], sizes.high[0], lambda v: words.number(v, 2)) in spreads[0]
    assert "no guide to the true difference" in said and "safer" not in said


def short(folder, changed):
    one, _ = ask(of_files(folder, changed))
    claimed = comparisons.claims(one, 0.95)
    assert not any("etter" in text for text in (*comparisons.claim_columns(one), counts_text.luck_note(one, 0.95)))
    row = tables.formatted(claimed, comparisons.claim_columns(one)).iloc[0]
    return counts_text.short_claim(one, claimed.iloc[0]), row.tolist()


@pytest.mark.parametrize(
    ("changed", "said", "cell"),
    [
        (
            LESS,
            "fell 0.5 at the dose high and rose 10.7 in all others: luck alone puts that dose below the mean of the others 50 of 100 times, and lowest of all three ",
            "of 100",
        ),
        (
            CHANGES,
            "rose 5.19 at the dose high and 1.58 in all others: luck alone puts that dose above the mean of the others 50 of 100 times, and highest of all three ",
            "of 100",
        ),
        (
            {**CHANGES, "middle": [9, 8]},
            "rose 5.19 at the dose high and 3.35 in all others (most at the dose middle): luck alone puts that dose above the mean of the others 50 of 100 times; no ",
            "that was middle",
        ),
        ({**CHANGES, "high": [-1, -2], "low": [-9, -8]}, "(most at the dose low)", "that was low"),
        (
            {"low": [-9, -7], "middle": [1, 3], "high": [-1, -3]},
            "fell 2 at the dose high and 3 in all others (at the dose middle it rose 2)",
            "that was middle",
        ),
        (
            {"a": [1, 2], "b": [2, 1], "c": [1.5, 1.5]},
            "rose 1.5 at the dose c as in all others, so there is no difference to explain",
            "",
        ),
        (
            {"a": [1, 2], "b": [4, 7]},
            "rose 5.5 at the dose b and 1.5 in the group a: luck alone puts that dose above the group a 50 of 100 times; no ",
            "",
        ),
    ],
)
def test_which_way_each_group_moved_and_no_better_where_nobody_said(changed, said, cell, tmp_path):
    text, row = short(tmp_path, changed)
    assert said in text, text
    assert any(f", and {end}est of all " in text for end in ("high", "low")) == (cell == "of 100")
    assert not cell or any(cell in str(value) for value in row), row


NOISE = random.Random(7)
FOLDERS = {
    "one dose": ({"only": [NOISE.gauss(0, 2) for _ in range(9)]}, {}),
    "one dose of what shrinks": ({"only": [-1, -2, -1.5]}, {"measure": "Brain volume"}),
    "one person": ({"only": [1.5]}, {}),
    "eight doses": ({f"dose {n}": [NOISE.gauss(0, 2) for _ in range(n % 3 + 1)] for n in range(8)}, {}),
    "thirteen doses": ({f"d{n:02d}": [1, 2] for n in range(13)}, {}),
    "groups of one": ({name: [NOISE.gauss(0, 2)] for name in "abcd"}, {}),
    "no order": ({"b": [1, 2], "a": [2, 3.5]}, {"doses": False}),
    "nobody at the highest": ({"a": [1, 2], "b": [1, 3, 1], "c": [None, None]}, {"wanted": "Week 24"}),
    "nobody else": ({"a": [None, None], "b": [None], "c": [1, 2]}, {"wanted": "Week 24"}),
    "one of some": ({"a": [1, None], "b": [None, 3, 1], "c": [2, 4]}, {}),
    "all alike": ({"a": [1, 1, 1], "b": [1, 1, 1]}, {}),
    "a control": ({"none": [0, 1, 2], "a": [1, 2.5, 3], "b": [2, 4, 5.5, 3]}, {"control": "none", "dlt": False}),
    "no limiting harm": (CHANGES, {"dlt": False}),
    "nothing measured": ({"a": [None], "b": [None]}, {}),
    "far apart": ({"a": [0, 1e-9, 2e-9], "b": [1e9, 1e9 + 1, 1e9 - 1]}, {}),
}


@pytest.mark.parametrize(("case", "smallest"), [*((case, 1) for case in FOLDERS), ("eight doses", 3)])
def test_odd_folders_are_told_in_words(case, smallest, tmp_path):
    changed, options = FOLDERS[case][0], {**FOLDERS[case][1]}
    wanted = options.pop("wanted", "")
    trial = of_files(tmp_path, changed, **options)
    one, kinds = ask(trial, smallest, wanted)
    said, made = everything(one)
    claimed = comparisons.claims(one, 0.95)
    lets = dose_rules.characteristics(one, dose_rules.curves(load.table("dlt_curves"), len(one.doses)))
    said += [
        *files_as_counts.in_short(one, claimed),
        files_as_counts.rule_said(trial, one, lets),
        files_as_counts.luck_said(trial, one, kinds, claimed, comparisons.effects(claimed, 0.05), 0.05, smallest),
    ]
    text = "\n".join([*said, *(frame.to_csv() for frame in made)]).replace(",None of ", ",none of ")
    assert not ODD.search(text), ODD.search(text)
    assert not [word for word in ("printed", "the source says", "is said to", "borrowed") if word in text]
    assert all(frame.columns.is_unique for frame in made)
    ordered = case != "no order"
    ruled = ordered and not options.get("control") and options.get("dlt", True) and len(one.doses) <= 12
    assert bool(one.rule) == ruled
    alone = ("no order", "nobody at the highest", "nobody else", "one dose of what shrinks")
    assert bool(len(claimed)) == (smallest == 1 and case not in (*alone, "nothing measured"))
    assert bool(one.claims) == (smallest == 1 and case != "nothing measured"), "else the spread counts alone"


def test_the_first_measures_are_asked_about_and_which_is_said(tmp_path):
    heads = "USUBJID,PARAMCD,AVISIT,AVISITN,AVAL,BASE,ABLFL"
    rows = [f"ID-{n},M{m},Week 4,4,{10 + n + m % 3},10," for n in range(1, 7) for m in range(6)]
    adsl = ["USUBJID,TRT01A,DOSE01A", *(f"ID-{n},d{n % 2},{n % 2}" for n in range(1, 7))]
    trial = read(write(tmp_path, adsl=adsl, adlb=[heads, *rows]))
    one, kinds = ask(trial)
    claimed = comparisons.claims(one, 0.95)
    assert claimed.outcome.tolist() == [f"M{m}, Week 4" for m in range(4)]
    said = files_as_counts.luck_said(trial, one, kinds, claimed, comparisons.effects(claimed, 0.05), 0.05, 1)
    assert said.startswith("Of six measures in your trial the first four are asked about;")
    only = read(tmp_path, biomarker_parameters=["M5"])
    assert [claim.outcome for claim in ask(only)[0].claims] == ["M5, Week 4"]
