"""What a message costs does not grow with the record: no statement reads a table from end to end."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import UniqueConstraint

from tests.bench import per_message
from tests.web import large_record
from tests.web.conftest import Visitor, client_of, signed_in
from tests.web.plans import Recorder
from tests.web.stand_in_bot import callback, handoff, reply
from web import schema
from web.chat.turn_worker import TurnWorker
from web.core.limits import Limits
from web.safety import checklists

CRISIS = "I want to kill myself"
STEP = checklists.defaults()["crisis"][0]


def test_every_row_that_goes_with_a_chat_is_found_by_an_index():
    """Else each chat that is deleted would read these tables from end to end; no plan shows that."""
    for table in schema.metadata.tables.values():
        served = {next(iter(each.columns)).name for each in (*table.indexes, *_keys(table))}
        for key in table.foreign_keys:
            is_deleted = key.column.table is not schema.accounts  # those are only disabled
            assert not is_deleted or key.parent.name in served, (table.name, key.parent.name)


def _keys(table) -> list[Any]:
    unique = [each for each in table.constraints if isinstance(each, UniqueConstraint)]
    return [table.primary_key, *unique]


@pytest.mark.thorough
async def test_no_statement_reads_a_growing_table_from_end_to_end(services, bot, monkeypatch):
    """A day at the clinic over a record of 100,000 turns; the plan of every statement is looked at."""
    service = await services.start(smtp_url="smtp://127.0.0.1:9", mail_to="desk@example.com")
    await large_record.fill(service.db)
    recorder = Recorder(service.db)
    with recorder.recording(monkeypatch):
        async with client_of(service) as http:
            visitor = await a_visitor_writes(http, bot)
            await a_crowd_is_in_crisis(http)
            await everybody_at_the_desk(service, visitor)
            await what_runs_by_itself(service)
            await http.delete(visitor.path, headers=visitor.headers)
    assert len(recorder.seen) > 100
    assert "\n\n".join(await recorder.scans()) == ""


@pytest.mark.thorough
async def test_a_message_takes_no_more_processor_beside_100_000_turns():
    """Both services answer in turns; of each the quietest round counts, as other work only adds."""
    empty, full = await per_message.measure((0, large_record.TURNS), rounds=6, idle_s=0.0)
    assert full.message_ms <= 1.1 * empty.message_ms, (empty.rounds_ms, full.rounds_ms)


async def a_visitor_writes(http, bot) -> Visitor:
    """Everything that a visitor's bp take, and everything the bot can ask for."""
    visitor = await Visitor(http).opens_the_chat()
    bot.says(reply("utter_faq/what_is_a_crown"))
    answer = await visitor.asks("what is a crown")
    await visitor.presses(visitor.starters[0]["id"])
    await visitor.hears()
    for requests in ((handoff(),), (callback(phone="+15552018834"),)):
        bot.says(reply("utter_greet"), requests=requests)
        await visitor.asks("please")
    bot.says(outcome="declined")
    await visitor.asks("hm")
    bot.fails()
    await visitor.asks("hm hm")
    await visitor.sends(CRISIS)
    await visitor.http.get(visitor.path, headers=visitor.headers)
    await visitor.http.post(
        f"{visitor.path}/messages/{answer['id']}/rating", json={"helpful": False}, headers=visitor.headers
    )
    return visitor


async def a_crowd_is_in_crisis(http) -> None:
    """More than the desk shows each of."""
    for _ in range(Limits().urgent_per_address_and_hour + 2):
        await (await Visitor(http).opens_the_chat()).sends(CRISIS)


async def everybody_at_the_desk(service, visitor) -> None:
    """Every page there is, each by who may see it, and what is done in a conversation."""
    pages = [f"/{route.path}" for route in service.app.router.routes if "GET" in route.methods]
    pages = [page.replace("<conversation_id:str>", visitor.id) for page in pages]
    callback_id = (await service.rows(schema.callbacks, of=visitor))[0]["id"]
    for who in ("nurse", "owner", "clinician", "administrator"):
        async with signed_in(service, who) as client:
            for page in pages:
                if "<" not in page and not page.startswith("/static"):
                    await client.get(page, follow_redirects=False)
    async with signed_in(service, "nurse") as nurse:
        here = f"/desk/conversations/{visitor.id}"
        for deed, fields in (
            ("typing", {"typing": "yes"}), ("claim", {}), ("reply", {"text": "hello"}),
            ("note", {"text": "a"}), ("hand-back", {"sure": "yes"}),
            ("step", {"step": STEP, "done": "yes"}), ("not-a-crisis", {"sure": "yes"}),
            ("claim", {}), ("resolve", {"sure": "yes"}),
            ("reopen", {}), ("resolve", {"sure": "yes"}), ("leave", {}),
        ):  # fmt: skip
            answer = await nurse.posts(f"{here}/{deed}", **fields)
            assert answer.status_code in (200, 303), (deed, answer.text)
        await nurse.posts(f"/desk/callbacks/{callback_id}/move", to="called")
        await nurse.posts("/desk/read-all")
        folded = "/desk/folded/" + (await nurse.get("/desk")).text.split("/desk/folded/")[1].split('"')[0]
        assert (await nurse.get(folded)).status_code == 200
        ended = {"looked": "yes", "outcome": "spoke"}
        assert (await nurse.posts(f"{folded}/close", **ended)).status_code == 200


async def what_runs_by_itself(service) -> None:
    """The sweeps, the purge, the mail, and a process that starts beside this one."""
    app = service.app
    service.clock.move(timedelta(minutes=6))
    await app.ctx.timeout_worker.look()
    await app.ctx.mailer.send_one()
    other = TurnWorker(app.ctx.context, app.ctx.mailer)
    await other.start()
    await other._sweep()
    await other._purge()
    await other.stop()
