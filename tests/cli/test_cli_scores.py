# SPDX-License-Identifier: MIT
"""``analyse --format midi`` and ``--format musicxml`` by subprocess."""

from __future__ import annotations

import io
import os
import subprocess
import xml.etree.ElementTree as ET
from pathlib import Path

import mido
import numpy as np
import pytest
import soundfile
from cli_tools import SR, MakeTone, command, run_cli


def test_midi_goes_to_stdout_as_it_is(make_tone: MakeTone) -> None:
    run = run_cli("analyse", make_tone(midi=64), "--format", "midi")
    assert (run.status, run.err) == (0, "")
    file = mido.MidiFile(file=io.BytesIO(run.raw))
    (on,) = [message for message in file if message.type == "note_on"]
    assert on.note == 64
    assert on.time == pytest.approx(0.1, abs=0.05)


def test_midi_is_not_printed_on_a_terminal(make_tone: MakeTone) -> None:
    pty = pytest.importorskip("pty", reason="platform: terminals are made otherwise here")
    master, terminal = pty.openpty()
    arguments = command("analyse", make_tone(), "--format", "midi")
    done = subprocess.run(arguments, stdin=subprocess.DEVNULL, stdout=terminal, stderr=subprocess.PIPE)
    os.close(terminal)
    os.close(master)
    assert done.returncode == 2
    assert b"--format midi is not for a terminal: it needs --out DIR" in done.stderr


def test_musicxml_goes_to_stdout_as_text(make_tone: MakeTone) -> None:
    run = run_cli("analyse", make_tone("Étude #1.wav", 64), "--format", "musicxml")
    assert (run.status, run.err) == (0, "")
    root = ET.fromstring(run.raw)
    assert (root.tag, root.get("version")) == ("score-partwise", "4.0")
    assert root.findtext("movement-title") == "Étude #1"
    assert next(root.iter("step")).text == "E"


@pytest.mark.parametrize("output_format", ["midi", "musicxml"])
def test_a_file_without_notes_fails_with_a_sentence(
    make_tone: MakeTone, tmp_path: Path, output_format: str
) -> None:
    soundfile.write(tmp_path / "silent.wav", np.zeros(SR), SR)
    make_tone("a.wav")
    arguments = ("analyse", "silent.wav", "a.wav", "--format", output_format, "--out", "out")
    run = run_cli(*arguments, cwd=tmp_path)
    assert run.status == 1
    assert run.err == "right-in-tune: “silent.wav” has no notes to write down.\n"
    assert [path.stem for path in (tmp_path / "out").iterdir()] == ["a"]


def test_a_score_replaces_nothing_unless_forced(make_tone: MakeTone, tmp_path: Path) -> None:
    make_tone("a.wav")
    taken = tmp_path / "a.mid"
    taken.write_bytes(b"mine")
    arguments = ("analyse", "a.wav", "--format", "midi", "--out", ".")
    refused = run_cli(*arguments, cwd=tmp_path)
    assert (refused.status, taken.read_bytes()) == (1, b"mine")
    assert "“a.mid” is there already" in refused.err
    assert run_cli(*arguments, "--force", cwd=tmp_path).status == 0
    assert taken.read_bytes().startswith(b"MThd")
