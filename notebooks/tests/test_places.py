"""Any folder, user, system and tool: make in a folder of odd letters, setting up, no git, no network, the tools' own commands."""

import fcntl
import importlib.util
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections import namedtuple
from pathlib import Path
from types import SimpleNamespace

import nbformat
import pytest

from reporting import __main__ as entry
from reporting import accept, build, execute, install, lock, places, provenance, publish, request, share, stamps
from reporting.configuration import UserError
from reporting.request import Request
from tests.chapters import NOTEBOOKS, ROOT, files
from tests.test_faults import alive, wait_for
from tests.test_run import write_chapter

MAKE = os.environ.get("REPORT_MAKE", "make")  # .ci/run tries BSD make as well
ODD = "a b'ü\"$x`y"
USER_TEXT = [*stamps.RERUN, *(name for name in stamps.OTHERS if name != "PYTHON")]
GIT = pytest.mark.skipif(not shutil.which("git"), reason="git is not installed")
BIN = Path(sys.prefix) / "bin"


# --- make -------------------------------------------------------------------------------------------------------------


@pytest.fixture
def odd(tmp_path):
    """The Makefile in a folder of odd letters, with a setting up that does nothing and a python that says what it was asked."""
    folder = tmp_path / ODD
    (folder / "notebooks" / "reporting").mkdir(parents=True)
    (folder / ".venv" / "bin").mkdir(parents=True)
    shutil.copy(ROOT / "Makefile", folder)
    (folder / "notebooks" / "reporting" / "install.py").write_text("")
    program(folder / ".venv" / "bin" / "python", 'echo "asked $*"; pwd; env')
    return folder


def program(path, line):
    path.write_text(f"#!/bin/sh\n{line}\n")
    path.chmod(0o755)
    return path


def said(command, **options):
    """What a command prints; it must end well."""
    done = subprocess.run(command, capture_output=True, text=True, check=False, **options)
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    return done.stdout


def without(*names):
    return {key: value for key, value in os.environ.items() if key not in names}


def make(*words, cwd, **environment):
    """What make prints; it must end well."""
    clean = without(*USER_TEXT, "MAKEFLAGS", "MFLAGS", "MAKELEVEL")
    return said([MAKE, *words], cwd=cwd, env=clean | environment)


def test_every_target_works_in_a_folder_of_odd_letters(odd):
    for target in ("report", "lab", "parameters", "accept", "compare", "sweep", "mutate", "share", "benchmark", "test"):
        told = make(target, cwd=odd)
        assert f"\n{odd / 'notebooks'}\n" in told and "asked -m " in told, target
        assert "OPENBLAS_NUM_THREADS=1\n" in told
    assert "make report " in make(cwd=odd)
    assert "asked -I -S notebooks/reporting/install.py engine\n" in make("engine", cwd=odd)
    make("clean", cwd=odd)
    assert not (odd / ".venv").exists() and (odd / "notebooks").exists()


def test_make_is_called_from_elsewhere(odd, tmp_path):
    ways = [("-C", str(odd))] + [("-f", str(odd / "Makefile"))] * (MAKE == "make")
    for way in ways:
        told = make(*way, "report", cwd=tmp_path, PWD=str(tmp_path))
        assert f"\n{odd / 'notebooks'}\n" in told
        assert f"CALLED_FROM={tmp_path}\n" in told or MAKE != "make"


@pytest.mark.parametrize("way", ["argument", "environment"])
def test_user_text_arrives_as_it_was_typed(odd, tmp_path, way):
    text = f"a `touch {tmp_path}/1` $(shell touch {tmp_path}/2) ${{HOME}} $$x $x \"q\" 's' $(eval $(shell touch {tmp_path}/3))"
    asked = dict.fromkeys(USER_TEXT, text)
    words = [f"{name}={text}" for name in asked] if way == "argument" else []
    told = make("report", *words, cwd=odd, **({} if words else asked))
    assert [name for name in asked if f"\n{name}={text}\n" not in told] == []
    assert sorted(path.name for path in tmp_path.iterdir()) == [ODD]


