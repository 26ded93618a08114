# SPDX-License-Identifier: MIT
"""Notes of a SoundFont's preset through FluidSynth, or of a patch through TiMidity: one run per preset."""

from __future__ import annotations

import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import soundfile

from desktop_app.domain.frames import Float32Array
from desktop_app.dsp.resample import resample
from desktop_app.training.rendering.presets import DRUM_BANK, PATCH_LIST, CorpusError, Preset

SR: Final = 16_000
CLIP_S: Final = 4.0
HELD_S: Final = 3.0
SILENCE_PEAK: Final = 1e-3
_RENDER_SR: Final = 32_000  # above the corpus's rate, so that the synthesiser's aliases are filtered out
_SLOT_MS: Final = 4_600  # from one note to the next; all sound is cut 100 ms before
_GAIN: Final = "2"
_TIME_LIMIT_S: Final = 600


@dataclass(frozen=True, slots=True)
class PlayedNote:
    """A key and how hard it is struck, both as in MIDI."""

    midi: int
    velocity: int


def variable_length(value: int) -> bytes:
    """A number as MIDI files write it: seven bits a byte, the highest first."""
    digits = [value & 0x7F]
    while value := value >> 7:
        digits.insert(0, (value & 0x7F) | 0x80)
    return bytes(digits)


def midi_file(preset: Preset, notes: Sequence[PlayedNote]) -> bytes:
    """A standard MIDI file that plays the notes, one every 4.6 s, each held for 3 s; one tick is 1 ms.

    References
    ----------
    Standard MIDI Files 1.0, MIDI Manufacturers Association, 1988.
    """
    channel = 9 if preset.bank == DRUM_BANK else 0
    bank = 0 if preset.bank == DRUM_BANK else preset.bank
    events: list[tuple[int, bytes]] = [
        (0, bytes([0xFF, 0x51, 3]) + (500_000).to_bytes(3, "big")),  # 500 ticks of a quarter = 500 ms
        (0, bytes([0xB0 | channel, 0, bank])),
        (0, bytes([0xC0 | channel, preset.program])),
    ]
    for index, note in enumerate(notes):
        start_ms = index * _SLOT_MS
        events.append((start_ms, bytes([0x90 | channel, note.midi, note.velocity])))
        events.append((start_ms + int(HELD_S * 1000), bytes([0x80 | channel, note.midi, 64])))
        events.append((start_ms + _SLOT_MS - 100, bytes([0xB0 | channel, 120, 0])))
    events.append((len(notes) * _SLOT_MS, bytes([0xFF, 0x2F, 0])))
    track, now_ms = bytearray(), 0
    for time_ms, message in events:
        track += variable_length(time_ms - now_ms) + message
        now_ms = time_ms
    header = b"MThd" + (6).to_bytes(4, "big") + bytes([0, 0, 0, 1]) + (500).to_bytes(2, "big")
    return header + b"MTrk" + len(track).to_bytes(4, "big") + bytes(track)


def _fluidsynth(soundfont: Path, midi: Path, wav: Path) -> list[str]:
    settings = ["synth.dynamic-sample-loading=1", "synth.polyphony=64", "synth.cpu-cores=1"]
    options = [part for setting in settings for part in ("-o", setting)]
    command = ["fluidsynth", "-q", "-n", "-i", "-R", "0", "-C", "0", "-g", _GAIN, "-r", str(_RENDER_SR)]
    command += [*options, "-T", "wav", "-O", "float", "-F", str(wav), str(soundfont), str(midi)]
    return command


def _timidity(patches: Path, midi: Path, wav: Path) -> list[str]:
    command = ["timidity", "-c", str(patches), "-OwM", "-s", str(_RENDER_SR), "-o", str(wav)]
    return [*command, "-EFreverb=0", "-EFchorus=0", "-EFdelay=0", str(midi)]


def _synthesise(soundfont: Path, midi: Path, wav: Path) -> None:
    is_list = soundfont.suffix == PATCH_LIST
    name = "TiMidity" if is_list else "FluidSynth"
    command = (_timidity if is_list else _fluidsynth)(soundfont, midi, wav)
    try:
        subprocess.run(command, check=True, capture_output=True, timeout=_TIME_LIMIT_S)
    except FileNotFoundError as error:
        raise CorpusError(f"{name} is not installed: install the package {command[0]} first.") from error
    except subprocess.SubprocessError as error:
        raise CorpusError(f"{name} could not play {soundfont}.") from error


def render_notes(soundfont: Path, preset: Preset, notes: Sequence[PlayedNote]) -> list[Float32Array]:
    """Each note as 4 s of mono sound at 16 kHz, shape (64000,), without reverb or chorus.

    Raises
    ------
    CorpusError
        When the synthesiser is missing or fails.
    """
    with tempfile.TemporaryDirectory(prefix="right-in-tune-") as folder:
        midi, wav = Path(folder, "notes.mid"), Path(folder, "notes.wav")
        midi.write_bytes(midi_file(preset, notes))
        _synthesise(soundfont, midi, wav)
        stereo, _ = soundfile.read(wav, dtype="float32", always_2d=True)
    mono = stereo.mean(axis=1)
    slot, length = _SLOT_MS * _RENDER_SR // 1000, int(CLIP_S * _RENDER_SR)
    mono = np.pad(mono, (0, max(0, len(notes) * slot - mono.shape[0])))
    clips = [resample(mono[k * slot : k * slot + length], _RENDER_SR, SR) for k in range(len(notes))]
    return [fit_clip(clip) for clip in clips]


def fit_clip(y: Float32Array) -> Float32Array:
    """Exactly 4 s at 16 kHz, never beyond full scale: padded or cut, turned down where it is too loud."""
    n = int(CLIP_S * SR)
    y = np.pad(y[:n], (0, max(0, n - y.shape[0])))
    peak = float(np.abs(y).max())
    return (y * (0.98 / peak) if peak > 0.98 else y).astype(np.float32)


def is_silent(y: Float32Array) -> bool:
    """Whether a clip has no sound to speak of (a peak below -60 dBFS)."""
    return float(np.abs(y).max(initial=0.0)) < SILENCE_PEAK
