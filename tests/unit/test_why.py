# SPDX-License-Identifier: MIT
"""What spoke for an answer, with a model that is known to listen to some places, and with the bundled one."""

import time
from dataclasses import replace

import numpy as np
import pytest
import soundfile
from view_sources import MelSource

from desktop_app.assets import bundled
from desktop_app.domain.frames import Scores
from desktop_app.domain.labels import FAMILIES, NOT_AN_INSTRUMENT
from desktop_app.dsp.features import mel_edges_hz, mel_spectrogram_db
from desktop_app.dsp.spec import DEFAULT_SPEC
from desktop_app.ml.classifier import ModelTraits, NetworkClassifier, Thresholds
from desktop_app.ml.manifest import load_classifier
from desktop_app.ml.why import attack_frame, explain, regions
from desktop_app.pipeline.decision import Decision, explain_at, windows_in
from desktop_app.pipeline.engine import AnalysisEngine
from desktop_app.pipeline.excerpt import cut
from desktop_app.ui.views.why_words import region_words, why_title, why_words

AMPLE_S = 60.0
SHAPE = (DEFAULT_SPEC.n_mels, 100)
FLUTE, REED = FAMILIES.index("flute"), FAMILIES.index("reed")


class Listener:
    """Hears a flute by some bands from frame 8 on, and a reed by higher ones from frame 20 on."""

    def __init__(self, pause_s: float = 0.0) -> None:
        self.pause_s, self.n_asked = pause_s, 0

    def run(self, windows: np.ndarray) -> dict[str, np.ndarray]:
        time.sleep(self.pause_s * len(windows))
        self.n_asked += len(windows)
        logits = np.zeros((len(windows), 12), np.float32)
        logits[:, FLUTE] = windows[:, 40:56, 8:20, 0].mean(axis=(1, 2)) / 10.0 + 5.0
        logits[:, REED] = windows[:, 80:96, 20:30, 0].mean(axis=(1, 2)) / 10.0 + 5.0
        return {
            "family": logits,
            "source": np.zeros((len(windows), 3)),
            "pitch": np.zeros((len(windows), 88)),
        }


def classifier(pause_s: float = 0.0) -> NetworkClassifier:
    traits = ModelTraits("listener", DEFAULT_SPEC, SHAPE[1], Thresholds(0.9, 0.5, 0.5), 1.0)
    return NetworkClassifier(traits, Listener(pause_s))


def window() -> np.ndarray:
    """Loud everywhere from frame 8 on."""
    mel_db = np.full(SHAPE, -30.0, np.float32)
    mel_db[:, :8] = -90.0
    return mel_db


def decision(label: str = "flute") -> Decision:
    explanation = explain(classifier(), window(), label, budget_s=AMPLE_S)
    return Decision(explanation, 2.0, 3.0, tuple(regions(explanation, DEFAULT_SPEC)), DEFAULT_SPEC)


def test_finds_what_the_model_listens_to() -> None:
    told = decision()
    [flute, *rest] = [region for region in told.regions if region.speaks_for]
    assert not rest
    assert flute.cells[40:56, 8:20].all()
    assert flute.cells.sum() <= 16 * 12 * 1.5
    edges = mel_edges_hz(DEFAULT_SPEC)
    assert flute.low_hz == pytest.approx(edges[40])
    assert flute.high_hz == pytest.approx(edges[57])
    assert flute.share > 0.9
    against = [region for region in told.regions if not region.speaks_for]
    assert against
    assert all(region.cells[80:96].any() and not region.cells[:76].any() for region in against)


def test_says_it_in_words() -> None:
    told = decision()
    assert why_title(told).startswith("Flute with ")
    assert why_title(told).endswith(" % from 0:02.00 to 0:03.00")
    low, high = (mel_edges_hz(DEFAULT_SPEC)[i] for i in (40, 57))
    words = why_words(told)
    assert words.startswith(
        f"What told it: {round(low / 50) * 50:,}–{round(high / 100) * 100:,} Hz in the first 120 ms"
    )
    assert "Against it spoke" in words
    assert "120 to 220 ms after the attack" in words