def test_names_that_make_does_not_know_are_seen(odd):
    known = [f"{name}=a b=c \\ d=e" for name in USER_TEXT]
    told = make("report", *known, "chapter=02", "-k", cwd=odd)
    strange = stamps.unknown_variables({"MAKEFLAGS": re.search(r"^MAKEFLAGS=(.*)$", told, flags=re.M)[1]}, "sweep")
    assert sorted(strange) == ["A", "B", "MUTATE", "WHY", "chapter"]
    overridden = re.findall(r"^override (\w+)", (ROOT / "Makefile").read_text(), flags=re.M)
    assert sorted(overridden) == sorted([*USER_TEXT, "PYTHON"])


@pytest.mark.parametrize("home", ["", "/nonexistent"])
def test_whoever_has_no_home_gets_one(odd, home):
    assert f"\nHOME={odd}/.cache/home\n" in make("report", cwd=odd, HOME=home)
    assert (odd / ".cache" / "home").is_dir()


def test_a_home_that_can_be_written_stays(odd, tmp_path):
    assert f"\nHOME={tmp_path}\n" in make("report", cwd=odd, HOME=str(tmp_path))
    assert not (odd / ".cache").exists()


def test_another_python_may_be_named(odd, tmp_path):
    other = program(tmp_path / "my python", 'case "$3" in -c) echo 3;; *) echo "other $*";; esac')
    assert "other -I -S notebooks/reporting/install.py" in make("report", f"PYTHON={other}", cwd=odd)


@pytest.mark.parametrize(
    ("named", "why"),
    [
        ("python9", "is missing"),
        ("/bin/false", "is no Python 3 that works"),
        ("/bin/true", "is no Python 3 that works"),
        ("old", "is no Python 3 that works"),
        (".", "is no Python 3 that works"),
    ],
)
@pytest.mark.parametrize("way", ["PYTHON", "PATH"])
def test_a_python_that_is_none_is_told(odd, tmp_path, named, why, way):
    """Named by the user, or what is called python3 on PATH."""
    if named == "old":  # as Python 2 answers
        named = program(tmp_path / "old", 'echo "Unknown option: -I" >&2; exit 2')
    words, environment, mend = (
        [f"PYTHON={named}"],
        {},
        "name one that is there, such as PYTHON=python3, or leave PYTHON out",
    )
    if way == "PATH":
        folder, mend = tmp_path / "bin", "install the packages python3 and python3-venv"
        folder.mkdir()
        for tool in ("sh", "dirname", "mkdir"):
            (folder / tool).symlink_to(shutil.which(tool))
        if why != "is missing":
            program(folder / "python3", f'exec "{named}" "$@"')
        words, environment, named = [], {"PATH": str(folder)}, "python3"
    known = without(*USER_TEXT, "PYTHON", "MAKEFLAGS", "MFLAGS", "MAKELEVEL") | environment
    done = subprocess.run(
        [shutil.which(MAKE), "report", *words], cwd=odd, env=known, capture_output=True, text=True, check=False
    )
    assert done.returncode == 2 and done.stdout == ""
    assert done.stderr.splitlines()[0] == f"{'PYTHON=' if way == 'PYTHON' else ''}{named} {why}; {mend}."


# --- setting up -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", lock.ASKED)
def test_the_first_line_of_a_lock_speaks_of_the_rest(name):
    text = (ROOT / name).read_text(encoding="utf-8")
    rest = lock.body(text)
    assert rest != text and f"the rest: {lock.digest(rest)})" in text.partition("\n")[0], (
        "run notebooks/reporting/lock.py"
    )
    assert f"{sys.version_info.major}.{sys.version_info.minor}" in install.served()[0]
    asked = (ROOT / "requirements.txt").read_text(encoding="utf-8")
    assert ".venv/bin/python notebooks/reporting/lock.py" in asked


