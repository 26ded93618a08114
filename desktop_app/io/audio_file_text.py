# SPDX-License-Identifier: MIT
"""How files and lengths are named in sentences."""

from __future__ import annotations

import os


def shown_name(path: str | os.PathLike[str]) -> str:
    """The file's own name in quotation marks, on one line whatever characters it holds."""
    whole = os.fspath(path)
    name = os.path.basename(whole.rstrip("/" + os.sep)) or whole
    readable = os.fsencode(name).decode("utf-8", "replace")
    return "“" + "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in readable) + "”"


def duration_text(seconds: float) -> str:
    """A length such as ``3.2 s`` or ``1 h 02 min``."""
    if seconds < 60.0:
        return f"{seconds:.1f} s"
    if seconds < 3600.0:
        return f"{seconds // 60:.0f} min {seconds % 60:02.0f} s"
    return f"{seconds // 3600:.0f} h {seconds % 3600 // 60:02.0f} min"
