# SPDX-License-Identifier: MIT
"""The player's thread: touches the file and the device, and keeps the ring full."""

from __future__ import annotations

import logging
import time
from pathlib import Path
from typing import Final

import numpy as np

from desktop_app.domain.errors import AudioDeviceError, RightInTuneError
from desktop_app.domain.frames import Float32Array
from desktop_app.realtime.file_source import FileSource
from desktop_app.realtime.mix import Mixer, count_in, notes_sound
from desktop_app.realtime.output import Output
from desktop_app.realtime.player_composer import Composer, Piece
from desktop_app.realtime.player_state import PlayerState, clamped_loop
from desktop_app.realtime.player_timeline import Place, Span, Timeline
from desktop_app.realtime.reader import Recording

BLOCK_S: Final = 0.1
POLL_S: Final = 0.02
IDLE_CLOSE_S: Final = 2.0
LOST_S: Final = 1.0
PATIENCE_S: Final = 10.0
"""A device that stops asking for sound twice within that time is gone."""
FLUSH_TIMEOUT_S: Final = 0.5
UNTOUCHED_S: Final = 0.12
"""What the device is given before a new loop is heard: more than it takes at once."""
JOIN_S: Final = 0.01
RUN_UP_S: Final = 0.1

_log = logging.getLogger(__name__)


