"""Where things lie in a checkout."""

import os
from pathlib import Path

NOTEBOOKS = Path(__file__).resolve().parents[1]
ROOT = NOTEBOOKS.parent
REPORTS, CACHE = ROOT / "reports", ROOT / ".cache"


def seen(path):
    """A path from where make was called, which may be by way of a link."""
    return os.path.relpath(path, os.path.realpath(os.environ.get("CALLED_FROM") or ROOT))
