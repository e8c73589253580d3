"""The committed pages in a real browser: offline, accessible, at every width, in both themes, without scripts.

One browser, one page a file; where none is installed every check here is skipped, and the end of the run says so.
"""

import base64
import functools
import http.server
import re
import shutil
import threading
from xml.etree import ElementTree

import pandas as pd
import pytest
import vl_convert

from reporting import configuration, drawings, html, page, share
from reporting.cells import harmless
from tests import chapters
from tests.browsing import AXE, NEEDED, RULES, Seen, launched
from tests.chapters import ROOT, cells
from trial import load, summary
from trial.charts import design as draw_design
from trial.charts import safety as draw

REPORTS = ROOT / "reports"
CHAPTERS = {html.address(name).removesuffix(".html"): name for name in chapters.NAMES}
NAMES = list(CHAPTERS)
DRAWN = [page for page, name in CHAPTERS.items() if "page.chart(" in "".join(cells(name, "code"))]
PAGES = [name.removesuffix(".html") for name in chapters.PAGES]
WIDTHS = (360, 768, 1440)
SMALLEST_LETTER = 12  # px, as seen on a phone
BYTES_OF_A_PAGE = 400_000
# Only colours differ between the themes, so the dark one is asked about colours.
COLOUR_RULES = ["color-contrast", "link-in-text-block"]
HOSTILE = "<script>window.ran=1</script></script>{{ 7*7 }}<img src=x onerror=window.ran=1>\"'"


pytestmark = NEEDED


@pytest.fixture(scope="module")
def browser():
    with launched() as made:
        yield made


@pytest.fixture(scope="module")
def opened(browser):
    """Every page, opened once from its file."""
    context = browser.new_context()
    made = {}

    def give(name):
        if name not in made:
            made[name] = Seen(context, (REPORTS / f"{name}.html").as_uri())
        return made[name]

    yield give
    context.close()


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_nothing_fails_whoever_looks_and_however(opened, name, theme):
    seen = opened(name)
    for width in WIDTHS:
        shown = seen.look(width, theme)
        if not shown.evaluate("!!window.axe"):
            shown.evaluate(AXE)
        rules = {"light": {"type": "tag", "values": RULES}, "dark": {"type": "rule", "values": COLOUR_RULES}}[theme]
        wanted = {"resultTypes": ["violations"], "preload": False, "runOnly": rules}
        # It leaves the letters of drawings undecided, whatever their colour; the check below decides them.
        found = shown.evaluate(
            "options => axe.run({exclude: ['.drawing svg']}, options).then(found => found.violations)", wanted
        )
        assert not [(fault["id"], fault["nodes"][0]["html"][:200]) for fault in found], f"{name} at {width} px, {theme}"
        assert shown.evaluate("document.documentElement.scrollWidth") <= width, f"{name} scrolls sideways at {width} px"
        drawings = shown.eval_on_selector_all(
            "figure.chart",
            "all => all.map(figure => [...figure.querySelectorAll('.drawing svg:not(.foot)')]"
            ".map(svg => svg.getBoundingClientRect()).filter(box => box.width > 300 && box.height > 50).length)",
        )
        assert all(count == 1 for count in drawings), "one of the two drawings of each chart shows"
    assert not seen.strangers(REPORTS) and not seen.complaints


