# SPDX-License-Identifier: MIT
"""Basic Pitch as a peer.

References
----------
Bittner et al., "A Lightweight Instrument-Agnostic Model for Polyphonic Note Transcription and Multipitch
Estimation", ICASSP 2022.
"""

from __future__ import annotations

import warnings
from importlib import import_module
from pathlib import Path
from typing import Final

import numpy as np

from desktop_app.bench.estimators import Estimator, Pitch
from desktop_app.bench.segmentation import NoteTuple
from desktop_app.domain.frames import Float32Array
from desktop_app.dsp.resample import resample
from desktop_app.dsp.spec import DEFAULT_SPEC

_N_OVERLAP: Final = 30
_OUTPUTS: Final = {
    "contour": "StatefulPartitionedCall:0",
    "note": "StatefulPartitionedCall:1",
    "onset": "StatefulPartitionedCall:2",
}


class BasicPitch(Estimator):
    """Basic Pitch with ONNX Runtime on one thread; its pitch line is the peak of its contour output."""

    name = "Basic Pitch"
    is_polyphonic = True

    def __init__(self) -> None:
        package, onnxruntime = import_module("basic_pitch"), import_module("onnxruntime")
        self._constants = import_module("basic_pitch.constants")
        self._to_notes = import_module("basic_pitch.note_creation").model_output_to_notes
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        network = Path(str(package.__file__)).parent / "saved_models" / "icassp_2022" / "nmp.onnx"
        self._session = onnxruntime.InferenceSession(str(network), options)
        self._input = self._session.get_inputs()[0].name

    def f0(self, y: Float32Array) -> Pitch:
        """The pitch line."""
        contour = self._run(y)["contour"]
        frames, peak = np.arange(len(contour)), contour.argmax(axis=1)
        inner = np.clip(peak, 1, contour.shape[1] - 2)
        left, middle, right = (contour[frames, inner + shift] for shift in (-1, 0, 1))
        vertex = np.clip(0.5 * (left - right) / (left - 2.0 * middle + right - 1e-9), -0.5, 0.5)
        bins = peak + np.where(peak == inner, vertex, 0.0) - 1.0
        weight = contour.max(axis=1)
        times_s = frames * self._constants.FFT_HOP / self._constants.AUDIO_SAMPLE_RATE
        return Pitch.of(times_s, np.where(weight > 0.3, 27.5 * 2.0 ** (bins / 36.0), 0.0), weight)

    def notes(self, y: Float32Array) -> list[NoteTuple]:
        """The notes, as its own settings form them."""
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            _, told = self._to_notes(
                self._run(y), onset_thresh=0.5, frame_thresh=0.3, min_note_len=11, melodia_trick=True
            )
        return [(float(event[0]), float(event[1]), float(event[2])) for event in told]

    def _run(self, y: Float32Array) -> dict[str, np.ndarray]:
        """The three outputs, each (n_frames, n_bins), from windows that overlap by 30 frames."""
        c = self._constants
        resampled = resample(y, DEFAULT_SPEC.sr, c.AUDIO_SAMPLE_RATE)
        n_overlap, n_side = _N_OVERLAP * c.FFT_HOP, _N_OVERLAP // 2
        padded = np.pad(resampled, (n_overlap // 2, c.AUDIO_N_SAMPLES))
        step = c.AUDIO_N_SAMPLES - n_overlap
        starts = range(0, resampled.size + n_overlap // 2, step)
        windows = [padded[start : start + c.AUDIO_N_SAMPLES, None][None] for start in starts]
        names = list(_OUTPUTS.values())
        told = [self._session.run(names, {self._input: window.astype(np.float32)}) for window in windows]
        n_frames = int(resampled.size * c.ANNOTATIONS_FPS / c.AUDIO_SAMPLE_RATE)
        joined = (np.concatenate([part[i][0][n_side:-n_side] for part in told]) for i in range(len(names)))
        return {name: output[:n_frames] for name, output in zip(_OUTPUTS, joined, strict=True)}
