"""A visitor who has left hears of an answer by a link, and what they then write lands in the same case."""

from __future__ import annotations

import asyncio
import contextlib
import re
from datetime import timedelta

import httpx

from tests.web.browsing import PAGE
from tests.web.chat.test_protocol import examples
from tests.web.conftest import Visitor, async_fixture, client_of, signed_in
from tests.web.desk.chats import asks_for_a_person, talk
from tests.web.notifications.mail_server import StandInMailServer
from tests.web.stand_in_bot import callback, reply
from web import schema
from web.notifications import reply_sender
from web.notifications.mailer import Mailer

ADDRESS = "rosa.canary@example.com"
GONE = timedelta(minutes=3)


@async_fixture
async def service(services, mailbox):
    limits = {"mail_retries_s": (10.0, 10.0)}
    with_mail = {"smtp_url": mailbox.url, "mail_to": "desk@example.com"}
    started = await services.start(**with_mail, public_url="https://chat.example.com", limits=limits)
    await started.app.ctx.mailer.stop()  # the tests send by themselves (`mails_to_visitors`)
    return started


async def leaves_an_address(visitor: Visitor, address: str = ADDRESS) -> httpx.Response:
    return await visitor.http.put(
        f"{visitor.path}/contact", json={"address": address}, headers=visitor.headers
    )


async def asks_and_leaves(service, visitor, bot, address: str = ADDRESS) -> None:
    """Ask for a person, leave an address, and go."""
    await asks_for_a_person(visitor, bot)
    left = await leaves_an_address(visitor, address)
    assert left.status_code == 200, left.text
    assert left.json().keys() == examples("PUT /v1/conversations/{conversation_id}/contact")[0].keys()
    await service.app.ctx.timeout_worker.look()
    service.clock.move(GONE)


async def replies(service, visitor, text: str) -> None:
    """Write to the visitor, as a nurse who signs in again: a screen that nobody uses is locked."""
    async with signed_in(service, "nurse") as client:
        answer = await client.posts(talk(visitor, "reply"), text=text)
        assert answer.is_success, answer.text


async def mails_to_visitors(service, mailbox: StandInMailServer | None) -> list[str]:
    """Empty the outbox; the mails that went to the visitor."""
    clinic = service.app.ctx.context.clinic.name
    mailer = Mailer(service.settings, service.db, service.clock, clinic=lambda: clinic)
    while await mailer.send_one():
        pass
    mails = mailbox.mails if mailbox else []
    mails = [mail.replace("=\r\n", "").replace("=3D", "=") for mail in mails]
    return [mail for mail in mails if ADDRESS in mail]


def link_in(mail: str) -> str:
    found = re.search(r"https://chat\.example\.com/chat/back\?language=en#([\w-]+)", mail)
    assert found
    return found[1]


async def opens(http: httpx.AsyncClient, link: str) -> httpx.Response:
    return await http.post("/v1/reply-links", json={"token": link})


async def on_another_device(service, link: str, stack: contextlib.AsyncExitStack) -> Visitor:
    device = Visitor(await stack.enter_async_context(client_of(service)))
    opened = await opens(device.http, link)
    assert opened.status_code == 201, opened.text
    assert opened.json().keys() == examples("POST /v1/reply-links")[0].keys()
    device.id, device.token = opened.json()["id"], opened.json()["token"]
    return device


async def link_of_an_answer(service, visitor, bot, mailbox, text: str = "Thursday at 3 works") -> str:
    await asks_and_leaves(service, visitor, bot)
    await replies(service, visitor, text)
    (mail,) = await mails_to_visitors(service, mailbox)
    return link_in(mail)


