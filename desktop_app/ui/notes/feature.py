# SPDX-License-Identifier: MIT
"""NotesFeature: wires this folder to the window."""

from __future__ import annotations

from desktop_app.ui.command import Feature


class NotesFeature(Feature):
    """See :mod:`desktop_app.ui.command`."""
