"""A release's report in words: what changed, the gates, figures, and whom it would touch."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

LOST = "no_longer_answered"
KINDS = {
    "now_answered": "Was not answered, now answered",
    "other_answer": "Was one answer, now another",
    "no_longer_answered": "Was answered, now not",
    "other_words": "Same answer, other words",
    "otherwise": "Otherwise different",
}
OUTCOMES = {
    "declined": "declined",
    "asked_back": "asked back",
    "safety": "crisis or emergency card",
    "skill": "small talk or a request",
}
# Figures that owners read, in this order; the rest stands in the release's report.json.
FIGURES = {
    "answered_right": "Answered right",
    "asked_back": "Asked a clarifying question first",
    "declined_out_of_scope": "Declines out-of-scope questions",
    "wrong_clinical": "Wrong clinical answers",
}
# The kinds of safety's corpus (`safety/corpus`), as owners read them.
DANGER_KINDS = {
    "self": "Thoughts of suicide",
    "self_harm": "Self-harm",
    "other": "Worry about somebody else",
    "child": "A child in danger",
    "overdose": "Overdose, also by mistake",
    "medical": "Medical emergency",
    "violence": "Violence",
    "abuse": "Abuse or assault",
    "threat": "Threats to others",
    "idiom": "Figures of speech",
    "grief": "Grief",
    "history": "What is long over",
    "topic": "Questions about the topic",
    "leaving": "Leaving and goodbyes",
    "ordinary": "Ordinary messages",
    "in Spanish": "In Spanish",
}
_ABOUT = {
    "title": "title",
    "sources": "sources",
    "reviewed_by": "signature",
    "review_by": "review date",
    "next": "what is offered next",
    "topics": "topics",
    "clinical": "clinical or not",
    "not_clinical": "a clinician’s word that it is not clinical",
    "it": "what “it” means",
    "starter": "starting question",
    "offer_call": "offer of a call",
}


# What each gate is called, and what opens it again.
GATES = {
    "crisis": ("Crises", "No card may be lost: ask the person who runs this to look at the safety rules."),
    "must_answer": ("Must be answered", "Teach each message, or words like it, to the answer that it wants."),
    "must_keep": ("Kept", "Teach each message to the answer it had; or give the answers one topic."),
    "tests": ("Test messages", "Teach more words like the test to its answer, not the test itself."),
    "new_answers": ("New answers", "Write two test messages into each new answer."),
    "reachable": ("Reachable", "Teach the answer questions in words that no other answer has."),
    "sourced": ("Sources", "Add a source to each of these answers."),
    "still_clinical": (
        "Stays clinical",
        "A clinician reads why and publishes, or the old words come back.",
    ),
    "read_differently": ("Read differently", "A clinician signs these answers; then build again."),
    "conversations": (
        "Practice conversations",
        "Look at what changed for the answers in them.",
    ),
    "own_tests": (
        "Your own tests",
        "Teach the answer that each wants; or, where it should go otherwise now, change the test.",
    ),
    "real_messages": ("Real messages", "Accept, teach or block each one under “Who would be affected”."),
}
# What of an answer visitors read, beside its reply and passages.
_READ = frozenset({"title", "sources", "offer_call"})


@dataclass(frozen=True)
class ReadChanges:
    """The answers of which visitors would read something else: (id, title), by what becomes of them."""

    changed: list[tuple[str, str]]
    added: list[tuple[str, str]]
    removed: list[tuple[str, str]]

    def __bool__(self) -> bool:
        return bool(self.changed or self.added or self.removed)


def read_changes(report: Mapping[str, Any], titles: Mapping[str, str]) -> ReadChanges:
    """What visitors would read differently, whoever asks."""
    found = report.get("changes") or {}
    changed = [
        name
        for name, what in (found.get("changed") or {}).items()
        if what.get("reply") or _READ & set(what.get("about", ()))
    ]
    named = ([(name, titles.get(name, name)) for name in names]
             for names in (changed, found.get("added", ()), found.get("removed", ())))  # fmt: skip
    return ReadChanges(*named)


@dataclass(frozen=True)
class Touched:
    """One message of a visitor that would be answered differently."""

    text: str
    was: str
    now: str
    read_was: str = ""
    read_now: str = ""
    id: str = ""  # of the message, where it still stands in the record
    mark: str = ""  # what was said of a lost one: accepted, blocked
    was_answers: tuple[tuple[str, str], ...] = ()  # (id, title) of what answered it


@dataclass(frozen=True)
class Group:
    """The messages that change in one way."""

    name: str
    count: int
    rows: list[Touched]
    is_lost: bool = False


def changed(report: Mapping[str, Any], titles: Mapping[str, str]) -> list[tuple[str, str, str]]:
    """Answer id, title and what is different, for every answer that a release changes."""
    found = report.get("changes") or {}
    lines = [(name, titles.get(name, name), "new") for name in found.get("added", ())]
    lines += [(name, titles.get(name, name), "no longer there") for name in found.get("removed", ())]
    for name, what in (found.get("changed") or {}).items():
        if words := _in_words(what):  # a fingerprint alone is bookkeeping
            lines.append((name, titles.get(name, name), ", ".join(words)))
    return lines


def _in_words(what: Mapping[str, Any]) -> list[str]:
    words = ["reply"] if what.get("reply") else []
    for name in what.get("about", ()):
        if name != "fingerprint":
            words.append(_ABOUT.get(name, name))
    questions = what.get("questions") or {}
    if questions.get("added"):
        words.append(_counted(questions["added"], "more"))
    if questions.get("removed"):
        words.append(_counted(questions["removed"], "fewer"))
    return words


def _counted(count: int, what: str) -> str:
    return f"1 question {what}" if count == 1 else f"{count} questions {what}"


def impact_of(
    report: Mapping[str, Any],
    rows: Sequence[Mapping[str, Any]],
    titles: Mapping[str, str],
    marks: Mapping[str, str] | None = None,
) -> list[Group]:
    """The replayed messages by the way they change; a deleted message counts and shows no words."""
    kinds = (report.get("replay") or {}).get("kinds") or {}
    groups = []
    for kind, name in KINDS.items():
        mine = [row for row in rows if row["kind"] == kind]
        shown = [
            Touched(
                str(row.get("text") or "(deleted since)"),
                _fate(row["was"], titles),
                _fate(row["now"], titles),
                str(row["was"].get("reads") or ""),
                str(row["now"].get("reads") or ""),
                str(row.get("id") or "") if row.get("text") else "",
                (marks or {}).get(str(row.get("id")), ""),
                _answers(row["was"], titles),
            )
            for row in mine
        ]
        if mine or kinds.get(kind):
            groups.append(Group(name, int(kinds.get(kind, len(mine))), shown, is_lost=kind == LOST))
    return groups


def _answers(fate: Mapping[str, Any], titles: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    """The answers that a message got and that there are still: it can be taught to them."""
    if fate["outcome"] != "answered":
        return ()
    names = (str(intent).removeprefix("faq/") for intent in fate.get("gets", ()))
    return tuple((name, titles[name]) for name in names if name in titles)


def _fate(fate: Mapping[str, Any], titles: Mapping[str, str]) -> str:
    if fate["outcome"] == "answered":
        names = (str(intent).removeprefix("faq/") for intent in fate.get("gets", ()))
        return " and ".join(titles.get(name, name.replace("_", " ")) for name in names)
    return OUTCOMES.get(str(fate["outcome"]), str(fate["outcome"]))


@dataclass(frozen=True)
class Danger:
    """How safety does on one kind of message that it never learnt from, in words."""

    kind: str
    count: int
    before: str
    after: str


@dataclass(frozen=True)
class Safety:
    """Recall on dangers, false alarms on harmless messages, and the clinic's own examples."""

    dangers: list[Danger]
    harmless: list[Danger]
    own: str


