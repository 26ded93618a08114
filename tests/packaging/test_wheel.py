# SPDX-License-Identifier: MIT
"""The wheel, built and used outside the checkout, where nothing but the wheel's own data can be found."""

import json
import os
import subprocess
import sys
import sysconfig
import threading
import venv
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from desktop_app import __version__

ROOT = Path(__file__).resolve().parents[2]
DEMO = ROOT / "resources" / "demo" / "four_friends.flac"
MAX_WHEEL_BYTES = 15 * 1024 * 1024
TRAINING_LIBRARIES = ("tensorflow", "keras", "sklearn", "imblearn", "librosa", "numba")
SCRIPTS = "Scripts" if os.name == "nt" else "bin"

pytestmark = pytest.mark.packaging


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), str(ROOT)]
    built = subprocess.run(command, capture_output=True, text=True)
    assert built.returncode == 0, built.stdout + built.stderr
    (path,) = folder.glob("*.whl")
    return path


@pytest.fixture(scope="module")
def scripts(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The commands of a new environment that has the wheel, and the libraries of this one."""
    folder = tmp_path_factory.mktemp("environment")
    venv.create(folder, with_pip=False, symlinks=os.name != "nt")
    python = folder / SCRIPTS / "python"
    install = [sys.executable, "-m", "pip", "--python", str(python), "install", "--quiet", "--no-deps"]
    subprocess.run([*install, "--no-index", str(wheel)], check=True)
    asked = subprocess.run(
        [python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"],
        check=True,
        capture_output=True,
        text=True,
    )
    libraries = sysconfig.get_path("purelib"), sysconfig.get_path("platlib")
    (Path(asked.stdout.strip()) / "libraries.pth").write_text("\n".join(dict.fromkeys(libraries)) + "\n")
    return folder / SCRIPTS


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """As a user has it, with folders of their own and without a display."""
    kept = {key: value for key, value in os.environ.items() if key not in ("PYTHONPATH", "VIRTUAL_ENV")}
    return {**kept, "RIGHT_IN_TUNE_HOME": str(tmp_path / "home"), "QT_QPA_PLATFORM": "offscreen"}


@pytest.fixture
def without_training_libraries(tmp_path: Path, environment: dict[str, str]) -> dict[str, str]:
    """Where those libraries cannot be imported, by any process."""
    folder = tmp_path / "blocked"
    folder.mkdir()
    for name in TRAINING_LIBRARIES:
        (folder / f"{name}.py").write_text(f"raise ImportError('{name} is not here')\n")
    return {**environment, "PYTHONPATH": str(folder)}


def call(scripts: Path, environment: dict[str, str], *arguments: str) -> str:
    done = subprocess.run(
        [scripts / "right-in-tune", *arguments], cwd="/", env=environment, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def start_window(scripts: Path, environment: dict[str, str]) -> Iterator[str]:
    """Open the window on the example; every line of its stderr; asked to end when it is ready."""
    process = subprocess.Popen(
        [scripts / "right-in-tune-window", str(DEMO)],
        cwd="/",
        env={**environment, "RIGHT_IN_TUNE_TRACE_START": "1"},
        stderr=subprocess.PIPE,
        text=True,
    )
    patience = threading.Timer(60.0, process.kill)
    patience.start()
    try:
        assert process.stderr is not None
        for line in process.stderr:
            yield line
            if line.startswith("start-trace ready"):
                threading.Timer(2.0, process.terminate).start()
        assert process.wait() == 0
    finally:
        process.kill()
        process.communicate()
        patience.cancel()


def test_the_wheel_holds_one_package_of_bounded_size(wheel: Path) -> None:
    checker = Path(sys.executable).with_name("check-wheel-contents")
    command = [str(checker), "--toplevel", "desktop_app", str(wheel)]
    checked = subprocess.run(command, capture_output=True, text=True, cwd=wheel.parent)
    assert checked.returncode == 0, checked.stdout + checked.stderr
    assert wheel.stat().st_size <= MAX_WHEEL_BYTES


def test_the_wheel_holds_the_data_and_the_licence(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    manifest = json.loads((ROOT / "models" / "bundled" / "manifest.json").read_text())
    for entry in manifest["models"].values():
        for key in ("file", "card", "metrics"):
            assert f"desktop_app/_bundled/models/{entry[key]}" in names
    assert f"desktop_app/_bundled/resources/demo/{DEMO.name}" in names
    assert any(name.startswith("desktop_app/_bundled/resources/icons/") for name in names)
    assert any(name.startswith("desktop_app/_bundled/recipes/") for name in names)
    assert any(name.endswith("licenses/LICENSE") for name in names)


def test_the_wheel_itself_is_what_runs(scripts: Path, environment: dict[str, str]) -> None:
    code = "import desktop_app; print(desktop_app.__file__)"
    command = [scripts / "python", "-c", code]
    done = subprocess.run(command, cwd="/", env=environment, capture_output=True, text=True, check=True)
    assert Path(done.stdout.strip()).is_relative_to(scripts.parent)


def test_it_tells_its_version(scripts: Path, environment: dict[str, str]) -> None:
    assert call(scripts, environment, "--version") == f"right-in-tune {__version__}\n"


def test_it_lists_the_bundled_models(scripts: Path, environment: dict[str, str]) -> None:
    listed = call(scripts, environment, "models")
    manifest = json.loads((ROOT / "models" / "bundled" / "manifest.json").read_text())
    for model_id in manifest["models"]:
        assert model_id in listed


def test_it_analyses_where_the_training_libraries_are_not(
    scripts: Path, without_training_libraries: dict[str, str]
) -> None:
    for model in ("multitask_v3", "rf_mean_mfcc"):
        told = json.loads(
            call(scripts, without_training_libraries, "analyse", str(DEMO), "--model", model, "--jobs", "2")
        )
        assert told["error"] is None
        assert told["model"] == model
        assert [note["midi"] for note in told["notes"]][:5] == [74, 78, 81, 83, 81]
        assert sum(told["family"]["probabilities"].values()) == pytest.approx(1.0, abs=0.01)


def test_the_window_runs_where_the_training_libraries_are_not(
    scripts: Path, without_training_libraries: dict[str, str]
) -> None:
    stamps = [
        line.split()[1] for line in start_window(scripts, without_training_libraries) if "start-trace" in line
    ]
    assert stamps == ["visible", "ready"]
