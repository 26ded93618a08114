# SPDX-License-Identifier: MIT
"""Figures and calibration on answers that are made up."""

import numpy as np
import pytest
from store_maker import answers, item, store

from desktop_app.ml.classifier import Prediction, Thresholds
from desktop_app.training.classifier.calibrate import CalibrationSettings, fit_temperature, fit_thresholds
from desktop_app.training.classifier.evaluate import figures, table
from desktop_app.training.classifier.evaluate_answers import answer_store

LIMITS = Thresholds(0.9, 0.5, 0.5)
NONE = 11


def test_balanced_counts_families_alike():
    rows = [(0, 0, 0.95, 0.0)] * 8 + [(1, 0, 0.95, 0.0)] * 2
    told = figures(answers(rows), LIMITS)
    assert told["plain"] == pytest.approx(0.8)
    assert told["balanced"] == pytest.approx(0.5)
    assert told["confusions"] == [["brass", "bass", 1.0]]
    assert told["families"]["bass"] == {"n": 8, "right": 1.0}
    low, high = told["balanced_interval"]
    assert low <= 0.5 <= high


def test_states_and_refusals():
    rows = [
        (0, 0, 0.95, 0.0),
        (0, 1, 0.95, 0.0),
        (0, 0, 0.6, 0.0),
        (0, 0, 0.3, 0.0),
        (0, 0, 0.95, 0.9),
        (NONE, 2, 0.95, 0.1),
        (NONE, 2, 0.95, 0.8),
    ]
    told = figures(answers(rows), LIMITS)
    assert told["n"] == 5
    assert told["states"]["sure"] == {"coverage": pytest.approx(3 / 7), "precision": pytest.approx(1 / 3)}
    assert told["states"]["maybe"] == {"coverage": pytest.approx(1 / 7), "precision": 1.0}
    none = told["not_an_instrument"]
    assert none == {"n": 2, "cannot_tell": 0.5, "called_sure": 0.5, "instruments_refused": pytest.approx(0.2)}


def test_the_table_has_a_column_for_each_set():
    told = figures(answers([(0, 0, 0.95, 0.0), (NONE, 2, 0.95, 0.8)]), LIMITS)
    lines = table({"these": told, "those": told}).splitlines()
    assert lines[0] == "| | these | those |"
    assert all(line.count("|") == 4 for line in lines)
    assert "| right, balanced | 100.0 % | 100.0 % |" in lines
    assert "| mallet | – | – |" in lines


def test_without_instruments_there_are_no_shares():
    told = figures(answers([(NONE, 2, 0.95, 0.8)]), LIMITS)
    assert told["n"] == 0
    assert told["balanced"] is None
    assert told["confusions"] == []


def overconfident(n=2000, confidence=0.95, right=0.7):
    rng = np.random.default_rng(0)
    return answers([(0, 0 if rng.random() < right else 1, confidence, 0.0) for _ in range(n)])


def test_an_overconfident_model_is_cooled():
    assert fit_temperature([overconfident(confidence=0.99)]) > 1.3
    assert fit_temperature([overconfident(confidence=0.55, right=0.9)]) < 0.8


def test_sure_keeps_its_promise_on_every_kind():
    rng = np.random.default_rng(1)

    def kind(bias):
        confidence = rng.uniform(0.2, 1.0, 4000)
        return answers([(0, 0 if rng.random() < c - bias else 1, float(c), 0.0) for c in confidence])

    kinds = [kind(0.0), kind(0.03)]
    limits = fit_thresholds(kinds, CalibrationSettings(sure_right=0.9, maybe_right=0.5))
    assert 0.0 < limits.maybe < limits.sure < 1.0
    for told in kinds:
        assert figures(told, limits)["states"]["sure"]["precision"] >= 0.9


def test_few_instruments_are_refused():
    rows = [(0, 0, 0.9, none) for none in np.linspace(0.0, 0.6, 500)]
    limits = fit_thresholds([answers(rows)], CalibrationSettings(instruments_refused=0.05))
    assert figures(answers(rows), limits)["not_an_instrument"]["instruments_refused"] <= 0.05


class Loudest:
    """Hears the family from the loudest band."""

    spec = store([item()]).spec

    def predict(self, mel_db):
        n = mel_db.shape[0]
        band = mel_db.mean(axis=2).argmax(axis=1)
        family = np.eye(11, dtype=np.float32)[np.minimum(band // 10, 10)]
        none = (band >= 120).astype(np.float32)
        return Prediction(
            family, none, np.full((n, 3), 1 / 3, np.float32), np.full((n, 88), 1 / 88, np.float32)
        )


def test_a_store_is_answered_item_by_item():
    items = [item("bass"), item("vocal"), item("not_an_instrument", source=None, midi=None), item("reed")]
    chosen = np.array([True, True, True, False])
    told = answer_store(Loudest(), store(items, rows_each=3), chosen)
    assert told.items == items[:3]
    np.testing.assert_array_equal(told.told.family.argmax(axis=1)[:2], [0, 10])
    np.testing.assert_allclose(told.told.not_an_instrument, [0, 0, 1], atol=1e-4)
