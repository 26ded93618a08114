# SPDX-License-Identifier: MIT
"""Rendering a stretch of a recording at another speed or height, in a job process.

What is long is rendered in sections that overlap and are joined where both have sound, so that memory stays
bounded. Importing this is light, so that a window may name the tasks.
"""

from __future__ import annotations

import os
import struct
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from desktop_app.domain.errors import ExportError
from desktop_app.domain.listening import Clip, Stretch
from desktop_app.io.audio_file_text import shown_name
from desktop_app.jobs.render_files import whole_file, write_flac, write_wav

if TYPE_CHECKING:
    from desktop_app.domain.frames import Float32Array
    from desktop_app.jobs.worker import Progress
    from desktop_app.realtime.file_source import FileSource

MARGIN_S: Final = 0.5
"""Of the recording, rendered on both sides of a stretch: to join what is rendered apart."""
SECTION_FRAMES: Final = 10_000_000
"""Of the result, at most, that are rendered in one go."""
JOIN_S: Final = 0.05
_EDGE_S: Final = 0.003
_HEADER: Final = struct.Struct("<8sQQQQ")
_MAGIC: Final = b"RITCLIP1"


@dataclass(frozen=True, slots=True)
class RenderedClip:
    """A stretch as it lies on disk; see :func:`open_clip`.

    Attributes
    ----------
    stretch
        What it stands for.
    out_path
        A short header, then float32 samples, frame by frame.
    sr
        Rate in Hz.
    n_lead, n_frames
        Frames before the stretch begins, and in all.
    channels
        1 or 2.
    """

    stretch: Stretch
    out_path: str
    sr: int
    n_lead: int
    n_frames: int
    channels: int


def render_clip(path: str, stretch: Stretch, out_path: str, progress: Progress) -> RenderedClip:
    """Render a stretch with margins; a task.

    Parameters
    ----------
    path
        A file that the player reads.
    stretch
        What to render; what of it lies beyond the recording is silence.
    out_path
        Where to; its folder is made. There is the whole clip or none.
    progress
        Called with the fraction done.

    Raises
    ------
    AudioFileError
        When the file cannot be read.
    ExportError
        When the clip cannot be written.
    """
    import numpy as np

    target = Path(out_path)
    with closing(_open(path)) as source, whole_file(target, "The rendered sound") as file:
        region = _Region.of(source, stretch, MARGIN_S)
        file.write(b"\0" * _HEADER.size)
        n_frames = 0
        for block in _rendered(source, region, stretch, progress):
            file.write(block.astype(np.float32).tobytes())
            n_frames += block.shape[0]
        n_lead = round(region.n_lead / stretch.speed)
        file.seek(0)
        file.write(_HEADER.pack(_MAGIC, source.sr, min(2, source.channels), n_lead, n_frames))
        return RenderedClip(stretch, out_path, source.sr, n_lead, n_frames, min(2, source.channels))


def find_clip(out_path: Path, stretch: Stretch) -> RenderedClip | None:
    """What :func:`render_clip` wrote there before; None where it is not, or not whole."""
    try:
        with out_path.open("rb") as file:
            magic, sr, channels, n_lead, n_frames = _HEADER.unpack(file.read(_HEADER.size))
            n_bytes = os.fstat(file.fileno()).st_size - _HEADER.size
    except (OSError, struct.error):
        return None
    if magic != _MAGIC or n_bytes != 4 * channels * n_frames:
        return None
    return RenderedClip(stretch, str(out_path), sr, n_lead, n_frames, channels)


def open_clip(rendered: RenderedClip) -> Clip:
    """The clip with its samples mapped from the file, which may be deleted meanwhile where the system allows.

    Raises
    ------
    OSError
        When it is gone.
    """
    import numpy as np

    shape = (rendered.n_frames, rendered.channels)
    samples: Any = np.memmap(rendered.out_path, np.float32, "r", _HEADER.size, shape)
    return Clip(rendered.stretch, rendered.sr, samples, rendered.n_lead)


def render_loop(path: str, stretch: Stretch, target: str, overwrite: bool, progress: Progress) -> None:
    """Write a stretch as it sounds in the loop to a WAV (float) or FLAC (24 bit) file; a task.

    Parameters
    ----------
    path
        A file that the player reads.
    stretch
        What to write.
    target
        A name that ends in ``.wav`` or ``.flac``.
    overwrite
        Whether a file that is there may be replaced.
    progress
        Called with the fraction done.

    Raises
    ------
    AudioFileError
        When the file cannot be read.
    ExportError
        When there is a file already, or it cannot be written.
    """
    goal = Path(target)
    suffix = goal.suffix.lower()
    if suffix not in (".wav", ".flac"):
        raise ExportError(f"A loop can be written as WAV or FLAC: {shown_name(goal)} is neither.")
    if not overwrite and goal.exists():
        raise ExportError(f"{shown_name(goal)} is there already and was left as it is.")
    with closing(_open(path)) as source:
        region = _Region.of(source, stretch, MARGIN_S)
        blocks = _without_margins(_rendered(source, region, stretch, progress), region, stretch, source.sr)
        write = write_wav if suffix == ".wav" else write_flac
        with whole_file(goal, shown_name(goal)) as file:
            write(file, blocks, source.sr, min(2, source.channels))


