"""Which answers may be shown as pages now: by the chat's own rules, worded as the chat words them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from content.wording import DEFAULT_LANGUAGE
from web.bot.client import Reply
from web.bot.manifest import ANSWER_PREFIX, MORE_PREFIX, Manifest
from web.chat.rendering import Worded, word
from web.core.markdown import Node
from web.core.settings import Mode

MAX_RELATED = 6
REST = "rest"
DESCRIPTION_CHARS = 155


@dataclass(frozen=True)
class AnswerPage:
    """One answer that may be read as a page."""

    id: str
    title: str
    text: str
    blocks: Sequence[Node]
    language: str = DEFAULT_LANGUAGE
    title_language: str = DEFAULT_LANGUAGE
    topics: Sequence[str] = ()
    sources: Sequence[Mapping[str, str]] = ()
    review: str = ""
    is_reviewed: bool = False
    next: Sequence[str] = ()

    @property
    def path(self) -> str:
        """Where it is read."""
        asked = "" if self.language == DEFAULT_LANGUAGE else f"?language={self.language}"
        return f"/answers/{self.id}{asked}"

    @property
    def description(self) -> str:
        """Its beginning, for lists, search engines and shared links."""
        words = " ".join(self.text.split())
        if len(words) <= DESCRIPTION_CHARS:
            return words
        return words[:DESCRIPTION_CHARS].rpartition(" ")[0].rstrip(",;:") + "\u2026"


@dataclass(frozen=True)
class Shown:
    """All answers that may be shown at one moment, in the order of the release."""

    pages: Mapping[str, AnswerPage] = field(default_factory=dict)

    def related(self, page: AnswerPage) -> list[AnswerPage]:
        """What is read next: as its owner says, then others on its topics."""
        same = (each.id for each in self.pages.values() if set(each.topics) & set(page.topics))
        names = dict.fromkeys((*page.next, *same))
        return [self.pages[name] for name in names if name in self.pages and name != page.id][:MAX_RELATED]


class AnswerPages:
    """Words all answers once for each state of release, signatures, withdrawals and facts."""

    def __init__(self) -> None:
        self._kept: dict[str, tuple[Any, Shown]] = {}

    def shown(
        self,
        manifest: Manifest,
        facts: Mapping[str, Any],
        *,
        mode: Mode,
        today: date,
        language: str = DEFAULT_LANGUAGE,
    ) -> Shown:
        """What may be shown now and is written in this language."""
        signed = tuple(
            (name, str(a.get("reviewed_by")), a.get("review_by")) for name, a in manifest.answers.items()
        )
        titles = repr(manifest.own_titles.get(language))
        facts_now = repr(sorted(facts.items()))
        key = (manifest.release, manifest.withdrawn, hash(signed), facts_now, mode, today, titles)
        known, shown = self._kept.get(language, (None, Shown()))
        if key != known:
            how: dict[str, Any] = {"mode": mode, "today": today, "language": language}
            pages = (
                _page(name, manifest, facts, translated=manifest.title_in(name, language), **how)
                for name in manifest.answers
            )
            shown = Shown({page.id: page for page in pages if page})
            self._kept[language] = key, shown
        return shown


def said_instead(name: str, manifest: Manifest, facts: Mapping[str, Any], **how: Any) -> str | None:
    """What the chat says instead of an answer that is not shown; None when there is no such answer."""
    if name not in manifest.answers:
        return None
    worded = _worded(name, manifest, facts, **how)
    return worded.text if worded else None


def _page(
    name: str, manifest: Manifest, facts: Mapping[str, Any], *, language: str, translated: str, **how: Any
) -> AnswerPage | None:
    answer = manifest.answers[name]
    worded = _worded(name, manifest, facts, language=language, **how)
    title = str(answer.get("title") or "")
    if worded is None or not title or worded.utterance != f"{ANSWER_PREFIX}{name}":
        return None
    if worded.language != language:
        return None  # said in English instead
    rest = _rest(name, manifest, facts, language=language, **how)
    whole = [worded, *([rest] if rest and rest.language == language else [])]
    return AnswerPage(
        id=name,
        title=translated or title,
        language=language,
        title_language=language if translated else DEFAULT_LANGUAGE,
        text="\n\n".join(part.text for part in whole),
        blocks=[node for part in whole for node in part.details.get("blocks") or _paragraphs(part.text)],
        topics=tuple(answer.get("topics") or ()),
        sources=tuple(worded.details.get("sources", ())),
        review=worded.details.get("review", ""),
        is_reviewed=bool(worded.details.get("is_reviewed")),
        next=tuple(answer.get("next") or ()),
    )


def _worded(
    name: str,
    manifest: Manifest,
    facts: Mapping[str, Any],
    *,
    mode: Mode,
    today: date,
    language: str = DEFAULT_LANGUAGE,
) -> Worded | None:
    reply = Reply(f"{ANSWER_PREFIX}{name}")
    return word(reply, manifest=manifest, facts=facts, language=language, mode=mode, today=today)


def _rest(
    name: str, manifest: Manifest, facts: Mapping[str, Any], *, mode: Mode, today: date, language: str
) -> Worded | None:
    """What a long answer keeps for "Tell me more" in the chat: a page says all of it."""
    reply = Reply(f"{MORE_PREFIX}{name}_{REST}")
    if reply.utterance not in manifest.utterances:
        return None
    return word(reply, manifest=manifest, facts=facts, language=language, mode=mode, today=today)


def _paragraphs(text: str) -> list[Node]:
    parts = (part for part in text.split("\n\n") if part.strip())
    return [{"kind": "p", "inline": _lines(part)} for part in parts]


def _lines(text: str) -> list[Node]:
    first, *rest = text.split("\n")
    nodes: list[Node] = [{"kind": "text", "text": first}]
    for line in rest:
        nodes += [{"kind": "break"}, {"kind": "text", "text": line}]
    return nodes
