# SPDX-License-Identifier: MIT
"""Which stretch of time all views show."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from desktop_app.ui.views.loop_area import LoopArea

LIVE_SPAN_S = 10.0
MIN_SPAN_S = 0.05
_PAGE_LEAD = 0.05  # of the span, shown before where a page begins
_AT_END = 0.004  # of the span: a following window ends up to a few pixels before the newest sound


class TimeWindow(QObject):
    """The visible range, shared by all views, never beyond the data.

    Live sound that is not yet as long as the window fills it from the left; then, while it follows, the
    window ends with the newest sound. Going back in time stops following, reaching the end resumes it.

    Attributes
    ----------
    range_changed
        Signal (start_s, end_s).
    follow_changed
        Signal (bool).
    loop
        The loop on this axis.
    cursor_s
        Where the player is; None for nowhere.
    """

    range_changed = Signal(float, float)
    follow_changed = Signal(bool)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.loop = LoopArea(self)
        self.cursor_s: float | None = None
        self.start_s, self.end_s = 0.0, LIVE_SPAN_S
        self.is_live, self.is_following = False, True
        self._oldest_s, self._newest_s = 0.0, 0.0

    @property
    def span_s(self) -> float:
        """Length of the visible range."""
        return self.end_s - self.start_s

    @property
    def data_end_s(self) -> float:
        """Up to where there is something to draw."""
        return min(self.end_s, self._newest_s)

    @property
    def oldest_s(self) -> float:
        """Where the data begins."""
        return self._oldest_s

    @property
    def limit_s(self) -> float:
        """The latest time that can be shown."""
        least = LIVE_SPAN_S if self.is_live or self._newest_s <= 0.0 else MIN_SPAN_S
        return max(self._newest_s, self._oldest_s + least)

    def open(self, oldest_s: float, newest_s: float, *, live: bool) -> None:
        """Show other data: all of a file, the newest seconds of live sound."""
        self.is_live = live
        self._oldest_s, self._newest_s = oldest_s, newest_s
        self._set_following(True)
        span_s = LIVE_SPAN_S if live else self.limit_s - oldest_s
        self._assign(self.limit_s - span_s, self.limit_s)

    def extend(self, oldest_s: float, newest_s: float, *, pixel_s: float = 0.0) -> None:
        """Live data has grown. The window moves by whole ``pixel_s``: the picture must not shimmer."""
        self._oldest_s, self._newest_s = oldest_s, newest_s
        if not self.is_following:
            if self.start_s < oldest_s:
                self.set_range(oldest_s, oldest_s + self.span_s)
            return
        end_s = max(newest_s, oldest_s + self.span_s)
        if pixel_s > 0.0 and newest_s > self.span_s:
            end_s = pixel_s * int(end_s / pixel_s)
        if end_s != self.end_s:
            self._assign(end_s - self.span_s, end_s)

    def set_range(self, start_s: float, end_s: float) -> None:
        """Show ``start_s … end_s``, moved or shortened so that it lies within the data."""
        total_s = self.limit_s - self._oldest_s
        span_s = min(max(end_s - start_s, MIN_SPAN_S), total_s)
        start_s = min(max(start_s, self._oldest_s), self.limit_s - span_s)
        if self.is_live:
            self._set_following(start_s + span_s >= self.limit_s - _AT_END * span_s)
        self._assign(start_s, start_s + span_s)

    def pan(self, seconds: float) -> None:
        """Move by ``seconds``, later when positive."""
        self.set_range(self.start_s + seconds, self.end_s + seconds)

    def zoom(self, factor: float, anchor_s: float | None = None) -> None:
        """Make the span ``factor`` times as long around ``anchor_s``.

        That is, where nothing else is said, the newest sound that is followed, else the cursor where it is
        in sight, else the middle.
        """
        if anchor_s is None:
            anchor_s = self._usual_anchor_s()
        span_s = min(max(self.span_s * factor, MIN_SPAN_S), self.limit_s - self._oldest_s)
        start_s = anchor_s - (anchor_s - self.start_s) * (span_s / self.span_s)
        self.set_range(start_s, start_s + span_s)

    def _usual_anchor_s(self) -> float:
        if self.is_live and self.is_following:
            return self.end_s
        if self.cursor_s is not None and self.start_s <= self.cursor_s <= self.end_s:
            return self.cursor_s
        return 0.5 * (self.start_s + self.end_s)

    def fit(self) -> None:
        """Show everything; live, the newest ten seconds."""
        if self.is_live:
            self.set_range(self.limit_s - LIVE_SPAN_S, self.limit_s)
        else:
            self.set_range(self._oldest_s, self.limit_s)

    def reveal(self, time_s: float) -> None:
        """Turn the page when ``time_s`` is outside, as a player's score is turned.

        In a loop that fits the page, all of it is shown, so that no page is turned while it repeats.
        """
        if not self.start_s <= time_s <= self.end_s:
            start_s = self._page_start_s(time_s) - _PAGE_LEAD * self.span_s
            self.set_range(start_s, start_s + self.span_s)

    def _page_start_s(self, time_s: float) -> float:
        """The time that the new page begins with."""
        loop_s = self.loop.shown_s if self.loop.is_on else None
        if loop_s is None or not loop_s[0] <= time_s <= loop_s[1]:
            return time_s
        fits = loop_s[1] - loop_s[0] <= (1.0 - 2.0 * _PAGE_LEAD) * self.span_s
        return loop_s[0] if fits else time_s

    def set_following(self, follow: bool) -> None:
        """Follow the newest sound (live) or the playing position (file)."""
        self._set_following(follow)
        if follow and self.is_live:
            self._assign(self.limit_s - self.span_s, self.limit_s)

    def _set_following(self, follow: bool) -> None:
        if follow != self.is_following:
            self.is_following = follow
            self.follow_changed.emit(follow)

    def _assign(self, start_s: float, end_s: float) -> None:
        if (start_s, end_s) != (self.start_s, self.end_s):
            self.start_s, self.end_s = start_s, end_s
            self.range_changed.emit(start_s, end_s)
