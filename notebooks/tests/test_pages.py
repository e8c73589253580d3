"""The committed pages as a reader gets them: words, links, pictures, and nothing from a network."""

import html
import re
from html.parser import HTMLParser

import nbformat
import pyphen
import pytest

from reporting import depth, mime
from reporting.html import address, main_of
from tests.chapters import BESIDE, FRONT, NAMES, NOTEBOOKS, PAGES, ROOT, page_of
from trial import answers
from trial.charts import theme

REPORTS = ROOT / "reports"
VOID = {"meta", "link", "br", "img", "hr", "input", "path", "rect", "circle", "line", "use", "stop"}
BANNED = (
    "safe|well tolerated|promising|breakthrough|proves|trend towards|merely|wheelchair-bound|sufferers|not public"
    "|not published|not reported"
)


def told(fragment, *but):
    """The words of a piece of a page as a reader sees them, without what such elements hold."""
    if but:
        fragment = re.sub(rf"<({'|'.join(but)})\b.*?</\1>", " ", fragment, flags=re.S)
    return html.unescape(re.sub(r"<[^>]+>", " ", fragment))


def paragraphs(fragment, *but):
    """The paragraphs of a piece of a page, each as words with nothing where its marks were."""
    if but:
        fragment = re.sub(rf"<({'|'.join(but)})\b.*?</\1>", " ", fragment, flags=re.S)
    found = re.findall(r"<p>(.*?)</p>", fragment, flags=re.S)
    return [html.unescape(re.sub(r"<[^>]+>", "", text)).strip() for text in found]


class Reader(HTMLParser):
    """Ids, links, loaded resources and faults of a page, and the words that stand open: of a fold its name, of two drawings one."""

    def __init__(self, text):
        super().__init__(convert_charrefs=True)
        self.ids, self.links, self.loaded, self.words, self.open, self.faults = [], [], [], [], [], []
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        given = dict(attributes)
        if "id" in given:
            self.ids.append(given["id"])
        if tag in ("a", "use") and "href" in given:
            self.links.append(given["href"])
        elif given.get("src") or (tag == "link" and given.get("href")):
            self.loaded.append(given.get("src") or given["href"])
        if any(name.startswith("on") for name in given):
            self.faults.append(f"event handler on <{tag}>")
        if tag not in VOID:
            self.open.append((tag, given.get("class") == "drawing wide"))

    def handle_endtag(self, tag):
        if tag not in VOID and (not self.open or self.open.pop()[0] != tag):
            self.faults.append(f"</{tag}> closes {self.open[-3:]}")

    def handle_data(self, data):
        inside = [tag for tag, _ in self.open]
        folds = inside.count("details") - ("summary" in inside)
        if not folds and not {"script", "style", "pre"} & set(inside) and not any(wide for _, wide in self.open):
            self.words += data.split()


@pytest.fixture(params=PAGES)
def page(request):
    text = (REPORTS / request.param).read_text(encoding="utf-8")
    return request.param, text, Reader(text)


def test_markup_is_balanced_and_ids_are_unique(page):
    _, _, reader = page
    assert not reader.faults and not reader.open
    assert len(reader.ids) == len(set(reader.ids)), sorted({i for i in reader.ids if reader.ids.count(i) > 1})
    assert Reader("<p><i></p>").faults and Reader("<p>").open, "a fault would be seen"


def test_nothing_comes_from_a_network(page):
    _, text, reader = page
    assert reader.loaded and not [source for source in reader.loaded if "//" in source]
    beside = [source for source in reader.loaded if not source.startswith("data:")]  # an empty icon, held by the page
    assert beside and all((REPORTS / source).is_file() for source in beside)
    for leftover in ("require.js", "mathjax", "mermaid", "jp-", "unpkg", "cdn."):
        assert leftover not in re.sub(r"<a [^>]*>", "", text).lower()


def test_every_link_leads_somewhere(page):
    name, _, reader = page
    for link in reader.links:
        if link.startswith(("https://", "http://")):
            continue
        target, _, anchor = link.partition("#")
        path = REPORTS / (target or name)
        assert path.is_file(), link
        assert not anchor or f'id="{anchor}"' in path.read_text(encoding="utf-8"), link


def test_words_that_mislead_stand_in_quotation_marks_only(page):
    name, text, _ = page
    words = re.sub(r"[“\"][^”\"]{0,400}[”\"]", " ", told(text, "script", "style", "pre", "svg"))
    words = re.sub(r"\b[\w.-]+\.[a-z]{2,}/\S*", " ", words)  # addresses of sources are as they are
    found = re.search(rf".{{,60}}\b(?:{BANNED})\b.{{,40}}", words, flags=re.I | re.S)
    assert not found, f"{name}: …{found[0]}…"
    hints = re.findall(r".{30}hints of benefit.{10}", re.sub(r"\s+", " ", words), flags=re.I)
    assert not hints, "only as the headline's words"


