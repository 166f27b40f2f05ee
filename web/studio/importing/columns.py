"""What the columns of a table are called, and the answer that a row of it holds."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from content.answer_rules import MAX_TITLE_CHARS
from content.answers import ID, LANGUAGES, Answer, Source, one_line
from content.wording import Wording
from web.studio import follow_ups
from web.studio.answers import TEST_MESSAGES
from web.studio.importing.dates import read_date
from web.studio.importing.rows import MAX_CELL_CHARS, NotATable, Row
from web.studio.importing.tables import columns_of, headed

WORDINGS = 6  # columns for each language, as many as the form has
REPLIES = tuple(f"reply_{language}_{number + 1}" for language in LANGUAGES for number in range(WORDINGS))
TESTS = tuple(f"test_{number + 1}" for number in range(TEST_MESSAGES))
FLAGS = ("on", "clinical", "starter", "offer_call")
FOLLOW_UP_COLUMNS = ("more", "follow_ups")
COLUMNS = (
    "id", "title", *FLAGS, "questions", *REPLIES, "sources", "topics", "next", "review_by", "it", *TESTS,
    *FOLLOW_UP_COLUMNS,
)  # fmt: skip
# What other tables call them, in small letters.
_ALSO = {
    "title": ("name", "heading", "headline", "subject"),
    "questions": ("question", "faq", "faqs", "q", "utterance", "utterances", "phrases", "wordings", "asked"),
    "reply_en_1": ("answer", "answers", "reply", "replies", "response", "responses", "a", "text", "content",
                   "reply en", "answer (english)", "english"),
    "reply_es_1": ("reply es", "answer (spanish)", "spanish", "respuesta", "español"),
    "sources": ("source", "reference", "references", "url", "link", "page"),
    "topics": ("topic", "category", "categories", "tag", "tags", "section", "group", "department"),
    "review_by": ("review", "review date", "valid until", "expires", "expiry", "expiration date", "due",
                  "next review"),
    "on": ("active", "enabled", "published", "live"),
    "id": ("key", "slug"),
}  # fmt: skip
NAMES = {name.replace("_", " "): name for name in COLUMNS} | {
    also: name for name, others in _ALSO.items() for also in others
}
# A spreadsheet runs a cell that begins so; an apostrophe in front makes it text again.
RUNS = ("=", "+", "-", "@", "\t", "\r", "'")
_YES, _NO = ("yes", "true", "1", "x", "y", "on"), ("no", "false", "0", "", "n", "off")
# Fields of an answer, each with the columns that hold it.
_FIELDS = (
    "title", "questions", "sources", "topics", "next", "review_by", "it", *FLAGS[1:], *FOLLOW_UP_COLUMNS,
)  # fmt: skip


def known(cells: Sequence[str]) -> int:
    """How many cells of a row are names of columns."""
    return sum(map(bool, columns_of(cells, NAMES)))


def rows_of(cells: Iterable[Sequence[str]]) -> Iterator[Row]:
    """Every row of a table. Raises NotATable when its head says nothing of use."""
    head, rows = headed(cells, NAMES)
    _check(head)
    lacks = tuple(name for name in (*_FIELDS, *REPLIES) if name not in head)
    for number, row in rows:
        if any(cell.strip() for cell in row):
            yield _row(f"row {number}", head, row, lacks)


def _check(head: Sequence[str]) -> None:
    found = {*head}
    asks = bool(found & {"title", "questions"})
    if "id" in found or {"title", "questions"} <= found or (asks and found & {*REPLIES}):
        return
    text = "A table needs a column for questions and one for answers, or the ids of answers that are here."
    raise NotATable(f"{text} The columns are: {', '.join(COLUMNS)}.")


def _row(place: str, head: Sequence[str], cells: Sequence[str], lacks: tuple[str, ...]) -> Row:
    def refused(why: str) -> Row:
        return Row(place, None, None, None, why)

    named = {name: cell for name, cell in zip(head, cells, strict=False) if name}
    if any(cell.startswith("=") for cell in named.values()):
        return refused("A cell holds a formula. Only text is taken.")
    if any(len(cell) > MAX_CELL_CHARS for cell in named.values()):
        return refused(f"A cell has more than {MAX_CELL_CHARS:,} characters.")
    given = {name: unguarded(cell) for name, cell in named.items()}
    answer_id = given.get("id", "").strip()
    if answer_id and not ID.fullmatch(answer_id):
        return refused("An id is made of lowercase letters, digits and _, at most 60.")
    if "title" in head and not given.get("title", "").strip():
        return refused("It has no title.")
    if not answer_id and not (given.get("title") or given.get("questions") or "").strip():
        return refused("It has no question.")
    for name in FLAGS:
        if given.get(name, "").strip().lower() not in (*_YES, *_NO):
            return refused(f"“{name}” is yes or no.")
    try:
        answer = _answer(answer_id, given)
    except ValueError as error:
        return refused(str(error))
    tests = tuple(text for name in TESTS if (text := one_line(given.get(name, ""))))
    is_on = _flag(given, "on") if given.get("on", "").strip() else None
    replies = tuple((name, given[name]) for name in REPLIES if name in given)
    has_tests = bool(set(TESTS) & set(head))
    return Row(place, answer, tests if has_tests else None, is_on, lacks=lacks, replies=replies)


def _answer(answer_id: str, given: Mapping[str, str]) -> Answer:
    wordings = [
        Wording(text, name.split("_")[1]) for name in REPLIES if (text := given.get(name, "")).strip()
    ]
    questions = [each for each in re.split(r"[\r\n]+", given.get("questions", "")) if each.strip()]
    title = given.get("title", "")
    return Answer(
        id=answer_id,
        title=title or title_from(questions[0] if questions else ""),
        questions=tuple(questions) if "questions" in given else ((title,) if title else ()),
        wordings=tuple(wordings),
        topics=_topics(given.get("topics", "")),
        clinical=_flag(given, "clinical"),
        sources=tuple(_source(line) for line in given.get("sources", "").splitlines() if line.strip()),
        review_by=read_date(given.get("review_by", "")),
        next=_words(given.get("next", "")),
        it=given.get("it", ""),
        starter=_flag(given, "starter"),
        offer_call=_flag(given, "offer_call"),
        more=follow_ups.from_lines(given.get("more", "")),
        follow_ups=follow_ups.links_from_text(given.get("follow_ups", "")),
    )


def title_from(question: str) -> str:
    """A question as a title: as much of it as a button holds, cut between words."""
    text = one_line(question)
    text = f"{text[:1].upper()}{text[1:]}"
    if len(text) <= MAX_TITLE_CHARS:
        return text
    return f"{text[: MAX_TITLE_CHARS - 1].rsplit(' ', 1)[0]}…"


def slug(text: str) -> str:
    """A section's heading as a topic: lowercase letters and _ only."""
    return re.sub(r"[^a-z]+", "_", text.lower()).strip("_")[:40].strip("_")


def unguarded(cell: str) -> str:
    """A cell without the apostrophe that keeps a spreadsheet from running it."""
    return cell[1:] if cell.startswith("'") and cell[1:].startswith(RUNS) else cell


def _flag(given: Mapping[str, str], name: str) -> bool:
    return given.get(name, "").strip().lower() in _YES


def _words(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(word.strip() for word in text.split(",") if word.strip()))


def _topics(text: str) -> tuple[str, ...]:
    """Topics as they are written here; what is another clinic's heading becomes one."""
    return tuple(dict.fromkeys(each for word in _words(text) if (each := slug(word))))


def _source(line: str) -> Source:
    parts = [part.strip() for part in re.split(r"(?<!\\)(?:\\\\)*\|", line)]
    if len(parts) > 4:
        raise ValueError("A source is: title | passage | address | read at.")
    return Source(*(re.sub(r"\\(.)", r"\1", part) for part in parts))
