# SPDX-License-Identifier: MIT
from __future__ import annotations

import hashlib
import io
import json
import subprocess
from pathlib import Path

import mido
import numpy as np
import pytest
import soundfile
from corpus_maker import PRESETS, SR, soundfont, stop_workers, tone

from desktop_app.domain.labels import FAMILIES, NOT_AN_INSTRUMENT, SOURCES
from desktop_app.training.classifier.corpus import load_items
from desktop_app.training.commands_corpus import main
from desktop_app.training.corpora import open_corpus
from desktop_app.training.corpora.check import check
from desktop_app.training.rendering import corpus as render_corpus
from desktop_app.training.rendering import soundfont as render
from desktop_app.training.rendering.corpus import NotePlan, SoundFontInstrument, soundfont_instruments
from desktop_app.training.rendering.presets import (
    BANKS,
    CorpusError,
    Preset,
    bank_relatives,
    bank_weights_ok,
    read_presets,
    voice_of,
)
from desktop_app.training.rendering.presets_gm import GM_VOICES, Voice
from desktop_app.training.rendering.soundfont import PlayedNote

NSYNTH_FIELDS = {
    "note",
    "note_str",
    "instrument",
    "instrument_str",
    "pitch",
    "velocity",
    "sample_rate",
    "qualities",
    "qualities_str",
    "instrument_family",
    "instrument_family_str",
    "instrument_source",
    "instrument_source_str",
}
PLAN = ["--pitch-step", "12", "--velocities", "50,100"]


@pytest.fixture(scope="module")
def sine(tmp_path_factory) -> Path:
    return soundfont(tmp_path_factory.mktemp("sf") / "sine.sf2")


def digests(corpus: Path) -> dict[str, str]:
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in (corpus / "audio").iterdir()}


def test_presets_are_read_in_order(sine):
    found = read_presets(sine)
    assert found == sorted(Preset(bank, program, name) for name, program, bank in PRESETS)


@pytest.mark.parametrize("content", [b"", b"RIFF", b"RIFF\x04\0\0\0WAVE", b"RIFF\x04\0\0\0sfbk"])
def test_what_is_no_soundfont_is_named(tmp_path, content):
    (tmp_path / "a.sf2").write_bytes(content)
    with pytest.raises(CorpusError, match=r"a\.sf2 could not be read as a SoundFont\.$"):
        read_presets(tmp_path / "a.sf2")


def test_the_table_of_voices_is_plausible():
    for program, voice in GM_VOICES.items():
        assert 0 <= program < 128
        assert voice.family in (*FAMILIES, NOT_AN_INSTRUMENT)
        assert voice.source in SOURCES
        assert 21 <= voice.low_midi < voice.high_midi <= 108
    assert {voice.family for voice in GM_VOICES.values()} == {*FAMILIES, NOT_AN_INSTRUMENT}


@pytest.mark.parametrize(
    ("preset", "bank", "family"),
    [
        (Preset(0, 40, "Violin"), "FluidR3_GM", "string"),
        (Preset(8, 24, "Ukulele"), "FluidR3_GM", "guitar"),
        (Preset(128, 25, "TR-808"), "FluidR3_GM", NOT_AN_INSTRUMENT),
        (Preset(0, 122, "Seashore"), "FluidR3_GM", NOT_AN_INSTRUMENT),
        (Preset(50, 45, "Basses Pizzicato"), "MuseScore_General_Full", "bass"),
        (Preset(50, 48, "Basses Fast"), "MuseScore_General_Full", "string"),
        (Preset(17, 40, "Violin Expr."), "MuseScore_General_Full", None),
        (Preset(0, 95, "Sweep Pad"), "FluidR3_GM", None),
        (Preset(127, 40, "Doctor Solo"), "sf_GMbank", None),
        (Preset(0, 48, "Stereo Strings Fast"), "GeneralUser-v1.47", "string"),
        (Preset(13, 48, "Woodwind Choir"), "GeneralUser-v1.47", None),
        (Preset(0, 53, "Voice Oohs"), "GeneralUser-v1.47", None),
        (Preset(120, 24, "Electronic Drums"), "GeneralUser-v1.47", None),
        (Preset(127, 52, "Violin 1"), "A320U", None),
    ],
)
def test_a_preset_has_its_family(preset, bank, family):
    voice = voice_of(preset, BANKS[bank])
    assert (voice and voice.family) == family


def test_everything_of_a_synthesiser_chip_is_synthetic():
    voice = voice_of(Preset(0, 40, "040"), BANKS["OPL-3_FM_128M"])
    assert voice == Voice("string", "synthetic", 55, 100)


