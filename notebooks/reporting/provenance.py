"""Where a build comes from: parameters, inputs by hash, packages, as an RO-Crate that other tools can read."""

import csv
import json
import os
import shlex
import subprocess
from datetime import UTC, datetime
from functools import cache

from reporting import html, settings
from reporting.settings import ROOT

FILE = "ro-crate-metadata.json"
ASKED = ("CHAPTER", "SET", "PARAMETERS", "SCENARIOS", "RUN")
CONTEXT = [
    "https://w3id.org/ro/crate/1.1/context",
    {"sha256": "https://w3id.org/ro/terms/workflow-run#sha256"},
]


def last_accepted():
    """The latest day in reports/changes.csv, None before the first edition: the only date a committed file may carry."""
    path = ROOT / "reports" / "changes.csv"
    if not path.exists():
        return None
    with path.open(encoding="utf-8", newline="") as file:
        return max((row["accepted_on"] for row in csv.DictReader(file)), default=None)


def git(*words, folder=ROOT):
    """What git answers in a folder of the checkout; None without git and where the checkout is in no repository."""
    try:
        done = subprocess.run(["git", *words], cwd=folder, capture_output=True, text=True, check=False)
    except OSError:
        return None
    return done.stdout if done.returncode == 0 else None


def tracked(names, folder):
    """Those of the files in a folder that a repository holds just as they are now."""
    held, changed = git("ls-files", "-z", "--", *names, folder=folder), None
    if held:
        changed = git("diff", "--name-only", "--relative", "-z", "HEAD", "--", *names, folder=folder)
    return set() if changed is None else set(names) & set(held.split("\0")) - set(changed.split("\0"))


def in_repository():
    """Whether the checkout belongs to a repository: one that merely lies around it holds none of its files."""
    return bool(git("ls-files", "--", "Makefile"))


def files(*more):
    """Names of the checkout's files: those its repository holds (and, with options of `git ls-files`, others); outside of one
    all files but those in the folders that .gitignore names."""
    if in_repository():
        return [name for name in git("ls-files", "-z", *more).split("\0") if name]
    ignored = {".git"} | {line.rstrip("/") for line in (ROOT / ".gitignore").read_text(encoding="utf-8").splitlines()}
    paths = [path.relative_to(ROOT) for path in sorted(ROOT.rglob("*")) if path.is_file()]
    return [str(path) for path in paths if not ignored & {*path.parts[:-1], *map(str, path.parents)}]


@cache
def commit():
    """The commit checked out, with "+ edits" where files differ from it; "" outside a repository."""
    found = (git("rev-parse", "HEAD") or "").strip() if in_repository() else ""
    return found + " + edits" if found and git("status", "--porcelain", "--", ".") else found


def command(environment=os.environ):
    """What was typed, as far as the environment tells: make report with its settings, quoted for a shell."""
    words = [f"{name}={shlex.quote(environment[name])}" for name in ASKED if environment.get(name)]
    return " ".join(["make", environment.get("REPORT_COMMAND", "report"), *words])


def now():
    """The time in UTC, to the second."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def crate(values, files, known_inputs, started=None, ended=None):
    """The RO-Crate of a build as text; without times it holds nothing that differs between two builds.

    `values`: the full set of parameters; `files`: names of the files beside it; `known_inputs`: path to SHA-256.
    With `started` and `ended` (UTC, ISO 8601) it also names commit and command. Follows RO-Crate 1.1.
    """
    fields = settings.schema().model_fields
    parameters = [
        {
            "@id": f"#parameter-{name}",
            "@type": "PropertyValue",
            "name": name,
            "value": json.dumps(value),
            "description": fields[name].description,
        }
        for name, value in sorted(values.items())
    ]
    sources = [
        {"@id": f"#input-{path}", "@type": "CreativeWork", "name": path, "sha256": digest}
        for path, digest in sorted(known_inputs.items())
    ]
    packages = [
        {"@id": f"#package-{name}", "@type": "SoftwareApplication", "name": name, "version": number}
        for name, number in html.versions()
    ]
    date = ended or last_accepted()
    title = settings.configuration()["title"]
    root = {
        "@id": "./",
        "@type": "Dataset",
        "name": title,
        "description": "Pages and named results of a literate report, with the parameters and inputs they came from.",
        "license": "https://creativecommons.org/licenses/by/4.0/",
        "hasPart": [{"@id": name} for name in sorted(files)],
        "mentions": [{"@id": "#build"}],
        **({"datePublished": date} if date else {}),
    }
    build = {
        "@id": "#build",
        "@type": "CreateAction",
        "name": command() if ended else "make report",
        "instrument": [{"@id": package["@id"]} for package in packages],
        "object": [{"@id": entity["@id"]} for entity in [*parameters, *sources]],
        "result": [{"@id": "./"}],
    }
    if ended:
        build |= {"startTime": started, "endTime": ended, "description": f"commit {commit() or 'not known'}"}
    head = {
        "@id": FILE,
        "@type": "CreativeWork",
        "conformsTo": {"@id": "https://w3id.org/ro/crate/1.1"},
        "about": {"@id": "./"},
    }
    parts = [{"@id": name, "@type": "File", "name": name} for name in sorted(files)]
    graph = [head, root, build, *parts, *parameters, *sources, *packages]
    return json.dumps({"@context": CONTEXT, "@graph": graph}, indent=1, ensure_ascii=False) + "\n"


def write(folder, values, known_inputs, started=None, ended=None):
    """Puts the crate beside the files of a folder."""
    names = [str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file() and path.name != FILE]
    (folder / FILE).write_text(crate(values, names, known_inputs, started, ended), encoding="utf-8")


def read(folder):
    """What a crate says: parameters and inputs (dicts), files (names) and ended (text or None); None where there is none."""
    try:
        graph = json.loads((folder / FILE).read_text(encoding="utf-8"))["@graph"]
        entities = {entity["@id"]: entity for entity in graph}
        return {
            "parameters": {e["name"]: json.loads(e["value"]) for e in graph if e["@type"] == "PropertyValue"},
            "inputs": {e["name"]: e["sha256"] for e in graph if e["@id"].startswith("#input-")},
            "files": [part["@id"] for part in entities["./"]["hasPart"]],
            "ended": entities["#build"].get("endTime"),
        }
    except (OSError, ValueError, KeyError, TypeError):
        return None
