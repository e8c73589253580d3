"""Forked kernels: the same bytes as ordinary ones, nothing left behind, nothing leaked, and an ordinary kernel after any failure."""

import asyncio
import contextlib
import json
import os
import select
import signal
import socket
import subprocess
import sys
from pathlib import Path

import nbformat
import papermill
import pytest
from jupyter_client.connect import LocalPortCache
from jupyter_client.manager import start_new_kernel
from jupyter_client.provisioning import LocalProvisioner
from nbclient.exceptions import CellTimeoutError, DeadKernelError

from reporting import configuration, kernels
from reporting.kernels import SOCKET

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="elsewhere kernels are ordinary ones")
# A server that imports nothing of the chapters, where it is the server that matters.
QUICK = "from reporting import kernels; kernels.NOTEBOOKS /= 'none'; kernels.configuration = None; kernels.main()"
IS_FORKED = "import sys; print('reporting.kernels' in sys.modules, end='')"
FACTS = """
import json, os, random, signal, sys, tempfile, threading
os.system("echo heard")
facts = {
    "names": sorted(name for name in dir() if not name.startswith("_")), "name": __name__, "folder": os.getcwd(),
    "arguments": sys.argv[:2], "path": sys.path, "temporary": tempfile.gettempdir(), "input": os.read(0, 1).decode(),
    "environment": {key: value for key, value in os.environ.items() if key != "JPY_PARENT_PID"},
    "signals": [str(signal.getsignal(number)) for number in (signal.SIGINT, signal.SIGCHLD)],
    "leads": os.getsid(0) == os.getpgid(0) == os.getpid(), "threads": sum("History" not in one.name for one in threading.enumerate()),
}
modules = sorted(sys.modules)
import numpy
states = [str(random.getstate()[1][:9]), str(numpy.random.get_state()[1][:9])]
from reporting import page
print(json.dumps([facts, states, sorted(page._cited), modules]))
"""


@contextlib.contextmanager
def kernel(name="forked", **environment):
    """A kernel as any client starts it: what it prints for a piece of code, and its manager and client."""
    environment = {key: value for key, value in os.environ.items() if not key.startswith("PYTEST_")} | environment
    manager, client = start_new_kernel(kernel_name=name, cwd=configuration.NOTEBOOKS, env=environment)

    def printed(code):
        texts = []
        hear = lambda told: texts.append(told["content"].get("text", ""))  # noqa: E731
        client.execute_interactive(code, timeout=60, output_hook=hear)
        return "".join(texts)

    try:
        yield printed, manager, client
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)


def has_ended(process, seconds=60):
    """Waits for the end of any process, by its number."""
    with contextlib.suppress(ProcessLookupError):
        return bool(select.select([os.pidfd_open(int(process))], [], [], seconds)[0])
    return True


def executed(*sources, name="forked", **options):
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source) for source in sources])
    options |= {"cwd": str(configuration.NOTEBOOKS), "progress_bar": False, "log_output": False}
    return papermill.execute_notebook(notebook, None, kernel_name=name, **options)


@pytest.fixture(scope="module", autouse=True)
def server():
    """One server for the tests of this file."""
    with kernels.fork_server():
        yield os.environ[SOCKET]


@pytest.fixture
def launched(monkeypatch):
    """What the provisioner does when it is asked for a kernel in that folder and environment, without one being started."""

    async def ordinary(*_, **__):
        return "ordinary"

    monkeypatch.setattr(LocalProvisioner, "launch_kernel", ordinary)
    cmd = ["python", "-m", "ipykernel_launcher", "--version"]
    return lambda cwd=configuration.NOTEBOOKS, **environment: asyncio.run(
        kernels.Forked().launch_kernel(cmd, cwd=cwd, env=os.environ | environment)
    )


