# SPDX-License-Identifier: MIT
"""Writing results for other programs."""
