"""Makes .venv from the hashed lock, if it is not there or the lock has changed. Standard library only: it runs first.

It runs before every command, so what only the making needs is imported there.
"""

import hashlib
import json
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
VENV, LOCK = ROOT / ".venv", ROOT / ".requirements.lock"
STAMP = VENV / "installed"
PYTHON = VENV / "bin" / "python"
JUPYTER = VENV / "share" / "jupyter"
KERNELSPEC = JUPYTER / "kernels" / "forked" / "kernel.json"
LAB_SETTINGS = JUPYTER / "lab" / "settings" / "overrides.json"


def stop(sentence):
    """One sentence for whoever has to mend it, exit status 2."""
    print(sentence, file=sys.stderr)
    sys.exit(2)


def run(*command):
    """A command that must work; what it printed is shown where it does not."""
    import subprocess

    done = subprocess.run([str(part) for part in command], capture_output=True, text=True, check=False)
    if done.returncode:
        tail = "\n".join((done.stderr or done.stdout).strip().splitlines()[-8:])
        stop(
            f"{tail}\nSetting up failed in `{' '.join(Path(str(c)).name for c in command[:4])}`; is the package index in reach?"
        )


def wanted():
    """What the finished .venv was made from: the lock and the interpreter."""
    return f"{hashlib.sha256(LOCK.read_bytes()).hexdigest()} {sys.version.split()[0]}\n"


def check_python():
    """Python 3.11 or later with venv and pip, or a sentence that names the package to install."""
    import importlib.util

    if sys.version_info < (3, 11):  # noqa: UP036 - it may be run by an older one
        stop(
            f"Python 3.11 or later is needed; this is {sys.version.split()[0]}. Name another: make report PYTHON=python3.12"
        )
    short = f"python{sys.version_info.major}.{sys.version_info.minor}"
    for module in ("venv", "ensurepip"):
        if importlib.util.find_spec(module) is None:
            stop(
                f"This Python has no {module}; install the package {short}-venv (on Debian: apt-get install {short}-venv)."
            )


def installer():
    """The command that installs: uv from PATH, else uv from the lock, put into .venv by pip."""
    import re
    import shutil

    found = shutil.which("uv")
    if found:
        return found
    block = re.search(r"^uv==.*?(?=^\S|\Z)", LOCK.read_text(encoding="utf-8"), flags=re.M | re.S)
    pinned = VENV / "uv.txt"
    pinned.write_text(block[0], encoding="utf-8")
    run(PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--require-hashes", "-r", pinned)
    return VENV / "bin" / "uv"


def offer_forked_kernels():
    """The kernelspec `forked` in .venv and, as an entry point of a distribution without files, its provisioner.

    How jupyter_client finds it from any folder: the entry point names reporting.kernels, the .pth file where that is.
    """
    # The history stays in memory, as nbclient has it for kernels it knows by name: two at once must not share a file.
    argv = ["python", "-m", "ipykernel_launcher", "-f", "{connection_file}", "--HistoryManager.hist_file=:memory:"]
    provisioner = {"kernel_provisioner": {"provisioner_name": "forked"}}
    about = {"argv": argv, "display_name": "Python 3 (forked)", "language": "python", "metadata": provisioner}
    put(KERNELSPEC, json.dumps(about, indent=1))
    packages = VENV / "lib" / f"python{sys.version_info.major}.{sys.version_info.minor}" / "site-packages"
    put(packages / "notebooks.pth", "../../../../notebooks\n")
    distribution = packages / "report_kernels-1.dist-info"
    put(distribution / "METADATA", "Metadata-Version: 2.1\nName: report-kernels\nVersion: 1\n")
    put(distribution / "entry_points.txt", "[jupyter_client.kernel_provisioners]\nforked = reporting.kernels:Forked\n")


def keep_lab_offline():
    """JupyterLab's settings in .venv: it neither asks for news of Jupyter nor looks for newer versions of itself."""
    settings = {"@jupyterlab/apputils-extension:notification": {"fetchNews": "false", "checkForUpdates": False}}
    put(LAB_SETTINGS, json.dumps(settings, indent=1))


def put(place, text):
    """Writes a file where it is not there already."""
    if not place.exists() or place.read_text(encoding="utf-8") != text:
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text, encoding="utf-8")


def main():
    """Does nothing where .venv is up to date; else says what it does."""
    make_environment()
    offer_forked_kernels()
    keep_lab_offline()


def make_environment():
    """Makes .venv where it is missing or was made from something else."""
    if STAMP.exists() and STAMP.read_text(encoding="utf-8") == wanted() and PYTHON.exists():
        return
    check_python()
    print("Setting up .venv from .requirements.lock (once; about a minute) ...", flush=True)
    STAMP.unlink(missing_ok=True)
    run(sys.executable, "-m", "venv", "--clear", VENV)
    # --require-hashes refuses whatever the lock does not name; bytecode is compiled so that every later start is quick.
    run(installer(), "pip", "sync", "--quiet", "--python", PYTHON, "--require-hashes", "--compile-bytecode", LOCK)
    STAMP.write_text(wanted(), encoding="utf-8")
    print("Setting up is done.", flush=True)


if __name__ == "__main__":
    main()
