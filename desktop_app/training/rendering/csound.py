# SPDX-License-Identifier: MIT
"""Notes of physical models through Csound; random numbers make each draw of a model another instrument.

The orchestras of this package say how sounds are made. A note that does not sound at its pitch is played
once more at a corrected frequency, as a player would, and left out when that did not help.
"""

from __future__ import annotations

import math
import os
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import soundfile

from desktop_app.domain.frames import Float32Array
from desktop_app.domain.pitch import midi_to_hz
from desktop_app.dsp.resample import resample
from desktop_app.training.rendering.csound_models import MODELS, Model
from desktop_app.training.rendering.csound_tuning import off_cents, speaks
from desktop_app.training.rendering.presets import CorpusError
from desktop_app.training.rendering.presets_gm import Voice
from desktop_app.training.rendering.soundfont import CLIP_S, SR, PlayedNote, fit_clip
from desktop_app.training.rendering.voices import Signal
from desktop_app.training.rendering.voices_touch import bend, draw_body, draw_held_s, draw_touch, through_body

ORCHESTRAS: Final = Path(__file__).parent / "orchestras"
_RENDER_SR: Final = 32_000  # as in orchestras/common.inc
_SLOT_S: Final = 4.5
_TIME_LIMIT_S: Final = 60
_RAW_WAVES: Final = "/usr/share/stk/rawwaves"  # of Debian's package stk
_N_DRAWS: Final = 10
_CENTS_LEFT_ALONE: Final = 8.0
_CENTS_REFUSED: Final = 40.0


@dataclass(frozen=True, slots=True)
class CsoundInstrument:
    """One draw of a physical model.

    Attributes
    ----------
    bank_number
        The model's place in the list.
    program
        The number of the draw.
    seed
        Makes another set of instruments.
    """

    bank_number: int
    program: int
    seed: int

    @property
    def bank(self) -> str:
        """Always ``csound``."""
        return "csound"

    @property
    def title(self) -> str:
        """The model's name."""
        return MODELS[self.bank_number].title

    @property
    def voice(self) -> Voice:
        """Family, source and range of the model."""
        return MODELS[self.bank_number].voice

    def render(self, notes: Sequence[PlayedNote]) -> list[Float32Array]:
        """Each note as 4 s at 16 kHz, shape (64000,); silence where it does not sound at its pitch."""
        model, key = MODELS[self.bank_number], [self.seed, self.bank_number, self.program]
        lasting = [_draw(key, note) for note in notes]
        asked_hz = np.array([midi_to_hz(note.midi) for note in notes])
        clips = self._play(notes, asked_hz, lasting)
        cents = _deviations(clips, asked_hz, lasting, model)
        again = [k for k, c in enumerate(cents) if _CENTS_LEFT_ALONE < abs(c) < np.inf]
        if again:
            hz = np.array([asked_hz[k] * 2.0 ** (-cents[k] / 1200.0) for k in again])
            retried = self._play([notes[k] for k in again], hz, [lasting[k] for k in again])
            off = _deviations(retried, asked_hz[again], [lasting[k] for k in again], model)
            for k, clip, c in zip(again, retried, off, strict=True):
                clips[k], cents[k] = clip, c
        return [
            self._finish(clip, note, key)
            if abs(c) <= _CENTS_REFUSED
            else np.zeros(int(CLIP_S * SR), np.float32)
            for clip, note, c in zip(clips, notes, cents, strict=True)
        ]

    def _play(
        self, notes: Sequence[PlayedNote], hz: Signal, lasting: Sequence[tuple[float, Signal]]
    ) -> list[Signal]:
        model = MODELS[self.bank_number]
        draws = np.random.default_rng([self.seed, self.bank_number, self.program]).random(_N_DRAWS)
        lines = []
        for k, (note, (held_s, own)) in enumerate(zip(notes, lasting, strict=True)):
            numbers = [hz[k], note.velocity / 127.0, held_s, *draws, *own]
            written = " ".join(f"{number:.6f}" for number in numbers)
            lines.append(f'i "{model.name}" {k * _SLOT_S:.3f} {CLIP_S:.3f} {written}')
        y = run_csound(ORCHESTRAS / f"{model.orchestra}.orc", "\n".join([*lines, "e"]))
        slot, length = int(_SLOT_S * _RENDER_SR), int(CLIP_S * _RENDER_SR)
        y = np.pad(y, (0, max(0, len(notes) * slot - y.shape[0])))
        return [y[k * slot : k * slot + length] for k in range(len(notes))]

    def _finish(self, y: Signal, note: PlayedNote, key: list[int]) -> Float32Array:
        """Vibrato, body, the corpus's rate, and a level that follows the touch."""
        rng = np.random.default_rng([*key, 1])
        touch, body = draw_touch(rng), draw_body(rng)
        if MODELS[self.bank_number].is_bent:
            y = bend(y, _RENDER_SR, touch, np.random.default_rng([*key, note.midi, note.velocity, 1]))
        y = through_body(y - y.mean(), _RENDER_SR, body)
        clip = resample(y.astype(np.float32), _RENDER_SR, SR)
        level = (0.1 + 0.8 * note.velocity / 127.0) / max(float(np.abs(clip).max()), 1e-9)
        return fit_clip(clip * np.float32(level))


