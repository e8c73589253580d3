"""A pytest plugin for the nbval run: offers forked kernels, and fails when fewer cells were collected than the references hold."""

import contextlib
import json
from pathlib import Path

import pytest

from reporting import kernels

_ends = contextlib.ExitStack()


def pytest_configure(config):
    """One server for the whole run; the kernels of another environment would compare something else."""
    if not hasattr(config, "workerinput"):
        assert config.option.nbval_kernel_name == "forked", "nbval must run in the kernels of this environment"
        _ends.enter_context(kernels.fork_server())


def pytest_unconfigure():
    """The server ends with the run."""
    _ends.close()


def pytest_collection_modifyitems(config, items):
    """Every code cell of every chapter must be among the items."""
    folder = Path(__file__).resolve().parents[1]
    wanted = {
        path.name: sum(cell["cell_type"] == "code" for cell in json.loads(path.read_text(encoding="utf-8"))["cells"])
        for path in sorted(folder.glob("[0-9][0-9]_*.ipynb"))
    }
    scripts = {path.with_suffix(".ipynb").name for path in folder.glob("[0-9][0-9]_*.py")}
    got = dict.fromkeys(wanted, 0)
    for item in items:
        got[item.path.name] = got.get(item.path.name, 0) + 1
    if got != wanted or scripts != set(wanted):
        short = sorted({*scripts, *wanted} - {name for name in wanted if got.get(name) == wanted[name]})
        raise pytest.UsageError(
            f"nbval did not collect every cell of {', '.join(short)}: the check would be incomplete"
        )
