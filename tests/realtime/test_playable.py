# SPDX-License-Identifier: MIT
"""Files that the player cannot read itself are played from a decoded copy."""

from __future__ import annotations

import subprocess
from pathlib import Path

import numpy as np
import pytest
import soundfile

from desktop_app.io.audio_file import read_blocks
from desktop_app.jobs.playable import playable_path
from desktop_app.jobs.tasks import AnalyseOptions, analyse_file
from desktop_app.realtime.file_source import FileSource

SR = 44_100


def _ignore(_fraction: float | None) -> None:
    pass


def _encode(path: Path, *options: str) -> Path:
    t = np.arange(2 * SR) / SR
    wav = path.with_suffix(".source.wav")
    soundfile.write(wav, 0.3 * np.stack((np.sin(2765 * t), np.sin(4147 * t)), axis=1), SR)
    subprocess.run(["ffmpeg", "-v", "error", "-i", wav, *options, path], check=True)
    return path


@pytest.mark.parametrize("name", ["a.m4a", "a.aac"])
def test_m4a_and_aac_are_played_from_a_copy(name: str, tmp_path: Path) -> None:
    path, folder = _encode(tmp_path / name, "-c:a", "aac"), tmp_path / "pictures"
    analysis = analyse_file(str(path), AnalyseOptions(with_classifier=False), str(folder), _ignore)
    copy = playable_path(path, folder)
    assert copy.parent == folder
    source = FileSource(copy)
    assert (source.sr, source.channels) == (SR, 2)
    assert source.duration_s == pytest.approx(analysis.duration_s)
    expected = np.concatenate(list(read_blocks(path)))
    np.testing.assert_array_equal(source.read(10.0).reshape(-1, 2), expected)
    start = round(source.seek(1.0) * SR)
    np.testing.assert_array_equal(source.read(0.1).reshape(-1, 2), expected[start : start + SR // 10])
    source.close()


def test_what_the_player_reads_is_not_copied(tmp_path: Path) -> None:
    path, folder = _encode(tmp_path / "a.mp3"), tmp_path / "pictures"
    analyse_file(str(path), AnalyseOptions(with_classifier=False), str(folder), _ignore)
    assert playable_path(path, folder) == path
