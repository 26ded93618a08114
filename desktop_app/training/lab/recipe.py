# SPDX-License-Identifier: MIT
"""Recipes of the training lab: the published systems, with every number and seed, in TOML files.

They stand in ``models/recipes/lab``, apart from the recipes of the bundled models, because the same name
may mean both: ``rf_mean_mfcc`` is the forest in the program, ``lab/rf_mean_mfcc`` the one of the publication.
"""

from __future__ import annotations

import math
import tomllib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any, Final, TypeVar

from desktop_app.assets import bundled
from desktop_app.domain.errors import ModelError
from desktop_app.training.lab.recipe_changes import changed_values
from desktop_app.training.lab.recipe_settings import (
    BalanceSettings,
    DataSettings,
    LabFitSettings,
    NetSettings,
    Published,
    SplitSettings,
)

Settings = TypeVar("Settings")
FOLDER: Final = "lab"
FOREST: Final = "forest"
_SPLITS: Final = ("random", "instrument", "bank", "official")


@dataclass(frozen=True, slots=True)
class FeatureInput:
    """One input of a model: a kind of features and its settings."""

    kind: str
    settings: dict[str, Any]


@dataclass(frozen=True, slots=True)
class LabRecipe:
    """A whole recipe of the lab; ``model`` names a network (or ``forest``), ``model_settings`` is its.

    ``changed`` are values by ``table.key`` that were set otherwise than the recipe has them; ``is_small``
    tells whether its table ``small`` was used. Neither makes two recipes differ: their numbers do.
    """

    model_id: str
    title: str
    data: DataSettings
    balance: BalanceSettings
    split: SplitSettings
    features: tuple[FeatureInput, ...]
    model: str
    model_settings: dict[str, Any]
    fit: LabFitSettings
    published: Published
    changed: dict[str, Any] = field(default_factory=dict, repr=False, compare=False)
    is_small: bool = field(default=False, repr=False, compare=False)


_SECTIONS: Final[dict[str, type]] = {
    "data": DataSettings,
    "balance": BalanceSettings,
    "split": SplitSettings,
    "fit": LabFitSettings,
    "published": Published,
}


_NO_SECTION: Final = ("id", "title", "kind", "small", "set", "features", "model")


def is_lab_recipe(name: str) -> bool:
    """Whether the name (or file) is a recipe of the lab rather than one of the bundled models."""
    path = Path(name)
    if path.is_file():
        try:
            return tomllib.loads(path.read_text(encoding="utf-8")).get("kind") == "lab"
        except (tomllib.TOMLDecodeError, UnicodeDecodeError):
            return False
    return not _is_bundled(f"{name}.toml") or name.startswith(f"{FOLDER}/")


def read_lab_recipe(name: str, *, small: bool = False, changes: Mapping[str, Any] | None = None) -> LabRecipe:
    """A recipe from a file, or the bundled one of that name.

    Parameters
    ----------
    small
        Whether the numbers of its table ``small``, for a trial of seconds, replace its own.
    changes
        Values by ``table.key`` that replace the recipe's.

    Raises
    ------
    ModelError
        When there is none, or something in it or in the changes is not understood.
    """
    try:
        values = tomllib.loads(_text(name))
        overrides = values.pop("small", {})
        recipe = recipe_of({**(_merged(values, overrides) if small else values), "small": small})
    except (tomllib.TOMLDecodeError, KeyError, TypeError, ValueError) as error:
        reason = error.args[0] if isinstance(error, KeyError) else error
        raise ModelError(f"The recipe {name} is not understood: {reason}.") from error
    return changed_recipe(recipe, changes) if changes else recipe


def changed_recipe(recipe: LabRecipe, changes: Mapping[str, Any]) -> LabRecipe:
    """The recipe with values set by ``table.key``.

    Raises
    ------
    ModelError
        When there is no such key, or it cannot have such a value.
    """
    kinds = {name: kind for name, kind in _SECTIONS.items() if name != "published"}
    kinds |= {"features": _feature_settings(), "model": _model_settings(recipe.model)}
    known = {name: [entry.name for entry in fields(kind)] for name, kind in kinds.items()}
    values = changed_values(recipe_values(recipe), changes, known)
    try:
        return recipe_of({**values, "set": {**recipe.changed, **changes}})
    except (KeyError, TypeError, ValueError) as error:
        raise ModelError(f"The recipe {recipe.model_id} cannot be set so: {error}.") from error


