# SPDX-License-Identifier: MIT
"""ProjectFeature: wires this folder to the window."""

from __future__ import annotations

from desktop_app.ui.command import Feature


class ProjectFeature(Feature):
    """See :mod:`desktop_app.ui.command`."""
