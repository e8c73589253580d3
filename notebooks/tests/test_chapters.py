"""Every chapter: its shape, its cells, its sentences, and its pair."""

import ast
import os
import re
import shutil
import statistics

import jupytext
import pytest
from jupyter_client.kernelspec import get_kernel_spec

from reporting import configuration, html
from reporting.configuration import declared_parameters
from tests.chapters import FRONT, NAMES, NOTEBOOKS, cells, reference, script, texts_in

WORDS_OF_NUMBER = (
    r"\b(three|four|five|six|seven|eight|nine|ten|eleven|twenty|thirty|forty|fifty|hundred|thousand|million)\b"
)
ALLOWED = (
    r"phase [123]|twelve people|twelve|a hundred (imagined )?trials|four doses|T2|MS-STAT2|PISCES-2|3\+3|95 in 100"
    r"|Beta\(1, 1\)|95% intervals? as printed|\(1 − correlation\)|\(1 \+ (?=\()|people a donor − 1\)|1 - (?=rate|alpha|confidence|dropout|\()|alpha / 2"
)
BESIDE = ("table", "chart", "record")  # what has words beside it
FIRST, LAST = "The short answer", ["What this cannot tell us", "What would change our mind", "References"]


def bare(text):
    """Prose without headings, links, code, HTML tags and the short list of allowed numbers."""
    text = re.sub(r"^#+ .*$|`[^`]*`|\[[^\]]*\]\([^)]*\)|<[^>]+>", " ", text, flags=re.M)
    return re.sub(ALLOWED, " ", text, flags=re.I)


@pytest.fixture(params=NAMES)
def name(request):
    return request.param


def test_all_chapters_are_here():
    """None is left out, and those that stand apart come last."""
    assert [name[:2] for name in NAMES] == ["00", "01", "02", "03", "04", "05", "06", "08", "07"]
    settings = configuration.read()
    reading = {name for name in NAMES if any("page.results()" in source for source in cells(name, "code"))}
    assert reading == set(settings["last"]) and {settings["front"], *settings["apart"]} <= set(NAMES)


def test_shape(name):
    notebook = script(name)
    assert 20 <= len(notebook.cells) <= 60, "as many as the headings of folded depth need"
    assert re.match(r"# [^#\n]+\?", notebook.cells[0].source), "the title is a question"
    tags = [tag for cell in notebook.cells for tag in cell.metadata.get("tags", [])]
    assert tags.count("parameters") == 1 and tags.count("answer") == 1
    headings = [line[3:] for cell in cells(name, "markdown") for line in cell.splitlines() if line.startswith("## ")]
    if name == FRONT:  # it has an order of its own (tests/test_pages.py)
        assert headings[-1] == LAST[-1]
    else:
        assert headings[0] == FIRST
        assert [heading for heading in headings if heading in LAST] == LAST and headings[-1] == LAST[-1]
    assert len(headings) == len(set(headings))
    last = next(cell for cell in notebook.cells if cell.source.startswith(f"## {LAST[-1]}"))
    assert "depth" in last.metadata["tags"], "what a specialist checks is folded, in every chapter alike"


def test_cells_are_short(name):
    lines = [[line.strip() for line in cell.splitlines() if line.strip()] for cell in cells(name, "code")]
    # Not counted: the list of parameters. Papermill takes them from one cell, a line each with its unit and reason, and nothing else.
    listed = [line.strip() for line in cells(name, "code", "parameters")[0].splitlines()]
    assert all(re.match(r"\w+: \w+ = .+  # \S", line) for line in listed)
    assert max(len(cell) for cell in lines if cell != listed) <= 20
    # In the middle a line that only closes brackets or quotes, or is a comment, is not counted.
    assert statistics.median(sum(bool(line.strip(')]}"')) and line[0] != "#" for line in cell) for cell in lines) <= 4


def test_cells_hold_no_machinery(name):
    for source in cells(name, "code"):
        for node in ast.walk(ast.parse(source)):
            assert not isinstance(node, ast.FunctionDef | ast.ClassDef | ast.For | ast.While | ast.Lambda), source


def test_no_number_is_typed_into_prose(name):
    for source in cells(name, "markdown"):
        text = bare(source)
        assert not re.search(r"\d", text), source
        assert not re.search(WORDS_OF_NUMBER, text, flags=re.I), source


