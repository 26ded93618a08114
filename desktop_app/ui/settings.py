# SPDX-License-Identifier: MIT
"""The user's choices: one dataclass of defaults, kept in one file through QSettings."""

from __future__ import annotations

import math
from dataclasses import astuple, dataclass, field, fields
from pathlib import Path
from typing import Any, Literal, get_args

from PySide6.QtCore import QByteArray, QSettings

from desktop_app.domain.thresholds import MONO_THRESHOLDS, POLY_THRESHOLDS, NoteThresholds

ThemeMode = Literal["light", "dark", "system"]
SETTINGS_VERSION = 1
MAX_RECENT_FILES = 10
A4_RANGE_HZ = (415, 466)
MAX_REMEMBERED_FILES = 100
PROBABILITY_RANGE = (0.05, 0.95)
MIN_DURATION_RANGE_S = (0.02, 0.5)


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
    output_name, output_host_api
        The chosen loudspeaker; empty for the system's default.
    volume_percent, notes_percent
        How loud all is, and how much of it is the notes instead of the recording.
    trainer_from_percent, trainer_to_percent, trainer_step_percent, trainer_repeats
        What the speed trainer was last told.
    recent_files
        Newest first.
    hidden_views
        Names of the views that are switched off.
    follow
        Whether the picture follows the sound.
    several_notes
        Whether several notes at once are told in files that are new to the program.
    poly_files, mono_files
        The files for which that was chosen otherwise, or again; newest first.
    mono_thresholds, poly_thresholds
        How much evidence makes a note, of one voice and of several.
    export_format, export_notes
        What was last exported: the name of the format, and which notes.
    score_clef, score_transposition, score_metre, score_grid
        How notes are written; ``"auto"`` for what fits the instrument, or the notes.
    midi_on_grid
        Whether the notes of MIDI files are moved to the grid.
    picture_scale
        How much larger than on the screen pictures are exported.
    last_folder, sound_folder
        Where files were last chosen, and where the recording of a project was last found.
    sound_selected
        Whether a note sounds when it is selected.
    geometry, window_state
        Qt's own description of the window.
    """

    theme: ThemeMode = "system"
    a4_hz: int = 440
    model_id: str = ""
    input_name: str = ""
    input_host_api: str = ""
    output_name: str = ""
    output_host_api: str = ""
    volume_percent: int = 100
    notes_percent: int = 0
    trainer_from_percent: int = 50
    trainer_to_percent: int = 100
    trainer_step_percent: int = 5
    trainer_repeats: int = 4
    recent_files: list[str] = field(default_factory=list)
    hidden_views: list[str] = field(default_factory=list)
    follow: bool = True
    several_notes: bool = False
    poly_files: list[str] = field(default_factory=list)
    mono_files: list[str] = field(default_factory=list)
    mono_thresholds: NoteThresholds = MONO_THRESHOLDS
    poly_thresholds: NoteThresholds = POLY_THRESHOLDS
    last_folder: str = ""
    sound_folder: str = ""
    export_format: str = "midi"
    export_notes: str = "all"
    score_clef: str = "auto"
    score_transposition: str = "C"
    score_metre: str = "4/4"
    score_grid: str = "auto"
    midi_on_grid: bool = False
    picture_scale: int = 2
    sound_selected: bool = False
    geometry: bytes = b""
    window_state: bytes = b""

    def add_recent(self, path: Path) -> None:
        """Put a file on top of the recent files."""
        name = str(path)
        self.recent_files = [name, *(old for old in self.recent_files if old != name)][:MAX_RECENT_FILES]

    def is_poly(self, path: Path) -> bool:
        """Whether several notes at once are to be told in a file."""
        name = str(path)
        return name not in self.mono_files and (name in self.poly_files or self.several_notes)

    def remember_poly(self, path: Path, is_poly: bool) -> None:
        """Keep the choice for a file."""
        name = str(path)
        for files, is_chosen in ((self.poly_files, is_poly), (self.mono_files, not is_poly)):
            if name in files:
                files.remove(name)
            if is_chosen:
                files.insert(0, name)
            del files[MAX_REMEMBERED_FILES:]

    def thresholds(self, is_poly: bool) -> NoteThresholds:
        """How much evidence makes a note, of one voice or of several."""
        return self.poly_thresholds if is_poly else self.mono_thresholds

    def set_thresholds(self, is_poly: bool, thresholds: NoteThresholds) -> None:
        """Change how much evidence makes a note."""
        if is_poly:
            self.poly_thresholds = thresholds
        else:
            self.mono_thresholds = thresholds


def usual_thresholds(is_poly: bool) -> NoteThresholds:
    """What makes a note where the user has not chosen otherwise."""
    return POLY_THRESHOLDS if is_poly else MONO_THRESHOLDS


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
        store.setValue(item.name, _stored(getattr(settings, item.name)))
    store.sync()


def _stored(value: Any) -> Any:
    if isinstance(value, NoteThresholds):
        return [str(number) for number in astuple(value)]
    return QByteArray(value) if isinstance(value, bytes) else value


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
    if isinstance(default, NoteThresholds):
        return _restored_thresholds(value, default)
    return str(value)


def _restored_thresholds(value: Any, default: NoteThresholds) -> NoteThresholds:
    """Three numbers in their ranges, or the default."""
    try:
        numbers = [float(text) for text in value]
    except (TypeError, ValueError):
        return default
    ranges = (PROBABILITY_RANGE, PROBABILITY_RANGE, MIN_DURATION_RANGE_S)
    if len(numbers) != len(ranges) or not all(map(math.isfinite, numbers)):
        return default
    return NoteThresholds(
        *(min(max(number, low), high) for number, (low, high) in zip(numbers, ranges, strict=True))
    )
