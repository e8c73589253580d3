"""The bench of the next trial: a sentence whose numbers move, in Python, in a rerun and in a real browser."""

import itertools
import shlex
from functools import cache

import numpy as np
import pytest

from reporting import configuration, html, page, request
from tests.browsing import NEEDED, code_cell, made_report, published, violations
from tests.chapters import run_here
from tests.test_play import SHIFTS
from trial import load, words
from trial.methods import planning
from trial.next_trial import bench, conduct, designs, sizes
from trial.parameters import Parameters

FIELDS = Parameters.model_fields
DEFAULTS = {name: field.default for name, field in FIELDS.items()}
BELIEFS = {name: DEFAULTS[f"prior_{name}"] for name in bench.BELIEFS if name != "certain"}
PLANNED = {name: DEFAULTS[name] for name in ("atrophy_mean", "atrophy_sd", "healthy_atrophy", "alpha", "confidence")}
START = bench.Settings(*(DEFAULTS[bench.parameter(name)] for name in bench.Settings._fields))


@cache
def known():
    published = load.table("sample_sizes")
    return bench.known_by_spread(sizes.published_spreads(load.table("atrophy"), published), DEFAULTS, published)


def answered(settings):
    return bench.answered(settings, known(), BELIEFS, 0.05, 0.95)


def said(settings, chosen=False):
    return bench.sentence(settings, answered(settings), known(), 0.95, chosen)


# --- in Python --------------------------------------------------------------------------------------------------------


def test_the_start_is_the_trial_of_the_short_answer():
    per_arm = planning.people_per_arm_z(0.584 * 0.5, 0.498, 0.05, 0.8)
    assert planning.with_dropout(per_arm, DEFAULTS["dropout"]) == START.people
    assert (DEFAULTS["dropout"], DEFAULTS["effect"]) == (START.loss, START.effect)
    made = answered(START)
    # by hand: 46 of 52 stay, two years are those of MS-STAT, Phi(0.292 / (0.498 sqrt(2 / 46)) - 1.96) = 0.803
    assert made.chance == pytest.approx(0.8029, abs=1e-4) and (made.cells, made.control) == (46, 46)
    assert said(START) == (
        "52 people enrolled for each of two groups, shared out evenly, 10% lost over 2 years, the cells preventing 50% of all "
        "loss, spread as in MS-STAT: if that is so, such a trial succeeds 80 of 100 times (worked out). Over "
        "what the 70 people behind the spread leave open, it is 65 to 91 of 100 (chi squared, two-sided 95%). If none of the 52 "
        "who get cells has related serious harm, it excludes more than 1 in 17 (exact, one-sided 95%)."
    )


def test_a_spread_keeps_the_years_it_was_seen_over():
    all_known = known()
    assert [each.years for each in all_known.values()] == [2, 2, 0.5]
    # van den Elskamp: six months of 0.061 sqrt(135), twice that a year; most of it is error of scans, which longer trials lose
    half_a_year = all_known["vdelskamp2010"]
    assert (
        half_a_year.sd == pytest.approx(2 * 0.061 * 135**0.5)
        and half_a_year.spread(2, half_a_year.sd) < half_a_year.sd / 2
    )
    assert "assumed here" in said(START, chosen=True)


def test_bench_and_table_are_one_computation():
    read = (load.table(name) for name in ("controlled_trials", "sample_sizes", "progression"))
    pace = conduct.recorded_pace(load.table("cohorts"), load.table("design_rules").set_index("rule"), 91)
    over = designs.sized(load.table("designs"), DEFAULTS, *read, BELIEFS.values(), pace, 96).set_index("slug")
    for belief in BELIEFS:
        assert answered(START._replace(belief=belief)).chance == pytest.approx(over[belief]["all_loss"], abs=1e-12)
    made = answered(START)
    assert made.chance == pytest.approx(planning.power_z(46, 0.292, 0.498, 0.05).in_favour, abs=1e-12)
    assert made.enrolled == 104 and int(1 / made.excluded) == 17 and made.lowest < made.chance < made.highest
    three = answered(START._replace(groups=3, people=63))
    assert three.chance >= 0.8 and three.enrolled == 189 == over.people_enrolled["three_groups"]


