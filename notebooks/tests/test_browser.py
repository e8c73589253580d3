"""The committed pages in a real browser: offline, accessible, at every width, in both themes, without scripts."""

import base64
import functools
import http.server
import re
import threading
from xml.etree import ElementTree

import altair as alt
import nbformat
import pandas as pd
import pytest
import vl_convert

from reporting import configuration, drawings, html, page, share
from reporting.csv_cells import escaped
from tests import chapters
from tests.browsing import NEEDED, Seen, published, violations
from tests.chapters import ROOT
from trial import load, summary
from trial.charts import design as draw_design
from trial.charts import safety as draw

pytestmark = NEEDED
REPORTS = ROOT / "reports"
NAMES = [html.address(name).removesuffix(".html") for name in chapters.NAMES]
PAGES = [name.removesuffix(".html") for name in chapters.PAGES]
MOVING = [name for name in NAMES if 'class="chart moves"' in (REPORTS / f"{name}.html").read_text(encoding="utf-8")]
BYTES_OF_A_PAGE = 400_000
HOSTILE = "<script>window.ran=1</script></script>{{ 7*7 }}<img src=x onerror=window.ran=1>\"'"


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


FIRST = [(360, "light"), (1440, "dark")]
LOOKS = [(width, theme) for width in (320, 360, 768, 1280, 1440) for theme in ("light", "dark")]
# Each of the three layouts, and each theme; the rest asks only of colours.
AXE_AT = [(360, "light"), (768, "dark"), (1440, "light")]


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize(
    "looks",
    [FIRST, pytest.param([look for look in LOOKS if look not in FIRST], marks=pytest.mark.apart)],
    ids=["first", "others"],
)
def test_nothing_fails_whoever_looks_and_however(opened, name, looks):
    seen, found = opened(name), []
    for look in looks:
        found += [(*look, *fault) for fault in seen.survey(*look)]
        found += [(*look, *fault) for fault in violations(seen.page)] if look in AXE_AT else []
    assert not found and not seen.strangers() and not seen.complaints


PLANTED = {
    "scrolls sideways": "one('main').style.width = '3000px'",
    "not one of the two drawings shows": "one('.drawing.wide').style.display = one('.drawing.narrow').style.display = 'block'",
    "letters too pale in a drawing": "one('.drawing text').style.fill = one('.drawing.narrow text').style.fill = '#ccc'",
    "letters too pale": "one('main p').style.color = '#999'",
    "letters too small on a phone": "one('.drawing.narrow text').style.fontSize = '4px'",
    "words of a drawing leave the window": "one('.drawing.narrow text').textContent += ' and more of it'.repeat(9)",
    "no line of its own under a picture": "one('.behind details').before(one('.behind button.save'))",
    "a note printed over its table": "one('figure.table .note').style.marginTop = '-9rem'",
    "a table scrolls before it is asked to": "one('.scroll table').style.width = '3000px'",
    "cut while it waits out of sight": "one('.part > p').style.marginLeft = '-2rem'",
}


def test_what_would_be_amiss_is_noticed(browser):
    seen = Seen(browser, (REPORTS / "02_safety.html").as_uri())
    assert seen.survey(360, "light") == []
    seen.page.evaluate(
        "window.one = selector => document.querySelector(selector); window.whole = document.body.innerHTML"
    )
    for fault, planted in PLANTED.items():
        seen.page.evaluate(planted)
        assert fault in {what for what, _ in seen.survey(360, "light")}, fault
        seen.page.evaluate("document.body.innerHTML = whole")
    assert seen.survey(360, "light") == []


