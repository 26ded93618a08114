# SPDX-License-Identifier: MIT
"""How the notes are to be written: chosen in the score's bar or in the export dialog, the same in both."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, cast

from PySide6.QtCore import QObject, Signal

from desktop_app.jobs.export import ExportFormat, ExportOptions
from desktop_app.ui.settings import Settings

if TYPE_CHECKING:
    from desktop_app.domain.score import Clef

CLEFS: Final = (
    ("auto", "Auto clef"),
    ("treble", "Treble"),
    ("treble_8vb", "Treble, octave lower"),
    ("alto", "Alto"),
    ("tenor", "Tenor"),
    ("bass", "Bass"),
    ("bass_8vb", "Bass, octave lower"),
)
# Semitones that the written note lies above the sounding one.
TRANSPOSITIONS: Final = (
    ("C", "Concert pitch", 0),
    ("Bb", "B♭ (clarinet, trumpet)", 2),
    ("A", "A (clarinet)", 3),
    ("F", "F (horn)", 7),
    ("Eb", "E♭ (alto saxophone)", 9),
    ("Bb_low", "B♭ (tenor saxophone)", 14),
    ("Eb_low", "E♭ (baritone saxophone)", 21),
)
METRES: Final = ("2/4", "3/4", "4/4", "5/4", "2/2", "3/8", "6/8", "9/8", "12/8")
# Parts of a quarter note that notes are moved to.
GRIDS: Final = (
    ("auto", "Sixteenths and triplets", 12),
    ("1/4", "Quarters", 1),
    ("1/8", "Eighths", 2),
    ("1/8T", "Triplets", 3),
    ("1/16", "Sixteenths", 4),
    ("1/32", "Thirty-seconds", 8),
)
TEMPO_RANGE_BPM: Final = (20.0, 400.0)


@dataclass(frozen=True, slots=True)
class Notation:
    """How notes are written.

    Attributes
    ----------
    clef, transposition, metre, grid
        Names from the tables above.
    tempo_bpm
        Beats a minute; None for what was found.
    first_beat_s
        A moment at which a bar begins; None: it is told from the first note.
    family
        The instrument; None for the one that was heard.
    """

    clef: str = "auto"
    transposition: str = "C"
    metre: str = "4/4"
    grid: str = "auto"
    tempo_bpm: float | None = None
    first_beat_s: float | None = None
    family: str | None = None

    def options(self, output_format: ExportFormat, *, is_on_grid: bool = True) -> ExportOptions:
        """The same, as the exports want to be told."""
        above, below = (int(number) for number in self.metre.split("/"))
        return ExportOptions(
            output_format,
            tempo_bpm=self.tempo_bpm,
            beats_per_bar=above,
            beat_unit=below,
            first_beat_s=self.first_beat_s,
            grid=value_of(GRIDS, self.grid) if is_on_grid else None,
            family=self.family,
            clef=None if self.clef == "auto" else cast("Clef", self.clef),
            transposition=value_of(TRANSPOSITIONS, self.transposition),
        )


def value_of(table: Sequence[tuple[str, str, int]], name: str) -> int:
    """The number of a row of a table."""
    return next(number for row, _, number in table if row == name)


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
            _known(settings.score_transposition, [name for name, *_ in TRANSPOSITIONS], "C"),
            _known(settings.score_metre, METRES, "4/4"),
            _known(settings.score_grid, [name for name, *_ in GRIDS], "auto"),
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


def _known(name: str, names: Sequence[str], usual: str) -> str:
    return name if name in names else usual
