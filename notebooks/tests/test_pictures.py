"""The pictures of the committed pages, as every reader gets them: their colours, their words, their place."""

import re
from functools import cache
from xml.etree import ElementTree

import pytest

from reporting import mime
from tests import drawing
from tests.chapters import NAMES, ROOT, reference
from tests.test_colours import dark, linear
from trial.charts import theme

PAGES = [*NAMES, "index"]
PAPER = {"light": "#fdfcf9", "dark": "#191a1b"}  # as report.css
STANDS_OUT = 3  # to one; WCAG 2.2, 1.4.11
TITLE = 80  # letters of a finding at most

# The accent means one thing: what was seen in this trial. In these figures it marks that; in no other may it stand.
SEEN_HERE = {
    "empty-column": "how many of the twelve",
    "events": "the events put down to the cells",
    "how-fast": "this trial, of which no number was read",
    "rules-out": "the people of this trial",
    "sisters": "this trial among others",
    "three-worlds": "the count of people with new lesions",
}

SCALE = ["0 0 644", "0 0 644", "0 0 314", "0 0 314"]  # of a picture and its foot, on a page and on a phone


@cache
def figures():
    """Every figure of the pages by its name: the markup around its pictures, and the pictures, wide and narrow."""
    found = {}
    for name in PAGES:
        text = (ROOT / "reports" / f"{name}.html").read_text(encoding="utf-8")
        for key, figure in re.findall(
            r'<figure class="chart[^"]*" id="figure-([^"]+)">(.*?)</figure>', text, flags=re.S
        ):
            svgs = re.findall(r"<svg(?: [^>]*)?>.*?</svg>", figure, flags=re.S)
            assert len(svgs) == 4 and key not in found, "two pictures, each with its foot"
            found[key] = (figure, [ElementTree.fromstring(svg) for svg in svgs])
    return found


GIVEN = {
    "fill": "#000000",
    "stroke": "none",
    "opacity": "1",
    "fill-opacity": "1",
    "stroke-opacity": "1",
    "x": "0",
    "at": 0.0,
}


def parts(node, given=GIVEN):
    """All shapes and texts of a picture with what holds for each: (tag, text, attributes); `at`: pixels from the left."""
    moved = re.match(r"translate\(([-\d.e]+)", node.get("transform", ""))
    own = {**given, **{name: value for name, value in node.attrib.items() if name not in ("opacity", "x")}}
    own |= {"at": given["at"] + float(moved[1] if moved else 0), "x": node.get("x", "0")}
    own["opacity"] = str(float(given["opacity"]) * float(node.get("opacity", 1)))
    tag = node.tag.rpartition("}")[2]
    if tag in ("path", "rect", "use", "line", "circle", "text"):
        yield tag, " ".join(text.strip() for text in node.itertext()), own
    elif tag != "defs":
        for child in node:
            yield from parts(child, own)


def contrast(one, other):
    """Contrast of two colours, from 1 to 21, by their relative luminance (WCAG 2.2)."""
    low, high = sorted(linear(colour) @ [0.2126, 0.7152, 0.0722] for colour in (one, other))
    return (high + 0.05) / (low + 0.05)


def mixed(colour, share, ground):
    """A colour that covers so much of its ground."""
    return "#" + "".join(
        f"{round(share * int(colour[i : i + 2], 16) + (1 - share) * int(ground[i : i + 2], 16)):02x}" for i in (1, 3, 5)
    )


def stands_out(shape, mode):
    """The better of the contrasts of fill and edge with the page."""
    found = [1.0]
    for paint in ("fill", "stroke"):
        if re.fullmatch("#[0-9a-f]{6}", shape[paint]):
            colour = dark(shape[paint]) if mode == "dark" else shape[paint]
            share = float(shape["opacity"]) * float(shape[f"{paint}-opacity"])
            found.append(contrast(mixed(colour, share, PAPER[mode]), PAPER[mode]))
    return max(found)


