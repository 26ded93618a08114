# SPDX-License-Identifier: MIT
import subprocess
import sys
import threading
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from desktop_app.domain.errors import AudioDeviceError
from desktop_app.realtime import devices
from desktop_app.realtime.capture import Capture
from desktop_app.realtime.devices import Device


class Refusal(Exception):
    pass


class FakePortAudio:
    """Two inputs of which the second is the default; takes one format only."""

    PortAudioError = Refusal

    def __init__(self, sr: int, channels: int) -> None:
        self.accepted = (sr, channels)
        self.asked: list[tuple[int, int]] = []
        self.callback: Any = None
        self.n_rescans = 0

    def query_devices(self, index: int | None = None, kind: str | None = None) -> Any:
        infos = [
            {"name": f"mic {i}", "hostapi": 0, "index": i, "default_samplerate": 96_000.0}
            | {"max_input_channels": 2, "max_output_channels": 0}
            | {"default_high_input_latency": (0.04, 0.18)[i]}
            for i in range(2)
        ]
        if index is not None:
            return infos[index]
        return infos[1] if kind else infos

    def query_hostapis(self) -> Any:
        return [{"name": "ALSA"}]

    def InputStream(self, *, samplerate: int, channels: int, callback: Any, **_: Any) -> Any:
        self.asked.append((samplerate, channels))
        if (samplerate, channels) != self.accepted:
            raise Refusal("Invalid sample rate")
        self.callback = callback
        quiet = lambda **_: None  # noqa: E731
        return SimpleNamespace(start=quiet, abort=quiet, close=quiet)

    def _terminate(self) -> None:
        self.n_rescans += 1

    def _initialize(self) -> None: ...


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakePortAudio]:
    port = FakePortAudio(44_100, 2)
    monkeypatch.setattr(devices, "portaudio", lambda: port)
    yield port
    assert devices._n_holders == 0


def test_default_comes_first_and_names_find_it(fake: FakePortAudio) -> None:
    listed = devices.list_inputs()
    assert [device.name for device in listed] == ["mic 1", "mic 0"]
    assert listed[0] == Device("mic 1", "ALSA", 1, 2, 96_000, True)
    assert devices.find("mic 0", "ALSA") == listed[1]
    assert devices.find("mic 0", "JACK") is None
    assert devices.list_outputs() == []


def test_latency_is_never_below_a_tenth_of_a_second(fake: FakePortAudio) -> None:
    slow, fast = devices.list_inputs()
    assert devices.latency_s(fast, "input") == 0.1
    assert devices.latency_s(slow, "input") == 0.18


def test_a_device_is_looked_up_again_by_name(fake: FakePortAudio) -> None:
    moved = Device("mic 0", "ALSA", 17, 2, 96_000, False)
    assert devices.resolve(moved, "input").index == 0
    with pytest.raises(AudioDeviceError, match="“gone” is not connected"):
        devices.resolve(Device("gone", "ALSA", 0, 2, 96_000, False), "input")
    with pytest.raises(AudioDeviceError, match="No loudspeaker was found"):
        devices.resolve(None, "output")


def test_capture_falls_back_and_mixes_two_channels(fake: FakePortAudio) -> None:
    capture = Capture()
    capture.start()
    assert fake.asked == [(96_000, 1), (96_000, 2), (48_000, 1), (48_000, 2), (44_100, 1), (44_100, 2)]
    assert (capture.sr, capture.device_name) == (44_100, "mic 1")
    block = np.stack([np.full(64, 0.5), np.full(64, 0.1)], axis=1).astype(np.float32)
    fake.callback(block, 64, None, SimpleNamespace(input_overflow=False))
    fake.callback(block, 64, None, SimpleNamespace(input_overflow=True))
    assert capture.n_dropped == 1
    assert capture.seconds_since_callback < 5.0
    assert capture.stop()
    np.testing.assert_allclose(capture.read(), np.full(128, 0.3), rtol=1e-6)


def test_a_device_that_refuses_everything_is_one_sentence(fake: FakePortAudio) -> None:
    fake.accepted = (8000, 1)
    with pytest.raises(AudioDeviceError, match="“mic 1” cannot be opened: Invalid sample rate"):
        Capture().start()


def test_no_rescan_while_a_stream_is_open(fake: FakePortAudio) -> None:
    capture = Capture()
    capture.start()
    with pytest.raises(AudioDeviceError, match="cannot be rescanned"):
        devices.rescan()
    capture.stop()
    devices.rescan()
    assert fake.n_rescans == 1


def test_a_stream_that_hangs_is_abandoned(fake: FakePortAudio) -> None:
    gate = threading.Event()
    stream = SimpleNamespace(abort=lambda **_: gate.wait(30.0), close=lambda **_: None)
    devices.hold()
    assert not devices.close_stream(stream, 0.05, drain=False)
    gate.set()
    for thread in threading.enumerate():
        if thread.name == "close-stream":
            thread.join(5.0)


def run(code: str) -> str:
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_importing_costs_no_portaudio_and_no_libsndfile() -> None:
    loaded = run(
        "import sys\n"
        "from desktop_app.realtime import array_capture, capture, devices, player\n"
        "from desktop_app.pipeline import live\n"
        "print([m for m in ('sounddevice', 'soundfile', 'scipy', 'librosa') if m in sys.modules])"
    )
    assert loaded == "[]"


def test_without_portaudio_one_sentence_says_what_to_install() -> None:
    told = run(
        "import ctypes.util\n"
        "ctypes.util.find_library = lambda name: None\n"
        "from desktop_app.domain.errors import AudioDeviceError\n"
        "from desktop_app.realtime import devices\n"
        "try:\n"
        "    devices.list_inputs()\n"
        "except AudioDeviceError as error:\n"
        "    print(error)"
    )
    assert "libportaudio2" in told
    assert "\n" not in told
