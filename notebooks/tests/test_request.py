"""What a user may ask for, and the one sentence they get when it cannot be done."""

import subprocess
import sys

import pytest

from reporting import commands, configuration, request, stamps
from reporting.configuration import UserError
from reporting.request import LONGEST_NAME, RUN_NAME, read, resolve
from tests.test_extremes import is_one_plain_sentence
from trial import load


def asked(tmp_path=None, **environment):
    return read({"CALLED_FROM": str(tmp_path or configuration.ROOT), **environment})


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
    assert asked(CHAPTER="02_safety,03_imaging").chapters == ("02_safety", "03_imaging")
    assert asked(CHAPTER="02_safety").name == "02_safety", "a part of the report never replaces the whole"


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ("confidense=0.9", "the nearest is confidence"),
        ("zzzzzz=1", "nothing is called like that"),
        ("confidence=1.5", "confidence must be a number at least 0.5 and at most 0.999, but 1.5 was given"),
        ("confidence=high", 'but "high" was given'),
        ("confidence=true", 'but "true" was given'),
        ("confidence=", "but nothing was given"),
        ("seed=1.5", "seed must be a whole number at least 0"),
        ("seed=-1", "seed must be a whole number at least 0"),
        ("effect=0", "effect must be a number at least 0.1 and at most 1, but 0 was given"),
        ("effect=.nan", "but nan was given"),
        ("effect=.inf", "but inf was given"),
        ("dropout=1", "at least 0 and at most 0.8"),
        ("alpha=0.9", "alpha must be a number at least 0.0001 and at most 0.2"),
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
        (
            "dlt_curves={a: [0]}",
            '"{a:" of dlt_curves cannot be read; write SET="name=value", a value with blanks in single quotes.',
        ),
        (
            "seed=2023-02-30",
            'seed must be a whole number at least 0 and at most 4,294,967,295, but "2023-02-30" was given.',
        ),
        ("seed=2023-02-28", 'but "2023-02-28" was given.'),
        ("seed=null", 'but "null" was given.'),
        ("seed=~", 'but "~" was given.'),
        ("seed=0x10", 'but "0x10" was given.'),
        ("seed=1:30", 'but "1:30" was given.'),
        ("alpha=1e999", 'but "1e999" was given.'),
        ("alpha=1e-300", "but 1e-300 was given."),
        ("confidence=5e-324", "but 5e-324 was given."),
        ("effect=1e-9", "effect must be a number at least 0.1 and at most 1, but 1e-9 was given."),
        ("lesion_dispersion=0.001", "but 0.001 was given."),
        ("atrophy_sd=1e-9", "but 1e-9 was given."),
        ("atrophy_mean=-5 atrophy_sd=5 healthy_atrophy=-2.999 effect=0.00001", "but 0.00001 was given."),
        ("atrophy_mean=-3.5 atrophy_sd=4 healthy_atrophy=-2.999", "at most three quarters of atrophy_mean"),
        (
            "atrophy_sd=5 atrophy_mean=-0.2 healthy_atrophy=0",
            "atrophy_sd must be from three fifths of the loss in atrophy_mean to 5 times",
        ),
        ("seed=!!int", "it uses a tag (!), which is not read here"),
        ("alpha='!!timestamp x'", "it uses a tag (!), which is not read here"),
        ("seed='!!binary aGVsbG8='", "it uses a tag (!), which is not read here"),
        ("confidence='&a 0.9'", "it uses & or *, which are not read here"),
        ("cohort_order='[&a x, *a]'", "it uses & or *, which are not read here"),
        (f"seed={'9' * 5000}", 'but "99999999999999999999999999999... (5,000 letters)" was given.'),
        (f"dlt_curves={'[' * 2000}", "it is nested deeper than any parameter"),
        (f"cohort_order='[{'a, ' * 9000}]'", "it has 27,002 letters, and 20,000 are the most that are read"),
        ("dlt_curves='{a: [0, 0, 0, 0], a: [0, 0, 0, 1]}'", "it gives a twice; give it once"),
        ("seed='{a: 1, a: 2}'", "it gives a twice; give it once"),
        ("dlt_curves='{[a]: 1}'", "it has a list or a mapping where a name should stand"),
        ("dlt_curves='{a: {b: 1}}'", "as in a: [0.05, 0.1, 0.2, 0.4], but {b: 1} was given."),
        ("dlt_curves='{a: 2023-02-28}'", "but 2023-02-28 was given."),
        ("dlt_curves='{<<: {a: 1}}'", "the curve name << is not snake_case."),
        ("dlt_curves=[1]", "dlt_curves must be a mapping, but [1] was given."),
        ("prior_sceptical=3", 'prior_sceptical must be a list, but "3" was given.'),
        ("prior_sceptical='[0, 1e-9]'", "the SD, must be from 0.01 (all but certain) to 2 (no idea)."),
        ("prior_sceptical='[0, yes]'", "but [0, yes] was given: both must be numbers."),
        ("prior_sceptical='[7, 1]'", "the mean, must be from -1 (twice the loss) to 1 (no loss at all)."),
        ("cohort_order='[{a: b}]'", "but [{a: b}] was given: each entry must be a name"),
        ("treatment_emergent_only=maybe", 'must be true or false, but "maybe" was given.'),
        ("seed=\x01", "it holds a character that no text has (U+0001)"),
        ("own_trial=\udcff", "it holds a character that no text has (U+DCFF)"),
        (f"own_trial={'a' * 1001}", "own_trial must be a text of at most 1,000 letters, but"),
        ("participants=my_trial", "participants is called own_trial now; write own_trial instead."),
        (f"{'x' * 3000}=1", "xxxxxxxxxxxxxxxxxxxxxxxxxxxxx... (3,000 letters) is not a parameter"),
        (
            "dlt_curves='{steep: [0, 0, 0, 0]}'",
            "dlt_curves: the report has a curve steep of its own; give yours another name.",
        ),
        (
            "dlt_curves='{mine: [0.1, 0.2]}'",
            "a list of 4 rates, one a dose, as in mine: [0.05, 0.1, 0.2, 0.4], but 2 were given.",
        ),
        ("dlt_curves='{mine: 0.1}'", "but 0.1 was given."),
        ("dlt_curves='{mine: [0, 0, 0, 2]}'", "dlt_curves: the rates of the curve mine must be numbers from 0 to 1."),
    ],
)
def test_set_that_cannot_be_used(given, sentence):
    """Whatever YAML or a shell would make of a value, it is told in one sentence, in the words of whoever wrote it."""
    with pytest.raises(UserError) as caught:
        asked(SET=given)
    assert sentence in str(caught.value) and is_one_plain_sentence(str(caught.value))


