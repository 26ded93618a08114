# SPDX-License-Identifier: MIT
"""The views as a picture: pixels at several sizes, or SVG with text and notes as such."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from xml.etree import ElementTree

from PySide6.QtCore import QBuffer, QIODevice, QPoint, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QImage, QPaintDevice, QPainter
from PySide6.QtSvg import QSvgGenerator
from PySide6.QtWidgets import QGraphicsView, QWidget

from desktop_app.ui.theme import current_theme
from desktop_app.ui.views.analysis_views import AnalysisViews

GAP_PX = 4
_MARGIN_PX = 8
_NS = "http://www.w3.org/2000/svg"
_XLINK = "http://www.w3.org/1999/xlink"
_DOTS_PER_INCH = 96

Paint = Callable[[QPaintDevice], None]


class Picture:
    """Title, views and time axis of a recording, as they are on the screen now.

    Parameters
    ----------
    views
        Those that are shown become part of the picture.
    title, facts
        Stand above it: bold, and in grey behind.
    """

    def __init__(self, views: AnalysisViews, title: str, facts: str) -> None:
        self._title, self._facts, self._font = title, facts, QFont(views.font())
        tracks = [views.splitter.widget(i) for i in range(views.splitter.count())]
        self._widgets = [track for track in (*tracks, views.ruler) if track is not None and track.isVisible()]
        self._title_px = QFontMetrics(self._font).height() + 2 * _MARGIN_PX
        width = max(widget.width() for widget in self._widgets)
        heights = sum(widget.height() + GAP_PX for widget in self._widgets)
        self.size = QSize(width, self._title_px + heights)

    def image(self, scale: int) -> QImage:
        """The picture with ``scale`` times as many pixels in a line as on the screen."""
        *_, whole = self.image_by_parts(scale)
        return whole

    def image_by_parts(self, scale: int) -> Iterator[QImage]:
        """The same, growing part by part: a large one takes longer than the window may wait."""
        whole = _blank(self.size, scale)
        for place, size, paint in self._parts():
            part = _blank(size, scale)
            paint(part)
            painter = QPainter(whole)
            painter.drawImage(QPointF(place), part)
            painter.end()
            yield whole

    def svg(self) -> bytes:
        """The picture as SVG; what is made of pixels on the screen is embedded as such.

        Qt's generator knows no clipping, and the views paint in pixels of their own widget: so each part
        is drawn alone, then moved to its place and clipped there.
        """
        ElementTree.register_namespace("", _NS)
        ElementTree.register_namespace("xlink", _XLINK)
        width, height = self.size.width(), self.size.height()
        root = _element("svg", width=width, height=height, viewBox=f"0 0 {width} {height}", version="1.1")
        ground = current_theme().window
        root.append(_element("rect", width=width, height=height, fill=ground))
        for number, (place, size, paint) in enumerate(self._parts()):
            clips, clip = _element("defs"), _element("clipPath", id=f"part{number}")
            clip.append(_element("rect", width=size.width(), height=size.height()))
            clips.append(clip)
            root.append(clips)
            group = _element("g", transform=f"translate({place.x()},{place.y()})")
            inside = _element("g", **{"clip-path": f"url(#part{number})"})
            inside.extend(_drawn(size, paint))
            group.append(inside)
            root.append(group)
        return ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)

    def _parts(self) -> list[tuple[QPoint, QSize, Paint]]:
        """What stands where."""
        parts: list[tuple[QPoint, QSize, Paint]] = [
            (QPoint(0, 0), QSize(self.size.width(), self._title_px), self._paint_title)
        ]
        top = self._title_px
        for widget in self._widgets:
            parts.append((QPoint(0, top), widget.size(), _painter_of(widget)))
            top += widget.height() + GAP_PX
        return parts

    def _paint_title(self, device: QPaintDevice) -> None:
        theme, font = current_theme(), QFont(self._font)
        font.setBold(True)
        painter = QPainter(device)
        painter.setFont(font)
        painter.setPen(QColor(theme.text))
        room = QRectF(0, 0, self.size.width(), self._title_px).adjusted(_MARGIN_PX, 0, -_MARGIN_PX, 0)
        flags = Qt.AlignmentFlag.AlignVCenter
        metrics = QFontMetrics(font)
        title = metrics.elidedText(self._title, Qt.TextElideMode.ElideMiddle, round(room.width()))
        painter.drawText(room, flags, title)
        room.setLeft(room.left() + metrics.horizontalAdvance(title) + 2 * _MARGIN_PX)
        facts = QFontMetrics(self._font).elidedText(
            self._facts, Qt.TextElideMode.ElideRight, max(0, round(room.width()))
        )
        painter.setFont(self._font)
        painter.setPen(QColor(theme.muted))
        painter.drawText(room, flags, facts)
        painter.end()


def _painter_of(widget: QWidget) -> Paint:
    def paint(device: QPaintDevice) -> None:
        if isinstance(widget, QGraphicsView):
            painter = QPainter(device)
            painter.setFont(widget.font())
            widget.render(painter, QRectF(widget.rect()), widget.viewport().rect())
            painter.end()
        else:
            widget.render(device, QPoint())

    return paint


def _blank(size: QSize, scale: int) -> QImage:
    image = QImage(size * scale, QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(scale)
    image.fill(QColor(current_theme().window))
    return image


def _drawn(size: QSize, paint: Paint) -> list[ElementTree.Element]:
    """What Qt's generator makes of one part."""
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    generator = QSvgGenerator()
    generator.setOutputDevice(buffer)
    generator.setSize(size)
    generator.setViewBox(QRect(QPoint(), size))
    generator.setResolution(_DOTS_PER_INCH)
    paint(generator)
    drawn = ElementTree.fromstring(bytes(buffer.data().data()))  # noqa: S314 - made two lines above
    return [child for child in drawn if not child.tag.endswith(("title", "desc"))]


def _element(tag: str, **attributes: object) -> ElementTree.Element:
    return ElementTree.Element(f"{{{_NS}}}{tag}", {name: str(value) for name, value in attributes.items()})
