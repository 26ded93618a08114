# SPDX-License-Identifier: MIT
"""Results as files for other programs; importing this is light, so that a window may name the task.

The window hands over :func:`slim` analyses, whose notes are those that are to be written.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal

from desktop_app.domain.errors import ExportError
from desktop_app.domain.score import Clef, Metre

if TYPE_CHECKING:
    from desktop_app.domain.analysis import Analysis
    from desktop_app.domain.note import Note
    from desktop_app.domain.score import GridNote, Instrument, Score
    from desktop_app.io.exports_midi import MidiHeader
    from desktop_app.jobs.worker import Progress
    from desktop_app.transcription.quantise import Beats

ExportFormat = Literal["json", "csv", "midi", "musicxml", "labels", "svl", "pitch_csv"]
SUFFIXES: Final[dict[ExportFormat, str]] = {
    "json": ".json",
    "csv": ".csv",
    "midi": ".mid",
    "musicxml": ".musicxml",
    "labels": ".txt",
    "svl": ".svl",
    "pitch_csv": ".pitch.csv",
}
# Semitones that a part is written higher than it sounds.
TRANSPOSITIONS: Final[dict[str, int]] = {
    "Concert pitch": 0,
    "B♭: clarinet, trumpet, soprano saxophone": 2,
    "A: clarinet": 3,
    "F: horn, cor anglais": 7,
    "E♭: alto saxophone": 9,
    "B♭: tenor saxophone, bass clarinet": 14,
    "E♭: baritone saxophone": 21,
}


@dataclass(frozen=True, slots=True)
class ExportOptions:
    """What to write, and how.

    Attributes
    ----------
    format
        What to write.
    tempo_bpm
        Beats a minute; None for the tempo that was found, or that the notes keep to.
    beats_per_bar, beat_unit
        Such as 3 and 4; in 6/8 and its like, a beat is a dotted quarter.
    first_beat_s
        A moment at which a bar begins; None: with the first note, or after it when that leads to a beat.
    grid
        Parts of a quarter note that notes are moved to: 1, 2, 4, 8, 3 for triplets, 12 for sixteenths and
        triplets, whichever fit; None as played, which MusicXML takes for 12.
    family
        Who plays, in place of what was heard.
    transposition
        Semitones that MusicXML is written higher than it sounds.
    clef
        Of the score; None for the one that suits the instrument.
    with_bends
        Whether MIDI notes are bent by their cents.
    title
        Stands above the score; None for the name of the sound file.
    """

    format: ExportFormat
    tempo_bpm: float | None = None
    beats_per_bar: int = 4
    beat_unit: int = 4
    first_beat_s: float | None = None
    grid: int | None = None
    family: str | None = None
    transposition: int = 0
    clef: Clef | None = None
    with_bends: bool = True
    title: str | None = None

    @property
    def metre(self) -> Metre:
        """Both numbers of the metre."""
        return Metre(self.beats_per_bar, self.beat_unit)


def slim(analysis: Analysis, notes: Sequence[Note], output_format: ExportFormat) -> Analysis:
    """What an export needs of an analysis, to be sent to another process."""
    import numpy as np

    from desktop_app.domain.analysis import F0Track

    none = np.zeros(0, np.float32)
    f0 = analysis.f0 if output_format == "pitch_csv" else F0Track(analysis.f0.hop_s, none, none)
    return replace(analysis, notes=tuple(notes), f0=f0, evidence=None)


def export_notes(
    analysis: Analysis, options: ExportOptions, target: str, overwrite: bool, progress: Progress
) -> str:
    """Write a file; a task of the job pool. Returns its path.

    Raises
    ------
    ExportError
        When there is nothing to write, the file is there already and may not be replaced, or it cannot be
        written.
    """
    from desktop_app.io.exports_file import write_whole

    progress(None)
    write_whole(Path(target), exported(analysis, options), overwrite=overwrite)
    return target


def exported(analysis: Analysis, options: ExportOptions) -> bytes:
    """The content of the file.

    Raises
    ------
    ExportError
        When there are no notes, and the format holds nothing else.
    """
    from desktop_app.io import exports_json, exports_notes

    if options.format == "json":
        return _text(exports_json.to_json_line(exports_json.analysis_to_dict(analysis)))
    if options.format == "pitch_csv":
        return _text(exports_notes.pitch_to_csv(analysis.f0))
    if not analysis.notes:
        raise ExportError("There are no notes to write down.")
    if options.format == "csv":
        return _text(exports_notes.csv_header() + exports_notes.notes_to_csv(analysis))
    if options.format == "labels":
        return _text(exports_notes.notes_to_labels(analysis))
    if options.format == "svl":
        return _text(exports_notes.notes_to_svl(analysis))
    return _midi(analysis, options) if options.format == "midi" else _musicxml(analysis, options)


def _text(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")


def _musicxml(analysis: Analysis, options: ExportOptions) -> bytes:
    from desktop_app.io.exports_musicxml import to_musicxml

    return to_musicxml(score_of(analysis, options))


def score_of(analysis: Analysis, options: ExportOptions, beats: Beats | None = None) -> Score:
    """The notes on a grid, in bars, on staves: what a score shows; ``beats`` where they are known already.

    Raises
    ------
    ExportError
        When there are no notes.
    """
    from desktop_app.transcription.score import make_score

    if not analysis.notes:
        raise ExportError("There are no notes to write down.")
    beats = beats or _beats(analysis, options)
    return make_score(
        _on_grid(analysis, options, beats),
        title=_title(analysis, options),
        metre=options.metre,
        quarter_bpm=beats.quarter_bpm,
        key=_key(analysis),
        transposition=options.transposition,
        clef=options.clef,
        is_poly=analysis.is_poly,
    )


def _beats(analysis: Analysis, options: ExportOptions) -> Beats:
    from desktop_app.transcription.quantise_beats import beats_of

    return beats_of(analysis.notes, analysis.tempo, options.metre, options.tempo_bpm, options.first_beat_s)


def _on_grid(
    analysis: Analysis, options: ExportOptions, beats: Beats
) -> list[tuple[Instrument, tuple[GridNote, ...]]]:
    from desktop_app.transcription.quantise import MIXED, quantise
    from desktop_app.transcription.score_instruments import parts_of

    grid, metre = options.grid or MIXED, options.metre
    return [
        (instrument, quantise(notes, beats, grid, metre))
        for instrument, notes in parts_of(analysis, options.family)
    ]


def _midi(analysis: Analysis, options: ExportOptions) -> bytes:
    from desktop_app.io.exports_midi import to_midi
    from desktop_app.transcription.quantise_beats import sounding_on_grid
    from desktop_app.transcription.score_instruments import parts_of

    if options.grid is None:
        told = options.tempo_bpm or (analysis.tempo.bpm if analysis.tempo else None)
        header = _header(analysis, options, told and told * float(options.metre.beat_quarters))
        return to_midi(parts_of(analysis, options.family), header, with_bends=options.with_bends)
    beats = _beats(analysis, options)
    parts = sounding_on_grid(_on_grid(analysis, options, beats), options.metre, beats.quarter_bpm)
    return to_midi(parts, _header(analysis, options, beats.quarter_bpm), with_bends=False)


def _header(analysis: Analysis, options: ExportOptions, quarter_bpm: float | None) -> MidiHeader:
    from desktop_app.io.exports_midi import MidiHeader

    metre = None if quarter_bpm is None else options.metre
    return MidiHeader(_title(analysis, options), quarter_bpm, metre, _key(analysis))


def _key(analysis: Analysis) -> tuple[int, bool] | None:
    """Sharps of the key, and whether it is minor."""
    from desktop_app.transcription.score import fifths_of

    return None if analysis.key is None else (fifths_of(analysis.key), analysis.key.mode == "minor")


def _title(analysis: Analysis, options: ExportOptions) -> str:
    title = Path(analysis.path).stem if options.title is None else options.title
    readable = title.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in readable)
