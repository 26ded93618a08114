# SPDX-License-Identifier: MIT
"""Compose and render the bundled example: one tune handed from flute to cello, trumpet and piano.

Run ``make demo``; needs FluidSynth and the FluidR3 General MIDI SoundFont.
"""

import subprocess
import sys
import tempfile
from pathlib import Path

import mido
import numpy as np
import soundfile

TARGET = Path(__file__).resolve().parents[1] / "resources" / "demo" / "four_friends.flac"
SOUNDFONT = Path("/usr/share/sounds/sf2/FluidR3_GM.sf2")
SR = 32_000
BEAT_S = 0.5
PEAK = 0.7

# General MIDI program (from 0) and (MIDI note, beats) of each player; each starts as the one before ends.
PHRASES = (
    (73, ((74, 1), (78, 0.5), (81, 0.5), (83, 1), (81, 2))),  # flute asks
    (42, ((50, 1), (57, 1), (54, 0.5), (52, 0.5), (50, 2))),  # cello answers
    (56, ((66, 0.5), (69, 0.5), (74, 1), (73, 0.5), (71, 0.5), (69, 2))),  # trumpet insists
    (0, ((62, 1), (66, 0.5), (69, 0.5), (67, 0.5), (64, 0.5), (62, 3))),  # piano has the last word
)


def write_midi(path: Path) -> None:
    """Write the tune, one track a player."""
    song = mido.MidiFile(ticks_per_beat=480)
    start_beat = 0.0
    for channel, (program, notes) in enumerate(PHRASES):
        track = mido.MidiTrack()
        track.append(mido.Message("program_change", channel=channel, program=program))
        track.append(mido.Message("control_change", channel=channel, control=91, value=25))  # some reverb
        wait = round(start_beat * 480)
        for midi, beats in notes:
            held = round(beats * 480 * 0.94)
            track.append(mido.Message("note_on", channel=channel, note=midi, velocity=88, time=wait))
            track.append(mido.Message("note_off", channel=channel, note=midi, time=held))
            wait = round(beats * 480) - held
            start_beat += beats
        song.tracks.append(track)
    song.save(path)


def render(midi_path: Path, wav_path: Path) -> None:
    """Play the tune into a WAV file."""
    command = ["fluidsynth", "-ni", "-q", "-g", "0.6", "-r", str(SR), "-F", str(wav_path)]
    subprocess.run([*command, str(SOUNDFONT), str(midi_path)], check=True, stdout=subprocess.DEVNULL)


def main() -> int:
    """Render, mix to one channel, trim, level and write the example."""
    with tempfile.TemporaryDirectory() as folder:
        midi_path, wav_path = Path(folder, "tune.mid"), Path(folder, "tune.wav")
        write_midi(midi_path)
        render(midi_path, wav_path)
        stereo, _ = soundfile.read(wav_path, dtype="float32")
    beats = sum(b for _, notes in PHRASES for _, b in notes)
    mono = stereo.mean(axis=1)[: round((beats * BEAT_S + 0.8) * SR)]
    n_fade = SR // 4
    mono[-n_fade:] *= np.linspace(1.0, 0.0, n_fade, dtype=np.float32) ** 2
    soundfile.write(TARGET, mono * (PEAK / np.abs(mono).max()), SR, subtype="PCM_16")
    print(f"{TARGET.name}: {mono.size / SR:.2f} s, {TARGET.stat().st_size // 1024} KiB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
