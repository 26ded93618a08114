# SPDX-License-Identifier: MIT
"""ListeningFeature: wires this folder to the window."""

from __future__ import annotations

from collections.abc import Callable

from desktop_app.ui.command import Feature

_STEP_S, _LITTLE_STEP_S = 1.0, 0.1


class ListeningFeature(Feature):
    """See :mod:`desktop_app.ui.command`."""

    def handlers(self) -> dict[str, Callable[[], object]]:
        """What its commands do."""
        controller = self.controller
        return {
            "play": controller.toggle_play,
            "start": lambda: controller.seek(0.0),
            "end": lambda: controller.seek(float("inf")),
            "back": lambda: controller.step(-_STEP_S),
            "forward": lambda: controller.step(_STEP_S),
            "back_little": lambda: controller.step(-_LITTLE_STEP_S),
            "forward_little": lambda: controller.step(_LITTLE_STEP_S),
        }
