# SPDX-License-Identifier: MIT
"""A microphone and a loudspeaker for tests: PulseAudio with a null sink, apart from the user's own sound.

What is played into the sink arrives at the microphone; what the program plays can be recorded back.
The fixtures are for every test folder::

    from conftest_audio import no_sound_devices, pulse_server, virtual_microphone
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from desktop_app.realtime import devices

SR = 48_000
_MODULES = f"""
load-module module-native-protocol-unix socket={{socket}} auth-anonymous=1
load-module module-null-sink sink_name=room rate={SR} channels=2 format=float32le norewinds=1
load-module module-remap-source source_name=microphone master=room.monitor
set-default-sink room
set-default-source microphone
"""
_ALSA = "pcm.!default { type pulse }\nctl.!default { type pulse }\n"


class VirtualMicrophone:
    """The isolated sound system.

    Attributes
    ----------
    environment : dict
        What a subprocess needs in its environment to use it.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        socket = folder / "native"
        (folder / "default.pa").write_text(_MODULES.format(socket=socket))
        (folder / "asound.conf").write_text(_ALSA)
        self.environment = {
            "ALSA_CONFIG_PATH": f"{folder / 'asound.conf'}",
            "PULSE_SERVER": f"unix:{socket}",
            "PULSE_COOKIE": f"{folder / 'cookie'}",
            "PULSE_RUNTIME_PATH": f"{folder}",
            "PULSE_STATE_PATH": f"{folder}",
        }
        self._tools: list[subprocess.Popen[bytes]] = []
        self._server = self._start()

    def play(self, wav_path: Path, *, wait: bool = False) -> None:
        """Let the microphone hear a file; returns at once, or at its end."""
        player = subprocess.Popen(
            ["paplay", "--latency-msec=500", str(wav_path)], env=self._tool_environment()
        )
        self._tools.append(player)
        if wait:
            assert player.wait(60) == 0

    def hush(self) -> None:
        """End what plays and records."""
        for player in self._tools:
            player.terminate()
            player.wait(5)
        self._tools.clear()

    def record(self, wav_path: Path) -> subprocess.Popen[bytes]:
        """Record what the program plays, as stereo float at 48 kHz, until the process is terminated."""
        command = ["parec", "--device=room.monitor", "--format=float32le", f"--rate={SR}", "--channels=2"]
        command += ["--file-format=wav", "--latency-msec=100", str(wav_path)]
        recorder = subprocess.Popen(command, env=self._tool_environment())
        self._tools.append(recorder)
        end_s = time.monotonic() + 10.0
        while not (wav_path.exists() and wav_path.stat().st_size > 10_000):
            assert time.monotonic() < end_s, "parec records nothing"
            time.sleep(0.02)
        return recorder

    def stop(self) -> None:
        """End everything."""
        self.hush()
        self._server.terminate()
        self._server.wait(10)

    def _start(self) -> subprocess.Popen[bytes]:
        command = [
            "pulseaudio",
            "-n",
            "-F",
            str(self._folder / "default.pa"),
            "--daemonize=no",
            "--system=false",
        ]
        command += ["--exit-idle-time=-1", "--use-pid-file=no", "--disable-shm=yes", "--realtime=no"]
        command += ["--high-priority=no", "--resample-method=speex-float-5"]
        environment = self._tool_environment()
        del environment["PULSE_SERVER"]  # a server that is told of a server refuses to start
        with (self._folder / "log").open("wb") as log:
            server = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
        end_s = time.monotonic() + 20.0
        while not self._answers():
            if time.monotonic() > end_s or server.poll() is not None:
                server.kill()
                server.wait()
                pytest.fail(f"PulseAudio does not start: {(self._folder / 'log').read_text()}")
            time.sleep(0.05)
        return server

    def _answers(self) -> bool:
        asked = subprocess.run(
            ["pactl", "list", "short", "sources"], env=self._tool_environment(), capture_output=True
        )
        return asked.returncode == 0 and b"microphone" in asked.stdout

    def _tool_environment(self) -> dict[str, str]:
        home = {"HOME": str(self._folder), "XDG_RUNTIME_DIR": str(self._folder)}
        return {**os.environ, **self.environment, **home}


@pytest.fixture(scope="session")
def pulse_server() -> Iterator[VirtualMicrophone]:
    """The sound system of this test run; most tests want :func:`virtual_microphone`."""
    missing = [tool for tool in ("pulseaudio", "pactl", "paplay", "parec") if shutil.which(tool) is None]
    if missing:
        pytest.fail(
            f"{', '.join(missing)} missing: install pulseaudio, pulseaudio-utils and libasound2-plugins"
        )
    folder = Path(
        tempfile.mkdtemp(prefix="rit-")
    )  # a short path, since a socket's name has 108 bytes at most
    server = VirtualMicrophone(folder)
    yield server
    server.stop()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def virtual_microphone(
    pulse_server: VirtualMicrophone, monkeypatch: pytest.MonkeyPatch
) -> Iterator[VirtualMicrophone]:
    """The sound system as the only one that this process sees, for the length of a test."""
    for name, value in pulse_server.environment.items():
        monkeypatch.setenv(name, value)
    devices.rescan()  # PortAudio asks for the configuration only when it is initialised
    if not devices.list_inputs():
        pytest.fail("ALSA cannot reach PulseAudio: install libasound2-plugins")
    yield pulse_server
    pulse_server.hush()
    monkeypatch.undo()
    devices.rescan()  # fails, and rightly so, where a test left a stream open


@pytest.fixture
def no_sound_devices(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A computer without any configured sound device."""
    # PortAudio aborts where not even one name is configured; this one leads nowhere.
    (tmp_path / "asound.conf").write_text("pcm.!default { type hw card 31 }\n")
    monkeypatch.setenv("ALSA_CONFIG_PATH", str(tmp_path / "asound.conf"))
    devices.rescan()
    yield
    monkeypatch.undo()
    devices.rescan()
