"""What a reader runs, guesses, types and chooses, in a real browser, on a page made for it."""

import re
from collections import Counter

import numpy as np
import pytest

from reporting import page
from tests import test_pages
from tests.browsing import NEEDED, code_cell, made_report, published, violations
from trial import summary, words
from trial.charts import safety as draw_safety
from trial.charts import summary as draw
from trial.charts import theme
from trial.methods import intervals, simulate

pytestmark = NEEDED
RATES = [100, 50, 20, 10, 7, 5, 4]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A report of one chapter with the three kinds, and room above so that they are not on the first screen."""
    with published() as said:
        held = {"person": theme.PERSON, "figure": "hundred-trials"}
        page.play("trials", summary.trials_to_run(RATES, 12, 10) | held, "Run.")
        page.chart(draw.hundred_trials, summary.hundred_trials(10, 12), "A hundred.", name="hundred-trials")
        page.play("numbers", summary.numbers_to_type(12, 0, 0.95), "Type.")
        lined_up = simulate.line_up({"A": 14, "B": 16, "C": 9, "D": 5}, [3] * 4, 1.0, 12, 2023)
        page.chart(draw_safety.line_up, lined_up, "Twelve.", name="line-up")
        page.fold("Which panel is the trial?", "The answer.", 12, lined_up[lined_up.reported].panel.iloc[0])
    code = list(map(code_cell, said))
    texts = [
        "# Made",
        "## Run another trial of twelve\n\nLuck.",
        *code[:3],
        "## Choose",
        *code[3:],
        "## After\n\nLast.",
    ]
    return made_report(tmp_path_factory.mktemp("made"), texts)


@pytest.fixture
def opened(opening, folder):
    """Opens the page with a seed, at a width."""

    def give(seed=7, width=360, **options):
        address = (folder / "00_made.html").as_uri() + (f"#seed={seed}" if seed else "")
        return opening(address, viewport={"width": width, "height": 780}, **options).page

    return give


def drawn(seed, rate, trials, people=12):
    """Numbers harmed in so many trials, from the generator that play.js uses where a seed is named (Park and Miller)."""
    harmed = []
    for _ in range(trials):
        count = 0
        for _ in range(people):
            seed = 48271 * seed % (2**31 - 1)
            count += seed / (2**31 - 1) < rate
        harmed.append(count)
    return harmed


def piled(harmed):
    """What stands under the piles: numbers of trials with none, one, ..., six or more harmed, none where there is none."""
    counts = Counter(min(count, 6) for count in harmed)
    return [str(counts[column] or "") for column in range(7)]


def again(shown, times=1):
    """Presses for another trial, and waits until each has ended."""
    for _ in range(times):
        before = shown.locator(".so-far").inner_text()
        shown.get_by_role("button", name="Run another trial").press("Enter")
        shown.wait_for_function("old => document.querySelector('.so-far').innerText !== old", arg=before)
    return shown.locator(".so-far").inner_text()


def test_guess_run_and_see_by_keyboard_alone(opened):
    shown = opened()
    shown.locator(".pick input:checked").first.focus()
    for key in ("Tab", "Home", *["ArrowRight"] * 12):
        shown.keyboard.press(key)
    assert shown.locator(".guess output").inner_text() == "My guess: 12"
    shown.keyboard.press("Tab")
    assert shown.evaluate("document.activeElement.textContent") == "Run another trial"
    shown.keyboard.press("Space")
    assert 0 < shown.locator(".crowd .well, .crowd .struck").count() < 12, "one by one"
    shown.wait_for_function("() => document.querySelector('.so-far').innerText.includes('1 trial so far')")
    (first,) = drawn(7, 0.1, 1)
    assert shown.locator(".crowd .struck").count() == first and shown.locator(".crowd .well").count() == 12 - first
    shown.keyboard.press("Tab")
    shown.keyboard.press("Enter")
    harmed = drawn(7, 0.1, 101)
    none, told = harmed.count(0), shown.locator(".so-far").inner_text()
    assert told == f"101 trials so far, simulated in your browser: nobody harmed in {none}."
    assert shown.locator(".pile b").all_inner_texts() == piled(harmed)
    assert shown.locator(".pile circle").count() == 101
    picture = shown.locator("#figure-hundred-trials")
    assert not picture.is_visible(), "what is worked out waits behind the guess"
    shown.keyboard.press("Tab")
    shown.keyboard.press("Enter")
    shown.wait_for_function("() => document.querySelector('.answered').innerText !== ''")
    assert shown.locator(".answered").first.inner_text() == (
        "You guessed 12 of 100. Worked out, nobody is harmed in 28 of 100 trials of twelve, if harm strikes one in ten. "
        f"In your 101 simulated trials it was {none}."
    )
    assert picture.is_visible() and shown.locator(".tiles:visible").count() == 0, "the figure is the grid"


def test_every_rate_has_its_pile_and_its_grid(opened):
    shown = opened(seed=11, width=1280, reduced_motion="reduce")
    shown.get_by_text("Show all hundred, worked out").click()
    skip = 0
    for place, one_in in enumerate(RATES):
        shown.locator(".pick").first.locator("label").nth(place).click()
        assert f"one person in {words.in_words(one_in)}," in shown.locator(".guess").inner_text()
        assert shown.locator(".pile circle").count() == 0 and "No trial" in shown.locator(".so-far").inner_text()
        shown.get_by_role("button", name="A hundred more").click()
        assert shown.locator(".pile b").all_inner_texts() == piled(drawn(_after(11, skip), 1 / one_in, 100))
        skip += 1200
        exact = intervals.hundred_trials(1 / one_in, 12)
        assert f"nobody is harmed in {exact[0]} of 100" in shown.locator(".answered").first.inner_text()
        if one_in != 10:
            told = shown.locator(".tiles:visible").first.inner_text().split()
            assert told == [str(number) for number, count in enumerate(exact) for _ in range(count)]
            assert shown.locator(".tiles:visible .few").count() == exact[0]
    for _ in range(9):
        shown.get_by_role("button", name="A hundred more").click()
    assert shown.locator(".scale").inner_text().endswith("One dot is 5 trials.")
    assert sum(int(text.replace(",", "") or 0) for text in shown.locator(".pile b").all_inner_texts()) == 1000


def _after(seed, draws):
    return seed * pow(48271, draws, 2**31 - 1) % (2**31 - 1)


HEARD = """() => { window.heard = []; const place = document.querySelector('.so-far');
  new MutationObserver(() => window.heard.push(place.innerText)).observe(place, { childList: true, characterData: true, subtree: true }); }"""


@pytest.mark.parametrize("motion", ["reduce", "no-preference"])
def test_a_trial_is_told_once_and_stands_still_where_motion_is_unwelcome(opened, motion):
    shown = opened(seed=3, reduced_motion=motion)
    shown.evaluate(HEARD)
    button = shown.get_by_role("button", name="Run another trial")
    assert shown.locator(".so-far").get_attribute("role") == "status"
    if motion == "reduce":
        button.click()
        assert shown.evaluate("window.heard").__len__() == 1, "at once"
        assert not shown.evaluate("document.getAnimations().length")
    else:
        button.click()
        button.click()  # the first one is brought to its end, none is lost
        shown.wait_for_function("() => window.heard.length === 2")
        assert shown.evaluate("document.getAnimations().length") == 1, "one dot drops"
    one, *more = shown.evaluate("window.heard")
    count = drawn(3, 0.1, 1)[0]
    said = "Nobody was" if not count else words.sentence(words.in_words(count)) + " of twelve"
    none = "nobody harmed in 1" if not count else "somebody harmed in each"
    assert one == f"{said} harmed. 1 trial so far, simulated in your browser: {none}."
    assert all("2 trials so far" in text for text in more)


SHIFTS = """() => new Promise(done => { const made = []; const watch = new PerformanceObserver(seen => made.push(...seen.getEntries().map(one => one.value)));
  watch.observe({ type: 'layout-shift', buffered: true }); setTimeout(() => { watch.disconnect(); done(made.reduce((sum, one) => sum + one, 0)); }, 100); })"""


@pytest.mark.parametrize("width", [360, pytest.param(1280, marks=pytest.mark.apart)])
def test_nothing_jumps_while_it_loads_and_runs(opened, width):
    """Each shift counts, those after a press too."""
    shown = opened(width=width)
    shown.locator(".runs").scroll_into_view_if_needed()
    again(shown, 3)
    shown.get_by_role("button", name="A hundred more").click()
    assert shown.evaluate(SHIFTS) < 0.02


# --- numbers that a reader types --------------------------------------------------------------------------------------


def test_limits_percents_and_hundreds_are_those_of_python(opened):
    pairs = [(k, n) for n in range(1, 62) for k in range(n + 1)]
    pairs += [(k, n) for n in (80, 120, 200, 300, 499, 500) for k in {0, 1, 2, 7, n // 3, n // 2, n - 2, n - 1, n}]
    assert len(pairs) > 2000 and {(0, 500), (500, 500), (0, 1), (1, 1)} <= set(pairs)
    shown = opened()
    for level in (0.9, 0.95, 0.99):
        found = shown.evaluate("([pairs, level]) => pairs.map(([k, n]) => play.limits(k, n, level))", [pairs, level])
        wanted = [intervals.clopper_pearson(k, n, level) for k, n in pairs]
        assert np.abs(np.array(found) - [(one.lower, one.upper) for one in wanted]).max() < 1e-9
    shares = sorted({0, 1, 0.0995, 0.0945, 0.99, 0.995, 1 - 1e-9, 1e-4, *(limit for pair in found for limit in pair)})
    assert shown.evaluate("all => all.map(play.percent)", shares) == [words.percent(share) for share in shares]
    rates = [(n, rate) for n in (1, 2, 12, 40, 500) for rate in (0.001, 0.02, 0.1, 0.2646484625, 0.5, 0.9)]
    assert shown.evaluate("all => all.map(([n, p]) => play.hundred(n, p))", rates) == [
        intervals.hundred_trials(rate, n).tolist() for n, rate in rates
    ]


def typed(shown, people, harmed):
    """What stands beside the two fields, and below them, once these are typed."""
    for place, text in enumerate((people, harmed)):
        shown.locator(".typed input").nth(place).fill(text)
    assert [field.input_value() for field in shown.locator(".typed input").all()] == [people, harmed], "nothing is lost"
    return shown.locator(".amiss").all_inner_texts(), shown.locator(".play[data-play=numbers] .answered").inner_text()


def test_typed_numbers_are_answered(opened):
    shown = opened()
    amiss, told = typed(shown, "12", "0")
    assert amiss == ["", ""] and told == (
        "Any true rate from 0% to 26% would fit (worked out, two-sided 95%). Even at 26%, the largest that fits, 3 of 100 trials of 12 "
        "would see none. With nobody harmed it takes 36 to rule out 1 in 10, and 72 to rule out 1 in 20."
    )
    one = intervals.clopper_pearson(3, 40, 0.95)
    assert words.between(one.lower, one.upper) in typed(shown, " 40 ", "3")[1].replace("from ", "")
    shown.locator(".hundred summary").press("Enter")
    assert shown.locator(".tiles:visible span").count() == 100 and shown.locator(".tiles:visible .few").count() == 3
    assert "36%" not in typed(shown, "5", "5")[1] and "to 100% would fit" in typed(shown, "5", "5")[1]
    assert not shown.locator(".hundred").is_visible(), "there is no larger rate to show"
    assert "368 to rule out 1 in 100" in typed(shown, "80", "0")[1]


AMISS = [
    ("12", "13", ["", "There were only 12 in all."]),
    ("", "0", ["Type a number here.", ""]),
    ("12", "  ", ["", "Type a number here."]),
    ("501", "0", ["This works for up to 500 people.", ""]),
    ("ten", "1", ["Type it in digits, such as 10.", ""]),
    ("12", "2.5", ["", "Type a whole number, such as 10."]),
    ("0", "0", ["Type 1 or more.", ""]),
    ("12", "-1", ["", "Type 0 or more."]),
    ("1e2", "<b>", ["Type it in digits, such as 10."] * 2),
    ("", "501", ["Type a number here.", "This works for up to 500 people."]),
]


def test_what_cannot_be_used_is_said_beside_the_field(opened):
    shown = opened()
    fields = shown.locator(".typed input")
    for people, harmed, beside in AMISS:
        amiss, told = typed(shown, people, harmed)
        assert amiss == beside and told == "The answer stands here once both numbers can be used."
        for place, text in enumerate(beside):
            assert fields.nth(place).get_attribute("aria-invalid") == str(text != "").lower()
            said = shown.locator(f"#{fields.nth(place).get_attribute('aria-describedby')}")
            assert said.inner_text() == text and said.get_attribute("role") == "status"
    assert typed(shown, "12", "0")[0] == ["", ""]


# --- line-ups ---------------------------------------------------------------------------------------------------------


def right_one(shown):
    return shown.locator("details[data-play=choose]").evaluate("one => JSON.parse(one.dataset.held).right")


def test_a_panel_is_chosen_by_keyboard_before_the_answer_opens(opened):
    shown = opened()
    fold, right = shown.locator("details[data-play=choose]"), right_one(shown)
    form = shown.locator("fieldset", has_text="Which panel is the trial?")
    status = shown.locator(".play:not([data-play]) .answered")
    shown.get_by_role("button", name="This one").press("Enter")
    assert status.inner_text() == "Choose a panel first." and not fold.evaluate("one => one.open")
    form.locator("input").first.focus()
    shown.keyboard.press("Space")
    for _ in range(right % 12):
        shown.keyboard.press("ArrowRight")
    shown.keyboard.press("Tab")
    shown.keyboard.press("Enter")
    assert status.inner_text() == f"You chose panel {right % 12 + 1}, but it is panel {right}."
    assert fold.evaluate("one => one.open") and shown.get_by_text("The answer.", exact=True).is_visible()
    form.locator("input").nth(right - 1).check()
    shown.get_by_role("button", name="This one").press("Enter")
    assert status.inner_text() == f"You chose panel {right}, and that is right."


@pytest.mark.parametrize("width", [360, 1280])
def test_a_panel_is_chosen_by_a_tap_on_it(opened, width):
    shown = opened(width=width)
    drawing = shown.locator("#figure-line-up .drawing:visible")
    for panel in (1, 6, 12):
        number = drawing.locator("text", has_text=re.compile(f"^{panel}$"))
        number.scroll_into_view_if_needed()
        box = number.bounding_box()
        shown.mouse.click(box["x"] + 50, box["y"] + 50)
        assert shown.locator(".play:not([data-play]) input:checked").get_attribute("value") == str(panel)
        assert drawing.locator(".chosen").all_text_contents() == [str(panel)]


# --- whoever looks, and however ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("width", "theme_of_page"), [(360, "light"), pytest.param(1280, "dark", marks=pytest.mark.apart)]
)
def test_nothing_fails_once_all_is_played(opened, width, theme_of_page):
    shown = opened(width=width, color_scheme=theme_of_page, reduced_motion="reduce")
    again(shown, 2)
    shown.locator(".pick").first.locator("label").nth(2).click()
    shown.get_by_text("Show all hundred, worked out").click()
    typed(shown, "40", "3")
    shown.locator(".hundred summary").click()
    typed(shown, "40", "2.5")
    shown.locator(".play:not([data-play]) input").nth(4).check()
    shown.get_by_role("button", name="This one").click()
    assert not violations(shown)
    small = shown.eval_on_selector_all(
        ".play :is(button, label, summary), .typed input",
        "all => all.map(one => [one, one.getBoundingClientRect()]).filter(([, box]) => box.width && (box.height < 24 || box.width < 24))"
        ".map(([one]) => one.textContent)",
    )
    assert not small and shown.evaluate("document.documentElement.scrollWidth") <= width


def test_without_scripts_the_grid_and_the_folded_answer_stand(opened):
    shown = opened(java_script_enabled=False)
    assert shown.locator("#figure-hundred-trials").is_visible() and shown.locator(".play").count() == 2
    assert not shown.locator(".play").first.inner_text() and shown.locator("button, .play input").count() == 0
    fold = shown.locator("details[data-play=choose]")
    fold.locator("summary", has_text="Which panel is the trial?").click()
    assert shown.get_by_text("The answer.", exact=True).is_visible()


def test_on_paper_the_figure_stands_and_nothing_to_press(opened):
    shown = opened()
    shown.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    shown.emulate_media(media="print")
    assert shown.locator("#figure-hundred-trials").is_visible()
    assert not shown.locator(".play:visible, .answered:visible").count()


def test_without_a_seed_two_readers_see_other_trials(opened):
    piles = []
    for _ in range(2):
        shown = opened(seed=None, reduced_motion="reduce")
        for _ in range(5):
            shown.get_by_role("button", name="A hundred more").click()
        piles.append(shown.locator(".pile b").all_inner_texts())
    assert piles[0] != piles[1]


def test_what_is_said_reads_at_grade_seven(opened):
    shown = opened(seed=2, reduced_motion="reduce")
    said = [shown.locator(".guess span").inner_text(), again(shown), again(shown)]
    shown.get_by_text("Show all hundred, worked out").click()
    said += [shown.locator(".answered").first.inner_text(), typed(shown, "ten", "")[1], typed(shown, "12", "1")[1]]
    assert test_pages.reading_grade("".join(f"<p>{text}</p>" for text in said)) <= 7
    assert not test_pages.NOT_ON_LAY_PAGES.findall(" ".join(said).lower())
