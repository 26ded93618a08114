# SPDX-License-Identifier: MIT
from __future__ import annotations

from pathlib import Path

import pytest

from desktop_app.training.classifier.corpus import Item
from desktop_app.training.classifier.splits import split_by_bank, split_by_instrument, split_random

BANKS = ("FluidR3_GM", "MuseScore_General_Full", "TimGM6mb", "sf_GMbank", "OPL-3_FM_128M", "someone/clips")


def item(bank: str, program: int, midi: int) -> Item:
    name = f"flute_acoustic_{bank}_b000p{program:03d}"
    path = Path("audio", f"{name}-{midi:03d}-100.wav")
    return Item(path, "flute", "acoustic", midi, f"{bank}/{name}", bank, "note", True, 100)


ITEMS = [item(bank, program, midi) for bank in BANKS for program in range(40) for midi in (60, 65, 70)]


@pytest.mark.parametrize("split", [split_random, split_by_instrument])
def test_every_item_is_on_one_side_and_about_the_fraction_is_held(split):
    learn, held = split(ITEMS, 0.25, seed=3)
    assert sorted(learn + held) == list(range(len(ITEMS)))
    assert 0.15 < len(held) / len(ITEMS) < 0.35


@pytest.mark.parametrize("split", [split_random, split_by_instrument])
def test_a_split_depends_on_the_seed_alone(split):
    assert split(ITEMS, 0.25, seed=3) == split(ITEMS, 0.25, seed=3)
    assert split(ITEMS, 0.25, seed=3) != split(ITEMS, 0.25, seed=4)
    backwards = {ITEMS[::-1][k].path for k in split(ITEMS[::-1], 0.25, seed=3)[1]}
    assert backwards == {ITEMS[k].path for k in split(ITEMS, 0.25, seed=3)[1]}


def test_instruments_and_their_relatives_stay_together():
    _, held = split_by_instrument(ITEMS, 0.25, seed=1)
    sides: dict[tuple[str, str], set[bool]] = {}
    for index, one in enumerate(ITEMS):
        group = "fluid" if one.bank in BANKS[:2] else "emu8000" if one.bank in BANKS[2:4] else one.bank
        sides.setdefault((group, one.instrument[-4:]), set()).add(index in held)
    assert all(len(side) == 1 for side in sides.values())


@pytest.mark.parametrize(
    ("held_bank", "also"), [("FluidR3_GM", "MuseScore_General_Full"), ("sf_GMbank", "TimGM6mb")]
)
def test_relatives_of_a_bank_are_held_with_it(held_bank, also):
    learn, held = split_by_bank(ITEMS, [held_bank])
    assert {ITEMS[k].bank for k in held} == {held_bank, also}
    assert not {held_bank, also} & {ITEMS[k].bank for k in learn}


def test_a_collection_without_relatives_is_held_alone():
    _, held = split_by_bank(ITEMS, ["someone/clips"])
    assert {ITEMS[k].bank for k in held} == {"someone/clips"}
