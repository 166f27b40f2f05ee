"""The clinic's own rules and words, as a page of the studio shows and stores them, part by part.

What keeps people safe is taken away by a clinician alone: clinical words, and topics to be careful on.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from content import packs
from content.answer_rules import MAX_QUESTION_CHARS
from content.answers import LANGUAGES, one_line, paragraphs
from content.clinical import in_words
from content.clinical_words import LISTS
from content.replies import issues as reply_issues
from content.wording import names_in
from web.hours.own_project import examples_of
from web.studio.workspace import Workspace

OUT_OF_SCOPE, MUST_ANSWER, WORDS = "out_of_scope", "must_answer", "words"
CLINICAL, CAREFUL, WORDINGS = "clinical", "careful", "wordings"
EDITABLE = (WORDINGS, OUT_OF_SCOPE, MUST_ANSWER, CAREFUL, CLINICAL, WORDS)
# What the skills say that is a clinic's to word; cards, consent and the form stay as they are.
UTTERANCES = {
    "utter_greet": "Greeting", "utter_introduction": "Somebody says who they are",
    "utter_capabilities": "What can you do?", "utter_you_are_welcome": "Thank you",
    "utter_goodbye": "Goodbye", "utter_acknowledge": "Yes, behind an answer",
    "utter_all_right": "No, behind an answer", "utter_never_mind": "Never mind",
    "utter_remark": "Something is told, nothing asked",
    "utter_language_asked": "Which languages?", "utter_decline": "Out of scope",
    "utter_decline_again": "Out of scope, a second time", "utter_none_of_these": "None of these",
    "utter_decline_person": "Nothing understood for the third time",
    "utter_default": "Not understood",
}  # fmt: skip
MAX_LINES, MAX_WORDING_CHARS = 1_000, 500
_HOST = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,24}")
_COMMAND = re.compile(r"\[[^\]]+\]\s*[({\[]|\$\{")
_TOPIC = re.compile(r"[a-z_]{1,60}")


@dataclass(frozen=True)
class Rules:
    """Everything as it stands: of the pack, with the clinic's changes."""

    shipped_out_of_scope: Sequence[str]  # before anything was taken out
    out_of_scope: Mapping[str, Sequence[str]]  # added, removed
    must_answer: Sequence[tuple[str, str]]
    publishers: Sequence[str]
    plain_words: Sequence[str]
    clinical: Mapping[str, str]
    careful: Sequence[str]
    wordings: Mapping[str, Mapping[str, str]]
    shipped_wordings: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


@dataclass(frozen=True)
class PartForm:
    """What a form holds for one part, and a sentence for each thing wrong with it."""

    content: Mapping[str, Any]
    problems: Sequence[str] = ()


def read(base: Path, own: Path, source: Path, added: Mapping[str, Any]) -> Rules:
    """Read what stands: `source` holds the pack's own files, `own` the same with the clinic's changes."""
    policy = _yaml(own / "data" / "policy.yml").get("policy") or {}
    clinical = _yaml(own / "data" / "clinical.yml").get("clinical") or {}
    nlu = _yaml(source / "data" / "out_of_scope.yml").get("nlu") or ()
    said = _said(base)
    theirs = packs.words_of(own)
    return Rules(
        shipped_out_of_scope=[t for i in nlu if i.get("intent") == OUT_OF_SCOPE for t in examples_of(i)],
        out_of_scope={name: list(added.get(name, ())) for name in ("added", "removed")},
        must_answer=_table(own / "tests" / "must_answer.tsv"),
        publishers=[str(each) for each in policy.get("publishers") or ()],
        plain_words=[str(each) for each in policy.get("plain_words") or ()],
        clinical={name: " ".join(str(clinical.get(name) or "").split()) for name in LISTS},
        careful=_careful(base, own),
        wordings={name: {**said.get(name, {}), **theirs.get(name, {})} for name in UTTERANCES},
        shipped_wordings=said,
    )


def out_of_scope(added: str, removed: str, rules: Rules, desk: Workspace) -> PartForm:
    """Read what is not ours beside what ships, and what ships and is ours all the same."""
    more, less = _lines(added), _lines(removed)
    problems = list(_about_questions(more))
    for question in more:
        taught = desk.book.same(question, but=None)
        if taught is not None and taught.answer_id:
            problems.append(f"“{question}” is taught to “{taught.called}”. Keep it in one.")
    known = set(rules.shipped_out_of_scope)
    problems += [f"“{each}” is not in the list that comes with it." for each in less if each not in known]
    return PartForm({"added": more, "removed": less}, problems)


def must_answer(named: Sequence[str], texts: Sequence[str], desk: Workspace) -> PartForm:
    """Read the messages that must be answered, each with the title or id of its answer."""
    ids = {title.lower(): answer_id for answer_id, title in desk.titles.items()}
    rows, problems = [], []
    for name, text in zip(named, texts, strict=False):
        text, name = one_line(text), one_line(name)
        if not text:
            continue
        answer_id = name if name in desk.titles else ids.get(name.lower(), "")
        if not answer_id:
            problems.append(f"There is no answer “{name[:60]}” for “{text[:60]}”.")
        rows.append({"answer": answer_id or name, "text": text.replace("\t", " ")})
    problems += _about_questions([row["text"] for row in rows])
    return PartForm({"rows": rows}, problems)


