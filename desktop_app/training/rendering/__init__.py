# SPDX-License-Identifier: MIT
"""Instruments that play notes, and the corpora that are rendered with them."""
