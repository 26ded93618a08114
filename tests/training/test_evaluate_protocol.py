# SPDX-License-Identifier: MIT
"""Several models are measured on the same sounds, with the parts that nobody may choose by kept apart."""

import json

import numpy as np
from store_maker import answers, corpus, item

from desktop_app.domain.labels import FAMILIES
from desktop_app.training.classifier.evaluate_protocol import KEPT_BACK, either_bass, main, subset

BASS, STRING, REED = (FAMILIES.index(name) for name in ("bass", "string", "reed"))


def test_a_double_bass_may_be_either():
    told = answers([(BASS, STRING, 0.9, 0.0), (BASS, STRING, 0.9, 0.0), (REED, STRING, 0.9, 0.0)])
    told.items[:] = [item("bass", "x/Double_bass"), item("bass", "x/electric"), item("reed", "x/Double_reed")]
    assert either_bass(told) == 1 / 3
    assert either_bass(subset(told, np.array([True, False, False]))) == 1.0


def test_what_is_kept_back_is_measured_only_when_asked_for(tmp_path, capsys):
    open_clips, kept_clips = corpus(tmp_path / "open", 2, 1), corpus(tmp_path / "kept", 2, 1)
    listing = kept_clips / "manifest.csv"
    listing.write_text(listing.read_text().replace("someone/clips", min(KEPT_BACK)))
    command = ["rf_mean_mfcc", "--recordings", str(open_clips), str(kept_clips), "--json"]
    for name, more in (("without.json", []), ("with.json", ["--with-kept-back"])):
        assert main([*command, str(tmp_path / name), "--refuse", str(open_clips), *more]) == 0
    without, everything = (
        json.loads((tmp_path / name).read_text())["rf_mean_mfcc"]["recordings"]
        for name in ("without.json", "with.json")
    )
    assert (without["all"]["n"], everything["all"]["n"], everything["kept back"]["n"]) == (4, 8, 4)
    assert without["kept back"] is None
    assert list(without["by source"]) == ["someone/clips"]
    table = capsys.readouterr().out
    assert "| recordings (4), plain |" in table
    assert "| open: can't tell |" in table


def test_a_model_that_is_not_there_is_told(capsys):
    assert main(["nonsense"]) == 1
    assert "no model nonsense" in capsys.readouterr().err
