"""What most tests of the desk begin with: a visitor who wants a person, and where their chat is read."""

from __future__ import annotations

from tests.web.conftest import Visitor
from tests.web.stand_in_bot import StandInBot, handoff, reply


def talk(visitor: Visitor, deed: str = "") -> str:
    """The address of a visitor's chat at the desk, or of something that is done there."""
    return f"/desk/conversations/{visitor.id}" + (f"/{deed}" if deed else "")


async def asks_for_a_person(visitor: Visitor, bot: StandInBot, text: str = "may I talk to a person") -> None:
    bot.says(reply("utter_greet"), requests=(handoff(),))
    await visitor.asks(text)
    bot.says(reply("utter_greet"))
