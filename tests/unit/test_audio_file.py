# SPDX-License-Identifier: MIT
"""Decoding: every format gives the same sound, and every bad file one sentence."""

import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import soundfile

from desktop_app.domain.errors import AudioFileError
from desktop_app.io import audio_file, audio_file_ffmpeg
from desktop_app.io.audio_file import probe, read_blocks

SR = 44_100


def sine(seconds: float = 1.5, channels: int = 1, sr: int = SR) -> np.ndarray:
    t = np.arange(round(seconds * sr)) / sr
    return np.stack([0.5 * np.sin(2 * np.pi * 440.0 * (k + 1) * t) for k in range(channels)], axis=1)


def read_all(path: Path, block_s: float = 5.0) -> np.ndarray:
    return np.concatenate(list(read_blocks(path, block_s)))


def frequency_hz(y: np.ndarray, sr: int) -> float:
    spectrum = np.abs(np.fft.rfft(y * np.hanning(y.shape[0])))
    return float(spectrum.argmax()) * sr / y.shape[0]


def to_ffmpeg(source: Path, target: Path) -> Path:
    command = ["ffmpeg", "-v", "error", "-nostdin", "-y", "-i", str(source), str(target)]
    subprocess.run(command, check=True)
    return target


@pytest.mark.parametrize("suffix", ["wav", "flac", "ogg", "mp3", "aiff", "au"])
@pytest.mark.parametrize("channels", [1, 2])
def test_formats_give_the_sound_back(tmp_path: Path, suffix: str, channels: int) -> None:
    path = tmp_path / f"a.{suffix}"
    soundfile.write(path, sine(channels=channels), SR)
    info = probe(path)
    assert (info.sr, info.channels, info.n_frames) == (SR, channels, round(1.5 * SR))
    assert info.duration_s == pytest.approx(1.5)
    y = read_all(path)
    assert y.dtype == np.float32
    assert y.shape == (round(1.5 * SR), channels)
    for k in range(channels):
        assert frequency_hz(y[:, k], SR) == pytest.approx(440.0 * (k + 1), abs=1.0)


@pytest.mark.parametrize("suffix", ["wav", "flac", "ogg", "mp3"])
@pytest.mark.parametrize("block_s", [0.013, 0.5, 5.0])
def test_reading_in_blocks_decodes_as_reading_at_once(tmp_path: Path, suffix: str, block_s: float) -> None:
    path = tmp_path / f"a.{suffix}"
    soundfile.write(path, sine(2.0, channels=2), SR)
    whole, _ = soundfile.read(path, dtype="float32", always_2d=True)
    np.testing.assert_allclose(read_all(path, block_s), whole, atol=1e-5)


@pytest.mark.parametrize("suffix", ["m4a", "aac"])
def test_ffmpeg_reads_what_libsndfile_does_not(tmp_path: Path, suffix: str) -> None:
    soundfile.write(tmp_path / "a.wav", sine(channels=2), SR)
    encoded = to_ffmpeg(tmp_path / "a.wav", tmp_path / f"b.{suffix}")
    path = encoded.rename(tmp_path / "-i %03d: x.wav")
    info = probe(path)
    assert (info.sr, info.channels, info.format) == (SR, 2, suffix.upper())
    y = read_all(path)
    assert y.shape[0] == pytest.approx(1.5 * SR, abs=4096)
    assert frequency_hz(y[:, 1], SR) == pytest.approx(880.0, abs=1.0)


def test_without_ffmpeg_it_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    soundfile.write(tmp_path / "a.wav", sine(), SR)
    path = to_ffmpeg(tmp_path / "a.wav", tmp_path / "song.m4a")
    monkeypatch.setattr(audio_file_ffmpeg.shutil, "which", lambda name: None)
    with pytest.raises(AudioFileError, match=r"“song\.m4a” .* install FFmpeg .* or convert it") as caught:
        probe(path)
    assert caught.value.code == "unreadable"


def test_a_cut_off_m4a_is_unreadable(tmp_path: Path) -> None:
    soundfile.write(tmp_path / "a.wav", sine(), SR)
    path = to_ffmpeg(tmp_path / "a.wav", tmp_path / "b.m4a")
    path.write_bytes(path.read_bytes()[:2000])
    with pytest.raises(AudioFileError) as caught:
        probe(path)
    assert caught.value.code == "unreadable"


