# SPDX-License-Identifier: MIT
"""What the lab holds back, what leaks, and how it evens classes out."""

from collections import Counter
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from desktop_app.domain.errors import ModelError
from desktop_app.training.corpora.entry import Entry
from desktop_app.training.lab.balance import class_weights, draw_per_class, smote
from desktop_app.training.lab.recipe_settings import SplitSettings
from desktop_app.training.lab.splits_lab import leaks, source_of, split_entries


def entry(family: str, instrument: int, note: int, bank: str = "nsynth", part: str = "") -> Entry:
    name = f"{family}_acoustic_{instrument:03d}"
    return Entry(
        key=f"{bank}/{name}-{note:03d}",
        path=Path(f"{name}-{note:03d}.wav"),
        labels=(family,),
        instrument=f"{bank}/{name}",
        family=family,
        source="acoustic",
        midi=note,
        velocity=100,
        qualities=(0,) * 10,
        bank=bank,
        part=part,
        weights_ok=True,
    )


def notes(bank: str = "nsynth", part: str = "", instruments: int = 10) -> list[Entry]:
    families = ("bass", "flute", "organ")
    return [entry(f, i, n, bank, part) for f in families for i in range(instruments) for n in range(20)]


def instruments(part):
    return {source_of(e) for e in part}


def test_a_random_split_leaks_and_says_so():
    parts = split_entries(notes(), [], [], SplitSettings())
    leak = leaks(parts)
    assert leak["random"].instruments_learnt == 1.0
    assert "the instrument of 100 % was learnt" in leak["random"].text
    assert leak["unseen instrument"].instruments_learnt == 0.0
    assert len(parts["random"]) == pytest.approx(0.2 * 540, abs=3)
    assert len(parts["unseen instrument"]) == 60


@pytest.mark.parametrize("kind", ["random", "instrument", "official", "bank"])
def test_no_sound_is_in_two_parts_and_none_is_lost(kind):
    everything = notes(part="train") + notes(part="valid", instruments=2) + notes(part="test", instruments=2)
    everything = [replace(e, key=f"{i}") for i, e in enumerate(everything)]
    unseen = [replace(e, key=f"u{e.key}") for bank in ("x", "y") for e in notes(bank)]
    parts = split_entries(everything, unseen, [], SplitSettings(kind=kind))
    keys = [e.key for part in parts.values() for e in part]
    assert sorted(keys) == sorted(e.key for e in everything + unseen)
    assert not {"valid", "test"} & {e.part for e in parts["learnt"]}


def test_the_epoch_is_chosen_on_the_kind_of_the_split():
    by_instrument = split_entries(notes(), [], [], SplitSettings(kind="instrument"))
    learnt = instruments(by_instrument["learnt"])
    assert not instruments(by_instrument["valid"]) & (
        learnt | instruments(by_instrument["unseen instrument"])
    )
    unseen = notes("x") + notes("y")
    by_bank = split_entries(notes(), unseen, [], SplitSettings(kind="bank"))
    assert {e.bank for e in by_bank["valid"]} == {"x"}
    assert {e.bank for e in by_bank["unseen bank"]} == {"y"}
    assert leaks(by_bank)["valid"].banks_learnt == 0.0


def test_a_held_bank_takes_its_relatives_along():
    everything = notes() + notes("TimGM6mb")
    parts = split_entries(everything, [], [], SplitSettings(held_banks=("sf_GMbank",)))
    assert {e.bank for e in parts["unseen bank"]} == {"TimGM6mb"}
    assert len(parts["unseen bank"]) == 600
    assert {e.bank for e in parts["learnt"]} == {"nsynth"}


def test_recorded_notes_and_phrases_are_measured_apart():
    real = [replace(e, kind=kind) for kind in ("note", "phrase", "poly", "") for e in notes(kind)[:5]]
    parts = split_entries(notes(), [], real, SplitSettings())
    assert {name: {e.kind for e in part} for name, part in parts.items() if name.startswith("real")} == {
        "real": {""},
        "real notes": {"note"},
        "real phrases": {"phrase", "poly"},
    }


def test_excerpts_of_a_recording_count_as_one_instrument():
    songs = [
        replace(entry("gac", i, n), instrument=None, group=f"song {i}") for i in range(9) for n in range(3)
    ]
    others = [
        replace(entry("pia", i, n), instrument=None, group=f"tune {i}") for i in range(9) for n in range(3)
    ]
    parts = split_entries(songs + others, [], [], SplitSettings(test_share=0.3))
    assert leaks(parts)["unseen instrument"].instruments_learnt == 0.0
    assert leaks(parts)["random"].instruments_learnt > 0.5


def test_nothing_known_of_instruments_is_said_so():
    unknown = [replace(e, instrument=None) for e in notes()]
    leak = leaks(split_entries(unknown, [], [], SplitSettings()))["random"]
    assert leak.instruments_learnt is None
    assert "not known" in leak.text


@pytest.mark.parametrize(
    ("kind", "part", "sentence"),
    [
        ("bank", "", "the bank split of this corpus is empty"),
        ("official", "test", "the official split holds"),
    ],
)
def test_an_empty_split_is_told(kind, part, sentence):
    with pytest.raises(ModelError, match=sentence):
        split_entries(notes(part=part), [], [], SplitSettings(kind=kind))


def test_the_same_sounds_are_drawn_from_a_stream_in_any_order():
    everything = notes() + notes("x")
    drawn = draw_per_class(iter(everything), 25, seed=1)
    assert Counter(e.labels[0] for e in drawn) == {"bass": 25, "flute": 25, "organ": 25}
    again = draw_per_class(reversed(everything), 25, seed=1)
    assert {e.key for e in again} == {e.key for e in drawn}
    assert {e.key for e in draw_per_class(everything, 25, seed=2)} != {e.key for e in drawn}
    assert draw_per_class(everything, 0, seed=1) == everything


def test_weights_make_classes_equal():
    truth = np.array([0] * 90 + [1] * 9 + [3])
    weights = class_weights(truth, 4)
    np.testing.assert_allclose(weights[[0, 1, 3]] * [90, 9, 1], 100 / 3, rtol=1e-5)
    assert weights[2] == 0.0
    assert weights[truth].mean() == pytest.approx(1.0)


def test_smote_fills_between_neighbours_and_leaves_a_single_example_alone():
    rng = np.random.default_rng(1)
    features = np.concatenate([rng.normal(0, 1, (40, 3)), rng.normal(9, 1, (4, 3)), [[50, 50, 50]]])
    truth = np.array([0] * 40 + [1] * 4 + [2])
    filled, labels = smote(features.astype(np.float32), truth, seed=1)
    assert Counter(labels.tolist()) == {0: 40, 1: 40, 2: 1}
    made = filled[labels == 1]
    assert (made >= features[40:44].min(0) - 1e-4).all()
    assert (made <= features[40:44].max(0) + 1e-4).all()
