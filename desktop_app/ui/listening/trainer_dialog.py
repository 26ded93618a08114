# SPDX-License-Identifier: MIT
"""The window of the speed trainer."""

from __future__ import annotations

from PySide6.QtWidgets import (
    QDialog,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from desktop_app.domain.listening import SPEED_RANGE
from desktop_app.ui.listening.playback import Playback
from desktop_app.ui.listening.sound_panel import spin_box
from desktop_app.ui.listening.trainer import TrainerPlan
from desktop_app.ui.settings import Settings

_MAX_STEP_PERCENT = 50
_MAX_REPEATS = 99


class TrainerDialog(QDialog):
    """Asks from which speed to which, and shows how far one is; it stays open beside the work.

    Parameters
    ----------
    playback
        Plays, and knows the trainer that runs.
    settings
        Keep what was last asked for.
    """

    def __init__(self, parent: QWidget, playback: Playback, settings: Settings) -> None:
        super().__init__(parent)
        self._playback, self._settings = playback, settings
        self.setWindowTitle("Speed trainer")
        self.setObjectName("trainer_dialog")
        self.setModal(False)
        low, high = (round(100 * speed) for speed in SPEED_RANGE)
        self.first = spin_box("trainer_from", "From", "The first speed", (low, high), " %")
        self.last = spin_box("trainer_to", "To", "The last speed", (low, high), " %")
        self.step = spin_box("trainer_step", "Step", "How much faster", (1, _MAX_STEP_PERCENT), " %")
        self.repeats = spin_box("trainer_repeats", "Repeats", "At each speed", (1, _MAX_REPEATS), "")
        self.progress = QProgressBar()
        self.progress_label = QLabel()
        self.start_button = QPushButton("&Start")
        self._build()
        self._connect()
        self.show_progress()

    def show_progress(self) -> None:
        """Show how far one is."""
        trainer = self._playback.training.trainer
        self.start_button.setText("&Start" if trainer is None else "&Stop")
        for box in (self.first, self.last, self.step, self.repeats):
            box.setEnabled(trainer is None)
        self.progress_label.setText("It repeats the loop." if trainer is None else trainer.text)
        self.progress.setValue(0 if trainer is None else round(100.0 * trainer.fraction))

    def _build(self) -> None:
        settings = self._settings
        for box, value in (
            (self.first, settings.trainer_from_percent),
            (self.last, settings.trainer_to_percent),
            (self.step, settings.trainer_step_percent),
            (self.repeats, settings.trainer_repeats),
        ):
            box.setValue(value)
        self.progress.setTextVisible(False)
        self.progress.setAccessibleName("How far one is")
        self.start_button.setObjectName("trainer_start")
        self.start_button.setToolTip("Start or stop the speed trainer")
        self.start_button.setDefault(True)
        form = QFormLayout()
        form.addRow("&From", self.first)
        form.addRow("&To", self.last)
        form.addRow("In st&eps of", self.step)
        form.addRow("&Repeats at each speed", self.repeats)
        bottom = QHBoxLayout()
        bottom.addWidget(self.progress_label, 1)
        bottom.addWidget(self.start_button)
        layout = QVBoxLayout(self)
        layout.addLayout(form)
        layout.addWidget(self.progress)
        layout.addLayout(bottom)
        self.setMinimumWidth(20 * self.fontMetrics().height())

    def _connect(self) -> None:
        self._playback.training.changed.connect(self.show_progress)
        self.start_button.clicked.connect(self._toggle)

    def _toggle(self) -> None:
        if self._playback.training.trainer is not None:
            self._playback.training.stop()
            return
        settings = self._settings
        settings.trainer_from_percent, settings.trainer_to_percent = self.first.value(), self.last.value()
        settings.trainer_step_percent, settings.trainer_repeats = self.step.value(), self.repeats.value()
        plan = TrainerPlan(self.first.value(), self.last.value(), self.step.value(), self.repeats.value())
        self._playback.training.start(plan)
