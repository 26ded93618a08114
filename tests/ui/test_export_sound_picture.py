# SPDX-License-Identifier: MIT
"""Exporting the loop as sound and the views as a picture: files read back."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import soundfile
from export_tools import choose, export_to, open_dialog, open_melody, wait_written
from PySide6.QtCore import QByteArray
from PySide6.QtGui import QImage, QPainter
from PySide6.QtSvg import QSvgRenderer
from pytestqt.qtbot import QtBot
from window_fakes import FakeWorld, StartProgram, wait_for

from desktop_app.domain.listening import Listening
from desktop_app.ui.exporting.picture_dialog import PictureDialog
from desktop_app.ui.exporting.pictures import Picture
from desktop_app.ui.exporting.sound_dialog import SoundDialog
from desktop_app.ui.program import Program
from desktop_app.ui.theme import apply_theme


@pytest.fixture
def program(
    start: StartProgram, world: FakeWorld, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Program:
    return open_melody(monkeypatch, start, world, qtbot, tmp_path)


class TestSound:
    @pytest.mark.parametrize("suffix", ["wav", "flac"])
    def test_loop_at_half_speed(self, program: Program, qtbot: QtBot, tmp_path: Path, suffix: str) -> None:
        program.controller.playback.listening = Listening(loop_s=(1.0, 2.0), is_looping=True, speed=0.5)
        dialog = open_dialog(program, "export_sound", SoundDialog)
        assert dialog.about.text() == "Writes 2.0 s of sound: 1.00 s to 2.00 s at 50 % speed."
        choose(dialog.format, suffix)
        assert dialog.suggested().name == f"my song loop.{suffix}"
        export_to(qtbot, dialog, tmp_path / f"loop.{suffix}")
        assert wait_written(qtbot, dialog).startswith(f"“loop.{suffix}” is written: 2.0 s")
        y, sr = soundfile.read(tmp_path / f"loop.{suffix}")
        assert (len(y), sr) == (32_000, 16_000)
        middle = y[8000:24_000]
        spectrum = np.abs(np.fft.rfft(middle * np.hanning(len(middle))))
        assert np.argmax(spectrum) * sr / len(middle) == pytest.approx(440.0, abs=1.5)

    def test_without_a_loop(self, program: Program) -> None:
        program.window.named_actions["export_sound"].trigger()
        assert "There is no loop yet" in program.window.banner.label.text()
        assert not program.window.findChildren(SoundDialog)

    def test_other_suffix_replaces_nothing_unasked(
        self, program: Program, qtbot: QtBot, tmp_path: Path
    ) -> None:
        program.controller.playback.listening = Listening(loop_s=(1.0, 2.0), is_looping=True)
        (tmp_path / "loop.mp3.wav").write_text("precious")
        dialog = open_dialog(program, "export_sound", SoundDialog)
        dialog.start(tmp_path / "loop.mp3")
        assert wait_written(qtbot, dialog) == "“loop.mp3.wav” is there already and was left as it is."
        assert (tmp_path / "loop.mp3.wav").read_text() == "precious"

    def test_recording_is_gone(self, program: Program, qtbot: QtBot, tmp_path: Path) -> None:
        program.controller.playback.listening = Listening(loop_s=(1.0, 2.0), is_looping=True)
        dialog = open_dialog(program, "export_sound", SoundDialog)
        (tmp_path / "my song.wav").unlink()
        dialog.start(tmp_path / "loop.wav")
        assert "my song.wav" in wait_written(qtbot, dialog)
        assert not (tmp_path / "loop.wav").exists()

    def test_folder_that_takes_no_files(self, program: Program, qtbot: QtBot) -> None:
        program.controller.playback.listening = Listening(loop_s=(1.0, 2.0), is_looping=True)
        dialog = open_dialog(program, "export_sound", SoundDialog)
        dialog.start(Path("/proc/loop.wav"))
        assert "loop.wav" in wait_written(qtbot, dialog)
        assert not dialog.show_button.isVisible()


def painted(svg: bytes, picture: Picture) -> QImage:
    renderer = QSvgRenderer(QByteArray(svg))
    assert renderer.isValid()
    image = QImage(picture.size, QImage.Format.Format_RGB32)
    image.fill(0xFFFF00FF)
    painter = QPainter(image)
    renderer.render(painter)
    painter.end()
    return image


def pixels(image: QImage) -> np.ndarray:
    image = image.convertToFormat(QImage.Format.Format_RGB32)
    flat = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.width(), 4)
    return flat[..., :3].astype(np.float64)


class TestPicture:
    @pytest.mark.parametrize("scale", [1, 2, 4])
    def test_png(self, program: Program, qtbot: QtBot, tmp_path: Path, scale: int) -> None:
        dialog = open_dialog(program, "export_picture", PictureDialog)
        choose(dialog.format, scale)
        export_to(qtbot, dialog, tmp_path / "views.png")
        assert wait_written(qtbot, dialog) == "“views.png” is written."
        image = QImage(str(tmp_path / "views.png"))
        views = program.window.views
        assert image.width() == scale * views.ruler.width()
        assert image.height() > scale * views.splitter.height()
        assert program.settings.picture_scale == scale

    def test_svg_has_text_and_notes_and_looks_the_same(
        self, program: Program, qtbot: QtBot, tmp_path: Path
    ) -> None:
        dialog = open_dialog(program, "export_picture", PictureDialog)
        choose(dialog.format, 0)
        export_to(qtbot, dialog, tmp_path / "views.svg")
        wait_written(qtbot, dialog)
        svg = (tmp_path / "views.svg").read_bytes()
        text = svg.decode()
        for word in ("my song.wav", "8 notes", "Mel spectrogram", "Strings", ">C5<", ">A4<", "0:01"):
            assert word in text
        views = program.window.views
        document = program.controller.document
        picture = Picture(views, document.path.name, document.facts())
        assert np.abs(pixels(painted(svg, picture)) - pixels(picture.image(1))).mean() < 8.0

    def test_live_sound_is_no_recording(self, program: Program, qtbot: QtBot) -> None:
        program.controller.toggle_listening()
        wait_for(qtbot, lambda: program.controller.is_live_shown)
        dialog = open_dialog(program, "export_picture", PictureDialog)
        assert dialog.suggested().stem == "Live sound"
        program.controller.toggle_listening()

    def test_hidden_views_stay_out(self, program: Program) -> None:
        views = program.window.views
        whole = Picture(views, "a", "")
        views.set_view_visible("mfcc", False)
        assert Picture(views, "a", "").size.height() < whole.size.height()
        assert b"MFCC" not in Picture(views, "a", "").svg()

    def test_colours_are_those_of_the_theme(self, program: Program) -> None:
        grounds = []
        for theme in ("light", "dark"):
            apply_theme(program.application, theme)
            grounds.append(pixels(Picture(program.window.views, "a", "").image(1))[2, 2].mean())
        assert grounds[0] > 200 > 60 > grounds[1]

    def test_title_with_signs_and_a_long_one(self, program: Program) -> None:
        picture = Picture(program.window.views, '<b>&"é♯' + 300 * "x", "facts")
        assert painted(picture.svg(), picture).width() == picture.size.width()
        assert b"&lt;b&gt;&amp;" in picture.svg()

    def test_folder_that_takes_no_files(self, program: Program, qtbot: QtBot) -> None:
        dialog = open_dialog(program, "export_picture", PictureDialog)
        dialog.start(Path("/proc/views.png"))
        assert wait_written(qtbot, dialog).startswith("“views.png” cannot be written: ")

    def test_closing_while_it_is_written(self, program: Program, qtbot: QtBot, tmp_path: Path) -> None:
        dialog = open_dialog(program, "export_picture", PictureDialog)
        choose(dialog.format, 4)
        dialog.start(tmp_path / "views.png")
        dialog.close()
        wait_for(qtbot, lambda: program.controller.background.is_idle)
        qtbot.wait(50)
        assert not [file for file in tmp_path.iterdir() if file.name.startswith(".")]
