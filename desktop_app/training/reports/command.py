# SPDX-License-Identifier: MIT
"""What ``right-in-tune evaluate`` does with a model, and with results of trainings."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from desktop_app.domain.errors import ModelError
from desktop_app.ml.classifier import Classifier
from desktop_app.training.classifier.corpus import load_items
from desktop_app.training.classifier.evaluate import figures, table
from desktop_app.training.classifier.evaluate_answers import answer_recordings
from desktop_app.training.classifier.export import write_json, write_text
from desktop_app.training.reports.breaks import break_lab_result
from desktop_app.training.reports.breaks_model import break_model
from desktop_app.training.reports.cards import write_cards
from desktop_app.training.reports.comparison import comparison
from desktop_app.training.reports.evaluated import result_of
from desktop_app.training.reports.extra import Extra, markdown
from desktop_app.training.reports.moved import missing_sounds
from desktop_app.training.reports.page import write_page
from desktop_app.training.reports.report import report
from desktop_app.training.reports.result import METRICS, read_result


def evaluate_results(
    folders: Sequence[Path],
    out: Path | None,
    corpora: Sequence[Path] = (),
    *,
    with_breaks: bool = False,
    cards: Path | None = None,
) -> str:
    """The tables of trainings' results; their report and cards too where folders are given for them.

    Parameters
    ----------
    out, cards
        Folders of the report, and of the cards with the tables.
    corpora
        Where sounds are found that have moved since, and those for the breaks that no training measured.

    Raises
    ------
    ModelError, CorpusError
        When results or a corpus cannot be used.
    """
    if corpora and not with_breaks and not any(missing_sounds(read_result(f)) for f in folders):
        raise ModelError(
            "Results of trainings are reported as they were measured: --corpus is for --break, and for "
            "sounds that have moved since; none has."
        )
    text, extras = comparison(folders), {}
    for folder in folders if with_breaks else ():
        extras[folder] = [break_lab_result(folder, corpora)]
        text += _told(folder.name, extras[folder][0])
    if out:
        text += f"\n\nThe report is {report(folders, out, extras, corpora)}."
    if cards:
        text += f"\n\nThe tables are {write_cards(folders, cards, extras)}, the cards beside them."
    return text


def _told(name: str, extra: Extra) -> str:
    return f"\n\n{name}: {extra.title.lower()}\n\n{markdown(extra.head, extra.rows)}"


def evaluate_model(
    classifier: Classifier, folders: Mapping[str, Path], out: Path | None, *, with_breaks: bool = False
) -> str:
    """A table with a column for each corpus; the report too where a folder is given for it.

    Raises
    ------
    ModelError
        When no corpus is given.
    CorpusError
        When a corpus cannot be read.
    """
    if not folders:
        raise ModelError("Please say with --corpus which sounds to measure the model on.")
    answers = {}
    for name, folder in folders.items():
        items = load_items(folder)
        print(f"{name}: {len(items)} sounds", file=sys.stderr)
        answers[name] = answer_recordings(classifier, items)
    sets = {name: figures(told, classifier.thresholds) for name, told in answers.items()}
    text = f"{classifier.model_id}\n\n{table(sets)}"
    breaks = {name: break_model(classifier, told) for name, told in answers.items()} if with_breaks else {}
    text += "".join(_told(name, extra) for name, extra in breaks.items())
    if out:
        extras = [replace(extra, title=f"{extra.title}: {name}") for name, extra in breaks.items()]
        page = write_page(result_of(classifier, answers), out, extras)
        metrics = json.loads((out / METRICS).read_text(encoding="utf-8"))
        write_json(out / METRICS, {"model": classifier.model_id, "sets": sets, **metrics})
        write_text(out / f"{classifier.model_id}.md", f"{text}\n")
        text += f"\n\nThe report is {page}."
    return text
