# SPDX-License-Identifier: MIT
"""Sound in, evidence of several notes at once out; any cutting of the stream gives the same."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from desktop_app.domain.analysis import PolyEvidence
from desktop_app.domain.frames import Float32Array
from desktop_app.dsp.features import hop_levels_db
from desktop_app.dsp.log_frequency import (
    HALF_WINDOW,
    HOP_LENGTH,
    HOP_S,
    N_BINS,
    N_VIEWS,
    REFERENCE_REACH,
    log_frequency_db,
    reference_db,
    relative_levels,
)
from desktop_app.ml.note_network import (
    KEYS,
    MARGIN_FRAMES,
    STEP_FRAMES,
    WINDOW_FRAMES,
    KeyPosteriors,
    PolyNetwork,
)

# Frames are computed this many at a time, always: a product of matrices depends on its size in the last bit.
_PORTION: Final = STEP_FRAMES


class PolyEngine:
    """Hears several notes at once in mono sound at 16 kHz; holds some 10 s of sound besides the evidence.

    Parameters
    ----------
    network
        None for the bundled one.
    """

    def __init__(self, network: PolyNetwork | None = None) -> None:
        self._network = network or PolyNetwork()
        self.reset()

    def reset(self) -> None:
        """Start anew."""
        self._samples: Float32Array = np.zeros(HALF_WINDOW, np.float32)
        self._n_samples = 0
        self._n_frames = 0
        # Levels not yet compared with those around them: before the start there is silence.
        self._db: Float32Array = np.zeros((0, N_BINS, N_VIEWS), np.float32)
        self._loudest: Float32Array = np.full(REFERENCE_REACH, -np.inf, np.float32)
        self._levels: NDArray[np.uint8] = np.zeros((MARGIN_FRAMES, N_BINS, N_VIEWS), np.uint8)
        self._told: list[KeyPosteriors] = []
        self._rms_db: list[Float32Array] = []

    def push(self, samples: Float32Array) -> None:
        """Take in samples, shape (n,), float32."""
        self._n_samples += samples.shape[0]
        self._samples = np.concatenate((self._samples, samples))
        while self._samples.shape[0] >= 2 * HALF_WINDOW + _PORTION * HOP_LENGTH:
            self._take_portion(_PORTION)

    def flush(self) -> PolyEvidence:
        """The evidence of all that was pushed; starts anew."""
        n_frames = -(-self._n_samples // HOP_LENGTH)
        n_missing = n_frames - self._n_frames
        if n_missing > 0:
            n_needed = 2 * HALF_WINDOW + _PORTION * HOP_LENGTH
            held = np.zeros(max(0, n_needed - self._samples.shape[0]), np.float32)
            self._samples = np.concatenate((self._samples, held))
            self._take_portion(n_missing)
        self._compare(np.full(REFERENCE_REACH, -np.inf, np.float32))
        silence = np.zeros((WINDOW_FRAMES, N_BINS, N_VIEWS), np.uint8)
        self._levels = np.concatenate((self._levels, silence))
        self._listen()
        evidence = self._evidence(n_frames)
        self.reset()
        return evidence

    def _take_portion(self, n_frames: int) -> None:
        """Levels of the next frames; only the last portion is cut short."""
        n_used = 2 * HALF_WINDOW + (_PORTION - 1) * HOP_LENGTH
        db = log_frequency_db(self._samples[:n_used], _PORTION)[:n_frames]
        hops = self._samples[HALF_WINDOW:][: n_frames * HOP_LENGTH].reshape(n_frames, HOP_LENGTH)
        self._rms_db.append(hop_levels_db(hops)[0])
        self._samples = self._samples[n_frames * HOP_LENGTH :].copy()
        self._n_frames += n_frames
        self._db = np.concatenate((self._db, db))
        self._compare(db[:, :, 0].max(axis=1))

    def _compare(self, loudest: Float32Array) -> None:
        """Compare the frames whose later neighbours are known now, and listen to them."""
        self._loudest = np.concatenate((self._loudest, loudest))
        n_ready = self._loudest.shape[0] - 2 * REFERENCE_REACH
        if n_ready <= 0:
            return
        levels = relative_levels(self._db[:n_ready], reference_db(self._loudest))
        self._loudest, self._db = self._loudest[n_ready:], self._db[n_ready:]
        self._levels = np.concatenate((self._levels, levels))
        self._listen()

    def _listen(self) -> None:
        while self._levels.shape[0] >= WINDOW_FRAMES:
            self._told.append(self._network.run(self._levels[:WINDOW_FRAMES]))
            self._levels = self._levels[STEP_FRAMES:]

    def _evidence(self, n_frames: int) -> PolyEvidence:
        """All that was told, without what lies beyond the end."""
        keys = np.zeros((KEYS, 0), np.uint8)
        onset, note = (
            np.concatenate([keys, *(getattr(told, name) for told in self._told)], axis=1)[:, :n_frames]
            for name in ("onset", "note")
        )
        bend = np.concatenate([keys.view(np.int8), *(told.bend_cents for told in self._told)], axis=1)
        rms_db = np.concatenate([np.zeros(0, np.float32), *self._rms_db])
        return PolyEvidence(HOP_S, onset, note, bend[:, :n_frames], rms_db)
