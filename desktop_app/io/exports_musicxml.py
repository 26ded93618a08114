# SPDX-License-Identifier: MIT
"""A score as MusicXML 4.0 through music21; equal scores give equal bytes.

References
----------
"MusicXML 4.0", W3C Music Notation Community Group Final Report, 2021.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from desktop_app import __version__
from desktop_app.domain.spelling import spelled, written_fifths

if TYPE_CHECKING:
    from collections.abc import Sequence
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
# By whether a sign goes on in the next one, and whether it goes on from the last.
_TIES: Final = {(True, False): "start", (True, True): "continue", (False, True): "stop"}
_DRUM_CHANNEL: Final = 9
_MOST_BEAMS: Final = 3


def to_musicxml(score: Score) -> bytes:
    """The content of a ``.musicxml`` file."""
    from xml.etree import ElementTree

    from music21.musicxml.m21ToXml import ScoreExporter

    exporter = ScoreExporter(_stream(score), makeNotation=False)
    root = exporter.parse()
    _tidy(root)
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
    writer = _Writer(score)
    for number, part in enumerate(score.parts, 1):
        staves = [writer.staff(part, number, i) for i in range(len(part.staves))]
        for staff in staves:
            whole.insert(0, staff)
        if len(staves) > 1:
            name = part.instrument.name
            whole.insert(0, layout.StaffGroup(staves, name=name, symbol="brace", barTogether=True))
    return whole


class _Writer:
    """Turns parts into music21's, at written pitch."""

    def __init__(self, score: Score) -> None:
        self._score = score
        self._fifths = written_fifths(score.fifths, score.transposition)
        self._is_major = score.fifths is not None and not score.is_minor

    def staff(self, part: Part, number: int, index: int) -> Any:
        """One staff of a part; both are counted from the top, parts from 1."""
        from music21 import bar, stream

        staff, is_single = part.staves[index], len(part.staves) == 1
        name = f"P{number}" if is_single else f"P{number}-Staff{index + 1}"
        made = (stream.Part if is_single else stream.PartStaff)(id=name)
        made.partName = part.instrument.name
        made.insert(0, self._instrument(part, number))
        measures = [self._measure(written) for written in staff.bars]
        self._begin(measures[0], staff, has_tempo=number == 1 and index == 0)
        measures[-1].rightBarline = bar.Barline("final")
        made.append(measures)
        _mark(made, measures)
        made.atSoundingPitch = False
        return made

    def _instrument(self, part: Part, number: int) -> Any:
        from music21 import instrument, interval

        made = instrument.Instrument(part.instrument.name)
        made.partId, made.instrumentId = f"P{number}", f"P{number}-I1"
        made.midiProgram = part.instrument.program
        made.midiChannel = number - 1 if number <= _DRUM_CHANNEL else number
        if self._score.transposition:
            made.transposition = interval.Interval(-self._score.transposition)
        return made

    def _begin(self, measure: Any, staff: Staff, *, has_tempo: bool) -> None:
        """Clef, key, metre and tempo."""
        from music21 import clef, key, meter, tempo

        score, metre = self._score, self._score.metre
        measure.clef = getattr(clef, _CLEFS[staff.clef])()
        measure.keySignature = key.KeySignature(self._fifths)
        measure.timeSignature = meter.TimeSignature(f"{metre.beats_per_bar}/{metre.beat_unit}")
        if score.quarter_bpm is not None and has_tempo:
            beat = float(metre.beat_quarters)
            measure.insert(0, tempo.MetronomeMark(number=round(score.quarter_bpm / beat), referent=beat))

    def _measure(self, written: Bar) -> Any:
        from music21 import stream

        measure = stream.Measure(number=written.number)
        for number, voice in enumerate(written.voices, 1):
            target = measure if len(written.voices) == 1 else stream.Voice(id=str(number))
            for symbol in voice:
                target.append(self._sign(symbol, written))
            if target is not measure:
                measure.insert(0, target)
        return measure

    def _sign(self, symbol: Symbol, written: Bar) -> Any:
        from music21 import chord, note, tie

        if not symbol.midis:
            rest = note.Rest(quarterLength=symbol.duration)
            # In a pickup, readers would take it for a rest as long as the bars that follow.
            rest.fullMeasure = symbol.duration == written.duration and written.number > 0
            return rest
        pitches = [self._pitch(midi + self._score.transposition) for midi in symbol.midis]
        kind = note.Note if len(pitches) == 1 else chord.Chord
        made = kind(pitches[0] if len(pitches) == 1 else pitches, quarterLength=symbol.duration)
        name = _TIES.get((symbol.is_tied, symbol.was_tied))
        if name is not None:
            made.tie = tie.Tie(name)
        return made

    def _pitch(self, midi: int) -> Any:
        from music21 import pitch

        letter, alter, octave = spelled(midi, self._fifths, is_major=self._is_major)
        return pitch.Pitch(step=letter, octave=octave, accidental=pitch.Accidental(alter) if alter else None)


def _mark(staff: Any, measures: Sequence[Any]) -> None:
    """Accidentals, beams and brackets."""
    from music21.stream import makeNotation

    makeNotation.makeAccidentalsInMeasureStream(staff)
    for measure in measures:
        makeNotation.makeBeams(measure, inPlace=True)
        for voice in measure.voices or [measure]:
            makeNotation.makeTupletBrackets(voice, inPlace=True)
            _mend_beams(list(voice.notesAndRests))


def _mend_beams(signs: Sequence[Any]) -> None:
    """Take away beams that begin or end nowhere: music21 leaves some where triplets lie across beats."""
    for number in range(1, _MOST_BEAMS + 1):
        begun: list[tuple[Any, Any]] = []
        for sign in signs:
            beams = [] if sign.isRest else [beam for beam in sign.beams if beam.number == number]
            if not beams or beams[0].type == "start":
                _take_away(begun)
                begun = []
            if beams and beams[0].type in ("start", "continue", "stop"):
                begun.append((sign, beams[0]))
                if beams[0].type == "stop":
                    if begun[0][1].type != "start":
                        _take_away(begun)
                    begun = []
        _take_away(begun)


def _take_away(beams: Sequence[tuple[Any, Any]]) -> None:
    for sign, beam in beams:
        if beam.number == 1:
            sign.beams.beamsList.clear()
        else:
            sign.beams.beamsList.remove(beam)


def _tidy(root: Element) -> None:
    """Leave out what music21 says of itself, and the date, by which equal scores would differ."""
    identification = root.find("identification")
    encoding = root.find("identification/encoding")
    assert identification is not None
    assert encoding is not None
    for creator in identification.findall("creator"):
        identification.remove(creator)
    for date in encoding.findall("encoding-date"):
        encoding.remove(date)
    first, *others = encoding.findall("software")
    first.text = f"Right In Tune {__version__}"
    for software in others:
        encoding.remove(software)
