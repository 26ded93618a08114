# SPDX-License-Identifier: MIT
"""What is learnt, what chooses the epoch and what only measures; and what leaks between them.

A split of single notes leaks: a held-back note has neighbours of the same instrument that were learnt.
So every part states the share of its sounds whose instrument, and whose bank, the model has heard.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from typing import Final

from desktop_app.domain.errors import ModelError
from desktop_app.training.classifier.splits import share_of
from desktop_app.training.corpora.entry import Entry
from desktop_app.training.lab.recipe_settings import SplitSettings
from desktop_app.training.rendering.presets import bank_relatives

LEARNT: Final = "learnt"
VALID: Final = "valid"
RANDOM: Final = "random"
INSTRUMENT: Final = "unseen instrument"
BANK: Final = "unseen bank"
REAL: Final = "real"  # of recordings that are not known to be notes or phrases
NOTES: Final = "real notes"
PHRASES: Final = "real phrases"
OFFICIAL_VALID: Final = "official valid"
OFFICIAL_TEST: Final = "official test"
ORDER: Final = (LEARNT, VALID, RANDOM, INSTRUMENT, BANK, REAL, NOTES, PHRASES, OFFICIAL_VALID, OFFICIAL_TEST)
HARDEST_FIRST: Final = (NOTES, REAL, PHRASES, OFFICIAL_TEST, BANK, INSTRUMENT, RANDOM, VALID)
Parts = dict[str, list[Entry]]


@dataclass(frozen=True, slots=True)
class Leak:
    """How much of a part was heard in learning.

    Attributes
    ----------
    instruments_learnt
        Share of the sounds whose instrument (or recording, or artist) was learnt; None where unknown.
    banks_learnt
        Share of the sounds whose bank, or a relative of it, was learnt.
    text
        Both in a sentence.
    """

    instruments_learnt: float | None
    banks_learnt: float
    text: str


def source_of(entry: Entry) -> str | None:
    """What sounds alike beyond its class: instrument, recording or artist; None where unknown.

    FluidR3's and MuseScore General's violin are one: relatives count as one bank, programme by programme.
    """
    if entry.instrument is None:
        return f"{entry.bank}/{entry.group}" if entry.group else None
    group = bank_relatives(entry.bank)
    name = entry.instrument.rpartition("_")[2] if group != entry.bank else entry.instrument
    return f"{group}/{name}"


def is_held_bank(entry: Entry, settings: SplitSettings) -> bool:
    """Whether the entry belongs to a bank that is never learnt from."""
    return bank_relatives(entry.bank) in {bank_relatives(bank) for bank in settings.held_banks}


def split_entries(
    entries: Sequence[Entry], unseen: Sequence[Entry], real: Sequence[Entry], settings: SplitSettings
) -> Parts:
    """Sort sounds into parts; a part without sounds is left out.

    Parameters
    ----------
    entries
        What may be learnt from; banks that the settings hold, and official parts where there is one to
        learn from, are taken out.
    unseen, real
        Sounds of unseen banks, and recordings, that are only measured; recorded notes and phrases apart.

    Returns
    -------
    dict
        ``learnt`` and ``valid``, which are never empty, and the parts that measure.

    Raises
    ------
    ModelError
        When nothing is left to learn from or to choose the epoch with.
    """
    parts: Parts = {BANK: list(unseen), REAL: [], NOTES: [], PHRASES: []}
    for entry in real:
        parts[_OF_KIND.get(entry.kind, PHRASES)].append(entry)
    pool = _without_official(entries, parts, settings)
    held = [entry for entry in pool if is_held_bank(entry, settings)]
    parts[BANK] += held
    pool = [entry for entry in pool if not is_held_bank(entry, settings)]
    by_instrument = settings.kind == "instrument"
    share = settings.instrument_share * (2 if by_instrument else 1)
    pool, parts[INSTRUMENT] = _hold_instruments(pool, share, settings.seed)
    parts[LEARNT], parts[RANDOM] = _hold_singles(pool, settings.test_share, settings.seed)
    _choose_valid(parts, settings)
    for name in (LEARNT, VALID):
        if not parts.get(name):
            raise ModelError(_EMPTY[name].format(kind=settings.kind))
    return {name: parts[name] for name in ORDER if parts.get(name)}


_OF_KIND: Final = {"": REAL, "note": NOTES}
_EMPTY: Final = {
    LEARNT: "Nothing is left to learn from: the {kind} split holds every sound back.",
    VALID: "Nothing is left to choose the best epoch with: the {kind} split of this corpus is empty.",
}


def _without_official(entries: Sequence[Entry], parts: Parts, settings: SplitSettings) -> list[Entry]:
    """Take the official parts out; a corpus that is such a part alone is learnt from like any other."""
    if settings.kind != "official" and not any(entry.part == "train" for entry in entries):
        return list(entries)
    parts[OFFICIAL_VALID] = [entry for entry in entries if entry.part == "valid"]
    parts[OFFICIAL_TEST] = [entry for entry in entries if entry.part == "test"]
    return [entry for entry in entries if entry.part not in ("valid", "test")]


def _choose_valid(parts: Parts, settings: SplitSettings) -> None:
    """Set the sounds aside that choose the epoch: of the same kind as the split, never those that measure."""
    seed = settings.seed + 1
    if settings.kind == "official":
        parts[VALID] = parts.pop(OFFICIAL_VALID)
        if not parts[VALID]:  # IRMAS has a test part only
            parts[LEARNT], parts[VALID] = _hold_instruments(parts[LEARNT], settings.valid_share, seed)
    elif settings.kind == "instrument":
        parts[INSTRUMENT], parts[VALID] = _hold(parts[INSTRUMENT], source_of, 0.5, seed, least=2)
    elif settings.kind == "bank":
        banks = sorted({bank_relatives(entry.bank) for entry in parts[BANK]})
        first = banks[: len(banks) // 2]
        parts[VALID] = [entry for entry in parts[BANK] if bank_relatives(entry.bank) in first]
        parts[BANK] = [entry for entry in parts[BANK] if bank_relatives(entry.bank) not in first]
    else:
        parts[LEARNT], parts[VALID] = _hold_singles(parts[LEARNT], settings.valid_share, seed)


def _hold_singles(entries: Sequence[Entry], share: float, seed: int) -> tuple[list[Entry], list[Entry]]:
    """Hold back a share of each class's sounds."""
    return _hold(entries, lambda entry: entry.key, share, seed, least=2)


