# SPDX-License-Identifier: MIT
"""What a synthesiser's patch imitates, told from its name, its folder and its category.

The label is a probable one. A name that speaks of two families, of noises, drums, effects, sequences or
chords, or of nothing at all gives none.
"""

from __future__ import annotations

import re
from typing import Final

from desktop_app.training.rendering.presets_gm import Voice

_RANGES: Final[dict[str, tuple[int, int]]] = {
    "bass": (26, 55),
    "brass": (40, 82),
    "flute": (60, 96),
    "guitar": (40, 84),
    "keyboard": (33, 96),
    "mallet": (48, 96),
    "organ": (36, 92),
    "reed": (46, 84),
    "string": (38, 94),
    "synth_lead": (43, 93),
    "vocal": (45, 82),
}


def _any_of(*patterns: str) -> re.Pattern[str]:
    """One of some words; within a pattern they stand apart by spaces, and ``_`` may be a space or nothing."""
    words = " ".join(patterns).split()
    return re.compile(rf"\b({'|'.join(word.replace('_', ' ?') for word in words)})\b")


_UNFIT: Final = _any_of(
    r"arps? arpegg\w* seq sequen\w* chords? s?fx effects? noise\w* drum(s|_kit)? kits? kick snare hi_hat",
    r"hats? cymbals? gong clap percussion timp\w* toms? alarm alert siren ufo glitch thunder rain surf",
    r"helicopter explosion laser robot\w* computer gun\w* fifths? [45]_?ths? third lfo s_h random orch\w*",
    r"ensemble splits? layers? layered test init bubbl\w* birdz? crickets? storm radio train jet hit stab",
    r"clicks? thump up_down fall\w* rise riser rising metal_sound",
)

_STRONG: Final[dict[str, re.Pattern[str]]] = {
    "organ": _any_of(
        r"[a-z]?organ\w* hammond b_3 drawbars? leslie clonewheel pipes call?iope theatre farfisa",
    ),
    "bass": _any_of(r"[a-z]*bass(es|y)? [a-z]*bas fretles\w* contrabass"),
    "guitar": _any_of(
        r"guitar\w* gu?itr? gtr gt banjo\w* sitar\w* lute koto ukulele mandolin strat plucked_strings?",
        r"nylon zither",
    ),
    "keyboard": _any_of(
        r"piano\w* rhodes rodes e_p epiano pno clav\w* harpsi\w* wurli\w* clavicembalo honky\w*",
        r"electric_keys",
    ),
    "mallet": _any_of(
        r"bells? chimes? vibes? vibra(phone?|harp)? marim\w* xylo\w* glock\w* celest[ae] mallets? music_box",
        r"steel_?drums?\w* kalimba karimba tubular campan[ae]",
    ),
    "brass": _any_of(
        r"brass\w* brazz trumpe?t\w* thrumpet trombon\w* tuba horns? flugel\w* fanfare\w* cornet"
    ),
    "reed": _any_of(
        r"reed\w* clarinet\w* oboe\w* bassoon\w* fagotto sax\w* accordi\w* concertina harmonica harmon",
        r"bagpipe\w* melodica fisarmonica",
    ),
    "flute": _any_of(
        r"flutes? flutey piccolo recorder\w* ocarina\w* whistle\w* pan_(flute|pipes?|flt) bottle shakuhachi",
        r"zufolo pinkollo",
    ),
    "string": _any_of(r"strings? strngs? strg\w* violins? viola cellos? fiddle harps? pizz\w* solina"),
    "vocal": _any_of(
        r"choir\w* chorale voices? voiced vox vocal\w* a+hh?s? o+hh?s? a?oo+s? aooww eh+ soprano singers?",
        r"coro",
    ),
}