def test_a_curve_has_as_many_rates_as_the_data_have_doses(monkeypatch):
    monkeypatch.setattr(load, "allowed", lambda table, column: ["low", "high"])
    assert resolve({"dlt_curves": {"mine": [0.1, 0.2]}})["dlt_curves"] == {"mine": [0.1, 0.2]}
    with pytest.raises(UserError, match=r"a list of 2 rates, one a dose, as in mine: \[0.05, 0.1\], but 4 were given"):
        resolve({"dlt_curves": {"mine": [0.1, 0.2, 0.3, 0.4]}})


@pytest.mark.parametrize(
    ("given", "meant"),
    [
        ("prior_sceptical='[0, 5e-2]'", {"prior_sceptical": [0, 0.05]}),
        ("dlt_curves='{mine: [0, 1e-5, .1, 1]}'", {"dlt_curves": {"mine": [0, 1e-5, 0.1, 1]}}),
        ("cohort_order='[010, yes, null, 2023-02-30]'", {"cohort_order": ["010", "yes", "null", "2023-02-30"]}),
        ("imaging_visit='Week 4: scan #2'", {"imaging_visit": "Week 4: scan #2"}),
        ("imaging_visit=24", {"imaging_visit": "24"}),
        ("seed=007", {"seed": 7}),
        ("seed=1_000", {"seed": 1000}),
        ("confidence='\"0.9\"'", {"confidence": 0.9}),
        ("treatment_emergent_only=no", {"treatment_emergent_only": False}),
        ("own_trial=", {}),
    ],
)
def test_a_value_means_what_its_parameter_says(given, meant):
    assert asked(SET=given).changed == meant


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("own_trial=a/b", "own_trial=a-b"),
        ("imaging_visit='Week 48'", "imaging_visit=Week-48"),
        ("own_trial=Mine", "own_trial=mine"),
        ("own_trial=x-seed_7", "own_trial=x seed=7"),
        ("own_trial=☃", "own_trial=★"),
        ("dlt_curves='{a: [0, 0, 0, 1]}'", "dlt_curves='{a: [0, 0, 0, 0.1]}'"),
        (f"own_trial={'a' * 200}b", f"own_trial={'a' * 200}c"),
    ],
)
def test_two_requests_never_share_a_folder(one, other):
    names = [asked(SET=given).name for given in (one, other)]
    assert names[0] != names[1] and all(RUN_NAME.fullmatch(name) and len(name) <= LONGEST_NAME for name in names)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("dlt_curves:\n  a: [0, 0, 0, 1]\n  a: [0, 0, 0, 0]\n", "line 3, gives a twice; give it once."),
        ("dlt_curves: {a: [0, 0, 0, 1],\n a: 1}\n", "line 2, gives a twice; give it once."),
        ("seed: &a 1\nalpha: *a\n", "line 1, uses & or *, which are not read here; write each value out."),
        ("base: 1\n<<: {seed: 1}\n", "is not a parameter"),
        ("seed: 1\n---\nseed: 2\n", "line 2, holds more than one document (a line ---)"),
        ("seed: 1\nalpha: \0\n", "line 2, holds a character that no text has (U+0000)"),
        ("seed: 2023-02-28\n", 'but "2023-02-28" was given.'),
        ("? [a]\n: 1\n", "line 1, has a list or a mapping where a name should stand"),
        ("seed: !!python/object:os.system {}\n", "line 1, uses a tag (!), which is not read here"),
        ("a: " * 300 + "\n", "is not YAML"),
        ("seed: " + "[" * 3000, "line 1, is nested deeper than any parameter"),
        ("2023-02-28: 1\n", "2023-02-28 is not a parameter"),
        ("null: 1\n", "null is not a parameter"),
        ("", "is empty"),
        ("seed: 1\nseed: 2\n", "gives seed twice"),
        ("- confidence\n", "holds a list"),
        ("confidence\n", "holds a text"),
        ("confidence: [0.9\n", "is not YAML"),
        ("confidense: 0.9\n", "the nearest is confidence"),
        ("confidence: 1.5\n", "at most 0.999, but 1.5 was given"),
    ],
)
def test_a_file_is_read_as_plainly(tmp_path, text, sentence):
    (tmp_path / "bad.yaml").write_text(text)
    with pytest.raises(UserError) as caught:
        asked(tmp_path, PARAMETERS="bad.yaml")
    assert sentence in str(caught.value) and "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("environment", "sentence"),
    [
        ({"RUN": "a" * 300}, '(300 letters)" is too long for a folder name; use at most 120 letters'),
        *(
            ({"RUN": name}, "small letters")
            for name in ("a/b", "../up", "Upper", "with space", "$(x)", "-", "-r", "accepted")
        ),
        *(
            ({"CHAPTER": name}, f"there is no chapter {name}; the nearest is 02_safety")
            for name in ("2", "02", "02_safty")
        ),
        ({"CHAPTER": "99_no"}, "there is no chapter 99_no; there are 00_summary, 01_design"),
        ({"PARAMETERS": "nowhere.yaml"}, "there is no file"),
        ({"PARAMETERS": "."}, "is a folder; name a file"),
        ({"PARAMETERS": "picture.yaml"}, "is not a text file"),
    ],
    ids=str,
)
def test_what_cannot_be_asked(tmp_path, environment, sentence):
    (tmp_path / "picture.yaml").write_bytes(b"\x89PNG\xff\xfe")
    with pytest.raises(UserError) as caught:
        asked(tmp_path, **environment)
    assert sentence in str(caught.value)


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ("confidence=0.9", 'confidence is a parameter, which make takes in SET; write SET="confidence=...".'),
        ("CHAPTERS=02_safety", "CHAPTERS is nothing that make knows; write CHAPTER=... instead."),
        ("set=confidence=0.9", "set is nothing that make knows; write SET=... instead."),
        ("a=try", "a is nothing that make knows; write A=... instead."),
        ("B=mine", "make report takes no B but SET, PARAMETERS, CHAPTER, RUN; make compare takes it."),
        ("MUTATE=all", "make report takes no MUTATE but SET, PARAMETERS, CHAPTER, RUN."),
    ],
)
def test_what_make_would_pass_over_in_silence(monkeypatch, capsys, given, sentence):
    monkeypatch.setenv("MAKEFLAGS", f" -- {given} RUN=x\\ seed=1 UV_INDEX_URL=x SHELL=x HOME=x")
    assert stamps.unknown_variables({"MAKEFLAGS": given}, "report") and commands.main("report") == 2
    assert capsys.readouterr().err == f"{sentence}\n"


