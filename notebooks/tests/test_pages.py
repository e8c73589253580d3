"""The committed pages as a reader gets them: words, links, pictures, and nothing from a network."""

import html
import re
from html.parser import HTMLParser

import pyphen
import pytest

from tests.chapters import NAMES, ROOT, cells, reference
from trial import answers

PAGES = [*(f"{name}.html" for name in NAMES), "index.html"]
VOID = {"meta", "link", "br", "img", "hr", "input", "path", "rect", "circle", "line", "use", "stop"}
BANNED = [
    "safe",
    "well tolerated",
    "promising",
    "breakthrough",
    "proves",
    "trend towards",
    "merely",
    "wheelchair-bound",
    "sufferers",
    "not public",
    "not published",
    "not reported",
]


class Reader(HTMLParser):
    """Ids, links, loaded resources, visible text and unbalanced tags of a page."""

    def __init__(self, text):
        super().__init__(convert_charrefs=True)
        self.ids, self.links, self.loaded, self.words, self.open, self.faults = [], [], [], [], [], []
        self.hidden = 0
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        given = dict(attributes)
        if "id" in given:
            self.ids.append(given["id"])
        if tag == "a" and "href" in given:
            self.links.append(given["href"])
        elif given.get("src") or (tag == "link" and given.get("href")):
            self.loaded.append(given.get("src") or given["href"])
        if any(name.startswith("on") for name in given):
            self.faults.append(f"event handler on <{tag}>")
        if tag not in VOID:
            self.open.append(tag)
            self.hidden += tag in ("script", "style", "pre")

    def handle_endtag(self, tag):
        if tag in VOID:
            return
        if not self.open or self.open[-1] != tag:
            self.faults.append(f"</{tag}> closes {self.open[-3:]}")
            return
        self.open.pop()
        self.hidden -= tag in ("script", "style", "pre")

    def handle_data(self, data):
        if not self.hidden:
            self.words.append(data)


@pytest.fixture(params=PAGES)
def page(request):
    text = (ROOT / "reports" / request.param).read_text(encoding="utf-8")
    return request.param, text, Reader(text)


def test_markup_is_balanced_and_ids_are_unique(page):
    _, _, reader = page
    assert not reader.faults and not reader.open
    assert len(reader.ids) == len(set(reader.ids)), sorted({i for i in reader.ids if reader.ids.count(i) > 1})


def test_nothing_comes_from_a_network(page):
    _, text, reader = page
    assert reader.loaded and not [source for source in reader.loaded if "//" in source]
    beside = [source for source in reader.loaded if not source.startswith("data:")]  # an empty icon, held by the page
    assert beside and all((ROOT / "reports" / source).is_file() for source in beside)
    for leftover in ("require.js", "mathjax", "mermaid", "jp-", "unpkg", "cdn."):
        assert leftover not in re.sub(r"<a [^>]*>", "", text).lower()


def test_every_link_leads_somewhere(page):
    name, _, reader = page
    for link in reader.links:
        if link.startswith(("https://", "http://")):
            continue
        target, _, anchor = link.partition("#")
        path = ROOT / "reports" / (target or name)
        assert path.is_file(), link
        if anchor:
            assert f'id="{anchor}"' in path.read_text(encoding="utf-8"), link


def outside_quotation_marks(words):
    return re.sub(r"[“\"][^”\"]{0,400}[”\"]", " ", words)


def test_words_that_mislead_stand_in_quotation_marks_only(page):
    name, text, _ = page
    body = re.sub(r"<(script|style|pre|svg)\b.*?</\1>", " ", text, flags=re.S)
    words = outside_quotation_marks(html.unescape(re.sub(r"<[^>]+>", " ", body)))
    words = re.sub(r"\b[\w.-]+\.[a-z]{2,}/\S*", " ", words)  # addresses of sources are as they are
    for word in BANNED:
        found = re.search(rf"\b{word}\b", words, flags=re.I)
        assert not found, f"{name}: …{words[max(0, found.start() - 60) : found.end() + 40]}…"
    hints = re.findall(r".{30}hints of benefit.{10}", re.sub(r"\s+", " ", words), flags=re.I)
    assert not hints, "only as the headline's words"


def test_figures_have_numbers_captions_and_descriptions(page):
    name, text, _ = page
    figures = re.findall(r'<figure class="(?:chart|table).*?</figure>', text, flags=re.S)
    assert name == "index.html" or figures
    for figure in figures:
        assert re.search(r'<span class="number">(Figure|Table) \d\.\d+</span> \S', figure)
        if figure.startswith('<figure class="chart'):
            labels = set(re.findall(r'<div class="drawing \w+" role="img" aria-label="([^"]+)">', figure))
            assert len(labels) == 1 and 5 <= len(labels.pop().split()) <= 75
            assert re.findall(r'viewBox="0 0 ([\d.]+)', figure) == ["644", "644", "314", "314"], "all of one scale"
            assert figure.count("<summary>Numbers</summary>") == 1


