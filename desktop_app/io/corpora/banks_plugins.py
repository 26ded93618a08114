# SPDX-License-Identifier: MIT
"""Collections of synthesisers' patches: whose they are, and under which licence.

A patch is a list of settings, not a recording: what a free synthesiser sounds like is its user's own. (mda's
EPiano plays recordings, which its author published under the same licences.) A collection whose author states
no licence, or whose patches came out of a maker's instrument, is unclear all the same, and no weights that
ship learn from it.
"""

from __future__ import annotations

from typing import Final

# Title, licence, attribution, origin, relatives, whether weights that ship may be trained on it.
PLUGIN_BANKS: Final[dict[str, tuple[str, str, str, str, str, bool]]] = {
    "ZynAddSubFX": (
        "ZynAddSubFX instruments",
        "GPL-2 or later (those of Cris Owl Alvarez GPL-2 and LGPL)",
        "Nasca Octavian Paul, Will Godfrey, Christopher Oliver, Cris Owl Alvarez and contributors",
        "Debian package zynaddsubfx-data",
        "zyn",
        True,
    ),
    "Yoshimi": (
        "Yoshimi instruments",
        "GPL-2 or later",
        "Will Godfrey, Nasca Octavian Paul, Christopher Van Dan and contributors",
        "Debian package yoshimi-data",
        "zyn",
        True,
    ),
    "ZynMysterious": (
        "The Mysterious Bank for ZynAddSubFX",
        "CC BY (no version stated)",
        "Florian Dupeyron (My?terious)",
        "Debian packages zynaddsubfx-data, yoshimi-data",
        "zyn",
        True,
    ),
    "ZynContributed": (
        "Contributed ZynAddSubFX banks (Cormi, Laba170, net-wisdom)",
        "unclear: the authors state none; the package is GPL-2 or later",
        "Mirco Cortesi, Adriano Petrosillo (Laba170), various",
        "Debian packages zynaddsubfx-data, yoshimi-data",
        "zyn",
        False,
    ),
    "amSynth": (
        "amSynth factory banks",
        "GPL-2 or later",
        "Nick Dowell, Brian, Patrik and contributors",
        "Debian package amsynth",
        "amsynth",
        True,
    ),
    "mda": (
        "mda synthesisers' patches (JX10, DX10, EPiano)",
        "GPL-3 or later; first published under GPL-2 or later, or MIT",
        "Paul Kellett, David Robillard",
        "Debian package mda-lv2",
        "mda",
        True,
    ),
    "setBfree": (
        "setBfree, registrations of our own",
        "GPL-2 or later (the synthesiser); the registrations MIT",
        "Fredrik Kilander, Robin Gareus, Will Panther; The Right In Tune developers",
        "Debian package setbfree",
        "setbfree",
        True,
    ),
    "WhySynth": (
        "WhySynth default patches",
        "public domain (stated with the patches)",
        "Sean Bolton, Ken Restivo and contributors",
        "Debian package whysynth",
        "whysynth",
        True,
    ),
    "hexter": (
        "hexter's DX7, TX7 and FB-01 voices",
        "unclear: voices of Yamaha's instruments; the package is GPL-2 or later",
        "Yamaha; Sean Bolton (hexter)",
        "Debian package hexter",
        "dx7",
        False,
    ),
}
