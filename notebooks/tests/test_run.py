"""Publishing whole or not at all, cleaned notebooks, failed chapters and the log of changes."""

import json
import os
import shutil
from pathlib import Path

import jupytext
import nbformat
import pytest

from reporting import accept, build, configuration, execute, places, publish, records, request
from reporting.configuration import UserError


def folder(path, **files):
    path.mkdir()
    for name, text in files.items():
        (path / f"{name}.html").write_text(text)
    return path


def test_publish_replaces_what_is_there(tmp_path):
    target = folder(tmp_path / "reports", a="old")
    publish.publish(folder(tmp_path / "new", a="new", b="more"), target)
    assert (target / "a.html").read_text() == "new" and (target / "b.html").read_text() == "more"


def test_publish_reaches_another_disk(tmp_path, monkeypatch):
    def refused(*_):
        raise OSError(18, "Invalid cross-device link")

    for name in ("rename", "replace"):
        monkeypatch.setattr(os, name, refused)
    test_publish_replaces_what_is_there(tmp_path)


def test_publish_puts_everything_back_when_one_page_cannot_be_written(tmp_path):
    target = folder(tmp_path / "reports", a="old")
    (target / "b.html").mkdir()
    with pytest.raises(UserError, match="b.html cannot be written"):
        publish.publish(folder(tmp_path / "new", a="new", b="more"), target)
    assert (target / "a.html").read_text() == "old"


def test_publish_survives_an_error_in_the_middle(tmp_path, monkeypatch):
    target = folder(tmp_path / "reports", a="old", b="old")
    move, seen = shutil.move, []

    def failing(source, place):
        seen.append(place)
        if len(seen) == 2:
            raise OSError(28, "No space left on device", str(place))
        move(source, place)

    monkeypatch.setattr(shutil, "move", failing)
    with pytest.raises(UserError, match="No space left"):
        publish.publish(folder(tmp_path / "new", a="new", b="new"), target)
    assert [(target / name).read_text() for name in ("a.html", "b.html")] == ["old", "old"]


def test_on_a_disk_that_is_full_of_new_pages_the_old_ones_are_put_back(tmp_path, monkeypatch):
    """As many letters fit as the old pages have: none of them can be put back before the new ones are gone."""
    target = folder(tmp_path / "reports", a="old page", b="old")
    copy = shutil.copy2

    def within(source, place, **_):
        if Path(place).is_relative_to(target):
            here = sum(len(path.read_text()) for path in target.iterdir() if path != place)
            if here + len(source.read_text()) > len("old page") + len("old"):
                Path(place).write_text("")
                raise OSError(28, "No space left on device", str(place))
        copy(source, place)

    monkeypatch.setattr(shutil, "copy2", within)
    monkeypatch.setattr(shutil, "move", within)
    with pytest.raises(UserError, match=r"No space left on device\); the pages there are as they were"):
        publish.publish(folder(tmp_path / "new", a="newpage", b="new and long"), target)
    assert [(target / name).read_text() for name in ("a.html", "b.html")] == ["old page", "old"]
    monkeypatch.setattr(publish, "_put_back", lambda done: [target / "a.html"])
    with pytest.raises(UserError, match=r"a.html could not be put back"):
        publish.publish(folder(tmp_path / "newer", a="newpage", b="new and long"), target)


def test_a_run_never_replaces_a_sweep_or_a_comparison(small_report):
    place = small_report / "reports" / "runs" / "many"
    place.mkdir(parents=True)
    asked = request.Request(request.resolve({}), ("01_a",), "many")
    for name in ("rows.sqlite", "index.html"):
        (place / name).write_text("")
        with pytest.raises(
            UserError, match="reports/runs/many holds a sweep or a comparison; give this run another name"
        ):
            build.report(asked, say=lambda text: None)
        (place / name).unlink()


