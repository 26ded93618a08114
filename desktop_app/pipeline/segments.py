# SPDX-License-Identifier: MIT
"""Where one instrument ends and another begins, from the answers about window after window.

A hidden state (which family, or no instrument) explains the answers; each change of it has a price. The
cheapest sequence of states is found by dynamic programming, so that single answers that differ are
outvoted, while a clear answer about the attack of another instrument is enough to change. Live and
afterwards the same is done: live with what has come so far, only the last stretch counts, and a change
costs more, because what is told should not flicker.

References
----------
Viterbi, "Error bounds for convolutional codes and an asymptotically optimum decoding algorithm", IEEE
Transactions on Information Theory 13 (1967).
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray

from desktop_app.domain.frames import Scores

CHANGE_COST: Final = 5.0
"""What a change costs, in nats: no single answer among others makes a stretch of its own, which costs two."""
LIVE_CHANGE_COST: Final = 9.0
"""A little less than one complete answer at an attack can say."""
LEAST_CHANCE: Final = 0.0001
"""No answer rules a family out by more than this."""
SILENCE_S: Final = 1.5
"""After such a silence whatever comes next is heard anew."""
LATER_WEIGHT: Final = 0.25
"""Of windows without an attack, which overlap and are less often right."""
EARLY_S: Final = 0.3
EARLY_WEIGHT: Final = 0.5
"""Of windows that are not longer than ``EARLY_S``, such as the first answers to an attack."""


def segments(scores: Sequence[Scores], change_cost: float = CHANGE_COST) -> list[slice]:
    """The windows of one instrument each, in order; together they are all windows.

    Parameters
    ----------
    scores
        One answer a window, ordered by time.
    change_cost
        What a change costs, in nats.
    """
    if not scores:
        return []
    is_new = _silences(scores)
    states = _decode(_evidence(scores), is_new, change_cost)
    begins = [0, *(i for i in range(1, len(scores)) if is_new[i] or states[i] != states[i - 1])]
    return [slice(begin, end) for begin, end in zip(begins, [*begins[1:], len(scores)], strict=True)]


def _evidence(scores: Sequence[Scores]) -> NDArray[np.float64]:
    """Weighted log probabilities of the eleven families and of no instrument, shape (n, 12)."""
    none = np.array([[score.not_an_instrument] for score in scores], np.float64)
    families = np.stack([score.family for score in scores]) * (1.0 - none)
    weights = [[_weight(score)] for score in scores]
    return np.array(weights) * np.log(np.maximum(np.hstack((families, none)), LEAST_CHANCE))


def _weight(score: Scores) -> float:
    if not score.at_onset:
        return LATER_WEIGHT
    return EARLY_WEIGHT if score.end_s - score.start_s < EARLY_S else 1.0


def _silences(scores: Sequence[Scores]) -> NDArray[np.bool_]:
    """Which windows come after a silence, shape (n,)."""
    gaps = [after.start_s - before.end_s for before, after in pairwise(scores)]
    return np.array([False, *(gap >= SILENCE_S for gap in gaps)])


def _decode(evidence: NDArray[np.float64], is_new: NDArray[np.bool_], change_cost: float) -> NDArray[np.intp]:
    """The cheapest sequence of states, shape (n,)."""
    n, n_states = evidence.shape
    came_from = np.tile(np.arange(n_states), (n, 1))
    value = evidence[0]
    for i in range(1, n):
        best = int(value.argmax())
        changed = value[best] - (0.0 if is_new[i] else change_cost)
        came_from[i, value < changed] = best
        value = np.maximum(value, changed) + evidence[i]
    states = np.empty(n, np.intp)
    states[-1] = int(value.argmax())
    for i in range(n - 1, 0, -1):
        states[i - 1] = came_from[i, states[i]]
    return states
