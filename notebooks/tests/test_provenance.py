"""The record of a build: what it says, that the library of the format reads it, and that it rebuilds to the same bytes."""

import json
import re
import subprocess
from importlib import resources
from urllib.parse import unquote

import pytest
from rocrate.rocrate import ROCrate

from reporting import configuration, html, provenance, request, stamps


@pytest.fixture
def folder(tmp_path):
    """A folder with two files and the record of a run with one changed parameter."""
    for name in ("index.html", "results.csv"):
        (tmp_path / name).write_text("x")
    times = ("2026-01-02T03:04:05Z", "2026-01-02T03:05:06Z")
    provenance.write(tmp_path, request.resolve({"confidence": 0.9}), stamps.inputs(), *times)
    return tmp_path


def test_the_library_reads_a_run_back(folder):
    crate = ROCrate(str(folder))
    action = crate.dereference("#build")
    assert action["startTime"] == "2026-01-02T03:04:05Z" and action["endTime"] == "2026-01-02T03:05:06Z"
    assert action["description"].startswith("commit ") and action["name"].startswith("make ")
    objects = {entity["name"]: entity for entity in action["object"]}
    assert objects["confidence"]["value"] == "0.9"
    parameters = {name for name, entity in objects.items() if entity.type == "PropertyValue"}
    assert parameters == set(configuration.schema().model_fields)
    path = configuration.ROOT / "data" / "cohorts.csv"
    assert objects["data/cohorts.csv"]["sha256"] == stamps.sha256(path)
    packages = {entity["name"]: entity["version"] for entity in action["instrument"]}
    assert packages == dict(html.versions())
    assert {entity.id for entity in crate.root_dataset["hasPart"]} == {"index.html", "results.csv"}


# The terms of RO-Crate as the library of the format ships them: no network is needed.
TERMS = json.loads(resources.files("rocrate").joinpath("data/ro-crate.jsonld").read_text(encoding="utf-8"))["@context"]
DATE = r"\d{4}-\d\d-\d\d(T\d\d:\d\d:\d\dZ)?$"
DESCRIBED = {"license": "CreativeWork", "author": "Organization", "publisher": "Organization"}


def linked(value):
    """Every @id that a property links to."""
    parts = value if isinstance(value, list) else [value]
    return [part["@id"] for part in parts if isinstance(part, dict)]


def entities(folder):
    """The context of the crate in a folder, and what it describes."""
    held = json.loads((folder / provenance.FILE).read_text(encoding="utf-8"))
    return held["@context"], held["@graph"]


def faults(folder):
    """What RO-Crate 1.1 requires of a crate, and recommends, and is not met: sentences."""
    context, graph = entities(folder)
    names, version = [entity["@id"] for entity in graph], context[0].removesuffix("/context")
    known = dict(zip(names, graph, strict=True))
    head, root = known.get(provenance.FILE, {}), known.get("./", {})
    found = [f"{name} is there twice" for name in set(names) if names.count(name) > 1]
    found += [f"{name} is no URI" for name in names if re.search(r"[\s\"<>\\^`{|}]|[^\x00-\x7f]", name)]
    found += ["no descriptor"] * ((head.get("@type"), head.get("about")) != ("CreativeWork", {"@id": "./"}))
    found += ["another version than the context names"] * (head.get("conformsTo") != {"@id": version})
    found += [f"the root has no {p}" for p in ("name", "description", "datePublished", "license") if not root.get(p)]
    found += ["the date is not ISO 8601"] * (not re.match(DATE, root.get("datePublished", "")))
    for part, kind in DESCRIBED.items():
        described = [known.get(link, {}).get("@type") for link in linked(root.get(part))]
        found += [f"{part} is not described"] * (described != [kind])
    for entity in graph:
        name = entity["@id"]
        unknown = {*entity, entity["@type"]} - {*TERMS, *context[1], "@id", "@type"}
        found += [f"{name}: {term} is no term" for term in unknown]
        found += [f"{name}: {p} is a list of one" for p, v in entity.items() if isinstance(v, list) and len(v) == 1]
        missing = {link for value in entity.values() for link in linked(value)} - {*names, version}
        found += [f"{name} links to {link}, which is not there" for link in missing]
        if entity["@type"] == "File":
            found += [f"{name} is no part"] * (name not in linked(root["hasPart"]))
            found += [f"{name} has no format"] * ("/" not in entity.get("encodingFormat", ""))
            found += [f"{name} is no file"] * (not (folder / unquote(name)).is_file())
    return found


