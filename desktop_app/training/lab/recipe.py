# SPDX-License-Identifier: MIT
"""Recipes of the training lab: the published systems, with every number and seed, in TOML files.

They stand in ``models/recipes/lab``, apart from the recipes of the bundled models, because the same name
may mean both: ``rf_mean_mfcc`` is the forest in the program, ``lab/rf_mean_mfcc`` the one of the publication.
"""

from __future__ import annotations

import tomllib
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any, Final, Literal, TypeVar

from desktop_app.assets import bundled
from desktop_app.domain.errors import ModelError

Settings = TypeVar("Settings")
SplitKind = Literal["random", "instrument", "bank", "official"]
FOLDER: Final = "lab"
_SPLITS: Final = ("random", "instrument", "bank", "official")


@dataclass(frozen=True, slots=True)
class DataSettings:
    """What is learnt from.

    Attributes
    ----------
    corpora
        Kinds of corpora that the recipe understands.
    classes
        Labels to tell apart; empty: all those of the corpora.
    one_against_rest
        Where not empty, this class against all others, which become ``rest``.
    sources
        Only sounds of these sources are learnt and measured; empty: all.
    multi_label
        Whether a sound may have several labels.
    threshold
        Share of the strongest label's probability from which another counts as heard, for several labels.
    later_windows_s
        Where further windows of a long sound begin; it is measured on the mean of all. One input only.
    """

    corpora: tuple[str, ...] = ("nsynth", "folders", "manifest")
    classes: tuple[str, ...] = ()
    one_against_rest: str = ""
    sources: tuple[str, ...] = ()
    multi_label: bool = False
    threshold: float = 0.5
    later_windows_s: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class BalanceSettings:
    """How classes of different sizes are evened out.

    Attributes
    ----------
    per_class
        At most so many sounds of a class are drawn to learn from and to hold back; 0: all.
    measured_per_class
        The same for unseen banks.
    class_weights
        Whether a sound of a rare class weighs more in the loss.
    smote
        Whether rare classes are filled up between neighbours (vectors only, in what is learnt only).
    seed
        Of the draw and of SMOTE.
    """

    per_class: int = 0
    measured_per_class: int = 200
    class_weights: bool = False
    smote: bool = False
    seed: int = 1


@dataclass(frozen=True, slots=True)
class SplitSettings:
    """What is held back.

    Attributes
    ----------
    kind
        Where the sounds come from that choose the epoch: single sounds, whole instruments, whole banks, or
        the part that the corpus itself calls the validation.
    test_share, valid_share
        Of the single sounds.
    instrument_share
        Of the instruments; twice that where they also choose the epoch.
    held_banks
        Banks that are never learnt from, with their relatives.
    seed
        The same seed holds back the same sounds on every machine.
    """

    kind: SplitKind = "random"
    test_share: float = 0.2
    valid_share: float = 0.1
    instrument_share: float = 0.1
    held_banks: tuple[str, ...] = ()
    seed: int = 1


@dataclass(frozen=True, slots=True)
class LabFitSettings:
    """How a network is fitted.

    Attributes
    ----------
    epochs, batch_size, learning_rate, seed
        Adam; an epoch is a pass over what is learnt.
    patience
        The fitting (or its stage) ends after so many epochs without a smaller validation loss.
    label_smoothing
        Of the cross-entropy.
    unfreeze
        Stages: how many blocks of a ready-made network learn in each; empty: everything learns at once.
    stage_epochs, stage_rate
        Most epochs of a stage, and by what the learning rate is multiplied from one to the next.
    """

    seed: int = 1
    epochs: int = 20
    batch_size: int = 32
    learning_rate: float = 1e-3
    patience: int = 5
    label_smoothing: float = 0.0
    unfreeze: tuple[int, ...] = ()
    stage_epochs: int = 5
    stage_rate: float = 0.3


@dataclass(frozen=True, slots=True)
class Published:
    """What the publication reports: a sentence, and its figures by name."""

    text: str = ""
    figures: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class FeatureInput:
    """One input of a model: a kind of features and its settings."""

    kind: str
    settings: dict[str, Any]


@dataclass(frozen=True, slots=True)
class LabRecipe:
    """A whole recipe of the lab; ``model`` names a network (or ``forest``), ``model_settings`` is its."""

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


_SECTIONS: Final[dict[str, type]] = {
    "data": DataSettings,
    "balance": BalanceSettings,
    "split": SplitSettings,
    "fit": LabFitSettings,
    "published": Published,
}


def is_lab_recipe(name: str) -> bool:
    """Whether the name (or file) is a recipe of the lab rather than one of the bundled models."""
    path = Path(name)
    if path.is_file():
        try:
            return tomllib.loads(path.read_text(encoding="utf-8")).get("kind") == "lab"
        except (tomllib.TOMLDecodeError, UnicodeDecodeError):
            return False
    return not _is_bundled(f"{name}.toml") or name.startswith(f"{FOLDER}/")


def read_lab_recipe(name: str, *, small: bool = False) -> LabRecipe:
    """A recipe from a file, or the bundled one of that name.

    Parameters
    ----------
    small
        Whether the numbers of its table ``small``, for a trial of seconds, replace its own.

    Raises
    ------
    ModelError
        When there is none, or something in it is not understood.
    """
    try:
        values = tomllib.loads(_text(name))
        overrides = values.pop("small", {})
        return recipe_of(_merged(values, overrides) if small else values)
    except (tomllib.TOMLDecodeError, KeyError, TypeError, ValueError) as error:
        reason = error.args[0] if isinstance(error, KeyError) else error
        raise ModelError(f"The recipe {name} is not understood: {reason}.") from error


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
    if unknown := values.keys() - {"id", "title", "kind", "features", "model", *_SECTIONS}:
        raise KeyError(f"it has no place for {', '.join(sorted(unknown))}")
    if values["kind"] != "lab":
        raise ValueError(f"kind {values['kind']}")
    sections: dict[str, Any] = {
        name: _section(name, kind, values.get(name, {})) for name, kind in _SECTIONS.items()
    }
    if sections["split"].kind not in _SPLITS:
        raise ValueError(f"split {sections['split'].kind} is none of {', '.join(_SPLITS)}")
    model = dict(values["model"])
    inputs = tuple(_feature_input(dict(table)) for table in values["features"])
    if not inputs:
        raise ValueError("it names no features")
    return LabRecipe(
        values["id"],
        values["title"],
        features=inputs,
        model=model.pop("name"),
        model_settings=model,
        **sections,
    )


def _feature_input(table: dict[str, Any]) -> FeatureInput:
    return FeatureInput(table.pop("kind"), table)


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
    if isinstance(value, int | float) and value < 0:
        raise ValueError(f"{name} cannot be {value!r}")
