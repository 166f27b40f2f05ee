"""A document as a row of blocks, whatever it was written in, and the questions and answers in it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from content.answer_rules import MAX_QUESTION_CHARS
from content.answers import one_line

BODY = 0  # the level of a paragraph; headings have 1 to 9, and what is bold as a whole the last
BOLD = 9
MAX_PAIRS = 2_000
SEVERAL = 2
_ASKS = re.compile(
    r"(who|what|when|where|why|which|how|can|could|do|does|did|is|are|was|will|would|should|may|must|have|has)\b",
    re.I,
)
_Q = re.compile(r"(?:q|question|frage|pregunta)\s*\d{0,3}\s*[.:)\-–]\s*(?P<text>.+)", re.I | re.S)
_A = re.compile(r"(?:a|answer|ans|respuesta)\s*\d{0,3}\s*[.:)\-–]\s*(?P<text>.*)", re.I | re.S)
_ITEM = re.compile(r"- |\d{1,3}\. ")
_NUMBER = re.compile(r"\(?\d{1,3}[.)]\s+(?P<text>.+)", re.S)


@dataclass(frozen=True)
class Block:
    """A paragraph, a heading or an item of a list."""

    text: str
    level: int = BODY


@dataclass
class Pair:
    """One answer of a document with all questions that stand above it, and its section's heading."""

    questions: list[str]
    reply: list[str] = field(default_factory=list)
    section: str = ""

    @property
    def text(self) -> str:
        """The reply as it would be written here: a list's items follow each other."""
        text = ""
        for part in self.reply:
            follows = _ITEM.match(part) and _ITEM.match(text.rpartition("\n")[2])
            between = "\n" if follows else "\n\n"
            text += f"{between}{part}" if text else part
        return text


def pairs_of(blocks: Iterable[Block]) -> list[Pair]:
    """The questions with their answers: by "Q:" and "A:", else by headings, else by question marks."""
    every = [block for block in blocks if block.text.strip()]
    if sum(bool(_Q.fullmatch(block.text)) for block in every) and any(_A.fullmatch(b.text) for b in every):
        return _cleaned(_marked(every))
    levels = _levels_of_questions(every)
    return _cleaned(_by_levels(every, levels) if levels else _by_marks(every))


def _marked(blocks: Sequence[Block]) -> Iterator[Pair]:
    pair: Pair | None = None
    section = ""
    for block in blocks:
        if match := _Q.fullmatch(block.text):
            if pair and not pair.reply:
                pair.questions.append(match["text"])
                continue
            if pair:
                yield pair
            pair = Pair([match["text"]], section=section)
        elif block.level not in (BODY, BOLD):
            section = block.text
        elif pair:
            match = _A.fullmatch(block.text)
            pair.reply += [match["text"] if match else block.text]
    if pair:
        yield pair


def _levels_of_questions(blocks: Sequence[Block]) -> set[int]:
    """The level of heading that asks most often, and others on which several ask; none when none asks.

    A page may fold some answers and put others below headings.
    """
    asking = Counter(block.level for block in blocks if block.level and is_question(block.text))
    if not asking:
        return set()
    most = max(asking, key=lambda level: (asking[level], level))
    return {most} | {level for level, count in asking.items() if count >= SEVERAL and level != BOLD}


def _by_levels(blocks: Sequence[Block], levels: set[int]) -> Iterator[Pair]:
    """Each heading of these levels begins an answer; a higher one begins a section and ends it."""
    pair: Pair | None = None
    section, level = "", 0
    for block in blocks:
        if 0 < block.level < min(levels):
            if pair:
                yield pair
            pair, section = None, block.text
        elif block.level in levels and (len(levels) == 1 or is_question(block.text)):
            if pair and not pair.reply and block.level > level:
                section, pair = pair.questions[0], None  # it asked for what is folded below it
            if pair and not pair.reply and is_question(block.text):
                pair.questions.append(block.text)
                continue
            if pair:
                yield pair
            pair, level = Pair([block.text], section=section), block.level
        elif pair:
            pair.reply.append(block.text)
    if pair:
        yield pair


def _by_marks(blocks: Sequence[Block]) -> Iterator[Pair]:
    """Each paragraph that is a question begins an answer."""
    pair: Pair | None = None
    section = ""
    for block in blocks:
        if block.level:
            section = block.text
        elif is_question(block.text, is_heading=False) and not block.text.startswith("- "):
            if pair and not pair.reply:
                pair.questions.append(block.text)
                continue
            if pair:
                yield pair
            pair = Pair([block.text], section=section)
        elif pair:
            pair.reply.append(block.text)
    if pair:
        yield pair


def is_question(text: str, *, is_heading: bool = True) -> bool:
    """Whether a short text asks: it ends with a question mark, or a heading begins as questions do."""
    line = one_line(text)
    if len(line) > MAX_QUESTION_CHARS or not re.search(r"\w", line):
        return False
    if line.endswith("?"):
        return True
    return is_heading and bool(_ASKS.match(_without_number(line))) and not line.endswith((".", ":", "!"))


def _without_number(text: str) -> str:
    match = _NUMBER.fullmatch(text)
    return match["text"] if match else text


def _cleaned(pairs: Iterable[Pair]) -> list[Pair]:
    found = []
    for pair in pairs:
        asked = dict.fromkeys(one_line(_without_number(one_line(each))) for each in pair.questions)
        pair.questions = [each[:MAX_QUESTION_CHARS] for each in asked if each]
        pair.section = one_line(pair.section)
        if pair.questions:
            found.append(pair)
        if len(found) > MAX_PAIRS:
            break
    return found
