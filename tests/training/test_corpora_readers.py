# SPDX-License-Identifier: MIT
from __future__ import annotations

import io
import json
from collections import Counter
from pathlib import Path
from unittest.mock import MagicMock, patch

import published_corpora
import pytest
from corpus_maker import manifest_corpus, nsynth_corpus
from hypothesis import given
from hypothesis import strategies as st

from desktop_app.io.corpora import json_stream
from desktop_app.io.corpora.json_stream import iter_json_entries
from desktop_app.training.corpora import QUALITIES, open_corpus
from desktop_app.training.rendering.presets import CorpusError


def entries_of(folder, part=None):
    return list(open_corpus(folder).iter_entries(part))


def by_key(folder):
    return {entry.key: entry for entry in entries_of(folder)}


def test_nsynth_has_every_published_field(tmp_path):
    corpus = open_corpus(published_corpora.nsynth(tmp_path / "n", seconds=0.1))
    assert (corpus.kind, corpus.name, corpus.rate, len(corpus)) == ("nsynth", "n", 16_000, 24)
    assert {entry.labels[0] for entry in corpus.iter_entries()} <= set(corpus.classes)
    entry = by_key(tmp_path / "n")["flute_electronic_001-048-050"]
    assert entry.path == tmp_path / "n/nsynth-train/audio/flute_electronic_001-048-050.wav"
    assert entry.path.is_file()
    assert (entry.labels, entry.family, entry.source) == (("flute",), "flute", "electronic")
    assert entry.kind == "note"
    assert (entry.instrument, entry.midi, entry.velocity) == ("nsynth/flute_electronic_001", 48, 50)
    assert (entry.part, entry.bank, entry.weights_ok) == ("train", "nsynth", True)
    assert entry.qualities == (0, 0, 1, 0, 0, 0, 0, 0, 0, 0)  # the fifth note: number 4 in binary
    assert QUALITIES[entry.qualities.index(1)] == "distortion"


def test_nsynth_parts_are_told_apart(tmp_path):
    folder = published_corpora.nsynth(tmp_path / "n", seconds=0.1)
    assert Counter(entry.part for entry in entries_of(folder)) == {"train": 12, "valid": 6, "test": 6}
    train, valid = ({entry.instrument for entry in entries_of(folder, part)} for part in ("train", "valid"))
    assert train.isdisjoint(valid)
    alone = open_corpus(folder / "nsynth-valid")
    assert [entry.part for entry in alone.iter_entries()] == ["valid"] * 6
    assert len(alone) == 6


def test_rendered_notes_name_their_bank(tmp_path):
    folder = nsynth_corpus(tmp_path / "c", bank="FluidR3_GM", preset="0:18 Rock Organ", n=2)
    entry = entries_of(folder)[0]
    assert (entry.bank, entry.part, entry.weights_ok) == ("FluidR3_GM", "", True)
    assert entry.midi is None  # this preset sounds octaves away from its key
    assert entry.qualities == ()
    assert not entries_of(nsynth_corpus(tmp_path / "d", bank="unheard of"))[0].weights_ok


def test_irmas_training_classes_come_from_folders_and_tags(tmp_path):
    corpus = open_corpus(published_corpora.irmas(tmp_path / "i", per_class=4, seconds=0.1))
    assert (corpus.kind, corpus.rate, len(corpus)) == ("irmas", 44_100, 48)
    assert len(corpus.classes) == 11
    train = list(corpus.iter_entries("train"))
    assert Counter(entry.labels for entry in train) == {(label,): 4 for label in corpus.classes}
    clarinets = [entry for entry in train if entry.labels == ("cla",)]
    # The class and a genre are both called cla.
    assert Counter(entry.genre for entry in clarinets) == {"cla": 3, "jaz_blu": 1}
    assert sorted(Counter(entry.group for entry in clarinets).values()) == [1, 3]
    assert {entry.family for entry in clarinets} == {"reed"}
    assert not any(entry.weights_ok for entry in train)


def test_irmas_excerpts_of_one_recording_share_a_group(tmp_path):
    place = tmp_path / "cel"
    place.mkdir()
    for name in ("[cel][cla]0001__1", "[cel][cla]0001__2", "008__[cel][nod][cla]0058__1"):
        (place / f"{name}.wav").touch()
    groups = [entry.group for entry in entries_of(tmp_path)]
    assert groups[1] == groups[2] != groups[0]


