# SPDX-License-Identifier: MIT
"""Pictures show what is in the sound, the right way round."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from lab_sounds import NSYNTH_SR, write_entry

from desktop_app.training.lab.features import feature
from desktop_app.training.lab.features_image import LOWEST_SHOWN_HZ, colour_table, picture

SR = 22_050


def lightness(image: np.ndarray) -> np.ndarray:
    return image.astype(np.float64) @ [0.2126, 0.7152, 0.0722]


def tone(hz: float, seconds: float = 4.0) -> np.ndarray:
    return (0.5 * np.sin(2 * np.pi * hz * np.arange(round(seconds * NSYNTH_SR)) / NSYNTH_SR)).astype(
        np.float32
    )


def test_the_colours_get_lighter_all_the_way() -> None:
    table = colour_table()
    assert table.shape == (256, 3)
    assert (np.diff(lightness(table)) > -0.5).all()
    assert lightness(table)[-1] - lightness(table)[0] > 150


@pytest.mark.parametrize("hz", [100.0, 440.0, 3000.0])
def test_a_tone_is_a_bright_line_at_its_height(tmp_path: Path, hz: float) -> None:
    image = feature("spectrogram_image", write_entry(tmp_path / "a.wav", tone(hz)), {})
    assert image.shape == (180, 180, 3)
    row = int(np.argmax(lightness(image).mean(axis=1)))
    octaves = np.log2(SR / 2 / LOWEST_SHOWN_HZ)
    expected = 179 - 180 * np.log2(hz / LOWEST_SHOWN_HZ) / octaves
    # At 100 Hz a bin is a sixth of an octave wide.
    assert row == pytest.approx(expected, abs=4)


def test_time_runs_to_the_right(tmp_path: Path) -> None:
    y = np.concatenate((np.zeros(2 * NSYNTH_SR, np.float32), tone(500.0, 2.0)))
    image = feature("spectrogram_image", write_entry(tmp_path / "a.wav", y), {})
    columns = lightness(image).mean(axis=0)
    assert columns[95:].min() > columns[:85].max()


def test_a_picture_has_the_first_row_at_the_bottom_and_uses_all_colours() -> None:
    values = np.arange(40.0, dtype=np.float32)[:, None] * np.ones((1, 173), np.float32)
    image = picture(values, 180)
    assert image.dtype == np.uint8
    np.testing.assert_array_equal(image[-1, 0], colour_table()[0])
    np.testing.assert_array_equal(image[0, 0], colour_table()[-1])
    assert (np.diff(lightness(image)[:, 90]) < 0.5).all()


def test_a_smaller_picture_is_the_mean_of_the_cells_beneath() -> None:
    values = np.random.default_rng(3).random((8, 8)).astype(np.float32)
    values[0, 0], values[7, 7] = 0.0, 1.0
    means = values.reshape(4, 2, 4, 2).mean(axis=(1, 3))
    level = np.round(255 * (means - means.min()) / (means.max() - means.min())).astype(int)
    np.testing.assert_array_equal(picture(values, 4), colour_table()[level][::-1])


def test_mfcc_pictures_of_different_sounds_differ_and_are_repeatable(tmp_path: Path) -> None:
    one = write_entry(tmp_path / "one.wav", tone(220.0))
    other = write_entry(tmp_path / "other.wav", tone(2200.0))
    first = feature("mfcc_image", one, {})
    np.testing.assert_array_equal(first, feature("mfcc_image", one, {}))
    assert np.abs(first.astype(int) - feature("mfcc_image", other, {})).mean() > 5