def lab_recipe_names() -> list[str]:
    """Names of the bundled recipes of the lab."""
    folder = bundled("recipes", FOLDER)
    return sorted(file.name.removesuffix(".toml") for file in folder.iterdir() if file.name.endswith(".toml"))


def _is_bundled(*parts: str) -> bool:
    try:
        return bundled("recipes", *parts).is_file()
    except (FileNotFoundError, ValueError):
        return False


def _text(name: str) -> str:
    path = Path(name)
    if path.is_file():
        return path.read_text(encoding="utf-8")
    file = f"{name.removeprefix(f'{FOLDER}/')}.toml"
    if not _is_bundled(FOLDER, file):
        raise ModelError(f"There is no recipe {name}.")
    return bundled("recipes", FOLDER, file).read_text(encoding="utf-8")


def _merged(values: dict[str, Any], overrides: dict[str, Any]) -> dict[str, Any]:
    """Tables are merged key by key, lists of tables one by one; anything else is replaced."""
    result = dict(values)
    for key, new in overrides.items():
        old = values.get(key)
        if isinstance(old, dict) and isinstance(new, dict):
            result[key] = _merged(old, new)
        elif key == "features" and isinstance(old, list) and len(old) == len(new):
            result[key] = [_merged(a, b) for a, b in zip(old, new, strict=True)]
        else:
            result[key] = new
    return result


def recipe_values(recipe: LabRecipe) -> dict[str, Any]:
    """The recipe as the tables that it is written in; :func:`recipe_of` reads them back."""
    return {
        "id": recipe.model_id,
        "title": recipe.title,
        "kind": "lab",
        "small": recipe.is_small,
        "set": dict(recipe.changed),
        "features": [{"kind": each.kind, **each.settings} for each in recipe.features],
        "model": {"name": recipe.model, **recipe.model_settings},
        **{name: asdict(getattr(recipe, name)) for name in _SECTIONS},
    }


def recipe_of(values: dict[str, Any]) -> LabRecipe:
    """A recipe from its tables.

    Raises
    ------
    KeyError, TypeError, ValueError
        When something in them is not understood.
    """
    if unknown := values.keys() - {*_NO_SECTION, *_SECTIONS}:
        raise KeyError(f"it has no place for {', '.join(sorted(unknown))}")
    if values["kind"] != "lab":
        raise ValueError(f"kind {values['kind']}")
    sections: dict[str, Any] = {
        name: _section(name, kind, values.get(name, {})) for name, kind in _SECTIONS.items()
    }
    if sections["split"].kind not in _SPLITS:
        raise ValueError(f"split {sections['split'].kind} is none of {', '.join(_SPLITS)}")
    model = dict(values["model"])
    name = model.pop("name")
    _section("model", _model_settings(name), model)
    inputs = tuple(_feature_input(dict(table)) for table in values["features"])
    if not inputs:
        raise ValueError("it names no features")
    return LabRecipe(
        values["id"],
        values["title"],
        features=inputs,
        model=name,
        model_settings=model,
        changed=dict(values.get("set", {})),
        is_small=bool(values.get("small", False)),
        **sections,
    )


def _feature_input(table: dict[str, Any]) -> FeatureInput:
    from desktop_app.training.lab.features import read_settings

    kind = table.pop("kind")
    read_settings(kind, table)
    return FeatureInput(kind, table)


def _feature_settings() -> type:
    from desktop_app.training.lab.features import FeatureSettings

    return FeatureSettings


def _model_settings(name: str) -> type:
    from desktop_app.training.lab.classical import ForestSize

    return ForestSize if name == FOREST else NetSettings


def _section(name: str, kind: type[Settings], values: dict[str, Any]) -> Settings:
    known = {entry.name: entry for entry in fields(kind)}  # type: ignore[arg-type]
    if unknown := values.keys() - known.keys():
        raise KeyError(f"{name} has no place for {', '.join(sorted(unknown))}")
    defaults = kind()
    given = {key: tuple(v) if isinstance(v, list) else v for key, v in values.items()}
    for key, value in given.items():
        _check_value(f"{name}.{key}", value, getattr(defaults, key))
    return kind(**given)


def _check_value(name: str, value: object, default: object) -> None:
    """A number may be whole where a fraction is wanted; anything else has the type of the default."""
    wanted = (int, float) if isinstance(default, float) else type(default)
    if not isinstance(value, wanted) or (isinstance(value, bool) and not isinstance(default, bool)):
        raise ValueError(f"{name} cannot be {value!r}")
    if isinstance(value, int | float) and not 0 <= value < math.inf:
        raise ValueError(f"{name} cannot be {value!r}")
