# SPDX-License-Identifier: MIT
"""Wrong usage, version, help, and what the program may import."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from cli_tools import MakeTone, run_cli

import desktop_app

# Forbids heavy packages in every process, and notes who asked for one.
HOOK = """
import os, sys
class _Forbid:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in os.environ["FORBIDDEN"].split(","):
            with open(os.environ["ATTEMPTS"], "a") as file:
                file.write(name + "\\n")
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
sys.meta_path.insert(0, _Forbid())
"""
HEAVY = "tensorflow,keras,PySide6,pyqtgraph,librosa,sklearn,sounddevice,numba"


@pytest.mark.parametrize(
    "arguments",
    [
        ["analyse"],
        ["analyse", "a.wav", "--nonsense"],
        ["analyse", "a.wav", "--format", "xml"],
        ["analyse", "a.wav", "--jobs", "0"],
        ["analyse", "a.wav", "--jobs", "two"],
        ["analyse", "a.wav", "--a4", "900"],
        ["analyse", "a.wav", "--a4", "nan"],
        ["analyse", "a.wav", "--a4", "x"],
        ["analyse", "a.wav", "--f0", "--format", "csv"],
        ["analyse", "a.wav", "--no-notes", "--format", "csv"],
        ["analyse", "a.wav", "b.wav", "--format", "labels"],
        ["analyse", "a.wav", "b.wav", "--format", "svl"],
        ["analyse", "a.wav", "x/a.wav", "--out", "out"],
        ["analyse", "a.wav", "--out", "taken"],
        ["analyse", "a.wav", "--poly", "--no-notes"],
        ["analyse", "a.wav", "b.wav", "--format", "midi"],
        ["analyse", "a.wav", "b.wav", "--format", "musicxml"],
        ["analyse", "a.wav", "--no-notes", "--format", "midi"],
        ["models", "surplus"],
        ["--nonsense"],
    ],
    ids=" ".join,
)
def test_wrong_usage_exits_2_without_data(make_tone: MakeTone, tmp_path: Path, arguments: list[str]) -> None:
    for name in ("a.wav", "b.wav", "x/a.wav"):
        make_tone(name)
    (tmp_path / "taken").write_text("a file")
    run = run_cli(*arguments, cwd=tmp_path)
    assert (run.status, run.out) == (2, "")
    assert "error:" in run.err
    assert "Traceback" not in run.err
    assert not (tmp_path / "out").exists()


def test_version_and_help() -> None:
    version = run_cli("--version")
    assert (version.status, version.out) == (0, f"right-in-tune {desktop_app.__version__}\n")
    overview = run_cli("--help")
    assert overview.status == 0
    for command in ("analyse", "models", "train", "evaluate", "corpus", "bench"):
        assert f"  {command} " in overview.out
    assert "--jobs" in run_cli("analyse", "--help").out


def test_version_imports_nothing_heavy() -> None:
    code = (
        "import sys\nfrom desktop_app.__main__ import main\n"
        "try:\n    main(['--version'])\nexcept SystemExit:\n    pass\n"
        "print(sorted({'numpy', 'multiprocessing', 'PySide6', 'soundfile'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"


def test_the_parent_of_analyse_stays_light(make_tone: MakeTone) -> None:
    code = (
        "import sys\nfrom desktop_app.__main__ import main\n"
        "if __name__ == '__main__':\n"
        "    status = main(['analyse', sys.argv[1]])\n"
        "    print(status, sorted({'numpy', 'soundfile', 'PySide6'} & set(sys.modules)))"
    )
    command = [sys.executable, "-c", code, str(make_tone())]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "0 []"


def test_a_file_named_like_a_command_is_a_file(make_tone: MakeTone, tmp_path: Path) -> None:
    make_tone("models.wav").rename(tmp_path / "models")
    run = run_cli("analyse", "models", "./models", cwd=tmp_path)
    assert run.status == 0
    assert [told["path"] for told in run.objects] == ["models", "./models"]


def test_analyse_needs_neither_tensorflow_nor_qt(make_tone: MakeTone, tmp_path: Path) -> None:
    hook = tmp_path / "hook"
    hook.mkdir()
    (hook / "sitecustomize.py").write_text(HOOK)
    attempts = tmp_path / "attempts"
    root = str(Path(desktop_app.__file__).parents[1])
    env = {"PYTHONPATH": f"{hook}{':' if sys.platform != 'win32' else ';'}{root}"}
    env |= {"FORBIDDEN": HEAVY, "ATTEMPTS": str(attempts)}
    # The hook must be at work, or the test would prove nothing.
    probe = [sys.executable, "-c", "import tensorflow"]
    assert subprocess.run(probe, env=env, capture_output=True, check=False).returncode == 1
    assert attempts.read_text() == "tensorflow\n"
    attempts.unlink()
    path = make_tone()
    blocked = run_cli("analyse", path, path, "--jobs", "2", env=env)
    assert blocked.status == 0
    assert not attempts.exists()
    assert blocked.out == run_cli("analyse", path, path).out
