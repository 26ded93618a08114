# SPDX-License-Identifier: MIT
"""Who can play in a mixture: the instruments of corpora of single notes, and what IRMAS calls each."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Final

from desktop_app.domain.errors import CorpusError
from desktop_app.domain.labels import NOT_AN_INSTRUMENT, SOURCES
from desktop_app.io.corpora import Entry, open_corpus
from desktop_app.training.classifier.splits import instrument_key, share_of
from desktop_app.training.rendering.presets import DRUM_BANK

_KEY_AND_FORCE: Final = re.compile(r"-(\d{3})-(\d{3})$")
_BANK_AND_PROGRAM: Final = re.compile(r"_b(\d{3})p(\d{3})$")
_GENERAL_MIDI: Final = frozenset(
    {"FluidR3_GM", "MuseScore_General_Full", "OPL-3_FM_128M", "TimGM6mb", "sf_GMbank", "freepats"}
)
_CLASS_OF_PROGRAM: Final[dict[int, str]] = {
    **dict.fromkeys((0, 1, 3), "pia"),
    **dict.fromkeys((16, 17, 18, 19, 20), "org"),
    **dict.fromkeys((24, 25), "gac"),
    **dict.fromkeys((26, 27, 28, 29, 30), "gel"),
    40: "vio",
    42: "cel",
    **dict.fromkeys((52, 53, 54), "voi"),
    **dict.fromkeys((56, 59), "tru"),
    **dict.fromkeys((64, 65, 66, 67), "sax"),
    71: "cla",
    73: "flu",
}
_CLASS_OF_FAMILY: Final = {"organ": "org", "vocal": "voi"}
_CLASS_OF_NAME: Final[tuple[tuple[str, str], ...]] = (
    (r"cello", "cel"),
    (r"^clarinet", "cla"),
    (r"^flute", "flu"),
    (r"^(acoustic_|nylon_)guitar", "gac"),
    (r"^electric_guitar", "gel"),
    (r"^(pipe_)?organ", "org"),
    (r"^(grand|upright)_piano", "pia"),
    (r"sax", "sax"),
    (r"^trumpet", "tru"),
    (r"^violin", "vio"),
    (r"voice|choir", "voi"),
)
_WIDEST_GAP: Final = 18  # semitones: no note is then moved by more than nine
_FEWEST_PITCHES: Final = 4
_UNKNOWN_FORCE: Final = 80
_HELD_SHARE: Final = 0.1  # what the recipes hold back of all instruments


@dataclass(frozen=True, slots=True)
class Sample:
    """A recorded or rendered note."""

    midi: int
    velocity: int
    path: Path


@dataclass(frozen=True, slots=True)
class Player:
    """An instrument with its notes, by pitch and velocity.

    Attributes
    ----------
    name
        Unique across corpora, as an entry's ``instrument``.
    family, source, bank
        As its corpus says.
    irmas
        Its class in IRMAS; None where it belongs to none.
    weights_ok
        Whether weights that ship may be trained on it.
    at_key
        Whether its notes sound at their key, not an octave away or two at once.
    samples
        At least four pitches, no two neighbours more than 18 semitones apart; a drum kit has any keys.
    """

    name: str
    family: str
    source: str
    bank: str
    irmas: str | None
    weights_ok: bool
    at_key: bool
    samples: tuple[Sample, ...]

    @property
    def is_kit(self) -> bool:
        """Whether it is a drum kit."""
        return self.family == NOT_AN_INSTRUMENT

    @property
    def keys(self) -> list[int]:
        """The pitches there are notes of, lowest first."""
        return sorted({sample.midi for sample in self.samples})

    def nearest(self, midi: int, velocity: int) -> Sample:
        """The note nearest in pitch, then in force."""
        return min(self.samples, key=lambda s: (abs(s.midi - midi), abs(s.velocity - velocity)))


def is_held(player: Player, split_seed: int) -> bool:
    """Whether a recipe with this seed holds the instrument back as unknown."""
    return share_of(instrument_key(player.bank, player.name), split_seed) < _HELD_SHARE


def load_players(folders: Iterable[Path]) -> list[Player]:
    """The instruments of corpora of single notes that have notes enough, in a fixed order.

    Raises
    ------
    CorpusError
        When a folder is no corpus of notes, or none has an instrument.
    """
    by_name: dict[str, list[Entry]] = defaultdict(list)
    for folder in folders:
        for entry in open_corpus(folder).iter_entries():
            if entry.kind == "note" and entry.instrument is not None and entry.family is not None:
                by_name[entry.instrument].append(entry)
    players = [_player(name, by_name[name]) for name in sorted(by_name)]
    found = [player for player in players if player is not None]
    if not found:
        raise CorpusError("No instrument was found: mixtures are made of corpora of single notes.")
    return found


def _player(name: str, entries: Sequence[Entry]) -> Player | None:
    samples = tuple(sorted(filter(None, map(_sample, entries)), key=lambda s: (s.midi, s.velocity)))
    first = entries[0]
    number = _BANK_AND_PROGRAM.search(name) if first.bank in _GENERAL_MIDI else None
    if first.family == NOT_AN_INSTRUMENT:
        if number is None or int(number[1]) != DRUM_BANK:
            return None
    elif first.source not in SOURCES or not _covers_its_range([sample.midi for sample in samples]):
        return None
    is_free = all(entry.weights_ok for entry in entries)
    at_key = all(entry.midi is not None for entry in entries)
    label = irmas_class(name, first.family or "", number)
    return Player(name, first.family or "", first.source or "", first.bank, label, is_free, at_key, samples)


def _sample(entry: Entry) -> Sample | None:
    """Rendered notes are named after their key, whatever octave a preset sounds in."""
    named = _KEY_AND_FORCE.search(entry.key)
    midi = int(named[1]) if named else entry.midi
    if midi is None:
        return None
    return Sample(midi, entry.velocity or (int(named[2]) if named else _UNKNOWN_FORCE), entry.path)


def _covers_its_range(pitches: Sequence[int]) -> bool:
    different = sorted(set(pitches))
    return len(different) >= _FEWEST_PITCHES and all(b - a <= _WIDEST_GAP for a, b in pairwise(different))


def irmas_class(name: str, family: str, number: re.Match[str] | None) -> str | None:
    """The class in IRMAS of a General MIDI preset, or of an instrument by its family or name."""
    if number is not None and family != NOT_AN_INSTRUMENT:
        if int(number[1]) == 0:
            return _CLASS_OF_PROGRAM.get(int(number[2]))
        return _CLASS_OF_FAMILY.get(family)
    if _BANK_AND_PROGRAM.search(name):
        return _CLASS_OF_FAMILY.get(family)
    title = name.rpartition("/")[2]
    return next((label for pattern, label in _CLASS_OF_NAME if re.search(pattern, title)), None)
