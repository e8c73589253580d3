"""The field's terms, explained where they are first met: a link on a page to the one list that explains them."""

import html
import re
from functools import cache

from reporting import configuration

_BLOCK = re.compile(r"<p>.*?</p>", flags=re.S)
_PIECE = re.compile(r"(<a\b.*?</a>|<code\b.*?</code>|<[^>]+>)", flags=re.S)


@cache
def glossary():
    """Terms as (names, meaning), the first name the one that the list explains; names of one letter are left out."""
    return [
        (tuple(name for name in (row.term, *row.also_called.split("; ")) if len(name) > 1), row.meaning)
        for row in configuration.science("glossary")().itertuples()
    ]


def anchor(term):
    """The id of a term in the list.

    >>> anchor("p-value"), anchor("Adverse event")
    ('term-p-value', 'term-adverse-event')
    """
    return f"term-{re.sub(r'[^a-z0-9]+', '-', term.lower()).strip('-')}"


def _pattern(name):
    # Abbreviations as they are written; words with a capital or without, one or many.
    spelt = re.escape(name) if name.isupper() else f"[{name[0].upper()}{name[0].lower()}]{re.escape(name[1:])}"
    # Before an article the same letters are a verb: "harm that limits the dose".
    return rf"(?<![\w-]){spelt}s?(?![\w-]|\s+(?:an?|the|what|how)\b)"


def linked(body, terms, page):
    """HTML in which each term's first use in a paragraph leads to its meaning on `page`.

    >>> linked("<h2>MRI</h2><p>An <b>MRI</b> and an MRI.</p>", [(("MRI", "scan"), "Pictures.")], "terms.html")
    '<h2>MRI</h2><p>An <b><a class="term" href="terms.html#term-mri" title="Pictures.">MRI</a></b> and an MRI.</p>'
    >>> linked("<p>Harm that limits the dose.</p>", [(("Interval", "limits"), "A range.")], "terms.html")
    '<p>Harm that limits the dose.</p>'
    """
    waiting = {name: (names[0], meaning) for names, meaning in terms for name in names}

    def paragraph(found):
        return "".join(piece if piece.startswith("<") else text(piece) for piece in _PIECE.split(found[0]))

    def text(piece):
        hits = [(hit.start(), -len(hit[0]), name, hit) for name in waiting if (hit := re.search(_pattern(name), piece))]
        if not hits:
            return piece
        _, _, name, hit = min(hits, key=lambda each: each[:2])
        term, meaning = waiting[name]
        for done in [other for other, (of, _) in waiting.items() if of == term]:
            del waiting[done]
        address = f'href="{page}#{anchor(term)}" title="{html.escape(meaning, quote=True)}"'
        return f'{piece[: hit.start()]}<a class="term" {address}>{hit[0]}</a>{text(piece[hit.end() :])}'

    return _BLOCK.sub(paragraph, body)
