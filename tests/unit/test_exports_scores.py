# SPDX-License-Identifier: MIT
"""What MIDI and MusicXML files say besides the notes."""

from __future__ import annotations

import io
import xml.etree.ElementTree as ET

import mido
import pytest
from export_read import bars_of, read, render
from export_sounds import analysis_of, note, steady

from desktop_app.domain.analysis import KeyVerdict
from desktop_app.domain.labels import FAMILIES
from desktop_app.jobs.export import TRANSPOSITIONS, ExportOptions, exported

SCALE = [note(0.5 * i, 0.45, midi) for i, midi in enumerate((60, 62, 63, 65, 67, 68, 71, 72))]
PART_TYPES = {"note_on", "note_off", "pitchwheel"}


def midi_of(*families: str, **options: object) -> mido.MidiFile:
    notes = [note(i, 0.9, 60, family=family, cents=20.0) for i, family in enumerate(families)] or SCALE
    analysis = analysis_of(notes, tempo=steady(120.0), key=KeyVerdict("C", "minor", 0.9))
    content = exported(analysis, ExportOptions("midi", **options))
    return mido.MidiFile(file=io.BytesIO(content), charset="utf-8")


def xml_of(key: KeyVerdict | None = None, **options: object) -> ET.Element:
    analysis = analysis_of(SCALE, tempo=steady(120.0), key=key)
    return ET.fromstring(exported(analysis, ExportOptions("musicxml", **options)))


def test_midi_tells_tempo_metre_and_key() -> None:
    told = {message.type: message for message in midi_of(beats_per_bar=6, beat_unit=8).tracks[0]}
    # A beat of 6/8 is a dotted quarter: 120 of them are 180 quarters.
    assert mido.tempo2bpm(told["set_tempo"].tempo) == pytest.approx(180.0, rel=1e-5)
    assert (told["time_signature"].numerator, told["time_signature"].denominator) == (6, 8)
    assert told["time_signature"].clocks_per_click == 36
    assert told["key_signature"].key == "Cm"


def test_midi_tells_no_tempo_that_nobody_knows() -> None:
    file = mido.MidiFile(file=io.BytesIO(exported(analysis_of(SCALE), ExportOptions("midi"))))
    assert {message.type for message in file.tracks[0]} == {"track_name", "end_of_track"}


def test_each_family_has_a_track_and_a_channel_but_the_drums() -> None:
    file = midi_of("bass", "flute", "reed")
    programs = [message for track in file.tracks for message in track if message.type == "program_change"]
    assert [(message.channel, message.program) for message in programs] == [(0, 33), (1, 73), (2, 71)]
    everyone = [note(i, 0.9, 60, family=family) for i, family in enumerate(FAMILIES)]
    assert len(everyone) == 11
    one = mido.MidiFile(file=io.BytesIO(exported(analysis_of(everyone), ExportOptions("midi"))))
    assert len(one.tracks) == 2  # each plays too little for a track of its own


def test_fifteen_parts_leave_channel_ten_to_the_drums() -> None:
    from desktop_app.domain.score import Instrument
    from desktop_app.io.exports_midi import MidiHeader, to_midi

    parts = [(Instrument(None, str(i), i), [note(0.0, 1.0, 60 + i)]) for i in range(15)]
    file = mido.MidiFile(file=io.BytesIO(to_midi(parts, MidiHeader("t"))))
    channels = {message.note: message.channel for message in file if message.type == "note_on"}
    assert sorted(channels.values()) == [0, 1, 2, 3, 4, 5, 6, 7, 8, 10, 11, 12, 13, 14, 15]


def test_a_bend_states_its_range_first_and_returns() -> None:
    (part,) = midi_of("flute").tracks[1:]
    controls = [(message.control, message.value) for message in part if message.type == "control_change"]
    assert controls == [(101, 0), (100, 0), (6, 2), (38, 0), (101, 127), (100, 127)]
    types = [message.type for message in part if message.type in PART_TYPES]
    assert types == ["pitchwheel", "note_on", "note_off", "pitchwheel"]
    assert [message.pitch for message in part if message.type == "pitchwheel"] == [819, 0]
    assert not any(message.type == "pitchwheel" for message in midi_of("flute", with_bends=False).tracks[1])


def test_a_key_that_overlaps_itself_ends_where_it_is_struck_again() -> None:
    notes = [note(0.0, 0.52, 60), note(0.5, 0.515, 60), note(1.0, 0.5, 60)]
    file = mido.MidiFile(file=io.BytesIO(exported(analysis_of(notes), ExportOptions("midi"))))
    now_s, told = 0.0, []
    for message in file:
        now_s += message.time
        if message.type.startswith("note"):
            told.append((round(now_s, 3), message.type))
    assert told == [
        *((0.0, "note_on"), (0.5, "note_off"), (0.5, "note_on"), (1.0, "note_off"), (1.0, "note_on")),
        (1.5, "note_off"),
    ]


def test_musicxml_says_what_it_is_and_not_when_it_was_made() -> None:
    root = xml_of()
    assert root.get("version") == "4.0"
    content = exported(analysis_of(SCALE), ExportOptions("musicxml")).decode()
    assert '"-//Recordare//DTD MusicXML 4.0 Partwise//EN"' in content
    software = [one.text for one in root.iter("software")]
    assert len(software) == 1
    assert str(software[0]).startswith("Right In Tune ")
    assert not [*root.iter("encoding-date"), *root.iter("creator")]


