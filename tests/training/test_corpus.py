# SPDX-License-Identifier: MIT
from __future__ import annotations

import numpy as np
import published_corpora
import pytest
import soundfile
from corpus_maker import SR, manifest_corpus, nsynth_corpus, tone

from desktop_app.training.classifier.corpus import is_recorded, load_items, read_mono
from desktop_app.training.commands_corpus import main
from desktop_app.training.rendering.presets import CorpusError


def test_nsynth_notes_are_read(tmp_path):
    items = load_items(nsynth_corpus(tmp_path / "c"))
    assert [item.midi for item in items] == [69, 70, 71]
    first = items[0]
    assert (first.family, first.source, first.velocity, first.kind) == ("flute", "acoustic", 100, "note")
    assert first.bank == "nsynth"
    assert first.weights_ok
    assert first.path.is_file()
    assert not is_recorded(tmp_path / "c")


def test_all_published_parts_are_read(tmp_path):
    folder = published_corpora.nsynth(tmp_path / "n", seconds=0.1)
    items = load_items(folder)
    assert len(items) == 24
    assert {item.path.parent.parent.name for item in items} == {"nsynth-train", "nsynth-valid", "nsynth-test"}
    assert not is_recorded(folder)


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


def test_a_missing_corpus_gives_one_sentence_and_status_1(tmp_path, capsys):
    assert main(["corpus", "explore", str(tmp_path / "nowhere")]) == 1
    assert capsys.readouterr().err.count("\n") == 1
