# SPDX-License-Identifier: MIT
"""Speech by eSpeak NG: languages, speakers, speeds; on the telephone, over loudspeakers, several at once.

Some languages and speakers are kept apart for measuring: no speech that is learnt from has them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np

from desktop_app.dsp.resample import resample
from desktop_app.training.refused.parts import place, scaled, white
from desktop_app.training.rendering.noise import SENTENCES, spoken
from desktop_app.training.rendering.soundfont import SR
from desktop_app.training.rendering.voices import N_SAMPLES, Rng, Signal, band

_OTHERS: Final[Mapping[str, tuple[str, ...]]] = {
    "de": (
        "Kannst du bitte das Fenster zumachen?",
        "Morgen fahren wir mit dem Zug ans Meer.",
        "Nein, das war gestern.",
    ),
    "fr-fr": (
        "On se retrouve devant la gare vers midi.",
        "Il fait froid ce matin, prends ton manteau.",
        "Je ne sais pas.",
    ),
    "es": (
        "Mañana por la tarde vamos al mercado.",
        "No encuentro las llaves del coche.",
        "Sí, claro, muchas gracias.",
    ),
    "it": (
        "La strada per il lago è chiusa da ieri.",
        "Hai visto i miei occhiali da qualche parte?",
        "Va bene, a domani.",
    ),
    "pt": (
        "O autocarro chega daqui a dez minutos.",
        "Pode repetir o número, por favor?",
        "Hoje não, talvez amanhã.",
    ),
    "nl": (
        "De winkel op de hoek is vandaag gesloten.",
        "Wil je nog een kopje koffie?",
        "Ik weet het niet zeker.",
    ),
    "sv": ("Vi ses utanför biblioteket klockan fem.", "Det har regnat hela veckan.", "Ja, det går bra."),
    "pl": ("Spotkamy się jutro przed dworcem.", "Czy możesz mówić trochę wolniej?", "Dziękuję, to wszystko."),
}
UNHEARD_TEXTS: Final[Mapping[str, tuple[str, ...]]] = {
    "da": ("Vi mødes ved stationen klokken tolv.", "Kan du lukke døren?", "Det ved jeg ikke."),
    "fi": ("Juna lähtee kymmenen minuutin kuluttua.", "Missä avaimet ovat?", "Kiitos, huomiseen."),
    "cs": ("Sejdeme se zítra před nádražím.", "Můžete to prosím zopakovat?", "Nevím, možná večer."),
    "hu": ("A vonat tíz perc múlva indul.", "Hol van a kabátom?", "Köszönöm, jó napot."),
    "tr": ("Yarın sabah istasyonda buluşalım.", "Pencereyi kapatır mısın?", "Bilmiyorum, belki akşam."),
    "el": ("Θα τα πούμε αύριο το πρωί.", "Πού είναι τα κλειδιά μου;", "Ευχαριστώ πολύ."),
}
TEXTS: Final[Mapping[str, tuple[str, ...]]] = {"en-us": SENTENCES, "en-gb": SENTENCES, **_OTHERS}
SPEAKERS: Final = (
    "m1",
    "m2",
    "m3",
    "m4",
    "m5",
    "m6",
    "m7",
    "f1",
    "f2",
    "f3",
    "f4",
    "klatt",
    "klatt2",
    "croak",
)
UNHEARD_SPEAKERS: Final = ("m8", "f5", "klatt3", "klatt4")


def _voice(rng: Rng, is_unheard: bool) -> tuple[str, str, list[str], float]:
    """Language, speaker, options of speed and pitch, and the size of the head."""
    texts = UNHEARD_TEXTS if is_unheard else TEXTS
    speaker = str(rng.choice(UNHEARD_SPEAKERS if is_unheard else SPEAKERS))
    speed, pitch = str(int(rng.integers(90, 290))), str(int(rng.integers(0, 100)))
    return str(rng.choice(list(texts))), speaker, ["-s", speed, "-p", pitch], rng.uniform(0.86, 1.16)


def _talk(rng: Rng, clip: Rng, *, is_unheard: bool, speaker: str = "") -> Signal:
    """Somebody talks for 4 s, from the beginning of a sentence or from the middle of it."""
    language, drawn, options, size = _voice(rng, is_unheard)
    sentences = (UNHEARD_TEXTS if is_unheard else TEXTS)[language]
    numbers = " ".join(str(n) for n in clip.integers(2, 2000, 2))
    text = " ".join([*(str(s) for s in clip.permutation(sentences)[:3]), numbers])
    y, sr = spoken(text, f"{language}+{speaker or drawn}", options)
    y = resample(y, round(sr * size), SR).astype(np.float64)
    late = int(clip.integers(max(1, y.shape[0] - N_SAMPLES // 2))) if clip.random() < 0.4 else 0
    y = y[late : late + N_SAMPLES]
    return np.pad(y, (0, N_SAMPLES - y.shape[0]))


def talk(rng: Rng, clip: Rng) -> Signal:
    """One speaker."""
    return _talk(rng, clip, is_unheard=False)


def unheard_talk(rng: Rng, clip: Rng) -> Signal:
    """One speaker, of the languages and speakers kept apart."""
    return _talk(rng, clip, is_unheard=True)


def whisper(rng: Rng, clip: Rng) -> Signal:
    """One speaker who whispers."""
    return _talk(rng, clip, is_unheard=False, speaker=str(rng.choice(["whisper", "whisperf"])))


def unheard_whisper(rng: Rng, clip: Rng) -> Signal:
    """One speaker who whispers in a language kept apart."""
    return _talk(rng, clip, is_unheard=True, speaker=str(rng.choice(["whisper", "whisperf"])))


def telephone(rng: Rng, clip: Rng) -> Signal:
    """A speaker on the telephone, over the radio, or from a cheap loudspeaker."""
    y = scaled(band(talk(rng, clip), rng.uniform(200.0, 450.0), rng.uniform(2200.0, 3600.0)))
    y = np.tanh(rng.uniform(1.0, 8.0) * y)
    hiss = band(white(N_SAMPLES, clip), 300.0, 3400.0)
    return scaled(band(y, 250.0, 3600.0)) + rng.choice([0.0, 0.02, 0.1]) * scaled(hiss)


def announcement(rng: Rng, clip: Rng) -> Signal:
    """A loudspeaker in a station or a church: late echoes of one voice, hardly to be understood."""
    y = band(talk(rng, clip), rng.uniform(150.0, 400.0), rng.uniform(2500.0, 5000.0))
    rt_s = rng.uniform(0.8, 2.5)
    tail = white(2 * SR, clip) * np.exp(-np.arange(2 * SR) / SR * 6.9 / rt_s)
    wet = np.fft.irfft(np.fft.rfft(y, 8 * SR) * np.fft.rfft(tail, 8 * SR), 8 * SR)[:N_SAMPLES]
    return scaled(y) * rng.uniform(0.0, 0.5) + scaled(wet)


def babble(rng: Rng, clip: Rng) -> Signal:
    """Two to five speakers at once, some farther away."""
    y = np.zeros(N_SAMPLES)
    for number in range(int(rng.integers(2, 6))):
        place(
            y, scaled(talk(rng, clip)), clip.uniform(0.0, 0.5), 1.0 if number == 0 else clip.uniform(0.2, 1.0)
        )
    return y
