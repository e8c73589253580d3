"""Whether the files that the report is made from can be read at all: the first look, before any of them is used."""

import json
import re

from reporting import configuration, places, stamps
from reporting.configuration import UserError

TEMPLATE = (
    *("report.css", "report.js", "play.js", "bench.js"),
    *("head.html.j2", "frame.html.j2", "header.html.j2", "rerun.html.j2", "switch.html.j2", "footer.html.j2"),
    *("page.html.j2", "chapters.html.j2", "reproduce.html.j2", "terms.html.j2", "forward.html.j2"),
    *("alone.html.j2", "parts.html.j2", "compare.html.j2", "sample.html.j2", "share.html.j2", "sweep.html.j2"),
)
TEXTS = {".py", ".ipynb", ".csv", ".bib", ".json", ".md", ".toml", ".yaml", ".j2", ".css", ".js"}
CONFLICT = re.compile(rb"^(?:<{7}|>{7})(?: |$)", re.M)


def check(root=configuration.ROOT):
    """UserError, with file and line, for the first file that is missing, half merged, not text, or not Python."""
    folder = root / "reports" / "template"
    for name in TEMPLATE:
        if not (folder / name).is_file():
            raise UserError(f"reports/template/{name} is missing; the pages are made with it, so bring it back.")
    for path in _texts(root):
        try:
            refuse_garbled(path.read_bytes(), path.relative_to(root))
        except OSError as error:
            raise UserError(f"{path.relative_to(root)} cannot be read ({error.strerror}).") from None
    for path in sorted((root / "notebooks").glob("[0-9][0-9]_*.ipynb")):
        notebook(path)
    try:
        for path in sorted((root / "notebooks").glob("[0-9][0-9]_*.py")):
            stamps.imported_files(path)
    except SyntaxError as error:
        raise UserError(not_python(error)) from None


def readme_around(markers):
    """The README up to what stands between two markers, and from there on, both with their marker; UserError where one is lost."""
    start, end = markers
    readme = places.ROOT / "README.md"
    before, begun, rest = (readme.read_text(encoding="utf-8") if readme.is_file() else "").partition(start)
    _, ended, after = rest.partition(end)
    if not (begun and ended):
        raise UserError(f"README.md has lost its markers {start} and {end}; put them back around what stands there.")
    return before + start, end + after


def _texts(root):
    found = [*stamps.files(root), *(root / "notebooks").glob("[0-9][0-9]_*.ipynb")]
    return [path for path in sorted(found) if path.suffix in TEXTS]


def refuse_garbled(content, name):
    """UserError, with the line, where the bytes of a file hold a conflict marker or a NUL, as no text does, or are not UTF-8."""
    if found := CONFLICT.search(content):
        line = content.count(b"\n", 0, found.start()) + 1
        raise UserError(f"{name}, line {line}: a merge was left unfinished here (a conflict marker); settle it first.")
    if (place := content.find(b"\0")) >= 0:
        line = content.count(b"\n", 0, place) + 1
        raise UserError(f"{name}, row {line}: a NUL byte, which no text has, stands here; write the file anew.")
    try:
        content.decode()
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise UserError(f"{name}, row {line}: this is not UTF-8 text; save the file as UTF-8.") from None


def notebook(path):
    """An executed notebook as plain JSON; UserError, with file and line, where it is none."""
    name = path.relative_to(configuration.ROOT) if path.is_relative_to(configuration.ROOT) else path
    try:
        content = path.read_bytes()
        refuse_garbled(content, name)
        made = json.loads(content)
        made["cells"]
    except (json.JSONDecodeError, UnicodeDecodeError, RecursionError, KeyError, TypeError) as error:
        line = f", line {error.lineno}" if isinstance(error, json.JSONDecodeError) else ""
        raise UserError(f"{name}{line}: this is no notebook; bring back the one that was accepted.") from None
    return made


def not_python(error):
    """A SyntaxError as one sentence with file and line."""
    path = stamps.NOTEBOOKS / (error.filename or "a module")
    name = path.relative_to(configuration.ROOT) if path.is_relative_to(configuration.ROOT) else path
    where = f", line {error.lineno}" if error.lineno else ""
    if re.match(r"(?:<{7}|={7}|>{7})", error.text or ""):
        return f"{name}{where}: a merge was left unfinished here (a conflict marker); settle it first."
    return f"{name}{where}: Python cannot read this ({error.msg})."
