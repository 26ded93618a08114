# SPDX-License-Identifier: MIT
"""Notes as a Standard MIDI File, format 1: a track for tempo and metre, then one for each instrument.

60 is C4. A tick is half a millisecond or less, and ticks are counted from the tempo as the file states it
(whole microseconds a quarter note), so that no times drift.

References
----------
"Standard MIDI Files 1.0" and "MIDI 1.0 Detailed Specification", MIDI Manufacturers Association, 1996.
"""

from __future__ import annotations

import io
import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from desktop_app.domain.note import Note
    from desktop_app.domain.score import Instrument, Metre

_USUAL_BPM: Final = 120.0
# Halves, quarters, eighths and thirds of a quarter note are whole ticks. More would only make long files
# unreadable: pretty_midi takes more than ten million ticks for damage.
_TICKS: Final = 24
_MAX_TICK_S: Final = 0.0005
_DRUM_CHANNEL: Final = 9
BEND_RANGE_SEMITONES: Final = 2
_BEND_STEPS: Final = 8192
# Registered parameter 0 is the bend's range; 127, 127 closes it again.
_RANGE_MESSAGES: Final = ((101, 0), (100, 0), (6, BEND_RANGE_SEMITONES), (38, 0), (101, 127), (100, 127))
_MAJOR: Final = ("Cb", "Gb", "Db", "Ab", "Eb", "Bb", "F", "C", "G", "D", "A", "E", "B", "F#", "C#")
_MINOR: Final = (
    "Abm",
    "Ebm",
    "Bbm",
    "Fm",
    "Cm",
    "Gm",
    "Dm",
    "Am",
    "Em",
    "Bm",
    "F#m",
    "C#m",
    "G#m",
    "D#m",
    "A#m",
)


@dataclass(frozen=True, slots=True)
class MidiHeader:
    """What is known of the whole; None where it is not.

    ``key`` is the number of sharps (flats negative) and whether the mode is minor.
    """

    title: str
    quarter_bpm: float | None = None
    metre: Metre | None = None
    key: tuple[int, bool] | None = None


def to_midi(
    parts: Sequence[tuple[Instrument, Sequence[Note]]], header: MidiHeader, *, with_bends: bool = True
) -> bytes:
    """The content of a MIDI file.

    Parameters
    ----------
    parts
        At most 15 instruments and their notes, in seconds.
    header
        What is known of the whole.
    with_bends
        Whether notes are bent by their cents; those that sound together with others never are, because a
        bend moves all keys of a channel.
    """
    import mido

    clock = _Clock(header.quarter_bpm or _USUAL_BPM)
    file = mido.MidiFile(type=1, ticks_per_beat=clock.ticks_per_quarter, charset="utf-8")
    file.tracks.append(_track(_header_events(header, clock)))
    channels = [channel for channel in range(16) if channel != _DRUM_CHANNEL]
    for channel, (instrument, notes) in zip(channels, parts, strict=False):
        file.tracks.append(_track(_part_events(instrument, notes, channel, clock, with_bends)))
    content = io.BytesIO()
    file.save(file=content)
    return content.getvalue()


class _Clock:
    """From seconds to ticks."""

    def __init__(self, quarter_bpm: float) -> None:
        self.tempo_us = min(round(60e6 / quarter_bpm), 2**24 - 1)
        quarter_s = self.tempo_us * 1e-6
        self.ticks_per_quarter = min(_TICKS * math.ceil(quarter_s / _MAX_TICK_S / _TICKS), 2**15 - 1)
        self._ticks_per_s = self.ticks_per_quarter / quarter_s

    def ticks(self, time_s: float) -> int:
        return max(0, round(time_s * self._ticks_per_s))


# A moment in ticks, the order of messages at one moment, and the message without its time.
_Event = tuple[int, int, Any]
_END, _RESET, _SETTING, _BEND, _START = range(5)


