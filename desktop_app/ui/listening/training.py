# SPDX-License-Identifier: MIT
"""The speed trainer at work: plays the loop, and makes it faster when it is time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from desktop_app.ui.listening.trainer import SpeedTrainer, TrainerPlan

if TYPE_CHECKING:
    from desktop_app.ui.listening.playback import Playback


class Training(QObject):
    """Drives the playback while a trainer runs.

    Signals
    -------
    changed
        Begun, ended, or one repeat further.
    """

    changed = Signal()

    def __init__(self, playback: Playback) -> None:
        super().__init__(playback)
        self._playback = playback
        self.trainer: SpeedTrainer | None = None

    @property
    def text(self) -> str:
        """How far one is; empty while no trainer runs."""
        return self.trainer.text if self.trainer is not None else ""

    def start(self, plan: TrainerPlan) -> None:
        """Practise the loop of the open recording; says so where there is none."""
        playback = self._playback
        if playback.listening.loop_s is None:
            playback.problem.emit("The speed trainer repeats a loop: drag over the pictures to make one.")
            return
        self.trainer = SpeedTrainer(plan)
        playback.set_speed(self.trainer.percent / 100.0)
        if not playback.listening.is_looping:
            playback.toggle_loop()
        if not playback.is_playing:
            playback.toggle()
        self.changed.emit()

    def stop(self) -> None:
        """End; the speed stays."""
        if self.trainer is not None:
            self.trainer = None
            self.changed.emit()

    def tick(self, speed: float, n_repeats: int) -> None:
        """Take the speed that is heard and how often the loop was repeated."""
        trainer, listening = self.trainer, self._playback.listening
        if trainer is None:
            return
        text = trainer.text
        if not listening.is_looping or round(100.0 * listening.speed) != trainer.percent:
            self.stop()  # the user has taken over
        elif trainer.hear(speed, n_repeats):
            self._playback.set_speed(trainer.percent / 100.0)
        elif trainer.is_next_due and trainer.next_percent is not None:
            self._playback.prepare_speed(trainer.next_percent / 100.0)
        if trainer.text != text:
            self.changed.emit()
