"""The desk's pages: the lists, one conversation, what is done there; and everything that is refused."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from tests.web.conftest import Visitor, client_of, signed_in
from tests.web.desk.chats import talk
from tests.web.stand_in_bot import callback, handoff, reply
from web import schema
from web.accounts.staff import Person
from web.chat import messages
from web.desk import notes

pytestmark = pytest.mark.thorough  # long in total

PAGE = {"accept": "text/html"}
MARKUP = '<script>alert("x")</script><img src=x onerror=alert(1)>'


async def asks_for_a_person(visitor, bot, text="I would like to talk to a person"):
    bot.says(reply("utter_faq/does_it_hurt"), requests=(handoff(),))
    await visitor.asks(text)
    bot.says(reply("utter_greet"))


async def shows(client, path: str) -> str:
    answer = await client.get(path, headers=PAGE)
    assert answer.status_code == 200, answer.text
    return answer.text


async def test_each_case_is_on_its_list_with_why_and_the_last_words(nurse, visitor, another_visitor, bot):
    await asks_for_a_person(visitor, bot, "are you there?")
    bot.says(reply("utter_greet"), requests=(callback(first_name="Ana", phone="+15552018834"),))
    await another_visitor.asks("please call me")
    page = await shows(nurse, "/desk")
    waiting, to_call = (page.split(f'data-list="{name}"')[1] for name in ("waiting", "to_call"))
    waiting = waiting.split('data-list="to_call"')[0]
    for words in ("Asks for a person", "are you there?", "Visitor here"):
        assert words in waiting
    assert "Ana asks for a call" in to_call
    assert another_visitor.id not in waiting


async def test_urgent_is_marked_and_says_what_it_may_be(nurse, visitor):
    await visitor.asks("I want to kill myself")
    page = await shows(nurse, "/desk")
    assert '<span class="flag">Urgent</span>' in page
    assert "May be thinking about suicide" in page


async def test_what_was_urgent_stands_on_top_and_whether_anybody_reads_a_reply(nurse, visitor, service):
    await visitor.asks("I want to kill myself")
    await visitor.asks("what are the side effects?")
    page = await shows(nurse, talk(visitor))
    top = page.split('data-part="talk"')[0]
    assert "<bdi>I want to kill myself</bdi>" in top
    assert "The visitor is not here" not in top
    assert "Tue, Nov 24" in page.split('data-part="talk"')[1]
    assert "Safety alert" in page
    assert "Asked for a person" not in page
    service.clock.move(timedelta(minutes=10))
    assert "The visitor is not here. What you write waits" in await shows(nurse, talk(visitor))


async def test_a_conversation_shows_what_the_bot_understood(nurse, visitor, bot):
    bot.says(reply("utter_faq/does_it_hurt"), understood={
        "outcome": "answered", "intent": "faq/does_it_hurt", "confidence": 0.83,
        "ranking": [
            {"intent": "faq/does_it_hurt", "confidence": 0.83},
            {"intent": "faq/grinding", "confidence": 0.11},
        ],
    })  # fmt: skip
    await visitor.asks("will it hurt?")
    page = await shows(nurse, talk(visitor))
    for words in ("will it hurt?", "Does it hurt? (83%)", "I grind my teeth (11%)", "<dd>r1</dd>"):
        assert words in page


async def test_taking_over_answering_and_resolving_reaches_the_visitor(nurse, visitor, bot):
    await asks_for_a_person(visitor, bot)
    await nurse.posts(talk(visitor, "reply"), text="Hello there")
    joined, words = await visitor.hears(2)
    assert joined["text"].startswith(nurse.staff.name)
    assert words["text"] == "Hello there"
    assert "This chat is yours" in await shows(nurse, talk(visitor))
    answer = await nurse.posts(talk(visitor, "resolve"))
    assert answer.json()["path"] == "/desk"
    assert "Nobody is waiting" in await shows(nurse, "/desk")


async def test_the_second_nurse_is_told_who_has_it(nurse, second_nurse, visitor, bot):
    await asks_for_a_person(visitor, bot)
    await nurse.posts(talk(visitor, "claim"))
    for deed in ("claim", "reply"):
        answer = await second_nurse.posts(talk(visitor, deed), text="me too")
        assert answer.status_code == 409
        assert answer.json()["error"] == f"{nurse.staff.name} took this over already, just now."
    assert f"With {nurse.staff.name}" in await shows(second_nurse, "/desk")


async def test_it_can_be_given_to_a_colleague_at_the_desk(nurse, second_nurse, visitor, bot):
    await asks_for_a_person(visitor, bot)
    to = second_nurse.staff
    refused = await nurse.posts(talk(visitor, "assign"), to=to.id)
    assert "no longer at the desk" in refused.json()["error"]
    await shows(second_nurse, "/desk")
    assert (await nurse.posts(talk(visitor, "assign"), to=to.id)).status_code == 200
    assert "This chat is yours" in await shows(second_nurse, talk(visitor))


async def test_who_looks_and_who_types_is_shown_to_the_other(nurse, second_nurse, visitor):
    await visitor.asks("hello")
    await shows(second_nurse, talk(visitor))
    assert f"{second_nurse.staff.name} is looking" in await shows(nurse, talk(visitor))
    await second_nurse.posts(talk(visitor, "typing"), typing="yes")
    assert f"{second_nurse.staff.name} is typing" in await shows(nurse, talk(visitor))
    await second_nurse.posts(talk(visitor, "leave"))
    assert second_nurse.staff.name not in await shows(nurse, talk(visitor))


async def test_an_approved_answer_is_found_sent_and_recorded_as_such(nurse, visitor, service):
    await visitor.asks("hello")
    found = (await nurse.get(talk(visitor, "answers"), params={"q": "pain hurt"})).json()["answers"]
    assert found[0]["id"] == "does_it_hurt"
    await nurse.posts(talk(visitor, "reply"), answer_id="does_it_hurt")
    words = (await visitor.hears(2))[1]
    assert words["text"].startswith("We numb the tooth first.")
    (row,) = [each for each in await service.rows(schema.messages) if each["author"] == "staff"]
    assert row["utterance"] == "utter_faq/does_it_hurt"
    assert (row["details"]["approved"], row["details"]["release"]) == (True, "r1")
    assert "approved answer" in await shows(nurse, talk(visitor))


async def test_an_answer_that_may_not_be_said_now_is_not_offered(services, bot, template):
    service = await services.start(mode="live", allowed_sites=("https://www.example.com",))
    async with client_of(service) as http, signed_in(service, "nurse") as nurse:
        visitor = await Visitor(http).opens_the_chat()
        await visitor.asks("hello")
        found = (await nurse.get(talk(visitor, "answers"), params={"q": "what is a crown"})).json()
        assert "what_is_a_crown" not in [each["id"] for each in found["answers"]]
        answer = await nurse.posts(talk(visitor, "reply"), answer_id="what_is_a_crown")
        assert answer.status_code == 422


async def test_a_note_is_for_staff_alone(nurse, second_nurse, visitor):
    await visitor.asks("hello")
    await nurse.posts(talk(visitor, "note"), text="has a dog")
    assert "has a dog" in await shows(second_nurse, talk(visitor))
    assert "has a dog" not in str(await visitor.reads())


async def test_not_a_crisis_is_kept_with_who_said_so(nurse, visitor, service):
    await visitor.asks("I want to kill myself")
    asked = await nurse.posts(talk(visitor, "not-a-crisis"))
    assert (asked.status_code, asked.json()["yes"]) == (409, "Mark as not a crisis")
    await nurse.posts(talk(visitor, "not-a-crisis"), sure="yes")
    assert "Urgent" not in (await shows(nurse, "/desk")).split("Sounds")[-1].split("</details>")[-1]
    (event,) = [
        row
        for row in await service.rows(schema.handoff_events)
        if row["did"] == "not_a_crisis" and row["details"]
    ]
    assert (event["by"], event["details"]["reason"]) == (nurse.staff.id, "crisis")
    again = await nurse.posts(talk(visitor, "not-a-crisis"))
    assert again.status_code == 400


@pytest.mark.parametrize("deed", ["resolve", "hand-back", "not-a-crisis", "assign"])
async def test_nothing_ends_a_live_crisis_before_it_was_meant_twice(
    nurse, second_nurse, visitor, service, deed
):
    await visitor.asks("I want to kill myself")
    await nurse.posts(talk(visitor, "claim"))
    await shows(second_nurse, "/desk")
    fields = {"to": second_nurse.staff.id} if deed == "assign" else {}
    before = (await service.rows(schema.handoffs))[0]
    page = await nurse.post(
        talk(visitor, deed), data={"form_token": nurse.staff.form_token, **fields}, headers=PAGE
    )
    assert page.status_code == 409
    assert 'name="sure" value="yes"' in page.text  # without our script the page asks
    assert (await service.rows(schema.handoffs))[0] == before
    done = await nurse.posts(talk(visitor, deed), sure="yes", outcome="spoke", **fields)
    assert done.status_code == 200
    assert (await service.rows(schema.handoffs))[0] != before


async def test_who_holds_a_live_crisis_is_asked_before_going_away(nurse, visitor, service):
    await visitor.asks("I want to kill myself")
    await nurse.posts(talk(visitor, "claim"))
    assert (await nurse.posts("/desk/hours/away")).status_code == 409
    assert (await service.rows(schema.handoffs))[0]["state"] == "claimed"
    await nurse.posts("/desk/hours/away", sure="yes")
    assert (await service.rows(schema.handoffs))[0]["state"] == "requested"


async def test_resolved_can_be_opened_again(nurse, visitor, bot):
    await asks_for_a_person(visitor, bot)
    await nurse.posts(talk(visitor, "resolve"))
    await nurse.posts(talk(visitor, "reopen"))
    assert visitor.id in await shows(nurse, "/desk")
    assert (await nurse.posts(talk(visitor, "reopen"))).status_code == 400


async def test_what_is_to_read_is_read_by_resolving(nurse, visitor, another_visitor, bot):
    for each in (visitor, another_visitor):
        bot.says(reply("utter_declined"), outcome="declined")
        await each.asks("what is the meaning of life?")
    await nurse.posts(talk(visitor, "resolve"))
    page = await shows(nurse, "/desk")
    assert visitor.id not in page
    assert "The bot had no answer" in page
    await nurse.posts("/desk/read-all")
    assert "Nothing to read" in await shows(nurse, "/desk")


async def test_a_wrong_answer_is_kept_with_the_right_one(nurse, visitor, service):
    await visitor.asks("is it going to hurt?")
    (given,) = [row for row in await service.rows(schema.messages) if row["author"] == "bot"]
    fields = {"message_id": given["id"], "right_answer": "does_it_hurt", "remark": ""}
    assert (await nurse.posts(talk(visitor, "wrong"), **fields)).status_code == 200
    (mark,) = await service.rows(schema.wrong_answers)
    assert (mark["question"], mark["right_answer"]) == ("is it going to hurt?", "does_it_hurt")
    assert "right answer: Does it hurt?" in await shows(nurse, talk(visitor))
    refused = await nurse.posts(talk(visitor, "wrong"), **{**fields, "right_answer": "no_such"})
    assert refused.status_code == 400
    await nurse.posts(talk(visitor, "wrong"), message_id=given["id"], undo="1")
    assert await service.rows(schema.wrong_answers) == []


async def test_next_leads_to_the_urgent_one_and_past_what_a_colleague_has(
    nurse, second_nurse, visitor, another_visitor, bot
):
    await asks_for_a_person(visitor, bot)
    await another_visitor.asks("I want to kill myself")
    first = await nurse.get("/desk/next")
    assert first.headers["location"].startswith(talk(another_visitor))
    await second_nurse.posts(talk(another_visitor, "claim"))
    second = await nurse.get("/desk/next")
    assert second.headers["location"].startswith(talk(visitor))
    await second_nurse.posts(talk(visitor, "claim"))
    nobody = await nurse.get("/desk/next", headers=PAGE)
    assert "Nobody%20is%20waiting" in nobody.headers["location"]


async def test_a_page_waits_until_something_is_new(nurse, visitor, bot):
    page = await nurse.get("/desk/live")
    same = await nurse.get("/desk/live", params={"mark": page.headers["x-mark"]})
    assert same.status_code == 204
    waiting = asyncio.create_task(nurse.get("/desk/live", params={"mark": page.headers["x-mark"], "wait": 5}))
    await asks_for_a_person(visitor, bot)
    answer = await waiting
    assert answer.status_code == 200
    assert answer.headers["x-mark"] != page.headers["x-mark"]


async def test_reading_a_conversation_is_in_the_audit_and_refreshing_is_not(nurse, visitor, service):
    await visitor.asks("hello")
    await shows(nurse, talk(visitor))
    await nurse.get(talk(visitor, "live"))
    rows = [row for row in await service.rows(schema.audit) if row["did"] == "conversation.read"]
    assert [(row["by"], row["about_id"]) for row in rows] == [(nurse.staff.id, visitor.id)]


@pytest.mark.parametrize("deed", ["", "live", "answers"])
async def test_a_chat_that_was_deleted_is_said_to_be_gone(nurse, visitor, deed):
    await visitor.asks("hello")
    gone = await visitor.http.delete(visitor.path, headers=visitor.headers)
    assert gone.status_code == 200
    answer = await nurse.get(talk(visitor, deed))
    assert answer.status_code == 404
    assert "no longer available" in answer.json()["error"]


@pytest.mark.parametrize("deed", ["claim", "reply", "note", "resolve", "reopen", "typing", "not-a-crisis"])
async def test_nothing_can_be_done_with_a_chat_that_was_deleted(nurse, visitor, deed):
    await visitor.asks("hello")
    await visitor.http.delete(visitor.path, headers=visitor.headers)
    answer = await nurse.posts(talk(visitor, deed), text="hello")
    assert answer.status_code == 404
    assert "no longer available" in answer.json()["error"]


async def test_a_claim_of_a_request_that_is_resolved_is_refused(nurse, second_nurse, visitor, bot, service):
    await asks_for_a_person(visitor, bot)
    (row,) = await service.rows(schema.handoffs)
    await nurse.posts(talk(visitor, "resolve"))
    answer = await second_nurse.posts(talk(visitor, "claim"), handoff_id=row["id"])
    assert answer.status_code == 409
    assert "Reopen it" in answer.json()["error"]


@pytest.mark.parametrize(
    ("deed", "text", "status"),
    [
        ("reply", "", 422), ("reply", "x" * 2001, 422), ("reply", "x" * 30_000, 413),
        ("note", "", 422), ("note", "x" * 4001, 422), ("note", "x" * 30_000, 413),
    ],
)  # fmt: skip
async def test_too_little_and_too_much_is_refused_in_a_sentence(nurse, visitor, service, deed, text, status):
    await visitor.asks("hello")
    answer = await nurse.posts(talk(visitor, deed), text=text)
    assert answer.status_code == status
    assert answer.json()["error"].endswith((".", "parts."))
    assert await service.rows(schema.notes) == []
    assert [row for row in await service.rows(schema.messages) if row["author"] == "staff"] == []


@pytest.mark.parametrize("role", ["owner", "clinician"])
async def test_who_does_not_work_the_desk_reads_and_changes_nothing(role, visitor, service):
    await visitor.asks("hello")
    async with signed_in(service, role) as client:
        page = await shows(client, talk(visitor))
        assert "data-composer" not in page
        for deed in ("claim", "reply", "resolve", "assign", "typing"):
            assert (await client.posts(talk(visitor, deed), text="hello")).status_code == 403
        assert (await client.get("/desk")).status_code == 403
    assert await service.rows(schema.onlookers) == []


async def test_staff_read_messages_in_the_visitors_order_whatever_the_clocks_said(nurse, visitor, service):
    now = service.clock()
    async with service.db.write() as tx:
        for words, late in (("said first", 20), ("said second", 10), ("said last", 30)):
            at = now + timedelta(seconds=late)
            await messages.append(tx, visitor.id, author="visitor", text=words, language="en", now=at)
        by = Person("n1", "Nina")
        await notes.write(tx, visitor.id, "noted between", by=by, now=now + timedelta(seconds=25))
    page = await shows(nurse, talk(visitor))
    places = [page.index(words) for words in ("said first", "said second", "noted between", "said last")]
    assert places == sorted(places)


@pytest.mark.parametrize("role", ["owner", "clinician"])
async def test_who_does_not_work_the_desk_reads_no_name(role, visitor, nurse, bot, service):
    bot.says(reply("utter_greet"), requests=(callback(first_name="Rosa", phone="+15552018834"),))
    await visitor.asks("please call me, rosa")
    await nurse.posts(talk(visitor, "note"), text="rosa lives at rosa@example.com")
    async with signed_in(service, role) as client:
        for deed in ("", "live"):
            page = await shows(client, talk(visitor, deed))
            assert "rosa" not in page.lower()
            assert "Asks for a call" in page
    assert "Rosa asks for a call" in await shows(nurse, talk(visitor))


async def test_reading_the_live_part_alone_is_in_the_audit_once(owner, visitor, service):
    await visitor.asks("hello")
    for mark in ("guessed", ""):
        assert "hello" in (await owner.get(talk(visitor, "live"), params={"mark": mark})).text
    rows = [row for row in await service.rows(schema.audit) if row["did"] == "conversation.read"]
    assert [(row["by"], row["about_id"]) for row in rows] == [(owner.staff.id, visitor.id)]


async def test_a_form_of_another_page_changes_nothing(nurse, visitor, service):
    await visitor.asks("hello")
    answer = await nurse.post(talk(visitor, "reply"), data={"form_token": "forged", "text": "hi"})
    assert answer.status_code == 403
    assert await service.rows(schema.handoffs) == []


async def test_a_session_that_is_over_leads_to_signing_in(nurse, visitor, service):
    await visitor.asks("hello")
    service.clock.move(timedelta(days=30))
    answer = await nurse.get(talk(visitor), headers=PAGE)
    assert answer.status_code == 303
    assert "/sign-in" in answer.headers["location"]
    assert (await nurse.get("/desk/live")).status_code == 401


async def test_markup_is_text_on_every_page(nurse, second_nurse, visitor, bot):
    bot.says(
        reply("utter_greet"),
        requests=(callback(first_name=MARKUP, phone="+1555", best_time=MARKUP), handoff()),
    )
    await visitor.asks(MARKUP)
    await nurse.posts(talk(visitor, "note"), text=MARKUP)
    await nurse.posts(talk(visitor, "reply"), text=MARKUP)
    for path in ("/desk", "/desk/live", talk(visitor), talk(visitor, "live")):
        page = (await nurse.get(path)).text
        assert "&lt;script&gt;" in page
        assert "<script>alert" not in page
        assert "<img src=x" not in page
