# SPDX-License-Identifier: MIT
"""Through the real thing: PortAudio, ALSA and PulseAudio."""

import time
from pathlib import Path

import numpy as np
import pytest
import soundfile
from conftest_audio import SR, VirtualMicrophone
from fakes import StubEngine, tone, wait_until

from desktop_app.domain.errors import AudioDeviceError
from desktop_app.domain.frames import FrameBlock, NoteEnded
from desktop_app.domain.listening import Mix
from desktop_app.pipeline.engine import make_engine
from desktop_app.pipeline.live import LiveSession
from desktop_app.realtime import devices
from desktop_app.realtime.capture import Capture
from desktop_app.realtime.player import Player

pytestmark = pytest.mark.microphone


def write(path: Path, y: np.ndarray, sr: int = SR) -> Path:
    soundfile.write(path, y, sr, subtype="FLOAT")
    return path


def peak_hz(y: np.ndarray, sr: int) -> float:
    n_fft = 8 * y.shape[0]
    return float(np.argmax(np.abs(np.fft.rfft(y * np.hanning(y.shape[0]), n_fft))) * sr / n_fft)


def test_devices_are_listed(virtual_microphone: VirtualMicrophone) -> None:
    inputs, outputs = devices.list_inputs(), devices.list_outputs()
    assert inputs[0].is_default
    assert outputs[0].is_default
    assert inputs[0].host_api == "ALSA"
    assert devices.find(inputs[0].name, "ALSA") == inputs[0]


def test_microphone_hears_what_is_played(virtual_microphone: VirtualMicrophone, tmp_path: Path) -> None:
    capture = Capture()
    capture.start()
    virtual_microphone.play(write(tmp_path / "a4.wav", tone(SR, 5.0)))
    wait_until(lambda: np.abs(capture.read()).max(initial=0.0) > 0.4)
    time.sleep(1.0)
    y = capture.read()
    assert capture.stop()
    assert capture.n_dropped == 0
    assert y.shape[0] > 0.8 * capture.sr
    assert peak_hz(y, capture.sr) == pytest.approx(440.0, abs=0.5)


def test_session_hears_and_records_the_tone(virtual_microphone: VirtualMicrophone, tmp_path: Path) -> None:
    engine = StubEngine()
    session = LiveSession(None, lambda: engine)  # type: ignore[arg-type,return-value]
    session.start()
    try:
        wait_until(lambda: session.status.state == "running")
        virtual_microphone.play(write(tmp_path / "a4.wav", tone(SR, 8.0)))
        wait_until(lambda: session.status.rms_db > -12.0)
        session.start_recording(tmp_path / "take.wav")
        wait_until(lambda: session.status.recorded_s >= 3.0)
        assert session.stop_recording() == tmp_path / "take.wav"
        assert session.status.rms_db == pytest.approx(-9.0, abs=0.5)
        assert session.status.n_dropped_blocks == 0
    finally:
        assert session.stop(5.0)
    take, sr = soundfile.read(tmp_path / "take.wav", dtype="float32")
    assert take.shape[0] >= 3 * sr
    assert peak_hz(take, sr) == pytest.approx(440.0, abs=0.2)
    assert np.abs(np.diff(take)).max() < 1.2 * 0.5 * 2 * np.pi * 440.0 / sr  # no jump anywhere
    heard = np.concatenate(engine.blocks)[-32_000:]
    assert peak_hz(heard, 16_000) == pytest.approx(440.0, abs=0.2)


