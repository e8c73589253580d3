"""What a user may ask for, and the one sentence they get when it cannot be done."""

import pytest

from reporting import configuration, request
from reporting.configuration import UserError
from reporting.request import resolve


def asked(tmp_path=None, **environment):
    return request({"CALLED_FROM": str(tmp_path or configuration.ROOT), **environment})


def test_nothing_asked_is_the_whole_report_at_defaults():
    got = asked()
    assert got.changed == {} and got.name is None and list(got.chapters) == configuration.chapters()
    assert got.values == resolve({}) and got.values["confidence"] == 0.95


def test_set_changes_values_and_derives_a_name():
    got = asked(SET="confidence=0.9 seed=7")
    assert got.changed == {"confidence": 0.9, "seed": 7}
    assert got.name == "confidence_0-9-seed_7"
    assert set(got.values) == set(configuration.schema().model_fields), "the full resolved set travels"


def test_a_value_equal_to_the_default_changes_nothing():
    assert asked(SET="confidence=0.95").changed == {}


def test_file_and_set_together_set_wins(tmp_path):
    (tmp_path / "mine.yaml").write_text("confidence: 0.8\nseed: 1\n")
    got = asked(tmp_path, PARAMETERS="mine.yaml", SET="seed=2")
    assert got.changed == {"confidence": 0.8, "seed": 2}


def test_scientific_notation_is_a_number():
    assert asked(SET="alpha=1e-3").values["alpha"] == 0.001


def test_chapter_and_run_name():
    got = asked(CHAPTER="02_safety", SET="confidence=0.9", RUN="my-run_1")
    assert got.chapters == ("02_safety",) and got.name == "my-run_1"
    assert asked(CHAPTER="02_safety").name == "02_safety", "a part of the report never replaces the whole"


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ("confidense=0.9", "the nearest is confidence"),
        ("zzzzzz=1", "nothing is called like that"),
        ("confidence=1.5", "confidence must be a number above 0 and below 1, but 1.5 was given"),
        ("confidence=high", 'but "high" was given'),
        ("confidence=true", "but True was given"),
        ("confidence=", "but None was given"),
        ("seed=1.5", "seed must be a whole number at least 0"),
        ("seed=-1", "seed must be a whole number at least 0"),
        ("effect=0", "effect must be a number above 0 and at most 1"),
        ("effect=.nan", "but nan was given"),
        ("effect=.inf", "but inf was given"),
        ("dropout=1", "at least 0 and below 1"),
        ("alpha=0.9", "power must be above alpha"),
        ("healthy_atrophy=-0.9", "healthy_atrophy must be a smaller loss"),
        ("reading=Z", "reading must be one of A, B, C, K"),
        ("confidence", "is not name=value"),
        ("=3", "is not name=value"),
        ("seed=1 seed=2", "given twice"),
        ("seed='1", "quotes do not match"),
        ("seed=`touch /tmp/x`", "cannot be read"),
        ("seed=$(touch x)", "is not name=value"),
        ("seed=$HOME", 'but "$HOME" was given'),
        ("seed=[1", "cannot be read"),
    ],
)
def test_set_that_cannot_be_used(given, sentence):
    with pytest.raises(UserError) as caught:
        asked(SET=given)
    assert sentence in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "is empty"),
        ("seed: 1\nseed: 2\n", "gives seed twice"),
        ("- confidence\n", "holds a list"),
        ("confidence\n", "holds a str"),
        ("confidence: [0.9\n", "is not YAML"),
        ("confidense: 0.9\n", "the nearest is confidence"),
        ("confidence: 1.5\n", "below 1, but 1.5 was given"),
    ],
)
def test_file_that_cannot_be_used(tmp_path, text, sentence):
    (tmp_path / "bad.yaml").write_text(text)
    with pytest.raises(UserError) as caught:
        asked(tmp_path, PARAMETERS="bad.yaml")
    assert sentence in str(caught.value)


def test_missing_file(tmp_path):
    with pytest.raises(UserError, match="there is no file"):
        asked(tmp_path, PARAMETERS="nowhere.yaml")


@pytest.mark.parametrize("name", ["a/b", "../up", "Upper", "with space", "$(x)"])
def test_run_name_that_cannot_be_a_folder(name):
    with pytest.raises(UserError, match="small letters"):
        asked(RUN=name)


def test_unknown_chapter_names_the_nearest():
    with pytest.raises(UserError, match="nearest is 02_safety"):
        asked(CHAPTER="02_safty")


def test_table_of_parameters_is_complete():
    rows = request.table_of_parameters({"confidence": ["02"]})
    assert [row[0] for row in rows] == list(configuration.schema().model_fields)
    assert all(row[5] for row in rows), "every parameter has a meaning"
    assert rows[0][6] == "02" and rows[0][3] == "above 0 and below 1"


def test_a_folder_or_a_binary_file_has_a_sentence_of_its_own(tmp_path):
    (tmp_path / "picture.yaml").write_bytes(b"\x89PNG\xff\xfe")
    for name, sentence in {".": "is a folder; name a file", "picture.yaml": "is not a text file"}.items():
        with pytest.raises(UserError, match=sentence):
            asked(tmp_path, PARAMETERS=name)


@pytest.mark.parametrize(
    ("curves", "sentence"),
    [
        ("{steep: [0, 0, 0, 0]}", "dlt_curves: the report has a curve steep of its own; give yours another name."),
        (
            "{mine: [0.1, 0.2]}",
            "needs a list of 4 rates, one a dose, as in mine: [0.05, 0.1, 0.2, 0.4], but 2 were given.",
        ),
        ("{mine: 0.1}", "but 0.1 was given."),
        ("{mine: [0, 0, 0, 2]}", "dlt_curves: the rates of the curve mine must be numbers from 0 to 1."),
    ],
)
def test_curves_that_cannot_be_used(curves, sentence):
    with pytest.raises(UserError) as caught:
        asked(SET=f"dlt_curves='{curves}'")
    assert str(caught.value).endswith(sentence) and '"' not in str(caught.value)


def test_the_built_in_curves_are_those_of_the_data():
    from trial import load, parameters

    assert tuple(dict.fromkeys(load.table("dlt_curves")["curve"])) == parameters.BUILT_IN_CURVES


def test_a_chapter_like_no_other_gets_no_nearest():
    with pytest.raises(UserError, match="there is no chapter 99_no; there are 00_summary, 01_design"):
        asked(CHAPTER="99_no")
