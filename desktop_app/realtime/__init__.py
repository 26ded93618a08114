# SPDX-License-Identifier: MIT
"""Audio devices: capture, playback, ring buffer."""
