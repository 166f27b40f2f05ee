"""Who asks for a person reaches people also without a bot, and in a language that the bot does not know."""

from __future__ import annotations

import pytest

from tests.processor import even_cost_s
from tests.web.conftest import Visitor, client_of, signed_in
from tests.web.stand_in_bot import handoff, reply
from web import schema
from web.chat.person_requests import wants_a_person

ASK = [
    "I need to talk to a person",
    "can I speak with somebody from your team please?",
    "real person please",
    "operator",
    "Hi. Human, please!",
    "get me a nurse",
    "is anybody there??",
    "I don’t like bots. Can I talk to someone?",
    "quiero hablar con una persona",
    "necesito hablar con alguien",
    "hablar con una enfermera por favor",
    "¿Hay alguien ahí?",
    "páseme con la recepcionista",
    "operador",
]
DO_NOT_ASK = [
    "i dont want to talk to a person either",
    "I do not want to speak with anybody",
    "should i talk to someone about my grandmother?",
    "no quiero hablar con nadie",
    "no quiero hablar con una persona",
    "what does it cost?",
    "is it painful for a person like me",
    "does it hurt",
    "¿cuánto cuesta?",
    "is there anyone who had this before?",
    "",
    "!!!",
]


@pytest.mark.parametrize("text", ASK)
def test_it_hears_who_asks_for_a_person(text):
    assert wants_a_person(text)


@pytest.mark.parametrize("text", DO_NOT_ASK)
def test_it_hears_nothing_in_other_words(text):
    assert not wants_a_person(text)


@pytest.mark.parametrize("piece", ["i want ", "talk to a ", "quiero hablar con ", "is there ", "a", "no "])
def test_no_text_makes_it_slow(piece):
    text = (piece * 2000)[:2000]
    assert even_cost_s(lambda: wants_a_person(text)) < 0.5  # it takes some milliseconds


async def open_handoffs(service, visitor):
    rows = await service.rows(schema.handoffs)
    return [row for row in rows if row["conversation_id"] == visitor.id and row["state"] == "requested"]


@pytest.mark.parametrize("text", ["I need to talk to a person", "quiero hablar con una persona"])
async def test_with_the_bot_down_who_asks_for_a_person_waits_at_the_desk(service, nurse, visitor, bot, text):
    await bot.die()
    told = await visitor.asks(text)
    assert told["kind"] == "notice"
    assert ("Nuestro equipo ya sabe" if "quiero" in text else "I have told our team") in told["text"]
    (asked,) = await open_handoffs(service, visitor)
    assert (asked["urgent"], asked["wants_person"]) == (False, True)
    waiting = (await nurse.get("/desk", headers={"accept": "text/html"})).text
    assert visitor.id in waiting.split('data-list="waiting"')[1].split('data-list="to_call"')[0]


async def test_with_the_bot_down_other_words_wait_for_nobody(service, nurse, visitor, bot):
    await bot.die()
    told = await visitor.asks("what does it cost?")
    assert "could not answer" in told["text"]
    assert await open_handoffs(service, visitor) == []


async def test_a_bot_that_hangs_keeps_nobody_from_people(services, bot):
    service = await services.start(limits={"reply_deadline_s": 0.2})
    async with signed_in(service, "nurse"), client_of(service) as http:
        visitor = await Visitor(http).opens_the_chat()
        bot.hangs()
        told = await visitor.asks("can i talk to a real person")
        assert "I have told our team" in told["text"]
        assert len(await open_handoffs(service, visitor)) == 1


async def test_a_pressed_wish_for_a_person_counts_as_written(service, nurse, visitor, bot):
    bot.says(reply("utter_which_one", (("Talk to a person", "talk_to_human"),)))
    offered = (await visitor.asks("hm"))["choices"]
    await bot.die()
    await visitor.presses(offered[0]["id"])
    await visitor.hears()
    assert len(await open_handoffs(service, visitor)) == 1


async def test_a_bot_that_does_not_know_the_language_keeps_nobody_from_people(service, nurse, visitor, bot):
    bot.says(reply("utter_greet"), outcome="skill")
    await visitor.sends("quiero hablar con una persona")
    _, told = await visitor.hears(2)
    assert "Nuestro equipo ya sabe" in told["text"]
    assert len(await open_handoffs(service, visitor)) == 1
    bot.says(reply("utter_greet"), requests=(handoff(),))
    await visitor.asks("quiero hablar con una persona, por favor")
    assert len(await open_handoffs(service, visitor)) == 1  # and is told once


async def test_where_the_bot_knows_the_language_it_decides(service, nurse, visitor, bot):
    bot.says(reply("utter_faq/does_it_hurt"))
    await visitor.asks("can i talk to someone about pain")
    assert await open_handoffs(service, visitor) == []
