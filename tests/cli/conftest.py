# SPDX-License-Identifier: MIT
"""Files that the tests of the command line make themselves."""

from __future__ import annotations

from pathlib import Path

import pytest
import soundfile
from cli_tools import SR, MakeTone, tone


@pytest.fixture
def make_tone(tmp_path: Path) -> MakeTone:
    """Writes a tone into a file of the test's own folder."""

    def make(name: str = "a.wav", midi: int = 69, seconds: float = 1.0, sr: int = SR) -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        soundfile.write(path, tone(midi, seconds, sr), sr)
        return path

    return make
