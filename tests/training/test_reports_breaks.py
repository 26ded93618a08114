# SPDX-License-Identifier: MIT
"""What breaks a model: other sources, sounds played backwards, features switched off."""

import json

import numpy as np
import pytest
from published_corpora import nsynth
from sklearn.decomposition import PCA
from sklearn.preprocessing import StandardScaler
from store_maker import corpus

from desktop_app.training.cli import main
from desktop_app.training.reports.breaks import break_row, thirds
from desktop_app.training.reports.scatter import principal_components

HEAD = "| what is heard | sounds | right | balanced |"


def rows_of(text: str) -> dict[str, list[str]]:
    """Rows of the printed table of breaks by their name."""
    lines = text[text.index(HEAD) :].splitlines()[2:]
    cells = [line.strip("| ").split(" | ") for line in lines if line.startswith("|")]
    return {name: rest for name, *rest in cells}


def test_three_parts_cover_all_rows():
    for n in (3, 40, 128, 13):
        covered = np.concatenate([np.arange(n)[place] for _, place in thirds(n)])
        np.testing.assert_array_equal(covered, np.arange(n))


def test_principal_components_agree_with_scikit_learn():
    rows = np.random.default_rng(1).normal(size=(30, 5)).astype(np.float32) @ np.diag([9.0, 1, 5, 2, 3])
    points, explained = principal_components(rows)
    wanted = PCA(2).fit(StandardScaler().fit_transform(rows))
    np.testing.assert_allclose(explained, wanted.explained_variance_ratio_, rtol=1e-5)
    of_wanted = wanted.transform(StandardScaler().fit_transform(rows))
    np.testing.assert_allclose(np.abs(points), np.abs(of_wanted), atol=1e-4)


def test_a_row_tells_shares_of_the_sounds():
    truth = np.eye(2, dtype=np.float32)[[0, 0, 0, 1]]
    told = np.eye(2, dtype=np.float32)[[0, 0, 1, 1]]
    assert break_row("some", truth, told) == ["some", "4", "75.0 %", "83.3 %"]


def test_a_model_of_the_program_is_broken(tmp_path, capsys):
    clips = corpus(tmp_path / "clips", n_instruments=2, n_notes=2)
    out = tmp_path / "report"
    arguments = ["evaluate", "rf_mean_mfcc", "--corpus", str(clips), "--report", str(out), "--break"]
    assert main(arguments) == 0
    rows = rows_of(capsys.readouterr().out)
    told = json.loads((out / "metrics.json").read_text())
    assert rows["plain: all sounds"][1] == f"{100 * told['parts']['clips']['right']:.1f} %"
    assert rows["the same, backwards"][0] == "8"
    for third in ("lowest", "middle", "highest"):
        assert rows[f"the same without the {third} third of the mel bands"][0] == "8"
    assert [row["what is heard"] for row in told["more"]["What breaks it: clips"]] == list(rows)
    assert "What breaks it: clips" in (out / "index.html").read_text()


@pytest.mark.train
def test_a_forest_of_the_lab_is_broken(tmp_path, capsys):
    """Without some of its features it is worse; sounds that it learnt from are not measured."""
    folder = nsynth(tmp_path, {"train": 90}, instruments=3, seconds=1.0) / "nsynth-train"
    out, report = tmp_path / "out", tmp_path / "report"
    train = ["train", "lab/rf_mean_mfcc", "--small", "--corpus", str(folder), "--out", str(out)]
    assert main(train) == 0
    capsys.readouterr()
    home = out / "rf_mean_mfcc"
    arguments = ["evaluate", str(home), "--corpus", str(folder), "--break", "--report", str(report)]
    assert main(arguments) == 0
    rows = rows_of(capsys.readouterr().out)
    parts = json.loads((home / "metrics.json").read_text())["parts"]
    assert rows["plain: held-back notes"][1] == f"{100 * parts['random']['right']:.1f} %"
    assert rows["some of the held-back notes"] == rows["plain: held-back notes"]
    of_source = [int(rows[f"{s} notes"][0]) for s in ("acoustic", "electronic", "synthetic")]
    assert sum(of_source) == 90 - parts["learnt"]["n"] - parts["valid"]["n"]
    assert "the same, backwards" in rows
    deaf = [
        float(rows[f"the same without the {t} third of mean_mfcc"][1][:-2]) for t in ("lowest", "highest")
    ]
    assert min(deaf) < float(rows["plain: held-back notes"][1][:-2])
    page = (report / "index.html").read_text()
    assert "What breaks it" in page
    assert f"{parts['random']['n']} held-back sounds on the first two principal components" in page
    assert (report / "scatter.png").stat().st_size > 5000
