# SPDX-License-Identifier: MIT
"""A virtual screen and a virtual microphone, so that a measurement needs neither desktop nor sound card."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

SCREEN = "1400x900x24"
_SOUND_SERVER = """
load-module module-native-protocol-unix socket={folder}/native auth-anonymous=1
load-module module-null-sink sink_name=room rate=48000 channels=2
load-module module-remap-source source_name=microphone master=room.monitor
set-default-sink room
set-default-source microphone
"""
_ALSA = "pcm.!default { type pulse }\nctl.!default { type pulse }\n"


@contextmanager
def virtual_screen() -> Iterator[dict[str, str]]:
    """The environment of a process that shall draw on a virtual screen of 1400 × 900.

    Without Xvfb that is Qt's *offscreen* platform.
    """
    if shutil.which("Xvfb") is None:
        yield {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
        return
    reader, writer = os.pipe()
    command = ["Xvfb", "-displayfd", str(writer), "-screen", "0", SCREEN, "-nolisten", "tcp"]
    server = subprocess.Popen(command, pass_fds=(writer,), stderr=subprocess.DEVNULL)
    os.close(writer)
    try:
        with os.fdopen(reader) as numbers:
            number = numbers.readline().strip()
        environment = {**os.environ, "DISPLAY": f":{number}", "QT_QPA_PLATFORM": "xcb"}
        environment.pop("WAYLAND_DISPLAY", None)
        yield environment
    finally:
        server.terminate()
        server.wait()


@contextmanager
def virtual_microphone() -> Iterator[dict[str, str] | None]:
    """Environment variables that make a null sink's monitor the only microphone; None without PulseAudio.

    What :func:`play` plays arrives there.
    """
    if any(shutil.which(tool) is None for tool in ("pulseaudio", "pactl", "paplay")):
        yield None
        return
    with tempfile.TemporaryDirectory(prefix="rit-") as name:
        folder = Path(name)
        (folder / "default.pa").write_text(_SOUND_SERVER.format(folder=folder))
        (folder / "asound.conf").write_text(_ALSA)
        environment = {
            "ALSA_CONFIG_PATH": str(folder / "asound.conf"),
            "PULSE_SERVER": f"unix:{folder}/native",
            "PULSE_COOKIE": str(folder / "cookie"),
            "PULSE_RUNTIME_PATH": name,
            "PULSE_STATE_PATH": name,
        }
        server = _start_sound_server(folder, environment)
        try:
            yield environment
        finally:
            server.terminate()
            server.wait()


def play(path: Path, environment: Mapping[str, str]) -> subprocess.Popen[bytes]:
    """Let the virtual microphone hear a file."""
    return subprocess.Popen(["paplay", "--latency-msec=50", str(path)], env={**os.environ, **environment})


def _start_sound_server(folder: Path, environment: Mapping[str, str]) -> subprocess.Popen[bytes]:
    command = ["pulseaudio", "-n", "-F", str(folder / "default.pa"), "--daemonize=no", "--system=false"]
    command += ["--exit-idle-time=-1", "--use-pid-file=no", "--disable-shm=yes", "--realtime=no"]
    everything = {**os.environ, **environment, "HOME": str(folder)}
    own = {key: value for key, value in everything.items() if key != "PULSE_SERVER"}
    silent = subprocess.DEVNULL
    server = subprocess.Popen([*command, "--high-priority=no"], env=own, stdout=silent, stderr=silent)
    for _ in range(400):
        asked = subprocess.run(["pactl", "list", "short", "sources"], env=everything, capture_output=True)
        if b"microphone" in asked.stdout:
            return server
        time.sleep(0.05)
    server.kill()
    server.wait()
    raise RuntimeError("PulseAudio does not start")
