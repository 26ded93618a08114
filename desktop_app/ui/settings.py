# SPDX-License-Identifier: MIT
"""The user's choices: one dataclass of defaults, kept in one file through QSettings."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, Literal, get_args

from PySide6.QtCore import QByteArray, QSettings

ThemeMode = Literal["light", "dark", "system"]
SETTINGS_VERSION = 1
MAX_RECENT_FILES = 10
A4_RANGE_HZ = (415, 466)


@dataclass(slots=True)
class Settings:
    """Every choice that outlives the program, with its default.

    Attributes
    ----------
    theme
        ``"light"``, ``"dark"`` or ``"system"``.
    a4_hz
        Tuning reference, 415 … 466 Hz.
    model_id
        The chosen model; empty for the bundled default.
    input_name, input_host_api
        The chosen microphone; empty for the system's default.
    recent_files
        Newest first.
    hidden_views
        Names of the views that are switched off.
    follow
        Whether the picture follows the sound.
    geometry, window_state
        Qt's own description of the window.
    """

    theme: ThemeMode = "system"
    a4_hz: int = 440
    model_id: str = ""
    input_name: str = ""
    input_host_api: str = ""
    recent_files: list[str] = field(default_factory=list)
    hidden_views: list[str] = field(default_factory=list)
    follow: bool = True
    last_folder: str = ""
    geometry: bytes = b""
    window_state: bytes = b""

    def add_recent(self, path: Path) -> None:
        """Put a file on top of the recent files."""
        name = str(path)
        self.recent_files = [name, *(old for old in self.recent_files if old != name)][:MAX_RECENT_FILES]


def load_settings(path: Path) -> Settings:
    """Read the settings; what is missing, damaged or of another version keeps its default."""
    store = QSettings(str(path), QSettings.Format.IniFormat)
    settings = Settings()
    if store.value("version", 0, int) != SETTINGS_VERSION:
        return settings
    for item in fields(Settings):
        if store.contains(item.name):
            default = getattr(settings, item.name)
            setattr(settings, item.name, _restored(store.value(item.name), default))
    if settings.theme not in get_args(ThemeMode):
        settings.theme = "system"
    settings.a4_hz = min(max(settings.a4_hz, A4_RANGE_HZ[0]), A4_RANGE_HZ[1])
    return settings


def save_settings(settings: Settings, path: Path) -> None:
    """Write the settings."""
    path.parent.mkdir(parents=True, exist_ok=True)
    store = QSettings(str(path), QSettings.Format.IniFormat)
    store.setValue("version", SETTINGS_VERSION)
    for item in fields(Settings):
        value = getattr(settings, item.name)
        store.setValue(item.name, QByteArray(value) if isinstance(value, bytes) else value)
    store.sync()


def _restored(value: Any, default: Any) -> Any:
    """A stored value as the type of its default; an INI file knows only texts and lists of texts."""
    if isinstance(default, bool):
        return str(value).lower() == "true"
    if isinstance(default, int):
        return int(value) if str(value).isdigit() else default
    if isinstance(default, bytes):
        return bytes(value.data()) if isinstance(value, QByteArray) else default
    if isinstance(default, list):
        return [str(item) for item in value] if isinstance(value, list) else ([str(value)] if value else [])
    return str(value)
