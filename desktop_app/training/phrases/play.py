# SPDX-License-Identifier: MIT
"""Phrases through FluidSynth: many in one run, since loading a SoundFont costs more than playing it."""

from __future__ import annotations

import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import soundfile

from desktop_app.domain.frames import Float32Array
from desktop_app.dsp.resample import resample
from desktop_app.training.phrases.lines import BEND, Control, Line, Note
from desktop_app.training.rendering.presets import DRUM_BANK, CorpusError, Preset
from desktop_app.training.rendering.soundfont import SR, variable_length

_RENDER_SR: Final = 44_100
_LATENCY_MS: Final = 2  # FluidSynth's blocks: a key is heard 1.5 … 3 ms after its time (measured)
_PAUSE_MS: Final = 2_500  # between two phrases, for the end of what rings and of the reverb
_TIME_LIMIT_S: Final = 900
_DRUM_CHANNEL: Final = 9
_BEND_RANGE_CENTS: Final = 200.0  # General MIDI's
_CHANNELS: Final = tuple(channel for channel in range(16) if channel != _DRUM_CHANNEL)

_Event = tuple[int, int, bytes]  # milliseconds, order at the same time, message


@dataclass(frozen=True, slots=True)
class Part:
    """A line and the preset that plays it."""

    preset: Preset
    line: Line


@dataclass(frozen=True, slots=True)
class Score:
    """A phrase: its parts, each on a channel of its own, and its length."""

    parts: tuple[Part, ...]
    length_s: float


def render_scores(
    soundfont: Path, scores: Sequence[Score], *, reverb: bool, chorus: bool
) -> list[Float32Array]:
    """Each phrase as mono sound at 16 kHz, cut at its length; loudness as the bank makes it.

    Parameters
    ----------
    soundfont
        SoundFont file.
    scores
        The phrases.
    reverb, chorus
        Whether FluidSynth's reverb and chorus are on.

    Raises
    ------
    CorpusError
        When FluidSynth is missing or fails.
    """
    with tempfile.TemporaryDirectory(prefix="right-in-tune-") as folder:
        midi, wav = Path(folder, "phrases.mid"), Path(folder, "phrases.wav")
        midi.write_bytes(midi_of(scores))
        _synthesise(soundfont, midi, wav, reverb, chorus)
        stereo, _ = soundfile.read(wav, dtype="float32", always_2d=True)
    mono = resample(stereo.mean(axis=1), _RENDER_SR, SR)
    starts = [(ms + _LATENCY_MS) * SR // 1000 for ms in _starts_ms(scores)]
    return [
        mono[start : start + int(score.length_s * SR)] for start, score in zip(starts, scores, strict=True)
    ]


def midi_of(scores: Sequence[Score]) -> bytes:
    """A standard MIDI file of the phrases one after the other; one tick is 1 ms."""
    events: list[_Event] = [(0, 0, bytes([0xFF, 0x51, 3]) + (500_000).to_bytes(3, "big"))]
    end_ms = 0
    for start_ms, score in zip(_starts_ms(scores), scores, strict=True):
        for channel, part in zip(_channels(score), score.parts, strict=True):
            events += _part_events(part, channel, start_ms)
            quiet_ms = start_ms + round(score.length_s * 1000) + 1
            events += [(quiet_ms, 9, bytes([0xB0 | channel, number, 0])) for number in (120, 121)]
        end_ms = start_ms + round(score.length_s * 1000) + _PAUSE_MS
    events.append((end_ms, 10, bytes([0xFF, 0x2F, 0])))
    track, now_ms = bytearray(), 0
    for time_ms, _, message in sorted(events, key=lambda event: event[:2]):
        track += variable_length(time_ms - now_ms) + message
        now_ms = time_ms
    header = b"MThd" + (6).to_bytes(4, "big") + bytes([0, 0, 0, 1]) + (500).to_bytes(2, "big")
    return header + b"MTrk" + len(track).to_bytes(4, "big") + bytes(track)


def _starts_ms(scores: Sequence[Score]) -> list[int]:
    starts, now_ms = [], 0
    for score in scores:
        starts.append(now_ms)
        now_ms += round(score.length_s * 1000) + _PAUSE_MS
    return starts


def _channels(score: Score) -> list[int]:
    free = iter(_CHANNELS)
    return [_DRUM_CHANNEL if part.preset.bank == DRUM_BANK else next(free) for part in score.parts]


def _part_events(part: Part, channel: int, start_ms: int) -> list[_Event]:
    bank = 0 if channel == _DRUM_CHANNEL else part.preset.bank
    events: list[_Event] = [
        (start_ms, 1, bytes([0xB0 | channel, 0, bank])),
        (start_ms, 2, bytes([0xC0 | channel, part.preset.program])),
        (start_ms, 3, bytes([0xB0 | channel, 7, 100])),
    ]
    events += [_control_event(control, channel, start_ms) for control in part.line.controls]
    for note in part.line.notes:
        events += _note_events(note, channel, start_ms)
    return events


def _control_event(control: Control, channel: int, start_ms: int) -> _Event:
    time_ms = start_ms + round(control.time_s * 1000)
    if control.number == BEND:
        wheel = min(16383, max(0, round(8192 + control.value / _BEND_RANGE_CENTS * 8192)))
        return time_ms, 4, bytes([0xE0 | channel, wheel & 0x7F, wheel >> 7])
    return time_ms, 4, bytes([0xB0 | channel, control.number, round(control.value)])


def _note_events(note: Note, channel: int, start_ms: int) -> list[_Event]:
    down_ms, up_ms = (start_ms + round(time_s * 1000) for time_s in (note.onset_s, note.offset_s))
    return [
        (up_ms, 5, bytes([0x80 | channel, note.midi, 64])),
        (down_ms, 6, bytes([0x90 | channel, note.midi, note.velocity])),
    ]


def _synthesise(soundfont: Path, midi: Path, wav: Path, reverb: bool, chorus: bool) -> None:
    settings = ["synth.dynamic-sample-loading=1", "synth.polyphony=256", "synth.cpu-cores=1"]
    options = [part for setting in settings for part in ("-o", setting)]
    command = ["fluidsynth", "-q", "-n", "-i", "-R", str(int(reverb)), "-C", str(int(chorus))]
    command += ["-g", "0.5", "-r", str(_RENDER_SR), *options]
    command += ["-T", "wav", "-O", "float", "-F", str(wav), str(soundfont), str(midi)]
    try:
        subprocess.run(command, check=True, capture_output=True, timeout=_TIME_LIMIT_S)
    except FileNotFoundError as error:
        raise CorpusError("FluidSynth is not installed: install the package fluidsynth first.") from error
    except subprocess.SubprocessError as error:
        raise CorpusError(f"FluidSynth could not play {soundfont}.") from error
