"""A person takes over: one winner, a silent bot, words that arrive, and nobody left with a silent holder."""

from __future__ import annotations

import asyncio
import os
from datetime import timedelta

import pytest

from tests.web.conftest import Visitor, client_of, signed_in
from tests.web.stand_in_bot import handoff, reply
from web import schema
from web.accounts import accounts
from web.accounts.staff import Person
from web.chat import conversations, handoff_events, handoffs
from web.core.errors import HandoffTaken, MessageRefused, NotFound, NotYours
from web.desk import handoff_timeouts, staff_replies
from web.hours import on_duty, staff_activity

NURSE, SECOND_NURSE = Person("n1", "Ana"), Person("n2", "Ben")
PROVE = bool(os.environ.get("FRONT_DESK_PROVE"))
CRISIS = "I want to kill myself"


@pytest.fixture
def desk(service):
    """Call a rule of the desk in a transaction of its own, as a route does."""

    async def call(rule, *arguments, **more):
        async with service.db.write() as tx:
            made = await rule(tx, *arguments, now=service.clock(), **more)
        service.app.ctx.context.pubsub.publish(arguments[0])
        return made

    return call


async def asks_for_a_person(visitor, bot):
    bot.says(reply("utter_greet"), requests=(handoff(),))
    await visitor.asks("I would like to talk to a person")
    bot.says(reply("utter_greet"))


async def said(visitor) -> list[str]:
    return [message["text"] for message in (await visitor.reads())["messages"]]


async def test_the_visitor_is_told_who_joins_who_speaks_and_who_leaves(visitor, bot, desk):
    await asks_for_a_person(visitor, bot)
    await desk(staff_replies.reply, visitor.id, text="Hello, how can I help?", by=NURSE)
    joined, words = await visitor.hears(2)
    assert (joined["author"], joined["details"]["event"]) == ("system", "staff_joined")
    assert joined["text"] == "Ana from our team has joined. You are now talking to a person."
    assert (words["author"], words["details"]["name"]) == ("staff", "Ana")
    assert words["text"] == "Hello, how can I help?"
    await desk(handoffs.resolve, visitor.id, by=NURSE)
    assert (await visitor.hears())[0]["text"] == "Ana has left. The automated helper is here again."


async def test_joining_is_said_in_the_visitors_language(visitor, bot, desk):
    await visitor.asks("hola, quiero hablar con una persona por favor")
    await desk(handoffs.claim, visitor.id, by=NURSE)
    assert "se ha unido" in (await visitor.hears())[0]["text"]


async def test_nothing_of_the_record_but_the_name_reaches_the_visitor(visitor, desk):
    await visitor.asks("hello")
    await desk(staff_replies.reply, visitor.id, text="Hi", by=NURSE)
    answer = await visitor.reads()
    assert "'n1'" not in str(answer["messages"])  # as a whole: random ids may hold it


async def test_while_a_person_holds_it_the_bot_is_silent(visitor, bot, desk):
    await visitor.asks("hello")
    await desk(handoffs.claim, visitor.id, by=NURSE)
    bot.asked.clear()
    answer = (await visitor.sends("what are the side effects?")).json()
    assert answer["pending"] == []
    await desk(handoffs.resolve, visitor.id, by=NURSE)
    visitor.after = (await visitor.reads())["last"]
    await visitor.asks("and what does it cost?")
    assert [asked["text"] for asked in bot.asked] == ["and what does it cost?"]


async def test_the_visitor_sees_that_whoever_holds_it_types_and_nobody_else(visitor, desk, service):
    await visitor.asks("hello")
    await desk(staff_activity.note_reading, visitor.id, NURSE, is_typing=True)
    assert (await visitor.reads())["staff_typing"] is None  # she does not speak with them yet
    await desk(handoffs.claim, visitor.id, by=NURSE)
    await desk(staff_activity.note_reading, visitor.id, SECOND_NURSE, is_typing=True)
    assert (await visitor.reads())["staff_typing"] == "Ana"
    service.clock.move(timedelta(seconds=9))
    assert (await visitor.reads())["staff_typing"] is None
    await desk(staff_activity.note_reading, visitor.id, NURSE, is_typing=True)
    assert (await visitor.reads())["staff_typing"] == "Ana"
    await desk(handoffs.resolve, visitor.id, by=NURSE)
    assert (await visitor.reads())["staff_typing"] is None


