# SPDX-License-Identifier: MIT
"""The lab's arrays, scalars and qualities are what librosa and the corpora say."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import librosa
import numpy as np
import pytest
import soundfile
from lab_sounds import NSYNTH_SR, entry_of, harmonics, write_entry

from desktop_app.training.corpora.entry import Entry
from desktop_app.training.lab import features_scalars
from desktop_app.training.lab.features import (
    KINDS,
    SCALAR_NAMES,
    FeatureSettings,
    feature,
    feature_dtype,
    feature_shape,
    prepared_sound,
    read_settings,
)
from desktop_app.training.lab.features_spectra import Spectra
from desktop_app.training.rendering.presets import CorpusError

RATES = (22_050, 16_000)


@pytest.fixture
def note(tmp_path: Path) -> Entry:
    return write_entry(tmp_path / "note.wav", harmonics(233.0, 4.0, NSYNTH_SR))


def as_librosa_loads_it(entry: Entry, sr: int) -> np.ndarray:
    y, from_sr = soundfile.read(entry.path, dtype="float32")
    return librosa.resample(y, orig_sr=from_sr, target_sr=sr)


@pytest.mark.parametrize("sr", RATES)
@pytest.mark.parametrize("seed", range(3))
def test_mel_and_mfcc_agree_with_librosa(tmp_path: Path, sr: int, seed: int) -> None:
    entry = write_entry(tmp_path / "a.wav", harmonics(90.0 * 3**seed, 4.0, NSYNTH_SR, seed))
    y = as_librosa_loads_it(entry, sr)
    mel = librosa.feature.melspectrogram(y=y, sr=sr)
    mfcc = librosa.feature.mfcc(y=y, sr=sr, n_mfcc=40)
    np.testing.assert_allclose(feature("mel", entry, {"sr": sr}), mel, rtol=1e-4, atol=1e-5 * mel.max())
    np.testing.assert_allclose(feature("log_mel", entry, {"sr": sr}), librosa.power_to_db(mel), atol=0.01)
    np.testing.assert_allclose(feature("mfcc", entry, {"sr": sr}), mfcc, atol=0.02)
    np.testing.assert_allclose(feature("mean_mfcc", entry, {"sr": sr}), mfcc.mean(axis=1), atol=0.01)


def test_other_windows_and_bands_agree_with_librosa(note: Entry) -> None:
    how = {"n_fft": 1024, "hop_length": 256, "n_mels": 64, "fmax_hz": 6000.0, "fmin_hz": 40.0, "n_mfcc": 13}
    y = as_librosa_loads_it(note, 22_050)
    mfcc = librosa.feature.mfcc(
        y=y, sr=22_050, n_mfcc=13, n_fft=1024, hop_length=256, n_mels=64, fmin=40.0, fmax=6000.0
    )
    np.testing.assert_allclose(feature("mfcc", note, how), mfcc, atol=0.02)


def test_four_seconds_are_the_published_173_frames(note: Entry) -> None:
    assert feature("mfcc", note, {}).shape == (40, 173)
    assert feature("mean_mfcc", note, {}).shape == (40,)


@pytest.mark.parametrize("sr", RATES)
def test_scalars_agree_with_librosa(note: Entry, sr: int) -> None:
    y = as_librosa_loads_it(note, sr)
    magnitude = np.abs(librosa.stft(y))
    chroma = librosa.feature.chroma_stft(S=magnitude**2, sr=sr, tuning=0.0)
    frames = np.concatenate(
        [
            librosa.feature.spectral_centroid(S=magnitude, sr=sr),
            librosa.feature.spectral_rolloff(S=magnitude, sr=sr),
            librosa.feature.zero_crossing_rate(y),
            librosa.feature.tonnetz(chroma=chroma),
        ]
    )
    scalars = feature("scalars", note, {"sr": sr})
    assert len(scalars) == 2 * len(SCALAR_NAMES)
    np.testing.assert_allclose(scalars[:9], frames.mean(axis=1), rtol=1e-3, atol=1e-4)
    np.testing.assert_allclose(scalars[9:], frames.std(axis=1), rtol=1e-3, atol=1e-4)


def test_a_fifth_lies_where_its_notes_lie_on_the_circle_of_fifths() -> None:
    c, g, fis = np.zeros((3, 12, 1), np.float32)
    c[0], g[7], fis[6] = 1.0, 1.0, 1.0
    at_c, at_g, at_fis = (features_scalars.tonal_centroid(some)[:2, 0] for some in (c, g, fis))
    assert np.linalg.norm(at_c - at_g) < 0.6 < 1.9 < np.linalg.norm(at_c - at_fis)


@pytest.mark.parametrize("hz", [220.0, 440.0, 1760.0])
def test_the_chroma_of_an_a_is_largest_at_a(hz: float) -> None:
    spec = FeatureSettings().spec
    y = np.sin(2 * np.pi * hz * np.arange(spec.sr) / spec.sr).astype(np.float32)
    chroma = features_scalars.chroma(Spectra(y, spec).power, spec)
    assert (chroma[:, 5:-5].argmax(axis=0) == 9).all()


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "qualities"])
def test_silence_gives_finite_numbers(tmp_path: Path, kind: str) -> None:
    silence = write_entry(tmp_path / "silence.wav", np.zeros(20 * NSYNTH_SR, np.float32))
    row = feature(kind, silence, {})
    assert np.isfinite(row).all()


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("settings", [{}, {"sr": 16_000, "seconds": 1.5, "n_mfcc": 20, "image_size": 64}])
def test_shape_and_type_are_as_announced(tmp_path: Path, kind: str, settings: dict[str, float]) -> None:
    entry = write_entry(tmp_path / "long.wav", harmonics(200.0, 16.0, NSYNTH_SR))
    row = feature(kind, entry, settings)
    assert row.shape == feature_shape(kind, settings)
    assert row.dtype == feature_dtype(kind)


def test_qualities_are_ten_flags_and_the_source(tmp_path: Path) -> None:
    entry = entry_of(tmp_path / "never_read.wav", source="electronic")
    assert feature("qualities", entry, {}).tolist() == [1, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 1, 0]


@pytest.mark.parametrize("changes", [{"qualities": ()}, {"source": None}])
def test_without_qualities_one_sentence(tmp_path: Path, changes: dict[str, object]) -> None:
    with pytest.raises(CorpusError, match=r"does not tell its note qualities and source\.$"):
        feature("qualities", entry_of(tmp_path / "a.wav", **changes), {})


def test_a_short_sound_is_followed_by_silence(tmp_path: Path) -> None:
    y = harmonics(300.0, 1.0, NSYNTH_SR)
    entry = write_entry(tmp_path / "short.wav", y)
    prepared = prepared_sound(entry, FeatureSettings(sr=NSYNTH_SR))
    np.testing.assert_allclose(prepared[:NSYNTH_SR], y, atol=1e-4)
    assert prepared.shape == (4 * NSYNTH_SR,)
    assert not prepared[NSYNTH_SR:].any()


def test_a_part_starts_where_it_is_asked_to_and_can_run_backwards(tmp_path: Path) -> None:
    y = np.linspace(-0.9, 0.9, 4 * NSYNTH_SR).astype(np.float32)
    entry = write_entry(tmp_path / "ramp.wav", y)
    how = {"sr": NSYNTH_SR, "start_s": 1.0, "seconds": 2.0}
    forwards = prepared_sound(entry, FeatureSettings(**how))
    np.testing.assert_allclose(forwards, y[NSYNTH_SR : 3 * NSYNTH_SR], atol=1e-4)
    backwards = prepared_sound(entry, FeatureSettings(**how, reverse=True))
    np.testing.assert_array_equal(backwards, forwards[::-1])


def test_the_middle_of_a_song_in_mp3_and_stereo(tmp_path: Path) -> None:
    sr = 44_100
    low, high = (np.tile(harmonics(f0_hz, 1.0, sr), 15) for f0_hz in (110.0, 1760.0))
    song = write_entry(tmp_path / "000" / "000002.mp3", np.stack([np.concatenate((low, high))] * 2, 1), sr)
    levels = feature("genre_mel", song, {})
    assert levels.shape == (128, 646)
    loudest = levels.argmax(axis=0)
    assert np.median(loudest[:300]) < 12
    assert np.median(loudest[340:]) > 35


def damaged(path: Path) -> None:
    path.write_bytes(b"no sound at all")


def missing(path: Path) -> None:
    assert not path.exists()


def too_short(path: Path) -> None:
    write_entry(path, harmonics(200.0, 0.5, NSYNTH_SR))


def not_numbers(path: Path) -> None:
    soundfile.write(path, np.full(3 * NSYNTH_SR, np.nan, np.float32), NSYNTH_SR, subtype="FLOAT")


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (damaged, "could not be read as audio."),
        (missing, "could not be read as audio."),
        (too_short, "ends before 1 s."),
        (not_numbers, "holds values that are no sound."),
    ],
)
def test_a_sound_that_cannot_be_used_is_named(
    tmp_path: Path, make: Callable[[Path], None], sentence: str
) -> None:
    path = tmp_path / "bad.wav"
    make(path)
    with pytest.raises(CorpusError) as caught:
        feature("mfcc", entry_of(path), {"start_s": 1.0})
    assert str(caught.value) == f"{path} {sentence}"


@pytest.mark.parametrize(
    ("kind", "settings", "named"),
    [
        ("mfccs", {}, "mfccs"),
        ("mfcc", {"n_mel": 3}, "n_mel"),
        ("mfcc", {"n_mfcc": 200}, "200"),
        ("mel", {"seconds": 0.0}, "0.0"),
        ("mel", {"fmax_hz": 20_000.0}, "20000.0"),
        ("mel", {"sr": "fast"}, "'fast'"),
        ("mel", {"n_mels": 64.5}, "64.5"),
        ("mel", {"reverse": 1}, "reverse"),
        ("mel", {"seconds": True}, "True"),
    ],
)
def test_wrong_settings_are_named(kind: str, settings: dict[str, Any], named: str) -> None:
    with pytest.raises(ValueError, match=named):
        read_settings(kind, settings)


def test_a_whole_number_is_the_same_setting() -> None:
    told = read_settings("mel", {"seconds": 4, "start_s": np.int64(1), "sr": 16_000.0})
    assert repr(told) == repr(FeatureSettings(seconds=4.0, start_s=1.0, sr=16_000))
