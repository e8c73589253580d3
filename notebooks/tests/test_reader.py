"""What a reader does with a page: opens and closes what is folded, in a real browser, on a page made for it."""

import nbformat
import pandas as pd
import pytest

from reporting import page, share
from tests.browsing import NEEDED, code_cell, made_report, published, violations

pytestmark = NEEDED


DESIGNS = pd.DataFrame(
    {
        "Design": ["two arms", "Three arms", "one arm", "no arm"],
        "People": ["1,120", "90", "", "1,120"],
        "Effect": ["−10%", "20.5%", "3%", "−2%"],
        "Years": ["2", "3", "4", "5"],
        "Spread": ["0.498 a year", "0.498 a year", "0.498 a year", "0.5 a year"],
        "What is assumed of the people who take part": [
            f"a long sentence that says what is assumed of {whom}, and why nobody has measured it so far in so few"
            for whom in ("them", "all", "each", "some")
        ],
        "Measured": ["by scans"] * 4,  # said once, below the table
    }
)


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A report of one chapter with a main road and two depths, and a link into one of them."""
    with published() as said:
        page.say("See [Table](#table-deep) and [below](#further-down).")
        page.table(pd.DataFrame({"Row": ["a", "b"], "n": ["1", "2"]}), "Deep.", name="deep")
        page.table(DESIGNS, "Designs.", name="designs", sortable=True)
        page.table(DESIGNS.iloc[:, :3], "Some.", name="some")
        page.table(DESIGNS.iloc[:, :2], "All.", name="kept", folded="Show all")
        page.fold("Which?", "This one.")
    link, table, *others = map(code_cell, said)
    deep, further = (
        nbformat.v4.new_markdown_cell(text, metadata={"tags": ["depth"]})
        for text in ("## Deep\n\nFolded.", "## Further down\n\nLast.")
    )
    filled = "## Road again" + "\n\nWords to fill a screen." * 60
    cells = ["# Made", "## Road\n\nOpen.", link, *others, deep, table, filled, further]
    return made_report(tmp_path_factory.mktemp("made"), cells)


@pytest.fixture
def opened(opening, made):
    """Opens the page at an anchor, at a width, with or without scripts."""

    def give(anchor="", width=360, scripts=True):
        address = (made / "00_made.html").as_uri() + anchor
        return opening(address, java_script_enabled=scripts, viewport={"width": width, "height": 780})

    return give


def _open(shown):
    return shown.eval_on_selector_all("details.depth", "all => all.map(one => one.open)")


def test_what_is_folded_opens_by_its_name_without_scripts(opened):
    shown = opened(scripts=False).page
    folds = shown.locator("details.depth > summary")
    assert folds.all_text_contents() == ["Deep 1 table", "Further down 1 word"] and _open(shown) == [False, False]
    assert not shown.locator("#table-deep table").is_visible() and shown.locator("button").count() == 0
    folds.first.click()
    assert shown.locator("#table-deep table").is_visible()


@pytest.mark.parametrize("anchor", ["#table-deep", "#deep"])
def test_a_link_into_a_fold_opens_it(opened, anchor):
    shown = opened(anchor).page
    assert _open(shown) == [True, False] and shown.locator(anchor).is_visible()
    assert 0 <= shown.evaluate("a => document.querySelector(a).getBoundingClientRect().top", anchor) < 780


def test_links_the_back_button_and_the_same_link_again_open_folds(opened):
    shown = opened().page
    link = shown.locator("main a[href='#table-deep']")
    assert link.inner_text() == "Table 0.4"
    link.click()
    shown.wait_for_function("document.querySelector('details.depth').open")
    shown.locator("main a[href='#further-down']").click()
    shown.wait_for_function("[...document.querySelectorAll('details.depth')].every(one => one.open)")
    shown.evaluate("document.querySelectorAll('details.depth').forEach(one => one.open = false)")
    shown.locator("main a[href='#further-down']").click()
    shown.wait_for_function("document.querySelectorAll('details.depth')[1].open")
    assert _open(shown) == [False, True]
    shown.go_back()
    shown.wait_for_function("document.querySelector('details.depth').open")


def test_one_button_opens_all_and_closes_all(opened):
    seen = opened()
    button = seen.page.locator("button.all")
    button.focus()
    for name, state in (("Close what is folded", True), ("Open all that is folded", False)):
        seen.page.keyboard.press("Enter")
        seen.page.wait_for_function("name => document.querySelector('button.all').textContent === name", arg=name)
        assert _open(seen.page) == [state] * 2


# --- tables -----------------------------------------------------------------------------------------------------------


def _columns(shown, table):
    return shown.eval_on_selector_all(f"#table-{table} thead th", "all => all.filter(one => one.offsetWidth).length")


def _beyond(shown, table):
    return shown.eval_on_selector(f"#table-{table} .scroll", "one => one.scrollWidth - one.clientWidth")


@pytest.mark.parametrize("scripts", [True, False])
def test_on_a_phone_a_long_table_shows_two_columns_and_unfolds_the_rest(opened, scripts):
    shown = opened(scripts=scripts).page
    assert _columns(shown, "designs") == 2 and _columns(shown, "some") == 3
    assert _beyond(shown, "designs") == _beyond(shown, "some") == 0
    box = shown.get_by_role("checkbox", name="All 6 columns: Designs.")
    assert "sideways" not in box.locator("..").evaluate("one => getComputedStyle(one, '::after').content")
    box.press("Space")
    assert _columns(shown, "designs") == 6 and _beyond(shown, "designs") > 20
    assert "sideways" in box.locator("..").evaluate("one => getComputedStyle(one, '::after').content")
    region = shown.locator("#table-designs .scroll")
    region.evaluate("one => one.scrollLeft = 90")
    first = shown.locator("#table-designs tbody th").first
    assert first.bounding_box()["x"] == pytest.approx(region.bounding_box()["x"], abs=1), "the names of the rows stay"
    assert shown.evaluate("document.documentElement.scrollWidth") <= 360


def _edge(shown, selector):
    """The colours at the right edge of what is seen of an element, half way down, as one picture's bytes."""
    box = shown.locator(selector).bounding_box()
    clip = {"x": box["x"] + box["width"] - 4, "y": box["y"] + box["height"] - 12, "width": 4, "height": 4}
    return shown.screenshot(clip=clip, full_page=True)


