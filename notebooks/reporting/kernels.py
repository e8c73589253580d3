"""Kernels forked from a server that has imported what chapters import; the server lives no longer than one command.

Clients start them through the ordinary kernelspec `forked` of .venv, whose process is `launcher.py`. Where anything is in the
way of a fork, the launcher becomes an ordinary kernel. The server is told apart from its client by three ends: it goes when
the command goes, a kernel goes when its launcher goes, and a launcher goes when its client goes.
"""

import ast
import contextlib
import ctypes
import gc
import importlib
import json
import multiprocessing
import os
import select
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

from reporting import settings
from reporting.launcher import SOCKET

NOTEBOOKS = Path(__file__).resolve().parents[1]
# What Python and the libraries of numbers read when they start: a kernel that wants other values cannot be forked.
READ_EARLY = ("PYTHON", "NPY_", "OPENBLAS_", "OMP_", "MKL_", "LC_", "LANG", "TZ", "LD_")
SERVER = "from reporting import kernels; kernels.main()"
KERNEL_MODULES = ("ipykernel.kernelapp", "ipykernel.ipkernel", "ipykernel.zmqshell")


def name():
    """The kernelspec to run chapters with: `forked` while a server is offered, else `python3`."""
    return "forked" if os.environ.get(SOCKET) else "python3"


# --- the command that offers them -------------------------------------------------------------------------------------


@contextlib.contextmanager
def offered():
    """While the block lasts, kernels are forked from a server of this process: on Linux, where KERNEL=plain does not forbid it."""
    with contextlib.ExitStack() as ends:
        if sys.platform == "linux" and os.environ.get("KERNEL") != "plain":
            with contextlib.suppress(OSError):
                _start_server(ends)
        yield


