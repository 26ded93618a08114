# SPDX-License-Identifier: MIT
"""The network: its shapes, its export, and going on after a break."""

import numpy as np
import pytest
from store_maker import item, store

from desktop_app.ml.classifier import N_OUTPUTS
from desktop_app.ml.runtime import TfliteModel
from desktop_app.training.classifier.fit_batches import batches, row_weights, targets
from desktop_app.training.classifier.fit_settings import AugmentSettings, FitSettings, NetworkSettings

pytestmark = [
    pytest.mark.train,
    pytest.mark.filterwarnings("ignore:__array__ implementation doesn't accept:DeprecationWarning:keras"),
]
SMALL = NetworkSettings(widths=(4, 6, 8, 8), hidden=8, members=2, units=(8,))


@pytest.fixture(scope="module")
def network():
    """A small network with random weights everywhere, also where it starts at zero."""
    from desktop_app.training.classifier.networks import assemble, build_members, build_picture, build_pitch

    parts = build_pitch(1184), build_members(1184 + 224, SMALL), [build_picture(128, 100, SMALL)]
    made = assemble(*parts)
    rng = np.random.default_rng(0)
    made.set_weights([weight + np.abs(rng.normal(0, 0.02, weight.shape)) for weight in made.get_weights()])
    return made


def levels(n):
    return np.random.default_rng(1).uniform(-90, -5, (n, 128, 100, 1)).astype(np.float32)


def test_the_exported_network_equals_keras(network):
    from desktop_app.training.classifier.export import to_tflite

    exported = TfliteModel(to_tflite(network))
    assert exported.output_sizes == N_OUTPUTS
    told = exported.run(levels(3))
    expected = network(levels(3), training=False)
    for name in N_OUTPUTS:
        assert np.ptp(expected[name]) > 0.01
        np.testing.assert_allclose(told[name], expected[name], rtol=5e-3, atol=5e-3)


def test_loudness_does_not_matter(network):
    mel_db = np.maximum(levels(2), -60.0) - 5.0
    loud, soft = (network(mel_db - down_db, training=False)["family"].numpy() for down_db in (0.0, 30.0))
    np.testing.assert_allclose(loud, soft, rtol=1e-4, atol=1e-4)


def test_fitting_goes_on_where_it_was_broken_off(tmp_path):
    from desktop_app.training.classifier.fit import Fitting
    from desktop_app.training.classifier.fit_augment import augment, dequantise
    from desktop_app.training.classifier.networks import build_picture

    items = [item(family, f"{family}{k}") for family in ("bass", "flute", "vocal") for k in range(4)]
    made = store(items)
    weights = row_weights(made, np.ones(len(items), bool), -0.7)

    def prepare(batch):
        return augment(dequantise(batch), AugmentSettings())[..., None]

    def run(epochs):
        settings = FitSettings(epochs=epochs, steps_per_epoch=2, batch_size=8, warmup_steps=1)
        fitting = Fitting(lambda: build_picture(128, 100, SMALL), settings, prepare, tmp_path)
        n_before = fitting.n_epochs_done
        target = targets(items)[made.item_index]
        source = batches(lambda rows, _: made.windows[rows], target, weights, 8, 1)
        fitting.run(source, lambda _: {"score": 0.5})
        return n_before, fitting.n_epochs_done

    assert run(1) == (0, 1)
    assert run(3) == (1, 3)


def test_unknown_labels_move_nothing():
    import tensorflow as tf

    from desktop_app.training.classifier.fit import _cross_entropy

    logits = tf.Variable(np.random.default_rng(0).normal(size=(3, 2, 5)).astype(np.float32))
    labels = tf.constant([[0, 1, 0, 0, 0], [0, 0, 0, 0, 0], [0, 0, 0.6, 0, 0]], tf.float32)
    with tf.GradientTape() as tape:
        loss = _cross_entropy(labels, logits, 0.0)
    gradient = tape.gradient(loss, logits).numpy()
    assert not gradient[1].any()
    assert (gradient[0, :, 1] < 0.0).all()
    own = -tf.nn.log_softmax(logits).numpy().mean(axis=1)
    assert loss.numpy() == pytest.approx((own[0, 1] + 0.6 * own[2, 2]) / 1.6, rel=1e-5)


def test_partials_are_read_at_the_pitch():
    import tensorflow as tf

    from desktop_app.dsp.features import mel_spectrogram_db
    from desktop_app.dsp.spec import DEFAULT_SPEC
    from desktop_app.training.classifier.networks_statistics import Partials, Statistics

    time_s = np.arange(16_000) / 16_000
    tone = sum(np.sin(2 * np.pi * 440.0 * k * time_s) / k for k in (1, 3, 5))  # odd partials only
    mel_db = mel_spectrogram_db((0.2 * tone).astype(np.float32), DEFAULT_SPEC)[None, ..., None]
    statistics = Statistics()(mel_db)
    a4 = tf.one_hot([69 - 21], 88)
    told = Partials()(statistics, 20.0 * a4).numpy()[0]
    assert told.shape == (224,)
    for levels_at in (told[:80].reshape(20, 4)[:, 0], told[80:200].reshape(20, 6)[:, 3]):
        assert levels_at[[0, 2, 4]].min() > levels_at[[1, 3, 5]].max() + 0.1
    assert told[200] == pytest.approx(48 / 88)
    assert told[201] == pytest.approx(1.0, abs=1e-3)
    assert told[202:].argmax() == 48 // 4


def test_partials_are_computed_again_for_another_pitch(tmp_path):
    from desktop_app.training.classifier.fit_statistics import StatisticsCache
    from desktop_app.training.classifier.networks import build_pitch

    made = store([item("bass"), item("flute", "b")], rows_each=1)

    def pitches_told(pitch):
        cache = StatisticsCache(made, np.ones(2, bool), tmp_path, AugmentSettings(), 0, 1.0)
        assert cache.n_numbers == 1184
        cache.add_partials(pitch)
        return cache.take(np.arange(2), np.random.default_rng(0))[:, 1184 + 200]

    for midi_from_21 in (40, 60):
        pitch = build_pitch(1184)
        bias = next(weight for weight in pitch.weights if weight.shape == (88,))
        bias.assign(100.0 * np.eye(88)[midi_from_21])
        np.testing.assert_allclose(pitches_told(pitch), midi_from_21 / 88, atol=1e-3)
