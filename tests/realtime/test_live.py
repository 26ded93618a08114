# SPDX-License-Identifier: MIT
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
import soundfile
from fakes import SteadyCapture, StubEngine, tone, wait_until

from desktop_app.domain.errors import AudioDeviceError, ExportError, ModelError
from desktop_app.dsp.resample import resample
from desktop_app.io import wav_recorder
from desktop_app.pipeline.live import LiveSession
from desktop_app.realtime.array_capture import ArrayCapture

SR = 44_100
Start = Callable[..., LiveSession]


@pytest.fixture
def start() -> Iterator[Start]:
    """Starts sessions over a capture and ends them after the test."""
    sessions = []

    def start_session(capture: ArrayCapture, engine: StubEngine | None = None) -> LiveSession:
        session = LiveSession(None, lambda: engine or StubEngine(), capture_factory=lambda _: capture)  # type: ignore[arg-type,return-value]
        sessions.append(session)
        session.start()
        return session

    yield start_session
    for session in sessions:
        assert session.stop(10.0)
    assert not [thread for thread in threading.enumerate() if thread.name == "live"]


def test_engine_hears_exactly_the_resampled_sound(start: Start) -> None:
    sound, engine = tone(SR, 3.0), StubEngine()
    session = start(ArrayCapture(sound, SR, speed=10.0), engine)
    wait_until(lambda: session.status.state == "lost")
    heard = np.concatenate(engine.blocks)
    np.testing.assert_array_equal(heard, resample(sound, SR, 16_000))
    np.testing.assert_array_equal(session.take_samples(), heard)
    assert [event.start_frame for event in session.poll()] == list(range(len(engine.blocks)))
    assert engine.is_flushed
    assert session.poll() == []
    assert session.take_samples().shape == (0,)


def test_status_tells_device_rate_and_level(start: Start) -> None:
    session = start(SteadyCapture(tone(SR, 60.0), SR))
    wait_until(lambda: session.status.rms_db > -20.0)
    status = session.status
    assert (status.state, status.sr, status.device_name) == ("running", SR, "array")
    assert status.rms_db == pytest.approx(-9.0, abs=0.5)
    assert status.peak_hold_db == pytest.approx(-6.0, abs=0.1)
    assert (status.is_clipping, status.is_silent_zero, status.n_dropped_blocks) == (False, False, 0)
    assert session.stop()
    assert session.status.state == "stopped"


def test_exact_zeros_are_told_with_a_reason(start: Start) -> None:
    session = start(SteadyCapture(np.zeros(60 * SR, np.float32), SR, speed=5.0))
    wait_until(lambda: session.status.is_silent_zero)
    assert session.status.message.startswith("No sound is reaching us: ")


def test_start_returns_before_the_engine_is_ready() -> None:
    gate = threading.Event()

    def slow_engine() -> StubEngine:
        gate.wait(10.0)
        return StubEngine()

    capture = SteadyCapture(tone(SR, 60.0), SR)
    session = LiveSession(None, slow_engine, capture_factory=lambda _: capture)  # type: ignore[arg-type,return-value]
    session.start()
    assert session.status.state == "preparing"
    assert not session.stop(0.05)
    gate.set()
    assert session.stop(10.0)
    assert session.status.state == "stopped"


def test_take_begins_with_the_first_sound_and_is_exact(start: Start, tmp_path: Path) -> None:
    sound = tone(SR, 2.0)
    gate = threading.Event()
    engine = StubEngine()

    def make_engine() -> StubEngine:
        gate.wait(10.0)
        return engine

    capture = ArrayCapture(sound, SR, speed=5.0)
    session = LiveSession(None, make_engine, capture_factory=lambda _: capture)  # type: ignore[arg-type,return-value]
    session.start_recording(tmp_path / "a.wav")
    session.start()
    assert session.status.recording_path == tmp_path / "a.wav"
    gate.set()
    wait_until(lambda: session.status.state == "lost")
    assert "is gone" in session.status.message
    assert session.status.recording_path is None
    assert session.stop_recording() == tmp_path / "a.wav"
    assert session.stop_recording() is None
    y, sr = soundfile.read(tmp_path / "a.wav", dtype="float32")
    assert sr == SR
    np.testing.assert_array_equal(y, sound)


def test_take_can_be_opened_as_soon_as_it_is_stopped(start: Start, tmp_path: Path) -> None:
    session = start(SteadyCapture(tone(SR, 60.0), SR))
    wait_until(lambda: session.status.state == "running")
    for name in ("a.wav", "b.wav"):
        session.start_recording(tmp_path / name)
        with pytest.raises(ExportError, match="already"):
            session.start_recording(tmp_path / "c.wav")
        wait_until(lambda: session.status.recorded_s > 0.2)
        assert (session.status.disk_left_s or 0.0) > 0.0
        assert session.stop_recording() == tmp_path / name
        y = soundfile.read(tmp_path / name, dtype="float32")[0]
        assert y.shape[0] >= 0.2 * SR
        spectrum = np.abs(np.fft.rfft(y * np.hanning(y.shape[0])))
        assert np.argmax(spectrum) * SR / y.shape[0] == pytest.approx(440.0, abs=SR / y.shape[0])
    assert not (tmp_path / "c.wav").exists()


