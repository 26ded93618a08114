# SPDX-License-Identifier: MIT
"""EntriesTable: the list of sounds, with the columns that the corpus fills."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QItemSelectionModel, Qt
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView

from desktop_app.jobs.corpus_index import IndexedCorpus
from desktop_app.ui.explorer.entries_model import COLUMNS, EntriesModel

# The widest texts that columns should hold whole.
_SAMPLES: Final = {
    "Sound": "bass_electronic_000-000-000",
    "Class": "Synth leads",
    "Answer": "✗ Not an instrument",
    "Pitch": "A#4 (000)",
    "Kind": "electronic",
    "Velocity": "Velocity",
    "Part": "train",
    "Bank": "MuseScore_General",
}
_MARGIN_PX: Final = 16


class EntriesTable(QTableView):
    """Rows have one height, so that none need be read to know where another is."""

    def __init__(self, model: EntriesModel) -> None:
        super().__init__()
        self.setObjectName("explorer_table")
        self.setAccessibleName("Sounds")
        self.setModel(model)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self._build_headers(model)
        self._widen()

    def show_columns(self, corpus: IndexedCorpus) -> None:
        """Show those that tell something of this corpus; the names take the room that is left."""
        is_told = {
            "Pitch": corpus.has_pitch,
            "Kind": bool(corpus.sources),
            "Velocity": corpus.has_velocity,
            "Part": bool(corpus.parts),
            "Bank": corpus.n_banks > 1,
        }
        for column, name in enumerate(COLUMNS):
            self.setColumnHidden(column, not is_told.get(name, True))
        self._widen()

    def _build_headers(self, model: EntriesModel) -> None:
        rows = self.verticalHeader()
        rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        rows.setDefaultSectionSize(self.fontMetrics().height() + 8)
        rows.hide()
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setSelectionModel(QItemSelectionModel(model, header))  # its own would ask every cell
        header.setStretchLastSection(True)

    def _widen(self) -> None:
        metrics = self.fontMetrics()
        widths = [metrics.horizontalAdvance(_SAMPLES[name]) + _MARGIN_PX for name in COLUMNS]
        others = sum(
            width for column, width in enumerate(widths) if column and not self.isColumnHidden(column)
        )
        bar_px = self.verticalScrollBar().sizeHint().width()  # it may be yet to come
        widths[0] = max(widths[0], self.width() - 2 * self.frameWidth() - bar_px - others)
        for column, width in enumerate(widths):
            self.horizontalHeader().resizeSection(column, width)
