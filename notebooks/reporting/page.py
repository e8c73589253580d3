"""What a chapter says, shows and records: the only module that talks to the notebook.

    page.say(f"{n} of 12 people, {page.cite('genchi2023', brackets=False)} report.")   a paragraph
    page.table(frame, "What it shows.", columns=HEADS)                 a numbered table; HEADS maps a head to column and form
    page.chart(draw.by_dose, frame, "What it shows.", kinds="derived")  a numbered figure, the numbers behind it folded below
    page.record("safety.rate", rate, low, high, "share", "exact")      a named result for results.csv; not shown
    page.references()                                                  all that was cited so far

`page.fold` holds an answer back, `page.play` is for what a browser runs, `page.hand_out` and `page.keep` for files beside the
pages. Everything is published under fixed names and without anything volatile, so that a second run gives the same bytes.
"""

import hashlib
import html
import json
import os
import re
from functools import cache

import pandas
from altair.utils.schemapi import debug_mode
from IPython.display import publish_display_data
from markupsafe import Markup

from reporting import configuration, csv_cells, digits, figures, records, tables, workbook
from reporting.bibliography import Bibliography
from reporting.mime import FIGURE, HTML, MARKDOWN, PLAIN, SVG, VEGA_LITE

KINDS = {"reported": "reported", "derived": "worked out", "assumed": "assumed", "simulated": "simulated"}

_cited = set()
_kept = []  # what the tables of this chapter rest on, where they are kept for a workbook
_about = []  # what the pictures of this chapter are about, where it is not the trial of this report


# --- text -------------------------------------------------------------------------------------------------------------


def say(text):
    """A paragraph of computed sentences, as Markdown; HTML in it is shown as it is written."""
    publish_display_data({MARKDOWN: _paragraph(text), PLAIN: text.strip()})


def fold(question, answer, panels=0, right=0):
    """An answer that stays folded under its question until a reader asks for it.

    Of so many numbered `panels` of the figure before it, one is `right`: a browser lets a reader choose first.
    """
    chosen = _held("choose", {"panels": panels, "right": int(right)}) if panels else ""
    summary = f"<summary>{html.escape(question)}</summary>"
    shown = f'<details class="reveal"{chosen}>{summary}\n\n{_paragraph(answer)}\n\n</details>'
    publish_display_data({MARKDOWN: shown, PLAIN: answer.strip()})


def play(kind, held, fallback, stays=False):
    """A place where a reader's browser runs something of a kind that play.js knows, with what that needs.

    `fallback` stands there in a notebook, and on a page without scripts if it `stays`: else what matters stands beside it.
    """
    inside = f"<p>{html.escape(fallback.strip())}</p>" if stays else ""
    place = f'<div class="play"{_held(kind, held)}>{inside}</div>'
    publish_display_data({FIGURE: place, MARKDOWN: _paragraph(fallback), PLAIN: fallback.strip()})


def _paragraph(text):
    # Markdown lets HTML through; a sentence may carry words from a data file, so here it does not.
    return re.sub(r"<(?=[A-Za-z/!?])", "&lt;", re.sub(r"[ \t]*\n[ \t]*", "\n", text.strip()))


def _held(kind, held):
    data = json.dumps(digits.in_all(held), ensure_ascii=False, separators=(",", ":"))
    return f' data-play="{kind}" data-held="{html.escape(data, quote=True)}"'


# --- sources ----------------------------------------------------------------------------------------------------------


@cache
def bibliography():
    """All sources that may be cited, from the file that pyproject.toml names."""
    return Bibliography(configuration.NOTEBOOKS / configuration.read()["bibliography"])


def cite(*keys, brackets=True):
    """Links to the reference list, for use inside a sentence: "([Author 2020](#ref-key))", or without the brackets."""
    _cited.update(keys)
    links = "; ".join(f"[{bibliography().short(key)}](#ref-{key})" for key in keys)
    return f"({links})" if brackets else links


def references():
    """The list of everything this chapter has cited so far, in alphabetical order."""
    items = "\n".join(
        f'<li id="ref-{key}">{bibliography().full(key)}</li>' for key in sorted(_cited, key=bibliography().sort_key)
    )
    publish_display_data({HTML: f'<ul class="references">\n{items}\n</ul>', PLAIN: f"{len(_cited)} references"})