def test_a_page_says_what_it_is(page):
    _, text, _ = page
    assert '<html lang="en">' in text and "Not medical advice" in text and "independently of the trial" in text
    assert "Content-Security-Policy" in text and "<h1" in text


def test_the_menu_of_chapters_is_on_every_page_and_code_has_one_switch(page):
    name, text, reader = page
    menu = re.search(r'<details class="chapters">.*?</details>', text, flags=re.S)[0]
    assert sorted(f"{chapter}.html" for chapter in NAMES) == sorted(re.findall(r'href="([^"]+)"', menu))
    assert 'href="#main">Skip to the text' in text and reader.ids.count("main") == 1
    assert text.count('<label class="switch">') == (name != "index.html") and "<summary>How this" not in text
    assert (name == "index.html") or text.count('<div class="code">') >= 10


def test_sections_of_the_summary():
    text = (ROOT / "reports" / "00_summary.html").read_text(encoding="utf-8")
    for section in ("plain-language", "questions", "for-specialists"):
        assert f'<section id="{section}">' in text


def test_the_summary_is_short_enough():
    text = (ROOT / "reports" / "00_summary.html").read_text(encoding="utf-8")
    lay = re.search(r'<section id="plain-language">(.*?)</section>', text, flags=re.S)[1]
    lay = re.sub(r'<(figure|details|script|pre)\b.*?</\1>|<a class="permalink".*?</a>', " ", lay, flags=re.S)
    room = 600 + 40 * len(answers.answered())  # what a reader of the article has filled in is spoken too
    assert 150 <= len(re.sub(r"<[^>]+>", " ", lay).split()) <= room


def reading_grade(fragment):
    """Flesch-Kincaid grade of the paragraphs of a page; syllables as pyphen's American patterns divide words."""
    dictionary, words, sentences, syllables = pyphen.Pyphen(lang="en_US"), 0, 0, 0
    fragment = re.sub(r"<(figure|details|script|pre)\b.*?</\1>", " ", fragment, flags=re.S)
    for paragraph in re.findall(r"<p>(.*?)</p>", fragment, flags=re.S):
        text = html.unescape(re.sub(r"<[^>]+>", "", paragraph)).strip()
        found = re.findall(r"[A-Za-z][A-Za-z'’]*|\d[\d.,]*", text)
        words += len(found)
        syllables += sum(len(dictionary.positions(word)) + 1 for word in found)
        sentences += len(sentences_of(text))
    return 0.39 * words / sentences + 11.8 * syllables / words - 15.59


def sentences_of(text):
    return [part for part in re.split(r"(?<=[.?!])\s+(?=[A-Z])", text.replace("et al. ", "et al ")) if part.strip()]


def test_the_reading_grade_can_tell():
    """Six words of one syllable, by hand: 0.39 x 6 + 11.8 - 15.59."""
    assert reading_grade("<p>The cat sat on the mat.</p>") == pytest.approx(-1.45)
    assert reading_grade("<p>Exploratory analyses demonstrated considerable deceleration.</p>") > 12


@pytest.mark.parametrize("section", ["plain-language", "questions"])
def test_lay_sections_read_at_grade_eight(section):
    text = (ROOT / "reports" / "00_summary.html").read_text(encoding="utf-8")
    assert reading_grade(re.search(rf'<section id="{section}">(.*?)</section>', text, flags=re.S)[1]) <= 8


# READERS' words: what a lay page says instead of what a journal says.
LAY = "patients? subjects? cases dropouts? failed null futility overdose atrophy exact dose-dependent natural.history"
NOT_ON_LAY_PAGES = re.compile(rf"\b({LAY.replace(' ', '|')})\b")


def lay_parts():
    """The words of the parts written for people with MS and their families: two sections of 00, and the front page."""
    summary = (ROOT / "reports" / "00_summary.html").read_text(encoding="utf-8")
    for section in ("plain-language", "questions"):
        yield section, re.search(rf'<section id="{section}">(.*?)</section>', summary, flags=re.S)[1]
    front = (ROOT / "reports" / "index.html").read_text(encoding="utf-8")
    yield "index", re.search(r'<main id="main">(.*?)<h2', front, flags=re.S)[1]


def test_lay_parts_use_plain_words():
    for where, part in lay_parts():
        text = re.sub(r"<(figure|details|script|nav|pre)\b.*?</\1>", " ", part, flags=re.S)
        said = html.unescape(re.sub(r"<[^>]+>", " ", text)).lower()
        assert len(said.split()) > 50 and not NOT_ON_LAY_PAGES.findall(said), where


@pytest.mark.parametrize("name", NAMES)
def test_short_answers_read_at_grade_nine(name):
    text = (ROOT / "reports" / f"{name}.html").read_text(encoding="utf-8")
    short = re.search(r'id="the-short-answer".*?</h2>(.*?)<h2', text, flags=re.S)
    assert short or name == "00_summary"
    if short:
        assert reading_grade(short[1]) <= 9