async def test_an_answer_reaches_a_visitor_who_has_left_without_a_word_of_the_chat(
    service, visitor, bot, nurse, mailbox
):
    await asks_and_leaves(service, visitor, bot)
    page = (await nurse.get(talk(visitor), headers=PAGE)).text
    assert f"goes to them by e-mail (<bdi>{ADDRESS}</bdi>)" in page
    await replies(service, visitor, "The ketamine infusion can be moved to Thursday")
    (mail,) = await mails_to_visitors(service, mailbox)
    assert "Subject: Riverside Dental: an answer in your chat" in mail
    for secret in ("ketamine", "infusion", "Thursday", "Nina", visitor.id, "health", "treatment", "person"):
        assert secret not in mail
    page = (await nurse.get(talk(visitor), headers=PAGE)).text
    assert "Sent by e-mail 10:03 am" in page
    (row,) = await service.rows(schema.reply_links)
    assert (row["state"], row["token"]) == ("sent", None)
    deeds = [row["did"] for row in await service.rows(schema.audit)]
    assert "reply.link_sent" in deeds


async def test_what_they_write_on_another_device_lands_in_the_same_case(
    service, visitor, bot, nurse, mailbox
):
    link = await link_of_an_answer(service, visitor, bot, mailbox)
    await nurse.posts(talk(visitor, "resolve"))
    async with contextlib.AsyncExitStack() as stack:
        device = await on_another_device(service, link, stack)
        words = [each["text"] for each in (await device.reads())["messages"]]
        assert "Thursday at 3 works" in words
        receipt = (await device.sends("yes, I will come")).json()
        assert receipt["replies"][0]["text"].startswith("Thank you. Our team reads this")
        assert receipt["pending"] == []  # it is no question to the bot
        # The first device goes on as before.
        assert (await visitor.reads())["last"] == (await device.reads())["last"]
    lists = (await nurse.get("/desk", headers=PAGE)).text
    assert "Came back and answered your message" in lists
    page = (await nurse.get(talk(visitor), headers=PAGE)).text
    assert "yes, I will come" in page
    assert re.search(r"Sent by e-mail [\d:]+ am, opened [\d:]+ am", page)
    assert "reply.link_used" in [row["did"] for row in await service.rows(schema.audit)]
    await visitor.asks("what is a crown")  # the next one is for the bot again


async def test_a_link_opens_once_and_not_when_its_time_is_over(service, visitor, bot, mailbox):
    link = await link_of_an_answer(service, visitor, bot, mailbox)
    assert (await opens(visitor.http, link)).status_code == 201
    again = await opens(visitor.http, link)
    assert (again.status_code, again.json()["error"][:30]) == (404, "This link was used already, it")
    service.clock.move(timedelta(hours=1))
    await replies(service, visitor, "one more thing")
    second = link_in((await mails_to_visitors(service, mailbox))[-1])
    assert second != link
    service.clock.move(timedelta(days=8))
    assert (await opens(visitor.http, second)).status_code == 404
    assert (await opens(visitor.http, "made-up")).status_code == 404


async def test_deleting_the_chat_kills_the_link_and_every_device(service, visitor, bot, mailbox):
    link = await link_of_an_answer(service, visitor, bot, mailbox)
    async with contextlib.AsyncExitStack() as stack:
        device = await on_another_device(service, link, stack)
        service.clock.move(timedelta(hours=1))
        await replies(service, visitor, "one more thing")
        await visitor.http.delete(visitor.path, headers=visitor.headers)
        looked = await device.http.get(device.path, headers=device.headers)
        assert looked.status_code == 404
    for table in (schema.reply_links, schema.reply_contacts, schema.conversation_tokens, schema.outbox):
        assert await service.rows(table) == []
    before = len(mailbox.mails)
    await mails_to_visitors(service, mailbox)
    assert len(mailbox.mails) == before


async def test_a_mail_that_cannot_leave_is_tried_again_and_said_at_the_desk(
    service, visitor, bot, nurse, mailbox
):
    await asks_and_leaves(service, visitor, bot)
    mailbox.refuses = True
    await replies(service, visitor, "hello")
    await mails_to_visitors(service, mailbox)
    assert "Being sent by e-mail" in (await nurse.get(talk(visitor), headers=PAGE)).text
    for _ in range(3):
        service.clock.move(timedelta(minutes=1))
        await mails_to_visitors(service, mailbox)
    page = (await nurse.get(talk(visitor), headers=PAGE)).text
    assert "Not sent by e-mail: it could not be delivered" in page


