"""What a chapter publishes: bundles, tables with labelled cells, citations, charts with four keys."""

import json
import re
from xml.etree import ElementTree

import altair as alt
import nbconvert
import nbformat
import pandas as pd
import pytest

from reporting import depth, html, page, records
from trial import load
from trial.charts import safety as draw


@pytest.fixture
def published(monkeypatch):
    made = []
    monkeypatch.setattr(page, "publish_display_data", made.append)
    monkeypatch.setattr(page, "_cited", set())
    return made


def test_say_is_markdown_without_indentation(published):
    page.say("""
        One sentence.
        Another.
    """)
    assert published == [{"text/markdown": "One sentence.\nAnother.", "text/plain": "One sentence.\n        Another."}]


def test_every_cell_carries_the_name_of_its_column(published):
    frame = pd.DataFrame(
        {"Row": ["a", "b"], "First": ["1", "text"], "Second": ["2", "3"], "Source": ["genchi2023", ""]}
    )
    page.table(frame, "A caption", source_column="Source", links={"First": ["x.html#y", "z.html"]})
    cells = re.findall(r'<td data-label="([^"]+)"[^>]*>(.*?)</td>', published[0]["text/html"])
    assert [name for name, _ in cells] == ["First:", "Second:", "Source:"] * 2
    assert cells[0][1] == '<a href="x.html#y">1</a>' and cells[4][1] == "3"
    assert cells[2][1] == '<a href="#ref-genchi2023">Genchi et al. 2023</a>' and cells[5][1] == ""
    assert published[0]["text/html"].count('scope="row"') == 2


def test_numbers_are_set_to_the_right(published):
    page.table(
        pd.DataFrame(
            {"Row": ["a", "b", "c"], "n": ["1", "2", "not in what we read"], "t": ["x", "1", "y"], "few": ["7", "", ""]}
        ),
        "c",
    )
    cells = re.findall(r'<td data-label="(\w+):"([^>]*)>', published[0]["text/html"])
    assert all(("numeric" in rest) == (name in ("n", "few")) for name, rest in cells) and len(cells) == 9


def test_on_a_card_a_head_that_is_a_number_says_of_what_and_a_question_has_no_colon(published):
    page.table(pd.DataFrame({"People": ["3", "six", "1 in 50"], "Enough?": ["no", "no", "yes"]}), "c")
    shown = published[0]["text/html"]
    assert re.findall(r'<th data-label="([^"]+)"[^>]*>(.*?)</th>', shown) == [("People:", "3")]
    assert shown.count('data-label="Enough?"') == 3


def test_citations_gather_in_the_reference_list(published):
    assert page.cite("genchi2023") == "([Genchi et al. 2023](#ref-genchi2023))"
    assert page.cite("genchi2023", brackets=False) == "[Genchi et al. 2023](#ref-genchi2023)"
    page.references()
    shown = published[0]["text/html"]
    assert shown.count("<li") == 1 and "https://doi.org/10.1038/s41591-022-02097-3" in shown


def test_an_unknown_key_names_the_nearest(published):
    with pytest.raises(KeyError, match="nearest key is genchi2023"):
        page.cite("gench2023")


def test_a_chart_has_four_keys_and_two_drawings(published):
    page.chart(
        draw.forty_four_events,
        load.table("adverse_events"),
        "All events.",
        name="events",
        kinds="reported",
        sources=["genchi2023"],
    )
    bundle = published[0]
    keys = [page.FIGURE, "text/plain", "application/vnd.vegalite.v5+json", "image/svg+xml"]
    assert list(bundle) == keys, "with text/html JupyterLab draws no chart"
    assert bundle["application/vnd.vegalite.v5+json"]["$schema"].endswith("v5.json")
    json.dumps(bundle)
    assert bundle[page.FIGURE].count("<svg") == 2 and "<script" not in bundle[page.FIGURE], (
        "a still picture needs no spec"
    )
    assert bundle["text/plain"] in bundle[page.FIGURE].replace("&quot;", '"').replace("&#x27;", "'")


