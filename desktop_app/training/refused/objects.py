# SPDX-License-Identifier: MIT
"""Own sounds of hands, feet and things: knocks, steps, paper, dishes, applause, a touched microphone."""

from __future__ import annotations

import numpy as np

from desktop_app.training.augmentation.sound import coloured_noise
from desktop_app.training.refused.parts import (
    Stroke,
    bell,
    burst,
    grains,
    log_uniform,
    modes,
    place,
    resonant,
    scaled,
    strokes,
    times,
    wander,
    white,
)
from desktop_app.training.rendering.soundfont import SR
from desktop_app.training.rendering.voices import N_SAMPLES, TIME_S, Rng, Signal, band


def _body(rng: Rng, low_hz: float, high_hz: float, decay_s: tuple[float, float], n: int) -> Stroke:
    """A thing that is hit: unrelated modes that decay quickly, and the knock."""
    hz = np.sort(np.exp(rng.uniform(np.log(low_hz), np.log(high_hz), n)))
    decays_s = np.exp(rng.uniform(np.log(decay_s[0]), np.log(decay_s[1]), n))
    levels, knock = rng.uniform(0.1, 1.0, n), log_uniform(rng, 0.1, 1.5)

    def hit(clip: Rng) -> Signal:
        y = modes(hz, decays_s, levels * clip.uniform(0.4, 1.0, n), clip)
        place(y, burst(0.004, low_hz, min(8000.0, 3.0 * high_hz), clip), 0.0, knock)
        return scaled(y)

    return hit


def knocks(rng: Rng, clip: Rng) -> Signal:
    """Knocking on wood, on a table, on a door."""
    return strokes(_body(rng, 90.0, 1500.0, (0.006, 0.05), 8), rng, clip, (0.1, 0.5), 0.2)


def door(rng: Rng, clip: Rng) -> Signal:
    """A door that falls shut: latch, thump, rattle."""
    thump, latch = _body(rng, 40.0, 400.0, (0.03, 0.2), 8), _body(rng, 600.0, 4000.0, (0.004, 0.03), 6)
    y, at_s = np.zeros(N_SAMPLES), clip.uniform(0.1, 0.8)
    place(y, latch(clip), at_s - 0.08, clip.uniform(0.1, 0.6))
    place(y, thump(clip), at_s, 1.0)
    for later_s in clip.exponential(0.06, int(rng.integers(1, 6))):
        place(y, latch(clip), at_s + 0.02 + later_s, clip.uniform(0.1, 0.5))
    return y


def creak(rng: Rng, clip: Rng) -> Signal:
    """A hinge or a chair: stick and slip at a rate that wanders, through a body of wood."""
    rate_hz = log_uniform(rng, 15.0, 120.0) * 2.0 ** wander(clip, rng.uniform(1.0, 6.0), -1.5, 1.5)
    periods = np.cumsum(rate_hz * clip.lognormal(0.0, 0.5, N_SAMPLES)) / SR
    slips = np.diff(np.floor(periods), prepend=0.0) * clip.uniform(0.3, 1.0, N_SAMPLES)
    hz = rng.uniform(250.0, 3500.0, 6)
    y = resonant(slips, hz, hz * rng.uniform(0.02, 0.15, 6), 0.05)
    return y * np.clip(wander(clip, 2.0, -0.5, 1.0), 0.0, 1.0)


def steps(rng: Rng, clip: Rng) -> Signal:
    """Steps on a hard floor: heel, then sole."""
    heel, sole = _body(rng, 60.0, 1200.0, (0.008, 0.06), 7), log_uniform(rng, 0.02, 0.1)
    sand = rng.uniform(0.05, 0.8)

    def step(c: Rng) -> Signal:
        y = np.zeros(times(0.5).shape[0])
        place(y, heel(c), 0.0)
        place(y, burst(sole, 400.0, 5000.0, c, 0.01), c.uniform(0.03, 0.1), sand)
        return y

    return strokes(step, rng, clip, (0.28, 0.8), 0.05)


def steps_on_gravel(rng: Rng, clip: Rng) -> Signal:
    """Steps on gravel, snow or leaves: grains under a sole."""
    hz, decay_s, length_s = (
        log_uniform(rng, 800.0, 5000.0),
        log_uniform(rng, 0.001, 0.008),
        rng.uniform(0.1, 0.3),
    )
    n = int(rng.integers(20, 120))

    def step(c: Rng) -> Signal:
        y = np.zeros(times(length_s + 0.1).shape[0])
        for at_s in c.beta(2.0, 3.0, n) * length_s:
            place(y, burst(decay_s, hz * 0.4, hz * 2.0, c), at_s, c.exponential(0.4))
        place(y, burst(0.03, 50.0, 400.0, c, 0.01), 0.02, 0.5)
        return scaled(y)

    return strokes(step, rng, clip, (0.3, 0.8), 0.05)


