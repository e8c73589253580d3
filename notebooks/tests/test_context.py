"""Chapter 06: its comparisons against printed values; its drawings, their rules, titles and numbers."""

import re

import pandas as pd
import pytest
from scipy.integrate import quad
from scipy.special import betainc
from scipy.stats import ttest_ind_from_stats

from reporting import page
from reporting.tables import shown
from tests import drawing
from tests.chapters import NAMES, NOTEBOOKS, cells, run_here
from trial import context, load, safety
from trial.charts import context as draw
from trial.charts import theme

CONTROLLED, DOSES = load.table("controlled_trials"), load.table("dose_groups")
SISTERS, PARTICIPANTS, CONFIDENCE = load.table("sister_trials"), load.table("trial_participants"), 0.95
WORSE = context.placebo_groups(load.table("progression"), PARTICIPANTS, CONFIDENCE)
BETTER = context.improved(CONTROLLED, load.table("sister_findings"), CONFIDENCE)
HARM = safety.harm_in_trials(SISTERS, load.table("safety_outcomes").set_index("outcome"), CONFIDENCE)
HARM = HARM[HARM.disease.str.contains("MS")].reset_index(drop=True)


def counted(*counts):
    made = pd.DataFrame(counts, columns=["people_with", "people"])
    made["trial"] = [f"Trial {place}" for place in made.index]
    harm = "a serious adverse event put down to the treatment, within two years of the first injection"
    return safety.with_limits(made.assign(counted=harm), CONFIDENCE)


DRAWN = [(draw.progression, WORSE), (draw.got_better, BETTER), (draw.harm, HARM)]
DRAWN += [(draw.harm, counted((0, 15), (1, 12), (13, 112)))]


@pytest.mark.parametrize(("drawn", "table"), DRAWN)
def test_rules_for_every_forest(drawn, table):
    """Every share stands where it belongs, with a line for each whose people are known; titles are short and tell no tone."""
    share = table.share if "share" in table else table.people_with / table.people
    for chart in (drawn(table, theme.WIDE), drawn(table, theme.NARROW)):
        dots = [row["share"] for row in drawing.rows(chart) if set(row) == {"share", "row", "hue"}]
        assert dots == pytest.approx(list(100 * share), rel=1e-6)
        lines = [(row["low"], row["high"]) for row in drawing.rows(chart) if set(row) == {"low", "high", "row", "hue"}]
        known = table.dropna(subset=["lower"])
        assert lines == [pytest.approx(ends) for ends in zip(100 * known.lower, 100 * known.upper, strict=True)]
        finding, subtitle = drawing.title(chart)
        assert len(finding) <= 80 and not re.search(r"\b(dark|pale|gr[ae]y|orange|red)\b", finding + subtitle)


def test_progression_is_drawn_with_the_limits_of_those_whose_people_are_known():
    # 38.5% of 147 are 57 people: 30.9% to 47.1% by printed tables of exact limits
    row = WORSE.set_index("trial").loc["OLYMPUS"]
    assert (row.lower, row.upper) == pytest.approx((0.309, 0.471), abs=1e-3)
    assert set(WORSE.trial[WORSE.lower.isna()]) == {"ORATORIO"}
    for width in (theme.WIDE, theme.NARROW):
        chart = draw.progression(WORSE, width)
        assert {"56.8%", "48%", "38.5%", "31% to 47%", *WORSE.trial} <= set(drawing.texts(chart))
        told = " ".join(drawing.texts(chart)).replace("\n", " ")
        assert "63% with EDSS 6.0 to 6.5 at the start" in told and "EDSS up to" not in told
        assert "from 32% (EXPAND) to 57% (Interferon beta-1b trial, 37 people)" in chart.to_dict()["description"]


