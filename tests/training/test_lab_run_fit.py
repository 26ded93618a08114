# SPDX-License-Identifier: MIT
"""The fitting itself: early stopping, best weights, stages, class weights, logs."""

import numpy as np
import pytest

from desktop_app.domain.errors import ModelError
from desktop_app.training.lab.fit import Examples, LabFitting, probabilities
from desktop_app.training.lab.recipe_settings import LabFitSettings
from desktop_app.training.lab.resume import StateFolder
from desktop_app.training.lab.run_measure import cross_entropy, share_right

pytestmark = pytest.mark.train


def network(seed=1):
    """Two blocks in a base, as ready-made networks have them, and a top."""
    import keras
    from keras import layers

    keras.utils.set_random_seed(seed)
    given = keras.Input((6,))
    inner = layers.Dense(8, activation="relu", name="block1_dense")(given)
    base = keras.Model(given, layers.Dense(8, activation="relu", name="block2_dense")(inner), name="base")
    x = keras.Input((6,), name="x")
    told = layers.Dense(2, activation="softmax", name="scores")(layers.Dropout(0.2)(base(x)))
    return keras.Model(x, told, name="tiny")


def examples(n=96, seed=1, noise=0.0):
    rng = np.random.default_rng(seed)
    truth = rng.integers(0, 2, n)
    x = rng.normal(0, 1, (n, 6)).astype(np.float32)
    x[:, 0] += 3 * truth
    flipped = np.where(rng.random(n) < noise, 1 - truth, truth)
    return Examples({"x": x}, np.arange(n), np.eye(2, dtype=np.float32)[flipped])


def fitting(folder, settings, model=None, **more):
    return LabFitting(
        model or network(), settings, np.ones(2, np.float32), StateFolder(folder, "one"), **more
    )


def test_it_stops_early_and_keeps_the_best_weights(tmp_path):
    settings = LabFitSettings(epochs=60, batch_size=8, learning_rate=0.03, patience=3)
    one = fitting(tmp_path, settings)
    learn, valid = examples(24, noise=0.3), examples(48, seed=2)
    progress = one.run(learn, valid)
    assert progress.epoch < 60
    assert progress.epoch == progress.best_epoch + 3
    losses = progress.history["val_loss"]
    assert progress.best_epoch == 1 + int(np.argmin(losses))
    kept = cross_entropy(probabilities(one.model, valid), valid.truth)
    assert kept == pytest.approx(min(losses), rel=1e-4)


def test_stages_unfreeze_one_block_after_the_other(tmp_path):
    settings = LabFitSettings(
        unfreeze=(0, 1, 2), stage_epochs=2, stage_rate=0.5, learning_rate=0.02, batch_size=16, patience=9
    )
    one = fitting(tmp_path, settings)
    before = [layer.kernel.numpy() for layer in one.model.get_layer("base").layers[1:]]
    seen = []
    start = one._start_stage

    def noting():
        start()
        seen.append(len(one.model.trainable_variables))

    one._start_stage = noting
    progress = one.run(examples(), examples(seed=2))
    assert seen == [2, 4, 6]
    assert progress.history["learning_rate"] == pytest.approx([0.02, 0.02, 0.01, 0.01, 0.005, 0.005])
    assert one.n_epochs() == progress.epoch == 6
    after = [layer.kernel.numpy() for layer in one.model.get_layer("base").layers[1:]]
    assert all(np.abs(a - b).max() > 0 for a, b in zip(before, after, strict=True))
    assert share_right(probabilities(one.model, examples(seed=3)), examples(seed=3).truth) > 0.7


def test_an_interrupted_stage_goes_on_as_if_nothing_had_happened(tmp_path, monkeypatch):
    settings = LabFitSettings(unfreeze=(0, 2), stage_epochs=3, learning_rate=0.01, batch_size=16)
    whole = fitting(tmp_path / "whole", settings).run(examples(), examples(seed=2))
    broken = fitting(tmp_path / "broken", settings)
    save = StateFolder.save
    count = [0]

    def interrupted(self, state):
        save(self, state)
        count[0] += 1
        if count[0] == 4:
            raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(StateFolder, "save", interrupted)
        with pytest.raises(KeyboardInterrupt):
            broken.run(examples(), examples(seed=2))
    again = fitting(tmp_path / "broken", settings, network(seed=7))
    progress = again.run(examples(), examples(seed=2))
    assert progress.epoch == whole.epoch == 6
    for name in ("loss", "val_loss"):
        np.testing.assert_allclose(progress.history[name], whole.history[name], rtol=1e-4)


def test_a_loss_that_is_no_number_is_told(tmp_path):
    settings = LabFitSettings(epochs=2, learning_rate=1e38)
    with pytest.raises(ModelError, match="does not converge"):
        fitting(tmp_path, settings).run(examples(), examples(seed=2))


def test_logs_for_tensorboard_are_written_on_request(tmp_path):
    settings = LabFitSettings(epochs=2)
    fitting(tmp_path / "a", settings).run(examples(), examples(seed=2))
    assert not list(tmp_path.glob("**/events.*"))
    fitting(tmp_path / "b", settings, tensorboard=tmp_path / "logs").run(examples(), examples(seed=2))
    assert list((tmp_path / "logs" / "tiny").glob("events.*"))
