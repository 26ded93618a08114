# SPDX-License-Identifier: MIT
"""FilterBar: which sounds of the corpus are shown."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QLineEdit, QPushButton, QWidget

from desktop_app.domain.labels import MIDI_MAX, MIDI_MIN
from desktop_app.io.corpora.entry import QUALITIES
from desktop_app.io.corpora.index_filter import Filter
from desktop_app.jobs.corpus_index import IndexedCorpus
from desktop_app.ui.explorer.note_spin import NoteSpin
from desktop_app.ui.views.labels import family_title

_SETTLE_MS: Final = 200  # what is being typed is asked for when it rests


class FilterBar(QWidget):
    """Class, kind of sound, pitch range, quality, part and text; what a corpus does not tell is greyed.

    Signals
    -------
    changed
        Other sounds are wanted.
    """

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.label = _combo("filter_class", "Family or class")
        self.source = _combo("filter_source", "Kind of sound")
        self.low = NoteSpin("filter_low", MIDI_MIN, "Lowest pitch")
        self.high = NoteSpin("filter_high", MIDI_MAX, "Highest pitch")
        self.quality = _combo("filter_quality", "Quality")
        self.part = _combo("filter_part", "Part of the corpus")
        self.text = QLineEdit()
        self.clear_button = QPushButton("C&lear filters")
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_SETTLE_MS)
        self._build()
        self._connect()
        self.set_corpus(None)

    def set_corpus(self, corpus: IndexedCorpus | None) -> None:
        """Offer what a corpus tells; nothing is filtered at first."""
        self.blockSignals(True)
        _fill(self.label, "Any class", corpus.classes if corpus else ())
        _fill(self.source, "Any kind", corpus.sources if corpus else ())
        _fill(self.quality, "Any quality", QUALITIES if corpus and corpus.has_qualities else ())
        _fill(self.part, "Any part", corpus.parts if corpus else ())
        self._has_pitch = corpus is not None and corpus.has_pitch
        for spin in (self.low, self.high):
            spin.setEnabled(self._has_pitch)
        self.text.setEnabled(corpus is not None)
        self._reset()
        self.blockSignals(False)
        self._timer.stop()
        self.clear_button.setEnabled(False)

    def wanted(self) -> Filter:
        """What is chosen."""
        is_whole = (self.low.value(), self.high.value()) == (MIDI_MIN, MIDI_MAX)
        return Filter(
            labels=_chosen(self.label),
            sources=_chosen(self.source),
            parts=_chosen(self.part),
            qualities=_chosen(self.quality),
            midi=None if is_whole else (self.low.value(), self.high.value()),
            text=self.text.text().strip(),
        )

    def clear(self) -> None:
        """Show all sounds."""
        self._reset()
        self._ask()

    def _reset(self) -> None:
        for combo in (self.label, self.source, self.quality, self.part):
            combo.setCurrentIndex(0)
        self.low.setValue(MIDI_MIN)
        self.high.setValue(MIDI_MAX)
        self.text.clear()

    def _ask(self) -> None:
        self._timer.stop()
        self.clear_button.setEnabled(self.wanted() != Filter())
        self.changed.emit()

    def _build(self) -> None:
        self.text.setObjectName("filter_text")
        self.text.setPlaceholderText("Text in the name")
        self.text.setAccessibleName("Text in the name")
        self.text.setClearButtonEnabled(True)
        self.clear_button.setObjectName("filter_clear")
        self.clear_button.setToolTip("Show all sounds of the corpus")
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        for widget in (self.label, self.source, self.low, QLabel("to"), self.high, self.quality, self.part):
            layout.addWidget(widget)
        layout.addWidget(self.text, 1)
        layout.addWidget(self.clear_button)

    def _connect(self) -> None:
        for combo in (self.label, self.source, self.quality, self.part):
            combo.currentIndexChanged.connect(self._ask)
        for spin in (self.low, self.high):
            spin.valueChanged.connect(lambda _value: self._timer.start())
        self.text.textChanged.connect(lambda _text: self._timer.start())
        self._timer.timeout.connect(self._ask)
        self.clear_button.clicked.connect(self.clear)


def _combo(name: str, about: str) -> QComboBox:
    combo = QComboBox()
    combo.setObjectName(name)
    combo.setAccessibleName(about)
    combo.setToolTip(about)
    combo.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
    return combo


def _fill(combo: QComboBox, everything: str, values: Iterable[str]) -> None:
    combo.clear()
    combo.addItem(everything, "")
    for value in values:
        combo.addItem(family_title(value), value)
    combo.setEnabled(combo.count() > 1)


def _chosen(combo: QComboBox) -> frozenset[str]:
    value = combo.currentData()
    return frozenset((value,)) if value else frozenset()
