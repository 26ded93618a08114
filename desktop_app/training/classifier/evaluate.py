# SPDX-License-Identifier: MIT
"""How good the answers are: figures over sounds, not over windows.

*Plain* is the share of instrument sounds whose most probable family is right. *Balanced* is the mean over
the families of that share, so that a family with few sounds counts like the others; its interval is the
2.5th to 97.5th percentile of 1000 bootstrap samples, drawn within each family (Efron, 1979).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from desktop_app.domain.analysis import State
from desktop_app.domain.labels import FAMILIES, SOURCES
from desktop_app.ml.classifier import Thresholds
from desktop_app.training.classifier.evaluate_answers import N_FAMILIES, Answers

_STATES: Final[tuple[State, ...]] = ("sure", "maybe", "cannot_tell")
_N_BOOTSTRAP: Final = 1000
_N_CONFUSIONS: Final = 8
_SAME: Final = 1e-5

BoolArray = NDArray[np.bool_]


def figures(answers: Answers, thresholds: Thresholds) -> dict[str, Any]:
    """All figures of some answers, as plain values for JSON."""
    family = answers.truth[:, 0]
    is_instrument = family < N_FAMILIES
    best = answers.told.family.argmax(axis=1)
    is_right = is_instrument & (best == family)
    states = states_of(answers, thresholds)
    by_family = {
        name: {"n": int((family == i).sum()), "right": _mean(is_right[family == i])}
        for i, name in enumerate(FAMILIES)
    }
    return {
        "n": int(is_instrument.sum()),
        "plain": _mean(is_right[is_instrument]),
        "balanced": balanced(family, is_right),
        "balanced_interval": _interval(family, is_right),
        "families": by_family,
        "states": {state: _state(states == state, is_right) for state in _STATES},
        "not_an_instrument": _refusals(~is_instrument, states, answers, thresholds),
        "source_right": _known_right(answers.truth[:, 1], answers.told.source),
        "pitch_right": _known_right(answers.truth[:, 2], answers.told.pitch),
        "confusions": _confusions(family, best, is_instrument),
    }


def states_of(answers: Answers, thresholds: Thresholds) -> NDArray[np.str_]:
    """*sure*, *maybe* or *cannot_tell* for each sound, shape (n,)."""
    confidence = answers.told.family.max(axis=1).tolist()
    none = answers.told.not_an_instrument.tolist()
    return np.array([thresholds.state(c, n) for c, n in zip(confidence, none, strict=True)], "U11")


def balanced(family: NDArray[np.int32], is_right: BoolArray) -> float | None:
    """Mean over the families that occur of the share that is right; None where none occurs."""
    shares = [is_right[family == i].mean() for i in range(N_FAMILIES) if (family == i).any()]
    return float(np.mean(shares)) if shares else None


def _mean(values: BoolArray) -> float | None:
    return float(values.mean()) if values.size else None


def _interval(family: NDArray[np.int32], is_right: BoolArray) -> list[float] | None:
    rng = np.random.default_rng(0)
    groups = [is_right[family == i] for i in range(N_FAMILIES) if (family == i).any()]
    if not groups:
        return None
    draws = [rng.binomial(group.size, group.mean(), _N_BOOTSTRAP) / group.size for group in groups]
    low, high = np.percentile(np.mean(draws, axis=0), [2.5, 97.5])
    return [float(low), float(high)]


def _state(is_in: BoolArray, is_right: BoolArray) -> dict[str, float | None]:
    """Share of all sounds in this state, and how many of them are instruments named rightly."""
    return {"coverage": _mean(is_in), "precision": _mean(is_right[is_in])}


def _refusals(
    is_none: BoolArray, states: NDArray[np.str_], answers: Answers, thresholds: Thresholds
) -> dict[str, Any]:
    """How sounds of no instrument fare, and how many instruments are taken for none."""
    refused = answers.told.not_an_instrument >= thresholds.not_an_instrument
    return {
        "n": int(is_none.sum()),
        "cannot_tell": _mean(states[is_none] == "cannot_tell"),
        "called_sure": _mean(states[is_none] == "sure"),
        "instruments_refused": _mean(refused[~is_none]),
    }


def _known_right(truth: NDArray[np.int32], probabilities: NDArray[np.float32]) -> float | None:
    """Share that is right where the truth is known; None for a model that says the same of everything."""
    known = truth >= 0
    if np.ptp(probabilities) < _SAME:
        return None
    return _mean(probabilities[known].argmax(axis=1) == truth[known])


def _confusions(family: NDArray[np.int32], best: NDArray[np.integer], is_instrument: BoolArray) -> list[Any]:
    """The most frequent mistakes: true family, family heard, share of the true family's sounds."""
    pairs, counts = np.unique(
        np.stack((family, best), axis=1)[is_instrument & (family != best)], axis=0, return_counts=True
    )
    share = [count / (family == pair[0]).sum() for pair, count in zip(pairs, counts, strict=True)]
    order = np.argsort(share)[::-1][:_N_CONFUSIONS]
    return [[FAMILIES[pairs[i][0]], FAMILIES[pairs[i][1]], round(float(share[i]), 3)] for i in order]


def table(sets: Mapping[str, Mapping[str, Any]]) -> str:
    """The figures of several sets of sounds as one Markdown table."""
    names = list(sets)
    rows: list[tuple[str, Sequence[str]]] = [
        ("instrument sounds", [str(sets[name]["n"]) for name in names]),
        ("right, plain", [percent(sets[name]["plain"]) for name in names]),
        ("right, balanced", [percent(sets[name]["balanced"]) for name in names]),
        ("its 95 % interval", [_range(sets[name]["balanced_interval"]) for name in names]),
        *[(family, [_of_family(sets[name], family) for name in names]) for family in FAMILIES],
        *[(f"*{s}*: right (of all)", [_of_state(sets[name], s) for name in names]) for s in _STATES],
        ("no instrument: can't tell", [_refused(sets[name]) for name in names]),
        ("instruments taken for none", [percent(_none(sets[name], "instruments_refused")) for name in names]),
        (f"source of {len(SOURCES)} right", [percent(sets[name]["source_right"]) for name in names]),
        ("pitch right (network's own)", [percent(sets[name]["pitch_right"]) for name in names]),
    ]
    lines = [f"| | {' | '.join(names)} |", "|---|" + "--:|" * len(names)]
    return "\n".join(lines + [f"| {title} | {' | '.join(cells)} |" for title, cells in rows])


def percent(share: float | None) -> str:
    """A share as a percentage, or a dash."""
    return "–" if share is None else f"{100.0 * share:.1f} %"


def _range(interval: Sequence[float] | None) -> str:
    return "–" if interval is None else f"{100.0 * interval[0]:.1f} … {100.0 * interval[1]:.1f} %"


def _of_family(of: Mapping[str, Any], family: str) -> str:
    value = of["families"][family]
    return "–" if not value["n"] else f"{percent(value['right'])} of {value['n']}"


def _of_state(of: Mapping[str, Any], state: str) -> str:
    value = of["states"][state]
    return f"{percent(value['precision'])} ({percent(value['coverage'])})"


def _none(of: Mapping[str, Any], key: str) -> float | None:
    share: float | None = of["not_an_instrument"][key]
    return share


def _refused(of: Mapping[str, Any]) -> str:
    n = of["not_an_instrument"]["n"]
    return "–" if not n else f"{percent(_none(of, 'cannot_tell'))} of {n}"