CONTRASTS = """all => all.flatMap(svg => {
  const rgb = text => text.match(/[\\d.]+/g).slice(0, 3).map(Number);
  const light = colour => { const [r, g, b] = colour.map(v => v / 255).map(v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b; };
  const paper = rgb(getComputedStyle(document.body).backgroundColor);
  const parts = [...svg.querySelectorAll('path, rect, use, text')].filter(one => !one.closest('defs'));
  return parts.flatMap((text, place) => {
    if (text.tagName !== 'text' || !text.textContent.trim()) return [];
    const box = text.getBoundingClientRect(), x = (box.left + box.right) / 2, y = (box.top + box.bottom) / 2;
    const behind = parts.slice(0, place).reverse().find(shape => {
      const style = getComputedStyle(shape), edge = shape.getBoundingClientRect();
      if (shape.tagName === 'text' || style.fill === 'none' || +style.opacity * +style.fillOpacity < 0.5) return false;
      if (x < edge.left || x > edge.right || y < edge.top || y > edge.bottom) return false;
      return !shape.isPointInFill || shape.isPointInFill(new DOMPoint(x, y).matrixTransform(shape.getScreenCTM().inverse()));
    });
    const solid = behind ? +getComputedStyle(behind).opacity * +getComputedStyle(behind).fillOpacity : 0;
    const under = behind ? rgb(getComputedStyle(behind).fill).map((v, i) => solid * v + (1 - solid) * paper[i]) : paper;
    const [high, low] = [light(rgb(getComputedStyle(text).fill)), light(under)].sort((a, b) => b - a);
    return [[text.textContent, Math.round(100 * (high + 0.05) / (low + 0.05)) / 100]];
  });
})"""


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("name", DRAWN)
def test_letters_of_drawings_stand_out_from_what_is_behind_them(opened, name, theme):
    """WCAG 2.2, 1.4.3: 4.5 to 1 for small text, against the last shape drawn under its middle, else the page."""
    for width in (360, 1440):
        drawings = opened(name).look(width, theme).locator("figure.chart .drawing svg")
        found = drawings.evaluate_all(
            CONTRASTS.replace("all.flatMap(svg", "all.filter(one => one.clientWidth).flatMap(svg")
        )
        assert found and not [(text, ratio) for text, ratio in found if ratio < 4.5]


def test_what_a_table_is_there_for_is_seen_on_a_phone(opened):
    """The second verdict: nobody has to ask for it."""
    shown = opened("08_claims").look(360, "light")
    assert shown.locator("#table-claims tbody tr:first-child > :nth-child(3)").is_visible()
    assert not shown.locator("#table-claims tbody tr:first-child > :nth-child(4)").is_visible()


NOTES_OVER_TABLES = """() => {
  const folds = [...document.querySelectorAll('main details:not([open])')]; folds.forEach(one => one.open = true);
  const over = [...document.querySelectorAll('figure.table')].filter(figure => {
    const [note, table] = ['.note', 'table'].map(one => figure.querySelector(one)?.getBoundingClientRect());
    return note && table && note.left < table.right && table.left < note.right && note.top < table.bottom && table.top < note.bottom;
  }).map(figure => figure.id);
  folds.forEach(one => one.open = false); return over; }"""


@pytest.mark.parametrize("name", PAGES)
def test_no_note_is_printed_over_its_table(opened, name):
    """Folded ones too, once they are opened."""
    for width in (360, 1280, 1440):
        assert not opened(name).look(width, "light").evaluate(NOTES_OVER_TABLES), f"{name} at {width} px"


@pytest.mark.parametrize("name", PAGES)
def test_no_table_scrolls_on_a_phone_until_it_is_asked_to(opened, name):
    """Folded ones too; nor on a wide screen."""
    for width in (320, 360, 1440):
        shown = opened(name).look(width, "light")
        found = shown.eval_on_selector_all(
            ".scroll",
            "all => { const folds = [...document.querySelectorAll('main details:not([open])')]; folds.forEach(one => one.open = true);"
            "const wide = all.filter(one => one.scrollWidth > one.clientWidth).map(one => one.getAttribute('aria-label'));"
            "folds.forEach(one => one.open = false); return wide; }",
        )
        assert width == 320 or not found, f"{name} at {width} px"
        assert shown.evaluate("document.documentElement.scrollWidth") <= width


BEYOND_THEIR_PART = """() => [...document.querySelectorAll('.part *')].filter(one => {
  const box = one.getBoundingClientRect(), part = one.closest('.part').getBoundingClientRect();
  const framed = one.closest('.scroll > *, pre *, svg *, thead, summary span');
  return box.width && box.height && !framed && (box.left < part.left - 1 || box.right > part.right + 1);
}).map(one => one.outerHTML.slice(0, 100))"""


