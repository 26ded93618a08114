# SPDX-License-Identifier: MIT
from __future__ import annotations

import json

import numpy as np
import pytest
import soundfile
from corpus_maker import SR, manifest_corpus, nsynth_corpus, tone

from desktop_app.training.commands_corpus import main
from desktop_app.training.corpus import is_recorded, load_items, read_mono
from desktop_app.training.corpus_check import check_corpus, explore_lines
from desktop_app.training.presets import CorpusError


def test_nsynth_notes_are_read(tmp_path):
    items = load_items(nsynth_corpus(tmp_path / "c"))
    assert [item.midi for item in items] == [69, 70, 71]
    first = items[0]
    assert (first.family, first.source, first.velocity, first.kind) == ("flute", "acoustic", 100, "note")
    assert first.bank == "nsynth"
    assert first.weights_ok
    assert first.path.is_file()
    assert not is_recorded(tmp_path / "c")


def test_a_bank_whose_licence_forbids_it_is_marked(tmp_path):
    assert not load_items(nsynth_corpus(tmp_path / "c", bank="TimGM6mb"))[0].weights_ok
    assert not load_items(nsynth_corpus(tmp_path / "d", bank="never heard of"))[0].weights_ok
    assert load_items(nsynth_corpus(tmp_path / "e", bank="FluidR3_GM"))[0].weights_ok


def test_no_instrument_has_neither_source_nor_pitch(tmp_path):
    item = load_items(nsynth_corpus(tmp_path / "c", instrument_family_str="not_an_instrument"))[0]
    assert (item.source, item.midi) == (None, None)


@pytest.mark.parametrize(("pitch", "midi"), [(20, None), (21, 21), (108, 108), (109, None)])
def test_pitches_outside_the_piano_are_unknown(tmp_path, pitch, midi):
    assert load_items(nsynth_corpus(tmp_path / "c", n=1, pitch=pitch))[0].midi == midi


@pytest.mark.parametrize(
    ("bank", "preset", "midi"),
    [
        ("FluidR3_GM", "0:18 Rock Organ", None),
        ("FluidR3_GM", "8:19 Church Organ 2", None),
        ("FluidR3_GM", "0:19 Church Organ", 69),
        ("synthesised", "0:18 lead", 69),
    ],
)
def test_a_preset_that_sounds_octaves_from_its_key_has_no_pitch(tmp_path, bank, preset, midi):
    assert load_items(nsynth_corpus(tmp_path / "c", n=1, bank=bank, preset=preset))[0].midi == midi


def test_manifest_rows_are_read(tmp_path):
    rows = [
        {},
        {"pitch_check": "octave"},
        {"pitch_check": "octave_fixed", "midi_pitch": "57.0"},
        {"midi_pitch": ""},
        {"family": "other", "instrument": "snare_drum"},
        {"family": "other", "instrument": "synth_pad"},
        {"weights_ok": "no"},
    ]
    items = load_items(manifest_corpus(tmp_path / "c", rows))
    assert [item.midi for item in items] == [69, None, 57, None, None, 69]
    assert items[4].family == "not_an_instrument"
    assert [item.weights_ok for item in items] == [True] * 5 + [False]
    assert items[0].instrument == "someone/clips/oboe"
    assert is_recorded(tmp_path / "c")


def test_a_folder_without_a_list_is_refused_in_one_sentence(tmp_path):
    with pytest.raises(CorpusError, match=r"neither examples\.json nor manifest\.csv\.$"):
        load_items(tmp_path)


@pytest.mark.parametrize("text", ["{", '{"a": 1}', '{"a": {"pitch": 3}}', "[]"])
def test_a_damaged_list_is_refused_in_one_sentence(tmp_path, text):
    (tmp_path / "examples.json").write_text(text, encoding="utf-8")
    with pytest.raises(CorpusError, match="damaged"):
        load_items(tmp_path)


def test_read_mono_mixes_and_resamples(tmp_path):
    y = tone(440.0, 1.0, 44_100)
    soundfile.write(tmp_path / "a.wav", np.stack([y, np.zeros_like(y)], axis=1), 44_100)
    mono = read_mono(tmp_path / "a.wav", SR)
    assert mono.shape == (SR,)
    assert mono.dtype == np.float32
    assert np.abs(mono[2000:-2000]).max() == pytest.approx(0.25, abs=0.01)


def test_read_mono_says_what_cannot_be_read(tmp_path):
    (tmp_path / "a.wav").write_text("no sound")
    with pytest.raises(CorpusError, match="could not be read"):
        read_mono(tmp_path / "a.wav", SR)


def test_check_finds_nothing_wrong_with_a_good_corpus(tmp_path, capsys):
    corpus = nsynth_corpus(tmp_path / "c")
    assert check_corpus(corpus).problems == ()
    assert main(["corpus", "check", str(corpus)]) == 0
    assert capsys.readouterr().out == "3 sounds, nothing wrong\n"


def test_check_names_every_kind_of_problem(tmp_path, capsys):
    corpus = nsynth_corpus(tmp_path / "c", n=7)
    paths = [item.path for item in load_items(corpus)]
    paths[0].unlink()
    paths[1].write_bytes(b"RIFF nothing")
    soundfile.write(paths[2], np.zeros(SR), SR)
    soundfile.write(paths[3], tone(440.0), 8000)
    paths[5].write_bytes(paths[4].read_bytes())
    examples = json.loads((corpus / "examples.json").read_text())
    examples[paths[6].stem]["instrument_family_str"] = "kazoo"
    (corpus / "examples.json").write_text(json.dumps(examples))
    found = {(kind, path.name) for kind, path in check_corpus(corpus).problems}
    kinds = ("missing", "corrupt", "silent", "wrong rate", "duplicate", "unknown label")
    assert found == set(zip(kinds, [paths[k].name for k in (0, 1, 2, 3, 5, 6)], strict=True))
    assert main(["corpus", "check", str(corpus)]) == 1
    assert "7 sounds, 6 problems" in capsys.readouterr().out


def test_check_finds_values_that_are_no_numbers(tmp_path):
    corpus = nsynth_corpus(tmp_path / "c", n=1)
    path = load_items(corpus)[0].path
    soundfile.write(path, np.full(100, np.nan, np.float32), SR, subtype="FLOAT")
    assert check_corpus(corpus).problems == (("corrupt", path),)


def test_explore_counts(tmp_path, capsys):
    corpus = manifest_corpus(
        tmp_path / "c", [{}, {"instrument": "bassoon", "midi_pitch": "40"}, {"family": "other"}]
    )
    lines = explore_lines(load_items(corpus))
    reed = next(line for line in lines if line.startswith("reed")).split()
    assert reed == ["reed", "2", "2", "2", "0", "0", "E2–A4"]
    assert lines[-1] == "3 sounds of 2 instruments"
    assert main(["corpus", "explore", str(corpus)]) == 0
    assert "someone/clips" in capsys.readouterr().out


def test_a_missing_corpus_gives_one_sentence_and_status_1(tmp_path, capsys):
    assert main(["corpus", "explore", str(tmp_path / "nowhere")]) == 1
    assert capsys.readouterr().err.count("\n") == 1
