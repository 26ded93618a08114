# SPDX-License-Identifier: MIT
import os
import random
import struct
import subprocess
import sys
import time
from datetime import datetime
from pathlib import Path

import numpy as np
import pytest
import soundfile

from desktop_app.domain.errors import ExportError
from desktop_app.io.takes import list_takes, new_take_path, recover_takes, repair_wav, takes_folder
from desktop_app.io.wav_format import HEADER_BYTES, float_header
from desktop_app.io.wav_recorder import RESERVE_BYTES, WavRecorder

SR = 48_000
MEBIBYTE = 2**20


def ramp(n: int) -> np.ndarray:
    return (np.arange(n) / 2**24).astype(np.float32)


def write_take(path: Path, n: int, *, declared: int | None = None) -> None:
    path.write_bytes(float_header(SR, 1, n if declared is None else declared) + ramp(n).tobytes())


def test_a_take_holds_exactly_what_came(tmp_path: Path) -> None:
    path, samples = tmp_path / "a.wav", 1.5 * ramp(10_000)
    recorder = WavRecorder(path, SR)
    for block in np.array_split(samples, 7):
        recorder.append(block)
    assert recorder.recorded_s == 10_000 / SR
    assert recorder.close()
    recorder.append(samples)  # too late
    y, sr = soundfile.read(path, dtype="float32")
    assert sr == SR
    np.testing.assert_array_equal(y, samples)
    assert soundfile.info(path).subtype == "FLOAT"


def test_header_is_renewed_while_recording(tmp_path: Path) -> None:
    path = tmp_path / "a.wav"
    recorder = WavRecorder(path, SR)
    recorder.append(ramp(5000))
    end_s = time.monotonic() + 10.0
    while soundfile.info(path).frames < 5000 and time.monotonic() < end_s:
        time.sleep(0.05)
    assert soundfile.info(path).frames == 5000
    recorder.close()


def test_a_take_never_overwrites(tmp_path: Path) -> None:
    (tmp_path / "a.wav").write_bytes(b"mine")
    with pytest.raises(ExportError, match="cannot be written"):
        WavRecorder(tmp_path / "a.wav", SR)
    assert (tmp_path / "a.wav").read_bytes() == b"mine"


def test_a_full_disk_is_refused_before(tmp_path: Path) -> None:
    with pytest.raises(ExportError, match="too full"):
        WavRecorder(tmp_path / "a.wav", SR, disk_free=lambda _: RESERVE_BYTES)
    assert not (tmp_path / "a.wav").exists()


def test_a_disk_that_fills_up_stops_the_take_cleanly(tmp_path: Path) -> None:
    free = RESERVE_BYTES + MEBIBYTE
    recorder = WavRecorder(tmp_path / "a.wav", SR, disk_free=lambda _: free)
    assert recorder.disk_left_s == pytest.approx(MEBIBYTE / 4 / SR)
    recorder.append(ramp(4000))
    free = RESERVE_BYTES - 1
    end_s = time.monotonic() + 10.0
    while recorder.stop_reason is None and time.monotonic() < end_s:
        time.sleep(0.05)
    assert "nearly full" in (recorder.stop_reason or "")
    recorder.append(ramp(4000))
    recorder.close()
    assert soundfile.info(tmp_path / "a.wav").frames == 4000


def test_closing_waits_for_its_header_when_the_syncer_has_stopped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    free = RESERVE_BYTES + MEBIBYTE
    recorder = WavRecorder(tmp_path / "a.wav", SR, disk_free=lambda _: free)
    recorder.append(ramp(4000))
    free = 0
    end_s = time.monotonic() + 10.0
    while recorder.stop_reason is None and time.monotonic() < end_s:
        time.sleep(0.05)

    def slow_header(*args: int) -> bytes:
        time.sleep(0.1)  # the syncer would have closed the file by then
        return float_header(*args)

    monkeypatch.setattr("desktop_app.io.wav_recorder.float_header", slow_header)
    assert recorder.close()
    assert soundfile.info(tmp_path / "a.wav").frames == 4000