@pytest.mark.parametrize("name", [name for name in PAGES if name != "terms"])  # one list, of no parts
@pytest.mark.parametrize("width", [360, 1280, 1440])
def test_nothing_is_cut_while_it_waits_out_of_sight_and_every_place_is_found(browser, name, width):
    address = (REPORTS / f"{name}.html").as_uri()
    shown = browser.new_page(viewport={"width": width, "height": 900})
    shown.goto(address)
    shown.wait_for_function("document.documentElement.classList.contains('whole')")
    assert shown.evaluate("document.documentElement.scrollWidth") <= width
    shown.evaluate("document.documentElement.classList.remove('whole')")
    assert shown.evaluate("getComputedStyle(document.querySelector('.part')).contentVisibility") == "auto"
    assert not shown.evaluate(BEYOND_THEIR_PART)
    anchor = shown.evaluate("[...document.querySelectorAll('figure[id], .part[id]')].slice(0, -1).at(-1).id")
    shown.goto("about:blank")
    shown.goto(f"{address}#{anchor}")
    shown.wait_for_timeout(100)
    top = "anchor => [document.getElementById(anchor).getBoundingClientRect().top, innerHeight + scrollY - document.body.scrollHeight]"
    place, end = shown.evaluate(top, anchor)
    assert 0 <= place < 40 or abs(end) < 2, "at the top, or as far down as the page goes"
    shown.close()


@pytest.mark.parametrize("name", NAMES)
def test_no_letter_of_a_drawing_is_small_on_a_phone(opened, name):
    shown = opened(name).look(360, "light")
    sizes = shown.eval_on_selector_all(
        "figure.chart .drawing.narrow svg text",
        "all => all.map(text => parseFloat(getComputedStyle(text).fontSize) * text.getScreenCTM().a)",
    )
    assert not sizes or min(sizes) >= SMALLEST_LETTER
    edges = shown.eval_on_selector_all(
        "figure.chart .drawing.narrow svg text",
        "all => all.map(t => t.getBoundingClientRect()).map(b => [b.left, b.right])",
    )
    assert all(left >= -1 and right <= 361 for left, right in edges), "words of a drawing leave the window"


def test_every_link_inside_leads_to_something(opened):
    """Across all pages as the browser reads them: files exist, anchors exist, none twice."""
    ids = {name: opened(name).page.eval_on_selector_all("[id]", "all => all.map(one => one.id)") for name in PAGES}
    assert all(len(found) == len(set(found)) for found in ids.values())
    for name in PAGES:
        links = opened(name).page.eval_on_selector_all("a[href], use", "all => all.map(a => a.getAttribute('href'))")
        for link in (link for link in links if not link.startswith(("http:", "https:"))):
            target, _, anchor = link.partition("#")
            assert (REPORTS / (target or f"{name}.html")).is_file(), f"{name}: {link}"
            # What follows #bench= are numbers that the bench reads.
            assert not anchor or anchor.startswith("bench=") or anchor in ids[target.removesuffix(".html") or name], (
                f"{name}: {link}"
            )


@pytest.mark.parametrize("name", NAMES)
def test_a_page_is_light(name):
    assert (REPORTS / f"{name}.html").stat().st_size < BYTES_OF_A_PAGE


def test_without_scripts_the_pictures_stand(browser):
    context = browser.new_context(java_script_enabled=False, viewport={"width": 360, "height": 800})
    for name in NAMES:
        seen = Seen(context, (REPORTS / f"{name}.html").as_uri())
        for fold in seen.page.locator("details.depth > summary").all():
            fold.click()
        pictures = seen.page.locator("figure.chart .drawing.narrow svg")
        assert not seen.page.locator(".controls:visible").count()
        for place in range(pictures.count()):
            pictures.nth(place).wait_for(state="visible", timeout=5000)
        assert seen.page.locator("button").count() == 0, "nothing is offered that would not work"
        assert not seen.page.locator(".code pre").first.is_visible()
        seen.page.locator(".switch input").check()
        assert seen.page.locator(".code pre").first.is_visible(), "code is there without scripts"
        seen.page.close()
    context.close()


