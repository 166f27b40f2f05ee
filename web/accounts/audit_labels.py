"""The audit in an administrator's words: deeds, what they were done to, and their details."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

DEEDS = {
    "account.disabled": "switched an account off",
    "account.enabled": "switched an account on",
    "account.invited": "invited a colleague",
    "account.made": "created an account",
    "account.password": "changed a password",
    "account.push_off": "turned off notifications for a device",
    "account.push_on": "turned on notifications for a device",
    "account.recovery_codes": "created new recovery codes",
    "account.renamed": "changed a name",
    "account.roles": "changed roles",
    "account.second_factor_on": "set up the second step",
    "account.second_factor_removed": "turned off the second step",
    "account.sessions_ended": "signed an account out everywhere",
    "answer.brought_back": "restored a deleted answer",
    "answer.assigned": "gave an answer to somebody to work on",
    "answer.changed": "changed an answer",
    "answer.commented": "commented on an answer",
    "answer.deleted": "deleted answers",
    "answer.given_back": "restored a withdrawn answer",
    "answer.merged": "merged two answers",
    "answer.not_clinical": "said that an answer is not clinical",
    "answer.questions_moved": "moved questions between answers",
    "answer.signed": "signed an answer",
    "answer.withdrawn": "withdrew an answer",
    "answer.work_ended": "ended somebody’s work on an answer",
    "answer.written": "wrote an answer",
    "answers.changed_together": "changed answers in bulk",
    "answers.imported": "imported answers",
    "bot.switched_off": "switched the bot off",
    "bot.switched_on": "switched the bot on",
    "build.cancelled": "canceled a build",
    "build.started": "started a build",
    "callback.read": "read a call",
    "callbacks.export": "exported calls",
    "callbacks.read": "read the list of calls",
    "closure.add": "closed at short notice",
    "closure.remove": "removed a closure",
    "content.chosen": "chose what the bot starts with",
    "conversation.read": "read a chat",
    "conversation.tagged": "tagged a chat",
    "conversations.export": "exported chats",
    "conversations.listed": "read the lists of the desk",
    "conversations.searched": "searched the chats",
    "crisis_steps.saved": "wrote a crisis checklist",
    "fact.put_back": "restored an earlier fact",
    "escalation.set": "changed after how long an unanswered visitor is passed on",
    "fact.set": "changed hours or holidays",
    "fact.signed": "signed a fact",
    "facts.changed": "changed the clinic's facts",
    "glass.broken": "used emergency access",
    "handoff.closed_together": "closed urgent chats from one place",
    "false_alarm.accepted": "accepted a false alarm as an example",
    "false_alarm.dismissed": "dismissed a false alarm",
    "false_alarm.taken_back": "removed an example for safety",
    "false_alarms.read": "read the false alarms",
    "handoff.not_a_crisis": "marked as not a crisis",
    "import.undone": "undid an import",
    "handoff.undone": "undid their last step",
    "missed.dealt_with": "dealt with a missed question",
    "missed.read": "read the missed questions",
    "missed.undone": "reopened a missed question",
    "notice.changed": "changed a notice",
    "notice.put_back": "showed a notice again",
    "notice.removed": "removed a notice",
    "notice.shown": "showed a notice",
    "notice.signed": "signed a notice",
    "presence.away": "left the desk",
    "presence.here": "started at the desk",
    "project.changed": "changed the project's own rules or words",
    "publish.cancelled": "canceled a scheduled publishing",
    "publish.refused": "did not publish a scheduled release",
    "publish.scheduled": "scheduled a publishing",
    "release.published": "published a release",
    "release.undone": "went back to an earlier release",
    "reply.link_sent": "sent a visitor who had left a link to their chat",
    "reply.link_used": "opened a chat by the link that was sent to the visitor",
    "reply.remove": "removed a canned reply",
    "reply.save": "saved a canned reply",
    "review.asked": "asked a colleague to read an answer",
    "review.done": "read an answer for a colleague",
    "schedule.set": "changed the staff schedule",
    "sign_in.done": "signed in",
    "sign_in.refused": "failed to sign in",
    "sign_out.done": "signed out",
    "signature.taken_back": "removed a signature",
    "signing.rule": "changed who may sign",
    "site.allowed": "allowed a website",
    "site.removed": "removed a website",
    "version.updated": "installed another version",
    "test.changed": "changed a test",
    "test.deleted": "deleted a test",
    "test.kept": "kept a conversation as a test",
    "week.read": "read the week",
    "week.signed_off": "signed off the week",
}
# Nobody with an account did it.
WITHOUT_ACCOUNT = {
    "host": "The server",
    "nobody": "Nobody signed in",
    "training": "A training run on the server",
}
_KINDS = {
    "accounts": "account",
    "answers": "answer",
    "builds": "build",
    "callbacks": "call",
    "canned_replies": "canned reply",
    "conversations": "chat",
    "missed": "missed question",
    "notices": "notice",
    "releases": "release",
    "sites": "website",
    "tests": "test",
    "versions": "version",
    "weeks": "week",
}
# Where what it was done to can be looked at.
_PAGES = {
    "accounts": "/people/{}",
    "answers": "/studio/answers/{}",
    "builds": "/studio/releases/{}",
    "callbacks": "/desk/callbacks/{}",
    "conversations": "/desk/conversations/{}",
    "releases": "/studio/releases/{}",
    "tests": "/studio/tests/{}",
    "weeks": "/desk/week?ends={}",
}
_VALUES = {
    "by": {
        "words": "words", "since": "first day", "until": "last day", "reason": "reason", "answer": "answer",
        "below": "confidence", "rating": "rating",
    },
    "form": {"csv": "spreadsheet (CSV)", "json": "JSON"},
    "way": {"email": "e-mail", "sms": "text message"},
    "show": {"open": "open ones", "closed": "closed ones"},
}  # fmt: skip
_DETAILS = {
    "at": "at",
    "before": "instead of",
    "by": "looked for by",
    "form": "as",
    "found": "found",
    "minutes": "minutes",
    "over_failed_gates": "over a closed gate",
    "rows": "lines",
    "show": "showing",
    "way": "by",
}


def deed(did: str) -> str:
    """What was done; the name itself where an older version wrote one that is not known here."""
    return DEEDS.get(did, did.replace(".", ": ").replace("_", " "))


def kind(about: str) -> str:
    """What it was done to."""
    return _KINDS.get(about, about)


def page(about: str, about_id: str) -> str:
    """The page of what it was done to; empty when it has none."""
    return _PAGES[about].format(quote(about_id)) if about_id and about in _PAGES else ""


def details(kept: Mapping[str, Any]) -> list[str]:
    """One short line for each detail that says something."""
    lines = []
    for name, value in kept.items():
        label = _DETAILS.get(name, name.replace("_", " "))
        if value is True:
            lines.append(label)
        elif value not in (None, False, "", [], {}):
            lines.append(f"{label}: {_text(value, _VALUES.get(name, {}))}")
    return lines


def _text(value: Any, words: Mapping[str, str]) -> str:
    values = value if isinstance(value, list | tuple | dict) else [value]
    return ", ".join(words.get(str(each), str(each)) for each in values)
