# SPDX-License-Identifier: MIT
"""Phrases as the note network learns them: changed by rooms, noise and equipment, as levels and targets."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final

import numpy as np
import soundfile
from numpy.typing import NDArray

from desktop_app.domain.errors import RightInTuneError
from desktop_app.domain.frames import Float32Array
from desktop_app.dsp.features import hop_levels_db, mel_spectrogram_db
from desktop_app.dsp.onsets_network import DELAY_FRAMES, RelativeLevels
from desktop_app.dsp.spec import DEFAULT_SPEC
from desktop_app.training.augmentation.sound import band_limits, equaliser, noise, room_response
from desktop_app.training.classifier.corpus import Item
from desktop_app.training.notes.recorded import instruments, recorded_phrase

SNR_DB: Final = (4.0, 45.0)
PEAK_DB: Final = (-40.0, -1.0)
_INAUDIBLE_DB: Final = -45.0
_LEVEL_STEPS: Final = 127.5
_CHUNK: Final = 8


class PhraseError(RightInTuneError):
    """Phrases that are missing or cannot be read."""


@dataclass(frozen=True, slots=True, eq=False)
class Phrase:
    """A phrase and its truth.

    Attributes
    ----------
    path, kind, bank
        The sound, what it is, and the SoundFont it comes from.
    notes : ndarray, shape (n_notes, 3)
        Key down and key up in seconds, MIDI number.
    """

    path: Path
    kind: str
    bank: str
    notes: NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Example:
    """What the network sees of a phrase and should say.

    Attributes
    ----------
    kind
        As in :class:`Phrase`.
    levels : ndarray, shape (n_frames, n_mels), uint8
        Relative levels; 0 … 255 for -1 … 1.
    targets : ndarray, shape (n_frames, 2), float16
        Of the attack and of the held note, ``DELAY_FRAMES`` late.
    onsets_s : ndarray, shape (n_notes,)
        The true attacks.
    """

    kind: str
    levels: NDArray[np.uint8]
    targets: NDArray[np.float16]
    onsets_s: NDArray[np.float64]


def read_phrases(folder: Path) -> list[Phrase]:
    """The phrases that ``index.jsonl`` of a folder lists.

    Raises
    ------
    PhraseError
        When there is no such file or it is damaged.
    """
    try:
        lines = (folder / "index.jsonl").read_text(encoding="utf-8").splitlines()
        return [_phrase(folder, json.loads(line)) for line in lines]
    except (OSError, ValueError, KeyError) as error:
        raise PhraseError(f"The phrases in {folder} cannot be read.") from error


def _phrase(folder: Path, entry: dict[str, object]) -> Phrase:
    notes = np.array(entry["notes"], np.float64).reshape(-1, 4)[:, :3]
    return Phrase(folder / str(entry["file"]), str(entry["kind"]), str(entry["bank"]), notes)


def examples(phrases: Sequence[Phrase], n_variants: int, seed: int, jobs: int) -> Iterator[Example]:
    """Every phrase in so many changed forms, in order; without any variant as it is."""
    tasks = [(phrase, variant) for phrase in phrases for variant in range(max(1, n_variants))]
    make = partial(_make, seed=seed if n_variants else None)
    with ProcessPoolExecutor(jobs) as pool:
        yield from pool.map(make, tasks, chunksize=_CHUNK)


def recorded_examples(folder: Path, n_phrases: int, seed: int, jobs: int) -> Iterator[Example]:
    """Changed phrases made of the recorded notes of a corpus, so many in all."""
    groups = instruments(folder)
    if not groups:
        raise PhraseError(f"No note in {folder} may be learnt from.")
    tasks = [(groups[k % len(groups)], k) for k in range(n_phrases)]
    with ProcessPoolExecutor(jobs) as pool:
        yield from pool.map(partial(_record, seed=seed), tasks, chunksize=_CHUNK)


def _record(task: tuple[Sequence[Item], int], seed: int) -> Example:
    items, number = task
    rng = np.random.default_rng([seed, number])
    y, notes = recorded_phrase(items, rng)
    return _example("recorded", changed(y, rng), note_targets(y, notes), notes)


def _make(task: tuple[Phrase, int], seed: int | None) -> Example:
    phrase, variant = task
    y, _ = soundfile.read(phrase.path, dtype="float32")
    targets = note_targets(y, phrase.notes)
    if seed is not None:
        name = [*phrase.path.name.encode()]
        y = changed(y, np.random.default_rng([seed, variant, *name]))
    return _example(phrase.kind, y, targets, phrase.notes)


def _example(kind: str, y: Float32Array, targets: NDArray[np.float16], notes: NDArray[np.float64]) -> Example:
    levels = RelativeLevels().process(mel_spectrogram_db(y, DEFAULT_SPEC))
    quantised = np.round((levels + 1.0) * _LEVEL_STEPS).astype(np.uint8)
    return Example(kind, quantised, targets, notes[:, 0])


def note_targets(y: Float32Array, notes: NDArray[np.float64]) -> NDArray[np.float16]:
    """What the network should say of a dry phrase, shape (n_frames, 2).

    An attack is a triangle of five frames' width. A note is held from key down to key up, or until it has
    decayed to nothing.
    """
    spec = DEFAULT_SPEC
    n_frames = -(-y.shape[0] // spec.hop_length)
    padded = np.pad(y, (0, n_frames * spec.hop_length - y.shape[0]))
    level_db, _ = hop_levels_db(padded.reshape(n_frames, spec.hop_length))
    frames = np.arange(n_frames) - DELAY_FRAMES
    targets = np.zeros((n_frames, 2))
    for onset_s, offset_s, _ in notes:
        onset, offset = onset_s / spec.hop_s, offset_s / spec.hop_s
        targets[:, 0] = np.maximum(targets[:, 0], 1.0 - np.abs(frames - onset) / 2.0)
        held = level_db[int(onset) : int(offset) + 1]
        audible = np.flatnonzero(held > held.max(initial=-120.0) + _INAUDIBLE_DB)
        last = onset + audible[-1] + 1.0 if audible.size else onset
        targets[(frames >= round(onset)) & (frames < round(min(offset, last))), 1] = 1.0
    return targets.astype(np.float16)


def to_levels(quantised: NDArray[np.uint8]) -> Float32Array:
    """Relative levels in -1 … 1 of stored ones."""
    return quantised.astype(np.float32) / np.float32(_LEVEL_STEPS) - np.float32(1.0)


def changed(y: Float32Array, rng: np.random.Generator) -> Float32Array:
    """The sound through an equaliser, a room, noise and poor equipment, each perhaps; same shape (n,)."""
    sr = DEFAULT_SPEC.sr
    n = y.shape[0]
    n_fft = 1 << (n + sr).bit_length()
    hz: NDArray[np.float64] = np.fft.rfftfreq(n_fft, 1.0 / sr).astype(np.float64)
    spectrum = np.fft.rfft(y, n_fft)
    if rng.random() < 0.5:
        spectrum = spectrum * equaliser(hz, rng)
    if rng.random() < 0.4:
        spectrum = spectrum * np.fft.rfft(room_response(sr, rng), n_fft)
    if rng.random() < 0.25:
        spectrum = spectrum * band_limits(hz, rng)
    wet = np.fft.irfft(spectrum, n_fft)[:n]
    rms = float(np.sqrt(np.mean(wet**2)))
    if rng.random() < 0.75:
        wet = wet + noise(n, sr, rng) * (max(rms, 1e-4) * 10.0 ** (-rng.uniform(*SNR_DB) / 20.0))
    gain = 10.0 ** (rng.uniform(*PEAK_DB) / 20.0) / max(float(np.abs(wet).max(initial=0.0)), 1e-3)
    return (wet * gain).astype(np.float32)
