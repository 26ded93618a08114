# SPDX-License-Identifier: MIT
"""Live sound: dropped blocks, processor time of the analysis and of the whole program, sound to screen."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from desktop_app.bench.report import Figure, Report, rounded
from desktop_app.bench.sounds import melody
from desktop_app.bench.surroundings import play, virtual_microphone, virtual_screen

SECONDS = 60.0
SR = 48_000
HELD_S, GAP_S, START_S = 0.4, 0.1, 1.0
LOWEST_MIDI, HIGHEST_MIDI = 45, 88  # A2 … E6
SLACK_S = 60.0


def notes(seconds: float) -> list[int]:
    """The notes that are played: A2 … E6, never the same twice in a row."""
    n_midis = HIGHEST_MIDI - LOWEST_MIDI + 1
    return [LOWEST_MIDI + (17 * i) % n_midis for i in range(int(seconds / (HELD_S + GAP_S)))]


def run(seconds: float = SECONDS) -> Report:
    """Listen to the virtual microphone without and with the window, then time what an array feeds."""
    with (
        tempfile.TemporaryDirectory() as folder,
        virtual_screen() as screen,
        virtual_microphone() as microphone,
    ):
        wav_path = Path(folder, "melody.wav")
        _write_melody(wav_path, seconds + SLACK_S)
        environment = {**screen, "RIGHT_IN_TUNE_HOME": folder, "OPENBLAS_NUM_THREADS": "1"}
        analysis = _child("live_analysis", seconds, environment, microphone, wav_path)
        window = _child("live_window", seconds, environment, microphone, wav_path)
        latency = _child("live_window", seconds, environment, None, wav_path)
    source = "array at real-time pace" if microphone is None else "virtual microphone"
    return Report(
        "live",
        [
            Figure(
                "dropped blocks", float(analysis["n_dropped"] + window["n_dropped"]), "blocks", target=0.0
            ),
            Figure("live analysis", rounded(analysis["thread_percent"]), "% of one core", target=5.0),
            Figure(
                "the same with the audio system's threads", rounded(analysis["cpu_percent"]), "% of one core"
            ),
            Figure(
                "whole program, all views, 1400 × 900, software rendering",
                rounded(window["cpu_percent"]),
                "% of one core",
                target=60.0,
            ),
            Figure("pictures", rounded(window["frames_per_s"]), "a second", target=30.0, better="more"),
            *_latency_figures(latency),
        ],
        {"source": source, "seconds": seconds, "latencies_ms": latency["latencies_ms"]},
    )


def _latency_figures(latency: Mapping[str, Any]) -> list[Figure]:
    delays_ms = sorted(latency["latencies_ms"])
    if len(delays_ms) < 2:
        return [Figure("notes shown", float(len(delays_ms)), "notes", target=2.0, better="more")]
    p95_ms = statistics.quantiles(delays_ms, n=20)[-1]
    shown = 100.0 * len(delays_ms) / latency["n_notes"]
    return [
        Figure("sound to screen, p95", rounded(p95_ms), "ms", target=120.0),
        Figure("sound to screen, median", rounded(statistics.median(delays_ms)), "ms"),
        Figure("notes shown before the next began", rounded(shown), "%", target=95.0, better="more"),
    ]


def _write_melody(path: Path, seconds: float) -> None:
    import soundfile

    y = melody(notes(seconds), SR, held_s=HELD_S, gap_s=GAP_S, start_s=START_S)
    soundfile.write(path, y, SR, subtype="PCM_16")


def _child(
    module: str,
    seconds: float,
    environment: Mapping[str, str],
    microphone: Mapping[str, str] | None,
    wav_path: Path,
) -> dict[str, Any]:
    """Measure in a fresh process, which hears the file from the microphone, or from an array without one."""
    source = "array" if microphone is None else "microphone"
    command = [sys.executable, "-m", f"desktop_app.bench.{module}", str(seconds), source, str(wav_path)]
    player = play(wav_path, microphone) if microphone else None
    try:
        done = subprocess.run(
            command,
            env={**os.environ, **environment, **(microphone or {})},
            stdout=subprocess.PIPE,
            text=True,
            timeout=seconds + 2 * SLACK_S,
            check=True,
        )
    finally:
        if player:
            player.terminate()
            player.wait()
    result: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return result
