"""Runs of a chapter for something else than the report, such as another trial: each a page in a folder of its own."""

import re
from pathlib import Path

import nbformat

from reporting import configuration, html, mime, records


def of_request(asked):
    """The runs that belong to a request: name to chapter and full set of values; none to a rerun, or without the chapter."""
    known = {} if asked.name else configuration.others()
    chapters = configuration.chapters()
    return {n: (chapter, {**asked.values, **given}) for n, (chapter, given) in known.items() if chapter in chapters}


def links_one_folder_up(text):
    """A page whose links to what lies beside it lead one folder up.

    >>> links_one_folder_up('<a href="01_b.html#c">x</a> <a href="#d">y</a> <a href="https://e.org">z</a>')
    '<a href="../01_b.html#c">x</a> <a href="#d">y</a> <a href="https://e.org">z</a>'
    """
    return re.sub(r'(<[a-z][^<>]* (?:href|src)=")(?![#/]|[a-z]+:)', r"\1../", text)


def under_own_title(notebook):
    """A copy under the name and with the first words that its cell tagged `title` says, without that cell; and the name."""
    said = " ".join(mime.of_notebook(notebook, mime.MARKDOWN, "title"))
    called, _, lede = (part.strip("* ") for part in said.partition("\n\n"))
    kept = [dict(cell) for cell in notebook["cells"] if "title" not in cell["metadata"].get("tags", [])]
    kept[0]["source"] = f"# {called}\n\n{lede}"
    return nbformat.from_dict({**notebook, "cells": kept}), called


def add(site, name, notebook):
    """Writes the page of an executed chapter into the folder of a Site, whether it is the report's or another's."""
    known = configuration.others().get(name)
    if known is None:
        return site.add(name, notebook)
    notebook, called = under_own_title(notebook)
    place = site.folder / f"{name}.html"
    place.parent.mkdir(exist_ok=True)
    text = html.page(known[0], notebook, site.titles, {}, html.edition(site.log), called)
    place.write_text(links_one_folder_up(text), encoding="utf-8")


def write_results(folder, notebooks):
    """Writes the results of the runs, by name, beside their pages."""
    for place in {Path(name).parent for name in notebooks}:
        mine = {Path(name).name: notebook for name, notebook in notebooks.items() if Path(name).parent == place}
        text = records.text(records.of_notebooks(mine))
        (folder / place / "results.csv").write_text(text, encoding="utf-8")
