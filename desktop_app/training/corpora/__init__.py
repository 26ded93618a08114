# SPDX-License-Identifier: MIT
"""Corpora as published, as the readers of :mod:`desktop_app.io.corpora` give them."""

from __future__ import annotations

from desktop_app.io.corpora import QUALITIES, Corpus, Entry, Kind, Part, open_corpus

__all__ = ["QUALITIES", "Corpus", "Entry", "Kind", "Part", "open_corpus"]
