# SPDX-License-Identifier: MIT
"""The page of one model: its data, its training, its figures, its mistakes."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np

from desktop_app.domain.errors import ModelError
from desktop_app.training.classifier.evaluate import percent
from desktop_app.training.classifier.export import write_json, write_text
from desktop_app.training.reports import plots, sounds
from desktop_app.training.reports.extra import Extra
from desktop_app.training.reports.markup import page, paragraph, picture, row, table, text
from desktop_app.training.reports.measures import Mistake, measure, worst_mistakes
from desktop_app.training.reports.result import METRICS, Part, Result, Sound
from desktop_app.training.reports.scatter import Scatter

PAGE: Final = "index.html"
_AT_MOST_EXAMPLES: Final = 24
_AT_MOST_MISTAKES: Final = 12
_TRIES: Final = 5
_UNKNOWN: Final = "unknown"
Section = tuple[str, str, str]


def write_page(
    result: Result, folder: Path, extra: Sequence[Extra] = (), scatter: Scatter | None = None
) -> Path:
    """Write ``index.html``, its pictures and sounds, and ``metrics.json`` into a folder; returns the page.

    Raises
    ------
    ModelError
        When there is not one sound to report on.
    """
    if not any(part.sounds for part in result.parts.values()):
        raise ModelError(f"There are no sounds with known classes to report on for {result.model_id}.")
    folder.mkdir(parents=True, exist_ok=True)
    figures = {
        name: measure(part, result.classes, multi_label=result.multi_label, threshold=result.threshold)
        for name, part in result.parts.items()
    }
    mistakes = worst_mistakes(result, _AT_MOST_MISTAKES)
    sections = [
        ("figures", "At a glance", _overview(result, figures)),
        *_data(result, folder),
        *_scatter(result, scatter, folder),
        *_curves(result, folder),
        *(_measured(name, result, figures[name], folder) for name in result.measured),
        *_importances(result, folder),
        *(
            (f"more-{i}", e.title, paragraph(e.lead) + table(e.title, e.head, e.rows))
            for i, e in enumerate(extra)
        ),
        ("mistakes", "The worst mistakes", _mistakes(mistakes, folder)),
    ]
    lead = f"{result.model_id}: {len(result.classes)} classes."
    if result.published:
        lead += f" Published: {result.published}"
    write_text(folder / PAGE, page(result.title, lead, sections))
    write_json(folder / METRICS, _metrics(result, figures, mistakes, extra))
    return folder / PAGE


def _metrics(
    result: Result,
    figures: Mapping[str, Mapping[str, Any]],
    mistakes: Sequence[Mistake],
    extra: Sequence[Extra],
) -> dict[str, Any]:
    return {
        "id": result.model_id,
        "title": result.title,
        "classes": list(result.classes),
        "parts": {name: {**of, "leak": result.parts[name].leak} for name, of in figures.items()},
        "worst": [
            {
                "sound": m.sound.key,
                "part": m.part,
                "true": list(m.true),
                "told": m.told,
                "probability": m.probability,
            }
            for m in mistakes
        ],
        "more": {e.title: [dict(zip(e.head, cells, strict=True)) for cells in e.rows] for e in extra},
    }


def _overview(result: Result, figures: Mapping[str, Mapping[str, Any]]) -> str:
    rows = [
        [
            name,
            of["n"],
            percent(of["right"]),
            percent(of["balanced"]),
            f"{of['f1_micro']:.3f}",
            f"{of['f1_macro']:.3f}",
            f"{of['ece']:.3f}",
        ]
        for name, of in figures.items()
    ]
    head = ["part", "sounds", "right", "balanced", "micro F1", "macro F1", "calibration error"]
    return (
        paragraph(
            "Right: the most probable class is true. Balanced: the mean recall of the classes, so that a "
            "class with few sounds counts like the others. Micro F1: of all answers together; macro F1: the "
            "mean F1 of the classes."
        )
        + table("Figures by part", head, rows)
        + "".join(paragraph(f"{name}: {part.leak}") for name, part in result.parts.items() if part.leak)
    )


def _data(result: Result, folder: Path) -> list[Section]:
    """What the sounds are, and how one of each class looks."""
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    pitches: dict[str, list[int]] = defaultdict(list)
    for part in result.parts.values():
        for sound, true in zip(part.sounds, part.truth > 0.5, strict=True):
            for name in (result.classes[i] for i in np.flatnonzero(true)):
                counts[name][sound.source or _UNKNOWN] += 1
            if sound.midi is not None and sound.family:
                pitches[sound.family].append(sound.midi)
    counts = {name: counts[name] for name in result.classes if name in counts}
    plots.draw_counts(folder, "counts", counts)
    content = picture("counts", "Bars: sounds of each class by source; the table below has the numbers.")
    content += _count_table(counts) + "".join(map(paragraph, result.notes))
    if pitches:
        plots.draw_pitches(folder, "pitches", dict(sorted(pitches.items())))
        spans = "; ".join(f"{name} {min(of)}–{max(of)}" for name, of in sorted(pitches.items()))
        content += picture(
            "pitches", f"Map: pitches by family, in MIDI numbers: {spans}.", "Pitches by family"
        )
    return [("data", "The sounds", content), *_examples(result, folder)]


def _count_table(counts: Mapping[str, Counter[str]]) -> str:
    sources = sorted({source for of in counts.values() for source in of})
    rows = [[name, of.total(), *(of[source] for source in sources)] for name, of in counts.items()]
    return table("Sounds by class and source", ["class", "all", *sources], rows)


def _examples(result: Result, folder: Path) -> list[Section]:
    """One sound of each class that can be read, as waveform, mel levels and MFCCs."""
    found: list[str] = []
    for i, name in enumerate(result.classes[:_AT_MOST_EXAMPLES]):
        for sound in _of_class(result.parts.values(), i)[:_TRIES]:
            y = sounds.read_example(sound.path)
            if y is None:
                continue
            plots.draw_example(folder, f"example-{i:02d}", y)
            says = f"Waveform, mel levels and MFCCs of {sound.key}, an example of {name}."
            found.append(picture(f"example-{i:02d}", says, f"{name}: {sound.key}"))
            break
    return [("examples", "An example of each class", "".join(found))] if found else []


def _of_class(parts: Any, column: int) -> list[Sound]:
    return [
        sound
        for part in parts
        for sound, true in zip(part.sounds, part.truth[:, column] > 0.5, strict=True)
        if true
    ]


def _scatter(result: Result, scatter: Scatter | None, folder: Path) -> list[Section]:
    if scatter is None:
        return []
    plots.draw_scatter(folder, "scatter", scatter, result.classes)
    first, second = (percent(share) for share in scatter.explained)
    says = (
        f"{scatter.points.shape[0]} held-back sounds on the first two principal components "
        f"of {scatter.kind}, which hold {first} and {second} of the variance."
    )
    return [("scatter", "Where the classes lie", picture("scatter", says, says))]


def _curves(result: Result, folder: Path) -> list[Section]:
    """Loss and accuracy by epoch, and the facts of the training."""
    content = ""
    if result.history.get("loss"):
        plots.draw_curves(folder, "curves", result.history)
        last = {name: column[-1] for name, column in result.history.items() if column}
        told = ", ".join(
            f"{name} {last[name]:.3f}"
            for name in ("loss", "val_loss", "accuracy", "val_accuracy")
            if name in last
        )
        content = picture("curves", f"Curves by epoch. After the last one: {told}.")
    facts = [[name.replace("_", " "), _plain(value)] for name, value in result.training.items()]
    content += table("The training", ["fact", "value"], facts) if facts else ""
    return [("training", "The training", content)] if content else []


def _plain(value: object) -> str:
    return f"{value:.4g}" if isinstance(value, float) else str(value)


def _measured(name: str, result: Result, figures: Mapping[str, Any], folder: Path) -> Section:
    """Leak, confusion, calibration and classes of a part."""
    anchor = "part-" + name.replace(" ", "-")
    part = result.parts[name]
    pictures = []
    if "confusion" in figures:
        plots.draw_confusion(folder, f"{anchor}-confusion", np.array(figures["confusion"]), result.classes)
        says = f"Confusion matrix: rows are true, columns told. {_main_confusion(figures, result.classes)}"
        pictures.append(picture(f"{anchor}-confusion", says, says))
    plots.draw_reliability(folder, f"{anchor}-calibration", figures["reliability"])
    says = (
        f"Reliability: claimed probabilities against what came true. The expected calibration error is "
        f"{figures['ece']:.3f}."
    )
    pictures.append(picture(f"{anchor}-calibration", says, says))
    rows = [
        [c, of["n"], percent(of["precision"]), percent(of["recall"]), f"{of['f1']:.3f}"]
        for c, of in figures["per_class"].items()
    ]
    classes = table(f"Classes, {name}", ["class", "sounds", "precision", "recall", "F1"], rows)
    return anchor, f"Measured: {name}", _leak(part) + row(*pictures) + classes


def _leak(part: Part) -> str:
    return paragraph(part.leak or "It is not known what of these sounds the model has heard in its training.")


def _main_confusion(figures: Mapping[str, Any], classes: Sequence[str]) -> str:
    confusion = np.array(figures["confusion"], np.float64)
    share = confusion / np.maximum(confusion.sum(axis=1, keepdims=True), 1.0)
    np.fill_diagonal(share, 0.0)
    true, told = np.unravel_index(share.argmax(), share.shape)
    if share[true, told] == 0.0:
        return "No sound was told wrong."
    return f"Most often {classes[true]} is told as {classes[told]} ({percent(share[true, told])})."


def _importances(result: Result, folder: Path) -> list[Section]:
    if not result.importances:
        return []
    plots.draw_importances(folder, "importances", result.importances)
    first = ", ".join(name for name, _ in result.importances[:5])
    return [("importances", "Which features matter", picture("importances", f"Bars. The greatest: {first}."))]


def _mistakes(mistakes: Sequence[Mistake], folder: Path) -> str:
    """The surest wrong answers, each to be played where its sound can be read."""
    if not mistakes:
        return paragraph("No measured sound was told wrong.")
    lead = paragraph(
        "The wrong answers that were the surest, at most ten seconds of each. The sounds stay under the "
        "licence of their corpus."
    )
    items = "".join(_mistake(i, mistake, folder) for i, mistake in enumerate(mistakes))
    return f'{lead}<ol class="sounds">{items}</ol>'


def _mistake(number: int, mistake: Mistake, folder: Path) -> str:
    name, true = f"mistake-{number + 1:02d}.wav", " and ".join(mistake.true)
    says = f"{mistake.sound.key}: {true}, told as {mistake.told}"
    player = (
        f'<audio controls preload="none" src="{name}" aria-label="{text(says)}"></audio>'
        if sounds.copy_sound(mistake.sound.path, folder / name)
        else paragraph("Its sound could not be read.", soft=True)
    )
    return (
        f"<li><strong>{text(true)}</strong>, told as <strong>{text(mistake.told)}</strong> "
        f"({percent(mistake.probability)}; {text(true)} {percent(mistake.true_probability)})<br>"
        f'<span class="soft">{text(mistake.part)}: <code>{text(mistake.sound.key)}</code></span>{player}</li>'
    )
