# SPDX-License-Identifier: MIT
"""Work that is not saved yet, and what a crash leaves of it and of project files."""

from __future__ import annotations

import os
import random
import subprocess
import sys
from pathlib import Path

import pytest

from desktop_app.domain.errors import ProjectError
from desktop_app.domain.note import Candidate, Note
from desktop_app.domain.project import AudioReference, Project
from desktop_app.domain.thresholds import MONO_THRESHOLDS
from desktop_app.io.autosave import AutosaveSession, left_behind
from desktop_app.io.project import load_project, save_project

# Told a moment in milliseconds, it lets another process save one state after the other, kills it at that
# moment after its first save, and tells the number of the last state that was saved.
KILLER = """
import os, signal, sys, time
from pathlib import Path
sys.path.insert(0, sys.argv[2])
from test_autosave import state
from desktop_app.io.autosave import AutosaveSession
from desktop_app.io.project import save_project
folder, number = Path(sys.argv[1]), 0
for line in sys.stdin:
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        session = AutosaveSession(folder / "autosaves")
        while True:
            number += 1
            save_project(folder / "p.rit", state(number), embed=False)
            session.write("song", state(number), folder / "p.rit")
            os.write(writer, number.to_bytes(4, "little"))
    told = os.read(reader, 4)
    time.sleep(float(line) / 1000.0)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    os.close(writer)
    while (more := os.read(reader, 4)):
        told = more
    os.close(reader)
    number = int.from_bytes(told, "little")
    print(number, flush=True)
"""


def state(number: int) -> Project:
    """Another work for each number, of a size that takes some milliseconds to write."""
    candidate = Candidate(60, 261.6, 0.5)
    notes = tuple(
        Note(i * 0.1, i * 0.1 + 0.05, 60, 261.6 + number, 0.0, 80, 0.9, None, None, (candidate,) * 3)
        for i in range(20 + number % 80)
    )
    audio = AudioReference("/music/song.wav", number, "ab" * 32)
    return Project(audio, 440.0, str(number), False, MONO_THRESHOLDS, notes)


def crashed(folder: Path, *numbers: int) -> None:
    """A run of the program that ended without removing its autosaves."""
    session = AutosaveSession(folder)
    for number in numbers:
        session.write(f"song {number}", state(number), Path("/p.rit"))
    session.close()


def test_what_a_crash_left_is_found_newest_first_until_it_is_discarded(tmp_path: Path) -> None:
    crashed(tmp_path, 1, 2)
    crashed(tmp_path, 3)
    found, problems = left_behind(tmp_path)
    assert problems == []
    assert {left.project.model_id for left in found} == {"1", "2", "3"}
    assert found[0].project == state(int(found[0].project.model_id))
    assert [left.saved_at for left in found] == sorted((left.saved_at for left in found), reverse=True)
    assert found[0].project_path == Path("/p.rit")
    found[0].discard()
    assert {left.path for left in left_behind(tmp_path)[0]} == {left.path for left in found[1:]}
    for left in found:
        left.discard()
    assert left_behind(tmp_path) == ([], [])
    assert list(tmp_path.iterdir()) == []


def test_a_run_keeps_the_newest_of_each_recording_and_leaves_nothing_that_is_safe(tmp_path: Path) -> None:
    session = AutosaveSession(tmp_path)
    for number in (1, 2):
        session.write("/music/a.wav", state(number), None)
    session.write("/music/\udcff.wav", state(3), None)  # a name that is no text
    session.remove("/music/\udcff.wav")
    assert left_behind(tmp_path) == ([], [])  # it still runs
    session.close()
    session.close()
    ((left,), problems) = left_behind(tmp_path)
    assert (left.project, left.project_path, problems) == (state(2), None, [])
    other = AutosaveSession(tmp_path / "other")
    other.write("a", state(1), None)
    other.remove("a")
    other.close()
    assert list((tmp_path / "other").iterdir()) == []


def test_a_damaged_autosave_is_put_aside_and_keeps_no_other_back(tmp_path: Path) -> None:
    crashed(tmp_path, 1, 2, 3)
    first, second, _ = (left.path for left in left_behind(tmp_path)[0])
    content = first.read_bytes()[:-9]
    first.write_bytes(content)
    save_project(second, state(2), embed=False)  # a project, but no autosave
    found, problems = left_behind(tmp_path)
    assert len(found) == 1
    assert len(problems) == 2
    assert all(
        problem.startswith("Unsaved work is damaged and could not be restored;") for problem in problems
    )
    aside = list((tmp_path / "damaged").iterdir())
    assert content in [path.read_bytes() for path in aside]
    assert len(aside) == 2
    assert left_behind(tmp_path) == (found, [])


def test_where_nothing_can_be_kept_it_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(ProjectError, match="Unsaved work cannot be kept in “file”"):
        AutosaveSession(tmp_path / "file")
    assert left_behind(tmp_path / "nowhere") == ([], [])


@pytest.mark.skipif(sys.platform == "win32", reason="platform: SIGKILL is a matter of POSIX")
def test_killed_at_any_moment_the_last_state_or_the_next_is_there_whole(tmp_path: Path) -> None:
    moments, path = random.Random(1), tmp_path / "p.rit"
    command = [sys.executable, "-c", KILLER, str(tmp_path), str(Path(__file__).parent)]
    last = 0
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as killer:
        assert killer.stdin is not None
        assert killer.stdout is not None
        for _ in range(int(os.environ.get("RIGHT_IN_TUNE_KILLS", "50"))):
            killer.stdin.write(f"{moments.uniform(0.0, 40.0)}\n")
            killer.stdin.flush()
            told = int(killer.stdout.readline())
            assert told > last
            saved = load_project(path)
            ((left,), problems) = left_behind(tmp_path / "autosaves")
            assert problems == []
            for project in (saved, left.project):
                number = int(project.model_id)
                assert told <= number <= told + 1
                assert project.notes == state(number).notes
                assert project.audio.size_bytes == number
            left.discard()
            last = told
        killer.stdin.close()
        assert killer.wait(10) == 0
