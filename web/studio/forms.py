"""The form of one answer: what a browser sends becomes an answer, and an answer fills the form."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from content.answers import LANGUAGES, Answer, Source, one_line
from content.wording import Wording
from web.studio import follow_ups
from web.studio.answers import TEST_MESSAGES

MAX_NEXT = 5
MAX_SOURCES_SENT = 12
MAX_WORDINGS_SENT = 6
MAX_TAKEN = 100
# A field's values in the order of the page.
Values = Callable[[str], Sequence[str]]


@dataclass(frozen=True)
class Sent:
    """An answer as the form sent it."""

    answer: Answer
    tests: tuple[str, ...]
    is_on: bool
    version: int
    why: str
    # (conversation, message) of visitors whose wordings were taken over beside the form.
    taken: tuple[tuple[str, str], ...] = ()


def read(values: Values, answer_id: str) -> Sent:
    """Read a form. Nothing in it is trusted to be there or to be of a kind."""

    def one(name: str) -> str:
        return next(iter(values(name)), "")

    answer = Answer(
        id=answer_id,
        title=one("title"),
        it=one("it"),
        questions=tuple(one("questions").replace("\r", "\n").split("\n")),
        wordings=_wordings(values),
        topics=_words(one("topics")),
        clinical=bool(one("clinical")),
        starter=bool(one("starter")),
        offer_call=bool(one("offer_call")),
        sources=_sources(values),
        review_by=one("review_by"),
        next=tuple(dict.fromkeys(name for name in values("next")[:MAX_NEXT] if name)),
        more=follow_ups.passages(_rows(values, "more_aspect", "more_language", "more_text")),
        follow_ups=follow_ups.links(_rows(values, "link_aspect", "link_answer")),
    )
    tests = tuple(text for text in map(one_line, values("test")[:TEST_MESSAGES]) if text)
    version = one("version")
    return Sent(
        answer=answer,
        tests=tests,
        is_on=bool(one("is_on")),
        version=int(version) if version.isascii() and version.isdigit() and len(version) < 9 else 0,
        why=one_line(one("why")) or "changed",
        taken=_pairs(values("taken")[:MAX_TAKEN]),
    )


def _pairs(sent: Sequence[str]) -> tuple[tuple[str, str], ...]:
    halves = (text.partition(" ") for text in dict.fromkeys(sent))
    return tuple((one[:32], other[:32]) for one, _, other in halves if one and other)


def _rows(values: Values, *names: str) -> list[tuple[str, ...]]:
    return list(zip(*(values(name) for name in names), strict=False))


def _words(text: str) -> tuple[str, ...]:
    found = (word.strip().lower().replace(" ", "_") for word in text.replace(";", ",").split(","))
    return tuple(dict.fromkeys(word for word in found if word))


def _wordings(values: Values) -> tuple[Wording, ...]:
    texts, languages = values("wording"), values("language")
    pairs = zip(texts, [*languages, *["en"] * len(texts)], strict=False)
    return tuple(
        Wording(text, language if language in LANGUAGES else "en")
        for text, language in list(pairs)[:MAX_WORDINGS_SENT]
        if text.strip()
    )


def _sources(values: Values) -> tuple[Source, ...]:
    columns: list[Sequence[str]] = [
        values(f"source_{name}") for name in ("cite", "passage", "url", "read_at")
    ]
    rows: list[tuple[Any, ...]] = list(zip(*columns, strict=False))[:MAX_SOURCES_SENT]
    return tuple(Source(*row) for row in rows if any(text.strip() for text in row))
