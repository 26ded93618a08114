# SPDX-License-Identifier: MIT
"""Which place of the recording each frame of the output is."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Place:
    """A place in what is heard.

    Attributes
    ----------
    position_s
        In seconds of the recording.
    speed
        At which it sounds there.
    n_wraps
        How often the end of a loop was passed before.
    """

    position_s: float = 0.0
    speed: float = 1.0
    n_wraps: int = 0


@dataclass(frozen=True, slots=True)
class Span:
    """Frames of the output that advance evenly.

    Attributes
    ----------
    first_frame
        Of the output.
    place
        What that frame is.
    step_s
        Seconds of the recording from one frame to the next; 0 where it waits, as in a count-in.
    """

    first_frame: int
    place: Place
    step_s: float

    def position_s(self, frame: float) -> float:
        """The place in the recording of a frame within the span."""
        return self.place.position_s + max(0.0, frame - self.first_frame) * self.step_s


class Timeline:
    """Spans that follow each other; the feeding thread alone changes it, any thread may ask."""

    def __init__(self) -> None:
        self._spans: tuple[Span, ...] = ()

    def add(self, span: Span) -> None:
        """Let a span begin where the last one ends; what goes on evenly becomes one."""
        if self._spans:
            last = self._spans[-1]
            goes_on = abs(last.position_s(span.first_frame) - span.place.position_s) < 1e-6
            alike = (last.step_s, last.place.speed, last.place.n_wraps)
            if goes_on and alike == (span.step_s, span.place.speed, span.place.n_wraps):
                return
        self._spans = (*self._spans, span)

    def at(self, frame: float) -> Place | None:
        """The place of a frame; that of the first one for a frame before; None where there are no spans."""
        spans = self._spans
        for span in reversed(spans):
            if span.first_frame <= frame or span is spans[0]:
                return Place(span.position_s(frame), span.place.speed, span.place.n_wraps)
        return None

    def cut(self, frame: int) -> None:
        """Forget what begins at a frame or later."""
        self._spans = tuple(span for span in self._spans if span.first_frame < frame)

    def forget_before(self, frame: float) -> None:
        """Forget what ended before a frame."""
        spans = self._spans
        n_over = sum(span.first_frame <= frame for span in spans) - 1
        if n_over > 0:
            self._spans = spans[n_over:]
