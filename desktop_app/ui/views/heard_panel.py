# SPDX-License-Identifier: MIT
"""*What am I hearing*: the note and the instrument family of the moment."""

from __future__ import annotations

import time
from collections.abc import Callable

from PySide6.QtCore import QEvent, QSize, Qt, QTimer
from PySide6.QtGui import QColor, QHideEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QToolButton, QVBoxLayout, QWidget

from desktop_app.domain.analysis import REFUSED, FamilyVerdict
from desktop_app.domain.heard import Heard
from desktop_app.domain.labels import NOT_AN_INSTRUMENT
from desktop_app.ui.theme import current_theme
from desktop_app.ui.views.family_bars import FamilyBars
from desktop_app.ui.views.labels import family_title, state_words
from desktop_app.ui.views.note_display import CentsNeedle, NoteDisplay
from desktop_app.ui.views.piano_strip import PianoStrip
from desktop_app.ui.views.smoothing import HeardSmoother, Shown
from desktop_app.ui.views.staff import StaffView

_ELAPSE_MS = 100


class HeardPanel(QWidget):
    """The present answer, calm enough to be read from a music stand.

    Parameters
    ----------
    clock
        Steady seconds.
    """

    def __init__(self, parent: QWidget | None = None, *, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__(parent)
        self.setObjectName("heard_panel")
        self.setAccessibleName("What am I hearing")
        self._clock = clock
        self._smoother = HeardSmoother()
        self.note = NoteDisplay()
        self.needle = CentsNeedle()
        self.pitch_label = self._label("pitch_label", "Frequency and cents")
        self.piano = PianoStrip()
        self.staff = StaffView()
        self.family_label = self._label("family_label", "Instrument family")
        self.state_label = self._label("state_label", "How sure")
        self.why_button = self._why_button()
        self.bars = FamilyBars()
        self.source_label = self._label("source_label", "Kind of sound")
        self._timer = QTimer(self)
        self._timer.setInterval(_ELAPSE_MS)
        self._timer.timeout.connect(self._on_elapsed)
        self._build()
        self._show(self._smoother.shown)

    @staticmethod
    def _label(name: str, accessible_name: str) -> QLabel:
        label = QLabel()
        label.setObjectName(name)
        label.setAccessibleName(accessible_name)
        label.setAlignment(Qt.AlignmentFlag.AlignCenter)
        label.setTextFormat(Qt.TextFormat.PlainText)
        return label

    @staticmethod
    def _why_button() -> QToolButton:
        button = QToolButton()
        button.setObjectName("why_button")
        button.setText("Why?")
        button.setToolTip("Show what in the sound told the instrument (Y)")
        button.setAccessibleName("Why did it say that?")
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.setEnabled(False)
        return button

    def _build(self) -> None:
        kind = QHBoxLayout()
        kind.addWidget(self.source_label, 1)
        kind.addWidget(self.why_button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(10, 6, 10, 8)
        layout.setSpacing(4)
        for widget, stretch in (
            (self.note, 5), (self.needle, 0), (self.pitch_label, 0), (self.staff, 4), (self.piano, 0),
            (self.family_label, 0), (self.state_label, 0), (self.bars, 6),
        ):  # fmt: skip
            layout.addWidget(widget, stretch)
        layout.addLayout(kind)
        layout.insertSpacing(5, 4)
        self._restyle()

    def minimumSizeHint(self) -> QSize:
        """Wide enough for the longest family in large type."""
        return QSize(14 * self.fontMetrics().height(), super().minimumSizeHint().height())

    def set_heard(self, heard: Heard) -> None:
        """Show the answer of this moment; called some thirty times a second while live."""
        self._show(self._smoother.update(heard, self._clock()))
        if self._smoother.is_settled:
            self._timer.stop()
        elif not self._timer.isActive():
            self._timer.start()

    def clear(self) -> None:
        """Forget what was heard."""
        self._smoother = HeardSmoother()
        self._timer.stop()
        self._show(self._smoother.shown)

    def _on_elapsed(self) -> None:
        self._show(self._smoother.elapse(self._clock()))
        if self._smoother.is_settled:
            self._timer.stop()

    # -- showing -------------------------------------------------------------------------------

    def _show(self, shown: Shown) -> None:
        is_past, midi = shown.is_note_past, shown.midi
        self.note.set_note(midi, is_past=is_past)
        self.needle.set_cents(None if midi is None else shown.cents, is_past=is_past)
        self.staff.set_note(midi, is_past=is_past)
        self.piano.set_key(midi, is_past=is_past)
        self._set(self.pitch_label, _pitch_text(shown), is_past=is_past)
        is_refused = shown.family is not None and shown.family.is_refused
        self.bars.set_bars(shown.bars, is_past=shown.is_family_past or is_refused)
        self.why_button.setEnabled(shown.family is not None)
        self._show_family(shown.family, is_past=shown.is_family_past)
        self._set(self.source_label, _source_text(shown), is_past=shown.is_family_past)

    def _show_family(self, family: FamilyVerdict | None, *, is_past: bool) -> None:
        theme = current_theme()
        if family is None:
            self._set(self.family_label, "–", is_past=True)
            self._set(self.state_label, "", is_past=True)
            return
        title, words = verdict_texts(family)
        told = family.state != "cannot_tell"
        colour = theme.family_colour(family.label).name() if told else theme.cannot_tell
        self._set(self.family_label, title, is_past=is_past, colour=colour)
        self._set(self.state_label, words, is_past=is_past, colour=theme.state_colour(family.state).name())

    @staticmethod
    def _set(label: QLabel, text: str, *, is_past: bool, colour: str | None = None) -> None:
        """Change a label only where it differs: a label's layout costs more than its painting."""
        theme = current_theme()
        colour = theme.cannot_tell if is_past else colour or theme.text
        if label.text() != text:
            label.setText(text)
        palette = label.palette()
        if palette.color(palette.ColorRole.WindowText) != QColor(colour):
            palette.setColor(palette.ColorRole.WindowText, QColor(colour))
            label.setPalette(palette)

    def _restyle(self) -> None:
        for label, factor, bold in (
            (self.pitch_label, 1.15, False),
            (self.family_label, 1.8, True),
            (self.state_label, 1.1, True),
            (self.source_label, 1.0, False),
        ):
            font = self.font()
            font.setPointSizeF(factor * font.pointSizeF())
            font.setBold(bold)
            label.setFont(font)
            label.setFixedHeight(label.fontMetrics().height() + 1)  # empty or not: nothing jumps

    def hideEvent(self, event: QHideEvent) -> None:
        """Nobody looks."""
        super().hideEvent(event)
        self._timer.stop()

    def changeEvent(self, event: QEvent) -> None:
        """Follow the theme and the font."""
        super().changeEvent(event)
        if not hasattr(self, "_timer"):
            return
        if event.type() == QEvent.Type.FontChange:
            self._restyle()
        elif event.type() == QEvent.Type.PaletteChange:
            self._show(self._smoother.shown)


def _pitch_text(shown: Shown) -> str:
    """Frequency and cents; below and above the piano's keys the frequency alone."""
    if shown.f0_hz is None:
        return ""
    if shown.midi is None:
        return f"{shown.f0_hz:.1f} Hz"
    cents = f"{shown.cents:+.0f}".replace("-", "−") if round(shown.cents) else "0"
    return f"{shown.f0_hz:.1f} Hz   {cents} cents"


def _source_text(shown: Shown) -> str:
    """The kind of sound and how probable it is; nothing for what is no instrument."""
    if shown.source is None or shown.family is None or shown.family.not_an_instrument >= REFUSED:
        return ""
    chance = shown.source.probabilities.get(shown.source.label, 0.0)
    return f"{shown.source.label} sound  {100.0 * chance:.0f} %"


def verdict_texts(family: FamilyVerdict) -> tuple[str, str]:
    """Title and words of a verdict: *Strings* with *sure*, or *Can't tell* with what it may be."""
    if family.is_refused:
        chance = 100.0 * family.not_an_instrument
        return family_title(NOT_AN_INSTRUMENT), f"noise, speech or the like  {chance:.0f} %"
    if family.state == "cannot_tell":
        return family_title(None), f"perhaps {family_title(family.label).lower()}"
    return family_title(family.label), f"{state_words(family.state)}  {100.0 * family.confidence:.0f} %"
