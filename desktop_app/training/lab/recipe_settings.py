# SPDX-License-Identifier: MIT
"""What a recipe of the lab says of each step; free of heavy imports."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

SplitKind = Literal["random", "instrument", "bank", "official"]


@dataclass(frozen=True, slots=True)
class DataSettings:
    """What is learnt from.

    Attributes
    ----------
    corpora
        Kinds of corpora that the recipe understands.
    classes
        Labels to tell apart; empty: all those of the corpora.
    one_against_rest
        Where not empty, this class against all others, which become ``rest``.
    sources
        Only sounds of these sources are learnt and measured; empty: all.
    multi_label
        Whether a sound may have several labels.
    threshold
        Share of the strongest label's probability from which another counts as heard, for several labels.
    later_windows_s
        Where further windows of a long sound begin; it is measured on the mean of all. One input only.
    """

    corpora: tuple[str, ...] = ("nsynth", "folders", "manifest")
    classes: tuple[str, ...] = ()
    one_against_rest: str = ""
    sources: tuple[str, ...] = ()
    multi_label: bool = False
    threshold: float = 0.5
    later_windows_s: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class BalanceSettings:
    """How classes of different sizes are evened out.

    Attributes
    ----------
    per_class
        At most so many sounds of a class are drawn to learn from and to hold back; 0: all.
    measured_per_class
        The same for unseen banks.
    class_weights
        Whether a sound of a rare class weighs more in the loss.
    smote
        Whether rare classes are filled up between neighbours (vectors only, in what is learnt only).
    seed
        Of the draw and of SMOTE.
    """

    per_class: int = 0
    measured_per_class: int = 200
    class_weights: bool = False
    smote: bool = False
    seed: int = 1


@dataclass(frozen=True, slots=True)
class SplitSettings:
    """What is held back.

    Attributes
    ----------
    kind
        Where the sounds come from that choose the epoch: single sounds, whole instruments, whole banks, or
        the part that the corpus itself calls the validation.
    test_share, valid_share
        Of the single sounds.
    instrument_share
        Of the instruments; twice that where they also choose the epoch.
    held_banks
        Banks that are never learnt from, with their relatives.
    seed
        The same seed holds back the same sounds on every machine.
    """

    kind: SplitKind = "random"
    test_share: float = 0.2
    valid_share: float = 0.1
    instrument_share: float = 0.1
    held_banks: tuple[str, ...] = ()
    seed: int = 1


@dataclass(frozen=True, slots=True)
class LabFitSettings:
    """How a network is fitted.

    Attributes
    ----------
    epochs, batch_size, learning_rate, seed
        Adam; an epoch is a pass over what is learnt.
    patience
        The fitting (or its stage) ends after so many epochs without a smaller validation loss.
    label_smoothing
        Of the cross-entropy.
    unfreeze
        Stages: how many blocks of a ready-made network learn in each; empty: everything learns at once.
    stage_epochs, stage_rate
        Most epochs of a stage, and by what the learning rate is multiplied from one to the next.
    """

    seed: int = 1
    epochs: int = 20
    batch_size: int = 32
    learning_rate: float = 1e-3
    patience: int = 5
    label_smoothing: float = 0.0
    unfreeze: tuple[int, ...] = ()
    stage_epochs: int = 5
    stage_rate: float = 0.3


@dataclass(frozen=True, slots=True)
class NetSettings:
    """What a recipe may set of a network.

    Attributes
    ----------
    width
        Times the usual width of the layers; of Xception and VGG19 only the top is scaled.
    dropout
        Share of values that are dropped while learning, 0 to below 1.
    multi_label
        Whether every class is a question of its own (sigmoid) rather than one answer among all (softmax).
    """

    width: float = 1.0
    dropout: float = 0.3
    multi_label: bool = False

    def __post_init__(self) -> None:
        if self.width <= 0 or not 0 <= self.dropout < 1:
            raise ValueError(f"these are no settings of a network: {self}")

    @property
    def activation(self) -> str:
        """Of the outputs."""
        return "sigmoid" if self.multi_label else "softmax"


@dataclass(frozen=True, slots=True)
class Published:
    """What the publication reports: a sentence, and its figures by name."""

    text: str = ""
    figures: dict[str, float] = field(default_factory=dict)
