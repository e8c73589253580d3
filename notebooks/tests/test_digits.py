"""Digits at the doors: halves, frames of all kinds, specs and their names, drawings."""

import json
import math

import numpy as np
import pandas as pd
import pytest

from reporting import digits
from trial import words


def around(value):
    """A number and its neighbours, two units in the last place to each side."""
    below, above = (math.nextafter(math.nextafter(value, end), end) for end in (-math.inf, math.inf))
    return [below, value, above]


@pytest.mark.parametrize("power", range(1, 40))
def test_an_exact_probability_on_a_tie_is_rounded_alike_on_every_processor(power):
    """0.5^k ends in 5, so that each count of digits short of all of them meets a half."""
    for kept in range(1, 10):
        assert len({digits.rounded(value, kept) for value in around(0.5**power)}) == 1
        assert len({words.significant(value, kept) for value in around(0.5**power)}) == 1


@pytest.mark.parametrize(
    "share", [0.001, 0.005, 0.0995, 0.125, 0.5, 0.99, 0.995, 1.0, 0.0001, 0.1, 1 / 3, 0.4, 0.999, 1 - 1e-13]
)
def test_thresholds_of_words_do_not_hang_on_last_digits(share):
    for form in (words.percent, words.in_hundred, words.one_in, words.probability, words.plain, words.number):
        assert len({form(value) for value in around(share)}) == 1, f"{form.__name__} of {share}"
    assert len({words.people_share(value, 12) for value in around(share)}) == 1


def test_every_float_of_a_frame_is_settled_and_nothing_else():
    nearly = 0.1 + 0.2
    frame = pd.DataFrame(
        {"f": [nearly, math.nan], "n": [1, 2], "o": pd.Series([nearly, "x"], dtype=object), "b": [True, False]}
    )
    made = digits.in_all(frame)
    assert made.f[0] == made.o[0] == 0.3 and math.isnan(made.f[1]) and made.o[1] == "x"
    assert list(made.dtypes) == list(frame.dtypes) and frame.f[0] == nearly, "the frame given stays as it was"
    assert digits.in_all({"a": [(nearly, 7)], "s": "0.30000000000000004"}) == {
        "a": [(0.3, 7)],
        "s": "0.30000000000000004",
    }
    assert digits.in_all(10**17 + 1) == 10**17 + 1 and digits.in_all(np.float64(nearly)) == 0.3


def spec(value):
    """A small chart whose dataset is named as Altair names it: by all its digits."""
    name = f"data-{abs(hash(value))}"
    return {
        "datasets": {name: [{"x": value, "n": 3}]},
        "layer": [{"data": {"name": name}, "mark": {"type": "point", "size": value * 100}}],
        "params": [{"name": "k", "value": value, "expr": f"round(k / {value!r})"}],
        "encoding": {"x": {"field": "x", "scale": {"domain": (0, value)}}},
    }


def test_specs_that_differ_in_last_digits_are_one_spec_and_name_their_data_alike():
    made = [digits.of_spec(spec(value)) for value in around(0.30000000000000004)]
    assert len({json.dumps(one, sort_keys=True) for one in made}) == 1
    (name,) = made[0]["datasets"]
    assert made[0]["layer"][0]["data"]["name"] == name and made[0]["params"][0]["name"] == "k"
    assert made[0]["datasets"][name] == [{"x": 0.3, "n": 3}] and made[0]["params"][0]["expr"] == "round(k / 0.3)"
    assert name not in digits.of_spec(spec(0.31))["datasets"], "other data, another name"


@pytest.mark.parametrize("shift", [1e-9, 0.0, -1e-9])
def test_a_drawing_is_rounded_not_cut_and_alike_a_breath_from_a_half(shift):
    drawn = f'<path d="M{200.5 + shift!r},{2.345 + shift!r}L-{7.125 + shift!r},{1e-17 + abs(shift)!r}"/>0.1234'
    assert digits.of_drawing(drawn) == '<path d="M200.5,2.35L-7.13,0"/>0.1234'
