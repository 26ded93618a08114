# SPDX-License-Identifier: MIT
"""A host for DSSI synthesisers: one instance, played key by key, faster than it sounds.

Nothing but the C interface is used, through ctypes: the plug-in is asked for its ports, each is given a place
in memory, and events are handed over with every block.

References
----------
DSSI Plugin API 1.0, Cannam, Harris and Bolton, 2004; LADSPA 1.1, Furse, 2000; the events are ALSA's
``snd_seq_event_t``.
"""

from __future__ import annotations

import ctypes
import os
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

import numpy as np

from desktop_app.domain.errors import CorpusError
from desktop_app.domain.frames import Float32Array
from desktop_app.training.rendering.plugins_library import BLOCK, first_described

_CONTROLLER: Final = 10
_KINDS: Final = {0x90: 6, 0x80: 7, 0xB0: _CONTROLLER}
_INPUT, _OUTPUT, _CONTROL, _AUDIO = 1, 2, 4, 8
_ENOUGH_SLEEPS: Final = 20
_IDLE_S: Final = 2.0
_POLL_S: Final = 0.001
_LOGARITHMIC: Final = 0x10
_TIMES_RATE: Final = 0x8
_DEFAULT: Final = 0x3C0
_SHARES: Final = {0x40: 0.0, 0x80: 0.25, 0xC0: 0.5, 0x100: 0.75, 0x140: 1.0}
_CONSTANTS: Final = {0x200: 0.0, 0x240: 1.0, 0x280: 100.0, 0x2C0: 440.0}

_Handle, _Number, _Text = ctypes.c_void_p, ctypes.c_ulong, ctypes.c_char_p


class _Hint(ctypes.Structure):
    _fields_ = (("kind", ctypes.c_int), ("low", ctypes.c_float), ("high", ctypes.c_float))


class _Ladspa(ctypes.Structure):
    _fields_ = (
        ("unique_id", _Number),
        ("label", _Text),
        ("properties", ctypes.c_int),
        ("name", _Text),
        ("maker", _Text),
        ("copyright", _Text),
        ("n_ports", _Number),
        ("ports", ctypes.POINTER(ctypes.c_int)),
        ("port_names", ctypes.POINTER(_Text)),
        ("hints", ctypes.POINTER(_Hint)),
        ("implementation", _Handle),
        ("instantiate", ctypes.CFUNCTYPE(_Handle, _Handle, _Number)),
        ("connect_port", ctypes.CFUNCTYPE(None, _Handle, _Number, _Handle)),
        ("activate", ctypes.CFUNCTYPE(None, _Handle)),
        ("run", _Handle),
        ("run_adding", _Handle),
        ("set_run_adding_gain", _Handle),
        ("deactivate", _Handle),
        ("cleanup", _Handle),
    )


class _Dssi(ctypes.Structure):
    _fields_ = (
        ("version", ctypes.c_int),
        ("ladspa", ctypes.POINTER(_Ladspa)),
        ("configure", ctypes.CFUNCTYPE(_Handle, _Handle, _Text, _Text)),
        ("get_program", _Handle),
        ("select_program", ctypes.CFUNCTYPE(None, _Handle, _Number, _Number)),
        ("get_midi_controller_for_port", _Handle),
        ("run_synth", ctypes.CFUNCTYPE(None, _Handle, _Number, _Handle, _Number)),
    )


class _Event(ctypes.Structure):
    """``snd_seq_event_t``; the first two data bytes after the channel are key and velocity."""

    _fields_ = (
        ("type", ctypes.c_ubyte),
        ("flags", ctypes.c_ubyte * 3),
        ("tick", ctypes.c_uint32),
        ("rest_of_time", ctypes.c_uint32),
        ("addresses", ctypes.c_ubyte * 4),
        ("channel", ctypes.c_ubyte),
        ("key", ctypes.c_ubyte),
        ("velocity", ctypes.c_ubyte),
        ("unused", ctypes.c_ubyte),
        ("parameter", ctypes.c_uint32),
        ("value", ctypes.c_int32),
    )


def _default(hint: _Hint, sr: int) -> float:
    """What a control stands at when nobody has moved it."""
    kind = hint.kind & _DEFAULT
    if kind not in _SHARES:
        return _CONSTANTS.get(kind, 0.0)
    scale = sr if hint.kind & _TIMES_RATE else 1.0
    low, high, share = hint.low * scale, hint.high * scale, _SHARES[kind]
    if hint.kind & _LOGARITHMIC and low > 0.0:
        return float(low ** (1.0 - share) * high**share)
    return float(low * (1.0 - share) + high * share)


