# SPDX-License-Identifier: MIT
"""Tuning reference and model: what every analysis is made with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from desktop_app.ui.settings import A4_RANGE_HZ

if TYPE_CHECKING:
    from desktop_app.ui.controller import Controller


class Choices(QObject):
    """Changes the choices, by the user or by a project, and has analysed again what is open.

    Signals
    -------
    changed
        They are those of an opened project now.
    """

    changed = Signal()

    def __init__(self, controller: Controller) -> None:
        super().__init__()
        self._controller, self._settings = controller, controller.settings

    def set_a4(self, a4_hz: int) -> None:
        """Use another tuning reference, for live sound and for the open recording."""
        if a4_hz != self._settings.a4_hz:
            self._settings.a4_hz = a4_hz
            self._apply()

    def set_model(self, model_id: str) -> None:
        """Use another model; empty for the bundled default."""
        if model_id != self._settings.model_id:
            self._settings.model_id = model_id
            for entry in self._controller.library.entries:
                entry.work.project = None  # what another model finds is to be seen
            self._apply()

    def use(self, a4_hz: float, model_id: str | None) -> None:
        """Use the tuning reference and the model of a project; None for the model that is in use."""
        settings = self._settings
        old = settings.a4_hz, settings.model_id
        settings.a4_hz = round(min(max(a4_hz, A4_RANGE_HZ[0]), A4_RANGE_HZ[1]))
        if model_id is not None:
            settings.model_id = model_id
        if (settings.a4_hz, settings.model_id) != old:
            self._apply()
            self.changed.emit()

    def _apply(self) -> None:
        controller = self._controller
        controller.live.restart()
        controller.queue.prepare()
        for entry in controller.library.entries:  # the others are analysed again when they are opened
            again = entry is controller.library.open_entry
            (controller.queue.analyse_again if again else controller.queue.forget)(entry)
