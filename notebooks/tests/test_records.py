"""Named results: what is kept of a number, how it is written, and what counts as moved."""

import math

import pytest

from reporting import records


def row(**given):
    return records.checked({"name": "a.b", "value": 1.0, **given})


def test_exact_keeps_nine_digits_and_integrated_eight():
    assert row(value=1 / 3)["value"] == row(value=1 / 3, method="simulated example; exact")["value"] == 0.333333333
    assert row(value=1 / 3, method="quadrature")["value"] == 0.33333333
    assert row(value=12345678901)["value"] == 12345678901, "a count is whole, whatever its size"


def test_halves_do_not_hang_on_last_digits():
    """0.5^30 written with ten digits ends in 5: half a unit of the ninth."""
    half = 9.313225745e-10
    around = [math.nextafter(half, 0), half, math.nextafter(half, 1)]
    assert {row(value=value)["value"] for value in around} == {9.31322575e-10}


def simulated(value, error):
    method = "simulated, 10000 trials, seed 1; limits are two Monte Carlo standard errors"
    return row(value=value, lower=value - 2 * error, upper=value + 2 * error, method=method)


def test_a_simulated_result_is_told_to_the_second_digit_of_its_error():
    kept = simulated(0.08821234, 0.002835)
    assert [kept[part] for part in records.NUMBERS] == [0.0882, 0.0825, 0.0939]
    assert simulated(2693.5, 190.0)["value"] == 2690
    assert simulated(1.0, 0.0)["value"] == 1.0, "without an error it is what it is"
    with pytest.raises(ValueError, match="no limits"):
        row(value=0.5, method="simulated; limits are two Monte Carlo standard errors")


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
    found = [(name, records.short(was), records.short(now)) for _, name, was, now in records.moved(old, new)]
    assert found == [("changed", "1", "2"), ("lost", "1", ""), ("new", "", "1")]
    assert records.moved(old, old) == []
