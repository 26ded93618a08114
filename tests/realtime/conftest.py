# SPDX-License-Identifier: MIT
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from conftest_audio import no_sound_devices, pulse_server, virtual_microphone

__all__ = ["no_sound_devices", "pulse_server", "virtual_microphone"]
