# SPDX-License-Identifier: MIT
"""ExportFeature: the dialogs that write files for other programs."""

from __future__ import annotations

from collections.abc import Callable

from desktop_app.ui.command import Feature
from desktop_app.ui.exporting.notes_dialog import NotesDialog
from desktop_app.ui.exporting.picture_dialog import PictureDialog
from desktop_app.ui.exporting.sound_dialog import SoundDialog, stretch_of
from desktop_app.ui.score.feature import ScoreFeature


class ExportFeature(Feature):
    """See :mod:`desktop_app.ui.command`."""

    def handlers(self) -> dict[str, Callable[[], object]]:
        """What its commands do."""
        return {
            "export": self.export_notes,
            "export_sound": self.export_sound,
            "export_picture": self.export_picture,
        }

    def export_notes(self) -> None:
        """Ask how and where."""
        if self.controller.document is not None:
            NotesDialog(self.window, self._score).open()

    def export_sound(self) -> None:
        """Ask how and where; without a loop, say what is missing."""
        if self.controller.document is None:
            return
        stretch = stretch_of(self.controller.playback.listening)
        if stretch is None:
            self.window.say("There is no loop yet: drag over the views, or press [ and ] while it plays.")
        else:
            SoundDialog(self.window, stretch, self._score.jobs).open()

    def export_picture(self) -> None:
        """Ask how and where."""
        if self.controller.document is not None:
            PictureDialog(self.window).open()

    @property
    def _score(self) -> ScoreFeature:
        return next(feature for feature in self.window.features if isinstance(feature, ScoreFeature))
