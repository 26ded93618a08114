# SPDX-License-Identifier: MIT
"""The words over the pictures that tell why an instrument was heard, and what the outlines mean."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QSizePolicy,
    QStyle,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from desktop_app.ui.theme import current_theme
from desktop_app.ui.views.why_words import why_title, why_words

if TYPE_CHECKING:  # the first paint must not wait for what explains
    from desktop_app.pipeline.decision import Decision

_LEGEND = "Solid outline: without it, the answer would be less sure. Dashed: it spoke against the answer."


class WhyBar(QFrame):
    """Hidden until there is something to explain.

    Attributes
    ----------
    closed
        Signal: the user has read enough.
    """

    closed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("why_bar")
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self.setAutoFillBackground(True)
        self.setAccessibleName("Why did it say that")
        self.title, self.words = QLabel(), QLabel()
        self.pro_label, self.contra_label = QLabel("spoke for it"), QLabel("spoke against it")
        self.close_button = QToolButton()
        self._build()
        self.hide()

    def say(self, title: str, words: str) -> None:
        """Show a sentence in place of an explanation."""
        self.title.setText(title)
        self.words.setText(words)
        self.setAccessibleDescription(f"{title}. {words}")
        self.show()

    def show_decision(self, decision: Decision) -> None:
        """Tell what carried an answer."""
        self.say(why_title(decision), why_words(decision))

    def _build(self) -> None:
        font = self.font()
        font.setBold(True)
        self.title.setFont(font)
        for label in (self.title, self.words):
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.words.setWordWrap(True)
        self.words.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.close_button.setIcon(self.style().standardIcon(QStyle.StandardPixmap.SP_TitleBarCloseButton))
        self.close_button.setAutoRaise(True)
        self.close_button.setToolTip("Hide this (Esc)")
        self.close_button.setAccessibleName("Hide the explanation")
        self.close_button.clicked.connect(self.closed)
        top = QHBoxLayout()
        top.addWidget(self.title)
        top.addStretch(1)
        for dashed, label in ((False, self.pro_label), (True, self.contra_label)):
            top.addWidget(_Swatch(dashed))
            top.addWidget(label)
            label.setToolTip(_LEGEND)
        top.addWidget(self.close_button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(10, 2, 4, 4)
        layout.setSpacing(0)
        layout.addLayout(top)
        layout.addWidget(self.words)


class _Swatch(QWidget):
    """A piece of outline as the picture shows it."""

    def __init__(self, is_dashed: bool) -> None:
        super().__init__()
        self._style = Qt.PenStyle.DashLine if is_dashed else Qt.PenStyle.SolidLine
        self.setToolTip(_LEGEND)

    def sizeHint(self) -> QSize:
        """A little wider than high."""
        return QSize(28, 14)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the outline."""
        painter = QPainter(self)
        painter.setPen(QPen(QColor(current_theme().text), 2.0, self._style))
        painter.drawRect(self.rect().adjusted(3, 2, -3, -2))
        painter.end()

    def changeEvent(self, event: QEvent) -> None:
        """Follow the theme."""
        super().changeEvent(event)
        self.update()
