# SPDX-License-Identifier: MIT
"""Notes from evidence: what starts, goes on and ends, on frames made by hand."""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from desktop_app.domain.analysis import MonoEvidence
from desktop_app.domain.frames import NoteEnded, NoteStarted
from desktop_app.domain.pitch import midi_to_hz
from desktop_app.domain.thresholds import MONO_THRESHOLDS, NoteThresholds
from desktop_app.dsp.onsets_network import DELAY_FRAMES
from desktop_app.pipeline.engine import AnalysisEngine
from desktop_app.transcription.segmenter import NoteTracker

NAN = float("nan")


def evidence(midi, attacks=(), rms_db=-20.0, held=None, dip_db=6.0, octave_probs=(0.1, 0.05)):
    """Evidence of the given pitches (nan: unvoiced), with sure attacks, held where voiced unless told."""
    midi = np.asarray(midi, float)
    n = midi.size
    onset_prob, held = np.zeros(n), np.isfinite(midi) if held is None else np.asarray(held)
    for attack in attacks:
        for shift, value in ((-1, 0.5), (0, 0.95), (1, 0.5)):
            if 0 <= attack + shift + DELAY_FRAMES < n:
                onset_prob[attack + shift + DELAY_FRAMES] = value
    sounding_prob = np.r_[np.zeros(DELAY_FRAMES), held][:n]
    f0_hz = np.array([midi_to_hz(m) for m in midi])
    voiced_prob = np.isfinite(midi) * 0.95
    levels = np.where(np.isfinite(midi), rms_db, -90.0) if np.isscalar(rms_db) else np.asarray(rms_db)
    levels = np.array(levels, float)
    for attack in attacks:  # the end of what sounded before
        levels[max(0, attack - 3) : attack] -= dip_db
    return MonoEvidence(
        0.01,
        *(a.astype(np.float32) for a in (f0_hz, voiced_prob, onset_prob, sounding_prob, levels)),
        *(np.full(n, prob, np.float32) for prob in octave_probs),
    )


def part(whole, a, b):
    names = ("f0_hz", "voiced_prob", "onset_prob", "sounding_prob", "rms_db")
    names += ("octave_below_prob", "octave_above_prob")
    return MonoEvidence(whole.hop_s, *(getattr(whole, name)[a:b] for name in names))


def events_of(*args, thresholds=MONO_THRESHOLDS, a4_hz=440.0, **kwargs):
    tracker = NoteTracker(thresholds=thresholds, a4_hz=a4_hz)
    return tracker.process(evidence(*args, **kwargs)) + tracker.flush()


def notes_of(*args, **kwargs):
    return [event.note for event in events_of(*args, **kwargs) if isinstance(event, NoteEnded)]


def test_one_tone_is_one_note_with_its_values():
    (note,) = notes_of([NAN] * 20 + [69.1] * 100 + [NAN] * 30, attacks=[20])
    assert note.midi == 69
    assert note.cents == pytest.approx(10.0, abs=0.1)
    assert note.f0_hz == pytest.approx(midi_to_hz(69.1), rel=1e-5)
    assert note.onset_s == pytest.approx(0.2, abs=0.011)
    assert note.offset_s == pytest.approx(1.2, abs=0.011)
    assert 0.9 < note.confidence <= 1.0


def test_a_note_is_told_within_120_ms_of_its_attack():
    whole = evidence([NAN] * 10 + [60.0] * 40, attacks=[10])
    tracker = NoteTracker()
    (event,) = tracker.process(part(whole, 0, 22))
    assert isinstance(event, NoteStarted)
    assert event.note.midi == 60


def test_every_note_that_starts_ends_in_order():
    midi = [60.0] * 30 + [64.0] * 30 + [NAN] * 20 + [67.0] * 30
    events = events_of(midi, attacks=[1, 30, 80])
    assert [type(event) for event in events] == [NoteStarted, NoteEnded] * 3
    assert [event.note.midi for event in events[1::2]] == [60, 64, 67]


def test_legato_notes_touch_with_and_without_a_sign_of_an_attack():
    for attacks in ([1], [1, 40]):
        first, second = notes_of([60.0] * 40 + [62.0] * 40, attacks=attacks)
        assert first.offset_s == second.onset_s
        assert second.onset_s == pytest.approx(0.4, abs=0.021)


def test_an_attack_repeats_a_pitch():
    notes = notes_of([55.0] * 80, attacks=[1, 40])
    assert [note.midi for note in notes] == [55, 55]
    assert notes[0].offset_s == notes[1].onset_s == pytest.approx(0.4, abs=0.011)


def test_an_attack_without_a_rise_repeats_nothing():
    assert len(notes_of([55.0] * 80, attacks=[1, 40], dip_db=0.0)) == 1


@pytest.mark.parametrize("extent", [0.3, 0.6, 1.0])
def test_vibrato_is_one_note(extent):
    midi = 70.0 + extent * np.sin(2.0 * np.pi * 5.5 * np.arange(150) * 0.01)
    (note,) = notes_of(midi, attacks=[1])
    assert note.midi == 70


