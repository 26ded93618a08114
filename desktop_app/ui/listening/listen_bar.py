# SPDX-License-Identifier: MIT
"""The part of the transport bar for a recording: loop, speed, pitch and volume."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QMouseEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QMenu, QSlider, QToolButton, QVBoxLayout, QWidget

from desktop_app.domain.listening import SPEED_RANGE, Listening
from desktop_app.ui.theme import current_theme, icon_pixmap, set_icon
from desktop_app.ui.views.reading import format_time

SPEEDS_PERCENT = (25, 40, 50, 60, 70, 75, 80, 90, 100, 110, 125, 150)
_GAP_PX = 10
_SPEED = "Speed"


class ResetSlider(QSlider):
    """A slider that a double-click takes back to its usual value.

    Parameters
    ----------
    name, title, tip
        For code, screen readers and the mouse.
    range_, usual
        In whole percent.
    """

    def __init__(self, name: str, title: str, tip: str, range_: tuple[int, int], usual: int) -> None:
        super().__init__(Qt.Orientation.Horizontal)
        self._usual = usual
        self.setObjectName(name)
        self.setAccessibleName(title)
        self.setToolTip(tip)
        self.setRange(*range_)
        self.setSingleStep(1)
        self.setPageStep(5)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)

    def show_value(self, value: int) -> None:
        """Move the handle without telling of it."""
        if not self.isSliderDown():
            self.blockSignals(True)
            self.setValue(value)
            self.blockSignals(False)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Back to the usual value."""
        if event.button() == Qt.MouseButton.LeftButton:
            self.setSliderDown(False)
            self.setValue(self._usual)


