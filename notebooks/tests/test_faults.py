"""What goes wrong outside the report: Ctrl-C, killed processes, a full disk, two builds at once, things in the way."""

import errno
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import nbformat
import pytest

from reporting import accept, build, configuration, execute, html, places, provenance, publish, request, site
from reporting.commands import main
from reporting.configuration import UserError
from reporting.request import Request
from tests.test_run import write_chapter

# A driver of its own: two chapters in the folder given, one of which waits until it is told to stop.
DRIVER = """
import signal
import sys
from pathlib import Path
from reporting import accept, build, configuration, execute, kernels, places, publish, request
signal.signal(signal.SIGINT, signal.default_int_handler)  # where make runs in the background it is ignored
folder = kernels.NOTEBOOKS = Path(sys.argv[1])
places.NOTEBOOKS, places.CACHE, places.REPORTS = folder, folder / ".cache", folder / "reports"
configuration.chapters = lambda: ["01_a", "02_b"]
try:
    with kernels.fork_server(), publish.locked(), publish.temporary_folder() as workspace:
        execute.execute_all(["01_a", "02_b"], request.resolve({}), workspace, lambda text: print(text, flush=True))
except KeyboardInterrupt:
    sys.exit(130)
except execute.ChapterError as error:
    print(error)
    sys.exit(1)
"""


def whole():
    return Request(request.resolve({}), ("01_a",), None)


def started(folder, kernel, waiting="import time; time.sleep(60)"):
    """A build of two chapters that is under way: the driver, once both kernels run their waiting cell."""
    tells = "import os, sys; open('{}.pid', 'w').write(f\"{{os.getpid()}} {{'reporting.kernels' in sys.modules}}\")"
    for name in ("01_a", "02_b"):
        write_chapter(folder, name, tells.format(name), waiting)
    driver = subprocess.Popen(
        [sys.executable, "-c", DRIVER, str(folder)],
        cwd=configuration.NOTEBOOKS,
        env={**os.environ, "KERNEL": kernel, "PYTHONPATH": str(configuration.NOTEBOOKS)},
        stdout=subprocess.PIPE,
        text=True,
    )
    told = [wait_for(lambda name=name: words_in(folder / f"{name}.pid"), 120) for name in ("01_a", "02_b")]
    assert [forked for _, forked in told] == [str(kernel == "forked")] * 2
    return driver, [int(number) for number, _ in told]


def words_in(path):
    return path.read_text().split() if path.exists() else []


def wait_for(condition, seconds):
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if found := condition():
            return found
        time.sleep(0.1)
    raise AssertionError("waited in vain")


def alive(process):
    try:
        return Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


def children(process):
    return [int(word) for word in Path(f"/proc/{process}/task/{process}/children").read_text().split()]


def workers_of(driver):
    """The driver's processes that run chapters: forks of it, unlike the server of kernels."""
    own = Path(f"/proc/{driver.pid}/cmdline").read_bytes()
    return [child for child in children(driver.pid) if Path(f"/proc/{child}/cmdline").read_bytes() == own]


linux = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
both = pytest.mark.parametrize("kernel", ["forked", pytest.param("plain", marks=pytest.mark.apart)])


@linux
@both
def test_ctrl_c_leaves_no_process_and_no_connection_file(tmp_path, kernel):
    driver, kernels = started(tmp_path, kernel)
    workers = workers_of(driver)
    files = list((tmp_path / ".cache").rglob("*.json"))
    assert len(workers) == 2 and len(files) == 2, "connection files live in the workspace"
    driver.send_signal(signal.SIGINT)
    assert driver.wait(20) == 130
    wait_for(lambda: not any(alive(process) for process in [*workers, *kernels]), 10)
    assert sorted(path.name for path in (tmp_path / ".cache").iterdir()) == ["build.lock"]


@linux
@both
def test_a_killed_driver_leaves_no_process_and_nothing_in_the_way(tmp_path, monkeypatch, kernel):
    driver, kernels = started(tmp_path, kernel)
    workers = workers_of(driver)
    driver.kill()
    driver.wait(20)
    wait_for(lambda: not any(alive(process) for process in [*workers, *kernels]), 10)
    assert list((tmp_path / ".cache").glob("build-*")), "the killed driver could not clean up"
    monkeypatch.setattr(places, "CACHE", tmp_path / ".cache")
    with publish.locked():
        assert not list((tmp_path / ".cache").glob("build-*")), "the next build clears what was left"


