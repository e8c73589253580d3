"""What a chapter publishes: bundles, tables with labelled cells, citations, charts with four keys."""

import html as html_of
import json
import re
from xml.etree import ElementTree

import altair as alt
import nbconvert
import nbformat
import numpy as np
import pandas as pd
import pytest
from markupsafe import Markup

from reporting import depth, figures, html, page, records, tables
from trial import load
from trial.charts import safety as draw


@pytest.fixture
def published(monkeypatch):
    made = []
    monkeypatch.setattr(page, "publish_display_data", made.append)
    monkeypatch.setattr(page, "_cited", set())
    return made


def test_say_is_markdown_without_indentation_that_shows_html_as_it_is_written(published):
    page.say("""
        One sentence.
        Another.
    """)
    page.say("a < b, <script>x</script> and <!-- c")
    assert published[0] == {"text/markdown": "One sentence.\nAnother.", "text/plain": "One sentence.\n        Another."}
    assert published[1]["text/markdown"] == "a < b, &lt;script>x&lt;/script> and &lt;!-- c"


def test_what_is_played_holds_its_numbers_for_the_page_and_a_sentence_for_a_notebook(published):
    page.play("kind", {"a": ['"<&'], "b": 1}, "A sentence <b>.")
    page.fold("Which?", "This.", panels=12, right=np.int64(3))
    made, fold = published
    held = re.search(r'<div class="play" data-play="kind" data-held="([^"]+)"></div>', made[page.FIGURE])[1]
    assert "<" not in held and json.loads(html_of.unescape(held)) == {"a": ['"<&'], "b": 1}
    assert made["text/markdown"] == "A sentence &lt;b>." and "text/html" not in made
    shown = nbconvert.filters.markdown2html(fold["text/markdown"])
    held = re.search(r'<details class="reveal" data-play="choose" data-held="([^"]+)"><summary>Which', shown)[1]
    assert json.loads(html_of.unescape(held)) == {"panels": 12, "right": 3}


# --- tables -----------------------------------------------------------------------------------------------------------


@pytest.fixture
def table(published):
    """The HTML of a table of these columns."""

    def made(columns, caption="c", **given):
        page.table(pd.DataFrame(columns), caption, **given)
        return published[-1]["text/html"]

    return made


def test_cells_stand_in_rows_under_their_heads(table):
    columns = {"Row": ["a", "b"], "First": ["1", "text"], "Second": ["2", "3"], "Source": ["genchi2023", ""]}
    shown = table(columns, source_column="Source", links={"First": ["x.html#y", "z.html"]})
    heads, *rows = re.findall(r"<tr>(.*?)</tr>", shown, flags=re.S)
    assert re.findall(r'<th[^>]* scope="col">(.*?)</th>', heads) == list(columns)
    cells = [re.findall(r"<td[^>]*>(.*?)</td>", row) for row in rows]
    assert cells[0] == ['<a href="x.html#y">1</a>', "2", '<a href="#ref-genchi2023">Genchi et al. 2023</a>']
    assert cells[1] == ['<a href="z.html">text</a>', "3", ""] and shown.count('scope="row"') == 2


def test_numbers_are_set_to_the_right(table):
    shown = table({"Row": list("abc"), "n": ["1", "2", "not read"], "t": ["x", "1", "y"], "few": ["7", "", ""]})
    cells = re.findall(r"<td([^>]*)>", shown)
    assert [rest == ' class="numeric"' for rest in cells] == [True, False, True] * 3


def test_a_hostile_text_stays_text(table):
    columns = {"a": ["<script>alert(1)</script>"], "b": ["{{ 1 }} </td>"]}
    shown = table(columns, "<img src=x>", note="</aside><script>")
    assert "<script" not in shown and "<img" not in shown and "&lt;script&gt;" in shown


def test_kinds_of_number_are_told_apart_without_a_style_sheet(table):
    shown = table({"a": ["x"]}, note="Counts.", kinds="reported assumed")
    assert ">reported</span>, <span" in shown and "assumed</span>.</span> Counts." in shown


def test_what_waits_folded_takes_its_note_along(table):
    shown = table({"a": ["x"]}, note="Counts.", folded="Show it")
    assert "Counts." in re.search("<details.*</details>", shown, flags=re.S)[0] and shown.count("Counts.") == 1


