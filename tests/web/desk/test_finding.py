"""Finding a conversation again: any order, no accents, notes too, with its hit; and all of them as a file."""

from __future__ import annotations

import csv
import io
import json
import unicodedata

import pytest

from tests.web.browsing import PAGE
from tests.web.conftest import Visitor
from tests.web.stand_in_bot import callback, reply
from web import schema
from web.desk.finding import words
from web.schema import new_id


async def says(http, *texts) -> Visitor:
    visitor = await Visitor(http).opens_the_chat()
    for text in texts:
        await visitor.asks(text)
    return visitor


async def found(who, looked_for, *chats, **more):
    """Which of the chats a search shows."""
    answer = await who.get("/desk/search", params={"words": looked_for, **more}, headers=PAGE)
    assert answer.status_code == 200, answer.text
    return [chat.id in answer.text for chat in chats]


FOUND = (
    ("aetna insurance", True),
    ("INSURANCE my", True),
    ("insurance cigna", False),
    ("lucia nunez", True),
    ("LUCÍA", True),
    ("7205550142", True),
    ("720 555 0142", True),
    ("7205550143", False),
    ("100%", True),
    ("1_0", False),
    ("[a-z]*?", True),
    ("[b]", False),
)


async def test_words_are_found_in_any_order_and_without_accents(nurse, http, bot):
    decomposed = unicodedata.normalize("NFD", "Núñez")
    chat = await says(
        http,
        f"I am Lucía {decomposed}, 100% sure",
        "do you take my insurance? Aetna",
        "(720) 555-0142",
        "[a-z]*?",
    )
    for looked_for, is_there in FOUND:
        assert await found(nurse, looked_for, chat) == [is_there], looked_for


async def test_notes_calls_and_sentences_of_ratings_are_found_and_named(nurse, http, bot, service):
    noted, called, rated = (
        await says(http, "hello"),
        await says(http, "hello"),
        await says(http, "does it hurt"),
    )
    await nurse.posts(f"/desk/conversations/{noted.id}/note", text="her pharmacy is closed")
    bot.says(reply("utter_greet"), requests=(callback(phone="+17205550142", first_name="Ana"),))
    await called.asks("call me please")
    (answer,) = [row for row in await service.rows(schema.messages, of=rated) if row["author"] == "bot"]
    thumb = {"helpful": False, "sentence": "I have a chest port"}
    await http.post(f"{rated.path}/messages/{answer['id']}/rating", json=thumb, headers=rated.headers)
    chats = (noted, called, rated)
    assert await found(nurse, "closed pharmacy", *chats) == [True, False, False]
    assert await found(nurse, "(720) 555-0142", *chats) == [False, True, False]
    assert await found(nurse, "port chest", *chats) == [False, False, True]
    page = (await nurse.get("/desk/search", params={"words": "pharmacy"}, headers=PAGE)).text
    assert "her <mark>pharmacy</mark> is closed" in page
    assert "Private note" in page


async def test_why_an_answer_did_not_help_stands_with_it(nurse, owner, http, bot, service):
    bot.says(reply("utter_faq/does_it_hurt"))
    chat = await says(http, "does it hurt", "ok")
    (answer, *_) = [row for row in await service.rows(schema.messages, of=chat) if row["author"] == "bot"]
    thumb = {"helpful": False, "sentence": "I have a chest port, call 720 555 0142"}
    await http.post(f"{chat.path}/messages/{answer['id']}/rating", json=thumb, headers=chat.headers)
    page = (await nurse.get(f"/desk/conversations/{chat.id}", headers=PAGE)).text
    line = page.partition(f'data-key="{answer["id"]}"')[2].partition("</li>")[0]
    assert "Did not help" in line
    assert "I have a chest port, call 720 555 0142" in line
    desk = (await nurse.get("/desk", headers=PAGE)).text
    assert "<bdi>I have a chest port, call 720 555 0142</bdi>" in desk
    assert "About: Does it hurt?" in desk
    masked = (await owner.get(f"/desk/conversations/{chat.id}", headers=PAGE)).text
    assert "I have a chest port" in masked
    assert "0142" not in masked


async def test_who_is_shown_no_names_finds_no_note_and_no_number(owner, nurse, http, bot):
    chat = await says(http, "I am Wilhelmina, 720 555 0142, does it hurt")
    await nurse.posts(f"/desk/conversations/{chat.id}/note", text="her pharmacy is closed")
    for hidden in ("pharmacy", "7205550142", "0142"):
        assert await found(owner, hidden, chat) == [False], hidden
    assert await found(owner, "hurt does", chat) == [True]


async def test_a_file_holds_every_conversation_in_the_clinics_time(nurse, http, bot, service):
    chat = await says(http, "Lucía asks")
    await nurse.posts(f"/desk/conversations/{chat.id}/note", text="her pharmacy is closed")
    (row,) = await service.rows(schema.conversations, of=None)
    (said, *_) = await service.rows(schema.messages, of=chat)
    many = [new_id() for _ in range(1_100)]
    async with service.db.write() as tx:
        await tx.execute(
            schema.conversations.insert(), [{**row, "id": id_, "token_hash": id_} for id_ in many]
        )
        copies = [{**said, "id": id_, "conversation_id": id_, "client_id": None} for id_ in many]
        await tx.execute(schema.messages.insert(), copies)
    written = await nurse.get("/desk/export/csv")
    rows = list(csv.DictReader(io.StringIO(written.content.decode("utf-8-sig"))))
    assert written.content.startswith(b"\xef\xbb\xbf")
    assert len({row["conversation_id"] for row in rows}) == 1_101
    (note,) = [row for row in rows if row["kind"] == "note"]
    assert (note["text"], note["name"]) == ("her pharmacy is closed", nurse.staff.name)
    assert note["created_at"].startswith("2026-11-24 10:0")
    assert note["utc_offset"] == "'-05:00"
    as_json = json.loads((await nurse.get("/desk/export/json")).text)
    assert len({row["conversation_id"] for row in as_json}) == 1_101
    nothing = {"words": "nobody wrote this"}
    assert json.loads((await nurse.get("/desk/export/json", params=nothing)).text) == []
    kept = [
        row["details"] for row in await service.rows(schema.audit) if row["did"] == "conversations.export"
    ]
    assert kept[0] == {"conversations": 1_101, "form": "csv"}


@pytest.mark.parametrize(
    ("text", "looked_for", "shown"),
    [
        ("it was Lucía again", "lucia", "it was [Lucía] again"),
        ("x " * 100 + "the port, my port", "port my", "the [port], [my] [port]"),
        ("ﬁne by me", "fine", "[ﬁne] by me"),
        (unicodedata.normalize("NFD", "mañana"), "manana", f"[{unicodedata.normalize('NFD', 'mañana')}]"),
        ("call (720) 555-0142 now", "7205550142", "call ([720) 555-0142] now"),
    ],
)
def test_a_hit_is_marked_where_it_stands(text, looked_for, shown):
    pieces = words.snippet(text, looked_for)
    told = "".join(f"[{piece}]" if is_hit else piece for piece, is_hit in pieces)
    assert shown in told
