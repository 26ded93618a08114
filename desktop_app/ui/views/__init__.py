# SPDX-License-Identifier: MIT
"""Widgets that draw; they hold no state of the program."""
