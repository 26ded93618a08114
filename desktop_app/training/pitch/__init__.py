# SPDX-License-Identifier: MIT
"""Training of the pitch tracker's ranker."""
