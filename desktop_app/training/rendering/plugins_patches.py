# SPDX-License-Identifier: MIT
"""The synthesisers that can be played, and the factory patches that each of them brings."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final
from urllib.parse import unquote

from desktop_app.domain.errors import CorpusError
from desktop_app.training.rendering.plugins_mda import MDA_SYNTHS, drawn_leads, mda_patches
from desktop_app.training.rendering.plugins_registrations import registrations
from desktop_app.training.rendering.presets_zyn import zyn_sounds

RENDER_SR: Final = 32_000  # above the corpus's rate, so that the synthesiser's aliases are filtered out
_LIBRARIES: Final = Path("/usr/lib")
_BANK_SIZE: Final = 128
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
    controls
        The plug-in's own controls by name, where these are all of the patch.
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
    controls: tuple[tuple[str, float], ...] = field(default=(), repr=False)
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
    command = [sys.executable, "-m", "desktop_app.training.rendering.plugins_run"]
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


def _zyn(library: Path) -> list[Patch]:
    return [
        Patch(library, sound.collection, sound.number, sound.title, sound.folder, sound=sound.file)
        for sound in zyn_sounds()
    ]


def amsynth_presets(text: str) -> list[tuple[str, tuple[tuple[str, float], ...]]]:
    """Name and controls of each preset in a bank of amsynth's."""
    presets = []
    for block in text.split("<preset> <name>")[1:]:
        name, *lines = block.strip().split("\n")
        found = [line.split() for line in lines if line.startswith("<parameter> ")]
        presets.append((name.strip(), tuple((words[1], float(words[2])) for words in found)))
    return presets


def _amsynth(library: Path) -> list[Patch]:
    """Each preset once: amsynth's banks repeat some under several names."""
    patches: dict[tuple[tuple[str, float], ...], Patch] = {}
    for bank, path in enumerate(sorted(Path("/usr/share/amsynth/banks").glob("*.bank"))):
        for program, (name, controls) in enumerate(amsynth_presets(path.read_text(encoding="latin-1"))):
            patch = Patch(library, "amSynth", (bank, program), name, controls=controls)
            patches.setdefault(controls, patch)
    return list(patches.values())


def whysynth_names(text: str) -> list[tuple[str, str]]:
    """Name and category of each patch in a file of WhySynth's; no category is an empty one."""
    found = re.finditer(r"^name (.*)\n(?:comment .*\n)?(?:category (.*)$)?", text, re.MULTILINE)
    return [(unquote(one[1]).strip(), unquote(one[2] or "")) for one in found]


def _whysynth(library: Path) -> list[Patch]:
    """The default patches, which the plug-in has in itself in the order of the file."""
    path = Path("/usr/share/whysynth/current_default_patches.WhySynth")
    return [
        Patch(library, "WhySynth", number, name, category, select=number)
        for index, (name, category) in enumerate(whysynth_names(path.read_text(encoding="latin-1")))
        for number in (divmod(index, _BANK_SIZE),)
    ]


def seven_in_six(section: bytes) -> str:
    """Seven-bit data as hexter takes it: how many bytes, six bits a letter, their sum."""
    bits = "".join(f"{byte:07b}" for byte in section.rstrip(b"\0"))
    bits += "0" * (-len(bits) % 6)
    letters = "".join(_SIX_BITS[int(bits[k : k + 6], 2)] for k in range(0, len(bits), 6))
    return f"{len(section)} {letters.ljust(-(-7 * len(section) // 6), _SIX_BITS[0])} {sum(section)}"


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


def _mda(library: Path) -> list[Patch]:
    found = [(synth, mda_patches(library.parent, synth)) for synth in MDA_SYNTHS]
    found.append(("JX10", drawn_leads(found[0][1])))
    return [
        Patch(library.with_stem(synth), "mda", (bank, program), one.title, one.folder, controls=one.controls)
        for bank, (synth, patches) in enumerate(found)
        for program, one in enumerate(patches)
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
    "amsynth": _Synth("dssi/amsynth_dssi.so", "amsynth", _amsynth),
    "hexter": _Synth("dssi/hexter.so", "hexter", _hexter),
    "mda": _Synth("lv2/mda.lv2/JX10.so", "mda-lv2", _mda),
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