def words(publishers: str, plain_words: str) -> PartForm:
    """Read the publishers that may be shown as sources, and the words that readers here know."""
    hosts = [_host(line) for line in re.split(r"[\s,]+", publishers) if line]
    plain = list(dict.fromkeys(word.lower() for word in re.split(r"[\s,]+", plain_words) if word))
    problems = [f"“{host[:60]}” is no address like nih.gov." for host in hosts if not _HOST.fullmatch(host)]
    return PartForm({"publishers": list(dict.fromkeys(hosts)), "plain_words": plain}, problems)


def clinical(lists: Mapping[str, str], rules: Rules, *, is_clinician: bool) -> PartForm:
    """Read what makes a text clinical here."""
    content = {name: ", ".join(_phrases(lists.get(name, ""))) for name in LISTS}
    problems = []
    for name in LISTS if not is_clinician else ():
        gone = set(_phrases(rules.clinical[name])) - set(_phrases(content[name]))
        problems += [f"“{each}” stays: only a clinician takes a clinical word out." for each in sorted(gone)]
    return PartForm(content, problems)


def careful(topics: str, rules: Rules, *, is_clinician: bool) -> PartForm:
    """Read the topics that need extra certainty before it answers."""
    named = list(dict.fromkeys(re.split(r"[\s,]+", topics.strip()))) if topics.strip() else []
    wrong = [each for each in named if not _TOPIC.fullmatch(each)]
    problems = [f"“{each[:40]}”: a topic is lowercase letters and _ only." for each in wrong]
    if not is_clinician:
        gone = [each for each in rules.careful if each not in named]
        problems += [f"“{each}” stays: only a clinician takes a careful topic out." for each in gone]
    return PartForm({"topics": named}, problems)


def wordings(sent: Mapping[str, Mapping[str, str]], rules: Rules, desk: Workspace) -> PartForm:
    """Read what the skills say here in other words; what is as it ships is left out."""
    texts: dict[str, dict[str, str]] = {}
    problems: list[str] = []
    for name, title in UTTERANCES.items():
        shipped = rules.shipped_wordings.get(name, {})
        for language in LANGUAGES:
            text = paragraphs(sent.get(name, {}).get(language, ""))
            if not text or text == shipped.get(language):
                continue
            texts.setdefault(name, {})[language] = text
            wrong = _about_wording(text, shipped.get(language, ""), desk)
            problems += [f"{title}: {each}" for each in wrong]
    return PartForm({"texts": texts}, problems)


def _about_wording(text: str, shipped: str, desk: Workspace) -> Iterable[str]:
    if len(text) > MAX_WORDING_CHARS:
        yield f"At most {MAX_WORDING_CHARS} characters."
    yield from reply_issues(text, desk.policy)
    for name in sorted(names_in(text) - names_in(shipped) - {"name"}):
        yield f"{{{name}}} may be unknown, and then nothing could be said. Leave it out."
    if reasons := desk.judge.of_text(text):
        yield f"This is clinical, because {in_words(reasons)}. Write an answer for it; clinicians sign it."


def _about_questions(lines: Sequence[str]) -> Iterable[str]:
    if len(lines) > MAX_LINES:
        yield f"At most {MAX_LINES} lines."
    for line in lines:
        if len(line) > MAX_QUESTION_CHARS:
            yield f"“{line[:40]}…” is longer than {MAX_QUESTION_CHARS} characters."
        if _COMMAND.search(line):
            yield f"“{line[:60]}” holds brackets that the bot would read as a command. Leave them out."


def _lines(text: str) -> list[str]:
    lines = (one_line(line) for line in text.replace("\r", "\n").split("\n"))
    return list(dict.fromkeys(line for line in lines if line))


def _phrases(text: str) -> list[str]:
    phrases = (" ".join(each.lower().split()) for each in re.split(r"[,\n]", text))
    return list(dict.fromkeys(each for each in phrases if each))


def _host(written: str) -> str:
    return re.sub(r"^(?:https?://)?(?:www\.)?|/.*$", "", written.lower())


def _careful(base: Path, own: Path) -> list[str]:
    marked = packs.read_mark(own).get(packs.CAREFUL)
    if marked is not None:
        return [str(each) for each in marked]
    path = base / "config.yml"
    found = (
        re.search(r"careful_topics: \[([^\]]*)\]", path.read_text(encoding="utf-8"))
        if path.exists()
        else None
    )
    return [each.strip() for each in found.group(1).split(",") if each.strip()] if found else []


def _said(base: Path) -> dict[str, dict[str, str]]:
    """What ships, of the utterances that can be worded here."""
    said: dict[str, dict[str, str]] = {}
    for name in ("small_talk", "everyday_talk", "clarifying"):
        responses = _yaml(base / "data" / f"{name}.yml").get("responses") or {}
        for utterance in UTTERANCES.keys() & responses.keys():
            by_language = {each["metadata"]["language"]: each["text"] for each in responses[utterance]}
            said[utterance] = {str(language): str(text) for language, text in by_language.items()}
    return said


def _table(path: Path) -> list[tuple[str, str]]:
    if not path.is_file():
        return []
    with path.open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
        return [(row["answer"], row["text"]) for row in rows]


def _yaml(path: Path) -> dict[str, Any]:
    return dict(YAML(typ="safe").load(path.read_text(encoding="utf-8")) or {}) if path.is_file() else {}