def _keys(*texts):
    # Keys, each text one or several joined by ";".
    return [key.strip() for text in texts for key in text.split(";") if key.strip()]


def _links(keys):
    _cited.update(keys)
    return "; ".join(f'<a href="#ref-{key}">{html.escape(bibliography().short(key))}</a>' for key in keys)


def _in_words(kinds):
    return ", ".join(KINDS[kind] for kind in kinds.split())


def _marks(kinds):
    # Kinds of number ("reported derived"), each with its word and what the style sheet needs for its mark.
    marks = [f'<span class="kind kind-{kind}">{KINDS[kind]}</span>' for kind in kinds.split()]
    return f'<span class="kinds">{", ".join(marks)}.</span>' if marks else ""


def _note(note, keys, marks=""):
    # What stands beside a figure or table: kinds of number, how to read it, sources.
    parts = [marks, html.escape(note), f"Source: {_links(keys)}." if keys else ""]
    inside = " ".join(filter(None, parts))
    return f'<div class="note">{inside}</div>' if inside else ""


# --- tables -----------------------------------------------------------------------------------------------------------


def table(
    frame,
    caption,
    *,
    columns=None,
    name=None,
    note="",
    kinds="",
    sources=(),
    source_column=None,
    links=None,
    sortable=False,
    first=2,
    folded="",
    why=None,
):
    """A numbered table; its first column names the rows.

    `columns` says how each column reads, head by head (`tables.formatted`); without it the frame is ready-made text.
    `caption` says what the table shows; `kinds` (of reported, derived, assumed, simulated), `note` and `sources` (keys)
    stand beside it; `source_column` holds keys (joined by ";") and becomes links; `links` maps other columns to one address
    a row. `sortable`: a reader may order the rows by any column. `first`: how many columns of a long table a phone shows
    unasked, two or three. `folded`: words to click on, behind which a table waits with all that stands beside it. `why`: the
    column from which on all waits folded below its row, for claims with their verdicts (`tables.ledger`).
    """
    key = name or hashlib.sha256(caption.encode()).hexdigest()[:8]
    if _kept:
        keep(key, caption, frame, columns, note, kinds)
    texts, same = tables.formatted(frame, columns), {}
    if not why:
        texts, same = tables.without_repeats(texts, but={source_column, *(links or ())})
    body = tables.in_region(_linked(texts, source_column, links), caption, first, sortable, why, same)
    held = f"{body}\n{_note(' '.join(filter(None, [tables.repeats_sentence(same), note])), _keys(*sources), _marks(kinds))}"
    if folded:
        held = f'<details class="data"><summary>{html.escape(folded)}</summary>\n{held}</details>'
    label = f'<span class="number" data-kind="Table"></span> {html.escape(caption)}'
    shown = f'<figure class="table" id="table-{key}">\n<figcaption>{label}</figcaption>\n{held}\n</figure>'
    publish_display_data({HTML: shown, PLAIN: f"Table: {caption}"})


def _linked(frame, sources=None, links=None):
    # Text in cells is escaped later; links and citations are made here.
    made = {sources: [_links(_keys(keys)) for keys in frame[sources]]} if sources else {}
    for column, addresses in (links or {}).items():
        cells = zip(addresses, frame[column], strict=True)
        made[column] = [f'<a href="{html.escape(to, quote=True)}">{html.escape(text)}</a>' for to, text in cells]
    objects = {column: pandas.Series(map(Markup, cells), frame.index, object) for column, cells in made.items()}
    return frame.assign(**objects)


def keep_tables(about, numbers=True):
    """From here on the tables of this chapter are kept for a workbook, which a rerun writes beside its pages.

    about: what each rests on, by the name of a table, as label to text; "" for all others. numbers: whether it may hold the
    numbers behind a text of the page; else it holds what the page shows.
    """
    _kept[:] = [(about, numbers)]


def keep(name, caption, frame, columns=None, note="", kinds=""):
    """A table for the workbook alone; not shown on the page."""
    about, numbers = _kept[0]
    method = " ".join(filter(None, [f"{_in_words(kinds).capitalize()}." if kinds else "", note]))
    rests = {"Method": method} | about.get(name, about[""])
    publish_display_data({workbook.MIME: workbook.sheet(name, caption, digits.in_all(frame), columns, rests, numbers)})


