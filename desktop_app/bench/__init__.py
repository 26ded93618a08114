# SPDX-License-Identifier: MIT
"""Benchmarks, each beside a reference in the same run."""
