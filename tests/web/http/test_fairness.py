"""How much an address may ask for is decided before any work is done, and reaches nobody else."""

from __future__ import annotations

import asyncio
import os
import threading

import pytest

from tests.web.chat.test_rate_limits import from_address
from tests.web.conftest import Visitor, client_of, signed_in
from tests.web.stand_in_bot import reply
from web.accounts import passwords
from web.core.limits import Rate
from web.http.fairness import Fairness
from web.widget.loader import qr_drawing

ONE = Rate(burst=1, refill_s=3600.0)


async def asked(http, path: str, *, times: int) -> list[int]:
    return [(await http.get(path)).status_code for _ in range(times)]


@pytest.mark.parametrize(
    ("rate", "path"),
    [
        ("reads_per_address", "/chat"),
        ("reads_per_address", "/"),
        ("reads_per_address", "/v1/now"),
        ("reads_per_address", "/sign-in"),
        ("reads_per_address", "/no-such-page"),
        ("files_per_address", "/static/theme.css"),
    ],
)
async def test_who_reads_too_much_is_refused_and_nobody_else(services, rate, path):
    service = await services.start(limits={rate: Rate(burst=3, refill_s=3600.0)})
    async with from_address(service, "127.0.0.2") as flood, from_address(service, "127.0.0.3") as elsewhere:
        first, *_, last = await asked(flood, path, times=5)
        assert (first == 429, last) == (False, 429)
        assert (await asked(elsewhere, path, times=1))[0] != 429


async def test_a_rate_of_many_a_second_is_kept_as_well(services):
    """A wait of a few hundredths of a second is one."""
    service = await services.start(limits={"reads_per_address": Rate(burst=3, refill_s=0.02)})
    service.app.ctx.fairness.timer = lambda: 0.0
    async with client_of(service) as http:
        assert await asked(http, "/v1/now", times=5) == [200] * 3 + [429] * 2


async def test_a_refusal_of_a_read_says_when_to_come_back(services):
    service = await services.start(limits={"reads_per_address": ONE})
    async with from_address(service, "127.0.0.2") as http:
        await http.get("/v1/now")
        refused = await http.get("/v1/now")
    assert refused.json()["error"].startswith("Many requests came from your address")
    assert int(refused.headers["retry-after"]) > 0


async def test_whoever_watches_the_service_always_hears_from_it(services):
    service = await services.start(limits={"reads_per_address": ONE})
    async with client_of(service) as http:
        assert await asked(http, "/v1/health", times=5) == [200] * 5


async def test_staff_who_are_signed_in_are_not_slowed_by_a_neighbour(services):
    service = await services.start(limits={"reads_per_address": ONE, "sends_per_address": ONE})
    async with client_of(service) as http, signed_in(service, "nurse") as nurse:
        assert (await asked(http, "/chat", times=3))[-1] == 429
        assert await asked(nurse, "/desk", times=3) == [200] * 3
        assert [(await nurse.posts("/here")).status_code for _ in range(3)] == [204] * 3


async def test_an_invented_session_helps_nobody(services):
    service = await services.start(limits={"reads_per_address": ONE})
    async with client_of(service) as http:
        http.cookies.set("front_desk_staff", "x" * 43, domain="127.0.0.1")
        assert await asked(http, "/chat", times=2) == [200, 429]


async def test_words_that_are_refused_unread_are_answered_with_988_and_911(services):
    """One who sends far more than anybody can write; what it says was not judged, so all are told."""
    service = await services.start(limits={"sends_per_address": Rate(burst=2, refill_s=3600.0)})
    async with client_of(service) as http:
        visitor = await Visitor(http).opens_the_chat()
        await visitor.sends("hello")
        refused = await visitor.sends("I want to kill myself")
    assert refused.status_code == 429
    assert "988" in refused.json()["error"]
    assert "911" in refused.json()["error"]


async def test_a_guess_over_the_rate_costs_no_hash(services, monkeypatch):
    hashed = []
    is_right = passwords.is_right

    async def counted(*arguments):
        hashed.append(arguments)
        return await is_right(*arguments)

    monkeypatch.setattr(passwords, "is_right", counted)
    service = await services.start(limits={"logins_per_address": Rate(burst=2, refill_s=3600.0)})
    async with client_of(service) as http:
        page = (await http.get("/sign-in")).text
        token = page.split('name="form_token" value="')[1].split('"')[0]
        form = {"form_token": token, "name": "nobody", "password": "a wrong guess"}
        statuses = [(await http.post("/sign-in", data=form)).status_code for _ in range(5)]
    assert statuses == [403, 403, 429, 429, 429]
    assert len(hashed) == 2


async def test_guesses_from_everywhere_leave_each_address_a_few_tries(services):
    service = await services.start(
        limits={"logins_of_all": Rate(burst=3, refill_s=3600.0), "logins_in_a_crowd": ONE}
    )
    async with from_address(service, "127.0.0.2") as flood, from_address(service, "127.0.0.3") as elsewhere:
        statuses = [(await flood.post("/sign-in", data={})).status_code for _ in range(5)]
        assert statuses[-1] == 429
        assert (await elsewhere.post("/sign-in", data={})).status_code != 429


async def test_a_refusal_comes_late_so_that_a_client_cannot_ask_faster(services):
    service = await services.start(limits={"reads_per_address": ONE, "refusal_after_s": 3600.0})
    fairness: Fairness = service.app.ctx.fairness
    async with client_of(service) as flood, from_address(service, "127.0.0.2") as elsewhere:
        await flood.get("/v1/now")
        refused = asyncio.create_task(flood.get("/v1/now"))
        while not fairness.held:  # noqa: ASYNC110 - nothing announces it
            await asyncio.sleep(0)
        assert (await elsewhere.get("/v1/now")).status_code == 200
        assert not refused.done()
        refused.cancel()


async def test_an_honest_chat_goes_on_beside_every_flood(services, bot):
    bot.says(reply("utter_greet"))
    few = Rate(burst=20, refill_s=3600.0)
    service = await services.start(
        limits=dict.fromkeys(("reads_per_address", "files_per_address", "logins_per_address"), few)
    )
    async with from_address(service, "127.0.0.2") as flood, from_address(service, "127.0.0.3") as http:
        paths = ("/chat", "/widget.js", "/static/theme.css", "/chat/qr.svg")
        floods = [flood.get(path) for path in paths * 10]
        floods += [flood.post("/sign-in", data={"name": "x", "password": "y"}) for _ in range(25)]
        running = asyncio.gather(*floods)
        visitor = await Visitor(http).opens_the_chat()
        assert (await visitor.asks("hello"))["utterance"] == "utter_greet"
        (card,) = (await visitor.sends("I want to kill myself")).json()["replies"]
        assert card["kind"] == "card"
        assert 429 in {response.status_code for response in await running}


def test_hashing_a_password_steps_back_behind_everything_else():
    """One thread for all guesses, at a lower priority than the loop that serves visitors."""
    threads = passwords._threads
    own = threads.submit(lambda: os.getpriority(os.PRIO_PROCESS, threading.get_native_id())).result()
    assert own > os.getpriority(os.PRIO_PROCESS, os.getpid())
    assert threads._max_workers == 1


async def test_the_qr_code_is_drawn_once(services):
    service = await services.start()
    qr_drawing.cache_clear()
    async with client_of(service) as http:
        for _ in range(3):
            answer = await http.get("/chat/qr.svg")
    assert qr_drawing.cache_info().misses == 1
    assert "max-age" in answer.headers["cache-control"]
