"""References: a fresh run of every chapter at its defaults becomes what later runs are compared with."""

import json
import re
from datetime import date

import nbformat

from reporting import (
    build,
    cells,
    configuration,
    execute,
    html,
    places,
    provenance,
    publish,
    readable,
    records,
    request,
    stamps,
    store,
)
from reporting.configuration import UserError

CHANGES = ["accepted_on", "why", "chapter", "name", "old", "new"]


def _edited_references():
    """References that would be lost: neither did `accept` write them here, nor does a repository hold them as they are."""
    accepted = places.CACHE / "accepted.json"
    known = json.loads(accepted.read_text()) if accepted.exists() else {}
    digests = {path.name: stamps.sha256(path) for path in sorted(places.NOTEBOOKS.glob("[0-9]*.ipynb"))}
    unknown = [name for name, digest in digests.items() if known.get(name) != digest]
    held = provenance.tracked(unknown, places.NOTEBOOKS) if unknown else set()
    return [name for name in unknown if name not in held]


def _check_references():
    edited = _edited_references()
    if edited and provenance.in_repository():
        raise UserError(
            f"{', '.join(edited)} has uncommitted edits that this would overwrite; commit or undo them first."
        )
    if edited and not store.ignored(("FORCE",)):
        raise UserError(
            f"This would overwrite {', '.join(edited)}, and without a git repository nothing tells whether somebody edited "
            "them; put a copy elsewhere if so, then add FORCE=1 to the command."
        )


def accept(why, say=print):
    """Runs every chapter at defaults and makes the outcome the reference; returns the results that moved."""
    if not why.strip():
        raise UserError('WHY is missing: say in a few words what changed, as in make accept WHY="new interval".')
    _check_references()
    with publish.locked(), publish.full_disk_in_words():
        publish.check_writable(
            places.NOTEBOOKS, places.REPORTS, places.REPORTS / "changes.csv", places.ROOT / "README.md"
        )
        build.check()
        return _accept(why, say)


def _accept(why, say):
    say("Running every chapter at its defaults:")
    old = []
    for path in sorted(places.NOTEBOOKS.glob("[0-9]*.ipynb")):
        old += records.of_notebook(path.stem, readable.notebook(path))
    with publish.workshop() as workspace:
        notebooks = execute.execute_all(configuration.chapters(), request.resolve({}), workspace, say, fresh=True)
        staged = workspace / "references"
        staged.mkdir()
        for name, notebook in notebooks.items():
            nbformat.write(execute.as_reference(notebook), staged / f"{name}.ipynb")
        new = [row for name, notebook in notebooks.items() for row in records.of_notebook(name, notebook)]
        publish.publish(staged, places.NOTEBOOKS)
    places.CACHE.joinpath("accepted.json").write_text(
        json.dumps({f"{name}.ipynb": stamps.sha256(places.NOTEBOOKS / f"{name}.ipynb") for name in notebooks}),
        encoding="utf-8",
    )
    moved = records.moved(old, new)
    _append_changes(why.strip(), moved)
    write_readme_answer(notebooks[configuration.read()["front"]])
    return moved


def _append_changes(why, moved):
    path = places.REPORTS / "changes.csv"
    head = [] if path.exists() else [CHANGES]
    day = date.today().isoformat()
    entries = [[day, " ".join(why.split()), *row] for row in moved or [("", "", "", "")]]
    with path.open("a", encoding="utf-8", newline="") as file:
        file.write(cells.text([*head, *entries]))


MARKERS = ("<!-- answer: written by make accept -->", "<!-- end of answer -->")


def readme_answer(notebook):
    """The answer of the report's first chapter as it stands between the markers of the README."""
    return "\n\n".join(html.short_answer(notebook))


def write_readme_answer(notebook):
    """Puts the answer between the markers of the README."""
    path = places.ROOT / "README.md"
    text = path.read_text(encoding="utf-8")
    start, end = MARKERS
    if start not in text or end not in text:
        raise UserError(f"README.md has lost its markers {start} and {end}; put them back around the answer.")
    made = re.sub(
        f"{re.escape(start)}.*?{re.escape(end)}",
        lambda _: f"{start}\n{readme_answer(notebook)}\n{end}",
        text,
        flags=re.S,
    )
    path.write_text(made, encoding="utf-8")
