# SPDX-License-Identifier: MIT
"""The grown forest as arrays says what scikit-learn's says."""

import numpy as np
import pytest
from sklearn.ensemble import RandomForestClassifier
from store_maker import item, store

from desktop_app.ml.forest import from_bytes
from desktop_app.training.classifier.fit_settings import ForestSettings
from desktop_app.training.classifier.forest import grow, mean_mfcc_of_rows, to_arrays


def test_the_arrays_vote_like_the_trees():
    rng = np.random.default_rng(2)
    features = rng.standard_normal((400, 6)).astype(np.float32)
    labels = (features[:, 0] > 0).astype(int) + (features[:, 1] * features[:, 2] > 0)
    fitted = RandomForestClassifier(20, max_leaf_nodes=60, random_state=0, n_jobs=1).fit(features, labels)
    arrays = to_arrays(fitted.estimators_, np.eye(3))
    fresh = rng.standard_normal((300, 6)).astype(np.float32)
    np.testing.assert_allclose(arrays.predict(fresh), fitted.predict_proba(fresh), atol=0.5 / 255)


def test_a_feature_on_the_threshold_goes_left_as_in_training():
    features = np.array([[0.1], [0.2], [0.3], [0.4]], np.float32)
    fitted = RandomForestClassifier(5, bootstrap=False, random_state=0, n_jobs=1).fit(features, [0, 0, 1, 1])
    arrays = to_arrays(fitted.estimators_, np.eye(2))
    at = np.array([[tree.tree_.threshold[0]] for tree in fitted.estimators_], np.float32)
    np.testing.assert_allclose(arrays.predict(at), fitted.predict_proba(at), atol=1e-6)


@pytest.mark.train
def test_a_grown_forest_knows_its_families_and_sources():
    families = ["bass", "flute", "vocal", "not_an_instrument"]
    items = [
        item(f, f"{f}{k}", source=None if f == families[3] else ("synthetic" if f == "bass" else "acoustic"))
        for f in families
        for k in range(12)
    ]
    made = store(items)
    settings = ForestSettings(n_trees=20, n_draws=400, max_leaves=50)
    forest = from_bytes(grow(made, np.ones(len(items), bool), settings, jobs=1))
    votes = forest.predict(mean_mfcc_of_rows(made, np.arange(len(made.windows))))
    assert votes.shape == (len(made.windows), 15)
    of_first = made.item_index == 0
    assert votes[of_first, 0].min() > 0.8
    assert votes[of_first, 14].min() > 0.8
    assert votes[made.item_index == len(items) - 1, 11].min() > 0.8
