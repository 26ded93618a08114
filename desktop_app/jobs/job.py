# SPDX-License-Identifier: MIT
"""One job, and the news of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from desktop_app.domain.errors import AudioFileError, RightInTuneError

UpdateKind = Literal["started", "progress", "done", "failed", "cancelled"]


@dataclass(frozen=True, slots=True)
class JobUpdate:
    """News of one job.

    Attributes
    ----------
    job_id
        As :meth:`JobPool.submit` gave it.
    kind
        ``"done"``, ``"failed"`` and ``"cancelled"`` are the last of a job.
    fraction
        How much is done, 0 … 1, with ``"progress"``; None when that cannot be told.
    result
        What the task returned, with ``"done"``.
    error
        What the user can be told, with ``"failed"``.
    """

    job_id: int
    kind: UpdateKind
    fraction: float | None = None
    result: object = None
    error: RightInTuneError | None = None


@dataclass(slots=True)
class Job:
    """A task that waits or runs; times are on the monotonic clock, limits may be infinite."""

    job_id: int
    label: str
    task: Callable[..., Any]
    args: tuple[Any, ...]
    time_limit_s: float
    stall_limit_s: float
    sent_at_s: float = 0.0
    heard_at_s: float = 0.0
    is_started: bool = False
    n_sent: int = 0

    def deadline_s(self) -> float:
        """When a limit will have passed, on the monotonic clock."""
        return min(self.sent_at_s + self.time_limit_s, self.heard_at_s + self.stall_limit_s)

    def limit_error(self) -> AudioFileError:
        """What to say when one has."""
        seconds = min(self.time_limit_s, self.stall_limit_s)
        return AudioFileError("limit", f"{self.label} took too long ({seconds:g} s) and was given up.")
