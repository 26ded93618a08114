# SPDX-License-Identifier: MIT
"""What stands behind the window in tests: jobs, player and devices that do what the test says."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from pytestqt.qtbot import QtBot

from desktop_app.domain.analysis import (
    Analysis,
    F0Track,
    FamilySpan,
    FamilyVerdict,
    KeyVerdict,
    MonoEvidence,
    PitchVerdict,
    PolyEvidence,
    TempoVerdict,
)
from desktop_app.domain.errors import AudioDeviceError, AudioFileError, RightInTuneError
from desktop_app.domain.frames import FrameBlock
from desktop_app.domain.labels import FAMILIES
from desktop_app.domain.listening import Clip, Mix, Stretch
from desktop_app.domain.note import Note
from desktop_app.domain.thresholds import MONO_THRESHOLDS, POLY_THRESHOLDS, NoteThresholds
from desktop_app.dsp.spec import DEFAULT_SPEC
from desktop_app.jobs.pool import JobUpdate
from desktop_app.pipeline.live import LiveSession
from desktop_app.pipeline.overview import OverviewWriter
from desktop_app.realtime.array_capture import ArrayCapture
from desktop_app.realtime.devices import Device
from desktop_app.ui.program import Program
from desktop_app.ui.services import Services

StartProgram = Callable[..., Program]
DURATION_S = 4.0
MICROPHONES = (
    Device("Built-in", "ALSA", 0, 2, 48_000, True),
    Device("USB mic", "ALSA", 3, 1, 44_100, False),
)
LOUDSPEAKERS = (
    Device("Built-in", "ALSA", 0, 2, 48_000, True),
    Device("Headphones", "ALSA", 5, 2, 48_000, False),
)


def wait_for(qtbot: QtBot, condition: Callable[[], bool], timeout_s: float = 15.0) -> None:
    """Run the event loop until something is so."""
    qtbot.waitUntil(condition, timeout=round(1000 * timeout_s))


def tone(duration_s: float = 2.0, f0_hz: float = 440.0, sr: int = 16_000) -> np.ndarray:
    t = np.arange(round(duration_s * sr)) / sr
    harmonics = sum(np.sin(2 * np.pi * k * f0_hz * t) / k for k in range(1, 6))
    return (0.2 * harmonics).astype(np.float32)


def make_analysis(path: Path, midi: int = 69) -> Analysis:
    """Two seconds of a note of the strings, then two of nothing."""
    n = round(DURATION_S / DEFAULT_SPEC.hop_s)
    f0_hz = np.full(n, np.nan, np.float32)
    f0_hz[: n // 2] = 440.0
    row = np.ones(n, np.float32)
    probabilities = dict.fromkeys(FAMILIES, 0.01) | {"string": 0.9}
    return Analysis(
        path=str(path),
        sr=16_000,
        channels=1,
        duration_s=DURATION_S,
        model_id="fake",
        family=FamilyVerdict("string", "sure", 0.9, probabilities, 0.0),
        source=None,
        pitch=PitchVerdict(midi, "A4", 440.0, 0.0, 0.99),
        notes=(Note(0.0, 2.0, midi, 440.0, 0.0, 90, 0.95, "string", 0.9),),
        family_track=(
            FamilySpan(0.0, 2.0, "string", 0.9, "sure", {"string": 0.9, "brass": 0.1}),
            FamilySpan(2.0, 4.0, None, 0.2, "cannot_tell", {"string": 0.3, "brass": 0.7}),
        ),
        f0=F0Track(DEFAULT_SPEC.hop_s, f0_hz, row),
        tempo=TempoVerdict(120.0, 0.9, (0.0, 0.5, 1.0, 1.5)),
        key=KeyVerdict("A", "minor", 0.8),
        evidence=MonoEvidence(DEFAULT_SPEC.hop_s, f0_hz, *[row] * 6),
        thresholds=MONO_THRESHOLDS,
    )


def make_chord(path: Path) -> Analysis:
    """As :func:`make_analysis`, but three notes at once are told, the highest with little evidence."""
    mono = make_analysis(path)
    n = mono.f0.f0_hz.shape[0]
    bytes_ = np.zeros((88, n), np.uint8)
    keys = ((57, 220.0, 0.95), (69, 440.0, 0.95), (76, 659.3, 0.55))
    return replace(
        mono,
        notes=tuple(Note(0.5, 1.5, midi, f0_hz, 0.0, 90, sure) for midi, f0_hz, sure in keys),
        evidence=PolyEvidence(mono.f0.hop_s, bytes_, bytes_, bytes_.view(np.int8), np.zeros(n, np.float32)),
        thresholds=POLY_THRESHOLDS,
        is_poly=True,
    )


def form_notes(analysis: Analysis, thresholds: NoteThresholds) -> Analysis:
    """Other notes without another analysis: those that are as sure, and as long, as is asked for."""
    all_notes = make_chord(Path()).notes if analysis.is_poly else make_analysis(Path()).notes
    notes = [note for note in all_notes if note.confidence >= thresholds.onset_prob]
    notes = [note for note in notes if note.duration_s >= thresholds.min_duration_s]
    return replace(analysis, notes=tuple(notes), thresholds=thresholds)


def write_overview(folder: Path) -> None:
    n = round(DURATION_S / DEFAULT_SPEC.hop_s)
    rng = np.random.default_rng(1)
    row = np.zeros(n, np.float32)
    block = FrameBlock(
        0,
        rng.uniform(-90, 0, (DEFAULT_SPEC.n_mels, n)).astype(np.float32),
        rng.uniform(-60, 60, (DEFAULT_SPEC.n_mfcc, n)).astype(np.float32),
        row + 440.0,
        row + 1.0,
        row - 20.0,
        row - 10.0,
        row,
        row + 1.0,
        row,
        row,
    )
    writer = OverviewWriter(folder)
    writer.append(tone(DURATION_S), [block])
    writer.close()


@dataclass
class _Job:
    job_id: int
    path: Path | None = None
    folder: Path | None = None
    is_poly: bool = False
    thresholds: NoteThresholds = MONO_THRESHOLDS
    formed_from: Analysis | None = None
    is_started: bool = False


class FakePool:
    """Finishes a job at each poll; paths with ``broken`` in their names fail; ``is_held`` stops it."""

    def __init__(self) -> None:
        self._ids = itertools.count(1)
        self.jobs: list[_Job] = []
        self.updates: list[JobUpdate] = []
        self.is_held = False
        self.is_closed = False
        self.analysed: list[Path] = []
        self.n_pictures = 0
        self.formed: list[NoteThresholds] = []
        self.forming_fails = False

    def submit(self, *args: Any) -> int:
        job = _Job(next(self._ids), *args)
        self.jobs.append(job)
        return job.job_id

    def cancel(self, job_id: int) -> None:
        if any(job.job_id == job_id for job in self.jobs):
            self.jobs = [job for job in self.jobs if job.job_id != job_id]
            self.updates.append(JobUpdate(job_id, "cancelled"))

    def poll(self) -> list[JobUpdate]:
        updates, self.updates = self.updates, []
        if self.jobs and (not self.is_held or self.jobs[0].path is None):
            updates.append(self._finish(self.jobs.pop(0)))
        elif self.jobs and not self.jobs[0].is_started:
            self.jobs[0].is_started = True
            updates.append(JobUpdate(self.jobs[0].job_id, "started"))
            updates.append(JobUpdate(self.jobs[0].job_id, "progress", fraction=0.5))
        return updates

    def close(self, timeout_s: float = 2.0) -> None:
        self.is_closed = True

    def _finish(self, job: _Job) -> JobUpdate:
        if job.formed_from is not None:
            self.formed.append(job.thresholds)
            if self.forming_fails:
                error = RightInTuneError("The notes could not be formed.")
                return JobUpdate(job.job_id, "failed", error=error)
            return JobUpdate(job.job_id, "done", result=form_notes(job.formed_from, job.thresholds).notes)
        if job.path is None:
            return JobUpdate(job.job_id, "done", result="fake")
        if "broken" in job.path.name:
            error = AudioFileError("not_audio", f"“{job.path.name}” is not an audio file.")
            return JobUpdate(job.job_id, "failed", error=error)
        self.analysed.append(job.path)
        if job.folder is not None:
            write_overview(job.folder)
            self.n_pictures += 1
        analysis = make_chord(job.path) if job.is_poly else make_analysis(job.path)
        return JobUpdate(job.job_id, "done", result=form_notes(analysis, job.thresholds))


class FakePlayer:
    """Moves only when the test moves it; hears another tempo as soon as it has the clip, or at the loop's end
    where ``waits_for_end`` is set."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.position_s = 0.0
        self.is_playing = self.at_end = self.is_closed = False
        self.error = ""
        self.speed, self.n_repeats = 1.0, 0
        self.waits_for_end = False
        self._next_speed = 1.0
        self.loop_s: tuple[float, float] | None = None
        self.tempo = (1.0, 0.0)
        self.mix = Mix()
        self.device: Device | None = None
        self.notes: Sequence[Note] = ()
        self.beats_s: Sequence[float] = ()
        self.heard: list[Sequence[Note]] = []

    def play(self) -> None:
        self.is_playing, self.at_end = True, False

    def pause(self) -> None:
        self.is_playing = False

    def seek(self, position_s: float) -> None:
        self.position_s = position_s

    def set_loop(self, loop_s: tuple[float, float] | None) -> None:
        self.loop_s, self.n_repeats = loop_s, 0

    def set_tempo(self, speed: float, semitones: float) -> None:
        self.tempo = (speed, semitones)

    def missing(self) -> Stretch | None:
        if self.tempo[0] == self.speed:
            return None
        return Stretch(*(self.loop_s or (0.0, DURATION_S)), *self.tempo)

    def add_clip(self, clip: Clip) -> None:
        self._next_speed = clip.stretch.speed
        if not self.waits_for_end:
            self.speed = self._next_speed

    @property
    def is_ready(self) -> bool:
        return self._next_speed == self.tempo[0]

    def pass_loop_end(self) -> None:
        self.n_repeats += 1
        self.speed = self._next_speed

    def set_notes(self, notes: Sequence[Note], a4_hz: float) -> None:
        self.notes = notes

    def set_beats(self, beats_s: Sequence[float]) -> None:
        self.beats_s = beats_s

    def hear(self, notes: Sequence[Note], a4_hz: float) -> None:
        self.heard.append(notes)

    def close(self) -> None:
        self.is_playing, self.is_closed = False, True

    def wait_closed(self, timeout_s: float = 2.0) -> bool:
        return True


