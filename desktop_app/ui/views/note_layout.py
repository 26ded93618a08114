# SPDX-License-Identifier: MIT
"""Where the bars and the names of notes go, so that chords can be read too."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QFontMetrics, QTransform

from desktop_app.domain.note import Note
from desktop_app.domain.pitch import note_name
from desktop_app.ui.views.mel_scale import MelScale

_LEAST_BAR_PX = 7.0
_N_NEIGHBOURS = 12  # before and after, in the order of onsets: a name may only meet these


@dataclass(slots=True)
class NoteLayout:
    """What is to be drawn, in pixels.

    Attributes
    ----------
    bars
        One a note.
    grounds, places, names
        For each note that has room for its name: what lies under it, where it is written, and the name.
    """

    bars: list[QRectF] = field(default_factory=list)
    grounds: list[QRectF] = field(default_factory=list)
    places: list[QPointF] = field(default_factory=list)
    names: list[str] = field(default_factory=list)


def lay_out(
    notes: Sequence[Note], scale: MelScale, transform: QTransform, left_px: float, metrics: QFontMetrics
) -> NoteLayout:
    """Place notes in the order of their onsets.

    Parameters
    ----------
    transform
        From seconds and heights to pixels.
    left_px
        Where the plot begins: a note that began before is named there.
    """
    layout = NoteLayout([_bar(note, scale, transform) for note in notes])
    for number, note in enumerate(notes):
        name = note_name(note.midi)
        bar = layout.bars[number]
        x_px, name_px = max(bar.left(), left_px) + 3.0, metrics.horizontalAdvance(name)
        if bar.right() - x_px >= name_px:
            above = QRectF(x_px - 2.0, bar.top() - metrics.height() - 1.0, name_px + 4.0, metrics.height())
            _add_name(layout, number, name, above, metrics.descent())
    return layout


def _bar(note: Note, scale: MelScale, transform: QTransform) -> QRectF:
    low, high = scale.note_span(note.midi)
    bar = transform.mapRect(QRectF(note.onset_s, low, max(note.duration_s, 0.0), high - low))
    missing_px = max(0.0, _LEAST_BAR_PX - bar.height()) / 2.0
    top_px, height_px = round(bar.top() - missing_px) + 0.5, round(bar.height() + 2.0 * missing_px)
    return QRectF(round(bar.left()) + 0.5, top_px, max(2.0, round(bar.width())), height_px)


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