class ListenBar(QWidget):
    """Shows how one listens and asks for changes; it decides nothing.

    Attributes
    ----------
    loop_button, slower_button, speed_button, faster_button, lower_button, pitch_button, higher_button, \
sound_button
        The buttons.
    speed_slider, volume_slider
        In percent.
    speed_chosen, volume_chosen
        Signals (percent).
    """

    speed_chosen = Signal(int)
    volume_chosen = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("listen_bar")
        self.setAccessibleName("Loop, speed and pitch")
        self.loop_button = self._button("loop_button", "Loop", "Loop on or off (L); drag over the pictures")
        self.loop_label = self._label("loop_label", "Start and end of the loop")
        self.slower_button = self._button("slower_button", "−", "Slower by 5 % (,)", "Slower")
        self.speed_button = self._button("speed_button", "100 %", "Choose a speed", "Speed")
        self.faster_button = self._button("faster_button", "+", "Faster by 5 % (.)", "Faster")
        low, high = (round(100 * speed) for speed in SPEED_RANGE)
        self.speed_slider = ResetSlider(
            "speed_slider", "Speed in percent", "Speed; a double-click gives 100 % (Ctrl+0)", (low, high), 100
        )
        self.hint_label = self._label("hint_label", "What is being prepared or practised")
        self.lower_button = self._button(
            "lower_button", "−", "Lower by a semitone (Ctrl+Shift+Down)", "Lower"
        )
        self.pitch_button = self._button(
            "pitch_button", "0 st", "Pitch shift; click for cents", "Pitch shift"
        )
        self.higher_button = self._button(
            "higher_button", "+", "Higher by a semitone (Ctrl+Shift+Up)", "Higher"
        )
        self.volume_icon = self._label("volume_icon", "")
        self.volume_slider = ResetSlider(
            "volume_slider", "Volume", "Volume; a double-click gives 100 %", (0, 100), 100
        )
        self.sound_button = self._button(
            "sound_button", "Sound…", "Notes beside the recording, filter, metronome, loudspeaker"
        )
        self._build()
        self._restyle()
        self.show_listening(Listening())
        self.show_hint("")

    def show_listening(self, listening: Listening) -> None:
        """Show loop, speed and pitch."""
        loop_s = listening.loop_s
        self.loop_button.setChecked(listening.is_looping)
        self.loop_label.setText("\n".join(format_time(t, 0.01) for t in loop_s) if loop_s else "")
        percent = round(100.0 * listening.speed)
        self.speed_button.setText(f"{percent} %")
        self.speed_slider.show_value(percent)
        self.pitch_button.setText(shift_text(listening.semitones))

    def show_volume(self, percent: int) -> None:
        """Show the volume."""
        self.volume_slider.show_value(percent)

    def show_hint(self, text: str) -> None:
        """Say in a few small words what is being prepared; else the label names its slider."""
        text = text or _SPEED
        if text != self.hint_label.text():
            self.hint_label.setText(text)

    def minimumSizeHint(self) -> QSize:
        """Without the pitch, which the Sound window has as well."""
        full = self._layout.minimumSize()
        hidden = 0 if self._pitch.isHidden() else self._pitch.minimumSizeHint().width() + _GAP_PX
        return QSize(full.width() - hidden, full.height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Show the pitch where there is room."""
        super().resizeEvent(event)
        needed = self.minimumSizeHint().width() + self._pitch.minimumSizeHint().width() + _GAP_PX
        self._pitch.setVisible(self.width() >= needed)

    def changeEvent(self, event: QEvent) -> None:
        """Follow the theme and the font."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.PaletteChange, QEvent.Type.FontChange) and hasattr(self, "_pitch"):
            self._restyle()

    def _button(self, name: str, text: str, tip: str, spoken: str = "") -> QToolButton:
        button = QToolButton()
        button.setObjectName(name)
        button.setText(text)
        button.setAccessibleName(spoken or text.rstrip("…"))
        button.setToolTip(tip)
        button.setAutoRaise(True)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        return button

    def _label(self, name: str, spoken: str) -> QLabel:
        label = QLabel()
        label.setObjectName(name)
        label.setAccessibleName(spoken)
        label.setTextFormat(Qt.TextFormat.PlainText)
        return label

    def _build(self) -> None:
        set_icon(self.loop_button, "loop")
        self.loop_button.setCheckable(True)
        self.loop_button.setIconSize(QSize(24, 24))
        self.loop_button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.speed_button.setMenu(self._speed_menu())
        self.speed_button.setStyleSheet("QToolButton::menu-indicator { image: none; }")
        self.speed_button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self._pitch = _row(self.lower_button, self.pitch_button, self.higher_button)
        speed = QVBoxLayout()
        speed.setSpacing(0)
        speed.addWidget(self.speed_slider)
        speed.addWidget(self.hint_label)
        self._layout = layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2)
        layout.addWidget(self.loop_button)
        layout.addWidget(self.loop_label)
        layout.addSpacing(_GAP_PX)
        for button in (self.slower_button, self.speed_button, self.faster_button):
            layout.addWidget(button)
        layout.addLayout(speed, 1)
        layout.addSpacing(_GAP_PX)
        layout.addWidget(self._pitch)
        layout.addStretch(1)
        layout.addWidget(self.volume_icon)
        layout.addWidget(self.volume_slider)
        layout.addWidget(self.sound_button)
        self.speed_slider.valueChanged.connect(self.speed_chosen)
        self.volume_slider.valueChanged.connect(self.volume_chosen)

    def _speed_menu(self) -> QMenu:
        menu = QMenu(self)
        for percent in reversed(SPEEDS_PERCENT):
            menu.addAction(f"{percent} %", partial(self.speed_chosen.emit, percent))
        return menu

    def _restyle(self) -> None:
        large, small = self.font(), self.font()
        large.setPointSizeF(1.25 * self.font().pointSizeF())
        small.setPointSizeF(0.85 * self.font().pointSizeF())
        for button, widest in ((self.speed_button, "150 %"), (self.pitch_button, "+12.50 st")):
            button.setFont(large)
            button.setMinimumWidth(button.fontMetrics().horizontalAdvance(widest) + 14)
        for button in (self.slower_button, self.faster_button, self.lower_button, self.higher_button):
            button.setFont(large)
        for label, widest in ((self.loop_label, "0:00.00"), (self.hint_label, "Rendering 100 %…")):
            label.setFont(small)
            label.setStyleSheet(f"color: {current_theme().muted};")
            label.setMinimumWidth(label.fontMetrics().horizontalAdvance(widest) + 6)
        self.volume_slider.setFixedWidth(5 * self.fontMetrics().height())
        picture = icon_pixmap("volume", current_theme().muted, 18, self.devicePixelRatioF())
        self.volume_icon.setPixmap(picture)


def shift_text(semitones: float) -> str:
    """A pitch shift such as ``0 st``, ``+2 st`` or ``-0.15 st``, with a real minus."""
    if round(semitones, 2) == 0.0:
        return "0 st"
    number = f"{semitones:+.2f}".rstrip("0").rstrip(".")
    return f"{number} st".replace("-", "−")


def _row(*widgets: QWidget) -> QWidget:
    row = QWidget()
    layout = QHBoxLayout(row)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(2)
    for widget in widgets:
        layout.addWidget(widget)
    return row
