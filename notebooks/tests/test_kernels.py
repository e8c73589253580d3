"""Forked kernels: the same bytes as ordinary ones, nothing left behind, nothing leaked, and an ordinary kernel after any failure."""

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import threading
from pathlib import Path

import nbformat
import papermill
import pytest
from jupyter_client.manager import start_new_kernel

from reporting import kernels, launcher, run, settings
from reporting.launcher import SOCKET
from tests.test_faults import alive, linux, wait_for

IS_FORKED = "import sys; print('reporting.kernels' in sys.modules, end='')"
NUMBER = "import os; print(os.getpid(), end='')"
FACTS = """
import json, os, random, signal, sys, tempfile, threading
facts = {
    "names": sorted(name for name in dir() if not name.startswith("_")),
    "name": __name__,
    "folder": os.getcwd(),
    "arguments": sys.argv[:2],
    "path": sys.path,
    "environment": {key: value for key, value in os.environ.items() if key != "JPY_PARENT_PID"},
    "interrupt": str(signal.getsignal(signal.SIGINT)),
    "children": str(signal.getsignal(signal.SIGCHLD)),
    "session": os.getsid(0) == os.getpid(),
    "temporary": tempfile.gettempdir(),
    "threads": sum("History" not in thread.name for thread in threading.enumerate()),
    "sources": [os.path.realpath(f"/proc/self/fd/{number}") == "/dev/null" for number in (0, 1, 2)],
}
modules = sorted(sys.modules)
import numpy
random_states = [str(random.getstate()[1][:9]), str(numpy.random.get_state()[1][:9])]
from reporting import page
cited = sorted(page._cited)
print(json.dumps([facts, random_states, cited, modules]))
"""


@contextlib.contextmanager
def kernel(name="forked", cwd=settings.NOTEBOOKS, **environment):
    """A kernel as any client starts it: what it prints for a piece of code, and its manager and client."""
    manager, client = start_new_kernel(kernel_name=name, cwd=str(cwd), env={**os.environ, **environment})

    def printed(code):
        texts = []

        def hear(message):
            texts.append(message["content"].get("text", "") if message["msg_type"] == "stream" else "")

        client.execute_interactive(code, timeout=60, output_hook=hear)
        return "".join(texts)

    try:
        yield printed, manager, client
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)


@pytest.fixture(scope="module", autouse=True)
def server():
    """One server for the tests of this file."""
    with kernels.offered():
        yield os.environ[SOCKET]


def test_the_kernelspec_forks():
    with kernel() as (printed, _, _):
        assert printed(IS_FORKED) == "True"
        assert printed("import trial.load; print(trial.load.__file__, end='')") == str(
            settings.NOTEBOOKS / "trial" / "load.py"
        )


@pytest.mark.parametrize(
    "environment",
    [
        {"KERNEL": "plain"},
        {SOCKET: ""},
        {SOCKET: "/nowhere/socket"},
        {SOCKET: __file__},
        {"PYTHONHASHSEED": "7"},
        {"LC_ALL": "C"},
    ],
    ids=lambda environment: "-".join(environment.values()).rpartition("/")[2] or "no server",
)
def test_an_ordinary_kernel_where_it_is_asked_for_or_needed(environment):
    with kernel(**environment) as (printed, _, _):
        assert printed(IS_FORKED) == "False"


def test_an_ordinary_kernel_in_another_folder(tmp_path):
    with kernel(cwd=tmp_path) as (printed, _, _):
        assert printed(IS_FORKED) == "False", "modules there may be others than those the server has imported"


@pytest.mark.parametrize("state", ["bound", "turns away", "says nothing", "says rubbish"])
def test_a_socket_without_a_server_behind_it(tmp_path, monkeypatch, state):
    monkeypatch.setattr(launcher, "PATIENCE", 0.3)
    monkeypatch.setenv(SOCKET, str(tmp_path / "s"))
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(tmp_path / "s"))
        if state != "bound":
            listener.listen()

        def answer():
            other, _ = listener.accept()
            if state == "says rubbish":
                other.sendall(b"rubbish")
            other.close()

        if state in ("turns away", "says rubbish"):
            threading.Thread(target=answer, daemon=True).start()
        with pytest.raises((OSError, ValueError)):
            launcher.ask([])
        if state == "bound":
            with kernel(**{SOCKET: str(tmp_path / "s")}) as (printed, _, _):
                assert printed(IS_FORKED) == "False"


