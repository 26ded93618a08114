# SPDX-License-Identifier: MIT
"""Keeping the work on a recording: projects, autosave and what is found after a crash."""
