# SPDX-License-Identifier: MIT
"""How fast single notes are analysed: one job process beside librosa.yin alone, and two beside one."""

from __future__ import annotations

import statistics
import tempfile
import time
from pathlib import Path

from desktop_app.bench.report import Figure, Report, rounded
from desktop_app.bench.sounds import write_notes
from desktop_app.domain.errors import RightInTuneError
from desktop_app.jobs.pool import JobPool
from desktop_app.jobs.tasks import AnalyseOptions, analyse_file, prepare

N_FILES = 60
NOTE_S = 4.0
N_ROUNDS = 3
YIN_LOWEST_HZ = 55.0
YIN_HIGHEST_HZ = 4200.0


def run(n_files: int = N_FILES, n_rounds: int = N_ROUNDS) -> Report:
    """Analyse the same notes with one process, with two, and with librosa.yin, in turn."""
    one_s, two_s, yin_s = [], [], []
    with tempfile.TemporaryDirectory() as folder, JobPool(1) as one, JobPool(2) as two:
        paths = write_notes(Path(folder), n_files, duration_s=NOTE_S)
        _warm(one, 1)
        _warm(two, 2)
        _time_yin(paths[:2])
        for _ in range(n_rounds):
            one_s.append(_time_pool(one, paths))
            two_s.append(_time_pool(two, paths))
            yin_s.append(_time_yin(paths))
    sound_s = n_files * NOTE_S
    speed, yin_speed = sound_s / statistics.median(one_s), sound_s / statistics.median(yin_s)
    gain = statistics.median(one_s) / statistics.median(two_s)
    return Report(
        "file",
        [
            Figure(
                "single notes with family, pitch and notes, one process",
                rounded(speed),
                "× real time",
                "librosa.yin alone",
                rounded(yin_speed),
                target=60.0,
                better="more",
            ),
            Figure("two processes against one", rounded(gain), "×", target=1.7, better="more"),
        ],
        {"n_files": n_files, "note_s": NOTE_S, "one_s": one_s, "two_s": two_s, "yin_s": yin_s},
    )


def _warm(pool: JobPool, n_workers: int) -> None:
    for _ in range(n_workers):  # submitted together, so that each process gets one
        pool.submit(prepare, AnalyseOptions())
    _wait(pool, n_workers)


def _time_pool(pool: JobPool, paths: list[Path]) -> float:
    started_s = time.perf_counter()
    for path in paths:
        pool.submit(analyse_file, str(path), AnalyseOptions(), None)
    _wait(pool, len(paths))
    return time.perf_counter() - started_s


def _wait(pool: JobPool, n_jobs: int) -> None:
    while n_jobs:
        for update in pool.wait(60.0):
            if update.kind == "failed":
                raise update.error or RightInTuneError("A job failed.")
            n_jobs -= update.kind == "done"


def _time_yin(paths: list[Path]) -> float:
    import librosa
    import soundfile

    started_s = time.perf_counter()
    for path in paths:
        y, sr = soundfile.read(path, dtype="float32")
        librosa.yin(y, fmin=YIN_LOWEST_HZ, fmax=YIN_HIGHEST_HZ, sr=sr, hop_length=sr // 100)
    return time.perf_counter() - started_s
