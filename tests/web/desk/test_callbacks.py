"""The calls to make: what a nurse sees, what she logs, and the file she takes along."""

from __future__ import annotations

import csv
import html
import io
from datetime import timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.web.stand_in_bot import callback, reply
from web import schema
from web.core import csv_export
from web.core.csv_export import cell
from web.desk import callback_views

PAGE = {"accept": "text/html"}


async def wants_a_call(visitor, bot, **fields):
    wish = callback(**{"phone": "+15552018834", "first_name": "Ana", **fields})
    bot.says(reply("utter_greet"), requests=(wish,))
    await visitor.asks("please call me")


async def the_call(service):
    (row,) = await service.rows(schema.callbacks)
    return row


async def test_a_call_shows_how_when_and_in_which_language(nurse, visitor, bot):
    await wants_a_call(visitor, bot, best_time="after 3 pm", may_leave_message=False, patient="new")
    page = (await nurse.get("/desk/callbacks", headers=PAGE)).text
    for words in (
        "Ana",
        "after 3 pm",
        "tel:+15552018834",
        "(555) 201-8834",
        "do not leave a message",
        "New patient",
    ):
        assert words in page


async def test_a_call_of_somebody_else_shows_whose_name_it_is(nurse, visitor, bot):
    whom = "Call for somebody else (the visitor's mom). Do not tell them what it is about."
    await wants_a_call(visitor, bot, first_name="Winnie", note=whom)
    page = html.unescape((await nurse.get("/desk/callbacks", headers=PAGE)).text)
    assert page.index("Winnie") < page.index(whom) < page.index('href="tel:')


@pytest.mark.parametrize(
    ("fields", "href"),
    [
        ({"channel": "text"}, "sms:+15552018834"),
        ({"phone": None, "email": "ana@example.com"}, "mailto:ana@example.com"),
        ({"phone": "+4930123456"}, "tel:+4930123456"),
    ],
)
async def test_the_way_to_reach_can_be_pressed(nurse, visitor, bot, fields, href):
    await wants_a_call(visitor, bot, **fields)
    assert f'href="{href}"' in (await nurse.get("/desk/callbacks")).text


@pytest.mark.thorough
@pytest.mark.parametrize("state", ["new", "done"])
async def test_none_of_many_calls_is_hidden_in_silence(nurse, visitor, bot, service, state):
    await wants_a_call(visitor, bot)
    call = {**await the_call(service), "state": state}
    async with service.db.write() as tx:
        await tx.execute(schema.callbacks.update().values(state=state))
        await tx.execute(
            schema.callbacks.insert(), [{**call, "id": f"call{number}"} for number in range(204)]
        )
    page = (await nurse.get("/desk/callbacks", params={"show": "closed" if state == "done" else "open"})).text
    assert page.count("<article") == (205 if state == "new" else 200)
    assert ("The 200 most recently closed are shown. Search finds the others" in page) is (state == "done")
    exported = (await nurse.get("/desk/callbacks/export.csv")).text
    assert len(list(csv.DictReader(io.StringIO(exported.removeprefix("\ufeff"))))) == 205


async def test_attempts_are_logged_until_it_is_done(nurse, second_nurse, visitor, bot, service):
    await wants_a_call(visitor, bot)
    path = f"/desk/callbacks/{(await the_call(service))['id']}/move"
    await nurse.posts(path, to="no_answer", note="busy line")
    page = (await second_nurse.get("/desk/callbacks")).text
    assert f"No answer, by {nurse.staff.name}" in page
    assert "busy line" in page
    await second_nurse.posts(path, to="reached")
    await second_nurse.posts(path, to="done")
    assert "No calls to make" in (await nurse.get("/desk/callbacks")).text
    assert "No calls to make" in (await nurse.get("/desk", headers=PAGE)).text
    assert "Ana" in (await nurse.get("/desk/callbacks", params={"show": "closed"})).text


async def test_a_step_that_is_not_possible_is_refused_in_a_sentence(nurse, visitor, bot, service):
    await wants_a_call(visitor, bot)
    path = f"/desk/callbacks/{(await the_call(service))['id']}/move"
    await nurse.posts(path, to="done")
    answer = await nurse.posts(path, to="called")
    assert 400 <= answer.status_code < 500
    assert answer.json()["error"].endswith(".")
    assert (await nurse.posts(path, to="explode")).status_code == 400
    assert (await nurse.posts("/desk/callbacks/unknown/move", to="done")).status_code == 404


async def test_a_call_kept_by_a_visitor_who_deleted_the_chat_can_be_made(nurse, visitor, bot):
    await wants_a_call(visitor, bot)
    await visitor.http.delete(visitor.path, headers=visitor.headers, params={"callbacks": "keep"})
    page = (await nurse.get("/desk/callbacks")).text
    assert "tel:+15552018834" in page
    assert "deleted the chat" in page
    assert "Ana asks for a call" in (await nurse.get("/desk", headers=PAGE)).text


async def test_the_file_is_whole_plain_and_in_the_audit(nurse, visitor, bot, service):
    await wants_a_call(visitor, bot, first_name="=HYPERLINK(1)", best_time="-1, or later")
    answer = await nurse.get("/desk/callbacks/export.csv")
    (row,) = csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig")))
    assert tuple(row) == callback_views.EXPORTED
    assert (row["first_name"], row["best_time"]) == ("'=HYPERLINK(1)", "'-1, or later")
    assert row["phone"] == "'+15552018834"
    (kept,) = [each for each in await service.rows(schema.audit) if each["did"] == "callbacks.export"]
    assert (kept["by"], kept["details"]["rows"]) == (nurse.staff.id, 1)


@pytest.mark.parametrize(
    "unseen", ["", " ", "\t", "\r\n", "\x0b", "\x0c", "\x85", "\u2028", "\u200b", "\ufe0f\u3000"]
)
def test_nothing_unseen_hides_a_formula(unseen):
    for start in "=+-@＝＠﹢\u2212":
        assert cell(f"{unseen}{start}1") == f"'{unseen}{start}1"
    assert cell(f"\x0c{unseen}1=1") == f"\x0c{unseen}1=1"


@given(st.text() | st.from_regex(r"\A\s+[=+@-]"))
@example("\x0c=")
def test_no_cell_begins_a_formula(text):
    shown = cell(text)
    assert not shown.lstrip().startswith(("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠"))
    assert text.replace("\0", "") in shown


def test_a_table_reads_back_as_it_was_written():
    rows: list[dict[str, object]] = [{"a": 'x"y', "b": "one\ntwo"}, {"a": None, "b": True}]
    written = csv_export.as_csv(("a", "b"), rows)
    read = list(csv.reader(io.StringIO(written.removeprefix("\ufeff"))))
    assert read == [["a", "b"], ['x"y', "one\ntwo"], ["", "yes"]]


async def test_a_call_says_what_it_is_about_and_when_it_is_night_there(nurse, visitor, bot, service):
    bot.says(reply("utter_greet"), understood={"intent": "callback"})
    await visitor.asks("can someone call me about prices")
    bot.says(
        reply("utter_greet"), requests=(callback(phone="+15032018834"),), understood={"intent": "affirm"}
    )
    await visitor.asks("yes")
    for path in ("/desk", "/desk/callbacks"):
        page = (await nurse.get(path, headers=PAGE)).text
        assert "<bdi>can someone call me about prices</bdi>" in page
        assert "<bdi>yes</bdi>" not in page
    assert "7 am" in page
    assert "Nighttime there" in page
    service.clock.move(timedelta(hours=2))
    assert "Nighttime there" not in (await nurse.get("/desk/callbacks")).text
