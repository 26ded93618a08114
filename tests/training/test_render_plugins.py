# SPDX-License-Identifier: MIT
from __future__ import annotations

import gzip
import json
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from corpus_maker import SR, tone

from desktop_app.domain.labels import FAMILIES, SOURCES
from desktop_app.io.corpora import open_corpus
from desktop_app.io.corpora.facts import sounds_at_its_key
from desktop_app.training.commands_corpus import main
from desktop_app.training.corpora.check import check
from desktop_app.training.rendering import plugins as render_plugins
from desktop_app.training.rendering import plugins_patches
from desktop_app.training.rendering.plugins import PluginInstrument, play_patch, plugin_instruments
from desktop_app.training.rendering.plugins_dssi import DssiSynth
from desktop_app.training.rendering.plugins_families import family_of, goes_on, voice_of_patch, words
from desktop_app.training.rendering.plugins_lv2 import Lv2Synth
from desktop_app.training.rendering.plugins_patches import (
    Patch,
    amsynth_presets,
    patches_of,
    seven_in_six,
    whysynth_names,
)
from desktop_app.training.rendering.plugins_pitch import hear, n_strokes
from desktop_app.training.rendering.presets import BANKS, CorpusError
from desktop_app.training.rendering.presets_gm import Voice
from desktop_app.training.rendering.presets_zyn import read_instrument, zyn_sounds
from desktop_app.training.rendering.soundfont import PlayedNote, is_silent

LIBRARY = Path("/usr/lib/dssi/libzynaddsubfx_dssi.so")
INSTRUMENTS = Path("/usr/share/zynaddsubfx/banks")


def zyn_patch(folder: str, title: str) -> Patch:
    (file,) = (INSTRUMENTS / folder).glob(f"[0-9]*-{title}.xiz")
    return Patch(LIBRARY, "ZynAddSubFX", (0, 0), title, folder, sound=file)


