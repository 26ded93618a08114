# SPDX-License-Identifier: MIT
"""A lead over an accompaniment, made of single notes: what is played, by whom, and how loud.

The level of the lead over the accompaniment is measured where the lead sounds, so that rests of either
do not count.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import soxr

from desktop_app.domain.frames import Float32Array
from desktop_app.training.augmentation.sound import Rng, room_response
from desktop_app.training.classifier.corpus import read_mono
from desktop_app.training.mixing.mixtures_players import Player
from desktop_app.training.mixing.mixtures_score import (
    Harmony,
    bass_line,
    chord_line,
    drum_line,
    harmony,
    melody_line,
)
from desktop_app.training.phrases.lines import Note
from desktop_app.training.rendering.soundfont import SR

MAX_OTHERS: Final = 4
_CHORDAL: Final = frozenset({"keyboard", "guitar", "organ", "mallet", "vocal", "string", "synth_lead"})
_RINGING: Final = frozenset({"mallet", "guitar", "keyboard"})
_HOP: Final = SR // 100
_SOUNDS_BELOW_PEAK_DB: Final = 30.0
_ONSET_BELOW_PEAK_DB: Final = 35.0
_TINY: Final = 1e-9

Line = tuple[Note, ...]


@dataclass(frozen=True, slots=True)
class Mixture:
    """A lead over its accompaniment.

    Attributes
    ----------
    y : ndarray, shape (n,), float32
        The sound, 16 kHz.
    lead : ndarray, shape (n,), float32
        The lead alone, at the level that it has in the mixture.
    others
        Who accompanies.
    over_db
        How far the lead is above the accompaniment.
    """

    y: Float32Array
    lead: Float32Array
    others: tuple[Player, ...]
    over_db: float


def mix(
    leads: Sequence[Player],
    others: Sequence[Player],
    length_s: float,
    over_db: tuple[float, float],
    rng: Rng,
) -> Mixture:
    """Some leads, equally loud and perhaps one after the other, over one to four other instruments.

    Parameters
    ----------
    leads
        The predominant instruments, at least one.
    others
        Whom the accompaniment is chosen from.
    length_s
        Seconds.
    over_db
        The range that the level of the leads over the accompaniment is drawn from.
    """
    song = harmony(rng, length_s)
    parts = [perform(player, _lead_line(player, song, rng), length_s) for player in leads]
    lead = np.sum([part / max(sounding_rms(part, part), _TINY) for part in parts], axis=0)
    band = _band(others, rng)
    backing = np.zeros_like(lead)
    for player, write in band:
        keys = player.keys
        line = drum_line(rng, song, keys) if player.is_kit else write(rng, song, keys[0], keys[-1])
        part = perform(player, line, length_s)
        gain = 10.0 ** (rng.uniform(-6.0, 0.0) / 20.0)
        backing += part * np.float32(gain / max(sounding_rms(part, part), _TINY))
    lead, backing = _in_one_room(lead, backing, rng)
    level_db = float(rng.uniform(*over_db))
    backing *= sounding_rms(lead, lead) / max(sounding_rms(backing, lead), _TINY) * 10.0 ** (-level_db / 20.0)
    gain = 10.0 ** (rng.uniform(-12.0, -0.5) / 20.0) / max(float(np.abs(lead + backing).max()), _TINY)
    players = tuple(player for player, _ in band)
    return Mixture(
        ((lead + backing) * gain).astype(np.float32), (lead * gain).astype(np.float32), players, level_db
    )


_Writer = Callable[[Rng, Harmony, int, int], Line]


def _lead_line(player: Player, song: Harmony, rng: Rng) -> Line:
    keys = player.keys
    line = melody_line(rng, song, keys[0], keys[-1], float(rng.choice([0.5, 1.0, 1.0, 2.0])))
    if player.family in _CHORDAL and rng.random() < 0.35:
        chords = chord_line(rng, song, keys[0], keys[-1])
        return tuple(sorted({(n.onset_s, n.midi): n for n in (*chords, *line)}.values()))
    return line


def _band(others: Sequence[Player], rng: Rng) -> list[tuple[Player, _Writer]]:
    """One to four players and what each plays: bass, chords, a slow counter-melody, drums."""
    basses = [player for player in others if player.family == "bass"]
    kits = [player for player in others if player.is_kit]
    chordal = [player for player in others if player.family in _CHORDAL]
    any_one = [player for player in others if not player.is_kit]
    wishes: list[tuple[float, list[Player], _Writer]] = [
        (0.9, chordal, chord_line),
        (0.65, basses, bass_line),
        (0.4, kits, bass_line),
        (0.3, any_one, _counter_melody),
        (0.2, chordal, chord_line),
    ]
    band = [
        (some[int(rng.integers(len(some)))], write)
        for chance, some, write in wishes
        if rng.random() < chance and some
    ]
    return band[:MAX_OTHERS] or [(others[int(rng.integers(len(others)))], chord_line)]


def _counter_melody(rng: Rng, song: Harmony, low: int, high: int) -> Line:
    return melody_line(rng, song, low, high, 2.0)


def perform(player: Player, line: Line, length_s: float) -> Float32Array:
    """Play a line with an instrument's own notes, each moved in pitch to the key; shape (length_s * SR,)."""
    n = int(length_s * SR)
    y = np.zeros(n, np.float32)
    for note in line:
        start = int(note.onset_s * SR)
        sound = _note_sound(player, note)[: max(0, n - start)]
        y[start : start + sound.shape[0]] += sound
    return y