def test_who_is_served_is_read_off_the_names_of_wheels():
    def package(name, *tags, **more):
        return {"name": name, "wheels": [{"url": f"https://x/{name}-1.0-{tag}.whl"} for tag in tags], **more}

    both = ("manylinux_2_28_x86_64", "manylinux_2_28_aarch64", "macosx_11_0_arm64")
    packages = [
        package("plain", "py3-none-any"),
        package("numbers", *(f"cp3{minor}-cp3{minor}-{kind}" for minor in (11, 12, 13) for kind in both)),
        package("stable", *(f"cp312-abi3-{kind}" for kind in both), "cp311-cp311-manylinux_2_28_x86_64"),
        package("threads", "cp314-cp314t-manylinux_2_28_x86_64", marker="python_version >= '3.14'"),
        package("windows", marker="sys_platform == 'win32'"),
    ]
    assert lock.lacking(packages, 12, "Linux x86_64") == []
    assert lock.lacking(packages, 14, "Linux x86_64") == ["numbers", "threads"]
    assert lock.lacking(packages, 11, "Linux aarch64") == ["stable"]
    assert lock.served(packages) == (["3.12", "3.13"], ["Linux x86_64", "Linux aarch64", "Darwin arm64"])


@pytest.mark.parametrize(
    ("version", "name", "flags", "said"),
    [
        ((3, 15), "cpython", "", "This is Python 3.15, but the lock has ready-made packages for Python 3.11, "),
        ((3, 9), "cpython", "", "This is Python 3.9, but"),
        ((3, 13), "cpython", "t", "This is Python 3.13t, but"),
        ((3, 11), "pypy", "", "This is pypy 3.11, but"),
    ],
)
def test_a_python_that_the_lock_does_not_serve_is_refused_at_once(monkeypatch, capsys, version, name, flags, said):
    implementation = SimpleNamespace(name=name)
    system = SimpleNamespace(
        version_info=namedtuple("Version", "major minor")(*version),
        version="x 1",
        implementation=implementation,
        abiflags=flags,
        stderr=sys.stderr,
        exit=sys.exit,
    )
    monkeypatch.setattr(install, "sys", system)
    monkeypatch.setattr(install, "run", lambda *_: pytest.fail("something was started"))
    with pytest.raises(SystemExit) as ended:
        install.make_environment()
    told = capsys.readouterr().err
    assert ended.value.code == 2 and told.startswith(said) and told.count("\n") == 1
    assert f"PYTHON=python{install.served()[0][-1]}" in told


@pytest.mark.parametrize("module", ["venv", "ensurepip"])
def test_a_python_without_venv_is_told(monkeypatch, capsys, module):
    found = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name == module else found(name))
    with pytest.raises(SystemExit):
        install.check_python()
    here = f"python{sys.version_info.major}.{sys.version_info.minor}-venv"
    assert capsys.readouterr().err == (
        f"The Python {sys.executable} has no {module}; install it (on Debian: apt-get install {here}), or name another Python "
        "with PYTHON=.\n"
    )


