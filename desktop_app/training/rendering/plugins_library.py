# SPDX-License-Identifier: MIT
"""What all kinds of plug-ins share: how a library describes them, and how much is played at once."""

from __future__ import annotations

import ctypes
from pathlib import Path
from typing import Any, Final

from desktop_app.domain.errors import CorpusError

BLOCK: Final = 256


def first_described(library: Path, kind: str, descriptor: type[ctypes.Structure]) -> Any:
    """What a shared library says of its first plug-in, a ``descriptor``.

    Parameters
    ----------
    library
        The file.
    kind
        ``"DSSI"`` or ``"LV2"``.
    descriptor
        The structure that the function ``dssi_descriptor`` or ``lv2_descriptor`` points to.

    Raises
    ------
    CorpusError
        When the file is no such library.
    """
    try:
        describe: Any = getattr(ctypes.CDLL(str(library)), f"{kind.lower()}_descriptor")
        describe.restype, describe.argtypes = ctypes.POINTER(descriptor), [ctypes.c_ulong]
        return describe(0).contents
    except (OSError, AttributeError, ValueError) as error:  # ValueError: it describes none
        raise CorpusError(f"{library} could not be loaded as a plug-in of the kind {kind}.") from error
