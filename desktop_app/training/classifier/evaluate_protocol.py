# SPDX-License-Identifier: MIT
"""One run, one table: several models beside each other on the same sounds that none of them learnt from.

``python -m desktop_app.training.classifier.evaluate_protocol MODEL ... --bank DIR --recordings DIR``
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import numpy as np

from desktop_app.domain.errors import RightInTuneError
from desktop_app.domain.labels import FAMILIES
from desktop_app.ml.classifier import Classifier, Prediction
from desktop_app.training.classifier.corpus import Item, load_items, read_mono
from desktop_app.training.classifier.evaluate import BoolArray, figures, percent
from desktop_app.training.classifier.evaluate_answers import (
    Answers,
    answer_recordings,
    join_answers,
    pick_windows,
)
from desktop_app.training.classifier.export import write_json
from desktop_app.training.commands_train import find_classifier

# Sources of the recordings at hand that no choice between models may rest on: looked at once, at the end.
KEPT_BACK: Final = frozenset(
    {
        "adewale/keyboardia",
        "felixroos/samples",
        "TheSmallTeaBoi/the-libre-sample-pack",
        "sonic-visualiser/sonic-visualiser",
        "stevetjoa/stanford-mir",
    }
)
FREESOUND: Final = "seth814/Audio-Classification"
EARLY_FRAMES: Final = 33  # 250 ms after the onset, which lies up to 8 frames into the window
_DOUBLE_BASS: Final = frozenset({"bass", "string"})
Figures = dict[str, Any]


def either_bass(answers: Answers) -> float | None:
    """Share of the instruments that is right where a double bass may be heard as a bass or a string."""
    rights = []
    for item, row in zip(answers.items, answers.told.family, strict=True):
        if item.family in FAMILIES:
            heard = FAMILIES[int(row.argmax())]
            is_double = "double" in item.instrument.lower() and item.family in _DOUBLE_BASS
            rights.append(heard == item.family or (is_double and heard in _DOUBLE_BASS))
    return float(np.mean(rights)) if rights else None


def early_answers(classifier: Classifier, items: Sequence[Item]) -> Answers:
    """What the model says of each sound 250 ms after its first onset; sounds without one are left out."""
    heard: list[Item] = []
    told: list[Prediction] = []
    for item in items:
        windows = [
            w for w in pick_windows(read_mono(item.path, classifier.spec.sr), classifier) if w.at_onset
        ]
        if windows:
            mel_db = windows[0].mel_db.copy()
            mel_db[:, EARLY_FRAMES:] = classifier.spec.db_floor
            heard.append(item)
            told.append(classifier.predict(mel_db[None]))
    return join_answers(heard, told)


def subset(answers: Answers, chosen: BoolArray) -> Answers:
    """The chosen sounds, shape (n,), of some answers."""
    names = ("family", "not_an_instrument", "source", "pitch")
    parts = [getattr(answers.told, name)[chosen] for name in names]
    items = [item for item, is_in in zip(answers.items, chosen, strict=True) if is_in]
    return replace(answers, items=items, truth=answers.truth[chosen], told=Prediction(*parts))


def judge_recordings(classifier: Classifier, items: Sequence[Item], *, with_kept_back: bool) -> Figures:
    """Figures of recordings as a whole, by source, of Freesound's clips, and 250 ms after the onset."""
    used = [item for item in items if with_kept_back or item.bank not in KEPT_BACK]
    answers = answer_recordings(classifier, used)
    banks = np.array([item.bank for item in used])
    sources = sorted({item.bank for item in used if item.family in FAMILIES})
    early = figures(early_answers(classifier, used), classifier.thresholds)
    whole = figures(answers, classifier.thresholds)
    kept = np.isin(banks, sorted(KEPT_BACK))
    return {
        "all": whole,
        "kept back": figures(subset(answers, kept), classifier.thresholds) if kept.any() else None,
        "freesound": either_bass(subset(answers, banks == FREESOUND)),
        "early": early["balanced"],
        "by source": {
            name: figures(subset(answers, banks == name), classifier.thresholds) for name in sources
        },
    }


