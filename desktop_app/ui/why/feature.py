# SPDX-License-Identifier: MIT
"""WhyFeature: explains an answer when it is asked for, beside the work, and takes it away again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QBoxLayout

from desktop_app.domain.errors import RightInTuneError
from desktop_app.domain.labels import NOT_AN_INSTRUMENT
from desktop_app.pipeline.excerpt import Excerpt, cut
from desktop_app.pipeline.sources import ViewSource
from desktop_app.ui.command import Feature
from desktop_app.ui.views.why_bar import WhyBar

if TYPE_CHECKING:  # the first paint must not wait for the model
    from desktop_app.ml.classifier import Classifier
    from desktop_app.pipeline.decision import Decision
    from desktop_app.ui.main_window import MainWindow

_TITLE = "Why did it say that?"
_NOTHING = "No instrument was heard here. Put the cursor on a sound and ask again."
_NO_MODEL = "This was analysed without a model for instruments."
_LIVE_LAG_S = 0.1
_LEAST_SHARE = 1.0 / 12.0  # of the visible time; outlines that are narrower cannot be read
_WINDOWS_SHOWN = 5.0


@dataclass(frozen=True, slots=True)
class _Question:
    """Which answer is to be explained; time and label None for the whole recording and for what is heard."""

    source: ViewSource
    model_id: str
    time_s: float | None
    label: str | None


class WhyFeature(Feature):
    """See :mod:`desktop_app.ui.command`.

    Attributes
    ----------
    bar
        The words over the pictures.
    """

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self.bar = WhyBar()
        self._classifiers: dict[str, Classifier] = {}
        self._asked: _Question | None = None
        self._waiting: tuple[_Question, Excerpt] | None = None
        self._is_busy = False
        self._ranges: tuple[tuple[float, float], tuple[float, float]] | None = None
        centre = window.pages.parentWidget()
        layout = centre.layout() if centre else None
        assert isinstance(layout, QBoxLayout)
        layout.insertWidget(1, self.bar)

    def handlers(self) -> dict[str, Callable[[], object]]:
        """What its command does."""
        return {"why": self.toggle}

    def connect(self) -> None:
        """Listen to the panel's button, the strip's menu, and Esc."""
        self.bar.closed.connect(self.hide)
        self.window.heard.why_button.clicked.connect(self.ask)
        self.window.views.family_strip.why_requested.connect(self.ask_at)
        self.window.installEventFilter(_EscapeHides(self, self.window))

    def show_document(self) -> None:
        """What was explained is no longer in the pictures."""
        if self._asked is not None and self._source() is not self._asked.source:
            self._ranges = None
            self.hide()

    def toggle(self) -> None:
        """Explain the present answer; take the explanation away where it is shown already."""
        if self.bar.isVisible() and self._asked == self._present():
            self.hide()
        else:
            self.ask()

    def ask(self) -> None:
        """Explain the answer that the panel shows."""
        question = self._present()
        if question is None:
            self._say(_NOTHING)
        else:
            self._put(question)

    def ask_at(self, time_s: float, label: str | None) -> None:
        """Explain the answer of the strip at a time; None for what the model hears there."""
        source = self._source()
        if source is not None:
            self._put(_Question(source, self._model_id(), time_s, label))

    def hide(self) -> None:
        """Take the explanation away."""
        self._asked = self._waiting = None
        self.bar.hide()
        self.window.views.spectrogram.why.set_decision(None)
        self._go_back()

    # -- the question --------------------------------------------------------------------------

    def _source(self) -> ViewSource | None:
        controller = self.controller
        if controller.is_live_shown:
            source: ViewSource | None = controller.live.history
            return source
        return controller.document.source if controller.document else None

    def _model_id(self) -> str:
        controller = self.controller
        if controller.is_live_shown or controller.document is None:
            return str(controller.settings.model_id)
        return controller.document.analysis.model_id

    def _present(self) -> _Question | None:
        """The answer that the panel shows."""
        controller, source = self.controller, self._source()
        verdict = controller.heard().family
        if source is None or verdict is None:
            return None
        label = NOT_AN_INSTRUMENT if verdict.is_refused else verdict.label
        time_s: float | None = controller.playback.position_s
        if controller.is_live_shown:
            time_s = max(0.0, source.duration_s - _LIVE_LAG_S)
        elif controller.shows_whole:
            time_s = None
        return _Question(source, self._model_id(), time_s, label)

    def _put(self, question: _Question) -> None:
        is_file = not self.controller.is_live_shown
        if is_file and not question.model_id:
            self._say(_NO_MODEL)
            return
        self._asked = question
        self._waiting = (question, cut(question.source, question.time_s))  # here: live pictures go on
        self._work()

    # -- the answer ----------------------------------------------------------------------------

    def _work(self) -> None:
        """One question at a time, because a model answers only one; of those that wait, the last."""
        if self._is_busy or self._waiting is None:
            return
        (question, excerpt), self._waiting = self._waiting, None
        self._is_busy = True
        self.controller.background.submit(
            lambda: self._explain(question, excerpt),
            then=lambda decision: self._take(question, decision),
            failed=self._fail,
        )

    def _explain(self, question: _Question, excerpt: Excerpt) -> Decision | None:
        """On another thread."""
        from desktop_app.ml.manifest import load_classifier
        from desktop_app.pipeline.decision import explain_at

        if question.model_id not in self._classifiers:
            self._classifiers[question.model_id] = load_classifier(question.model_id or None)
        classifier = self._classifiers[question.model_id]
        return explain_at(classifier, excerpt, question.time_s, question.label)

    def _take(self, question: _Question, decision: Decision | None) -> None:
        self._is_busy = False
        if question is self._asked and self._waiting is None:
            if decision is None:
                self._say(_NOTHING)
            else:
                self._show(decision)
        self._work()

    def _fail(self, error: RightInTuneError) -> None:
        self._is_busy = False
        if self._asked is not None:
            self._say(str(error))
        self._work()

    def _show(self, decision: Decision) -> None:
        self.window.views.spectrogram.why.set_decision(decision)
        if not self.controller.is_live_shown:
            self._go_near(decision)
        self.bar.show_decision(decision)

    def _go_near(self, decision: Decision) -> None:
        """Show the window so wide that its parts can be told apart."""
        views = self.window.views
        start_s, end_s = views.visible_range()
        length_s = decision.end_s - decision.start_s
        is_seen = start_s <= decision.start_s and decision.end_s <= end_s
        if is_seen and length_s >= _LEAST_SHARE * (end_s - start_s):
            return
        half_s = 0.5 * min(end_s - start_s, _WINDOWS_SHOWN * length_s)
        middle_s = 0.5 * (decision.start_s + decision.end_s)
        views.set_visible_range(middle_s - half_s, middle_s + half_s)
        before = self._ranges[0] if self._ranges else (start_s, end_s)
        self._ranges = (before, views.visible_range())

    def _go_back(self) -> None:
        """Show the time that was shown before, where nobody has gone elsewhere meanwhile."""
        ranges, self._ranges = self._ranges, None
        if ranges is not None and self.window.views.visible_range() == ranges[1]:
            self.window.views.set_visible_range(*ranges[0])

    def _say(self, sentence: str) -> None:
        self.window.views.spectrogram.why.set_decision(None)
        self.bar.say(_TITLE, sentence)


class _EscapeHides(QObject):
    """Esc takes an explanation away before it does anything else."""

    def __init__(self, feature: WhyFeature, window: MainWindow) -> None:
        super().__init__(window)
        self._feature = feature

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Claim the key while there is an explanation."""
        if event.type() != QEvent.Type.ShortcutOverride or not isinstance(event, QKeyEvent):
            return False
        if event.key() != Qt.Key.Key_Escape or not self._feature.bar.isVisible():
            return False
        event.accept()
        self._feature.hide()
        return True