@linux
@pytest.mark.apart
def test_a_killed_kernel_is_named(tmp_path):
    driver, kernels = started(tmp_path, "forked")
    os.kill(kernels[0], signal.SIGKILL)
    output, _ = driver.communicate(timeout=30)
    assert driver.returncode == 1
    assert "The kernel of 01_a died before the chapter was done" in output and "Traceback" not in output
    wait_for(lambda: not alive(kernels[1]), 10)


@linux
@pytest.mark.apart
def test_a_killed_worker_is_told(tmp_path):
    driver, kernels = started(tmp_path, "forked")
    os.kill(workers_of(driver)[0], signal.SIGKILL)
    output, _ = driver.communicate(timeout=30)
    assert driver.returncode == 1 and "A worker died" in output
    wait_for(lambda: not any(alive(kernel) for kernel in kernels), 10)


def test_two_builds_at_once(small_report):
    holder = "import sys, fcntl, time; f = open(sys.argv[1], 'a+'); fcntl.flock(f, fcntl.LOCK_EX); "
    holder += "f.write('process 1, since today'); f.flush(); print('held', flush=True); time.sleep(60)"
    (small_report / ".cache").mkdir()
    other = subprocess.Popen(
        [sys.executable, "-c", holder, str(small_report / ".cache" / "build.lock")], stdout=subprocess.PIPE
    )
    try:
        other.stdout.readline()
        with pytest.raises(UserError, match=r"Another build is at work in this checkout \(process 1, since today\)"):
            build.report(whole(), say=lambda text: None)
        with pytest.raises(UserError, match="Another build"):
            accept.accept("a reason")
    finally:
        other.kill()
        other.wait()
    with publish.locked():
        pass  # the lock of a killed process is free


@pytest.mark.parametrize("place", ["pages", "provenance"])
def test_no_space_left(small_report, monkeypatch, place):
    def full(*_, **__):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), "page.html")

    def executed(*_, ready, workers, also):
        ready("01_a", nbformat.v4.new_notebook())
        return {"01_a": nbformat.v4.new_notebook()}

    monkeypatch.setattr(execute, "execute_all", executed)
    monkeypatch.setattr("reporting.other_runs.of_request", lambda asked: {})
    monkeypatch.setattr(html, "write_shared", lambda pages: None)
    monkeypatch.setattr(site.Site, "finish", lambda *_: None)
    with monkeypatch.context() as patch:
        patch.setattr(site.Site, "add", full if place == "pages" else lambda *_: None)
        patch.setattr(provenance, "write", full)
        with pytest.raises(UserError, match="The disk is full at page.html"):
            build.report(whole(), say=lambda text: None)
    assert (small_report / "reports" / "01_a.html").read_text() == "old"
    assert [path.name for path in (small_report / ".cache").iterdir()] == ["build.lock"]
    monkeypatch.setattr(site.Site, "add", lambda site, name, _: (site.folder / f"{name}.html").write_text("new"))
    build.report(whole(), say=lambda text: None)
    assert (small_report / "reports" / "01_a.html").read_text() == "new", "the next build works"


def test_other_errors_of_the_system_are_not_called_a_full_disk():
    with pytest.raises(PermissionError), publish.full_disk_in_words():
        raise PermissionError(errno.EACCES, "no")


@pytest.mark.parametrize(
    ("folder", "obstacle", "kind"),
    [("reports", "01_a.html", "folder"), ("reports", "results.csv", "folder"), ("reports/runs", "mine", "file")],
)
def test_what_is_in_the_way_is_found_before_a_chapter_runs(small_report, folder, obstacle, kind):
    place = small_report / folder / obstacle
    place.parent.mkdir(exist_ok=True)
    if kind == "folder":
        place.unlink(missing_ok=True)
        place.mkdir()
    else:
        place.write_text("")
    asked = whole() if kind == "folder" else Request(request.resolve({}), ("01_a",), "mine")
    with pytest.raises(UserError, match=f"{obstacle} is a {kind}.*move it away"):
        build.report(asked, say=lambda text: None)


def test_commands_answer_with_one_sentence(monkeypatch, capsys, small_report):
    for name in ("A", "B", "SET", "SCENARIOS"):
        monkeypatch.delenv(name, raising=False)
    assert main("compare") == 2 and "There is no run to compare with" in capsys.readouterr().err
    assert main("sweep") == 2 and "Nothing to sweep over" in capsys.readouterr().err
