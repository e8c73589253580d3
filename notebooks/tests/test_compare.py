"""What `make compare` finds between two runs, and how it says so."""

import json
import re

import nbformat
import pytest

from reporting import compare, mime, provenance, records, request
from reporting.configuration import UserError

NAME = "01_a"


def chapter(sentence="None of 12 people.", value=1.0, rows=({"x": 1, "y": 0.5},), colour="red"):
    """An executed chapter with a sentence, a result and a chart."""
    row = records.checked({"name": "a.b", "value": value, "method": "exact"})
    spec = {"datasets": {"data-1": list(rows)}, "mark": {"type": "point", "color": colour}}
    said = [
        {mime.MARKDOWN: sentence},
        {mime.VEGA_LITE: spec, mime.FIGURE: '<figure id="figure-dots">'},
        {records.MIME: {"results": [row]}},
    ]
    outputs = [nbformat.v4.new_output("display_data", data=data) for data in said]
    return nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("", outputs=outputs)])


def side(name="a", parameters=None, inputs=None, **changes):
    return compare.Side(name, parameters or {}, {} if inputs is None else inputs, {NAME: chapter(**changes)})


def test_equal_runs_have_no_differences():
    found = compare.differences(side(), side("b"))
    assert not any(found[part] for part in ("parameters", "inputs", "results", "sentences", "charts", "left_out"))
    assert "beyond tolerance: 0" in compare.summary(found) and "None." in compare.page(found)


def test_everything_that_differs_is_named():
    old = side(parameters={"p": 1, "q": 2}, inputs={"data/a.csv": "1" * 64})
    other = {"sentence": "One of 12 people.", "value": 2.0, "rows": [{"x": 1}]}
    found = compare.differences(old, side("b", {"p": 3, "q": 2}, {"data/a.csv": "2" * 64}, **other))
    assert found["parameters"] == [("p", 1, 3)] and found["inputs"] == [("data/a.csv", "1" * 64, "2" * 64)]
    assert found["results"] == [{"name": "a.b", "old": "1", "new": "2", "change": "+1 (+100%)", "beyond": True}]
    assert found["sentences"] == {NAME: [[("-", "None"), ("+", "One"), (" ", "of 12 people.")]]}
    assert found["charts"] == {NAME: [("dots", "1 of 1 rows replaced by 1")]}
    lines = [line.strip() for line in compare.summary(found).splitlines() if line.startswith("  ")]
    assert lines == [
        "p: 1 -> 3",
        "data/a.csv: 111111111111 -> 222222222222",
        "a.b: 1 -> 2, +1 (+100%)",
        "01: [-None-] {+One+} of 12 people.",
        "01 dots: 1 of 1 rows replaced by 1",
    ]
    shown = compare.page(found)
    assert "<del>None</del> <ins>One</ins> of 12 people." in shown and "one parameter, one result beyond" in shown
    assert not re.search(r"(?<!code) \{ overflow-wrap: anywhere", shown), (
        "a phone scrolls and breaks no word of a table"
    )


def test_a_chart_is_judged_by_its_rows_not_its_looks():
    rows = [{"x": 1}, {"x": 2}]
    found = compare.differences(side(rows=rows), side("b", rows=rows[::-1], colour="blue"))
    assert not found["charts"]


@pytest.mark.parametrize(
    ("method", "factor", "beyond"),
    [
        ("exact", 1 + 5e-9, False),
        ("exact", 1 + 5e-8, True),
        ("simulated, seed 1", 1 + 5e-8, False),
        ("by quadrature", 1 + 5e-7, True),
    ],
)
def test_tolerance_goes_by_the_method(method, factor, beyond):
    old, new = ({"value": 3.0 * f, "lower": None, "upper": None, "unit": "", "method": method} for f in (1, factor))
    assert records.beyond_tolerance(old, new) is beyond


def test_limits_that_appear_or_go_and_other_words_are_beyond_tolerance():
    row = {"value": 1.0, "lower": None, "upper": None, "unit": "", "method": "exact"}
    assert not records.beyond_tolerance(row, dict(row)) and not records.beyond_tolerance(None, None)
    assert records.beyond_tolerance(row, None) and records.beyond_tolerance(row, {**row, "lower": 0.5})
    assert records.beyond_tolerance(row, {**row, "unit": "people"})


def test_sentences_of_a_hostile_run_stay_text():
    found = compare.differences(side(), side("b", sentence="<script>alert(1)</script>"))
    assert "<script>alert" not in compare.page(found)


def a_run(reports, name, ended, **changed):
    folder = reports / "runs" / name
    folder.mkdir(parents=True)
    (folder / f"{NAME}.ipynb").write_text(json.dumps(chapter(value=changed.get("confidence", 1.0))))
    provenance.write(folder, request.resolve(changed), {"data/a.csv": "1"}, ended, ended)


def test_the_command_compares_runs_by_name_and_by_default_the_newest(checkout):
    (checkout / f"{NAME}.ipynb").write_text(json.dumps(chapter()))
    with pytest.raises(UserError, match="There is no run to compare with"):
        compare.compare({})
    a_run(checkout / "reports", "late", "2026-01-02T00:00:00Z", confidence=0.9)
    a_run(checkout / "reports", "many/early", "2026-01-01T00:00:00Z", confidence=0.8)
    text, folder = compare.compare({})
    assert text.startswith("accepted against late") and "confidence: 0.95 -> 0.9" in text
    assert (folder / "index.html").is_file() and (folder / "summary.txt").read_text().strip() == text
    assert "a.b: 0.9 -> 0.8" in compare.compare({"A": "late", "B": "many/early"})[0]
    assert compare.newest() == "late", "a comparison is not a run"
    with pytest.raises(UserError, match="There is no run lat in reports/runs/; the nearest is late"):
        compare.compare({"A": "lat"})
    for given, said in (
        ({"A": "late", "B": "late"}, "late; name two different runs."),
        ({"A": "late"}, "late, as B was left out and stands for the newest run; name another, such as B=accepted."),
        (
            {"B": "accepted"},
            "accepted, as A was left out and stands for the accepted report; name another, such as A=many/early.",
        ),
    ):
        with pytest.raises(UserError) as caught:
            compare.compare(given)
        assert str(caught.value) == f"A and B are both {said}"
    with pytest.raises(UserError, match="There is no run"):
        compare.compare({"A": "../../etc"})


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (2e-7, 1e-7, "more than −0.000001 (−50%)"),
        (1.0, 2_500_001.0, "+2,500,000 (+250,000,000%)"),
        (0.0, 12.5, "+12.5"),
    ],
)
def test_a_change_is_told_without_scientific_notation(old, new, said):
    assert compare.results({NAME: chapter(value=old)}, {NAME: chapter(value=new)})[0]["change"] == said
