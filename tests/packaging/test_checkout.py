# SPDX-License-Identifier: MIT
"""The files of the checkout: locks, licence lines, and nothing of the machine they were written on."""

import re
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[2]
LOCKS = ("requirements.lock", "requirements-dev.lock")
PARTS = (".ci", "desktop_app", "models", "resources", "tests")
TEXT = (".cfg", ".csv", ".in", ".json", ".lock", ".md", ".py", ".svg", ".toml", ".txt", ".yml", "")
_PIN = re.compile(r"([a-z0-9][a-z0-9.-]*)==(\S+)(?: ; ([^\\]+))? \\")
_HASH = re.compile(r"    --hash=sha256:[0-9a-f]{64}(?: \\)?")
_MACHINE_PATH = re.compile(r"(?<![\w.~$}])/(?:root|work|home/\w+|Users/\w+|opt/pypi\S*|tmp/w)/")


def text_files() -> Iterator[Path]:
    for part in PARTS:
        for path in (ROOT / part).rglob("*"):
            if path.is_file() and path.suffix in TEXT and "__pycache__" not in path.parts:
                yield path
    yield from (path for path in ROOT.iterdir() if path.is_file() and path.suffix in TEXT)


def pins(lock: str) -> list[Requirement]:
    """The lock's libraries, each with the marker of where it holds."""
    found = [_PIN.fullmatch(line) for line in (ROOT / lock).read_text().splitlines()]
    return [
        Requirement(f"{match[1]}=={match[2]}" + (f"; {match[3]}" if match[3] else ""))
        for match in found
        if match
    ]


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_holds_versions_and_hashes_alone(lock: str) -> None:
    lines = (ROOT / lock).read_text().splitlines()
    assert [line for line in lines if not (_PIN.fullmatch(line) or _HASH.fullmatch(line))] == []
    assert sum(bool(_PIN.fullmatch(line)) for line in lines) >= 40


@pytest.mark.parametrize("python", ["3.11", "3.12", "3.13", "3.14"])
def test_the_locks_serve_what_the_project_asks_for(python: str) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    where = {"python_version": python, "python_full_version": f"{python}.0", "extra": ""}
    for lock, wanted in (
        (LOCKS[0], project["dependencies"]),
        (LOCKS[1], project["dependencies"] + project["optional-dependencies"]["dev"]),
    ):
        locked = {
            canonicalize_name(pin.name): str(pin.specifier).removeprefix("==")
            for pin in pins(lock)
            if pin.marker is None or pin.marker.evaluate(where)
        }
        for requirement in map(Requirement, wanted):
            if requirement.marker is None or requirement.marker.evaluate(where):
                version = locked[canonicalize_name(requirement.name)]
                assert requirement.specifier.contains(version), f"{requirement} against {version}"


def test_no_file_names_a_path_of_somebodys_machine() -> None:
    named = [
        f"{path.relative_to(ROOT)}: {match[0]}"
        for path in text_files()
        if path != Path(__file__)
        for match in _MACHINE_PATH.finditer(path.read_text(encoding="utf-8", errors="replace"))
    ]
    assert named == []


def test_every_python_file_names_its_licence() -> None:
    first = "# SPDX-License-Identifier: MIT"
    lacking = [
        str(path.relative_to(ROOT))
        for path in text_files()
        if path.suffix == ".py" and not path.read_text(encoding="utf-8").startswith(first)
    ]
    assert lacking == []


def test_the_makefile_opens_an_example_that_exists() -> None:
    (example,) = re.findall(r"^EXAMPLE *:= *(\S+)$", (ROOT / "Makefile").read_text(), re.MULTILINE)
    assert (ROOT / example).is_file()
    assert (ROOT / example).stat().st_size < 400_000


def test_the_python_of_this_run_is_one_that_the_project_supports() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert Requirement(f"python{project['requires-python']}").specifier.contains(
        ".".join(map(str, sys.version_info[:3]))
    )