@pytest.fixture
def of_report(tmp_path):
    """A folder with the record as the report itself has it."""
    for name in ("index.html", "results.csv", "a b.css"):
        (tmp_path / name).write_text("x")
    provenance.write(tmp_path, request.resolve({}), stamps.sources(), references=stamps.references())
    return tmp_path


@pytest.mark.parametrize("which", ["folder", "of_report"])
def test_a_crate_is_what_its_profile_requires(which, request):
    assert not faults(request.getfixturevalue(which))


def test_the_check_of_the_profile_would_notice(of_report):
    path = of_report / provenance.FILE
    sound = json.loads(path.read_text())
    root = next(entity for entity in sound["@graph"] if entity["@id"] == "./")
    for name in ("datePublished", "license", "name", "author"):
        path.write_text(json.dumps(sound).replace(f'"{name}": {json.dumps(root[name])}', '"colour": "red"'))
        assert any(name in fault for fault in faults(of_report)) and "is no term" in str(faults(of_report)), name
    (of_report / "index.html").unlink()
    assert "index.html is no file" in faults(of_report)


def test_the_report_names_data_references_and_results_and_no_module(of_report):
    said = {entity["name"] for entity in entities(of_report)[1] if "sha256" in entity}
    assert {"data/cohorts.csv", "data/references.bib", "notebooks/02_safety.ipynb"} <= said
    assert {name for name in said if not name.startswith("data/")} == set(stamps.references())
    assert {e.id for e in ROCrate(str(of_report)).root_dataset["hasPart"]} == {"index.html", "results.csv", "a%20b.css"}
    assert provenance.read(of_report)["files"] == ["a b.css", "index.html", "results.csv"]


def test_the_committed_record_is_of_that_kind():
    said = provenance.read(configuration.ROOT / "reports")
    assert set(said["inputs"]) == set(stamps.sources())
    assert not faults(configuration.ROOT / "reports")


def repository(folder, files):
    """A commit of a checkout with these files besides those that every checkout has."""
    usual = {
        "notebooks/pyproject.toml": '[tool.reporting]\ndata = "../data"\n',
        ".requirements.lock": "",
        "data/a.csv": "a\n",
    }
    for name, text in {**usual, **files}.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    who = ["-c", "user.name=a", "-c", "user.email=a@b.invalid", "-c", "commit.gpgsign=false"]
    for words in (["init", "-q"], ["add", "-A"], [*who, "commit", "-q", "-m", "x"]):
        subprocess.run(["git", *words], cwd=folder, check=True)


def test_what_is_accepted_came_from_what_is_committed(tmp_path, monkeypatch):
    repository(tmp_path, {"notebooks/trial/words.py": "x = 1\n", "notebooks/01_a.ipynb": "{}"})
    for module in (provenance, stamps):
        monkeypatch.setattr(module, "ROOT", tmp_path)
    then = stamps.inputs()
    assert provenance.accepted_inputs() == then
    (tmp_path / "notebooks" / "trial" / "words.py").write_text("x = 2\n")
    (tmp_path / "notebooks" / "trial" / "new.py").write_text("")
    assert provenance.accepted_inputs() == then != stamps.inputs(), "an edit since is no part of what was accepted"
    (tmp_path / "notebooks" / "01_a.ipynb").write_text('{"new": 1}')
    assert provenance.accepted_inputs() == stamps.inputs(), "accepted since, and not yet committed"


def test_without_a_commit_the_inputs_of_what_is_accepted_are_not_known(tmp_path, monkeypatch):
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path))
    monkeypatch.setattr(provenance, "ROOT", tmp_path)
    assert provenance.accepted_inputs() is None
    monkeypatch.setenv("PATH", str(tmp_path))
    assert provenance.accepted_inputs() is None and provenance.commit.__wrapped__() == "", "nor where there is no git"


def test_what_is_read_is_what_was_written(folder):
    said = provenance.read(folder)
    assert said["parameters"] == request.resolve({"confidence": 0.9})
    assert said["inputs"] == stamps.inputs() and said["files"] == ["index.html", "results.csv"]
    (folder / provenance.FILE).write_text("{")
    assert provenance.read(folder) is None


def test_without_times_nothing_differs_between_two_builds(monkeypatch):
    values, known = request.resolve({}), stamps.inputs()
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
    assert {"reports/template/report.css", "notebooks/reporting/execute.py", "notebooks/pyproject.toml"} <= names
    assert not [name for name in names if "__pycache__" in name or "/runs/" in name]
