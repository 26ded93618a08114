# SPDX-License-Identifier: MIT
"""The choice of the loudspeaker, remembered by name and host API because indices move."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import QObject, Signal

from desktop_app.ui.background import Background
from desktop_app.ui.settings import Settings


class OutputChoice(QObject):
    """Knows the loudspeakers and which one is chosen; asks PortAudio on another thread.

    Signals
    -------
    listed
        The list, or the choice, is new.
    """

    listed = Signal()

    def __init__(
        self, list_outputs: Callable[[], Sequence[Any]], background: Background, settings: Settings
    ) -> None:
        super().__init__()
        self._list_outputs, self._background, self._settings = list_outputs, background, settings
        self.devices: Sequence[Any] = ()

    @property
    def device(self) -> Any:
        """The chosen loudspeaker where it is connected; None for the system's default."""
        wanted = (self._settings.output_name, self._settings.output_host_api)
        return next((d for d in self.devices if (d.name, d.host_api) == wanted), None)

    def refresh(self) -> None:
        """List them anew; where there are none, playing says so."""
        self._background.submit(self._list_outputs, then=self._take)

    def choose(self, device: Any) -> None:
        """Use a loudspeaker and remember it; None for the system's default."""
        self._settings.output_name = device.name if device is not None else ""
        self._settings.output_host_api = device.host_api if device is not None else ""
        self.listed.emit()

    def _take(self, devices: Sequence[Any]) -> None:
        self.devices = devices
        self.listed.emit()
