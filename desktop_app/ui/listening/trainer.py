# SPDX-License-Identifier: MIT
"""The speed trainer: a loop that grows faster after some repeats."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class TrainerPlan:
    """From which speed to which, in percent of the recording's own.

    Attributes
    ----------
    from_percent, to_percent
        The first and the last speed; the first may be the faster one.
    step_percent
        How much changes at once, above 0.
    n_repeats
        How often the loop is played at each speed, at least once.
    """

    from_percent: int = 50
    to_percent: int = 100
    step_percent: int = 5
    n_repeats: int = 4

    def speeds_percent(self) -> tuple[int, ...]:
        """Every speed in order."""
        step = max(1, self.step_percent)
        sign = 1 if self.to_percent >= self.from_percent else -1
        speeds = list(range(self.from_percent, self.to_percent, sign * step))
        return (*speeds, self.to_percent)


class SpeedTrainer:
    """Counts repeats at the speed that is heard and tells the next speed.

    Parameters
    ----------
    plan
        What is to be practised.
    """

    def __init__(self, plan: TrainerPlan) -> None:
        self.plan = plan
        self._speeds = plan.speeds_percent()
        self._index = 0
        self._begun_at: int | None = None
        self._n_done = 0

    @property
    def percent(self) -> int:
        """The speed to play at."""
        return self._speeds[self._index]

    @property
    def next_percent(self) -> int | None:
        """The speed after this one; None at the last."""
        return self._speeds[self._index + 1] if self._index + 1 < len(self._speeds) else None

    @property
    def fraction(self) -> float:
        """How much of the plan is done, 0 … 1; 1 at the last speed."""
        n_before = len(self._speeds) - 1
        if self.next_percent is None:
            return 1.0
        return (self._index + self._n_done / self.plan.n_repeats) / n_before

    @property
    def text(self) -> str:
        """Such as ``60 % · 2 of 4``; the last speed is played for as long as one likes."""
        if self.next_percent is None:
            return f"{self.percent} % · last step"
        return f"{self.percent} % · {min(self._n_done + 1, self.plan.n_repeats)} of {self.plan.n_repeats}"

    @property
    def is_next_due(self) -> bool:
        """Whether the last repeat at this speed is heard, at whose end the next speed is to begin."""
        has_begun = self._begun_at is not None and self.next_percent is not None
        return has_begun and self._n_done >= self.plan.n_repeats - 1

    def hear(self, speed: float, n_repeats: int) -> bool:
        """Take the speed that sounds and how often the loop was repeated; returns whether a step is done.

        Repeats at another speed, while this one is being rendered, do not count.
        """
        percent = round(100.0 * speed)
        if self.is_next_due and percent == self.next_percent:
            self._index, self._begun_at, self._n_done = self._index + 1, n_repeats, 0
            return True
        if percent == self.percent:
            if self._begun_at is None or n_repeats < self._begun_at:
                self._begun_at = n_repeats
            self._n_done = n_repeats - self._begun_at
        return False
