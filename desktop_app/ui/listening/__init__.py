# SPDX-License-Identifier: MIT
"""Listening again: transport, loop, speed and what sounds beside the recording."""
