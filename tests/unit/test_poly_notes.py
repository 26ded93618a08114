# SPDX-License-Identifier: MIT
"""From the evidence of each key to notes."""

from __future__ import annotations

import numpy as np
import pytest

from desktop_app.domain.analysis import PolyEvidence
from desktop_app.domain.note import Note
from desktop_app.domain.thresholds import NoteThresholds
from desktop_app.transcription.poly_notes import poly_notes

HOP_S = 0.02
THRESHOLDS = NoteThresholds(onset_prob=0.4, sounding_prob=0.4, min_duration_s=0.06)


class Maker:
    """Writes evidence by hand."""

    def __init__(self, n_frames: int = 200) -> None:
        self.onset, self.note = (np.zeros((88, n_frames), np.uint8) for _ in range(2))
        self.bend = np.zeros((88, n_frames), np.int8)
        self.rms_db = np.full(n_frames, -20.0, np.float32)

    def sound(self, midi: int, start: int, stop: int, prob: float = 0.9, attack: float = 0.9) -> Maker:
        self.note[midi - 21, start:stop] = round(255 * prob)
        for step, share in ((-1, 0.5), (0, 1.0), (1, 0.5)):
            self.onset[midi - 21, start + step] = round(255 * attack * share)
        return self

    def notes(self, thresholds: NoteThresholds = THRESHOLDS, a4_hz: float = 440.0) -> tuple[Note, ...]:
        evidence = PolyEvidence(HOP_S, self.onset, self.note, self.bend, self.rms_db)
        return poly_notes(evidence, thresholds, a4_hz)


def spans(notes: tuple[Note, ...]) -> list[tuple[int, float, float]]:
    return [(note.midi, round(note.onset_s, 3), round(note.offset_s, 3)) for note in notes]


def test_a_chord_is_three_notes_sorted_by_onset_and_key() -> None:
    maker = Maker().sound(64, 50, 100).sound(60, 50, 120).sound(67, 20, 90)
    assert spans(maker.notes()) == [(67, 0.4, 1.8), (60, 1.0, 2.4), (64, 1.0, 2.0)]


def test_silence_and_no_frames_give_nothing() -> None:
    assert Maker().notes() == ()
    assert Maker(0).notes() == ()


def test_an_attack_within_a_note_begins_another() -> None:
    maker = Maker().sound(60, 20, 60).sound(60, 60, 100)
    assert spans(maker.notes()) == [(60, 0.4, 1.2), (60, 1.2, 2.0)]


def test_an_attack_between_two_frames_lies_between_them() -> None:
    maker = Maker().sound(60, 20, 60)
    maker.onset[60 - 21, 19:23] = (76, 204, 204, 76)
    (note,) = maker.notes()
    assert note.onset_s == pytest.approx(0.41, abs=0.001)


def test_a_short_gap_or_a_weak_stretch_does_not_split_a_note() -> None:
    maker = Maker().sound(60, 20, 100)
    maker.note[60 - 21, 50:52] = 0
    maker.note[60 - 21, 60:80] = round(255 * 0.3)
    assert spans(maker.notes()) == [(60, 0.4, 2.0)]
    maker.note[60 - 21, 50:56] = 0
    assert spans(maker.notes())[0] == (60, 0.4, 1.0)


def test_without_an_attack_only_strong_and_long_evidence_counts() -> None:
    strong = Maker().sound(60, 20, 60, attack=0.0)
    assert spans(strong.notes()) == [(60, 0.4, 1.2)]
    assert Maker().sound(60, 20, 60, prob=0.5, attack=0.0).notes() == ()
    assert Maker().sound(60, 20, 25, attack=0.0).notes() == ()


def test_an_attack_without_a_note_is_none() -> None:
    assert Maker().sound(60, 20, 60, prob=0.1).notes() == ()


def test_each_threshold_matters() -> None:
    maker = Maker().sound(60, 20, 60, prob=0.5, attack=0.5)
    assert len(maker.notes()) == 1
    assert maker.notes(NoteThresholds(0.6, 0.4, 0.06)) == ()
    assert maker.notes(NoteThresholds(0.4, 0.6, 0.06)) == ()
    assert maker.notes(NoteThresholds(0.4, 0.4, 1.0)) == ()


def test_the_bend_moves_the_pitch_and_the_reference_the_name() -> None:
    maker = Maker().sound(69, 20, 60)
    maker.bend[69 - 21, 20:60] = 20
    (note,) = maker.notes()
    assert note.f0_hz == pytest.approx(440.0 * 2 ** (20 / 1200))
    assert (note.midi, round(note.cents, 3)) == (69, 20.0)
    (renamed,) = maker.notes(a4_hz=440.0 * 2 ** (-1 / 12))
    assert (renamed.midi, round(renamed.cents, 3)) == (70, 20.0)
    assert renamed.f0_hz == note.f0_hz


def test_velocity_follows_the_level_and_confidence_the_evidence() -> None:
    loud, soft = (Maker().sound(60, 20, 60, prob=prob) for prob in (0.9, 0.6))
    soft.rms_db -= 20.0
    (first,), (second,) = loud.notes(), soft.notes()
    assert 1 <= second.velocity < first.velocity <= 127
    assert first.confidence == pytest.approx(0.9, abs=0.01)
    assert second.confidence == pytest.approx(0.6, abs=0.01)


def test_a_weak_octave_of_a_surer_note_is_a_ghost() -> None:
    weak_octave = Maker().sound(48, 20, 100).sound(60, 21, 80, prob=0.39)
    octave_alone = Maker().sound(60, 21, 80, prob=0.39)
    strong_octave = Maker().sound(48, 20, 100).sound(60, 21, 80, prob=0.6)
    later_octave = Maker().sound(48, 20, 60).sound(60, 70, 120, prob=0.39)
    lax = NoteThresholds(0.3, 0.3, 0.06)
    told = [
        [note.midi for note in m.notes(lax)] for m in (weak_octave, octave_alone, strong_octave, later_octave)
    ]
    assert told == [[48], [60], [48, 60], [48, 60]]


def test_another_a4_names_no_note_beyond_the_piano() -> None:
    maker = Maker().sound(108, 20, 60).sound(60, 20, 60)
    assert [note.midi for note in maker.notes(a4_hz=380.0)] == [63]
