# SPDX-License-Identifier: MIT
"""What is measured is what the program answers."""

import numpy as np
import pytest
import soundfile
from store_maker import SR, item

from desktop_app.domain.frames import Scores
from desktop_app.ml import load_classifier
from desktop_app.pipeline.engine import AnalysisEngine
from desktop_app.pipeline.summary import family_verdict, final_scores
from desktop_app.training.classifier.evaluate_answers import answer_recordings


def phrase(n_notes: int, seconds: float) -> np.ndarray:
    time_s = np.arange(int(seconds * SR)) / SR
    notes = [
        0.3 * np.exp(-2.0 * time_s) * np.sign(np.sin(2 * np.pi * 220.0 * 2 ** (k / 4) * time_s))
        for k in range(n_notes)
    ]
    return np.concatenate([np.zeros(SR // 3), *notes]).astype(np.float32)


@pytest.mark.parametrize(("n_notes", "seconds"), [(1, 3.0), (5, 0.6), (1, 0.08)])
def test_the_answer_is_the_engines(tmp_path, n_notes, seconds):
    y = phrase(n_notes, seconds)
    path = tmp_path / "phrase.wav"
    soundfile.write(path, y, SR, subtype="FLOAT")
    classifier = load_classifier("rf_mean_mfcc")
    engine = AnalysisEngine(classifier=classifier, with_notes=False)
    events = [*engine.push(y), *engine.flush()]
    scores = final_scores([event for event in events if isinstance(event, Scores)])
    verdict = family_verdict(scores, classifier.thresholds)
    told = answer_recordings(classifier, [item(path=path)]).told
    np.testing.assert_allclose(told.family[0], list(verdict.probabilities.values()), atol=1e-4)
    assert told.not_an_instrument[0] == pytest.approx(verdict.not_an_instrument, abs=1e-4)


def test_silence_is_no_instrument(tmp_path):
    path = tmp_path / "silence.wav"
    soundfile.write(path, np.zeros(SR), SR)
    answers = answer_recordings(load_classifier("rf_mean_mfcc"), [item(path=path)])
    assert answers.told.not_an_instrument[0] == 1.0
