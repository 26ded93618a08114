# SPDX-License-Identifier: MIT
from __future__ import annotations

import subprocess
from pathlib import Path

import numpy as np
import pytest
import soundfile
from corpus_maker import SR, tone

from desktop_app.io.corpora.banks import BANKS
from desktop_app.training.refused import recorded as refused_recorded
from desktop_app.training.refused.recorded import RECORDINGS, RecordedSound, read_recording, recorded_sounds
from desktop_app.training.rendering.corpus import instrument_name
from desktop_app.training.rendering.presets import CorpusError
from desktop_app.training.rendering.soundfont import PlayedNote, is_silent

SAMPLES = "sonic-pi/samples"
ITALIAN = "asterisk/sounds/it_IT_m_Carlo"
NOTES = [PlayedNote(60, 100), PlayedNote(61, 50)]


@pytest.fixture
def share(tmp_path: Path) -> Path:
    """Two kicks, a loop of 6 s, and a word in Italian beside a signal."""
    for folder in (SAMPLES, ITALIAN):
        (tmp_path / folder).mkdir(parents=True)
    for name, hz, seconds in (("bd_a", 60.0, 0.2), ("bd_b", 80.0, 0.2), ("loop_amen", 300.0, 6.0)):
        soundfile.write(tmp_path / SAMPLES / f"{name}.flac", tone(hz, seconds), SR)
    said = np.concatenate([np.zeros(SR // 4, np.float32), tone(500.0, 0.5)]).tobytes()
    raw = f"-v error -f f32le -ar {SR} -ac 1 -i pipe:0 -f g722".split()
    for name in ("parola", "beep"):
        subprocess.run(["ffmpeg", *raw, str(tmp_path / ITALIAN / f"{name}.g722")], input=said, check=True)
    return tmp_path


def test_only_what_is_installed_is_rendered(share, tmp_path):
    sounds = recorded_sounds(2, 0, share)
    assert {one.title for one in sounds} == {"kicks", "loops", "Italian prompts"}
    assert len({instrument_name(one) for one in sounds}) == len(sounds) == 2 + 2 + 6
    assert recorded_sounds(2, 0, tmp_path / "nothing") == []


def test_signals_between_the_words_are_left_out(share):
    (kind,) = (one for one in RECORDINGS if one.title == "Italian prompts")
    assert [path.stem for path in kind.files(share)] == ["parola"]


def test_every_kind_is_four_seconds_of_sound_that_repeats(share):
    for sound in recorded_sounds(1, 0, share):
        first, second = sound.render(NOTES)
        assert first.shape == second.shape == (4 * SR,)
        assert np.isfinite(first).all()
        assert not is_silent(second)
        assert np.abs(first).max() > 1.5 * np.abs(second).max()
        np.testing.assert_array_equal(first, sound.render(NOTES)[0])


def test_a_prompt_is_read_from_where_it_sounds(share):
    y = read_recording(share / ITALIAN / "parola.g722")
    assert y.shape[0] == pytest.approx(SR // 2, abs=SR // 50)
    assert np.abs(np.fft.rfft(y[:8000])).argmax() * 2 == pytest.approx(500.0, abs=4.0)


def test_what_cannot_be_read_is_named(share, monkeypatch):
    broken = share / SAMPLES / "bd_a.flac"
    broken.write_bytes(b"no sound")
    read_recording.cache_clear()
    with pytest.raises(CorpusError, match=r"bd_a\.flac could not be read"):
        read_recording(broken)
    monkeypatch.setenv("PATH", "")
    with pytest.raises(CorpusError, match="FFmpeg could not read"):
        read_recording(share / ITALIAN / "parola.g722")


def test_without_ffmpeg_nobody_talks(share, monkeypatch):
    monkeypatch.setattr(refused_recorded.shutil, "which", lambda _: None)
    assert {one.title for one in recorded_sounds(1, 0, share)} == {"kicks", "loops"}


def test_every_bank_is_known_and_on_one_side():
    for number, kind in enumerate(RECORDINGS):
        bank = BANKS[RecordedSound(number, 0, 0).bank]
        assert bank.licence.startswith("CC")
        assert bank.weights_ok == (kind.bank in ("sonic_pi", "asterisk"))
    assert len({kind.title for kind in RECORDINGS}) == len(RECORDINGS)
