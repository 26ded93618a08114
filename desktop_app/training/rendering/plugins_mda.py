# SPDX-License-Identifier: MIT
"""Patches of mda's synthesisers JX10 (analogue), DX10 (frequency modulation), EPiano (recorded); drawn leads.

References
----------
LV2 1.18: lv2core and presets, Robillard and Harris, lv2plug.in (ports with symbols and values, in Turtle).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from desktop_app.training.rendering.plugins_families import family_of

# Where a plug-in's patches belong when their names tell nothing.
MDA_SYNTHS: Final[dict[str, str]] = {"JX10": "", "DX10": "", "EPiano": "rhodes"}
# Names that speak of another thing than what sounds: a hooter, a plucked tongue, a bass.
_MISLEADING: Final = frozenset({"Car Horn", "Thumb Piano", "Low Pulses"})
_LEADS: Final = frozenset({"Gangsta Whine", "Higher Synth [ZF]", "Mono Glide"})

_PORT: Final = re.compile(r'lv2:index (\d+) ;.*?lv2:symbol "(\w+)"', re.DOTALL)
_VALUE: Final = re.compile(r'lv2:symbol "(\w+)" ;\s*pset:value ([-+.\d]+)')
_LABEL: Final = re.compile(r'rdfs:label "([^"]*)"')
_N_OTHER_PORTS: Final = 3  # two outputs and the keys
_N_DRAWN: Final = 80
_SEED: Final = 10


@dataclass(frozen=True, slots=True)
class MdaPatch:
    """A patch.

    Attributes
    ----------
    title, folder
        Its name, and the kind of sound where the name does not tell it; may be empty.
    controls
        The plug-in's controls in the order of its ports, by symbol.
    """

    title: str
    folder: str
    controls: tuple[tuple[str, float], ...]


def mda_patches(bundle: Path, synth: str) -> list[MdaPatch]:
    """The patches of one of ``MDA_SYNTHS`` in an installed bundle whose names do not mislead.

    Raises
    ------
    OSError
        When the bundle does not have it.
    """
    ports = mda_controls((bundle / f"{synth}.ttl").read_text(encoding="utf-8"))
    text = (bundle / f"{synth}-presets.ttl").read_text(encoding="utf-8")
    patches = []
    for block in text.split("a pset:Preset")[1:]:
        label, values = _LABEL.search(block), dict(_VALUE.findall(block))
        if label is None or label[1] in _MISLEADING or not values.keys() >= set(ports):
            continue
        folder = "lead" if label[1] in _LEADS else MDA_SYNTHS[synth]
        patches.append(MdaPatch(label[1], folder, tuple((port, float(values[port])) for port in ports)))
    return patches


def mda_controls(text: str) -> list[str]:
    """The symbols of the control ports in a plug-in's description, by index; they come before all others."""
    ports = sorted((int(index), symbol) for index, symbol in _PORT.findall(text))
    return [symbol for _, symbol in ports[:-_N_OTHER_PORTS]]


def drawn_leads(patches: Sequence[MdaPatch]) -> list[MdaPatch]:
    """New lead sounds, always the same: each control stands as in one of two leads of a synthesiser's own.

    Every setting is one that somebody chose for such a sound, in new company.
    """
    rng = np.random.default_rng(_SEED)
    leads = [patch for patch in patches if family_of(patch.title, patch.folder) == "synth_lead"]
    drawn = []
    for number in range(_N_DRAWN):
        first, second = (leads[int(k)] for k in rng.choice(len(leads), 2, replace=False))
        pairs = zip(first.controls, second.controls, rng.random(len(first.controls)) < 0.5, strict=True)
        controls = tuple(other if is_other else one for one, other, is_other in pairs)
        drawn.append(MdaPatch(f"Drawn {number}", "lead", controls))
    return drawn
