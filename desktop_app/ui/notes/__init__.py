# SPDX-License-Identifier: MIT
"""The notes of the open recording: how they are formed, shown and corrected."""
