# SPDX-License-Identifier: MIT
"""The training lab: published systems as recipes, fitted and measured in one way."""