@pytest.mark.parametrize(
    ("name", "width"),
    [(name, width) for place, name in enumerate(PAGES) if name != "terms" for width in (360, (1280, 1440)[place % 2])],
)
def test_every_place_is_found_although_what_is_out_of_sight_waits(browser, name, width):
    text = (REPORTS / f"{name}.html").read_text(encoding="utf-8")
    *_, anchor, _ = re.findall(r'<(?:figure|section class="part")[^>]*? id="([^"]+)"', text)
    shown = browser.new_page(viewport={"width": width, "height": 900})
    shown.goto((REPORTS / f"{name}.html").as_uri() + f"#{anchor}")
    shown.wait_for_timeout(100)
    top = "anchor => [document.getElementById(anchor).getBoundingClientRect().top, innerHeight + scrollY - document.body.scrollHeight]"
    place, end = shown.evaluate(top, anchor)
    assert 0 <= place < 40 or abs(end) < 2, "at the top, or as far down as the page goes"
    shown.close()


FINGER = 44  # px (WCAG 2.2, 2.5.5); what stands in a line of text is exempt
SMALL = """least => [...document.querySelectorAll("summary, button, select, label:has(input), input:not(label input), nav a")]
  .map(one => [one, one.getBoundingClientRect()])
  .filter(([one, box]) => box.width && one.checkVisibility() && (box.height < least - 0.5 || box.width < least - 0.5))
  .map(([one, box]) => [one.outerHTML.slice(0, 80), box.width, box.height])"""

LEAVES = """() => [...document.querySelectorAll("main *, nav *, footer *")]
  .filter(one => !one.closest("svg, .scroll, .heard, .code") && one.checkVisibility() && one.getBoundingClientRect().right > 361)
  .map(one => one.outerHTML.slice(0, 80))"""


@pytest.mark.parametrize("name", ["index", "02_safety", "03_imaging", "05_next_trial", "08_claims", "reproduce"])
def test_what_is_pressed_is_large_enough_for_a_finger(browser, name):
    context = browser.new_context(viewport={"width": 360, "height": 780}, has_touch=True, is_mobile=True)
    shown = Seen(context, (REPORTS / f"{name}.html").as_uri()).page
    shown.wait_for_function("document.documentElement.classList.contains('whole')")
    shown.evaluate("document.querySelectorAll('details:not(.chapters)').forEach(one => one.open = true)")
    assert shown.evaluate(SMALL, FINGER) == []
    assert shown.evaluate(LEAVES) == []
    shown.evaluate("document.documentElement.style.fontSize = '212%'")
    assert shown.evaluate(LEAVES) == [], "with text twice as large"
    context.close()


def test_what_a_table_is_there_for_is_seen_on_a_phone(opened):
    """The second verdict: nobody has to ask for it."""
    shown = opened("08_claims").look(360, "light")
    assert shown.locator("#table-claims tbody tr:first-child > :nth-child(3)").is_visible()
    assert not shown.locator("#table-claims tbody tr:first-child > :nth-child(4)").is_visible()


@pytest.mark.parametrize("name", NAMES)
def test_a_page_is_light(name):
    assert (REPORTS / f"{name}.html").stat().st_size < BYTES_OF_A_PAGE


@pytest.mark.apart
def test_without_scripts_the_pictures_stand(opening):
    for name in NAMES:
        address = (REPORTS / f"{name}.html").as_uri()
        seen = opening(address, java_script_enabled=False, viewport={"width": 360, "height": 800})
        for fold in seen.page.locator("details.depth > summary").all():
            fold.click()
        pictures = seen.page.locator("figure.chart .drawing.narrow svg")
        assert not seen.page.locator(".controls:visible").count()
        for place in range(pictures.count()):
            pictures.nth(place).wait_for(state="visible", timeout=5000)
        assert seen.page.locator("button").count() == 0, "nothing is offered that would not work"
        seen.page.close()


