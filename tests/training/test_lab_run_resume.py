# SPDX-License-Identifier: MIT
"""A training that is killed goes on as if nothing had happened."""

import json
import signal
import subprocess
import sys
import time

import numpy as np
import pytest
from corpus_maker import stop_workers
from published_corpora import nsynth

from desktop_app.domain.errors import ModelError
from desktop_app.training.cli import main
from desktop_app.training.lab.resume import Progress, State, StateFolder

RECIPE = """
id = "killed"
title = "Killed and resumed"
kind = "lab"
[[features]]
kind = "mean_mfcc"
sr = 16000
seconds = 1.0
[model]
name = "mlp"
dropout = 0.4
[fit]
epochs = 40
batch_size = 4
learning_rate = 2e-3
patience = 40
[published]
text = "Nothing."
"""


@pytest.mark.train
@pytest.mark.filterwarnings("ignore:__array__ implementation doesn't accept:DeprecationWarning:keras")
def test_killed_and_resumed_gives_the_same_figures(tmp_path):
    corpus = nsynth(tmp_path / "c", {"train": 120}, ("bass", "flute", "guitar", "organ", "reed"), 4, 1.0)
    (tmp_path / "recipe.toml").write_text(RECIPE)

    def arguments(name):
        places = ["--out", str(tmp_path / name), "--work", str(tmp_path / name / "work")]
        return ["train", str(tmp_path / "recipe.toml"), "--corpus", str(corpus), *places]

    command = [sys.executable, "-m", "desktop_app.training.cli", *arguments("killed")]
    log = tmp_path / "log.txt"
    with log.open("w") as told, subprocess.Popen(command, stdout=told, stderr=told) as process:
        deadline = time.monotonic() + 100
        while "epoch 5 " not in log.read_text():
            assert process.poll() is None, log.read_text()
            assert time.monotonic() < deadline, log.read_text()
            time.sleep(0.02)
        process.send_signal(signal.SIGKILL)
    assert process.returncode == -signal.SIGKILL
    assert not (tmp_path / "killed" / "killed" / "metrics.json").exists()

    assert main(arguments("killed")) == 0
    assert main(arguments("whole")) == 0
    stop_workers()
    results = [tmp_path / name / "killed" for name in ("killed", "whole")]
    killed, whole = (json.loads((home / "metrics.json").read_text())["parts"] for home in results)
    for part in whole:
        assert killed[part]["right"] == pytest.approx(whole[part]["right"], abs=0.005), part
        assert killed[part]["loss"] == pytest.approx(whole[part]["loss"], rel=0.02, abs=0.005), part
    losses = [json.loads((home / "history.json").read_text())["val_loss"] for home in results]
    assert len(losses[0]) == 40
    np.testing.assert_allclose(losses[0], losses[1], rtol=0.02, atol=0.005)


def state_of(epoch):
    progress = Progress(epoch=epoch, history={"loss": [1.0] * epoch})
    return State(progress, [np.ones(3), np.zeros((2, 2))], [np.array(epoch)])


def test_a_state_is_read_back_in_order(tmp_path):
    folder = StateFolder(tmp_path / "state", "one")
    assert folder.load() is None
    folder.save(state_of(1))
    folder.save(state_of(2))
    read = folder.load()
    assert read.progress == state_of(2).progress
    np.testing.assert_array_equal(read.network[1], np.zeros((2, 2)))
    assert read.optimiser[0] == 2
    assert not list((tmp_path / "state").glob("*.part"))


def test_the_state_of_another_fitting_is_not_gone_on_from(tmp_path):
    StateFolder(tmp_path, "one").save(state_of(1))
    assert StateFolder(tmp_path, "two").load() is None


def test_a_damaged_state_is_begun_anew(tmp_path):
    folder = StateFolder(tmp_path, "one")
    folder.save(state_of(1))
    whole = (tmp_path / "state.npz").read_bytes()
    for content in (whole[: len(whole) // 2], b"", b"no zip"):
        (tmp_path / "state.npz").write_bytes(content)
        assert folder.load() is None


def test_a_full_disk_is_told_in_one_sentence(tmp_path, monkeypatch):
    def full(*_args, **_more):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(np, "savez", full)
    with pytest.raises(ModelError, match=r"could not be saved in .*: No space left on device\.$"):
        StateFolder(tmp_path, "one").save(state_of(1))
    assert not list(tmp_path.iterdir())
