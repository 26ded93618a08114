# SPDX-License-Identifier: MIT
"""A score as MusicXML 4.0 through music21; equal scores give equal bytes.

References
----------
"MusicXML 4.0", W3C Music Notation Community Group Final Report, 2021.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from desktop_app import __version__

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

    from desktop_app.domain.score import Bar, Part, Score, Staff, Symbol

_CLEFS: Final = {
    "treble": "TrebleClef",
    "treble_8vb": "Treble8vbClef",
    "alto": "AltoClef",
    "tenor": "TenorClef",
    "bass": "BassClef",
    "bass_8vb": "Bass8vbClef",
}
# Note names along the line of fifths, C at 0; sharps to the right.
_LETTERS: Final = "FCGDAEB"
# Twelve neighbours on that line spell all keys: from three before the tonic of a major key.
_FLAT_SIDE: Final = 3
_MOST_FLATS, _MOST_SHARPS = -8, 12


def to_musicxml(score: Score) -> bytes:
    """The content of a ``.musicxml`` file."""
    from xml.etree import ElementTree

    from music21.musicxml.m21ToXml import ScoreExporter

    exporter = ScoreExporter(_stream(score), makeNotation=False)
    root = exporter.parse()
    _tidy(root, score)
    ElementTree.indent(root)
    body = ElementTree.tostring(root, encoding="unicode")
    doctype = (
        '<!DOCTYPE score-partwise PUBLIC "-//Recordare//DTD MusicXML 4.0 Partwise//EN" '
        '"http://www.musicxml.org/dtds/partwise.dtd">'
    )
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{doctype}\n{body}\n'.encode()


def _stream(score: Score) -> Any:
    from music21 import layout, metadata, stream

    whole = stream.Score()
    whole.metadata = metadata.Metadata(title=score.title)
    for number, part in enumerate(score.parts, 1):
        staves = [_staff(score, part, number, i) for i in range(len(part.staves))]
        for staff in staves:
            whole.insert(0, staff)
        if len(staves) > 1:
            name = part.instrument.name
            whole.insert(0, layout.StaffGroup(staves, name=name, symbol="brace", barTogether=True))
    return whole


def _staff(score: Score, part: Part, number: int, index: int) -> Any:
    from music21 import bar, stream
    from music21.stream import makeNotation

    staff = part.staves[index]
    kind = stream.Part if len(part.staves) == 1 else stream.PartStaff
    made = kind(id=f"P{number}" if len(part.staves) == 1 else f"P{number}-Staff{index + 1}")
    made.partName = part.instrument.name
    made.insert(0, _instrument(score, part, number))
    speller = _Speller((score.fifths or 0) + _fifths_up(score.transposition))
    for i, written in enumerate(staff.bars):
        measure = _measure(written, speller, score.transposition)
        if i == 0:
            _begin(measure, score, staff, is_top=index == 0)
        made.append(measure)
    made.getElementsByClass(stream.Measure).last().rightBarline = bar.Barline("final")
    makeNotation.makeAccidentalsInMeasureStream(made)
    for measure in made.getElementsByClass(stream.Measure):
        makeNotation.makeBeams(measure, inPlace=True)
        for voice in measure.voices or [measure]:
            makeNotation.makeTupletBrackets(voice, inPlace=True)
    made.atSoundingPitch = False
    return made


def _instrument(score: Score, part: Part, number: int) -> Any:
    from music21 import instrument, interval

    made = instrument.Instrument(part.instrument.name)
    made.partId, made.instrumentId = f"P{number}", f"P{number}-I1"
    made.midiProgram = part.instrument.program
    made.midiChannel = number - 1 if number < 10 else number
    if score.transposition:
        made.transposition = interval.Interval(-score.transposition)
    return made


def _begin(measure: Any, score: Score, staff: Staff, *, is_top: bool) -> None:
    """Clef, key, metre and tempo."""
    from music21 import clef, key, meter, tempo

    metre = score.metre
    measure.clef = getattr(clef, _CLEFS[staff.clef])()
    measure.keySignature = key.KeySignature(_near((score.fifths or 0) + _fifths_up(score.transposition)))
    measure.timeSignature = meter.TimeSignature(f"{metre.beats_per_bar}/{metre.beat_unit}")
    if score.quarter_bpm is not None and is_top:
        beat = float(metre.beat_quarters)
        measure.insert(0, tempo.MetronomeMark(number=round(score.quarter_bpm / beat), referent=beat))


def _measure(written: Bar, speller: _Speller, transposition: int) -> Any:
    from music21 import stream

    # In a pickup, readers would take a whole bar's rest for a whole bar.
    is_full = written.number > 0
    measure = stream.Measure(number=written.number)
    for number, voice in enumerate(written.voices, 1):
        target = measure if len(written.voices) == 1 else stream.Voice(id=str(number))
        for symbol in voice:
            target.append(
                _sign(
                    symbol, speller, transposition, is_whole=is_full and symbol.duration == written.duration
                )
            )
        if target is not measure:
            measure.insert(0, target)
    return measure


def _sign(symbol: Symbol, speller: _Speller, transposition: int, *, is_whole: bool) -> Any:
    from music21 import chord, note, tie

    if not symbol.midis:
        rest = note.Rest(quarterLength=symbol.duration)
        rest.fullMeasure = is_whole
        return rest
    pitches = [speller.pitch(midi + transposition) for midi in symbol.midis]
    kind = note.Note if len(pitches) == 1 else chord.Chord
    made = kind(pitches[0] if len(pitches) == 1 else pitches, quarterLength=symbol.duration)
    ties = {(True, True): "continue", (True, False): "start", (False, True): "stop"}
    if (name := ties.get((symbol.is_tied, symbol.was_tied))) is not None:
        made.tie = tie.Tie(name)
    return made


class _Speller:
    """Names keys as a key signature wants them, without double accidentals.

    Parameters
    ----------
    fifths
        Sharps of the written key, flats negative.
    """

    def __init__(self, fifths: int) -> None:
        first = min(max(_near(fifths) - _FLAT_SIDE, _MOST_FLATS), _MOST_SHARPS - 11)
        self._place = {7 * place % 12: place for place in range(first, first + 12)}

    def pitch(self, midi: int) -> Any:
        """A written pitch."""
        from music21 import pitch

        place = self._place[midi % 12]
        letter, alter = _LETTERS[(place + 1) % 7], (place + 1) // 7
        octave = (midi - alter) // 12 - 1
        return pitch.Pitch(step=letter, octave=octave, accidental=pitch.Accidental(alter) if alter else None)


def _fifths_up(semitones: int) -> int:
    """How a key signature changes when the notes are written higher."""
    return 7 * semitones


def _near(fifths: int) -> int:
    """The same key with six accidentals at most."""
    return (fifths + 5) % 12 - 5


def _tidy(root: Element, score: Score) -> None:
    """Leave out what music21 says of itself, and the date, by which equal scores would differ."""
    identification = root.find("identification")
    assert identification is not None
    for creator in identification.findall("creator"):
        identification.remove(creator)
    encoding = identification.find("encoding")
    assert encoding is not None
    for told in [*encoding.findall("encoding-date"), *encoding.findall("software")]:
        encoding.remove(told)
    from xml.etree.ElementTree import Element as Made

    software = Made("software")
    software.text = f"Right In Tune {__version__}"
    encoding.insert(0, software)
