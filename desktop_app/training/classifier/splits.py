# SPDX-License-Identifier: MIT
"""Which sounds are for learning and which for checking; the same always, on every machine."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Sequence

from desktop_app.training.classifier.corpus import Item
from desktop_app.training.rendering.presets import bank_relatives

Split = tuple[list[int], list[int]]


def share_of(key: str, seed: int) -> float:
    """A number of [0, 1) that depends on the key and the seed alone."""
    digest = hashlib.sha256(f"{seed}:{key}".encode()).digest()
    return int.from_bytes(digest[:7], "big") / 2.0**56


def _split(items: Sequence[Item], is_held: Callable[[Item], bool]) -> Split:
    learn: list[int] = []
    held: list[int] = []
    for index, item in enumerate(items):
        (held if is_held(item) else learn).append(index)
    return learn, held


def split_random(items: Sequence[Item], fraction: float, seed: int = 0) -> Split:
    """Hold back single sounds; says almost nothing about instruments that were never heard.

    Returns
    -------
    tuple of two lists
        Indices of the items to learn from, and of those held back (about ``fraction`` of them).
    """
    return _split(items, lambda item: share_of(f"{item.bank}/{item.path.name}", seed) < fraction)


def split_by_instrument(items: Sequence[Item], fraction: float, seed: int = 0) -> Split:
    """Hold back whole instruments. Banks that are relatives count as one, programme by programme.

    Returns
    -------
    tuple of two lists
        As in :func:`split_random`.
    """
    return _split(items, lambda item: share_of(instrument_key(item.bank, item.instrument), seed) < fraction)


def instrument_key(bank: str, instrument: str) -> str:
    """FluidR3's and MuseScore General's violin are one instrument: bank and number within the relatives."""
    group = bank_relatives(bank)
    return f"{group}/{instrument.rpartition('_')[2]}" if group != bank else instrument


def split_by_bank(items: Sequence[Item], held_banks: Collection[str]) -> Split:
    """Hold back whole banks with all their relatives.

    Returns
    -------
    tuple of two lists
        As in :func:`split_random`.
    """
    held = {bank_relatives(bank) for bank in held_banks}
    return _split(items, lambda item: bank_relatives(item.bank) in held)