class Feeder:
    """Reads, composes, mixes and writes into the ring of the output, as the state asks.

    Parameters
    ----------
    path
        A file that libsndfile reads.
    state
        Shared with the :class:`~desktop_app.realtime.player.Player`.
    """

    def __init__(self, path: Path, state: PlayerState) -> None:
        self._path, self._state = path, state
        self._output: Output | None = None
        self._timeline = Timeline()
        self._recording: Recording | None = None
        self._sought: Place | None = None
        self._idle_since_s = time.monotonic()
        self._lost_at_s = -PATIENCE_S
        self._n_gaps = self._n_late = 0  # of the outputs that were closed

    @property
    def place(self) -> Place:
        """What is heard now."""
        output, sought = self._output, self._sought
        place = self._timeline.at(output.heard_frame) if output and not sought else sought
        return place or self._state.resting

    @property
    def n_gaps(self) -> int:
        """How often the ring ran dry, or the device had to be opened again."""
        return self._n_gaps + (self._output.n_gaps if self._output else 0)

    @property
    def n_late(self) -> int:
        """How often the device told that it was served too late."""
        return self._n_late + (self._output.n_late if self._output else 0)

    def run(self) -> None:
        """Feed until the state says that it is closing."""
        state = self._state
        try:
            source = FileSource(self._path)
        except RightInTuneError as error:
            self._break(str(error))
            return
        with state.lock:
            state.duration_s = source.duration_s
            state.loop_s = clamped_loop(state.loop_s, source.duration_s) if state.loop_s else None
        try:
            while not state.is_closing:
                self._step_or_tell(source)
                state.wake.wait(POLL_S if self._output else None)
                state.wake.clear()
        except Exception:  # noqa: BLE001 (the top of the thread)
            _log.exception("player")
            self._break("Playing stopped because of a fault in the program.")
        finally:
            self._close_output()
            source.close()

    def _step_or_tell(self, source: FileSource) -> None:
        try:
            self._step(source)
        except RightInTuneError as error:
            self._close_output()
            self._state.fail(str(error))

    def _step(self, source: FileSource) -> None:
        state = self._state
        if state.is_device_new:
            state.is_device_new = False
            self._close_output()
        if state.seek_to_s is not None:
            self._seek()
        if self._output is None and (state.wants_play or state.to_hear):
            self._open_output(source)
        output = self._output
        if output is None:
            return
        self._take_over(output)
        self._fill(output)
        output.is_sounding = state.wants_play
        self._look_after(output)

    def _open_output(self, source: FileSource) -> None:
        state = self._state
        output = Output(state.device, source.sr, min(2, source.channels))
        recording = self._recording
        if recording is None or (recording.sr, recording.channels) != (output.sr, output.channels):
            recording = self._recording = Recording(source, output.sr, output.channels)
        self._composer = Composer(recording, state.shelf)
        self._mixer = Mixer(output.sr, output.channels)
        self._timeline = Timeline()
        self._tail: Float32Array = np.zeros((0, output.channels), np.float32)
        with state.lock:
            state.is_loop_new = False
            self._composer.loop_s, self._composer.tempo = state.loop_s, state.tempo
            lead = self._count_in(output) if state.wants_count_in else None
            state.wants_count_in = False
        self._output = output
        self._composer.restart(state.resting.position_s, state.resting.n_wraps, lead)
        self._set_mix()
        self._run_up()

    def _seek(self) -> None:
        """Fall silent and go on at another place, at once."""
        state, output = self._state, self._output
        self._sought = self.place  # until the output is at the new place
        n_wraps = self._sought.n_wraps
        if output and not output.begin_flush(FLUSH_TIMEOUT_S):
            self._close_output()  # the device does not answer; the next one begins at the new place
            output = None
        with state.lock:
            target_s = min(state.seek_to_s or 0.0, state.duration_s)
            if output:
                self._composer.loop_s, self._composer.tempo = state.loop_s, state.tempo
                lead = self._count_in(output) if state.wants_count_in else None
                state.is_loop_new = state.wants_count_in = False
        if output:
            self._composer.restart(target_s, n_wraps, lead)
            self._run_up()
            self._tail = self._tail[:0]
            self._timeline.cut(output.end_frame)
            self._fill(output)
            output.end_flush()
        self._sought = None
        with state.lock:
            state.resting = Place(target_s, state.resting.speed, n_wraps)
            if state.seek_to_s is not None and min(state.seek_to_s, state.duration_s) == target_s:
                state.seek_to_s = None  # else it was asked for another place meanwhile

    def _take_over(self, output: Output) -> None:
        """Let changes of loop, tempo and mix be heard."""
        state, composer = self._state, self._composer
        composer.tempo = state.tempo
        output.volume = state.mix.volume
        with state.lock:
            is_loop_new = state.is_loop_new and state.seek_to_s is None
            if is_loop_new:
                state.is_loop_new, composer.loop_s = False, state.loop_s
            is_tempo_new, state.is_tempo_new = state.is_tempo_new, False
            to_hear, state.to_hear = state.to_hear, None
        if state.is_mix_new:
            self._set_mix()
        if is_loop_new or (is_tempo_new and output.is_at_rest and composer.has_better):
            self._compose_anew(output)
        if to_hear:
            output.overlay(notes_sound(to_hear[0], output.sr, to_hear[1]))

    def _set_mix(self) -> None:
        state = self._state
        with state.lock:
            state.is_mix_new = False
            given = (state.mix, state.notes, state.a4_hz, state.beats_s)
            loop_s = state.loop_s
        self._mixer.set(*given, loop_s=loop_s)

    def _compose_anew(self, output: Output) -> None:
        """Replace what waits in the ring by what follows under the present loop, without a gap."""
        n_untouched = 0 if output.is_at_rest else round(UNTOUCHED_S * output.sr)
        frame = min(output.end_frame, output.next_frame + n_untouched)
        place = self._timeline.at(frame) or self._state.resting
        given_up = output.ring.take_back(frame * output.channels)
        if given_up is None:  # the device was faster
            with self._state.lock:
                self._state.seek_to_s = self._state.seek_to_s or place.position_s
            return
        self._timeline.cut(frame)
        self._tail = given_up.reshape(-1, output.channels)[: round(JOIN_S * output.sr)]
        loop_s, position_s = self._composer.loop_s, place.position_s
        if loop_s and not loop_s[0] <= position_s < loop_s[1]:
            position_s = loop_s[0]
        self._composer.restart(position_s, place.n_wraps)
        self._run_up()

    def _fill(self, output: Output) -> None:
        n_block = round(BLOCK_S * output.sr)
        while output.ring.n_free >= n_block * output.channels and not self._composer.is_exhausted:
            frame = output.end_frame
            pieces = self._composer.compose(n_block)
            mixed = [self._mixed(piece) for piece in pieces]
            if not mixed:
                break
            for piece in pieces:
                self._timeline.add(Span(frame, piece.place, piece.step_s))
                frame += piece.n_frames
            output.ring.write(self._joined(np.concatenate(mixed)).reshape(-1))
        output.is_ending = self._composer.is_exhausted
        self._timeline.forget_before(output.heard_frame)

    def _run_up(self) -> None:
        """Let the mixer know what precedes the present place."""
        self._mixer.reset()
        self._mixed(self._composer.run_up(round(RUN_UP_S * self._composer.sr)))

    def _mixed(self, piece: Piece) -> Float32Array:
        if piece.tempo is None:
            return piece.samples
        return self._mixer.process(piece.samples, piece.positions_s, *piece.tempo)

    def _joined(self, block: Float32Array) -> Float32Array:
        """The block with what waited before fading into it."""
        n = min(self._tail.shape[0], block.shape[0])
        if n:
            weight = (0.5 - 0.5 * np.cos(np.pi * np.arange(n) / n)).astype(np.float32)[:, None]
            block[:n] = (1.0 - weight) * self._tail[:n] + weight * block[:n]
            self._tail = self._tail[:0]
        return block

    def _count_in(self, output: Output) -> Float32Array | None:
        """The clicks before the sound, shape (n, channels); the lock is held."""
        state = self._state
        if not state.mix.n_count_in:
            return None
        clicks = count_in(state.mix.n_count_in, state.count_in_bpm, output.sr)
        return np.repeat(clicks[:, None], output.channels, axis=1)

    def _look_after(self, output: Output) -> None:
        state, now_s = self._state, time.monotonic()
        if state.wants_play or output.is_overlaid:
            self._idle_since_s = now_s
        if output.seconds_since_callback > LOST_S:
            self._open_again(output)
        elif state.wants_play and self._composer.is_exhausted and output.is_drained:
            with state.lock:
                state.at_end = state.seek_to_s is None and not state.is_loop_new
                state.wants_play = not state.at_end
        elif now_s - self._idle_since_s > IDLE_CLOSE_S:
            self._close_output()

    def _open_again(self, output: Output) -> None:
        """Close a device that asks for nothing, as some do after an underrun; the next step opens it anew."""
        now_s = time.monotonic()
        is_gone = now_s - self._lost_at_s < PATIENCE_S
        self._lost_at_s = now_s
        _log.warning("the loudspeaker %s stopped asking for sound", output.device_name)
        self._close_output(drain=False)
        self._n_gaps += self._state.wants_play
        self._state.wake.set()
        if is_gone:
            raise AudioDeviceError(f"The loudspeaker “{output.device_name}” is gone: choose another one.")

    def _close_output(self, *, drain: bool = True) -> None:
        output, state = self._output, self._state
        if output is None:
            return
        output.is_sounding = False
        with state.lock:
            place = self.place
            state.resting = Place(min(state.duration_s, place.position_s), place.speed, place.n_wraps)
            self._output = self._sought = None
            self._n_gaps, self._n_late = self._n_gaps + output.n_gaps, self._n_late + output.n_late
        output.close(drain=drain)

    def _break(self, message: str) -> None:
        with self._state.lock:
            self._state.is_broken = True
            self._state.fail(message)
