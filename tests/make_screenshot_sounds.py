# SPDX-License-Identifier: MIT
"""Sounds for the README's pictures: a piano piece, and a lesson with words, a phrase and claps."""

import subprocess
from pathlib import Path

import mido
import numpy as np
import soundfile
from make_demo import PEAK, SR, render

# The piano piece: beat, beats, MIDI notes; the tune is played louder than what goes with it.
CHORDS = (
    (0, 2, (50, 57, 62)), (2, 2, (55, 59, 62)), (4, 2, (57, 61, 64)), (6, 2, (54, 57, 62)),
    (8, 2, (52, 55, 59)), (10, 2, (57, 61, 64, 67)), (12, 4, (50, 57, 62, 66)),
)  # fmt: skip
TUNE = (
    (0, 1, 78), (1, 0.5, 81), (1.5, 0.5, 79), (2, 1, 78), (3, 1, 74), (4, 1, 76), (5, 0.5, 79),
    (5.5, 0.5, 78), (6, 2, 74), (8, 1, 71), (9, 0.5, 74), (9.5, 0.5, 76), (10, 1, 73), (11, 1, 76),
    (12, 3, 74),
)  # fmt: skip
TICKS = 480  # a beat
PIECE_S = 8.5
# The lesson.
BEFORE, AFTER = "Listen to the cello once more, please.", "And now it is your turn."
CELLO_S = (2.5, 5.0)
N_CLAPS, CLAP_EVERY_S = 4, 0.3


def write_piece(folder: Path) -> list[Path]:
    """The piano piece, with FluidSynth."""
    notes = [(beat, beats, midi, 72) for beat, beats, chord in CHORDS for midi in chord]
    notes += [(beat, beats, midi, 96) for beat, beats, midi in TUNE]
    keys = [(beat, "note_on", midi, velocity) for beat, _, midi, velocity in notes]
    keys += [(beat + 0.95 * beats, "note_off", midi, 0) for beat, beats, midi, _ in notes]
    song, track, now = mido.MidiFile(ticks_per_beat=TICKS), mido.MidiTrack(), 0
    for beat, kind, midi, velocity in sorted(keys):
        at = round(beat * TICKS)
        track.append(mido.Message(kind, note=midi, velocity=velocity, time=at - now))
        now = at
    song.tracks.append(track)
    song.save(folder / "piece.mid")
    render(folder / "piece.mid", folder / "piece.wav")
    y, sr = soundfile.read(folder / "piece.wav", dtype="float32", frames=round(PIECE_S * SR))
    soundfile.write(folder / "Piano piece.flac", PEAK * y / abs(y).max(), sr)
    return [folder / "Piano piece.flac"]


def write_lesson(demo: Path, folder: Path) -> list[Path]:
    """Speech by eSpeak NG around the example's cello."""
    y, sr = soundfile.read(demo, dtype="float32")
    cello = y[int(CELLO_S[0] * sr) : int(CELLO_S[1] * sr)]
    pause = np.zeros(sr // 4, np.float32)
    parts = [speech(BEFORE, folder, sr), pause, cello, pause, claps(sr), speech(AFTER, folder, sr)]
    soundfile.write(folder / "Lesson.flac", np.concatenate(parts), sr)
    return [folder / "Lesson.flac"]


def speech(words: str, folder: Path, sr: int) -> np.ndarray:
    """A sentence at a rate."""
    import soxr

    path = folder / "words.wav"
    subprocess.run(["espeak-ng", "-v", "en-gb", "-s", "150", "-w", str(path), words], check=True)
    y, from_sr = soundfile.read(path, dtype="float32")
    return 0.5 * soxr.resample(y, from_sr, sr).astype(np.float32)


def claps(sr: int) -> np.ndarray:
    """Short bursts of noise."""
    time_s = np.arange(int(CLAP_EVERY_S * sr)) / sr
    rng = np.random.default_rng(4)
    bursts = [np.exp(-60.0 * time_s) * rng.normal(0.0, 0.2, time_s.size) for _ in range(N_CLAPS)]
    return np.concatenate(bursts).astype(np.float32)
