# SPDX-License-Identifier: MIT
"""From evidence to notes: one small state machine, the same for live sound and files."""

from __future__ import annotations

import math
from collections import deque
from typing import Final

import numpy as np

from desktop_app.domain.frames import NoteEnded, NoteStarted
from desktop_app.domain.labels import MIDI_MAX, MIDI_MIN
from desktop_app.domain.pitch import A4_HZ, hz_to_midi
from desktop_app.domain.thresholds import MONO_THRESHOLDS, NoteThresholds
from desktop_app.dsp.onsets import AttackPicker
from desktop_app.dsp.onsets_network import DELAY_FRAMES
from desktop_app.dsp.spec import DEFAULT_SPEC, FeatureSpec
from desktop_app.transcription.evidence import Evidence
from desktop_app.transcription.segmenter_note import (
    STEADY_FRAMES,
    Frame,
    OpenNote,
    is_octave,
    spread,
)

__all__ = ["NoteTracker"]

NoteEvent = NoteStarted | NoteEnded

_STEP_SEMITONES: Final = 0.6  # greatest step between the frames of one run
_CHANGE_SEMITONES: Final = 0.7  # a pitch this far from the note's own does not belong to it
_VIBRATO_SEMITONES: Final = 1.5  # what comes back from less far does belong to it
_STILL_FRAMES: Final = 6  # a pitch near the note that stays within the next is no vibrato
_STILL_SEMITONES: Final = 0.2
_START_FRAMES: Final = 3  # steady frames that make a note, or a new pitch where an attack is likely
_SETTLE_FRAMES: Final = 8  # before, another pitch is the same note, heard better
_UNSETTLED_FRAMES: Final = 30  # and before this where its pitch was not steady yet
_PEAK_FRAMES: Final = 8  # an attack's probability falls within this
_LIKELY: Final = 0.4  # share of the threshold from which a pitch step may be an attack
_RISE_FRAMES: Final = 8  # stretch in which the level is compared
_REPEAT_RISE_DB: Final = 3.0  # least rise of the level at an attack within a note
_HINT: Final = 0.25  # share of that from which it tells where a step began
_PITCH_LAG_FRAMES: Final = 2  # how late a pitch is heard
_FOOT: Final = 0.5  # share of the peak from which its rise counts
_FOOT_FRAMES: Final = 3  # its greatest length
_SEARCH_FRAMES: Final = 11  # how far before a pitch its attack is searched
_WAIT_FRAMES: Final = 15  # how long an attack waits for its pitch
_GAP_FRAMES: Final = 12  # unvoiced frames that a note survives
_RELEASED: Final = 0.3  # share of the threshold below which a note is over at once
_RELEASE_FRAMES: Final = 6  # frames below the threshold that end a note


