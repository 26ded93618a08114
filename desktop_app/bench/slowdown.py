# SPDX-License-Identifier: MIT
"""Slowing down: how long it takes, and what it leaves of pitch, attacks, level and stereo image.

Beside librosa's phase vocoder, and python-stretch (Signalsmith Stretch) where it is installed.
"""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import soundfile
import soxr
from numpy.typing import NDArray

from desktop_app.bench.report import Figure, Report, rounded
from desktop_app.domain.errors import RightInTuneError
from desktop_app.domain.listening import Stretch
from desktop_app.domain.pitch import midi_to_hz
from desktop_app.dsp.stretch import stretch
from desktop_app.jobs.pool import JobPool
from desktop_app.jobs.render import render_clip

SR = 44_100
RENDER_S = 20.0
N_ROUNDS = 5
SPEEDS = (0.25, 0.5, 0.75, 1.5)
SHIFTS_SEMITONES = (0.0, 3.37, -12.0, 12.0)
TONES_MIDI = (33, 45, 57, 69, 93)
NOTE_GAP_S = 0.4
_RISE_STEPS = 4

Sound = NDArray[np.float32]
Times = NDArray[np.float64]
Stretcher = Callable[[Sound, int, float, float], Sound]


def run(seconds: float = RENDER_S, n_rounds: int = N_ROUNDS) -> Report:
    """Measure all on sounds that are made here."""
    peers = dict(_peers())
    notes, onsets_s = plucked_notes()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "sound.wav"
        n_copies = int(seconds * SR / notes.shape[0]) + 2
        soundfile.write(path, np.tile(notes, (n_copies, 1)), SR, "FLOAT")
        time_s = {name: _time_here(peer, path, seconds, n_rounds) for name, peer in peers.items()}
        own_s = _time_job(path, seconds, n_rounds)
    how = f"{seconds:g} s of stereo at 50 %"
    figures = [_figure(f"rendered in the job process: {how}", own_s, "s", 1.5, time_s)]
    own = _quality(stretch, notes, onsets_s)
    told = {name: _quality(peer, notes, onsets_s) for name, peer in peers.items()}
    for what, (unit, target) in _QUALITIES.items():
        figures.append(_figure(what, own[what], unit, target, {name: told[name][what] for name in told}))
    return Report("slowdown", figures, {"speeds": SPEEDS, "shifts_semitones": SHIFTS_SEMITONES, "sr": SR})


_PITCH = "pitch of tones at all speeds and shifts, worst"
_ONSET = "onsets of plucked notes at 50 %, p90"
_RINGING = "onsets of plucked notes that ring into each other at 50 %, p90"
_RISE = "rise of their attacks at 50 % beyond the recording's, median"
_LEVEL = "change of level at 50 %"
_IMAGE = "change of the level between left and right at 50 %, p90 of tenths of a second"
_QUALITIES: dict[str, tuple[str, float | None]] = {
    _PITCH: ("cents", 3.0),
    _ONSET: ("ms", 10.0),
    _RINGING: ("ms", 10.0),
    _RISE: ("ms", None),
    _LEVEL: ("dB", 1.0),
    _IMAGE: ("dB", None),
}


def _figure(what: str, value: float, unit: str, target: float | None, peers: dict[str, float]) -> Figure:
    told = {name: rounded(peer, 3) for name, peer in peers.items()}
    return Figure(what, rounded(value, 3), unit, target=target, peers=told)


def _quality(stretcher: Stretcher, notes: Sound, onsets_s: Times) -> dict[str, float]:
    slow = stretcher(notes, SR, 0.5, 0.0)
    before_s, before_rise_s = attacks(notes, onsets_s)
    after_s, after_rise_s = attacks(slow, 2.0 * before_s)
    return {
        _PITCH: max(_pitch_errors_cents(stretcher)),
        _ONSET: 1000.0 * float(np.percentile(np.abs(after_s - 2.0 * before_s), 90)),
        _RINGING: _ringing_error_ms(stretcher),
        _RISE: 1000.0 * float(np.median(after_rise_s - before_rise_s)),
        _LEVEL: abs(10.0 * float(np.log10(_power(slow) / _power(notes)))),
        _IMAGE: float(np.percentile(np.abs(_image_db(slow, 0.2) - _image_db(notes, 0.1)), 90)),
    }