def test_a_client_that_gave_up_gets_no_kernel(server):
    # Else the ordinary kernel it became and the forked one would share a connection file.
    body = json.dumps({"arguments": [], "cwd": str(settings.NOTEBOOKS), "env": dict(os.environ)}).encode()
    with socket.socket(socket.AF_UNIX) as client:
        client.settimeout(10)
        client.connect(server)
        socket.send_fds(client, [len(body).to_bytes(4, "big")], [0, 1, 2])
        client.sendall(body)
        assert client.recv(64) == b"ready"
    with kernel() as (printed, _, _):
        assert printed(IS_FORKED) == "True", "the server goes on"


def test_rubbish_does_not_stop_the_server(server):
    for words in (b"", b"\0\0\0\2{}", b"\xff\xff"):
        with socket.socket(socket.AF_UNIX) as client:
            client.connect(server)
            client.sendall(words)
    with kernel() as (printed, _, _):
        assert printed(IS_FORKED) == "True"


def test_a_server_with_threads_does_not_fork(monkeypatch):
    busy = "import threading, time; threading.Thread(target=time.sleep, args=(90,), daemon=True).start(); "
    monkeypatch.setattr(kernels, "SERVER", busy + "import reporting.kernels as k; k.preload = lambda: None; k.main()")
    monkeypatch.setenv(SOCKET, "")
    with kernels.offered(), kernel() as (printed, _, _):
        assert printed(IS_FORKED) == "False"


def test_a_server_that_fails_to_start(monkeypatch):
    monkeypatch.setattr(kernels, "SERVER", "raise SystemExit")
    monkeypatch.setenv(SOCKET, "")
    with kernels.offered(), kernel() as (printed, _, _):
        assert printed(IS_FORKED) == "False"


def test_nothing_leaks_from_the_parent():
    with kernel() as (first, _, _), kernel() as (second, _, _), kernel("python3") as (plain, _, _):
        first("from reporting import page; page.cite('genchi2023'); kept = 1")
        told = [json.loads(printed(FACTS)) for printed in (second, plain)]
        other = json.loads(first(FACTS))
    for key in told[1][0]:
        if key == "environment":
            told[1][0][key].pop(SOCKET, None)
        assert told[0][0][key] == told[1][0][key], key
    assert told[0][2] == told[1][2] == [] and other[2] == ["genchi2023"]
    assert not set(told[0][1]) & set(other[1]), "each kernel has random states of its own"
    assert set(told[1][3]) - {"runpy"} <= set(told[0][3]), "a forked kernel misses no module that an ordinary one has"
    assert not any(name.startswith(("matplotlib.", "tests", "papermill", "vl_convert")) for name in told[0][3])


@linux
@pytest.mark.parametrize("busy", ["import time; time.sleep(90)", "sum(range(10**12))"], ids=["waiting", "computing"])
def test_a_killed_client_leaves_no_kernel(tmp_path, busy):
    # The second one never lets another thread run, so that it could not watch for its end by itself.
    told = tmp_path / "number"
    code = f"import os; open({str(told)!r}, 'w').write(str(os.getpid()) + ' ')\n{busy}"
    client = subprocess.Popen(
        [
            sys.executable,
            "-c",
            "import sys; from jupyter_client.manager import start_new_kernel\n"
            "manager, client = start_new_kernel(kernel_name='forked')\n"
            f"client.execute({code!r})\n"
            "sys.stdin.read()",
        ],
        cwd=settings.NOTEBOOKS,
        stdin=subprocess.PIPE,
    )
    number = int(wait_for(lambda: told.exists() and told.read_text().endswith(" ") and told.read_text(), 60))
    assert alive(number)
    client.kill()
    client.communicate()
    wait_for(lambda: not alive(number), 10)


@linux
def test_a_command_that_is_killed_leaves_no_server_and_no_socket():
    command = subprocess.Popen(
        [
            sys.executable,
            "-c",
            "import os, time; from reporting import kernels\nwith kernels.offered():\n"
            f"    print(os.environ[{SOCKET!r}], flush=True); time.sleep(90)",
        ],
        cwd=settings.NOTEBOOKS,
        env={key: value for key, value in os.environ.items() if key != SOCKET},
        stdout=subprocess.PIPE,
        text=True,
    )
    path = Path(command.stdout.readline().strip())
    server = int(Path(f"/proc/{command.pid}/task/{command.pid}/children").read_text())
    assert path.exists() and alive(server)
    command.kill()
    command.communicate()
    wait_for(lambda: not alive(server) and not path.parent.exists(), 20)


