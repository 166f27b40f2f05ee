"""A few changed questions are fitted from the whole fit before; many, or another mathematics, are not."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from components.classifier import fit_cache, fits
from components.classifier.fit_cache import KeptFit
from components.classifier.fits import Questions
from tests.components.taught_by_chance import of, taught, together

OLD = taught(60)
ONE_MORE = together(OLD, taught(1, seed=2))


@pytest.fixture
def fitted_wholly(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many questions each whole fit had; a fit is worth keeping however small it is."""
    counted: list[int] = []
    whole = fits.whole

    def counting(questions: Questions, **more: Any) -> fits.Fit:
        counted.append(len(questions.texts))
        return whole(questions, **more)

    monkeypatch.setattr(fits, "whole", counting)
    monkeypatch.setattr(fit_cache, "WORTH_KEEPING", 1)
    return counted


def test_one_more_question_needs_no_other_whole_fit(tmp_path: Path, fitted_wholly: list[int]) -> None:
    KeptFit(tmp_path, "a").fitted(OLD)
    moved = KeptFit(tmp_path, "a").fitted(ONE_MORE)
    assert fitted_wholly == [60]
    np.testing.assert_allclose(moved.solution.weights, fits.whole(ONE_MORE).solution.weights, atol=0.1)


def test_when_many_questions_changed_all_are_fitted_and_kept(
    tmp_path: Path, fitted_wholly: list[int]
) -> None:
    KeptFit(tmp_path, "a").fitted(OLD)
    KeptFit(tmp_path, "a").fitted(of(OLD, list(range(50))))
    KeptFit(tmp_path, "a").fitted(of(OLD, list(range(49))))
    assert fitted_wholly == [60, 50]


def test_the_fit_of_another_mathematics_is_replaced(tmp_path: Path, fitted_wholly: list[int]) -> None:
    KeptFit(tmp_path, "a").fitted(OLD)
    KeptFit(tmp_path, "b").fitted(ONE_MORE)
    assert fitted_wholly == [60, 61]
    assert [path.name for path in tmp_path.iterdir()] == ["whole-fit-b"]


@pytest.mark.parametrize("name", ["fit.npz", "fit.json", "spelled.npz", "factor.float32"])
def test_a_torn_file_of_the_kept_fit_costs_a_whole_fit_and_nothing_else(
    tmp_path: Path, fitted_wholly: list[int], name: str
) -> None:
    KeptFit(tmp_path, "a").fitted(OLD)
    torn = tmp_path / "whole-fit-a" / name
    torn.write_bytes(torn.read_bytes()[:-100])
    KeptFit(tmp_path, "a").fitted(ONE_MORE)
    assert fitted_wholly == [60, 61]


def test_few_questions_are_fitted_each_time(tmp_path: Path) -> None:
    KeptFit(tmp_path, "a").fitted(OLD)
    assert list(tmp_path.iterdir()) == []


def test_a_full_disk_keeps_the_fit_before_and_fails_nothing(
    tmp_path: Path, fitted_wholly: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    KeptFit(tmp_path, "a").fitted(OLD)

    def full(*_: Any) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(fit_cache, "_save", full)
        fit = KeptFit(tmp_path, "a").fitted(of(OLD, list(range(40))))
    assert len(fit.questions.texts) == 40
    assert [path.name for path in tmp_path.iterdir()] == ["whole-fit-a"]
    assert fitted_wholly == [60, 40, 40]
    KeptFit(tmp_path, "a").fitted(ONE_MORE)
    assert fitted_wholly == [60, 40, 40]


@pytest.mark.parametrize("junk", [b"\0", b"\x01\x40"], ids=["zeros", "numbers"])
def test_a_factor_that_was_overwritten_is_found_out(
    tmp_path: Path, fitted_wholly: list[int], junk: bytes
) -> None:
    KeptFit(tmp_path, "a").fitted(OLD)
    factor = tmp_path / "whole-fit-a" / "factor.float32"
    data = factor.read_bytes()
    factor.write_bytes(junk * (4096 // len(junk)) + data[4096:])
    fit = KeptFit(tmp_path, "a").fitted(ONE_MORE)
    assert fitted_wholly == [60, 61]
    assert fits.is_solved(fit)


def test_vectors_of_another_size_are_fitted_wholly(tmp_path: Path, fitted_wholly: list[int]) -> None:
    KeptFit(tmp_path, "a").fitted(OLD)
    KeptFit(tmp_path, "a").fitted(OLD._replace(vectors=np.hstack([OLD.vectors, OLD.vectors])))
    assert fitted_wholly == [60, 60]


def test_what_a_killed_build_left_is_removed(tmp_path: Path, fitted_wholly: list[int]) -> None:
    (tmp_path / "unfinished-fit-x" / "whole-fit-a").mkdir(parents=True)
    KeptFit(tmp_path, "a").fitted(OLD)
    assert [path.name for path in tmp_path.iterdir()] == ["whole-fit-a"]
