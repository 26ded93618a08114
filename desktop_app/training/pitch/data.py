# SPDX-License-Identifier: MIT
"""Frames for the pitch ranker from a folder of phrases and from real single notes, some files at a time."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final

import numpy as np

from desktop_app.domain.frames import Float32Array
from desktop_app.training.phrases.make import read_index
from desktop_app.training.pitch.frames import (
    DO_NOT_CARE,
    NO_PITCH,
    RankerFrames,
    contour_midi,
    frame_levels_db,
    phrase_midi,
    ranker_frames,
    rows_to_learn,
    spoil,
)

_PITCHED: Final = ("melody", "notes", "contour")
_UNPITCHED: Final = ("noise", "claps", "drums", "silence")
_COMPANY_SHARE: Final = 0.2
_COMPANY_DB: Final = (6.0, 25.0)
_MAX_REAL_S: Final = 3.0
_N_CUTS: Final = 4
_CUT_S: Final = (0.005, 0.1)
_CUT_LENGTH: Final = 9600
_LAST_FRAMES: Final = 4


def phrase_frames(folder: Path, *, share: float, variants: int, seed: int, jobs: int) -> RankerFrames:
    """Frames of the one-voice phrases and of the sounds without pitch of a folder.

    Parameters
    ----------
    share
        How many of the frames are taken.
    variants
        How often each phrase is used, each time through another room, equipment and noise.
    """
    from joblib import Parallel, delayed

    entries = [entry for entry in read_index(folder) if entry["kind"] in _PITCHED + _UNPITCHED]
    others = [folder / entry["file"] for entry in entries if entry["kind"] in _PITCHED]
    tasks = [
        delayed(_of_phrase)(folder, entry, others, share, (seed, variant, number))
        for variant in range(variants)
        for number, entry in enumerate(entries)
    ]
    return RankerFrames.joined(Parallel(jobs)(tasks))


def real_note_frames(
    manifest_folder: Path, *, share: float, variants: int, seed: int, jobs: int
) -> RankerFrames:
    """Frames of recorded notes with a verified pitch and a licence that lets weights ship."""
    from joblib import Parallel, delayed

    with (manifest_folder / "manifest.csv").open(newline="", encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if _is_usable(row)]
    tasks = [
        delayed(_of_note)(
            manifest_folder / row["clip"], float(row["midi_pitch"]), share, (seed, variant, number)
        )
        for variant in range(variants)
        for number, row in enumerate(rows)
    ]
    return RankerFrames.joined(Parallel(jobs)(tasks))


def _is_usable(row: dict[str, str]) -> bool:
    is_verified = row["kind"] == "note" and row["pitch_check"] == "ok" and row["midi_pitch"] != ""
    return is_verified and row["weights_ok"] == "yes"


def _of_phrase(
    folder: Path, entry: dict[str, Any], others: list[Path], share: float, seed: Iterable[int]
) -> RankerFrames:
    rng = np.random.default_rng(list(seed))
    y = _read(folder / entry["file"])
    level_db = frame_levels_db(y)
    if entry["kind"] in _UNPITCHED:
        midi = np.full(level_db.size, NO_PITCH, np.float32)
    elif "f0_hz" in entry:
        midi = np.full(level_db.size, DO_NOT_CARE, np.float32)
        known = contour_midi(entry["f0_hz"])[: midi.size]
        midi[: known.size] = known
    else:
        midi = phrase_midi(entry["notes"], level_db)
        if rng.random() < _COMPANY_SHARE:
            y = _with_company(y, _read(others[rng.integers(len(others))]), rng)
    spoilt, snr_db = spoil(y, rng)
    midi[(midi >= 0.0) & (level_db < level_db.max() - snr_db - 8.0)] = DO_NOT_CARE  # drowned
    frames = ranker_frames(spoilt, midi, rows_to_learn(midi, rng, share))
    return RankerFrames.joined([frames, *_cut_short(spoilt, midi, entry["notes"], rng)])


def _cut_short(
    y: Float32Array, midi: Float32Array, notes: list[list[float]], rng: np.random.Generator
) -> list[RankerFrames]:
    """The last frames of the sound cut off soon after some onsets: the newest sound and then nothing."""
    parts = []
    for row in rng.permutation(len(notes))[:_N_CUTS]:
        end = int((notes[row][0] + rng.uniform(*_CUT_S)) * 16_000)
        start = max(0, end - _CUT_LENGTH) // 160 * 160
        of_part = midi[start // 160 : -(-end // 160)]
        if of_part.size > _LAST_FRAMES:
            rows = np.arange(of_part.size - _LAST_FRAMES, of_part.size)
            parts.append(ranker_frames(y[start:end], of_part, rows[of_part[rows] != DO_NOT_CARE]))
    return parts


def _of_note(path: Path, key: float, share: float, seed: Iterable[int]) -> RankerFrames:
    rng = np.random.default_rng(list(seed))
    y = _read(path)[: int(_MAX_REAL_S * 16_000)]
    level_db = frame_levels_db(y)
    loud = np.flatnonzero(level_db > level_db.max() - 30.0)
    midi = np.full(level_db.size, DO_NOT_CARE, np.float32)
    midi[loud[0] + 6 : loud[-1] + 1] = key
    midi[level_db < level_db.max() - 30.0] = DO_NOT_CARE
    spoilt, snr_db = spoil(y, rng)
    midi[level_db < level_db.max() - snr_db - 8.0] = DO_NOT_CARE
    return ranker_frames(spoilt, midi, rows_to_learn(midi, rng, share))


def _with_company(y: Float32Array, other: Float32Array, rng: np.random.Generator) -> Float32Array:
    """Another voice, softer by so many dB."""
    company = np.resize(other, y.size)
    ratio = np.sqrt(np.mean(np.square(y)) / (np.mean(np.square(company)) + 1e-12))
    return (y + company * np.float32(ratio * 10.0 ** (-rng.uniform(*_COMPANY_DB) / 20.0))).astype(np.float32)


def _read(path: Path) -> Float32Array:
    import soundfile

    y, _ = soundfile.read(path, dtype="float32")
    return np.asarray(y, np.float32)
