"""Cosines from whole numbers are those of the vectors; the file made for the product is proper ONNX."""

from __future__ import annotations

import numpy as np
import onnx
import pytest

from components.classifier.int8_search import KnownCosines, _graph


def units(count: int, size: int, seed: int) -> np.ndarray:
    vectors = np.random.default_rng(seed).normal(size=(count, size)).astype(np.float32)
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


@pytest.mark.parametrize(("size", "off_by"), [(2, 5e-5), (384, 1e-5)])
@pytest.mark.parametrize("asked", [1, 7])
def test_a_cosine_is_off_by_next_to_nothing(size: int, asked: int, off_by: float) -> None:
    known, vectors = units(1000, size, seed=size), units(asked, size, seed=asked)
    np.testing.assert_allclose(
        KnownCosines(known, np.arange(len(known))).of(vectors), vectors @ known.T, atol=off_by
    )


def test_the_nearest_question_is_the_question_itself() -> None:
    known = units(1000, 384, seed=3)
    cosines = KnownCosines(known, np.arange(len(known))).of(known[:50])
    assert cosines.argmax(axis=1).tolist() == list(range(50))
    assert np.diag(cosines) == pytest.approx(1.0, abs=1e-5)


def test_cosines_come_in_the_order_that_is_wanted() -> None:
    known, order = units(1500, 8, seed=4), np.random.default_rng(4).permutation(1500)
    np.testing.assert_allclose(
        KnownCosines(known, order).of(known[:2]), known[:2] @ known[order].T, atol=5e-5
    )


def test_the_ends_of_the_digits_are_right_too() -> None:
    """-1, 0 and 1 are the widest numbers a unit vector has."""
    known = np.array([[1.0, 0.0], [-1.0, 0.0], [0.0, 1.0], [0.6, -0.8]], dtype=np.float32)
    np.testing.assert_allclose(
        KnownCosines(known, np.arange(len(known))).of(known), known @ known.T, atol=5e-5
    )


def test_what_is_written_by_hand_is_what_the_library_reads() -> None:
    known = np.arange(6, dtype=np.int8).reshape(2, 3)
    model = onnx.load_from_string(_graph(known))
    onnx.checker.check_model(model, full_check=True)
    np.testing.assert_array_equal(onnx.numpy_helper.to_array(model.graph.initializer[0]), known)