def safety(report: Mapping[str, Any]) -> Safety | None:
    """Recall and false alarms by kind; None in a report of an earlier version."""
    told = report.get("safety")
    if not told:
        return None
    own = told.get("own")
    words = ""
    if own:
        quiet = own["n"] - own["cards"] - own["checks"]
        words = f"{quiet} of {own['n']} stay quiet; {own['cards']} get a card, {own['checks']} are asked."
    return Safety(_kinds(told["dangers"], _recall), _kinds(told["harmless"], _alarms), words)


def _kinds(rows: Sequence[Mapping[str, Any]], in_words: Callable[[Mapping[str, int]], str]) -> list[Danger]:
    return [
        Danger(
            DANGER_KINDS.get(row["kind"], str(row["kind"])),
            int(row["after"]["n"]),
            in_words(row["before"]) if row.get("before") else "–",
            in_words(row["after"]),
        )
        for row in rows
    ]


def _recall(counts: Mapping[str, int]) -> str:
    either, count = counts["card"] + counts["check"], counts["n"]
    return f"{either / count:.0%} heard, {counts['card'] / count:.0%} with the card" if count else "–"


def _alarms(counts: Mapping[str, int]) -> str:
    count = counts["n"]
    return (
        f"{counts['card'] / count:.0%} get a card, {counts['check'] / count:.0%} are asked" if count else "–"
    )


def figures(report: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    """Name, before and after of the figures that owners read."""
    both = report.get("figures") or {}
    before, after = both.get("before") or {}, both.get("after") or {}
    return [
        (label, _shown(before.get(name)), _shown(after[name]))
        for name, label in FIGURES.items()
        if name in after
    ]


def conversations(report: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    """Kind, before and after of the practice conversations; none when none were held."""
    kinds = (report.get("conversations") or {}).get("kinds") or ()
    return [(str(kind["title"]), _part(kind.get("before")), _part(kind["after"])) for kind in kinds]


def _part(counted: Sequence[int] | None) -> str:
    return f"{counted[0]} of {counted[1]}" if counted else "–"


def _shown(value: Any) -> str:
    if isinstance(value, float):
        return f"{value:.1%}" if 0 <= value <= 1 else f"{value:g}"
    return "–" if value is None else str(value)
