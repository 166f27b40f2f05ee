"""Callback requests: what one holds, each step and who took it, and what is never sent out."""

from __future__ import annotations

import itertools

import pytest

from tests.web.conftest import NOW, Visitor, async_fixture, client_of
from tests.web.stand_in_bot import callback, reply
from web import schema
from web.chat import callbacks
from web.core.errors import BotFailed, NotFound, NotPossible
from web.desk import callback_views

STATES = ("new", "called", "reached", "done", "cancelled")


async def asked(visitor, bot, **fields):
    """A visitor asks for a call; its id."""
    bot.says(reply("utter_greet"), requests=(callback(**{"phone": "+15552018834", **fields}),))
    await visitor.asks("please call me")


async def test_a_request_holds_what_is_needed_and_what_was_agreed_to(visitor, service, bot):
    await asked(
        visitor, bot, first_name="Ana", best_time="after 5 pm", channel="phone", patient="new",
        may_leave_message=True,
    )  # fmt: skip
    (row,) = await service.rows(schema.callbacks)
    assert (row["state"], row["phone"], row["best_time"]) == ("new", "+15552018834", "after 5 pm")
    assert (row["language"], row["may_leave_message"]) == ("en", True)
    assert row["consented_at"] == row["created_at"]
    (event,) = await service.rows(schema.callback_events)
    assert (event["did"], event["by"], event["number"]) == ("new", None, 1)


@pytest.mark.parametrize(
    "fields",
    [
        {"phone": "555 201 8834"},
        {"phone": "(555) 201-8834"},
        {"phone": "+1"},
        {"phone": "+1 555 201 8834"},
        {"phone": "call me"},
        {"phone": "+1" * 30},
        {"email": "nobody"},
        {"email": "a@b"},
        {"email": "a@b.c, d@e.f"},
        {"email": "a b@c.d"},
        {"first_name": "Ana"},
        {"phone": "+15552018834", "may_leave_message": "yes"},
        {"phone": "+15552018834", "first_name": "x" * 201},
        {"phone": 15552018834},
    ],
)
def test_a_way_that_reaches_nobody_is_refused(fields):
    with pytest.raises(BotFailed):
        callbacks.read_fields(fields)


@pytest.mark.parametrize("fields", [{"phone": "+15552018834"}, {"phone": "+4930123456"}, {"email": "a@b.co"}])
def test_a_number_in_e164_or_an_address_is_kept(fields):
    assert callbacks.read_fields(fields).items() >= fields.items()


async def test_every_step_is_allowed_or_refused_with_a_sentence(one_request):
    service, callback_id = one_request
    for before, to in itertools.product(STATES, STATES):
        async with service.db.write() as tx:
            await tx.execute(schema.callbacks.update().values(state=before))
            if to not in callbacks.STEPS[before]:
                with pytest.raises(NotPossible, match=f"'{before}' already"):
                    await callbacks.move(tx, callback_id, to, by="nurse", now=NOW)
                continue
            await callbacks.move(tx, callback_id, to, by="nurse", now=NOW, note="rang twice")
            row = await callbacks.one(tx, callback_id)
        assert row is not None
        assert (row["state"], row["done_at"]) == (to, NOW if to in callbacks.CLOSED else None)


@async_fixture
async def one_request(visitor, service, bot):
    await asked(visitor, bot)
    (row,) = await service.rows(schema.callbacks)
    return service, row["id"]


async def test_the_history_says_who_did_what_in_order(one_request):
    service, callback_id = one_request
    async with service.db.write() as tx:
        for to, by in (
            ("called", "nurse"),
            ("called", "second nurse"),
            ("reached", "nurse"),
            ("done", "nurse"),
        ):
            await callbacks.move(tx, callback_id, to, by=by, now=NOW, note=f"{to} by {by}")
        history = await callbacks.history(tx, callback_id)
        assert await callbacks.open_ones(tx) == []
    assert [(row["number"], row["did"], row["by"]) for row in history] == [
        (1, "new", None),
        (2, "called", "nurse"),
        (3, "called", "second nurse"),
        (4, "reached", "nurse"),
        (5, "done", "nurse"),
    ]


async def test_a_request_that_is_not_there_is_said_to_be_gone(service):
    async with service.db.write() as tx:
        with pytest.raises(NotFound, match="no longer available"):
            await callbacks.move(tx, "nothing", "called", by="nurse", now=NOW)
        assert not await callbacks.finish(tx, "nothing", now=NOW)


async def test_a_long_note_is_refused_and_nothing_is_lost(one_request):
    service, callback_id = one_request
    async with service.db.write() as tx:
        with pytest.raises(NotPossible, match="500 characters"):
            await callbacks.move(tx, callback_id, "called", by="nurse", now=NOW, note="x" * 501)
    assert (await service.rows(schema.callbacks))[0]["state"] == "new"


async def test_asking_again_in_the_same_chat_changes_the_request(services, bot):
    service = await services.start(smtp_url="smtp://127.0.0.1:9", mail_to="desk@example.com")
    async with client_of(service) as http:
        visitor = await Visitor(http).opens_the_chat()
        await asked(visitor, bot, first_name="Ana", best_time="mornings")
        await asked(visitor, bot, first_name="Ana", best_time="after 5 pm")
    (row,) = await service.rows(schema.callbacks)
    assert row["best_time"] == "after 5 pm"
    events = await service.rows(schema.callback_events)
    assert sorted(event["did"] for event in events) == ["changed", "new"]
    assert len(await service.rows(schema.outbox)) == 1


