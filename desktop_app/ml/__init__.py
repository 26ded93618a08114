# SPDX-License-Identifier: MIT
"""Inference with the models that there are. Importing this is light: the first load imports LiteRT."""

from desktop_app.ml.classifier import Classifier, Prediction, Thresholds, combine
from desktop_app.ml.manifest import (
    ModelInfo,
    list_models,
    load_classifier,
    load_from_folder,
    user_models_folder,
)

__all__ = [
    "Classifier",
    "ModelInfo",
    "Prediction",
    "Thresholds",
    "combine",
    "list_models",
    "load_classifier",
    "load_from_folder",
    "user_models_folder",
]
