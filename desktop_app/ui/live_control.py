# SPDX-License-Identifier: MIT
"""The microphone as the window sees it: listen, record, stop; and what is heard meanwhile."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal

from desktop_app.domain.errors import RightInTuneError
from desktop_app.domain.heard import NOTHING_HEARD, Heard
from desktop_app.domain.thresholds import NoteThresholds
from desktop_app.ui.background import Background
from desktop_app.ui.engine_cache import EngineCache
from desktop_app.ui.live_marks import LiveMarks
from desktop_app.ui.services import Services
from desktop_app.ui.settings import Settings

STOP_TIMEOUT_S = 2.0


class LiveControl(QObject):
    """Owns the live session. All methods return at once; opening and stopping happen on other threads.

    Signals
    -------
    changed
        Listening or recording has begun or ended.
    take_finished : Path, bool
        A recording is complete on disk; the flag tells that the device was lost.
    problem : str, bool
        One sentence for the user; the flag tells that another device may help.
    """

    changed = Signal()
    take_finished = Signal(object, bool)
    problem = Signal(str, bool)

    def __init__(self, services: Services, background: Background, settings: Settings) -> None:
        super().__init__()
        self._services, self._background, self._settings = services, background, settings
        self._engines = EngineCache(services.make_engine)
        self._session: Any = None
        self._state = "off"
        self._started_by_record = self._wants_record = self._is_finishing = False
        self._stopping = 0
        self._has_stopped_event = threading.Event()
        self._has_stopped_event.set()
        self._start_again = False
        self._message = ""
        self._was_writing = False
        self._heard_state: Any = None
        self._engine: Any = None
        self.history: Any = None
        self.marks = LiveMarks()
        self.heard: Heard = NOTHING_HEARD
        self.status: Any = None
        self.device: Any = None

    @property
    def is_listening(self) -> bool:
        """Whether the microphone is open or being opened."""
        return self._session is not None or self._start_again

    @property
    def is_recording(self) -> bool:
        """Whether sound is being written, or will be as soon as the microphone is open."""
        return self._wants_record or self._is_writing

    @property
    def is_preparing(self) -> bool:
        """Whether the microphone is being opened."""
        return self.is_listening and self._state != "running"

    @property
    def recorded_s(self) -> float:
        """Length of the take that is being written, in seconds."""
        return float(self.status.recorded_s) if self._is_writing else 0.0

    @property
    def newest_s(self) -> float | None:
        """Time of the newest sound in seconds; None while the microphone is closed."""
        return None if self._session is None else float(self.history.duration_s)

    def warm(self) -> None:
        """Load the model and all that live sound needs; may run on any thread."""
        self._services.make_history()
        self._services.make_heard(self._engines.get(*self._choices))

    def toggle_listening(self) -> None:
        """Open the microphone without storing anything, or close it (a running take is kept)."""
        if self.is_listening:
            self.stop()
        else:
            self._started_by_record = False
            self._start()

    def toggle_recording(self) -> None:
        """Begin a take, opening the microphone when needed; or end it."""
        if self._is_writing:
            self._finish_take()
        elif self._wants_record:
            self._wants_record = False
            if self._started_by_record:
                self.stop()
        elif not self._is_finishing:
            self._wants_record = True
            if self._session is not None:
                self._begin_take()
            else:
                self._started_by_record = True
                self._start()
        self.changed.emit()

    def stop(self) -> None:
        """Close the microphone; what was recorded is kept."""
        self._start_again = self._wants_record = False
        self._close_session(lost=False)
        self.changed.emit()

    def wait_stopped(self, timeout_s: float) -> bool:
        """Wait, on another thread than the window's, until the microphone is closed."""
        return self._has_stopped_event.wait(timeout_s)

    def restart(self) -> None:
        """Open the microphone again with the present choices, unless a take is running."""
        if self.is_listening and not self.is_recording:
            self.stop()
            self._start()

    def close(self) -> bool:
        """Stop now and keep the take, on this thread, in bounded time; False when the device hangs."""
        session, self._session = self._session, None
        if session is None:
            return True
        return bool(session.stop(STOP_TIMEOUT_S))

    def tick(self) -> None:
        """Drain the session once; called by the pump."""
        session = self._session
        if session is None:
            return
        events, samples = session.poll(), session.take_samples()
        self.status = session.status
        if events or samples.shape[0]:
            self.history.append(events, samples)
            if self._heard_state is None and self._engine is not None:
                self._heard_state = self._services.make_heard(self._engine)
            if self._heard_state is not None:
                self.heard = self._heard_state.update(events)
            self.marks.update(events, self.heard, self.history.duration_s)
        self._follow_state(session)

    def _start(self) -> None:
        if self._stopping:
            self._start_again = True
            self.changed.emit()
            return
        self._start_again = False
        self.history = self._services.make_history()
        self.marks.clear()
        self.heard, self._heard_state, self._engine = NOTHING_HEARD, None, None
        self._state, self._message, self._was_writing = "preparing", "", False
        choices = self._choices
        self._session = self._services.make_session(self.device, lambda: self._use_engine(choices))
        if self._wants_record:
            self._begin_take()
        self._session.start()
        self.status = self._session.status
        self.changed.emit()

    @property
    def _choices(self) -> tuple[str, float, NoteThresholds]:
        settings = self._settings
        return settings.model_id, float(settings.a4_hz), settings.mono_thresholds

    def _use_engine(self, choices: tuple[str, float, NoteThresholds]) -> Any:
        """Called on the session's thread."""
        self._engine = self._engines.get(*choices)
        return self._engine

    def _follow_state(self, session: Any) -> None:
        status = self.status
        if status.state in ("lost", "failed"):
            self._is_gone(status)
            return
        if status.state != self._state:
            self._state = status.state
            self.changed.emit()
        if status.message != self._message:
            self._message = status.message
            if status.message:
                self.problem.emit(status.message, status.is_silent_zero)
        is_writing = status.recording_path is not None
        if self._was_writing and not is_writing and not self._is_finishing:  # such as when the disk is full
            self._end_take(session)
        self._was_writing = is_writing

    def _begin_take(self) -> None:
        self._wants_record = False
        try:
            self._session.start_recording(self._services.new_take_path())
        except RightInTuneError as error:
            self.problem.emit(str(error), False)
        self.status = self._session.status

    def _is_gone(self, status: Any) -> None:
        """The device was lost or could not be opened."""
        self.problem.emit(status.message or "The microphone could not be used.", True)
        self._wants_record = False
        self._close_session(lost=True)
        self.changed.emit()

    def _finish_take(self) -> None:
        if self._started_by_record:
            self.stop()
        else:
            self._end_take(self._session)

    def _end_take(self, session: Any) -> None:
        """Finish the file; listening goes on."""
        self._is_finishing = True
        self._background.submit(
            session.stop_recording,
            then=lambda path: self._take_is_done(path, lost=False),
            failed=self._take_failed,
        )

    def _close_session(self, *, lost: bool) -> None:
        """Let go of the session; another thread ends its take and stops it."""
        session, self._session = self._session, None
        self._state, self.heard = "off", NOTHING_HEARD
        if session is None:
            return
        self._stopping += 1
        self._has_stopped_event.clear()

        def stop() -> Path | None:
            try:
                path: Path | None = session.stop_recording()
                if not session.stop(STOP_TIMEOUT_S):
                    self._engines.forget()  # the thread that hangs may still use it
                return path
            finally:
                self._has_stopped_event.set()

        self._background.submit(
            stop, then=lambda path: self._has_stopped(path, lost), failed=self._stop_failed
        )

    def _take_is_done(self, path: Path | None, *, lost: bool) -> None:
        self._is_finishing = False
        if path is not None:
            self.take_finished.emit(path, lost)
        self.changed.emit()

    def _take_failed(self, error: RightInTuneError) -> None:
        self._is_finishing = False
        self.problem.emit(str(error), False)

    def _has_stopped(self, path: Path | None, lost: bool) -> None:
        self._stopping -= 1
        self._take_is_done(path, lost=lost)
        if not self._stopping and self._start_again:
            self._start()

    def _stop_failed(self, error: RightInTuneError) -> None:
        self._take_failed(error)
        self._has_stopped(None, False)

    @property
    def _is_writing(self) -> bool:
        return self._session is not None and self._session.status.recording_path is not None
