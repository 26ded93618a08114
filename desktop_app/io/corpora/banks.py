# SPDX-License-Identifier: MIT
"""Collections that corpora were rendered from: where each comes from and what may be done with it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from desktop_app.io.corpora.banks_organs import ORGAN_BANKS
from desktop_app.io.corpora.banks_plugins import PLUGIN_BANKS

# Presets whose notes sound an octave or more from the key, or two at once; measured with YIN on five banks:
# organs with 16' stops, guitar harmonics and feedback, the lead in fifths, church bells and peals.
OTHER_PITCH: Final[frozenset[tuple[int, int]]] = frozenset(
    {
        *((0, program) for program in (16, 17, 18, 31, 86)),
        *((8, program) for program in (14, 16, 17, 19, 30, 31)),
        *((11, program) for program in (8, 14)),
    }
)


@dataclass(frozen=True, slots=True)
class Bank:
    """Where a SoundFont or another collection of sounds comes from.

    Attributes
    ----------
    title, licence, attribution, origin
        For the model card; ``origin`` is a Debian package or a place.
    relatives
        Banks with the same name here share recordings: they stay on one side of a split.
    weights_ok
        Whether the licence lets weights that ship be trained on it.
    leave_out
        Banks of the file that do not follow General MIDI, or repeat others.
    several
        Bank and programme of presets in which several families sound, whatever their number says.
    shared
        Bank and programme of presets that play recordings of a bank that is only measured on.
    all_synthetic
        Whether every sound was made by a synthesiser chip.
    all_drums
        Whether every preset is a drum kit, whatever its number.
    """

    title: str
    licence: str
    attribution: str
    origin: str
    relatives: str
    weights_ok: bool
    leave_out: frozenset[int] = frozenset()
    several: frozenset[tuple[int, int]] = frozenset()
    shared: frozenset[tuple[int, int]] = frozenset()
    all_synthetic: bool = False
    all_drums: bool = False


# Which banks are relatives was measured: 267 of TimGM6mb's 520 samples are byte for byte in sf_GMbank. Of
# GeneralUser's 864, louder or softer, 36 are in MuseScore General and 28 in sf_GMbank; what plays the latter
# is under ``shared``, but for single strokes of drum kits. Of A320U's 733, 189 are in sf_GMbank.
BANKS: Final[dict[str, Bank]] = {
    "FluidR3_GM": Bank(
        "Fluid R3 GM", "MIT", "Frank Wen and contributors", "Debian package fluid-soundfont-gm", "fluid", True
    ),
    "MuseScore_General_Full": Bank(
        "MuseScore General",
        "MIT, parts public domain or CC0",
        "S. Christian Collins, Michael Cowgill, Frank Wen and contributors",
        "Debian package musescore-general-soundfont",
        "fluid",
        True,
    ),
    "OPL-3_FM_128M": Bank(
        "OPL-3 FM 128M",
        "CC BY-SA 4.0",
        "Zandro Reveille",
        "Debian package opl3-soundfont",
        "opl3",
        True,
        all_synthetic=True,
    ),
    "TimGM6mb": Bank(
        "TimGM6mb",
        "GPL-2",
        "Tim Brechbill, David Bolton",
        "Debian package timgm6mb-soundfont",
        "emu8000",
        False,
    ),
    "sf_GMbank": Bank(
        "GM GS Bank",
        "public domain (its own licence field)",
        "unknown; published with Csound",
        "Debian package csound-soundfont",
        "emu8000",
        True,
        leave_out=frozenset({127}),  # the MT-32's order of programmes
    ),
    "GeneralUser-v1.47": Bank(
        "GeneralUser GS 1.47",
        "GeneralUser GS licence 2.0: free use and change, in music and in software; its author cannot vouch "
        "for the origin of every sample",
        "S. Christian Collins",
        "Debian package minuet-data",
        "fluid",
        True,
        leave_out=frozenset({120}),  # the drum kits once more
        several=frozenset({(8, 48), (11, 0), (11, 1), (12, 48), (13, 48)}),  # with strings; orchestra; winds
        shared=frozenset(
            {
                *((0, program) for program in (6, 31, 53, 79, 108, 111, 114, 115)),
                *((8, program) for program in (6, 30, 31, 125)),
                (11, 127),
                (12, 10),
            }
        ),
    ),
    "A320U": Bank(
        "A320U, the Airfont 320 update",
        "GPL-2",
        "Milton Paredes",
        "Debian package denemo-data",
        "emu8000",
        False,
        leave_out=frozenset({127}),  # the MT-32's order of programmes
        several=frozenset({(8, 48)}),
    ),
    "FluidR3_GS": Bank(
        "Fluid R3 GS", "MIT", "Frank Wen and contributors", "Debian package fluid-soundfont-gs", "fluid", True
    ),
    "Black_Pearl_4_LV2": Bank(
        "Black Pearl drum kit",
        "CC BY-SA 3.0",
        "Glen MacArthur",
        "Debian package avldrums.lv2-soundfont",
        "avldrums",
        True,
        all_drums=True,
    ),
    "Red_Zeppelin_4_LV2": Bank(
        "Red Zeppelin drum kit",
        "CC BY-SA 3.0",
        "Glen MacArthur",
        "Debian package avldrums.lv2-soundfont",
        "avldrums",
        True,
        all_drums=True,
    ),
    "freepats": Bank(
        "Freepats",
        "GPL-2 or later, with an exception for music",
        "the Freepats project, Free Software Foundation",
        "Debian package freepats",
        "freepats",
        False,
    ),
    "synthesised": Bank(
        "Right In Tune's own synthesis",
        "MIT",
        "The Right In Tune developers",
        "corpus render --synthesise",
        "own",
        True,
    ),
    "parametric": Bank(
        "Right In Tune's own parametric instruments",
        "MIT",
        "The Right In Tune developers",
        "corpus render --parametric",
        "own",
        True,
    ),
    "csound": Bank(
        "Right In Tune's orchestras of physical models, played by Csound",
        "MIT; Csound is LGPL-2.1-or-later and makes no claim to what it plays; the Synthesis ToolKit, whose "
        "short waves are heard in some models, is under its own permissive licence",
        "The Right In Tune developers; Perry R. Cook and Gary P. Scavone (the Synthesis ToolKit)",
        "corpus render --physical, Debian packages csound, csound-plugins and stk",
        "csound",
        True,
    ),
    "refused": Bank(
        "Right In Tune's own sounds of no instrument; speech by eSpeak NG",
        "MIT; eSpeak NG is GPL-3.0-or-later and makes no claim to what it says",
        "The Right In Tune developers; Jonathan Duddington, Reece H. Dunn and contributors (eSpeak NG)",
        "corpus render --refused",
        "refused",
        True,
    ),
    "refused_unheard": Bank(
        "Right In Tune's own sounds of no instrument that are only measured on",
        "MIT; eSpeak NG is GPL-3.0-or-later and makes no claim to what it says",
        "The Right In Tune developers; Jonathan Duddington, Reece H. Dunn and contributors (eSpeak NG)",
        "corpus render --refused",
        "refused_unheard",
        False,  # never to be learnt from, so that refusal is measured on makers that are unknown
    ),
    "sonic_pi": Bank(
        "Sonic Pi's samples",
        "CC0",
        "130 recordings from Freesound, collected by Samuel Aaron",
        "Debian package sonic-pi-samples",
        "sonic_pi",
        True,
    ),
    "asterisk": Bank(
        "Asterisk's core sounds, English and French",
        "CC BY-SA 3.0",
        "Allison Smith, June Wallack, Digium, Inc.",
        "Debian packages asterisk-core-sounds-en-g722, asterisk-core-sounds-fr-g722",
        "asterisk",
        True,
    ),
    "asterisk_unheard": Bank(
        "Asterisk's core sounds, Italian and Russian",
        "CC BY 3.0",
        "Carlo Flora, Maxim Topal",
        "Debian packages asterisk-core-sounds-it-g722, asterisk-core-sounds-ru-g722",
        "asterisk_unheard",
        False,  # only measured on
    ),
    "minetest": Bank(
        "Sounds of Minetest",
        "CC BY-SA 3.0, parts CC BY 3.0 or CC0",
        "Minetest's contributors",
        "Debian package minetest-data",
        "minetest",
        False,  # only measured on
    ),
    **{name: Bank(*facts) for name, facts in (PLUGIN_BANKS | ORGAN_BANKS).items()},
}


def bank_relatives(bank: str) -> str:
    """The name of the group of banks that share recordings with this one."""
    return BANKS[bank].relatives if bank in BANKS else bank


def bank_weights_ok(bank: str) -> bool:
    """Whether weights trained on the bank may ship; an unknown bank may not."""
    return bank in BANKS and BANKS[bank].weights_ok