def test_irmas_tests_have_several_labels(tmp_path):
    folder = published_corpora.irmas(tmp_path / "i", per_class=1, tests=4, seconds=0.1)
    tests = entries_of(folder, "test")
    assert [entry.labels for entry in tests] == [("cel",), ("gac", "gel"), ("cla", "flu"), ("flu",)]
    assert all(entry.path.is_file() for entry in tests)
    assert [entry.labels for entry in entries_of(folder / "IRMAS-TestingData-Part2")] == [("cla", "flu")]
    assert entries_of(folder, "valid") == []


def test_irmas_keeps_a_missing_sound_and_a_label_file_without_labels(tmp_path):
    folder = published_corpora.irmas(tmp_path / "i", per_class=1, tests=7, seconds=0.1)
    part = folder / "IRMAS-TestingData-Part1" / "Part1"
    (part / "(00) A made song-1.wav").unlink()
    (part / "(03) A made song-4.txt").write_text("\n")
    (part / "README.txt").write_text("Thank you for listening.\n")
    first, second, third = [entry for entry in entries_of(folder, "test") if "Part1" in entry.key]
    assert not first.path.is_file()
    assert second.labels == ("",)
    assert third.labels == ("pia",)


def test_texts_beside_sounds_are_not_always_labels(tmp_path):
    folder = published_corpora.folders(tmp_path / "d", classes=("flute",), per_class=2)
    (folder / "flute" / "000.wav").with_suffix(".txt").write_text("recorded in a hall\n")
    assert open_corpus(folder).kind == "folders"
    (folder / "flute" / "000.wav").with_suffix(".txt").write_text("flu\n")
    assert open_corpus(folder).kind == "irmas"


def test_fma_is_read_through_its_three_rows(tmp_path):
    corpus = open_corpus(published_corpora.fma(tmp_path / "f", seconds=0.1))
    assert (corpus.kind, corpus.rate, len(corpus)) == ("fma", None, 15)
    entries = {entry.key: entry for entry in corpus.iter_entries()}
    first = entries["fma_small/000/000002.mp3"]
    assert (first.labels, first.part, first.family) == (("Rock",), "train", None)
    assert first.group == "artist 0"
    assert all(entry.path.is_file() for entry in entries.values())
    parts = Counter((entry.part, entry.genre) for entry in entries.values())
    assert parts["valid", "Folk"] == parts["test", "Hip-Hop"] == 1
    assert parts["train", "Folk"] == 3


def test_fma_medium_holds_the_small_subset_too(tmp_path):
    folder = published_corpora.fma(tmp_path / "f", per_genre=1, seconds=0.1)
    (folder / "fma_medium").mkdir()
    entries = entries_of(folder)
    assert len(entries) == 4  # the medium one, but not the large one without a genre
    assert entries[-1].key == "fma_medium/099/099001.mp3"


def test_folders_are_classes(tmp_path):
    corpus = open_corpus(published_corpora.folders(tmp_path / "d", classes=("flute", "kazoo")))
    assert (corpus.kind, corpus.classes, len(corpus)) == ("folders", ("flute", "kazoo"), 6)
    assert [(entry.labels[0], entry.family) for entry in corpus.iter_entries()][2:4] == [
        ("flute", "flute"),
        ("kazoo", None),
    ]


def test_folders_may_lie_in_parts(tmp_path):
    for part in ("train", "test"):
        published_corpora.folders(tmp_path / part)
    entries = entries_of(tmp_path)
    assert Counter(entry.part for entry in entries) == {"train": 6, "test": 6}
    assert open_corpus(tmp_path).classes == ("flute", "organ")
    assert entries_of(tmp_path, "test")[0].key == "test/flute/000.wav"


