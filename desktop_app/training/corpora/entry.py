# SPDX-License-Identifier: MIT
"""One sound of a corpus; the readers, which the window shares, are in :mod:`desktop_app.io.corpora`."""

from __future__ import annotations

from desktop_app.io.corpora.entry import QUALITIES, Corpus, Entry, Kind, Part

__all__ = ["QUALITIES", "Corpus", "Entry", "Kind", "Part"]
