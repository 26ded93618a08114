# SPDX-License-Identifier: MIT
"""Notes as an engraved picture, by Verovio where it is installed; importing this is light."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, Final

from desktop_app.domain.errors import ExportError

if TYPE_CHECKING:
    from desktop_app.domain.score import Score
    from desktop_app.jobs.worker import Progress

_SCALE: Final = 40  # percent of Verovio's own size
_MARGIN: Final = 25
_MAX_HEIGHT: Final = 60_000


@dataclass(frozen=True, slots=True)
class Engraving:
    """A picture of some notes.

    Attributes
    ----------
    svg
        Plain SVG; what is black on paper has the colour ``currentColor``.
    width, height
        In pixels at its natural size.
    marks
        The id of each note's element with its onset and end in quarter notes from the first downbeat.
    """

    svg: str
    width: float
    height: float
    marks: tuple[tuple[str, float, float], ...]


def can_engrave() -> bool:
    """Whether Verovio is installed."""
    return find_spec("verovio") is not None


def wake(progress: Progress) -> None:
    """Do nothing: the process that answers is there; a task."""


def engrave(score: Score, width_px: float, progress: Progress) -> Engraving:
    """Engrave a score; a task.

    Parameters
    ----------
    score
        One note at least.
    width_px
        Of a line of music.
    progress
        Not told: engraving takes milliseconds, loading what writes MusicXML about a second.

    Raises
    ------
    ExportError
        When Verovio cannot read the notes.
    """
    from desktop_app.io.exports_musicxml import to_musicxml
    from desktop_app.jobs.engrave_svg import plain_svg

    progress(None)
    toolkit = _toolkit(width_px)
    if not toolkit.loadData(to_musicxml(score).decode()):
        raise ExportError("These notes cannot be engraved.")
    svg, width, height = plain_svg(toolkit.renderToSVG(1))
    start = float(score.parts[0].staves[0].bars[0].onset)
    return Engraving(svg, width, height, _marks(toolkit.renderToTimemap(), start))


def _toolkit(width_px: float) -> Any:
    import verovio

    verovio.enableLog(verovio.LOG_OFF)
    toolkit = verovio.toolkit()
    toolkit.setOptions(
        {
            "pageWidth": max(600, round(100.0 * width_px / _SCALE)),
            "pageHeight": _MAX_HEIGHT,
            "adjustPageHeight": True,
            "scale": _SCALE,
            "svgViewBox": True,
            "svgRemoveXlink": True,
            "breaks": "auto",
            "header": "none",
            "footer": "none",
            **{f"pageMargin{side}": _MARGIN for side in ("Top", "Bottom", "Left", "Right")},
        }
    )
    return toolkit


def _marks(timemap: list[dict[str, Any]], start: float) -> tuple[tuple[str, float, float], ...]:
    begun: dict[str, float] = {}
    marks = []
    for moment in timemap:
        place = start + float(moment["qstamp"])
        marks += [(name, begun.pop(name), place) for name in moment.get("off", ()) if name in begun]
        begun.update(dict.fromkeys(moment.get("on", ()), place))
    return tuple(marks)
