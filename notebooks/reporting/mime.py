"""What cells publish: the kinds of one thing said or shown, and all that an executed notebook holds."""

PLAIN, MARKDOWN, HTML, SVG = "text/plain", "text/markdown", "text/html", "image/svg+xml"
# JupyterLab prefers text/html to the chart it could draw live, so the figure of the page has a key of its own.
FIGURE = "text/vnd.literate-report.figure"
VEGA_LITE = "application/vnd.vegalite.v5+json"  # the key JupyterLab draws by itself; newer ones it does not know


def of_notebook(notebook, kind, tag=None):
    """What the cells (of a tag) published of a kind, in order; text as one string, however its file holds it."""
    found = [
        output["data"][kind]
        for cell in notebook["cells"]
        if tag is None or tag in cell.get("metadata", {}).get("tags", [])
        for output in cell.get("outputs", [])
        if kind in output.get("data", {})
    ]
    return ["".join(text) if isinstance(text, list) else text for text in found]
