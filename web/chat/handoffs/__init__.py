"""Handoffs: a visitor needs a person. Requested, claimed, resolved; at most one open at a time."""

from web.chat.handoffs.claims import Holder, assign, claim, give_up, hand_back, holder, open_by
from web.chat.handoffs.endings import not_a_crisis, reopen, resolve, resume
from web.chat.handoffs.lists import (
    count_of_fold,
    folds,
    listed_ones,
    of_fold,
    open_ones,
    urgent_ones,
    watched_ones,
)
from web.chat.handoffs.record import IS_OPEN, is_urgent, open_one, was_urgent
from web.chat.handoffs.requests import request

__all__ = [
    "IS_OPEN",
    "Holder",
    "assign",
    "claim",
    "count_of_fold",
    "folds",
    "give_up",
    "hand_back",
    "holder",
    "is_urgent",
    "listed_ones",
    "not_a_crisis",
    "of_fold",
    "open_by",
    "open_one",
    "open_ones",
    "reopen",
    "request",
    "resolve",
    "resume",
    "urgent_ones",
    "was_urgent",
    "watched_ones",
]
