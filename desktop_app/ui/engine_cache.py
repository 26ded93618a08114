# SPDX-License-Identifier: MIT
"""One warm engine, so that Record does not wait for the model."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any


class EngineCache:
    """Keeps the engine of the present choices; made on whatever thread asks first.

    Only one stream may use the engine at a time.

    Parameters
    ----------
    make_engine
        ``make_engine(model_id, a4_hz, thresholds)``.
    """

    def __init__(self, make_engine: Callable[..., Any]) -> None:
        self._make_engine = make_engine
        self._lock = threading.Lock()
        self._key: tuple[Any, ...] | None = None
        self._engine: Any = None

    def forget(self) -> None:
        """Make a new engine next time."""
        with self._lock:
            self._key = None

    def get(self, *choices: Any) -> Any:
        """The warm engine, reset; made when model, tuning or thresholds have changed.

        Raises
        ------
        ModelError
            When the model cannot be used.
        """
        with self._lock:
            if self._key != choices:
                self._engine = self._make_engine(*choices)
                self._key = choices
            self._engine.reset()
            return self._engine