def test_what_moves_the_bench():
    base = answered(START).chance
    longer, shorter = (answered(START._replace(years=years)).chance for years in (3.0, 1.0))
    assert longer > base > shorter, "longer trials see less error of scans"
    assert all(answered(START._replace(**less)).chance < base for less in ({"of": "excess"}, {"loss": 0.3}))
    two = answered(START._replace(allocation=2))
    assert (two.enrolled, two.enrolled_cells, two.cells, two.control) == (104, 70, 63, 30)
    assert two.chance < base and two.excluded < answered(START).excluded
    none = answered(START._replace(people=2, loss=0.9))
    assert (none.chance, none.cells) == (0, 0)
    # a year instead of the two of MS-STAT: by hand sqrt((0.413 + 0.587) / (0.413 + 0.587 / 2^2)) spreads
    mine = known()["msstat2014"]
    assert mine.spread(2, mine.sd) == 0.498 and mine.spread(1, mine.sd) / 0.498 == pytest.approx(1.336, abs=2e-3)


@pytest.mark.parametrize("wrong", [{"groups": 4}, {"loss": 1}, {"years": 0}, {"people": 1}, {"of": "some loss"}])
def test_the_bench_refuses_what_is_no_trial(wrong):
    with pytest.raises(ValueError, match=next(iter(wrong))):
        answered(START._replace(**wrong))


def settings_from(text, values):
    """The settings of a SET, as the schema reads it."""
    asked = request.read({"SET": text}).values
    assert {name: asked[name] for name in values} == values
    return bench.Settings(*(asked[bench.parameter(name)] for name in bench.Settings._fields))


class Enough(Exception):
    """The chapter has said what was waited for."""


def said_by_chapter(values, monkeypatch):
    """What chapter 05 says on its bench, run in this process with these parameters up to there."""
    heard = []

    def publish(data, **_):
        if "data-play" in data.get("text/vnd.literate-report.figure", ""):
            heard.append(data["text/plain"])
            raise Enough

    with pytest.raises(Enough):
        run_here("05_next_trial", publish, monkeypatch, values)
    return heard[0]


# --- in a browser -----------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A report of one chapter with the bench in it."""
    with published() as heard:
        page.play("bench", bench.held(START, known(), BELIEFS, PLANNED, False), said(START), stays=True)
    cells = ["# Made", "## A design to try\n\nMove it.", code_cell(heard[0]), "## After\n\nEnd."]
    return made_report(tmp_path_factory.mktemp("made"), cells)


@pytest.fixture
def opened(opening, folder):
    def give(fragment="", width=360, **options):
        address = (folder / "00_made.html").as_uri() + fragment
        return opening(address, viewport={"width": width, "height": 780}, **options).page

    return give


def field(shown, name):
    return shown.get_by_label(bench.LABELS[name], exact=True)


def answer(shown):
    return shown.locator("#bench-answer").inner_text()


def texts(shown):
    return shown.locator(".sentence :is(input, select)").evaluate_all("all => all.map(one => one.value)")


GRID = [
    bench.Settings(*each)
    for each in itertools.product(
        (10, 33, 52, 700, 5000), (2, 3), (0.0, 0.13, 0.8), (0.5, 3.3), (0.1, 0.5, 1.0), bench.OF, bench.SPREADS, (1, 2, 3), bench.BELIEFS
    )
][::13]  # fmt: skip


@NEEDED
def test_the_script_finds_what_python_finds(opened):
    """Every thirteenth of a grid, ends included: numbers to 1e-9, and all words."""
    assert len(GRID) > 1200 and all(len({each[at] for each in GRID}) > 1 for at in range(9))
    shown = opened()
    found = shown.evaluate("all => all.map(bench.worked)", [each._asdict() for each in GRID])
    wanted = [answered(each) for each in GRID]
    for mine in ("chance", "lowest", "highest", "cells", "excluded"):
        theirs = [getattr(one, "enrolled_cells" if mine == "cells" else mine) for one in wanted]
        away = np.abs(np.array([one[mine] for one in found]) - theirs)
        assert away.max() < 1e-9, (mine, GRID[int(away.argmax())])
    told = shown.evaluate("all => all.map(bench.whole)", [[str(text) for text in bench.shown(each)] for each in GRID])
    pairs = zip(GRID, wanted, strict=True)
    assert told == [bench.sentence(each, made, known(), 0.95, False) for each, made in pairs]