def faint(picture, mode):
    """Fill and edge of the marks that do not stand out from the page; lines of the scales may be quiet."""
    shapes = [shape for tag, _, shape in parts(picture) if tag != "text"]
    quiet = {"none", theme.RULE}
    return {
        (shape["fill"], shape["stroke"])
        for shape in shapes
        if float(shape["opacity"])
        and not {shape["fill"], shape["stroke"]} <= quiet
        and stands_out(shape, mode) < STANDS_OUT
    }


def test_contrast_as_the_guideline_has_it():
    assert contrast("#ffffff", "#000000") == pytest.approx(21) and contrast("#777777", "#ffffff") == pytest.approx(
        4.48, abs=0.005
    )
    assert mixed("#000000", 0.5, "#ffffff") == "#808080"


def broken(rule):
    return {key for key, (figure, svgs) in figures().items() if rule(figure, svgs)}


def test_every_mark_stands_out_in_both_themes():
    assert not broken(lambda _, svgs: any(faint(svg, mode) for svg in svgs for mode in PAPER))


def test_the_accent_marks_what_was_seen_in_this_trial_and_nothing_else():
    found = broken(
        lambda _, svgs: any(theme.SEEN in (s["fill"], s["stroke"]) for svg in svgs for _, _, s in parts(svg))
    )
    assert found == set(SEEN_HERE)


TONES = r"\b(dark|darker|darkest|pale|paler|palest|gr[ea]y|lighter|lightest|orange|blue|red|green|brown|black|white)\b(?! (matter|blood))"


def test_no_word_names_a_tone():
    """What a tone is called is false in the other theme, in print and for many eyes: shapes, places and names are not."""

    def said(figure, svgs):
        around = re.sub(
            r"<(svg|table|script)\b.*?</\1>", " ", figure, flags=re.S
        )  # alt texts stay: they are attributes
        return around + " ".join(text for svg in svgs for _, text, _ in parts(svg))

    assert not broken(lambda figure, svgs: re.search(TONES, said(figure, svgs), flags=re.I))


def title_of(picture):
    """The lines of the finding over a picture: the largest letters that are bold and stand at its edge; with their places."""
    return [
        (text, shape["at"] + float(shape["x"]))
        for tag, text, shape in parts(picture)
        if tag == "text" and shape.get("font-size") in ("14px", "16px") and shape.get("font-weight") == "bold"
    ]


def test_all_pictures_are_of_one_scale():
    def other(_, svgs):
        return [" ".join(svg.get("viewBox").split()[:3]) for svg in svgs] != SCALE

    assert not broken(other)


def test_every_figure_keeps_the_rules():
    """As `drawing.check` asks of a table in a test: here the specs of the references with all pictures of the pages."""
    specs = [spec for name in NAMES for spec in mime.of_notebook(reference(name), mime.VEGA_LITE)]
    assert len(specs) == len(figures())
    pictures = re.findall(r"<svg.*?</svg>", "".join(figure for figure, _ in figures().values()), flags=re.S)
    for spec in specs:
        drawing.keeps_the_rules(spec, "".join(pictures))


def test_titles_are_short_and_start_at_one_edge():
    for key, (_, svgs) in figures().items():
        for svg in svgs[::2]:
            lines = title_of(svg)
            assert lines and all(2 <= place <= 3 for _, place in lines), f"{key}: {lines}"
            assert len(" ".join(text for text, _ in lines)) <= TITLE, key


def test_every_foot_names_what_the_picture_is_about():
    for name in PAGES:
        text = (ROOT / "reports" / f"{name}.html").read_text(encoding="utf-8")
        feet = re.findall(r'<svg [^>]*class="foot".*?</svg>', text, flags=re.S)
        assert len(feet) == 2 * text.count('<figure class="chart')
        own = name == "07_own_trial"
        said = [" ".join(re.sub("<[^>]+>", " ", foot).split()) for foot in feet]  # no-break spaces as well
        assert all(("CC BY 4.0" in foot and "NCT03269071" in foot) != own for foot in said), name
