# SPDX-License-Identifier: MIT
"""From frames to notes: a state machine with hysteresis, the same for live sound and files."""

from __future__ import annotations

import math
from collections import deque
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from desktop_app.domain.frames import FrameBlock, NoteEnded, NoteStarted
from desktop_app.domain.note import Note
from desktop_app.domain.pitch import A4_HZ, hz_to_midi
from desktop_app.dsp.spec import DEFAULT_SPEC, FeatureSpec
from desktop_app.transcription.segmenter_note import NoteSettings, OpenNote

__all__ = ["NoteSettings", "NoteTracker"]


@dataclass(frozen=True, slots=True)
class _Frame:
    index: int
    midi: float  # nan where unvoiced
    voiced_prob: float
    rms_db: float


class NoteTracker:
    """Turns pitch, level and attacks into notes, one voice.

    A note starts when a few voiced frames in a row agree in pitch. It goes on through vibrato, glides and
    short gaps; it ends when the pitch has stepped to another note, at an attack, when voicing stays away, or
    when the level has fallen far below its peak.

    Parameters
    ----------
    spec
        Hop of the frames.
    settings
        Thresholds.
    a4_hz
        Frequency of A4, for numbering the notes.
    """

    def __init__(
        self,
        spec: FeatureSpec = DEFAULT_SPEC,
        settings: NoteSettings | None = None,
        a4_hz: float = A4_HZ,
    ) -> None:
        self._hop_s = spec.hop_s
        self._settings = settings or NoteSettings()
        self._a4_hz = a4_hz
        self.reset()

    def reset(self) -> None:
        """Forget everything."""
        self._open: OpenNote | None = None
        self._run: list[_Frame] = []
        self._levels: deque[float] = deque(maxlen=4 * self._settings.search_frames)
        self._attack_frame: int | None = None
        self._tail_db = -math.inf  # what sounds below this is the rest of a note that has ended
        self._next_frame = 0

    def process(self, block: FrameBlock, onsets: NDArray[np.bool_]) -> list[NoteStarted | NoteEnded]:
        """Notes that start or end within a block.

        Parameters
        ----------
        block
            The frames that follow those of the previous call.
        onsets : ndarray, shape (n_frames,), bool
            Frames at which an attack was declared.

        Returns
        -------
        list
            Events in order of time.
        """
        events: list[NoteStarted | NoteEnded] = []
        midi = hz_to_midi(block.f0_hz, self._a4_hz)
        for i in range(block.n_frames):
            frame = _Frame(
                block.start_frame + i, float(midi[i]), float(block.voiced_prob[i]), float(block.rms_db[i])
            )
            self._levels.append(frame.rms_db)
            self._next_frame = frame.index + 1
            events += self._step(frame, bool(onsets[i]))
        return events

    def flush(self) -> list[NoteEnded]:
        """End the open note; the stream is over."""
        events = self._end(self._next_frame)
        self._run = []
        return events

    def _step(self, frame: _Frame, is_onset: bool) -> list[NoteStarted | NoteEnded]:
        events: list[NoteStarted | NoteEnded] = []
        if is_onset:
            events += self._take_attack(frame)
        if self._open is not None and self._is_over(self._open, frame):
            self._tail_db = self._open.peak_db - self._settings.release_db + self._settings.tail_margin_db
            events += self._end(self._offset_of(self._open))
        self._follow(frame)
        if self._is_new_note():
            if self._open is not None and self._is_octave_slip(self._open):
                self._join(self._open)
            else:
                events += self._start()
        return events

    def _take_attack(self, frame: _Frame) -> list[NoteEnded]:
        """Remember an attack; end the note when the level has risen enough to repeat it."""
        attack = self._attack_before(frame.index)
        self._attack_frame = attack
        if self._rise_at(attack) >= self._settings.repeat_rise_db:
            self._tail_db = -math.inf
        note = self._open
        if note is None or attack - note.onset_frame < self._settings.repeat_frames:
            return []
        if self._rise_at(attack) < self._settings.repeat_rise_db:
            return []
        self._run = []
        return self._end(attack)

    def _is_over(self, note: OpenNote, frame: _Frame) -> bool:
        last_voiced = self._run[-1].index if self._run else note.last_voiced_frame
        gap = frame.index - last_voiced
        faded = frame.rms_db < note.peak_db - self._settings.release_db
        return gap > self._settings.gap_frames or faded

    def _offset_of(self, note: OpenNote) -> int:
        """The frame after the last one that was voiced and not yet falling."""
        last = note.last_voiced_frame
        recent = range(last - self._settings.fall_frames, last + 1)
        loudest = max(self._level(frame) for frame in recent)
        falling = (f for f in recent if self._level(f) < loudest - self._settings.fall_db)
        still_on = max(recent, key=self._level)
        return min((f for f in falling if f > still_on), default=last + 1)

    def _follow(self, frame: _Frame) -> None:
        """Add the frame to the note, or to the run that may become one."""
        if math.isnan(frame.midi):
            self._run = []
            return
        note = self._open
        if note is not None:
            distance = abs(frame.midi - note.centre(self._settings.centre_frames))
            if distance < self._settings.change_semitones:
                note.add(frame.index, frame.midi, frame.voiced_prob, frame.rms_db)
                self._run = []
                return
        elif frame.rms_db < self._tail_db:
            self._run = []
            return
        if self._run and abs(frame.midi - self._run[-1].midi) > self._settings.step_semitones:
            self._run = []
        self._run.append(frame)

    def _is_octave_slip(self, note: OpenNote) -> bool:
        """Whether the run is octaves from a note that begins or fades, follows at once and was not struck."""
        settings, first = self._settings, self._run[0].index
        distance = abs(self._run[-1].midi - note.centre(settings.centre_frames))
        octaves = round(distance / 12.0)
        if octaves not in (1, 2) or abs(distance - 12.0 * octaves) >= settings.octave_semitones:
            return False
        is_faint = self._run[-1].rms_db <= note.peak_db - settings.slip_fall_db
        if len(note.midi) >= settings.slip_frames and not is_faint:
            return False
        attack = self._attack_frame
        if attack is not None and attack - note.onset_frame >= settings.repeat_frames:
            return False
        return first <= note.last_voiced_frame + 2 and self._rise_at(first) < settings.slip_rise_db

    def _join(self, note: OpenNote) -> None:
        """Add the run to the note; the median of all decides on its pitch."""
        note.followed_from = len(note.midi)
        for frame in self._run:
            note.add(frame.index, frame.midi, frame.voiced_prob, frame.rms_db)
        self._run = []

    def _is_new_note(self) -> bool:
        """Whether the run is long enough; a small step without attack may be vibrato and must be steady."""
        settings, run = self._settings, self._run
        if self._open is None or not run:
            return len(run) >= settings.start_frames
        if len(run) < settings.change_frames or not self._may_be_vibrato(self._open, run[-1]):
            return len(run) >= settings.change_frames
        recent = [frame.midi for frame in run[-settings.steady_frames :]]
        is_steady = max(recent) - min(recent) <= settings.steady_semitones
        return len(run) >= settings.steady_frames * (1 if is_steady else 2)

    def _may_be_vibrato(self, note: OpenNote, newest: _Frame) -> bool:
        attack = self._attack_frame
        if attack is not None and attack > newest.index - 2 * self._settings.steady_frames:
            return False
        distance = abs(newest.midi - note.centre(self._settings.centre_frames))
        return distance < self._settings.near_semitones

    def _start(self) -> list[NoteStarted | NoteEnded]:
        """End the present note, if any, and start one from the run."""
        first = self._run[0].index
        onset = self._onset_before(first)
        events: list[NoteStarted | NoteEnded] = []
        if self._open is not None:
            events += self._end(max(onset, self._open.onset_frame + 1))
        note = OpenNote(onset)
        self._join(note)
        self._open = note
        events.append(NoteStarted(self._note(note, self._next_frame)))
        return events

    def _onset_before(self, first_voiced: int) -> int:
        """Frame of the attack near the first voiced frame, else that frame."""
        search = self._settings.search_frames
        attack = self._attack_frame
        if attack is not None and -2 * search <= attack - first_voiced <= search:
            return attack
        steepest = self._steepest(first_voiced + 1)
        if self._step_db(steepest) >= self._settings.attack_rise_db:
            return steepest
        return max(0, first_voiced - self._settings.voicing_delay_frames)

    def _attack_before(self, declared: int) -> int:
        """Frame of an attack that was declared a little later."""
        steepest = self._steepest(declared)
        clear = self._step_db(steepest) >= self._settings.attack_rise_db
        return steepest if clear else declared - self._settings.attack_delay_frames

    def _steepest(self, last: int) -> int:
        """Frame of the steepest rise of the level up to ``last``."""
        return max(range(last - self._settings.search_frames, last + 1), key=self._step_db)

    def _level(self, frame: int) -> float:
        """Level of a recent frame in dBFS; the oldest or newest known beyond."""
        i = frame - self._next_frame + len(self._levels)
        return self._levels[min(max(i, 0), len(self._levels) - 1)]

    def _step_db(self, frame: int) -> float:
        return self._level(frame) - self._level(frame - 1)

    def _rise_at(self, attack: int) -> float:
        """Highest level from an attack on over the lowest just before it, in dB."""
        before = min(self._level(frame) for frame in range(attack - 3, attack))
        return max(self._level(frame) for frame in range(attack, self._next_frame)) - before

    def _end(self, offset_frame: int) -> list[NoteEnded]:
        note, self._open = self._open, None
        return [] if note is None else [NoteEnded(self._note(note, offset_frame))]

    def _note(self, note: OpenNote, offset_frame: int) -> Note:
        return note.to_note(offset_frame, self._hop_s, self._a4_hz, self._settings)
