# SPDX-License-Identifier: MIT
"""Which stretches of sound the classifier hears: what follows an attack, then every half second.

The attack tells more than the length, so a window starts just before each onset. It is answered early,
then once more when it is complete or the next sound begins. While a sound goes on without a new attack,
further windows follow. All decisions depend on frame numbers alone, so any cutting of the stream into
blocks gives the same windows.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from desktop_app.domain.frames import Float32Array

PRE_ONSET_FRAMES = 8
EARLY_FRAMES = 25
MIN_SPACING_FRAMES = 25
SUSTAIN_STEP_FRAMES = 50
SILENCE_DB = -65.0
SILENCE_FRAMES = 20
MEMORY_FRAMES = 400


@dataclass(frozen=True, slots=True, eq=False)
class Window:
    """A stretch of mel levels to be classified.

    Attributes
    ----------
    start_frame, end_frame
        Frames ``start_frame … end_frame - 1`` hold sound; what follows in ``mel_db`` is padding.
    at_onset
        Whether it starts at an attack.
    mel_db : ndarray, shape (n_mels, window_frames), float32
    """

    start_frame: int
    end_frame: int
    at_onset: bool
    mel_db: Float32Array


class WindowPicker:
    """Picks windows from the stream of frames.

    Parameters
    ----------
    n_mels, window_frames
        Shape of a window.
    floor_db
        Level with which a window that is cut short is padded.
    first_frame
        Number of the first frame that will come.
    """

    def __init__(self, n_mels: int, window_frames: int, floor_db: float, *, first_frame: int = 0) -> None:
        self._n_mels, self._window_frames, self._floor_db = n_mels, window_frames, floor_db
        self._first_frame = first_frame
        self.reset()

    def reset(self) -> None:
        """Forget everything."""
        self._held: Float32Array = np.zeros((self._n_mels, 2 * MEMORY_FRAMES), np.float32)
        self._held_start, self._n_held = self._first_frame, 0
        self._anchor: int | None = None
        self._anchor_is_onset = False
        self._last_sounding = -1
        self._silent_run = SILENCE_FRAMES

    def process(self, mel_db: Float32Array, rms_db: Float32Array, onsets: NDArray[np.bool_]) -> list[Window]:
        """Windows that are due after these frames.

        Parameters
        ----------
        mel_db : ndarray, shape (n_mels, n_frames)
        rms_db, onsets : ndarray, shape (n_frames,)
        """
        found: list[Window] = []
        sounding = (rms_db > SILENCE_DB).tolist()
        for start in range(0, mel_db.shape[1], MEMORY_FRAMES):
            part = slice(start, start + MEMORY_FRAMES)
            first = self._hold(mel_db[:, part])
            flags = zip(sounding[part], onsets[part].tolist(), strict=True)
            for i, (is_sounding, is_onset) in enumerate(flags):
                self._step(first + i, is_sounding, is_onset, found)
        return found

    def flush(self) -> list[Window]:
        """The window that is still open."""
        found: list[Window] = []
        self._finish(self._held_start + self._n_held, found)
        return found

    def _step(self, frame: int, is_sounding: bool, is_onset: bool, found: list[Window]) -> None:
        starts_after_silence = is_sounding and self._silent_run >= SILENCE_FRAMES
        self._silent_run = 0 if is_sounding else self._silent_run + 1
        if is_sounding:
            self._last_sounding = frame
        start = max(frame - PRE_ONSET_FRAMES, self._first_frame)
        begins = starts_after_silence or (is_onset and is_sounding)
        if begins and (self._anchor is None or start - self._anchor >= MIN_SPACING_FRAMES):
            self._finish(start, found)
            self._anchor, self._anchor_is_onset = start, True
        if self._anchor is None:
            return
        age = frame + 1 - self._anchor
        if age == EARLY_FRAMES and self._anchor_is_onset:
            found.append(self._window(frame + 1))
        elif age >= self._window_frames:
            next_start = self._anchor + SUSTAIN_STEP_FRAMES
            self._finish(frame + 1, found)
            if self._last_sounding >= next_start + EARLY_FRAMES:
                self._anchor, self._anchor_is_onset = next_start, False
        elif self._silent_run >= SILENCE_FRAMES:
            self._finish(frame + 1, found)

    def _finish(self, end_frame: int, found: list[Window]) -> None:
        if self._anchor is None:
            return
        n_frames = end_frame - self._anchor
        was_answered = self._anchor_is_onset and n_frames == EARLY_FRAMES
        sounds_long_enough = self._anchor_is_onset or self._last_sounding - self._anchor >= EARLY_FRAMES
        if sounds_long_enough and n_frames > 0 and not was_answered:
            found.append(self._window(end_frame))
        self._anchor = None

    def _window(self, end_frame: int) -> Window:
        assert self._anchor is not None
        mel_db = np.full((self._n_mels, self._window_frames), self._floor_db, np.float32)
        piece = self._held[:, self._anchor - self._held_start : end_frame - self._held_start]
        mel_db[:, : piece.shape[1]] = piece
        return Window(self._anchor, end_frame, self._anchor_is_onset, mel_db)

    def _hold(self, mel_db: Float32Array) -> int:
        """Keep at most ``MEMORY_FRAMES`` frames behind those held; returns the number of the first."""
        n_new = mel_db.shape[1]
        if self._n_held + n_new > self._held.shape[1]:  # seldom, so that small blocks copy little
            n_gone = self._n_held - MEMORY_FRAMES
            self._held[:, :MEMORY_FRAMES] = self._held[:, n_gone : self._n_held].copy()
            self._held_start += n_gone
            self._n_held = MEMORY_FRAMES
        first = self._held_start + self._n_held
        self._held[:, self._n_held : self._n_held + n_new] = mel_db
        self._n_held += n_new
        return first
