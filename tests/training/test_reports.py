# SPDX-License-Identifier: MIT
"""Reports on trainings: complete, true, and nothing in them from elsewhere."""

import json
import subprocess
import sys
import zlib
from pathlib import Path
from urllib.parse import unquote

import numpy as np
import pytest
import soundfile
from report_page import Page
from result_maker import CLASSES, LEAKS, result, truth_and_told
from sklearn import metrics as reference
from store_maker import corpus

from desktop_app.domain.errors import ModelError
from desktop_app.training.cli import main
from desktop_app.training.reports import report
from desktop_app.training.reports.measures import worst_mistakes
from desktop_app.training.reports.result import read_result


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A result and the page on it."""
    folder = tmp_path_factory.mktemp("results")
    home = result(folder)
    return home, report([home], folder / "report")


def png_pixels(path: Path) -> np.ndarray:
    """The bytes of an 8-bit picture, without undoing its filters: enough to see whether it is blank."""
    data, at, packed = path.read_bytes(), 8, b""
    assert data[:8] == b"\x89PNG\r\n\x1a\n"
    while at < len(data):
        size, kind = int.from_bytes(data[at : at + 4], "big"), data[at + 4 : at + 8]
        packed += data[at + 8 : at + 8 + size] if kind == b"IDAT" else b""
        at += 12 + size
    return np.frombuffer(zlib.decompress(packed), np.uint8)


def test_the_page_has_every_part_and_needs_nothing_from_elsewhere(made):
    page = Page(made[1])
    anchors = set(page.values("id"))
    wanted = {"figures", "data", "examples", "training", "importances", "mistakes", "main"}
    assert wanted | {"part-random", "part-unseen-instrument"} <= anchors
    assert "part-learnt" not in anchors
    tags = {tag for tag, _ in page.tags}
    assert not tags & {"script", "iframe", "object"}
    for address in page.values("src") + page.values("href") + page.values("srcset"):
        assert address.startswith("#") or (made[1].parent / unquote(address)).is_file(), address
        assert address.lstrip("#") in anchors or not address.startswith("#")
    assert "http" not in made[1].read_text(encoding="utf-8")


def test_the_page_can_be_read_without_seeing_it(made):
    page = Page(made[1])
    assert ("html", {"lang": "en"}) in page.tags
    assert all(attributes.get("alt") for tag, attributes in page.tags if tag == "img")
    assert all(attributes.get("aria-label") for tag, attributes in page.tags if tag == "audio")
    assert all(attributes.get("scope") in ("row", "col") for tag, attributes in page.tags if tag == "th")
    count = [tag for tag, _ in page.tags].count
    assert count("h1") == 1
    assert count("table") == count("caption") >= 4


def test_text_is_escaped_and_the_leaks_are_said(made):
    source, words = made[1].read_text(encoding="utf-8"), "".join(Page(made[1]).words)
    assert "flute &lt;&amp;&gt;" in source
    assert "<&>" not in source
    assert "A small <model> small" in words
    for leak in filter(None, LEAKS.values()):
        assert leak in words
    assert "94 % | random" in words


def test_pictures_are_there_for_light_and_dark_and_not_blank(made):
    pictures = {path.stem: png_pixels(path) for path in made[1].parent.glob("*.png")}
    light = {name for name in pictures if not name.endswith("-dark")}
    assert {"counts", "pitches", "curves", "importances", "example-00", "part-random-confusion"} <= light
    for name in light:
        assert np.unique(pictures[name]).size > 30, name
        assert not np.array_equal(pictures[name], pictures[f"{name}-dark"]), name


@pytest.mark.parametrize("part", ["random", "unseen instrument"])
def test_figures_agree_with_scikit_learn(made, part):
    told = json.loads((made[1].parent / "metrics.json").read_text())["parts"][part]
    truth, probabilities = truth_and_told(24, list(LEAKS).index(part))
    best = probabilities.argmax(axis=1)
    precision, recall, f1, n = reference.precision_recall_fscore_support(truth, best, zero_division=0)
    for i, name in enumerate(CLASSES):
        assert list(told["per_class"][name].values()) == pytest.approx([n[i], precision[i], recall[i], f1[i]])
    assert told["confusion"] == reference.confusion_matrix(truth, best).tolist()
    assert told["balanced"] == pytest.approx(reference.balanced_accuracy_score(truth, best))
    assert told["right"] == pytest.approx(reference.accuracy_score(truth, best))
    assert told["f1_macro"] == pytest.approx(f1.mean())
    assert f"{100 * told['right']:.1f} %" in Page(made[1]).words


def test_calibration_is_the_weighted_gap_between_claimed_and_true(made):
    told = json.loads((made[1].parent / "metrics.json").read_text())["parts"]["random"]
    truth, probabilities = truth_and_told(24, 1)
    claimed, right = probabilities.max(axis=1), probabilities.argmax(axis=1) == truth
    gap = 0.0
    for k in range(10):
        inside = (claimed >= k / 10) & (claimed < (k + 1) / 10)
        gap += abs(claimed[inside].sum() - right[inside].sum()) / 24
    assert told["ece"] == pytest.approx(gap, abs=1e-6)
    assert sum(n for n, _, _ in told["reliability"]) == 24


def test_the_worst_mistakes_are_the_surest_and_can_be_played(made):
    home, page = made
    shown = json.loads((page.parent / "metrics.json").read_text())["worst"]
    wrong = []
    for seed, part in enumerate(LEAKS):
        truth, told = truth_and_told(24, seed)
        best = told.argmax(axis=1)
        wrong += [told[i].max() for i in np.flatnonzero(best != truth) if part != "learnt"]
    assert len(wrong) >= 4
    assert [m["probability"] for m in shown] == pytest.approx(sorted(wrong, reverse=True)[:12])
    assert all(m["told"] not in m["true"] for m in shown)
    first = worst_mistakes(read_result(home), 1)[0]
    copied, rate = soundfile.read(page.parent / "mistake-01.wav")
    original, _ = soundfile.read(first.sound.path)
    assert rate == 16_000
    np.testing.assert_allclose(copied, original, atol=1e-4)


def test_several_labels_for_each_sound(tmp_path):
    page = report([result(tmp_path, multi_label=True, history=False)], tmp_path / "report")
    told = json.loads((page.parent / "metrics.json").read_text())["parts"]["random"]
    truth, probabilities = truth_and_told(24, 1, multi_label=True)
    heard = probabilities >= 0.5 * probabilities.max(axis=1, keepdims=True)  # as the training measures
    for average in ("macro", "micro"):
        f1 = reference.f1_score(truth, heard, average=average, zero_division=0)
        assert told[f"f1_{average}"] == pytest.approx(f1)
    assert "confusion" not in told
    assert sum(n for n, _, _ in told["reliability"]) == truth.size
    assert "curves.png" not in page.read_text(encoding="utf-8")
    assert "bass and flute" in "".join(Page(page).words)


def test_a_report_that_cannot_be_written_is_told(tmp_path, capsys):
    (tmp_path / "file").write_text("")
    assert main(["evaluate", str(result(tmp_path)), "--report", str(tmp_path / "file" / "report")]) == 1
    told = capsys.readouterr().err
    assert "could not be written: Not a directory." in told
    assert told.count("\n") == 1


def test_a_model_of_the_program_is_reported_on(tmp_path, capsys):
    clips = corpus(tmp_path / "clips", n_instruments=2, n_notes=2)
    out = tmp_path / "report"
    assert main(["evaluate", "rf_mean_mfcc", "--corpus", str(clips), "--report", str(out)]) == 0
    assert str(out / "index.html") in capsys.readouterr().out
    told = json.loads((out / "metrics.json").read_text())
    assert told["parts"]["clips"]["n"] == told["sets"]["clips"]["n"] == 8
    assert told["parts"]["clips"]["balanced"] == pytest.approx(told["sets"]["clips"]["balanced"])
    assert "part-clips" in Page(out / "index.html").values("id")
    assert (out / "rf_mean_mfcc.md").read_text().startswith("rf_mean_mfcc")


def test_without_a_corpus_a_model_cannot_be_measured(capsys):
    assert main(["evaluate", "rf_mean_mfcc"]) == 1
    assert "Please say with --corpus" in capsys.readouterr().err


def test_results_are_not_measured_again_without_saying_so(tmp_path, capsys):
    home = result(tmp_path)
    for part in LEAKS:  # of each the last is missing
        (home / "sounds" / f"{part.replace(' ', '_')}_023.wav").write_bytes(b"")
    assert main(["evaluate", str(home), "--corpus", str(tmp_path)]) == 1
    told = capsys.readouterr().err
    assert "or sounds that have moved since; none has." in told
    assert told.count("\n") == 1


def test_sounds_that_have_moved_are_found_by_their_keys(tmp_path):
    home, sounds = result(tmp_path), tmp_path / "moved"
    (home / "sounds").rename(tmp_path / "gone")
    without = report([home], tmp_path / "without")
    words = "".join(Page(without).words)
    assert "72 sounds are no longer where the training found them" in words
    assert "mistake-01.wav" not in without.read_text()
    (sounds / "tones").mkdir(parents=True)
    (sounds / "others").mkdir()
    with np.load(home / "predictions.npz") as loaded:
        arrays = dict(loaded)
    for name in [name for name in arrays if name.endswith("__keys")]:
        files = [f"{key.partition('/')[2]}.wav" for key in arrays[name]]
        arrays[name] = np.array([f"once/tones/{file}" for file in files])
        for file in files[:-1]:
            (tmp_path / "gone" / file).rename(sounds / "tones" / file)
    np.savez(home / "predictions.npz", **arrays)
    soundfile.write(sounds / "others" / "x.wav", np.zeros(100), 16_000)
    page = report([home], tmp_path / "report", corpora=[sounds])
    assert "3 sounds are no longer where" in "".join(Page(page).words)
    assert (page.parent / "mistake-01.wav").is_file()


@pytest.mark.parametrize("harm", ["half", "shape", "key"])
def test_damaged_results_are_refused_in_one_sentence(tmp_path, harm):
    home = result(tmp_path)
    file = home / "predictions.npz"
    if harm == "half":
        file.write_bytes(file.read_bytes()[:1000])
    else:
        with np.load(file) as loaded:
            arrays = dict(loaded)
        told = arrays.pop("random__probabilities")
        np.savez(file, **arrays, **({} if harm == "key" else {"random__probabilities": told[:, :2]}))
    with pytest.raises(ModelError, match="are damaged"):
        report([home], tmp_path / "report")


def test_drawing_starts_only_with_a_picture():
    code = "import sys, desktop_app.training.reports; sys.exit('matplotlib' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
