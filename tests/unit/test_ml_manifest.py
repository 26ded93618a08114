# SPDX-License-Identifier: MIT
"""Models are found, checked, and refused in one plain sentence."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from desktop_app.assets import bundled
from desktop_app.domain.errors import ModelError
from desktop_app.ml import list_models, load_classifier, load_from_folder
from desktop_app.ml import manifest as manifest_module

FOREST = "rf_mean_mfcc"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A user's folder with the forest alone."""
    shutil.copytree(str(bundled("models", FOREST)), tmp_path / FOREST)
    listed = json.loads(bundled("models", "manifest.json").read_text())
    listed |= {"default": FOREST, "models": {FOREST: listed["models"][FOREST]}}
    (tmp_path / "manifest.json").write_text(json.dumps(listed))
    return tmp_path


@pytest.fixture
def as_users(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(manifest_module, "user_models_folder", lambda: folder)
    return folder


def change(folder: Path, **values) -> None:
    listed = json.loads((folder / "manifest.json").read_text())
    listed["models"][FOREST] |= values
    (folder / "manifest.json").write_text(json.dumps(listed))


def rename(folder: Path, model_id: str) -> None:
    listed = json.loads((folder / "manifest.json").read_text())
    listed["models"] = {model_id: listed["models"][FOREST]}
    (folder / "manifest.json").write_text(json.dumps(listed | {"default": model_id}))


def test_the_default_is_the_network():
    classifier = load_classifier()
    assert classifier.model_id == "multitask_v3"
    assert 0.0 < classifier.thresholds.maybe <= classifier.thresholds.sure < 1.0


def test_lists_the_bundled_models_default_first():
    infos = list_models()
    assert [info.is_default for info in infos][:2] == [True, False]
    assert {info.model_id for info in infos} >= {"multitask_v3", FOREST}
    assert all(info.problem is None and info.metrics and Path(info.card_path).is_file() for info in infos)


def test_a_users_model_is_listed_and_loaded(as_users):
    rename(as_users, "mine")
    assert [info.model_id for info in list_models() if not info.is_bundled] == ["mine"]
    assert load_classifier("mine").model_id == "mine"
    assert load_classifier().model_id == "multitask_v3"


def test_a_damaged_list_of_the_user_hides_nothing_else(as_users):
    (as_users / "manifest.json").write_text("{")
    *good, bad = list_models()
    assert "damaged" in bad.problem
    assert all(info.problem is None for info in good)
    assert load_classifier().model_id == "multitask_v3"


def test_an_unknown_model_is_named_with_those_that_there_are():
    with pytest.raises(ModelError, match=r"no model nonsense; the models are: .*multitask_v3"):
        load_classifier("nonsense")


def test_refuses_a_changed_file(as_users):
    rename(as_users, "mine")
    path = as_users / FOREST / "forest.npz"
    path.write_bytes(path.read_bytes()[:-1] + b"!")
    with pytest.raises(ModelError, match="damaged: its file does not match its checksum"):
        load_classifier("mine")
    assert "checksum" in next(info.problem for info in list_models() if info.model_id == "mine")


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"families": ["bass", "brass"]}, "its families are not the 11 of this program"),
        ({"sources": ["synthetic"]}, "its sources are not the 3"),
        ({"window_frames": 50}, "windows of 50 frames, this program makes 100"),
        (
            {"feature_spec": {"sr": 16000}},
            "db_floor = None, this program computes db_floor = -100.0",
        ),
        ({"thresholds": {"sure": 0.9}}, "cannot be used"),
        ({"temperature": "warm"}, "cannot be used"),
        ({"kind": "oracle"}, "of an unknown kind, oracle"),
        ({"file": "nothing.npz"}, "cannot be read"),
    ],
)
def test_refuses_what_does_not_fit(folder, values, sentence):
    change(folder, **values)
    with pytest.raises(ModelError, match=sentence) as caught:
        load_from_folder(folder)
    assert str(caught.value).count(". ") == 0
    assert str(caught.value).endswith(".")


def test_refuses_a_feature_that_is_computed_otherwise(folder):
    spec = json.loads((folder / "manifest.json").read_text())["models"][FOREST]["feature_spec"]
    change(folder, feature_spec=spec | {"hop_length": 256})
    with pytest.raises(ModelError, match="hop_length = 256, this program computes hop_length = 160"):
        load_from_folder(folder)


def test_refuses_a_folder_without_a_list(tmp_path):
    with pytest.raises(ModelError, match="There is no list of models"):
        load_from_folder(tmp_path)


def test_refuses_a_list_of_another_kind(folder):
    (folder / "manifest.json").write_text('{"schema": "other/9"}')
    with pytest.raises(ModelError, match="of another kind: other/9"):
        load_from_folder(folder)


def test_importing_is_light():
    heavy = ("ai_edge_litert", "tensorflow", "keras", "sklearn", "scipy", "librosa", "PySide6")
    code = f"import sys, desktop_app.ml; print([m for m in {heavy!r} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
