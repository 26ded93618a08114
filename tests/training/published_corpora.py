# SPDX-License-Identifier: MIT
"""Small corpora for the tests, in exactly the forms in which NSynth, IRMAS and FMA are published.

Every sound is made here; each class has a timbre of its own, so that a recipe can learn something.
"""

from __future__ import annotations

import csv
import json
import zlib
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import soundfile

from desktop_app.domain.labels import FAMILIES, SOURCES
from desktop_app.training.corpora import QUALITIES

IRMAS_CLASSES = ("cel", "cla", "flu", "gac", "gel", "org", "pia", "sax", "tru", "vio", "voi")
IRMAS_GENRES = ("cla", "jaz_blu", "pop_roc", "cou_fol", "lat_sou")


def timbre(label: str, midi: float, seconds: float, sr: int, seed: int = 0) -> np.ndarray:
    """A tone, shape (n,), float32; partials and attack are the label's own, the seed varies it a little."""
    own = np.random.default_rng(zlib.crc32(label.encode()))
    slope, odd_only, decay_s = own.uniform(0.3, 2.5), own.random() < 0.4, own.uniform(0.2, 2.0)
    attack_s, noise = own.uniform(0.003, 0.12), own.uniform(0.0, 0.02)
    rng = np.random.default_rng([zlib.crc32(label.encode()), seed])
    time_s = np.arange(round(seconds * sr)) / sr
    f0_hz = 440.0 * 2 ** ((midi - 69 + rng.normal(0, 0.05)) / 12)
    y = noise * rng.standard_normal(time_s.shape[0])
    for k in range(1, 1 + int(min(12, 0.45 * sr / f0_hz)), 2 if odd_only else 1):
        y += k**-slope * rng.uniform(0.7, 1.3) * np.sin(2 * np.pi * k * f0_hz * time_s + rng.uniform(0, 6.28))
    y *= np.minimum(time_s / attack_s, 1.0) * np.exp(-time_s / decay_s)
    return (0.5 * y / np.abs(y).max()).astype(np.float32)


def nsynth_row(
    name: str, family: str, source: str, pitch: int, velocity: int, number: int
) -> dict[str, object]:
    """All fields of an entry of ``examples.json``; the name is ``family_source_000-pitch-velocity``."""
    instrument = name.rsplit("-", 2)[0]
    flags = [int((number >> k) & 1) for k in range(10)]
    return {
        "note": number,
        "note_str": name,
        "instrument": zlib.crc32(instrument.encode()) % 1006,
        "instrument_str": instrument,
        "pitch": pitch,
        "velocity": velocity,
        "sample_rate": 16000,
        "qualities": flags,
        "qualities_str": [word for word, flag in zip(QUALITIES, flags, strict=True) if flag],
        "instrument_family": FAMILIES.index(family),
        "instrument_family_str": family,
        "instrument_source": SOURCES.index(source),
        "instrument_source_str": source,
    }


def nsynth(
    folder: Path,
    notes: Mapping[str, int] | None = None,
    families: Sequence[str] = ("bass", "flute", "organ"),
    instruments: int = 2,
    seconds: float = 4.0,
) -> Path:
    """NSynth's three parts with so many notes each; no instrument is in two of ``train`` and the others.

    Returns
    -------
    Path
        The folder, with ``nsynth-train``, ``nsynth-valid`` and ``nsynth-test`` in it.
    """
    notes = {"train": 12, "valid": 6, "test": 6} if notes is None else notes
    for part, n_notes in notes.items():
        first = {"train": 0, "valid": 100, "test": 200}[part]
        _nsynth_part(folder / f"nsynth-{part}", n_notes, families, instruments, first, seconds)
    return folder


def _nsynth_part(
    folder: Path, n_notes: int, families: Sequence[str], instruments: int, first: int, seconds: float
) -> None:
    (folder / "audio").mkdir(parents=True)
    rows = {}
    for k in range(n_notes):
        family, turn = families[k % len(families)], k // len(families)
        number, source = first + turn % instruments, SOURCES[turn % instruments % 3]
        pitch, velocity = 48 + turn // instruments % 36, (25, 50, 75, 100, 127)[turn % 5]
        name = f"{family}_{source}_{number:03d}-{pitch:03d}-{velocity:03d}"
        rows[name] = nsynth_row(name, family, source, pitch, velocity, k)
        y = timbre(family, pitch, seconds, 16_000, seed=1000 * number + pitch)
        soundfile.write(folder / "audio" / f"{name}.wav", y, 16_000, subtype="PCM_16")
    (folder / "examples.json").write_text(json.dumps(rows), encoding="utf-8")


