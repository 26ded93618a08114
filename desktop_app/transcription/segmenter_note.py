# SPDX-License-Identifier: MIT
"""The note that is being heard: what is known of it so far, and its final values."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from desktop_app.domain.note import Note
from desktop_app.domain.pitch import midi_to_hz, nearest_note


@dataclass(frozen=True, slots=True)
class NoteSettings:
    """When a note starts, goes on and ends.

    Attributes
    ----------
    start_frames
        Voiced frames in a row, close in pitch, that start a note.
    step_semitones
        Greatest step between frames of one run.
    change_semitones, change_frames
        A pitch this far from the present note, for this many steady frames, is a new note.
    near_semitones, steady_frames, steady_semitones
        A step smaller than this without attack is a new note once this many frames span no more than this,
        or after twice as many.
    octave_semitones, slip_rise_db
        A pitch this close to one or two octaves from the present note is the same note where no attack and
        no rise of the level of this much came with it,
    slip_frames, slip_fall_db
        while the note has fewer voiced frames than this, or once it is this much below its peak.
    centre_frames
        Frames over which the pitch of the present note is followed, so that vibrato and glides stay one note.
    gap_frames
        Unvoiced frames after which the note is over.
    release_db
        The note is over when its level has fallen this far below its peak.
    tail_margin_db
        After the end, nothing starts that is not this much louder than the end, but at an attack.
    fall_db, fall_frames
        The end is placed where, within this many last frames, the level is this much below its highest.
    repeat_rise_db
        Least rise of the level at an attack that repeats a pitch.
    repeat_frames
        Least distance in frames of an attack from the start of the note.
    attack_rise_db
        Least rise of the level between two frames that marks an attack.
    attack_delay_frames
        How long after an attack that is not seen in the level it is declared.
    voicing_delay_frames
        How long after an onset without attack its pitch is seen.
    search_frames
        How far before the first voiced frame an attack is searched.
    velocity_range_db
        Levels in dBFS of velocities 1 and 127.
    """

    start_frames: int = 5
    step_semitones: float = 0.6
    change_semitones: float = 0.7
    change_frames: int = 5
    near_semitones: float = 1.5
    steady_frames: int = 8
    steady_semitones: float = 0.3
    octave_semitones: float = 0.5
    slip_rise_db: float = 6.0
    slip_frames: int = 25
    slip_fall_db: float = 15.0
    centre_frames: int = 20
    gap_frames: int = 5
    release_db: float = 36.0
    tail_margin_db: float = 10.0
    fall_db: float = 6.0
    fall_frames: int = 10
    repeat_rise_db: float = 3.0
    repeat_frames: int = 6
    attack_rise_db: float = 3.0
    attack_delay_frames: int = 2
    voicing_delay_frames: int = 3
    search_frames: int = 5
    velocity_range_db: tuple[float, float] = (-60.0, -6.0)


@dataclass(slots=True)
class OpenNote:
    """A note that has not ended; one entry in each list for every voiced frame."""

    onset_frame: int
    midi: list[float] = field(default_factory=list)
    voiced_prob: list[float] = field(default_factory=list)
    peak_db: float = -120.0
    last_voiced_frame: int = 0
    followed_from: int = 0  # entry at which the pitch last slipped by an octave

    def add(self, frame: int, midi: float, voiced_prob: float, rms_db: float) -> None:
        """Take in a voiced frame."""
        self.midi.append(midi)
        self.voiced_prob.append(voiced_prob)
        self.peak_db = max(self.peak_db, rms_db)
        self.last_voiced_frame = frame

    def centre(self, n_frames: int) -> float:
        """Median pitch of the last frames, as a fractional MIDI number."""
        recent = sorted(self.midi[max(self.followed_from, len(self.midi) - n_frames) :])
        return recent[len(recent) // 2]

    def to_note(self, offset_frame: int, hop_s: float, a4_hz: float, settings: NoteSettings) -> Note:
        """The note with the values known now."""
        midi = np.asarray(self.midi)
        median = float(np.median(midi))
        steady = np.abs(midi - median) <= 0.5
        pitch = float(np.median(midi[steady])) if steady.any() else median
        f0_hz = midi_to_hz(pitch, a4_hz)
        number, cents = nearest_note(f0_hz, a4_hz)
        return Note(
            onset_s=self.onset_frame * hop_s,
            offset_s=max(offset_frame, self.onset_frame + 1) * hop_s,
            midi=number,
            f0_hz=f0_hz,
            cents=cents,
            velocity=velocity_of(self.peak_db, settings.velocity_range_db),
            confidence=float(np.mean(self.voiced_prob) * steady.mean()),
        )


def velocity_of(level_db: float, range_db: tuple[float, float]) -> int:
    """MIDI velocity 1 … 127 of a level in dBFS, linear in dB."""
    low, high = range_db
    return round(1.0 + 126.0 * min(1.0, max(0.0, (level_db - low) / (high - low))))
