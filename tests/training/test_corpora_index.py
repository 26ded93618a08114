# SPDX-License-Identifier: MIT
from __future__ import annotations

import time
from collections import Counter

import numpy as np
import published_corpora
import pytest
from corpus_maker import manifest_corpus

from desktop_app.domain.errors import CorpusError
from desktop_app.io.corpora import index, open_corpus
from desktop_app.io.corpora.index import open_index
from desktop_app.io.corpora.index_filter import Filter


@pytest.fixture
def nsynth(tmp_path):
    return open_corpus(published_corpora.nsynth(tmp_path / "n", seconds=0.05))


@pytest.mark.parametrize("form", ["nsynth", "irmas", "fma", "folders", "manifest"])
def test_every_form_comes_back_whole_and_in_order(tmp_path, form):
    if form == "manifest":
        folder = manifest_corpus(tmp_path / form, [{}, {"family": "other"}, {"midi_pitch": ""}])
    else:
        folder = getattr(published_corpora, form)(tmp_path / form)
    corpus = open_corpus(folder)
    with open_index(corpus, tmp_path / "cache") as rows:
        assert [rows.entry(number) for number in range(len(rows))] == list(corpus.iter_entries())
        with pytest.raises(IndexError):
            rows.entry(len(rows))


@pytest.mark.parametrize(
    ("wanted", "is_wanted"),
    [
        (Filter(), lambda e: True),
        (Filter(families=frozenset({"bass", "flute"})), lambda e: e.family != "organ"),
        (Filter(sources=frozenset({"electronic"})), lambda e: e.source == "electronic"),
        (Filter(parts=frozenset({"valid", "test"})), lambda e: e.part != "train"),
        (Filter(banks=frozenset({"elsewhere"})), lambda e: False),
        (Filter(labels=frozenset({"organ"})), lambda e: e.labels == ("organ",)),
        (Filter(midi=(49, 60)), lambda e: 49 <= e.midi <= 60),
        (Filter(qualities=frozenset({"bright", "dark"})), lambda e: e.qualities[:2] == (1, 1)),
        (Filter(text="FLUTE_acoustic"), lambda e: e.key.startswith("flute_acoustic")),
        (
            Filter(parts=frozenset({"train"}), sources=frozenset({"acoustic"}), midi=(48, 48)),
            lambda e: e.part == "train" and e.source == "acoustic" and e.midi == 48,
        ),
    ],
)
def test_filters(nsynth, tmp_path, wanted, is_wanted):
    expected = [number for number, entry in enumerate(nsynth.iter_entries()) if is_wanted(entry)]
    with open_index(nsynth, tmp_path) as rows:
        found = rows.numbers(wanted)
    assert found.dtype == np.int32
    assert found.tolist() == expected


def test_a_filter_by_one_of_several_labels(tmp_path):
    corpus = open_corpus(published_corpora.irmas(tmp_path / "i", per_class=1, seconds=0.05))
    with open_index(corpus, tmp_path) as rows:
        wanted = Filter(labels=frozenset({"gel"}), parts=frozenset({"test"}))
        assert [rows.entry(n).labels for n in rows.numbers(wanted)] == [("gac", "gel")]


def test_an_unknown_quality_or_column_is_refused(nsynth, tmp_path):
    with open_index(nsynth, tmp_path) as rows:
        with pytest.raises(ValueError, match="loud"):
            rows.numbers(Filter(qualities=frozenset({"loud"})))
        with pytest.raises(ValueError, match="columns"):
            rows.counts("key")


def test_counts_are_those_of_the_entries(nsynth, tmp_path):
    entries = list(nsynth.iter_entries())
    with open_index(nsynth, tmp_path) as rows:
        assert rows.counts("family", "source") == Counter((e.family, e.source) for e in entries)
        flutes = rows.counts("midi", wanted=Filter(families=frozenset({"flute"})))
        assert flutes == Counter((e.midi,) for e in entries if e.family == "flute")


def test_it_is_made_once_and_again_only_when_the_list_changes(nsynth, tmp_path, monkeypatch):
    told = []
    monkeypatch.setattr(index, "_PROGRESS_EVERY", 10)
    open_index(nsynth, tmp_path / "cache", told.append).close()
    assert told == [0, 10, 20]
    open_index(nsynth, tmp_path / "cache", told.append).close()
    assert told == [0, 10, 20]
    listing = nsynth.folder / "nsynth-test" / "examples.json"
    listing.write_text("{}", encoding="utf-8")
    with open_index(nsynth, tmp_path / "cache", told.append) as rows:
        assert len(rows) == 18
    assert len(list((tmp_path / "cache").iterdir())) == 1


def test_a_new_sound_in_a_folder_is_seen(tmp_path):
    corpus = open_corpus(published_corpora.folders(tmp_path / "d"))
    with open_index(corpus, tmp_path / "cache") as rows:
        assert len(rows) == 6
    (tmp_path / "d" / "organ" / "new.wav").touch()
    with open_index(corpus, tmp_path / "cache") as rows:
        assert len(rows) == 7


@pytest.mark.parametrize("content", [b"", b"no database at all, but long enough to be looked at" * 50])
def test_a_damaged_index_is_made_again(nsynth, tmp_path, content):
    cache = tmp_path / "cache"
    open_index(nsynth, cache).close()
    next(cache.iterdir()).write_bytes(content)
    with open_index(nsynth, cache) as rows:
        assert len(rows) == 24


def test_a_broken_list_leaves_nothing_behind(nsynth, tmp_path):
    (nsynth.folder / "nsynth-valid" / "examples.json").write_text("{", encoding="utf-8")
    with pytest.raises(CorpusError, match="damaged"):
        open_index(nsynth, tmp_path / "cache")
    assert list((tmp_path / "cache").iterdir()) == []


def test_what_progress_raises_ends_the_making(nsynth, tmp_path):
    def stop(_):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        open_index(nsynth, tmp_path / "cache", stop)
    assert list((tmp_path / "cache").iterdir()) == []


def test_a_cache_that_cannot_be_written_is_one_sentence(nsynth, tmp_path):
    (tmp_path / "cache").write_text("a file, no folder")
    with pytest.raises(CorpusError, match="could not be written"):
        open_index(nsynth, tmp_path / "cache")


def test_a_full_disk_is_one_sentence_and_leaves_nothing_behind(nsynth, tmp_path, monkeypatch):
    # SQLite then says that the disk is full.
    monkeypatch.setattr(index, "_TABLE", f"PRAGMA max_page_count = 2; {index._TABLE}")
    with pytest.raises(CorpusError, match="could not be written"):
        open_index(nsynth, tmp_path / "cache")
    assert list((tmp_path / "cache").iterdir()) == []


def test_rows_are_fast(nsynth, tmp_path):
    with open_index(nsynth, tmp_path) as rows:
        start_s = time.perf_counter()
        for number in range(20):
            rows.entry(number)
        assert (time.perf_counter() - start_s) / 20 < 0.005
