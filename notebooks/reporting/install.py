"""Makes .venv from the hashed lock, if it is not there or the lock has changed. Standard library only: it runs first.

It runs before every command, so what only the making needs is imported there. `install.py engine` adds what a sweep on other
machines needs (`.engine.lock`).
"""

import hashlib
import json
import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
VENV, LOCK = ROOT / ".venv", ROOT / ".requirements.lock"
ENGINE_LOCK = ROOT / ".engine.lock"
CACHE = ROOT / ".cache"
STAMP = VENV / "installed"
PYTHON = VENV / "bin" / "python"
JUPYTER = VENV / "share" / "jupyter"
KERNELSPEC = JUPYTER / "kernels" / "forked" / "kernel.json"
LAB_SETTINGS = JUPYTER / "lab" / "settings" / "overrides.json"
PATIENCE = 18  # seconds in which the package index must answer
# --require-hashes refuses whatever the lock does not name; bytecode is compiled so that every later start is quick.
AS_LOCKED = ("--quiet", "--python", PYTHON, "--require-hashes", "--compile-bytecode")


def stop(sentence):
    """One sentence for whoever has to mend it, exit status 2."""
    print(sentence, file=sys.stderr)
    sys.exit(2)


def run(*command, environment=None, seconds=None):
    """A command and what came of it; None where it was not done after so many seconds."""
    import subprocess

    try:
        return subprocess.run(
            [str(part) for part in command],
            env={**os.environ, **(environment or {})},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            check=False,
            timeout=seconds,
        )
    except subprocess.TimeoutExpired:
        return None


def must(*command):
    """A command that must work; what it printed last is shown where it does not."""
    done = run(*command)
    if done.returncode:
        tail = "\n".join((done.stderr or done.stdout).strip().splitlines()[-8:])
        words = " ".join(Path(str(part)).name for part in command[:4])
        stop(f"{tail}\nSetting up failed in `{words}`; {served()[1]}")


def wanted():
    """What the finished .venv was made from: the lock and the interpreter."""
    return f"{hashlib.sha256(LOCK.read_bytes()).hexdigest()} {sys.version.split()[0]}\n"


def served():
    """The Pythons that the lock has ready-made packages for, by its first line, and the same in one sentence."""
    import re

    first = LOCK.read_text(encoding="utf-8").partition("\n")[0]
    pythons, systems = re.match(r"# Ready-made packages for Python (.+?) on (.+?) \(", first).groups()
    return pythons.split(", "), f"the lock has ready-made packages for Python {pythons} on {systems}."


def check_python():
    """An ordinary CPython that the lock has packages for, with venv and pip, or a sentence that says what to use."""
    import importlib.util

    here, (known, sentence) = f"{sys.version_info.major}.{sys.version_info.minor}", served()
    kind = {"cpython": "Python"}.get(sys.implementation.name, sys.implementation.name)
    flags = "t" if "t" in getattr(sys, "abiflags", "") else ""  # without the interpreter's lock, packages of its own
    if here not in known or kind != "Python" or flags:
        stop(
            f"This is {kind} {here}{flags}, but {sentence.rstrip('.')}; name one of these: "
            f"make report PYTHON=python{known[-1]}"
        )
    for module in ("venv", "ensurepip"):
        if importlib.util.find_spec(module) is None:
            stop(
                f"The Python {sys.executable} has no {module}; install it (on Debian: apt-get install python{here}-venv), or name "
                "another Python with PYTHON=."
            )


def check_index(installer):
    """A sentence where no package index answers: left to itself, an installer tries again for minutes."""
    name, version = locked("uv").split()[0].split("==")
    question = [PYTHON, "-m", "pip", "index", "versions", name, "--retries", "1", "--timeout", "8"]
    if installer:
        options = ("--dry-run", "--reinstall", "--no-deps", "--python", PYTHON)
        question = [installer, "pip", "install", *options, f"{name}=={version}"]
    short = {"UV_HTTP_TIMEOUT": "8", "UV_HTTP_RETRIES": "1", "PIP_DISABLE_PIP_VERSION_CHECK": "1"}
    done = run(*question, environment=short, seconds=PATIENCE)
    if done is None or done.returncode:
        stop(
            "No package index answered, and setting up needs one (once); connect to the network, or name a proxy or another "
            f"index to {'uv' if installer else 'pip'} (HTTPS_PROXY, {'UV' if installer else 'PIP'}_INDEX_URL), then run this again."
        )


def locked(name):
    """The lines of the lock for one package."""
    import re

    return re.search(rf"^{name}==.*?(?=^\S|\Z)", LOCK.read_text(encoding="utf-8"), flags=re.M | re.S)[0]


