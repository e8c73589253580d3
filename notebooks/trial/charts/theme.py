"""One look for all charts: colours by meaning, a bundled font, titles broken to fit.

The colours are those of a light page; the style sheet of the pages maps each of them to its dark partner, so every mark
takes its colour from here and from nowhere else.
"""

import textwrap

import altair as alt

INK = "#22211f"  # text, lines that carry data
MUTED = "#66625a"  # labels, notes
RULE = "#d9d4c8"  # grid, axes
COHORT = {"A": "#4f95af", "B": "#35779a", "C": "#1f5a77", "D": "#0b3d55"}  # four steps of one hue: dose is ordered
COMPARATOR = "#4d4a44"  # people outside this trial
NO_EFFECT = "#938f86"  # worlds in which nothing works
SEEN = "#b4502a"  # the one accent: what was seen in this trial, and nothing else
PAPER = "#ffffff"  # an unfilled mark
FONT = "Liberation Sans, Arimo, Helvetica, Arial, sans-serif"
WIDE, NARROW = 640, 310  # pixels of a figure on a page and on a phone
LETTER, HEAD_LETTER = 12, 13  # pixels high; nothing is smaller
LINE = 15  # from one line of text to the next
LETTER_ROOM, BOLD_ROOM = 5.7, 6.0  # pixels that a letter takes on average
TITLE, SUBTITLE = (76, 40), (100, 50)  # letters of a line on a page and on a phone
GAP = 8  # between a mark and its words, between neighbours
ROW, ROW_GAP = 26, 14  # height of an entry of one line in a grid; between an entry and the next
MARK_ROOM = 22  # height of a line of marks without words beside it
NAMES = 0.46  # share of a page's width for the names of entries; on a phone they stand above their marks
DOT, SMALL_DOT, SPECK = 130, 75, 25  # areas
THICK, BAND = 3, 13  # of a line that stands out, of a band
LIFT = 6  # from the middle of an entry to a mark that makes room for another
TICK = 9  # half the height of a short upright
BRACKET = 22  # height of the letters that stand for an open bracket
# A person, drawn in a box of two by two around the origin.
PERSON = (
    "M0,-1C0.22,-1 0.38,-0.85 0.38,-0.64C0.38,-0.43 0.22,-0.27 0,-0.27C-0.22,-0.27 -0.38,-0.43 -0.38,-0.64"
    "C-0.38,-0.85 -0.22,-1 0,-1ZM-0.34,-0.17L0.34,-0.17C0.5,-0.17 0.58,-0.06 0.58,0.08L0.58,1L-0.58,1L-0.58,0.08"
    "C-0.58,-0.06 -0.5,-0.17 -0.34,-0.17Z"
)
BIG = 26  # height of a number that speaks for itself
TALL, LOW, PANEL = 300, 220, 130  # heights of a plot by itself, of one that is quickly read, of one among several
FEW_LETTERS = 12  # of a name on a scale
SMALL = 84  # height of a plot among a dozen
PITCH = 9  # from one dot of a pile to the next
SLAB = 24  # height of a bar that holds words
EDGE = 16  # free right of a plot, so that the last label of its scale fits
DASH = (3, 3)
QUARTERS = [0, 25, 50, 75, 100]  # of a scale in per cent
STEP, GROUP = 20, 50  # from one line of people or events to the next, from one group under its name to the next
SIDE = 0.27  # share of the width for words beside the lines they name
SQUARE, FIGURE = 17, 34  # room of an event, of a person, where there is enough


def wide(width):
    """Whether a figure so many pixels wide is for a page, not for a phone."""
    return width >= (WIDE + NARROW) / 2


def heading(text):
    """The name of a panel over it."""
    return alt.TitleParams(text=text, anchor="start", frame="group", fontSize=HEAD_LETTER, offset=GAP)


def lines(text, width, letters=TITLE):
    """Text in lines of a title, or of a subtitle, over a figure so many pixels wide.

    >>> lines("Each step doubled the dose, three people at a time", NARROW)
    ['Each step doubled the dose,', 'three people at a time']
    """
    return even(
        " ".join(text.split()), letters[0 if wide(width) else 1], break_on_hyphens=False, break_long_words=False
    )


def even(text, letters, **how):
    """Text in as few lines of so many letters as it takes, and these as even as they can be: no word stands alone at the end.

    >>> even("People like them who did not", 23)
    ['People like them', 'who did not']
    """
    made = textwrap.wrap(text, letters, **how)
    least = max([1, len(text) // max(1, len(made)), *map(len, text.split())])  # no word is broken for it
    tried = (textwrap.wrap(text, shorter, **how) for shorter in range(least, letters))
    return next((lines for lines in tried if len(lines) == len(made)), made) or [""]


def title(finding, subtitle, width):
    """The finding over what one mark is, the kind of number and the source; broken to fit `width` pixels."""
    parts = [subtitle] if isinstance(subtitle, str) else subtitle
    return alt.TitleParams(
        text=lines(finding, width),
        subtitle=[line for part in parts for line in lines(part, width, SUBTITLE)],
        anchor="start",
        frame="bounds",
        offset=14,
        fontSize=16 if wide(width) else 14,
        subtitleFontSize=LETTER,
        subtitlePadding=5,
    )


LOOK = {
    "font": FONT,
    "background": "transparent",
    "padding": 2,
    "view": {"stroke": None},
    "title": {"font": FONT, "subtitleFont": FONT, "color": INK, "subtitleColor": MUTED, "fontWeight": "bold"},
    "axis": {
        "labelFont": FONT,
        "titleFont": FONT,
        "labelFontSize": LETTER,
        "titleFontSize": LETTER,
        "titleFontWeight": "normal",
        "labelColor": MUTED,
        "titleColor": MUTED,
        "domainColor": RULE,
        "tickColor": RULE,
        "gridColor": RULE,
        "gridOpacity": 0.7,
    },
    "header": {
        "labelFont": FONT,
        "titleFont": FONT,
        "labelFontSize": LETTER,
        "titleFontSize": LETTER,
        "labelColor": INK,
        "titleColor": INK,
    },
    "text": {"font": FONT, "fontSize": LETTER, "color": INK},
}
