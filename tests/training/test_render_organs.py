# SPDX-License-Identifier: MIT
from __future__ import annotations

import json
import zipfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from desktop_app.domain.pitch import midi_to_hz
from desktop_app.training.commands_corpus import main
from desktop_app.training.corpora import open_corpus
from desktop_app.training.corpora.check import check
from desktop_app.training.rendering import organ_additive, organ_sampled
from desktop_app.training.rendering.corpus import BANKS
from desktop_app.training.rendering.csound_tuning import off_cents
from desktop_app.training.rendering.organ_additive import AdditiveStop, additive_stops
from desktop_app.training.rendering.organ_church import church_response, in_church
from desktop_app.training.rendering.organ_sampled import sampled_stops
from desktop_app.training.rendering.organ_stops import FLUE, MIXTURE, REED
from desktop_app.training.rendering.organs import ORGANS, draw_registration, organ_instruments
from desktop_app.training.rendering.presets import CorpusError
from desktop_app.training.rendering.soundfont import SR, PlayedNote


@dataclass(frozen=True)
class Knob:
    title: str
    role: str
    ratio: float
    span_midi: tuple[int, int] = (36, 96)


KNOBS = (
    Knob("Principal", FLUE, 1.0),
    Knob("Octave", FLUE, 2.0),
    Knob("Subbass", FLUE, 0.5),
    Knob("Trumpet", REED, 1.0),
    Knob("Mixture", MIXTURE, 1.0),
)


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(5)


def level_db(y: np.ndarray) -> float:
    return float(10 * np.log10(np.mean(y**2) + 1e-20))


def write_stop(path: Path, over: int, harmonics_db: dict[int, float]) -> None:
    """A definition of Aeolus with the same values for all keys, which speaks at once."""
    curves = np.zeros((8 + 4 * 64, 12), np.float32)
    curves[4:8:2] = 0.02
    curves[8:72] = -100.0
    for number, harmonic_db in harmonics_db.items():
        curves[8 + number - 1] = harmonic_db
    curves[136:200] = 0.03
    head = bytearray(192)
    head[:8], head[26], head[28:32] = b"AEOLUS\0\x02", 64, bytes([36, 96, over, 1])
    head[32:44] = b"Hohl-$fl\xc3\xb6te"
    path.write_bytes(bytes(head) + curves.astype("<f4").tobytes())


