# SPDX-License-Identifier: MIT
"""The notes of an analysis as a table, as Audacity labels and as a Sonic Visualiser layer."""

from __future__ import annotations

import csv
import io
from typing import Final
from xml.sax.saxutils import quoteattr

import numpy as np

from desktop_app.domain.analysis import Analysis, F0Track
from desktop_app.domain.note import Note
from desktop_app.domain.pitch import note_name
from desktop_app.io.exports_json import note_to_dict

# The first four are basic-pitch's, by whose names other programs know them.
CSV_COLUMNS: Final = (
    "start_time_s",
    "end_time_s",
    "pitch_midi",
    "velocity",
    "path",
    "name",
    "f0_hz",
    "cents",
    "confidence",
    "family",
    "family_confidence",
)


def csv_header() -> str:
    """The first line of a table."""
    return ",".join(CSV_COLUMNS) + "\n"


def pitch_to_csv(f0: F0Track) -> str:
    """A row a frame: seconds, and Hz or 0 where unvoiced; without a header, as Sonic Visualiser wants it."""
    values = np.where(np.isfinite(f0.f0_hz), f0.f0_hz, 0.0).tolist()
    return "".join(f"{frame * f0.hop_s:.6f},{value:.3f}\n" for frame, value in enumerate(values))


def notes_to_csv(analysis: Analysis) -> str:
    """A row a note, without the header :data:`CSV_COLUMNS`."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    for note in analysis.notes:
        told = note_to_dict(note)
        writer.writerow(
            [told["onset_s"], told["offset_s"], note.midi, note.velocity, analysis.path, note_name(note.midi)]
            + [told[key] for key in ("f0_hz", "cents", "confidence", "family", "family_confidence")]
        )
    return text.getvalue()


def notes_to_labels(analysis: Analysis) -> str:
    """Audacity's label track: start, end, text, separated by tabs; seconds with six decimals."""
    return "".join(
        f"{note.onset_s:.6f}\t{note.offset_s:.6f}\t{note_name(note.midi)}\n" for note in analysis.notes
    )


def notes_to_svl(analysis: Analysis) -> str:
    """A note layer of Sonic Visualiser; times in samples of the recording, values in Hz, levels 0 … 1."""
    sr = analysis.sr
    points = "\n".join(_svl_point(note, sr) for note in analysis.notes)
    model = (
        f'<model id="1" name={quoteattr("Right In Tune")} sampleRate="{sr}" start="0" '
        f'end="{round(analysis.duration_s * sr)}" type="sparse" dimensions="3" resolution="1" '
        'notifyOnAdd="true" dataset="0" subtype="note" valueQuantization="0" units="Hz"/>'
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE sonic-visualiser>\n<sv>\n<data>\n'
        f'{model}\n<dataset id="0" dimensions="3">\n{points}\n</dataset>\n</data>\n<display>\n'
        '<layer id="2" type="notes" name="Notes" model="1" verticalScale="2"/>\n</display>\n</sv>\n'
    )


def _svl_point(note: Note, sr: int) -> str:
    return (
        f'<point frame="{round(note.onset_s * sr)}" value="{note.f0_hz:.3f}" '
        f'duration="{round(note.duration_s * sr)}" level="{note.velocity / 127.0:.4f}" '
        f"label={quoteattr(note_name(note.midi))}/>"
    )
