# SPDX-License-Identifier: MIT
"""What is kept of the work on one recording, and whether it is safe in a project."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from desktop_app.domain.analysis import Analysis
from desktop_app.domain.corrections import NO_CORRECTIONS, Corrections
from desktop_app.domain.listening import Listening
from desktop_app.domain.project import AudioReference, Project

_AT_START = Listening()


@dataclass(eq=False, slots=True)
class Work:
    """The work on one recording, apart from its corrections, which have a history of their own.

    Attributes
    ----------
    project_path
        The project file that it belongs to; None while there is none.
    has_sound_inside
        Whether that file holds the recording too.
    project
        As it was opened or saved: what it tells of the recording takes the place of what is found anew.
    is_new
        Whether the project has been opened and not been shown yet.
    listening, view_s
        Where one is in the recording, and the stretch of time that is shown.
    saved_corrections
        The corrections that are safe; None when none of the work is, such as after a crash.
    saved_listening
        The loop, speed and pitch that are safe.
    audio
        What tells the recording from others, as last known; it may be out of reach when it is needed.
    last_analysis
        The newest result, kept until another takes its place.
    """

    project_path: Path | None = None
    has_sound_inside: bool = False
    project: Project | None = None
    is_new: bool = False
    listening: Listening = _AT_START
    view_s: tuple[float, float] | None = None
    saved_corrections: Corrections | None = NO_CORRECTIONS
    saved_listening: Listening = _AT_START
    audio: AudioReference | None = None
    last_analysis: Analysis | None = None

    def is_unsaved(self, corrections: Corrections) -> bool:
        """Whether something would be lost now; the loop counts where there is a project."""
        if corrections is not self.saved_corrections:
            return True
        return self.project_path is not None and practised(self.listening) != practised(self.saved_listening)

    def with_found(self, analysis: Analysis) -> Analysis:
        """The result with the notes of the project, where it tells them in the same way."""
        project = self.project
        if project is None or (project.is_poly, project.a4_hz) != (analysis.is_poly, analysis.a4_hz):
            return analysis
        return replace(
            analysis,
            notes=project.notes,
            thresholds=project.thresholds,
            tempo=project.tempo,
            key=project.key,
            family_track=project.family_track,
        )


def practised(listening: Listening) -> tuple[object, ...]:
    """What counts as work: the loop, its speed and pitch, but not where the cursor is."""
    return listening.loop_s, listening.speed, listening.semitones
