"""A build: what was asked for is checked, its chapters run, their pages are written and published."""

import functools
import os

import nbformat

from reporting import (
    configuration,
    csv_cells,
    execute,
    html,
    other_runs,
    places,
    plain_yaml,
    provenance,
    publish,
    readable,
    records,
    site,
    stamps,
    workbook,
)
from reporting.configuration import UserError


def check(*runs):
    """Data, and the files that the values of each run name, checked before any kernel starts; UserError in one sentence."""
    readable.check()
    try:
        configuration.science("check_data")()
        for values in runs:
            configuration.science("check_values")(values)
    except configuration.science("data_error") as error:
        raise UserError(str(error)) from None
    except OSError as error:  # a folder that may not be listed, a name that is too long
        place = plain_yaml.shown(str(error.filename), False, plain_yaml.LONGEST_PATH)
        raise UserError(f"{place} cannot be read ({error.strerror}).") from None


def log_of_changes():
    """One entry per accepted edition: date, reason and how many results moved."""
    path = places.REPORTS / "changes.csv"
    if not path.exists():
        return []
    entries = {}
    for row in csv_cells.rows(path):
        if not {"accepted_on", "why", "name", "old"} <= row.keys():
            raise UserError("reports/changes.csv is not as make accept wrote it; bring it back.")
        entry = entries.setdefault((row["accepted_on"], row["why"]), [0, 0])
        entry[0 if row["old"] else 1] += bool(row["name"])
    return [
        {"accepted_on": day, "why": why, "moved": _moved_in_words(*counts)} for (day, why), counts in entries.items()
    ]


def _moved_in_words(moved, new):
    parts = [f"{new} new result{'s' if new != 1 else ''}"] * bool(new)
    parts += [f"{moved} moved"] * bool(moved)
    return ", ".join(parts) or "no result moved"


def report(asked, say=print):
    """The build of a Request: checks the data, runs the chapters and publishes their pages; returns the folder written."""
    target = places.REPORTS / "runs" / asked.name if asked.name else places.REPORTS
    with publish.locked(), publish.full_disk_in_words():
        check(asked.values, *(values for _, values in other_runs.of_request(asked).values()))
        publish.check_target(target, asked.chapters)
        taken = any((target / name).exists() for name in ("index.html", "rows.sqlite"))
        if asked.name and taken and provenance.read(target) is None:
            raise UserError(
                f"reports/runs/{asked.name} holds a sweep or a comparison; give this run another name with RUN=."
            )
        known_inputs = stamps.inputs()
        with publish.temporary_folder() as workspace:
            pages = write_pages(asked, workspace, known_inputs, say)
            written = stamps.hashed(pages.rglob("*"), pages)
            publish.publish(pages, target)
            if not asked.name:
                stamps.note_build(written, known_inputs, os.environ)
    return target


def write_pages(asked, workspace, known_inputs, say=print, workers=execute.WORKERS):
    """Runs the chapters of a Request and writes all that belongs to its pages into a folder, which is returned."""
    started, names, pages = provenance.now(), configuration.needed(asked.chapters), workspace / "pages"
    if len(names) > len(asked.chapters):
        last = [name for name in asked.chapters if name in configuration.read()["last"]]
        reads = "reads" if len(last) == 1 else "read"
        say(f"{' and '.join(last)} {reads} results of other chapters, so those run too.")
    say(f"{len(names)} chapter{'s' if len(names) > 1 else ''}, {min(workers or 1, len(names))} at a time:")
    pages.mkdir()
    titles = {name: html.question(configuration.notebook(name)) for name in configuration.reading_order(asked.chapters)}
    whole = site.Site(pages, titles, asked.values, asked.changed, [] if asked.name else log_of_changes())
    html.write_shared(pages)
    ready, also = functools.partial(other_runs.add, whole), other_runs.of_request(asked)
    notebooks = execute.execute_all(names, asked.values, workspace, say, ready=ready, workers=workers, also=also)
    other_runs.write_results(pages, {name: notebooks[name] for name in also})
    notebooks = {name: notebooks[name] for name in titles}
    whole.finish(notebooks)
    if asked.name:  # the report itself has its notebooks already: the references
        for name, notebook in notebooks.items():
            nbformat.write(notebook, pages / f"{name}.ipynb")
            records.write_tables(pages, notebook)
            workbook.write(pages / records.TABLES / f"{name}.xlsx", notebook)
        provenance.write(pages, asked.values, known_inputs, started, provenance.now())
    else:
        provenance.write(pages, asked.values, stamps.sources(), references=stamps.references())
    return pages