DIFFERENCE = """async svgs => {
  const seen = async svg => {
    const picture = new Image();
    picture.src = URL.createObjectURL(new Blob([svg], { type: 'image/svg+xml' }));
    await picture.decode();
    const canvas = Object.assign(document.createElement('canvas'), { width: picture.width, height: picture.height });
    canvas.getContext('2d').drawImage(picture, 0, 0);
    return canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data;
  };
  const [one, other] = [await seen(svgs[0]), await seen(svgs[1])];
  let apart = one.length === other.length ? 0 : NaN, painted = 0;
  one.forEach((value, place) => { apart += Math.abs(value - other[place]); painted += value > 0; });
  return [apart / one.length, painted / one.length];
}"""


@pytest.mark.parametrize(
    "drawn",
    [
        lambda width: draw.forty_four_events(load.table("adverse_events"), width),
        lambda width: draw_design.dose_ladder(load.table("cohorts"), width, 70.0),
    ],
    ids=["squares", "people"],
)
@pytest.mark.parametrize("width", [640, 310])
def test_a_drawing_made_lighter_is_the_same_picture(opened, drawn, width):
    spec = drawn(width).to_dict()
    whole, light = vl_convert.vegalite_to_svg(spec), drawings.light(spec)
    assert len(light) < 0.8 * len(whole)
    blank = opened("index").page.context.new_page()
    apart, painted = blank.evaluate(DIFFERENCE, [whole, light])
    assert apart < 0.2 and painted > 0.005, "mean difference in steps of 255; and something is painted"
    assert blank.evaluate(DIFFERENCE, [whole, light.replace('fill="#', 'fill="#0')])[0] > 0.2, "a fault would be seen"
    blank.close()


def _chapters_that_move():
    return [name for name in NAMES if 'class="chart moves"' in (REPORTS / f"{name}.html").read_text(encoding="utf-8")]


SHIFTS = """() => { window.shifts = 0; new PerformanceObserver(seen => seen.getEntries().forEach(one => window.shifts += one.value))
  .observe({ type: 'layout-shift' }); }"""  # those that follow a touch are counted too
SHIFT = 0.02  # of a page, as a benchmark of good pages counts it


def _unfolded(seen):
    seen.page.evaluate("document.querySelectorAll('main details.depth').forEach(one => one.open = true)")
    seen.page.evaluate("document.documentElement.classList.add('whole')")


@pytest.mark.parametrize("width", [360, 1440])
def test_charts_move_when_asked_and_nothing_jumps(browser, width):
    context = browser.new_context(viewport={"width": width, "height": 900})
    assert _chapters_that_move()
    for name in _chapters_that_move():
        seen = Seen(context, (REPORTS / f"{name}.html").as_uri())
        _unfolded(seen)
        for figure in seen.page.locator("figure.moves").all():
            figure.hover()
        seen.page.wait_for_timeout(100)
        assert not [url for url in seen.requests if url.endswith("charts.js")], "passing over a chart asks for nothing"
        for figure in seen.page.locator("figure.moves").all():
            control = figure.locator(".controls input").first
            control.scroll_into_view_if_needed()
            before, high = figure.locator(".drawing:visible svg").first.inner_html(), figure.bounding_box()["height"]
            seen.page.evaluate(SHIFTS)
            control.focus()
            low, top, now = (control.evaluate(f"one => +one.{part}") for part in ("min", "max", "value"))
            seen.page.keyboard.press("ArrowLeft" if now > (low + top) / 2 else "ArrowRight")
            figure.locator(".heard:not(:empty)").wait_for(state="attached", timeout=5000)
            assert figure.locator(".drawing:visible svg").first.inner_html() != before, "a step moves the chart"
            assert figure.bounding_box()["height"] == high and seen.page.evaluate("window.shifts") < SHIFT
            told = figure.locator(".drawing:visible").get_attribute("aria-label")
            chosen = figure.locator(".controls input[type=range], .controls input:checked").first.input_value()
            assert told.startswith("As chosen, ") and f": {chosen}" in told, "and what is said of it"
            assert told == figure.locator(".heard").inner_text(), "also to those who do not see it"
            assert figure.locator(".drawing:visible svg.foot").count() == 1
        assert sum(url.endswith("charts.js") for url in seen.requests) == 1
        assert not seen.complaints and not seen.strangers(REPORTS)
        seen.page.close()
    context.close()


