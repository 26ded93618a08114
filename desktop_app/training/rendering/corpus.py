# SPDX-License-Identifier: MIT
"""From presets and own synthesis to a corpus in NSynth's format; can be interrupted and gone on with.

Every instrument's notes are listed in ``parts/INSTRUMENT.json`` once all of them are written, so that an
interrupted run goes on with the next instrument; ``examples.json`` is made of the parts at the end.

References
----------
Engel et al., "Neural Audio Synthesis of Musical Notes with WaveNet Autoencoders", ICML 2017 (the format).
"""

from __future__ import annotations

import hashlib
import json
import zlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final, Protocol

import joblib
import numpy as np
import soundfile

from desktop_app.domain.frames import Float32Array
from desktop_app.domain.labels import FAMILIES, NOT_AN_INSTRUMENT, SOURCES
from desktop_app.io.corpora.entry import QUALITIES
from desktop_app.training.corpus_files import write_json
from desktop_app.training.rendering.presets import BANKS, Bank, CorpusError, Preset, read_presets, voice_of
from desktop_app.training.rendering.presets_gm import Voice
from desktop_app.training.rendering.qualities import note_qualities
from desktop_app.training.rendering.soundfont import SR, PlayedNote, is_silent, render_notes

FAMILY_CODES: Final[tuple[str, ...]] = (*FAMILIES, NOT_AN_INSTRUMENT)
_UNKNOWN_BANK: Final = Bank("unknown", "unknown", "unknown", "unknown", "", False)


class Instrument(Protocol):
    """Something that plays notes; instances can be sent to another process."""

    @property
    def voice(self) -> Voice:
        """Family, source and range."""
        ...

    @property
    def bank(self) -> str:
        """The SoundFont or collection."""
        ...

    @property
    def bank_number(self) -> int:
        """MIDI bank, or the kind of an own sound."""
        ...

    @property
    def program(self) -> int:
        """MIDI programme, or the number within the kind."""
        ...

    @property
    def title(self) -> str:
        """The preset's name."""
        ...

    def render(self, notes: Sequence[PlayedNote]) -> list[Float32Array]:
        """Each note as 4 s at 16 kHz, shape (64000,)."""
        ...


@dataclass(frozen=True, slots=True)
class SoundFontInstrument:
    """A preset of a SoundFont."""

    soundfont: Path
    preset: Preset
    voice: Voice

    @property
    def bank(self) -> str:
        """The SoundFont's file name without suffix."""
        return self.soundfont.stem

    @property
    def bank_number(self) -> int:
        """MIDI bank."""
        return self.preset.bank

    @property
    def program(self) -> int:
        """MIDI programme, from 0."""
        return self.preset.program

    @property
    def title(self) -> str:
        """The preset's name."""
        return self.preset.name

    def render(self, notes: Sequence[PlayedNote]) -> list[Float32Array]:
        """Each note as 4 s at 16 kHz, shape (64000,)."""
        return render_notes(self.soundfont, self.preset, notes)


@dataclass(frozen=True, slots=True)
class NotePlan:
    """Which notes of an instrument are rendered.

    Attributes
    ----------
    pitch_step
        Semitones from one pitch to the next; the first is drawn by the seed.
    velocities
        MIDI velocities.
    velocities_per_pitch
        How many of them each pitch gets, drawn by the seed; 0 is all.
    max_pitches
        At most so many pitches; 0 is no limit.
    seed
        Makes the draw repeatable.
    """

    pitch_step: int = 1
    velocities: tuple[int, ...] = (25, 50, 75, 100, 127)
    velocities_per_pitch: int = 0
    max_pitches: int = 0
    seed: int = 0

    def notes(self, voice: Voice, instrument: str) -> list[PlayedNote]:
        """The notes of one instrument; its name takes part in the draw."""
        rng = np.random.default_rng([self.seed, zlib.crc32(instrument.encode())])
        span = voice.high_midi - voice.low_midi
        first = voice.low_midi + int(rng.integers(min(self.pitch_step, span + 1)))
        pitches = list(range(first, voice.high_midi + 1, self.pitch_step))
        if self.max_pitches and len(pitches) > self.max_pitches:
            pitches = sorted(int(p) for p in rng.choice(pitches, self.max_pitches, replace=False))
        n_each = self.velocities_per_pitch or len(self.velocities)
        n_each = min(n_each, len(self.velocities))
        drawn = [sorted(int(v) for v in rng.choice(self.velocities, n_each, replace=False)) for _ in pitches]
        return [PlayedNote(midi, v) for midi, some in zip(pitches, drawn, strict=True) for v in some]


