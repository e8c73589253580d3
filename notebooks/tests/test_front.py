"""The front page in a real browser: what the first screen holds, how long it is, how it prints, where old addresses lead."""

import re

import pytest

from benchmarks.screens import HEIGHT, HEIGHTS, WIDTH
from reporting import html
from tests.browsing import NEEDED, violations
from tests.chapters import FRONT, ROOT

pytestmark = NEEDED
REPORTS = ROOT / "reports"
SCREENS = 14  # of a phone, all that is open


@pytest.fixture
def opened(opening):
    """Opens a page of the report."""
    return lambda page=html.FRONT_PAGE, **given: opening(f"{REPORTS.as_uri()}/{page}", **given)


def test_the_first_screen_answers_names_its_source_and_leads_to_the_article(opened):
    phone = opened(viewport={"width": WIDTH, "height": HEIGHT}, reduced_motion="reduce").page
    bottom = "one => one.getBoundingClientRect().bottom"
    said, source = phone.locator("blockquote p").all()
    assert said.evaluate(bottom) < source.evaluate(bottom) <= HEIGHT
    article = source.get_by_role("link", name="PMC9873560")
    assert article.evaluate(bottom) <= HEIGHT and article.get_attribute("href").endswith("/PMC9873560/")


def test_the_front_page_takes_few_screens_of_a_phone(opened):
    phone = opened(viewport={"width": WIDTH, "height": HEIGHT}, reduced_motion="reduce").page
    assert phone.evaluate(HEIGHTS)[0] <= SCREENS * HEIGHT


@pytest.mark.parametrize("paper", ["A4", "Letter"])
def test_the_front_page_prints_as_one_sheet(opened, paper):
    shown = opened(color_scheme="light").page
    assert len(re.findall(rb"/Type\s*/Page\b", shown.pdf(format=paper, print_background=True))) == 1
    shown.emulate_media(media="print")
    seen = [one.inner_text().split(" #")[0] for one in shown.locator("main :is(h1, h2)").all() if one.is_visible()]
    assert seen[1:] == [
        "In one picture",
        "What happened to the twelve",
        "What we could not find out, and where it is written",
        "What comes next",
    ]
    for kept in ("blockquote", "#figure-empty-column .drawing.wide svg", ".said.answer", "footer.site p"):
        assert shown.locator(kept).first.is_visible(), kept


@pytest.mark.parametrize("place", ["", "#questions-people-ask", "#packages", "#term-dlt"])
def test_the_old_name_of_the_summary_leads_to_the_front_page_and_to_the_place(opened, place):
    shown = opened(f"{FRONT}.html{place}").page
    target = html.TERMS_PAGE if place.startswith("#term-") else html.FRONT_PAGE
    shown.wait_for_url(lambda url: url.endswith(f"/{target}{place}"))
    assert not place or shown.locator(place).count() == 1


def test_without_scripts_the_old_name_leads_on_and_a_term_to_the_list(opened):
    shown = opened(f"{FRONT}.html", java_script_enabled=False).page
    shown.wait_for_url(lambda url: url.endswith(html.FRONT_PAGE))
    term = shown.locator("a.term").first
    anchor = term.get_attribute("href")
    term.click()
    shown.wait_for_url(lambda url: url.endswith(anchor))
    assert shown.locator(f"#{anchor.partition('#')[2]}").is_visible()


@pytest.mark.parametrize("width", [320, pytest.param(1280, marks=pytest.mark.apart)])
def test_a_term_opens_in_place_and_closes(opened, width):
    seen = opened(viewport={"width": width, "height": 780})
    shown, asked = seen.page, len(seen.requests)
    shown.wait_for_function("document.documentElement.classList.contains('whole')")
    term, note = shown.locator("a.term").first, shown.locator(".meaning")
    assert note.count() == 0
    term.press("Enter")
    assert note.is_visible() and term.get_attribute("title") in note.inner_text()
    box, line = note.bounding_box(), term.bounding_box()
    assert 0 <= box["y"] - line["y"] - line["height"] < 12 and box["x"] >= 0 and box["x"] + box["width"] <= width
    assert not violations(shown, "main")
    shown.keyboard.press("Escape")
    assert not note.is_visible() and shown.evaluate("document.activeElement.className") == "term"
    term.click()
    assert note.is_visible()
    shown.mouse.click(width - 2, 500)
    assert not note.is_visible() and len(seen.requests) == asked
    assert shown.evaluate("document.documentElement.scrollWidth") <= width
