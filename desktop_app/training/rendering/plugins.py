# SPDX-License-Identifier: MIT
"""Notes of open synthesisers' factory patches, where they sound as one note of the key."""

from __future__ import annotations

import shutil
import tempfile
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from desktop_app.domain.errors import CorpusError
from desktop_app.domain.frames import Float32Array
from desktop_app.dsp.resample import resample
from desktop_app.training.rendering.plugins_families import goes_on, voice_of_patch
from desktop_app.training.rendering.plugins_patches import RENDER_SR, Patch, patches_of, run_plugin
from desktop_app.training.rendering.plugins_pitch import HeardNote, hear
from desktop_app.training.rendering.presets_gm import Voice
from desktop_app.training.rendering.presets_zyn import zyn_configuration
from desktop_app.training.rendering.soundfont import CLIP_S, HELD_S, SILENCE_PEAK, SR, PlayedNote, fit_clip

_PEAK: Final = 0.7
_MIN_KEPT: Final = 0.5


@dataclass(frozen=True, slots=True)
class PluginInstrument:
    """A patch that imitates an instrument.

    Attributes
    ----------
    patch
        The sound.
    voice
        The probable family, with source and range.
    """

    patch: Patch
    voice: Voice

    @property
    def bank(self) -> str:
        """The collection of patches."""
        return self.patch.collection

    @property
    def bank_number(self) -> int:
        """The patch's bank or folder."""
        return self.patch.number[0]

    @property
    def program(self) -> int:
        """The number within it."""
        return self.patch.number[1]

    @property
    def title(self) -> str:
        """The patch's name."""
        return self.patch.title

    def render(self, notes: Sequence[PlayedNote]) -> list[Float32Array]:
        """Each note as 4 s at 16 kHz, shape (64000,); silence for those that do not sound as one note.

        Where a patch sounds octaves above or below its keys, other keys are played, so that what is heard
        is the note that was asked for. Of a patch that mostly fails, every note is silence.
        """
        clips = play_patch(self.patch, notes)
        heard = [hear(y) for y in clips]
        octaves = _octaves_off(heard, notes)
        if octaves:
            moved = [PlayedNote(note.midi - 12 * octaves, note.velocity) for note in notes]
            clips = play_patch(self.patch, moved)
            heard = [hear(y) for y in clips]
        kept = [self._is_right(one, note) for one, note in zip(heard, notes, strict=True)]
        if sum(kept) < _MIN_KEPT * len(notes):
            kept = [False] * len(notes)
        return [y if is_kept else np.zeros_like(y) for y, is_kept in zip(clips, kept, strict=True)]

    def _is_right(self, heard: HeardNote, note: PlayedNote) -> bool:
        return (
            heard.octaves_off(note.midi) == 0
            and heard.is_struck_once()
            and (goes_on(self.title) or heard.goes_on_as(self.voice.family))
        )


def _octaves_off(heard: Sequence[HeardNote], notes: Sequence[PlayedNote]) -> int:
    """By how many octaves most notes sound above their keys."""
    found = Counter(one.octaves_off(note.midi) for one, note in zip(heard, notes, strict=True))
    found.pop(None, None)
    return int(found.most_common(1)[0][0] or 0) if found else 0


def play_patch(patch: Patch, notes: Sequence[PlayedNote]) -> list[Float32Array]:
    """Each note as 4 s at 16 kHz, shape (64000,), the loudest of them at -3 dBFS; silence where it fails."""
    n_samples = int(CLIP_S * RENDER_SR)
    try:
        with tempfile.TemporaryDirectory(prefix="right-in-tune-") as folder:
            raw = _played(patch, notes, Path(folder), n_samples)
    except CorpusError:  # one patch that crashes its synthesiser is no reason to stop
        raw = np.zeros((len(notes), n_samples), np.float32)
    peak = float(np.abs(raw).max(initial=0.0))
    scale = _PEAK / peak if peak > SILENCE_PEAK else 0.0
    return [fit_clip(resample(y * np.float32(scale), RENDER_SR, SR)) for y in raw]


def _played(patch: Patch, notes: Sequence[PlayedNote], home: Path, n_samples: int) -> Float32Array:
    if patch.sound is not None:
        bank = home / "banks" / "one"
        bank.mkdir(parents=True)
        shutil.copy(patch.sound, bank / "0001-sound.xiz")
        (home / ".zynaddsubfxXML.cfg").write_text(zyn_configuration(bank.parent), encoding="utf-8")
    out = home / "notes.npy"
    request = {
        "library": str(patch.library),
        "sr": RENDER_SR,
        "configure": patch.configure,
        "controls": patch.controls,
        "controllers": patch.controllers,
        "bank": patch.select[0],
        "program": patch.select[1],
        "notes": [(min(max(note.midi, 0), 127), note.velocity) for note in notes],
        "n_held": int(HELD_S * RENDER_SR),
        "n_samples": n_samples,
        "out": str(out),
    }
    run_plugin(request, home)
    played: Float32Array = np.load(out, allow_pickle=False)
    return played


def plugin_instruments(synths: Iterable[str]) -> list[PluginInstrument]:
    """The patches of some synthesisers that imitate an instrument of a family.

    Raises
    ------
    CorpusError
        When a synthesiser is not installed.
    """
    voiced = [
        (patch, voice_of_patch(patch.title, patch.folder)) for synth in synths for patch in patches_of(synth)
    ]
    return [PluginInstrument(patch, voice) for patch, voice in voiced if voice is not None]
