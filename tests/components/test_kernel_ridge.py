"""Half the matrix, in panels and in place, gives what the whole one would in double precision."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from scipy import sparse

from components.classifier import kernel_ridge, similarities
from components.classifier.fits import RIDGE
from components.classifier.similarities import AmongThemselves
from components.classifier.tfidf import Spelling
from tests.components.plain_kernel import similarities as plain

PANELS = (1, 2, 3)  # full ones, and one more that is not


@pytest.fixture(autouse=True)
def small_panels(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kernel_ridge, "PANEL_COLUMNS", 40)
    monkeypatch.setattr(similarities, "BLOCK_ROWS", 16)
    monkeypatch.setattr(similarities, "COMMON_TERMS", 5)


def questions(count: int) -> tuple[np.ndarray, sparse.csr_matrix]:
    """Unit vectors and spellings of so many questions, some of them alike."""
    vectors = np.random.default_rng(count).normal(size=(count, 6)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    return vectors, Spelling.fit([f"question {number % 7} of {number % 11}" for number in range(count)])[1]


def whole_matrix(count: int) -> np.ndarray:
    vectors, spelled = questions(count)
    return plain(vectors @ vectors.T, spelled, spelled)


@pytest.mark.parametrize("count", [3, *(40 * panels + more for panels in PANELS for more in (0, 1, 17))])
def test_weights_and_scores_as_if_not_taught_are_those_of_a_plain_inverse(count: int) -> None:
    targets = np.eye(3, dtype=np.float32)[np.random.default_rng(count).integers(0, 3, count)]
    inverse = np.linalg.inv(whole_matrix(count) + RIDGE * np.eye(count))
    expected = inverse @ targets
    solution = kernel_ridge.solve(AmongThemselves(*questions(count)), targets, ridge=RIDGE)
    np.testing.assert_allclose(solution.weights, expected, atol=1e-3)
    as_if_not_taught = targets - expected / np.diag(inverse)[:, None]
    np.testing.assert_allclose(solution.left_out(targets), as_if_not_taught, atol=1e-4)


@pytest.mark.parametrize("count", [3, 40, 97])
def test_a_factor_that_was_written_down_solves_later_what_it_solves_now(count: int, tmp_path: Path) -> None:
    targets = np.random.default_rng(count).normal(size=(count, 3)).astype(np.float32)
    with (tmp_path / "factor").open("wb") as file:
        kernel_ridge.solve(AmongThemselves(*questions(count)), targets, ridge=RIDGE, keep=file)
    factor = kernel_ridge.KeptFactor(tmp_path / "factor", count)
    expected = np.linalg.solve(whole_matrix(count) + RIDGE * np.eye(count), targets)
    np.testing.assert_allclose(kernel_ridge.divided(targets, factor), expected, atol=1e-3)
    with pytest.raises(ValueError, match="not the factor of"):
        kernel_ridge.KeptFactor(tmp_path / "factor", count + 1)


@pytest.mark.parametrize(("first", "end"), [(0, 40), (40, 80), (80, 97)])
def test_columns_are_those_of_the_whole_matrix_from_the_diagonal_down(first: int, end: int) -> None:
    made = AmongThemselves(*questions(97))(first, end)
    np.testing.assert_allclose(made, whole_matrix(97)[first:, first:end], atol=1e-5)


def test_what_cannot_be_solved_is_said() -> None:
    def opposite(first: int, end: int) -> np.ndarray:
        return -np.eye(3, dtype=np.float32)[first:, first:end].copy()

    with pytest.raises(ArithmeticError):
        kernel_ridge.solve(opposite, np.eye(3, dtype=np.float32), ridge=RIDGE)