def test_a_choice_follows_to_the_other_drawing(browser):
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    seen = Seen(context, (REPORTS / f"{_chapters_that_move()[0]}.html").as_uri())
    _unfolded(seen)
    figure = seen.page.locator("figure.moves").first
    still = figure.locator(".drawing.narrow svg").first.inner_html()
    figure.locator(".controls input").first.focus()
    seen.page.keyboard.press("ArrowRight")
    figure.locator(".heard:not(:empty)").wait_for(state="attached", timeout=5000)
    assert figure.locator(".drawing.narrow svg").first.inner_html() == still
    seen.page.set_viewport_size({"width": 360, "height": 900})
    seen.page.wait_for_function(
        "document.querySelector('figure.moves .drawing.narrow').ariaLabel.startsWith('As chosen')"
    )
    assert figure.locator(".drawing.narrow svg").first.inner_html() != still
    context.close()


# --- what a reader takes along ----------------------------------------------------------------------------------------

LOOK_AT_IT = """async address => {
  const picture = new Image();
  picture.src = address;
  await picture.decode();
  const canvas = Object.assign(document.createElement('canvas'), { width: picture.width, height: picture.height });
  canvas.getContext('2d').drawImage(picture, 0, 0);
  const seen = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data;
  let inked = 0, clear = 0;
  for (let at = 0; at < seen.length; at += 4) {
    inked += Math.min(seen[at], seen[at + 1], seen[at + 2]) < 200;
    clear += seen[at + 3] < 255;
  }
  return [picture.width, picture.height, inked / (seen.length / 4), clear, ...seen.slice(0, 3)];
}"""


def _address(kind, path):
    return f"data:image/{kind};base64,{base64.b64encode(path.read_bytes()).decode()}"


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("moved", [False, True])
def test_a_picture_taken_along_says_what_it_is_and_looks_right_on_every_ground(browser, tmp_path, theme, moved):
    context = browser.new_context(viewport={"width": 1440, "height": 900}, color_scheme=theme)
    seen = Seen(context, (REPORTS / f"{_chapters_that_move()[0]}.html").as_uri())
    _unfolded(seen)
    figure = seen.page.locator("figure.moves").first
    if moved:
        figure.locator(".controls input").first.focus()
        seen.page.keyboard.press("ArrowRight")
        figure.locator(".heard:not(:empty)").wait_for(state="attached", timeout=5000)
    saved = {}
    for kind in ("SVG", "PNG"):
        with seen.page.expect_download() as download:
            figure.get_by_role("button", name=f"Save as {kind}").press("Enter")
        saved[kind] = tmp_path / download.value.suggested_filename
        download.value.save_as(saved[kind])
        assert saved[kind].name == f"{figure.get_attribute('id')}.{kind.lower()}"
    drawing = ElementTree.parse(saved["SVG"]).getroot()
    shown = [text.strip() for text in figure.locator(".drawing:visible text").all_text_contents() if text.strip()]
    said = " ".join(drawing.itertext())
    assert shown and all(text in "".join(drawing.itertext()) for text in shown)
    for part in ("STEMS (NCT03269071", "CC BY 4.0", "assumed", figure.locator(".number").inner_text()):
        assert part in said.replace("\xa0", " ")
    assert (drawing.find("{*}desc").text.startswith("As chosen")) == moved
    assert not re.search(r'(?:href|src)="(?!#)|<script|<style|@import|foreignObject', saved["SVG"].read_text("utf-8"))
    blank = context.new_page()
    for kind, times in (("svg+xml", 1), ("png", 2)):
        wide, high, inked, clear, *corner = blank.evaluate(LOOK_AT_IT, _address(kind, saved[kind[:3].upper()]))
        assert wide == times * (644 + 2 * 12) and high > times * 200, "twice as many pixels, so that print is sharp"
        assert 0.01 < inked < 0.5 and not clear and corner == [255] * 3, "drawn for paper, on paper of its own"
    assert not seen.complaints
    context.close()


