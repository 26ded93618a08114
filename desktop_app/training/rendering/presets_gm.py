# SPDX-License-Identifier: MIT
"""What each General MIDI programme sounds like: family, source and plausible range.

References
----------
General MIDI System Level 1, MIDI Manufacturers Association, 1991 (programme names and order).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from desktop_app.domain.labels import NOT_AN_INSTRUMENT


@dataclass(frozen=True, slots=True)
class Voice:
    """One kind of sound.

    Attributes
    ----------
    family
        One of the eleven families or ``not_an_instrument``.
    source
        acoustic, electronic or synthetic.
    low_midi, high_midi
        The lowest and the highest note worth rendering.
    """

    family: str
    source: str
    low_midi: int
    high_midi: int


DRUM_KIT: Final = Voice(NOT_AN_INSTRUMENT, "acoustic", 35, 81)

# Programme, family, source, lowest and highest note. Programmes that belong to no single family are absent:
# dulcimer (15), accordions (21, 23), timpani (47), orchestra hit (55), the sung lead (85), pads and
# effects (88–89, 91–103), tinkle bell (112).
_ROWS: Final[tuple[tuple[int, str, str, int, int], ...]] = (
    (0, "keyboard", "acoustic", 21, 108),
    (1, "keyboard", "acoustic", 21, 108),
    (2, "keyboard", "electronic", 28, 100),
    (3, "keyboard", "acoustic", 28, 100),
    (4, "keyboard", "electronic", 28, 100),
    (5, "keyboard", "electronic", 28, 100),
    (6, "keyboard", "acoustic", 29, 89),
    (7, "keyboard", "electronic", 36, 96),
    (8, "mallet", "acoustic", 60, 108),
    (9, "mallet", "acoustic", 72, 108),
    (10, "mallet", "acoustic", 60, 96),
    (11, "mallet", "acoustic", 53, 89),
    (12, "mallet", "acoustic", 45, 96),
    (13, "mallet", "acoustic", 60, 108),
    (14, "mallet", "acoustic", 60, 84),
    (16, "organ", "electronic", 36, 96),
    (17, "organ", "electronic", 36, 96),
    (18, "organ", "electronic", 36, 96),
    (19, "organ", "acoustic", 30, 96),
    (20, "organ", "acoustic", 36, 90),
    (22, "reed", "acoustic", 55, 91),
    (24, "guitar", "acoustic", 40, 84),
    (25, "guitar", "acoustic", 40, 84),
    (26, "guitar", "electronic", 40, 86),
    (27, "guitar", "electronic", 40, 86),
    (28, "guitar", "electronic", 40, 86),
    (29, "guitar", "electronic", 40, 86),
    (30, "guitar", "electronic", 40, 86),
    (31, "guitar", "electronic", 52, 88),
    (32, "bass", "acoustic", 28, 62),
    (33, "bass", "electronic", 28, 62),
    (34, "bass", "electronic", 28, 62),
    (35, "bass", "electronic", 28, 62),
    (36, "bass", "electronic", 28, 62),
    (37, "bass", "electronic", 28, 62),
    (38, "bass", "synthetic", 24, 62),
    (39, "bass", "synthetic", 24, 62),
    (40, "string", "acoustic", 55, 100),
    (41, "string", "acoustic", 48, 88),
    (42, "string", "acoustic", 36, 79),
    (43, "string", "acoustic", 28, 60),
    (44, "string", "acoustic", 36, 96),
    (45, "string", "acoustic", 36, 96),
    (46, "string", "acoustic", 28, 100),
    (48, "string", "acoustic", 36, 96),
    (49, "string", "acoustic", 36, 96),
    (50, "string", "synthetic", 36, 96),
    (51, "string", "synthetic", 36, 96),
    (52, "vocal", "acoustic", 43, 84),
    (53, "vocal", "acoustic", 43, 84),
    (54, "vocal", "synthetic", 43, 84),
    (56, "brass", "acoustic", 52, 87),
    (57, "brass", "acoustic", 34, 75),
    (58, "brass", "acoustic", 26, 62),
    (59, "brass", "acoustic", 52, 87),
    (60, "brass", "acoustic", 34, 77),
    (61, "brass", "acoustic", 36, 87),
    (62, "brass", "synthetic", 36, 87),
    (63, "brass", "synthetic", 36, 87),
    (64, "reed", "acoustic", 56, 88),
    (65, "reed", "acoustic", 49, 81),
    (66, "reed", "acoustic", 44, 76),
    (67, "reed", "acoustic", 36, 69),
    (68, "reed", "acoustic", 58, 93),
    (69, "reed", "acoustic", 52, 81),
    (70, "reed", "acoustic", 34, 72),
    (71, "reed", "acoustic", 50, 91),
    (72, "flute", "acoustic", 74, 105),
    (73, "flute", "acoustic", 59, 98),
    (74, "flute", "acoustic", 60, 98),
    (75, "flute", "acoustic", 55, 96),
    (76, "flute", "acoustic", 55, 91),
    (77, "flute", "acoustic", 55, 91),
    (78, "flute", "acoustic", 60, 96),
    (79, "flute", "acoustic", 60, 90),
    (80, "synth_lead", "synthetic", 36, 96),
    (81, "synth_lead", "synthetic", 36, 96),
    (82, "synth_lead", "synthetic", 40, 96),
    (83, "synth_lead", "synthetic", 40, 96),
    (84, "synth_lead", "synthetic", 36, 96),
    (86, "synth_lead", "synthetic", 36, 96),
    (87, "synth_lead", "synthetic", 28, 84),
    (90, "synth_lead", "synthetic", 36, 96),
    (104, "guitar", "acoustic", 45, 77),
    (105, "guitar", "acoustic", 48, 84),
    (106, "guitar", "acoustic", 48, 79),
    (107, "guitar", "acoustic", 48, 84),
    (108, "mallet", "acoustic", 53, 86),
    (109, "reed", "acoustic", 55, 81),
    (110, "string", "acoustic", 55, 93),
    (111, "reed", "acoustic", 55, 84),
    (113, NOT_AN_INSTRUMENT, "acoustic", 60, 84),
    (114, "mallet", "acoustic", 52, 84),
    (115, NOT_AN_INSTRUMENT, "acoustic", 48, 84),
    (116, NOT_AN_INSTRUMENT, "acoustic", 36, 72),
    (117, NOT_AN_INSTRUMENT, "acoustic", 36, 72),
    (118, NOT_AN_INSTRUMENT, "synthetic", 36, 72),
    (119, NOT_AN_INSTRUMENT, "acoustic", 48, 72),
    *((programme, NOT_AN_INSTRUMENT, "acoustic", 36, 84) for programme in range(120, 128)),
)

GM_VOICES: Final[dict[int, Voice]] = {row[0]: Voice(*row[1:]) for row in _ROWS}
