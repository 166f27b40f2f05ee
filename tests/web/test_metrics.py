"""What Prometheus reads: numbers that are right, no words, and an answer also without the record."""

from __future__ import annotations

import asyncio
import socket

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families

from tests.web.conftest import Running, Visitor, client_of
from tests.web.stand_in_bot import handoff, reply
from tests.web.test_record_away import damage
from web.core.settings import version

WORDS = "Walburga asks about teeth"


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return probe.getsockname()[1]


async def scraped(port: int) -> tuple[str, dict[str, dict[str, float]]]:
    """The text, and each metric by the value of its first label."""
    async with httpx.AsyncClient(trust_env=False, timeout=60) as http:
        text = (await http.get(f"http://127.0.0.1:{port}/metrics")).text
    found: dict[str, dict[str, float]] = {}
    for family in text_string_to_metric_families(text):
        for sample in family.samples:
            found.setdefault(sample.name, {})[next(iter(sample.labels.values()), "")] = sample.value
    return text, found


@pytest.fixture
def port() -> int:
    return free_port()


async def test_queues_and_turns_are_counted_and_no_word_is_told(services, bot, port):
    service: Running = await services.start(metrics_port=port)
    bot.says(reply("utter_greet"), requests=(handoff(),))
    async with client_of(service) as http:
        visitor = await Visitor(http).opens_the_chat()
        await visitor.asks(WORDS)
        bot.hangs()
        await visitor.sends("and now")
        await bot.arrived.wait()
        text, found = await scraped(port)
        bot.goes_on(reply("utter_greet"))
    assert found["front_desk_queue"]["handoffs_unclaimed"] == 1
    assert found["front_desk_queue"]["turns"] == 1
    assert found["front_desk_recent_turns"] == {"answered": 1}
    assert found["front_desk_recent_turn_seconds"]["1"] > 0
    assert f'version="{version()}"' in text
    assert 'release="r1"' in text
    assert found["process_resident_memory_bytes"][""] > 0
    for private in ("Walburga", "teeth", visitor.id):
        assert private not in text


@pytest.mark.parametrize("record", ["sqlite"])
async def test_without_the_record_the_rest_is_told(services, port):
    service = await services.start(metrics_port=port)
    damage(service)
    service.db.forget_connections()
    _, found = await scraped(port)
    assert found["front_desk_healthy"] == {"": 0}
    assert found["front_desk_disk_free_bytes"][""] > 0
    assert "front_desk_queue" not in found


@pytest.mark.parametrize("record", ["sqlite"])
async def test_the_port_is_closed_with_the_service_and_absent_unless_set(services, port):
    service = await services.start(metrics_port=port)
    _, found = await scraped(port)
    assert found["front_desk_healthy"] == {"": 1}
    await services.stop(service)
    with pytest.raises(OSError, match="refused"):
        await asyncio.to_thread(socket.create_connection, ("127.0.0.1", port), 5)
    other = await services.start()
    async with client_of(other) as http:
        assert (await http.get("/metrics")).status_code == 404
