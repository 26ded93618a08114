# SPDX-License-Identifier: MIT
"""What is loaded once the window is on the screen: job process, devices, models, takes."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from desktop_app.domain.errors import RightInTuneError
from desktop_app.ui.diagnostics import trace_start
from desktop_app.ui.library import Entry, EntryState
from desktop_app.ui.overviews import remove_stale_overviews
from desktop_app.ui.projects.sounds import remove_unused_sounds
from desktop_app.ui.services import Services, list_choices

if TYPE_CHECKING:
    from desktop_app.ui.controller import Controller

_Choices = tuple[Sequence[Any], Sequence[Any], list[RightInTuneError]]


class Startup(QObject):
    """Loads in the background what the first paint did not need; each part may fail alone.

    Signals
    -------
    models_listed
        The models that can be chosen are known.
    ended
        Files can be analysed and Record can begin.
    """

    models_listed = Signal()
    ended = Signal()

    def __init__(self, controller: Controller, services: Services) -> None:
        super().__init__()
        self._controller, self._services = controller, services
        self.models: Sequence[Any] = ()
        self._n_not_ready = 2  # the job process, and live sound
        controller.queue.warmed.connect(self._one_is_ready)

    def begin(self) -> None:
        """Start to load."""
        controller, services = self._controller, self._services
        submit, failed = controller.background.submit, controller.say
        submit(services.load_jobs, then=lambda _none: controller.queue.start(), failed=failed)
        submit(self._load_live, then=self._has_loaded_live, failed=failed)
        submit(services.find_takes, then=self._has_found_takes, failed=failed)
        submit(lambda: remove_stale_overviews(controller.folders.cache))
        submit(lambda: remove_unused_sounds(controller.folders.sounds))

    def _load_live(self) -> _Choices:
        """Devices, models and a warm engine."""
        devices, models, problems = list_choices(self._services)
        try:
            self._controller.live.warm()
        except RightInTuneError as error:
            problems.append(error)
        return devices, models, problems

    def _has_loaded_live(self, result: _Choices) -> None:
        controller = self._controller
        devices, self.models, problems = result
        controller.devices.set_devices(devices)
        controller.live.device = controller.devices.device
        self.models_listed.emit()
        for error in problems:
            controller.say(error)
        self._one_is_ready()

    def _one_is_ready(self) -> None:
        self._n_not_ready -= 1
        if self._n_not_ready == 0:
            trace_start("ready")
            self.ended.emit()

    def _has_found_takes(self, found: tuple[list[Path], list[Path]]) -> None:
        controller = self._controller
        recovered, takes = found
        for path in takes:
            if controller.library.entry_of(path) is None:
                state = EntryState.RECOVERED if path in recovered else EntryState.IDLE
                is_poly = controller.settings.is_poly(path)
                controller.library.add(Entry(path, True, state, is_poly=is_poly))
        if recovered:
            what = "A recording" if len(recovered) == 1 else f"{len(recovered)} recordings"
            controller.problem.emit(f"{what} from an interrupted session could be recovered.", False)
