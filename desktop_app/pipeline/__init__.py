# SPDX-License-Identifier: MIT
"""The analysis engine and what feeds it."""
