"""Publish behind the gates, undo, and what visitors read while the pointer moves."""

from __future__ import annotations

import hashlib
import json

import pytest
from sqlalchemy import select

from tests.web.conftest import publish as make_release
from tests.web.stand_in_bot import reply, turn
from web.core.errors import BadRequest, GatesClosed, NotFound, Refused, ReleaseNotReady
from web.releases import publishing
from web.schema import audit, messages

OWNER = "an-owner"


@pytest.fixture
def context(service):
    return service.app.ctx.context


@pytest.fixture
def built(service):
    """Builds a release: `built("2", greets="Hi!", learnt="x")`; it is not published."""

    def build(name, *, greets="Hello from the new one.", learnt="", gates=()):
        make_release(service.settings, release=name, learnt=learnt)
        folder = service.settings.releases / name
        manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
        manifest["utterances"]["utter_greet"] = [{"text": greets, "language": "en"}]
        (folder / "model.tar.gz").write_bytes(name.encode())
        manifest["files"] = {"model.tar.gz": hashlib.sha256(name.encode()).hexdigest()}
        (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
        (folder / "report.json").write_text(json.dumps({"gates": list(gates)}), encoding="utf-8")
        (service.settings.releases / "published").write_text("r1\n", encoding="utf-8")
        return name

    return build


def closed_gate(name="must_keep"):
    row = {"text": "how much", "was": "What does it cost?", "now": "declined", "wanted": ""}
    sentence = "2 of 412 messages now go elsewhere."
    return {"name": name, "passed": False, "sentence": sentence, "rows": [row]}


async def test_a_published_release_speaks_from_the_next_turn_on(context, built, visitor):
    assert (await visitor.asks("hi"))["text"] == "Hello! What would you like to know?"
    await publishing.publish(context, built("2"), by=OWNER)
    heard = await visitor.asks("hi")
    assert heard["text"] == "Hello from the new one."
    assert heard["details"]["release"] == "2"


async def test_every_answer_in_the_record_names_itself_and_its_release(service, visitor, bot):
    bot.says(reply("utter_faq/hours"))
    await visitor.asks("when are you open")
    (said,) = [row for row in await service.rows(messages) if row["author"] == "bot"]
    assert (said["details"]["answer"], said["details"]["release"]) == ("hours", "r1")


async def test_a_closed_gate_refuses_with_its_rows_in_words(context, built):
    release = built("2", gates=[closed_gate()])
    with pytest.raises(GatesClosed, match="2 of 412 messages now go elsewhere") as refused:
        await publishing.publish(context, release, by=OWNER)
    assert refused.value.details["gates"][0]["rows"][0]["was"] == "What does it cost?"
    assert publishing.published(context) == "r1"


async def test_an_override_carries_a_reason_that_is_kept_and_audited(service, context, built):
    release = built("2", gates=[closed_gate()])
    with pytest.raises(BadRequest, match="why"):
        await publishing.publish(context, release, by=OWNER, override="because")
    await publishing.publish(context, release, by=OWNER, override="the old price is wrong, it must go today")
    async with service.db.read() as tx:
        last = (await publishing.history(tx))[0]
        noted = (
            await tx.execute(select(audit.c.details).where(audit.c.did == "release.published"))
        ).scalars()
        assert [details["over_failed_gates"] for details in noted][-1] is True
    assert last.override == "the old price is wrong, it must go today"


async def test_an_undo_goes_back_one_release_each_time(service, context, built):
    built("2"), built("3")
    await publishing.publish(context, "2", by=OWNER)
    await publishing.publish(context, "3", by=OWNER)
    assert await publishing.undo(context, by=OWNER) == "2"
    with pytest.raises(NotFound):  # r1 is no release that a build has made
        await publishing.undo(context, by=OWNER)
    assert publishing.published(context) == "2"


async def test_with_nothing_before_it_there_is_nothing_to_undo(context):
    with pytest.raises(NotFound, match="no earlier release"):
        await publishing.undo(context, by=OWNER)


async def test_an_undo_to_what_this_version_cannot_run_is_refused_at_once_and_says_why(
    context, built, service
):
    await publishing.publish(context, built("2"), by=OWNER)
    (service.settings.releases / "published").write_text("2\n", encoding="utf-8")
    folder = service.settings.releases / built("3")
    report = {"gates": [], "against": "2", "is_compared": False}
    (folder / "report.json").write_text(json.dumps(report), encoding="utf-8")
    (service.settings.releases / "published").write_text("2\n", encoding="utf-8")
    await publishing.publish(context, "3", by=OWNER)
    with pytest.raises(Refused, match="this one cannot run it"):
        await publishing.undo(context, by=OWNER)
    with pytest.raises(Refused, match="this one cannot run it"):
        await publishing.publish(context, "2", by=OWNER)
    assert publishing.published(context) == "3"
    assert {each.id: bool(each.cannot_run) for each in publishing.every_release(context)} == {
        "2": True, "3": False,
    }  # fmt: skip


async def test_what_the_supervisor_has_given_up_is_not_offered_to_undo(context, built, service):
    for name in ("2", "3"):
        built(name, learnt=f"model {name}")
    (service.settings.releases / "published").write_text("2\n", encoding="utf-8")
    await publishing.publish(context, "3", by=OWNER)
    state = service.settings.releases / "bots.json"
    state.write_text(json.dumps({"bots": [], "refused": ["model 2"]}), encoding="utf-8")
    async with context.db.read() as tx:
        target = await publishing.undo_target(tx, context)
    assert target is not None
    assert target.release == "2"
    assert "did not start here" in target.refusal


async def test_a_release_with_one_changed_byte_is_refused(service, context, built):
    release = built("2")
    (service.settings.releases / "2" / "model.tar.gz").write_bytes(b"3")
    with pytest.raises(Refused, match="is incomplete"):
        await publishing.publish(context, release, by=OWNER)


@pytest.mark.parametrize("name", ["99", "../2", "candidate", ""])
async def test_what_is_no_release_cannot_be_published(context, name):
    with pytest.raises(NotFound):
        await publishing.publish(context, name, by=OWNER)


async def test_a_turn_begun_before_the_switch_is_worded_by_its_own_release(context, built, visitor, bot):
    old, new = built("2", greets="The old words.", learnt="a"), built("3", learnt="b")
    await publishing.publish(context, new, by=OWNER)
    bot.does(lambda _asked: {**turn(reply("utter_greet")), "release": old})
    heard = await visitor.asks("hi")
    assert (heard["text"], heard["details"]["release"]) == ("The old words.", "2")


async def test_new_wording_needs_no_new_bot(context, built, visitor, bot):
    old, new = built("2", learnt="same"), built("3", greets="The new words.", learnt="same")
    await publishing.publish(context, new, by=OWNER)
    bot.does(lambda _asked: {**turn(reply("utter_greet")), "release": old})
    assert (await visitor.asks("hi"))["text"] == "The new words."


async def test_a_supervised_release_is_published_once_its_bot_is_warm(service, context, built, monkeypatch):
    monkeypatch.setattr(publishing, "WARM_TIMEOUT_S", 0.3)
    release, state = built("2", learnt="b"), service.settings.releases / "bots.json"
    first = {"release": "r1", "learnt": "a", "url": service.settings.bot_url, "is_ready": True}
    state.write_text(json.dumps({"bots": [first]}), encoding="utf-8")
    with pytest.raises(ReleaseNotReady):
        await publishing.publish(context, release, by=OWNER)
    assert (service.settings.releases / "candidate").read_text().strip() == "2"
    second = {"release": "2", "learnt": "b", "url": service.settings.bot_url, "is_ready": True}
    state.write_text(json.dumps({"bots": [first, second]}), encoding="utf-8")
    await publishing.publish(context, release, by=OWNER)
    assert publishing.published(context) == "2"


async def test_a_release_that_is_only_tried_never_answers_a_visitor(service, built, visitor):
    built("2", greets="Words nobody has published.", learnt="b")
    folder = service.settings.releases
    fallen = {"release": "r1", "learnt": "a", "url": "http://127.0.0.1:9", "is_ready": False}
    tried = {"release": "2", "learnt": "b", "url": service.settings.bot_url, "is_ready": True}
    (folder / "candidate").write_text("2\n", encoding="utf-8")
    (folder / "bots.json").write_text(json.dumps({"bots": [fallen, tried]}), encoding="utf-8")
    assert (await visitor.asks("hi"))["author"] == "system"
    earlier = {**tried, "release": "r0"}
    (folder / "bots.json").write_text(json.dumps({"bots": [fallen, earlier]}), encoding="utf-8")
    assert (await visitor.asks("hi"))["author"] == "bot"


async def test_a_pointer_that_moved_while_nobody_looked_is_noted_at_the_next_start(service, services, built):
    built("2")
    (service.settings.releases / "published").write_text("2\n", encoding="utf-8")
    again = await services.start(clock=service.clock)
    async with again.db.read() as tx:
        last = (await publishing.history(tx))[0]
    assert (last.release, last.before, last.published_by) == ("2", "r1", "training")


async def test_every_release_is_listed_with_what_keeps_it_back(context, built):
    built("2"), built("10", gates=[closed_gate()])
    listed = publishing.every_release(context)
    assert [release.id for release in listed] == ["10", "2"]
    assert [gate["name"] for gate in listed[0].failed_gates] == ["must_keep"]
