# SPDX-License-Identifier: MIT
"""``right-in-tune models``: the bundled and the user's models, with the figures measured for them."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from desktop_app.ml import ModelInfo

# Figures by class or by source lie deeper; the card, whose path is printed, has them.
_MAX_DEPTH: Final = 2


def main(argv: Sequence[str]) -> int:
    """Print the models; returns the exit status."""
    parser = argparse.ArgumentParser(
        prog="right-in-tune models",
        description="The models that can be chosen with --model, with the figures measured for them.",
    )
    parser.parse_args(argv)
    from desktop_app.domain.errors import ModelError
    from desktop_app.ml import list_models

    try:
        models = list_models()
    except ModelError as error:
        parser.exit(1, f"right-in-tune: {error}\n")
    for info in models:
        print("\n".join(describe(info)))
    return 1 if any(info.problem for info in models) else 0


def describe(info: ModelInfo) -> Iterator[str]:
    """The lines on one model."""
    origin = "bundled" if info.is_bundled else "yours"
    default = ", default" if info.is_default else ""
    yield f"{info.model_id}  ({info.kind}, {origin}{default})  {info.title}"
    if info.problem:
        yield f"    problem: {info.problem}"
    figures = list(flat_figures(info.metrics))
    width = max((len(name) for name, _ in figures), default=0)
    for name, value in figures:
        yield (
            f"    {name:<{width}}  {value:.4g}"
            if isinstance(value, float)
            else f"    {name:<{width}}  {value}"
        )
    yield f"    card: {info.card_path}"


def flat_figures(
    metrics: Mapping[str, Any], prefix: str = "", depth: int = 1
) -> Iterator[tuple[str, float | int]]:
    """Names, joined by dots, and values of the numbers that lie not too deep."""
    for key, value in metrics.items():
        if isinstance(value, Mapping) and depth < _MAX_DEPTH:
            yield from flat_figures(value, f"{prefix}{key}.", depth + 1)
        elif isinstance(value, int | float) and not isinstance(value, bool):
            yield f"{prefix}{key}", value
