"""What a message does in the callback form, or to a request that was sent: by rules, step by step.

A form is a place where few things are said, in few words, and where a wrong guess sends somebody's
number away. So what a reply does is read by rules (`components/details`); only what no rule knows,
above all questions about something else, is left to the classifier. Safety has spoken before.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from components.decision.form_reply import (
    AFFIRM,
    ASIDE_INTENT,
    ASK,
    CANCEL,
    CHANGE,
    CONFIRMED,
    CORRECT,
    DENY,
    HOLD,
    INFORM,
    SENT,
    FormTurn,
    holds,
    stored,
)
from components.decision.sent_request import after_sent
from components.form_extractors import moves, read_details
from components.form_extractors.edits import edits
from components.form_extractors.kinds import (
    ABOUT_CALL,
    ASIDE,
    BAD_CONTACT,
    BEST_TIME,
    CALL_WHOM,
    CHANNEL,
    EDIT,
    EMAIL,
    FIRST_NAME,
    LEAVE_MESSAGE,
    NO,
    NOTE,
    PHONE,
    PHONE_CHOICE,
    SAY_WHY,
    YES,
    Detail,
    blank_out,
)
from components.form_extractors.names import is_name
from components.form_extractors.notes import note
from components.form_extractors.others import calls_instead
from components.form_extractors.plain_text import bare
from components.form_extractors.polite import polite_wish
from components.form_extractors.put_right import drops_time, put_right
from components.form_extractors.questions import about_call, is_question, proposes
from components.form_extractors.times import MAX_TIME_CHARS, is_time_like, names_a_time, whole_wish

# What the classifier may say in the form; everything else there is read by rules or not understood.
SMALL_TALK = frozenset(
    {"bot_identity", "capabilities", "compliment", "goodbye", "greet", "insult", "talk_to_human", "thank"}
)
MIN_NOTE_WORDS = 3
_NEVER_SAID = re.compile(r"\bi (?:never|didn'?t|did not) (?:say|said|give|gave)\b", re.IGNORECASE)
_GIVES_UP = re.compile(
    r"\b(?:cancel|drop|forget|scrap|scratch|delete|stop|never ?mind|nvm|leave it|changed my mind)", re.I
)
_LATER = re.compile(r"\b(?:later|after\w*|still)\b", re.IGNORECASE)
# "Can you just text?" wishes, "do you text?" asks.
_WISHES_A_WAY = re.compile(
    r"\binstead\b|\b(?:can|could|would) (?:you|they|u|someone|somebody)\b", re.IGNORECASE
)
# "Can you leave my name out?", "take the time off".
_LEAVE_OUT = re.compile(
    r"\b(?:leave|take|keep) (?:out )?(?:my |the )?(?P<what>name|time|nombre|hora)(?: (?:out|off|away"
    r"|blank|empty))\b"
    r"|\b(?:remove|delete|drop|erase) (?:my |the )(?P<it>name|time)\b"
)
_MAY_TELL = re.compile(
    r"^(?:\w+ ){0,3}(?:you|they) (?:can|may|could) (?:tell|say|explain)\b"
    r"(?!.*\b(?:not|dont|never|nothing|only)\b)"
)
# "I won't give you my number" at another step: an address may do.
_KEEPS_NUMBER = re.compile(r"\b(?:giv\w*|leav\w*|shar\w*|hand\w*)\b.{0,20}\b(?:number|phone)\b")
_KIND_OF = {"time": BEST_TIME, "hora": BEST_TIME}
_NUMBER = re.compile(r"\b(?:number|phone|cell|digits)\b", re.IGNORECASE)
# Who would rather leave no details at all wants no call.
_NO_DETAILS = re.compile(
    r"\b(?:any|my|no|personal|contact|private) (?:\w+ ){0,2}(?:details?|info(?:rmation)?|data)\b", re.I
)
_GIVEN = (FIRST_NAME, PHONE, EMAIL, BEST_TIME, PHONE_CHOICE)


def read_form_turn(
    text: str,
    *,
    asked_for: str | None,
    region: str = "US",
    known: Mapping[str, str] | None = None,
    refuses: bool = False,
) -> FormTurn:
    """Read a reply. `asked_for`: a detail's kind, or CONFIRMED, CHANGE (at the read-back), SENT."""
    known = known or {}
    if asked_for in (CONFIRMED, CHANGE):
        return _at_read_back(text, asked_for, region, known, refuses)
    if asked_for == SENT:
        return after_sent(text, region, known, refuses)
    return _at_detail(text, asked_for, region, known, refuses)


