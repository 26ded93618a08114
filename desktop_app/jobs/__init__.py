# SPDX-License-Identifier: MIT
"""Background work in other processes."""
