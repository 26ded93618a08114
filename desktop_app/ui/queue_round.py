# SPDX-License-Identifier: MIT
"""What the queue of files keeps of its jobs, and of a round: from the first file until none is left."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from desktop_app.ui.library import Entry


@dataclass(frozen=True, slots=True)
class QueueJob:
    """An analysis in the job process; without a folder it makes no pictures."""

    entry: Entry
    is_poly: bool
    folder: Path | None


@dataclass(slots=True)
class QueueRound:
    """How many files have left the queue, and how many of them could not be read."""

    n_done: int = 0
    n_failed: int = 0

    def failure(self, message: str) -> str:
        """The sentence about one more file that could not be read."""
        self.n_failed += 1
        many = f"{self.n_failed} files could not be read: point at one in the list to see why."
        return message if self.n_failed == 1 else many
