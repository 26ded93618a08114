# SPDX-License-Identifier: MIT
"""Sound devices by name; PortAudio is loaded on first use, never by importing this module."""

from __future__ import annotations

import atexit
import threading
from dataclasses import dataclass
from typing import Any, Final, Literal

from desktop_app.domain.errors import AudioDeviceError

Kind = Literal["input", "output"]

LATENCY_S: Final = 0.1
"""What a busy computer needs for neither losing nor missing a block; many devices call a third of it high."""

_lock = threading.Lock()
_n_holders = 0


@dataclass(frozen=True, slots=True)
class Device:
    """A sound input or output.

    Attributes
    ----------
    name, host_api
        What a device is remembered by; indices move when devices come and go.
    index
        PortAudio's number of the device until the next :func:`rescan`.
    max_channels
        In the direction of the list that it came from.
    default_sr
        The native sample rate in Hz.
    is_default
        Whether the system would choose it.
    """

    name: str
    host_api: str
    index: int
    max_channels: int
    default_sr: int
    is_default: bool


def portaudio() -> Any:
    """The ``sounddevice`` module; its first import loads and initialises PortAudio.

    Raises
    ------
    AudioDeviceError
        When the library is not installed.
    """
    try:
        import sounddevice
    except OSError as error:
        raise AudioDeviceError(
            "Sound cannot be recorded or played because PortAudio is missing: "
            "install it (on Debian and Ubuntu the package libportaudio2) and start the program again."
        ) from error
    return sounddevice


def list_inputs() -> list[Device]:
    """Microphones and other inputs, the system's default first.

    Raises
    ------
    AudioDeviceError
        When PortAudio is not installed.
    """
    return _list("input")


def list_outputs() -> list[Device]:
    """Loudspeakers and other outputs, the system's default first.

    Raises
    ------
    AudioDeviceError
        When PortAudio is not installed.
    """
    return _list("output")


def find(name: str, host_api: str, kind: Kind = "input") -> Device | None:
    """The device of that name and host API, or None where it is not connected."""
    return next((d for d in _list(kind) if (d.name, d.host_api) == (name, host_api)), None)


def resolve(device: Device | None, kind: Kind) -> Device:
    """The device with its present index; None stands for the default.

    Raises
    ------
    AudioDeviceError
        When there is no such device.
    """
    if device is not None:
        found = find(device.name, device.host_api, kind)
        if found is None:
            raise AudioDeviceError(f"The device “{device.name}” is not connected: choose another one.")
        return found
    listed = _list(kind)
    if not listed:
        thing = "microphone" if kind == "input" else "loudspeaker"
        raise AudioDeviceError(f"No {thing} was found: connect one, then rescan the devices.")
    return listed[0]


def latency_s(device: Device, kind: Kind) -> float:
    """The latency in seconds to open the device with: 0.1, or more where the device calls more safe."""
    info = portaudio().query_devices(device.index)
    return max(LATENCY_S, float(info[f"default_high_{kind}_latency"]))


def rescan() -> None:
    """Make PortAudio look again for devices; it does so only when it is initialised.

    Raises
    ------
    AudioDeviceError
        While a stream is open, since that stream would be torn down under its user.
    """
    sd = portaudio()
    with _lock:
        if _n_holders:
            raise AudioDeviceError("The devices cannot be rescanned while sound is recorded or played.")
        sd._terminate()
        sd._initialize()


def hold() -> None:
    """Forbid rescanning; called before a stream is opened."""
    global _n_holders
    with _lock:
        _n_holders += 1


def release() -> None:
    """Take back one :func:`hold`; called once the stream is closed or could not be opened."""
    global _n_holders
    with _lock:
        _n_holders -= 1


def close_stream(stream: Any, timeout_s: float, *, drain: bool) -> bool:
    """Stop and close a held stream on a thread of its own and release the hold once it is closed.

    PortAudio can hang in both calls after a device was unplugged. Then the thread is abandoned, and so is
    PortAudio's termination at exit, which would hang on the same device.

    Parameters
    ----------
    stream
        A ``sounddevice`` stream.
    timeout_s
        How long to wait for it.
    drain
        Whether what waits in the output is still played.

    Returns
    -------
    bool
        Whether it was closed in time.
    """
    thread = threading.Thread(target=_close, args=(stream, drain), name="close-stream", daemon=True)
    thread.start()
    thread.join(timeout_s)
    if thread.is_alive():
        exit_handler = getattr(portaudio(), "_exit_handler", None)
        if exit_handler is not None:
            atexit.unregister(exit_handler)
    return not thread.is_alive()


def _close(stream: Any, drain: bool) -> None:
    if drain:
        stream.stop(ignore_errors=True)
    else:
        stream.abort(ignore_errors=True)
    stream.close(ignore_errors=True)
    release()


def _list(kind: Kind) -> list[Device]:
    sd = portaudio()
    with _lock:
        infos = [info for info in sd.query_devices() if info[f"max_{kind}_channels"] > 0]
        apis = [api["name"] for api in sd.query_hostapis()]
        default_index = sd.query_devices(kind=kind)["index"] if infos else -1
    found = [
        Device(
            name=info["name"],
            host_api=apis[info["hostapi"]],
            index=info["index"],
            max_channels=info[f"max_{kind}_channels"],
            default_sr=round(info["default_samplerate"]),
            is_default=info["index"] == default_index,
        )
        for info in infos
    ]
    return sorted(found, key=lambda device: not device.is_default)