def _ringing_error_ms(stretcher: Stretcher) -> float:
    notes, onsets_s = plucked_notes(ring=2.0)
    before_s, _ = attacks(notes, onsets_s)
    after_s, _ = attacks(stretcher(notes, SR, 0.5, 0.0), 2.0 * before_s)
    return 1000.0 * float(np.percentile(np.abs(after_s - 2.0 * before_s), 90))


def _pitch_errors_cents(stretcher: Stretcher) -> Iterator[float]:
    t = np.arange(2 * SR) / SR
    for midi in TONES_MIDI:
        f0_hz = midi_to_hz(midi)
        partials = [0.2 / k * np.sin(2.0 * np.pi * k * f0_hz * t + k * k) for k in range(1, 6)]
        tone = np.repeat(np.sum(partials, axis=0)[:, None], 2, axis=1).astype(np.float32)
        for speed in SPEEDS:
            for semitones in SHIFTS_SEMITONES:
                y = stretcher(tone, SR, speed, semitones)[:, 0]
                expected_hz = f0_hz * 2.0 ** (semitones / 12.0)
                told_hz = frequency_hz(y[y.size // 5 : -y.size // 5], expected_hz)
                yield abs(1200.0 * np.log2(told_hz / expected_hz))


def frequency_hz(y: NDArray[np.floating], near_hz: float) -> float:
    """The strongest frequency within half a semitone, from the spectrum's peak by a parabola."""
    n_fft = 8 << (y.size - 1).bit_length()
    level = np.log(np.abs(np.fft.rfft(y * np.hanning(y.size), n_fft)) + 1e-12)
    low, high = (round(near_hz * 2.0 ** (step / 24.0) * n_fft / SR) for step in (-1, 1))
    k = low + int(np.argmax(level[low : high + 1]))
    a, b, c = level[k - 1 : k + 2]
    return float((k + 0.5 * (a - c) / (a - 2.0 * b + c)) * SR / n_fft)


def plucked_notes(n: int = 24, ring: float = 1.0) -> tuple[Sound, Times]:
    """Plucked strings left and right, which ring so much longer, and their onsets in seconds."""
    rng = np.random.default_rng(1)
    onsets_s = 0.5 + NOTE_GAP_S * np.arange(n)
    y = np.zeros((round((onsets_s[-1] + 1.5) * SR), 2))
    t = np.arange(SR) / SR
    for onset_s, midi in zip(onsets_s, rng.integers(40, 84, n), strict=True):
        decays = [
            np.sin(2.0 * np.pi * k * midi_to_hz(midi) * t) * np.exp(-t * (4.0 + 2.0 * k) / ring) / k
            for k in range(1, 9)
        ]
        tone = 0.12 * np.sum(decays, axis=0) * np.minimum(t / 0.002, 1.0)
        start, left = round(onset_s * SR), rng.uniform(0.2, 0.8)
        y[start : start + t.size] += tone[:, None] * (left, 1.0 - left)
    return y.astype(np.float32), np.asarray(onsets_s, np.float64)


def attacks(y: Sound, near_s: Times, search_s: float = 0.04) -> tuple[Times, Times]:
    """When the level rises most within 8 ms, and how long it takes from 10 to 90 %, in seconds."""
    step = SR // 1000
    power = np.add.reduceat(y.astype(np.float64).sum(axis=1) ** 2, np.arange(0, y.shape[0], step))
    level_db = 10.0 * np.log10(np.convolve(power, np.ones(3) / 3.0, "same") + 1e-7)
    rise_db = level_db[2 * _RISE_STEPS :] - level_db[: -2 * _RISE_STEPS]
    onsets, rises = [], []
    for near in near_s:
        first, last = (round((near + side * search_s) * SR / step) for side in (-1, 1))
        onset = first + int(np.argmax(rise_db[first - _RISE_STEPS : last - _RISE_STEPS]))
        peak = onset + int(np.argmax(level_db[onset : onset + 2 * _RISE_STEPS]))
        low_db = max(float(level_db[first:peak].min()), float(level_db[peak]) - 40.0)
        bounds_db = (low_db + share * (level_db[peak] - low_db) for share in (0.1, 0.9))
        start, end = (_last_below(level_db[first : peak + 1], bound_db) for bound_db in bounds_db)
        onsets.append(onset * step / SR)
        rises.append((end - start) * step / SR)
    return np.array(onsets), np.array(rises)


def _last_below(level_db: Times, bound_db: float) -> int:
    below = np.flatnonzero(level_db < bound_db)
    return int(below[-1]) if below.size else 0


def _power(y: Sound) -> float:
    return float(np.mean(y.astype(np.float64) ** 2))


def _image_db(y: Sound, block_s: float) -> Times:
    """Left against right in blocks, from the first note on."""
    n = round(block_s * SR)
    blocks = y[5 * n : 95 * n].astype(np.float64).reshape(90, n, 2)
    power = np.mean(blocks**2, axis=1) + 1e-9
    return np.asarray(10.0 * np.log10(power[:, 0] / power[:, 1]))


def _time_job(path: Path, seconds: float, n_rounds: int) -> float:
    """From asking a warm process to its answer, reading and writing included; the median."""
    with JobPool(1) as pool:
        times_s = []
        for i in range(n_rounds + 1):
            started_s = time.perf_counter()
            clip = str(path.with_suffix(f".{i}"))
            pool.submit(render_clip, str(path), Stretch(1.0, 1.0 + seconds, 0.5), clip)
            _wait(pool)
            times_s.append(time.perf_counter() - started_s)
    return statistics.median(times_s[1:])


def _wait(pool: JobPool) -> None:
    while True:
        for update in pool.wait(60.0):
            if update.error:
                raise update.error
            if update.kind == "done":
                return


def _time_here(peer: Stretcher, path: Path, seconds: float, n_rounds: int) -> float:
    times_s = []
    for i in range(n_rounds + 1):
        started_s = time.perf_counter()
        y = soundfile.read(path, round(seconds * SR), SR, dtype="float32", always_2d=True)[0]
        path.with_suffix(f".{i}").write_bytes(peer(y, SR, 0.5, 0.0).astype(np.float32).tobytes())
        times_s.append(time.perf_counter() - started_s)
    return statistics.median(times_s[1:])


def _peers() -> Iterator[tuple[str, Stretcher]]:
    if find_spec("librosa") is None:
        raise RightInTuneError("This measurement needs librosa.")
    yield "librosa", _by_librosa
    if find_spec("python_stretch") is not None:
        yield "python-stretch", _by_python_stretch


def _by_librosa(y: Sound, sr: int, speed: float, semitones: float) -> Sound:
    from librosa.effects import time_stretch

    ratio = 2.0 ** (semitones / 12.0)
    slow = time_stretch(np.ascontiguousarray(y.T), rate=speed / ratio).T
    return slow if semitones == 0.0 else soxr.resample(np.ascontiguousarray(slow), ratio, 1.0)


def _by_python_stretch(y: Sound, sr: int, speed: float, semitones: float) -> Sound:
    from python_stretch.Signalsmith import Stretch as Signalsmith

    engine = Signalsmith(1)
    engine.preset(y.shape[1], sr)
    engine.setTransposeSemitones(semitones)
    engine.timeFactor = speed
    return np.asarray(engine.process(np.ascontiguousarray(y.T))).T
