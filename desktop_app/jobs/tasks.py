# SPDX-License-Identifier: MIT
"""What job processes do. Importing this is light, so that a window may name the tasks.

Each task is a function at the top of the module, so that it can be named to another process, and takes
``progress`` last.
"""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from desktop_app.domain.errors import AudioFileError
from desktop_app.io.audio_file_text import shown_name

if TYPE_CHECKING:
    from desktop_app.domain.analysis import Analysis
    from desktop_app.domain.thresholds import NoteThresholds
    from desktop_app.io.audio_file import AudioInfo
    from desktop_app.jobs.worker import Progress
    from desktop_app.pipeline.engine import AnalysisEngine
    from desktop_app.pipeline.overview import OverviewWriter
    from desktop_app.pipeline.poly import PolyEngine

# A file that ends this much sooner than it says deserves a word.
_SHORT_S: Final = 0.5


@dataclass(frozen=True, slots=True)
class AnalyseOptions:
    """How to analyse.

    Attributes
    ----------
    model_id
        Which model; None for the default one.
    a4_hz
        Reference pitch in Hz.
    with_notes
        Whether notes are formed.
    with_classifier
        Whether the family is told.
    poly
        Whether several notes may sound at once.
    thresholds
        What makes a note; None for the usual ones.
    """

    model_id: str | None = None
    a4_hz: float = 440.0
    with_notes: bool = True
    with_classifier: bool = True
    poly: bool = False
    thresholds: NoteThresholds | None = None


def prepare(options: AnalyseOptions, progress: Progress) -> str:
    """Load and warm the engine, so that the first file need not wait; returns the model's id.

    Raises
    ------
    ModelError
        When the model is missing, damaged or does not fit.
    """
    progress(None)
    _poly_engine(options)
    return _engine(options).model_id


def analyse_file(
    path: str, options: AnalyseOptions, overview_folder: str | None, progress: Progress
) -> Analysis:
    """Decode and analyse one file in bounded memory.

    Parameters
    ----------
    path
        The file.
    options
        How.
    overview_folder
        Where to write the pictures for the views, and a copy for the player of what it cannot read itself
        (:mod:`desktop_app.jobs.playable`); None for nowhere.
    progress
        Called with the fraction done after each block.

    Raises
    ------
    AudioFileError
        When the file cannot be read as audio.
    ModelError
        When the model is missing, damaged or does not fit.
    """
    from desktop_app.io.audio_file import probe

    info = probe(path)
    try:
        if overview_folder is None:
            analysis = _analyse(info, options, None, None, progress)
        else:
            with closing(_overview_writer(overview_folder)) as overview:
                analysis = _analyse(info, options, overview, Path(overview_folder), progress)
    except OSError as error:  # a full disk
        sentence = f"{shown_name(path)} cannot be analysed: {error.strerror}."
        raise AudioFileError("limit", sentence) from error
    return _with_warnings(analysis, info)


def _analyse(
    info: AudioInfo,
    options: AnalyseOptions,
    overview: OverviewWriter | None,
    folder: Path | None,
    progress: Progress,
) -> Analysis:
    from desktop_app.io.audio_file import read_blocks
    from desktop_app.jobs.playable import with_playable_copy
    from desktop_app.pipeline.offline import analyse_blocks

    def on_block(done_s: float) -> None:
        progress(min(1.0, done_s / info.duration_s) if info.duration_s else None)

    blocks = read_blocks(info.path)
    return analyse_blocks(
        blocks if folder is None else with_playable_copy(blocks, info, folder),
        sr=info.sr,
        channels=info.channels,
        path=info.path,
        engine=_engine(options),
        poly=_poly_engine(options),
        thresholds=options.thresholds if options.with_notes else None,
        overview=overview,
        on_block=on_block,
    )


def _engine(options: AnalyseOptions) -> AnalysisEngine:
    with_notes = options.with_notes and not options.poly
    return _kept_engine(options.model_id, options.a4_hz, with_notes, options.with_classifier)


@lru_cache(maxsize=2)
def _kept_engine(
    model_id: str | None, a4_hz: float, with_notes: bool, with_classifier: bool
) -> AnalysisEngine:
    from desktop_app.pipeline.engine import make_engine

    return make_engine(model_id, a4_hz=a4_hz, with_classifier=with_classifier, with_notes=with_notes)


def _poly_engine(options: AnalyseOptions) -> PolyEngine | None:
    return _kept_poly_engine() if options.poly and options.with_notes else None


@lru_cache(maxsize=1)
def _kept_poly_engine() -> PolyEngine:
    from desktop_app.pipeline.poly import PolyEngine

    return PolyEngine()


def _overview_writer(folder: str) -> OverviewWriter:
    from desktop_app.pipeline.overview import OverviewWriter

    return OverviewWriter(Path(folder))


def _with_warnings(analysis: Analysis, info: AudioInfo) -> Analysis:
    from desktop_app.io.audio_file import short_file_sentence

    warnings = info.warnings
    if not warnings and info.duration_s is not None and analysis.duration_s < info.duration_s - _SHORT_S:
        warnings = (short_file_sentence(info.path, info.duration_s, analysis.duration_s),)
    return replace(analysis, warnings=analysis.warnings + warnings)
