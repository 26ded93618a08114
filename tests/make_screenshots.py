# SPDX-License-Identifier: MIT
"""Take the README's pictures from the real program, one process a picture: ``make screenshots``.

What is seen is what the program answers: the bundled example opened as a file, and played to it as if it came
from a microphone; its second phrase looped at half speed with corrected notes, and as a score; a piano piece
with several notes at once; a lesson in which words and claps are told from the cello. The explorer shows a
small corpus that is rendered for it.
"""

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from make_screenshot_sounds import write_lesson, write_piece

ROOT = Path(__file__).resolve().parents[1]
TARGET = ROOT / "resources" / "screenshots"
DEMO = ROOT / "resources" / "demo" / "four_friends.flac"
PHRASES = {
    "Flute.flac": (0.0, 2.5),
    "Cello.flac": (2.5, 5.0),
    "Trumpet.flac": (5.0, 7.5),
    "Piano.flac": (7.5, 11.3),
}
PICTURES = {  # name: (theme, scene)
    "file": ("light", "file"),
    "live": ("light", "live"),
    "empty": ("light", "empty"),
    "dark": ("dark", "file"),
    "poly": ("light", "poly"),
    "again": ("light", "again"),
    "score": ("light", "score"),
    "why": ("light", "why"),
    "explorer": ("light", "explorer"),
    "lesson": ("light", "lesson"),
}
CURSOR_S, POLY_CURSOR_S, LESSON_CURSOR_S = 5.9, 5.3, 1.2
LOOP_S = (2.5, 5.0)  # the cello's phrase
SHOWN_HZ = 1400.0
LIVE_S = 6.9
ONE_VOICE, WHY_S = ("file", "again", "score", "why"), 1.3  # in the flute's phrase
SETTLE_MS = 1_500
TIME_LIMIT_S = 120
ONE_THREAD = {"OPENBLAS_NUM_THREADS": "1"}  # as the program sets it for itself
SIZE = (1400, 900)


def write_phrases(folder: Path) -> list[Path]:
    """The example and its four phrases, so that the list of files has something to tell."""
    import soundfile

    y, sr = soundfile.read(DEMO, dtype="float32")
    for name, (start_s, end_s) in PHRASES.items():
        soundfile.write(folder / name, y[int(start_s * sr) : int(end_s * sr)], sr)
    return [DEMO, *(folder / name for name in PHRASES)]


def take(name: str) -> int:
    """Run the program until its picture is taken."""
    from PySide6.QtCore import QTimer

    from desktop_app.ui.folders import user_folders
    from desktop_app.ui.program import Program
    from desktop_app.ui.settings import Settings, save_settings

    theme, scene = PICTURES[name]
    folders = user_folders()
    folders.config.mkdir(parents=True)
    save_settings(Settings(theme=theme), folders.settings_file)
    files = write_phrases(folders.config) if scene in ONE_VOICE else []
    files = write_piece(folders.config) if scene == "poly" else files
    files = write_lesson(DEMO, folders.config) if scene == "lesson" else files
    program = Program(files, services_of(scene))
    program.window.resize(*SIZE)

    def grab() -> None:
        grab_widget(program.window)

    def grab_widget(widget) -> None:
        widget.grab().save(str(TARGET / f"{name}.png"))
        program.close()  # without a question about unsaved corrections …
        program.application.exit()  # … which quit() would ask

    scenes: dict[str, Callable[[], None]] = {
        "empty": lambda: QTimer.singleShot(SETTLE_MS, grab),
        "live": lambda: listen(program, grab),
        "file": lambda: when_analysed(program, len(files), grab),
        "lesson": lambda: when_analysed(program, len(files), grab, LESSON_CURSOR_S),
        "poly": lambda: when_several(program, grab),
        "again": lambda: when_analysed(program, len(files), lambda: correct(program, grab)),
        "score": lambda: when_analysed(program, len(files), lambda: show_score(program, grab)),
        "why": lambda: when_analysed(program, len(files), lambda: ask_why(program, grab)),
        "explorer": lambda: explore(program, folders.config / "corpus", grab_widget),
    }
    program.controller.became_ready.connect(scenes[scene])
    return program.run()[0]


def services_of(scene: str):
    """The program's own surroundings; for the live picture the example takes the microphone's place."""
    import soundfile

    from desktop_app.pipeline.live import LiveSession
    from desktop_app.realtime.array_capture import ArrayCapture
    from desktop_app.ui.services import Services

    if scene != "live":
        return Services()
    capture = ArrayCapture(*soundfile.read(DEMO, dtype="float32"))
    capture.device_name = "Microphone"
    return Services(
        make_session=lambda device, make_engine: LiveSession(
            device, make_engine, capture_factory=lambda _device: capture
        )
    )


def listen(program, grab: Callable[[], None]) -> None:
    """Listen until the trumpet's phrase is all but over."""
    program.controller.live.toggle_listening()
    when(program, lambda: program.controller.live.history.duration_s >= LIVE_S, grab)


