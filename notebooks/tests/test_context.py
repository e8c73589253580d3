"""Chapter 06: its comparisons against printed values; its drawings, their rules, titles and numbers."""

import re

import pandas as pd
import pytest
from scipy.integrate import quad
from scipy.special import betainc
from scipy.stats import ttest_ind_from_stats

from reporting import page
from reporting.tables import formatted
from tests import drawing
from tests.chapters import NAMES, NOTEBOOKS, cells, run_here
from trial import context, load, safety
from trial.charts import context as draw
from trial.charts import theme

CONTROLLED, DOSES = load.table("controlled_trials"), load.table("dose_groups")
SISTERS, PARTICIPANTS, CONFIDENCE = load.table("sister_trials"), load.table("trial_participants"), 0.95
WORSE = context.placebo_groups(load.table("progression"), PARTICIPANTS, CONFIDENCE)


def counted(*counts):
    made = pd.DataFrame(counts, columns=["people_with", "people"])
    made["trial"] = [f"Trial {place}" for place in made.index]
    harm = "a serious adverse event put down to the treatment, within two years of the first injection"
    return safety.with_limits(made.assign(counted=harm), CONFIDENCE)


def test_progression_has_the_limits_of_those_whose_people_are_known():
    # 38.5% of 147 are 57 people: 30.9% to 47.1% by printed tables of exact limits
    row = WORSE.set_index("trial").loc["OLYMPUS"]
    assert (row.lower, row.upper) == pytest.approx((0.309, 0.471), abs=1e-3)
    assert set(WORSE.trial[WORSE.lower.isna()]) == {"ORATORIO"}


def test_a_limit_in_a_title_is_rounded_as_beside_its_line_and_an_axis_has_its_own_values():
    table = counted((0, 20), (0, 15))
    assert 0.165 < table.upper.min() < 0.17
    chart = draw.harm(table, 640)
    assert "about 17% would still fit" in drawing.title(chart)[0]
    assert {"0% to 17%", "0", "10", "20"} <= set(drawing.texts(chart))
    assert {"0", "25", "50", "75", "100"} <= set(drawing.texts(draw.got_better(counted((4, 6), (9, 27)), 640)))


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
    told = formatted(table, context.HIGH_AGAINST_LOW)
    assert told["Low v high"].tolist() == ["−8.3 v −21.9 points", "7 v 63.5%", "direction only", "direction only"]


def t_density(value, degrees=6):
    """Student's density with six degrees of freedom, by its formula: 15/16 / sqrt(6) (1 + t^2/6)^(-7/2)."""
    return 15 / 16 / degrees**0.5 * (1 + value**2 / degrees) ** (-(degrees + 1) / 2)


def test_a_trial_that_saw_harm_is_not_left_out_in_silence(monkeypatch):
    """The picture sets only like counts side by side; who reads it must hear of the trial in MS that counted otherwise."""
    said = []
    monkeypatch.setattr(page, "chart", lambda *_, **__: None)
    run_here("06_context", lambda data, **_: said.append(data.get("text/markdown", "")), monkeypatch)
    harmed = SISTERS.trial[SISTERS.disease.str.contains("MS") & (SISTERS.events_people > 0)]
    assert len(harmed) and [trial for trial in harmed if f"{trial}, where " not in " ".join(said)] == []


def test_others_are_called_less_disabled_only_where_that_was_read():
    less = r"less (disabled|affected)|(none|nobody|no group)\b.{0,20} as (disabled|affected) as"
    assert re.search(less, "known only from other people, none of them as disabled as those of this trial")
    said = [text for name in NAMES for text in (*cells(name, "markdown"), *cells(name, "code"))]
    said += [path.read_text(encoding="utf-8") for path in (NOTEBOOKS / "trial").rglob("*.py")]
    lines = [line for text in said for line in text.splitlines() if re.search(less, line)]
    assert len(lines) >= 2 and [line for line in lines if not re.search(r"\bread\b", line)] == []
