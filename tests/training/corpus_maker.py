# SPDX-License-Identifier: MIT
"""Small corpora and a small SoundFont for the tests, made of sines."""

from __future__ import annotations

import csv
import json
import struct
from pathlib import Path

import numpy as np
import soundfile

SR = 16_000
PRESETS = [("Sine A", 80, 0), ("Piano", 0, 0), ("Kit", 0, 128)]


def stop_workers() -> None:
    """End joblib's processes, which otherwise wait for more work."""
    from joblib.externals.loky import get_reusable_executor

    get_reusable_executor().shutdown(wait=True)


def tone(f0_hz: float, seconds: float = 1.0, sr: int = SR, level: float = 0.5) -> np.ndarray:
    time_s = np.arange(int(seconds * sr)) / sr
    return (level * np.sin(2 * np.pi * f0_hz * time_s)).astype(np.float32)


def nsynth_corpus(folder: Path, n: int = 3, **changes: object) -> Path:
    """Notes of one flute at 440 Hz and up, in NSynth's format."""
    (folder / "audio").mkdir(parents=True)
    examples = {}
    for k in range(n):
        name = f"flute_acoustic_000-{69 + k:03d}-100"
        soundfile.write(folder / "audio" / f"{name}.wav", tone(440.0 * 2 ** (k / 12), 3.0), SR)
        examples[name] = {
            "instrument_str": "flute_acoustic_000",
            "instrument_family_str": "flute",
            "instrument_source_str": "acoustic",
            "pitch": 69 + k,
            "velocity": 100,
        } | changes
    (folder / "examples.json").write_text(json.dumps(examples), encoding="utf-8")
    return folder


def manifest_corpus(folder: Path, rows: list[dict[str, str]]) -> Path:
    """Clips of half a second with the given columns over some defaults."""
    folder.mkdir(parents=True)
    defaults = {
        "source_repo": "someone/clips",
        "weights_ok": "yes",
        "instrument": "oboe",
        "family": "reed",
        "source": "acoustic",
        "kind": "note",
        "midi_pitch": "69",
        "pitch_check": "ok",
    }
    full = [{"clip": f"{k}.wav"} | defaults | row for k, row in enumerate(rows)]
    for k, row in enumerate(full):
        soundfile.write(folder / row["clip"], tone(440.0 + k, 0.5), SR)
    with (folder / "manifest.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, full[0].keys())
        writer.writeheader()
        writer.writerows(full)
    return folder


def _chunk(name: bytes, content: bytes) -> bytes:
    return name + struct.pack("<I", len(content)) + content + b"\0" * (len(content) % 2)


def _name(text: str) -> bytes:
    return text.encode().ljust(20, b"\0")


def soundfont(path: Path) -> Path:
    """A SoundFont of one looped sine (A4) with the presets of :data:`PRESETS`, all playing it."""
    n, period = 4410, 100  # 44.1 kHz, 441 Hz
    wave = (20000 * np.sin(2 * np.pi * np.arange(n) / period)).astype("<i2").tobytes() + b"\0" * 92
    info = (
        _chunk(b"ifil", struct.pack("<HH", 2, 1))
        + _chunk(b"isng", b"EMU8000\0")
        + _chunk(b"INAM", b"test\0\0")
    )
    count = len(PRESETS)
    phdr = b"".join(
        _name(t) + struct.pack("<HHHIII", p, b, k, 0, 0, 0) for k, (t, p, b) in enumerate(PRESETS)
    )
    phdr += _name("EOP") + struct.pack("<HHHIII", 0, 0, count, 0, 0, 0)
    tables = {
        b"phdr": phdr,
        b"pbag": b"".join(struct.pack("<HH", k, 0) for k in range(count + 1)),
        b"pmod": bytes(10),
        b"pgen": struct.pack("<HH", 41, 0) * count + bytes(4),
        b"inst": _name("sine") + struct.pack("<H", 0) + _name("EOI") + struct.pack("<H", 1),
        b"ibag": struct.pack("<HHHH", 0, 0, 2, 0),
        b"imod": bytes(10),
        b"igen": struct.pack("<HHHH", 54, 1, 53, 0) + bytes(4),
        b"shdr": _name("sine")
        + struct.pack("<IIIIIBbHH", 0, n, period, n - 10 * 1 - period, 44100, 69, 0, 0, 1)
        + _name("EOS")
        + bytes(26),
    }
    pdta = b"".join(_chunk(name, content) for name, content in tables.items())
    body = b"sfbk" + _chunk(b"LIST", b"INFO" + info)
    body += _chunk(b"LIST", b"sdta" + _chunk(b"smpl", wave)) + _chunk(b"LIST", b"pdta" + pdta)
    path.write_bytes(b"RIFF" + struct.pack("<I", len(body)) + body)
    return path
