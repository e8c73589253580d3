"""The numbers that were read for a chapter, as its last table tells them."""

from trial import load, numbers_read


def test_numbers_as_read_are_all_there_with_kind_and_source():
    shown = numbers_read.numbers(load.keyed("headache_after_puncture", "late_harm"))
    assert len(shown) == 5 and shown.iloc[0].to_dict() == {
        "What": "Atraumatic, any headache",
        "Numbers": "per 1000 221; people 4,104",
        "Kind": "reported",
        "Source": "cochrane_pdph",
    }


def test_a_year_is_no_count():
    """2015, not 2,015, whether it stands in a column of years or is the value of a row in years."""
    shown = numbers_read.numbers(load.keyed("guidelines", "controlled_trials"))
    years = shown["Numbers"].str.extract(r"((?:year )?\d[\d,]*(?: year)?)\b")[0].dropna()
    assert (years.str.contains("year")).any() and not years[years.str.contains("year")].str.contains(",").any()


def test_what_this_report_worked_out_was_not_read():
    shown = numbers_read.numbers(load.keyed("methods"))
    assert len(shown) >= 3 and "this_report" not in set(shown["Source"])
    assert shown["What"].str.startswith("BOIN, ").sum() == 1


def test_what_was_read_never_begins_with_a_name_that_is_empty():
    shown = numbers_read.numbers(load.keyed("prevalence", "progression", "sample_sizes", "atrophy"))
    assert shown["What"].str.match(r"\w").all() and not shown["What"].str.contains(", ,", regex=False).any()