def _look(frame):
    return re.search(r'<div class="scroll([^"]*)"', tables.in_region(frame, "c"))[1]


@pytest.mark.parametrize(
    ("cells", "right"),
    [
        (["1", "0.5%", "2 or 3"], True),
        (["0", "unread†", "unread†"], True),
        (["12", "10 units: 3; 20 units: 3; 40 units: 3", "24"], False),
        (["69 with cells, 35 without", "46", "52"], True),
        (["yes", "no"], False),
        (["3 of 12", "none of 12"], False),
    ],
)
def test_columns_of_numbers_stand_to_the_right_whatever_was_not_read(cells, right):
    table = tables.markup(pd.DataFrame({"What": list("abc")[: len(cells)], "Seen": cells}))
    assert ('<td class="numeric">' in table) == right


def test_a_phone_sees_what_tells_rows_apart():
    same = {"Measure": ["volume"] * 2, "Visit": ["Week 48"] * 2, "Dose": ["10", "20"], "Change": ["−1.0 " * 40, "2.0"]}
    assert "three" in _look(pd.DataFrame(same)) and "three" not in _look(pd.DataFrame(same | {"Visit": ["1", "2"]}))


def test_a_table_of_few_short_columns_stays_one_on_a_phone():
    def short(columns, letters=6):
        return pd.DataFrame({f"head {n}": ["x" * letters] for n in range(columns)})

    assert [_look(short(columns)) for columns in (2, 3, 5, 6)] == ["", "", "", " long"]
    assert _look(short(4, letters=14)) == " long" and _look(short(2, letters=30)) == "", "two are shown in any case"
    assert _look(short(5, letters=20)) == " long wide" and _look(short(1, letters=70)) == " wide"
    said = pd.DataFrame({"Who": ["a"], "What": ["words of no great length, many of them " * 3], "n": ["1"]})
    assert _look(said) == " long" and _look(said.iloc[:0]) == "", "texts in cells count, and a table may be empty"
    linked = {"a": ["x"], "b": [Markup(f'<a href="{"y" * 90}">z</a>')], "c": [Markup("&amp;" * 20)]}
    assert _look(pd.DataFrame(linked, dtype=object)) == "", "what is not seen takes no room"


def test_a_long_table_offers_its_columns_on_the_page_and_a_short_one_does_not(table):
    short, long = (table({f"head {n}": ["1"] for n in range(columns)}, f"<c> {columns}") for columns in (3, 7))
    assert "<input" not in tables.with_column_switch(short)
    assert "<input" not in long, "nothing that a notebook cannot use"
    offer = 'aria-label="All 7 columns: &lt;c&gt; 7"> All 7 columns</label>\n<div class="scroll long'
    assert offer in tables.with_column_switch(long)


def test_citations_gather_in_the_reference_list(published):
    assert page.cite("genchi2023") == "([Genchi et al. 2023](#ref-genchi2023))"
    assert page.cite("genchi2023", brackets=False) == "[Genchi et al. 2023](#ref-genchi2023)"
    page.references()
    shown = published[0]["text/html"]
    assert shown.count("<li") == 1 and "https://doi.org/10.1038/s41591-022-02097-3" in shown
    with pytest.raises(KeyError, match="nearest key is genchi2023"):
        page.cite("gench2023")


# --- charts -----------------------------------------------------------------------------------------------------------


@pytest.fixture
def bundle(published):
    """What is published of a chart."""
    events = load.table("adverse_events")
    page.chart(draw.forty_four_events, events, "All.", name="events", kinds="reported", sources=["genchi2023"])
    return published[-1]


def test_a_chart_has_four_keys_and_two_drawings(bundle):
    assert list(bundle) == [page.FIGURE, page.PLAIN, page.VEGA_LITE, page.SVG], (
        "with text/html JupyterLab draws no chart"
    )
    assert bundle[page.VEGA_LITE]["$schema"].endswith("v5.json")
    json.dumps(bundle)
    shown = bundle[page.FIGURE]
    assert shown.count("<svg") == 4 and "<script" not in shown, "each with its foot; no spec where all is still"
    assert bundle["text/plain"] in html_of.unescape(shown)