@dataclass(frozen=True, slots=True)
class _Region:
    """Frames of the recording that are rendered: a stretch and its margins."""

    start: int
    n_lead: int
    n_stretch: int
    n_trail: int

    @classmethod
    def of(cls, source: FileSource, stretch: Stretch, margin_s: float) -> _Region:
        sr = source.sr
        start, end = round(stretch.start_s * sr), round(stretch.end_s * sr)
        margin = round(margin_s * sr)
        n_lead = min(margin, max(0, start))
        n_trail = min(margin, max(0, round(source.duration_s * sr) - end))
        return cls(start - n_lead, n_lead, max(0, end - start), n_trail)

    @property
    def n(self) -> int:
        return self.n_lead + self.n_stretch + self.n_trail


def _open(path: str) -> FileSource:
    from desktop_app.realtime.file_source import FileSource

    return FileSource(Path(path))


def _rendered(
    source: FileSource, region: _Region, how: Stretch, progress: Progress
) -> Iterator[Float32Array]:
    """The region at its speed, ``round(region.n / speed)`` frames in blocks of shape (n, channels)."""
    import numpy as np

    from desktop_app.dsp.stretch import stretch

    n_section, n_margin = round(SECTION_FRAMES * how.speed), round(MARGIN_S * source.sr)
    n_join = round(JOIN_S * source.sr)
    n_out = round(region.n / how.speed)
    tail = np.zeros((0, min(2, source.channels)), np.float32)
    done = 0
    for start in range(0, max(1, region.n), n_section):
        progress(start / max(1, region.n))
        is_last = start + n_section >= region.n
        n_before = min(start, n_margin)
        n_read = min(region.n, start + n_section + n_margin) - (start - n_before)
        y = stretch(
            _read(source, region.start + start - n_before, n_read), source.sr, how.speed, how.semitones
        )
        y = y[round(start / how.speed) - round((start - n_before) / how.speed) :]
        n = n_out - done if is_last else round((start + n_section) / how.speed) - done
        n_both = min(tail.shape[0], y.shape[0])
        y[:n_both] = _joined(tail[:n_both], y[:n_both])
        tail = y[n : n + n_join].copy()
        done += n
        yield y[:n]
        if is_last:
            break
    progress(1.0)


def _joined(old: Float32Array, new: Float32Array) -> Float32Array:
    """One sound after the other without a change of power, however alike they are."""
    import numpy as np

    if old.size == 0:
        return new
    x = (np.arange(old.shape[0], dtype=np.float64) + 0.5) / old.shape[0]
    fade_out, fade_in = np.cos(np.pi / 2.0 * x), np.sin(np.pi / 2.0 * x)
    norm = float(np.sqrt(np.sum(old.astype(np.float64) ** 2) * np.sum(new.astype(np.float64) ** 2)))
    alike = float(np.sum(old.astype(np.float64) * new)) / norm if norm > 0.0 else 0.0
    power = 1.0 + 2.0 * max(alike, -0.5) * fade_out * fade_in
    mixed = old * fade_out[:, None] + new * fade_in[:, None]
    return np.asarray(mixed / np.sqrt(power)[:, None], np.float32)


def _read(source: FileSource, start: int, n: int) -> Float32Array:
    """Frames of the recording, shape (n, channels); silence after its end."""
    import numpy as np

    channels = min(2, source.channels)
    out = np.zeros((n, channels), np.float32)
    reached = round(source.seek(start / source.sr) * source.sr)
    done = 0
    while done < n and reached >= start and not source.is_exhausted:
        block = source.read((n - done) / source.sr).reshape(-1, channels)
        out[done : done + block.shape[0]] = block
        done += block.shape[0]
    return out


def _without_margins(
    blocks: Iterable[Float32Array], region: _Region, how: Stretch, sr: int
) -> Iterator[Float32Array]:
    """The stretch alone, with edges that do not click."""
    import numpy as np

    first = round(region.n_lead / how.speed)
    n = round(region.n_stretch / how.speed)
    n_edge = max(1, round(_EDGE_S * sr))
    at = -first
    for block in blocks:
        frames = np.arange(at, at + block.shape[0])
        at += block.shape[0]
        is_in = (frames >= 0) & (frames < n)
        if is_in.any():
            inside = frames[is_in]
            gain = np.clip(np.minimum(inside + 1, n - inside) / n_edge, 0.0, 1.0)
            yield block[is_in] * gain[:, None].astype(np.float32)