def test_harm_is_told_of_trials_in_ms_and_this_one_alone_is_what_was_seen_here():
    others = ["hNSC-SPMS", "MSC-NP phase II", "MSC-NP pilot", "MSC-NP phase I"]
    assert HARM.trial.tolist() == ["This trial (STEMS)", *others]
    chart = draw.harm(HARM, 310)
    hues = [row["hue"] for row in drawing.rows(chart) if set(row) == {"share", "row", "hue"}]
    assert hues == [theme.SEEN, *[theme.COMPARATOR] * 4]
    # 1 - 0.025^(1/n): 12, 15, 51, 6 and 18 people
    assert {"0% to 26%", "0% to 22%", "0% to 7%", "0% to 46%", "0% to 19%"} <= set(drawing.texts(chart))
    assert drawing.texts(chart).count("Serious, and put down to the cells") == 1
    everywhere = context.sister_trials(SISTERS, CONFIDENCE).set_index("trial")
    assert everywhere.upper["PISCES"] == pytest.approx(1 - 0.025 ** (1 / 11)), (
        "those left out of the picture keep theirs"
    )


def test_a_limit_in_a_title_is_rounded_as_beside_its_line_and_an_axis_has_its_own_values():
    table = counted((0, 20), (0, 15))
    assert 0.165 < table.upper.min() < 0.17
    chart = draw.harm(table, 640)
    assert "about 17% would still fit" in drawing.title(chart)[0]
    assert {"0% to 17%", "0", "10", "20"} <= set(drawing.texts(chart))
    assert {"0", "25", "50", "75", "100"} <= set(drawing.texts(draw.got_better(counted((4, 6), (9, 27)), 640)))


def test_who_got_worse_on_placebo():
    """Seven of the twelve had PPMS, which comes first; within a type the largest share leads, the picture names each once."""
    assert (WORSE.share.min(), WORSE.share.max()) == (0.32, 0.568)
    assert WORSE.set_index("trial").affected["ASCEND"].startswith("63% with EDSS")
    assert (WORSE.affected != "").sum() == 2
    assert WORSE.population.tolist() == ["ppms"] * 5 + ["spms"] * 3
    for _, part in WORSE.groupby("population"):
        assert part.share.is_monotonic_decreasing
    texts = drawing.texts(draw.progression(WORSE, 640))
    assert all(texts.count(f"On placebo, {kind} progressive MS") == 1 for kind in ("primary", "secondary"))


def test_rows_that_share_people_are_marked_and_a_part_widens_no_range():
    shared = WORSE.set_index(["trial", "outcome"]).overlap
    assert shared[shared != ""].to_dict() == {
        ("ORATORIO", "12-week confirmed progression"): "the same people in two rows",
        ("ORATORIO", "24-week confirmed progression"): "the same people in two rows",
        ("EXPAND, active disease, under 50", "3-month confirmed progression"): "some of those in EXPAND",
    }
    assert set(WORSE.trial[WORSE.within]) == {"EXPAND, active disease, under 50"}
    beyond = WORSE.assign(share=WORSE.share.mask(WORSE.within, 0.9))
    for width in (theme.WIDE, theme.NARROW):
        chart = draw.progression(beyond, width)
        assert "32% to 57%" in drawing.title(chart)[0] and "37 people" in drawing.spec_of(chart)["description"]
        told = " ".join(drawing.texts(chart)).replace("\n", " ")
        assert told.count("people in two rows") == 2 and told.count("some of those in EXPAND") == 1


def test_who_got_better():
    assert BETTER.counted.iloc[1].endswith("(in 5 of these 7 not fully kept)")
    assert BETTER.people_with.tolist() == [4, 7, 9, 10] and BETTER.people.tolist() == [6, 18, 27, 27]
    # 4 of 6 by printed tables of exact limits: 22.3% to 95.7%
    assert (BETTER.lower.iloc[0], BETTER.upper.iloc[0]) == pytest.approx((0.223, 0.957), abs=5e-4)


