# SPDX-License-Identifier: MIT
"""ScoreFeature: keeps the score in step with the loop, the selection, the views and the cursor."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, cast

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDockWidget

from desktop_app.domain.score import Score
from desktop_app.jobs.engrave import can_engrave, engrave
from desktop_app.transcription.phrases_found import phrases
from desktop_app.transcription.quantise import Beats
from desktop_app.ui.command import Feature
from desktop_app.ui.exporting.side_jobs import SideJobs
from desktop_app.ui.score.notation import NotationChoices
from desktop_app.ui.score.panel import ScorePanel
from desktop_app.ui.score.phrase import MAX_SPAN_S, Shown, Span, choose_notes, write_down

if TYPE_CHECKING:
    from desktop_app.ui.main_window import MainWindow

_SETTLE_TICKS = 4  # what changes all the time, such as while one scrolls, is written down when it rests
_WIDTH_STEP_PX = 16


class ScoreFeature(Feature):
    """The panel beside the list of notes, and the choices that exports share.

    Attributes
    ----------
    choices
        How notes are written.
    jobs
        The process for engraving and exports.
    """

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self.choices = NotationChoices(self.controller.settings)
        self.jobs = SideJobs()
        self.panel = ScorePanel(self.choices)
        self.dock = self._make_dock()
        self.engraves = can_engrave()
        self._shown: tuple[object, ...] | None = None
        self._wanted: tuple[object, ...] = ()
        self._n_steady = 0
        self._phrases: tuple[Span, ...] = ()
        self._phrases_of: object = None
        self._beats: Beats | None = None
        self._job_id: int | None = None
        self._document: object = None
        window.closed.connect(self.jobs.close)

    def handlers(self) -> dict[str, Callable[[], object]]:
        """What its command does."""
        return {"score": self.toggle}

    def toggle(self) -> None:
        """Bring the score to the front, or the list of notes."""
        if self.dock.isVisible() and not self.dock.visibleRegion().isEmpty():
            notes = self._notes_dock()
            notes.show()
            notes.raise_()
        else:
            self.dock.show()
            self.dock.raise_()

    def show_document(self) -> None:
        """Another recording is open: what held for the old one alone is forgotten."""
        document = self.controller.document
        path = document.path if document else None
        if path != self._document:
            self._document = path
            self.choices.forget_recording()
        self.show_notes()

    def show_notes(self) -> None:
        """The notes are others."""
        document = self.controller.document
        self.panel.bar.fields.show_recording(document.analysis if document else None)

    def tick(self) -> None:
        """Take what was engraved, and follow what is to be shown and what sounds."""
        self.jobs.tick()
        if not self.dock.isVisible() or self.dock.visibleRegion().isEmpty():
            return
        wanted = self._wish()
        self._n_steady = self._n_steady + 1 if wanted == self._wanted else 0
        self._wanted = wanted
        if wanted != self._shown and (self._n_steady >= _SETTLE_TICKS or self._shown is None):
            self._shown = wanted
            self._refresh()
        if self._beats is not None:
            playback = self.controller.playback
            self.panel.set_place(self._beats.at(playback.position_s), follow=playback.is_playing)

    # -- what is shown -------------------------------------------------------------------------

    def _wish(self) -> tuple[object, ...]:
        document = None if self.controller.is_live_shown else self.controller.document
        width_px = self.panel.music_width_px // _WIDTH_STEP_PX * _WIDTH_STEP_PX
        return (
            document,
            self.loop_s(),
            self.window.notes.selected_notes(),
            self.window.views.visible_range(),
            self._phrase_s(),
            self.choices.current,
            width_px,
        )

    def loop_s(self) -> Span | None:
        """The loop where it is on."""
        listening = self.controller.playback.listening
        return listening.loop_s if listening.is_looping else None

    def _phrase_s(self) -> Span | None:
        start_s, end_s = self.window.views.visible_range()
        if end_s - start_s <= MAX_SPAN_S:
            return None  # all that is in sight can be read
        self._find_phrases()
        if not self._phrases:
            return None
        place = bisect_right(self._phrases, (self.controller.playback.position_s, float("inf")))
        return self._phrases[max(0, place - 1)]

    def _find_phrases(self) -> None:
        """Aside, because of thousands of notes that takes longer than the window may wait."""
        document = self.controller.document
        if document is self._phrases_of:
            return
        self._phrases_of = document
        if document is None:
            self._phrases = ()
        else:
            self.controller.background.submit(
                lambda: phrases(document.notes), then=lambda found: self._take_phrases(document, found)
            )

    def _take_phrases(self, document: object, found: tuple[Span, ...]) -> None:
        if document is self._phrases_of:
            self._phrases = found

    def _refresh(self) -> None:
        document, loop_s, selected, visible_s, phrase_s, notation, _ = cast("tuple[Any, ...]", self._shown)
        self.jobs.drop(self._job_id)
        self._job_id = self._beats = None
        if document is None:
            self._say_none("The score shows the notes of an open recording.")
            return
        shown = choose_notes(document.notes, loop_s, selected, visible_s, phrase_s)
        if not shown.notes:
            self._say_none(f"There are no notes in {shown.what}.")
            return
        self._show_facts(shown)
        wanted = self._shown
        self.controller.background.submit(
            lambda: write_down(document.analysis, shown.notes, notation),
            then=lambda written: self._show(*written) if self._shown is wanted else None,
        )

    def _show(self, score: Score, beats: Beats) -> None:
        self._beats = beats
        if not self.engraves:
            self.panel.show_score(score)
            return
        if self.panel.is_empty:
            self.panel.show_score(score)  # until the engraver is loaded
        self._job_id = self.jobs.submit(
            engrave,
            score,
            float(self.panel.music_width_px),
            label="The score",
            then=self.panel.show_engraving,
            failed=lambda _error: self.panel.show_score(score),
        )

    def _say_none(self, sentence: str) -> None:
        self.panel.bar.facts.show_text("")
        self.panel.show_hint(sentence)

    def _show_facts(self, shown: Shown) -> None:
        n_notes = len(shown.notes)
        self.panel.bar.facts.show_text(f"{n_notes} note{'' if n_notes == 1 else 's'}: {shown.what}")

    # -- the panel -----------------------------------------------------------------------------

    def _make_dock(self) -> QDockWidget:
        dock = QDockWidget("Score", self.window)
        dock.setObjectName("Score")
        dock.setWidget(self.panel)
        self.window.addDockWidget(Qt.DockWidgetArea.BottomDockWidgetArea, dock)
        notes = self._notes_dock()
        self.window.tabifyDockWidget(notes, dock)
        notes.raise_()
        self.window.docks.append(dock)
        return dock

    def _notes_dock(self) -> QDockWidget:
        dock: QDockWidget = next(dock for dock in self.window.docks if dock.objectName() == "Notes")
        return dock
