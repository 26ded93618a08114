# SPDX-License-Identifier: MIT
"""Fields for how notes are written; the score's bar and the export dialog show them."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QDoubleSpinBox, QWidget

from desktop_app.domain.analysis import Analysis
from desktop_app.domain.labels import FAMILIES
from desktop_app.ui.library import family_text
from desktop_app.ui.score.notation import (
    CLEFS,
    GRIDS,
    METRES,
    TEMPO_RANGE_BPM,
    TRANSPOSITIONS,
    Notation,
    NotationChoices,
)

_USUAL_BPM = 120


class NotationFields:
    """One set of fields; several sets follow the same choices.

    Parameters
    ----------
    choices
        Are changed by the fields, and the fields by them.
    parent
        Of all fields; those that it does not show, it hides.
    """

    def __init__(self, choices: NotationChoices, parent: QWidget) -> None:
        self._choices = choices
        self.clef = _combo(parent, "Clef", CLEFS, "The clef; Auto takes the one that suits the instrument")
        self.transposition = _combo(
            parent,
            "Written for",
            [(name, text) for name, text, _ in TRANSPOSITIONS],
            "For transposing instruments the notes are written higher than they sound",
        )
        self.metre = _combo(parent, "Metre", [(name, name) for name in METRES], "Beats of a bar")
        self.grid = _combo(
            parent,
            "Shortest note",
            [(name, text) for name, text, _ in GRIDS],
            "Notes are moved to the nearest of these; the recording's own times are kept",
        )
        self.family = _combo(parent, "Instrument", [], "Its name, clef and MIDI sound")
        self.tempo = _number(parent, "Tempo", " bpm", "Beats a minute; the lowest value takes what was found")
        self.tempo.setRange(TEMPO_RANGE_BPM[0] - 1.0, TEMPO_RANGE_BPM[1])
        self.first_beat = _number(parent, "First beat", " s", "A moment at which a bar begins")
        self.first_beat.setDecimals(2)
        self.first_beat.setSpecialValueText("With the first note")
        self._connect()
        self.show_recording(None)
        self._show()

    def show_recording(self, analysis: Analysis | None) -> None:
        """Tell what Auto means for a recording."""
        heard = analysis.family if analysis is not None else None
        is_told = heard is not None and heard.state != "cannot_tell"
        auto = f"As heard: {family_text(heard.label)}" if heard and is_told else "As heard"
        self.family.blockSignals(True)
        self.family.clear()
        for value, text in [("", auto), *((name, family_text(name)) for name in FAMILIES)]:
            self.family.addItem(text, value)
        self.family.blockSignals(False)
        tempo = analysis.tempo if analysis is not None else None
        self.tempo.setSpecialValueText(
            f"{_USUAL_BPM} bpm" if tempo is None else f"Found: {tempo.bpm:.0f} bpm"
        )
        self.first_beat.setRange(-0.01, max(1.0, analysis.duration_s if analysis is not None else 1.0))
        self._show()

    def _connect(self) -> None:
        choices = self._choices
        for name in ("clef", "transposition", "metre", "grid"):
            combo = getattr(self, name)
            combo.activated.connect(
                lambda _index, name=name, combo=combo: choices.choose(**{name: combo.currentData()})
            )
        self.family.activated.connect(lambda _index: choices.choose(family=self.family.currentData() or None))
        for name in ("tempo_bpm", "first_beat_s"):
            spin = self.tempo if name == "tempo_bpm" else self.first_beat
            spin.valueChanged.connect(
                lambda value, name=name, spin=spin: choices.choose(
                    **{name: None if value == spin.minimum() else value}
                )
            )
        choices.changed.connect(self._show)

    def _show(self) -> None:
        current: Notation = self._choices.current
        for name in ("clef", "transposition", "metre", "grid"):
            combo = getattr(self, name)
            combo.setCurrentIndex(combo.findData(getattr(current, name)))
        self.family.setCurrentIndex(self.family.findData(current.family or ""))
        for spin, value in ((self.tempo, current.tempo_bpm), (self.first_beat, current.first_beat_s)):
            spin.blockSignals(True)
            spin.setValue(spin.minimum() if value is None else value)
            spin.blockSignals(False)


def _combo(parent: QWidget, name: str, rows: Iterable[tuple[str, str]], tip: str) -> QComboBox:
    combo = QComboBox(parent)
    combo.setAccessibleName(name)
    combo.setToolTip(tip)
    combo.setFocusPolicy(Qt.FocusPolicy.StrongFocus)  # the wheel scrolls the page, not a field passed over
    for value, text in rows:
        combo.addItem(text, value)
    return combo


def _number(parent: QWidget, name: str, suffix: str, tip: str) -> QDoubleSpinBox:
    spin = QDoubleSpinBox(parent)
    spin.setAccessibleName(name)
    spin.setToolTip(tip)
    spin.setSuffix(suffix)
    spin.setDecimals(1)
    spin.setKeyboardTracking(False)
    spin.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    return spin