# What these words say counts before anything else in the name.
_COMPOUND: Final[dict[str, re.Pattern[str]]] = {
    "flute": _any_of(r"bass_flute pan_pipes? pan_flute"),
    "reed": _any_of(r"bass_clarinet reed_bank engl(ish)?_h(or|r)n"),
    "organ": _any_of(r"reed_organ pipes?_organ vox_organ organ_pipes? percussion_organ"),
    "bass": _any_of(
        r"(strings?|guitar|double|upright|synth|reso?|slap|saw|reed|brass|harp|pizz|fm|pluck\w*)_bass",
        r"bass_guitar",
    ),
    "keyboard": _any_of(r"(string|toy|bell|guitar|elec\w*|e|synth|steel|glass)_pianos? harpsi\w*"),
    "mallet": _any_of(r"steel_drums? (glass|string|synth|organ)_bells?"),
    "guitar": _any_of(r"plucked_strings? steel_guitar string_guitar"),
    "string": _any_of(r"pizz\w*_strings? strings?_pizz\w* bass_strings"),
}

_LEAD: Final = _any_of(
    r"lead\w* leed solo saws? saw_tooth super_saws? squares? pulses? pwm moog\w* sync\w* acid theram\w*",
    r"theremin triangle mono_synth poly_synth minimoog oberheim prophet hoover trance",
)
_NO_LEAD: Final = _any_of(r"pads? sweep\w* space ambient drone\w* swell\w* atmo\w*")
_PAD: Final = _any_of("pads?")
_ELECTRONIC_KEYS: Final = _any_of(
    r"rhodes rodes e_p e_pianos? epiano elec\w*_(piano|pno|keys) wurli\w* clav\w* tine"
)
_PIPES: Final = _any_of(r"church cathedral pipes? stopped call?iope theatre \d+_ft")
_GOES_ON: Final = _any_of(r"dist\w* over_drive\w* trash heavy metal power\w* fuzz feedback lead")

_FOLDERS: Final[dict[str, str]] = {
    "bass": "bass",
    "bells": "mallet",
    "brass": "brass",
    "choir and voice": "vocal",
    "flute": "flute",
    "guitar": "guitar",
    "lead": "synth_lead",
    "organ": "organ",
    "piano": "keyboard",
    "reed and wind": "reed",
    "rhodes": "keyboard",
    "strings": "string",
    "synth piano": "keyboard",
    "vocal": "vocal",
}


def words(name: str) -> str:
    """A name in small letters, its words apart: ``SoftSaw_Lead2`` is ``soft saw lead 2``."""
    apart = re.sub(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Za-z])(?=\d)|(?<=\d)(?=[A-Z])", " ", name)
    return " ".join(re.sub(r"[^a-z0-9]+", " ", apart.lower()).split())


def family_of(name: str, folder: str = "") -> str | None:
    """The family that a patch's name speaks of, else that of its folder or category; None if unclear."""
    text = words(name)
    compound = [family for family, pattern in _COMPOUND.items() if pattern.search(text)]
    if not compound and _UNFIT.search(text):
        return None
    strong = compound or [family for family, pattern in _STRONG.items() if pattern.search(text)]
    if strong:
        return strong[0] if len(strong) == 1 else None
    family = _FOLDERS.get(words(folder))
    if family in (None, "synth_lead"):
        is_lead = bool(family or _LEAD.search(text)) and not _NO_LEAD.search(text)
        return "synth_lead" if is_lead else None
    return None if _LEAD.search(text) or _PAD.search(text) else family  # a saw among strings is neither


def voice_of_patch(name: str, folder: str = "") -> Voice | None:
    """Family, source and range of a patch; None when nobody can tell.

    The sources are meant as NSynth means them: what imitates electric pianos and drawbar organs is
    electronic, everything else that a synthesiser plays is synthetic.
    """
    family = family_of(name, folder)
    if family is None:
        return None
    text = f"{words(name)} {words(folder)}"
    is_electronic = (family == "keyboard" and _ELECTRONIC_KEYS.search(text)) or (
        family == "organ" and not _PIPES.search(text)
    )
    return Voice(family, "electronic" if is_electronic else "synthetic", *_RANGES[family])


def goes_on(name: str) -> bool:
    """Whether what is plucked goes on sounding under this name, as a distorted guitar does."""
    return bool(_GOES_ON.search(words(name)))