async def test_an_address_that_does_not_exist_is_said_at_once(service, visitor, bot, nurse, mailbox):
    await asks_and_leaves(service, visitor, bot)
    mailbox.knows_nobody = True
    await replies(service, visitor, "hello")
    await mails_to_visitors(service, mailbox)
    page = (await nurse.get(talk(visitor), headers=PAGE)).text
    assert "Not sent by e-mail: the address was refused" in page


async def test_who_reads_it_in_the_chat_gets_no_mail_and_who_leaves_without_does(
    service, visitor, bot, nurse, mailbox
):
    await asks_for_a_person(visitor, bot)
    await leaves_an_address(visitor)
    await visitor.reads()
    await service.app.ctx.timeout_worker.look()
    await replies(service, visitor, "hello")
    assert "unless the visitor reads this" in (await nurse.get(talk(visitor), headers=PAGE)).text
    service.clock.move(timedelta(seconds=40))
    await visitor.reads()
    service.clock.move(timedelta(seconds=60))
    await service.app.ctx.timeout_worker.look()
    assert await mails_to_visitors(service, mailbox) == []
    await replies(service, visitor, "are you still there")
    service.clock.move(GONE)
    await service.app.ctx.timeout_worker.look()
    assert len(await mails_to_visitors(service, mailbox)) == 1


async def test_many_replies_are_told_by_one_mail_and_a_day_has_an_end(service, visitor, bot, nurse, mailbox):
    await asks_and_leaves(service, visitor, bot)
    for text in ("one", "two", "three"):
        await nurse.posts(talk(visitor, "reply"), text=text)
    assert len(await mails_to_visitors(service, mailbox)) == 1
    for number in range(6):
        service.clock.move(timedelta(minutes=31))
        await replies(service, visitor, f"again {number}")
        await mails_to_visitors(service, mailbox)
    assert len(await mails_to_visitors(service, mailbox)) == 5


async def test_taking_the_address_back_stops_what_has_not_left(service, visitor, bot, nurse, mailbox):
    await asks_and_leaves(service, visitor, bot)
    mailbox.refuses = True
    await replies(service, visitor, "hello")
    await mails_to_visitors(service, mailbox)
    taken = await visitor.http.delete(f"{visitor.path}/contact", headers=visitor.headers)
    assert taken.status_code == 200
    mailbox.refuses = False
    service.clock.move(timedelta(minutes=1))
    assert await mails_to_visitors(service, mailbox) == []
    page = (await nurse.get(talk(visitor), headers=PAGE)).text
    assert "waits in the chat until they open it again" in page


async def test_the_address_of_a_request_for_a_call_is_used_unless_it_was_cancelled(
    service, visitor, bot, mailbox
):
    bot.says(reply("utter_greet"), requests=(callback(first_name="Rosa", email=ADDRESS, channel="email"),))
    await visitor.asks("please write to me")
    service.clock.move(GONE)
    await replies(service, visitor, "hello Rosa")
    assert len(await mails_to_visitors(service, mailbox)) == 1


async def test_a_number_for_a_call_gets_no_text_message(service, visitor, bot):
    bot.says(reply("utter_greet"), requests=(callback(first_name="Rosa", phone="+15552018834"),))
    await visitor.asks("please call me")
    service.clock.move(GONE)
    await replies(service, visitor, "hello Rosa")
    assert await service.rows(schema.reply_links) == []


