# SPDX-License-Identifier: MIT
"""Numbers of a recipe that are set from the command line: ``--set fit.epochs=3``."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from typing import Any, Final

from desktop_app.domain.errors import ModelError

_FEATURES: Final = "features"


def parse_changes(texts: Sequence[str]) -> dict[str, Any]:
    """Values by ``table.key`` of texts such as ``balance.per_class=400``; of two alike the last counts.

    A value is written as in TOML; what is not is taken as text, so that quotation marks can be left out.

    Raises
    ------
    ModelError
        When a text is not of the form KEY=VALUE.
    """
    return dict(_parsed(text) for text in texts)


def _parsed(text: str) -> tuple[str, Any]:
    key, sign, value = (part.strip() for part in text.partition("="))
    table, _, name = key.partition(".")
    if not (sign and table and name and value):
        raise ModelError(f"What is set reads TABLE.KEY=VALUE, as in fit.epochs=3, not {text}.")
    try:
        return key, tomllib.loads(f"value = {value}")["value"]
    except tomllib.TOMLDecodeError:
        return key, value


def changed_values(
    values: Mapping[str, Any], changes: Mapping[str, Any], known: Mapping[str, Sequence[str]]
) -> dict[str, Any]:
    """The tables of a recipe with what is set; of several inputs, it is set in all of them.

    Parameters
    ----------
    values
        As :func:`recipe.recipe_values` gives them.
    changes
        Values by ``table.key``.
    known
        Names that can be set, by table.

    Raises
    ------
    ModelError
        When a table or key is unknown.
    """
    result = dict(values)
    for key, value in changes.items():
        table, _, name = key.partition(".")
        if table not in known:
            raise ModelError(f"There is no {key} to set; the tables of a recipe are {', '.join(known)}.")
        if name not in known[table]:
            raise ModelError(f"There is no {key} to set; {table} has {', '.join(known[table])}.")
        if table == _FEATURES:
            result[table] = [{**each, name: value} for each in result[table]]
        else:
            result[table] = {**result.get(table, {}), name: value}
    return result