def test_the_kernelspec_forks_and_without_a_server_does_not():
    with kernel() as (printed, manager, _):
        assert printed(IS_FORKED) == "True" and isinstance(manager.provisioner, kernels.Forked)
        assert (
            printed("import trial.load; print(trial.load.__file__, end='')")
            == f"{configuration.NOTEBOOKS}/trial/load.py"
        )
    with kernel(**{SOCKET: ""}) as (printed, manager, _):
        assert printed(IS_FORKED) == "False" and isinstance(manager.provisioner, kernels.Forked)


def test_an_ordinary_kernel_where_it_is_asked_for_or_needed(launched, tmp_path):
    assert launched() != "ordinary"
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(tmp_path / "s"))  # nobody listens
        for place in ("/nowhere/s", __file__, str(tmp_path / "s")):
            assert launched(**{SOCKET: place}) == "ordinary", place
    for other in ({"KERNEL": "plain"}, {"PYTHONHASHSEED": "7"}, {"LC_ALL": "C"}, {"cwd": tmp_path}):
        assert launched(**other) == "ordinary", other


THREAD = "import threading; threading.Thread(target=threading.Event().wait, daemon=True).start()"


@pytest.mark.parametrize("fault", ["raise SystemExit", THREAD], ids=["fails", "has threads"])
def test_a_server_that_fails_or_has_threads_turns_clients_away(launched, monkeypatch, fault):
    monkeypatch.setenv(SOCKET, "")  # and back to the server of this file in the end
    monkeypatch.setattr(kernels, "SERVER", f"{fault}; {QUICK}")
    with kernels.fork_server():
        assert launched() == "ordinary"


@pytest.mark.parametrize("kind", ["", "plain"])
def test_ports_that_other_programs_take_meanwhile_do_not_matter(monkeypatch, kind):
    with socket.create_server(("127.0.0.1", 0)) as taken, monkeypatch.context() as chosen:
        chosen.setattr(LocalPortCache, "find_available_port", lambda *_: taken.getsockname()[1])
        with kernel(**({"KERNEL": kind} if kind else {})) as (printed, _, _):
            assert printed(IS_FORKED) == str(not kind)


def test_a_temporary_folder_too_long_for_sockets(monkeypatch, tmp_path):
    monkeypatch.setattr(kernels.tempfile, "tempdir", str(tmp_path / ("long" * 30)))
    Path(kernels.tempfile.tempdir).mkdir()
    monkeypatch.setenv("KERNEL", "plain")
    monkeypatch.setenv(SOCKET, "")
    with kernels.fork_server(), socket.socket(socket.AF_UNIX) as kernel:
        kernel.bind(f"{os.environ[SOCKET]}-12345678-5")


def test_rubbish_does_not_stop_the_server(server):
    for words in (b"", b"\0\0\0\2{}", b"\xff\xff"):
        with socket.socket(socket.AF_UNIX) as client:
            client.connect(server)
            client.sendall(words)
    with kernel() as (printed, _, _):
        assert printed(IS_FORKED) == "True"


def test_nothing_leaks_from_the_parent_or_between_kernels():
    with kernel() as (first, _, _), kernel() as (second, _, _), kernel("python3") as (plain, _, _):
        first("from reporting import page; page.cite('genchi2023'); kept = 1")
        told = [printed(FACTS) for printed in (first, second, plain)]
    assert all("heard\n" in each for each in told), "what other programs print reaches the client"
    (_, states, cited, _), forked, ordinary = [json.loads(each.replace("heard\n", "")) for each in told]
    assert forked[0] == ordinary[0]
    assert forked[2] == ordinary[2] == [] and cited == ["genchi2023"]
    assert not set(forked[1]) & set(states), "each kernel has random states of its own"
    missed = {name.partition(".")[0] for name in set(ordinary[3]) - set(forked[3])}
    assert missed <= {"runpy", "psutil", "resource"}, "at most what finds modules and ports"
    assert not any(name.startswith(("matplotlib.", "tests", "papermill", "vl_convert")) for name in forked[3])


