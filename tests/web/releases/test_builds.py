"""One build at a time, in a process of its own: followed, cancelled, and never left hanging."""

from __future__ import annotations

import asyncio
import json
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from tests.web.chat.test_safety_first import PASSIVE
from tests.web.conftest import Visitor, async_fixture
from web.accounts.staff import Person
from web.chat import handoffs
from web.core.errors import BuildRunning, NotFound
from web.releases import replay_samples
from web.releases.builds import DEAD_AFTER, Builds
from web.schema import audit, builds

TRAINING = (sys.executable, str(Path(__file__).parents[1] / "stand_in_training.py"))
OWNER = "an-owner"


@async_fixture
async def building(service):
    made = Builds(service.app.ctx.context, command=TRAINING)
    yield made
    await made.stop()


@pytest.fixture
def project(tmp_path):
    """A project whose training does as it is told."""

    def that(does):
        folder = tmp_path / f"project-{does}"
        folder.mkdir()
        (folder / "does").write_text(does, encoding="utf-8")
        return folder

    return that


async def ended(service, building, build_id):
    """The build once it has ended."""
    while True:
        with service.app.ctx.context.pubsub.listening("builds") as listener:
            build = await building.progress(build_id)
            if build.ended_at is not None:
                return build
            await listener.news(timeout_s=5)


async def test_a_build_ends_in_a_release_and_asks_for_a_bot_to_try_it(service, building, project):
    build_id = await building.start(project("finish"), by=OWNER)
    build = await ended(service, building, build_id)
    assert (build.state, build.release, build.share) == ("done", "2", 1.0)
    assert (service.settings.releases / "candidate").read_text().strip() == "2"
    assert (service.settings.releases / "published").read_text().strip() == "r1"


async def test_while_one_runs_a_second_is_refused_and_then_not(service, building, project):
    first = await building.start(project("hang"), by=OWNER)
    with pytest.raises(BuildRunning, match="already running"):
        await building.start(project("finish"), by=OWNER)
    await building.cancel(first, by=OWNER)
    assert (await ended(service, building, first)).state == "cancelled"
    second = await building.start(project("break"), by=OWNER)
    assert (await ended(service, building, second)).state == "failed"


async def test_a_build_is_cancelled_from_another_process_too(service, services, building, project):
    build_id = await building.start(project("hang"), by=OWNER)
    another = Builds((await services.start()).app.ctx.context, command=TRAINING)
    await another.cancel(build_id, by=OWNER)
    assert (await ended(service, building, build_id)).state == "cancelled"


async def test_what_is_wrong_is_said_in_a_sentence_and_by_file_and_line(service, building, project):
    build = await ended(service, building, await building.start(project("fail"), by=OWNER))
    assert build.sentence == "1 to mend; nothing was trained."
    assert build.problems == [{"path": "data/answers/hours.yml", "line": 3, "text": "No source."}]


async def test_a_build_whose_service_was_killed_gives_its_place_back(service, building, project):
    async with service.db.write() as tx:
        now = service.clock()
        row = {"id": "lost", "slot": "only", "state": "running", "step": "train", "share": 0.3}
        await tx.execute(
            builds.insert().values(**row, problems=[], started_by=OWNER, started_at=now, alive_at=now)
        )
    service.clock.move(DEAD_AFTER + timedelta(seconds=1))
    assert (await building.progress("lost")).state == "failed"
    assert await building.start(project("finish"), by=OWNER)


async def test_what_visitors_asked_goes_there_masked_and_with_what_was_answered_before(
    service, building, project, visitor, bot
):
    part = {"intent": "faq/what_is_a_crown", "it": "a crown"}
    bot.does(lambda _asked: answered_with(part))
    await visitor.asks("what is a crown? my name is Rosa Lee, 555 201 8834")
    await visitor.asks("does it hurt?")
    folder = project("finish")
    await ended(service, building, await building.start(folder, by=OWNER))
    second, first = (json.loads(line) for line in (folder / "heard").read_text().splitlines())
    assert first["text"] == "what is a crown? my name is [name], [number]"
    assert second["text"] == "does it hurt?"
    assert (second["topic"], second["it"]) == ("faq/what_is_a_crown", "a crown")


async def test_the_words_of_a_replayed_message_come_from_the_record_and_go_with_it(
    service, building, visitor
):
    message_id = (await visitor.sends("where do I park, I am Rosa")).json()["message"]["id"]
    await visitor.hears()
    rows = [{"id": message_id, "kind": "now_answered"}, {"id": "deleted", "kind": "other_answer"}]
    report = service.settings.releases / "r1" / "report.json"
    report.write_text(json.dumps({"replay": {"rows": rows}}), encoding="utf-8")
    async with service.db.read() as tx:
        found = await building.replayed(tx, "r1")
    assert [row["text"] for row in found] == ["where do I park, I am [name]", None]


async def test_nobody_knows_a_build_that_never_was(building):
    with pytest.raises(NotFound):
        await building.progress("never")


async def test_starting_and_cancelling_are_in_the_audit(service, building, project):
    build_id = await building.start(project("hang"), by=OWNER)
    await building.cancel(build_id, by=OWNER)
    await ended(service, building, build_id)
    async with service.db.read() as tx:
        deeds = (await tx.execute(select(audit.c.did).where(audit.c.about_id == build_id))).scalars().all()
    assert deeds == ["build.started", "build.cancelled"]


async def test_a_stopped_service_ends_its_build(service, building, project):
    build_id = await building.start(project("hang"), by=OWNER)
    await asyncio.wait_for(building.stop(), 60)
    assert (await building.progress(build_id)).state == "failed"


def answered_with(part):
    understood = {"outcome": "answered", "intent": part["intent"], "confidence": 1.0, "parts": [part]}
    said = [{"utterance": "utter_greet", "values": {}, "choices": []}]
    return {"release": "r1", "events": [], "replies": said, "requests": [], "understood": understood}


async def test_real_cards_are_sent_along_masked_without_false_ones_and_answers_to_a_check(
    service, visitor, http
):
    said = {
        "card": "I want to kill myself, call Rosa Lee on 555 201 8834",
        "false": "everyone would be better off without me",
        "plain": "what does it cost",
    }
    by_kind = {name: await Visitor(http).opens_the_chat() for name in said}
    for name, text in said.items():
        await by_kind[name].sends(text)
    await visitor.sends(PASSIVE)
    await visitor.sends("hm, whatever")  # evasive: the card comes, and not for these words
    async with service.db.write() as tx:
        nina = Person("n1", "Nina")
        assert await handoffs.not_a_crisis(tx, by_kind["false"].id, by=nina, now=service.clock())
    async with service.db.read() as tx:
        cards = await replay_samples.cards(tx)
    told = {each["text"]: (each["heard"], each["is_changed"]) for each in cards}
    assert told.pop(PASSIVE) == ("check", False)
    ((text, how),) = told.items()
    assert text.startswith("I want to kill myself, call")
    assert "8834" not in text
    assert how == ("crisis", True)
