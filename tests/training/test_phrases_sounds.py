# SPDX-License-Identifier: MIT
from __future__ import annotations

import io
import subprocess
from pathlib import Path

import mido
import numpy as np
import pytest
from corpus_maker import SR, soundfont

from desktop_app.domain.pitch import midi_to_hz
from desktop_app.training.phrases import contour as phrases_contour
from desktop_app.training.phrases import noise as phrases_noise
from desktop_app.training.phrases import play as phrases_play
from desktop_app.training.phrases import presets as phrases_presets
from desktop_app.training.phrases.contour import HOP, SPECTRA, contour
from desktop_app.training.phrases.lines import BEND, MODULATION, Control, Line, Note
from desktop_app.training.phrases.play import Part, Score, midi_of, render_scores
from desktop_app.training.phrases.presets import drum_kits, melodic_presets
from desktop_app.training.phrases.synth import MAKERS, OwnInstrument
from desktop_app.training.rendering.presets import CorpusError, Preset

SINE, KIT = Preset(0, 80, "Sine A"), Preset(128, 0, "Kit")
NOTES = (Note(0.2, 0.7, 69, 100), Note(0.9, 1.0, 57, 60), Note(1.2, 1.9, 81, 127))


@pytest.fixture(scope="module")
def sine(tmp_path_factory) -> Path:
    return soundfont(tmp_path_factory.mktemp("sf") / "sine.sf2")


def heard_hz(y: np.ndarray, start_s: float, end_s: float) -> float:
    """The strongest partial."""
    part = y[int(start_s * SR) : int(end_s * SR)]
    return float(np.abs(np.fft.rfft(part * np.hanning(part.size), 16 * SR)).argmax() / 16)


