"""Pictures of charts, kept by content: the same spec and the same renderer never draw twice.

An entry of the store holds the SHA-256 of its text, so that one cut short or changed is not used, only made again.
"""

import contextlib
import hashlib
import json
import os
import tempfile
from importlib.metadata import version

from reporting import settings

FOLDER = settings.ROOT / ".cache" / "drawings"
MOST = 3000  # entries kept; about 100 MB


def svg(spec):
    """The drawing of a Vega-Lite spec (a dict) as the renderer makes it."""
    # Not sorted: what the renderer makes may depend on the order of the keys.
    return _kept("svg", json.dumps(spec), lambda renderer: renderer.vegalite_to_svg(spec))


def bundle(snippet):
    """The script that lets charts move, with `snippet` as its entry."""
    return _kept("js", snippet, lambda renderer: renderer.javascript_bundle(snippet))


def prune(most=MOST):
    """Removes the entries used longest ago, down to `most`, and what a killed writer left."""
    with contextlib.suppress(OSError):
        found = sorted(FOLDER.iterdir(), key=lambda path: path.stat().st_mtime, reverse=True)
        whole = [path for path in found if path.suffix != ".part"]
        for path in [*whole[most:], *(path for path in found if path.suffix == ".part")]:
            path.unlink(missing_ok=True)


def _kept(kind, text, make):
    renderer = f"vl-convert-python {version('vl-convert-python')}"
    key = hashlib.sha256(f"{kind}\n{renderer}\n{text}".encode()).hexdigest()
    place = FOLDER / f"{key}.{kind}"
    known = _read(place)
    if known is None:
        import vl_convert  # only here: starting its engine is most of the cost of a first picture

        known = make(vl_convert)
        _write(place, known)
    return known


def _read(place):
    if os.environ.get("FORCE"):
        return None
    try:
        digest, _, body = place.read_bytes().partition(b"\n")
        if digest.decode() != hashlib.sha256(body).hexdigest():
            return None
        os.utime(place)
        return body.decode()
    except (OSError, ValueError):
        return None


def _write(place, text):
    # Written aside and renamed, so that another process finds all of it or nothing; without room it is made again.
    part = None
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        body = text.encode()
        handle, part = tempfile.mkstemp(suffix=".part", dir=place.parent)
        with open(handle, "wb") as file:
            file.write(hashlib.sha256(body).hexdigest().encode() + b"\n" + body)
        os.replace(part, place)
    except OSError:
        if part:
            with contextlib.suppress(OSError):
                os.unlink(part)
