# SPDX-License-Identifier: MIT
"""What a job does with one file."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import soundfile

from desktop_app.domain.analysis import MonoEvidence, PolyEvidence
from desktop_app.domain.errors import AudioFileError, ModelError
from desktop_app.domain.thresholds import MONO_THRESHOLDS, POLY_THRESHOLDS, NoteThresholds
from desktop_app.jobs import tasks
from desktop_app.jobs.tasks import AnalyseOptions, analyse_file, prepare
from desktop_app.pipeline.overview import Overview, OverviewWriter
from desktop_app.pipeline.resegment import resegment

SR = 22_050
WITHOUT_MODEL = AnalyseOptions(with_classifier=False)


def ignore(fraction: float | None) -> None:
    pass


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Twelve seconds: A3 for six, E4 for six."""
    t = np.arange(6 * SR) / SR
    tones = [sum(np.sin(2 * np.pi * k * f0_hz * t) / k for k in range(1, 6)) for f0_hz in (220.0, 329.628)]
    soundfile.write(tmp_path / "a.wav", 0.2 * np.concatenate(tones), SR)
    return tmp_path / "a.wav"


def test_a_file_becomes_notes_with_progress(path: Path) -> None:
    fractions: list[float | None] = []
    analysis = analyse_file(str(path), WITHOUT_MODEL, None, fractions.append)
    assert [note.midi for note in analysis.notes] == [57, 64]
    assert (analysis.sr, analysis.channels, analysis.path) == (SR, 1, str(path))
    assert analysis.duration_s == pytest.approx(12.0)
    assert analysis.warnings == ()
    assert len(fractions) == 3
    assert fractions == sorted(fractions)
    assert fractions[-1] == 1.0


def test_options_reach_the_engine(path: Path) -> None:
    options = AnalyseOptions(a4_hz=466.164, with_notes=False, with_classifier=False)
    analysis = analyse_file(str(path), options, None, ignore)
    assert (analysis.notes, analysis.family, analysis.a4_hz) == ((), None, 466.164)


def test_the_engine_is_kept_and_starts_anew_each_time(path: Path) -> None:
    first, second = (analyse_file(str(path), WITHOUT_MODEL, None, ignore) for _ in range(2))
    assert first.notes == second.notes
    np.testing.assert_array_equal(first.f0.f0_hz, second.f0.f0_hz)
    assert tasks._engine(WITHOUT_MODEL) is tasks._engine(AnalyseOptions(with_classifier=False))


def test_several_notes_at_once(tmp_path: Path) -> None:
    t = np.arange(2 * SR) / SR
    tones = [
        np.exp(-2 * t) * sum(np.sin(2 * np.pi * k * f * t) / k for k in range(1, 9)) for f in (130.81, 329.63)
    ]
    silence = np.zeros(SR // 4)
    soundfile.write(tmp_path / "two.wav", np.concatenate((silence, 0.2 * sum(tones))), SR)
    options = AnalyseOptions(with_classifier=False, poly=True)
    analysis = analyse_file(str(tmp_path / "two.wav"), options, None, ignore)
    assert [note.midi for note in analysis.notes] == [48, 64]
    assert analysis.is_poly
    assert isinstance(analysis.evidence, PolyEvidence)
    assert analysis.thresholds == POLY_THRESHOLDS
    strict = NoteThresholds(0.99, 0.99, 1.0)
    none = analyse_file(str(tmp_path / "two.wav"), replace(options, thresholds=strict), None, ignore)
    assert (none.notes, none.thresholds) == ((), strict)
    assert none.pitch == analysis.pitch
    assert resegment(analysis, strict).notes == ()
    assert resegment(none, POLY_THRESHOLDS).notes == analysis.notes


def test_the_thresholds_form_the_notes_of_one_voice(path: Path) -> None:
    usual = analyse_file(str(path), WITHOUT_MODEL, None, ignore)
    same = analyse_file(str(path), replace(WITHOUT_MODEL, thresholds=MONO_THRESHOLDS), None, ignore)
    assert same.notes == usual.notes
    strict = NoteThresholds(MONO_THRESHOLDS.onset_prob, MONO_THRESHOLDS.sounding_prob, 60.0)
    none = analyse_file(str(path), replace(WITHOUT_MODEL, thresholds=strict), None, ignore)
    assert (none.notes, none.thresholds) == ((), strict)
    assert tasks._engine(replace(WITHOUT_MODEL, thresholds=strict)) is tasks._engine(WITHOUT_MODEL)


def test_one_voice_keeps_its_evidence_and_loads_nothing_for_several(path: Path) -> None:
    tasks._kept_poly_engine.cache_clear()
    analysis = analyse_file(str(path), WITHOUT_MODEL, None, ignore)
    assert tasks._kept_poly_engine.cache_info().currsize == 0
    assert not analysis.is_poly
    assert isinstance(analysis.evidence, MonoEvidence)
    assert analysis.thresholds == MONO_THRESHOLDS
    n_frames = analysis.f0.f0_hz.shape[0]
    for name in ("f0_hz", "voiced_prob", "onset_prob", "sounding_prob", "rms_db"):
        assert getattr(analysis.evidence, name).shape == (n_frames,)


def test_preparing_tells_the_model() -> None:
    assert prepare(AnalyseOptions(), ignore) == "multitask_v3"
    with pytest.raises(ModelError, match="nonsense"):
        prepare(AnalyseOptions("nonsense"), ignore)


def test_the_overview_is_written_for_the_views(path: Path, tmp_path: Path) -> None:
    analyse_file(str(path), WITHOUT_MODEL, str(tmp_path / "overview"), ignore)
    overview = Overview(tmp_path / "overview")
    assert overview.duration_s == pytest.approx(12.0, abs=0.01)
    wave = overview.waveform(0.0, 12.0, 100)
    assert wave.high.max() > 0.2 > -0.2 > wave.low.min()


def test_a_file_that_ends_before_its_header_says_gets_a_warning(path: Path, tmp_path: Path) -> None:
    y, _ = soundfile.read(path)
    noise = np.random.default_rng(4).uniform(-0.05, 0.05, y.shape)
    cut = tmp_path / "cut.flac"
    soundfile.write(cut, y + noise, SR)
    cut.write_bytes(cut.read_bytes()[: cut.stat().st_size // 2])
    analysis = analyse_file(str(cut), WITHOUT_MODEL, None, ignore)
    assert 5.0 < analysis.duration_s < 7.0
    (warning,) = analysis.warnings
    assert "“cut.flac” ends early: its header promises 12.0 s" in warning


def test_a_full_disk_is_told(path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(self: OverviewWriter, samples: object, events: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(OverviewWriter, "append", full)
    with pytest.raises(AudioFileError, match="No space left on device") as caught:
        analyse_file(str(path), WITHOUT_MODEL, str(tmp_path / "overview"), ignore)
    assert caught.value.code == "limit"
