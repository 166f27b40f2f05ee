"""No text holds up anybody else's message: safety judges in processes of its own, within a deadline."""

from __future__ import annotations

import asyncio
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import NamedTuple

import psutil
import pytest

from tests.web.conftest import Visitor, async_fixture, client_of
from tests.web.stand_in_bot import reply
from web import schema
from web.core.limits import Rate
from web.safety.workers import Verdicts

CRISIS = "I want to kill myself"
# A worker that is ready, and then does what a broken one might.
READY = "import sys, time; print('{}', flush=True); "
DIES_AT_ONCE = (sys.executable, "-c", "")
DIES_OF_A_TEXT = (sys.executable, "-c", READY + "sys.stdin.readline()")
HANGS = (sys.executable, "-c", READY + "time.sleep(600)")
MUMBLES = (sys.executable, "-c", READY + "[print('no verdict', flush=True) for line in sys.stdin]")
PROJECT = Path(__file__).parents[3]


def workers_of(process: psutil.Process) -> list[psutil.Process]:
    found = ((each, each.as_dict(["cmdline"], ad_value=[])) for each in process.children())  # [] of a zombie
    return [each for each, known in found if "safety.worker" in known["cmdline"]]


class Own(NamedTuple):
    """Workers of one test alone."""

    verdicts: Verdicts
    processes: list[psutil.Process]


@async_fixture
async def own() -> AsyncIterator[Own]:
    made = Verdicts(within_s=10.0)
    before = workers_of(psutil.Process())
    made.start()
    await made.ready()
    yield Own(made, [each for each in workers_of(psutil.Process()) if each not in before])
    await made.stop()


@pytest.mark.parametrize("command", [DIES_AT_ONCE, DIES_OF_A_TEXT, HANGS, MUMBLES])
async def test_a_worker_that_gives_no_verdict_counts_as_unsure(command, caplog):
    broken = Verdicts(within_s=1.0, command=command, hangs_after_s=0.2, workers=1)
    broken.start()
    try:
        verdict = await broken.on("what is a crown")
        assert (verdict.kind, verdict.parts_left) == ("unsure", "what is a crown")
    finally:
        await broken.stop()
    assert "crown" not in caplog.text


async def test_killed_workers_are_started_anew(own):
    for process in own.processes:
        process.kill()
    await asyncio.gather(*(asyncio.to_thread(process.wait, 20) for process in own.processes))
    assert [(await own.verdicts.on(CRISIS)).kind for _ in range(3)] == ["crisis"] * 3


def test_no_worker_outlives_the_service_not_even_when_it_is_killed():
    serving = (
        "import asyncio, os, web.safety.workers as v\n"
        "async def main():\n"
        "    kept = v.Verdicts(within_s=5.0); kept.start(); await kept.ready(); print('up', flush=True)\n"
        "    await asyncio.sleep(600)\n"
        "asyncio.run(main())"
    )
    parent = subprocess.Popen([sys.executable, "-c", serving], cwd=PROJECT, stdout=subprocess.PIPE, text=True)
    with parent:
        assert parent.stdout is not None
        assert parent.stdout.readline() == "up\n"
        workers = workers_of(psutil.Process(parent.pid))
        assert workers
        parent.send_signal(signal.SIGKILL)
        _, alive = psutil.wait_procs(workers, timeout=20)
    assert alive == []


async def test_stopping_ends_the_workers(own):
    await own.verdicts.stop()
    assert not any(process.is_running() for process in own.processes)


async def test_who_waits_waits_by_address_in_turn():
    order = []
    lone = Verdicts(within_s=20.0, workers=1)

    async def asks(name: str, address: str, *, is_over_rate: bool = False) -> None:
        await lone.on("hello", address=address, is_over_rate=is_over_rate)
        order.append(name)

    asking = [asks(f"flood {number}", "flood") for number in range(3)]
    asking.insert(0, asks("over rate", "other", is_over_rate=True))
    asking.append(asks("honest", "honest"))
    waiting = [asyncio.ensure_future(each) for each in asking]
    await asyncio.sleep(0)  # all have asked; only now the worker starts
    lone.start()
    await asyncio.gather(*waiting)
    await lone.stop()
    assert order == ["flood 0", "honest", "flood 1", "flood 2", "over rate"]


async def test_a_verdict_nobody_waits_for_any_more_is_not_made():
    late = Verdicts(within_s=0.01, workers=1)
    assert [(await late.on(f"text {number}")).kind for number in range(3)] == ["unsure"] * 3
    assert late._first.take() is None


@pytest.mark.parametrize("command", [DIES_AT_ONCE, DIES_OF_A_TEXT, HANGS])
async def test_without_safety_a_message_is_answered_with_help_and_people(services, bot, command):
    services.verdicts = broken = Verdicts(within_s=0.2, command=command, hangs_after_s=0.3)
    broken.start()
    service = await services.start()
    bot.says(reply("utter_faq/what_is_a_crown"))
    async with client_of(service) as http:
        visitor = await Visitor(http).opens_the_chat()
        await visitor.sends("what is a crown")
        notice, answer = await visitor.hears(2)
    await broken.stop()
    assert answer["utterance"] == "utter_faq/what_is_a_crown"
    assert "988" in notice["text"]
    (handoff,) = await service.rows(schema.handoffs)
    assert (handoff["urgent"], handoff["reason"]) == (True, "unsure")


async def test_over_the_rate_and_without_a_verdict_one_is_turned_away_with_help(services):
    services.verdicts = Verdicts(within_s=0.05)  # never started
    service = await services.start(limits={"messages_per_conversation": Rate(burst=1, refill_s=60)})
    async with client_of(service) as http:
        visitor = await Visitor(http).opens_the_chat()
        await visitor.sends("hello")
        refused = await visitor.sends("hello")
    assert refused.status_code == 429
    assert "988" in refused.json()["card"]["text"]


async def test_a_service_brings_workers_of_its_own(services):
    services.verdicts = None
    service = await services.start()
    async with client_of(service) as http:
        visitor = await Visitor(http).opens_the_chat()
        (card,) = (await visitor.sends(CRISIS)).json()["replies"]
    assert card["kind"] == "card"


async def test_unsure_does_not_change_the_language(services):
    services.verdicts = Verdicts(within_s=0.05)
    service = await services.start()
    async with client_of(service) as http:
        visitor = Visitor(http)
        started = (await http.post("/v1/conversations", json={"language": "es"})).json()
        visitor.id, visitor.token = started["id"], started["token"]
        stored = (await visitor.sends("cuánto cuesta una corona en su clínica")).json()
    assert stored["message"]["language"] == "es"
    assert stored["replies"][0]["language"] == "es"
