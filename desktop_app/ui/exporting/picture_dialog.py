# SPDX-License-Identifier: MIT
"""Exporting the views as a picture."""

from __future__ import annotations

from desktop_app.ui.exporting.output_dialog import OutputDialog


class PictureDialog(OutputDialog):
    """Exports the views as they are."""
