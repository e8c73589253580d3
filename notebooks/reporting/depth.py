"""Main road and depth: all that stands under a heading tagged `depth` is one fold on its page, named by that heading."""

import re

from reporting.mime import FIGURE, HTML, MARKDOWN

TAG = "depth"
BEGIN, END = "<!-- depth -->", "<!-- end of depth -->"
_FOLD = re.compile(rf"(<h([23])\b[^>]*>(?:(?!</h\2>).)*</h\2>)\s*{BEGIN}(.*?){END}", flags=re.S)
_PERMALINK = re.compile(r'\s*<a class="permalink".*?</a>', flags=re.S)
_UNSEEN = re.compile(r'<(script|style|pre)\b.*?</\1>|<div class="drawing wide".*?</div>', flags=re.S)
_INNERMOST = re.compile(
    r"<details\b[^>]*>\s*<summary>((?:(?!</summary>).)*)</summary>(?:(?!<details\b).)*?</details>", flags=re.S
)


def heading_rank(cell):
    """Rank of the heading that a cell begins with, 1 where a section begins or ends, None for any other cell.

    >>> heading_rank({"cell_type": "markdown", "source": "### A\\n\\nText."}), heading_rank({"cell_type": "code", "source": "# a"})
    (3, None)
    """
    begins = re.match(r"\s*(?:(#{1,6}) |</?section\b)", cell["source"]) if cell["cell_type"] == "markdown" else None
    return begins and len(begins[1] or "#")


def without_empty_sections(notebook):
    """A copy of an executed notebook without the sections that do not apply: those whose code, where they have any, showed nothing.

    A section goes from its heading to the next one of any rank; the title is none.
    """
    parts = []
    for cell in notebook["cells"]:
        if heading_rank(cell) or not parts:
            parts.append([])
        parts[-1].append(cell)
    return {**notebook, "cells": [cell for part in parts if _applies(part) for cell in part]}


def _applies(part):
    code = [cell for cell in part if cell["cell_type"] == "code"]
    shown = {kind for cell in code for output in cell.get("outputs", []) for kind in output.get("data", {"": output})}
    return (heading_rank(part[0]) or 1) < 2 or not code or bool(shown & {FIGURE, HTML, MARKDOWN, ""})


def mark_folds(notebook):
    """A copy of an executed notebook in which marks say where each depth begins (below its heading) and ends.

    A depth ends at the next heading of its rank or a higher one, or where a section does; one within another is part of it.
    """
    held, within, end = [], None, {"cell_type": "markdown", "source": END}
    for cell in notebook["cells"]:
        own = heading_rank(cell)
        if within and own and own <= within:
            held.append(end)
            within = None
        if own in (2, 3) and not within and TAG in cell["metadata"].get("tags", []):
            heading, _, text = cell["source"].strip().partition("\n")
            within, cell = own, {**cell, "source": f"{heading}\n\n{BEGIN}\n\n{text}"}
        held.append(cell)
    return {**notebook, "cells": [*held, end] if within else held}


def contents_in_words(fragment):
    """What a fold holds, in the words that stand beside its name.

    >>> contents_in_words('<figure class="table" id="a">x</figure><figure class="table">y</figure><figure class="chart moves">z</figure>')
    '2 tables, 1 figure'
    >>> contents_in_words('<ul><li id="ref-a">x</li><li id="ref-b">y</li></ul>')
    '2 sources'
    >>> contents_in_words("<p>In three words.</p>")
    '3 words'
    """
    marks = {"table": '<figure class="table', "figure": '<figure class="chart', "source": '<li id="ref-'}
    counts = {what: fragment.count(mark) for what, mark in marks.items()}
    counts = {what: n for what, n in counts.items() if n} or {"word": len(visible_text(fragment).split())}
    return ", ".join(f"{n} {what}{'s' if n > 1 else ''}" for what, n in counts.items())


def make_folds(body):
    """The HTML of a part with each marked depth as a fold, which a browser opens without any script."""

    def fold(found):
        heading, text = _PERMALINK.sub("", found[1]), found[3].strip()
        summary = f'<summary>{heading} <span class="size">{contents_in_words(text)}</span></summary>'
        return f'<details class="depth">{summary}\n{text}\n</details>'

    return _FOLD.sub(fold, body)


def visible_text(fragment):
    """The words of a page that stand open: sentences, tables, captions, one of the two drawings; of a fold its name.

    >>> visible_text("<p>One</p><table><td>2</td></table><details><summary>three</summary><details><summary>4</summary>5</details></details>")
    'One 2 three'
    """
    fragment = _UNSEEN.sub(" ", fragment)
    while (fewer := _INNERMOST.sub(r" \1 ", fragment)) != fragment:
        fragment = fewer
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", fragment)).strip()
