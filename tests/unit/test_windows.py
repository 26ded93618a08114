# SPDX-License-Identifier: MIT
"""Which windows of sound the classifier hears."""

import numpy as np

from desktop_app.pipeline.windows import EARLY_FRAMES, PRE_ONSET_FRAMES, Window, WindowPicker


def pick(rms_db: np.ndarray, onset_frames: list[int], step: int = 1_000_000) -> list[Window]:
    picker = WindowPicker(4, 100, -100.0)
    n = rms_db.shape[0]
    onsets = np.zeros(n, bool)
    onsets[onset_frames] = True
    mel_db = np.tile(np.arange(n, dtype=np.float32), (4, 1))
    windows = []
    for start in range(0, n, step):
        part = slice(start, start + step)
        windows += picker.process(mel_db[:, part], rms_db[part], onsets[part])
    return windows + picker.flush()


def sound(n: int, start: int, end: int) -> np.ndarray:
    rms_db = np.full(n, -100.0, np.float32)
    rms_db[start:end] = -20.0
    return rms_db


def spans(windows: list[Window]) -> list[tuple[int, int, bool]]:
    return [(window.start_frame, window.end_frame, window.at_onset) for window in windows]


def test_silence_gives_no_window() -> None:
    assert pick(sound(500, 0, 0), []) == []


def test_held_note_gives_early_full_and_sustained_windows() -> None:
    start = 50 - PRE_ONSET_FRAMES
    assert spans(pick(sound(300, 50, 250), [51])) == [
        (start, start + EARLY_FRAMES, True),
        (start, start + 100, True),
        (start + 50, start + 150, False),
        (start + 100, start + 200, False),
        (start + 150, 270, False),
    ]


def test_short_note_is_padded_with_the_floor() -> None:
    last = pick(sound(100, 20, 40), [20])[-1]
    n_sound = last.end_frame - last.start_frame
    assert last.mel_db[0, 0] == last.start_frame
    assert np.all(last.mel_db[:, n_sound:] == -100.0)


def test_a_new_attack_ends_the_window() -> None:
    windows = spans(pick(sound(200, 20, 140), [20, 80]))
    first, second = 20 - PRE_ONSET_FRAMES, 80 - PRE_ONSET_FRAMES
    assert (first, second, True) in windows
    assert (second, 160, True) in windows


def test_any_cut_gives_the_same_windows() -> None:
    rms_db = sound(700, 30, 333)
    rms_db[400:650] = -30.0
    onsets = [30, 60, 90, 155, 400, 405, 510]
    whole = pick(rms_db, onsets)
    for step in (1, 2, 7, 100):
        parts = pick(rms_db, onsets, step)
        assert spans(parts) == spans(whole)
        assert all(np.array_equal(a.mel_db, b.mel_db) for a, b in zip(parts, whole, strict=True))