def _hold_instruments(entries: Sequence[Entry], share: float, seed: int) -> tuple[list[Entry], list[Entry]]:
    """Hold back a share of each class's instruments, recordings or artists; sounds without stay."""
    return _hold(entries, source_of, share, seed, least=3)


def _hold(
    entries: Sequence[Entry], unit_of: Callable[[Entry], Hashable], share: float, seed: int, least: int
) -> tuple[list[Entry], list[Entry]]:
    """Hold units back, class by class: at least one of a class that has ``least`` units, never all."""
    units: dict[str, set[str]] = defaultdict(set)
    for entry in entries:
        if (unit := unit_of(entry)) is not None:
            units[entry.labels[0]].add(str(unit))
    held: set[str] = set()
    for some in units.values():
        n = min(max(round(share * len(some)), int(share > 0)), len(some) - 1) if len(some) >= least else 0
        held |= set(sorted(some, key=lambda unit: share_of(unit, seed))[:n])
    chosen = [str(unit_of(entry)) in held for entry in entries]
    kept = [entry for entry, is_held in zip(entries, chosen, strict=True) if not is_held]
    return kept, [entry for entry, is_held in zip(entries, chosen, strict=True) if is_held]


def leaks(parts: Parts) -> dict[str, Leak]:
    """What was heard of each part in learning (or in choosing the epoch)."""
    heard = [*parts[LEARNT]]
    sources = {source_of(entry) for entry in heard} - {None}
    banks = {bank_relatives(entry.bank) for entry in heard}
    return {name: _leak(part, sources, banks) for name, part in parts.items() if name != LEARNT}


def _leak(part: Sequence[Entry], sources: set[str | None], banks: set[str]) -> Leak:
    known = [source for source in map(source_of, part) if source is not None]
    of_sources = sum(source in sources for source in known) / len(known) if known else None
    of_banks = sum(bank_relatives(entry.bank) in banks for entry in part) / len(part)
    told = (
        "it is not known which instruments they are"
        if of_sources is None
        else f"the instrument of {100 * of_sources:.0f} % was learnt"
    )
    return Leak(of_sources, of_banks, f"Of {len(part)} sounds, {told}; the bank of {100 * of_banks:.0f} %.")
