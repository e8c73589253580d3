"""A figure of a page from the specs of its two drawings: one scale, a foot, what a reader sets it by, the HTML around it."""

import html
import json
import re
import textwrap

from reporting import drawings

WIDTHS = {"wide": 640, "narrow": 310}  # pixels of the two drawings of a figure
EDGE = 2  # pixels free around a drawing
# Of the foot of a picture, in pixels: height of a letter, from line to line, width of a letter on average.
LETTER, LINE, LETTER_ROOM = 12, 15, 6.3


def draw(specs, foot):
    """Picture and foot at each width, by its name, as SVG; `foot`: what the foot says. Each spec gets the room its picture has."""
    return {
        which: (_as_wide(drawings.slim_svg(specs[which]), specs[which], width), _foot(foot, specs[which], width))
        for which, width in WIDTHS.items()
    }


def _as_wide(svg, spec, width):
    # So much stays free at the right that all figures of this width are of one scale; and in the spec of the live chart.
    size = re.compile(r'width="([^"]+)"( height="[^"]+" viewBox="0 0 )(\S+)')
    own = float(size.search(svg)[3])
    free = max(0, width + 2 * EDGE - own)
    spec["padding"] = {side: EDGE for side in ("left", "top", "bottom")} | {"right": round(EDGE + free, 2)}
    return size.sub(rf'width="{own + free:g}"\g<2>{own + free:g}', svg, count=1)


def _foot(foot, spec, width):
    # A drawing of its own, which stays where charts move.
    lines = textwrap.wrap("\N{NO-BREAK SPACE}· ".join(filter(None, foot)), int(width / LETTER_ROOM))
    look = spec.get("config", {})
    font, color = look.get("font", "sans-serif"), look.get("title", {}).get("subtitleColor", "currentColor")
    texts = "".join(
        f'<text x="{EDGE}" y="{LINE * (place + 1)}" fill="{color}">{html.escape(line)}</text>'
        for place, line in enumerate(lines)
    )
    wide, high = width + 2 * EDGE, LINE * len(lines) + 6
    size = f'width="{wide}" height="{high}" viewBox="0 0 {wide} {high}"'
    return (
        f'<svg {drawings.UNHEARD} class="foot" xmlns="http://www.w3.org/2000/svg" {size} '
        f'font-family="{html.escape(font)}" font-size="{LETTER}px">{texts}</svg>'
    )


def standalone_svg(picture, foot, description):
    """Picture and foot as one drawing that needs no page around it: described, and on paper of its own."""
    label = html.escape(description, quote=True)
    (wide, high), (_, more) = (re.search(r'viewBox="0 0 (\S+) (\S+)"', svg).groups() for svg in (picture, foot))
    size = f'width="{wide}" height="{float(high) + float(more):g}"'
    inside = picture.replace(f" {drawings.UNHEARD}", "") + foot.replace(f"svg {drawings.UNHEARD}", f'svg y="{high}"')
    return (
        f'<svg role="img" aria-label="{label}" xmlns="http://www.w3.org/2000/svg" {size}>'
        f'<rect width="100%" height="100%" fill="#fff"></rect>{inside}</svg>'
    )


def figure_html(key, specs, pictures, caption, numbers, beside):
    """The HTML of a figure: both drawings, what they are set by, caption, and one line to unfold numbers and notes from."""
    spec = specs["wide"]
    alt, moves = html.escape(spec["description"], quote=True), "params" in spec
    shown = "\n".join(
        f'<div class="drawing {which}" role="img" aria-label="{alt}">{"".join(svgs)}</div>'
        for which, svgs in pictures.items()
    )
    shown += f"\n{_controls(key, spec['params'])}{_carried(specs)}" if moves else ""
    called = "Sources" if "#ref-" in beside else "Notes"
    beside = f'<details class="told"><summary>{called}</summary>{beside}</details>' if beside else ""
    return (
        f'<figure class="chart{" moves" * moves}" id="figure-{key}">\n{shown}\n'
        f'<figcaption><span class="number" data-kind="Figure"></span> {caption}</figcaption>\n'
        f'<div class="behind"><details class="data"><summary>Numbers</summary>\n{numbers}</details>\n{beside}</div>\n'
        "</figure>"
    )


# --- charts that move -------------------------------------------------------------------------------------------------


def _controls(key, params):
    # What a reader sets a chart by, before its script is there; without scripts the style sheet leaves it out.
    fields = "".join(_field(key, param["name"], param["value"], param["bind"]) for param in params if "bind" in param)
    return f'<div class="controls">{fields}<p class="heard" role="status"></p></div>\n' if fields else ""


def _field(key, signal, chosen, bind):
    name = f'name="{html.escape(key)}-{signal}" data-signal="{signal}"'
    choices = "".join(
        f'<label><input type="radio" {name} value="{html.escape(str(value), quote=True)}"'
        f"{' checked' * (value == chosen)}> {html.escape(str(text).strip())}</label>"
        for value, text in zip(bind["options"], bind.get("labels", bind["options"]), strict=True)
    )
    legend = html.escape(bind.get("name", signal).strip())
    return f'<fieldset><legend><span class="said-of">{legend}</span></legend> {choices}</fieldset>'


def _carried(specs):
    # What a browser needs to draw the chart again: the spec of each width.
    def script(which, spec):
        text = json.dumps(spec, sort_keys=True, separators=(",", ":"), ensure_ascii=False).replace("<", "\\u003c")
        return f'<script type="application/json" class="{which}">{text}</script>'

    return "\n".join(script(*part) for part in specs.items())
