"""Files that cannot be read, and kernels that do not start: told in a sentence that names them, before anything is run."""

import errno
import json
import signal
import sys
from pathlib import Path

import jinja2
import pytest

from reporting import __main__, build, commands, compare, configuration, execute, places, readable, request, stamps
from reporting.configuration import UserError
from tests.test_run import write_chapter
from trial import load, parameters
from trial.own_trial.adam import files

ROOT = configuration.ROOT
MARKER = "<" * 7 + " HEAD"


@pytest.fixture
def checkout(tmp_path, monkeypatch):
    """A checkout with a chapter, its reference, a module, a table and the template."""
    folders = ("notebooks/trial", "notebooks/reporting", "reports/template", "data")
    for folder in folders:
        (tmp_path / folder).mkdir(parents=True)
    for name in readable.TEMPLATE:
        (tmp_path / "reports" / "template" / name).write_text("x\n")
    (tmp_path / "notebooks" / "01_a.py").write_text("from trial import harm\n\nx = 1\n")
    (tmp_path / "notebooks" / "01_a.ipynb").write_text('{\n "cells": []\n}\n')
    (tmp_path / "notebooks" / "trial" / "harm.py").write_text("y = 1\n")
    (tmp_path / "data" / "events.csv").write_text("term,events\nheadache,1\n")
    monkeypatch.setattr(stamps, "data", lambda *_: list((tmp_path / "data").iterdir()))
    return tmp_path


def test_a_checkout_without_fault(checkout):
    readable.check(checkout)


def test_this_checkout_is_without_fault():
    readable.check()


@pytest.mark.parametrize(
    ("file", "content", "sentence"),
    [
        ("notebooks/01_a.py", "x = 1\nx = (\n", "01_a.py, line 2: Python cannot read this ('(' was never closed)."),
        ("notebooks/trial/harm.py", "def f(:\n", "trial/harm.py, line 1: Python cannot read this (invalid syntax)."),
        ("notebooks/01_a.py", f"x = 1\n{MARKER}\n", "notebooks/01_a.py, line 2: a merge was left unfinished here"),
        ("notebooks/trial/harm.py", f"{MARKER}\nx\n", "notebooks/trial/harm.py, line 1: a merge was left unfinished"),
        ("notebooks/01_a.ipynb", f'{{\n{MARKER}\n"cells": []}}', "01_a.ipynb, line 2: a merge was left unfinished"),
        ("notebooks/01_a.ipynb", '{\n"cells": [,]}', "01_a.ipynb, line 2: this is no notebook"),
        ("notebooks/01_a.ipynb", "[]", "01_a.ipynb: this is no notebook"),
        (
            "data/events.csv",
            f"term,events\na,1\n{MARKER}\n",
            "data/events.csv, line 3: a merge was left unfinished here",
        ),
        (
            "notebooks/01_a.py",
            b"x = 1\n# \xe9\n",
            "notebooks/01_a.py, row 2: this is not UTF-8 text; save the file as UTF-8.",
        ),
        ("data/events.csv", "term,events\na,1\nb\0,2\n", "data/events.csv, row 3: a NUL byte, which no text has"),
        ("reports/template/page.html.j2", None, "reports/template/page.html.j2 is missing"),
        ("reports/template/report.css", f"a\n{MARKER}\n", "reports/template/report.css, line 2: a merge was left"),
    ],
)
def test_what_cannot_be_read_is_named_with_its_line(checkout, file, content, sentence):
    place = checkout / file
    place.unlink()
    if content is not None:
        place.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(UserError) as caught:
        readable.check(checkout)
    assert sentence in str(caught.value) and "\n" not in str(caught.value) and str(caught.value).endswith(".")


def test_every_file_of_the_template_is_asked_for():
    assert sorted(readable.TEMPLATE) == sorted(path.name for path in (ROOT / "reports" / "template").iterdir())


def test_a_build_looks_before_it_runs(monkeypatch):
    def fault():
        raise UserError("a file, line 3: no.")

    monkeypatch.setattr(readable, "check", fault)
    with pytest.raises(UserError, match="line 3"):
        build.check({})


def test_a_module_of_the_report_that_is_not_python_is_told_too(monkeypatch, capsys):
    broken = SyntaxError("invalid syntax", (str(ROOT / "notebooks" / "reporting" / "html.py"), 7, 1, f"{MARKER}\n"))
    monkeypatch.setattr("reporting.commands.main", lambda command: (_ for _ in ()).throw(broken))
    assert __main__.main("parameters") == 2
    said = capsys.readouterr().err
    assert (
        said
        == "notebooks/reporting/html.py, line 7: a merge was left unfinished here (a conflict marker); settle it first.\n"
    )


