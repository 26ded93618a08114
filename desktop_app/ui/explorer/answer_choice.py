# SPDX-License-Identifier: MIT
"""AnswerChoice: whose answers are shown beside the truth, and the way from mistake to mistake."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QObject, Signal

from desktop_app.domain.errors import RightInTuneError
from desktop_app.io.corpora.entry import Entry
from desktop_app.jobs.corpus_index import IndexedCorpus
from desktop_app.ui.explorer.answers import AnalysedSounds, Answers, next_mistake
from desktop_app.ui.explorer.predictions import Predictions, read_predictions
from desktop_app.ui.explorer.window import ExplorerWindow

if TYPE_CHECKING:
    from desktop_app.ui.controller import Controller

_TRAINING = "training"


class AnswerChoice(QObject):
    """The models, and a training's answers where they were read; fills the column of answers.

    Signals
    -------
    changed
        Other answers are shown.
    problem : str
        One sentence for the user.
    """

    changed = Signal()
    problem = Signal(str)

    def __init__(self, window: ExplorerWindow, controller: Controller) -> None:
        super().__init__(window)
        self._window, self._controller = window, controller
        self._analysed: dict[str, AnalysedSounds] = {}
        self._predictions: Predictions | None = None
        self.fill()
        window.answers_of.currentIndexChanged.connect(lambda _row: self._use())

    @property
    def is_training(self) -> bool:
        """Whether what a training has written down is shown."""
        return self._predictions is not None and self._chosen() == (_TRAINING, "")

    @property
    def model_id(self) -> str:
        """The model that analyses; empty for the default one."""
        kind, model_id = self._chosen()
        return "" if kind == _TRAINING else model_id

    @property
    def current(self) -> Answers:
        """The answers that are shown."""
        if self._predictions is not None and self.is_training:
            return self._predictions
        return self.of_model(self.model_id)

    def of_model(self, model_id: str) -> AnalysedSounds:
        """The answers of a model so far."""
        return self._analysed.setdefault(model_id, AnalysedSounds())

    def forget(self) -> None:
        """Another corpus is open: its sounds have other numbers."""
        self._analysed.clear()
        self._predictions = None
        self.fill()

    def fill(self) -> None:
        """Offer all models, and what a training has written down."""
        combo = self._window.answers_of
        chosen = self._chosen() if combo.count() else ("model", self._controller.settings.model_id)
        combo.blockSignals(True)
        combo.clear()
        combo.addItem("Default model", ("model", ""))
        for model in self._controller.models:
            if model.problem is None:
                combo.addItem(f"{model.title} ({model.model_id})", ("model", model.model_id))
        if self._predictions is not None:
            combo.addItem(f"Training: {self._predictions.title}", (_TRAINING, ""))
        places = [row for row in range(combo.count()) if combo.itemData(row) == chosen]
        combo.setCurrentIndex(places[0] if places else 0)
        combo.blockSignals(False)
        self._use()

    def read(self, file: Path, corpus: IndexedCorpus, is_open: Callable[[], bool]) -> None:
        """Show the answers of a training; ``predictions.npz`` is large, so they are read aside.

        Parameters
        ----------
        is_open
            Tells, when they are read, whether the corpus is still open.
        """

        def show(predictions: Predictions) -> None:
            if is_open():
                self._predictions = predictions
                self.fill()
                self._window.answers_of.setCurrentIndex(self._window.answers_of.count() - 1)
                self._use()

        def failed(error: RightInTuneError) -> None:
            self.problem.emit(str(error))

        self._controller.background.submit(
            lambda: read_predictions(file, corpus.file, corpus.folder), show, failed
        )

    def mistake_row(self, number: int, step: int) -> int | None:
        """The row of the next (``step`` 1) or the previous (-1) mistake among the sounds that are shown."""
        model = self._window.model
        found = next_mistake(self.current.mistakes(), model.numbers, number, step)
        return None if found is None else model.row_of(found)

    def refresh(self) -> None:
        """There are more answers, or other sounds are shown."""
        sound, shown = self._window.sound, self._window.model.numbers
        self._window.model.refresh_answers()
        n_mistakes, n_judged = (
            int(np.intersect1d(numbers, shown, assume_unique=True).size)
            for numbers in (self.current.mistakes(), self.current.judged())
        )
        for button in (sound.previous_button, sound.next_button):
            button.setEnabled(n_mistakes > 0)
        self._window.mistakes_label.setText(_score(n_mistakes, n_judged))
        self._window.test_button.setEnabled(bool(shown.size) and not self.is_training)

    def _chosen(self) -> tuple[str, str]:
        kind, model_id = self._window.answers_of.currentData() or ("model", "")
        return kind, model_id

    def _use(self) -> None:
        answers = self.current

        def told(number: int, _entry: Entry) -> tuple[str, bool | None] | None:
            answer = answers.get(number)
            return None if answer is None else (answer.label, answer.is_right)

        self._window.model.set_answers(told)
        self.refresh()
        self.changed.emit()


def _score(n_mistakes: int, n_judged: int) -> str:
    if not n_judged:
        return ""
    mistakes = "1 mistake" if n_mistakes == 1 else f"{n_mistakes:,} mistakes"
    answers = "1 answer" if n_judged == 1 else f"{n_judged:,} answers"
    return f"{mistakes} in {answers} ({100 * (n_judged - n_mistakes) // n_judged} % right)"