PAINTED = """async address => {
  const picture = Object.assign(new Image(), { src: address });
  await picture.decode();
  const canvas = Object.assign(document.createElement('canvas'), { width: picture.width, height: picture.height });
  canvas.getContext('2d').drawImage(picture, 0, 0);
  return canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
}"""
DIFFERENCE = f"""async svgs => {{
  const seen = svg => ({PAINTED})(URL.createObjectURL(new Blob([svg], {{ type: 'image/svg+xml' }})));
  const [one, other] = [(await seen(svgs[0])).data, (await seen(svgs[1])).data];
  let apart = one.length === other.length ? 0 : NaN, painted = 0;
  one.forEach((value, place) => {{ apart += Math.abs(value - other[place]); painted += value > 0; }});
  return [apart / one.length, painted / one.length];
}}"""
LOOK_AT_IT = f"""async address => {{
  const {{ width, height, data }} = await ({PAINTED})(address);
  let inked = 0, clear = 0;
  for (let at = 0; at < data.length; at += 4) {{
    inked += Math.min(data[at], data[at + 1], data[at + 2]) < 200;
    clear += data[at + 3] < 255;
  }}
  return [width, height, inked / (data.length / 4), clear, ...data.slice(0, 3)];
}}"""


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
    whole, light = vl_convert.vegalite_to_svg(spec), drawings.slim_svg(spec)
    assert len(light) < 0.8 * len(whole)
    blank = opened("index").page.context.new_page()
    apart, painted = blank.evaluate(DIFFERENCE, [whole, light])
    assert apart < 0.2 and painted > 0.005, "mean difference in steps of 255; and something is painted"
    assert blank.evaluate(DIFFERENCE, [whole, light.replace('fill="#', 'fill="#0')])[0] > 0.2, "a fault would be seen"
    blank.close()


SHIFTS = """() => { window.shifts = 0; new PerformanceObserver(seen => seen.getEntries().forEach(one => window.shifts += one.value))
  .observe({ type: 'layout-shift' }); }"""  # those that follow a touch are counted too
SHIFT = 0.02  # of a page, as a benchmark of good pages counts it


def _unfolded(seen):
    seen.page.evaluate("document.querySelectorAll('main details.depth').forEach(one => one.open = true)")
    seen.page.evaluate("document.documentElement.classList.add('whole')")


@pytest.mark.parametrize("width", [360, 1440])
def test_charts_move_when_asked_and_nothing_jumps(opening, width):
    for name in MOVING:
        seen = opening((REPORTS / f"{name}.html").as_uri(), viewport={"width": width, "height": 900})
        _unfolded(seen)
        for figure in seen.page.locator("figure.moves").all():
            figure.hover()
        seen.page.wait_for_timeout(100)
        assert not [url for url in seen.requests if url.endswith("charts.js")], "passing over a chart asks for nothing"
        for figure in seen.page.locator("figure.moves").all():
            control = figure.locator(".controls input:checked").first
            control.scroll_into_view_if_needed()
            before, high = figure.locator(".drawing:visible svg").first.inner_html(), figure.bounding_box()["height"]
            seen.page.evaluate(SHIFTS)
            control.focus()
            seen.page.keyboard.press("ArrowRight")
            figure.locator(".heard:not(:empty)").wait_for(state="attached", timeout=5000)
            assert figure.locator(".drawing:visible svg").first.inner_html() != before, "a step moves the chart"
            assert figure.bounding_box()["height"] == high and seen.page.evaluate("window.shifts") < SHIFT
            told = figure.locator(".drawing:visible").get_attribute("aria-label")
            chosen = figure.locator(".controls input:checked").first.input_value()
            assert told.startswith("As chosen, ") and f": {chosen}" in told, "and what is said of it"
            assert told == figure.locator(".heard").inner_text(), "also to those who do not see it"
            assert figure.locator(".drawing:visible svg.foot").count() == 1
        assert sum(url.endswith("charts.js") for url in seen.requests) == 1
        seen.page.close()


def test_a_choice_follows_to_the_other_drawing(opening):
    seen = opening((REPORTS / f"{MOVING[0]}.html").as_uri(), viewport={"width": 1440, "height": 900})
    _unfolded(seen)
    figure = seen.page.locator("figure.moves").first
    still = figure.locator(".drawing.narrow svg").first.inner_html()
    stepped(seen.page)
    assert figure.locator(".drawing.narrow svg").first.inner_html() == still
    seen.page.set_viewport_size({"width": 360, "height": 900})
    seen.page.wait_for_function(
        "document.querySelector('figure.moves .drawing.narrow').ariaLabel.startsWith('As chosen')"
    )
    assert figure.locator(".drawing.narrow svg").first.inner_html() != still