def test_a_write_that_fails_stops_the_take_and_keeps_what_is_there(tmp_path: Path) -> None:
    recorder = WavRecorder(tmp_path / "a.wav", SR)
    recorder.append(ramp(100))

    class FullDisk:
        def write(self, _data: bytes) -> int:
            raise OSError(28, "No space left on device")

        def close(self) -> None: ...

    data, recorder._data = recorder._data, FullDisk()
    recorder.append(ramp(100))
    assert "No space left" in (recorder.stop_reason or "")
    recorder.close()
    data.close()
    assert soundfile.info(tmp_path / "a.wav").frames == 100


@pytest.mark.parametrize("declared", [0, 1, 500, 999, 2000])
def test_repair_finds_all_samples(tmp_path: Path, declared: int) -> None:
    path = tmp_path / "a.wav"
    write_take(path, 1000, declared=declared)
    assert repair_wav(path)
    np.testing.assert_array_equal(soundfile.read(path, dtype="float32")[0], ramp(1000))
    assert path.read_bytes() == float_header(SR, 1, 1000) + ramp(1000).tobytes()
    assert not repair_wav(path)


@pytest.mark.parametrize("n_odd_bytes", [1, 2, 3])
def test_repair_passes_over_half_a_sample(tmp_path: Path, n_odd_bytes: int) -> None:
    path = tmp_path / "a.wav"
    write_take(path, 1000, declared=0)
    with path.open("ab") as file:
        file.write(b"\x01" * n_odd_bytes)
    assert repair_wav(path)
    np.testing.assert_array_equal(soundfile.read(path, dtype="float32")[0], ramp(1000))
    assert not repair_wav(path)


@pytest.mark.parametrize("n_bytes", [0, 1, 11, 12, 40, HEADER_BYTES - 1])
def test_a_file_without_a_header_stays_as_it_is(tmp_path: Path, n_bytes: int) -> None:
    path = tmp_path / "a.wav"
    content = float_header(SR, 1, 0)[:n_bytes]
    path.write_bytes(content)
    assert not repair_wav(path)
    assert path.read_bytes() == content


def test_repair_knows_other_programs_files(tmp_path: Path) -> None:
    for subtype in ("PCM_16", "PCM_24", "FLOAT"):
        path = tmp_path / f"{subtype}.wav"
        soundfile.write(path, np.stack([ramp(999), ramp(999)], axis=1), SR, subtype=subtype)
        whole = path.read_bytes()
        assert not repair_wav(path)
        expected = soundfile.read(path)[0]
        at = whole.index(b"data") + 4
        path.write_bytes(whole[:4] + bytes(4) + whole[8:at] + bytes(4) + whole[at + 4 :])
        assert repair_wav(path)
        np.testing.assert_array_equal(soundfile.read(path)[0], expected)


def test_chunks_after_the_samples_are_not_taken_for_sound(tmp_path: Path) -> None:
    path = tmp_path / "a.wav"
    body = float_header(SR, 1, 100) + ramp(100).tobytes() + b"LIST" + struct.pack("<I", 4) + b"INFO"
    path.write_bytes(body[:4] + struct.pack("<I", len(body) - 8) + body[8:])
    before = path.read_bytes()
    assert not repair_wav(path)
    assert path.read_bytes() == before


def test_more_than_four_gigabytes_become_rf64(tmp_path: Path) -> None:
    path, n = tmp_path / "long.wav", 2**30 + 77
    with path.open("wb") as file:  # a sparse file: nothing but the header takes room
        file.write(float_header(SR, 1, 1000))
        file.truncate(HEADER_BYTES + 4 * n)
    assert repair_wav(path)
    info = soundfile.info(path)
    assert (info.format, info.frames) == ("RF64", n)
    with path.open("rb") as file:
        assert file.read(HEADER_BYTES) == float_header(SR, 1, n)
    assert not repair_wav(path)


