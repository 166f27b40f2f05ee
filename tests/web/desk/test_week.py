"""The physician's week: one conversation after the other, reviewed and signed off; and the audit's links."""

from __future__ import annotations

import re

import pytest

from tests.web.browsing import PAGE
from tests.web.conftest import Visitor
from tests.web.stand_in_bot import reply
from web import schema

WEEK = "/desk/week"


async def chats(http, bot, count, **said):
    found = []
    for number in range(count):
        bot.says(reply("utter_greet"), **said)
        visitor = await Visitor(http).opens_the_chat()
        await visitor.asks(f"question {number}, I am Wilhelmina Lopez, 555 201 8834")
        found.append(visitor)
    return found


async def shows(who, path, **params):
    answer = await who.get(path, params=params, headers=PAGE)
    assert answer.status_code == 200, answer.text
    return answer.text


async def test_a_physician_goes_from_one_to_the_next_and_signs_off(clinician, http, bot, service):
    await chats(http, bot, 3)
    page = await shows(clinician, WEEK)
    assert "0 of 3 reviewed" in page
    first = re.search(r'href="(/desk/week/[^"]+)" data-key-press="n"', page)
    assert first
    path, seen = first[1], []
    for number in (1, 2, 3):
        one = await shows(clinician, path)
        seen.append(path)
        assert f"Conversation {number} of 3" in one
        assert "Lopez" not in one
        answer = await clinician.posts(f"{path}/reviewed")
        path = answer.headers.get("location", "")
    assert len(set(seen)) == 3
    assert "3 of 3 reviewed" in await shows(clinician, WEEK)
    await clinician.posts(f"{seen[0].rpartition('/')[0]}/sign-off", remark="two were too long")
    page = await shows(clinician, WEEK)
    assert f"Signed off by <strong>{clinician.staff.name}</strong>" in page
    assert "3 of 3 reviewed" in page
    assert "two were too long" in page
    kept = [row for row in await service.rows(schema.audit) if row["did"] == "week.signed_off"]
    assert [row["by"] for row in kept] == [clinician.staff.id]


async def test_only_a_clinician_signs_off(owner, nurse, http, bot):
    (chat,) = await chats(http, bot, 1)
    assert (await owner.posts(f"{WEEK}/2026-11-24/sign-off")).status_code == 403
    assert (await nurse.get(f"{WEEK}/2026-11-24/{chat.id}", headers=PAGE)).status_code == 403
    assert "Sign off this week" not in await shows(owner, WEEK)


@pytest.mark.parametrize("path", ["/soon/unknown", "/2026-11-24/unknown"])
async def test_what_is_not_there_is_said_in_a_sentence(clinician, path):
    answer = await clinician.get(f"{WEEK}{path}")
    assert answer.status_code in (400, 404)
    assert answer.json()["error"].endswith(".")
    assert (await clinician.posts(f"{WEEK}{path}/reviewed")).status_code in (400, 404)


async def test_every_miss_is_counted_and_listed(clinician, http, bot, service):
    await chats(http, bot, 2, outcome="declined")
    (row, _) = await service.rows(schema.turns)
    (said,) = [each for each in await service.rows(schema.messages) if each["id"] == row["message_id"]]
    more = [{"id": f"message{number}", "seq": 100 + number} for number in range(98)]
    async with service.db.write() as tx:
        await tx.execute(schema.messages.insert(), [{**said, **each, "client_id": None} for each in more])
        copies = [{**row, "id": each["id"], "message_id": each["id"], "seq": each["seq"]} for each in more]
        await tx.execute(schema.turns.insert(), copies)
    page = await shows(clinician, WEEK)
    assert 'No answer <span class="count">100</span>' in page
    assert page.partition("No answer <")[2].count("question ") == 100


async def test_the_audit_names_things_and_leads_to_them(administrator, clinician, nurse, http, bot, service):
    (chat,) = await chats(http, bot, 1)
    await nurse.get(f"/desk/conversations/{chat.id}", headers=PAGE)
    await clinician.get(WEEK, headers=PAGE)
    page = await shows(administrator, "/audit")
    assert f'<a href="/desk/conversations/{chat.id}">chat of Tue, Nov 24, 10 am</a>' in page
    assert '<a href="/desk/week?ends=2026-11-24">week until 2026-11-24</a>' in page
    await http.delete(chat.path, headers=chat.headers)
    page = await shows(administrator, "/audit")
    assert "chat that no longer exists" in page
    assert f'href="/desk/conversations/{chat.id}"' not in page
