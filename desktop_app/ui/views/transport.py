# SPDX-License-Identifier: MIT
"""The bar at the bottom: record, play, stop, position, the level or what belongs to a recording, follow."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QHBoxLayout, QLabel, QStackedWidget, QToolButton, QWidget

from desktop_app.ui.theme import current_theme, icon_pixmap, set_icon
from desktop_app.ui.views.level_meter import LevelMeter
from desktop_app.ui.views.reading import format_time


class TransportBar(QWidget):
    """Buttons and times; it knows nothing of devices and players, the window tells it what is possible.

    Attributes
    ----------
    record_toggled, play_toggled, stop_requested
        Signals: the buttons.
    seek_requested
        Signal (time in seconds): back to the start.
    follow_toggled
        Signal (bool).
    level_meter
        The meter in the bar.
    """

    record_toggled = Signal()
    play_toggled = Signal()
    stop_requested = Signal()
    seek_requested = Signal(float)
    follow_toggled = Signal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("transport_bar")
        self.setAccessibleName("Record and play")
        self._is_recording, self._is_playing = False, False
        self.record_button = self._button("record_button", "Record", "Record or stop recording (R)")
        self.to_start_button = self._button(
            "to_start_button", "To the start", "To the start (Home)", "to-start"
        )
        self.play_button = self._button("play_button", "Play", "Play or pause (Space)", "play")
        self.stop_button = self._button("stop_button", "Stop", "Stop", "stop")
        self.follow_button = self._button("follow_button", "Follow", "Follow the sound", "follow")
        self.follow_button.setCheckable(True)
        self.follow_button.setChecked(True)
        self.position_label = QLabel()
        self.position_label.setObjectName("position_label")
        self.position_label.setAccessibleName("Position and duration")
        self.position_label.setTextFormat(Qt.TextFormat.PlainText)
        self.level_meter = LevelMeter()
        self._places = QStackedWidget()
        self._places.addWidget(self.level_meter)
        self._build()
        self.set_position(0.0, None)
        self.set_state()

    def _button(self, name: str, text: str, tip: str, icon_name: str | None = None) -> QToolButton:
        button = QToolButton()
        button.setObjectName(name)
        button.setText(text)
        button.setAccessibleName(text)
        button.setToolTip(tip)
        button.setAutoRaise(True)
        button.setIconSize(QSize(24, 24))
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        if icon_name is not None:
            set_icon(button, icon_name)
        return button

    def _build(self) -> None:
        self.record_button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(8, 4, 8, 4)
        layout.setSpacing(2)
        layout.addWidget(self.record_button)
        layout.addSpacing(4)
        for button in (self.to_start_button, self.play_button, self.stop_button):
            layout.addWidget(button)
        layout.addSpacing(4)
        layout.addWidget(self.position_label)
        layout.addSpacing(10)
        layout.addWidget(self._places, 1)
        layout.addSpacing(4)
        layout.addWidget(self.follow_button)
        self.record_button.clicked.connect(self.record_toggled)
        self.play_button.clicked.connect(self.play_toggled)
        self.stop_button.clicked.connect(self.stop_requested)
        self.to_start_button.clicked.connect(lambda: self.seek_requested.emit(0.0))
        self.follow_button.clicked.connect(self.follow_toggled)
        self._restyle()

    def put_listening(self, widget: QWidget) -> None:
        """Give what belongs to a recording the place that the level meter has in live sound."""
        self._places.addWidget(widget)

    def show_listening(self, is_on: bool) -> None:
        """Show what belongs to a recording, or the level meter."""
        self._places.setCurrentIndex(int(is_on and self._places.count() > 1))

    def set_state(
        self,
        *,
        is_recording: bool = False,
        is_playing: bool = False,
        can_record: bool = True,
        can_play: bool = False,
        record_hint: str = "",
    ) -> None:
        """Show what goes on and what is possible; ``record_hint`` says why recording is not."""
        self._is_recording, self._is_playing = is_recording, is_playing
        text = "Stop recording" if is_recording else "Record"
        self.record_button.setText(text)
        self.record_button.setAccessibleName(text)
        self.record_button.setEnabled(can_record or is_recording)
        self.record_button.setToolTip(record_hint or "Record or stop recording (R)")
        set_icon(self.play_button, "pause" if is_playing else "play")
        self.play_button.setText("Pause" if is_playing else "Play")
        self.play_button.setAccessibleName("Pause" if is_playing else "Play")
        for button in (self.play_button, self.to_start_button):
            button.setEnabled(can_play and not is_recording)
        self.stop_button.setEnabled(is_playing or is_recording)
        self._restyle()

    def set_position(self, position_s: float, duration_s: float | None) -> None:
        """Show where the player or the recording is, and how long the sound is (None: not known)."""
        total = "–:––" if duration_s is None else format_time(duration_s, 0.1)
        text = f"{format_time(position_s, 0.1)}  /  {total}"
        if text != self.position_label.text():
            self.position_label.setText(text)

    def set_follow(self, follow: bool) -> None:
        """Show whether the views follow."""
        self.follow_button.setChecked(follow)

    def _restyle(self) -> None:
        theme = current_theme()
        picture = QIcon(icon_pixmap("stop" if self._is_recording else "record", theme.clip, 48))
        picture.addPixmap(icon_pixmap("record", theme.cannot_tell, 48), QIcon.Mode.Disabled)
        self.record_button.setIcon(picture)
        font = self.font()
        font.setPointSizeF(1.25 * font.pointSizeF())
        self.position_label.setFont(font)
        widest = self.fontMetrics().horizontalAdvance("Stop recording")
        self.record_button.setMinimumWidth(widest + self.record_button.iconSize().width() + 22)
        metrics = self.position_label.fontMetrics()
        self.position_label.setMinimumWidth(metrics.horizontalAdvance("00:00.0  /  00:00.0") + 4)

    def changeEvent(self, event: QEvent) -> None:
        """Follow the theme and the font."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.PaletteChange, QEvent.Type.FontChange) and hasattr(
            self, "level_meter"
        ):
            self._restyle()
