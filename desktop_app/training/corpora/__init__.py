# SPDX-License-Identifier: MIT
"""Corpora in the forms in which they are published."""
