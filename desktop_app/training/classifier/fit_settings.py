# SPDX-License-Identifier: MIT
"""What a recipe says of each step; free of heavy imports."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class NetworkSettings:
    """Size of the network.

    Attributes
    ----------
    widths
        Channels of the stem, which keeps every 2nd band and 4th frame, and of each residual stage, which
        halves both axes.
        Empty: no member looks at the picture.
    hidden, dropout
        Units of the dense layer behind it, and the share of them that training leaves out.
    members, units, input_dropout, units_dropout
        How many members judge statistics; the units of their layers; the shares of the numbers and of
        these units that training leaves out.
    """

    widths: tuple[int, ...] = (32, 48, 96, 160)
    hidden: int = 192
    dropout: float = 0.3
    members: int = 3
    units: tuple[int, ...] = (512, 256)
    input_dropout: float = 0.15
    units_dropout: float = 0.4


@dataclass(frozen=True, slots=True)
class FitSettings:
    """How the network is fitted.

    Attributes
    ----------
    seed, epochs, steps_per_epoch, batch_size
        An epoch is a number of steps, not a pass over the corpus.
    learning_rate, warmup_steps, weight_decay
        AdamW; the rate rises during the first steps, then falls along a cosine to 0.
    average
        Share that the moving average of the weights keeps at each step.
    label_smoothing, source_weight, pitch_weight
        Of the loss; the family has weight 1.
    instrument_exponent
        An instrument of n windows weighs n ** (1 + exponent) within its family.
    mixup_probability, mixup_alpha
        How often two sounds are mixed, and the shape of the Beta distribution of their shares.
    """

    seed: int = 1
    epochs: int = 20
    steps_per_epoch: int = 400
    batch_size: int = 64
    learning_rate: float = 2e-3
    warmup_steps: int = 300
    weight_decay: float = 1e-3
    average: float = 0.998
    label_smoothing: float = 0.05
    source_weight: float = 0.3
    pitch_weight: float = 0.3
    instrument_exponent: float = -0.7
    mixup_probability: float = 0.3
    mixup_alpha: float = 0.4


@dataclass(frozen=True, slots=True)
class AugmentSettings:
    """How strongly a window is changed; probabilities 0 … 1, the rest in the unit of its name.

    Attributes
    ----------
    eq_db
        Standard deviation of a smooth random curve over the bands.
    loudest_db
        Range of the level of the loudest band.
    noise_probability, noise_below_db
        How often noise is added, and how far below the loudest band it lies.
    accompanied_probability, accompanied_below_db
        How often another sound goes on behind this one, and how far below it lies on the average.
    cut_probability, cut_frames
        How often the window ends early (silence follows), and after how many frames.
    shift_frames
        Greatest shift in time, either way.
    mask_bands, mask_frames
        Greatest width of a masked stretch of bands and of frames.
    """

    eq_db: float = 5.0
    loudest_db: tuple[float, float] = (-50.0, -2.0)
    noise_probability: float = 0.4
    noise_below_db: tuple[float, float] = (18.0, 60.0)
    accompanied_probability: float = 0.0
    accompanied_below_db: tuple[float, float] = (3.0, 20.0)
    cut_probability: float = 0.25
    cut_frames: tuple[int, int] = (20, 100)
    shift_frames: int = 6
    mask_bands: int = 14
    mask_frames: int = 16


@dataclass(frozen=True, slots=True)
class ForestSettings:
    """How the forest is grown.

    Attributes
    ----------
    seed, n_trees
        Each tree asks the square root of the number of features at a node.
    n_draws
        Rows drawn for it with the same balance as the network's, with replacement.
    max_leaves, min_leaf_rows
        Limits that keep the file small.
    instrument_exponent
        As for the network.
    """

    seed: int = 1
    n_trees: int = 100
    n_draws: int = 60_000
    max_leaves: int = 1500
    min_leaf_rows: int = 2
    instrument_exponent: float = -0.7
