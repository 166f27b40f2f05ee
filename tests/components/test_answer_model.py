"""Ranking known questions: what is close wins, and answers on one topic do not compete."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from components.classifier.fits import Questions, whole
from components.classifier.model import AnswerModel, _from_arrays
from components.classifier.quick_scores import RARE
from tests.components.plain_kernel import similarities

NAMES = ["faq/benzos", "faq/what_are_benzos", "faq/cost"]
TOPICS = {"faq/benzos": ["benzos"], "faq/what_are_benzos": ["benzos"], "faq/cost": ["cost"]}
PLACES = {"faq/benzos": (1.0, 0.0), "faq/what_are_benzos": (0.9, 0.45), "faq/cost": (-1.0, 0.2)}


def unit(x: float, y: float) -> np.ndarray:
    vector = np.array([x, y], dtype=np.float32)
    return vector / np.linalg.norm(vector)


def fitted(topics: dict[str, list[str]]) -> AnswerModel:
    """A model of three answers, two of them close together, each with many questions around it."""
    chance = np.random.default_rng(1)
    names = [name for name in NAMES for _ in range(20)]
    vectors = np.stack([unit(*(np.array(PLACES[name]) + chance.normal(0, 0.5, 2))) for name in names])
    texts = [f"question {index % 20}" for index in range(len(names))]
    return AnswerModel.of(whole(Questions(texts, vectors, names)), topics=topics)


@pytest.fixture
def between() -> np.ndarray:
    """A question right between the two close answers."""
    return unit(0.95, 0.22)[None, :]


def test_two_answers_on_one_topic_do_not_lower_each_others_confidence(between: np.ndarray) -> None:
    together = fitted(TOPICS).rank(["question"], between)[0][0]
    apart = fitted({name: [name] for name in NAMES}).rank(["question"], between)[0][0]
    assert together.label == apart.label
    assert together.confidence > 2 * apart.confidence


def test_what_is_near_another_topic_is_ranked_there() -> None:
    assert fitted(TOPICS).rank(["question"], unit(-1.0, 0.2)[None, :])[0][0].label == "faq/cost"


def test_one_text_scores_as_it_does_among_many() -> None:
    model = fitted(TOPICS)
    texts = ["faq/cost 3", "cost", "", "?!", "nothing of this is known", "faq faq benzos 7"]
    vectors = np.stack([unit(*np.random.default_rng(at).normal(0, 1, 2)) for at in range(len(texts))])
    together = model.rank(texts, vectors)
    for at in range(6):
        (alone,) = model.rank(texts[at : at + 1], vectors[at : at + 1])
        assert {c.label for c in alone} == set(NAMES)
        by_label = {candidate.label: candidate for candidate in together[at]}
        for candidate in alone:
            assert candidate.confidence == pytest.approx(by_label[candidate.label].confidence, abs=1e-4)
            assert candidate.nearest == pytest.approx(by_label[candidate.label].nearest, abs=1e-5)


def test_terms_of_many_questions_score_as_terms_of_few_do() -> None:
    """What is summed up before and what is added up with the message come to the same kernel."""
    chance = np.random.default_rng(5)
    words = [f"word{number}" for number in range(40)]
    texts = [" ".join(["every", *chance.choice(words, 4)]) for _ in range(3 * RARE)]
    vectors = chance.normal(size=(len(texts), 6)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    names = [f"faq/{number % 3}" for number in range(len(texts))]
    model = AnswerModel.of(whole(Questions(texts, vectors, names)), topics={})
    asked = ["every word3 word7", "word3", "nothing known"]
    _, scores = model._quick.of(asked, vectors[:3])
    spelled = model._spelling.of(asked)
    known = _from_arrays(model._arrays)
    expected = similarities(vectors[:3] @ vectors.T, spelled, known) @ model._arrays["weights"]
    np.testing.assert_allclose(scores, expected, atol=1e-3)


def test_a_model_that_was_saved_ranks_as_before(tmp_path: Path) -> None:
    model = fitted(TOPICS)
    model.save(tmp_path)
    loaded = AnswerModel.load(tmp_path)
    vectors = np.stack([unit(0.3, 0.9), unit(-1.0, 0.0)])
    for before, after in zip(
        model.rank(["question 3", "?"], vectors), loaded.rank(["question 3", "?"], vectors), strict=True
    ):
        assert [each.label for each in after] == [each.label for each in before]
        assert [each.confidence for each in after] == pytest.approx([each.confidence for each in before])
    assert loaded.nearest(vectors[1], 3) == model.nearest(vectors[1], 3)


def test_a_handful_of_clear_questions_is_fitted_too() -> None:
    names = ["faq/cost"] * 3 + ["faq/benzos"] * 3
    vectors = np.stack([unit(*PLACES[name]) for name in names])
    texts = ["what does it cost", "cost", "the cost", "what are benzos", "benzos", "my benzos"]
    model = AnswerModel.of(whole(Questions(texts, vectors, names)), topics={})
    near, far = (model.rank(["cost"], vector[None, :])[0][0] for vector in (vectors[0], -vectors[3]))
    assert near.label == "faq/cost"
    assert near.confidence > 0.5
    assert far.confidence < near.confidence
