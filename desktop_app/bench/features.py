# SPDX-License-Identifier: MIT
"""How fast the training lab computes its features, on one core beside librosa and on several.

Every time is from the file to the numbers: reading, resampling from 16 to 22.05 kHz, mel levels and MFCC.
"""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

import numpy as np
import psutil

from desktop_app.bench.report import Figure, Report, rounded
from desktop_app.bench.sounds import write_notes
from desktop_app.training.corpora.entry import Entry
from desktop_app.training.lab.cache import build_matrix
from desktop_app.training.lab.features import FeatureSettings, prepared_sound
from desktop_app.training.lab.features_spectra import Spectra

N_SOUNDS: Final = 1024
N_ALONE: Final = 64
N_ROUNDS: Final = 5
N_PROCESSES: Final = 4
SOUND_S: Final = 4.0
TARGET_TIMES_REAL: Final = 400.0
TARGET_RATIO: Final = 3.0
_SETTINGS: Final = FeatureSettings()

Features = tuple[np.ndarray, np.ndarray]
Times = tuple[float, float]  # seconds by the clock; processor time of this and the busiest other process


def run(n_sounds: int = N_SOUNDS, n_rounds: int = N_ROUNDS) -> Report:
    """Measure on notes that are made here; of several rounds the least disturbed counts."""
    with tempfile.TemporaryDirectory() as name:
        entries = [_entry(path) for path in write_notes(Path(name), n_sounds, duration_s=SOUND_S)]
        alone = entries[:N_ALONE]
        rounds = [(_time_all(_own, alone), _time_all(_librosas, alone)) for _ in range(n_rounds + 1)]
        own_s, librosa_s = np.min(rounds[1:], axis=0)
        one, several = _time_processes(entries, Path(name), n_rounds)
    speeds = [rounded(len(alone) * SOUND_S / seconds, 3) for seconds in (own_s, librosa_s)]
    figures = [
        Figure(
            "mel levels and MFCC of a file, one core",
            speeds[0],
            "times real time",
            "librosa's melspectrogram and mfcc",
            speeds[1],
            TARGET_TIMES_REAL,
            "more",
        ),
        Figure(
            f"{N_PROCESSES} processes, kept on disk",
            rounded(one[0] / several[0], 3),
            "times one process",
            target=TARGET_RATIO,
            better="more",
        ),
        Figure(
            f"{N_PROCESSES} processes by processor time, as on cores that do nothing else",
            rounded(one[1] / several[1], 3),
            "times one process",
        ),
    ]
    details = {
        "n_sounds": n_sounds,
        "sound_s": SOUND_S,
        "one_process_s": rounded(one[0]),
        "several_processes_s": rounded(several[0]),
        "load_average": rounded(os.getloadavg()[0], 3) if hasattr(os, "getloadavg") else None,
    }
    return Report("features", figures, details)


def _entry(path: Path) -> Entry:
    return Entry(
        key=path.stem,
        path=path,
        labels=("note",),
        instrument=None,
        family=None,
        source=None,
        midi=None,
        velocity=None,
        qualities=(),
        bank="made",
        part="",
        weights_ok=True,
    )


def _time_all(features_of: Callable[[Entry], Features], entries: Sequence[Entry]) -> float:
    started_s = time.perf_counter()
    for entry in entries:
        features_of(entry)
    return time.perf_counter() - started_s


def _own(entry: Entry) -> Features:
    spectra = Spectra(prepared_sound(entry, _SETTINGS), _SETTINGS.spec)
    return spectra.mel_db, spectra.mfcc


def _librosas(entry: Entry) -> Features:
    import librosa
    import soundfile

    y, from_sr = soundfile.read(entry.path, dtype="float32")
    y = librosa.resample(y, orig_sr=from_sr, target_sr=_SETTINGS.sr)
    mel_db = librosa.power_to_db(librosa.feature.melspectrogram(y=y, sr=_SETTINGS.sr))
    return mel_db, librosa.feature.mfcc(S=mel_db, n_mfcc=_SETTINGS.n_mfcc)


def _time_processes(entries: Sequence[Entry], folder: Path, n_rounds: int) -> tuple[Times, Times]:
    """Least times of one process and of several, with an empty cache; the processes are there before."""
    from joblib.externals.loky import get_reusable_executor

    def times(jobs: int, number: int) -> Times:
        before_s, started_s = _processor_times_s(), time.perf_counter()
        build_matrix(entries, "mfcc", _SETTINGS, folder / f"{jobs}-{number}", jobs=jobs)
        wall_s = time.perf_counter() - started_s
        own_s, *others_s = (after_s - before_s.get(pid, 0.0) for pid, after_s in _processor_times_s().items())
        return wall_s, own_s + max(others_s, default=0.0)

    try:
        build_matrix(entries, "mfcc", _SETTINGS, folder / "first", jobs=N_PROCESSES)
        measured = [(times(1, k), times(N_PROCESSES, k)) for k in range(n_rounds)]
    finally:
        get_reusable_executor().shutdown(wait=True)
    one, several = np.min(measured, axis=0).tolist()
    return tuple(one), tuple(several)


def _processor_times_s() -> dict[int, float]:
    """Of this process, which comes first, and of those that it started."""
    this = psutil.Process()
    return {some.pid: sum(some.cpu_times()[:2]) for some in (this, *this.children(recursive=True))}
