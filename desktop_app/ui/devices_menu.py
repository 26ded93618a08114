# SPDX-License-Identifier: MIT
"""The choice of the microphone, remembered by name and host API because indices move."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMenu, QWidget

from desktop_app.domain.errors import RightInTuneError
from desktop_app.ui.background import Background
from desktop_app.ui.services import Services
from desktop_app.ui.settings import Settings


class DeviceChoice(QObject):
    """Knows the inputs and which one is chosen; asks PortAudio on another thread.

    Signals
    -------
    listed
        The list is new.
    chosen : Device or None
        Another input is to be used; None is the system's default.
    problem : str
        One sentence for the user.
    """

    listed = Signal()
    chosen = Signal(object)
    problem = Signal(str)

    def __init__(self, services: Services, background: Background, settings: Settings) -> None:
        super().__init__()
        self._services, self._background, self._settings = services, background, settings
        self.devices: Sequence[Any] = ()
        self.is_listed = False

    @property
    def device(self) -> Any:
        """The chosen device where it is connected; None for the system's default."""
        wanted = (self._settings.input_name, self._settings.input_host_api)
        return next((d for d in self.devices if (d.name, d.host_api) == wanted), None)

    def rescan(self, wait_closed: Callable[[], None]) -> None:
        """Ask the system again, after all streams are closed, because an open one forbids it."""

        def work() -> Sequence[Any]:
            wait_closed()
            return self._services.rescan()

        self._background.submit(work, then=self.set_devices, failed=self._failed)

    def set_devices(self, devices: Sequence[Any]) -> None:
        """Take over a list, default first."""
        self.devices, self.is_listed = devices, True
        self.listed.emit()

    def choose(self, device: Any) -> None:
        """Use an input and remember it; None for the system's default."""
        self._settings.input_name = device.name if device is not None else ""
        self._settings.input_host_api = device.host_api if device is not None else ""
        self.chosen.emit(device)

    def _failed(self, error: RightInTuneError) -> None:
        self.is_listed = True
        self.problem.emit(str(error))
        self.listed.emit()


class DevicesMenu(QMenu):
    """The inputs by name and host API, the default first."""

    def __init__(self, parent: QWidget, choice: DeviceChoice, rescan: Callable[[], None]) -> None:
        super().__init__("Input &device", parent)
        self._choice, self._rescan = choice, rescan
        choice.listed.connect(self.fill)
        choice.chosen.connect(lambda _device: self.fill())
        self.fill()

    def fill(self) -> None:
        """Build the entries anew."""
        self.clear()
        group = QActionGroup(self)
        current, devices = self._choice.device, self._choice.devices
        default = devices[0].name if devices else "none found" if self._choice.is_listed else "looking…"
        self._add(group, f"System default ({default})", None, is_checked=current is None)
        for device in devices:
            self._add(group, f"{device.name} — {device.host_api}", device, is_checked=device is current)
        self.addSeparator()
        self.addAction("Rescan", self._rescan)

    def _add(self, group: QActionGroup, text: str, device: Any, *, is_checked: bool) -> None:
        action = QAction(text.replace("&", "&&"), group)
        action.setCheckable(True)
        action.setChecked(is_checked)
        action.triggered.connect(lambda: self._choice.choose(device))
        self.addAction(action)
