# SPDX-License-Identifier: MIT
"""The networks behind the recipes of the lab, by name.

Every network gives probabilities, shape (n, n_classes): of one class out of all, or of each class by itself
(``multi_label``). Weights at full width, for the shapes and numbers of classes given:

==================  ==========================  =======  ==========  =====================================
name                input                       classes  parameters  recipes
==================  ==========================  =======  ==========  =====================================
cnn_image           (180, 180, 3)                    11   2,732,043  cnn_mfcc_image
xception            (180, 180, 3)                    11  21,392,947  xception_mfcc_image
vgg19               (180, 180, 3)                    11  20,159,563  vgg19_spectrogram_image
cnn_mfcc_small      (40, 173)                         9     454,105  cnn_mfcc_keras
two_branch          (40, 173) and (18,)               9     128,157  two_branch
irmas_cnn           (128, 43)                        11     714,723  irmas_predominant
genre_cnn           (128, 646)                        3     712,667  genre_cnn
cnn_time_frequency  (128, 173)                       10     128,170  cnn_mel, cnn_log_mel, cnn_mfcc
mlp                 (13,)                            11       6,181  mlp_qualities, mlp_qualities_binary
==================  ==========================  =======  ==========  =====================================
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields
from typing import Any, Final

import keras
import numpy as np

from desktop_app.training.lab.networks_arrays import (
    cnn_mfcc_small,
    cnn_time_frequency,
    deep_mel_cnn,
    mlp,
    two_branch,
)
from desktop_app.training.lab.networks_images import cnn_image, unfreeze_blocks, vgg19, xception
from desktop_app.training.lab.networks_layers import Standardise
from desktop_app.training.lab.recipe_settings import NetSettings
from desktop_app.training.lab.weights import Weights, load_weights

__all__ = ["NETWORKS", "NetSettings", "Shape", "adapt_inputs", "build", "unfreeze_blocks"]

Shape = tuple[int, ...] | Sequence[tuple[int, ...]]
_CHUNK_ROWS: Final = 512


_BUILDERS: Final[Mapping[str, Callable[[Any, int, NetSettings], keras.Model]]] = {
    "cnn_image": cnn_image,
    "xception": xception,
    "vgg19": vgg19,
    "cnn_mfcc_small": cnn_mfcc_small,
    "two_branch": two_branch,
    "irmas_cnn": deep_mel_cnn,
    "genre_cnn": deep_mel_cnn,
    "cnn_time_frequency": cnn_time_frequency,
    "mlp": mlp,
}
NETWORKS: Final = tuple(_BUILDERS)


def build(
    name: str,
    input_shape: Shape,
    n_classes: int,
    settings: Mapping[str, Any] | None = None,
    weights: Weights = "random",
) -> keras.Model:
    """The network of a recipe, not compiled.

    Parameters
    ----------
    name
        One of `NETWORKS`.
    input_shape
        Of one example: (height, width, 3) for images, (rows, n_frames) for arrays, (n,) for qualities;
        for ``two_branch`` a list of two, MFCCs and scalars, as are its inputs.
    n_classes
        Number of outputs, at least 2.
    settings
        Fields of `NetSettings` by name.
    weights
        ``"random"``: nothing is frozen, since frozen random layers would never learn. ``"imagenet"`` or a
        file: what is loaded of Xception or VGG19 is frozen until `unfreeze_blocks` lets it learn.

    Raises
    ------
    ValueError
        For an unknown name or setting, or fewer than two classes.
    ModelError
        If the weights are missing or do not fit.
    """
    if name not in _BUILDERS:
        raise ValueError(f"there is no network {name}, only {', '.join(NETWORKS)}")
    if n_classes < 2:
        raise ValueError(f"{n_classes} classes cannot be told apart")
    model = _BUILDERS[name](input_shape, n_classes, _settings(name, settings or {}))
    model.name = name
    load_weights(model, weights)
    return model


def _settings(name: str, values: Mapping[str, Any]) -> NetSettings:
    if unknown := values.keys() - {field.name for field in fields(NetSettings)}:
        raise ValueError(f"{name} has no setting {', '.join(sorted(unknown))}")
    return NetSettings(**values)


def adapt_inputs(
    model: keras.Model, inputs: np.ndarray | Sequence[np.ndarray], rows: np.ndarray | None = None
) -> None:
    """Set the standardising layers from what is learnt, before the first step of a training.

    Parameters
    ----------
    model
        From `build`; images are not standardised, and nothing is done for them.
    inputs
        Examples, shape (n, …), or a list of such arrays for several inputs. They are read in chunks, so
        that they may be mapped from disk.
    rows
        Indices of the examples that are learnt, shape (n_learnt,); None for all.
    """
    arrays = inputs if isinstance(inputs, list | tuple) else [inputs]
    by_name = dict(zip((given.name for given in model.inputs), arrays, strict=True))
    for layer in model.layers:
        if isinstance(layer, Standardise):
            x = by_name[layer.name.removeprefix("standardise_")]
            chosen = np.arange(len(x)) if rows is None else rows
            layer.adapt(x[chosen[at : at + _CHUNK_ROWS]] for at in range(0, len(chosen), _CHUNK_ROWS))
