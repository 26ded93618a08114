# SPDX-License-Identifier: MIT
"""Notes from frames: what starts, goes on and ends, on frames made by hand and on whole melodies."""

from itertools import pairwise

import mir_eval
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from desktop_app.domain.frames import FrameBlock, NoteEnded, NoteStarted
from desktop_app.domain.pitch import midi_to_hz
from desktop_app.dsp.features import hop_levels_db, mel_spectrogram_db
from desktop_app.dsp.framing import Framer
from desktop_app.dsp.onsets import OnsetDetector
from desktop_app.dsp.pitch import PitchTracker
from desktop_app.dsp.spec import DEFAULT_SPEC
from desktop_app.transcription.segmenter import NoteSettings, NoteTracker

SR = DEFAULT_SPEC.sr
NAN = float("nan")


def frames(midi, rms_db=-20.0, start_frame=0):
    """A block with the given pitches; nan is unvoiced and silent unless levels are given."""
    midi = np.asarray(midi, float)
    voiced = np.isfinite(midi)
    levels = np.where(voiced, rms_db, -90.0) if np.isscalar(rms_db) else np.asarray(rms_db, float)
    f0_hz = np.array([midi_to_hz(m) for m in midi])
    n = midi.size
    narrow = (
        a.astype(np.float32) for a in (f0_hz, voiced * 0.95, levels, levels + 3.0, voiced * 0.0, voiced)
    )
    mel_db, mfcc = np.zeros((128, n), np.float32), np.zeros((40, n), np.float32)
    return FrameBlock(start_frame, mel_db, mfcc, *narrow)


def events_of(midi, rms_db=-20.0, onsets=(), **options):
    block = frames(midi, rms_db)
    flags = np.zeros(block.n_frames, bool)
    flags[list(onsets)] = True
    tracker = NoteTracker(**options)
    return tracker.process(block, flags) + tracker.flush()


def notes_of(*args, **kwargs):
    return [event.note for event in events_of(*args, **kwargs) if isinstance(event, NoteEnded)]


def test_one_tone_is_one_note_with_its_values():
    (note,) = notes_of([NAN] * 20 + [69.1] * 100 + [NAN] * 30)
    assert note.midi == 69
    assert note.cents == pytest.approx(10.0, abs=0.1)
    assert note.f0_hz == pytest.approx(midi_to_hz(69.1), rel=1e-5)
    assert note.onset_s == pytest.approx(0.2, abs=0.03)
    assert note.offset_s == pytest.approx(1.2, abs=0.03)
    assert 0.9 < note.confidence <= 1.0


def test_a_note_is_told_within_40_ms_of_its_first_voiced_frame():
    tracker = NoteTracker()
    assert tracker.process(frames([NAN] * 10 + [60.0] * 4), np.zeros(14, bool)) == []
    (event,) = tracker.process(frames([60.0], start_frame=14), np.zeros(1, bool))
    assert isinstance(event, NoteStarted)
    assert event.note.midi == 60


def test_every_note_that_starts_ends_in_order():
    events = events_of([60.0] * 30 + [64.0] * 30 + [NAN] * 20 + [67.0] * 30)
    assert [type(event) for event in events] == [NoteStarted, NoteEnded] * 3
    assert [event.note.midi for event in events[1::2]] == [60, 64, 67]


def test_legato_notes_touch():
    first, second = notes_of([60.0] * 40 + [62.0] * 40)
    assert first.offset_s == second.onset_s
    assert second.onset_s == pytest.approx(0.4, abs=0.04)


def test_an_attack_repeats_a_pitch():
    levels = np.r_[np.linspace(-15, -35, 40), np.linspace(-15, -35, 40)]
    notes = notes_of([55.0] * 80, levels, onsets=[1, 42])
    assert [note.midi for note in notes] == [55, 55]
    assert notes[1].onset_s == pytest.approx(0.4, abs=0.02)


def test_an_attack_without_a_rise_repeats_nothing():
    assert len(notes_of([55.0] * 80, onsets=[1, 42])) == 1


@pytest.mark.parametrize("extent", [0.3, 0.6])
def test_vibrato_is_one_note(extent):
    midi = 70.0 + extent * np.sin(2.0 * np.pi * 5.5 * np.arange(150) * 0.01)
    (note,) = notes_of(midi)
    assert note.midi == 70


def test_a_slow_glide_is_one_note():
    assert len(notes_of(np.linspace(60.0, 62.0, 150))) == 1


def test_a_short_gap_and_a_short_octave_slip_do_not_split():
    assert len(notes_of([60.0] * 30 + [NAN] * 4 + [60.0] * 30, -20.0 * np.ones(64))) == 1
    assert len(notes_of([60.0] * 30 + [72.0] * 4 + [60.0] * 30)) == 1


def test_a_blip_is_no_note():
    assert events_of([NAN] * 10 + [60.0] * 4 + [NAN] * 20) == []
    assert events_of([50.0, 62.0, 71.0, 55.0, 80.0] * 8) == []


def test_a_decayed_note_ends_and_its_tail_starts_nothing():
    levels = np.linspace(-10.0, -90.0, 200)
    (note,) = notes_of([60.0] * 200, levels)
    assert note.offset_s == pytest.approx(0.9, abs=0.15)


def test_velocity_follows_the_level():
    velocities = [notes_of([60.0] * 30, level)[0].velocity for level in (-70.0, -45.0, -25.0, -3.0)]
    assert velocities == sorted(velocities)
    assert velocities[0] == 1
    assert velocities[-1] == 127


