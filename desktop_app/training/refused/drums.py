# SPDX-License-Identifier: MIT
"""Own drums and other percussion without a note: strokes, rolls, beats and fills.

References
----------
Fletcher and Rossing, "The Physics of Musical Instruments", 2nd ed., 1998 (modes of membranes and plates).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np

from desktop_app.training.refused.parts import (
    Stroke,
    burst,
    log_uniform,
    modes,
    place,
    scaled,
    strokes,
    times,
    white,
)
from desktop_app.training.rendering.soundfont import SR
from desktop_app.training.rendering.voices import Rng, Signal, band

_MEMBRANE: Final = np.array([1.0, 1.594, 2.136, 2.296, 2.653, 2.918, 3.156, 3.501])
_METAL_HZ: Final = np.array([205.3, 304.4, 369.6, 522.7, 540.0, 800.0])  # six squares, as drum machines use


def kick_stroke(rng: Rng) -> Stroke:
    """A bass drum, of skin or of a machine: a tone that falls, and the beater."""
    hz, drop, fall_s = rng.uniform(36.0, 85.0), log_uniform(rng, 0.3, 6.0), log_uniform(rng, 0.006, 0.06)
    decay_s, push = log_uniform(rng, 0.05, 0.45), rng.uniform(0.3, 3.0)
    click, click_hz, boom = log_uniform(rng, 0.02, 1.5), rng.uniform(900.0, 6000.0), rng.uniform(0.0, 0.4)

    def hit(clip: Rng) -> Signal:
        t = times(6.0 * decay_s)
        turns = np.cumsum(hz * (1.0 + drop * np.exp(-t / fall_s))) / SR
        y = np.tanh(push * np.sin(2.0 * np.pi * turns)) * np.exp(-t / decay_s)
        place(y, burst(decay_s * 0.5, 50.0, 300.0, clip), 0.0, boom)
        place(y, burst(0.004, 200.0, click_hz, clip), 0.0, click * clip.uniform(0.6, 1.0))
        return scaled(y)

    return hit


def snare_stroke(rng: Rng) -> Stroke:
    """A snare drum: two or more modes of the skin and the rattle of the wires."""
    hz, decay_s = rng.uniform(130.0, 330.0), log_uniform(rng, 0.02, 0.2)
    wires_s, wires = log_uniform(rng, 0.04, 0.35), log_uniform(rng, 0.3, 4.0)
    low_hz, high_hz = log_uniform(rng, 300.0, 2500.0), rng.uniform(4000.0, 9000.0)
    ratios = _MEMBRANE[: int(rng.integers(2, 7))]
    levels = rng.uniform(0.2, 1.0, len(ratios))

    def hit(clip: Rng) -> Signal:
        y = np.zeros(times(7.0 * max(wires_s, decay_s)).shape[0])
        place(y, modes(hz * ratios, decay_s / np.sqrt(ratios), levels, clip), 0.0)
        place(y, burst(wires_s, low_hz, high_hz, clip), 0.0, wires)
        return scaled(y)

    return hit


def skin_stroke(low_hz: float, high_hz: float, decays_s: tuple[float, float]) -> Callable[[Rng], Stroke]:
    """Toms, congas, frame drums: a membrane whose pitch gives a little, and the hand or the stick."""

    def drawn(rng: Rng) -> Stroke:
        hz, decay_s = log_uniform(rng, low_hz, high_hz), log_uniform(rng, *decays_s)
        slap, slap_s = log_uniform(rng, 0.05, 1.2), log_uniform(rng, 0.003, 0.03)
        levels, give = rng.uniform(0.05, 1.0, 8) / np.arange(1, 9) ** 0.5, rng.uniform(0.0, 0.25)
        second = rng.uniform(0.6, 1.6)  # a drum of another size, or a stroke elsewhere

        def hit(clip: Rng) -> Signal:
            t = times(6.0 * decay_s)
            bend = np.cumsum(1.0 + give * np.exp(-t / (0.3 * decay_s))) / SR
            own = hz * clip.choice([1.0, 1.0, second])
            y = np.zeros(t.shape[0])
            for ratio, level in zip(_MEMBRANE, levels, strict=True):
                tone = np.sin(2.0 * np.pi * (own * ratio * bend + clip.random()))
                y += level * tone * np.exp(-t / (decay_s / ratio))
            place(y, burst(slap_s, 300.0, 6000.0, clip), 0.0, slap)
            return scaled(y)

        return hit

    return drawn


def hat_stroke(rng: Rng) -> Stroke:
    """A hi-hat, closed or open: unrelated squares or dense modes above a noise, without their low end."""
    decay_s, edge_hz = log_uniform(rng, 0.012, 0.7), rng.uniform(1500.0, 6000.0)
    noise, stretch = log_uniform(rng, 0.1, 3.0), rng.uniform(0.7, 2.2)
    is_machine, dense_hz = rng.random() < 0.4, np.sort(rng.uniform(900.0, 7900.0, 60))

    def hit(clip: Rng) -> Signal:
        t = times(7.0 * decay_s)
        if is_machine:
            y = np.sum(
                [np.sign(np.sin(2.0 * np.pi * (hz * stretch * t + clip.random()))) for hz in _METAL_HZ],
                axis=0,
            )
        else:
            y = np.sum([np.sin(2.0 * np.pi * (hz * t + clip.random())) for hz in dense_hz], axis=0)
        y = band(y / 6.0 + noise * white(t.shape[0], clip), edge_hz, 9000.0)
        return scaled(y * np.exp(-t / (decay_s * clip.uniform(0.8, 1.2))))

    return hit


def cymbal_stroke(rng: Rng) -> Stroke:
    """A crash, ride or splash: a hundred modes of a plate that bloom upwards, and the stick."""
    n, decay_s = int(rng.integers(60, 140)), log_uniform(rng, 0.25, 2.5)
    hz = np.sort(log_uniform(rng, 150.0, 700.0) * (1.0 + rng.uniform(0.0, 30.0, n)) ** 1.05)
    levels, ping = rng.uniform(0.2, 1.0, n), log_uniform(rng, 0.05, 1.0)
    bloom_s, noise = log_uniform(rng, 0.002, 0.12), rng.uniform(0.2, 2.0)

    def hit(clip: Rng) -> Signal:
        t = times(3.9)
        y = np.zeros(t.shape[0])
        place(y, modes(hz, np.full(n, decay_s), levels, clip), 0.0)
        wash = band(white(t.shape[0], clip), 2500.0, 9000.0)
        y += 0.3 * noise * wash * (1.0 - np.exp(-t / bloom_s)) * np.exp(-t / (0.6 * decay_s))
        place(y, burst(0.004, 2000.0, 8000.0, clip), 0.0, ping)
        return scaled(y)

    return hit


def gong_stroke(rng: Rng) -> Stroke:
    """A tam-tam: many low modes first, the high ones coming up after it."""
    n, decay_s = int(rng.integers(50, 110)), rng.uniform(0.8, 3.0)
    hz = np.sort(rng.uniform(60.0, 160.0) * (1.0 + rng.uniform(0.0, 25.0, n)))
    levels, rise_s = rng.uniform(0.1, 1.0, n) / (1.0 + hz / 600.0), rng.uniform(0.05, 0.6)

    def hit(clip: Rng) -> Signal:
        t = times(3.95)
        y = np.zeros(t.shape[0])
        for part, late_s in ((hz < 500.0, 0.004), (hz >= 500.0, rise_s)):
            ring = modes(hz[part], np.full(int(part.sum()), decay_s), levels[part], clip)
            place(y, ring * (1.0 - np.exp(-np.arange(len(ring)) / SR / late_s)), 0.0)
        shimmer = band(white(t.shape[0], clip), 1500.0, 7000.0)
        return scaled(y + shimmer * (1.0 - np.exp(-t / rise_s)) * np.exp(-t / (0.5 * decay_s)))

    return hit


def block_stroke(rng: Rng) -> Stroke:
    """Wood block, claves, castanets, rim: one to three short modes of wood and a knock."""
    hz, decay_s = log_uniform(rng, 500.0, 3200.0), log_uniform(rng, 0.004, 0.03)
    ratios = np.array([1.0, rng.uniform(1.3, 1.9), rng.uniform(2.1, 3.4)])
    levels, knock = rng.uniform(0.1, 1.0, 3), log_uniform(rng, 0.2, 2.0)

    def hit(clip: Rng) -> Signal:
        y = np.zeros(times(8.0 * decay_s).shape[0])
        own = hz * clip.uniform(0.98, 1.02)
        place(y, modes(own * ratios, decay_s / ratios, levels, clip), 0.0)
        place(y, burst(0.6 * decay_s, 300.0, 5000.0, clip), 0.0, knock)
        return scaled(y)

    return hit


def bell_stroke(rng: Rng) -> Stroke:
    """Cowbell, agogo of a machine, brake drum: a few unrelated modes of iron."""
    hz, decay_s = log_uniform(rng, 350.0, 1200.0), log_uniform(rng, 0.05, 0.3)
    ratios = np.sort(np.append(1.0, rng.uniform(1.35, 6.0, int(rng.integers(2, 7)))))
    levels = rng.uniform(0.2, 1.0, len(ratios))

    def hit(clip: Rng) -> Signal:
        y = modes(hz * ratios, decay_s * ratios**-0.3, levels, clip)
        place(y, burst(0.005, 800.0, 7000.0, clip), 0.0, 0.4)
        return scaled(y)

    return hit


def triangle_stroke(rng: Rng) -> Stroke:
    """A triangle or a small bell tree: high unrelated modes that ring long, struck by metal."""
    n, decay_s = int(rng.integers(10, 26)), log_uniform(rng, 0.2, 1.6)
    hz = np.sort(rng.uniform(1100.0, 7900.0, n))
    levels, tap = rng.uniform(0.1, 1.0, n), rng.uniform(0.1, 0.8)

    def hit(clip: Rng) -> Signal:
        y = modes(hz, np.full(n, decay_s), levels * clip.uniform(0.5, 1.0, n), clip)
        place(y, burst(0.003, 2500.0, 8000.0, clip), 0.0, tap)
        return scaled(y)

    return hit


def jingle_stroke(rng: Rng) -> Stroke:
    """Tambourine or sleigh bells: small jingles that hit each other for a moment, perhaps a skin."""
    hz, n = rng.uniform(2200.0, 7000.0, 24), int(rng.integers(4, 20))
    decay_s, spread_s, skin = (
        log_uniform(rng, 0.01, 0.12),
        log_uniform(rng, 0.01, 0.15),
        rng.uniform(0.0, 0.6),
    )

    def hit(clip: Rng) -> Signal:
        y = np.zeros(times(spread_s * 5.0 + 7.0 * decay_s).shape[0])
        for start_s in clip.exponential(spread_s, n):
            chosen = clip.choice(hz, 6, replace=False)
            ring = modes(chosen, np.full(6, decay_s), clip.uniform(0.2, 1.0, 6), clip)
            place(y, ring, min(start_s, 4.0 * spread_s), clip.uniform(0.2, 1.0))
        place(y, burst(decay_s, 3000.0, 8000.0, clip), 0.0, 0.5)
        place(y, burst(0.03, 100.0, 900.0, clip), 0.0, skin)
        return scaled(y)

    return hit


def shaker_stroke(rng: Rng) -> Stroke:
    """Shaker, maraca, cabasa: grains that rush to the end of the way."""
    rise_s, fall_s = log_uniform(rng, 0.008, 0.08), log_uniform(rng, 0.01, 0.1)
    low_hz, high_hz = rng.uniform(1500.0, 5000.0), rng.uniform(6000.0, 9000.0)
    return lambda clip: burst(fall_s * clip.uniform(0.6, 1.4), low_hz, high_hz, clip, rise_s)


def scrape_stroke(rng: Rng) -> Stroke:
    """Guiro, ratchet, washboard: a run of clicks through a body."""
    n, length_s = int(rng.integers(8, 40)), rng.uniform(0.08, 0.5)
    hz, decay_s, speeds = rng.uniform(900.0, 4500.0), log_uniform(rng, 0.001, 0.006), rng.uniform(-1.0, 1.0)

    def hit(clip: Rng) -> Signal:
        y = np.zeros(times(length_s + 0.05).shape[0])
        at = np.linspace(0.0, 1.0, n)
        for start in (at + speeds * at * (1.0 - at)) * length_s:
            place(y, burst(decay_s, hz * 0.6, hz * 1.6, clip), max(0.0, start), clip.uniform(0.5, 1.0))
        return scaled(y)

    return hit


def clap_stroke(rng: Rng) -> Stroke:
    """The clap of a drum machine or of several hands: a few bursts within 40 ms and a tail."""
    n, gap_s, tail_s = int(rng.integers(1, 6)), rng.uniform(0.004, 0.014), log_uniform(rng, 0.01, 0.2)
    low_hz, high_hz = rng.uniform(500.0, 1100.0), rng.uniform(1600.0, 6000.0)

    def hit(clip: Rng) -> Signal:
        y = np.zeros(times(n * gap_s + 7.0 * tail_s).shape[0])
        for number in range(n):
            decay_s = tail_s if number == n - 1 else 0.005
            place(y, burst(decay_s, low_hz, high_hz, clip), number * gap_s * clip.uniform(0.8, 1.2))
        return scaled(y)

    return hit


STROKES: Final[dict[str, Callable[[Rng], Stroke]]] = {
    "kick": kick_stroke,
    "snare": snare_stroke,
    "tom": skin_stroke(60.0, 230.0, (0.08, 0.6)),
    "conga": skin_stroke(140.0, 480.0, (0.03, 0.25)),
    "bass drum": skin_stroke(32.0, 80.0, (0.15, 0.8)),
    "hat": hat_stroke,
    "cymbal": cymbal_stroke,
    "gong": gong_stroke,
    "block": block_stroke,
    "cowbell": bell_stroke,
    "tambourine": jingle_stroke,
    "shaker": shaker_stroke,
    "scraper": scrape_stroke,
    "machine clap": clap_stroke,
    "triangle": triangle_stroke,
}


def single(name: str) -> Callable[[Rng, Rng], Signal]:
    """A maker of one drum: a stroke, or a few."""

    def make(rng: Rng, clip: Rng) -> Signal:
        stroke = STROKES[name](rng)
        if name in ("cymbal", "gong", "triangle"):
            return strokes(stroke, rng, clip, (0.5, 2.0), 0.75)
        return strokes(stroke, rng, clip, single=0.5)

    return make
