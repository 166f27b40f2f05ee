"""Vectors are kept from one training to the next, and never trusted when they cannot be read."""

from __future__ import annotations

import errno
import logging
import os
from pathlib import Path

import numpy as np
import pytest

from components.classifier.vector_cache import KnownVectors

ONE = np.array([1.0, 0.0], dtype=np.float32)
TWO = np.array([0.0, 1.0], dtype=np.float32)


def test_what_was_kept_is_known_the_next_time(tmp_path: Path) -> None:
    KnownVectors(tmp_path, "f" * 64).keep({"what is it": ONE, "¿cuánto?": TWO})
    known = KnownVectors(tmp_path, "f" * 64)
    assert np.array_equal(known.get("¿cuánto?"), TWO)  # type: ignore[arg-type]
    assert known.get("something else") is None


def test_another_encoder_knows_nothing_of_it(tmp_path: Path) -> None:
    KnownVectors(tmp_path, "f" * 64).keep({"what is it": ONE})
    assert KnownVectors(tmp_path, "e" * 64).get("what is it") is None


def test_what_is_no_longer_taught_is_forgotten(tmp_path: Path) -> None:
    KnownVectors(tmp_path, "f" * 64).keep({"old": ONE})
    KnownVectors(tmp_path, "f" * 64).keep({"new": TWO})
    assert KnownVectors(tmp_path, "f" * 64).get("old") is None


def test_a_broken_file_is_said_and_made_again(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    known = KnownVectors(tmp_path, "f" * 64)
    known.keep({"what is it": ONE})
    (kept,) = tmp_path.iterdir()
    kept.write_bytes(b"torn")
    with caplog.at_level(logging.WARNING):
        again = KnownVectors(tmp_path, "f" * 64)
    assert again.get("what is it") is None
    assert "cannot be read" in caplog.text
    again.keep({"what is it": ONE})
    assert KnownVectors(tmp_path, "f" * 64).get("what is it") is not None


def test_a_disk_that_fills_up_keeps_no_half_of_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(draft: Path, **_: np.ndarray) -> None:
        draft.write_bytes(b"half")
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(np, "savez", full)
    with pytest.raises(OSError, match=os.strerror(errno.ENOSPC)):
        KnownVectors(tmp_path, "f" * 64).keep({"what is it": ONE})
    assert list(tmp_path.iterdir()) == []