def irmas(
    folder: Path,
    per_class: int = 2,
    classes: Sequence[str] = IRMAS_CLASSES,
    tests: int = 4,
    seconds: float = 3.0,
) -> Path:
    """IRMAS: ``IRMAS-TrainingData`` with a folder per class, and ``IRMAS-TestingData-Part1`` to ``Part3``.

    Test sounds have one or two predominant instruments, a line each with the tab that the published
    files have.
    """
    for number, label in enumerate(classes):
        place = folder / "IRMAS-TrainingData" / label
        place.mkdir(parents=True)
        for k in range(per_class):
            song = k // 3  # up to three excerpts of each, as published
            drums = ("", "[dru]", "[nod]")[song % 3]  # not every published name says
            tags = f"[{label}]{drums}[{IRMAS_GENRES[song % 5]}]"
            name = f"{number:03d}__{tags}{song + 1:04d}__{k % 3 + 1}.wav"
            _stereo(place / name, timbre(label, 52 + k % 24, seconds, 44_100, seed=k))
    for k in range(tests):
        place = folder / f"IRMAS-TestingData-Part{k % 3 + 1}" / f"Part{k % 3 + 1}"
        place.mkdir(parents=True, exist_ok=True)
        labels = [classes[k % len(classes)], classes[(k + 1) % len(classes)]][: 1 + k % 2]
        y = sum(timbre(label, 55 + k, 2 * seconds, 44_100, seed=500 + k) for label in labels) / 2
        _stereo(place / f"(0{k}) A made song-{k + 1}.wav", np.asarray(y))
        text = "".join(f"{label}\t\n" for label in labels)
        (place / f"(0{k}) A made song-{k + 1}.txt").write_text(text, encoding="utf-8")
    return folder


def _stereo(path: Path, y: np.ndarray) -> None:
    soundfile.write(path, np.stack([y, 0.8 * y], axis=1), 44_100, subtype="PCM_16")


FMA_GROUPS = ("", "album", "album", "artist", "artist", "set", "set", "track", "track", "track", "track")
FMA_NAMES = ("", "id", "title", "id", "name", "split", "subset", "duration", "genre_top", "license", "title")


def fma(
    folder: Path,
    per_genre: int = 5,
    genres: Sequence[str] = ("Rock", "Folk", "Hip-Hop"),
    seconds: float = 3.0,
) -> Path:
    """FMA small: ``fma_metadata/tracks.csv`` with its three rows on top, and MP3s by number.

    A fifth of the tracks each are for validation and test. Two rows more are of the larger subsets,
    without sounds, and one has no top genre.
    """
    rows: list[list[object]] = []
    for k in range(per_genre * len(genres)):
        genre, turn = genres[k % len(genres)], k // len(genres)
        split = {3: "validation", 4: "test"}.get(turn % 5, "training")
        track = 2 + 700 * k  # crosses the thousands, as the published numbers do
        rows.append(_fma_row(track, split, "small", genre, artist=turn))
        path = folder / "fma_small" / f"{track // 1000:03d}" / f"{track:06d}.mp3"
        path.parent.mkdir(parents=True, exist_ok=True)
        y = np.resize(timbre(genre, 45 + k % 24, 1.0, 44_100, seed=k), round(seconds * 44_100))
        soundfile.write(path, np.stack([y, y], axis=1), 44_100, format="MP3")
    rows.append(_fma_row(99_001, "training", "medium", "Rock", artist=900))
    rows.append(_fma_row(99_002, "training", "large", "", artist=901))
    (folder / "fma_metadata").mkdir(parents=True)
    with (folder / "fma_metadata" / "tracks.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerows([FMA_GROUPS, FMA_NAMES, ["track_id"] + [""] * (len(FMA_NAMES) - 1)])
        writer.writerows(rows)
    return folder


def _fma_row(track: int, split: str, subset: str, genre: str, artist: int) -> list[object]:
    title = f'A "made" title,\nnumber {track}'
    return [track, 1, title, artist, "Nobody", split, subset, 30, genre, "Attribution", title]


def folders(folder: Path, classes: Sequence[str] = ("flute", "organ"), per_class: int = 3) -> Path:
    """A folder per class with a second of sound each."""
    for label in classes:
        (folder / label).mkdir(parents=True)
        for k in range(per_class):
            y = timbre(label, 57 + k, 1.0, 16_000, seed=k)
            soundfile.write(folder / label / f"{k:03d}.wav", y, 16_000, subtype="PCM_16")
    return folder