def test_banks_say_where_they_come_from():
    for bank in BANKS.values():
        assert all((bank.title, bank.licence, bank.attribution, bank.origin, bank.relatives))
    assert bank_relatives("FluidR3_GM") == bank_relatives("MuseScore_General_Full")
    assert bank_relatives("TimGM6mb") == bank_relatives("sf_GMbank") != bank_relatives("FluidR3_GM")
    assert bank_relatives("someone/clips") == "someone/clips"
    assert not bank_weights_ok("TimGM6mb")


def test_the_midi_file_plays_each_note_for_three_seconds():
    data = render.midi_file(Preset(8, 24, "Ukulele"), [PlayedNote(60, 25), PlayedNote(72, 127)])
    played = list(mido.MidiFile(file=io.BytesIO(data)))
    now_s, notes = 0.0, []
    for message in played:
        now_s += message.time
        if message.type in ("note_on", "note_off"):
            notes.append((message.type, message.note, message.velocity, round(now_s, 3)))
    assert [message.value for message in played if message.is_cc(0)] == [8]
    assert [message.program for message in played if message.type == "program_change"] == [24]
    assert notes == [
        ("note_on", 60, 25, 0.0),
        ("note_off", 60, 64, 3.0),
        ("note_on", 72, 127, 4.6),
        ("note_off", 72, 64, 7.6),
    ]


def test_drum_kits_are_played_on_the_tenth_channel():
    data = render.midi_file(Preset(128, 25, "TR-808"), [PlayedNote(38, 100)])
    channels = {message.channel for message in mido.MidiFile(file=io.BytesIO(data)) if not message.is_meta}
    assert channels == {9}


def test_notes_sound_at_their_pitch_and_loudness(sine):
    soft, loud = render.render_notes(sine, Preset(0, 80, "Sine A"), [PlayedNote(69, 50), PlayedNote(81, 100)])
    for y, f0_hz in ((soft, 441.0), (loud, 882.0)):  # the sample's period is 100 at 44.1 kHz
        assert y.shape == (4 * SR,)
        assert y.dtype == np.float32
        assert np.abs(np.fft.rfft(y[SR : 3 * SR])).argmax() / 2 == pytest.approx(f0_hz, abs=0.5)
        assert np.abs(y[int(3.5 * SR) :]).max() < 1e-4
    assert np.abs(loud).max() > 2 * np.abs(soft).max()


def test_a_missing_synthesiser_is_named(sine, monkeypatch):
    monkeypatch.setenv("PATH", "")
    with pytest.raises(CorpusError, match="not installed"):
        render.render_notes(sine, Preset(0, 80, "Sine A"), [PlayedNote(69, 100)])


def test_a_failing_synthesiser_is_named(sine, monkeypatch):
    def fails(*args: object, **_: object) -> None:
        raise subprocess.CalledProcessError(1, "fluidsynth")

    monkeypatch.setattr(render.subprocess, "run", fails)
    with pytest.raises(CorpusError, match="could not play"):
        render.render_notes(sine, Preset(0, 80, "Sine A"), [PlayedNote(69, 100)])


def test_clips_are_four_seconds_and_within_full_scale():
    assert render.fit_clip(tone(440.0, 1.0, level=0.5)).shape == (4 * SR,)
    assert np.abs(render.fit_clip(tone(440.0, 5.0, level=3.0))).max() == pytest.approx(0.98, abs=1e-3)
    assert render.is_silent(tone(440.0, level=0.0009))
    assert not render.is_silent(tone(440.0, level=0.01))


@pytest.mark.parametrize("seed", range(5))
def test_a_plan_stays_within_the_range_and_repeats(seed):
    voice = Voice("flute", "acoustic", 60, 80)
    plan = NotePlan(pitch_step=3, velocities_per_pitch=2, max_pitches=4, seed=seed)
    notes = plan.notes(voice, "a")
    assert notes == plan.notes(voice, "a")
    pitches = sorted({note.midi for note in notes})
    assert len(pitches) == 4
    assert len(set(notes)) == len(notes) == 8
    assert 60 <= pitches[0] <= pitches[-1] <= 80
    assert all(step % 3 == 0 for step in np.diff(pitches))


def test_a_full_plan_has_every_pitch_at_five_velocities():
    notes = NotePlan().notes(Voice("flute", "acoustic", 60, 62), "a")
    assert [(note.midi, note.velocity) for note in notes] == [
        (midi, velocity) for midi in (60, 61, 62) for velocity in (25, 50, 75, 100, 127)
    ]