async def test_a_wrong_number_put_right_in_the_same_chat_is_not_called(services, bot):
    service = await services.start(smtp_url="smtp://127.0.0.1:9", mail_to="desk@example.com")
    async with client_of(service) as http:
        visitor = await Visitor(http).opens_the_chat()
        await asked(visitor, bot, first_name="Ana", best_time="mornings")
        bot.says(reply("utter_greet"), requests=(callback(phone="+15552018899"),))
        await visitor.asks("wrong number, sorry")
    assert [call["facts"]["call_is_open"] for call in bot.asked[-2:]] == [False, True]
    (row,) = await service.rows(schema.callbacks)
    assert (row["phone"], row["best_time"], row["state"]) == ("+15552018899", None, "new")


async def test_a_visitor_takes_a_call_back(services, bot):
    service = await services.start(smtp_url="smtp://127.0.0.1:9", mail_to="desk@example.com")
    async with client_of(service) as http:
        visitor = await Visitor(http).opens_the_chat()
        another = await Visitor(http).opens_the_chat()
        await asked(another, bot, phone="+15552018899")
        await asked(visitor, bot)
        taken_back = {"kind": "cancel_callback", "reason": "taken_back", "fields": {}}
        bot.says(reply("utter_greet"), requests=(taken_back,))
        await visitor.asks("cancel that call")
    states = {row["phone"]: row["state"] for row in await service.rows(schema.callbacks)}
    assert states == {"+15552018834": "cancelled", "+15552018899": "new"}
    last = max(await service.rows(schema.callback_events), key=lambda event: event["number"])
    assert (last["did"], last["by"]) == ("cancelled", None)


async def test_a_strangers_number_cannot_be_put_on_the_list_all_day(service, http, bot):
    for _ in range(5):
        await asked(await Visitor(http).opens_the_chat(), bot)
    await asked(await Visitor(http).opens_the_chat(), bot, phone="+15552018835")
    numbers = [row["phone"] for row in await service.rows(schema.callbacks)]
    assert sorted(numbers) == ["+15552018834"] * 3 + ["+15552018835"]
    again = [row for row in await service.rows(schema.callback_events) if row["did"] == "asked_again"]
    assert len(again) == 2
    async with service.db.read() as tx:
        listed = await callback_views.listed(tx, show="open", names={}, zone=None, now=NOW)
    assert any("another chat" in words for call in listed for deed in call.history for words in deed)


async def test_what_waits_to_be_mailed_holds_a_link_and_nothing_else(services, bot):
    service = await services.start(smtp_url="smtp://127.0.0.1:9", mail_to="desk@example.com")
    async with client_of(service) as http:
        await asked(await Visitor(http).opens_the_chat(), bot, first_name="Ana", email="ana@example.com")
    (mail,) = await service.rows(schema.outbox)
    assert not {"Ana", "+15552018834", "ana@example.com"} & {str(value) for value in mail.values()}


async def test_a_wish_and_an_extension_are_kept_and_stand_on_top_at_the_desk(visitor, service, bot):
    await asked(visitor, bot, first_name="Ana", extension="204", note="please don't say which clinic")
    (row,) = await service.rows(schema.callbacks)
    assert (row["note"], row["extension"]) == ("please don't say which clinic", "204")
    async with service.db.read() as tx:
        (call,) = await callback_views.listed(tx, show="open", names={}, zone=None, now=NOW)
        (exported,) = await callback_views.export_rows(tx, zone=None, now=NOW)
    assert call.note == "please don't say which clinic"
    assert call.way.endswith("extension 204")
    assert call.href == "tel:+15552018834;ext=204"
    assert {"note", "extension"} <= set(callback_views.EXPORTED) <= set(exported)


@pytest.mark.parametrize("fields", [{"extension": "12; drop"}, {"note": "x" * 601}, {"note": 5}])
def test_a_wish_or_an_extension_that_is_none_is_refused(fields):
    with pytest.raises(BotFailed):
        callbacks.read_fields({"phone": "+15552018834", **fields})


async def test_a_request_that_was_only_folded_is_not_told_as_passed_on(service, http, bot):
    for _ in range(3):
        await asked(await Visitor(http).opens_the_chat(), bot)
    visitor = await Visitor(http).opens_the_chat()
    bot.says(
        reply("utter_callback_sent", first_name="Ana"),
        requests=(callback(phone="+15552018834", note="only mornings"),),
    )
    told = await visitor.asks("yes")
    assert told["utterance"] == "utter_callback_known"
    folded = [row for row in await service.rows(schema.callback_events) if row["did"] == "asked_again"]
    assert [row["note"] for row in folded] == ["only mornings"]


async def test_nothing_is_told_as_taken_back_that_was_closed_meanwhile(visitor, service, bot):
    taken_back = {"kind": "cancel_callback", "reason": "taken_back", "fields": {}}
    bot.says(reply("utter_call_taken_back"), requests=(taken_back,))
    told = await visitor.asks("cancel that call")
    assert told["utterance"] == "utter_nothing_to_cancel"


async def test_the_bot_is_told_since_when_a_request_is_there_and_whether_it_is_seen(service, http, bot):
    visitor = await Visitor(http).opens_the_chat()
    await asked(visitor, bot)
    bot.says(reply("utter_greet"))
    await visitor.asks("did it go through?")
    told = bot.asked[-1]["facts"]
    assert (told["call_is_open"], told["call_is_seen"]) == (True, False)
    assert " at " in told["call_sent_at"]
