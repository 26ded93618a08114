# SPDX-License-Identifier: MIT
"""Training and measuring of the bundled classifiers."""
