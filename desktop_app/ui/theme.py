# SPDX-License-Identifier: MIT
"""Light and dark colours for Qt and pyqtgraph, and the program's own icons in them."""

from __future__ import annotations

import weakref
from dataclasses import dataclass, field
from functools import cache
from typing import Literal, Protocol

import pyqtgraph as pg
import shiboken6
from PySide6.QtCore import QByteArray, QSize, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPalette, QPixmap
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QApplication

from desktop_app.assets import bundled
from desktop_app.domain.labels import FAMILIES

ThemeMode = Literal["light", "dark", "system"]


@dataclass(frozen=True)
class Theme:
    """Every colour that the program draws with, as ``#rrggbb`` or ``#aarrggbb``.

    Attributes
    ----------
    window, base, panel, button, border
        Window, fields and plots, raised panels, buttons, thin lines between parts.
    text, muted, accent, accent_text
        Text, secondary text, the selection and the text on it.
    grid, waveform, pitch, note_fill, note_edge, note_text, cursor, hover
        Plots: grid, waveform, pitch line, note bars, the playing position, the line under the mouse.
    white_key, black_key, key_edge
        Piano keys.
    sure, maybe, cannot_tell, clip
        The three states of an answer, and clipping.
    families
        One colour a family, in the order of ``FAMILIES``.
    heat, diverging
        Stops of the colour maps of spectrogram and MFCC, lowest level first.
    """

    name: Literal["light", "dark"]
    window: str
    base: str
    panel: str
    button: str
    border: str
    text: str
    muted: str
    accent: str
    accent_text: str
    grid: str
    waveform: str
    pitch: str
    note_fill: str
    note_edge: str
    note_text: str
    cursor: str
    hover: str
    white_key: str
    black_key: str
    key_edge: str
    sure: str
    maybe: str
    cannot_tell: str
    clip: str
    families: tuple[str, ...]
    heat: tuple[str, ...]
    diverging: tuple[str, ...]

    def family_colour(self, family: str | None) -> QColor:
        """Colour of a family; the grey of *can't tell* for None and for names that are no family."""
        index = FAMILIES.index(family) if family in FAMILIES else -1
        return QColor(self.families[index] if index >= 0 else self.cannot_tell)

    def state_colour(self, state: str) -> QColor:
        """Colour of ``sure``, ``maybe`` or ``cannot_tell``."""
        return QColor({"sure": self.sure, "maybe": self.maybe}.get(state, self.cannot_tell))


DARK = Theme(
    name="dark",
    window="#16181d",
    base="#101216",
    panel="#1d2027",
    button="#272b34",
    border="#333945",
    text="#e9ecf2",
    muted="#98a2b3",
    accent="#4c9be8",
    accent_text="#ffffff",
    grid="#2a2f39",
    waveform="#62a8ee",
    pitch="#4de1ff",
    note_fill="#38ffffff",
    note_edge="#b8ffffff",
    note_text="#ffffff",
    cursor="#ffffff",
    hover="#8fffffff",
    white_key="#d9dde4",
    black_key="#14161a",
    key_edge="#6d7686",
    sure="#46c57c",
    maybe="#e6ae3c",
    cannot_tell="#7d8796",
    clip="#ff4539",
    families=(
        "#5d8cf5", "#f3b63a", "#6ad4e6", "#e07b3d", "#bfa3ff", "#f4e46a",
        "#8b61ee", "#4fc06b", "#e8525a", "#ff78d6", "#b4e04e",
    ),
    heat=(
        "#07070c", "#140e2e", "#2a115c", "#4f127b", "#7a2182", "#a5317e",
        "#d3436e", "#f4675c", "#fc9f6f", "#fed395", "#fcfdbf",
    ),
    diverging=("#7cc7ff", "#3f86d9", "#234c86", "#171a20", "#8a3a26", "#e0703a", "#ffc98f"),
)  # fmt: skip

LIGHT = Theme(
    name="light",
    window="#f3f4f6",
    base="#ffffff",
    panel="#ffffff",
    button="#ffffff",
    border="#d3d8df",
    text="#1b2027",
    muted="#5b6472",
    accent="#1f6fbf",
    accent_text="#ffffff",
    grid="#e3e7ec",
    waveform="#2d74bd",
    pitch="#e0006f",
    note_fill="#73ffb01f",
    note_edge="#b06f00",
    note_text="#1b2027",
    cursor="#16191e",
    hover="#80000000",
    white_key="#ffffff",
    black_key="#2b3038",
    key_edge="#a4acb8",
    sure="#1d8a4e",
    maybe="#a86e00",
    cannot_tell="#7b8492",
    clip="#d92216",
    families=(
        "#2559d6", "#bd7f00", "#0c8ca3", "#c2560f", "#8a63d8", "#75661a",
        "#5b2cc4", "#1f8a3d", "#cc2a36", "#cf2aa4", "#4f9400",
    ),
    heat=(
        "#ffffff", "#f1f5fb", "#dce8f5", "#bdd5ec", "#93bbdf", "#659ccd",
        "#3e79b7", "#27589a", "#1b3b78", "#152453", "#0c122e",
    ),
    diverging=("#12478f", "#3f83c8", "#a9cbe8", "#ffffff", "#f4c3a5", "#d9683a", "#8f2a0c"),
)  # fmt: skip


