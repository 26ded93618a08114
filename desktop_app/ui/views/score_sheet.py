# SPDX-License-Identifier: MIT
"""An engraved score, in the theme's colours, with the notes marked that sound."""

from __future__ import annotations

import math

from PySide6.QtCore import QByteArray, QEvent, QRectF, QSize
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPixmap
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop_app.jobs.engrave import Engraving
from desktop_app.ui.theme import current_theme

_ROOM_PX = 2.0
_MARK_ALPHA = 0.35


class ScoreSheet(QWidget):
    """Paints a picture at its natural size."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("score_sheet")
        self.setAccessibleName("Score")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        self._engraving: Engraving | None = None
        self._renderer = QSvgRenderer(self)
        self._rects: list[tuple[float, float, QRectF]] = []
        self._marked: list[QRectF] = []
        self._picture: QPixmap | None = None

    def set_engraving(self, engraving: Engraving | None) -> None:
        """Show another picture, or none."""
        self._engraving = engraving
        self._rects, self._marked = [], []
        self._load()
        if engraving is not None:
            self._rects = [(onset, end, self._rect_of(name)) for name, onset, end in engraving.marks]
            self.setMinimumHeight(round(engraving.height))
        self.updateGeometry()

    def set_place(self, quarters: float | None) -> None:
        """Mark the notes that sound at a moment, in quarter notes from the first downbeat."""
        marked = [
            rect for onset, end, rect in self._rects if quarters is not None and onset <= quarters < end
        ]
        if marked != self._marked:
            self._marked = marked
            self.update()

    def marked_rect(self) -> QRectF:
        """Around the marked notes; empty where there are none."""
        rect = QRectF()
        for marked in self._marked:
            rect |= marked
        return rect

    def sizeHint(self) -> QSize:
        """The picture's size."""
        engraving = self._engraving
        return (
            QSize(400, 100) if engraving is None else QSize(round(engraving.width), round(engraving.height))
        )

    def changeEvent(self, event: QEvent) -> None:
        """Take the colours of another theme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._load()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the marks and, over them, the picture."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        theme = current_theme()
        painter.fillRect(event.rect(), QColor(theme.base))
        if self._engraving is not None:
            colour = QColor(theme.accent)
            colour.setAlphaF(_MARK_ALPHA)
            painter.setBrush(colour)
            painter.setPen(QColor(0, 0, 0, 0))
            for rect in self._marked:
                painter.drawRoundedRect(rect, 2.0 * _ROOM_PX, 2.0 * _ROOM_PX)
            painter.drawPixmap(0, 0, self._painted(self._engraving))
        painter.end()

    def _painted(self, engraving: Engraving) -> QPixmap:
        """The picture without marks, painted once: the marks change many times a second."""
        ratio = self.devicePixelRatioF()
        if self._picture is None or self._picture.devicePixelRatio() != ratio:
            size = QSize(math.ceil(engraving.width * ratio), math.ceil(engraving.height * ratio))
            self._picture = QPixmap(size)
            self._picture.setDevicePixelRatio(ratio)
            self._picture.fill(QColor(0, 0, 0, 0))
            painter = QPainter(self._picture)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            self._renderer.render(painter, QRectF(0.0, 0.0, engraving.width, engraving.height))
            painter.end()
        return self._picture

    def _load(self) -> None:
        self._picture = None
        if self._engraving is not None:
            svg = self._engraving.svg.replace("currentColor", current_theme().text)
            self._renderer.load(QByteArray(svg.encode()))
        self.update()

    def _rect_of(self, name: str) -> QRectF:
        rect = self._renderer.transformForElement(name).mapRect(self._renderer.boundsOnElement(name))
        return rect.adjusted(-_ROOM_PX, -_ROOM_PX, _ROOM_PX, _ROOM_PX)
