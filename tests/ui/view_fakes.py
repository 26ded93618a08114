# SPDX-License-Identifier: MIT
"""Data for the views, computed from real signals, and a mouse for them."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QApplication

from desktop_app.domain.frames import Float32Array
from desktop_app.dsp.features import mel_db_to_mfcc, mel_spectrogram_db
from desktop_app.dsp.spec import DEFAULT_SPEC
from desktop_app.pipeline.sources import (
    MEL_DB_RANGE,
    MFCC_RANGE,
    ImageTile,
    PitchTile,
    WaveTile,
    to_levels,
)
from desktop_app.ui.views.analysis_views import AnalysisViews
from desktop_app.ui.views.track import TrackView

SR = DEFAULT_SPEC.sr
HOP = DEFAULT_SPEC.hop_length


def sweep(
    duration_s: float, from_hz: float = 110.0, to_hz: float = 1760.0
) -> tuple[Float32Array, Float32Array]:
    """Exponential sine sweep with two harmonics: samples and the frequency of each, both (n,)."""
    t = np.arange(round(duration_s * SR)) / SR
    ratio = np.log(to_hz / from_hz)
    f0_hz = from_hz * np.exp(ratio * t / duration_s)
    phase = 2.0 * np.pi * from_hz * duration_s / ratio * (np.exp(ratio * t / duration_s) - 1.0)
    y = 0.4 * np.sin(phase) + 0.2 * np.sin(2 * phase) + 0.1 * np.sin(3 * phase)
    return y.astype(np.float32), f0_hz.astype(np.float32)


class FakeSource:
    """A ViewSource over samples in memory; ``duration_s`` can be moved to play live."""

    def __init__(self, y: Float32Array, f0_hz: Float32Array) -> None:
        self._y = y
        self._mel_db = mel_spectrogram_db(y, DEFAULT_SPEC)
        self._mel = to_levels(self._mel_db, MEL_DB_RANGE)
        self._mfcc = to_levels(mel_db_to_mfcc(self._mel_db, DEFAULT_SPEC.n_mfcc)[1:], MFCC_RANGE)
        self._f0_hz = f0_hz[::HOP]
        self.duration_s = y.shape[0] / SR
        self.n_calls = 0

    def _columns(self, start_s: float, end_s: float, n_columns: int) -> tuple[int, int, int]:
        n = self._mel.shape[1]
        newest = min(n, round(self.duration_s / DEFAULT_SPEC.hop_s))
        first = min(max(0, int(start_s / DEFAULT_SPEC.hop_s)), newest)
        last = min(newest, int(np.ceil(end_s / DEFAULT_SPEC.hop_s)) + 1)
        return first, max(first, last), max(1, (last - first) // max(1, n_columns))

    def waveform(self, start_s: float, end_s: float, n_columns: int) -> WaveTile:
        self.n_calls += 1
        step = max(1, round((end_s - start_s) * SR / n_columns))
        first = max(0, round(start_s * SR)) // step * step
        last = min(round(end_s * SR), round(self.duration_s * SR))
        n = max(0, (last - first) // step)
        block = self._y[first : first + n * step].reshape(n, step)
        low = block.min(axis=1) if n else np.zeros(0, np.float32)
        high = block.max(axis=1) if n else np.zeros(0, np.float32)
        return WaveTile(first / SR, (first + n * step) / SR, low, high)

    def _image(self, levels: np.ndarray, start_s: float, end_s: float, n_columns: int) -> ImageTile:
        first, last, step = self._columns(start_s, end_s, n_columns)
        part = levels[:, first:last:step]
        hop_s = DEFAULT_SPEC.hop_s
        start = (first - 0.5) * hop_s
        return ImageTile(start, start + part.shape[1] * step * hop_s, part)

    def mel(self, start_s: float, end_s: float, n_columns: int) -> ImageTile:
        return self._image(self._mel, start_s, end_s, n_columns)

    def mfcc(self, start_s: float, end_s: float, n_columns: int) -> ImageTile:
        return self._image(self._mfcc, start_s, end_s, n_columns)

    def pitch(self, start_s: float, end_s: float, n_columns: int) -> PitchTile:
        first, last, step = self._columns(start_s, end_s, n_columns)
        times_s = (np.arange(first, last, step) * DEFAULT_SPEC.hop_s).astype(np.float32)
        f0_hz = self._f0_hz[first:last:step]
        return PitchTile(times_s, f0_hz, np.ones_like(f0_hz))


def sweep_source(duration_s: float = 20.0) -> FakeSource:
    """A sweep from A2 to A6."""
    return FakeSource(*sweep(duration_s))


def wheel(track: TrackView, place: QPointF, notches: int, modifiers=Qt.KeyboardModifier.NoModifier) -> None:
    event = QWheelEvent(
        place,
        track.viewport().mapToGlobal(place),
        QPoint(0, 0),
        QPoint(0, 120 * notches),
        Qt.MouseButton.NoButton,
        modifiers,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(track.viewport(), event)


def middle(track: TrackView, fraction: float = 0.5) -> QPointF:
    left = track.plot_left
    return QPointF(left + fraction * (track.width() - left), track.height() / 2)


def move(track: TrackView, place: QPointF, buttons=Qt.MouseButton.NoButton) -> None:
    event = QMouseEvent(
        QEvent.Type.MouseMove,
        place,
        track.viewport().mapToGlobal(place),
        Qt.MouseButton.NoButton,
        buttons,
        Qt.KeyboardModifier.NoModifier,
    )
    QApplication.sendEvent(track.viewport(), event)


def tracks(views: AnalysisViews) -> list[TrackView]:
    return [views.waveform, views.spectrogram, views.roll, views.family_strip, views.mfcc]