def test_real_engine_hears_a4(virtual_microphone: VirtualMicrophone, tmp_path: Path) -> None:
    session = LiveSession(None, lambda: make_engine(with_classifier=False))
    session.start()
    try:
        wait_until(lambda: session.status.state == "running", 60.0)
        virtual_microphone.play(write(tmp_path / "a4.wav", tone(SR, 3.0)), wait=True)
        time.sleep(0.3)
    finally:
        assert session.stop(5.0)
    events = session.poll()
    f0_hz = np.concatenate([event.f0_hz for event in events if isinstance(event, FrameBlock)])
    assert np.nanmedian(f0_hz) == pytest.approx(440.0, abs=1.0)
    notes = [event.note for event in events if isinstance(event, NoteEnded)]
    assert [note.midi for note in notes] == [69]
    assert notes[0].duration_s == pytest.approx(3.0, abs=0.3)
    n_samples = session.take_samples().shape[0]
    assert f0_hz.shape[0] == -(-n_samples // 160)


def test_silent_input_is_told(virtual_microphone: VirtualMicrophone) -> None:
    session = LiveSession(None, StubEngine)  # type: ignore[arg-type]
    session.start()
    try:
        wait_until(lambda: session.status.is_silent_zero)
        assert "No sound is reaching us" in session.status.message
    finally:
        assert session.stop(5.0)


def test_no_device_is_one_sentence(no_sound_devices: None) -> None:
    if devices.list_inputs():
        return  # real sound cards are listed whatever the configuration says
    with pytest.raises(AudioDeviceError, match="No microphone was found"):
        Capture().start()


def noise(duration_s: float, channels: int, sr: int = SR) -> np.ndarray:
    random = np.random.default_rng(7)
    return random.uniform(-0.5, 0.5, (round(duration_s * sr), channels)).astype(np.float32)


def recorded(path: Path) -> np.ndarray:
    data = path.read_bytes()  # parec leaves the header's sizes open
    at = data.index(b"data") + 8
    return np.frombuffer(data[at : at + (len(data) - at) // 8 * 8], "<f4").reshape(-1, 2)


def offset_of(part: np.ndarray, whole: np.ndarray) -> int:
    n = 1 << (whole.shape[0] + part.shape[0]).bit_length()
    product = np.fft.rfft(whole, n) * np.conj(np.fft.rfft(part, n))
    return int(np.argmax(np.fft.irfft(product, n)[: whole.shape[0]]))


@pytest.mark.parametrize("channels", [1, 2])
def test_player_plays_the_file_without_a_gap(
    virtual_microphone: VirtualMicrophone, tmp_path: Path, channels: int
) -> None:
    sound = noise(3.0, channels)
    path = write(tmp_path / "noise.wav", sound)
    recorder = virtual_microphone.record(tmp_path / "heard.wav")
    player = Player(path)
    player.play()
    wait_until(lambda: player.at_end)
    assert player.position_s == pytest.approx(3.0)
    assert not player.is_playing
    assert (player.n_gaps, player.error) == (0, "")
    player.close()
    assert player.wait_closed()
    time.sleep(0.3)
    recorder.terminate()
    recorder.wait(5)
    heard = recorded(tmp_path / "heard.wav")
    start = offset_of(sound[:, 0], heard[:, 0])
    n_fade = round(0.005 * SR)
    expected = np.broadcast_to(sound, (sound.shape[0], 2))[n_fade:]
    np.testing.assert_allclose(heard[start + n_fade : start + sound.shape[0]], expected, atol=1e-5)


def test_player_resumes_where_it_paused(virtual_microphone: VirtualMicrophone, tmp_path: Path) -> None:
    sound = noise(4.0, 1)
    recorder = virtual_microphone.record(tmp_path / "heard.wav")
    player = Player(write(tmp_path / "noise.wav", sound))
    player.play()
    wait_until(lambda: player.position_s > 1.0)
    player.pause()
    time.sleep(0.5)
    paused_s = player.position_s
    time.sleep(0.2)
    assert player.position_s == paused_s
    player.play()
    positions = []
    while not player.at_end:
        positions.append(player.position_s)
        time.sleep(0.01)
    assert positions[0] >= paused_s
    assert np.diff(positions).min() >= 0.0
    player.close()
    assert player.wait_closed()
    time.sleep(0.3)
    recorder.terminate()
    recorder.wait(5)
    heard = recorded(tmp_path / "heard.wav")[:, 0]
    n_paused, n_fade = round(paused_s * SR), round(0.006 * SR)
    for part in (slice(n_fade, n_paused - n_fade), slice(n_paused + n_fade, sound.shape[0])):
        start = offset_of(sound[part, 0], heard)
        np.testing.assert_allclose(heard[start : start + sound[part].shape[0]], sound[part, 0], atol=1e-5)


def test_player_seeks_at_once(virtual_microphone: VirtualMicrophone, tmp_path: Path) -> None:
    sound = np.concatenate([tone(SR, 5.0, 440.0), tone(SR, 5.0, 880.0)])
    player = Player(write(tmp_path / "tones.wav", sound))
    wait_until(lambda: player.duration_s == 10.0)
    capture = Capture()
    capture.start()
    player.play()
    wait_until(lambda: player.position_s > 0.3)
    player.seek(6.0)
    assert player.position_s == 6.0
    wait_until(lambda: player.position_s > 6.5)
    capture.read()
    time.sleep(0.5)
    assert peak_hz(capture.read(), capture.sr) == pytest.approx(880.0, abs=2.0)
    player.seek(0.0)
    player.pause()
    wait_until(lambda: player.position_s == 0.0)
    player.seek(99.0)
    player.play()
    wait_until(lambda: player.at_end)
    player.play()
    wait_until(lambda: 0.0 < player.position_s < 1.0)
    player.close()
    assert player.wait_closed()
    assert capture.stop()


def test_player_follows_the_volume(virtual_microphone: VirtualMicrophone, tmp_path: Path) -> None:
    player = Player(write(tmp_path / "tone.wav", tone(SR, 10.0)))
    player.mix = Mix(volume=0.25)
    capture = Capture()
    capture.start()
    player.play()
    wait_until(lambda: player.position_s > 0.5)
    capture.read()
    time.sleep(0.5)
    assert np.abs(capture.read()).max() == pytest.approx(0.125, rel=0.02)
    player.mix = Mix(volume=0.5)
    time.sleep(0.5)
    capture.read()
    time.sleep(0.5)
    assert np.abs(capture.read()).max() == pytest.approx(0.25, rel=0.02)
    player.close()
    assert player.wait_closed()
    assert capture.stop()


def test_player_resamples_where_the_device_refuses_the_rate(
    virtual_microphone: VirtualMicrophone, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sd = devices.portaudio()
    stream_class = sd.OutputStream

    def only_48_khz(**arguments: object) -> object:
        if arguments["samplerate"] != SR:
            raise sd.PortAudioError("Invalid sample rate")
        return stream_class(**arguments)

    monkeypatch.setattr(sd, "OutputStream", only_48_khz)
    player = Player(write(tmp_path / "tone.wav", tone(22_050, 1.5), 22_050))
    capture = Capture()
    capture.start()
    player.play()
    wait_until(lambda: player.position_s > 0.4)
    capture.read()
    time.sleep(0.5)
    assert peak_hz(capture.read(), capture.sr) == pytest.approx(440.0, abs=1.0)
    wait_until(lambda: player.at_end)
    assert player.position_s == pytest.approx(1.5)
    player.close()
    assert player.wait_closed()
    assert capture.stop()


def test_player_position_is_what_is_heard(virtual_microphone: VirtualMicrophone, tmp_path: Path) -> None:
    click = np.zeros((2 * SR, 1), np.float32)
    click[SR : SR + 48] = 0.9
    player = Player(write(tmp_path / "click.wav", click))
    capture = Capture()
    capture.start()
    player.play()
    positions = []
    while not player.at_end:
        if np.abs(capture.read()).max(initial=0.0) > 0.3:
            positions.append(player.position_s)
        time.sleep(0.005)
    player.close()
    assert player.wait_closed()
    assert capture.stop()
    # The microphone adds its own latency and that of PulseAudio; the cursor must never be behind the sound.
    assert 0.98 <= positions[0] < 1.6


def test_a_file_that_is_none_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "text.wav").write_text("not sound")
    for name in ("text.wav", "missing.wav"):
        player = Player(tmp_path / name)
        player.play()
        wait_until(lambda player=player: bool(player.error))
        assert player.error == f"The file “{name}” cannot be played."
        assert not player.is_playing
        player.close()
        assert player.wait_closed()


def test_player_without_a_loudspeaker_is_one_sentence(no_sound_devices: None, tmp_path: Path) -> None:
    if devices.list_outputs():
        return
    player = Player(write(tmp_path / "tone.wav", tone(SR, 1.0)))
    player.play()
    wait_until(lambda: bool(player.error))
    assert "No loudspeaker was found" in player.error
    player.close()
    assert player.wait_closed()
