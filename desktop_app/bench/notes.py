# SPDX-License-Identifier: MIT
"""How right the notes are, what they cost, and whether there are none where none is played."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain
from pathlib import Path
from typing import Any, Final

import numpy as np

from desktop_app.bench.cases import Case, Kind, read_cases, read_recordings
from desktop_app.bench.comparison import Options, compare, speed
from desktop_app.bench.estimators import Estimator
from desktop_app.bench.made import made_contours, made_melodies, made_pieces
from desktop_app.bench.quiet import has_speech, quiet_sounds
from desktop_app.bench.report import Figure, Report
from desktop_app.bench.scores import NoteF1, need_mir_eval, note_f1, pitch_accuracy, quiet_share
from desktop_app.domain.frames import Float32Array
from desktop_app.domain.pitch import midi_to_hz
from desktop_app.dsp.spec import DEFAULT_SPEC

_ATTACK_S: Final = 0.03
_TIMED_S: Final = 10
_QUIET_TARGETS: Final = {
    "silence": 97.0,
    "white noise": 97.0,
    "pink noise": 97.0,
    "speech": 90.0,
    "claps": 90.0,
}
# Targets of raw pitch accuracy, and of F with pitch, with the offset too, of the onset alone.
_MELODY_TARGETS: Final = {
    "melodies": (95.0, 90.0, 70.0, 90.0),
    "melodies at 10 dB": (91.0, 80.0, None, None),
}


def run(options: Options) -> Report:
    """Melodies, quiet sounds, throughput, pieces of several voices where asked for; or recordings.

    Raises
    ------
    RightInTuneError
        When cases, recordings, mir_eval or a peer asked for by name are missing.
    """
    need_mir_eval()
    melodies: dict[str, list[Case]] = {}
    pieces: list[Case] = []
    quiet: list[tuple[str, Float32Array]] = []
    single, other = (_recordings(options, of_music=of_music) for of_music in (True, False))
    if options.with_cases:
        melodies = {
            "melodies": _cases(options.cases, "mel"),
            "melodies at 10 dB": _cases(options.cases, "mel_noise10"),
        }
        pieces = _cases(options.cases, "poly") if options.with_poly else []
        quiet = list(quiet_sounds())
    timed = made_contours()[2].y[: _TIMED_S * DEFAULT_SPEC.sr]

    def measure(estimator: Estimator) -> list[Figure]:
        parts = [
            *(_melody_figures(estimator, name, cases, options) for name, cases in melodies.items()),
            _piece_figures(estimator, pieces, options),
            _quiet_figures(estimator, quiet),
            _recording_figures(estimator, single, other),
            [_throughput(estimator, timed)],
        ]
        return list(chain.from_iterable(parts))

    details: dict[str, Any] = {name: len(cases) for name, cases in melodies.items()}
    details |= {"pieces": len(pieces), "recordings": len(single) + len(other), "has_speech": has_speech()}
    return compare("notes", measure, options, details)


def _cases(folder: Path | None, kind: Kind) -> list[Case]:
    if folder is not None:
        return read_cases(folder, kind)
    return made_pieces() if kind == "poly" else made_melodies(with_noise=kind == "mel_noise10")


def _melody_figures(estimator: Estimator, name: str, cases: Sequence[Case], options: Options) -> list[Figure]:
    scores = [note_f1(case.notes, estimator.notes(case.y)) for case in cases]
    accuracies = [_melody_accuracy(estimator, case) for case in cases]
    accuracy, pitch, offset, onset = _MELODY_TARGETS[name]
    figures = [
        _share(f"{name}, raw pitch accuracy", float(np.mean(accuracies)), accuracy),
        *_note_figures(name, scores, pitch, offset),
        _share(f"{name}, onset alone F", float(np.mean([score.onset for score in scores])), onset),
    ]
    if options.with_detail:
        for case, share, score in zip(cases, accuracies, scores, strict=True):
            figures.append(_share(f"{name}, {case.name}, raw pitch accuracy", share))
            figures.append(_share(f"{name}, {case.name}, onset and pitch F", score.pitch))
            figures.append(_share(f"{name}, {case.name}, with offset F", score.offset))
    return figures


def _melody_accuracy(estimator: Estimator, case: Case) -> float:
    """Of the pitch line, from 30 ms after each onset until the key is up."""
    times_s = np.arange(0.0, case.duration_s - 0.02, DEFAULT_SPEC.hop_s)
    true_hz = np.zeros(times_s.size)
    for onset_s, offset_s, midi in case.notes:
        true_hz[(times_s >= onset_s + _ATTACK_S) & (times_s <= offset_s)] = midi_to_hz(midi)
    return pitch_accuracy(times_s, true_hz, estimator.f0(case.y))


def _piece_figures(estimator: Estimator, cases: Sequence[Case], options: Options) -> list[Figure]:
    if not cases or not estimator.is_polyphonic:
        return []
    scores = [note_f1(case.notes, estimator.notes_poly(case.y)) for case in cases]
    figures = _note_figures("several voices", scores, 68.0, 42.0)
    if options.with_detail:
        for case, score in zip(cases, scores, strict=True):
            figures.append(_share(f"several voices, {case.name}, onset and pitch F", score.pitch))
    return [*figures, _poly_throughput(estimator, cases[0])]


def _note_figures(
    name: str, scores: Sequence[NoteF1], pitch: float | None, offset: float | None
) -> list[Figure]:
    return [
        _share(f"{name}, onset and pitch F", float(np.mean([score.pitch for score in scores])), pitch),
        _share(f"{name}, with offset F", float(np.mean([score.offset for score in scores])), offset),
    ]


def _quiet_figures(estimator: Estimator, sounds: Sequence[tuple[str, Float32Array]]) -> list[Figure]:
    return [
        _share(
            f"{name}: seconds without a note",
            quiet_share(estimator.notes(y), y.size / DEFAULT_SPEC.sr),
            _QUIET_TARGETS[name],
        )
        for name, y in sounds
    ]


def _recordings(options: Options, *, of_music: bool) -> list[Case]:
    if options.corpus is None:
        return []
    return list(read_recordings(options.corpus, of_music=of_music))[:: options.every]


def _recording_figures(estimator: Estimator, single: Sequence[Case], other: Sequence[Case]) -> list[Figure]:
    """Whether a recording of one note gives one note, and a sound that is no instrument none."""
    told = [(estimator.notes(case.y), case.notes[0][2]) for case in single]
    is_one = [len(notes) == 1 for notes, _ in told]
    shares = {
        "recorded single notes: exactly one note": is_one,
        "recorded single notes: exactly one note, the right one": [
            one and round(notes[0][2]) == midi for one, (notes, midi) in zip(is_one, told, strict=True)
        ],
        "recorded sounds of no instrument: no note": [not estimator.notes(case.y) for case in other],
    }
    return [_share(what, 100.0 * float(np.mean(rows))) for what, rows in shares.items() if rows]


def _throughput(estimator: Estimator, y: Float32Array) -> Figure:
    times = speed(estimator.notes, y, DEFAULT_SPEC.sr)
    return Figure("throughput, with notes", times, "x real time", target=100.0, better="more")


def _poly_throughput(estimator: Estimator, case: Case) -> Figure:
    times = speed(estimator.notes_poly, case.y, DEFAULT_SPEC.sr)
    return Figure("throughput, several voices", times, "x real time", better="more")


def _share(what: str, value: float, target: float | None = None) -> Figure:
    return Figure(what, value, "%", target=target, better="more")
