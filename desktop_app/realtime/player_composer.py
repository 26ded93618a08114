# SPDX-License-Identifier: MIT
"""Which sound follows which: the recording straight on, loops with their seams, changes of speed."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from desktop_app.domain.frames import Float32Array
from desktop_app.domain.listening import Clip
from desktop_app.realtime.loop_seam import MAX_FADE_S, MIN_FADE_S, seam
from desktop_app.realtime.player_clips import AS_RECORDED, LONG_LOOP_S, ClipShelf, Tempo, is_same
from desktop_app.realtime.player_timeline import Place
from desktop_app.realtime.reader import ClipSound, Recording, Sound

_SLACK_FRAMES: Final = 2
_SWAP_S: Final = 0.05
_AHEAD_S: Final = 2 * MAX_FADE_S
"""What a clip must have left for it to be worth changing to."""


@dataclass(frozen=True, slots=True, eq=False)
class Voice:
    """A sound, and where in the recording it stands."""

    sound: Sound
    start_s: float
    tempo: Tempo
    step_s: float
    clip: Clip | None = None

    def frame_at(self, position_s: float) -> int:
        """The frame that is nearest to a place of the recording."""
        return round((position_s - self.start_s) / self.step_s)

    def position_s(self, frame: int) -> float:
        """The place of a frame in the recording."""
        return self.start_s + frame * self.step_s


@dataclass(frozen=True, slots=True, eq=False)
class Piece:
    """Frames that follow each other evenly.

    Attributes
    ----------
    samples : ndarray, shape (n, channels)
    place
        Of the first frame.
    step_s
        Seconds of the recording a frame.
    tempo
        At which the recording sounds; None for sound that is not of the recording.
    """

    samples: Float32Array
    place: Place
    step_s: float
    tempo: Tempo | None

    @property
    def n_frames(self) -> int:
        """Length in frames."""
        return int(self.samples.shape[0])

    @property
    def positions_s(self) -> NDArray[np.float64]:
        """The place of each frame in the recording, shape (n,)."""
        frames = np.arange(self.n_frames, dtype=np.float64)
        return np.asarray(self.place.position_s + self.step_s * frames, np.float64)

    def split(self, n: int) -> tuple[Piece, Piece]:
        """The first ``n`` frames, and the rest."""
        place = self.place
        later = Place(place.position_s + n * self.step_s, place.speed, place.n_wraps)
        return (
            Piece(self.samples[:n], place, self.step_s, self.tempo),
            Piece(self.samples[n:], later, self.step_s, self.tempo),
        )


class Composer:
    """Composes what is heard, piece by piece; for one thread.

    Parameters
    ----------
    recording
        The file.
    shelf
        Clips of other speeds and pitches.

    Attributes
    ----------
    loop_s : (float, float) or None
        Start and end of the loop, within the recording; :meth:`restart` after a change.
    tempo : (float, float)
        Wished for; it is heard once there are clips for it.
    is_exhausted : bool
        Whether the recording's end was passed.
    sr : int
        Of the recording as it is read, in Hz.
    """

    def __init__(self, recording: Recording, shelf: ClipShelf) -> None:
        self._recording, self._shelf = recording, shelf
        self.sr = recording.sr
        self._original = Voice(recording, 0.0, AS_RECORDED, 1.0 / self.sr)
        self._voice, self._at = self._original, 0
        self._prepared: deque[Piece] = deque()
        self._n_wraps = 0
        self._n_fade, self._n_least = round(MAX_FADE_S * self.sr), round(MIN_FADE_S * self.sr)
        self._n_swap = round(_SWAP_S * self.sr)
        self._seam_key: tuple[object, ...] = ()
        self._seam: Float32Array = np.zeros((0, recording.channels), np.float32)
        self.loop_s: tuple[float, float] | None = None
        self.tempo: Tempo = AS_RECORDED
        self.is_exhausted = False

    @property
    def has_better(self) -> bool:
        """Whether there is a clip of the wished tempo for the present place, and another one sounds."""
        is_other = not is_same(self._voice.tempo, self.tempo)
        return is_other and is_same(self._best_here().tempo, self.tempo)

    @property
    def _duration_s(self) -> float:
        return self._recording.n_frames / self.sr

    def restart(self, position_s: float, n_wraps: int = 0, lead: Float32Array | None = None) -> None:
        """Go on at a place of the recording, after a count-in of shape (n, channels) where one is given."""
        self._prepared.clear()
        self.is_exhausted = False
        self._n_wraps = n_wraps
        self._voice = self._best(position_s)
        self._at = self._voice.frame_at(position_s)
        loop_s = self.loop_s
        self._recording.keep(round((loop_s[1] - loop_s[0]) * self.sr) if loop_s else 0)
        if lead is not None:
            place = Place(position_s, self._voice.tempo[0], n_wraps)
            self._prepared.append(Piece(lead, place, 0.0, None))

    def run_up(self, n: int) -> Piece:
        """The ``n`` frames before the present place, for what must know the past; nothing moves."""
        self._at -= n
        return self._run(n)

    def compose(self, n: int) -> list[Piece]:
        """The next ``n`` frames, or what is left of the recording.

        Raises
        ------
        AudioFileError
            When the file is damaged there.
        """
        pieces: list[Piece] = []
        while n > 0:
            piece = self._next(n)
            if piece is None:
                break
            pieces.append(piece)
            n -= piece.n_frames
        return pieces

    def _next(self, n: int) -> Piece | None:
        while not self._prepared:
            n_free = min(n, self._n_until_turn())
            if n_free > 0:
                return self._run(n_free)
            if self.is_exhausted:
                return None
        piece = self._prepared.popleft()
        if piece.n_frames > n:
            piece, rest = piece.split(n)
            self._prepared.appendleft(rest)
        return piece

    def _n_until_turn(self) -> int:
        """Frames of the present voice that can be played on; prepares the seam where there are none."""
        voice, at = self._voice, self._at
        better = self._better()
        if better:
            end = at + self._n_swap
            self._turn(end, self._n_swap, better, better.frame_at(voice.position_s(end)))
            return 0
        loop = self._loop_frames()
        if loop and (voice.clip is None or loop[1] <= voice.sound.n_frames + _SLACK_FRAMES):
            return self._n_until_wrap(*loop)
        end = voice.sound.n_frames
        if voice.clip is None or voice.position_s(end + 1) >= self._duration_s:
            self.is_exhausted = at >= end
            return end - at
        if at < end - self._n_fade:
            return end - self._n_fade - at
        position_s = voice.position_s(end)
        following = self._best(position_s)
        self._turn(end, self._n_fade, following, following.frame_at(position_s))
        return 0

    def _n_until_wrap(self, begin: int, end: int) -> int:
        assert self.loop_s is not None
        n_fade = min(self._n_fade, 3 * (end - begin) // 4)
        if self._at < end - n_fade:
            return end - n_fade - self._at
        following = self._best(self.loop_s[0])
        self._turn(end, n_fade, following, following.frame_at(self.loop_s[0]))
        self._n_wraps += 1
        return 0

    def _turn(self, end: int, n_fade: int, following: Voice, begin: int) -> None:
        """Prepare what leads from the present place to frame ``begin`` of the following voice."""
        voice = self._voice
        end = max(end, self._at + min(self._n_least, n_fade))
        key = (voice, end, following, begin, min(n_fade, end - self._at))
        if key != self._seam_key:
            self._seam = seam(voice.sound, end, following.sound, begin, key[4], self.sr)
            self._seam_key = key
        n_before = end - self._seam.shape[0] - self._at
        if n_before > 0:
            self._prepared.append(self._run(n_before))
        if self._seam.shape[0]:
            self._prepared.append(self._piece(self._seam))
        self._voice, self._at = following, begin

    def _run(self, n: int) -> Piece:
        piece = self._piece(self._voice.sound.read(self._at, n))
        self._at += n
        return piece

    def _piece(self, samples: Float32Array) -> Piece:
        voice = self._voice
        place = Place(voice.position_s(self._at), voice.tempo[0], self._n_wraps)
        return Piece(samples, place, voice.step_s, voice.tempo)

    def _loop_frames(self) -> tuple[int, int] | None:
        """The loop in frames of the present voice, unless its end was passed or the file ends before it."""
        if self.loop_s is None or self.loop_s[0] >= self._duration_s:
            return None
        start_s, end_s = self.loop_s
        begin = self._voice.frame_at(start_s)
        end = begin + round((end_s - start_s) / self._voice.tempo[0] * self.sr)
        return (begin, end) if self._at < end and begin + 1 < end else None

    def _better(self) -> Voice | None:
        """What to change to at once: outside of loops whose end is awaited, what has the wished tempo."""
        if is_same(self._voice.tempo, self.tempo):
            return None
        loop, loop_s = self._loop_frames(), self.loop_s
        if loop and loop_s and self._at >= loop[0] and loop_s[1] - loop_s[0] <= LONG_LOOP_S:
            return None
        return self._best_here() if self.has_better else None

    def _best_here(self) -> Voice:
        return self._best(self._voice.position_s(self._at))

    def _best(self, position_s: float) -> Voice:
        """What sounds at a place: the wished tempo, else the present one, else as recorded."""
        for tempo in (self.tempo, self._voice.tempo):
            if is_same(tempo, AS_RECORDED):
                break
            clip = self._clip_at(tempo, position_s)
            if clip is not None:
                return self._voice if self._voice.clip is clip else self._voice_of(clip)
        return self._original

    def _clip_at(self, tempo: Tempo, position_s: float) -> Clip | None:
        loop_s, found = self.loop_s, None
        if loop_s and loop_s[0] <= position_s < loop_s[1]:
            found = self._shelf.covering(tempo, *loop_s)
        end_s = min(position_s + _AHEAD_S * max(1.0, tempo[0]), self._duration_s)
        return found or self._shelf.covering(tempo, position_s, end_s)

    def _voice_of(self, clip: Clip) -> Voice:
        stretch = clip.stretch
        sound = ClipSound(clip, self.sr, self._recording.channels)
        tempo = (stretch.speed, stretch.semitones)
        return Voice(sound, stretch.start_s, tempo, stretch.speed / self.sr, clip)