# --- what a reader takes along ----------------------------------------------------------------------------------------


def _address(kind, path):
    return f"data:image/{kind};base64,{base64.b64encode(path.read_bytes()).decode()}"


def saved_by(button, folder):
    """The file that a button saves."""
    with button.page.expect_download() as download:
        button.press("Enter")
    download.value.save_as(folder / download.value.suggested_filename)
    return folder / download.value.suggested_filename


def stepped(shown):
    """Moves the first chart that moves, and waits until it has said so."""
    figure = shown.locator("figure.moves").first
    figure.locator(".controls input").first.focus()
    shown.keyboard.press("ArrowRight")
    figure.locator(".heard:not(:empty)").wait_for(state="attached", timeout=5000)


@pytest.mark.apart
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_picture_taken_along_says_what_it_is_and_looks_right_on_every_ground(opening, tmp_path, theme):
    address, look = (REPORTS / f"{MOVING[0]}.html").as_uri(), {"width": 1440, "height": 900}
    seen = opening(address, viewport=look, color_scheme=theme)
    blank = seen.page.context.new_page()
    _unfolded(seen)
    figure = seen.page.locator("figure.moves").first
    for moved in (False, True):
        if moved:
            stepped(seen.page)
        buttons = {kind: figure.get_by_role("button", name=f"Save as {kind}") for kind in ("SVG", "PNG")}
        saved = {kind: saved_by(button, tmp_path) for kind, button in buttons.items()}
        assert [file.name for file in saved.values()] == [
            f"{figure.get_attribute('id')}.{end}" for end in ("svg", "png")
        ]
        drawing = ElementTree.parse(saved["SVG"]).getroot()
        shown = [text.strip() for text in figure.locator(".drawing:visible text").all_text_contents() if text.strip()]
        said = " ".join(drawing.itertext())
        assert shown and all(text in "".join(drawing.itertext()) for text in shown)
        for part in ("STEMS (NCT03269071", "CC BY 4.0", "assumed", figure.locator(".number").inner_text()):
            assert part in said.replace("\xa0", " ")
        assert (drawing.find("{*}desc").text.startswith("As chosen")) == moved
        text = saved["SVG"].read_text("utf-8")
        assert not re.search(r'(?:href|src)="(?!#)|<script|<style|@import|foreignObject', text)
        for kind, times in (("svg+xml", 1), ("png", 2)):
            wide, high, inked, clear, *corner = blank.evaluate(LOOK_AT_IT, _address(kind, saved[kind[:3].upper()]))
            assert wide == times * (644 + 2 * 12) and high > times * 200, "twice as many pixels, so that print is sharp"
            assert 0.01 < inked < 0.5 and not clear and corner == [255] * 3, "drawn for paper, on paper of its own"


def test_the_numbers_behind_a_figure_can_be_saved(opened, tmp_path):
    name = next(name for name in NAMES if 'class="data"' in (REPORTS / f"{name}.html").read_text(encoding="utf-8"))
    shown = opened(name).look(1440, "light")
    fold = shown.locator("details.data").first
    fold.locator("summary").focus()
    shown.keyboard.press("Enter")
    saved = saved_by(fold.locator("button.save"), tmp_path)
    table = pd.read_csv(saved, encoding="utf-8-sig", dtype=str, keep_default_na=False)
    cells = fold.locator("tbody tr").first.locator("th, td").all_inner_texts()
    assert saved.suffix == ".csv" and list(table.iloc[0]) == [text.strip() for text in cells]
    assert len(table) == fold.locator("tbody tr").count()
    texts = ["=1+1", "-0.584", "- x", " @x", "'=1", "'tis", "−0.5"]
    assert shown.evaluate("texts => texts.map(harmless)", texts) == [escaped(text) for text in texts]


# --- the whole report in one file -------------------------------------------------------------------------------------


