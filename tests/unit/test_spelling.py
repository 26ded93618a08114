# SPDX-License-Identifier: MIT
"""Letters, accidentals and signatures."""

from __future__ import annotations

import pytest

from desktop_app.domain.spelling import spelled, written_fifths

STEPS = dict(zip("CDEFGAB", (0, 2, 4, 5, 7, 9, 11), strict=True))


@pytest.mark.parametrize("is_major", [True, False])
@pytest.mark.parametrize("fifths", range(-7, 8))
def test_every_name_means_its_key_and_none_is_doubled(fifths: int, is_major: bool) -> None:
    for midi in range(128):
        letter, alter, octave = spelled(midi, fifths, is_major=is_major)
        assert STEPS[letter] + alter + 12 * (octave + 1) == midi
        assert alter in (-1, 0, 1)


@pytest.mark.parametrize("fifths", range(-6, 7))
def test_a_scale_has_each_letter_once(fifths: int) -> None:
    tonic = 60 + 7 * fifths % 12
    names = [spelled(tonic + step, fifths, is_major=True) for step in STEPS.values()]
    assert sorted(letter for letter, *_ in names) == sorted(STEPS)
    assert sum(alter for _, alter, _ in names) == fifths


def test_the_leading_note_of_minor_is_raised() -> None:
    assert spelled(68, 0)[:2] == ("G", 1)
    assert spelled(68, 0, is_major=True)[:2] == ("A", -1)
    assert spelled(66, -2)[:2] == ("F", 1)


def test_signatures_move_with_the_transposition_and_stay_small() -> None:
    assert [written_fifths(0, semitones) for semitones in (0, 2, 3, 7, 9, 14, 21)] == [0, 2, -3, 1, 3, 2, 3]
    assert (written_fifths(None, 0), written_fifths(5, 2), written_fifths(-4, 9)) == (0, -5, -1)
