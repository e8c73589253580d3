"""The pages of one build: chapters, the front page that knows them all, what stands beside it, what leads on to it."""

import json
import re
from pathlib import Path

from reporting import configuration, html, mime, records, request, tables, terms


def front_page(text, notebooks, bodies, edition):
    """The page of the front chapter with what only the others know: each with its picture and its minutes."""
    settings = configuration.read()
    rows = [
        {
            "name": name,
            "question": html.question(notebook),
            "minutes": html.reading_minutes(html.main_of(bodies[name])),
            "picture": small_picture(bodies[name], f"p{name[:2]}"),
            "apart": name in settings["apart"],
        }
        for name, notebook in notebooks.items()
        if name != settings["front"]
    ]
    text = text.replace("<!-- chapters -->", html.template("chapters.html.j2").render(rows=rows))
    return text.replace("<!-- edition -->", f"<p>How up to date: {edition}.</p>" if edition else "")


LIGHT = 14_000  # bytes of a picture that stands for a chapter
TALL = 1.3  # height over width from which on too little of a picture is seen in so small a place


def small_picture(body, mark):
    """The shapes in the middle of a page's first drawing that is light and low enough, without its words; ids begin with `mark`.

    Where none is low, of the first that is light; "" where there is none.

    >>> drawn = '<svg font-family="x" width="9" height="90" viewBox="0 0 9 90"><g transform="translate(2,40)"><text>a</text><path/></g></svg>'
    >>> small_picture(f'<div class="drawing narrow">{drawn}</div>', "p")
    '<svg aria-hidden="true" viewBox="0 36 9 54" preserveAspectRatio="xMidYMid slice"><g transform="translate(2,40)"><path/></g></svg>'
    """
    found = []
    for drawn in re.findall(r'<div class="drawing narrow".*?(<svg\b.*?</svg>)', body, flags=re.S):
        opening, inside = re.match(r"(<svg[^>]*>)(.*)", drawn, flags=re.S).groups()
        inside = re.sub(r"<text\b.*?</text>", "", inside, flags=re.S)
        inside = re.sub(r'\b(id="|url\(#|href="#)', rf"\g<1>{mark}-", inside)
        wide, high = map(float, re.search(r'viewBox="0 0 (\S+) (\S+)"', opening).groups())
        top = float((re.search(r'transform="translate\([^,)]+,([\d.]+)\)', inside) or [0, 4])[1]) - 4
        if len(inside) < LIGHT and re.search(r"<(path|use|rect|circle)\b", inside):
            box = f'viewBox="0 {top:g} {wide:g} {high - top:g}" preserveAspectRatio="xMidYMid slice"'
            found.append((high - top > TALL * wide, f'<svg aria-hidden="true" {box}>{inside}'))
    return min(found, key=lambda one: one[0], default=(0, ""))[1]


def forwarder(target, title):
    """A page that leads on to another, and to the same place on it; terms have moved to a page of their own."""
    script = (
        f'location.replace((location.hash.startsWith("#term-") ? "{html.TERMS_PAGE}" : "{target}") + location.hash);'
    )
    given = {"target": target, "title": title, "script": script, "allowed": html.csp_hash(script)}
    return html.template("forward.html.j2").render(given)


def figures_of(name, notebook, body):
    """The figures of a chapter: href, number, and what each finds, by the title of its drawing."""
    found = re.findall(
        r'<figure class="chart[^"]*" id="([^"]+)">.*?<span class="number">([^<]+)</span>', body, flags=re.S
    )
    return [
        {"href": f"{html.address(name)}#{key}", "number": number, "finding": finding(spec)}
        for (key, number), spec in zip(found, mime.of_notebook(notebook, mime.VEGA_LITE), strict=True)
    ]


def finding(spec):
    """The title of a drawing as one line; where it follows a choice, that of the choice it is printed with.

    >>> chosen = {"expr": '({"5": ["If five,", "none"], "9": ["If nine"]})[one_in]'}
    >>> finding({"title": {"text": chosen}, "params": [{"name": "one_in", "value": 5}]})
    'If five, none'
    """
    text = spec["title"]["text"]
    if isinstance(text, dict):
        choices, name = re.fullmatch(r"\((.*)\)\[(\w+)\]", text["expr"], flags=re.S).groups()
        shown = next(param["value"] for param in spec["params"] if param["name"] == name)
        text = json.loads(choices)[str(shown)]
    return text if isinstance(text, str) else " ".join(text)


class Site:
    """The pages of one build, each written into an empty folder as soon as its chapter is done."""

    def __init__(self, folder, titles, values, changed, log):
        """`titles` maps every chapter that gets a page to its question, in reading order; `log` lists the editions."""
        self.folder, self.titles, self.values, self.changed, self.log = Path(folder), titles, values, changed, log
        self.edition, self.bodies = html.edition(log), {}

    def add(self, name, notebook):
        """Writes the page of an executed chapter; of one that ran only for another's sake there is none."""
        if name in self.titles:
            self.bodies[name] = html.page(name, notebook, self.titles, self.changed, self.edition)
            if html.address(name) != html.FRONT_PAGE:
                self._write(f"{name}.html", self.bodies[name])

    def finish(self, notebooks):
        """Writes results.csv, the front page (or what leads on to the first chapter) and what stands beside, from the executed chapters."""
        self._write("results.csv", records.text(records.of_notebooks(notebooks)))
        bodies, front = {name: self.bodies[name] for name in notebooks}, configuration.read()["front"]
        if front in bodies:
            self._write(html.FRONT_PAGE, front_page(bodies[front], notebooks, bodies, self.edition))
            self._write(f"{front}.html", forwarder(html.FRONT_PAGE, self.titles[front]))
        else:
            first = next(iter(bodies))
            self._write(html.FRONT_PAGE, forwarder(f"{first}.html", self.titles[first]))
        found = [figure for name, notebook in notebooks.items() for figure in figures_of(name, notebook, bodies[name])]
        made = {"values": self.values, "fields": configuration.schema().model_fields, "range_of": request.range_of}
        made |= {"changed": self.changed, "figures": found, "log": self.log, "edition": self.edition}
        self._beside(html.REPRODUCE_PAGE, "Reproduce this report", **made)
        self._beside(html.TERMS_PAGE, "Terms in one sentence", glossary=terms.glossary(), anchor=terms.anchor)

    def _beside(self, name, title, **given):
        """A page that is no chapter, from the template of its name: what the report is made of, the list of terms."""
        body = tables.with_column_switch(html.template(f"{name}.j2").render(given))
        contents = re.findall(r'<section class="part" id="([^"]+)">\s*<h2>(.*?)</h2>', body)
        stem = name.removesuffix(".html")
        page = html.wrapped_page(stem, title, body, self.titles, self.changed, self.edition, contents=contents)
        self._write(name, page)

    def _write(self, name, text):
        (self.folder / name).write_text(text, encoding="utf-8")
