# SPDX-License-Identifier: MIT
"""Everything outside the window that the window uses, imported only when it is first needed.

The first paint must not wait for PortAudio, the model or a process. Tests put fakes in place of the fields.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from desktop_app.domain.errors import ModelError, RightInTuneError

if TYPE_CHECKING:
    from desktop_app.domain.analysis import Analysis
    from desktop_app.domain.thresholds import NoteThresholds
    from desktop_app.jobs.pool import JobPool
    from desktop_app.jobs.render_store import RenderStore
    from desktop_app.ml.manifest import ModelInfo
    from desktop_app.pipeline.engine import AnalysisEngine
    from desktop_app.pipeline.heard import HeardState
    from desktop_app.pipeline.history import LiveHistory
    from desktop_app.pipeline.live import LiveSession
    from desktop_app.pipeline.overview import Overview
    from desktop_app.realtime.devices import Device
    from desktop_app.realtime.player import Player
    from desktop_app.ui.library import Entry
    from desktop_app.ui.settings import Settings

_log = logging.getLogger(__name__)

# A job that has not reported for this long is given up.
STALL_LIMIT_S = 60.0


def _make_engine(model_id: str, a4_hz: float, thresholds: NoteThresholds) -> AnalysisEngine:
    """Without its model the program still tells notes; the job process says what is wrong with it."""
    from desktop_app.pipeline.engine import make_engine

    try:
        return make_engine(model_id or None, a4_hz=a4_hz, thresholds=thresholds)
    except ModelError as error:
        _log.warning("%s", error)
        return make_engine(a4_hz=a4_hz, thresholds=thresholds, with_classifier=False)


def _make_session(device: Device | None, engine: Callable[[], AnalysisEngine]) -> LiveSession:
    from desktop_app.pipeline.live import LiveSession

    return LiveSession(device, engine)


def _make_player(path: Path) -> Player:
    from desktop_app.realtime.player import Player

    return Player(path)


def _make_renders(folder: Path) -> RenderStore:
    from desktop_app.jobs.pool import JobPool
    from desktop_app.jobs.render_store import RenderStore

    return RenderStore(folder, JobPool(n_workers=1))


def _make_history() -> LiveHistory:
    from desktop_app.pipeline.history import LiveHistory

    return LiveHistory()


def _make_heard(engine: AnalysisEngine) -> HeardState:
    from desktop_app.pipeline.heard import HeardState

    thresholds = engine.classifier.thresholds if engine.classifier else None
    return HeardState(thresholds, engine.a4_hz, engine.spec)


def _load_jobs() -> None:
    from desktop_app.jobs import pool, tasks  # noqa: F401


def _make_pool() -> JobPool:
    from desktop_app.jobs.pool import JobPool

    return JobPool(n_workers=1)


def _submit_prepare(pool: JobPool, model_id: str, a4_hz: float) -> int:
    from desktop_app.jobs import tasks

    options = tasks.AnalyseOptions(model_id=model_id or None, a4_hz=a4_hz)
    return pool.submit(tasks.prepare, options, label="The model", stall_limit_s=STALL_LIMIT_S)


def _open_overview(folder: Path) -> Overview:
    from desktop_app.pipeline.overview import Overview

    return Overview(folder)


def _submit_analysis(
    pool: JobPool, entry: Entry, settings: Settings, with_classifier: bool, folder: Path | None
) -> int:
    """Analyse an entry as it asks for; without a folder, no pictures are made."""
    from desktop_app.jobs import tasks

    options = tasks.AnalyseOptions(
        settings.model_id or None,
        float(settings.a4_hz),
        with_classifier=with_classifier,
        poly=entry.is_poly,
        thresholds=_chosen_thresholds(settings, entry.is_poly),
    )
    return pool.submit(
        tasks.analyse_file,
        str(entry.path),
        options,
        None if folder is None else str(folder),
        label=f"“{entry.path.name}”",
        stall_limit_s=STALL_LIMIT_S,
    )


def _chosen_thresholds(settings: Settings, is_poly: bool) -> NoteThresholds | None:
    """None for the usual ones, with which a recording's notes are formed while it is read."""
    from desktop_app.ui.settings import usual_thresholds

    thresholds = settings.thresholds(is_poly)
    return None if thresholds == usual_thresholds(is_poly) else thresholds


def _submit_forming(pool: JobPool, analysis: Analysis, thresholds: NoteThresholds) -> int:
    from desktop_app.ui.notes.forming import form_notes

    return pool.submit(form_notes, analysis, thresholds, label="The notes")


def _list_inputs() -> Sequence[Device]:
    from desktop_app.realtime.devices import list_inputs

    return list_inputs()


def _list_outputs() -> Sequence[Device]:
    from desktop_app.realtime.devices import list_outputs

    return list_outputs()


def _rescan() -> Sequence[Device]:
    from desktop_app.realtime import devices

    devices.rescan()
    return devices.list_inputs()


def _list_models() -> Sequence[ModelInfo]:
    from desktop_app.ml import list_models

    return list_models()


def _new_take_path() -> Path:
    from desktop_app.io.takes import new_take_path

    return new_take_path()


def _find_takes() -> tuple[list[Path], list[Path]]:
    """Repair what was cut off; returns the repaired takes and all takes, newest first."""
    from desktop_app.io.takes import list_takes, recover_takes, takes_folder

    folder = takes_folder()
    recovered = recover_takes(folder)
    return recovered, list_takes(folder)


@dataclass(slots=True)
class Services:
    """One callable for each thing that comes from outside the window."""

    make_engine: Callable[[str, float, NoteThresholds], Any] = _make_engine
    make_session: Callable[[Any, Callable[[], Any]], Any] = _make_session
    make_player: Callable[[Path], Any] = _make_player
    make_renders: Callable[[Path], Any] = _make_renders
    make_history: Callable[[], Any] = _make_history
    make_heard: Callable[[Any], Any] = _make_heard
    load_jobs: Callable[[], None] = _load_jobs
    make_pool: Callable[[], Any] = _make_pool
    submit_prepare: Callable[[Any, str, float], int] = _submit_prepare
    submit_analysis: Callable[[Any, Entry, Settings, bool, Path | None], int] = _submit_analysis
    submit_forming: Callable[[Any, Analysis, NoteThresholds], int] = _submit_forming
    open_overview: Callable[[Path], Any] = _open_overview
    list_inputs: Callable[[], Sequence[Any]] = _list_inputs
    list_outputs: Callable[[], Sequence[Any]] = _list_outputs
    rescan: Callable[[], Sequence[Any]] = _rescan
    list_models: Callable[[], Sequence[Any]] = _list_models
    new_take_path: Callable[[], Path] = _new_take_path
    find_takes: Callable[[], tuple[list[Path], list[Path]]] = _find_takes


def list_choices(services: Services) -> tuple[Sequence[Any], Sequence[Any], list[RightInTuneError]]:
    """Input devices and models, and what went wrong; either may fail alone."""
    problems: list[RightInTuneError] = []
    lists: list[Sequence[Any]] = []
    for load in (services.list_inputs, services.list_models):
        try:
            lists.append(load())
        except RightInTuneError as error:
            problems.append(error)
            lists.append(())
    return lists[0], lists[1], problems
