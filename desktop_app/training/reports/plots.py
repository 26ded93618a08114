# SPDX-License-Identifier: MIT
"""What the pictures of a report show."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from desktop_app.domain.frames import Float32Array
from desktop_app.domain.labels import MIDI_MAX, MIDI_MIN
from desktop_app.dsp.features import mel_db_to_mfcc, mel_spectrogram_db
from desktop_app.dsp.spec import DEFAULT_SPEC
from desktop_app.training.reports.drawing import COLOURS, draw, drawable, ink_on

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from desktop_app.training.reports.scatter import Scatter

_ROW_INCHES: Final = 0.3
_MOST_NUMBERED: Final = 16
_LOWEST_SHOWN_DB: Final = -90.0
_SEMITONES: Final = 3
_SIGNS: Final = "osD^vPX"


def draw_counts(folder: Path, name: str, counts: Mapping[str, Mapping[str, int]]) -> None:
    """Sounds by class (bars) and by source (colours); ``counts`` by class, then by source."""
    sources = sorted({source for of in counts.values() for source in of})
    rows = list(counts)[::-1]

    def paint(figure: Figure) -> None:
        axes = figure.subplots()
        left = np.zeros(len(rows))
        for source in sources:
            n = np.array([counts[row].get(source, 0) for row in rows])
            axes.barh([drawable(row) for row in rows], n, left=left, label=drawable(source))
            left += n
        axes.set_xlabel("sounds")
        axes.grid(axis="x")
        figure.legend(loc="outside upper center", ncols=4)

    draw(folder, name, (7.0, 1.4 + _ROW_INCHES * len(rows)), paint)


def draw_pitches(folder: Path, name: str, pitches: Mapping[str, Sequence[int]]) -> None:
    """How many sounds of each family have which pitch; ``pitches`` are MIDI numbers by family."""
    edges = np.arange(MIDI_MIN, MIDI_MAX + 1 + _SEMITONES, _SEMITONES)
    rows = list(pitches)
    counts = np.stack([np.histogram(pitches[row], edges)[0] for row in rows])

    def paint(figure: Figure) -> None:
        axes = figure.subplots()
        extent = (edges[0] - 0.5, edges[-1] - 0.5, len(rows) - 0.5, -0.5)
        image = axes.imshow(counts, aspect="auto", extent=extent, interpolation="nearest", cmap="viridis")
        axes.set_yticks(range(len(rows)), [drawable(row) for row in rows])
        axes.set_xticks(range(24, MIDI_MAX + 1, 12), [f"C{octave}" for octave in range(1, 9)])
        axes.set_xlabel(f"pitch, {_SEMITONES} semitones a cell")
        figure.colorbar(image, ax=axes, label="sounds")

    draw(folder, name, (8.0, 1.4 + _ROW_INCHES * len(rows)), paint)


def draw_example(folder: Path, name: str, y: Float32Array) -> None:
    """Waveform, mel levels and MFCCs of a mono sound at the rate of the program's features."""
    mel_db = mel_spectrogram_db(y, DEFAULT_SPEC)
    mfcc = mel_db_to_mfcc(mel_db, DEFAULT_SPEC.n_mfcc)
    seconds = y.shape[0] / DEFAULT_SPEC.sr

    def paint(figure: Figure) -> None:
        wave, mel, cepstrum = figure.subplots(1, 3)
        wave.plot(np.arange(y.shape[0]) / DEFAULT_SPEC.sr, y, linewidth=0.5)
        wave.set_title("waveform")
        _map(mel, mel_db, seconds, "mel levels")
        mel.images[0].set_clim(_LOWEST_SHOWN_DB, max(float(mel_db.max()), _LOWEST_SHOWN_DB + 1.0))
        _map(cepstrum, mfcc[1:], seconds, "MFCC without the first")
        for axes in (wave, mel, cepstrum):
            axes.set_xlabel("seconds")

    draw(folder, name, (9.0, 2.0), paint)


def _map(axes: Axes, values: Float32Array, seconds: float, title: str) -> None:
    extent = (0.0, seconds, 0.0, float(values.shape[0]))
    axes.imshow(values, origin="lower", aspect="auto", extent=extent, cmap="magma", interpolation="nearest")
    axes.set_title(title)


