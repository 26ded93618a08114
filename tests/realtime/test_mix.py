# SPDX-License-Identifier: MIT
"""The mixer: any cutting gives the same sound, notes and clicks follow the position, nothing clicks."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from desktop_app.domain.frames import Float32Array
from desktop_app.domain.listening import Mix
from desktop_app.domain.note import Note
from desktop_app.realtime.mix import Mixer, count_in, notes_sound
from desktop_app.realtime.mix_band import n_taps, taps

SR = 8_000
NOTES_ONLY = Mix(notes_balance=1.0)
CLICKS_ONLY = Mix(notes_balance=1.0, has_metronome=True)


def a_note(onset_s: float, offset_s: float, f0_hz: float = 440.0, velocity: int = 100) -> Note:
    return Note(onset_s, offset_s, 69, f0_hz, 0.0, velocity, 1.0)


def mixer(mix: Mix, notes: Sequence[Note] = (), beats_s: Sequence[float] = (), **more: object) -> Mixer:
    """Past the ramp from the silence before."""
    made = Mixer(SR, 2)
    made.set(mix, notes, 440.0, beats_s, **more)  # type: ignore[arg-type]
    made.process(np.zeros((SR, 2), np.float32), np.arange(SR) / SR - 100.0)
    made.reset()
    return made


def heard(
    made: Mixer, position_s: np.ndarray, cuts: Sequence[int] = (), speed: float = 1.0, semitones: float = 0.0
) -> Float32Array:
    sound = np.random.default_rng(1).normal(0.0, 0.1, (position_s.size, 2)).astype(np.float32)
    bounds = [0, *sorted(cuts), position_s.size]
    blocks = [
        made.process(sound[a:b], position_s[a:b], speed, semitones) for a, b in itertools.pairwise(bounds)
    ]
    return np.concatenate(blocks)


def strongest_hz(y: Float32Array) -> float:
    level = np.log(np.abs(np.fft.rfft(y * np.hanning(y.size), 16 * y.size)) + 1e-12)
    k = int(np.argmax(level))
    a, b, c = level[k - 1 : k + 2]
    return float((k + 0.5 * (a - c) / (a - 2.0 * b + c)) * SR / (16 * y.size))


@given(cuts=st.lists(st.integers(0, 2 * SR), max_size=30), jump=st.integers(1, 2 * SR - 1))
@settings(max_examples=40, deadline=None)
def test_any_cutting_gives_the_same_sound(cuts: list[int], jump: int) -> None:
    notes = [a_note(0.1 * i, 0.1 * i + 0.7, 200.0 + 31.0 * i) for i in range(20)]
    position_s = np.arange(2 * SR) * 0.7 / SR
    position_s[jump:] -= position_s[jump] - 0.33  # a loop's end anywhere
    mix = Mix(notes_balance=0.4, band_hz=(150.0, 900.0), has_metronome=True)
    whole, cut = (
        heard(mixer(mix, notes, np.arange(0.0, 3.0, 0.25)), position_s, c, 0.7, 1.5) for c in ((), cuts)
    )
    np.testing.assert_allclose(cut, whole, atol=2e-6)


def test_the_recording_alone_stays_as_it_is() -> None:
    position_s = np.arange(SR) / SR
    y = heard(mixer(Mix(), [a_note(0.0, 1.0)], [0.5]), position_s)
    np.testing.assert_array_equal(y, np.random.default_rng(1).normal(0.0, 0.1, (SR, 2)).astype(np.float32))


@pytest.mark.parametrize(("speed", "semitones"), [(1.0, 0.0), (0.5, 0.0), (0.25, 7.5), (1.5, -12.0)])
def test_notes_are_in_tune_at_any_speed_and_shift(speed: float, semitones: float) -> None:
    position_s = np.arange(SR) * speed / SR
    y = heard(mixer(NOTES_ONLY, [a_note(0.0, 9.0, 443.3)]), position_s, (), speed, semitones)[:, 0]
    expected_hz = 443.3 * 2.0 ** (semitones / 12.0)
    assert abs(1200.0 * np.log2(strongest_hz(y[SR // 5 :]) / expected_hz)) < 1.0


def test_a_note_sounds_from_its_onset_to_its_end() -> None:
    y = np.abs(heard(mixer(NOTES_ONLY, [a_note(0.4, 0.8)]), np.arange(2 * SR) / SR)[:, 0])
    assert y[: round(0.4 * SR)].max() == 0.0
    assert y[round(0.4 * SR) : round(0.41 * SR)].max() > 0.05
    assert y[round(0.7 * SR) : round(0.8 * SR)].max() > 0.03
    assert y[round(0.86 * SR) :].max() == 0.0


def test_loud_notes_are_louder_and_an_unknown_frequency_is_that_of_the_key() -> None:
    loud, soft = (notes_sound([a_note(0.0, 0.5, velocity=v)], SR) for v in (120, 20))
    assert np.std(loud) > 2.0 * np.std(soft) > 0.0
    unknown = notes_sound([a_note(0.0, 1.0, f0_hz=0.0)], SR, a4_hz=432.0)
    assert abs(strongest_hz(unknown) - 432.0) < 0.5


def test_each_round_of_a_loop_sounds_alike() -> None:
    notes = [a_note(0.0, 5.0, 311.0), a_note(0.7, 0.9, 523.0)]
    once = 0.5 + np.arange(SR // 2) / SR
    made = mixer(CLICKS_ONLY, notes, [0.5, 0.75, 1.0], loop_s=(0.5, 1.0))
    y = heard(made, np.tile(once, 4), (1000, 4000, 4001, 9000))[:, 0].reshape(4, -1)
    np.testing.assert_allclose(y[2], y[1], atol=1e-6)
    np.testing.assert_allclose(y[3], y[1], atol=1e-6)


@pytest.mark.parametrize("jump", [3000, 3017, 3100])
def test_nothing_clicks_where_the_position_jumps(jump: int) -> None:
    made = mixer(NOTES_ONLY, [a_note(0.0, 60.0, 110.0)])
    steady = heard(made, np.arange(SR) / SR)[:, 0]
    position_s = np.arange(SR) / SR
    position_s[jump:] += 17.1234
    made.reset()
    y = heard(made, position_s)[:, 0]
    assert np.abs(np.diff(y[1000:])).max() < 1.6 * np.abs(np.diff(steady[1000:])).max()


@pytest.mark.parametrize(
    "to",
    [Mix(notes_balance=0.5), Mix(band_hz=(100.0, 300.0)), Mix(notes_balance=1.0), Mix(has_metronome=True)],
)
def test_changes_of_the_mix_do_not_click(to: Mix) -> None:
    made = mixer(Mix(), [a_note(0.0, 9.0, 220.0)], [0.1])
    t = np.arange(SR) / SR
    low = (0.5 * np.sin(2.0 * np.pi * 50.0 * t)).astype(np.float32)[:, None].repeat(2, axis=1)
    first = made.process(low[:4000], t[:4000])
    made.set(to, [a_note(0.0, 9.0, 220.0)], 440.0, [0.1])
    second = made.process(low[4000:], t[4000:])
    joined = np.concatenate((first[3900:], second[:400]))
    assert np.abs(np.diff(joined, axis=0)).max() < 0.06


def test_a_change_while_another_one_is_under_way_comes_after_it() -> None:
    made = mixer(Mix())
    silence, position_s = np.zeros((10, 2), np.float32), np.arange(10) / SR
    made.set(NOTES_ONLY)
    made.process(silence, position_s)
    made.set(Mix(), [a_note(0.0, 9.0)])
    made.set(Mix(notes_balance=0.5), [a_note(0.0, 9.0)])
    made.process(np.zeros((SR, 2), np.float32), 1.0 + np.arange(SR) / SR)
    y = made.process(np.zeros((SR, 2), np.float32), 2.0 + np.arange(SR) / SR)
    assert 0.01 < np.abs(y[SR // 2 :]).max() < 0.2


@pytest.mark.parametrize("speed", [0.5, 1.0])
def test_clicks_come_at_their_frames(speed: float) -> None:
    beats_s = [0.25, 0.5, 0.75]
    y = np.abs(heard(mixer(CLICKS_ONLY, (), beats_s), np.arange(2 * SR) * speed / SR, (), speed)[:, 0])
    begun = np.flatnonzero((y > 0.0) & (np.concatenate(([0.0], y[:-1])) == 0.0))
    starts = [f for f in begun if y[max(0, f - 50) : f].max(initial=0.0) == 0.0]
    np.testing.assert_allclose(starts, np.array(beats_s) / speed * SR, atol=1.01)


def test_the_beat_of_a_loops_ends_sounds_once_at_its_start() -> None:
    loop_s = (1.01, 2.01)
    made = mixer(CLICKS_ONLY, (), [1.0, 1.5, 2.0], loop_s=loop_s)
    y = np.abs(heard(made, 1.01 + np.arange(SR) / SR)[:, 0])
    assert y[: round(0.01 * SR)].max() > 0.1
    assert y[round(0.9 * SR) :].max() == 0.0
    assert y[round(0.485 * SR) : round(0.51 * SR)].max() > 0.1


def test_the_first_beat_of_a_bar_is_accented() -> None:
    y = np.abs(heard(mixer(CLICKS_ONLY, (), [0.2, 0.6], accents_s=[0.6]), np.arange(SR) / SR)[:, 0])
    assert y[round(0.6 * SR) : round(0.7 * SR)].max() > 1.2 * y[round(0.2 * SR) : round(0.3 * SR)].max() > 0.1


def test_equal_loudness_over_the_balance() -> None:
    position_s = np.arange(SR) / SR
    alone = np.mean(heard(mixer(Mix()), position_s) ** 2)
    half = np.mean(heard(mixer(Mix(notes_balance=0.5)), position_s) ** 2)
    assert abs(10.0 * np.log10(half / alone) + 3.01) < 0.05


def test_many_loud_voices_stay_below_full_scale() -> None:
    notes = [a_note(0.0, 2.0, 100.0 + 57.0 * i, 127) for i in range(30)]
    y = heard(mixer(NOTES_ONLY, notes), np.arange(SR) / SR)
    assert 0.5 < np.abs(y).max() <= 1.0


@pytest.mark.parametrize("sr", [16_000, 44_100, 96_000])
@pytest.mark.parametrize("band_hz", [(40.0, 250.0), (300.0, 3000.0), (20.0, 400.0), (1000.0, 20_000.0)])
def test_a_band_passes_and_the_rest_does_not(sr: int, band_hz: tuple[float, float]) -> None:
    size = 1 << 18
    response = np.abs(np.fft.rfft(taps(band_hz, sr), size))
    f_hz = np.fft.rfftfreq(size, 1.0 / sr)
    low_hz, high_hz = band_hz
    passes = (f_hz >= 1.1 * low_hz) & (f_hz <= 0.9 * high_hz) & (f_hz < 0.45 * sr)
    assert np.abs(20.0 * np.log10(response[passes])).max() < 1.5
    stops = f_hz > 1.5 * high_hz
    if low_hz > 100.0:
        stops |= f_hz < low_hz / 1.6
    assert 20.0 * np.log10(response[stops].max(initial=1e-9)) < -45.0


def test_a_band_keeps_the_time() -> None:
    response = taps((60.0, 400.0), 44_100)
    assert response.size == n_taps(44_100)
    middle = np.sum(np.arange(response.size) * response**2) / np.sum(response**2) / 44_100
    assert middle < 0.008


def test_hearing_notes_shortens_long_silence_and_lengthens_short_notes() -> None:
    y = notes_sound([a_note(70.0, 70.3), a_note(100.0, 100.02)], SR)
    assert y.dtype == np.float32
    assert 1.0 < y.size / SR < 1.2
    assert np.abs(y[: SR // 20]).max() > 0.05
    assert np.abs(y[round(0.85 * SR) : round(0.95 * SR)]).max() > 0.05
    assert notes_sound([], SR).size == 0


def test_counting_in() -> None:
    y = np.abs(count_in(4, 120.0, SR))
    assert y.size == 2 * SR
    levels = [y[i * SR // 2 : i * SR // 2 + 300].max() for i in range(4)]
    assert levels[0] > 1.2 * levels[1] > 0.1
    np.testing.assert_allclose(levels[2:], levels[1], rtol=0.05)
    assert y[round(1.6 * SR) :].max() == 0.0
    assert count_in(0, 120.0, SR).size == 0