def _at_read_back(
    text: str, asked_for: str, region: str, known: Mapping[str, str], refuses: bool
) -> FormTurn:
    if moves.is_yes(text) and "?" not in text:
        return FormTurn(AFFIRM)
    if moves.is_no(text):
        return FormTurn(DENY)
    if moves.is_cancel(text, in_form=True):
        return FormTurn(CANCEL)
    if moves.reconsiders(text):
        return FormTurn(HOLD)
    question = about_call(text, asked_for)
    if not question and (told := _told_behind(text, region, known)):
        return _at_read_back(told, asked_for, region, known, refuses)
    read = stored(read_details(text, asked_for=None, region=region, known=known))
    if instead := calls_instead(text, read, known):
        return FormTurn(CORRECT, instead)
    details = put_right(text, read, known)
    if drops_time(details, known):
        return FormTurn(CORRECT, [Detail(EDIT, BEST_TIME, 0, len(text))])
    if question == "can_change" and (_LATER.search(text) or not edits(text)):
        return FormTurn(ASK, [Detail(ABOUT_CALL, question, 0, len(text))])
    if moves.is_wrong(text) and _NEVER_SAID.search(text):
        return FormTurn(CORRECT, edits(text))
    if details and _is_yes_with_message(text, details):
        return FormTurn(AFFIRM, details)
    if not details and moves.gives_up(text, in_form=True):
        return FormTurn(CANCEL)
    if not details and moves.holds_first(text):
        return FormTurn(HOLD)
    wanted = edits(text)
    is_said = holds(details, *_GIVEN, CHANNEL) or (bool(wanted) and holds(details, wanted[0].value))
    if wanted and not is_said:
        return FormTurn(CORRECT, wanted)
    if question in ("by_text", "by_email") and _WISHES_A_WAY.search(text):
        return _other_way(question, text, details)
    if left_out := _LEAVE_OUT.search(bare(text)):
        kind = _KIND_OF.get(left_out["what"] or left_out["it"], FIRST_NAME)
        return FormTurn(ASIDE_INTENT, [Detail(ASIDE, kind, 0, len(text))])
    is_wished = holds(details, BEST_TIME) and proposes(text) and _WISHES_A_WAY.search(text)
    if question and not holds(details, PHONE, EMAIL) and not is_wished:
        return FormTurn(ASK, [Detail(ABOUT_CALL, question, 0, len(text))])
    if wish := polite_wish(text, details):
        return FormTurn(INFORM, [*(each for each in details if each.kind != NOTE), *wish])
    if is_question(text) and not (proposes(text) and details):
        return FormTurn(None)
    permission = [detail for detail in details if detail.kind == LEAVE_MESSAGE]
    others = [detail for detail in details if detail.kind != LEAVE_MESSAGE]
    if permission and not others:
        rest = blank_out(text, permission)
        is_granted = permission[0].value == YES and not any(map(str.isalnum, rest))
        if is_granted or moves.is_yes(rest, beside=True):
            return FormTurn(AFFIRM, permission)
        has_more = len(bare(rest).split()) >= MIN_NOTE_WORDS  # "leave a message with my wife, not my son"
        return FormTurn(INFORM, [*permission, note(text)] if has_more else permission)
    if details and not (
        holds(details, NOTE) and len(details) == 1 and moves.is_wrong(text) and len(text) < 24
    ):
        return FormTurn(INFORM, details)
    if asked_for == CHANGE and not known.get(EDIT) and (bare_word := _bare_detail(text)):
        return FormTurn(INFORM, [bare_word])
    if moves.is_wrong(text):
        return FormTurn(CORRECT)
    if moves.is_conditional_yes(text):
        return FormTurn(INFORM, [note(text)])
    if refuses:
        return FormTurn(CANCEL)
    if moves.is_hold(text) or moves.is_unsure(text):
        return FormTurn(HOLD)
    return FormTurn(None)


def _told_behind(text: str, region: str, known: Mapping[str, str]) -> str:
    """What is told behind a question, where it gives a detail: "is that by text?? I said text only"."""
    told = text.rpartition("?")[2].strip() if "?" in text else ""
    details = stored(read_details(told, region=region, known=known)) if told else []
    return told if holds(details, *_GIVEN, CHANNEL, LEAVE_MESSAGE) else ""


def _other_way(question: str, text: str, details: Sequence[Detail]) -> FormTurn:
    """ "Can you text me instead?", with the number or the address that comes along."""
    given = [detail for detail in details if detail.kind in (PHONE, EMAIL)]
    return FormTurn(INFORM, [Detail(CHANNEL, question.removeprefix("by_"), 0, len(text)), *given])


