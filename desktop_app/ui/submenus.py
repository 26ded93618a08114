# SPDX-License-Identifier: MIT
"""The menus whose entries are choices: recent files, panels, theme, tuning, model."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QPoint
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QApplication, QMenu, QWidget

from desktop_app.ui import dialogs
from desktop_app.ui.devices_menu import DevicesMenu
from desktop_app.ui.settings import Settings, ThemeMode
from desktop_app.ui.theme import apply_theme
from desktop_app.ui.views.analysis_views import VIEW_NAMES

if TYPE_CHECKING:
    from desktop_app.ui.main_window import MainWindow

A4_CHOICES_HZ = (415, 430, 432, 435, 440, 441, 442, 443, 444, 446, 466)
THEMES = (("light", "&Light"), ("dark", "&Dark"), ("system", "As the &system"))
VIEW_TITLES = {
    "waveform": "&Waveform",
    "mel": "&Spectrogram",
    "roll": "&Piano roll",
    "family": "Family st&rip",
    "mfcc": "&MFCC",
}


class Submenus:
    """Builds the submenus of ``actions.MENUS`` and keeps their marks right."""

    def __init__(self, window: MainWindow) -> None:
        self._window, self._controller = window, window.controller
        settings = self._controller.settings
        self._a4, self._model = QMenu("A&4 reference", window), QMenu("&Model", window)
        self.devices = DevicesMenu(window, self._controller.devices, self._controller.rescan_devices)
        self.menus = {
            "recent": recent_menu(window, settings, self._controller.open_files),
            "panels": self._panels(),
            "theme": choice_menu(window, "&Theme", THEMES, settings.theme, self._set_theme),
            "devices": self.devices,
            "note": QMenu("C&hange the selected notes", window),
            "a4": self._a4,
            "model": self._model,
        }
        self._set_a4(settings.a4_hz)
        self._fill_model()
        self._controller.models_listed.connect(self._fill_model)
        self._controller.choices.changed.connect(self._show_choices)

    def pop_up_devices(self) -> None:
        """Show the devices in the middle of the window."""
        middle = self._window.mapToGlobal(self._window.rect().center())
        size = self.devices.sizeHint()
        self.devices.popup(middle - QPoint(size.width() // 2, size.height() // 2))

    def _panels(self) -> QMenu:
        menu = QMenu("&Panels", self._window)
        for name in VIEW_NAMES:
            action = menu.addAction(VIEW_TITLES[name])
            action.setCheckable(True)
            action.setChecked(name not in self._controller.settings.hidden_views)
            action.toggled.connect(lambda is_on, name=name: self._set_view_visible(name, is_on))
        menu.addSeparator()
        for dock in self._window.docks:
            menu.addAction(dock.toggleViewAction())
        return menu

    def _set_view_visible(self, name: str, is_visible: bool) -> None:
        settings = self._controller.settings
        hidden = [other for other in settings.hidden_views if other != name]
        settings.hidden_views = hidden if is_visible else [*hidden, name]
        self._window.views.set_view_visible(name, is_visible)

    def _set_theme(self, theme: ThemeMode) -> None:
        self._controller.settings.theme = theme
        application = QApplication.instance()
        assert isinstance(application, QApplication)
        apply_theme(application, theme)

    def _set_a4(self, a4_hz: int) -> None:
        self._controller.set_a4(a4_hz)
        self._window.views.set_a4_hz(float(a4_hz))
        fill_a4_menu(self._a4, a4_hz, self._set_a4, lambda: dialogs.ask_a4(self._window, a4_hz, self._set_a4))

    def _show_choices(self) -> None:
        self._set_a4(self._controller.settings.a4_hz)
        self._fill_model()

    def _fill_model(self) -> None:
        controller = self._controller
        fill_model_menu(self._model, controller.models, controller.settings.model_id, controller.set_model)


def recent_menu(parent: QWidget, settings: Settings, open_files: Callable[[list[Path]], None]) -> QMenu:
    """Recent files, newest first; built anew each time it is shown."""
    menu = QMenu("Open &recent", parent)

    def fill() -> None:
        menu.clear()
        for number, name in enumerate(settings.recent_files, start=1):
            text = f"&{number % 10} {Path(name).name}".replace("&&", "&")
            action = menu.addAction(text)
            action.triggered.connect(lambda _checked=False, path=Path(name): open_files([path]))
            action.setToolTip(name)
        if not settings.recent_files:
            menu.addAction("No files yet").setEnabled(False)

    menu.setToolTipsVisible(True)
    menu.aboutToShow.connect(fill)
    fill()
    return menu


def choice_menu(
    parent: QWidget,
    title: str,
    choices: Iterable[tuple[Any, str]],
    current: Any,
    choose: Callable[[Any], None],
) -> QMenu:
    """One of several, with a mark at the present one."""
    menu = QMenu(title, parent)
    fill_choices(menu, choices, current, choose)
    return menu


def fill_choices(
    menu: QMenu, choices: Iterable[tuple[Any, str]], current: Any, choose: Callable[[Any], None]
) -> None:
    """Put other choices into a menu."""
    menu.clear()
    group = QActionGroup(menu)
    for value, text in choices:
        action = QAction(text, group)
        action.setCheckable(True)
        action.setChecked(value == current)
        action.triggered.connect(lambda _checked=False, value=value: choose(value))
        menu.addAction(action)


def fill_a4_menu(menu: QMenu, a4_hz: int, choose: Callable[[int], None], ask: Callable[[], object]) -> None:
    """Usual tunings, the present one, and a way to any other."""
    values = sorted({*A4_CHOICES_HZ, a4_hz})
    fill_choices(menu, [(value, f"{value} Hz") for value in values], a4_hz, choose)
    menu.addSeparator()
    menu.addAction("Other…", ask)


def fill_model_menu(menu: QMenu, models: Sequence[Any], model_id: str, choose: Callable[[str], None]) -> None:
    """The default model and all that are installed."""
    choices = [("", "Default")]
    choices += [(model.model_id, f"{model.title} ({model.model_id})") for model in models]
    fill_choices(menu, choices, model_id, choose)
    menu.setToolTipsVisible(True)
    for action, model in zip(menu.actions()[1:], models, strict=True):
        if model.problem is not None:
            action.setEnabled(False)
            action.setToolTip(model.problem)
