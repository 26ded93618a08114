# SPDX-License-Identifier: MIT
"""Listening again: the seams of loops, how soon the sound follows a key, and gaps beside live pictures."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import soundfile
from numpy.typing import NDArray

from desktop_app.bench.report import Figure, Report, rounded
from desktop_app.bench.sounds import melody
from desktop_app.bench.surroundings import virtual_microphone, virtual_screen
from desktop_app.domain.errors import AudioDeviceError
from desktop_app.domain.frames import Float32Array
from desktop_app.domain.listening import Clip, Stretch
from desktop_app.dsp.stretch import stretch
from desktop_app.realtime.file_source import FileSource
from desktop_app.realtime.loop_seam import MAX_FADE_S
from desktop_app.realtime.player_clips import ClipShelf
from desktop_app.realtime.player_composer import Composer
from desktop_app.realtime.reader import Recording

MINUTES = 10.0
SR = 44_100
SOUND_S = 8.0
N_LOOPS = 20
N_KEYS = 60
SLACK_S = 240.0
MARGIN_S = 0.5


def run(minutes: float = MINUTES, n_loops: int = N_LOOPS, n_keys: int = N_KEYS) -> Report:
    """Compose loops of made sounds, then play one for so long while the whole window draws.

    Raises
    ------
    AudioDeviceError
        Without PulseAudio, whose null sink is the loudspeaker.
    """
    with tempfile.TemporaryDirectory() as folder:
        as_recorded, slow, n_uneven = _seams(Path(folder), n_loops)
        played = _played(Path(folder), 60.0 * minutes, n_keys)
    keys_ms = np.sort([delay for delays in played["keys_ms"].values() for delay in delays])
    answered = 100.0 * keys_ms.size / played["n_keys"]
    p50, p95 = np.percentile(keys_ms, (50, 95))
    arrived_ms = np.percentile(played["arrived_ms"], 95)
    of_material = "of the material's largest step"
    return Report(
        "playback",
        [
            Figure("largest step in a loop's seam", rounded(as_recorded), of_material, target=1.0),
            Figure("the same at 50 %", rounded(slow), of_material, target=1.0),
            Figure(
                "frames too many, too few or other than in the pass before", n_uneven, "frames", target=0.0
            ),
            Figure("key to the callback that acts, median", rounded(float(p50), 3), "ms", target=50.0),
            Figure("key to the callback that acts, p95", rounded(float(p95), 3), "ms", target=50.0),
            Figure(
                "key to the callback that acts, longest", rounded(float(keys_ms[-1]), 3), "ms", target=50.0
            ),
            Figure("seek to the sound of the new place, p95", rounded(float(arrived_ms), 3), "ms"),
            Figure("keys that were followed", rounded(answered), "%", target=100.0, better="more"),
            Figure(
                f"gaps in {minutes:g} min at 50 % beside live pictures", played["n_gaps"], "gaps", target=0.0
            ),
            Figure("underruns that the device told of", played["n_late"], "underruns", target=0.0),
            Figure("pictures meanwhile", rounded(played["frames_per_s"]), "a second"),
        ],
        {"minutes": minutes, "n_loops": n_loops, **played},
    )


def _sounds() -> Iterator[Float32Array]:
    """What loops are cut from, shape (n, channels)."""
    t = np.arange(round(SOUND_S * SR)) / SR
    yield (0.5 * np.sin(2.0 * np.pi * 220.0 * t)).astype(np.float32)[:, None]
    yield (0.5 * np.sin(2.0 * np.pi * 41.2 * t + 1.0)).astype(np.float32)[:, None]
    yield np.random.default_rng(1).uniform(-0.5, 0.5, (t.size, 2)).astype(np.float32)
    notes = [40, 52, 59, 64, 45, 57, 61, 69] * 4
    y = melody(notes, SR, held_s=0.2, gap_s=0.05, start_s=0.02)
    yield np.asarray(y, np.float32)[: t.size, None]


def _seams(folder: Path, n_loops: int) -> tuple[float, float, float]:
    """The worst seams as recorded and at half speed, and frames that were not as in the pass before."""
    rng = np.random.default_rng(2)
    worst, n_uneven = {1.0: 0.0, 0.5: 0.0}, 0
    for i, y in enumerate(_sounds()):
        path = folder / f"{i}.wav"
        soundfile.write(path, y, SR, "FLOAT")
        for _ in range(n_loops):
            length_s = float(np.exp(rng.uniform(np.log(0.1), np.log(3.0))))
            start_s = float(rng.uniform(0.0, y.shape[0] / SR - length_s))
            for speed in worst:
                ratio, n_other = _seam(path, y, Stretch(start_s, start_s + length_s, speed))
                worst[speed], n_uneven = max(worst[speed], ratio), n_uneven + n_other
    return worst[1.0], worst[0.5], float(n_uneven)


def _seam(path: Path, y: Float32Array, wanted: Stretch) -> tuple[float, int]:
    """A seam's largest step as part of the material's, and the frames that differ from the pass before."""
    clip = clip_of(y, SR, wanted)
    source = FileSource(path)
    shelf = ClipShelf()
    shelf.add(clip)
    composer = Composer(Recording(source, SR, y.shape[1]), shelf)
    composer.loop_s, composer.tempo = (wanted.start_s, wanted.end_s), (wanted.speed, 0.0)
    composer.restart(wanted.start_s)
    n = round((wanted.end_s - wanted.start_s) / wanted.speed * SR)
    n_seam = round(MAX_FADE_S * SR)
    heard = np.concatenate([piece.samples for piece in composer.compose(3 * n + 1)])
    source.close()
    material = _steps(clip.samples)  # the loop and half a second around it
    seam = _steps(heard[max(0, n - n_seam - 1) : n + 1])
    n_other = int(np.any(heard[n : 2 * n] != heard[2 * n : 3 * n], axis=1).sum())
    return float((seam / material).max()), n_other


def clip_of(y: Float32Array, sr: int, wanted: Stretch) -> Clip:
    """A stretch of a sound of shape (n, channels) as it is rendered, with margins."""
    start = max(0, round((wanted.start_s - MARGIN_S) * sr))
    end = round((wanted.end_s + MARGIN_S) * sr)
    samples = y[start:end]
    if wanted.speed != 1.0:
        samples = stretch(samples, sr, wanted.speed)
    return Clip(wanted, sr, samples, round((round(wanted.start_s * sr) - start) / wanted.speed))


def _steps(sound: Float32Array) -> NDArray[np.float64]:
    return np.abs(np.diff(sound.astype(np.float64), axis=0)).max(axis=0)


def _played(folder: Path, seconds: float, n_keys: int) -> dict[str, Any]:
    """Play in a fresh process with the whole window, into the null sink."""
    wav_path = folder / "music.wav"
    y = melody([45, 57, 61, 64, 69, 52, 59, 68] * 8, SR, held_s=0.3, gap_s=0.05, start_s=0.1)
    soundfile.write(wav_path, np.stack((y, 0.8 * y), axis=1), SR, "FLOAT")
    command = [sys.executable, "-m", "desktop_app.bench.playback_window"]
    command += [str(wav_path), str(seconds), str(n_keys)]
    with virtual_screen() as screen, virtual_microphone() as speaker:
        if speaker is None:
            raise AudioDeviceError("This measurement needs PulseAudio: install pulseaudio and its utilities.")
        own = {"RIGHT_IN_TUNE_HOME": str(folder), "OPENBLAS_NUM_THREADS": "1"}
        done = subprocess.run(
            command,
            env={**os.environ, **screen, **speaker, **own},
            stdout=subprocess.PIPE,
            text=True,
            timeout=seconds + n_keys + SLACK_S,
            check=True,
        )
    result: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return result
