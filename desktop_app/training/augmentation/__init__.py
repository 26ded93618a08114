# SPDX-License-Identifier: MIT
"""What happens to a sound between the instrument and the file, drawn at random."""
