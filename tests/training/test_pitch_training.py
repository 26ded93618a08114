# SPDX-License-Identifier: MIT
"""From phrases to a ranker: the labels of frames, the frames themselves, and a small training."""

import json

import numpy as np
import pytest
import soundfile

from desktop_app.domain.pitch import midi_to_hz
from desktop_app.dsp.pitch_candidates import N_CANDIDATES, N_FEATURES
from desktop_app.dsp.pitch_ranker import ranker_from_bytes
from desktop_app.training.parts import write_part
from desktop_app.training.pitch.data import phrase_frames, real_note_frames
from desktop_app.training.pitch.fit import RankerSettings, figures, fit_ranker
from desktop_app.training.pitch.frames import (
    DO_NOT_CARE,
    NO_PITCH,
    contour_midi,
    frame_levels_db,
    phrase_midi,
    ranker_frames,
)

SR = 16_000
LOUD = np.full(200, -20.0, np.float32)


def tone(midi, seconds, first=1):
    t = np.arange(round(seconds * SR)) / SR
    harmonics = range(first, 12)
    return 0.2 * sum(np.sin(2 * np.pi * h * midi_to_hz(midi) * t + h) / h for h in harmonics)


def write_phrases(folder, entries):
    folder.mkdir()
    lines = []
    for number, (y, about) in enumerate(entries):
        soundfile.write(folder / f"{number}.wav", y.astype(np.float32), SR)
        lines.append(json.dumps({"file": f"{number}.wav", **about}))
    (folder / "index.jsonl").write_text("\n".join(lines) + "\n")
    return folder


@pytest.fixture(scope="module")
def phrases(tmp_path_factory):
    rng = np.random.default_rng(0)
    entries = []
    for midi in (40, 47, 52, 60, 67, 74, 79, 86):
        y = np.concatenate((np.zeros(SR // 4), tone(midi, 0.6), tone(midi + 3, 0.6)))
        notes = [[0.25, 0.85, midi, 90], [0.85, 1.45, midi + 3, 90]]
        entries.append((y, {"kind": "melody", "notes": notes}))
    entries.append((0.1 * rng.standard_normal(2 * SR), {"kind": "noise", "notes": []}))
    entries.append((tone(60, 1.0), {"kind": "speech", "notes": []}))
    return write_phrases(tmp_path_factory.mktemp("pitch") / "phrases", entries)


def test_the_newest_key_counts():
    midi = phrase_midi([[0.5, 1.0, 60, 90], [0.9, 1.5, 64, 90]], LOUD)
    assert (midi[52:87] == 60).all()
    assert (midi[92:150] == 64).all()


def test_a_key_after_silence_counts_early_and_one_in_a_line_late():
    midi = phrase_midi([[0.5, 1.0, 60, 90], [1.0, 1.5, 64, 90]], LOUD)
    assert midi[49] == 60
    assert midi[100] == DO_NOT_CARE


def test_nobody_knows_when_a_release_is_over_until_it_is_inaudible():
    level_db = LOUD.copy()
    level_db[150:] = -90.0
    midi = phrase_midi([[0.5, 1.0, 60, 90]], level_db)
    assert (midi[102:150] == DO_NOT_CARE).all()
    assert (midi[150:] == NO_PITCH).all()


def test_contours_have_their_own_pitch():
    np.testing.assert_allclose(contour_midi([0.0, 440.0, 880.0]), [NO_PITCH, 69.0, 81.0])


def test_levels_are_those_around_the_frame():
    y = np.zeros(SR, np.float32)
    y[8000:] = 0.1
    level_db = frame_levels_db(y)
    assert level_db.size == 100
    assert level_db[40] < -100.0
    assert level_db[50] == pytest.approx(-23.0, abs=0.1)
    assert level_db[60] == pytest.approx(-20.0, abs=0.1)


def test_frames_mark_the_right_candidate():
    y = tone(57, 1.0).astype(np.float32)
    midi = np.full(100, 57.0, np.float32)
    frames = ranker_frames(y, midi, np.arange(20, 60))
    assert frames.features.shape == (40, N_CANDIDATES, N_FEATURES)
    assert frames.is_right.any(axis=1).all()
    assert np.abs(frames.features).max() < 10.0


def test_sounds_below_their_key_are_not_learnt():
    y = tone(45, 1.0).astype(np.float32)
    assert ranker_frames(y, np.full(100, 57.0, np.float32), np.arange(20, 60)).midi.size == 0


def test_speech_and_chords_are_left_out_and_frames_repeat(phrases):
    first, again = (phrase_frames(phrases, share=0.3, variants=1, seed=5, jobs=1) for _ in range(2))
    np.testing.assert_array_equal(first.features, again.features)
    assert set(np.unique(first.midi)) <= {NO_PITCH} | {
        float(m + d) for m in (40, 47, 52, 60, 67, 74, 79, 86) for d in (0, 3)
    }
    assert (first.midi == NO_PITCH).any()


def test_only_verified_notes_with_a_free_licence_are_learnt(tmp_path):
    soundfile.write(tmp_path / "a.wav", tone(62, 1.0), SR)
    head = "clip,kind,midi_pitch,pitch_check,weights_ok\n"
    rows = ["a.wav,note,62,ok,yes", "b.wav,note,62,ok,no", "c.wav,note,62,octave,yes", "d.wav,phrase,,,yes"]
    (tmp_path / "manifest.csv").write_text(head + "\n".join(rows) + "\n")
    frames = real_note_frames(tmp_path, share=0.5, variants=1, seed=0, jobs=1)
    assert frames.midi.size > 10
    assert set(frames.midi) == {62.0}


@pytest.mark.train
def test_a_small_training_finds_the_right_candidate(phrases, tmp_path):
    frames = phrase_frames(phrases, share=0.5, variants=2, seed=1, jobs=1)
    check = phrase_frames(phrases, share=0.3, variants=1, seed=2, jobs=1)
    settings = RankerSettings(hidden=(16,), epochs=6, batch=64, learning_rate=1e-2)
    content = fit_ranker(frames, check, settings)
    ranker = ranker_from_bytes(content)
    assert figures(ranker, check)["right_percent"] > 90.0
    (tmp_path / "manifest.json").write_text('{"models": {}}')
    golden = {"features": check.features[:4].astype(np.float32)}
    write_part(tmp_path, "ear_v1", "An ear", ("weights.npz", content), {"n": 1}, golden)
    entry = json.loads((tmp_path / "manifest.json").read_text())["parts"]["ear_v1"]
    assert entry["kind"] == "npz"
    assert (tmp_path / entry["file"]).read_bytes() == content
    assert json.loads((tmp_path / entry["metrics"]).read_text()) == {"n": 1}
