# SPDX-License-Identifier: MIT
from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import soundfile
from corpus_maker import SR, manifest_corpus, nsynth_corpus, tone

from desktop_app.domain.errors import CorpusError
from desktop_app.io.corpora import open_corpus
from desktop_app.training.commands_corpus import main
from desktop_app.training.mixing.mixtures import mix, perform, sounding_rms, sounding_share
from desktop_app.training.mixing.mixtures_players import irmas_class, is_held, load_players
from desktop_app.training.mixing.mixtures_score import harmony, melody_line
from desktop_app.training.phrases.lines import Note

BANK = "FluidR3_GM"
# Programme, family and the loudest overtone: enough to tell the instruments apart.
BAND = {0: "keyboard", 33: "bass", 40: "string", 56: "brass", 73: "flute"}


def rendered(folder: Path, bank: str = BANK, band: dict[int, str] = BAND) -> Path:
    """Five notes of a sine for each instrument, and a kit of clicks, named as rendered corpora name them."""
    (folder / "audio").mkdir(parents=True)
    rows = {}
    for program, family in band.items():
        for midi in range(48, 78, 6):
            y = tone(440.0 * 2 ** ((midi - 69) / 12), 1.0)
            _write(folder, rows, bank, family, f"b000p{program:03d}", midi, y)
    for midi in (36, 38, 42):
        y = tone(80.0 * (midi - 35), 0.3) * np.exp(-np.arange(int(0.3 * SR)) / 800)
        _write(folder, rows, bank, "not_an_instrument", "b128p000", midi, y)
    (folder / "examples.json").write_text(json.dumps(rows), encoding="utf-8")
    return folder


def _write(folder, rows, bank, family, number, midi, y):
    name = f"{family}_acoustic_{bank}_{number}"
    soundfile.write(folder / "audio" / f"{name}-{midi:03d}-100.wav", y, SR)
    rows[f"{name}-{midi:03d}-100"] = {
        "instrument_str": name,
        "instrument_family_str": family,
        "instrument_source_str": "acoustic",
        "pitch": midi,
        "velocity": 100,
        "bank": bank,
        "preset": f"{int(number[1:4])}:{int(number[5:])} {family}",
    }


@pytest.fixture(scope="module")
def corpus(tmp_path_factory):
    return rendered(tmp_path_factory.mktemp("notes") / "corpus")


@pytest.fixture(scope="module")
def players(corpus):
    return load_players([corpus])


def named(players, family):
    return next(player for player in players if player.family == family)


def test_players_are_the_instruments_with_their_notes_and_class(players):
    assert {player.irmas for player in players} == {"pia", "vio", "tru", "flu", None}
    assert named(players, "flute").keys == [48, 54, 60, 66, 72]
    assert [player.is_kit for player in players].count(True) == 1


@pytest.mark.parametrize(
    ("name", "family", "expected"),
    [
        ("someone/clips/tenor_sax", "reed", "sax"),
        ("someone/clips/bass_clarinet", "reed", None),
        ("someone/clips/nylon_guitar", "guitar", "gac"),
        ("someone/clips/electric_guitar", "guitar", "gel"),
        ("someone/clips/female_voice", "vocal", "voi"),
        ("someone/clips/harmonium", "organ", None),
        ("synthesised/organ_electronic_synthesised_b001p003", "organ", "org"),
        ("synthesised/bass_synthetic_synthesised_b004p003", "bass", None),
    ],
)
def test_recordings_and_own_sounds_have_a_class_by_name_or_family(name, family, expected):
    assert irmas_class(name, family, None) == expected


def test_instruments_with_few_notes_do_not_play(tmp_path):
    with pytest.raises(CorpusError, match="No instrument was found"):
        load_players([nsynth_corpus(tmp_path / "notes")])


def test_recordings_play_where_their_source_is_known(tmp_path):
    rows = [{"midi_pitch": str(60 + 3 * k), "instrument": "clarinet"} for k in range(5)]
    strange = [row | {"instrument": "theremin", "source": "unknown"} for row in rows]
    found = load_players([manifest_corpus(tmp_path / "clips", rows + strange)])
    assert [(player.name, player.irmas) for player in found] == [("someone/clips/clarinet", "cla")]
    assert found[0].keys == [60, 63, 66, 69, 72]


def test_a_line_sounds_at_its_times_and_pitches(players):
    y = perform(named(players, "string"), (Note(0.5, 1.0, 63, 100),), 2.0)
    assert y.shape == (2 * SR,)
    assert np.abs(y[: int(0.49 * SR)]).max() == 0.0
    spectrum = np.abs(np.fft.rfft(y[int(0.55 * SR) : int(0.95 * SR)], SR))
    assert spectrum.argmax() == pytest.approx(440 * 2 ** ((63 - 69) / 12), abs=3)
    assert np.abs(y[int(1.5 * SR) :]).max() < 1e-3


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("over_db", [0.0, 6.0, 12.0])
def test_the_lead_is_as_far_above_the_accompaniment_as_asked(players, over_db, seed):
    lead = named(players, "brass")
    others = [player for player in players if player is not lead]
    mixture = mix([lead], others, 3.0, (over_db, over_db), np.random.default_rng(seed))
    backing = mixture.y - mixture.lead
    found_db = 20 * np.log10(sounding_rms(mixture.lead, mixture.lead) / sounding_rms(backing, mixture.lead))
    assert found_db == pytest.approx(over_db, abs=0.01)
    assert 1 <= len(mixture.others) <= 4
    assert lead not in mixture.others
    assert np.abs(mixture.y).max() < 1.0


