# SPDX-License-Identifier: MIT
"""ScoreFeature: wires this folder to the window."""

from __future__ import annotations

from desktop_app.ui.command import Feature


class ScoreFeature(Feature):
    """See :mod:`desktop_app.ui.command`."""
