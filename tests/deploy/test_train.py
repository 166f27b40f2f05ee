"""A release is kept as long as nothing it was made from changes."""

from __future__ import annotations

from pathlib import Path

import pytest

from deploy import train
from deploy.train import SOURCES, STAMP_FILE, has_release, stamp_of

PROJECT = Path(__file__).parents[2]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    for name in ("data/answers/one.yml", "clinic.yml", "var/encoder/encoder.json"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("a: 1\n", encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize("name", ["data/answers/one.yml", "data/new.yml", "var/encoder/encoder.json"])
def test_a_change_needs_a_new_release(project: Path, name: str) -> None:
    before = stamp_of(project / "var", project)
    assert stamp_of(project / "var", project) == before
    (project / name).write_text("a: 2\n", encoding="utf-8")
    assert stamp_of(project / "var", project) != before


def test_compiled_files_change_nothing(project: Path) -> None:
    before = stamp_of(project / "var", project)
    cache = project / "data" / "__pycache__"
    cache.mkdir()
    (cache / "x.pyc").write_bytes(b"x")
    assert stamp_of(project / "var", project) == before


def test_every_source_exists() -> None:
    assert [name for name in SOURCES if not (PROJECT / name).exists()] == []


def test_a_release_needs_its_model_and_its_stamp(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(train, "stamp_of", lambda var: "as it stands")
    releases = tmp_path / "releases"
    (releases / "3").mkdir(parents=True)
    (releases / "published").write_text("3\n", encoding="utf-8")
    (releases / STAMP_FILE).write_text("as it stands", encoding="utf-8")
    assert not has_release(tmp_path)
    (releases / "3" / "model.tar.gz").write_bytes(b"model")
    assert has_release(tmp_path)
    (releases / STAMP_FILE).write_text("as it stood", encoding="utf-8")
    assert not has_release(tmp_path)