async def test_typing_ends_the_wait_for_news_and_so_does_its_end(visitor, bot, nurse):
    await asks_for_a_person(visitor, bot)
    await nurse.posts(f"/desk/conversations/{visitor.id}/claim")
    last = (await visitor.reads())["last"]
    for typing, told in (("yes", "Nina Nurse"), ("no", None)):
        waits = asyncio.create_task(visitor.reads(after=last, wait=20))
        while not waits.done():
            await nurse.posts(f"/desk/conversations/{visitor.id}/typing", typing=typing)
        answer = await waits
        assert (answer["messages"], answer["staff_typing"]) == ([], told)


async def test_the_bots_answer_is_dropped_when_a_person_joined_first(visitor, bot, desk, service):
    bot.hangs()
    await visitor.sends("what are the side effects?")
    await bot.arrived.wait()
    await desk(handoffs.claim, visitor.id, by=NURSE)
    bot.goes_on(reply("utter_greet"))
    await service.app.ctx.turn_worker.stop()
    assert [message["author"] for message in (await visitor.reads())["messages"]] == ["visitor", "system"]
    (turn,) = await service.rows(schema.turns, of=visitor)
    assert (turn["state"], turn["outcome"]) == ("done", "person")


async def test_a_crisis_while_a_person_speaks_gets_its_card(visitor, bot, desk, service):
    await asks_for_a_person(visitor, bot)
    await desk(handoffs.claim, visitor.id, by=NURSE)
    answer = (await visitor.sends(CRISIS)).json()
    assert [each["kind"] for each in answer["replies"]] == ["card"]
    (row,) = await service.rows(schema.handoffs, of=visitor)
    assert (row["urgent"], row["state"], row["claimed_by"]) == (True, "claimed", "n1")


async def test_the_second_claim_is_told_who_has_it_and_when(visitor, bot, desk, service):
    await asks_for_a_person(visitor, bot)
    first = await desk(handoffs.claim, visitor.id, by=NURSE)
    with pytest.raises(HandoffTaken, match="Ana took this over already, just now") as taken:
        await desk(handoffs.claim, visitor.id, by=SECOND_NURSE)
    assert taken.value.details == {"by": "Ana", "since": first.since.isoformat()}
    assert await desk(handoffs.claim, visitor.id, by=NURSE) == first
    with pytest.raises(HandoffTaken):
        await desk(staff_replies.reply, visitor.id, text="me too", by=SECOND_NURSE)
    assert "me too" not in await said(visitor)


async def test_of_many_claims_at_once_one_wins(http, service, record):
    """With FRONT_DESK_PROVE set, a thousand of them."""
    people = [Person(f"n{number}", f"Nurse {number}") for number in range(50)]
    async with service.db.write() as tx:
        rooms = [await service_conversation(tx, service) for _ in range(20 if PROVE else 3)]

    async def claims(room, person):
        try:
            async with service.db.write() as tx:
                return (await handoffs.claim(tx, room, by=person, now=service.clock())).name
        except HandoffTaken as taken:
            return taken.details["by"]

    answers = await asyncio.gather(*(claims(room, person) for person in people for room in rooms))
    held = {row["conversation_id"]: row["claimed_name"] for row in await service.rows(schema.handoffs)}
    # Everybody, winner or not, was told the one who has it.
    assert answers == [held[room] for _ in people for room in rooms]
    events = [row for row in await service.rows(schema.handoff_events) if row["did"] == "claimed"]
    assert len(events) == len(rooms)


async def service_conversation(tx, service):
    started = await conversations.start(tx, starters=[], language="en", now=service.clock())
    await handoffs.request(
        tx, started.id, message_id="m", reason="asked", urgent=False, now=service.clock(), mail=False
    )
    return started.id


async def test_a_claim_on_a_resolved_request_is_refused(visitor, bot, desk, service):
    await asks_for_a_person(visitor, bot)
    (row,) = await service.rows(schema.handoffs, of=visitor)
    await desk(handoffs.resolve, visitor.id, by=NURSE)
    with pytest.raises(HandoffTaken, match="resolved already"):
        await desk(handoffs.claim, visitor.id, by=SECOND_NURSE, handoff_id=row["id"])