def _at_detail(
    text: str, asked_for: str | None, region: str, known: Mapping[str, str], refuses: bool
) -> FormTurn:
    details = stored(read_details(text, asked_for=asked_for, region=region, known=known))
    is_given = holds(details, asked_for or "")
    if asked_for in (PHONE, EMAIL) and holds(details, PHONE, EMAIL):
        return FormTurn(INFORM, details)
    if _NO_DETAILS.search(text) and not holds(details, *_GIVEN) and (refuses or moves.sets_aside(text)):
        return FormTurn(CANCEL)
    # "I don't want a call" instead of a number may mean an e-mail.
    is_only_no_call = asked_for in (PHONE, EMAIL) and "call" in text.lower() and not _GIVES_UP.search(text)
    if moves.is_cancel(text, in_form=True) and not is_only_no_call:
        return FormTurn(CANCEL)
    if not details and moves.gives_up(text, in_form=True):
        return FormTurn(CANCEL)
    if instead := calls_instead(text, details, known):
        return FormTurn(CORRECT, instead)
    if asked_for == BEST_TIME and "?" not in text and moves.is_careless_of_time(text):
        return FormTurn(INFORM, [Detail(BEST_TIME, "any time", 0, len(text))])
    question = about_call(text, asked_for)
    if question in ("by_text", "by_email"):
        return _other_way(question, text, details)
    if question:
        return FormTurn(ASK, [Detail(ABOUT_CALL, question, 0, len(text))])
    if asked_for == BEST_TIME and not is_given and proposes(text) and any(map(str.isdigit, text)):
        return FormTurn(INFORM, [each for each in (whole_wish(text),) if each])
    if is_question(text) and holds(details, CALL_WHOM):
        return FormTurn(INFORM, details)
    if wish := polite_wish(text, details):
        return FormTurn(INFORM, [*(each for each in details if each.kind in (PHONE, EMAIL)), *wish])
    if is_question(text) and not (asked_for == BEST_TIME and proposes(text) and is_given):
        kept = [detail for detail in details if detail.kind in (PHONE, EMAIL)]
        return FormTurn(None, kept)
    if asked_for == SAY_WHY:
        return _at_say_why(text, details)
    if asked_for == BEST_TIME:
        return _at_time(text, details, known)
    if asked_for in (PHONE, EMAIL):
        return _at_contact(text, asked_for, details, refuses)
    return _at_name(text, details, refuses)


def _at_say_why(text: str, details: list[Detail]) -> FormTurn:
    """Whether we may tell somebody else why we call; in doubt we don't."""
    if holds(details, SAY_WHY):
        return FormTurn(INFORM, details)
    said = [detail for detail in details if detail.kind == NOTE]
    if moves.is_yes(text) or (_MAY_TELL.search(bare(text)) and not moves.leans_to_no(text)):
        return FormTurn(INFORM, [Detail(SAY_WHY, YES, 0, len(text))])
    if (
        said
        or moves.is_no(text)
        or moves.is_unsure(text)
        or moves.sets_aside(text)
        or moves.leans_to_no(text)
    ):
        return FormTurn(INFORM, [Detail(SAY_WHY, NO, 0, len(text)), *said])
    return FormTurn(None)


def _at_name(text: str, details: list[Detail], refuses: bool) -> FormTurn:
    is_answer = not (moves.is_yes(text) or moves.is_no(text)) or is_name(text)
    if holds(details, FIRST_NAME) and is_answer:
        return FormTurn(INFORM, details)
    others = [detail for detail in details if detail.kind != FIRST_NAME]
    is_refused = refuses and "name" not in text.lower() and not _KEEPS_NUMBER.search(bare(text))
    if is_refused and not holds(others, PHONE, EMAIL, CHANNEL):
        return FormTurn(CANCEL)
    if moves.sets_aside(text) and not holds(others, PHONE, EMAIL, CHANNEL):
        kind = PHONE if _NUMBER.search(text) and "name" not in text.lower() else FIRST_NAME
        return FormTurn(ASIDE_INTENT, [Detail(ASIDE, kind, 0, len(text))])
    if others:
        return FormTurn(INFORM, others)
    if moves.is_yes(text):  # to the form itself: the name is asked for again
        return FormTurn(AFFIRM)
    if moves.is_hold(text) and not moves.is_unsure(text):
        return FormTurn(HOLD)
    return FormTurn(None)