@pytest.mark.parametrize("installer", ["pip", "uv"])
@pytest.mark.parametrize("index", ["silent", "not there"])
def test_an_index_that_does_not_answer_is_told_soon(monkeypatch, capsys, installer, index):
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        if index == "silent":
            listener.listen()
            monkeypatch.setattr(install, "PATIENCE", 2)
        address = f"http://127.0.0.1:{listener.getsockname()[1]}/simple"
        for name in ("UV_DEFAULT_INDEX", "UV_INDEX_URL", "PIP_INDEX_URL"):
            monkeypatch.setenv(name, address)
        for name in ("PIP_CONFIG_FILE", "UV_NO_CONFIG", "PIP_NO_CACHE_DIR"):
            monkeypatch.setenv(name, "/dev/null" if name == "PIP_CONFIG_FILE" else "1")
        for name in ("PIP_FIND_LINKS", "PIP_EXTRA_INDEX_URL", "UV_FIND_LINKS", "UV_EXTRA_INDEX_URL"):
            monkeypatch.delenv(name, raising=False)
        begun = time.monotonic()
        with pytest.raises(SystemExit) as ended:
            install.check_index(BIN / "uv" if installer == "uv" else None)
    told = capsys.readouterr().err
    assert ended.value.code == 2 and time.monotonic() - begun < install.PATIENCE + 2
    assert told.startswith("No package index answered") and told.count("\n") == 1 and install.PATIENCE < 20


SET_UP = """
import sys
from pathlib import Path
from reporting import install
install.CACHE = Path(sys.argv[1])
print("begun", flush=True)
held = install.alone()
print("alone", flush=True)
sys.stdin.read()
"""