SMALLEST_TARGET = 24  # px; WCAG 2.2, 2.5.8


@pytest.mark.parametrize("name", DRAWN)
def test_one_line_under_every_picture(opened, name):
    """Numbers, sources, saving: in this order for the eye and for keys, large enough to touch, without scripts folded text."""
    for width in (360, 1440):
        shown = opened(name).look(width, "light")
        for figure in shown.locator("figure.chart").all():
            if not figure.is_visible():
                continue
            line = figure.locator(".behind")
            stops = line.locator(":is(summary, button.save):visible")
            assert stops.all_inner_texts() in (
                ["Numbers", *more, "SVG", "PNG"] for more in ([], ["Sources"], ["Notes"])
            )
            boxes = [stop.bounding_box() for stop in stops.all()]
            assert all(min(box["height"], box["width"]) >= SMALLEST_TARGET for box in boxes)
            assert max(box["y"] for box in boxes) - min(box["y"] for box in boxes) < 8, "one line"
            assert boxes == sorted(boxes, key=lambda box: box["x"])


def test_the_numbers_behind_a_figure_can_be_saved(opened, tmp_path):
    name = next(name for name in NAMES if 'class="data"' in (REPORTS / f"{name}.html").read_text(encoding="utf-8"))
    shown = opened(name).look(1440, "light")
    fold = shown.locator("details.data").first
    fold.locator("summary").focus()
    shown.keyboard.press("Enter")
    with shown.expect_download() as download:
        fold.locator("button.save").press("Enter")
    saved = tmp_path / download.value.suggested_filename
    download.value.save_as(saved)
    table = pd.read_csv(saved, encoding="utf-8-sig", dtype=str, keep_default_na=False)
    cells = fold.locator("tbody tr").first.locator("th, td").all_inner_texts()
    assert saved.suffix == ".csv" and list(table.iloc[0]) == [text.strip() for text in cells]
    assert len(table) == fold.locator("tbody tr").count()
    texts = ["=1+1", "-0.584", "- x", " @x", "'=1", "'tis", "−0.5"]
    assert shown.evaluate("texts => texts.map(harmless)", texts) == [harmless(text) for text in texts]


# --- the whole report in one file -------------------------------------------------------------------------------------


def test_the_whole_report_in_one_file(browser, tmp_path):
    single = tmp_path / "report.html"
    single.write_text(share.one_page(REPORTS), encoding="utf-8")
    assert single.stat().st_size < 4_000_000
    context = browser.new_context(viewport={"width": 360, "height": 800})
    seen = Seen(context, single.as_uri())
    ids = seen.page.eval_on_selector_all("[id]", "all => all.map(one => one.id)")
    assert len(ids) == len(set(ids))
    links = seen.page.eval_on_selector_all("a[href], use", "all => all.map(one => one.getAttribute('href'))")
    assert not [
        link
        for link in links
        if not link.startswith(("http", "#bench=")) and not (link.startswith("#") and link[1:] in ids)
    ]
    assert seen.page.evaluate("document.documentElement.scrollWidth") <= 360
    assert seen.page.locator("h1").count() == len(PAGES)
    figures = sum(
        (REPORTS / f"{name}.html").read_text(encoding="utf-8").count('<figure class="chart') for name in NAMES
    )
    assert seen.page.locator("figure.chart .drawing.narrow svg.foot").count() == figures
    if seen.page.locator("figure.moves").count():
        _unfolded(seen)
        seen.page.locator("figure.moves .controls input").first.focus()
        seen.page.keyboard.press("ArrowRight")
        seen.page.locator("figure.moves .heard:not(:empty)").first.wait_for(state="attached", timeout=5000)
    seen.page.get_by_role("button", name="A hundred more").click()
    assert seen.page.locator(".so-far").inner_text().startswith("100 trials so far")
    assert seen.requests == [single.as_uri()] and not seen.complaints
    context.close()


LOWEST = 62 + 24  # points above the edge: the margin below, a heading and one line


