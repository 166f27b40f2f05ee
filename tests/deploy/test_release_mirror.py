"""The bot half reads what it is given, and what it tells is believed only where it can be true."""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from deploy.release_mirror import BUILDING, ReleaseMirror
from deploy.release_pointers import Pointers, is_building


@pytest.fixture
def var(tmp_path: Path) -> Path:
    """An installation of three releases, the first published, with an encoder; told is what bots tell."""
    var = tmp_path / "var"
    for name in ("1", "2", "3"):
        folder = var / "releases" / name
        folder.mkdir(parents=True)
        (folder / "model.tar.gz").write_bytes(name.encode())
        (folder / "manifest.json").write_text(json.dumps({"learnt": f"learnt {name}"}), encoding="utf-8")
        (folder / "report.json").write_text("what visitors wrote", encoding="utf-8")
        for file in folder.iterdir():
            file.chmod(0o600)
    (var / "releases" / "published").write_text("1\n", encoding="utf-8")
    (var / "encoder").mkdir()
    (var / "encoder" / "model.onnx").write_bytes(b"weights")
    return var


@pytest.fixture
def told(tmp_path: Path) -> Path:
    return tmp_path / "told.json"


@pytest.fixture
def mirror(var: Path, told: Path) -> ReleaseMirror:
    return ReleaseMirror(var, var / "encoder", told)


@pytest.fixture
def tell(told: Path) -> Callable[..., None]:
    def tell(*bots: Any, **more: Any) -> None:
        told.write_text(json.dumps({"bots": list(bots), **more}), encoding="utf-8")

    return tell


def bot(release: Any = "1", **other: Any) -> dict[str, Any]:
    known = {"release": release, "learnt": f"learnt {release}", "url": "http://127.0.0.1:5005"}
    return known | {"is_ready": True} | other


def passed_on(var: Path) -> list[dict[str, Any]]:
    return list(json.loads((var / "releases" / "bots.json").read_text(encoding="utf-8"))["bots"])


def test_only_what_a_bot_serves_is_laid_out_and_readable(mirror: ReleaseMirror, var: Path) -> None:
    (var / "releases" / "candidate").write_text("2\n", encoding="utf-8")
    mirror.look()
    serving = var / "serving"
    laid = sorted(str(path.relative_to(serving)) for path in serving.rglob("*") if path.is_file())
    assert laid == [
        "encoder/model.onnx",
        "releases/1/manifest.json",
        "releases/1/model.tar.gz",
        "releases/2/manifest.json",
        "releases/2/model.tar.gz",
        "releases/candidate",
        "releases/published",
    ]
    assert all(stat.S_IMODE((serving / name).stat().st_mode) == 0o644 for name in laid)


def test_what_is_not_served_any_more_goes(mirror: ReleaseMirror, var: Path) -> None:
    mirror.look()
    (var / "releases" / "published").write_text("3\n", encoding="utf-8")
    mirror.look()
    assert [path.name for path in (var / "serving/releases").iterdir() if path.is_dir()] == ["3"]
    assert (var / "releases" / "1" / "model.tar.gz").exists()


def test_a_pointer_keeps_the_time_since_when_it_points(mirror: ReleaseMirror, var: Path) -> None:
    pointer = var / "releases" / "candidate"
    pointer.write_text("2\n", encoding="utf-8")
    os.utime(pointer, (1000.5, 1000.5))
    mirror.look()
    assert Pointers(var / "serving/releases").tried_at_s() == 1000.5
    pointer.unlink()
    mirror.look()
    assert not (var / "serving/releases/candidate").exists()


def test_a_build_is_shown(mirror: ReleaseMirror, var: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for builds in (True, False):
        monkeypatch.setattr("deploy.release_mirror.is_building", lambda _, builds=builds: builds)
        mirror.look()
        assert is_building(var / "serving/releases") is builds
    assert (var / "serving/releases" / BUILDING).exists()


def test_bots_are_passed_on_to_the_web_half(mirror: ReleaseMirror, var: Path, tell) -> None:
    tell(bot("1"), bot("2", url="http://127.0.0.1:40001", is_ready=False))
    mirror.look()
    assert passed_on(var) == [bot("1"), bot("2", url="http://127.0.0.1:40001", is_ready=False)]
    assert mirror.published_url() == "http://127.0.0.1:5005"


@pytest.mark.parametrize(
    "lie",
    [
        bot(url="http://192.0.2.1:5005"),
        bot(url="http://127.0.0.1:5005@192.0.2.1/"),
        bot(url="https://127.0.0.1:5005"),
        bot(url="http://127.0.0.1:80"),
        bot(url=7),
        bot("9"),
        bot(release=["1"]),
        bot(learnt=None),
        "no bot",
    ],
)
def test_a_bot_that_cannot_be_is_not_passed_on(mirror: ReleaseMirror, var: Path, tell, lie: Any) -> None:
    tell(lie)
    mirror.look()
    assert passed_on(var) == []
    assert mirror.published_url() is None


@pytest.mark.parametrize("text", ["", "[", "[" * 20_000, "7", '{"bots": 7}', '{"bots": {}}', "x" * 70_000])
def test_nonsense_is_taken_for_nothing(mirror: ReleaseMirror, var: Path, told: Path, text: str) -> None:
    told.write_text(text, encoding="utf-8")
    mirror.look()
    assert passed_on(var) == []


def test_no_link_is_followed_and_no_pipe_waited_for(
    mirror: ReleaseMirror, var: Path, told: Path, tell
) -> None:
    tell(bot())
    told.rename(told.with_name("real.json"))
    told.symlink_to(told.with_name("real.json"))
    mirror.look()
    assert passed_on(var) == []
    told.unlink()
    os.mkfifo(told)
    mirror.look()
    assert passed_on(var) == []


def test_a_candidate_that_was_given_up_is_cleared_but_no_newer_one(
    mirror: ReleaseMirror, var: Path, tell
) -> None:
    pointer = var / "releases" / "candidate"
    pointer.write_text("2\n", encoding="utf-8")
    os.utime(pointer, (2000.0, 2000.0))
    tell(given_up=[{"release": "2", "tried_at_s": 1000.0}])
    mirror.look()
    assert pointer.exists()
    tell(given_up=[{"release": "2", "tried_at_s": 2000.0}])
    mirror.look()
    assert not pointer.exists()
    assert (var / "releases" / "published").read_text(encoding="utf-8") == "1\n"
