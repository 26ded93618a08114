# SPDX-License-Identifier: MIT
"""What a rendered note sounds like, in six of NSynth's ten words.

NSynth's qualities were noted by ear and by rules that are not published beside it; these are measures of our
own for the same words. What depends on a room, a tempo or a second pitch is not measured and stays 0.

References
----------
Engel et al., "Neural Audio Synthesis of Musical Notes with WaveNet Autoencoders", ICML 2017 (the words).
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from desktop_app.domain.frames import Float32Array
from desktop_app.io.corpora.entry import QUALITIES
from desktop_app.training.rendering.soundfont import HELD_S, SR

_HOP: Final = SR // 100
_FRAME: Final = 512
_BRIGHT_HZ, _BRIGHT_SHARE = 3000.0, 0.05
_DARK_HZ, _DARK_SHARE = 1000.0, 0.005
_DECAYED_DB: Final = 25.0
_RELEASE_KEEPS_DB: Final = 20.0
_AUDIBLE_DB: Final = 45.0
_RISE_DB: Final = 6.0
_STRIKE_DB: Final = 15.0
_STRIKE_HZ: Final = 4000.0
_STRIKE_BELOW_DB: Final = 40.0


def note_qualities(y: Float32Array) -> tuple[int, ...]:
    """Flags in the order of NSynth's list; a note is held for 3 s of its 4 s.

    Parameters
    ----------
    y : ndarray, shape (64000,)
        16 kHz.

    Returns
    -------
    tuple of ten 0 or 1
        ``bright`` and ``dark`` by the share of power above 3 and 1 kHz, ``fast_decay`` and ``long_release``
        by the level before and after the key is let go, ``nonlinear_env`` by a second rise, ``percussive`` by
        a burst of high frequencies at the onset that does not last.
    """
    levels_db = _levels_db(y)
    power, hz = _power(y)
    heard = {
        "bright": _share_above(power, hz, _BRIGHT_HZ) > _BRIGHT_SHARE,
        "dark": _share_above(power, hz, _DARK_HZ) < _DARK_SHARE,
        "fast_decay": _before_release_db(levels_db) < levels_db.max() - _DECAYED_DB,
        "long_release": _rings_on(levels_db),
        "nonlinear_env": _rises_again(levels_db),
        "percussive": _is_struck(power, hz),
    }
    return tuple(int(heard.get(name, False)) for name in QUALITIES)


def _levels_db(y: Float32Array) -> NDArray[np.float64]:
    """Level of each 50 ms, one each 10 ms."""
    hops = np.square(y[: y.shape[0] // _HOP * _HOP].astype(np.float64)).reshape(-1, _HOP).mean(axis=1)
    return 10.0 * np.log10(np.convolve(hops, np.ones(5) / 5.0, mode="valid") + 1e-10)


def _power(y: Float32Array) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Power spectra of the held part, shape (n_frames, n_bins), and the bins' frequencies."""
    frames = np.lib.stride_tricks.sliding_window_view(y[: int(HELD_S * SR)], _FRAME)[::_HOP]
    spectra = np.fft.rfft(frames * np.hanning(_FRAME), axis=1)
    return np.square(np.abs(spectra)), np.fft.rfftfreq(_FRAME, 1.0 / SR).astype(np.float64)


def _share_above(power: NDArray[np.float64], hz: NDArray[np.float64], edge_hz: float) -> float:
    return float(power[:, hz >= edge_hz].sum() / max(power.sum(), 1e-20))


def _before_release_db(levels_db: NDArray[np.float64]) -> float:
    end = int(HELD_S * 100)
    return float(levels_db[end - 20 : end - 5].mean())


def _rings_on(levels_db: NDArray[np.float64]) -> bool:
    before_db = _before_release_db(levels_db)
    after_db = float(levels_db[int(HELD_S * 100) + 60 :].mean())
    return before_db > levels_db.max() - _AUDIBLE_DB and after_db > before_db - _RELEASE_KEEPS_DB


def _rises_again(levels_db: NDArray[np.float64]) -> bool:
    """Whether the level rises once more after the attack, while the note is held and can be heard."""
    held = levels_db[20 : int(HELD_S * 100) - 5]
    held = np.maximum(held, levels_db.max() - _AUDIBLE_DB)
    return bool(np.any(held - np.minimum.accumulate(held) > _RISE_DB))


def _is_struck(power: NDArray[np.float64], hz: NDArray[np.float64]) -> bool:
    high_db = 10.0 * np.log10(power[:, hz >= _STRIKE_HZ].sum(axis=1) + 1e-12)
    loudest_db = 10.0 * np.log10(power.sum(axis=1).max() + 1e-12)
    strike_db = float(high_db[:8].max())
    return strike_db > loudest_db - _STRIKE_BELOW_DB and strike_db > float(high_db[30:60].max()) + _STRIKE_DB