def test_no_number_is_typed_into_computed_sentences(name):
    """Nor into the caption and the note of a table or a chart, or the method of a result (formulas apart)."""
    for source in cells(name, "code"):
        calls = [
            node for node in ast.walk(ast.parse(source)) if getattr(getattr(node, "func", 0), "attr", "") in BESIDE
        ]
        spoken = [source] if "say(" in source or "fold(" in source else map(ast.unparse, calls)
        for text in (text for part in spoken for text in texts_in(part)):
            assert not re.search(r"(?<![\w#-])\d", bare(text)), text


def test_tagged_cells_and_schema_agree(name):
    fields = configuration.schema().model_fields
    source = cells(name, "code", "parameters")[0]
    for node in ast.parse(source).body:
        assert isinstance(node, ast.AnnAssign) and node.value is not None, "typed, with a default"
        field = fields[node.target.id]
        assert ast.literal_eval(node.value) == field.default, node.target.id
        assert ast.unparse(node.annotation) == getattr(field.annotation, "__name__", "str").replace("Literal", "str")
    assert all("  # " in line for line in source.splitlines() if ":" in line.split("#")[0]), (
        "unit and reason behind each"
    )


def test_every_parameter_is_used_where_it_is_declared(name):
    code = "\n".join(source for source in cells(name, "code") if source not in cells(name, "code", "parameters"))
    names = {node.id for node in ast.walk(ast.parse(code)) if isinstance(node, ast.Name)}
    assert set(declared_parameters(name)) <= names


def test_every_parameter_lands_in_a_chapter():
    declared = {parameter for name in NAMES for parameter in declared_parameters(name)}
    assert declared == set(configuration.schema().model_fields)


def test_script_and_reference_are_a_pair(name):
    old = jupytext.read(NOTEBOOKS / f"{name}.ipynb")
    assert [(cell.cell_type, cell.source, cell.metadata.get("tags", [])) for cell in old.cells] == [
        (cell.cell_type, cell.source, cell.metadata.get("tags", [])) for cell in script(name).cells
    ], "make accept brings them back in step"


def test_reference_was_run_whole(name):
    notebook = reference(name)
    code = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
    assert [cell["execution_count"] for cell in code] == list(range(1, len(code) + 1))
    for cell in code:
        assert all(output["output_type"] == "display_data" for output in cell["outputs"]), (
            "no error, warning or leftover"
        )
    kernel = notebook["metadata"]["kernelspec"]  # as JupyterLab writes it, so that saving there changes nothing
    assert kernel["name"] == "python3" and kernel["display_name"] == get_kernel_spec("python3").display_name
    assert "version" not in notebook["metadata"]["language_info"]
    assert all(set(cell["metadata"]) <= {"tags"} for cell in notebook["cells"])
    assert not any("injected-parameters" in cell["metadata"].get("tags", []) for cell in notebook["cells"])


def test_cells_that_speak_are_tagged(name):
    for cell in script(name).cells:
        if cell.cell_type == "code" and re.search(r"page\.(say|fold)\(", cell.source):
            assert {"prose", "answer"} & set(cell.metadata.get("tags", [])), cell.source


def test_jupyterlab_opens_the_reference_although_it_is_newer(name, tmp_path):
    from jupyter_server.services.contents.largefilemanager import LargeFileManager
    from jupytext.sync_contentsmanager import build_sync_jupytext_contents_manager_class

    for suffix in (".py", ".ipynb"):
        shutil.copy(NOTEBOOKS / f"{name}{suffix}", tmp_path)
    shutil.copy(NOTEBOOKS / "pyproject.toml", tmp_path)
    os.utime(tmp_path / f"{name}.py", (1_000_000_000, 1_000_000_000))
    manager = build_sync_jupytext_contents_manager_class(LargeFileManager)()
    manager.root_dir = str(tmp_path)
    opened = manager.get(f"{name}.ipynb")["content"]
    assert len(opened["cells"]) == len(script(name).cells)
    assert any(cell.get("outputs") for cell in opened["cells"])


def test_the_readme_lists_the_chapters_in_reading_order():
    text = (NOTEBOOKS.parent / "README.md").read_text(encoding="utf-8")
    listed = re.findall(r"^\| \[(\d\d)\]\(reports/(\w+\.html)\) \| ([^?|]+\?)", text, flags=re.M)
    titles = [re.match(r"# ([^#\n]+\?)", script(name).cells[0].source)[1] for name in NAMES]
    assert listed == [(name[:2], html.address(name), title) for name, title in zip(NAMES, titles, strict=True)]
