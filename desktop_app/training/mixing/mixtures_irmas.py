# SPDX-License-Identifier: MIT
"""Mixtures in IRMAS's form: 3-s excerpts by class to learn from, longer ones with several labels to test.

References
----------
Bosch, Janer, Fuhrmann, Herrera, "A Comparison of Sound Segregation Techniques for Predominant
Instrument Recognition in Musical Audio Signals", ISMIR 2012.
"""

from __future__ import annotations

import zlib
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import joblib
import numpy as np
import soundfile
import soxr

from desktop_app.domain.errors import CorpusError
from desktop_app.domain.frames import Float32Array
from desktop_app.training.augmentation.sound import Rng
from desktop_app.training.mixing.mixtures import Mixture, mix, sounding_share
from desktop_app.training.mixing.mixtures_players import Player
from desktop_app.training.rendering.soundfont import SR

TRAINING: Final = "IRMAS-TrainingData"
TESTING: Final = "IRMAS-TestingData-Part1"
IRMAS_SR: Final = 44_100
EXCERPT_S: Final = 3.0
_PER_PIECE: Final = 3  # excerpts of one piece, as IRMAS takes several from one recording
_TEST_S: Final = (5.0, 20.0)
_LEADS: Final = (0.6, 0.3, 0.1)  # how often a test piece has one, two or three predominant instruments
_LEAST_LEAD: Final = 0.4  # of an excerpt's time in which the lead sounds
_TRIES: Final = 20

Ensemble = dict[str, list[Player]]


def ensemble(players: Sequence[Player]) -> Ensemble:
    """Players by their class in IRMAS; those of no class under an empty name."""
    by_class: Ensemble = defaultdict(list)
    for player in players:
        by_class[player.irmas or ""].append(player)
    return dict(by_class)


def write_training(
    players: Sequence[Player],
    folder: Path,
    per_class: int,
    over_db: tuple[float, float],
    seed: int,
    jobs: int = 1,
) -> int:
    """Write so many excerpts of every class; returns how many there are.

    Raises
    ------
    CorpusError
        When no player belongs to a class of IRMAS.
    """
    band = ensemble(players)
    starts = range(0, per_class, _PER_PIECE)
    tasks = [(label, k, min(_PER_PIECE, per_class - k)) for label in _classes(band) for k in starts]
    for label in _classes(band):
        (folder / TRAINING / label).mkdir(parents=True, exist_ok=True)
    joblib.Parallel(n_jobs=jobs)(
        joblib.delayed(_write_piece)(band, folder / TRAINING / label, k, n, over_db, seed)
        for label, k, n in tasks
    )
    return sum(n for _, _, n in tasks)


def write_testing(
    players: Sequence[Player], folder: Path, n: int, over_db: tuple[float, float], seed: int, jobs: int = 1
) -> int:
    """Write excerpts of 5 … 20 s with the predominant instruments' classes in a text file beside each.

    Raises
    ------
    CorpusError
        When no player belongs to a class of IRMAS.
    """
    band = ensemble(players)
    _classes(band)
    (folder / TESTING).mkdir(parents=True, exist_ok=True)
    joblib.Parallel(n_jobs=jobs)(
        joblib.delayed(_write_test)(band, folder / TESTING, k, over_db, seed) for k in range(n)
    )
    return n


def _classes(band: Ensemble) -> list[str]:
    found = sorted(label for label in band if label)
    if not found:
        raise CorpusError("None of the instruments belongs to a class of IRMAS.")
    return found


def _write_piece(
    band: Ensemble, folder: Path, number: int, n: int, over_db: tuple[float, float], seed: int
) -> None:
    label, size = folder.name, int(EXCERPT_S * SR)
    rng = np.random.default_rng([seed, zlib.crc32(label.encode()), number])
    mixture = _piece(band, [label], n * EXCERPT_S, over_db, rng)
    drums = "dru" if any(player.is_kit for player in mixture.others) else "nod"
    for k in range(n):
        name = f"[{label}][{drums}]{number // _PER_PIECE + 1:04d}__{k + 1}.wav"
        _write(folder / name, mixture.y[k * size : (k + 1) * size])


def _write_test(band: Ensemble, folder: Path, number: int, over_db: tuple[float, float], seed: int) -> None:
    rng = np.random.default_rng([seed, zlib.crc32(b"test"), number])
    classes = _classes(band)
    n_leads = min(1 + int(rng.choice(len(_LEADS), p=_LEADS)), len(classes))
    labels = [str(label) for label in rng.choice(classes, n_leads, replace=False)]
    mixture = _piece(band, labels, float(rng.uniform(*_TEST_S)), over_db, rng)
    _write(folder / f"{number + 1:04d}-1.wav", mixture.y)
    (folder / f"{number + 1:04d}-1.txt").write_text("".join(f"{x}\n" for x in labels), encoding="utf-8")


def _piece(
    band: Ensemble, labels: Sequence[str], length_s: float, over_db: tuple[float, float], rng: Rng
) -> Mixture:
    """Drawn again until the lead sounds long enough in every excerpt; the last try is taken as it is."""
    others = [player for label, some in sorted(band.items()) if label not in labels for player in some]
    size = int(EXCERPT_S * SR)
    for _ in range(_TRIES):
        leads = [band[label][int(rng.integers(len(band[label])))] for label in labels]
        mixture = mix(leads, others or leads, length_s, over_db, rng)
        pieces = [mixture.lead[k : k + size] for k in range(0, mixture.lead.shape[0] - size + 1, size)]
        if min(map(sounding_share, pieces)) >= _LEAST_LEAD:
            break
    return mixture


def _write(path: Path, y: Float32Array) -> None:
    there = np.clip(soxr.resample(y, SR, IRMAS_SR), -1.0, 1.0)
    soundfile.write(path, there, IRMAS_SR, subtype="PCM_16")
