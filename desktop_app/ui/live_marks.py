# SPDX-License-Identifier: MIT
"""Notes and families of the last minute of live sound, as the views draw them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from desktop_app.domain.analysis import FamilySpan
from desktop_app.domain.frames import Event, NoteEnded, NoteStarted
from desktop_app.domain.heard import Heard
from desktop_app.domain.note import Note
from desktop_app.pipeline.spans import is_same_answer, joined, span_of

KEEP_S = 60.0
SILENCE_DB = -60.0


class LiveMarks:
    """Collects what the events say; nothing older than a minute is kept."""

    def __init__(self) -> None:
        self.clear()

    def clear(self) -> None:
        """Forget everything."""
        self._ended: list[Note] = []
        self._open: Note | None = None
        self._spans: list[FamilySpan] = []
        self._now_s = 0.0

    def update(self, events: Sequence[Event], heard: Heard, now_s: float) -> None:
        """Add events; ``heard`` is the answer after them and ``now_s`` the time of the newest sample."""
        for event in events:
            if isinstance(event, NoteStarted):
                self._open = event.note
            elif isinstance(event, NoteEnded):
                self._ended.append(event.note)
                self._open = None
        self._extend_spans(heard, now_s)
        self._now_s = now_s
        oldest_s = now_s - KEEP_S
        self._ended = [note for note in self._ended if note.offset_s >= oldest_s]
        self._spans = [span for span in self._spans if span.end_s >= oldest_s]

    @property
    def ended(self) -> list[Note]:
        """The notes that are over, in order."""
        return list(self._ended)

    @property
    def notes(self) -> list[Note]:
        """Notes in order; the one that still sounds reaches to now."""
        if self._open is None:
            return list(self._ended)
        return [*self._ended, replace(self._open, offset_s=max(self._open.offset_s, self._now_s))]

    @property
    def family_track(self) -> list[FamilySpan]:
        """Stretches of one family in order."""
        return list(self._spans)

    def _extend_spans(self, heard: Heard, now_s: float) -> None:
        family = heard.family
        if family is None or heard.rms_db < SILENCE_DB or now_s <= self._now_s:
            return
        span = span_of(family, self._now_s, now_s)
        if self._spans and is_same_answer(self._spans[-1], span) and self._spans[-1].end_s == self._now_s:
            self._spans[-1] = joined(self._spans[-1], span)
        else:
            self._spans.append(span)