def headings_on_paper(data):
    """Title, number of the page and height above its lower edge of every heading in a PDF's outline."""
    pages = [int(page) for page in re.findall(rb"(\d+) 0 obj\s*<<\s*/Type\s*/Page\b", data)]
    found = re.findall(rb"/Title \((.*?)\)\n/Dest \[(\d+) 0 R /XYZ [\d.]+ ([\d.]+)", data)
    return [(title.decode("latin-1"), pages.index(int(page)) + 1, float(height)) for title, page, height in found]


def test_the_printed_report_is_tagged_numbered_and_whole(browser, tmp_path):
    single, printed = tmp_path / "report.html", tmp_path / "report.pdf"
    single.write_text(share.one_page(REPORTS), encoding="utf-8")
    share.print_pdf(browser, single, printed)
    data = printed.read_bytes()
    assert b"/StructTreeRoot" in data and b"/Marked true" in data and b"/Outlines" in data and b"/Lang" in data
    assert len(re.findall(rb"/Type\s*/Page\b", data)) > 10
    found = headings_on_paper(data)
    assert len(found) > 100 and not [heading for heading in found if heading[2] < LOWEST], "no heading ends a page"


# --- safety of the page -----------------------------------------------------------------------------------------------


def _hostile(frame):
    """The table with a hostile text in every column that holds text, and in the name of one column."""
    made = frame.copy()
    for column in made.columns:
        if not pd.api.types.is_numeric_dtype(made[column]):
            made[column] = [f"{HOSTILE} {value}" for value in made[column]]
    return made.head(3).assign(**{HOSTILE: "x"})


@pytest.fixture(scope="module")
def hostile_page(tmp_path_factory):
    """A chapter in which every table of data/ and every text that a page takes carries scripts."""
    said = []
    original, page.publish_display_data = page.publish_display_data, said.append
    try:
        for path in sorted((ROOT / "data").glob("*.csv")):
            page.table(_hostile(pd.read_csv(path)), f"{path.stem} {HOSTILE}", name=path.stem, note=HOSTILE)
        events = load.table("adverse_events")
        kept = events.assign(term=[f"{HOSTILE} {term}" if n == 0 else term for n, term in enumerate(events["term"])])
        page.chart(draw.forty_four_events, kept, HOSTILE, name="hostile", note=HOSTILE, data=_hostile(events))
        page.chart(_slider, pd.DataFrame({"x": [1, 2], "text": [HOSTILE] * 2}), HOSTILE, name="moving")
        page.say(f"Said: {HOSTILE}")
        page.fold(f"Asked: {HOSTILE}", f"Answered: {HOSTILE}")
        page.play("numbers", {**summary.numbers_to_type(12, 0, 0.95), "level": HOSTILE, "harmed": HOSTILE}, HOSTILE)
        page.fold(f"Asked: {HOSTILE}", "1", panels=2, right=1)
    finally:
        page.publish_display_data = original
    cells = [
        {"cell_type": "markdown", "metadata": {}, "source": "# Hostile\n\n## A section", "id": "a"},
        {
            "cell_type": "code",
            "metadata": {"tags": ["injected-parameters"]},
            "source": f"text: str = {HOSTILE!r}  # </pre>",
            "id": "b",
            "execution_count": 1,
            "outputs": [{"output_type": "display_data", "data": bundle, "metadata": {}} for bundle in said]
            + [{"output_type": "stream", "name": "stdout", "text": HOSTILE}],
        },
    ]
    import nbformat

    folder = tmp_path_factory.mktemp("hostile")
    notebook = nbformat.from_dict({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5})
    name = next(iter(configuration.schema().model_fields))
    text = html.page("00_x", notebook, {"00_x": "Hostile"}, {name: HOSTILE}, "")
    (folder / "00_x.html").write_text(text, encoding="utf-8")
    html.write_shared(folder)
    return folder / "00_x.html"


def _slider(frame, width):
    import altair as alt

    moved = alt.param(name="k", value=1, bind=alt.binding_range(min=1, max=2, step=1, name=HOSTILE))
    return (
        alt.Chart(frame, width=width - 40, title=HOSTILE, description=HOSTILE)
        .mark_text()
        .encode(x="x:Q", text="text:N", tooltip="text:N")
        .transform_filter("datum.x >= k")
        .add_params(moved)
    )


