"""The desk's lists are read once a second at most, however many pages watch and visitors write."""

from __future__ import annotations

import asyncio

from tests.web.conftest import Visitor, client_of, signed_in
from web.core.pubsub import LISTS
from web.desk import conversation_view, queue_views

CRISIS = "I want to kill myself"
NEVER = 3600.0


def counted(monkeypatch) -> list[None]:
    """A mark for each time that the lists are read."""
    reads: list[None] = []
    lists = queue_views.lists

    async def counting(*arguments, **named):
        reads.append(None)
        return await lists(*arguments, **named)

    monkeypatch.setattr(queue_views, "lists", counting)
    return reads


async def watches(service, client, path: str, pages: int) -> list[asyncio.Task]:
    """Pages that show the lists as they are and wait until they are other ones."""
    pubsub = service.app.ctx.context.pubsub
    mark = (await client.get(path)).headers["x-mark"]
    before = pubsub.count(LISTS)
    tasks = [asyncio.create_task(client.get(f"{path}?mark={mark}&wait=5")) for _ in range(pages)]
    while pubsub.count(LISTS) < before + pages:  # noqa: ASYNC110 - nothing announces it
        await asyncio.sleep(0)
    return tasks


async def test_messages_of_visitors_do_not_make_watching_pages_read_the_lists(services, monkeypatch):
    service = await services.start(
        limits={"desk_lists_every_s": NEVER, "look_again_s": NEVER, "max_wait_s": 2.0}
    )
    reads = counted(monkeypatch)
    async with client_of(service) as http, signed_in(service, "nurse") as nurse:
        visitor = await Visitor(http).opens_the_chat()
        pages = [
            *await watches(service, nurse, "/desk/live", 4),
            *await watches(service, nurse, "/desk/pulse", 2),
        ]
        before = len(reads)
        for _ in range(20):
            await visitor.asks("hello")
        await asyncio.gather(*pages)
    assert len(reads) - before <= 2


async def test_a_crisis_reaches_every_watching_page_at_once_when_it_was_quiet(services):
    service = await services.start(limits={"look_again_s": NEVER})
    async with client_of(service) as http, signed_in(service, "nurse") as nurse:
        visitor = await Visitor(http).opens_the_chat()
        pages = await watches(service, nurse, "/desk/live", 3)
        await visitor.sends(CRISIS)
        shown = await asyncio.gather(*pages)
    assert all(visitor.id in page.text for page in shown)


async def test_who_has_just_done_something_sees_it(services):
    """A page that is opened reads the lists as they are, however short ago they were read."""
    service = await services.start(limits={"desk_lists_every_s": NEVER, "look_again_s": NEVER})
    async with client_of(service) as http, signed_in(service, "nurse") as nurse:
        visitor = await Visitor(http).opens_the_chat()
        await visitor.sends(CRISIS)
        assert visitor.id in (await nurse.get("/desk")).text
        await nurse.posts(f"/desk/conversations/{visitor.id}/claim")
        assert "Yours" in (await nurse.get("/desk")).text
        await nurse.posts(f"/desk/conversations/{visitor.id}/resolve", outcome="spoke")
        assert visitor.id not in (await nurse.get("/desk")).text


async def test_each_of_the_staff_sees_what_they_hold_themselves(services):
    service = await services.start()
    async with client_of(service) as http, signed_in(service, "nurse") as nurse:
        visitor = await Visitor(http).opens_the_chat()
        await visitor.sends(CRISIS)
        await nurse.posts(f"/desk/conversations/{visitor.id}/claim")
        async with signed_in(service, "second_nurse") as second:
            assert "Yours" in (await nurse.get("/desk")).text
            assert "With Nina Nurse" in (await second.get("/desk")).text


async def test_a_page_of_one_chat_is_woken_by_its_own_visitor_alone(services):
    service = await services.start(limits={"desk_lists_every_s": NEVER, "look_again_s": NEVER})
    pubsub = service.app.ctx.context.pubsub
    async with client_of(service) as http, signed_in(service, "nurse") as nurse:
        ours, another = [await Visitor(http).opens_the_chat() for _ in range(2)]
        await ours.asks("hello")
        path = f"/desk/conversations/{ours.id}/live"
        mark = (await nurse.get(path)).headers["x-mark"]
        page = asyncio.create_task(nurse.get(f"{path}?mark={mark}&wait=5"))
        while not pubsub.count(ours.id):  # noqa: ASYNC110 - nothing announces it
            await asyncio.sleep(0)
        await another.asks("hello")
        assert not page.done()
        await ours.sends("these words are new")
        assert "these words are new" in (await page).text


async def test_opening_a_chat_reads_it_once_and_taking_it_over_is_told_once(services, monkeypatch):
    service = await services.start(limits={"look_again_s": NEVER})
    pubsub = service.app.ctx.context.pubsub
    read, reads = conversation_view.read_transcript, []

    async def counting(*args, **options):
        reads.append(args)
        return await read(*args, **options)

    monkeypatch.setattr(conversation_view, "read_transcript", counting)
    async with client_of(service) as http, signed_in(service, "nurse") as nurse:
        visitor = await Visitor(http).opens_the_chat()
        await visitor.sends(CRISIS)
        await visitor.hears()
        page = await nurse.get(f"/desk/conversations/{visitor.id}")
        assert (page.status_code, len(reads)) == (200, 1)
        before = pubsub.news
        await nurse.posts(f"/desk/conversations/{visitor.id}/claim")
        assert pubsub.news - before == 1
