# SPDX-License-Identifier: MIT
"""The networks of the lab: shapes, sizes, standardised inputs, and that each learns a handful of sounds."""

import numpy as np
import pytest

from desktop_app.training.lab.networks import NETWORKS, adapt_inputs, build

pytestmark = pytest.mark.filterwarnings(
    "ignore:__array__ implementation doesn't accept:DeprecationWarning:keras"
)
FULL = [
    ("cnn_image", (180, 180, 3), 11, 2_732_043),
    ("xception", (180, 180, 3), 11, 21_392_947),
    ("vgg19", (180, 180, 3), 11, 20_159_563),
    ("cnn_mfcc_small", (40, 173), 9, 454_105),
    ("two_branch", [(40, 173), (18,)], 9, 128_157),
    ("irmas_cnn", (128, 43), 11, 714_723),
    ("genre_cnn", (128, 646), 3, 712_667),
    ("cnn_time_frequency", (128, 173), 10, 128_170),
    ("mlp", (13,), 11, 6_181),
]
SMALL = [
    ("cnn_image", (72, 72, 3)),
    ("cnn_mfcc_small", (20, 32)),
    ("two_branch", [(20, 32), (9,)]),
    ("irmas_cnn", (32, 32)),
    ("genre_cnn", (16, 64, 1)),
    ("cnn_time_frequency", (32, 32)),
    ("mlp", (13,)),
]
TINY = {"width": 0.25, "dropout": 0.0}


def examples(shape, n, seed=1):
    """Random examples at odd levels, as a network gets them: images 0 … 255, anything else off its zero."""
    rng = np.random.default_rng(seed)
    if isinstance(shape, list):
        return [examples(part, n, k) for k, part in enumerate(shape)]
    if shape[-1] == 3 and len(shape) == 3:
        return rng.integers(0, 256, (n, *shape), dtype=np.uint8)
    return (rng.normal(0, 30, (n, *shape)) - 200).astype(np.float32)


def fitted(model, x, y, epochs, learning_rate=3e-3):
    """What the model says of ``x`` after learning it by heart, as it is used, not as it is trained."""
    import keras

    model.compile(keras.optimizers.Adam(learning_rate), "sparse_categorical_crossentropy")
    history = model.fit(x, y, epochs=epochs, batch_size=len(y), verbose=0).history["loss"]
    assert np.isfinite(history).all()
    return model.predict(x, batch_size=len(y), verbose=0)


@pytest.mark.parametrize(("name", "shape", "n_classes", "n_weights"), FULL)
def test_a_network_of_full_width_has_the_documented_size(name, shape, n_classes, n_weights):
    from desktop_app.training.lab import networks

    model = build(name, shape, n_classes)
    assert model.name == name
    assert model.output.shape == (None, n_classes)
    assert model.count_params() == n_weights
    assert f"{n_weights:,}" in networks.__doc__


def test_every_network_is_in_the_tables():
    assert {row[0] for row in FULL} == set(NETWORKS)


@pytest.mark.train
@pytest.mark.parametrize(("name", "shape"), SMALL)
def test_a_network_learns_a_handful_of_sounds_by_heart(name, shape):
    import keras

    keras.utils.set_random_seed(1)
    model = build(name, shape, 4, TINY)
    x = examples(shape, 12)
    y = np.arange(12) % 4
    adapt_inputs(model, x)
    told = fitted(model, x, y, 60)
    np.testing.assert_allclose(told.sum(axis=1), 1.0, atol=1e-5)
    assert (told.argmax(axis=1) == y).all()


@pytest.mark.train
def test_several_instruments_at_once_are_several_yes():
    import keras

    keras.utils.set_random_seed(1)
    model = build("irmas_cnn", (16, 16), 3, {**TINY, "multi_label": True})
    x = examples((16, 16), 6)
    y = np.array([[1, 1, 0], [0, 1, 1], [1, 0, 0], [1, 1, 1], [0, 0, 0], [1, 0, 1]], np.float32)
    adapt_inputs(model, x)
    model.compile(keras.optimizers.Adam(3e-3), "binary_crossentropy")
    model.fit(x, y, epochs=60, batch_size=6, verbose=0)
    assert ((model.predict(x, verbose=0) > 0.5) == y).all()


def test_standardised_inputs_have_mean_0_and_deviation_1_in_each_row():
    from desktop_app.training.lab.networks_layers import Standardise

    x = examples((5, 7), 90)
    x[:, 2] *= 1000.0
    x[:, 3] = 4.0
    layer = Standardise()
    layer.build((None, 5, 7))
    layer.adapt(x[at : at + 40] for at in range(0, 90, 40))
    y = layer(x).numpy()
    rows = [0, 1, 2, 4]
    np.testing.assert_allclose(y.mean(axis=(0, 2))[rows], 0.0, atol=1e-3)
    np.testing.assert_allclose(y.std(axis=(0, 2))[rows], 1.0, atol=1e-3)
    assert (y[:, 3] == 0.0).all()


def test_what_is_standardised_does_not_depend_on_its_neighbours():
    model = build("cnn_time_frequency", (20, 32), 4, TINY)
    x = examples((20, 32), 8)
    adapt_inputs(model, x)
    alone = np.concatenate([model(x[k : k + 1], training=False) for k in range(8)])
    np.testing.assert_allclose(alone, model(x, training=False), atol=1e-5)


def test_adapting_without_examples_is_refused():
    model = build("mlp", (13,), 4)
    with pytest.raises(ValueError, match="no examples"):
        adapt_inputs(model, np.zeros((0, 13), np.float32))


def test_both_branches_matter():
    shape = [(20, 32), (9,)]
    model = build("two_branch", shape, 4, TINY)
    x = examples(shape, 6)
    adapt_inputs(model, x)
    told = model(x, training=False).numpy()
    for changed in ([x[0][::-1], x[1]], [x[0], x[1][::-1]]):
        assert np.abs(model(changed, training=False).numpy() - told).max() > 1e-3


def test_only_the_chosen_rows_are_learnt_from():
    model = build("mlp", (3,), 2)
    x = np.array([[0, 0, 0], [2, 4, 6], [1e9, 1e9, 1e9]], np.float32)
    adapt_inputs(model, x, np.array([0, 1]))
    np.testing.assert_allclose(model.get_layer("standardise_qualities").mean, [1, 2, 3])


@pytest.mark.parametrize(
    ("name", "n_classes", "settings", "wrong"),
    [
        ("resnet", 4, {}, "no network resnet"),
        ("cnn_time_frequency", 1, {}, "1 classes"),
        ("mlp", 4, {"depth": 3}, "no setting depth"),
        ("mlp", 4, {"width": 0.0}, "no settings"),
        ("mlp", 4, {"dropout": 1.0}, "no settings"),
    ],
)
def test_what_cannot_be_built_is_refused(name, n_classes, settings, wrong):
    with pytest.raises(ValueError, match=wrong):
        build(name, (32,), n_classes, settings)
