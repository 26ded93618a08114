# SPDX-License-Identifier: MIT
"""The network of several notes: mixtures, targets, fitting, and the file that the program runs."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import soundfile

from desktop_app.domain.note import Note
from desktop_app.domain.thresholds import POLY_THRESHOLDS
from desktop_app.ml.note_network import MARGIN_FRAMES, OUTPUTS, PolyNetwork
from desktop_app.pipeline.poly import PolyEngine
from desktop_app.training.parts import write_part
from desktop_app.training.poly.batches import Store, targets_of
from desktop_app.training.poly.export import golden, golden_levels
from desktop_app.training.poly.judge import evidence_of, f1, judge, scores
from desktop_app.training.poly.mixtures import Phrases, draw_mixture, levels_of, load_phrases
from desktop_app.training.poly.mixtures import main as make_mixtures

SR = 16_000


def plucked(midi: float, seconds: float) -> np.ndarray:
    t = np.arange(round(seconds * SR)) / SR
    f0_hz = 440.0 * 2 ** ((midi - 69) / 12)
    return 0.2 * np.exp(-2 * t) * sum(np.sin(2 * np.pi * k * f0_hz * t) / k for k in range(1, 7))


@pytest.fixture
def phrases(tmp_path: Path) -> Phrases:
    """Two melodies of 8 and 14 s and a noise."""
    folder = tmp_path / "phrases"
    folder.mkdir()
    index = []
    for name, keys, seconds in (
        ("a.wav", (48, 55, 60, 64), 2.0),
        ("b.wav", (67, 71, 72, 76, 79, 81, 84), 2.0),
    ):
        soundfile.write(folder / name, np.concatenate([plucked(key, seconds) for key in keys]), SR)
        notes = [[seconds * i, seconds * i + 1.5, key, 90] for i, key in enumerate(keys)]
        index.append({"file": name, "kind": "melody", "notes": notes})
    soundfile.write(folder / "n.wav", 0.1 * np.random.default_rng(0).standard_normal(9 * SR), SR)
    index.append({"file": "n.wav", "kind": "noise", "notes": []})
    (folder / "index.jsonl").write_text("".join(json.dumps(entry) + "\n" for entry in index))
    return load_phrases(folder)


def test_mixtures_are_repeatable_and_their_notes_sound_where_they_are_said_to(phrases: Phrases) -> None:
    for seed in range(12):
        y, notes = draw_mixture(phrases, np.random.default_rng(seed))
        again, same = draw_mixture(phrases, np.random.default_rng(seed))
        np.testing.assert_array_equal(y, again)
        assert notes == same == sorted(notes)
        assert y.shape == (12 * SR,)
        assert np.isfinite(y).all()
        assert all(onset < offset and offset > 0.0 and onset < 12.0 for onset, offset, _ in notes)


def test_a_note_is_seen_in_its_bin_from_its_onset_on(phrases: Phrases) -> None:
    seen = 0
    for seed in range(12):
        y, notes = draw_mixture(phrases, np.random.default_rng(seed))
        levels = levels_of(y)
        assert levels.shape == (600, 297, 2)
        for onset_s, _, tuned in notes:
            if 0.1 < onset_s < 11.5:
                column = round(3 * (tuned - 20) + 1)
                after = levels[round(onset_s / 0.02) + 4, column - 1 : column + 2, 0].max()
                before = levels[round(onset_s / 0.02) - 8, column - 1 : column + 2, 0].max()
                seen += after > before
    assert seen > 60


def test_targets_say_attack_held_and_bend() -> None:
    notes = np.array([[1.0, 2.0, 60.2], [1.01, 1.5, 64.0], [9.0, 9.5, 60.0], [1.0, 2.0, 130.0]], np.float32)
    targets = targets_of(notes, 40, 100)
    onset, note, bend = (getattr(targets, name)[:, 60 - 21] for name in OUTPUTS)
    assert np.flatnonzero(note).tolist() == list(range(10, 60))
    assert onset.argmax() == 10
    assert onset[8:13].tolist() == pytest.approx([0.0, 0.5, 1.0, 0.5, 0.0], abs=1e-4)
    assert bend[20] == pytest.approx(0.4, abs=1e-3)
    assert targets.onset[10:12, 64 - 21].tolist() == pytest.approx([0.75, 0.75], abs=1e-3)
    assert targets.note.sum() == pytest.approx(50 + 24, abs=1)
    assert targets_of(notes, 40, 100, shift=-2).note[20, 58 - 21] == 1.0


def test_a_shifted_window_is_that_of_shifted_notes(phrases: Phrases, tmp_path: Path) -> None:
    store = _store(phrases, tmp_path)
    levels, targets = store.draw(6, np.random.default_rng(1))
    assert levels.shape == (6, 256, 297, 2)
    assert targets["note"].shape == (6, 256, 88)
    assert targets["note"].max() == 1.0
    on = targets["note"][:, MARGIN_FRAMES:-MARGIN_FRAMES] > 0.5
    at_keys = levels[:, MARGIN_FRAMES:-MARGIN_FRAMES, 4:268:3, 0]
    assert at_keys[on].mean() > at_keys[~on].mean() + 30.0


def _store(phrases: Phrases, tmp_path: Path) -> Store:
    import desktop_app.training.poly.mixtures as mixtures

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(mixtures, "PER_PART", 3)
        arguments = [str(phrases.folder), str(tmp_path / "store"), "--parts", "2"]
        assert make_mixtures(arguments) == 0
        written = {path: path.stat().st_mtime_ns for path in (tmp_path / "store").iterdir()}
        assert make_mixtures(arguments) == 0
    assert {path: path.stat().st_mtime_ns for path in (tmp_path / "store").iterdir()} == written
    return Store(tmp_path / "store")


@pytest.mark.train
@pytest.mark.filterwarnings("ignore:__array__ implementation doesn't accept:DeprecationWarning:keras")
def test_fitting_goes_on_and_exports_what_it_learnt(phrases: Phrases, tmp_path: Path) -> None:
    from desktop_app.training.poly.fit import PolyFit, fit

    content = fit(_store(phrases, tmp_path), tmp_path / "run", 3, 1, 0)
    assert (tmp_path / "run" / "model.tflite").read_bytes() == content
    fitting = PolyFit(tmp_path / "run", 8)
    assert fitting.n_done == 3
    restored = fitting.model
    fresh = PolyFit(tmp_path / "other", 8).model
    moved = [np.abs(a - b).max() for a, b in zip(restored.get_weights(), fresh.get_weights(), strict=True)]
    assert max(moved) > 1e-4
    window = golden_levels()
    told = PolyNetwork(content).run(window)
    logits = restored(window[None].astype(np.float32) / 255.0, training=False)
    for name in ("onset", "note"):
        expected = 255.0 / (1.0 + np.exp(-logits[name].numpy()[0, MARGIN_FRAMES:-MARGIN_FRAMES].T))
        assert np.abs(getattr(told, name) - expected).max() <= 1.0
        assert np.ptp(expected) > 1.0
    bend = 50.0 * np.tanh(logits["bend"].numpy()[0, MARGIN_FRAMES:-MARGIN_FRAMES].T)
    assert np.abs(told.bend_cents - bend).max() <= 1.0


def test_a_part_is_written_with_its_check_sum(tmp_path: Path) -> None:
    import hashlib

    from desktop_app.assets import bundled

    content = bundled("models", "poly_v1", "model.tflite").read_bytes()
    (tmp_path / "manifest.json").write_text('{"parts": {"other": {}}}')
    write_part(tmp_path, "poly_v1", "Notes", ("model.tflite", content), {"figure": 1}, golden(content))
    entry = json.loads((tmp_path / "manifest.json").read_text())["parts"]
    assert set(entry) == {"other", "poly_v1"}
    assert entry["poly_v1"]["sha256"] == hashlib.sha256(content).hexdigest()
    assert (tmp_path / entry["poly_v1"]["file"]).read_bytes() == content
    for key in ("metrics", "golden"):
        assert (tmp_path / entry["poly_v1"][key]).is_file()


def test_a_mixture_is_heard_in_training_as_in_the_program(phrases: Phrases) -> None:
    y, _ = draw_mixture(phrases, np.random.default_rng(3))
    network = PolyNetwork()
    engine = PolyEngine(network)
    engine.push(y)
    program, training = engine.flush(), evidence_of(network, levels_of(y))
    for name in ("onset_prob", "note_prob"):
        difference = getattr(program, name).astype(int) - getattr(training, name).astype(int)
        assert np.mean(np.abs(difference) > 2) < 1e-3, name


def _note(onset_s: float, offset_s: float, midi: int) -> Note:
    return Note(onset_s, offset_s, midi, 440.0, 0.0, 64, 0.5)


def test_scores_tell_the_causes() -> None:
    truth = np.array([[1.0, 2.0, 60.1], [1.0, 2.0, 64.0], [3.0, 4.0, 40.0]], np.float32)
    told = [
        _note(1.0, 2.0, 60),
        _note(1.02, 3.0, 64),
        _note(1.5, 2.0, 60),
        _note(1.0, 2.0, 72),
        _note(6.0, 7.0, 50),
    ]
    counts = scores(truth, told)
    assert (counts["asked"], counts["told"], counts["onset"], counts["offset"]) == (3, 5, 2, 1)
    assert (counts["repeats"], counts["octave_ghosts"], counts["other_ghosts"]) == (1, 1, 1)
    assert counts["missed_low"] == 1
    assert f1(counts, "onset") == pytest.approx(50.0)


def test_figures_are_told_by_how_much_sounds_at_once(phrases: Phrases, tmp_path: Path) -> None:
    told = judge(PolyNetwork(), _store(phrases, tmp_path), POLY_THRESHOLDS)
    groups = {name: value for name, value in told.items() if name not in ("thresholds", "all")}
    assert sum(group["mixtures"] for group in groups.values()) == told["all"]["mixtures"] == 6
    assert sum(group["asked"] for group in groups.values()) == told["all"]["asked"] > 10
    assert told["all"]["f1_onset"] > 50.0
    assert told["thresholds"]["onset_prob"] == POLY_THRESHOLDS.onset_prob