def test_a_file_where_the_folder_should_be(tmp_path):
    (tmp_path / "reports").write_text("a file")
    with pytest.raises(UserError, match="cannot be written"):
        publish.publish(folder(tmp_path / "new", a="new"), tmp_path / "reports")


def write_chapter(folder, name, *sources):
    cells = [nbformat.v4.new_code_cell("seed: int = 1  # a number", metadata={"tags": ["parameters"]})]
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3 (ipykernel)", "language": "python"}}
    notebook = nbformat.v4.new_notebook(
        metadata=kernel, cells=[*cells, *(nbformat.v4.new_code_cell(source) for source in sources)]
    )
    jupytext.write(notebook, folder / f"{name}.py", fmt="py:percent")


def test_parameters_reach_the_chapter_and_leave_no_trace_in_the_reference(checkout):
    write_chapter(checkout, "01_a", "print(seed)")
    notebook, _ = execute.execute("01_a", request.resolve({"seed": 7}))
    assert notebook.cells[-1].outputs[0].text == "7\n"
    kept = execute.as_reference(notebook)
    assert [cell.execution_count for cell in kept.cells] == [1, 2]
    assert "7" not in "".join(cell.source for cell in kept.cells)
    again = execute.as_reference(execute.execute("01_a", request.resolve({"seed": 7}))[0])
    assert nbformat.writes(again) == nbformat.writes(kept), "a second run gives the same bytes"


def test_a_failed_chapter_names_cell_and_error_in_two_lines(checkout):
    write_chapter(checkout, "01_a", "x = 1", "raise ValueError('no such dose')")
    with pytest.raises(execute.ChapterError) as caught:
        execute.execute("01_a", request.resolve({}))
    lines = str(caught.value).splitlines()
    assert lines == [
        "01_a failed in cell 3, which starts `raise ValueError('no such dose')`:",
        "ValueError: no such dose",
    ]


def test_uncommitted_references_are_not_overwritten(tmp_path, monkeypatch):
    monkeypatch.setattr(accept, "_edited_references", lambda: ["02_safety.ipynb"])
    with pytest.raises(UserError, match="02_safety.ipynb has uncommitted edits"):
        accept.accept("a reason")


def test_accept_wants_a_reason():
    with pytest.raises(UserError, match="WHY is missing"):
        accept.accept("  ")


def test_changes_are_appended_and_summed_up(checkout):
    accept._append_changes("first", [("01_a", "x", "", "1")])
    accept._append_changes("second", [("01_a", "x", "1", "2"), ("01_a", "y", "", "3")])
    accept._append_changes("third", [])
    assert [(entry["why"], entry["moved"]) for entry in build.log_of_changes()] == [
        ("first", "1 new result"),
        ("second", "1 new result, 1 moved"),
        ("third", "no result moved"),
    ]


def test_a_log_of_changes_that_is_none_is_told(tmp_path, monkeypatch):
    monkeypatch.setattr(places, "REPORTS", folder(tmp_path / "reports"))
    (tmp_path / "reports" / "changes.csv").write_text("garbage\nmore\n")
    with pytest.raises(UserError, match="changes.csv is not as make accept wrote it"):
        build.log_of_changes()


def test_the_readme_answer_is_the_one_of_the_summary():
    front = configuration.read()["front"]
    notebook = nbformat.read(configuration.NOTEBOOKS / f"{front}.ipynb", as_version=4)
    text = (configuration.ROOT / "README.md").read_text(encoding="utf-8")
    start, end = accept.MARKERS
    assert text.split(start)[1].split(end)[0].strip() == accept.readme_answer(notebook)


def test_committed_results_are_those_of_the_references():
    rows = [
        row
        for path in sorted(configuration.NOTEBOOKS.glob("[0-9]*.ipynb"))
        for row in records.of_notebook(path.stem, json.loads(path.read_text(encoding="utf-8")))
    ]
    assert (configuration.ROOT / "reports" / "results.csv").read_text(encoding="utf-8") == records.text(rows)
