"""Named results: what is kept of a number, how it is written, and what counts as moved."""

import math

import pytest

from reporting import records


def row(**given):
    return records.checked({"name": "a.b", "value": 1.0, **given})


def test_exact_keeps_twelve_digits_and_simulated_eight():
    assert row(value=1 / 3)["value"] == 0.333333333333
    assert row(value=1 / 3, method="simulated, seed 1")["value"] == 0.33333333
    assert row(value=1 / 3, method="quadrature")["value"] == 0.33333333


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_a_result_is_finite(value):
    with pytest.raises(ValueError, match="finite"):
        row(value=value)


def test_a_result_has_a_name_and_known_fields():
    with pytest.raises(ValueError):
        row(name=" ")
    with pytest.raises(ValueError, match="colour"):
        row(colour="red")


def test_text_is_sorted_and_reads_back(tmp_path):
    rows = [{"chapter": "02_x", **row(name="z", value=2.5, lower=1.0, upper=3.0)}, {"chapter": "01_y", **row()}]
    path = tmp_path / "results.csv"
    path.write_text(records.text(rows))
    assert path.read_text().splitlines()[0] == "chapter,name,value,lower,upper,unit,method"
    assert [line.split(",")[0] for line in path.read_text().splitlines()[1:]] == ["01_y", "02_x"]
    back = records.read(path)
    assert back.loc["z", "upper"] == 3.0 and math.isnan(back.loc["a.b", "lower"])


def test_moved_names_changed_new_and_lost():
    old = [
        {"chapter": "1", **row(name="same")},
        {"chapter": "1", **row(name="changed")},
        {"chapter": "1", **row(name="lost")},
    ]
    new = [
        {"chapter": "1", **row(name="same")},
        {"chapter": "1", **row(name="changed", value=2)},
        {"chapter": "1", **row(name="new")},
    ]
    assert records.moved(old, new) == [("1", "changed", "1", "2"), ("1", "lost", "1", ""), ("1", "new", "", "1")]
    assert records.moved(old, old) == []