@NEEDED
def test_by_keyboard_alone(opened):
    shown = opened()
    people = field(shown, "people")
    people.focus()
    for _ in range(8):
        shown.keyboard.press("ArrowUp")
    sixty = answered(START._replace(people=60))
    assert people.input_value() == "60" == people.get_attribute("aria-valuenow")
    assert answer(shown).startswith(f"{words.in_hundred(sixty.chance)} times")
    shown.keyboard.press("Tab")
    shown.keyboard.press("ArrowDown")
    assert field(shown, "groups").input_value() == "3"
    moved = START._replace(people=60, groups=3)
    assert answer(shown) in said(moved) and answer(shown) not in said(START)
    for key in ("Home", "PageUp", "ArrowDown"):
        field(shown, "years").press(key)
    assert field(shown, "years").input_value() == "6.5"
    for _ in range(20):
        field(shown, "years").press("ArrowUp")
    assert field(shown, "years").input_value() == "10", "no further than it goes"


@NEEDED
def test_a_drag_sideways_moves_a_number_and_a_click_lets_one_type(opened):
    shown = opened(width=1280)
    box = field(shown, "people").bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    shown.mouse.move(x, y)
    shown.mouse.down()
    shown.mouse.move(x + 40, y, steps=4)
    shown.mouse.up()
    shown.mouse.move(x + 90, y)
    assert field(shown, "people").input_value() == "62", "a step in four pixels, and none once it is let go"
    assert answer(shown) in said(START._replace(people=62))
    shown.mouse.click(x, y)
    assert shown.evaluate("document.activeElement.ariaLabel") == bench.LABELS["people"]


AMISS = [
    ("people", "", "type a number"),
    ("people", "ten", "type it in digits, such as 10"),
    ("people", "52.5", "type a whole number"),
    ("people", "9", "from 10 to 5,000 can be used"),
    ("loss", "81", "from 0 to 80 can be used"),
    ("years", "0.4", "from 0.5 to 10 can be used"),
    ("effect", "-5", "from 10 to 100 can be used"),
    ("effect", "1e2", "type it in digits, such as 10"),
    ("years", "<b>2</b>", "type it in digits, such as 10"),
]


@NEEDED
def test_nonsense_is_answered_in_words(opened):
    shown = opened()
    for name, typed, sentence in AMISS:
        before = field(shown, name).input_value()
        field(shown, name).fill(typed)
        assert answer(shown) == f"{bench.LABELS[name]}: {sentence}. The answer stands here once all can be used."
        told = [field(shown, name).get_attribute(f"aria-{each}") for each in ("invalid", "describedby")]
        assert told == ["true", "bench-answer"] and field(shown, name).input_value() == typed
        assert not shown.get_by_text("Link to these numbers").is_visible()
        field(shown, name).fill(before)
    assert answer(shown) in said(START) and shown.locator("#bench-answer").get_attribute("role") == "status"


CHOSEN = [
    START._replace(people=200, loss=0.125, years=3.5, of="excess", spread="vdelskamp2010", belief="sceptical"),
    START._replace(people=33, groups=3, effect=0.29, allocation=2),
    START._replace(people=1200, years=0.5, spread="spain2017", belief="enthusiastic", allocation=3),
]


@NEEDED
@pytest.mark.parametrize("moved", CHOSEN, ids=["excess", "three", "many"])
def test_link_command_and_rerun_say_the_same(opened, moved, monkeypatch):
    fragment = "#bench=" + ",".join(map(str, bench.shown(moved)))
    shown = opened(fragment, permissions=["clipboard-read", "clipboard-write"])
    assert texts(shown) and shown.get_by_text("Link to these numbers").get_attribute("href") == fragment
    assert answer(shown) in said(moved) and not shown.locator(".from-link").inner_text()
    shown.get_by_text("Copy as a make command").press("Enter")
    shown.get_by_role("button", name="Copy").press("Enter")
    shown.wait_for_function("() => document.querySelector('.copied').innerText === 'Copied.'")
    command = shown.evaluate("navigator.clipboard.readText()")
    assert command == shown.get_by_label("The same as a make command").input_value()
    make, goal, chapter, given = shlex.split(command)
    assert (make, goal, chapter) == ("make", "report", "CHAPTER=05_next_trial")
    values = {bench.parameter(name): value for name, value in moved._asdict().items()}
    assert settings_from(given.removeprefix("SET="), values) == moved
    whole = shown.evaluate("all => bench.whole(all)", bench.shown(moved))
    assert said_by_chapter(values, monkeypatch) == said(moved) == whole


