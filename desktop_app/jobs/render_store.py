# SPDX-License-Identifier: MIT
"""Clips on disk: rendered once, found again, and kept within a size."""

from __future__ import annotations

import hashlib
import os
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from desktop_app.domain.listening import Clip, Stretch
from desktop_app.jobs.render import RenderedClip, find_clip, open_clip, render_clip

if TYPE_CHECKING:
    from desktop_app.jobs.pool import JobPool, JobUpdate
    from desktop_app.jobs.worker import Progress

MAX_BYTES: Final = 1_500_000_000
STALL_LIMIT_S: Final = 60.0
_SUFFIX: Final = ".clip"
_STALE_S: Final = 3600.0
_VERSION: Final = 1
# A worker that is killed costs half a second: what takes less is better left to end.
_KILL_FROM_S: Final = 40.0


@dataclass(frozen=True, slots=True)
class _Wanted:
    path: str
    stretch: Stretch


class RenderStore:
    """Asks a job process for clips, one at a time. Use it from one thread; nothing waits.

    Parameters
    ----------
    folder
        Where clips are kept; it is made when the first one is written.
    pool
        Its own, with one worker.
    max_bytes
        What the clips may take on disk; those that were not used for longest go.
    """

    def __init__(self, folder: Path, pool: JobPool, max_bytes: int = MAX_BYTES) -> None:
        self._folder = folder
        self._pool = pool
        self._max_bytes = max_bytes
        self._wanted: _Wanted | None = None
        self._is_settled = True  # delivered or failed
        self._running: tuple[int, _Wanted] | None = None
        self._ready: list[Clip] = []
        self._error = ""

    @property
    def is_rendering(self) -> bool:
        """Whether the clip that is wanted is not there yet."""
        return not self._is_settled

    @property
    def error(self) -> str:
        """One plain sentence when the clip that is wanted could not be rendered, else empty."""
        return self._error

    def request(self, path: Path, stretch: Stretch) -> None:
        """Want a clip; what was wanted before is wanted no more. Asking again for the same does nothing.

        Parameters
        ----------
        path
            A file that the player reads.
        stretch
            What to render.
        """
        wanted = _Wanted(os.fspath(path), stretch)
        if wanted == self._wanted and (not self._is_settled or self._error):
            return
        self._wanted, self._is_settled, self._error = wanted, False, ""
        self._ready.clear()
        clip = self._opened(find_clip(self._clip_path(wanted), stretch))
        if clip:
            self._settle(clip)
        else:
            self._start()

    def forget(self) -> None:
        """Nothing is wanted any more."""
        self._wanted, self._is_settled, self._error = None, True, ""
        self._ready.clear()
        self._stop_long()

    def poll(self) -> list[Clip]:
        """The clip that is wanted, once, when it is there."""
        for update in self._pool.poll():
            self._take(update)
        ready, self._ready = self._ready, []
        return ready

    def close(self) -> None:
        """Stop rendering; the job process ends."""
        self.forget()
        self._pool.close()

    def _start(self) -> None:
        """Render what is wanted, at once or when what runs now is over."""
        if self._running and self._running[1] != self._wanted:
            self._stop_long()
        if self._running or self._wanted is None:
            return
        wanted = self._wanted
        clip_path = os.fspath(self._clip_path(wanted))
        job_id = self._pool.submit(
            render_into,
            wanted.path,
            wanted.stretch,
            clip_path,
            self._max_bytes,
            label="The slowed sound",
            stall_limit_s=STALL_LIMIT_S,
        )
        self._running = job_id, wanted

    def _stop_long(self) -> None:
        if self._running is None:
            return
        job_id, wanted = self._running
        if (wanted.stretch.end_s - wanted.stretch.start_s) / wanted.stretch.speed > _KILL_FROM_S:
            self._running = None
            self._pool.cancel(job_id)

    def _take(self, update: JobUpdate) -> None:
        if self._running is None or update.job_id != self._running[0]:
            return  # late news of what nobody wants
        if update.kind not in ("done", "failed", "cancelled"):
            return
        wanted = self._running[1]
        self._running = None
        if self._is_settled:
            return
        if wanted != self._wanted:
            self._start()
        elif isinstance(update.result, RenderedClip) and (clip := self._opened(update.result)):
            self._settle(clip)
        else:
            self._is_settled = True
            self._error = str(update.error or "The slowed sound is gone from the disk.")

    def _settle(self, clip: Clip) -> None:
        self._is_settled = True
        self._ready = [clip]

    def _opened(self, rendered: RenderedClip | None) -> Clip | None:
        if rendered is None:
            return None
        try:
            os.utime(rendered.out_path)
            return open_clip(rendered)
        except OSError:
            return None

    def _clip_path(self, wanted: _Wanted) -> Path:
        """Another one for each content of the file, as far as its size and time tell."""
        try:
            stat = os.stat(wanted.path)
            identity = f"{os.path.abspath(wanted.path)}|{stat.st_size}|{stat.st_mtime_ns}"
        except OSError:
            identity = wanted.path  # rendering will say what is wrong
        key = f"{_VERSION}|{identity}|{wanted.stretch}"
        return (
            self._folder / f"{hashlib.sha256(key.encode('utf-8', 'surrogatepass')).hexdigest()[:40]}{_SUFFIX}"
        )


def render_into(
    path: str, stretch: Stretch, out_path: str, max_bytes: int, progress: Progress
) -> RenderedClip:
    """Render a clip and let old ones go; a task. See :func:`desktop_app.jobs.render.render_clip`."""
    rendered = render_clip(path, stretch, out_path, progress)
    trim(Path(out_path).parent, max_bytes, keep=Path(out_path))
    return rendered


def trim(folder: Path, max_bytes: int, keep: Path) -> None:
    """Delete the clips that were not used for longest until the rest fits.

    Parameters
    ----------
    folder
        With clips, and with what killed processes left.
    max_bytes
        What may stay.
    keep
        A clip that stays in any case.
    """
    now_s = time.time()
    clips: list[tuple[float, int, Path]] = []
    for file in folder.iterdir():
        try:
            stat = file.stat()
            if file.suffix == ".tmp" and now_s - stat.st_mtime > _STALE_S:
                file.unlink()
            elif file.suffix == _SUFFIX:
                clips.append((stat.st_mtime, stat.st_size, file))
        except OSError:
            continue  # another window was quicker
    total = sum(size for _, size, _ in clips)
    for _, size, file in sorted(clips):
        if total <= max_bytes:
            return
        if file != keep:
            total -= size
            _delete(file)


def _delete(file: Path) -> None:
    try:
        file.unlink(missing_ok=True)
    except OSError:
        return  # open elsewhere, where the system forbids that: next time