def test_one_set_up_waits_for_another_and_for_none_a_build_loses_its_venv(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(install, "CACHE", tmp_path)
    words, pipes = [sys.executable, "-c", SET_UP, str(tmp_path)], {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    first = subprocess.Popen(words, cwd=NOTEBOOKS, text=True, **pipes)
    assert [first.stdout.readline() for _ in range(2)] == ["begun\n", "alone\n"]
    second = subprocess.Popen(words, cwd=NOTEBOOKS, text=True, **pipes)
    assert [second.stdout.readline()[:14] for _ in range(2)] == ["begun\n", "Another set-up"]
    first.communicate("")
    assert second.communicate("")[0] == "alone\n"
    with (tmp_path / "build.lock").open("a+") as build:
        fcntl.flock(build, fcntl.LOCK_EX)
        with pytest.raises(SystemExit):
            install.alone()
    assert capsys.readouterr().err.startswith(
        "Another build is at work in this checkout, and .venv has to be made anew; wait"
    )


def test_a_folder_that_cannot_be_written_is_told(monkeypatch, capsys):
    def forbidden(*_, **__):
        raise PermissionError(13, "Permission denied", "/somewhere/.venv")

    monkeypatch.setattr(install, "make_environment", forbidden)
    with pytest.raises(SystemExit) as ended:
        install.main()
    assert ended.value.code == 2
    assert (
        capsys.readouterr().err == "/somewhere/.venv cannot be written (Permission denied), which setting up needs.\n"
    )


def test_the_environment_names_the_chapters_folder_whatever_its_letters(tmp_path, monkeypatch):
    packages = tmp_path / ODD / ".venv" / "lib" / "python3.11" / "site-packages"
    packages.mkdir(parents=True)
    (tmp_path / ODD / "notebooks").mkdir()
    monkeypatch.setattr(install, "ROOT", tmp_path / ODD)
    monkeypatch.setattr(install, "VENV", tmp_path / ODD / ".venv")
    install.name_the_chapters_folder()
    code = "import site, sys; site.addsitedir(sys.argv[1]); print(ascii(sys.path[-1]))"
    told = said([sys.executable, "-I", "-S", "-c", code, packages], env={"LC_ALL": "C"})
    assert told.strip() == ascii(str(tmp_path / ODD / "notebooks"))


# --- git --------------------------------------------------------------------------------------------------------------


def git(folder, *words):
    subprocess.run(
        ["git", "-c", "user.name=x", "-c", "user.email=x@x", *words], cwd=folder, capture_output=True, check=True
    )


@pytest.fixture
def no_git(monkeypatch):
    provenance.commit.cache_clear()
    monkeypatch.setenv("PATH", "/nowhere")
    yield
    provenance.commit.cache_clear()


def test_without_git_the_commit_is_not_known(no_git):
    assert provenance.commit() == "" and not provenance.in_repository()


@GIT
def test_the_files_of_a_checkout_are_those_its_repository_holds_or_would():
    if not provenance.in_repository():
        pytest.skip("this checkout is in no repository")
    known = provenance.git("ls-files", "-z", "--cached", "--others", "--exclude-standard").decode().split("\0")
    assert sorted(map(str, files())) == sorted({name for name in known if (ROOT / name).is_file()})


@GIT
def test_line_ends_stay_whatever_git_is_set_to(tmp_path):
    for name in (".gitattributes", "Makefile"):
        shutil.copy(ROOT / name, tmp_path)
    git(tmp_path, "init", "-q")
    git(tmp_path, "add", "-A")
    (tmp_path / "Makefile").unlink()
    git(tmp_path, "-c", "core.autocrlf=true", "checkout", "--", "Makefile")
    assert (tmp_path / "Makefile").read_bytes() == (ROOT / "Makefile").read_bytes()


@GIT
def test_what_a_repository_holds_as_it_is(tmp_path):
    git(tmp_path, "init", "-q")
    folder = tmp_path / "ü b"
    folder.mkdir()
    names = ["01_same.ipynb", "02_edited.ipynb", "03_größe.ipynb", "04_new.ipynb", "05_added.ipynb"]
    for name in names[:3]:
        (folder / name).write_text("1")
    assert provenance.tracked(names, folder) == set(), "nothing is committed"
    git(tmp_path, "add", "-A")
    assert provenance.tracked(names, folder) == set(), "nothing is committed"
    git(tmp_path, "commit", "-qm", "x")
    for name in (names[1], *names[3:]):
        (folder / name).write_text("2")
    git(tmp_path, "add", "ü b/05_added.ipynb")
    assert provenance.tracked(names, folder) == {names[0], names[2]}


@GIT
def test_a_repository_that_merely_lies_around_the_checkout(tmp_path, monkeypatch):
    git(tmp_path, "init", "-q")
    git(tmp_path, "commit", "-q", "--allow-empty", "-m", "x")
    inner = tmp_path / "unpacked"
    inner.mkdir()
    (inner / "Makefile").write_text("")
    monkeypatch.setattr(provenance, "ROOT", inner)
    provenance.commit.cache_clear()
    assert provenance.commit() == "" and not provenance.in_repository()
    provenance.commit.cache_clear()


def test_without_a_repository_accept_keeps_its_hands_off(checkout, monkeypatch, no_git):
    monkeypatch.setattr(accept, "_accept", lambda why, say: "accepted")
    (checkout / "README.md").write_text("".join(accept.MARKERS))
    monkeypatch.setenv("CI", "1")
    assert accept.accept("no reference yet") == "accepted"
    (checkout / "01_a.ipynb").write_text("edited")
    with pytest.raises(UserError, match="overwrite 01_a.ipynb, and without a git repository nothing tells") as told:
        accept.accept("a reason")
    assert "FORCE=1" in str(told.value) and (checkout / "01_a.ipynb").read_text() == "edited"
    (checkout / ".cache" / "accepted.json").write_text(f'{{"01_a.ipynb": "{stamps.sha256(checkout / "01_a.ipynb")}"}}')
    assert accept.accept("it wrote that itself") == "accepted"
    (checkout / "01_a.ipynb").write_text("edited again")
    monkeypatch.setenv("FORCE", "1")
    assert accept.accept("a reason") == "accepted"


# --- what cannot be written -------------------------------------------------------------------------------------------


def forbid(monkeypatch, forbidden):
    """Root may write anywhere, so the system's answer is put in its mouth."""
    real_file, real_open = publish.tempfile.TemporaryFile, Path.open

    def temporary(*arguments, dir=None, **options):
        if Path(dir) == forbidden:
            raise PermissionError(13, "Permission denied", f"{dir}/tmp1")
        return real_file(*arguments, dir=dir, **options)

    def opened(path, *arguments, **options):
        if path == forbidden:
            raise PermissionError(13, "Permission denied", str(path))
        return real_open(path, *arguments, **options)

    monkeypatch.setattr(publish.tempfile, "TemporaryFile", temporary)
    monkeypatch.setattr(Path, "open", opened)


@pytest.mark.parametrize("name", [None, "mine"])
def test_reports_that_cannot_be_written_are_found_before_a_chapter_runs(small_report, monkeypatch, name):
    forbid(monkeypatch, small_report / "reports")
    asked = Request(request.resolve({}), ("01_a",), name)
    with pytest.raises(UserError, match=r"reports cannot be written \(Permission denied\), so nothing was run"):
        build.report(asked, say=lambda text: None)


@pytest.mark.parametrize("place", [".", "README.md", "reports/changes.csv"])
def test_what_accept_cannot_write_is_found_before_a_chapter_runs(small_report, monkeypatch, place):
    forbid(monkeypatch, small_report / place)
    with pytest.raises(UserError, match="cannot be written .Permission denied., so nothing was run"):
        accept.accept("a reason", say=lambda text: None)


def test_a_readme_without_its_markers_is_told_before_a_chapter_runs(small_report):
    for spoil in ("write_text", "unlink"):
        getattr(small_report / "README.md", spoil)(*["no markers"] * (spoil == "write_text"))
        with pytest.raises(
            UserError, match="README.md has lost its markers <!-- answer: written by make accept --> and"
        ):
            accept.accept("a reason", say=lambda text: None)


def shared(checkout):
    return share.share(checkout / "reports", checkout / "reports" / "share")


def test_share_says_what_it_cannot_write(small_report, monkeypatch):
    forbid(monkeypatch, small_report / "reports")
    with pytest.raises(UserError, match="reports cannot be written"):
        shared(small_report)


def test_share_says_that_there_are_no_pages(small_report):
    with pytest.raises(UserError, match=r"index.html is missing, and so is what to share; run make report first.$"):
        shared(small_report)
    assert not (small_report / "reports" / "share").exists()


@pytest.mark.parametrize("browser", ["none", "odd"])
@pytest.mark.parametrize("older", [True, False])
def test_nothing_of_older_pages_stays_beside_what_is_shared(small_report, monkeypatch, tmp_path, browser, older):
    """Without a chromium, or with something that is none, the PDFs of older pages go, and the sentence says so."""
    folder, odd = small_report / "reports" / "share", program(tmp_path / "chromium", "exit 1")
    monkeypatch.setattr(share, "one_page", lambda folder: "new")
    monkeypatch.setattr(share, "browser", lambda: str(odd) if browser == "odd" else None)
    if older:
        folder.mkdir()
        for name in share.NAMES:
            (folder / name).write_text("old")
    with pytest.raises(UserError) as told:
        shared(small_report)
    assert [(path.name, path.read_text()) for path in folder.iterdir()] == [("report.html", "new")]
    gone = ", and the PDFs of older pages were removed" if older else ""
    why = {"none": "there is no chromium on PATH", "odd": f"{odd} did not print them"}[browser]
    assert str(told.value).startswith(f"Only {folder / 'report.html'} was written{gone}: {why}")
    assert "\n" not in str(told.value)


# --- a busy machine, other systems ------------------------------------------------------------------------------------


def test_a_late_message_is_no_chapter_that_takes_too_long(small_report, monkeypatch):
    monkeypatch.setattr(execute, "MESSAGE_SECONDS", 0)
    write_chapter(small_report, "01_a", "for i in range(20000): print(i, flush=True)")
    with pytest.raises(execute.ChapterError, match="its output did not arrive within 0 s: the machine is too busy"):
        execute.execute("01_a", request.resolve({}))


def test_a_busy_machine_is_waited_for(small_report, monkeypatch):
    waits = []

    def executed(client, **_):
        waits.append((client.iopub_timeout, client.startup_timeout, client.timeout))
        return client.nb

    monkeypatch.setattr("papermill.clientwrap.PapermillNotebookClient.execute", executed)
    execute.execute("01_a", request.resolve({}))
    assert waits == [(execute.MESSAGE_SECONDS, execute.START_SECONDS, execute.CHAPTER_SECONDS)]
    assert execute.MESSAGE_SECONDS >= 60 and execute.START_SECONDS >= 120


def test_nothing_forks_off_linux(monkeypatch):
    from reporting import kernels

    monkeypatch.delenv(kernels.SOCKET, raising=False)
    monkeypatch.delenv("KERNEL", raising=False)
    monkeypatch.setattr(kernels.sys, "platform", "darwin")
    with kernels.fork_server():
        assert not Path(os.environ[kernels.SOCKET]).exists()
        assert execute.start_method() == "spawn"
    contexts = re.findall(r"os\.fork\(|get_context\((.*?)\), ", (NOTEBOOKS / "reporting" / "execute.py").read_text())
    assert contexts == ["start_method()"]


SPAWNED = """
import sys
from pathlib import Path
from reporting import accept, build, execute, publish, request
if __name__ == "__main__":
    execute.start_method = lambda: "spawn"
    with publish.locked(), publish.temporary_folder() as workspace:
        done = execute.execute_all(["01_a", "02_b"], request.resolve({"seed": 7}), workspace, fresh=True)
    for notebook in done.values():
        print(notebook.cells[-1].outputs[0].text, end="")
"""


@pytest.mark.apart
def test_a_build_whose_workers_are_spawned(tmp_path):
    copy = tmp_path / "a b" / "notebooks"
    for name in ("reporting", "trial"):
        shutil.copytree(NOTEBOOKS / name, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(NOTEBOOKS / "pyproject.toml", copy)
    (tmp_path / "a b" / "data").mkdir()
    shutil.copy(install.LOCK, tmp_path / "a b")
    for name in ("01_a", "02_b"):
        write_chapter(copy, name, "import reporting; print(seed, reporting.__file__)")
    (copy / "driver.py").write_text(SPAWNED)
    told = said([sys.executable, "driver.py"], cwd=copy, env={**os.environ, "KERNEL": "plain"})
    assert told.splitlines()[-2:] == [f"7 {copy / 'reporting' / '__init__.py'}"] * 2


ORPHAN = """
import multiprocessing, time
from reporting import processes

def work(told):
    processes.threading.Thread(target=processes.end_after_parent, daemon=True).start()
    told.send(processes.os.getpid())
    time.sleep(60)

if __name__ == "__main__":
    here, there = multiprocessing.Pipe()
    multiprocessing.get_context("spawn").Process(target=work, args=(there,)).start()
    print(here.recv(), flush=True)
    time.sleep(60)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_a_spawned_worker_ends_with_its_driver(tmp_path):
    (tmp_path / "driver.py").write_text(ORPHAN)
    driver = subprocess.Popen([sys.executable, "driver.py"], cwd=tmp_path, stdout=subprocess.PIPE, text=True)
    worker = int(driver.stdout.readline())
    assert alive(worker)
    driver.send_signal(signal.SIGKILL)
    driver.communicate()
    wait_for(lambda: not alive(worker), 10)


# --- the tools' own commands ------------------------------------------------------------------------------------------


def test_make_report_makes_the_folder_of_runs(tmp_path, monkeypatch):
    monkeypatch.setattr(entry.stamps, "ROOT", tmp_path)
    monkeypatch.setattr(entry.stamps, "up_to_date", lambda _: True)
    (tmp_path / "reports").mkdir()
    assert entry.main("report") == 0 and (tmp_path / "reports" / "runs").is_dir()


def test_a_place_is_named_as_it_is_seen_by_way_of_a_link(tmp_path, monkeypatch):
    (tmp_path / "far" / "away" / "checkout" / "reports").mkdir(parents=True)
    (tmp_path / "link").symlink_to(tmp_path / "far" / "away" / "checkout")
    monkeypatch.setenv("CALLED_FROM", str(tmp_path / "link"))
    assert places.seen(tmp_path / "far" / "away" / "checkout" / "reports") == "reports"


def test_letters_that_a_terminal_does_not_know_end_nothing():
    told = said(
        [sys.executable, "-m", "reporting", "parameters"], cwd=NOTEBOOKS, env=os.environ | {"PYTHONIOENCODING": "ascii"}
    )
    assert "confidence = 0.95" in told and told.isascii()


def test_ctrl_c_is_told_in_a_sentence(monkeypatch, capsys):
    def stopped(_):
        raise KeyboardInterrupt

    monkeypatch.setattr("reporting.commands.main", stopped)
    assert entry.main("parameters") == 130
    assert capsys.readouterr().err == "Stopped. The pages and references are as they were.\n"


def own_command(line, cwd=ROOT, **environment):
    """A command as one types it in the activated environment."""
    program, *words = line.split()
    known = without("PYTHONPATH", "REPORT_KERNELS", "REPORT_RESULTS")
    known |= {"PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}", **environment}
    return said([str(BIN / program), *words], cwd=cwd, env=known)


COMMANDS = """papermill notebooks/02_safety.ipynb reports/runs/out.ipynb -p confidence 0.9
pytest --nbval notebooks/02_safety.ipynb
jupytext --sync notebooks/*.py
jupyter nbconvert --to html --output-dir reports/runs notebooks/02_safety.ipynb
python notebooks/06_context.py"""


def test_the_readme_names_them():
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    assert COMMANDS in text
    *most, last = install.served()[0]
    assert f"You need Python {', '.join(most)} or {last} with venv and pip" in text


@pytest.mark.apart
def test_papermill_runs_a_chapter(tmp_path):
    out = tmp_path / "out.ipynb"
    own_command(COMMANDS.splitlines()[0].replace("reports/runs/out.ipynb", str(out)))
    notebook = nbformat.read(out, as_version=4)
    assert any("confidence = 0.9" in cell.source for cell in notebook.cells)


@pytest.mark.apart
def test_nbval_proofreads_a_chapter():
    assert re.search(r"\d+ passed", own_command(COMMANDS.splitlines()[1] + " -p no:xdist", KERNEL="plain"))


@pytest.mark.apart
def test_jupytext_finds_every_pair_in_step(tmp_path):
    folder = tmp_path / "notebooks"
    folder.mkdir()
    shutil.copy(NOTEBOOKS / "pyproject.toml", folder)
    names = sorted(path.name for kind in ("py", "ipynb") for path in NOTEBOOKS.glob(f"[0-9][0-9]_*.{kind}"))
    for number, name in enumerate(names):  # of every other pair the script is newer, of the rest the notebook
        shutil.copy(NOTEBOOKS / name, folder)
        os.utime(folder / name, (1_000_000_000 + 1000 * (number % 4 in (1, 2)),) * 2)
    scripts = " ".join(f"notebooks/{name}" for name in names if name.endswith(".py"))
    own_command(f"jupytext --sync {scripts}", cwd=tmp_path)
    assert [name for name in names if (folder / name).read_bytes() != (NOTEBOOKS / name).read_bytes()] == []


@pytest.mark.apart
def test_nbconvert_makes_a_page(tmp_path):
    own_command(COMMANDS.splitlines()[3].replace("reports/runs", str(tmp_path)))
    assert "Was anyone harmed?" in (tmp_path / "02_safety.html").read_text(encoding="utf-8")


@pytest.mark.apart
def test_a_chapter_speaks_as_a_plain_script():
    told = own_command(COMMANDS.splitlines()[4])
    assert "None of this is a comparison group" in told and "Table: " in told