async def test_words_for_a_deleted_chat_are_refused(visitor, desk):
    await visitor.asks("hello")
    await visitor.http.delete(visitor.path, headers=visitor.headers)
    with pytest.raises(NotFound, match="no longer available"):
        await desk(staff_replies.reply, visitor.id, text="Hi", by=NURSE)


async def test_sending_twice_says_it_once(visitor, desk):
    await visitor.asks("hello")
    for _ in range(2):
        await desk(staff_replies.reply, visitor.id, text="Hi there", by=NURSE, client_id="same-id-of-page")
    assert (await said(visitor)).count("Hi there") == 1


@pytest.mark.parametrize("text", ["", "  \n ", "\u200b", "x" * 2001])
async def test_words_that_cannot_be_sent_are_refused(visitor, desk, text):
    await visitor.asks("hello")
    with pytest.raises(MessageRefused):
        await desk(staff_replies.reply, visitor.id, text=text, by=NURSE)


async def test_lines_of_staff_stay_lines(visitor, desk):
    await visitor.asks("hello")
    await desk(staff_replies.reply, visitor.id, text=" one \r\n\r\n\r\n\r\ntwo\u202e ", by=NURSE)
    assert "one\n\ntwo" in await said(visitor)


async def test_only_the_holder_resolves(visitor, desk):
    await visitor.asks("hello")
    await desk(handoffs.claim, visitor.id, by=NURSE)
    for rule in (handoffs.resolve, handoffs.hand_back):
        with pytest.raises(NotYours, match="Ana holds this"):
            await desk(rule, visitor.id, by=SECOND_NURSE)
    await desk(handoffs.assign, visitor.id, to=SECOND_NURSE, by=NURSE)
    assert "Ana has left, and Ben from our team has joined." in await said(visitor)
    assert await desk(handoffs.resolve, visitor.id, by=SECOND_NURSE)


@pytest.mark.parametrize("why", ["silent", "away", "off_shift"])
async def test_a_claim_lapses_and_the_visitor_is_told_once(visitor, bot, desk, service, why):
    await asks_for_a_person(visitor, bot)
    if why == "off_shift":
        async with service.db.write() as tx:
            now = service.clock()
            await on_duty.i_am_here(tx, NURSE.id, now + timedelta(minutes=1), now)
    await desk(handoffs.claim, visitor.id, by=NURSE)
    await visitor.sends("are you there?")
    service.clock.move(timedelta(minutes={"silent": 4.5, "away": 6, "off_shift": 2}[why]))
    if why != "away":
        async with service.db.write() as tx:
            await staff_activity.at_the_desk(tx, NURSE, now=service.clock())
    await service.app.ctx.timeout_worker.look()
    await service.app.ctx.timeout_worker.look()
    told = [text for text in await said(visitor) if text.startswith("Ana had to leave for now.")]
    assert len(told) == 1
    assert "can try to help" in told[0]
    (row,) = await service.rows(schema.handoffs, of=visitor)
    assert (row["state"], row["claimed_by"]) == ("requested", None)
    (lapsed,) = [each for each in await service.rows(schema.handoff_events) if each["did"] == "lapsed"]
    assert lapsed["details"]["why"] == why
    visitor.after = (await visitor.reads())["last"]
    assert (await visitor.asks("hello"))["author"] == "bot"


@pytest.mark.parametrize("how", ["claimed", "assigned"])
async def test_a_silent_holder_lapses_also_when_the_visitor_wrote_before(visitor, bot, desk, service, how):
    await asks_for_a_person(visitor, bot)
    await desk(handoffs.claim, visitor.id, by=NURSE)
    if how == "assigned":
        await desk(staff_replies.reply, visitor.id, text="How long?", by=NURSE)
        await visitor.sends("for two weeks")
        await desk(handoffs.assign, visitor.id, to=SECOND_NURSE, by=NURSE)
    service.clock.move(timedelta(minutes=4.5))
    async with service.db.write() as tx:
        for each in (NURSE, SECOND_NURSE):
            await staff_activity.at_the_desk(tx, each, now=service.clock())
    await service.app.ctx.timeout_worker.look()
    (row,) = await service.rows(schema.handoffs, of=visitor)
    assert (row["state"], row["claimed_by"]) == ("requested", None)


