"""Pictures of charts, kept by content: the same spec and the same renderer never draw twice."""

import hashlib
import json
from importlib.metadata import version

from reporting import configuration, store

FOLDER = configuration.ROOT / ".cache" / "drawings"
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
    store.prune(FOLDER, most)


def _kept(kind, text, make):
    renderer = f"vl-convert-python {version('vl-convert-python')}"
    key = hashlib.sha256(f"{kind}\n{renderer}\n{text}".encode()).hexdigest()
    place = FOLDER / f"{key}.{kind}"
    known = store.read(place)
    if known is None:
        import vl_convert  # only here: starting its engine is most of the cost of a first picture

        known = make(vl_convert)
        store.write(place, known)
    return known


def packed(datasets):
    """Tables of a chart with column names once a table instead of once a row, and words that come again once; report.js unpacks them."""

    def packed(rows):
        columns = (
            list(dict.fromkeys(name for row in rows for name in row)) if all(isinstance(r, dict) for r in rows) else []
        )
        whole = bool(columns) and all(len(row) == len(columns) for row in rows)
        if not whole:
            return rows
        said = {column: list(dict.fromkeys(row[column] for row in rows)) for column in columns}
        said = {
            column: texts
            for column, texts in said.items()
            if all(isinstance(text, str) for text in texts) and 2 * len(texts) <= len(rows)
        }
        return {
            "columns": columns,
            "words": said,
            "rows": [[said[c].index(row[c]) if c in said else row[c] for c in columns] for row in rows],
        }

    return {name: packed(rows) for name, rows in datasets.items()}
