# SPDX-License-Identifier: MIT
"""Overview on disk and live history answer alike."""

from pathlib import Path

import numpy as np
import pytest

from desktop_app.domain.errors import RightInTuneError
from desktop_app.domain.frames import FrameBlock
from desktop_app.pipeline.history import LiveHistory
from desktop_app.pipeline.overview import Overview, OverviewWriter
from desktop_app.pipeline.sources import MEL_DB_RANGE, from_levels

SR = 16_000


def frames(start: int, n: int) -> FrameBlock:
    index = np.arange(start, start + n)
    mel_db = np.tile((-90.0 + (index % 90)).astype(np.float32), (128, 1))
    f0_hz = (100.0 + index).astype(np.float32)
    return FrameBlock(
        start,
        mel_db,
        np.zeros((40, n), np.float32),
        f0_hz,
        np.ones(n, np.float32),
        *[f0_hz] * 6,
    )


def fill(source: OverviewWriter | LiveHistory, seconds: int) -> None:
    rng = np.random.default_rng(0)
    for second in range(seconds):
        samples = rng.uniform(-0.5, 0.5, SR).astype(np.float32)
        if isinstance(source, OverviewWriter):
            source.append(samples, [frames(100 * second, 100)])
        else:
            source.append([frames(100 * second, 100)], samples)


@pytest.fixture
def overview(tmp_path: Path) -> Overview:
    writer = OverviewWriter(tmp_path / "o")
    fill(writer, 30)
    writer.close()
    return Overview(tmp_path / "o")


@pytest.fixture
def history() -> LiveHistory:
    live = LiveHistory(keep_s=60.0)
    fill(live, 30)
    return live


@pytest.mark.parametrize("kind", ["overview", "history"])
@pytest.mark.parametrize(("start_s", "end_s"), [(0.0, 30.0), (10.0, 12.0), (-5.0, 1.0), (29.0, 40.0)])
def test_bounded_detail_that_covers_the_stretch(
    kind: str, start_s: float, end_s: float, request: pytest.FixtureRequest
) -> None:
    source = request.getfixturevalue(kind)
    for n_columns in (50, 400):
        for tile in (source.mel(start_s, end_s, n_columns), source.mfcc(start_s, end_s, n_columns)):
            assert tile.levels.shape[1] <= 2 * n_columns + 3
            assert tile.start_s <= max(start_s, 0.0) + 0.7
            assert tile.end_s >= min(end_s, 30.0) - 0.7
        wave = source.waveform(start_s, end_s, n_columns)
        assert wave.low.shape[0] <= 2 * n_columns + 3
        assert np.all(wave.low <= wave.high)
        assert np.abs(wave.high).max() <= 0.51


@pytest.mark.parametrize("kind", ["overview", "history"])
def test_full_detail_is_exact(kind: str, request: pytest.FixtureRequest) -> None:
    source = request.getfixturevalue(kind)
    tile = source.mel(10.0, 11.0, 1000)
    first = round((tile.start_s + 0.005) / 0.01)
    levels = from_levels(tile.levels, MEL_DB_RANGE)[0]
    expected = -90.0 + (first + np.arange(levels.shape[0])) % 90
    np.testing.assert_allclose(levels, expected, atol=0.2)
    pitch = source.pitch(10.0, 11.0, 1000)
    np.testing.assert_allclose(pitch.f0_hz, 100.0 + np.round(pitch.times_s / 0.01), atol=0.1)


def test_history_forgets_the_oldest_and_keeps_time() -> None:
    live = LiveHistory(keep_s=5.0)
    fill(live, 23)
    assert live.duration_s == pytest.approx(23.0)
    assert live.oldest_s >= 23.0 - 2 * 5.0 - 1
    tile = live.pitch(22.0, 23.0, 1000)
    assert tile.f0_hz[-1] == pytest.approx(100.0 + 2299)
    big = LiveHistory(keep_s=5.0)
    big.append([frames(0, 2300)], np.zeros(23 * SR, np.float32))
    assert big.pitch(22.0, 23.0, 1000).f0_hz[-1] == pytest.approx(100.0 + 2299)


def test_empty_sources_draw_nothing(tmp_path: Path) -> None:
    writer = OverviewWriter(tmp_path / "e")
    writer.close()
    for source in (Overview(tmp_path / "e"), LiveHistory()):
        assert source.duration_s == 0.0
        assert source.mel(0.0, 10.0, 100).levels.shape == (128, 0)
        assert source.waveform(0.0, 10.0, 100).low.shape == (0,)
        assert source.pitch(0.0, 10.0, 100).f0_hz.shape == (0,)


def test_a_folder_without_overview_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RightInTuneError, match="could not be read"):
        Overview(tmp_path)
