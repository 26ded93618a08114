# SPDX-License-Identifier: MIT
"""Weights from files, blocks that learn one after the other, and files with code in them."""

import zipfile

import h5py
import numpy as np
import pytest

from desktop_app.domain.errors import ModelError
from desktop_app.training.lab.networks import build, unfreeze_blocks
from desktop_app.training.lab.networks_files import load_network
from desktop_app.training.lab.networks_images import base_of, blocks
from desktop_app.training.lab.weights import imagenet_file, parse_weights

pytestmark = pytest.mark.filterwarnings(
    "ignore:__array__ implementation doesn't accept:DeprecationWarning:keras"
)
TINY = {"width": 0.25, "dropout": 0.0}
SIDES = {"xception": 71, "vgg19": 32}


def transfer(name, weights="random"):
    side = SIDES[name]
    return build(name, (side, side, 3), 4, TINY, weights)


def patches(n, side):
    """Pictures of large coloured squares, levels 0 … 255."""
    coarse = np.random.default_rng(0).integers(0, 256, (n, 8, 8, 3), np.uint8)
    repeats = -(-side // 8)
    return coarse.repeat(repeats, 1).repeat(repeats, 2)[:, :side, :side]


def write_published(path, base):
    """A file as Keras Applications publishes them: a group for each layer, named in the root's attributes."""
    with h5py.File(path, "w") as file:
        file.attrs["layer_names"] = [layer.name.encode() for layer in base.layers]
        file.attrs["keras_version"], file.attrs["backend"] = b"2.0.0", b"tensorflow"
        for layer in base.layers:
            group = file.create_group(layer.name)
            names = [f"{layer.name}/{k}:0".encode() for k in range(len(layer.weights))]
            group.attrs["weight_names"] = names
            for name, weight in zip(names, layer.weights, strict=True):
                group.create_dataset(name.decode(), data=weight.numpy())


def same(one, other):
    return all(np.array_equal(a, b) for a, b in zip(one.get_weights(), other.get_weights(), strict=True))


@pytest.fixture
def keras_home(tmp_path, monkeypatch):
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "keras home"))
    (tmp_path / "keras home" / "models").mkdir(parents=True)
    return tmp_path / "keras home" / "models"


@pytest.mark.parametrize("name", SIDES)
def test_imagenet_weights_are_read_from_the_file_of_keras_applications(name, keras_home):
    published = transfer(name)
    path = keras_home / f"{name}_weights_tf_dim_ordering_tf_kernels_notop.h5"
    assert imagenet_file(name) == path
    write_published(path, base_of(published))
    loaded = transfer(name, "imagenet")
    assert same(base_of(loaded), base_of(published))
    assert not base_of(loaded).trainable_weights
    assert len(loaded.trainable_weights) == 6


@pytest.mark.parametrize("name", SIDES)
def test_missing_imagenet_weights_are_one_sentence_that_names_the_file(name, keras_home):
    with pytest.raises(ModelError) as refused:
        transfer(name, "imagenet")
    said = str(refused.value)
    assert f"{name}_weights_tf_dim_ordering_tf_kernels_notop.h5" in said
    assert f"keras-applications/{name}/" in said
    assert str(keras_home) in said
    assert said.endswith("choose random.")


def test_a_network_without_imagenet_weights_says_so():
    with pytest.raises(ModelError, match="mlp has no ImageNet weights"):
        build("mlp", (13,), 4, weights="imagenet")


@pytest.mark.parametrize("file", ["model.keras", "model.weights.h5", "model.h5"])
@pytest.mark.parametrize(("name", "shape"), [("cnn_time_frequency", (16, 16)), ("vgg19", (32, 32, 3))])
def test_a_whole_network_is_read_from_a_file(name, shape, file, tmp_path):
    network = build(name, shape, 4, TINY)
    write = network.save_weights if ".weights." in file else network.save
    write(tmp_path / file)
    assert same(build(name, shape, 4, TINY, tmp_path / file), network)


@pytest.mark.parametrize("file", ["base.keras", "base.weights.h5", "base.h5"])
def test_a_base_is_read_from_a_file_and_frozen(file, tmp_path):
    network = transfer("vgg19")
    base = base_of(network)
    if file == "base.h5":
        write_published(tmp_path / file, base)
    else:
        (base.save_weights if ".weights." in file else base.save)(tmp_path / file)
    loaded = transfer("vgg19", tmp_path / file)
    assert same(base_of(loaded), base)
    assert not same(loaded, network)
    assert not base_of(loaded).trainable_weights


def test_weights_of_another_network_are_refused(tmp_path):
    build("mlp", (13,), 4).save_weights(tmp_path / "mlp.weights.h5")
    with pytest.raises(ModelError, match="another network than cnn_time_frequency"):
        build("cnn_time_frequency", (16, 16), 4, TINY, tmp_path / "mlp.weights.h5")


@pytest.mark.parametrize("file", ["broken.keras", "broken.h5"])
def test_a_damaged_file_is_refused_in_one_line(file, tmp_path):
    (tmp_path / file).write_bytes(b"\x89HDF\r\n nothing")
    with pytest.raises(ModelError, match="damaged or made for another network than mlp") as refused:
        build("mlp", (13,), 4, weights=tmp_path / file)
    assert "\n" not in str(refused.value)