@pytest.mark.parametrize("extent", [0.4, 0.5, 0.6])
def test_a_played_vibrato_is_one_note(extent):
    time_s = np.arange(2 * 16_000) / 16_000
    midi = 69.0 + extent * np.sin(2.0 * np.pi * 5.5 * time_s)
    phase = 2.0 * np.pi * np.cumsum(440.0 * 2.0 ** ((midi - 69.0) / 12.0)) / 16_000
    y = 0.2 * sum(np.sin(h * phase) / h for h in range(1, 9)) * np.minimum(1.0, time_s / 0.02)
    engine = AnalysisEngine()
    events = engine.push(np.r_[np.zeros(8000), y, np.zeros(8000)].astype(np.float32)) + engine.flush()
    assert [event.note.midi for event in events if isinstance(event, NoteEnded)] == [69]


def test_a_slow_glide_and_a_scoop_are_one_note():
    assert len(notes_of(np.linspace(60.0, 62.0, 150), attacks=[1])) == 1
    (note,) = notes_of(np.r_[np.linspace(58.0, 60.0, 12), [60.0] * 80], attacks=[1])
    assert note.midi == 60


def test_a_short_gap_and_a_short_slip_do_not_split():
    held = [True] * 64
    assert len(notes_of([60.0] * 30 + [NAN] * 8 + [60.0] * 26, attacks=[1], held=held)) == 1
    assert len(notes_of([60.0] * 30 + [72.0] * 4 + [60.0] * 30, attacks=[1])) == 1
    assert len(notes_of([60.0] * 30 + [67.0] * 4 + [60.0] * 30, attacks=[1])) == 1


def test_octaves_without_a_sign_of_an_attack_are_the_same_note():
    (note,) = notes_of([60.0] * 60 + [72.0] * 30, attacks=[1])
    assert note.midi == 60
    assert [note.midi for note in notes_of([60.0] * 40 + [72.0] * 40, attacks=[1, 40])] == [60, 72]


def test_what_is_not_held_is_no_note():
    assert events_of([60.0] * 80, attacks=[1, 40], held=[False] * 80) == []


def test_an_attack_without_pitch_is_no_note():
    assert events_of([NAN] * 80, attacks=[10, 40], held=[True] * 80) == []
    assert events_of([50.0, 62.0, 71.0, 55.0, 80.0] * 8, attacks=[1]) == []


def test_a_tail_starts_nothing_but_an_attack_does():
    held = [True] * 40 + [False] * 10 + [True] * 50
    (note,) = notes_of([60.0] * 100, attacks=[1], held=held)
    assert note.offset_s == pytest.approx(0.4, abs=0.011)
    assert len(notes_of([60.0] * 100, attacks=[1, 50], held=held)) == 2


def test_velocity_follows_the_level():
    velocities = [notes_of([60.0] * 30, [1], level)[0].velocity for level in (-70.0, -45.0, -25.0, -3.0)]
    assert velocities == sorted(velocities)
    assert (velocities[0], velocities[-1]) == (1, 127)


def test_a4_moves_the_numbers():
    (note,) = notes_of([69.0] * 30, a4_hz=415.3)
    assert note.midi == 70


def test_pitches_outside_the_piano_are_no_notes():
    assert events_of([112.0] * 30 + [NAN] * 20 + [18.0] * 30, attacks=[1, 50]) == []
    assert [note.midi for note in notes_of([108.3] * 30 + [NAN] * 30 + [20.6] * 30)] == [108, 21]


@dataclass
class Moved:
    """Thresholds, and how many of the notes below they leave."""

    thresholds: NoteThresholds
    n_notes: int


@pytest.mark.parametrize(
    "moved",
    [
        Moved(MONO_THRESHOLDS, 3),
        Moved(NoteThresholds(0.99, 0.5, 0.05), 2),
        Moved(NoteThresholds(0.5, 1.01, 0.05), 0),
        Moved(NoteThresholds(0.5, 0.5, 0.3), 2),
    ],
)
def test_thresholds_decide(moved):
    midi = [60.0] * 80 + [NAN] * 30 + [64.0] * 20
    assert len(notes_of(midi, attacks=[1, 40, 110], thresholds=moved.thresholds)) == moved.n_notes


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(0, 160), max_size=10))
def test_any_cutting_gives_the_same_events(cuts):
    midi = [NAN] * 10 + [60.0] * 40 + [64.2] * 40 + [NAN] * 12 + [64.0] * 58
    whole = evidence(midi, attacks=[10, 102])
    expected = events_of(midi, attacks=[10, 102])
    tracker, events = NoteTracker(), []
    for a, b in pairwise([0, *sorted(cuts), 160]):
        events += tracker.process(part(whole, a, b))
    assert events + tracker.flush() == expected


def test_reset_forgets_the_open_note():
    tracker = NoteTracker()
    tracker.process(evidence([60.0] * 30, attacks=[1]))
    tracker.reset()
    assert tracker.flush() == []