def test_the_drawing_for_other_viewers_stands_alone_and_is_drawn_once(bundle):
    drawing = ElementTree.fromstring(bundle[page.SVG])
    assert drawing.tag == "{http://www.w3.org/2000/svg}svg" and drawing.get("role") == "img"
    assert "STEMS (NCT03269071" in "".join(drawing.itertext()), "and what travels names the trial"
    assert drawing.get("aria-label") == bundle["text/plain"] and "aria-hidden" not in drawing.attrib
    cell = nbformat.v4.new_code_cell("1", outputs=[nbformat.v4.new_output("display_data", data=bundle)])
    notebook = nbformat.v4.new_notebook(cells=[cell])
    shown = nbconvert.HTMLExporter().from_notebook_node(notebook)[0]
    drawn = shown.count("<img ") + len(re.findall("<svg role", shown))
    assert drawn == 1, "by nbconvert's own template, as on nbviewer"
    assert html.body_of(notebook).count("<svg") == 4, "wide and narrow on our page, no third"


def test_the_same_chart_gives_the_same_bytes(published):
    for _ in range(2):
        page.chart(draw.forty_four_events, load.table("adverse_events"), "By dose.")
    assert json.dumps(published[0]) == json.dumps(published[1])


def test_the_foot_of_a_picture_names_what_it_is_about(published, monkeypatch):
    """Trial, sources, kinds and licence, in lines that fit; of somebody's own trial its name and no licence of ours."""

    def foot(kinds, keys, width):
        return figures._foot(page._signed(kinds, keys), {"config": {}}, width)

    for width in figures.WIDTHS.values():
        few = foot("reported derived", ["genchi2023"], width)
        many = foot("simulated", ["genchi2023", "reg_stems", "fsr2017"], width)
        for part in ("STEMS (NCT03269071", "Genchi et al. 2023", "reported, worked out", "CC BY 4.0"):
            assert part in " ".join(re.findall(r">([^<]+)</text>", few)).replace("\xa0", " ")
        assert "and 2 more" in " ".join(re.findall(r">([^<]+)</text>", many)) and "simulated" in many
        assert few.count("<text") <= 2 and many.count("<text") <= (2 if width == 640 else 3)
    monkeypatch.setattr(page, "_about", ["Your <trial>"])
    own = foot("reported", [], 640)
    assert "Your &lt;trial&gt;" in own and "STEMS" not in own and "CC BY" not in own


def test_every_picture_is_of_one_scale():
    """However wide the drawing turned out, its page shows it at the same scale; so does a live one, by the room in its spec."""
    for much in (100, 480):
        narrow, spec = f'<svg width="{much}" height="9" viewBox="0 0 {much} 9"><g></g></svg>', {}
        made = figures._as_wide(narrow, spec, 640)
        assert 'width="644" height="9" viewBox="0 0 644 9"' in made and spec["padding"]["right"] == 2 + 644 - much


def test_controls_are_written_into_the_page():
    radio = {"input": "radio", "options": ["a", "b"], "labels": ["A ", "<B> "], "name": "Of <k> "}
    follows = {"name": "drawn", "expr": "k"}
    made = figures._controls("key", [{"name": "m", "value": "b", "bind": radio}, follows])
    assert made.count("<input") == 2 and "Of &lt;k&gt;" in made and made.count(" checked>") == 1
    assert 'data-signal="m" value="b" checked> &lt;B&gt;</label>' in made
    assert not figures._controls("key", [follows])


def test_the_data_of_a_moving_chart_travel_whole(published):
    frame = pd.DataFrame({"x": [1, 2, 3, 4], "text": ["<b>", "b", "b", "<b>"], "own": ["k", "l", "m", "n"]})

    def moving(table, width):
        moved = alt.param(name="k", value=1, bind=alt.binding_radio(options=[1, 2]))
        return alt.Chart(table, width=width, description="d", title="t").mark_point().encode(x="x:Q").add_params(moved)

    page.chart(moving, frame, "Moves.")
    held = dict(re.findall(r'<script type="application/json" class="(\w+)">(.*?)</script>', published[0][page.FIGURE]))
    assert set(held) == {"wide", "narrow"}
    for spec in map(json.loads, held.values()):
        assert list(spec["datasets"].values()) == [frame.to_dict("records")]


