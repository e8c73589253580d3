"""Where a build comes from: parameters, inputs by hash, packages, as an RO-Crate that other tools can read.

The record of the report itself names data and accepted notebooks; its code is git's, so that a comment in a module changes
nothing under reports/. The record of a run names every input, and the commit.
"""

import io
import json
import os
import platform
import shlex
import subprocess
import tarfile
import tempfile
from datetime import UTC, datetime
from functools import cache
from importlib import metadata
from pathlib import Path, PurePath
from urllib.parse import quote

from reporting import configuration, csv_cells, html, stamps
from reporting.configuration import ROOT, UserError

FILE = "ro-crate-metadata.json"
ASKED = ("CHAPTER", "SET", "PARAMETERS", "SCENARIOS", "RUN")
VERSIONS = ("Python", "numpy", "commit")
CONTEXT = ["https://w3id.org/ro/crate/1.1/context", {"sha256": "https://w3id.org/ro/terms/workflow-run#sha256"}]
# Not what the machine's own list of types says: it differs between systems.
FORMATS = {
    ".html": "text/html",
    ".csv": "text/csv",
    ".css": "text/css",
    ".js": "text/javascript",
    ".ipynb": "application/x-ipynb+json",
}
FILTER = {"filter": "data"} if hasattr(tarfile, "data_filter") else {}  # Python 3.11.0 to 3.11.3 know none


class Differs(UserError):
    """A worker is not what the sweep was begun with: says what differs, in one sentence."""


def last_accepted():
    """The latest day in reports/changes.csv, None before the first edition: the only date a committed file may carry."""
    path = ROOT / "reports" / "changes.csv"
    return max((row["accepted_on"] for row in csv_cells.rows(path)), default=None) if path.exists() else None


def git(*words, folder=None):
    """What git answers in a folder of the checkout, as bytes; None without git and where the checkout is in no repository."""
    try:
        done = subprocess.run(["git", *words], cwd=folder or ROOT, capture_output=True, check=False)
    except OSError:
        return None
    return done.stdout if done.returncode == 0 else None


def tracked(names, folder):
    """Those of the files in a folder that a repository holds just as they are now."""
    held = git("ls-files", "-z", "--", *names, folder=folder)
    changed = git("diff", "--name-only", "--relative", "-z", "HEAD", "--", *names, folder=folder)
    if held is None or changed is None:
        return set()
    return {os.fsdecode(name) for name in {*held.split(b"\0")} - {*changed.split(b"\0")}}


def in_repository():
    """Whether the checkout belongs to a repository: one that merely lies around it holds none of its files."""
    return bool(git("ls-files", "--", "notebooks"))


@cache
def commit():
    """The commit checked out, with "+ edits" where files differ from it; "" outside a repository."""
    found = (git("rev-parse", "HEAD") or b"").decode().strip() if in_repository() else ""
    return found + " + edits" if found and git("status", "--porcelain", "--", ".") else found


def fingerprint():
    """What results hang on besides parameters, name to text: every input by its hash, the commit, Python and numpy."""
    versions = {"Python": platform.python_version(), "numpy": metadata.version("numpy")}
    return {**versions, "commit": commit().removesuffix(" + edits"), **stamps.inputs()}


def refuse_another(known, where):
    """Differs where this process is not what a sweep was begun with, `known` (a fingerprint). A commit counts where both know theirs."""
    found = fingerprint()
    names = [name for name in {**known, **found} if known.get(name) != found.get(name)]
    names = [name for name in names if name != "commit" or (known["commit"] and found["commit"])]
    if not names:
        return
    name, more = names[0], f" and {len(names) - 1} more" if len(names) > 1 else ""
    each = f" ({found[name][:10]}, not {known[name][:10]})" if name in VERSIONS else ""
    raise Differs(
        f"{where} has another {name}{each}{more} than the sweep was begun with, so its results would be others; "
        "where it was edited meanwhile run this again, else bring both to the same commit (and make report, make engine there) first."
    )


def command(environment=os.environ):
    """What was typed, as far as the environment tells: make report with its settings, quoted for a shell.

    >>> command({"SET": "confidence=0.9 seed=7", "CHAPTER": "02_safety"})
    "make report CHAPTER=02_safety SET='confidence=0.9 seed=7'"
    """
    words = [f"{name}={shlex.quote(environment[name])}" for name in ASKED if environment.get(name)]
    return " ".join(["make", environment.get("REPORT_COMMAND", "report"), *words])