def test_a4_moves_the_numbers():
    (note,) = notes_of([69.0] * 30, a4_hz=415.3)
    assert note.midi == 70


def test_pitches_outside_the_piano_keep_their_number():
    assert [note.midi for note in notes_of([112.0] * 30 + [NAN] * 20 + [18.0] * 30)] == [112, 18]


def test_settings_are_thresholds():
    assert events_of([60.0] * 3 + [NAN] * 20, settings=NoteSettings(start_frames=3)) != []


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(0, 160), max_size=10))
def test_any_cutting_gives_the_same_events(cuts):
    midi = np.array([NAN] * 10 + [60.0] * 40 + [64.2] * 40 + [NAN] * 12 + [64.0] * 58)
    whole = events_of(midi, onsets=[12, 105])
    tracker, events = NoteTracker(), []
    edges = [0, *sorted(cuts), 160]
    flags = np.isin(np.arange(160), [12, 105])
    for a, b in pairwise(edges):
        events += tracker.process(frames(midi[a:b], start_frame=a), flags[a:b])
    assert events + tracker.flush() == whole


def test_reset_forgets_the_open_note():
    tracker = NoteTracker()
    tracker.process(frames([60.0] * 30), np.zeros(30, bool))
    tracker.reset()
    assert tracker.flush() == []


def melody(seed, low, high, decay_s, n_notes=24):
    """A made melody and its true notes, rows of onset, offset and MIDI number."""
    rng = np.random.default_rng(seed)
    rows, onset_s, midi = [], 0.3, (low + high) // 2
    for _ in range(n_notes):
        offset_s = onset_s + rng.choice([0.15, 0.25, 0.4, 0.6])
        rows.append((onset_s, offset_s, midi))
        onset_s = offset_s + rng.choice([0.0, 0.02, 0.1])
        midi = int(np.clip(midi + rng.choice([-7, -4, -2, -1, 0, 1, 2, 3, 5]), low, high))
    y = np.zeros(round((rows[-1][1] + 0.5) * SR))
    for a, b, m in rows:
        t = np.arange(round((b - a) * SR)) / SR
        envelope = np.minimum(np.minimum(t / 0.006, (b - a - t) / 0.01), 1.0) * np.exp(-t / decay_s)
        tone = sum(
            np.sin(2.0 * np.pi * h * midi_to_hz(m) * t) / h for h in range(1, 9) if h * midi_to_hz(m) < 7500
        )
        start = round(a * SR)
        y[start : start + t.size] += 0.2 * envelope * tone
    y += 1e-4 * rng.standard_normal(y.size)
    return y.astype(np.float32), np.array(rows)


def transcribe(y):
    tracker, framer = PitchTracker(), None
    framer = Framer(DEFAULT_SPEC.hop_length, tracker.lookback, tracker.lookahead)
    parts = [tracker.process(s) for s in (framer.push(y), framer.flush()) if s]
    f0_hz, voiced_prob = (np.concatenate([part[i] for part in parts]) for i in (0, 1))
    mel_db = mel_spectrogram_db(y, DEFAULT_SPEC)
    hops = np.resize(np.pad(y, (0, 160)), (f0_hz.size, 160))
    rms_db, peak_db = hop_levels_db(hops)
    block = FrameBlock(
        0,
        mel_db,
        np.zeros((40, f0_hz.size), np.float32),
        f0_hz,
        *[voiced_prob, rms_db, peak_db] + 2 * [voiced_prob],
    )
    notes = NoteTracker()
    events = notes.process(block, OnsetDetector().process(mel_db)) + notes.flush()
    return [event.note for event in events if isinstance(event, NoteEnded)]


@pytest.mark.parametrize(
    ("seed", "low", "high", "decay_s", "least"),
    [(0, 55, 84, 5.0, 0.95), (1, 55, 84, 0.25, 0.95), (2, 40, 60, 0.5, 0.85), (3, 72, 96, 5.0, 0.95)],
    ids=["sustained", "plucked", "low", "high"],
)
def test_melodies(seed, low, high, decay_s, least):
    y, truth = melody(seed, low, high, decay_s)
    found = np.array([(n.onset_s, n.offset_s, n.f0_hz) for n in transcribe(y)])
    true_hz = midi_to_hz(1.0) * 2.0 ** ((truth[:, 2] - 1.0) / 12.0)
    _, _, f1, _ = mir_eval.transcription.precision_recall_f1_overlap(
        truth[:, :2], true_hz, found[:, :2], found[:, 2], offset_ratio=None
    )
    assert f1 >= least


def test_an_octave_slip_without_an_attack_stays_one_note():
    (note,) = notes_of([60.0] * 15 + [48.0] * 80, onsets=[1])
    assert note.midi == 48
    (note,) = notes_of([60.0] * 60 + [72.0] * 20, [-20.0] * 60 + [-40.0] * 20, onsets=[1])
    assert note.midi == 60


def test_a_legato_octave_at_full_level_is_a_new_note():
    assert [note.midi for note in notes_of([60.0] * 60 + [72.0] * 60, onsets=[1])] == [60, 72]


def test_an_octave_that_is_struck_is_a_new_note():
    assert [note.midi for note in notes_of([60.0] * 40 + [72.0] * 40, onsets=[1, 42])] == [60, 72]
