# SPDX-License-Identifier: MIT
"""Clips with a manifest: what is read, and what is refused with the place."""

from __future__ import annotations

import pytest
from corpus_maker import manifest_corpus

from desktop_app.training.corpora import open_corpus
from desktop_app.training.rendering.presets import CorpusError

MANIFEST_HEAD = "clip,source_repo,weights_ok,instrument,family,source,midi_pitch,pitch_check"


def entries_of(folder, part=None):
    return list(open_corpus(folder).iter_entries(part))


def test_manifest_rows_are_read(tmp_path):
    rows = [
        {},
        {"pitch_check": "octave"},
        {"family": "other", "instrument": "snare_drum"},
        {"family": "other", "instrument": "synth_pad"},
        {"weights_ok": "no", "kind": "phrase"},
    ]
    folder = manifest_corpus(tmp_path / "m", rows)
    entries = entries_of(folder)
    assert open_corpus(folder).kind == "manifest"
    assert [entry.midi for entry in entries] == [69, None, None, 69]
    assert [entry.labels for entry in entries][2] == ("not_an_instrument",)
    assert [entry.weights_ok for entry in entries] == [True, True, True, False]
    assert [entry.kind for entry in entries] == ["note", "note", "note", "phrase"]
    assert entries_of(folder, "train") == []


def test_a_damaged_manifest_is_refused_with_the_place(tmp_path):
    folder = manifest_corpus(tmp_path / "m", [{}, {"midi_pitch": "high"}])
    with pytest.raises(CorpusError, match=r"manifest.csv is damaged in its line 3\."):
        entries_of(folder)
    for row in ("a.wav,r,yes", "a.wav,r,yes,oboe, a reed,reed,acoustic,60,ok"):
        (folder / "manifest.csv").write_text(f"{MANIFEST_HEAD}\n{row}\n", encoding="utf-8")
        with pytest.raises(CorpusError, match="damaged in its line 2"):
            entries_of(folder)


@pytest.mark.parametrize("head", ["", "clip,family", MANIFEST_HEAD.replace(",", ";")])
def test_a_manifest_without_its_columns_is_told_which(tmp_path, head):
    folder = tmp_path / "m"
    folder.mkdir()
    (folder / "manifest.csv").write_text(f"{head}\na.wav\n", encoding="utf-8")
    with pytest.raises(CorpusError, match=r"manifest\.csv lacks .*source_repo.*, which commas part\.$"):
        entries_of(folder)


def test_a_manifest_from_a_spreadsheet_is_read(tmp_path):
    folder = tmp_path / "m"
    folder.mkdir()
    text = f"{MANIFEST_HEAD}\r\n\r\na.wav,r,yes,oboe,reed,acoustic,60,ok\r\n"
    (folder / "manifest.csv").write_text(text, encoding="utf-8-sig", newline="")
    assert [(entry.key, entry.midi, entry.kind) for entry in entries_of(folder)] == [("a.wav", 60, "")]
