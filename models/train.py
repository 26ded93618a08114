# SPDX-License-Identifier: MIT
"""The door to training from a checkout: ``python models/train.py RECIPE --corpus DIR --out DIR``."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from desktop_app.training.cli import main

if __name__ == "__main__":
    sys.exit(main(["train", *sys.argv[1:]]))
