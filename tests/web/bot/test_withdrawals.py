"""Taken away at once: an answer, or the bot; and signatures that hold from the next message on."""

from __future__ import annotations

import json
from datetime import date, timedelta

import pytest

from tests.web.conftest import NOW, Visitor, client_of, publish
from tests.web.stand_in_bot import callback, reply
from web.bot import overrides
from web.core.errors import BadRequest
from web.releases import withdrawals
from web.schema import signatures

NURSE = "a-nurse"
CROWN = "utter_faq/what_is_a_crown"


async def taken_away(service, answer="what_is_a_crown"):
    async with service.db.write() as tx:
        await withdrawals.withdraw(tx, answer, by=NURSE, reason="it is wrong", now=service.clock())


async def test_a_withdrawn_answer_is_its_safe_form_from_the_next_message_on(service, visitor, bot):
    bot.says(reply(CROWN))
    assert (await visitor.asks("what is a crown"))["utterance"] == CROWN
    await taken_away(service)
    heard = await visitor.asks("what is a crown")
    assert heard["utterance"] == "utter_not_reviewed"
    assert heard["details"]["instead_of"] == "what_is_a_crown"


async def test_a_withdrawn_answer_is_neither_offered_nor_a_starting_question(service, visitor, bot, http):
    await taken_away(service)
    bot.says(reply("utter_greet", (("What is a crown?", "faq/what_is_a_crown"), ("Open?", "faq/hours"))))
    offered = (await visitor.asks("hi"))["choices"]
    assert [choice["title"] for choice in offered] == ["When are you open?"]
    started = (await http.post("/v1/conversations")).json()
    assert "What is a crown?" not in [starter["title"] for starter in started["starters"]]


async def test_an_answer_given_back_speaks_again(service, visitor, bot):
    await taken_away(service)
    async with service.db.write() as tx:
        await withdrawals.give_back(tx, "what_is_a_crown", by=NURSE, now=service.clock())
        assert await withdrawals.in_force(tx) == []
    bot.says(reply(CROWN))
    assert (await visitor.asks("what is a crown"))["utterance"] == CROWN


@pytest.mark.parametrize("reason", ["", "   ", "x" * 501])
async def test_taking_away_needs_a_reason(service, reason):
    async with service.db.write() as tx:
        with pytest.raises(BadRequest):
            await withdrawals.withdraw(tx, "hours", by=NURSE, reason=reason, now=NOW)


async def switch_off(service):
    async with service.db.write() as tx:
        await withdrawals.bot_off(tx, by=NURSE, reason="it talks nonsense", now=service.clock())


@pytest.mark.parametrize("outcome", ["answered", "asked_back", "declined"])
async def test_with_the_bot_off_there_is_the_phone_and_the_callback(service, visitor, bot, outcome):
    await switch_off(service)
    bot.says(reply(CROWN), outcome=outcome)
    heard = await visitor.asks("what is a crown")
    assert heard["text"].startswith("The automated helper is switched off for now.")
    assert [choice["title"] for choice in heard["choices"]] == ["Have someone call me"]


async def test_with_the_bot_off_a_call_can_still_be_asked_for(service, visitor, bot):
    await switch_off(service)
    bot.does(lambda _asked: asked_for_a_call())
    heard = await visitor.asks("Rosa, 555 201 8834")
    assert heard["text"] == "Thank you, Rosa. I passed on your request."
    async with service.db.write() as tx:
        await withdrawals.bot_on(tx, by=NURSE, now=service.clock())
    bot.says(reply(CROWN))
    assert (await visitor.asks("what is a crown"))["utterance"] == CROWN


async def test_with_the_bot_off_a_crisis_gets_its_card(service, visitor):
    await switch_off(service)
    assert (await visitor.asks("i want to die"))["kind"] == "card"


async def signed(service, *, fingerprint="f1", review_by="2027-05-01", taken_back=False):
    async with service.db.write() as tx:
        await tx.execute(
            signatures.insert().values(
                id=f"s-{fingerprint}-{taken_back}", answer_id="what_is_a_crown", language="en",
                fingerprint=fingerprint, signed_by="c", signed_by_name="Dr. Ada Park", rule="another",
                review_by=review_by, signed_at=NOW, taken_back_at=NOW if taken_back else None,
            )
        )  # fmt: skip


@pytest.fixture
def published_words(service):
    """The published answer about crowns, with the fingerprint of its words."""
    manifest = json.loads((service.settings.releases / "r1" / "manifest.json").read_text(encoding="utf-8"))
    answers = manifest["answers"]
    answers["what_is_a_crown"]["fingerprint"] = "f1"
    publish(service.settings, release="r2", answers=answers)


async def review_of(service):
    async with service.db.read() as tx:
        manifest = (await overrides.read(tx)).over(service.app.ctx.context.manifests.current())
    answer = manifest.answers["what_is_a_crown"]
    return answer["reviewed_by"]["en"], answer["review_by"]


@pytest.mark.usefixtures("published_words")
async def test_a_signature_holds_without_a_build(service):
    await signed(service, review_by="2027-01-31")
    assert await review_of(service) == ("Dr. Ada Park", "2027-01-31")


@pytest.mark.usefixtures("published_words")
async def test_a_signature_under_other_words_does_not_count(service):
    await signed(service, fingerprint="f2")
    assert (await review_of(service))[0] is None


@pytest.mark.usefixtures("published_words")
async def test_a_signature_taken_back_is_gone_at_once(service):
    await signed(service, taken_back=True)
    assert (await review_of(service))[0] is None


async def test_a_clinical_answer_past_its_date_turns_into_its_safe_form_by_itself(services, bot):
    service = await services.start(mode="live")
    bot.says(reply("utter_faq/does_it_hurt"))
    async with client_of(service) as http:
        visitor = await Visitor(http).opens_the_chat()
        assert (await visitor.asks("does it hurt"))["utterance"] == "utter_faq/does_it_hurt"
        service.clock.move(timedelta(days=(date(2027, 5, 2) - NOW.date()).days))
        assert (await visitor.asks("does it hurt"))["utterance"] == "utter_not_reviewed"


def asked_for_a_call():
    understood = {"outcome": "skill", "intent": "affirm", "confidence": 1.0}
    said = [{"utterance": "utter_callback_sent", "values": {"first_name": "Rosa"}, "choices": []}]
    wish = callback(first_name="Rosa", phone="+15552018834")
    return {"release": "r1", "events": [], "replies": said, "requests": [wish], "understood": understood}