def test_mixtures_repeat_by_their_seed(players):
    lead, *others = players
    once, again, other = (mix([lead], others, 2.0, (0, 12), np.random.default_rng(s)).y for s in (3, 3, 4))
    np.testing.assert_array_equal(once, again)
    assert np.abs(once - other).max() > 0.01


@pytest.mark.parametrize("seed", range(10))
def test_melodies_keep_to_the_scale_and_the_range(seed):
    rng = np.random.default_rng(seed)
    song = harmony(rng, 8.0)
    notes = melody_line(rng, song, 50, 70)
    assert all(50 <= note.midi <= 70 and note.midi % 12 in song.scale for note in notes)
    assert sum(note.offset_s - note.onset_s for note in notes) > 3.0
    assert all(set(chord.classes) <= song.scale for chord in song.chords)


def test_irmas_form_is_read_as_irmas(corpus, tmp_path, capsys):
    unseen = rendered(tmp_path / "unseen", "sf_GMbank", {0: "keyboard", 40: "string", 33: "bass"})
    out = tmp_path / "irmas"
    command = ["corpus", "mixtures", str(out), "--form", "irmas", "--corpus", str(corpus)]
    command += ["--unseen", str(unseen), "--excerpts", "4", "--test-excerpts", "5", "--seed", "2"]
    assert main(command) == 0
    assert "21 mixtures" in capsys.readouterr().out
    made = open_corpus(out)
    assert made.kind == "irmas"
    train, test = list(made.iter_entries("train")), list(made.iter_entries("test"))
    assert [entry.labels for entry in train] == [(x,) for x in ("flu", "pia", "tru", "vio") for _ in range(4)]
    assert len({entry.group for entry in train}) == 8  # three excerpts of one piece, then one of another
    assert len(test) == 5
    assert {label for entry in test for label in entry.labels} == {"pia", "vio"}
    seconds = [soundfile.info(entry.path).duration for entry in (*train, *test)]
    assert seconds[:16] == [3.0] * 16
    assert all(5.0 <= s <= 20.0 for s in seconds[16:])


def test_nsynth_form_keeps_instrument_bank_and_licence_of_the_lead(corpus, tmp_path):
    out = tmp_path / "mixtures"
    command = ["corpus", "mixtures", str(out), "--form", "nsynth", "--corpus", str(corpus)]
    assert main([*command, "--excerpts", "2", "--over-db", "6", "6", "--split-seed", "11"]) == 0
    entries = list(open_corpus(out).iter_entries())
    assert sorted({entry.family for entry in entries}) == ["bass", "brass", "flute", "keyboard", "string"]
    assert len(entries) == 10
    players = {player.name: player for player in load_players([corpus])}
    rows = json.loads((out / "examples.json").read_text(encoding="utf-8"))
    for entry in entries:
        assert players[entry.instrument].family == entry.family
        assert (entry.bank, entry.midi, entry.kind, entry.weights_ok) == (BANK, None, "mixture", True)
        assert rows[entry.key]["over_db"] == 6.0
        others = [players[name] for name in rows[entry.key]["others"]]
        assert all(player.family != entry.family for player in others)
        assert {is_held(player, 11) for player in others} == {is_held(players[entry.instrument], 11)}
        y, sr = soundfile.read(entry.path)
        assert (y.shape, sr) == ((4 * SR,), SR)
        assert sounding_share(y.astype(np.float32)) > 0.5


def test_mixtures_of_one_family_or_no_class_are_refused(tmp_path, capsys):
    basses = rendered(tmp_path / "basses", band={33: "bass"})
    command = ["corpus", "mixtures", str(tmp_path / "out"), "--corpus", str(basses), "--form"]
    assert main([*command, "nsynth"]) == 1
    assert "instruments of two families" in capsys.readouterr().err
    assert main([*command, "irmas"]) == 1
    assert "belongs to a class of IRMAS" in capsys.readouterr().err
    assert main([*command, "nsynth", "--unseen", str(basses)]) == 1
    assert "no test part" in capsys.readouterr().err


def test_a_lead_that_nobody_may_accompany_is_named(corpus, tmp_path, capsys):
    command = ["corpus", "mixtures", str(tmp_path / "out"), "--form", "nsynth", "--corpus", str(corpus)]
    assert main([*command, "--excerpts", "1", "--split-seed", "1"]) == 1
    assert "can accompany FluidR3_GM/brass" in capsys.readouterr().err
