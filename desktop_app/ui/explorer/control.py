# SPDX-License-Identifier: MIT
"""ExplorerControl: what the window of the explorer does."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QModelIndex, QObject, QTimer, Signal

from desktop_app.domain.errors import RightInTuneError
from desktop_app.io.corpora.entry import Entry
from desktop_app.io.corpora.index import EntryIndex
from desktop_app.jobs.corpus_index import IndexedCorpus
from desktop_app.jobs.playable import playable_path
from desktop_app.ui.explorer.analyser import Analysed, Analyser
from desktop_app.ui.explorer.answer_choice import AnswerChoice
from desktop_app.ui.explorer.answers import truth_among
from desktop_app.ui.explorer.opening import Opening
from desktop_app.ui.explorer.trial import Trial
from desktop_app.ui.explorer.window import ExplorerWindow
from desktop_app.ui.listening.playback import Playback

if TYPE_CHECKING:
    from desktop_app.ui.controller import Controller

_SETTLE_MS: Final = 120  # while the arrow keys run through the list, nothing is analysed
_LISTS: Final = "corpora"


class ExplorerControl(QObject):
    """Opens corpora, filters, analyses and plays the chosen sound, and finds mistakes.

    Parameters
    ----------
    window
        Shows it all.
    controller
        Of the main window: settings, models, threads, and the view to send sounds to.
    jobs
        Runs what takes long, such as :class:`~desktop_app.ui.exporting.side_jobs.SideJobs`.
    pictures
        A folder for the pictures of the chosen sounds; belongs to this object alone.

    Attributes
    ----------
    is_read
        Whether the pictures and the sound of the chosen one are there.

    Signals
    -------
    sent
        A sound was sent to the main view.
    """

    sent = Signal()

    def __init__(self, window: ExplorerWindow, controller: Controller, jobs: Any, pictures: Path) -> None:
        super().__init__(window)
        self.window, self.controller = window, controller
        self.analyser = Analyser(jobs, pictures)
        self.choice = AnswerChoice(window, controller)
        tell, say = window.show_work, window.banner.say
        self.trial = Trial(jobs, tell, self.choice.refresh, say)
        self.opening = Opening(jobs, controller.folders.cache / _LISTS, tell, self._show_corpus, say)
        self.playback = Playback(controller.services, controller.folders.cache / "renders")
        self.corpus: IndexedCorpus | None = None
        self.number: int | None = None
        self._index: EntryIndex | None = None
        self.is_read = self._wants_play = False
        self._shown_s: float | None = None
        self._settle = QTimer(self)
        self._settle.setSingleShot(True)
        self._settle.setInterval(_SETTLE_MS)
        self._connect()

    # -- the corpus ----------------------------------------------------------------------------

    def open(self, folder: Path) -> None:
        """Open the corpus in a folder, listing it first where that was not done yet."""
        self.cancel()
        self.window.banner.hide()
        self.controller.settings.last_folder = str(folder)
        self.opening.start(folder)

    def cancel(self) -> None:
        """Give up listing a corpus, or testing a model; the corpus that is open stays."""
        self.trial.stop()
        self.opening.stop()

    def _show_corpus(self, corpus: IndexedCorpus) -> None:
        self._leave_corpus()
        self.corpus, self._index = corpus, EntryIndex(corpus.file, corpus.folder)
        self.window.model.set_reader(self._index.entry)
        self.window.corpus_label.setText(f"{corpus.name}: {corpus.n_entries:,} sounds")
        self.window.corpus_label.setToolTip(str(corpus.folder))
        self.window.results_button.setEnabled(True)
        self.window.filters.set_corpus(corpus)
        self._show_numbers(self._index.numbers())
        self.window.table.show_columns(corpus)
        self.window.select_row(0)
        self.window.table.setFocus()  # the arrow keys go through the sounds

    def _leave_corpus(self) -> None:
        self.trial.stop()
        self._choose(None)
        self.window.model.set_reader(None)
        self.choice.forget()
        if self._index is not None:
            self._index.close()
            self._index = None

    def filter(self) -> None:
        """Show what the filters let through; sought aside, because that may take a moment."""
        corpus, wanted = self.corpus, self.window.filters.wanted()
        if corpus is None:
            return

        def seek() -> NDArray[np.int32]:
            with EntryIndex(corpus.file, corpus.folder) as index:
                return index.numbers(wanted)

        def show(numbers: NDArray[np.int32]) -> None:
            if corpus is self.corpus and wanted == self.window.filters.wanted():
                self._show_numbers(numbers)

        self.controller.background.submit(seek, show, lambda error: self.window.banner.say(str(error)))

    def _show_numbers(self, numbers: NDArray[np.int32]) -> None:
        assert self.corpus is not None
        number = self.number
        self.window.model.set_numbers(numbers)
        self.window.count_label.setText(f"{numbers.size:,} of {self.corpus.n_entries:,} sounds")
        row = None if number is None else self.window.model.row_of(number)
        if row is not None:
            self.window.select_row(row)
        else:
            self._choose(None)
        self.choice.refresh()

    # -- the chosen sound ----------------------------------------------------------------------

    def _on_current(self, current: QModelIndex) -> None:
        number = self.window.model.number_at(current.row()) if current.isValid() else None
        if number is not None and number != self.number:
            self._choose(number)

    def _choose(self, number: int | None) -> None:
        self.number, self.is_read, self._wants_play = number, False, False
        self.playback.open(None)
        self._shown_s = None
        entry = self.entry
        if entry is None:
            self._settle.stop()
            self.window.sound.clear()
            return
        self.window.sound.show_entry(entry)
        self._show_answer("Analysing…")
        self._settle.start()

    @property
    def entry(self) -> Entry | None:
        """The chosen sound."""
        return None if self.number is None else self.window.model.entry(self.number)

    def _analyse(self) -> None:
        entry, number, model_id = self.entry, self.number, self.choice.model_id
        if entry is None or number is None:
            return
        answers, corpus = self.choice.of_model(model_id), self.corpus

        def then(analysed: Analysed) -> None:
            if corpus is self.corpus:
                answers.put(number, entry, analysed.analysis.family)
                self.choice.refresh()
                if number == self.number:
                    self._show_analysed(entry, analysed)

        def failed(error: RightInTuneError) -> None:
            if corpus is self.corpus and number == self.number:
                self._show_answer(str(error))

        self.analyser.ask(entry.path, model_id, float(self.controller.settings.a4_hz), then, failed)

    def _show_analysed(self, entry: Entry, analysed: Analysed) -> None:
        self._show_answer("The model has no answer: nothing sounds long enough.")
        if self.is_read:
            return  # another model has answered: pictures and sound are the same
        try:
            source = self.controller.services.open_overview(analysed.folder)
        except RightInTuneError as error:
            self._show_answer(str(error))
            return
        self.is_read = True
        self.window.sound.show_pictures(source)
        playable = playable_path(entry.path, analysed.folder)
        self.playback.open(entry.path, playable, analysed.analysis.duration_s)
        self.playback.move_to(0.0)
        if self._wants_play:
            self.toggle_play()

    def _show_answer(self, waiting: str) -> None:
        """The answer to the chosen sound; where there is none yet, why."""
        entry, number = self.entry, self.number
        if entry is None or number is None:
            return
        answer = self.choice.current.get(number)
        names = answer.names if answer else self.window.sound.bars.names
        if self.choice.is_training:
            waiting = "The training has not written an answer to this sound."
        self.window.sound.show_answer(answer, truth_among(entry, names), waiting)

    def toggle_play(self) -> None:
        """Play the chosen sound as soon as it is read, or pause."""
        if self.entry is None:
            return
        self._wants_play = not self.is_read
        self.controller.playback.pause()
        self.playback.device = self.controller.playback.device
        self.playback.toggle()

    def send(self) -> None:
        """Open the chosen sound in the main window."""
        if self.entry is not None:
            self.playback.pause()
            self.controller.open_files([self.entry.path])
            self.sent.emit()

    # -- answers and mistakes ------------------------------------------------------------------

    def read_results(self, file: Path) -> None:
        """Show the answers of a training, from its ``predictions.npz``."""
        corpus = self.corpus
        if corpus is not None:
            self.window.banner.hide()
            self.choice.read(file, corpus, lambda: corpus is self.corpus)

    def test_model(self) -> None:
        """Let the chosen model answer to all sounds that are shown."""
        if self._index is not None and not self.opening.is_running:
            self.window.banner.hide()
            self.window.table.setFocus()
            model_id = self.choice.model_id
            answers = self.choice.of_model(model_id)
            self.trial.start(self.window.model.numbers, self._index.entry, model_id, answers)

    def go_to_mistake(self, step: int) -> None:
        """Choose the next (``step`` 1) or the previous (-1) mistake among the sounds that are shown."""
        row = self.choice.mistake_row(-1 if self.number is None else self.number, step)
        if row is not None:
            self.window.select_row(row)

    def _on_other_answers(self) -> None:
        if self.number is not None:
            self._show_answer("Analysing…")
            self._settle.start()

    # -- each tick, and the end ----------------------------------------------------------------

    def tick(self) -> None:
        """Follow the sound and the jobs."""
        self.playback.tick()
        shown_s = self.playback.position_s if self.playback.is_playing else self._shown_s
        if shown_s != self._shown_s:
            self._shown_s = shown_s
            self.window.sound.views.set_position(shown_s)
        self.window.sound.show_playing(self.playback.is_playing)

    def close(self) -> None:
        """End everything; the window is closed for good."""
        self._leave_corpus()
        self.playback.close()
        self.analyser.close()

    def _connect(self) -> None:
        window, sound = self.window, self.window.sound
        self._settle.timeout.connect(self._analyse)
        window.cancel_button.clicked.connect(self.cancel)
        window.test_button.clicked.connect(self.test_model)
        window.filters.changed.connect(self.filter)
        self.choice.changed.connect(self._on_other_answers)
        self.choice.problem.connect(window.banner.say)
        window.table.selectionModel().currentRowChanged.connect(self._on_current)
        window.dropped.connect(self.open)
        window.closed.connect(self.playback.pause)
        window.closed.connect(self.trial.stop)
        sound.views.seek_requested.connect(self.playback.seek)
        self.playback.problem.connect(window.banner.say)
        deeds: tuple[tuple[Any, str, Callable[[], None]], ...] = (
            (sound.play_button, "Space", self.toggle_play),
            (sound.send_button, "Ctrl+Return", self.send),
            (sound.previous_button, "Ctrl+Up", lambda: self.go_to_mistake(-1)),
            (sound.next_button, "Ctrl+Down", lambda: self.go_to_mistake(1)),
        )
        for button, key, deed in deeds:
            button.clicked.connect(lambda _checked=False, do=deed: do())
            window.add_key(key).activated.connect(deed)
