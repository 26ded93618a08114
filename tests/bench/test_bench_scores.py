# SPDX-License-Identifier: MIT
"""The measures of the benchmarks, on answers made by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest

from desktop_app.bench import latency
from desktop_app.bench.cases import Case, onset_s
from desktop_app.bench.estimators import Estimator, Pitch
from desktop_app.bench.scores import note_f1, pitch_accuracy, quiet_share, score_single_notes, single_pitch
from desktop_app.bench.segmentation import segment
from desktop_app.domain.frames import Float32Array
from desktop_app.domain.pitch import midi_to_hz

A4, A5 = 440.0, 880.0


def test_single_notes_are_right_off_by_octaves_wrong_or_missing() -> None:
    score = score_single_notes([60, 60, 60, 60, 60], [60.1, 60.4, 72.2, 63.0, None])
    assert (score.right, score.octave_errors, score.none) == (40.0, 20.0, 20.0)
    assert score.cents_median == pytest.approx(25.0)
    assert score.cents_p95 == pytest.approx(38.5)
    assert math.isnan(score_single_notes([60], [None]).cents_median)


def test_single_pitch_is_the_weighted_median_after_the_attack() -> None:
    times_s = np.arange(6) * 0.01
    told = Pitch.of(times_s, [A5, A5, A4, A4, A5, math.nan], [9.0, 9.0, 2.0, 2.0, 3.0, 9.0])
    assert single_pitch(told, 0.02) == pytest.approx(69.0)
    assert single_pitch(told, 0.0) == pytest.approx(81.0)
    assert single_pitch(told, 0.05) is None


def test_guesses_count_where_nothing_is_voiced() -> None:
    guesses = Pitch.of([0.0, 0.01], [0.0, -A4])
    assert single_pitch(guesses, 0.0) == pytest.approx(69.0)
    assert single_pitch(Pitch.of([0.0, 0.01], [A5, -A4]), 0.0) == pytest.approx(81.0)


def test_pitch_accuracy_counts_voiced_truth_only() -> None:
    times_s = np.arange(10) * 0.01
    true_hz = np.array([0.0, 0.0, *[A4] * 8])
    told_hz = np.array([A4, A4, *[A4] * 4, A5, A5, 0.0, -A4])
    assert pitch_accuracy(times_s, true_hz, Pitch.of(times_s, told_hz)) == pytest.approx(62.5)
    assert pitch_accuracy(times_s, true_hz, Pitch.of([], [])) == 0.0


def test_note_f1_tells_pitch_offset_and_onset_apart() -> None:
    true = [(0.0, 1.0, 60.0), (1.0, 2.0, 62.0), (2.0, 3.0, 64.0), (3.0, 4.0, 65.0)]
    told = [(0.03, 1.0, 60.0), (1.0, 1.5, 62.0), (2.0, 3.0, 76.0), (3.2, 4.0, 65.0)]
    score = note_f1(true, told)
    assert score == pytest.approx((50.0, 25.0, 75.0))
    assert note_f1(true, []) == (0.0, 0.0, 0.0)


def test_quiet_seconds_are_those_that_no_note_touches() -> None:
    assert quiet_share([], 4.5) == 100.0
    assert quiet_share([(0.9, 1.1, 60.0), (3.0, 3.0, 60.0)], 4.0) == 25.0


def test_notes_of_a_pitch_line_part_at_gaps_and_jumps() -> None:
    f0_hz = np.concatenate(
        (np.zeros(5), np.full(30, A4), np.full(30, A4 * 2 ** (2 / 12)), np.full(4, -A4), np.full(20, A5))
    )
    told = segment(np.arange(f0_hz.size) * 0.01, np.append(f0_hz[:-1], np.nan))
    assert [midi for *_, midi in told] == [69.0, 71.0, 81.0]
    assert [onset for onset, *_ in told] == pytest.approx([0.05, 0.35, 0.69], abs=0.011)
    assert [offset for _, offset, _ in told] == pytest.approx([0.35, 0.65, 0.88], abs=0.011)
    assert segment(np.zeros(2), np.full(2, A4)) == []


class _Slow(Estimator):
    """Tells the octave below until it has heard 60 ms of the tone; its last two frames are wrong."""

    def f0(self, y: Float32Array) -> Pitch:
        times_s = np.arange(0, y.size, 160) / 16_000
        f0_hz = np.full(times_s.size, midi_to_hz(69) if y.size >= 0.36 * 16_000 else midi_to_hz(57))
        f0_hz[-2:] = 1000.0
        return Pitch.of(times_s, np.where(times_s > 0.29, f0_hz, 0.0))


def test_delay_is_from_the_onset_to_the_first_hearing_that_stays_right() -> None:
    y = np.zeros(16_000, np.float32)
    y[4800:] = 0.3 * np.sin(2.0 * np.pi * A4 * np.arange(y.size - 4800) / 16_000)
    assert onset_s(y) == pytest.approx(0.3, abs=0.003)
    case = Case("a", y, ((0.3, 1.0, 69.0),))
    assert latency.delays_ms(_Slow(), [case]) == pytest.approx([75.0])
    wrong = Case("b", y, ((0.3, 1.0, 70.0),))
    assert latency.delays_ms(_Slow(), [wrong]) == [latency.NEVER_MS]
    assert latency.summary([50.0, latency.NEVER_MS]).never == 50.0
