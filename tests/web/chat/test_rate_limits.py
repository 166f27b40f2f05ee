"""Who is let in: rates by conversation, address and all; floods, forged addresses, and crisis always."""

from __future__ import annotations

import asyncio
import contextlib

import httpx
import pytest

from tests.web.conftest import Visitor
from web.core.client_ip import address_of, read_networks
from web.core.limits import Rate

TRUSTED = read_networks("127.0.0.1, 10.0.0.0/8, fd00::/8")
ONE = Rate(burst=1, refill_s=3600.0)
THREE = Rate(burst=3, refill_s=3600.0)
CRISIS = "I want to kill myself"


@pytest.mark.parametrize(
    ("peer", "forwarded_for", "expected"),
    [
        ("198.51.100.7", [], "198.51.100.7"),
        # Who is no trusted proxy may write what they want: it is not read.
        ("198.51.100.7", ["6.6.6.6"], "198.51.100.7"),
        ("198.51.100.7", ["127.0.0.1"], "198.51.100.7"),
        ("127.0.0.1", [], "127.0.0.1"),
        ("127.0.0.1", ["203.0.113.9"], "203.0.113.9"),
        # The visitor wrote the first part, the proxy the last one.
        ("127.0.0.1", ["6.6.6.6, 203.0.113.9"], "203.0.113.9"),
        ("127.0.0.1", ["10.0.0.1, 203.0.113.9"], "203.0.113.9"),
        ("127.0.0.1", ["6.6.6.6", "203.0.113.9"], "203.0.113.9"),
        # Two proxies of ours, one behind the other.
        ("127.0.0.1", ["6.6.6.6, 203.0.113.9, 10.1.2.3"], "203.0.113.9"),
        ("127.0.0.1", ["10.1.2.3"], "10.1.2.3"),
        # A proxy that does not say whom it speaks for speaks for itself.
        ("127.0.0.1", ["unknown"], "127.0.0.1"),
        ("127.0.0.1", ["6.6.6.6, "], "127.0.0.1"),
        ("127.0.0.1", ["<script>"], "127.0.0.1"),
        ("127.0.0.1", ["203.0.113.9:4711"], "203.0.113.9"),
        ("127.0.0.1", ["[2001:db8::1]:4711"], "2001:db8::/64"),
        ("::ffff:127.0.0.1", ["203.0.113.9"], "203.0.113.9"),
        # All addresses of one household are one.
        ("2001:db8:1:2:aaaa::1", [], "2001:db8:1:2::/64"),
        ("2001:db8:1:2:bbbb::2", [], "2001:db8:1:2::/64"),
        ("fd00::1", ["2001:db8:1:3::9"], "2001:db8:1:3::/64"),
    ],
)
def test_the_address_is_the_nearest_one_that_we_do_not_trust(peer, forwarded_for, expected):
    assert address_of(peer, forwarded_for, TRUSTED) == expected


def test_without_a_setting_no_header_is_read():
    assert address_of("127.0.0.1", ["203.0.113.9"], ()) == "127.0.0.1"


@contextlib.asynccontextmanager
async def from_address(service, address, **headers):
    """A client of this machine with an address of its own: all of 127.0.0.0/8 is here."""
    transport = httpx.AsyncHTTPTransport(local_address=address)
    async with httpx.AsyncClient(
        base_url=service.url, transport=transport, trust_env=False, timeout=20, headers=headers
    ) as http:
        yield http


async def starts(http, **headers):
    return (await http.post("/v1/conversations", headers=headers)).status_code


async def test_a_forged_address_moves_nothing(services):
    service = await services.start(limits={"conversations_per_address": ONE})
    async with from_address(service, "127.0.0.2") as http:
        forged = [await starts(http, **{"x-forwarded-for": f"6.6.6.{number}"}) for number in range(5)]
        others = ("forwarded", "x-real-ip", "cf-connecting-ip", "client-ip", "true-client-ip")
        forged += [await starts(http, **{name: "6.6.6.6"}) for name in others]
    assert forged == [201] + [429] * 9


async def test_behind_a_trusted_proxy_each_visitor_has_a_rate_of_their_own(services):
    service = await services.start(
        limits={"conversations_per_address": ONE}, trusted_proxies=read_networks("127.0.0.2")
    )
    async with from_address(service, "127.0.0.2") as proxy:
        assert await starts(proxy, **{"x-forwarded-for": "203.0.113.9"}) == 201
        assert await starts(proxy, **{"x-forwarded-for": "203.0.113.10"}) == 201
        assert await starts(proxy, **{"x-forwarded-for": "6.6.6.6, 203.0.113.9"}) == 429
    async with from_address(service, "127.0.0.3") as stranger:
        assert await starts(stranger, **{"x-forwarded-for": "203.0.113.11"}) == 201
        assert await starts(stranger, **{"x-forwarded-for": "203.0.113.12"}) == 429