# --- results and pages -------------------------------------------------------------------------------------------------


def test_records_are_published_and_found_again(published):
    page.record("a.b", 0.5, 0.25, 0.75, "share", "exact")
    page.record_table(pd.DataFrame({"name": ["a.c", "a.d"], "value": [1, 2.5]}))
    notebook = {"cells": [{"cell_type": "code", "outputs": [{"data": bundle} for bundle in published]}]}
    rows = records.of_notebook("01_x", notebook)
    assert [(row["name"], row["value"]) for row in rows] == [("a.b", 0.5), ("a.c", 1.0), ("a.d", 2.5)]


def test_figures_and_tables_are_counted_and_links_get_their_numbers():
    body = (
        '<p><a href="#figure-b">Figure</a></p><figure class="chart" id="figure-a"><span class="number" data-kind="Figure">'
        '</span></figure><figure class="table" id="table-t"><span class="number" data-kind="Table"></span></figure>'
        '<figure class="chart moves" id="figure-b"><span class="number" data-kind="Figure"></span></figure>'
    )
    numbered = html._numbered(body, 3)
    assert re.findall(r'<span class="number">([^<]+)<', numbered) == ["Figure 3.1", "Table 3.1", "Figure 3.2"]
    assert '<a href="#figure-b">Figure 3.2</a>' in numbered


def test_marks_without_a_colour_go_from_code_and_from_nothing_else():
    shown = '<span class="read">Read whole.</span>'
    cell = nbformat.v4.new_code_cell(
        "f(1, 2)  # x", outputs=[nbformat.v4.new_output("display_data", {page.HTML: shown})]
    )
    body = html.body_of(nbformat.v4.new_notebook(cells=[cell]))
    assert shown in body and '<span class="c1"># x</span>' in body and '<span class="p">' not in body


def _said(*sources, deep=()):
    cells = [nbformat.v4.new_markdown_cell(source) for source in sources]
    for place in deep:
        cells[place].metadata["tags"] = ["depth"]
    return nbformat.v4.new_notebook(cells=cells)


def _folds(notebook):
    body, _ = html._parts(html.body_of(depth.mark_folds(notebook)))
    return depth.make_folds(body)


def test_depth_ends_at_the_next_heading_of_its_rank_and_takes_all_with_it():
    sources = ["## A", "one", "### B\n\ntwo", "three", "### C", "## D\n\nfour", "</section>", "five"]
    shown = _folds(_said(*sources, deep=[0]))
    assert "five" in shown.split("</details>")[1] and "four" in shown.split("</details>")[1]
    inside = re.search(r'<details class="depth">(.*?)</details>', shown, flags=re.S)[1]
    assert re.search(r'^<summary><h2 id="a">A</h2> <span class="size">\d words</span></summary>', inside)
    assert [word in inside for word in ("one", "two", "three", ">B<", ">C<", ">D<")] == [True] * 5 + [False]
    shown = _folds(_said(*sources, deep=[2, 5]))
    folds = re.findall(r'<details class="depth"><summary>(.*?)</summary>(.*?)</details>', shown, flags=re.S)
    assert [("three" in text, "four" in text, "five" in text) for _, text in folds] == [
        (True, False, False),
        (False, True, False),
    ]
    assert shown.count("<div") == shown.count("</div>") and depth.BEGIN not in shown and depth.END not in shown
    shown = _folds(_said(*sources, deep=[0, 2]))
    assert shown.count("<details") == 1 and shown.count("<h3") == 2, "depth within depth is part of it"
    assert "<details" not in _folds(_said(*sources, deep=[1])), "only a heading can be folded under"


def test_a_page_of_another_trial_is_not_written_from_the_sources_of_this_one():
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell("# Yours?")])
    titles = {"02_safety": "Harmed?", "07_own_trial": "Yours?"}
    for name, changed, ours in (
        ("07_own_trial", {}, True),
        ("07_own_trial", {"own_trial": "mine.yaml"}, False),
        ("02_safety", {"own_trial": "mine.yaml"}, True),
    ):
        made = html.page(name, notebook, titles, changed, "")
        assert ("abstract and one table" in made, "from the sources named above" in made) == (ours, not ours)
        assert not re.search(r"instead of\s*[.,]", made)