def test_ctrl_c_reaches_the_kernel_and_it_lives_on():
    with kernel() as (printed, manager, client):
        client.execute(
            "import time\ntry:\n    print('now')\n    time.sleep(90)\nexcept KeyboardInterrupt:\n    heard = 'yes'"
        )
        while client.get_iopub_msg(timeout=30)["content"].get("text") != "now\n":
            pass
        manager.interrupt_kernel()
        assert client.get_shell_msg(timeout=30)["content"]["status"] == "ok"
        assert printed("print(heard, end='')") == "yes"


@linux
def test_a_kernel_that_ends_or_is_killed_is_seen_to_be_gone():
    for end in ("import os; os._exit(3)", f"import os; os.kill(os.getpid(), {int(signal.SIGKILL)})"):
        with kernel() as (printed, manager, client):
            number = int(printed(NUMBER))
            client.execute(end)
            wait_for(lambda manager=manager: not manager.is_alive(), 10)
            assert not alive(number)


@linux
def test_a_chapter_that_takes_too_long_is_stopped_for_good(tmp_path):
    told = tmp_path / "number"
    busy = f"import os; open({str(told)!r}, 'w').write(str(os.getpid())); sum(range(10**12))"
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(busy)])
    with pytest.raises(Exception, match="timed out|Timeout"):
        execute(notebook, "forked", execution_timeout=2)
    number = int(told.read_text())
    wait_for(lambda: not alive(number), 10)


def execute(notebook, name, **options):
    return papermill.execute_notebook(
        notebook, None, kernel_name=name, cwd=str(settings.NOTEBOOKS), progress_bar=False, log_output=False, **options
    )


SMALL = (
    "from reporting import page\nfrom trial import load, words\nfrom trial.charts import safety as draw\nfrom trial.methods import intervals",
    "print(numpy) if 'numpy' in dir() else print('no numpy')\nimport sys; print(len(sys.argv))",
    "page.say(words.percent(intervals.clopper_pearson(0, 12, 0.95).upper) + page.cite('genchi2023'))",
    "page.chart(draw.forty_four_events, load.table('adverse_events'), 'A caption')",
    "page.table(load.table('cohorts').astype(str), 'Another')",
    "import numpy\nnumpy.random.default_rng(7).normal(size=3).tolist()",
    "page.references()",
    "1 / 0",
)


def test_forked_and_ordinary_kernels_write_the_same_bytes():
    written = []
    for name in ("forked", "python3"):
        cells = [nbformat.v4.new_code_cell(source) for source in SMALL]
        with contextlib.suppress(papermill.PapermillExecutionError):
            notebook = nbformat.v4.new_notebook(cells=cells[:-1])
            notebook = execute(notebook, name)
        written.append(nbformat.writes(run.cleaned(notebook)))
        with pytest.raises(papermill.PapermillExecutionError) as failed:
            execute(nbformat.v4.new_notebook(cells=cells[-1:]), name)
        written[-1] += str(failed.value.ename)
    assert written[0] == written[1]
    assert "forty-four-events" in written[0] and "ZeroDivisionError" in written[0]


NBVAL = """
import sys
from pathlib import Path
import pytest
from reporting import kernels
kernels.NOTEBOOKS = Path.cwd()
with kernels.offered():
    sys.exit(pytest.main(["-q", "-p", "no:cacheprovider", "--nbval", "--nbval-kernel-name", "forked", *sys.argv[1:]]))
"""


def test_nbval_uses_them_unmodified(tmp_path):
    cell = nbformat.v4.new_code_cell(IS_FORKED, execution_count=1)
    for name, output in {"right": "True", "wrong": "False"}.items():
        cell.outputs = [nbformat.v4.new_output("stream", name="stdout", text=output)]
        nbformat.write(nbformat.v4.new_notebook(cells=[cell]), tmp_path / f"{name}.ipynb")
        done = subprocess.run(
            [sys.executable, "-c", NBVAL, f"{name}.ipynb"],
            cwd=tmp_path,
            env={key: value for key, value in os.environ.items() if key != SOCKET}
            | {"PYTHONPATH": str(settings.NOTEBOOKS)},
            capture_output=True,
            text=True,
        )
        assert done.returncode == (0 if name == "right" else 1), done.stdout


def test_committed_notebooks_name_the_ordinary_kernel():
    for path in settings.NOTEBOOKS.glob("[0-9]*.ipynb"):
        assert json.loads(path.read_text(encoding="utf-8"))["metadata"]["kernelspec"]["name"] == "python3"


def test_no_kernel_is_offered_where_ordinary_ones_are_wanted(monkeypatch):
    monkeypatch.setenv("KERNEL", "plain")
    monkeypatch.delenv(SOCKET)
    with kernels.offered():
        assert SOCKET not in os.environ and kernels.name() == "python3"