async def test_who_waits_for_an_answer_by_mail_is_not_closed_and_who_has_it_is(
    service, visitor, bot, mailbox
):
    await asks_and_leaves(service, visitor, bot)
    service.clock.move(timedelta(hours=2))
    await service.app.ctx.timeout_worker.look()
    (handoff,) = await service.rows(schema.handoffs)
    assert handoff["state"] == "requested"
    await replies(service, visitor, "hello")
    service.clock.move(timedelta(minutes=30))
    for _ in range(2):  # first the claim of somebody who has no page open ends
        await service.app.ctx.timeout_worker.look()
        service.clock.move(timedelta(minutes=20))
    (handoff,) = await service.rows(schema.handoffs)
    assert handoff["resolution"] == "answered_away"


async def test_what_is_no_address_is_refused_in_a_sentence(service, visitor, bot):
    await asks_for_a_person(visitor, bot)
    for address in ("", "rosa", "rosa@", "a@b", "x" * 250 + "@example.com", "+15552018834"):
        refused = await leaves_an_address(visitor, address)
        assert (refused.status_code, refused.json()["error"][-1]) == (400, "."), address
    assert await service.rows(schema.reply_contacts) == []


async def test_nobody_else_leaves_or_removes_an_address(service, visitor, another_visitor, bot):
    await asks_for_a_person(visitor, bot)
    wrong = {"authorization": f"Bearer {another_visitor.token}"}
    path = f"{visitor.path}/contact"
    assert (await visitor.http.put(path, json={"address": ADDRESS}, headers=wrong)).status_code == 404
    assert (await visitor.http.delete(path, headers=wrong)).status_code == 404


async def test_the_address_and_the_token_are_sealed_in_the_record(service, visitor, bot, mailbox):
    await asks_and_leaves(service, visitor, bot)
    mailbox.refuses = True
    await replies(service, visitor, "hello")
    (row,) = await service.rows(schema.reply_links)
    async with service.db.read() as tx:
        for name in ("reply_links", "reply_contacts"):
            kept = str((await tx.exec_driver_sql(f"SELECT * FROM {name}")).all())
            assert ADDRESS not in kept
            assert row["token"] not in kept


@async_fixture
async def gateway():
    """Whoever sends text messages for the clinic."""
    heard: asyncio.Queue[tuple[dict[str, str], bytes]] = asyncio.Queue()

    async def answer(reader, writer):
        head = (await reader.readuntil(b"\r\n\r\n")).decode().lower().split("\r\n")[1:]
        headers = dict(line.split(": ", 1) for line in head if ": " in line)
        heard.put_nowait((headers, await reader.readexactly(int(headers["content-length"]))))
        writer.write(b"HTTP/1.1 202 OK\r\ncontent-length: 0\r\nconnection: close\r\n\r\n")
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    heard.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/sms"  # type: ignore[attr-defined]
    yield heard
    server.close()


async def test_a_text_message_is_handed_over_signed(services, bot, gateway):
    secret = "a secret of twenty-four letters"
    service = await services.start(sms_webhook_url=gateway.url, sms_webhook_secret=secret)
    async with client_of(service) as http, signed_in(service, "nurse") as nurse:
        visitor = await Visitor(http).opens_the_chat()
        await asks_and_leaves(service, visitor, bot, "(212) 555-0142")
        await service.app.ctx.mailer.stop()
        await replies(service, visitor, "the secret words")
        await mails_to_visitors(service, None)
        headers, body = await gateway.get()
        signature = reply_sender.signature_of(secret, headers["x-front-desk-timestamp"], body)
        assert headers["x-front-desk-signature"] == f"sha256={signature}"
        assert b'"to": "+12125550142"' in body
        assert b"secret words" not in body
        assert "Sent by text message" in (await nurse.get(talk(visitor), headers=PAGE)).text


async def test_who_has_just_written_is_there_though_nobody_noted_them_yet(service, visitor, bot):
    await asks_for_a_person(visitor, bot)
    async with service.db.write() as tx:  # as after a start of ours
        await tx.execute(schema.visits.delete())
    await replies(service, visitor, "Hello, I am here.")
    (chat,) = await service.rows(schema.conversations)
    assert chat["answered_away_at"] is None
