"""Search, files to take along, the physician's week, canned replies and the numbers."""

from __future__ import annotations

import csv
import io
import json
from datetime import timedelta

import pytest

from tests.web.conftest import signed_in
from tests.web.stand_in_bot import callback, handoff, reply
from web import schema
from web.core import csv_export
from web.desk.finding import exports

pytestmark = pytest.mark.thorough  # long in total

PAGE = {"accept": "text/html"}


async def shows(client, path: str, **params) -> str:
    answer = await client.get(path, params=params, headers=PAGE)
    assert answer.status_code == 200, answer.text
    return answer.text


def understood(intent="faq/does_it_hurt", confidence=0.9, outcome="answered"):
    return {"intent": intent, "confidence": confidence, "outcome": outcome}


async def two_chats(visitor, another_visitor, bot, service):
    """One that was answered and found helpful; one about money that nobody understood, by a caller."""
    bot.says(reply("utter_faq/does_it_hurt"), understood=understood())
    await visitor.asks("will it hurt 100% of the time?")
    (given,) = [row for row in await service.rows(schema.messages, of=visitor) if row["author"] == "bot"]
    rated = await visitor.http.post(
        f"{visitor.path}/messages/{given['id']}/rating", json={"helpful": True}, headers=visitor.headers
    )
    bot.says(
        reply("utter_declined"),
        outcome="declined",
        understood={"confidence": 0.2, "intent": "faq/hours"},
        requests=(handoff(), callback(phone="+15552018834", first_name="Ana")),
    )
    await another_visitor.asks("what does it cost? I am Ana Maria Lopez, 555 201 8834")
    return rated


@pytest.mark.parametrize(
    ("looked_for", "finds"),
    [
        ({}, "both"),
        ({"words": "COST"}, "other"),
        ({"words": "100%"}, "first"),
        ({"words": "1_0"}, "none"),
        ({"reason": "unsure"}, "other"),
        ({"reason": "call"}, "other"),
        ({"reason": "person"}, "other"),
        ({"reason": "urgent"}, "none"),
        ({"answer": "does_it_hurt"}, "first"),
        ({"below": "50"}, "other"),
        ({"since": "2026-11-24", "until": "2026-11-24"}, "both"),
        ({"until": "2026-11-23"}, "none"),
        ({"since": "2026-11-25"}, "none"),
    ],
)
async def test_conversations_are_found(nurse, visitor, another_visitor, bot, service, looked_for, finds):
    await two_chats(visitor, another_visitor, bot, service)
    page = await shows(nurse, "/desk/search", **looked_for)
    expected = {"both": (1, 1), "first": (1, 0), "other": (0, 1), "none": (0, 0)}[finds]
    assert (page.count(visitor.id), page.count(another_visitor.id)) == expected


async def test_a_rating_is_found(nurse, visitor, another_visitor, bot, service):
    rated = await two_chats(visitor, another_visitor, bot, service)
    assert rated.is_success, rated.text
    page = await shows(nurse, "/desk/search", rating="helpful")
    assert visitor.id in page
    assert another_visitor.id not in page
    assert visitor.id not in await shows(nurse, "/desk/search", rating="not_helpful")


@pytest.mark.parametrize(
    "looked_for",
    [
        {"since": "yesterday"}, {"until": "2026-02-30"}, {"since": "2026-11-25", "until": "2026-11-24"},
        {"below": "many"}, {"below": "101"}, {"below": "-1"}, {"page": "x"}, {"reason": "because"},
        {"rating": "'; drop table ratings"},
    ],
)  # fmt: skip
async def test_what_cannot_be_searched_is_said_in_a_sentence(nurse, looked_for):
    for path in ("/desk/search", "/desk/export/csv"):
        answer = await nurse.get(path, params=looked_for)
        assert answer.status_code == 400
        assert answer.json()["error"].endswith(".")


