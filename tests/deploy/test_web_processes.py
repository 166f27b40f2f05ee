"""Several web processes and bots on one machine, behind one port, with PostgreSQL: any may die."""

from __future__ import annotations

import asyncio
import gc
import os
import signal
import socket
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
import pytest_asyncio

from deploy.processes import Backoff, Child
from deploy.settings import Settings, SettingsError
from deploy.supervise import webs
from deploy.web_processes import is_alive, listen, webs_of
from tests.postgres import Cluster
from tests.web.conftest import Visitor, publish
from tests.web.stand_in_bot import TOKEN, StandInBot
from web.core.settings import Settings as WebSettings

POSTGRES = {"DATABASE_URL": "postgresql://localhost/x"}


def test_several_web_processes_need_a_record_that_several_may_write() -> None:
    with pytest.raises(SettingsError, match="set DATABASE_URL to a PostgreSQL"):
        Settings.from_environment({"FRONT_DESK_WEB_PROCESSES": "2"})
    assert Settings.from_environment({"FRONT_DESK_WEB_PROCESSES": "2", **POSTGRES}).web_processes == 2


@pytest.mark.parametrize("count", ["0", "17", "two", "-1", "1.5"])
def test_how_many_is_a_number(count: str) -> None:
    with pytest.raises(SettingsError, match="expected a number between 1 and 16"):
        Settings.from_environment({"FRONT_DESK_WEB_PROCESSES": count, **POSTGRES})


async def test_who_has_not_said_for_long_that_it_is_there_is_not(tmp_path: Path) -> None:
    file = tmp_path / "web-1.alive"
    assert not await is_alive(file)
    file.touch()
    assert await is_alive(file)
    os.utime(file, (0, 0))
    assert not await is_alive(file)


def test_the_port_stays_open_for_as_long_as_the_supervisor_lives(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    for name, value in {"FRONT_DESK_WEB_PROCESSES": "2", "FRONT_DESK_PORT": str(port), **POSTGRES}.items():
        monkeypatch.setenv(name, value)
    children = webs(Settings.from_environment(os.environ))
    gc.collect()
    socket.create_connection(("127.0.0.1", port), timeout=5).close()
    assert {child.pass_fds for child in children} == {children[0].pass_fds}
    os.close(children[0].pass_fds[0])


@dataclass
class Crowd:
    """Two web processes behind one port."""

    url: str
    webs: list[Child]
    settings: Settings

    async def kill(self, number: int) -> None:
        process = self.webs[number].process
        assert process is not None
        os.killpg(process.pid, signal.SIGKILL)
        await process.wait()
        (self.settings.var / f"web-{number + 1}.alive").unlink()  # the next one says that it is there

    def freeze(self, number: int, how: signal.Signals) -> None:
        process = self.webs[number].process
        assert process is not None
        os.killpg(process.pid, how)


@pytest_asyncio.fixture
async def crowd(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Crowd]:
    cluster, bot = await asyncio.to_thread(Cluster().start), StandInBot()
    await bot.start()
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    for name, value in {
        "FRONT_DESK_VAR": str(tmp_path / "var"),
        "DATABASE_URL": cluster.database(),
        "FRONT_DESK_WEB_PROCESSES": "2",
        "FRONT_DESK_PORT": str(port),
        "FRONT_DESK_BOT_PORT": str(bot.port),
    }.items():
        monkeypatch.setenv(name, value)
    (tmp_path / "var").mkdir()
    publish(WebSettings(var=tmp_path / "var"))
    settings = Settings.from_environment(os.environ)
    children = webs_of(settings, listen(settings))
    for web in children:
        web.backoff, web.shows_output = Backoff(first_s=0.1), False
        web.environ["FRONT_DESK_BOT_TOKEN"] = TOKEN
    tasks = [asyncio.create_task(web.keep_running(lambda _: None)) for web in children]
    crowd = Crowd(f"http://127.0.0.1:{port}", children, settings)
    await both_are_there(crowd)
    yield crowd
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    os.close(children[0].pass_fds[0])
    await bot.die()
    await asyncio.to_thread(cluster.stop)


async def both_are_there(crowd: Crowd) -> None:
    async with asyncio.timeout(120):
        for number in (1, 2):
            file = crowd.settings.var / f"web-{number}.alive"
            while not await is_alive(file):  # noqa: ASYNC110 (another process touches it)
                await asyncio.sleep(0.1)


async def chats(crowd: Crowd) -> str:
    """Somebody opens a chat by a new connection, asks, and is answered."""
    async with httpx.AsyncClient(base_url=crowd.url, trust_env=False, timeout=60) as http:
        visitor = await Visitor(http).opens_the_chat()
        return str((await visitor.asks("hello"))["utterance"])


@pytest.mark.thorough
async def test_either_of_two_may_die_and_nobody_is_refused(crowd: Crowd) -> None:
    assert await asyncio.gather(*(chats(crowd) for _ in range(6))) == ["utter_greet"] * 6
    for number in (0, 1):
        await crowd.kill(number)
        assert await asyncio.gather(*(chats(crowd) for _ in range(4))) == ["utter_greet"] * 4
        await both_are_there(crowd)


@pytest.mark.thorough
async def test_with_both_away_a_browser_waits_and_is_not_refused(crowd: Crowd) -> None:
    await asyncio.gather(crowd.kill(0), crowd.kill(1))
    assert await chats(crowd) == "utter_greet"


@pytest.mark.thorough
async def test_one_that_hangs_takes_no_new_visitors(crowd: Crowd) -> None:
    crowd.freeze(0, signal.SIGSTOP)
    try:
        assert await asyncio.gather(*(chats(crowd) for _ in range(4))) == ["utter_greet"] * 4
    finally:
        crowd.freeze(0, signal.SIGCONT)
