# SPDX-License-Identifier: MIT
"""A host for LV2 synthesisers that take keys from MIDI, such as setBfree's, and may have controls beside.

The plug-in is given what it needs: a table of names and a worker, whose jobs (settings read from files) are
declined. Its description in Turtle is not read. Without controls it has setBfree's ports; with them these are
its first ports, then come two outputs and the keys, as in mda's synthesisers.

References
----------
LV2 1.18: core, urid, atom, midi and worker, Robillard and Harris, lv2plug.in.
"""

from __future__ import annotations

import ctypes
import struct
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np

from desktop_app.domain.errors import CorpusError
from desktop_app.domain.frames import Float32Array
from desktop_app.training.rendering.plugins_library import BLOCK, first_described

_N_OUTPUTS: Final = 2
_EVENTS_SIZE: Final = 262_144
_DECLINED: Final = 1

_Handle, _Text = ctypes.c_void_p, ctypes.c_char_p
_Map = ctypes.CFUNCTYPE(ctypes.c_uint32, _Handle, _Text)
_Schedule = ctypes.CFUNCTYPE(ctypes.c_int, _Handle, ctypes.c_uint32, _Handle)


class _Descriptor(ctypes.Structure):
    _fields_ = (
        ("uri", _Text),
        ("instantiate", ctypes.CFUNCTYPE(_Handle, _Handle, ctypes.c_double, _Text, _Handle)),
        ("connect_port", ctypes.CFUNCTYPE(None, _Handle, ctypes.c_uint32, _Handle)),
        ("activate", ctypes.CFUNCTYPE(None, _Handle)),
        ("run", ctypes.CFUNCTYPE(None, _Handle, ctypes.c_uint32)),
    )


class _Feature(ctypes.Structure):
    _fields_ = (("uri", _Text), ("data", _Handle))


class _Service(ctypes.Structure):
    """``LV2_URID_Map`` and ``LV2_Worker_Schedule``: a handle, and the function."""

    _fields_ = (("handle", _Handle), ("function", _Handle))


class Lv2Synth:
    """One instance of a synthesiser.

    Parameters
    ----------
    library
        The plug-in's shared library in its bundle; its first plug-in counts.
    sr
        Sample rate in Hz.
    controls
        Where the controls stand, in the order of their ports.

    Raises
    ------
    CorpusError
        When there is no such synthesiser.
    """

    def __init__(self, library: Path, sr: int, controls: Sequence[float] = ()) -> None:
        self._descriptor = first_described(library, "LV2", _Descriptor)
        self._names: dict[bytes, int] = {}
        bundle = f"{library.parent}/".encode()
        features = ctypes.addressof(self._features())
        self._handle = self._descriptor.instantiate(ctypes.addressof(self._descriptor), sr, bundle, features)
        if not self._handle:
            raise CorpusError(f"{library} did not start.")
        self._controls = np.array(controls, np.float32)
        self._connect()
        if self._descriptor.activate:
            self._descriptor.activate(self._handle)

    def _features(self) -> ctypes.Array[Any]:
        """What the host offers; kept, because the plug-in goes on using it."""
        functions = (
            (b"http://lv2plug.in/ns/ext/urid#map", _Map(lambda _, name: self._number(name))),
            (b"http://lv2plug.in/ns/ext/worker#schedule", _Schedule(lambda *_: _DECLINED)),
        )
        services = [_Service(None, ctypes.cast(function, _Handle)) for _, function in functions]
        features = [
            _Feature(uri, ctypes.addressof(service))
            for (uri, _), service in zip(functions, services, strict=True)
        ]
        pointers = [ctypes.addressof(feature) for feature in features]
        self._offered = (functions, services, features, (_Handle * 3)(*pointers, None))
        return self._offered[-1]

    def _number(self, name: bytes) -> int:
        return self._names.setdefault(name, len(self._names) + 1)

    def _connect(self) -> None:
        self._sound = np.zeros((_N_OUTPUTS, BLOCK), np.float32)
        self._in = np.zeros(_EVENTS_SIZE, np.uint8)
        self._out = np.zeros(_EVENTS_SIZE, np.uint8)
        rest = [*self._sound, self._in] if self._controls.size else [self._in, self._out, *self._sound]
        values = [self._controls[k : k + 1] for k in range(self._controls.size)]
        for port, place in enumerate([*values, *rest]):
            self._descriptor.connect_port(self._handle, port, place.ctypes.data)

    def block(self, messages: Sequence[tuple[int, int, int]] = ()) -> Float32Array:
        """The next ``BLOCK`` samples, outputs mixed, after some MIDI messages at their start."""
        sequence = self._number(b"http://lv2plug.in/ns/ext/atom#Sequence")
        midi = self._number(b"http://lv2plug.in/ns/ext/midi#MidiEvent")
        events = b"".join(struct.pack("=qII3B5x", 0, 3, midi, *message) for message in messages)
        atom = struct.pack("=IIII", 8 + len(events), sequence, 0, 0) + events
        self._in[: len(atom)] = np.frombuffer(atom, np.uint8)
        self._out[:8] = np.frombuffer(struct.pack("=II", _EVENTS_SIZE - 8, 0), np.uint8)
        self._descriptor.run(self._handle, BLOCK)
        return self._sound.mean(axis=0, dtype=np.float32)
