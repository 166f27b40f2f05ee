"""Crisis goes before everything: limits, the bot, and whatever else is broken."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.web.conftest import NOW, Visitor, client_of
from tests.web.stand_in_bot import callback, reply
from web import schema
from web.accounts.staff import Person
from web.chat import handoffs
from web.core.limits import Rate

CRISIS = "I want to kill myself"
PASSIVE = "i lie awake and think what is the point of all this"
ASIDE = "I want to die. What is a crown?"
DOUBTED, RULED = "i am so tired of the rain", "i am so tired of the wind"


async def test_a_crisis_gets_its_card_in_the_answer_to_the_sending(visitor, service):
    response = await visitor.sends(CRISIS)
    (card,) = response.json()["replies"]
    assert card["kind"] == "card"
    assert {"tel:988", "sms:988", "tel:911"} <= {button["href"] for button in card["details"]["buttons"]}
    (handoff,) = await service.rows(schema.handoffs)
    assert (handoff["urgent"], handoff["reason"], handoff["state"]) == (True, "crisis", "requested")
    assert response.json()["pending"] == []


@pytest.mark.parametrize("trouble", ["dies", "hangs", "fails"])
async def test_the_card_needs_no_bot(visitor, bot, trouble):
    if trouble == "dies":
        await bot.die()
    else:
        getattr(bot, trouble)()
    assert (await visitor.sends(CRISIS)).json()["replies"][0]["kind"] == "card"


@pytest.mark.parametrize("trouble", ["dies", "fails", "repeats safety"])
async def test_after_a_card_that_says_it_all_nothing_else_is_said(visitor, service, bot, trouble):
    if trouble == "dies":
        await bot.die()
    elif trouble == "fails":
        bot.fails()
    else:
        bot.says(reply("utter_safety_crisis"), outcome="safety")
    for _ in range(2):
        await visitor.sends(CRISIS)
    await service.app.ctx.turn_worker.stop()
    said = (await visitor.reads())["messages"]
    assert [message["kind"] for message in said] == ["text", "card"] * 2


async def test_a_question_beside_a_crisis_that_no_bot_answers_is_spoken_for(visitor, bot):
    await bot.die()
    await visitor.sends(ASIDE)
    card, told = await visitor.hears(2)
    assert (card["kind"], told["kind"]) == ("card", "notice")


async def test_the_bot_hears_of_a_crisis_so_that_it_can_keep_it_in_mind(visitor, bot):
    bot.says(reply("utter_safety_crisis"), outcome="safety")
    await visitor.sends(CRISIS)
    await bot.arrived.wait()
    assert bot.asked[0]["text"] == CRISIS


async def test_the_question_beside_a_crisis_is_still_answered(visitor, bot):
    bot.says(reply("utter_faq/what_is_a_crown"))
    response = await visitor.sends(ASIDE)
    assert response.json()["replies"][0]["kind"] == "card"
    card, answer = await visitor.hears(2)
    assert (card["kind"], answer["utterance"]) == ("card", "utter_faq/what_is_a_crown")


async def test_the_bots_own_safety_reply_is_not_shown_a_second_time(visitor, bot):
    bot.says(reply("utter_safety_crisis"), reply("utter_faq/what_is_a_crown"))
    await visitor.sends(ASIDE)
    card, answer = await visitor.hears(2)
    assert (card["kind"], answer["utterance"]) == ("card", "utter_faq/what_is_a_crown")


async def test_a_crisis_has_limits_of_its_own(services):
    """Over every other limit; and when the card stands on the screen already, a refusal still holds it."""
    once, thrice = Rate(burst=1, refill_s=600.0), Rate(burst=3, refill_s=600.0)
    service = await services.start(
        limits={"messages_per_conversation": once, "crises_per_conversation": thrice}
    )
    async with client_of(service) as http:
        visitor = await Visitor(http).opens_the_chat()
        await visitor.sends("one")
        assert (await visitor.sends("two")).status_code == 429
        for _ in range(3):
            response = await visitor.sends(CRISIS)
            assert response.status_code == 201
            assert response.json()["replies"][0]["kind"] == "card"
        refused = await visitor.sends(CRISIS)
        assert refused.status_code == 429
        assert "tel:988" in {button["href"] for button in refused.json()["card"]["details"]["buttons"]}


async def test_a_crisis_text_too_long_to_store_gets_its_card(visitor):
    response = await visitor.sends(f"{CRISIS}. " + "and so on and on " * 200)
    assert response.status_code == 422
    assert response.json()["card"]["details"]["buttons"]
    assert "team" not in response.json()["card"]["details"]


async def test_staff_is_named_on_a_card_only_when_somebody_will_see_it(services, visitor):
    watched = (await visitor.sends(CRISIS)).json()["replies"][0]
    assert "our team" in watched["details"]["team"]
    unwatched = await services.start(desk=False)
    async with client_of(unwatched) as http:
        alone = await Visitor(http).opens_the_chat()
        card = (await alone.sends(CRISIS)).json()["replies"][0]
    assert "team" not in card["details"]


async def test_a_second_crisis_message_does_not_open_a_second_handoff(visitor, service):
    await visitor.sends(CRISIS)
    await visitor.sends(CRISIS)
    assert len(await service.rows(schema.handoffs)) == 1


async def test_a_card_that_cannot_be_made_costs_neither_message_nor_help(visitor, service, monkeypatch):
    def breaks(*_args, **_options):
        raise KeyError("no such card")

    monkeypatch.setattr("web.safety.crisis_cards.safety_cards.card", breaks)
    response = await visitor.sends(CRISIS)
    assert response.status_code == 201
    (notice,) = response.json()["replies"]
    assert "988" in notice["text"]
    assert "911" in notice["text"]
    assert len(await service.rows(schema.handoffs)) == 1


async def test_a_soft_line_follows_the_answer_once(visitor, service, bot):
    bot.says(reply("utter_faq/what_is_a_crown"))
    await visitor.sends("does ketamine help suicidal thoughts?")
    answer, soft_line = await visitor.hears(2)
    assert answer["utterance"] == "utter_faq/what_is_a_crown"
    assert "988" in soft_line["text"]
    assert await service.rows(schema.handoffs) == []


async def test_a_soft_line_follows_also_when_the_bot_is_dead(visitor, bot):
    await bot.die()
    await visitor.sends("does ketamine help suicidal thoughts?")
    told, soft_line = await visitor.hears(2)
    assert told["kind"] == "notice"
    assert "988" in soft_line["text"]


async def test_after_a_card_nobody_reads_that_they_were_not_understood(visitor, bot):
    bot.says(reply("utter_safety_crisis"), outcome="safety")
    await visitor.asks(CRISIS)
    await bot.arrived.wait()
    bot.says(reply("utter_declined"), outcome="declined")
    await visitor.sends("nothing helps anyway")
    kind_words, soft_line = await visitor.hears(2)
    assert kind_words["text"].startswith("I'm still here")
    assert "988" in soft_line["text"]


async def test_the_crisis_context_lasts_to_the_end_of_the_conversation(visitor, bot):
    bot.says(reply("utter_safety_crisis"), outcome="safety")
    await visitor.asks(CRISIS)
    await bot.arrived.wait()
    bot.says(reply("utter_greet"))
    for _ in range(6):
        await visitor.sends("hello")
        assert len(await visitor.hears(2)) == 2
    bot.says(reply("utter_declined"), outcome="declined")
    await visitor.sends("hello")
    still_here, _ = await visitor.hears(2)
    assert still_here["text"].startswith("I'm still here")


async def test_after_a_plain_denial_988_stands_no_longer_beside_every_answer(visitor, bot):
    bot.says(reply("utter_safety_crisis"), outcome="safety")
    await visitor.asks(CRISIS)
    await bot.arrived.wait()
    bot.says(reply("utter_after_card_denies_self_1"), outcome="safety")
    await visitor.sends("no, I am not suicidal")
    await visitor.hears(1)
    bot.says(reply("utter_greet"))
    await visitor.sends("hello")
    (greeting,) = await visitor.hears(1)
    assert greeting["utterance"] == "utter_greet"


async def test_the_same_card_is_not_shown_a_third_time_and_the_bot_answers_instead(visitor, bot):
    bot.says(reply("utter_safety_crisis"), outcome="safety")
    for _ in range(2):
        (card,) = (await visitor.sends(CRISIS)).json()["replies"]
        assert card["kind"] == "card"
    bot.says(reply("utter_after_card_still_here_self_1"), outcome="safety")
    assert (await visitor.sends(CRISIS)).json()["replies"] == []


async def test_what_may_be_danger_is_asked_about_with_988_beside_it(visitor):
    (check,) = (await visitor.sends(PASSIVE)).json()["replies"]
    assert check["kind"] == "check"
    assert "killing yourself?" in check["text"]
    assert [choice["title"] for choice in check["choices"]] == ["Yes, I am", "No, I am not"]
    assert "tel:988" in [button["href"] for button in check["details"]["buttons"]]


async def test_a_question_beside_what_may_be_danger_is_answered_along_with_the_check(visitor, bot):
    bot.says(reply("utter_faq/what_is_a_crown"))
    await visitor.sends(f"{PASSIVE}. What is a crown?")
    check, answer = await visitor.hears(2)
    assert (check["kind"], answer["utterance"]) == ("check", "utter_faq/what_is_a_crown")


@pytest.mark.parametrize("evasive", ["yes", "i dont know", "leave it, how much is it", "not really"])
async def test_yes_silence_and_evasion_lead_from_the_check_to_the_card(visitor, evasive):
    await visitor.sends(PASSIVE)
    (card,) = (await visitor.sends(evasive)).json()["replies"]
    assert (card["kind"], card["details"]["kind"]) == ("card", "crisis")


@pytest.fixture
def doubtful(service, monkeypatch):
    """The classifier alone asks about one text and is not sure; a rule asks about another."""
    verdicts = service.app.ctx.context.verdicts
    judge = verdicts.on

    async def on(text, **how):
        found = await judge(text, **how)
        rules = {DOUBTED: None, RULED: "hopeless"}
        return replace(found, kind="check", rule=rules[text], danger=1.0) if text in rules else found

    monkeypatch.setattr(verdicts, "on", on)


async def test_a_question_after_a_doubtful_check_is_answered_once_with_988_beside_it(visitor, bot, doubtful):
    assert (await visitor.asks(DOUBTED))["kind"] == "check"
    bot.says(reply("utter_faq/what_is_a_crown"))
    assert (await visitor.sends("what is a crown?")).json()["replies"] == []
    *_, answer, line = await visitor.hears(3)
    assert answer["utterance"] == "utter_faq/what_is_a_crown"
    assert "988" in line["text"]
    (card,) = (await visitor.sends("and how much does it cost?")).json()["replies"]
    assert (card["kind"], card["details"]["kind"]) == ("card", "crisis")


async def test_a_yes_to_a_doubtful_check_brings_the_card_also_after_another_question(visitor, doubtful):
    (check,) = (await visitor.sends(DOUBTED)).json()["replies"]
    await visitor.sends("what is a crown?")
    yes, _ = check["choices"]
    (card,) = (await visitor.presses(yes["id"])).json()["replies"]
    assert card["details"]["kind"] == "crisis"


@pytest.mark.parametrize(
    ("asked", "said"), [(DOUBTED, "whatever"), (RULED, "whatever"), (RULED, "what is a crown?")]
)
async def test_evasion_after_a_check_and_a_question_after_a_rules_one_bring_the_card(
    visitor, doubtful, asked, said
):
    assert (await visitor.asks(asked))["kind"] == "check"
    (card,) = (await visitor.sends(said)).json()["replies"]
    assert card["details"]["kind"] == "crisis"


async def test_a_pressed_yes_brings_the_card(visitor):
    (check,) = (await visitor.sends(PASSIVE)).json()["replies"]
    yes, _ = check["choices"]
    (card,) = (await visitor.presses(yes["id"])).json()["replies"]
    assert card["details"]["kind"] == "crisis"


async def test_a_clear_no_leads_back_to_the_question(visitor, bot):
    bot.says(reply("utter_greet"))
    await visitor.sends(PASSIVE)
    assert (await visitor.sends("no, i am just tired")).json()["replies"] == []


async def test_a_crisis_in_spanish_gets_a_card_in_spanish(visitor):
    (card,) = (await visitor.sends("quiero matarme")).json()["replies"]
    assert card["language"] == "es"


async def test_a_number_keeps_the_chat_in_its_language(visitor, bot):
    await visitor.asks("hola, quisiera saber cuánto cuesta una corona")
    await visitor.asks("5552018834")
    assert [asked["language"] for asked in bot.asked] == ["es", "es"]
    await visitor.asks("sorry, can we speak english please")
    assert bot.asked[-1]["language"] == "en"


async def test_what_safety_found_stands_with_the_message_and_no_browser_is_told(visitor, service):
    sent = (await visitor.sends(CRISIS)).json()["message"]
    await visitor.sends("What is a crown?")
    first, second = [row for row in await service.rows(schema.messages) if row["author"] == "visitor"]
    found = first["details"]["safety"]
    assert (found["kind"], found["shown"]) == ("crisis", "card")
    assert found["rule"]
    assert found["danger"] > 0
    assert second["details"]["safety"]["kind"] == "none"
    assert "shown" not in second["details"]["safety"]
    assert "safety" not in sent["details"]


async def test_a_bot_that_was_down_hears_of_the_card_with_the_next_message(visitor, service, bot):
    bot.fails()
    await visitor.sends(ASIDE)
    await visitor.hears(2)
    bot.says(reply("utter_greet"))
    await visitor.asks("i am alone")
    assert bot.asked[-1]["events"] == [{"event": "slot", "name": "in_crisis", "value": "crisis"}]


@pytest.mark.parametrize(("outcome", "alerts"), [("spoke", [(True, "crisis")]), ("not_a_crisis", [])])
async def test_a_call_asked_for_after_a_card_is_urgent_unless_staff_said_that_there_was_no_crisis(
    visitor, service, bot, outcome, alerts
):
    bot.says(reply("utter_faq/what_is_a_crown"))
    await visitor.sends(ASIDE)
    await visitor.hears(2)
    async with service.db.write() as tx:
        await handoffs.resolve(tx, visitor.id, by=Person("n1", "Nina"), outcome=outcome, now=NOW)
    bot.says(reply("utter_greet"), requests=(callback(phone="+15552018834"),))
    await visitor.asks("please call me")
    opened = [row for row in await service.rows(schema.handoffs) if row["state"] == "requested"]
    assert [(row["urgent"], row["reason"]) for row in opened] == alerts


async def test_a_call_without_a_card_before_it_is_no_alert(visitor, service, bot):
    bot.says(reply("utter_greet"), requests=(callback(phone="+15552018834"),))
    await visitor.asks("please call me")
    assert await service.rows(schema.handoffs) == []
