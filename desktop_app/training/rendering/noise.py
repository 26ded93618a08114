# SPDX-License-Identifier: MIT
"""Own sounds that are no instrument: noises, hum, claps, drums, typing, rooms, and speech by eSpeak NG.

Every maker takes the generators of the sound's kind and of the single clip and returns 4 s at 16 kHz.
"""

from __future__ import annotations

import io
import shutil
import subprocess
from collections.abc import Sequence
from typing import Final

import numpy as np
import soundfile

from desktop_app.domain.frames import Float32Array
from desktop_app.dsp.resample import resample
from desktop_app.training.augmentation.sound import coloured_noise
from desktop_app.training.augmentation.sound import hum as mains_hum
from desktop_app.training.rendering.presets import CorpusError
from desktop_app.training.rendering.soundfont import SR
from desktop_app.training.rendering.voices import N_SAMPLES, TIME_S, Rng, Signal, band

SENTENCES: Final = (
    "One two three, is this thing on?",
    "Let us take it again from the second bar, a little slower.",
    "I can not hear you, the microphone seems to be turned off.",
    "The train to the coast leaves in twenty minutes from the other side.",
    "Wait, wait. Who left the window open? It is cold in here.",
    "She sells old clocks, radios and lamps in a shop by the river.",
    "Please count the chairs and put the table back against the wall.",
    "No, thank you. Yes. Maybe tomorrow, after lunch.",
)
_LANGUAGES: Final = ("en-us", "en-gb", "de", "fr-fr", "es", "it", "pt", "nl", "sv", "pl")
_SPEAKERS: Final = ("m1", "m2", "m3", "m4", "m5", "m6", "m7", "f1", "f2", "f3", "f4", "f5")


def bursts(times_s: Signal, decay_s: float, low_hz: float, high_hz: float, rng: Rng) -> Signal:
    """Bursts of filtered noise at some times."""
    y = np.zeros(N_SAMPLES)
    for start in (times_s * SR).astype(int):
        n = max(0, min(N_SAMPLES - start, int(8 * decay_s * SR)))
        fade = rng.uniform(0.4, 1.0) * np.exp(-np.arange(n) / (decay_s * SR))
        y[start : start + n] += fade * rng.standard_normal(n)
    return band(y, low_hz, high_hz)


def _times(rng: Rng, gap_s: float) -> Signal:
    """Irregular times with a mean distance."""
    times = np.cumsum(rng.gamma(2.0, gap_s / 2.0, int(6.0 / gap_s) + 2))
    return times[times < 3.9]


def steady_noise(rng: Rng, clip: Rng) -> Signal:
    """Noise of one colour, perhaps band-limited, perhaps swelling."""
    slope, swell = rng.uniform(-0.5, 2.2), rng.choice([0.0, rng.uniform(0.2, 0.9)])
    low_hz, high_hz = rng.choice([10.0, rng.uniform(100.0, 1500.0)]), rng.uniform(2000.0, 9000.0)
    y = band(coloured_noise(N_SAMPLES, slope, clip), low_hz, high_hz)
    return y * (1.0 - swell * (0.5 + 0.5 * np.sin(2.0 * np.pi * clip.uniform(0.1, 1.0) * TIME_S)))


def wind(rng: Rng, clip: Rng) -> Signal:
    """Wind or surf: noise whose level and band wander."""
    slow = np.interp(TIME_S, np.linspace(0.0, 4.0, 9), clip.random(9))
    low, high = coloured_noise(N_SAMPLES, rng.uniform(1.0, 2.5), clip), coloured_noise(N_SAMPLES, 0.3, clip)
    return (low * (1.0 - slow) + band(high, 300.0, rng.uniform(800.0, 4000.0)) * slow) * (0.2 + slow)


def hum(rng: Rng, clip: Rng) -> Signal:
    """The mains' hum with some noise."""
    return mains_hum(N_SAMPLES, SR, rng) + rng.uniform(0.01, 0.5) * coloured_noise(N_SAMPLES, 1.0, clip)


def room_tone(rng: Rng, clip: Rng) -> Signal:
    """A quiet room: brown noise, a trace of hum, small knocks."""
    y = coloured_noise(N_SAMPLES, rng.uniform(1.2, 2.2), clip)
    y = y + rng.uniform(0.0, 0.4) * mains_hum(N_SAMPLES, SR, rng)
    knocks = bursts(_times(clip, 1.5), 0.01, 80.0, 900.0, clip)
    return 0.02 * (y + rng.uniform(0.0, 1.0) * knocks / (np.abs(knocks).max() + 1e-9))


def claps(rng: Rng, clip: Rng) -> Signal:
    """Clapping hands, one person or an audience."""
    gap_s, decay_s = rng.choice([0.4, 0.25, 0.02, 0.008]), rng.uniform(0.006, 0.03)
    return bursts(_times(clip, gap_s), decay_s, rng.uniform(400.0, 1200.0), rng.uniform(2000.0, 5000.0), clip)


