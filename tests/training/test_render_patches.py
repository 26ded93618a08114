# SPDX-License-Identifier: MIT
from __future__ import annotations

import json
import struct
from pathlib import Path

import numpy as np
import pytest
from corpus_maker import SR, tone

from desktop_app.domain.labels import NOT_AN_INSTRUMENT
from desktop_app.training.commands_corpus import main
from desktop_app.training.rendering import soundfont as render
from desktop_app.training.rendering.presets import BANKS, CorpusError, Preset, read_presets, voice_of
from desktop_app.training.rendering.soundfont import PlayedNote

SAMPLE_SR, PERIOD = 44_100, 100


def gravis_patch(path: Path) -> None:
    """A looped sine of 441 Hz as a Gravis Ultrasound patch."""
    wave = (tone(SAMPLE_SR / PERIOD, 0.5, SAMPLE_SR) * 20_000).astype("<i2").tobytes()
    header = struct.pack(
        "<12s10s60sBBBHHI36x", b"GF1PATCH110", b"ID#000002", b"", 1, 14, 0, 1, 127, len(wave)
    )
    instrument = struct.pack("<H16sIB40x", 0, b"sine", len(wave) + 47, 1)
    layer = struct.pack("<BBIB40x", 0, 0, len(wave), 1)
    hz = 441_000  # thousandths of a hertz
    sample = struct.pack("<7sBIII", b"sine", 0, len(wave), 40 * PERIOD, 200 * PERIOD)
    sample += struct.pack("<HIIIHB", SAMPLE_SR, 8000, 12_000_000, hz, 512, 7)
    sample += bytes([63] * 6) + bytes([246, 246, 246, 8, 8, 8]) + bytes(6)
    sample += struct.pack("<BHH36x", 1 | 4 | 32 | 64, 60, 1024)
    path.write_bytes(header + instrument + layer + sample + wave)


@pytest.fixture
def patches(tmp_path):
    (tmp_path / "Tone").mkdir()
    gravis_patch(tmp_path / "Tone" / "073_Low_Flute.pat")
    lines = [
        f"dir {tmp_path}",
        "# two sets",
        "drumset 0",
        " 38\tTone/073_Low_Flute.pat amp=100",
        "bank 0",
        " 73\tTone/073_Low_Flute.pat ",
        " 95\tTone/073_Low_Flute.pat ",
    ]
    (tmp_path / "few.cfg").write_text("\n".join(lines), encoding="utf-8")
    return tmp_path / "few.cfg"


def test_patches_are_read_from_the_list(patches):
    assert read_presets(patches) == [
        Preset(0, 73, "Low Flute"),
        Preset(0, 95, "Low Flute"),
        Preset(128, 0, "Drums"),
    ]


@pytest.mark.parametrize("content", [b"", b"# nothing\n", b"bank 0\n", b"\xff\xfe"])
def test_a_list_without_patches_is_named(tmp_path, content):
    (tmp_path / "a.cfg").write_bytes(content)
    with pytest.raises(
        CorpusError, match=r"a\.cfg (lists no patches|could not be read as a list of patches)\.$"
    ):
        read_presets(tmp_path / "a.cfg")


def test_patches_sound_at_their_pitch(patches):
    for midi, f0_hz in ((69, 440.0), (81, 880.0)):
        (y,) = render.render_notes(patches, Preset(0, 73, "Low Flute"), [PlayedNote(midi, 100)])
        assert y.shape == (4 * SR,)
        assert np.abs(np.fft.rfft(y[SR : 3 * SR])).argmax() / 2 == pytest.approx(f0_hz, abs=2.0)
        assert np.abs(y[int(3.8 * SR) :]).max() < 0.05 * np.abs(y).max()


def test_a_list_of_patches_becomes_a_corpus(patches, tmp_path, capsys):
    out = tmp_path / "corpus"
    command = ["corpus", "render", str(out), "--soundfont", str(patches), "--velocities", "100"]
    assert main([*command, "--max-pitches", "3", "--seed", "1"]) == 0
    assert "notes of 2 instruments" in capsys.readouterr().out
    rows = json.loads((out / "examples.json").read_text(encoding="utf-8")).values()
    assert {row["instrument_family_str"] for row in rows} >= {"flute"}
    assert {row["preset"] for row in rows if row["instrument_family_str"] == "flute"} == {"0:73 Low Flute"}


def test_a_missing_timidity_is_named(patches, monkeypatch):
    monkeypatch.setenv("PATH", "")
    with pytest.raises(CorpusError, match="TiMidity is not installed: install the package timidity first"):
        render.render_notes(patches, Preset(0, 73, ""), [PlayedNote(69, 100)])


def test_kits_of_one_preset_are_drums():
    voice = voice_of(Preset(0, 0, "Black_Pearl_4pc"), BANKS["Black_Pearl_4_LV2"])
    assert voice is not None
    assert voice.family == NOT_AN_INSTRUMENT
