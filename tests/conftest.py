# SPDX-License-Identifier: MIT
"""What every test gets: the user's folders out of reach, no thread left behind, no silent skip."""

import os
import shutil
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

TESTS = Path(__file__).resolve().parent
sys.path.insert(0, str(TESTS))  # helpers such as conftest_audio are imported by name

# Set before anything imports Qt or NumPy, and inherited by every process that a test starts.
_HOME = Path(tempfile.mkdtemp(prefix="rit-home-"))
os.environ["RIGHT_IN_TUNE_HOME"] = str(_HOME / "rit")
for _kind in ("CONFIG", "DATA", "STATE", "CACHE"):
    os.environ[f"XDG_{_kind}_HOME"] = str(_HOME / _kind.lower())
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

_GRACE_S = 3.0


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--fail-on-skip",
        action="store_true",
        help="a skipped test fails, unless its reason starts with 'platform:'",
    )


def pytest_sessionfinish() -> None:
    shutil.rmtree(_HOME, ignore_errors=True)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Iterator[None]:
    report = yield
    _no_silent_skip(report, item.config)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(collector: pytest.Collector) -> Iterator[None]:
    report = yield
    _no_silent_skip(report, collector.config)
    return report


def _no_silent_skip(report: pytest.TestReport | pytest.CollectReport, config: pytest.Config) -> None:
    if not report.skipped or hasattr(report, "wasxfail") or not config.getoption("--fail-on-skip"):
        return
    reason = report.longrepr[2].removeprefix("Skipped: ")
    if not reason.startswith("platform:"):
        report.outcome = "failed"
        report.longrepr = f"{report.nodeid} was skipped ({reason}): install what it needs"


@pytest.fixture(autouse=True)
def no_thread_left_behind() -> Iterator[None]:
    """Every thread that a test starts has ended with it; daemons are the libraries' own affair."""
    before = set(threading.enumerate())
    yield
    end_s = time.monotonic() + _GRACE_S
    while True:
        left = [t for t in threading.enumerate() if t not in before and not t.daemon]
        if not left:
            return
        if time.monotonic() > end_s:
            pytest.fail(f"threads still running: {', '.join(t.name for t in left)}")
        time.sleep(0.01)
