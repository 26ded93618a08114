# SPDX-License-Identifier: MIT
"""A model's answers to sounds whose labels are known: one answer a sound, as the program gives it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from desktop_app.domain.frames import Float32Array
from desktop_app.domain.labels import N_PITCHES
from desktop_app.dsp.features import hop_levels_db, mel_spectrogram_db
from desktop_app.dsp.onsets import OnsetDetector
from desktop_app.ml.classifier import N_CLASSES, N_OUTPUTS, Classifier, Prediction, combine
from desktop_app.pipeline.windows import Window, WindowPicker
from desktop_app.training.classifier.corpus import Item, read_mono
from desktop_app.training.classifier.datasets import FeatureStore
from desktop_app.training.classifier.fit_batches import targets

N_FAMILIES: Final = N_CLASSES - 1
_PARTS: Final = ("family", "not_an_instrument", "source", "pitch")
_CHUNK_ROWS: Final = 512


@dataclass(frozen=True, slots=True, eq=False)
class Answers:
    """Answers to n sounds.

    Attributes
    ----------
    items
        The sounds.
    truth : ndarray, shape (n, 3), int32
        Family (11: not an instrument), source and pitch as indices, -1 where unknown.
    told : Prediction
        One row a sound.
    """

    items: list[Item]
    truth: NDArray[np.int32]
    told: Prediction


def answer_store(classifier: Classifier, store: FeatureStore, chosen: NDArray[np.bool_]) -> Answers:
    """Answers to the chosen sounds of a store, from their unchanged windows.

    Parameters
    ----------
    chosen : ndarray, shape (n_items,), bool
    """
    rows = np.flatnonzero((store.variant == 0) & chosen[store.item_index])
    chunks = [rows[at : at + _CHUNK_ROWS] for at in range(0, rows.shape[0], _CHUNK_ROWS)]
    windows = _concatenate([classifier.predict(store.to_db(chunk)) for chunk in chunks])
    at_onset, owner = store.position[rows] == 0, store.item_index[rows]
    told = [combine(_take(windows, owner == index), at_onset[owner == index]) for index in np.unique(owner)]
    return join_answers([store.items[index] for index in np.unique(owner)], told)


def answer_recordings(classifier: Classifier, items: Sequence[Item], *, reverse: bool = False) -> Answers:
    """Answers to whole sounds (played backwards), from the windows that the program itself picks."""
    return join_answers(list(items), [_answer(classifier, item, reverse=reverse) for item in items])


def _answer(classifier: Classifier, item: Item, *, reverse: bool) -> Prediction:
    y = read_mono(item.path, classifier.spec.sr)
    windows = pick_windows(y[::-1] if reverse else y, classifier)
    if not windows:
        return _nothing_heard()
    told = classifier.predict(np.stack([window.mel_db for window in windows]))
    return combine(told, np.array([window.at_onset for window in windows]))


def pick_windows(y: Float32Array, classifier: Classifier) -> list[Window]:
    """The windows of a mono sound, shape (n,), that the engine's final answer rests on."""
    spec = classifier.spec
    mel_db = mel_spectrogram_db(y, spec)
    padded = np.pad(y, (0, mel_db.shape[1] * spec.hop_length - y.shape[0]))
    rms_db, _ = hop_levels_db(padded.reshape(-1, spec.hop_length))
    picker = WindowPicker(spec.n_mels, classifier.window_frames, spec.db_floor)
    found = picker.process(mel_db, rms_db, OnsetDetector(spec).process(mel_db)) + picker.flush()
    return list({window.start_frame: window for window in found}.values())


def _nothing_heard() -> Prediction:
    """Of silence: no instrument, and nothing else is known."""
    flat = lambda size: np.full((1, size), 1.0 / size, np.float32)  # noqa: E731
    return Prediction(flat(N_FAMILIES), np.ones(1, np.float32), flat(N_OUTPUTS["source"]), flat(N_PITCHES))


def join_answers(items: list[Item], told: Sequence[Prediction]) -> Answers:
    """Answers of one row each, put together."""
    return Answers(items, targets(items), _concatenate(told))


def _concatenate(told: Sequence[Prediction]) -> Prediction:
    return Prediction(*(np.concatenate([getattr(one, part) for one in told]) for part in _PARTS))


def _take(told: Prediction, rows: NDArray[np.bool_]) -> Prediction:
    return Prediction(*(getattr(told, part)[rows] for part in _PARTS))
