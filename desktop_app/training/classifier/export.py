# SPDX-License-Identifier: MIT
"""From a fitted model to the files that the program loads."""

from __future__ import annotations

import hashlib
import importlib.metadata
import json
import os
import tempfile
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from desktop_app.domain.frames import Float32Array
from desktop_app.domain.labels import FAMILIES, SOURCES
from desktop_app.dsp.features import mel_spectrogram_db
from desktop_app.dsp.spec import DEFAULT_SPEC
from desktop_app.ml.classifier import Classifier, Thresholds
from desktop_app.ml.manifest import load_from_folder
from desktop_app.ml.manifest_entries import MANIFEST, SCHEMA, WINDOW_FRAMES
from desktop_app.training.classifier.datasets import dequantise_db, quantise_db

if TYPE_CHECKING:
    import keras

_LIBRARIES: Final = {
    "tflite": ("tensorflow", "keras", "ai-edge-litert", "numpy"),
    "forest": ("scikit-learn", "numpy"),
}
_FILES: Final = {"tflite": "model.tflite", "forest": "forest.npz"}


@dataclass(frozen=True, slots=True)
class Exported:
    """A model as it goes into a folder of models.

    Attributes
    ----------
    model_id, title, kind
        As in the manifest; ``kind`` is ``"tflite"`` or ``"forest"``.
    content
        The model's file.
    temperature, thresholds
        Of the calibration.
    """

    model_id: str
    title: str
    kind: str
    content: bytes
    temperature: float
    thresholds: Thresholds


def to_tflite(model: keras.Model) -> bytes:
    """The network for one window a call, with its outputs' names.

    The weights are frozen into the graph first: a Keras 3 model that is converted directly gives a file
    without its weights. The frozen graph goes through a saved model, which keeps the names of the outputs.
    """
    import tensorflow as tf
    from tensorflow.python.framework.convert_to_constants import convert_variables_to_constants_v2

    (shape,) = {tuple(tensor.shape[1:]) for tensor in model.inputs}
    signature = [tf.TensorSpec((1, *shape), tf.float32, name=model.inputs[0].name)]
    names = sorted(model.output)
    traced = tf.function(lambda mel_db: [model(mel_db, training=False)[name] for name in names])
    frozen = convert_variables_to_constants_v2(traced.get_concrete_function(*signature))
    named = tf.function(
        lambda mel_db: dict(zip(names, frozen(mel_db), strict=True)), input_signature=signature
    )
    with tempfile.TemporaryDirectory() as folder:
        tf.saved_model.save(tf.Module(), folder, signatures={"serving_default": named})
        converter = tf.lite.TFLiteConverter.from_saved_model(folder)
        converter.optimizations = [tf.lite.Optimize.DEFAULT]
        converter.target_spec.supported_types = [tf.float16]  # weights alone: half the file, the same answers
        return bytes(converter.convert())


def write_model(folder: Path, exported: Exported, *, is_default: bool) -> Classifier:
    """Write the model's file, its golden arrays and its place in the manifest; returns it as loaded again."""
    home = folder / exported.model_id
    home.mkdir(parents=True, exist_ok=True)
    _write(home / _FILES[exported.kind], exported.content)
    _list(folder, exported, is_default=is_default)
    classifier = load_from_folder(folder, exported.model_id)
    _write_golden(home / "golden.npz", classifier)
    return classifier


def write_json(path: Path, value: Mapping[str, Any]) -> None:
    """Write JSON whole or not at all."""
    write_text(path, json.dumps(value, indent=2, ensure_ascii=False) + "\n")


def write_text(path: Path, text: str) -> None:
    """Write text whole or not at all."""
    _write(path, text.encode())


def _write(path: Path, content: bytes) -> None:
    temporary = path.with_name(path.name + ".part")
    temporary.write_bytes(content)
    os.replace(temporary, path)


def _list(folder: Path, exported: Exported, *, is_default: bool) -> None:
    path = folder / MANIFEST
    manifest: dict[str, Any] = {"schema": SCHEMA, "default": exported.model_id, "models": {}}
    if path.is_file():
        manifest = json.loads(path.read_text(encoding="utf-8"))
    if is_default:
        manifest["default"] = exported.model_id
    manifest["models"][exported.model_id] = _entry(exported)
    write_json(path, manifest)


def _entry(exported: Exported) -> dict[str, Any]:
    names = {"file": _FILES[exported.kind], "golden": "golden.npz", "card": "card.md"}
    names["metrics"] = "metrics.json"
    return {
        "kind": exported.kind,
        "title": exported.title,
        **{key: f"{exported.model_id}/{name}" for key, name in names.items()},
        "sha256": hashlib.sha256(exported.content).hexdigest(),
        "feature_spec": DEFAULT_SPEC.as_dict(),
        "window_frames": WINDOW_FRAMES,
        "families": list(FAMILIES),
        "sources": list(SOURCES),
        "temperature": exported.temperature,
        "thresholds": asdict(exported.thresholds),
        "libraries": {name: importlib.metadata.version(name) for name in _LIBRARIES[exported.kind]},
    }


def _write_golden(path: Path, classifier: Classifier) -> None:
    """Inputs and what the model says of them, for the test that every platform says the same."""
    windows = golden_windows()
    told = classifier.predict(windows)
    with tempfile.TemporaryFile() as file:
        np.savez_compressed(
            file,
            mel_db=windows,
            family=told.family,
            not_an_instrument=told.not_an_instrument,
            source=told.source,
            pitch=told.pitch,
        )
        file.seek(0)
        _write(path, file.read())


def golden_windows() -> Float32Array:
    """Eight windows of made sounds, shape (8, n_mels, 100): six decaying tones, noise, and near silence."""
    spec = DEFAULT_SPEC
    rng = np.random.default_rng(8)
    time_s = np.arange(WINDOW_FRAMES * spec.hop_length) / spec.sr
    sounds = [_tone(time_s, f0_hz, decay) for f0_hz in (82.41, 261.63, 880.0) for decay in (0.3, 3.0)]
    sounds += [0.1 * rng.standard_normal(time_s.shape), 1e-4 * rng.standard_normal(time_s.shape)]
    windows = np.stack([mel_spectrogram_db(sound.astype(np.float32), spec) for sound in sounds])
    return dequantise_db(quantise_db(windows))


def _tone(time_s: np.ndarray, f0_hz: float, decay: float) -> np.ndarray:
    partials = [np.sin(2.0 * np.pi * k * f0_hz * time_s) / k**1.5 for k in range(1, 9)]
    return 0.3 * np.exp(-decay * time_s) * np.sum(partials, axis=0)
