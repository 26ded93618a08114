# SPDX-License-Identifier: MIT
"""Pictures in PNG, each for light and for dark pages. matplotlib is imported only when one is drawn."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

# Okabe and Ito's colours, which stay apart for most colour-blind readers ("Color Universal Design", 2008).
COLOURS: Final = ("#0072b2", "#e69f00", "#009e73", "#cc79a7", "#d55e00", "#56b4e9")
# Ink, paper and grid of the page's two looks; its style sheet has the same.
_LOOKS: Final = {"": ("#1b1f24", "#f6f7f9", "#d4d9e0"), "-dark": ("#e8eaed", "#1f2329", "#3a404a")}
_FONT: Final = "DejaVu Sans"
_DPI: Final = 120


def draw(
    folder: Path,
    name: str,
    size: tuple[float, float],
    paint: Callable[[Figure], None],
) -> None:
    """Write ``name.png`` and ``name-dark.png``.

    Parameters
    ----------
    size
        In inches.
    paint
        Puts everything on the empty figure; called once for each look.
    """
    from matplotlib import rc_context
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    for suffix, look in _LOOKS.items():
        with rc_context(_settings(*look)):
            figure = Figure(figsize=size, layout="constrained")
            canvas = FigureCanvasAgg(figure)
            paint(figure)
            canvas.print_png(folder / f"{name}{suffix}.png")


def _settings(ink: str, paper: str, line: str) -> dict[str, Any]:
    from cycler import cycler

    inked = ("text.color", "axes.labelcolor", "xtick.color", "ytick.color", "axes.titlecolor")
    return {
        **dict.fromkeys(inked, ink),
        "font.family": _FONT,
        "text.parse_math": False,
        "figure.facecolor": paper,
        "axes.facecolor": paper,
        "savefig.facecolor": paper,
        "savefig.dpi": _DPI,
        "figure.dpi": _DPI,
        "axes.edgecolor": line,
        "grid.color": line,
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.axisbelow": True,
        "legend.frameon": False,
        "axes.prop_cycle": cycler(color=COLOURS),
    }


def drawable(text: str) -> str:
    """The text with signs that the font does not have shown as a box, so that drawing it warns of nothing."""
    return "".join(sign if ord(sign) in _signs() else "□" for sign in text)


@cache
def _signs() -> frozenset[int]:
    from matplotlib.font_manager import findfont
    from matplotlib.ft2font import FT2Font

    return frozenset(FT2Font(findfont(_FONT)).get_charmap())


def ink_on(axes: Axes, shade: float) -> str:
    """Black or white, whichever reads better on a cell of a map from 0 (its first colour) to 1."""
    red, green, blue, _ = axes.images[0].get_cmap()(shade)
    return "black" if 0.299 * red + 0.587 * green + 0.114 * blue > 0.5 else "white"
