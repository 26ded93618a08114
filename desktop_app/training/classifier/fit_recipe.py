# SPDX-License-Identifier: MIT
"""Recipes: every number that decides what a model becomes, in a TOML file."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, Final, Literal, TypeVar

from desktop_app.assets import bundled
from desktop_app.domain.errors import ModelError
from desktop_app.training.classifier.calibrate import CalibrationSettings
from desktop_app.training.classifier.fit_settings import (
    AugmentSettings,
    FitSettings,
    ForestSettings,
    NetworkSettings,
)

Settings = TypeVar("Settings")


@dataclass(frozen=True, slots=True)
class CorpusSettings:
    """How sounds become windows, and which are held back.

    Attributes
    ----------
    rendered_variants, recorded_variants
        Augmented variants of each sound beside itself.
    later_windows
        At most so many windows of a sound after the one at its onset.
    random_share, instrument_share
        Shares of single sounds and of whole instruments that are held back.
    leave_out
        Banks, and beginnings of instruments' names, that are not learnt from, though they are in the corpora.
    bank_weights
        What an instrument of a bank weighs beside the others, where it is not 1.
    seed, split_seed
        Of the augmentation, and of what is held back.
    """

    rendered_variants: int = 2
    recorded_variants: int = 4
    later_windows: int = 1
    random_share: float = 0.02
    instrument_share: float = 0.1
    leave_out: tuple[str, ...] = ()
    bank_weights: Mapping[str, float] = field(default_factory=dict)
    seed: int = 1
    split_seed: int = 1


@dataclass(frozen=True, slots=True)
class StatisticsSettings:
    """What the members that judge statistics learn from.

    Attributes
    ----------
    copies
        Changed copies of each window.
    unchanged_share
        How often a window is taken unchanged.
    """

    copies: int = 1
    unchanged_share: float = 0.4


@dataclass(frozen=True, slots=True)
class Recipe:
    """A whole recipe; ``kind`` says whether ``network`` and its companions or ``forest`` are used.

    ``pitch`` is how the pitch on statistics is fitted, ``members`` how the members on these and on the
    partials at that pitch are, ``fit`` how the one on the picture is.
    """

    model_id: str
    title: str
    kind: Literal["tflite", "forest"]
    corpus: CorpusSettings
    network: NetworkSettings
    statistics: StatisticsSettings
    pitch: FitSettings
    members: FitSettings
    fit: FitSettings
    augment: AugmentSettings
    forest: ForestSettings
    calibration: CalibrationSettings


_SECTIONS: Final[dict[str, type]] = {
    "corpus": CorpusSettings,
    "network": NetworkSettings,
    "statistics": StatisticsSettings,
    "pitch": FitSettings,
    "members": FitSettings,
    "fit": FitSettings,
    "augment": AugmentSettings,
    "forest": ForestSettings,
    "calibration": CalibrationSettings,
}


def read_recipe(name: str) -> Recipe:
    """A recipe from a file, or the bundled one of that name.

    Raises
    ------
    ModelError
        When there is none, or something in it is not understood.
    """
    path = Path(name)
    try:
        text = (path if path.is_file() else bundled("recipes", f"{name}.toml")).read_text(encoding="utf-8")
    except (FileNotFoundError, ValueError) as error:
        raise ModelError(f"There is no recipe {name}.") from error
    try:
        return _recipe(tomllib.loads(text))
    except (tomllib.TOMLDecodeError, KeyError, TypeError) as error:
        raise ModelError(f"The recipe {name} is not understood: {error}.") from error


def _recipe(values: dict[str, Any]) -> Recipe:
    if unknown := values.keys() - {"id", "title", "kind", *_SECTIONS}:
        raise KeyError(", ".join(sorted(unknown)))
    if values["kind"] not in ("tflite", "forest"):
        raise TypeError(f"kind {values['kind']}")
    sections: dict[str, Any] = {
        name: _section(kind, values.get(name, {})) for name, kind in _SECTIONS.items()
    }
    return Recipe(values["id"], values["title"], values["kind"], **sections)


def _section(kind: type[Settings], values: dict[str, Any]) -> Settings:
    known = {one.name for one in fields(kind)}  # type: ignore[arg-type]
    if unknown := values.keys() - known:
        raise KeyError(", ".join(sorted(unknown)))
    return kind(**{name: tuple(v) if isinstance(v, list) else v for name, v in values.items()})
