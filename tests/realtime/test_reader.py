# SPDX-License-Identifier: MIT
"""Frames are the same from wherever they are read, at any rate, and few are held."""

from __future__ import annotations

import subprocess
from pathlib import Path

import numpy as np
import pytest
import soundfile
import soxr
from sounds import SR, clip_of, music, noise, write

from desktop_app.domain.listening import Stretch
from desktop_app.realtime import reader
from desktop_app.realtime.file_source import FileSource
from desktop_app.realtime.reader import ClipSound, Recording


def recording(path: Path, sr: int = SR, channels: int = 2) -> tuple[Recording, FileSource]:
    source = FileSource(path)
    return Recording(source, sr, channels), source


@pytest.mark.parametrize("name", ["a.wav", "a.mp3", "a.ogg"])
def test_any_order_of_reading_gives_the_sound_at_once(name: str, tmp_path: Path) -> None:
    wav = write(tmp_path / "a.wav", music(6.0))
    path = tmp_path / name
    if path != wav:
        codec = {"a.mp3": "libmp3lame", "a.ogg": "libvorbis"}[name]
        subprocess.run(["ffmpeg", "-v", "error", "-i", wav, "-c:a", codec, path], check=True)
    expected, _ = soundfile.read(path, dtype="float32")
    found, source = recording(path)
    for start, n in [(0, 5000), (5000, 20_000), (150_000, 4410), (149_000, 3), (40_000, 60_000), (0, 9000)]:
        np.testing.assert_array_equal(found.read(start, n), expected[start : start + n])
    source.close()


def test_outside_of_the_recording_is_silence(tmp_path: Path) -> None:
    y = noise(0.5, 2)
    found, source = recording(write(tmp_path / "a.wav", y))
    np.testing.assert_array_equal(found.read(-10, 30)[:, 1], np.concatenate((np.zeros(10), y[:20, 1])))
    np.testing.assert_array_equal(found.read(len(y) - 5, 30)[:5], y[-5:])
    assert not found.read(len(y), 100).any()
    assert found.read(100, 0).shape == (0, 2)
    source.close()


@pytest.mark.parametrize(
    ("from_sr", "to_sr"), [(44_100, 48_000), (22_050, 48_000), (96_000, 44_100), (8_000, 48_000)]
)
def test_another_rate_is_the_same_from_any_place(from_sr: int, to_sr: int, tmp_path: Path) -> None:
    y = music(3.0, from_sr)
    expected = soxr.resample(y, from_sr, to_sr)
    found, source = recording(write(tmp_path / "a.wav", y, from_sr), to_sr)
    assert found.n_frames == 3 * to_sr
    for start, n in [(to_sr, 4000), (1, 5000), (2 * to_sr + 17, 9000), (0, 2 * to_sr)]:
        np.testing.assert_allclose(found.read(start, n), expected[start : start + n], atol=2e-4)
    source.close()


@pytest.mark.parametrize(("from_sr", "to_sr"), [(44_100, 44_100), (44_100, 48_000), (48_000, 44_100)])
def test_a_clip_is_the_same_from_any_place(from_sr: int, to_sr: int) -> None:
    y = music(4.0, from_sr)
    stretch = Stretch(10.0, 11.5, 0.5)
    sound = ClipSound(clip_of(stretch, y, n_lead=from_sr // 2, sr=from_sr), to_sr, 2)
    assert (sound.first, sound.n_frames) == (-to_sr // 2, 3 * to_sr)
    expected = soxr.resample(y, from_sr, to_sr)[to_sr // 2 :]
    for start, n in [(0, 1000), (1234, 5000), (2 * to_sr, 100)]:
        np.testing.assert_allclose(sound.read(start, n), expected[start : start + n], atol=2e-4)
    assert not sound.read(10 * to_sr, 10).any()


def test_one_channel_becomes_two_and_six_become_their_mean(tmp_path: Path) -> None:
    mono, six = noise(0.2), noise(0.2, 6)
    found, source = recording(write(tmp_path / "mono.wav", mono))
    np.testing.assert_array_equal(found.read(0, 100), np.repeat(mono[:100], 2, axis=1))
    source.close()
    found, source = recording(write(tmp_path / "six.wav", six))
    np.testing.assert_allclose(found.read(0, 100)[:, 0], six[:100].mean(axis=1), atol=1e-6)
    source.close()
    clip = clip_of(Stretch(0.0, 0.1), six)
    np.testing.assert_allclose(ClipSound(clip, SR, 1).read(5, 50)[:, 0], six[5:55].mean(axis=1), atol=1e-6)


def test_a_loop_is_decoded_once_and_a_long_one_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader, "MAX_KEPT_BYTES", 8 * 20 * SR)
    found, source = recording(write(tmp_path / "a.wav", noise(60.0, 2)))
    n_read = 0
    read = source.read

    def counted(duration_s: float) -> np.ndarray:
        nonlocal n_read
        n_read += 1
        return read(duration_s)

    monkeypatch.setattr(source, "read", counted)

    def a_pass(n: int) -> int:
        before = n_read
        for start in range(SR, SR + n, SR // 10):
            found.read(start, SR // 10)
        return n_read - before

    found.keep(15 * SR)
    assert a_pass(15 * SR) > 50
    assert a_pass(15 * SR) == 0
    found.keep(50 * SR)
    a_pass(50 * SR)
    assert a_pass(50 * SR) > 200
    assert sum(chunk.nbytes for chunk in found._chunks.values()) <= 8 * 24 * SR + 100_000
    source.close()


def test_a_file_that_ends_early_is_as_long_as_it_is(tmp_path: Path) -> None:
    found, source = recording(write(tmp_path / "a.wav", noise(2.0, 2)))
    found._n_frames = 3 * SR  # as a header may claim
    assert not found.read(int(1.9 * SR), SR)[int(0.1 * SR) + 1 :].any()
    assert found.n_frames == 2 * SR
    source.close()
