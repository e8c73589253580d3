"""Files kept in .cache/ because making them takes long: each holds the SHA-256 of its text, so that one cut short or changed is not used."""

import contextlib
import hashlib
import os
import tempfile

from reporting import places

# So many entries at most in each folder of .cache/: about 100, 200 and 60 MB.
SHELVES = {"drawings": 3000, "chapters": 400, "bare": 2000}


def yes(name, environment=os.environ):
    """Whether a variable says yes: PAGES=1 and the like, any word but 0, false, no and off."""
    return environment.get(name, "").strip().lower() not in ("", "0", "false", "no", "off")


def ignored(by=("FORCE", "CI")):
    """Whether everything is to be made anew: FORCE=1 asks for it, and continuous integration (CI) trusts nothing kept."""
    return any(map(yes, by))


def read(place):
    """The text kept in a file, None where there is none that can be trusted or where nothing kept may be used."""
    if ignored():
        return None
    try:
        digest, _, body = place.read_bytes().partition(b"\n")
        if digest.decode() != hashlib.sha256(body).hexdigest():
            return None
        os.utime(place)
        return body.decode()
    except (OSError, ValueError):
        return None


def write(place, text):
    """Keeps a text, where there is room; nothing depends on it."""
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


def prune(shelves=SHELVES):
    """Removes from each shelf the entries used longest ago, and what a killed writer left."""
    for shelf, most in shelves.items():
        with contextlib.suppress(OSError):
            found = sorted((places.CACHE / shelf).iterdir(), key=lambda path: path.stat().st_mtime, reverse=True)
            whole = [path for path in found if path.suffix != ".part"]
            for path in [*whole[most:], *(path for path in found if path.suffix == ".part")]:
                path.unlink(missing_ok=True)
