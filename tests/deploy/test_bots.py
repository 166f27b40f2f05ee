"""The supervisor keeps the bots that the pointers ask for: two at most, none let go too early."""

from __future__ import annotations

import asyncio
import fcntl
import hashlib
import json
import os
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from pathlib import Path

import psutil
import pytest
import pytest_asyncio

from deploy import release_pointers
from deploy.bots import Bots
from deploy.processes import Backoff, Child
from deploy.release_pointers import WantedRelease, wanted

UP = "import signal; signal.pause()"


class Keeper:
    """Bots of stand-in processes; which of them answer is up to the test."""

    def __init__(self, releases: Path) -> None:
        self.releases = releases
        self.said: list[str] = []
        self.started: list[str] = []
        self.numbers: set[int] = set()
        self.deaf: set[str] = set()
        self.bots = Bots(
            releases, self._start, self._is_warm, first_port=1, turns_end_after_s=0.05, keep_warm_s=0.3
        )
        self._urls: dict[str, str] = {}

    def _start(self, serves: Callable[[], WantedRelease], port: int, number: int) -> Child:
        release = serves().release
        self.started.append(release)
        self.numbers.add(number)
        self._urls[f"http://127.0.0.1:{port}"] = release
        log = self.releases.parent / f"{release}.log"
        command = [sys.executable, "-c", UP if release != "broken" else "import sys; sys.exit(2)"]
        backoff = Backoff(first_s=0.01)
        return Child(release, lambda: command, dict(os.environ), self.releases, log, backoff=backoff)

    async def _is_warm(self, url: str) -> bool:
        await asyncio.sleep(0)
        return self._urls[url] not in self.deaf

    def is_pointed_at(self, pointer: str) -> str:
        """What a pointer names; empty when it is gone."""
        with suppress(FileNotFoundError):
            return (self.releases / pointer).read_text(encoding="utf-8").strip()
        return ""

    async def gives_up_what_was_to_be_tried(self) -> None:
        async with asyncio.timeout(20):
            while self.is_pointed_at("candidate"):  # noqa: ASYNC110 (another task clears it)
                await asyncio.sleep(0.02)

    def release(self, name: str, *, learnt: str | None = None, model: bytes = b"model") -> None:
        folder = self.releases / name
        folder.mkdir(parents=True)
        (folder / "model.tar.gz").write_bytes(model)
        files = {"model.tar.gz": hashlib.sha256(b"model").hexdigest()}
        manifest = {"learnt": learnt or f"content of {name}", "files": files}
        (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")

    def point(self, pointer: str, release: str, *, is_new: bool = False) -> None:
        path = self.releases / pointer
        path.write_text(f"{release}\n", encoding="utf-8")
        if not is_new:  # nobody waits for it any more
            os.utime(path, (0, 0))

    def begins_a_build(self) -> None:
        """As a build does: a folder that is locked as long as its process lives."""
        (self.releases / "building-9").mkdir()
        self._build = os.open(self.releases / "building-9", os.O_RDONLY)
        fcntl.flock(self._build, fcntl.LOCK_EX)

    def ends_the_build(self, *, leaves: bool = False) -> None:
        os.close(self._build)
        if not leaves:
            (self.releases / "building-9").rmdir()

    @property
    def told(self) -> dict[str, bool]:
        """What the web half is told: release and whether it is ready."""
        with suppress(FileNotFoundError):
            bots = json.loads((self.releases / "bots.json").read_text(encoding="utf-8"))["bots"]
            return {bot["release"]: bot["is_ready"] for bot in bots}
        return {}

    @property
    def listed(self) -> list[tuple[str, bool]]:
        """Every bot that the web half is told of."""
        with suppress(FileNotFoundError):
            bots = json.loads((self.releases / "bots.json").read_text(encoding="utf-8"))["bots"]
            return sorted((bot["release"], bot["is_ready"]) for bot in bots)
        return []

    async def tells(self, expected: dict[str, bool]) -> None:
        async with asyncio.timeout(20):
            while self.told != expected:  # noqa: ASYNC110 (another task writes the file)
                await asyncio.sleep(0.02)

    async def begins_a_build_after_a_candidate(self) -> None:
        """Release 2 is to be tried, then a build begins, and its bot goes."""
        self.point("candidate", "2")
        await self.tells({"1": True, "2": True})
        self.begins_a_build()
        await self.tells({"1": True})

    async def looks_twice(self) -> None:
        """Wait until the pointers were read twice from now on."""
        read, asked = self.bots._pointers.wanted, 0

        def counted() -> list[WantedRelease]:
            nonlocal asked
            asked += 1
            return read()

        self.bots._pointers.wanted = counted  # type: ignore[method-assign]
        async with asyncio.timeout(20):
            while asked < 2:  # noqa: ASYNC110 (another task looks)
                await asyncio.sleep(0.02)


def _up() -> list[psutil.Process]:
    """Bots of this test's process that run; what has ended and was not waited for has no command."""
    found = ((each, each.as_dict(["cmdline"], ad_value=[])) for each in psutil.Process().children())
    return [each for each, known in found if UP in known["cmdline"]]


@pytest_asyncio.fixture
async def keeper(tmp_path: Path) -> AsyncIterator[Keeper]:
    made = Keeper(tmp_path / "releases")
    made.release("1")
    made.release("2")
    made.point("published", "1")
    task = asyncio.create_task(made.bots.keep(made.said.append))
    yield made
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    await asyncio.sleep(0)  # asyncio closes behind a process that has ended in its next round


async def test_the_published_release_gets_a_bot_and_then_the_one_to_try(keeper: Keeper) -> None:
    keeper.deaf.add("2")
    keeper.point("candidate", "2")
    await keeper.tells({"1": True, "2": False})
    keeper.deaf.clear()
    await keeper.tells({"1": True, "2": True})


async def test_after_a_switch_the_one_before_stays_warm_for_a_while(keeper: Keeper) -> None:
    keeper.point("candidate", "2")
    await keeper.tells({"1": True, "2": True})
    keeper.point("published", "2")
    assert keeper.bots.published_url() != "http://127.0.0.1:1"
    await keeper.tells({"2": True})  # when the while is over
    assert keeper.started == ["1", "2"]


async def test_a_release_of_the_same_model_gets_no_bot_of_its_own(keeper: Keeper) -> None:
    await keeper.tells({"1": True})
    keeper.release("3", learnt="content of 1")
    keeper.point("published", "3")
    await keeper.tells({"3": True})
    assert keeper.started == ["1"]


async def test_a_third_waits_until_one_may_go(keeper: Keeper) -> None:
    keeper.release("3")
    keeper.point("candidate", "2")
    await keeper.tells({"1": True, "2": True})
    keeper.point("candidate", "3")
    await keeper.tells({"1": True, "3": True})
    assert keeper.started == ["1", "2", "3"]


async def test_a_bot_that_died_is_said_to_be_not_ready_and_comes_back(keeper: Keeper) -> None:
    await keeper.tells({"1": True})
    (process,) = _up()
    keeper.deaf.add("1")
    process.kill()
    await keeper.tells({"1": False})
    keeper.deaf.clear()
    await keeper.tells({"1": True})
    assert any("was ended by SIGKILL" in line for line in keeper.said)


async def test_a_changed_model_is_not_started(keeper: Keeper) -> None:
    keeper.release("3", model=b"changed")
    keeper.point("candidate", "3")
    async with asyncio.timeout(20):
        while not any("not the one that was built" in line for line in keeper.said):  # noqa: ASYNC110
            await asyncio.sleep(0.02)
    assert "3" not in keeper.started


async def test_a_model_that_was_changed_is_not_started_after_a_crash_either(keeper: Keeper) -> None:
    await keeper.tells({"1": True})
    (keeper.releases / "1" / "model.tar.gz").write_bytes(b"changed")
    (process,) = _up()
    process.kill()
    await keeper.tells({})
    async with asyncio.timeout(20):
        while not any("not the one that was built" in line for line in keeper.said):  # noqa: ASYNC110
            await asyncio.sleep(0.02)
    await keeper.looks_twice()
    assert not _up()
    assert keeper.told == {}  # and the others go on: nothing was raised
    assert sum("not the one that was built" in line for line in keeper.said) == 1


async def test_a_candidate_that_cannot_start_leaves_the_published_one_alone(keeper: Keeper) -> None:
    keeper.release("broken")
    keeper.point("candidate", "broken")
    async with asyncio.timeout(20):
        while not any("broken cannot start" in line for line in keeper.said):  # noqa: ASYNC110
            await asyncio.sleep(0.02)
    await keeper.tells({"1": True})


async def test_what_this_version_cannot_run_is_given_up_and_not_started_again(keeper: Keeper) -> None:
    """After an update the pointer still names a release of before, whose bot never answers a turn."""
    keeper.deaf.add("2")
    keeper.point("candidate", "2")
    await keeper.tells({"1": True, "2": False})
    keeper.bots._warm_up_within_s = 0.0
    await keeper.gives_up_what_was_to_be_tried()
    await keeper.tells({"1": True})
    await keeper.looks_twice()
    assert keeper.started == ["1", "2"]
    assert any("this version cannot run it" in line for line in keeper.said)
    told = json.loads((keeper.releases / "bots.json").read_text(encoding="utf-8"))
    assert len(told["refused"]) == 1  # so that nobody is offered to go back to it
    again = Keeper(keeper.releases)  # a restart: nothing asks for it any more
    assert [entry.release for entry in again.bots._pointers.wanted()] == ["1"]


@pytest.mark.parametrize("kind", ["broken", "changed"])
async def test_a_pointer_to_what_cannot_start_goes(keeper: Keeper, kind: str) -> None:
    await keeper.tells({"1": True})
    keeper.release(kind, model=b"changed" if kind == "changed" else b"model")
    keeper.point("candidate", kind)
    await keeper.gives_up_what_was_to_be_tried()
    await keeper.tells({"1": True})


async def test_what_was_given_up_gets_another_try_when_somebody_points_at_it_anew(keeper: Keeper) -> None:
    keeper.deaf.add("2")
    keeper.point("candidate", "2")
    await keeper.tells({"1": True, "2": False})
    keeper.bots._warm_up_within_s = 0.0
    await keeper.gives_up_what_was_to_be_tried()
    keeper.bots._warm_up_within_s = 3600
    keeper.deaf.clear()
    keeper.point("candidate", "2", is_new=True)
    await keeper.tells({"1": True, "2": True})


async def test_the_published_bot_is_never_given_up_and_its_pointer_stays(keeper: Keeper) -> None:
    keeper.bots._warm_up_within_s = 0.0
    keeper.deaf.add("1")
    await keeper.tells({"1": False})
    await keeper.looks_twice()
    keeper.deaf.clear()
    await keeper.tells({"1": True})
    assert keeper.is_pointed_at("published") == "1"


async def test_a_newer_pointer_survives_the_clearing_of_an_older_one(keeper: Keeper) -> None:
    keeper.point("candidate", "2")
    assert not keeper.bots._pointers.clear({"9"})
    assert keeper.is_pointed_at("candidate") == "2"
    assert keeper.bots._pointers.clear({"2"})
    assert not keeper.bots._pointers.clear({"2"})
    assert not list(keeper.releases.glob("candidate*"))


async def test_a_build_at_work_takes_the_memory_of_an_unwanted_bot(keeper: Keeper) -> None:
    keeper.bots._keep_warm_s = 3600
    keeper.point("candidate", "2")
    await keeper.tells({"1": True, "2": True})
    keeper.point("published", "2")
    keeper.begins_a_build()
    await keeper.tells({"2": True})


@pytest.mark.parametrize("leaves", [False, True], ids=["ended", "killed"])
async def test_a_build_at_work_takes_the_memory_of_the_bot_that_was_to_be_tried(
    keeper: Keeper, monkeypatch: pytest.MonkeyPatch, leaves: bool
) -> None:
    """No visitor was there, so nothing has to end first; it comes back if the build came to nothing."""
    keeper.bots._keep_warm_s = keeper.bots._turns_end_after_s = 3600
    await keeper.begins_a_build_after_a_candidate()
    monkeypatch.setattr(release_pointers, "POINTED_AT_AFTER_S", 0.1)
    keeper.ends_the_build(leaves=leaves)
    await keeper.tells({"1": True, "2": True})
    assert keeper.started == ["1", "2", "2"]


async def test_when_a_build_has_ended_only_what_it_built_is_started(keeper: Keeper) -> None:
    await keeper.begins_a_build_after_a_candidate()
    keeper.ends_the_build()
    keeper.release("3")
    await keeper.looks_twice()
    keeper.point("candidate", "3")
    await keeper.tells({"1": True, "3": True})
    assert keeper.started == ["1", "2", "3"]


async def test_what_is_pointed_at_while_a_build_works_gets_its_bot(keeper: Keeper) -> None:
    """As for an undo: the pointer is written anew, also with the release that it named before."""
    await keeper.begins_a_build_after_a_candidate()
    keeper.point("candidate", "2", is_new=True)
    await keeper.tells({"1": True, "2": True})


async def test_what_was_pointed_at_just_before_a_build_is_not_put_aside(keeper: Keeper) -> None:
    """Somebody who undoes waits for this bot while a colleague presses Build."""
    keeper.deaf.add("2")
    keeper.point("candidate", "2", is_new=True)
    await keeper.tells({"1": True, "2": False})
    keeper.begins_a_build()
    await keeper.looks_twice()
    keeper.deaf.clear()
    await keeper.tells({"1": True, "2": True})
    assert keeper.started == ["1", "2"]


async def test_a_bot_that_somebody_waits_for_is_told_of_though_a_build_has_ended(keeper: Keeper) -> None:
    """An undo while a build works; the build ends and points elsewhere before the bot is warm."""
    keeper.release("3")
    keeper.bots._turns_end_after_s = 3600
    keeper.begins_a_build()
    keeper.deaf.add("2")
    keeper.point("candidate", "2", is_new=True)
    await keeper.tells({"1": True, "2": False})
    keeper.ends_the_build()
    keeper.point("candidate", "3", is_new=True)
    await keeper.looks_twice()
    keeper.deaf.clear()
    await keeper.tells({"1": True, "2": True})
    assert "3" not in keeper.started


async def test_when_all_ends_nothing_is_told_to_run(tmp_path: Path) -> None:
    keeper = Keeper(tmp_path / "releases")
    keeper.release("1")
    keeper.point("published", "1")
    task = asyncio.create_task(keeper.bots.keep(keeper.said.append))
    await keeper.tells({"1": True})
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    assert keeper.told == {}


def test_pointers_to_nothing_ask_for_nothing(tmp_path: Path) -> None:
    assert wanted(tmp_path) == []
    (tmp_path / "published").write_text("7\n", encoding="utf-8")
    assert wanted(tmp_path) == []


async def counted(keeper: Keeper, expected: list[tuple[str, bool]]) -> None:
    """Wait until the web half is told of exactly these bots."""
    async with asyncio.timeout(20):
        while keeper.listed != expected:  # noqa: ASYNC110 (another task writes the file)
            await asyncio.sleep(0.02)


async def test_several_bots_of_the_published_release_and_one_beside_them(keeper: Keeper) -> None:
    keeper.bots._copies = 2
    await counted(keeper, [("1", True), ("1", True)])
    keeper.point("candidate", "2")
    await counted(keeper, [("1", True), ("1", True), ("2", True)])
    assert keeper.numbers == {0, 1, 2}  # each has a log of its own
    keeper.point("published", "2")
    (keeper.releases / "candidate").unlink()
    await counted(keeper, [("2", True), ("2", True)])  # the earlier ones go when their turns are over


async def test_of_several_bots_the_first_starts_alone_and_one_after_the_other(keeper: Keeper) -> None:
    keeper.bots._copies = 3
    keeper.deaf.add("1")
    await keeper.looks_twice()
    assert keeper.started == ["1"]
    keeper.deaf.clear()
    await counted(keeper, [("1", True)] * 3)


async def test_one_of_several_bots_that_dies_is_told_and_comes_back(keeper: Keeper) -> None:
    keeper.bots._copies = 2
    await counted(keeper, [("1", True), ("1", True)])
    keeper.deaf.add("1")
    child = keeper.bots._bots[1].child
    assert child.process is not None
    child.process.kill()
    await counted(keeper, [("1", False), ("1", True)])
    keeper.deaf.clear()
    await counted(keeper, [("1", True), ("1", True)])
