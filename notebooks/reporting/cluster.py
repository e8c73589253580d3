"""The one module that needs dask.distributed (`make engine`): a scheduler's executor, and the kernels of its workers."""

import contextlib
import logging
from concurrent.futures import CancelledError

import dask
from distributed import Client, LocalCluster, WorkerPlugin

from reporting import execute, kernels, provenance
from reporting.configuration import UserError

AT_ONCE = 256  # runs at the scheduler; the next is sent when one is done
PATIENCE = 60  # seconds in which a scheduler must answer, and a first worker be there
# A busy machine may be silent for long: that alone loses no scheduler.
dask.config.set({"distributed.comm.timeouts.tcp": "300s"})


class Kernels(WorkerPlugin):
    """On each worker: it must be what the sweep was begun with (`known`, a fingerprint), and gets a server that forks kernels."""

    name = "report-kernels"

    def __init__(self, known):
        self.known = known

    def setup(self, worker):
        provenance.refuse_another(self.known, f"The worker {worker.address}")
        self.ends = contextlib.ExitStack()
        self.ends.enter_context(kernels.fork_server())

    def teardown(self, worker):
        if ends := getattr(self, "ends", None):
            ends.close()


@contextlib.contextmanager
def executor(address, known, workspace):
    """The executor of a scheduler, or of one of this machine's own ("local"); UserError where it is not there, or goes."""
    with contextlib.ExitStack() as ends:
        for name in ("distributed", "distributed.client"):  # what matters is said in a sentence
            logging.getLogger(name).setLevel(logging.CRITICAL)
        try:
            if address == "local":
                address = ends.enter_context(_cluster(workspace)).scheduler_address
            client = ends.enter_context(Client(address, timeout=PATIENCE, set_as_default=False))
            client.wait_for_workers(1, PATIENCE)
        except TimeoutError:
            raise UserError(
                f"{address} has no worker; start one there (dask worker {address}), then run this again."
            ) from None
        except (OSError, ValueError) as error:
            raise UserError(f"ENGINE={address}: no scheduler answers there ({error}).") from None
        client.register_plugin(Kernels(known))
        try:
            yield client.get_executor(pure=False)
        except CancelledError:
            raise UserError(
                f"The scheduler {address} is lost (stopped, or out of reach); what was done is kept, and the same command goes on from there."
            ) from None
        finally:
            if client.status == "running":
                client.unregister_worker_plugin(Kernels.name)


def _cluster(workspace):
    return LocalCluster(
        n_workers=execute.WORKERS,
        threads_per_worker=1,
        host="127.0.0.1",
        dashboard_address="127.0.0.1:0",
        local_directory=str(workspace),
        silence_logs=logging.CRITICAL,
    )
