# SPDX-License-Identifier: MIT
"""From the windows of a long recording to the instruments that stand out in it.

Following Han, Kim and Lee, "Deep Convolutional Neural Networks for Predominant Instrument Recognition in
Polyphonic Music", IEEE/ACM TASLP 25(1), 2017: the windows' probabilities are summed class by class, the sums
divided by the largest, and every class above a threshold is named.
"""

from __future__ import annotations

import numpy as np


def clip_scores(probabilities: np.ndarray, clip_of_window: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The windows' probabilities brought together clip by clip.

    Parameters
    ----------
    probabilities
        Of the windows, shape (n_windows, n_classes).
    clip_of_window
        To which clip each belongs, shape (n_windows,), in any order.

    Returns
    -------
    clips : ndarray, shape (n_clips,)
        The clips, sorted.
    scores : ndarray, shape (n_clips, n_classes), float32
        0 … 1; the strongest class of a clip has 1.
    """
    clips, owner = np.unique(clip_of_window, return_inverse=True)
    sums = np.zeros((clips.shape[0], probabilities.shape[1]))
    np.add.at(sums, owner, probabilities)
    largest = sums.max(axis=1, keepdims=True, initial=1e-12)
    return clips, (sums / largest).astype(np.float32)


def predominant(scores: np.ndarray, threshold: float = 0.5) -> np.ndarray:
    """Which classes stand out, shape as the scores of `clip_scores`, bool: never none of them.

    Raises
    ------
    ValueError
        For a threshold outside 0 … 1.
    """
    if not 0.0 <= threshold <= 1.0:
        raise ValueError(f"a threshold of {threshold} is not between 0 and 1")
    return (scores >= threshold) | (scores == scores.max(axis=1, keepdims=True))