def clicks(rng: Rng, clip: Rng) -> Signal:
    """Clicks, crackle or rattling."""
    gap_s = 10.0 ** rng.uniform(-2.2, 0.0)
    return bursts(_times(clip, gap_s), rng.uniform(0.0005, 0.004), rng.uniform(100.0, 3000.0), 7000.0, clip)


def typing(rng: Rng, clip: Rng) -> Signal:
    """A keyboard: two clicks a key, down and up."""
    down_s = _times(clip, rng.uniform(0.1, 0.3))
    up_s = np.minimum(down_s + rng.uniform(0.05, 0.12), 3.9)
    low_hz, high_hz = rng.uniform(300.0, 1500.0), rng.uniform(2500.0, 7000.0)
    down = bursts(down_s, rng.uniform(0.002, 0.008), low_hz, high_hz, clip)
    return down + 0.5 * bursts(up_s, 0.002, low_hz * 1.5, high_hz, clip)


def drum(rng: Rng, clip: Rng) -> Signal:
    """A membrane: a tone that falls in pitch, its second mode, and the noise of snares or the stick."""
    hz, drop, decay_s = rng.uniform(45.0, 260.0), rng.uniform(0.1, 2.5), rng.uniform(0.05, 0.5)
    rattle, rattle_s, gap_s = rng.uniform(0.0, 1.5), rng.uniform(0.01, 0.25), rng.choice([0.25, 0.5, 5.0])
    y = np.zeros(N_SAMPLES)
    for start in [0, *(np.arange(gap_s, 3.9, gap_s) * SR).astype(int)]:
        t = TIME_S[: N_SAMPLES - start]
        turns = 2.0 * np.pi * np.cumsum(hz * (1.0 + drop * np.exp(-t / 0.03))) / SR
        tone = (np.sin(turns) + 0.4 * np.sin(1.593 * turns)) * np.exp(-t / decay_s)
        hit = tone + rattle * clip.standard_normal(t.shape[0]) * np.exp(-t / rattle_s)
        y[start:] += clip.uniform(0.5, 1.0) * hit
    return y


def cymbal(rng: Rng, clip: Rng) -> Signal:
    """Hi-hat or cymbal: many unrelated high partials and noise."""
    decay_s, gap_s = 10.0 ** rng.uniform(-1.5, 0.1), rng.choice([0.2, 0.5, 5.0])
    partials = rng.uniform(2500.0, 7800.0, 40)
    tone = sum(np.sin(2.0 * np.pi * (hz * TIME_S + clip.random())) for hz in partials) / 6.0
    tone = tone + rng.uniform(0.3, 2.0) * band(clip.standard_normal(N_SAMPLES), 3000.0, 8000.0)
    since_s = np.mod(TIME_S, gap_s)
    return tone * np.exp(-since_s / decay_s)


def siren(rng: Rng, clip: Rng) -> Signal:
    """An alarm or a passing motor: a buzz that glides without rest."""
    low_hz, octaves, rate_hz = rng.uniform(60.0, 700.0), rng.uniform(0.7, 2.0), rng.uniform(0.2, 3.0)
    glide = 0.5 + 0.5 * np.sin(2.0 * np.pi * (rate_hz * TIME_S + clip.random()))
    turns = 2.0 * np.pi * np.cumsum(low_hz * 2.0 ** (octaves * glide)) / SR
    return np.tanh(rng.uniform(0.5, 4.0) * np.sin(turns)) + 0.1 * clip.standard_normal(N_SAMPLES)


def can_speak() -> bool:
    """Whether eSpeak NG is installed."""
    return shutil.which("espeak-ng") is not None


def speech(rng: Rng, clip: Rng) -> Signal:
    """A sentence by one of many synthetic speakers.

    Raises
    ------
    CorpusError
        When eSpeak NG fails.
    """
    speaker = f"{rng.choice(_LANGUAGES)}+{rng.choice(_SPEAKERS)}"
    speed, pitch = str(int(rng.integers(110, 220))), str(int(rng.integers(15, 85)))
    text = " ".join(str(part) for part in clip.permutation(SENTENCES)[:2])
    y, sr = spoken(text, speaker, ["-s", speed, "-p", pitch])
    y = resample(y, sr, SR)[:N_SAMPLES]
    return np.pad(y, (0, N_SAMPLES - y.shape[0])).astype(np.float64)


def spoken(text: str, voice: str, options: Sequence[str]) -> tuple[Float32Array, int]:
    """What eSpeak NG says of a text, shape (n,), and its sampling rate.

    Raises
    ------
    CorpusError
        When eSpeak NG fails.
    """
    command = ["espeak-ng", "-v", voice, *options, "--stdout", text]
    try:
        wav = subprocess.run(command, check=True, capture_output=True, timeout=60).stdout
        y, sr = soundfile.read(io.BytesIO(wav), dtype="float32")
    except (OSError, subprocess.SubprocessError, soundfile.LibsndfileError) as error:
        raise CorpusError("eSpeak NG could not speak.") from error
    return y, sr
