# SPDX-License-Identifier: MIT
"""Several instruments at once: layers, and a lead over an accompaniment."""