def now():
    """The time in UTC, to the second."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def crate(values, files, known_inputs, started=None, ended=None, references=None):
    """The RO-Crate of a build as text; without times it holds nothing that differs between two builds. Follows RO-Crate 1.1.

    `values`: the full set of parameters; `files`: names of the files beside it; `known_inputs` and `references` (the accepted
    notebooks): path to SHA-256. With `started` and `ended` (UTC, ISO 8601) it also names commit and command.
    """
    fields = configuration.schema().model_fields
    licence = _entity(
        "https://creativecommons.org/licenses/by/4.0/",
        "CreativeWork",
        "Creative Commons Attribution 4.0 International (CC BY 4.0)",
    )
    authors = _entity("#contributors", "Organization", "the contributors")
    formats = {name: FORMATS.get(PurePath(name).suffix, "application/octet-stream") for name in sorted(files)}
    parts = [_entity(quote(name), "File", name, encodingFormat=it) for name, it in formats.items()]
    parameters = [
        _entity(f"#parameter-{name}", "PropertyValue", name, value=json.dumps(it), description=fields[name].description)
        for name, it in sorted(values.items())
    ]
    sources, accepted = _hashed("input", known_inputs), _hashed("reference", references or {})
    packages = [_entity(f"#package-{name}", "SoftwareApplication", name, version=it) for name, it in html.versions()]
    build = _entity(
        "#build",
        "CreateAction",
        command() if ended else "make report",
        instrument=_links(packages),
        object=_links([*parameters, *sources]),
        result={"@id": "./"},
    )
    if ended:
        build |= {"startTime": started, "endTime": ended, "description": f"commit {commit() or 'not known'}"}
    root = _entity(
        "./",
        "Dataset",
        configuration.read()["title"],
        description="Pages and named results of a literate report, with the parameters and inputs they came from.",
        license=_links([licence]),
        author=_links([authors]),
        publisher=_links([authors]),
        hasPart=_links(parts),
        mentions=_links([build, *accepted]),
    )
    if date := ended or last_accepted():
        root["datePublished"] = date
    head = {"@id": FILE, "@type": "CreativeWork", "conformsTo": {"@id": "https://w3id.org/ro/crate/1.1"}}
    graph = [head | {"about": {"@id": "./"}}, root, licence, authors, build]
    graph += [*parts, *parameters, *sources, *accepted, *packages]
    return json.dumps({"@context": CONTEXT, "@graph": graph}, indent=1, ensure_ascii=False) + "\n"


def _entity(key, kind, name, **fields):
    return {"@id": key, "@type": kind, "name": name, **fields}


def _hashed(what, files):
    return [_entity(f"#{what}-{quote(path)}", "CreativeWork", path, sha256=it) for path, it in sorted(files.items())]


def _links(entities):
    # A list of one would be written otherwise by the format's own tools.
    links = [{"@id": entity["@id"]} for entity in entities]
    return links[0] if len(links) == 1 else links


def write(folder, values, known_inputs, started=None, ended=None, references=None):
    """Puts the crate beside the files of a folder."""
    names = [str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file() and path.name != FILE]
    made = crate(values, names, known_inputs, started, ended, references)
    (folder / FILE).write_text(made, encoding="utf-8")


def accepted_inputs():
    """The inputs the accepted notebooks came from, path to SHA-256: as committed, since code and its references land in one commit.

    Where the notebooks here differ from the committed ones, `accept` has made them since, from what is here now. None where no
    commit can be read.
    """
    archive = git("archive", "HEAD") if in_repository() else None
    if archive is None:
        return None
    with tempfile.TemporaryDirectory() as place, tarfile.open(fileobj=io.BytesIO(archive)) as held:
        held.extractall(place, **FILTER)
        committed = Path(place).resolve()
        return stamps.inputs(committed if stamps.references(committed) == stamps.references() else ROOT)


def read(folder):
    """What a crate says: parameters and inputs (dicts), files (names) and ended (text or None); None where there is none."""
    try:
        graph = json.loads((folder / FILE).read_text(encoding="utf-8"))["@graph"]
        entities = {entity["@id"]: entity for entity in graph}
        return {
            "parameters": {e["name"]: json.loads(e["value"]) for e in graph if e["@type"] == "PropertyValue"},
            "inputs": {e["name"]: e["sha256"] for e in graph if e["@id"].startswith("#input-")},
            "files": [e["name"] for e in graph if e["@type"] == "File"],
            "ended": entities["#build"].get("endTime"),
        }
    except (OSError, ValueError, KeyError, TypeError):
        return None
