# SPDX-License-Identifier: MIT
"""One warm engine, so that Record does not wait for the model."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any


class EngineCache:
    """Keeps the engine of the present model and tuning; made on whatever thread asks first.

    Only one stream may use the engine at a time.

    Parameters
    ----------
    make_engine
        ``make_engine(model_id, a4_hz)``.
    """

    def __init__(self, make_engine: Callable[[str, float], Any]) -> None:
        self._make_engine = make_engine
        self._lock = threading.Lock()
        self._key: tuple[str, float] | None = None
        self._engine: Any = None

    def forget(self) -> None:
        """Make a new engine next time."""
        with self._lock:
            self._key = None

    def get(self, model_id: str, a4_hz: float) -> Any:
        """The warm engine, reset; made when model or tuning have changed.

        Raises
        ------
        ModelError
            When the model cannot be used.
        """
        with self._lock:
            if self._key != (model_id, a4_hz):
                self._engine = self._make_engine(model_id, a4_hz)
                self._key = (model_id, a4_hz)
            self._engine.reset()
            return self._engine
