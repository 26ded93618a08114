# SPDX-License-Identifier: MIT
"""Figures of a note network on phrases that it did not learn from."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import mir_eval
import numpy as np
from numpy.typing import NDArray

from desktop_app.domain.frames import Float32Array
from desktop_app.dsp.onsets import AttackPicker
from desktop_app.dsp.onsets_network import DELAY_FRAMES, NoteNetwork, NoteWeights
from desktop_app.dsp.spec import DEFAULT_SPEC
from desktop_app.training.notes.data import Example, to_levels

ONSET_TOLERANCE_S: Final = 0.05
_WINDOW_FRAMES: Final = 100


def evaluate(
    weights: NoteWeights, material: Sequence[Example], threshold: float = 0.5
) -> dict[str, dict[str, float]]:
    """Figures by kind.

    Where there are notes: ``onset_f1`` (attacks within 50 ms, mean over phrases) and ``held_right`` (share of
    frames); elsewhere: ``quiet_windows``, the share of whole seconds without an attack or a held note.
    """
    network = NoteNetwork(weights)
    rows: dict[str, list[dict[str, float]]] = {}
    for example in material:
        network.reset()
        answers = network.process_levels(to_levels(example.levels))
        figures = _notes if example.onsets_s.size else _none
        rows.setdefault(example.kind, []).append(figures(example, *answers, threshold))
    return {
        kind: {key: float(np.mean([row[key] for row in of])) for key in of[0]} for kind, of in rows.items()
    }


def attacks_s(onset_prob: Float32Array, threshold: float) -> NDArray[np.float64]:
    """Times of the declared attacks."""
    declared = np.flatnonzero(AttackPicker(threshold).process(onset_prob))
    return np.asarray((declared - 1 - DELAY_FRAMES) * DEFAULT_SPEC.hop_s)


def _notes(
    example: Example, onset_prob: Float32Array, sounding_prob: Float32Array, threshold: float
) -> dict[str, float]:
    found = np.maximum(attacks_s(onset_prob, threshold), 0.0)
    f1, precision, recall = mir_eval.onset.f_measure(np.unique(example.onsets_s), found, ONSET_TOLERANCE_S)
    right = (sounding_prob >= threshold) == (example.targets[:, 1] > 0.5)
    return {"onset_f1": f1, "precision": precision, "recall": recall, "held_right": float(right.mean())}


def _none(
    _: Example, onset_prob: Float32Array, sounding_prob: Float32Array, threshold: float
) -> dict[str, float]:
    loudest = np.maximum(onset_prob, sounding_prob)
    n = loudest.size // _WINDOW_FRAMES * _WINDOW_FRAMES
    return {"quiet_windows": float((loudest[:n].reshape(-1, _WINDOW_FRAMES).max(axis=1) < threshold).mean())}
