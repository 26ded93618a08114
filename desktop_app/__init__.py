# SPDX-License-Identifier: MIT
"""Right In Tune: which note, which instrument, and once more, slower."""

__version__ = "0.1.0"
