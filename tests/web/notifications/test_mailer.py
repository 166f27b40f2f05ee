"""Mail: leaves through the outbox, holds a link and no name, is tried again, is never lost."""

from __future__ import annotations

import asyncio
import json
from datetime import timedelta

from tests.web.conftest import Visitor, async_fixture, client_of
from tests.web.stand_in_bot import callback, reply
from web import schema


@async_fixture
async def service(services, mailbox):
    return await services.start(
        smtp_url=mailbox.url,
        mail_to="desk@example.com",
        public_url="https://chat.example.com",
        limits={"mail_retries_s": (10.0, 10.0)},
    )


async def wants_a_call(visitor, bot):
    wish = callback(first_name="Canary", phone="+15552018834", best_time="canary time")
    bot.says(reply("utter_greet"), requests=(wish,))
    await visitor.asks("please call me, I am Canary")


async def rests(service):
    """Let the postman finish what it has begun."""
    await service.app.ctx.mailer.stop()
    (row,) = await service.rows(schema.outbox)
    return row


async def test_a_callback_sends_a_mail_with_a_link_and_nothing_about_the_visitor(
    service, visitor, bot, mailbox
):
    await wants_a_call(visitor, bot)
    await mailbox.tried.wait()
    (mail,) = mailbox.mails
    assert "https://chat.example.com/desk" in mail
    assert "To: desk@example.com" in mail
    for secret in ("Canary", "canary", "5552018834", visitor.id):
        assert secret not in mail
    assert (await rests(service))["state"] in {"sent", "waiting"}


async def test_a_crisis_sends_an_urgent_mail_without_a_word_of_it(service, visitor, mailbox):
    await visitor.sends("I want to kill myself")
    await mailbox.tried.wait()
    (mail,) = mailbox.mails
    assert "urgent" in mail
    for word in ("kill", "crisis", "suicide"):
        assert word not in mail


async def test_a_mail_that_is_refused_is_tried_again_later(service, visitor, bot, mailbox):
    mailbox.refuses = True
    await wants_a_call(visitor, bot)
    await mailbox.tried.wait()
    row = await rests(service)
    assert (row["state"], row["attempts"]) == ("waiting", 1)
    mailer = service.app.ctx.mailer
    mailbox.refuses = False
    assert not await mailer.send_one()  # its time has not come
    service.clock.move(timedelta(seconds=60))
    restarted = type(mailer)(service.settings, service.db, service.clock)
    assert await restarted.send_one()
    (row,) = await service.rows(schema.outbox)
    assert (row["state"], len(mailbox.mails)) == ("sent", 1)


async def test_a_mail_that_never_leaves_is_kept_and_said(service, visitor, bot, mailbox, caplog):
    mailbox.refuses = True
    await wants_a_call(visitor, bot)
    await mailbox.tried.wait()
    await rests(service)
    mailer = type(service.app.ctx.mailer)(service.settings, service.db, service.clock)
    for _ in range(5):
        service.clock.move(timedelta(minutes=5))
        await mailer.send_one()
    (row,) = await service.rows(schema.outbox)
    assert (row["state"], row["attempts"]) == ("dead", 3)
    assert "is given up" in caplog.text
    assert len(await service.rows(schema.callbacks)) == 1


async def test_a_mail_server_that_is_away_does_not_keep_the_answer_away(services, bot):
    service = await services.start(smtp_url="smtp://127.0.0.1:9", mail_to="desk@example.com")
    async with client_of(service) as http:
        visitor = await Visitor(http).opens_the_chat()
        await wants_a_call(visitor, bot)
    assert (await rests(service))["state"] == "waiting"


async def test_without_a_mailbox_nothing_waits_in_the_outbox(services, bot):
    service = await services.start()
    async with client_of(service) as http:
        visitor = await Visitor(http).opens_the_chat()
        await wants_a_call(visitor, bot)
    assert await service.rows(schema.outbox) == []


@async_fixture
async def chat_of_the_team():
    """A team's chat that takes webhooks."""
    heard: asyncio.Queue[dict] = asyncio.Queue()

    async def answer(reader, writer):
        head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
        length = int(head.split("content-length: ")[1].split("\r\n")[0])
        heard.put_nowait(json.loads(await reader.readexactly(length)))
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\nconnection: close\r\n\r\nok")
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    heard.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/hook"  # type: ignore[attr-defined]
    yield heard
    server.close()


async def test_what_nobody_opened_is_told_again_through_the_webhook(services, bot, mailbox, chat_of_the_team):
    service = await services.start(
        smtp_url=mailbox.url, mail_to="desk@example.com", webhook_url=chat_of_the_team.url
    )
    async with client_of(service) as http:
        visitor = await Visitor(http).opens_the_chat()
        await visitor.sends("I want to kill myself")
        await mailbox.tried.wait()
        service.clock.move(timedelta(minutes=3))
        await service.app.ctx.timeout_worker.look()
        told = await chat_of_the_team.get()
    assert told["text"].startswith("Front Desk, urgent and still not opened")
    assert told["text"].endswith("/desk")
    assert len(mailbox.mails) == 1


async def test_without_mail_the_webhook_is_told_at_once(services, bot, chat_of_the_team):
    service = await services.start(webhook_url=chat_of_the_team.url)
    async with client_of(service) as http:
        visitor = await Visitor(http).opens_the_chat()
        await wants_a_call(visitor, bot)
        told = await chat_of_the_team.get()
    assert told["text"].startswith("Front Desk: somebody asks for a call.")
    assert "Canary" not in str(told)
