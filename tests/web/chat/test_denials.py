"""A plain denial after a card brings no second one; a new danger does."""

from __future__ import annotations

DANGER = "my sister wants to kill herself"


async def test_a_plain_denial_after_a_card_brings_none_again(visitor, service):
    (card,) = (await visitor.sends(DANGER)).json()["replies"]
    assert card["kind"] == "card"
    assert (await visitor.sends("no she isn't suicidal, she told me")).json()["replies"] == []


async def test_the_same_words_without_a_card_before_are_heard_as_ever(visitor, service):
    (card,) = (await visitor.sends("no she isn't suicidal, she told me")).json()["replies"]
    assert card["kind"] == "card"


async def test_a_danger_beside_the_denial_gets_its_card(visitor, service):
    await visitor.sends(DANGER)
    (card,) = (await visitor.sends("she isn't suicidal but she took all her pills")).json()["replies"]
    assert (card["kind"], card["details"]["kind"]) == ("card", "emergency")
