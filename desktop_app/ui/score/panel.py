# SPDX-License-Identifier: MIT
"""The panel of the score: a bar of choices, and under it the engraved or the simple staff."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRectF, QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QSizePolicy,
    QStackedLayout,
    QVBoxLayout,
    QWidget,
)

from desktop_app.domain.score import Score
from desktop_app.jobs.engrave import Engraving
from desktop_app.ui.notes.notes_bar import ShortenedLabel
from desktop_app.ui.score.notation import NotationChoices
from desktop_app.ui.score.notation_fields import NotationFields
from desktop_app.ui.theme import current_theme
from desktop_app.ui.views.score_sheet import ScoreSheet
from desktop_app.ui.views.score_staff import ScoreStaff

_FACTS_PX = 110
_COMBO_LETTERS = 9
_MARGIN_PX = 30


class ScoreBar(QWidget):
    """Fields from the most wanted on, as far as there is room: the export dialog has them all."""

    def __init__(self, choices: NotationChoices) -> None:
        super().__init__()
        self.setAccessibleName("How the score is written")
        self.fields = NotationFields(choices, self)
        for field in (self.fields.family, self.fields.first_beat):
            field.hide()
        self.facts = ShortenedLabel()
        fields = self.fields
        self._in_order = (fields.clef, fields.transposition, fields.metre, fields.tempo, fields.grid)
        self._row = layout = QHBoxLayout(self)
        layout.setContentsMargins(4, 2, 4, 2)
        for field in self._in_order:
            if isinstance(field, QComboBox):
                field.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
                letters = max(len(field.itemText(i)) for i in range(field.count()))
                field.setIconSize(QSize(1, 1))  # there are none, and no room is kept for them
                field.setMinimumContentsLength(min(letters, _COMBO_LETTERS))
            layout.addWidget(field)
        layout.addWidget(self.facts, 1)

    def minimumSizeHint(self) -> QSize:
        """One field."""
        return QSize(_FACTS_PX, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Show as many fields as there is room for."""
        super().resizeEvent(event)
        left = self.width() - _FACTS_PX
        for field in self._in_order:
            left -= field.sizeHint().width() + self._row.spacing()
            field.setVisible(left >= 0)


class ScorePanel(QWidget):
    """Shows a score as it comes: first the simple staff, then the engraved one where there is an engraver."""

    def __init__(self, choices: NotationChoices) -> None:
        super().__init__()
        self.bar = ScoreBar(choices)
        self.staff, self.sheet = ScoreStaff(), ScoreSheet()
        self.hint = QLabel()
        self.area = QScrollArea()
        self._pages = QStackedLayout()
        self._build()
        self.show_hint("")

    def show_hint(self, sentence: str) -> None:
        """Say why there is no score."""
        self.hint.setText(sentence)
        self.staff.set_score(None)
        self.sheet.set_engraving(None)
        self._turn_to(self.hint)

    def show_score(self, score: Score) -> None:
        """Show the simple staff."""
        self.staff.set_score(score)
        self.sheet.set_engraving(None)
        self._turn_to(self.staff)

    def show_engraving(self, engraving: Engraving) -> None:
        """Show the engraved one."""
        self.sheet.set_engraving(engraving)
        self._turn_to(self.sheet)

    def set_place(self, quarters: float | None, *, follow: bool) -> None:
        """Mark what sounds, and keep it in sight if asked to."""
        shown = self._pages.currentWidget()
        if shown is self.hint:
            return
        assert isinstance(shown, ScoreStaff | ScoreSheet)
        shown.set_place(quarters)
        rect: QRectF = shown.marked_rect()
        if follow and not rect.isEmpty():
            middle = rect.center().toPoint()
            self.area.ensureVisible(middle.x(), middle.y(), 20, round(0.5 * rect.height()) + 10)

    @property
    def is_empty(self) -> bool:
        """Whether there is no score."""
        return self._pages.currentWidget() is self.hint

    @property
    def music_width_px(self) -> int:
        """Room for a line of music."""
        return max(240, self.area.viewport().width() - _MARGIN_PX // 2)

    def _turn_to(self, page: QWidget) -> None:
        """Turn to the hint, the simple or the engraved staff; the scroll bar is for that one alone."""
        for other in (self.hint, self.staff, self.sheet):
            rule = QSizePolicy.Policy.Minimum if other is page else QSizePolicy.Policy.Ignored
            other.setSizePolicy(QSizePolicy.Policy.Ignored, rule)
            if other is not page:
                other.setMinimumHeight(0)
        self._pages.setCurrentWidget(page)

    def changeEvent(self, event: QEvent) -> None:
        """Follow the theme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and hasattr(self, "_pages"):
            self._restyle()

    def sizeHint(self) -> QSize:
        """As calm as the list of notes."""
        return QSize(560, 150)

    def _build(self) -> None:
        self.hint.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.hint.setWordWrap(True)
        inside = QWidget()
        inside.setLayout(self._pages)
        for page in (self.hint, self.staff, self.sheet):
            self._pages.addWidget(page)
        self.area.setWidget(inside)
        self.area.setWidgetResizable(True)
        self.area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.area.setAccessibleName("Score")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2)
        layout.addWidget(self.bar)
        layout.addWidget(self.area, 1)
        self._restyle()

    def _restyle(self) -> None:
        theme = current_theme()
        self.hint.setStyleSheet(f"color: {theme.muted}; background: {theme.base}")
