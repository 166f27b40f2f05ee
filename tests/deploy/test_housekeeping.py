"""Logs stay bounded while they are written, and a disk that is nearly full belongs to the record."""

from __future__ import annotations

import collections
import os
import shutil
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from deploy import housekeeping
from deploy.housekeeping import Housekeeping
from deploy.processes import MAX_LOG_BYTES, open_log

LINE = b"2026-03-02 14:05:11,204 WARNING web.chat.turn_worker: a line of a log\n"
Usage = collections.namedtuple("Usage", "total used free")


@pytest.fixture
def var(tmp_path: Path) -> Path:
    (tmp_path / "logs").mkdir()
    (tmp_path / "cache" / "fits").mkdir(parents=True)
    (tmp_path / "cache" / "fits" / "one.npz").write_bytes(b"x")
    (tmp_path / "releases").mkdir()
    (tmp_path / "front-desk.sqlite3").write_bytes(b"record")
    return tmp_path


@pytest.fixture
def said() -> list[str]:
    return []


def free(monkeypatch: pytest.MonkeyPatch, count: int) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: Usage(10**12, 0, count))


def filled(log: Path, size: int) -> Path:
    with log.open("ab") as file:
        file.write(LINE * (size // len(LINE) + 1))
    return log


@pytest.mark.parametrize("name", ["logs/web.log", "logs/bot-2.log", "logs/build.log", "setup.log"])
def test_a_long_log_is_put_aside_while_it_is_written(var: Path, said: list[str], name: str) -> None:
    log = var / name
    with open_log(log) as still_open:
        filled(log, MAX_LOG_BYTES)
        still_open.write(b"before\n")
        still_open.flush()
        Housekeeping(var).look(said.append)
        still_open.write(b"after\n")
    aside = log.with_name(f"{log.name}.1")
    assert log.read_bytes() == b"after\n"
    assert aside.stat().st_size <= MAX_LOG_BYTES
    assert aside.read_bytes().endswith(b"before\n")
    assert stat.S_IMODE(aside.stat().st_mode) == 0o600


def test_logs_stay_below_two_lengths_whatever_a_process_writes(var: Path, said: list[str]) -> None:
    log = var / "logs" / "part.log"
    code = "import os\nfor _ in range(400): os.write(2, b'x' * 100_000)"
    keeper = Housekeeping(var)
    with open_log(log) as out:
        for _ in range(3):
            subprocess.run([sys.executable, "-c", code], stderr=out, check=True)
            keeper.look(said.append)
    written = sum(path.stat().st_size for path in (var / "logs").iterdir())
    assert written <= 2 * MAX_LOG_BYTES


def test_on_a_full_disk_logs_and_cache_give_way_and_the_record_stays(var, said, monkeypatch) -> None:
    log = filled(var / "logs" / "web.log", 3_000_000)
    log.with_name("web.log.1").write_bytes(b"old")
    keeper = Housekeeping(var)
    free(monkeypatch, housekeeping.LOW_BYTES - 1)
    keeper.look(said.append)
    keeper.look(said.append)
    assert log.stat().st_size == housekeeping.KEPT_WHEN_LOW_BYTES
    assert log.read_bytes().endswith(LINE)
    assert not log.with_name("web.log.1").exists()
    assert list((var / "cache").iterdir()) == []
    assert (var / "front-desk.sqlite3").read_bytes() == b"record"
    assert [line[:6] for line in said] == ["Alert:"]  # once, not once a minute
    free(monkeypatch, housekeeping.ENOUGH_BYTES + 1)
    keeper.look(said.append)
    free(monkeypatch, housekeeping.LOW_BYTES - 1)
    keeper.look(said.append)
    assert len(said) == 2


def test_with_room_nothing_is_touched(var: Path, said: list[str], monkeypatch) -> None:
    log = filled(var / "logs" / "web.log", 1000)
    free(monkeypatch, housekeeping.ENOUGH_BYTES)
    before = log.read_bytes()
    Housekeeping(var).look(said.append)
    assert (log.read_bytes(), said) == (before, [])
    assert (var / "cache" / "fits" / "one.npz").exists()


def test_a_build_keeps_its_cache(var: Path, said: list[str], monkeypatch) -> None:
    monkeypatch.setattr(housekeeping, "is_building", lambda _: True)
    free(monkeypatch, 0)
    Housekeeping(var).look(said.append)
    assert (var / "cache" / "fits" / "one.npz").exists()


@pytest.mark.thorough
def test_on_a_disk_that_is_really_full_the_record_can_be_written_again(small_disk: Path, said) -> None:
    (small_disk / "logs").mkdir()
    (small_disk / "releases").mkdir()
    filled(small_disk / "logs" / "web.log", 5_000_000)
    rest = small_disk / "cache"
    rest.mkdir()
    with pytest.raises(OSError, match="No space"):
        (rest / "fit").write_bytes(os.urandom(50_000_000))
    Housekeeping(small_disk).look(said.append)
    (small_disk / "record").write_bytes(b"x" * 2_000_000)
