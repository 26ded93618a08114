# SPDX-License-Identifier: MIT
"""Pipe organs that corpora were rendered from: whose they are, and under which licence."""

from __future__ import annotations

from typing import Final

# Title, licence, attribution, origin, relatives, whether weights that ship may be trained on it.
ORGAN_BANKS: Final[dict[str, tuple[str, str, str, str, str, bool]]] = {
    "grandorgue": (
        "GrandOrgue's demo organ, registrations of our own",
        "CC BY-SA 2.5 SE or GPL-2 or later (the recorded pipes); the registrations MIT",
        "Lars Palo, Milan Digital Audio LLC, GrandOrgue contributors; The Right In Tune developers",
        "Debian package grandorgue-demo",
        "grandorgue",
        True,
    ),
    "aeolus": (
        "The stops of Aeolus, added up by Right In Tune, registrations of our own",
        "GPL-2 or later (the definitions, which are settings); the registrations MIT",
        "Fons Adriaensen, Matthias Nagorni, Nathan Hurst; The Right In Tune developers",
        "Debian package stops",
        "aeolus",
        True,
    ),
}
