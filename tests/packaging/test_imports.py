# SPDX-License-Identifier: MIT
"""What is not imported when the program starts; and that the Qt binding keeps its counts."""

import subprocess
import sys

import pytest

HEAVY = (
    "ai_edge_litert", "imblearn", "joblib", "keras", "librosa", "numba", "scipy", "sklearn", "sounddevice",
    "soundfile", "soxr", "tensorflow",
)  # fmt: skip
_TELL = "; import sys; print(*sorted({name.partition('.')[0] for name in sys.modules}))"


def imported_by(code: str) -> set[str]:
    done = subprocess.run([sys.executable, "-c", code + _TELL], capture_output=True, text=True, check=True)
    return set(done.stdout.split())


def test_the_package_itself_imports_nothing() -> None:
    third_party = {"numpy", "PySide6", "pyqtgraph", "psutil", "platformdirs", *HEAVY}
    assert not third_party & imported_by("import desktop_app")


def test_the_first_paint_waits_for_no_heavy_library() -> None:
    assert not set(HEAVY) & imported_by("import desktop_app.ui.program")


@pytest.mark.parametrize("module", ["desktop_app.cli.batch", "desktop_app.jobs.tasks", "desktop_app.ml"])
def test_the_command_line_imports_no_training_library_and_no_qt(module: str) -> None:
    unwanted = {"imblearn", "keras", "librosa", "numba", "sklearn", "tensorflow", "PySide6", "pyqtgraph"}
    assert not unwanted & imported_by(f"import {module}")


def test_the_qt_binding_does_not_lose_references() -> None:
    """PySide6 6.12 drops a count of None and True with each call on Python 3.11, until the process aborts."""
    code = """
import sys
from PySide6.QtCore import QObject, Signal
class Sender(QObject):
    sent = Signal()
sender = Sender()
sender.sent.connect(lambda: None)
def counts():
    return sys.getrefcount(None), sys.getrefcount(True)
before = counts()
for _ in range(300):
    sender.setObjectName("a")
    sender.sent.emit()
print(*(old - new for old, new in zip(before, counts())))
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert all(abs(int(lost)) < 100 for lost in done.stdout.split())
