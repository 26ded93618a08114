# SPDX-License-Identifier: MIT
"""What may not be read, and corpora or parts without a sound, are told and never passed over."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import published_corpora
import pytest

from desktop_app.domain.errors import CorpusError
from desktop_app.training.commands_corpus import main
from desktop_app.training.corpora import open_corpus
from desktop_app.training.corpora.check import check


@pytest.fixture
def deny(monkeypatch):
    """``deny(path)`` lets nobody read a file or folder, nor what is in it: not even root, unlike its mode."""
    denied: list[str] = []

    def guard(name: str) -> None:
        real = getattr(os, name)

        def guarded(path, *args, **kwargs):
            text = os.fspath(path)
            if any(
                text.startswith(f"{one}{os.sep}") or (name == "scandir" and text == one) for one in denied
            ):
                raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), text)
            return real(path, *args, **kwargs)

        monkeypatch.setattr(os, name, guarded)

    for name in ("stat", "scandir"):
        guard(name)
    return lambda path: denied.append(os.fspath(path))


def test_sounds_that_may_not_be_read_are_named(tmp_path, deny):
    folder = published_corpora.nsynth(tmp_path / "n", seconds=0.1)
    deny(folder / "nsynth-valid" / "audio")
    report = check(open_corpus(folder))
    assert len(report.corrupt) == 6
    assert {one.detail for one in report.corrupt} == {"Permission denied"}
    assert len(report.problems) == 6


def test_a_part_that_may_not_be_read_is_refused(tmp_path, deny, capsys):
    folder = published_corpora.nsynth(tmp_path / "n", seconds=0.1)
    deny(folder / "nsynth-test")
    for command in ("check", "explore"):
        assert main(["corpus", command, str(folder)]) == 1
        assert "could not be read." in capsys.readouterr().err


@pytest.mark.parametrize("form", ["folders", "irmas"])
def test_a_class_that_may_not_be_read_is_refused(tmp_path, deny, form):
    folder = getattr(published_corpora, form)(tmp_path / form)
    place = next(path.parent for path in sorted(folder.rglob("*.wav")))
    corpus = open_corpus(folder)
    deny(place)
    with pytest.raises(CorpusError, match=r"could not be read\.$"):
        list(corpus.iter_entries())


def _empty(folder: Path, *parts: str) -> Path:
    for part in parts:
        (folder / f"nsynth-{part}" / "examples.json").write_text("{}", encoding="utf-8")
    return folder


def test_an_empty_part_is_a_problem(tmp_path, capsys):
    folder = _empty(published_corpora.nsynth(tmp_path / "n", seconds=0.1), "valid")
    assert main(["corpus", "check", str(folder)]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].endswith("18 sounds, 1 problem")
    assert lines[1] == "parts: train 12, valid 0, test 6"
    assert lines[-1] == "parts without a sound: valid"


def test_a_corpus_without_a_sound_is_a_problem(tmp_path, capsys):
    folder = _empty(published_corpora.nsynth(tmp_path / "n", seconds=0.1), "train", "valid", "test")
    assert main(["corpus", "check", str(folder)]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].endswith("0 sounds, 4 problems")
    assert lines[1] == "classes: none, because no sound is listed"
    assert main(["corpus", "explore", str(folder)]) == 0
    assert capsys.readouterr().out.endswith("\n0 sounds\n")


def test_a_sound_without_a_label_is_named_so(tmp_path, capsys):
    folder = published_corpora.nsynth(tmp_path / "n", seconds=0.1)
    listing = folder / "nsynth-test" / "examples.json"
    text = listing.read_text(encoding="utf-8")
    key = '"instrument_family_str": "organ"'
    listing.write_text(text.replace(key, key.replace("organ", ""), 1), encoding="utf-8")
    assert main(["corpus", "check", str(folder)]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert "no label 1" in lines[2]
    assert lines[-1] == "classes with one sound only: no label"
    assert main(["corpus", "explore", str(folder)]) == 0
    assert "\nno label " in capsys.readouterr().out