def onset_s(y: np.ndarray, near_s: float) -> float:
    """Where the sound first exceeds 3 % of its peak, from 50 ms before to 50 ms after a time."""
    first = int((near_s - 0.05) * SR)
    part = np.abs(y[first : first + SR // 10])
    return (first + int(np.argmax(part > 0.03 * part.max()))) / SR


def timed(data: bytes) -> list[tuple[float, mido.Message]]:
    now_s, found = 0.0, []
    for message in mido.MidiFile(file=io.BytesIO(data)):
        now_s += message.time
        found.append((round(now_s, 3), message))
    return found


def test_keys_go_down_and_up_at_their_times():
    messages = timed(midi_of([Score((Part(Preset(8, 24, "Ukulele"), Line(NOTES)),), 3.0)]))
    played = [(t, m.type, m.note) for t, m in messages if m.type in ("note_on", "note_off")]
    expected = [(n.onset_s, "note_on", n.midi) for n in NOTES] + [
        (n.offset_s, "note_off", n.midi) for n in NOTES
    ]
    assert played == sorted(expected)
    assert [m.value for _, m in messages if m.is_cc(0)] == [8]
    assert [m.program for _, m in messages if m.type == "program_change"] == [24]


def test_each_part_has_a_channel_and_drums_have_the_tenth():
    parts = tuple(Part(preset, Line(NOTES)) for preset in (*[SINE] * 10, KIT))
    channels = [m.channel for _, m in timed(midi_of([Score(parts, 3.0)])) if m.type == "program_change"]
    assert sorted(channels) == [*range(9), 9, 10]
    assert channels[-1] == 9


def test_controllers_and_bends_are_written_and_taken_back():
    moves = (Control(0.1, MODULATION, 60.0), Control(0.2, BEND, -50.0), Control(0.4, BEND, 0.0))
    messages = timed(midi_of([Score((Part(SINE, Line(NOTES, moves)),), 3.0)] * 2))
    bends = [(t, m.pitch / 8192 * 200) for t, m in messages if m.type == "pitchwheel"]
    assert bends[:2] == [(0.2, pytest.approx(-50.0, abs=0.02)), (0.4, 0.0)]
    assert [t for t, m in messages if m.is_cc(MODULATION)][:1] == [0.1]
    (quiet_s, reset_s), (second_s, _) = (
        [t for t, m in messages if m.is_cc(120) or m.is_cc(121)][:2],
        [t for t, m in messages if m.type == "note_on"][3:5],
    )
    assert 3.0 <= quiet_s == reset_s < second_s


def test_a_bank_sounds_when_and_where_its_keys_are(sine):
    score = Score((Part(SINE, Line(NOTES)),), 2.5)
    for y in render_scores(sine, [score] * 3, reverb=False, chorus=False):
        assert y.shape == (int(2.5 * SR),)
        for note in NOTES:
            assert onset_s(y, note.onset_s) == pytest.approx(note.onset_s, abs=0.002)
            assert np.abs(y[int((note.offset_s + 0.1) * SR) :][: SR // 20]).max() < 1e-3
        assert heard_hz(y, 0.3, 0.6) == pytest.approx(
            441.0, abs=0.5
        )  # the sample's period is 100 at 44.1 kHz
        assert heard_hz(y, 1.3, 1.8) == pytest.approx(882.0, abs=0.5)


def test_a_bend_moves_the_sound_by_its_cents(sine):
    bent = Line((Note(0.2, 1.8, 69, 100),), (Control(0.1, BEND, 60.0),))
    (y,) = render_scores(sine, [Score((Part(SINE, bent),), 2.0)], reverb=False, chorus=False)
    assert 1200 * np.log2(heard_hz(y, 0.5, 1.7) / 441.0) == pytest.approx(60.0, abs=2.0)


def test_a_synthesiser_that_is_missing_or_fails_is_named(sine, monkeypatch):
    def fails(*args: object, **_: object) -> None:
        raise subprocess.CalledProcessError(1, "fluidsynth")

    score = Score((Part(SINE, Line(NOTES)),), 2.5)
    with monkeypatch.context() as patch:
        patch.setenv("PATH", "")
        with pytest.raises(CorpusError, match="not installed"):
            render_scores(sine, [score], reverb=False, chorus=False)
    monkeypatch.setattr(phrases_play.subprocess, "run", fails)
    with pytest.raises(CorpusError, match="could not play"):
        render_scores(sine, [score], reverb=False, chorus=False)


def test_presets_of_a_bank_are_sorted_by_what_they_can_do(sine):
    presets = {one.preset.program: one for one in melodic_presets(sine)}
    assert presets.keys() == {0, 80}
    assert presets[0].is_chordal
    assert not presets[0].can_bend
    assert (presets[0].voice.low_midi, presets[0].voice.high_midi) == (21, 108)
    assert presets[80].can_bend
    assert not presets[80].is_chordal
    assert drum_kits(sine) == [KIT]


@pytest.mark.parametrize(
    ("bank", "preset", "is_kept"),
    [
        ("FluidR3_GM", Preset(0, 17, "Percussive Organ"), True),  # octave stops: the key is the label
        ("OPL-3_FM_128M", Preset(0, 17, "017"), False),
        ("TimGM6mb", Preset(0, 78, "Whistle"), False),
        ("FluidR3_GM", Preset(0, 31, "Guitar Harmonics"), False),
        ("FluidR3_GM", Preset(0, 21, "Accordion"), True),
        ("MuseScore_General_Full", Preset(17, 40, "Violin Expr."), False),
        ("FluidR3_GM", Preset(0, 124, "Telephone"), False),
        ("FluidR3_GM", Preset(128, 0, "Standard"), False),
    ],
)
def test_presets_that_sound_beside_their_keys_are_left_out(bank, preset, is_kept, tmp_path, monkeypatch):
    monkeypatch.setattr(phrases_presets, "read_presets", lambda _: [preset])
    assert bool(melodic_presets(tmp_path / f"{bank}.sf2")) == is_kept


@pytest.mark.parametrize("kind", range(len(MAKERS)), ids=[row[0] for row in MAKERS])
@pytest.mark.parametrize("number", range(3))
def test_own_instruments_sound_when_their_keys_do(kind, number):
    low, high = MAKERS[kind][1].low_midi, MAKERS[kind][1].high_midi
    notes = (Note(0.2, 0.6, low + 5, 100), Note(3.0, 3.08, high - 5, 70))
    instrument = OwnInstrument(kind, number)
    y = instrument.render(Line(notes), 5.5, np.random.default_rng(1))
    assert y.shape == (int(5.5 * SR),)
    assert np.isfinite(y).all()
    for note in notes:
        start = int(note.onset_s * SR)
        assert np.abs(y[start - 160 : start]).max() < 0.01 * np.abs(y[start : start + SR // 10]).max()
        assert np.abs(y[start : start + SR // 20]).max() > 1e-3
    assert np.abs(y[int(2.8 * SR) : 3 * SR]).max() < 0.05 * np.abs(y).max()  # the key is up since 2.2 s
    np.testing.assert_array_equal(y, instrument.render(Line(notes), 5.5, np.random.default_rng(1)))


@pytest.mark.parametrize("kind", range(len(MAKERS)), ids=[row[0] for row in MAKERS])
def test_own_instruments_repeat_with_the_period_of_their_key(kind):
    midi = min(60, MAKERS[kind][1].high_midi - 5)
    octaves = 2 if MAKERS[kind][0] == "drawbar organ" else 1  # its 16' sounds an octave below the key
    y = OwnInstrument(kind, 1).render(Line((Note(0.1, 1.1, midi, 90),)), 1.5, np.random.default_rng(0))
    part = y[int(0.3 * SR) : int(0.7 * SR)].astype(np.float64)
    spectrum = np.abs(np.fft.rfft(part * np.hanning(part.size), 8 * SR)) ** 2
    hz = np.arange(spectrum.size) / 8
    f0_hz = midi_to_hz(midi) / octaves
    nearest = np.maximum(1.0, np.round(hz / f0_hz)) * f0_hz
    near = np.abs(hz - nearest) < np.maximum(6.0, nearest * 0.035)
    low = hz < 6.5 * f0_hz
    assert spectrum[near & low].sum() > 0.85 * spectrum[low].sum()


def test_a_missing_fundamental_is_weak_or_missing():
    kind = [row[0] for row in MAKERS].index("missing fundamental")
    f0, shares = round(midi_to_hz(40)), []
    for number in range(8):
        y = OwnInstrument(kind, number).render(Line((Note(0.1, 1.6, 40, 90),)), 2.0, np.random.default_rng(0))
        power = np.abs(np.fft.rfft(y[int(0.3 * SR) : int(1.3 * SR)] * np.hanning(SR))) ** 2
        shares.append(power[f0 - 4 : f0 + 5].sum() / power.sum())
    assert max(shares) < 0.2
    assert np.median(shares) < 0.03


@pytest.mark.parametrize("seed", range(6))
def test_a_contour_sounds_at_its_truth(seed, monkeypatch):
    monkeypatch.setattr(phrases_contour, "SPECTRA", ("pure",))
    monkeypatch.setattr(phrases_contour, "coloured_noise", lambda n, *_: np.zeros(n))
    made = contour(np.random.default_rng(seed), 8.0)
    assert made.f0_hz.shape == (made.y.shape[0] // HOP,)
    sounding = np.convolve(made.f0_hz > 0, np.ones(5), "same") == 5
    spectrum = np.fft.fft(made.y.astype(np.float64))
    spectrum[spectrum.size // 2 :] = 0.0  # the analytic signal
    turns = np.unwrap(np.angle(np.fft.ifft(spectrum))) / (2.0 * np.pi)
    centres = np.arange(made.f0_hz.size) * HOP
    inside = sounding & (centres > 80) & (centres < made.y.size - 80)
    measured_hz = (turns[centres[inside] + 40] - turns[centres[inside] - 40]) * SR / 80
    cents = 1200.0 * np.log2(np.abs(measured_hz) / made.f0_hz[inside])
    assert np.median(np.abs(cents)) < 3.0
    assert np.percentile(np.abs(cents), 90) < 25.0
    for frame in np.flatnonzero(np.convolve(made.f0_hz > 0, np.ones(3), "same") == 0):
        assert np.abs(made.y[frame * HOP : frame * HOP + 80]).max() == 0.0


def test_contours_cover_all_keys_and_spectra():
    made = [contour(np.random.default_rng(seed), 8.0) for seed in range(40)]
    heard_hz = np.concatenate([one.f0_hz[one.f0_hz > 0] for one in made])
    assert heard_hz.min() < midi_to_hz(26)
    assert heard_hz.max() > midi_to_hz(103)
    assert heard_hz.min() >= midi_to_hz(20.99)
    assert heard_hz.max() <= midi_to_hz(108.01)
    assert {one.spectrum for one in made} == set(SPECTRA)
    assert all(np.isfinite(one.y).all() and len(one.notes) > 2 for one in made)


def test_what_is_no_instrument_has_its_kind(monkeypatch):
    monkeypatch.setattr(phrases_noise.render_noise, "can_speak", lambda: False)
    made = [phrases_noise.noise(np.random.default_rng(seed), 5.0) for seed in range(40)]
    assert {kind for kind, _, _ in made} == {"claps", "noise", "drums", "silence"}
    for kind, _, y in made:
        assert y.shape == (5 * SR,)
        assert np.abs(y).max() > (0.0 if kind == "silence" else 1e-3)
        assert kind != "silence" or np.abs(y).max() < 1e-4
