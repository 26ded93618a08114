# SPDX-License-Identifier: MIT
"""Frozen values of the field; imports NumPy at most."""
