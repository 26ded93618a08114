# SPDX-License-Identifier: MIT
"""Dataclasses as plain values for JSON, and back; what comes back is checked against the declared types."""

from __future__ import annotations

import json
import math
import types
import typing
from collections.abc import Iterator
from dataclasses import MISSING, fields, is_dataclass
from functools import lru_cache
from numbers import Integral, Real
from typing import Any, Final, Literal, TypeVar, Union

_PIECE_ITEMS: Final = 32
T = TypeVar("T")


def to_plain(value: Any) -> Any:
    """Dataclasses as objects, tuples as lists; a number that is not finite becomes 0.

    Raises
    ------
    TypeError
        For anything else than dataclasses, tuples, dictionaries, numbers, texts and None.
    """
    kind = type(value)
    if value is None or kind in (bool, int, str):
        return value
    if kind is float:
        return value if math.isfinite(value) else 0.0
    if kind is tuple:
        return [to_plain(item) for item in value]
    if kind is dict:
        return {name: to_plain(item) for name, item in value.items()}
    if is_dataclass(kind):
        return {name: to_plain(getattr(value, name)) for name in _types(kind)}
    if isinstance(value, Integral):  # of NumPy
        return int(value)
    if isinstance(value, Real):
        return to_plain(float(value))
    raise TypeError(f"{kind.__name__} is no plain value")


def json_pieces(value: Any) -> Iterator[str]:
    """Plain values as JSON, in pieces that are each made within a millisecond, whatever their number."""
    if isinstance(value, dict):
        mark = "{"
        for name, item in value.items():
            yield f"{mark}{json.dumps(name)}:"
            yield from json_pieces(item)
            mark = ","
        yield "}" if value else "{}"
    elif isinstance(value, list) and len(value) > _PIECE_ITEMS:
        for start in range(0, len(value), _PIECE_ITEMS):
            items = json.dumps(value[start : start + _PIECE_ITEMS], allow_nan=False)[1:-1]
            yield f"{',' if start else '['}{items}"
        yield "]"
    else:
        yield json.dumps(value, allow_nan=False)


def from_plain(cls: type[T], value: Any) -> T:
    """An instance of a dataclass from what :func:`to_plain` made of it.

    What is missing takes its default; what is unknown is left out.

    Raises
    ------
    ValueError
        Where a value is missing, of another type, or not finite.
    """
    made: T = _dataclass(cls, value)
    return made


def _dataclass(cls: Any, value: Any) -> Any:
    told = _instance(value, dict)
    given = {name: _typed(kind, told[name]) for name, kind in _types(cls).items() if name in told}
    missing = _required(cls) - given.keys()
    if missing:
        raise ValueError(f"{cls.__name__} needs {', '.join(sorted(missing))}")
    return cls(**given)


def _typed(kind: Any, value: Any) -> Any:
    origin, inner = typing.get_origin(kind), typing.get_args(kind)
    if origin in (Union, types.UnionType):  # X | None
        return None if value is None else _typed(inner[0], value)
    if origin is tuple:
        return _tuple(inner, value)
    if origin is dict:
        return {name: _typed(inner[1], item) for name, item in _instance(value, dict).items()}
    if origin is Literal:
        if value not in inner:
            raise ValueError(f"not one of {inner}")
        return value
    if is_dataclass(kind):
        return _dataclass(kind, value)
    return _scalar(kind, value)


def _tuple(inner: tuple[Any, ...], value: Any) -> tuple[Any, ...]:
    items = _instance(value, list)
    if inner[-1] is Ellipsis:
        return tuple(_typed(inner[0], item) for item in items)
    return tuple(_typed(kind, item) for kind, item in zip(inner, items, strict=True))


def _scalar(kind: Any, value: Any) -> Any:
    if kind is not float:
        return _instance(value, kind)
    number = float(value) if isinstance(value, int) and not isinstance(value, bool) else value
    if not math.isfinite(_instance(number, float)):
        raise ValueError("a number that is not finite")
    return number


def _instance(value: Any, kind: Any) -> Any:
    if type(value) is not kind:  # True is no number
        raise ValueError(f"{type(value).__name__} instead of {kind.__name__}")
    return value


@lru_cache(maxsize=32)
def _types(cls: Any) -> dict[str, Any]:
    hints = typing.get_type_hints(cls)
    return {field.name: hints[field.name] for field in fields(cls)}


@lru_cache(maxsize=32)
def _required(cls: Any) -> frozenset[str]:
    return frozenset(
        field.name for field in fields(cls) if field.default is MISSING and field.default_factory is MISSING
    )
