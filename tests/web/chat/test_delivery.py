"""The delivery contract (docs/protocol.md), clause by clause, with a real record and a real bot."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from tests.web.conftest import Visitor, client_of, new_client_id
from tests.web.stand_in_bot import callback, reply, turn
from web import schema
from web.chat import turns
from web.core.db import Database
from web.core.limits import Limits


async def test_a_question_is_answered(visitor):
    assert (await visitor.asks("hello"))["text"] == "Hello! What would you like to know?"


async def test_d1_a_message_is_in_the_file_when_its_sender_is_told(visitor, service):
    response = await visitor.sends("hello")
    assert response.status_code == 201
    another_process = Database(service.settings.database_url or f"sqlite:///{service.settings.sqlite}")
    async with another_process.read() as tx:
        stored = await tx.exec_driver_sql("select text from messages where author = 'visitor'")
        assert stored.scalars().all() == ["hello"]
    await another_process.close()


async def test_d1_a_commit_survives_a_crash_of_the_machine(service):
    async with service.db.read() as tx:
        if service.db.is_sqlite:  # 2: FULL
            assert (await tx.exec_driver_sql("PRAGMA synchronous")).scalar_one() == 2
        else:
            assert (await tx.exec_driver_sql("SHOW synchronous_commit")).scalar_one() == "on"


async def test_d1_a_message_that_could_not_be_stored_whole_is_not_sent(visitor, service, monkeypatch):
    async def breaks(*_args, **_options):
        raise OSError("disk is full")

    monkeypatch.setattr(turns, "open_for", breaks)
    response = await visitor.sends("hello")
    assert response.status_code == 500
    assert response.json()["ok"] is False
    assert await service.rows(schema.messages) == []


async def test_d2_a_resend_gives_the_stored_message_and_its_reply(visitor, service, bot):
    client_id = new_client_id()
    first = await visitor.sends("hello", client_id=client_id)
    await visitor.hears()
    again = await visitor.sends("hello", client_id=client_id)
    assert (first.status_code, again.status_code) == (201, 200)
    assert again.json()["message"] == first.json()["message"]
    assert [each["utterance"] for each in again.json()["replies"]] == ["utter_greet"]
    assert len(await service.rows(schema.messages)) == 2
    assert len(bot.asked) == 1


async def test_d2_a_double_click_is_one_message(visitor, service):
    client_id = new_client_id()
    sent = [visitor.sends("hello", client_id=client_id) for _ in range(8)]
    statuses = sorted([response.status_code for response in await asyncio.gather(*sent)])
    assert statuses == [200] * 7 + [201]
    await visitor.hears()
    assert len(await service.rows(schema.turns)) == 1


async def test_d2_the_same_id_with_other_words_is_refused(visitor, service):
    client_id = new_client_id()
    await visitor.sends("hello", client_id=client_id)
    other = await visitor.sends("good evening", client_id=client_id)
    assert other.status_code == 409
    stored = await service.rows(schema.messages)
    assert [row["text"] for row in stored if row["author"] == "visitor"] == ["hello"]


async def test_d2_two_visitors_may_use_the_same_id(visitor, another_visitor):
    client_id = new_client_id()
    assert (await visitor.sends("hello", client_id=client_id)).status_code == 201
    assert (await another_visitor.sends("hello", client_id=client_id)).status_code == 201


async def test_d3_numbers_come_without_holes_whoever_writes_at_once(services):
    # However busy the machine, no sentence that stands in for an answer comes between and is counted.
    service = await services.start(limits={"reply_deadline_s": 60.0})
    async with client_of(service) as http:
        visitor = await Visitor(http).opens_the_chat()
        await asyncio.gather(*(visitor.sends(f"question {number}") for number in range(10)))
        await visitor.hears(10)
        said = (await visitor.reads())["messages"]
    assert [message["seq"] for message in said] == list(range(1, 21))


async def test_d3_replies_come_in_the_order_of_the_questions(visitor, bot):
    numbers = ("one", "two", "three", "four", "five")
    bot.does(lambda asked: turn(reply("utter_callback_sent", first_name=asked["text"])))
    for number in numbers:
        await visitor.sends(f"number {number}")
    heard = [message["text"].split(",")[1] for message in await visitor.hears(5)]
    assert heard == [f" number {number}. I passed on your request." for number in numbers]


async def test_d4_everything_after_n_is_exactly_the_rest(visitor):
    await visitor.asks("hello")
    everything = (await visitor.reads())["messages"]
    rest = (await visitor.reads(after=1))["messages"]
    assert rest == everything[1:]
    nothing: dict[str, Any] = {"ok": True, "messages": [], "last": 2, "pending": []}
    nothing |= {"more": False, "staff_typing": None, "waiting": None, "language": "en"}
    assert await visitor.reads(after=2) == nothing


async def test_d4_a_long_chat_comes_in_parts_and_whole(services):
    service = await services.start(limits={"max_messages_per_answer": 3})
    async with client_of(service) as http:
        visitor = await Visitor(http).opens_the_chat()
        for text in ("one", "two", "three", "four"):
            await visitor.asks(text)
        parts, after, is_more = [], 0, True
        while is_more:
            answer = await visitor.reads(after=after)
            parts.append([message["seq"] for message in answer["messages"]])
            after, is_more = answer["last"], answer["more"]
    assert parts == [[1, 2, 3], [4, 5, 6], [7, 8]]


async def test_d6_one_timer_tells_everybody_who_waits_for_too_long(services, bot):
    """Also who wrote while it was set already; nothing else looks in this test."""
    bot.hangs()
    service = await services.start(limits={"reply_deadline_s": 3.0, "sweep_every_s": 3600.0})
    answering = service.app.ctx.turn_worker
    async with client_of(service) as http:
        first, second = [await Visitor(http).opens_the_chat() for _ in range(2)]
        await first.sends("hello")
        timer = answering._timer
        await second.sends("hello")
        assert answering._timer is timer is not None
        told = [(await visitor.hears())[0]["kind"] for visitor in (first, second)]
    assert told == ["notice", "notice"]


async def waits_for_news(service, visitor):
    """Another window of the same visitor, which waits for what comes."""
    waiting = asyncio.create_task(visitor.reads(wait=25))
    while not service.app.ctx.context.pubsub.count(visitor.id):  # noqa: ASYNC110 - nothing announces it
        await asyncio.sleep(0)
    return waiting


async def test_d4_another_window_gets_a_message_together_with_its_answer(services):
    service = await services.start(limits={"own_words_within_s": 60.0})
    async with client_of(service) as http:
        visitor = await Visitor(http).opens_the_chat()
        window = await waits_for_news(service, visitor)
        await visitor.sends("hello")
        assert [each["author"] for each in (await window)["messages"]] == ["visitor", "bot"]


async def test_d4_another_window_gets_a_message_alone_when_the_answer_takes_longer(services, bot):
    service = await services.start(limits={"own_words_within_s": 0.01})
    async with client_of(service) as http:
        visitor = await Visitor(http).opens_the_chat()
        window = await waits_for_news(service, visitor)
        bot.hangs()
        await visitor.sends("hello")
        assert [each["author"] for each in (await window)["messages"]] == ["visitor"]
        bot.goes_on(reply("utter_greet"))
        await visitor.hears()


@pytest.mark.parametrize(("text", "is_news_at_once"), [("i want to kill myself", True), ("hello", False)])
async def test_d4_other_windows_are_told_of_a_card_at_once(services, bot, text, is_news_at_once):
    service = await services.start(limits={"own_words_within_s": 60.0})
    async with client_of(service) as http:
        visitor = await Visitor(http).opens_the_chat()
        bot.hangs()
        with service.app.ctx.context.pubsub.listening(visitor.id) as listener:
            await visitor.sends(text)
            assert await listener.news(timeout_s=0.0) is is_news_at_once
        bot.goes_on(reply("utter_greet"))


async def test_d5_a_claimed_turn_is_not_claimed_again_by_another_service(services, bot, service):
    other = await services.start()
    async with client_of(service) as http:
        visitor = await Visitor(http).opens_the_chat()
        bot.hangs()
        await visitor.sends("hello")
        await bot.arrived.wait()
        lease, now = timedelta(seconds=30), other.clock()
        async with other.db.write() as tx:
            assert await turns.claim_next(tx, visitor.id, by="other", lease=lease, now=now) is None
        bot.goes_on(reply("utter_greet"))
        await visitor.hears()
    assert len(bot.asked) == 1


async def test_d5_whose_lease_ran_out_stores_nothing(service, visitor, bot):
    bot.hangs()
    await visitor.sends("hello")
    await bot.arrived.wait()
    lease = timedelta(seconds=30)
    async with service.db.write() as tx:
        late = service.clock() + timedelta(minutes=5)
        stolen = await turns.claim_next(tx, visitor.id, by="other", lease=lease, now=late)
    assert stolen is not None
    async with service.db.write() as tx:
        first = {**stolen.__dict__, "claimed_by": "the first one"}
        kept = await turns.finish(tx, turns.Turn(**first), outcome="answered", now=late)
    assert not kept
    async with service.db.write() as tx:
        assert await turns.finish(tx, stolen, outcome="answered", now=late)
    async with service.db.write() as tx:
        assert not await turns.finish(tx, stolen, outcome="answered", now=late)


async def test_d5_turns_of_one_conversation_never_overlap(visitor, bot):
    bot.hangs()
    for number in range(3):
        await visitor.sends(f"question {number}")
    await bot.arrived.wait()
    await visitor.reads()
    assert len(bot.asked) == 1
    bot.goes_on(reply("utter_greet"))
    await visitor.hears(3)
    assert [asked["text"] for asked in bot.asked] == [f"question {number}" for number in range(3)]


async def test_the_bot_gets_back_the_events_of_the_turn_before(visitor, bot):
    bot.says(reply("utter_greet"), events=({"event": "slot", "name": "first_name"},))
    await visitor.asks("hello")
    await visitor.asks("and then")
    assert [asked["events"] for asked in bot.asked] == [
        [],
        [{"event": "slot", "name": "first_name"}],
    ]


def test_d6_the_visitor_is_told_something_within_eight_seconds():
    # Also when the process that has the timer is killed: another one's sweep finds it then.
    limits = Limits()
    assert limits.reply_deadline_s + limits.sweep_every_s < 8


TRUE_SENTENCE = "I am sorry, I could not answer that just now. You can call us at (555) 201-8834."


@pytest.mark.parametrize("trouble", ["fails", "breaks_off", "talks_nonsense", "says_nothing", "dies", "lies"])
async def test_d6_a_broken_bot_ends_in_a_true_sentence(visitor, bot, trouble):
    if trouble == "says_nothing":
        bot.says()
    elif trouble == "dies":
        await bot.die()
    elif trouble == "lies":
        bot.says(reply("utter_not_in_the_release"))
    else:
        getattr(bot, trouble)()
    told = await visitor.asks("hello")
    assert told["text"].startswith(TRUE_SENTENCE)
    assert (await visitor.reads())["pending"] == []


@pytest.mark.parametrize(
    "body",
    [
        "",
        "[]",
        "null",
        '{"replies": "none"}',
        '{"release": 1, "events": [], "replies": [], "requests": [], "understood": {}}',
        "[" * 5000,
        '{"release": "\\ud800"}',
        "1" * 2_000_000,
    ],
)
async def test_d6_whatever_the_bot_says_the_visitor_gets_a_true_sentence(guest, shared_service, body):
    shared_service.bot.talks_nonsense(body)
    assert (await guest.asks("hello"))["text"].startswith(TRUE_SENTENCE)


async def test_d6_a_hanging_bot_is_spoken_for_and_its_late_answer_appears_once(services, bot, settings):
    service = await services.start(limits={"reply_deadline_s": 0.05})
    async with client_of(service) as http:
        visitor = await Visitor(http).opens_the_chat()
        bot.hangs()
        told = await visitor.asks("hello")
        assert told["text"].startswith(TRUE_SENTENCE)
        bot.goes_on(reply("utter_greet"))
        assert (await visitor.hears())[0]["utterance"] == "utter_greet"
        said = (await visitor.reads())["messages"]
    assert [message["author"] for message in said] == ["visitor", "system", "bot"]


async def test_d6_a_bot_that_hangs_for_good_is_spoken_for_once(services, bot):
    service = await services.start(limits={"reply_deadline_s": 0.05, "bot_timeout_s": 1.0})
    async with client_of(service) as http:
        visitor = await Visitor(http).opens_the_chat()
        bot.hangs()
        await visitor.asks("hello")
        bot.arrived.clear()
        await visitor.sends("and now")
        await bot.arrived.wait()  # the first turn was given up before this one was asked
        bot.goes_on(reply("utter_greet"))
        while (await visitor.hears())[-1]["utterance"] != "utter_greet":
            pass  # the second message may have been spoken for as well by now
        said = (await visitor.reads())["messages"]
    turn_rows = await service.rows(schema.turns)
    assert sorted(row["outcome"] for row in turn_rows) == ["answered", "failed"]
    told = [message for message in said if message["in_reply_to"] == said[0]["id"]]
    assert len(told) == 1


async def test_d6_a_bot_that_comes_back_in_time_still_answers(services, bot):
    service = await services.start(limits={"bot_retries_s": (0.01,) * 200})
    async with client_of(service) as http:
        visitor = await Visitor(http).opens_the_chat()
        await bot.die()
        await visitor.sends("hello")
        await bot.start()
        assert (await visitor.hears())[0]["utterance"] == "utter_greet"


async def test_d6_what_a_stopped_service_left_open_is_answered_by_the_next(services, bot):
    first = await services.start()
    async with client_of(first) as http:
        visitor = await Visitor(http).opens_the_chat()
        bot.hangs()
        await visitor.sends("hello")
        await bot.arrived.wait()
    await services.stop(first)
    bot.goes_on(reply("utter_greet"))
    second = await services.start()
    async with client_of(second) as http:
        visitor.http = http
        assert (await visitor.hears())[0]["utterance"] == "utter_greet"
    assert len(await second.rows(schema.messages)) == 2


async def test_d7_a_callback_is_stored_with_the_turn_that_asked_for_it(visitor, service, bot):
    bot.says(
        reply("utter_callback_sent", first_name="Ana"),
        outcome="skill",
        requests=(callback(first_name="Ana", phone="+15552018834", may_leave_message=True),),
    )
    assert (await visitor.asks("please call me"))["text"].startswith("Thank you, Ana.")
    (stored,) = await service.rows(schema.callbacks)
    assert (stored["first_name"], stored["phone"], stored["state"]) == (
        "Ana",
        "+15552018834",
        "new",
    )


async def test_d7_a_turn_that_cannot_store_its_callback_says_nothing_of_it(
    visitor, service, bot, monkeypatch
):
    async def breaks(*_args, **_options):
        raise OSError("disk is full")

    monkeypatch.setattr("web.chat.turn_results.callbacks.request", breaks)
    bot.says(reply("utter_callback_sent", first_name="Ana"), requests=(callback(phone="+15552018834"),))
    await visitor.sends("please call me")
    await bot.arrived.wait()
    await service.app.ctx.turn_worker.stop()
    assert [row["author"] for row in await service.rows(schema.messages)] == ["visitor"]
    assert [row["state"] for row in await service.rows(schema.turns)] == ["waiting"]


async def test_d6_a_turn_that_breaks_the_service_again_and_again_is_given_up(services, bot, monkeypatch):
    def breaks(*_args, **_options):
        raise RuntimeError("a bug of ours")

    monkeypatch.setattr("web.chat.turn_results.word", breaks)
    service = await services.start(limits={"lease_s": 0.01, "sweep_every_s": 0.01})
    async with client_of(service) as http:
        visitor = await Visitor(http).opens_the_chat()
        assert (await visitor.asks("hello"))["text"].startswith(TRUE_SENTENCE)
    assert [row["outcome"] for row in await service.rows(schema.turns)] == ["failed"]


async def test_nobody_is_promised_a_call_that_nobody_sees(services, bot, settings):
    service = await services.start(desk=False)
    async with client_of(service) as http:
        visitor = await Visitor(http).opens_the_chat()
        bot.says(
            reply("utter_callback_sent", first_name="Ana"),
            requests=(callback(phone="+15552018834"),),
        )
        assert (await visitor.asks("please call me"))["text"].startswith(TRUE_SENTENCE)
    assert bot.asked[0]["facts"]["can_call_back"] is False
    assert await service.rows(schema.callbacks) == []


async def test_a_waiting_reader_is_woken_by_the_answer(visitor, bot):
    bot.hangs()
    await visitor.sends("hello")
    waiting = asyncio.create_task(visitor.reads(after=1, wait=5))
    await bot.arrived.wait()
    bot.goes_on(reply("utter_greet"))
    assert [each["utterance"] for each in (await waiting)["messages"]] == ["utter_greet"]


async def test_a_client_that_hangs_up_has_its_message_stored_all_the_same(service, visitor):
    body = b'{"client_id": "0123456789", "text": "hello"}'
    head = (
        f"POST {visitor.path}/messages HTTP/1.1\r\nhost: x\r\n"
        f"authorization: Bearer {visitor.token}\r\ncontent-length: {len(body)}\r\n\r\n"
    )
    host, port = service.url.removeprefix("http://").split(":")
    _reader, writer = await asyncio.open_connection(host, int(port))
    writer.write(head.encode() + body)
    await writer.drain()
    writer.transport.abort()
    assert (await visitor.hears())[0]["utterance"] == "utter_greet"
