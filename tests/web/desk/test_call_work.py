"""Working through the calls: who calls, when again, what came of it, whose requests these are."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime, timedelta

import pytest

from tests.web.browsing import PAGE
from tests.web.conftest import Visitor, signed_in
from tests.web.stand_in_bot import callback, reply
from web import schema
from web.desk.calls import work
from web.desk.finding import words

CALLS = "/desk/callbacks"


async def asks_for_a_call(http, bot, *, said="please call me", **fields) -> Visitor:
    visitor = await Visitor(http).opens_the_chat()
    wish = callback(**{"phone": "+15552018834", "first_name": "Ana", **fields})
    bot.says(reply("utter_greet"), requests=(wish,), understood={"intent": "callback"})
    await visitor.asks(said)
    return visitor


async def of(service, visitor):
    (row,) = await service.rows(schema.callbacks, of=visitor)
    return row


async def steps(who, call, to, **fields):
    answer = await who.posts(f"{CALLS}/{call['id']}/move", to=to, **fields)
    assert answer.status_code == 200, answer.text
    return answer.json()["said"]


async def page_of(who, **params):
    return (await who.get(CALLS, params=params)).text


async def test_who_calls_is_seen_and_the_second_is_asked(nurse, second_nurse, http, bot, service):
    call = await of(service, await asks_for_a_call(http, bot))
    await steps(nurse, call, "claim")
    assert f"{nurse.staff.name} is calling" in await page_of(second_nurse)
    assert f"With {nurse.staff.name}" in (await second_nurse.get("/desk", headers=PAGE)).text
    refused = await second_nurse.posts(f"{CALLS}/{call['id']}/move", to="claim")
    assert refused.status_code == 409
    assert nurse.staff.name in refused.json()["error"]
    await steps(second_nurse, call, "claim", sure="yes")
    assert f"{second_nurse.staff.name} is calling" in await page_of(nurse)
    await steps(second_nurse, call, "release")
    assert "is calling" not in await page_of(nurse)


async def test_an_attempt_ends_the_claim_and_so_does_time(nurse, second_nurse, http, bot, service):
    call = await of(service, await asks_for_a_call(http, bot))
    await steps(nurse, call, "claim")
    await steps(nurse, call, "busy")
    assert "is calling" not in await page_of(second_nurse)
    await steps(nurse, call, "claim")
    service.clock.move(work.CLAIM_FOR + timedelta(seconds=1))
    async with signed_in(service, "second_nurse") as later:
        assert "is calling" not in await page_of(later)
        await steps(later, call, "claim")


async def test_what_is_put_off_leaves_the_lists_until_it_is_due(nurse, http, bot, service):
    call = await of(service, await asks_for_a_call(http, bot))
    said = await steps(nurse, call, "put_off", again="tomorrow", note="at work today")
    assert said == "Snoozed until Wed, Nov 25, 9 am."
    page = await page_of(nurse)
    assert "Wed, Nov 25, 9 am" in page
    assert "until Wed, Nov 25, 9 am: at work today" in page
    assert "No calls to make" in (await nurse.get("/desk", headers=PAGE)).text
    service.clock.move(timedelta(hours=23, minutes=5))
    async with signed_in(service, "nurse") as later:
        assert "Ana asks for a call" in (await later.get("/desk", headers=PAGE)).text
        assert ">Due now <" in await page_of(later)


async def test_what_is_put_off_can_be_brought_back(nurse, http, bot, service):
    visitor = await asks_for_a_call(http, bot)
    call = await of(service, visitor)
    await steps(nurse, call, "no_answer", again="week")
    assert (await of(service, visitor))["due_at"] is not None
    await steps(nurse, call, "brought_back")
    assert "Ana asks for a call" in (await nurse.get("/desk", headers=PAGE)).text


DATES = {
    "2027-03-14T02:30": datetime(2027, 3, 14, 7, 30, tzinfo=UTC),  # the clock leaves this hour out
    "2027-03-15T09:00": datetime(2027, 3, 15, 13, 0, tzinfo=UTC),
    "2027-03-12T09:00": datetime(2027, 3, 12, 14, 0, tzinfo=UTC),
}


async def test_a_date_is_meant_on_the_clinics_clock(nurse, http, bot, service):
    visitor = await asks_for_a_call(http, bot)
    call = await of(service, visitor)
    for at, due in DATES.items():
        await steps(nurse, call, "put_off", again_at=at)
        assert (await of(service, visitor))["due_at"] == due


REFUSED = (
    ({"to": "put_off"}, "choose when"),
    ({"to": "put_off", "again_at": "2020-01-01T09:00"}, "ahead"),
    ({"to": "put_off", "again_at": "2126-01-01T09:00"}, "within a year"),
    ({"to": "put_off", "again_at": "soon"}, "not a date and time"),
    ({"to": "put_off", "again": "never"}, "no such time"),
    ({"to": "note", "note": "  "}, "nothing in this note"),
    ({"to": "note", "note": "x" * 501}, "500 characters"),
    ({"to": "merge", "other": "nothing"}, "no longer available"),
)


async def test_what_cannot_be_is_refused_in_a_sentence(nurse, http, bot, service):
    visitor = await asks_for_a_call(http, bot)
    call = await of(service, visitor)
    for fields, sentence in REFUSED:
        answer = await nurse.posts(f"{CALLS}/{call['id']}/move", **fields)
        assert 400 <= answer.status_code < 500
        assert sentence in answer.json()["error"]
    assert await of(service, visitor) == call


async def test_calls_stand_by_when_they_are_due(nurse, http, bot, service):
    for name in ("Late", "Soon", "Plain"):
        await asks_for_a_call(http, bot, first_name=name, phone="+1555201883" + str(len(name)))
        service.clock.move(timedelta(minutes=1))
    calls = {row["first_name"]: row for row in await service.rows(schema.callbacks)}
    await steps(nurse, calls["Late"], "put_off", again="week")
    await steps(nurse, calls["Soon"], "put_off", again="hour")
    page = await page_of(nurse)
    places = [page.index(f"<bdi>{name}</bdi>") for name in ("Plain", "Soon", "Late")]
    assert places == sorted(places)


async def test_each_attempt_is_counted_with_what_came_of_it(nurse, http, bot, service):
    call = await of(service, await asks_for_a_call(http, bot))
    await steps(nurse, call, "no_answer")
    await steps(nurse, call, "voicemail", note="said we call again at 3")
    await steps(nurse, call, "note", note="her sister called")
    page = await page_of(nurse)
    assert "2 attempts: voicemail left" in page
    assert f"Voicemail left, by {nurse.staff.name}" in page
    assert "her sister called" in page
    (row,) = csv.DictReader(io.StringIO((await nurse.get(f"{CALLS}/export.csv")).content.decode("utf-8-sig")))
    assert (row["attempts"], row["last_outcome"]) == ("2", "Voicemail left")


async def test_who_wants_no_message_is_left_none(nurse, http, bot):
    await asks_for_a_call(http, bot, may_leave_message=False)
    assert 'value="voicemail"' not in await page_of(nurse)


async def test_a_visitors_whole_sentences_stand_with_the_call(nurse, http, bot):
    visitor = await Visitor(http).opens_the_chat()
    for text, intent in (
        ("does it hurt", "faq/does_it_hurt"),
        ("call me on thursday after half past six, I work nights. not before that", "inform"),
        ("yes", "affirm"),
    ):
        wishes = (callback(phone="+15552018834", best_time="thursday"),) if intent == "affirm" else ()
        bot.says(reply("utter_greet"), requests=wishes, understood={"intent": intent})
        await visitor.asks(text)
    page = await page_of(nurse)
    assert "<bdi>does it hurt</bdi>" in page
    assert "<bdi>call me on thursday after half past six, I work nights. not before that</bdi>" in page
    assert "<bdi>yes</bdi>" not in page


async def test_what_was_taken_down_as_it_was_written_is_not_shown_again(nurse, http, bot):
    visitor = await Visitor(http).opens_the_chat()
    told = ("Ana", "(555) 201-8834", "555 201 8834, ring the ward", "thursday")
    for text in ("please call me about the bill", *told):
        wish = (
            callback(phone="+15552018834", first_name="Ana", best_time="thursday")
            if text == "thursday"
            else None
        )
        bot.says(
            reply("utter_greet"),
            requests=(wish,) if wish else (),
            understood={"intent": "inform" if text in told else "callback"},
        )
        await visitor.asks(text)
    (shown,) = (await page_of(nurse)).split('class="call-told"')[1:]
    assert shown.split("</ul>")[0].count("<li") == 1
    assert "<bdi>555 201 8834, ring the ward</bdi>" in shown


async def test_the_same_number_again_shows_what_was_before(nurse, http, bot, service):
    first, second = [await asks_for_a_call(http, bot) for _ in range(2)]
    await steps(nurse, await of(service, first), "done")
    page = await page_of(nurse)
    assert "Other requests with this number" in page
    assert f"/desk/conversations/{first.id}" in page
    call = await of(service, second)
    own = (await nurse.get(f"{CALLS}/{call['id']}", headers=PAGE)).text
    assert "2 requests count as one person" in own


async def test_two_people_share_a_phone_and_one_has_two(nurse, http, bot, service):
    ana, son = [await asks_for_a_call(http, bot, first_name=name) for name in ("Ana", "Leo")]
    await steps(nurse, await of(service, son), "part")
    assert "Other requests" not in await page_of(nurse)
    other = await asks_for_a_call(http, bot, first_name="Ana", phone="+15552010012")
    await steps(nurse, await of(service, ana), "merge", other=(await of(service, other))["id"])
    people = [(await of(service, each))["person_id"] for each in (ana, other, son)]
    assert people[0] == people[1] != people[2]
    again = await nurse.posts(
        f"{CALLS}/{(await of(service, ana))['id']}/move", to="merge", other=(await of(service, other))["id"]
    )
    assert again.status_code == 409


async def test_another_number_may_be_another_person(http, bot, service):
    ana, leo = [await asks_for_a_call(http, bot, phone=number) for number in ("+15552018834", "+15552018835")]
    assert (await of(service, ana))["person_id"] != (await of(service, leo))["person_id"]
    bot.says(reply("utter_greet"), requests=(callback(phone="+15552018834"),))
    await leo.asks("wrong number, sorry")
    assert (await of(service, ana))["person_id"] == (await of(service, leo))["person_id"]


async def test_a_call_is_found_again_by_name_number_or_note(nurse, http, bot, service):
    lucia = await asks_for_a_call(http, bot, first_name="Lucía Lee")
    await asks_for_a_call(http, bot, first_name="Omar", phone="+15552010012")
    await steps(nurse, await of(service, lucia), "done", note="on Monday her sister called")
    for looked_for in ("lucia", "LEE lucía", "201-8834", "5552018834", "sister monday"):
        page = await page_of(nurse, show="closed", words=looked_for)
        assert "Lucía Lee" in page, looked_for
        assert "Omar" not in page
    assert "No calls match" in await page_of(nurse, show="closed", words="nobody")


async def test_the_one_closed_last_stands_first(nurse, http, bot, service):
    for name in ("First", "Second"):
        await asks_for_a_call(http, bot, first_name=name, phone=f"+1555201{4000 + len(name)}")
    calls = {row["first_name"]: row for row in await service.rows(schema.callbacks)}
    for name in ("Second", "First"):
        await steps(nurse, calls[name], "done")
        service.clock.move(timedelta(minutes=1))
    page = await page_of(nurse, show="closed")
    assert page.index("<bdi>First</bdi>") < page.index("<bdi>Second</bdi>")


async def test_the_call_as_text_has_everything_and_is_in_the_audit(nurse, owner, http, bot, service):
    visitor = await asks_for_a_call(http, bot, note="do not mention the treatment", best_time="after 3 pm")
    call = await of(service, visitor)
    await steps(nurse, call, "no_answer", note="rang twice")
    page = (await nurse.get(f"{CALLS}/{call['id']}", headers=PAGE)).text
    for line in ("Name: Ana", "Number: (555) 201-8834", "Special request: do not mention", "rang twice"):
        assert line in page
    assert (await owner.get(f"{CALLS}/{call['id']}", headers=PAGE)).status_code == 403
    assert (await nurse.get(f"{CALLS}/unknown", headers=PAGE)).status_code == 404
    read = [each for each in await service.rows(schema.audit) if each["did"] == "callback.read"]
    assert [(each["by"], each["about_id"]) for each in read] == [(nurse.staff.id, call["id"])]


@pytest.mark.parametrize(
    ("text", "looked_for", "is_there"),
    [
        ("I have Aetna insurance", "insurance aetna", True),
        ("Lucía", "lucia", True),
        ("José Núñez", "nunez jose", True),
        ("(720) 555-0142", "7205550142", True),
        ("7205550142", "720-555 0142", True),
        ("room 12", "12", True),
        ("room 12", "13", False),
        ("anything", "", True),
    ],
)
def test_words_are_found_in_any_order_without_accents(text, looked_for, is_there):
    assert words.has_all(text, looked_for) is is_there
