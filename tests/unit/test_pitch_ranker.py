# SPDX-License-Identifier: MIT
import io

import numpy as np
import pytest

from desktop_app.assets import bundled
from desktop_app.domain.errors import ModelError
from desktop_app.dsp.pitch_candidates import N_FEATURES
from desktop_app.dsp.pitch_ranker import PitchRanker, bundled_ranker, ranker_from_bytes


def test_bundled_ranker_gives_the_golden_answers():
    with bundled("models", "pitch_v1", "golden.npz").open("rb") as file:
        golden = np.load(io.BytesIO(file.read()), allow_pickle=False)
    logits = bundled_ranker().logits(golden["features"])
    np.testing.assert_allclose(logits, golden["logits"], atol=1e-3)
    assert golden["logits"].std() > 1.0


def test_each_candidate_is_weighed_alone():
    rng = np.random.default_rng(0)
    features = rng.uniform(-1.0, 1.0, (3, 5, N_FEATURES)).astype(np.float32)
    whole = bundled_ranker().logits(features)
    single = bundled_ranker().logits(features[1:2, 3:4])
    np.testing.assert_allclose(single[0, 0], whole[1, 3], atol=1e-4)


def test_layers_that_do_not_fit_are_refused():
    with pytest.raises(ModelError, match="does not fit"):
        PitchRanker([(np.zeros((N_FEATURES - 1, 1), np.float32), np.zeros(1, np.float32))])


def test_layers_are_read_in_order():
    rng = np.random.default_rng(1)
    layers = {
        "weight_0": rng.standard_normal((N_FEATURES, 4)).astype(np.float32),
        "bias_0": np.zeros(4, np.float32),
        "weight_1": rng.standard_normal((4, 1)).astype(np.float32),
        "bias_1": np.ones(1, np.float32),
    }
    content = io.BytesIO()
    np.savez(content, **layers)
    features = rng.standard_normal((1, 2, N_FEATURES)).astype(np.float32)
    expected = np.maximum(features @ layers["weight_0"], 0.0) @ layers["weight_1"] + 1.0
    np.testing.assert_allclose(
        ranker_from_bytes(content.getvalue()).logits(features), expected[:, :, 0], rtol=1e-4
    )
