# SPDX-License-Identifier: MIT
"""Training of the network of several notes at once."""