def test_a_slow_engine_costs_the_recording_nothing(start: Start, tmp_path: Path) -> None:
    sound = np.random.default_rng(0).uniform(-1, 1, 2 * SR).astype(np.float32)
    engine = StubEngine(delay_s=0.2)  # half as fast as the sound
    capture = ArrayCapture(sound, SR)
    session = LiveSession(None, lambda: engine, capture_factory=lambda _: capture)  # type: ignore[arg-type,return-value]
    session.start_recording(tmp_path / "a.wav")
    session.start()
    wait_until(lambda: session.status.state == "lost", 30.0)
    np.testing.assert_array_equal(soundfile.read(tmp_path / "a.wav", dtype="float32")[0], sound)
    np.testing.assert_array_equal(np.concatenate(engine.blocks), resample(sound, SR, 16_000))


def test_disk_full_ends_the_take_but_not_the_listening(
    start: Start, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    free = wav_recorder.RESERVE_BYTES + 300 * 4 * SR  # five minutes
    recorder = wav_recorder.WavRecorder
    monkeypatch.setattr(
        "desktop_app.pipeline.live_recording.WavRecorder",
        lambda path, sr: recorder(path, sr, disk_free=lambda _: free),
    )
    session = start(SteadyCapture(tone(SR, 60.0), SR))
    wait_until(lambda: session.status.state == "running")
    session.start_recording(tmp_path / "a.wav")
    wait_until(lambda: "5 more minutes" in session.status.message)
    free = 0
    wait_until(lambda: session.status.recording_path is None)
    wait_until(lambda: "nearly full" in session.status.message)
    assert session.status.state == "running"
    assert session.stop_recording() == tmp_path / "a.wav"
    assert soundfile.info(tmp_path / "a.wav").frames > 0


def test_nan_from_a_broken_driver_becomes_silence(start: Start, tmp_path: Path) -> None:
    sound = tone(16_000, 0.5)
    sound[100:200] = np.nan
    sound[300] = np.inf
    engine = StubEngine()
    session = start(ArrayCapture(sound, 16_000), engine)
    wait_until(lambda: session.status.state == "lost")
    expected = np.nan_to_num(sound, nan=0.0, posinf=0.0, neginf=0.0)
    np.testing.assert_array_equal(np.concatenate(engine.blocks), expected)


class NoMicrophone(ArrayCapture):
    def start(self) -> None:
        raise AudioDeviceError("No microphone was found: connect one, then rescan the devices.")


def test_no_microphone_is_one_sentence(start: Start, tmp_path: Path) -> None:
    session = start(NoMicrophone(tone(SR, 1.0), SR))
    wait_until(lambda: session.status.state == "failed")
    assert session.status.message == "No microphone was found: connect one, then rescan the devices."
    with pytest.raises(AudioDeviceError, match="closed"):
        session.start_recording(tmp_path / "a.wav")


def test_a_model_that_does_not_load_is_one_sentence() -> None:
    def make_engine() -> StubEngine:
        raise ModelError("The model is damaged: reinstall the program.")

    capture = SteadyCapture(tone(SR, 1.0), SR)
    session = LiveSession(None, make_engine, capture_factory=lambda _: capture)  # type: ignore[arg-type,return-value]
    session.start()
    wait_until(lambda: session.status.state == "failed")
    assert session.status.message == "The model is damaged: reinstall the program."
    assert session.stop()


def test_a_fault_in_the_engine_keeps_the_take(start: Start, tmp_path: Path) -> None:
    class Faulty(StubEngine):
        def push(self, block: np.ndarray) -> list:  # type: ignore[type-arg]
            if self.n_samples > 8000:
                raise ZeroDivisionError
            return super().push(block)

    capture = SteadyCapture(tone(SR, 60.0), SR)
    session = LiveSession(None, Faulty, capture_factory=lambda _: capture)  # type: ignore[arg-type,return-value]
    session.start_recording(tmp_path / "a.wav")
    session.start()
    wait_until(lambda: session.status.state == "failed")
    assert "fault in the program" in session.status.message
    assert session.stop_recording() == tmp_path / "a.wav"
    assert soundfile.info(tmp_path / "a.wav").duration >= 0.5
    assert session.stop()


def test_a_take_without_a_sample_leaves_no_file(tmp_path: Path) -> None:
    capture = SteadyCapture(np.zeros(0, np.float32), SR)
    session = LiveSession(None, StubEngine, capture_factory=lambda _: capture)  # type: ignore[arg-type,return-value]
    session.start_recording(tmp_path / "a.wav")
    session.start()
    wait_until(lambda: session.status.state == "running")
    time.sleep(0.1)
    assert session.stop_recording() is None
    assert session.stop()
    assert list(tmp_path.iterdir()) == []


def test_a_session_that_never_started_can_be_stopped() -> None:
    session = LiveSession(None, StubEngine, capture_factory=lambda _: SteadyCapture(tone(SR, 1.0), SR))  # type: ignore[arg-type,return-value]
    assert session.stop()
    assert session.status.state == "stopped"