def test_the_whole_report_in_one_file(opening, tmp_path):
    single = tmp_path / "report.html"
    single.write_text(share.one_page(REPORTS), encoding="utf-8")
    assert single.stat().st_size < 4_000_000
    seen = opening(single.as_uri(), viewport={"width": 360, "height": 800})
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
    _unfolded(seen)
    stepped(seen.page)
    seen.page.get_by_role("button", name="A hundred more").click()
    assert seen.page.locator(".so-far").inner_text().startswith("100 trials so far")
    assert seen.requests == [single.as_uri()]


LOWEST = 62 + 24  # points above the edge: the margin below, a heading and one line


def headings_on_paper(data):
    """Title, number of the page and height above its lower edge of every heading in a PDF's outline."""
    pages = [int(page) for page in re.findall(rb"(\d+) 0 obj\s*<<\s*/Type\s*/Page\b", data)]
    found = re.findall(rb"/Title \((.*?)\)\n/Dest \[(\d+) 0 R /XYZ [\d.]+ ([\d.]+)", data)
    return [(title.decode("latin-1"), pages.index(int(page)) + 1, float(height)) for title, page, height in found]


@pytest.mark.apart
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
    with published() as said:
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
    injected = nbformat.v4.new_code_cell(
        f"text: str = {HOSTILE!r}  # </pre>",
        metadata={"tags": ["injected-parameters"]},
        outputs=[
            *(nbformat.v4.new_output("display_data", data=bundle) for bundle in said),
            nbformat.v4.new_output("stream", name="stdout", text=HOSTILE),
        ],
    )
    title = nbformat.v4.new_markdown_cell("# Hostile\n\n## A section")
    folder = tmp_path_factory.mktemp("hostile")
    notebook = nbformat.v4.new_notebook(cells=[title, injected])
    name = next(iter(configuration.schema().model_fields))
    text = html.page("00_x", notebook, {"00_x": "Hostile"}, {name: HOSTILE}, "")
    (folder / "00_x.html").write_text(text, encoding="utf-8")
    html.write_shared(folder)
    return folder / "00_x.html"


def _slider(frame, width):

    moved = alt.param(name="k", value=1, bind=alt.binding_radio(options=[1, 2], name=HOSTILE))
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


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass


@pytest.fixture(params=["file", "server"])
def address(request, hostile_page):
    """Where the hostile page lies, as a file or behind a server."""
    quiet = functools.partial(_Quiet, directory=hostile_page.parent)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), quiet) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        local = f"http://127.0.0.1:{server.server_port}/"
        yield local if request.param == "server" else hostile_page.parent.as_uri() + "/"
        server.shutdown()


def test_hostile_words_are_shown_and_never_run(browser, address):
    tables = len(list((ROOT / "data").glob("*.csv")))
    seen = Seen(browser, f"{address}00_x.html")
    _unharmed(seen, tables)
    seen.page.locator("#figure-moving .drawing:visible").hover()
    assert not [url for url in seen.requests if url.endswith("charts.js")], "passing over a chart asks for nothing"
    stepped(seen.page)
    seen.page.locator("#figure-moving .drawing:visible svg text").first.hover(force=True)
    _unharmed(seen, tables)
    asked = {*html.SHARED, "charts.js"} - {"bench.js"}
    assert {url.rsplit("/", 1)[1] for url in seen.requests} == {"00_x.html", *asked}
    seen.page.close()


def test_the_policy_stops_what_should_not_be_there(browser, hostile_page, address):
    """The second wall: a page into which scripts did get does not run them."""
    planted = "<script>window.ran=1</script><button onclick='window.ran=1' style='color:red'>b</button><img src=https://x.test/a>"
    text = hostile_page.read_text(encoding="utf-8").replace("<h1", f"{planted}<h1", 1)
    hostile_page.with_name("planted.html").write_text(text, encoding="utf-8")
    seen = Seen(browser, f"{address}planted.html")
    seen.page.get_by_role("button", name="b", exact=True).click()
    assert seen.page.evaluate("window.ran") is None
    assert sum("Content Security Policy" in said for said in seen.complaints) >= 4
    seen.page.close()


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
