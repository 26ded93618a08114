# SPDX-License-Identifier: MIT
from __future__ import annotations

import json
import shutil

import numpy as np
import published_corpora
import pytest
import soundfile
from corpus_maker import SR, manifest_corpus, nsynth_corpus, tone

from desktop_app.training.commands_corpus import main
from desktop_app.training.corpora import check as check_module
from desktop_app.training.corpora import open_corpus
from desktop_app.training.corpora.check import check
from desktop_app.training.corpora.explore import explore_lines


def found_in(folder):
    """Pairs of the problem's field and the file's name."""
    return {(kind.field, one.path.name) for kind, one in check(open_corpus(folder)).problems}


@pytest.mark.parametrize("form", ["nsynth", "irmas", "fma", "folders"])
def test_nothing_is_wrong_with_a_good_corpus(tmp_path, form, capsys):
    folder = getattr(published_corpora, form)(tmp_path / form)
    assert check(open_corpus(folder)).problems == ()
    assert main(["corpus", "check", str(folder)]) == 0
    first, *rest = capsys.readouterr().out.splitlines()
    assert first.startswith(f"{folder}: ")
    assert first.endswith(" sounds, nothing wrong")
    assert not any("one sound only" in line for line in rest)


@pytest.mark.parametrize("jobs", ["1", "3"])
def test_every_kind_of_problem_is_named(tmp_path, capsys, jobs):
    corpus = nsynth_corpus(tmp_path / "c", n=8)
    paths = sorted((corpus / "audio").iterdir())
    paths[0].unlink()
    paths[1].write_bytes(b"RIFF nothing")
    soundfile.write(paths[2], np.zeros(SR), SR)
    soundfile.write(paths[3], tone(440.0), 8000)
    shutil.copy(paths[4], paths[5])
    examples = json.loads((corpus / "examples.json").read_text())
    examples[paths[6].stem]["instrument_family_str"] = "kazoo"
    examples[paths[7].stem]["instrument_source_str"] = "plastic"
    (corpus / "examples.json").write_text(json.dumps(examples))
    kinds = ("missing", "corrupt", "silent", "wrong_rate", "duplicate", "unknown_label", "unknown_label")
    numbers = (0, 1, 2, 3, 5, 6, 7)
    assert found_in(corpus) == {(kind, paths[k].name) for kind, k in zip(kinds, numbers, strict=True)}
    assert main(["corpus", "check", str(corpus), "--jobs", jobs]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].endswith("NSynth's format, 8 sounds, 7 problems")
    assert "missing: 1" in lines
    assert f"  {paths[3]} (8000 Hz, not 16000 Hz)" in lines
    assert f"  {paths[5]} (the same sound as {paths[4].stem})" in lines
    assert f"  {paths[6]} (kazoo)" in lines
    assert f"  {paths[7]} (source plastic)" in lines
    assert lines[-1] == "classes with one sound only: kazoo"


def test_json_holds_the_same(tmp_path, capsys):
    folder = published_corpora.nsynth(tmp_path / "n", seconds=0.1)
    path = folder / "nsynth-valid" / "audio" / "bass_acoustic_100-048-025.wav"
    path.unlink()
    assert main(["corpus", "check", str(folder), "--json"]) == 1
    report = json.loads(capsys.readouterr().out)
    assert (report["kind"], report["sounds"]) == ("nsynth", 24)
    assert report["parts"] == {"train": 12, "valid": 6, "test": 6}
    assert report["classes"] == {"bass": 8, "flute": 8, "organ": 8}
    assert report["classes_with_one_sound"] == []
    missing = {"key": path.stem, "file": str(path), "detail": ""}
    assert report["problems"].pop("missing") == [missing]
    assert set(report["problems"]) == {"corrupt", "wrong_rate", "silent", "duplicate", "unknown_label"}
    assert not any(report["problems"].values())


def test_only_ten_of_a_kind_are_listed(tmp_path):
    corpus = nsynth_corpus(tmp_path / "c", n=13)
    shutil.rmtree(corpus / "audio")
    lines = check(open_corpus(corpus)).lines()
    assert sum(line.endswith(".wav") for line in lines) == 10
    assert lines[-1] == "  … and 3 more"


@pytest.mark.parametrize(
    ("damage", "detail"),
    [
        ("not a number", "values that are no numbers"),
        ("empty", "no samples"),
        ("cut", "the file ends early"),
        ("text", "no readable audio"),
    ],
)
def test_what_is_corrupt_is_said(tmp_path, damage, detail):
    corpus = nsynth_corpus(tmp_path / "c", n=1)
    (path,) = (corpus / "audio").iterdir()
    if damage in ("not a number", "empty"):
        content = np.full(100 if damage == "not a number" else 0, np.nan, np.float32)
        soundfile.write(path, content, SR, subtype="FLOAT")
    else:
        path.write_bytes(path.read_bytes()[:20_000] if damage == "cut" else b"no sound at all")
    (finding,) = check(open_corpus(corpus)).corrupt
    assert (finding.path, finding.detail) == (path, detail)


