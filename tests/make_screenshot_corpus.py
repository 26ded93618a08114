# SPDX-License-Identifier: MIT
"""A small corpus in NSynth's form for the picture of the explorer, rendered with FluidSynth."""

import json
from pathlib import Path

import mido
import numpy as np
import soundfile
from make_demo import SR, render

from desktop_app.domain.labels import FAMILIES, SOURCES
from desktop_app.io.corpora.entry import QUALITIES

PROGRAMS = {  # of General MIDI
    "bass": 33, "brass": 56, "flute": 73, "guitar": 24, "keyboard": 0, "mallet": 11, "organ": 19,
    "reed": 71, "string": 42, "synth_lead": 81, "vocal": 52,
}  # fmt: skip
PITCHES = (48, 55, 60, 67, 72)
SOUND_S = 4
_TICKS = 480  # a beat


def write_corpus(folder: Path) -> None:
    """Notes of General MIDI instruments in NSynth's form, as FluidSynth plays them."""
    (folder / "audio").mkdir(parents=True)
    rows = {}
    for number, (family, program) in enumerate(sorted(PROGRAMS.items())):
        for midi in PITCHES:
            name = f"{family}_acoustic_{number:03d}-{midi:03d}-100"
            y = play(folder, program, midi)
            soundfile.write(folder / "audio" / f"{name}.wav", y, SR)
            rows[name] = row_of(name, family, midi)
    (folder / "examples.json").write_text(json.dumps(rows), encoding="utf-8")


def play(folder: Path, program: int, midi: int) -> np.ndarray:
    """One note of an instrument."""
    song = mido.MidiFile(ticks_per_beat=_TICKS)
    messages = [
        mido.Message("program_change", program=program),
        mido.Message("note_on", note=midi, velocity=100),
        mido.Message("note_off", note=midi, time=5 * _TICKS),
    ]
    song.tracks.append(mido.MidiTrack(messages))
    song.save(folder / "note.mid")
    render(folder / "note.mid", folder / "note.wav")
    y, _ = soundfile.read(folder / "note.wav", dtype="float32", frames=SOUND_S * SR)
    return y


def row_of(name: str, family: str, midi: int) -> dict[str, object]:
    """What ``examples.json`` says of a note."""
    return {
        "note_str": name,
        "instrument_str": name.rsplit("-", 2)[0],
        "pitch": midi,
        "velocity": 100,
        "qualities": [0] * len(QUALITIES),
        "instrument_family": FAMILIES.index(family),
        "instrument_family_str": family,
        "instrument_source": SOURCES.index("acoustic"),
        "instrument_source_str": "acoustic",
    }
