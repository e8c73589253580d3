"""Pictures of charts, as light as they can be, kept by content: the same spec and the same renderer never draw twice."""

import hashlib
import importlib
import json
import re
from importlib.metadata import version

from reporting import digits, disk_cache, places

UNHEARD = 'aria-hidden="true" focusable="false"'  # on a page the element around a drawing describes it
# What a drawing says without saying it: values that SVG assumes anyway, and names only a live chart needs.
_UNSAID = re.compile(
    r' (?:aria-[a-z]+|role|class|version|xmlns:xlink|stroke-miterlimit|pointer-events|display="inline|opacity="1'
    r'|stroke-opacity="1|fill-opacity="1|stroke-width="1|stroke-linecap="butt|stroke-dasharray="1,0|text-anchor="start'
    r'|font-weight="normal|transform="translate\(0,0\))(?:="[^"]*)?"'
)


def svg(spec):
    """The drawing of a Vega-Lite spec (a dict) as the renderer makes it."""
    # Not sorted: what the renderer makes may depend on the order of the keys.
    return _kept("svg", json.dumps(spec), lambda renderer: renderer.vegalite_to_svg(spec))


def bundle(snippet):
    """The script that lets charts move, with `snippet` as its entry."""
    return _kept("js", snippet, lambda renderer: renderer.javascript_bundle(snippet))


def _kept(kind, text, make):
    renderer = f"vl-convert-python {version('vl-convert-python')}"
    key = hashlib.sha256(f"{kind}\n{renderer}\n{text}".encode()).hexdigest()
    place = places.CACHE / "drawings" / f"{key}.{kind}"
    if (made := disk_cache.read(place)) is None:
        # Imported only here: starting its engine is most of the cost of a first picture.
        made = make(importlib.import_module("vl_convert"))
        disk_cache.write(place, made)
    return made


def slim_svg(spec):
    """The drawing of a spec with nothing in it that a reader cannot see; its ids are like those of no other spec."""
    prefix = "c" + hashlib.sha256(json.dumps(spec, sort_keys=True).encode()).hexdigest()[:8]
    made = svg(spec)
    # The renderer counts its ids on from drawing to drawing; here they count from the first of this one.
    named = r'\b(id="|url\(#|href="#)([^")]+)'
    names = list(dict.fromkeys(name for _, name in re.findall(named, made)))
    made = re.sub(named, lambda found: f"{found[1]}{prefix}-{names.index(found[2])}", made)
    made = re.sub(r"<[^>]+>", lambda tag: _UNSAID.sub("", tag[0]), digits.of_drawing(made))
    made = re.sub(r'<path d="[^"]*"(?:></path>|/>)', "", made)  # neither filled nor drawn: backgrounds
    while (thinner := re.sub(r"<g(?: [^>]*)?></g>|<g(?: [^>]*)?/>", "", made)) != made:
        made = thinner
    return _font_once(made).replace("<svg ", f"<svg {UNHEARD} ", 1)


def _font_once(drawn):
    # Nearly every text names the same font: it stands on the drawing, and texts inherit it.
    fonts = re.findall(r' font-family="[^"]*"', drawn)
    usual = max(sorted(set(fonts)), key=fonts.count, default="")
    return drawn.replace(usual, "").replace("<svg ", f"<svg{usual} ", 1) if usual else drawn