def test_a_rendered_corpus_is_in_nsynths_format(sine, tmp_path):
    assert main(["corpus", "render", str(tmp_path), "--soundfont", str(sine), "--presets", "80", *PLAN]) == 0
    examples = json.loads((tmp_path / "examples.json").read_text())
    assert examples.keys() == {path.removesuffix(".wav") for path in digests(tmp_path)}
    for name, example in examples.items():
        assert example.keys() == NSYNTH_FIELDS | {"bank", "preset"}
        assert (
            name
            == example["note_str"]
            == f"{example['instrument_str']}-{example['pitch']:03d}-{example['velocity']:03d}"
        )
        assert example["instrument_family_str"] == "synth_lead"
        assert example["instrument_family"] == FAMILIES.index("synth_lead")
        assert SOURCES[example["instrument_source"]] == example["instrument_source_str"] == "synthetic"
        assert len(example["qualities"]) == 10
        assert len(example["qualities_str"]) == sum(example["qualities"])
        info = soundfile.info(tmp_path / "audio" / f"{name}.wav")
        assert (info.samplerate, info.channels, info.frames) == (SR, 1, 4 * SR)
    assert {example["velocity"] for example in examples.values()} == {50, 100}
    assert check(open_corpus(tmp_path)).problems == ()
    items = load_items(tmp_path)
    assert {item.midi for item in items} == {example["pitch"] for example in examples.values()}
    assert not any(item.weights_ok for item in items)  # nobody knows this bank's licence
    assert json.loads((tmp_path / "banks.json").read_text())["sine"]["licence"] == "unknown"


def test_of_equal_sounds_one_stays(sine, tmp_path):
    voice = Voice("flute", "acoustic", 69, 72)
    twins = [SoundFontInstrument(sine, Preset(0, program, "twin"), voice) for program in (0, 80)]
    assert render_corpus.render_corpus(twins, NotePlan(velocities=(100,)), tmp_path) == 4
    assert {name.partition("-")[0][-4:] for name in digests(tmp_path)} == {"p000"}
    assert check(open_corpus(tmp_path)).problems == ()


def test_rendering_goes_on_and_gives_the_same_again(sine, tmp_path, monkeypatch):
    one, other = (str(tmp_path / name) for name in ("one", "other"))
    options = ["--soundfont", str(sine), "--presets", "0,80", *PLAN, "--seed", "3"]
    assert main(["corpus", "render", one, *options, "--jobs", "2"]) == 0
    stop_workers()
    rendered, calls = render_corpus.render_notes, []

    def dies_at_second(*args: object) -> list[np.ndarray]:
        calls.append(args)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return rendered(*args)

    monkeypatch.setattr(render_corpus, "render_notes", dies_at_second)
    with pytest.raises(KeyboardInterrupt):
        main(["corpus", "render", other, *options])
    assert not Path(other, "examples.json").exists()
    assert main(["corpus", "render", other, *options]) == 0
    assert len(calls) == 3
    assert digests(Path(one)) == digests(Path(other))
    assert Path(one, "examples.json").read_bytes() == Path(other, "examples.json").read_bytes()


def test_silent_notes_are_left_out(sine, tmp_path, monkeypatch):
    def half_silent(soundfont: Path, preset: Preset, notes: list[PlayedNote]) -> list[np.ndarray]:
        return [tone(440.0 + k, 4.0, level=0.3 * (k % 2)) for k in range(len(notes))]

    monkeypatch.setattr(render_corpus, "render_notes", half_silent)
    instruments = soundfont_instruments(sine, lambda preset: preset.program == 80)
    plan = NotePlan(pitch_step=10, velocities=(100,))
    n_planned = len(plan.notes(instruments[0].voice, render_corpus.instrument_name(instruments[0])))
    assert render_corpus.render_corpus(instruments, plan, tmp_path) == n_planned // 2
    assert len(digests(tmp_path)) == n_planned // 2


def test_only_the_named_presets_are_rendered(sine, tmp_path):
    options = ["--soundfont", str(sine), "--presets", "70-90,128:0", *PLAN]
    assert main(["corpus", "render", str(tmp_path), *options]) == 0
    parts = sorted(path.stem for path in (tmp_path / "parts").iterdir())
    assert parts == ["not_an_instrument_acoustic_sine_b128p000", "synth_lead_synthetic_sine_b000p080"]


def test_wrong_usage_has_status_2(sine, tmp_path, capsys):
    assert main(["corpus", "render", str(tmp_path)]) == 2
    assert "--soundfont" in capsys.readouterr().err
    for wrong in ("velocities=0,50", "pitch-step=0", "jobs=x", "presets=piano", "seed=-1", "refused=-1"):
        with pytest.raises(SystemExit) as error:
            main(["corpus", "render", str(tmp_path), "--soundfont", str(sine), f"--{wrong}"])
        assert error.value.code == 2


def test_a_missing_soundfont_gives_one_sentence(tmp_path, capsys):
    assert main(["corpus", "render", str(tmp_path), "--soundfont", str(tmp_path / "no.sf2")]) == 1
    assert capsys.readouterr().err.count("\n") == 1
