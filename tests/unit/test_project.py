# SPDX-License-Identifier: MIT
"""Project files: round trips, the recording that moves, and files that are none."""

from __future__ import annotations

import os
import shutil
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from desktop_app.domain.analysis import FamilySpan, KeyVerdict, TempoVerdict
from desktop_app.domain.corrections import Corrections
from desktop_app.domain.errors import ProjectError
from desktop_app.domain.labels import FAMILIES
from desktop_app.domain.listening import Listening, Mix
from desktop_app.domain.note import Candidate, Note
from desktop_app.domain.thresholds import MONO_THRESHOLDS, NoteThresholds
from desktop_app.io.project import (
    AudioReference,
    Project,
    audio_reference,
    extract_audio,
    find_audio,
    has_changed,
    load_project,
    migrated,
    save_project,
)

SOUND = bytes(range(256)) * 4000

parts = st.floats(0.0, 1.0)
seconds = st.floats(0.0, 1e5)
pitches = st.floats(10.0, 20_000.0)
maybe_parts = st.none() | parts
texts = st.text(max_size=20)


def note_of(onset_s: float, length_s: float, *values: object) -> Note:
    return Note(onset_s, onset_s + length_s, *values)


candidates = st.lists(st.builds(Candidate, st.integers(0, 127), pitches, parts), max_size=3).map(tuple)
notes = st.lists(
    st.builds(
        note_of,
        seconds,
        st.floats(0.02, 60.0),
        st.integers(0, 127),
        pitches,
        st.floats(-50.0, 50.0),
        st.integers(1, 127),
        parts,
        st.none() | st.sampled_from(FAMILIES),
        maybe_parts,
        candidates,
        st.booleans(),
    ),
    max_size=6,
).map(tuple)
spans = st.builds(
    FamilySpan,
    seconds,
    seconds,
    st.none() | st.sampled_from(FAMILIES),
    parts,
    st.sampled_from(("sure", "maybe", "cannot_tell")),
    st.dictionaries(st.sampled_from(FAMILIES), parts, max_size=3),
)
stretches = st.none() | st.tuples(seconds, seconds)
projects = st.builds(
    Project,
    audio=st.builds(AudioReference, texts, st.integers(0, 2**60), st.just("0f" * 32)),
    a4_hz=st.floats(415.0, 466.0),
    model_id=texts,
    is_poly=st.booleans(),
    thresholds=st.builds(NoteThresholds, parts, parts, parts),
    notes=notes,
    corrections=st.builds(Corrections, notes, notes, notes, notes),
    tempo=st.none() | st.builds(TempoVerdict, parts, parts, st.lists(seconds, max_size=5).map(tuple)),
    key=st.none() | st.builds(KeyVerdict, texts, st.sampled_from(("major", "minor")), parts),
    family_track=st.lists(spans, max_size=3).map(tuple),
    listening=st.builds(Listening, seconds, seconds, stretches, st.booleans(), parts, st.floats(-12.0, 12.0)),
    mix=st.builds(Mix, parts, parts, stretches, st.booleans(), st.integers(0, 8)),
    view_s=stretches,
)


@pytest.fixture
def sound(tmp_path: Path) -> Path:
    path = tmp_path / "music" / "my #1 song (live).wav"
    path.parent.mkdir()
    path.write_bytes(SOUND)
    return path


def project_of(sound: Path) -> Project:
    note = Note(1.0, 2.0, 69, 440.0, 0.0, 80, 0.9, "reed", 0.5, (Candidate(69, 440.0, 0.9),))
    corrections = Corrections((replace(note, midi=57, f0_hz=220.0, is_corrected=True),), (note,))
    return Project(audio_reference(sound), 440.0, "m", False, MONO_THRESHOLDS, (note,), corrections)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(project=projects)
def test_what_is_saved_is_loaded_to_the_last_digit(tmp_path: Path, project: Project) -> None:
    save_project(tmp_path / "p.rit", project, embed=False)
    loaded = load_project(tmp_path / "p.rit")
    assert replace(loaded, audio=project.audio) == project
    assert replace(loaded.audio, relative=project.audio.relative) == project.audio


def test_numbers_of_numpy_and_what_is_no_number_are_saved_too(tmp_path: Path, sound: Path) -> None:
    project = project_of(sound)
    odd = replace(project.notes[0], velocity=np.int64(7), confidence=np.float32(0.5), cents=float("nan"))
    save_project(tmp_path / "p.rit", replace(project, notes=(odd,)), embed=False)
    (note,) = load_project(tmp_path / "p.rit").notes
    assert (note.velocity, note.confidence, note.cents) == (7, 0.5, 0.0)


def test_the_recording_travels_inside(tmp_path: Path, sound: Path) -> None:
    save_project(tmp_path / "p.rit", project_of(sound), embed=True)
    sound.unlink()
    loaded = load_project(tmp_path / "p.rit")
    assert loaded.audio.is_embedded
    assert find_audio(loaded, tmp_path / "p.rit") is None
    for _ in range(2):  # the second time it is there already
        taken = extract_audio(tmp_path / "p.rit", tmp_path / "cache")
        assert taken.name == sound.name
        assert taken.read_bytes() == SOUND
    assert not has_changed(loaded, taken)