@pytest.mark.parametrize("does", ["answers", "types", "nobody_wrote"])
async def test_a_claim_holds_while_the_holder_is_there(visitor, desk, service, does):
    await visitor.asks("hello")
    await desk(handoffs.claim, visitor.id, by=NURSE)
    if does != "nobody_wrote":
        await visitor.sends("are you there?")
    if does != "types":
        await desk(staff_replies.reply, visitor.id, text="yes", by=NURSE)
    service.clock.move(timedelta(minutes=4.5))
    if does == "types":
        await desk(staff_activity.note_reading, visitor.id, NURSE, is_typing=True)
    async with service.db.write() as tx:
        await staff_activity.at_the_desk(tx, NURSE, now=service.clock())
    await service.app.ctx.timeout_worker.look()
    async with service.db.read() as tx:
        held = await handoffs.holder(tx, visitor.id)
    assert held
    assert held.id == NURSE.id


async def test_who_goes_away_gives_up_what_they_hold(visitor, another_visitor, desk, service):
    for each in (visitor, another_visitor):
        await each.asks("hello")
        await desk(handoffs.claim, each.id, by=NURSE)
    async with service.db.write() as tx:
        ended = await handoff_timeouts.of_staff(tx, NURSE.id, why="away", now=service.clock())
        assert await handoff_timeouts.of_staff(tx, SECOND_NURSE.id, why="away", now=service.clock()) == set()
    assert ended == {visitor.id, another_visitor.id}


async def test_who_left_without_a_number_is_closed_with_a_note_and_still_read(visitor, bot, service):
    await asks_for_a_person(visitor, bot)
    service.clock.move(timedelta(minutes=16))
    await service.app.ctx.timeout_worker.look()
    (row,) = await service.rows(schema.handoffs, of=visitor)
    assert (row["state"], row["resolution"]) == ("resolved", "left")
    assert "left without a number" in (await service.rows(schema.notes))[0]["text"]
    assert [each["reason"] for each in await service.rows(schema.to_reads)] == ["left"]


async def test_nobody_looked_is_a_breach_once(visitor, bot, service):
    await asks_for_a_person(visitor, bot)
    for _ in range(2):
        service.clock.move(timedelta(minutes=5, seconds=10))
        await visitor.reads()
        await service.app.ctx.timeout_worker.look()
    async with service.db.read() as tx:
        events = await handoff_events.of_conversation(tx, visitor.id)
    assert [each["did"] for each in events] == ["requested", "unopened"]


async def test_a_reading_visitor_counts_as_there(visitor, bot, service):
    await asks_for_a_person(visitor, bot)
    service.clock.move(timedelta(minutes=16))
    await visitor.reads()
    await service.app.ctx.timeout_worker.look()
    (row,) = await service.rows(schema.visits)
    assert service.clock() - row["seen_at"] < timedelta(minutes=1)
    assert (await service.rows(schema.handoffs))[0]["state"] == "requested"


@pytest.mark.parametrize("who", ["owner", "somebody who left"])
async def test_a_sign_in_of_who_reads_no_requests_does_not_make_it_watched(services, bot, who):
    service = await services.start(mode="live", allowed_sites=("https://www.example.com",))
    async with (
        client_of(service) as http,
        signed_in(service, "owner" if who == "owner" else "nurse") as staff,
    ):
        visitor = await Visitor(http).opens_the_chat()
        if who != "owner":
            async with service.db.write() as tx:
                await accounts.disable(tx, staff.staff.id, by="host", now=service.clock())
        await visitor.asks("hello")
    assert [asked["facts"]["can_call_back"] for asked in bot.asked] == [False]


async def test_being_at_the_desk_makes_it_watched(services, bot):
    service = await services.start(mode="live", allowed_sites=("https://www.example.com",))
    async with client_of(service) as http, signed_in(service, "nurse") as nurse:
        visitor = await Visitor(http).opens_the_chat()
        service.clock.move(timedelta(days=8))
        nobody = await visitor.asks("hello")
        async with service.db.write() as tx:
            await staff_activity.at_the_desk(tx, Person(nurse.staff.id, "Nina"), now=service.clock())
        await visitor.asks("hello")
        service.clock.move(timedelta(days=7, minutes=1))
        await visitor.asks("hello")
    assert nobody["author"] == "bot"
    assert [asked["facts"]["can_call_back"] for asked in bot.asked] == [False, True, False]
