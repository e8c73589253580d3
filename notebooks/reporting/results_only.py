"""A chapter without what only its page needs: the statements that its recorded results come from."""

import ast
import copy

RECORDS = {"record", "record_table"}  # of `page`


def needed_statements(sources):
    """The statements of cells (each its source) that recorded results come from, cell by cell, each as its source.

    A statement is needed if it records, or touches a name that a later one that is needed reads: assigns it, imports it, changes
    a part of it, or calls it or something of it for no other purpose.

    >>> needed_statements(["a = [1]; b = 2", "a.append(b)", "c = a", "page.say(c)", "page.record('x', a)"])
    [['a = [1]', 'b = 2'], ['a.append(b)'], [], [], ["page.record('x', a)"]]
    """
    wanted, found = set(), []
    for source in reversed(sources):
        kept = []
        for statement in reversed(ast.parse(source).body):
            if _records(statement) or _touched(statement) & wanted:
                wanted |= {node.id for node in ast.walk(statement) if isinstance(node, ast.Name)}
                kept.insert(0, ast.get_source_segment(source, statement))
        found.insert(0, kept)
    return found


def _records(statement):
    return any(
        isinstance(node, ast.Attribute) and node.attr in RECORDS and getattr(node.value, "id", "") == "page"
        for node in ast.walk(statement)
    )


def _touched(statement):
    if isinstance(statement, ast.Import | ast.ImportFrom):
        return {(alias.asname or alias.name).split(".")[0] for alias in statement.names}
    if isinstance(statement, ast.Expr):
        return {_base(statement.value)} - {"page"}
    return {_base(node) for node in ast.walk(statement) if isinstance(getattr(node, "ctx", None), ast.Store)}


def _base(node):
    while isinstance(node, ast.Attribute | ast.Subscript | ast.Call | ast.Starred):
        node = node.func if isinstance(node, ast.Call) else node.value
    return getattr(node, "id", "")


def reduced(notebook):
    """A copy of a notebook in which cells hold only what is needed, nothing where nothing is, so that their numbers stay.

    None where nothing is recorded.
    """
    made, found = copy.deepcopy(notebook), False
    cells = [cell for cell in made.cells if cell.cell_type == "code"]
    for cell, statements in zip(cells, needed_statements([cell.source for cell in cells]), strict=True):
        if "parameters" not in cell.metadata.get("tags", []):
            cell.source = "\n".join(statements)
            found = found or bool(statements)
    return made if found else None