def test_takes_folder_follows_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RIGHT_IN_TUNE_HOME", str(tmp_path / "here"))
    assert takes_folder() == tmp_path / "here" / "takes"
    assert takes_folder().is_dir()
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("RIGHT_IN_TUNE_HOME", str(tmp_path / "file"))
    with pytest.raises(ExportError, match="cannot be made"):
        takes_folder()


def test_takes_are_named_after_the_time(tmp_path: Path) -> None:
    now = datetime(2026, 3, 4, 5, 6, 7)
    first = new_take_path(tmp_path, now=now)
    assert first == tmp_path / "Take 2026-03-04 05-06-07.wav"
    first.write_bytes(b"")
    assert new_take_path(tmp_path, now=now).name == "Take 2026-03-04 05-06-07 (2).wav"


def test_list_leaves_out_empty_takes(tmp_path: Path) -> None:
    write_take(tmp_path / "old.wav", 10)
    write_take(tmp_path / "new.wav", 10)
    os.utime(tmp_path / "old.wav", (1, 1))
    write_take(tmp_path / "nothing.wav", 0)
    (tmp_path / "empty.wav").write_bytes(b"")
    assert [path.name for path in list_takes(tmp_path)] == ["new.wav", "old.wav"]


def test_recover_repairs_each_take_alone_and_no_running_one(tmp_path: Path) -> None:
    write_take(tmp_path / "cut.wav", 10, declared=0)
    write_take(tmp_path / "whole.wav", 10)
    (tmp_path / "empty.wav").write_bytes(b"")
    (tmp_path / "text.wav").write_text("not sound")
    (tmp_path / "folder.wav").mkdir()
    recorder = WavRecorder(tmp_path / "running.wav", SR)
    recorder.append(ramp(10))
    assert recover_takes(tmp_path) == [tmp_path / "cut.wav"]
    recorder.close()


CHILD = """
import sys, time
from pathlib import Path
import numpy as np
from desktop_app.io.wav_recorder import WavRecorder
SR = 48000
recorders = [WavRecorder(Path(sys.argv[1]) / f"{i}.wav", SR) for i in range(int(sys.argv[2]))]
n, start_s = 0, time.monotonic()
while True:
    due = int((time.monotonic() - start_s) * SR)
    block = (np.arange(n, due) / 2**24).astype(np.float32)
    n = due
    sys.stdout.buffer.write(n.to_bytes(8, "little"))  # what came, told before it is recorded
    sys.stdout.buffer.flush()
    for recorder in recorders:
        recorder.append(block)
    time.sleep(0.02)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="platform: SIGKILL is a matter of POSIX")
def test_a_killed_program_loses_at_most_a_second(tmp_path: Path) -> None:
    moments = random.Random(1)
    n_rounds = int(os.environ.get("RIGHT_IN_TUNE_KILLS", "48")) // 8
    for i in range(n_rounds):
        folder = tmp_path / str(i)
        folder.mkdir()
        command = [sys.executable, "-c", CHILD, str(folder), "8"]
        with subprocess.Popen(command, stdout=subprocess.PIPE) as child:
            assert child.stdout is not None
            told = child.stdout.read(8)
            time.sleep(moments.uniform(0.0, 2.2))
            child.kill()
            told += child.stdout.read()
        n_came = int.from_bytes(told[len(told) // 8 * 8 - 8 : len(told) // 8 * 8], "little")
        recovered = recover_takes(folder)
        assert set(recovered) <= set(folder.glob("*.wav"))
        assert len(list(folder.glob("*.wav"))) == 8
        for path in folder.glob("*.wav"):
            y, sr = soundfile.read(path, dtype="float32")
            assert sr == SR
            assert y.shape[0] >= n_came - SR
            np.testing.assert_array_equal(y, ramp(y.shape[0]))