def uv_of_the_lock():
    """The command uv, put into .venv by pip."""
    pinned = VENV / "uv.txt"
    pinned.write_text(locked("uv"), encoding="utf-8")
    must(PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--require-hashes", "-r", pinned)
    return VENV / "bin" / "uv"


def offer_forked_kernels():
    """The kernelspec `forked` in .venv and, as an entry point of a distribution without files, its provisioner.

    How jupyter_client finds it from any folder: the entry point names reporting.kernels, `name_the_chapters_folder` where that is.
    """
    # The history stays in memory, as nbclient has it for kernels it knows by name: two at once must not share a file.
    argv = ["python", "-m", "ipykernel_launcher", "-f", "{connection_file}", "--HistoryManager.hist_file=:memory:"]
    provisioner = {"kernel_provisioner": {"provisioner_name": "forked"}}
    about = {"argv": argv, "display_name": "Python 3 (forked)", "language": "python", "metadata": provisioner}
    put(KERNELSPEC, json.dumps(about, indent=1))
    for packages in VENV.glob("lib/python*/site-packages"):
        distribution = packages / "report_kernels-1.dist-info"
        put(distribution / "METADATA", "Metadata-Version: 2.1\nName: report-kernels\nVersion: 1\n")
        put(
            distribution / "entry_points.txt",
            "[jupyter_client.kernel_provisioners]\nforked = reporting.kernels:Forked\n",
        )


def keep_lab_offline():
    """JupyterLab's settings in .venv: it neither asks for news of Jupyter nor looks for newer versions of itself."""
    settings = {"@jupyterlab/apputils-extension:notification": {"fetchNews": "false", "checkForUpdates": False}}
    put(LAB_SETTINGS, json.dumps(settings, indent=1))


def name_the_chapters_folder():
    """A line in .venv that names notebooks/, so that chapters find their modules whatever tool runs them, from any folder."""
    for packages in VENV.glob("lib/python*/site-packages"):
        # Relative to the folder it stands in: Python reads this file in an encoding that may not know the path's letters.
        put(packages / "chapters.pth", f"{os.path.relpath(ROOT / 'notebooks', packages)}\n")


def put(place, text):
    """Writes a file where it is not there already."""
    if not place.exists() or place.read_text(encoding="utf-8") != text:
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text, encoding="utf-8")


def made():
    """Whether .venv is there and was made from what is here now."""
    return STAMP.exists() and STAMP.read_text(encoding="utf-8") == wanted() and PYTHON.exists()


def alone():
    """Waits for another set-up to be done; a sentence where a build is at work, which would lose its .venv. Returns what to hold."""
    import fcntl

    CACHE.mkdir(exist_ok=True)
    setup, build = ((CACHE / name).open("a+", encoding="utf-8") for name in ("setup.lock", "build.lock"))
    try:
        fcntl.flock(setup, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        print("Another set-up is at work in this checkout; waiting for it ...", flush=True)
        fcntl.flock(setup, fcntl.LOCK_EX)
    try:
        fcntl.flock(build, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        stop(
            "Another build is at work in this checkout, and .venv has to be made anew; wait until it is done, then run this again."
        )
    return setup, build


def make_environment():
    """Makes .venv where it is missing or was made from something else."""
    import shutil

    if made():
        return
    check_python()
    held = alone()  # noqa: F841 - as long as this lasts
    if made():
        return
    print("Setting up .venv from .requirements.lock (once; about a minute) ...", flush=True)
    VENV.mkdir(exist_ok=True)
    STAMP.unlink(missing_ok=True)
    must(sys.executable, "-m", "venv", "--clear", VENV)
    uv = shutil.which("uv")
    check_index(uv)
    must(uv or uv_of_the_lock(), "pip", "sync", *AS_LOCKED, LOCK)
    STAMP.write_text(wanted(), encoding="utf-8")
    print("Setting up is done.", flush=True)


def add_engine():
    """Adds the packages of .engine.lock to .venv, once."""
    uv, stamp, text = VENV / "bin" / "uv", VENV / "engine", ENGINE_LOCK.read_text(encoding="utf-8")
    if not stamp.exists() or stamp.read_text(encoding="utf-8") != text:
        check_index(uv)
        must(uv, "pip", "install", *AS_LOCKED, "-r", ENGINE_LOCK)
        put(stamp, text)
    print("The engine is there: make sweep ENGINE=local, or ENGINE=tcp://host:port (README).")


def main(wanted=""):
    """Does nothing where .venv is up to date; else says what it does."""
    try:
        make_environment()
        if wanted == "engine":
            add_engine()
        offer_forked_kernels()
        keep_lab_offline()
        name_the_chapters_folder()
    except OSError as error:
        stop(f"{error.filename or VENV} cannot be written ({error.strerror}), which setting up needs.")


if __name__ == "__main__":
    main(*sys.argv[1:])
