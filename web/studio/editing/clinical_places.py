"""Shows which words make a text clinical: a sentence beside their field, a mark around them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from content.answer_rules import Issue
from content.answers import Answer
from content.clinical import Judge, Place, because

MAX_PLACES = 3  # of one field: who has read three reasons knows
_NAMES = {"reply": "Wording", "follow_ups": "Passage", "sources": "Source"}
Node = dict[str, Any]


def issues(judge: Judge, answer: Answer) -> list[Issue]:
    """For each field the first places in it, as sentences."""
    by_field: dict[str, list[Place]] = {}
    for place in judge.places(answer):
        by_field.setdefault(place.field, []).append(place)
    several = {"reply": len(answer.wordings) > 1, "sources": len(answer.sources) > 1, "follow_ups": True}
    return [
        Issue(field, _sentence(place, is_numbered=several.get(field, False)), stops=False)
        for field, places in by_field.items()
        for place in places[:MAX_PLACES]
    ]


def _sentence(place: Place, *, is_numbered: bool) -> str:
    where = f"{_NAMES[place.field]} {place.number}: " if is_numbered else ""
    return f"Clinical. {where}“{place.reason.said}” {because(place.reason)}."


def words_of(judge: Judge, answer: Answer) -> list[str]:
    """The words to be marked, each once."""
    return list(dict.fromkeys(place.reason.said.rstrip("…") for place in judge.places(answer)))


def marked(blocks: Sequence[Node], words: Iterable[str]) -> list[Node]:
    """A reply's tree in which these words stand in nodes of their own kind, "mark"."""
    pattern = _pattern(words)
    return [_block(block, pattern) for block in blocks] if pattern else list(blocks)


def _pattern(words: Iterable[str]) -> re.Pattern[str] | None:
    longest_first = sorted({word for word in words if word.strip()}, key=len, reverse=True)
    each = ("".join(r"\s+" if part.isspace() else re.escape(part) for part in re.split(r"(\s+)", word))
            for word in longest_first)  # fmt: skip
    joined = "|".join(each)
    return re.compile(rf"(?<!\w)(?:{joined})(?!\w)", re.IGNORECASE) if joined else None


def _block(block: Mapping[str, Any], pattern: re.Pattern[str]) -> Node:
    if "items" in block:
        return {**block, "items": [list(_inline(item, pattern)) for item in block["items"]]}
    return {**block, "inline": list(_inline(block["inline"], pattern))}


def _inline(nodes: Iterable[Mapping[str, Any]], pattern: re.Pattern[str]) -> Iterator[Node]:
    for node in nodes:
        if node["kind"] == "text":
            yield from _pieces(node["text"], pattern)
        elif "inline" in node:
            yield {**node, "inline": list(_inline(node["inline"], pattern))}
        else:
            yield dict(node)


def _pieces(text: str, pattern: re.Pattern[str]) -> Iterator[Node]:
    done = 0
    for match in pattern.finditer(text):
        if match.start() > done:
            yield {"kind": "text", "text": text[done : match.start()]}
        yield {"kind": "mark", "inline": [{"kind": "text", "text": match.group()}]}
        done = match.end()
    if done < len(text):
        yield {"kind": "text", "text": text[done:]}
