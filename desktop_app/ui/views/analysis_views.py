# SPDX-License-Identifier: MIT
"""The stacked views on one time axis: waveform, mel spectrogram, piano roll, family strip and MFCC."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QEvent, Qt, QTimer, Signal
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QScrollBar, QSplitter, QVBoxLayout, QWidget

from desktop_app.domain.analysis import FamilySpan
from desktop_app.domain.note import Note
from desktop_app.pipeline.sources import ViewSource
from desktop_app.ui.views.family_strip import FamilyStrip
from desktop_app.ui.views.reading import CursorReading
from desktop_app.ui.views.roll import RollView
from desktop_app.ui.views.scroll_clock import ScrollClock
from desktop_app.ui.views.spectrogram import MfccView, SpectrogramView
from desktop_app.ui.views.time_ruler import TimeRuler
from desktop_app.ui.views.time_window import TimeWindow
from desktop_app.ui.views.track import TrackView
from desktop_app.ui.views.waveform import WaveformView

VIEW_NAMES: Final = ("waveform", "mel", "roll", "family", "mfcc")
_SCROLL_UNITS_S = 0.01
_ZOOM_STEP = 0.7
_JUMP_S = 0.5


class AnalysisViews(QWidget):
    """All views of one sound, live or from a file.

    Attributes
    ----------
    cursor_moved
        Signal (CursorReading or None): what is under the mouse.
    seek_requested
        Signal (time in seconds): a click.
    range_changed
        Signal (start_s, end_s).
    follow_changed
        Signal (bool): whether the views follow the newest sound or the player.
    """

    cursor_moved = Signal(object)
    seek_requested = Signal(float)
    range_changed = Signal(float, float)
    follow_changed = Signal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("analysis_views")
        self.setAccessibleName("Views of the sound")
        self.window_ = TimeWindow(self)
        self._source: ViewSource | None = None
        self._clock = ScrollClock()
        self._n_pixels = -1
        self._position_s: float | None = None
        self.waveform = WaveformView(self.window_)
        self.spectrogram = SpectrogramView(self.window_)
        self.roll = RollView(self.window_)
        self.family_strip = FamilyStrip(self.window_)
        self.mfcc = MfccView(self.window_)
        self._tracks: dict[str, TrackView] = dict(
            zip(
                VIEW_NAMES,
                (self.waveform, self.spectrogram, self.roll, self.family_strip, self.mfcc),
                strict=True,
            )
        )
        self._reload_timer = QTimer(self)
        self._reload_timer.setSingleShot(True)
        self._build()
        self._connect()

    def _build(self) -> None:
        self.splitter = QSplitter(Qt.Orientation.Vertical)
        self.splitter.setChildrenCollapsible(False)
        self.splitter.setObjectName("analysis_splitter")
        for name, track in self._tracks.items():
            track.setObjectName(f"view_{name}")
            self.splitter.addWidget(track)
        for index, stretch in enumerate((12, 43, 27, 0, 18)):
            self.splitter.setStretchFactor(index, stretch)
        self.splitter.setSizes([85, 300, 190, 28, 125])
        self.ruler = TimeRuler(self.window_)
        self.scroll_bar = QScrollBar(Qt.Orientation.Horizontal)
        self.scroll_bar.setObjectName("time_scroll_bar")
        self.scroll_bar.setAccessibleName("Time shown")
        self.readout = QLabel()
        self.readout.setObjectName("cursor_readout")
        self.readout.setAccessibleName("Place under the mouse")
        self.readout.setTextFormat(Qt.TextFormat.PlainText)
        bottom = QHBoxLayout()
        bottom.setContentsMargins(8, 0, 0, 0)
        bottom.addWidget(self.readout)
        bottom.addWidget(self.scroll_bar, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.splitter, 1)
        layout.addWidget(self.ruler)
        layout.addLayout(bottom)
        self._fit_fonts()

    def _connect(self) -> None:
        for track in self._tracks.values():
            track.cursor_moved.connect(self._on_cursor)
            track.seek_requested.connect(self.seek_requested)
        self.window_.range_changed.connect(self._on_range)
        self.window_.follow_changed.connect(self.follow_changed)
        self.scroll_bar.valueChanged.connect(self._on_scrolled)
        self._reload_timer.timeout.connect(self.reload)

    # -- what is shown -------------------------------------------------------------------------

    def set_source(self, source: ViewSource | None, *, live: bool) -> None:
        """Show another sound from its start (file) or its newest seconds (live); None shows nothing."""
        self._source = source
        self._clock.restart()
        self.window_.open(self._oldest_s(), 0.0 if source is None else source.duration_s, live=live)
        self.set_position(None)
        self.roll.forget_keys()
        self._sync_scroll_bar()
        self.reload()

    def set_notes(self, notes: Sequence[Note]) -> None:
        """Notes drawn over the spectrogram and in the piano roll."""
        self.spectrogram.set_notes(notes)
        self.roll.set_notes(notes)

    def set_selected_notes(self, notes: Sequence[Note]) -> None:
        """Mark these of the notes that are shown."""
        self.spectrogram.set_selected(notes)
        self.roll.set_selected(notes)

    def set_family_track(self, spans: Sequence[FamilySpan]) -> None:
        """Families drawn in the strip."""
        self.family_strip.set_track(spans)

    def set_beats(self, beats_s: Sequence[float]) -> None:
        """Beats marked on the time axis and in the piano roll, in seconds."""
        self.ruler.set_beats(beats_s)
        self.roll.set_beats(beats_s)

    def set_a4_hz(self, a4_hz: float) -> None:
        """Frequency of A4 for names, keys and bars."""
        self.spectrogram.set_a4_hz(a4_hz)
        self.roll.a4_hz = a4_hz

    def set_position(self, time_s: float | None) -> None:
        """Draw the playing position; when following a file, the page turns with it.

        Who scrolls away while it plays is left there, until the position jumps (which no loop does) or
        following is asked for.
        """
        previous_s, self._position_s = self._position_s, time_s
        self.window_.cursor_s = time_s
        for track in self._tracks.values():
            track.lines.set_position(time_s)
        window = self.window_
        if time_s is None or window.is_live or not window.is_following:
            return
        was_away = previous_s is not None and not window.start_s <= previous_s <= window.end_s
        has_jumped = previous_s is None or abs(time_s - previous_s) > _JUMP_S
        is_repeat = previous_s is not None and window.loop.repeats(previous_s, time_s)
        if (has_jumped and not is_repeat) or not was_away:
            window.reveal(time_s)

    def tick(self) -> None:
        """Move on with the sound; called some thirty times a second while live."""
        source = self._source
        if source is None or not self.window_.is_live:
            return
        newest_s = self._clock.time_of(source.duration_s)
        pixel_s = self.window_.span_s / self.waveform.n_columns
        n_pixels, self._n_pixels = self._n_pixels, int(newest_s / pixel_s)
        if n_pixels == self._n_pixels:
            return
        self.window_.extend(self._oldest_s(), newest_s, pixel_s=pixel_s)
        if self.window_.is_following:
            self.reload()
        else:
            self._sync_scroll_bar()

    def reload(self) -> None:
        """Take the visible range from the source again."""
        self._reload_timer.stop()
        for track in self._tracks.values():
            if not track.isHidden():
                track.load(self._source)

    def set_view_visible(self, name: str, visible: bool) -> None:
        """Show or hide one of ``VIEW_NAMES``."""
        self._tracks[name].setVisible(visible)
        self._reload_timer.start()

    def is_view_visible(self, name: str) -> bool:
        """Whether one of ``VIEW_NAMES`` is shown."""
        return not self._tracks[name].isHidden()

    # -- time ----------------------------------------------------------------------------------

    def visible_range(self) -> tuple[float, float]:
        """Start and end in seconds."""
        return self.window_.start_s, self.window_.end_s

    def set_visible_range(self, start_s: float, end_s: float) -> None:
        """Show a stretch of time, kept within the data."""
        self.window_.set_range(start_s, end_s)

    def zoom_in(self) -> None:
        """Show less, around the cursor where it is in sight."""
        self.window_.zoom(_ZOOM_STEP)

    def zoom_out(self) -> None:
        """Show more, around the cursor where it is in sight."""
        self.window_.zoom(1.0 / _ZOOM_STEP)

    def fit(self) -> None:
        """Show everything (live: the newest ten seconds), all frequencies and the keys of all notes."""
        self.window_.fit()
        self.roll.fit_keys()
        self.spectrogram.fit_frequency()

    def pan(self, seconds: float) -> None:
        """Move in time, later when positive."""
        self.window_.pan(seconds)

    @property
    def is_following(self) -> bool:
        """Whether the views follow the newest sound or the player."""
        return self.window_.is_following

    def set_following(self, follow: bool) -> None:
        """Follow the newest sound or the player, or stay."""
        self.window_.set_following(follow)
        if follow and not self.window_.is_live and self._position_s is not None:
            self.window_.reveal(self._position_s)

    def _oldest_s(self) -> float:
        return float(getattr(self._source, "oldest_s", 0.0))  # live history forgets, files do not

    def _on_range(self, start_s: float, end_s: float) -> None:
        self._sync_scroll_bar()
        self._reload_timer.start()
        self.range_changed.emit(start_s, end_s)

    def _sync_scroll_bar(self) -> None:
        bar, window = self.scroll_bar, self.window_
        units = [
            round(t / _SCROLL_UNITS_S)
            for t in (window.oldest_s, window.limit_s, window.start_s, window.span_s)
        ]
        bar.blockSignals(True)
        bar.setRange(units[0], max(units[0], units[1] - units[3]))
        bar.setPageStep(max(1, units[3]))
        bar.setSingleStep(max(1, units[3] // 10))
        bar.setValue(units[2])
        bar.blockSignals(False)

    def _on_scrolled(self, value: int) -> None:
        start_s = value * _SCROLL_UNITS_S
        self.window_.set_range(start_s, start_s + self.window_.span_s)

    # -- mouse, theme, size --------------------------------------------------------------------

    def _on_cursor(self, reading: CursorReading | None) -> None:
        for track in self._tracks.values():
            track.lines.set_hover(None if reading is None else reading.time_s)
        self.readout.setText("" if reading is None else reading.text())
        self.cursor_moved.emit(reading)

    def _fit_fonts(self) -> None:
        metrics = self.fontMetrics()
        self.readout.setFixedWidth(
            metrics.horizontalAdvance("0:00:00.000   00000 Hz   A#4 +50   −100 dB") + 12
        )
        self.family_strip.setFixedHeight(metrics.height() + 10)

    def changeEvent(self, event: QEvent) -> None:
        """Follow the font."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange and hasattr(self, "readout"):
            self._fit_fonts()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Ask for as many columns as there are pixels now."""
        super().resizeEvent(event)
        self._reload_timer.start()

    def showEvent(self, event: QShowEvent) -> None:
        """Ask for as many columns as there are pixels now."""
        super().showEvent(event)
        self._reload_timer.start()