@pytest.mark.parametrize(
    ("family", "sign", "line", "octave_change", "program"),
    [
        ("guitar", "G", "2", "-1", "25"),
        ("bass", "F", "4", "-1", "34"),
        ("flute", "G", "2", None, "74"),
        ("keyboard", "G", "2", None, "1"),
    ],
)
def test_the_family_writes_the_clef_and_the_program(
    family: str, sign: str, line: str, octave_change: str | None, program: str
) -> None:
    root = xml_of(family=family)
    clef = root.find("part/measure/attributes/clef")
    assert clef is not None
    told = [clef.findtext(name) for name in ("sign", "line", "clef-octave-change")]
    assert told == [sign, line, octave_change]
    assert root.findtext("part-list/score-part/midi-instrument/midi-program") == program
    assert root.findtext("part/measure/note/pitch/octave") == "4"  # as it sounds


def test_both_hands_have_a_staff_each() -> None:
    notes = [note(0.5 * i, 0.45, midi) for i, midi in enumerate((36, 43, 48, 76, 79, 84))]
    content = exported(analysis_of(notes, tempo=steady(120.0)), ExportOptions("musicxml", family="keyboard"))
    root = ET.fromstring(content)
    assert root.findtext("part/measure/attributes/staves") == "2"
    assert [clef.findtext("sign") for clef in root.iter("clef")] == ["G", "F"]
    assert len(root.findall("part")) == 1
    assert "<svg" in render(content)


@pytest.mark.parametrize("transposition", sorted(set(TRANSPOSITIONS.values()) - {0}))
def test_a_transposing_part_is_written_higher_and_says_so(transposition: int) -> None:
    key = KeyVerdict("C", "minor", 0.9)
    root = xml_of(key, family="reed", transposition=transposition)
    transpose = root.find("part/measure/attributes/transpose")
    assert transpose is not None
    octaves = int(transpose.findtext("octave-change", "0"))
    assert int(transpose.findtext("chromatic", "0")) + 12 * octaves == -transposition
    fifths = int(root.findtext("part/measure/attributes/key/fifths", "0"))
    assert fifths % 12 == (-3 + 7 * transposition) % 12
    score = read(
        exported(analysis_of(SCALE, key=key), ExportOptions("musicxml", transposition=transposition))
    )
    sounding = [pitch.midi for bar in bars_of(score.parts[0]) for pitch in bar.pitches]
    assert sounding == [one.midi for one in SCALE]


def test_keys_are_spelled_as_the_signature_wants() -> None:
    def names(tonic: str, mode: str) -> list[str]:
        root = xml_of(KeyVerdict(tonic, mode, 0.9))  # type: ignore[arg-type]
        return [
            str(pitch.findtext("step")) + {"1": "#", "-1": "b"}.get(pitch.findtext("alter", ""), "")
            for pitch in root.iter("pitch")
        ]

    assert names("C", "minor") == ["C", "D", "Eb", "F", "G", "Ab", "B", "C"]
    assert names("D", "major") == ["C", "D", "D#", "F", "G", "G#", "B", "C"]


def test_accidentals_are_drawn_where_they_are_needed() -> None:
    drawn = [note_.findtext("accidental") for note_ in xml_of(KeyVerdict("C", "minor", 0.9)).iter("note")]
    assert drawn[:8] == [None, None, None, None, None, None, "natural", None]


def test_the_tempo_is_marked_by_the_beat() -> None:
    root = xml_of(beats_per_bar=6, beat_unit=8)
    metronome = root.find("part/measure/direction/direction-type/metronome")
    assert metronome is not None
    assert metronome.findtext("beat-unit") == "quarter"
    assert metronome.find("beat-unit-dot") is not None
    assert metronome.findtext("per-minute") == "120"


def test_eighths_are_beamed_and_triplets_bracketed() -> None:
    triplet = [note(i / 6, 0.16, 60) for i in range(3)]
    eighths = [note(0.5 + i / 4, 0.24, 64) for i in range(2)]
    analysis = analysis_of([*triplet, *eighths], tempo=steady(120.0))
    root = ET.fromstring(exported(analysis, ExportOptions("musicxml")))
    beams = [one.findtext("beam") for one in root.iter("note")]
    assert beams[:5] == ["begin", "continue", "end", "begin", "end"]
    assert [one.get("type") for one in root.iter("tuplet")] == ["start", "stop"]
    assert [one.findtext("time-modification/actual-notes") for one in root.iter("note")][:4] == ["3"] * 3 + [
        None
    ]


def test_a_rest_lasts_a_whole_bar_where_nothing_sounds() -> None:
    notes = [note(0.0, 0.4, 60), note(6.0, 0.4, 60)]
    root = ET.fromstring(exported(analysis_of(notes, tempo=steady(120.0)), ExportOptions("musicxml")))
    bars = root.findall("part/measure")
    assert [[rest.get("measure") for rest in bar.iter("rest")][:1] for bar in bars[1:3]] == [["yes"], ["yes"]]
