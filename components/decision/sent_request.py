"""What a message does to a request that is with the team: change it, take it back, ask about it.

All else is an ordinary message.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from components.decision.form_reply import ASK, CANCEL, CORRECT, SENT, FormTurn, holds, stored
from components.decision.refusals import only_fears_the_phone
from components.form_extractors import moves, read_details
from components.form_extractors.edits import edits
from components.form_extractors.kinds import (
    ABOUT_CALL,
    BEST_TIME,
    CALL_WHOM,
    CHANNEL,
    EMAIL,
    FIRST_NAME,
    LEAVE_MESSAGE,
    NOTE,
    PHONE,
    PHONE_CHOICE,
    Detail,
)
from components.form_extractors.notes import adds, names_another_call, note
from components.form_extractors.others import calls_instead
from components.form_extractors.plain_text import bare
from components.form_extractors.polite import is_negated_wish, polite_wish
from components.form_extractors.put_right import put_right
from components.form_extractors.questions import about_call, is_question, proposes
from components.form_extractors.times import names_a_time

# Questions that are asked before a number is given; afterwards they are about something else.
_BEFORE_SENDING = ("private", "keeping")
_CHANGES_TIME = re.compile(
    r"\b(?:instead|make|switch|swap|put me|actually|rather|change|move|push|bump|shift|reschedule|not|better"
    r"|should be|sorry|call me|meant|prefer|only|any chance|works? best|no longer|any ?more|after all)\b"
)
_WISHES = re.compile(r"^(?:\w+ ){0,2}(?:can|could|would) (?:you|they|u|someone|somebody|it|we)\b")
_MAY_I_CHANGE = re.compile(
    r"^(?:\w+ ){0,2}(?:(?:can|could|may) i|can (?:you|we)|how (?:do|can) i)\b.{0,12}\b(?:change|correct"
    r"|fix|edit|update)\b"
)
_SPELLED = re.compile(r"\b(?:spelled|spelt)\b")
_VISIT = re.compile(r"\b(?:appointments?|visits?|sessions?|infusions?|treatments?)\b")
MAX_WRONG_WORDS, MAX_OFFER_WORDS = 8, 4


def after_sent(text: str, region: str, known: Mapping[str, str], refuses: bool) -> FormTurn:
    """Read a message of somebody whose request is open."""
    if moves.is_yes(text) or moves.is_no(text):
        return FormTurn(None)
    if (moves.is_cancel(text) or moves.gives_up(text)) and not _VISIT.search(bare(text)):
        return FormTurn(CANCEL)
    if names_another_call(text):  # one request at a time: the team reads of the other person
        return FormTurn(CORRECT, [note(text)])
    read = stored(read_details(text, asked_for=None, region=region, known=known))
    if instead := calls_instead(text, read, known):
        return FormTurn(CORRECT, instead)
    details = [detail for detail in read if detail.kind != CALL_WHOM]
    if is_negated_wish(text) and (wish := polite_wish(text, details)):
        return FormTurn(CORRECT, wish)
    if _WISHES.search(bare(text)) and holds(details, BEST_TIME) and _CHANGES_TIME.search(bare(text)):
        return _change(text, put_right(text, details, known, is_sent=True))
    if _MAY_I_CHANGE.search(bare(text)) and (wanted := edits(text)) and not _VISIT.search(bare(text)):
        return FormTurn(CORRECT, wanted)
    question = about_call(text, SENT)
    if question and not question.startswith("why_") and question not in _BEFORE_SENDING:
        return FormTurn(ASK, [Detail(ABOUT_CALL, question, 0, len(text))])
    if wish := polite_wish(text, details):
        return FormTurn(CORRECT, wish)
    if is_question(text) and not ((proposes(text) or _ends_with_a_time(text)) and details):
        return FormTurn(None)
    if refuses:
        other_way = [Detail(ABOUT_CALL, "by_text", 0, len(text))]
        return FormTurn(ASK, other_way) if only_fears_the_phone(text) else FormTurn(CANCEL)
    return _change(text, put_right(text, details, known, is_sent=True))


def _ends_with_a_time(text: str) -> bool:
    """ "Monday I have jury duty. Wednesday at noon?" offers another time."""
    last = [clause for clause in re.split(r"[.!;,?\n]+", text) if clause.strip()][-1:]
    is_short = bool(last) and len(last[0].split()) <= MAX_OFFER_WORDS
    return text.rstrip().endswith("?") and is_short and names_a_time(last[0])


def _change(text: str, details: list[Detail]) -> FormTurn:
    wanted = edits(text)
    if adds(text) and not holds(details, PHONE, EMAIL, PHONE_CHOICE):
        return FormTurn(CORRECT, [note(text)])
    if holds(details, PHONE, EMAIL, FIRST_NAME, PHONE_CHOICE, LEAVE_MESSAGE, NOTE, CHANNEL):
        return FormTurn(CORRECT, details)
    is_offered = proposes(text) or _ends_with_a_time(text)
    is_new_time = moves.is_wrong(text) or wanted or is_offered or _CHANGES_TIME.search(bare(text))
    if holds(details, BEST_TIME) and is_new_time:
        return FormTurn(CORRECT, details)
    if _SPELLED.search(bare(text)):
        return FormTurn(CORRECT, [note(text)])
    if wanted or (moves.is_wrong(text) and len(text.split()) <= MAX_WRONG_WORDS):
        return FormTurn(CORRECT, [*details, *wanted])
    return FormTurn(None)