def test_what_reaches_beyond_the_edge_is_announced_there(opened):
    shown = opened().page
    shown.get_by_role("checkbox").first.check()
    shown.locator("#table-designs tbody tr").last.locator("td").evaluate_all(
        "all => all.forEach(one => one.textContent = '')"
    )
    more = _edge(shown, "#table-designs .scroll")
    shown.locator("#table-designs .scroll").evaluate("one => one.scrollLeft = 9999")
    assert _edge(shown, "#table-designs .scroll") != more
    shown.get_by_role("checkbox").first.uncheck()
    assert _edge(shown, "#table-designs .scroll") == _edge(shown, "#table-some .scroll") != more


def test_wide_tables_use_the_room_there_is(opened):
    for width, most in ((1000, 935), (1440, 1000), (2200, 1000)):
        shown = opened(width=width).page
        box = shown.locator("#table-designs .scroll").bounding_box()
        text = shown.locator("main").bounding_box()
        assert text["width"] < 730 and 900 <= box["width"] <= most and _columns(shown, "designs") == 6
        assert box["x"] >= 0 and box["x"] + box["width"] <= width and _beyond(shown, "designs") == 0
        assert shown.locator("label.columns:visible").count() == 0


def test_a_table_is_sorted_by_a_column_and_says_so(opened):
    seen = opened(width=1440)
    table = seen.page.locator("#table-designs")

    def press(head):
        table.get_by_role("button", name=head, exact=True).press("Enter")
        sorted_by = table.locator("thead th[aria-sort]")
        return [sorted_by.get_attribute("aria-sort"), *table.locator("tbody th").all_inner_texts()]

    assert press("People") == ["ascending", "Three arms", "two arms", "no arm", "one arm"], "what is empty comes last"
    assert press("People") == ["descending", "two arms", "no arm", "Three arms", "one arm"], (
        "and equals keep their order"
    )
    assert press("Effect") == ["ascending", "two arms", "no arm", "one arm", "Three arms"]
    assert press("Design") == ["ascending", "no arm", "one arm", "Three arms", "two arms"]
    assert seen.page.locator("#table-some button.sort").count() == 0


# --- code, menu, keyboard ---------------------------------------------------------------------------------------------


def test_what_every_row_says_stands_below_the_table_and_in_its_file(opened):
    shown = opened().page
    assert "Measured: by scans; in every row." in shown.locator("#table-designs .note").inner_text()
    with shown.expect_download() as saved:
        shown.locator("#table-designs button.save").click()
    heads, *rows = saved.value.path().read_text(encoding="utf-8-sig").splitlines()
    assert heads.endswith(",Measured") and len(rows) == 4 and all(row.endswith(",by scans") for row in rows)


def test_one_switch_shows_all_code_and_is_remembered(opened):
    seen = opened()
    switch, code = seen.page.get_by_role("switch", name="Show the code"), seen.page.locator(".code")
    assert code.count() == 6 and not [one for one in code.all() if one.is_visible()] and not switch.is_checked()
    switch.press("Space")
    assert [one.is_visible() for one in code.all()][:5] == [True] * 5, "the last is folded with its part"
    assert seen.page.evaluate("document.documentElement.scrollWidth") <= 360
    seen.page.reload()
    assert switch.is_checked() and code.first.is_visible()
    switch.press("Space")
    seen.page.reload()
    assert not switch.is_checked() and not code.first.is_visible()