def test_long_sounds_are_read_in_blocks(tmp_path, monkeypatch):
    folder = published_corpora.folders(tmp_path / "d", classes=("flute",), per_class=2)
    shutil.copy(folder / "flute" / "000.wav", folder / "flute" / "copy.wav")
    whole = check(open_corpus(folder))
    monkeypatch.setattr(check_module, "_BLOCK", 1000)
    assert check(open_corpus(folder)) == whole
    assert [one.key for one in whole.duplicate] == ["flute/copy.wav"]


def test_the_same_sound_in_another_format_is_a_duplicate(tmp_path):
    folder = published_corpora.folders(tmp_path / "d", per_class=2)
    y, sr = soundfile.read(folder / "flute" / "000.wav")
    soundfile.write(folder / "organ" / "same.flac", y, sr, subtype="PCM_16")
    (finding,) = check(open_corpus(folder)).duplicate
    detail = "the same sound as flute/000.wav, but organ here and flute there"
    assert (finding.key, finding.detail) == ("organ/same.flac", detail)


def test_folders_are_held_to_their_commonest_rate(tmp_path):
    folder = published_corpora.folders(tmp_path / "d", per_class=2)
    soundfile.write(folder / "organ" / "fast.wav", tone(440.0, 0.5, 48_000), 48_000)
    assert found_in(folder) == {("wrong_rate", "fast.wav")}


def test_fma_may_mix_rates(tmp_path):
    folder = published_corpora.fma(tmp_path / "f", per_genre=1, seconds=0.2)
    path = next((folder / "fma_small").rglob("*.mp3"))
    soundfile.write(path, tone(440.0, 0.5, 48_000), 48_000, format="MP3")
    assert found_in(folder) == set()


def test_irmas_labels_outside_the_list(tmp_path):
    folder = published_corpora.irmas(tmp_path / "i", per_class=2, tests=4, seconds=0.2)
    part = folder / "IRMAS-TestingData-Part1" / "Part1"
    (part / "(00) A made song-1.txt").write_text("cel\t\nkaz\t\n")
    (part / "(03) A made song-4.txt").write_text("\n")
    (folder / "IRMAS-TrainingData" / "tru").rename(folder / "IRMAS-TrainingData" / "kaz")
    report = check(open_corpus(folder))
    assert [one.detail for one in report.unknown_label] == ["kaz", "kaz", "kaz", "no label"]
    assert report.labels["kaz"] == 3
    assert len(report.problems) == 4


def test_a_genre_outside_the_list_and_a_missing_track(tmp_path):
    folder = published_corpora.fma(tmp_path / "f", per_genre=1, genres=("Rock", "Polka"), seconds=0.2)
    (folder / "fma_small" / "000" / "000002.mp3").unlink()
    assert found_in(folder) == {("missing", "000002.mp3"), ("unknown_label", "000702.mp3")}


def test_a_broken_list_is_one_sentence_and_status_1(tmp_path, capsys):
    corpus = nsynth_corpus(tmp_path / "c", n=2)
    listing = corpus / "examples.json"
    listing.write_text(listing.read_text()[:-30])
    assert main(["corpus", "check", str(corpus)]) == 1
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err == f"{listing} is damaged after the entry flute_acoustic_000-069-100.\n"


def test_explore_counts(tmp_path, capsys):
    corpus = manifest_corpus(
        tmp_path / "c", [{}, {"instrument": "bassoon", "midi_pitch": "40"}, {"family": "other"}]
    )
    lines = explore_lines(open_corpus(corpus).iter_entries())
    reed = next(line for line in lines if line.startswith("reed")).split()
    assert reed == ["reed", "2", "2", "2", "0", "0", "E2–A4"]
    assert lines[-1] == "3 sounds of 2 instruments"
    assert main(["corpus", "explore", str(corpus)]) == 0
    assert "someone/clips" in capsys.readouterr().out


def test_explore_counts_several_labels_and_parts(tmp_path):
    corpus = open_corpus(published_corpora.irmas(tmp_path / "i", per_class=1, tests=4, seconds=0.1))
    lines = explore_lines(corpus.iter_entries())
    assert next(line for line in lines if line.startswith("flu ")).split()[1] == "3"
    assert "parts: train 11, test 4" in lines
    assert lines[-1] == "15 sounds"
