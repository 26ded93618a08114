# SPDX-License-Identifier: MIT
"""Corpora, jobs without a process, and the explorer of a program."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import soundfile
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot
from window_fakes import make_analysis, tone, wait_for, write_overview

from desktop_app.domain.errors import AudioFileError, ModelError, RightInTuneError
from desktop_app.domain.labels import FAMILIES, SOURCES
from desktop_app.jobs.corpus_answers import Heard, answer_sounds
from desktop_app.jobs.tasks import AnalyseOptions, analyse_file
from desktop_app.ui.explorer.control import ExplorerControl
from desktop_app.ui.explorer.feature import ExplorerFeature
from desktop_app.ui.program import Program
from desktop_app.ui.services import Services

FAMILIES_HERE = ("string", "flute", "bass")  # the fake analysis answers "string" to everything


def nsynth_name(k: int) -> str:
    family = FAMILIES_HERE[k % 3]
    return f"{family}_{SOURCES[k % 2]}_{k:03d}-{48 + k % 24:03d}-100"


def nsynth_row(k: int) -> dict[str, Any]:
    """An entry of ``examples.json`` with the published fields that tell something."""
    name = nsynth_name(k)
    flags = [int(bit == k % 10) for bit in range(10)]
    return {
        "note": k,
        "note_str": name,
        "instrument": k,
        "instrument_str": name.rsplit("-", 2)[0],
        "pitch": 48 + k % 24,
        "velocity": 100,
        "sample_rate": 16000,
        "qualities": flags,
        "qualities_str": [],
        "instrument_family": FAMILIES.index(FAMILIES_HERE[k % 3]),
        "instrument_family_str": FAMILIES_HERE[k % 3],
        "instrument_source": k % 2,
        "instrument_source_str": SOURCES[k % 2],
    }


def write_nsynth(folder: Path, n_notes: int = 12, *, with_sounds: bool = True) -> Path:
    """NSynth's form: two parts, three families in turn."""
    for part in ("train", "valid"):
        here = folder / f"nsynth-{part}"
        (here / "audio").mkdir(parents=True)
        first = 0 if part == "train" else n_notes // 2
        numbers = range(first, first + n_notes // 2)
        rows = {nsynth_name(k): nsynth_row(k) for k in numbers}
        (here / "examples.json").write_text(json.dumps(rows), encoding="utf-8")
        for k in numbers if with_sounds else ():
            y = tone(1.0, f0_hz=440.0 * 2 ** ((k % 24 - 21) / 12))
            soundfile.write(here / "audio" / f"{nsynth_name(k)}.wav", y, 16_000)
    return folder


class InstantJobs:
    """Runs a job at the next tick, in this process; analyses are made up. ``is_held`` stops it."""

    def __init__(self) -> None:
        self.waiting: dict[int, tuple[Callable[..., Any], tuple[Any, ...], Callable, Callable, Callable]] = {}
        self.is_held = False
        self.analysed: list[Path] = []
        self.tested: list[str] = []
        self.cancelled: list[int] = []
        self._n = 0

    def submit(
        self,
        task: Callable[..., Any],
        *args: Any,
        label: str,
        then: Callable[[Any], None],
        failed: Callable[[RightInTuneError], None],
        progress: Callable[[float | None], None] = lambda _fraction: None,
    ) -> int:
        self._n += 1
        self.waiting[self._n] = (task, args, then, failed, progress)
        return self._n

    def cancel(self, number: int | None) -> None:
        if self.waiting.pop(number or 0, None) is not None:
            self.cancelled.append(number or 0)

    def drop(self, number: int | None) -> None:
        self.waiting.pop(number or 0, None)

    def tick(self) -> None:
        if self.is_held or not self.waiting:
            return
        number = min(self.waiting)
        task, args, then, failed, progress = self.waiting.pop(number)
        try:
            made_up = {analyse_file: self._analyse, answer_sounds: self._answer}
            result = made_up[task](*args) if task in made_up else task(*args, progress)
        except RightInTuneError as error:
            failed(error)
        else:
            then(result)

    def close(self) -> None:
        self.waiting.clear()

    def _analyse(self, name: str, _options: object, folder: str) -> Any:
        path = Path(name)
        if not path.exists():
            raise AudioFileError("missing", f"“{path.name}” is missing.")
        self.analysed.append(path)
        write_overview(Path(folder))
        return make_analysis(path)

    def _answer(self, names: list[str], options: AnalyseOptions) -> list[Heard]:
        """To two of the sounds at once, as where half a second allows no more."""
        if options.model_id == "broken":
            raise ModelError("The model is damaged.")
        paths = [Path(name) for name in names[:2]]
        self.tested += [path.stem for path in paths]
        return [
            Heard(make_analysis(path).family) if path.exists() else Heard(None, is_read=False)
            for path in paths
        ]


def feature_of(program: Program) -> ExplorerFeature:
    return next(feature for feature in program.window.features if isinstance(feature, ExplorerFeature))


def with_models(services: Services, *names: str) -> Services:
    """The same, where these models can be chosen too."""
    models = tuple(SimpleNamespace(model_id=name, title=name, problem=None) for name in names)
    return replace(services, list_models=lambda: models)


def choose_model(control: ExplorerControl, qtbot: QtBot, name: str) -> None:
    """Choose a model as soon as it is listed."""
    combo = control.window.answers_of
    wait_for(qtbot, lambda: combo.findText(name, Qt.MatchFlag.MatchStartsWith) >= 0)
    combo.setCurrentIndex(combo.findText(name, Qt.MatchFlag.MatchStartsWith))


def open_explorer(program: Program, qtbot: QtBot, folder: Path, jobs: Any = None) -> ExplorerControl:
    """The explorer with a corpus open, without the dialog that asks for it."""
    feature = feature_of(program)
    feature.jobs = jobs or InstantJobs()
    control = feature.opened()
    control.window.show()
    control.open(folder)
    wait_for(qtbot, lambda: control.corpus is not None, timeout_s=60.0)
    return control


def write_results(folder: Path, keys: list[str], truth: list[int], told: list[int]) -> Path:
    """What a training writes down of the part *random*."""
    folder.mkdir()
    names = np.array([f"corpus/{key}" for key in keys])  # as a training on the corpus of that name
    (folder / "metrics.json").write_text(
        json.dumps({"id": "made", "title": "Made recipe", "classes": list(FAMILIES_HERE)}), encoding="utf-8"
    )
    probabilities = np.full((len(keys), 3), 0.1, np.float32)
    probabilities[np.arange(len(keys)), told] = 0.8
    np.savez(
        folder / "predictions.npz",
        random__keys=names,
        random__paths=names,
        random__truth=np.array(truth, np.int32),
        random__probabilities=probabilities,
    )
    return folder / "predictions.npz"
