# SPDX-License-Identifier: MIT
"""One sound of a published corpus and everything that its corpus says of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal, Protocol

Kind = Literal["nsynth", "irmas", "fma", "folders", "manifest"]
Part = Literal["train", "valid", "test", ""]

QUALITIES: Final[tuple[str, ...]] = (
    "bright",
    "dark",
    "distortion",
    "fast_decay",
    "long_release",
    "multiphonic",
    "nonlinear_env",
    "percussive",
    "reverb",
    "tempo-synced",
)


@dataclass(frozen=True, slots=True)
class Entry:
    """One sound and what its corpus says of it.

    Attributes
    ----------
    key
        Unique within the corpus: NSynth's ``note_str``, else the path within the corpus.
    path
        The audio file; it need not exist.
    labels
        The class, or several (IRMAS's test parts); never empty.
    instrument
        Unique within the corpus; None where unknown (IRMAS, FMA, folders).
    family
        One of NSynth's eleven families, ``not_an_instrument``, or whatever else the corpus says;
        None where the class is no family (FMA).
    source
        acoustic, electronic or synthetic; None where unknown.
    midi
        Pitch, 21 … 108; None where unknown, not trusted or outside.
    velocity
        MIDI velocity; None where unknown.
    qualities
        Ten flags, 0 or 1, in the order of :data:`QUALITIES`; empty where unknown.
    bank
        The SoundFont, or the collection that the sound was published in.
    part
        The official part, "" where there is none.
    weights_ok
        Whether weights that ship may be trained on it; False where the licence is not known.
    group
        What shares a recording or an artist with others and belongs on one side of a split where
        ``instrument`` is None: the recording in IRMAS, the artist in FMA.
    genre
        The style of music, where the corpus names it (IRMAS, FMA).
    kind
        What is played, as a manifest says it: ``note``, ``phrase``, ``poly`` …; ``note`` throughout NSynth,
        "" where unknown.
    """

    key: str
    path: Path
    labels: tuple[str, ...]
    instrument: str | None
    family: str | None
    source: str | None
    midi: int | None
    velocity: int | None
    qualities: tuple[int, ...]
    bank: str
    part: Part
    weights_ok: bool
    group: str | None = None
    genre: str | None = None
    kind: str = ""


class Corpus(Protocol):
    """A corpus in one of the published forms; its sounds are streamed, never all held in memory."""

    @property
    def folder(self) -> Path:
        """Where it is."""

    @property
    def name(self) -> str:
        """What to call it: the name of its folder."""

    @property
    def kind(self) -> Kind:
        """Its form."""

    @property
    def classes(self) -> tuple[str, ...]:
        """The labels that it may use."""

    @property
    def parts(self) -> tuple[Part, ...]:
        """The official parts that its folders name; each may be empty."""

    @property
    def rate(self) -> int | None:
        """The sample rate in Hz that it was published at, None where files differ."""

    def iter_entries(self, part: Part | None = None) -> Iterator[Entry]:
        """Its sounds in the order of its list, of one part or (None) of all.

        Raises
        ------
        CorpusError
            When the list is damaged.
        """

    def listings(self) -> list[Path]:
        """The files and folders that change when its list of sounds changes."""

    def __len__(self) -> int:
        """How many sounds it lists."""
