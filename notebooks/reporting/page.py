"""What a chapter says, shows and records: the only module that talks to the notebook.

Everything is published under fixed names and without anything volatile, so that a second run gives the same bytes.
"""

import hashlib
import html
import json
import math
import os
import re
import textwrap
from functools import cache

from altair.utils.schemapi import debug_mode
from IPython.display import publish_display_data

from reporting import cells, configuration, digits, drawings, records, tables, workbook
from reporting.bibliography import Bibliography

PLAIN, MARKDOWN, HTML, SVG = "text/plain", "text/markdown", "text/html", "image/svg+xml"
# JupyterLab prefers text/html to the chart it could draw live, so the figure of the page has a key of its own.
FIGURE = "text/vnd.literate-report.figure"
VEGA_LITE = "application/vnd.vegalite.v5+json"  # the key JupyterLab draws by itself; newer ones it does not know
KINDS = {"reported": "reported", "derived": "worked out", "assumed": "assumed", "simulated": "simulated"}

_cited = set()
_kept = []  # what the tables of this chapter rest on, where they are kept for a workbook
_about = []  # what the pictures of this chapter are about, where it is not the trial of this report


@cache
def bibliography():
    """All sources that may be cited, from the file that pyproject.toml names."""
    return Bibliography(configuration.NOTEBOOKS / configuration.read()["bibliography"])


def _paragraph(text):
    # Markdown lets HTML through; a sentence may carry words from a data file, so here it does not.
    return re.sub(r"<(?=[A-Za-z/!?])", "&lt;", re.sub(r"[ \t]*\n[ \t]*", "\n", text.strip()))


def say(text):
    """A paragraph of computed sentences, as Markdown; HTML in it is shown as it is written."""
    publish_display_data({MARKDOWN: _paragraph(text), PLAIN: text.strip()})


def fold(question, answer, panels=0, right=0):
    """An answer that stays folded under its question until a reader asks for it.

    Of so many numbered `panels` of the figure before it, one is `right`: a browser lets a reader choose first.
    """
    text, chosen = _paragraph(answer), _held("choose", {"panels": panels, "right": int(right)}) if panels else ""
    summary = f"<summary>{html.escape(question)}</summary>"
    publish_display_data(
        {
            MARKDOWN: f'<details class="reveal"{chosen}>{summary}\n\n{text}\n\n</details>',
            PLAIN: answer.strip(),
        }
    )


def _held(kind, held):
    data = json.dumps(digits.in_all(held), ensure_ascii=False, separators=(",", ":"))
    return f' data-play="{kind}" data-held="{html.escape(data, quote=True)}"'


def play(kind, held, said, stays=False):
    """A place where a reader's browser runs something of a kind that play.js knows, with what that needs.

    `said` stands there in a notebook, and on a page without scripts if it `stays`: else what matters stands beside it.
    """
    inside = f"<p>{html.escape(said.strip())}</p>" if stays else ""
    publish_display_data(
        {
            FIGURE: f'<div class="play"{_held(kind, held)}>{inside}</div>',
            MARKDOWN: _paragraph(said),
            PLAIN: said.strip(),
        }
    )


# --- sources ----------------------------------------------------------------------------------------------------------


def cite(*keys, brackets=True):
    """Links to the reference list, for use inside a sentence: "([Author 2020](#ref-key))", or without the brackets."""
    _cited.update(keys)
    links = "; ".join(f"[{bibliography().short(key)}](#ref-{key})" for key in keys)
    return f"({links})" if brackets else links


def _found(texts):
    return [key.strip() for keys in texts for key in str(keys).split(";") if key.strip()]


def _cite_in_table(keys):
    found = _found([keys])
    _cited.update(found)
    return "; ".join(f'<a href="#ref-{key}">{html.escape(bibliography().short(key))}</a>' for key in found)


def references():
    """The list of everything this chapter has cited so far, in alphabetical order."""
    items = "\n".join(
        f'<li id="ref-{key}">{bibliography().full(key)}</li>' for key in sorted(_cited, key=bibliography().sort_key)
    )
    publish_display_data({HTML: f'<ul class="references">\n{items}\n</ul>', PLAIN: f"{len(_cited)} references"})


