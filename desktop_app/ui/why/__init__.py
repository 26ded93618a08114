# SPDX-License-Identifier: MIT
"""Why did it say that: what in the sound carried an answer."""