def _draw(key: list[int], note: PlayedNote) -> tuple[float, Signal]:
    """How long a note is held, and its own two numbers."""
    chance = np.random.default_rng([*key, note.midi, note.velocity])
    return draw_held_s(chance), chance.random(2)


def _deviations(
    clips: Sequence[Signal], asked_hz: Signal, lasting: Sequence[tuple[float, Signal]], model: Model
) -> list[float]:
    """In cents; infinite for a note that does not speak or has no pitch."""
    return [
        off_cents(clip, _RENDER_SR, float(hz), held_s, model.is_bar)
        if speaks(clip, _RENDER_SR, held_s, model.goes_on)
        else math.inf
        for clip, hz, (held_s, _) in zip(clips, asked_hz, lasting, strict=True)
    ]


def run_csound(orchestra: Path, score: str) -> Signal:
    """Play a score; mono at 32 kHz.

    Raises
    ------
    CorpusError
        When Csound or its plugins are missing, or it fails.
    """
    with tempfile.TemporaryDirectory(prefix="right-in-tune-") as folder:
        score_path, wav = Path(folder, "notes.sco"), Path(folder, "notes.wav")
        score_path.write_text(score, encoding="ascii")
        command = ["csound", "-d", "-m0", "-W", "-f", "-o", str(wav), orchestra.name, str(score_path)]
        waves = os.environ.get("RAWWAVE_PATH", _RAW_WAVES)
        try:
            subprocess.run(
                command,
                check=True,
                capture_output=True,
                timeout=_TIME_LIMIT_S,
                cwd=orchestra.parent,
                env=os.environ | {"RAWWAVE_PATH": waves},
            )
            y, _ = soundfile.read(wav, dtype="float64")
        except FileNotFoundError as error:
            raise CorpusError(
                "Csound is not installed: install csound, csound-plugins and stk first."
            ) from error
        except (subprocess.SubprocessError, soundfile.LibsndfileError) as error:
            raise CorpusError(
                f"Csound could not play {orchestra.name}; are csound-plugins and stk installed?"
            ) from error
    return np.nan_to_num(y, posinf=0.0, neginf=0.0)


def csound_instruments(n_per_model: int, seed: int) -> list[CsoundInstrument]:
    """So many draws of each model, times what the model is worth (``Model.share``)."""
    return [
        CsoundInstrument(number, draw, seed)
        for number, model in enumerate(MODELS)
        for draw in range(round(n_per_model * model.share))
    ]
