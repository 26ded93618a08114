# SPDX-License-Identifier: MIT
from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import soundfile
from corpus_maker import SR, manifest_corpus, nsynth_corpus, stop_workers, tone
from hypothesis import given
from hypothesis import strategies as st

from desktop_app.dsp.features import mel_spectrogram_db
from desktop_app.dsp.spec import DEFAULT_SPEC, FeatureSpec
from desktop_app.training.classifier import datasets
from desktop_app.training.classifier.corpus import load_items
from desktop_app.training.classifier.datasets import FeatureStore, build_features, dequantise_db, quantise_db
from desktop_app.training.commands_corpus import main
from desktop_app.training.rendering.presets import CorpusError


@pytest.fixture
def items(tmp_path):
    return load_items(nsynth_corpus(tmp_path / "corpus"))


def same(first: FeatureStore, second: FeatureStore) -> bool:
    names = ("windows", "item_index", "variant", "position")
    return all(np.array_equal(getattr(first, name), getattr(second, name)) for name in names)


@given(st.floats(-100.0, 2.0, width=32))
def test_levels_survive_quantising_within_a_fifth_of_a_decibel(db):
    assert abs(dequantise_db(quantise_db(np.float32([db])))[0] - db) <= 0.2001


def test_a_store_says_what_each_window_is(items, tmp_path):
    store = build_features(items, tmp_path / "store", n_variants=2, seed=5)
    assert store.items == items
    assert store.windows.dtype == np.uint8
    assert store.windows.shape == (3 * 3 * 2, 128, 100)
    assert sorted(zip(store.item_index, store.variant, store.position, strict=True)) == [
        (item, variant, position) for item in range(3) for variant in range(3) for position in range(2)
    ]
    assert store.spec == DEFAULT_SPEC
    db = store.to_db(np.array([0, 5]))
    assert db.shape == (2, 128, 100)
    assert db.dtype == np.float32


def test_windows_are_the_engines_features():
    y = tone(523.25, 2.0) + 0.01 * np.random.default_rng(0).standard_normal(2 * SR).astype(np.float32)
    whole = mel_spectrogram_db(y, DEFAULT_SPEC)
    for first in (0, 37, 90):
        window = datasets.window_mel_db(y, first * DEFAULT_SPEC.hop_length, DEFAULT_SPEC)
        np.testing.assert_allclose(window, whole[:, first : first + 100], atol=1e-3)


def test_windows_beyond_the_end_are_silent():
    window = datasets.window_mel_db(tone(440.0, 0.3), 0, DEFAULT_SPEC)
    assert window.shape == (128, 100)
    assert window[:, :25].max() > -10.0
    assert window[:, 40:].max() == pytest.approx(DEFAULT_SPEC.db_floor, abs=0.01)


@pytest.mark.parametrize("onset_s", [0.0, 0.3, 1.234])
def test_the_first_window_starts_up_to_60_ms_before_the_onset(onset_s):
    y = np.pad(tone(440.0, 1.0), (int(onset_s * SR), 2 * SR))
    starts = [datasets.window_starts(y, SR, np.random.default_rng(k), SR, 1)[0] for k in range(50)]
    lead_s = onset_s - np.array(starts) / SR
    assert lead_s.max() <= min(onset_s, 0.06) + 0.01
    assert lead_s.min() >= -0.01
    if onset_s > 0.1:
        assert np.ptp(lead_s) > 0.03


def test_later_windows_are_where_the_sound_lasts():
    y = np.pad(tone(440.0, 3.0), (0, 2 * SR))
    for k in range(50):
        _, later = datasets.window_starts(y, SR, np.random.default_rng(k), SR, 1)
        assert 0.4 * SR <= later <= 2.5 * SR
    assert len(datasets.window_starts(y, SR, np.random.default_rng(0), SR, 9)) == 4


def test_a_short_sound_has_no_later_window_and_silence_none():
    short = np.pad(tone(440.0, 0.5), (0, 2 * SR))
    assert len(datasets.window_starts(short, SR, np.random.default_rng(0), SR, 3)) == 1
    assert datasets.window_starts(np.zeros(2 * SR, np.float32), SR, np.random.default_rng(0), SR, 3) == []


