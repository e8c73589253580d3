"""What a reader does with a page: opens and closes what is folded, in a real browser, on a page made for it."""

import nbformat
import pandas as pd
import pytest

from reporting import html, page
from tests.browsing import NEEDED, Seen, launched

pytestmark = NEEDED


@pytest.fixture(scope="module")
def browser():
    with launched() as made:
        yield made


def _notebook():
    """A chapter with a main road and two depths, and a link into one of them."""
    said = []
    original, page.publish_display_data = page.publish_display_data, said.append
    try:
        page.say("See [Table](#table-deep) and [below](#further-down).")
        page.table(pd.DataFrame({"Row": ["a", "b"], "n": ["1", "2"]}), "Deep.", name="deep")
    finally:
        page.publish_display_data = original
    code = [
        nbformat.v4.new_code_cell("made = 1", outputs=[nbformat.v4.new_output("display_data", data=bundle)])
        for bundle in said
    ]
    filled = "\n\n".join(["Words to fill a screen."] * 60)
    texts = [
        "# Made",
        "## Road\n\nOpen.",
        "## Deep\n\nFolded.",
        f"## Road again\n\n{filled}",
        "## Further down\n\nLast.",
    ]
    title, road, deep, again, further = map(nbformat.v4.new_markdown_cell, texts)
    deep.metadata["tags"] = further.metadata["tags"] = ["depth"]
    return nbformat.v4.new_notebook(cells=[title, road, code[0], deep, code[1], again, further])


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """The folder of a report of one chapter."""
    folder = tmp_path_factory.mktemp("made")
    (folder / "00_made.html").write_text(
        html.page("00_made", _notebook(), {"00_made": "Made"}, {}, ""), encoding="utf-8"
    )
    html.write_shared(folder)
    return folder


@pytest.fixture
def opened(browser, made):
    """Opens the page at an anchor, at a width, with or without scripts."""
    contexts = []

    def give(anchor="", width=360, scripts=True):
        contexts.append(browser.new_context(java_script_enabled=scripts, viewport={"width": width, "height": 780}))
        return Seen(contexts[-1], (made / "00_made.html").as_uri() + anchor)

    yield give
    for context in contexts:
        context.close()


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
    assert link.inner_text() == "Table 0.1"
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
    assert not seen.complaints
