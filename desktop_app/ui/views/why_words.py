# SPDX-License-Identifier: MIT
"""An explanation in words: which frequencies, and when."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from desktop_app.ui.views.labels import family_title
from desktop_app.ui.views.reading import format_time

if TYPE_CHECKING:  # the first paint must not wait for what explains
    from desktop_app.ml.why import Region
    from desktop_app.pipeline.decision import Decision

MOST_TOLD: Final = 2
_EDGE_FRAMES: Final = 3
_STEPS_HZ: Final = ((300.0, 10.0), (1000.0, 50.0), (float("inf"), 100.0))


def why_title(decision: Decision) -> str:
    """What was heard and when, such as ``"Flute with 87 % from 0:01.51 to 0:02.51"``."""
    explanation = decision.explanation
    start, end = (format_time(time_s, 0.01) for time_s in (decision.start_s, decision.end_s))
    chance = f"{100.0 * explanation.probability:.0f} %"
    return f"{family_title(explanation.label)} with {chance} from {start} to {end}"


def why_words(decision: Decision) -> str:
    """What spoke for the answer and what against it, in one or two sentences."""
    pro = [region for region in decision.regions if region.speaks_for][:MOST_TOLD]
    contra = [region for region in decision.regions if not region.speaks_for][:1]
    if not pro:
        return "No single part of the sound told it: the whole did."
    return f"What told it: {_listed(pro, decision)}." + (
        f" Against it spoke {_listed(contra, decision)}." if contra else ""
    )


def region_words(region: Region, decision: Decision) -> str:
    """Such as ``"800–2,400 Hz in the first 120 ms"``."""
    return f"{_frequencies(region)} {_times(region, decision)}"


def _listed(regions: Sequence[Region], decision: Decision) -> str:
    return " and ".join(
        f"{region_words(region, decision)} ({100.0 * region.share:.0f} % of it)" for region in regions
    )


def _frequencies(region: Region) -> str:
    return f"{_round(region.low_hz):,.0f}–{_round(region.high_hz):,.0f} Hz"


def _round(hz: float) -> float:
    step = next(step for limit, step in _STEPS_HZ if hz < limit)
    return step * round(hz / step)


def _times(region: Region, decision: Decision) -> str:
    """Relative to the attack; by the clock where the window has none."""
    explanation, hop_s = decision.explanation, decision.spec.hop_s
    attack = explanation.attack_frame
    reaches_end = region.end_frame >= explanation.frame_edges[-1] - _EDGE_FRAMES
    if attack is not None and region.end_frame <= attack:
        return "just before the attack"
    if region.start_frame - (attack or 0) <= _EDGE_FRAMES:
        if reaches_end:
            return "all along"
        return f"in the first {_ms(region.end_frame - (attack or 0), hop_s)} ms"
    if attack is None:
        frames = (region.start_frame, region.end_frame)
        begin, end = (format_time(decision.start_s + frame * hop_s, 0.01) for frame in frames)
        return f"from {begin} to {end}"
    first = _ms(region.start_frame - attack, hop_s)
    if reaches_end:
        return f"from {first} ms after the attack on"
    return f"{first} to {_ms(region.end_frame - attack, hop_s)} ms after the attack"


def _ms(n_frames: int, hop_s: float) -> int:
    return round(100.0 * n_frames * hop_s) * 10