def test_terms_lead_to_their_meaning_at_first_use(page):
    """Every page that uses a term in a sentence explains it there, once, and the list holds what the link says."""
    name, text, _ = page
    explained = re.findall(r'<a class="term" href="([^"#]*)#(term-[^"]+)" title="([^"]+)">', text)
    assert explained and len({term for _, term, _ in explained}) == len(explained)
    assert {target for target, _, _ in explained} == {"" if name == "00_summary.html" else "00_summary.html"}
    listed = (ROOT / "reports" / "00_summary.html").read_text(encoding="utf-8")
    for _, term, meaning in explained:
        row = re.search(rf'<tr>\s*<th id="{term}" scope="row">.*?</tr>', listed, flags=re.S)[0]
        assert html.unescape(meaning) in html.unescape(row)


def test_each_question_is_answered_in_two_sentences():
    text = (ROOT / "reports" / "00_summary.html").read_text(encoding="utf-8")
    asked = re.search(r'<section id="questions">(.*?)</section>', text, flags=re.S)[1].split("<h3")[1:]
    assert len(asked) == 11
    for answer in asked:
        said = html.unescape(re.sub(r"<[^>]+>", "", "".join(re.findall(r"<p>(.*?)</p>", answer, flags=re.S))))
        assert 1 <= len(sentences_of(re.sub(r"\s+", " ", said))) <= 2, said


class InSight(HTMLParser):
    """The words of a page that stand open: tables and captions too, of a fold its name, of two drawings one."""

    def __init__(self, text):
        super().__init__(convert_charrefs=True)
        self.inside, self.words = [], []
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        wide = (dict(attributes).get("class") or "") == "drawing wide"
        if tag not in VOID:
            self.inside.append("wide" if wide else tag)

    def handle_endtag(self, tag):
        if tag not in VOID:
            self.inside.pop()

    def handle_data(self, data):
        folds = self.inside.count("details") - ("summary" in self.inside)
        if not folds and not {"script", "style", "pre", "wide"} & set(self.inside):
            self.words += data.split()


def test_minutes_count_what_is_open_and_are_the_same_on_the_front_page():
    assert InSight("<p>a</p><details><summary>b <i>c</i></summary>d</details><td>e</td>").words == ["a", "b", "c", "e"]
    front = (ROOT / "reports" / "index.html").read_text(encoding="utf-8")
    for name in NAMES:
        listed = re.search(rf'href="{name}.html">[^<]*</a> <span class="minutes">(\d+) min', front)[1]
        text = (ROOT / "reports" / f"{name}.html").read_text(encoding="utf-8")
        body = re.search(r'<main id="main">(.*)</main>', text, flags=re.S)[1]
        assert int(listed) == max(1, round(len(InSight(body).words) / 220))
        assert re.search(rf"\b{listed} min", text.replace(body, "")), name


@pytest.mark.parametrize("name", NAMES)
def test_nothing_is_lost_between_a_chapter_and_its_page(name):
    """Every table, figure and answer of the reference stands on the page, once, folded or open."""
    text = (ROOT / "reports" / f"{name}.html").read_text(encoding="utf-8")
    said = "".join(
        "".join(value) if isinstance(value, list) else value
        for cell in reference(name)["cells"]
        for output in cell.get("outputs", [])
        for value in output.get("data", {}).values()
        if isinstance(value, str | list)
    )
    wanted = re.findall(r'<figure class="(?:chart|table)[^"]*" id="([^"]+)"', said)
    assert wanted and wanted == re.findall(r'<figure class="(?:chart|table)[^"]*" id="([^"]+)"', text)
    assert said.count('<details class="reveal"') == text.count('<details class="reveal"')
    headings = re.findall(r"^##+ (.+)$", "\n".join(cells(name, "markdown")), flags=re.M)
    shown = [re.sub(r"<a class=.*|<[^>]+>", "", one).strip() for one in re.findall(r"<h[23][^>]*>(.*?)</h[23]>", text)]
    assert headings and not set(headings) - set(map(html.unescape, shown))


def test_the_dark_theme_knows_every_colour_of_the_charts():
    from trial.charts import theme

    style = (ROOT / "reports" / "report.css").read_text(encoding="utf-8")
    colours = [value for value in vars(theme).values() if isinstance(value, str) and value.startswith("#")]
    for colour in [*colours, *theme.COHORT.values()]:
        assert f'svg [fill="{colour}"]' in style and f'[stroke="{colour}"]' in style


def test_a_hostile_text_stays_text():
    import pandas

    from reporting import page

    made = []
    original, page.publish_display_data = page.publish_display_data, made.append
    try:
        frame = pandas.DataFrame({"a": ["<script>alert(1)</script>"], "b": ["{{ 1 }} </td>"]})
        page.table(frame, "<img src=x>", note="</aside><script>")
    finally:
        page.publish_display_data = original
    shown = made[0]["text/html"]
    assert "<script" not in shown and "<img" not in shown and "&lt;script&gt;" in shown
