"""Every chapter under every scenario, and at the ends of what its parameters allow: it runs, and it says what is so."""

import json

import pytest
import yaml
from jsonschema import ValidationError

from reporting import configuration, request
from tests.chapters import NAMES, NOTEBOOKS, run_here, valid

SCENARIOS = sorted((NOTEBOOKS / "scenarios").glob("*.yaml"))
ENDS = [
    {"confidence": 0.999, "alpha": 0.001, "lesions_per_year": 8.0, "lesion_dispersion": 0.5},
    {"effect": 1.0, "dropout": 0.5, "healthy_atrophy": 0.0, "lesions_per_year": 0.02, "n_analytes": 1},
]


def settled(values):
    """The values as a rerun would have them, after the schema."""
    whole = request.resolve(values)
    return {name: whole[name] for name in values}


def test_a_spec_that_vega_lite_does_not_allow_is_noticed():
    good = {"mark": {"type": "point"}, "data": {"name": "x"}, "encoding": {}}
    assert valid(good) == good
    for wrong in ({"mark": {"type": "pint"}}, {"encoding": {"x": {"filed": "a"}}}, {"width": "wide"}):
        with pytest.raises(ValidationError):
            valid(good | wrong)


CASES = [(path.stem, yaml.safe_load(path.read_text(encoding="utf-8"))) for path in SCENARIOS]
CASES += [(" ".join(f"{key}={value}" for key, value in values.items()), values) for values in ENDS]


@pytest.mark.parametrize(
    ("name", "values"),
    [
        pytest.param(name, values, id=f"{case}-{name}", marks=[pytest.mark.apart] * (case != "sceptic"))
        for case, values in CASES
        for name in NAMES
        if set(configuration.declared_parameters(name)) & set(values)
        and name not in configuration.read()["last"]  # they read what the others recorded in the same run
    ],
)
def test_a_chapter_runs_where_a_reader_may_take_it(name, values, monkeypatch):
    said = []

    def publish(data, **_):
        said.append(data.get("text/markdown") or data.get("text/plain") or "")
        assert "NaN" not in json.dumps(data, default=str), f"{name} shows a value that is no number"

    few = {"n_simulations": 100}  # enough to run; what they find is checked elsewhere
    run_here(name, publish, monkeypatch, few | settled(values), check=values in ENDS)
    assert len(said) > 10 and not [text for text in said if " nan" in f" {text} " or "inf " in f"{text} "]
