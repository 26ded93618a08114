# SPDX-License-Identifier: MIT
"""The training lab: the only package that imports TensorFlow."""
