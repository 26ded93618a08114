# SPDX-License-Identifier: MIT
"""Inference with bundled or user models."""