def instrument_name(instrument: Instrument) -> str:
    """Unique across corpora, such as ``string_acoustic_FluidR3_GM_b000p040``; begins as NSynth's do."""
    voice = instrument.voice
    number = f"b{instrument.bank_number:03d}p{instrument.program:03d}"
    return f"{voice.family}_{voice.source}_{instrument.bank}_{number}"


def _example(instrument: Instrument, name: str, note: PlayedNote, y: Float32Array) -> dict[str, Any]:
    note_str = f"{name}-{note.midi:03d}-{note.velocity:03d}"
    voice, qualities = instrument.voice, note_qualities(y)
    return {
        "note": zlib.crc32(note_str.encode()),
        "note_str": note_str,
        "instrument": zlib.crc32(name.encode()),
        "instrument_str": name,
        "pitch": note.midi,
        "velocity": note.velocity,
        "sample_rate": SR,
        "qualities": list(qualities),
        "qualities_str": [word for word, flag in zip(QUALITIES, qualities, strict=True) if flag],
        "instrument_family": FAMILY_CODES.index(voice.family),
        "instrument_family_str": voice.family,
        "instrument_source": SOURCES.index(voice.source),
        "instrument_source_str": voice.source,
        "bank": instrument.bank,
        "preset": f"{instrument.bank_number}:{instrument.program} {instrument.title}",
    }


def render_instrument(instrument: Instrument, plan: NotePlan, corpus_dir: Path) -> int:
    """Write the notes of one instrument unless they are there already; returns how many are listed."""
    name = instrument_name(instrument)
    part, key = corpus_dir / "parts" / f"{name}.json", json.loads(json.dumps(asdict(plan)))
    if part.is_file():
        known = json.loads(part.read_text(encoding="utf-8"))
        if known["plan"] == key:
            return len(known["notes"])
    notes = plan.notes(instrument.voice, name)
    listed = []
    for note, y in zip(notes, instrument.render(notes), strict=True):
        if is_silent(y):
            continue
        example = _example(instrument, name, note, y)
        pcm = np.round(y * 32767.0).astype(np.int16)
        soundfile.write(corpus_dir / "audio" / f"{example['note_str']}.wav", pcm, SR, subtype="PCM_16")
        listed.append(example | {"sha256": hashlib.sha256(pcm.tobytes()).hexdigest()})
    write_json(part, {"plan": key, "notes": listed})
    return len(listed)


def soundfont_instruments(path: Path, wanted: Callable[[Preset], bool]) -> list[SoundFontInstrument]:
    """The presets of a SoundFont that belong to a family.

    Raises
    ------
    CorpusError
        When the file is no SoundFont.
    """
    bank = BANKS.get(path.stem, _UNKNOWN_BANK)
    voices = [(preset, voice_of(preset, bank)) for preset in read_presets(path) if wanted(preset)]
    return [SoundFontInstrument(path, preset, voice) for preset, voice in voices if voice is not None]


def render_corpus(instruments: Iterable[Instrument], plan: NotePlan, corpus_dir: Path, jobs: int = 1) -> int:
    """Render all instruments and write ``examples.json``; returns the number of notes in the corpus."""
    for folder in ("audio", "parts"):
        (corpus_dir / folder).mkdir(parents=True, exist_ok=True)
    joblib.Parallel(n_jobs=jobs)(
        joblib.delayed(render_instrument)(one, plan, corpus_dir) for one in instruments
    )
    return collect_examples(corpus_dir)


def _about_bank(name: str) -> dict[str, Any]:
    """Title, licence and so on of a bank, for the model card."""
    bank = BANKS.get(name, _UNKNOWN_BANK)
    return {
        "title": bank.title,
        "licence": bank.licence,
        "attribution": bank.attribution,
        "origin": bank.origin,
        "weights_ok": bank.weights_ok,
    }


def collect_examples(corpus_dir: Path) -> int:
    """Make ``examples.json`` and ``banks.json`` of the parts; of equal sounds only the first stays."""
    examples: dict[str, dict[str, Any]] = {}
    seen: set[str] = set()
    for part in sorted((corpus_dir / "parts").glob("*.json")):
        for example in json.loads(part.read_text(encoding="utf-8"))["notes"]:
            digest = example.pop("sha256")
            if digest in seen:
                (corpus_dir / "audio" / f"{example['note_str']}.wav").unlink(missing_ok=True)
                continue
            seen.add(digest)
            examples[example["note_str"]] = example
    if not examples:
        raise CorpusError(f"Nothing that sounds was rendered into {corpus_dir}.")
    write_json(corpus_dir / "examples.json", examples)
    banks = {example["bank"] for example in examples.values()}
    write_json(corpus_dir / "banks.json", {bank: _about_bank(bank) for bank in sorted(banks)})
    return len(examples)
