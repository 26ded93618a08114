# SPDX-License-Identifier: MIT
"""Rendering clips and loops, and the store of clips."""

from __future__ import annotations

import errno
import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
import soundfile

from desktop_app.domain.errors import AudioFileError, ExportError
from desktop_app.domain.listening import Clip, Stretch
from desktop_app.dsp.stretch import stretch
from desktop_app.jobs import render
from desktop_app.jobs.pool import JobPool
from desktop_app.jobs.render import find_clip, open_clip, render_clip, render_loop
from desktop_app.jobs.render_files import write_flac
from desktop_app.jobs.render_store import RenderStore, trim
from desktop_app.jobs.worker import Progress

SR = 16_000


@pytest.fixture
def recording(tmp_path: Path) -> Path:
    """Six seconds of two tones that fade, left and right."""
    t = np.arange(6 * SR) / SR
    left = 0.4 * np.sin(2.0 * np.pi * 220.0 * t) * np.exp(-(t % 1.0))
    right = 0.2 * np.sin(2.0 * np.pi * 331.0 * t)
    path = tmp_path / "sound.wav"
    soundfile.write(path, np.stack((left, right), axis=1), SR, "FLOAT")
    return path


def quiet(fraction: float | None) -> None:
    assert fraction is None or 0.0 <= fraction <= 1.0


def replacing_loop(path: str, how: Stretch, target: str, progress: Progress) -> None:
    render_loop(path, how, target, True, progress)


def rendered(path: Path, how: Stretch, to: Path) -> Clip:
    return open_clip(render_clip(os.fspath(path), how, os.fspath(to), quiet))


def test_a_clip_has_its_length_and_margins(recording: Path, tmp_path: Path) -> None:
    how = Stretch(2.0, 3.5, 0.5, 2.0)
    clip = rendered(recording, how, tmp_path / "clips" / "a.clip")
    assert (clip.stretch, clip.sr, clip.samples.dtype) == (how, SR, np.float32)
    assert clip.n_lead == SR  # half a second at half speed
    assert clip.samples.shape == (clip.n_lead + 3 * SR + SR, 2)
    assert os.listdir(tmp_path / "clips") == ["a.clip"]
    assert find_clip(tmp_path / "clips" / "a.clip", how) is not None