@pytest.mark.thorough
async def test_a_flood_from_elsewhere_does_not_reach_an_honest_visitor(services):
    service = await services.start(
        limits={
            "messages_of_all": Rate(burst=20, refill_s=3600.0),
            "messages_in_a_crowd": THREE,
            "conversations_of_all": Rate(burst=5, refill_s=3600.0),
            "conversations_in_a_crowd": ONE,
        }
    )
    async with contextlib.AsyncExitStack() as stack:
        machines = [
            await stack.enter_async_context(from_address(service, f"127.0.1.{number}"))
            for number in range(1, 9)
        ]
        flooders = [await Visitor(http).opens_the_chat() for http in machines]
        sent = await asyncio.gather(*(each.sends("noise") for each in flooders * 10))
        more = [await starts(http) for http in machines]
        honest = await Visitor(
            await stack.enter_async_context(from_address(service, "127.0.2.1"))
        ).opens_the_chat()
        answers = [(await honest.sends(text)).status_code for text in ("hello", "are you open", "thanks")]
        assert (await honest.hears(3))[0]["utterance"] == "utter_greet"
    assert sum(response.status_code == 201 for response in sent) <= 20 + 8 * 3
    assert more == [429] * 8
    assert answers == [201] * 3


async def test_a_crisis_is_let_in_over_every_other_limit(services):
    nothing_goes = {
        "messages_per_conversation": ONE,
        "messages_per_address": ONE,
        "messages_of_all": ONE,
        "messages_in_a_crowd": ONE,
        "conversations_per_address": ONE,
        "conversations_of_all": ONE,
        "conversations_in_a_crowd": ONE,
    }
    service = await services.start(limits=nothing_goes)
    async with from_address(service, "127.0.0.2") as http:
        visitor = await Visitor(http).opens_the_chat()
        await visitor.sends("hello")
        assert (await visitor.sends("hello again")).status_code == 429
        for _ in range(3):
            card = await visitor.sends(CRISIS)
            assert card.status_code == 201
            assert [each["kind"] for each in card.json()["replies"]] == ["card"]
        assert await starts(http) == 429
        calm = await http.post("/v1/conversations", json={"text": "what does it cost"})
        urgent = await http.post("/v1/conversations", json={"text": CRISIS})
        odd = await http.post("/v1/conversations", json={"text": [CRISIS]})
    assert [calm.status_code, urgent.status_code, odd.status_code] == [429, 201, 429]


async def test_a_chat_that_begins_with_a_crisis_over_its_own_rate_is_refused_with_the_card(services):
    service = await services.start(
        limits={"conversations_per_address": ONE, "crisis_starts_per_address": THREE}
    )
    async with from_address(service, "127.0.0.2") as http, from_address(service, "127.0.0.3") as elsewhere:
        await Visitor(http).opens_the_chat()
        answers = [await http.post("/v1/conversations", json={"text": CRISIS}) for _ in range(4)]
        assert await starts(elsewhere) == 201
    assert [each.status_code for each in answers] == [201, 201, 201, 429]
    assert "tel:988" in {button["href"] for button in answers[3].json()["card"]["details"]["buttons"]}


async def test_one_address_cannot_send_crises_without_end_from_many_chats(services):
    """The first of each chat shows its card; what follows shares a rate."""
    service = await services.start(limits={"messages_per_address": ONE, "crises_per_address": THREE})
    async with from_address(service, "127.0.0.2") as http:
        visitors = [await Visitor(http).opens_the_chat() for _ in range(4)]
        first = [(await visitor.sends(CRISIS)).status_code for visitor in visitors]
        more = [(await visitor.sends(CRISIS)).status_code for visitor in visitors * 2]
    assert first == [201] * 4
    assert (more.count(201), more.count(429)) == (4, 4)  # of the first visitor the normal rate took one


async def test_an_address_holds_only_so_many_waiting_requests(services, bot):
    service = await services.start(limits={"max_waiting_per_address": 2, "max_wait_s": 20.0})
    async with from_address(service, "127.0.0.2") as http, from_address(service, "127.0.0.3") as elsewhere:
        visitors = [await Visitor(http).opens_the_chat() for _ in range(3)]
        quiet = await Visitor(elsewhere).opens_the_chat()
        held = [asyncio.create_task(visitor.reads(wait=20)) for visitor in visitors[:2]]
        admission = service.app.ctx.inbound.admission
        while admission._waiting["127.0.0.2"] < 2:  # noqa: ASYNC110 - nothing announces it
            await asyncio.sleep(0)
        refused = await http.get(f"{visitors[2].path}/messages?wait=20", headers=visitors[2].headers)
        assert refused.status_code == 429
        assert refused.json()["error"].startswith("Too many windows are open from your address")
        assert (await visitors[2].reads())["messages"] == []  # who does not wait is let in
        waits = asyncio.create_task(quiet.reads(wait=20))
        await quiet.sends("hello")
        assert (await waits)["messages"]
        for visitor, waiting in zip(visitors, held, strict=False):
            await visitor.sends("hello")
            assert (await waiting)["messages"]
        assert admission._waiting == {}