def test_more_said_of_the_high_dose():
    """By hand: two equal groups, one half; 5 and 7 people fall in 792 ways, 2 and 4 in 15, 6 and 6 in 924."""
    table = context.high_against_low(DOSES)
    ways = {"exPDite": 792, "Kyoto trial": 15, "A9-DPC": 924}
    assert (1 / table.groupby("trial").least_p.first()).to_dict() == pytest.approx(ways)
    assert set(table.luck) == {0.5} and (table[["people_low", "people_high"]].sum(axis=1) <= 12).all()
    row = table[table.gap.notna()]
    assert row.trial.tolist() == ["exPDite"]
    # 13.6 points over 7.8 x sqrt(1/5 + 1/7); t with six degrees: scipy's test from summary statistics, one group known
    assert row.errors.iloc[0] == pytest.approx(13.6 / (7.8 * (12 / 35) ** 0.5), rel=1e-9)
    assert row.p_value.iloc[0] == pytest.approx(2 * quad(t_density, row.errors.iloc[0], 400)[0], rel=1e-3)
    assert row.freedom.tolist() == [6] and table.freedom.isna().sum() == 3
    # by the incomplete beta function; were the spread known from both doses, with ten degrees, p would be 0.014
    assert row.p_value.iloc[0] == pytest.approx(betainc(3, 0.5, 6 / (6 + row.errors.iloc[0] ** 2)), rel=1e-9)
    pooled = ttest_ind_from_stats(-21.9, 7.8, 7, -8.3, 7.8, 5)
    assert pooled.statistic == pytest.approx(-row.errors.iloc[0]) and pooled.pvalue == pytest.approx(0.0139, abs=5e-5)
    told = shown(table, context.HIGH_AGAINST_LOW)
    assert told["Low v high"].tolist() == ["−8.3 v −21.9 points", "7 v 63.5%", "direction only", "direction only"]


def t_density(value, degrees=6):
    """Student's density with six degrees of freedom, by its formula: 15/16 / sqrt(6) (1 + t^2/6)^(-7/2)."""
    return 15 / 16 / degrees**0.5 * (1 + value**2 / degrees) ** (-(degrees + 1) / 2)


def test_what_is_printed_in_part_is_told_in_part():
    told = shown(context.who_was_let_in(PARTICIPANTS), context.WHO_WAS_LET_IN).set_index(["Trial", "What"])["EDSS"]
    assert told["STEMS"].tolist() == ["6.5 or more"] and told["ORATORIO-HAND"].tolist() == ["up to 8"]
    assert told["MSC-NP phase II"].tolist() == ["3 to 6.5"] and told["ASCEND"].tolist() == ["63%"]
    results = set(shown(CONTROLLED, context.CONTROLLED_TRIALS)["Outcome, treatment v control"])
    assert {
        "Change in timed 25-foot walk: 3.7 v −54.4%; p = 0.030",
        "Brain volume change over 96 weeks: difference 0 percentage points (−0.4 to 0.5)",
        "Slowing of brain shrinkage: 48% slower",
        "Share with EDSS-Plus improved: 33 v 37%",
        "Brain volume change per year: −0.21 v −0.65% a year; p = 0.002",
        "Progression on a composite: 44 v 48%; odds ratio 0.86 (0.66 to 1.13)",
    } <= results


def test_a_trial_that_saw_harm_is_not_left_out_in_silence(monkeypatch):
    """The picture sets only like counts side by side; who reads it must hear of the trial in MS that counted otherwise."""
    said = []
    monkeypatch.setattr(page, "chart", lambda *_, **__: None)
    run_here("06_context", lambda data, **_: said.append(data.get("text/markdown", "")), monkeypatch)
    harmed = SISTERS.trial[SISTERS.disease.str.contains("MS") & (SISTERS.events_people > 0)]
    assert len(harmed) and [trial for trial in harmed if f"{trial}, where " not in " ".join(said)] == []


def test_others_are_called_less_disabled_only_where_that_was_read():
    said = [text for name in NAMES for text in (*cells(name, "markdown"), *cells(name, "code"))]
    said += [path.read_text(encoding="utf-8") for path in (NOTEBOOKS / "trial").rglob("*.py")]
    lines = [line for text in said for line in text.splitlines() if re.search("less (disabled|affected)", line)]
    assert len(lines) >= 2 and [line for line in lines if not re.search(r"\bread\b", line)] == []