@pytest.mark.parametrize(
    ("attack", "frames", "words"),
    [
        (8, (0, 8), "just before the attack"),
        (8, (0, 100), "all along"),
        (8, (20, 100), "from 120 ms after the attack on"),
        (None, (15, 45), "from 0:02.15 to 0:02.45"),
        (None, (0, 45), "in the first 450 ms"),
    ],
)
def test_times_in_words(attack: int | None, frames: tuple[int, int], words: str) -> None:
    told = decision()
    explanation = replace(told.explanation, attack_frame=attack)
    region = replace(told.regions[0], start_frame=frames[0], end_frame=frames[1])
    assert region_words(region, replace(told, explanation=explanation)).endswith(f" Hz {words}")


def test_silence_has_no_parts() -> None:
    explanation = explain(classifier(), np.full(SHAPE, -90.0, np.float32), "flute")
    assert regions(explanation, DEFAULT_SPEC) == []
    nothing = Decision(explanation, 0.0, 1.0, (), DEFAULT_SPEC)
    assert why_words(nothing) == "No single part of the sound told it: the whole did."


def test_the_attack_is_where_it_gets_loud() -> None:
    assert attack_frame(window()) == pytest.approx(8, abs=1)
    assert attack_frame(np.full(SHAPE, -30.0, np.float32)) == 0


def test_padding_tells_nothing() -> None:
    explanation = explain(classifier(), window(), "flute", n_frames=30)
    assert explanation.frame_edges[-1] == 30
    assert all(region.end_frame <= 30 for region in regions(explanation, DEFAULT_SPEC))


def test_a_slow_model_is_asked_less() -> None:
    quick, slow = classifier(), classifier(0.004)
    explain(quick, window(), "flute", budget_s=AMPLE_S)
    began_s = time.perf_counter()
    explain(slow, window(), "flute")
    assert time.perf_counter() - began_s < 0.5
    assert slow._network.n_asked < 2 * quick._network.n_asked / 3


def test_unknown_labels_are_refused() -> None:
    with pytest.raises(ValueError, match="kazoo"):
        explain(classifier(), window(), "kazoo")


@pytest.fixture(scope="module")
def demo() -> np.ndarray:
    y, sr = soundfile.read(str(bundled("resources", "demo") / "four_friends.flac"), dtype="float32")
    import soxr

    return soxr.resample(y, sr, DEFAULT_SPEC.sr).astype(np.float32)[: 5 * DEFAULT_SPEC.sr]


def test_the_window_of_an_answer_is_found_again_and_its_parts_carry_it(demo: np.ndarray) -> None:
    model = load_classifier()
    engine = AnalysisEngine(classifier=model, with_notes=False)
    scores = [event for event in [*engine.push(demo), *engine.flush()] if isinstance(event, Scores)]
    last = {score.start_s: score for score in scores}
    source = MelSource(mel_spectrogram_db(demo, DEFAULT_SPEC))
    found = windows_in(cut(source, None), model)
    assert [w.start_frame * 0.01 for w in found] == pytest.approx(list(last), abs=0.021)
    score = last[min(last, key=lambda start_s: abs(start_s - 3.0))]
    label = FAMILIES[int(score.family.argmax())]
    told = explain_at(model, cut(source, score.start_s + 0.1), score.start_s + 0.1, label)
    assert told is not None
    assert told.start_s == pytest.approx(score.start_s, abs=0.021)
    joint = float(score.family.max() * (1 - score.not_an_instrument))
    assert told.explanation.probability == pytest.approx(joint, abs=0.05)
    assert any(region.speaks_for for region in told.regions)


def test_silence_and_the_whole(demo: np.ndarray) -> None:
    model = load_classifier()
    mel_db = mel_spectrogram_db(np.concatenate((demo, np.zeros(64_000, np.float32))), DEFAULT_SPEC)
    source = MelSource(mel_db)
    assert explain_at(model, cut(source, 8.0), 8.0, None) is None
    whole = explain_at(model, cut(source, None), None, "flute")
    assert whole is not None
    assert whole.explanation.label == "flute"
    refused = explain_at(model, cut(source, None), None, NOT_AN_INSTRUMENT)
    assert refused is not None
    assert refused.explanation.probability < whole.explanation.probability
