"""Where things lie in a checkout."""

from pathlib import Path

NOTEBOOKS = Path(__file__).resolve().parents[1]
ROOT = NOTEBOOKS.parent
REPORTS, CACHE = ROOT / "reports", ROOT / ".cache"