def when_analysed(program, n_files: int, grab: Callable[[], None], cursor_s: float = CURSOR_S) -> None:
    """Wait for all files, put the cursor into a phrase, the trumpet's, and let the panel settle."""
    from PySide6.QtCore import QTimer

    def is_done() -> bool:
        entries = program.controller.library.entries
        analysed = [entry for entry in entries if entry.analysis is not None]
        return len(analysed) == n_files and program.controller.document is not None

    def show() -> None:
        program.window.views.fit()
        program.controller.seek(cursor_s)
        QTimer.singleShot(SETTLE_MS, grab)

    when(program, is_done, show)


def correct(program, grab: Callable[[], None]) -> None:
    """Loop the cello's phrase at half speed; one note an octave up, and selected, another a semitone down."""
    from PySide6.QtCore import QTimer

    loop(program)
    editor, document = program.controller.editor, program.controller.document
    phrase = [note for note in document.notes if LOOP_S[0] <= note.onset_s < LOOP_S[1]]
    editor.transpose(phrase[1:2], 12)
    editor.transpose(phrase[2:3], -1)
    again = [note for note in program.controller.document.notes if note.onset_s == phrase[1].onset_s]
    program.window.notes.selection.select(again)
    QTimer.singleShot(SETTLE_MS, grab)


def show_score(program, grab: Callable[[], None]) -> None:
    """The cello's phrase in its clef."""
    from PySide6.QtCore import QTimer

    loop(program)
    program.window.named_actions["score"].trigger()
    QTimer.singleShot(4 * SETTLE_MS, grab)


def ask_why(program, grab: Callable[[], None]) -> None:
    """Why the flute's phrase was taken for what it was."""
    from PySide6.QtCore import QTimer

    window = program.window
    window.views.set_visible_range(0.0, 3.0)
    program.controller.seek(WHY_S)

    def ask() -> None:
        window.named_actions["why"].trigger()
        drawn = window.views.spectrogram.why
        when(program, lambda: drawn.decision is not None, lambda: QTimer.singleShot(SETTLE_MS, grab))

    QTimer.singleShot(SETTLE_MS, ask)


def explore(program, corpus: Path, grab: Callable[..., None]) -> None:
    """Test the model on a corpus, and go to its first mistake."""
    from make_screenshot_corpus import write_corpus
    from PySide6.QtCore import QTimer

    from desktop_app.ui.explorer.feature import ExplorerFeature

    write_corpus(corpus)
    feature = next(one for one in program.window.features if isinstance(one, ExplorerFeature))
    control = feature.opened()
    control.window.show()
    control.open(corpus)

    def test() -> None:
        control.test_model()
        when(program, lambda: not control.trial.is_running, look)

    def look() -> None:
        control.go_to_mistake(1)
        when(
            program,
            lambda: control.is_read,
            lambda: QTimer.singleShot(SETTLE_MS, lambda: grab(control.window)),
        )

    when(program, lambda: control.corpus is not None, test)


def loop(program) -> None:
    """The cello's phrase, at half speed."""
    playback = program.controller.playback
    playback.set_loop(*LOOP_S)
    playback.set_speed(0.5)
    program.controller.seek(3.2)
    program.window.views.set_visible_range(1.5, 6.5)


def when_several(program, grab: Callable[[], None]) -> None:
    """Ask for several notes at once, and go nearer to the notes."""
    from PySide6.QtCore import QTimer

    window = program.window

    def show() -> None:
        scale = window.views.spectrogram.scale_
        window.views.spectrogram.zoom_vertically(scale.height(SHOWN_HZ) / scale.n_rows, 0.0)
        program.controller.seek(POLY_CURSOR_S)
        QTimer.singleShot(SETTLE_MS, grab)

    def ask() -> None:
        window.notes_bar.switch.click()
        when(program, lambda: program.controller.document.analysis.is_poly, show)

    when(program, lambda: program.controller.document is not None, ask)


def when(program, condition: Callable[[], bool], then: Callable[[], None]) -> None:
    """Call ``then`` once, as soon as the condition holds."""
    from PySide6.QtCore import QTimer

    timer = QTimer(program.window)

    def look() -> None:
        if condition():
            timer.stop()
            then()

    timer.timeout.connect(look)
    timer.start(20)


def main() -> int:
    """Take every picture, or those named."""
    if len(sys.argv) == 3 and sys.argv[1] == "--one":
        return take(sys.argv[2])
    TARGET.mkdir(exist_ok=True)
    from desktop_app.bench.surroundings import virtual_screen

    for name in sys.argv[1:] or PICTURES:
        with tempfile.TemporaryDirectory() as home, virtual_screen() as screen:
            environment = {**screen, "RIGHT_IN_TUNE_HOME": str(Path(home, "user")), **ONE_THREAD}
            command = [sys.executable, __file__, "--one", name]
            subprocess.run(command, env=environment, check=True, timeout=TIME_LIMIT_S)
        print(f"{name}.png: {os.path.getsize(TARGET / f'{name}.png') // 1024} KiB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
