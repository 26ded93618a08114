# SPDX-License-Identifier: MIT
"""Any notes written as MIDI are read back as they were, by two other libraries."""

from __future__ import annotations

import io
from collections.abc import Iterator

import mido
import pretty_midi
import pytest
from export_sounds import analysis_of, families, melodies, note, steady, textures
from hypothesis import given, settings
from hypothesis import strategies as st

from desktop_app.domain.note import Note
from desktop_app.jobs.export import ExportOptions, exported
from desktop_app.transcription.score_instruments import parts_of

TOLERANCE_S = 0.001
tempos = st.one_of(st.none(), st.floats(20.0, 400.0))


def as_a_channel_can(notes: list[Note]) -> list[tuple[float, float, int]]:
    """A key ends where it is struck again; of two that begin together the longer one is left."""
    told = []
    for one in notes:
        later = [other for other in notes if other.midi == one.midi and other.onset_s > one.onset_s]
        end_s = min([one.offset_s, *(other.onset_s for other in later)])
        told.append((one.onset_s, end_s, one.midi))
    return sorted({(onset_s, midi): (onset_s, end_s, midi) for onset_s, end_s, midi in sorted(told)}.values())


def check(notes: list[Note], expected: list[Note]) -> None:
    read = sorted((round(one.start, 6), one.end, one.pitch) for one in notes)
    wanted = as_a_channel_can(expected)
    assert [midi for *_, midi in read] == [midi for *_, midi in wanted]
    for (onset_s, end_s, _), (wanted_onset_s, wanted_end_s, _) in zip(read, wanted, strict=True):
        assert onset_s == pytest.approx(wanted_onset_s, abs=TOLERANCE_S)
        assert end_s == pytest.approx(wanted_end_s, abs=TOLERANCE_S)


@settings(max_examples=200, deadline=None)
@given(notes=st.one_of(melodies(12), textures(14)), bpm=tempos, family=families)
def test_pretty_midi_reads_the_notes(notes: list[Note], bpm: float | None, family: str | None) -> None:
    analysis = analysis_of(notes)
    content = exported(analysis, ExportOptions("midi", tempo_bpm=bpm, family=family))
    file = pretty_midi.PrettyMIDI(io.BytesIO(content))
    parts = parts_of(analysis, family)
    assert [one.program for one in file.instruments] == [instrument.program for instrument, _ in parts]
    assert not any(one.is_drum for one in file.instruments)
    for one, (instrument, part) in zip(file.instruments, parts, strict=True):
        assert one.name == instrument.name
        check(one.notes, list(part))
    assert file.get_tempo_changes()[1][0] == pytest.approx(bpm or 120.0, rel=1e-4)
    assert file.tick_to_time(1) <= 0.0005


def sounding(content: bytes) -> Iterator[tuple[int, float, int]]:
    """Key, cents and wheel steps at each attack, and a key of -1 when a channel has fallen silent."""
    wheel, span, selected, held = 0, 2.0, (127, 127), 0
    for message in mido.MidiFile(file=io.BytesIO(content)):
        if message.type == "control_change" and message.control in (100, 101):
            index = 101 - message.control
            selected = (message.value, selected[1]) if index == 0 else (selected[0], message.value)
        elif message.type == "control_change" and message.control == 6 and selected == (0, 0):
            span = float(message.value)
        elif message.type == "pitchwheel":
            wheel = message.pitch
        elif message.type == "note_on":
            held += 1
            yield message.note, 100.0 * span * wheel / 8192.0, wheel
        elif message.type == "note_off":
            held -= 1
    assert held == 0
    yield -1, 100.0 * span * wheel / 8192.0, wheel


@settings(max_examples=200, deadline=None)
@given(notes=melodies(10))
def test_a_melody_sounds_by_its_cents_and_the_wheel_returns(notes: list[Note]) -> None:
    *attacks, silence = sounding(exported(analysis_of(notes), ExportOptions("midi")))
    assert [midi for midi, _, _ in attacks] == [one.midi for one in notes]
    for (_, heard, _), one in zip(attacks, notes, strict=True):
        assert heard == pytest.approx(one.cents, abs=0.02)
    assert silence == (-1, 0.0, 0)


@settings(max_examples=200, deadline=None)
@given(notes=textures())
def test_what_sounds_together_is_never_bent(notes: list[Note]) -> None:
    chord = [note(0.0, 10.0, 109), *notes]  # a key that none of them strikes again
    content = exported(analysis_of(chord), ExportOptions("midi", family="keyboard"))
    assert all(wheel == 0 for _, _, wheel in sounding(content))


def test_an_hour_does_not_drift() -> None:
    notes = [note(at_s, 0.25, 60) for at_s in range(0, 3600, 60)]
    file = pretty_midi.PrettyMIDI(
        io.BytesIO(exported(analysis_of(notes), ExportOptions("midi", tempo_bpm=99.7)))
    )
    check(file.instruments[0].notes, notes)


@settings(max_examples=200, deadline=None)
@given(notes=melodies(), bpm=st.floats(40.0, 200.0))
def test_on_request_the_notes_lie_on_the_grid(notes: list[Note], bpm: float) -> None:
    analysis = analysis_of(notes, tempo=steady(bpm))
    file = mido.MidiFile(file=io.BytesIO(exported(analysis, ExportOptions("midi", grid=4))))
    step = file.ticks_per_beat / 4
    ticks = 0
    for message in file.tracks[1]:
        ticks += message.time
        if message.type.startswith("note_"):
            assert ticks % step == 0
