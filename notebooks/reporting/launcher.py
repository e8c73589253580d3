"""The process that a Jupyter client knows as its kernel: asks this command's server for a forked one, or becomes an ordinary one.

Run as a script by the kernelspec `forked`; standard library only, and little of it, for it starts once a kernel.
"""

import contextlib
import json
import os
import select
import signal
import socket
import sys

SOCKET = "REPORT_KERNELS"  # the environment variable that names the server's socket
PATIENCE = 30  # seconds: the server may still be importing


def ask(arguments):
    """The connection to the server and the number of the process it forked; OSError or ValueError where it did not."""
    server = socket.socket(socket.AF_UNIX)
    server.settimeout(PATIENCE)
    server.connect(os.environ[SOCKET])
    body = json.dumps({"arguments": arguments, "cwd": os.getcwd(), "env": dict(os.environ)}).encode()
    socket.send_fds(server, [len(body).to_bytes(4, "big")], [0, 1, 2])
    server.sendall(body)
    if server.recv(64) != b"ready":
        raise ValueError("refused")
    # Only now may it fork: whoever gave up before this line has gone, and two kernels must not share one connection file.
    server.sendall(b"go")
    return server, int(server.recv(64))


def stand_for(server, kernel):
    """Passes signals on to the kernel until it ends; returns its exit status."""

    def pass_on(number, _):
        try:
            os.killpg(kernel, number)
        except ProcessLookupError:  # gone, or so young that it leads no group yet
            with contextlib.suppress(ProcessLookupError):
                os.kill(kernel, number)

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, pass_on)
    client = int(os.environ.get("JPY_PARENT_PID") or os.getppid())
    server.settimeout(None)
    while os.getppid() == client:
        if select.select([server], [], [], 0.5)[0]:
            return int(server.recv(64) or 1)  # nothing at all: the server is gone, and the kernel with it
    return 1


def main(arguments):
    """Stands for a forked kernel, or is an ordinary one: with KERNEL=plain, without a server, after any failure."""
    if os.environ.get("KERNEL") != "plain" and os.environ.get(SOCKET):
        try:
            server, kernel = ask(arguments)
        except (OSError, ValueError):
            pass
        else:
            sys.exit(stand_for(server, kernel))
    os.environ.pop(SOCKET, None)
    os.execv(sys.executable, [sys.executable, "-m", "ipykernel_launcher", *arguments])


if __name__ == "__main__":
    main(sys.argv[1:])