def test_the_switch_works_where_nothing_can_be_kept_or_run(opened):
    shown = opened(scripts=False).page
    shown.get_by_role("switch").check()
    assert shown.locator(".code pre").first.is_visible()
    seen = opened()
    seen.page.add_init_script("Object.defineProperty(window, 'localStorage', {get() { throw new Error('no') }})")
    seen.page.reload()
    seen.page.get_by_role("switch").check()
    assert seen.page.locator(".code").first.is_visible()


def test_the_menu_closes_on_escape_on_a_click_outside_and_gives_the_focus_back(opened):
    shown = opened().page
    menu, name = shown.locator("details.chapters"), shown.locator("details.chapters summary")
    focused = "document.activeElement === document.querySelector('details.chapters summary')"
    name.press("Enter")
    menu.locator("a").first.focus()
    assert menu.locator("nav").bounding_box()["y"] >= shown.locator("header.site .home").bounding_box()["y"] + 16
    shown.keyboard.press("Escape")
    assert not menu.evaluate("one => one.open") and shown.evaluate(focused)
    name.click()
    menu.locator("a").first.focus()
    shown.mouse.click(4, 760)
    assert not menu.evaluate("one => one.open") and shown.evaluate(focused)
    name.click()
    name.click()
    assert not menu.evaluate("one => one.open"), "its name still opens and closes it"


def test_the_way_through_a_page_by_keyboard_is_short(opened):
    shown = opened().page
    shown.wait_for_function("document.querySelector('#table-some .scroll').tabIndex === -1")
    said = "(document.activeElement.getAttribute('aria-label') || document.activeElement.closest('label, a, button, summary')?.textContent || '').trim()"
    stops = []
    for _ in range(12):
        shown.keyboard.press("Tab")
        stops.append(shown.evaluate(said))
    assert stops == [
        "Skip to the text",
        "Skip to what is on this page",
        "What can twelve people tell us?",
        "Chapters",
        "On this page",
        "Show the code",
        "Open all that is folded",
        "Table 0.4",
        "below",
        "All 6 columns: Designs.",
        "Design",
        "People",
    ]


def test_where_a_jump_lands_is_marked(opened):
    shown = opened("#table-designs").page
    mark = "selector => getComputedStyle(document.querySelector(selector)).boxShadow"
    assert shown.evaluate(mark, "#table-designs") != "none" == shown.evaluate(mark, "#table-some")
    shown.goto(shown.url.replace("#table-designs", "#deep"))
    assert shown.evaluate(mark, "details.depth") != "none" == shown.evaluate(mark, "#deep"), "the fold, not its name"


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 1440])
def test_nothing_fails_where_all_is_open(opened, width, theme):
    shown = opened("#table-deep", width=width).look(width, theme)
    shown.get_by_role("switch").check()
    shown.locator("details.chapters").evaluate("one => one.open = true")
    for fold in ("button.all", "details.reveal summary", "#table-kept details summary"):
        shown.locator(fold).press("Enter")
    for box in shown.locator("label.columns input:visible").all():
        box.check()
    assert not violations(shown)
    assert shown.evaluate("document.documentElement.scrollWidth") <= width


# --- paper ------------------------------------------------------------------------------------------------------------


def test_on_paper_depth_is_left_out_by_name_or_printed_whole(opened):
    shown = opened(width=640).page
    shown.emulate_media(media="print")
    inside, kept = shown.locator("#table-deep table"), shown.locator("#table-kept")
    share.unfold(shown, whole=False)
    left = "getComputedStyle(document.querySelector('details.depth > summary'), '::before').content"
    assert not inside.is_visible() and not kept.is_visible() and "Left out here: " in shown.evaluate(left)
    assert shown.locator("details.depth summary").first.is_visible() and shown.get_by_text("This one.").is_visible()
    share.unfold(shown, whole=True)
    assert inside.is_visible() and kept.is_visible() and shown.evaluate(left) == "none"
    assert _columns(shown, "designs") == 6, "paper has all columns"
    hidden = "header.site, nav.contents, .code, .columns, .skip, button:not(.sort), .permalink"
    assert not [one for one in shown.locator(hidden).all() if one.is_visible()]
    heads = "[...document.styleSheets].filter(one => !one.href).flatMap(one => [...one.cssRules]).filter(one => one instanceof CSSPageRule)"
    assert '"00 Made"' in shown.evaluate(f"{heads}.map(one => one.cssText).join()")
