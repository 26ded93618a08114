# SPDX-License-Identifier: MIT
"""The cards and tables of the training lab in the project: of one origin, and of recipes that there are."""

from pathlib import Path

import pytest

from desktop_app.training.lab.recipe import lab_recipe_names, read_lab_recipe

MODELS = Path(__file__).parents[2] / "models"
CARDS = sorted(path for path in (MODELS / "lab").glob("*.md") if path.stem != "README")


def table(text: str) -> list[str]:
    start = text.index("| model | classes | learnt from |")
    return text[start:].split("\n\n")[0].splitlines()


def test_the_table_in_the_readme_is_the_one_that_the_command_wrote():
    written = table((MODELS / "lab" / "README.md").read_text(encoding="utf-8"))
    shown = table((MODELS / "README.md").read_text(encoding="utf-8"))
    assert [row.replace("](lab/", "](") for row in shown] == written
    assert len(written) > 8


@pytest.mark.parametrize("card", CARDS, ids=lambda path: path.stem)
def test_a_card_shows_what_was_published_and_the_figures_here(card):
    text = card.read_text(encoding="utf-8")
    assert card.stem in lab_recipe_names()
    assert read_lab_recipe(card.stem).published.text in text
    assert "| learnt |" in text
    assert f"[{card.stem}]({card.name})" in (MODELS / "lab" / "README.md").read_text(encoding="utf-8")
