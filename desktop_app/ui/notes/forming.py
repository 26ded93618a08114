# SPDX-License-Identifier: MIT
"""Forms notes anew in the job process: with a thread, all that is painted meanwhile would have to wait."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from desktop_app.domain.analysis import Analysis
    from desktop_app.domain.note import Note
    from desktop_app.domain.thresholds import NoteThresholds
    from desktop_app.jobs.worker import Progress


def form_notes(analysis: Analysis, thresholds: NoteThresholds, progress: Progress) -> tuple[Note, ...]:
    """The notes that other thresholds give; the evidence need not come back."""
    from desktop_app.pipeline.resegment import resegment

    progress(None)
    return resegment(analysis, thresholds).notes
