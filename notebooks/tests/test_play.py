"""What a reader runs, guesses, types and chooses, in a real browser, on a page made for it."""

import nbformat
import pytest

from reporting import html, page
from tests.browsing import AXE, NEEDED, RULES, Seen, launched
from trial import summary
from trial.charts import safety as draw_safety
from trial.charts import summary as draw
from trial.charts import theme
from trial.methods import simulate

pytestmark = NEEDED
RATES = [100, 50, 20, 10, 7, 5, 4]


def notebook():
    """A chapter with the three kinds, and room above so that they are not on the first screen."""
    said = []
    original, page.publish_display_data = page.publish_display_data, said.append
    try:
        held = {"person": theme.PERSON, "figure": "hundred-trials"}
        page.play("trials", summary.trials_to_run(RATES, 12, 10) | held, "Run.")
        page.chart(draw.hundred_trials, summary.hundred_trials(RATES, 12), "A hundred.", name="hundred-trials", choice=False)
        page.play("numbers", summary.numbers_to_type(12, 0, 0.95), "Type.")
        lined_up = simulate.line_up({"A": 14, "B": 16, "C": 9, "D": 5}, [3] * 4, 1.0, 12, 2023)
        page.chart(draw_safety.line_up, lined_up, "Twelve.", name="line-up")
        page.fold("Which panel is the trial?", "The answer.", 12, lined_up[lined_up.reported].panel.iloc[0])
    finally:
        page.publish_display_data = original
    code = [
        nbformat.v4.new_code_cell("made = 1", outputs=[nbformat.v4.new_output("display_data", data=bundle)])
        for bundle in said
    ]
    texts = ["# Made", "## Run another trial of twelve\n\nLuck.", "## Choose", "## After\n\nLast."]
    title, run, choose, after = map(nbformat.v4.new_markdown_cell, texts)
    return nbformat.v4.new_notebook(cells=[title, run, *code[:3], choose, *code[3:], after])