@pytest.mark.parametrize("midi", [36, 55, 78, 91])
def test_recorded_pipes_sound_at_every_key(midi, rng):
    for stop in sampled_stops():
        low, high = stop.span_midi
        if low <= midi <= high:
            y = stop.sound(midi, 3.0, rng)
            assert y.shape == (4 * SR,)
            held = y[SR : 3 * SR]  # overblown pipes begin an octave below
            assert abs(off_cents(held, SR, midi_to_hz(midi), 2.0, False)) < 15, stop.title
            assert level_db(y[SR // 2 : 5 * SR // 2]) == pytest.approx(0.0, abs=3.0)


def test_a_recorded_pipe_stops_when_its_key_is_let_go(rng):
    stop = sampled_stops()[0]
    short, held = stop.sound(60, 0.3, rng), stop.sound(60, 3.8, rng)
    assert level_db(held[3 * SR : 7 * SR // 2]) > -3
    assert level_db(short[3 * SR : 7 * SR // 2]) < -30


def test_a_loop_and_the_end_go_on_without_a_jump(rng):
    """The recording of this pipe is shorter than the note."""
    y = sampled_stops()[1].sound(79, 3.0, rng)
    middle = y[SR // 2 : 7 * SR // 2]
    assert np.abs(np.diff(middle)).max() < 1.5 * np.abs(np.diff(y[SR // 4 : SR // 2])).max()


def test_a_definition_gives_title_pitch_and_harmonics(tmp_path, rng):
    write_stop(tmp_path / "x.ae0", 2, {1: 0.0, 3: -20.0})
    stop = AdditiveStop(tmp_path / "x.ae0")
    assert (stop.title, stop.ratio, stop.role, stop.span_midi) == ("Hohlflöte", 2.0, FLUE, (48, 103))
    power = np.abs(np.fft.rfft(stop.sound(69, 3.0, rng)[SR : 2 * SR] * np.hanning(SR)))
    peaks = [power[440 * k - 8 : 440 * k + 9].max() for k in (1, 2, 3)]
    assert 20 * np.log10(peaks[2] / peaks[0]) == pytest.approx(-20.0, abs=6.5)  # pipes differ by 3 dB
    assert peaks[1] < 0.1 * peaks[2]


def test_mixtures_and_reeds_are_told_apart(tmp_path):
    write_stop(tmp_path / "cymbel.ae0", 1, {2: 0.0, 3: 0.0})
    write_stop(tmp_path / "P_trumpet.ae0", 1, {1: 0.0})
    assert AdditiveStop(tmp_path / "cymbel.ae0").role == MIXTURE
    assert AdditiveStop(tmp_path / "P_trumpet.ae0").role == REED


def test_what_is_no_definition_is_said(tmp_path):
    (tmp_path / "x.ae0").write_bytes(b"AEOLUS\0\x01")
    with pytest.raises(CorpusError, match="is not a stop of Aeolus"):
        _ = AdditiveStop(tmp_path / "x.ae0").title


def test_stops_made_after_recordings_are_left_out():
    names = {stop.path.stem for stop in additive_stops()}
    assert {"flute8", "I_principal_8", "cromhorne"} <= names
    assert not names & {"trombone", "new_oboe_fa", "none"}


def test_a_registration_stands_on_the_stop_that_gives_the_pitch():
    drawn = [draw_registration(KNOBS, np.random.default_rng(n)) for n in range(200)]
    for one in drawn:
        assert one[0].stop.role != MIXTURE
        assert one[0].ratio == 1
        mixtures = [part for part in one if part.stop.role == MIXTURE]
        assert all(part.ratio * one[0].stop.ratio == 1 for part in mixtures)
    has_reed = np.mean([any(part.stop.role == REED for part in one) for one in drawn])
    assert 0.25 < has_reed < 0.65
    assert len({len(one) for one in drawn}) > 4


@pytest.mark.parametrize("organ", ORGANS)
def test_registrations_sound_at_their_pitch_and_repeat(organ):
    instruments = organ_instruments([organ], 3)
    assert BANKS[organ].weights_ok
    right = []
    for instrument in instruments[:: len(instruments) // 10]:
        midi = (instrument.voice.low_midi + instrument.voice.high_midi) // 2
        (y,), (again,) = (instrument.render([PlayedNote(midi, 100)]) for _ in range(2))
        np.testing.assert_array_equal(y, again)
        assert instrument.voice.family == "organ"
        right.append(abs(off_cents(y.astype(np.float64), SR, midi_to_hz(midi), 0.3, False)) < 40)
    assert np.mean(right) >= 0.8


def test_a_church_rings_for_its_time_and_longest_below(rng):
    response = church_response(rng, 3.0)
    assert np.sum(response**2) == pytest.approx(1.0)
    hz = np.fft.rfftfreq(SR // 2, 1 / SR)
    early, late = (np.abs(np.fft.rfft(response[n : n + SR // 2])) ** 2 for n in (SR // 4, 5 * SR // 4))
    fall_db = [
        10 * np.log10(early[part].sum() / late[part].sum()) for part in ((hz > 150) & (hz < 800), hz > 5000)
    ]
    assert fall_db[0] == pytest.approx(20.0, abs=3.0)
    assert fall_db[1] > fall_db[0] + 10


def test_a_church_sounds_on_after_a_note(rng):
    y = np.zeros(4 * SR)
    y[:SR] = np.sin(2 * np.pi * 440 * np.arange(SR) / SR)
    assert level_db(in_church(y, rng)[3 * SR // 2 : 2 * SR]) > -50


def test_the_command_renders_an_organ(tmp_path, capsys):
    plan = ["--max-pitches", "1", "--velocities-per-pitch", "1", "--seed", "1"]
    assert main(["corpus", "render", str(tmp_path / "organ"), "--organs", "grandorgue", *plan]) == 0
    assert "81 notes of 81 instruments" in capsys.readouterr().out
    corpus = open_corpus(tmp_path / "organ")
    assert check(corpus).problems == ()
    banks = json.loads((tmp_path / "organ" / "banks.json").read_text(encoding="utf-8"))
    assert "CC BY-SA 2.5" in banks["grandorgue"]["licence"]


def test_a_missing_or_unknown_organ_is_said(tmp_path, monkeypatch):
    monkeypatch.setattr(organ_sampled, "PACKAGES", tmp_path)
    monkeypatch.setattr(organ_additive, "STOPS", tmp_path)
    with pytest.raises(CorpusError, match="package grandorgue-demo"):
        sampled_stops()
    with pytest.raises(CorpusError, match="package stops"):
        additive_stops()
    with pytest.raises(CorpusError, match="no organ hammond"):
        organ_instruments(["hammond"], 1)


@pytest.mark.parametrize(
    ("files", "error"),
    [
        (None, "could not be read as GrandOrgue's demo organ"),
        ({"Montre8/042-F#.wav": b"no sound"}, "could not be read as GrandOrgue's demo organ"),
        ({"Other8/042-F#.wav": b""}, "has no pipes of the stop Montre8"),
    ],
)
def test_a_damaged_demo_organ_is_said(tmp_path, monkeypatch, files, error):
    monkeypatch.setattr(organ_sampled, "PACKAGES", tmp_path)
    package = tmp_path / "demo-x.orgue"
    package.write_bytes(b"PK damaged")
    if files is not None:
        with zipfile.ZipFile(package, "w") as archive:
            for name, content in files.items():
                archive.writestr(name, content)
    with pytest.raises(CorpusError, match=error):
        _ = sampled_stops()[0].span_midi


def test_a_missing_wvunpack_is_said(monkeypatch, tmp_path, rng):
    package = next(organ_sampled.PACKAGES.glob("demo-*.orgue"))
    (tmp_path / package.name).symlink_to(package)
    monkeypatch.setattr(organ_sampled, "PACKAGES", tmp_path)  # pipes that were read before are kept
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(CorpusError, match="install the package wavpack"):
        sampled_stops()[0].sound(60, 1.0, rng)
