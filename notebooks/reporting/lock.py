"""Makes .requirements.lock from requirements.txt, and .engine.lock from the group `engine` of notebooks/pyproject.toml.

`.venv/bin/python notebooks/reporting/lock.py`, after a change of either; it asks the package index. What is pinned already stays
as it is, and the second agrees with the first. A lock says in its first line which Pythons and systems it serves: it holds
hashes but no names of files, so that has to be worked out while the index is asked.
"""

import hashlib
import re
import subprocess
import sys
import tomllib
from pathlib import Path

from packaging.markers import Marker
from packaging.tags import compatible_tags, cpython_tags, mac_platforms
from packaging.utils import parse_wheel_filename

ROOT = Path(__file__).resolve().parents[2]
ASKED = {
    ".requirements.lock": ("requirements.txt",),
    ".engine.lock": ("--group", "notebooks/pyproject.toml:engine", "--constraint", ".requirements.lock"),
}
MINORS = range(
    11, 31
)  # of Python 3: from the oldest that is supported to one that will not have come before this runs again
COMPILE = ("-m", "uv", "pip", "compile", "--quiet", "--universal", "--python-version", f"3.{MINORS[0]}")


def systems():
    """For each system, as `platform` names it: its sys.platform, and the tags of the wheels it can install."""
    old = {"x86_64": ["manylinux1_x86_64", "manylinux2010_x86_64"], "aarch64": []}
    linux = {
        f"Linux {kind}": ("linux", [*more, f"manylinux2014_{kind}", *(f"manylinux_2_{n}_{kind}" for n in range(5, 37))])
        for kind, more in old.items()
    }
    macs = {f"Darwin {kind}": ("darwin", list(mac_platforms((14, 0), kind))) for kind in ("arm64", "x86_64")}
    return linux | macs


def lacking(packages, minor, system):
    """Names of the packages (of a pylock.toml) that Python 3.`minor` on a system needs and has no wheel of."""
    kind, platforms = systems()[system]
    version = (3, minor)
    here = {
        "python_version": f"3.{minor}",
        "python_full_version": f"3.{minor}.9",
        "sys_platform": kind,
        "platform_system": system.split()[0],
        "platform_machine": system.split()[1],
        "os_name": "posix",
        "implementation_name": "cpython",
        "platform_python_implementation": "CPython",
    }
    fitting = {
        *cpython_tags(version, platforms=platforms),
        *compatible_tags(version, interpreter=f"cp3{minor}", platforms=platforms),
    }
    wanted = [package for package in packages if Marker(package.get("marker", "os_name != ''")).evaluate(here)]
    return [
        package["name"]
        for package in wanted
        if not any(fitting & tags_of(wheel["url"]) for wheel in package.get("wheels", []))
    ]


def tags_of(address):
    """The tags of a wheel, read off its file's name."""
    return parse_wheel_filename(address.rpartition("/")[2].replace("%2B", "+"))[3]


def served(packages):
    """The systems on which some Python finds a wheel of every package, and the Pythons that do so on all of these."""
    found = {name: {minor for minor in MINORS if not lacking(packages, minor, name)} for name in systems()}
    found = {name: minors for name, minors in found.items() if minors}
    return [f"3.{minor}" for minor in sorted(set.intersection(*found.values()))], list(found)


def digest(text):
    """What the first line says of the others, so that they cannot change without it."""
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def body(text):
    """The lock without its first line, where that is one of ours."""
    return re.sub(r"\A# Ready-made .*\n", "", text)


def main():
    """Writes the locks; what uv says is shown."""
    for name, asked in ASKED.items():
        lock = ROOT / name
        options = ("--generate-hashes", "--no-annotate", "--no-header", "-o", name)
        subprocess.run([sys.executable, *COMPILE, *options, *asked], cwd=ROOT, check=True)
        text = body(lock.read_text(encoding="utf-8"))
        named = [sys.executable, *COMPILE, "--no-deps", "--format", "pylock.toml", name]
        found = subprocess.run(named, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True)
        pythons, places = served(tomllib.loads(found.stdout)["packages"])
        head = f"# Ready-made packages for Python {', '.join(pythons)} on {', '.join(places)}"
        lock.write_text(f"{head} (notebooks/reporting/lock.py; the rest: {digest(text)})\n{text}", encoding="utf-8")
        print(f"{name}: {head[2:]}")


if __name__ == "__main__":
    main()