def snaps(rng: Rng, clip: Rng) -> Signal:
    """Fingers that snap, a tongue that clicks."""
    hz, width = rng.uniform(1200.0, 3500.0), rng.uniform(150.0, 700.0)
    decay_s = log_uniform(rng, 0.003, 0.015)

    def snap(c: Rng) -> Signal:
        y = burst(decay_s, 500.0, 8000.0, c)
        return scaled(resonant(y, [hz * c.uniform(0.95, 1.05), 2.3 * hz], [width, 2.0 * width], 0.1))

    return strokes(snap, rng, clip, (0.25, 1.2), 0.35)


def applause(rng: Rng, clip: Rng) -> Signal:
    """An audience: from some hands to a roar, perhaps dying away."""
    low_hz, high_hz = rng.uniform(300.0, 900.0), rng.uniform(2000.0, 6500.0)

    def clap(c: Rng) -> Signal:
        centre = c.uniform(low_hz, high_hz)
        return burst(c.uniform(0.004, 0.02), 0.5 * centre, 1.6 * centre, c) * c.uniform(0.2, 1.0)

    many = log_uniform(rng, 15.0, 1500.0) * wander(clip, 0.6, 0.2, 1.0)
    return grains(many, clap, clip)


def paper(rng: Rng, clip: Rng) -> Signal:
    """Paper or a bag that is crumpled, leafed or torn."""
    decay_s, low_hz = log_uniform(rng, 0.0008, 0.006), rng.uniform(700.0, 3000.0)
    rush = np.clip(wander(clip, rng.uniform(1.0, 6.0), -0.6, 1.0), 0.0, 1.0) ** 2
    cracks = grains(log_uniform(rng, 40.0, 900.0) * rush, lambda c: burst(decay_s, low_hz, 9000.0, c), clip)
    hiss = band(white(N_SAMPLES, clip), low_hz, 8000.0) * rush
    return scaled(cracks) + rng.uniform(0.02, 0.5) * scaled(hiss)


def dishes(rng: Rng, clip: Rng) -> Signal:
    """Plates, cups, cutlery and pans that touch each other: unrelated modes, never twice the same."""
    low_hz, decay = log_uniform(rng, 700.0, 2500.0), log_uniform(rng, 0.008, 0.15)

    def clink(c: Rng) -> Signal:
        n = int(c.integers(4, 12))
        hz = low_hz * c.uniform(0.7, 1.5) * np.sort(1.0 + c.uniform(0.0, 6.0, n))
        decays_s = decay * c.uniform(0.3, 1.5, n)
        return modes(hz, decays_s, c.uniform(0.2, 1.0, n), c)

    y = strokes(clink, rng, clip, (0.03, 0.6), 0.0)
    return y + rng.uniform(0.0, 0.3) * strokes(_body(rng, 150.0, 900.0, (0.01, 0.04), 5), rng, clip)


def keys(rng: Rng, clip: Rng) -> Signal:
    """A bunch of keys or a handful of coins."""
    hz, decay_s = rng.uniform(2500.0, 7800.0, 30), log_uniform(rng, 0.006, 0.06)

    def ring(c: Rng) -> Signal:
        return modes(c.choice(hz, 5, replace=False), np.full(5, decay_s), c.uniform(0.1, 1.0, 5), c)

    return grains(log_uniform(rng, 8.0, 80.0) * wander(clip, 2.5, 0.0, 1.0) ** 2, ring, clip)


def glass(rng: Rng, clip: Rng) -> Signal:
    """Glass that breaks: a crack, then splinters that ring and fall."""
    y, at_s, decay_s = np.zeros(N_SAMPLES), clip.uniform(0.05, 0.5), log_uniform(rng, 0.01, 0.08)
    place(y, burst(0.05, 600.0, 9000.0, clip), at_s, 1.0)

    def splinter(c: Rng) -> Signal:
        return modes(c.uniform(1800.0, 7900.0, 4), np.full(4, decay_s), c.uniform(0.2, 1.0, 4), c)

    falling = np.where(at_s < TIME_S, np.exp(-(TIME_S - at_s) / rng.uniform(0.15, 0.7)), 0.0)
    return y + 0.5 * scaled(grains(rng.uniform(60.0, 250.0) * falling, splinter, clip))


def cloth(rng: Rng, clip: Rng) -> Signal:
    """Cloth that rubs, a bag, a sleeve: soft swishes."""
    low_hz, high_hz = log_uniform(rng, 80.0, 900.0), rng.uniform(1500.0, 6000.0)
    swish = np.clip(wander(clip, rng.uniform(2.0, 8.0), -0.5, 1.0), 0.0, 1.0)
    return band(coloured_noise(N_SAMPLES, rng.uniform(0.3, 1.5), clip), low_hz, high_hz) * swish


