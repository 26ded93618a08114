# SPDX-License-Identifier: MIT
"""Looking into a corpus: its sounds, what it says of them, and what a model makes of them."""