def strongest_hz(y: np.ndarray) -> float:
    part = y[SR // 2 : 5 * SR // 2]
    return float(np.abs(np.fft.rfft(part * np.hanning(part.size))).argmax() / 2)


@pytest.mark.parametrize(
    ("name", "folder", "family"),
    [
        ("Church Organ 2", "organ", "organ"),
        ("SoftSaw_Lead2", "", "synth_lead"),
        ("Saw 1", "strings", None),
        ("Sweep Pad 2", "strings", None),
        ("Strings Pad3", "strings", "string"),
        ("Fast Attack", "strings", "string"),
        ("E.PIANO 1", "", "keyboard"),
        ("Steel Drums", "", "mallet"),
        ("Drums Kit1", "", None),
        ("Rhodes Strings1", "dual", None),
        ("fat_dnb_bass", "", "bass"),
        ("Synth_Bass", "", "bass"),
        ("Bass Guitar - Slap", "", "bass"),
        ("Pan Pipe 32", "", "flute"),
        ("Cathedral Pipe Organ", "", "organ"),
        ("FB:EOrgan1", "", "organ"),
        ("Hyper Arpeggio", "organ", None),
        ("Celestial 5ths", "lead", None),
        ("Numanesque", "lead", "synth_lead"),
        ("Numanesque", "", None),
        ("Stopped Pipe", "organ", "organ"),
        ("MetalPipe", "", None),
        ("EnglishHorn", "", "reed"),
        ("S&H Solo", "", None),
        ("", "", None),
    ],
)
def test_a_name_tells_the_family_or_nothing(name, folder, family):
    assert family_of(name, folder) == family


@pytest.mark.parametrize(
    ("name", "family", "source"),
    [
        ("DX Rhodes 1", "keyboard", "electronic"),
        ("Rock_Organ", "organ", "electronic"),
        ("Church Organ 1", "organ", "synthetic"),
        ("Soft Piano 1", "keyboard", "synthetic"),
        ("Synth Bass", "bass", "synthetic"),
    ],
)
def test_electric_pianos_and_drawbar_organs_are_electronic(name, family, source):
    voice = voice_of_patch(name)
    assert voice is not None
    assert (voice.family, voice.source) == (family, source)
    assert 21 <= voice.low_midi < voice.high_midi <= 108


def test_words_stand_apart():
    assert words("SoftSaw_Lead2") == "soft saw lead 2"
    assert words("K4oid: Warm  Synpi!") == "k 4oid warm synpi"


@pytest.mark.parametrize("octave", [-1, 0, 2])
def test_a_steady_tone_is_octaves_from_a_key_or_not_at_all(octave):
    heard = hear(tone(440.0 * 2.0**octave, 4.0))
    assert heard.octaves_off(69) == octave
    assert heard.octaves_off(64) is None
    assert heard.is_struck_once()


def test_noise_and_glides_have_no_pitch():
    rng = np.random.default_rng(1)
    assert hear(rng.normal(0.0, 0.1, 4 * SR).astype(np.float32)).octaves_off(69) is None
    glide = 0.5 * np.sin(2.0 * np.pi * np.cumsum(np.geomspace(220.0, 880.0, 4 * SR)) / SR)
    assert hear(glide.astype(np.float32)).octaves_off(69) is None


def test_pulses_are_not_one_note():
    time_s = np.arange(4 * SR) / SR
    assert not hear((tone(440.0, 4.0) * (np.mod(time_s, 0.5) < 0.25)).astype(np.float32)).is_struck_once()
    trembling = tone(440.0, 4.0) * (1.0 + 0.4 * np.sin(2.0 * np.pi * 5.0 * time_s))
    assert hear(trembling.astype(np.float32)).is_struck_once()
    levels_db = np.concatenate([np.linspace(-60, 0, 20), np.linspace(0, -40, 80)]).astype(np.float32)
    assert n_strokes(levels_db) == 1
    assert n_strokes(np.tile(levels_db, 4)) == 4


def test_what_is_struck_fades_and_what_is_blown_lasts():
    lasting = hear(tone(440.0, 4.0))
    fading = hear((tone(440.0, 4.0) * np.exp(-np.arange(4 * SR) / SR / 0.4)).astype(np.float32))
    for family in ("flute", "organ", "string", "vocal", "brass", "reed"):
        assert lasting.goes_on_as(family)
        assert not fading.goes_on_as(family)
    for family in ("mallet", "keyboard", "guitar"):
        assert fading.goes_on_as(family)
        assert not lasting.goes_on_as(family)
    for family in ("bass", "synth_lead"):
        assert fading.goes_on_as(family)
        assert lasting.goes_on_as(family)
    assert goes_on("Dist Guitar 3")
    assert not goes_on("Nylon Guitar")


def instrument_file(path: Path, content: str, kind: int = 0, packed: bool = True) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    xml = f'<X><INFO><par name="type" value="{kind}"/></INFO><INSTRUMENT>{content}</INSTRUMENT></X>'.encode()
    path.write_bytes(gzip.compress(xml) if packed else xml)


def test_every_instrument_is_listed_once_with_what_tells_most(tmp_path):
    one, other = tmp_path / "one", tmp_path / "other"
    instrument_file(one / "Organ" / "0001-Organ 1.xiz", "a")
    instrument_file(one / "Collection" / "0001-Soft.xiz", "b", kind=3, packed=False)
    instrument_file(one / "the_mysterious_bank" / "0001-bass.xiz", "c", kind=12)
    instrument_file(other / "Brass" / "0001-Copy of Organ 1.xiz", "a", kind=8)
    instrument_file(other / "Will_Godfrey_Collection" / "0007-Soft.xiz", "b in a later version")
    instrument_file(other / "Brass" / "0002-Solo Synth1.xiz", "d")
    sounds = list(zyn_sounds((("ZynAddSubFX", one), ("Yoshimi", other))))
    assert [(sound.title, sound.folder, sound.collection) for sound in sounds] == [
        ("Soft", "organ", "ZynAddSubFX"),
        ("Organ 1", "organ", "ZynAddSubFX"),
        ("bass", "the mysterious bank", "ZynMysterious"),
        ("Solo Synth1", "brass", "Yoshimi"),
    ]
    assert len({(sound.collection, sound.number) for sound in sounds}) == len(sounds)


def test_a_damaged_instrument_is_named(tmp_path):
    (tmp_path / "a.xiz").write_bytes(gzip.compress(b"<X>")[:-6])
    with pytest.raises(CorpusError, match=r"a\.xiz could not be read as an instrument\.$"):
        read_instrument(tmp_path / "a.xiz")


def test_the_installed_instruments_have_families_and_known_licences():
    instruments = plugin_instruments(["zynaddsubfx"])
    families = Counter(instrument.voice.family for instrument in instruments)
    assert set(families) == set(FAMILIES)
    assert min(families.values()) >= 15
    assert all(instrument.voice.source in SOURCES for instrument in instruments)
    assert {instrument.bank for instrument in instruments} <= set(BANKS)
    assert not BANKS["ZynContributed"].weights_ok
    assert BANKS["ZynMysterious"].licence.startswith("CC BY")


def test_only_general_midis_numbers_tell_of_another_pitch():
    assert not sounds_at_its_key({"bank": "FluidR3_GM", "preset": "0:16 Drawbar Organ"})
    for bank in ("ZynAddSubFX", "amSynth", "setBfree", "synthesised", "parametric", "csound"):
        assert sounds_at_its_key({"bank": bank, "preset": "0:16 anything"})


def test_notes_sound_at_their_pitch_even_where_the_patch_is_octaves_off():
    patch, notes = zyn_patch("Collection", "Slow Strings"), [PlayedNote(60, 60), PlayedNote(67, 110)]
    (raw,) = play_patch(patch, notes[:1])
    assert hear(raw).octaves_off(60) == -1
    clips = PluginInstrument(patch, Voice("string", "synthetic", 48, 72)).render(notes)
    for y, note in zip(clips, notes, strict=True):
        assert y.shape == (4 * SR,)
        assert y.dtype == np.float32
        assert hear(y).octaves_off(note.midi) == 0
        assert 0.05 < np.abs(y).max() <= 1.0


def test_what_is_no_single_note_is_silence():
    instrument = PluginInstrument(zyn_patch("Noises", "Wind"), Voice("synth_lead", "synthetic", 48, 72))
    (y,) = instrument.render([PlayedNote(62, 100)])
    assert is_silent(y)


def test_a_synthesiser_that_fails_gives_silence(tmp_path):
    (tmp_path / "broken.so").write_bytes(b"no library")
    (y,) = play_patch(Patch(tmp_path / "broken.so", "x", (0, 0), "broken"), [PlayedNote(60, 100)])
    assert is_silent(y)
    for synth, kind in ((DssiSynth, "DSSI"), (Lv2Synth, "LV2")):
        with pytest.raises(CorpusError, match=f"could not be loaded as a plug-in of the kind {kind}"):
            synth(tmp_path / "broken.so", 32_000)


def test_drawbars_make_the_organs_sound():
    library = Path("/usr/lib/lv2/b_synth/b_synth.so")
    steady = ((65, 0), (80, 0), (91, 0), (92, 0))
    for stop, octaves in ((70, -1), (73, 1)):  # 16' and 4'
        drawbars = tuple((number, 0 if number == stop else 127) for number in range(70, 79))
        patch = Patch(library, "setBfree", (0, 0), "organ", controllers=drawbars + steady)
        (y,) = play_patch(patch, [PlayedNote(57, 100)])
        assert strongest_hz(y) == pytest.approx(220.0 * 2.0**octaves, rel=0.01)
        assert np.abs(y[int(3.4 * SR) :]).max() < 0.05 * np.abs(y).max()


def test_organ_registrations_are_many_and_stay_the_same():
    patches = patches_of("setbfree")
    assert patches == patches_of("setbfree")
    assert len({patch.controllers for patch in patches}) == len(patches) >= 50
    instruments = plugin_instruments(["setbfree"])
    assert {(one.voice.family, one.voice.source) for one in instruments} == {("organ", "electronic")}


def test_dx7_voices_are_packed_seven_bits_in_six():
    section = bytes(range(128)) * 31 + bytes(128)
    length, letters, total = seven_in_six(section).split()
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    bits = "".join(f"{alphabet.index(letter):06b}" for letter in letters)
    assert bytes(int(bits[7 * k : 7 * k + 7], 2) for k in range(4096)) == section
    assert (int(length), int(total)) == (4096, sum(section))


def test_whysynths_names_and_categories_are_read():
    text = (
        "name New%20Thing\ncategory Pad\nname Bare\nmode 1\nname FM%20EP\ncomment by%20me\ncategory Piano\n"
    )
    assert whysynth_names(text) == [("New Thing", "Pad"), ("Bare", ""), ("FM EP", "Piano")]


def test_amsynths_presets_are_read():
    text = "amSynth\n<preset> <name> Soft Lead\n<parameter> decay 0.5\n<parameter> mix -1\n<preset> <name> \n"
    assert amsynth_presets(text) == [("Soft Lead", (("decay", 0.5), ("mix", -1.0))), ("", ())]


def test_a_corpus_of_patches_is_in_nsynths_format(tmp_path, monkeypatch):
    patches = [zyn_patch("Organ", "Organ 1"), zyn_patch("Arpeggios", "Arpeggio1")]
    monkeypatch.setattr(render_plugins, "patches_of", lambda _: patches)
    options = ["--plugins", "zynaddsubfx", "--max-pitches", "2", "--velocities", "100"]
    assert main(["corpus", "render", str(tmp_path), *options]) == 0
    examples = json.loads((tmp_path / "examples.json").read_text())
    assert len(examples) == 2
    for example in examples.values():
        assert example["instrument_str"] == "organ_electronic_ZynAddSubFX_b000p000"
        assert example["preset"] == "0:0 Organ 1"
    about = json.loads((tmp_path / "banks.json").read_text())["ZynAddSubFX"]
    assert about["weights_ok"]
    assert "GPL" in about["licence"]
    assert check(open_corpus(tmp_path)).problems == ()


@pytest.mark.parametrize("synth", ["nosuch", "zynaddsubfx"])
def test_a_missing_synthesiser_gives_one_sentence(synth, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(plugins_patches, "_LIBRARIES", tmp_path)
    assert main(["corpus", "render", str(tmp_path / "out"), "--plugins", synth]) == 1
    assert capsys.readouterr().err.count("\n") == 1
    with pytest.raises(CorpusError, match=r"(install zynaddsubfx-dssi|no synthesiser nosuch)"):
        patches_of(synth)