async def test_what_is_found_can_be_taken_along(nurse, visitor, another_visitor, bot, service):
    await two_chats(visitor, another_visitor, bot, service)
    await visitor.sends("=1+1")
    written = await nurse.get("/desk/export/csv", params={"words": "hurt"})
    rows = list(csv.DictReader(io.StringIO(written.content.decode("utf-8-sig"))))
    assert tuple(rows[0]) == exports.COLUMNS
    assert {row["conversation_id"] for row in rows} == {csv_export.cell(visitor.id)}
    assert rows[0]["understood_as"] == "faq/does_it_hurt"
    assert "'=1+1" in [row["text"] for row in rows]
    as_json = json.loads((await nurse.get("/desk/export/json")).text)
    assert {row["conversation_id"] for row in as_json} == {visitor.id, another_visitor.id}
    kept = [row for row in await service.rows(schema.audit) if row["did"] == "conversations.export"]
    assert [row["details"]["form"] for row in kept] == ["csv", "json"]
    assert (await nurse.get("/desk/export/exe")).status_code == 404


@pytest.mark.parametrize("role", ["owner", "clinician"])
async def test_who_need_not_know_who_it_was_sees_no_name_and_no_number(
    role, visitor, another_visitor, bot, service
):
    await two_chats(visitor, another_visitor, bot, service)
    talk = f"/desk/conversations/{another_visitor.id}"
    async with signed_in(service, role) as reader:
        for path in ("/desk/search", "/desk/week", talk, f"{talk}/live"):
            page = await shows(reader, path)
            assert "what does it cost?" in page
            assert "Lopez" not in page
            assert "8834" not in page
        assert (await reader.get("/desk/export/csv")).status_code == 403
        assert (await reader.get("/desk/callbacks")).status_code == 403


@pytest.mark.parametrize("role", ["owner", "clinician"])
async def test_who_sees_no_names_and_numbers_finds_none(role, visitor, another_visitor, bot, service):
    await two_chats(visitor, another_visitor, bot, service)
    async with signed_in(service, role) as reader:
        for hidden in ("555", "201 88", "8834", "Lopez", "am Ana", "lopez, 555", "Ana"):
            page = await shows(reader, "/desk/search", words=hidden)
            assert another_visitor.id not in page, hidden
        for shown in ("what does it COST", "i am"):
            assert another_visitor.id in await shows(reader, "/desk/search", words=shown), shown
    async with signed_in(service, "nurse") as nurse:
        assert another_visitor.id in await shows(nurse, "/desk/search", words="201 88")


async def test_a_name_from_a_request_for_a_call_is_found_by_nobody_it_is_hidden_from(owner, visitor, bot):
    bot.says(reply("utter_greet"), requests=(callback(phone="+15552018834", first_name="wilhelmina"),))
    await visitor.asks("it is wilhelmina speaking")
    assert visitor.id not in await shows(owner, "/desk/search", words="wilhelmina")
    assert visitor.id in await shows(owner, "/desk/search", words="speaking")


async def readings(service, who):
    """What somebody read: deed and details."""
    rows = [row for row in await service.rows(schema.audit) if row["by"] == who.staff.id]
    return [(row["did"], row["details"]) for row in rows]


async def test_reading_lists_calls_and_searches_is_written_down_without_words(
    nurse, visitor, another_visitor, bot, service
):
    await two_chats(visitor, another_visitor, bot, service)
    await shows(nurse, "/desk")
    await shows(nurse, "/desk/callbacks")
    await shows(nurse, "/desk/search", words="Lopez 555", since="2026-11-01")
    assert await readings(service, nurse) == [
        ("conversations.listed", {}),
        ("callbacks.read", {"show": "open"}),
        ("conversations.searched", {"by": ["since", "words"], "found": 1}),
    ]
    assert "opez" not in str(await service.rows(schema.audit))


