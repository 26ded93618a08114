# SPDX-License-Identifier: MIT
"""What there is to learn from: notes in NSynth's format, or clips with a manifest.

References
----------
Engel et al., "Neural Audio Synthesis of Musical Notes with WaveNet Autoencoders", ICML 2017 (the format).
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import soundfile

from desktop_app.domain.frames import Float32Array
from desktop_app.domain.labels import NOT_AN_INSTRUMENT
from desktop_app.dsp.resample import resample
from desktop_app.io.corpora.entry import Entry
from desktop_app.io.corpora.facts import TRUSTED_PITCH, is_unassigned, piano_pitch
from desktop_app.io.corpora.nsynth import NsynthCorpus
from desktop_app.training.rendering.presets import CorpusError


@dataclass(frozen=True, slots=True)
class Item:
    """One sound and what is known of it.

    Attributes
    ----------
    path
        The audio file.
    family
        One of the eleven families or ``not_an_instrument``.
    source
        acoustic, electronic or synthetic; None where unknown or where it is no instrument.
    midi
        Sounding pitch, 21 … 108; None where unknown, not trusted or outside.
    instrument
        Unique across corpora.
    bank
        The SoundFont, or the collection the clip was published in.
    kind
        note, phrase, poly or genre.
    weights_ok
        Whether the licence lets weights that ship be trained on it.
    velocity
        MIDI velocity, where known.
    """

    path: Path
    family: str
    source: str | None
    midi: int | None
    instrument: str
    bank: str
    kind: str
    weights_ok: bool
    velocity: int | None


def load_items(corpus_dir: Path) -> list[Item]:
    """The sounds of a folder in NSynth's format, all parts of it, or with ``manifest.csv``.

    Raises
    ------
    CorpusError
        When the folder is neither, or its list is damaged.
    """
    if NsynthCorpus.is_at(corpus_dir):
        return [
            _note(entry) for entry in sorted(NsynthCorpus(corpus_dir).iter_entries(), key=lambda e: e.key)
        ]
    manifest = corpus_dir / "manifest.csv"
    try:
        if manifest.is_file():
            return _load_manifest(manifest)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise CorpusError(f"The list of sounds in {corpus_dir} is damaged.") from error
    raise CorpusError(f"{corpus_dir} has neither examples.json nor manifest.csv.")


def is_recorded(corpus_dir: Path) -> bool:
    """Whether the folder holds real recordings with a manifest rather than notes in NSynth's format."""
    return not NsynthCorpus.is_at(corpus_dir)


def read_mono(path: Path, sr: int) -> Float32Array:
    """A whole sound as mono at a rate, shape (n,).

    Raises
    ------
    CorpusError
        When the file cannot be read as audio.
    """
    try:
        y, from_sr = soundfile.read(path, dtype="float32", always_2d=True)
    except (OSError, soundfile.LibsndfileError) as error:
        raise CorpusError(f"{path} could not be read as audio.") from error
    return resample(y.mean(axis=1), from_sr, sr)


def _note(entry: Entry) -> Item:
    return Item(
        path=entry.path,
        family=entry.labels[0],
        source=entry.source,
        midi=entry.midi,
        instrument=entry.instrument or "",
        bank=entry.bank,
        kind="note",
        weights_ok=entry.weights_ok,
        velocity=entry.velocity,
    )


def _load_manifest(listing: Path) -> list[Item]:
    with listing.open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    return [_manifest_item(listing.parent, row) for row in rows if not is_unassigned(row)]


def _manifest_item(folder: Path, row: Mapping[str, str]) -> Item:
    family = NOT_AN_INSTRUMENT if row["family"] == "other" else row["family"]
    is_instrument = family != NOT_AN_INSTRUMENT
    is_pitched = is_instrument and row["midi_pitch"] != "" and row["pitch_check"] in TRUSTED_PITCH
    return Item(
        path=folder / row["clip"],
        family=family,
        source=row["source"] if is_instrument else None,
        midi=piano_pitch(row["midi_pitch"]) if is_pitched else None,
        instrument=f"{row['source_repo']}/{row['instrument']}",
        bank=row["source_repo"],
        kind=row["kind"],
        weights_ok=row["weights_ok"] == "yes",
        velocity=None,
    )