@pytest.mark.parametrize("real", ["wav", "flac", "ogg", "mp3"])
@pytest.mark.parametrize("name", ["x.raw", "x.vox", "x.wav", "x.mp3", "none", "a#b%20[1] (2) ü♯.txt"])
def test_the_content_counts_not_the_name(tmp_path: Path, real: str, name: str) -> None:
    soundfile.write(tmp_path / f"source.{real}", sine(), SR)
    path = tmp_path / name
    shutil.move(tmp_path / f"source.{real}", path)
    info = probe(path)
    assert info.format == real.upper()
    assert info.path == str(path)
    assert frequency_hz(read_all(path)[:, 0], SR) == pytest.approx(440.0, abs=1.0)


@pytest.mark.parametrize("block_s", [0.001, 0.1, 1.0, 60.0])
def test_blocks_join_to_the_whole(tmp_path: Path, block_s: float) -> None:
    rng = np.random.default_rng(1)
    y = rng.uniform(-1.0, 1.0, (50_000, 3)).astype(np.float32)
    soundfile.write(tmp_path / "a.wav", y, 8000, subtype="FLOAT")
    blocks = list(read_blocks(tmp_path / "a.wav", block_s))
    assert max(block.shape[0] for block in blocks) <= block_s * 8000
    np.testing.assert_array_equal(np.concatenate(blocks), y)


def test_many_channels_at_a_high_rate_come_in_small_blocks(tmp_path: Path) -> None:
    soundfile.write(tmp_path / "a.wav", np.zeros((192_000, 64)), 192_000)
    assert max(block.size for block in read_blocks(tmp_path / "a.wav")) <= 1 << 22


@pytest.mark.parametrize("subtype", ["PCM_U8", "PCM_24", "PCM_32", "FLOAT", "DOUBLE", "ULAW", "IMA_ADPCM"])
def test_sample_formats(tmp_path: Path, subtype: str) -> None:
    soundfile.write(tmp_path / "a.wav", sine(), SR, subtype=subtype)
    y = read_all(tmp_path / "a.wav")[: round(1.5 * SR), 0]
    error = y - sine()[: y.shape[0], 0]
    assert np.sqrt(np.mean(error**2)) < 0.01


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf, 1e30, -1e300])
def test_values_that_are_no_sound_become_zero(tmp_path: Path, bad: float) -> None:
    y = sine()
    y[1000] = bad
    soundfile.write(tmp_path / "a.wav", y, SR, subtype="DOUBLE")
    read = read_all(tmp_path / "a.wav")
    y[1000] = 0.0
    np.testing.assert_allclose(read, y, atol=1e-6)


def test_one_sample_is_enough(tmp_path: Path) -> None:
    soundfile.write(tmp_path / "a.wav", np.array([0.25]), SR)
    np.testing.assert_allclose(read_all(tmp_path / "a.wav"), [[0.25]], atol=1e-4)


def test_a_header_that_promises_more_is_read_with_a_warning(tmp_path: Path) -> None:
    path = tmp_path / "a.wav"
    soundfile.write(path, sine(4.0), SR)
    path.write_bytes(path.read_bytes()[: 44 + SR * 2])
    info = probe(path)
    assert info.n_frames == SR
    (warning,) = info.warnings
    assert "“a.wav” ends early" in warning
    assert "4.0 s" in warning
    assert "1.0 s" in warning
    assert read_all(path).shape == (SR, 1)


def test_rf64_that_promises_more_is_read_with_a_warning(tmp_path: Path) -> None:
    path = tmp_path / "a.wav"
    soundfile.write(path, sine(4.0), SR, format="RF64", subtype="PCM_16")
    size = path.stat().st_size
    path.write_bytes(path.read_bytes()[: size - SR * 2])
    assert len(probe(path).warnings) == 1
    assert read_all(path).shape == (3 * SR, 1)


def test_a_streamed_header_promises_nothing(tmp_path: Path) -> None:
    path = tmp_path / "a.wav"
    soundfile.write(path, sine(), SR)
    data = bytearray(path.read_bytes())
    data[4:8] = data[40:44] = b"\xff\xff\xff\xff"
    path.write_bytes(data)
    assert probe(path).warnings == ()
    assert read_all(path).shape == (round(1.5 * SR), 1)


def test_a_recording_that_was_never_finished_is_read_whole(tmp_path: Path) -> None:
    path = tmp_path / "take.wav"
    soundfile.write(path, sine(4.0), SR)
    data = bytearray(path.read_bytes())
    data[4:8], data[40:44] = (36).to_bytes(4, "little"), bytes(4)
    path.write_bytes(data)
    info = probe(path)
    assert info.n_frames == 4 * SR
    assert "never finished" in info.warnings[0]
    np.testing.assert_allclose(read_all(path), sine(4.0), atol=1e-4)


