"""A fit that is moved on to a few other questions is the one that solving anew would give."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from components.classifier import kernel_ridge
from components.classifier.fits import RIDGE, Fit, Questions, targets_of, whole
from components.classifier.incremental import change, moved_on
from components.classifier.kernel_ridge import KeptFactor
from components.classifier.model import AnswerModel
from components.classifier.nearest import nearest_other
from tests.components.plain_kernel import similarities
from tests.components.taught_by_chance import of, taught, together

COUNT = 97
OLD = taught(COUNT)
NEW = taught(7, seed=2, words=["entirely", "other", "word3", "word4"])


def renamed(questions: Questions, name: str) -> Questions:
    return questions._replace(names=[name] * len(questions.names))


CHANGES: dict[str, Questions] = {
    "some come": together(OLD, NEW),
    "some go": of(OLD, [at for at in range(COUNT) if at % 9]),
    "some come and some go": together(NEW, of(OLD, list(range(20, COUNT)))),
    "one moves to another class": together(of(OLD, list(range(1, COUNT))), renamed(of(OLD, [0]), "faq/3")),
    "all in another order": of(OLD, list(reversed(range(COUNT)))),
    "nothing changes": OLD,
    "a new class of one question": together(OLD, renamed(of(NEW, [0]), "faq/new")),
    "a class goes": of(OLD, [at for at in range(COUNT) if OLD.names[at] != "faq/2"]),
    "a class is left with one question": of(
        OLD, [at for at in range(COUNT) if OLD.names[at] != "faq/2" or at == OLD.names.index("faq/2")]
    ),
}


@pytest.fixture(autouse=True)
def small_panels(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kernel_ridge, "PANEL_COLUMNS", 40)


@pytest.fixture
def move(tmp_path: Path) -> Callable[[Questions, Questions], Fit]:
    """Fit the old questions wholly, and move on to those wanted."""

    def made(old: Questions, wanted: Questions) -> Fit:
        with (tmp_path / "factor").open("wb") as file:
            fit = whole(old, keep=file)
        factor = KeptFactor(tmp_path / "factor", len(old.texts))
        return moved_on(fit, factor, wanted, change(old, wanted))

    return made


@pytest.mark.parametrize("name", CHANGES)
def test_a_fit_moved_on_is_solved_as_if_anew(name: str, move: Callable[[Questions, Questions], Fit]) -> None:
    wanted = CHANGES[name]
    moved = move(OLD, wanted)
    assert moved.questions is wanted
    kernel = similarities(wanted.vectors @ wanted.vectors.T, moved.spelled, moved.spelled)
    inverse = np.linalg.inv(kernel + RIDGE * np.eye(len(wanted.texts)))
    expected = inverse @ targets_of(moved.classes, len(moved.labels))
    np.testing.assert_allclose(moved.solution.weights, expected, atol=2e-3)
    np.testing.assert_allclose(moved.solution.diagonal, np.diag(inverse), rtol=1e-3)
    nearest = nearest_other(wanted.vectors, moved.classes, range(len(moved.labels)))
    np.testing.assert_allclose(moved.nearest, nearest, atol=1e-6)


@pytest.mark.parametrize("name", CHANGES)
def test_what_stays_is_spelled_as_before_and_what_is_new_as_it_will_be_asked(
    name: str, move: Callable[[Questions, Questions], Fit]
) -> None:
    moved = move(OLD, CHANGES[name])
    asked = moved.spelling.of(moved.questions.texts)
    np.testing.assert_allclose(moved.spelled.toarray(), asked.toarray(), atol=1e-5)


def test_words_that_only_the_new_questions_have_count(move: Callable[[Questions, Questions], Fit]) -> None:
    moved = move(OLD, together(OLD, renamed(NEW, "faq/new")))
    meaning_nothing = np.zeros((1, 6), dtype=np.float32)
    (ranked,) = AnswerModel.of(moved, topics={}).rank(["entirely other"], meaning_nothing)
    assert ranked[0].label == "faq/new"


def test_questions_of_another_encoder_are_all_new() -> None:
    turned = OLD._replace(vectors=np.roll(OLD.vectors, 1, axis=1))
    assert change(OLD, turned).size == 2 * COUNT


def test_a_question_taught_twice_leaves_once() -> None:
    twice = together(OLD, of(OLD, [3]))
    to = change(twice, OLD)
    assert (to.size, len(to.gone), to.new.size) == (1, 1, 0)