@pytest.mark.parametrize("content", ["nothing", "folders without sounds", "no folder"])
def test_what_is_no_corpus_is_refused_in_one_sentence(tmp_path, content):
    folder = tmp_path / "c"
    if content != "no folder":
        folder.mkdir()
    if content == "folders without sounds":
        (folder / "texts").mkdir()
        (folder / "texts" / "a.txt").write_text("a")
    with pytest.raises(CorpusError, match=r"^(There is no folder|.* holds no corpus).*\.$"):
        open_corpus(folder)


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("", "at its start"),
        ("[]", "at its start"),
        ('{"a": 1}', "at its start"),
        ('{"a": {"b": 1}, ', "after the entry a"),
        ('{"a": {"b": 1} "c": {}}', "after the entry a"),
        ('{"a": {"b": 1}, "c": {"d": }}', "after the entry a"),
        ('{"a": {}} and more', "after the entry a"),
        ('{"a": {}, "b": {"c": "' + "x" * 3_000_000, "after the entry a"),
        ('{"a": {}, "b": {"c": ' + "[" * 200_000, "after the entry a"),
    ],
)
def test_a_broken_list_is_refused_with_the_place(tmp_path, text, where):
    path = tmp_path / "examples.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(CorpusError, match=f"examples.json is damaged {where}"):
        list(iter_json_entries(path))


def test_a_list_that_is_no_text_is_refused(tmp_path):
    (tmp_path / "examples.json").write_bytes(b'{"a": {}, "\xff\xfe": {}}')
    with pytest.raises(CorpusError, match="is damaged"):
        entries_of(tmp_path)


@pytest.mark.parametrize(
    "change", [{"pitch": "high"}, {"pitch": float("inf")}, {"qualities": [1]}, {"velocity": None}]
)
def test_a_damaged_entry_is_named(tmp_path, change):
    folder = nsynth_corpus(tmp_path / "c", n=1, **change)
    with pytest.raises(CorpusError, match="damaged at the entry flute_acoustic_000-069-100"):
        entries_of(folder)


@pytest.mark.parametrize("indent", [None, 1])
def test_entries_are_the_same_as_read_at_once(tmp_path, indent):
    rows = {f"näme {k}": {"text": '}{"\\' * (k % 7), "list": [[k], {"a": None}]} for k in range(5000)}
    path = tmp_path / "examples.json"
    path.write_text(json.dumps(rows, indent=indent, ensure_ascii=False), encoding="utf-8")
    assert path.stat().st_size > 2 * (1 << 16)  # several chunks
    assert dict(iter_json_entries(path)) == rows
    path.write_text(" {\n} ", encoding="utf-8")
    assert list(iter_json_entries(path)) == []


_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)


@given(
    rows=st.dictionaries(st.text(), st.dictionaries(st.text(), _VALUES, max_size=3), max_size=6),
    chunk=st.integers(1, 40),
    indent=st.sampled_from([None, 0, 2]),
)
def test_entries_do_not_depend_on_where_chunks_end(rows, chunk, indent):
    text = json.dumps(rows, indent=indent, ensure_ascii=False)
    path = MagicMock(spec=Path)
    path.open.return_value.__enter__.return_value = io.StringIO(text)
    with patch.object(json_stream, "_CHUNK", chunk):
        assert dict(iter_json_entries(path)) == rows


@pytest.mark.parametrize("damage", ["header", "row", "quote"])
def test_a_damaged_tracks_csv_is_refused_with_the_place(tmp_path, damage):
    folder = published_corpora.fma(tmp_path / "f", per_genre=1, seconds=0.1)
    path = folder / "fma_metadata" / "tracks.csv"
    text = path.read_text(encoding="utf-8")
    broken = {
        "header": text.replace("track_id", "number"),
        "row": text + "12,cut\n",
        "quote": text + '12,"never closed',
    }
    path.write_text(broken[damage], encoding="utf-8")
    where = "in its three header rows" if damage == "header" else r"in its line \d+"
    with pytest.raises(CorpusError, match=f"tracks.csv is damaged {where}"):
        entries_of(folder)


def test_fma_without_sounds_is_refused(tmp_path):
    folder = published_corpora.fma(tmp_path / "f", per_genre=1, seconds=0.1)
    (folder / "fma_small").rename(folder / "elsewhere")
    with pytest.raises(CorpusError, match="none of fma_small"):
        entries_of(folder)


def test_a_part_without_its_list_is_refused(tmp_path):
    folder = published_corpora.nsynth(tmp_path / "n", seconds=0.1)
    (folder / "nsynth-train" / "examples.json").unlink()
    with pytest.raises(CorpusError, match=r"nsynth-train holds no examples\.json"):
        entries_of(folder)


def test_a_folder_of_corpora_is_refused(tmp_path):
    for name in ("dev", "train"):
        manifest_corpus(tmp_path / name, [{}])
    with pytest.raises(CorpusError, match=r"corpora lie in it: dev, train\.$"):
        open_corpus(tmp_path)
