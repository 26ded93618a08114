# SPDX-License-Identifier: MIT
"""Even time for pictures of sound that comes in bursts."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from typing import Final

DELAY_S: Final = 0.06
"""How far the pictures are behind the newest sound: longer than the longest burst, some 40 ms."""
_SINK: Final = 0.02  # seconds a second


class ScrollClock:
    """Runs with the computer's clock, a little behind the newest sound, and never beyond it nor backwards.

    Sound comes in bursts of 31 to 40 ms, so that a picture of all that has come would now move twice as far
    and now not at all.

    Parameters
    ----------
    clock
        Steady seconds.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self.restart()

    def restart(self) -> None:
        """Other sound is shown."""
        self._lead_s = self._now_s = self._shown_s = -math.inf

    def time_of(self, newest_s: float) -> float:
        """What to show up to, in seconds, when sound has come up to ``newest_s``."""
        now_s = self._clock()
        # The best of late; it sinks, so that slow sound cards and gaps in the sound are followed.
        sunk_s = self._lead_s - _SINK * (now_s - self._now_s) if math.isfinite(self._now_s) else -math.inf
        self._lead_s, self._now_s = max(newest_s - now_s, sunk_s), now_s
        self._shown_s = min(newest_s, max(self._shown_s, now_s + self._lead_s - DELAY_S))
        return self._shown_s
