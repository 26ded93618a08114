# SPDX-License-Identifier: MIT
"""Phrases to train pitch and notes on: sounds with the keys that made them.

A folder holds ``audio/*.wav`` (16 kHz, mono, 8 … 20 s) and ``index.jsonl``, one phrase a line: ``file``,
``kind``, ``bank``, ``preset``, ``program``, ``family``, ``notes`` (``[onset_s, offset_s, midi, velocity]``,
key down to key up, sorted) and, for contours, ``f0_hz`` every 10 ms (0 where nothing sounds). The phrases are
made in batches; each batch depends on the seed and its own number alone, so an interrupted run goes on, and a
longer one keeps what is there. ``parts/`` remembers the batches.
"""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import joblib
import numpy as np
import soundfile

from desktop_app.domain.frames import Float32Array
from desktop_app.training.corpus_files import write_json
from desktop_app.training.phrases.chords import chords
from desktop_app.training.phrases.contour import contour
from desktop_app.training.phrases.lines import VOLUME, Control, Line, Note, expression, melody, single_notes
from desktop_app.training.phrases.noise import DRUM_SHARE, drum_line, noise
from desktop_app.training.phrases.play import Part, Score, render_scores
from desktop_app.training.phrases.presets import MelodicPreset, drum_kits, melodic_presets
from desktop_app.training.phrases.synth import MAKERS, OwnInstrument
from desktop_app.training.rendering.presets import CorpusError, Preset
from desktop_app.training.rendering.presets_gm import Voice
from desktop_app.training.rendering.soundfont import SR
from desktop_app.training.rendering.voices import Rng

BATCH: Final = 16
LENGTH_S: Final = (8.0, 20.0)
PEAK_DB: Final = (-26.0, -1.0)
_SHARES: Final = {"melody": 0.58, "notes": 0.1, "chords": 0.2, "contour": 0.05, "none": 0.07}
_OWN_SHARE: Final = 0.18
_ROOM_SHARE: Final = 0.25
_MIXTURE_SHARE: Final = 0.4  # of the chords by a SoundFont
_WEIGHTS: Final = {"keyboard": 3.0}  # pianos are few among the presets and many in the world
_UNHEARD: Final = 10.0 ** (-66.0 / 20.0)  # below the phrase's peak: the preset has no such key
_SILENT_PEAK: Final = 1e-4

_Phrase = tuple[dict[str, Any], Float32Array]


@dataclass(frozen=True, slots=True)
class Player:
    """A SoundFont and what it has for phrases."""

    soundfont: Path
    presets: tuple[MelodicPreset, ...]
    kits: tuple[Preset, ...]


@dataclass(frozen=True, slots=True)
class _Job:
    """A phrase that waits for its SoundFont."""

    about: dict[str, Any]
    score: Score


def players_of(soundfonts: Sequence[Path]) -> list[Player]:
    """Read the presets of SoundFonts.

    Raises
    ------
    CorpusError
        When a file is no SoundFont, or has no preset that plays notes.
    """
    players = [Player(path, tuple(melodic_presets(path)), tuple(drum_kits(path))) for path in soundfonts]
    for player in players:
        if not player.presets:
            raise CorpusError(f"{player.soundfont} has no preset that plays notes at their keys.")
    return players


