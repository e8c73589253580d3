"""References: a fresh run of every chapter at its defaults becomes what later runs are compared with."""

import json
from datetime import date

import nbformat

from reporting import (
    build,
    configuration,
    csv_cells,
    disk_cache,
    execute,
    html,
    places,
    provenance,
    publish,
    readable,
    records,
    request,
    stamps,
)
from reporting.configuration import UserError

CHANGES = ["accepted_on", "why", "chapter", "name", "old", "new"]


def _accepted():
    return places.CACHE / "accepted.json"  # what `accept` wrote here: name to SHA-256


def _references():
    return stamps.hashed(places.NOTEBOOKS.glob("[0-9]*.ipynb"), places.NOTEBOOKS)


def _edited_references():
    """References that would be lost: neither did `accept` write them here, nor does a repository hold them as they are."""
    known = json.loads(_accepted().read_text()) if _accepted().exists() else {}
    unknown = [name for name, digest in _references().items() if known.get(name) != digest]
    held = provenance.tracked(unknown, places.NOTEBOOKS) if unknown else set()
    return [name for name in unknown if name not in held]


def _check_references():
    edited = ", ".join(_edited_references())
    if edited and provenance.in_repository():
        raise UserError(f"{edited} has uncommitted edits that this would overwrite; commit or undo them first.")
    if edited and not disk_cache.ignored(("FORCE",)):
        raise UserError(
            f"This would overwrite {edited}, and without a git repository nothing tells whether somebody edited them; "
            "put a copy elsewhere if so, then add FORCE=1 to the command."
        )


def accept(why, say=print):
    """Runs every chapter at defaults and makes the outcome the reference; returns the results that moved."""
    if not why.strip():
        raise UserError('WHY is missing: say in a few words what changed, as in make accept WHY="new interval".')
    _check_references()
    with publish.locked(), publish.full_disk_in_words():
        written = (places.NOTEBOOKS, places.REPORTS, places.REPORTS / "changes.csv", places.ROOT / "README.md")
        publish.check_writable(*written)
        readable.readme_around(MARKERS)
        build.check()
        return _accept(why, say)


def _accept(why, say):
    say("Running every chapter at its defaults:")
    before = {path.stem: readable.notebook(path) for path in sorted(places.NOTEBOOKS.glob("[0-9]*.ipynb"))}
    with publish.temporary_folder() as workspace:
        notebooks = execute.execute_all(configuration.chapters(), request.resolve({}), workspace, say, fresh=True)
        staged = workspace / "references"
        staged.mkdir()
        for name, notebook in notebooks.items():
            nbformat.write(execute.as_reference(notebook), staged / f"{name}.ipynb")
        publish.publish(staged, places.NOTEBOOKS)
    _accepted().write_text(json.dumps(_references()), encoding="utf-8")
    found = records.moved(records.of_notebooks(before), records.of_notebooks(notebooks))
    moved = [(chapter, name, records.short(was), records.short(now)) for chapter, name, was, now in found]
    _append_changes(why.strip(), moved)
    write_readme_answer(notebooks[configuration.read()["front"]])
    return moved


def _append_changes(why, moved):
    path = places.REPORTS / "changes.csv"
    head = [] if path.exists() else [CHANGES]
    day = date.today().isoformat()
    entries = [[day, " ".join(why.split()), *row] for row in moved or [("", "", "", "")]]
    with path.open("a", encoding="utf-8", newline="") as file:
        file.write(csv_cells.text([*head, *entries]))


MARKERS = ("<!-- answer: written by make accept -->", "<!-- end of answer -->")


def readme_answer(notebook):
    """The answer of the report's first chapter as it stands between the markers of the README."""
    return "\n\n".join(html.short_answer(notebook))


def write_readme_answer(notebook):
    """Puts the answer between the markers of the README."""
    before, after = readable.readme_around(MARKERS)
    (places.ROOT / "README.md").write_text(f"{before}\n{readme_answer(notebook)}\n{after}", encoding="utf-8")
