# SPDX-License-Identifier: MIT
"""Runs ``.tflite`` models with LiteRT, from bytes, on a fixed number of threads."""

from __future__ import annotations

import numpy as np

from desktop_app.domain.frames import Float32Array


class TfliteModel:
    """A network that takes one window at a time and names its outputs.

    Parameters
    ----------
    content
        The file's bytes.
    n_threads
        Threads of one call.

    Raises
    ------
    ValueError
        When LiteRT cannot read the content, or the network has another number of inputs than one.
    """

    def __init__(self, content: bytes, n_threads: int = 1) -> None:
        # Imported here: the window must not wait for it.
        from ai_edge_litert.interpreter import Interpreter

        self._interpreter = Interpreter(model_content=content, num_threads=n_threads)
        self._runner = self._interpreter.get_signature_runner()
        inputs = self._runner.get_input_details()
        if len(inputs) != 1:
            raise ValueError(f"one input expected, got {sorted(inputs)}")
        self._input = next(iter(inputs))
        details = self._runner.get_output_details()
        self._shapes = {name: tuple(map(int, detail["shape"][1:])) for name, detail in details.items()}
        self.output_sizes = {name: shape[-1] for name, shape in self._shapes.items()}

    def run(self, windows: Float32Array) -> dict[str, Float32Array]:
        """Outputs by name, each of shape (n, …, size), for windows of shape (n, …), float32.

        One call a window: a batch is not faster on one thread, and every window keeps the same result
        whatever came with it.
        """
        rows = [self._runner(**{self._input: windows[i : i + 1]}) for i in range(windows.shape[0])]
        return {
            name: np.concatenate([np.zeros((0, *shape), np.float32), *(row[name] for row in rows)])
            for name, shape in self._shapes.items()
        }
