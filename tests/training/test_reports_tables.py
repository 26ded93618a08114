# SPDX-License-Identifier: MIT
"""The tables that compare trainings, and their cards."""

import json
from pathlib import Path

import numpy as np
from report_page import Page
from result_maker import result

from desktop_app.training.cli import main
from desktop_app.training.reports import comparison


def test_several_models_get_a_page_each_and_a_table(tmp_path, capsys):
    for name in ("one", "two", "trial"):
        result(tmp_path / "all", name)
    assert main(["evaluate", str(tmp_path / "all"), "--report", str(tmp_path / "report")]) == 0
    page = Page(tmp_path / "report" / "index.html")
    assert {"one/index.html", "two/index.html"} <= set(page.values("href"))
    Page(tmp_path / "report" / "two" / "index.html")
    text = (tmp_path / "report" / "comparison.md").read_text()
    shares = "62.5 / 50.0 | 62.5 / 50.0 | – | 62.5 / 62.5 | 12.5 / 12.5 | 45.8 / 36.1"
    assert f"| one | 3 | 24 | {shares} | 94 % \\| random |" in text
    assert "| two | official test | 10 | 40.0 | 45.0 | 30.0 | 94 % \\| random |" in text
    assert "| two | fit.epochs=3 |" in text
    assert text.endswith("| trial | 62.5 / 50.0 | 62.5 / 50.0 | – | 40.0 / 40.0 |\n")
    assert text.count("| trial |") == 1
    assert text.strip() in capsys.readouterr().out


def test_cards_and_tables_are_written_for_the_project(tmp_path, capsys):
    for name in ("one", "two"):
        (result(tmp_path / "all", name) / "card.md").write_text(f"# Card of {name}\n")
    assert main(["evaluate", str(tmp_path / "all"), "--cards", str(tmp_path / "cards")]) == 0
    assert {file.name for file in (tmp_path / "cards").iterdir()} == {"README.md", "one.md", "two.md"}
    assert (tmp_path / "cards" / "two.md").read_text() == "# Card of two\n"
    tables = (tmp_path / "cards" / "README.md").read_text()
    assert tables.startswith("# Results of the training lab\n\nAll models.")
    assert "\n| [one](one.md) | 3 | 24 | 62.5 / 50.0 |" in tables
    assert str(tmp_path / "cards" / "README.md") in capsys.readouterr().out


def test_without_a_card_or_a_training_there_are_no_cards(tmp_path, capsys):
    assert main(["evaluate", str(result(tmp_path)), "--cards", str(tmp_path / "cards")]) == 1
    assert "holds no card of a training." in capsys.readouterr().err
    assert main(["evaluate", "rf_mean_mfcc", "--cards", str(tmp_path / "cards")]) == 1
    assert "rf_mean_mfcc is none." in capsys.readouterr().err


def test_a_split_at_random_is_told_corpus_by_corpus(tmp_path):
    home = result(tmp_path, n=90)
    with np.load(home / "predictions.npz") as loaded:
        arrays = dict(loaded)
    keys = [f"{'easy' if k < 50 else 'hard' if k < 80 else 'few'}/{k}" for k in range(90)]
    truth = arrays["random__truth"]
    told = np.eye(3, dtype=np.float32)[truth]
    told[50:80] = np.roll(told[50:80], 1, axis=1)
    np.savez(home / "predictions.npz", **arrays | {"random__keys": keys, "random__probabilities": told})
    text = comparison([home])
    assert "The random notes by corpus." in text
    assert "| model | easy | hard |\n|---|--:|--:|\n| small | 100.0 | 0.0 |" in text


def test_the_models_in_the_program_stand_in_the_table_too(tmp_path):
    bundled = Path(__file__).parents[2] / "models" / "bundled"
    sets = json.loads((bundled / "rf_mean_mfcc" / "metrics.json").read_text())["sets"]
    cells = [
        f"{100 * sets[name]['plain']:.1f} / {100 * sets[name]['balanced']:.1f}"
        for name in ("random notes", "unseen instruments", "unseen bank", "real recordings")
    ]
    row = f"| rf_mean_mfcc, in the program | – | – | {' | '.join(cells[:3])} | – | – | {cells[3]} | – |"
    assert row in comparison([result(tmp_path)]).splitlines()
