# SPDX-License-Identifier: MIT
"""The list of models."""

from __future__ import annotations

from typing import Any

import pytest
from cli_tools import run_cli

from desktop_app.cli.models import describe
from desktop_app.ml import ModelInfo


def info(metrics: dict[str, Any], problem: str | None = None) -> ModelInfo:
    return ModelInfo("mine", "My model", "tflite", False, False, "m.tflite", "card.md", metrics, problem)


def test_models_are_listed_with_the_default_first() -> None:
    run = run_cli("models")
    assert (run.status, run.err) == (0, "")
    names = [line.split()[0] for line in run.out.splitlines() if not line.startswith(" ")]
    assert {"multitask_v3", "rf_mean_mfcc"} <= set(names)
    assert "default" in run.out.splitlines()[0]
    assert "problem" not in run.out


def test_figures_stand_in_a_table() -> None:
    figures = {
        "n": 812,
        "balanced": 0.7123,
        "plain": 0.74,
        "states": {"sure": {"precision": 0.961, "coverage": 0.412}, "cannot_tell": {"coverage": 0.2}},
        "source_right": None,
    }
    title, head, row, card = describe(info({"sets": {"unseen bank": figures}}))
    assert title == "mine  (tflite, yours)  My model"
    assert head.split()[:4] == ["right", "on", "sounds", "balanced"]
    assert " ".join(row.split()) == "unseen bank 812 71.2 % 74.0 % 96.1 % 41.2 % 20.0 % - -"
    assert len(row) == len(head)
    assert card == "    card: card.md"


@pytest.mark.parametrize("metrics", [{}, {"sets": {}}, {"other": 1}])
def test_a_model_without_figures_is_listed_too(metrics: dict[str, Any]) -> None:
    assert len(list(describe(info(metrics)))) == 2


def test_a_problem_is_told() -> None:
    assert "    problem: It is damaged." in list(describe(info({}, "It is damaged.")))