def test_figures_have_numbers_captions_and_descriptions(page):
    name, text, _ = page
    figures = re.findall(r'<figure class="(?:chart|table).*?</figure>', text, flags=re.S)
    assert name in BESIDE or figures
    for figure in figures:
        assert re.search(r'<span class="number">(Figure|Table) \d\.\d+</span> \S', figure)
        if figure.startswith('<figure class="chart'):
            labels = set(re.findall(r'<div class="drawing \w+" role="img" aria-label="([^"]+)">', figure))
            assert len(labels) == 1 and 5 <= len(labels.pop().split()) <= 75
            assert figure.count("<summary>Numbers</summary>") == 1


def test_what_every_row_says_is_said_once(page):
    """No column of words repeats one value in three rows and more (`tables.without_repeats`); where it did, the file still has it."""
    name, text, _ = page
    for found in re.findall(r'<figure class="table".*?</figure>', text, flags=re.S):
        rows = [
            re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, flags=re.S)
            for row in re.findall(r"<tr>(.*?)</tr>", found, flags=re.S)
        ]
        for head, *cells in zip(*rows, strict=True) if len(rows) > 3 else ():
            said = cells[0] if len(set(cells)) == 1 else ""
            words = set(re.findall(r"[A-Za-z]{2,}", said)) - {"of", "and", "to", "none", "fewer", "more", "than"}
            assert not words or "<a " in said, f"{name}: {head}"


def test_apostrophes_and_lists_end_as_in_print(page):
    name, text, _ = page
    read = told(main_of(text), "script", "style", "pre", "code")
    assert not re.search(r".{20}\w'\w.{9}", read), f"{name}: straight apostrophe"
    assert "`" not in read, f"{name}: a mark of Markdown"
    listed = re.findall(r"<ul>\s*(<li>.*?)</ul>", main_of(text), flags=re.S)
    assert all(told(item).strip()[-1] in ".?”)" for part in listed for item in part.split("</li>")[:-1]), name


def test_a_caption_says_more_than_the_title_of_its_picture():
    """Of the words of a caption less than two thirds stand in the finding above the picture."""
    for name in NAMES:
        listed = {key: finding for key, finding in findings() if key.startswith(address(name))}
        for key, caption in re.findall(
            r'<figure class="chart[^"]*" id="([^"]+)">.*?<span class="number">[^<]*</span>(.*?)<span class="kinds"',
            page_of(name),
            flags=re.S,
        ):
            words = set(re.findall(r"\w+", told(caption).lower()))
            repeated = words & set(re.findall(r"\w+", told(listed[f"{address(name)}#{key}"]).lower()))
            assert len(repeated) < 2 / 3 * len(words), f"{name}: {told(caption)}"


def findings():
    return re.findall(
        r'<li><a href="([^"]+)">Figure \d\.\d+</a> (.+)</li>', (REPORTS / "reproduce.html").read_text("utf-8")
    )


def test_a_page_says_what_it_is(page):
    name, text, _ = page
    assert '<html lang="en">' in text and "Not medical advice" in text and "independently of the trial" in text
    assert "Content-Security-Policy" in text and text.count("<h1") == 1
    told = re.search(r'<meta name="description" content="([^"]+)">', text)
    assert name in BESIDE or (told[1][-1] in ".?" and f'"og:description" content="{told[1]}"' in text)
    assert "og:url" not in text and "og:image" not in text, "no address is invented"


def test_the_menu_of_chapters_is_on_every_page_and_code_has_one_switch(page):
    name, text, reader = page
    menu = re.search(r'<details class="chapters">.*?</details>', text, flags=re.S)[0]
    assert sorted(map(address, NAMES)) == sorted(re.findall(r'href="([^"]+)"', menu))
    assert 'href="#main">Skip to the text' in text and reader.ids.count("main") == 1
    assert text.count('<label class="switch">') == (name not in BESIDE) and "<summary>How this" not in text
    assert name in BESIDE or text.count('<div class="code">') >= 10


# The front page, in Cochrane's order (DESIGN).
ORDER = [
    "In one picture",
    "What was done",
    "What happened to the twelve",
    "What the scans and the fluid can and cannot say",
    "What we could not find out, and where it is written",
    "What comes next",
    "Run another trial of twelve",
    "Questions people ask",
    "Who wrote this, who paid",
    "Three ways in",
    "The chapters",
    "References",
]