def _note_sound(player: Player, note: Note) -> Float32Array:
    sample = player.nearest(note.midi, note.velocity)
    y = _from_onset(read_mono(sample.path, SR))
    if player.is_kit:
        return y
    decay_s = 0.25 if player.family in _RINGING else 0.06
    held, n_tail = int((note.offset_s - note.onset_s) * SR), int(6 * decay_s * SR)
    if sample.midi != note.midi:
        ratio = 2.0 ** ((note.midi - sample.midi) / 12.0)
        y = soxr.resample(y[: int((held + n_tail) * ratio) + SR // 20], ratio, 1.0)
    tail = np.exp(-np.arange(max(0, min(y.shape[0] - held, n_tail))) / (decay_s * SR))
    force = 0.5 + 0.5 * note.velocity / 127.0
    return np.asarray(np.concatenate([y[:held], y[held : held + tail.shape[0]] * tail]) * force, np.float32)


def _from_onset(y: Float32Array) -> Float32Array:
    """Without the silence before the sound."""
    level = np.abs(y)
    first = int(np.argmax(level > level.max(initial=0.0) * 10.0 ** (-_ONSET_BELOW_PEAK_DB / 20.0)))
    return y[max(0, first - SR // 200) :]


def sounding_rms(y: Float32Array, where: Float32Array) -> float:
    """RMS of a signal over the hundredths of a second in which another one sounds; 0 where none does."""
    levels = _hop_power(where)
    heard = levels > levels.max(initial=0.0) * 10.0 ** (-_SOUNDS_BELOW_PEAK_DB / 10.0)
    power = _hop_power(y)[heard]
    return float(np.sqrt(power.mean())) if power.size else 0.0


def sounding_share(y: Float32Array) -> float:
    """In what part of its time a signal sounds, 0 … 1."""
    levels = _hop_power(y)
    return float(np.mean(levels > levels.max(initial=0.0) * 10.0 ** (-_SOUNDS_BELOW_PEAK_DB / 10.0)))


def _hop_power(y: Float32Array) -> Float32Array:
    return np.asarray(
        np.mean(np.square(y[: y.shape[0] // _HOP * _HOP].reshape(-1, _HOP)), axis=1), np.float32
    )


def _in_one_room(lead: Float32Array, backing: Float32Array, rng: Rng) -> tuple[Float32Array, Float32Array]:
    if rng.random() < 0.4:
        return lead, backing
    response = room_response(SR, rng)
    n, n_fft = lead.shape[0], 1 << (lead.shape[0] + response.shape[0] - 1).bit_length()
    room = np.fft.rfft(response, n_fft)
    wet = [
        np.fft.irfft(np.fft.rfft(part, n_fft) * room, n_fft)[:n].astype(np.float32)
        for part in (lead, backing)
    ]
    return wet[0], wet[1]
