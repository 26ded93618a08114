# SPDX-License-Identifier: MIT
"""Training of the network of attacks and held notes."""
