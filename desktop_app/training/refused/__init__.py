# SPDX-License-Identifier: MIT
"""Sounds that are no instrument: speech, noises, drums and machines."""