def test_every_command_says_what_it_takes_and_each_name_is_taken_somewhere(monkeypatch, capsys):
    taken = {name for names in stamps.TAKES.values() for name in names}
    assert taken == {*stamps.RERUN, *stamps.OTHERS} - {"MUTATE", "FORCE", "KERNEL", "PYTHON"}
    monkeypatch.setenv("MAKEFLAGS", " -- RUN=mine FORCE=1")
    assert commands.main("share") == 2 and commands.main("nothing") == 2
    told, other = capsys.readouterr().err.splitlines()
    assert told == "make share takes no RUN; make report and make sweep take it."
    assert other.endswith(f"one of {', '.join(stamps.TAKES)} is.")


def test_a_kernel_that_is_none(monkeypatch, capsys):
    monkeypatch.setenv("KERNEL", "plan")
    assert commands.main("report") == 2
    assert capsys.readouterr().err == 'KERNEL: "plan" is no kernel; write KERNEL=plain, or leave KERNEL out.\n'


@pytest.mark.apart
def test_a_list_that_nobody_reads_to_its_end():
    """`make parameters | head` closes the pipe early; the rest is said to nobody, without a traceback."""
    command = [sys.executable, "-m", "reporting", "parameters"]
    with subprocess.Popen(
        command, cwd=configuration.ROOT / "notebooks", stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as made:
        made.stdout.close()
        assert (made.stderr.read(), made.wait()) == (b"", 0)


def test_table_of_parameters_is_complete():
    rows = request.table_of_parameters({"confidence": ["02"]})
    assert [row[0] for row in rows] == list(configuration.schema().model_fields)
    assert all(row[5] for row in rows), "every parameter has a meaning"
    assert rows[0][6] == "02" and rows[0][3] == "at least 0.5 and at most 0.999"