def test_no_samples_before_a_comment_are_no_samples(tmp_path: Path) -> None:
    path = tmp_path / "a.wav"
    soundfile.write(path, np.zeros((0, 1)), SR)
    data = path.read_bytes()[:44] + b"LIST" + (100).to_bytes(4, "little") + bytes(100)
    path.write_bytes(data[:4] + (len(data) - 8).to_bytes(4, "little") + data[8:])
    with pytest.raises(AudioFileError, match="0 samples"):
        probe(path)


def test_damage_further_on_keeps_what_came_before(tmp_path: Path) -> None:
    path = tmp_path / "a.flac"
    soundfile.write(path, np.random.default_rng(2).uniform(-0.5, 0.5, (3 * SR, 1)), SR)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    assert read_all(path).shape[0] == pytest.approx(1.5 * SR, abs=2 * 4096)


def _text(path: Path) -> None:
    path.write_text("This is no sound at all.\n" * 100)


def _empty(path: Path) -> None:
    path.write_bytes(b"")


def _zeros(path: Path) -> None:
    path.write_bytes(bytes(5000))


def _no_samples(path: Path) -> None:
    soundfile.write(path, np.zeros((0, 1)), SR, format="WAV")


def _cut_header(n_bytes: int):
    def make(path: Path) -> None:
        soundfile.write(path, sine(), SR, format="WAV")
        path.write_bytes(path.read_bytes()[:n_bytes])

    return make


def _impossible_rate(path: Path) -> None:
    soundfile.write(path, sine(), SR, format="WAV")
    data = bytearray(path.read_bytes())
    data[24:28] = (2_000_000_000).to_bytes(4, "little")
    path.write_bytes(data)


@pytest.mark.parametrize(
    ("make", "code"),
    [
        (_text, "not_audio"),
        (_empty, "not_audio"),
        (_zeros, "not_audio"),
        (Path.mkdir, "not_audio"),
        (lambda path: None, "missing"),
        (_no_samples, "unreadable"),
        (_impossible_rate, "unreadable"),
        (_cut_header(3), "not_audio"),
        *((_cut_header(n), "unreadable") for n in (8, 12, 20, 30, 43, 44, 45)),
    ],
)
@pytest.mark.parametrize("name", ["a.wav", "b.mp3", "c"])
def test_bad_files_give_one_sentence(tmp_path: Path, make, code: str, name: str) -> None:
    path = tmp_path / name
    make(path)
    for attempt in (probe, read_all):
        with pytest.raises(AudioFileError) as caught:
            attempt(path)
        sentence = str(caught.value)
        assert caught.value.code == code
        assert f"“{name}”" in sentence
        assert sentence.endswith(".")
        assert "\n" not in sentence


@pytest.mark.skipif(
    sys.platform == "win32", reason="platform: POSIX has devices and pipes in the file system"
)
def test_devices_are_refused() -> None:
    with pytest.raises(AudioFileError, match="not an ordinary file"):
        probe("/dev/zero")


def test_a_url_is_a_missing_file() -> None:
    with pytest.raises(AudioFileError) as caught:
        probe("https://example.org/a.wav")
    assert caught.value.code == "missing"


def test_too_long_files_are_refused_before_and_while_reading(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    soundfile.write(tmp_path / "a.wav", sine(3.0), SR)
    to_ffmpeg(tmp_path / "a.wav", tmp_path / "a.aac")
    monkeypatch.setattr(audio_file, "MAX_DURATION_S", 2.0)
    with pytest.raises(AudioFileError) as caught:
        probe(tmp_path / "a.wav")
    assert caught.value.code == "too_long"
    assert probe(tmp_path / "a.aac").duration_s is None  # the format does not tell
    with pytest.raises(AudioFileError) as caught:
        read_all(tmp_path / "a.aac", block_s=0.5)
    assert caught.value.code == "too_long"


def test_leaving_off_early_ends_ffmpeg(tmp_path: Path) -> None:
    soundfile.write(tmp_path / "a.wav", sine(60.0), SR)
    blocks = read_blocks(to_ffmpeg(tmp_path / "a.wav", tmp_path / "b.m4a"), block_s=0.1)
    assert next(blocks).shape == (4410, 1)
    blocks.close()
    import psutil

    assert [child.name() for child in psutil.Process().children() if "ffmpeg" in child.name()] == []
