# SPDX-License-Identifier: MIT
"""Writing of small files so that an interruption never leaves half of one."""

from __future__ import annotations

import json
import os
from pathlib import Path


def write_json(path: Path, value: object) -> None:
    """Write a value as JSON through a temporary file in the same folder."""
    temporary = path.with_name(path.name + ".part")
    temporary.write_text(json.dumps(value, indent=1), encoding="utf-8")
    os.replace(temporary, path)
