# SPDX-License-Identifier: MIT
import hashlib
import json
from pathlib import Path

import pytest

from desktop_app import assets
from desktop_app.assets import bundled_part
from desktop_app.domain.errors import ModelError


@pytest.fixture
def manifest(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "ear_v1").mkdir()
    (tmp_path / "ear_v1" / "weights.npz").write_bytes(b"numbers")
    entry = {"file": "ear_v1/weights.npz", "sha256": hashlib.sha256(b"numbers").hexdigest()}
    path = tmp_path / "manifest.json"
    path.write_text(json.dumps({"parts": {"ear_v1": entry}}))
    monkeypatch.setattr(assets, "bundled", lambda _kind, *parts: tmp_path.joinpath(*parts))
    return path


def test_a_part_is_found_by_its_name(manifest: Path) -> None:
    assert bundled_part("ear_v1") == b"numbers"


def test_an_unknown_part_is_missing_in_one_sentence(manifest: Path) -> None:
    with pytest.raises(ModelError, match="“eye_v1” is missing"):
        bundled_part("eye_v1")


def test_a_part_that_was_changed_is_refused(manifest: Path) -> None:
    (manifest.parent / "ear_v1" / "weights.npz").write_bytes(b"nonsense")
    with pytest.raises(ModelError, match="damaged"):
        bundled_part("ear_v1")
