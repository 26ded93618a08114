# SPDX-License-Identifier: MIT
"""A large JSON object read entry by entry, in memory that does not grow with the file."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final, TextIO

from desktop_app.domain.errors import CorpusError

_CHUNK: Final = 1 << 16
_MAX_ENTRY: Final = 1 << 20  # an entry that is still not whole after so many characters is broken


def iter_json_entries(path: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """The names and values of one JSON object whose values are objects, such as NSynth's ``examples.json``.

    Raises
    ------
    CorpusError
        When the file cannot be read, or at the first place where it is no such object.
    """
    last = ""
    try:
        with path.open(encoding="utf-8") as file:
            for last, value in _Reader(file).entries():
                yield last, value
    except OSError as error:
        raise CorpusError(f"{path} could not be read.") from error
    except (ValueError, RecursionError) as error:
        where = f"after the entry {last}" if last else "at its start"
        raise CorpusError(f"{path} is damaged {where}.") from error


class _Reader:
    """What is read but not yet decoded, and the place in it."""

    def __init__(self, file: TextIO) -> None:
        self._file = file
        self._text = ""
        self._at = 0
        self._decoder = json.JSONDecoder()

    def entries(self) -> Iterator[tuple[str, dict[str, Any]]]:
        self._take("{")
        if self._peek() == "}":
            return
        separator = ","
        while separator == ",":
            name = self._decode('"')
            self._take(":")
            yield name, self._decode("{")
            separator = self._take(",}")
        if self._peek():
            raise ValueError("text after the end")

    def _more(self) -> bool:
        chunk = self._file.read(_CHUNK)
        self._text, self._at = self._text[self._at :] + chunk, 0
        return bool(chunk)

    def _peek(self) -> str:
        """The next character that is no space, "" at the end."""
        while True:
            while self._at < len(self._text):
                if not self._text[self._at].isspace():
                    return self._text[self._at]
                self._at += 1
            if not self._more():
                return ""

    def _take(self, allowed: str) -> str:
        found = self._peek()
        if not found or found not in allowed:
            raise ValueError(f"{found!r} where one of {allowed!r} is due")
        self._at += 1
        return found

    def _decode(self, opening: str) -> Any:
        """A string or an object: both end with a mark of their own, so a cut one is never taken for whole."""
        if self._peek() != opening:
            raise ValueError(f"no {opening!r} where one is due")
        while True:
            try:
                value, self._at = self._decoder.raw_decode(self._text, self._at)
            except json.JSONDecodeError:
                if len(self._text) - self._at > _MAX_ENTRY or not self._more():
                    raise
            else:
                return value
