# SPDX-License-Identifier: MIT
"""Exporting notes: in which format, which of them, and how they are written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtWidgets import QCheckBox, QComboBox, QHBoxLayout, QPushButton, QWidget

from desktop_app.domain.note import Note
from desktop_app.jobs.export import SUFFIXES, ExportFormat, ExportOptions, export_notes, slim
from desktop_app.ui.exporting.output_dialog import OutputDialog
from desktop_app.ui.score.notation import GRIDS
from desktop_app.ui.score.notation_fields import NotationFields
from desktop_app.ui.score.phrase import downbeat_s, notes_within, score_beats

if TYPE_CHECKING:
    from desktop_app.ui.document import Document
    from desktop_app.ui.main_window import MainWindow
    from desktop_app.ui.score.feature import ScoreFeature


@dataclass(frozen=True, slots=True)
class _Format:
    """A format: what the list calls it, how a file dialog filters it, and how much of the form it needs."""

    name: ExportFormat
    title: str
    file_filter: str
    rows: tuple[str, ...] = ()


_BARS: Final = ("tempo", "metre", "first_beat", "grid", "family")
_FORMATS: Final = (
    _Format("midi", "MIDI", "MIDI files (*.mid)", ("on_grid", *_BARS)),
    _Format("musicxml", "MusicXML", "MusicXML files (*.musicxml)", (*_BARS, "clef", "transposition")),
    _Format("csv", "Table (CSV)", "Tables (*.csv)"),
    _Format("json", "JSON", "JSON files (*.json)"),
    _Format("labels", "Audacity labels", "Label tracks (*.txt)"),
    _Format("svl", "Sonic Visualiser layer", "Layers (*.svl)"),
    _Format("pitch_csv", "Pitch line (CSV)", "Tables (*.csv)"),
)


class NotesDialog(OutputDialog):
    """Exports notes of the open recording.

    Parameters
    ----------
    window
        Knows the recording and the selection.
    score
        Knows how notes are written, the loop, and runs the job.
    """

    def __init__(self, window: MainWindow, score: ScoreFeature) -> None:
        super().__init__(window, "Export notes")
        assert window.controller.document is not None
        self._document: Document = window.controller.document
        self._settings, self._score = window.controller.settings, score
        self._choices = score.choices
        self._notes = self._kinds_of_notes(window, score)
        self._job_id: int | None = None
        self.format, self.which = QComboBox(), QComboBox()
        self.notation = NotationFields(self._choices, self.fields)
        self.on_grid = QCheckBox("Move the notes to the grid")
        self.at_cursor = QPushButton("At the &cursor")
        self._position_s = window.controller.playback.position_s
        self._rows: dict[str, QWidget] = {}
        self._build_form()
        self._connect()
        self._show_rows()
        score.jobs.prepare()

    # -- what is to be written -----------------------------------------------------------------

    @property
    def kind(self) -> _Format:
        """The chosen format."""
        return _FORMATS[self.format.currentIndex()]

    def notes(self) -> Sequence[Note]:
        """The chosen notes."""
        return self._notes[self.which.currentData()]

    def options(self) -> ExportOptions:
        """How they are written: a part of a recording keeps the bars of the whole."""
        is_on_grid = self.kind.name != "midi" or self.on_grid.isChecked()
        options = self._choices.current.options(self.kind.name, is_on_grid=is_on_grid)
        if self.which.currentData() != "all":
            beats = score_beats(self._document.analysis, self._choices.current)
            options = replace(options, first_beat_s=downbeat_s(beats))
        return options

    def suggested(self) -> Path:
        """Beside the last export, named after the recording."""
        folder = Path(self._settings.last_folder or Path.home())
        return folder / (self._document.path.stem + SUFFIXES[self.kind.name])

    def filters(self) -> str:
        """The format's files."""
        return self.kind.file_filter

    def write(self, target: Path) -> None:
        """Send the job."""
        settings = self._settings
        settings.last_folder = str(target.parent)
        settings.export_format, settings.export_notes = self.kind.name, self.which.currentData()
        settings.midi_on_grid = self.on_grid.isChecked()
        what = self._what().partition(",")[0]
        self._job_id = self._score.jobs.submit(
            export_notes,
            slim(self._document.analysis, self.notes(), self.kind.name),
            self.options(),
            str(target),
            True,  # the file dialog has asked
            label="The export",
            then=lambda _path: self.succeed(f"“{target.name}” is written: {what}."),
            failed=self.fail,
            progress=self.set_progress,
        )

    def stop(self) -> None:
        """Give the job up."""
        self._score.jobs.cancel(self._job_id)

    # -- the form ------------------------------------------------------------------------------

    def _kinds_of_notes(self, window: MainWindow, score: ScoreFeature) -> dict[str, Sequence[Note]]:
        notes = self._document.notes
        loop_s = score.loop_s()
        in_loop = () if loop_s is None else notes_within(notes, loop_s)
        return {"all": notes, "loop": in_loop, "selection": window.notes.selected_notes()}

    def _build_form(self) -> None:
        settings, fields = self._settings, self.notation
        for kind in _FORMATS:
            self.format.addItem(kind.title, kind.name)
        self.format.setCurrentIndex(max(0, self.format.findData(settings.export_format)))
        titles = {"all": "All", "loop": "The loop", "selection": "The selection"}
        for name, notes in self._notes.items():
            if name == "all" or notes:
                self.which.addItem(f"{titles[name]} ({_count(len(notes))})", name)
        self.which.setCurrentIndex(max(0, self.which.findData(settings.export_notes)))
        self.on_grid.setChecked(settings.midi_on_grid)
        self.on_grid.setToolTip("Otherwise they keep the times at which they were played, and their bends")
        fields.show_recording(self._document.analysis)
        first_beat = QWidget(self.fields)
        row = QHBoxLayout(first_beat)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(fields.first_beat, 1)
        row.addWidget(self.at_cursor)
        self.at_cursor.setAutoDefault(False)
        self._rows = {
            "tempo": fields.tempo,
            "metre": fields.metre,
            "first_beat": first_beat,
            "on_grid": self.on_grid,
            "grid": fields.grid,
            "family": fields.family,
            "clef": fields.clef,
            "transposition": fields.transposition,
        }
        self._add_rows()

    def _add_rows(self) -> None:
        titles = (
            "&Tempo",
            "&Metre",
            "&First beat",
            "",
            "&Shortest note",
            "&Instrument",
            "C&lef",
            "&Written for",
        )
        self.format.setAccessibleName("Format")
        self.which.setAccessibleName("Notes")
        self.form.addRow("Fo&rmat", self.format)
        self.form.addRow("&Notes", self.which)
        for title, widget in zip(titles, self._rows.values(), strict=True):
            self.form.addRow(title, widget)

    def _connect(self) -> None:
        for combo in (self.format, self.which):
            combo.currentIndexChanged.connect(self._show_rows)
        self.on_grid.toggled.connect(self._show_rows)
        self._choices.changed.connect(self._show_about)
        self.at_cursor.clicked.connect(lambda: self._choices.choose(first_beat_s=round(self._position_s, 2)))

    def _show_rows(self) -> None:
        for name, widget in self._rows.items():
            is_wanted = name in self.kind.rows
            if name == "grid" and self.kind.name == "midi":
                is_wanted = self.on_grid.isChecked()
            self.form.setRowVisible(widget, is_wanted)
        self._show_about()
        self.adjustSize()

    def _show_about(self) -> None:
        self.about.setText(f"Writes {self._what()}.")

    def _what(self) -> str:
        """What is written, such as ``34 notes as MIDI, as played, at 120 bpm``."""
        kind, current = self.kind, self._choices.current
        if kind.name == "pitch_csv":
            return f"{_count(self._document.analysis.f0.f0_hz.shape[0], 'row')} of the pitch line"
        told = [f"{_count(len(self.notes()))} as {kind.title}"]
        if kind.rows:
            tempo = self._document.analysis.tempo
            bpm = current.tempo_bpm or (tempo.bpm if tempo else 120.0)
            grid = next(text for name, text, _ in GRIDS if name == current.grid)
            is_played = kind.name == "midi" and not self.on_grid.isChecked()
            told += [
                "as played" if is_played else f"moved to {grid.lower()}",
                f"{current.metre} at {bpm:.0f} bpm",
            ]
        return ", ".join(told)


def _count(n: int, what: str = "note") -> str:
    return f"{n} {what}{'' if n == 1 else 's'}"
