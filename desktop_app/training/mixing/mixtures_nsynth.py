# SPDX-License-Identifier: MIT
"""Mixtures in NSynth's form: 4 s of a lead over an accompaniment under the lead's family.

Instrument and bank are the lead's, as in the corpus that it comes from, so that splits by instrument or
bank hold for both; the accompaniment is taken from the same side of a recipe's split.
"""

from __future__ import annotations

import zlib
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import joblib
import numpy as np
import soundfile

from desktop_app.domain.errors import CorpusError
from desktop_app.domain.labels import FAMILIES, SOURCES
from desktop_app.training.corpus_files import write_json
from desktop_app.training.mixing.mixtures import mix, sounding_share
from desktop_app.training.mixing.mixtures_players import Player, is_held
from desktop_app.training.rendering.soundfont import CLIP_S, SR

_LEAST_LEAD: Final = 0.6  # of the time in which the lead sounds
_TRIES: Final = 20
_NO_PITCH: Final = 0  # below the piano: read as unknown


def write_mixtures(
    players: Sequence[Player],
    folder: Path,
    per_family: int,
    over_db: tuple[float, float],
    seed: int,
    split_seed: int,
    jobs: int = 1,
) -> int:
    """Write so many mixtures of every family and ``examples.json``; returns how many there are.

    Parameters
    ----------
    players
        Leads and accompaniment are drawn from these.
    folder
        Where ``audio`` and ``examples.json`` go.
    per_family
        How many mixtures each family leads.
    over_db
        The range that the lead's level over the accompaniment is drawn from.
    seed
        Makes the draw repeatable.
    split_seed
        The recipe's: who is held back there accompanies only who is held back too.

    Raises
    ------
    CorpusError
        When there are no players of one family, or none of another to accompany them.
    """
    by_family: dict[str, list[Player]] = defaultdict(list)
    for player in players:
        if not player.is_kit:
            by_family[player.family].append(player)
    families = [family for family in FAMILIES if by_family[family]]
    if len(families) < 2:
        raise CorpusError("A lead and its accompaniment need instruments of two families.")
    (folder / "audio").mkdir(parents=True, exist_ok=True)
    rows = joblib.Parallel(n_jobs=jobs)(
        joblib.delayed(_write_one)(by_family[family], players, folder, k, over_db, seed, split_seed)
        for family in families
        for k in range(per_family)
    )
    write_json(folder / "examples.json", {row["note_str"]: row for row in rows})
    return len(rows)


def _write_one(
    leads: Sequence[Player],
    players: Sequence[Player],
    folder: Path,
    number: int,
    over_db: tuple[float, float],
    seed: int,
    split_seed: int,
) -> dict[str, Any]:
    rng = np.random.default_rng([seed, zlib.crc32(leads[0].family.encode()), number])
    for _ in range(_TRIES):
        lead = leads[int(rng.integers(len(leads)))]
        mixture = mix([lead], _others(lead, players, split_seed), CLIP_S, over_db, rng)
        if sounding_share(mixture.lead) >= _LEAST_LEAD:
            break
    row = _row(lead, number, mixture.over_db, [player.name for player in mixture.others])
    pcm = np.round(mixture.y * 32767.0).astype(np.int16)
    soundfile.write(folder / "audio" / f"{row['note_str']}.wav", pcm, SR, subtype="PCM_16")
    return row


def _others(lead: Player, players: Sequence[Player], split_seed: int) -> list[Player]:
    """Who may accompany: other families, as free, and on the same side of the split."""
    others = [
        player
        for player in players
        if player.family != lead.family
        and player.weights_ok >= lead.weights_ok
        and is_held(player, split_seed) == is_held(lead, split_seed)
    ]
    if not others:
        raise CorpusError(f"Nobody on the same side of the split can accompany {lead.name}.")
    return others


def _row(lead: Player, number: int, over_db: float, others: list[str]) -> dict[str, Any]:
    note_str = f"{lead.family}-mixture-{number:05d}"
    instrument = lead.name.removeprefix(f"{lead.bank}/")
    return {
        "note": zlib.crc32(note_str.encode()),
        "note_str": note_str,
        "instrument": zlib.crc32(instrument.encode()),
        "instrument_str": instrument,
        "pitch": _NO_PITCH,
        "velocity": 100,
        "sample_rate": SR,
        "qualities": [0] * 10,
        "qualities_str": [],
        "instrument_family": FAMILIES.index(lead.family),
        "instrument_family_str": lead.family,
        "instrument_source": SOURCES.index(lead.source),
        "instrument_source_str": lead.source,
        "bank": lead.bank,
        "kind": "mixture",
        "weights_ok": lead.weights_ok,
        "over_db": round(over_db, 2),
        "others": others,
    }
