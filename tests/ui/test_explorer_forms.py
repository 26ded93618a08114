# SPDX-License-Identifier: MIT
"""The explorer with corpora of every form, and with the process and the model that users have."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import soundfile
from explorer_tools import InstantJobs, feature_of, open_explorer, write_nsynth
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot
from window_fakes import FakeWorld, StartProgram, tone, wait_for

from desktop_app.io.corpora.entry import Entry
from desktop_app.ui.explorer.answers import truth_among
from desktop_app.ui.explorer.entries_model import COLUMNS
from desktop_app.ui.theme import apply_theme, current_theme


def write_sound(path: Path, sr: int = 16_000) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    soundfile.write(path, tone(0.5, sr=sr), sr)


def write_irmas(folder: Path) -> None:
    write_sound(folder / "IRMAS-TrainingData" / "vio" / "[vio][dru][pop_roc]0001__1.wav", 44_100)
    write_sound(folder / "IRMAS-TrainingData" / "flu" / "[flu][nod][cla]0002__1.wav", 44_100)
    write_sound(folder / "IRMAS-TestingData-Part1" / "a song-1.wav", 44_100)
    (folder / "IRMAS-TestingData-Part1" / "a song-1.txt").write_text("flu\t\nvio\t\n")


def write_fma(folder: Path) -> None:
    write_sound(folder / "fma_small" / "000" / "000002.mp3", 44_100)
    (folder / "fma_metadata").mkdir()
    rows = (
        ",artist,set,set,track",
        ",id,split,subset,genre_top",
        "track_id,,,,",
        "2,1,training,small,Hip-Hop",
    )
    (folder / "fma_metadata" / "tracks.csv").write_text("\n".join(rows) + "\n")


def write_folders(folder: Path) -> None:
    write_sound(folder / "guitar" / "one.wav")
    write_sound(folder / "oboe" / "two.wav")


def write_manifest(folder: Path) -> None:
    write_sound(folder / "clips" / "a.wav")
    (folder / "manifest.csv").write_text(
        "clip,family,source,instrument,midi_pitch,pitch_check,source_repo,kind,weights_ok\n"
        "clips/a.wav,string,acoustic,viola,69,ok,somewhere,note,yes\n"
    )


@pytest.mark.parametrize(
    ("write", "classes", "greyed", "columns"),
    [
        (write_irmas, ["flu", "vio", "flu, vio"], ["low", "high", "quality", "source"], ["Part"]),
        (write_fma, ["Hip-Hop"], ["low", "high", "quality", "source"], ["Part"]),
        (write_folders, ["Guitar", "oboe"], ["low", "high", "quality", "source", "part"], []),
        (write_manifest, ["Strings"], ["quality", "part"], ["Pitch", "Kind"]),
    ],
)
def test_every_form(
    start: StartProgram,
    world: FakeWorld,
    qtbot: QtBot,
    tmp_path: Path,
    write: Callable[[Path], None],
    classes: list[str],
    greyed: list[str],
    columns: list[str],
) -> None:
    write(tmp_path / "corpus")
    explorer = open_explorer(start(world.services), qtbot, tmp_path / "corpus")
    model, filters = explorer.window.model, explorer.window.filters
    told = [model.index(row, 1).data() for row in range(model.rowCount())]
    assert sorted(told) == sorted(classes)
    assert "/" not in model.index(0, 0).data()
    assert model.entry(0).key in model.index(0, 0).data(Qt.ItemDataRole.ToolTipRole)
    combos = ("label", "source", "low", "high", "quality", "part")
    assert [name for name in combos if not getattr(filters, name).isEnabled()] == sorted(
        greyed, key=combos.index
    )
    table = explorer.window.table
    shown = [name for place, name in enumerate(COLUMNS) if not table.isColumnHidden(place)]
    assert shown == ["Sound", "Class", "Answer", *columns]
    assert table.horizontalScrollBar().maximum() == 0
    explorer.window.select_row(model.rowCount() - 1)
    wait_for(qtbot, lambda: explorer.choice.current.get(explorer.number) is not None)


def test_truth_in_the_words_of_a_model() -> None:
    def entry(*labels: str, family: str | None = None) -> Entry:
        return Entry("k", Path("k"), labels, None, family, None, None, None, (), "b", "", False)

    families = ("string", "flute", "vocal")
    assert truth_among(entry("flu", "voi", family="flute"), families) == {"flute", "vocal"}
    assert truth_among(entry("flu", family="flute"), ("flu", "voi")) == {"flu"}
    assert truth_among(entry("Rock"), families) == frozenset()


def test_own_process_model_and_pictures(
    start: StartProgram, world: FakeWorld, qtbot: QtBot, tmp_path: Path
) -> None:
    program = start(world.services)
    folder = write_nsynth(tmp_path / "corpus", n_notes=4)
    explorer = open_explorer(program, qtbot, folder, feature_of(program).jobs)
    explorer.window.select_row(1)
    wait_for(qtbot, lambda: explorer.choice.current.get(1) is not None, timeout_s=90.0)
    answer = explorer.choice.current.get(1)
    assert len(answer.names) == 12
    assert sum(answer.probabilities[:11]) == pytest.approx(1.0, abs=1e-3)
    explorer.window.test_button.click()
    wait_for(qtbot, lambda: not explorer.trial.is_running, timeout_s=60.0)
    assert explorer.choice.current.numbers().tolist() == [0, 1, 2, 3]
    assert "in 4 answers" in explorer.window.mistakes_label.text()
    views = explorer.window.sound.views
    wait_for(qtbot, lambda: views.spectrogram.picture.boundingRect().width() > 0.9)
    pictures = program.controller.folders.cache / "overviews"
    assert list(pictures.glob("*/explorer/1/meta.json"))
    program.window.close_unasked()
    assert not list(pictures.glob("*/explorer"))


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_answers_take_the_colours_of_the_theme(
    start: StartProgram, world: FakeWorld, qtbot: QtBot, tmp_path: Path, mode: str
) -> None:
    program = start(world.services)
    explorer = open_explorer(program, qtbot, write_nsynth(tmp_path / "corpus", 4), InstantJobs())
    apply_theme(program.application, mode)
    explorer.window.select_row(1)
    wait_for(qtbot, lambda: explorer.choice.current.get(1) is not None)
    answer = explorer.window.sound.answer
    assert answer.palette().windowText().color().name() == current_theme().clip
    apply_theme(program.application, "light" if mode == "dark" else "dark")
    wait_for(qtbot, lambda: answer.palette().windowText().color().name() == current_theme().clip)
    picture = explorer.window.grab().toImage()
    assert picture.pixelColor(2, 2).name() == current_theme().window
    apply_theme(program.application, "system")
