# SPDX-License-Identifier: MIT
"""The real program, killed at random moments while notes are corrected, autosaved and saved."""

from __future__ import annotations

import os
import random
import signal
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from desk import TIMEOUT_S, Desk, until, write_tone

from desktop_app.domain.errors import ProjectError
from desktop_app.domain.note import Note
from desktop_app.domain.project import Project
from desktop_app.domain.thresholds import MONO_THRESHOLDS
from desktop_app.io.project import audio_reference, load_project, save_project

N_KILLS = int(os.environ.get("RIGHT_IN_TUNE_KILLS", "3"))
STEP_S = 0.01  # of the key that moves notes
# As ``python -m desktop_app``, but writing twenty times a second, so that it is killed while it writes.
PROGRAM = (
    "-c",
    "import sys; from desktop_app.ui.projects import autosaving; autosaving.PERIOD_S = 0.05; "
    "from desktop_app.__main__ import main; sys.exit(main())",
)
KEYS = ("alt+Right", "alt+Right", "alt+Right", "alt+Right", "alt+Right", "ctrl+s")


def make_project(path: Path) -> Path:
    """A project of a tone with one note."""
    sound = write_tone(path.with_suffix(".wav"), 20.0)
    note = Note(0.0, 1.0, 69, 440.0, 0.0, 90, 0.9)
    project = Project(audio_reference(sound), 440.0, "", False, MONO_THRESHOLDS, notes=(note,))
    save_project(path, project, embed=False)
    return path


def n_steps(path: Path) -> int:
    """How often the note of a project was moved."""
    project = load_project(path)
    notes = project.corrections.kept or project.notes
    assert len(notes) == 1
    assert project.notes[0].onset_s == 0.0
    return round(notes[0].onset_s / STEP_S)


def kept(home: Path) -> list[Path]:
    return sorted((home / "data" / "autosaves").glob("session-*/*.rit"))


def safe_steps(home: Path, project: Path) -> int:
    """How often the note was moved in the newest of what is on the disk; nothing of it may be broken."""
    newest = n_steps(project)
    for path in kept(home):
        try:
            newest = max(newest, n_steps(path))
        except ProjectError as error:
            if "cannot be read" not in str(error):  # it may have been removed since it was listed
                raise
    return newest


def own_steps(home: Path, desk: Desk) -> list[int]:
    """What a running program has autosaved."""
    own = f"session-{desk.process.pid}-"
    return [n_steps(path) for path in kept(home) if path.parent.name.startswith(own)]


def open_and_restore(start_desk: Callable[..., Desk], home: Path, project: Path) -> tuple[Desk, str]:
    """Start the program, take up what a crash left, and wait until the recording is shown."""
    saved_ns, steps = project.stat().st_mtime_ns, safe_steps(home, project)
    has_left = any(path.stat().st_mtime_ns >= saved_ns for path in kept(home))  # older ones are not offered
    desk = start_desk(project, program=PROGRAM)
    if has_left:
        desk.press(desk.wait_for_window("^Unsaved work$"), "Return")
        window = desk.wait_for_window(r"^\*song\.rit – Right In Tune$")
        until(lambda: own_steps(home, desk) == [steps], "what was left is autosaved again")
    else:
        window = desk.wait_for_window(r"^song\.rit – Right In Tune$")
    return desk, window


@pytest.mark.timeout(60 + 30 * N_KILLS)
def test_killed_at_random_moments_the_last_safe_state_opens(
    desk: Callable[..., Desk], home: Path, tmp_path: Path
) -> None:
    project = make_project(tmp_path / "song.rit")
    randomly, n_pressed = random.Random(5), 0
    for _ in range(N_KILLS):
        before = safe_steps(home, project)
        one, window = open_and_restore(desk, home, project)
        one.press(window, "ctrl+a")
        until_s = time.monotonic() + randomly.uniform(0.1, 1.5)
        n_pressed = before
        while time.monotonic() < until_s:
            key = randomly.choice(KEYS)
            one.press(window, key)
            n_pressed += key == "alt+Right"
        seen = safe_steps(home, project)
        one.process.send_signal(randomly.choice((signal.SIGKILL, signal.SIGKILL, signal.SIGTERM)))
        one.process.wait(TIMEOUT_S)
        after = safe_steps(home, project)
        assert before <= seen <= after <= n_pressed
        assert not (home / "data" / "autosaves" / "damaged").exists()
    assert n_pressed > 0
    one, window = open_and_restore(desk, home, project)
    one.press(window, "ctrl+s")
    one.wait_for_window(r"^song\.rit – Right In Tune$")
    assert n_steps(project) == after
    one.press(window, "ctrl+q")
    assert one.process.wait(TIMEOUT_S) == 0
    assert kept(home) == []
    assert "Traceback" not in one.process.stderr.read().decode()


def test_a_signal_ends_the_program_while_a_question_is_open(
    desk: Callable[..., Desk], home: Path, tmp_path: Path
) -> None:
    project = make_project(tmp_path / "song.rit")
    one, window = open_and_restore(desk, home, project)
    one.press(window, "ctrl+a")
    one.press(window, "alt+Right")
    one.wait_for_window(r"^\*song\.rit – Right In Tune$")
    one.press(window, "ctrl+q")
    one.wait_for_window("^Unsaved work$")
    one.process.send_signal(signal.SIGTERM)
    assert one.process.wait(TIMEOUT_S) == 0
    assert [n_steps(path) for path in kept(home)] == [1]
    two = desk(project, program=PROGRAM)
    two.wait_for_window("^Unsaved work$")  # what is left is offered
    two.process.send_signal(signal.SIGTERM)
    assert two.process.wait(TIMEOUT_S) == 0
    assert [n_steps(path) for path in kept(home)] == [1]
    for desk_ in (one, two):
        assert "Traceback" not in desk_.process.stderr.read().decode()