def protocol(
    classifier: Classifier,
    banks: Sequence[Path],
    recordings: Sequence[Path],
    refuse: Sequence[Path],
    *,
    with_kept_back: bool,
) -> Figures:
    """Every figure of a model: of unseen banks, of recordings, and of sounds of no instrument."""
    judged = lambda folder: figures(  # noqa: E731
        answer_recordings(classifier, load_items(folder)), classifier.thresholds
    )
    items = [item for folder in recordings for item in load_items(folder)]
    return {
        "banks": {folder.name: judged(folder) for folder in banks},
        "recordings": judge_recordings(classifier, items, with_kept_back=with_kept_back),
        "refuse": {folder.name: judged(folder)["not_an_instrument"] for folder in refuse},
    }


def lines(result: Figures) -> dict[str, str]:
    """The rows of one model, by their titles."""
    recorded = result["recordings"]
    sets = {f"bank {name}": of for name, of in result["banks"].items()} | {"recordings": recorded["all"]}
    if recorded["kept back"]:
        sets["recordings kept back"] = recorded["kept back"]
    rows: dict[str, str] = {}
    for name, of in sets.items():
        rows |= _of_set(name, of)
    rows["Freesound clips, double bass either way"] = percent(recorded["freesound"])
    rows["recordings, 250 ms after the onset, balanced"] = percent(recorded["early"])
    rows |= {
        f"{name} ({of['n']})": f"{percent(of['plain'])} / {percent(of['balanced'])}"
        for name, of in recorded["by source"].items()
    }
    rows |= {f"{name}: can't tell": percent(of["cannot_tell"]) for name, of in result["refuse"].items()}
    return rows


def _of_set(name: str, of: Figures) -> dict[str, str]:
    sure, none = of["states"]["sure"], of["not_an_instrument"]
    low, high = of["balanced_interval"] or (None, None)
    return {
        f"{name} ({of['n']}), plain": percent(of["plain"]),
        f"{name}, balanced (95 % interval)": f"{percent(of['balanced'])} ({percent(low)} … {percent(high)})",
        f"{name}, *sure*: right (of all)": f"{percent(sure['precision'])} ({percent(sure['coverage'])})",
        f"{name}, no instrument ({none['n']}): can't tell": percent(none["cannot_tell"]),
        f"{name}, instruments taken for none": percent(none["instruments_refused"]),
    }


def comparison(results: dict[str, Figures]) -> str:
    """A Markdown table with a column for each model."""
    columns = {name: lines(result) for name, result in results.items()}
    titles = list(dict.fromkeys(title for rows in columns.values() for title in rows))
    head = [f"| | {' | '.join(columns)} |", "|---|" + "--:|" * len(columns)]
    cells = [" | ".join(rows.get(title, "–") for rows in columns.values()) for title in titles]
    return "\n".join(head + [f"| {title} | {row} |" for title, row in zip(titles, cells, strict=True)])


def main(argv: Sequence[str] | None = None) -> int:
    """Print the table; exit status 0, or 1 where a model or a corpus cannot be used."""
    parser = argparse.ArgumentParser(prog="evaluate_protocol", description=__doc__)
    parser.add_argument("models", nargs="+", metavar="MODEL", help="names, or FOLDER/NAME")
    for option in ("--bank", "--recordings", "--refuse"):
        parser.add_argument(option, type=Path, nargs="+", default=[], metavar="DIR")
    parser.add_argument("--with-kept-back", action="store_true", help="also the sources kept for the end")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write every figure there")
    args = parser.parse_args(argv)
    try:
        results = {
            name: protocol(
                find_classifier(name),
                args.bank,
                args.recordings,
                args.refuse,
                with_kept_back=args.with_kept_back,
            )
            for name in args.models
        }
    except RightInTuneError as error:
        print(error, file=sys.stderr)
        return 1
    if args.json:
        write_json(args.json, results)
    print(comparison(results))
    return 0


if __name__ == "__main__":
    sys.exit(main())
