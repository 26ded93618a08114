# SPDX-License-Identifier: MIT
"""How the notes are to be written: chosen in the score's bar or in the export dialog, the same in both."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from PySide6.QtCore import QObject, Signal

from desktop_app.domain.analysis import Analysis
from desktop_app.ui.settings import Settings

CLEFS: Final = (
    ("auto", "Auto"),
    ("treble", "Treble"),
    ("treble_8vb", "Treble, octave lower"),
    ("alto", "Alto"),
    ("tenor", "Tenor"),
    ("bass", "Bass"),
    ("bass_8vb", "Bass, octave lower"),
)
# Semitones that the written note lies above the sounding one.
TRANSPOSITIONS: Final = (
    ("auto", "Auto", None),
    ("C", "Concert pitch", 0),
    ("Bb", "in B♭", 2),
    ("Eb", "in E♭", 9),
    ("F", "in F", 7),
    ("Bb_tenor", "in B♭, octave lower", 14),
    ("Eb_baritone", "in E♭, octave lower", 21),
    ("octave", "Octave higher", 12),
)
METRES: Final = ("2/4", "3/4", "4/4", "5/4", "3/8", "6/8", "9/8", "12/8", "2/2")
# Parts of a quarter note; None for the times as played.
GRIDS: Final = (
    ("played", "As played", None),
    ("1/4", "Quarters", 1),
    ("1/8", "Eighths", 2),
    ("1/8T", "Eighth triplets", 3),
    ("1/16", "Sixteenths", 4),
    ("1/16T", "Sixteenth triplets", 6),
    ("1/32", "Thirty-seconds", 8),
)
USUAL_BPM: Final = 120.0


@dataclass(frozen=True, slots=True)
class Notation:
    """How notes are written.

    Attributes
    ----------
    clef, transposition, metre, grid
        Names from the tables above.
    tempo_bpm
        Quarter notes a minute; None for what was found.
    first_beat_s
        Where the first bar begins; None for what was found.
    family
        The instrument; None for the one that was heard.
    """

    clef: str = "auto"
    transposition: str = "auto"
    metre: str = "4/4"
    grid: str = "1/16"
    tempo_bpm: float | None = None
    first_beat_s: float | None = None
    family: str | None = None

    @property
    def beats(self) -> tuple[int, int]:
        """Such as (6, 8)."""
        above, below = self.metre.split("/")
        return int(above), int(below)

    @property
    def parts_a_quarter(self) -> int | None:
        """The grid as a number; None as played."""
        return next((parts for name, _, parts in GRIDS if name == self.grid), None)

    @property
    def semitones(self) -> int | None:
        """How much higher than it sounds it is written; None for what suits the instrument."""
        return next((semis for name, _, semis in TRANSPOSITIONS if name == self.transposition), None)

    def bpm_of(self, analysis: Analysis) -> float:
        """The tempo in use: chosen, else found, else the usual one."""
        return self.tempo_bpm or (analysis.tempo.bpm if analysis.tempo else USUAL_BPM)


class NotationChoices(QObject):
    """The present choices; what holds for one recording alone is forgotten with it.

    Signals
    -------
    changed
        Something is chosen otherwise.
    """

    changed = Signal()

    def __init__(self, settings: Settings) -> None:
        super().__init__()
        self._settings = settings
        self.current = Notation(
            _known(settings.score_clef, [name for name, _ in CLEFS], "auto"),
            _known(settings.score_transposition, [name for name, *_ in TRANSPOSITIONS], "auto"),
            _known(settings.score_metre, METRES, "4/4"),
            _known(settings.score_grid, [name for name, *_ in GRIDS], "1/16"),
        )

    def choose(self, **values: object) -> None:
        """Change some fields of :attr:`current`."""
        chosen = replace(self.current, **values)  # type: ignore[arg-type]
        if chosen != self.current:
            self.current = chosen
            settings = self._settings
            settings.score_clef, settings.score_transposition = chosen.clef, chosen.transposition
            settings.score_metre, settings.score_grid = chosen.metre, chosen.grid
            self.changed.emit()

    def forget_recording(self) -> None:
        """Another recording is open: its tempo, bars and instrument are its own."""
        self.choose(tempo_bpm=None, first_beat_s=None, family=None)


def _known(name: str, names: list[str] | tuple[str, ...], usual: str) -> str:
    return name if name in names else usual