class _HasIcon(Protocol):
    def setIcon(self, icon: QIcon) -> None: ...


@dataclass
class _State:
    """The theme in use and who shows its icons."""

    mode: ThemeMode = "system"
    theme: Theme = LIGHT
    icon_users: weakref.WeakKeyDictionary[_HasIcon, str] = field(default_factory=weakref.WeakKeyDictionary)
    followed: weakref.ref[QApplication] | None = None


_STATE = _State()


def current_theme() -> Theme:
    """The theme in use."""
    return _STATE.theme


def family_colour(family: str | None) -> QColor:
    """Colour of a family in the theme in use."""
    return _STATE.theme.family_colour(family)


def apply_theme(app: QApplication, mode: ThemeMode = "system") -> Theme:
    """Give all windows the light or dark theme; ``"system"`` follows the desktop from now on.

    Widgets notice by their palette change. The platform may not know a scheme (offscreen); then it is light.
    """
    _STATE.mode = mode
    if _STATE.followed is None or _STATE.followed() is not app:
        _STATE.followed = weakref.ref(app)
        app.styleHints().colorSchemeChanged.connect(_on_scheme_changed)
    _use(app, _wanted(app))
    return _STATE.theme


def _on_scheme_changed(_scheme: Qt.ColorScheme) -> None:
    app = QApplication.instance()
    if _STATE.mode == "system" and isinstance(app, QApplication):
        _use(app, _wanted(app))


def _wanted(app: QApplication) -> Theme:
    if _STATE.mode == "system":
        return DARK if app.styleHints().colorScheme() == Qt.ColorScheme.Dark else LIGHT
    return DARK if _STATE.mode == "dark" else LIGHT


def _use(app: QApplication, theme: Theme) -> None:
    _STATE.theme = theme
    pg.setConfigOptions(
        background=theme.base, foreground=theme.muted, imageAxisOrder="row-major", antialias=False
    )
    if app.style().objectName().lower() != "fusion":
        app.setStyle("Fusion")  # the one style that honours a whole palette on every platform
    app.setPalette(_palette(theme))
    app.setStyleSheet(_style_sheet(theme))
    for user, name in list(_STATE.icon_users.items()):
        if shiboken6.isValid(user):  # Qt may have deleted what Python still names
            user.setIcon(icon(name))


def _palette(theme: Theme) -> QPalette:
    palette = QPalette()
    role = QPalette.ColorRole
    colours = {
        role.Window: theme.window,
        role.WindowText: theme.text,
        role.Base: theme.base,
        role.AlternateBase: theme.panel,
        role.Text: theme.text,
        role.PlaceholderText: theme.muted,
        role.Button: theme.button,
        role.ButtonText: theme.text,
        role.BrightText: theme.clip,
        role.ToolTipBase: theme.panel,
        role.ToolTipText: theme.text,
        role.Highlight: theme.accent,
        role.HighlightedText: theme.accent_text,
        role.Accent: theme.accent,
        **dict.fromkeys((role.Link, role.LinkVisited), theme.accent),
        role.Light: theme.button,
        **dict.fromkeys((role.Midlight, role.Mid, role.Dark, role.Shadow), theme.border),
    }
    for key, colour in colours.items():
        palette.setColor(key, QColor(colour))
    for key in (role.WindowText, role.Text, role.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, key, QColor(theme.cannot_tell))
    return palette


def _style_sheet(theme: Theme) -> str:
    return (
        f"QToolTip {{ color: {theme.text}; background: {theme.panel}; border: 1px solid {theme.border};"
        " padding: 3px 6px; }"
        f"QSplitter::handle {{ background: {theme.window}; }}"
        f"QSplitter::handle:hover {{ background: {theme.border}; }}"
    )


@cache
def _icon_source(name: str) -> str:
    return bundled("resources", "icons", f"{name}.svg").read_text("utf-8")


def icon_pixmap(name: str, colour: QColor | str, size_px: int, ratio: float = 1.0) -> QPixmap:
    """One icon in one colour, ``size_px`` logical pixels square.

    Raises
    ------
    FileNotFoundError
        When there is no icon of that name.
    """
    source = _icon_source(name).replace("currentColor", QColor(colour).name())
    pixmap = QPixmap(QSize(round(size_px * ratio), round(size_px * ratio)))
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    QSvgRenderer(QByteArray(source.encode())).render(painter)
    painter.end()
    pixmap.setDevicePixelRatio(ratio)
    return pixmap


def icon(name: str) -> QIcon:
    """One of the program's icons (``resources/icons/NAME.svg``) in the theme's text colour."""
    theme = _STATE.theme
    made = QIcon()
    for size_px in (16, 24, 32, 48, 64):
        made.addPixmap(icon_pixmap(name, theme.text, size_px), QIcon.Mode.Normal)
        made.addPixmap(icon_pixmap(name, theme.cannot_tell, size_px), QIcon.Mode.Disabled)
    return made


def set_icon(user: _HasIcon, name: str) -> None:
    """Give an action or button an icon that follows the theme."""
    _STATE.icon_users[user] = name
    user.setIcon(icon(name))
