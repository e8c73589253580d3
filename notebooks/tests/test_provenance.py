"""The record of a build: what it says, that the library of the format reads it, and that it rebuilds to the same bytes."""

import json

import pytest
from rocrate.rocrate import ROCrate

from reporting import html, provenance, settings, stamps


@pytest.fixture
def folder(tmp_path):
    """A folder with two files and the record of a run with one changed parameter."""
    for name in ("index.html", "results.csv"):
        (tmp_path / name).write_text("x")
    times = ("2026-01-02T03:04:05Z", "2026-01-02T03:05:06Z")
    provenance.write(tmp_path, settings.resolve({"confidence": 0.9}), stamps.inputs(), *times)
    return tmp_path


def test_the_library_reads_a_run_back(folder):
    crate = ROCrate(str(folder))
    action = crate.dereference("#build")
    assert action["startTime"] == "2026-01-02T03:04:05Z" and action["endTime"] == "2026-01-02T03:05:06Z"
    assert action["description"].startswith("commit ") and action["name"].startswith("make ")
    objects = {entity["name"]: entity for entity in action["object"]}
    assert objects["confidence"]["value"] == "0.9"
    assert {name for name, entity in objects.items() if entity.type == "PropertyValue"} == set(
        settings.schema().model_fields
    )
    path = settings.ROOT / "data" / "cohorts.csv"
    assert objects["data/cohorts.csv"]["sha256"] == stamps.sha256(path)
    packages = {entity["name"]: entity["version"] for entity in action["instrument"]}
    assert packages == dict(html.versions())
    assert {entity.id for entity in crate.root_dataset["hasPart"]} == {"index.html", "results.csv"}


def test_the_library_would_notice(folder):
    path = folder / provenance.FILE
    broken = json.loads(path.read_text())
    broken["@graph"] = [entity for entity in broken["@graph"] if entity["@id"] != "./"]
    path.write_text(json.dumps(broken))
    with pytest.raises((ValueError, KeyError)):
        ROCrate(str(folder))


def test_what_is_read_is_what_was_written(folder):
    said = provenance.read(folder)
    assert said["parameters"] == settings.resolve({"confidence": 0.9})
    assert said["inputs"] == stamps.inputs() and said["files"] == ["index.html", "results.csv"]
    (folder / provenance.FILE).write_text("{")
    assert provenance.read(folder) is None


def test_without_times_nothing_differs_between_two_builds(monkeypatch):
    values, known = settings.resolve({}), stamps.inputs()
    first = provenance.crate(values, ["a.html"], known)
    monkeypatch.setattr(provenance, "now", lambda: "later")
    monkeypatch.setattr(provenance, "commit", lambda: "another")
    monkeypatch.setenv("SET", "")
    assert provenance.crate(values, ["a.html"], known) == first
    graph = {entity["@id"]: entity for entity in json.loads(first)["@graph"]}
    assert graph["./"]["datePublished"] == provenance.last_accepted()
    assert not {"startTime", "endTime", "description"} & set(graph["#build"])


def test_every_kind_of_input_is_there():
    names = set(stamps.inputs())
    assert {"data/references.bib", "notebooks/00_summary.py", "notebooks/trial/load.py", ".requirements.lock"} <= names
    assert {"reports/template/report.css", "notebooks/reporting/run.py", "notebooks/pyproject.toml"} <= names
    assert not [name for name in names if "__pycache__" in name or "/runs/" in name]


def test_the_command_is_quoted_for_a_shell():
    asked = {"SET": "confidence=0.9 seed=7", "CHAPTER": "02_safety", "REPORT_COMMAND": "report"}
    assert provenance.command(asked) == "make report CHAPTER=02_safety SET='confidence=0.9 seed=7'"
