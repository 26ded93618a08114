# SPDX-License-Identifier: MIT
"""How much memory a long file takes, and whether that grows with its length."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

import psutil

from desktop_app.bench.report import Figure, Report, rounded
from desktop_app.bench.sounds import write_long_file
from desktop_app.domain.errors import RightInTuneError
from desktop_app.jobs.pool import JobPool
from desktop_app.jobs.tasks import AnalyseOptions, analyse_file, prepare

MINUTES = 60.0
SR = 44_100
LOOK_S = 0.25
MIB = 1024.0 * 1024.0
# Mapped pages of the pictures on disk count as resident; growth below this is not growth.
FLAT = 1.15


def run(minutes: float = MINUTES) -> Report:
    """Analyse a stereo file of that length in a job process, with its pictures, and watch the process."""
    with tempfile.TemporaryDirectory() as name, JobPool(1, memory_limit_mb=4000.0) as pool:
        path, pictures = Path(name, "long.wav"), Path(name, "pictures")
        write_long_file(path, minutes, sr=SR)
        started_s = time.perf_counter()
        looks = _watch(pool, path, pictures)
        duration_s = time.perf_counter() - started_s
        pictures_mib = sum(file.stat().st_size for file in pictures.rglob("*") if file.is_file()) / MIB
    peak_mib = max(used for _, used in looks)
    quarter_mib = max(used for fraction, used in looks if 0.2 <= fraction <= 0.3)
    end_mib = max(used for fraction, used in looks if fraction >= 0.9)
    whole_mib = minutes * 60.0 * SR * 2 * 4 / MIB
    return Report(
        "memory",
        [
            Figure(
                f"{minutes:.0f} min of 44.1 kHz stereo, job process at most",
                rounded(peak_mib),
                "MiB",
                "its samples as float32 alone",
                rounded(whole_mib),
                target=600.0,
            ),
            Figure("at the end against at a quarter", rounded(end_mib / quarter_mib), "×", target=FLAT),
            Figure("time", rounded(duration_s), "s"),
            Figure("speed", rounded(minutes * 60.0 / duration_s), "× real time"),
            Figure("pictures on disk", rounded(pictures_mib), "MiB"),
        ],
        {"rss_mib_by_fraction": [(round(f, 3), round(m)) for f, m in looks[:: max(1, len(looks) // 40)]]},
    )


def _watch(pool: JobPool, path: Path, pictures: Path) -> list[tuple[float, float]]:
    """(fraction done, resident MiB of the job process), several times a second."""
    pool.submit(prepare, AnalyseOptions())
    pool.submit(analyse_file, str(path), AnalyseOptions(), str(pictures))
    n_left, fraction, looks = 2, 0.0, []
    while n_left:
        time.sleep(LOOK_S)
        for update in pool.poll():
            if update.kind == "failed":
                raise update.error or RightInTuneError("The job failed.")
            fraction = update.fraction or fraction
            n_left -= update.kind == "done"
        looks.append((fraction, _children_mib()))
    return looks


def _children_mib() -> float:
    """Resident memory of the largest child: the job process beside multiprocessing's small helpers."""
    sizes = [0.0]
    for child in psutil.Process().children(recursive=True):
        try:
            sizes.append(child.memory_info().rss / MIB)
        except psutil.NoSuchProcess:
            continue
    return max(sizes)
