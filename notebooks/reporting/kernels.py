"""Kernels forked from a server that has done the imports of all chapters, so that no chapter need wait for them.

A command runs inside `fork_server()`, which starts the server (`main`) and names its socket in the environment. Papermill and
nbval start kernels by the kernelspec `forked`, which names the provisioner `Forked`: jupyter_client's door for other ways to
start a kernel. It connects to the server, which forks a keeper for this client, which forks the kernel, which tells its
process number. After that the connection says nothing; while it is open, the kernel lives and is wanted. If the client goes,
the keeper kills the kernel; if the command goes, its pidfd tells the server; if a server or keeper goes, Linux itself kills
what it forked (`die_with`). Where a fork would not be what a fresh kernel is (another folder, other values of READ_EARLY,
threads in the server), the connection closes at once; then, and without a server, `Forked` starts an ordinary kernel.
"""

import ast
import contextlib
import gc
import importlib
import os
import shutil
import socket
import sys
import tempfile
from multiprocessing import connection, get_context
from subprocess import DEVNULL, Popen
from types import SimpleNamespace

from jupyter_client.provisioning import LocalProvisioner

from reporting import configuration
from reporting.configuration import NOTEBOOKS
from reporting.processes import die_with

SOCKET = "REPORT_KERNELS"  # the environment variable that names the server's socket
LONGEST = 70  # bytes of the folder that holds sockets: Linux allows a socket 107, macOS 103
SERVER = "from reporting import kernels; kernels.main()"
EARLY = "KERNEL PYTHON NPY_ OPENBLAS_ OMP_ MKL_ LC_ LANG TZ LD_"  # read when a process starts
READ_EARLY = tuple(EARLY.split())


@contextlib.contextmanager
def fork_server():
    """While the block lasts, kernels are forked from a server of this process; with KERNEL=plain and off Linux there is none."""
    with contextlib.ExitStack() as ends:
        place = tempfile.gettempdir() if len(os.fsencode(tempfile.gettempdir())) <= LONGEST else "/tmp"
        folder = ends.enter_context(tempfile.TemporaryDirectory("", "kernels-", place, ignore_cleanup_errors=True))
        os.environ[SOCKET] = f"{folder}/socket"
        ends.callback(os.environ.pop, SOCKET)
        if os.environ.get("KERNEL") != "plain" and sys.platform == "linux":
            os.environ["OPENBLAS_NUM_THREADS"] = "1"  # as make has it: a process with threads cannot be forked
            with socket.socket(socket.AF_UNIX) as listener:
                listener.bind(os.environ[SOCKET])
                listener.listen(64)  # before anyone is told: who comes while the server imports waits in line
                words, silent = [sys.executable, "-c", SERVER, str(os.getpid())], {"stdout": DEVNULL, "stderr": DEVNULL}
                server = Popen(words, cwd=NOTEBOOKS, start_new_session=True, stdin=listener, **silent)
            ends.callback(ends.enter_context(server).kill)
        yield


class Forked(LocalProvisioner):
    """The provisioner of the kernelspec `forked`: a fork where one can be had, else an ordinary kernel."""

    async def pre_launch(self, **kwargs):
        # Not TCP, whose ports are chosen here and taken by the kernel later: another program may be quicker.
        if place := kwargs.get("env", os.environ).get(SOCKET):
            self.parent.transport, self.parent.ip = "ipc", f"{place}-{self.kernel_id[:8]}"
        return await super().pre_launch(**kwargs)

    async def launch_kernel(self, cmd, **kwargs):  # python -m ipykernel_launcher and its arguments
        try:
            keeper = connection.Client(kwargs["env"][SOCKET], "AF_UNIX")
            keeper.send((cmd[3:], kwargs["env"], os.path.realpath(kwargs.get("cwd") or ".")))
            self.pid = self.pgid = keeper.recv()  # LocalProvisioner sends signals to the group that the kernel leads
        except (KeyError, OSError, EOFError):  # no server, nobody there, connection closed
            return await super().launch_kernel(cmd, **kwargs)
        # What else it uses of a Popen. A signal comes here when there is no such group any more.
        over, silent = lambda: 1 if keeper.poll() else None, dict.fromkeys(("stdin", "stdout", "stderr"))
        self.process = SimpleNamespace(poll=over, wait=over, send_signal=lambda number: None, **silent)
        return self.connection_info


def main():
    """The server: imports, then forks a keeper for each client until its command has ended, or it has threads."""
    listener, command = socket.socket(fileno=0), os.pidfd_open(int(sys.argv[1]))
    importlib.import_module("ipykernel.kernelapp")
    for path in sorted(NOTEBOOKS.glob("[0-9][0-9]_*.py")):
        with contextlib.suppress(Exception):  # what fails here will fail in a cell
            imports = [one for one in ast.parse(path.read_bytes()).body if isinstance(one, ast.Import | ast.ImportFrom)]
            exec(compile(ast.Module(imports, []), path.name, "exec"), {})
    with contextlib.suppress(Exception):  # what kernels read again they find parsed; the command tells what is wrong
        configuration.science("check_data")()
    gc.freeze()  # what is there now is not looked at again, so that forks go on sharing its memory
    while command not in connection.wait([listener, command]) and len(os.listdir("/proc/self/task")) == 1:
        with connection.Connection(listener.accept()[0].detach()) as client:
            get_context("fork").Process(target=keep, args=(client, os.getpid())).start()
    shutil.rmtree(os.path.dirname(listener.getsockname()), ignore_errors=True)
    os._exit(0)  # without waiting for keepers


def keep(client, server):
    """The keeper: forks the kernel that the client asks for, if a fork will do, and stays until one of them has ended."""
    die_with(server)
    arguments, environment, folder = client.recv()
    asked, own = ({key: one[key] for key in one if key.startswith(READ_EARLY)} for one in (environment, os.environ))
    if folder == os.getcwd() and asked == own:
        kernel = get_context("fork").Process(target=become_kernel, args=(client, arguments, environment, os.getpid()))
        kernel.start()
        connection.wait([client, os.pidfd_open(kernel.pid)])
        kernel.kill()


def become_kernel(client, arguments, environment, keeper):
    """Turns this fork into what a fresh process would be: session, input, environment, random state; then into a kernel."""
    os.setsid()
    die_with(keeper)
    with client:
        client.send(os.getpid())
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.environ.clear()
    os.environ.update(environment)
    tempfile.tempdir = None
    importlib.import_module("numpy").random.seed()  # python's own generator is seeded anew by the fork
    sys.argv = [importlib.util.find_spec("ipykernel_launcher").origin, *arguments]
    sys.path[:] = [entry for entry in sys.path if entry]
    importlib.import_module("ipykernel.kernelapp").IPKernelApp.launch_instance(parent_handle=keeper)  # not the server's
