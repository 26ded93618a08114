# SPDX-License-Identifier: MIT
"""The list of the own sounds that are refused as no instrument.

Some kinds stand under a bank of their own, ``refused_unheard``, which is only measured on: their makers
(and, of speech, languages and speakers) take no part in what is learnt.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np

from desktop_app.domain.labels import NOT_AN_INSTRUMENT
from desktop_app.training.augmentation.sound import coloured_noise
from desktop_app.training.refused import beats as refused_beats
from desktop_app.training.refused import drums as refused_drums
from desktop_app.training.refused import machines as refused_machines
from desktop_app.training.refused import nature as refused_nature
from desktop_app.training.refused import objects as refused_objects
from desktop_app.training.refused import speech as refused_speech
from desktop_app.training.refused import voices as refused_voices
from desktop_app.training.refused.parts import scaled, scene
from desktop_app.training.rendering import noise as render_noise
from desktop_app.training.rendering.drawn import Drawn
from desktop_app.training.rendering.presets_gm import Voice
from desktop_app.training.rendering.soundfont import PlayedNote
from desktop_app.training.rendering.voices import N_SAMPLES, Rng, Signal

Maker = Callable[[Rng, Rng], Signal]

LEARNT: Final = "refused"
UNHEARD: Final = "refused_unheard"
_VOICE: Final = Voice(NOT_AN_INSTRUMENT, "synthetic", 60, 75)  # its keys only number the clips of one sound
_QUIET: Final = "quiet"


def quiet(rng: Rng, clip: Rng) -> Signal:
    """Hardly anything: the noise of a microphone, perhaps dithering of the last bits."""
    y = scaled(coloured_noise(N_SAMPLES, rng.uniform(0.0, 2.0), clip)) * 10.0 ** (
        -rng.uniform(38.0, 56.0) / 20.0
    )
    step = 10.0 ** (-rng.uniform(50.0, 90.0) / 20.0)
    return np.round(y / step) * step


# A kind's number goes into the names of its sounds: new kinds go to the end.
KINDS: Final[tuple[tuple[str, str, Maker], ...]] = (
    ("noise", LEARNT, render_noise.steady_noise),
    ("wind", LEARNT, render_noise.wind),
    ("hum", LEARNT, render_noise.hum),
    ("room tone", LEARNT, render_noise.room_tone),
    ("claps", LEARNT, render_noise.claps),
    ("clicks", LEARNT, render_noise.clicks),
    ("siren", LEARNT, render_noise.siren),
    (_QUIET, LEARNT, quiet),
    ("kick", LEARNT, refused_drums.single("kick")),
    ("snare", LEARNT, refused_drums.single("snare")),
    ("tom", LEARNT, refused_drums.single("tom")),
    ("conga", UNHEARD, refused_drums.single("conga")),
    ("bass drum", LEARNT, refused_drums.single("bass drum")),
    ("hat", LEARNT, refused_drums.single("hat")),
    ("cymbal", LEARNT, refused_drums.single("cymbal")),
    ("gong", LEARNT, refused_drums.single("gong")),
    ("block", LEARNT, refused_drums.single("block")),
    ("cowbell", LEARNT, refused_drums.single("cowbell")),
    ("tambourine", UNHEARD, refused_drums.single("tambourine")),
    ("shaker", LEARNT, refused_drums.single("shaker")),
    ("scraper", UNHEARD, refused_drums.single("scraper")),
    ("machine clap", LEARNT, refused_drums.single("machine clap")),
    ("roll", LEARNT, refused_beats.roll),
    ("brushes", UNHEARD, refused_beats.brushes),
    ("beat", LEARNT, refused_beats.beat),
    ("knocks", LEARNT, refused_objects.knocks),
    ("door", LEARNT, refused_objects.door),
    ("creak", LEARNT, refused_objects.creak),
    ("steps", LEARNT, refused_objects.steps),
    ("steps on gravel", UNHEARD, refused_objects.steps_on_gravel),
    ("snaps", LEARNT, refused_objects.snaps),
    ("applause", LEARNT, refused_objects.applause),
    ("paper", UNHEARD, refused_objects.paper),
    ("dishes", LEARNT, refused_objects.dishes),
    ("keys", UNHEARD, refused_objects.keys),
    ("glass", LEARNT, refused_objects.glass),
    ("cloth", LEARNT, refused_objects.cloth),
    ("scratching", LEARNT, refused_objects.scratching),
    ("zipper", UNHEARD, refused_objects.zipper),
    ("bounce", LEARNT, refused_objects.bounce),
    ("switches", LEARNT, refused_objects.switches),
    ("typing", LEARNT, refused_objects.typing),
    ("other typing", UNHEARD, render_noise.typing),
    ("handling", LEARNT, refused_objects.handling),
    ("rain", LEARNT, refused_nature.rain),
    ("stream", LEARNT, refused_nature.stream),
    ("drips", LEARNT, refused_nature.drips),
    ("waves", LEARNT, refused_nature.waves),
    ("fire", UNHEARD, refused_nature.fire),
    ("thunder", LEARNT, refused_nature.thunder),
    ("whistling wind", LEARNT, refused_nature.whistling_wind),
    ("leaves", LEARNT, refused_nature.leaves),
    ("birds", LEARNT, refused_nature.birds),
    ("crickets", UNHEARD, refused_nature.crickets),
    ("barks", LEARNT, refused_nature.barks),
    ("motor", LEARNT, refused_machines.motor),
    ("passing", LEARNT, refused_machines.passing),
    ("traffic", LEARNT, refused_machines.traffic),
    ("train", UNHEARD, refused_machines.train),
    ("aircraft", LEARNT, refused_machines.aircraft),
    ("fan", LEARNT, refused_machines.fan),
    ("appliance", LEARNT, refused_machines.appliance),
    ("printer", UNHEARD, refused_machines.printer),
    ("steam", LEARNT, refused_machines.steam),
    ("buzz", LEARNT, refused_machines.buzz),
    ("radio", LEARNT, refused_machines.radio),
    ("glitches", LEARNT, refused_machines.glitches),
    ("phone bell", LEARNT, refused_machines.phone_bell),
    ("ticking", LEARNT, refused_machines.ticking),
    ("laughter", LEARNT, refused_voices.laughter),
    ("coughs", UNHEARD, refused_voices.coughs),
    ("breath", LEARNT, refused_voices.breath),
    ("lips", LEARNT, refused_voices.lips),
    ("pops", LEARNT, refused_voices.pops),
    ("whispering", LEARNT, refused_voices.whispering),
    ("crowd", LEARNT, refused_voices.crowd),
    ("mumbling", LEARNT, refused_voices.mumbling),
    ("speech", LEARNT, refused_speech.talk),
    ("speech in other languages", UNHEARD, refused_speech.unheard_talk),
    ("whispered speech", LEARNT, refused_speech.whisper),
    ("whisper in other languages", UNHEARD, refused_speech.unheard_whisper),
    ("telephone", LEARNT, refused_speech.telephone),
    ("announcement", LEARNT, refused_speech.announcement),
    ("babble", LEARNT, refused_speech.babble),
    ("triangle", LEARNT, refused_drums.single("triangle")),
)
_SPOKEN: Final = frozenset(
    title for title, _, maker in KINDS if getattr(maker, "__module__", "") == refused_speech.__name__
)
_OFTENER: Final = {"speech": 6, "kick": 2, "snare": 2, "hat": 2, "telephone": 2, "babble": 2, _QUIET: 1}


@dataclass(frozen=True, slots=True)
class RefusedSound(Drawn):
    """One source of sounds that is no instrument; the kinds are those of :data:`KINDS`."""

    @property
    def bank(self) -> str:
        """``refused``, or ``refused_unheard`` for kinds that are only measured on."""
        return KINDS[self.bank_number][1]

    @property
    def title(self) -> str:
        """The kind of sound."""
        return KINDS[self.bank_number][0]

    @property
    def voice(self) -> Voice:
        """No instrument; the keys only number the clips."""
        return _VOICE

    def _sound(self, note: PlayedNote, parameters: Rng, chance: Rng) -> Signal:
        y = KINDS[self.bank_number][2](parameters, chance)
        return y if self.title == _QUIET else scene(scaled(y), parameters, chance)

    def _gain(self, y: Signal, note: PlayedNote) -> float:
        return 1.0 if self.title == _QUIET else super(RefusedSound, self)._gain(y, note)


def refused_sounds(n_per_kind: int, seed: int) -> list[RefusedSound]:
    """So many sources of each kind, more of speech and of the commonest drums.

    Speech is left out where eSpeak NG is not installed.
    """
    own_seed = zlib.crc32(f"refused:{seed}".encode())
    can_speak = render_noise.can_speak()
    return [
        RefusedSound(kind, number, own_seed)
        for kind, (title, _, _) in enumerate(KINDS)
        if can_speak or title not in _SPOKEN
        for number in range(n_per_kind * _OFTENER.get(title, 1))
    ]