def test_a_missing_file_and_an_unknown_kind_are_refused(tmp_path):
    with pytest.raises(ModelError, match="no weights at"):
        build("mlp", (13,), 4, weights=tmp_path / "none.h5")
    (tmp_path / "weights.pkl").write_bytes(b"x")
    with pytest.raises(ModelError, match="end in"):
        build("mlp", (13,), 4, weights=tmp_path / "weights.pkl")


def test_what_the_command_line_gives_is_understood(tmp_path):
    assert parse_weights("imagenet") == "imagenet"
    assert parse_weights("random") == "random"
    assert parse_weights(str(tmp_path / "x.h5")) == tmp_path / "x.h5"


@pytest.mark.parametrize(("name", "n_blocks", "n_layers"), [("xception", 14, 132), ("vgg19", 5, 22)])
def test_blocks_learn_from_the_last_to_the_first(name, n_blocks, n_layers):
    network = transfer(name)
    grouped = blocks(network)
    assert len(grouped) == n_blocks
    assert sum(map(len, grouped)) == n_layers
    everything = len(network.trainable_weights)
    learning = []
    for n in range(n_blocks + 1):
        unfreeze_blocks(network, n)
        for number, block in enumerate(grouped, start=1):
            assert all(layer.trainable == (number > n_blocks - n) for layer in block)
        learning.append(len(network.trainable_weights))
    assert learning[0] == 6
    assert sorted(set(learning)) == learning
    assert learning[-1] == everything
    unfreeze_blocks(network, 0)
    assert len(network.trainable_weights) == 6


def test_the_shortcuts_of_xception_belong_to_the_blocks_they_bridge():
    grouped = blocks(transfer("xception"))
    bridged = [
        k for k, block in enumerate(grouped, 1) if any(layer.name.startswith("conv2d") for layer in block)
    ]
    assert bridged == [2, 3, 4, 13]


def test_only_networks_with_a_base_can_be_unfrozen():
    with pytest.raises(ValueError, match="no blocks"):
        unfreeze_blocks(build("mlp", (13,), 4), 1)
    with pytest.raises(ValueError, match="-1 blocks"):
        unfreeze_blocks(transfer("vgg19"), -1)


@pytest.mark.train
def test_what_is_frozen_stays_as_it_was_and_what_is_not_learns():
    network = transfer("vgg19")
    unfreeze_blocks(network, 1)
    before = [[weight.numpy() for layer in block for weight in layer.weights] for block in blocks(network)]
    network.compile("adam", "sparse_categorical_crossentropy")
    x = np.random.default_rng(0).integers(0, 256, (8, 32, 32, 3), np.uint8)
    network.fit(x, np.arange(8) % 4, epochs=1, verbose=0)
    after = [[weight.numpy() for layer in block for weight in layer.weights] for block in blocks(network)]
    changed = [
        any(not np.array_equal(a, b) for a, b in zip(*pair, strict=True))
        for pair in zip(before, after, strict=True)
    ]
    assert changed == [False] * 4 + [True]


@pytest.mark.train
@pytest.mark.timeout(400)
@pytest.mark.parametrize("name", SIDES)
def test_a_transferred_network_learns_a_handful_of_pictures_by_heart(name):
    import keras

    keras.utils.set_random_seed(1)
    network = transfer(name)
    side = SIDES[name]
    x, y = patches(8, side), np.arange(8) % 4
    # Deep networks without their ImageNet weights: at more, VGG19 never leaves chance.
    network.compile(
        keras.optimizers.Adam({"vgg19": 1e-4, "xception": 3e-4}[name]), "sparse_categorical_crossentropy"
    )
    network.fit(x, y, epochs={"vgg19": 20, "xception": 40}[name], batch_size=8, verbose=0)
    assert (network.predict(x, verbose=0).argmax(axis=1) == y).all()


def test_a_random_vgg19_tells_pictures_apart():
    """Without a mean in its filters: with one, all pictures come out nearly the same."""
    features = base_of(transfer("vgg19"))(patches(6, 32) - 128.0, training=False).numpy().reshape(6, -1)
    features /= np.linalg.norm(features, axis=1, keepdims=True)
    alike = (features @ features.T)[np.triu_indices(6, 1)]
    assert alike.mean() < 0.95


def test_a_random_xception_passes_pictures_on_at_their_size():
    network = transfer("xception")
    told = base_of(network)(patches(4, 71) / 127.5 - 1.0, training=False).numpy()
    assert 0.1 < told.std() < 10.0


def test_a_network_file_with_code_in_it_is_refused(tmp_path):
    import keras

    given = keras.Input((3,))
    keras.Model(given, keras.layers.Lambda(lambda x: x + 1)(given)).save(tmp_path / "code.keras")
    with pytest.raises(ModelError, match="cannot be read"):
        load_network(tmp_path / "code.keras")
    with zipfile.ZipFile(tmp_path / "empty.keras", "w"):
        pass
    with pytest.raises(ModelError, match="cannot be read"):
        load_network(tmp_path / "empty.keras")