# --- charts -----------------------------------------------------------------------------------------------------------


def chart(
    draw,
    frame,
    caption,
    *,
    name=None,
    note="",
    kinds="",
    sources=(),
    source_column=None,
    data=None,
    columns=None,
    **options,
):
    """A numbered figure: `draw(frame, width, **options)` at both widths, with the table behind it folded below.

    `caption`, `kinds`, `note`, `sources` and `source_column` as in `table`; `data` is the table to fold below where `frame`
    itself is not made for reading (default: `frame`), `columns` how it reads. A chart with parameters carries its spec, so
    that a reader's browser can let a reader choose; the others are pictures.
    """
    frame, options = digits.in_all(frame), digits.in_all(options)
    # Altair would check each part when it is made, and then the whole: half of a chart's time, for what the tests check.
    with debug_mode(False):
        made = {which: draw(frame, width, **options) for which, width in figures.WIDTHS.items()}
        specs = {which: digits.of_spec(drawing.to_dict(validate=False)) for which, drawing in made.items()}
    description, key = specs["wide"]["description"], name or draw.__name__.replace("_", "-")
    behind = frame if data is None else data
    numbers = tables.formatted(behind, columns) if columns else tables.numbers_as_text(behind)
    keys = list(dict.fromkeys(_keys(*sources, *(numbers[source_column] if source_column else ()))))
    pictures = figures.draw(specs, _signed(kinds, keys))
    folded = tables.in_region(_linked(numbers, source_column), f"Numbers behind the figure: {description}")
    label = f"{html.escape(caption)} {_marks(kinds)}"
    publish_display_data(
        {
            FIGURE: figures.figure_html(key, specs, pictures, label, folded, _note(note, keys)),
            PLAIN: description,
            VEGA_LITE: {**specs["wide"], "$schema": "https://vega.github.io/schema/vega-lite/v5.json"},
            SVG: figures.standalone_svg(*pictures["wide"], description),  # for others, such as GitHub
        }
    )


def about(trial):
    """What the pictures of this chapter are about from here on: the name that travels with each of them."""
    _about[:] = [trial]


def _signed(kinds, keys):
    # What the foot of every picture says: trial, sources, kinds of number, and of the report's own trial the licence.
    known, named = configuration.read(), [bibliography().short(key) for key in keys]
    named = named if len(named) < 3 else [f"{named[0]} and {len(named) - 1} more"]
    licence = known["licence"].replace(" ", "\N{NO-BREAK SPACE}")
    in_words = _in_words(kinds).replace("worked out", "worked\N{NO-BREAK SPACE}out")
    return [*_about, *named, in_words] if _about else [known["trial"], *named, in_words, licence]


# --- results ----------------------------------------------------------------------------------------------------------


def record(name, value, lower=None, upper=None, unit="", method=""):
    """One named result for reports/results.csv: a value, its limits, unit and method. Not shown on the page."""
    _publish([{"name": name, "value": value, "lower": lower, "upper": upper, "unit": unit, "method": method}])


def record_table(frame):
    """Many results at once, from a frame with the columns name, value and any of lower, upper, unit, method."""
    _publish(frame.to_dict("records"))


def _publish(rows):
    publish_display_data({records.MIME: {"results": [records.checked(row) for row in rows]}})


def hand_out(name, frame):
    """A whole table for other programs: a rerun writes it to tables/<name>.csv beside its pages. Not shown on the page."""
    settled = digits.in_all(frame, records.EXACT)
    made = settled.astype(object).where(settled.notna(), None)
    made = made.assign(**{column: made[column].map(records.as_text) for column in settled.select_dtypes("float")})
    made = csv_cells.text([list(made), *made.itertuples(index=False, name=None)])
    publish_display_data({records.TABLE_MIME: {name: made}})


def results():
    """All results by name (columns value, lower, upper, unit, method): of this run, else of the references."""
    of_this_run = os.environ.get("REPORT_RESULTS")
    return records.read(of_this_run) if of_this_run else records.of_references(configuration.NOTEBOOKS)
