# SPDX-License-Identifier: MIT
"""Signal processing: pure functions and push/flush objects."""
