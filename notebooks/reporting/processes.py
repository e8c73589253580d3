"""Processes that end with the one that started them, however that ends."""

import ctypes
import multiprocessing
import os
import sys
import threading


def die_with(parent):
    """Has this process killed when `parent` ends: on Linux by the kernel, even after a SIGKILL, elsewhere by a thread that waits."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, 9)  # PR_SET_PDEATHSIG, SIGKILL
        if os.getppid() != parent:  # it went before it could be watched
            os._exit(1)
    else:
        threading.Thread(target=end_after_parent, daemon=True).start()


def end_after_parent():
    """Ends this process, one that multiprocessing started, as soon as the one that started it is gone."""
    multiprocessing.parent_process().join()
    os._exit(1)
