# SPDX-License-Identifier: MIT
"""Every bundled model says of its golden inputs what it said when it was exported."""

import json

import numpy as np
import pytest

from desktop_app.assets import bundled
from desktop_app.ml import load_classifier

MODEL_IDS = sorted(json.loads(bundled("models", "manifest.json").read_text())["models"])


@pytest.mark.parametrize("model_id", MODEL_IDS)
def test_says_what_it_said(model_id):
    with bundled("models", model_id, "golden.npz").open("rb") as file:
        golden = dict(np.load(file, allow_pickle=False))
    told = load_classifier(model_id).predict(golden["mel_db"])
    assert golden["mel_db"].shape[0] == 8
    for name in ("family", "not_an_instrument", "source", "pitch"):
        np.testing.assert_allclose(getattr(told, name), golden[name], atol=1e-5, err_msg=name)


@pytest.mark.parametrize("model_id", MODEL_IDS)
def test_a_window_is_judged_alike_alone_and_among_others(model_id):
    classifier = load_classifier(model_id)
    rng = np.random.default_rng(0)
    windows = rng.uniform(-90.0, -10.0, (3, 128, classifier.window_frames)).astype(np.float32)
    together = classifier.predict(windows)
    for i in range(3):
        alone = classifier.predict(windows[i : i + 1])
        np.testing.assert_allclose(alone.family[0], together.family[i], atol=1e-6)
        np.testing.assert_allclose(alone.pitch[0], together.pitch[i], atol=1e-6)
