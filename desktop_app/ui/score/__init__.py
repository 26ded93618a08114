# SPDX-License-Identifier: MIT
"""The notes as a score."""
