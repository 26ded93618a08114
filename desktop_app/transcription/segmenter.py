# SPDX-License-Identifier: MIT
"""From frames to notes."""
