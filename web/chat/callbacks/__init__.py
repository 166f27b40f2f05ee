"""Callback requests: somebody asked to be called. New, called, reached, done, cancelled.

Every step is an event: who did what, when. A request holds what is needed to reach one person, and
what they agreed to; nothing of it leaves in a mail.
"""

from web.chat.callbacks.fields import read_fields
from web.chat.callbacks.history import add_event, histories, history, note_undone
from web.chat.callbacks.requests import CHANGED, FOLDED, NEW, request
from web.chat.callbacks.steps import (
    CLOSED,
    IS_OPEN,
    NOBODY_CALLS,
    OPEN,
    OUTCOMES,
    STEPS,
    finish,
    known,
    move,
    one,
    open_in,
    open_ones,
    remark,
    take_back,
)
from web.chat.callbacks.telling import facts_of, seal_messages

__all__ = [
    "CHANGED",
    "CLOSED",
    "FOLDED",
    "IS_OPEN",
    "NEW",
    "NOBODY_CALLS",
    "OPEN",
    "OUTCOMES",
    "STEPS",
    "add_event",
    "facts_of",
    "finish",
    "histories",
    "history",
    "known",
    "move",
    "note_undone",
    "one",
    "open_in",
    "open_ones",
    "read_fields",
    "remark",
    "request",
    "seal_messages",
    "take_back",
]