def draw_curves(folder: Path, name: str, history: Mapping[str, Sequence[float]]) -> None:
    """Loss and share right by epoch, of what is learnt and of what chooses the epoch."""
    kinds = [kind for kind in ("loss", "accuracy") if kind in history]
    epochs = list(range(1, len(history[kinds[0]]) + 1))

    def paint(figure: Figure) -> None:
        for axes, kind in zip(np.atleast_1d(figure.subplots(1, len(kinds))), kinds, strict=True):
            for column, label, marker in ((kind, "learnt", "o"), (f"val_{kind}", "validation", "s")):
                if column in history:
                    axes.plot(epochs, history[column], label=label, marker=marker, markersize=3)
            axes.set_xlabel("epoch")
            axes.set_ylabel({"loss": "loss", "accuracy": "share right"}[kind])
            axes.xaxis.get_major_locator().set_params(integer=True)
            axes.grid()
            axes.legend()

    draw(folder, name, (4.5 * len(kinds), 3.2), paint)


def draw_confusion(folder: Path, name: str, confusion: NDArray[np.int64], classes: Sequence[str]) -> None:
    """Share of each true class (rows) that is told as each class (columns)."""
    share = confusion / np.maximum(confusion.sum(axis=1, keepdims=True), 1)
    names = [drawable(each) for each in classes]

    def paint(figure: Figure) -> None:
        axes = figure.subplots()
        image = axes.imshow(share, vmin=0.0, vmax=1.0, cmap="viridis")
        axes.set_xticks(range(len(names)), names, rotation=60, ha="right", rotation_mode="anchor")
        axes.set_yticks(range(len(names)), names)
        axes.set_xlabel("told")
        axes.set_ylabel("true")
        for i, j in np.argwhere(confusion) if len(names) <= _MOST_NUMBERED else ():
            percent = f"{100 * share[i, j]:.0f}"
            axes.text(j, i, percent, ha="center", va="center", fontsize=8, color=ink_on(axes, share[i, j]))
        figure.colorbar(image, ax=axes, label="share of the true class", shrink=0.8)

    side = 1.8 + 0.3 * len(names)
    draw(folder, name, (side + 0.8, side), paint)


def draw_reliability(folder: Path, name: str, bins: Sequence[Sequence[float]]) -> None:
    """What was claimed against what came true; ``bins`` as :func:`measures.calibration` gives them."""
    n, claimed, true = np.array(bins, np.float64).T

    def paint(figure: Figure) -> None:
        axes = figure.subplots()
        axes.plot([0, 1], [0, 1], linestyle="--", color=COLOURS[1], label="as claimed")
        axes.plot(claimed, true, color=COLOURS[0], linewidth=1)
        axes.scatter(
            claimed, true, s=12 + 150 * n / n.max(), color=COLOURS[0], label="measured (area: sounds)"
        )
        axes.set(xlim=(0, 1.03), ylim=(-0.03, 1.03), xlabel="probability claimed", ylabel="share true")
        axes.grid()
        axes.legend(loc="upper left")

    draw(folder, name, (4.6, 4.2), paint)


def draw_importances(folder: Path, name: str, importances: Sequence[tuple[str, float]]) -> None:
    """What each feature adds to a forest, the greatest on top."""
    names = [drawable(feature) for feature, _ in importances][::-1]

    def paint(figure: Figure) -> None:
        axes = figure.subplots()
        axes.barh(names, [share for _, share in importances][::-1])
        axes.set_xlabel("share of what the features add together")
        axes.grid(axis="x")

    draw(folder, name, (7.0, 1.0 + 0.22 * len(names)), paint)


def draw_scatter(folder: Path, name: str, scatter: Scatter, classes: Sequence[str]) -> None:
    """Sounds on the first two principal components of their features, a sign and a colour for each class."""

    def paint(figure: Figure) -> None:
        axes = figure.subplots()
        for i, label in enumerate(classes):
            of = scatter.points[scatter.column == i]
            colour, sign = COLOURS[i % len(COLOURS)], _SIGNS[i % len(_SIGNS)]
            axes.scatter(
                of[:, 0], of[:, 1], s=22, alpha=0.8, marker=sign, color=colour, label=drawable(label)
            )
        for axis, k in ((axes.xaxis, 0), (axes.yaxis, 1)):
            axis.set_label_text(f"component {k + 1} ({100 * scatter.explained[k]:.0f} % of the variance)")
        axes.grid()
        figure.legend(loc="outside right upper")

    draw(folder, name, (8.0, 5.0), paint)