CLIENT = """
import os, sys
from jupyter_client.connect import LocalPortCache
from jupyter_client.manager import start_new_kernel
from reporting import kernels
kernels.SERVER = sys.argv[1]
with kernels.fork_server():
    manager, client = start_new_kernel(kernel_name="forked")
    client.execute(sys.argv[2])
    print(os.environ[kernels.SOCKET], flush=True)
    sys.stdin.read()
"""


@pytest.mark.parametrize("busy", ["import time; time.sleep(90)", "sum(range(10**12))"], ids=["waiting", "computing"])
def test_a_killed_client_leaves_no_kernel_no_server_and_no_socket(tmp_path, busy):
    # The second one never lets another thread run, so that it could not watch for its end by itself.
    os.mkfifo(tmp_path / "told")
    code = f"import os\nwith open({str(tmp_path / 'told')!r}, 'w') as file: file.write(str(os.getpid()))\n{busy}"
    words = [sys.executable, "-c", CLIENT, QUICK, code]
    streams = dict.fromkeys(("stdin", "stdout"), subprocess.PIPE)
    with subprocess.Popen(words, cwd=configuration.NOTEBOOKS, text=True, **streams) as client:
        folder = Path(client.stdout.readline().strip()).parent
        number = (tmp_path / "told").read_text()
        servers = Path(f"/proc/{client.pid}/task/{client.pid}/children").read_text().split()
        client.kill()
    assert servers and has_ended(number) and all(has_ended(each) for each in servers)
    assert not folder.exists()


def test_ctrl_c_reaches_the_kernel_and_it_lives_on():
    with kernel() as (printed, manager, client):
        client.execute(
            "import time\ntry:\n    print('now')\n    time.sleep(90)\nexcept KeyboardInterrupt:\n    heard = 1"
        )
        while client.get_iopub_msg(timeout=60)["content"].get("text") != "now\n":
            pass
        manager.interrupt_kernel()
        assert client.get_shell_msg(timeout=60)["content"]["status"] == "ok"
        assert printed("print(heard, end='')") == "1"


@pytest.mark.parametrize("end", ["os._exit(0)", f"os.kill(os.getpid(), {int(signal.SIGKILL)})"])
def test_a_kernel_that_ends_or_is_killed_is_told_as_dead(end):
    with pytest.raises(DeadKernelError):
        executed(f"import os; {end}")


def test_a_chapter_that_takes_too_long_is_stopped_for_good(tmp_path):
    busy = f"import os; open({str(tmp_path / 'number')!r}, 'w').write(str(os.getpid())); sum(range(10**12))"
    with pytest.raises(CellTimeoutError):
        executed(busy, execution_timeout=1)
    assert has_ended((tmp_path / "number").read_text())


@pytest.mark.apart
@pytest.mark.parametrize(("output", "status"), [("True", 0), ("False", 1)])
def test_nbval_runs_in_them(tmp_path, monkeypatch, output, status):
    for attribute, value in {"SERVER": QUICK, "NOTEBOOKS": tmp_path}.items():
        monkeypatch.setattr(kernels, attribute, value)
    monkeypatch.setenv(SOCKET, "")
    told = nbformat.v4.new_output("stream", name="stdout", text=output)
    cell = nbformat.v4.new_code_cell(IS_FORKED, execution_count=1, outputs=[told])
    nbformat.write(nbformat.v4.new_notebook(cells=[cell]), tmp_path / "one.ipynb")
    words = ["-m", "pytest", "-p", "no:cacheprovider", "--nbval", "--nbval-kernel-name", "forked", "one.ipynb"]
    with kernels.fork_server():
        assert subprocess.run([sys.executable, *words], cwd=tmp_path, capture_output=True).returncode == status


def test_no_server_is_started_where_ordinary_kernels_are_wanted(monkeypatch):
    monkeypatch.setenv("KERNEL", "plain")
    monkeypatch.setenv(SOCKET, "")  # and back to the server of this file in the end
    with kernels.fork_server():
        assert not Path(os.environ[SOCKET]).exists()
