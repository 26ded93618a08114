# SPDX-License-Identifier: MIT
"""Recordings of no instrument in Debian's packages: drums, people who talk, steps, doors, water, fire.

``sonic-pi-samples`` and Asterisk's English and French voices are learnt from; its Italian and Russian ones
and the sounds of ``minetest-data`` are only measured on. What is not installed is left out.
"""

from __future__ import annotations

import shutil
import subprocess
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final, Literal

import numpy as np

from desktop_app.domain.frames import Float32Array
from desktop_app.domain.labels import NOT_AN_INSTRUMENT
from desktop_app.training.classifier.corpus import read_mono
from desktop_app.training.refused.parts import place, scaled, scene, strokes
from desktop_app.training.rendering.drawn import Drawn
from desktop_app.training.rendering.presets import CorpusError
from desktop_app.training.rendering.presets_gm import Voice
from desktop_app.training.rendering.soundfont import SR, PlayedNote
from desktop_app.training.rendering.voices import N_SAMPLES, Rng, Signal

Use = Literal["talk", "strokes", "whole"]

SHARE: Final = Path("/usr/share")
_VOICE: Final = Voice(NOT_AN_INSTRUMENT, "acoustic", 60, 75)  # its keys only number the clips
_SONIC, _SPOKEN = "sonic-pi/samples", "asterisk/sounds"
_MINETEST = "games/minetest/games/minetest_game/mods"
_G722: Final = ".g722"
_PROMPTS: Final = "*.g722 [dlp]*/*.g722"
_LEAST_S: Final = 0.05


@dataclass(frozen=True, slots=True)
class Recordings:
    """Files of one kind.

    Attributes
    ----------
    title, bank, folder
        What they are, whose they are, and where below ``/usr/share`` they are.
    use
        ``talk``: one after the other; ``strokes``: once or several times; ``whole``: a part of a file.
    patterns
        Which files, with spaces between.
    """

    title: str
    bank: str
    folder: str
    use: Use
    patterns: str

    def files(self, share: Path) -> tuple[Path, ...]:
        """The files that are installed, without signals between the words."""
        found = {path for pattern in self.patterns.split() for path in (share / self.folder).glob(pattern)}
        return tuple(sorted(path for path in found if not path.stem.endswith(("beep", "beeperr", "2tone"))))


# A kind's number goes into the names of its sounds: new kinds go to the end.
_ROWS: Final[tuple[tuple[str, str, str, Use, str], ...]] = (
    ("kicks", "sonic_pi", _SONIC, "strokes", "bd_* drum_heavy_kick* drum_bass_* elec_*kick*"),
    ("snares", "sonic_pi", _SONIC, "strokes", "sn_* drum_snare* elec_*snare* drum_roll*"),
    ("cymbals", "sonic_pi", _SONIC, "strokes", "drum_cymbal* drum_splash* elec_cymbal*"),
    ("toms", "sonic_pi", _SONIC, "strokes", "drum_tom* elec_fuzz_tom*"),
    ("tabla", "sonic_pi", _SONIC, "strokes", "tabla_*"),
    ("vinyl", "sonic_pi", _SONIC, "whole", "vinyl_*"),
    ("percussion", "sonic_pi", _SONIC, "strokes", "perc_[dist]* drum_cowbell* elec_wood*"),
    ("electronic", "sonic_pi", _SONIC, "strokes", "glitch_perc* elec_tick* elec_pop* elec_flip*"),
    ("loops", "sonic_pi", _SONIC, "whole", "loop_amen* loop_break* loop_perc* loop_3d* loop_tabla*"),
    ("robots", "sonic_pi", _SONIC, "whole", "glitch_robot* mehackit_*"),
    ("effects", "sonic_pi", _SONIC, "whole", "misc_* perc_sw* ambi_dark* ambi_sauna* ambi_sw*"),
    ("English prompts", "asterisk", f"{_SPOKEN}/en_US_f_Allison", "talk", _PROMPTS),
    ("French prompts", "asterisk", f"{_SPOKEN}/fr_CA_f_June", "talk", _PROMPTS),
    ("Italian prompts", "asterisk_unheard", f"{_SPOKEN}/it_IT_m_Carlo", "talk", _PROMPTS),
    ("Russian prompts", "asterisk_unheard", f"{_SPOKEN}/ru_RU_f_IvrvoiceRU", "talk", _PROMPTS),
    ("recorded steps", "minetest", _MINETEST, "strokes", "default/sounds/*footstep*"),
    ("digging", "minetest", _MINETEST, "strokes", "default/sounds/*_d[iu]g_* default/sounds/*place*"),
    ("doors", "minetest", _MINETEST, "strokes", "doors/sounds/* xpanes/sounds/* default/sounds/*chest*"),
    ("breaking", "minetest", _MINETEST, "strokes", "default/sounds/*break* tnt/sounds/*"),
    ("water", "minetest", _MINETEST, "whole", "env_sounds/sounds/*water*"),
    ("fire", "minetest", _MINETEST, "whole", "fire/sounds/* */sounds/*lava* */sounds/*furnace*"),
    ("carts", "minetest", _MINETEST, "whole", "carts/sounds/*"),
)
RECORDINGS: Final = tuple(Recordings(*row) for row in _ROWS)
_OFTENER: Final = {"talk": 3, "strokes": 1, "whole": 1}


