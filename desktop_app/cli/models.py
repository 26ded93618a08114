# SPDX-License-Identifier: MIT
"""``right-in-tune models``: the bundled and the user's models, with the figures measured for them."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from desktop_app.ml import ModelInfo

# Heading, and where the share lies in the figures of one set of sounds.
_COLUMNS: Final = (
    ("balanced", ("balanced",)),
    ("plain", ("plain",)),
    ("when sure", ("states", "sure", "precision")),
    ("is sure", ("states", "sure", "coverage")),
    ("can't tell", ("states", "cannot_tell", "coverage")),
    ("source", ("source_right",)),
    ("pitch", ("pitch_right",)),
)
_WIDTH: Final = 11


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
    sets = info.metrics.get("sets") or {}
    if sets:
        width = max(map(len, sets))
        yield f"    {'right on':<{width}} {'sounds':>8}" + "".join(
            f"{title:>{_WIDTH}}" for title, _ in _COLUMNS
        )
        for name, figures in sets.items():
            shares = (f"{_percent(figures, keys):>{_WIDTH}}" for _, keys in _COLUMNS)
            yield f"    {name:<{width}} {figures.get('n', 0):>8}" + "".join(shares)
    yield f"    card: {info.card_path}"


def _percent(figures: Mapping[str, Any], keys: Sequence[str]) -> str:
    value: Any = figures
    for key in keys:
        value = value.get(key) if isinstance(value, Mapping) else None
    return f"{100.0 * value:.1f} %" if isinstance(value, int | float) else "-"
