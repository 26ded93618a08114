# SPDX-License-Identifier: MIT
"""Stretches of one family, and how neighbours become one."""

from __future__ import annotations

from desktop_app.domain.analysis import FamilySpan, FamilyVerdict


def span_of(verdict: FamilyVerdict, start_s: float, end_s: float) -> FamilySpan:
    """A verdict about a stretch of time."""
    return FamilySpan(
        start_s,
        end_s,
        None if verdict.state == "cannot_tell" else verdict.label,
        verdict.confidence,
        verdict.state,
        verdict.probabilities,
        verdict.not_an_instrument,
    )


def is_same_answer(one: FamilySpan, other: FamilySpan) -> bool:
    """Whether two stretches say the same, however sure they are."""
    return (one.label, one.verdict.is_refused) == (other.label, other.verdict.is_refused)


def joined(before: FamilySpan, after: FamilySpan) -> FamilySpan:
    """Two neighbours as one: probabilities are means over time, and the longer one tells how sure it is."""
    before_s, after_s = before.end_s - before.start_s, after.end_s - after.start_s
    share = after_s / (before_s + after_s)

    def mean(old: float, new: float) -> float:
        return (1.0 - share) * old + share * new

    return FamilySpan(
        before.start_s,
        after.end_s,
        before.label,
        mean(before.confidence, after.confidence),
        before.state if share < 0.5 else after.state,
        {name: mean(p, after.probabilities.get(name, 0.0)) for name, p in before.probabilities.items()},
        mean(before.not_an_instrument, after.not_an_instrument),
    )
