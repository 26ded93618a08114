# SPDX-License-Identifier: MIT
from __future__ import annotations

import json
from collections import Counter
from itertools import pairwise

import numpy as np
import pytest
from test_mixtures import rendered

from desktop_app.io.corpora import open_corpus
from desktop_app.training.classifier.corpus import load_items
from desktop_app.training.classifier.splits import split_by_instrument
from desktop_app.training.commands_corpus import main
from desktop_app.training.mixing.layers import Layered
from desktop_app.training.mixing.mixtures_players import load_players
from desktop_app.training.rendering.soundfont import SR

FLUTES = {72: "flute", 73: "flute", 74: "flute", 75: "flute", 40: "string"}


@pytest.fixture(scope="module")
def corpus(tmp_path_factory):
    return rendered(tmp_path_factory.mktemp("layers") / "corpus", band=FLUTES)


def strongest_hz(y: np.ndarray, low: float, high: float) -> float:
    spectrum = np.abs(np.fft.rfft(y[: SR // 2] * np.hanning(SR // 2), 8 * SR))
    hz = np.fft.rfftfreq(8 * SR, 1 / SR)
    return float(hz[np.where((hz > low) & (hz < high), spectrum, 0).argmax()])


def test_the_second_is_as_soft_as_asked_and_in_its_octave(corpus):
    first, second = load_players([corpus])[:2]
    y = Layered(first, second, -6.0, 30.0, 0.01, 1).render(54, 100)
    assert y.shape == (4 * SR,)
    f0_hz = 440.0 * 2 ** ((54 - 69) / 12)
    low, high = strongest_hz(y, 0.8 * f0_hz, 1.3 * f0_hz), strongest_hz(y, 1.6 * f0_hz, 2.6 * f0_hz)
    assert low == pytest.approx(f0_hz, abs=1.0)
    assert 1200 * np.log2(high / low) == pytest.approx(1230.0, abs=4.0)


def test_layers_are_notes_of_new_instruments_on_the_side_of_both(corpus, tmp_path, capsys):
    out = tmp_path / "layers"
    command = ["corpus", "layers", str(out), "--corpus", str(corpus), "--instruments", "6", "--notes", "3"]
    assert main([*command, "--split-seed", "5", "--seed", "2"]) == 0
    rows = list(json.loads((out / "examples.json").read_text(encoding="utf-8")).values())
    pairs = {row["instrument_str"]: tuple(row["layers"]) for row in rows}
    assert f"{len(rows)} notes of {len(pairs)} instruments" in capsys.readouterr().out
    assert 2 <= len(pairs) <= 6
    assert len(set(pairs.values())) == len(pairs)
    assert set(Counter(row["instrument_str"] for row in rows).values()) == {3}
    entries = list(open_corpus(out).iter_entries())
    assert {(e.family, e.source, e.bank, e.weights_ok) for e in entries} == {
        ("flute", "acoustic", "FluidR3_GM", True)
    }
    assert all(entry.midi == row["pitch"] for entry, row in zip(entries, rows, strict=True))

    both = [*load_items(corpus), *load_items(out)]
    held = {both[k].instrument for k in split_by_instrument(both, 0.1, seed=5)[1]}
    for name, parents in pairs.items():
        sides = [f"FluidR3_GM/{name}" in held, *(parent in held for parent in parents)]
        assert all(a == b for a, b in pairwise(sides))


def test_one_instrument_of_a_family_makes_no_layer(tmp_path, capsys):
    lonely = rendered(tmp_path / "lonely", band={40: "string", 73: "flute"})
    assert main(["corpus", "layers", str(tmp_path / "out"), "--corpus", str(lonely)]) == 1
    assert "No two instruments go together" in capsys.readouterr().err