def test_the_drawing_for_other_viewers_stands_alone_and_is_drawn_once(published):
    page.chart(draw.forty_four_events, load.table("adverse_events"), "All events.", name="events")
    drawing = ElementTree.fromstring(published[0]["image/svg+xml"])
    assert drawing.tag == "{http://www.w3.org/2000/svg}svg" and drawing.get("role") == "img"
    assert drawing.get("aria-label") == published[0]["text/plain"] and "aria-hidden" not in drawing.attrib
    cell = nbformat.v4.new_code_cell("1", outputs=[nbformat.v4.new_output("display_data", data=published[0])])
    notebook = nbformat.v4.new_notebook(cells=[cell])
    shown = nbconvert.HTMLExporter().from_notebook_node(notebook)[0]
    assert shown.count("<img ") + shown.count("<svg") == 1, "by nbconvert's own template, as on nbviewer"
    assert html._exporter().from_notebook_node(notebook)[0].count("<svg") == 2, "wide and narrow on our page, no third"


def test_the_same_chart_gives_the_same_bytes(published):
    for _ in range(2):
        page.chart(draw.events_by_dose, load.table("adverse_events"), "By dose.")
    assert json.dumps(published[0]) == json.dumps(published[1])


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


def test_code_cells_in_a_row_share_one_fold():
    fold = '<details class="code"><summary>{}</summary>\n<pre>{}</pre></details>'
    joined = html._folds_joined(
        fold.format("Parameters of this run", 1) + "\n" + fold.format("Code", 2) + "<p>x</p>" + fold.format("Code", 3)
    )
    assert joined.count("<details") == 2 and "Parameters and code" in joined
    assert all(f"<pre>{number}</pre>" in joined for number in (1, 2, 3))


def test_the_data_of_a_moving_chart_travel_once_and_whole(published):
    frame = pd.DataFrame({"x": [1, 2, 3, 4], "text": ["<b>", "b", "b", "<b>"], "own": ["k", "l", "m", "n"]})

    def moving(table, width):
        moved = alt.param(name="k", value=1, bind=alt.binding_range(min=1, max=2, step=1))
        return alt.Chart(table, width=width, description="d", title="t").mark_point().encode(x="x:Q").add_params(moved)

    page.chart(moving, frame, "Moves.")
    held = dict(re.findall(r'<script type="application/json" class="(\w+)">(.*?)</script>', published[0][page.FIGURE]))
    assert set(held) == {"wide", "narrow", "datasets"} and "datasets" not in json.loads(held["wide"])
    (table,) = json.loads(held["datasets"]).values()
    assert table["words"] == {"text": ["<b>", "b"]}, "words that come again are carried once"
    rows = [dict(zip(table["columns"], row, strict=True)) for row in table["rows"]]
    assert [row | {"text": table["words"]["text"][row["text"]]} for row in rows] == frame.to_dict("records")


def test_a_sentence_shows_html_as_it_is_written(published):
    page.say("a < b, <script>x</script> and <!-- c")
    assert published[0]["text/markdown"] == "a < b, &lt;script>x&lt;/script> and &lt;!-- c"


def test_kinds_of_number_are_told_apart_without_a_style_sheet(published):
    page.table(pd.DataFrame({"a": ["x"], "b": ["1"]}), "c", note="Counts.", kinds="reported assumed")
    assert (
        ">reported</span>, <span" in published[0]["text/html"]
        and "assumed</span>.</span> Counts." in published[0]["text/html"]
    )


def _said(*sources, deep=()):
    cells = [nbformat.v4.new_markdown_cell(source) for source in sources]
    for place in deep:
        cells[place].metadata["tags"] = ["depth"]
    return nbformat.v4.new_notebook(cells=cells)


def _folds(notebook):
    body, _ = html._parts(html._exporter().from_notebook_node(depth.marked(notebook))[0])
    return depth.folded(body)


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
