# SPDX-License-Identifier: MIT
"""From sound to a score: a tune played at 100 beats a minute is written in its rhythm."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
import soundfile
from export_read import bars_of, heard_in, read, render

from desktop_app.domain.analysis import Analysis
from desktop_app.jobs.export import ExportOptions, exported
from desktop_app.jobs.tasks import AnalyseOptions, analyse_file

SR = 16_000
BPM = 100.0
LEAD_S = 0.2
THIRD = Fraction(1, 3)
# Onset and length in quarter notes, and key: eighths, sixteenths, a syncopation, a triplet, dots and a rest.
TUNE = [
    *(
        (0, 0.5, 67),
        (0.5, 0.5, 69),
        (1, 0.25, 71),
        (1.25, 0.25, 72),
        (1.5, 0.5, 74),
        (2, 1.5, 76),
        (3.5, 0.5, 74),
    ),
    *((4, THIRD, 72), (4 + THIRD, THIRD, 71), (4 + 2 * THIRD, THIRD, 69), (5, 1, 67), (6, 0.75, 69)),
    *((6.75, 0.25, 71), (7, 1, 72), (8, 0.5, 67), (8.5, 1, 69), (9.5, 0.5, 74), (10, 1, 72), (12, 2, 60)),
]


def tone(midi: int, seconds: float) -> np.ndarray:
    """A decaying tone of six partials that is damped within 30 ms."""
    t = np.arange(round(seconds * SR)) / SR
    f0_hz = 440.0 * 2.0 ** ((midi - 69) / 12.0)
    partials = sum(np.sin(2.0 * np.pi * k * f0_hz * t) / k**1.5 for k in range(1, 7))
    return (
        0.25
        * partials
        * np.exp(-2.0 * t)
        * np.clip(t / 0.005, 0.0, 1.0)
        * np.clip((seconds - t) / 0.03, 0.0, 1.0)
    )


@pytest.fixture(scope="module")
def analysis(tmp_path_factory: pytest.TempPathFactory) -> Analysis:
    beat_s = 60.0 / BPM
    y = np.zeros(round((LEAD_S + 14 * beat_s + 0.5) * SR))
    for at, length, midi in TUNE:
        start, played = round((LEAD_S + float(at) * beat_s) * SR), tone(midi, float(length) * beat_s * 0.92)
        y[start : start + played.size] += played
    path = tmp_path_factory.mktemp("tune") / "tune.wav"
    soundfile.write(path, y, SR)
    return analyse_file(str(path), AnalyseOptions(with_classifier=False), None, lambda fraction: None)


def test_the_tune_is_written_as_it_was_played(analysis: Analysis) -> None:
    content = exported(analysis, ExportOptions("musicxml", family="guitar"))
    (part,) = read(content).parts
    heard = heard_in([part])
    assert [midi for *_, midi in heard] == [midi for *_, midi in TUNE]
    assert [onset for onset, *_ in heard] == [Fraction(at) for at, *_ in TUNE]
    # The last note dies away before its end; all others last as they were meant.
    assert [length for _, length, _ in heard[:-1]] == [Fraction(length) for _, length, _ in TUNE[:-1]]
    assert len(bars_of(part)) == 4
    assert part.recurse().getElementsByClass("MetronomeMark").first().number == pytest.approx(BPM, abs=1.0)
    assert "<svg" in render(content)


def test_a_tempo_counted_twice_as_fast_doubles_the_lengths(analysis: Analysis) -> None:
    content = exported(analysis, ExportOptions("musicxml", tempo_bpm=2.0 * BPM, family="guitar"))
    onsets = [onset for onset, *_ in heard_in(read(content).parts)]
    assert onsets[:7] == [0, 1, 2, Fraction(5, 2), 3, 4, 7]