def test_the_recording_is_found_where_it_was_beside_and_by_its_content(tmp_path: Path, sound: Path) -> None:
    home = tmp_path / "a"
    home.mkdir()
    path = home / "p.rit"
    save_project(path, project_of(sound), embed=False)
    loaded = load_project(path)
    assert find_audio(loaded, path) == sound
    shutil.copytree(tmp_path / "music", tmp_path / "b" / "music")  # both have moved together
    (tmp_path / "b" / "a").mkdir()
    sound.unlink()
    assert find_audio(loaded, tmp_path / "b" / "a" / "p.rit") == tmp_path / "b" / "music" / sound.name
    assert find_audio(loaded, path) is None
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "another.wav").write_bytes(SOUND[::-1])
    (elsewhere / "renamed.wav").write_bytes(SOUND)
    for near in (elsewhere, elsewhere / "another.wav"):
        assert find_audio(loaded, path, near) == elsewhere / "renamed.wav"
    (home / "here.wav").write_bytes(SOUND)
    assert find_audio(loaded, path) == home / "here.wav"


@pytest.mark.parametrize("content", [SOUND[::-1], SOUND + b"x", b""])
def test_another_content_under_the_same_name_is_told(tmp_path: Path, sound: Path, content: bytes) -> None:
    save_project(tmp_path / "p.rit", project_of(sound), embed=False)
    loaded = load_project(tmp_path / "p.rit")
    assert not has_changed(loaded, sound)
    sound.write_bytes(content)
    os.utime(sound, ns=(1, 1))
    assert find_audio(loaded, tmp_path / "p.rit") == sound
    assert has_changed(loaded, sound)


def test_what_cannot_be_read_or_written_is_one_sentence_and_loses_nothing(
    tmp_path: Path, sound: Path
) -> None:
    project = project_of(sound)
    path = tmp_path / "p.rit"
    save_project(path, project, embed=False)
    before = path.read_bytes()
    with pytest.raises(ProjectError, match=r"“gone\.wav” cannot be read: No such file"):
        save_project(path, replace(project, audio=replace(project.audio, path="/no/gone.wav")), embed=True)
    assert path.read_bytes() == before
    assert [other.name for other in tmp_path.iterdir() if other.suffix == ".tmp"] == []
    with pytest.raises(ProjectError, match=r"“p\.rit” cannot be saved: No such file or directory"):
        save_project(tmp_path / "no" / "p.rit", project, embed=False)
    with pytest.raises(ProjectError, match=r"“no\.rit” cannot be read: No such file or directory"):
        load_project(tmp_path / "no.rit")
    with pytest.raises(ProjectError, match="cannot be read: Is a directory"):
        load_project(tmp_path)
    with pytest.raises(ProjectError, match=r"“gone\.wav” cannot be read"):
        audio_reference(tmp_path / "gone.wav")


@contextmanager
def small_disk(n_bytes: int) -> Iterator[None]:
    """No file may grow beyond so many bytes."""
    import resource

    usual = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (n_bytes, usual[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, usual)


@pytest.mark.skipif(sys.platform == "win32", reason="platform: files cannot be limited there")
@pytest.mark.parametrize("n_bytes", [0, 100, 600])
@pytest.mark.parametrize("embed", [False, True])
def test_a_full_disk_leaves_the_old_project(tmp_path: Path, sound: Path, n_bytes: int, embed: bool) -> None:
    path = tmp_path / "p.rit"
    save_project(path, project_of(sound), embed=False)
    before = path.read_bytes()
    with small_disk(n_bytes), pytest.raises(ProjectError, match=r"“p\.rit” cannot be saved: File too large"):
        save_project(path, project_of(sound), embed=embed)
    assert path.read_bytes() == before
    assert {other.name for other in tmp_path.iterdir()} == {"p.rit", "music"}


def test_a_clock_that_was_never_set_does_not_matter(
    tmp_path: Path, sound: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(time, "localtime", lambda *_: time.gmtime(0.0))
    save_project(tmp_path / "p.rit", project_of(sound), embed=True)
    assert load_project(tmp_path / "p.rit").audio.is_embedded


def test_what_killed_programs_were_writing_is_cleared_away_in_time(tmp_path: Path, sound: Path) -> None:
    old, new, other = (tmp_path / name for name in (".p.rit.1.tmp", ".p.rit.2.tmp", ".q.rit.1.tmp"))
    for path in (old, new, other):
        path.write_bytes(b"")
    os.utime(old, (1, 1))
    os.utime(other, (1, 1))
    save_project(tmp_path / "p.rit", project_of(sound), embed=False)
    assert [path.exists() for path in (old, new, other)] == [False, True, True]


def test_an_older_version_is_taken_step_by_step(tmp_path: Path) -> None:
    steps = {1: lambda told: told | {"two": 1}, 2: lambda told: told | {"three": told["two"] + 1}}
    told = {"schema": "right-in-tune/project/1"}
    assert migrated(told, tmp_path, version=3, steps=steps) == told | {"two": 1, "three": 2}
    told = {"schema": "right-in-tune/project/3"}
    assert migrated(told, tmp_path, version=3, steps=steps) == told