@pytest.mark.parametrize(
    ("path", "did"), [("/desk", "conversations.listed"), ("/desk/callbacks", "callbacks.read")]
)
async def test_a_page_that_refreshes_itself_is_written_down_once(nurse, service, path, did):
    for _ in range(3):
        assert (await nurse.get(f"{path}/live", headers=PAGE)).status_code == 200
    assert [each for each, _ in await readings(service, nurse)] == [did]
    await shows(nurse, path)
    await nurse.get(f"{path}/live", headers=PAGE)
    assert [each for each, _ in await readings(service, nurse)] == [did] * 2


async def test_reading_missed_questions_is_written_down(owner, service):
    await shows(owner, "/studio/missed")
    assert await readings(service, owner) == [("missed.read", {"open": 0})]


async def test_the_week_shows_lots_wrong_answers_and_misses(
    clinician, nurse, visitor, another_visitor, bot, service
):
    await two_chats(visitor, another_visitor, bot, service)
    (given,) = [row for row in await service.rows(schema.messages, of=visitor) if row["author"] == "bot"]
    fields = {"message_id": given["id"], "right_answer": "grinding", "remark": "they grind"}
    await nurse.posts(f"/desk/conversations/{visitor.id}/wrong", **fields)
    page = await shows(clinician, "/desk/week")
    for words in (
        "2 of 2 conversations",
        "right answer: I grind my teeth",
        "they grind",
        "what does it cost?",
    ):
        assert words in page
    assert "0 of 0 conversations" in await shows(clinician, "/desk/week", ends="2026-10-01")
    assert (await clinician.get("/desk/week", params={"ends": "soon"})).status_code == 400
    assert (await nurse.get("/desk/week")).status_code == 403


async def test_canned_replies_are_kept_offered_changed_and_deleted(nurse, second_nurse, visitor):
    await visitor.asks("hello")
    await nurse.posts(
        "/desk/replies/save", title="Parking", text="Behind the house.\nIt is free.", language="en"
    )
    talk = await shows(second_nurse, f"/desk/conversations/{visitor.id}")
    assert "Behind the house.\nIt is free." in talk
    page = await shows(second_nurse, "/desk/replies")
    reply_id = page.split('name="id" value="')[1].split('"')[0]
    fields = {"id": reply_id, "title": "Parking", "text": "In front.", "language": "en"}
    assert (await second_nurse.posts("/desk/replies/save", **fields)).status_code == 200
    assert "In front." in await shows(nurse, "/desk/replies")
    assert (await nurse.posts(f"/desk/replies/{reply_id}/remove")).status_code == 200
    assert (await nurse.posts(f"/desk/replies/{reply_id}/remove")).status_code == 400
    assert (await nurse.posts("/desk/replies/save", **fields)).status_code == 404
    assert (await nurse.posts("/desk/replies/save", title="", text="x")).status_code == 422


async def test_the_numbers_count_what_happened(nurse, visitor, another_visitor, bot, service):
    await two_chats(visitor, another_visitor, bot, service)
    service.clock.move(timedelta(minutes=3))
    await nurse.posts(f"/desk/conversations/{another_visitor.id}/claim")
    page = await shows(nurse, "/desk/numbers")
    for words in (
        "2 conversations",
        "50% of 2 messages were answered by the bot alone",
        "Requested 1 times",
        "The one taken over waited 3 min",
        "0% of 1 were reached or done",
        "100% of 1 ratings say that it helped",
        "Most conversations begin between 10 am and 11 am",
        "Does it hurt?",
        "0 of 1 were urgent.",
        "Asks for a person",
    ):
        assert words in page, words
    empty = await shows(nurse, "/desk/numbers", since="2026-01-01", until="2026-01-31")
    assert "0 conversations" in empty


@pytest.mark.parametrize(
    "days",
    [
        {"since": "soon"}, {"until": "2026-13-01"}, {"since": "2026-11-24", "until": "2026-11-23"},
        {"since": "2020-01-01"},
    ],
)  # fmt: skip
async def test_a_range_that_is_none_is_refused_in_a_sentence(nurse, days):
    answer = await nurse.get("/desk/numbers", params=days)
    assert answer.status_code == 400
    assert answer.json()["error"].endswith(".")
