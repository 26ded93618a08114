# SPDX-License-Identifier: MIT
"""Lists of models on disk, and whether what they list fits this program."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources.abc import Traversable
from typing import Any, Final

from desktop_app.domain.errors import ModelError
from desktop_app.domain.labels import FAMILIES, SOURCES
from desktop_app.dsp.spec import DEFAULT_SPEC, FeatureSpec
from desktop_app.ml.classifier import ModelTraits, Thresholds

SCHEMA: Final = "right-in-tune/models/1"
MANIFEST: Final = "manifest.json"
WINDOW_FRAMES: Final = 100
MALFORMED = (KeyError, TypeError, ValueError, AttributeError)


@dataclass(frozen=True, slots=True)
class Entry:
    """One model of a manifest.

    Attributes
    ----------
    model_id
        Its name.
    folder
        What its file names are relative to.
    values
        As written in the manifest.
    is_default, is_bundled
        Whether its manifest names it as the default, and whether it came with the program.
    """

    model_id: str
    folder: Traversable
    values: Mapping[str, Any]
    is_default: bool
    is_bundled: bool

    def file(self, key: str) -> Traversable:
        """The file that the manifest names under ``key``."""
        return self.folder.joinpath(str(self.values[key]))


def read_manifest(folder: Traversable, *, is_bundled: bool) -> list[Entry]:
    """The models that ``manifest.json`` of a folder lists.

    Raises
    ------
    ModelError
        When there is no manifest or it is damaged.
    """
    try:
        manifest = json.loads(folder.joinpath(MANIFEST).read_text(encoding="utf-8"))
        if manifest["schema"] != SCHEMA:
            raise ModelError(f"The list of models in {folder} is of another kind: {manifest['schema']}.")
        return [
            Entry(model_id, folder, dict(values), model_id == manifest["default"], is_bundled)
            for model_id, values in manifest["models"].items()
        ]
    except FileNotFoundError as error:
        raise ModelError(f"There is no list of models ({MANIFEST}) in {folder}.") from error
    except (OSError, *MALFORMED) as error:
        raise ModelError(f"The list of models in {folder} is damaged.") from error


def read_content(entry: Entry) -> bytes:
    """The model's bytes, when they are those that were listed.

    Raises
    ------
    ModelError
        When the file is missing or has changed.
    """
    file = entry.file("file")
    try:
        content = file.read_bytes()
    except OSError as error:
        raise ModelError(f"The file of the model {entry.model_id} cannot be read: {file}.") from error
    if hashlib.sha256(content).hexdigest() != entry.values["sha256"]:
        raise ModelError(f"The model {entry.model_id} is damaged: its file does not match its checksum.")
    return content


def read_traits(entry: Entry) -> ModelTraits:
    """What the manifest says of the model, when it fits this program.

    Raises
    ------
    ModelError
        When its labels, features or windows are not this program's.
    """
    values = entry.values
    _check_labels(entry)
    spec = _checked_spec(entry)
    if values["window_frames"] != WINDOW_FRAMES:
        raise ModelError(
            f"The model {entry.model_id} does not fit: it wants windows of {values['window_frames']} frames, "
            f"this program makes {WINDOW_FRAMES}."
        )
    given = values["thresholds"]
    thresholds = Thresholds(float(given["sure"]), float(given["maybe"]), float(given["not_an_instrument"]))
    return ModelTraits(entry.model_id, spec, WINDOW_FRAMES, thresholds, float(values["temperature"]))


def _check_labels(entry: Entry) -> None:
    for key, ours in (("families", FAMILIES), ("sources", SOURCES)):
        if tuple(entry.values[key]) != ours:
            raise ModelError(
                f"The model {entry.model_id} does not fit: its {key} are not the {len(ours)} of this program."
            )


def _checked_spec(entry: Entry) -> FeatureSpec:
    theirs, ours = dict(entry.values["feature_spec"]), DEFAULT_SPEC.as_dict()
    for name in sorted(ours.keys() | theirs.keys()):
        if theirs.get(name) != ours.get(name):
            raise ModelError(
                f"The model {entry.model_id} does not fit: it was trained with {name} = {theirs.get(name)}, "
                f"this program computes {name} = {ours.get(name)}."
            )
    return DEFAULT_SPEC
