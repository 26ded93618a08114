# SPDX-License-Identifier: MIT
"""Finds, checks and loads models: the bundled ones and those in the user's folder."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

from desktop_app.assets import bundled
from desktop_app.domain.errors import ModelError
from desktop_app.ml.classifier import N_CLASSES, N_OUTPUTS, Classifier, ForestClassifier, NetworkClassifier
from desktop_app.ml.forest import Forest, from_bytes
from desktop_app.ml.manifest_entries import (
    MALFORMED,
    MANIFEST,
    Entry,
    read_content,
    read_manifest,
    read_traits,
)
from desktop_app.ml.runtime import TfliteModel


@dataclass(frozen=True, slots=True)
class ModelInfo:
    """A model that can be chosen.

    Attributes
    ----------
    model_id, title, kind
        Its name, what to call it, and ``"tflite"`` or ``"forest"``.
    is_default, is_bundled
        Whether it is taken unless another is asked for, and whether it came with the program.
    path, card_path
        Its file and its card.
    metrics
        The figures of its ``metrics.json``; empty when there are none.
    problem
        One sentence why it cannot be used, or None.
    """

    model_id: str
    title: str
    kind: str
    is_default: bool
    is_bundled: bool
    path: str
    card_path: str
    metrics: Mapping[str, Any]
    problem: str | None


def user_models_folder() -> Path:
    """Where the user's own models are looked for; it need not exist."""
    import platformdirs

    return platformdirs.user_data_path("RightInTune", appauthor=False) / "models"


def load_classifier(model_id: str | None = None) -> Classifier:
    """Load a model after checking that it fits.

    Parameters
    ----------
    model_id
        A name in the bundled manifest or in the user's; None for the bundled default.

    Raises
    ------
    ModelError
        One sentence that says what is missing or does not fit.
    """
    entries = read_manifest(_bundled_folder(), is_bundled=True)
    is_bundled = model_id is None or any(entry.model_id == model_id for entry in entries)
    return _load(_choose(entries if is_bundled else entries + _read_user(), model_id))


def load_from_folder(folder: Traversable, model_id: str | None = None) -> Classifier:
    """Load a model of another folder with a manifest; None for that manifest's default.

    Raises
    ------
    ModelError
        One sentence that says what is missing or does not fit.
    """
    return _load(_choose(read_manifest(folder, is_bundled=False), model_id))


def list_models() -> list[ModelInfo]:
    """The bundled models, the default first, then the user's."""
    infos = [_info(entry) for entry in read_manifest(_bundled_folder(), is_bundled=True)]
    try:
        infos += [_info(entry) for entry in _read_user()]
    except ModelError as error:
        folder = str(user_models_folder())
        infos.append(ModelInfo("?", "Unreadable list", "", False, False, folder, "", {}, str(error)))
    return sorted(infos, key=lambda info: (not info.is_default, not info.is_bundled))


def _bundled_folder() -> Traversable:
    try:
        return bundled("models")
    except FileNotFoundError as error:
        raise ModelError("The installation lacks its models; please install the program again.") from error


def _read_user() -> list[Entry]:
    folder = user_models_folder()
    return read_manifest(folder, is_bundled=False) if (folder / MANIFEST).is_file() else []


def _choose(entries: list[Entry], model_id: str | None) -> Entry:
    for entry in entries:
        if entry.is_default if model_id is None else entry.model_id == model_id:
            return entry
    wanted = "default model" if model_id is None else f"model {model_id}"
    raise ModelError(f"There is no {wanted}; the models are: {', '.join(e.model_id for e in entries)}.")


def _load(entry: Entry) -> Classifier:
    try:
        traits, content = read_traits(entry), read_content(entry)
        if entry.values["kind"] == "tflite":
            return NetworkClassifier(traits, _network(content))
        if entry.values["kind"] == "forest":
            return ForestClassifier(traits, _forest(content, traits.spec.n_mfcc))
    except MALFORMED as error:
        raise ModelError(f"The model {entry.model_id} cannot be used ({error}).") from error
    raise ModelError(f"The model {entry.model_id} is of an unknown kind, {entry.values['kind']}.")


def _network(content: bytes) -> TfliteModel:
    model = TfliteModel(content)
    if model.output_sizes != N_OUTPUTS:
        raise ValueError(f"its outputs are {model.output_sizes}, not {N_OUTPUTS}")
    return model


def _forest(content: bytes, n_features: int) -> Forest:
    forest = from_bytes(content)
    n_votes = N_CLASSES + N_OUTPUTS["source"]
    if forest.votes.shape[1] != n_votes or forest.feature.max() >= n_features:
        raise ValueError(f"its trees do not take {n_features} features to {n_votes} votes")
    return forest


def _info(entry: Entry) -> ModelInfo:
    values = entry.values
    return ModelInfo(
        model_id=entry.model_id,
        title=str(values.get("title", entry.model_id)),
        kind=str(values.get("kind", "")),
        is_default=entry.is_default and entry.is_bundled,
        is_bundled=entry.is_bundled,
        path=str(entry.folder.joinpath(str(values.get("file", "")))),
        card_path=str(entry.folder.joinpath(str(values.get("card", "")))),
        metrics=_metrics(entry),
        problem=_problem(entry),
    )


def _problem(entry: Entry) -> str | None:
    try:
        read_traits(entry)
        read_content(entry)
    except ModelError as error:
        return str(error)
    except MALFORMED as error:
        return f"The model {entry.model_id} cannot be used ({error})."
    return None


def _metrics(entry: Entry) -> Mapping[str, Any]:
    try:
        metrics: Mapping[str, Any] = json.loads(entry.file("metrics").read_text(encoding="utf-8"))
    except (OSError, *MALFORMED):
        return {}
    return metrics
