# SPDX-License-Identifier: MIT
"""Where a network's weights come from: ``--weights imagenet|random|PATH``. Nothing is ever downloaded.

ImageNet: Russakovsky et al., "ImageNet Large Scale Visual Recognition Challenge", IJCV 2015; the files are
those of Keras Applications.
"""

from __future__ import annotations

import os
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal

from desktop_app.domain.errors import ModelError

if TYPE_CHECKING:
    import keras

Weights = Literal["imagenet", "random"] | Path

_PUBLISHED: Final = "https://storage.googleapis.com/tensorflow/keras-applications"
_IMAGENET_FILES: Final = {
    "xception": "xception_weights_tf_dim_ordering_tf_kernels_notop.h5",
    "vgg19": "vgg19_weights_tf_dim_ordering_tf_kernels_notop.h5",
}
_SUFFIXES: Final = (".h5", ".hdf5", ".keras")
_UNFIT: Final = (ValueError, KeyError, TypeError, OSError, AttributeError, UserWarning, ModelError)


def parse_weights(text: str) -> Weights:
    """What the command line's ``--weights`` means."""
    if text == "imagenet":
        return "imagenet"
    return "random" if text == "random" else Path(text).expanduser()


def imagenet_file(base: str) -> Path:
    """Where Keras keeps the ImageNet weights of ``"xception"`` or ``"vgg19"``, without their top."""
    home = Path(os.environ.get("KERAS_HOME", "~/.keras")).expanduser()
    return home / "models" / _IMAGENET_FILES[base]


def load_weights(model: keras.Model, weights: Weights) -> None:
    """Load weights into a network from `networks.build`; a loaded base starts frozen.

    A file may hold the whole network (``.keras``, ``.weights.h5``, or Keras's older ``.h5``) or only its
    Xception or VGG19.

    Raises
    ------
    ModelError
        If the file is missing, damaged, or made for another network.
    """
    from desktop_app.training.lab.networks_images import base_of, unfreeze_blocks

    if weights == "random":
        return
    base = base_of(model)
    if weights == "imagenet":
        if base is None:
            raise ModelError(f"{model.name} has no ImageNet weights: choose random, or give a file.")
        _load(_imagenet(base.name), [base])
    else:
        _load(_existing(Path(weights)), [model] if base is None else [model, base])
    if base is not None:
        unfreeze_blocks(model, 0)


def _imagenet(base: str) -> Path:
    path = imagenet_file(base)
    if not path.is_file():
        raise ModelError(
            f"The ImageNet weights are not on this computer: bring {path.name} from {_PUBLISHED}/{base}/ "
            f"to {path.parent}, or choose random."
        )
    return path


def _existing(path: Path) -> Path:
    if not path.is_file():
        raise ModelError(f"There are no weights at {path}: choose imagenet, random or a file.")
    if path.suffix not in _SUFFIXES:
        raise ModelError(f"{path} holds no weights that can be read: they end in {', '.join(_SUFFIXES)}.")
    return path


def _load(path: Path, targets: list[keras.Model]) -> None:
    """Into the first of the targets that the file fits; those that it does not fit stay as they were."""
    for target in targets:
        before = target.get_weights()
        try:
            _load_into(target, path)
        except _UNFIT:
            target.set_weights(before)
        else:
            return
    raise ModelError(f"The weights in {path} are damaged or made for another network than {targets[0].name}.")


def _load_into(target: keras.Model, path: Path) -> None:
    from desktop_app.training.lab.networks_files import load_network

    if path.suffix == ".keras":
        target.set_weights(load_network(path).get_weights())
        return
    with warnings.catch_warnings():
        # Keras only warns of layers that the file does not hold and leaves them as they were.
        warnings.simplefilter("error", UserWarning)
        target.load_weights(path)