def test_a_clip_at_the_ends_has_the_margins_that_there_are(recording: Path, tmp_path: Path) -> None:
    clip = rendered(recording, Stretch(0.1, 5.8, 0.5), tmp_path / "a.clip")
    assert clip.n_lead == round(0.2 * SR)
    assert clip.samples.shape[0] == 12 * SR
    beyond = rendered(recording, Stretch(5.5, 6.5, 0.5), tmp_path / "b.clip")
    assert beyond.samples.shape[0] == SR + 2 * SR
    assert np.abs(beyond.samples[-SR // 2 :]).max() < 1e-3


def test_neighbouring_clips_tell_the_same_where_they_overlap(recording: Path, tmp_path: Path) -> None:
    first = rendered(recording, Stretch(1.0, 3.0, 0.5), tmp_path / "a.clip")
    second = rendered(recording, Stretch(3.0, 5.0, 0.5), tmp_path / "b.clip")
    end = first.n_lead + 4 * SR
    after = first.samples[end : end + SR // 2, 0]
    begins = second.samples[second.n_lead : second.n_lead + SR // 2, 0]
    levels = [np.sqrt(np.convolve(y**2, np.ones(800) / 800, "valid")) for y in (after, begins)]
    np.testing.assert_allclose(levels[0], levels[1], rtol=0.1, atol=0.01)


@pytest.mark.parametrize(("section_frames", "n_sections"), [(2 * SR, 6), (4 * SR - 10, 4)])
def test_a_long_stretch_is_rendered_in_sections_that_join(
    recording: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, section_frames: int, n_sections: int
) -> None:
    whole = rendered(recording, Stretch(0.0, 6.0, 0.5), tmp_path / "a.clip")
    monkeypatch.setattr(render, "SECTION_FRAMES", section_frames)
    progress: list[float] = []
    found = render_clip(
        os.fspath(recording), Stretch(0.0, 6.0, 0.5), os.fspath(tmp_path / "b.clip"), progress.append
    )
    cut = open_clip(found)
    assert cut.samples.shape == whole.samples.shape
    assert len(progress) == n_sections + 1
    assert progress == sorted(progress)
    level_cut, level = (
        np.sqrt(np.convolve(clip.samples[:, 0] ** 2, np.ones(1600) / 1600, "valid")) for clip in (cut, whole)
    )
    assert np.abs(20.0 * np.log10((level_cut + 0.01) / (level + 0.01))).max() < 6.5
    steps = [np.abs(np.diff(clip.samples[:-800], axis=0)).max() for clip in (cut, whole)]
    assert steps[0] < 1.5 * steps[1]


@pytest.mark.parametrize("name", ["loop.wav", "loop.FLAC"])
def test_a_loop_is_written_as_it_is_heard(recording: Path, tmp_path: Path, name: str) -> None:
    how = Stretch(1.25, 3.0, 0.5, -3.0)
    render_loop(os.fspath(recording), how, os.fspath(tmp_path / name), False, quiet)
    y, sr = soundfile.read(tmp_path / name, dtype="float32")
    clip = rendered(recording, how, tmp_path / "a.clip")
    assert (sr, y.shape) == (SR, (round(3.5 * SR), 2))
    expected = clip.samples[clip.n_lead : clip.n_lead + y.shape[0]]
    np.testing.assert_allclose(y[100:-100], expected[100:-100], atol=1e-6)
    assert np.abs(y[[0, -1]]).max() < 0.02
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(["a.clip", name, "sound.wav"])


def test_what_does_not_fit_into_flac_is_made_softer(tmp_path: Path) -> None:
    path = tmp_path / "loud.wav"
    soundfile.write(path, np.sin(np.arange(3 * SR) * 0.1) * 1.4, SR, "FLOAT")
    render_loop(os.fspath(path), Stretch(0.0, 3.0), os.fspath(tmp_path / "loop.flac"), False, quiet)
    y, _ = soundfile.read(tmp_path / "loop.flac")
    assert 0.99 < np.abs(y).max() < 1.0
    assert np.abs(np.diff(y)).max() < 0.11  # nothing is cut off


def test_a_loop_leaves_what_is_there(recording: Path, tmp_path: Path) -> None:
    target = tmp_path / "mine.wav"
    target.write_bytes(b"mine")
    with pytest.raises(ExportError, match="is there already"):
        render_loop(os.fspath(recording), Stretch(0.0, 1.0), os.fspath(target), False, quiet)
    assert target.read_bytes() == b"mine"
    render_loop(os.fspath(recording), Stretch(0.0, 1.0), os.fspath(target), True, quiet)
    assert soundfile.info(target).frames == SR
    with pytest.raises(ExportError, match=r"WAV or FLAC: “a.mp3” is neither"):
        render_loop(os.fspath(recording), Stretch(0.0, 1.0), os.fspath(tmp_path / "a.mp3"), False, quiet)


@pytest.mark.parametrize("target", ["loop.wav", "loop.flac", "a.clip"])
def test_a_full_disk_leaves_nothing(
    recording: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, target: str
) -> None:
    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    task = render_clip if target.endswith("clip") else replacing_loop
    with pytest.raises(ExportError, match=r"cannot be written: No space left on device\."):
        task(os.fspath(recording), Stretch(0.0, 1.0, 0.5), os.fspath(tmp_path / target), quiet)
    assert [path.name for path in tmp_path.iterdir()] == ["sound.wav"]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="platform: no device that is always full")
def test_libsndfile_tells_of_a_full_disk() -> None:
    blocks = iter([np.random.default_rng(0).uniform(-1.0, 1.0, (4 * SR, 2)).astype(np.float32)])
    with pytest.raises(OSError, match="No space"), Path("/dev/full").open("wb", buffering=0) as file:
        write_flac(file, blocks, SR, 2)


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(AudioFileError, match=r"“gone.wav” cannot be played"):
        rendered(tmp_path / "gone.wav", Stretch(0.0, 1.0, 0.5), tmp_path / "a.clip")
    assert list(tmp_path.iterdir()) == []


def test_half_a_clip_is_no_clip(recording: Path, tmp_path: Path) -> None:
    how = Stretch(0.0, 1.0, 0.5)
    rendered(recording, how, tmp_path / "a.clip")
    content = (tmp_path / "a.clip").read_bytes()
    for broken in (content[:-4], content[:10], b"", b"X" + content[1:]):
        (tmp_path / "b.clip").write_bytes(broken)
        assert find_clip(tmp_path / "b.clip", how) is None
    assert find_clip(tmp_path / "none.clip", how) is None


def test_old_clips_go_when_there_are_too_many(tmp_path: Path) -> None:
    for i in range(5):
        (tmp_path / f"{i}.clip").write_bytes(bytes(100))
        os.utime(tmp_path / f"{i}.clip", (i, i))
    (tmp_path / "killed.tmp").write_bytes(b"")
    os.utime(tmp_path / "killed.tmp", (0, 0))
    (tmp_path / "of another window.tmp").write_bytes(b"")
    trim(tmp_path, 250, keep=tmp_path / "0.clip")
    assert {path.name for path in tmp_path.iterdir()} == {"0.clip", "4.clip", "of another window.tmp"}


@pytest.fixture
def store(tmp_path: Path) -> Iterator[RenderStore]:
    made = RenderStore(tmp_path / "clips", JobPool(1))
    yield made
    made.close()


def waited(store: RenderStore, is_over: Callable[[], object] = lambda: False) -> list[Clip]:
    end_s = time.monotonic() + 30.0
    while time.monotonic() < end_s:
        if (clips := store.poll()) or is_over():
            return clips
        time.sleep(0.01)
    pytest.fail("no clip comes")


def test_the_store_renders_once_and_finds_again(store: RenderStore, recording: Path) -> None:
    how = Stretch(1.0, 2.0, 0.5)
    store.request(recording, how)
    store.request(recording, how)
    assert store.is_rendering
    (clip,) = waited(store)
    expected = stretch(soundfile.read(recording, dtype="float32")[0][SR // 2 : 5 * SR // 2], SR, 0.5)
    np.testing.assert_array_equal(clip.samples, expected)
    assert (store.poll(), store.is_rendering, store.error) == ([], False, "")
    store.request(recording, how)
    assert [found.stretch for found in store.poll()] == [how]
    soundfile.write(recording, np.zeros((6 * SR, 2)), SR, "FLOAT")
    store.request(recording, how)
    assert store.poll() == []  # another file by now
    assert np.abs(waited(store)[0].samples).max() == 0.0


def test_only_what_was_asked_for_last_comes(store: RenderStore, recording: Path) -> None:
    wanted = [Stretch(0.1 * i, 0.1 * i + 1.0, 0.5) for i in range(6)]
    for how in wanted:
        store.request(recording, how)
        store.poll()
    assert [clip.stretch for clip in waited(store)] == wanted[-1:]
    store.request(recording, Stretch(0.0, 5.0, 0.25))
    store.forget()
    assert not store.is_rendering
    store.request(recording, wanted[-1])
    assert [clip.stretch for clip in waited(store)] == wanted[-1:]


def test_the_store_tells_one_sentence(store: RenderStore, recording: Path, tmp_path: Path) -> None:
    missing = tmp_path / "gone.wav"
    store.request(missing, Stretch(0.0, 1.0, 0.5))
    assert waited(store, lambda: store.error) == []
    assert store.error == "The file “gone.wav” cannot be played."
    store.request(missing, Stretch(0.0, 1.0, 0.5))
    assert not store.is_rendering  # asking for the same again does not try for ever
    store.request(recording, Stretch(0.0, 1.0, 0.5))
    assert store.error == ""
    assert len(waited(store)) == 1
