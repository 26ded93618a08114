# SPDX-License-Identifier: MIT
"""Own sounds of motors, traffic, household and electricity."""

from __future__ import annotations

import numpy as np

from desktop_app.training.augmentation.sound import coloured_noise
from desktop_app.training.augmentation.sound import hum as mains_hum
from desktop_app.training.refused.parts import (
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


def _firing(rate_hz: Signal, unevenness: float, rng: Rng, clip: Rng) -> Signal:
    """Explosions of a motor: pulses, each a little different, through an exhaust; much of it is noise."""
    periods = np.cumsum(rate_hz) / SR
    number = np.floor(periods).astype(int)
    strength = (
        clip.lognormal(0.0, unevenness, number[-1] + 1)
        * np.tile(rng.uniform(0.6, 1.0, 4), number[-1] // 4 + 1)[: number[-1] + 1]
    )
    pulse = np.exp(-(periods % 1.0) * rng.uniform(3.0, 12.0)) * strength[number]
    source = pulse - pulse.mean() + rng.uniform(0.05, 0.8) * pulse * white(N_SAMPLES, clip)
    hz = np.sort(rng.uniform(50.0, 1500.0, 5))
    return scaled(resonant(source, hz, hz * rng.uniform(0.1, 0.6, 5), 0.02))


def motor(rng: Rng, clip: Rng) -> Signal:
    """A motor that idles, revs or drives off."""
    revs = 2.0 ** wander(clip, rng.choice([0.3, 1.0, 2.5]), -0.1, rng.choice([0.1, 0.8, 1.6]))
    rate_hz = log_uniform(rng, 12.0, 70.0) * revs * (1.0 + 0.02 * wander(clip, 20.0, -1.0, 1.0))
    y = _firing(rate_hz, rng.uniform(0.05, 0.5), rng, clip) * revs**0.5
    fan = band(white(N_SAMPLES, clip), 200.0, rng.uniform(1500.0, 6000.0))
    return y + rng.uniform(0.02, 0.4) * scaled(fan)


def passing(rng: Rng, clip: Rng) -> Signal:
    """A car or lorry that passes: tyres, motor, both brighter and louder when near, falling in pitch."""
    centre_s, width_s = clip.uniform(0.8, 3.0), rng.uniform(0.3, 1.2)
    near, doppler = bell(centre_s, width_s), 1.0 - 0.06 * np.tanh((TIME_S - centre_s) / width_s)
    tyres = band(coloured_noise(N_SAMPLES, 0.7, clip), 150.0, rng.uniform(900.0, 2500.0))
    bright = band(white(N_SAMPLES, clip), 800.0, rng.uniform(3000.0, 7000.0))
    y = _firing(rng.uniform(25.0, 110.0) * doppler, 0.2, rng, clip)
    return near * (scaled(tyres) + rng.uniform(0.1, 0.8) * near * scaled(bright) + rng.uniform(0.0, 0.8) * y)


def traffic(rng: Rng, clip: Rng) -> Signal:
    """A street from afar: rumble in which single cars can be told."""
    y = coloured_noise(N_SAMPLES, rng.uniform(1.3, 2.2), clip) * wander(clip, 0.8, 0.4, 1.0)
    for _ in range(int(rng.integers(1, 4))):
        y = y + rng.uniform(0.3, 1.5) * passing(rng, clip)
    return y


def train(rng: Rng, clip: Rng) -> Signal:
    """A train: rumble, squeal of rails, and joints in pairs."""
    y, gap_s, now_s = np.zeros(N_SAMPLES), rng.uniform(0.35, 1.0), clip.uniform(0.0, 0.4)
    while now_s < 3.8:
        for later_s in (0.0, 0.12, 0.28, 0.4)[: int(rng.integers(2, 5))]:
            place(y, burst(0.04, 40.0, 500.0, clip), now_s + later_s * gap_s, clip.uniform(0.5, 1.0))
        now_s += gap_s
    rumble = band(coloured_noise(N_SAMPLES, 1.5, clip), 30.0, rng.uniform(300.0, 1500.0))
    squeal = resonant(white(N_SAMPLES, clip), rng.uniform(1500.0, 5000.0, 4), [30.0] * 4)
    return y + scaled(rumble) + rng.uniform(0.0, 0.3) * scaled(squeal) * wander(clip, 2.0)


def aircraft(rng: Rng, clip: Rng) -> Signal:
    """A jet or a helicopter from below."""
    if rng.random() < 0.5:
        rate_hz = rng.uniform(9.0, 24.0)
        chop = np.exp(-((rate_hz * TIME_S) % 1.0) * rng.uniform(2.0, 8.0))
        body = band(coloured_noise(N_SAMPLES, 1.0, clip), 40.0, rng.uniform(300.0, 2500.0))
        return body * (chop + rng.uniform(0.05, 0.4))
    slow = wander(clip, 0.5)
    low = coloured_noise(N_SAMPLES, rng.uniform(1.2, 2.0), clip)
    high = band(white(N_SAMPLES, clip), 800.0, rng.uniform(2500.0, 6000.0))
    return low * (1.3 - slow) + rng.uniform(0.3, 1.5) * high * slow


def fan(rng: Rng, clip: Rng) -> Signal:
    """A fan, computer or air conditioning: steady noise with a trace of blades and motor."""
    y = scaled(coloured_noise(N_SAMPLES, rng.uniform(0.6, 2.0), clip))
    hz = rng.uniform(20.0, 250.0)
    blades = [np.sin(2.0 * np.pi * (hz * k * TIME_S + clip.random())) / k for k in range(1, 6)]
    y = y * (1.0 + rng.uniform(0.0, 0.4) * np.sin(2.0 * np.pi * hz / 4.0 * TIME_S))
    return y + rng.uniform(0.0, 0.1) * scaled(np.sum(blades, axis=0))


def appliance(rng: Rng, clip: Rng) -> Signal:
    """A vacuum cleaner, drill, mixer or hair dryer: roaring air and brushes, a whine that runs up."""
    start = 1.0 - np.exp(-np.maximum(0.0, TIME_S - clip.uniform(0.0, 0.5)) / rng.uniform(0.03, 0.6))
    rate_hz = rng.uniform(90.0, 450.0) * (0.3 + 0.7 * start) * (1.0 + 0.03 * wander(clip, 6.0, -1.0, 1.0))
    turns = np.cumsum(rate_hz * (1.0 + 0.1 * white(N_SAMPLES, clip))) / SR
    whine = np.sum([rng.uniform(0.1, 1.0) * np.sin(2.0 * np.pi * k * turns) for k in range(1, 12)], axis=0)
    air = band(coloured_noise(N_SAMPLES, rng.uniform(0.0, 1.0), clip), rng.uniform(100.0, 600.0), 8000.0)
    return start * (scaled(air) + rng.uniform(0.02, 0.5) * scaled(whine))


def printer(rng: Rng, clip: Rng) -> Signal:
    """A printer, scanner or robot: stepping motors in short runs, clacks between them."""
    y, now_s = np.zeros(N_SAMPLES), clip.uniform(0.0, 0.3)
    hz = np.sort(rng.uniform(200.0, 4000.0, 6))
    while now_s < 3.7:
        t = times(clip.uniform(0.06, 0.5))
        rate_hz = np.interp(t, (0.0, t[-1]), rng.uniform(30.0, 400.0) * clip.uniform(0.5, 2.0, 2))
        steps = np.diff(np.floor(np.cumsum(rate_hz) / SR), prepend=0.0)
        source = steps * clip.uniform(0.4, 1.0, t.shape[0]) + 0.02 * white(t.shape[0], clip)
        place(y, scaled(resonant(source, hz, hz * 0.08, 0.1)), now_s, clip.uniform(0.3, 1.0))
        place(y, burst(0.006, 300.0, 5000.0, clip), now_s, clip.uniform(0.0, 0.8))
        now_s += t[-1] + clip.uniform(0.0, 0.3)
    return y


def steam(rng: Rng, clip: Rng) -> Signal:
    """Steam, spray, a kettle, a tyre that loses air: hiss that comes and goes."""
    low_hz = log_uniform(rng, 800.0, 4000.0)
    y = band(white(N_SAMPLES, clip), low_hz, 8500.0)
    if rng.random() < 0.5:
        return y * wander(clip, rng.uniform(0.5, 4.0), 0.1, 1.0)
    return strokes(lambda c: burst(rng.uniform(0.1, 0.9), low_hz, 8500.0, c, 0.02), rng, clip, (0.5, 2.0))


def buzz(rng: Rng, clip: Rng) -> Signal:
    """A lamp, a transformer, a plug half in: harsh harmonics of the mains, crackling, cutting out."""
    y = mains_hum(N_SAMPLES, SR, rng)
    y = scaled(np.tanh(rng.uniform(2.0, 40.0) * scaled(y)) + rng.uniform(0.0, 0.5) * np.gradient(y))
    cracks = grains(rng.uniform(0.5, 40.0), lambda c: burst(0.001, 500.0, 8000.0, c), clip)
    is_on = wander(clip, 3.0) > rng.choice([-1.0, 0.35])
    hiss = scaled(white(N_SAMPLES, clip))  # without it a clean buzz would be a synthesiser's bass
    return y * is_on + rng.uniform(0.2, 1.0) * scaled(cracks) + rng.uniform(0.1, 0.5) * hiss


def radio(rng: Rng, clip: Rng) -> Signal:
    """Static, a mobile phone near an amplifier (217 pulses a second in bursts), an old record's crackle."""
    kind = rng.integers(3)
    if kind == 0:
        pulses = np.exp(-((217.0 * TIME_S) % 1.0) * rng.uniform(5.0, 20.0)) - 0.1
        frames = (TIME_S * rng.uniform(2.0, 8.0) + clip.random()) % 1.0 < rng.uniform(0.2, 0.7)
        return resonant(pulses * frames, [300.0, 1300.0, 3000.0], [200.0, 300.0, 400.0], 0.2)
    noise = coloured_noise(N_SAMPLES, rng.uniform(0.0, 1.0), clip)
    cracks = grains(log_uniform(rng, 2.0, 200.0), lambda c: burst(0.0008, 300.0, 7000.0, c), clip)
    share = rng.uniform(0.0, 0.3) if kind == 1 else rng.uniform(0.5, 1.0)
    return share * scaled(cracks) + (1.0 - share) * scaled(noise * wander(clip, 2.0, 0.3, 1.0))


def glitches(rng: Rng, clip: Rng) -> Signal:
    """Lost packets and broken data: scraps of noise that repeat, are cut off, or are coarsely quantised."""
    y, now_s = np.zeros(N_SAMPLES), 0.0
    while now_s < 3.9:
        n = int(log_uniform(clip, 0.01, 0.3) * SR)
        period = int(clip.choice([1, 8, 40, 200, 900]))
        scrap = np.repeat(white(n // period + 1, clip), period)[:n]
        if clip.random() < 0.5:
            scrap = np.tile(scrap[: max(20, n // int(clip.integers(2, 9)))], 9)[:n]
        place(
            y, np.sign(scrap) if clip.random() < 0.3 else scaled(scrap), now_s, clip.choice([0.0, 0.4, 1.0])
        )
        now_s += n / SR
    return band(y, 30.0, rng.uniform(3000.0, 9000.0))


def phone_bell(rng: Rng, clip: Rng) -> Signal:
    """A telephone or alarm clock with a bell: two gongs struck twenty times a second, in bursts."""
    hz = rng.uniform(900.0, 2000.0) * np.array([1.0, rng.uniform(1.1, 1.3)])
    shells = [np.sort(one * np.append(1.0, rng.uniform(1.7, 5.0, 6))) for one in hz]
    rings = [modes(s, np.full(7, rng.uniform(0.1, 0.4)), rng.uniform(0.2, 1.0, 7), clip) for s in shells]
    y, now_s, number, rate = np.zeros(N_SAMPLES), clip.uniform(0.0, 0.3), 0, rng.uniform(14.0, 28.0)
    on_s = rng.choice([0.9, 2.0, 4.0])
    while now_s < 3.8:
        if now_s % (2.0 * on_s) < on_s:
            place(y, rings[number % 2], now_s, clip.uniform(0.7, 1.0))
            place(y, burst(0.003, 1000.0, 7000.0, clip), now_s, 0.5)
        now_s, number = now_s + clip.normal(1.0, 0.05) / rate, number + 1
    return y


def ticking(rng: Rng, clip: Rng) -> Signal:
    """A clock, a metronome, an indicator: two ticks in turn."""
    hz, decay_s = log_uniform(rng, 800.0, 5000.0), log_uniform(rng, 0.001, 0.01)
    y, gap_s, now_s, number = np.zeros(N_SAMPLES), rng.uniform(0.12, 1.0), clip.uniform(0.0, 0.3), 0
    while now_s < 3.9:
        own = hz * (1.0 if number % 2 else rng.uniform(0.75, 1.0))
        place(
            y,
            modes(own * np.array([1.0, 1.7, 2.9]), np.full(3, decay_s), np.array([1.0, 0.6, 0.4]), clip),
            now_s,
        )
        place(y, burst(0.5 * decay_s, 500.0, 8000.0, clip), now_s, 0.7)
        now_s, number = now_s + gap_s, number + 1
    return y