def make_phrases(folder: Path, soundfonts: Sequence[Path], hours: float, seed: int, jobs: int = 1) -> int:
    """Make, or go on to make, so many hours; the index is renewed as they grow. Returns their number.

    Raises
    ------
    CorpusError
        When a SoundFont cannot be read or played, or a program is missing.
    """
    players = players_of(soundfonts)
    for name in ("audio", "parts"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    n_batches = max(1, round(hours * 3600.0 / (BATCH * sum(LENGTH_S) / 2.0)))
    n_phrases, step = 0, 4 * jobs
    with joblib.Parallel(n_jobs=jobs) as parallel:
        for first in range(0, n_batches, step):
            numbers = range(first, min(first + step, n_batches))
            parallel(joblib.delayed(make_batch)(folder, players, seed, number) for number in numbers)
            n_phrases = _write_index(folder, _key(players, seed))
    return n_phrases


def make_batch(folder: Path, players: Sequence[Player], seed: int, number: int) -> None:
    """Make one batch unless it is there already from the same seed and SoundFonts."""
    key = _key(players, seed)
    part = folder / "parts" / f"{number:05d}.json"
    if part.is_file() and json.loads(part.read_text(encoding="utf-8"))["key"] == key:
        return
    listed = []
    for place, (about, y) in enumerate(_batch(players, np.random.default_rng([seed, number]), number)):
        name = f"audio/{seed}_{number:05d}_{place:02d}.wav"
        soundfile.write(folder / name, np.round(y * 32767.0).astype(np.int16), SR, subtype="PCM_16")
        listed.append({"file": name} | about)
    write_json(part, {"key": key, "phrases": listed})


def _key(players: Sequence[Player], seed: int) -> dict[str, Any]:
    """What a batch depends on besides its number."""
    return {"seed": seed, "soundfonts": [player.soundfont.name for player in players]}


def _write_index(folder: Path, key: dict[str, Any]) -> int:
    """Make ``index.jsonl`` of all batches that there are; returns the number of phrases."""
    parts = [
        json.loads(path.read_text(encoding="utf-8")) for path in sorted((folder / "parts").glob("*.json"))
    ]
    phrases = [one for part in parts if part["key"] == key for one in part["phrases"]]
    temporary = folder / "index.jsonl.part"
    temporary.write_text("".join(json.dumps(one) + "\n" for one in phrases), encoding="utf-8")
    os.replace(temporary, folder / "index.jsonl")
    return len(phrases)


def read_index(folder: Path) -> list[dict[str, Any]]:
    """The phrases of a folder, as in the module's description.

    Raises
    ------
    CorpusError
        When the folder has no index.
    """
    try:
        lines = (folder / "index.jsonl").read_text(encoding="utf-8").splitlines()
    except OSError as error:
        raise CorpusError(f"{folder} holds no index.jsonl of phrases.") from error
    return [json.loads(line) for line in lines]


def _batch(players: Sequence[Player], rng: Rng, number: int) -> list[_Phrase]:
    """The phrases of one batch; those of a SoundFont are all of one, in one run of FluidSynth."""
    player = _drawn_player(players, rng)
    done: list[_Phrase] = []
    waiting: list[_Job] = []
    for place in range(BATCH):
        kind, length_s = (
            str(rng.choice(list(_SHARES), p=list(_SHARES.values()))),
            float(rng.uniform(*LENGTH_S)),
        )
        if kind == "contour":
            done.append(_contour(rng, length_s))
        elif kind == "none":
            _add_no_notes(player, rng, length_s, done, waiting)
        elif player is None or rng.random() < _OWN_SHARE:
            done.append(_own(rng, kind, length_s, number * BATCH + place))
        else:
            waiting.append(_job(player, rng, kind, length_s))
    if player is not None and waiting:
        room, chorus = (rng.random(2) < [_ROOM_SHARE, 0.5]).tolist()
        scores = [job.score for job in waiting]
        sounds = render_scores(player.soundfont, scores, reverb=room, chorus=room and chorus)
        done += [(job.about, y) for job, y in zip(waiting, sounds, strict=True)]
    return [(_heard(about, y), _levelled(y, about["kind"], rng)) for about, y in done if _sounds(about, y)]


def _drawn_player(players: Sequence[Player], rng: Rng) -> Player | None:
    """A SoundFont, the oftener the more presets it has."""
    if not players:
        return None
    sizes = np.array([len(player.presets) for player in players], np.float64)
    return players[int(rng.choice(len(players), p=sizes / sizes.sum()))]


def _about(
    kind: str, bank: str, preset: str, program: int, family: str, notes: Sequence[Note]
) -> dict[str, Any]:
    rows = [[note.onset_s, note.offset_s, note.midi, note.velocity] for note in notes]
    about = {"kind": kind, "bank": bank, "preset": preset, "program": program, "family": family}
    return about | {"notes": rows}


def _contour(rng: Rng, length_s: float) -> _Phrase:
    made = contour(rng, length_s)
    about = _about("contour", "synthesised", f"contour {made.spectrum}", -1, "other", made.notes)
    return about | {"f0_hz": [round(float(hz), 3) for hz in made.f0_hz]}, made.y


def _add_no_notes(
    player: Player | None, rng: Rng, length_s: float, done: list[_Phrase], waiting: list[_Job]
) -> None:
    """Drums of the SoundFont, or one of our own sounds without notes."""
    if player is not None and player.kits and rng.random() < DRUM_SHARE:
        kit = player.kits[int(rng.integers(len(player.kits)))]
        score = Score((Part(kit, drum_line(rng, length_s)),), length_s)
        about = _about("drums", player.soundfont.stem, kit.name, kit.program, "not_an_instrument", ())
        waiting.append(_Job(about, score))
        return
    kind, title, y = noise(rng, length_s)
    done.append((_about(kind, "synthesised", title, -1, "not_an_instrument", ()), y))


def _own(rng: Rng, kind: str, length_s: float, number: int) -> _Phrase:
    instrument = OwnInstrument(int(rng.integers(len(MAKERS))), int(rng.integers(2**32)))
    notes = _notes(rng, kind, instrument.voice, length_s)
    y = instrument.render(Line(notes), length_s, rng)
    title, family = f"{instrument.title} {number}", instrument.voice.family
    return _about(kind, "synthesised", title, -1, family, notes), y


def _notes(rng: Rng, kind: str, voice: Voice, length_s: float) -> tuple[Note, ...]:
    if kind == "melody":
        return melody(rng, voice.low_midi, voice.high_midi, length_s)
    make = single_notes if kind == "notes" else chords
    return make(rng, voice.low_midi, voice.high_midi, length_s)


def _job(player: Player, rng: Rng, kind: str, length_s: float) -> _Job:
    if kind == "chords" and rng.random() < _MIXTURE_SHARE:
        return _mixture(player, rng, length_s)
    presets = [one for one in player.presets if one.is_chordal or kind != "chords"] or list(player.presets)
    weights = np.array([_WEIGHTS.get(one.voice.family, 1.0) for one in presets])
    chosen = presets[int(rng.choice(len(presets), p=weights / weights.sum()))]
    notes = _notes(rng, kind, chosen.voice, length_s)
    moves = expression(rng, notes, length_s, chosen.can_bend) if kind == "melody" else ()
    title, family = _title(chosen.preset), chosen.voice.family
    about = _about(kind, player.soundfont.stem, title, chosen.preset.program, family, notes)
    return _Job(about, Score((Part(chosen.preset, Line(notes, moves)),), length_s))


def _title(preset: Preset) -> str:
    return f"{preset.bank}:{preset.program} {preset.name}"


def _mixture(player: Player, rng: Rng, length_s: float) -> _Job:
    """Two to six instruments, each with a line of its own and a volume."""
    n = min(int(rng.choice([2, 2, 3, 3, 4, 5, 6])), len(player.presets))
    chosen = rng.choice(len(player.presets), n, replace=False)
    parts = tuple(_voice_of_mixture(player.presets[int(index)], rng, length_s) for index in chosen)
    notes = sorted(note for part in parts for note in part.line.notes)
    titles = " + ".join(_title(part.preset) for part in parts)
    about = _about("chords", player.soundfont.stem, titles, -1, "mixture", notes)
    return _Job(about, Score(parts, length_s))


def _voice_of_mixture(one: MelodicPreset, rng: Rng, length_s: float) -> Part:
    kind = "chords" if one.is_chordal and rng.random() < 0.2 else "melody"
    notes = _notes(rng, kind, one.voice, length_s)
    volume = Control(0.01, VOLUME, float(rng.uniform(70.0, 127.0)))
    return Part(one.preset, Line(notes, (volume, *expression(rng, notes, length_s, one.can_bend))))


def _sounds(about: dict[str, Any], y: Float32Array) -> bool:
    return about["kind"] == "silence" or float(np.abs(y).max(initial=0.0)) > _SILENT_PEAK


def _heard(about: dict[str, Any], y: Float32Array) -> dict[str, Any]:
    """Without the notes at which nothing sounds, since the preset has no such key."""
    peak = float(np.abs(y).max(initial=0.0))

    def is_heard(note: list[float]) -> bool:
        window = y[int(note[0] * SR) : int((min(note[1], note[0] + 0.5) + 0.05) * SR)]
        return float(np.abs(window).max(initial=0.0)) > _UNHEARD * peak

    return about | {"notes": [note for note in about["notes"] if is_heard(note)]}


def _levelled(y: Float32Array, kind: str, rng: Rng) -> Float32Array:
    """At a level drawn at random; silence stays as it is."""
    if kind == "silence":
        return y
    target = 10.0 ** (float(rng.uniform(*PEAK_DB)) / 20.0)
    return (y * (target / float(np.abs(y).max()))).astype(np.float32)
