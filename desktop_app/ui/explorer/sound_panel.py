# SPDX-License-Identifier: MIT
"""SoundPanel: one sound of the corpus, its three views, the truth, and a model's answer."""

from __future__ import annotations

from collections.abc import Set
from typing import Any, Final

from PySide6.QtCore import QEvent, Qt, QTimer
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from desktop_app.domain.pitch import note_name
from desktop_app.io.corpora.entry import QUALITIES, Entry
from desktop_app.ui.explorer.answer_bars import AnswerBars
from desktop_app.ui.explorer.answers import Answer
from desktop_app.ui.explorer.entries_model import class_text
from desktop_app.ui.theme import current_theme, set_icon
from desktop_app.ui.views.analysis_views import AnalysisViews
from desktop_app.ui.views.labels import family_title

_LEFT_OUT: Final = ("roll", "family")


class SoundPanel(QWidget):
    """Shows what it is told; its buttons are connected by the window."""

    def __init__(self) -> None:
        super().__init__()
        self.title = _label("sound_title", "Sound")
        self.facts = _label("sound_facts", "What the corpus says")
        self.truth = _label("sound_truth", "Class in the corpus")
        self.answer = _label("sound_answer", "Answer of the model")
        self.views = AnalysisViews()
        self.bars = AnswerBars()
        self.play_button = _button("explorer_play", "&Play", "Play this sound (Space)")
        self.send_button = _button(
            "explorer_send", "Send to the &main view", "Open this sound in the main window (Ctrl+Return)"
        )
        self.previous_button = _button(
            "explorer_previous", "Pre&vious mistake", "The mistake before this sound (Ctrl+Up)"
        )
        self.next_button = _button(
            "explorer_next", "&Next mistake", "The mistake after this sound (Ctrl+Down)"
        )
        self._answer_colour = "text"
        self._build()
        self.clear()

    def clear(self) -> None:
        """No sound is chosen."""
        self.title.setText("No sound is chosen")
        for label in (self.facts, self.truth, self.answer):
            label.clear()
        self.views.set_source(None, live=False)
        self.views.set_notes(())
        self.bars.show_answer(None, frozenset())
        self.show_playing(False)
        self.set_usable(False)

    def show_entry(self, entry: Entry) -> None:
        """Another sound, of which no picture is there yet."""
        self.clear()
        self.title.setText(entry.key)
        self.facts.setText(" · ".join(_facts(entry)))
        self.truth.setText(f"Corpus: {class_text(entry)}")
        self.set_usable(True)

    def show_pictures(self, source: Any) -> None:
        """The views of the sound."""
        self.views.set_source(source, live=False)
        self.views.fit()

    def show_answer(self, answer: Answer | None, truth: Set[str], waiting: str) -> None:
        """A model's answer; without one, ``waiting`` says why."""
        self.bars.show_answer(answer, truth)
        text, self._answer_colour = waiting, "text"
        if answer is not None:
            sure = f", {answer.words}" if answer.words else ""
            percent = round(100.0 * answer.probabilities[answer.names.index(answer.label)])
            text = f"Answer: {family_title(answer.label)}{sure} ({percent} %)"
            if answer.is_right is not None:
                text += " – right" if answer.is_right else " – a mistake"
                self._answer_colour = "sure" if answer.is_right else "clip"
            if answer.part:
                text += f" ({answer.part})"
        self.answer.setText(text)
        self._colour_answer()

    def show_playing(self, is_playing: bool) -> None:
        """Whether the sound is heard."""
        self.play_button.setText("&Pause" if is_playing else "&Play")
        set_icon(self.play_button, "pause" if is_playing else "play")

    def set_usable(self, has_sound: bool) -> None:
        """Whether there is a sound to play and to send."""
        self.play_button.setEnabled(has_sound)
        self.send_button.setEnabled(has_sound)

    def changeEvent(self, event: QEvent) -> None:
        """Follow the theme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and hasattr(self, "_answer_colour"):
            QTimer.singleShot(0, self, self._colour_answer)  # the style sheet that follows undoes colours

    def _colour_answer(self) -> None:
        palette = self.answer.palette()
        palette.setColor(QPalette.ColorRole.WindowText, QColor(getattr(current_theme(), self._answer_colour)))
        self.answer.setPalette(palette)

    def _build(self) -> None:
        bold = self.title.font()
        bold.setBold(True)
        self.title.setFont(bold)
        for name in _LEFT_OUT:
            self.views.set_view_visible(name, False)
        buttons = QHBoxLayout()
        for button in (self.play_button, self.previous_button, self.next_button):
            buttons.addWidget(button)
        buttons.addStretch(1)
        buttons.addWidget(self.send_button)
        told = QGridLayout()
        told.addWidget(self.truth, 0, 0)
        told.addWidget(self.answer, 1, 0)
        told.addWidget(self.bars, 2, 0)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 0, 0, 0)
        layout.addWidget(self.title)
        layout.addWidget(self.facts)
        layout.addWidget(self.views, 1)
        layout.addLayout(told)
        layout.addLayout(buttons)


def _facts(entry: Entry) -> list[str]:
    told = [
        entry.source or "",
        "" if entry.midi is None else f"{note_name(entry.midi)} (MIDI {entry.midi})",
        "" if entry.velocity is None else f"velocity {entry.velocity}",
        entry.genre or "",
        entry.bank,
        entry.part,
    ]
    if entry.qualities:
        told += [name for name, flag in zip(QUALITIES, entry.qualities, strict=True) if flag]
    return [text for text in told if text]


def _label(name: str, about: str) -> QLabel:
    label = QLabel()
    label.setObjectName(name)
    label.setAccessibleName(about)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return label


def _button(name: str, text: str, tip: str) -> QPushButton:
    button = QPushButton(text)
    button.setObjectName(name)
    button.setToolTip(tip)
    return button