def test_the_seed_decides_and_the_number_of_processes_does_not(items, tmp_path):
    first = build_features(items, tmp_path / "a", n_variants=1, seed=1)
    in_two = build_features(items, tmp_path / "b", n_variants=1, seed=1, jobs=2)
    stop_workers()
    assert same(first, in_two)
    assert not same(first, build_features(items, tmp_path / "c", n_variants=1, seed=2))


def test_variants_differ_from_the_sound_as_it_is(items, tmp_path):
    store = build_features(items, tmp_path / "a", n_variants=2)
    rows = [np.flatnonzero((store.variant == v) & (store.position == 0)) for v in range(3)]
    assert not np.array_equal(store.windows[rows[0]], store.windows[rows[1]])
    assert not np.array_equal(store.windows[rows[1]], store.windows[rows[2]])


def test_a_second_run_reads_no_sound(items, tmp_path, monkeypatch):
    first = build_features(items, tmp_path / "a", n_variants=1)
    kept = np.array(first.windows)
    monkeypatch.setattr(datasets, "read_mono", lambda *_: pytest.fail("computed again"))
    again = build_features(items, tmp_path / "a", n_variants=1)
    np.testing.assert_array_equal(again.windows, kept)


def test_an_interrupted_run_goes_on(tmp_path, monkeypatch):
    rows = [{"instrument": name} for name in ("oboe", "bassoon", "clarinet")]
    items = load_items(manifest_corpus(tmp_path / "corpus", rows))
    complete = build_features(items, tmp_path / "a", n_variants=0)
    read, seen = datasets.read_mono, []

    def fails_at_third(path: Path, sr: int) -> np.ndarray:
        seen.append(path)
        if len(seen) == 3:
            raise KeyboardInterrupt
        return read(path, sr)

    monkeypatch.setattr(datasets, "read_mono", fails_at_third)
    with pytest.raises(KeyboardInterrupt):
        build_features(items, tmp_path / "b", n_variants=0)
    with pytest.raises(FileNotFoundError):
        FeatureStore.open(tmp_path / "b")
    assert same(build_features(items, tmp_path / "b", n_variants=0), complete)
    assert len(seen) == 4


def test_another_sound_or_specification_is_computed_again(items, tmp_path):
    before = np.array(build_features(items, tmp_path / "a", n_variants=0).windows)
    other = build_features(items, tmp_path / "a", n_variants=0, spec=FeatureSpec(fmin_hz=50.0))
    assert other.spec.fmin_hz == 50.0
    assert not np.array_equal(before, other.windows)
    soundfile.write(items[0].path, tone(300.0, 3.5), SR)
    assert not np.array_equal(before, build_features(items, tmp_path / "a", n_variants=0).windows)


def test_stores_share_their_parts(items, tmp_path, monkeypatch):
    shards = tmp_path / "shards"
    small = build_features(items, tmp_path / "small", n_variants=1, shards_dir=shards)
    n_shards = len(list(shards.iterdir()))
    large = build_features(items, tmp_path / "large", n_variants=2, shards_dir=shards)
    assert len(list(shards.iterdir())) == n_shards + 1
    np.testing.assert_array_equal(large.windows[large.variant <= 1], small.windows)


def test_items_can_have_different_numbers_of_variants(items, tmp_path):
    store = build_features(items, tmp_path / "a", n_variants=lambda item: 2 if item.midi == 70 else 0)
    highest = {store.items[k].midi: int(store.variant[store.item_index == k].max()) for k in range(3)}
    assert highest == {69: 0, 70: 2, 71: 0}


def test_a_missing_or_unreadable_file_is_named(items, tmp_path):
    items[1].path.write_bytes(b"nothing")
    with pytest.raises(CorpusError, match=items[1].path.name):
        build_features(items, tmp_path / "a", n_variants=0)


def test_the_command_takes_recordings_and_renders_with_their_own_variants(tmp_path, capsys):
    notes = nsynth_corpus(tmp_path / "notes", n=1)
    clips = manifest_corpus(tmp_path / "clips", [{}, {"weights_ok": "no"}])
    options = ["--variants", "1", "--recorded-variants", "2", "--weights-ok", "--later", "0"]
    command = ["corpus", "features", str(tmp_path / "s"), "--corpus", str(notes), str(clips), *options]
    assert main(command) == 0
    assert "5 windows of 2 sounds" in capsys.readouterr().out
    assert FeatureStore.open(tmp_path / "s").variant.tolist() == [0, 1, 0, 1, 2]