@lru_cache(maxsize=64)
def read_recording(path: Path) -> Signal:
    """A file as mono at 16 kHz without the silence before its sound, peak 1; G.722 through FFmpeg.

    Raises
    ------
    CorpusError
        When it cannot be read as audio.
    """
    y = scaled((_read_g722(path) if path.suffix == _G722 else read_mono(path, SR)).astype(np.float64))
    return y[int(np.argmax(np.abs(y) > 0.01)) :]


def _read_g722(path: Path) -> Float32Array:
    command = ["ffmpeg", "-v", "error", "-nostdin", "-f", "g722", "-i", str(path)]
    command += ["-f", "f32le", "-ac", "1", "-ar", str(SR), "pipe:1"]
    try:
        done = subprocess.run(command, check=True, capture_output=True, timeout=60)
    except (OSError, subprocess.SubprocessError) as error:
        raise CorpusError(f"FFmpeg could not read {path}.") from error
    return np.frombuffer(done.stdout, "<f4").astype(np.float32)


@dataclass(frozen=True, slots=True)
class RecordedSound(Drawn):
    """Clips of one kind of recordings, in one room; the kinds are those of :data:`RECORDINGS`.

    Attributes
    ----------
    share
        The folder below which the packages put their files.
    """

    share: Path = SHARE

    _FIRST_KIND = 1000

    @property
    def bank(self) -> str:
        """Whose recordings they are."""
        return RECORDINGS[self.bank_number].bank

    @property
    def title(self) -> str:
        """The kind of sound."""
        return RECORDINGS[self.bank_number].title

    @property
    def voice(self) -> Voice:
        """No instrument; the keys only number the clips."""
        return _VOICE

    def _sound(self, note: PlayedNote, parameters: Rng, chance: Rng) -> Signal:
        kind = RECORDINGS[self.bank_number]
        files = kind.files(self.share)
        if kind.use == "talk":
            y = _talk(files, chance)
        elif kind.use == "whole":
            y = _part(_drawn(files, chance), chance)
        else:
            few = [_drawn(files, parameters) for _ in range(3)]
            y = strokes(lambda c: few[int(c.integers(3))], parameters, chance)
        return scene(scaled(y), parameters, chance)


def _drawn(files: Sequence[Path], rng: Rng) -> Signal:
    return read_recording(files[int(rng.integers(len(files)))])


def _talk(files: Sequence[Path], clip: Rng) -> Signal:
    """Prompts one after the other."""
    y, now_s = np.zeros(N_SAMPLES), clip.uniform(0.0, 0.2)
    while now_s < 3.8:
        said = _drawn(files, clip)
        place(y, said, now_s)
        now_s += max(_LEAST_S, said.shape[0] / SR) + clip.uniform(0.02, 0.3)
    return y


def _part(y: Signal, clip: Rng) -> Signal:
    """The beginning of a sound or, of a long one, 4 s from anywhere."""
    late = int(clip.integers(max(1, y.shape[0] - N_SAMPLES)))
    y = y[late : late + N_SAMPLES]
    return np.pad(y, (0, N_SAMPLES - y.shape[0]))


def recorded_sounds(n_per_kind: int, seed: int, share: Path = SHARE) -> list[RecordedSound]:
    """So many of each kind that is installed, more of those who talk."""
    own_seed = zlib.crc32(f"recorded:{seed}".encode())
    has_ffmpeg = shutil.which("ffmpeg") is not None
    kinds = [
        (number, _OFTENER[kind.use])
        for number, kind in enumerate(RECORDINGS)
        if kind.files(share) and (has_ffmpeg or kind.use != "talk")
    ]
    return [
        RecordedSound(kind, n, own_seed, share) for kind, often in kinds for n in range(n_per_kind * often)
    ]