def _track(events: Iterable[_Event]) -> Any:
    import mido

    track, now = mido.MidiTrack(), 0
    for ticks, _, message in sorted(events, key=lambda event: event[:2]):
        track.append(message.copy(time=ticks - now))
        now = ticks
    track.append(mido.MetaMessage("end_of_track"))
    return track


def _header_events(header: MidiHeader, clock: _Clock) -> Iterator[_Event]:
    import mido

    yield 0, _SETTING, mido.MetaMessage("track_name", name=header.title)
    if header.quarter_bpm is not None:
        yield 0, _SETTING, mido.MetaMessage("set_tempo", tempo=clock.tempo_us)
    if header.metre is not None:
        metre = header.metre
        signature = mido.MetaMessage(
            "time_signature",
            numerator=metre.beats_per_bar,
            denominator=metre.beat_unit,
            clocks_per_click=max(1, round(24 * metre.beat_quarters)),
        )
        yield 0, _SETTING, signature
    if header.key is not None:
        fifths, is_minor = header.key
        name = (_MINOR if is_minor else _MAJOR)[fifths + 7]
        yield 0, _SETTING, mido.MetaMessage("key_signature", key=name)


def _part_events(
    instrument: Instrument, notes: Sequence[Note], channel: int, clock: _Clock, with_bends: bool
) -> Iterator[_Event]:
    import mido

    yield 0, _SETTING, mido.MetaMessage("track_name", name=instrument.name)
    yield 0, _SETTING, mido.Message("program_change", channel=channel, program=instrument.program)
    sounding = _sounding(notes, clock)
    bends = _bends(sounding) if with_bends else [0] * len(sounding)
    if any(bends):
        for control, value in _RANGE_MESSAGES:
            yield 0, _SETTING, mido.Message("control_change", channel=channel, control=control, value=value)
    for (start, end, note), bend in zip(sounding, bends, strict=True):
        if bend:
            yield start, _BEND, mido.Message("pitchwheel", channel=channel, pitch=bend)
            yield end, _RESET, mido.Message("pitchwheel", channel=channel, pitch=0)
        velocity = max(1, min(127, note.velocity))
        on = mido.Message("note_on", channel=channel, note=note.midi, velocity=velocity)
        yield start, _START, on
        yield end, _END, mido.Message("note_off", channel=channel, note=note.midi, velocity=0)


_Sounding = tuple[int, int, "Note"]


def _sounding(notes: Sequence[Note], clock: _Clock) -> list[_Sounding]:
    """Start and end in ticks of each note, in order; a key ends where it is struck again.

    Of notes of one key that begin in one tick the longest is left: a channel knows a key once.
    """
    longest: dict[tuple[int, int], _Sounding] = {}
    for note in notes:
        start = clock.ticks(note.onset_s)
        told = (start, max(clock.ticks(note.offset_s), start + 1), note)
        known = longest.get((note.midi, start))
        if known is None or known[1] < told[1]:
            longest[note.midi, start] = told
    ordered = [longest[key] for key in sorted(longest)]
    cut = []
    for i, (start, end, note) in enumerate(ordered):
        if i + 1 < len(ordered) and ordered[i + 1][2].midi == note.midi:
            end = min(end, ordered[i + 1][0])
        cut.append((start, end, note))
    return sorted(cut, key=lambda told: (told[0], told[2].midi))


def _bends(sounding: Sequence[_Sounding]) -> list[int]:
    """The bend of each note; 0 where others sound with it."""
    starts_after = [start for start, _, _ in sounding[1:]] + [math.inf]
    bends, ended = [], 0
    for (start, end, note), next_start in zip(sounding, starts_after, strict=True):
        is_alone = start >= ended and end <= next_start
        ended = max(ended, end)
        cents = note.cents if is_alone and math.isfinite(note.cents) else 0.0
        steps = round(cents / 100.0 / BEND_RANGE_SEMITONES * _BEND_STEPS)
        bends.append(max(-_BEND_STEPS, min(_BEND_STEPS - 1, steps)))
    return bends