def _start_server(ends):
    # A short path, for sockets allow about a hundred letters. It listens before anyone is told of it: those who come
    # while the server still imports wait in line, and are turned away should it fail.
    folder = tempfile.mkdtemp(prefix="report-kernels-")
    ends.callback(shutil.rmtree, folder, ignore_errors=True)
    path = os.path.join(folder, "socket")
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(path)
        listener.listen(64)
        server = subprocess.Popen(
            [sys.executable, "-c", SERVER, str(listener.fileno()), path, str(os.getpid())],
            cwd=NOTEBOOKS,
            env={**os.environ, "OPENBLAS_NUM_THREADS": "1"},
            pass_fds=[listener.fileno()],
            start_new_session=True,  # Ctrl-C is for the command, which then ends the server
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
    ends.callback(_end, server)
    os.environ[SOCKET] = path
    ends.callback(os.environ.pop, SOCKET, None)


def _end(server):
    server.kill()  # its kernels go with it
    server.wait()


# --- the server -------------------------------------------------------------------------------------------------------

PR_SET_PDEATHSIG = 1


def die_with(parent):
    """Has this process killed when `parent` ends, however that ends."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:  # it went before it could be watched
            os._exit(1)
    else:
        threading.Thread(target=end_after_parent, daemon=True).start()


def end_after_parent():
    """Ends this process, one that multiprocessing started, as soon as the one that started it is gone."""
    multiprocessing.parent_process().join()
    os._exit(1)


def threads():
    """How many threads this process has, those of libraries included where the system tells."""
    with contextlib.suppress(OSError):
        return len(os.listdir("/proc/self/task"))
    return threading.active_count()


def preload(folder=NOTEBOOKS):
    """Imports the modules of a kernel and all that the chapters in a folder import; what fails there will fail in a cell."""
    for module in KERNEL_MODULES:
        with contextlib.suppress(ImportError):
            importlib.import_module(module)
    for path in sorted(folder.glob("[0-9][0-9]_*.py")):
        with contextlib.suppress(Exception):
            for node in ast.parse(path.read_text(encoding="utf-8")).body:
                if isinstance(node, ast.Import | ast.ImportFrom):
                    exec(compile(ast.Module([node], []), path.name, "exec"), {})


def read_data():
    """Reads all data once: what forked kernels read again they find parsed, where the content of the file is the same."""
    with contextlib.suppress(Exception):  # what is wrong with the data is for the command to say
        settings.load_object(settings.configuration()["check_data"])()


def _early(environment):
    return {key: value for key, value in environment.items() if key.startswith(READ_EARLY)}


def refusal(asked, early, cwd):
    """Why a request cannot be met by a fork, "" where it can."""
    if threads() != 1:
        return "threads"  # a fork copies only one of them, and the locks the others hold for ever
    if asked["cwd"] != cwd:
        return "another folder"  # whose modules may be others than those imported here
    return "" if _early(asked["env"]) | {"OPENBLAS_NUM_THREADS": "1"} == early else "another start"


def main():
    """The server: imports, then forks a kernel for each launcher that asks; ends when the command that started it has."""
    descriptor, path, command = sys.argv[1:4]
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    listener = socket.socket(fileno=int(descriptor))
    preload()
    read_data()
    gc.collect()
    gc.freeze()
    asked, descriptors = serve(listener, int(command))
    if asked is None:
        shutil.rmtree(os.path.dirname(path), ignore_errors=True)
        return
    become_kernel(asked, descriptors)


def serve(listener, command):
    """Forks until `command` is no longer the parent, then returns (None, None); in each fork returns what was asked for."""
    early, cwd, kernels = _early(os.environ), os.getcwd(), {}
    woken, waker = socket.socketpair()
    waker.setblocking(False)
    signal.set_wakeup_fd(waker.fileno(), warn_on_full_buffer=False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    while os.getppid() == command:
        for ready in select.select([listener, woken, *kernels], [], [], 0.5)[0]:
            if ready is woken:
                woken.recv(1024)
                _report_ends(kernels)
            elif ready is listener:
                asked = _accepted(listener, early, cwd)
                if asked is None:
                    continue
                client, asked, descriptors = asked
                kernel = os.fork()
                if kernel == 0:
                    for one in [listener, woken, waker, client, *kernels]:
                        signal.set_wakeup_fd(-1)
                        one.close()
                    return asked, descriptors
                for descriptor in descriptors:
                    os.close(descriptor)
                kernels[client] = kernel
                with contextlib.suppress(OSError):
                    client.sendall(str(kernel).encode())
            elif ready in kernels:  # its launcher is gone, for it has no more to say
                with contextlib.suppress(OSError):
                    os.kill(kernels[ready], signal.SIGKILL)
                    os.waitpid(kernels[ready], 0)
                del kernels[ready]
                ready.close()
    for kernel in kernels.values():
        os.kill(kernel, signal.SIGKILL)
    return None, None


def _accepted(listener, early, cwd):
    # The connection, request and open files of a launcher that wants a fork and can have it; None for all others.
    client, _ = listener.accept()
    try:
        client.settimeout(2)
        head, descriptors, _, _ = socket.recv_fds(client, 4, 3)
        size, body = int.from_bytes(head, "big"), b""
        while len(body) < size and (part := client.recv(size - len(body))):
            body += part
        asked = json.loads(body)
        why = refusal(asked, early, cwd)
        client.sendall(why.encode() or b"ready")
        if not why and client.recv(64) == b"go":
            return client, asked, descriptors
        for descriptor in descriptors:
            os.close(descriptor)
    except (OSError, ValueError, KeyError, TypeError):
        pass
    client.close()
    return None


def _report_ends(kernels):
    for client, kernel in list(kernels.items()):
        ended, status = os.waitpid(kernel, os.WNOHANG)
        if ended:
            with contextlib.suppress(OSError):
                # A kernel that was killed has a launcher that failed.
                client.sendall(str(abs(os.waitstatus_to_exitcode(status))).encode())
            client.close()
            del kernels[client]


# --- a kernel ---------------------------------------------------------------------------------------------------------


def become_kernel(asked, descriptors):
    """Turns this fork into what a fresh process would be: own session, environment, open files, random state; then a kernel."""
    server = os.getppid()
    os.setsid()
    die_with(server)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    for number, descriptor in enumerate(descriptors):
        os.dup2(descriptor, number)
        os.close(descriptor)
    os.environ.clear()
    os.environ.update(asked["env"])
    os.environ.pop(SOCKET, None)
    os.chdir(asked["cwd"])
    tempfile.tempdir = None
    if "numpy" in sys.modules:
        sys.modules["numpy"].random.seed()  # python's own generator is seeded anew by the fork
    launcher = importlib.util.find_spec("ipykernel_launcher").origin
    sys.argv = [launcher, *asked["arguments"]]
    sys.path[:] = [entry for entry in sys.path if entry]
    os.environ["JPY_PARENT_PID"] = str(server)
    # ipykernel read that variable when it was imported, so it is told again whose end to watch for.
    sys.modules["ipykernel.kernelapp"].IPKernelApp.launch_instance(parent_handle=server)