def test_parameters_that_are_no_toml_are_told_too(tmp_path, monkeypatch):
    (tmp_path / "parameters.toml").write_text("[parameters]\nseed = {default = 1\n")
    monkeypatch.setattr(parameters, "__file__", str(tmp_path / "parameters.py"))
    with pytest.raises(SyntaxError) as caught:
        parameters._written()
    said = readable.not_python(caught.value)
    assert said.startswith(f"{tmp_path}/parameters.toml: Python cannot read this (no TOML: ") and "line 2" in said


def test_a_half_merged_reference_is_told_where_runs_are_compared(tmp_path, monkeypatch):
    (tmp_path / "01_a.ipynb").write_text(json.dumps({"cells": []}) + f"\n{MARKER}\n")
    with pytest.raises(UserError, match=r"01_a.ipynb, line 2: a merge was left unfinished here"):
        compare._notebooks(tmp_path)


def test_a_template_that_goes_missing_later_is_told_too(monkeypatch, capsys):
    def missing():
        raise jinja2.TemplateNotFound("share.html.j2")

    monkeypatch.setattr(commands, "share", missing)
    missing.__name__ = "share"
    assert commands.main("share") == 2
    assert capsys.readouterr().err.startswith("reports/template/share.html.j2 is missing;")


def test_a_folder_that_may_not_be_listed_is_told_in_words(tmp_path, monkeypatch, capsys):
    def refused(*_):
        raise PermissionError(errno.EACCES, "Permission denied", str(tmp_path / "mine"))

    (tmp_path / "mine").mkdir()
    monkeypatch.setattr(readable, "check", lambda: None)
    monkeypatch.setattr(Path, "iterdir", refused)  # tests may run as root, whom no folder refuses
    with pytest.raises(UserError, match=r"mine cannot be read \(Permission denied\)\.$"):
        build.check(request.resolve({"own_trial": str(tmp_path / "mine")}))
    refused.__name__ = "compare"
    monkeypatch.setattr(commands, "compare", refused)
    assert commands.main("compare") == 2
    assert capsys.readouterr().err.endswith("mine may not be read or written (Permission denied).\n")


def test_names_longer_than_a_file_may_have(tmp_path, monkeypatch):
    monkeypatch.setattr(readable, "check", lambda: None)
    with pytest.raises(UserError, match=r"\([\d,]+ letters\) cannot be read \(File name too long\)|there is no folder"):
        build.check(request.resolve({"own_trial": "a" * 300}))
    with pytest.raises(UserError, match="letters\\) cannot be read \\(File name too long\\)"):
        request.read({"CALLED_FROM": str(tmp_path), "PARAMETERS": "a" * 300})


@pytest.mark.parametrize("file", ["adsl", "adae"])
def test_a_nul_byte_in_a_trial_of_ones_own(tmp_path, file):
    (tmp_path / "adsl.csv").write_text("USUBJID,TRT01A\n1,a\n2,a\n")
    (tmp_path / f"{file}.csv").write_bytes(b"USUBJID,TRT01A,AEDECOD\n1,a,x\n2,a\0,y\n")
    if file == "adsl":
        with pytest.raises(load.DataError, match="adsl cannot be read .row 3 holds a NUL byte"):
            files.read(str(tmp_path), 1)
    else:
        warnings = files.read(str(tmp_path), 1).warnings
        assert "row 3 holds a NUL byte" in warnings[warnings.file == "adae"].warning.iloc[0]


# --- kernels that do not start ----------------------------------------------------------------------------------------

KILLS_ITSELF = f"import os; os.kill(os.getpid(), {int(signal.SIGKILL)})"


@pytest.mark.parametrize(
    ("argv", "sentence"),
    [
        ([sys.executable, "-c", KILLS_ITSELF], "The kernel of 01_a died before the chapter was done"),
        ([sys.executable, "-c", "raise SystemExit(1)"], "The kernel of 01_a died before the chapter was done"),
        (["/no/such/python"], "There is no kernel dies to run 01_a with, or it cannot be started."),
        (None, "There is no kernel dies to run 01_a with"),
    ],
)
def test_a_kernel_that_ends_before_it_answers_is_told_in_two_lines(tmp_path, monkeypatch, argv, sentence):
    if argv:
        spec = tmp_path / "kernels" / "dies"
        spec.mkdir(parents=True)
        (spec / "kernel.json").write_text(
            json.dumps({"argv": [*argv, "{connection_file}"], "display_name": "dies", "language": "python"})
        )
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path))
    monkeypatch.setattr(execute, "KERNELSPEC", "dies")
    monkeypatch.setattr(places, "NOTEBOOKS", tmp_path)
    write_chapter(tmp_path, "01_a", "x = 1")
    with pytest.raises(execute.ChapterError) as caught:
        execute.execute("01_a", request.resolve({}))
    assert sentence in str(caught.value) and len(str(caught.value).splitlines()) == 2
    assert "Nothing was written" in str(caught.value)