def _threads() -> set[str]:
    """The threads of this process."""
    return set(os.listdir("/proc/self/task"))


def _n_sleeps(threads: set[str]) -> int:
    """How often some threads have gone to sleep in all."""
    states = [Path("/proc/self/task", thread, "status").read_text(encoding="ascii") for thread in threads]
    return sum(int(state.split("\nvoluntary_ctxt_switches:")[1].split()[0]) for state in states)


class DssiSynth:
    """One instance of a synthesiser.

    Parameters
    ----------
    library
        The plug-in's shared library; its first synthesiser counts.
    sr
        Sample rate in Hz.

    Raises
    ------
    CorpusError
        When there is no such synthesiser.
    """

    def __init__(self, library: Path, sr: int) -> None:
        self._dssi = first_described(library, "DSSI", _Dssi)
        if not self._dssi.run_synth:
            raise CorpusError(f"{library} is no synthesiser.")
        self._ladspa = self._dssi.ladspa.contents
        before = _threads()
        self._handle = self._ladspa.instantiate(ctypes.addressof(self._ladspa), sr)
        if not self._handle:
            raise CorpusError(f"{library} did not start.")
        self._threads = _threads() - before
        self._connect(sr)
        if self._ladspa.activate:
            self._ladspa.activate(self._handle)

    def _connect(self, sr: int) -> None:
        self._memory = np.zeros((self._ladspa.n_ports, BLOCK), np.float32)
        self._outputs: list[int] = []
        for port in range(self._ladspa.n_ports):
            kind = self._ladspa.ports[port]
            if kind & _CONTROL and kind & _INPUT:
                self._memory[port] = _default(self._ladspa.hints[port], sr)
            if kind & _AUDIO and kind & _OUTPUT:
                self._outputs.append(port)
            self._ladspa.connect_port(self._handle, port, self._memory[port].ctypes.data)

    def set_controls(self, values: Mapping[str, float]) -> None:
        """Move the controls of some names; of others than the plug-in's, nothing comes."""
        for port in range(self._ladspa.n_ports):
            name = self._ladspa.port_names[port].decode("latin-1")
            if name in values:
                self._memory[port] = values[name]

    def configure(self, key: str, value: str) -> None:
        """Hand over a setting, such as a set of patches.

        Raises
        ------
        CorpusError
            When the synthesiser refuses it.
        """
        refusal = self._dssi.configure(self._handle, key.encode(), value.encode("latin-1"))
        if refusal:
            raise CorpusError(f"The synthesiser refused the setting {key}.")

    def select(self, bank: int, program: int) -> None:
        """Choose a programme, and wait until it is loaded.

        Some synthesisers load in a thread of their own and do not say when it is done. How often that
        thread has gone to sleep tells: it looks for work every millisecond, but not while it loads.
        """
        before, n_before = _n_sleeps(self._threads), len(_threads())
        self._dssi.select_program(self._handle, bank, program)
        n_sleeps, idle_since_s = before, time.monotonic()
        while self._threads and n_sleeps - before < _ENOUGH_SLEEPS:
            time.sleep(_POLL_S)
            is_loading = len(_threads()) > n_before
            n_new = _n_sleeps(self._threads) - n_sleeps
            if n_new or is_loading:
                n_sleeps, idle_since_s = n_sleeps + n_new, time.monotonic()
            if time.monotonic() - idle_since_s > _IDLE_S:
                break  # its threads are for other work
        for _ in range(20):
            self.block()
            time.sleep(_POLL_S)

    def block(self, messages: Sequence[tuple[int, int, int]] = ()) -> Float32Array:
        """The next ``BLOCK`` samples, outputs mixed, after some MIDI messages at their start."""
        events = (_Event * max(1, len(messages)))(*(_event(*message) for message in messages))
        self._dssi.run_synth(self._handle, BLOCK, ctypes.addressof(events), len(messages))
        return self._memory[self._outputs].mean(axis=0, dtype=np.float32)


def _event(status: int, number: int, value: int) -> _Event:
    """A key or a controller as ALSA's event."""
    kind, channel = _KINDS[status & 0xF0], status & 0x0F
    if kind == _CONTROLLER:
        return _Event(type=kind, channel=channel, parameter=number, value=value)
    return _Event(type=kind, channel=channel, key=number, velocity=value)
