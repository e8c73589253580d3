"""Somebody's own trial: what is counted, what is warned of, what is refused, and that no identifier leaves."""

import pytest

from trial import load, own


def write(folder, **files):
    for name, rows in files.items():
        (folder / f"{name}.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    return folder


PEOPLE = ["USUBJID,TRT01A", *(f"ID-{n},{'low' if n <= 3 else 'high'}" for n in range(1, 7))]
VALUES = ["USUBJID,PARAMCD,AVISIT,AVAL,BASE", *(f"ID-{n},BV,Week 24,{10 + n},10" for n in range(1, 7))]
EVENTS = ["USUBJID,AEBODSYS,AEDECOD,AESER,AEOUT,ASTDY", "ID-1,Nerves,Headache,N,,1", "ID-1,Nerves,Headache,N,,5", "ID-4,Nerves,Headache,N,FATAL,2", "ID-9,Skin,Rash,N,,3"]  # fmt: skip


def test_people_once_a_row_and_events_each(tmp_path):
    trial = own.read(write(tmp_path, adsl=PEOPLE, adae=EVENTS))
    assert own.event_table(trial).values.tolist() == [["low", "Nerves", "Headache", 1, 2, 3], ["high", "Nerves", "Headache", 1, 1, 3]]  # fmt: skip
    said = dict(zip(trial.warnings.warning, trial.warnings["count"], strict=True))
    assert said["events of people not in adsl or its safety population, left out"] == 1
    assert said["fatal events not flagged serious"] == 1
    assert said["people without any event, counted in the denominator"] == 4
    assert trial.events.related.isna().all(), "not recorded is not no"


def test_exact_tests_have_the_values_worked_out_by_hand(tmp_path):
    tests = own.change_tests(own.read(write(tmp_path, adsl=PEOPLE, advs=VALUES)), "Week 24", 0.05).set_index("test")
    assert tests.p_value.to_dict() == {"signed rank": 2 / 64, "trend over cohorts": 0.1, "last cohort against the rest": 0.1}  # fmt: skip


def test_no_identifier_leaves(tmp_path):
    trial = own.read(write(tmp_path, adsl=PEOPLE, adae=EVENTS, advs=VALUES))
    for frame in (trial.people, trial.events, trial.measures, trial.warnings):
        assert "ID-" not in frame.to_csv()


@pytest.mark.parametrize(
    "files, said",
    [
        ({"adae": EVENTS}, "no file adsl"),
        ({"adsl": [*PEOPLE, "ID-1,low"]}, "names a person twice"),
        ({"adsl": ["USUBJID,AGE", "ID-1,40"]}, "names the cohort"),
        ({}, "Nothing in"),
    ],
)
def test_what_cannot_be_analysed_is_refused_in_one_sentence(tmp_path, files, said):
    with pytest.raises(load.DataError, match=said):
        own.read(write(tmp_path, **files))


def test_measurements_with_everything_wrong_are_warned_of(tmp_path):
    wrong = [*VALUES, VALUES[1], "ID-9,BV,Week 24,1,1", "ID-2,BV,,1,1", "ID-3,BV,Week 24,99,1", "ID-1,BV,Week 48,5,", "ID-2,BV,Week 48,x,1"]  # fmt: skip
    trial = own.read(write(tmp_path, adsl=PEOPLE, advs=wrong))
    assert set(trial.warnings[trial.warnings.file == "advs"]["count"]) == {1}
    assert len(trial.warnings[trial.warnings.file == "advs"]) == 6
    assert own.change_tests(trial, "Week 48", 0.05).empty


def test_a_word_for_cause_that_is_not_known_is_not_taken_for_a_no(tmp_path):
    rows = ["USUBJID,AEDECOD,AEREL", "ID-1,A,Possible", "ID-2,A,Not related", "ID-3,A,perhaps", "ID-4,A,"]
    related = own.read(write(tmp_path, adsl=PEOPLE, adae=rows)).events.related
    assert related.tolist() == [True, False, None, None]
