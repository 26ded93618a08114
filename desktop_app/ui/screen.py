# SPDX-License-Identifier: MIT
"""Brings the widgets up to date with the controller: each at most once a tick, and only when it differs."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from desktop_app.ui.actions import needing_document
from desktop_app.ui.status_line import StatusLine

if TYPE_CHECKING:
    from desktop_app.ui.main_window import MainWindow

_Value = TypeVar("_Value")

_STATUS_EVERY = 6  # ticks; texts that change faster cannot be read
_SETTLE_TICKS = 30


class Screen:
    """Knows what the widgets show now."""

    def __init__(self, window: MainWindow) -> None:
        self._window, self._controller = window, window.controller
        self._shown: dict[str, object] = {}
        self._n_ticks = self._last_heard_tick = 0
        self._controller.document_changed.connect(self.show_source)
        self._controller.notes_changed.connect(self.show_notes)
        self.show_source()

    def show_source(self) -> None:
        """Put another recording, or the live sound, into the pictures."""
        window, controller = self._window, self._controller
        document, live = controller.document, controller.live
        source = live.history if controller.is_live_shown else document.source if document else None
        window.pages.setCurrentWidget(window.empty if source is None else window.views)
        window.views.set_a4_hz(float(controller.settings.a4_hz))
        if self._differs("source", source):
            window.views.set_source(source, live=controller.is_live_shown)
            window.heard.clear()
            window.views.set_following(controller.settings.follow)
        is_file = document is not None and not controller.is_live_shown
        window.views.set_family_track(document.analysis.family_track if document and is_file else ())
        self.show_notes()
        for name in needing_document():
            window.named_actions[name].setEnabled(document is not None)
        for feature in window.features:
            feature.show_document()
        self._shown.clear()
        self._shown["source"] = source
        self.show()

    def show_notes(self) -> None:
        """Put the notes of the open recording, and what they tell of the whole, into the window."""
        window, controller = self._window, self._controller
        document = None if controller.is_live_shown else controller.document
        notes = document.notes if document else ()
        tempo = document.analysis.tempo if document else None
        window.views.set_notes(notes)
        window.views.set_beats(tempo.beats_s if tempo else ())
        window.notes.model.set_notes(notes)
        window.notes_bar.set_facts(document.facts() if document else "")
        for feature in window.features:
            feature.show_notes()

    def refresh(self) -> None:
        """The theme has changed, and the style sheet has put old colours back into some labels."""
        self._last_heard_tick = self._n_ticks

    def show(self) -> None:
        """One tick."""
        self._n_ticks += 1
        if self._controller.is_live_shown:
            self._show_live()
        else:
            self._show_file()
        self.show_heard()
        self._when_new("queue", self._controller.queue.progress, self._show_queue)
        self._show_note_switch()
        self._show_transport()
        self._when_new("title", self._title(), self._window.setWindowTitle)
        for feature in self._window.features:
            feature.tick()
        if self._n_ticks % _STATUS_EVERY == 0:
            self._show_status(self._window.status_line)

    def show_heard(self) -> None:
        """The panel, while anything changes and some ticks longer, because it moves smoothly."""
        heard = self._controller.heard()
        if self._differs("heard", heard):
            self._last_heard_tick = self._n_ticks
        if self._n_ticks - self._last_heard_tick < _SETTLE_TICKS:
            self._window.heard.set_heard(heard)

    def _show_live(self) -> None:
        window, live = self._window, self._controller.live
        window.views.tick()
        self._when_new("notes", live.marks.notes, window.views.set_notes)
        if self._differs("ended", live.marks.ended):
            window.notes.show_newest(live.marks.ended)
        self._when_new("families", live.marks.family_track, window.views.set_family_track)
        status = live.status
        if live.is_listening and status is not None:
            window.transport.level_meter.set_level(status.rms_db, status.peak_hold_db, status.is_clipping)
        window.transport.set_position(live.recorded_s, None)

    def _show_file(self) -> None:
        window, controller = self._window, self._controller
        document = controller.document
        duration_s = document.duration_s if document else None
        position = (controller.playback.position_s, duration_s)
        if self._differs("position", position):
            window.transport.set_position(*position)
            window.views.set_position(position[0] if document else None)
            if document is not None:
                window.notes.show_time(position[0])

    def _show_note_switch(self) -> None:
        controller, switch = self._controller, self._window.named_actions["several_notes"]
        is_file = controller.document is not None and not controller.is_live_shown
        switch.setEnabled(is_file)
        switch.setChecked(is_file and controller.notes.is_poly)  # a click may have come to nothing
        progress = controller.notes.progress if is_file else None
        self._when_new("note progress", progress, self._window.notes_bar.set_progress)

    def _show_transport(self) -> None:
        controller, window = self._controller, self._window
        live = controller.live
        state = (
            live.is_recording,
            live.is_listening,
            live.is_preparing,
            controller.playback.is_playing,
            controller.document,
            controller.is_live_shown,
        )
        if not self._differs("transport", state):
            return
        window.transport.set_state(
            is_recording=live.is_recording,
            is_playing=controller.playback.is_playing,
            can_play=controller.document is not None,
        )
        if live.is_recording and live.is_preparing:
            window.transport.record_button.setText("Preparing…")
        if not live.is_listening:
            window.transport.level_meter.reset()
        window.named_actions["record"].setChecked(live.is_recording)
        window.named_actions["listen"].setChecked(live.is_listening)
        window.listen_button.setChecked(live.is_listening)

    def _title(self) -> str:
        controller = self._controller
        if controller.live.is_listening:
            what = "Recording" if controller.live.is_recording else "Listening"
        elif (entry := controller.library.open_entry) is not None:
            what = ("*" if entry.is_unsaved else "") + entry.shown_name
        else:
            return "Right In Tune"
        return f"{what} – Right In Tune"

    def _show_queue(self, progress: tuple[int, int]) -> None:
        self._window.library.set_progress(*progress)

    def _show_status(self, line: StatusLine) -> None:
        live = self._controller.live
        line.show_live(live.status if live.is_listening else None, is_preparing=live.is_preparing)

    def _differs(self, name: str, value: object) -> bool:
        if name in self._shown and self._shown[name] == value:
            return False
        self._shown[name] = value
        return True

    def _when_new(self, name: str, value: _Value, show: Callable[[_Value], None]) -> None:
        if self._differs(name, value):
            show(value)
