"""All test messages against two releases: what each makes of them, and where the new one is worse.

The messages are those that came with the release: must-answer, the answers' own tests, evaluation.
They go in small batches, so that visitors' turns fit in between, and nothing is stored.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from content.scoring import OUT_OF_SCOPE, Serving, is_declined_well
from web.bot.manifest import Manifest
from web.context import AppContext
from web.core.errors import BotError, NotFound, Refused
from web.core.i18n import say
from web.studio.playground import NOT_WARM, SILENT
from web.studio.project_export import TESTS
from web.studio.reports import OUTCOMES

AT_ONCE = 16
MUST_ANSWER = "must_answer.tsv"
MESSAGES, OUTSIDE = "evaluation/messages.tsv", "evaluation/out_of_scope.tsv"
FOLLOW_UP = " || "


class NotWarm(Refused):
    """One of the two bots does not answer now; trying again later helps."""

    status = 409


@dataclass(frozen=True)
class Trial:
    """One message that no answer is taught, and what it should get: an answer, or topics."""

    text: str
    answer: str = ""
    topics: tuple[str, ...] = ()
    after: str = ""


@dataclass(frozen=True)
class Got:
    """What a release makes of it, and whether that is right."""

    words: str
    is_right: bool


def every_trial(context: AppContext, release: str) -> list[Trial]:
    """Every message that a release was built with. Raises NotFound."""
    if context.manifests.of(release) is None:
        raise NotFound(say("no_such_release"))
    folder = context.settings.releases / release / "tests"
    found = [Trial(row["text"], answer=row["answer"]) for row in _rows(folder / MUST_ANSWER)]
    found += _own_tests(folder.parent / TESTS)
    found += [_of_topics(row, tuple(row["topic"].split("+"))) for row in _rows(folder / MESSAGES)]
    found += [_of_topics(row, (OUT_OF_SCOPE,)) for row in _rows(folder / OUTSIDE)]
    return [trial for trial in found if trial.text.strip()]


async def compare(context: AppContext, trials: Sequence[Trial], release: str) -> list[dict[str, Any]]:
    """What the published release and another one make of each message. Raises NotWarm."""
    published, other = context.manifests.current(), context.manifests.of(release) or Manifest()
    was = await _all(context, trials, published, None)
    now = await _all(context, trials, other, release)
    return [_row(trial, before, after, other) for trial, before, after in zip(trials, was, now, strict=True)]


def _row(trial: Trial, was: Got, now: Got, manifest: Manifest) -> dict[str, Any]:
    how = "same" if was == now else "changed"
    if was.is_right != now.is_right:
        how = "better" if now.is_right else "worse"
    wanted = (
        manifest.title(f"faq/{trial.answer}") or trial.answer if trial.answer else ", ".join(trial.topics)
    )
    return {
        "text": trial.text,
        "after": trial.after,
        "wanted": "out of scope" if OUT_OF_SCOPE in trial.topics else wanted.replace("_", " "),
        "was": was.words,
        "now": now.words,
        "is_right": now.is_right,
        "how": how,
    }


async def _all(
    context: AppContext, trials: Sequence[Trial], manifest: Manifest, release: str | None
) -> list[Got]:
    serving = Serving(manifest.answers)
    alone = [trial for trial in trials if not trial.after]
    found: dict[int, Got] = {}
    try:
        if alone:
            readings = await context.bot.understood([t.text for t in alone], 1, release=release)
            for trial, each in zip(alone, readings, strict=True):
                found[id(trial)] = _got(trial, each.outcome, each.intent, each.intents, manifest, serving)
        for trial in trials:
            if trial.after:
                found[id(trial)] = await _followed(context, trial, manifest, release, serving)
    except BotError as error:
        raise NotWarm(NOT_WARM if release else SILENT) from error
    return [found[id(trial)] for trial in trials]


async def _followed(
    context: AppContext, trial: Trial, manifest: Manifest, release: str | None, serving: Serving
) -> Got:
    """What becomes of a message that leans on the one before: two turns of one conversation."""
    events: list[Any] = []
    understood: Mapping[str, Any] = {}
    for text in (trial.after, trial.text):
        request = {"conversation_id": "try", "message_id": "try", "text": text, "events": events, "facts": {}}
        turn = await (context.bot.turn_of(release, request) if release else context.bot.turn(request))
        events, understood = turn.events, turn.understood
    parts = [str(part.get("intent")) for part in understood.get("parts") or () if isinstance(part, Mapping)]
    intent = str(understood.get("intent") or "")
    return _got(trial, str(understood["outcome"]), intent, parts, manifest, serving)


def _got(
    trial: Trial, outcome: str, intent: str, parts: Sequence[str], manifest: Manifest, serving: Serving
) -> Got:
    given = list(parts) or [intent]
    if outcome == "safety":
        given = ["safety", *parts]
    if trial.answer:
        is_right = outcome == "answered" and f"faq/{trial.answer}" in given
    elif OUT_OF_SCOPE in trial.topics:
        is_right = is_declined_well(outcome, given[0])
    else:
        is_right = serving.all_served(trial.topics, given)
    if outcome == "answered":
        return Got(" and ".join(manifest.title(name) or name for name in given), is_right)
    skill = f": {intent.replace('_', ' ')}" if outcome == "skill" else ""
    return Got(OUTCOMES.get(outcome, outcome) + skill, is_right)


def _of_topics(row: Mapping[str, str], topics: tuple[str, ...]) -> Trial:
    before, _, text = row["text"].rpartition(FOLLOW_UP)
    is_followup = row.get("style") == "followup" and bool(before)
    return Trial(text if is_followup else row["text"], topics=topics, after=before if is_followup else "")


def _own_tests(path: Path) -> list[Trial]:
    """The two test messages of each answer."""
    tests = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    return [Trial(text, answer=name) for name, texts in tests.items() for text in texts]


def _rows(path: Path) -> Iterator[dict[str, str]]:
    if not path.is_file():
        return
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE):
            yield {key: value or "" for key, value in row.items() if key}