def front_parts():
    """The parts of the front page by heading, in order, the first by its title."""
    parts = re.split(r"(?=<h[12][ >])", main_of(page_of(FRONT)))[1:]
    return {heading(re.search(r"<h[12][^>]*>(.*?)</h[12]>", part, flags=re.S)[1]): part for part in parts}


def heading(inside):
    """The words of a heading without the link to it."""
    return html.unescape(re.sub(r"<a class=.*|<[^>]+>", "", inside)).strip()


def words_of(part):
    """The words that stand open, drawings, controls and code left out."""
    return told(part, "svg", "script", "fieldset", "details", "pre").replace(" # ", " ").split()


def test_the_front_page_keeps_its_order():
    first, *others = front_parts()
    assert others == ORDER and first.endswith("?")


def test_the_front_page_is_short_enough():
    words = [word for name, part in front_parts().items() if name not in ORDER[7:] for word in words_of(part)]
    room = 650 + 40 * len(answers.answered())  # what a reader of the article has filled in is spoken too
    assert 400 <= len(words) <= room


def test_the_sentence_to_quote():
    """At most 25 words, a number inside, who said it below, and the article named and linked."""
    quote = re.search(r"<blockquote>(.*?)</blockquote>", page_of(FRONT), flags=re.S)[1]
    said, source, *_ = paragraphs(quote)
    assert len(said.split()) <= 25 and re.search(r"\b(twelve|\d+)\b", said, flags=re.I) and said.endswith(".")
    assert "PMC9873560" in source and "pmc.ncbi.nlm.nih.gov/articles/PMC9873560/" in quote and "#ref-" in quote


def test_side_effects_stand_on_the_front_page():
    said = " ".join(words_of(front_parts()["What happened to the twelve"]))
    for part in ("44", "ten down to the cells", "first two weeks", "16 were infections", "relapse"):
        assert part in said


def test_old_addresses_lead_somewhere():
    """What others may have linked to: the page of the summary, and places on the front page as it was."""
    front, moved = page_of(FRONT), (REPORTS / f"{FRONT}.html").read_text(encoding="utf-8")
    places = "packages parameters changes figures chapters kinds cite your-data questions-people-ask"
    assert {place: front.count(f'id="{place}"') for place in places.split()} == dict.fromkeys(places.split(), 1)
    assert '<meta http-equiv="refresh" content="0; url=index.html">' in moved and "<h1" in moved
    assert '<link rel="canonical" href="index.html">' in moved and '<a href="index.html">' in moved
    linked = [name for name in PAGES if f'href="{FRONT}.html' in (REPORTS / name).read_text(encoding="utf-8")]
    assert not linked, "our own pages need no forwarding"


def test_each_chapter_has_a_picture_and_its_minutes_on_the_front_page():
    listed = re.split(r"(?=<li>)", front_parts()["The chapters"])[1:]
    assert [re.search(r'<h3>.*?href="([^"]+)"', one)[1] for one in listed] == [f"{name}.html" for name in NAMES[1:]]
    assert all("min</span>" in one for one in listed)
    assert sum("<svg" in one for one in listed) >= len(listed) - 1  # the weighing of claims is a table


def test_what_it_takes_to_make_the_report_again_stands_on_one_page():
    text = (REPORTS / "reproduce.html").read_text(encoding="utf-8")
    for place in ("rerun", "parameters", "cite", "changes", "packages", "figures", "kinds"):
        assert f'<section class="part" id="{place}">' in text
    figures = findings()
    assert len(figures) == sum(page_of(name).count('<figure class="chart') for name in NAMES)
    assert all(len(finding.split()) > 1 for _, finding in figures) and 'href="results.csv"' in text


def reading_grade(fragment):
    """Flesch-Kincaid grade of the paragraphs of a page; syllables as pyphen's American patterns divide words."""
    dictionary, words, sentences, syllables = pyphen.Pyphen(lang="en_US"), 0, 0, 0
    for text in paragraphs(fragment, "figure", "details", "script", "pre"):
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


def test_every_part_of_the_front_page_reads_at_grade_seven():
    parts = {name: part for name, part in front_parts().items() if name != "References"}
    said = {name: words_of("".join(re.findall(r"<p>.*?</p>", part, flags=re.S))) for name, part in parts.items()}
    long = {name: reading_grade(parts[name]) for name in parts if len(said[name]) >= 50}
    assert len(long) >= 8 and not {name: grade for name, grade in long.items() if grade > 7}


