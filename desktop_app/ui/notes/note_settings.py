# SPDX-License-Identifier: MIT
"""How much evidence makes a note: sliders that form the notes anew while they move."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QDialogButtonBox,
    QGridLayout,
    QLabel,
    QSlider,
    QVBoxLayout,
    QWidget,
)

from desktop_app.ui.notes.note_control import NoteControl
from desktop_app.ui.settings import MIN_DURATION_RANGE_S, PROBABILITY_RANGE, Settings

_STEP: Final = 0.01  # of a slider, as a share or in seconds


@dataclass(frozen=True, slots=True)
class _Row:
    """One field of ``NoteThresholds``: its words, its range, and what one step of its slider shows."""

    name: str
    title: str
    about: str
    range: tuple[float, float]
    step_shown: int
    unit: str

    def text(self, value: float) -> str:
        return f"{self.step_shown * round(value / _STEP)} {self.unit}"


_ROWS: Final = (
    _Row("onset_prob", "&Onset", "How clear an attack must be to begin a note", PROBABILITY_RANGE, 1, "%"),
    _Row("sounding_prob", "&Sounding", "How clearly a note must sound to go on", PROBABILITY_RANGE, 1, "%"),
    _Row("min_duration_s", "Shortest &note", "Shorter ones are left out", MIN_DURATION_RANGE_S, 10, "ms"),
)
_MODES: Final = {
    False: "For recordings and live sound of one note at a time:",
    True: "For recordings of several notes at once:",
}


class NoteSettings(QDialog):
    """The thresholds of the open recording's way to tell notes; it stays open beside the work.

    Parameters
    ----------
    notes
        Is told each change.
    settings
        Also holds what new files begin with.
    """

    def __init__(self, parent: QWidget, notes: NoteControl, settings: Settings) -> None:
        super().__init__(parent)
        self._notes, self._settings = notes, settings
        self.setWindowTitle("Note settings")
        self.setModal(False)
        self.mode_label = QLabel()
        self.sliders = {row.name: _slider(row) for row in _ROWS}
        self.values = {row.name: QLabel() for row in _ROWS}
        self.new_files = QCheckBox("New &files: several notes at once")
        self.buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Reset | QDialogButtonBox.StandardButton.Close
        )
        self._build()
        self._connect()
        self.show_thresholds()

    def show_thresholds(self) -> None:
        """Take the sliders to the thresholds in use."""
        self.mode_label.setText(_MODES[self._notes.is_poly])
        for row in _ROWS:
            value = getattr(self._notes.thresholds, row.name)
            slider = self.sliders[row.name]
            slider.blockSignals(True)
            slider.setValue(round(value / _STEP))
            slider.blockSignals(False)
            self.values[row.name].setText(row.text(value))

    def _build(self) -> None:
        grid = QGridLayout()
        for number, row in enumerate(_ROWS):
            slider, value = self.sliders[row.name], self.values[row.name]
            title = QLabel(row.title)
            title.setBuddy(slider)
            title.setToolTip(row.about)
            value.setMinimumWidth(self.fontMetrics().horizontalAdvance("500 ms "))
            value.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            for column, widget in enumerate((title, slider, value)):
                grid.addWidget(widget, number, column)
        self.new_files.setChecked(self._settings.several_notes)
        layout = QVBoxLayout(self)
        layout.addWidget(self.mode_label)
        layout.addLayout(grid)
        layout.addSpacing(6)
        layout.addWidget(self.new_files)
        layout.addWidget(self.buttons)
        self.setMinimumWidth(26 * self.fontMetrics().height())

    def _connect(self) -> None:
        for row in _ROWS:
            self.sliders[row.name].valueChanged.connect(lambda steps, row=row: self._move(row, steps))
        self.new_files.toggled.connect(self._choose_for_new_files)
        self.buttons.rejected.connect(self.close)
        reset = self.buttons.button(QDialogButtonBox.StandardButton.Reset)
        reset.clicked.connect(self._notes.reset)
        reset.setAutoDefault(False)  # Enter closes
        self._notes.changed.connect(self.show_thresholds)

    def _move(self, row: _Row, steps: int) -> None:
        low, high = row.range
        value = min(max(steps * _STEP, low), high)
        self._notes.set_thresholds(replace(self._notes.thresholds, **{row.name: value}))

    def _choose_for_new_files(self, is_on: bool) -> None:
        self._settings.several_notes = is_on


def _slider(row: _Row) -> QSlider:
    slider = QSlider(Qt.Orientation.Horizontal)
    slider.setObjectName(row.name)
    slider.setRange(*(round(value / _STEP) for value in row.range))
    slider.setPageStep(5)
    slider.setAccessibleName(row.title.replace("&", ""))
    slider.setAccessibleDescription(row.about)
    slider.setToolTip(row.about)
    return slider
