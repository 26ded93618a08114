# SPDX-License-Identifier: MIT
"""On which window a decision rests, found again from the pictures of live sound or of a recording."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from desktop_app.domain.frames import Float32Array
from desktop_app.domain.labels import FAMILIES, NOT_AN_INSTRUMENT
from desktop_app.dsp.onsets import OnsetDetector
from desktop_app.dsp.spec import FeatureSpec
from desktop_app.ml.classifier import Classifier
from desktop_app.ml.why import Explanation, Region, explain, regions
from desktop_app.pipeline.excerpt import Excerpt
from desktop_app.pipeline.windows import Window, WindowPicker

MAX_CANDIDATES = 24


@dataclass(frozen=True, slots=True, eq=False)
class Decision:
    """An answer about one window, explained.

    Attributes
    ----------
    explanation
        What spoke for it and against it.
    start_s, end_s
        The window.
    regions
        The parts of it that told.
    spec
        Of the frames: ``i`` is drawn from ``start_s + (i - 0.5) * hop_s`` on.
    """

    explanation: Explanation
    start_s: float
    end_s: float
    regions: tuple[Region, ...]
    spec: FeatureSpec


def explain_at(
    classifier: Classifier, excerpt: Excerpt, time_s: float | None, label: str | None
) -> Decision | None:
    """Explain the answer at a time; None where no sound was classified.

    Parameters
    ----------
    classifier
        The model that answered.
    excerpt
        The sound around the time.
    time_s
        When; None for the recording as a whole, of which the window is explained that speaks most clearly.
    label
        The answer; None for what the model hears in the window.
    """
    windows = windows_in(excerpt, classifier)
    window: Window | None
    if not windows:
        return None
    if time_s is None:
        window = _clearest(classifier, windows, label)
    elif (window := _at(windows, time_s, classifier.spec)) is None:
        return None
    label = label or _heard_in(classifier, window)
    n_frames = window.end_frame - window.start_frame
    explanation = explain(classifier, window.mel_db, label, at_onset=window.at_onset, n_frames=n_frames)
    spec = classifier.spec
    start_s, end_s = window.start_frame * spec.hop_s, window.end_frame * spec.hop_s
    return Decision(explanation, start_s, end_s, tuple(regions(explanation, spec)), spec)


def windows_in(excerpt: Excerpt, classifier: Classifier) -> list[Window]:
    """The windows that are classified in a cut of a sound, in order."""
    spec, mel_db = classifier.spec, excerpt.mel_db
    picker = WindowPicker(
        spec.n_mels, classifier.window_frames, spec.db_floor, first_frame=excerpt.first_frame
    )
    found = picker.process(mel_db, _levels_db(mel_db), OnsetDetector(spec).process(mel_db)) + picker.flush()
    return list({window.start_frame: window for window in found}.values())


def _levels_db(mel_db: Float32Array) -> Float32Array:
    """Level of each frame: a sine's power in the bands is 3 dB above its mean square."""
    power = np.power(10.0, 0.1 * mel_db, dtype=np.float32).sum(axis=0)
    level_db: Float32Array = (10.0 * np.log10(np.maximum(power, 1e-12)) - 3.0).astype(np.float32)
    return level_db


def _at(windows: list[Window], time_s: float, spec: FeatureSpec) -> Window | None:
    """The last window that begins before a time and reaches it."""
    frame = time_s / spec.hop_s
    reached = [window for window in windows if window.start_frame <= frame < window.end_frame + 1]
    return reached[-1] if reached else None


def _clearest(classifier: Classifier, windows: list[Window], label: str | None) -> Window:
    windows = sorted(windows, key=lambda window: not window.at_onset)[:MAX_CANDIDATES]
    told = classifier.predict(np.stack([window.mel_db for window in windows]))
    if label == NOT_AN_INSTRUMENT:
        return windows[int(told.not_an_instrument.argmax())]
    chances = told.family * (1.0 - told.not_an_instrument)[:, None]
    column = slice(None) if label is None else FAMILIES.index(label)
    return windows[int(chances[:, column].reshape(len(windows), -1).max(axis=1).argmax())]


def _heard_in(classifier: Classifier, window: Window) -> str:
    told = classifier.predict(window.mel_db[None])
    is_refused = told.not_an_instrument[0] >= classifier.thresholds.not_an_instrument
    return NOT_AN_INSTRUMENT if is_refused else FAMILIES[int(told.family[0].argmax())]