def _unharmed(seen, tables):
    shown = seen.page
    assert shown.locator("h1").inner_text() == "Hostile"
    assert shown.evaluate("window.ran") is None and shown.locator("main img, main svg script").count() == 0
    assert shown.locator("main figure.table").count() == tables, "every table is whole"
    assert shown.locator("footer.site").count() == 1 and shown.locator("main footer").count() == 0
    words = shown.locator("main").inner_text()
    assert "{{ 7*7 }}" in words and "49" not in re.findall(r"</script>(\S+)<img", words)
    assert f"Said: {HOSTILE[:20]}" in words and "Asked: <script>" in words
    assert not [said for said in seen.complaints if said != "x"], seen.complaints


@pytest.mark.parametrize("way", ["file", "server"])
def test_hostile_words_are_shown_and_never_run(browser, hostile_page, way):
    tables = len(list((ROOT / "data").glob("*.csv")))
    context = browser.new_context()
    quiet = functools.partial(_Quiet, directory=hostile_page.parent)
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), quiet)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        local = f"http://127.0.0.1:{server.server_port}/{hostile_page.name}"
        seen = Seen(context, hostile_page.as_uri() if way == "file" else local)
        _unharmed(seen, tables)
        moving = seen.page.locator("#figure-moving")
        moving.locator(".drawing:visible").hover()
        assert not [url for url in seen.requests if url.endswith("charts.js")], "passing over a chart asks for nothing"
        moving.locator(".controls input").focus()
        seen.page.keyboard.press("ArrowRight")
        moving.locator(".heard:not(:empty)").wait_for(state="attached", timeout=5000)
        moving.locator(".drawing:visible svg text").first.hover(force=True)
        _unharmed(seen, tables)
        assert {url.rsplit("/", 1)[1] for url in seen.requests} == {"00_x.html", *html.SHARED, "charts.js"} - {
            "bench.js"
        }
    finally:
        server.shutdown()
        server.server_close()
        context.close()


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass


@pytest.mark.parametrize("way", ["file", "server"])
def test_the_policy_stops_what_should_not_be_there(browser, hostile_page, way, tmp_path):
    """The second wall: a page into which scripts did get does not run them."""
    for shared in html.SHARED:
        shutil.copyfile(hostile_page.parent / shared, tmp_path / shared)
    planted = "<script>window.ran=1</script><button onclick='window.ran=1' style='color:red'>b</button><img src=https://x.test/a>"
    text = hostile_page.read_text(encoding="utf-8").replace("<h1", f"{planted}<h1", 1)
    (tmp_path / "planted.html").write_text(text, encoding="utf-8")
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(_Quiet, directory=tmp_path))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    context = browser.new_context()
    try:
        local = f"http://127.0.0.1:{server.server_port}/planted.html"
        seen = Seen(context, (tmp_path / "planted.html").as_uri() if way == "file" else local)
        seen.page.get_by_role("button", name="b", exact=True).click()
        assert seen.page.evaluate("window.ran") is None
        assert sum("Content Security Policy" in said for said in seen.complaints) >= 4
    finally:
        server.shutdown()
        server.server_close()
        context.close()


@pytest.mark.parametrize("name", ["02_safety", "08_claims"])
def test_opening_all_opens_reasons_and_depth_and_neither_answers_nor_sources(opened, name):
    seen = opened(name)
    state = """() => [...document.querySelectorAll('main details')].map(one =>
        [one.matches('.depth, .ledger details'), one.open])"""
    before = seen.page.evaluate(state)
    seen.page.get_by_role("button", name="Open all that is folded").click()
    after = seen.page.evaluate(state)
    seen.page.get_by_role("button", name="Close what is folded").click()
    assert any(wanted for wanted, _ in before) and all(is_open for wanted, is_open in after if wanted)
    assert [found for found in after if not found[0]] == [found for found in before if not found[0]]
    assert not any(is_open for wanted, is_open in seen.page.evaluate(state) if wanted)