def scratching(rng: Rng, clip: Rng) -> Signal:
    """Writing, sawing, sweeping, brushing: noise to and fro."""
    rate_hz, hz = log_uniform(rng, 0.8, 9.0), log_uniform(rng, 600.0, 5000.0)
    way = np.sin(2.0 * np.pi * np.cumsum(rate_hz * wander(clip, 3.0, 0.7, 1.3)) / SR)
    noise = band(white(N_SAMPLES, clip), hz * 0.5, hz * rng.uniform(1.5, 4.0))
    other = band(white(N_SAMPLES, clip), hz * 0.8, hz * rng.uniform(1.5, 4.0))
    grain = 1.0 + rng.uniform(0.0, 2.0) * (clip.random(N_SAMPLES) < 0.01)
    return (noise * np.clip(way, 0.0, 1.0) + other * np.clip(-way, 0.0, 1.0)) * grain


def zipper(rng: Rng, clip: Rng) -> Signal:
    """A zip, a tape, a cable tie: clicks whose rate rises and falls quickly."""
    rate = rng.uniform(60.0, 200.0) * sum(bell(at, rng.uniform(0.1, 0.4)) for at in clip.uniform(0.3, 3.5, 3))
    hz = rng.uniform(1500.0, 4500.0)
    return grains(rate * 3.0, lambda c: burst(0.002, hz * 0.6, hz * 2.0, c), clip)


def bounce(rng: Rng, clip: Rng) -> Signal:
    """A ball or a coin that falls: hits that come ever faster and softer."""
    hit = _body(rng, log_uniform(rng, 60.0, 1200.0), 5000.0, (0.005, 0.08), 7)
    y, now_s, gap_s, level = np.zeros(N_SAMPLES), clip.uniform(0.0, 0.4), rng.uniform(0.3, 0.8), 1.0
    again = rng.uniform(0.6, 0.92)
    while now_s < 3.8 and gap_s > 0.012:
        place(y, hit(clip), now_s, level)
        now_s, gap_s, level = now_s + gap_s, gap_s * again, level * again
    return y


def switches(rng: Rng, clip: Rng) -> Signal:
    """A mouse, a switch, a pen, a camera: two clicks close together."""
    down, up = _body(rng, 900.0, 6000.0, (0.0008, 0.006), 6), _body(rng, 1200.0, 7000.0, (0.0006, 0.004), 5)
    apart_s = log_uniform(rng, 0.02, 0.2)

    def press(c: Rng) -> Signal:
        y = np.zeros(times(apart_s + 0.1).shape[0])
        place(y, down(c), 0.0)
        place(y, up(c), apart_s * c.uniform(0.7, 1.3), 0.7)
        return y

    return strokes(press, rng, clip, (0.2, 1.5), 0.3)


def typing(rng: Rng, clip: Rng) -> Signal:
    """A keyboard on a table: every key its own click down and up, the table's thump, a heavier space bar."""
    keys_of = [_body(rng, 700.0, 6500.0, (0.001, 0.007), 6) for _ in range(5)]
    table, speed_s, thump = (
        _body(rng, 70.0, 500.0, (0.01, 0.04), 5),
        rng.uniform(0.07, 0.25),
        rng.uniform(0.0, 1.0),
    )
    y, now_s = np.zeros(N_SAMPLES), clip.uniform(0.0, 0.3)
    while now_s < 3.7:
        key, force = keys_of[int(clip.integers(5))], clip.uniform(0.4, 1.0)
        place(y, key(clip), now_s, force)
        place(y, table(clip), now_s + 0.002, force * thump)
        place(y, key(clip), now_s + clip.uniform(0.05, 0.11), 0.4 * force)
        now_s += speed_s * clip.lognormal(0.0, 0.4) + (clip.uniform(0.2, 0.8) if clip.random() < 0.1 else 0.0)
    return y


def handling(rng: Rng, clip: Rng) -> Signal:
    """A microphone in a hand: bumps, rubbing, a cable that moves."""
    bump_hz, rub_hz = rng.uniform(25.0, 120.0), rng.uniform(300.0, 2500.0)
    bumps = strokes(
        lambda c: burst(c.uniform(0.01, 0.08), 20.0, bump_hz, c, 0.003), rng, clip, (0.05, 0.7), 0.1
    )
    rub = np.clip(wander(clip, 5.0, -0.6, 1.0), 0.0, 1.0)
    rubbing = band(coloured_noise(N_SAMPLES, 1.5, clip), 60.0, rub_hz) * rub
    cracks = grains(rng.uniform(0.5, 12.0), lambda c: burst(0.0015, 400.0, 7000.0, c), clip)
    return scaled(bumps) + rng.uniform(0.1, 1.0) * scaled(rubbing) + rng.uniform(0.0, 0.5) * scaled(cracks)