class NoteTracker:
    """Turns pitch, level and the note network's answers into notes, one voice.

    An attack starts a note, on the same pitch too, as soon as a few voiced frames agree. It goes on through
    vibrato and glides; it ends when it is no longer held, at the next attack, or when the pitch has stepped
    to another note. A step by octaves without any sign of an attack is the same note. Frames outside the
    piano's keys count as unvoiced.

    Parameters
    ----------
    spec
        Hop of the frames.
    thresholds
        What a user may move.
    a4_hz
        Frequency of A4, for numbering the notes.
    """

    def __init__(
        self,
        spec: FeatureSpec = DEFAULT_SPEC,
        thresholds: NoteThresholds = MONO_THRESHOLDS,
        a4_hz: float = A4_HZ,
    ) -> None:
        self._hop_s = spec.hop_s
        self._thresholds = thresholds
        self._likely = _LIKELY * thresholds.onset_prob
        self._min_frames = max(1, round(thresholds.min_duration_s / spec.hop_s))
        self._a4_hz = a4_hz
        self._picker = AttackPicker(thresholds.onset_prob)
        self.reset()

    def reset(self) -> None:
        """Forget everything."""
        self._picker.reset()
        self._waiting: deque[tuple[float, ...]] = deque()  # until the network has told of them
        self._recent: deque[Frame] = deque(maxlen=2 * _WAIT_FRAMES)
        self._open: OpenNote | None = None
        self._run: list[Frame] = []
        self._attack: int | None = None
        self._used_frame = -1  # evidence of an attack up to here belongs to a note that began
        self._ended_frame = 0
        self._tail_midi = math.nan  # what rings on at this pitch is the rest of a note that has ended
        self._n_low = self._n_unvoiced = 0
        self._next_frame = 0

    def process(self, evidence: Evidence) -> list[NoteEvent]:
        """Notes that start or end within the frames that follow those of the previous call, in order."""
        events: list[NoteEvent] = []
        midi = hz_to_midi(evidence.f0_hz, self._a4_hz)
        midi[(midi < MIDI_MIN - 0.5) | (midi >= MIDI_MAX + 0.5)] = np.nan
        rows = zip(
            midi.tolist(),
            evidence.voiced_prob.tolist(),
            evidence.rms_db.tolist(),
            evidence.octave_below_prob.tolist(),
            evidence.octave_above_prob.tolist(),
            evidence.onset_prob.tolist(),
            evidence.sounding_prob.tolist(),
            strict=True,
        )
        for *own, onset_prob, sounding_prob in rows:
            self._waiting.append(tuple(own))
            if len(self._waiting) > DELAY_FRAMES:
                events += self._step(self._frame(onset_prob, sounding_prob))
        return events

    def flush(self) -> list[NoteEvent]:
        """The last notes; the stream is over."""
        events: list[NoteEvent] = []
        sounding_prob = self._recent[-1].sounding_prob if self._recent else 0.0
        while self._waiting:
            events += self._step(self._frame(0.0, sounding_prob))
        return events + self._end(self._next_frame)

    def _frame(self, onset_prob: float, sounding_prob: float) -> Frame:
        frame = Frame(self._next_frame, onset_prob, sounding_prob, *self._waiting.popleft())
        self._recent.append(frame)
        self._next_frame += 1
        return frame

    def _step(self, frame: Frame) -> list[NoteEvent]:
        events: list[NoteEvent] = []
        if self._picker.step(frame.onset_prob) and (self._open is None or self._has_risen()):
            self._attack, self._run, self._n_low = self._foot(frame.index - 1), [], 0
            events += self._end(self._attack)
            self._tail_midi = math.nan
        offset = self._offset(frame)
        if offset is not None:
            events += self._end(offset)
        self._follow(frame)
        if self._is_new_pitch(frame):
            events += self._start()
        return events + self._tell()

    def _has_risen(self) -> bool:
        """Whether the level has just risen, as it does when the same pitch is struck again."""
        levels = [frame.rms_db for frame in self._recent][-_RISE_FRAMES:]
        return max(levels[-2:]) - min(levels) >= _REPEAT_RISE_DB

    def _offset(self, frame: Frame) -> int | None:
        """Where the note has ended, if it has."""
        threshold = self._thresholds.sounding_prob
        self._n_low = self._n_low + 1 if frame.sounding_prob < threshold else 0
        if self._open is None:
            return None
        if self._n_low >= _RELEASE_FRAMES or frame.sounding_prob < _RELEASED * threshold:
            return frame.index + 1 - max(1, self._n_low)
        last = self._run[-1].index if self._run else self._open.last_voiced
        return last + 1 if frame.index - last > _GAP_FRAMES else None

    def _follow(self, frame: Frame) -> None:
        """Add the frame to the note, or to the run that may become one."""
        self._n_unvoiced = self._n_unvoiced + 1 if math.isnan(frame.midi) else 0
        is_struck = frame.onset_prob >= self._likely and self._has_risen()
        if self._n_unvoiced > _GAP_FRAMES or is_struck:
            self._tail_midi = math.nan
        if self._n_unvoiced or abs(frame.midi - self._tail_midi) < _CHANGE_SEMITONES:
            self._run = []
            return
        note = self._open
        if note is not None and abs(frame.midi - note.centre()) < _CHANGE_SEMITONES:
            if self._run and abs(self._run[-1].midi - note.centre()) < _VIBRATO_SEMITONES:
                note.follow(self._run)
            note.add(frame)
            self._run = []
            return
        if self._run and abs(frame.midi - self._run[-1].midi) > _STEP_SEMITONES:
            self._run = []
        self._run.append(frame)

    def _is_new_pitch(self, frame: Frame) -> bool:
        """Whether the run starts a note; where the note is better heard as the run, the run becomes it."""
        run, note = self._run, self._open
        if len(run) < _START_FRAMES:
            return False
        if note is None:
            return frame.sounding_prob >= self._thresholds.sounding_prob
        if self._likeliest_onset(self._likely) is not None and not self._may_be_vibrato(note):
            return True
        if len(run) < STEADY_FRAMES and note.age(run[0]) >= _SETTLE_FRAMES:
            return False
        if not note.has_settled and note.age(run[0]) < _UNSETTLED_FRAMES:
            note.hear_again(run)
        elif is_octave(run[-1].midi - note.centre()):
            note.follow(run)
        else:
            return spread([one.midi for one in run[-STEADY_FRAMES:]]) <= _STILL_SEMITONES
        self._run = []
        return False

    def _may_be_vibrato(self, note: OpenNote) -> bool:
        """Whether the run is near the note and still moving: vibrato, at whose turns attacks are heard."""
        newest = [one.midi for one in self._run[-_STILL_FRAMES:]]
        is_still = len(newest) == _STILL_FRAMES and spread(newest) <= _STILL_SEMITONES
        return abs(newest[-1] - note.centre()) < _VIBRATO_SEMITONES and not is_still

    def _likeliest_onset(self, least_prob: float) -> int | None:
        """The likeliest frame of an attack near the start of the run, if any is likely enough."""
        first = max(self._run[0].index - _SEARCH_FRAMES, self._used_frame + 1)
        near = [frame for frame in self._recent if frame.index >= first]
        best = max(near, key=lambda frame: frame.onset_prob, default=None)
        return self._foot(best.index) if best is not None and best.onset_prob >= least_prob else None

    def _foot(self, peak: int) -> int:
        """Where the rise to a peak of the probability of an attack begins: slow attacks peak late."""
        by_frame = {frame.index: frame.onset_prob for frame in self._recent}
        foot = peak
        while foot > peak - _FOOT_FRAMES and by_frame.get(foot - 1, 0.0) >= _FOOT * by_frame[peak]:
            foot -= 1
        return foot

    def _start(self) -> list[NoteEvent]:
        """End the present note, if any, and start one from the run."""
        first = self._run[0].index
        onset = self._attack
        if onset is None or first - onset > _WAIT_FRAMES:
            likeliest = self._likeliest_onset(_HINT * self._likely)
            onset = first - _PITCH_LAG_FRAMES if likeliest is None else likeliest
        onset = max(onset, self._ended_frame)
        events = self._end(onset)
        self._open = OpenNote(onset)
        self._open.follow(self._run)
        self._run, self._attack, self._used_frame = [], None, onset + _PEAK_FRAMES
        return events

    def _tell(self) -> list[NoteEvent]:
        note = self._open
        if note is None or note.is_told or self._next_frame - note.onset_frame < self._min_frames:
            return []
        note.is_told = True
        return [NoteStarted(note.to_note(self._next_frame, self._hop_s, self._a4_hz))]

    def _end(self, offset_frame: int) -> list[NoteEvent]:
        note, self._open = self._open, None
        if note is None:
            return []
        self._ended_frame, self._tail_midi = offset_frame, note.centre()
        if not note.is_told:
            return []
        return [NoteEnded(note.to_note(offset_frame, self._hop_s, self._a4_hz))]
