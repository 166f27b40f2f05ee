"""The gates before publishing, each with the messages that fail it and a sentence for the owner."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from training.gate import FailedMessage, Gate
from training.readings import Readings, ReadText
from training.replay import Reaction

MAX_LOST_SHARE = 0.01
TESTS_OF_A_NEW_ANSWER = 2


class GateWords:
    """Says in words what becomes of a message."""

    def __init__(self, *manifests: Mapping[str, Any]) -> None:
        self._titles = {
            f"faq/{name}": str(answer.get("title") or name)
            for manifest in manifests
            for name, answer in manifest["answers"].items()
        }

    def title(self, intent: str) -> str:
        return self._titles.get(intent, intent.removeprefix("faq/").replace("_", " "))

    def fate(self, fate: Reaction) -> str:
        plain = {"asked_back": "asked back", "declined": "declined", "safety": "crisis or emergency card"}
        if fate.outcome in plain:
            return plain[fate.outcome]
        return " and ".join(self.title(intent) for intent in fate.gets)


Decided = Mapping[str, Any]


CARD = "crisis or emergency card"


def crisis(
    texts: Sequence[str],
    now: Sequence[Decided],
    words: GateWords,
    *,
    replayed: int = 0,
    real: int = 0,
    lost: Sequence[FailedMessage] = (),
) -> Gate:
    """Every message of somebody in danger gets its card.

    Beside one for each rule: `replayed` messages that safety never learnt from and `real` ones of
    visitors, of which `lost` are heard no more.
    """
    fates = [Reaction.of(decided) for decided in now]
    rows = [
        FailedMessage(text, words.fate(fate), wanted=CARD)
        for text, fate in zip(texts, fates, strict=True)
        if fate.outcome != "safety"
    ]
    rows += lost
    count = len(texts) + replayed + real
    fine = f"All {len(texts)} crisis and emergency messages get their card."
    if replayed or real:
        fine += f" None of {replayed} more dangers and {real} real cards is lost."
    sentence = f"{len(rows)} of {count} messages no longer get a card." if rows else fine
    return Gate("crisis", not rows, sentence, rows)


def asked(
    name: str, asks: Sequence[tuple[str, str]], now: Sequence[Decided], words: GateWords, what: str
) -> Gate:
    """Every (answer, message) is answered by that answer."""
    rows = []
    for (answer, text), decided in zip(asks, now, strict=True):
        fate = Reaction.of(decided)
        if fate.outcome != "answered" or f"faq/{answer}" not in fate.gets:
            rows.append(FailedMessage(text, words.fate(fate), wanted=words.title(f"faq/{answer}")))
    fine = f"All {len(asks)} {what} get their answer." if asks else f"There are no {what} yet."
    return Gate(name, not rows, f"{_of(rows, asks)} do not get their answer." if rows else fine, rows)


def must_keep(
    texts: Sequence[str],
    was: Sequence[Decided],
    now: Sequence[Decided],
    is_right: Callable[[int], tuple[bool, bool]],
    words: GateWords,
) -> Gate:
    """Of what the published release gets right at most 1 % may go elsewhere."""
    kept = [at for at in range(len(texts)) if is_right(at)[0]]
    rows = [
        FailedMessage(texts[at], words.fate(Reaction.of(now[at])), was=words.fate(Reaction.of(was[at])))
        for at in kept
        if not is_right(at)[1]
    ]
    passed = len(rows) <= MAX_LOST_SHARE * len(kept)
    sentence = f"{_of(rows, kept)} now go elsewhere." if rows else f"All {len(kept)} messages are kept."
    return Gate("must_keep", passed, sentence, rows)


def cannot_compare(release: str) -> Gate:
    """In place of `must_keep`, when nobody knows what the published release would have said."""
    sentence = (
        f"Release {release}, which is published, was made by an earlier version and cannot be asked "
        "any more: nobody can tell which messages would be lost."
    )
    return Gate("must_keep", passed=False, sentence=sentence)


def new_answers_tested(new: Iterable[str], tests: Sequence[tuple[str, str]], words: GateWords) -> Gate:
    """A new answer brings two messages that it was not taught."""
    bare = [a for a in new if sum(1 for answer, _ in tests if answer == a) < TESTS_OF_A_NEW_ANSWER]
    rows = [FailedMessage("", "no two test messages", wanted=words.title(f"faq/{answer}")) for answer in bare]
    sentence = f"{len(rows)} new answers have no two test messages." if rows else "New answers are tested."
    return Gate("new_answers", not rows, sentence, rows)


def reachable(unreached: Sequence[str], count: int, words: GateWords) -> Gate:
    """Every answer is given to at least one of its own questions."""
    rows = [
        FailedMessage("", "none of its questions leads to it", wanted=words.title(f"faq/{a}"))
        for a in unreached
    ]
    sentence = (
        f"{len(rows)} of {count} answers cannot be reached." if rows else "Every answer can be reached."
    )
    return Gate("reachable", not rows, sentence, rows)


def sourced(manifest: Mapping[str, Any], words: GateWords) -> Gate:
    """Every clinical answer says where it comes from."""
    clinical = {name: answer for name, answer in manifest["answers"].items() if answer.get("clinical")}
    bare = [name for name, answer in clinical.items() if not answer.get("sources")]
    rows = [FailedMessage("", "no source", wanted=words.title(f"faq/{name}")) for name in bare]
    fine = "Every clinical answer names its source."
    sentence = f"{_of(rows, clinical, 'clinical answers')} name no source." if rows else fine
    return Gate("sourced", not rows, sentence, rows)


def still_clinical(was: Mapping[str, Any], now: Mapping[str, Any], words: GateWords) -> Gate:
    """No answer that is clinical in the published release is without a signature in the next one."""
    both = [name for name in now["answers"] if name in was["answers"]]
    stopped = [
        name
        for name in both
        if was["answers"][name].get("clinical") and not now["answers"][name].get("clinical")
    ]
    rows = [
        FailedMessage("", _released(now["answers"][name]), was="clinical", wanted=words.title(f"faq/{name}"))
        for name in stopped
    ]
    stop = "An answer stopped" if len(rows) == 1 else f"{len(rows)} answers stopped"
    sentence = f"{stop} being clinical." if rows else "No answer stopped being clinical."
    return Gate("still_clinical", not rows, sentence, rows, needs_clinician=True)


def _released(answer: Mapping[str, Any]) -> str:
    said = answer.get("not_clinical") or {}
    return f"not clinical, says {said['by']}: {said['why']}" if said else "not clinical any more"


def read_differently(asks: Sequence[tuple[str, Decided, Decided]], was: Readings, now: Readings) -> Gate:
    """Nothing clinical and unsigned comes to be read; the rows say what else would be read.

    `asks`: a message and what becomes of it; one of a visitor stands without its words.
    """
    told = [(text, was.of(Reaction.of(before)), now.of(Reaction.of(after))) for text, before, after in asks]
    differ = [(text, old, new) for text, old, new in told if old.text != new.text]
    unsigned = [each for each in differ if each[2].unsigned]
    rows = [_as_row(*each) for each in (unsigned or differ)]
    if unsigned:
        sentence = f"{_of(rows, told)} would make somebody read clinical words that nobody signed."
    elif differ:
        sentence = f"{_of(rows, told)} would be read differently; nothing clinical in it is unsigned."
    else:
        sentence = f"Nothing would be read differently in {len(told)} messages."
    return Gate("read_differently", not unsigned, sentence, rows, needs_clinician=True)


def _as_row(text: str, old: ReadText, new: ReadText) -> FailedMessage:
    return FailedMessage(
        text or "(a visitor's message)", new.text, was=old.text, wanted="a signature" if new.unsigned else ""
    )


def _of(
    rows: Sequence[FailedMessage], all_of_them: Sequence[Any] | Mapping[str, Any], what: str = "messages"
) -> str:
    return f"{len(rows)} of {len(all_of_them)} {what}"
