# SPDX-License-Identifier: MIT
"""How often the pitch of a single note is right, and how fast, beside ``librosa.yin`` in the same run."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from desktop_app.bench.report import Figure, Report, rounded
from desktop_app.domain.frames import Float32Array
from desktop_app.domain.labels import MIDI_MAX, MIDI_MIN
from desktop_app.domain.pitch import hz_to_midi, midi_to_hz
from desktop_app.dsp.framing import Framer
from desktop_app.dsp.pitch import PitchTracker
from desktop_app.dsp.spec import DEFAULT_SPEC

RIGHT_PERCENT: Final = 97.0
_TOLERANCE_SEMITONES: Final = 0.5
_ATTACK_S: Final = 0.03
_YIN_FRAME: Final = 2048
# Amplitudes of the harmonics of the made sounds, and the time in seconds in which they fall to a third.
_TIMBRES: Final[dict[str, tuple[tuple[float, ...], float]]] = {
    "pure": ((1.0,), 9.0),
    "rich": (tuple(1.0 / h for h in range(1, 21)), 9.0),
    "odd": (tuple((h % 2) / h for h in range(1, 20)), 9.0),
    "weak_fundamental": ((0.02, *(1.0 / h for h in range(2, 21))), 9.0),
    "plucked": (tuple(h**-1.5 for h in range(1, 16)), 0.5),
}

Sound = tuple[str, Float32Array, int, float]
Estimate = Callable[[Float32Array], tuple[NDArray[np.floating], NDArray[np.floating]]]


def run(cases: Path | None = None) -> Report:
    """Median pitch of each sound after its attack, right within half a semitone.

    Parameters
    ----------
    cases
        A folder with ``truth.json`` (a list of objects with ``wav``, ``midi`` and ``onset`` in seconds) and
        mono wav files at 16 kHz; None for sounds made here: every piano key in five timbres.

    Returns
    -------
    Report
        Shares in percent and throughput in times real time of one thread.
    """
    sounds = list(_made_sounds() if cases is None else _recorded_sounds(cases))
    own, own_s = _measure(_own_estimate, sounds)
    yin, yin_s = _measure(_make_yin_estimate(), sounds)
    duration_s = sum(y.size for _, y, _, _ in sounds) / DEFAULT_SPEC.sr
    figures = [_share("single notes right", own, yin, RIGHT_PERCENT)]
    for low, high in ((MIDI_MIN, 40), (41, 59), (60, 75), (76, 89), (90, MIDI_MAX)):
        rows = np.array([low <= midi <= high for _, _, midi, _ in sounds])
        if rows.any():
            figures.append(_share(f"MIDI {low}-{high} right", own[rows], yin[rows], None))
    speeds = [rounded(duration_s / elapsed_s) for elapsed_s in (own_s, yin_s)]
    figures.append(Figure("throughput", speeds[0], "x real time", "librosa.yin", speeds[1], better="more"))
    wrong = [name for (name, *_), is_right in zip(sounds, own, strict=True) if not is_right]
    return Report("pitch", figures, {"n_sounds": len(sounds), "wrong": wrong})


def _share(what: str, own: NDArray[np.bool_], yin: NDArray[np.bool_], target: float | None) -> Figure:
    shares = [rounded(100.0 * float(right.mean())) for right in (own, yin)]
    return Figure(what, shares[0], "%", "librosa.yin", shares[1], target, "more")


def _measure(estimate: Estimate, sounds: list[Sound]) -> tuple[NDArray[np.bool_], float]:
    """Which sounds are right, shape (n_sounds,), and the processor time in seconds."""
    estimate(sounds[0][1])
    right = np.zeros(len(sounds), np.bool_)
    elapsed_s = 0.0
    for i, (_, y, midi, onset_s) in enumerate(sounds):
        started = time.process_time()
        f0_hz, weight = estimate(y)
        elapsed_s += time.process_time() - started
        used = np.isfinite(f0_hz) & (np.arange(f0_hz.size) * DEFAULT_SPEC.hop_s >= onset_s + _ATTACK_S)
        if used.any():
            heard = _weighted_median(hz_to_midi(f0_hz[used]), weight[used])
            right[i] = abs(heard - midi) <= _TOLERANCE_SEMITONES
    return right, elapsed_s


def _weighted_median(values: NDArray[np.float64], weights: NDArray[np.floating]) -> float:
    order = np.argsort(values)
    total = np.cumsum(np.maximum(weights[order], 1e-9))
    return float(values[order][np.searchsorted(total, total[-1] / 2.0)])


def _own_estimate(y: Float32Array) -> tuple[Float32Array, Float32Array]:
    tracker = PitchTracker()
    framer = Framer(DEFAULT_SPEC.hop_length, tracker.lookback, tracker.lookahead)
    parts = [tracker.process(segment) for segment in (framer.push(y), framer.flush()) if segment]
    return np.concatenate([f for f, _ in parts]), np.concatenate([v for _, v in parts])


def _make_yin_estimate() -> Estimate:
    """``librosa.yin`` with a gate on the level, as it does not decide on voicing itself."""
    import librosa

    def estimate(y: Float32Array) -> tuple[NDArray[np.floating], NDArray[np.floating]]:
        hop = DEFAULT_SPEC.hop_length
        low, high = midi_to_hz(MIDI_MIN - 1), midi_to_hz(MIDI_MAX + 1)
        f0_hz = librosa.yin(
            y, fmin=low, fmax=high, sr=DEFAULT_SPEC.sr, frame_length=_YIN_FRAME, hop_length=hop
        )
        rms = librosa.feature.rms(y=y, frame_length=_YIN_FRAME // 2, hop_length=hop)[0][: f0_hz.size]
        f0_hz = np.where(rms > max(1e-4, 0.02 * float(rms.max())), f0_hz[: rms.size], np.nan)
        return f0_hz, np.ones(f0_hz.size)

    return estimate


def _made_sounds() -> Iterator[Sound]:
    """Every piano key in every timbre, 1.2 s from 0.1 s on, over faint white noise."""
    rng = np.random.default_rng(0)
    t = np.arange(round(1.2 * DEFAULT_SPEC.sr)) / DEFAULT_SPEC.sr
    for name, (amplitudes, decay_s) in _TIMBRES.items():
        envelope = np.minimum(t / 0.005, 1.0) * np.exp(-t / decay_s)
        for midi in range(MIDI_MIN, MIDI_MAX + 1):
            f0_hz = midi_to_hz(midi)
            tone = np.zeros_like(t)
            for harmonic, amplitude in enumerate(amplitudes, start=1):
                if harmonic * f0_hz < 0.47 * DEFAULT_SPEC.sr:
                    tone += amplitude * np.sin(2.0 * np.pi * (harmonic * f0_hz * t + rng.random()))
            tone *= 0.3 * envelope / np.abs(tone).max()
            y = np.concatenate((np.zeros(DEFAULT_SPEC.sr // 10), tone))
            y += 1e-4 * rng.standard_normal(y.size)
            yield f"{name} {midi}", y.astype(np.float32), midi, 0.1


def _recorded_sounds(folder: Path) -> Iterator[Sound]:
    import soundfile

    root = folder if (folder / "truth.json").is_file() else folder / "notes"
    for entry in json.loads((root / "truth.json").read_text(encoding="utf-8")):
        y, _ = soundfile.read(root / entry["wav"], dtype="float32")
        yield entry["wav"], y, int(entry["midi"]), float(entry.get("onset", 0.0))
