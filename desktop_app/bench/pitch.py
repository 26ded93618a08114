# SPDX-License-Identifier: MIT
"""How right the pitch is, how soon, and what it costs, beside the peers that are installed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

import numpy as np

from desktop_app.bench import latency
from desktop_app.bench.cases import HEARD_S, Case, read_cases, read_recordings
from desktop_app.bench.comparison import Options, compare, speed
from desktop_app.bench.estimators import Estimator
from desktop_app.bench.made import made_contours, made_notes
from desktop_app.bench.report import Figure, Report
from desktop_app.bench.scores import need_mir_eval, pitch_accuracy, score_single_notes, single_pitch
from desktop_app.domain.labels import MIDI_MAX, MIDI_MIN
from desktop_app.dsp.spec import DEFAULT_SPEC

_ATTACK_S: Final = 0.03
_TIMED_S: Final = (5, 15)
_REGISTERS: Final = ((MIDI_MIN, 40), (41, 59), (60, 75), (76, 89), (90, MIDI_MAX))
_REGISTER_TARGETS: Final = {MIDI_MIN: 99.4, 90: 97.0}


def run(options: Options) -> Report:
    """Single notes, contours, the time to the right pitch, throughput; or recordings of single notes.

    Raises
    ------
    RightInTuneError
        When cases, recordings, mir_eval or a peer asked for by name are missing.
    """
    notes: list[Case] = []
    contours: list[Case] = []
    if options.with_cases:
        notes = read_cases(options.cases, "notes") if options.cases else made_notes()
        contours = _contours(options)
    if contours:
        need_mir_eval()
    recordings = list(_recordings(options))[:: options.every]

    def measure(estimator: Estimator) -> list[Figure]:
        figures: list[Figure] = []
        if notes:
            some = notes[:: options.every]
            figures += _single_notes(estimator, some, with_detail=options.with_detail)
            figures += _time_to_right_pitch(estimator, notes, with_detail=options.with_detail)
        if contours:
            figures += _contour_figures(estimator, contours, with_detail=options.with_detail)
        timed = contours[_timed_contour(contours)] if contours else (notes or recordings)[0]
        if recordings:
            figures += _recorded_notes(estimator, recordings)
        return [*figures, _throughput(estimator, timed)]

    counts = {"n_notes": len(notes), "n_contours": len(contours), "n_recordings": len(recordings)}
    counts["never_ms"] = round(latency.NEVER_MS)
    return compare("pitch", measure, options, counts)


def _contours(options: Options) -> list[Case]:
    if options.cases is None:
        return made_contours()
    is_only_notes = (options.cases / "truth.json").is_file()
    return [] if is_only_notes else read_cases(options.cases, "contour")


def _recordings(options: Options) -> Iterable[Case]:
    """Single notes, of which 1.5 s from the onset are heard."""
    for case in read_recordings(options.corpus, of_music=True) if options.corpus else ():
        y = case.y[: int((case.notes[0][0] + HEARD_S) * DEFAULT_SPEC.sr)]
        yield Case(case.name, y, case.notes, labels=case.labels)


def _single_notes(estimator: Estimator, cases: Sequence[Case], *, with_detail: bool) -> list[Figure]:
    true, told = _answers(estimator, cases)
    score = score_single_notes(true, told)
    figures = [
        _share("single notes right", score.right, 99.5),
        Figure("single notes an octave off", score.octave_errors, "%", target=0.3),
        Figure("single notes without pitch", score.none, "%"),
        Figure("cents off, median", score.cents_median, "cents", target=0.8),
        Figure("cents off, p95", score.cents_p95, "cents", target=4.0),
    ]
    for low, high in _REGISTERS:
        rows = [i for i, midi in enumerate(true) if low <= midi <= high]
        if rows:
            right = score_single_notes([true[i] for i in rows], [told[i] for i in rows]).right
            figures.append(_share(f"MIDI {low}-{high} right", right, _REGISTER_TARGETS.get(low)))
    return [*figures, *_by_label(cases, true, told, "single notes right")] if with_detail else figures


def _answers(estimator: Estimator, cases: Sequence[Case]) -> tuple[list[float], list[float | None]]:
    """True and told MIDI number of each single note."""
    true = [case.notes[0][2] for case in cases]
    return true, [single_pitch(estimator.f0(case.y), case.notes[0][0] + _ATTACK_S) for case in cases]


def _by_label(
    cases: Sequence[Case], true: Sequence[float], told: Sequence[float | None], what: str
) -> list[Figure]:
    """The share of right ones for each value of each label."""
    rows: defaultdict[tuple[str, str], list[int]] = defaultdict(list)
    for i, case in enumerate(cases):
        for label in case.labels.items():
            rows[label].append(i)
    shares: Mapping[tuple[str, str], float] = {
        label: score_single_notes([true[i] for i in chosen], [told[i] for i in chosen]).right
        for label, chosen in rows.items()
    }
    return [
        _share(f"{what}, {key} {value} ({len(rows[key, value])})", shares[key, value])
        for key, value in sorted(rows)
    ]


def _recorded_notes(estimator: Estimator, cases: Sequence[Case]) -> list[Figure]:
    true, told = _answers(estimator, cases)
    score = score_single_notes(true, told)
    return [
        _share("recorded notes right", score.right),
        Figure("recorded notes an octave off", score.octave_errors, "%"),
        Figure("recorded notes without pitch", score.none, "%"),
        *_by_label(cases, true, told, "recorded notes right"),
    ]


def _contour_figures(estimator: Estimator, cases: Sequence[Case], *, with_detail: bool) -> list[Figure]:
    shares = [pitch_accuracy(case.times_s, case.f0_hz, estimator.f0(case.y)) for case in cases]
    figures = [
        _share("contour, raw pitch accuracy, mean", float(np.mean(shares)), 99.0),
        _share("contour, raw pitch accuracy, worst", min(shares), 98.0),
    ]
    named = [
        _share(f"contour {case.labels.get('contour', case.name)}", share)
        for case, share in zip(cases, shares, strict=True)
    ]
    return [*figures, *named] if with_detail else figures


def _time_to_right_pitch(estimator: Estimator, cases: Sequence[Case], *, with_detail: bool) -> list[Figure]:
    chosen = latency.pick(cases)
    if not chosen:
        return []
    delays = latency.delays_ms(estimator, chosen)
    whole = latency.summary(delays)
    figures = [
        Figure("time to the right pitch, median", whole.median_ms, "ms"),
        Figure("time to the right pitch, p90", whole.p90_ms, "ms", target=40.0),
        Figure("never the right pitch within 0.5 s", whole.never, "%", target=0.0),
    ]
    for name, low, high in latency.REGISTERS if with_detail else (latency.LOW,):
        ms = [d for d, case in zip(delays, chosen, strict=True) if low <= case.notes[0][2] <= high]
        if ms:
            part = latency.summary(ms)
            target = 70.0 if name == latency.LOW[0] else None
            figures.append(Figure(f"time to the right pitch, {name}, median", part.median_ms, "ms"))
            figures.append(Figure(f"time to the right pitch, {name}, p90", part.p90_ms, "ms", target=target))
    return [*figures, *_delays_by_instrument(delays, chosen)] if with_detail else figures


def _delays_by_instrument(delays: Sequence[float], cases: Sequence[Case]) -> list[Figure]:
    rows: defaultdict[str, list[float]] = defaultdict(list)
    for delay, case in zip(delays, cases, strict=True):
        rows[case.labels.get("inst") or case.labels.get("timbre", "unknown")].append(delay)
    return [
        Figure(f"time to the right pitch, {name} ({len(ms)}), p90", latency.summary(ms).p90_ms, "ms")
        for name, ms in sorted(rows.items())
    ]


def _timed_contour(cases: Sequence[Case]) -> int:
    """The contour that is not transposed."""
    labels = [case.labels.get("contour", "") for case in cases]
    return labels.index("+0 rich") if "+0 rich" in labels else 0


def _throughput(estimator: Estimator, case: Case) -> Figure:
    sr = DEFAULT_SPEC.sr
    y = case.y[_TIMED_S[0] * sr : _TIMED_S[1] * sr] if case.duration_s > _TIMED_S[1] else case.y
    return Figure(
        "throughput, pitch only", speed(estimator.f0, y, sr), "x real time", target=200.0, better="more"
    )


def _share(what: str, value: float, target: float | None = None) -> Figure:
    return Figure(what, value, "%", target=target, better="more")
