# SPDX-License-Identifier: MIT
"""The synthesisers that can be played, and the factory patches that each of them brings."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final
from urllib.parse import unquote

from desktop_app.domain.errors import CorpusError
from desktop_app.training.plugins_registrations import registrations
from desktop_app.training.presets_zyn import zyn_sounds

RENDER_SR: Final = 32_000  # above the corpus's rate, so that the synthesiser's aliases are filtered out
_LIBRARIES: Final = Path("/usr/lib")
_DX7_VOICE: Final = 128
_DX7_SECTION: Final = 32
_SIX_BITS: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
_TIME_LIMIT_S: Final = 180


@dataclass(frozen=True, slots=True)
class Patch:
    """One sound of a synthesiser.

    Attributes
    ----------
    library
        The plug-in.
    collection
        The name under which its licence is known, see ``io.corpora.banks``.
    number
        Bank and programme, as they are counted in the corpus.
    title, folder
        The patch's name, and the folder or category that it stands in; may be empty.
    select
        Bank and programme, as the plug-in is told.
    configure
        Settings that the plug-in needs first.
    sound
        The file of the sound, for ZynAddSubFX.
    controllers
        MIDI controllers and where they stand, for organs.
    """

    library: Path
    collection: str
    number: tuple[int, int]
    title: str
    folder: str = ""
    select: tuple[int, int] = (0, 0)
    configure: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    sound: Path | None = None
    controllers: tuple[tuple[int, int], ...] = ()


def run_plugin(request: dict[str, Any], home: Path) -> None:
    """Play a request in a process of its own, with ``home`` as its home folder.

    Raises
    ------
    CorpusError
        When the synthesiser fails, crashes or hangs.
    """
    command = [sys.executable, "-m", "desktop_app.training.plugins_run"]
    environment = {
        "HOME": str(home),
        "LC_ALL": "C.UTF-8",
        "OPENBLAS_NUM_THREADS": "1",
        "PYTHONPATH": str(Path(__file__).parents[2]),
    }
    try:
        subprocess.run(
            command,
            input=json.dumps(request).encode(),
            env=environment,
            check=True,
            capture_output=True,
            timeout=_TIME_LIMIT_S,
        )
    except subprocess.SubprocessError as error:
        raise CorpusError(f"The synthesiser {request['library']} failed.") from error


def _programs(library: Path) -> list[tuple[int, int, str]]:
    """Bank, programme and name of all that a synthesiser offers."""
    with tempfile.TemporaryDirectory(prefix="right-in-tune-") as folder:
        out = Path(folder, "programs.json")
        run_plugin({"library": str(library), "sr": RENDER_SR, "notes": [], "out": str(out)}, Path(folder))
        return [(int(bank), int(program), str(name)) for bank, program, name in json.loads(out.read_bytes())]


def _zyn(library: Path) -> list[Patch]:
    return [
        Patch(library, sound.collection, sound.number, sound.title, sound.folder, sound=sound.file)
        for sound in zyn_sounds()
    ]


def _own_programs(library: Path, collection: str) -> list[Patch]:
    return [
        Patch(library, collection, (bank, program), name, select=(bank, program))
        for bank, program, name in _programs(library)
    ]


def whysynth_categories(text: str) -> dict[str, str]:
    """Each patch's category in a file of WhySynth's patches."""
    found = re.finditer(r"^name (.*)\n(?:comment .*\n)?category (.*)$", text, re.MULTILINE)
    return {unquote(one[1]).strip(): unquote(one[2]) for one in found}


def _whysynth(library: Path) -> list[Patch]:
    """The default patches; their categories stand in the file of the same patches."""
    folder = Path("/usr/share/whysynth")
    category = whysynth_categories(
        (folder / "current_default_patches.WhySynth").read_text(encoding="latin-1")
    )
    return [
        Patch(library, "WhySynth", (bank, program), name, category.get(name, ""), select=(bank, program))
        for bank, program, name in _programs(library)
    ]


def seven_in_six(section: bytes) -> str:
    """Seven-bit data as hexter takes it: how many bytes, six bits a letter, their sum."""
    bits = "".join(f"{byte & 0x7F:07b}" for byte in section)
    bits += "0" * (-len(bits) % 6)
    letters = "".join(_SIX_BITS[int(bits[k : k + 6], 2)] for k in range(0, len(bits), 6))
    return f"{len(section)} {letters} {sum(byte & 0x7F for byte in section)}"


def _hexter(library: Path) -> list[Patch]:
    patches = []
    for bank, path in enumerate(sorted(Path("/usr/share/hexter").glob("*.dx7"))):
        voices = path.read_bytes()
        n_voices = len(voices) // _DX7_VOICE
        for program in range(n_voices):
            voice = voices[program * _DX7_VOICE :][:_DX7_VOICE]
            section = voice + bytes(_DX7_VOICE * (_DX7_SECTION - 1))
            title = voice[118:].decode("latin-1").removeprefix("FB:").strip()
            setting = (("patches0", seven_in_six(section)),)
            patches.append(Patch(library, "hexter", (bank, program), title, configure=setting))
    return patches


def _setbfree(library: Path) -> list[Patch]:
    return [
        Patch(library, "setBfree", (0, number), organ.title, "organ", controllers=organ.controllers)
        for number, organ in enumerate(registrations())
    ]


@dataclass(frozen=True, slots=True)
class _Synth:
    library: str
    package: str
    patches: Callable[[Path], list[Patch]]


SYNTHS: Final[dict[str, _Synth]] = {
    "zynaddsubfx": _Synth(
        "dssi/libzynaddsubfx_dssi.so", "zynaddsubfx-dssi zynaddsubfx-data yoshimi-data", _zyn
    ),
    "amsynth": _Synth("dssi/amsynth_dssi.so", "amsynth", lambda library: _own_programs(library, "amSynth")),
    "hexter": _Synth("dssi/hexter.so", "hexter", _hexter),
    "setbfree": _Synth("lv2/b_synth/b_synth.so", "setbfree", _setbfree),
    "whysynth": _Synth("dssi/whysynth.so", "whysynth", _whysynth),
}


def patches_of(synth: str) -> list[Patch]:
    """All patches of one of ``SYNTHS``.

    Raises
    ------
    CorpusError
        When nobody knows the synthesiser, or it is not installed.
    """
    if synth not in SYNTHS:
        raise CorpusError(f"There is no synthesiser {synth}: name some of {', '.join(SYNTHS)}.")
    about = SYNTHS[synth]
    library = _LIBRARIES / about.library
    try:
        patches = about.patches(library) if library.is_file() else []
    except OSError:
        patches = []
    if not patches:
        raise CorpusError(f"{synth} is not installed: install {about.package} first.")
    return patches
