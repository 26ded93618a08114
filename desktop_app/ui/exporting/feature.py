# SPDX-License-Identifier: MIT
"""ExportFeature: wires this folder to the window."""

from __future__ import annotations

from desktop_app.ui.command import Feature


class ExportFeature(Feature):
    """See :mod:`desktop_app.ui.command`."""