# --- tables -----------------------------------------------------------------------------------------------------------


def _kinds(kinds):
    """The marks of kinds of number ("reported derived"), each with its word."""
    marks = [f'<span class="kind kind-{kind}">{KINDS[kind]}</span>' for kind in kinds.replace(",", " ").split()]
    return f'<span class="kinds">{", ".join(marks)}.</span>' if marks else ""


def _note(note, kinds, sources):
    """What stands beside a figure or table: kinds of number, sources, and how to read it."""
    parts = [part for part in (_kinds(kinds), html.escape(note)) if part]
    if sources:
        parts.append(f"Source: {_cite_in_table('; '.join(_keys(sources)))}.")
    return f'<div class="note">{" ".join(parts)}</div>' if parts else ""


def _keys(sources):
    return [sources] if isinstance(sources, str) else list(sources)


def _table_html(frame, sources=None, links=None, sortable=False, why=None):
    # Text in cells is escaped; links and citations are made here.
    frame, made_here = frame.copy(), list(links or {})
    for column, addresses in (links or {}).items():
        frame[column] = [
            f'<a href="{html.escape(address, quote=True)}">{html.escape(text)}</a>'
            for text, address in zip(frame[column], addresses, strict=True)
        ]
    if sources:
        frame[sources] = [_cite_in_table(keys) for keys in frame[sources]]
        made_here.append(sources)
    return tables.ledger(frame, why, made_here) if why else tables.markup(frame, made_here, sortable)


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

    `columns` says how each column reads, head by head (`tables.shown`); without it the frame is ready-made text.
    `caption` says what the table shows; `kinds` (of reported, derived, assumed, simulated), `note` and `sources` (keys)
    stand beside it; `source_column` holds keys (joined by ";") and becomes links; `links` maps other columns to one address
    a row. `sortable`: a reader may order the rows by any column. `first`: how many columns of a long table a phone shows
    unasked, two or three. `folded`: words to click on, behind which a table waits with all that stands beside it. `why`: the column from which on all
    waits folded below its row, for claims with their verdicts (`tables.ledger`).
    """
    key = name or hashlib.sha256(caption.encode()).hexdigest()[:8]
    if _kept:
        keep(key, caption, frame, columns, note, kinds)
    body = _table_html(tables.shown(frame, columns), source_column, links, sortable, why)
    held = f"{tables.held(body, caption, first)}\n{_note(note, kinds, sources)}"
    if folded:
        held = f'<details class="data"><summary>{html.escape(folded)}</summary>\n{held}</details>'
    publish_display_data(
        {
            HTML: f'<figure class="table" id="table-{key}">\n'
            f'<figcaption><span class="number" data-kind="Table"></span> {html.escape(caption)}</figcaption>\n{held}\n</figure>',
            PLAIN: f"Table: {caption}",
        }
    )


def keep_tables(about, numbers=True):
    """From here on the tables of this chapter are kept for a workbook, which a rerun writes beside its pages.

    about: what each rests on, by the name of a table, as label to text; "" for all others. numbers: whether it may hold the
    numbers behind a text of the page; else it holds what the page shows.
    """
    _kept[:] = [(about, numbers)]


def keep(name, caption, frame, columns=None, note="", kinds=""):
    """A table for the workbook alone; not shown on the page."""
    about, numbers = _kept[0]
    words = ", ".join(KINDS[kind] for kind in kinds.replace(",", " ").split())
    method = " ".join(part for part in (f"{words.capitalize()}." if words else "", note) if part)
    rests = {"Method": method} | about.get(name, about[""])
    publish_display_data({workbook.MIME: workbook.sheet(name, caption, digits.in_all(frame), columns, rests, numbers)})


# --- charts -----------------------------------------------------------------------------------------------------------


# What a drawing says without saying it: values that SVG assumes anyway, and names only a live chart needs.
_UNSAID = re.compile(
    r' (?:aria-[a-z]+|role|class|version|xmlns:xlink|stroke-miterlimit|pointer-events|display="inline|opacity="1'
    r'|stroke-opacity="1|fill-opacity="1|stroke-width="1|stroke-linecap="butt|stroke-dasharray="1,0|text-anchor="start'
    r'|font-weight="normal|transform="translate\(0,0\))(?:="[^"]*)?"'
)


EDGE = 2  # pixels free around a drawing
WIDTHS = {"wide": 640, "narrow": 310}  # pixels of the two drawings of a figure
# of the foot of a picture, in pixels: height, from line to line, width on average
LETTER, LINE, LETTER_ROOM = 12, 15, 6.3
UNHEARD = 'aria-hidden="true" focusable="false"'  # on a page the element around a drawing describes it


def _drawing(spec):
    """The picture of a spec: SVG with nothing in it that a reader cannot see."""
    svg = drawings.svg(spec)
    # The description stands on the drawing as a whole; ids inside would repeat between the two drawings of a figure.
    prefix = "c" + hashlib.sha256(json.dumps(spec, sort_keys=True).encode()).hexdigest()[:8]
    # The renderer counts its ids on from drawing to drawing; here they count from the first of this one.
    named = r'\b(id="|url\(#|href="#)([^")]+)'
    names = list(dict.fromkeys(name for _, name in re.findall(named, svg)))
    svg = re.sub(named, lambda found: f"{found[1]}{prefix}-{names.index(found[2])}", svg)
    svg = re.sub(r"<[^>]+>", lambda tag: _UNSAID.sub("", tag[0]), digits.of_drawing(svg))
    svg = re.sub(r'<path d="[^"]*"(?:></path>|/>)', "", svg)  # neither filled nor drawn: backgrounds
    while (thinner := re.sub(r"<g(?: [^>]*)?></g>|<g(?: [^>]*)?/>", "", svg)) != svg:
        svg = thinner
    return _shapes_once(_font_once(svg), prefix).replace("<svg ", f"<svg {UNHEARD} ", 1)


def about(trial):
    """What the pictures of this chapter are about from here on: the name that travels with each of them."""
    _about[:] = [trial]


def _signature(spec, kinds, sources, width):
    """The foot of every picture, as a drawing of its own that stays where charts move: trial, sources, kinds, licence."""
    known = configuration.read()
    named = [bibliography().short(key) for key in sources]
    named = named if len(named) < 3 else [f"{named[0]} and {len(named) - 1} more"]
    parts = [*(_about or [known["trial"]]), *named, ", ".join(KINDS[kind] for kind in kinds.replace(",", " ").split())]
    parts += (
        [] if _about else [known["licence"].replace(" ", "\N{NO-BREAK SPACE}")]
    )  # of another's trial it is not ours
    lines = textwrap.wrap("\N{NO-BREAK SPACE}· ".join(filter(None, parts)), int(width / LETTER_ROOM))
    look = spec.get("config", {})
    font, color = look.get("font", "sans-serif"), look.get("title", {}).get("subtitleColor", "#66625a")
    told = "".join(
        f'<text x="{EDGE}" y="{LINE * (place + 1)}" fill="{color}">{html.escape(line)}</text>'
        for place, line in enumerate(lines)
    )
    wide, high = width + 2 * EDGE, LINE * len(lines) + 6
    size = f'width="{wide}" height="{high}" viewBox="0 0 {wide} {high}"'
    return (
        f'<svg {UNHEARD} class="foot" xmlns="http://www.w3.org/2000/svg" {size} font-family="{html.escape(font)}" '
        f'font-size="{LETTER}px">{told}</svg>'
    )


def _as_wide(svg, spec, width):
    """The drawing with so much free at its right that all figures of this width are of one scale; and so is its spec."""
    size = re.compile(r'width="([^"]+)"( height="[^"]+" viewBox="0 0 )(\S+)')
    free = max(0, width + 2 * EDGE - float(size.search(svg)[3]))
    spec["padding"] = {side: EDGE for side in ("left", "top", "bottom")} | {"right": round(EDGE + free, 2)}
    wide = f"{max(width + 2 * EDGE, float(size.search(svg)[3])):g}"
    return size.sub(rf'width="{wide}"\g<2>{wide}', svg, count=1)


def _alone(picture, foot, description):
    """Picture and foot as one drawing that needs no page around it: described, and on paper of its own."""
    label = html.escape(description, quote=True)
    (wide, high), (_, more) = (re.search(r'viewBox="0 0 (\S+) (\S+)"', svg).groups() for svg in (picture, foot))
    size = f'width="{wide}" height="{float(high) + float(more):g}"'
    inside = picture.replace(f" {UNHEARD}", "") + foot.replace(f"svg {UNHEARD}", f'svg y="{high}"')
    return (
        f'<svg role="img" aria-label="{label}" xmlns="http://www.w3.org/2000/svg" {size}>'
        f'<rect width="100%" height="100%" fill="#fff"></rect>{inside}</svg>'
    )


def _font_once(svg):
    # Nearly every text names the same font: it stands on the drawing, and texts inherit it.
    fonts = re.findall(r' font-family="[^"]*"', svg)
    if not fonts:
        return svg
    usual = max(sorted(set(fonts)), key=fonts.count)
    return svg.replace(usual, "").replace("<svg ", f"<svg{usual} ", 1)


def _shapes_once(svg, prefix):
    # A shape that is drawn again and again, such as a person, is written once and referred to.
    shapes = re.findall(r'<path d="([^"]{40,})"', svg)
    often = [shape for shape in dict.fromkeys(shapes) if shapes.count(shape) > 2]
    for number, shape in enumerate(often):
        pattern = rf'<path d="{re.escape(shape)}"([^>]*?)(?:></path>|/>)'
        svg = re.sub(pattern, rf'<use href="#{prefix}-s{number}"\1></use>', svg)
    held = "".join(f'<path d="{shape}" id="{prefix}-s{number}"></path>' for number, shape in enumerate(often))
    return re.sub(r"(<svg [^>]*>)", rf"\1<defs>{held}</defs>", svg, count=1) if held else svg


def _carried(specs):
    """What a browser needs to draw the chart again: both specs, and the data of both once."""
    data = {name: rows for spec in specs.values() for name, rows in spec.get("datasets", {}).items()}
    parts = {which: {k: v for k, v in spec.items() if k != "datasets"} for which, spec in specs.items()}
    return "\n".join(
        f'<script type="application/json" class="{which}">{_script_safe(part)}</script>'
        for which, part in {**parts, "datasets": drawings.packed(data)}.items()
    )


def _controls(key, params):
    """What a reader sets a chart by, before its script is there; without scripts the style sheet leaves it out."""

    def field(param):
        bind, name = param["bind"], f'name="{html.escape(key)}-{param["name"]}" data-signal="{param["name"]}"'
        said = f'<span class="said-of">{html.escape(bind.get("name", param["name"]).strip())}</span>'
        if bind["input"] == "range":
            ends = " ".join(f'{end}="{bind[end]}"' for end in ("min", "max", "step"))
            slide = f'<input type="range" {name} {ends} value="{param["value"]}">'
            return f'<label>{said} {slide} <output aria-live="off">{param["value"]}</output></label>'
        options = zip(bind["options"], bind.get("labels", bind["options"]), strict=True)
        choices = "".join(
            f'<label><input type="radio" {name} value="{html.escape(str(value), quote=True)}"'
            f"{' checked' * (value == param['value'])}> {html.escape(str(text).strip())}</label>"
            for value, text in options
        )
        return f"<fieldset><legend>{said}</legend> {choices}</fieldset>"

    fields = "".join(field(param) for param in params if "bind" in param)
    return f'<div class="controls">{fields}<p class="heard" role="status"></p></div>\n' if fields else ""


def _script_safe(spec):
    return json.dumps(spec, sort_keys=True, separators=(",", ":"), ensure_ascii=False).replace("<", "\\u003c")


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

    `caption`, `kinds`, `note`, `sources` and `source_column` as in `table`; `data` is the table to fold below where `frame` itself is not
    made for reading (default: `frame`), `columns` how it reads. A chart with parameters carries its spec, so that a reader's browser can let
    sliders move; the others are pictures.
    """
    frame, options = digits.in_all(frame), digits.in_all(options)
    # Altair would check each part when it is made, and then the whole: half of a chart's time, for what the tests check.
    with debug_mode(False):
        made = {which: draw(frame, width, **options) for which, width in WIDTHS.items()}
        specs = {which: digits.of_spec(drawing.to_dict(validate=False)) for which, drawing in made.items()}
    description, key = specs["wide"]["description"], name or draw.__name__.replace("_", "-")
    behind = frame if data is None else data
    numbers = tables.shown(behind, columns) if columns else _readable(behind)
    told = list(dict.fromkeys([*_keys(sources), *(_found(numbers[source_column]) if source_column else ())]))
    drawn = {}
    for which, width in WIDTHS.items():
        picture = _as_wide(_drawing(specs[which]), specs[which], width)
        drawn[which] = (picture, _signature(specs[which], kinds, told, width))
    folded = tables.held(_table_html(numbers, source_column), f"Numbers behind the figure: {description}")
    publish_display_data(
        {
            FIGURE: _framed(
                key, specs, drawn, f"{html.escape(caption)} {_kinds(kinds)}", folded, _note(note, "", told)
            ),
            PLAIN: description,
            VEGA_LITE: {**specs["wide"], "$schema": "https://vega.github.io/schema/vega-lite/v5.json"},
            SVG: _alone(*drawn["wide"], description),  # for viewers that know neither of the two, such as GitHub
        }
    )


