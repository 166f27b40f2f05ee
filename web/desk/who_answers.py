"""Who answers in a chat now, in one sentence that nothing beside it contradicts."""

from __future__ import annotations

from web.desk.queue_views import QueueRow


def in_words(row: QueueRow | None, *, is_here: bool, bot_answers: bool, bot_is_off: bool) -> str:
    """Say who has the chat; the bot answers only whom it can, and who is there."""
    if row is not None and row.holder:
        holds = "This chat is yours." if row.is_mine else f"{row.holder} has this chat."
        return f"{holds} The bot is paused."
    if bot_is_off:
        return "The bot is switched off."
    if not bot_answers:
        return "The bot is not answering right now."
    return "The bot is answering." if is_here else "The bot answers when the visitor writes again."