# READERS' words: what a lay page says instead of what a journal says.
LAY = "patients? subjects? cases dropouts? failed null futility overdose atrophy exact dose-dependent natural.history"
NOT_ON_LAY_PAGES = re.compile(rf"\b({LAY.replace(' ', '|')})\b")


def test_lay_parts_use_plain_words():
    """All of the front page but what it quotes from the chapters."""
    for name, part in front_parts().items():
        said = told(part, "figure", "details", "script", "nav", "pre").lower()
        assert name in ORDER[-2:] or (len(said.split()) > 10 and not NOT_ON_LAY_PAGES.findall(said)), name


@pytest.mark.parametrize("name", NAMES)
def test_short_answers_read_at_grade_nine(name):
    short = re.search(r'id="the-short-answer".*?</h2>(.*?)<h2', page_of(name), flags=re.S)
    assert short or name == FRONT
    assert not short or reading_grade(short[1]) <= 9


def test_terms_lead_to_their_meaning_at_first_use(page):
    """Every page that uses a term in a sentence explains it there, once, and the list holds what the link says."""
    name, text, _ = page
    explained = re.findall(r'<a class="term" href="([^"#]*)#(term-[^"]+)" title="([^"]+)">', text)
    assert (explained or name in BESIDE) and len({term for _, term, _ in explained}) == len(explained)
    listed = (REPORTS / "terms.html").read_text(encoding="utf-8")
    for target, term, meaning in explained:
        assert target == "terms.html" and f'id="{term}"' in listed
        row = re.search(rf'<dt id="{term}">.*?</dd>', listed, flags=re.S)[0]
        assert html.unescape(meaning) in html.unescape(row)


def test_each_question_is_answered_in_two_sentences_and_says_where_to_go_next():
    asked = re.search(r'<section id="questions">(.*?)</section>', page_of(FRONT), flags=re.S)[1].split("<h3")[1:]
    assert len(asked) == 11
    for answer in asked:
        said = " ".join(" ".join(paragraphs(answer)).split())
        assert 1 <= len(sentences_of(said)) <= 2, said
        assert re.search(r'href="(?:\d\d_\w+\.html|https://pmc\.)', answer) or "show it to your doctor" in said, said


def test_minutes_count_what_is_open_and_are_the_same_on_the_front_page():
    said = "<p>a</p><details><summary>b <i>c</i></summary>d</details><td>e</td><div class='drawing wide'>f</div>"
    assert Reader(said).words == ["a", "b", "c", "e"]
    front = page_of(FRONT)
    for name in set(NAMES) - {FRONT}:
        text = page_of(name)
        minutes = max(1, round(len(Reader(main_of(text)).words) / 220))
        listed = re.search(rf'href="{name}.html">[^<]*</a> <span class="minutes">(\d+) min', front)[1]
        assert int(listed) == minutes and re.search(rf"\b{listed} min", text.replace(main_of(text), "")), name


@pytest.mark.parametrize("name", NAMES)
def test_nothing_is_lost_between_a_chapter_and_its_page(name):
    """Every table, figure and answer of the reference stands on the page, once, folded or open."""
    text, notebook = page_of(name), nbformat.read(NOTEBOOKS / f"{name}.ipynb", as_version=4)
    kinds = (mime.HTML, mime.FIGURE, mime.MARKDOWN)
    outputs = [output.get("data", {}) for cell in notebook.cells for output in cell.get("outputs", [])]
    said = "".join(data[kind] for data in outputs for kind in kinds if kind in data)
    wanted = re.findall(r'<figure class="(?:chart|table)[^"]*" id="([^"]+)"', said)
    assert wanted and wanted == re.findall(r'<figure class="(?:chart|table)[^"]*" id="([^"]+)"', text)
    assert said.count('<details class="reveal"') == text.count('<details class="reveal"')
    # A section whose code said nothing does not apply and is left off the page (`depth.without_empty_sections`).
    applying = depth.without_empty_sections(notebook)["cells"]
    kept = "\n".join(cell["source"] for cell in applying if cell["cell_type"] == "markdown")
    headings = re.findall(r"^##+ (.+)$", kept, flags=re.M)
    shown = map(heading, re.findall(r"<h[23][^>]*>(.*?)</h[23]>", text))
    assert headings and not set(headings) - set(shown)


def test_the_dark_theme_knows_every_colour_of_the_charts():
    style = (REPORTS / "report.css").read_text(encoding="utf-8")
    colours = [value for value in vars(theme).values() if isinstance(value, str) and value.startswith("#")]
    for colour in [*colours, *theme.COHORT.values()]:
        assert f'svg [fill="{colour}"]' in style and f'[stroke="{colour}"]' in style
