# SPDX-License-Identifier: MIT
"""Phrases with the keys that made them, from which pitch and notes are learnt."""