@NEEDED
@pytest.mark.parametrize(
    "fragment", ["52", "52,2,10,2,50,all,msstat2014,1,sure", "9,2,10,2,50,all,msstat2014,1,certain", "%3Cb%3E,,,,,,,,"]
)
def test_a_link_with_nonsense_falls_back_and_says_so(opened, fragment):
    shown = opened(f"#bench={fragment}")
    assert answer(shown) in said(START)
    amiss = "The link held numbers that cannot be used here; these are the report’s own."
    assert shown.locator(".from-link").inner_text() == amiss


@NEEDED
def test_a_link_followed_on_the_page_moves_the_numbers(opened):
    shown = opened()
    shown.evaluate("location.hash = 'bench=60,2,10,2,50,all,msstat2014,1,certain'")
    shown.wait_for_function("() => document.querySelector('.sentence input').value === '60'")
    assert answer(shown) in said(START._replace(people=60))


def test_a_rerun_hands_its_other_parameters_on():
    other = PLANNED | {"atrophy_sd": 0.6, "prior_neutral": [0.1, 0.2]}
    text = bench.held(START, known(), BELIEFS, other, True)["given"]
    assert text == " atrophy_sd=0.6 prior_neutral=[0.1,0.2]"
    assert request.read({"SET": text}).changed == {"atrophy_sd": 0.6, "prior_neutral": [0.1, 0.2]}


@NEEDED
def test_the_curve_is_told_and_follows(opened):
    shown = opened(width=1280)
    picture = shown.locator("[data-play=bench] svg")
    told = picture.get_attribute("aria-label")
    assert "80 of 100 with 52 (65 of 100 to 91 of 100 within the band)" in told and len(told.split()) <= 60
    made = answered(START._replace(people=25))
    assert f"{words.in_hundred(made.chance)} with 25," in told
    field(shown, "people").fill("400")
    assert "with 400" in picture.get_attribute("aria-label") and picture.locator("text", has_text="1,000").count() == 1
    for width in (360, 1280):
        shown.set_viewport_size({"width": width, "height": 780})
        scale = picture.bounding_box()["width"] / float(picture.get_attribute("viewBox").split()[2])
        assert 12 * scale > 11.9, "letters stay letters"


@NEEDED
@pytest.mark.parametrize(("width", "theme"), [(360, "light"), (1280, "dark")])
def test_nothing_fails_or_jumps_once_it_is_used(opened, width, theme):
    shown = opened(width=width, color_scheme=theme)
    shown.locator(".sentence").scroll_into_view_if_needed()
    heights = set()
    for name, value in [("people", "ten"), ("people", "4800"), ("loss", "2.5"), ("years", "10")]:
        field(shown, name).fill(value)
        heights.add(shown.locator("[data-play=bench]").bounding_box()["height"])
    assert len(heights) == 1, "typing moves nothing below"
    assert shown.evaluate(SHIFTS) < 0.02
    for name in ("belief", "of", "spread", "allocation"):
        field(shown, name).press("End")
    assert texts(shown)[2] == "3" and "more than 1 in" in answer(shown)
    assert shown.evaluate("document.documentElement.scrollWidth") <= width
    shown.get_by_text("Copy as a make command").click()
    field(shown, "people").fill("9")
    assert not violations(shown)
    small = ".sentence :is(input, select), [data-play=bench] :is(button, summary)"
    boxes = shown.eval_on_selector_all(small, "all => all.map(one => one.getBoundingClientRect().height)")
    assert min(boxes) >= 24


@NEEDED
def test_without_scripts_and_on_paper_the_sentence_stands(opened):
    shown = opened(java_script_enabled=False)
    assert shown.locator("[data-play=bench]").inner_text().replace("\xa0", " ") == said(START)
    assert not shown.locator("[data-play] input").count()
    shown = opened()
    shown.emulate_media(media="print")
    assert answer(shown) in said(START) and not shown.locator("[data-play=bench] button:visible").count()


def test_scripts_are_small():
    assert all(len((html.TEMPLATES / f"{name}.js").read_bytes()) < 15_000 for name in ("bench", "play"))
    moved = {bench.parameter(name) for name in bench.Settings._fields}
    assert moved <= set(configuration.declared_parameters("05_next_trial"))
