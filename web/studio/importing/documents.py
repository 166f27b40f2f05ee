"""Pages, Word files and plain text as rows of an import: one for each question, as a draft that is off."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from content.answers import Answer, Source
from content.wording import Wording
from web.studio.importing import plain_text, web_page, word_file
from web.studio.importing.blocks import Pair, is_question
from web.studio.importing.columns import slug, title_from, unguarded
from web.studio.importing.rows import MAX_ROWS, NotATable, Row
from web.studio.importing.tables import text_of

OURS = "The clinic's own words"
MIN_CITE_CHARS = 3
NO_ANSWER = "There is no answer below it yet."
NO_QUESTION = "Its heading does not ask: import it anyway if it is an answer."


def page(data: bytes) -> list[Row]:
    """The questions of a web page. Raises NotATable."""
    text = text_of(data)
    title = web_page.title_of(text)
    return rows_of(web_page.read(text), cite=title if len(title) >= MIN_CITE_CHARS else OURS)


def word(data: bytes) -> list[Row]:
    """The questions of a Word file. Raises NotATable."""
    return rows_of(word_file.read(data))


def plain(text: str) -> list[Row]:
    """The questions of a text that was pasted or typed."""
    return rows_of(plain_text.read(text))


def side_by_side(rows: Sequence[Sequence[str]]) -> list[Row]:
    """Two columns without a head, the first of which asks; nothing when they are not."""
    filled = [row for row in rows if any(cell.strip() for cell in row)]
    asking = [row for row in filled if len(row) > 1 and is_question(row[0])]
    if not asking or len(asking) < len(filled) / 2:
        return []
    return rows_of(Pair([unguarded(row[0])], [unguarded(row[1])]) for row in filled if len(row) > 1)


def rows_of(pairs: Iterable[Pair], *, cite: str = OURS) -> list[Row]:
    """Each pair as a row: off, for nobody has read it here yet. Raises NotATable when there are too many."""
    found = [_row(number, pair, cite) for number, pair in enumerate(pairs, start=1)]
    if len(found) > MAX_ROWS:
        raise NotATable(f"An import has at most {MAX_ROWS:,} rows.")
    return found


def _row(number: int, pair: Pair, cite: str) -> Row:
    topic = slug(pair.section)
    answer = Answer(
        "",
        title=title_from(pair.questions[0]),
        questions=tuple(pair.questions),
        wordings=(Wording(pair.text, "en"),) if pair.text else (),
        topics=(topic,) if topic else (),
        sources=(Source(cite),),
    )
    note = "" if is_question(pair.questions[0]) else NO_QUESTION
    return Row(f"question {number}", answer, None, is_on=False, note=note if pair.text else NO_ANSWER)
