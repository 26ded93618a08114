# SPDX-License-Identifier: MIT
"""What is played is what is in the file, from its start and after a jump."""

from __future__ import annotations

import subprocess
from pathlib import Path

import numpy as np
import pytest
import soundfile

from desktop_app.domain.errors import AudioFileError
from desktop_app.realtime.file_source import FileSource

SR = 44_100
ENCODERS = {
    "cbr.mp3": ["-c:a", "libmp3lame", "-b:a", "64k"],
    "vbr.mp3": ["-c:a", "libmp3lame", "-q:a", "4"],
    "vorbis.ogg": ["-c:a", "libvorbis"],
    "lossless.flac": ["-c:a", "flac"],
}


@pytest.fixture(scope="module")
def wav(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Eight seconds of two sweeps, in stereo, with bursts of noise: those make an encoder save up bits."""
    t = np.arange(8 * SR) / SR
    rng = np.random.default_rng(1)
    bursts = 0.2 * rng.standard_normal(t.size) * (t % 0.33 < 0.05)
    left = 0.3 * np.sin(2 * np.pi * (200 + 300 * t) * t) + bursts
    right = 0.3 * np.sin(2 * np.pi * (300 + 200 * t) * t)
    path = tmp_path_factory.mktemp("sound") / "sweeps.wav"
    soundfile.write(path, np.stack((left, right), axis=1), SR)
    return path


def played(source: FileSource, seconds: float) -> np.ndarray:
    """Read in the player's steps; shape (n, 2)."""
    blocks = [source.read(0.1).reshape(-1, 2) for _ in range(round(seconds / 0.1))]
    return np.concatenate(blocks)


@pytest.mark.parametrize("name", ENCODERS)
def test_blocks_are_the_sound_at_once(name: str, wav: Path, tmp_path: Path) -> None:
    path = tmp_path / name
    subprocess.run(["ffmpeg", "-v", "error", "-i", wav, *ENCODERS[name], path], check=True)
    expected, _ = soundfile.read(path, dtype="float32")  # in one piece, without a seek before its end
    source = FileSource(path)
    np.testing.assert_array_equal(played(source, 9.0), expected)
    assert source.is_exhausted
    for position_s in (3.0, 5.4321, 0.05, 6.5, 0.0):  # libvorbis is 2 ms off within the last second
        start = round(source.seek(position_s) * SR)
        assert start == round(position_s * SR)
        found = played(source, 0.4)
        np.testing.assert_array_equal(found, expected[start : start + found.shape[0]])
    source.close()


def test_seeking_stays_within_the_file(wav: Path) -> None:
    source = FileSource(wav)
    assert source.seek(100.0) == pytest.approx(8.0)
    assert source.read(0.1).size == 0
    assert source.is_exhausted
    assert source.seek(-1.0) == 0.0
    source.close()


def test_what_is_no_sound_is_refused_in_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "a.wav").write_bytes(b"no sound")
    with pytest.raises(AudioFileError, match=r"^The file “a\.wav” cannot be played\.$"):
        FileSource(tmp_path / "a.wav")
