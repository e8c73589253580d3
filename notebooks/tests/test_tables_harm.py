"""The reader's tables of chapters 00 and 02 against counts made by hand."""

import pytest

from trial import load, tables


@pytest.fixture(scope="module")
def events():
    return load.adverse_events()


def test_overview_keeps_zeros_and_the_row_for_people(events):
    table = tables.events_overview(events).set_index("What was counted")
    assert table.loc["Events"].tolist() == ["14", "16", "9", "5", "44"]
    assert table.loc["in days 0 to 14"].tolist() == ["6", "1", "3", "0", "10"]
    assert table.loc["serious and put down to the cells"].tolist() == ["0"] * 5
    assert table.loc["People with any event", "All"] == "not in what we read"


def test_terms_are_sorted_by_frequency_and_complete(events):
    table = tables.events_by_term(events)
    counts = table["All"].astype(int).tolist()
    assert len(table) == 22 and sum(counts) == 44 and counts == sorted(counts, reverse=True)
    assert table["Judged"].str.contains("serious").sum() == 1


def test_causality_has_all_five_judgements(events):
    table = tables.events_by_causality(events).set_index("Judged by the investigators")
    assert table["All"].tolist() == ["0", "6", "4", "26", "8", "44"]
    assert table.loc["probably related", "Days 0 to 14"] == "6"


def test_causes_share_out_every_event(events):
    table = tables.causes(events, load.attribution())
    assert sum(int(count) for count in table["Events"]) == 44


def test_statements_keep_what_was_not_read():
    table = tables.serious_statements(load.serious_event_statements())
    assert table["Serious events"].tolist() == ["1", "not in what we read", "0"]


def test_interval_methods_side_by_side():
    outcomes = load.safety_outcomes().set_index("outcome").loc[["related_serious", "any_serious"]]
    table = tables.interval_methods(outcomes, 0.95).set_index(["Method", "Sides"])
    # 1 - 0.025^(1/12) = 0.2646; Brown, Cai and DasGupta's Jeffreys limits of 0 in 12 end at 0.
    assert table.loc[("Clopper-Pearson", "two")].iloc[0] == "0.0% to 26.5%"
    assert table.loc[("rule of three", "upper")].iloc[1] == "not defined"


def test_people_to_exclude_as_published():
    # Hanley and Lippman-Hand 1983: 59 people for 5%, 299 for 1%, at one-sided 95%.
    assert tables.people_to_exclude([0.05, 0.01], 0.95)["People needed, none harmed"].tolist() == ["59", "299"]


def test_hundred_trials_of_twelve():
    table = tables.hundred_trials([10], 12)
    # 0.9^12 = 0.2824, 12 x 0.1 x 0.9^11 = 0.3766
    assert len(table) == 100 and (table.harmed == 0).sum() == 28 and (table.harmed == 1).sum() == 38
    assert tables.none_among([10], 12).iloc[0].tolist() == ["1 in 10", "28", "38", "34"]


def test_none_seen_marks_the_readings_of_this_trial():
    table = tables.none_seen([3, 12], 12, [0.1])
    marked = table[table.marked]
    assert len(marked) == 1 and marked.probability.iloc[0] == pytest.approx(0.9**12)


def test_rules_out_marks_four_points():
    table = tables.rules_out(0.95, 12)
    assert table[table.label != ""].people.tolist() == [3, 12, 59, 299]
    assert table[table.this_trial].people.tolist() == [12]


def test_sister_trials_count_people_and_name_what_they_counted():
    table = tables.sister_harm(load.sister_trials(), 0.95).set_index("trial")
    assert table.loc["hNSC-SPMS", "people"] == 15 and table.loc["hNSC-SPMS", "people_with"] == 0
    # 1 - 0.025^(1/15)
    assert table.loc["hNSC-SPMS", "upper"] == pytest.approx(1 - 0.025 ** (1 / 15))
    assert table["counted"].str.len().min() > 10


def test_twelve_people_say_half_where_the_source_does():
    table = tables.twelve_people(load.safety_outcomes())
    assert table["big_label"].tolist() == ["0 of 12", "1 of 12", "half"]
    assert table["people_with"].tolist() == [0, 1, 6]


def test_the_two_growths_that_the_text_names():
    """One in a kidney and one in the bowel, both judged not related: chapters 00 and 02 say so in words."""
    events = load.adverse_events()
    growths = events[events.term.str.contains("lipoma|polyp|tumou?r|neoplasm|carcinoma|cyst", case=False)]
    assert sorted(growths.term.unique()) == ["Intestinal polyp", "Renal angiomyolipoma"]
    assert growths.causality.unique().tolist() == ["not"] and growths.events.sum() == 2


def test_numbers_as_read_are_all_there_with_kind_and_source():
    shown = tables.as_read(load.keyed("headache_after_puncture", "late_harm"))
    assert len(shown) == 5 and shown.iloc[0].to_dict() == {
        "What": "Atraumatic, any headache",
        "Numbers": "per 1000 221; people 4,104",
        "Kind": "reported",
        "Source": "cochrane_pdph",
    }
