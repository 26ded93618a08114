# SPDX-License-Identifier: MIT
"""What the user has changed in the notes that were found."""

from __future__ import annotations

from dataclasses import dataclass

from desktop_app.domain.note import Note


@dataclass(frozen=True, slots=True)
class Corrections:
    """Kept beside the notes that an analysis finds, so that other notes may be found and these stay.

    Attributes
    ----------
    kept
        The notes as the user wants them: corrected or added, ``is_corrected`` set; in order of onset.
    removed
        Notes of one voice that were found, and that the user deleted or replaced by kept ones: they do not
        come back.
    removed_poly
        The same of several voices.
    beside
        Found notes of the key and time of a kept one that the user saw beside it: they stay.
    """

    kept: tuple[Note, ...] = ()
    removed: tuple[Note, ...] = ()
    removed_poly: tuple[Note, ...] = ()
    beside: tuple[Note, ...] = ()


NO_CORRECTIONS = Corrections()