def _at_contact(text: str, asked_for: str, details: list[Detail], refuses: bool) -> FormTurn:
    if holds(details, CHANNEL, PHONE_CHOICE, BAD_CONTACT):
        return FormTurn(INFORM, details)
    if moves.sets_aside(text) or refuses:
        kept = [detail for detail in details if detail.kind == NOTE]
        return FormTurn(ASIDE_INTENT, [Detail(ASIDE, asked_for, 0, len(text)), *kept])
    if details:
        return FormTurn(INFORM, details)
    if moves.is_yes(text):
        return FormTurn(AFFIRM)
    if moves.is_hold(text):
        return FormTurn(HOLD)
    return FormTurn(None)


def _at_time(text: str, details: list[Detail], known: Mapping[str, str]) -> FormTurn:
    others = [detail for detail in details if detail.kind not in (BEST_TIME, NOTE)]
    if holds(others, PHONE, EMAIL, PHONE_CHOICE) or (holds(others, FIRST_NAME) and known.get(FIRST_NAME)):
        return FormTurn(INFORM, details)
    if moves.is_unsure(text) or moves.is_no(text):
        return FormTurn(ASIDE_INTENT, [Detail(ASIDE, BEST_TIME, 0, len(text))])
    if holds(details, BEST_TIME):
        return FormTurn(INFORM, details)
    if moves.sets_aside(text):
        return FormTurn(ASIDE_INTENT, [Detail(ASIDE, BEST_TIME, 0, len(text))])
    if details:
        return FormTurn(INFORM, details)
    if moves.is_hold(text):
        return FormTurn(HOLD)
    return FormTurn(None)


def undecided(text: str, *, asked_for: str | None, understood: Mapping[str, Any]) -> FormTurn:
    """What a reply does that no rule knows, once the classifier has said what it resembles.

    Its answers and small talk count. Another question is left to the person who calls; what is told
    at the read-back goes along as a note; the rest was not understood.
    """
    may_be_told = asked_for in (CONFIRMED, CHANGE, BEST_TIME)  # a note or a time, not a question
    if understood["outcome"] == "answered" and (is_question(text) or not may_be_told):
        return FormTurn(None)
    if understood["outcome"] == "skill" and understood["intent"] in SMALL_TALK:
        return FormTurn(None)
    is_read_back = asked_for in (CONFIRMED, CHANGE)
    if is_question(text):  # "can you call me?" is what the form is about
        is_known = understood["outcome"] == "skill" and understood["intent"] == "callback"
        return FormTurn(None if is_known and not is_read_back else ASK)
    if understood["outcome"] == "skill" and understood["intent"] == "callback" and not is_read_back:
        return FormTurn(None)
    is_no = moves.leans_to_no(text) or moves.begins_with_no(text) or moves.speaks_of_leaving(text)
    if is_read_back and (is_no or len(text.split()) < MIN_NOTE_WORDS):
        return FormTurn(DENY)  # nothing is sent; what to change is asked
    if is_read_back and len(text.split()) >= MIN_NOTE_WORDS:
        return FormTurn(INFORM, [note(text)])
    is_short = len(text) <= MAX_TIME_CHARS and not moves.is_yes(text)
    if asked_for == BEST_TIME and is_short and is_time_like(text) and (wish := whole_wish(text)):
        return FormTurn(INFORM, [wish])
    return FormTurn(INFORM)


def in_spanish(text: str, *, asked_for: str | None, skill: str) -> FormTurn:
    """What a Spanish reply does that no rule knows; only a yes that the rules know is one."""
    if skill == AFFIRM or (skill == "callback" and asked_for in (CONFIRMED, CHANGE)):
        is_told = asked_for in (CONFIRMED, CHANGE) and len(text.split()) >= MIN_NOTE_WORDS
        return FormTurn(INFORM, [note(text)] if is_told else [])
    return FormTurn(None)


def _is_yes_with_message(text: str, details: Sequence[Detail]) -> bool:
    """Whether a reply says yes, and that a message may be left: nothing else hangs on it."""
    if {detail.kind for detail in details} != {LEAVE_MESSAGE} or details[0].value != YES or "?" in text:
        return False
    rest = [part for part in re.split(r"[.,;!\n]+", blank_out(text, details)) if any(map(str.isalnum, part))]
    return bool(rest) and all(
        moves.is_yes(part, beside=True) or bare(part) in ("and", "a", "and a", "too", "also") for part in rest
    )


def _bare_detail(text: str) -> Detail | None:
    """Asked what to change: a name or a time alone is the new one."""
    if names_a_time(text):
        return whole_wish(text)
    if is_name(text) and not edits(text) and not moves.is_hold(text):
        found = [each for each in read_details(text, asked_for=FIRST_NAME) if each.kind == FIRST_NAME]
        return found[0] if found else None
    return None
