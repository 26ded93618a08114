# SPDX-License-Identifier: MIT
"""Where the bars and the names of notes go, so that chords can be read too."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QFontMetrics, QTransform

from desktop_app.domain.note import Note
from desktop_app.domain.pitch import note_name

_LEAST_BAR_PX = 7.0
_LEAST_NAME_PX = 8.0
_MOST_NAMED = 600  # of more, none could be read
_N_NEIGHBOURS = 12  # before and after, in the order of onsets: a name may only meet these


class NoteScale(Protocol):
    """Where notes lie in a view."""

    def note_span(self, midi: int) -> tuple[float, float]:
        """Heights of the lower and the upper edge of a note's key, MIDI 0 … 127."""

    def note_height(self, midi: float) -> float:
        """Height of a (fractional) MIDI note number."""


@dataclass(slots=True)
class NoteLayout:
    """What is to be drawn, in pixels.

    Attributes
    ----------
    notes, bars
        One bar a note.
    grounds, places, names
        For each note that has room for its name: what lies under it, where it is written, and the name.
    """

    notes: Sequence[Note] = ()
    bars: list[QRectF] = field(default_factory=list)
    grounds: list[QRectF] = field(default_factory=list)
    places: list[QPointF] = field(default_factory=list)
    names: list[str] = field(default_factory=list)


def lay_out(
    notes: Sequence[Note],
    scale: NoteScale,
    transform: QTransform,
    left_px: float,
    metrics: QFontMetrics,
    *,
    least_bar_px: float = _LEAST_BAR_PX,
) -> NoteLayout:
    """Place notes in the order of their onsets.

    Parameters
    ----------
    transform
        From seconds and heights to pixels.
    left_px
        Where the plot begins: a note that began before is named there.
    least_bar_px
        Bars of lower keys are drawn as high as this.
    """
    spans = np.array([(note.onset_s, note.offset_s, note.midi) for note in notes], np.float64)
    layout = NoteLayout(notes, bars(spans, scale, transform, least_bar_px))
    if len(notes) > _MOST_NAMED:
        return layout
    for number, (note, bar) in enumerate(zip(notes, layout.bars, strict=True)):
        x_px = max(bar.left(), left_px) + 3.0
        if bar.right() - x_px < _LEAST_NAME_PX:
            continue
        name = note_name(note.midi)
        name_px = metrics.horizontalAdvance(name)
        if bar.right() - x_px >= name_px:
            above = QRectF(x_px - 2.0, bar.top() - metrics.height() - 1.0, name_px + 4.0, metrics.height())
            _add_name(layout, number, name, above, metrics.descent())
    return layout


def bars(
    spans: NDArray[np.float64], scale: NoteScale, transform: QTransform, least_px: float
) -> list[QRectF]:
    """The bars of notes; their edges lie on whole pixels.

    Parameters
    ----------
    spans : ndarray, shape (n, 3)
        Onset and offset in seconds, and key.
    """
    if not spans.size:
        return []
    onset_s, offset_s, midi = spans.T
    keys, place = np.unique(midi.astype(int), return_inverse=True)
    low, high = np.array([scale.note_span(int(key)) for key in keys])[place].T
    left = np.round(transform.m11() * onset_s + transform.dx())
    width = np.maximum(2.0, np.round(transform.m11() * np.maximum(offset_s - onset_s, 0.0)))
    upper, lower = transform.m22() * high + transform.dy(), transform.m22() * low + transform.dy()
    missing = np.maximum(0.0, least_px - (lower - upper)) / 2.0
    top, height = np.round(upper - missing), np.round(lower - upper + 2.0 * missing)
    return list(map(QRectF, (left + 0.5).tolist(), (top + 0.5).tolist(), width.tolist(), height.tolist()))


def _add_name(layout: NoteLayout, number: int, name: str, above: QRectF, descent_px: int) -> None:
    """Above the bar; where another bar is in the way, upon the bar; where another name is, nowhere."""
    bar = layout.bars[number]
    ground = above
    near = layout.bars[max(0, number - _N_NEIGHBOURS) : number + _N_NEIGHBOURS + 1]
    if any(other is not bar and other.intersects(above) for other in near):
        ground = above.translated(0.0, bar.center().y() - above.center().y())
    if any(ground.intersects(other) for other in layout.grounds[-_N_NEIGHBOURS:]):
        return
    layout.grounds.append(ground)
    layout.places.append(QPointF(ground.left() + 2.0, ground.bottom() - descent_px))
    layout.names.append(name)
