"""The published release is asked only what nobody has asked it yet, and never by another code's word."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from training import kept_decisions
from training.kept_decisions import Remembering, keep, kept
from training.replay import Ask, Share, Understander

OURS = [Ask("", "do you have parking"), Ask("", "does it hurt", after="what is a crown")]


class Asked(Understander):
    """A release that notes what it is asked."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.heard: list[str] = []

    def decisions(self, asks: Sequence[Ask], share: Share = lambda done: None) -> list[dict[str, Any]]:
        self.heard += [ask.text for ask in asks]
        return [{"outcome": "answered", "said": ask.text} for ask in asks]


@pytest.fixture
def release(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A release folder with a manifest, and an encoder that needs no file."""
    monkeypatch.setattr(kept_decisions, "fingerprint_of", lambda folder: "encoder")
    folder = tmp_path / "releases" / "1"
    folder.mkdir(parents=True)
    (folder / "manifest.json").write_text("{}", encoding="utf-8")
    return folder


def test_what_is_known_is_not_asked_again_and_all_comes_in_order(release: Path, tmp_path: Path) -> None:
    keep(tmp_path, release, OURS, [{"outcome": "declined"}, {"outcome": "asked_back"}])
    asked = Asked(release)
    visitors = [Ask("7", "who are you"), Ask("8", "does it hurt")]  # the last without what came before
    decided = Remembering(asked, kept(tmp_path, release)).decisions(
        [visitors[0], OURS[1], visitors[1], OURS[0]]
    )
    assert asked.heard == ["who are you", "does it hurt"]
    assert [each.get("said") or each["outcome"] for each in decided] == [
        "who are you", "asked_back", "does it hurt", "declined",
    ]  # fmt: skip


def test_another_release_code_or_encoder_makes_it_void(
    release: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("fingerprint_of", "code_hash"):
        keep(tmp_path, release, OURS, [{"outcome": "declined"}] * 2)
        assert len(kept(tmp_path, release)) == 2
        with monkeypatch.context() as changed:
            changed.setattr(kept_decisions, name, lambda *_: "another")
            assert kept(tmp_path, release) == {}
    (release / "manifest.json").write_text('{"release": "1"}', encoding="utf-8")
    assert kept(tmp_path, release) == {}


def test_what_is_kept_goes_with_its_release_and_a_torn_file_is_nothing(release: Path, tmp_path: Path) -> None:
    keep(tmp_path, release, OURS, [{"outcome": "declined"}] * 2)
    (file,) = (tmp_path / kept_decisions.FOLDER).iterdir()
    file.write_text("{", encoding="utf-8")
    assert kept(tmp_path, release) == {}
    other = release.with_name("2")
    release.rename(other)
    keep(tmp_path, other, OURS, [{"outcome": "declined"}] * 2)
    assert [each.name for each in file.parent.iterdir()] == ["2.json"]