class FakeRenders:
    """Renders in no time, unless it ``is_held`` or has an ``error``."""

    def __init__(self) -> None:
        self.requested: list[Stretch] = []
        self.is_held = self.is_closed = False
        self.error = ""

    def request(self, path: Path, stretch: Stretch) -> None:
        if not self.requested or self.requested[-1] != stretch:
            self.requested.append(stretch)

    def forget(self) -> None:
        self.error = ""

    def poll(self) -> list[Clip]:
        if self.is_held or self.error or not self.requested:
            return []
        return [Clip(self.requested[-1], 16_000, np.zeros((1, 1), np.float32), 0)]

    def close(self) -> None:
        self.is_closed = True


class SteadyCapture(ArrayCapture):
    """A microphone that stays connected when its sound is over."""

    seconds_since_callback = 0.0


class DeadCapture(ArrayCapture):
    """A microphone that cannot be opened."""

    def start(self) -> None:
        raise AudioDeviceError("The device “array” could not be opened: it is used by another program.")


class FakeWorld:
    """All that the window may use, with handles for the test."""

    def __init__(self, sound: np.ndarray | None = None) -> None:
        self.pool = FakePool()
        self.players: list[FakePlayer] = []
        self.renders = FakeRenders()
        self.inputs: Sequence[Device] = MICROPHONES
        self.outputs: Sequence[Device] = LOUDSPEAKERS
        self.n_rescans = 0
        self.opened_devices: list[Device | None] = []
        self.capture_class: type[ArrayCapture] = SteadyCapture
        self.sound = tone(60.0) if sound is None else sound
        self.takes: tuple[list[Path], list[Path]] = ([], [])
        self.services = Services(
            make_session=self._make_session,
            make_player=self._make_player,
            make_pool=lambda: self.pool,
            submit_prepare=lambda pool, *_args: pool.submit(),
            submit_analysis=lambda pool, entry, settings, _has_model, folder: pool.submit(
                entry.path, folder, entry.is_poly, settings.thresholds(entry.is_poly)
            ),
            submit_forming=lambda pool, analysis, thresholds: pool.submit(
                None, None, analysis.is_poly, thresholds, analysis
            ),
            make_renders=lambda _folder: self.renders,
            list_inputs=lambda: self.inputs,
            list_outputs=lambda: self.outputs,
            rescan=self._rescan,
            list_models=lambda: (),
            find_takes=lambda: self.takes,
        )

    def _make_session(self, device: Device | None, make_engine: object) -> LiveSession:
        self.opened_devices.append(device)
        return LiveSession(
            device, make_engine, capture_factory=lambda _device: self.capture_class(self.sound, 16_000)
        )

    def _make_player(self, path: Path) -> FakePlayer:
        self.players.append(FakePlayer(path))
        return self.players[-1]

    def _rescan(self) -> Sequence[Device]:
        self.n_rescans += 1
        return self.inputs