def _framed(key, specs, drawn, caption, numbers, beside):
    """The figure of a page: both drawings, what they are set by, the caption, and one line to unfold the rest from."""
    alt, moves = html.escape(specs["wide"]["description"], quote=True), "params" in specs["wide"]
    pictures = "\n".join(
        f'<div class="drawing {which}" role="img" aria-label="{alt}">{"".join(svgs)}</div>'
        for which, svgs in drawn.items()
    )
    pictures += f"\n{_controls(key, specs['wide']['params'])}{_carried(specs)}" if moves else ""
    called = "Sources" if "#ref-" in beside else "Notes"
    beside = f'<details class="told"><summary>{called}</summary>{beside}</details>' if beside else ""
    return (
        f'<figure class="chart{" moves" * moves}" id="figure-{key}">\n{pictures}\n'
        f'<figcaption><span class="number" data-kind="Figure"></span> {caption}</figcaption>\n'
        f'<div class="behind"><details class="data"><summary>Numbers</summary>\n{numbers}</details>\n{beside}</div>\n</figure>'
    )


def _readable(frame):
    # Numbers behind a figure are for checking: four significant digits, no more letters than they need.
    def text(value):
        if not isinstance(value, float) or not math.isfinite(value):
            return tables.as_text(value)
        value = digits.rounded(value)
        return f"{value:.0f}" if value == int(value) else f"{digits.rounded(value, 4):.4g}"

    return frame.rename(columns=lambda column: str(column).replace("_", " ")).map(text)


# --- results ----------------------------------------------------------------------------------------------------------


def record(name, value, lower=None, upper=None, unit="", method=""):
    """One named result for reports/results.csv: a value, its limits, unit and method. Not shown on the page."""
    _publish([{"name": name, "value": value, "lower": lower, "upper": upper, "unit": unit, "method": method}])


def record_table(frame):
    """Many results at once, from a frame with the columns name, value and any of lower, upper, unit, method."""
    _publish(frame.to_dict("records"))


def hand_out(name, frame):
    """A whole table for other programs: a rerun writes it to tables/<name>.csv beside its pages. Not shown on the page."""
    settled = digits.in_all(frame, records.EXACT)
    made = cells.text_of_frame(settled, float_format=f"%.{records.EXACT}g")
    publish_display_data({records.TABLE_MIME: {name: made}})


def _publish(rows):
    publish_display_data({records.MIME: {"results": [records.checked(row) for row in rows]}})


def results():
    """All results by name (columns value, lower, upper, unit, method): of this run, else of the references."""
    of_this_run = os.environ.get("REPORT_RESULTS")
    return records.read(of_this_run) if of_this_run else records.of_references(configuration.NOTEBOOKS)
